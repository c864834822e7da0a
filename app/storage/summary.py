"""What the summaries say: read from the counters alone, so that a ward's figures cost the same however many reports."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.storage.tables import CITY, UNPLACED, Counter

NOT_PUBLIC = "NOT_PUBLIC"
STANDING = ("open", "overdue")
EVENTS = ("reports", "new", "fixed", "reopened", "says_fixed", "says_not_fixed", "no_answer")
METRICS = (*EVENTS, *STANDING)
Grouping = InstrumentedAttribute[str]


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
    by_category = _gathered(session, Counter.category, [ward_key], first, last)
    total = sum(by_category.values(), Figures())
    unplaced = _reports(session, UNPLACED, first, last) if ward_key == CITY else 0
    return Summary(first, last, total, by_category, unplaced)


def ward_totals(session: Session, ward_keys: Collection[str], first: date, last: date) -> Mapping[str, Figures]:
    """The figures of many wards; one in which nothing ever happened has zeros."""
    found = _gathered(session, Counter.ward_key, ward_keys, first, last)
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
    session: Session, by: Grouping, ward_keys: Collection[str], first: date, last: date
) -> dict[str, Figures]:
    """Sums by ward or category: of the period, and for what stands, of all days to its end."""
    events = Counter.day.between(first, last) & Counter.metric.in_(EVENTS)
    stands = (Counter.day <= last) & Counter.metric.in_(STANDING)
    sums: dict[str, dict[str, int]] = defaultdict(dict)
    for which in (events, stands):  # apart, so that each reads its own piece of the index
        rows = session.execute(
            select(by, Counter.metric, func.sum(Counter.n))
            .where(Counter.ward_key.in_(ward_keys), which)
            .group_by(by, Counter.metric)
        )
        for name, metric, n in rows:
            sums[name][metric] = int(n)
    return {name: Figures(**figures) for name, figures in sums.items()}
