"""Calls that broke off: what was said is offered again for ten minutes, then filed once as far as it is known."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from app.civic import anchors
from app.civic.lent import Lent
from app.conversation import counting
from app.engine import step as engine
from app.engine.state import Effect, State
from app.storage.letters import Letter, Said, key_of
from app.storage.sessions import Change, Held
from app.wiring import Services

OFFER = anchors.RESUME
SETTLE = "settle_draft"
CHOICE = "resume"
DELETE = "delete"
REPORTS = ("file_report", "join_case")
A_LITTLE = timedelta(minutes=1)


@dataclass(frozen=True)
class Left:
    """A conversation of the same number that broke off, under the key of its session."""

    key: str
    held: Held

    @property
    def state(self) -> State:
        """Where it broke off."""
        return State.read(self.held.state["state"])

    def answers(self, lent: Lent) -> dict[str, str]:
        """What the offer says of it, in the language that it was held in."""
        said = self.state.answers
        told = {"left_category": lent.category(said).code, "left_place": lent.place(said) or ""}
        return {**told, "language": said["language"]} if said.get("language") else told


@dataclass(frozen=True)
class Line:
    """What a session has to do with those before it.

    `draft`: the session id under which its report is filed; `offered`: the same of the draft that it may take up;
    `before`: keys of sessions left open that wait for this one; `drops`, `frees`: those given up, and those let go.
    """

    draft: str
    offered: str = ""
    before: tuple[str, ...] = ()
    drops: tuple[str, ...] = ()
    frees: tuple[str, ...] = ()

    @classmethod
    def begun(cls, session_id: str, left: Left | None) -> "Line":
        """The line of a new session."""
        return cls(session_id, left.held.draft, (left.key, *left.held.before)) if left else cls(session_id)

    @classmethod
    def of(cls, held: Held) -> "Line":
        """The line of a session as it was saved."""
        return cls(held.draft or held.session_id, held.offered, held.before)

    def settled(self, choice: str, goes_on: bool) -> "Line":
        """The resident said what becomes of the draft: a report keeps the name under which it would be filed alone.

        Only the very word deletes it; whatever else was chosen, what was said is filed as it is.
        """
        if goes_on:
            return Line(self.offered, drops=self.before)
        if choice == DELETE:
            return Line(self.draft, drops=self.before)
        return Line(self.draft, frees=self.before)

    def ended(self) -> "Line":
        """A report was made: no draft of it, left open before, is filed too."""
        return replace(self, before=(), drops=(*self.drops, *self.before))

    def waits(self, now: datetime, dropped_after: timedelta) -> dict[str, float]:
        """When other sessions count as dropped: those that wait, a little after this one; those let go, now."""
        later = (now + dropped_after + A_LITTLE).timestamp()
        return {**dict.fromkeys(self.before, later), **dict.fromkeys(self.frees, now.timestamp())}


def left_open(services: Services, phone: str) -> Left | None:
    """The draft that a number (E.164) may go on with."""
    found = services.sessions.left_open(phone, services.clock.now().timestamp())
    return Left(*found) if found is not None else None


def letter(names: Sequence[str], phone: str, effects: Sequence[Effect], at: datetime, said: Said) -> Letter:
    """What a dial caused, for the intake worker, once under its names (service code, session id, number, screen).

    An opt-out among it holds from the moment the letter is kept.
    """
    caused = [{"name": effect.name, "data": dict(effect.data)} for effect in effects]
    body = {"effects": caused, "stops": any(effect.name == "opt_out" for effect in effects)}
    return Letter(key_of(*names), "ussd", phone, body, at, said)


def finish_dropped(services: Services, key: str, held: Held) -> None:
    """Keeps what a dropped session still says: once, under the key that its end would have had.

    A hop that comes later all the same is told that it is kept, and a draft left open before it is given up.
    """
    if services.sessions.load(key) != held:
        return  # it went on after all, or a later session of the same number made up for it
    state = State.read(held.state["state"])
    effects = engine.dropped(services.editions.of_or_current(held.edition).flows, state)
    if effects:
        said = Said("", held.state["reference"])
        names = (services.settings.service_code, held.draft or held.session_id, held.phone)
        services.keep(letter(names, held.phone, effects, datetime.fromisoformat(held.at), said))
    is_report = any(effect.name in REPORTS for effect in effects)
    over = replace(held, ends=True, text=services.plain("dial.kept" if effects else "dial.again"))
    drops = held.before if is_report else ()
    counts = counting.dropped(state, services.clock.now(), services.cities.current().city.zone)
    services.sessions.swap(key, held.transcript, Change(over, None, drops=drops, counts=counts))
