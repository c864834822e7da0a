"""Keywords of an SMS: the few words that mean something, in every language; every other message is a report."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from rapidfuzz.distance import OSA

from app.civic import references
from app.engine.render import BACK, MORE

Phrase = tuple[str, ...]
PerLanguage = Mapping[str, tuple[str, ...]]
Keys = tuple[str, ...]

LETTERS_FOR_A_SLIP = 5
"""Shorter words are too near to one another to forgive a wrong letter."""

NEVER_BY_A_SLIP = frozenset({"START"})
"""Commands that undo an opt-out: only their very word does."""


class Takes(StrEnum):
    """What may follow a keyword; with anything else after it a message is a report."""

    NOTHING = "nothing"
    TEXT = "text"
    REFERENCE = "reference"
    NUMBER = "number"
    LANGUAGE = "language"
    PLACE = "place"
    KEYWORD = "keyword"


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Ambiguous(ValueError):
    """Words that mean two things: what is wrong, and the keys that lead to the line where it shows."""

    def __init__(self, found: Mapping[str, Keys]) -> None:
        super().__init__("; ".join(found))
        self.found = found


class Keyword(_Data):
    """The words of one command in every language, and what may follow them."""

    takes: Takes
    words: PerLanguage


class AnswerWords(_Data):
    """How people say yes and no, what joins two answers, what is only polite, and what makes a number a quantity."""

    yes: PerLanguage
    no: PerLanguage
    joins: PerLanguage
    polite: PerLanguage
    units: PerLanguage = Field(default_factory=dict)

    @cached_property
    def phrases(self) -> Mapping[str, frozenset[Phrase]]:
        """All words of any language under `yes`, `no`, `joins`, `polite` and `units`."""
        kinds = {"yes": self.yes, "no": self.no, "joins": self.joins, "polite": self.polite, "units": self.units}
        return {kind: _phrases(words) for kind, words in kinds.items()}


class Keywords(_Data):
    """All that `flows/keywords.yaml` says."""

    stop: PerLanguage
    leave: PerLanguage
    back: PerLanguage
    more: PerLanguage
    commands: Mapping[str, Keyword]
    ward: PerLanguage
    languages: PerLanguage
    answers: AnswerWords

    @cached_property
    def stops(self) -> frozenset[Phrase]:
        """All STOP words of any language."""
        return _phrases(self.stop)

    @cached_property
    def leaves(self) -> frozenset[Phrase]:
        """The STOP words that only leave an open conversation."""
        return _phrases(self.leave)

    @cached_property
    def keys(self) -> Mapping[Phrase, str]:
        """What stands for a key of the dial in an open conversation: back, and the next page."""
        return dict.fromkeys(_phrases(self.back), BACK) | dict.fromkeys(_phrases(self.more), MORE)

    @cached_property
    def names(self) -> Mapping[Phrase, str]:
        """The command of every keyword."""
        return {phrase: name for name, keyword in self.commands.items() for phrase in _phrases(keyword.words)}

    @cached_property
    def wards(self) -> frozenset[str]:
        """What a ward is called in any language, in plain small letters."""
        return frozenset(" ".join(phrase) for phrase in _phrases(self.ward))

    @cached_property
    def codes(self) -> Mapping[Phrase, str]:
        """The code of every name of a language."""
        return {phrase_of(word): code for code, words in self.languages.items() for word in words}

    @model_validator(mode="after")
    def _one_meaning_each(self) -> Self:
        leaves = ((keys, phrase) for keys, phrase in _written(self.leave, "leave") if phrase not in self.stops)
        faults = {f"{' '.join(phrase)!r} leaves but is no STOP word": keys for keys, phrase in leaves}
        meant: dict[Phrase, str] = {}
        for meaning, keys, phrase in self._meanings():
            if meant.setdefault(phrase, meaning) != meaning:
                faults.setdefault(f"{' '.join(phrase)!r} means {meant[phrase]} and {meaning}", keys)
        if faults:
            raise Ambiguous(faults)
        return self

    def _meanings(self) -> Iterator[tuple[str, Keys, Phrase]]:
        answers = self.answers
        kinds: dict[str, tuple[PerLanguage, Keys]] = {
            "STOP": (self.stop, ("stop",)),
            "yes": (answers.yes, ("answers", "yes")),
            "no": (answers.no, ("answers", "no")),
            "BACK": (self.back, ("back",)),
            "MORE": (self.more, ("more",)),
        }
        kinds |= {name: (keyword.words, ("commands", name, "words")) for name, keyword in self.commands.items()}
        for meaning, (words, keys) in kinds.items():
            yield from ((meaning, at, phrase) for at, phrase in _written(words, *keys))


@dataclass(frozen=True)
class Command:
    """What an SMS asks for: a command's name, STOP or LEAVE, and what followed it."""

    name: str
    argument: str = ""


