"""A whole instance whose processes are killed: what was said to be received is there, once, and people notice little.

One instance serves the whole file. Nothing here depends on how fast the machine is: conditions are waited for.
"""

import os
import random
import re
import shutil
import signal
import threading
from collections.abc import Iterator
from pathlib import Path
from subprocess import CalledProcessError

import pytest
from sqlalchemy import text

from app.local.processes import parent_of
from app.local.services import until
from scripts.measure.instance import Instance, descendants, instance, kill, started
from tests.faults.town import PATIENCE, WORDS, Answer, Town, phone, post, under_way

NOW = "2026-03-03T10:00:00+02:00"  # a Tuesday on which texts may leave
LATER = "2026-03-03T11:00:00+02:00"


@pytest.fixture(scope="module")
def running() -> Iterator[Instance]:
    with instance(IZWI_NOW=NOW) as one:
        yield one


@pytest.fixture(scope="module")
def town(running: Instance) -> Iterator[Town]:
    found = Town.of(running)
    yield found
    found.engine.dispose()


def residents(first: int, count: int) -> range:
    """People who talk in one test alone."""
    return range(first, first + count)


def references_in(answer: Answer) -> list[str]:
    return ["".join(found) for found in re.findall(r"Thanks\. (\d{3}) (\d{3}) (\d+):", answer.text)]


# -- the web process ---------------------------------------------------------------------------------------------------


def test_a_report_whose_web_process_dies_before_it_is_stored_is_filed_when_the_hop_is_repeated(town: Town):
    (number,) = residents(4, 1)
    with town.engine.connect() as locking, under_way(lambda: town.dial(number)) as answer:
        locking.execute(text("LOCK TABLE inbox IN SHARE ROW EXCLUSIVE MODE"))
        until(
            lambda: answer() is not None or is_waiting_to_store(town), PATIENCE, "the hop came to nothing", lambda: None
        )
        town.kill_and_wait("web")
    first = answer()
    town.wait_for_web()
    repeated = [town.dial(number) for _ in range(3)]

    assert town.filed([number]) == {number: 1}
    said = {reference for one in (first, *repeated) if one and one.acknowledges for reference in references_in(one)}
    assert said == {town.reference_of(number)}


def is_waiting_to_store(town: Town) -> bool:
    waits = "wait_event_type = 'Lock' AND query ILIKE 'INSERT INTO inbox%'"
    return town.ask(f"SELECT count(*) FROM pg_stat_activity WHERE {waits}") != [(0,)]


def test_a_report_whose_web_process_dies_after_it_was_stored_has_the_same_number_when_the_hop_is_repeated(town: Town):
    """Valkey stands still, so that the process is still at it when the row is committed."""
    (number,) = residents(8, 1)
    before = town.ask("SELECT count(*) FROM inbox")
    with town.frozen("valkey-server"), under_way(lambda: town.dial(number)) as answer:
        until(lambda: town.ask("SELECT count(*) FROM inbox") != before, PATIENCE, "nothing was stored", lambda: None)
        town.kill_and_wait("web")
    first = answer()
    town.wait_for_web()
    repeated = [town.dial(number) for _ in range(3)]

    assert town.filed([number]) == {number: 1}
    said = {reference for one in (first, *repeated) if one and one.acknowledges for reference in references_in(one)}
    assert said == {town.reference_of(number)}
    assert town.ask("SELECT count(*) FROM alias") == [(0,)]


# -- workers, Valkey, PostgreSQL ---------------------------------------------------------------------------------------


def test_workers_killed_at_random_lose_nothing_do_nothing_twice_and_leave_nothing_stuck(town: Town):
    chance = random.Random(1)
    numbers = residents(1000, 150)

    def one_worker() -> None:
        pids = town.running.pids("worker")
        if pids:
            kill(chance.choice(pids))

    refused = town.refused_while(numbers, [one_worker] * 25)

    assert refused == {}
    assert town.filed(numbers) == dict.fromkeys(numbers, 1)
    assert town.given_up() == 0


def test_sessions_go_on_and_nothing_is_lost_when_valkey_dies_with_all_it_held(town: Town):
    numbers, (talker,) = residents(2000, 40), residents(2900, 1)
    typed = ("1", "1", "1", "Kholwani Central", WORDS.format(talker))
    before = [town.dial(talker, ""), *(town.dial(talker, *typed[:n]) for n in (1, 2, 3))]

    def lose_everything() -> None:
        for kept in (town.running.data / "valkey").iterdir():
            shutil.rmtree(kept) if kept.is_dir() else kept.unlink()
        town.running.kill("valkey")

    refused = town.refused_while(numbers, [lose_everything])
    after = [town.dial(talker, *typed[:n]) for n in (4, 5)]

    assert [one.text.splitlines()[0] for one in (*before, *after)][:5] == [
        "CON Izwi. No name, no ID.",
        "CON Izwi: tell the city",
        "CON What is wrong?",
        "CON Where? First 4 letters of your area (like KHOL) or ward number.",
        "CON Near what?",
    ]
    assert after[-1].acknowledges
    assert refused == {}
    assert town.filed((*numbers, talker)) == dict.fromkeys((*numbers, talker), 1)


