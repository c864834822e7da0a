"""The one loop that owns time: sweeps, due digests, poll windows, overdue cases. Two of them do no harm."""

import os
import signal
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Event, Thread
from time import monotonic

import structlog
from redis import RedisError

from app.civic import cases as life
from app.civic.cases import By, Status
from app.conversation.drafts import finish_dropped
from app.jobs import digesting, intake, inviting, moves, parting, publishing, redrawing, sending
from app.jobs.work import Work
from app.storage import cases, inbox, messages, screens
from app.storage.database import DatabaseAway
from app.wiring import NoCity, Services

STANDS_STILL = 300.0  # seconds: no task of the loop has so much to do
log = structlog.get_logger()


@dataclass
class Watchdog:
    """Ends the process if the loop stands still, whatever it hangs on: its supervisor starts it again."""

    die: Callable[[int], object] = os._exit
    beat_at: float = field(default_factory=monotonic)

    def beat(self) -> None:
        """The loop goes round."""
        self.beat_at = monotonic()

    def look(self, now: float) -> None:
        """Ends the process if the last beat was too long ago (`now` as `monotonic` has it)."""
        if now - self.beat_at > STANDS_STILL:
            log.critical("the clock stands still and is started anew", seconds=round(now - self.beat_at))
            self.die(70)

    def watch(self, stop: Event) -> None:
        """Looks every few seconds until the loop is told to stop."""
        while not stop.wait(5):
            self.look(monotonic())


@dataclass
class Task:
    """Something that is looked after every few seconds."""

    every: float
    do: Callable[[Services], object]
    due: float = field(default=0.0)


def tasks() -> list[Task]:
    """All periodic work, as one list."""
    return [
        Task(2, sweep),
        Task(5, finish_dropped_sessions),
        Task(15, parting.finish_silent),
        Task(15, mark_overdue),
        Task(30, keep_screen_figures),
        Task(30, wake_the_slow),
        Task(60, close_long_fixed),
        Task(60, drop_parked_receipts),
        Task(60, redrawing.run),
        Task(2, publishing.Watch().take_up_edits),
        Task(600, publishing.prune),
    ]


def run(services: Services) -> None:
    """Loops until SIGTERM or SIGINT."""
    stop = Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    periodic, watchdog = tasks(), Watchdog()
    Thread(target=watchdog.watch, args=(stop,), daemon=True).start()
    while not stop.is_set():
        watchdog.beat()
        for task in periodic:
            if monotonic() >= task.due and not stop.is_set():
                task.due = monotonic() + task.every
                attend(services, task)
        stop.wait(0.25)


def attend(services: Services, task: Task) -> None:
    """Does one task; whatever it trips over is said and tried again at its next turn."""
    try:
        task.do(services)
    except (DatabaseAway, RedisError, NoCity) as error:
        log.info("a task waits", task=task.do.__name__, error=type(error).__name__)
    except Exception as error:  # noqa: BLE001 - the loop outlives any task
        log.error("a task failed", task=task.do.__name__, error=type(error).__name__)


def sweep(services: Services) -> None:
    """Looks for letters and messages that wait; wakes the workers, or with Redis away does their work here."""
    services.database.answers()
    with services.database.begin() as session:
        letters = inbox.waiting(session) + services.spool.depth()
        texts = messages.queued(session, services.clock.now())
    if letters and not services.wakeups.wake("intake"):
        intake.run(services)
    if texts and not services.wakeups.wake("messages"):
        sending.run(services)


def finish_dropped_sessions(services: Services) -> None:
    """What sessions said that were never ended."""
    for key, held in services.sessions.dropped(services.clock.now().timestamp(), 200):
        try:
            finish_dropped(services, key, held)
        except (KeyError, TypeError, ValueError) as error:  # an older version wrote it: the others go on
            log.error("a dropped session could not be read", error=type(error).__name__)
            services.sessions.forget(held.phone, key)


def keep_screen_figures(services: Services) -> None:
    """What was counted of screens goes from Redis to where it lasts; what cannot be kept is counted on."""
    counted = screens.take(services.redis)
    try:
        with services.database.begin() as session:
            screens.add(session, counted)
    except DatabaseAway:
        screens.count(services.redis, counted)
        raise


def wake_the_slow(services: Services) -> None:
    """Polls whose audience is not yet reached, digests whose hour has come."""
    for queue, work in (("polls", inviting.run), ("digests", digesting.run)):
        if not services.wakeups.wake(queue):
            work(services)


def mark_overdue(services: Services) -> None:
    """Cases whose time ran out."""
    with services.database.begin() as session:
        work = Work.begin(services, session)
        for case in cases.past_due(session, work.now):
            moves.mark_overdue(work, case)
        work.finish()


def close_long_fixed(services: Services) -> None:
    """Fixed cases that nobody reopened for 30 days."""
    with services.database.begin() as session:
        work = Work.begin(services, session)
        for case in cases.long_fixed(session, work.now - timedelta(days=life.DAYS_UNTIL_CLOSED)):
            moves.move(work, case, moves.Step(Status.CLOSED, By.CLOCK, "clock"))
        work.finish()


def drop_parked_receipts(services: Services) -> None:
    """Delivery reports that no message ever claimed."""
    with services.database.begin() as session:
        messages.drop_parked(session, services.clock.now())
