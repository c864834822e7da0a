"""What the summaries say: read from the counters alone, so that a ward's figures cost the same however many reports."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, fields
from datetime import date

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from app.storage.tables import CITY, UNPLACED, Counter

NOT_PUBLIC = "NOT_PUBLIC"
STANDING = ("open", "overdue")


@dataclass(frozen=True)
class Figures:
    """Events within a period; `open` and `overdue` are what stands at its end."""

    reports: int = 0
    new: int = 0
    fixed: int = 0
    reopened: int = 0
    says_fixed: int = 0
    says_not_fixed: int = 0
    no_answer: int = 0
    open: int = 0
    overdue: int = 0

    def __add__(self, other: "Figures") -> "Figures":
        """Both together."""
        return Figures(**{name: getattr(self, name) + getattr(other, name) for name in METRICS})


METRICS = tuple(one.name for one in fields(Figures))


@dataclass(frozen=True)
class Summary:
    """A ward, or the city, from `first` to `last` (both included); `unplaced` is what of the city has no ward."""

    first: date
    last: date
    total: Figures
    by_category: Mapping[str, Figures] = field(default_factory=dict)
    unplaced: int = 0

    def published(self, public: Collection[str]) -> "Summary":
        """With the categories that are not public summed under one name; the totals stay what they are."""
        shown = {code: figures for code, figures in self.by_category.items() if code in public}
        hidden = sum((self.by_category[code] for code in self.by_category.keys() - shown.keys()), Figures())
        by_category = shown | ({NOT_PUBLIC: hidden} if hidden != Figures() else {})
        return Summary(self.first, self.last, self.total, by_category, self.unplaced)


def ward_summary(session: Session, ward_key: str, first: date, last: date) -> Summary:
    """The figures of a ward by its key; `*` is the city."""
    by_category = _gathered(session, [ward_key], first, last, lambda row: row.category)
    total = sum(by_category.values(), Figures())
    unplaced = _reports(session, UNPLACED, first, last) if ward_key == CITY else 0
    return Summary(first, last, total, by_category, unplaced)


def ward_totals(session: Session, ward_keys: Collection[str], first: date, last: date) -> Mapping[str, Figures]:
    """The figures of many wards; one in which nothing ever happened has zeros."""
    found = _gathered(session, ward_keys, first, last, lambda row: row.ward_key)
    return {key: found.get(key, Figures()) for key in ward_keys}


def days(session: Session, ward_key: str, first: date, last: date) -> Mapping[date, Mapping[str, int]]:
    """Reports, new and fixed cases of each day on which there were any."""
    rows = session.execute(
        select(Counter.day, Counter.metric, func.sum(Counter.n))
        .where(Counter.ward_key == ward_key, Counter.day.between(first, last))
        .where(Counter.metric.in_(("reports", "new", "fixed")))
        .group_by(Counter.day, Counter.metric)
    )
    found: dict[date, dict[str, int]] = defaultdict(dict)
    for day, metric, n in rows:
        found[day][metric] = int(n)
    return dict(found)


def _reports(session: Session, ward_key: str, first: date, last: date) -> int:
    found = session.scalar(
        select(func.sum(Counter.n)).where(
            Counter.ward_key == ward_key, Counter.day.between(first, last), Counter.metric == "reports"
        )
    )
    return int(found or 0)


def _gathered(
    session: Session, ward_keys: Collection[str], first: date, last: date, by: Callable[[Row[tuple[str, str, str, int]]], str]
) -> dict[str, Figures]:
    """Sums by ward or category: of the period, and for what stands, of all days to its end."""
    counts = (Counter.day >= first) | Counter.metric.in_(STANDING)
    rows = session.execute(
        select(Counter.ward_key, Counter.category, Counter.metric, func.sum(Counter.n).label("n"))
        .where(Counter.ward_key.in_(ward_keys), Counter.day <= last, Counter.metric.in_(METRICS), counts)
        .group_by(Counter.ward_key, Counter.category, Counter.metric)
    ).all()
    sums: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for row in rows:
        sums[by(row)][row.metric] += int(row.n)
    return {name: Figures(**figures) for name, figures in sums.items()}
