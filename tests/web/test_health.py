"""How the parts are, told to people, to supervisors and to Prometheus."""

import pytest
from redis import ConnectionError as RedisAway
from redis import Redis
from rq import SimpleWorker
from sqlalchemy import delete

from app.storage import schema
from app.storage.tables import CityPack


@pytest.fixture
def redis_away(services, monkeypatch):
    """Valkey refuses everything."""

    def refuse(*_args, **_how):
        raise RedisAway("refused")

    monkeypatch.setattr(services.redis, "execute_command", refuse)
    monkeypatch.setattr(services.redis.connection_pool, "get_connection", refuse)


def parts(browser):
    answer = browser.get("/healthz")
    return (
        answer.status_code,
        answer.json["status"],
        {name: one["status"] for name, one in answer.json["parts"].items()},
    )


def test_without_workers_the_service_is_degraded_but_alive(browser):
    assert parts(browser) == (
        200,
        "degraded",
        {"database": "ok", "redis": "ok", "spool": "ok", "city": "ok", "workers": "degraded"},
    )


def test_with_workers_on_every_queue_all_is_ok(browser, monkeypatch):
    monkeypatch.setattr("app.web.health.listeners", lambda services, queue: 1)

    assert parts(browser)[:2] == (200, "ok")


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_to_be_looked_at_makes_no_hop_wait_longer_for_valkey(browser, services, path):
    """RQ's own count of workers set the time-out of the whole pool to seven minutes."""
    before = dict(services.redis.connection_pool.connection_kwargs)
    with Redis.from_url(services.settings.redis_url, protocol=2) as elsewhere:
        SimpleWorker(["intake"], connection=elsewhere).register_birth()

        browser.get(path)

    assert services.redis.connection_pool.connection_kwargs == before


def test_who_is_ready_can_say_references_even_if_the_database_goes_before_the_first_report(
    browser, gateway, services, monkeypatch
):
    assert browser.get("/readyz").status_code == 200
    monkeypatch.setattr(services.database, "away_until", float("inf"))

    assert gateway.report().startswith("END Thanks. 100 000 2:")


@pytest.mark.usefixtures("database_away")
def test_with_the_database_away_the_process_lives_on_the_spool(browser):
    status, word, found = parts(browser)

    assert (status, word, found["database"]) == (200, "degraded", "degraded")


@pytest.mark.usefixtures("database_away", "spool_full")
def test_a_process_that_can_store_nothing_is_down(browser):
    assert parts(browser)[:2] == (503, "down")


@pytest.mark.usefixtures("redis_away")
def test_with_redis_away_the_service_is_degraded_but_alive(browser):
    status, word, found = parts(browser)

    assert (status, word, found["redis"], found["workers"]) == (200, "degraded", "degraded", "degraded")


@pytest.mark.usefixtures("database_away")
def test_a_letter_that_waits_on_disk_is_told(gateway, browser):
    gateway.sms("LEAK Kholwani")

    spool = browser.get("/healthz").json["parts"]["spool"]
    assert (spool["letters"], spool["status"]) == (1, "ok")


def test_a_letter_that_waits_for_a_minute_is_an_alarm(browser, monkeypatch):
    monkeypatch.setattr("app.web.health.spool_age", lambda services: 61.0)

    assert parts(browser)[2]["spool"] == "degraded"


def test_ready_means_migrated_loaded_and_answering(browser):
    answer = browser.get("/readyz")

    assert (answer.status_code, answer.json) == (200, {"ready": True, "missing": []})


def test_without_a_city_it_is_not_ready(browser, services):
    with services.database.begin() as session:
        session.execute(delete(CityPack))

    answer = browser.get("/readyz")
    assert (answer.status_code, answer.json["missing"]) == (503, ["no city is loaded: scripts/izwi city load DIR"])


def test_an_older_database_is_not_ready(browser, monkeypatch):
    monkeypatch.setattr(schema, "is_current", lambda session: False)

    assert browser.get("/readyz").json["missing"] == ["the database is not migrated: scripts/izwi migrate"]


@pytest.mark.usefixtures("database_away", "redis_away")
def test_all_that_is_missing_is_told_at_once(browser):
    answer = browser.get("/readyz")

    assert (answer.status_code, answer.json["missing"]) == (
        503,
        ["the database does not answer", "redis does not answer"],
    )


def test_figures_name_what_waits_where(gateway, browser):
    gateway.sms("LEAK Kholwani")
    gateway.post("sms", b"text=hello")

    told = set(browser.get("/metrics").text.splitlines())
    assert told >= {
        'izwi_letters_total{door="sms",outcome="kept"} 1.0',
        'izwi_letters_total{door="sms",outcome="set_aside"} 1.0',
        "izwi_inbox_waiting 1.0",
        'izwi_inbox_parked{state="unusable"} 1.0',
        "izwi_spool_letters 0.0",
        "izwi_messages_queued 0.0",
        'izwi_queue_jobs{queue="intake"} 1.0',
    }


@pytest.mark.usefixtures("database_away", "redis_away")
def test_figures_of_a_part_that_is_away_are_left_out(browser):
    told = browser.get("/metrics").text

    assert "izwi_database_up 0.0" in told
    assert "izwi_redis_up 0.0" in told
    assert "izwi_inbox_waiting" not in told


def test_no_figure_names_a_person(gateway, browser):
    gateway.report()
    gateway.sms("LEAK Kholwani")

    assert "27821234567" not in browser.get("/metrics").text
