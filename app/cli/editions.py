"""What is said now, what the folder of flows would say, and why not."""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import PurePath

import click

from app.cli import show
from app.cli.given import Given, as_json, pass_given
from app.cli.trouble import Trouble
from app.engine.source import Fault
from app.jobs import publishing
from app.jobs.publishing import Look
from app.storage import editions

SHORT = 12
KEPT = "editions: what is said, and those before it that calls under way end in"


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
    }
    if as_json:
        faults = {name: lines(getattr(found, name)) for name in ("refused", "told", "notes")}
        show.plain({**data, "kept": kept, "unsaid": unsaid(found), **faults})
    else:
        show.facts({**data, "kept": f"{kept} ({KEPT})", "unsaid": lacks(found)}, as_json=False)
        for line in [*lines(found.refused), *lines(found.told), *(f"note: {note}" for note in found.notes)]:
            click.echo(line)
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
    for line in [*lines([*found.refused, *found.told]), *(f"note: {note}" for note in found.notes)]:
        show.note(line)
    if found.refused:
        raise Trouble(refusal(found))
    click.echo(
        f"{'From now on' if found.is_new else 'Already'} said: {short(found.made.digest if found.made else None)}"
    )


def unsaid(found: Look) -> Mapping[str, int]:
    """How many texts are said in English to those who chose another language, by its code."""
    return Counter(PurePath(fault.file).stem for fault in found.unsaid)


def lacks(found: Look) -> str:
    """The same in a line, and how they are named; nobody can count them in a folder that cannot be read."""
    counts = unsaid(found)
    if found.made is None:
        return "not known while the folder cannot be read"
    if not counts:
        return "0 (every text is said in every language)"
    by_language = ", ".join(f"{language} {count}" for language, count in counts.items())
    return f"{by_language} (said in English; flows check --missing LANGUAGE names them)"


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
