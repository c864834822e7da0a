import json
import re
import shutil
from datetime import timedelta

import pytest
from alembic.script import ScriptDirectory
from redis import Redis
from sqlalchemy import text

from app.cli import workers
from app.jobs import publishing
from app.storage import breaker
from app.storage.letters import Letter
from app.storage.schema import MIGRATIONS
from app.wiring import FLOWS
from tests.cli.conftest import PHONE
from tests.processes import database_away, later


@pytest.fixture
def healthy(running, monkeypatch):
    """An instance in which all is well: there is an admin, and every queue has a worker."""
    running.say("staff", "add", "--first")
    monkeypatch.setattr("app.storage.wakeups.Wakeups.listeners", lambda wakeups, name: 1)
    return running


def findings(operator):
    result = operator.try_to("doctor", "--json")
    return {one["part"]: one for one in json.loads(result.stdout)}, result


def wrong(operator):
    found, _ = findings(operator)
    return {part: one["do"] for part, one in found.items() if not one["ok"]}


def test_where_all_is_well_it_says_so_part_by_part(healthy):
    found, result = findings(healthy)

    assert result.exit_code == 0
    assert set(found) == {
        "database", "migration", "city", "inbox", "dead", "sending", "gateway", "staff", "flows", "valkey", "eviction",
        "queues", "spool", "disk", "drafts", "web",
    }  # fmt: skip
    assert found["city"]["state"] == "Vezani"
    assert re.search(r"zu \d+", found["drafts"]["state"])
    assert healthy.say("doctor").startswith("ok    database")


def test_what_is_wrong_is_said_with_what_to_do(healthy):
    healthy.say("sending", "pause", "--why", "no balance")

    result = healthy.try_to("doctor")

    assert result.exit_code == 1
    assert "WRONG sending      paused: no balance; 0 texts wait" in result.stdout
    assert "-> scripts/izwi sending resume" in result.stdout
    assert result.stderr == "izwi: wrong: sending\n"


def test_a_database_that_is_away_is_said_to_be_away_and_the_rest_is_looked_at(healthy):
    with database_away(healthy.services):
        found, result = findings(healthy)

    assert result.exit_code == 1
    assert (found["database"]["ok"], found["database"]["state"]) == (False, "away")
    assert "sending" not in found
    assert found["valkey"]["ok"]


def test_valkey_that_is_away_is_said_to_be_away(healthy):
    healthy.services.redis = Redis.from_url("redis://127.0.0.1:1/0")

    assert set(wrong(healthy)) == {"valkey"}


def test_valkey_that_may_forget_is_wrong(healthy):
    healthy.services.redis.config_set("maxmemory-policy", "allkeys-lru")
    try:
        assert wrong(healthy) == {"eviction": "set maxmemory-policy noeviction"}
    finally:
        healthy.services.redis.config_set("maxmemory-policy", "noeviction")


def test_an_older_database_is_named(healthy):
    with healthy.services.database.begin() as session:
        was = session.execute(text("UPDATE alembic_version SET version_num = 'older' RETURNING version_num")).scalar()
    try:
        assert wrong(healthy) == {"migration": "scripts/izwi migrate"}
        assert was == "older"
    finally:
        restore(healthy)


def restore(operator):
    head = ScriptDirectory(str(MIGRATIONS)).get_current_head()
    with operator.services.database.begin() as session:
        session.execute(text("UPDATE alembic_version SET version_num = :head"), {"head": head})


def test_letters_that_wait_too_long_are_wrong_wherever_they_lie(healthy):
    now = healthy.services.clock.now()
    healthy.services.keep(Letter("a", "sms", PHONE, {"id": "1", "text": "STATUS", "stops": False}, now))
    healthy.services = later(healthy.services, timedelta(minutes=2))

    assert "inbox" in wrong(healthy)


def test_a_queue_that_nobody_works_is_wrong(running):
    running.say("staff", "add", "--first")

    assert wrong(running) == {"queues": "scripts/izwi worker"}
    assert set(workers.QUEUES) == {"intake", "messages", "polls", "digests"}


def test_a_gateway_that_fails_is_wrong_until_sending_is_resumed(healthy):
    with healthy.services.database.begin() as session:
        breaker.failed(session, breaker.TRIPS_AT, healthy.services.clock.now())

    assert set(wrong(healthy)) == {"gateway"}
    healthy.say("sending", "resume")
    assert wrong(healthy) == {}


def test_drafts_are_wrong_where_real_residents_read_them(healthy):
    healthy.services.settings = healthy.services.settings.model_copy(update={"gateway": "africastalking"})

    assert wrong(healthy) == {"drafts": "have them reviewed, or set IZWI_DRAFTS=0"}


def test_flows_that_cannot_be_said_are_wrong(healthy, tmp_path):
    healthy.services.editions.source = shutil.copytree(FLOWS, tmp_path / "flows")
    publishing.publish(healthy.services)
    (tmp_path / "flows" / "texts.yaml").unlink()

    found, _ = findings(healthy)
    assert wrong(healthy) == {"flows": "scripts/izwi flows status"}
    assert re.fullmatch(r"[0-9a-f]{12} is said, the folder is refused: 1 fault", found["flows"]["state"])


def test_an_instance_that_does_not_answer_is_wrong(healthy):
    settings = healthy.services.settings
    healthy.services.settings = settings.model_copy(update={"public_url": "http://127.0.0.1:1"})

    assert set(wrong(healthy)) == {"web"}
