"""A city as Izwi knows it: frozen facts, read from a pack, kept as one JSON document."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal
from functools import cached_property
from typing import Literal, Self
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict

from app.engine.gsm import Letters

Position = tuple[float, float]
Ring = tuple[Position, ...]
Polygon = tuple[Ring, ...]


class Fact(BaseModel):
    """What all facts share: they do not change, and a misspelt field is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Language(Fact):
    """A language the city answers in; `name` is what its own speakers call it, `letters` what its texts are sent in."""

    code: str
    name: str
    letters: Letters = "plain"


class Hotline(Fact):
    """A number to call at once; kept as people dial it (112), since short codes are not E.164."""

    name: str
    phone: str


class Hotlines(Fact):
    """Whom to call instead of reporting: in danger, and about bribes or bad treatment."""

    emergency: tuple[Hotline, ...]
    integrity: tuple[Hotline, ...]

    @property
    def words(self) -> Mapping[str, str]:
        """The placeholders of texts and screens: the numbers in a line, `emergency` and `integrity`."""
        lists = {"emergency": self.emergency, "integrity": self.integrity}
        return {kind: ", ".join(f"{line.phone} {line.name}" for line in lines) for kind, lines in lists.items()}


class Office(Fact):
    """A desk of the city with a task of its own, by code: `higher` owes answers to cases sent higher."""

    code: str
    name: str
    phone: str | None = None


class Hours(Fact):
    """A span of one day in the city's time: `opens` counts, `closes` no longer does."""

    opens: dt.time
    closes: dt.time

    def hold(self, at: dt.time) -> bool:
        """Whether a time of day lies within."""
        return self.opens <= at < self.closes


class TextingHours(Fact):
    """When uninvited texts may leave; the rest is quiet, and a day without hours is quiet throughout."""

    weekdays: Hours | None
    saturday: Hours | None
    sunday: Hours | None = None
    holidays: Hours | None = None

    def of(self, day: dt.date, is_holiday: bool) -> Hours | None:
        """The permitted hours of one day, or None if it is quiet."""
        if is_holiday:
            return self.holidays
        return {5: self.saturday, 6: self.sunday}.get(day.weekday(), self.weekdays)


class Span(Fact):
    """Days from `first` to `last`, both counted."""

    first: dt.date
    last: dt.date

    def hold(self, day: dt.date) -> bool:
        """Whether a day lies within."""
        return self.first <= day <= self.last


class Delimitation(Fact):
    """One drawing of the ward boundaries: in force from `valid_from` until the day before `valid_to`."""

    code: str
    name: str
    valid_from: dt.date
    valid_to: dt.date | None = None

    def in_force(self, day: dt.date) -> bool:
        """Whether these boundaries hold on a day."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


class Geometry(Fact):
    """The outline of a ward: polygons of rings of (longitude, latitude) in WGS84, first ring outer, rings closed."""

    polygons: tuple[Polygon, ...]


class Ward(Fact):
    """One ward of one delimitation; `key` is `delimitation/number`, since a number alone moves at every redraw."""

    key: str
    delimitation: str
    number: int
    code: str
    name: str
    population: int | None = None
    geometry: Geometry | None = None


class Place(Fact):
    """What people call where they live; it lies in one ward or several, of every delimitation that is kept."""

    key: str
    name: str
    wards: tuple[str, ...]
    aliases: tuple[str, ...] = ()
    population: int | None = None


Ending = Literal["danger", "bribe"]


class Category(Fact):
    """A kind of problem: `menu` is its line among those of the same parent, `ending` says that nothing is filed."""

    code: str
    parent: str | None = None
    public: bool = True
    urgent: bool = False
    menu: int | None = None
    ending: Ending | None = None
    labels: Mapping[str, str]
    menu_labels: Mapping[str, str] = {}
    keywords: Mapping[str, tuple[str, ...]] = {}

    def label(self, language: str, default: str) -> str:
        """The label in a language, else in the city's own language, else in any: old categories lack new ones."""
        return self.labels.get(language) or self.labels.get(default) or next(iter(self.labels.values()))

    def menu_label(self, language: str, default: str) -> str:
        """What a menu shows: mostly the label; for a line that leads on, what lies behind it (`Other, danger`)."""
        own = self.menu_labels.get(language) or self.labels.get(language)
        return own or self.menu_labels.get(default) or self.label(language, default)


