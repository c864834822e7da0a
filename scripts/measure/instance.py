"""A whole Izwi started by scripts/run in a folder of its own, whose processes can be found and killed."""

import json
import os
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from app.config import ROOT
from app.local import envfile
from scripts.measure.machine import free_port

KINDS = {"worker": "app.cli worker", "valkey": "valkey-server", "postgres": "postgres -D", "web": "app.local.web"}


@dataclass(frozen=True)
class Instance:
    """A running instance: its folder and the process that scripts/run is."""

    data: Path
    pid: int

    def izwi(self, *arguments: str) -> str:
        """What a command of the operator prints. Raises CalledProcessError."""
        command = [str(ROOT / "scripts" / "izwi"), "--data", str(self.data), *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    @property
    def urls(self) -> Mapping[str, str]:
        """The addresses of this instance."""
        found: dict[str, str] = json.loads(self.izwi("urls", "--json"))
        return found

    @property
    def settings(self) -> Mapping[str, str]:
        """The settings that are no secret."""
        return envfile.read(self.data / "run.env")

    def pids(self, kind: str) -> tuple[int, ...]:
        """The living processes of a kind."""
        return tuple(pid for pid in descendants(self.pid) if KINDS[kind] in command_line(pid))

    def kill(self, kind: str) -> int:
        """Kills every process of a kind with -9; returns how many there were."""
        pids = self.pids(kind)
        for pid in pids:
            kill(pid)
        return len(pids)


@contextmanager
def instance(**environment: str) -> Iterator[Instance]:
    """scripts/run in a folder of its own, with these settings, from its "izwi ready" to the end of the block."""
    with tempfile.TemporaryDirectory(prefix="izwi-trial-") as folder, started(Path(folder, "data"), environment) as one:
        yield one


@contextmanager
def started(data: Path, environment: Mapping[str, str]) -> Iterator[Instance]:
    """scripts/run on a data folder, which may be that of an instance that has ended."""
    command = [str(ROOT / "scripts" / "run"), "--port", str(free_port()), "--data", str(data)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, **environment}) as process:
        try:
            wait_until_ready(process)
            yield Instance(data, process.pid)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(20)


def wait_until_ready(process: "subprocess.Popen[str]") -> None:
    """Reads on until the instance says that it is ready. Raises RuntimeError if it ends before."""
    for line in process.stdout or ():
        if line.startswith("izwi ready"):
            return
    raise RuntimeError("scripts/run ended before it was ready")


def descendants(pid: int) -> Iterator[int]:
    """The processes below a process, as far as they still live."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return
    for child in map(int, children):
        yield child
        yield from descendants(child)


def command_line(pid: int) -> str:
    """How a process was called, empty if it is gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
    except OSError:
        return ""


def kill(pid: int) -> None:
    """kill -9, unless it is gone already."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return
