"""What .venv needs is installed when it is missing or stale, and only then."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from app.config import ROOT


@pytest.fixture
def bootstrap(tmp_path: Path, monkeypatch) -> ModuleType:
    """The script of a project in a folder of its own, with a note of each install in place of the install."""
    spec = importlib.util.spec_from_file_location("bootstrap", ROOT / "scripts" / "bootstrap.py")
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    script.ROOT, script.VENV = tmp_path, tmp_path / ".venv"
    script.PYTHON, script.STAMP = tmp_path / ".venv" / "bin" / "python", tmp_path / ".venv" / "izwi.stamp"
    script.LOCKS = (tmp_path / "requirements.txt", tmp_path / "requirements-dev.txt")
    for lock in script.LOCKS:
        lock.write_text(f"{lock.name}\n")
    script.installs = []
    monkeypatch.setattr(script, "install", lambda locks: script.installs.append([lock.name for lock in locks]))
    return script


def start(script: ModuleType, monkeypatch, *arguments: str) -> list[list[str]]:
    """Start it once more; the installs so far."""
    monkeypatch.setattr(sys, "argv", ["bootstrap.py", *arguments])
    script.main()
    return script.installs


def test_a_second_start_installs_nothing(bootstrap, monkeypatch):
    start(bootstrap, monkeypatch)

    assert start(bootstrap, monkeypatch) == [["requirements.txt"]]


def test_a_changed_lock_is_installed(bootstrap, monkeypatch):
    start(bootstrap, monkeypatch)
    bootstrap.LOCKS[0].write_text("other\n")

    assert len(start(bootstrap, monkeypatch)) == 2


def test_a_run_after_the_tests_installs_nothing_and_takes_nothing_away(bootstrap, monkeypatch):
    start(bootstrap, monkeypatch, "--dev")
    start(bootstrap, monkeypatch)

    assert start(bootstrap, monkeypatch, "--dev") == [["requirements.txt", "requirements-dev.txt"]]


def test_the_tests_after_a_run_install_what_they_need(bootstrap, monkeypatch):
    start(bootstrap, monkeypatch)

    assert start(bootstrap, monkeypatch, "--dev")[1] == ["requirements.txt", "requirements-dev.txt"]


def test_a_venv_of_another_python_is_made_anew(bootstrap, monkeypatch):
    start(bootstrap, monkeypatch)
    bootstrap.PYTHON.unlink()
    bootstrap.PYTHON.symlink_to("/no/such/python")

    assert len(start(bootstrap, monkeypatch)) == 2
    assert bootstrap.PYTHON.exists()


def test_an_install_that_broke_off_is_done_again(bootstrap, monkeypatch):
    def broken(_locks: object) -> None:
        raise SystemExit

    note_only = bootstrap.install
    bootstrap.install = broken
    with pytest.raises(SystemExit):
        start(bootstrap, monkeypatch)
    bootstrap.install = note_only

    assert start(bootstrap, monkeypatch) == [["requirements.txt"]]


def test_the_project_is_found_from_any_folder(bootstrap, monkeypatch):
    start(bootstrap, monkeypatch)
    (named,) = bootstrap.VENV.glob("lib/python*/site-packages/izwi.pth")

    assert (named.parent / named.read_text().strip()).resolve() == bootstrap.ROOT