@dataclass(frozen=True)
class Token:
    """A word in plain small letters, or a number as typed, and where it ends in the message."""

    word: str
    end: int


def tokens(text: str) -> list[Token]:
    """The words and numbers of a text (NFC), without the signs around them."""
    found = re.finditer(r"[0-9]+|[^\W\d_]+(?:['’ʼ][^\W\d_]+)*|\d+", text)
    return [Token(_plain(match[0]), match.end()) for match in found]


def phrase_of(text: str) -> Phrase:
    """The words of a text, to compare it with others."""
    return tuple(token.word for token in tokens(unicodedata.normalize("NFC", text)))


def is_near(typed: Phrase, meant: Phrase) -> bool:
    """Whether two phrases differ by one letter (wrong, missing, added or swapped) in one word of five or more."""
    if len(typed) != len(meant):
        return False
    wrong = [pair for pair in zip(typed, meant, strict=True) if pair[0] != pair[1]]
    return len(wrong) == 1 and len(wrong[0][1]) >= LETTERS_FOR_A_SLIP and OSA.distance(*wrong[0], score_cutoff=1) == 1


def is_stop(text: str, keywords: Keywords, in_conversation: bool = False) -> bool:
    """Whether a whole message is a STOP word; in an open conversation CANCEL and END leave that first."""
    phrase = phrase_of(text.replace("\u00ad", ""))  # a soft hyphen is no letter
    return phrase in keywords.stops and not (in_conversation and phrase in keywords.leaves)


def is_leave(text: str, keywords: Keywords) -> bool:
    """Whether a whole message is a STOP word that only leaves an open conversation while there is one."""
    return phrase_of(text.replace("\u00ad", "")) in keywords.leaves


def key(text: str, keywords: Keywords) -> str:
    """The key of the dial that a whole message stands for in an open conversation; empty if it stands for none."""
    phrase = phrase_of(text)
    near = {key for meant, key in keywords.keys.items() if is_near(phrase, meant)}
    return keywords.keys.get(phrase) or (near.pop() if len(near) == 1 else "")


def read(
    text: str,
    keywords: Keywords,
    *,
    is_place: Callable[[str], bool] | None = None,
    is_problem: Callable[[str], bool] | None = None,
    in_conversation: bool = False,
) -> Command | None:
    """The command of an SMS, or None for a report.

    `is_place` says whether words after AREA name a place; without it up to three words are taken for one.
    `is_problem` says whether words name a problem: "lights" is one, and not RIGHTS with a letter wrong.
    """
    text = unicodedata.normalize("NFC", text)
    words = phrase_of(text)
    if is_stop(text, keywords, in_conversation):
        return Command("STOP")
    if in_conversation and words in keywords.leaves:
        return Command("LEAVE")
    if words and all(word.isdecimal() for word in words):
        reference = references.read("".join(words))
        return Command("STATUS", reference) if reference else None
    return _command(text, keywords, is_place or _is_short, is_problem or _is_never)


def _command(
    text: str, keywords: Keywords, is_place: Callable[[str], bool], is_problem: Callable[[str], bool]
) -> Command | None:
    found = tokens(text)
    for name, length, exact in _candidates(tuple(token.word for token in found), keywords.names):
        if not exact and (name in NEVER_BY_A_SLIP or is_problem(text)):
            return None
        rest = _Rest(_tidy(text[found[length - 1].end :]), keywords, is_place)
        takes = keywords.commands[name].takes
        if takes is Takes.TEXT and rest.words and not exact:
            return None  # "resort on fire" is not REPORT: as a report it keeps all its words
        argument = _ARGUMENTS[takes](rest)
        if argument is not None:
            return Command(name, argument)
    return None


