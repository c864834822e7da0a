"""Likeness: which open cases a new report may be the same as, going by the words for where it is."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz.fuzz import token_set_ratio

from app.civic.keywords import phrase_of
from app.civic.streets import BUILT, COMMON

OFFERED = 2
"""As many as a screen has room for beside its own choices."""

ALIKE = 75
"""Of 100: one letter wrong in a word of five is alike, another word is not."""

DAYS_THAT_COUNT = 30

SHOWABLE = re.compile(r"(?!(?:.*?[0-9]){5})[\w][\w '&.,/-]{1,27}")
MOST_SHOWN_WORDS = 4


@dataclass(frozen=True)
class OpenCase:
    """An open case of one category and place. `landmark` is only what may be shown to others; "" if nothing may."""

    reference: str
    landmark: str
    reported_at: dt.datetime
    public: bool = True


def alike(typed: str, cases: Iterable[OpenCase], now: dt.datetime) -> tuple[OpenCase, ...]:
    """At most two cases whose landmark is like the words typed, best first; a fresh one beats an old one as like.

    The resident decides: a wrong offer costs a line, a wrong merge a report.
    """
    words = _telling(typed)
    scored = [(_score(words, case), case) for case in _offerable(cases)] if words else []
    found = [(score - _age(case, now), case) for score, case in scored if score >= ALIKE]
    found.sort(key=lambda pair: (-pair[0], pair[1].reference))
    return tuple(case for _, case in found)[:OFFERED]


def landmark_choices(cases: Iterable[OpenCase]) -> tuple[OpenCase, ...]:
    """The newest two cases with a landmark that may be shown, each landmark once: what "Near what?" offers untyped."""
    newest = sorted(_offerable(cases), key=lambda case: (case.reported_at, case.reference), reverse=True)
    once: dict[str, OpenCase] = {}
    for case in newest:
        once.setdefault(_telling(case.landmark) or case.landmark.casefold(), case)
    return tuple(once.values())[:OFFERED]


def showable(landmark: str) -> str:
    """A landmark as neighbours may read it: a short name of a street, school or shop; anything else stays unshown.

    Residents' words leave the building only after staff released them; a street is no word of theirs, but a story or
    a phone number is.
    """
    name = " ".join(landmark.split())
    words = phrase_of(name)
    is_place = 1 <= len(words) <= MOST_SHOWN_WORDS and bool({words[0], words[-1]} & BUILT)
    return name if is_place and SHOWABLE.fullmatch(name) else ""


def _offerable(cases: Iterable[OpenCase]) -> Iterable[OpenCase]:
    return (case for case in cases if case.public and case.landmark.strip())


def _score(words: str, case: OpenCase) -> float:
    return token_set_ratio(words, _telling(case.landmark))


def _age(case: OpenCase, now: dt.datetime) -> int:
    """Days since a case was reported, up to a month."""
    return min(max((now - case.reported_at).days, 0), DAYS_THAT_COUNT)


def _telling(landmark: str) -> str:
    """The words that tell a landmark from others, in plain small letters."""
    return " ".join(word for word in phrase_of(landmark) if word not in COMMON)
