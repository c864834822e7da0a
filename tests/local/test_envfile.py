"""A file of variables keeps what was put in, and a crash never leaves half of it."""

import stat

from app.local import envfile


def test_what_was_written_is_read(tmp_path):
    values = {"DATABASE_URL": "postgresql+psycopg://izwi@/izwi?host=%2Ftmp&port=5432", "EMPTY": "", "SPACE": " a b "}
    envfile.write(tmp_path / "run.env", values)

    assert envfile.read(tmp_path / "run.env") == values
    assert stat.S_IMODE((tmp_path / "run.env").stat().st_mode) == 0o600


def test_what_is_not_there_holds_nothing(tmp_path):
    assert envfile.read(tmp_path / "run.env") == {}


def test_comments_and_empty_lines_are_no_values(tmp_path):
    (tmp_path / "run.env").write_text("# a comment = none\n\nA=1=2\n")

    assert envfile.read(tmp_path / "run.env") == {"A": "1=2"}


def test_half_a_file_of_a_crash_does_not_stop_the_next_write(tmp_path):
    (tmp_path / "run.env.half").write_text("A=")
    envfile.write(tmp_path / "run.env", {"A": "1"})

    assert [file.name for file in tmp_path.iterdir()] == ["run.env"]
