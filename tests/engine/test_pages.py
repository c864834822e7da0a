"""Pages: a list runs over as many as it needs, numbers run on, nothing is cut."""

import pytest

from app.engine.gsm import septets
from app.engine.render import Face, clean, pages
from app.engine.state import Option, Reply
from app.engine.step import step
from tests.engine.phone import Town, dial, flow, options

A = 'a: {text: "Which one?", menu: {from: areas, none: "None"}, next: b}\nb: {text: "End"}'
PICK = flow(f"start: a\n{A}")
MANY = Town(lists={"areas": [Option(f"area_{place}", f"Orlando Extension {place}") for place in range(1, 13)]})


def walk(flows, town, *typed):
    """The pages of a screen, and the last turn."""
    turn = dial(flows, *typed, start="t", town=town)
    seen = [turn.reply.text]
    while "98. More" in seen[-1]:
        turn = step(flows, turn.state, "98", town)
        seen.append(turn.reply.text)
    return seen, turn


def test_a_long_list_runs_over_pages_and_its_numbers_run_on():
    seen, _ = walk(PICK, MANY)

    assert seen == [
        "Which one?\n" + "\n".join(f"{n}. Orlando Extension {n}" for n in range(1, 7)) + "\n98. More",
        "Which one?\n" + "\n".join(f"{n}. Orlando Extension {n}" for n in range(7, 12)) + "\n98. More\n0. Back",
        "Which one?\n12. Orlando Extension 12\n13. None\n0. Back",
    ]
    assert all(septets(page) <= 160 for page in seen)


@pytest.mark.parametrize("way", [(), ("98",), ("98", "98"), ("98", "98", "00")])
@pytest.mark.parametrize("typed", ["1", "7", "12"])
def test_a_number_of_the_list_is_taken_from_any_page(way, typed):
    assert dial(PICK, *way, typed, start="t", town=MANY).state.answers == {"a": f"area_{typed}"}


def test_00_is_the_first_page():
    assert dial(PICK, "98", "98", "00", start="t", town=MANY) == dial(PICK, start="t", town=MANY)
    assert dial(PICK, "00", start="t", town=MANY).state == dial(PICK, start="t", town=MANY).state


def test_98_on_the_last_page_and_00_without_pages_are_not_understood():
    last = dial(PICK, "98", "98", start="t", town=MANY)
    assert last.reply.text.endswith("13. None\n0. Back")
    few = Town(lists={"areas": options("one", "two")})

    over = step(PICK, last.state, "98", MANY)
    assert (over.state, over.reply.text) == (
        last.state,
        f"Not understood. Please choose a number.\n{last.reply.text}",
    )
    assert dial(PICK, "00", start="t", town=few).reply.text.startswith("Not understood.")


def test_nonsense_stays_on_its_page():
    second = dial(PICK, "98", start="t", town=MANY)

    assert step(PICK, second.state, "water", MANY).state == second.state


def test_no_option_is_ever_numbered_98():
    town = Town(lists={"areas": options(*(f"a{place}" for place in range(1, 121)))})
    seen, last = walk(PICK, town)

    assert "97. A97\n" in "\n".join(seen)
    assert "99. A98\n" in "\n".join(seen)
    assert not any(line.startswith("98. ") and line != "98. More" for page in seen for line in page.split("\n"))
    assert step(PICK, last.state, "99", town).state.answers == {"a": "a98"}


def test_hint_and_ways_on_stand_on_every_page():
    flows = flow(
        'start: z\nz: {text: Z, menu: {x: X}, next: a}\na: {text: "Near what?", menu: {from: areas}, '
        'ask: {kind: words, hint: "Or type street"}, next: b}\nb: {text: "End"}'
    )
    seen, _ = walk(flows, MANY, "1")

    assert len(seen) > 1
    assert all(page.startswith("Near what?\n") for page in seen)
    assert all(page.endswith("Or type street\n98. More\n0. Back") for page in seen[:-1])
    assert seen[-1].endswith("Or type street\n0. Back")


def test_back_on_a_later_page_leaves_the_screen():
    flows = flow(
        "start: z\nz: {text: Z, menu: {x: X}, next: a}\na: {text: A, menu: {from: areas}, next: b}\nb: {text: E}"
    )

    assert dial(flows, "1", "98", "0", start="t", town=MANY) == dial(flows, start="t", town=MANY)


def test_a_text_longer_than_planned_runs_over_pages_and_loses_nothing():
    flows = flow('start: a\na: {text: "{long}", menu: {from: areas}, next: b}\nb: {text: "End"}')
    words = [f"word{place}" for place in range(60)]
    town = Town(lists={"areas": options("one", "two")}, values={"long": " ".join(words)})
    seen, last = walk(flows, town)

    assert len(seen) > 2
    told = " ".join(page.removesuffix("\n0. Back").removesuffix("\n98. More") for page in seen).split()
    assert told == [*words, "1.", "One", "2.", "Two"]
    assert step(flows, last.state, "2", town).reply == Reply("End", ends=True)
    assert dial(flows, "2", start="t", town=town).reply == Reply("End", ends=True)


def test_a_long_ending_ends_on_its_last_page():
    flows = flow('start: a\na: {text: "{long}"}')
    town = Town(values={"long": "x" * 400})
    seen, last = walk(flows, town)

    assert "".join(page.removesuffix("\n98. More") for page in seen) == "x" * 400
    assert last.reply.ends
    assert step(flows, last.state, "98", town).reply == last.reply
    assert step(flows, dial(flows, start="t", town=town).state, "what", town).reply.text == seen[0]


def test_an_option_as_long_as_a_page_stands_alone():
    long = "y" * 138
    town = Town(lists={"areas": [Option("a", long), Option("b", "B"), Option("c", "C")]})
    seen, _ = walk(PICK, town)

    assert seen == ["Which one?\n98. More", f"1. {long}\n98. More\n0. Back", "2. B\n3. C\n4. None\n0. Back"]


def test_a_page_exactly_full_is_one_page():
    face = Face(text="a" * 150, way_out="0. Back")

    assert pages(face, 158) == ("a" * 150 + "\n0. Back",)
    assert len(pages(face, 157)) == 2


def test_what_no_phone_can_show_is_a_question_mark_and_never_a_longer_alphabet():
    assert clean("Môr\tning\r\nሰ 🐳\x00\f") == "Mor ning\n? ??\n"[:-1]


def test_a_later_page_of_the_very_first_screen_leads_back_to_the_page_before():
    seen, last = walk(PICK, MANY)
    back = step(PICK, last.state, "0", MANY)

    assert ["0. Back" in page for page in seen] == [False, *[True] * (len(seen) - 1)]
    assert back.reply.text == seen[-2]


def test_a_later_page_of_a_later_screen_leads_back_to_the_screen_before():
    flows = flow('start: z\nz: {text: "Go", menu: {on: "On"}, next: a}\n' + A)
    shown = dial(flows, "1", "98", "0", start="t", town=MANY)

    assert shown.reply.text == "Go\n1. On"
