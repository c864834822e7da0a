"""Finding the place somebody means: by first letters, names, extensions, ward numbers, and with a letter wrong."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from bisect import bisect_left
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from rapidfuzz import process
from rapidfuzz.distance import OSA

from app.civic.city import City, Place, Ward

Words = tuple[str, ...]
Shape = tuple[int, Words, str]
Key = TypeVar("Key", bound=Hashable)

KINDS = {
    **dict.fromkeys(("ext", "exts", "extension", "extensions", "extention", "x", "uitbreiding", "uitb"), "ext"),
    **dict.fromkeys(("zone", "z", "sone"), "zone"),
    **dict.fromkeys(("phase", "ph", "fase"), "phase"),
    **dict.fromkeys(("block", "blk", "blok"), "block"),
    **dict.fromkeys(("unit", "section", "sect", "part"), "unit"),
}
"""How people write what stands before the number or letter of a part of a place, in one spelling."""

WARD = re.compile(r"(?:(?:ward|wyk|iwadi|wadi|iwodi|wate|w)[ .:]*)?([0-9]{1,3})")
WARD_WITHIN = re.compile(r"\b(?:ward|wyk|iwadi|wadi|iwodi|wate)[ .:]*([0-9]{1,3})\b")
STREETS = {
    "street",
    "st",
    "str",
    "road",
    "rd",
    "avenue",
    "ave",
    "drive",
    "straat",
    "weg",
    "umgwaqo",
    "seterata",
    "mmila",
}
"""What after a name makes a street of it: people give streets the names of places."""
WHOLE, LONGER, LETTERS, PARTS, SLIP = 100, 95, 90, 80, 70
"""How sure a match is: the whole name, a longer one, its first letters, the beginnings of its words, a slip."""
LETTERS_IN_TEXT = 4
LETTERS_FOR_A_SLIP = 6


@dataclass(frozen=True)
class Match:
    """A place that was perhaps meant: `exact` if its whole name was typed; `score` 0 to 100."""

    place: Place
    exact: bool
    score: int


@dataclass(frozen=True)
class Name:
    """One name of a place, read as words: `lakeview ext 10`."""

    place: Place
    words: Words

    @cached_property
    def compact(self) -> str:
        """The name without spaces, as first letters are typed."""
        return "".join(self.words)

    @cached_property
    def bare(self) -> Words:
        """The words without `ext`, `zone` and the like."""
        return tuple(word for word in self.words if word not in KINDS.values())

    @cached_property
    def letters(self) -> str:
        """The name without numbers and kinds, in which a letter may be wrong."""
        return "".join(word for word in self.bare if not is_number(word))

    @cached_property
    def numbers(self) -> Words:
        """The numbers of the name, in which nothing may be wrong."""
        return tuple(word for word in self.words if is_number(word))

    @property
    def shape(self) -> Shape:
        """What must be right in a name in whose letters one may be wrong: words counted, numbers, first letter."""
        return len(self.words), self.numbers, self.words[0][0]


class PlaceIndex:
    """The places of a city that lie in wards in force on a day."""

    def __init__(self, city: City, day: dt.date) -> None:
        self._city, self._day = city, day
        placed = [place for place in city.places if city.wards_of(place.key, day)]
        names = [Name(place, read_words(name)) for place in placed for name in (place.name, *place.aliases)]
        self._names = sorted((name for name in names if name.words), key=lambda name: natural(name.words))
        self._whole = _grouped(self._names, lambda name: name.words)
        self._bare = _grouped(self._names, lambda name: name.bare)
        self._shapes = _grouped(self._names, lambda name: name.shape)
        self._by_letters = sorted((name.compact, at) for at, name in enumerate(self._names))
        self._by_word = sorted((word, at) for at, name in enumerate(self._names) for word in set(name.words))

    def find(self, typed: str, limit: int) -> list[Match]:
        """The places that typed words may mean, likeliest first; several if there is any doubt, none if nothing fits.

        The whole name comes with the longer ones that begin with it; else the first letters decide, else the
        beginnings of the words, else a name within the words, else one with one or two letters wrong.
        """
        words = read_words(typed)
        if not words:
            return []
        tiers = (self._whole_names, self._first_letters, self._beginnings, self._within, self._slips)
        found = next((matches for tier in tiers if (matches := list(_distinct(tier(words))))), [])
        return found[:limit]

    def in_text(self, text: str) -> Match | None:
        """The place that a message names, only if it names one and no other."""
        words = read_words(text)
        found = self._named(words, self._exactly) or self._named(words, self._nearly)
        if len(found) > 1:  # "12 Acacia Park, Kholwani": a house number makes a street of the first
            found = [(at, match) for at, match in found if not (at and words[at - 1].isdecimal())]
        keys = {match.place.key for _, match in found}
        return found[0][1] if len(keys) == 1 else None

    def ward_of_number(self, typed: str) -> Ward | None:
        """The ward in force whose number was typed, alone or after the word ward."""
        number = WARD.fullmatch(typed.strip().rstrip("#. ").lower())
        return self._city.ward_numbered(int(number[1]), self._day) if number else None

    def ward_in_text(self, text: str) -> Ward | None:
        """The ward in force that a message names by number, only if it names one."""
        numbers = {int(number) for number in WARD_WITHIN.findall(text.lower())}
        return self._city.ward_numbered(numbers.pop(), self._day) if len(numbers) == 1 else None

    # -- what typed words may mean, surest first ---------------------------------------------------------------

    def _whole_names(self, words: Words) -> Iterator[Match]:
        whole = self._whole.get(words) or ([] if is_kind(words) else self._bare.get(words, []))
        yield from (Match(name.place, True, WHOLE) for name in whole)
        if whole:
            longer = (self._names[at] for at in self._starting("".join(words)))
            yield from (Match(name.place, False, LONGER) for name in longer if name.words[: len(words)] == words)

    def _first_letters(self, words: Words) -> Iterator[Match]:
        if not is_number(words[-1]):
            starting = (self._names[at] for at in self._starting("".join(words)))
            yield from (Match(name.place, False, LETTERS) for name in starting)

    def _beginnings(self, words: Words) -> Iterator[Match]:
        found = sorted({at for _, at in _slice(self._by_word, words[0])})
        names = [self._names[at] for at in found]
        fitting = [name for name in names if _begin(words, name.words)]
        fitting.sort(key=lambda name: not name.words[0].startswith(words[0]))
        yield from (Match(name.place, False, PARTS) for name in fitting)

    def _within(self, words: Words) -> Iterator[Match]:
        """The one place that a sentence names: somebody said more than was asked."""
        names = {match.place.key: match.place for _, match in self._named(words, self._exactly)}
        if len(names) == 1:
            yield from (Match(place, False, PARTS) for place in names.values())

    def _slips(self, words: Words) -> Iterator[Match]:
        """Names with letters wrong, only the nearest; numbers must be right."""
        typed = Name(NOWHERE, words)
        if len(typed.letters) < LETTERS_IN_TEXT:
            return
        names = [name for name in self._names if not typed.numbers or name.numbers == typed.numbers]
        near = _near(typed.letters, names)
        best = min(near.values(), default=0)
        yield from (Match(names[at].place, False, SLIP - best) for at in sorted(near) if near[at] == best)

    def _starting(self, letters: str) -> list[int]:
        return sorted(at for _, at in _slice(self._by_letters, letters))

    # -- names within a message --------------------------------------------------------------------------------

    def _named(self, words: Words, read: Callable[[Words], list[Match]]) -> list[tuple[int, Match]]:
        """The names in a row of words and where, longest first; what a longer name used is not read again."""
        used: set[int] = set()
        found: list[tuple[int, Match]] = []
        longest = max((len(name.words) for name in self._names), default=0)
        for length in range(min(longest, len(words)), 0, -1):
            for at in range(len(words) - length + 1):
                span = set(range(at, at + length))
                is_street = words[at + length : at + length + 1] and words[at + length] in STREETS
                if not used & span and not is_street and (matches := read(words[at : at + length])):
                    used |= span
                    found += ((at, match) for match in matches)
        return found

    def _exactly(self, words: Words) -> list[Match]:
        # "eLakeview": isiZulu puts the place word to the name itself
        spellings = [words, (words[0][1:], *words[1:])] if re.match("e.", words[0]) else [words]
        for spelling in spellings:
            named = self._whole.get(spelling) or ([] if any(map(is_number, spelling)) else self._bare.get(spelling, []))
            named = [name for name in named if len(name.letters) >= LETTERS_IN_TEXT]
            if named:
                return [Match(name.place, True, WHOLE) for name in named]
        return []

    def _nearly(self, words: Words) -> list[Match]:
        typed = Name(NOWHERE, words)
        if len(typed.letters) < LETTERS_FOR_A_SLIP:
            return []
        return [
            Match(name.place, False, SLIP)
            for name in self._shapes.get(typed.shape, [])
            if OSA.distance(name.compact, typed.compact, score_cutoff=1) == 1
        ]


NOWHERE = Place(key="", name="", wards=())


def read_words(text: str) -> Words:
    """A text as plain small words, parts of places in one spelling: `Lenasia X10` -> lenasia, ext, 10."""
    spread = unicodedata.normalize("NFD", text.replace("’", "'").replace("'", "").casefold())
    plain = "".join(letter for letter in spread if not unicodedata.combining(letter))
    found = re.findall(r"[0-9]+(?:st|nd|rd|th)\b|[0-9]+[a-z]?\b|[0-9]+|[a-z]+", plain)
    return tuple(_spelled(word, found[at + 1 :]) for at, word in enumerate(found))


def natural(words: Words) -> tuple[tuple[int, str], ...]:
    """An order in which people expect names: Ext 2 before Ext 10."""
    return tuple((int(word) if word.isdecimal() else 0, word) for word in words)


def is_number(word: str) -> bool:
    """Whether a word is the number or letter of a part of a place: `10`, `11b`, `a`."""
    return word[0].isdecimal() or len(word) == 1


def is_kind(words: Words) -> bool:
    """Whether words only say what kind of part is meant, without a name: `ext 10`."""
    return all(word in KINDS.values() or is_number(word) for word in words)


def _spelled(word: str, after: list[str]) -> str:
    """A kind of part in one spelling, where a number or letter follows or may follow yet: an x alone is an x."""
    said = is_number(after[0]) if after else len(word) > 2
    return KINDS[word] if word in KINDS and said else word


def _begin(typed: Words, name: Words) -> bool:
    """Whether typed words are the beginnings of words of a name, in their order; numbers must be equal."""
    rest = iter(name)
    return all(any(_begins(word, other) for other in rest) for word in typed)


def _begins(word: str, other: str) -> bool:
    return word == other if word[0].isdecimal() else other.startswith(word)


def _near(letters: str, names: list[Name]) -> dict[int, int]:
    """How many letters are wrong in each name that is near: one may be in 4 to 6 letters, two in longer names.

    A typed beginning of a name is as good as the whole of it.
    """
    wrong = 1 if len(letters) <= LETTERS_FOR_A_SLIP else 2
    near: dict[int, int] = {}
    for size in (None, len(letters) - 1, len(letters), len(letters) + 1):
        beginnings = [name.letters[:size] for name in names]
        for _, distance, at in process.extract(
            letters, beginnings, scorer=OSA.distance, score_cutoff=wrong, limit=None
        ):
            near[at] = min(int(distance), near.get(at, wrong))
    return near


def _slice(sorted_by: list[tuple[str, int]], start: str) -> list[tuple[str, int]]:
    """The entries whose text begins with `start`."""
    return sorted_by[bisect_left(sorted_by, (start, -1)) : bisect_left(sorted_by, (start + "\uffff", -1))]


def _grouped(names: list[Name], key: Callable[[Name], Key]) -> dict[Key, list[Name]]:
    groups: dict[Key, list[Name]] = {}
    for name in names:
        groups.setdefault(key(name), []).append(name)
    return groups


def _distinct(matches: Iterable[Match]) -> Iterator[Match]:
    seen: set[str] = set()
    for match in matches:
        if match.place.key not in seen:
            seen.add(match.place.key)
            yield match
