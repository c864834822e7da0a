"""Long codes: `*120*4932*1*2#` goes straight into the menu, and is told apart from a session that was lost."""

import pytest
from redis import Redis

from app.storage.sessions import Sessions
from app.wiring import Services
from tests.phones import Phone, work
from tests.staff import status_of

REPORT = ("1", "1", "2", "KHOL", "1", "Vilakazi St")
LANGUAGES = "Almost done. Which language do you read best?\n1. English"


@pytest.fixture
def stranger(services: Services) -> Phone:
    return Phone(services, "+27821234567")


@pytest.fixture
def resident(services: Services) -> Phone:
    phone = Phone(services, "+27821234568")
    phone.dial(*REPORT)
    work(services)
    return phone


def another_process(services: Services) -> None:
    """The next hop is answered by a process that never saw this session."""
    services.sessions = Sessions(services.redis, services.vault, met="another mark")


def test_a_long_code_puts_the_language_off_until_the_end(stranger: Phone):
    assert stranger.dial_directly("1", "2").text.startswith("Where?")
    assert [stranger.type(one).text.split("\n")[0] for one in ("KHOL", "1", "Clinic")] == [
        "Which one?",
        "Near what?",
        "Almost done. Which language do you read best?",
    ]
    assert stranger.type("5").text.startswith("Dankie.")


def test_the_language_chosen_at_the_end_is_kept(stranger: Phone):
    stranger.dial_directly("1", "2", "KHOL", "1", "Clinic", "5")
    work(stranger.services)

    assert stranger.inbox()[0].startswith("Izwi 100 000 2: Waterlek")
    assert stranger.dial().text.startswith("Izwi Kholofelo: vertel die stad")


def test_a_known_resident_is_not_asked_for_the_language(resident: Phone):
    assert resident.dial_directly("1", "2", "1", "Clinic").ends


def test_a_long_code_whole_report_in_one_hop(stranger: Phone):
    said = stranger.dial_directly("1", "2", "KHOL", "1", "Clinic", "1")
    work(stranger.services)

    assert said.text.startswith("Thanks. 100 000 2: Water leak, Kholofelo.")
    assert status_of(stranger.services, "1000002") == "received"


@pytest.mark.parametrize("last", ["2#", " 2", "2 "])
def test_signs_round_a_long_code_do_no_harm(stranger: Phone, last: str):
    assert stranger.dial_directly("1", last).text.startswith("Where?")


@pytest.mark.parametrize("typed", [("1", "02"), ("1", "77"), ("1", "")])
def test_what_a_long_code_says_wrong_is_asked(stranger: Phone, typed: tuple[str, ...]):
    assert "What is wrong?" in stranger.dial_directly(*typed).text


def test_a_call_that_breaks_off_before_the_language_is_filed(stranger: Phone):
    stranger.dial_directly("1", "2", "KHOL", "1", "Clinic")

    assert stranger.dial().text.startswith("Your call broke off: Water leak, Kholofelo.")
    assert stranger.type("1").text.startswith(LANGUAGES)


def test_a_lost_session_is_no_long_code(stranger: Phone):
    """The first "1" chose English; read as a long code it would mean Report."""
    stranger.dial("1", "1")
    stranger.services.redis.flushall()
    another_process(stranger.services)

    assert stranger.type("2").text.startswith("Where?")


def test_a_lost_session_is_no_long_code_while_redis_is_away_either(stranger: Phone):
    stranger.dial("1", "1")
    stranger.services.sessions = Sessions(Redis.from_url("redis://127.0.0.1:1/0"), stranger.services.vault)

    assert stranger.type("2").text.startswith("Where?")


def test_after_a_loss_sessions_of_all_processes_are_taken_for_lost(services: Services, stranger: Phone):
    stranger.dial("1", "1")
    services.redis.flushall()
    Phone(services, "+27821234569").dial()  # Redis works again
    another_process(services)

    assert stranger.type("2").text.startswith("Where?")


def test_what_this_process_saw_it_still_knows_when_redis_lost_it(services: Services, stranger: Phone):
    """Neighbours' cases on a list: nothing but the memory of the list proves what "1" meant."""
    Phone(services, "+27821234568").dial(*REPORT)
    work(services)
    shown = stranger.dial("1", "1", "2", "KHOL", "1")
    services.redis.flushall()

    assert shown.text.startswith("Near what?\n1. Vilakazi St (known, add me)")
    assert stranger.type("1").text.startswith("Thanks. 100 000 2:")


def test_a_lost_session_of_somebody_nobody_can_recall_is_asked_afresh(services: Services, resident: Phone):
    """With Redis and the database away, "1" may have meant anything."""
    resident.dial("1")
    services.sessions = Sessions(Redis.from_url("redis://127.0.0.1:1/0"), services.vault)
    services.database.away_until = float("inf")

    assert resident.type("1").text.startswith("Izwi. No name, no ID.")


def test_a_process_that_begins_anew_before_an_emptied_redis_knows_that_sessions_were_lost(stranger: Phone):
    """What this machine met last stands on its disk."""
    stranger.dial("1", "1")
    services = stranger.services
    services.redis.flushall()
    services.sessions = Sessions(services.redis, services.vault, mark_file=services.sessions.mark_file)

    assert stranger.type("2").text.startswith("Where?")


def test_a_first_start_takes_a_long_code_for_one(services: Services, stranger: Phone):
    assert services.sessions.met == ""
    assert stranger.dial_directly("1", "2").text.startswith("Where?")
