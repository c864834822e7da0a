"""Making a pack from what cities really have: ward boundaries as GeoJSON and a list of areas by ward as CSV."""

from __future__ import annotations

import csv
import datetime as dt
import json
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from app.civic import areas, outlines, pack, sheets
from app.civic.city import City, Geometry, slug
from app.civic.pack import PackFaults
from app.civic.sheets import Fault, Row

TEMPLATE_NOTE = """{name}: made from a template. The wards and areas are yours; everything else here is the template's,
every phone number too. Read each line before you load this pack: docs/pack.md explains them."""


@dataclass(frozen=True)
class Columns:
    """Which property of a ward and which column of an area holds what; an empty name means there is none."""

    number: str = "ward_no"
    code: str = "ward_label"
    name: str = ""
    population: str = "population_est"
    area: str = "place"
    area_ward: str = "ward_no"
    area_kind: str = "kind"


@dataclass(frozen=True)
class About:
    """What neither file says: the city's name and code, and which drawing of boundaries this is, since when."""

    name: str
    code: str
    delimitation: str
    valid_from: dt.date
    template: Path


@dataclass(frozen=True)
class LeftOut:
    """A line of the list of areas that became no place, and why."""

    line: int
    words: str
    why: str


@dataclass(frozen=True)
class Packed:
    """A pack that was made: the city it reads as, how many lines the list had, and those left out."""

    city: City
    lines: int
    left_out: tuple[LeftOut, ...]


@dataclass
class _Areas:
    """The list of areas while it is read: the wards of each name."""

    city_name: str
    limit: int
    lists: dict[str, areas.AreaList] = field(default_factory=dict)
    left_out: list[LeftOut] = field(default_factory=list)
    lines: int = 0

    def read(self, ward: str, words: str, is_street: bool, line: int) -> None:
        """Take one line."""
        self.lines += 1
        if words.lower() == self.city_name.lower():
            listed = areas.Listed(why="the name of the city itself")
        else:
            listed = self.lists.setdefault(ward, areas.AreaList(self.limit)).read(words, is_street)
        if listed.why:
            self.left_out.append(LeftOut(line, words, listed.why))

    def places(self) -> dict[str, tuple[str, list[str]]]:
        """Name and wards by key; two spellings of a key are one place."""
        found: dict[str, tuple[str, list[str]]] = {}
        for ward, listed in self.lists.items():
            for name in listed.names:
                _, wards = found.setdefault(slug(name), (name, []))
                if ward not in wards:
                    wards.append(ward)
        return dict(sorted(found.items()))


def make(wards: Path, places: Path, out: Path, about: About, columns: Columns | None = None) -> Packed:
    """Write a pack into the folder `out` and read it back; wards and areas from the files, the rest as the template.

    Raises PackFaults with all that is wrong in the files, and FileExistsError if `out` is there and not empty.
    """
    columns, faults = columns or Columns(), list[Fault]()
    if out.exists() and any(out.iterdir()):
        raise FileExistsError(f"{out} is not empty")
    features = list(_wards(wards, columns, about, faults))
    listed = _listed(places, columns, about, faults)
    if faults:
        raise PackFaults(faults)
    out.mkdir(parents=True, exist_ok=True)
    _write_lines(out / "wards.geojson", features)
    rows = [(name, ";".join(of), "") for name, of in listed.places().values()]
    _write_sheet(out / "places.csv", ("name", "wards", "aliases"), rows)
    _write_profile(out / "city.yaml", about, rows)
    _write_owners(out / "owners.csv", about.template)
    for name in ("categories.csv", "standards.csv"):
        shutil.copyfile(about.template / name, out / name)
    return Packed(pack.read(out), listed.lines, tuple(listed.left_out))


def _wards(path: Path, columns: Columns, about: About, faults: list[Fault]) -> Iterable[dict[str, object]]:
    for feature in outlines.features(path, faults):
        number, geometry = feature.row.number(columns.number), outlines.outline(feature)
        if not number:
            feature.row.fault(f"{columns.number} must be the ward's number, 1 or more")
        if geometry is not None:
            properties = {
                "number": number,
                "delimitation": about.delimitation,
                "code": feature.row.maybe(columns.code),
                "name": feature.row.maybe(columns.name),
                "population": feature.row.number(columns.population),
            }
            said = {name: value for name, value in properties.items() if value is not None}
            yield {"type": "Feature", "properties": said, "geometry": _geojson(geometry)}


def _listed(path: Path, columns: Columns, about: About, faults: list[Fault]) -> _Areas:
    found = _Areas(about.name, pack.PLACE)
    for row in sheets.read(path, faults, (columns.area, columns.area_ward)):
        is_street = "street" in (row.maybe(columns.area_kind) or "")
        found.read(_ward(row, columns), row.word(columns.area), is_street, row.line)
    return found


def _ward(row: Row, columns: Columns) -> str:
    number = row.number(columns.area_ward)
    if not number:
        row.fault(f"{columns.area_ward} must be the ward's number, 1 or more")
    return str(number)


def _geojson(geometry: Geometry) -> dict[str, object]:
    if len(geometry.polygons) == 1:
        return {"type": "Polygon", "coordinates": geometry.polygons[0]}
    return {"type": "MultiPolygon", "coordinates": geometry.polygons}


def _write_lines(path: Path, features: Iterable[dict[str, object]]) -> None:
    lines = ",\n".join(json.dumps(feature, separators=(",", ":")) for feature in features)
    path.write_text(f'{{"type":"FeatureCollection","features":[\n{lines}\n]}}\n', encoding="utf-8")


def _write_sheet(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as sheet:
        csv.writer(sheet, lineterminator="\n").writerows([header, *rows])


def _write_profile(path: Path, about: About, rows: Sequence[Sequence[str]]) -> None:
    yaml = YAML()
    said = yaml.load((about.template / "city.yaml").read_text(encoding="utf-8"))
    said["name"], said["code"] = about.name, about.code
    known = max(rows, key=lambda row: row[1].count(";"), default=None)
    said["area_example"] = slug(known[0])[:4].upper() if known else said["area_example"]
    drawing = {
        "code": DoubleQuotedScalarString(about.delimitation),
        "name": f"Wards of {about.delimitation}",
        "valid_from": about.valid_from,
    }
    said["delimitations"] = CommentedSeq([CommentedMap(drawing)])
    said.yaml_set_start_comment(TEMPLATE_NOTE.format(name=about.name))
    with path.open("w", encoding="utf-8") as file:
        yaml.dump(said, file)


def _write_owners(path: Path, template: Path) -> None:
    """The template's owners without its rules for places, which are not this city's."""
    faults: list[Fault] = []
    header = ("category", "place", "owner", "name", "phone", "ours")
    rows = sheets.read(template / "owners.csv", faults, header[:4])
    own = {row.word("owner"): row for row in reversed(rows) if row.maybe("name")}
    kept = [{**row.cells, **{name: own[row.word("owner")].cells[name] for name in header[3:]}} for row in rows]
    everywhere = [[one[name] for name in header] for one in kept if one["place"] == "*"]
    if faults:
        raise PackFaults(faults)
    _write_sheet(path, header, everywhere)
