"""Cases, the reports that hang on them, and what residents say of repairs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, func, or_, select, update
from sqlalchemy.orm import Session

from app.civic.cases import Status, Verdict
from app.storage.tables import Alias, Case, CaseEvent, Report, Resident
from app.storage.tables import Verdict as VerdictRow


def by_reference(session: Session, reference: str, lock: bool = False) -> Case | None:
    """The case that a reference means, also by a second reference that was said for it."""
    aliased = select(Alias.case_id).where(Alias.reference == reference).scalar_subquery()
    query = select(Case).where(or_(Case.reference == reference, Case.id == aliased))
    return session.scalar(locked(query) if lock else query)


def locked(query: Select[Case]) -> Select[Case]:
    """The cases of a query, locked, as they stand once they are: what this session read before may be old."""
    return query.with_for_update().execution_options(populate_existing=True)


def standing(session: Session, case: Case, lock: bool = False) -> Case:
    """The case itself, or the one that it was merged into."""
    while case.merged_into is not None:
        case = session.get_one(Case, case.merged_into, with_for_update=lock)
    return case


def merge(session: Session, case: Case, into: Case) -> None:
    """Points a case, and those merged into it before, to the one that goes on: nobody is more than a step away."""
    session.execute(update(Case).where(Case.merged_into == case.id).values(merged_into=into.id))
    case.merged_into = into.id


def is_reporter(session: Session, case_id: int, resident_id: int) -> bool:
    """Whether a resident has a report on a case that was not taken back."""
    return newest_of(session, case_id, resident_id) is not None


def alike(session: Session, category: str, place: str, most: int = 50) -> Sequence[Case]:
    """Open public cases of a kind in a place that have a landmark, the newest first."""
    return session.scalars(
        select(Case)
        .where(Case.category == category, Case.place_key == place, Case.open, Case.public, Case.landmark != "")
        .order_by(Case.received_at.desc())
        .limit(most)
    ).all()


def reports_of(session: Session, case_id: int) -> Sequence[Report]:
    """The reports on a case that were not taken back, the first one first."""
    return session.scalars(
        select(Report).where(Report.case_id == case_id, Report.withdrawn_at.is_(None)).order_by(Report.id)
    ).all()


def reporters(session: Session, case_id: int, most: int | None = None) -> Sequence[Resident]:
    """Who is to be told of a case, each once, the first reporter first; those of merged cases follow it."""
    first = func.min(Report.id)
    merged = select(Case.id).where(Case.merged_into == case_id).scalar_subquery()
    return session.scalars(
        select(Resident)
        .join(Report, Report.resident_id == Resident.id)
        .where(or_(Report.case_id == case_id, Report.case_id.in_(merged)), Report.withdrawn_at.is_(None))
        .group_by(Resident.id)
        .order_by(first)
        .limit(most)
    ).all()


def of_resident(session: Session, resident_id: int, most: int = 9) -> Sequence[tuple[Case, Report]]:
    """A resident's cases, each with their newest report on it, the newest first."""
    newest = (
        select(func.max(Report.id))
        .where(Report.resident_id == resident_id, Report.withdrawn_at.is_(None))
        .group_by(Report.case_id)
    )
    rows = session.execute(
        select(Case, Report)
        .join(Report, Report.case_id == Case.id)
        .where(Report.id.in_(newest))
        .order_by(Report.id.desc())
        .limit(most)
    )
    return [(case, report) for case, report in rows.all()]


def newest_of(session: Session, case_id: int, resident_id: int) -> Report | None:
    """A resident's newest report on a case that was not taken back."""
    theirs = (Report.case_id == case_id, Report.resident_id == resident_id, Report.withdrawn_at.is_(None))
    return session.scalar(select(Report).where(*theirs).order_by(Report.id.desc()).limit(1))


def count_of(session: Session, resident_id: int) -> int:
    """How many reports of a resident are held."""
    mine = (Report.resident_id == resident_id, Report.withdrawn_at.is_(None))
    return session.scalar(select(func.count()).select_from(Report).where(*mine)) or 0


