"""Outgoing texts: written once by intent, claimed with the opt-out in hand, settled only forwards."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, delete, func, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.engine import gsm
from app.storage import residents
from app.storage.tables import Message, Poll, Receipt, Switch
from app.storage.vault import Vault

LEASE = timedelta(seconds=25)  # longer than any call to a gateway may take: 3 s to connect, 9 to answer, 9 to finish
PARKED_FOR = timedelta(minutes=15)
MAY_TURN_UP_FOR = timedelta(hours=72)
FINAL = ("delivered", "failed", "cancelled")
CHUNK = 1000


@dataclass(frozen=True)
class Text:
    """A text to be sent. `answers_at`: when the person did what it answers, so that only a later STOP holds it back.

    `tries`: 1 = at most once (polls, digests), 3 = a doubled text is better than none (receipts). `letters`: what it is
    sent in, and so what is counted.
    """

    intent: str
    purpose: str
    phone: str
    text: str
    answers_at: datetime | None = None
    tries: int = 1
    due_at: datetime | None = None
    letters: gsm.Letters = "plain"


def queue(session: Session, texts: Sequence[Text], vault: Vault, now: datetime) -> int:
    """Queues texts whose intent is new; returns how many were."""
    queued = 0
    for start in range(0, len(texts), CHUNK):  # a statement takes 65,535 values, and a case may have 10,000 reporters
        rows = [_row(text, vault, now) for text in texts[start : start + CHUNK]]
        added = session.execute(insert(Message).values(rows).on_conflict_do_nothing().returning(Message.id))
        queued += len(added.all())
    return queued


def _row(text: Text, vault: Vault, now: datetime) -> dict[str, object]:
    index = vault.index(text.phone)
    body = gsm.sent(text.text, text.letters)
    return {
        "intent": text.intent,
        "purpose": text.purpose,
        "phone_index": index,
        "phone_sealed": vault.seal(text.phone, index),
        "text": body,
        "segments": len(gsm.parts(body).texts),
        "answers_at": text.answers_at,
        "tries": text.tries,
        "due_at": text.due_at or now,
        "created_at": now,
    }


def paused(session: Session) -> str | None:
    """Why sending is paused, None if it is not."""
    return session.scalar(select(Switch.value).where(Switch.name == "sending"))


def pause(session: Session, why: str, now: datetime) -> None:
    """Stops sending until somebody resumes it; nothing queued is lost."""
    statement = insert(Switch).values(name="sending", value=why, at=now)
    session.execute(statement.on_conflict_do_nothing())


@dataclass(frozen=True)
class Terms:
    """What holds for a claim: how many at once, and until when texts that nobody asked for wait (None: they may go)."""

    most: int
    quiet_until: datetime | None = None


def claim(session: Session, now: datetime, terms: Terms) -> list[Message] | None:
    """Due messages of one text, one a number, marked as being sent in this transaction; None if nothing is due.

    Answers to what people did come before news and campaigns, however many of those wait. Texts to opted-out numbers
    and of closed polls are cancelled instead, and in quiet hours news and invitations are put off.
    The numbers' locks are taken before the opt-outs are read, so that no attempt is committed after an opt-out was.
    """
    answers, others = (_due(now).where(kind) for kind in (_IS_ANSWER, ~_IS_ANSWER))
    first = _first(session, answers) or _first(session, others)
    if first is None:
        return None
    group = _one_a_number(session.scalars(_alike(first, now, terms.most).with_for_update(skip_locked=True)))
    indexes = [message.phone_index for message in group]
    residents.lock_sending(session, indexes)
    out, over = residents.opted_out(session, indexes), _closed_polls(session, group, now)
    for message in group:
        stopped_at = out.get(bytes(message.phone_index))
        if stopped_at is not None and (message.answers_at is None or message.answers_at < stopped_at):
            settle(message, "cancelled", "opted out", now)
        elif _poll_of(message) in over:
            settle(message, "cancelled", "the poll is closed", now)
        elif terms.quiet_until is not None and _is_bound_to_hours(message):
            message.due_at = terms.quiet_until
        else:
            message.state, message.attempts, message.lease_until = "sending", message.attempts + 1, now + LEASE
    return [message for message in group if message.state == "sending"]


_IS_ANSWER = Message.answers_at.is_not(None)


def _first(session: Session, due: Select[Message]) -> Message | None:
    return session.scalar(due.limit(1).with_for_update(skip_locked=True))


def _due(now: datetime) -> Select[Message]:
    return select(Message).where(Message.state == "queued", Message.due_at <= now).order_by(Message.due_at, Message.id)


def _alike(first: Message, now: datetime, most: int) -> Select[Message]:
    """The messages with the same text among the next `most` due ones: one call of the gateway takes them all."""
    after = tuple_(Message.due_at, Message.id) >= (first.due_at, first.id)
    kind = _IS_ANSWER if first.answers_at is not None else ~_IS_ANSWER
    near = _due(now).where(after, kind).limit(most).with_only_columns(Message.id).scalar_subquery()
    return _due(now).where(Message.id.in_(near), Message.text == first.text)


def _one_a_number(messages: Iterable[Message]) -> list[Message]:
    """Two texts to one number never go in one call, or their answers could not be told apart."""
    firsts: dict[bytes, Message] = {}
    for message in messages:
        firsts.setdefault(bytes(message.phone_index), message)
    return list(firsts.values())


def _poll_of(message: Message) -> int | None:
    """The poll to which a message invites."""
    is_invitation = message.purpose == "poll" and message.answers_at is None
    return int(message.intent.split(":")[1]) if is_invitation else None


def _closed_polls(session: Session, group: Sequence[Message], now: datetime) -> set[int]:
    polls = {poll for message in group if (poll := _poll_of(message)) is not None}
    closed = select(Poll.id).where(Poll.id.in_(polls), Poll.closed_at <= now)
    return set(session.scalars(closed)) if polls else set()


def _is_bound_to_hours(message: Message) -> bool:
    """Whether a message is news of a case or an invitation; answers, receipts and digests leave at any hour."""
    return message.answers_at is None and (message.purpose == "poll" or message.purpose.startswith("case."))


def still_sending(session: Session, claimed: Sequence[Message]) -> list[Message]:
    """Those of the claimed messages whose attempt is still ours to settle, locked."""
    attempts = {message.id: message.attempts for message in claimed}
    held = select(Message).where(Message.id.in_(attempts), Message.state == "sending").order_by(Message.id)
    rows = session.scalars(held.with_for_update()).all()
    return [message for message in rows if message.attempts == attempts[message.id]]


def settle(message: Message, state: str, detail: str, now: datetime) -> None:
    """The end of a message, or the last that is known of it."""
    message.state, message.detail, message.settled_at, message.lease_until = state, detail, now, None


def retry(message: Message, at: datetime, detail: str) -> None:
    """Certainly not sent: it goes back into the queue and keeps its tries."""
    message.state, message.due_at, message.detail, message.lease_until = "queued", at, detail, None


def recover(session: Session, now: datetime) -> int:
    """Messages whose sender died: a receipt is sent again while it has tries, anything else is of unknown outcome."""
    lost = session.scalars(
        select(Message)
        .where(Message.state == "sending", Message.lease_until < now)
        .with_for_update(skip_locked=True)
        .limit(500)
    ).all()
    for message in lost:
        unknown(message, "the sender stopped", now)
    return len(lost)


def unknown(message: Message, why: str, now: datetime) -> None:
    """The call may have gone through: repeat what may be doubled, leave the rest to its delivery report."""
    if message.attempts < message.tries:
        retry(message, now + timedelta(seconds=5 * message.attempts), why)
    else:
        settle(message, "unknown", why, now)


@dataclass(frozen=True)
class Heard:
    """A delivery report: the gateway's id, `delivered` or `failed` and why, the blind index of the number if known."""

    gateway_id: str
    state: str
    detail: str
    index: bytes | None = None


