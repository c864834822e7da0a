"""The tables. Wards, places, categories and languages have natural keys, so that a row can be read as it stands."""

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import (
    BigInteger,
    Boolean,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Text,
    UniqueConstraint,
    false,
    text,
    true,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

UNPLACED = ""
CITY = "*"


class Table(DeclarativeBase):
    """One table; every time is an aware UTC datetime, every text is PostgreSQL's text."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        str: Text,
        int: BigInteger,
        bytes: LargeBinary,
        bool: Boolean,
        datetime: DateTime(timezone=True),
        date: Date,
        dict[str, Any]: JSONB,
        list[Any]: JSONB,
    }


class Numbered:
    """A row that has no name of its own gets a number."""

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)


# -- the city ----------------------------------------------------------------------------------------------------------


class CityPack(Numbered, Table):
    """A city pack as it was loaded; the newest one is the city."""

    __tablename__ = "city_pack"
    loaded_at: Mapped[datetime]
    document: Mapped[dict[str, Any]]


class Ward(Table):
    """A ward of one delimitation; the key names both, since a number moves when wards are redrawn."""

    __tablename__ = "ward"
    key: Mapped[str] = mapped_column(primary_key=True)
    delimitation: Mapped[str]
    number: Mapped[int]
    name: Mapped[str]


class Place(Table):
    """A named area: what people know. It keeps its key through every delimitation."""

    __tablename__ = "place"
    key: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]


# -- people ------------------------------------------------------------------------------------------------------------


class Resident(Numbered, Table):
    """Somebody who dialled to the end or wrote: a sealed number and what they chose, no name."""

    __tablename__ = "resident"
    phone_index: Mapped[bytes] = mapped_column(unique=True)
    phone_sealed: Mapped[bytes]
    language: Mapped[str]
    place_key: Mapped[str | None] = mapped_column(ForeignKey("place.key"))
    ward_key: Mapped[str | None] = mapped_column(ForeignKey("ward.key"), index=True)
    second_place_key: Mapped[str | None] = mapped_column(ForeignKey("place.key"))
    place_said_at: Mapped[datetime | None]
    for_others: Mapped[bool] = mapped_column(server_default=false())
    measure: Mapped[str] = mapped_column(server_default="full")
    invites: Mapped[bool] = mapped_column(server_default=true())
    created_at: Mapped[datetime]


class OptOut(Table):
    """A number that said STOP: it is opted out while `stopped_at` is later than `started_at`."""

    __tablename__ = "opt_out"
    phone_index: Mapped[bytes] = mapped_column(primary_key=True)
    stopped_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    source: Mapped[str]


class Question(Numbered, Table):
    """What was last asked of a number by SMS: an incoming "1" answers the newest open one."""

    __tablename__ = "question"
    __table_args__ = (Index(None, "phone_index", "asked_at", postgresql_where=text("answered_at IS NULL")),)
    phone_index: Mapped[bytes]
    kind: Mapped[str]
    subject: Mapped[str]
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]


class Talk(Table):
    """An open conversation by SMS: where it stands, sealed, and the edition of the flows in which it began."""

    __tablename__ = "talk"
    phone_index: Mapped[bytes] = mapped_column(primary_key=True)
    phone_sealed: Mapped[bytes]
    key: Mapped[str]
    edition: Mapped[str]
    state_sealed: Mapped[bytes]
    expires_at: Mapped[datetime] = mapped_column(index=True)


# -- cases -------------------------------------------------------------------------------------------------------------


class Case(Numbered, Table):
    """The city's unit of work: one problem at one place. It bears the reference."""

    __tablename__ = "case"
    __table_args__ = (
        Index(None, "category", "place_key", "status"),
        Index(None, "ward_key", "status"),
        Index("ix_case_due_at_open", "due_at", postgresql_where=text("open AND NOT overdue")),
        Index("ix_case_alike", "category", "place_key", "received_at", postgresql_where=text("open AND public")),
        Index("ix_case_open_in_ward", "ward_key", "received_at", postgresql_where=text("open AND public")),
        Index("ix_case_fixed", "fixed_at", postgresql_where=text("status = 'fixed'")),
    )
    reference: Mapped[str] = mapped_column(unique=True)
    category: Mapped[str]
    public: Mapped[bool]
    urgent: Mapped[bool] = mapped_column(server_default=false())
    place_key: Mapped[str | None] = mapped_column(ForeignKey("place.key"))
    ward_key: Mapped[str | None] = mapped_column(ForeignKey("ward.key"))
    landmark: Mapped[str] = mapped_column(server_default="")
    owner: Mapped[str]
    status: Mapped[str]
    open: Mapped[bool] = mapped_column(server_default=true())
    overdue: Mapped[bool] = mapped_column(server_default=false())
    reports: Mapped[int] = mapped_column(Integer, server_default="0")
    received_at: Mapped[datetime]
    aim_at: Mapped[datetime | None]
    promised_on: Mapped[date | None]
    due_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(server_default="")
    fixed_at: Mapped[datetime | None]
    round: Mapped[int] = mapped_column(Integer, server_default="0")
    merged_into: Mapped[int | None] = mapped_column(ForeignKey("case.id"))


class Alias(Table):
    """A second reference that was said for a case (a receipt given while the database was away)."""

    __tablename__ = "alias"
    reference: Mapped[str] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)


