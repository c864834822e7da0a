"""Names with letters wrong: which are near to what was typed, the nearest first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import OSA

from app.civic.placenames import NOWHERE, Name, Words

KEYS = str.maketrans("abcdefghijklmnopqrstuvwxyz", "22233344455566677778889999")
"""The keys of a phone: a thumb that presses once too often stays on the key."""
LETTERS_OF_A_BEGINNING = 4
MOST_WRONG = ((2, 0), (6, 1), (13, 2))
WRONG_IN_LONG = 3


@dataclass(frozen=True)
class Near:
    """A name that is near: where it stands in the list, and how many of its letters are wrong."""

    at: int
    wrong: int


class Spellings:
    """The letters of some names, and which names have them, whole and by their beginnings."""

    def __init__(self, names: Iterable[tuple[int, Name]]) -> None:
        self._whole: dict[str, list[int]] = {}
        self._begin: dict[int, dict[str, list[int]]] = {}
        for at, name in names:
            for letters in name.spelled:
                self._whole.setdefault(letters, []).append(at)

    def whole(self) -> dict[str, list[int]]:
        """The names by all of their letters."""
        return self._whole

    def begin(self, size: int) -> dict[str, list[int]]:
        """The longer names by so many first letters; worked out when first asked for."""
        if size not in self._begin:
            found: dict[str, list[int]] = {}
            for letters, at in self._whole.items():
                if len(letters) > size:
                    found.setdefault(letters[:size], []).extend(at)
            self._begin[size] = found
        return self._begin[size]


class Slips:
    """The names of a city by their letters: what is looked through when nothing typed is right."""

    def __init__(self, names: Sequence[Name]) -> None:
        self._all = Spellings(enumerate(names))
        by_number: dict[Words, list[tuple[int, Name]]] = {}
        for at, name in enumerate(names):
            by_number.setdefault(name.counted, []).append((at, name))
        self._numbered = {counted: Spellings(group) for counted, group in by_number.items() if counted}

    def near(self, words: Words) -> list[Near]:
        """The names with the fewest letters wrong, likeliest first; numbers must be right.

        A letter may be wrong in 3 to 6, two in up to 13, three in more. A typed beginning of a name is as good as the
        whole, but comes after it; a letter of the same key before others.
        """
        typed = Name(NOWHERE, words)
        among = self._numbered.get(typed.counted) if typed.counted else self._all
        if among is None:
            return []
        ranks: dict[int, tuple[int, bool, bool]] = {}
        for letters in typed.spelled:
            for at, rank in _ranked(letters, among, beginnings=not typed.counted):
                ranks[at] = min(rank, ranks.get(at, rank))
        best = min((wrong for wrong, _, _ in ranks.values()), default=0)
        near = sorted((rank, at) for at, rank in ranks.items() if rank[0] == best)
        return [Near(at, rank[0]) for rank, at in near]


def _ranked(letters: str, among: Spellings, beginnings: bool) -> Iterator[tuple[int, tuple[int, bool, bool]]]:
    """Names near to some letters: how many are wrong, whether only a beginning is near, whether on other keys."""
    wrong = next((wrong for most, wrong in MOST_WRONG if len(letters) <= most), WRONG_IN_LONG)
    if not wrong:
        return
    keys = letters.translate(KEYS)
    sizes = range(len(letters) - 1, len(letters) + 2) if beginnings and len(letters) >= LETTERS_OF_A_BEGINNING else ()
    for size in (None, *sizes):
        names = among.whole() if size is None else among.begin(size)
        found = process.extract(letters, names.keys(), scorer=OSA.distance, score_cutoff=wrong, limit=None)
        for spelling, distance, _ in found:
            rank = (int(distance), size is not None, spelling.translate(KEYS) != keys)
            yield from ((at, rank) for at in names[spelling])
