"""Quiet hours: nobody is texted uninvited at night, on Sundays or on public holidays of the city."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.civic.city import Hours, TextingHours
from app.civic.quiet import next_allowed, public_holidays

CITY = ZoneInfo("Africa/Johannesburg")
DAY = Hours(opens=dt.time(8), closes=dt.time(20))
RULES = TextingHours(weekdays=DAY, saturday=Hours(opens=dt.time(9), closes=dt.time(13)))


def at(day: str, time: str, zone: ZoneInfo = CITY) -> dt.datetime:
    return dt.datetime.fromisoformat(f"{day}T{time}").replace(tzinfo=zone)


def allowed(now: dt.datetime, rules: TextingHours = RULES, extra: tuple[dt.date, ...] = ()) -> dt.datetime:
    return next_allowed(now, CITY, rules, extra, "ZA")


@pytest.mark.parametrize(
    ("now", "then"),
    [
        pytest.param(("2026-11-24", "08:00"), ("2026-11-24", "08:00"), id="a Tuesday opens at eight"),
        pytest.param(("2026-11-24", "07:59:59"), ("2026-11-24", "08:00"), id="a second before waits for it"),
        pytest.param(("2026-11-24", "19:59:59"), ("2026-11-24", "19:59:59"), id="the last second counts"),
        pytest.param(("2026-11-24", "20:00"), ("2026-11-25", "08:00"), id="eight in the evening is too late"),
        pytest.param(("2026-11-27", "21:00"), ("2026-11-28", "09:00"), id="Friday night waits for Saturday"),
        pytest.param(("2026-11-28", "12:59"), ("2026-11-28", "12:59"), id="Saturday morning is allowed"),
        pytest.param(("2026-11-28", "13:00"), ("2026-11-30", "08:00"), id="Saturday afternoon waits over Sunday"),
        pytest.param(("2026-11-29", "10:00"), ("2026-11-30", "08:00"), id="Sunday is quiet"),
        pytest.param(("2026-12-16", "10:00"), ("2026-12-17", "08:00"), id="a public holiday is quiet"),
        pytest.param(("2026-12-24", "20:00"), ("2026-12-28", "08:00"), id="Christmas on Friday is three quiet days"),
        pytest.param(("2027-12-31", "20:00"), ("2028-01-03", "08:00"), id="a new year is looked into"),
        pytest.param(("2026-08-09", "10:00"), ("2026-08-11", "08:00"), id="a holiday on Sunday moves to Monday"),
        pytest.param(("2027-03-25", "20:00"), ("2027-03-27", "09:00"), id="Good Friday, but not the Saturday after"),
    ],
)
def test_a_text_waits_for_the_next_permitted_moment(now, then):
    assert allowed(at(*now)) == at(*then)


def test_the_answer_is_in_utc():
    assert allowed(at("2026-11-24", "21:00")).isoformat() == "2026-11-25T06:00:00+00:00"


def test_a_day_the_pack_adds_is_quiet_too():
    assert allowed(at("2026-11-24", "10:00"), extra=(dt.date(2026, 11, 24),)) == at("2026-11-25", "08:00")


def test_a_city_may_permit_hours_on_sundays_and_holidays():
    rules = TextingHours(weekdays=DAY, saturday=None, sunday=DAY, holidays=DAY)
    assert allowed(at("2026-11-29", "10:00"), rules) == at("2026-11-29", "10:00")
    assert allowed(at("2026-12-16", "10:00"), rules) == at("2026-12-16", "10:00")
    assert allowed(at("2026-11-28", "10:00"), rules) == at("2026-11-29", "08:00")


def test_the_hour_is_the_citys_and_not_ours():
    berlin = ZoneInfo("Europe/Berlin")
    monday = at("2026-10-26", "07:30", dt.UTC)
    assert next_allowed(monday, berlin, RULES, (), "DE") == monday
    assert next_allowed(monday - dt.timedelta(days=3), berlin, RULES, (), "DE") == monday - dt.timedelta(days=3)
    assert next_allowed(monday.replace(hour=6), berlin, RULES, (), "DE") == at("2026-10-26", "08:00", berlin)


def test_rules_that_never_allow_are_refused_with_what_to_do():
    with pytest.raises(ValueError, match="permit some"):
        allowed(at("2026-11-24", "10:00"), TextingHours(weekdays=None, saturday=None))


def test_a_country_without_known_holidays_is_refused():
    with pytest.raises(ValueError, match="no public holidays are known for XX"):
        public_holidays("XX", 2026)


@given(st.integers(0, 12 * 365 * 24 * 60))
def test_the_moment_found_is_permitted_never_earlier_and_found_again(minutes):
    now = at("2024-01-01", "00:00") + dt.timedelta(minutes=minutes)
    then = allowed(now)
    local = then.astimezone(CITY)
    hours = RULES.of(local.date(), local.date() in public_holidays("ZA", local.year))
    assert then >= now
    assert hours is not None
    assert hours.hold(local.time())
    assert allowed(then) == then
    assert then - now < dt.timedelta(days=5)
