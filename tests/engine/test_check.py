"""The check finds, before any resident does, what would not fit, not be said, or lead nowhere."""

from dataclasses import replace

import pytest

from app.engine.check import Worst, check
from app.engine.flow import Flow, Menu, Screen
from app.engine.render import SAYS
from app.engine.source import Fault
from app.engine.speech import figures
from app.engine.state import Option
from app.engine.words import Counted, Entry, Texts, Words, sources
from tests.engine.phone import CITY, flow, options

LISTS = {"en": {"categories": options("a", "danger"), "alike": options("b"), "languages": options("en", "zu")}}
VALUES = {"en": {"reference": "482 913 1", "emergency": "10111", "home_area": "Orlando West"}}
WORST = Worst(VALUES, LISTS)


def spoken(flows, texts=None, **changed):
    """A catalogue in which everything is said as in English, but for what was changed (by its English)."""
    entries = {
        key: Entry(changed.get(key[1], key[1]), draft=False, line=number)
        for number, (_, _, key) in enumerate(sources(flows, texts or {}), 1)
    }
    return Words({"zu": entries})


def found(flows, words=None, worst=WORST, texts=None):
    words = words or Words()
    return check(flows, words, Texts(words, texts or {}), worst)[0]


def test_good_flows_have_no_faults_and_every_screen_is_counted_in_every_language():
    words = spoken(CITY)

    assert check(CITY, words, Texts(words, {}), WORST) == ([], 2 * 9)


def test_a_screen_too_long_is_told_with_how_much():
    flows = flow("start: a\na:\n  text: '{long}'\n")
    worst = Worst({"en": {"long": "x" * 170}}, {})

    assert found(flows, worst=worst) == [Fault("t.yaml", 2, f"a: in en 10 septets too long: {'x' * 170}")]
    assert found(flows, worst=Worst({"en": {"long": "x" * 160}}, {})) == []


def test_a_limit_is_a_setting():
    assert found(CITY, worst=Worst(VALUES, LISTS, limit=182)) == []
    assert len(found(CITY, worst=Worst(VALUES, LISTS, limit=30))) > 3


def test_letters_of_two_septets_and_the_way_back_count():
    top = "start: z\nz: {text: Z, menu: {x: X}, next: a}\n"  # then 1 septet a line end, 4 for `1. X`, 7 for `0. Back`

    assert found(flow(f"{top}a: {{text: '{'[' * 73}', menu: {{x: X}}, next: z}}")) == []
    too_long = found(flow(f"{top}a: {{text: '{'[' * 74}', menu: {{x: X}}, next: z}}"))
    assert [fault.what[:27] for fault in too_long] == ["a: in en 1 septets too long"]


def test_fixed_choices_must_stand_on_one_page_but_a_list_may_run_on():
    fixed = ", ".join(f"c{number}: 'A choice of some length {number}'" for number in range(8))
    long = [Option(f"o{number}", f"A choice of some length {number}") for number in range(8)]
    worst = Worst({}, {"en": {"things": long}})

    assert "too long" in found(flow(f"start: a\na: {{text: '?', menu: {{{fixed}}}, next: b}}\nb: {{text: B}}"))[0].what
    assert found(flow("start: a\na: {text: '?', menu: {from: things}, next: b}\nb: {text: B}"), worst=worst) == []


def test_the_longest_option_must_fit_with_all_that_stands_on_its_page():
    flows = flow("start: a\na: {text: 'Which?', menu: {from: things}, next: b}\nb: {text: B}")
    lists = {"en": {"things": [Option("a", "x" * 133), *options(*"bcdef")]}, "zu": {"things": [Option("a", "x" * 200)]}}

    assert found(flows, worst=Worst({}, lists)) == []
    assert ["in zu 50 septets" in fault.what for fault in found(flows, spoken(flows), Worst({}, lists))] == [True]


def test_the_way_back_to_the_page_before_counts_where_there_is_no_screen_before():
    """The phone would tear the list into pages of their own."""
    flows = flow("start: a\na: {text: 'Which?', menu: {from: things}, next: b}\nb: {text: B}")
    things = [Option("a", "x" * 134), *options(*"bcdef")]

    assert [fault.what[:28] for fault in found(flows, worst=Worst({}, {"en": {"things": things}}))] == [
        "a: in en 1 septets too long:"
    ]


def test_what_fits_in_english_must_fit_in_every_language():
    words = spoken(CITY, **{"Near what?": "Eduze kwani " * 12})

    assert [fault.what[:41] for fault in found(CITY, words)] == ["landmark: in zu 11 septets too long: Eduz"]


def test_a_translation_that_is_too_long_is_told_by_its_catalogue_and_line():
    words = spoken(CITY, **{"Near what?": "Eduze kwani " * 12})
    line = words.entry("report.landmark", "Near what?", "zu").line

    assert [(fault.file, fault.line) for fault in found(CITY, words)] == [("locale/zu.po", line)]


