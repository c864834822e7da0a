"""Polls, who was invited, and one response a number."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.civic.polls import is_open
from app.storage.tables import Invitation, Poll, Resident, Response


@dataclass(frozen=True)
class Ballot:
    """An answer to a poll; `at` decides whether the poll was still open."""

    poll_id: int
    choice: str
    remark: str
    at: datetime


def open_to(session: Session, resident: Resident | None, now: datetime, most: int = 5) -> Sequence[Poll]:
    """The polls that somebody may answer now: the city's, their ward's, and those they were invited to."""
    invited = select(Invitation.poll_id).where(Invitation.resident_id == (resident.id if resident else 0))
    ward = resident.ward_key if resident else None
    return session.scalars(
        select(Poll)
        .where(Poll.closed_at.is_(None) | (Poll.closed_at > now))
        .where(Poll.ward_key.is_(None) | (Poll.ward_key == ward) | Poll.id.in_(invited))
        .order_by(Poll.id.desc())
        .limit(most)
    ).all()


def count(session: Session, resident: Resident, ballot: Ballot) -> bool:
    """Counts the voice of a number, the last if it spoke twice; False if the poll was closed or has no such choice."""
    poll = session.get(Poll, ballot.poll_id)
    if poll is None or ballot.choice not in {choice["key"] for choice in poll.choices} or not was_open(poll, ballot.at):
        return False
    invitation = session.get(Invitation, (poll.id, resident.id))
    statement = insert(Response).values(
        poll_id=poll.id,
        phone_index=resident.phone_index,
        choice=ballot.choice,
        remark=ballot.remark,
        ward_key=invitation.ward_key if invitation else resident.ward_key,
        invited=invitation is not None,
        at=ballot.at,
    )
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["poll_id", "phone_index"],
            set_={name: statement.excluded[name] for name in ("choice", "remark", "invited", "ward_key", "at")},
            where=Response.at <= statement.excluded.at,
        )
    )
    return True


def was_open(poll: Poll, at: datetime) -> bool:
    """Whether the poll took answers at a time."""
    return is_open(poll.opened_at, poll.closed_at, at)


def is_settled(session: Session, poll_id: int, index: bytes, at: datetime) -> bool:
    """Whether a poll waits for no answer of this number: it has one, or was over at that time."""
    return session.get(Response, (poll_id, index)) is not None or not was_open(session.get_one(Poll, poll_id), at)
