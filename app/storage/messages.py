"""Outgoing texts: written once by intent, claimed with the opt-out in hand, settled only forwards."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.engine import gsm
from app.storage import residents
from app.storage.tables import Message, Receipt, Switch
from app.storage.vault import Vault

LEASE = timedelta(seconds=60)
PARKED_FOR = timedelta(minutes=15)
FINAL = ("delivered", "failed", "cancelled")


@dataclass(frozen=True)
class Text:
    """A text to be sent. `answers_at`: when the person did what it answers, so that only a later STOP holds it back.

    `tries`: 1 = at most once (polls, digests), 3 = a doubled text is better than none (receipts).
    """

    intent: str
    purpose: str
    phone: str
    text: str
    answers_at: datetime | None = None
    tries: int = 1
    due_at: datetime | None = None


def queue(session: Session, texts: Sequence[Text], vault: Vault, now: datetime) -> int:
    """Queues texts whose intent is new; returns how many were."""
    if not texts:
        return 0
    rows = [_row(text, vault, now) for text in texts]
    added = session.execute(insert(Message).values(rows).on_conflict_do_nothing().returning(Message.id))
    return len(added.all())


def _row(text: Text, vault: Vault, now: datetime) -> dict[str, object]:
    index = vault.index(text.phone)
    body = gsm.fold(text.text)
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


def claim(session: Session, now: datetime, most: int) -> list[Message]:
    """Up to `most` due messages, marked as being sent in this transaction; opted-out ones are cancelled instead.

    The numbers' locks are taken before the opt-outs are read, so that no attempt is committed after an opt-out was.
    """
    due = session.scalars(
        select(Message)
        .where(Message.state == "queued", Message.due_at <= now)
        .order_by(Message.due_at, Message.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    ).all()
    if not due:
        return []
    indexes = [message.phone_index for message in due]
    residents.lock_sending(session, indexes)
    out = residents.opted_out(session, indexes)
    for message in due:
        stopped_at = out.get(bytes(message.phone_index))
        if stopped_at is not None and (message.answers_at is None or message.answers_at < stopped_at):
            settle(message, "cancelled", "opted out", now)
        else:
            message.state, message.attempts, message.lease_until = "sending", message.attempts + 1, now + LEASE
    return [message for message in due if message.state == "sending"]


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


def report(session: Session, gateway_id: str, state: str, detail: str, now: datetime) -> bool:
    """Applies a delivery report (`accepted`, `delivered` or `failed`); parks it if the message is not known yet."""
    message = session.scalar(select(Message).where(Message.gateway_id == gateway_id).with_for_update())
    if message is None:
        session.add(Receipt(gateway_id=gateway_id, status=state, detail=detail, at=now))
        return False
    if message.state != "delivered" and (state == "delivered" or message.state not in FINAL):
        settle(message, state, detail, now)
    return True


def apply_parked(session: Session, message: Message, now: datetime) -> None:
    """Delivery reports that were here before the message's own answer."""
    for receipt in session.scalars(select(Receipt).where(Receipt.gateway_id == message.gateway_id)).all():
        if message.state != "delivered" and (receipt.status == "delivered" or message.state not in FINAL):
            settle(message, receipt.status, receipt.detail, now)
        session.delete(receipt)


def drop_parked(session: Session, now: datetime) -> None:
    """Forgets delivery reports whose message did not show itself in a quarter of an hour."""
    session.execute(delete(Receipt).where(Receipt.at < now - PARKED_FOR))


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
