"""A flow as a picture that a council meeting can read: SVG, made of text alone."""

from collections.abc import Iterator, Sequence
from typing import Final

from app.pictures import ink
from app.pictures.card import CARD_STYLE, NOTE_LINE, DrawnCard
from app.pictures.ink import LEFT, TextLine, said, short, wrapped
from app.pictures.picture import Picture, Way
from app.pictures.plan import Lead, Plan, Spot, plan

BOLD_LETTER: Final = 7.6  # the widest that a bold letter is taken to be
PRESSED_LETTERS, AWAY_LETTERS = 26, 26
CARDS_TOP: Final = 93
ABOUT_LETTERS, ABOUT_LINE = 84, 19
LEAST_WIDE: Final = 740
PAPER: Final = (277.0, 400.0)  # millimetres of A3 within its margins
LEGEND: Final = (
    "Each box is one screen of the phone. The words on an arrow are what the resident presses or types.",
    "A dashed arrow is taken by itself: that screen is not shown then. 0 goes one screen back.",
)
TIPS: Final = (("tip", "#1d70b8"), ("silent-tip", "#505a5f"))
WAY_STYLE: Final = """
.pill { fill: #fff; stroke: #1d70b8 } .pressed { font-weight: bold; fill: #003078 } .unpressed { fill: #383f43 }
.line { fill: none; stroke: #1d70b8; stroke-width: 2 } .silent { stroke: #505a5f; stroke-dasharray: 5 4 }
"""


def draw(shown: Picture) -> str:
    """The picture as an SVG document; the same flow always gives the same bytes.

    Of two ways to lay it out it has the one that prints larger on a sheet of A3.
    """
    below, beside = _Drawing(shown, beside=False), _Drawing(shown, beside=True)
    return max(below, beside, key=_Drawing.scale).svg()


