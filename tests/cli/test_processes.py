"""Workers and clock as processes: they work, are started again, and stop when they are told to."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from redis import Redis
from rq import Worker
from rq.job import Job
from rq.registry import FailedJobRegistry
from rq.serializers import JSONSerializer
from sqlalchemy import text

from app.cli.workers import QuietWorker
from app.config import ROOT
from app.local import processes
from app.storage import inbox
from app.storage.letters import Letter
from app.storage.tables import Message
from app.storage.wakeups import QUEUES
from app.wiring import Services
from tests.cli.conftest import PHONE
from tests.processes import rows

NOWHERE = "redis://127.0.0.1:1/0"


@contextmanager
def started(command: str, services: Services, log: Path, **changed: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process of the same instance, by the same clock; if the test did not end it, it is ended here."""
    environment = {**os.environ, "IZWI_STARTED": services.settings.started.isoformat(), **changed}
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "app.cli", command], cwd=ROOT, env=environment, stdout=output, stderr=output
        )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(12)


def wait_for(works, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not works():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def children(process: subprocess.Popen[bytes]) -> set[int]:
    return {pid for pid in processes.every_pid() if processes.parent_of(pid) == process.pid}


def listening(services) -> bool:
    return all(Worker.all(queue=services.wakeups.queue(name)) for name in QUEUES)


def write(services, text: str) -> None:
    now = services.clock.now()
    services.keep(Letter(f"key of {text}", "sms", PHONE, {"id": text, "text": text, "stops": False}, now))


def is_done(services) -> bool:
    with services.database.begin() as session:
        return inbox.waiting(session) == 0


@pytest.fixture
def log(tmp_path) -> Path:
    return tmp_path / "log"


def test_one_worker_a_queue_does_the_work_and_all_stop_together(services, log):
    with started("worker", services, log) as process:
        wait_for(lambda: listening(services))
        assert len(children(process)) == len(QUEUES)
        write(services, "WATER burst pipe, Kholwane")
        wait_for(lambda: is_done(services))
        wait_for(lambda: rows(services, Message, "state = 'delivered'") == 1)
        crew = children(process)
        process.terminate()
        assert process.wait(8) == 0
    assert not [pid for pid in crew if processes.parent_of(pid) is not None]


def test_a_killed_worker_is_started_again(services, log):
    with started("worker", services, log) as process:
        wait_for(lambda: listening(services))
        before = children(process)
        for pid in before:
            os.kill(pid, signal.SIGKILL)
        wait_for(lambda: len(children(process) - before) == len(QUEUES))
        write(services, "WATER burst pipe, Kholwane")
        wait_for(lambda: is_done(services))


def test_a_worker_is_known_again_after_valkey_came_back_empty(services):
    worker = QuietWorker(["intake"], connection=Redis.from_url(services.settings.redis_url, protocol=2))
    worker.register_birth()
    services.redis.flushall()
    assert services.wakeups.listeners("intake") == 0
    worker.heartbeat()
    assert services.wakeups.listeners("intake") == 1
    worker.connection.close()


def test_workers_end_when_who_started_them_is_killed(services, log):
    with started("worker", services, log) as process:
        wait_for(lambda: listening(services))
        crew = children(process)
        process.kill()
        process.wait()
        wait_for(lambda: not [pid for pid in crew if processes.parent_of(pid) is not None], 10)


def test_workers_wait_while_valkey_is_away_and_stop_at_once_when_told(log, services):
    with started("worker", services, log, REDIS_URL=NOWHERE) as process:
        wait_for(lambda: log.read_text().count("a worker waits for Valkey") == len(QUEUES))
        crew = children(process)
        time.sleep(1)
        assert children(process) == crew
        process.terminate()
        assert process.wait(8) == 0


def test_what_workers_log_names_no_job_and_nobody(services, log):
    with started("worker", services, log) as process:
        wait_for(lambda: listening(services))
        write(services, "WATER burst pipe, Kholwane, call 0825550199")
        wait_for(lambda: is_done(services))
        process.terminate()
        process.wait(8)
    said = log.read_text()
    assert not [word for word in ("drain", PHONE[1:], "burst", "0825550199") if word in said]


def burst(services) -> None:
    """A worker in this process, until its queue is empty."""
    handlers = {name: signal.getsignal(name) for name in (signal.SIGINT, signal.SIGTERM)}
    queue = services.wakeups.queue("intake")
    try:
        QuietWorker([queue], connection=services.redis, serializer=JSONSerializer).work(burst=True)
    finally:
        for name, handler in handlers.items():
            signal.signal(name, handler)


def test_a_job_of_somebody_else_is_dropped_undone(services, tmp_path):
    queue = services.wakeups.queue("intake")
    job = queue.enqueue("os.mkdir", str(tmp_path / "made"))

    burst(services)

    assert not (tmp_path / "made").exists()
    assert not Job.exists(job.id, connection=services.redis)


def test_of_a_failure_nothing_but_its_kind_is_kept(services, monkeypatch, capfd):
    def fails() -> None:
        raise LookupError(f"no such number: {PHONE}")

    monkeypatch.setattr("app.jobs.intake.drain", fails)
    services.wakeups.wake("intake")

    burst(services)

    failed = FailedJobRegistry("intake", connection=services.redis, serializer=JSONSerializer)
    kept = [Job.fetch(one, connection=services.redis, serializer=JSONSerializer) for one in failed.get_job_ids()]
    everything = "".join(capfd.readouterr()) + "".join(str(job.latest_result().exc_string) for job in kept)
    assert len(kept) == 1
    assert PHONE not in everything
    assert "LookupError" in everything


def test_the_clock_does_the_work_itself_while_valkey_is_away(services, log):
    write(services, "WATER burst pipe, Kholwane")
    with started("clock", services, log, REDIS_URL=NOWHERE) as process:
        wait_for(lambda: is_done(services))
        process.terminate()
        assert process.wait(8) == 0


def test_the_clock_waits_for_a_database_that_is_away(services, log):
    with started("clock", services, log, DATABASE_URL="postgresql://izwi@127.0.0.1:1/izwi") as process:
        wait_for(lambda: "DatabaseAway" in log.read_text())
        assert process.poll() is None
        process.terminate()
        assert process.wait(8) == 0


def test_a_database_is_made_by_migrating_and_migrating_again_does_nothing(operator, database_url):
    def migrated() -> str:
        return operator.say("migrate")

    assert migrated() == migrated() == "The database is up to date.\n"
    with operator.services.database.begin() as session:
        assert session.execute(text("SELECT count(*) FROM alembic_version")).scalar() == 1
