"""Somebody edits the flows while people dial: the next call says the new words, a call under way ends in its own."""

import os
import re
import shutil
from datetime import timedelta

import pytest

from app.engine import edition
from app.jobs import publishing
from app.storage import editions
from app.storage.tables import Edition, Report
from app.web.depths import Depths
from app.wiring import FLOWS, Services
from tests.phones import Phone
from tests.processes import another_process, database_away, later, rows

PHONE, NEIGHBOUR = "+27821234567", "+27837654321"


@pytest.fixture
def folder(services: Services, tmp_path):
    """Flows of one's own, like the real ones, and said."""
    services.editions.source = shutil.copytree(FLOWS, tmp_path / "flows")
    publishing.publish(services, starting=True)
    return services.editions.source


@pytest.fixture
def watch(services: Services, folder) -> publishing.Watch:
    """A clock that has seen the folder as it is."""
    watch = publishing.Watch()
    pass_by(services, watch)
    return watch


def pass_by(services: Services, *watches: publishing.Watch) -> None:
    """A few seconds of clocks and of everybody else."""
    for _ in range(2):
        for watch in watches:
            watch.take_up_edits(services)
    services.editions.looked_at = float("-inf")


def edit(path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def break_off(folder) -> None:
    """The editor was interrupted in the middle of saving."""
    content = (folder / "report.yaml").read_bytes()
    (folder / "report.yaml").write_bytes(content[: len(content) // 2])


def question(services: Services, number: str = NEIGHBOUR) -> str:
    """The first line that somebody hears who reports."""
    services.editions.looked_at = float("-inf")
    return Phone(services, number).dial("1", "1").text.splitlines()[0]


def test_an_edit_is_said_at_the_next_dial_without_a_restart(services, folder, watch):
    assert question(services) == "What is wrong?"
    edit(folder / "report.yaml", "What is wrong?", "What happened?")

    pass_by(services, watch)

    with another_process(services) as other:
        assert [question(services), question(other)] == ["What happened?"] * 2


def test_a_new_screen_a_text_and_a_translation_are_taken_up_alike(services, folder, watch):
    edit(folder / "texts.yaml", 'dial.again: "', 'dial.again: "Oh. ')

    pass_by(services, watch)

    assert services.plain("dial.again").startswith("Oh. ")


def test_a_call_under_way_ends_in_the_flows_in_which_it_began(services, folder, watch):
    """The screen on which it stands is renamed, and so is the one it leads to."""
    phone = Phone(services, PHONE)
    before = phone.dial("1", "1", "2").text
    renamed = (folder / "report.yaml").read_text("utf-8").replace("Where? First", "Whereabouts? First")
    for old in ("area", "landmark"):
        renamed = re.sub(rf"(?<=[ ]){old}(?=[,}}\n])", f"the_{old}", renamed)
        renamed = re.sub(rf"(?m)^{old}:", f"the_{old}:\n  as: {old}", renamed)
    (folder / "report.yaml").write_text(renamed, "utf-8")
    pass_by(services, watch)
    assert "Whereabouts?" in Phone(services, NEIGHBOUR).dial("1", "1", "2").text
    assert phone.hop().text == before

    with another_process(services) as other:  # all processes were started again
        phone.services = other
        end = [phone.type(typed) for typed in ("KHOL", "1", "Mooki St")][-1]
        phone.inbox()

    assert end.ends, end.text
    assert rows(services, Report) == 1


def test_a_call_under_way_ends_in_its_own_flows_while_the_database_is_away(services, folder, watch):
    services.references.stock()
    phone = Phone(services, PHONE)
    phone.dial("1", "1")
    edit(folder / "report.yaml", "Where? First", "Whereabouts? First")
    pass_by(services, watch)
    services.editions.current()

    with another_process(services) as other, database_away(other):
        phone.services = other
        assert phone.type("2").text.startswith("Where? First")


# -- what is refused ---------------------------------------------------------------------------------------------------


BROKEN = {
    "half a file": break_off,
    "a file deleted": lambda folder: (folder / "danger.yaml").unlink(),
    "the texts deleted": lambda folder: (folder / "texts.yaml").unlink(),
    "a text deleted": lambda folder: edit(folder / "texts.yaml", "dial.again:", "dial.agian:"),
    "a flow that only the program enters": lambda folder: (folder / "join.yaml").unlink(),
    "a language deleted": lambda folder: (folder / "locale" / "zu.po").unlink(),
    "a command that means nothing": lambda folder: edit(folder / "keywords.yaml", "  STATUS:", "  STATSU:"),
    "a quote that is not closed": lambda folder: edit(folder / "locale" / "zu.po", '"\n\n#:', "\n\n#:"),
    "a byte that is not UTF-8": lambda folder: (folder / "texts.yaml").write_bytes(b'dial.again: "\xe9"\n'),
    "a way that leads nowhere": lambda folder: edit(folder / "report.yaml", "start: kind", "start: kin"),
    "an effect that nobody knows": lambda folder: edit(folder / "report.yaml", "file_report", "fly_report"),
    "a screen too long": lambda folder: edit(folder / "report.yaml", "What is wrong?", "What is wrong? " * 12),
    "a keyword with two meanings": lambda folder: edit(
        folder / "keywords.yaml", "  HELP:", "  HALP: {takes: nothing, words: {en: [STATUS]}}\n  HELP:"
    ),
    "a catalogue that is none": lambda folder: (folder / "locale" / "zu.po").write_text('msgid "a\n'),
    "the folder moved away": lambda folder: folder.rename(folder.parent / "elsewhere"),
}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
def test_what_is_broken_is_refused_and_the_old_flows_go_on(services, folder, watch, broken, capfd):
    broken(folder)

    pass_by(services, watch)
    pass_by(services, watch)

    assert question(services) == "What is wrong?"
    assert rows(services, Edition) == 1
    assert "".join(capfd.readouterr()).count("the flows are not taken up") == 1


def test_a_refused_edit_is_an_alarm_until_it_is_mended_or_taken_back(services, folder, watch):
    def refused() -> float:
        return next(one for one in Depths(services).collect() if one.name == "izwi_flows_refused").samples[0].value

    whole = (folder / "report.yaml").read_bytes()
    assert refused() == 0
    break_off(folder)
    pass_by(services, watch)
    assert refused() == 1

    (folder / "report.yaml").write_bytes(whole)
    pass_by(services, watch)
    assert refused() == 0


def test_a_flow_that_was_added_may_be_taken_away_again(services, folder, watch):
    (folder / "hello.yaml").write_text('start: a\na: {text: "Hello"}\n')
    pass_by(services, watch)
    assert rows(services, Edition) == 1  # nobody could come to it
    edit(folder / "bribe.yaml", "\n  text:", "\n  next: hello/\n  text:")
    pass_by(services, watch)
    assert rows(services, Edition) == 2

    edit(folder / "bribe.yaml", "\n  next: hello/", "")
    (folder / "hello.yaml").unlink()
    pass_by(services, watch)

    assert "hello" not in services.editions.current().flows


def test_once_it_is_mended_it_is_said(services, folder, watch):
    whole = (folder / "report.yaml").read_bytes()
    break_off(folder)
    pass_by(services, watch)
    (folder / "report.yaml").write_bytes(whole.replace(b"What is wrong?", b"What happened?"))

    pass_by(services, watch)

    assert question(services) == "What happened?"


def test_a_fault_that_was_there_before_keeps_no_edit_back(services, folder, watch):
    """A city with a long name was loaded after the flows were written: whoever edits another screen is not to blame."""
    edit(folder / "report.yaml", "What is wrong?", "What is wrong? " * 12)
    publishing.publish(services, starting=True)
    edit(folder / "texts.yaml", 'dial.again: "', 'dial.again: "Oh. ')

    pass_by(services, watch)

    assert services.plain("dial.again").startswith("Oh. ")


def test_a_file_is_not_read_while_it_is_being_written(services, folder, watch):
    """Two looks must find the same: every few letters are saved, as some editors do."""
    for count in range(1, 5):
        edit(
            folder / "report.yaml",
            "What is wrong" if count == 1 else "What is it" + "!" * (count - 1),
            "What is it" + "!" * count,
        )
        watch.take_up_edits(services)
        assert rows(services, Edition) == 1

    pass_by(services, watch)

    assert rows(services, Edition) == 2


# -- edits in trouble --------------------------------------------------------------------------------------------------


def test_an_edit_while_the_database_is_away_is_said_when_it_is_back(services, folder, watch):
    edit(folder / "report.yaml", "What is wrong?", "What happened?")
    watch.take_up_edits(services)
    with database_away(services), pytest.raises(ConnectionError):
        watch.take_up_edits(services)

    pass_by(services, watch)

    assert question(services) == "What happened?"


def test_an_edit_and_its_revert_bring_the_first_edition_back(services, folder, watch):
    first = services.editions.current().digest
    edit(folder / "report.yaml", "What is wrong?", "What happened?")
    pass_by(services, watch)
    edit(folder / "report.yaml", "What happened?", "What is wrong?")

    pass_by(services, watch)

    assert question(services) == "What is wrong?"
    assert services.editions.current().digest == first
    assert rows(services, Edition) == 2


def test_two_clocks_take_up_an_edit_once(services, folder, watch):
    second = publishing.Watch()
    pass_by(services, second)
    edit(folder / "report.yaml", "What is wrong?", "What happened?")

    pass_by(services, watch, second)

    assert rows(services, Edition) == 2
    assert question(services) == "What happened?"


def test_a_clock_that_starts_on_a_machine_left_behind_does_not_bring_old_flows_back(services, folder, watch):
    old = shutil.copytree(folder, folder.parent / "left behind")
    edit(folder / "report.yaml", "What is wrong?", "What happened?")
    pass_by(services, watch)

    for path in edition.files(old):
        os.utime(path, (0, 0))

    with another_process(services) as other:
        other.editions.source = old
        pass_by(other, publishing.Watch())

    assert question(services) == "What happened?"


def test_an_edit_taken_back_while_the_clock_is_started_again_is_no_machine_left_behind(services, folder, watch):
    edit(folder / "report.yaml", "What is wrong?", "What happened?")
    pass_by(services, watch)
    edit(folder / "report.yaml", "What happened?", "What is wrong?")

    pass_by(services, publishing.Watch())

    assert question(services) == "What is wrong?"


def test_an_edit_made_while_everything_stood_still_is_said_from_the_start(services, folder, watch):
    edit(folder / "report.yaml", "What is wrong?", "What happened?")

    with another_process(services) as other:
        other.editions.source = folder
        pass_by(other, publishing.Watch())
        assert question(other) == "What happened?"


def test_an_old_edition_goes_once_no_session_can_hold_it(services, folder, watch):
    edit(folder / "report.yaml", "What is wrong?", "What happened?")
    pass_by(services, watch)

    publishing.prune(services)
    assert rows(services, Edition) == 2
    publishing.prune(later(services, editions.KEPT + timedelta(minutes=1)))
    assert rows(services, Edition) == 1
