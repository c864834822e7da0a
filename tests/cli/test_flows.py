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
