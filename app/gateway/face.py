"""The one face of every gateway: what comes in, what goes out, and how a send can end.

Telephone numbers and people's words stay out of every repr, so that a log line or a traceback cannot carry them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol

BATCH_LIMIT = 100  # recipients a request; the gateway publishes no limit, its public clients stop here


class Unusable(ValueError):
    """A form without the fields we need; `faults` says what is wrong with which, never what they held."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        self.faults = dict(faults)
        super().__init__(", ".join(f"{name} {fault}" for name, fault in self.faults.items()))


@dataclass(frozen=True, slots=True)
class Hop:
    """One USSD request; `text` is the whole transcript so far, `cut` says that it was longer than we read."""

    session_id: str
    service_code: str
    phone: str = field(repr=False)
    network: str
    text: str = field(repr=False)
    cut: bool = False


@dataclass(frozen=True, slots=True)
class SessionEnd:
    """The gateway's word that a session is over; a figure it did not give is None. Statistics only."""

    session_id: str
    service_code: str
    phone: str = field(repr=False)
    status: str
    hops: int | None
    duration_ms: int | None


@dataclass(frozen=True, slots=True)
class IncomingSms:
    """One SMS to us; `sender` may be a number, a short code or a name, `sent_at` is the gateway's own wording."""

    id: str
    sender: str = field(repr=False)
    to: str
    text: str = field(repr=False)
    sent_at: str | None
    network: str
    cut: bool = False


class Status(Enum):
    """How far a message came."""

    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    EXPIRED = "expired"
    OTHER = "other"  # a word that nobody has documented: it settles nothing

    @property
    def final(self) -> bool:
        """Whether the message is settled by this."""
        return self in (Status.DELIVERED, Status.FAILED, Status.EXPIRED)


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """What became of a message we sent; `id` is the gateway's id, `opted_out` asks to be mirrored in our list."""

    id: str
    phone: str = field(repr=False)
    status: Status
    reason: str | None = None
    opted_out: bool = False


@dataclass(frozen=True, slots=True)
class OptOut:
    """A subscriber who told the gateway, not us, to stop."""

    phone: str = field(repr=False)
    sender_id: str


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One text to one E.164 number."""

    to: str = field(repr=False)
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Accepted:
    """The gateway took it; without an id no delivery report will be matched. `cost` is in its words ("KES 0.8000")."""

    gateway_id: str | None
    cost: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The gateway said no, so nothing was sent; neither permanent nor pausing means: later, with backoff."""

    code: int
    name: str
    permanent: bool = False
    opted_out: bool = False
    pauses: bool = False


@dataclass(frozen=True, slots=True)
class Unknown:
    """It may have been sent, and nobody here can tell."""

    why: str


@dataclass(frozen=True, slots=True)
class NotSent:
    """Certainly not sent; `slower` when the gateway asks for fewer requests."""

    why: str
    retry: bool = True
    slower: bool = False


Outcome = Accepted | Refused | Unknown | NotSent


class Gateway(Protocol):
    """A way to send texts."""

    @property
    def name(self) -> str:
        """The word that chooses this gateway in the settings."""

    def send(self, batch: Sequence[Outgoing]) -> Mapping[str, Outcome]:
        """Sends one text to 1..100 numbers; an outcome for each of them, by E.164 number. ValueError: a bad batch."""


def one_text(batch: Sequence[Outgoing]) -> str:
    """The text that a batch shares; ValueError if it is empty, too big, or has several texts."""
    texts = {outgoing.text for outgoing in batch}
    if len(texts) != 1:
        raise ValueError(f"a batch has one text, not {len(texts)}")
    if len(batch) > BATCH_LIMIT:
        raise ValueError(f"a batch has at most {BATCH_LIMIT} numbers, not {len(batch)}")
    return texts.pop()