def _candidates(words: Phrase, names: Mapping[Phrase, str]) -> Iterator[tuple[str, int, bool]]:
    """Commands whose words begin a message: (name, words, exact), longest first, slips last and only if one fits."""
    lengths = sorted({len(phrase) for phrase in names if len(phrase) <= len(words)}, reverse=True)
    for length in lengths:
        if words[:length] in names:
            yield names[words[:length]], length, True
    for length in lengths:
        near = {name for phrase, name in names.items() if is_near(words[:length], phrase)}
        if len(near) == 1:
            yield near.pop(), length, False


@dataclass(frozen=True)
class _Rest:
    """What follows a keyword, and what is needed to read it."""

    text: str
    keywords: Keywords
    is_place: Callable[[str], bool]

    @cached_property
    def words(self) -> Phrase:
        return phrase_of(self.text)


def _nothing(rest: _Rest) -> str | None:
    return None if rest.words else ""


def _text(rest: _Rest) -> str | None:
    return rest.text


def _number(rest: _Rest) -> str | None:
    return rest.text if re.fullmatch("[0-9]{0,9}", rest.text) else None


def _reference(rest: _Rest) -> str | None:
    """A reference among other words; digits that are none stay as typed, so that the answer can name them."""
    digits = "".join(word for word in rest.words if re.fullmatch("[0-9]+", word))
    return references.read(digits) or (digits if digits == "".join(rest.words) else None)


def _language(rest: _Rest) -> str | None:
    """The code of a language; "" for one word that names none we know, which the list of languages then answers."""
    codes = rest.keywords.codes
    near = {code for phrase, code in codes.items() if is_near(rest.words, phrase)}
    return codes.get(rest.words) or (near.pop() if len(near) == 1 else "" if len(rest.words) <= 1 else None)


def _place(rest: _Rest) -> str | None:
    """The number of a ward, or the words for a place as typed."""
    number = rest.words[1:] if rest.words[:1] in _phrases(rest.keywords.ward) else rest.words
    if len(number) == 1 and re.fullmatch("[0-9]{1,4}", number[0]):
        return number[0]
    return rest.text if not rest.words or rest.is_place(rest.text) else None


def _keyword(rest: _Rest) -> str | None:
    """The name of the keyword that is asked about."""
    if not rest.words or rest.words in rest.keywords.stops:
        return "STOP" if rest.words else ""
    found = _candidates(rest.words, rest.keywords.names)
    return next((name for name, length, exact in found if exact and length == len(rest.words)), None)


_ARGUMENTS: Mapping[Takes, Callable[[_Rest], str | None]] = {
    Takes.NOTHING: _nothing,
    Takes.TEXT: _text,
    Takes.NUMBER: _number,
    Takes.REFERENCE: _reference,
    Takes.LANGUAGE: _language,
    Takes.PLACE: _place,
    Takes.KEYWORD: _keyword,
}


def _is_never(words: str) -> bool:
    return False


def _is_short(words: str) -> bool:
    return len(phrase_of(words)) <= 3


def _tidy(rest: str) -> str:
    """What followed a keyword, without the signs that part it from the keyword or close the message."""
    return re.sub(r"^[\W_]+", "", rest).rstrip(" \t\r\n.!?,;:#")


def _written(words: PerLanguage, *keys: str) -> Iterator[tuple[Keys, Phrase]]:
    """The words in the order of the file, each with the keys that lead to it."""
    for language, said in words.items():
        yield from (((*keys, language, str(at)), phrase_of(word)) for at, word in enumerate(said))


def _phrases(words: PerLanguage) -> frozenset[Phrase]:
    return frozenset(phrase_of(word) for per_language in words.values() for word in per_language)


def _plain(word: str) -> str:
    """A word without capitals, accents and typographic apostrophes; a superscript never becomes a number."""
    if any(map(str.isnumeric, word)):
        return word.casefold()
    spread = unicodedata.normalize("NFKD", word.replace("’", "'").replace("ʼ", "'").casefold())
    return "".join(letter for letter in spread if not unicodedata.combining(letter))
