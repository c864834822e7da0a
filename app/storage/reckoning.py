"""What the rows of a case say was counted for it, so that its figures can move when its ward or category changes."""

from collections import Counter as Tally
from collections.abc import Iterable, Iterator
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.civic import dates
from app.civic.cases import OPEN, Status
from app.storage import cases
from app.storage.tables import Case, CaseEvent, Verdict

Figure = tuple[date, str]

CLEARS = ("classified",)
"""Events that change what a case is about, and with it its time: until that has run out anew, it is not late."""


def of_case(session: Session, case: Case, zone: ZoneInfo) -> "Tally[Figure]":
    """Every figure of the case, `(day of the city, metric)` -> n; what was taken back again is zero or missing."""
    counted: Tally[Figure] = Tally()
    for report in cases.reports_of(session, case.id):
        counted[dates.day(report.received_at, zone), "reports"] += 1
    for (day, metric), n in _of_history(cases.events_of(session, case.id), zone):
        counted[day, metric] += n
    for row in session.scalars(select(Verdict).where(Verdict.case_id == case.id)):
        counted[_of_verdict(row, zone)] += 1
    return counted


def _of_verdict(row: Verdict, zone: ZoneInfo) -> Figure:
    if row.verdict is None or row.answered_at is None:
        return row.asked_on, "no_answer"
    return dates.day(row.answered_at, zone), f"says_{row.verdict}"


def _of_history(events: Iterable[CaseEvent], zone: ZoneInfo) -> Iterator[tuple[Figure, int]]:
    """What each event counted, the case being open and not late before the second one."""
    stands_open = is_late = False
    received = None
    for event in events:
        day, opens = dates.day(event.at, zone), Status(event.status) in OPEN
        received = received or day
        if event.kind in ("fixed", "reopened", "overdue"):
            yield (day, event.kind), 1
        if event.kind in ("received", "undone"):
            yield (received, "new"), 1 if event.kind == "received" else -1
        if opens != stands_open:
            yield (day, "open"), 1 if opens else -1
        if is_late and ends_lateness(event):
            yield (day, "overdue"), -1
        stands_open, is_late = opens, event.kind == "overdue" or (is_late and not ends_lateness(event))


def ends_lateness(event: CaseEvent) -> bool:
    """Whether a late case is late no longer after an event: it is done, promised anew, or about something else."""
    status = Status(event.status)
    promises = event.kind in ("scheduled", "rescheduled")
    return status not in OPEN or promises or event.kind in CLEARS
