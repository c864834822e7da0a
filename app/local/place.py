"""Where an instance lives: its data folder, held by one run at a time, and a short folder for its sockets."""

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from app.config import ROOT
from app.local import processes
from app.local.refusal import Refusal

LONGEST = 80  # a socket's path may have 107 bytes, its name takes the rest
LAST_WORDS = 12  # seconds a killed run's processes may need to end


@dataclass(frozen=True)
class Place:
    """The data folder of an instance and what lies where in it."""

    data: Path

    @property
    def postgres(self) -> Path:
        return self.data / "postgres"

    @property
    def valkey(self) -> Path:
        return self.data / "valkey"

    @property
    def log(self) -> Path:
        return self.data / "log"

    @property
    def spool(self) -> Path:
        return self.data / "spool"

    @property
    def secrets_env(self) -> Path:
        return self.data / "secrets.env"

    @property
    def run_env(self) -> Path:
        """What a running instance tells scripts/izwi; gone when it has stopped."""
        return self.data / "run.env"


def place(data: str | None) -> Place:
    """The place a person named, relative to where they stand; without a name it is `var` in the project."""
    return Place(Path(data).absolute() if data else ROOT / "var")


def lay(here: Place) -> None:
    """Make the folders, readable by their owner alone; raises Refusal where that cannot be."""
    try:
        for folder in (here.data, here.log, here.spool, here.valkey):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        here.spool.chmod(0o700)
        with tempfile.TemporaryFile(dir=here.data):
            pass
    except OSError as error:
        raise Refusal(f"cannot write to {here.data} ({error.strerror}): choose another folder with --data") from None


@contextmanager
def held(here: Place) -> Iterator[int]:
    """Hold the folder against a second run; gives the lock's file number, for the supervisor to hold it too."""
    with (here.data / "lock").open("a+", encoding="utf-8") as lock:
        take(lock, here)
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield lock.fileno()


def take(lock: IO[str], here: Place) -> None:
    """Take the lock; if its run was killed, wait until what that run started has ended."""
    deadline = time.monotonic() + LAST_WORDS
    while True:
        try:
            return fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            holder = lock.read() or "0"
            if processes.parent_of(int(holder)) is not None or time.monotonic() > deadline:
                raise Refusal(f"Izwi already runs on {here.data} (process {holder})") from None
        time.sleep(0.1)


@contextmanager
def sockets(here: Place) -> Iterator[Path]:
    """A fresh 0700 folder with a short path; one that a crash left is removed first."""
    note = here.data / "sockets"
    if note.exists():
        forget(Path(note.read_text(encoding="utf-8")))
    folder = Path(tempfile.mkdtemp(prefix="izwi-", dir=short_temp()))
    note.write_text(str(folder), encoding="utf-8")
    try:
        yield folder
    finally:
        forget(folder)
        note.unlink(missing_ok=True)


def short_temp() -> str:
    found = tempfile.gettempdir()
    return found if len(os.fsencode(found)) <= LONGEST - len("/izwi-12345678") else "/tmp"  # noqa: S108  mkdtemp is safe there


def forget(folder: Path) -> None:
    if folder.name.startswith("izwi-"):
        shutil.rmtree(folder, ignore_errors=True)
