"""The frozen models of a flow: what `flows/*.yaml` is read into, and what polls are made of in Python."""

from collections.abc import Mapping
from typing import Final

from pydantic import BaseModel, ConfigDict, StrictBool, field_validator

ANY: Final = "*"  # in `next`: every answer that has no line of its own
RETURN: Final = "return"  # in `next`: the end of a sub-flow
RESUME: Final = "resume"  # in `next`: back to where an earlier conversation broke off
RESERVED: Final = (RETURN, RESUME)


class Part(BaseModel):
    """A piece of a flow: it cannot change, and it knows no keys but its own."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Choice(Part):
    """One fixed line of a menu: the answer it gives and the words it shows."""

    key: str
    label: str


class Menu(Part):
    """The lines of a screen: first a list that the shell supplies, if any, then the fixed choices."""

    source: str | None = None
    choices: tuple[Choice, ...] = ()


class Ask(Part):
    """Typed words: how the shell is to read them, and a last line that tells what to type."""

    kind: str
    hint: str | None = None


class Do(Part):
    """An effect, and whether it cannot wait for the end of the conversation."""

    effect: str
    now: StrictBool = False


class Screen(Part):
    """What is shown, what input it takes, and where it goes."""

    name: str
    text: str | None = None
    menu: Menu | None = None
    ask: Ask | None = None
    next: Mapping[str, str] | None = None
    call: str | None = None
    once: StrictBool = False
    needs: str | None = None
    otherwise: str | None = None
    empty: str | None = None
    saved_as: str = ""
    do: Do | None = None
    on_drop: str | None = None
    forgets: StrictBool = False
    line: int = 0

    @field_validator("next", mode="before")
    @classmethod
    def _one_way_for_all(cls, given: object) -> object:
        """`next: area` is short for `next: {"*": area}`."""
        return {ANY: given} if isinstance(given, str) else given

    @field_validator("do", mode="before")
    @classmethod
    def _effect_alone(cls, given: object) -> object:
        """`do: vote` is short for `do: {effect: vote}`."""
        return {"effect": given} if isinstance(given, str) else given

    @property
    def answer(self) -> str:
        """The name under which the answer is kept."""
        return self.saved_as or self.name

    @property
    def choices(self) -> tuple[Choice, ...]:
        """The fixed choices, none without a menu."""
        return self.menu.choices if self.menu else ()

    @property
    def source(self) -> str | None:
        """The name of the list that the shell supplies, if the menu has one."""
        return self.menu.source if self.menu else None

    @property
    def takes_input(self) -> bool:
        """Whether anything can be chosen or typed here."""
        return self.menu is not None or self.ask is not None

    @property
    def ends(self) -> bool:
        """Whether the conversation is over here."""
        return not (self.takes_input or self.next or self.call)

    def way(self, answer: str) -> str | None:
        """Where an answer leads: a screen, `flow/`, `return`, `resume`, or None if no line is meant for it."""
        ways = self.next or {}
        return ways.get(answer, ways.get(ANY))


class Flow(Part):
    """A menu state machine: its screens by name, and the first of them."""

    name: str
    start: str
    screens: Mapping[str, Screen]


Flows = Mapping[str, Flow]


def find(flows: Flows, at: str) -> Screen | None:
    """The screen at `flow.screen`, or None if there is none (any more)."""
    name, _, screen = at.partition(".")
    flow = flows.get(name)
    return flow.screens.get(screen) if flow else None


def place(flows: Flows, target: str, flow: str = "") -> str:
    """Where a target lies, as `flow.screen`: a screen of this flow, or the start of another (`flow/`)."""
    if not target.endswith("/"):
        return f"{flow}.{target}"
    name = target.removesuffix("/")
    return f"{name}.{flows[name].start}" if name in flows else f"{name}."
