"""Digests: what a ward councillor reads of a week, in at most two segments."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import zip_longest
from typing import Protocol
from zoneinfo import ZoneInfo

from app.civic import dates, numbers, references
from app.engine.gsm import fold, parts
from app.engine.speech import Speech

SEGMENTS = 2
DAYS_OF_A_WEEK = 7
LINES = 3
"""Numbered lines at most: what one can answer with one key and still keep in mind."""


class Say(Protocol):
    """What says a text in the recipient's language."""

    def __call__(self, name: str, /, **values: str) -> str: ...


class What(StrEnum):
    """Why a case is worth a line, in the order in which it matters."""

    REOPENED = "reopened"
    LATE = "late"
    NEW = "new"


@dataclass(frozen=True)
class Period:
    """Whole days of the city from `start` to `end`, both counted."""

    start: dt.date
    end: dt.date

    @property
    def key(self) -> str:
        """What makes a digest of this period one."""
        return self.start.isoformat()

    def bounds(self, zone: ZoneInfo) -> tuple[dt.datetime, dt.datetime]:
        """The first moment of the period and the first after it, in UTC."""
        days = self.start, self.end + dt.timedelta(days=1)
        first, after = (dt.datetime.combine(day, dt.time(), zone).astimezone(dt.UTC) for day in days)
        return first, after


def last_week(now: dt.datetime, zone: ZoneInfo) -> Period:
    """The last full week, Monday to Sunday, that lies behind `now` (aware) in the city's zone."""
    today = now.astimezone(zone).date()
    monday = today - dt.timedelta(days=today.weekday() + 7)
    return Period(monday, monday + dt.timedelta(days=6))


@dataclass(frozen=True)
class CategoryCount:
    """New cases of one category; `label` is in the recipient's language."""

    label: str
    new: int
    public: bool = True


@dataclass(frozen=True)
class Notable:
    """A case worth a line; `count` is how many say not fixed, days late, or reports, as `what` has it.

    `category` (in the recipient's language) and `area` are the city's words; residents' words have no place here.
    """

    reference: str
    category: str
    area: str
    what: What
    count: int
    public: bool = True


@dataclass(frozen=True)
class Figures:
    """A ward's period, public categories only: events within it, and `overdue` at its end."""

    ward: int
    period: Period
    new: int = 0
    fixed: int = 0
    reopened: int = 0
    overdue: int = 0
    says_fixed: int = 0
    says_not_fixed: int = 0
    no_answer: int = 0
    by_category: tuple[CategoryCount, ...] = ()
    notable: tuple[Notable, ...] = ()

    @property
    def is_quiet(self) -> bool:
        """Whether nothing happened and nothing is late."""
        events = self.new, self.fixed, self.reopened, self.overdue, self.says_fixed, self.says_not_fixed
        return not any(events) and not self.notable


@dataclass(frozen=True)
class Digest:
    """A text, and the references of its numbered lines: a reply of `1` is about the first."""

    text: str
    references: tuple[str, ...] = ()


@dataclass(frozen=True)
class Edition:
    """What holds for all digests of a week: the weeks of an election, whether replies are taken, what is a few."""

    figures_only: bool = False
    takes_replies: bool = False
    small: int = 5


WEEKLY = Edition()


@dataclass(frozen=True)
class _Pen:
    """What writes the lines: the recipient's words and figures, and what holds for this edition."""

    say: Say
    speech: Speech
    edition: Edition

    def day(self, day: dt.date) -> str:
        """A day."""
        return dates.short(day, self.speech)

    def number(self, count: int) -> str:
        """A count of days, or of many."""
        return numbers.whole(count, self.speech)

    def count(self, count: int) -> str:
        """A count as it may be read outside: 1 to 4 are a few, so that nobody is found among them."""
        return self.say("digest.few") if 0 < count < self.edition.small else self.number(count)


@dataclass(frozen=True)
class _Line:
    """One line: where it stands, the name and values of its text, and the reference if it is numbered."""

    place: int
    name: str
    values: Mapping[str, str]
    reference: str = ""