def asked_of(session: Session, resident_id: int, case_id: int | None = None) -> Sequence[VerdictRow]:
    """Questions "is it fixed?" that wait for this resident's word, the newest first."""
    query = (
        select(VerdictRow)
        .join(Case, Case.id == VerdictRow.case_id)
        .where(
            VerdictRow.resident_id == resident_id,
            VerdictRow.verdict.is_(None),
            VerdictRow.round == Case.round,
            Case.status == Status.FIXED.value,
        )
        .order_by(Case.fixed_at.desc())
    )
    return session.scalars(query if case_id is None else query.where(VerdictRow.case_id == case_id)).all()


def said_of_repair(session: Session, resident_id: int, since: datetime) -> VerdictRow | None:
    """The newest word of this resident, given after a time, on a repair that may still be spoken on."""
    return session.scalars(
        select(VerdictRow)
        .join(Case, Case.id == VerdictRow.case_id)
        .where(
            VerdictRow.resident_id == resident_id,
            VerdictRow.verdict.is_not(None),
            VerdictRow.answered_at > since,
            VerdictRow.round == Case.round,
            Case.status == Status.FIXED.value,
        )
        .order_by(VerdictRow.answered_at.desc())
        .limit(1)
    ).first()


def verdicts(session: Session, case: Case) -> dict[int, Verdict]:
    """What those who answered say of the present repair, by resident."""
    rows = session.scalars(
        select(VerdictRow).where(
            VerdictRow.case_id == case.id, VerdictRow.round == case.round, VerdictRow.verdict.is_not(None)
        )
    )
    return {row.resident_id: Verdict(row.verdict or "") for row in rows}


def ask_verdict(session: Session, case: Case, resident_id: int, asked_on: date) -> None:
    """Notes that a reporter is asked about the present repair."""
    session.add(VerdictRow(case_id=case.id, resident_id=resident_id, round=case.round, asked_on=asked_on))


def events_of(session: Session, case_id: int) -> Sequence[CaseEvent]:
    """The history of a case, oldest first."""
    return session.scalars(select(CaseEvent).where(CaseEvent.case_id == case_id).order_by(CaseEvent.id)).all()


@dataclass(frozen=True)
class Wanted:
    """Which cases to list; None = any."""

    ward: str | None = None
    status: str | None = None
    category: str | None = None
    only_open: bool = False


def listed(session: Session, wanted: Wanted, most: int = 100) -> Sequence[Case]:
    """Cases, danger first, then late, then by number of reports, then the oldest."""
    conditions: list[ColumnElement[bool]] = []
    if wanted.ward is not None:
        conditions.append(Case.ward_key == wanted.ward)
    if wanted.status is not None:
        conditions.append(Case.status == wanted.status)
    if wanted.category is not None:
        conditions.append(Case.category == wanted.category)
    if wanted.only_open:
        conditions.append(Case.open.is_(True))
    order = (Case.urgent.desc(), Case.overdue.desc(), Case.reports.desc(), Case.received_at)
    return session.scalars(select(Case).where(*conditions).order_by(*order).limit(most)).all()


def past_due(session: Session, now: datetime, most: int = 500) -> Sequence[Case]:
    """Open cases whose time has run out and that are not yet counted as late."""
    return session.scalars(
        select(Case)
        .where(Case.open, Case.overdue.is_(False), Case.due_at <= now)
        .order_by(Case.due_at)
        .limit(most)
        .with_for_update(skip_locked=True)
    ).all()


def long_fixed(session: Session, fixed_before: datetime, most: int = 500) -> Sequence[Case]:
    """Fixed cases that nobody reopened in time."""
    return session.scalars(
        select(Case)
        .where(Case.status == Status.FIXED.value, Case.fixed_at <= fixed_before)
        .limit(most)
        .with_for_update(skip_locked=True)
    ).all()
