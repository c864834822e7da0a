"""What is said now, what the folder of flows would say, and why not."""

from collections.abc import Sequence

import click

from app.cli import show
from app.cli.given import Given, as_json, pass_given
from app.cli.trouble import Trouble
from app.engine.source import Fault
from app.jobs import publishing
from app.jobs.publishing import Look
from app.storage import editions

SHORT = 12


@click.command()
@as_json
@pass_given
def status(given: Given, as_json: bool) -> None:
    """Show what is said, and what keeps an edit of the flows from being said. Exit code 1 if anything does.

    \b
    Example: scripts/izwi flows status
    """
    services = given.services
    found = publishing.look(services)
    with services.database.begin() as session:
        kept = editions.count(session)
    data = {
        "said": found.said,
        "since": found.since.isoformat(timespec="seconds") if found.since else None,
        "folder": standing(found),
        "made": found.made.digest if found.made else None,
        "kept": kept,
        "unsaid": len(found.unsaid),
    }
    if as_json:
        show.plain({**data, "refused": lines(found.refused), "told": lines(found.told)})
    else:
        show.facts(data, as_json=False)
        click.echo("\n".join([*lines(found.refused), *lines(found.told)]), nl=bool(found.refused or found.told))
    if found.refused:
        raise Trouble(refusal(found))


@click.command()
@click.option("--anyway", is_flag=True, help="Even if it does not fit this city; what is broken is never said.")
@pass_given
def publish(given: Given, anyway: bool) -> None:
    """Say what the folder has, now. The clock does so by itself a few seconds after an edit.

    \b
    Example: scripts/izwi flows publish
    """
    found = publishing.publish(given.services, starting=anyway)
    for line in lines([*found.refused, *found.told]):
        show.note(line)
    if found.refused:
        raise Trouble(refusal(found))
    click.echo(
        f"{'From now on' if found.is_new else 'Already'} said: {short(found.made.digest if found.made else None)}"
    )


def standing(found: Look) -> str:
    """How the folder stands beside what is said."""
    if found.refused:
        return "refused"
    return "waits to be said" if found.is_new else "said"


def refusal(found: Look) -> str:
    """That the folder is refused, and what is said meanwhile."""
    goes_on = f"; {short(found.said)} goes on" if found.said else ""
    return f"the flows are not taken up: {counted(found.refused)}{goes_on}"


def counted(faults: Sequence[Fault]) -> str:
    """How many faults there are."""
    return f"{len(faults)} {'fault' if len(faults) == 1 else 'faults'}"


def short(digest: str | None) -> str:
    """A digest as people tell them apart."""
    return (digest or "nothing")[:SHORT]


def lines(faults: Sequence[Fault]) -> list[str]:
    """Faults by file and line."""
    return [str(fault) for fault in faults]
