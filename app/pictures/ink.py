"""SVG as text: boxes, lines of words, and the document around them. No script, nothing from elsewhere."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import escape

LEFT: Final = 22  # where words begin, of the title and of all that stands below it
STYLE: Final = """
svg { background: #fff }
text { font-family: "DejaVu Sans", "Segoe UI", Arial, sans-serif; font-size: 12px; fill: #0b0c0c }
.title { font-size: 26px; font-weight: bold } .about { font-size: 15px } .legend { font-size: 13px; fill: #383f43 }
"""


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line of words and how it looks: a class of the style."""

    words: str
    look: str = ""


def document(name: str, title: str, told: str, size: tuple[float, float], style: str, parts: Sequence[str]) -> str:
    """An SVG document of a size; `told` says in words what it shows, for those who hear it."""
    wide, high = round(size[0]), round(size[1])
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" width="{wide}" height="{high}" '
            f'role="img" aria-labelledby="{name}-title {name}-desc">',
            f'<title id="{name}-title">{escape(title)}</title>',
            f'<desc id="{name}-desc">{escape(told)}</desc>',
            f"<style>{STYLE}{style}</style>",
            *parts,
            "</svg>\n",
        )
    )


def box(look: str, at: tuple[float, float], size: tuple[float, float], corner: float = 6) -> str:
    """A rectangle by its upper left corner."""
    (x, y), (wide, high) = at, size
    place = f'x="{short(x)}" y="{short(y)}" width="{short(wide)}" height="{short(high)}"'
    return f'<rect class="{look}" {place} rx="{corner:g}"/>'


def text(x: float, y: float, line: TextLine) -> str:
    """A line of words on its base line."""
    look = f' class="{line.look}"' if line.look else ""
    return f'<text{look} x="{short(x)}" y="{short(y)}">{escape(line.words)}</text>'


def short(value: float) -> str:
    """A number with no more digits than a picture needs."""
    return f"{value:.1f}".removesuffix(".0")


def wrapped(words: str, letters: int) -> list[str]:
    """Words in lines of so many letters, each line end kept."""
    return [piece for line in words.splitlines() for piece in textwrap.wrap(line, letters) or [""]]


def cut(words: str, letters: int) -> str:
    """Words on one line of at most so many letters; dots stand where some are left out."""
    line = " ".join(words.split())
    return line if len(line) <= letters else f"{line[: letters - 3].rstrip()}..."


def said(name: str) -> str:
    """A name of the program as words."""
    return name.replace("_", " ")
