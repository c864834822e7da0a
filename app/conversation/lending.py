"""What the city lends to a conversation, on whatever channel, and what it remembers of the caller."""

from collections.abc import Sequence

from app.civic.caller import Caller
from app.civic.likeness import OpenCase, showable
from app.civic.outside import Outside
from app.engine.edition import Edition
from app.storage import callers, cases
from app.storage.database import DatabaseAway
from app.wiring import Services


def recall(services: Services, phone: str) -> Caller | None:
    """What is known of a number (E.164); None while the database is away, when nobody can tell."""
    index = services.vault.index(phone)
    try:
        with services.database.begin() as session:
            return callers.recall(session, index, services.cities.current().city, services.clock.now())
    except DatabaseAway:
        return None


def lend(services: Services, edition: Edition, caller: Caller, reference: str = "") -> Outside:
    """The outside of one conversation, speaking as the edition does in which it began."""
    known = services.cities.current()
    return Outside(
        city=known.city,
        places=known.places,
        words=edition.words,
        texts=edition.texts,
        caller=caller,
        now=services.clock.now(),
        service_code=services.settings.service_code,
        short_code=services.settings.short_code,
        limit=services.settings.screen_limit,
        alike=lambda category, place: alike(services, category, place),
        new_reference=services.references.take,
        reference=reference,
    )


def alike(services: Services, category: str, place: str) -> Sequence[OpenCase]:
    """Open public cases of a kind in a place; none while the database is away."""
    try:
        with services.database.begin() as session:
            found = cases.alike(session, category, place)
            return [OpenCase(case.reference, showable(case.landmark), case.received_at) for case in found]
    except DatabaseAway:
        return ()
