"""What an instance needs beside its own processes: a database and a queue, embedded unless given by address."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from app.local import postgres, valkey
from app.local.owner import owner
from app.local.place import Place
from app.local.program import Program
from app.local.refusal import Refusal

PATIENCE = 60  # seconds: a database may have a crash to recover from


@dataclass(frozen=True)
class Services:
    """Which services are embedded, and the addresses of those."""

    database: bool
    queue: bool
    sockets: Path

    @property
    def urls(self) -> dict[str, str]:
        database = {"DATABASE_URL": postgres.url(self.sockets)} if self.database else {}
        return database | ({"REDIS_URL": valkey.url(self.sockets)} if self.queue else {})


def chosen(given: Mapping[str, str], sockets: Path) -> Services:
    """An address that was given is used; what has none is embedded."""
    return Services("DATABASE_URL" not in given, "REDIS_URL" not in given, sockets)


def programs(services: Services, here: Place) -> tuple[Program, ...]:
    """The programs of the embedded services, their folders made and cleared of what a crash left."""
    found: list[Program] = []
    if services.database:
        runs_as = owner()
        runs_as.take(services.sockets)
        postgres.make(here.postgres, runs_as)
        postgres.clear(here.postgres, runs_as)
        found.append(postgres.program(here.postgres, services.sockets, runs_as))
    if services.queue:
        valkey.clear(here.valkey)
        found.append(valkey.program(here.valkey, services.sockets))
    return tuple(found)


def wait(services: Services, settings: Mapping[str, str], check: Callable[[], None], log: Path) -> None:
    """Wait until both answer, then make the embedded database if it is not there."""
    server = postgres.url(services.sockets, "postgres") if services.database else settings["DATABASE_URL"]
    seconds = PATIENCE if services.database else 10
    database = f"PostgreSQL does not answer: see {log}/postgres.log" if services.database else away("DATABASE_URL")
    queue = f"Valkey does not answer: see {log}/valkey.log" if services.queue else away("REDIS_URL")
    until(lambda: postgres.answers(server), seconds, database, check)
    until(lambda: valkey.answers(settings["REDIS_URL"]), seconds, queue, check)
    if services.database:
        postgres.make_database(services.sockets)


def away(name: str) -> str:
    return f"nothing answers at the address in {name}: start it, correct the address, or unset {name}"


def until(works: Callable[[], bool], seconds: float, otherwise: str, check: Callable[[], None]) -> None:
    """Wait until it works; raises Refusal after so many seconds, and whatever `check` raises meanwhile."""
    deadline = time.monotonic() + seconds
    while not works():
        check()
        if time.monotonic() > deadline:
            raise Refusal(otherwise)
        time.sleep(0.05)
