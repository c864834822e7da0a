"""What was typed, as it is meant on a screen. Numbers are the phone's own digits: `²` and `٣` choose nothing."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from app.engine.flow import Screen
from app.engine.outside import Outside
from app.engine.render import BACK, FIRST, MORE, number
from app.engine.state import Answers, Option, State

NUMBER: Final = re.compile(r"[1-9][0-9]{0,3}")


@dataclass(frozen=True, slots=True)
class Page:
    """Another page of the same screen, from 0."""

    page: int


@dataclass(frozen=True, slots=True)
class Back:
    """The screen before."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """One of the options that were shown."""

    key: str


@dataclass(frozen=True, slots=True)
class Words:
    """Words for the shell to read, as typed."""

    typed: str


Heard = Page | Back | Chosen | Words | None


def hear(screen: Screen, state: State, typed: str, pages: Callable[[], int]) -> Heard:
    """What the resident means, None if that is not understood; `pages` says how many there are, if it matters."""
    key = typed.strip().removesuffix("#").strip()
    turned = _turned(key, state.page, pages)
    if turned is not None:
        return turned
    option = chosen(screen, state.shown, key)
    if option:
        return Chosen(option.key)
    if key == BACK and (state.trail or state.page):
        return Back() if state.trail else Page(state.page - 1)
    reads_on = not (screen.ends or screen.takes_input)  # a text to be read: anything goes on
    return Words(typed) if reads_on or (screen.ask and typed.strip()) else None


def _turned(key: str, page: int, pages: Callable[[], int]) -> Page | None:
    """The page asked for, if there is another one."""
    if key == FIRST and pages() > 1:
        return Page(0)
    return Page(page + 1) if key == MORE and page + 1 < pages() else None


def numbered(screen: Screen, shown: tuple[Option, ...]) -> tuple[Option, ...]:
    """The options that bear a number; a fixed choice `0` is the way out of its screen and bears none."""
    return shown[:-1] if any(choice.key == BACK for choice in screen.choices) else shown


def chosen(screen: Screen, shown: tuple[Option, ...], key: str) -> Option | None:
    """The option of a typed number; the numbers run through the whole list, on whichever page they stand."""
    options = numbered(screen, shown)
    if key == BACK:
        return shown[-1] if len(options) < len(shown) else None
    if not NUMBER.fullmatch(key):
        return None
    return next((option for place, option in enumerate(options) if number(place) == int(key)), None)


def given(screen: Screen, state: State, heard: Heard, outside: Outside) -> Answers | None:
    """The answers that a choice or words give, None if the shell cannot read them or the screen has no way for them."""
    if isinstance(heard, Chosen):
        answers: Answers | None = {screen.answer: heard.key}
    elif isinstance(heard, Words):
        answers = _read(screen, state, heard.typed, outside)
    else:
        answers = None
    if answers is None or screen.way({**state.answers, **answers}.get(screen.answer, "")) is None:
        return None
    return answers


def _read(screen: Screen, state: State, typed: str, outside: Outside) -> Answers | None:
    """What the shell makes of typed words, the main answer under the name that the screen gives it."""
    if screen.ask is None:
        return {}
    found = outside.read(screen.ask.kind, typed, state.answers)
    return None if found is None else {screen.answer: "", **{name or screen.answer: found[name] for name in found}}
