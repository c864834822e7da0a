"""The life of a case as one table: who may move it, what a move needs, and what the reporters are told of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar
from zoneinfo import ZoneInfo

from app.civic import references

Reporter = TypeVar("Reporter", bound=Hashable)


class Status(StrEnum):
    """Where a case stands; `fixed` is what the city says, residents say theirs by verdicts."""

    RECEIVED = "received"
    ACKNOWLEDGED = "acknowledged"
    SCHEDULED = "scheduled"
    IN_PROGRESS = "in_progress"
    FIXED = "fixed"
    CLOSED = "closed"
    DECLINED = "declined"
    MERGED = "merged"


class By(StrEnum):
    """Who moves a case: a councillor oversees and moves none."""

    STAFF = "staff"
    RESIDENT = "resident"
    CLOCK = "clock"


class Need(StrEnum):
    """What must come with a move; the value says it in a refusal."""

    DATE = "a date after today"
    REASON = "a reason"
    CASE = "the reference of the case it joins, as the note"


class Verdict(StrEnum):
    """What a reporter answers to "is it really fixed?"; silence is none of these."""

    FIXED = "fixed"
    NOT_FIXED = "not_fixed"
    UNSURE = "unsure"


@dataclass(frozen=True)
class Rule:
    """One line of the table; `event` names the move where the status it leads to would not."""

    source: Status
    to: Status
    by: frozenset[By]
    needs: tuple[Need, ...] = ()
    tells: str | None = None
    event: str = ""

    @property
    def kind(self) -> str:
        """The name of the move in a case's history."""
        return self.event or self.to.value


@dataclass(frozen=True)
class Move:
    """A lawful move: `tells` is the text for the reporters or None, `into` the reference of the case it joins."""

    source: Status
    to: Status
    kind: str
    tells: str | None
    date: dt.date | None
    note: str
    into: str | None


class IllegalMove(ValueError):
    """A move the table does not have; the message says what to do next, `possible` where the case may go."""

    def __init__(self, message: str, possible: tuple[Status, ...]) -> None:
        super().__init__(message)
        self.possible = possible


OPEN = frozenset({Status.RECEIVED, Status.ACKNOWLEDGED, Status.SCHEDULED, Status.IN_PROGRESS})
"""Statuses in which the city still owes work."""

DAYS_UNTIL_CLOSED = 30
"""How long reporters may say that a repair does not hold."""

UNDO_FOR = dt.timedelta(minutes=10)
"""How long a resident may take a report back."""

_STAFF = frozenset({By.STAFF})


def _rules() -> Iterator[Rule]:
    s = Status
    yield Rule(s.RECEIVED, s.ACKNOWLEDGED, _STAFF, tells="case.acknowledged")
    yield Rule(s.RECEIVED, s.CLOSED, frozenset({By.RESIDENT}), event="undone")
    for source in (s.RECEIVED, s.ACKNOWLEDGED, s.IN_PROGRESS):
        yield Rule(source, s.SCHEDULED, _STAFF, (Need.DATE,), "case.scheduled")
    # Another date for what was promised is owed its reason.
    yield Rule(s.SCHEDULED, s.SCHEDULED, _STAFF, (Need.DATE, Need.REASON), "case.rescheduled", "rescheduled")
    for source in (s.RECEIVED, s.ACKNOWLEDGED, s.SCHEDULED):
        yield Rule(source, s.IN_PROGRESS, _STAFF, tells="case.in_progress")
    for source in (s.RECEIVED, s.ACKNOWLEDGED, s.SCHEDULED, s.IN_PROGRESS):
        yield Rule(source, s.FIXED, _STAFF, tells="case.fixed")
        yield Rule(source, s.DECLINED, _STAFF, (Need.REASON,), "case.declined")
        yield Rule(source, s.MERGED, _STAFF, (Need.CASE,), "case.merged")
    yield Rule(s.FIXED, s.ACKNOWLEDGED, frozenset({By.STAFF, By.RESIDENT}), (), "case.reopened", "reopened")
    for source in (s.CLOSED, s.DECLINED):
        yield Rule(source, s.ACKNOWLEDGED, _STAFF, (Need.REASON,), "case.reopened", "reopened")
    yield Rule(s.FIXED, s.CLOSED, frozenset({By.CLOCK}))
    # Staff who close early cut short the time that reporters have to object.
    yield Rule(s.FIXED, s.CLOSED, _STAFF, (Need.REASON,))


