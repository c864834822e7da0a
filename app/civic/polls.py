"""Polls: what an answer means, and what all answers say without showing what anybody said."""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import dropwhile, takewhile

from app.civic.keywords import AnswerWords, Keywords, Phrase, is_near, key, phrase_of, tokens

Meanings = Mapping[Phrase, frozenset[str]]

Z = 1.959964
"""Standard normal quantile of a two-sided interval of 95 %."""


# -- what an answer means ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Choice:
    """One answer of a poll; its number is its place in the poll's list, `labels` are per language."""

    key: str
    labels: Mapping[str, str]


@dataclass(frozen=True)
class Answer:
    """The choice somebody made, and what else they wrote."""

    key: str
    remark: str = ""


@dataclass(frozen=True)
class Ambiguous:
    """An answer that may mean several choices: ask, never guess. `keys` are the choices it names."""

    keys: tuple[str, ...]


@dataclass(frozen=True)
class _Reading:
    """The choices that the first `length` words of an answer may mean; the key "" is a number that is no choice."""

    keys: frozenset[str]
    length: int


def read_answer(typed: str, choices: Sequence[Choice], words: AnswerWords) -> Answer | Ambiguous | None:
    """What an answer by SMS means: a number, a label in any language or a word for yes or no, then a remark.

    None if it begins with no choice: "3 days no water" counts days. After words a remark needs a sign between: "no,
    still dry" answers, while "no water in Orlando" may be a report. Part of several labels ("water") is ambiguous.
    "Please" and "thank you" add nothing, before or after.
    """
    text = _plainly(unicodedata.normalize("NFC", typed).strip(), choices, words)
    if re.match(r"[-+−][0-9]|[0-9]{1,3}[.,][0-9]{3}\b", text):  # no choice: -1, 2,000
        return None
    found = tokens(text)
    said, meanings = tuple(token.word for token in found), _meanings(choices, words)
    phrase = _phrase(said, meanings)
    number = None if phrase is None and _counts(said, words) else _numbers(said, choices, words)
    reading = _both(number, phrase) or _part(said, choices)
    if reading is None:
        return None
    rest = text[found[reading.length - 1].end :]
    more = _whole(rest, choices, meanings, words)
    if len(reading.keys | more) > 1:
        return Ambiguous(tuple(choice.key for choice in choices if choice.key in reading.keys | more))
    if not more and _runs_on(rest, after_number=said[0].isdecimal()):
        return None
    return Answer(min(reading.keys), "" if more else _remark(rest))


def read_label(typed: str, choices: Sequence[Choice], words: AnswerWords, parts: Set[str] = frozenset()) -> str:
    """The key of the one choice that a whole text names, as `read_answer` reads it without numbers; else empty.

    `parts` are the keys of choices of which a part of the label will do: where other words may be an answer of their
    own, those of a neighbour's report must not be taken for it.
    """
    said = phrase_of(_plainly(unicodedata.normalize("NFC", typed).strip(), choices, words))
    whole = _phrase(said, _meanings(choices, words)) if said else None
    if whole is None or whole.length < len(said):
        whole = _part(said, [choice for choice in choices if choice.key in parts])
    return min(whole.keys) if whole is not None and len(whole.keys) == 1 else ""


def is_bare(typed: str, keywords: Keywords) -> bool:
    """Whether a text answers, though nobody can tell what: a small number, yes or no or both, thanks, BACK or MORE."""
    said, words = phrase_of(typed), keywords.answers
    if said in words.phrases["polite"] or key(typed, keywords):
        return True
    if len(said) == 1 and said[0].isdecimal():
        return len(said[0]) < 3
    read = read_answer(typed, (Choice("yes", {}), Choice("no", {})), words)
    if isinstance(read, Answer):
        return not read.remark
    torn = words.phrases["yes"] | words.phrases["no"] | words.phrases["joins"]
    return read is not None and all(word.isdecimal() or (word,) in torn for word in said)


def _plainly(text: str, choices: Sequence[Choice], words: AnswerWords) -> str:
    """A text without the polite words around it, unless a label says them."""
    polite = words.phrases["polite"] - {label for choice in choices for label in _labels(choice)}
    found = tokens(text)
    start = _polite(tuple(token.word for token in found), polite)
    kept = found[start:]
    end = len(kept) - _polite(tuple(token.word for token in reversed(kept)), {phrase[::-1] for phrase in polite})
    if not 0 < end <= len(kept) or (start, end) == (0, len(found)):
        return text
    return text[found[start - 1].end if start else 0 : kept[end - 1].end].lstrip(" ,.!:;\n")


