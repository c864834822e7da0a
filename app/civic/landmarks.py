"""Landmarks: what people call a spot where no area is named, learnt from cases that were confirmed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from app.civic.cases import Move, Status
from app.civic.likeness import showable
from app.civic.placenames import Words, read_words
from app.civic.streets import LEADING, SHORT

CASES_TO_OFFER = 2
"""A landmark that several places have is offered for those where it was named so often; so often settles a ward."""
CASES_TO_PLACE = 3
"""So many confirmed cases must have named a landmark before a message is placed by it without asking."""
LETTERS_FOR_A_SLIP = 6
CONFIRMED = frozenset({Status.ACKNOWLEDGED, Status.SCHEDULED, Status.IN_PROGRESS, Status.FIXED})
"""A case is confirmed once its history has one of these: staff took it on."""


@dataclass(frozen=True)
class Landmark:
    """A street, school or shop of a place: as words and as it is shown, its ward if known, in how many cases."""

    place: str
    words: str
    name: str
    ward: str | None = None
    cases: int = 1


def confirms(move: Move, been: Iterable[str]) -> bool:
    """Whether a move is the one by which staff first take a case on that has `been` in these statuses.

    A case has it once, so its landmark counts once. Staff who take it on have looked where it is. To wait for the word
    of residents that it is fixed would teach nothing more of the spot, and much later; what is declined, taken back or
    merged before is no case of its own.
    """
    return move.to in CONFIRMED and CONFIRMED.isdisjoint({move.source, *been})


def learnable(landmark: str, place: str, ward: str | None) -> Landmark | None:
    """What a confirmed public case teaches of a place; None if its words are no name that neighbours may read.

    A house number is left out: a street is known to all, somebody's door is not.
    """
    name = showable(landmark)
    words = read_words(name)
    spoken = name.split()
    while spoken and (spoken[0].isdecimal() or spoken[0].casefold() in LEADING):
        spoken.pop(0)
    key = called(words)
    return Landmark(place, " ".join(key), " ".join(spoken), ward) if len(key) > 1 and len(spoken) > 1 else None


def called(words: Words) -> Words:
    """The words of a landmark in one spelling: `12 mooki st` and `near mooki street` are mooki, street."""
    start = next((at for at, word in enumerate(words) if not (word.isdecimal() or word in LEADING)), len(words))
    return tuple(SHORT.get(word, word) for word in words[start:])


class Landmarks:
    """The landmarks of a city: which of them typed words mean, and which a message names."""

    def __init__(self, learnt: Iterable[Landmark] = ()) -> None:
        by_words: dict[Words, list[Landmark]] = {}
        for landmark in learnt:
            by_words.setdefault(tuple(landmark.words.split()), []).append(landmark)
        self._by_words = {words: _offered(found) for words, found in by_words.items() if _offered(found)}
        self._by_initial: dict[tuple[int, str], list[Words]] = {}
        for words in self._by_words:
            self._by_initial.setdefault((len(words), words[0][0]), []).append(words)
        self._longest = max(map(len, self._by_words), default=0)

    def find(self, words: Words) -> list[Landmark]:
        """The landmarks that typed words are or, in a longer row of words, hold; the most often named first."""
        typed = called(words)
        return self._by_words.get(typed) or self._near(typed) or self.within(words)

    def within(self, words: Words) -> list[Landmark]:
        """The landmarks that a message names in so many words, only the longest."""
        spoken = tuple(SHORT.get(word, word) for word in words)
        for length in range(min(self._longest, len(spoken)), 1, -1):
            runs = {spoken[at : at + length] for at in range(len(spoken) - length + 1)}
            found = [landmark for run in runs for landmark in self._by_words.get(run, ())]
            if found:
                return sorted(found, key=_rank)
        return []

    def place_of(self, words: Words) -> str:
        """The key of the one place that a message names by landmarks, enough confirmed cases agreeing; else empty."""
        found = self.within(words)
        is_sure = len({one.place for one in found}) == 1 and max(one.cases for one in found) >= CASES_TO_PLACE
        return found[0].place if is_sure else ""

    def ward_of(self, place: str, words: Words) -> str | None:
        """The ward of the landmark of a place that words name; None if it is unknown, or one case alone named it."""
        wards = {one.ward for one in self.find(words) if one.place == place and one.cases >= CASES_TO_OFFER}
        return wards.pop() if len(wards) == 1 else None

    def _near(self, typed: Words) -> list[Landmark]:
        """The landmarks with one letter wrong, not the first."""
        if not typed or len("".join(typed)) < LETTERS_FOR_A_SLIP:
            return []
        alike = self._by_initial.get((len(typed), typed[0][0]), ())
        near = [words for words in alike if OSA.distance(" ".join(words), " ".join(typed), score_cutoff=1) == 1]
        return sorted((one for words in near for one in self._by_words[words]), key=_rank)


def _offered(found: list[Landmark]) -> list[Landmark]:
    """Of the places that a landmark was named for, the one alone, or those where it was named often enough."""
    if len(found) == 1:
        return found
    return sorted((one for one in found if one.cases >= CASES_TO_OFFER), key=_rank)


def _rank(landmark: Landmark) -> tuple[int, str, str]:
    return -landmark.cases, landmark.place, landmark.words
