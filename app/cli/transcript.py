"""A talk as people and programs read it: screens as on a phone, then what was wrong. Given numbers are veiled."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TextIO

from rich.console import Console
from rich.text import Text

from app.civic import msisdn
from app.cli.show import masked
from app.conformance.numbers import is_made_up
from app.conformance.played import Finding, Played, Shown
from app.conformance.script import Script

WIDE = 160
# What an application may not do to the terminal of whoever tries it: move the cursor, turn the writing round.
STRANGE = dict.fromkeys(
    (*range(10), *range(11, 32), *range(127, 160), *range(0x202A, 0x202F), *range(0x2066, 0x206A)), "?"
)
STYLES = {"screen": "bold", "size": "dim", "aside": "dim italic", "finding": "red", "title": "bold underline", "": ""}
Line = tuple[str, str]  # style, words


@dataclass
class Veil:
    """Hides the numbers that scripts were given, however an application repeats them, and any other number."""

    scripts: Sequence[Script]
    given: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        numbers = [number for script in self.scripts for number in script.phones.values() if not is_made_up(number)]
        self.given = sorted(set(numbers), key=len, reverse=True)

    def over(self, words: str, own: Sequence[str] = ()) -> str:
        """The words with such numbers masked and no controls; `own` are made up and may be seen."""
        words = words.translate(STRANGE)
        for number in self.given:
            words = _however_written(number).sub(msisdn.mask(number), words)
        parts = re.split(f"({'|'.join(map(re.escape, own))})", words) if own else [words]
        return "".join(part if part in own else masked(part, "") for part in parts)


def _however_written(number: str) -> re.Pattern[str]:
    """A number whole, without its country's code, as it is dialled at home, and in groups."""
    return re.compile(r"\+?[0-9]{0,4}[ .-]?" + "[ .-]?".join(number[-9:].lstrip("+")))


def write(played: Played, veil: Veil, to: TextIO) -> None:
    """The talk as text; in colours where that is a terminal."""
    console = Console(file=to, width=None if to.isatty() else WIDE, highlight=False, markup=False, soft_wrap=True)
    own = made_up(played)
    for style, words in lines(played):
        console.print(Text(veil.over(words, own), STYLES[style]))


def made_up(played: Played) -> list[str]:
    """The numbers of a talk that are nobody's."""
    return [number for name, number in played.numbers.items() if is_made_up(played.script.phones[name])]


def lines(played: Played) -> Iterator[Line]:
    """Every line of a talk's transcript."""
    language = f" ({played.language})" if played.language else ""
    yield "title", f"{played.script.title}{language}"
    yield "aside", ", ".join(f"{name} is {number}" for name, number in played.numbers.items())
    for shown in played.shown:
        yield from _shown(shown)
    yield from (("finding", f"! {found}") for found in played.findings)
    yield "", ""


def _shown(shown: Shown) -> Iterator[Line]:
    """One thing that happened, and its screen; a repeat's screen is said, not shown again."""
    happened = f"{shown.phone} {shown.deed} {shown.said}".rstrip()
    if shown.screen is None or shown.deed not in ("dials", "types"):
        yield "aside", f"  ({happened})"
        return
    yield "", f"{shown.phone}> {shown.said}"
    yield from (("screen", f"  | {line}") for line in shown.screen.text.splitlines())
    kind, size = "END" if shown.screen.ends else "CON", "?" if shown.septets is None else shown.septets
    yield "size", f"  -- {kind}, {size} septets, {shown.seconds:.2f} s"


def plain(played: Played, veil: Veil) -> dict[str, object]:
    """As JSON."""
    own = made_up(played)
    return {
        "file": played.script.file,
        "title": played.script.title,
        "language": played.language or None,
        "phones": {name: veil.over(number, own) for name, number in played.numbers.items()},
        "shown": [_plain_shown(shown, veil, own) for shown in played.shown],
        "findings": [_plain_finding(found, veil, own) for found in played.findings],
    }


def _plain_shown(shown: Shown, veil: Veil, own: Sequence[str]) -> dict[str, object]:
    screen = shown.screen
    return {
        "phone": shown.phone,
        "deed": shown.deed,
        "said": veil.over(shown.said, own),
        "text": veil.over(screen.text, own) if screen else None,
        "ends": screen.ends if screen else None,
        "septets": shown.septets,
        "seconds": round(shown.seconds, 3),
    }


def _plain_finding(found: Finding, veil: Veil, own: Sequence[str]) -> dict[str, object]:
    return {
        "file": found.file,
        "line": found.line,
        "hop": found.hop,
        "phone": found.phone,
        "rule": found.rule,
        "what": veil.over(found.what, own),
    }