def _polite(said: Phrase, polite: Set[Phrase]) -> int:
    """How many of the first words are only polite."""
    count = 0
    while lengths := [len(phrase) for phrase in polite if said[count : count + len(phrase)] == phrase]:
        count += max(lengths)
    return count


def _both(number: _Reading | None, phrase: _Reading | None) -> _Reading | None:
    """A number and a label may both begin an answer, as "2 days" may be the second choice or the one called so."""
    if number and phrase:
        return _Reading(number.keys | phrase.keys, max(number.length, phrase.length))
    return number or phrase


def _counts(said: Phrase, words: AnswerWords) -> bool:
    """Whether the numbers that begin a text count something: "2 or 3 days"."""
    run = tuple(takewhile(lambda word: word.isdecimal() or (word,) in words.phrases["joins"], said))
    return bool(run) and run[-1].isdecimal() and said[len(run) : len(run) + 1] in words.phrases["units"]


def _numbers(said: Phrase, choices: Sequence[Choice], words: AnswerWords) -> _Reading | None:
    """The choices whose numbers begin an answer; "1 or 2" are two."""
    joins = words.phrases["joins"]
    run = takewhile(lambda word: word.isdecimal() or (word,) in joins, said)
    keys = frozenset(_numbered(word, choices) for word in run if word.isdecimal())
    return _Reading(keys, 1) if said[:1] and said[0].isdecimal() and keys != {""} else None


def _numbered(number: str, choices: Sequence[Choice]) -> str:
    """The key of the choice with a number; "" if there is none, or if the digits are not those of a keypad."""
    place = int(number) if re.fullmatch("[1-9][0-9]?", number) else 0
    return choices[place - 1].key if 0 < place <= len(choices) else ""


def _phrase(said: Phrase, meanings: Meanings) -> _Reading | None:
    """The choices whose label begins an answer, the longest first; only then one with a letter wrong."""
    lengths = sorted({len(phrase) for phrase in meanings if len(phrase) <= len(said)}, reverse=True)
    for length in lengths:
        if said[:length] in meanings:
            return _Reading(meanings[said[:length]], length)
    for length in lengths:
        near = [keys for phrase, keys in meanings.items() if is_near(said[:length], phrase)]
        if near:
            return _Reading(frozenset().union(*near), length)
    return None


def _part(said: Phrase, choices: Sequence[Choice]) -> _Reading | None:
    """The choices whose label has all words of an answer, one of them a word of weight."""
    if not any(len(word) > 3 for word in said):
        return None
    keys = frozenset(choice.key for choice in choices for label in _labels(choice) if set(said) <= set(label))
    return _Reading(keys, len(said)) if keys else None


def _whole(rest: str, choices: Sequence[Choice], meanings: Meanings, words: AnswerWords) -> frozenset[str]:
    """The choices that all of the rest names once more; none if it is a remark or nothing."""
    joins = words.phrases["joins"]
    said = tuple(dropwhile(lambda word: (word,) in joins, phrase_of(rest)))
    if len(said) == 1 and said[0].isdecimal():
        return frozenset({_numbered(said[0], choices)}) - {""}
    reading = _phrase(said, meanings) if said else None
    return reading.keys if reading and reading.length == len(said) else frozenset()


def _meanings(choices: Sequence[Choice], words: AnswerWords) -> Meanings:
    """What every label, key and word for yes or no means."""
    meant: dict[Phrase, frozenset[str]] = {}
    yes, no = (_pole(choices, words.phrases[pole]) for pole in ("yes", "no"))
    for choice in choices:
        phrases = _labels(choice) | (words.phrases["yes"] if choice is yes and no else frozenset())
        for phrase in phrases | (words.phrases["no"] if choice is no and yes else frozenset()):
            meant[phrase] = meant.get(phrase, frozenset()) | {choice.key}
    return meant


def _pole(choices: Sequence[Choice], phrases: frozenset[Phrase]) -> Choice | None:
    """The one choice that says yes (or no), else the one that begins with it; None for "No water" and "No power"."""
    whole = [choice for choice in choices if _labels(choice) & phrases]
    begun = [choice for choice in choices if any(label[:1] in phrases for label in _labels(choice))]
    poles = whole or begun
    return poles[0] if len(poles) == 1 else None


