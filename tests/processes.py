"""Several processes in one test: each is joined anew from the same settings, and parts of it can be away for real."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from redis import Redis
from sqlalchemy import create_engine, text

from app.gateway.face import Gateway
from app.storage.sessions import Sessions
from app.storage.tables import Table
from app.wiring import Clock, Services, wire

NOWHERE = "postgresql+psycopg://izwi@127.0.0.1:1/izwi"


@dataclass(frozen=True)
class Standing:
    """A clock that stands until it is moved."""

    at: datetime

    def now(self) -> datetime:
        """The moment at which it stands."""
        return self.at


@contextmanager
def another_process(services: Services) -> Iterator[Services]:
    """One more process of the same instance, with the same clock."""
    served = wire(services.settings)
    try:
        yield served
    finally:
        served.database.engine.dispose()
        served.redis.close()


def at(services: Services, moment: datetime | str) -> Services:
    """The same process when it is another time, which stands still."""
    when = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    clock = Standing(when)
    moved = replace(services, clock=clock)  # type: ignore[arg-type]
    moved.cities = replace(services.cities, clock=clock, known=None)  # type: ignore[arg-type]
    return moved


def later(services: Services, by: timedelta) -> Services:
    """The same process after a time that passes on."""
    clock = Clock(services.clock.ahead + by)
    moved = replace(services, clock=clock)
    moved.cities = replace(services.cities, clock=clock, known=None)
    return moved


def through(services: Services, gateway: Gateway) -> Services:
    """The same process with another gateway."""
    return replace(services, gateway=gateway)


@contextmanager
def database_away(services: Services) -> Iterator[None]:
    """PostgreSQL does not answer: nobody listens at its address."""
    there = services.database.engine
    services.database.engine = create_engine(NOWHERE)
    services.database.away_until = 0.0
    try:
        yield
    finally:
        services.database.engine.dispose()
        services.database.engine = there
        services.database.away_until = 0.0


def redis_goes_away(services: Services) -> None:
    """Valkey does not answer any more."""
    services.redis.close()
    services.redis = services.wakeups.redis = Redis.from_url("redis://127.0.0.1:1/0")
    services.sessions = Sessions(services.redis, services.vault)


def cut_connections(services: Services) -> None:
    """PostgreSQL ends every connection of the others, as a restart does."""
    with services.database.begin() as session:
        session.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )


def rows(services: Services, table: type[Table], where: str = "true") -> int:
    """How many rows of a table fulfil a condition in SQL."""
    with services.database.begin() as session:
        return session.execute(text(f'SELECT count(*) FROM "{table.__tablename__}" WHERE {where}')).scalar_one()
