"""Ways between screens: back, skipped screens, sub-flows, lists that leave nothing to choose."""

import pytest

from app.engine.state import Reply
from app.engine.step import step
from tests.engine.phone import CITY, DANGER, Town, dial, flow, names, options

SUB = """
start: first
first: {text: "First", menu: {a: A}, next: second}
second: {text: "Second", menu: {b: B}, next: return}
"""
CALLER = """
start: top
top: {text: "Top", menu: {go: Go}, next: place}
place: {call: s/, next: {b: done, "*": other}, as: second}
done: {text: "Done"}
other: {text: "Other", menu: {x: X}, next: done}
"""


# -- back


def test_back_is_not_offered_on_the_first_screen():
    assert "0. Back" not in dial(CITY).reply.text
    assert "0. Back" in dial(CITY, "1").reply.text


def test_back_shows_the_screen_before_and_forgets_its_answer():
    assert dial(CITY, "1", "0") == dial(CITY)
    assert dial(CITY, "1", "Orlando", "0").state == dial(CITY, "1").state


def test_back_goes_as_far_as_the_first_screen():
    assert dial(CITY, "1", "Orlando", "0", "0").state == dial(CITY).state


def test_back_passes_over_screens_that_were_skipped():
    assert dial(CITY, "1", "0", known={"place": "known"}).state == dial(CITY, known={"place": "known"}).state


def test_back_forgets_the_effect_that_the_answer_gathered():
    flows = flow(
        'start: a\na: {text: "?", menu: {x: X, y: Y}, do: note, next: b}\n'
        'b: {text: "!", menu: {x: X}, do: more, next: c}\nc: {text: "End"}'
    )

    assert names(dial(flows, "1", "1", start="t")) == ["note", "more"]
    again = dial(flows, "1", "0", "2", "1", start="t")
    assert [(effect.name, effect.data["a"]) for effect in again.effects] == [("note", "y"), ("more", "y")]


def test_back_leaves_a_flow_for_the_one_before():
    assert dial(CITY, "1", "0", start="home") == dial(CITY, start="home")


def test_back_at_the_first_screen_of_a_sub_flow_goes_to_the_caller():
    flows = flow(CALLER, s=SUB)

    assert dial(flows, "1", "0", start="t").state == dial(flows, start="t").state
    assert dial(flows, "1", "1", "0", start="t").state == dial(flows, "1", start="t").state


def test_back_from_behind_a_sub_flow_goes_into_it_again():
    flows = flow(CALLER.replace("{b: done", "{never: done"), s=SUB)
    behind = dial(flows, "1", "1", "1", start="t")

    assert behind.reply.text.startswith("Other")
    assert dial(flows, "1", "1", "1", "0", "1", start="t").state == behind.state


def test_coming_round_to_a_screen_is_no_step_further_from_the_first():
    round_trip = dial(CITY, "2", "2", start="home")

    assert round_trip.reply == dial(CITY, start="home").reply
    assert round_trip.state.trail == ()


def test_a_choice_of_key_0_is_the_way_out_and_stands_last():
    flows = flow('start: a\na: {text: "?", menu: {"0": Exit, x: X}, next: {"0": b, x: c}}\nb: {text: B}\nc: {text: C}')

    assert dial(flows, start="t").reply.text == "?\n1. X\n0. Exit"
    assert dial(flows, "0", start="t").reply.text == "B"
    assert dial(flows, "1", start="t").reply.text == "C"


def test_a_listed_option_of_key_0_bears_a_number_like_all_others():
    flows = flow('start: a\na: {text: "?", menu: {from: marks}, do: note, next: b}\nb: {text: End}')
    town = Town(lists={"marks": options("0", "1", "2")})

    assert dial(flows, start="t", town=town).reply.text == "?\n1. 0\n2. 1\n3. 2"
    assert dial(flows, "1", start="t", town=town).state.answers == {"a": "0"}
    assert dial(flows, "0", start="t", town=town).state.answers == {}


# -- once and needs


def test_what_is_known_is_not_asked_again():
    assert dial(CITY, "1", known={"place": "orlando"}).reply.text.startswith("Near what?")


def test_an_empty_answer_is_not_known():
    assert dial(CITY, "1", known={"place": ""}).reply.text.startswith("Which area?")


def test_a_screen_that_needs_an_answer_is_shown_only_with_it():
    assert dial(CITY, "1").reply.text.startswith("Which area?")
    assert dial(CITY, "1", known={"home_area": "x"}).reply.text.startswith("Where is it?\n1. Orlando West")


def test_a_skipped_screen_does_nothing():
    flows = flow('start: a\na: {text: "?", menu: {x: X}, once: true, do: note, next: b}\nb: {text: End}')

    assert names(dial(flows, start="t", known={"a": "x"})) == []


def test_a_skipped_screen_leads_where_its_answer_leads():
    flows = flow(
        'start: a\na: {text: "?", menu: {x: X, y: Y}, once: true, next: {x: b, y: c}}\nb: {text: B}\nc: {text: C}'
    )

    assert dial(flows, start="t", known={"a": "y"}).reply.text == "C"


def test_a_screen_without_text_goes_on_by_an_earlier_answer_and_does_its_effect():
    flows = flow(
        'start: a\na: {text: "?", menu: {x: X, y: Y}, next: b}\nb: {as: a, do: note, next: {x: c, "*": d}}\n'
        "c: {text: C}\nd: {text: D}"
    )

    assert dial(flows, "1", start="t").reply.text == "C"
    assert names(dial(flows, "2", start="t")) == ["note"]


