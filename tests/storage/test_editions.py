"""Editions: the newest for whoever begins, older ones for whoever began in them, copies while the database is away."""

import os
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from time import monotonic

import pytest
from sqlalchemy import event

from app.engine import edition
from app.engine.source import FlowFaults
from app.storage import editions
from app.storage.shelf import Shelf
from app.storage.tables import Edition, Talk
from app.wiring import FLOWS, Services
from tests.processes import another_process, database_away, rows

NOW = datetime(2026, 3, 3, 8, tzinfo=UTC)
LONG = editions.KEPT + timedelta(minutes=1)


@pytest.fixture
def folder(services: Services, tmp_path):
    """Flows of one's own, like the real ones."""
    services.editions.source = shutil.copytree(FLOWS, tmp_path / "flows")
    return services.editions.source


def rename(folder, word: str):
    """Another edition: the first question of a report is asked in other words."""
    path = folder / "report.yaml"
    path.write_text(path.read_text("utf-8").replace("What is wrong?", word), "utf-8")
    return edition.read(folder, drafts=True)


def publish(services: Services, made, at: datetime = NOW) -> bool:
    with services.database.begin() as session:
        return editions.publish(session, made.digest, edition.written(made), at)


def look(services: Services):
    """What is said once a process has looked again."""
    services.editions.looked_at = float("-inf")
    return services.editions.current()


def asks(found) -> str | None:
    return found.flows["report"].screens["kind"].text


def test_while_nothing_was_published_the_folder_is_said(services, folder):
    made = rename(folder, "What happened?")

    assert services.editions.current().digest == made.digest
    assert asks(services.editions.current()) == "What happened?"


def test_what_is_published_is_said_by_every_process_and_not_what_the_folder_has(services, folder):
    publish(services, rename(folder, "What happened?"))
    rename(folder, "Not published?")

    with another_process(services) as other:
        assert [asks(look(services)), asks(other.editions.current())] == ["What happened?"] * 2


def test_an_edition_is_looked_for_again_only_every_few_seconds(services, folder):
    publish(services, edition.read(folder))
    before = services.editions.current()
    publish(services, rename(folder, "What happened?"))

    assert services.editions.current() is before
    assert asks(look(services)) == "What happened?"


def test_who_began_before_an_edit_finds_the_edition_again_in_any_process(services, folder):
    first = services.editions.current()
    publish(services, first)
    publish(services, rename(folder, "What happened?"))

    with another_process(services) as other:
        assert asks(look(other)) == "What happened?"
        for process in (services, other):
            assert asks(process.editions.of(first.digest)) == "What is wrong?"


def test_an_edition_that_nobody_has_is_none(services):
    assert [services.editions.of(digest) for digest in ("", "0" * 64, "../city.json", "gone")] == [None] * 4


def test_what_was_said_in_memory_alone_is_found_again_after_an_edit(services, folder):
    first = services.editions.current()
    publish(services, rename(folder, "What happened?"))

    assert look(services).digest != first.digest
    assert services.editions.of(first.digest) is first


def test_the_same_edition_is_published_once_and_again_after_another(services, folder):
    first, second = edition.read(folder), rename(folder, "What happened?")

    assert [publish(services, one) for one in (first, first, second, second, first)] == [True, False, True, False, True]
    assert rows(services, Edition) == 2
    assert look(services).digest == first.digest


def test_a_clock_that_was_set_back_does_not_bring_an_older_edition_back(services, folder):
    publish(services, edition.read(folder))
    made = rename(folder, "What happened?")
    publish(services, made, NOW - timedelta(days=1))

    assert look(services).digest == made.digest


