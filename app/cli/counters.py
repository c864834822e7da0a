"""The counters proved against the rows."""

import click

from app.cli import show
from app.cli.given import Given, acting, as_json, pass_given
from app.cli.trouble import Trouble
from app.storage import audit, proof

COLUMNS = ("ward", "day", "category", "metric", "held", "should")


@click.group()
def counters() -> None:
    """The figures by ward: prove them."""


@counters.command()
@click.option("--repair", is_flag=True, help="Set right what differs, in one transaction.")
@acting
@as_json
@pass_given
def verify(given: Given, repair: bool, who: str, as_json: bool) -> None:
    """Work every counter out afresh from cases, events, reports and verdicts. Exit code 1 if any differs.

    \b
    Example: scripts/izwi counters verify --repair
    """
    services = given.services
    zone = services.cities.current().city.timezone
    with services.database.begin() as session:
        found = proof.repair(session, zone) if repair else proof.differences(session, zone)
        if repair and found:
            deed = audit.Deed(who, "counters.repair", "counters", {"differences": len(found)})
            audit.record(session, deed, services.clock.now())
    rows = [
        {
            "ward": one.ward_key or "unplaced",
            "day": one.day.isoformat(),
            "category": one.category,
            "metric": one.metric,
            "held": one.held,
            "should": one.should,
        }
        for one in found
    ]
    show.listed(rows, COLUMNS, "Every counter is what the rows say.", as_json)
    if found and not repair:
        raise Trouble(f"{len(found)} counters differ from the rows: scripts/izwi counters verify --repair")
    if found:
        show.note(f"{len(found)} counters were set right.")
