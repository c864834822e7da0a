"""What may go wrong in any command, each as a sentence that says what to do."""

import os
from collections.abc import Callable, Mapping

from redis import RedisError
from sqlalchemy.exc import DBAPIError

from app.civic.cases import IllegalMove
from app.civic.pack import PackFaults
from app.config import ConfigFault
from app.engine.source import FlowFaults
from app.storage.database import DatabaseAway, is_away
from app.wiring import NoCity

NOT_RUNNING = "no instance runs on {folder}: scripts/run starts one; or say where: scripts/izwi --data FOLDER COMMAND"
AWAY = "the database does not answer: scripts/izwi doctor says more"
NOT_MIGRATED = "the database is not up to date: scripts/izwi migrate"
UNKNOWN_TABLE_OR_COLUMN = ("42P01", "42703")


def _settings(fault: ConfigFault) -> str:
    """All sentences; where the addresses of the services are missing, nothing runs here and the rest matters not."""
    if any(sentence.startswith(("DATABASE_URL is missing", "REDIS_URL is missing")) for sentence in fault.faults):
        return NOT_RUNNING.format(folder=os.environ.get("IZWI_DATA", "this machine"))
    return "\n".join(fault.faults)


def _database(error: DBAPIError) -> str:
    if is_away(error):
        return AWAY
    state = getattr(error.orig, "sqlstate", None)
    return NOT_MIGRATED if state in UNKNOWN_TABLE_OR_COLUMN else f"the database refuses this (SQLSTATE {state})"


def _file(error: OSError) -> str:
    return f"{error.filename}: {error.strerror}" if error.filename else str(error)


def _faults(error: PackFaults | FlowFaults) -> str:
    return "\n".join(
        [f"{len(error.faults)} {'fault' if len(error.faults) == 1 else 'faults'}", *map(str, error.faults)]
    )


SENTENCES: Mapping[type[Exception], Callable[..., str]] = {
    ConfigFault: _settings,
    DatabaseAway: lambda error: AWAY,
    DBAPIError: _database,
    RedisError: lambda error: "Valkey does not answer: scripts/izwi doctor says more",
    NoCity: lambda error: "no city is loaded: scripts/izwi city load DIR",
    PackFaults: _faults,
    FlowFaults: _faults,
    IllegalMove: str,
    OSError: _file,
}


def said(error: Exception) -> str | None:
    """The sentence of an expected error, None for one that nobody expected."""
    return next((say(error) for kind, say in SENTENCES.items() if isinstance(error, kind)), None)
