"""Words that only say where something is: a place's own name, streets and buildings, and what something lies next to.

They are no problem, although a robot, a bridge or the sewage works may be one where nobody was asked for a place.
"""

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

from app.civic.keywords import phrase_of
from app.civic.streets import BUILT, CORNERS, STREETS

LOCATING: Final = (
    CORNERS
    | {"near", "next", "at", "opposite", "opp", "behind", "by", "in"}
    | {"naby", "langs", "oorkant", "agter"}
    | {"eduze", "eceleni", "ekhoneni", "ngemuva", "ngaphambi", "kufutshane", "ecaleni"}
    | {"haufi", "gaufi", "kgauswi", "pela"}
)
"""Words before what something lies at. Not `on`: a house on fire lies nowhere."""

BETWEEN: Final = frozenset({"the", "a", "to", "of", "our", "my", "die", "van", "na", "le", "kwa", "ya"})
"""Words that may stand between them and what they speak of."""

MOST_WORDS = 2
"""So many words name what something lies at: `next to the sewage works`."""


def places_in(text: str, names: Iterable[str]) -> frozenset[int]:
    """Which words of a text (as `phrase_of` counts them) only say where; `names`: what the place itself is called."""
    own = {word for name in names for word in phrase_of(name)}
    found: set[int] = set()
    start = 0
    for part in re.split(r"[.,;:!?\n]+", unicodedata.normalize("NFC", text)):
        words = phrase_of(part)
        found |= {start + at for at, word in enumerate(words) if word in own or word in BUILT or word in LOCATING}
        found |= {start + at for first in range(len(words)) for at in _located(words, first, own)}
        start += len(words)
    return frozenset(found)


def goes_on(text: str, names: Iterable[str], also: Iterable[str] = ()) -> bool:
    """Whether a text says more after it began to name a place; `also`: other words that say no more, `please`."""
    own, more = {word for name in names for word in phrase_of(name)}, {word for one in also for word in phrase_of(one)}
    words, where = phrase_of(text), places_in(text, (*names, *more))
    first = next((at for at, word in enumerate(words) if word in own), len(words))
    return any(at not in where and not word.isdecimal() for at, word in enumerate(words) if at > first)


def _located(words: tuple[str, ...], first: int, own: set[str]) -> range:
    """What a locating word speaks of: up to two words, fewer where the name of a place or a street ends it."""
    if words[first] not in LOCATING:
        return range(0)
    start = first + 1
    while start < len(words) and (words[start] in BETWEEN or words[start] in LOCATING):
        start += 1
    if words[start : start + 1] and words[start] in own:
        return range(first, start)
    for end in range(start, min(start + MOST_WORDS, len(words))):
        if words[end] in LOCATING:
            return range(first, end)
        if words[end] in STREETS or words[end] in BUILT:
            return range(first, end + 1)
    return range(first, min(start + MOST_WORDS, len(words)))
