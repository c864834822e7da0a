"""Letters on disk while the database is away: one sealed file each, fsynced before anything is acknowledged."""

import json
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from itertools import islice
from pathlib import Path
from secrets import token_hex
from time import monotonic

from app.storage.letters import Letter, Said
from app.storage.vault import Unsealable, Vault

KEYS = "keys"
COUNT_AGAIN = 1.0


class SpoolFull(OSError):
    """The spool has no room; nothing was kept and nothing may be acknowledged."""


@dataclass
class Spool:
    """A 0700 folder of letters, named by time of receipt so that they go in by the order they came.

    A second name of each letter in `keys/` finds it by its key, however many wait.
    """

    folder: Path
    vault: Vault
    most: int = 200_000
    counted: int = 0
    counted_at: float = field(default=float("-inf"))

    def keep(self, letter: Letter) -> Said:
        """Writes the letter; returns what was said for its key first. Raises SpoolFull: nothing was kept."""
        already = self._held(letter.key)
        if already is not None:
            return already.said
        try:
            if self._count() >= self.most:
                raise SpoolFull("the spool holds as many letters as it may")
            self._write(letter)
        except OSError as error:
            raise SpoolFull(str(error)) from error
        return letter.said

    def depth(self) -> int:
        """How many letters wait."""
        return sum(1 for _ in self.folder.glob("*.letter"))

    def oldest(self) -> float | None:
        """When the oldest waiting letter was written (seconds since the epoch), None if none waits."""
        first = min(self.folder.glob("*.letter"), default=None)
        return first.stat().st_mtime if first is not None else None

    def letters(self, most: int | None = None) -> Iterator[tuple[Path, Letter]]:
        """The letters that wait now, in order of receipt; torn or foreign files are set aside, never in the way."""
        paths = sorted(self.folder.glob("*.letter"))
        read = ((path, self._read(path)) for path in paths)
        return islice(((path, letter) for path, letter in read if letter is not None), most)

    def set_aside(self, path: Path) -> None:
        """Puts a letter where a person finds it, and nobody else looks."""
        path.rename(path.with_suffix(".torn"))

    def forget(self, path: Path) -> None:
        """Removes a letter that the database holds now."""
        path.unlink(missing_ok=True)
        (self.folder / KEYS / path.stem.rpartition("-")[2]).unlink(missing_ok=True)

    def _held(self, key: str) -> Letter | None:
        try:
            letter = self._open(self.folder / KEYS / _short(key))
        except (OSError, Unsealable, ValueError, KeyError, TypeError):
            return None
        return letter if letter.key == key else None

    def _count(self) -> int:
        """How many letters wait, as of the last second: a full spool is no sharp line, and looking costs time."""
        if monotonic() - self.counted_at > COUNT_AGAIN:
            self.counted, self.counted_at = self.depth(), monotonic()
        self.counted += 1
        return self.counted - 1

    def _write(self, letter: Letter) -> None:
        name = f"{letter.received_at:%Y%m%dT%H%M%S%f}-{_short(letter.key)}"
        torn = self.folder / f"{name}.{token_hex(4)}.tmp"
        try:
            _write_durably(torn, self.vault.seal(json.dumps(_plain(letter)), b"spool"))
            torn.rename(self.folder / f"{name}.letter")
        except OSError:
            torn.unlink(missing_ok=True)
            raise
        _sync(self.folder)
        self._name_by_key(self.folder / f"{name}.letter", letter.key)

    def _name_by_key(self, path: Path, key: str) -> None:
        """Without this name a repeat is kept twice and says two references, which the database then makes one."""
        keys = self.folder / KEYS
        with suppress(OSError):
            keys.mkdir(mode=0o700, exist_ok=True)
            (keys / _short(key)).hardlink_to(path)

    def _read(self, path: Path) -> Letter | None:
        try:
            return self._open(path)
        except (IsADirectoryError, Unsealable, ValueError, KeyError, TypeError):
            self.set_aside(path)
        except OSError:  # gone to the database already, or the disk is in trouble: the letter itself is not to blame
            pass
        return None

    def _open(self, path: Path) -> Letter:
        return _letter(json.loads(self.vault.open(path.read_bytes(), b"spool")))


def _write_durably(path: Path, content: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    """Makes the names in a folder durable."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _short(key: str) -> str:
    return sha256(key.encode()).hexdigest()[:24]


def _plain(letter: Letter) -> dict[str, object]:
    return {
        "v": 1,
        "key": letter.key,
        "source": letter.source,
        "phone": letter.phone,
        "body": letter.body,
        "said": letter.said.plain(),
        "at": letter.received_at.isoformat(),
    }


def _letter(plain: dict[str, object]) -> Letter:
    body, said = plain["body"], plain["said"]
    if not isinstance(body, dict) or not isinstance(said, dict):
        raise TypeError("a letter has a body and what was said")
    return Letter(
        key=str(plain["key"]),
        source=str(plain["source"]),
        phone=str(plain["phone"]),
        body=body,
        said=Said(**said),
        received_at=datetime.fromisoformat(str(plain["at"])),
    )
