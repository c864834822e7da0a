"""What was last asked of a number by SMS, so that a bare "1" finds its question."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from app.storage.tables import Question

CONVERSATIONS = ("talk", "details")
"""What residents began themselves, and may leave by CANCEL and END; a poll or "is it fixed?" is the city's."""


@dataclass(frozen=True)
class Asked:
    """A question by its `kind` (`verdict`, `poll`, `details`, `talk`) and subject, open from `at` until `until`."""

    kind: str
    subject: str
    at: datetime
    until: datetime


def ask(session: Session, indexes: Sequence[bytes], asked: Asked) -> None:
    """Remembers a question to some numbers; the same one asked again takes the place of its older self."""
    if not indexes:
        return
    close(session, indexes, asked.kind, asked.subject, asked.at)
    row = {"kind": asked.kind, "subject": asked.subject, "asked_at": asked.at, "expires_at": asked.until}
    session.execute(insert(Question), [{"phone_index": index, **row} for index in indexes])


def open_for(session: Session, index: bytes, at: datetime) -> list[Question]:
    """The questions that were open to a number at a time, the newest first."""
    return list(
        session.scalars(
            select(Question)
            .where(Question.phone_index == index, Question.answered_at.is_(None), Question.expires_at > at)
            .order_by(Question.asked_at.desc(), Question.id.desc())
        )
    )


def in_conversation(session: Session, index: bytes, at: datetime) -> bool:
    """Whether a number was in a conversation of its own at a time."""
    return any(question.kind in CONVERSATIONS for question in open_for(session, index, at))


def leave(session: Session, index: bytes, now: datetime) -> None:
    """A number leaves its conversations: they ask no more."""
    theirs = (Question.phone_index == index, Question.kind.in_(CONVERSATIONS), Question.answered_at.is_(None))
    session.execute(update(Question).where(*theirs).values(answered_at=now))


def close(session: Session, indexes: Sequence[bytes], kind: str, subject: str, now: datetime) -> None:
    """The question is answered, by whatever channel, or asks no more."""
    session.execute(
        update(Question)
        .where(
            Question.phone_index.in_(indexes),
            Question.kind == kind,
            Question.subject == subject,
            Question.answered_at.is_(None),
        )
        .values(answered_at=now)
    )
