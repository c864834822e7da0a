"""The figures of screens: counted in Redis hop by hop, kept here by day."""

from collections.abc import Mapping
from datetime import date

from redis import Redis
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.storage.tables import ScreenCount

COUNTS = "screens:counts"
Figures = dict[str, dict[str, int]]


def name(day: date, screen: str, metric: str) -> str:
    """Under what a figure of a screen is counted in Redis."""
    return f"{day}|{screen}|{metric}"


def take(redis: "Redis") -> dict[str, int]:
    """What was counted since it was last taken. Raises RedisError."""
    taken = redis.pipeline()
    taken.hgetall(COUNTS)
    taken.delete(COUNTS)
    counted, _ = taken.execute()
    return {key.decode(): int(n) for key, n in counted.items()}


def count(redis: "Redis", counted: Mapping[str, int]) -> None:
    """Adds to what is counted. Raises RedisError."""
    added = redis.pipeline()
    for key, n in counted.items():
        added.hincrby(COUNTS, key, n)
    added.execute()


def add(session: Session, counted: Mapping[str, int]) -> None:
    """Adds what was counted in Redis; a name of another shape is left out."""
    rows = [row for key, n in sorted(counted.items()) if (row := _row(key, n))]
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


def _row(key: str, n: int) -> dict[str, object] | None:
    day, _, rest = key.partition("|")
    screen, _, metric = rest.partition("|")
    try:
        return {"day": date.fromisoformat(day), "screen": screen, "metric": metric, "n": n} if metric else None
    except ValueError:
        return None
