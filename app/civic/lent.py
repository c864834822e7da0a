"""What a city lends to one turn of a conversation, and what its lists and values share."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from app.civic import dates, likeness, references
from app.civic.caller import Caller, KnownCase, KnownPoll
from app.civic.city import Category, City, Owner
from app.civic.places import PlaceIndex
from app.engine.words import Texts, Words

Answers = Mapping[str, str]
JOINS = "case:"
HERE = "here"
ELSEWHERE = ("another", "moved", "two")
"""Answers to where it is: at home, or somewhere that is typed; every other answer is the key of a home."""

TYPED, WORDS = "typed", "words"
"""The answer of a screen on which words were typed, and the answer that holds them: no words may pass for a choice."""


def place_said(answers: Answers) -> str:
    """The place that the answers name: a home of the caller, or what was typed; empty while it is not known."""
    where = answers.get("where", "")
    if where == HERE:
        return answers.get("home_area", "")
    return answers.get("place", "") if where in ("", *ELSEWHERE) else where


def status_name(status: str, has_day: bool) -> str:
    """The name of the text for a status; an aim is named where there is a day for it."""
    return f"status.{status}" + ("_no_aim" if status in ("received", "acknowledged") and not has_day else "")


def next_step_name(joins: bool, is_ours: bool, has_aim: bool) -> str:
    """The name of the text for what happens next: whom one joins, whom to call, or who aims for when."""
    if joins:
        return "next_step.joined"
    return "next_step.not_ours" if not is_ours else "next_step.aim" if has_aim else "next_step.none"


class CallerUnknown(LookupError):
    """Nobody could be asked who calls: their cases and polls are not none, they are not known."""


class NoReference(LookupError):
    """Nobody lent a reference to this conversation."""


def _none_alike(category: str, place: str) -> Sequence[likeness.OpenCase]:
    return ()


def _no_reference() -> str:
    raise NoReference("this conversation may not file")


@dataclass
class Lent:
    """A city, the words of its languages, a caller, the time; and two things that only the shell can do."""

    city: City
    places: PlaceIndex
    words: Words
    texts: Texts
    caller: Caller
    now: datetime
    service_code: str
    short_code: str
    limit: int = 160
    alike: Callable[[str, str], Sequence[likeness.OpenCase]] = _none_alike
    new_reference: Callable[[], str] = _no_reference
    reference: str = field(default="")

    def language(self, answers: Answers) -> str:
        """The language that was chosen, else the city's own."""
        return answers.get("language") or self.city.default_language

    def text(self, name: str, answers: Answers, **values: str) -> str:
        """A text of texts.yaml in the language of the conversation."""
        return self.texts.text(name, self.language(answers), **values)

    def today(self) -> date:
        """The city's date."""
        return dates.day(self.now, self.city.zone)

    def category(self, answers: Answers) -> Category:
        """What the report is about; OTHER until it was said."""
        return self.city.kind(answers.get("category", ""))

    def place(self, answers: Answers) -> str | None:
        """The key of the place that the answers mean, None while it is not known."""
        named = place_said(answers)
        return named if self.city.place(named) else None

    def owner(self, answers: Answers) -> Owner:
        """Who must act on the report."""
        return self.city.owner_of(self.category(answers).code, self.place(answers))

    def case(self, answers: Answers) -> KnownCase:
        """The caller's case that is spoken of."""
        reference = answers.get("case") or answers.get("asked_case", "")
        return self.caller.case(reference) or KnownCase(reference, "OTHER", None, None, "received")

    def poll(self, answers: Answers) -> KnownPoll:
        """The poll that is spoken of."""
        return self.caller.poll(answers.get("poll", "")) or KnownPoll("", "", ())

    def joined(self, answers: Answers) -> str:
        """The reference of the neighbours' case that the caller joins, empty for a new one."""
        landmark = answers.get("landmark", "")
        return landmark.removeprefix(JOINS) if landmark.startswith(JOINS) else ""

    def said_reference(self, answers: Answers) -> str:
        """The reference of this report: the joined case's, or a new one, taken once."""
        if not self.reference:
            self.reference = self.joined(answers) or self.new_reference()
        return self.reference

    def area_name(self, place: str | None, ward: str | None, answers: Answers) -> str:
        """A place or ward as people call it."""
        found = self.city.place(place) if place else None
        if found is not None:
            return found.name
        held = self.city.ward(ward) if ward else None
        if held is not None:
            return self.text("screen.in_ward", answers, ward=str(held.number))
        return self.text("screen.unknown_area", answers)

    def status(self, case: KnownCase, answers: Answers) -> str:
        """Where a case stands, in words."""
        day = case.promised or case.aim
        name = status_name(case.status, day is not None)
        when = dates.short(day, self.words.speech(self.language(answers))) if day else ""
        into = references.grouped(case.merged_into) if case.merged_into else ""
        return self.text(name, answers, date=when, reason=case.reason, reference=into)
