"""A city pack, a folder of sheets that the city's own people keep, read into a City with all its faults at once."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from app.civic import msisdn, outlines, profile, sheets
from app.civic.city import (
    Category,
    City,
    Councillor,
    Delimitation,
    Ending,
    Owner,
    OwnerRule,
    Place,
    Standard,
    Ward,
    slug,
)
from app.civic.keywords import Phrase, phrase_of
from app.civic.sheets import Fault, Row
from app.engine.gsm import fold, septets

LABEL, PLACE, OWNER = 20, 30, 24
"""The longest label of a category, name of a place and of an owner, in septets: they share a screen of 160."""

ENDINGS: dict[str, Ending] = {"danger": "danger", "bribe": "bribe"}
FILED_ELSE = "OTHER"  # what nobody could sort is filed here, so every city has it
T = TypeVar("T")


class PackFaults(ValueError):
    """A pack that cannot be loaded; `faults` has all of them, by file and line."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(set(faults)))
        super().__init__("\n".join(map(str, self.faults)))


@dataclass
class Reading:
    """A pack while it is read: what is known so far, for the sheets that refer to it, and the faults."""

    folder: Path
    faults: list[Fault]
    basis: profile.Basis
    wards: dict[str, Ward] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    categories: dict[str, Category] = field(default_factory=dict)

    def rows(self, name: str, needs: Iterable[str], knows: Iterable[str] = ()) -> list[Row]:
        """The rows of one of its sheets."""
        return sheets.read(self.folder / name, self.faults, needs, tuple(knows))

    @property
    def languages(self) -> tuple[str, ...]:
        """The codes of its languages."""
        return tuple(language.code for language in self.basis.languages)


def read(folder: Path) -> City:
    """The city of a pack; raises PackFaults with every fault of every file."""
    faults: list[Fault] = []
    basis, said = profile.read(folder / "city.yaml", faults)
    if basis is None:
        raise PackFaults(faults)
    reading = Reading(folder, faults, basis)
    reading.wards = _unique(outlines.read(folder / "wards.geojson", basis.delimitations, faults), lambda ward: ward.key)
    reading.places = _unique(_places(reading), lambda place: place.key)
    reading.categories = _unique(_categories(reading), lambda category: category.code)
    standards = _unique(_standards(reading), lambda standard: standard.category)
    owners, rules = _owners(reading)
    councillors = _unique(_councillors(reading), lambda councillor: councillor.ward)
    if faults or said is None:
        raise PackFaults(faults)
    return City(
        **{name: getattr(said, name) for name in type(said).model_fields},
        wards=tuple(reading.wards.values()),
        places=tuple(reading.places.values()),
        categories=tuple(reading.categories.values()),
        standards=tuple(standards.values()),
        owners=tuple(owners.values()),
        owner_rules=rules,
        councillors=tuple(councillors.values()),
    )


def _unique(rows: Iterable[tuple[Row, T]], key: Callable[[T], str]) -> dict[str, T]:
    """What the rows say by key; the second row of a key is a fault."""
    found: dict[str, T] = {}
    for row, thing in rows:
        if key(thing) in found:
            row.fault(f"{key(thing)} stands here a second time")
        elif key(thing):
            found[key(thing)] = thing
    return found


def ward_key(typed: str, drawings: tuple[Delimitation, ...]) -> str:
    """A ward as sheets write it, `2021/7` or `7` of the newest boundaries, as a key."""
    if "/" in typed:
        return typed
    newest = max(drawings, key=lambda drawing: drawing.valid_from)
    return f"{newest.code}/{typed}"


def _known_ward(typed: str, row: Row, reading: Reading) -> str:
    key = ward_key(typed, reading.basis.delimitations)
    if typed and key not in reading.wards:
        row.fault(f"there is no ward {typed}")
    return key


