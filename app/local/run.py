"""`scripts/run`: everything of one instance, started in order, watched, and stopped together."""

import argparse
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from types import FrameType
from typing import NoReturn
from urllib.parse import urlsplit

from app.config import ROOT, ConfigFault, read_settings
from app.local import envfile, environment, port, secrets, services, supervise
from app.local.place import Place, held, lay, place, sockets
from app.local.program import Program
from app.local.refusal import Refusal

PYTHON = sys.executable
CLI = (PYTHON, "-m", "app.cli")
LOOK = 2  # seconds between two looks at the supervisor


class Stopped(BaseException):
    """Somebody asked us to stop: SIGINT, SIGTERM or SIGHUP."""


@dataclass(frozen=True)
class Asked:
    """What the person asked for on the command line."""

    host: str
    port: int
    here: Place

    @property
    def url(self) -> str:
        return environment.shown_url(self.host, self.port)


def main() -> int:
    asked = read_arguments(sys.argv[1:])
    os.umask(0o077)
    hear(stop)
    try:
        with ExitStack() as until_stopped:
            try:
                run(asked, until_stopped)
            finally:
                hear(signal.SIG_IGN)  # the end is under way: whoever asks again waits for it
    except Refusal as refusal:
        print(f"izwi: {refusal}", file=sys.stderr)
        return 1
    except Stopped:
        return 0


def hear(how: Callable[[int, FrameType | None], NoReturn] | signal.Handlers) -> None:
    """What to do when somebody asks us to stop; a closed terminal asks too, unless we run under nohup."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, how)
    if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:
        signal.signal(signal.SIGHUP, how)


def stop(_number: int, _frame: FrameType | None) -> NoReturn:
    hear(signal.SIG_IGN)
    raise Stopped


def read_arguments(arguments: Sequence[str]) -> Asked:
    parser = argparse.ArgumentParser("scripts/run", description="Start Izwi on this machine and stay until stopped.")
    parser.add_argument("--port", type=int, default=8000, help="the port to serve on (8000)")
    parser.add_argument("--host", default="127.0.0.1", help="the address to serve on (127.0.0.1)")
    parser.add_argument("--data", help="the folder for all that this instance keeps (var in the project)")
    read = parser.parse_args(arguments)
    return Asked(read.host, read.port, place(read.data))


def run(asked: Asked, until_stopped: ExitStack) -> NoReturn:
    """Start everything in order, say so, and watch it until somebody stops us."""
    here = asked.here
    lay(here)
    lock = until_stopped.enter_context(held(here))
    until_stopped.enter_context(port.held(asked.host, asked.port))
    needs = services.chosen(environment.given(), until_stopped.enter_context(sockets(here)))
    settings = settle(asked, needs)
    until_stopped.enter_context(told(here, settings))

    groups = (
        supervise.Group("services", services.programs(needs, here), autostart=True),
        supervise.Group("izwi", programs(asked), autostart=False),
    )
    text = supervise.configuration(needs.sockets, [group for group in groups if group.programs])
    supervisor = until_stopped.enter_context(supervise.supervised(here, text, lock))
    control = supervise.Control(needs.sockets)
    services.until(control.answers, 10, "the supervisor does not answer", lambda: alive(supervisor, here))

    services.wait(needs, settings, lambda: up(supervisor, control, here), here.log)
    prepare(here)
    control.start("izwi")
    serving = f"the web server does not get ready: see {here.log}/web.log"
    services.until(lambda: ready(asked.url), 60, serving, lambda: up(supervisor, control, here))
    print(f"izwi ready {asked.url}", flush=True)
    watch(supervisor, control, here)


def settle(asked: Asked, needs: services.Services) -> Mapping[str, str]:
    """Put every setting of the run into our environment, for all that we start; raises Refusal with all faults."""
    rows = needs.database and asked.here.postgres.exists()
    kept = secrets.keep(asked.here.secrets_env, environment.given(), rows=rows)
    settings = environment.of_a_run(asked.here, kept, {"PUBLIC_URL": asked.url, **needs.urls})
    os.environ.update(settings, NO_COLOR="1", PYTHONUNBUFFERED="1")
    try:
        read_settings()
    except ConfigFault as fault:
        raise Refusal("\nizwi: ".join(fault.faults)) from None
    return settings


@contextmanager
def told(here: Place, settings: Mapping[str, str]) -> Iterator[None]:
    """Tell scripts/izwi where the running instance is, while it runs."""
    envfile.write(here.run_env, environment.public(settings))
    try:
        yield
    finally:
        here.run_env.unlink(missing_ok=True)


def programs(asked: Asked) -> tuple[Program, ...]:
    """Izwi's own processes."""
    return (
        Program("web", (PYTHON, "-m", "app.local.web", asked.host, str(asked.port)), ROOT),
        Program("worker", (*CLI, "worker"), ROOT),
        Program("clock", (*CLI, "clock"), ROOT),
    )


def prepare(here: Place) -> None:
    """Bring the database up to date; in a new one put the city and the first admin, whose login the person reads."""
    log = here.log / "prepare.log"
    with log.open("a+", encoding="utf-8") as output:
        done = subprocess.run(
            Program("prepare", (*CLI, "prepare"), ROOT).leashed,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stderr=output,
            check=False,
        )
    if done.returncode:
        raise Refusal(f"`prepare` failed: see {log}")


def ready(url: str) -> bool:
    """Whether the web server answers 200 at /readyz."""
    connection = HTTPConnection(urlsplit(url).netloc, timeout=5)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def alive(supervisor: subprocess.Popen[bytes], here: Place) -> None:
    """Raises Refusal if the supervisor has ended."""
    if supervisor.poll() is not None:
        raise Refusal(f"the supervisor ended: see {here.log}/supervisord.log")


def up(supervisor: subprocess.Popen[bytes], control: supervise.Control, here: Place) -> None:
    """Raises Refusal if the supervisor has ended or a program ends whenever it is started."""
    alive(supervisor, here)
    for name in control.given_up():
        raise Refusal(f"{name} ends as soon as it starts: see {here.log}/{name.partition(':')[2]}.log")


def watch(supervisor: subprocess.Popen[bytes], control: supervise.Control, here: Place) -> NoReturn:
    """Stay until stopped; a program that the supervisor gave up (its database was long away) gets new tries."""
    while True:
        with suppress(subprocess.TimeoutExpired):
            supervisor.wait(LOOK)
        alive(supervisor, here)
        with suppress(OSError):
            control.start_again(control.given_up())


if __name__ == "__main__":
    sys.exit(main())
