"""The `wards.geojson` of a pack: wards with their outlines, read with the line of each."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from app.civic import sheets
from app.civic.city import Delimitation, Geometry, Polygon, Ring, Ward
from app.civic.sheets import Fault, Row

SMALLEST = 1e-9  # square degrees, about ten square metres: less is a slip of the pen
BETWEEN = re.compile(r"[\s,]*")


@dataclass(frozen=True)
class Feature:
    """One feature of a GeoJSON file: its properties as the cells of a row, and its geometry as it stands there."""

    row: Row
    geometry: object


def read(path: Path, drawings: tuple[Delimitation, ...], faults: list[Fault]) -> Iterator[tuple[Row, Ward]]:
    """The wards of a file, each with its row for faults found later."""
    newest = max(drawings, key=lambda drawing: drawing.valid_from).code
    known = {drawing.code for drawing in drawings}
    for feature in features(path, faults):
        row = feature.row
        number, drawing = row.number("number"), row.maybe("delimitation") or newest
        if not number:
            row.fault("number must be the ward's number, 1 or more")
        if drawing not in known:
            row.fault(f"city.yaml has no delimitation {drawing}")
        geometry = outline(feature)
        if number:
            yield (
                row,
                Ward(
                    key=f"{drawing}/{number}",
                    delimitation=drawing,
                    number=number,
                    code=row.maybe("code") or str(number),
                    name=row.maybe("name") or f"Ward {number}",
                    population=row.number("population"),
                    geometry=geometry,
                ),
            )


def features(path: Path, faults: list[Fault]) -> Iterator[Feature]:
    """The features of a GeoJSON FeatureCollection (RFC 7946), in their order."""
    text = sheets.read_text(path, faults)
    if text is None:
        return
    try:
        whole = json.loads(text)
    except json.JSONDecodeError as error:
        faults.append(Fault(path.name, error.lineno, f"is not JSON: {error.msg}"))
        return
    if not isinstance(whole, dict) or not isinstance(whole.get("features"), list):
        faults.append(Fault(path.name, 1, "is no GeoJSON FeatureCollection"))
        return
    for line, feature in zip(_lines(text, len(whole["features"])), whole["features"], strict=True):
        said = feature if isinstance(feature, dict) else {}
        cells = {str(name): _cell(value) for name, value in (said.get("properties") or {}).items()}
        yield Feature(Row(path.name, line, cells, faults), said.get("geometry"))


def outline(feature: Feature) -> Geometry | None:
    """The outline of a feature, or None, with a fault, if it has none that can be drawn."""
    said = feature.geometry if isinstance(feature.geometry, dict) else {}
    coordinates = said.get("coordinates")
    parts = {"Polygon": [coordinates], "MultiPolygon": coordinates or []}.get(str(said.get("type")))
    if not parts:
        feature.row.fault("has no outline: its geometry must be a Polygon or MultiPolygon")
        return None
    try:
        return Geometry(polygons=tuple(_polygon(part) for part in parts))
    except (TypeError, ValueError, IndexError) as error:
        feature.row.fault(f"has an outline that cannot be drawn: {error}")
        return None


def area(ring: Ring) -> float:
    """The area of a ring in square degrees, positive if it runs counter-clockwise."""
    return sum(x * y_next - x_next * y for (x, y), (x_next, y_next) in pairwise(ring)) / 2


def _cell(value: object) -> str:
    if value is None or isinstance(value, bool | dict | list):
        return "" if value is None else json.dumps(value)
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _lines(text: str, count: int) -> list[int]:
    """The line on which each feature begins."""
    start = re.search(r'"features"\s*:\s*\[', text)
    at, line, seen = (start.end() if start else 0), 1, 0
    lines: list[int] = []
    while len(lines) < count:
        at = BETWEEN.match(text, at).end()  # type: ignore[union-attr]  # it matches nothing too
        line, seen = line + text.count("\n", seen, at), at
        lines.append(line)
        at = json.JSONDecoder().raw_decode(text, at)[1]
    return lines


def _polygon(said: object) -> Polygon:
    if not isinstance(said, list) or not said:
        raise ValueError("a polygon is empty")
    return tuple(_ring(ring) for ring in said)


def _ring(said: object) -> Ring:
    if not isinstance(said, list):
        raise ValueError("a ring must be a list of points")
    ring = tuple((float(point[0]), float(point[1])) for point in said)
    if len(ring) < 4 or ring[0] != ring[-1]:
        raise ValueError("a ring must have four points at least and end where it began")
    if not all(-180 <= x <= 180 and -90 <= y <= 90 for x, y in ring):
        raise ValueError("points must be longitude and latitude in degrees")
    if abs(area(ring)) < SMALLEST:
        raise ValueError("a ring encloses nothing")
    return ring