class Report(Numbered, Table):
    """What one resident said about one problem, once; a "me too" is a report."""

    __tablename__ = "report"
    __table_args__ = (Index(None, "resident_id", "received_at"),)
    key: Mapped[str] = mapped_column(unique=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    resident_id: Mapped[int] = mapped_column(ForeignKey("resident.id"))
    channel: Mapped[str]
    words: Mapped[str]
    me_too: Mapped[bool] = mapped_column(server_default=false())
    for_others: Mapped[bool] = mapped_column(server_default=false())
    received_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


class CaseEvent(Numbered, Table):
    """A move of a case: who, when, why, what was promised. Nothing else changes a status."""

    __tablename__ = "case_event"
    __table_args__ = (Index("ix_case_event_reopened", "at", postgresql_where=text("kind = 'reopened'")),)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    kind: Mapped[str]
    status: Mapped[str]
    at: Mapped[datetime]
    by: Mapped[str]
    note: Mapped[str] = mapped_column(server_default="")
    promised_on: Mapped[date | None]


class Verdict(Table):
    """What one reporter says of one repair; silence has no row."""

    __tablename__ = "verdict"
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), primary_key=True)
    resident_id: Mapped[int] = mapped_column(ForeignKey("resident.id"), primary_key=True)
    round: Mapped[int] = mapped_column(Integer, primary_key=True)
    verdict: Mapped[str | None]
    asked_on: Mapped[date]
    answered_at: Mapped[datetime | None]


class Counter(Table):
    """A figure of one ward, day and category: what the summaries read. `*` is the city, the empty key is unplaced."""

    __tablename__ = "counter"
    ward_key: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    category: Mapped[str] = mapped_column(primary_key=True)
    metric: Mapped[str] = mapped_column(primary_key=True)
    n: Mapped[int]


class ScreenCount(Table):
    """How a screen of the flows fared on a day, all phones together; nothing tells whose."""

    __tablename__ = "screen_count"
    day: Mapped[date] = mapped_column(primary_key=True)
    screen: Mapped[str] = mapped_column(primary_key=True)
    metric: Mapped[str] = mapped_column(primary_key=True)
    n: Mapped[int]


class Landmark(Numbered, Table):
    """A street, school or shop that residents named for a place, and in how many confirmed cases."""

    __tablename__ = "landmark"
    __table_args__ = (UniqueConstraint("place_key", "words"),)
    place_key: Mapped[str] = mapped_column(ForeignKey("place.key"))
    ward_key: Mapped[str | None] = mapped_column(ForeignKey("ward.key"))
    words: Mapped[str]
    name: Mapped[str]
    cases: Mapped[int] = mapped_column(Integer)


# -- letters in and out ------------------------------------------------------------------------------------------------


class Inbox(Numbered, Table):
    """Everything that was said to be received, sealed, until it is done; `key` makes it once."""

    __tablename__ = "inbox"
    __table_args__ = (
        Index("ix_inbox_new", "received_at", "id", postgresql_where=text("state = 'new'")),
        Index("ix_inbox_dead", "id", postgresql_where=text("state IN ('dead', 'unusable')")),
    )
    key: Mapped[str] = mapped_column(unique=True)
    source: Mapped[str]
    phone_index: Mapped[bytes | None]
    payload: Mapped[bytes]
    received_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(server_default="new")
    attempts: Mapped[int] = mapped_column(Integer, server_default="0")
    due_at: Mapped[datetime]
    error: Mapped[str] = mapped_column(server_default="")
    done_at: Mapped[datetime | None]


