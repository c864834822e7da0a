import datetime as dt
from pathlib import Path

import pytest

from app.civic import pack
from app.civic.city import Category, City, Delimitation, Owner, Place, Ward
from app.civic.redraw import merge

BEFORE, AFTER = dt.date(2026, 11, 3), dt.date(2026, 11, 4)


@pytest.fixture(scope="module")
def old():
    return pack.read(Path(__file__).parents[2] / "demo")


@pytest.fixture(scope="module")
def new(old):
    """The city of a later pack: new boundaries, ward 7 elsewhere, one area gone, one new."""
    places = [
        place.model_copy(update={"wards": ("2026/7",) if place.key == "silverleaf" else ("2026/8",)})
        for place in old.places
        if place.key != "thusong"
    ]
    return old.but(
        delimitations=(Delimitation(code="2026", name="Wards of 2026", valid_from=AFTER),),
        wards=tuple(
            Ward(key=f"2026/{n}", delimitation="2026", number=n, code=str(n), name=f"Ward {n}") for n in range(1, 26)
        ),
        places=(*places, Place(key="newtown", name="Newtown", wards=("2026/1",))),
        councillors=(),
        categories=tuple(one for one in old.categories if one.code != "LIGHTS"),
        owners=tuple(one for one in old.owners if one.code != "kopano"),
        owner_rules=tuple(rule for rule in old.owner_rules if rule.owner != "kopano"),
    )


@pytest.fixture(scope="module")
def merged(old, new):
    return merge(old, new)


def test_older_boundaries_hold_until_the_next_begin(merged):
    assert [(one.code, one.valid_to) for one in merged.delimitations] == [("2021", AFTER), ("2026", None)]
    assert len(merged.wards_in_force(BEFORE)) == 24
    assert len(merged.wards_in_force(AFTER)) == 25


def test_a_place_keeps_its_key_and_changes_its_ward(merged):
    assert merged.ward_of("silverleaf", BEFORE) == "2021/9"
    assert merged.ward_of("silverleaf", AFTER) == "2026/7"


def test_a_place_that_is_gone_keeps_its_name_and_old_ward(merged):
    assert merged.place("thusong").name == "Thusong"
    assert merged.ward_of("thusong", BEFORE) == "2021/18"
    assert merged.ward_of("thusong", AFTER) is None


def test_a_category_that_is_gone_is_known_and_offered_no_more(merged):
    assert merged.category("LIGHTS").label("zu", "en") == "Isibani somgwaqo"
    assert "LIGHTS" not in [one.code for one in merged.menu("OTHER")]


def test_an_owner_that_is_gone_is_known(merged):
    assert merged.owner("kopano") == Owner(code="kopano", name="Kopano Grid", phone="080 000 0030", ours=False)
    assert merged.owner_of("POWER", "thusong").code == "power"


def test_loading_the_same_pack_again_changes_nothing(old, new, merged):
    assert merge(old, old) == old
    assert merge(merged, new) == merged


def test_a_corrected_pack_replaces_its_own_boundaries(old):
    ward = old.ward("2021/1").model_copy(update={"name": "Heart"})
    city = merge(old, old.but(wards=(ward, *old.wards[1:])))

    assert city.ward("2021/1").name == "Heart"
    assert len(city.wards) == 24


def test_a_third_redraw_keeps_both_before(merged, new):
    later = new.but(
        delimitations=(Delimitation(code="2031", name="Wards of 2031", valid_from=dt.date(2031, 11, 1)),),
        wards=(Ward(key="2031/1", delimitation="2031", number=1, code="1", name="Ward 1"),),
        places=(Place(key="silverleaf", name="Silverleaf", wards=("2031/1",)),),
    )

    city = merge(merged, later)

    assert city.place("silverleaf").wards == ("2021/9", "2026/7", "2031/1")
    assert [one.valid_to for one in city.delimitations] == [AFTER, dt.date(2031, 11, 1), None]


def test_boundaries_older_than_those_loaded_are_refused(old, new):
    with pytest.raises(ValueError, match="2021 would hold on the same days as 2026"):
        merge(new, old)


def test_a_merged_city_survives_its_journey_as_json(merged):
    assert City.model_validate_json(merged.model_dump_json()) == merged


def test_a_label_is_found_even_if_the_city_changed_its_language():
    category = Category(code="OLD", labels={"af": "Iets"})

    assert category.label("zu", "en") == "Iets"
