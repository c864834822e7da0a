"""Editions: the folder read whole or not at all, and the same words under the same digest wherever they come from."""

import os
import shutil
from dataclasses import replace

import pytest

from app.config import ROOT
from app.engine import edition
from app.engine.source import FlowFaults

FLOWS = ROOT / "flows"


@pytest.fixture
def folder(tmp_path):
    """Flows of one's own, like the real ones."""
    return shutil.copytree(FLOWS, tmp_path / "flows")


def edit(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def faults(folder):
    with pytest.raises(FlowFaults) as refused:
        edition.read(folder)
    return [str(fault) for fault in refused.value.faults]


def plain(words):
    """Catalogues without the lines, which only files have."""
    return {
        language: {key: replace(entry, line=0) for key, entry in entries.items()}
        for language, entries in words.catalogues.items()
    }


@pytest.mark.parametrize("drafts", [True, False])
def test_what_is_written_of_an_edition_says_the_same_when_it_is_opened(drafts):
    made = edition.read(FLOWS, drafts)

    opened = edition.opened(edition.written(made), drafts)

    assert opened.digest == made.digest
    assert edition.written(opened) == edition.written(made)
    assert replace(opened.words, catalogues={}) == replace(made.words, catalogues={})
    assert opened.words.catalogues == plain(made.words)
    assert opened.words.languages == made.words.languages
    assert opened.texts.sources == made.texts.sources
    assert opened.keywords.data == made.keywords.data
    assert set(opened.flows) == set(made.flows)


def test_drafts_are_a_matter_of_who_reads_it():
    assert edition.read(FLOWS, True).digest == edition.read(FLOWS, False).digest


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("report.yaml", '"What is wrong?"', '"What is the matter?"'),
        ("texts.yaml", "Thank", "Thanks and thank"),
        ("keywords.yaml", "  HELP:", "  HELPME:"),
        ("languages.yaml", "[Mon,", "[Mnd,"),
        ("locale/zu.po", 'msgstr "', 'msgstr "Yebo '),
    ],
)
def test_any_word_makes_another_edition(folder, file, old, new):
    before = edition.read(folder).digest

    edit(folder / file, old, new)

    assert edition.read(folder).digest != before


def test_a_note_or_an_empty_line_makes_no_other_edition(folder):
    before = edition.read(folder).digest

    edit(folder / "report.yaml", "start:", "# a note\n\nstart:")

    assert edition.read(folder).digest == before


def test_every_fault_of_every_file_is_told_at_once(folder):
    edit(folder / "report.yaml", "start: kind", "start: kin")
    edit(folder / "texts.yaml", "\n", "\nx: [1]\n")
    (folder / "locale" / "zu.po").write_text('msgid "a\n', encoding="utf-8")

    assert {line.partition(":")[0] for line in faults(folder)} >= {"report.yaml", "texts.yaml", "locale/zu.po"}


@pytest.mark.parametrize("name", edition.NEEDED)
def test_a_file_that_is_needed_may_not_be_missing(folder, name):
    (folder / name).unlink()

    assert faults(folder) == [f"{name}:1: the file is missing"]


def test_a_flow_that_others_lead_to_may_not_be_missing(folder):
    (folder / "danger.yaml").unlink()

    assert any("there is no flow 'danger/'" in line for line in faults(folder))


def test_a_folder_that_is_not_there_is_one_fault(tmp_path):
    assert faults(tmp_path / "gone") == ["flows:1: the folder cannot be read: No such file or directory"]


def test_a_file_that_cannot_be_read_is_a_fault(folder):
    (folder / "more.yaml").mkdir()

    assert faults(folder) == ["more.yaml:1: cannot be read: it is no regular file"]


@pytest.mark.parametrize("name", ["report.yaml", "texts.yaml", "keywords.yaml", "locale/zu.po"])
def test_a_byte_that_is_no_utf_8_is_told_with_its_line(folder, name):
    content = (folder / name).read_bytes()
    (folder / name).write_bytes(content + b"\n# caf\xe9\n")

    lines = content.count(b"\n") + 2
    assert faults(folder) == [f"{name}:{lines}: byte 0xe9 is not UTF-8: save the file as UTF-8"]


@pytest.mark.parametrize("name", [".report.yaml", "report.yaml~", "#report.yaml#", "notes.txt"])
def test_what_editors_leave_beside_the_files_is_not_read(folder, name):
    before = edition.read(folder).digest

    (folder / name).write_text("\x00", encoding="utf-8")

    assert edition.read(folder).digest == before


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"\xff", b'{"flows": {"x": {}}}'])
def test_what_is_no_edition_is_not_opened(content):
    with pytest.raises(ValueError, match=r"_Content"):
        edition.opened(content)


@pytest.mark.parametrize(
    ("spoil", "what"),
    [
        (lambda path: os.mkfifo(path), "it is no regular file"),
        (lambda path: path.symlink_to("/dev/zero"), "it is no regular file"),
        (lambda path: path.write_bytes(b"# " + b"x" * 600_000), "585 KB are too much: at most 512 KB"),
        (lambda path: path.write_text("a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"), "write it out, & and * are not"),
        (lambda path: path.write_text("[" * 100_000), "too many brackets in each other"),
    ],
    ids=["a pipe", "a device", "a huge file", "words that stand for many", "brackets"],
)
def test_a_file_that_would_eat_the_machine_is_named_and_not_read(folder, spoil, what):
    (folder / "home.yaml").unlink()
    spoil(folder / "home.yaml")

    assert any(fault.startswith("home.yaml:") and what in fault for fault in faults(folder))
