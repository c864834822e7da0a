"""A flow file is read as it was written, or every fault in it is named at once with its line."""

import pytest

from app.engine.flow import Choice, Do, Flow, Menu, Screen
from app.engine.load import Fault, FlowFaults, load, read

GOOD = """
start: a
a:
  text: "Hello"
  menu: {yes: "Yes", no: "No", 1: "One"}
  next: {yes: b, "*": c}
b: {text: "Good {area}"}
c: {text: "Bad", do: {effect: note, now: true}}
"""


def faults(**files):
    with pytest.raises(FlowFaults) as caught:
        read(files)
    return caught.value.faults


def whats(text, **others):
    return [fault.what for fault in faults(t=text, **others)]


def test_a_file_becomes_frozen_screens():
    flow = read({"t": GOOD})["t"]

    assert (flow.name, flow.start, list(flow.screens)) == ("t", "a", ["a", "b", "c"])
    assert flow.screens["a"].menu == Menu(
        choices=(Choice(key="yes", label="Yes"), Choice(key="no", label="No"), Choice(key="1", label="One"))
    )
    assert flow.screens["a"].next == {"yes": "b", "*": "c"}
    assert flow.screens["c"].do == Do(effect="note", now=True)
    assert flow.screens["a"].line == 3


def test_a_poll_is_the_same_models_made_in_python():
    made = Flow(name="p", start="q", screens={"q": Screen(name="q", text="?", do="vote", next="end")})

    assert made.screens["q"].do == Do(effect="vote")
    assert made.screens["q"].next == {"*": "end"}


def test_a_folder_is_read_without_texts_and_keywords(tmp_path):
    (tmp_path / "t.yaml").write_text(GOOD)
    (tmp_path / "texts.yaml").write_text('a.b: "Text"')
    (tmp_path / "keywords.yaml").write_text("stop: [STOP]")

    assert list(load(tmp_path)) == ["t"]


def test_all_faults_of_all_files_come_at_once():
    assert faults(a="start: x\nx:\n  txt: hi\n  once: maybe\n", b="y: {text: [1]}\n", c="a: [") == [
        Fault("a.yaml", 3, "x: unknown key 'txt', did you mean 'text'?"),
        Fault("b.yaml", 1, "start: the name of the first screen is missing"),
        Fault("b.yaml", 1, "y: text: must be words"),
        Fault("c.yaml", 1, "not YAML: expected the node content, but found '<stream end>'"),
    ]


def test_of_a_file_that_cannot_be_read_nothing_else_is_said():
    assert [fault.line for fault in faults(t="start: a\na:\n  text: 'hi\nb: {text: x}\n")] == [5]


@pytest.mark.parametrize(
    ("screen", "what"),
    [
        ("{text: hi, once: 1}", "once: must be true or false"),
        ("{text: hi, menu: [1, 2], next: a}", "menu: must be keys and labels"),
        ("{text: hi, menu: {x: {y: z}}, next: a}", "menu: x: must be words"),
        ("{text: hi, ask: place, next: a}", "ask: must be keys and values"),
        ("{text: hi, ask: {hint: x}, next: a}", "ask: kind: missing"),
        ("{text: hi, do: {effect: x, later: true}}", "do: later: unknown key"),
        ("{text: hi, as: }", "as: nothing stands behind it"),
        ("{text: hi, name: b}", "unknown key 'name'"),
        ("hello", "a screen is keys and values, like text: and menu:"),
        ("{text: hi, text: ho}", "'text' stands here twice"),
    ],
)
def test_a_wrong_type_is_told_in_plain_words(screen, what):
    found = whats(f"start: a\na: {screen}")

    assert len(found) == 1
    assert what in found[0]


