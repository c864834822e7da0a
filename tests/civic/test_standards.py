import datetime as dt
from pathlib import Path

import pytest

from app.civic import pack
from app.civic.city import Standard
from app.civic.standards import aim, is_working_day

DAYS = Standard(category="ROADS", working_days=3)


@pytest.fixture(scope="module")
def demo():
    return pack.read(Path(__file__).parents[2] / "demo")


def at(*when):
    return dt.datetime(*when, tzinfo=dt.UTC)


def test_hours_run_through_nights_and_holidays(demo):
    hours = Standard(category="WATER", hours=24)

    assert aim(hours, at(2026, 12, 24, 20, 0), demo) == at(2026, 12, 25, 20, 0)


@pytest.mark.parametrize(
    ("received", "day"),
    [
        (at(2026, 3, 2, 6, 0), (3, 5)),  # Monday -> Thursday
        (at(2026, 3, 6, 6, 0), (3, 11)),  # Friday: the weekend does not count
        (at(2026, 3, 7, 6, 0), (3, 11)),  # Saturday
        (at(2026, 4, 1, 6, 0), (4, 8)),  # Wednesday before Easter: Good Friday and Family Day do not count
        (at(2026, 12, 23, 6, 0), (12, 29)),  # Christmas and the Day of Goodwill
    ],
)
def test_working_days_skip_weekends_and_public_holidays(demo, received, day):
    assert aim(DAYS, received, demo) == at(2026, *day, 14, 30)  # 16:30 in Johannesburg


def test_a_day_ends_at_the_citys_midnight(demo):
    assert aim(DAYS, at(2026, 3, 2, 21, 59), demo) == at(2026, 3, 5, 14, 30)
    assert aim(DAYS, at(2026, 3, 2, 22, 0), demo) == at(2026, 3, 6, 14, 30)


def test_a_holiday_that_the_pack_adds_does_not_count(demo):
    city = demo.but(holidays=(dt.date(2026, 3, 4),))

    assert aim(DAYS, at(2026, 3, 2, 6, 0), city) == at(2026, 3, 6, 14, 30)


def test_a_time_without_a_zone_is_refused(demo):
    with pytest.raises(ValueError, match="needs a zone"):
        aim(DAYS, dt.datetime(2026, 3, 2, 6, 0), demo)  # noqa: DTZ001  # that is what is tried


def test_every_published_holiday_is_no_working_day(demo, shared_data):
    lines = (shared_data / "south_africa/public_holidays_2024_2030.csv").read_text(encoding="utf-8").splitlines()[1:]

    days = [dt.date.fromisoformat(line.partition(",")[0]) for line in lines]

    assert len(days) == 94
    assert not any(is_working_day(day, demo) for day in days)
