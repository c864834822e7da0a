"""Who did what."""

import json

import click

from app.cli import show
from app.cli.given import Given, as_json, pass_given
from app.storage import audit as deeds

COLUMNS = ("at", "who", "what", "object", "details")


@click.group()
def audit() -> None:
    """The audit: read it. Nobody can change it."""


@audit.command("list")
@click.option("--who", metavar="NAME", help="Only deeds of this name.")
@click.option("--object", "about", metavar="MATTER:KEY", help="Only deeds about this, like case:4829131.")
@click.option("--limit", default=100, show_default=True, help="As many at most.")
@as_json
@pass_given
def list_(given: Given, who: str | None, about: str | None, limit: int, as_json: bool) -> None:
    """List deeds, the newest first.

    \b
    Example: scripts/izwi audit list --object case:4829131
    """
    with given.services.database.begin() as session:
        rows = [
            {
                "at": one.at.isoformat(),
                "who": one.who,
                "what": one.what,
                "object": one.object,
                "details": one.details if as_json else json.dumps(one.details, ensure_ascii=False),
            }
            for one in deeds.listed(session, who, about, limit)
        ]
    show.listed(rows, COLUMNS, "Nothing was done yet.", as_json)
