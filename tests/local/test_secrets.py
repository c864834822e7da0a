"""Secrets are made once and kept where only their owner reads them."""

import stat

import pytest

from app.config import read_settings
from app.local import envfile, secrets
from app.local.refusal import Refusal


def test_missing_secrets_are_made_once_and_kept(tmp_path):
    file = tmp_path / "secrets.env"
    made = secrets.keep(file, {}, rows=False)

    assert set(made) == {"SECRET_KEY", "WEBHOOK_TOKENS", "PHONE_KEYS", "INDEX_KEYS"}
    assert secrets.keep(file, {}, rows=True) == made == envfile.read(file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_made_secrets_are_good_settings(tmp_path, environment, monkeypatch):
    for name, value in secrets.keep(tmp_path / "secrets.env", {}, rows=False).items():
        monkeypatch.setenv(name, value)

    assert read_settings().phone_keys.keys != read_settings().index_keys.keys


def test_two_instances_have_different_secrets(tmp_path):
    one, other = (secrets.keep(tmp_path / name, {}, rows=False) for name in ("one", "other"))

    assert not set(one.values()) & set(other.values())


def test_a_given_secret_is_neither_made_nor_kept(tmp_path):
    kept = secrets.keep(tmp_path / "secrets.env", {"SECRET_KEY": "given"}, rows=False)

    assert "SECRET_KEY" not in kept
    assert "given" not in (tmp_path / "secrets.env").read_text()


def test_a_file_of_secrets_that_others_could_read_is_closed(tmp_path):
    file = tmp_path / "secrets.env"
    secrets.keep(file, {}, rows=False)
    file.chmod(0o644)
    secrets.keep(file, {}, rows=False)

    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_lost_keys_of_a_database_are_refused_not_replaced(tmp_path):
    with pytest.raises(Refusal, match="PHONE_KEYS and INDEX_KEYS are gone"):
        secrets.keep(tmp_path / "secrets.env", {}, rows=True)

    assert not (tmp_path / "secrets.env").exists()


def test_nothing_is_written_where_all_is_given(tmp_path):
    given = dict.fromkeys(secrets.MAKERS, "given")

    assert secrets.keep(tmp_path / "secrets.env", given, rows=True) == {}
    assert not (tmp_path / "secrets.env").exists()
