"""What the shell lends to a turn."""

from collections.abc import Sequence
from typing import Protocol

from app.engine.state import Answers, Option


class Outside(Protocol):
    """A snapshot of all that a conversation may ask: the same turn twice gives the same reply."""

    @property
    def limit(self) -> int:
        """Septets that a screen may have."""

    def say(self, context: str, source: str, answers: Answers) -> str:
        """The translation of an English source (msgctxt = context) in `answers["language"]`."""

    def options(self, source: str, answers: Answers) -> Sequence[Option]:
        """A list, its labels already in the language."""

    def value(self, name: str, answers: Answers) -> str:
        """What stands for a `{placeholder}`."""

    def read(self, kind: str, typed: str, answers: Answers) -> Answers | None:
        """Typed words as answers, the main one under `""`; None = not understood."""