class _Drawing:
    """A picture laid out: its cards, its labels, and where they stand."""

    def __init__(self, shown: Picture, beside: bool) -> None:
        self.shown = shown
        self.drawn = {name: DrawnCard(one, beside) for name, one in shown.cards.items()}
        self.pressed = [
            [line for words in way.pressed for line in wrapped(words, PRESSED_LETTERS)] for way in shown.ways
        ]
        first = self._planned([way.away for way in shown.ways])
        self.numbers = _numbers(first)
        self.away = [self._leads_away(way, first) for way in shown.ways]
        self.plan = self._planned(self.away)
        self.size = (max(self.plan.wide, LEAST_WIDE), self.plan.high)

    def _planned(self, away: Sequence[str]) -> Plan:
        sizes = {name: card.size for name, card in self.drawn.items()}
        leads = [
            Lead(way.source, way.target, *_label_size(pressed, words))
            for way, pressed, words in zip(self.shown.ways, self.pressed, away, strict=True)
        ]
        return plan(sizes, self.shown.start, leads, CARDS_TOP + ABOUT_LINE * len(self._about()))

    def _about(self) -> list[str]:
        return wrapped(self.shown.about, ABOUT_LETTERS)

    def _leads_away(self, way: Way, first: Plan) -> str:
        """Where a way leads that no line shows: out of the picture, or up again."""
        if way.target and first.boxes[way.target].row <= first.boxes[way.source].row:
            return f"back to {self.numbers[way.target]}, {said(way.target)}"
        return way.away

    def scale(self) -> float:
        """How large it is on paper, upright or across."""
        return max(min(sheet[0] / self.size[0], sheet[1] / self.size[1]) for sheet in (PAPER, PAPER[::-1]))

    # -- SVG -------------------------------------------------------------------------------------------------------

    def svg(self) -> str:
        """The document."""
        parts = [*self._tips(), *self._head(), *self._lines(), *self._labels(), *self._cards()]
        title, told = self._title(), " ".join(self._told())
        return ink.document(self.shown.name, title, told, self.size, CARD_STYLE + WAY_STYLE, parts)

    def _title(self) -> str:
        language = f" in {self.shown.language}" if self.shown.language else ""
        return f"What the phone says{language}: {said(self.shown.name)}"

    def _told(self) -> Iterator[str]:
        """The picture in words, for those who hear it."""
        if self.shown.about:
            yield self.shown.about
        for name in sorted(self.shown.cards, key=self.numbers.__getitem__):
            one = self.shown.cards[name]
            yield f"Screen {self.numbers[name]}, {said(name)}: {' / '.join(one.phone.splitlines())}"
            yield from (words for _, words in one.notes)
            if one.ends:
                yield "The call ends here."
            for way, away in zip(self.shown.ways, self.away, strict=True):
                if way.source == name:
                    leads = away or f"to {self.numbers[way.target]}, {said(way.target)}"
                    yield f"{'; '.join(way.pressed) or 'Then'}: {leads}."

    def _head(self) -> Iterator[str]:
        yield ink.text(LEFT, 38, TextLine(self._title(), "title"))
        about = self._about()
        yield from (ink.text(LEFT, 60 + ABOUT_LINE * at, TextLine(words, "about")) for at, words in enumerate(about))
        top = 61 + ABOUT_LINE * len(about)
        yield from (ink.text(LEFT, top + 17 * at, TextLine(words, "legend")) for at, words in enumerate(LEGEND))

    def _tips(self) -> Iterator[str]:
        for kind, colour in TIPS:
            size = 'viewBox="0 0 8 8" refX="7" refY="4" markerWidth="14" markerHeight="14"'
            units = 'markerUnits="userSpaceOnUse" orient="auto"'
            tip = f'<path d="M0,0 L8,4 L0,8 z" fill="{colour}"/>'
            yield f'<marker id="{self.shown.name}-{kind}" {size} {units}>{tip}</marker>'

    def _cards(self) -> Iterator[str]:
        for name, spot in self.plan.boxes.items():
            yield from self.drawn[name].svg((spot.left, spot.y), self.numbers[name])

    def _labels(self) -> Iterator[str]:
        for way, spot, pressed, away in zip(self.shown.ways, self.plan.labels, self.pressed, self.away, strict=True):
            high = _pill_high(pressed)
            if pressed:
                look = "unpressed" if way.is_silent else "pressed"
                yield ink.box(f"pill{' silent' * way.is_silent}", (spot.left, spot.y), (spot.wide, high), 9)
                yield from _words(pressed, look, spot.left, spot.y)
            if away:
                foot = spot.y + high
                yield self._path(way, f"M{short(spot.x)},{short(foot)} V{short(foot + 15)}", has_tip=True)
                lines = wrapped(away, AWAY_LETTERS)
                yield ink.box("sees", (spot.left, foot + 16), (spot.wide, len(lines) * NOTE_LINE + 8), 4)
                yield from _words(lines, "", spot.left, foot + 15)

    def _lines(self) -> Iterator[str]:
        for place, way in enumerate(self.shown.ways):
            yield from self._line(place, way)

    def _line(self, place: int, way: Way) -> Iterator[str]:
        """A way as two lines: from its screen to what is pressed, and on to the next screen."""
        source, label = self.plan.boxes[way.source], self.plan.labels[place]
        start = self._foot(source, place)
        yield self._path(way, f"M{short(start)},{short(source.y + source.high)} {self._bend(source.row, start, label)}")
        if self.away[place]:
            return
        x, row = label.x, label.row
        path = f"M{short(x)},{short(label.y + _pill_high(self.pressed[place]))}"
        for lane in self.plan.lanes[place]:
            path += f" {self._bend(row, x, lane)} V{short(lane.y + lane.high)}"
            x, row = lane.x, lane.row
        yield self._path(way, f"{path} {self._bend(row, x, self.plan.boxes[way.target])}", has_tip=True)

    def _foot(self, source: Spot, place: int) -> float:
        """Where on the lower edge of its screen a way begins: in the order of the labels."""
        same = [at for at, way in enumerate(self.shown.ways) if way.source == self.shown.ways[place].source]
        same.sort(key=lambda at: self.plan.labels[at].x)
        return source.left + source.wide * (same.index(place) + 1) / (len(same) + 1)

    def _bend(self, row: int, x: float, to: Spot) -> str:
        """Down to the lower edge of the row, then over to the next spot."""
        lower = self.plan.rows[row][1]
        middle = short((lower + to.y) / 2)
        return f"V{short(lower)} C{short(x)},{middle} {short(to.x)},{middle} {short(to.x)},{short(to.y)}"

    def _path(self, way: Way, path: str, has_tip: bool = False) -> str:
        look, kind = ("line silent", "silent-tip") if way.is_silent else ("line", "tip")
        tip = f' marker-end="url(#{self.shown.name}-{kind})"' if has_tip else ""
        return f'<path class="{look}" d="{path}"{tip}/>'


def _numbers(placed: Plan) -> dict[str, int]:
    """The screens numbered as one reads: row by row, from the left."""
    ordered = sorted(placed.boxes, key=lambda name: (placed.boxes[name].row, placed.boxes[name].x))
    return {name: number for number, name in enumerate(ordered, 1)}


def _words(lines: Sequence[str], look: str, x: float, y: float) -> Iterator[str]:
    return (ink.text(x + 9, y + 16 + at * NOTE_LINE, TextLine(words, look)) for at, words in enumerate(lines))


def _pill_high(pressed: Sequence[str]) -> float:
    return len(pressed) * NOTE_LINE + 8 if pressed else 0


def _label_size(pressed: Sequence[str], away: str) -> tuple[float, float]:
    """The size of what is pressed, with where it leads if that stands below it."""
    lines = wrapped(away, AWAY_LETTERS)
    longest = max(map(len, (*pressed, *lines)), default=0)
    below = len(lines) * NOTE_LINE + 26 if lines else 0
    return longest * BOLD_LETTER + 18, _pill_high(pressed) + below