def test_an_english_text_that_is_too_long_is_told_once_however_many_languages_lack_it():
    flows = flow(f"start: a\na:\n  text: '{'x' * 170}'\n  menu: {{b: B}}\n  next: a\n")
    words = Words({name: {("t.a.b", "B"): Entry("C", draft=False, line=1)} for name in ("zu", "st")})

    too_long = [fault for fault in found(flows, words) if "too long" in fault.what]
    assert [(fault.file, fault.line, fault.what[:9]) for fault in too_long] == [("t.yaml", 2, "a: in en ")]


def test_a_text_without_words_in_a_language_is_a_fault():
    words = spoken(CITY)
    del words.catalogues["zu"][("report.landmark", "Near what?")]

    assert found(CITY, words) == [Fault("locale/zu.po", 1, "report.landmark: not said in this language: 'Near what?'")]


def test_a_draft_counts_only_when_drafts_are_on():
    drafts = {key: Entry(entry.text, True, 1) for key, entry in spoken(CITY).catalogues["zu"].items()}

    assert found(CITY, Words({"zu": drafts}, drafts=True)) == []
    assert Words({"zu": drafts}).languages == ("en",)


@pytest.mark.parametrize(
    ("said", "what"),
    [
        ("Siyabonga.", "lost {reference}"),
        ("Siyabonga. {inombolo}.", "lost {reference}, unknown {inombolo}"),
        ("Siyabonga. {reference} {area}.", "unknown {area}"),
        ("Siyabonga. {reference} {Area}.", "a placeholder is a name in braces, like {area}"),
        ("Siyabonga {reference} ሰላም", "not every phone can show ላ ም ሰ"),
    ],
)
def test_a_translation_must_hold_its_placeholders_and_letters(said, what):
    faults = found(CITY, spoken(CITY, **{"Thanks. {reference}.": said}))

    assert f"report.thanks: {what}" in [fault.what for fault in faults]
    assert {fault.file for fault in faults} == {"locale/zu.po"}
    assert all(fault.line > 1 for fault in faults)


DAYS = Counted("{count} day late", "{count} days late")


@pytest.mark.parametrize(
    ("forms", "faults"),
    [
        (("usuku {count}", "izinsuku {count}"), []),
        (("usuku", "izinsuku {count}"), ["a.b: lost {count}"]),
        (("usuku {count}", "izinsuku {many}"), ["a.b: lost {count}, unknown {many}"]),
        ((), ["a.b: needs plural forms: msgid_plural and msgstr[0]"]),
    ],
)
def test_every_plural_form_must_be_there_and_hold_its_placeholders(forms, faults):
    words = spoken(CITY)
    words.catalogues["zu"][("a.b", DAYS.one)] = Entry("usuku {count}", False, 7, forms)
    worst = Worst({"en": {**VALUES["en"], "count": "9,999"}}, LISTS)

    found_in = check(CITY, words, Texts(words, {"a.b": DAYS}), worst)[0]

    assert [fault.what for fault in found_in] == faults
    assert {(fault.file, fault.line) for fault in found_in} <= {("locale/zu.po", 7)}


def test_plural_forms_where_nothing_is_counted_are_a_fault():
    words = spoken(CITY)
    words.catalogues["zu"][("report.landmark", "Near what?")] = Entry("Eduze?", False, 7, ("Eduze?", "Eduze kwani?"))

    assert found(CITY, words) == [
        Fault("locale/zu.po", 7, "report.landmark: no count here, so no plural forms"),
    ]


def test_every_plural_form_must_fit_its_segments():
    worst = Worst({"en": {**VALUES["en"], "count": "1"}}, LISTS, segments=1)
    long = Counted("{count} day", "{count} days " + "x" * 160)

    faults = found(CITY, worst=worst, texts={"a.b": long})
    assert [fault.what for fault in faults] == ["a.b: 2 segments, 1 are allowed"]


def test_one_and_other_must_ask_for_the_same():
    worst = Worst({"en": {**VALUES["en"], "count": "1"}}, LISTS)

    faults = found(CITY, worst=worst, texts={"a.b": Counted("a day", "{count} days")})
    assert [fault.what for fault in faults] == ["a.b: one and other must have the same placeholders"]


def test_a_language_that_does_not_say_its_name_and_days_is_a_fault():
    words = replace(spoken(CITY), speeches={"en": figures("en")})

    assert [str(fault) for fault in found(CITY, words)] == [
        "languages.yaml:1: zu: has a catalogue, but its name, days and months are missing"
    ]


def test_letters_that_can_be_folded_are_no_fault():
    assert found(CITY, spoken(CITY, **{"Near what?": "Kgauswi le “eng”? Tšwelopele"})) == []


def test_english_has_letters_to_watch_too():
    assert [fault.what for fault in found(flow("start: a\na: {text: 'Hello 🐳'}"))] == [
        "t.a: not every phone can show 🐳"
    ]