def test_two_who_publish_at_once_leave_one_newest(services, folder):
    both = [edition.read(folder), rename(folder, "What happened?")]
    with another_process(services) as other, ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: publish((services, other)[n % 2], both[n // 2 % 2]), range(16)))
        assert rows(services, Edition) == 2
        assert look(services).digest == look(other).digest


def test_who_is_killed_while_publishing_leaves_nothing(services, folder):
    publish(services, edition.read(folder))
    made = rename(folder, "What happened?")
    with suppress(KeyboardInterrupt), services.database.begin() as session:
        editions.publish(session, made.digest, edition.written(made), NOW)
        raise KeyboardInterrupt

    assert asks(look(services)) == "What is wrong?"
    assert publish(services, made)


# -- many at once ------------------------------------------------------------------------------------------------------


@contextmanager
def asked(services: Services) -> Iterator[list[str]]:
    """The questions that reach the database meanwhile."""
    found: list[str] = []

    def note(connection, cursor, statement, *_) -> None:
        found.append(statement)

    event.listen(services.database.engine, "before_cursor_execute", note)
    yield found
    event.remove(services.database.engine, "before_cursor_execute", note)


@dataclass
class Turnstile:
    """A lock that is had only after another thread has looked."""

    editions: editions.Editions

    def __enter__(self) -> None:
        self.editions.looked_at = monotonic()

    def __exit__(self, *raised: object) -> None:
        pass


def test_who_waited_while_another_looked_does_not_look_again(services, folder):
    publish(services, edition.read(folder))
    look(services)
    services.editions.looked_at = float("-inf")
    services.editions.lock = Turnstile(services.editions)

    with asked(services) as questions:
        services.editions.current()

    assert questions == []


def test_an_edition_that_nobody_has_is_asked_for_once_in_a_while(services):
    services.editions.current()

    with asked(services) as questions:
        assert [services.editions.of("gone") for _ in range(9)] == [None] * 9
        assert len(questions) == 1
        services.editions.hand.missed["gone"] = float("-inf")  # a while passes
        services.editions.of("gone")

    assert len(questions) == 2


def test_an_edition_that_could_not_be_asked_for_is_asked_for_again(services, folder):
    first = services.editions.current()
    publish(services, first)
    publish(services, rename(folder, "What happened?"))

    with another_process(services) as other:
        look(other)
        with database_away(other):
            assert other.editions.of(first.digest) is None
        assert other.editions.of(first.digest).digest == first.digest


def test_while_an_edition_is_fetched_others_are_at_hand(services, folder):
    first = services.editions.current()
    publish(services, rename(folder, "What happened?"))
    look(services)
    found = []

    class Slow(Shelf):
        def get(self, digest: str) -> None:
            found.append(pool.submit(services.editions.of, first.digest).result(timeout=9))

    services.editions.shelf = Slow(services.editions.shelf.folder, 1)
    with ThreadPoolExecutor(1) as pool:
        services.editions.of("gone")

    assert found == [first]


def test_who_began_in_an_edition_that_is_gone_goes_on_in_the_one_that_is_said(services, folder):
    first = services.editions.current()
    publish(services, rename(folder, "What happened?"))
    now = look(services)

    assert [services.editions.of_or_current(digest) for digest in (first.digest, now.digest, "gone")] == [
        first,
        now,
        now,
    ]


# -- while the database is away ----------------------------------------------------------------------------------------


def test_while_the_database_is_away_a_new_process_says_what_this_machine_said_last(services, folder):
    first = edition.read(folder)
    publish(services, first)
    look(services)
    publish(services, rename(folder, "What happened?"))
    look(services)

    with another_process(services) as other, database_away(other):
        assert asks(other.editions.current()) == "What happened?"
        assert asks(other.editions.of(first.digest)) == "What is wrong?"


def test_what_was_said_out_of_the_folder_is_copied_once_it_is_published(services, folder):
    first = services.editions.current()
    publish(services, first)
    look(services)

    with another_process(services) as other, database_away(other):
        assert other.editions.of(first.digest).digest == first.digest


def test_while_the_database_is_away_and_there_is_no_copy_the_folder_is_said(services, folder):
    publish(services, rename(folder, "What happened?"))

    with database_away(services):
        assert asks(services.editions.current()) == "What happened?"


def test_while_the_database_is_away_a_process_goes_on_with_what_it_says(services, folder):
    publish(services, edition.read(folder))
    look(services)
    rename(folder, "What happened?")

    with database_away(services):
        assert asks(look(services)) == "What is wrong?"


@pytest.mark.parametrize("damage", [b"", b"junk", bytes(1000)])
def test_a_damaged_copy_is_fetched_anew(services, folder, damage):
    publish(services, rename(folder, "What happened?"))
    said = look(services)
    copy = services.settings.spool_dir / f"edition.{said.digest}.z"
    whole = copy.read_bytes()
    copy.write_bytes(damage)

    with another_process(services) as other:
        assert asks(other.editions.current()) == "What happened?"
    assert copy.read_bytes() == whole


def test_a_copy_of_other_words_than_its_name_says_is_not_believed(services, folder):
    publish(services, edition.read(folder))
    first = look(services)
    publish(services, rename(folder, "Whatever?"))
    second = look(services)
    spool = services.settings.spool_dir
    shutil.copy(spool / f"edition.{first.digest}.z", spool / f"edition.{second.digest}.z")

    with another_process(services) as other:
        assert asks(other.editions.current()) == "Whatever?"


def test_an_edition_that_this_program_cannot_read_is_not_said(services, folder):
    publish(services, edition.read(folder))
    look(services)
    with services.database.begin() as session:
        editions.publish(session, "f" * 64, b'{"flows": {"of": "a later program"}}', NOW)

    assert asks(look(services)) == "What is wrong?"


def test_copies_are_for_the_owner_alone_and_whole(services, folder):
    publish(services, edition.read(folder))
    look(services)

    copies = sorted(services.settings.spool_dir.glob("edition.*"))
    assert len(copies) == 2
    assert {path.stat().st_mode & 0o777 for path in copies} == {0o600}


def test_a_folder_for_copies_that_cannot_be_written_stops_nothing(services, folder, tmp_path):
    services.editions.shelf = replace(services.editions.shelf, folder=tmp_path / "gone")
    publish(services, rename(folder, "What happened?"))

    assert asks(look(services)) == "What happened?"


def test_old_copies_go_with_the_next_edition_and_the_last_one_stays(services, folder):
    digests = []
    for word in ("One?", "Two?", "Three?"):
        made = rename(shutil.copytree(FLOWS, folder.parent / word), word)
        publish(services, made)
        digests.append(look(services).digest)
        for path in services.settings.spool_dir.glob("edition.*"):
            os.utime(path, (0, 0))
    publish(services, edition.read(folder))
    look(services)

    kept = {path.name.split(".")[1] for path in services.settings.spool_dir.glob("edition.*.z")}
    assert kept == {digests[-1], services.editions.current().digest}


# -- how long they are kept --------------------------------------------------------------------------------------------


def prune(services: Services, now: datetime) -> int:
    with services.database.begin() as session:
        return len(editions.prune(session, now))


def test_the_newest_edition_stays_however_old_it_is(services, folder):
    publish(services, edition.read(folder))

    assert prune(services, NOW + timedelta(days=1000)) == 0


def test_an_edition_stays_as_long_as_a_session_that_began_in_it_may_live(services, folder):
    publish(services, edition.read(folder), NOW - timedelta(days=30))
    publish(services, rename(folder, "What happened?"), NOW)

    assert [prune(services, NOW + editions.KEPT), rows(services, Edition)] == [0, 2]
    assert [prune(services, NOW + LONG), rows(services, Edition)] == [1, 1]
    assert asks(look(services)) == "What happened?"


def test_an_edition_that_came_back_is_not_old(services, folder):
    first = edition.read(folder)
    publish(services, first, NOW - timedelta(days=30))
    publish(services, rename(folder, "What happened?"), NOW - timedelta(days=20))
    publish(services, first, NOW)

    assert prune(services, NOW + LONG) == 1
    assert look(services).digest == first.digest


def test_an_edition_stays_while_a_conversation_by_sms_holds_it(services, folder):
    first = edition.read(folder)
    publish(services, first, NOW - timedelta(days=30))
    publish(services, rename(folder, "What happened?"), NOW)
    with services.database.begin() as session:
        held = {"phone_index": b"i", "phone_sealed": b"p", "key": "k", "state_sealed": b"s"}
        session.add(Talk(**held, edition=first.digest, expires_at=NOW + timedelta(days=1)))

    assert prune(services, NOW + LONG) == 0
    with services.database.begin() as session:
        session.delete(session.get_one(Talk, b"i"))
    assert prune(services, NOW + LONG) == 1


# -- a broken folder ---------------------------------------------------------------------------------------------------


def test_a_broken_folder_stops_only_who_has_nothing_else_to_say(services, folder):
    publish(services, edition.read(folder))
    (folder / "texts.yaml").unlink()

    assert asks(look(services)) == "What is wrong?"


def test_a_broken_folder_and_nothing_published_is_told_with_all_faults(services, folder):
    (folder / "texts.yaml").unlink()

    with pytest.raises(FlowFaults, match=r"texts\.yaml:1: the file is missing"):
        services.editions.current()