def compose(figures: Figures, say: Say, speech: Speech, edition: Edition = WEEKLY) -> Digest | None:
    """The digest of a ward in at most two segments; None for a quiet week, save the first that ends in a month.

    Nothing is cut: a line that does not fit is left out, the least important first. Raises ValueError if not even
    the first line fits.
    """
    pen = _Pen(say, speech, edition)
    head = _head(figures, pen)
    if figures.is_quiet:
        return _written([head], say) if figures.period.end.day <= DAYS_OF_A_WEEK else None
    lines = [head]
    if not _fits(lines, say):
        raise ValueError(f"{head.name} alone is longer than {SEGMENTS} segments; shorten it")
    for line in _by_importance(figures, pen):
        lines += [line] if _fits([*lines, line], say) else []
    return _written(lines, say)


def ranked(notable: Iterable[Notable]) -> list[Notable]:
    """The public cases by what matters: the worst of each kind first, then the next of each; a case stands once."""
    public = [case for case in notable if case.public]
    columns = (sorted((c for c in public if c.what == what), key=lambda c: (-c.count, c.reference)) for what in What)
    once: dict[str, Notable] = {}
    for case in (case for row in zip_longest(*columns) for case in row if case):
        once.setdefault(case.reference, case)
    return list(once.values())


def _by_importance(figures: Figures, pen: _Pen) -> Iterator[_Line]:
    """The lines after the first, most important first; their place in the text is another matter."""
    cases = [] if pen.edition.figures_only else ranked(figures.notable)[:LINES]
    numbered = [_case(place, case, pen) for place, case in enumerate(cases, 1)]
    yield from numbered[:1]
    yield from _says(figures, pen)
    yield from numbered[1:]
    yield from _categories(figures, pen)
    if numbered and pen.edition.takes_replies:
        yield _Line(LINES + 3, "digest.reply", {})


def _head(figures: Figures, pen: _Pen) -> _Line:
    period = figures.period
    values = {
        "ward": str(figures.ward),
        "first": pen.day(period.start),
        "last": pen.day(period.end),
        "new": pen.count(figures.new),
        "fixed": pen.count(figures.fixed),
        "reopened": pen.count(figures.reopened),
        "overdue": pen.count(figures.overdue),
    }
    return _Line(0, "digest.quiet" if figures.is_quiet else "digest.head", values)


def _case(place: int, case: Notable, pen: _Pen) -> _Line:
    count = pen.number(case.count) if case.what is What.LATE else pen.count(case.count)
    shown = {"reference": references.grouped(case.reference), "category": case.category, "area": case.area}
    return _Line(place, f"digest.{case.what}", {**shown, "count": count}, case.reference)


def _says(figures: Figures, pen: _Pen) -> Iterator[_Line]:
    """What residents say of repairs: three counts side by side, silence never counted as yes."""
    said = {"fixed": figures.says_fixed, "not_fixed": figures.says_not_fixed, "no_answer": figures.no_answer}
    if any(said.values()):
        yield _Line(LINES + 1, "digest.says", {name: pen.count(count) for name, count in said.items()})


def _categories(figures: Figures, pen: _Pen) -> Iterator[_Line]:
    """The two commonest kinds of new cases, where they are more than a few."""
    common = [one for one in figures.by_category if one.public and one.new >= pen.edition.small]
    common.sort(key=lambda one: (-one.new, one.label))
    if common:
        kinds = ", ".join(f"{one.label} {pen.number(one.new)}" for one in common[:2])
        yield _Line(LINES + 2, "digest.categories", {"categories": kinds})


def _written(lines: Iterable[_Line], say: Say) -> Digest:
    """The lines in their places, the cases numbered from 1."""
    in_place = sorted(lines, key=lambda line: line.place)
    numbered = [line for line in in_place if line.reference]
    said = [say(line.name, **line.values, **_number(line, numbered)) for line in in_place]
    return Digest(fold("\n".join(said)), tuple(line.reference for line in numbered))


def _number(line: _Line, numbered: Sequence[_Line]) -> dict[str, str]:
    return {"line": str(numbered.index(line) + 1)} if line in numbered else {}


def _fits(lines: Iterable[_Line], say: Say) -> bool:
    return parts(_written(lines, say).text).count <= SEGMENTS