def test_names_that_the_shell_does_not_know_are_faults():
    flows = flow(
        "start: a\na: {text: '{x}', menu: {from: things}, ask: {kind: magic, hint: '{y}'}, do: fly, on_drop: sink, "
        "next: b}\nb: {text: B}"
    )
    worst = Worst({}, {}, kinds=frozenset({"place"}), effects=frozenset({"file_report"}))

    assert [fault.what for fault in found(flows, worst=worst)] == [
        "a: nobody can read words of the kind 'magic'",
        "a: there is no effect 'fly'",
        "a: there is no effect 'sink'",
        "a: there is no list 'things'",
        "a: there is no value for {x}",
        "a: there is no value for {y}",
    ]


def test_every_answer_of_a_list_must_have_a_way():
    flows = flow("start: a\na: {text: '?', menu: {from: moves, list: List}, next: {undo: b, list: b}}\nb: {text: B}")

    assert [fault.what for fault in found(flows, worst=Worst({}, {"en": {"moves": options("undo", "fixed")}}))] == [
        "a: next: no way for 'fixed' of the list 'moves'"
    ]


def test_flows_made_in_python_are_checked_like_files():
    made = {"p": Flow(name="p", start="q", screens={"q": Screen(name="q", text="?", menu=Menu(), next="end")})}

    assert found(made) == [
        Fault("p.yaml", 0, "q: menu: needs a choice or 'from'"),
        Fault("p.yaml", 0, "q: next: there is no screen 'end'"),
    ]


def test_texts_are_checked_like_screens():
    texts = {"receipt.full": "Izwi {reference} 🐳", "sms.help": "x" * 161}
    words = spoken(CITY, texts, **{"x" * 161: "y"})
    faults = found(CITY, words, Worst(VALUES, LISTS, segments=1), texts)

    assert [(fault.file, fault.what) for fault in faults if fault.file == "texts.yaml"] == [
        ("texts.yaml", "receipt.full: not every phone can show 🐳"),
        ("texts.yaml", "sms.help: 2 segments, 1 are allowed"),
    ]
    del words.catalogues["zu"][("sms.help", "x" * 161)]
    assert "sms.help: not said in this language" in "\n".join(fault.what for fault in found(CITY, words, texts=texts))


def test_what_the_engine_says_must_be_what_the_texts_say():
    assert found(CITY, texts=dict(SAYS)) == []
    assert Fault(
        "texts.yaml", 1, "engine.more: the engine says '98. More', other words belong in a catalogue"
    ) in found(CITY, texts={"engine.more": "98. Next"})


def test_a_number_in_the_engine_s_own_lines_cannot_be_translated():
    assert [fault.what for fault in found(CITY, spoken(CITY, **{"98. More": "9. Okunye"}))] == [
        "engine.more: must begin with '98. '"
    ]


# -- circles of screens that are never shown


@pytest.mark.parametrize(
    "text",
    [
        "start: a\na: {next: b}\nb: {next: a}",
        "start: a\na: {text: A, needs: x, otherwise: b}\nb: {text: B, needs: y, otherwise: a}",
        "start: a\na: {text: A, menu: {x: X}, once: true, next: b}\nb: {text: B, menu: {x: X}, once: true, next: a}",
        "start: a\na: {text: A, menu: {from: things}, empty: b, next: c}\nb: {next: a}\nc: {text: C}",
        "start: a\na: {text: A, menu: {from: things}, next: b}\nb: {text: B, menu: {from: things}, next: a}",
        "start: a\na: {text: A, needs: x, otherwise: a}",
        "start: a\na: {call: t/, next: b}\nb: {text: B}",
    ],
)
def test_screens_passed_in_a_circle_are_found(text):
    assert any("passed for ever" in fault.what for fault in found(flow(text), worst=Worst({}, {"en": {"things": []}})))


def test_a_circle_is_told_once_with_its_way():
    flows = flow("start: c\nc: {next: b}\nb: {next: a}\na: {next: c}")

    assert found(flows) == [Fault("t.yaml", 4, "a: passed for ever without being shown: t.a -> t.c -> t.b -> t.a")]


def test_a_circle_through_a_sub_flow_is_found():
    flows = flow("start: a\na: {call: s/, next: a}", s="start: s\ns: {text: S, menu: {x: X}, once: true, next: return}")

    assert any("t.a -> " in fault.what or "s.s -> " in fault.what for fault in found(flows))


@pytest.mark.parametrize(
    "text",
    [
        "start: a\na: {text: A, menu: {x: X}, once: true, as: y, next: b}\nb: {text: B, needs: y, otherwise: a}",
        "start: a\na: {text: A, menu: {x: X}, next: b}\nb: {next: a}",
        "start: a\na: {next: {x: b, '*': c}, as: k}\nb: {next: {y: a, '*': c}, as: k}\nc: {text: C}",
    ],
)
def test_a_circle_that_no_answers_can_run_is_none(text):
    assert found(flow(text)) == []
