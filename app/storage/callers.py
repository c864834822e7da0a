"""What is remembered of somebody who dials: one short read at the first hop of a session."""

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.civic import dates
from app.civic.caller import Caller, KnownCase, KnownPoll
from app.civic.city import City
from app.storage import cases, polls, residents
from app.storage.tables import Case, Report, Resident

UNDO_FOR = timedelta(minutes=10)


def recall(session: Session, index: bytes, city: City, now: datetime) -> Caller:
    """The caller behind a blind index; for somebody new only the polls that are open to all."""
    resident = residents.find(session, index)
    known_polls = tuple(
        KnownPoll(str(poll.id), poll.question, tuple((one["key"], one["label"]) for one in poll.choices))
        for poll in polls.open_to(session, resident, now)
    )
    if resident is None:
        return Caller(polls=known_polls)
    return Caller(resident.language, resident.place_key, _cases(session, resident, city), known_polls)


def _cases(session: Session, resident: Resident, city: City) -> tuple[KnownCase, ...]:
    asked = {row.case_id for row in cases.asked_of(session, resident.id)}
    rows = cases.of_resident(session, resident.id)
    merged = [case.merged_into for case, _ in rows if case.merged_into is not None]
    found = session.execute(select(Case.id, Case.reference).where(Case.id.in_(merged))).all() if merged else []
    into = {row.id: row.reference for row in found}
    return tuple(_known(case, report, city, case.id in asked, into) for case, report in rows)


def _known(case: Case, report: Report, city: City, asks: bool, into: dict[int, str]) -> KnownCase:
    can_undo = case.status == "received"
    return KnownCase(
        reference=case.reference,
        category=case.category,
        place=case.place_key,
        ward=case.ward_key,
        status=case.status,
        asks=asks,
        aim=_day(case.aim_at, city),
        promised=case.promised_on,
        reason=case.reason,
        landmark=case.landmark,
        undo_until=report.received_at + UNDO_FOR if can_undo else None,
        merged_into=into.get(case.merged_into or 0, ""),
    )


def _day(moment: datetime | None, city: City) -> date | None:
    return dates.day(moment, city.zone) if moment is not None else None
