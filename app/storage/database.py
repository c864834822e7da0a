"""PostgreSQL: one engine a process, short waits, and a breaker that remembers that it is away."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import monotonic

from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from sqlalchemy.orm import Session

from app.storage import patience

AWAY_FOR = 2.0


class DatabaseAway(ConnectionError):
    """PostgreSQL cannot be asked just now; what must be kept goes to the spool."""


@dataclass
class Database:
    """Hands out sessions. Raises DatabaseAway at once for two seconds after it found the database away."""

    engine: Engine
    away_until: float = field(default=0.0)

    @classmethod
    def at(cls, url: str, statement_ms: int = 1000, pool: int = 8) -> "Database":
        """An engine for `url`; a statement may take `statement_ms`, a connection or a place in the pool one second."""
        engine = create_engine(
            dialect(url),
            pool_size=pool,
            max_overflow=0,
            pool_timeout=1,
            pool_pre_ping=False,
            hide_parameters=True,  # errors are logged, and a statement may carry a number or words
            connect_args={
                "connect_timeout": 1,
                "options": f"-c statement_timeout={statement_ms} -c timezone=UTC -c lock_timeout={statement_ms}",
            },
        )
        patience.limit(engine, statement_ms)
        return cls(engine)

    @property
    def away(self) -> bool:
        """Whether the breaker is open: do not even try."""
        return monotonic() < self.away_until

    @contextmanager
    def begin(self) -> Iterator[Session]:
        """A session in a transaction: committed at the end, rolled back on any error."""
        if self.away:
            raise DatabaseAway("PostgreSQL was away a moment ago")
        try:
            with Session(self.engine, expire_on_commit=False) as session, session.begin():
                yield session
        except (PoolExhausted, DBAPIError) as error:
            if not is_away(error):
                raise
            self.away_until = monotonic() + AWAY_FOR
            raise DatabaseAway(type(error).__name__) from error

    def answers(self) -> bool:
        """Whether the database answers a question now; a success closes the breaker."""
        self.away_until = 0.0
        try:
            with self.begin() as session:
                session.execute(text("SELECT 1"))
        except DatabaseAway:
            return False
        return True


# SQLSTATE classes that mean "not now": connection (08), resources (53), operator intervention (57), read-only (25006).
AWAY_CLASSES = ("08", "53", "57")


def is_away(error: Exception) -> bool:
    """Whether the error says that the database is away or too slow, rather than that a row is wrong."""
    if isinstance(error, PoolExhausted):
        return True
    if not isinstance(error, DBAPIError):
        return False
    state = getattr(error.orig, "sqlstate", None)
    if state is None:
        return error.connection_invalidated or isinstance(error, OperationalError | InterfaceError)
    return str(state).startswith(AWAY_CLASSES) or state == "25006"


def dialect(url: str) -> str:
    """The URL with psycopg 3 as its driver, whatever way it was written."""
    scheme, _, rest = url.partition("://")
    return f"postgresql+psycopg://{rest}" if scheme in {"postgres", "postgresql"} else url
