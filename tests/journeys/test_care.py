"""The shortest way for everybody: what is known is not asked; neighbours, moves and second homes are thought of."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.engine.state import Reply
from app.storage.tables import Report, Resident
from app.wiring import Services
from tests.phones import Phone, work
from tests.processes import rows


@pytest.fixture
def stranger(services: Services) -> Phone:
    return Phone(services, "+27821234567")


@pytest.fixture
def resident(stranger: Phone) -> Phone:
    """Somebody at home in Kholofelo."""
    stranger.dial("1", "1", "2", "KHOL", "1", "Vilakazi St")
    work(stranger.services)
    return stranger


def hops_of(phone: Phone, *typed: str) -> int:
    """How many hops a report takes that ends with the last input."""
    assert phone.dial(*typed).ends
    return len(typed) + 1


def months_later(services: Services, days: int) -> None:
    services.clock = replace(services.clock, ahead=services.clock.ahead + timedelta(days=days))


def homes(services: Services) -> tuple[str | None, str | None]:
    with services.database.begin() as session:
        resident = session.get_one(Resident, 1)
        return resident.place_key, resident.second_place_key


# -- the shortest way --------------------------------------------------------------------------------------------------


def test_the_first_dial_takes_seven_hops(stranger: Phone):
    """Dial, language, Report, what, first letters, which of the areas, near what."""
    assert hops_of(stranger, "1", "1", "2", "KHOL", "1", "Vilakazi St") == 7


def test_a_whole_name_needs_no_choice_of_areas(stranger: Phone):
    assert hops_of(stranger, "1", "1", "2", "ACACIA PARK", "Clinic") == 6


def test_a_returning_resident_takes_five_hops(resident: Phone):
    """Dial, Report, what, here, near what."""
    assert hops_of(resident, "1", "1", "1", "Mooki St") == 5


def test_a_long_code_saves_the_hops_that_it_says(resident: Phone):
    assert resident.dial_directly("1", "1", "1", "Mooki St").ends


# -- neighbours --------------------------------------------------------------------------------------------------------


def test_a_phone_is_not_asked_for_whom_before_it_said_that_it_reports_for_others(resident: Phone):
    assert resident.dial("1", "1").text.startswith("Where is it?")


def test_who_reports_for_others_is_asked_for_whom(resident: Phone):
    resident.dial("4", "6", "1")
    work(resident.services)

    assert resident.dial("1", "1").text == "For whom do you report?\n1. For me\n2. For a neighbour\n0. Back"
    assert resident.type("1").text.startswith("Where is it?\n1. Kholofelo")


def test_a_report_for_a_neighbour_moves_nobody_and_keeps_nothing_of_them(resident: Phone):
    resident.dial("4", "6", "1")
    work(resident.services)
    said = resident.dial("1", "1", "2", "ACACIA PARK", "Clinic")
    work(resident.services)

    assert said.text.startswith("Thanks. 100 001 5: No water, Acacia Park.")
    assert rows(resident.services, Report, "for_others") == 1
    assert homes(resident.services) == ("kholofelo", None)
    assert rows(resident.services, Resident) == 1


def test_a_first_report_for_a_neighbour_makes_no_home_of_their_area(services: Services, stranger: Phone):
    stranger.dial("1", "4", "6", "1")
    work(services)
    stranger.dial("1", "1", "2", "ACACIA PARK", "Clinic")
    work(services)

    assert homes(services) == (None, None)


# -- after half a year -------------------------------------------------------------------------------------------------

STILL = (
    "Do you still live in Kholofelo?\n1. Yes, it is there\n2. Yes, it is elsewhere\n3. I moved\n4. I have two places"
    "\n0. Back"
)


def test_before_half_a_year_the_home_is_not_asked_about(resident: Phone):
    months_later(resident.services, 179)

    assert resident.dial("1", "1").text.startswith("Where is it?")


def test_after_half_a_year_the_question_for_the_place_asks_whether_they_still_live_there(resident: Phone):
    months_later(resident.services, 181)

    assert resident.dial("1", "1") == Reply(STILL, ends=False)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        (("1", "Mooki St"), ("kholofelo", None)),
        (("2", "ACACIA PARK", "Clinic"), ("kholofelo", None)),
        (("3", "ACACIA PARK", "Clinic"), ("acacia-park", None)),
        (("4", "ACACIA PARK", "Clinic"), ("kholofelo", "acacia-park")),
    ],
    ids=["still there", "elsewhere", "moved", "two places"],
)
def test_what_they_say_is_kept_and_not_asked_again(resident: Phone, typed: tuple[str, ...], expected: object):
    months_later(resident.services, 181)
    assert resident.dial("1", "1", *typed).ends
    work(resident.services)

    assert homes(resident.services) == expected
    assert resident.dial("1", "1").text.startswith("Where is it?\n1. ")


def test_who_has_two_places_chooses_between_them(resident: Phone):
    months_later(resident.services, 181)
    resident.dial("1", "1", "4", "ACACIA PARK", "Clinic")
    work(resident.services)

    assert resident.dial("1", "1").text == (
        "Where is it?\n1. Kholofelo\n2. Acacia Park\n3. Another area\n4. I moved\n0. Back"
    )
    assert resident.type("2").text.startswith("Near what?")
    assert "No water, Acacia Park." in resident.type("Mooki St").text


def test_who_moves_to_their_second_place_has_one_home(resident: Phone):
    months_later(resident.services, 181)
    resident.dial("1", "1", "4", "ACACIA PARK", "Clinic")
    work(resident.services)
    resident.dial("1", "1", "4", "ACACIA PARK", "Clinic")
    work(resident.services)

    assert homes(resident.services) == ("acacia-park", None)
