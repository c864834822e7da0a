"""Names of places as hurried thumbs type them: every kind of mistake, from a fixed seed."""

import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.civic.city import Place

KEYS = ("abc", "def", "ghi", "jkl", "mno", "pqrs", "tuv", "wxyz")
"""The letters of the keys 2 to 9 of a phone."""
SHORT = {
    "ext": ("x", "extension", "ext."),
    "zone": ("z",),
    "phase": ("ph",),
    "block": ("blk",),
    "north": ("n", "nth"),
    "south": ("s", "sth"),
    "east": ("e",),
    "west": ("w",),
    "central": ("cent",),
    "park": ("pk",),
    "extension": ("ext",),
    "informal": ("inf",),
    "settlement": ("settl", "settlemnt"),
    "hostel": ("hstl",),
    "estate": ("est",),
    "gardens": ("gdns",),
    "village": ("vill",),
    "mountain": ("mt",),
    "saint": ("st",),
}
"""How people shorten the words of a name."""
LETTERS_FOR_TWO = 8

Mistake = Callable[[str, random.Random], str]


@dataclass(frozen=True)
class Attempt:
    """Somebody who means a place types something."""

    kind: str
    typed: str
    place: Place


def attempts(places: Sequence[Place], seed: int) -> Iterator[Attempt]:
    """Every place typed once with every kind of mistake that its name allows."""
    dice = random.Random(seed)  # noqa: S311 - to be repeated, not to be secret
    for place in places:
        name = place.name.lower()
        for kind, mistake in MISTAKES.items():
            typed = mistake(name, dice)
            if typed and (typed != name or kind in AS_IT_IS):
                yield Attempt(kind, typed, place)


def in_sentences(places: Sequence[Place], texts: Sequence[str], seed: int) -> Iterator[Attempt]:
    """Every place named at the beginning or the end of a message, with every kind of mistake that is likely there."""
    dice = random.Random(seed)  # noqa: S311 - the same
    for place in places:
        name = place.name.lower()
        for kind in IN_SENTENCES:
            typed = MISTAKES[kind](name, dice)
            if typed and (typed != name or kind in AS_IT_IS):
                text = dice.choice(texts)
                yield Attempt(kind, dice.choice((f"{typed} {text}", f"{text} {typed}")), place)


def _letter(name: str, dice: random.Random, last: bool = True) -> int:
    """Where one of the letters stands; -1 if there is none."""
    found = [at for at, letter in enumerate(name) if letter.isalpha() and (last or name[at + 1 : at + 2].isalpha())]
    return dice.choice(found) if found else -1


def whole(name: str, dice: random.Random) -> str:
    """The name as it is."""
    return name


def first_four(name: str, dice: random.Random) -> str:
    """The first four letters, as the screen asks for."""
    return re.sub("[^a-z0-9]", "", name)[:4]


def missing(name: str, dice: random.Random) -> str:
    """A letter left out."""
    at = _letter(name, dice)
    return name[:at] + name[at + 1 :] if at >= 0 else ""


def doubled(name: str, dice: random.Random) -> str:
    """A letter typed twice."""
    at = _letter(name, dice)
    return name[:at] + name[at] + name[at:] if at >= 0 else ""


def added(name: str, dice: random.Random) -> str:
    """A letter too many."""
    at = _letter(name, dice)
    return name[: at + 1] + dice.choice("".join(KEYS)) + name[at + 1 :] if at >= 0 else ""


def wrong(name: str, dice: random.Random) -> str:
    """Another letter."""
    at = _letter(name, dice)
    return name[:at] + dice.choice("".join(KEYS)) + name[at + 1 :] if at >= 0 else ""


def swapped(name: str, dice: random.Random) -> str:
    """Two letters in the wrong order."""
    at = _letter(name, dice, last=False)
    return name[:at] + name[at + 1] + name[at] + name[at + 2 :] if at >= 0 else ""


def presses(name: str, dice: random.Random) -> str:
    """The right key, pressed too often or not often enough."""
    at = _letter(name, dice)
    key = next((key for key in KEYS if at >= 0 and name[at] in key), "")
    return name[:at] + dice.choice(key.replace(name[at], "")) + name[at + 1 :] if key else ""


def beside(name: str, dice: random.Random) -> str:
    """The key beside the right one."""
    at = _letter(name, dice)
    key = next((number for number, key in enumerate(KEYS) if at >= 0 and name[at] in key), -1)
    near = [other for other in (key - 1, key + 1, key - 3, key + 3) if 0 <= other < len(KEYS)]
    return name[:at] + dice.choice(KEYS[dice.choice(near)]) + name[at + 1 :] if key >= 0 else ""


def two(name: str, dice: random.Random) -> str:
    """Two mistakes in a long name."""
    if sum(map(str.isalpha, name)) < LETTERS_FOR_TWO:
        return ""
    once = dice.choice((missing, added, wrong, swapped))(name, dice)
    return dice.choice((missing, added, wrong, swapped))(once, dice)


def digit(name: str, dice: random.Random) -> str:
    """Another number of the extension: what no one can know."""
    found = [at for at, letter in enumerate(name) if letter.isdecimal()]
    at = dice.choice(found) if found else -1
    return name[:at] + dice.choice("123456789".replace(name[at], "")) + name[at + 1 :] if found else ""


def joined(name: str, dice: random.Random) -> str:
    """No space."""
    return name.replace(" ", "")


def parted(name: str, dice: random.Random) -> str:
    """A space within a word."""
    at = _letter(name, dice, last=False)
    return name[: at + 1] + " " + name[at + 1 :] if at >= 0 else ""


def turned(name: str, dice: random.Random) -> str:
    """The last word first; an extension stays behind its number's word."""
    words = re.findall(r"(?:ext|zone|phase|block|unit|part) \w+|\S+", name)
    return " ".join([words[-1], *words[:-1]]) if len(words) > 1 else ""


def shortened(name: str, dice: random.Random) -> str:
    """A word as people shorten it."""
    words = name.split()
    found = [at for at, word in enumerate(words) if word in SHORT and at]
    if not found:
        return ""
    at = dice.choice(found)
    return " ".join([*words[:at], dice.choice(SHORT[words[at]]), *words[at + 1 :]])


MISTAKES: Mapping[str, Mistake] = {
    "whole name": whole,
    "first four letters": first_four,
    "letter missing": missing,
    "letter doubled": doubled,
    "letter added": added,
    "letter wrong": wrong,
    "letters swapped": swapped,
    "key pressed too often": presses,
    "key beside it": beside,
    "two mistakes": two,
    "number wrong": digit,
    "space missing": joined,
    "space too many": parted,
    "words turned": turned,
    "word shortened": shortened,
}
FIRST_LETTERS, UNKNOWABLE = "first four letters", "number wrong"
AS_IT_IS = frozenset({"whole name", FIRST_LETTERS})
IN_SENTENCES = tuple(kind for kind in MISTAKES if kind not in (FIRST_LETTERS, UNKNOWABLE, "words turned"))
