"""A screen as the phone shows it: folded to GSM-7, measured, and laid on as many pages as it needs."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from app.engine.gsm import COST, fold, septets

PLACEHOLDER: Final = re.compile(r"\{([a-z][a-z0-9_]*)\}")
MORE: Final = "98"
FIRST: Final = "00"
BACK: Final = "0"
ALPHABET: Final = frozenset(COST) - {"\f"}
TWICE: Final = tuple(letter for letter, cost in COST.items() if cost == 2)
# What the engine itself says, by the names under which texts.yaml and the catalogues hold it.
SAYS: Final = {
    "engine.more": "98. More",
    "engine.back": "0. Back",
    "engine.retry": "Not understood. Please choose a number.",
    "engine.retry_words": "Not found. Please try again.",
    "engine.lost": "Sorry, we lost our way. Please dial again.",
}


def fill(text: str, value: Callable[[str], str]) -> str:
    """The text with every `{name}` put as its value; what a value holds is not looked into again."""
    return PLACEHOLDER.sub(lambda found: value(found[1]), text)


def placeholders(text: str) -> frozenset[str]:
    """The names in braces."""
    return frozenset(PLACEHOLDER.findall(text))


def clean(text: str) -> str:
    """The text in GSM-7 alone: folded, line ends as `\\n`, and `?` where no letter comes near."""
    lines = "\n".join(text.splitlines())
    if ALPHABET.issuperset(lines):  # nearly always: letter by letter would take ten times as long
        return lines
    return "".join(letter if letter in COST and letter != "\f" else "?" for letter in fold(lines))


def line(text: str) -> str:
    """The text as one clean line, so that no label can look like two."""
    return " ".join(clean(text).split())


def number(place: int) -> int:
    """The number of the option at a place (from 0) of the whole list; 98 is never given, it means more."""
    return place + 1 if place < int(MORE) - 1 else place + 2


def size(text: str) -> int:
    """Septets of a clean text."""
    return len(text) + sum(map(text.count, TWICE))


@dataclass(frozen=True, slots=True)
class Face:
    """What a screen has to show, clean and in its language; `way_out` is the line of `0`, empty if there is none.

    `page_before` is that line on later pages where there is no other.
    """

    text: str
    options: tuple[str, ...] = ()
    hint: str = ""
    more: str = SAYS["engine.more"]
    way_out: str = ""
    page_before: str = ""

    @property
    def later(self) -> "Face":
        """The same on every page after the first."""
        return replace(self, way_out=self.way_out or self.page_before)

    def whole(self) -> str:
        """Everything on one page, however long."""
        return _join(self.text, *self.options, self.hint, self.way_out)

    def tightest(self) -> str:
        """The longest page that a list must have room for: one option among everything that stands on every page."""
        longest = max(self.options, key=size, default="")
        return _join(self.text, longest, self.hint, self.more, self.way_out or self.page_before)


def pages(face: Face, limit: int) -> tuple[str, ...]:
    """The pages of a screen, each within the limit in septets.

    Text, hint and ways on stand on every page, an option is never split. Only where the text leaves no room for an
    option does it run over pages of its own, and nothing is lost then either.
    """
    if size(face.whole()) <= limit:
        return (face.whole(),)
    if face.options and size(face.tightest()) <= limit:
        return tuple(_dealt(face, face.options, limit))
    room = limit - size(_join("", face.more, face.later.way_out)) - 1
    blocks = [piece for block in (face.text, *face.options, face.hint) for piece in _wrapped(block, room)]
    bare = Face("", more=face.more, way_out=face.way_out, page_before=face.page_before)
    return tuple(_dealt(bare, blocks, limit))


def _join(*blocks: str) -> str:
    """The blocks that are not empty, one under the other."""
    return "\n".join(block for block in blocks if block)


def _dealt(face: Face, blocks: Sequence[str], limit: int) -> Iterator[str]:
    """Pages filled with as many blocks as each can hold, at least one."""
    start = 0
    while start < len(blocks):
        end, page = start + 1, _page(face, blocks, start, start + 1)
        while end < len(blocks) and size(longer := _page(face, blocks, start, end + 1)) <= limit:
            end, page = end + 1, longer
        yield page
        start, face = end, face.later


def _page(face: Face, blocks: Sequence[str], start: int, end: int) -> str:
    """One page: what stands on every page around its blocks, and the way on unless it is the last."""
    more = face.more if end < len(blocks) else ""
    return _join(face.text, *blocks[start:end], face.hint, more, face.way_out)


def _wrapped(text: str, room: int) -> Iterator[str]:
    """The text in pieces of at most `room` septets, cut at a space where there is one."""
    rest = text.strip()
    while size(rest) > room:
        held = _fitting(rest, room)
        space = max(rest.rfind(" ", 0, held + 1), rest.rfind("\n", 0, held + 1))
        cut = space if space > 0 else held
        yield rest[:cut].rstrip()
        rest = rest[cut:].lstrip()
    if rest:
        yield rest


def _fitting(text: str, room: int) -> int:
    """How many characters from the left fit."""
    filled = 0
    for place, letter in enumerate(text):
        filled += COST[letter]
        if filled > room:
            return max(place, 1)
    return len(text)


def fits(text: str, limit: int) -> bool:
    """Whether a text can stand on one screen of any phone as it is."""
    cost = septets(text)
    return cost is not None and cost <= limit
