"""An edition is examined: what program, people and city rely on is there, and every fault has its file and line."""

import re
import shutil
from dataclasses import replace

import pytest

from app.civic import anchors, sound
from app.civic.longest import Codes
from app.config import ROOT
from app.engine import edition
from app.jobs.commands import COMMANDS
from app.jobs.effects import EFFECTS
from tests.conftest import demo_city

FLOWS = ROOT / "flows"


@pytest.fixture
def folder(tmp_path):
    """Flows of one's own, like the real ones."""
    return shutil.copytree(FLOWS, tmp_path / "flows")


@pytest.fixture(scope="module")
def said():
    return edition.opened(edition.written(edition.read(FLOWS)), drafts=True)


def edit(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def examined(folder):
    return sound.examine(edition.read(folder, drafts=True), demo_city(), Codes("*120*4932#", "31245"), EFFECTS)


def told(faults):
    return [str(fault) for fault in faults]


def test_the_flows_as_they_are_have_nothing_against_them():
    found = examined(FLOWS)

    assert (found.broken, found.unfit, found.unsaid, found.notes) == ([], [], [], [])


# -- flows -------------------------------------------------------------------------------------------------------------


def test_a_flow_that_nobody_can_come_to_is_a_fault_of_its_own(folder):
    (folder / "hello.yaml").write_text('start: a\na: {text: "Hello", next: hi/}\n')
    (folder / "hi.yaml").write_text('start: a\na: {text: "Hi", next: hello/}\n')

    assert [fault for fault in told(examined(folder).unfit) if "flow" in fault] == [
        "hello.yaml:1: no way leads to this flow: write it as a target, 'hello/'",
        "hi.yaml:1: no way leads to this flow: write it as a target, 'hi/'",
    ]


def test_a_flow_that_another_leads_to_is_none(folder):
    (folder / "hello.yaml").write_text('start: a\na: {text: "Hello"}\n')
    edit(folder / "bribe.yaml", "\n  text:", "\n  next: hello/\n  text:")

    assert not [fault for fault in told(examined(folder).unfit) if "no way leads" in fault]


@pytest.mark.parametrize("name", anchors.ENTRIES)
def test_a_flow_that_the_program_leads_to_cannot_be_missing(said, name):
    without = replace(said, flows={one: flow for one, flow in said.flows.items() if one != name})

    found = sound.examine(without, demo_city(), Codes("*120*4932#", "31245"), EFFECTS)
    assert f"{name}.yaml:1: missing, and the program leads to this flow" in told(found.broken)


def test_a_flow_that_only_flows_led_to_may_go(folder, said):
    edit(folder / "report.yaml", "danger: danger/", "danger: bribe/")
    edit(folder / "report.yaml", "danger: danger/", "danger: bribe/")
    (folder / "danger.yaml").unlink()

    assert list(sound.gone(edition.read(folder), said)) == []


@pytest.mark.parametrize(
    ("file", "old", "new", "what"),
    [
        ("home.yaml", "not_fixed:", "unfixed:", r"asked: menu: the program knows the answer 'not_fixed'"),
        ("report.yaml", "moved: ", "away: ", r"still: menu: the program knows the answer 'moved'"),
        ("report.yaml", "neighbour: ", "other: ", r"whose: menu: the program knows the answer 'neighbour'"),
        ("settings.yaml", "number: ", "little: ", r"measure: menu: the program knows the answer 'number'"),
        ("resume.yaml", '    delete: "Delete it"\n', "", r"offer: menu: the program knows the answer 'delete'"),
    ],
)
def test_a_key_that_the_program_knows_may_not_go(folder, said, file, old, new, what):
    edit(folder / file, old, new)
    if new:
        text = (folder / file).read_text("utf-8")
        (folder / file).write_text(text.replace(f"{{{old}", f"{{{new}").replace(f", {old}", f", {new}"), "utf-8")
    else:
        edit(folder / file, ", delete: deleted", ', "*": deleted')

    faults = told(sound.gone(edition.read(folder), said))

    assert len(faults) == 1
    assert re.match(rf"{file}:[1-9]\d*: {what}: its words may change, its key may not", faults[0])


def test_a_key_of_the_authors_own_may_go(folder, said):
    edit(folder / "settings.yaml", '    area: "My area"', '    place: "My area"')
    edit(folder / "settings.yaml", "    area: area", "    place: area")

    assert list(sound.gone(edition.read(folder, drafts=True), said)) == []


def test_every_key_that_the_program_knows_stands_in_the_flows(said):
    keys: dict[str, set[str]] = {}
    for flow in said.flows.values():
        for screen in flow.screens.values():
            keys.setdefault(screen.answer, set()).update(choice.key for choice in screen.choices)

    for answer, known in anchors.ANSWERS.items():
        assert known <= keys[answer]


# -- keywords ----------------------------------------------------------------------------------------------------------


def test_the_program_follows_every_command_that_may_be_sent_and_no_other():
    assert anchors.COMMANDS | {"STOP", "LEAVE"} == set(COMMANDS)


def test_a_command_that_means_nothing_is_told_with_its_line_and_the_one_that_is_missing(folder):
    line = edit(folder / "keywords.yaml", "  STATUS:", "  STATSU:")

    faults = told(examined(folder).broken)

    assert f"keywords.yaml:{line}: commands: STATSU: means nothing to the program, did you mean STATUS?" in faults
    assert any("commands: STATUS: missing, so whoever sends it files a report" in fault for fault in faults)


def test_a_word_that_means_two_things_is_told_with_its_line(folder):
    line = edit(folder / "keywords.yaml", "en: [help, info]", "en: [help, info, status]")

    assert told(examined(folder).broken) == [f"keywords.yaml:{line}: 'status' means STATUS and HELP"]


def test_a_word_for_a_problem_of_the_city_is_no_keyword(folder):
    line = edit(folder / "keywords.yaml", "st: [thuso]", "st: [thuso, metsi]")

    faults = told(examined(folder).unfit)

    assert len(faults) == 1
    assert faults[0].startswith(f"keywords.yaml:{line}: commands: HELP: st: 'metsi' is WATER")


# -- texts and languages -----------------------------------------------------------------------------------------------


def test_a_text_whose_placeholder_has_no_value_is_told_with_its_line(folder):
    line = edit(folder / "texts.yaml", 'screen.free: "', 'screen.free: "{nobody} ')

    assert f"texts.yaml:{line}: screen.free: {{nobody}} has no value in one of these" in told(examined(folder).broken)


def test_a_language_that_people_are_spoken_to_in_may_not_go(folder, said):
    (folder / "locale" / "sn.po").unlink()

    assert told(sound.gone(edition.read(folder, drafts=True), said)) == [
        "locale/sn.po:1: people are spoken to in this language: its texts may change, but not all of them go"
    ]


def test_a_language_of_drafts_that_nobody_hears_may_go(folder, said):
    unheard = edition.opened(edition.written(said), drafts=False)
    (folder / "locale" / "sn.po").unlink()

    assert list(sound.gone(edition.read(folder, drafts=True), unheard)) == []


HEADER = 'msgid ""\nmsgstr "Language: am\\n"\n\n'


def test_a_translation_of_what_is_no_more_is_noted_and_keeps_nothing_back(folder):
    with (folder / "locale" / "zu.po").open("a", encoding="utf-8") as catalogue:
        catalogue.write('\nmsgctxt "home.nosuch"\nmsgid "No"\nmsgstr "Cha"\n')

    found = examined(folder)

    assert (found.broken, found.unfit) == ([], [])
    assert len(found.notes) == 1
    assert re.match(r"locale/zu\.po:\d+: says nothing any more: nothing is called home\.nosuch", str(found.notes[0]))


def test_a_catalogue_without_a_word_is_noted_and_one_with_words_must_have_its_name_and_days(folder):
    catalogue, entry = folder / "locale" / "am.po", 'msgctxt "home.home.report"\nmsgid "Report"\nmsgstr "{}"\n'
    catalogue.write_text(HEADER + entry.format(""), encoding="utf-8")
    assert told(examined(folder).notes) == ["locale/am.po:1: says nothing yet, and am does not stand in languages.yaml"]

    catalogue.write_text(HEADER + entry.format("Rapor"), encoding="utf-8")
    found = examined(folder)
    assert told(found.unfit) == ["languages.yaml:1: am: has a catalogue, but its name, days and months are missing"]
    assert found.notes == []
