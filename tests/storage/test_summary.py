"""What a ward's figures say, from the counters alone."""

from datetime import date, timedelta

import pytest

from app.storage.counters import Deltas
from app.storage.summary import NOT_PUBLIC, Figures, days, ward_summary, ward_totals
from app.storage.tables import CITY
from app.wiring import Services

FIRST, LAST = date(2026, 2, 1), date(2026, 2, 28)
WARD, OTHER_WARD = "2021/1", "2021/2"


@pytest.fixture
def counted(services: Services):
    """Counts `(ward, day, category, metric, n)` rows."""

    def count(*rows):
        deltas = Deltas()
        for row in rows:
            deltas.add(*row)
        with services.database.begin() as session:
            deltas.apply(session)

    return count


@pytest.fixture
def session(services: Services):
    with services.database.begin() as session:
        yield session


@pytest.mark.parametrize("metric", ["reports", "new", "fixed", "reopened", "says_fixed", "says_not_fixed", "no_answer"])
def test_events_count_from_the_first_day_to_the_last(counted, session, metric):
    around = (FIRST - timedelta(1), FIRST, LAST, LAST + timedelta(1))
    counted(*((WARD, day, "WATER", metric, 10**n) for n, day in enumerate(around)))

    assert ward_summary(session, WARD, FIRST, LAST).total == Figures(**{metric: 110})


@pytest.mark.parametrize("metric", ["open", "overdue"])
def test_what_stands_is_all_that_happened_until_the_last_day(counted, session, metric):
    counted(
        (WARD, date(2020, 1, 1), "WATER", metric, 5),
        (WARD, LAST, "WATER", metric, -2),
        (WARD, LAST + timedelta(1), "WATER", metric, -3),
    )

    assert ward_summary(session, WARD, FIRST, LAST).total == Figures(**{metric: 3})


def test_a_ward_counts_only_its_own(counted, session):
    counted((WARD, FIRST, "WATER", "reports", 2), (OTHER_WARD, FIRST, "WATER", "reports", 3))

    assert ward_summary(session, WARD, FIRST, LAST).total.reports == 2


def test_the_city_counts_all_and_says_what_has_no_ward(counted, session):
    counted((WARD, FIRST, "WATER", "reports", 2), (None, FIRST, "WATER", "reports", 3))

    city = ward_summary(session, CITY, FIRST, LAST)
    assert (city.total.reports, city.unplaced) == (5, 3)


def test_a_ward_where_nothing_happened_has_zeros(session):
    found = ward_summary(session, "2021/99", FIRST, LAST)

    assert (found.total, dict(found.by_category)) == (Figures(), {})


def test_categories_stand_apart_and_add_up(counted, session):
    counted((WARD, FIRST, "WATER", "reports", 2), (WARD, FIRST, "LEAK", "reports", 3), (WARD, FIRST, "LEAK", "open", 1))

    found = ward_summary(session, WARD, FIRST, LAST)
    assert dict(found.by_category) == {"WATER": Figures(reports=2), "LEAK": Figures(reports=3, open=1)}
    assert found.total == Figures(reports=5, open=1)


def test_what_is_not_public_keeps_its_place_in_the_total_but_loses_its_name(counted, session):
    counted(*((WARD, FIRST, category, "reports", 1) for category in ("WATER", "ILLEGAL", "NEIGHBOUR")))

    found = ward_summary(session, WARD, FIRST, LAST).published({"WATER"})
    assert (set(found.by_category), found.by_category[NOT_PUBLIC].reports) == ({"WATER", NOT_PUBLIC}, 2)
    assert found.total.reports == 3


def test_where_nothing_is_hidden_nothing_says_so(counted, session):
    counted((WARD, FIRST, "WATER", "reports", 1))

    assert set(ward_summary(session, WARD, FIRST, LAST).published({"WATER"}).by_category) == {"WATER"}


def test_many_wards_are_read_at_once_each_with_its_own_figures(counted, session):
    counted(
        (WARD, FIRST, "WATER", "reports", 2), (WARD, FIRST, "LEAK", "reports", 3), (OTHER_WARD, FIRST, "LEAK", "open")
    )

    assert ward_totals(session, [WARD, OTHER_WARD, "2021/3"], FIRST, LAST) == {
        WARD: Figures(reports=5),
        OTHER_WARD: Figures(open=1),
        "2021/3": Figures(),
    }


def test_days_say_what_happened_on_each(counted, session):
    counted((WARD, FIRST, "WATER", "reports", 2), (WARD, LAST, "LEAK", "reports", 1), (WARD, LAST, "LEAK", "open", 1))

    assert days(session, WARD, FIRST, LAST) == {FIRST: {"reports": 2}, LAST: {"reports": 1}}
