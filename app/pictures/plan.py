"""Where everything in a picture stands: rows from the start downwards, so ordered that few lines cross.

Every screen is as many rows down as the longest way to it; between two rows of screens stands a row of what is pressed.
A long way keeps a lane of its own through the rows between, so that no line runs across a box, and a way that leads up
again is only named.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

SWEEPS: Final = 24
SIDE: Final = 22  # between two boxes
LANE: Final = 18  # the width of a line between boxes
HEAVY: Final = 8.0  # how much more a lane weighs than a box: long lines run straight


@dataclass(frozen=True, slots=True)
class Lead:
    """A way to lay: from a box to a box (`""` where it leads out of the picture), and the size of its label."""

    source: str
    target: str
    wide: float = 0.0
    high: float = 0.0


@dataclass(frozen=True, slots=True)
class Spot:
    """A thing at its place: the middle of its upper edge, its size, its row."""

    x: float
    y: float
    wide: float
    high: float
    row: int

    @property
    def left(self) -> float:
        """The left edge."""
        return self.x - self.wide / 2


@dataclass(frozen=True, slots=True)
class Plan:
    """The spots of boxes by name, and of every way by its place in the list: its label, its lanes; the size of all."""

    boxes: Mapping[str, Spot]
    labels: Sequence[Spot]
    lanes: Sequence[Sequence[Spot]]
    rows: Sequence[tuple[float, float]]  # the upper and lower edge of every row
    wide: float
    high: float


def rows_of(start: str, leads: Sequence[Lead]) -> tuple[dict[str, int], set[int]]:
    """The row of every box, from 0, and which leads (by place) go up again: those to a box from which one came."""
    back = _up(start, leads)
    forward = [lead for place, lead in enumerate(leads) if lead.target and place not in back]
    rows = {start: 0}
    for _ in range(len(forward) + 1):  # as often as the longest way has steps, at most
        for lead in forward:
            if lead.source in rows:
                rows[lead.target] = max(rows.get(lead.target, 0), rows[lead.source] + 1)
    return rows, back


def _up(start: str, leads: Sequence[Lead]) -> set[int]:
    """The leads that close a circle."""
    found: set[int] = set()
    done: set[str] = set()

    def visit(name: str, path: tuple[str, ...]) -> None:
        for place, lead in enumerate(leads):
            if lead.source != name or not lead.target:
                continue
            if lead.target in (*path, name):
                found.add(place)
            elif lead.target not in done:
                visit(lead.target, (*path, name))
        done.add(name)

    visit(start, ())
    return found


def plan(sizes: Mapping[str, tuple[float, float]], start: str, leads: Sequence[Lead], top: float) -> Plan:
    """Everything at its place. `sizes`: width and height of every box; leads up and out end at their labels."""
    return _Sheet(sizes, leads, *rows_of(start, leads)).plan(top)


Item = tuple[str, ...]  # ("box", name), ("label", place) or ("lane", target, row)


class _Sheet:
    """Items in rows; each knows the items that it is tied to above and below."""

    def __init__(
        self, sizes: Mapping[str, tuple[float, float]], leads: Sequence[Lead], rows: Mapping[str, int], back: set[int]
    ) -> None:
        self.leads, self.back = leads, back
        self.sizes: dict[Item, tuple[float, float]] = {("box", name): size for name, size in sizes.items()}
        self.row: dict[Item, int] = {("box", name): 2 * row for name, row in rows.items()}
        self.chains: list[list[Item]] = [self._chain(place, lead) for place, lead in enumerate(leads)]
        self.rows: list[list[Item]] = [[] for _ in range(max(self.row.values()) + 1)]
        first: list[Item] = [("box", next(iter(rows)))]
        for item in dict.fromkeys(item for chain in (first, *self.chains) for item in chain):
            self.rows[self.row[item]].append(item)
        ties = {tie for chain in self.chains for tie in pairwise(chain)}
        self.above: dict[Item, list[Item]] = {item: [] for item in self.row}
        self.below: dict[Item, list[Item]] = {item: [] for item in self.row}
        for upper, lower in sorted(ties):
            self.above[lower].append(upper)
            self.below[upper].append(lower)

    def _chain(self, place: int, lead: Lead) -> list[Item]:
        """The items along a way; ways to the same box share their lanes."""
        source, label = ("box", lead.source), ("label", str(place))
        self.sizes[label], self.row[label] = (lead.wide, lead.high), self.row[source] + 1
        if not lead.target or place in self.back:
            return [source, label]
        target = ("box", lead.target)
        lanes: list[Item] = [("lane", lead.target, str(row)) for row in range(self.row[label] + 1, self.row[target])]
        for lane in lanes:
            self.sizes[lane], self.row[lane] = (LANE, 0), int(lane[2])
        return [source, label, *lanes, target]

    def plan(self, top: float) -> Plan:
        """Orders, places and measures."""
        self._order()
        x = self._across()
        edges = list(self._down(x, top))
        least = min(x[item] - self.sizes[item][0] / 2 for item in x) - SIDE
        spots = {
            item: Spot(x[item] - least, edges[row][0], *self.sizes[item], row)
            for row, items in enumerate(self.rows)
            for item in items
        }
        wide = max(spot.left + spot.wide for spot in spots.values()) + SIDE
        return Plan(
            boxes={item[1]: spot for item, spot in spots.items() if item[0] == "box"},
            labels=[spots[chain[1]] for chain in self.chains],
            lanes=[
                [replace(spots[item], high=_height(edges, item, self.row)) for item in chain[2:-1]]
                for chain in self.chains
            ],
            rows=edges,
            wide=wide,
            high=edges[-1][1] + SIDE,
        )

    # -- order within the rows -------------------------------------------------------------------------------------

    def _order(self) -> None:
        """Every row by the middle of its neighbours, down and up, and the best order that was seen."""
        best, least = [list(row) for row in self.rows], self._crossings()
        for sweep in range(SWEEPS):
            downwards = sweep % 2 == 0
            ties, rows = (self.above, self.rows) if downwards else (self.below, self.rows[::-1])
            place: dict[Item, float] = {item: at for row in self.rows for at, item in enumerate(row)}
            for row in rows:
                wish = {item: _mean([place[tie] for tie in ties[item]], place[item]) for item in row}
                row.sort(key=wish.__getitem__)
                place |= {item: at for at, item in enumerate(row)}
            crossings = self._crossings()
            if crossings < least:
                best, least = [list(row) for row in self.rows], crossings
        self.rows = best

    def _crossings(self) -> int:
        """How many pairs of lines cross."""
        count = 0
        for row in self.rows:
            below = (
                {item: at for at, item in enumerate(self.rows[self.row[row[0]] + 1])}
                if row is not self.rows[-1]
                else {}
            )
            ends = [below[tie] for item in row for tie in sorted(self.below[item], key=below.__getitem__)]
            count += sum(one > other for at, one in enumerate(ends) for other in ends[at + 1 :])
        return count

    # -- places ----------------------------------------------------------------------------------------------------

    def _across(self) -> dict[Item, float]:
        """The middle of every item: as near to those above and below as its row allows."""
        x: dict[Item, float] = {}
        for row in self.rows:
            x |= self._settled(row, dict.fromkeys(row, 0.0))
        for sweep in range(SWEEPS):
            rows = self.rows if sweep % 2 == 0 else self.rows[::-1]
            ties = (self.above, self.below)[sweep % 2] if sweep < SWEEPS - 4 else None
            for row in rows:
                wish = {}
                for item in row:
                    tied = ties[item] if ties else [*self.above[item], *self.below[item]]
                    wish[item] = _mean([x[tie] for tie in tied], x[item])
                x |= self._settled(row, wish)
        return x

    def _settled(self, row: Sequence[Item], wish: Mapping[Item, float]) -> dict[Item, float]:
        """The wishes with as little moved as keeps the items apart (isotonic regression, pool adjacent violators)."""
        offsets, reach = [], 0.0
        for before, item in pairwise([None, *row]):
            reach += (self.sizes[before][0] + self.sizes[item][0]) / 2 + SIDE if before and item else 0.0
            offsets.append(reach)
        pools: list[tuple[float, float, int]] = []  # mean, weight, how many
        for item, offset in zip(row, offsets, strict=True):
            pool = (wish[item] - offset, HEAVY if item[0] == "lane" else 1.0, 1)
            while pools and pools[-1][0] > pool[0]:
                mean, weight, count = pools.pop()
                both = weight + pool[1]
                pool = ((mean * weight + pool[0] * pool[1]) / both, both, count + pool[2])
            pools.append(pool)
        settled = [mean for mean, _, count in pools for _ in range(count)]
        return {item: mean + offset for item, mean, offset in zip(row, settled, offsets, strict=True)}

    def _down(self, x: Mapping[Item, float], top: float) -> Iterator[tuple[float, float]]:
        """The upper and lower edge of every row; where lines run far aside there is more room between rows."""
        for at, row in enumerate(self.rows):
            lower = top + max(self.sizes[item][1] for item in row)
            yield top, lower
            aside = max((abs(x[item] - x[tie]) for item in row for tie in self.below[item]), default=0.0)
            top = lower + min(13 + 7 * (at % 2) + aside * 0.045, 46)


def _mean(values: Sequence[float], otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise


def _height(edges: Sequence[tuple[float, float]], item: Item, rows: Mapping[Item, int]) -> float:
    """A lane is as high as its row."""
    upper, lower = edges[rows[item]]
    return lower - upper
