"""The funnel of a flow: every screen that was shown, in the order of the way, with what became of people."""

from xml.etree import ElementTree as ET

from app.pictures.bars import bars
from app.pictures.funnel import in_order, stages
from tests.engine.phone import CITY, flow

SVG = "{http://www.w3.org/2000/svg}"
COUNTED = {
    "report.landmark": {"shown": 4, "hops": 4, "looked_ms": 30_000},
    "report.kind": {"shown": 10, "hops": 12, "retries": 3, "dropped": 1, "looked_ms": 60_000},
    "report.gone": {"shown": 2},
    "home.home": {"shown": 12, "hops": 11, "looked_ms": 22_000},
    "report.thanks": {"shown": 4, "ended": 4},
    "old.menu": {"shown": 1},
    "settings.settings": {},
}


def test_screens_stand_in_the_order_in_which_they_are_met():
    found = stages(CITY, COUNTED)

    assert list(found) == ["home", "report", "old"]
    assert [stage.screen for stage in found["report"]] == [
        "report.kind",
        "report.landmark",
        "report.thanks",
        "report.gone",
    ]


def test_a_screen_stands_behind_all_that_may_come_before_it():
    flows = flow(
        "start: a\na: {text: A, menu: {x: X, y: Y}, next: {x: c, y: b}}\n"
        "b: {text: B, menu: {x: X}, next: c}\nc: {text: C}"
    )

    assert in_order(flows["t"]) == ["a", "b", "c"]


def test_a_screen_tells_what_became_of_people():
    kind = stages(CITY, COUNTED)["report"][0]

    assert (kind.text, kind.shown, kind.answered) == ("What is wrong?", 10, 9)
    assert (kind.puzzled, kind.lost, kind.seconds) == (0.25, 0.1, 5.0)


def test_a_screen_that_nobody_answered_has_no_shares():
    thanks = stages(CITY, COUNTED)["report"][2]

    assert (thanks.answered, thanks.puzzled, thanks.lost, thanks.seconds, thanks.ended) == (0, 0.0, 0.0, 0.0, 4)


def test_what_was_counted_under_a_name_of_no_screen_is_left_out():
    assert stages(CITY, {"": {"shown": 3}, "home": {"shown": 1}}) == {}


def drawn(found):
    return ET.fromstring(bars(found, "2026-03-01 to 2026-03-30"))


def test_the_picture_says_every_figure_as_text_and_to_those_who_hear_it():
    svg = drawn(stages(CITY, COUNTED))
    words = [text.text for text in svg.iter(f"{SVG}text")]

    assert {"What is wrong?", "10", "9", "3 (25%)", "1 (10%)", "5.0", "no longer in the flows"} <= set(words)
    assert svg.get("role") == "img"
    assert "report, kind: shown 10, answered 9, not understood 3 (25%), broke off 1 (10%), ended 0, seconds 5.0." in (
        svg.findtext(f"{SVG}desc")
    )


def test_a_bar_is_as_long_as_its_screen_was_shown_often():
    bar = [
        float(box.get("width")) for box in drawn(stages(CITY, COUNTED)).iter(f"{SVG}rect") if box.get("class") == "bar"
    ]
    _legend, home, *report = bar

    assert report[1] / report[0] == 0.4
    assert home == report[0]


def test_where_nothing_was_counted_the_picture_says_so():
    assert "Nothing was counted." in [text.text for text in drawn({}).iter(f"{SVG}text")]
