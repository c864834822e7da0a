"""References: none is ever said twice, and some can be said while the database is away."""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from app.civic import references
from app.storage.database import Database
from app.storage.references import NoReference, References
from app.wiring import Services
from tests.processes import NOWHERE, database_away


@pytest.fixture
def folder(services: Services) -> Path:
    return services.settings.spool_dir


def beside(services: Services, folder: Path, block: int = 200) -> References:
    """The references of one process on the machine to which the folder belongs."""
    return References(folder, services.database, block)


def take(process: References, count: int) -> list[str]:
    return [process.take() for _ in range(count)]


def test_references_have_seven_digits_and_a_true_check_digit(services: Services, folder: Path):
    taken = take(beside(services, folder), 30)

    assert {len(reference) for reference in taken} == {7}
    assert [references.read(reference) for reference in taken] == taken


def test_a_machine_that_was_stocked_has_references_while_the_database_is_away(services: Services, folder: Path):
    assert beside(services, folder).stock()

    with database_away(services):
        assert take(beside(services, folder), 2) == ["1000002", "1000015"]
        assert beside(services, folder).stock()


def test_a_machine_that_cannot_be_stocked_says_so(services: Services, folder: Path):
    with database_away(services):
        assert not beside(services, folder).stock()


def test_none_is_said_twice_by_processes_side_by_side(services: Services, folder: Path):
    processes = [beside(services, folder) for _ in range(4)]
    with ThreadPoolExecutor(4) as threads:
        taken = [reference for some in threads.map(lambda one: take(one, 300), processes) for reference in some]

    assert len(set(taken)) == 1200


def test_none_is_said_twice_by_threads_of_one_process(services: Services, folder: Path):
    process = beside(services, folder)
    with ThreadPoolExecutor(8) as threads:
        taken = list(threads.map(lambda _: process.take(), range(600)))

    assert len(set(taken)) == 600


def test_none_is_said_twice_by_machines_side_by_side(services: Services, folder: Path, tmp_path: Path):
    here, there = beside(services, folder), beside(services, tmp_path)

    assert len(set(take(here, 500) + take(there, 500))) == 1000


def test_none_is_said_twice_after_crashes(services: Services, folder: Path):
    """A process that dies takes the numbers in its hand with it; the next one goes on behind them."""
    taken = [reference for _ in range(20) for reference in take(beside(services, folder), 7)]

    assert len(set(taken)) == 140


SAY_MANY = """
import sys
from pathlib import Path
from app.storage.database import Database
from app.storage.references import References
url, folder = sys.argv[1:]
process = References(Path(folder), Database.at(url), 100)
for _ in range(600):
    print(process.take(), flush=True)
"""


def test_none_is_said_twice_by_real_processes_of_which_one_is_killed(services: Services, folder: Path):
    command = [sys.executable, "-c", SAY_MANY, services.settings.database_url, str(folder)]
    workers = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    first = workers[0].stdout
    assert first is not None
    taken = [first.readline().strip() for _ in range(70)]
    workers[0].kill()
    for worker in workers:
        taken += worker.communicate()[0].split()

    assert len(taken) >= 1270
    assert len(set(taken)) == len(taken)


# -- the database is away ----------------------------------------------------------------------------------------------


def test_what_is_leased_is_said_while_the_database_is_away_by_whatever_process(services: Services, folder: Path):
    before = take(beside(services, folder), 1)
    with database_away(services):
        during = take(beside(services, folder), 50) + take(beside(services, folder), 50)
    after = take(beside(services, folder), 10)

    assert len(set(before + during + after)) == 111


def test_when_every_leased_number_is_used_nothing_is_said(services: Services, folder: Path):
    take(beside(services, folder), 1)
    process = beside(services, folder)
    with database_away(services):
        taken = take(process, 150)  # the first process holds fifty in its hand
        with pytest.raises(NoReference):
            process.take()

    assert len(set(taken)) == 150
    assert process.take() not in taken


def test_a_machine_that_never_saw_the_database_says_nothing(tmp_path: Path):
    away = Database(create_engine(NOWHERE))

    with pytest.raises(NoReference):
        References(tmp_path, away).take()


def test_a_block_is_renewed_before_it_is_used_up(services: Services, folder: Path):
    """At any time there is half a block for when the database goes away."""
    process = beside(services, folder)
    for _ in range(30):
        take(process, 50)
        block = json.loads((folder / "references.json").read_text())
        assert block["end"] - block["next"] >= 50


# -- damage ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("content", ["", "{", "null", '{"next": "x"}', "\x00" * 200])
def test_a_damaged_block_is_given_up_and_another_leased(services: Services, folder: Path, content: str):
    taken = take(beside(services, folder), 60)
    (folder / "references.json").write_text(content)

    assert not set(taken) & set(take(beside(services, folder), 300))


def test_a_database_restored_from_a_backup_says_nothing_again_on_this_machine(services: Services, folder: Path):
    """Its lease is that of last night; the file beside the spool knows better."""
    with services.database.begin() as session:
        session.connection().exec_driver_sql("INSERT INTO lease VALUES ('reference', 100200)")
    taken = take(beside(services, folder), 900)
    with services.database.begin() as session:
        session.connection().exec_driver_sql("UPDATE lease SET next = 100200")

    assert not set(taken) & set(take(beside(services, folder), 900))
