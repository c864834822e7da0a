"""What an SMS means on a screen: keys, numbers, labels, the words of a category or a place; or nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.civic.city import Category
from app.civic.written import Heard, Pick, Written, hear, is_number, is_report, typed
from app.engine.flow import Ask, Choice, Menu, Screen
from app.engine.state import Mark, Option, State
from tests.keywords import WORDS

WATER = Category(code="WATER", labels={"en": "No water"}, keywords={"en": ("water", "dry taps")})
ROADS = Category(code="ROADS", parent="OTHER", labels={"en": "Road"}, keywords={"en": ("pothole",)})
KIND = Screen(name="kind", text="?", menu=Menu(source="categories"), saved_as="category", next={"*": "area"})
OTHER = Screen(name="other", text="?", menu=Menu(source="other_categories"), saved_as="category", next={"*": "area"})
UNKNOWN = Menu(choices=(Choice(key="unknown", label="I do not know"),))
AREA = Screen(name="area", text="?", menu=UNKNOWN, ask=Ask(kind="place"), next={"*": "near"})
NEAR = Screen(name="near", text="?", ask=Ask(kind="words"), next={"*": "thanks"})
PAGE = Screen(name="page", text="!", next={"*": "kind"})
FIRST = State(
    "report.kind", {}, shown=(Option("WATER", "No water"), Option("LEAK", "Water leak"), Option("OTHER", "Other"))
)
BEHIND = State(
    "report.other",
    {},
    shown=(Option("ROADS", "Road"), Option("SOMETHING", "Something else")),
    trail=(Mark("report.kind", {}),),
)
ASKED = State("report.area", {"category": "WATER"}, shown=(Option("unknown", "I do not know"),))


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("2", Heard(("2",))),
        (" 2.) ", Heard(("2",))),
        ("98", Heard(("98",))),
        ("Terug!", Heard(("0",))),
        ("more", Heard(("98",))),
        ("water leak", Heard((Pick("LEAK"),))),
        ("2 please", Heard((Pick("LEAK"),))),
        ("1 and the taps are dry", Heard((Pick("WATER"),), "and the taps are dry")),
        ("1 or 2", Heard()),
        ("hello there", None),
        ("8 goats", None),
    ],
)
def test_a_menu_is_answered_by_key_number_or_label(text: str, heard: Heard | None):
    assert hear(Written(text), KIND, FIRST, WORDS) == heard


@pytest.mark.parametrize(
    ("text", "kind", "screen", "state", "heard"),
    [
        ("dry taps", WATER, KIND, FIRST, Heard((Pick("WATER"),))),
        ("dry taps again", WATER, KIND, FIRST, Heard((Pick("WATER"),), "dry taps again")),
        ("pothole", ROADS, KIND, FIRST, Heard((Pick("OTHER"), Pick("ROADS")))),
        ("pothole", ROADS, OTHER, BEHIND, Heard((Pick("ROADS"),))),
        ("water", WATER, OTHER, BEHIND, Heard(("0", Pick("WATER")))),
        ("2 because of the water", WATER, KIND, FIRST, Heard((Pick("LEAK"),), "because of the water")),
    ],
)
def test_a_kind_is_found_by_its_words_wherever_its_line_stands(
    text: str, kind: Category, screen: Screen, state: State, heard: Heard
):
    assert hear(Written(text, kind), screen, state, WORDS) == heard


@pytest.mark.parametrize(
    ("written", "heard"),
    [
        (Written("KHOL"), Heard(("KHOL",))),
        (Written("i do not know"), Heard((Pick("unknown"),))),
        (Written("Kholofelo", place="kholofelo", place_name="Kholofelo"), Heard(("Kholofelo",))),
        (
            Written("in Kholofelo, by the dam", place="kholofelo", place_name="Kholofelo"),
            Heard(("Kholofelo",), "in Kholofelo, by the dam"),
        ),
        (Written("ward 11", ward="11"), Heard(("ward 11",))),
    ],
)
def test_a_place_is_typed_by_its_name(written: Written, heard: Heard):
    assert hear(written, AREA, ASKED, WORDS) == heard


def test_a_text_to_be_read_is_left_by_anything():
    assert hear(Written("ok then"), PAGE, State("a.page", {}), WORDS) == Heard(("ok then",))


@pytest.mark.parametrize(
    ("written", "screen", "is_own"),
    [
        (Written("water in Kholofelo", WATER, WATER, "kholofelo"), AREA, False),
        (Written("pothole in Kholofelo", ROADS, ROADS, "kholofelo"), AREA, True),
        (Written("next to the robot in Kholofelo", ROADS, None, "kholofelo"), AREA, False),
        (Written("next to the robot in Kholofelo", ROADS, None, "kholofelo"), NEAR, False),
        (Written("pothole", ROADS, ROADS), AREA, False),
        (Written("fire", alarms=True), AREA, True),
        (Written("at the fire station", alarms=True), NEAR, False),
        (Written("water in Acacia Park", WATER, WATER, "acacia-park"), NEAR, True),
        (Written("11", ward="11"), AREA, False),
    ],
)
def test_another_problem_with_its_place_is_a_report_of_its_own(written: Written, screen: Screen, is_own: bool):
    assert is_report(written, screen, ASKED) == is_own


def test_an_option_is_typed_by_the_number_it_has_on_its_screen():
    assert typed(Pick("OTHER"), KIND, FIRST) == "3"
    assert typed(Pick("ROADS"), KIND, FIRST) is None
    assert typed("0", KIND, FIRST) == "0"


@pytest.mark.parametrize(
    ("text", "is_one"),
    [("1", True), ("1.", True), ("(12)", True), ("1 2", False), ("1st", False), ("1234", False), ("", False)],
)
def test_a_number_alone_is_told_from_a_number_among_words(text: str, is_one: bool):
    assert is_number(text) == is_one


@given(st.text(max_size=40))
def test_nothing_written_breaks_a_screen(text: str):
    for screen, state in ((KIND, FIRST), (OTHER, BEHIND), (AREA, ASKED), (NEAR, ASKED), (PAGE, FIRST)):
        heard = hear(Written(text), screen, state, WORDS)
        assert heard is None or all(isinstance(step, str) or step.key for step in heard.steps)