# -- lists


LIST = """
start: a
a: {text: "First", menu: {go: Go}, next: list}
list: {text: "Which?", menu: {from: things}, empty: none, next: {one: one, "*": end}}
none: {text: "None"}
one: {text: "One", menu: {x: X}, next: end}
end: {text: "End"}
"""


def test_an_empty_list_goes_where_it_says():
    assert dial(flow(LIST), "1", start="t", town=Town(lists={"things": []})).reply == Reply("None", ends=True)


def test_a_list_of_one_is_answered_by_itself():
    turn = dial(flow(LIST), "1", start="t", town=Town(lists={"things": options("one")}))

    assert turn.reply.text == "One\n1. X\n0. Back"
    assert turn.state.answers == {"a": "go", "list": "one"}


def test_a_list_of_one_is_asked_where_an_answer_does_something():
    flows = flow('start: a\na: {text: "Vote", menu: {from: things}, do: vote, next: b}\nb: {text: End}')

    assert dial(flows, start="t", town=Town(lists={"things": options("one")})).reply.text == "Vote\n1. One"


def test_a_list_of_one_beside_fixed_choices_or_words_is_asked():
    for more in ("menu: {from: things, none: None}", "menu: {from: things}, ask: {kind: words}"):
        flows = flow(f'start: a\na: {{text: "Which?", {more}, next: b}}\nb: {{text: End}}')
        assert not dial(flows, start="t", town=Town(lists={"things": options("one")})).reply.ends


def test_a_number_means_what_was_read_even_if_the_list_has_changed():
    flows, things = flow(LIST), {"things": options("x", "one", "y")}
    before = dial(flows, "1", start="t", town=Town(lists=things)).state

    after = step(flows, before, "2", Town(lists={"things": options("new", "x", "one")}))
    assert after.state.answers["list"] == "one"
    again = step(flows, before, "7", Town(lists={"things": options("new")}))
    assert "1. X\n2. One\n3. Y" in again.reply.text


def test_an_empty_menu_at_the_very_start_is_an_end_and_never_a_dead_end():
    flows = flow('start: a\na: {text: "Which?", menu: {from: things}, next: b}\nb: {text: End}')

    assert dial(flows, start="t", town=Town(lists={"things": []})).reply == Reply("Which?", ends=True)


def test_an_empty_menu_later_on_still_offers_the_way_back():
    flows = flow(
        "start: z\nz: {text: Z, menu: {x: X}, next: a}\na: {text: 'Which?', menu: {from: things}, next: b}\n"
        "b: {text: End}"
    )

    assert dial(flows, "1", start="t", town=Town(lists={"things": []})).reply == Reply("Which?\n0. Back", ends=False)


# -- sub-flows


def test_a_sub_flow_comes_back_and_its_answers_stay():
    turn = dial(flow(CALLER, s=SUB), "1", "1", "1", start="t")

    assert turn.reply == Reply("Done", ends=True)
    assert turn.state.answers == {"top": "go", "first": "a", "second": "b"}


def test_a_call_may_be_skipped_like_any_screen():
    flows = flow(CALLER.replace("as: second", "as: second, once: true"), s=SUB)

    assert dial(flows, "1", start="t", known={"second": "b"}).reply.text == "Done"


def test_sub_flows_may_call_sub_flows():
    deep = "start: only\nonly: {call: s/, next: return}"
    flows = flow("start: a\na: {call: d/, next: b}\nb: {text: End}", d=deep, s=SUB)

    assert dial(flows, "1", "1", start="t").reply == Reply("End", ends=True)


def test_jumping_out_of_sub_flows_for_ever_leaves_nothing_behind():
    sub = "start: only\nonly: {text: Only, menu: {home: Home}, next: {home: t/}}"
    flows = flow("start: top\ntop: {text: Top, menu: {go: Go}, next: call}\ncall: {call: s/, next: top}", s=sub)

    few, many = dial(flows, *["1"] * 4, start="t"), dial(flows, *["1"] * 40, start="t")
    assert few.state == many.state


# -- faulty flows


@pytest.mark.parametrize(
    "text",
    [
        "start: a\na: {next: b}\nb: {next: a}",
        "start: a\na: {text: hi, needs: x, otherwise: a}",
        "start: a\na: {call: t/, next: a}",
        "start: a\na: {text: hi, menu: {from: things}, empty: a, next: a}",
    ],
)
def test_a_flow_that_runs_in_a_circle_ends_politely(text):
    turn = dial(flow(text), start="t", town=Town(lists={"things": []}))

    assert turn.reply == Reply("Sorry, we lost our way. Please dial again.", ends=True)


# -- danger


def test_a_screen_that_forgets_leaves_nothing_but_the_language():
    turn = dial(CITY, "3", known={"language": "zu", "home_area": "x"})

    assert turn.reply == Reply("Call 10111. We saved nothing.", ends=True)
    assert turn.effects == ()
    assert turn.state.answers == {"language": "zu"}
    assert turn.state.trail == turn.state.calls == turn.state.effects == ()


def test_a_screen_that_forgets_takes_back_what_was_gathered():
    flows = flow('start: a\na: {text: "?", menu: {x: X}, do: note, next: danger/}', danger=DANGER)

    assert names(dial(flows, "1", start="t")) == []
