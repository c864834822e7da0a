"""A conversation by SMS: the flows of the dial, one SMS a turn, each moved in the transaction of its letter."""

from collections.abc import Sequence
from dataclasses import replace

from app.civic import written
from app.civic.anchors import HOME
from app.civic.outside import Outside
from app.conversation.lending import lend
from app.engine import flow, show
from app.engine import step as engine
from app.engine.render import BACK, clean, placeholders, size
from app.engine.state import Effect, Reply, State, Turn
from app.jobs import effects, filing
from app.jobs.effects import Cause, Done
from app.jobs.reporting import acknowledge, hotlines, report_words
from app.jobs.sms import LONGEST, Sms
from app.jobs.talk import Talk, forget, open_talk
from app.storage import callers, questions, talks
from app.storage.questions import Asked

ONE_SMS = 160
NUMBERS = {"emergency": "receipt.danger_only", "integrity": "sms.bribe"}
"""What gives each kind of numbers to call, and says no word of what is kept."""


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
    if start == HOME and message.is_first:
        known.pop("language")  # only the city's own: whoever writes for the first time chooses
    letter, words = message.letter, held.words if held is not None else ()
    talk = Talk(letter.phone, letter.key, edition, State(start, known), caller, letter.received_at, words=words)
    lent = _lend(message, talk)
    _say(message, talk, engine.begin(edition.flows, start, known, lent), lent)


def show_again(message: Sms, talk: Talk) -> None:
    """The screen where a conversation stands, once more; where the flows lost it, a polite end."""
    lent, screen = _lend(message, talk), talk.screen
    if screen is None:
        _say(message, talk, engine.step(talk.edition.flows, talk.state, "", lent), lent)
    else:
        _wait(message, replace(talk, at=message.letter.received_at), _shown(message, talk, lent).text)


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
    if heard.steps == (BACK,) and _is_first(screen, talk.state):
        show_again(message, talk)
        return True
    message.remark = heard.remark
    _take(message, talk, heard.steps)
    return True


def ask_again(message: Sms, talk: Talk) -> bool:
    """Says that an SMS was not understood, and keeps its words; False for a report of its own."""
    screen = talk.screen
    if screen is not None and written.is_report(message.written, screen, talk.state):
        return False
    kept = any(letter.isalpha() for letter in message.text)
    _take(message, replace(talk, words=(*talk.words, message.text)) if kept else talk, (message.text,))
    return True


def _is_first(screen: flow.Screen, state: State) -> bool:
    """Whether no way leads back from a screen that waits for an answer."""
    ways = bool(state.trail) or state.page > 0 or any(choice.key == BACK for choice in screen.choices)
    return screen.takes_input and not ways


def is_label(message: Sms, talk: Talk) -> bool:
    """Whether an SMS is the very words of an option on the screen where a conversation stands."""
    return talk.screen is not None and written.is_label(message.text, talk.screen, talk.state)


def _take(message: Sms, talk: Talk, steps: Sequence[str | written.Pick]) -> None:
    """Types the steps, one screen after the other, as far as they stand there; and says where that leads."""
    lent = _lend(message, talk)
    turn = Turn(talk.state, (), Reply("", ends=False), heard=False)
    for step in steps:
        screen = flow.find(talk.edition.flows, turn.state.at)
        typed = written.typed(step, screen, turn.state) if screen is not None else ""
        _fit(message, replace(talk, state=turn.state), lent)
        before, turn = turn, engine.step(talk.edition.flows, turn.state, typed or "", lent)
        turn = replace(turn, effects=(*before.effects, *turn.effects), heard=before.heard or turn.heard)
    _say(message, talk, turn, lent)


def _lend(message: Sms, talk: Talk) -> Outside:
    """What the city lends to a turn."""
    return lend(message.work.services, talk.edition, talk.caller, talk.reference)


# -- what is shown -----------------------------------------------------------------------------------------------------


def _shown(message: Sms, talk: Talk, lent: Outside) -> Reply:
    """The page where a conversation stands."""
    _fit(message, talk, lent)
    screen = talk.screen
    return show.reply(screen, talk.state, show.faces(screen, talk.state, lent)) if screen else Reply("", ends=True)


