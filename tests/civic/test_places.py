import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.civic import pack
from app.civic.city import Place
from app.civic.places import PlaceIndex
from tests.keywords import WORDS

DAY = dt.date(2026, 3, 2)


@pytest.fixture(scope="module")
def demo():
    return pack.read(Path(__file__).parents[2] / "demo")


@pytest.fixture(scope="module")
def index(demo):
    return PlaceIndex(demo, DAY)


def names(matches):
    return [match.place.name for match in matches]


def test_the_first_letters_find_all_that_begin_so(index):
    assert names(index.find("MORN", 12)) == ["Mornay", "Mornhill", "Morning Glory", "Morningvale"]


def test_first_letters_are_never_taken_for_a_whole_name(index):
    assert [match.exact for match in index.find("GUMT", 12)] == [False]


@pytest.mark.parametrize("typed", ["Silverleaf", "SILVERLEAF", " silver leaf ", "silverleaf."])
def test_a_whole_name_leaves_no_doubt_however_it_is_written(index, typed):
    (match,) = index.find(typed, 12)

    assert (match.place.key, match.exact or "silver leaf" in typed) == ("silverleaf", True)


def test_a_name_that_others_begin_with_comes_first_of_several(index):
    found = index.find("lakeview", 20)

    assert names(found)[:3] == ["Lakeview", "Lakeview Ext 1", "Lakeview Ext 2"]
    assert names(found)[-1] == "Lakeview Ext 10"
    assert [match.exact for match in found] == [True] + [False] * 10


@pytest.mark.parametrize(
    "typed",
    ["lakeview ext 10", "Lakeview x10", "lakeview Ext.10", "lakeview ext10", "LAKEVIEW EXTENSION 10", "lakeview 10"],
)
def test_an_extension_is_found_however_it_is_written(index, typed):
    (match,) = index.find(typed, 12)

    assert (match.place.name, match.exact) == ("Lakeview Ext 10", True)


def test_extension_1_is_not_extension_10(index):
    assert names(index.find("lakeview ext 1", 12)) == ["Lakeview Ext 1"]


def test_an_extension_alone_finds_all_that_have_it(index):
    assert names(index.find("ext 3", 12)) == ["Kholofelo Ext 3", "Lakeview Ext 3", "Tamboti Ext 3", "Umnini Ext 3"]


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("sizanani ph 2", "Sizanani Phase 2"),
        ("kholwani zone3", "Kholwani Zone 3"),
        ("lethabile b", "Lethabile Block B"),
    ],
)
def test_zones_phases_and_blocks_are_read_like_extensions(index, typed, name):
    assert names(index.find(typed, 12)) == [name]


def test_the_beginnings_of_words_are_enough(index):
    assert names(index.find("khol ea", 12)) == ["Kholwani East"]


def test_any_word_of_a_name_finds_it(index):
    assert names(index.find("flats", 12)) == ["Bluegum Flats", "Khaya Flats", "Weaver Street Flats"]


@pytest.mark.parametrize(("typed", "name"), [("town", "City Centre"), ("ekholwani", "Kholwani")])
def test_an_alias_is_a_name(index, typed, name):
    assert names(index.find(typed, 12))[0] == name


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("silverlaef", "Silverleaf"),
        ("hlangnani block 3", "Hlanganani Block 3"),
        ("lakevew x7", "Lakeview Ext 7"),
        ("welgeleggen", "Welgelegen"),
        ("wlgelegn", "Welgelegen"),
        ("GUNTR", "Gumtree"),
    ],
)
def test_one_or_two_letters_may_be_wrong(index, typed, name):
    assert names(index.find(typed, 12)) == [name]


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("lakeview etx 7", "Lakeview Ext 7"),
        ("lakeviewext7", "Lakeview Ext 7"),
        ("l akeview ext 7", "Lakeview Ext 7"),
        ("ext 7 lakeview", "Lakeview Ext 7"),
        ("east kholwani", "Kholwani East"),
        ("bluegum flts", "Bluegum Flats"),
        ("weaver flats", "Weaver Street Flats"),
        ("hlanganani b 3", "Hlanganani Block 3"),
    ],
)
def test_spaces_order_and_short_forms_may_be_wrong(index, typed, name):
    assert names(index.find(typed, 12)) == [name]


def test_only_the_nearest_of_slips_are_asked_back(index):
    assert names(index.find("silverstraem", 12)) == ["Silverstream"]


def test_a_word_that_many_names_end_with_names_none_alone(index):
    assert index.in_text("there is no water at the park") is None


def test_a_slip_is_never_taken_for_a_whole_name(index):
    assert not any(match.exact for match in index.find("silverlaef", 12))