def test_a_database_that_dies_three_times_refuses_loses_and_doubles_nothing(town: Town):
    numbers = residents(3000, 150)

    refused = town.refused_while(numbers, [lambda: town.kill_and_wait("postgres")] * 3)

    assert refused == {}
    assert town.filed(numbers) == dict.fromkeys(numbers, 1)


def test_with_both_frozen_or_dying_every_acknowledged_letter_arrives(town: Town):
    still, dying = residents(4000, 16), residents(4100, 40)
    with town.frozen("postgres", "valkey-server"):
        refused = town.refused_while(still, [lambda: None])

    def both() -> None:
        town.running.kill("valkey")
        town.kill_and_wait("postgres")

    refused |= town.refused_while(dying, [both] * 2)

    assert refused == {}
    assert town.filed((*still, *dying)) == dict.fromkeys((*still, *dying), 1)


# -- who may come in ---------------------------------------------------------------------------------------------------


def test_a_wrong_token_is_answered_404_and_does_nothing(town: Town):
    (number,) = residents(5000, 1)
    forged = re.sub("/at/[^/]+/", f"/at/{'x' * 43}/", town.urls["sms"])
    said = post(forged, {"id": "forged", "from": phone(number), "to": "31245", "text": WORDS.format(number)})

    assert said.status == 404
    assert town.filed([number]) == {number: 0}


def test_a_captured_body_that_is_posted_again_has_no_second_effect(town: Town):
    numbers = residents(6000, 8)
    first = [town.report(number) for number in numbers]
    again = [town.report(number) for number in (*numbers, *numbers)]

    assert all(one.acknowledges for one in (*first, *again))
    assert town.filed(numbers) == dict.fromkeys(numbers, 1)


# -- the end -----------------------------------------------------------------------------------------------------------


def test_in_the_end_nothing_waits_and_every_part_is_well(town: Town):
    assert town.running.izwi("drain") == "Nothing waits.\n"
    until(lambda: ailing(town) == [], PATIENCE, "not well", lambda: None)
    assert town.given_up() == 0


def ailing(town: Town) -> list[str]:
    """What the doctor finds wrong."""
    try:
        town.running.izwi("doctor")
    except CalledProcessError as found:
        return [line for line in found.stdout.splitlines() if line]
    return []


def test_told_to_stop_under_load_it_answers_no_error_leaves_nothing_running_and_forgets_nothing(town: Town):
    numbers = iter(residents(7000, 100_000))
    answers: dict[int, Answer] = {}
    everything = (town.running.pid, *descendants(town.running.pid))
    assert len(everything) > 10

    def keep_reporting() -> None:
        while (number := next(numbers)) and (answer := town.report(number)).status is not None:
            answers[number] = answer

    senders = [threading.Thread(target=keep_reporting) for _ in range(4)]
    for one in senders:
        one.start()
    until(lambda: len(answers) >= 20, PATIENCE, "nobody is answered", lambda: None)
    os.kill(town.running.pid, signal.SIGTERM)
    until(lambda: not any(map(parent_of, everything)), PATIENCE, "something goes on running", lambda: None)
    for one in senders:
        one.join(PATIENCE)

    assert {answer.status for answer in answers.values()} == {200}
    acknowledged = [number for number, answer in answers.items() if answer.acknowledges]
    with started(town.running.data, {"IZWI_NOW": LATER}) as again:
        later = Town.of(again)
        assert later.filed(acknowledged) == dict.fromkeys(acknowledged, 1)
        later.engine.dispose()


def test_after_all_this_no_number_and_no_word_can_be_read_outside_the_tables(town: Town):
    """Logs, spool, what Valkey keeps, settings."""
    files = [path for path in files_below(town.running.data) if (town.running.data / "postgres") not in path.parents]

    assert len(town.talked) > 400
    assert {"web.log", "worker.log", "clock.log", "references.json"} <= {path.name for path in files}
    assert [path.name for path in files if numbers_in(path, town) or WORDS[:15].encode() in path.read_bytes()] == []


def test_after_all_this_no_number_can_be_read_in_the_tables(town: Town):
    assert [path.name for path in files_below(town.running.data / "postgres") if numbers_in(path, town)] == []


def test_a_number_that_leaked_would_be_found(town: Town, tmp_path: Path):
    leak = tmp_path / "web.log"
    leak.write_text(f"hop of {phone(2001)}")

    assert numbers_in(leak, town) == {"820002001"}


def files_below(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def numbers_in(path: Path, town: Town) -> set[str]:
    """The numbers of residents in a file, with or without what stands before the nine digits of a country's own."""
    found = {digits.decode() for digits in re.findall(rb"(?=(82[0-9]{7}))", path.read_bytes())}
    return found & {phone(number).removeprefix("+27") for number in town.talked}
