"""References leased in blocks, so that one can be said while the database is away. None is ever said twice."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

from sqlalchemy import func
from sqlalchemy.dialects.postgresql import insert

from app.civic import references
from app.storage.database import Database, DatabaseAway
from app.storage.tables import Lease

FIRST = 100_000
IN_HAND = 50


class NoReference(RuntimeError):
    """Every leased number is used and the database is away."""


@dataclass
class References:
    """Numbers in hand (this process), then the block beside the spool (this machine), then a new block (the city)."""

    folder: Path
    database: Database
    block: int = 20_000
    in_hand: Iterator[int] = field(default_factory=lambda: iter(()))
    lock: Lock = field(default_factory=Lock)

    def take(self) -> str:
        """A reference that nobody was told yet. Raises NoReference."""
        with self.lock:
            number = next(self.in_hand, None)
            if number is None:
                self.in_hand = iter(self._from_block())
                number = next(self.in_hand)
        return references.make(number)

    def stock(self) -> bool:
        """Leases a block if this machine has less than half of one; False if there is none at all."""
        with self._block_file() as file:
            start, end = self._stocked(file)
            self._write(file, start, end)
        return start < end

    def _stocked(self, file: int) -> tuple[int, int]:
        start, end = self._read(file)
        return self._renew(start, end) if end - start < self.block // 2 else (start, end)

    def _from_block(self) -> range:
        with self._block_file() as file:
            start, end = self._stocked(file)
            if start >= end:
                raise NoReference("no leased reference is left")
            taken = range(start, min(end, start + IN_HAND))
            self._write(file, taken.stop, end)
            return taken

    def _renew(self, start: int, end: int) -> tuple[int, int]:
        """A new block from the database; the rest of the old one is given up rather than kept in two pieces.

        A database that was restored from a backup may have forgotten that our own block was leased.
        """
        following_ours = func.greatest(Lease.next, end) + self.block
        try:
            with self.database.begin() as session:
                following = session.execute(
                    insert(Lease)
                    .values(name="reference", next=max(FIRST, end) + self.block)
                    .on_conflict_do_update(index_elements=["name"], set_={"next": following_ours})
                    .returning(Lease.next)
                ).scalar_one()
        except DatabaseAway:
            return start, end
        return following - self.block, following

    @contextmanager
    def _block_file(self) -> Iterator[int]:
        file = os.open(self.folder / "references.json", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield file
        finally:
            os.close(file)

    @staticmethod
    def _read(file: int) -> tuple[int, int]:
        """The first number of the block that is free, and where it ends; an empty block if the file is damaged."""
        try:
            block = json.loads(os.pread(file, 200, 0))
            return int(block["next"]), int(block["end"])
        except (ValueError, KeyError, TypeError):
            return 0, 0

    @staticmethod
    def _write(file: int, following: int, end: int) -> None:
        raw = json.dumps({"next": following, "end": end}).encode()
        os.pwrite(file, raw.ljust(200), 0)
        os.fsync(file)
