"""A hop: load the state, step, keep what must be kept, save, reply. What is said to be received is stored first."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import structlog

from app.civic import msisdn
from app.civic.caller import Caller
from app.civic.lent import CallerUnknown
from app.civic.lists import PROVED
from app.civic.outside import Outside
from app.conversation import counting, drafts, opening
from app.conversation.lending import lend, recall
from app.engine import flow
from app.engine import step as engine
from app.engine.edition import Edition
from app.engine.state import Effect, Reply, State, Turn
from app.gateway.face import Hop
from app.storage.database import DatabaseAway
from app.storage.letters import Letter, Said, second_reference
from app.storage.references import NoReference
from app.storage.sessions import Change, Held
from app.storage.spool import SpoolFull
from app.wiring import Services

DROPPED_AFTER = timedelta(minutes=10)
MOST_INPUTS = 50
MOST_TYPED = 182
log = structlog.get_logger()


def converse(services: Services, hop: Hop) -> Reply:
    """One hop of a USSD session, answered; polite whatever a resident types and whatever part is away."""
    if hop.service_code != services.settings.service_code:
        return Reply(services.plain("dial.wrong_code"), ends=True)
    phone = msisdn.parse(hop.phone, services.cities.current().city.country)
    inputs = hop.text.split("*")
    if phone is None or hop.cut or len(inputs) > MOST_INPUTS or any(len(typed) > MOST_TYPED for typed in inputs):
        return Reply(services.plain("dial.unusable"), ends=True)
    try:
        return Dialogue(services, hop, phone).answer()
    except (DatabaseAway, CallerUnknown):
        return Reply(services.plain("dial.busy"), ends=True)
    except (SpoolFull, NoReference) as error:
        log.error("a report could not be kept", error=type(error).__name__)
        return Reply(services.plain("dial.not_saved"), ends=True)


class Overtaken(Exception):
    """Another input to the same screen was kept first; `reply` is what was said to it."""

    def __init__(self, reply: Reply) -> None:
        super().__init__()
        self.reply = reply


@dataclass
class Dialogue:
    """One hop being answered; `line` is what it has to do with calls of the same number before it."""

    services: Services
    hop: Hop
    phone: str
    held: Held | None = None
    inputs: tuple[str, ...] = ()
    caller: Caller = field(default_factory=Caller)
    edition: Edition = field(init=False)
    lent: Outside = field(init=False)
    line: drafts.Line = field(init=False)

    def __post_init__(self) -> None:
        self.key = self.services.sessions.key(self.hop.session_id, self.phone)

    def answer(self) -> Reply:
        """The stored reply for a repeat, else the reply to one more turn."""
        self.held = held = self.services.sessions.load(self.key)
        seen = _inputs(held.transcript) if held else ()
        self.inputs = self._heard(held, seen)
        if held is None:
            last_words = self.services.sessions.forgotten.get(self.key)
            return Reply(last_words, ends=True) if last_words else self._turn(self._first_turn)
        if held.ends or self.inputs == seen[: len(self.inputs)]:
            return Reply(held.text, held.ends)
        if seen != self.inputs[: len(seen)]:
            return Reply(self.services.plain("dial.again"), ends=True)
        return self._turn(lambda: self._next_turn(held, self.inputs[len(seen) :]))

    def _turn(self, turn: Callable[[], Reply]) -> Reply:
        """The reply to a turn, or what the winner of two inputs in one instant said: both phones read the same."""
        try:
            return turn()
        except Overtaken as first:
            held = self.services.sessions.load(self.key)
            is_saved = held is not None and len(_inputs(held.transcript)) >= len(self.inputs)
            return Reply(held.text, held.ends) if held is not None and is_saved else first.reply

    def _heard(self, held: Held | None, seen: tuple[str, ...]) -> tuple[str, ...]:
        """All inputs of the session; a gateway that posts only the newest is believed to have posted the others."""
        if self.services.settings.ussd_text == "whole" or held is None:
            return _inputs(self.hop.text)
        return (*seen, self.hop.text) if seen or self.hop.text else ()

    # -- turns -----------------------------------------------------------------------------------------------------

    def _first_turn(self) -> Reply:
        """The first hop; or, where the session is lost, the transcript replayed as far as it can be proved."""
        known = recall(self.services, self.phone)
        left = drafts.left_open(self.services, self.phone)
        self.caller = known or Caller(is_known=False)
        if left is not None and not self.inputs:
            return self._offer(left)
        self._stand(self.services.editions.current(), drafts.Line.begun(self.hop.session_id, left))
        begins = opening.opening(self.services, self.inputs, self.caller, is_known=known is not None)
        turn = engine.begin(self.edition.flows, begins.start, self.caller.answers() | begins.known, self.lent)
        return self._finish(self._replay(turn, self.inputs[begins.used :]))

    def _offer(self, left: drafts.Left) -> Reply:
        """The first hop after a call that broke off: go on, start new, delete."""
        edition = self.services.editions.of_or_current(left.held.edition)
        self._stand(edition, drafts.Line.begun(self.hop.session_id, left))
        known = self.caller.answers() | left.answers(self.lent)
        turn = engine.begin(edition.flows, drafts.OFFER, known, self.lent, left.state)
        return self._finish(turn)

    def _next_turn(self, held: Held, typed: tuple[str, ...]) -> Reply:
        """One more hop: one input, or some more where hops were missed. A star in typed words makes no new input."""
        self.caller = Caller.read(held.state["caller"])
        edition = self.services.editions.of_or_current(held.edition)
        self._stand(edition, drafts.Line.of(held), held.state["reference"])
        state = State.read(held.state["state"])
        screen = flow.find(self.edition.flows, state.at)
        if screen is not None and screen.ask is not None:
            typed = ("*".join(typed),)
        return self._finish(self._replay(self._step(state, typed[0], len(typed) - 1), typed[1:]))

    def _stand(self, edition: Edition, line: drafts.Line, reference: str = "") -> None:
        """Takes up the words, the city and the drafts that this hop has to do with."""
        self.edition, self.line = edition, line
        self.lent = lend(self.services, edition, self.caller, reference)

    def _replay(self, turn: Turn, inputs: tuple[str, ...]) -> Turn:
        """The turn after further inputs, as far as it can be proved what they meant."""
        for left, typed in zip(reversed(range(len(inputs))), inputs, strict=True):
            if turn.reply.ends or not self._is_proved(turn.state, typed):
                break
            turn = self._step(turn.state, typed, left)
        return turn

    def _step(self, state: State, typed: str, left: int) -> Turn:
        """The turn after one input, with so many to follow; what cannot wait is kept."""
        turn = engine.step(self.edition.flows, state, typed, self.lent)
        self._keep_now(turn, len(self.inputs) - left)
        return turn

    def _is_proved(self, state: State, typed: str) -> bool:
        """Whether an input still means what it meant when it was typed: a number on a list that others change may not.

        Words do not depend on the list beside them; but words for a place may mean a landmark that is new.
        """
        screen = flow.find(self.edition.flows, state.at)
        is_number = typed.strip(" #").isdecimal()
        if screen is None:
            return True
        if screen.ask is not None and not is_number:
            return screen.ask.kind != "place" or self.lent.places.reads_alike(typed)
        return screen.source is None or screen.source in PROVED

    # -- what is kept ----------------------------------------------------------------------------------------------

    def _keep_now(self, turn: Turn, count: int) -> None:
        """Stores effects that cannot wait for the end, each under its screen and the number of inputs before it.

        Raises Overtaken if another input to that screen was stored first, in the same instant.
        """
        for effect in (effect for effect in turn.effects if effect.now):
            if effect.name == drafts.SETTLE:
                self.line = self.line.settled(effect.data[drafts.CHOICE], goes_on=turn.state.left is None)
                continue
            said = Said(turn.reply.text, self.lent.reference)
            kept = self.services.keep(self._letter([effect], said, self.hop.session_id, effect.screen, str(count)))
            if kept.text != said.text:
                raise Overtaken(Reply(kept.text, turn.reply.ends))

    def _keep(self, turn: Turn) -> str:
        """Stores what was gathered before the end is said; returns the text that was said for it first.

        The clock, which says nothing, may have kept the draft a moment ago: then our reference leads to it too.
        """
        gathered = [effect for effect in turn.effects if not effect.now]
        if not gathered:
            return ""
        letter = self._letter(gathered, Said(turn.reply.text, self.lent.reference), self.line.draft)
        kept = self.services.keep(letter)
        if not kept.text and self.lent.reference:
            self.services.keep(second_reference(letter))
        return kept.text

    def _letter(self, effects: Sequence[Effect], said: Said, session: str, *screen: str) -> Letter:
        names = (self.hop.service_code, session, self.phone, *screen)
        return drafts.letter(names, self.phone, effects, self.services.clock.now(), said)

    # -- the end of a turn -----------------------------------------------------------------------------------------

    def _finish(self, turn: Turn) -> Reply:
        """Keeps, saves and says what a turn gave."""
        reply = Reply(self._keep(turn) or turn.reply.text, turn.reply.ends)
        if reply.ends and self._is_forgotten(turn.state):
            self.services.sessions.forget(self.phone, self.key, reply.text)
            return reply
        return self._save(turn.state, reply)

    def _is_forgotten(self, state: State) -> bool:
        screen = flow.find(self.edition.flows, state.at)
        return screen is not None and screen.forgets

    def _save(self, state: State, reply: Reply) -> Reply:
        """Saves the session over what was seen; where another process was faster, its reply is the reply."""
        now = self.services.clock.now()
        line = self.line.ended() if reply.ends and self.lent.reference else self.line
        due = None if reply.ends else (now + DROPPED_AFTER).timestamp()
        change = Change(
            new=self._new(state, reply, line),
            due=due,
            is_draft=not reply.ends and engine.can_resume(self.edition.flows, state),
            drops=line.drops,
            waits=line.waits(now, DROPPED_AFTER),
            counts=counting.counts(self.held, state, reply, now, self.lent.city.zone),
        )
        won = self.services.sessions.swap(self.key, self.held.transcript if self.held else None, change)
        return Reply(won.text, won.ends) if won is not None else reply

    def _new(self, state: State, reply: Reply, line: drafts.Line) -> Held:
        return Held(
            transcript="*".join(self.inputs),
            state={"state": state.dump(), "caller": self.caller.dump(), "reference": self.lent.reference},
            text=reply.text,
            ends=reply.ends,
            phone=self.phone,
            session_id=self.hop.session_id,
            at=self.services.clock.now().isoformat(),
            edition=self.edition.digest,
            draft=line.draft,
            offered=line.offered,
            before=line.before,
        )


def _inputs(transcript: str) -> tuple[str, ...]:
    return tuple(transcript.split("*")) if transcript else ()
