import re
import shutil

import pytest
from click.testing import CliRunner

from app.civic.lists import LISTS
from app.civic.longest import Codes
from app.civic.values import VALUES
from app.civic.worst import screens_too_long, worst
from app.cli import flows
from app.cli.given import Given
from app.cli.main import izwi
from app.config import NAMES, ROOT
from app.engine.words import Texts, Words
from app.jobs import publishing
from app.jobs.effects import EFFECTS
from tests.conftest import demo_city


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Flows of one's own, like the real ones."""
    own = shutil.copytree(flows.FLOWS, tmp_path / "flows")
    monkeypatch.setattr(flows, "FLOWS", own)
    return own


def edit(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def longest(texts):
    return worst(demo_city(), texts, Codes("*120*4932#", "31245"), EFFECTS)


@pytest.fixture(scope="module")
def texts():
    return Texts.load(Words.load(flows.FLOWS / "locale", drafts=True), flows.FLOWS / "texts.yaml")


def test_every_word_in_every_language_fits_every_phone():
    """The flows as they are, with the longest names of the demo city."""
    found = flows.checked(ROOT / "demo")

    assert [str(fault) for fault in found.faults] == []
    assert set(found.languages) == {"en", *(path.stem for path in (flows.FLOWS / "locale").glob("*.po"))}
    assert found.drawn == found.screens * len(found.languages)


def test_a_fault_is_named_with_file_and_line_and_ends_with_1(operator, folder):
    edit(folder / "report.yaml", 'text: "What is wrong?"', f'text: "{"What is wrong? " * 12}"')

    result = operator.try_to("flows", "check")

    assert result.exit_code == 1
    assert any(line.startswith("report.yaml:") and "kind: in en" in line for line in result.stdout.splitlines())


def test_texts_that_the_program_says_and_somebody_deleted_are_all_named(operator, folder):
    path = folder / "texts.yaml"
    kept = [
        line for line in path.read_text("utf-8").splitlines() if not line.startswith(("screen.free", "screen.undo"))
    ]
    path.write_text("\n".join(kept), "utf-8")
    edit(folder / "report.yaml", "file_report", "fly_report")

    lines = operator.try_to("flows", "check").stdout.splitlines()

    assert "texts.yaml:1: screen.free: missing, and the program says it" in lines
    assert "texts.yaml:1: screen.undo: missing, and the program says it" in lines
    assert any("there is no effect 'fly_report'" in line for line in lines)


def test_a_placeholder_that_a_text_cannot_have_is_named(operator, folder):
    edit(folder / "texts.yaml", 'screen.free: "', 'screen.free: "{nobody} ')

    lines = operator.try_to("flows", "check").stdout.splitlines()

    assert any(
        re.fullmatch(r"texts\.yaml:\d+: screen\.free: \{nobody\} has no value in one of these", line) for line in lines
    )


def test_a_text_that_ends_a_session_has_no_second_page(texts):
    long = Texts(texts.words, {**texts.sources, "dial.busy": "Please wait. " * 13})

    faults = list(screens_too_long(long, longest(texts)))

    assert [fault.what.partition(" septets")[0] for fault in faults if " en " in fault.what] == ["dial.busy: in en 9"]


def test_no_settings_are_needed(monkeypatch):
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)

    assert CliRunner().invoke(izwi, ["flows", "check"], obj=Given()).exit_code == 0


def test_every_list_and_value_that_flows_may_ask_for_has_its_longest(texts):
    found = longest(texts)

    for language in texts.words.languages:
        assert set(found.lists[language]) >= set(LISTS)
        assert set(found.values[language]) >= set(VALUES)


def test_longer_than_the_longest_is_never_lent(texts):
    """A few values that can be known beforehand."""
    values = longest(texts).values["en"]

    assert max(len(place.name) for place in demo_city().places) == len(values["area"]) == len(values["home_area"])
    assert values["home_place"] == f" {values['home_area']}"
    assert values["reference"] == "999 999 999"
    assert values["ward"] in ("10", "11", "12", "24")
    assert values["emergency"] == "112 Emergency, 080 000 0011 City fire"


def test_the_template_has_every_text(operator, tmp_path):
    out = tmp_path / "izwi.pot"

    operator.say("flows", "extract", "--out", out)

    assert out.read_text(encoding="utf-8") == operator.say("flows", "extract")
    assert 'msgctxt "report.kind"\nmsgid "What is wrong?"' in out.read_text(encoding="utf-8")


# -- what is said ------------------------------------------------------------------------------------------------------


@pytest.fixture
def said(services, folder):
    """The folder, as it is said."""
    services.editions.source = folder
    publishing.publish(services, starting=True)
    return folder


def test_status_says_what_is_said_and_that_the_folder_is_it(operator, said):
    found = operator.ask("flows", "status")

    assert (found["folder"], found["said"], found["kept"]) == ("said", found["made"], 1)
    assert found["refused"] == found["told"] == []


