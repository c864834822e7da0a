"""The funnel of flows as a picture: a bar for each screen, as long as it was shown often, and the figures as text."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from app.pictures import ink
from app.pictures.funnel import COLUMNS, Stage, figures
from app.pictures.ink import LEFT, TextLine, cut, said

ROW, FLOW_HEAD, FLOWS_TOP = 30, 62, 112
TEXT_LETTERS: Final = 38
BAR_AT, BAR_WIDE, BAR_HIGH = 330, 300, 18
EDGES: Final = (705, 780, 895, 1005, 1075, 1145)  # the right edge of each column
WIDE: Final = 1167
BAR_STYLE: Final = """
.flow { font-size: 17px; font-weight: bold } .column { font-size: 12px; fill: #383f43 } .figure { font-size: 13px }
.right { text-anchor: end } .track { fill: #f3f2f1 } .bar { fill: #1d70b8 } .lost { fill: #942514 }
.screen { font-size: 13px } .name { font-size: 11px; fill: #383f43 } .rule { stroke: #b1b4b6 }
"""


def bars(found: Mapping[str, Sequence[Stage]], period: str) -> str:
    """An SVG document: every flow with its screens in the order in which they are met."""
    parts = [*_title(period)]
    y: float = FLOWS_TOP
    for flow, row in found.items():
        parts += _flow(flow, row, y)
        y += FLOW_HEAD + ROW * len(row) + 20
    told = " ".join(_told(found)) or "Nothing was counted."
    if not found:
        parts.append(ink.text(LEFT, y, TextLine(told, "screen")))
    return ink.document("funnel", f"Screens by phone, {period}", told, (WIDE, y + 20), BAR_STYLE, parts)


def _told(found: Mapping[str, Sequence[Stage]]) -> Iterator[str]:
    """The figures in words, for those who hear the picture."""
    for flow, row in found.items():
        for stage in row:
            counts = ", ".join(f"{name} {figure}" for name, figure in figures(stage).items() if figure)
            yield f"{said(flow)}, {_name(stage)}: {counts}."


def _title(period: str) -> Iterator[str]:
    yield ink.text(LEFT, 38, TextLine("Where people go on, and where they are lost", "title"))
    yield ink.text(LEFT, 60, TextLine(f"Screens of the phone menu, {period}", "about"))
    yield ink.box("bar", (LEFT, 73), (14, 14), 0)
    yield ink.text(LEFT + 20, 84, TextLine("shown, all lengths within a flow to one scale", "legend"))
    yield ink.box("lost", (BAR_AT + 20, 73), (14, 14), 0)
    yield ink.text(BAR_AT + 40, 84, TextLine("of these, the call broke off there", "legend"))


def _flow(flow: str, row: Sequence[Stage], y: float) -> Iterator[str]:
    """A flow: its name, the headings, its screens."""
    yield ink.text(LEFT, y + 22, TextLine(said(flow).capitalize(), "flow"))
    headings = zip(EDGES, COLUMNS, strict=True)
    yield from (ink.text(right, y + 46, TextLine(name, "column right")) for right, name in headings)
    yield f'<path class="rule" d="M{LEFT},{ink.short(y + 54)} H{WIDE - LEFT}"/>'
    most = max(max(stage.shown, stage.dropped) for stage in row) or 1
    for at, stage in enumerate(row):
        yield from _bar(stage, most, y + FLOW_HEAD + at * ROW)


def _bar(stage: Stage, most: int, y: float) -> Iterator[str]:
    """A screen: its words, its bar with what was lost at the end of it, its figures."""
    yield ink.text(LEFT, y + 13, TextLine(cut(stage.text, TEXT_LETTERS) or _name(stage), "screen"))
    yield ink.text(LEFT, y + 26, TextLine(_name(stage) if stage.text else "no longer in the flows", "name"))
    whole, lost = (BAR_WIDE * n / most for n in (stage.shown, min(stage.dropped, stage.shown)))
    yield ink.box("track", (BAR_AT, y + 4), (BAR_WIDE, BAR_HIGH), 0)
    yield ink.box("bar", (BAR_AT, y + 4), (whole, BAR_HIGH), 0)
    if lost:
        yield ink.box("lost", (BAR_AT + whole - lost, y + 4), (lost, BAR_HIGH), 0)
    placed = zip(EDGES, figures(stage).values(), strict=True)
    yield from (ink.text(right, y + 18, TextLine(figure, "figure right")) for right, figure in placed)


def _name(stage: Stage) -> str:
    return said(stage.screen.partition(".")[2])
