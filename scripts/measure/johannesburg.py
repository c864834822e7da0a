"""A real city to measure with, from a folder of public data: its places, and what people wrote elsewhere."""

import csv
import datetime as dt
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from app.civic import packing
from app.civic.city import City
from app.civic.packing import About
from app.config import ROOT


def real_city(data: Path, folder: Path) -> City:
    """Johannesburg by the names that it lists for its wards and those of the census, made into a pack in a folder.

    `SP` is the census's own mark for a place's main part; nobody says it. Wards of the census are of an older drawing:
    only the names matter here.
    """
    listed = folder / "listed.csv"
    with listed.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("place", "ward_no", "kind"), *_suburbs(data), *_subplaces(data)])
    about = About("Johannesburg", "JHB", "2020", dt.date(2021, 11, 1), ROOT / "demo")
    return packing.make(data / "wards/jhb_wards_2020.geojson", listed, folder / "jhb", about).city


def _suburbs(data: Path) -> Iterator[tuple[str, str, str]]:
    for row in _rows(data / "places/jhb_ward_suburbs.csv"):
        yield row["place"], row["ward_no"], row["kind"]


def _subplaces(data: Path) -> Iterator[tuple[str, str, str]]:
    for row in _rows(data / "places/jhb_subplaces_2011.csv"):
        yield re.sub(r" SP *\d*$", "", row["subplace"]), row["ward_id_2011"][-3:].lstrip("0"), "suburb"


def real_sentences(data: Path) -> list[str]:
    """What people wrote to helplines after disasters, as long as a report by SMS is."""
    written = (row["message_en"] for row in _rows(data / "reports/disaster_messages_validation.csv"))
    return [text for text in written if 20 < len(text) < 140]


def _rows(path: Path) -> Iterable[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