def test_status_names_what_keeps_an_edit_from_being_said(operator, said):
    edit(said / "report.yaml", "start: kind", "start: kin")

    result = operator.try_to("flows", "status")

    assert result.exit_code == 1
    assert "report.yaml:2: start: there is no screen 'kin'" in result.stdout
    assert re.fullmatch(r"izwi: the flows are not taken up: \d+ faults; [0-9a-f]{12} goes on\n", result.stderr)


def test_an_edit_can_be_said_at_once(operator, said):
    edit(said / "report.yaml", "What is wrong?", "What happened?")

    assert operator.ask("flows", "status")["folder"] == "waits to be said"
    assert operator.say("flows", "publish").startswith("From now on said: ")
    assert operator.say("flows", "publish").startswith("Already said: ")
    assert operator.ask("flows", "status")["kept"] == 2


def test_what_does_not_fit_this_city_is_said_only_if_somebody_insists(operator, said):
    edit(said / "report.yaml", "What is wrong?", "What is wrong? " * 12)

    assert "septets too long" in operator.refused("flows", "publish")
    assert operator.say("flows", "publish", "--anyway").startswith("From now on said: ")


def test_what_is_broken_is_not_said_whoever_insists(operator, said):
    edit(said / "report.yaml", "file_report", "fly_report")

    assert "there is no effect 'fly_report'" in operator.refused("flows", "publish", "--anyway")


def test_a_text_that_a_language_lacks_is_counted_and_keeps_nothing_back(operator, said):
    before = operator.ask("flows", "status")["unsaid"]
    edit(said / "report.yaml", "What is wrong?", "What happened?")

    others = operator.services.words.languages[1:]
    assert before == {}
    assert operator.ask("flows", "status")["unsaid"] == dict.fromkeys(others, 1)
    assert re.search(r"(?m)^unsaid  .*\bst 1\b.* \(said in English; flows check --m", operator.say("flows", "status"))


@pytest.mark.parametrize("language", ["st", "Sesotho", "sesotho"])
def test_what_a_language_lacks_is_named_by_the_line_of_the_english(operator, folder, language):
    edit(folder / "report.yaml", "What is wrong?", "What happened?")
    edit(folder / "texts.yaml", 'dial.again: "', 'dial.again: "Oh. ')

    assert operator.say("flows", "check", "--missing", language).splitlines() == [
        "report.yaml:4: report.kind: 'What happened?'",
        "texts.yaml:12: dial.again: 'Oh. Sorry, something went wrong. Please dial again.'",
        "2 texts are not said in Sesotho",
    ]


def test_a_language_that_there_is_not_lacks_nothing_and_is_told(operator, folder):
    assert "nothing is said in 'Latin': en, " in operator.refused("flows", "check", "--missing", "Latin")


def test_a_translation_of_what_is_no_more_is_a_note_and_no_fault(operator, said):
    with (said / "locale" / "zu.po").open("a", encoding="utf-8") as catalogue:
        catalogue.write('\nmsgctxt "home.nosuch"\nmsgid "No"\nmsgstr "Cha"\n')

    assert "note: locale/zu.po:" in operator.say("flows", "check")
    assert "note: locale/zu.po:" in operator.say("flows", "status")
    assert operator.say("flows", "publish").startswith("From now on said: ")


def test_a_start_with_a_broken_folder_goes_on_with_what_was_said(operator, said):
    (said / "texts.yaml").unlink()

    assert "goes on" in operator.try_to("prepare").stderr
    assert operator.services.editions.current().flows


def test_the_first_start_with_a_broken_folder_is_refused_with_its_faults(operator, folder):
    operator.services.editions.source = folder
    (folder / "texts.yaml").unlink()

    assert "texts.yaml:1: the file is missing" in operator.refused("prepare")


def test_a_start_is_refused_if_what_was_said_is_broken_under_this_program_too(operator, said, monkeypatch):
    (said / "texts.yaml").unlink()
    monkeypatch.setattr(publishing, "EFFECTS", {})

    assert "texts.yaml:1: the file is missing" in operator.refused("prepare")


def test_a_start_on_a_new_machine_says_flows_that_do_not_fit_its_city(operator, folder):
    operator.services.editions.source = folder
    edit(folder / "report.yaml", "What is wrong?", "What is wrong? " * 12)

    assert "septets too long" in operator.try_to("prepare").stderr
    assert operator.ask("flows", "status")["folder"] == "said"


def test_keywords_are_checked_with_everything_else(operator, folder):
    edit(folder / "keywords.yaml", "takes: keyword", "takes: anything")

    result = operator.try_to("flows", "check")

    assert re.search(r"keywords\.yaml:\d+: commands: HELP: takes: ", result.stdout)
