"""The environment is read whole: every fault at once, each with what to do, no secret ever shown."""

import base64
import os
import traceback
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.config import ConfigFault, read_settings

KEY = base64.b64encode(bytes(range(64, 96))).decode()
OTHER_KEY = base64.b64encode(bytes(range(96, 128))).decode()
TOKEN = "abcdefghijklmnopqrstuvwxyz0123456789"


@pytest.fixture
def environment(environment, monkeypatch):
    """What an instance must be told, and nothing of what the tests of conversations add."""
    for name in ("IZWI_DRAFTS", "IZWI_NOW"):
        monkeypatch.delenv(name, raising=False)
        environment.pop(name, None)
    return environment


def faults() -> tuple[str, ...]:
    with pytest.raises(ConfigFault) as caught:
        read_settings()
    return caught.value.faults


def test_a_complete_environment_is_taken_as_it_is(environment, tmp_path):
    settings = read_settings()

    assert settings.spool_dir == tmp_path / "spool"
    assert settings.database_url == "postgresql+psycopg://izwi@127.0.0.1:1/izwi"
    assert settings.webhook_tokens == (environment["WEBHOOK_TOKENS"],)
    assert (settings.phone_keys.current, settings.phone_keys.key) == (1, bytes(range(32)))
    assert (settings.service_code, settings.short_code) == ("*120*4932#", "31245")
    assert (settings.screen_limit, settings.drafts, settings.time_shift) == (160, False, timedelta())


def test_all_faults_are_told_at_once(environment, monkeypatch):
    for name in environment:
        monkeypatch.delenv(name)

    assert [fault.split()[0] for fault in faults()] == [
        "GATEWAY", "DATABASE_URL", "REDIS_URL", "SPOOL_DIR", "SECRET_KEY", "WEBHOOK_TOKENS", "PHONE_KEYS", "INDEX_KEYS",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value", "what"),
    [
        ("GATEWAY", "africa", "is not valid: set it to simulator or africastalking"),
        ("DATABASE_URL", "mysql://root@db/izwi", "is not an address of PostgreSQL"),
        ("DATABASE_URL", "postgresql://", "is not an address of PostgreSQL"),
        ("REDIS_URL", "http://cache", "is not an address of Valkey or Redis"),
        ("SERVICE_CODE", "120*4932", "is not valid: set it to what people dial"),
        ("SHORT_CODE", "12", "is not valid: set it to 3 to 8 digits"),
        ("PUBLIC_URL", "izwi.example.org", "is not an http address"),
        ("PUBLIC_URL", "ftp://izwi.example.org", "is not an http address"),
        ("AT_BASE_URL", "https://api.example.org", "does not end in /version1"),
        ("AT_BASE_URL", "api.example.org/version1", "is not an http address"),
        ("CITY", "/no/such/pack", "is not a folder"),
        ("SPOOL_DIR", "/no/such/spool", "is not a folder"),
        ("SECRET_KEY", "short", "is too weak: set it to 32 or more random characters"),
        ("SECRET_KEY", "changeme" * 8, "is too weak"),
        ("WEBHOOK_TOKENS", "short", "too weak"),
        ("WEBHOOK_TOKENS", "a" * 40, "too weak"),
        ("WEBHOOK_TOKENS", f"{TOKEN}/{TOKEN}", "cannot stand in a URL"),
        ("WEBHOOK_TOKENS", f"{TOKEN},{TOKEN}", "two different ones"),
        ("WEBHOOK_TOKENS", f"{TOKEN},{TOKEN}1,{TOKEN}2", "one token or two"),
        ("WEBHOOK_TOKENS", f"{TOKEN},", "too weak"),
        ("PHONE_KEYS", KEY, "an id that is not a number from 1 to 255"),
        ("PHONE_KEYS", f"0:{KEY}", "an id that is not a number from 1 to 255"),
        ("PHONE_KEYS", f"256:{KEY}", "an id that is not a number from 1 to 255"),
        ("PHONE_KEYS", f"²:{KEY}", "an id that is not a number from 1 to 255"),
        ("PHONE_KEYS", "1:not base64", "a key that is not base64"),
        ("PHONE_KEYS", "1:c2hvcnQ=", "a key that is not 32 random bytes"),
        ("PHONE_KEYS", f"1:{base64.b64encode(bytes(32)).decode()}", "a key that is not 32 random bytes"),
        ("PHONE_KEYS", f"1:{KEY},1:{OTHER_KEY}", "an id or a key twice"),
        ("PHONE_KEYS", f"1:{KEY},2:{KEY}", "an id or a key twice"),
        ("INDEX_KEYS", f"1:{base64.b64encode(bytes(range(32))).decode()}", "has a key of PHONE_KEYS"),
        ("IZWI_SCREEN_LIMIT", "183", "is not valid: set it to a number of letters from 60 to 182"),
        ("IZWI_DRAFTS", "perhaps", "is not valid"),
        ("IZWI_NOW", "tomorrow", "is not a time: leave it out, or with GATEWAY=simulator"),
    ],
)
def test_a_wrong_value_is_refused_by_name(environment, monkeypatch, name, value, what):
    monkeypatch.setenv(name, value)

    (fault,) = faults()

    assert fault.startswith(f"{name} ")
    assert what in fault


