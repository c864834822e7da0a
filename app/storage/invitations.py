"""Invitations to a poll, made where the residents are: a chunk is three statements, however many people it asks."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, cast, func, literal, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.engine import gsm
from app.storage.tables import Invitation, Message, OptOut, Poll, Question, Resident, Table

A_MONTH = timedelta(days=30)
People = Select[int]
Theirs = Mapping[str, ColumnElement[Any] | InstrumentedAttribute[Any]]


@dataclass(frozen=True)
class Chunk:
    """Residents with numbers from after `after` up to `to`."""

    after: int
    to: int


@dataclass(frozen=True)
class Notice:
    """An invitation: its text, when it may leave, until when an answer is waited for, how many a month are borne.

    `letters`: what it is sent in.
    """

    text: str
    leaves_at: datetime
    until: datetime
    cap: int
    letters: gsm.Letters = "plain"


def next_chunk(session: Session, poll: Poll, most: int) -> Chunk | None:
    """The next residents of the poll's ward (or of the city) who may be asked, None if there are no more."""
    near = _may_be_asked(poll).where(Resident.id > poll.cursor).order_by(Resident.id).limit(most).subquery()
    last = session.scalar(select(func.max(near.c.id)))
    return Chunk(poll.cursor, last) if last is not None else None


def invite(session: Session, poll: Poll, chunk: Chunk, notice: Notice, now: datetime) -> int:
    """Invites a chunk: who is asked, what an SMS of theirs may answer, and the texts. Returns how many were asked.

    Who has had as many uninvited texts as a month may bring is asked without one, at the next dial.
    """
    asked = _may_be_asked(poll).where(Resident.id > chunk.after, Resident.id <= chunk.to, ~_opted_out())
    theirs: Theirs = {"resident_id": Resident.id, "ward_key": Resident.ward_key}
    new = _insert(session, Invitation, asked, theirs, {"poll_id": poll.id})
    invited = _invited(poll, chunk)
    _insert(session, Question, invited, {"phone_index": Resident.phone_index}, _question(poll, notice, now))
    _insert(session, Message, invited.where(_texts_lately(now) < notice.cap), _to_them(poll), _text(notice, now))
    return new


def texts(session: Session, poll: Poll, cap: int, now: datetime) -> int:
    """How many texts would invite to a poll, if it were sent now."""
    invited = _may_be_asked(poll).where(~_opted_out(), _texts_lately(now) < cap)
    return session.scalar(select(func.count()).select_from(invited.subquery())) or 0


def _may_be_asked(poll: Poll) -> People:
    agreed = select(Resident.id).where(Resident.invites, Resident.measure != "none")
    return agreed if poll.ward_key is None else agreed.where(Resident.ward_key == poll.ward_key)


def _opted_out() -> ColumnElement[bool]:
    since = or_(OptOut.started_at.is_(None), OptOut.stopped_at >= OptOut.started_at)
    return select(OptOut.phone_index).where(OptOut.phone_index == Resident.phone_index, since).exists()


def _invited(poll: Poll, chunk: Chunk) -> People:
    return (
        select(Resident.id)
        .join(Invitation, Invitation.resident_id == Resident.id)
        .where(Invitation.poll_id == poll.id, Resident.id > chunk.after, Resident.id <= chunk.to)
    )


def _texts_lately(now: datetime) -> ColumnElement[int]:
    """How many texts that nobody asked for a resident got in a month."""
    lately = (Message.phone_index == Resident.phone_index, Message.created_at > now - A_MONTH)
    uninvited = (Message.purpose == "poll", Message.answers_at.is_(None), Message.state != "cancelled")
    return select(func.count()).select_from(Message).where(*lately, *uninvited).scalar_subquery()


def _question(poll: Poll, notice: Notice, now: datetime) -> Mapping[str, object]:
    return {"kind": "poll", "subject": str(poll.id), "asked_at": now, "expires_at": notice.until}


def _to_them(poll: Poll) -> Theirs:
    intent = literal(f"poll:{poll.id}:") + cast(Resident.id, Text)
    return {"intent": intent, "phone_index": Resident.phone_index, "phone_sealed": Resident.phone_sealed}


def _text(notice: Notice, now: datetime) -> Mapping[str, object]:
    text = gsm.sent(notice.text, notice.letters)
    segments = len(gsm.parts(text).texts)
    known = {"purpose": "poll", "text": text, "segments": segments, "tries": 1}
    return {**known, "due_at": notice.leaves_at, "created_at": now}


def _insert(session: Session, table: type[Table], people: People, theirs: Theirs, same: Mapping[str, object]) -> int:
    """A row for each of the people, with what is theirs and what is the same for all. Returns how many are new."""
    types = table.__table__.c
    constants = [literal(value, types[name].type) for name, value in same.items()]
    rows = people.with_only_columns(*theirs.values(), *constants)
    statement = insert(table).from_select([*theirs, *same], rows).on_conflict_do_nothing()
    added = session.execute(statement, execution_options={"preserve_rowcount": True})
    return int(added.rowcount)  # type: ignore[attr-defined]  # what writes has one
