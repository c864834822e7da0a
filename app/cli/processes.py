"""The processes that stay: workers and the clock; and the database brought up to date before them."""

import sys
from contextlib import redirect_stdout

import click
from sqlalchemy import text

from app import clock as periodic
from app.cli import city, editions, show, staff, workers
from app.cli.given import Given, pass_given
from app.engine.source import FlowFaults
from app.jobs import publishing
from app.storage import schema
from app.storage.database import Database
from app.wiring import Services

ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(4, 0)"
WAIT_MS = 60_000


@click.command()
@pass_given
def migrate(given: Given) -> None:
    """Bring the database up to date. Safe to run again, and from two machines at once.

    \b
    Example: scripts/izwi migrate
    """
    url = given.settings.database_url
    database = Database.at(url, WAIT_MS, pool=1)
    try:
        with database.begin() as session:
            session.execute(text(ONE_AT_A_TIME))
            schema.migrate(url)
    finally:
        database.engine.dispose()
    click.echo("The database is up to date.")


@click.command()
@pass_given
@click.pass_context
def prepare(ctx: click.Context, given: Given) -> None:
    """Make a machine ready: database and flows up to date, and if there are none yet the city of CITY and an admin.

    \b
    Example: scripts/izwi prepare
    """
    with redirect_stdout(sys.stderr):
        ctx.invoke(migrate)
        ctx.invoke(city.load, folder=given.settings.city, first=True)
        say_what_the_folder_has(given.services)
    ctx.invoke(staff.add, first=True)


def say_what_the_folder_has(services: Services) -> None:
    """Publishes the flows; if they are broken what was said before goes on. Raises FlowFaults if there is nothing."""
    found = publishing.publish(services, starting=True)
    for fault in [*found.refused, *found.told]:
        show.note(str(fault))
    if not found.refused:
        return
    if not publishing.goes_on(services, found):
        raise FlowFaults([*found.refused])
    show.note(editions.refusal(found))


@click.command()
@pass_given
def worker(given: Given) -> None:
    """Work what waits: one process a queue, until SIGTERM.

    \b
    Example: scripts/izwi worker
    """
    workers.watch(given.settings.redis_url)


@click.command()
@pass_given
def clock(given: Given) -> None:
    """Look after all that has its time, until SIGTERM. A second clock does no harm.

    \b
    Example: scripts/izwi clock
    """
    periodic.run(given.parts)
