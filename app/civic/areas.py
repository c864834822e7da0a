"""Lists of areas as cities publish them: extensions on lines of their own, several names in one line, broken lines."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from app.engine import gsm

KINDS = {
    "ext": "Ext",
    "x": "Ext",
    "extension": "Ext",
    "extention": "Ext",
    "zone": "Zone",
    "phase": "Phase",
    "block": "Block",
}
KIND = r"(?P<kind>(?:ext|x|extension|extention|zone|phase|block)s?)"
NUMBER = r"[0-9]{1,3}[A-Za-z]?"
ANY_CASE = re.IGNORECASE
COUNTED = re.compile(rf"(?:{KIND}[.: ]*)?(?P<first>{NUMBER})(?: ?(?:to|-) ?(?P<last>{NUMBER}))?", ANY_CASE)
KIND_ONLY = re.compile(KIND + r"\.?", ANY_CASE)
LED = re.compile(rf"(?P<number>{NUMBER}) (?P<rest>[A-Za-z].*)")
NAMED = re.compile(
    rf"(?P<base>.*?[A-Za-z].*?)[.: ]+(?:{KIND}[.: ]*(?P<counted>{NUMBER}.*)?|(?P<bare>{NUMBER}))", ANY_CASE
)
BETWEEN = re.compile(r"\s*(?:[,;&]|\band\b|(?<=\bext)\.\s+(?=[a-z]))\s*", ANY_CASE)
STREET = re.compile(
    r"\b(?:streets?|str|avenues?|roads?|between|until|from)\b|\b[0-9]+(?:st|nd|rd|th)\b|\bto$", ANY_CASE
)
REMARK = re.compile(r"\b(?:includes?|side)\b", ANY_CASE)
PART = re.compile(r"\b(?:(?:whole|parts?|section)\s+of|whole|parts?(?!\s*[0-9])|all)\b", ANY_CASE)

HEADS = {"the", "la", "new", "old", "green", "blue", "or", "glen"}
"""Words that begin a name and never are one: alone on a line they belong to the next."""
TAILS = {
    *("north", "south", "east", "west", "central", "western", "eastern", "hill", "hills", "lake", "view", "ridge"),
    *("manor", "section", "village", "park", "gardens", "house", "estate", "estates", "world", "mine", "flats"),
    *("hostel", "compound", "plots", "town", "jr", "ah"),
}
"""Words that end a name and never are one: alone on a line they belong to the one before."""
EMPTY = {"for", "a", "of", "and", "settlement", "settlements", "informal", *HEADS}
NOT_ALONE = {"city", "suburban"}
SHORTER = (("Informal Settlements", "Settlement"), ("Informal Settlement", "Settlement"))
STREET_LINE, REMARK_LINE = "a street or a boundary, no area", "a remark, no name"
BROKEN, NAMELESS = "the beginning of a broken line, read with the next", "no name that could be known by itself"
UNNAMED_PART = "a part of a place that no line before it names"


@dataclass(frozen=True)
class Listed:
    """One line of a list: the names that it gives, or why it gives none."""

    names: tuple[str, ...] = ()
    why: str = ""


@dataclass
class AreaList:
    """The list of one ward while it is read: what extensions hang on, and a broken line's beginning."""

    limit: int
    base: str = ""
    kind: str = "Ext"
    head: str = ""
    names: list[str] = field(default_factory=list)
    fresh: bool = False

    def read(self, line: str, is_street: bool = False) -> Listed:
        """The names on a line, in the light of the lines before it; `is_street` is what the list says of it."""
        listed = self._line(line, is_street)
        self.fresh = bool(listed.names)
        self.names += listed.names
        return listed

    def _line(self, line: str, is_street: bool) -> Listed:
        text = tidy(line)
        if STREET.search(text) or (is_street and "(" not in line):
            return Listed(why=STREET_LINE)
        if REMARK.search(text):
            return Listed(why=REMARK_LINE)
        if text.lower() in HEADS or (text.lower() in TAILS and not self.head and not self._continues(text)):
            self.head = text
            return Listed(why=BROKEN)
        text, self.head = f"{self.head} {text}".strip(), ""
        found = self._found(text)
        kept = tuple(dict.fromkeys(name for name in map(self._fitted, found) if name))
        return Listed(kept) if kept else Listed(why=self._why(text, found))

    def _continues(self, tail: str) -> bool:
        """Whether a tail can end the name before it."""
        return self.fresh and not self.names[-1].lower().endswith(tail.lower())

    def _found(self, text: str) -> list[str]:
        first, *others = parts(text)
        named = NAMED.fullmatch(first)
        tail = named["base"] if named else first
        if tail.lower() in TAILS and self._continues(tail) and self._fitted(f"{self.names[-1]} {first}"):
            first = f"{self.names.pop()} {first}"
        return self._read(first) + [name for other in others for name in self._read(other, hangs=True)]

    def _read(self, part: str, hangs: bool = False) -> list[str]:
        """The names in a part of a line; one that `hangs` on the part before it may be a tail."""
        if counted := COUNTED.fullmatch(part):
            self.kind = _kind(counted["kind"]) or self.kind
            numbers = _numbers(counted["first"], counted["last"]) if self.base else []
            return [self._extension(number) for number in numbers]
        if only := KIND_ONLY.fullmatch(part):
            self.kind = _kind(only["kind"])
            return [f"{self.base} {self.kind}"] if self.base and self.kind == "Ext" else []
        if led := LED.fullmatch(part):
            return [*self._read(led["number"]), *self._read(led["rest"])]
        if hangs and self.base and all(word in TAILS for word in part.lower().split()):
            return [f"{self.base} {titled(part)}"]
        return self._named(part)

    def _named(self, part: str) -> list[str]:
        if not _means_something(part):
            return []
        named = NAMED.fullmatch(part)
        if named is None:
            self.base, self.kind = titled(part), "Ext"
            return [self.base]
        self.base, self.kind = titled(named["base"]), _kind(named["kind"])
        number = named["bare"] or named["counted"]
        return self._read(number or self.kind)

    def _extension(self, number: str) -> str:
        return " ".join(word for word in (self.base, self.kind, number.upper()) if word)

    def _fitted(self, name: str) -> str:
        """A name short enough for a plain phone, the empty string if it cannot be."""
        for long, short in SHORTER:
            if (gsm.septets(name) or 999) > self.limit:
                name = name.replace(long, short)
        return name if (gsm.septets(name) or 999) <= self.limit else ""

    def _why(self, text: str, found: list[str]) -> str:
        if found:
            return f"longer than {self.limit} letters, give it a shorter name"
        if COUNTED.match(text) or KIND_ONLY.match(text):
            return UNNAMED_PART
        return BROKEN if NAMED.fullmatch(text) else NAMELESS


