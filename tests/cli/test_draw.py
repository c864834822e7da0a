"""Pictures of the real flows, with the demo city as an example."""

import re
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner

from app.civic.lists import LISTS
from app.cli import example
from app.cli.draw import pictures
from app.cli.given import Given
from app.cli.main import izwi
from app.config import NAMES, ROOT
from app.engine import graph, load
from app.wiring import FLOWS

SVG = "{http://www.w3.org/2000/svg}"
REMAKE = "made anew by: scripts/izwi flows draw report --out docs/pictures"


@pytest.fixture(scope="module")
def flows():
    return load.load(FLOWS)


@pytest.fixture(scope="module")
def drawn():
    return pictures((), "en", ROOT / "demo")


def said(picture):
    svg = ET.fromstring(picture)
    return " ".join([svg.findtext(f"{SVG}desc"), *(text.text or "" for text in svg.iter(f"{SVG}text"))])


def test_there_is_a_picture_of_every_flow(flows, drawn):
    assert set(drawn) == set(flows)
    assert all(ET.fromstring(picture).findtext(f"{SVG}title") for picture in drawn.values())


def test_every_screen_of_every_flow_stands_in_its_picture(flows, drawn):
    for name, flow in flows.items():
        heard = said(drawn[name])
        for screen in flow.screens.values():
            assert screen.text is None or f", {screen.name.replace('_', ' ')}: " in heard


def test_no_name_of_the_program_stands_in_a_picture(flows, drawn):
    screens = [screen for _, screen in graph.screens(flows)]
    names = {*LISTS, *(screen.on_drop for screen in screens), *(screen.do.effect for screen in screens if screen.do)}
    names |= {screen.needs for screen in screens}
    for picture in drawn.values():
        heard = said(picture)
        assert not [name for name in names if name and "_" in name and name in heard]
        assert "{" not in heard


def test_all_that_flows_do_has_plain_words(flows):
    screens = [screen for _, screen in graph.screens(flows)]

    assert {screen.do.effect for screen in screens if screen.do} <= set(example.EFFECTS)
    assert {screen.on_drop for screen in screens if screen.on_drop} <= set(example.DROPS)
    assert {screen.needs for screen in screens if screen.needs} <= set(example.SHOWN_TO)
    assert {screen.answer for screen in screens if screen.once} <= set(example.PASSED_IF)


def test_a_picture_shows_what_a_resident_of_the_city_reads(drawn):
    heard = said(drawn["report"])

    assert "What is wrong? / 1. No water / 2. Water leak" in heard
    assert re.search(r"Thanks\. \d{3} \d{3} \d: Water leak, Kholofelo\. Vezani Water aims for Thu 5 Mar\.", heard)
    assert "If the call breaks off here: the report is filed as far as it is known." in heard
    assert "Nothing is kept" in said(drawn["danger"])


def test_a_picture_speaks_any_language(operator, tmp_path):
    operator.say("flows", "draw", "report", "--language", "zu", "--out", tmp_path)

    assert [path.name for path in tmp_path.glob("*.svg")] == ["report.svg"]
    heard = said((tmp_path / "report.svg").read_text(encoding="utf-8"))
    assert "What the phone says in isiZulu: report" in heard
    assert "1. Amanzi awekho" in heard


def test_a_language_may_be_called_by_its_name(operator, tmp_path):
    operator.say("flows", "draw", "danger", "--language", "isizulu", "--out", tmp_path)

    assert "What the phone says in isiZulu" in said((tmp_path / "danger.svg").read_text(encoding="utf-8"))


def test_a_flow_or_language_that_there_is_not_is_said_to_be_none(operator, tmp_path):
    assert "there is no flow 'rapport': bribe, danger" in operator.refused(
        "flows", "draw", "rapport", "--out", tmp_path
    )
    assert "nothing is said in 'xx': en, " in operator.refused("flows", "draw", "--language", "xx", "--out", tmp_path)


def test_no_settings_are_needed(monkeypatch, tmp_path):
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)

    assert CliRunner().invoke(izwi, ["flows", "draw", "danger", "--out", str(tmp_path)], obj=Given()).exit_code == 0


def test_the_picture_in_the_docs_is_the_flow_as_it_is(drawn):
    kept = (ROOT / "docs" / "pictures" / "report.svg").read_text(encoding="utf-8")

    assert kept == drawn["report"], REMAKE
