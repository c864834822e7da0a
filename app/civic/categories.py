"""What a message is about: the category whose words it uses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from app.civic import keywords
from app.civic.city import Category, City, Ending
from app.civic.keywords import LETTERS_FOR_A_SLIP, Phrase, is_near


@dataclass(frozen=True)
class Hit:
    """A keyword found in a message: whose, where, how many words long, and whether of the language asked for."""

    category: Category
    at: int
    length: int
    own_language: bool

    @property
    def words(self) -> range:
        """Which words of the message it is."""
        return range(self.at, self.at + self.length)

    @property
    def weight(self) -> tuple[bool, bool, int, bool, int]:
        """What makes one hit speak louder than another, see `classify`."""
        return self.category.ending is None, self.at == 0, self.length, self.own_language, -self.at


def classify(text: str, city: City, language: str, where: frozenset[int] = frozenset()) -> str | None:
    """The code of the category that a message is about, or None if it uses no category's words.

    A message that begins with a keyword is of its category (`WATER burst pipe`); else the longest keyword decides,
    then the resident's language, then the earliest. What ends with numbers to call (danger, bribes) is chosen only
    if nothing else is meant: `endings` tells it in any case. A letter may be wrong if no keyword is right.
    `where`: which of its words only say where it is, and name no category among themselves.
    """
    best = max(_hits(text, city, language, where), key=lambda hit: hit.weight, default=None)
    return best.category.code if best else None


def begins(text: str, city: City, language: str) -> bool:
    """Whether the first words of a message name a category."""
    return any(hit.at == 0 for hit in _hits(text, city, language))


def endings(text: str, city: City, language: str) -> frozenset[Ending]:
    """Whether a message speaks of danger, of bribes, of both: then people need numbers to call, whatever else."""
    return frozenset(hit.category.ending for hit in _hits(text, city, language) if hit.category.ending)


def _hits(text: str, city: City, language: str, where: frozenset[int] = frozenset()) -> list[Hit]:
    words = keywords.phrase_of(text)
    exact = [hit for hit in _exact(words, city, language) if not where.issuperset(hit.words)]
    return exact or [hit for hit in _near(words, city, language) if not where.issuperset(hit.words)]


def _spoken(city: City) -> Iterator[tuple[Category, str, Phrase]]:
    for category in city.categories:
        for language, words in category.keywords.items():
            for word in words:
                yield category, language, _phrase(word)


def _exact(words: Phrase, city: City, language: str) -> Iterator[Hit]:
    runs = {
        words[at:end]: at for at in reversed(range(len(words))) for end in range(at + 1, min(at + 6, len(words) + 1))
    }
    for category, spoken, phrase in _spoken(city):
        if phrase in runs:
            yield Hit(category, runs[phrase], len(phrase), spoken == language)


def _near(words: Phrase, city: City, language: str) -> Iterator[Hit]:
    """Hits with a letter wrong, but not the first one: "later" is not "water"."""
    starts: dict[str, list[int]] = {}
    for at, word in enumerate(words):
        starts.setdefault(word[0], []).append(at)
    for category, spoken, phrase in _spoken(city):
        if max(map(len, phrase)) < LETTERS_FOR_A_SLIP:
            continue
        for at in starts.get(phrase[0][0], ()):
            typed = words[at : at + len(phrase)]
            if _same_initials(typed, phrase) and is_near(typed, phrase):
                yield Hit(category, at, len(phrase), spoken == language)


def _same_initials(typed: Phrase, meant: Phrase) -> bool:
    return len(typed) == len(meant) and all(one[0] == other[0] for one, other in zip(typed, meant, strict=True))


@lru_cache(maxsize=4096)
def _phrase(word: str) -> Phrase:
    return keywords.phrase_of(word)
