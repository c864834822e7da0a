"""A project that is all app/local and nothing else: the CLI and the web of the real one are played by a few lines."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from app.config import NAMES, ROOT
from app.local import processes

CLI = """
import json, os, sys, time
from pathlib import Path
data = Path(os.environ["IZWI_DATA"])
with (data / "said").open("a") as said:
    print(*sys.argv[1:], file=said)
if (data / f"broken-{sys.argv[1]}").exists():
    sys.exit("broken")
if sys.argv[1] == "prepare":
    print("user:password")
if sys.argv[1] == "environment":
    print(json.dumps(dict(os.environ)))
if sys.argv[1] in ("worker", "clock"):
    time.sleep(600)
if sys.argv[1] == "prepare":
    import psycopg
    psycopg.connect(os.environ["DATABASE_URL"].replace("+psycopg", ""), autocommit=True).execute(
        "CREATE TABLE IF NOT EXISTS runs (at timestamptz DEFAULT now()); INSERT INTO runs DEFAULT VALUES")
"""
FACTORY = """
import os
def create_app():
    def application(environ, start):
        start("200 OK", [("Content-Type", "text/plain")])
        return [str(os.getpid()).encode()]
    return application
"""


def make(root: Path) -> Path:
    """Lay the stand-in project into the folder."""
    shutil.copytree(ROOT / "app" / "local", root / "app" / "local", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "app" / "config.py", root / "app" / "config.py")
    (root / "app" / "web").mkdir()
    (root / "demo").mkdir()
    for name, text in {"__init__.py": "", "cli.py": CLI, "web/__init__.py": "", "web/factory.py": FACTORY}.items():
        (root / "app" / name).write_text(text)
    return root


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Run:
    """A run of the stand-in project, and what it printed."""

    process: subprocess.Popen[str]
    root: Path
    port: int

    @property
    def data(self) -> Path:
        return self.root / "var"

    def processes(self) -> set[int]:
        """Every process that has this project's path, or a folder of its data, about it."""
        return {pid for pid in processes.every_pid() if pid != os.getpid() and str(self.root) in about(pid)}

    def wait_ready(self) -> str:
        line = self.process.stdout.readline()
        while line and not line.startswith("izwi ready"):
            line = self.process.stdout.readline()
        assert line, self.process.stderr.read()
        return line.strip()

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(how)
        return self.process.wait(12)


def about(pid: int) -> str:
    """What tells whose a process is: its command, its folder, its environment; nothing if it is gone."""
    if processes.parent_of(pid) is None:
        return ""
    try:
        folder = Path("/proc", str(pid))
        text = (folder / "cmdline").read_bytes() + (folder / "environ").read_bytes()
        return f"{Path(folder, 'cwd').readlink()} {text.decode(errors='replace')}"
    except OSError:
        return ""


def outside() -> dict[str, str]:
    """The environment of a person who has set nothing of ours."""
    return {name: value for name, value in os.environ.items() if name not in NAMES and not name.startswith("IZWI_")}


@contextmanager
def started(root: Path, *arguments: str, port: int | None = None, **given: str) -> Iterator[Run]:
    """The run, from here to the end of the block; it is ended if the test did not."""
    port = port or free_port()
    command = (sys.executable, "-m", "app.local.run", "--port", str(port), *arguments)
    process = subprocess.Popen(
        command,
        cwd=root,
        env=outside() | {"PYTHONPATH": str(root)} | given,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    run = Run(process, root, port)
    with process:
        try:
            yield run
        finally:
            if process.poll() is None:
                run.stop()


def gone(run: Run, seconds: float = 12) -> bool:
    """Whether every process of the run ends within the time."""
    deadline = time.monotonic() + seconds
    while run.processes() and time.monotonic() < deadline:
        time.sleep(0.1)
    return not run.processes()