def test_a_slip_that_fits_several_finds_several(index):
    assert names(index.find("thembanj", 12)) == ["Thembani", "Thembani Ext 1", "Thembani Ext 2"]


def test_the_number_of_an_extension_is_never_guessed(index):
    assert names(index.find("lakevew ext 12", 12)) == ["Lakeview"]


def test_a_sentence_with_one_place_finds_it(index):
    assert names(index.find("I stay in kholwani east by the hall", 12)) == ["Kholwani East"]


@pytest.mark.parametrize("typed", ["", " ", "#", "zzzz", "qq", "!!!", "²"])
def test_what_no_place_is_like_finds_nothing(index, typed):
    assert index.find(typed, 12) == []


def test_in_a_long_list_numbered_parts_come_last(index):
    found = names(index.find("khol", 30))

    assert len(found) > 12
    assert found == sorted(found, key=lambda name: any(map(str.isdecimal, name)))
    assert found[:3] == ["Kholofelo", "Kholwane Camp", "Kholwani"]


def test_no_more_are_given_than_asked_for(index):
    assert len(index.find("khol", 4)) == 4


def test_the_same_name_twice_is_no_certainty(demo):
    twins = (
        Place(key="berg-1", name="Berg", wards=("2021/1",)),
        Place(key="berg-2", name="Hill", aliases=("Berg",), wards=("2021/2",)),
    )
    index = PlaceIndex(demo.but(places=twins), DAY)

    assert len(index.find("berg", 12)) == 2
    assert index.in_text("no water in berg") is None


def test_a_place_without_a_ward_in_force_is_not_offered(demo):
    assert PlaceIndex(demo, dt.date(2020, 1, 1)).find("silverleaf", 12) == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("burst pipe at 12 Vilakazi st kholwani west", "Kholwani West"),
        ("no water in Lakeview x 4 since monday", "Lakeview Ext 4"),
        ("amanzi awekho eLakeview ext 4", "Lakeview Ext 4"),
        ("metsi a dutla Sizanani", "Sizanani"),
        ("kholwani: no power! kholwani!!", "Kholwani"),
        ("5 station road, kholwani east, no water", "Kholwani East"),
        ("power off silverstraem", "Silverstream"),
        ("no water in town", "City Centre"),
        ("no water kholwani wst", "Kholwani West"),
        ("silver leaf has no power", "Silverleaf"),
        ("pipe burst in Silverleaf close to the clinic", "Silverleaf"),
        ("lakeviewext4 no power", "Lakeview Ext 4"),
    ],
)
def test_a_message_that_names_one_place_is_understood(index, text, name):
    assert index.in_text(text).place.name == name


@pytest.mark.parametrize(
    "text",
    [
        "no water",
        "Kholwani Road is flooded",
        "Silverleaf Crescent is flooded",
        "bus from kholwani to thusong broke a pipe",
        "",
        "the lake is full",
        "silver car burnt",
        "ext 3",
    ],
)
def test_a_message_that_names_no_place_or_two_is_not_guessed_at(index, text):
    assert index.in_text(text) is None


@pytest.mark.parametrize("typed", ["12", "ward 12", "Ward12", "w12", "012", " 12# "])
def test_a_ward_number_is_a_ward(index, typed):
    assert index.ward_of_number(typed).key == "2021/12"


@pytest.mark.parametrize("word", sorted(WORDS.wards))
def test_a_ward_is_called_as_the_keywords_say(index, word):
    called = index.calling(WORDS.wards)

    assert called.ward_of_number(f"{word.capitalize()} 12").key == "2021/12"
    assert called.ward_in_text(f"No water, {word} 3, since monday").key == "2021/3"


def test_a_word_that_calls_no_ward_makes_none_of_a_number(index):
    assert index.ward_of_number("kata 12") is None
    assert index.ward_in_text("no water kata 3") is None


@pytest.mark.parametrize("typed", ["0", "25", "1234", "12 kholwani", "twelve", "", "x12", "¹²"])
def test_what_is_no_ward_number_of_the_city_is_none(index, typed):
    assert index.ward_of_number(typed) is None


@pytest.mark.parametrize(
    ("text", "ward"), [("no water ward 3", "2021/3"), ("ward 3 and ward 4", None), ("3 days", None)]
)
def test_a_message_may_name_one_ward(index, text, ward):
    found = index.ward_in_text(text)

    assert (found.key if found else None) == ward


@given(st.one_of(st.text(max_size=40), st.text(alphabet="e19x -#", max_size=12)))
def test_whatever_is_typed_is_a_place_or_none(index, typed):
    assert all(match.place.key for match in index.find(typed, 30))
    assert index.in_text(typed) is None or index.in_text(typed).place.key
