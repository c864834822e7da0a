"""The spool: letters on disk while the database is away, fsynced before anything is acknowledged."""

import os
import resource
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.storage.letters import Letter, Said
from app.storage.spool import Spool, SpoolFull
from app.storage.vault import Vault

PHONE = "+27821234567"
WORDS = "burst pipe at Vilakazi street"
NOON = datetime(2026, 3, 3, 10, tzinfo=UTC)


@pytest.fixture
def spool(environment: dict[str, str], vault: Vault) -> Spool:
    return Spool(Path(environment["SPOOL_DIR"]), vault)


def letter(key: str = "one", at: datetime = NOON, reference: str = "1000002") -> Letter:
    return Letter(key, "sms", PHONE, {"text": WORDS}, at, Said("Thanks.", reference))


def keys(spool: Spool) -> list[str]:
    return [one.key for _, one in spool.letters()]


def test_a_letter_comes_out_as_it_went_in(spool: Spool):
    spool.keep(letter())

    assert [one for _, one in spool.letters(10)] == [letter()]


def test_letters_come_out_in_order_of_receipt(spool: Spool):
    for name, minutes in (("third", 3), ("first", 1), ("second", 2)):
        spool.keep(letter(name, NOON + timedelta(minutes=minutes)))

    assert keys(spool) == ["first", "second", "third"]


def test_order_holds_across_the_end_of_a_year(spool: Spool):
    spool.keep(letter("after", datetime(2027, 1, 1, tzinfo=UTC)))
    spool.keep(letter("before", datetime(2026, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)))

    assert keys(spool) == ["before", "after"]


def test_the_same_key_is_kept_once_and_answered_with_the_first_word(spool: Spool):
    spool.keep(letter(reference="1000002"))

    assert spool.keep(letter(at=NOON + timedelta(seconds=9), reference="1000014")) == Said("Thanks.", "1000002")
    assert spool.depth() == 1


def test_one_letter_kept_by_many_at_once_is_kept(spool: Spool):
    with ThreadPoolExecutor(16) as threads:
        said = list(threads.map(lambda _: spool.keep(letter()), range(64)))

    assert set(said) == {letter().said}
    assert keys(spool) == ["one"]


def test_no_number_and_no_word_can_be_read_on_the_disk(spool: Spool):
    spool.keep(letter())

    files = [path for path in spool.folder.rglob("*") if path.is_file()]
    raw = b"".join(path.read_bytes() + path.name.encode() for path in files)
    assert len(files) == 2
    for secret in (PHONE, PHONE[1:], PHONE[3:], WORDS, "Vilakazi", "1000002"):
        assert secret.encode() not in raw


def test_files_belong_to_their_owner_alone(spool: Spool):
    spool.keep(letter())

    assert {path.stat().st_mode & 0o777 for path in spool.folder.rglob("*") if path.is_file()} == {0o600}


def test_a_forgotten_letter_is_gone(spool: Spool):
    spool.keep(letter())
    for path, _ in spool.letters(10):
        spool.forget(path)

    assert (spool.depth(), keys(spool), spool.oldest()) == (0, [], None)
    assert [path for path in spool.folder.rglob("*") if path.is_file()] == []


def test_a_disk_without_hard_links_keeps_letters_all_the_same(spool: Spool):
    """Only a repeat may then be kept twice."""
    (spool.folder / "keys").write_text("no folder")

    assert spool.keep(letter()) == letter().said
    assert keys(spool) == ["one"]


def test_what_a_crash_left_of_a_forgotten_letter_still_knows_its_word(spool: Spool):
    """Killed between taking away the letter and its second name: the database holds it, so it is not kept again."""
    spool.keep(letter())
    (path,) = spool.folder.glob("*.letter")
    path.unlink()

    assert spool.keep(letter(reference="1000014")).reference == "1000002"


# -- damage ------------------------------------------------------------------------------------------------------------


