"""Texts leave: claimed and committed as an attempt first, then handed to the gateway, then settled by its answer."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog
from sqlalchemy.orm import Session

from app.gateway.face import BATCH_LIMIT, Accepted, DeliveryReport, NotSent, Outcome, Outgoing, Refused, Unknown
from app.gateway.simulator import Simulator
from app.storage import breaker, messages
from app.storage.letters import Letter, key_of
from app.storage.messages import Terms
from app.storage.tables import Message
from app.storage.vault import Unsealable
from app.wiring import Services, services

MOST_ATTEMPTS = 12
NOT_OURS = NotSent("no number that may be texted", retry=False)
log = structlog.get_logger()


def drain() -> None:
    """The job: sends everything that is due."""
    run(services())


def run(served: Services) -> int:
    """Sends until nothing is due; waits while letters lie in the spool, since an opt-out may be among them."""
    served.wakeups.began("messages")
    sent = 0
    while (group := _claim(served)) is not None:
        _send(served, group)
        sent += len(group)
    return sent


def _claim(served: Services) -> Sequence[Message] | None:
    """The next texts that leave in one call, None if there are none to send now."""
    if served.spool.depth():
        return None
    now = served.clock.now()
    may_leave = served.news_may_leave(now)
    with served.database.begin() as session:
        messages.recover(session, now)
        most = breaker.most(session, now, BATCH_LIMIT)
        if not most or messages.paused(session) is not None:
            return None
        return messages.claim(session, now, Terms(most, may_leave if may_leave > now else None))


def _send(served: Services, group: Sequence[Message]) -> None:
    numbers = {message.id: _number(served, message) for message in group}
    batch = [Outgoing(numbers[message.id], message.text) for message in group if numbers[message.id]]
    outcomes = served.gateway.send(batch) if batch else {}
    with served.database.begin() as session:
        for message in messages.still_sending(session, group):
            _settle(served, session, message, outcomes.get(numbers[message.id], NOT_OURS))
        _note_how_the_gateway_is(session, list(outcomes.values()), served.clock.now())
    for number in (number for number, outcome in outcomes.items() if is_opt_out(outcome)):
        served.keep(opt_out_letter(number, served.clock.now()))
    _deliver_in_simulation(served)


def _number(served: Services, message: Message) -> str:
    """The number to send to; empty if it cannot be opened, or the pack allows no text to its country."""
    try:
        number = served.vault.open(message.phone_sealed, message.phone_index)
    except Unsealable:
        return ""
    return number if served.may_text(number) else ""


def _note_how_the_gateway_is(session: Session, outcomes: Sequence[Outcome], now: datetime) -> None:
    """A call that failed for every text of it is the gateway's failure, not theirs."""
    failures = [one for one in outcomes if isinstance(one, Unknown | NotSent)]
    if outcomes and len(failures) == len(outcomes):
        breaker.failed(session, len(failures), now)
    elif outcomes:
        breaker.worked(session)


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
    body = {"id": report.id, "status": report.status.value, "reason": report.reason, "stops": report.opted_out}
    key = key_of("delivery", report.id, report.status.value, report.reason or "")
    return Letter(key, "delivery", report.phone, body, now)


def opt_out_letter(number: str, now: datetime) -> Letter:
    """A subscriber who told the gateway, not us, to stop; every one counts, since they may have started again."""
    return Letter(key_of("optout", number, now.isoformat()), "optout", number, {"stops": True}, now)


def is_opt_out(outcome: Outcome) -> bool:
    """Whether the gateway refused a number because its owner opted out there."""
    return isinstance(outcome, Refused) and outcome.opted_out