def _labels(choice: Choice) -> frozenset[Phrase]:
    """The phrases of a choice; a key of digits is left to the numbers."""
    key = frozenset() if any(map(str.isdigit, choice.key)) else frozenset({phrase_of(choice.key)})
    return (key | frozenset(map(phrase_of, choice.labels.values()))) - {()}


def _runs_on(rest: str, after_number: bool) -> bool:
    """Whether what follows belongs to the words before, as in "1e9", "2nd" or "no water", and is no remark."""
    return rest[:1].isalpha() if after_number else bool(re.match(r"[^\S\n]*[\w\"']", rest))


def _remark(rest: str) -> str:
    """What was written besides the choice, without the signs that part them."""
    return re.sub(r"^[^\w(\"']+", "", rest).strip() if phrase_of(rest) else ""


def is_open(opened_at: dt.datetime, closed_at: dt.datetime | None, at: dt.datetime) -> bool:
    """Whether an answer received at a moment counts: the moment of opening does, that of closing does not."""
    return opened_at <= at and (closed_at is None or at < closed_at)


# -- what all answers say ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Count:
    """How many gave a choice: those of one ward (None: unplaced) who were invited, or who were not."""

    ward: str | None
    choice: str
    invited: bool
    count: int


@dataclass(frozen=True)
class Share:
    """One choice: its count, its share of the responses, and the bounds of the share (95 %, Wilson), 0 to 1."""

    key: str
    count: int
    share: float
    low: float
    high: float


@dataclass(frozen=True)
class Tally:
    """What a group answered, in the order of the poll's choices."""

    responses: int
    choices: tuple[Share, ...]


@dataclass(frozen=True)
class WardTally:
    """What the invited of one ward (None: unplaced) answered; `choices` is None where that is suppressed."""

    ward: str | None
    responses: int
    choices: tuple[Share, ...] | None


@dataclass(frozen=True)
class Results:
    """The invited as a whole and by ward; the open line of those who were not invited stands apart."""

    invited: Tally
    wards: tuple[WardTally, ...]
    open_line: Tally


def wilson(count: int, responses: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson 1927), which holds for small groups and never leaves 0 to 1."""
    if responses == 0:
        return 0.0, 1.0
    share, weight = count / responses, Z * Z / responses
    middle = (share + weight / 2) / (1 + weight)
    reach = Z * math.sqrt(share * (1 - share) / responses + weight / (4 * responses)) / (1 + weight)
    return max(0.0, middle - reach), min(1.0, middle + reach)


def tally(counts: Iterable[Count], keys: Sequence[str]) -> Tally:
    """The shares of the poll's choices (`keys`) in a group."""
    given = Counter[str]()
    for one in counts:
        given[one.choice] += one.count
    total = given.total()
    return Tally(
        total, tuple(Share(key, given[key], _share(given[key], total), *wilson(given[key], total)) for key in keys)
    )


def _share(count: int, total: int) -> float:
    return count / total if total else 0.0


def results(counts: Iterable[Count], keys: Sequence[str], small: int = 5) -> Results:
    """The results of a poll; the choices of a ward with fewer than `small` responses cannot be read or worked out."""
    counts = list(counts)
    sample = [one for one in counts if one.invited]
    wards = {ward: tally((one for one in sample if one.ward == ward), keys) for ward in {one.ward for one in sample}}
    hidden = suppressed({ward: group.responses for ward, group in wards.items()}, small)
    return Results(
        tally(sample, keys),
        tuple(
            WardTally(ward, group.responses, None if ward in hidden else group.choices)
            for ward, group in sorted(wards.items(), key=lambda pair: pair[0] or "")
        ),
        tally((one for one in counts if not one.invited), keys),
    )


def suppressed(responses: Mapping[str | None, int], small: int = 5) -> frozenset[str | None]:
    """The wards whose choices are not shown: those under `small`, and so many more that none can be worked out.

    The total less the wards that are shown is what the hidden ones said together: as long as that is one ward, or
    fewer than `small` people, the next smallest ward is hidden too (complementary suppression).
    """
    by_size = sorted((ward for ward in responses if responses[ward]), key=lambda ward: (responses[ward], ward or ""))
    hidden = [ward for ward in by_size if responses[ward] < small]
    rest = by_size[len(hidden) :]
    while hidden and rest and (len(hidden) < 2 or sum(responses[ward] for ward in hidden) < small):
        hidden.append(rest.pop(0))
    return frozenset(hidden)
