"""By when a case should be done: the published time of its category, counted in the city's own days."""

from __future__ import annotations

import datetime as dt

from app.civic.city import City, Standard
from app.civic.quiet import public_holidays

SATURDAY = 5


def aim(standard: Standard, received_at: dt.datetime, city: City) -> dt.datetime:
    """The moment (aware, UTC) until which a standard allows for a case received at `received_at` (aware).

    Hours are clock time, since taps run at night too. Working days count from the day after, without weekends and
    holidays, and end when the offices close. Raises ValueError for a time without a zone.
    """
    if received_at.tzinfo is None:
        raise ValueError("the time of receipt needs a zone")
    if standard.hours is not None:
        return received_at.astimezone(dt.UTC) + dt.timedelta(hours=standard.hours)
    day = after_working_days(received_at.astimezone(city.zone).date(), standard.working_days or 0, city)
    return dt.datetime.combine(day, city.office_hours.closes, city.zone).astimezone(dt.UTC)


def after_working_days(day: dt.date, count: int, city: City) -> dt.date:
    """The day on which `count` working days after `day` have passed; `day` itself is not counted."""
    while count > 0:
        day += dt.timedelta(days=1)
        count -= is_working_day(day, city)
    return day


def is_working_day(day: dt.date, city: City) -> bool:
    """Whether the city's offices work on a day."""
    return day.weekday() < SATURDAY and not is_holiday(day, city)


def is_holiday(day: dt.date, city: City) -> bool:
    """Whether a day is a public holiday of the country or one that the pack adds."""
    return day in city.holidays or day in public_holidays(city.country, day.year)
