"""What is remembered of somebody who dials: one short read at the first hop of a session."""

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.civic import dates
from app.civic.caller import Caller, KnownCase, KnownPoll
from app.civic.cases import UNDO_FOR
from app.civic.city import City
from app.storage import cases, polls, residents
from app.storage.tables import Case, Report, Resident

HOME_HOLDS_FOR = timedelta(days=180)


def recall(session: Session, index: bytes, city: City, now: datetime) -> Caller:
    """The caller behind a blind index; for somebody new only the polls that are open to all."""
    resident = residents.find(session, index)
    known_polls = tuple(
        KnownPoll(str(poll.id), poll.question, tuple((one["key"], one["label"]) for one in poll.choices))
        for poll in polls.open_to(session, resident, now)
    )
    if resident is None:
        return Caller(polls=known_polls)
    return Caller(
        language=resident.language,
        home=resident.place_key,
        cases=_cases(session, resident, city),
        polls=known_polls,
        second=resident.second_place_key,
        is_home_old=now - (resident.place_said_at or resident.created_at) > HOME_HOLDS_FOR,
        for_others=resident.for_others,
    )


def _cases(session: Session, resident: Resident, city: City) -> tuple[KnownCase, ...]:
    asked = {row.case_id for row in cases.asked_of(session, resident.id)}
    rows = cases.of_resident(session, resident.id)
    merged = [case.merged_into for case, _ in rows if case.merged_into is not None]
    found = session.scalars(select(Case).where(Case.id.in_(merged))).all() if merged else []
    into = {case.id: case.reference for case in found}
    own = {case.id for case, _ in rows}
    asked_elsewhere = [case for case in found if case.id in asked - own]
    known = (_known(case, report, city, case.id in asked, into) for case, report in rows)
    return (*(_known(case, None, city, True, into) for case in asked_elsewhere), *known)


def _known(case: Case, report: Report | None, city: City, asks: bool, into: dict[int, str]) -> KnownCase:
    """A case as its reporter sees it; without a report of theirs it is one that theirs was merged into."""
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
        undo_until=report.received_at + UNDO_FOR if report is not None and case.status == "received" else None,
        merged_into=into.get(case.merged_into or 0, ""),
    )


def _day(moment: datetime | None, city: City) -> date | None:
    return dates.day(moment, city.zone) if moment is not None else None
