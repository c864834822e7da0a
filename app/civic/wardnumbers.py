"""Numbers of wards in what people type: alone, or after what a ward is called in some language."""

import re
from collections.abc import Iterable
from typing import Final

CALLED: Final = "ward"
"""What a ward is called everywhere, whatever else a city's languages call it."""


class WardNumbers:
    """Reads them; `called` are the words for a ward, in small letters."""

    def __init__(self, called: Iterable[str] = ()) -> None:
        self.called = frozenset(called)
        words = "|".join(
            re.escape(word) for word in sorted({CALLED, *self.called}, key=lambda word: (-len(word), word))
        )
        self._alone = re.compile(rf"(?:(?:{words}|w)[ .:]*)?([0-9]{{1,3}})")
        self._within = re.compile(rf"\b(?:{words})[ .:]*([0-9]{{1,3}})\b")

    def alone(self, typed: str) -> int | None:
        """The number that was typed, alone or after the word."""
        found = self._alone.fullmatch(typed.strip().rstrip("#. ").lower())
        return int(found[1]) if found else None

    def within(self, text: str) -> set[int]:
        """The numbers that a message names after the word."""
        return {int(number) for number in self._within.findall(text.lower())}
