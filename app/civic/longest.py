"""The longest that a city can lend in one language: every placeholder, every list."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from app.civic import dates, numbers, references
from app.civic.cases import Status
from app.civic.city import Category, City, Language, Owner, Place
from app.civic.lent import JOINS
from app.civic.lists import MOST_AREAS
from app.civic.spoken import spoken
from app.engine.gsm import fold, septets
from app.engine.speech import Speech
from app.engine.state import Option
from app.engine.words import Texts

REFERENCE = "999999999"
QUESTION, CHOICE, CHOICES = 100, 30, 100
"""Septets of a poll's question, of one choice, and of all choices with their numbers, that fit wherever they stand."""

LANDMARK, REASON, TYPED = 50, 50, 20
"""Septets of what residents and staff write, where a text has room for it."""

HOMES = 2
MOST_CASES, MOST_POLLS, MOST_CHOICES, MOST_ALIKE = 9, 5, 9, 2


@dataclass(frozen=True)
class Codes:
    """What an instance adds to the city: the code people dial, the number they write to, the septets of a screen."""

    service: str
    short: str
    limit: int = 160


@dataclass
class Longest:
    """One language: whatever may stand there, at its longest."""

    city: City
    texts: Texts
    codes: Codes
    language: str

    def values(self) -> dict[str, str]:
        """Every placeholder of screens and texts."""
        return {
            **self._of_the_city(),
            **self._of_a_report(),
            **self._of_a_case(),
            **self._of_people(),
            **self._counts(),
        }

    def lists(self) -> dict[str, Sequence[Option]]:
        """Every list that flows ask for."""
        return {
            "languages": [Option(one.code, one.name) for one in self._spoken],
            "categories": self._menu(self.city.menu()),
            "other_categories": self._menu(self.city.menu("OTHER")),
            "areas": [Option(place.key, place.name) for place in self._places[:MOST_AREAS]],
            "my_places": [Option(place.key, place.name) for place in self._places[:HOMES]],
            "alike": [Option(JOINS + REFERENCE, self.say("screen.known", landmark=_of(LANDMARK)))] * MOST_ALIKE,
            "my_cases": [Option(REFERENCE, f"{references.grouped(REFERENCE)} {self._category}")] * MOST_CASES,
            "case_moves": [Option(key, self.say(f"screen.{key}")) for key in ("fixed", "not_fixed", "unsure", "undo")],
            "polls": [Option(str(number), _of(QUESTION)) for number in range(1, MOST_POLLS + 1)],
            "poll_choices": [Option(str(number), _of(CHOICE)) for number in range(1, MOST_CHOICES + 1)],
        }

    def say(self, name: str, **values: str) -> str:
        """A text in this language."""
        return self.texts.text(name, self.language, **values)

    # -- values ----------------------------------------------------------------------------------------------------

    def _of_the_city(self) -> dict[str, str]:
        return {
            **self.city.hotlines.words,
            "free": self.say("screen.free"),
            "city": self.city.name,
            "area_example": self.city.area_example.capitalize(),
            "example": f"{longest(self._words())} {self.city.area_example.capitalize()}",
            "examples": ", ".join(self._label(one) for one in self.city.menu() if one.code != "OTHER"),
            "service_code": self.codes.service,
            "code": self.codes.service.strip("*#"),
            "short_code": self.codes.short,
            "most_texts": str(self.city.uninvited_a_month),
            "join_code": references.join_code(self.codes.service, REFERENCE),
            "languages": ", ".join(one.name for one in self._spoken),
            "language": longest(one.name for one in self._spoken),
        }

    def _of_a_report(self) -> dict[str, str]:
        owner = max(self.city.owners, key=lambda one: _cost(one.name))
        return {
            "reference": references.grouped(REFERENCE),
            "digits": REFERENCE,
            "other": references.grouped(REFERENCE),
            "category": self._category,
            "area": self._area,
            "areas": ", ".join(place.name for place in self._places[:4]),
            "owner": owner.name,
            "phone": longest(one.phone or "" for one in self.city.owners),
            "date": self._date,
            "next_step": self._next_step(),
            "landmark": _of(LANDMARK),
            "reason": _of(REASON),
        }

    def _of_a_case(self) -> dict[str, str]:
        status = longest(self._statuses())
        return {
            "left_report": f"{self._category}, {self._area}",
            "case_reference": references.grouped(REFERENCE),
            "case_category": self._category,
            "case_area": self._area,
            "case_status": status,
            "joined_reference": references.grouped(REFERENCE),
            "joined_category": self._category,
            "joined_area": self._area,
            "status": status,
        }

    def _of_people(self) -> dict[str, str]:
        home = self._places[0].name if self._places else ""
        return {
            "home_place": f" {home}",
            "home_area": home,
            "typed": _of(TYPED),
            "measure": longest(self.say(name) for name in self.texts.sources if name.startswith("measure.")),
            "question": _of(QUESTION),
            "poll_question": _of(QUESTION),
            "choice": _of(CHOICE),
            "poll_choice": _of(CHOICE),
            "choices": _of(CHOICES),
        }

    def _counts(self) -> dict[str, str]:
        """Figures; in a digest a small one is said in words."""
        few = longest([self.say("digest.few"), self._number])
        names = ("new", "fixed", "not_fixed", "no_answer", "reopened", "overdue", "count")
        return {
            **dict.fromkeys(names, few),
            "reports_count": f" ({MOST_CASES})",
            "polls_count": f" ({MOST_POLLS})",
            "ward": self._ward,
            "line": "3",
            "first": self._date,
            "last": self._date,
            "categories": f"{self._category} {self._number}, {self._category} {self._number}",
        }

    # -- what they are made of -------------------------------------------------------------------------------------

    @cached_property
    def _places(self) -> Sequence[Place]:
        return sorted(self.city.places, key=lambda place: -_cost(place.name))

    @cached_property
    def _category(self) -> str:
        return longest(self._label(one) for one in self.city.categories)

    @cached_property
    def _date(self) -> str:
        """The longest day of a leap year."""
        first = dt.date(2028, 1, 1)
        return longest(dates.short(first + dt.timedelta(days=n), self._speech) for n in range(366))

    @cached_property
    def _number(self) -> str:
        """The highest count of reports or cases in a week of a ward."""
        return numbers.whole(9999, self._speech)

    @cached_property
    def _spoken(self) -> Sequence[Language]:
        return spoken(self.city, self.texts.words)

    @property
    def _speech(self) -> Speech:
        return self.texts.words.speech(self.language)

    @cached_property
    def _ward(self) -> str:
        return longest(str(ward.number) for ward in self.city.wards)

    @cached_property
    def _area(self) -> str:
        return longest([*(place.name for place in self._places[:1]), self._elsewhere])

    @cached_property
    def _elsewhere(self) -> str:
        return longest([self.say("screen.in_ward", ward=self._ward), self.say("screen.unknown_area")])

    def _label(self, one: Category) -> str:
        return one.label(self.language, self.city.default_language)

    def _menu(self, menu: Iterable[Category]) -> Sequence[Option]:
        default = self.city.default_language
        return [Option(one.ending or one.code, one.menu_label(self.language, default)) for one in menu]

    def _words(self) -> Iterable[str]:
        """The first keyword of the first category, which stands in examples; else its code."""
        first = self.city.menu()[0]
        return [*first.keywords.get(self.language, ())[:1], first.code]

    def _next_step(self) -> str:
        """Category, area and next step always stand together, and long owners are not everywhere.

        So the next step is as long as it can be where the whole is longest; longer ones have shorter company.
        """
        whole, words = max(self._reports(), default=(0, ""))
        return _cut(words, whole - _cost(self._category) - _cost(self._area))

    def _reports(self) -> Iterator[tuple[int, str]]:
        """Every report that can be filed by dialling: what category, area and next step cost together; the last."""
        steps = {owner.code: longest(self._steps(owner)) for owner in self.city.owners}
        costs = {code: _cost(words) for code, words in steps.items()}
        areas = [(None, _cost(self._elsewhere)), *((place.key, _cost(place.name)) for place in self.city.places)]
        for category in (one for one in self.city.categories if one.ending is None):
            label = _cost(self._label(category))
            for place, area in areas:
                owner = self.city.owner_of(category.code, place).code
                yield label + area + costs[owner], steps[owner]

    def _steps(self, owner: Owner) -> Iterator[str]:
        """What may be said to happen next where somebody must act."""
        if owner.ours:
            yield self.say("next_step.aim", owner=owner.name, date=self._date)
            yield self.say("next_step.none", owner=owner.name)
        else:
            yield self.say("next_step.not_ours", owner=owner.name, phone=owner.phone or "")
        yield self.say("next_step.joined")

    def _statuses(self) -> Iterator[str]:
        values = {"date": self._date, "reason": _of(REASON), "reference": references.grouped(REFERENCE)}
        names = [f"status.{status.value}" for status in Status]
        names += [name for name in self.texts.sources if name.startswith("status.")]
        yield from (self.say(name, **values) for name in dict.fromkeys(names))


def longest(words: Iterable[str]) -> str:
    """The one that costs most on the air; the empty string if there is none."""
    return max(words, key=_cost, default="")


def _cost(words: str) -> int:
    folded = fold(words)
    return septets(folded) or 2 * len(folded)


def _cut(words: str, cost: int) -> str:
    """The beginning of words that costs so much, or all of them."""
    while words and _cost(words) > cost:
        words = words[:-1]
    return words


def _of(length: int) -> str:
    """Words of a length that nobody knows yet."""
    return ("word " * length)[:length].rstrip().ljust(length, "s")
