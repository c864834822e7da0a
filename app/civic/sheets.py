"""Sheets that people keep: CSV rows that know their file and line, and collect every fault they meet."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

YES, NO = ("yes", "y", "true", "1"), ("no", "n", "false", "0")


@dataclass(frozen=True, order=True)
class Fault:
    """What is wrong, and where: line 0 means the file as a whole."""

    file: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what}" if self.line else f"{self.file}: {self.what}"


@dataclass(frozen=True)
class Row:
    """One row of a sheet; what it cannot give becomes a fault in the list that all rows share."""

    file: str
    line: int
    cells: Mapping[str, str]
    faults: list[Fault]

    def fault(self, what: str) -> None:
        """Note a fault of this row."""
        self.faults.append(Fault(self.file, self.line, what))

    def maybe(self, column: str) -> str | None:
        """A cell's words, or None if it is empty or the column is absent."""
        return " ".join((self.cells.get(column) or "").split()) or None

    def word(self, column: str) -> str:
        """A cell that must not be empty; the empty string, and a fault, if it is."""
        found = self.maybe(column)
        if found is None:
            self.fault(f"{column} is empty")
        return found or ""

    def number(self, column: str) -> int | None:
        """A whole number of 0 or more, or None if the cell is empty or, with a fault, if it is no number."""
        found = self.maybe(column)
        if found is not None and not re.fullmatch(r"[0-9]{1,9}", found):
            self.fault(f"{column} must be a whole number, not {found!r}")
            return None
        return int(found) if found else None

    def yes(self, column: str, default: bool) -> bool:
        """A yes or no."""
        found = (self.maybe(column) or "").lower()
        if found and found not in YES + NO:
            self.fault(f"{column} must be yes or no, not {found!r}")
        return found in YES if found in YES + NO else default

    def several(self, column: str) -> tuple[str, ...]:
        """The parts of a cell that are separated by semicolons."""
        parts = (self.maybe(column) or "").split(";")
        return tuple(part.strip() for part in parts if part.strip())


def read(path: Path, faults: list[Fault], needs: Iterable[str], knows: Iterable[str] | None = None) -> list[Row]:
    """The rows of a CSV file in UTF-8 with a header, comma or (as spreadsheets write it) semicolon between cells.

    Columns beside `needs` and `knows` (where `label_*` stands for all that begin so) are a fault, unless `knows` is
    None. Rows without any cell are skipped.
    """
    text = read_text(path, faults)
    if text is None:
        return []
    header = text.partition("\n")[0]
    between = ";" if header.count(";") > header.count(",") else ","
    sheet = csv.DictReader(text.splitlines(keepends=True), delimiter=between)
    columns, wanted = list(sheet.fieldnames or ()), tuple(needs)
    faults.extend(Fault(path.name, 1, f"there is no column {name}") for name in wanted if name not in columns)
    if knows is not None:
        known = (*wanted, *knows)
        strange = [name for name in columns if not any(fnmatchcase(name, one) for one in known)]
        faults.extend(Fault(path.name, 1, f"the column {name!r} means nothing here") for name in strange)
    return list(_rows(path.name, sheet, faults)) if set(wanted) <= set(columns) else []


def read_text(path: Path, faults: list[Fault]) -> str | None:
    """A file's text, or None, with a fault, if it is missing or not UTF-8."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        faults.append(Fault(path.name, 0, f"cannot be read: {error.strerror}"))
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        faults.append(Fault(path.name, line, "is not UTF-8; save the sheet as CSV UTF-8"))
    return None


def _rows(file: str, sheet: csv.DictReader[str], faults: list[Fault]) -> Iterable[Row]:
    before = sheet.line_num
    for cells in sheet:
        line, before = before + 1, sheet.line_num
        surplus = cells.pop(None, None)  # what is beyond the header
        if surplus and any(surplus):
            faults.append(Fault(file, line, "has more cells than the header; put a cell with a comma in quotes"))
        if any(cell and cell.strip() for cell in cells.values()):
            yield Row(file, line, cells, faults)
