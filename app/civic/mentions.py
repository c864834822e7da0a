"""Names of places within a message, among all its other words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import TypeVar

from rapidfuzz.distance import OSA

from app.civic.placenames import NOWHERE, Name, Words, is_kind, is_number
from app.civic.streets import NAMED

Key = TypeVar("Key", bound=Hashable)

LETTERS_IN_TEXT = 4
LETTERS_FOR_A_SLIP = 6
LETTERS_OF_ONE_WORD = 7
"""A letter wrong in a shorter word alone makes another word of it: better is not Bester."""
SPACES_TOO_MANY = 1
ENDS_OF_A_TAIL = 3


class Mentions:
    """The names of a city by their words: whole, without kinds of parts, without spaces, with a letter wrong."""

    def __init__(self, names: Sequence[Name]) -> None:
        self._tails = _tails(names)
        self._whole = _grouped(names, lambda name: name.words)
        self._bare = _grouped(names, lambda name: name.bare)
        self._compact = _grouped(names, lambda name: (name.compact, name.counted))
        self._shapes = _grouped(names, lambda name: name.shape)
        self._longest = max((len(name.words) for name in names), default=0)

    def whole(self, words: Words) -> list[Name]:
        """The names that words are, with or without spaces; else but for the kind of part: `lakeview 10`."""
        typed = Name(NOWHERE, words)
        whole = [*self._whole.get(words, []), *self._compact.get((typed.compact, typed.counted), [])]
        return whole if whole or is_kind(words) or self._is_tail(words) else self._bare.get(words, [])

    def within(self, words: Words) -> list[Name]:
        """The names that words hold, longest first: of several words spelled right or but for a letter, or of one.

        "orlando wst" is Orlando West before it is Orlando. One word with a letter wrong counts only if nothing else is
        there. "12 Acacia Park, Kholwani": a house number makes a street of the first if there is another.
        """
        found = self._runs(words, self._exactly, self._nearly) or self._runs(words, self._one_nearly)
        if len(found) > 1:
            found = [(at, name) for at, name in found if not (at and words[at - 1].isdecimal())]
        return [name for _, name in found]

    def _runs(self, words: Words, *readings: Callable[[Words], list[Name]]) -> list[tuple[int, Name]]:
        """The names in a row of words and where, longest first; what a longer name used is not read again."""
        used: set[int] = set()
        found: list[tuple[int, Name]] = []
        for length in range(min(self._longest + SPACES_TOO_MANY, len(words)), 0, -1):
            for read in readings:
                for at in range(len(words) - length + 1):
                    span = set(range(at, at + length))
                    is_street = words[at + length : at + length + 1] and words[at + length] in NAMED
                    if not used & span and not is_street and (names := read(words[at : at + length])):
                        used |= span
                        found += ((at, name) for name in names)
        return found

    def _exactly(self, words: Words) -> list[Name]:
        # "eLakeview": isiZulu puts the place word to the name itself
        spellings = [words, (words[0][1:], *words[1:])] if re.match("e.", words[0]) else [words]
        for spelling in spellings:
            named = self._spelled(spelling) or ([] if any(map(is_number, spelling)) else self._bare.get(spelling, []))
            named = [name for name in named if len(name.letters) >= LETTERS_IN_TEXT and not self._is_tail(spelling)]
            if named:
                return named
        return []

    def _spelled(self, words: Words) -> list[Name]:
        """The names that words are, else long ones but for spaces that are missing or too many."""
        typed = Name(NOWHERE, words)
        if words in self._whole or len(typed.letters) < LETTERS_FOR_A_SLIP:
            return self._whole.get(words, [])
        return self._compact.get((typed.compact, typed.counted), [])

    def _nearly(self, words: Words) -> list[Name]:
        return self._near(words) if len(words) > 1 else []

    def _one_nearly(self, words: Words) -> list[Name]:
        return self._near(words) if len(words) == 1 and len(words[0]) >= LETTERS_OF_ONE_WORD else []

    def _near(self, words: Words) -> list[Name]:
        typed = Name(NOWHERE, words)
        if len(typed.letters) < LETTERS_FOR_A_SLIP:
            return []
        return [
            name
            for name in self._shapes.get(typed.shape, [])
            if OSA.distance(name.compact, typed.compact, score_cutoff=1) == 1
        ]

    def _is_tail(self, words: Words) -> bool:
        """Whether words are one that many names end with: `park` alone names none of them."""
        return len(words) == 1 and words[0] in self._tails


def _tails(names: Iterable[Name]) -> frozenset[str]:
    """Words that stand in several names and seldom begin one."""
    bare = {name.bare for name in names if name.bare}
    heads = Counter(words[0] for words in bare)
    ends = Counter(word for words in bare for word in set(words[1:]))
    return frozenset(word for word, count in ends.items() if count >= ENDS_OF_A_TAIL and count > heads[word])


def _grouped(names: Iterable[Name], key: Callable[[Name], Key]) -> dict[Key, list[Name]]:
    groups: dict[Key, list[Name]] = {}
    for name in names:
        groups.setdefault(key(name), []).append(name)
    return groups
