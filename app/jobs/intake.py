"""Letters become effects: in batches, each batch one transaction, a bad letter alone and parked in the end."""

from collections.abc import Callable, Mapping, Sequence
from itertools import islice
from pathlib import Path

import structlog
from sqlalchemy.orm import Session

from app.jobs import effects, incoming, tidings
from app.jobs.effects import Cause
from app.jobs.work import Work
from app.storage import inbox
from app.storage.database import DatabaseAway
from app.storage.letters import Letter, second_reference
from app.storage.tables import Inbox
from app.wiring import Services, services

BATCH = 100
Spooled = tuple[Path, Letter]
log = structlog.get_logger()


def drain() -> None:
    """The job: does everything that waits."""
    run(services())


def run(served: Services) -> int:
    """Takes in the spool, then works the inbox until nothing is due; returns how many letters were done."""
    served.wakeups.began("intake")
    take_in_spool(served)
    done = 0
    while batch := work_batch(served):
        done += batch
    if done:
        served.wakeups.wake("messages")
    return done


def take_in_spool(served: Services) -> int:
    """Moves spooled letters into the inbox in order of receipt; a file goes only after its row is committed."""
    taken, waiting = 0, served.spool.letters()
    while batch := list(islice(waiting, BATCH)):
        taken += _take_in_together(served, batch)
    return taken


def _take_in_together(served: Services, batch: Sequence[Spooled]) -> int:
    """A batch in one transaction; if that fails, each letter in its own, and what fails alone is set aside."""
    try:
        with served.database.begin() as session:
            for _, letter in batch:
                _take_in(served, session, letter)
    except DatabaseAway:
        raise
    except Exception as error:  # noqa: BLE001 - whatever is wrong with a letter, the others come in
        log.error("spooled letters could not be taken in", error=type(error).__name__, letters=len(batch))
        if len(batch) > 1:
            return sum(_take_in_together(served, [one]) for one in batch)
        served.spool.set_aside(batch[0][0])
        return 0
    for path, _ in batch:
        served.spool.forget(path)
    return len(batch)


def _take_in(served: Services, session: Session, letter: Letter) -> None:
    said = inbox.keep(session, letter, served.vault)
    if letter.said.reference not in ("", said.reference):
        inbox.keep(session, second_reference(letter), served.vault)


def work_batch(served: Services) -> int:
    """One batch in one transaction; if any letter fails, the same letters one by one. Returns how many were done."""
    claimed: Sequence[int] = ()
    try:
        with served.database.begin() as session:
            batch = inbox.claim(session, served.clock.now(), BATCH)
            claimed = [row.id for row in batch]
            _do(Work.begin(served, session), batch)
    except DatabaseAway:
        raise
    except Exception as error:  # noqa: BLE001 - whatever a letter does to its worker, the others go on
        log.warning("a batch failed and is redone row by row", error=type(error).__name__, letters=len(claimed))
        return sum(work_alone(served, row_id) for row_id in claimed)
    return len(claimed)


def work_alone(served: Services, row_id: int) -> bool:
    """One letter; the try is counted and committed before it is made, so that no letter is tried for ever."""
    now = served.clock.now()
    try:
        with served.database.begin() as session:
            row = inbox.claim_one(session, row_id)
            if row is None or inbox.begin_attempt(session, row_id, now) > inbox.MOST_ATTEMPTS:
                return False
        with served.database.begin() as session:
            again = inbox.claim_one(session, row_id)
            if again is None:
                return False
            _do(Work.begin(served, session), [again])
    except DatabaseAway:
        raise
    except Exception as error:  # noqa: BLE001 - parked after the eighth try, where people see it
        log.error("a letter failed", letter=row_id, error=type(error).__name__)
        with served.database.begin() as session:
            inbox.failed(session, row_id, f"{type(error).__name__}")
        return False
    return True


def _do(work: Work, batch: Sequence[Inbox]) -> None:
    for row in batch:
        letter = inbox.opened(row, work.vault)
        HANDLERS[letter.source](work, letter)
    inbox.done(batch, work.now)
    work.finish()


def dialled(work: Work, letter: Letter) -> None:
    """The end of a USSD session, or a screen whose effect counts at once."""
    cause = Cause(letter.key, letter.phone, letter.said.reference, letter.received_at)
    for effect in letter.body["effects"]:
        effects.apply(work, effect["name"], effect["data"], cause)


HANDLERS: Mapping[str, Callable[[Work, Letter], None]] = {
    "ussd": dialled,
    "sms": incoming.sms,
    "delivery": tidings.delivery,
    "optout": tidings.opted_out,
    "alias": tidings.second_reference,
}
