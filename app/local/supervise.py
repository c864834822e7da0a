"""The supervisor of one machine: its configuration, its start and end, and talking to it."""

import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xmlrpc.client import Fault, ServerProxy

from supervisor.xmlrpc import SupervisorTransport

from app.local import leash, processes
from app.local.place import Place
from app.local.program import Program
from app.local.refusal import Refusal

SOCKET = "supervisor.sock"
ENOUGH = 9.4  # seconds: 6 for the application, 2 for its services, the supervisor's own; what is left then is killed

HEAD = """\
[unix_http_server]
file={sockets}/{socket}
chmod=0700

[supervisord]
nodaemon=true
silent=true
umask=077
logfile=log/supervisord.log
logfile_maxbytes=10MB
logfile_backups=3
pidfile=supervisord.pid
childlogdir=log
{user}
[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface
"""

GROUP = """
[group:{name}]
programs={programs}
priority={priority}
"""

PROGRAM = """
[program:{name}]
command={command}
directory={folder}
autostart={autostart}
autorestart=true
startsecs=1
startretries=3
stopsignal={signal}
stopwaitsecs={patience}
killasgroup=true
redirect_stderr=true
stdout_logfile=log/{name}.log
stdout_logfile_maxbytes=10MB
stdout_logfile_backups=5
"""


@dataclass(frozen=True)
class Group:
    """Programs that start and stop together; groups stop in the reverse of the order they stand in."""

    name: str
    programs: tuple[Program, ...]
    autostart: bool


def plain(value: str) -> str:
    """A value as the configuration can hold it: % is doubled, and it cannot hold what begins a comment."""
    if re.search(r"\s[;#]|[\r\n]", value):
        raise Refusal(f"a path with ' ;' or ' #' in it cannot be used: {value}")
    return value.replace("%", "%%")


def configuration(sockets: Path, groups: Sequence[Group]) -> str:
    """The supervisor's configuration: every program is tied to the supervisor and restarted whenever it ends.

    Its own files are named from the data folder, where it runs: it would read a % in a longer path twice.
    """
    user = "" if os.geteuid() else "user=root\n"
    parts = [HEAD.format(sockets=plain(str(sockets)), socket=SOCKET, user=user)]
    for priority, group in enumerate(groups, start=1):
        names = ",".join(program.name for program in group.programs)
        parts.append(GROUP.format(name=group.name, programs=names, priority=priority))
        parts.extend(section(program, autostart=group.autostart) for program in group.programs)
    return "".join(parts)


def section(program: Program, *, autostart: bool) -> str:
    return PROGRAM.format(
        name=program.name,
        command=plain(shlex.join(program.leashed)),
        folder=plain(str(program.folder)),
        autostart=str(autostart).lower(),
        signal=program.stop.name.removeprefix("SIG"),
        patience=program.patience,
    )


@contextmanager
def supervised(here: Place, text: str, lock: int) -> Iterator[subprocess.Popen[bytes]]:
    """The supervisor, tied to this process, from here to the end of the block; then everything has ended.

    It holds the lock of the data folder too: a next run waits for it, should this process be killed.
    """
    file = here.data / "supervisord.conf"
    file.write_text(text, encoding="utf-8")
    leash.adopt_orphans()
    daemon = Program("supervisord", (sys.executable, "-P", "-m", "supervisor.supervisord", "-c", str(file)), here.data)
    with (here.log / "supervisord.log").open("ab") as log:
        process = daemon.start(log, (lock,))
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        processes.outlast(descendants_left, ENOUGH)
        processes.reap()


def descendants_left() -> tuple[int, ...]:
    processes.reap()
    return processes.descendants()


@dataclass(frozen=True)
class Control:
    """Talks to a supervisor through the socket in the folder."""

    sockets: Path

    @property
    def _calls(self) -> Any:  # noqa: ANN401  whatever the supervisor offers
        transport = SupervisorTransport(None, None, f"unix://{self.sockets}/{SOCKET}")
        return ServerProxy("http://127.0.0.1", transport=transport).supervisor

    def answers(self) -> bool:
        try:
            return bool(self._calls.getState())
        except OSError:
            return False

    def start(self, group: str) -> None:
        """Start the programs of a group; returns at once."""
        self._calls.startProcessGroup(group, False)

    def given_up(self) -> tuple[str, ...]:
        """`group:name` of programs that ended at once so often that the supervisor no longer starts them."""
        states = self._calls.getAllProcessInfo()
        return tuple(f"{state['group']}:{state['name']}" for state in states if state["statename"] == "FATAL")

    def start_again(self, names: Sequence[str]) -> None:
        """Give programs another round of tries."""
        for name in names:
            try:
                self._calls.startProcess(name, False)
            except Fault:
                continue