@pytest.mark.parametrize(
    "name", ["DATABASE_URL", "REDIS_URL", "SECRET_KEY", "WEBHOOK_TOKENS", "PHONE_KEYS", "INDEX_KEYS", "AT_BASE_URL"]
)
def test_a_fault_never_shows_the_value(environment, monkeypatch, name):
    monkeypatch.setenv(name, "pass-word")

    with pytest.raises(ConfigFault) as caught:
        read_settings()

    assert name in str(caught.value)
    assert "pass-word" not in "".join(traceback.format_exception(caught.value))


def test_several_wrong_values_are_told_together(environment, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "weak")
    monkeypatch.setenv("SHORT_CODE", "weak")
    monkeypatch.setenv("GATEWAY", "africastalking")

    assert {fault.split()[0] for fault in faults()} == {"SECRET_KEY", "SHORT_CODE", "AT_USERNAME", "AT_API_KEY"}


def test_the_real_gateway_needs_its_account(environment, monkeypatch):
    monkeypatch.setenv("GATEWAY", "africastalking")

    assert [fault.split(":")[0] for fault in faults()] == ["AT_USERNAME is missing", "AT_API_KEY is missing"]

    monkeypatch.setenv("AT_USERNAME", "sandbox")
    monkeypatch.setenv("AT_API_KEY", "a-key")
    assert read_settings().at_api_key == "a-key"


def test_an_empty_variable_is_a_missing_one(environment, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "")

    assert faults()[0].startswith("SECRET_KEY is missing")


def test_a_spool_that_others_may_enter_is_refused(environment, tmp_path):
    (tmp_path / "spool").chmod(0o755)

    assert "SPOOL_DIR can be entered by others" in faults()[0]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_spool_that_cannot_be_written_is_refused(environment, tmp_path):
    (tmp_path / "spool").chmod(0o500)

    assert "SPOOL_DIR cannot be written to" in faults()[0]


def test_the_clock_is_moved_only_for_the_simulator(environment, monkeypatch):
    monkeypatch.setenv("IZWI_NOW", "2026-03-02T06:59:00+02:00")
    monkeypatch.setenv("IZWI_STARTED", "2026-03-01T00:00:00+00:00")
    settings = read_settings()
    assert settings.now == datetime(2026, 3, 2, 4, 59, tzinfo=UTC)
    assert settings.time_shift == timedelta(days=1, hours=4, minutes=59)

    monkeypatch.setenv("GATEWAY", "africastalking")
    monkeypatch.setenv("AT_USERNAME", "sandbox")
    monkeypatch.setenv("AT_API_KEY", "a-key")
    assert [fault.split()[0] for fault in faults()] == ["IZWI_NOW"]


def test_the_first_key_is_current_and_the_others_still_open(environment, monkeypatch):
    monkeypatch.setenv("PHONE_KEYS", f"7:{KEY}, 3:{OTHER_KEY}")
    ring = read_settings().phone_keys

    assert (ring.current, sorted(ring.keys)) == (7, [3, 7])
    assert ring.key == base64.b64decode(KEY)


def test_no_secret_is_in_the_text_of_settings(environment, monkeypatch):
    monkeypatch.setenv("AT_API_KEY", "the-account-key")
    monkeypatch.setenv("DATABASE_URL", "postgresql://izwi:pass-word@db/izwi")
    shown = f"{read_settings()!r} {read_settings()}"
    secrets = [environment[name] for name in ("SECRET_KEY", "WEBHOOK_TOKENS", "PHONE_KEYS", "INDEX_KEYS")]

    assert not [secret for secret in (*secrets, "the-account-key", "pass-word") if secret in shown]
    assert repr(bytes(range(32))) not in shown


def test_settings_cannot_be_changed(environment):
    with pytest.raises(ValueError, match="frozen"):
        read_settings().short_code = "1"


def test_a_relative_folder_becomes_absolute(environment, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SPOOL_DIR", "spool")

    assert read_settings().spool_dir == Path(tmp_path, "spool")
