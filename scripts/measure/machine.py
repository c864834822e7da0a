"""A database, a queue and a web server for one measurement: real and durable, gone afterwards."""

import base64
import os
import secrets
import shutil
import socket
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from app.config import ROOT
from app.local import postgres, valkey
from app.local.owner import owner
from app.local.program import Program, running
from app.local.services import until


@contextmanager
def services() -> Iterator[Mapping[str, str]]:
    """The settings of an instance whose PostgreSQL and Valkey run for as long as the block."""
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="izwi-bench-"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        runs_as = owner()
        runs_as.take(folder)
        postgres.make(folder / "postgres", runs_as)
        stack.enter_context(running(postgres.program(folder / "postgres", folder, runs_as), folder / "postgres.log"))
        (folder / "valkey").mkdir()
        stack.enter_context(running(valkey.program(folder / "valkey", folder), folder / "valkey.log"))
        server = postgres.url(folder, "postgres")
        until(lambda: postgres.answers(server), 30, "PostgreSQL does not answer", check=lambda: None)
        until(lambda: valkey.answers(valkey.url(folder)), 30, "Valkey does not answer", check=lambda: None)
        postgres.make_database(folder)
        yield settings(folder)


def settings(folder: Path) -> Mapping[str, str]:
    """Complete settings with fresh secrets."""
    (folder / "spool").mkdir(mode=0o700)
    return {
        "GATEWAY": "simulator",
        "DATABASE_URL": postgres.url(folder),
        "REDIS_URL": valkey.url(folder),
        "SPOOL_DIR": str(folder / "spool"),
        "IZWI_DATA": str(folder),
        "SECRET_KEY": secrets.token_urlsafe(48),
        "WEBHOOK_TOKENS": secrets.token_urlsafe(32),
        "PHONE_KEYS": f"1:{base64.b64encode(secrets.token_bytes(32)).decode()}",
        "INDEX_KEYS": f"1:{base64.b64encode(secrets.token_bytes(32)).decode()}",
    }


@contextmanager
def web(factory: str, ready: str, log: Path) -> Iterator[tuple[int, int]]:
    """Granian as in production (two blocking threads) serving a factory; gives its port and process id."""
    port = free_port()
    command = (sys.executable, "-P", "-m", "granian", "--interface", "wsgi", "--factory", "--port", str(port))
    flags = ("--host", "127.0.0.1", "--blocking-threads", "2", "--no-ws", "--no-access-log", factory)
    with running(Program("web", (*command, *flags), ROOT), log) as process:
        until(lambda: answers(port, ready), 30, f"{factory} does not answer: see {log}", check=lambda: None)
        yield port, process.pid


def answers(port: int, path: str) -> bool:
    """Whether a server answers 200."""
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


def cpu_seconds(pid: int) -> float:
    """Processor time of a process and its living descendants."""
    ticks = os.sysconf("SC_CLK_TCK")
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    own = (int(fields[11]) + int(fields[12])) / ticks
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return own + sum(cpu_seconds(int(child)) for child in children)
