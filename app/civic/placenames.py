"""Names of places as words: extensions, zones and blocks in one spelling, and what may stand for a word of a name."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property

from rapidfuzz.distance import OSA

from app.civic.city import Place

Words = tuple[str, ...]
Shape = tuple[int, Words, str]

KINDS = {
    **dict.fromkeys(("ext", "exts", "extension", "extensions", "extention", "x", "uitbreiding", "uitb"), "ext"),
    **dict.fromkeys(("zone", "z", "sone"), "zone"),
    **dict.fromkeys(("phase", "ph", "fase"), "phase"),
    **dict.fromkeys(("block", "blk", "blok"), "block"),
    **dict.fromkeys(("section", "sect", "unit", "part"), "section"),
}
"""How people write what stands before the number or letter of a part of a place, in one spelling."""
PARTS = frozenset(KINDS.values())
SLIPPED = {"ext": "ext", "extension": "ext", "zone": "zone", "phase": "phase", "block": "block", "section": "section"}
"""Words in which a letter may be wrong before a number: `lenasia etx 10`. Not part, which is a letter from park."""
LETTERS_OF_A_KIND = 3

SHORT = {
    **dict.fromkeys(("pk", "prk"), "park"),
    **dict.fromkeys(("gdns", "gdn"), "gardens"),
    **dict.fromkeys(("vill", "vlg"), "village"),
    **dict.fromkeys(("est", "ests"), "estate"),
    **dict.fromkeys(("settl", "settlemt"), "settlement"),
    **{"nth": "north", "sth": "south", "hstl": "hostel", "inf": "informal", "hts": "heights", "mnr": "manor"},
}
"""How people write the words that follow a name."""


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
        return tuple(word for word in self.words if word not in PARTS)

    @cached_property
    def letters(self) -> str:
        """The name without numbers and kinds, in which a letter may be wrong."""
        return "".join(word for word in self.bare if not is_number(word))

    @cached_property
    def numbers(self) -> Words:
        """The numbers of the name, in which nothing may be wrong."""
        return tuple(word for word in self.words if is_number(word))

    @cached_property
    def counted(self) -> Words:
        """The figures of the name, however letters stand around them: 11 of `ext 11 b`."""
        return tuple(re.findall("[0-9]+", " ".join(self.words)))

    @cached_property
    def spelled(self) -> tuple[str, ...]:
        """The letters of the name, figures left out: with `ext` and without."""
        spellings = (self.compact, "".join(self.bare))
        return tuple(dict.fromkeys(re.sub("[0-9]", "", spelling) for spelling in spellings))

    @property
    def shape(self) -> Shape:
        """What must be right in a name in whose letters one may be wrong: words counted, numbers, first letter."""
        return len(self.words), self.numbers, self.words[0][0]


NOWHERE = Place(key="", name="", wards=())


def read_words(text: str) -> Words:
    """A text as plain small words, parts of places in one spelling: `Lenasia X10` -> lenasia, ext, 10."""
    spread = unicodedata.normalize("NFD", text.replace("’", "'").replace("'", "").casefold())
    plain = "".join(letter for letter in spread if not unicodedata.combining(letter))
    found = re.findall(r"[0-9]+(?:st|nd|rd|th)\b|[0-9]+[a-z]?\b|[0-9]+|[a-z]+", plain)
    return tuple(_spelled(SHORT.get(word, word) if at else word, found[at + 1 :]) for at, word in enumerate(found))


def natural(words: Words) -> tuple[tuple[int, str], ...]:
    """An order in which people expect names: Ext 2 before Ext 10."""
    return tuple((int(word) if word.isdecimal() else 0, word) for word in words)


def is_number(word: str) -> bool:
    """Whether a word is the number or letter of a part of a place: `10`, `11b`, `a`."""
    return word[0].isdecimal() or len(word) == 1


def is_kind(words: Words) -> bool:
    """Whether words only say what kind of part is meant, without a name: `ext 10`."""
    return all(word in PARTS or is_number(word) for word in words)


def begin(typed: Words, name: Words) -> bool:
    """Whether typed words are the beginnings of words of a name, in their order; numbers must be equal."""
    rest = iter(name)
    return all(any(_begins(word, other) for other in rest) for word in typed)


def stand_in(typed: Words, name: Words) -> bool:
    """Whether typed words begin or shorten words of a name, each its own, in any order; numbers must be equal.

    One of them must begin a word: what is all shortened is as like to be another name with letters missing.
    """
    rest, begun = list(name), 0
    for word in sorted(typed, key=len, reverse=True):
        meant = next((other for other in rest if _begins(word, other)), None)
        begun += meant is not None and len(word) >= LETTERS_OF_A_KIND
        meant = meant or next((other for other in rest if _shortens(word, other)), None)
        if meant is None:
            return False
        rest.remove(meant)
    return begun > 0


def _spelled(word: str, after: list[str]) -> str:
    """A kind of part in one spelling, where a number or letter follows or may follow yet: an x alone is an x."""
    said = is_number(after[0]) or after[0] in KINDS if after else len(word) > 2
    if word in KINDS:
        return KINDS[word] if said else word
    return _slipped(word) if after and after[0][0].isdecimal() else word


def _slipped(word: str) -> str:
    """The kind of part that a word before a number is but for a letter, else the word."""
    if len(word) < LETTERS_OF_A_KIND:
        return word
    return next((kind for right, kind in SLIPPED.items() if OSA.distance(word, right, score_cutoff=1) == 1), word)


def _begins(word: str, other: str) -> bool:
    return word == other if word[0].isdecimal() else other.startswith(word) or KINDS.get(word) == other


def _shortens(word: str, other: str) -> bool:
    """Whether a word is another without some of its letters: `gdns` of gardens."""
    rest = iter(other)
    return len(word) > 1 and word.isalpha() and word[0] == other[0] and all(letter in rest for letter in word)
