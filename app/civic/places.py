"""Finding the place somebody means: by first letters, names, extensions, ward numbers, landmarks, a letter wrong."""

from __future__ import annotations

import copy
import datetime as dt
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Self

from app.civic.city import City, Place, Ward
from app.civic.landmarks import Landmarks
from app.civic.mentions import Mentions
from app.civic.placenames import KINDS, Name, Words, begin, is_number, natural, read_words, stand_in
from app.civic.slips import Slips
from app.civic.wardnumbers import WardNumbers

WHOLE, LONGER, LETTERS, PARTS, KNOWN, SLIP = 100, 95, 90, 80, 75, 70
"""How sure a match is: whole name, longer one, first letters, beginnings of words, landmark in it, slip."""
LETTERS_ASKED = 4
"""So many first letters are asked for: they may be a whole name and yet the beginning of another."""

MOST_AT_A_GLANCE = 12
"""So many names stand on the first two pages of a screen."""


@dataclass(frozen=True)
class Match:
    """A place that was perhaps meant: `exact` if its whole name was typed; `score` 0 to 100."""

    place: Place
    exact: bool
    score: int


class PlaceIndex:
    """The places of a city that lie in wards in force on a day, and the landmarks that are known of them."""

    def __init__(self, city: City, day: dt.date) -> None:
        self._city, self._day = city, day
        placed = [place for place in city.places if city.wards_of(place.key, day)]
        names = [Name(place, read_words(name)) for place in placed for name in (place.name, *place.aliases)]
        self._names = sorted((name for name in names if name.words), key=lambda name: natural(name.words))
        self._mentions, self._slips = Mentions(self._names), Slips(self._names)
        self._by_letters = sorted((name.compact, at) for at, name in enumerate(self._names))
        self._by_initial: dict[str, list[Name]] = {}
        for name in self._names:
            for initial in {word[0] for word in name.words}:
                self._by_initial.setdefault(initial, []).append(name)
        self._landmarks, self._numbers = Landmarks(), WardNumbers()

    @property
    def called(self) -> frozenset[str]:
        """What a ward is called here, beside `ward`."""
        return self._numbers.called

    def calling(self, wards: Iterable[str]) -> Self:
        """The same places where a ward is called by other words, in small letters."""
        other = copy.copy(self)
        other._numbers = WardNumbers(wards)
        return other

    def knowing(self, landmarks: Landmarks) -> Self:
        """The same places with other landmarks; the names are not read anew."""
        other = copy.copy(self)
        other._landmarks = landmarks
        return other

    def find(self, typed: str, limit: int) -> list[Match]:
        """The places that typed words may mean, likeliest first; several if there is any doubt, none if nothing fits.

        The whole name comes with the longer ones that begin with it; else the first letters decide, else beginnings
        of the words, else a landmark, else a name with letters wrong, else one within the words. Only a whole name is
        `exact`. In a long list numbered parts of places come last: people know their numbers, and can type them.
        """
        words = read_words(typed)
        found = self._by_name(words) or self._by_landmark(words) or self._by_guess(words) if words else []
        if len(found) > MOST_AT_A_GLANCE:
            found.sort(key=lambda match: (not match.exact, any(map(str.isdecimal, match.place.name))))
        return found[:limit]

    def reads_alike(self, typed: str) -> bool:
        """Whether typed words are found by names or ward number alone: whatever landmarks are learnt meanwhile."""
        return self.ward_of_number(typed) is not None or bool(self._by_name(read_words(typed)))

    def in_text(self, text: str) -> Match | None:
        """The place that a message names, only if it names one and no other; else the one that a landmark names."""
        words = read_words(text)
        named = {name.place.key: name for name in self._mentions.within(words)}
        if not named:
            place = self._place(self._landmarks.place_of(words))
            return Match(place, False, KNOWN) if place else None
        name = next(iter(named.values()))
        return Match(name.place, True, WHOLE) if len(named) == 1 else None

    def ward_of_number(self, typed: str) -> Ward | None:
        """The ward in force whose number was typed, alone or after the word ward."""
        number = self._numbers.alone(typed)
        return self._city.ward_numbered(number, self._day) if number is not None else None

    def ward_in_text(self, text: str) -> Ward | None:
        """The ward in force that a message names by number, only if it names one."""
        numbers = self._numbers.within(text)
        return self._city.ward_numbered(numbers.pop(), self._day) if len(numbers) == 1 else None

    def ward_of_landmark(self, place: str, text: str) -> str | None:
        """The key of the ward in force in which the landmark of a place lies that a text names; None if unknown."""
        ward = self._landmarks.ward_of(place, read_words(text))
        return ward if ward in self._city.wards_of(place, self._day) else None

    # -- what typed words may mean, surest first ---------------------------------------------------------------

    def _by_name(self, words: Words) -> list[Match]:
        """Places that names spelled right mean."""
        tiers = (self._whole_names, self._first_letters, self._beginnings, self._in_any_order)
        return next((found for tier in tiers if words and (found := _distinct(tier(words)))), [])

    def _by_landmark(self, words: Words) -> list[Match]:
        places = (self._place(landmark.place) for landmark in self._landmarks.find(words))
        return _distinct(Match(place, False, KNOWN) for place in places if place)

    def _by_guess(self, words: Words) -> list[Match]:
        """Places with letters wrong, else the one that a sentence names: somebody said more than was asked."""
        near = self._slips.near(words)
        if near:
            return _distinct(Match(self._names[one.at].place, False, SLIP - one.wrong) for one in near)
        named = _distinct(Match(name.place, False, PARTS) for name in self._mentions.within(words))
        return named if len(named) == 1 else []

    def _whole_names(self, words: Words) -> Iterator[Match]:
        whole = self._mentions.whole(words)
        yield from (Match(name.place, True, WHOLE) for name in whole)
        if whole:
            is_short = len("".join(words)) <= LETTERS_ASKED
            longer = self._starting(words)
            yield from (Match(name.place, False, LONGER) for name in longer if name.words[: len(words)] == words)
            yield from (Match(name.place, False, LETTERS) for name in longer if is_short)

    def _first_letters(self, words: Words) -> Iterator[Match]:
        if not is_number(words[-1]) or (len(words) == 1 and words[0].isalpha()):
            yield from (Match(name.place, False, LETTERS) for name in self._starting(words))

    def _beginnings(self, words: Words) -> Iterator[Match]:
        found = [name for name in self._with(words) if begin(words, name.words)]
        found.sort(key=lambda name: not name.words[0].startswith(words[0]))
        yield from (Match(name.place, False, PARTS) for name in found)

    def _in_any_order(self, words: Words) -> Iterator[Match]:
        found = (name for name in self._with(words) if stand_in(words, name.words))
        yield from (Match(name.place, False, PARTS) for name in found)

    def _with(self, words: Words) -> list[Name]:
        """The names that may have all of these words, going by the rarest of their first letters."""
        initials = {word[0] for word in words if word not in KINDS}  # an x may be an ext
        return min((self._by_initial.get(initial, []) for initial in initials), key=len, default=self._names)

    def _starting(self, words: Words) -> list[Name]:
        """The names that begin with these letters."""
        letters = "".join(words)
        start, end = (bisect_left(self._by_letters, (edge, -1)) for edge in (letters, letters + "\uffff"))
        return [self._names[at] for at in sorted(at for _, at in self._by_letters[start:end])]

    def _place(self, key: str) -> Place | None:
        """A place that lies in a ward in force."""
        return self._city.place(key) if self._city.wards_of(key, self._day) else None


def _distinct(matches: Iterable[Match]) -> list[Match]:
    first: dict[str, Match] = {}
    for match in matches:
        first.setdefault(match.place.key, match)
    return list(first.values())