@pytest.mark.parametrize(
    ("screen", "what"),
    [
        ("{menu: {x: X}, next: e}", "text: missing (only a screen that calls or just goes on has none)"),
        ("{do: note}", "text: missing (only a screen that calls or just goes on has none)"),
        ("{text: hi, menu: {x: X}}", "next: missing, where does the answer lead?"),
        ("{call: t/}", "next: missing, where does the answer lead?"),
        ("{text: hi, call: t/, next: e}", "call: a screen that calls has no text, menu or ask"),
        ("{call: t, next: e}", "call: there is no flow 't' (a flow is written with / behind)"),
        ("{text: hi, menu: {}, next: e}", "menu: needs a choice or 'from'"),
        ("{text: hi, otherwise: e}", "otherwise: without needs"),
        ("{text: hi, needs: x}", "needs: without otherwise, where to if it is not known?"),
        ("{text: hi, once: true}", "once: an ending cannot be skipped"),
        ("{text: hi, empty: e}", "empty: without a list ('menu: {from: ...}')"),
        (
            "{text: hi, menu: {from: l, x: X}, empty: e, next: e}",
            "empty: never used, the fixed choices are always there",
        ),
        ("{text: hi, on_drop: note}", "on_drop: an ending cannot be dropped"),
        ("{text: hi, forgets: true, do: note}", "forgets: keeps nothing, so it does nothing ('do', 'on_drop')"),
        ("{text: hi, as: x}", "as: nothing is answered at an ending"),
        ("{text: hi, menu: {x: X}, next: nowhere}", "next: there is no screen 'nowhere'"),
        ("{text: hi, menu: {x: X}, next: {x: gone/}}", "next: x: there is no flow 'gone/'"),
        ("{text: hi, menu: {x: X}, next: other.e}", "next: there is no screen 'other.e'"),
        ("{text: hi, needs: x, otherwise: nowhere}", "otherwise: there is no screen 'nowhere'"),
        ("{text: hi, menu: {from: l}, empty: nowhere, next: e}", "empty: there is no screen 'nowhere'"),
        ("{text: hi, menu: {x: X, y: Y}, next: {x: e}}", "next: no way for 'y'"),
        ("{text: hi, menu: {x: X}, next: {x: e, z: e}}", "next: 'z' is no choice of this menu"),
        ("{text: hi, menu: {x: X}, ask: {kind: k}, next: {x: e}}", 'next: needs a line "*" for every other answer'),
        ("{next: {x: e}}", 'next: needs a line "*" for every other answer'),
        ("{text: hi, menu: {x: X}, next: return}", "next: return, but no screen calls 't/'"),
        ("{text: 'hi {area', next: e}", "text: a placeholder is a name in braces, like {area}"),
        ("{text: 'hi {Area}', next: e}", "text: a placeholder is a name in braces, like {area}"),
        ("{text: hi, menu: {x: 'X{}'}, next: e}", "'x': a placeholder is a name in braces, like {area}"),
        ("{text: hi, ask: {kind: k, hint: '}'}, next: e}", "hint: a placeholder is a name in braces, like {area}"),
        ("{text: hi, do: File Report}", "do: 'File Report' must be small letters, digits and _, a letter first"),
        ("{text: hi, menu: {'a b': X}, next: e}", "menu: the key 'a b' must be letters and digits"),
        ("{text: hi, menu: {empty: X}, next: e}", "menu: 'empty' is a word of the grammar and cannot be a choice"),
    ],
)
def test_what_does_not_go_together_is_a_fault(screen, what):
    text = f"start: a\na: {screen}\ne: {{text: end}}\n"

    assert f"a: {what}" in [fault.what for fault in faults(t=text) if fault.line == 2]


def test_a_screen_that_no_way_leads_to_is_a_fault():
    text = "start: a\na: {text: hi}\nb:\n  text: ho\n  menu: {x: X}\n  next: c\nc: {text: lost}"

    assert faults(t=text) == [
        Fault("t.yaml", 3, "b: no way leads to this screen"),
        Fault("t.yaml", 7, "c: no way leads to this screen"),
    ]


def test_a_start_that_is_not_there_is_a_fault():
    assert Fault("t.yaml", 1, "start: there is no screen 'b'") in faults(t="start: b\na: {text: hi}")


def test_yaml_of_today_leaves_words_alone():
    flow = read({"t": 'start: no\nno: {text: 12:30, menu: {yes: 012, on: "1e3"}, next: off}\noff: {text: ~x}'})["t"]

    assert flow.screens["no"].text == "12:30"
    assert [(choice.key, choice.label) for choice in flow.screens["no"].choices] == [("yes", "012"), ("on", "1e3")]


@pytest.mark.parametrize(
    "text", ["a: &x {b: *x}", "? [1]\n: 2", "\tb: 1", "a: *b", "- a", "x", "a: !!bool 5", "a: \x00"]
)
def test_strange_yaml_is_a_fault_and_never_a_crash(text):
    assert faults(t=text)
