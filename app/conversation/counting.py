"""How screens fare, counted for all phones together: shown, answered, not understood, how long people looked.

A screen counts as shown once it is left, so that the way to a screen of danger or bribes leaves no gap in the figures.
"""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from app.civic import dates
from app.engine.state import Reply, State
from app.storage import screens
from app.storage.sessions import Held

LONGEST_LOOK = 180_000  # milliseconds: no network leaves a screen open longer


def counts(held: Held | None, state: State, reply: Reply, now: datetime, zone: ZoneInfo) -> dict[str, int]:
    """What one hop adds to the figures of screens; nothing tells whose hop it was."""
    day = dates.day(now, zone)
    return {screens.name(day, screen, metric): n for screen, metric, n in _counted(held, state, reply, now)}


def dropped(state: State, now: datetime, zone: ZoneInfo) -> dict[str, int]:
    """What a call adds that broke off."""
    day = dates.day(now, zone)
    return {screens.name(day, state.at, metric): 1 for metric in ("shown", "dropped")}


def _counted(held: Held | None, state: State, reply: Reply, now: datetime) -> Iterator[tuple[str, str, int]]:
    if held is not None:
        before = held.state["state"]
        yield before["at"], "hops", 1
        yield before["at"], "looked_ms", _looked(held, now)
        if before["at"] != state.at:
            yield before["at"], "shown", 1
        elif before["page"] == state.page:
            yield state.at, "retries", 1
    if reply.ends:
        yield from ((state.at, metric, 1) for metric in ("shown", "ended"))


def _looked(held: Held, now: datetime) -> int:
    """Milliseconds between our reply and the next input."""
    passed = (now - datetime.fromisoformat(held.at)).total_seconds() * 1000
    return int(min(max(passed, 0), LONGEST_LOOK))
