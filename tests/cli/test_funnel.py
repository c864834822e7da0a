"""The funnel of the phone menu from real calls."""

from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest

from app import clock
from app.conversation.drafts import finish_dropped
from tests.cli.conftest import NEIGHBOUR, report
from tests.phones import Phone
from tests.processes import later

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def calls(operator, phone):
    """A report, and a call in which something was not understood before it broke off."""
    report(phone)
    services = phone.services
    Phone(services, NEIGHBOUR).dial("1", "7", "1", "2")
    for key, held in services.sessions.dropped(services.clock.now().timestamp() + 3600, 10):
        finish_dropped(services, key, held)
    clock.keep_screen_figures(services)


def rows(operator, *options):
    return {f"{row['flow']}.{row['screen']}": row for row in operator.ask("flows", "funnel", *options)["screens"]}


def test_every_screen_says_how_many_went_on_and_how_many_were_lost(operator, calls):
    found = rows(operator)

    assert list(found)[:4] == ["home.language", "home.home", "report.kind", "report.area"]
    home, area = found["home.home"], found["report.area"]
    assert (home["shown"], home["answered"], home["not_understood"], home["not_understood_share"]) == (2, 2, 1, 0.3333)
    assert (area["shown"], area["answered"], area["broke_off"], area["broke_off_share"]) == (2, 1, 1, 0.5)
    assert found["report.thanks"]["ended"] == 1
    assert found["report.area"]["text"].startswith("Where? First 4 letters")


def test_people_read_a_table(operator, calls):
    said = operator.say("flows", "funnel", "--flow", "report")

    assert "1 (50%)" in said
    assert "What is wrong?" in said
    assert "home" not in said


def test_the_last_thirty_days_are_counted_unless_others_are_asked_for(operator, calls):
    asked = operator.ask("flows", "funnel")
    assert (asked["from"], asked["to"]) == ("2026-02-02", "2026-03-03")

    assert rows(operator, "--from", "2026-03-03", "--to", "2026-03-03")
    assert rows(operator, "--to", "2026-03-02") == {}
    operator.services = later(operator.services, timedelta(days=30))
    assert operator.say("flows", "funnel") == "Nothing was counted from 2026-03-04 to 2026-04-02.\n"


def test_it_is_written_as_a_picture_too(operator, calls, tmp_path):
    operator.say("flows", "funnel", "--svg", tmp_path / "funnel.svg")

    svg = ET.parse(tmp_path / "funnel.svg").getroot()
    assert "2026-02-02 to 2026-03-03" in svg.findtext(f"{SVG}title")
    assert "What is wrong?" in [text.text for text in svg.iter(f"{SVG}text")]


def test_danger_and_bribes_stand_in_no_funnel(operator, phone):
    phone.dial("1", "1", "6", "1")
    Phone(phone.services, NEIGHBOUR).dial("1", "1", "6", "7")
    clock.keep_screen_figures(phone.services)

    assert {name.partition(".")[0] for name in rows(operator)} == {"home", "report"}


def test_a_period_or_flow_that_there_is_not_is_said_to_be_none(operator):
    assert "--from 2026-03-02 is later than --to 2026-03-01" in operator.refused(
        "flows", "funnel", "--from", "2026-03-02", "--to", "2026-03-01"
    )
    assert "there is no flow 'rapport': " in operator.refused("flows", "funnel", "--flow", "rapport")