class Message(Numbered, Table):
    """One outgoing SMS. `intent` says why it exists, so that it exists once."""

    __tablename__ = "message"
    __table_args__ = (
        Index("ix_message_queued", "due_at", "id", postgresql_where=text("state = 'queued'")),
        Index(
            "ix_message_answers",
            "due_at",
            "id",
            postgresql_where=text("state = 'queued' AND answers_at IS NOT NULL"),
        ),
        Index("ix_message_sending", "lease_until", postgresql_where=text("state = 'sending'")),
        Index("ix_message_gateway_id", "gateway_id", unique=True, postgresql_where=text("gateway_id IS NOT NULL")),
        Index(None, "phone_index", "id"),
    )
    intent: Mapped[str] = mapped_column(unique=True)
    purpose: Mapped[str]
    phone_index: Mapped[bytes]
    phone_sealed: Mapped[bytes]
    text: Mapped[str]
    segments: Mapped[int] = mapped_column(Integer)
    answers_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(server_default="queued")
    attempts: Mapped[int] = mapped_column(Integer, server_default="0")
    due_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    gateway_id: Mapped[str | None]
    detail: Mapped[str] = mapped_column(server_default="")
    created_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]


class Receipt(Numbered, Table):
    """A delivery report that overtook our own commit; it waits here for the message it speaks of."""

    __tablename__ = "receipt"
    gateway_id: Mapped[str] = mapped_column(index=True)
    status: Mapped[str]
    detail: Mapped[str]
    at: Mapped[datetime]


# -- polls and digests -------------------------------------------------------------------------------------------------


class Poll(Numbered, Table):
    """A question to an audience. `choices` is `[{key, label}]`, in the order they are numbered."""

    __tablename__ = "poll"
    question: Mapped[str]
    language: Mapped[str]
    choices: Mapped[list[Any]]
    ward_key: Mapped[str | None] = mapped_column(ForeignKey("ward.key"))
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    letters: Mapped[str] = mapped_column(server_default="plain")
    cursor: Mapped[int] = mapped_column(server_default="0")
    invited: Mapped[int] = mapped_column(server_default="0")
    by: Mapped[str]


class Invitation(Table):
    """A resident who was asked; whether the text arrived is told by its message."""

    __tablename__ = "invitation"
    poll_id: Mapped[int] = mapped_column(ForeignKey("poll.id"), primary_key=True)
    resident_id: Mapped[int] = mapped_column(ForeignKey("resident.id"), primary_key=True)
    ward_key: Mapped[str | None] = mapped_column(ForeignKey("ward.key"))


class Response(Table):
    """One number, one voice: the last answer given before the poll closed."""

    __tablename__ = "response"
    poll_id: Mapped[int] = mapped_column(ForeignKey("poll.id"), primary_key=True)
    phone_index: Mapped[bytes] = mapped_column(primary_key=True)
    choice: Mapped[str]
    remark: Mapped[str] = mapped_column(server_default="")
    ward_key: Mapped[str | None] = mapped_column(ForeignKey("ward.key"))
    invited: Mapped[bool]
    at: Mapped[datetime]


class Digest(Numbered, Table):
    """The text to one councillor for one ward and period: once, however many clocks run."""

    __tablename__ = "digest"
    __table_args__ = (UniqueConstraint("recipient", "ward_key", "period"),)
    recipient: Mapped[bytes]
    ward_key: Mapped[str] = mapped_column(ForeignKey("ward.key"))
    period: Mapped[str]
    text: Mapped[str]
    created_at: Mapped[datetime]


# -- the house itself --------------------------------------------------------------------------------------------------


class Lease(Table):
    """The next number of a series that processes take in blocks."""

    __tablename__ = "lease"
    name: Mapped[str] = mapped_column(primary_key=True)
    next: Mapped[int]


class Edition(Table):
    """The flows, texts and catalogues of one moment under the hash of their content; the newest one is said."""

    __tablename__ = "edition"
    digest: Mapped[str] = mapped_column(primary_key=True)
    content: Mapped[bytes]
    published_at: Mapped[datetime] = mapped_column(index=True)


class Switch(Table):
    """Something an operator or a breaker has turned: `sending` = why it is paused."""

    __tablename__ = "switch"
    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]
    at: Mapped[datetime]


class Staff(Table):
    """Somebody of the city who may sign in or work from the terminal."""

    __tablename__ = "staff"
    name: Mapped[str] = mapped_column(primary_key=True)
    role: Mapped[str]
    password_hash: Mapped[str]
    active: Mapped[bool] = mapped_column(server_default=true())
    created_at: Mapped[datetime]


class Audit(Numbered, Table):
    """Who did what, when. Rows are never changed or deleted: a trigger refuses."""

    __tablename__ = "audit"
    at: Mapped[datetime]
    who: Mapped[str]
    what: Mapped[str]
    object: Mapped[str]
    details: Mapped[dict[str, Any]]