def report(session: Session, heard: Heard, now: datetime) -> bool:
    """Applies a delivery report; parks it and returns False if the message is not known yet."""
    message = session.scalar(select(Message).where(Message.gateway_id == heard.gateway_id).with_for_update())
    message = message or _of_unknown_outcome(session, heard, now)
    if message is None:
        session.add(Receipt(gateway_id=heard.gateway_id, status=heard.state, detail=heard.detail, at=now))
        return False
    _forward(message, heard.state, heard.detail, now)
    return True


def _of_unknown_outcome(session: Session, heard: Heard, now: datetime) -> Message | None:
    """The one message to this number of which nobody knew whether it left: it did, and this is its id."""
    if heard.index is None:
        return None
    open_ones = session.scalars(
        select(Message)
        .where(Message.phone_index == heard.index, Message.state.in_(("unknown", "sending")))
        .where(Message.created_at > now - MAY_TURN_UP_FOR)
        .limit(2)
        .with_for_update()
    ).all()
    if [message.state for message in open_ones] != ["unknown"]:
        return None
    open_ones[0].gateway_id = heard.gateway_id
    return open_ones[0]


def _forward(message: Message, state: str, detail: str, now: datetime) -> None:
    """Only forwards: what is final stays, but what was given up may turn out to be delivered."""
    if message.state != "delivered" and (state == "delivered" or message.state not in FINAL):
        settle(message, state, detail, now)


def apply_parked(session: Session, message: Message, now: datetime) -> None:
    """Delivery reports that were here before the message's own answer."""
    for receipt in session.scalars(select(Receipt).where(Receipt.gateway_id == message.gateway_id)).all():
        _forward(message, receipt.status, receipt.detail, now)
        session.delete(receipt)


def drop_parked(session: Session, now: datetime) -> int:
    """Forgets delivery reports whose message did not show itself in a quarter of an hour; returns how many."""
    dropped = session.execute(delete(Receipt).where(Receipt.at < now - PARKED_FOR).returning(Receipt.id))
    return len(dropped.all())


def queued(session: Session, now: datetime) -> int:
    """How many messages are due or under way."""
    return (
        session.scalar(
            select(func.count())
            .select_from(Message)
            .where(((Message.state == "queued") & (Message.due_at <= now)) | (Message.state == "sending"))
        )
        or 0
    )


def sent_to(session: Session, index: bytes, most: int = 200) -> list[Message]:
    """The texts to a number, oldest first."""
    newest = session.scalars(
        select(Message).where(Message.phone_index == index).order_by(Message.id.desc()).limit(most)
    ).all()
    return list(reversed(newest))


def sent_today(session: Session, index: bytes, purpose: str, now: datetime) -> int:
    """How many texts of a purpose a number got in the last 24 hours."""
    since = now - timedelta(days=1)
    counted = select(func.count()).select_from(Message)
    mine = (Message.phone_index == index, Message.purpose == purpose, Message.created_at > since)
    return session.scalar(counted.where(*mine)) or 0


def cancel(session: Session, intents: Sequence[str], why: str, now: datetime) -> None:
    """Takes back texts that have not left yet."""
    session.execute(
        update(Message)
        .where(Message.intent.in_(intents), Message.state == "queued")
        .values(state="cancelled", detail=why, settled_at=now)
    )
