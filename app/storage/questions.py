"""What was last asked of a number by SMS, so that a bare "1" finds its question."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.storage.tables import Question


def ask(session: Session, index: bytes, kind: str, subject: str, now: datetime, until: datetime) -> None:
    """Remembers a question; the same one asked again takes the place of its older self."""
    close(session, index, kind, subject, now)
    session.add(Question(phone_index=index, kind=kind, subject=subject, asked_at=now, expires_at=until))


def open_for(session: Session, index: bytes, now: datetime) -> list[Question]:
    """Open questions of a number, the newest first."""
    return list(
        session.scalars(
            select(Question)
            .where(Question.phone_index == index, Question.answered_at.is_(None), Question.expires_at > now)
            .order_by(Question.asked_at.desc(), Question.id.desc())
        )
    )


def close(session: Session, index: bytes, kind: str, subject: str, now: datetime) -> None:
    """The question is answered, by whatever channel."""
    session.execute(
        update(Question)
        .where(
            Question.phone_index == index,
            Question.kind == kind,
            Question.subject == subject,
            Question.answered_at.is_(None),
        )
        .values(answered_at=now)
    )
