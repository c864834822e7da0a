"""A picture of a flow shows every screen as a phone does, every way with what is pressed, all in plain words."""

import re
from itertools import combinations
from xml.etree import ElementTree as ET

import pytest

from app.pictures.draw import draw
from app.pictures.picture import Picture, PlainWords, Scene, picture
from tests.engine.phone import CITY, Town, flow, options

SVG = "{http://www.w3.org/2000/svg}"
PLAIN = PlainWords(
    about={"report": "Reporting a problem."},
    effects={"file_report": "The report is sent to the city."},
    drops={"file_report": "the report is filed as far as it is known"},
    shown_to={"home_area": "those whose area is known"},
)
EVERYDAY = (Scene(Town(), {}),)


def drawn(flows=CITY, name="report", scenes=EVERYDAY, plain=PLAIN):
    return ET.fromstring(draw(picture(flows, name, scenes, plain)))


def words(svg):
    return [text.text for text in svg.iter(f"{SVG}text")]


def told(svg):
    return svg.findtext(f"{SVG}desc")


def shown(flows=CITY, name="report", scenes=EVERYDAY) -> Picture:
    return picture(flows, name, scenes, PLAIN)


def ways(flows=CITY, name="report", scenes=EVERYDAY):
    pressed = (way for way in shown(flows, name, scenes).ways if not way.is_silent)
    return {(way.source, way.target or way.away): way.pressed for way in pressed}


def test_a_screen_is_what_a_resident_reads():
    assert shown().cards["where"].phone == "Where is it?\n1. Orlando West\n2. Another area\n0. Back"
    assert {"Where is it?", "1. Orlando West", "2. Another area"} <= set(words(drawn()))


@pytest.mark.parametrize("name", list(CITY))
def test_every_screen_and_every_way_stands_in_it(name):
    svg = drawn(name=name)

    assert len(svg.findall(f"{SVG}circle")) == len(CITY[name].screens)
    assert not re.search(r"\{|on_drop|file_report|_", " ".join([*words(svg), told(svg)]))


def test_a_way_is_labelled_with_the_number_and_the_words():
    assert ways()["kind", "see “danger”"] == ("3  Danger",)
    assert ways()["kind", "where"] == ("1  No water", "2  Leak")


def test_words_that_may_be_typed_are_a_way_too():
    assert ways()["area", "landmark"] == ("1  I do not know", "words typed")
    assert ways()["landmark", "thanks"] == ("any number", "words typed")


def test_many_numbers_of_one_way_are_said_together():
    many = Town(lists={"categories": options("a", "b", "c", "d", "danger", "e"), "alike": ()})

    assert ways(scenes=[Scene(many, {})])["kind", "where"] == ("1 to 4, 6",)


def test_a_choice_that_only_others_are_offered_is_said_to_be_one():
    calm = Town(lists={"categories": options("leak"), "alike": ()})

    assert ways(scenes=[Scene(calm, {}), *EVERYDAY])["kind", "see “danger”"] == ("Danger (when it is offered)",)


def test_what_becomes_of_what_was_said_is_said_plainly():
    notes = {name: [words for _, words in card.notes] for name, card in shown().cards.items()}

    assert notes["kind"] == ["If the call breaks off here: nothing is sent."]
    assert "If the call breaks off here: the report is filed as far as it is known." in notes["area"]
    assert notes["thanks"] == ["The report is sent to the city."]
    assert [words for _, words in shown(name="danger").cards["numbers"].notes] == [
        "Nothing is kept: all that was said is wiped."
    ]


def test_a_screen_that_is_not_for_all_says_for_whom():
    assert ("when", "Only for those whose area is known.") in shown().cards["where"].notes
    assert ("when", "Not shown if place is known.") in shown().cards["area"].notes
    assert [(way.source, way.target, way.pressed) for way in shown().ways if way.is_silent] == [
        ("where", "area", ("everybody else: not asked",))
    ]


def test_a_way_up_names_the_screen_it_leads_to():
    circle = flow(
        "start: a\na: {text: A, menu: {x: On}, next: b}\n"
        "b: {text: B, menu: {y: Again, z: On}, next: {y: a, z: c}}\nc: {text: C}"
    )

    assert "back to 1, a" in words(drawn(circle, "t"))


def test_a_flow_within_a_flow_and_the_way_out_of_it_are_named():
    flows = flow(
        "start: a\na: {call: s/, next: b}\nb: {text: B}",
        s="start: q\nq: {text: Q, menu: {x: X}, next: end}\nend: {next: return}",
    )

    assert "goes through “s”" in words(drawn(flows, "t"))
    assert "goes on where this was" in words(drawn(flows, "s"))


def test_who_hears_the_picture_hears_all_of_it():
    svg = drawn()

    assert svg.get("role") == "img"
    assert svg.get("aria-labelledby").split() == [svg.find(f"{SVG}{part}").get("id") for part in ("title", "desc")]
    assert "Screen 1, kind: What is wrong? / 1. No water / 2. Leak / 3. Danger" in told(svg)
    assert "3  Danger: see “danger”." in told(svg)
    assert "Reporting a problem." in words(svg)


WEB = "start: s0\n" + "\n".join(
    f"s{n}: {{text: S{n}, menu: {{x: X, y: Y}}, next: {{x: s{n + 1}, y: s{n + 3}}}}}"
    if n < 9
    else f"s{n}: {{text: End}}"
    for n in range(12)
)


@pytest.mark.parametrize(
    ("flows", "name"), [(CITY, "report"), (CITY, "home"), (flow(WEB), "t")], ids=["report", "home", "web"]
)
def test_no_box_stands_on_another(flows, name):
    boxes = [box for box in drawn(flows, name).iter(f"{SVG}rect") if box.get("class") != "phone"]

    assert [pair for pair in combinations(map(edges, boxes), 2) if not apart(*pair)] == []


def edges(box):
    x, y, wide, high = (float(box.get(name)) for name in ("x", "y", "width", "height"))
    return x, y, x + wide, y + high


def apart(one, other):
    return one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]


def test_what_people_wrote_is_only_words_in_it():
    assert "<script> & co" in words(drawn(flow("start: a\na: {text: '<script> & co'}"), "t"))


def test_nothing_in_it_runs_or_is_fetched():
    picture = draw(shown())

    assert not re.search(r"<script|<image|<foreignObject|href|@import|onload", picture)


def test_the_same_flow_gives_the_same_picture():
    assert draw(shown()) == draw(shown())


def test_back_stands_only_where_something_was_shown_before():
    flows = flow(
        "start: a\na: {text: A, menu: {x: X}, once: true, next: b}\n"
        "b: {needs: known, otherwise: c, text: B, menu: {x: X}, next: c}\n"
        "c: {text: C, menu: {x: X}, next: d}\nd: {text: D}"
    )

    first = shown(flows, "t", [Scene(Town(), {})]).cards
    known = shown(flows, "t", [Scene(Town(), {"a": "x"})]).cards
    assert [name for name, card in first.items() if "0. Back" in card.phone] == ["b", "c"]
    assert [name for name, card in known.items() if "0. Back" in card.phone] == ["c"]
