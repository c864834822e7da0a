"""A picture of a flow shows every screen, every way and every effect."""

from xml.etree import ElementTree as ET

import pytest

from app.engine.draw import draw
from tests.engine.phone import CITY, flow

SVG = "{http://www.w3.org/2000/svg}"


def words(picture):
    return [text.text for text in ET.fromstring(picture).iter(f"{SVG}text")]


@pytest.mark.parametrize("name", list(CITY))
def test_every_screen_stands_in_the_picture(name):
    assert set(CITY[name].screens) <= set(words(draw(CITY[name])))


def test_choices_effects_and_ways_outside_stand_in_it_too():
    said = words(draw(CITY["report"]))

    assert {"danger/", "1. ... categories", "- I do not know", "typed: place", "does file_report"} <= set(said)


def test_every_way_is_a_line():
    flows = flow("start: a\na: {text: A, menu: {x: X, y: Y}, next: {x: b, y: a}}\nb: {call: t/, next: c}\nc: {text: C}")

    assert len(list(ET.fromstring(draw(flows["t"])).iter(f"{SVG}path"))) == 4


def test_what_people_wrote_is_only_words_in_it():
    assert "<script> & co" in words(draw(flow("start: a\na: {text: '<script> & co'}")["t"]))


def test_the_same_flow_gives_the_same_picture():
    assert draw(CITY["report"]) == draw(CITY["report"])
