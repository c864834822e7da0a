import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from app.civic import cases, pack
from app.civic.cases import By, Status
from app.civic.landmarks import Landmark, Landmarks, confirms, learnable
from app.civic.places import PlaceIndex

DAY = dt.date(2026, 3, 2)
MOOKI = Landmark("kholofelo", "mooki street", "Mooki St", "2021/3", 3)
MALL = Landmark("kholwani", "kholo mall", "Kholo Mall", "2021/11", 1)


@pytest.fixture(scope="module")
def names():
    return PlaceIndex(pack.read(Path(__file__).parents[2] / "demo"), DAY)


def knowing(names, *landmarks):
    return names.knowing(Landmarks(landmarks))


def church_street(**cases):
    return [Landmark(place, "church street", "Church St", None, count) for place, count in cases.items()]


def found(index, typed):
    return [match.place.key for match in index.find(typed, 12)]


# -- what is learnt ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "name"),
    [("Mooki St", "Mooki St"), ("near Kholo mall", "Kholo mall"), ("12 Mooki street", "Mooki street")],
)
def test_a_street_or_a_mall_is_learnt_without_its_house_number(typed, name):
    assert learnable(typed, "kholofelo", None).name == name


@pytest.mark.parametrize(
    "typed",
    ["", "school", "12", "the man next door beats his wife", "call me 0821234567 Mooki St", "Thandi's place", "St"],
)
def test_a_story_a_number_or_a_word_alone_is_not_learnt(typed):
    assert learnable(typed, "kholofelo", None) is None


@pytest.mark.parametrize(
    "typed", ["Mooki St", "mooki street", "MOOKI STR", "12 Mooki st", "near mooki street", "oorkant Mooki st"]
)
def test_a_landmark_is_one_however_it_is_written(typed):
    assert learnable(typed, "kholofelo", None).words == "mooki street"


@pytest.mark.parametrize(
    ("source", "to", "teaches"),
    [
        (Status.RECEIVED, Status.ACKNOWLEDGED, True),
        (Status.RECEIVED, Status.IN_PROGRESS, True),
        (Status.RECEIVED, Status.FIXED, True),
        (Status.ACKNOWLEDGED, Status.IN_PROGRESS, False),
        (Status.IN_PROGRESS, Status.FIXED, False),
        (Status.FIXED, Status.ACKNOWLEDGED, False),
    ],
)
def test_a_case_teaches_once_when_staff_take_it_on(source, to, teaches):
    assert confirms(cases.move(source, to, by=By.STAFF, today=DAY), [Status.RECEIVED]) is teaches


@pytest.mark.parametrize(("been", "teaches"), [([], True), ([Status.ACKNOWLEDGED], False)])
def test_a_case_that_was_declined_teaches_once_when_it_is_taken_on_after_all(been, teaches):
    reopened = cases.move(Status.DECLINED, Status.ACKNOWLEDGED, by=By.STAFF, today=DAY, note="there is a leak")

    assert confirms(reopened, [Status.RECEIVED, *been, Status.DECLINED]) is teaches


@pytest.mark.parametrize(
    ("to", "by", "note"),
    [(Status.CLOSED, By.RESIDENT, ""), (Status.DECLINED, By.STAFF, "no fault"), (Status.MERGED, By.STAFF, "1000002")],
)
def test_what_is_taken_back_declined_or_merged_teaches_nothing(to, by, note):
    assert not confirms(cases.move(Status.RECEIVED, to, by=by, today=DAY, note=note), [Status.RECEIVED])


# -- what it is used for -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["Mooki St", "mooki street", "moki st", "by the tap in Mooki st"])
def test_a_landmark_typed_for_an_area_offers_its_place(names, typed):
    assert found(knowing(names, MOOKI), typed) == ["kholofelo"]
    assert found(names, typed) == []


def test_a_landmark_is_always_asked_back(names):
    assert [match.exact for match in knowing(names, MOOKI).find("Mooki St", 12)] == [False]


def test_the_name_of_an_area_is_never_read_as_a_landmark(names):
    index = knowing(names, Landmark("thembani", "kholwani east", "Kholwani East", None, 9))

    assert found(index, "kholwani east") == found(names, "kholwani east")


def test_a_landmark_of_several_places_is_offered_only_where_it_was_named_twice(names):
    streets = [
        Landmark(place, "church street", "Church St", None, n) for place, n in (("kholofelo", 2), ("thembani", 1))
    ]

    assert found(knowing(names, *streets), "Church St") == ["kholofelo"]


def test_the_place_where_a_landmark_was_named_most_is_offered_first(names):
    streets = [
        Landmark(place, "church street", "Church St", None, n) for place, n in (("kholofelo", 2), ("thembani", 5))
    ]

    assert found(knowing(names, *streets), "Church St") == ["thembani", "kholofelo"]


def test_a_message_is_placed_by_a_landmark_that_three_cases_named(names):
    match = knowing(names, MOOKI).in_text("burst pipe at 12 Mooki st since monday")

    assert (match.place.key, match.exact) == ("kholofelo", False)


@pytest.mark.parametrize(
    "landmarks",
    [
        [MALL],
        [Landmark("kholwani", "kholo mall", "Kholo Mall", None, 2)],
        [Landmark(place, "kholo mall", "Kholo Mall", None, 5) for place in ("kholwani", "kholofelo")],
    ],
)
def test_a_message_is_not_placed_by_a_landmark_that_leaves_doubt(names, landmarks):
    assert knowing(names, *landmarks).in_text("no water at kholo mall") is None


def test_a_place_named_beside_a_landmark_is_the_place(names):
    assert knowing(names, MOOKI).in_text("no water mooki st silverleaf").place.key == "silverleaf"


def test_a_landmark_settles_the_ward_of_an_area_in_several(names):
    index = knowing(names, replace(MALL, cases=2))

    assert index.ward_of_landmark("kholwani", "near Kholo mall") == "2021/11"


def test_the_word_of_one_case_alone_settles_no_ward(names):
    assert knowing(names, MALL).ward_of_landmark("kholwani", "Kholo mall") is None


@pytest.mark.parametrize(("place", "typed"), [("kholwani", "Mooki St"), ("kholofelo", "Kholo Mall"), ("kholwani", "")])
def test_a_landmark_of_another_place_settles_no_ward(names, place, typed):
    assert knowing(names, MALL, MOOKI).ward_of_landmark(place, typed) is None


def test_a_ward_that_was_redrawn_is_settled_by_no_landmark(names):
    old = Landmark("kholwani", "kholo mall", "Kholo Mall", "2016/11", 5)

    assert knowing(names, old).ward_of_landmark("kholwani", "Kholo Mall") is None


def test_what_only_a_landmark_or_a_guess_explains_may_be_read_otherwise_by_another_process(names):
    index = knowing(names, MOOKI)

    assert [index.reads_alike(typed) for typed in ("khol", "12", "silver leaf", "Mooki St", "silverlaef", "")] == [
        True,
        True,
        True,
        False,
        False,
        False,
    ]


def test_landmarks_that_come_to_be_known_leave_the_old_index_as_it_was(names):
    knowing(names, MOOKI)

    assert found(names, "Mooki St") == []