RULES = tuple(_rules())

TEXTS = tuple(sorted({rule.tells for rule in RULES if rule.tells}))
"""Names of all texts that moves send."""


def moves(status: Status, by: By) -> tuple[Rule, ...]:
    """The lines of the table open to somebody where a case stands."""
    return tuple(rule for rule in RULES if rule.source == status and by in rule.by)


def move(status: Status, to: Status, *, by: By, today: dt.date, date: dt.date | None = None, note: str = "") -> Move:
    """The move of a case from one status to another, `today` being the city's day.

    Raises IllegalMove with what to do instead: the table has no such move, or what it needs is missing or wrong.
    """
    rule = next((rule for rule in moves(status, by) if rule.to == to), None)
    if rule is None:
        raise _refusal(status, by, f"A case that is {_words(status)} cannot become {_words(to)}.")
    if date is not None and Need.DATE not in rule.needs:
        raise _refusal(status, by, f"Leave out the date: {_words(to)} takes none, only scheduled promises a day.")
    given = {
        Need.DATE: date is not None and date > today,
        Need.REASON: bool(note.strip()),
        Need.CASE: references.read(note) is not None,
    }
    missing = [need for need in rule.needs if not given[need]]
    if date is not None and Need.DATE in missing:
        raise _refusal(status, by, f"{date.isoformat()} is past: give a date after today.")
    if missing:
        raise _refusal(status, by, f"To make it {_words(to)}, give {' and '.join(missing)}.")
    into = references.read(note) if Need.CASE in rule.needs else None
    return Move(status, to, rule.kind, rule.tells, date, note.strip(), into)


def _refusal(status: Status, by: By, what: str) -> IllegalMove:
    open_to = moves(status, by)
    lines = [f"{_words(rule.to)}{_asking(rule)}" for rule in open_to]
    then = f"Possible now: {'; '.join(lines)}." if lines else f"No move by {by} is possible from here."
    return IllegalMove(f"{what} {then}", tuple(rule.to for rule in open_to))


def _asking(rule: Rule) -> str:
    return f" (needs {' and '.join(rule.needs)})" if rule.needs else ""


def _words(status: Status) -> str:
    return status.value.replace("_", " ")


def reopens(verdicts: Mapping[Reporter, Verdict], first_reporter: Reporter | None) -> bool:
    """Whether verdicts reopen a case: the first reporter (None: erased), or half of those who answer, say not fixed."""
    against = sum(verdict == Verdict.NOT_FIXED for verdict in verdicts.values())
    if first_reporter is not None and verdicts.get(first_reporter) == Verdict.NOT_FIXED:
        return True
    return against > 0 and 2 * against >= len(verdicts)


def deadline(aim: dt.datetime | None, promise: dt.date | None, zone: ZoneInfo) -> dt.datetime | None:
    """When a case becomes late, in UTC: at the end of the promised day; until somebody promised, at its aim."""
    if promise is None:
        return aim
    morning_after = dt.datetime.combine(promise + dt.timedelta(days=1), dt.time(), zone)
    return morning_after.astimezone(dt.UTC)


def diagram() -> str:
    """The table as a Mermaid state diagram."""
    lines = ["stateDiagram-v2", f"    [*] --> {Status.RECEIVED}"]
    lines += [f"    {rule.source} --> {rule.to}: {_caption(rule)}" for rule in RULES]
    sinks = [status for status in Status if not any(rule.source == status for rule in RULES)]
    return "\n".join([*lines, *(f"    {sink} --> [*]" for sink in sinks)])


def _caption(rule: Rule) -> str:
    return f"{rule.kind} by {' or '.join(sorted(rule.by))}{_asking(rule)}"
