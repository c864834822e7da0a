"""Ties a process to its parent: when the parent dies, however it dies, the kernel signals the process.

Run by its path, so that it works in any folder: `python -I -S leash.py SIGNAL COMMAND…` becomes the command.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1  # linux/prctl.h
PR_SET_CHILD_SUBREAPER = 36
PARENT = "IZWI_PARENT"


def prctl(option: int, value: int) -> None:
    if ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl failed")


def die_with_parent(how: signal.Signals = signal.SIGTERM) -> None:
    """From now on this process gets `how` when its parent dies; it outlasts exec, children do not inherit it."""
    prctl(PR_SET_PDEATHSIG, how)


def adopt_orphans() -> None:
    """From now on what a dead descendant leaves running becomes a child of this process."""
    prctl(PR_SET_CHILD_SUBREAPER, 1)


def main() -> None:
    how, *command = sys.argv[1:]
    die_with_parent(signal.Signals[how])
    # The parent may have died before the line above: then nobody would ever send the signal.
    if os.environ.get(PARENT, str(os.getppid())) != str(os.getppid()):
        sys.exit(f"{command[0]}: its parent is gone")
    os.environ[PARENT] = str(os.getpid())
    os.execvp(command[0], command)  # noqa: S606  becoming the command is the point


if __name__ == "__main__":
    main()
