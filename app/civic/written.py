"""What an SMS means on a screen of a conversation: the keys and words that a phone would have typed there."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.civic import polls
from app.civic.city import Category
from app.civic.keywords import Keywords, is_near, key, phrase_of
from app.civic.lent import place_said
from app.civic.polls import Answer, Choice
from app.engine.flow import Screen
from app.engine.hear import numbered
from app.engine.render import BACK, number
from app.engine.state import Option, State

KINDS = ("categories", "other_categories")
"""Lists of which a choice may be said by the words of a category."""


@dataclass(frozen=True)
class Written:
    """An SMS and what its words name.

    `beside` is the kind that they name beside saying where it is; `place` is the key of a place and `place_name` its
    name, `ward` a number as typed; `alarms`: it speaks of danger or of bribes.
    """

    text: str
    kind: Category | None = None
    beside: Category | None = None
    place: str = ""
    place_name: str = ""
    ward: str = ""
    alarms: bool = False


@dataclass(frozen=True)
class Pick:
    """The option with a key, whatever its number is on the screen that it stands on."""

    key: str


@dataclass(frozen=True)
class Heard:
    """What to type, one screen after the other, and what else was written; nothing to type is not understood."""

    steps: tuple[str | Pick, ...] = ()
    remark: str = ""


def typed(step: str | Pick, screen: Screen, state: State) -> str | None:
    """A step as a phone would type it on a screen, None if its option does not stand there."""
    if isinstance(step, str):
        return step
    places = [place for place, option in enumerate(numbered(screen, state.shown)) if option.key == step.key]
    return str(number(places[0])) if places else None


def is_number(text: str) -> bool:
    """Whether an SMS is only a number of one to three digits, whatever signs stand around it."""
    return re.fullmatch(r"[\W_]*[0-9]{1,3}[\W_]*", text) is not None


def is_label(text: str, screen: Screen, state: State) -> bool:
    """Whether an SMS is the very words of an option."""
    said = phrase_of(text)
    return bool(said) and any(phrase_of(one.label) == said for one in numbered(screen, state.shown))


def is_report(written: Written, screen: Screen, state: State) -> bool:
    """Whether an SMS in a conversation is a report of its own: it alarms, or names another problem with its place."""
    in_words = screen.ask is not None and screen.ask.kind == "words"
    if written.alarms and not in_words:
        return True
    said = state.answers.get("category")
    kind = written.beside if said else written.kind  # whoever has said what it is, is asked where
    if kind is None or not (written.place or written.ward):
        return False
    return kind.code != said or (in_words and written.place not in ("", place_said(state.answers)))


def hear(written: Written, screen: Screen, state: State, words: Keywords) -> Heard | None:
    """What an SMS types on the screen where a conversation stands; None if it says nothing there.

    A Heard without steps may mean several options: ask, never guess.
    """
    text, pressed = written.text, key(written.text, words)
    if pressed or is_number(text):
        return Heard((pressed or re.sub(r"[^0-9]", "", text),))
    if not screen.takes_input:  # a text to be read: anything goes on
        return Heard((text,))
    if screen.ask is not None:
        return _said(written, screen, state, words)
    kind = _kind(written, screen, state) if screen.source in KINDS else None
    chosen = _answer(text, screen, state, words)
    return chosen or kind if text.strip()[:1].isdigit() else kind or chosen


def _said(written: Written, screen: Screen, state: State, words: Keywords) -> Heard:
    """Words for a screen that takes words, unless they are those of an option beside them."""
    fixed = frozenset(choice.key for choice in screen.choices)
    option = polls.read_label(written.text, _choices(numbered(screen, state.shown)), words.answers, fixed)
    if option:
        return Heard((Pick(option),))
    if screen.ask is not None and screen.ask.kind == "place":
        ward = f"ward {written.ward}" if written.ward else ""  # a small number alone would choose an option
        named = written.place_name or ward or written.text
        return Heard((named,), _beyond(written.text, (named,)))
    return Heard((written.text,))


def _kind(written: Written, screen: Screen, state: State) -> Heard | None:
    """A category named by its words: on this screen, behind its line for others, or on the screen before."""
    if written.kind is None:
        return None
    kind, shown = written.kind, {option.key for option in state.shown}
    remark = _beyond(written.text, (*kind.labels.values(), *(word for said in kind.keywords.values() for word in said)))
    pick = Pick(kind.ending or kind.code)
    if pick.key in shown:
        return Heard((pick,), remark)
    if kind.parent in shown:
        return Heard((Pick(kind.parent), pick), remark)
    return Heard((BACK, pick), remark) if state.trail else None


def _beyond(text: str, names: Sequence[str]) -> str:
    """The text as a remark, unless it is one of these names and nothing else."""
    said = phrase_of(text)
    return "" if any(said == phrase_of(name) or is_near(said, phrase_of(name)) for name in names) else text


def _answer(text: str, screen: Screen, state: State, words: Keywords) -> Heard | None:
    read = polls.read_answer(text, _choices(numbered(screen, state.shown)), words.answers)
    if read is None:
        return None
    return Heard((Pick(read.key),), read.remark) if isinstance(read, Answer) else Heard()


def _choices(options: Sequence[Option]) -> list[Choice]:
    return [Choice(one.key, {"": one.label}) for one in options]
