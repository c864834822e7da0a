"""What every language says of itself: its own name, its days and months, how it writes a day and a thousand."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from app.engine.gsm import fold, septets
from app.engine.render import placeholders
from app.engine.source import Fault, FlowFaults, Plain, parse

DATE: Final = frozenset(("weekday", "day", "month"))


def _shown(words: str) -> str:
    if not words.strip() or septets(fold(words)) is None:
        raise ValueError(f"'{words}' is nothing that every phone can show")
    return words


def _told_apart(words: tuple[str, ...]) -> tuple[str, ...]:
    if len({fold(word) for word in words}) < len(words):
        raise ValueError("two look the same on a phone")
    return words


def _dated(pattern: str) -> str:
    if placeholders(pattern) != DATE:
        raise ValueError("a day is written with {weekday}, {day} and {month}")
    return _shown(pattern)


Shown = Annotated[str, AfterValidator(_shown)]
Names = Annotated[tuple[Shown, ...], AfterValidator(_told_apart)]


class Speech(BaseModel):
    """A language as it speaks of itself: `weekdays` from Monday; `date` has {weekday}, {day} and {month}."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Shown
    weekdays: Names = Field(min_length=7, max_length=7)
    months: Names = Field(min_length=12, max_length=12)
    date: Annotated[str, AfterValidator(_dated)] = "{weekday} {day} {month}"
    thousands: Literal[",", ".", " "] = " "


Speeches = Mapping[str, Speech]


def figures(language: str) -> Speech:
    """The speech of a language of which nothing is known: days in figures, called by its code."""
    days, months = (tuple(map(str, range(1, most + 1))) for most in (7, 12))
    return Speech.model_construct(name=language, weekdays=days, months=months, date="{day}/{month}", thousands=" ")


def load(path: Path) -> Speeches:
    """The languages of `languages.yaml` in their order, none if there is no file; FlowFaults with all its faults."""
    return read(path.name, path.read_text("utf-8")) if path.exists() else {}


def read(file: str, text: str) -> Speeches:
    """The languages of a text by code; FlowFaults with all that is wrong, by line."""
    source = parse(file, text)
    data = source.data if isinstance(source.data, dict) else {"": source.data}
    read = {language: _speech(said) for language, said in data.items()}
    faults = [
        Fault(file, source.line(language, *keys), ": ".join((language, *keys, what)))
        for language, found in read.items()
        if not isinstance(found, Speech)
        for keys, what in found
    ]
    if source.faults or faults:
        raise FlowFaults([*source.faults, *faults])
    return {language: found for language, found in read.items() if isinstance(found, Speech)}


def _speech(said: Plain) -> Speech | list[tuple[tuple[str, ...], str]]:
    """A language, or all that is wrong with it: the keys that lead there, and what."""
    try:
        return Speech.model_validate(said)
    except ValidationError as wrong:
        return [(tuple(map(str, one["loc"])), one["msg"].removeprefix("Value error, ")) for one in wrong.errors()]
