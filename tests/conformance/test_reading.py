"""What is wrong with a script is told at once: file, line, and what to do."""

import pytest

from app.config import ROOT
from app.conformance import reading
from app.conformance.numbers import FICTION, numbers
from app.engine.source import FlowFaults

GOOD = """\
title: A talk
code: "*120*4932#"
phones: {thandi: "", bongi: "+27600000xxx"}
languages:
  en: {report: Report}
  zu: {report: Bika inkinga}
steps:
  - dial: "*120*4932*1#"
    phone: bongi
    double: true
    expect: {contains: [a, b], lacks: c, matches: "^x{2}", ends: false, septets: 120}
    remember: {ref: "([0-9]+)"}
  - choose: "{report}"
    phone: bongi
    together: 4
    maybe: true
  - type: "{ref} {run} {code} {stem} {language}"
    phone: bongi
  - {again: 2, phone: bongi}
  - {late: 1, phone: bongi}
  - {together: 3, phone: bongi}
  - wait: 0.5
  - {drop: silent, phone: bongi}
  - {redial: , phone: bongi}
"""


def faults(text: str) -> list[str]:
    with pytest.raises(FlowFaults) as wrong:
        reading.read_text("t.yaml", text)
    return [str(fault) for fault in wrong.value.faults]


def step(said: str) -> list[str]:
    """The faults of a step behind a dial, without their place."""
    text = f'title: T\nphones: [a]\nsteps:\n  - dial: "*1#"\n  - {said}\n'
    return [fault.removeprefix("t.yaml:5: ") for fault in faults(text)]


def test_everything_that_can_be_said_is_read():
    script = reading.read_text("t.yaml", GOOD)

    assert [one.does for one in script.steps] == [
        "dial",
        "choose",
        "type",
        "again",
        "late",
        "again",
        "wait",
        "drop",
        "redial",
    ]
    assert script.steps[0].expect.contains == ("a", "b")
    assert script.steps[0].expect.lacks == ("c",)
    assert script.steps[1].together == 4
    assert [one.line for one in script.steps[:3]] == [8, 13, 17]


def test_all_faults_are_told_at_once_each_with_its_line():
    assert faults("titel: T\nphones: [a]\nsteps:\n  - type: x\n  - dail: '*1#'\n  - dial: hello\n") == [
        "t.yaml:1: title: some words are needed here",
        "t.yaml:1: unknown key 'titel', did you mean 'title'?",
        "t.yaml:4: a has not dialled yet: begin with dial",
        "t.yaml:5: a step does one thing: dial, redial, type, choose, again, late, drop, wait",
        "t.yaml:5: unknown key 'dail', did you mean 'dial'?",
        "t.yaml:6: dial: write what people dial, like '*120*4932#' or '*120*4932*1*2#'",
    ]


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ("{type: x, phone: b}", "phone: 'b' is none of the phones above: a"),
        ("{type: '{ref}'}", "{ref} is not known here: remember it in a step before"),
        ("{type: x, choose: y}", "a step does one thing: dial, redial, type, choose, again, late, drop, wait"),
        ("choose: ", "choose: say what"),
        ("late: zero", "late: say how many hops back, like 1"),
        ("wait: long", "wait: say how many seconds, at most 900"),
        ("wait: 901", "wait: say how many seconds, at most 900"),
        ("drop: loudly", "drop: leave it empty, or write silent where no event may tell of it"),
        ("{type: x, double: true}", "double: only a dial begins two sessions at once"),
        ("{wait: 1, together: 2}", "together: only what is dialled or typed happens at once"),
        ("{type: x, maybe: true}", "maybe: only a choice can be left out"),
        ("{type: x, together: 99}", "together: input should be less than or equal to 16"),
        ("{type: x, expect: {contain: y}}", "expect: contain: extra inputs are not permitted"),
        ("{type: x, remember: {ref: '('}}", "ref: not a regular expression: missing ), unterminated subpattern"),
        ("{type: x, expect: {matches: '['}}", "matches: not a regular expression: unterminated character set"),
    ],
)
def test_a_step_that_cannot_be_played_says_what_to_do(said: str, fault: str):
    (only,) = step(said)

    assert only.startswith(fault)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("- a\n", "t.yaml:1: a talk is keys and values: title, phones, steps"),
        ("a: [\n", "t.yaml:2: not YAML"),
        ("title: T\nphones: [a]\n", "t.yaml:1: steps: write them as a list, the first one a dial"),
        ("title: T\nphones: []\nsteps: [drop]\n", "t.yaml:2: phones: name at least one, like [thandi]"),
        ("title: T\nphones: {a: 082}\nsteps: [drop]\n", "t.yaml:2: a: write a number like"),
        ("title: T\ncode: 120\nphones: [a]\nsteps: [drop]\n", "t.yaml:2: code: write what people dial"),
        ("title: T\nphones: [a]\nlanguages: en\nsteps: [drop]\n", "t.yaml:3: languages: write each with its words"),
        (
            "title: T\nphones: [a]\nlanguages:\n  en: {a: x}\n  zu: {b: x}\nsteps: [drop]\n",
            "t.yaml:4: en: the word 'b' is missing, which another language has",
        ),
    ],
)
def test_a_script_that_is_none_says_what_to_do(text: str, fault: str):
    assert any(said.startswith(fault) for said in faults(text)), faults(text)


def test_a_file_that_cannot_be_read_is_a_fault(tmp_path):
    (tmp_path / "latin.yaml").write_bytes(b"title: caf\xe9")

    for name, what in (("nothing.yaml", "No such file"), ("latin.yaml", "not UTF-8"), (".", "Is a directory")):
        with pytest.raises(FlowFaults, match=what):
            reading.read(tmp_path / name)


def test_numbers_are_new_in_every_run_and_nobody_s():
    phones = dict.fromkeys("abcdefgh", "")
    first, second = (numbers(phones, FICTION, run) for run in ("one", "two"))

    assert len(set(first.values())) == 8
    assert set(first.values()) & set(second.values()) == set()
    assert all(number[5:10] == "55501" and len(number) == 12 for number in first.values())
    assert numbers(phones, FICTION, "one") == first


def test_given_numbers_stay_and_only_their_x_is_made_up():
    made = numbers({"a": "+27821234567", "b": "+2760000xxxx"}, FICTION, "one")

    assert made["a"] == "+27821234567"
    assert made["b"].startswith("+2760000")
    assert "x" not in made["b"]


def test_every_script_that_comes_with_this_is_whole():
    files = sorted((ROOT / "docs" / "talks").glob("*.yaml"))

    assert len(files) >= 11
    assert all(reading.read(path).title for path in files)
