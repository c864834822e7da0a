"""Copies of editions beside the spool, for when the database is away: a cache, which anybody may delete."""

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import get_ident
from time import time
from typing import Final

NEWEST: Final = "edition.newest"


@dataclass(frozen=True)
class Shelf:
    """One file an edition in a folder, and one that names the edition which this machine said last."""

    folder: Path
    kept_seconds: float

    def get(self, digest: str) -> bytes | None:
        """The copy of an edition, as it was put."""
        try:
            return self._path(digest).read_bytes() if digest.isalnum() else None
        except OSError:
            return None

    def put(self, digest: str, packed: bytes) -> None:
        """Keeps a copy. Raises OSError."""
        self._write(self._path(digest), packed)

    def said_last(self) -> str | None:
        """The digest of the edition that was said last."""
        try:
            return (self.folder / NEWEST).read_text("ascii")
        except (OSError, ValueError):
            return None

    def say(self, digest: str) -> None:
        """Notes which one is said; the one before stays as long as any session, older ones go. Raises OSError."""
        before = self.said_last()
        if before == digest:
            return
        if before is not None:
            with suppress(FileNotFoundError):
                os.utime(self._path(before))
        self._write(self.folder / NEWEST, digest.encode())
        for path in self._old():
            if path != self._path(digest):
                path.unlink(missing_ok=True)

    def _old(self) -> Iterator[Path]:
        """Files that nobody has needed for long, those of a writer that was killed among them."""
        for path in self.folder.glob("edition.*"):
            with suppress(FileNotFoundError):
                if time() - path.stat().st_mtime > self.kept_seconds:
                    yield path

    def _path(self, digest: str) -> Path:
        return self.folder / f"edition.{digest}.z"

    def _write(self, path: Path, content: bytes) -> None:
        """A file, whole or not at all, for its owner alone."""
        torn = path.with_name(f"edition.{os.getpid()}.{get_ident()}.tmp")
        torn.touch(mode=0o600)
        torn.write_bytes(content)
        torn.rename(path)
