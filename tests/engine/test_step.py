"""Conversations as residents have them."""

import pytest

from app.engine.state import Effect, Option, Reply
from app.engine.step import begin, step
from tests.engine.phone import CITY, Town, dial, flow, names, options

KIND = "What is wrong?\n1. No water\n2. Leak\n3. Danger"
AREA = "Which area?\n1. I do not know\nOr a ward number\n0. Back"


def test_a_full_conversation_files_one_report():
    turn = dial(CITY, "1", "Orlando", "Juja Road")

    assert turn.reply == Reply("Thanks. 482 913 1.", ends=True)
    said = {"category": "no_water", "place": "orlando", "area": "Orlando", "landmark": "Juja Road"}
    assert turn.effects == (Effect("file_report", said, "report.thanks"),)


def test_each_screen_reads_as_it_was_written():
    assert dial(CITY).reply == Reply(KIND, ends=False)
    assert dial(CITY, "2").reply == Reply(AREA, ends=False)
    assert dial(CITY, "2", "1").reply.text == "Near what?\n1. Vilakazi st\n2. Cannot say\n0. Back"


@pytest.mark.parametrize("nonsense", ["", " ", "0", "4", "9", "water", "1*1", "²", "٢", "１", "01", "1.0", "-1", "1e1"])
def test_nonsense_shows_the_same_screen_again(nonsense):
    turn = dial(CITY, nonsense)

    assert turn.state == dial(CITY).state
    assert turn.effects == ()
    assert turn.reply == Reply(f"Not understood. Please choose a number.\n{KIND}", ends=False)


@pytest.mark.parametrize("nonsense", ["98", "00", "99", "000", "9" * 5000, "\x00", "1\n1", "{area}", "##", "1##"])
def test_stranger_nonsense_too(nonsense):
    assert dial(CITY, nonsense).state == dial(CITY).state


@pytest.mark.parametrize("typed", ["2", " 2 ", "2#", " 2 # ", "\t2\n"])
def test_a_number_may_have_spaces_and_one_hash(typed):
    assert dial(CITY, typed).state.answers == {"category": "leak"}


def test_a_number_on_the_menu_is_a_choice_even_where_words_may_be_typed():
    assert dial(CITY, "1", "1").state.answers["place"] == "unknown"
    assert dial(CITY, "1", "1", "1").state.answers["landmark"] == "vilakazi_st"


def test_any_other_number_is_words_where_words_may_be_typed():
    assert dial(CITY, "1", "1", "38").effects[0].data["landmark"] == "38"
    assert dial(CITY, "1", "1", "98").effects[0].data["landmark"] == "98"


def test_words_are_kept_as_typed():
    assert dial(CITY, "1", "1", "  12 Juja Rd# ").effects[0].data["landmark"] == "  12 Juja Rd# "


def test_words_that_nobody_can_read_ask_again():
    assert dial(CITY, "1", "!?").reply.text == f"Not found. Please try again.\n{AREA}"


def test_nothing_typed_is_not_words():
    assert dial(CITY, "1", "1", "   ").state == dial(CITY, "1", "1").state


def test_the_retry_text_gives_way_to_content():
    assert dial(CITY, "9", town=Town(limit=60)).reply == Reply(KIND, ends=False)


def test_a_screen_is_said_in_the_language_of_the_resident():
    known = {"language": "zu"}

    assert dial(CITY, known=known).reply.text.startswith("Yini inkinga?\n")
    assert dial(CITY, "1", "1", "1", known=known).reply.text == "Siyabonga. 482 913 1."


def test_a_language_just_chosen_speaks_at_once():
    zulu = dial(CITY, "2", "1", "2", "2", "1", start="home")

    assert zulu.reply.text.startswith("Yini inkinga?\n")


def test_what_is_shown_is_gsm_and_cannot_look_like_a_line_more():
    town = Town(lists={"categories": [Option("a", "Mošupi\n2. “Free” 🐳"), *options("b")]})

    assert dial(CITY, town=town).reply.text == 'What is wrong?\n1. Mosupi 2. "Free" ?\n2. B'


def test_a_value_is_not_read_as_a_placeholder_again():
    turn = dial(CITY, known={"home_area": "x"}, town=Town(values={"home_area": "{reference}"}))

    assert dial(CITY, "1", known={"home_area": "x"}, town=Town(values={"home_area": "{reference}"})).reply.text == (
        "Where is it?\n1. {reference}\n2. Another area\n0. Back"
    )
    assert turn.reply.text == KIND


def test_after_the_end_the_end_is_said_again_and_nothing_done_twice():
    end = dial(CITY, "1", "1", "1")

    for typed in ("", "1", "0", "98"):
        after = step(CITY, end.state, typed, Town())
        assert (after.reply, after.effects, after.state) == (end.reply, (), end.state)


def test_the_same_turn_twice_is_the_same_turn():
    state = dial(CITY, "1", "1").state

    assert step(CITY, state, "1", Town()) == step(CITY, state, "1", Town())


def test_a_conversation_may_begin_at_a_screen():
    assert dial(CITY, start="report.landmark").reply.text.startswith("Near what?")
    assert dial(CITY, start="report/").reply == dial(CITY).reply


@pytest.mark.parametrize("start", ["nowhere", "report.nowhere", "", "."])
def test_a_start_that_is_not_there_ends_politely(start):
    assert dial(CITY, start=start).reply == Reply("Sorry, we lost our way. Please dial again.", ends=True)


def test_a_screen_that_was_taken_out_under_a_session_ends_politely_and_keeps_what_was_said():
    flows = flow('start: a\na: {text: "?", menu: {x: X}, do: note, next: b}\nb: {text: "!", menu: {x: X}, next: b}')
    state = dial(flows, "1", start="t").state
    turn = step({}, state, "1", Town())

    assert turn.reply.ends
    assert names(turn) == ["note"]
    assert names(step({}, turn.state, "1", Town())) == []


def test_a_text_without_choices_goes_on_at_anything():
    flows = flow('start: a\na: {text: "Please read", next: b}\nb: {text: "End"}')

    for typed in ("", "1", "0", "ok"):
        assert dial(flows, typed, start="t").reply == Reply("End", ends=True)


def test_an_answer_without_a_way_is_not_understood():
    flows = flow('start: a\na: {text: "?", menu: {from: moves}, next: {x: b}}\nb: {text: "End"}')
    town = Town(lists={"moves": options("x", "y")})

    assert dial(flows, "2", start="t", town=town).state == dial(flows, start="t", town=town).state
    assert dial(flows, "1", start="t", town=town).reply.text == "End"


def test_a_state_cannot_be_changed():
    turn = begin(CITY, "report", {}, Town())

    with pytest.raises(AttributeError):
        turn.state.at = "home.home"
