"""What came of a talk: the screens that were shown and the rules that were broken."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from app.conformance.script import Script
from app.conformance.verdict import RULES, Screen
from app.engine.gsm import septets

OUT_OF_REACH: Final = ("reach", "tls")  # no other talk would fare better


@dataclass(frozen=True)
class Finding:
    """A rule that a reply broke: where in the file, at which hop."""

    file: str
    line: int
    hop: int
    phone: str
    rule: str
    what: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: hop {self.hop} ({self.phone}): {self.what}. {RULES[self.rule]}"


@dataclass(frozen=True)
class Shown:
    """One line of the transcript: what a phone or the gateway did, and the screen that came of it."""

    phone: str
    deed: str  # dials, types, and what the gateway adds: again, late, event, ...
    said: str = ""
    screen: Screen | None = None
    seconds: float = 0.0

    @property
    def septets(self) -> int | None:
        """The size of the screen."""
        return septets(self.screen.text) if self.screen else None


@dataclass(frozen=True)
class Played:
    """A talk that was held, as far as it went."""

    script: Script
    language: str
    numbers: Mapping[str, str]
    shown: tuple[Shown, ...]
    findings: tuple[Finding, ...]

    @property
    def out_of_reach(self) -> bool:
        """Whether nothing at all answered."""
        return any(found.rule in OUT_OF_REACH for found in self.findings)
