"""An embedded PostgreSQL is the same on every machine, whoever starts it, and nobody else gets in."""

import os
import pwd
import shutil
import socket
import stat
import tempfile
from pathlib import Path

import psycopg
import pytest

from app.local import owner, postgres
from app.local.program import running
from app.local.refusal import Refusal
from app.local.services import until


def one(address: str, query: str) -> object:
    with postgres.connect(address) as connection:
        return connection.execute(query).fetchone()[0]


@pytest.mark.parametrize(
    ("setting", "value"),
    [("listen_addresses", ""), ("server_encoding", "UTF8"), ("lc_messages", "C"), ("fsync", "off")],
)
def test_the_server_of_the_tests_is_set_up_as_meant(database_url, setting, value):
    assert one(database_url, f"SHOW {setting}") == value


def test_letters_of_every_language_change_case(database_url):
    assert one(database_url, "SELECT upper('ṱéž')") == "ṰÉŽ"


def test_making_a_database_again_changes_nothing(database_url, short_folder):
    postgres.make_database(short_folder)

    assert one(database_url, "SELECT count(*) FROM pg_database WHERE datname = 'izwi'") == 1


def test_a_durable_server_waits_for_the_disk(tmp_path):
    command = postgres.program(tmp_path, tmp_path, owner.owner()).command

    assert not [part for part in command if part.startswith(("fsync", "synchronous_commit", "full_page_writes"))]


def test_half_a_cluster_of_a_crash_is_made_anew(tmp_path):
    (tmp_path / "postgres.half").mkdir()
    (tmp_path / "postgres.half" / "PG_VERSION").write_text("18\n")
    postgres.make(tmp_path / "postgres", owner.owner(), durable=False)

    assert sorted(path.name for path in tmp_path.iterdir()) == ["postgres"]
    assert stat.S_IMODE((tmp_path / "postgres").stat().st_mode) == 0o700


def test_a_cluster_of_another_version_is_refused_by_name(tmp_path):
    (tmp_path / "PG_VERSION").write_text("9\n")

    with pytest.raises(Refusal, match="made by PostgreSQL 9, which is not here"):
        postgres.binaries(tmp_path)


def test_without_embedded_binaries_those_of_the_system_serve(tmp_path, monkeypatch):
    if not any(binaries.version >= postgres.OLDEST for binaries in postgres.of_the_system()):
        pytest.skip("no PostgreSQL of the system: apt-get install postgresql")
    monkeypatch.setattr(postgres, "embedded", lambda: iter(()))
    postgres.make(tmp_path / "postgres", owner.owner(), durable=False)

    assert int((tmp_path / "postgres" / "PG_VERSION").read_text()) >= postgres.OLDEST


def test_without_any_binaries_the_refusal_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setattr(postgres, "embedded", lambda: iter(()))
    monkeypatch.setattr(postgres, "of_the_system", lambda: iter(()))

    with pytest.raises(Refusal, match="apt-get install postgresql, or set DATABASE_URL"):
        postgres.binaries(tmp_path)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root needs another user")
def test_root_without_namespaces_runs_it_as_nobody(monkeypatch):
    monkeypatch.setattr(owner, "namespaces_work", lambda: False)
    runs_as = owner.owner()
    folder = Path(tempfile.mkdtemp(prefix="izwi-test-"))
    try:
        runs_as.take(folder)
        postgres.make(folder / "postgres", runs_as, durable=False)
        with running(postgres.program(folder / "postgres", folder, runs_as, durable=False), folder / "log") as process:
            until(lambda: postgres.answers(postgres.url(folder, "postgres")), 30, "no answer", check=lambda: None)
            assert Path("/proc", str(process.pid)).stat().st_uid == pwd.getpwnam("nobody").pw_uid
    finally:
        shutil.rmtree(folder)


def test_what_answers_no_one_is_not_up(short_folder):
    with socket.socket(socket.AF_UNIX):
        assert not postgres.answers(postgres.url(short_folder / "nowhere"))


def test_a_wrong_database_is_an_error_of_the_driver(database_url, short_folder):
    with pytest.raises(psycopg.OperationalError):
        postgres.connect(postgres.url(short_folder, "nothing"))