def _show(row: Row, text: str, limit: int, what: str) -> None:
    """Note what keeps a text, its letters put as their nearest, from a plain phone's screen."""
    length = septets(fold(text))
    if length is None:
        strange = "".join(sorted({letter for letter in text if septets(fold(letter)) is None}))
        row.fault(f"{what} {text!r} has letters that plain phones cannot show: {strange}")
    elif length > limit:
        row.fault(f"{what} {text!r} is too long: {length} letters, and {limit} fit")


def _places(reading: Reading) -> Iterable[tuple[Row, Place]]:
    for row in reading.rows("places.csv", ("name", "wards"), ("key", "aliases", "population")):
        name = row.word("name")
        _show(row, name, PLACE, "the name")
        key = row.maybe("key") or slug(name)
        if key != slug(key):
            row.fault(f"the key {key!r} must be small letters, digits and hyphens")
        if not row.several("wards"):
            row.fault("wards is empty")
        wards = tuple(_known_ward(typed, row, reading) for typed in row.several("wards"))
        twice = [ward for ward, times in Counter(wards).items() if times > 1]
        for ward in twice:
            row.fault(f"ward {ward} stands here a second time")
        yield (
            row,
            Place(key=key, name=name, wards=wards, aliases=row.several("aliases"), population=row.number("population")),
        )


def _categories(reading: Reading) -> Iterable[tuple[Row, Category]]:
    labels = tuple(f"label_{code}" for code in reading.languages)
    knows = ("parent", "public", "urgent", "menu", "ending", "label_*", "menu_label_*", "keywords_*")
    rows = reading.rows("categories.csv", ("code", *labels), knows)
    parents = {row.maybe("code") for row in rows if row.maybe("parent") is None}
    for row in rows:
        _check_category(row, parents, labels)
        yield row, _category(row, _languages(row))
    _check_menus(rows, reading)
    _check_keywords(rows)


def _languages(row: Row) -> tuple[str, ...]:
    """The languages in which a sheet names categories: those of the pack, and any other that people may choose."""
    return tuple(column.removeprefix("label_") for column in row.cells if column.startswith("label_"))


def _category(row: Row, languages: tuple[str, ...]) -> Category:
    return Category(
        code=row.word("code"),
        parent=row.maybe("parent"),
        public=row.yes("public", True),
        urgent=row.yes("urgent", False),
        menu=row.number("menu"),
        ending=ENDINGS.get(row.maybe("ending") or ""),
        labels={code: label for code in languages if (label := row.maybe(f"label_{code}"))},
        menu_labels={code: label for code in languages if (label := row.maybe(f"menu_label_{code}"))},
        keywords={code: words for code in languages if (words := row.several(f"keywords_{code}"))},
    )


def _check_category(row: Row, parents: set[str | None], labels: tuple[str, ...]) -> None:
    code, parent, ending = row.maybe("code") or "", row.maybe("parent"), row.maybe("ending")
    if code and not re.fullmatch(r"[A-Z][A-Z0-9_]{0,19}", code):
        row.fault(f"the code {code!r} must be capital letters, digits and _")
    if parent and parent not in parents:
        row.fault(f"there is no category {parent} to stand under")
    if ending and ending not in ENDINGS:
        row.fault(f"ending must be danger, bribe or empty, not {ending!r}")
    for column in labels:
        row.word(column)
    for column in (f"{kind}_{language}" for kind in ("label", "menu_label") for language in _languages(row)):
        _show(row, row.maybe(column) or "", LABEL, column)


def _check_menus(rows: list[Row], reading: Reading) -> None:
    lines: set[tuple[str, str]] = set()
    for row in rows:
        line = (row.maybe("parent") or "", row.maybe("menu") or "")
        if line[1] and line in lines:
            row.fault(f"line {line[1]} of its menu is taken")
        lines.add(line)
    if rows and FILED_ELSE not in {row.maybe("code") for row in rows}:
        reading.faults.append(Fault("categories.csv", 0, f"there is no category {FILED_ELSE}"))


