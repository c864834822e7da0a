"""Other processes of this machine, as /proc tells of them."""

import os
import signal
import time
from collections.abc import Callable, Iterable
from pathlib import Path

PROC = Path("/proc")


def every_pid() -> tuple[int, ...]:
    return tuple(int(entry.name) for entry in PROC.iterdir() if entry.name.isdecimal())


def parent_of(pid: int) -> int | None:
    """The parent's pid, or None if the process is gone or only waits to be reaped."""
    try:
        state, parent, *_ = (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return None if state == "Z" else int(parent)


def works_in(pid: int, folder: Path) -> bool:
    try:
        return parent_of(pid) is not None and (PROC / str(pid) / "cwd").samefile(folder)
    except OSError:
        return False


def working_in(folder: Path) -> tuple[int, ...]:
    """Living processes whose working folder this is; those of other users stay unseen unless we are root."""
    return tuple(pid for pid in every_pid() if pid != os.getpid() and works_in(pid, folder))


def descendants() -> tuple[int, ...]:
    """Living children of this process, their children and so on."""
    parents = {pid: parent_of(pid) for pid in every_pid()}
    found = {os.getpid()}
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return tuple(found - {os.getpid()})


def reap() -> None:
    """Take leave of children that have ended."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass


def send(pids: Iterable[int], how: signal.Signals) -> None:
    for pid in pids:
        try:
            os.kill(pid, how)
        except ProcessLookupError:
            continue


def outlast(find: Callable[[], tuple[int, ...]], seconds: float) -> None:
    """Wait until `find` finds no process; those it still finds after `seconds` are killed."""
    deadline = time.monotonic() + seconds
    while (found := find()) and time.monotonic() < deadline:
        time.sleep(0.02)
    send(found, signal.SIGKILL)
