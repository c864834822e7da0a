"""What a process of a running Izwi is: its command, its folder, the signal that ends it well."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from app.local import leash


@dataclass(frozen=True)
class Program:
    """One process: `command` runs in `folder` and ends well on `stop`, within `patience` seconds."""

    name: str
    command: tuple[str, ...]
    folder: Path
    stop: signal.Signals = signal.SIGTERM
    patience: int = 6

    @property
    def leashed(self) -> tuple[str, ...]:
        """The command that ends with its parent."""
        return (sys.executable, "-I", "-S", leash.__file__, self.stop.name, *self.command)

    def start(self, log: IO[bytes], files: Sequence[int] = ()) -> subprocess.Popen[bytes]:
        """Start it, tied to this process, in a process group of its own; it may use the open `files` too."""
        return subprocess.Popen(
            self.leashed,
            cwd=self.folder,
            env={**os.environ, leash.PARENT: str(os.getpid())},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            process_group=0,
            pass_fds=files,
        )


@contextmanager
def running(program: Program, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The program, tied to this process, from here to the end of the block."""
    with log.open("ab") as output:
        process = program.start(output)
    try:
        yield process
    finally:
        process.send_signal(program.stop)
        try:
            process.wait(program.patience)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
