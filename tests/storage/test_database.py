"""The database: short waits, a breaker, and what counts as "away" rather than as somebody's mistake."""

import os
import signal

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine, text
from sqlalchemy.exc import IntegrityError, ProgrammingError

from app.storage import schema
from app.storage.database import Database, DatabaseAway, dialect
from app.storage.tables import Table
from app.wiring import Services
from tests.processes import NOWHERE, another_process, cut_connections


def ask(database: Database, question: str = "SELECT 1") -> object:
    with database.begin() as session:
        return session.execute(text(question)).scalar()


def test_nobody_at_the_address_is_away():
    database = Database(create_engine(NOWHERE))

    with pytest.raises(DatabaseAway):
        ask(database)
    assert database.away


def test_while_the_breaker_is_open_nobody_is_asked(services: Services):
    services.database.away_until = float("inf")

    with pytest.raises(DatabaseAway):
        ask(services.database)


def test_the_first_answer_closes_the_breaker(services: Services):
    services.database.away_until = float("inf")

    assert services.database.answers()
    assert ask(services.database) == 1


def test_a_connection_that_was_cut_is_away_and_then_another_is_made(services: Services):
    ask(services.database)
    with another_process(services) as other:
        cut_connections(other)

    with pytest.raises(DatabaseAway):
        ask(services.database)
    services.database.away_until = 0.0
    assert ask(services.database) == 1


def test_a_statement_that_takes_too_long_is_away(services: Services):
    with pytest.raises(DatabaseAway):
        ask(services.database, "SELECT pg_sleep(60)")


def test_a_server_that_falls_silent_is_away(services: Services):
    """Frozen or cut off: the connection stands, and nothing comes by it."""
    quick = Database.at(services.settings.database_url, statement_ms=100)
    server = int(str(ask(quick, "SELECT pg_backend_pid()")))
    os.kill(server, signal.SIGSTOP)
    try:
        with pytest.raises(DatabaseAway):
            ask(quick)
    finally:
        os.kill(server, signal.SIGCONT)
        quick.engine.dispose()


def test_a_pool_without_a_free_place_is_away(services: Services):
    small = Database.at(services.settings.database_url, pool=1)
    with small.engine.connect(), pytest.raises(DatabaseAway):
        ask(small)
    small.engine.dispose()


@pytest.mark.parametrize(
    ("mistake", "kind"), [("SELECT nonsense", ProgrammingError), ("INSERT INTO lease VALUES (NULL, 1)", IntegrityError)]
)
def test_a_mistake_is_raised_as_it_is(services: Services, mistake: str, kind: type[Exception]):
    with pytest.raises(kind):
        ask(services.database, mistake)
    assert not services.database.away


def test_what_a_statement_carried_stands_in_no_error(services: Services):
    """It is logged, and kept with a job that failed."""
    with pytest.raises(IntegrityError) as error, services.database.begin() as session:
        session.execute(text("INSERT INTO lease VALUES (:name, NULL)"), {"name": "+27821234567"})

    assert "SQL parameters hidden" in str(error.value)


def test_an_error_undoes_all_of_a_transaction(services: Services):
    with pytest.raises(IntegrityError):
        ask(services.database, "INSERT INTO lease VALUES ('kept?', 1); INSERT INTO lease VALUES (NULL, 1)")

    assert ask(services.database, "SELECT count(*) FROM lease") == 0


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_an_address_may_be_written_in_every_way(scheme: str):
    assert dialect(f"{scheme}://izwi@/izwi") == "postgresql+psycopg://izwi@/izwi"


def test_every_migration_has_a_way_back(services: Services):
    url = services.settings.database_url
    services.database.engine.dispose()
    schema.unmigrate(url)
    with services.database.begin() as session:
        assert not schema.is_current(session)
        left = session.execute(text("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")).scalar()
    services.database.engine.dispose()
    schema.migrate(url)

    assert left == 1  # Alembic's own
    with services.database.begin() as session:
        assert schema.is_current(session)


def test_the_migrations_make_the_tables_that_the_code_knows(services: Services):
    with services.database.begin() as session:
        context = MigrationContext.configure(session.connection(), opts={"compare_type": True})
        assert compare_metadata(context, Table.metadata) == []
