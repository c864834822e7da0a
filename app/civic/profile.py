"""The `city.yaml` of a pack: read, checked, every fault with its line."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import holidays
import phonenumbers
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError

from app.civic import msisdn, sheets
from app.civic.city import Delimitation, Hours, Language, Profile
from app.civic.sheets import Fault

Where = Sequence[str | int]
Model = TypeVar("Model", bound=BaseModel)


class Basis(BaseModel):
    """What the sheets need of a profile; they can be checked even if the rest of it is wrong."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    country: str
    languages: tuple[Language, ...] = Field(min_length=1)
    delimitations: tuple[Delimitation, ...] = Field(min_length=1)


def read(path: Path, faults: list[Fault]) -> tuple[Basis | None, Profile | None]:
    """What `city.yaml` says; each is None where faults (noted) do not let it be read."""
    said = _load(path, faults)
    if said is None:
        return None, None
    profile = _validated(Profile, said, faults, path.name)
    if profile is not None:
        faults.extend(Fault(path.name, _line(said, where), what) for where, what in _mistakes(profile))
    return _validated(Basis, said, [], path.name), profile


def is_dialled(phone: str, country: str) -> bool:
    """Whether people of a country can dial it: a full number, or a short one (112, 10177)."""
    digits = re.sub(r"[ ()\-]", "", phone)
    return re.fullmatch(r"[0-9]{3,6}", digits) is not None or msisdn.parse(phone, country) is not None


def _load(path: Path, faults: list[Fault]) -> dict[str, Any] | None:
    text = sheets.read_text(path, faults)
    if text is None:
        return None
    try:
        said = YAML().load(text)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        faults.append(Fault(path.name, line, f"is not YAML: {error.problem}"))
        return None
    if not isinstance(said, dict):
        faults.append(Fault(path.name, 1, "must say `name: value`, one a line"))
        return None
    return said


def _validated(model: type[Model], said: dict[str, Any], faults: list[Fault], file: str) -> Model | None:
    try:
        return model.model_validate(said)
    except ValidationError as error:
        for one in error.errors(include_url=False, include_context=False, include_input=False):
            what = f"{'.'.join(map(str, one['loc']))}: {_plain(one['type'], one['msg'])}"
            faults.append(Fault(file, _line(said, one["loc"]), what))
        return None


def _plain(kind: str, words: str) -> str:
    """Pydantic's words in those of a person who keeps a city's facts."""
    return {
        "missing": "is missing",
        "extra_forbidden": "means nothing here",
        "string_type": "must be words; put numbers in quotes",
    }.get(kind, words)


def _line(said: object, where: Where) -> int:
    """The line of the deepest part of a path that the file has, 0 if it has none of it."""
    line = 0
    for step in where:
        marks = getattr(said, "lc", None)
        try:
            said = said[step]  # type: ignore[index]  # what is not there is caught below
        except (KeyError, IndexError, TypeError):
            break
        line = (marks.key(step) if isinstance(step, str) else marks.item(step))[0] + 1 if marks else line
    return line


def _mistakes(profile: Profile) -> Iterator[tuple[Where, str]]:
    """What the model cannot see: names of the outside world, and facts that contradict each other."""
    yield from _of_the_world(profile)
    yield from _languages(profile)
    yield from _drawings(profile.delimitations)
    yield from _phones(profile)
    yield from _spans(profile)


def _of_the_world(profile: Profile) -> Iterator[tuple[Where, str]]:
    try:
        ZoneInfo(profile.timezone)
    except (ZoneInfoNotFoundError, ValueError):
        yield ("timezone",), f"{profile.timezone!r} is no time zone like Africa/Johannesburg"
    if profile.country not in holidays.list_supported_countries():
        yield ("country",), f"no public holidays are known for the country {profile.country!r}"
    for at, country in enumerate(profile.allowed_countries):
        if country not in phonenumbers.SUPPORTED_REGIONS:
            yield ("allowed_countries", at), f"{country!r} is no country code like ZA"
    if not re.fullmatch(r"[A-Z]{2,5}", profile.code):
        yield ("code",), "must be two to five capital letters"


def _languages(profile: Profile) -> Iterator[tuple[Where, str]]:
    codes = [language.code for language in profile.languages]
    if profile.default_language not in codes:
        yield ("default_language",), f"{profile.default_language!r} is not among the languages"
    for at, code in enumerate(codes):
        if code in codes[:at]:
            yield ("languages", at), f"{code} stands here a second time"
        if not re.fullmatch(r"[a-z]{2,3}", code):
            yield ("languages", at, "code"), f"{code!r} is no language code like zu or nso"


def _drawings(drawings: tuple[Delimitation, ...]) -> Iterator[tuple[Where, str]]:
    for at, one in enumerate(drawings):
        where = ("delimitations", at)
        if not re.fullmatch(r"[A-Za-z0-9.-]{1,20}", one.code):
            yield where, f"the code {one.code!r} must be letters, digits, dots and hyphens"
        if one.valid_to is not None and one.valid_to <= one.valid_from:
            yield where, "ends before it begins"
        for other in drawings[:at]:
            if one.code == other.code:
                yield where, f"{one.code} stands here a second time"
            elif _overlap(one, other):
                yield where, f"{one.code} and {other.code} hold on the same days"


def _overlap(one: Delimitation, other: Delimitation) -> bool:
    never = dt.date.max
    return one.valid_from < (other.valid_to or never) and other.valid_from < (one.valid_to or never)


def _phones(profile: Profile) -> Iterator[tuple[Where, str]]:
    for kind in ("emergency", "integrity"):
        lines = getattr(profile.hotlines, kind)
        if not lines:
            yield ("hotlines", kind), "needs a number at least"
        for at, hotline in enumerate(lines):
            if not is_dialled(hotline.phone, profile.country):
                yield ("hotlines", kind, at, "phone"), f"{hotline.phone!r} is no phone number"
    for at, office in enumerate(profile.offices):
        if office.phone is not None and not is_dialled(office.phone, profile.country):
            yield ("offices", at, "phone"), f"{office.phone!r} is no phone number"


def _spans(profile: Profile) -> Iterator[tuple[Where, str]]:
    texting = profile.texting_hours
    named: dict[Where, Hours | None] = {
        ("office_hours",): profile.office_hours,
        ("texting_hours", "weekdays"): texting.weekdays,
        ("texting_hours", "saturday"): texting.saturday,
        ("texting_hours", "sunday"): texting.sunday,
        ("texting_hours", "holidays"): texting.holidays,
    }
    for where, hours in named.items():
        if hours is not None and hours.closes <= hours.opens:
            yield where, "closes before it opens"
    for at, span in enumerate(profile.elections):
        if span.last < span.first:
            yield ("elections", at), "ends before it begins"
