"""Cases from the terminal: listed, shown with their history, moved as staff move them."""

from collections.abc import Mapping
from datetime import datetime

import click

from app.civic import references
from app.civic.cases import By, Status
from app.cli import dossier, show
from app.cli.given import Given, acting, as_json, pass_given
from app.cli.trouble import Trouble
from app.cli.wards import ward_key
from app.jobs import filing
from app.jobs.moves import Step, move
from app.jobs.work import Work
from app.storage import audit, cases
from app.storage.cases import Wanted
from app.storage.tables import Case
from app.wiring import Services

MOST_NAMED = 9
COLUMNS = ("reference", "category", "area", "ward", "status", "overdue", "reports", "received_at")


class State(click.ParamType[Status]):
    """A status, with `_`, `-` or a space between its words."""

    name = "STATUS"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> Status:
        """The status, or a usage error that names them all."""
        try:
            return Status(value.strip().lower().replace("-", "_").replace(" ", "_"))
        except ValueError:
            self.fail(f"{value!r} is none of {', '.join(Status)}", param, ctx)


def read_reference(ctx: click.Context, param: click.Parameter, value: tuple[str, ...]) -> str:
    """The digits of a reference that was written in one word or in several, or a usage error."""
    written = " ".join(value)
    found = references.read(written)
    if found is None:
        raise click.BadParameter(f"{written!r} is no reference: 7 to 9 digits, the last one a check digit")
    return found


reference_argument = click.argument("reference", metavar="REF", nargs=-1, required=True, callback=read_reference)


@click.group()
def case() -> None:
    """Cases: list them, show one, move one."""


@case.command("list")
@click.option("--ward", type=int, metavar="N", help="Only this ward.")
@click.option("--status", type=State(), help="Only cases that stand here.")
@click.option("--category", metavar="CODE", help="Only this kind, like WATER.")
@click.option("--open", "only_open", is_flag=True, help="Only cases in which work is owed.")
@click.option("--limit", default=100, show_default=True, help="As many at most.")
@as_json
@pass_given
def list_(
    given: Given,
    ward: int | None,
    status: Status | None,
    category: str | None,
    only_open: bool,
    limit: int,
    as_json: bool,
) -> None:
    """List cases: danger first, then late, then by reports, then the oldest.

    \b
    Example: scripts/izwi case list --ward 12 --open
    """
    services = given.services
    key = ward_key(services, ward) if ward is not None else None
    wanted = Wanted(key, status, category.upper() if category else None, only_open)
    with services.database.begin() as session:
        work = Work.begin(services, session)
        rows = [dossier.summary(work, one) for one in cases.listed(session, wanted, limit)]
    if as_json:
        show.plain(rows)
    else:
        show.table([dossier.for_people(row) for row in rows], COLUMNS, "No case.")


@case.command("show")
@reference_argument
@as_json
@pass_given
def show_(given: Given, reference: str, as_json: bool) -> None:
    """Show a case: its history, its reports, what residents say of the repair. Numbers are masked.

    \b
    Example: scripts/izwi case show 482 913 1
    """
    services = given.services
    with services.database.begin() as session:
        work = Work.begin(services, session)
        found = dossier.whole(work, _found(work, reference))
    if as_json:
        show.plain(found)
    else:
        dossier.write(found)


@case.command("move")
@reference_argument
@click.argument("status", metavar="STATUS", type=State())
@click.option("--note", default="", help="The reason, or for merged the reference of the case it joins.")
@click.option("--date", "on", type=click.DateTime(["%Y-%m-%d"]), help="The promised day, for scheduled.")
@acting
@as_json
@pass_given
def move_(
    given: Given, reference: str, status: Status, note: str, on: datetime | None, who: str, as_json: bool
) -> None:
    """Move a case; its reporters are told. From fixed, closed or declined, acknowledged opens it again.

    \b
    Examples: scripts/izwi case move 4829131 scheduled --date 2026-03-09 --as Thandi
              scripts/izwi case move 4829131 declined --note 'Private ground.' --as Thandi
              scripts/izwi case move 4829131 merged --note '482 914 8' --as Thandi
    """
    step = Step(status, By.STAFF, who, note, on.date() if on else None)
    services = given.services
    moved = moved_case(services, reference, step)
    services.wakeups.wake("messages")
    show.facts(moved, as_json)
    show.when_texts_leave(services)


@case.command("place")
@reference_argument
@click.option("--area", metavar="NAME", help="The area, as people call it.")
@click.option("--ward", type=int, metavar="N", help="The ward, where the area lies in several or is not known.")
@acting
@as_json
@pass_given
def place_(given: Given, reference: str, area: str | None, ward: int | None, who: str, as_json: bool) -> None:
    """Say where a case is: its figures move to that ward. An area in one ward needs no ward.

    \b
    Examples: scripts/izwi case place 4829131 --area 'Kholwani East' --as Thandi
              scripts/izwi case place 4829131 --ward 11 --as Thandi
    """
    if area is None and ward is None:
        raise click.UsageError("give --area or --ward, or both")
    services = given.services
    key = ward_key(services, ward) if ward is not None else ""
    place = _area(services, area) if area is not None else None
    with services.database.begin() as session:
        work = Work.begin(services, session)
        found = _found(work, reference, lock=True)
        filing.place_case(work, found, place or found.place_key or "", key)
        placed = {"reference": found.reference, "place": found.place_key, "ward": found.ward_key}
        audit.record(session, audit.Deed(who, "case.place", f"case:{found.reference}", placed), work.now)
        work.finish()
    show.facts(placed, as_json)


def _area(services: Services, name: str) -> str:
    """The key of the one area of a name. Raises Trouble."""
    matches = services.cities.current().places.find(name, MOST_NAMED)
    exact = [match for match in matches if match.exact] or matches
    if len(exact) == 1:
        return exact[0].place.key
    names = ", ".join(match.place.name for match in exact)
    raise Trouble(f"which area is {name!r}? {names}" if names else f"there is no area {name!r}")


def moved_case(services: Services, reference: str, step: Step) -> Mapping[str, object]:
    """Moves a case in one transaction with its audit row; says how. Raises IllegalMove, or Trouble if there is none."""
    with services.database.begin() as session:
        work = Work.begin(services, session)
        found = _found(work, reference, lock=True)
        done = move(work, found, step)
        told = {
            "reference": found.reference,
            "from": done.source.value,
            "status": done.to.value,
            "kind": done.kind,
            "date": done.date.isoformat() if done.date else None,
            "told": len({text.phone for text in work.texts_out}),
        }
        details = {**told, "note": done.note, "via": "terminal"}
        audit.record(session, audit.Deed(step.who, "case.move", f"case:{found.reference}", details), work.now)
        work.finish()
    return told


def _found(work: Work, reference: str, lock: bool = False) -> Case:
    found = cases.by_reference(work.session, reference, lock)
    if found is None:
        raise Trouble(f"there is no case {references.grouped(reference)}")
    return found
