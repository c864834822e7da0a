import json

import pytest

from app.storage import inbox
from tests.cli.conftest import PHONE
from tests.phones import Phone, work

OTHER = "+27821234599"
REPORT = "1\n1\n2\nKHOL\n1\nMooki St\n"


def test_a_script_is_typed_line_by_line_and_printed_as_the_phone_shows_it(running, tmp_path):
    script = tmp_path / "report.txt"
    script.write_text(REPORT)

    said = running.say("dial", "--phone", PHONE, "--script", script)

    assert said.startswith("Izwi. No name, no ID.\n1. English\n")
    assert "\n> KHOL\n" in said
    assert "Thanks. " in said
    assert "-- CON, " in said
    assert said.rstrip().rpartition("\n")[2].startswith("-- END, ")
    assert said.rstrip().endswith("septets")


def test_what_is_dialled_is_filed_as_any_resident_s(running):
    running.say("dial", "--phone", PHONE, "--script", "-", typed=REPORT)
    work(running.services)

    assert [case["category"] for case in running.ask("case", "list")] == ["LEAK"]


def test_screens_as_json_say_what_was_typed_and_how_long_they_are(running):
    screens = json.loads(running.say("dial", "--phone", PHONE, "--script", "-", "--json", typed="1\n9\n"))

    assert [screen["typed"] for screen in screens] == [None, "1", "9"]
    assert all(0 < screen["septets"] <= 160 for screen in screens)
    assert not any(screen["ends"] for screen in screens)


def test_a_long_code_goes_straight_to_its_screen(running):
    straight = running.ask("dial", "*120*4932*1*2#", "--phone", PHONE, "--script", "-")
    by_hand = running.ask("dial", "*120*4932#", "--phone", OTHER, "--script", "-", typed="1\n1\n2\n")

    assert straight[0]["text"] == by_hand[-1]["text"]


def test_another_code_is_dialled_as_it_is(running):
    screens = running.ask("dial", "*999*1#", "--phone", PHONE, "--script", "-")

    assert screens == [{**screens[0], "typed": None, "ends": True}]
    assert "*120*4932#" in screens[0]["text"]


def test_typed_at_the_terminal_the_end_of_input_hangs_up(running):
    said = running.say("dial", "--phone", PHONE, typed="1\n")

    assert said.count("> ") == 2
    assert "tell the city" in said


def test_lines_that_nobody_asked_for_any_more_are_told(running):
    result = running.try_to("dial", "--phone", PHONE, "--script", "-", typed=REPORT + "1\n2\n")

    assert result.stderr == "The session ended with 2 lines of the script not typed.\n"


def test_an_sms_comes_in_by_the_gateway_s_door(running):
    assert running.say("sms", "--phone", PHONE, "WATER", "burst pipe,", "Kholwane") == "Stored.\n"
    work(running.services)

    assert [case["category"] for case in running.ask("case", "list")] == ["WATER"]
    assert len(Phone(running.services, PHONE).inbox()) == 1


def test_the_same_words_sent_twice_are_two_messages(running):
    for _ in range(2):
        running.say("sms", "--phone", PHONE, "STATUS")

    with running.services.database.begin() as session:
        assert inbox.waiting(session) == 2


@pytest.mark.parametrize("number", ["0821234567", "+2782", "sihle"])
def test_a_number_needs_its_country_code(running, number):
    result = running.try_to("sms", "--phone", number, "STATUS")

    assert result.exit_code == 2
    assert "like +27821234567" in result.stderr


@pytest.mark.parametrize("command", [("dial",), ("sms", "hello")])
def test_where_nothing_answers_a_line_says_how_to_start_it(operator, command):
    name, *words = command
    said = operator.refused(name, "--phone", PHONE, *words)

    assert said == "izwi: nothing answers at http://127.0.0.1:8000: scripts/run starts the instance"


def test_a_token_that_the_instance_does_not_know_is_named_and_not_shown(running):
    other = "another-token-A1b2C3d4E5f6G7h8I9j0K1l2M3"
    running.services.settings = running.services.settings.model_copy(update={"webhook_tokens": (other,)})

    said = running.refused("dial", "--phone", PHONE)

    assert "WEBHOOK_TOKENS" in said
    assert other not in said