def _check_keywords(rows: list[Row]) -> None:
    meant: dict[tuple[str, Phrase], str] = {}
    for row in rows:
        code = row.maybe("code") or ""
        for language in _languages(row):
            for word in row.several(f"keywords_{language}"):
                phrase = phrase_of(word)
                other = meant.setdefault((language, phrase), code)
                if not phrase:
                    row.fault(f"the {language} keyword {word!r} has neither letter nor digit")
                elif other != code:
                    row.fault(f"the {language} keyword {word!r} means {other} already")


def _standards(reading: Reading) -> Iterable[tuple[Row, Standard]]:
    for row in reading.rows("standards.csv", ("category",), ("hours", "working_days")):
        category = row.word("category")
        if category and category not in reading.categories:
            row.fault(f"there is no category {category}")
        times = {name: row.number(name) for name in ("hours", "working_days") if row.maybe(name)}
        if len(times) != 1 or 0 in times.values():
            row.fault("give hours or working_days, one of them and more than 0")
        yield row, Standard(category=category, **times)


def _owners(reading: Reading) -> tuple[dict[str, Owner], tuple[OwnerRule, ...]]:
    rows = reading.rows("owners.csv", ("category", "place", "owner", "name"), ("phone", "ours"))
    owners: dict[str, Owner] = {}
    rules: dict[tuple[str, str], OwnerRule] = {}
    for row in rows:
        _owner(row, owners, reading.basis.country)
        for rule in _rules(row, reading):
            if (rule.category, rule.place) in rules:
                row.fault(f"who owns {rule.category} in {rule.place} was said before")
            rules[rule.category, rule.place] = rule
    if rows and ("*", "*") not in rules:
        reading.faults.append(Fault("owners.csv", 0, "there is no rule *,* that says who owns all the rest"))
    return owners, tuple(rules.values())


def _owner(row: Row, owners: dict[str, Owner], country: str) -> None:
    """Take an owner's own facts from the first row that names it; later rows need only the code."""
    code, name, phone = row.word("owner"), row.maybe("name"), row.maybe("phone")
    known = owners.get(code)
    if known and (name not in (None, known.name) or phone not in (None, known.phone)):
        row.fault(f"{code} was called otherwise before")
    if known or not code:
        return
    owner = Owner(code=code, name=row.word("name"), phone=phone, ours=row.yes("ours", True))
    owners[code] = owner
    _show(row, owner.name, OWNER, "the name")
    if phone is not None and not profile.is_dialled(phone, country):
        row.fault(f"{phone!r} is no phone number")
    if not owner.ours and phone is None:
        row.fault(f"{code} is not ours, so people need its phone")


def _rules(row: Row, reading: Reading) -> Iterable[OwnerRule]:
    categories, places = row.several("category"), row.several("place")
    for column, found, known in (
        ("category", categories, reading.categories),
        ("place", places, reading.places),
    ):
        if not found:
            row.fault(f"{column} is empty; * means any")
        for name in found:
            if name != "*" and name not in known:
                row.fault(f"there is no {column} {name}")
    owner = row.maybe("owner") or ""
    return [OwnerRule(category=what, place=where, owner=owner) for what in categories for where in places]


def _councillors(reading: Reading) -> Iterable[tuple[Row, Councillor]]:
    if not (reading.folder / "councillors.csv").exists():
        return
    for row in reading.rows("councillors.csv", ("ward", "name", "phone", "language")):
        language, typed = row.word("language"), row.word("phone")
        if language and language not in reading.languages:
            row.fault(f"there is no language {language}")
        phone = msisdn.parse(typed, reading.basis.country)
        if typed and phone is None:
            row.fault(f"{typed!r} is no phone number")
        ward = _known_ward(row.word("ward"), row, reading)
        yield row, Councillor(ward=ward, name=row.word("name"), phone=phone or "", language=language)
