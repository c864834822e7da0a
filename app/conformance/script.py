"""A talk as it is played: phones, steps, and what each step must show. Frozen; `reading` makes it from YAML."""

import re
from collections.abc import Mapping
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

NAME: Final = re.compile(r"\{([a-z_][a-z0-9_]*)\}")
GIVEN: Final = ("code", "stem", "run", "language")  # words that every talk knows without saying them
Deed = Literal["dial", "redial", "type", "choose", "again", "late", "drop", "wait"]
Words = Mapping[str, str]


class Frozen(BaseModel):
    """What a talk is made of."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Expect(Frozen):
    """What a screen must be; what is not said is not asked."""

    contains: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    exactly: str | None = None
    matches: str | None = None
    ends: bool | None = None
    septets: int | None = Field(None, ge=1, le=182)

    @field_validator("contains", "lacks", mode="before")
    @classmethod
    def _one_or_more(cls, said: object) -> object:
        return (said,) if isinstance(said, str) else said


class Step(Frozen):
    """One thing that a phone does, where it stands in the file, and what must come of it."""

    line: int
    phone: str
    does: Deed
    value: str = ""
    together: int = Field(1, ge=1, le=16)  # from so many threads at once
    double: bool = False  # a dial that begins two sessions at once
    maybe: bool = False  # left out where the screen has no such option
    expect: Expect = Expect()
    remember: Mapping[str, str] = Field(default_factory=dict)  # name -> regular expression


class Script(Frozen):
    """A whole talk; `languages` holds its words by language, one without a name where there is only one."""

    file: str
    title: str
    code: str
    phones: Mapping[str, str]  # nickname -> number, with an x for each digit that is made up; empty: all made up
    languages: Mapping[str, Words]
    steps: tuple[Step, ...]


def fill(text: str, words: Words) -> str:
    """The text with each `{name}` that is known put in; others, as in `a{2,3}`, stay."""
    return NAME.sub(lambda found: words.get(found[1], found[0]), text)


def fill_pattern(pattern: str, words: Words) -> str:
    """A regular expression with each `{name}` put in literally."""
    return fill(pattern, {name: re.escape(word) for name, word in words.items()})


def named(text: str) -> list[str]:
    """The names in braces in a text."""
    return NAME.findall(text)
