"""Whatever is typed, lent or written, a phone gets a reply that fits, and nothing breaks."""

from collections.abc import Mapping, Sequence

from hypothesis import given
from hypothesis import strategies as st

from app.engine.flow import Ask, Choice, Do, Flow, Flows, Menu, Screen
from app.engine.state import Option, Turn
from app.engine.step import begin, dropped, step
from tests.engine.phone import CITY, Town, kept

TYPED = st.one_of(
    st.sampled_from(["", "0", "00", "98", "1", "2", "3", "4", "1#", " 2 ", "99", "Orlando", "*", "²"]),
    st.integers(1, 150).map(str),
    st.text(max_size=40),
)
LABEL = st.text(max_size=200)
OPTIONS = st.lists(st.builds(Option, st.text(max_size=8), LABEL), max_size=110)
NAMES = ["a", "b", "c", "d"]


class Wild(Town):
    """A shell that lends anything at all."""

    def __init__(self, listed: Sequence[Option], value: str, limit: int) -> None:
        super().__init__(limit=limit)
        self.listed, self.said = listed, value

    def options(self, source: str, answers: Mapping[str, str]) -> Sequence[Option]:
        return self.listed

    def value(self, name: str, answers: Mapping[str, str]) -> str:
        return self.said


TOWNS = st.builds(Wild, OPTIONS, st.text(max_size=500), st.sampled_from([60, 160, 182]))


def walk(flows: Flows, start: str, typed: Sequence[str], town: Town) -> Turn:
    """The last turn; every reply was measured and every state read back on the way."""
    turn = begin(flows, start, {}, town)
    for words in typed:
        turn = step(flows, kept(turn, town), words, town)
        dropped(flows, turn.state)
    kept(turn, town)
    return turn


@st.composite
def screens(draw: st.DrawFn, name: str) -> Screen:
    """Any screen, sensible or not."""
    maybe = st.none() | st.sampled_from([*NAMES, "nowhere"])
    way = st.sampled_from([*NAMES, "nowhere", "return", "f/", "g/", "no/"])
    keys = draw(st.lists(st.sampled_from(["x", "y", "0"]), unique=True, max_size=3))
    choices = tuple(Choice(key=key, label=f"Choice {key}") for key in keys)
    return Screen(
        name=name,
        text=draw(st.sampled_from([None, "Hello", "{value}", "Long " * 40, "ሰላም {value}"])),
        menu=draw(st.sampled_from([None, Menu(choices=choices), Menu(source="things", choices=choices)])),
        ask=draw(st.sampled_from([None, Ask(kind="words"), Ask(kind="place", hint="Type {value}")])),
        next=draw(st.none() | way | st.dictionaries(st.sampled_from(["x", "y", "0", "*"]), way)),
        call=draw(st.sampled_from([None, None, None, "f/", "g/", "no/"])),
        once=draw(st.booleans()),
        needs=draw(maybe),
        otherwise=draw(maybe),
        empty=draw(maybe),
        saved_as=draw(st.sampled_from(["", *NAMES])),
        do=draw(st.sampled_from([None, Do(effect="e"), Do(effect="n", now=True)])),
        on_drop=draw(st.sampled_from([None, "left"])),
        forgets=draw(st.sampled_from([False, False, True])),
    )


@st.composite
def any_flows(draw: st.DrawFn) -> Flows:
    """Two flows of any screens."""
    return {
        name: Flow(name=name, start="a", screens={screen: draw(screens(screen)) for screen in NAMES})
        for name in ("f", "g")
    }


@given(st.lists(TYPED, max_size=12))
def test_anything_typed_gets_a_reply_that_fits(typed):
    walk(CITY, "home", typed, Town())


@given(TOWNS, st.lists(TYPED, max_size=8))
def test_anything_lent_gets_a_reply_that_fits(town, typed):
    walk(CITY, "report", typed, town)


@given(any_flows(), TOWNS, st.lists(TYPED, max_size=8))
def test_no_flow_however_faulty_breaks_or_hangs(flows, town, typed):
    walk(flows, "f", typed, town)


@given(any_flows(), TOWNS, st.lists(TYPED, max_size=8), TYPED)
def test_the_same_input_gives_the_same_turn(flows, town, typed, last):
    state = walk(flows, "f", typed, town).state

    assert step(flows, state, last, town) == step(flows, state, last, town)


@given(any_flows(), st.lists(TYPED, max_size=12))
def test_after_the_end_nothing_is_done_any_more(flows, typed):
    town = Town(lists={"things": []}, values={"value": "v"})
    turn = walk(flows, "f", typed, town)
    if turn.reply.ends:
        assert turn.state.effects == ()
        assert step(flows, turn.state, "1", town).effects == ()
        assert dropped(flows, turn.state) == ()


@given(st.lists(TYPED, max_size=6))
def test_back_undoes_any_one_answer(typed):
    before = walk(CITY, "report", typed, Town())
    for answer in ("1", "2", "Orlando"):
        after = step(CITY, before.state, answer, Town())
        if not after.reply.ends and len(after.state.trail) > len(before.state.trail):
            back = step(CITY, after.state, "0", Town())
            assert (back.state.at, back.state.answers) == (before.state.at, before.state.answers)
            assert back.state.effects == before.state.effects
            assert back.state.trail == before.state.trail