class Standard(Fact):
    """The published time for a category: clock hours or working days, exactly one of them."""

    category: str
    hours: int | None = None
    working_days: int | None = None


class Owner(Fact):
    """A body that must act; `ours` is false for a utility outside the city, which people must call themselves."""

    code: str
    name: str
    phone: str | None = None
    ours: bool = True


class OwnerRule(Fact):
    """Who owns a category in a place; `*` stands for any."""

    category: str
    place: str
    owner: str


class Councillor(Fact):
    """Who speaks for a ward, and the number that gets its digest."""

    ward: str
    name: str
    phone: str
    language: str


class Profile(Fact):
    """What a city says of itself, the `city.yaml` of its pack."""

    name: str
    code: str
    country: str
    holidays: tuple[dt.date, ...] = ()
    timezone: str
    default_language: str
    languages: tuple[Language, ...]
    drafts: bool = False
    service_name: str = "Izwi"
    area_example: str
    privacy_contact: str = ""
    all_networks_free: bool = False
    allowed_countries: tuple[str, ...]
    currency: str = "ZAR"
    segment_price: Decimal | None = None
    small_count: int = 5
    uninvited_a_month: int = 4
    hotlines: Hotlines
    offices: tuple[Office, ...] = ()
    office_hours: Hours
    texting_hours: TextingHours
    elections: tuple[Span, ...] = ()
    delimitations: tuple[Delimitation, ...]