def tidy(line: str) -> str:
    """A line in plain letters, without remarks in brackets and without words like `part of`."""
    plain = PART.sub(" ", re.sub(r"\([^)]*\)?|:", " ", gsm.fold(line)))
    return " ".join(re.sub(r"^\W*(?:and|of)\b", " ", plain, flags=ANY_CASE).split()).strip(" ,;.&-")


def parts(text: str) -> list[str]:
    """The names and numbers of a line that holds several, or the line itself if a piece could not stand alone."""
    pieces = [piece for piece in (piece.strip(" .") for piece in BETWEEN.split(text)) if piece]
    return pieces if pieces and all(map(_stands_alone, pieces)) else [text]


def titled(name: str) -> str:
    """A name with capitals, where the list has none."""
    return " ".join(word if any(map(str.isupper, word)) else word.capitalize() for word in name.split())


def _stands_alone(piece: str) -> bool:
    is_part = COUNTED.match(piece) or KIND_ONLY.fullmatch(piece) or piece.lower() in TAILS
    return bool(is_part) or (piece.lower() not in NOT_ALONE and _means_something(piece))


def _means_something(text: str) -> bool:
    words = re.findall(r"[a-z]+", text.lower())
    return any(len(word) > 2 and word not in EMPTY for word in words)


def _kind(word: str | None) -> str:
    lower = (word or "").lower()
    return KINDS.get(lower) or KINDS.get(lower.removesuffix("s"), "")


def _numbers(first: str, last: str | None) -> list[str]:
    if last and first.isdecimal() and last.isdecimal() and int(first) < int(last):
        return [str(number) for number in range(int(first), int(last) + 1)]
    return [first, last] if last else [first]
