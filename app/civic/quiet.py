"""Quiet hours: when uninvited texts may leave, in the city's time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays as calendar

from app.civic.city import TextingHours

LOOK_AHEAD = 60
"""Days to look for permitted hours; rules that allow none in two months are a mistake of the pack."""


@lru_cache(maxsize=64)
def public_holidays(country: str, year: int) -> frozenset[dt.date]:
    """The public holidays of a country (ISO 3166-1 alpha-2) in a year; raises ValueError if nobody lists them."""
    try:
        return frozenset(calendar.country_holidays(country, years=year))
    except NotImplementedError as unknown:
        raise ValueError(f"no public holidays are known for {country}; give its ISO code of two letters") from unknown


def next_allowed(
    now: dt.datetime, zone: ZoneInfo, rules: TextingHours, holidays: Collection[dt.date], country: str
) -> dt.datetime:
    """The first moment from `now` (aware) on at which an uninvited text may leave, in UTC; `now` itself if it may.

    `holidays` are days the pack adds to the public ones of `country`. Raises ValueError if the rules allow no hour.
    """
    local = now.astimezone(zone)
    for ahead in range(LOOK_AHEAD):
        day = local.date() + dt.timedelta(days=ahead)
        hours = rules.of(day, day in holidays or day in public_holidays(country, day.year))
        if hours is None:
            continue
        # Compared as moments, not as times of day: an hour that a clock change repeats or skips then stays right.
        opens, closes = (
            dt.datetime.combine(day, time, zone).astimezone(dt.UTC) for time in (hours.opens, hours.closes)
        )
        if now < closes:
            return max(opens, now.astimezone(dt.UTC))
    raise ValueError(f"texting_hours allow no hour in {LOOK_AHEAD} days; permit some")
