"""A connection that does not wait for ever: a frozen server breaks no connection, it is only silent."""

from typing import Any, TypeVar

import psycopg
from psycopg.abc import PQGen
from psycopg.pq import TransactionStatus
from sqlalchemy import Engine, event

RV = TypeVar("RV")
GRACE = 1.0
"""Seconds beyond the server's own limit of a statement: who answers at all has answered by then."""


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
