"""A flow as a picture: every screen as the phone shows it, every way on as a line. SVG, made of text alone."""

import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import escape

from app.engine.flow import ANY, Flow, Screen
from app.engine.graph import targets

WIDE: Final = 250
LINE: Final = 17
GAP: Final = 56
LETTERS: Final = 34
STYLE: Final = """
text { font: 13px system-ui, sans-serif; fill: #0b0c0c } .name { font-weight: bold } .note { fill: #505a5f }
rect { fill: #fff; stroke: #0b0c0c } .away { fill: #f3f2f1; stroke-dasharray: 4 3 } .end { stroke-width: 3 }
path { fill: none; stroke: #1d70b8; stroke-width: 1.5 } .way { font-size: 11px; fill: #1d70b8 }
"""


@dataclass(frozen=True, slots=True)
class Box:
    """A screen, or a target outside the flow, at its place in the picture."""

    x: int
    y: int
    lines: tuple[tuple[str, str], ...]  # class and words
    kind: str = ""

    @property
    def high(self) -> int:
        """The height that its lines need."""
        return LINE * len(self.lines) + 14


def draw(flow: Flow) -> str:
    """The flow as an SVG document, from its start downwards; the same flow always gives the same picture."""
    boxes = _placed(flow)
    wide = max(box.x for box in boxes.values()) + WIDE + GAP
    high = max(box.y + box.high for box in boxes.values()) + GAP
    parts = [*_ways(flow, boxes), *(part for box in boxes.values() for part in _drawn(box))]
    size = f'viewBox="0 0 {wide} {high}" width="{wide}" height="{high}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img">\n'
        f"<title>{escape(flow.name)}</title>\n<style>{STYLE}</style>\n"
        '<marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto">'
        '<polygon points="0,0 8,4 0,8" fill="#1d70b8"/></marker>\n' + "\n".join(parts) + "\n</svg>\n"
    )


def _placed(flow: Flow) -> Mapping[str, Box]:
    """Every box by its name: as many rows as steps from the start."""
    boxes: dict[str, Box] = {}
    row, y = [flow.start], GAP // 2
    while row:
        for column, name in enumerate(row):
            boxes[name] = _box(flow, name, GAP // 2 + column * (WIDE + GAP), y)
        y += max(boxes[name].high for name in row) + GAP
        ahead = (target for name in row for _, target in _leads(flow, name))
        row = list(dict.fromkeys(target for target in ahead if target not in boxes))
    return boxes


def _leads(flow: Flow, name: str) -> Iterator[tuple[str, str]]:
    """The ways out of a box, a call among them: what is answered, and the target."""
    screen = flow.screens.get(name)
    if screen is None:
        return
    if screen.call:
        yield "call", screen.call
    for key, target in targets(screen):
        yield key.removeprefix("next").removeprefix(": "), target


def _box(flow: Flow, name: str, x: int, y: int) -> Box:
    """A name as a box at a place."""
    screen = flow.screens.get(name)
    if screen is None:
        return Box(x, y, (("name", name),), "away")
    return Box(x, y, tuple(_lines(screen)), "end" if screen.ends else "")


def _lines(screen: Screen) -> Iterator[tuple[str, str]]:
    """What stands in the box of a screen: its name, what the phone shows, what happens."""
    yield "name", screen.name
    yield from (("", piece) for piece in textwrap.wrap(screen.text or "", LETTERS))
    if screen.source:
        yield "note", f"1. ... {screen.source}"
    yield from (("", textwrap.shorten(f"- {choice.label}", LETTERS, placeholder=" ...")) for choice in screen.choices)
    if screen.ask:
        yield "note", f"typed: {screen.ask.kind}"
    yield from (("note", note) for note in _notes(screen))


def _notes(screen: Screen) -> Iterator[str]:
    """What the phone does not show."""
    if screen.once:
        yield f"skipped if {screen.answer} is known"
    if screen.needs:
        yield f"only if {screen.needs} is known"
    if screen.do:
        yield f"does {screen.do.effect}{' at once' if screen.do.now else ''}"
    if screen.on_drop:
        yield f"if dropped: {screen.on_drop}"
    if screen.forgets:
        yield "forgets everything"


def _drawn(box: Box) -> Iterator[str]:
    """A box as SVG."""
    yield f'<rect class="{box.kind}" x="{box.x}" y="{box.y}" width="{WIDE}" height="{box.high}" rx="6"/>'
    for number, (kind, words) in enumerate(box.lines):
        yield f'<text class="{kind}" x="{box.x + 10}" y="{box.y + 20 + LINE * number}">{escape(words)}</text>'


def _ways(flow: Flow, boxes: Mapping[str, Box]) -> Iterator[str]:
    """Every way as a line with its answer; a way down leaves at the foot, a way up at the side."""
    for name in boxes:
        leads = list(_leads(flow, name))
        for number, (answer, target) in enumerate(leads, 1):
            yield from _way(boxes[name], boxes[target], "" if answer == ANY else answer, number / (len(leads) + 1))


def _way(source: Box, target: Box, answer: str, part: float) -> Iterator[str]:
    """One line, begun at a part of the width of its source."""
    if target.y > source.y:
        x, y, to_x, to_y = source.x + int(WIDE * part), source.y + source.high, target.x + WIDE // 2, target.y
        curve = f"M{x},{y} C{x},{y + GAP} {to_x},{to_y - GAP} {to_x},{to_y}"
    else:
        right = target.x > source.x
        x, y, to_x, to_y = source.x + WIDE, source.y + int(source.high * part), target.x, target.y + 12
        to_x, bend = (to_x, -GAP) if right else (to_x + WIDE, GAP)
        curve = f"M{x},{y} C{x + GAP},{y} {to_x + bend},{to_y} {to_x},{to_y}"
    yield f'<path d="{curve}" marker-end="url(#tip)"/>'
    if answer:
        yield f'<text class="way" x="{x + 4}" y="{y + 14}">{escape(answer)}</text>'
