"""Connections that do not wait for long: a frozen server breaks no connection, it is only silent."""

from time import monotonic
from typing import Any, TypeVar

import psycopg
from psycopg.abc import PQGen
from psycopg.pq import TransactionStatus
from redis import Redis
from redis import TimeoutError as Silent
from sqlalchemy import Engine, event

RV = TypeVar("RV")
GRACE = 1.0
"""Seconds beyond the server's own limit of a statement: who answers at all has answered by then."""


AWAY_FOR = 2.0
"""Seconds for which a silent Valkey is not asked again."""


class Hasty(Redis):
    """A client that one silence makes go without Valkey for a while: several waits would make one hop late."""

    away_until = 0.0

    def execute_command(self, *args: Any, **options: Any) -> Any:  # noqa: ANN401  as redis-py has it
        """As redis-py has it. Raises its TimeoutError at once after a silence."""
        if monotonic() < self.away_until:
            raise Silent("Valkey was silent a moment ago")
        try:
            return super().execute_command(*args, **options)  # type: ignore[no-untyped-call]
        except Silent:
            self.away_until = monotonic() + AWAY_FOR
            raise


class Impatient(psycopg.Connection[Any]):
    """A connection that gives up, and closes, after `patience` seconds of silence."""

    patience: float | None = None

    def wait(self, gen: PQGen[RV], interval: float = 0.1, timeout: float | None = None) -> RV:
        """As psycopg has it. Raises OperationalError when nothing was heard for too long."""
        try:
            return super().wait(gen, interval, self.patience if timeout is None else timeout)
        except psycopg.OperationalError:
            # What still runs will never be heard of; rolling it back would only mean to wait as long again.
            if self.pgconn.transaction_status == TransactionStatus.ACTIVE:
                self.pgconn.finish()
            raise


def limit(engine: Engine, statement_ms: int) -> None:
    """Makes every connection of an engine give up a second after a statement should have ended."""

    @event.listens_for(engine, "do_connect")
    def connect(_dialect: object, _record: object, given: list[Any], named: dict[str, Any]) -> Impatient:
        connection = Impatient.connect(*given, **named)
        connection.patience = statement_ms / 1000 + GRACE
        return connection