class City(Profile):
    """All that is known of a city; a copy of it travels as JSON, so nothing here is code."""

    wards: tuple[Ward, ...]
    places: tuple[Place, ...]
    categories: tuple[Category, ...]
    standards: tuple[Standard, ...] = ()
    owners: tuple[Owner, ...]
    owner_rules: tuple[OwnerRule, ...]
    councillors: tuple[Councillor, ...] = ()

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which the city lives."""
        return ZoneInfo(self.timezone)

    @cached_property
    def _wards(self) -> Mapping[str, Ward]:
        return {ward.key: ward for ward in self.wards}

    @cached_property
    def _places(self) -> Mapping[str, Place]:
        return {place.key: place for place in self.places}

    @cached_property
    def _categories(self) -> Mapping[str, Category]:
        return {category.code: category for category in self.categories}

    @cached_property
    def _owners(self) -> Mapping[str, Owner]:
        return {owner.code: owner for owner in self.owners}

    @cached_property
    def _owner_rules(self) -> Mapping[tuple[str, str], str]:
        return {(rule.category, rule.place): rule.owner for rule in self.owner_rules}

    @cached_property
    def _standards(self) -> Mapping[str, Standard]:
        return {standard.category: standard for standard in self.standards}

    @cached_property
    def _councillors(self) -> Mapping[str, Councillor]:
        return {councillor.ward: councillor for councillor in self.councillors}

    def ward(self, key: str) -> Ward | None:
        """The ward with this key (`2021/7`), of any delimitation."""
        return self._wards.get(key)

    def place(self, key: str) -> Place | None:
        """The place with this key (`orlando-west`)."""
        return self._places.get(key)

    def category(self, code: str) -> Category | None:
        """The category with this code (`WATER`)."""
        return self._categories.get(code)

    def kind(self, code: str) -> Category:
        """The category with this code, else OTHER, which every checked pack has. Raises LookupError."""
        found = self.category(code) or self.category("OTHER")
        if found is None:
            raise LookupError("the city pack has no category OTHER")
        return found

    def owner(self, code: str) -> Owner | None:
        """The owner with this code."""
        return self._owners.get(code)

    def office(self, code: str) -> Office | None:
        """The office with this code."""
        return next((office for office in self.offices if office.code == code), None)

    def councillor_of(self, ward: str) -> Councillor | None:
        """Who speaks for a ward; None where the seat is empty or the number unknown."""
        return self._councillors.get(ward)

    def language(self, code: str) -> Language | None:
        """The language with this code."""
        return next((language for language in self.languages if language.code == code), None)

    def letters(self, code: str) -> Letters:
        """What texts in a language are sent in: the letters of every phone, or at a price its own."""
        language = self.language(code)
        return language.letters if language else "plain"

    def delimitation_in_force(self, day: dt.date) -> Delimitation | None:
        """The drawing of boundaries that holds on a day of the city."""
        return next((drawing for drawing in self.delimitations if drawing.in_force(day)), None)

    def wards_in_force(self, day: dt.date) -> tuple[Ward, ...]:
        """The wards that exist on a day, by number."""
        drawing = self.delimitation_in_force(day)
        found = (ward for ward in self.wards if drawing and ward.delimitation == drawing.code)
        return tuple(sorted(found, key=lambda ward: ward.number))

    def ward_numbered(self, number: int, day: dt.date) -> Ward | None:
        """The ward that bears a number on a day."""
        drawing = self.delimitation_in_force(day)
        return self.ward(f"{drawing.code}/{number}") if drawing else None

    def wards_of(self, place_key: str, day: dt.date) -> tuple[str, ...]:
        """Keys of all wards in force in which a place lies; empty if the place is unknown."""
        place, drawing = self.place(place_key), self.delimitation_in_force(day)
        if place is None or drawing is None:
            return ()
        return tuple(key for key in place.wards if key.partition("/")[0] == drawing.code)

    def ward_of(self, place_key: str, day: dt.date) -> str | None:
        """The key of the one ward in force in which a place lies; None if there are several or none."""
        wards = self.wards_of(place_key, day)
        return wards[0] if len(wards) == 1 else None

    def menu(self, parent: str | None = None) -> tuple[Category, ...]:
        """The categories a menu offers below `parent` (None: the first menu), in the order of the pack."""
        offered = (one for one in self.categories if one.parent == parent and one.menu is not None)
        return tuple(sorted(offered, key=lambda one: one.menu or 0))

    def owner_of(self, category: str, place: str | None) -> Owner:
        """Who must act: a rule for the place beats one for everywhere, a category beats its parent, then `*`.

        Raises LookupError if no rule fits; a checked pack always has `*,*`.
        """
        kinds = [*self._lineage(category), "*"]
        for where in (place, "*") if place else ("*",):
            for kind in kinds:
                owner = self._owner_rules.get((kind, where))
                if owner is not None:
                    return self._owners[owner]
        raise LookupError(f"nobody owns {category} in {place}")

    def standard_of(self, category: str) -> Standard | None:
        """The published time for a category, else that of its parent, else None."""
        found = (self._standards.get(code) for code in self._lineage(category))
        return next((standard for standard in found if standard), None)

    def election_holds(self, day: dt.date) -> bool:
        """Whether texts stay clean of polls, thanks and ideas on a day."""
        return any(span.hold(day) for span in self.elections)

    def _lineage(self, code: str) -> tuple[str, ...]:
        category = self.category(code)
        return (code, category.parent) if category and category.parent else (code,)

    def but(self, **facts: object) -> Self:
        """This city with some facts replaced, checked anew."""
        # Not model_copy: it would keep the indexes of the old one.
        return type(self).model_validate({**{name: getattr(self, name) for name in type(self).model_fields}, **facts})


def slug(name: str) -> str:
    """A name as a key: `Lenasia Ext. 10` -> `lenasia-ext-10`."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower().replace("'", "")).strip("-")
