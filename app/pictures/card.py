"""One screen in a picture: the phone, its number and name, and what the phone does not show, beside or below it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from app.pictures.ink import TextLine, box, said, short, text, wrapped
from app.pictures.picture import Card

LETTERS: Final = 30  # of a line of the phone
MONO_LETTER: Final = 7.9  # its width
LINE, NOTE_LINE = 16, 15
PAD, CARD_HEAD = 10, 32
PHONE_WIDE: Final = MONO_LETTER * LETTERS + 22
BESIDE_LETTERS, BELOW_LETTERS = 30, 40
BESIDE_WIDE: Final = 205
CARD_STYLE: Final = """
.mono { font-family: "DejaVu Sans Mono", Menlo, Consolas, "Liberation Mono", monospace; font-size: 13px }
.name { font-size: 13px; font-weight: bold } .badge { fill: #0b0c0c }
.number { fill: #fff; font-weight: bold; text-anchor: middle }
.card { fill: #f3f2f1; stroke: #b1b4b6 } .phone { fill: #fff; stroke: #0b0c0c; stroke-width: 2 }
.end { stroke: #0b0c0c; stroke-width: 3 } .sees { fill: #fff; stroke: #505a5f; stroke-dasharray: 6 4 }
.kept { fill: #005a30 } .lost { fill: #942514 } .when { fill: #003078 } .over { font-weight: bold }
"""


@dataclass(frozen=True, slots=True)
class DrawnCard:
    """A card as it is drawn; `beside`: its notes stand beside the phone, which makes it low and wide."""

    card: Card
    beside: bool

    @property
    def phone(self) -> list[str]:
        """What the phone shows, line by line."""
        return wrapped(self.card.phone, LETTERS)

    def notes(self) -> Iterator[TextLine]:
        """What the phone does not show, line by line."""
        letters = BESIDE_LETTERS if self._is_wide else BELOW_LETTERS
        if self.card.ends:
            yield TextLine("The call ends here.", "over")
        for look, words in self.card.notes:
            yield from (TextLine(line, look) for line in wrapped(words, letters))

    @property
    def _is_wide(self) -> bool:
        return self.beside and bool(self.card.phone)

    @property
    def size(self) -> tuple[float, float]:
        """Width and height."""
        phone = len(self.phone) * LINE + PAD if self.card.phone else 0
        notes = len(list(self.notes())) * NOTE_LINE + PAD
        if self._is_wide:
            return PHONE_WIDE + BESIDE_WIDE + 2 * PAD, max(phone + 2 * PAD, CARD_HEAD + notes)
        return PHONE_WIDE + 2 * PAD, CARD_HEAD + phone + notes

    def svg(self, at: tuple[float, float], number: int) -> Iterator[str]:
        """Drawn with its upper left corner there."""
        x, y = at
        yield box("card sees" if self.card.sees else "card end" if self.card.ends else "card", at, self.size, 8)
        head = x + PHONE_WIDE + PAD if self._is_wide else x
        yield f'<circle class="badge" cx="{short(head + 18)}" cy="{short(y + 17)}" r="10"/>'
        yield text(head + 18, y + 21.5, TextLine(str(number), "number"))
        yield text(head + 34, y + 22, TextLine(self._heading(), "name"))
        foot = y + CARD_HEAD
        if self.card.phone:
            top = y + PAD if self._is_wide else foot
            yield box("phone", (x + PAD, top), (PHONE_WIDE, len(self.phone) * LINE + PAD))
            yield from (
                text(x + 21, top + 18 + at * LINE, TextLine(line, "mono")) for at, line in enumerate(self.phone)
            )
            foot = foot if self._is_wide else foot + len(self.phone) * LINE + PAD
        yield from (text(head + 12, foot + 15 + at * NOTE_LINE, line) for at, line in enumerate(self.notes()))

    def _heading(self) -> str:
        return f"goes through “{said(self.card.sees)}”" if self.card.sees else said(self.card.name)
