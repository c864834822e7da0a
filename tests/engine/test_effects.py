"""Effects wait for the end, or are done at once where they cannot; a dropped session does what is known."""

from app.engine.state import Effect
from app.engine.step import dropped, step
from tests.engine.phone import CITY, DANGER, Town, dial, flow, names

FORM = """
start: a
a: {text: "A?", menu: {x: X}, do: one, next: b}
b: {text: "B?", menu: {x: X}, do: {effect: two, now: true}, next: c}
c: {text: "C?", menu: {x: X}, do: three, on_drop: left, next: end}
end: {text: "End", do: four}
"""


def test_effects_wait_for_the_end():
    flows = flow(FORM)

    assert names(dial(flows, "1", start="t")) == []
    assert names(dial(flows, "1", "1", "1", start="t")) == ["one", "three", "four"]


def test_an_effect_that_cannot_wait_comes_with_its_own_turn_only():
    turn = dial(flow(FORM), "1", "1", start="t")

    assert turn.effects == (Effect("two", {"a": "x", "b": "x"}, "t.b", now=True),)
    assert [effect.name for effect in turn.state.effects] == ["one"]


def test_an_effect_has_the_answers_of_its_moment():
    effects = dial(flow(FORM), "1", "1", "1", start="t").effects

    assert [effect.data for effect in effects] == [{"a": "x"}, dict.fromkeys("abc", "x"), dict.fromkeys("abc", "x")]
    assert [effect.screen for effect in effects] == ["t.a", "t.c", "t.end"]


def test_a_screen_that_is_shown_again_does_nothing():
    assert dial(flow(FORM), "9", start="t").state.effects == ()


def test_an_ending_does_its_effect_when_it_is_shown():
    assert names(dial(flow("start: a\na: {text: End, do: note}"), start="t")) == ["note"]


def test_a_dropped_session_does_what_was_gathered_and_what_its_screen_says():
    flows = flow(FORM)

    assert dropped(flows, dial(flows, start="t").state) == ()
    assert [effect.name for effect in dropped(flows, dial(flows, "1", start="t").state)] == ["one"]
    assert dropped(flows, dial(flows, "1", "1", start="t").state) == (
        Effect("one", {"a": "x"}, "t.a"),
        Effect("left", {"a": "x", "b": "x"}, "t.c"),
    )


def test_a_report_dropped_half_way_is_filed_as_far_as_known():
    state = dial(CITY, "1", "Orlando").state

    assert dropped(CITY, state) == (
        Effect("file_report", {"category": "no_water", "place": "orlando", "area": "Orlando"}, "report.landmark"),
    )


def test_a_session_that_ended_drops_nothing():
    assert dropped(CITY, dial(CITY, "1", "1", "1").state) == ()


def test_a_session_dropped_in_danger_leaves_nothing():
    sub = "start: s\ns: {text: S, menu: {x: X}, next: {x: danger/}}"
    flows = flow("start: a\na: {call: s/, on_drop: left, next: b}\nb: {text: B}", s=sub, danger=DANGER)

    assert [effect.name for effect in dropped(flows, dial(flows, start="t").state)] == ["left"]
    assert dropped(flows, dial(flows, "1", start="t").state) == ()


def test_a_sub_flow_drops_what_its_caller_says():
    sub = "start: s\ns: {text: S, menu: {x: X}, next: return}"
    flows = flow("start: a\na: {call: s/, on_drop: left, next: b}\nb: {text: B}", s=sub)

    assert dropped(flows, dial(flows, start="t").state) == (Effect("left", {}, "t.a"),)


def test_a_screen_taken_out_under_a_session_still_drops_what_was_gathered():
    state = dial(flow(FORM), "1", start="t").state

    assert [effect.name for effect in dropped({}, state)] == ["one"]


def test_an_ending_over_several_pages_does_all_before_its_first_page_is_read():
    flows = flow('start: a\na: {text: "?", menu: {x: X}, do: note, next: b}\nb: {text: "{long}", do: file}')
    town = Town(values={"long": " ".join(["words"] * 40)})
    first = dial(flows, "1", start="t", town=town)

    assert not first.reply.ends
    assert names(first) == ["note", "file"]
    last = step(flows, first.state, "98", town)
    assert last.reply.ends
    assert last.effects == ()
    assert dropped(flows, first.state) == ()
