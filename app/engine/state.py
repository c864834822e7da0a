"""Where a conversation is, and what one turn of it gives. All of it frozen, and JSON there and back."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

Answers = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Option:
    """One line to choose: the answer it gives and the words that were read."""

    key: str
    label: str


@dataclass(frozen=True, slots=True)
class Effect:
    """Something to be done: its name, the answers at that moment, the screen that caused it."""

    name: str
    data: Mapping[str, str]
    screen: str
    now: bool = False

    def dump(self) -> dict[str, Any]:
        """The effect as JSON takes it."""
        return {"name": self.name, "data": dict(self.data), "screen": self.screen, "now": self.now}


@dataclass(frozen=True, slots=True)
class Mark:
    """A screen that was left by an answer, as it was before: what `0. Back` comes back to."""

    at: str
    answers: Answers
    calls: tuple[str, ...] = ()
    effects: int = 0

    def dump(self) -> list[Any]:
        """The mark as JSON takes it."""
        return [self.at, dict(self.answers), list(self.calls), self.effects]


@dataclass(frozen=True, slots=True)
class State:
    """A conversation between two turns.

    `at` and `calls` (the screens that wait for a sub-flow) are `flow.screen`; `shown` is the list as it was read;
    `page` counts from 0; `effects` are gathered until the end; `left` is an earlier conversation that broke off.
    """

    at: str
    answers: Answers
    shown: tuple[Option, ...] = ()
    page: int = 0
    trail: tuple[Mark, ...] = ()
    calls: tuple[str, ...] = ()
    effects: tuple[Effect, ...] = ()
    left: "State | None" = None

    @property
    def flow(self) -> str:
        """The name of the flow where the conversation stands."""
        return self.at.partition(".")[0]

    def back(self) -> "State":
        """The conversation as it was at the last screen shown: its answer and the effects gathered since are gone."""
        mark = self.trail[-1]
        effects = self.effects[: mark.effects]
        return State(mark.at, mark.answers, trail=self.trail[:-1], calls=mark.calls, effects=effects, left=self.left)

    def answered(self, given: Answers) -> "State":
        """The same place with more answers, and a mark to come back to."""
        mark = Mark(self.at, self.answers, self.calls, len(self.effects))
        return replace(self, answers={**self.answers, **given}, trail=(*self.trail, mark))

    def arrived(self) -> "State":
        """The same place without the way round to it: coming to a screen again is no step further from the first."""
        for passed, mark in enumerate(self.trail):
            if (mark.at, mark.calls) == (self.at, self.calls):
                return replace(self, trail=self.trail[:passed])
        return self

    def resumed(self) -> "State | None":
        """The conversation that broke off, with what was caused since; None if none did."""
        return self.left and replace(self.left, effects=(*self.left.effects, *self.effects))

    def forgotten(self) -> "State":
        """The same place with nothing kept but the language to speak."""
        kept = {name: value for name, value in self.answers.items() if name == "language"}
        return State(self.at, kept)

    def dump(self) -> dict[str, Any]:
        """The state as JSON takes it."""
        return {
            "at": self.at,
            "answers": dict(self.answers),
            "shown": [[option.key, option.label] for option in self.shown],
            "page": self.page,
            "trail": [mark.dump() for mark in self.trail],
            "calls": list(self.calls),
            "effects": [effect.dump() for effect in self.effects],
            "left": self.left.dump() if self.left else None,
        }

    @classmethod
    def read(cls, dumped: Mapping[str, Any]) -> "State":
        """The state that was dumped; KeyError or TypeError if it was not."""
        return cls(
            at=dumped["at"],
            answers=dict(dumped["answers"]),
            shown=tuple(Option(*option) for option in dumped["shown"]),
            page=dumped["page"],
            trail=tuple(Mark(at, answers, tuple(calls), count) for at, answers, calls, count in dumped["trail"]),
            calls=tuple(dumped["calls"]),
            effects=tuple(Effect(**effect) for effect in dumped["effects"]),
            left=cls.read(dumped["left"]) if dumped.get("left") else None,
        )


@dataclass(frozen=True, slots=True)
class Reply:
    """What the phone shows, and whether the conversation ends with it."""

    text: str
    ends: bool


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn: the new state, what is to be done before the reply is said, and the reply.

    `heard`: what was typed meant something on the screen.
    """

    state: State
    effects: tuple[Effect, ...]
    reply: Reply
    heard: bool = True
