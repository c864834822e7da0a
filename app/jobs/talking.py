"""A conversation by SMS: the flows of the dial, one SMS a turn, each moved in the transaction of its letter."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from app.civic import written
from app.civic.caller import Caller
from app.civic.outside import Outside
from app.conversation.lending import lend
from app.engine import flow, show
from app.engine import step as engine
from app.engine.edition import Edition
from app.engine.render import clean, size
from app.engine.state import Effect, Reply, State, Turn
from app.jobs import effects, filing
from app.jobs.effects import Cause
from app.jobs.reporting import acknowledge, add_words, hotlines
from app.jobs.sms import LONGEST, Sms
from app.jobs.work import Work
from app.storage import callers, cases, polls, questions, residents, talks
from app.storage.questions import Asked
from app.storage.tables import Case, Poll
from app.storage.talks import Held
from app.wiring import Services

WAITS_FOR = timedelta(hours=1)
ONE_SMS = 160
HOME, REPORT = "home", "report"
VOTE, OPT_OUT = "vote", "opt_out"
INSTEAD = {"danger": "receipt.danger_only", "bribe": "sms.bribe"}
"""What is said at the end of flows that keep nothing: an SMS was kept on its way, so nobody is told otherwise."""

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
    edition = services.editions.of(held.edition) or services.editions.current()
    return Talk(held.phone, held.key, edition, state, caller, at, kept["reference"], tuple(kept["words"]))


def open_talk(message: Sms) -> Talk | None:
    """The conversation that is open with whoever wrote."""
    talk = of_number(message.work, message.resident.phone_index)
    return talk if talk is not None and talk.until > message.letter.received_at else None


# -- turns -------------------------------------------------------------------------------------------------------------


def begin(message: Sms, start: str) -> None:
    """Goes on with the open conversation if enough was said in it, else begins one at a flow."""
    work, resident, held = message.work, message.resident, open_talk(message)
    if held is not None and engine.can_resume(held.edition.flows, held.state):
        show_again(message, held)
        return
    if held is not None:
        cause(message, held.state.effects)
        forget(work, resident.phone_index, held.key)
    edition = work.services.editions.current()
    caller = callers.recall(work.session, resident.phone_index, work.city, work.now)
    known = caller.answers()
    if start == HOME and resident.created_at == work.now:
        known.pop("language")  # only the city's own: whoever writes for the first time chooses
    letter, words = message.letter, held.words if held is not None else ()
    talk = Talk(letter.phone, letter.key, edition, State(start, known), caller, letter.received_at, words=words)
    lent = _lend(message, talk)
    _say(message, talk, engine.begin(edition.flows, start, known, lent), lent)


def show_again(message: Sms, talk: Talk) -> None:
    """The screen where a conversation stands, once more."""
    lent, screen = _lend(message, talk), talk.screen
    if screen is None:
        turn = engine.step(talk.edition.flows, talk.state, "", lent)
    else:
        turn = Turn(talk.state, (), show.reply(screen, talk.state, show.faces(screen, talk.state, lent)))
    _say(message, talk, turn, lent)


def answer(message: Sms, talk: Talk) -> bool:
    """One more turn, if the SMS says something on the screen; what could mean several options is asked again."""
    screen = talk.screen
    if screen is None:
        show_again(message, talk)
        return True
    if written.is_report(message.written, screen, talk.state):
        return False
    heard = written.hear(message.written, screen, talk.state, message.work.services.keywords)
    if heard is None:
        return False
    if not heard.steps:
        return ask_again(message, talk)
    _take(message, replace(talk, words=(*talk.words, heard.remark) if heard.remark else talk.words), heard.steps)
    return True


def ask_again(message: Sms, talk: Talk) -> bool:
    """Says that an SMS was not understood, and keeps its words; False for a report of its own."""
    screen = talk.screen
    if screen is not None and written.is_report(message.written, screen, talk.state):
        return False
    kept = any(letter.isalpha() for letter in message.text)
    _take(message, replace(talk, words=(*talk.words, message.text)) if kept else talk, (message.text,))
    return True


def is_label(message: Sms, talk: Talk) -> bool:
    """Whether an SMS is the very words of an option on the screen where a conversation stands."""
    return talk.screen is not None and written.is_label(message.text, talk.screen, talk.state)


def _take(message: Sms, talk: Talk, steps: Sequence[str | written.Pick]) -> None:
    """Types the steps, one screen after the other, as far as they stand there; and says where that leads."""
    lent = _lend(message, talk)
    turn = Turn(talk.state, (), Reply("", ends=False))
    for step in steps:
        screen = flow.find(talk.edition.flows, turn.state.at)
        typed = written.typed(step, screen, turn.state) if screen is not None else ""
        before, turn = turn, engine.step(talk.edition.flows, turn.state, typed or "", lent)
        if screen is not None and turn.state is before.state:
            turn = replace(turn, reply=_not_understood(screen, turn.state, lent))
        turn = replace(turn, effects=(*before.effects, *turn.effects))
    _say(message, talk, turn, lent)


def _not_understood(screen: flow.Screen, state: State, lent: Outside) -> Reply:
    """The same page, told that it was not understood, which matters more than how to answer."""
    shown = show.reply(screen, state, show.faces(screen, state, lent))
    lent.limit = ONE_SMS
    return show.again(screen, state, lent, shown)


def _lend(message: Sms, talk: Talk) -> Outside:
    """What the city lends; a screen leaves room for the line that says how to answer."""
    lent = lend(message.work.services, talk.edition, talk.caller, talk.reference)
    lent.limit = ONE_SMS - size(_ways(message, talk.state)) - 1
    return lent


def _ways(message: Sms, state: State) -> str:
    return clean(message.work.say("sms.ways", state.answers.get("language") or message.language))


# -- what is said ------------------------------------------------------------------------------------------------------


def _say(message: Sms, talk: Talk, turn: Turn, lent: Outside) -> None:
    """Does what a turn causes and answers with its screen; at an ending the conversation is forgotten."""
    talk = replace(talk, state=turn.state, reference=lent.reference, at=message.letter.received_at)
    screen = talk.screen
    if screen is not None and screen.forgets:
        forget(message.work, message.resident.phone_index, talk.key)
        message.answer("safety", _instead(message, turn))
    elif _is_late(message, turn.effects):
        forget(message.work, message.resident.phone_index, talk.key)
        cause(message, [effect for effect in turn.effects if effect.name != VOTE])
        message.answer("poll", message.say("poll.closed"))
    elif screen is None or show.over(screen, talk.state):
        _end(message, talk, turn, lent)
    else:
        cause(message, turn.effects, talk.reference)
        _wait(message, talk, turn.reply.text)


def _wait(message: Sms, talk: Talk, text: str) -> None:
    """Keeps the conversation for an hour, and asks."""
    work, asked = message.work, Asked("talk", talk.key, message.work.now, talk.until)
    talks.keep(work.session, talk.held(), work.vault)
    questions.ask(work.session, [message.resident.phone_index], asked)
    longer = f"{text}\n{_ways(message, talk.state)}"
    message.tell("talk", longer if size(longer) <= ONE_SMS else text)


def _end(message: Sms, talk: Talk, turn: Turn, lent: Outside) -> None:
    """The last screen, whole: where a report was filed it is its receipt, unless that must ask or give numbers."""
    forget(message.work, message.resident.phone_index, talk.key)
    cause(message, turn.effects, talk.reference)
    lent.limit, screen = LONGEST, talk.screen
    text = show.faces(screen, turn.state, lent)[0] if screen is not None else turn.reply.text
    case = filed(message)
    if case is None:
        message.tell("talk", text)
        return
    add_words(message, case, talk.words)
    message.work.take_back(f"receipt:{message.letter.key}")
    if filing.is_unplaced(case) or message.endings or message.resident.measure != "full":
        acknowledge(message, case, filing.full_receipt(case))
    else:
        message.answer("receipt", text)


def _instead(message: Sms, turn: Turn) -> str:
    """The numbers to call, without the words that nothing was saved: that is true of a dial only."""
    name = INSTEAD.get(turn.state.flow)
    return message.say(name, **hotlines(message.work)) if name else turn.reply.text


# -- what is done ------------------------------------------------------------------------------------------------------


def cause(message: Sms, caused: Sequence[Effect], reference: str = "") -> None:
    """Does what was gathered, each under the letter that ended it; an opt-out by menu holds from that letter on."""
    work, letter = message.work, message.letter
    of_letter = Cause(letter.key, letter.phone, reference, letter.received_at)
    for effect in caused:
        effects.apply(work, effect.name, effect.data, of_letter)
        if effect.name == OPT_OUT:
            residents.stop(work.session, message.resident.phone_index, letter.received_at, "sms")


def _is_late(message: Sms, caused: Sequence[Effect]) -> bool:
    """Whether a vote among the effects came when its poll was closed."""
    voted = [message.work.session.get(Poll, int(one.data["poll"])) for one in caused if one.name == VOTE]
    return any(poll is None or not polls.was_open(poll, message.letter.received_at) for poll in voted)


def filed(message: Sms) -> Case | None:
    """The case of the report that this letter filed, marked as written; None if it filed none."""
    newest = cases.of_resident(message.work.session, message.resident.id, 1)
    if not newest or newest[0][1].key != message.letter.key:
        return None
    case, made = newest[0]
    made.channel = "sms"
    return case


def forget(work: Work, index: bytes, key: str) -> None:
    """A conversation is over and asks no more."""
    talks.forget(work.session, index)
    questions.close(work.session, [index], "talk", key, work.now)
