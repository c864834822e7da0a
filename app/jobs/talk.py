"""A conversation by SMS between two turns: where it stands, from the row to the engine's state and back."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from app.civic.caller import Caller
from app.engine import flow
from app.engine.edition import Edition
from app.engine.state import State
from app.jobs.sms import Sms
from app.jobs.work import Work
from app.storage import questions, talks
from app.storage.talks import Held
from app.wiring import Services

WAITS_FOR = timedelta(hours=1)

log = structlog.get_logger()


@dataclass(frozen=True)
class Talk:
    """A conversation between two turns of a number (E.164).

    `key`: of the letter that began it; `at`: when the last one came; `words`: those that no screen could take in.
    """

    phone: str
    key: str
    edition: Edition
    state: State
    caller: Caller
    at: datetime
    reference: str = ""
    words: tuple[str, ...] = ()

    @property
    def screen(self) -> flow.Screen | None:
        """Where it stands; None where the flows have no such screen any more."""
        return flow.find(self.edition.flows, self.state.at)

    @property
    def until(self) -> datetime:
        """When it is over if nobody writes."""
        return self.at + WAITS_FOR

    def held(self) -> Held:
        """As it is stored."""
        kept: dict[str, object] = {"state": self.state.dump(), "caller": self.caller.dump()}
        kept |= {"reference": self.reference, "words": list(self.words)}
        return Held(self.phone, self.key, self.edition.digest, kept, self.until)


def of_number(work: Work, index: bytes) -> Talk | None:
    """The conversation of a number, also one whose hour is over; one that cannot be read any more is forgotten."""
    try:
        held = talks.find(work.session, index, work.vault)
        return _read(work.services, held) if held is not None else None
    except (KeyError, TypeError, ValueError) as error:  # an older version wrote it, or its key is gone
        log.error("a conversation could not be read", error=type(error).__name__)
        talks.forget(work.session, index)
        return None


def _read(services: Services, held: Held) -> Talk:
    kept, at = held.kept, held.expires_at - WAITS_FOR
    state, caller = State.read(kept["state"]), Caller.read(kept["caller"])
    edition = services.editions.of_or_current(held.edition)
    return Talk(held.phone, held.key, edition, state, caller, at, kept["reference"], tuple(kept["words"]))


def open_talk(message: Sms) -> Talk | None:
    """The conversation that is open with whoever wrote."""
    talk = of_number(message.work, message.resident.phone_index)
    return talk if talk is not None and talk.until > message.letter.received_at else None


def forget(work: Work, index: bytes, key: str) -> None:
    """A conversation is over and asks no more."""
    talks.forget(work.session, index)
    questions.close(work.session, [index], "talk", key, work.now)
