"""Likeness: a neighbour's case is offered, never assumed, and nothing that must stay private is shown."""

import datetime as dt
from dataclasses import replace

import pytest

from app.civic.likeness import OpenCase, alike, landmark_choices, showable

NOW = dt.datetime(2026, 11, 24, 9, tzinfo=dt.UTC)


def case(reference: str, landmark: str, days: int = 0) -> OpenCase:
    return OpenCase(reference, landmark, NOW - dt.timedelta(days=days))


def found(typed: str, *cases: OpenCase) -> list[str]:
    return [one.reference for one in alike(typed, cases, NOW)]


@pytest.mark.parametrize(
    ("typed", "landmark"),
    [
        ("vilakazi", "Vilakazi St"),
        ("Vilakzi str", "Vilakazi St"),
        ("12 Vilakazi street, near school", "Vilakazi St"),
        ("by the SPAR", "Spar mall"),
        ("moki", "Mooki St"),
        ("uncle tom hall", "Uncle Tom's Hall"),
        ("Tlhabanê clinic", "tlhabane Clinic"),
    ],
)
def test_the_same_landmark_is_known_however_it_is_typed(typed, landmark):
    assert found(typed, case("1", landmark)) == ["1"]


@pytest.mark.parametrize(
    ("typed", "landmark"),
    [
        ("mooki street", "Vilakazi Street"),
        ("near Mooki Street", "near Vilakazi Street"),
        ("street", "Vilakazi Street"),
        ("umgwaqo mooki", "umgwaqo Vilakazi"),
        ("Street 5", "Street 6"),
        ("spar", "Pick n Pay"),
        ("", "Vilakazi St"),
        ("...", "Vilakazi St"),
        ("the corner of", "the corner of"),
    ],
)
def test_another_landmark_is_not_offered(typed, landmark):
    assert found(typed, case("1", landmark)) == []


def test_two_at_most_are_offered_the_likest_first():
    cases = [case("1", "Vilakazi and Mooki"), case("2", "Vilakasi"), case("3", "Vilakazi"), case("4", "Clinic")]
    assert found("vilakazi", *cases) == ["1", "3"]
    assert found("clinik", *cases) == ["4"]


def test_of_two_as_like_the_fresh_one_comes_first():
    assert found("vilakazi", case("1", "Vilakazi", days=20), case("2", "Vilakazi St", days=1)) == ["2", "1"]


def test_age_hides_no_case_that_is_still_open():
    assert found("vilakazi", case("1", "Vilakazi", days=400)) == ["1"]


def test_what_is_not_public_or_has_no_words_to_show_is_never_offered():
    hidden = replace(case("1", "Vilakazi"), public=False)
    assert found("vilakazi", hidden, case("2", " ")) == []
    assert landmark_choices([hidden, case("2", "")]) == ()


def test_the_newest_landmarks_are_the_choices():
    cases = [case("1", "Mooki St", days=5), case("2", "Clinic", days=1), case("3", "Spar", days=2)]
    assert [one.reference for one in landmark_choices(cases)] == ["2", "3"]


def test_a_landmark_is_offered_once():
    cases = [case("1", "Vilakazi St", days=2), case("2", "vilakazi street", days=1), case("3", "Spar", days=9)]
    assert [one.reference for one in landmark_choices(cases)] == ["2", "3"]


@pytest.mark.parametrize("landmark", ["Mooki St", "Shop 24", "Kholwani Primary School", "Corner Main Rd"])
def test_neighbours_read_the_name_of_a_place(landmark):
    assert showable(f" {landmark} ") == landmark


@pytest.mark.parametrize(
    "landmark",
    ["Cllr Molefe is a thief", "Sipho Dlamini no 12 HIV pos", "call 082 123 4567", "Ring 073-555-0192 St", "thief", ""],
)
def test_neighbours_read_no_story_and_no_number(landmark):
    assert showable(landmark) == ""
