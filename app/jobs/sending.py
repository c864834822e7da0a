"""Texts leave: claimed and committed as an attempt first, then handed to the gateway, then settled by its answer."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog
from sqlalchemy.orm import Session

from app.gateway.face import BATCH_LIMIT, Accepted, DeliveryReport, NotSent, Outcome, Outgoing, Refused, Unknown
from app.gateway.simulator import Simulator
from app.storage import messages, residents
from app.storage.letters import Letter, key_of
from app.storage.tables import Message
from app.wiring import Services, services

MOST_ATTEMPTS = 12
log = structlog.get_logger()


def drain() -> None:
    """The job: sends everything that is due."""
    run(services())


def run(served: Services) -> int:
    """Sends until nothing is due; waits while letters lie in the spool, since an opt-out may be among them."""
    served.wakeups.began("messages")
    with served.database.begin() as session:
        messages.recover(session, served.clock.now())
    sent = 0
    while batch := _claim(served):
        for group in _by_text(batch):
            _send(served, group)
        sent += len(batch)
    return sent


def _claim(served: Services) -> Sequence[Message]:
    if served.spool.depth():
        return ()
    with served.database.begin() as session:
        if messages.paused(session) is not None:
            return ()
        return messages.claim(session, served.clock.now(), BATCH_LIMIT)


def _by_text(batch: Sequence[Message]) -> Sequence[list[Message]]:
    """Equal texts go in one call; two texts to one number never do, or their answers could not be told apart."""
    groups: dict[tuple[str, int], list[Message]] = defaultdict(list)
    earlier: Counter[tuple[str, bytes]] = Counter()
    for message in batch:
        same = (message.text, bytes(message.phone_index))
        groups[message.text, earlier[same]].append(message)
        earlier[same] += 1
    return list(groups.values())


def _send(served: Services, group: Sequence[Message]) -> None:
    numbers = {message.id: served.vault.open(message.phone_sealed, message.phone_index) for message in group}
    outcomes = served.gateway.send([Outgoing(number, group[0].text) for number in numbers.values()])
    with served.database.begin() as session:
        for claimed in group:
            message = session.get_one(Message, claimed.id, with_for_update=True)
            if message.state == "sending":
                _settle(served, session, message, outcomes[numbers[message.id]])
    _deliver_in_simulation(served)


def _settle(served: Services, session: Session, message: Message, outcome: Outcome) -> None:
    """What the gateway's answer means for one message."""
    now = served.clock.now()
    match outcome:
        case Accepted():
            messages.settle(message, "accepted", "", now)
            message.gateway_id = outcome.gateway_id
            session.flush()
            messages.apply_parked(session, message, now)
        case Refused(pauses=True):
            message.attempts -= 1  # nothing is burned while an operator sees to it
            messages.retry(message, now, outcome.name)
            messages.pause(session, f"the gateway refuses: {outcome.code} {outcome.name}", now)
            log.error("sending is paused", code=outcome.code, name=outcome.name)
        case Refused(permanent=True):
            messages.settle(message, "failed", f"{outcome.code} {outcome.name}", now)
            if outcome.opted_out:
                residents.stop(session, message.phone_index, now, "gateway")
        case Unknown():
            messages.unknown(message, outcome.why, now)
        case NotSent(retry=False):
            messages.settle(message, "failed", outcome.why, now)
        case Refused() | NotSent():
            _later(message, outcome, now)


def _later(message: Message, outcome: Refused | NotSent, now: datetime) -> None:
    """Certainly not sent: again after 2, 4, 8 ... 300 seconds, spread so that a crowd does not come back at once."""
    why = outcome.name if isinstance(outcome, Refused) else outcome.why
    if message.attempts >= MOST_ATTEMPTS:
        messages.settle(message, "failed", f"given up: {why}", now)
        return
    wait = min(300, 2**message.attempts) * (1 + (message.id % 10) / 10)
    messages.retry(message, now + timedelta(seconds=wait), why)


def _deliver_in_simulation(served: Services) -> None:
    """The simulator's delivery reports come back by the gateway's own door."""
    if isinstance(served.gateway, Simulator):
        for report in served.gateway.receipts():
            served.keep(delivery_letter(report, served.clock.now()))


def delivery_letter(report: DeliveryReport, now: datetime) -> Letter:
    """A delivery report as a letter: once per message, status and reason."""
    body = {"id": report.id, "status": report.status.value, "reason": report.reason, "opted_out": report.opted_out}
    key = key_of("delivery", report.id, report.status.value, report.reason or "")
    return Letter(key, "delivery", report.phone, body, now)
