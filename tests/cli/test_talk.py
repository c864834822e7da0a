import json

import pytest

from app.config import ROOT
from tests.cli.conftest import PHONE
from tests.conformance.conftest import serving
from tests.conformance.foreign import says
from tests.conftest import WEBHOOK_TOKEN

FIRST = ROOT / "docs" / "talks" / "first-report.yaml"
WRONG = """\
title: A wish
phones: {thandi: "%s"}
steps:
  - dial: "*120*4932#"
    expect: {contains: Welcome to Mars}
"""


@pytest.fixture
def wish(tmp_path):
    path = tmp_path / "wish.yaml"
    path.write_text(WRONG % "")
    return path


def test_a_talk_is_shown_as_on_a_phone(running):
    said = running.say("talk", FIRST)

    assert said.startswith("Somebody who never dialled before reports a problem")
    assert "\nthandi> *120*4932#\n  | Izwi. No name, no ID.\n  | 1. English\n" in said
    assert "\n  -- CON, " in said
    assert "\n  | Thanks. " in said


def test_the_running_instance_is_talked_to_where_no_other_is_named(running):
    result = running.try_to("talk", FIRST)

    assert f"findings: 0; at {running.services.settings.public_url}, in the manners of africastalking" in result.stderr


def test_a_rule_that_is_broken_ends_with_1_and_is_named_with_file_and_line(running, wish):
    result = running.try_to("talk", wish)

    assert result.exit_code == 1
    assert f"! {wish}:4: hop 1 (thandi): 'Welcome to Mars' is not on it." in result.stdout


def test_json_has_every_screen_and_every_finding(running, wish):
    result = running.try_to("talk", FIRST, wish, "--json")
    said = json.loads(result.stdout)

    assert (said["findings"], said["manner"], result.exit_code) == (1, "africastalking", 1)
    assert [len(talk["findings"]) for talk in said["talks"]] == [0, 1]
    assert said["talks"][0]["shown"][0]["septets"] <= 160
    assert said["talks"][1]["findings"][0]["rule"] == "expect"


def test_a_record_is_the_transcript_as_text(running, tmp_path):
    shown = running.say("talk", FIRST, "--record", tmp_path / "said.txt")

    assert (tmp_path / "said.txt").read_text() == shown


def test_no_token_and_no_given_number_is_shown(running, tmp_path):
    path = tmp_path / "given.yaml"
    path.write_text(WRONG % PHONE + f'  - dial: "*120*4932#"\n    expect: {{lacks: "{PHONE}"}}\n')
    for how in ((), ("--json",)):
        result = running.try_to("talk", path, *how)

        assert "+27 ** *** **67" in result.output
        assert PHONE.removeprefix("+27") not in result.output
        assert WEBHOOK_TOKEN not in result.output


def test_a_made_up_number_may_be_seen(running):
    said = running.ask("talk", FIRST, "--numbers", "+27600000xxx")

    assert said["talks"][0]["phones"]["thandi"].startswith("+27600000")


def test_no_screen_can_play_with_the_terminal(operator, wish):
    with serving(says("CON \x1b[2J\x07 hello \u202ebye")) as url:
        result = operator.try_to("talk", wish, "--url", url)

    assert "  | ?[2J? hello ?bye\n" in result.stdout


def test_a_language_can_be_asked_for_alone(running):
    said = running.ask("talk", ROOT / "docs" / "talks" / "every-language.yaml", "--language", "isiZulu")

    assert [talk["language"] for talk in said["talks"]] == ["isiZulu"]


def test_a_language_that_no_talk_has_is_told(running):
    said = running.refused("talk", ROOT / "docs" / "talks" / "every-language.yaml", "--language", "Latin")

    assert said.startswith("izwi: no talk is in Latin: there are English, isiZulu")


def test_faults_of_all_scripts_are_told_at_once(operator, tmp_path):
    for name in ("one.yaml", "two.yaml"):
        (tmp_path / name).write_text("title: T\nphones: [a]\nsteps:\n  - dail: x\n")

    said = operator.refused("talk", tmp_path / "one.yaml", tmp_path / "two.yaml", tmp_path / "three.yaml")

    assert f"{tmp_path}/one.yaml:4: unknown key 'dail', did you mean 'dial'?" in said
    assert f"{tmp_path}/two.yaml:4: unknown key 'dail'" in said
    assert f"{tmp_path}/three.yaml:1: cannot be read: No such file" in said


def test_where_nothing_answers_no_further_talk_is_tried(operator):
    result = operator.try_to("talk", FIRST, FIRST, "--url", "http://127.0.0.1:9/ussd", "--json")
    said = json.loads(result.stdout)

    assert [[found["rule"] for found in talk["findings"]] for talk in said["talks"]] == [["reach"]]
    assert result.exit_code == 1


@pytest.mark.parametrize(
    ("option", "value", "what"),
    [
        ("--url", "ussd.example.org", "give the whole address of hops"),
        ("--url", "http://", "give the whole address of hops"),
        ("--url", "http://x:99999/", "give the whole address of hops"),
        ("--manner", "africatalking", "did you mean africastalking?"),
        ("--numbers", "0821234567", "like +27600000xxx"),
        ("--code", "120", "like *120*4932#"),
    ],
)
def test_an_option_that_cannot_be_used_says_what_to_give(operator, option, value, what):
    result = operator.try_to("talk", FIRST, option, value)

    assert result.exit_code == 2
    assert what in " ".join(result.stderr.split())
