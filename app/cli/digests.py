"""Digests from the terminal: read before they are sent, sent before their hour."""

from collections.abc import Mapping

import click

from app.civic import digests
from app.civic.city import Ward
from app.cli import show
from app.cli.given import Given, acting, as_json, pass_given
from app.cli.wards import ward_numbered
from app.engine.gsm import parts
from app.jobs import digesting
from app.jobs.work import Work
from app.storage import audit
from app.wiring import Services


@click.group()
def digest() -> None:
    """Digests of wards to their councillors: preview one, send them."""


@digest.command()
@click.argument("ward", metavar="N", type=int)
@as_json
@pass_given
def preview(given: Given, ward: int, as_json: bool) -> None:
    """Print the digest of a ward's last full week as JSON, without sending it.

    \b
    Example: scripts/izwi digest preview 12
    """
    services = given.services
    show.plain(preview_of(services, ward_numbered(services, ward)))


@digest.command()
@click.option("--ward", type=int, metavar="N", help="Only this ward's.")
@acting
@as_json
@pass_given
def send(given: Given, ward: int | None, who: str, as_json: bool) -> None:
    """Send the digests of the last full week (Monday to Sunday) now; each ward's only once.

    \b
    Example: scripts/izwi digest send --ward 12
    """
    services = given.services
    if ward is not None and services.cities.current().city.councillor_of(ward_numbered(services, ward).key) is None:
        show.note(f"Ward {ward} has no councillor to send it to.")
    done = digesting.send(services, ward)
    outcome = {"sent": done.sent, "already": done.already}
    with services.database.begin() as session:
        about = f"ward:{ward}" if ward is not None else "city"
        audit.record(session, audit.Deed(who, "digest.send", about, outcome), services.clock.now())
    show.plain(outcome)


def preview_of(services: Services, ward: Ward) -> Mapping[str, object]:
    """The digest of a ward's last week as it would leave now; the text of a quiet week is empty."""
    city = services.cities.current().city
    councillor = city.councillor_of(ward.key)
    period = digests.last_week(services.clock.now(), city.zone)
    with services.database.begin() as session:
        work = Work.begin(services, session)
        language = councillor.language if councillor else city.default_language
        composed = digesting.compose(work, ward, language, period)
    text = composed.text if composed else ""
    notes = [
        *(["A quiet week: nothing is sent."] if composed is None else []),
        *(["No councillor: it has nobody to go to."] if councillor is None else []),
    ]
    return {
        "ward": ward.number,
        "period": {"from": period.start.isoformat(), "to": period.end.isoformat()},
        "text": text,
        "segments": parts(text).count if text else 0,
        **({"note": " ".join(notes)} if notes else {}),
    }
