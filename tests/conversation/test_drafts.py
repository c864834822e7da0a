"""Calls that break off: offered again for ten minutes, then filed once, as far as known."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.conversation.drafts import Line, finish_dropped
from app.engine.state import Reply
from app.storage.tables import Inbox
from app.wiring import Services
from tests.phones import Phone, work
from tests.processes import rows
from tests.staff import status_of

REPORT = ("1", "1", "2", "KHOL", "1", "Vilakazi St")
OFFER = "Your call broke off: Water leak.\n1. Go on\n2. Start new\n3. Delete it"


def letters(services: Services) -> int:
    return rows(services, Inbox, "source = 'ussd'")


def pass_minutes(services: Services, minutes: float) -> None:
    """Time goes on, and the clock does what is due."""
    services.clock = replace(services.clock, ahead=services.clock.ahead + timedelta(minutes=minutes))
    for key, held in services.sessions.dropped(services.clock.now().timestamp(), 10):
        finish_dropped(services, key, held)
    work(services)


# -- go on, start new, delete ------------------------------------------------------------------------------------------


def test_who_dials_again_is_offered_what_was_said(resident: Phone):
    resident.dial("1", "1", "2")

    assert resident.dial().text == OFFER


def test_the_offer_names_the_place_where_that_was_said_too(resident: Phone):
    resident.dial("1", "1", "2", "KHOL", "1")

    assert resident.dial().text.startswith("Your call broke off: Water leak, Kholofelo.")


def test_the_offer_speaks_the_language_of_the_call(resident: Phone):
    resident.dial("5", "1", "2")

    assert resident.dial().text != OFFER
    assert resident.type("1").text.startswith("Waar?")


def test_going_on_shows_the_screen_where_it_broke_off(resident: Phone):
    broke_off = resident.dial("1", "1", "2", "KHOL")
    resident.dial()

    assert resident.type("1") == broke_off


def test_a_phone_that_drops_three_times_makes_one_complete_report(resident: Phone):
    resident.dial("1", "1", "2")
    for said in ("KHOL", "1"):
        resident.dial("1")
        resident.type(said)
    resident.dial("1")
    said = resident.type("Vilakazi St")
    pass_minutes(resident.services, 30)

    assert said.text.startswith("Thanks. 100 000 2: Water leak, Kholofelo.")
    assert letters(resident.services) == 1
    assert len(resident.inbox()) == 1
    assert "Kholofelo" in resident.inbox()[0]


def test_back_leads_through_what_was_said_before_the_call_broke_off(resident: Phone):
    resident.dial("1", "1", "2", "KHOL", "1")
    resident.dial("1", "0", "0")

    assert resident.hop().text.startswith("Where?")


def test_a_new_start_leaves_the_old_report_to_be_filed_as_it_is(resident: Phone):
    resident.dial("1", "1", "2", "KHOL", "1")
    said = resident.dial("2", "1", "1", "ACAC", "1", "Clinic").text
    pass_minutes(resident.services, 0.1)

    assert said.startswith("Thanks. 100 000 2: No water, Acacia Park.")
    assert letters(resident.services) == 2
    assert status_of(resident.services, "1000015") == "received"


def test_what_was_deleted_is_gone(resident: Phone):
    resident.dial("1", "1", "2", "KHOL", "1")

    assert resident.dial("3").text.startswith("Deleted. Nothing of it is sent.")
    pass_minutes(resident.services, 30)
    assert letters(resident.services) == 0
    assert resident.dial().text.startswith("Izwi")


def test_nothing_is_offered_where_nothing_was_said(resident: Phone):
    resident.dial("1", "1")

    assert resident.dial().text.startswith("Izwi. No name, no ID.")


def test_an_offer_that_breaks_off_is_made_again(resident: Phone):
    resident.dial("1", "1", "2")
    resident.dial()

    assert resident.dial().text == OFFER


def test_a_finished_report_is_not_offered(resident: Phone):
    resident.dial(*REPORT)

    assert "broke off" not in resident.dial().text


def test_another_number_is_offered_nothing(services: Services, resident: Phone):
    resident.dial("1", "1", "2")

    assert "broke off" not in Phone(services, "+27821234568").dial().text


def test_a_long_code_goes_where_it_says(resident: Phone):
    resident.dial("1", "1", "2")

    assert resident.dial_directly("1").text.startswith("What is wrong?")


# -- nothing of danger and bribes --------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ["1", "7"])
def test_nothing_of_a_danger_or_bribe_screen_is_kept_or_offered(resident: Phone, ending: str):
    shown = resident.dial("1", "1", "6", ending)
    assert shown.ends, shown.text
    kept = resident.services.redis.keys("ussd:*")

    assert "broke off" not in resident.dial().text
    assert (kept, letters(resident.services)) == ([], 0)


def test_danger_after_going_on_leaves_nothing_of_the_report_either(resident: Phone):
    resident.dial("1", "1", "6", "2")
    resident.dial("1", "0", "1")
    assert resident.hop().ends, resident.hop().text
    pass_minutes(resident.services, 30)

    assert letters(resident.services) == 0


# -- after ten minutes -------------------------------------------------------------------------------------------------


def test_for_ten_minutes_nothing_is_filed(resident: Phone):
    resident.dial("1", "1", "2")
    pass_minutes(resident.services, 9.9)

    assert letters(resident.services) == 0
    assert resident.dial().text == OFFER


def test_then_the_report_is_filed_as_far_as_known_and_one_text_asks_what_is_missing(resident: Phone):
    resident.dial("1", "1", "2")
    for _ in range(3):
        pass_minutes(resident.services, 10.1)

    assert status_of(resident.services, "1000002") == "received"
    assert resident.inbox() == [
        "Izwi 100 000 2: Water leak received. Where is it? Reply with your area or ward number."
    ]


def test_the_answer_to_that_text_completes_the_report(resident: Phone):
    resident.dial("1", "1", "2")
    pass_minutes(resident.services, 10.1)
    resident.write("Kholofelo")

    assert "Water leak, Kholofelo" in resident.inbox()[-1]
    assert rows(resident.services, Inbox, "source = 'ussd'") == 1


def test_what_was_filed_is_not_offered_any_more(resident: Phone):
    resident.dial("1", "1", "2")
    pass_minutes(resident.services, 10.1)

    assert "broke off" not in resident.dial().text


def test_who_goes_on_in_the_old_call_after_that_is_told_so(resident: Phone):
    resident.dial("1", "1", "2")
    pass_minutes(resident.services, 10.1)

    assert resident.type("KHOL") == Reply("Your call broke off. We kept what you told us and text you.", ends=True)
    assert letters(resident.services) == 1


def test_a_call_that_went_on_counts_its_ten_minutes_anew(resident: Phone):
    resident.dial("1", "1", "2")
    pass_minutes(resident.services, 9)
    resident.dial("1")
    pass_minutes(resident.services, 9)

    assert letters(resident.services) == 0
    assert resident.dial().text == OFFER


def test_a_number_that_breaks_off_again_and_again_files_one_report(resident: Phone):
    resident.dial("1", "1", "2", "KHOL", "1")
    for _ in range(3):
        resident.dial("1")
    resident.dial()
    pass_minutes(resident.services, 10.1)
    pass_minutes(resident.services, 10.1)

    assert letters(resident.services) == 1


def test_a_report_by_a_long_code_gives_up_every_draft_before_it(resident: Phone):
    resident.dial("1", "1", "2", "KHOL", "1")
    resident.dial_directly("1", "2")
    resident.dial_directly("1", "2", "KHOL", "1", "Vilakazi St", "1")
    pass_minutes(resident.services, 30)

    assert letters(resident.services) == 1


def test_a_draft_is_filed_although_its_owner_dialled_for_something_else(resident: Phone):
    resident.dial("1", "1", "2", "KHOL", "1")
    resident.dial_directly("3")
    pass_minutes(resident.services, 10.1)
    pass_minutes(resident.services, 10.1)

    assert status_of(resident.services, "1000002") == "received"


def test_the_clock_and_the_resident_in_the_same_moment_file_one_report(services: Services, resident: Phone):
    """The clock read that the time was up; before it wrote, the resident went on and finished."""
    resident.dial("1", "1", "2", "KHOL", "1")
    due = services.sessions.dropped(services.clock.now().timestamp() + 3600, 10)
    resident.dial("1")
    resident.type("Vilakazi St")
    for key, held in due:
        finish_dropped(services, key, held)
    work(services)

    assert letters(services) == 1


def test_the_clock_just_before_the_resident_files_one_report(services: Services, resident: Phone):
    resident.dial("1", "1", "2", "KHOL", "1")
    resident.dial()
    for key, held in services.sessions.dropped(services.clock.now().timestamp() + 3600, 10):
        if held.state["state"]["at"] == "report.landmark":
            finish_dropped(services, key, held)
    resident.type("1")
    said = resident.type("Vilakazi St")
    work(services)

    assert letters(services) == 1
    assert said.text.startswith("Thanks. 100 000 2: Water leak, Kholofelo.")
    assert status_of(services, "1000002") == "received"


def test_a_menu_whose_keys_were_renamed_deletes_nothing(services: Services, resident: Phone):
    line = Line("session-2", "session-1", ("key",))

    assert line.settled("fresh", goes_on=False).drops == ()
    assert line.settled("delete", goes_on=False).drops == ("key",)
