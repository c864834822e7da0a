"""Letters on disk while the database is away: one sealed file each, fsynced before anything is acknowledged."""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from app.storage.letters import Letter, Said
from app.storage.vault import Unsealable, Vault


class SpoolFull(OSError):
    """The spool has no room; nothing was kept and nothing may be acknowledged."""


@dataclass(frozen=True)
class Spool:
    """A 0700 folder of letters, named by time of receipt so that they go in by the order they came."""

    folder: Path
    vault: Vault
    most: int = 200_000

    def keep(self, letter: Letter) -> Said:
        """Writes the letter; returns what was said for its key first. Raises SpoolFull: nothing was kept."""
        already = self._held(letter.key)
        if already is not None:
            return already.said
        try:
            if self.depth() >= self.most:
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
        waiting = sorted(path for path in self.folder.glob("*.letter"))
        return waiting[0].stat().st_mtime if waiting else None

    def letters(self, most: int) -> Iterator[tuple[Path, Letter]]:
        """The waiting letters in order of receipt; torn or foreign files are set aside, never in the way."""
        for path in sorted(self.folder.glob("*.letter"))[:most]:
            letter = self._read(path)
            if letter is not None:
                yield path, letter

    def forget(self, path: Path) -> None:
        """Removes a letter that the database holds now."""
        path.unlink(missing_ok=True)

    def _held(self, key: str) -> Letter | None:
        for path in self.folder.glob(f"*-{_short(key)}.letter"):
            letter = self._read(path)
            if letter is not None and letter.key == key:
                return letter
        return None

    def _write(self, letter: Letter) -> None:
        name = f"{letter.received_at:%Y%m%dT%H%M%S%f}-{_short(letter.key)}"
        torn = self.folder / f"{name}.{os.getpid()}.tmp"
        sealed = self.vault.seal(json.dumps(_plain(letter)), b"spool")
        with os.fdopen(os.open(torn, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(sealed)
            file.flush()
            os.fsync(file.fileno())
        torn.rename(self.folder / f"{name}.letter")
        folder = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def _read(self, path: Path) -> Letter | None:
        try:
            return _letter(json.loads(self.vault.open(path.read_bytes(), b"spool")))
        except FileNotFoundError:
            return None
        except (Unsealable, ValueError, KeyError, TypeError):
            path.rename(path.with_suffix(".torn"))
            return None


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
