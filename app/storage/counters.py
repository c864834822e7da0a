"""The figures by ward, day and category: moved in the transaction of what they count, never worked out afterwards."""

from collections import Counter as Tally
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.storage.tables import CITY, UNPLACED, Counter

CHUNK = 1000  # rows a statement: PostgreSQL takes 65,535 parameters
METRICS = (
    "reports",
    "new",
    "fixed",
    "reopened",
    "says_fixed",
    "says_not_fixed",
    "says_unsure",
    "no_answer",
    "open",
    "overdue",
)


@dataclass
class Deltas:
    """Changes gathered through one transaction, applied at its end in key order so that workers never deadlock."""

    changes: "Tally[tuple[str, date, str, str]]" = field(default_factory=Tally)

    def add(self, ward: str | None, day: date, category: str, metric: str, n: int = 1) -> None:
        """Counts `n` for the ward (None: unplaced) and for the city."""
        self.changes[(ward or UNPLACED, day, category, metric)] += n
        self.changes[(CITY, day, category, metric)] += n

    def apply(self, session: Session) -> None:
        """Writes what changed and forgets it."""
        rows = [
            {"ward_key": ward, "day": day, "category": category, "metric": metric, "n": n}
            for (ward, day, category, metric), n in sorted(self.changes.items())
            if n
        ]
        self.changes.clear()
        for start in range(0, len(rows), CHUNK):
            statement = insert(Counter).values(rows[start : start + CHUNK])
            session.execute(
                statement.on_conflict_do_update(
                    index_elements=["ward_key", "day", "category", "metric"],
                    set_={"n": Counter.n + statement.excluded.n},
                )
            )


def totals(session: Session, ward: str, first: date, last: date) -> dict[tuple[str, str], int]:
    """What happened in a ward from `first` to `last`, both counted: `(category, metric)` -> sum."""
    return _sums(session, ward, Counter.day >= first, Counter.day <= last)


def standing(session: Session, ward: str, last: date) -> dict[tuple[str, str], int]:
    """What stood open or late in a ward at the end of a day: `(category, metric)` -> sum of all changes until then."""
    return _sums(session, ward, Counter.day <= last, Counter.metric.in_(("open", "overdue")))


def _sums(session: Session, ward: str, *conditions: ColumnElement[bool]) -> dict[tuple[str, str], int]:
    rows = session.execute(
        select(Counter.category, Counter.metric, func.sum(Counter.n))
        .where(Counter.ward_key == ward, *conditions)
        .group_by(Counter.category, Counter.metric)
    )
    return {(category, metric): int(n) for category, metric, n in rows}
