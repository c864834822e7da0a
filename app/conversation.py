"""A hop: load the state, step, keep what must be kept, save, reply. What is said to be received is stored first."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from app.civic import msisdn, references
from app.civic.caller import Caller
from app.civic.likeness import OpenCase, showable
from app.civic.lists import PROVED
from app.civic.outside import Outside
from app.engine import flow
from app.engine import step as engine
from app.engine.state import Effect, Reply, State, Turn
from app.gateway.face import Hop
from app.storage import callers, cases
from app.storage.database import DatabaseAway
from app.storage.letters import Letter, Said, key_of
from app.storage.references import NoReference
from app.storage.sessions import Held
from app.storage.spool import SpoolFull
from app.wiring import Services

HOME = "home"
JOIN = "9"
REPORTS = ("file_report", "join_case")
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
    except DatabaseAway:
        return Reply(services.plain("dial.busy"), ends=True)
    except (SpoolFull, NoReference) as error:
        log.error("a report could not be kept", error=type(error).__name__)
        return Reply(services.plain("dial.not_saved"), ends=True)


@dataclass
class Dialogue:
    """One hop being answered."""

    services: Services
    hop: Hop
    phone: str

    def __post_init__(self) -> None:
        self.key = self.services.sessions.key(self.hop.session_id, self.phone)
        self.inputs = tuple(self.hop.text.split("*")) if self.hop.text else ()

    def answer(self) -> Reply:
        """The stored reply for a repeat, else the reply to one more turn."""
        held = self.services.sessions.load(self.key)
        if held is None:
            return self._first_turn()
        seen = _inputs(held.transcript)
        if held.ends or self.inputs == seen[: len(self.inputs)]:
            return Reply(held.text, held.ends)
        if seen != self.inputs[: len(seen)]:
            return Reply(self.services.plain("dial.again"), ends=True)
        return self._next_turn(held, self.inputs[len(seen) :])

    def _first_turn(self) -> Reply:
        """The first hop; or, where the session is lost, the transcript replayed as far as it can be proved."""
        caller = self._recall()
        lent = self._lend(caller)
        flows = self.services.flows
        start, known, used = self._start()
        if self.inputs:  # whether the repair was asked about before "1" was typed, nobody can tell any more
            known |= {"asked_case": ""}
        turn = engine.begin(flows, start, caller.answers() | known, lent)
        return self._finish(None, caller, self._replay(turn, self.inputs[used:], lent), lent)

    def _next_turn(self, held: Held, typed: tuple[str, ...]) -> Reply:
        """One more hop: one input, or some more where hops were missed. A star in typed words makes no new input."""
        caller = Caller.read(held.state["caller"])
        lent = self._lend(caller, held.state["reference"])
        state = State.read(held.state["state"])
        screen = flow.find(self.services.flows, state.at)
        if screen is not None and screen.ask is not None:
            typed = ("*".join(typed),)
        turn = self._step(state, typed[0], lent, len(typed) - 1)
        return self._finish(held, caller, self._replay(turn, typed[1:], lent), lent)

    def _replay(self, turn: Turn, inputs: tuple[str, ...], lent: Outside) -> Turn:
        """The turn after further inputs, as far as it can be proved what they meant."""
        for left, typed in zip(reversed(range(len(inputs))), inputs, strict=True):
            if turn.reply.ends or not self._is_proved(turn.state, typed):
                break
            turn = self._step(turn.state, typed, lent, left)
        return turn

    def _step(self, state: State, typed: str, lent: Outside, left: int) -> Turn:
        """The turn after one input, with so many to follow; what cannot wait is kept."""
        turn = engine.step(self.services.flows, state, typed, lent)
        self._keep_now(turn, lent, len(self.inputs) - left)
        return turn

    def _start(self) -> tuple[str, dict[str, str], int]:
        """Where a dial begins, what it says already, and how many inputs that took: `*120*4932*9*REF#` joins a case."""
        reference = references.read(self.inputs[1]) if self.inputs[:1] == (JOIN,) and len(self.inputs) > 1 else None
        if reference is None:
            return HOME, {}, 0
        with self.services.database.begin() as session:
            case = cases.by_reference(session, reference)
            case = cases.standing(session, case) if case is not None else None
        if case is None or not case.open or not case.public:
            return "join", {}, 2
        where = {"joins_place": case.place_key or "", "joins_ward": case.ward_key or ""}
        return "join", {"joins": case.reference, "joins_category": case.category, **where}, 2

    def _is_proved(self, state: State, typed: str) -> bool:
        """Whether an input still means what it meant when it was typed: a number on a list that others change may not.

        Words do not depend on the list beside them.
        """
        screen = flow.find(self.services.flows, state.at)
        if screen is None or screen.source is None or screen.source in PROVED:
            return True
        return screen.ask is not None and not typed.strip(" #").isdecimal()

    # -- what the city lends ---------------------------------------------------------------------------------------

    def _recall(self) -> Caller:
        """What is known of the number; while the database is away, nobody is known."""
        index = self.services.vault.index(self.phone)
        try:
            with self.services.database.begin() as session:
                city = self.services.cities.current().city
                return callers.recall(session, index, city, self.services.clock.now())
        except DatabaseAway:
            return Caller()

    def _lend(self, caller: Caller, reference: str = "") -> Outside:
        services, known = self.services, self.services.cities.current()
        return Outside(
            city=known.city,
            places=known.places,
            words=services.words,
            texts=services.texts,
            caller=caller,
            now=services.clock.now(),
            service_code=services.settings.service_code,
            short_code=services.settings.short_code,
            limit=services.settings.screen_limit,
            alike=self._alike,
            new_reference=services.references.take,
            reference=reference,
        )

    def _alike(self, category: str, place: str) -> Sequence[OpenCase]:
        try:
            with self.services.database.begin() as session:
                return [
                    OpenCase(case.reference, showable(case.landmark), case.received_at)
                    for case in cases.alike(session, category, place)
                ]
        except DatabaseAway:
            return ()

    # -- the end of a turn -----------------------------------------------------------------------------------------

    def _finish(self, held: Held | None, caller: Caller, turn: Turn, lent: Outside) -> Reply:
        text = self._keep(turn, lent)
        reply = Reply(text or turn.reply.text, turn.reply.ends)
        if reply.ends and self._is_forgotten(turn.state):
            self.services.sessions.forget(self.key)
            self.services.sessions.unfollow(self.phone)
            return reply
        return self._save(held, caller, turn.state, reply, lent)

    def _is_forgotten(self, state: State) -> bool:
        screen = flow.find(self.services.flows, state.at)
        return screen is not None and screen.forgets

    def _keep_now(self, turn: Turn, lent: Outside, count: int) -> None:
        """Stores effects that cannot wait for the end, each under its screen and the number of inputs before it."""
        for effect in (effect for effect in turn.effects if effect.now):
            self.services.keep(self._letter([effect], Said("", lent.reference), effect.screen, str(count)))

    def _keep(self, turn: Turn, lent: Outside) -> str:
        """Stores what was gathered before the end is said; returns the text that was said for it first."""
        gathered = [effect for effect in turn.effects if not effect.now]
        if not gathered:
            return ""
        return self.services.keep(self._letter(gathered, Said(turn.reply.text, lent.reference))).text

    def _letter(self, effects: Sequence[Effect], said: Said, *screen: str) -> Letter:
        key = key_of(self.hop.service_code, self.hop.session_id, self.phone, *screen)
        return Letter(key, "ussd", self.phone, _body(effects), self.services.clock.now(), said)

    def _save(self, held: Held | None, caller: Caller, state: State, reply: Reply, lent: Outside) -> Reply:
        """Saves the session over what was seen; where another process was faster, its reply is the reply."""
        now = self.services.clock.now()
        new = Held(
            transcript=self.hop.text,
            state={"state": state.dump(), "caller": caller.dump(), "reference": lent.reference},
            text=reply.text,
            ends=reply.ends,
            phone=self.phone,
            session_id=self.hop.session_id,
            at=now.isoformat(),
            before=held.before if held else self._left_open(now),
        )
        due = None if reply.ends else (now + DROPPED_AFTER).timestamp()
        won = self.services.sessions.swap(self.key, held.transcript if held else None, new, due)
        if won is None and reply.ends and lent.reference:
            self.services.sessions.forget(*new.before)  # the report was made after all: no draft of it is filed too
        return Reply(won.text, won.ends) if won is not None else reply

    def _left_open(self, now: datetime) -> tuple[str, ...]:
        """The sessions that this number left open: they wait until this one has ended, or was dropped as well."""
        return self.services.sessions.follow(self.phone, self.key, (now + 2 * DROPPED_AFTER).timestamp())


def _inputs(transcript: str) -> tuple[str, ...]:
    return tuple(transcript.split("*")) if transcript else ()


def _body(effects: Sequence[Effect]) -> dict[str, object]:
    """What the intake worker does; an opt-out among it holds from the moment the letter is kept."""
    caused = [{"name": effect.name, "data": dict(effect.data)} for effect in effects]
    return {"effects": caused, "stops": any(effect.name == "opt_out" for effect in effects)}


def finish_dropped(services: Services, key: str, held: Held) -> None:
    """Keeps what a dropped session still says: once, under the key that its end would have had.

    A hop that comes later all the same is told that it is kept, and a draft left open before it is given up.
    """
    if services.sessions.load(key) != held:
        return  # it went on after all, or a later session of the same number made up for it
    state = State.read(held.state["state"])
    effects = engine.dropped(services.flows, state)
    if effects:
        key_of_end = key_of(services.settings.service_code, held.session_id, held.phone)
        said = Said("", held.state["reference"])
        at = datetime.fromisoformat(held.at)
        services.keep(Letter(key_of_end, "ussd", held.phone, _body(effects), at, said))
    if any(effect.name in REPORTS for effect in effects):
        services.sessions.forget(*held.before)
    over = replace(held, ends=True, text=services.plain("dial.kept" if effects else "dial.again"))
    services.sessions.swap(key, held.transcript, over, None)
