"""One command starts everything, says so, and leaves nothing when it ends, however it ends."""

import json
import os
import signal
import stat
import subprocess
import sys
import time
from http.client import HTTPConnection
from pathlib import Path

import psycopg
import pytest

from app.local import envfile, postgres, processes
from tests.local import standin


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project whose path is deep and has what paths must not have."""
    folder = tmp_path / "a folder" / ("deep" * 20) / "50% it's"
    folder.mkdir(parents=True)
    return standin.make(folder)


def get(run: standin.Run, path: str = "/") -> str:
    connection = HTTPConnection("127.0.0.1", run.port, timeout=5)
    connection.request("GET", path)
    try:
        return connection.getresponse().read().decode()
    finally:
        connection.close()


def runs_counted(address: str) -> int:
    with psycopg.connect(address.replace("+psycopg", "")) as connection:
        return connection.execute("SELECT count(*) FROM runs").fetchone()[0]


def wait_for(works, seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while not works():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def changed(run: standin.Run, before: str) -> bool:
    try:
        return get(run) != before
    except OSError:
        return False


def test_it_starts_says_so_and_stops_within_ten_seconds_without_a_trace(root):
    with standin.started(root) as run:
        assert run.wait_ready() == f"izwi ready http://127.0.0.1:{run.port}"
        told = envfile.read(run.data / "run.env")
        sockets = Path((run.data / "sockets").read_text())
        assert stat.S_IMODE(sockets.stat().st_mode) == 0o700
        assert stat.S_IMODE((run.data / "run.env").stat().st_mode) == 0o600
        assert told["PUBLIC_URL"] == f"http://127.0.0.1:{run.port}"
        assert not {"SECRET_KEY", "WEBHOOK_TOKENS", "PHONE_KEYS", "INDEX_KEYS"} & set(told)
        assert runs_counted(told["DATABASE_URL"]) == 1
        began = time.monotonic()
        assert run.stop() == 0
        assert time.monotonic() - began < 10
    assert not run.processes()
    assert not sockets.exists()
    assert not (run.data / "run.env").exists()
    assert set((run.data / "said").read_text().splitlines()) == {
        "prepare", "worker", "clock",
    }  # fmt: skip


def test_a_second_start_keeps_the_data_and_the_secrets(root):
    with standin.started(root) as run:
        run.wait_ready()
        kept = (run.data / "secrets.env").read_text()
        run.stop(signal.SIGINT)
    with standin.started(root) as run:
        run.wait_ready()
        assert (run.data / "secrets.env").read_text() == kept
        assert runs_counted(envfile.read(run.data / "run.env")["DATABASE_URL"]) == 2


def test_killed_it_leaves_nothing_and_the_next_start_works(root):
    with standin.started(root) as run:
        run.wait_ready()
        run.process.kill()
        run.process.wait()
        with standin.started(root) as again:
            again.wait_ready()
            assert runs_counted(envfile.read(run.data / "run.env")["DATABASE_URL"]) == 2
    assert standin.gone(run)


def test_killed_with_its_supervisor_it_leaves_nothing_and_the_next_start_works(root):
    with standin.started(root) as run:
        run.wait_ready()
        supervisor = int((run.data / "supervisord.pid").read_text())
        os.kill(supervisor, signal.SIGSTOP)
        run.process.kill()
        os.kill(supervisor, signal.SIGKILL)
        assert standin.gone(run)
    with standin.started(root) as again:
        again.wait_ready()
    assert standin.gone(again)


def test_a_pid_that_another_process_has_by_now_does_not_stop_the_start(root):
    with standin.started(root) as run:
        run.wait_ready()
    pid_file = run.data / "postgres" / "postmaster.pid"
    pid_file.write_text(f"{os.getpid()}\n{run.data}/postgres\n1\n5432\n\n\n  1  1\nready   \n")
    (run.data / "supervisord.pid").write_text(str(os.getpid()))
    with standin.started(root) as again:
        again.wait_ready()


@pytest.mark.parametrize("name", ["web", "worker", "postgres", "valkey"])
def test_a_killed_process_comes_back_alone(root, name):
    with standin.started(root) as run:
        run.wait_ready()
        before = get(run)
        victim = next(pid for pid in run.processes() if is_program(pid, name))
        os.kill(victim, signal.SIGKILL)
        wait_for(lambda: any(is_program(pid, name) for pid in run.processes() - {victim}))
        wait_for(lambda: (get(run) == before) == (name != "web") if name != "web" else changed(run, before))
        if name == "web":
            wait_for(lambda: processes.parent_of(int(before)) is None)


def is_program(pid: int, name: str) -> bool:
    marks = {"web": "app.local.web", "worker": "app.cli\0worker", "postgres": "postgres\0-D", "valkey": "valkey-server"}
    return "leash.py" not in standin.about(pid) and marks[name] in standin.about(pid)


def test_a_taken_port_is_one_line_and_exit_1(root):
    with standin.started(root) as run:
        run.wait_ready()
        with standin.started(root, "--data", "other", port=run.port) as second:
            assert second.process.wait(10) == 1
            said = second.process.stderr.read()
    assert said == (
        f"izwi: cannot serve on 127.0.0.1 port {run.port} (Address already in use): choose another with --port\n"
    )


def test_two_instances_run_side_by_side_but_not_in_one_folder(root):
    with standin.started(root) as first, standin.started(root, "--data", "other data") as second:
        first.wait_ready()
        second.wait_ready()
        assert get(first) != get(second)
        with standin.started(root) as third:
            assert third.process.wait(10) == 1
            assert "Izwi already runs on" in third.process.stderr.read()


@pytest.mark.parametrize("data", ["/proc/nothing", "app/config.py", "/dev/null/var"])
def test_an_unwritable_folder_is_one_line_and_exit_1(root, data):
    with standin.started(root, "--data", data) as run:
        assert run.process.wait(10) == 1
        (line,) = run.process.stderr.read().splitlines()
    assert line.startswith("izwi: cannot write to ")
    assert line.endswith("choose another folder with --data")


def test_a_wrong_setting_is_told_before_anything_starts(root):
    with standin.started(root, SECRET_KEY="weak", SHORT_CODE="x") as run:
        assert run.process.wait(10) == 1
        said = run.process.stderr.read().splitlines()
    assert [line.split()[:2] for line in said] == [["izwi:", "SHORT_CODE"], ["izwi:", "SECRET_KEY"]]
    assert not (run.data / "postgres").exists()


def test_what_the_environment_gives_wins(root, database_url, short_folder, redis_url):
    postgres.make_database(short_folder, "given")  # the stand-in makes a table of its own in it
    database_url = postgres.url(short_folder, "given")
    given = {"DATABASE_URL": database_url, "REDIS_URL": redis_url, "SECRET_KEY": "given-secret-key-0123456789-abcdef"}
    with standin.started(root, **given) as run:
        run.wait_ready()
        assert envfile.read(run.data / "run.env")["DATABASE_URL"] == database_url
        assert "SECRET_KEY" not in envfile.read(run.data / "secrets.env")
    assert not (run.data / "postgres").exists()


def test_a_database_that_does_not_answer_is_one_line_and_exit_1(root):
    with standin.started(root, DATABASE_URL="postgresql://izwi:pass-word@127.0.0.1:1/izwi") as run:
        assert run.process.wait(25) == 1
        said = run.process.stderr.read()
    assert said.startswith("izwi: nothing answers at the address in DATABASE_URL")
    assert "pass-word" not in said
    assert not run.processes()


def test_a_failed_step_says_where_to_look_and_leaves_nothing(root):
    (root / "var").mkdir()
    (root / "var" / "broken-prepare").touch()
    with standin.started(root) as run:
        assert run.process.wait(25) == 1
        assert run.process.stderr.read() == f"izwi: `prepare` failed: see {run.data}/log/prepare.log\n"
    assert "broken" in (run.data / "log" / "prepare.log").read_text()
    assert not run.processes()


def test_a_program_that_cannot_start_is_named(root):
    (root / "app" / "web" / "factory.py").write_text("def create_app(): raise SystemExit('no')")
    (root / "app" / "local" / "web.py").write_text("raise SystemExit('no web')")
    with standin.started(root) as run:
        assert run.process.wait(40) == 1
        assert "izwi:web ends as soon as it starts" in run.process.stderr.read()
    assert "no web" in (run.data / "log" / "web.log").read_text()


def test_the_operators_command_finds_the_running_instance(root):
    def environment(**given: str) -> dict[str, str]:
        command = (sys.executable, "-m", "app.local.command", "--data", "var", "environment")
        env = standin.outside() | {"PYTHONPATH": str(root)} | given
        return json.loads(subprocess.run(command, cwd=root, env=env, capture_output=True, check=True).stdout)

    with standin.started(root, SERVICE_CODE="*1*2#") as run:
        run.wait_ready()
        found = environment()
        assert found["PUBLIC_URL"] == f"http://127.0.0.1:{run.port}"
        assert found["SERVICE_CODE"] == "*1*2#"
        assert found["SECRET_KEY"] == envfile.read(run.data / "secrets.env")["SECRET_KEY"]
        assert environment(SERVICE_CODE="*3#")["SERVICE_CODE"] == "*3#"
    assert "DATABASE_URL" not in environment()