def _fit(message: Sms, talk: Talk, lent: Outside) -> None:
    """How long the pages are: one SMS if that holds the whole screen, else with room for the line of ways."""
    lent.limit = ONE_SMS
    if talk.screen is not None and len(show.faces(talk.screen, talk.state, lent)) > 1:
        lent.limit = ONE_SMS - size(_ways(message, talk.state)) - 1


def _not_understood(message: Sms, talk: Talk, lent: Outside) -> Reply:
    """The same page, told that it was not understood, which matters more than how to answer."""
    shown, screen = _shown(message, talk, lent), talk.screen
    lent.limit = ONE_SMS
    return show.again(screen, talk.state, lent, shown) if screen else shown


def _ways(message: Sms, state: State) -> str:
    return clean(message.work.say("sms.ways", state.answers.get("language") or message.language))


# -- what is said ------------------------------------------------------------------------------------------------------


def _say(message: Sms, talk: Talk, turn: Turn, lent: Outside) -> None:
    """Does what a turn causes and answers with its screen; at an ending the conversation is forgotten."""
    done = cause(message, turn.effects, lent.reference)
    words = talk.words if done.keeps or not message.remark else (*talk.words, message.remark)
    talk = replace(talk, state=turn.state, reference=lent.reference, at=message.letter.received_at, words=words)
    screen = talk.screen
    if screen is not None and screen.forgets:
        forget(message.work, message.resident.phone_index, talk.key)
        message.answer("safety", _numbers(message, screen))
    elif done.instead or screen is None or show.over(screen, talk.state):
        lent.limit = LONGEST
        _end(message, talk, done, show.faces(screen, turn.state, lent)[0] if screen is not None else turn.reply.text)
    else:
        shown = (_shown if turn.heard else _not_understood)(message, talk, lent)
        _wait(message, talk, shown.text)


def _wait(message: Sms, talk: Talk, text: str) -> None:
    """Keeps the conversation for an hour, and asks."""
    work, asked = message.work, Asked("talk", talk.key, message.work.now, talk.until)
    talks.keep(work.session, talk.held(), work.vault)
    questions.ask(work.session, [message.resident.phone_index], asked)
    longer = f"{text}\n{_ways(message, talk.state)}"
    message.tell("talk", longer if size(longer) <= ONE_SMS else text)


def _end(message: Sms, talk: Talk, done: Done, text: str) -> None:
    """The last words: where a report was filed they are its receipt, unless that must ask or give numbers.

    What was kept and stands with no report is one of its own, with a receipt of its own.
    """
    forget(message.work, message.resident.phone_index, talk.key)
    case = done.case
    if done.instead:
        message.answer("talk", message.say(done.instead))
    elif case is None:
        message.tell("talk", text)
    if case is None:
        report_words(message, talk.words)
        return
    filing.add_words(message.work, message.resident, case, talk.words)
    if filing.is_unplaced(case) or message.endings or message.resident.measure != "full":
        acknowledge(message, case, filing.full_receipt(case))
    else:
        message.answer("receipt", text)


def _numbers(message: Sms, screen: flow.Screen) -> str:
    """The numbers that a screen gives which keeps nothing, all if it names none: an SMS was kept on its way here."""
    named = placeholders(screen.text or "") & NUMBERS.keys()
    texts = [text for numbers, text in NUMBERS.items() if numbers in named or not named]
    return " ".join(message.say(text, **hotlines(message.work)) for text in texts)


# -- what is done ------------------------------------------------------------------------------------------------------


def cause(message: Sms, caused: Sequence[Effect], reference: str = "") -> Done:
    """Does what was gathered, each under the letter that ended it."""
    work, letter, done = message.work, message.letter, Done()
    of_letter = Cause(letter.key, letter.phone, reference, letter.received_at, "sms", message.remark)
    for effect in caused:
        done = done.and_then(effects.apply(work, effect.name, effect.data, of_letter))
    return done