def test_a_torn_write_is_no_letter(spool: Spool):
    (spool.folder / "20260303T100000000000-abc.1.tmp").write_bytes(b"half")

    assert (spool.depth(), keys(spool)) == (0, [])


@pytest.mark.parametrize(
    "content", [b"", b"{", b"\x01" + b"x" * 40, b"not sealed at all"], ids=["empty", "half JSON", "sealed?", "plain"]
)
def test_a_damaged_file_is_set_aside_and_blocks_nothing(spool: Spool, content: bytes):
    (spool.folder / "20200101T000000000000-damaged.letter").write_bytes(content)
    spool.keep(letter())

    assert keys(spool) == ["one"]
    assert spool.depth() == 1
    assert (spool.folder / "20200101T000000000000-damaged.torn").read_bytes() == content


def test_a_sealed_letter_with_half_its_fields_is_set_aside(spool: Spool, vault: Vault):
    (spool.folder / "2020-half.letter").write_bytes(vault.seal('{"key": "x"}', b"spool"))
    (spool.folder / "2020-list.letter").write_bytes(vault.seal("[]", b"spool"))
    spool.keep(letter())

    assert keys(spool) == ["one"]


def test_a_letter_cut_short_is_set_aside(spool: Spool):
    spool.keep(letter("cut"))
    (path,) = spool.folder.glob("*.letter")
    os.truncate(path, path.stat().st_size - 1)
    spool.keep(letter("whole"))

    assert keys(spool) == ["whole"]


def test_a_folder_that_is_named_like_a_letter_is_set_aside(spool: Spool):
    (spool.folder / "2020-folder.letter").mkdir()
    spool.keep(letter())

    assert keys(spool) == ["one"]
    assert spool.depth() == 1


def test_a_crowd_of_damaged_files_does_not_hide_the_letters_behind_it(spool: Spool):
    for number in range(7):
        (spool.folder / f"2020-{number}.letter").write_bytes(b"damaged")
    spool.keep(letter())

    assert [one.key for _, one in spool.letters(1)] == ["one"]


def test_foreign_files_are_left_alone(spool: Spool):
    (spool.folder / "city.json").write_text("{}")
    spool.keep(letter())

    assert keys(spool) == ["one"]
    assert (spool.folder / "city.json").read_text() == "{}"


# -- no room -----------------------------------------------------------------------------------------------------------


def test_a_full_spool_keeps_nothing_and_says_so(spool: Spool):
    small = Spool(spool.folder, spool.vault, most=2)
    for minute, name in enumerate(("one", "two")):
        small.keep(letter(name, NOON + timedelta(minutes=minute)))

    with pytest.raises(SpoolFull):
        small.keep(letter("three"))
    assert keys(small) == ["one", "two"]


def test_a_full_spool_still_knows_what_it_holds(spool: Spool):
    small = Spool(spool.folder, spool.vault, most=1)
    small.keep(letter())

    assert small.keep(letter()) == letter().said


def test_a_folder_that_is_gone_keeps_nothing_and_says_so(spool: Spool):
    spool.folder.rmdir()

    with pytest.raises(SpoolFull):
        spool.keep(letter())


FULL_DISK = """
from pathlib import Path
from tests.storage.test_spool import letter
from app.config import read_settings
from app.storage.spool import Spool, SpoolFull
from app.storage.vault import Vault
settings = read_settings()
try:
    Spool(settings.spool_dir, Vault(settings.phone_keys, settings.index_keys)).keep(letter())
except SpoolFull:
    print("full")
"""


def test_a_full_disk_keeps_nothing_and_leaves_no_rest(spool: Spool, environment: dict[str, str]):
    """A process that may write files of no more than ten bytes meets what a full disk is: half a file."""
    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(Path.cwd())},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (10, 10)),
    )

    assert done.stdout == "full\n", done.stderr
    assert list(spool.folder.iterdir()) == []
