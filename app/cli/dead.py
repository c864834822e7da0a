"""Letters that were given up: looked at, tried again."""

import click
from sqlalchemy import select

from app.cli import show
from app.cli.given import Given, acting, as_json, pass_given
from app.storage import audit, inbox
from app.storage.tables import Inbox

COLUMNS = ("id", "source", "state", "attempts", "error", "received_at")


@click.group()
def dead() -> None:
    """Letters that could not be worked: list them, try them again."""


@dead.command("list")
@as_json
@pass_given
def list_(given: Given, as_json: bool) -> None:
    """List letters given up after eight tries (dead) or not readable (unusable). Their words stay sealed.

    \b
    Example: scripts/izwi dead list
    """
    with given.services.database.begin() as session:
        rows = [_row(one) for one in inbox.parked(session)]
    show.listed(rows, COLUMNS, "No letter was given up.", as_json)


@dead.command()
@acting
@as_json
@pass_given
def retry(given: Given, who: str, as_json: bool) -> None:
    """Put dead letters back to be tried again; those that cannot be read stay where they are.

    \b
    Example: scripts/izwi dead retry
    """
    services = given.services
    now = services.clock.now()
    with services.database.begin() as session:
        count = inbox.retry_parked(session, now)
        left = session.scalars(select(Inbox.id).where(Inbox.state == "unusable")).all()
        if count:
            audit.record(session, audit.Deed(who, "dead.retry", "inbox", {"letters": count}), now)
    services.wakeups.wake("intake")
    show.facts({"retried": count, "unusable": len(left)}, as_json)


def _row(one: Inbox) -> dict[str, object]:
    return {
        "id": one.id,
        "source": one.source,
        "state": one.state,
        "attempts": one.attempts,
        "error": one.error,
        "received_at": one.received_at.isoformat(),
    }
