"""Waiting until all work is done: spool, inbox, due messages, polls that still invite, wake-ups in the queues."""

import time
from collections.abc import Mapping

import click
from redis import RedisError
from sqlalchemy import func, select

from app.cli import show
from app.cli.given import Given, as_json, pass_given
from app.cli.trouble import Trouble
from app.jobs.inviting import ALL_INVITED
from app.storage import inbox, messages
from app.storage.tables import Poll
from app.storage.wakeups import QUEUES
from app.wiring import Services

LOOK = 0.2
SURE = 2  # looks in a row with nothing waiting: between two steps of a worker a single one may find nothing
WAKES = {"letters on disk": "intake", "letters": "intake", "texts": "messages", "polls": "polls"}


def waiting(services: Services) -> dict[str, int]:
    """What waits, by kind; a kind of which nothing waits is not named. Raises DatabaseAway."""
    now = services.clock.now()
    with services.database.begin() as session:
        inviting = select(func.count()).where(
            Poll.cursor != ALL_INVITED, Poll.closed_at.is_(None) | (Poll.closed_at > now)
        )
        found = {
            "letters on disk": services.spool.depth(),
            "letters": inbox.waiting(session),
            "texts": messages.queued(session, now),
            "polls": session.scalar(inviting) or 0,
            "wake-ups": wakeups(services),
        }
    return {kind: count for kind, count in found.items() if count}


def wakeups(services: Services) -> int:
    """How many wake-ups lie in the queues; with Valkey away the clock does without them."""
    try:
        return sum(services.wakeups.queue(name).count for name in QUEUES)
    except RedisError:
        return 0


def why_paused(services: Services) -> str | None:
    """Why no text leaves, None if texts do."""
    with services.database.begin() as session:
        return messages.paused(session)


@click.command()
@click.option("--timeout", default=120.0, show_default=True, help="Seconds to wait at most.")
@as_json
@pass_given
def drain(given: Given, timeout: float, as_json: bool) -> None:
    """Wait until nothing waits: no letter, no due text, no poll that still invites. Exit code 1 if something does.

    \b
    Example: scripts/izwi drain --timeout 30
    """
    services = given.services
    left = settle(services, timeout)
    if as_json:
        show.plain(left)
    if left:
        raise Trouble(f"{said(left)} still wait{_why(services, left)}")
    if not as_json:
        click.echo("Nothing waits.")


def settle(services: Services, timeout: float) -> Mapping[str, int]:
    """Wakes the workers and looks until nothing waits; returns what still does when time is up."""
    deadline, clear, told = time.monotonic() + timeout, 0, ""
    while clear < SURE:
        left = waiting(services)
        if (left and time.monotonic() >= deadline) or _only_paused(services, left):
            return left
        clear = 0 if left else clear + 1
        for queue in {WAKES[kind] for kind in left if kind in WAKES}:
            services.wakeups.wake(queue)
        if left and told != said(left):
            told = said(left)
            show.note(f"{told} wait")
        if clear < SURE:
            time.sleep(LOOK)
    return {}


def said(left: Mapping[str, int]) -> str:
    """What waits, in words."""
    return ", ".join(f"{count} {kind}" for kind, count in left.items())


def _only_paused(services: Services, left: Mapping[str, int]) -> bool:
    """Whether all that waits is texts that will not leave however long one waits."""
    return set(left) == {"texts"} and why_paused(services) is not None


def _why(services: Services, left: Mapping[str, int]) -> str:
    """What to do about it."""
    why = why_paused(services) if "texts" in left else None
    if why is not None:
        return f", and sending is paused ({why}): scripts/izwi sending resume"
    return ": do the workers run? scripts/izwi doctor"
