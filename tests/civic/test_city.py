import datetime as dt
from pathlib import Path

import pytest
from pydantic import ValidationError

from app.civic import pack
from app.civic.city import Delimitation, Place, Span, Ward, slug

DAY = dt.date(2026, 3, 2)


@pytest.fixture(scope="module")
def demo():
    return pack.read(Path(__file__).parents[2] / "demo")


@pytest.fixture
def redrawn(demo):
    """The demo city after a redraw: ward 1 moves onto the place that had two wards before."""
    drawings = (
        Delimitation(code="2021", name="Old", valid_from=dt.date(2021, 11, 1), valid_to=dt.date(2026, 11, 4)),
        Delimitation(code="2026", name="New", valid_from=dt.date(2026, 11, 4)),
    )
    ward = Ward(key="2026/1", delimitation="2026", number=1, code="1", name="Ward 1")
    place = Place(key="lakeview", name="Lakeview", wards=("2021/5", "2021/16", "2026/1"))
    return demo.but(delimitations=drawings, wards=(*demo.wards, ward), places=(place,))


def test_a_fact_does_not_change(demo):
    with pytest.raises(ValidationError, match="frozen"):
        demo.name = "Elsewhere"


def test_a_place_in_one_ward_has_that_ward(demo):
    assert demo.ward_of("silverleaf", DAY) == "2021/9"


def test_a_place_in_several_wards_has_none(demo):
    assert demo.ward_of("lakeview", DAY) is None
    assert demo.wards_of("lakeview", DAY) == ("2021/5", "2021/16")


def test_an_unknown_place_has_no_ward(demo):
    assert demo.ward_of("atlantis", DAY) is None


@pytest.mark.parametrize(
    ("day", "ward"),
    [(dt.date(2021, 10, 31), None), (dt.date(2026, 11, 3), None), (dt.date(2026, 11, 4), "2026/1")],
)
def test_the_ward_of_a_place_follows_the_boundaries_of_the_day(redrawn, day, ward):
    assert redrawn.ward_of("lakeview", day) == ward


def test_old_wards_are_kept_but_not_in_force(redrawn):
    assert [ward.key for ward in redrawn.wards_in_force(dt.date(2026, 11, 4))] == ["2026/1"]
    assert len(redrawn.wards_in_force(dt.date(2026, 11, 3))) == 24
    assert redrawn.ward("2021/1") is not None


def test_a_number_means_the_ward_of_the_day(redrawn):
    assert redrawn.ward_numbered(1, dt.date(2026, 11, 3)).key == "2021/1"
    assert redrawn.ward_numbered(1, dt.date(2026, 11, 4)).key == "2026/1"
    assert redrawn.ward_numbered(7, dt.date(2026, 11, 4)) is None


def test_before_the_first_boundaries_there_are_no_wards(demo):
    assert demo.wards_in_force(dt.date(1994, 4, 27)) == ()


@pytest.mark.parametrize(
    ("category", "place", "owner"),
    [
        ("WATER", "kholwani", "water"),
        ("WATER", None, "water"),
        ("POWER", "thusong", "kopano"),
        ("POWER", "kholwani", "power"),
        ("RUBBISH", "yellowwood-estate", "estate"),
        ("SOMETHING", "kholwani", "desk"),
        ("OTHER", None, "desk"),
    ],
)
def test_the_owner_follows_from_category_and_place(demo, category, place, owner):
    assert demo.owner_of(category, place).code == owner


def test_a_utility_outside_the_city_is_not_ours(demo):
    assert not demo.owner_of("POWER", "umnini").ours


def test_a_city_without_any_rule_says_who_is_missing(demo):
    with pytest.raises(LookupError, match="nobody owns WATER in thusong"):
        demo.but(owner_rules=()).owner_of("WATER", "thusong")


def test_a_category_without_a_standard_has_that_of_its_parent(demo):
    assert demo.standard_of("SOMETHING") == demo.standard_of("OTHER")
    assert demo.standard_of("UNKNOWN") is None


def test_the_first_menu_is_in_the_order_of_the_pack(demo):
    assert [one.code for one in demo.menu()] == ["WATER", "LEAK", "SEWAGE", "POWER", "RUBBISH", "OTHER"]


def test_danger_stands_first_behind_other(demo):
    codes = [one.code for one in demo.menu("OTHER")]

    assert codes[0] == "DANGER"
    assert {"ROADS", "NEIGHBOUR", "ILLEGAL", "SOMETHING", "BRIBE"} <= set(codes)


def test_what_lies_behind_a_line_is_its_menu_label_only(demo):
    other = demo.category("OTHER")

    assert other.menu_label("af", "en") == "Ander, gevaar"
    assert other.label("af", "en") == "Iets anders"
    assert demo.category("LEAK").menu_label("af", "en") == "Waterlek"


def test_a_language_without_labels_gets_the_citys_own(demo):
    assert demo.category("LEAK").label("am", "en") == "Water leak"


def test_quarrels_and_theft_are_not_public(demo):
    assert [one.code for one in demo.categories if not one.public] == ["DANGER", "ILLEGAL", "NEIGHBOUR", "BRIBE"]


def test_a_ward_without_councillor_has_none(demo):
    assert demo.councillor_of("2021/19") is None
    assert demo.councillor_of("2021/18").language == "zu"


def test_an_election_is_a_span_of_whole_days(demo):
    city = demo.but(elections=(Span(first=dt.date(2026, 9, 1), last=dt.date(2026, 11, 4)),))

    assert [city.election_holds(dt.date(2026, *day)) for day in ((8, 31), (9, 1), (11, 4), (11, 5))] == [
        False,
        True,
        True,
        False,
    ]


@pytest.mark.parametrize(
    ("name", "key"),
    [("Orlando West", "orlando-west"), ("Lenasia Ext. 10", "lenasia-ext-10"), ("N'dabeni – Süd", "ndabeni-sud")],
)
def test_a_key_is_made_of_a_name(name, key):
    assert slug(name) == key
