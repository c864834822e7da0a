"""Maps of wards as SVG: projected, simplified without tearing neighbours apart, coloured by class names only."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from app.civic.city import Position, Ring, Ward
from app.civic.outlines import area

TOLERANCE = 0.6
"""How far a simplified border may stray, in units of the drawing: less than a pixel."""

Arc = tuple[Position, ...]


@dataclass(frozen=True)
class Shape:
    """A ward as drawn: the `d` of its path, and a point inside it for its number."""

    ward: str
    number: int
    name: str
    path: str
    inside: Position


@dataclass(frozen=True)
class WardMap:
    """Wards in a drawing of `width` by `height` units, north up."""

    width: float
    height: float
    shapes: tuple[Shape, ...]


@dataclass(frozen=True)
class Look:
    """How a ward looks on one map: its classes, what it says when pointed at, and where it leads."""

    classes: str = ""
    title: str = ""
    href: str = ""


@dataclass(frozen=True)
class Scale:
    """Steps of equal crowds: `bounds` has the highest value of each step, rising."""

    bounds: tuple[float, ...]

    def step(self, value: float) -> int:
        """The step of a value, 1 the lowest; 0 for nothing at all."""
        return 0 if value <= 0 else min(bisect_left(self.bounds, value), len(self.bounds) - 1) + 1


def scale(values: Iterable[float], steps: int = 5) -> Scale:
    """A scale that puts about as many wards on each step; equal values share a step, zeros are not counted."""
    ranked = sorted(value for value in values if value > 0)
    highest = (ranked[math.ceil(len(ranked) * step / steps) - 1] for step in range(1, steps + 1) if ranked)
    return Scale(tuple(dict.fromkeys(highest)))


def ward_map(wards: Sequence[Ward], width: int = 640, tolerance: float = TOLERANCE) -> WardMap:
    """The map of wards, `width` units wide. Wards without an outline are left out; degrees of longitude are as wide
    as they are on the ground at the city's latitude.
    """
    outlined = [ward for ward in wards if ward.geometry]
    points = [point for ward in outlined for ring in _rings(ward) for point in ring]
    if not points:
        return WardMap(width, width, ())
    west, east = min(x for x, _ in points), max(x for x, _ in points)
    south, north = min(y for _, y in points), max(y for _, y in points)
    narrowing = math.cos(math.radians((south + north) / 2))
    unit = width / ((east - west) * narrowing)

    def place(point: Position) -> Position:
        return (point[0] - west) * narrowing * unit, (north - point[1]) * unit

    drawn = {ward.key: [tuple(map(place, ring)) for ring in _rings(ward)] for ward in outlined}
    ends = _junctions(ring for rings in drawn.values() for ring in rings)
    shapes = tuple(_shape(ward, drawn[ward.key], ends, tolerance) for ward in outlined)
    return WardMap(width, round((north - south) * unit, 1), shapes)


def svg(drawing: WardMap, looks: Mapping[str, Look], label: str) -> str:
    """The SVG of a map, to stand in a page; colours come from the page's style sheet by class."""
    size = f"0 0 {drawing.width:g} {drawing.height:g}"
    shapes = "".join(_element(shape, looks.get(shape.ward, Look())) for shape in drawing.shapes)
    return f'<svg class="ward-map" viewBox="{size}" role="img" aria-label="{escape(label)}">{shapes}</svg>'


def _element(shape: Shape, look: Look) -> str:
    classes = f"ward {look.classes}".strip()
    title = escape(look.title or f"{shape.number} {shape.name}")
    path = f'<path class="{escape(classes)}" d="{shape.path}"><title>{title}</title></path>'
    return f'<a href="{escape(look.href)}">{path}</a>' if look.href else path


def _rings(ward: Ward) -> Iterator[Ring]:
    for polygon in ward.geometry.polygons if ward.geometry else ():
        yield from polygon


def _shape(ward: Ward, rings: list[Ring], ends: set[Position], tolerance: float) -> Shape:
    simple = [_simplified(ring, ends, tolerance) for ring in rings]
    path = "".join(_path(ring) for ring in simple if len(ring) > 3)
    largest = max(rings, key=lambda ring: abs(area(ring)))
    return Shape(ward.key, ward.number, ward.name, path or _path(largest), _inside(largest))


def _path(ring: Sequence[Position]) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in ring[:-1]) + "Z"


def _junctions(rings: Iterable[Ring]) -> set[Position]:
    """The points where borders meet: there more than two lines end, and there no ward may lose its corner."""
    neighbours: dict[Position, set[Position]] = defaultdict(set)
    for ring in rings:
        for one, other in pairwise(ring):
            neighbours[one].add(other)
            neighbours[other].add(one)
    return {point for point, others in neighbours.items() if len(others) != 2}


def _simplified(ring: Ring, ends: set[Position], tolerance: float) -> list[Position]:
    """A ring with fewer points. Each border between two junctions is simplified by itself, in the same direction for
    both its wards, so that they stay joined.
    """
    corners = [point for point in ring[:-1] if point in ends] or [min(ring)]
    start = ring.index(corners[0])
    turned = (*ring[start:-1], *ring[: start + 1])
    points: list[Position] = [turned[0]]
    for arc in _arcs(turned, {*corners, _farthest(turned)} if len(corners) < 2 else set(corners)):
        forward = arc[0] <= arc[-1]
        kept = _thinned(arc if forward else arc[::-1], tolerance)
        points += (kept if forward else kept[::-1])[1:]
    return points


def _arcs(ring: Ring, ends: set[Position]) -> Iterator[Arc]:
    begin = 0
    for at in range(1, len(ring)):
        if ring[at] in ends:
            yield ring[begin : at + 1]
            begin = at


def _farthest(ring: Ring) -> Position:
    return max(ring, key=lambda point: math.dist(point, ring[0]))


def _thinned(line: Arc, tolerance: float) -> list[Position]:
    """A line without the points that stray less than `tolerance` from it (Ramer, Douglas and Peucker)."""
    keep = {0, len(line) - 1}
    spans = [(0, len(line) - 1)]
    while spans:
        first, last = spans.pop()
        strays = [(_stray(line[at], line[first], line[last]), at) for at in range(first + 1, last)]
        most, at = max(strays, default=(0.0, first))
        if most > tolerance:
            keep.add(at)
            spans += [(first, at), (at, last)]
    return [line[at] for at in sorted(keep)]


def _stray(point: Position, start: Position, end: Position) -> float:
    """The distance of a point from the line between two others."""
    along = (end[0] - start[0], end[1] - start[1])
    length = math.hypot(*along)
    if length == 0:
        return math.dist(point, start)
    return abs(along[0] * (point[1] - start[1]) - along[1] * (point[0] - start[0])) / length


def _inside(ring: Ring) -> Position:
    """A point well inside a ring: the middle of its widest stretch at the height of its centre."""
    height = sum(y for _, y in ring[:-1]) / (len(ring) - 1)
    crossings = sorted(
        x + (height - y) / (y_next - y) * (x_next - x)
        for (x, y), (x_next, y_next) in pairwise(ring)
        if (y > height) != (y_next > height)
    )
    left, right = max(zip(crossings[::2], crossings[1::2], strict=True), key=lambda stretch: stretch[1] - stretch[0])
    return round((left + right) / 2, 1), round(height, 1)
