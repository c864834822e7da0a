"""The figures of screens: counted in Redis hop by hop, kept here by day."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.storage.tables import ScreenCount

Figures = dict[str, dict[str, int]]


def add(session: Session, counted: Mapping[str, int]) -> None:
    """Adds what was counted, each under `day|flow.screen|metric`; a name of another shape is left out."""
    rows = [row for name, n in sorted(counted.items()) if (row := _row(name, n))]
    if not rows:
        return
    statement = insert(ScreenCount).values(rows)
    keys = [ScreenCount.day, ScreenCount.screen, ScreenCount.metric]
    session.execute(
        statement.on_conflict_do_update(index_elements=keys, set_={"n": ScreenCount.n + statement.excluded.n})
    )


def between(session: Session, first: date, last: date) -> Figures:
    """What was counted from a day to a day (inclusive): screen -> metric -> n."""
    found: Figures = {}
    rows = session.execute(
        select(ScreenCount.screen, ScreenCount.metric, func.sum(ScreenCount.n))
        .where(ScreenCount.day.between(first, last))
        .group_by(ScreenCount.screen, ScreenCount.metric)
    )
    for screen, metric, n in rows:
        found.setdefault(screen, {})[metric] = int(n)
    return found


def _row(name: str, n: int) -> dict[str, object] | None:
    day, _, rest = name.partition("|")
    screen, _, metric = rest.partition("|")
    try:
        return {"day": date.fromisoformat(day), "screen": screen, "metric": metric, "n": n} if metric else None
    except ValueError:
        return None
