"""Everything of an instance lies in its folder, save sockets, whose paths must be short."""

import os
import socket
import stat
from pathlib import Path

import pytest

from app.config import ROOT
from app.local import port
from app.local.environment import shown_url
from app.local.place import Place, held, lay, place, sockets
from app.local.refusal import Refusal
from tests.local import standin


def test_without_a_name_it_is_var_in_the_project(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    assert place(None).data == ROOT / "var"
    assert place("here").data == tmp_path / "here"


def test_its_folders_are_for_its_owner_alone(tmp_path):
    here = Place(tmp_path / "a" / "b")
    lay(here)

    assert {stat.S_IMODE(folder.stat().st_mode) for folder in (here.data, here.log, here.spool, here.valkey)} == {0o700}


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_of_somebody_else_is_refused(tmp_path):
    tmp_path.chmod(0o500)

    with pytest.raises(Refusal, match="Permission denied"):
        lay(Place(tmp_path / "var"))


def test_a_folder_is_held_by_one_run(tmp_path):
    here = Place(tmp_path)
    with held(here), pytest.raises(Refusal, match=f"already runs on .* \\(process {os.getpid()}"), held(here):
        pass
    with held(Place(tmp_path)):
        pass


def test_sockets_have_short_paths_wherever_the_temporary_folder_is(tmp_path, monkeypatch):
    deep = tmp_path / ("deep" * 20)
    deep.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(deep))
    with sockets(Place(tmp_path)) as folder:
        assert len(str(folder)) < 80
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert not folder.exists()


def test_sockets_of_a_crash_are_removed_at_the_next_start(tmp_path):
    crashed = Path(tmp_path, "izwi-crashed")
    crashed.mkdir()
    other = Path(tmp_path, "precious")
    other.mkdir()
    (tmp_path / "sockets").write_text(str(crashed))
    with sockets(Place(tmp_path)):
        assert not crashed.exists()
    (tmp_path / "sockets").write_text(str(other))
    with sockets(Place(tmp_path)):
        assert other.exists()


def test_a_held_port_is_refused_to_a_second_run_even_before_anybody_listens():
    number = standin.free_port()
    here = ("127.0.0.1", number)
    with port.held(*here), pytest.raises(Refusal, match=f"port {number} .*--port"), port.held(*here):
        pass
    with port.held(*here):
        pass


def test_the_server_that_shares_its_port_can_listen_on_a_held_one():
    number = standin.free_port()
    with port.held("127.0.0.1", number), socket.socket() as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        server.bind(("127.0.0.1", number))
        server.listen()
        with socket.create_connection(("127.0.0.1", number), timeout=5), server.accept()[0]:
            pass


@pytest.mark.parametrize(("host", "number"), [("127.0.0.1", 70000), ("127.0.0.1", -1), ("no.such.host.invalid", 8000)])
def test_what_cannot_be_bound_is_refused(host, number):
    with pytest.raises(Refusal, match="choose another with --port"), port.held(host, number):
        pass


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000"),
        ("0.0.0.0", "http://127.0.0.1:8000"),
        ("::1", "http://[::1]:8000"),
        ("::", "http://[::1]:8000"),
        ("izwi.example.org", "http://izwi.example.org:8000"),
    ],
)
def test_the_address_shown_can_be_opened(host, url):
    assert shown_url(host, 8000) == url
