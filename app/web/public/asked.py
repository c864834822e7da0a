"""What a page or a program asked for: a ward by its number, a period by its dates; told plainly when there is none."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from flask import abort

from app.civic import dates
from app.civic.city import City, Ward
from app.wiring import Services

DEFAULT_DAYS = 30
MOST_DAYS = 3 * 366


@dataclass(frozen=True)
class Period:
    """City dates, both included."""

    first: date
    last: date

    @classmethod
    def ending(cls, last: date, days: int = DEFAULT_DAYS) -> "Period":
        """The days that end with `last`."""
        return cls(last - timedelta(days=days - 1), last)

    @property
    def query(self) -> dict[str, str]:
        """As it stands in an address."""
        return {"from": self.first.isoformat(), "to": self.last.isoformat()}


def today(services: Services, city: City) -> date:
    """The city's date."""
    return dates.day(services.clock.now(), city.zone)


def period(arguments: Mapping[str, str], day: date) -> Period:
    """`from` and `to` of a query; without them the last 30 days. Answers 400 with a sentence if they make no sense."""
    first, last = (_day(arguments.get(name, ""), name) for name in ("from", "to"))
    last = last or day
    if first is None:
        try:
            return Period.ending(last)
        except OverflowError:
            abort(400, f"There is nothing before {last}.")
    if first > last:
        abort(400, f"The period ends before it begins: from {first} to {last}. Please swap the dates.")
    if (last - first).days > MOST_DAYS:
        abort(400, f"A period may have three years at most. Please ask for less than {first} to {last}.")
    return Period(first, last)


def wards(city: City, asked: Period, day: date) -> tuple[Ward, ...]:
    """The wards at the end of a period; those of today if the city knows no older boundaries."""
    return city.wards_in_force(asked.last) or city.wards_in_force(day)


def ward(city: City, number: int, asked: Period, day: date) -> Ward:
    """The ward that bore a number at the end of a period. Answers 404 with the numbers that there are."""
    known = wards(city, asked, day)
    found = next((one for one in known if one.number == number), None)
    if found is None:
        span = f"wards {known[0].number} to {known[-1].number}" if known else "no wards yet"
        abort(404, f"{city.name} has {span}. Please look for yours among them: /wards")
    return found


def _day(said: str, name: str) -> date | None:
    if not said:
        return None
    try:
        return date.fromisoformat(said if re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", said) else "")
    except ValueError:
        abort(400, f"{name} must be a date like 2026-03-01.")
