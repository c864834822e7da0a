"""Editions of all that is said: the newest one for whoever begins, an older one for whoever began with it.

They lie in the database until no session can hold them. Beside the spool each machine keeps copies of those that it
saw lately, and what is read once stays in memory.
"""

import zlib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import Final

from sqlalchemy import delete, exists, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, aliased

from app.civic.keywords import Keywords
from app.engine import edition
from app.engine.edition import Edition
from app.engine.source import Fault, FlowFaults
from app.storage.database import Database, DatabaseAway
from app.storage.hand import Hand
from app.storage.sessions import KEPT_SECONDS
from app.storage.shelf import Shelf
from app.storage.tables import Edition as Row
from app.storage.tables import Talk

LOOK_AGAIN: Final = 3.0
MARGIN: Final = 2
KEPT: Final = timedelta(seconds=MARGIN * KEPT_SECONDS)
"""How long an edition outlives the next one: longer than any session that began in it, even one dialled again."""

TICK: Final = timedelta(microseconds=1)
State = tuple[tuple[str, int, int, int], ...]


# -- the table ---------------------------------------------------------------------------------------------------------


def newest(session: Session) -> Row | None:
    """The edition that is said, None before the first."""
    return session.scalars(select(Row).order_by(Row.published_at.desc()).limit(1)).one_or_none()


def newest_digest(session: Session) -> str | None:
    """Its digest."""
    return session.scalar(select(Row.digest).order_by(Row.published_at.desc()).limit(1))


def is_kept(session: Session, digest: str) -> bool:
    """Whether an edition was published and not removed since."""
    return session.get(Row, digest) is not None


def count(session: Session) -> int:
    """How many editions are kept."""
    return session.scalar(select(func.count()).select_from(Row)) or 0


def publish(session: Session, digest: str, content: bytes, now: datetime) -> bool:
    """Makes an edition the newest; False if it was so already. One that is published again becomes the newest again.

    The order of publishing holds whatever clocks say.
    """
    session.execute(select(func.pg_advisory_xact_lock(4, 2)))
    last = newest(session)
    if last is not None and last.digest == digest:
        return False
    at = now if last is None else max(now, last.published_at + TICK)
    row = insert(Row).values(digest=digest, content=zlib.compress(content), published_at=at)
    session.execute(row.on_conflict_do_update(index_elements=["digest"], set_={"published_at": at}))
    return True


def prune(session: Session, now: datetime) -> Sequence[str]:
    """Removes editions that nobody can hold any more: not the newest, of no open talk, superseded long ago."""
    after = aliased(Row)
    superseded = exists().where(after.published_at > Row.published_at, after.published_at < now - KEPT)
    held = exists().where(Talk.edition == Row.digest)
    return session.scalars(delete(Row).where(superseded, ~held).returning(Row.digest)).all()


# -- what a process knows ----------------------------------------------------------------------------------------------


@dataclass(repr=False)
class Editions:
    """The newest edition, looked for again every few seconds, and those in which conversations began.

    `source` is the folder of flows, said while nothing was ever published.
    """

    database: Database
    shelf: Shelf
    source: Path
    drafts: bool
    known: Edition | None = None
    taken_up: str | None = None
    looked_at: float = 0.0
    hand: Hand = field(default_factory=Hand)
    meanings: tuple[str, Keywords] | None = None
    lock: Lock = field(default_factory=Lock)

    def current(self) -> Edition:
        """What is said to whoever begins now. Raises FlowFaults if nothing was published and the folder is broken."""
        known = self.known
        if known is None or self._is_due():
            with self.lock:
                known = self.known
                if known is None or self._is_due():  # else another thread looked while this one waited
                    known = self._look()
        return known

    def of(self, digest: str) -> Edition | None:
        """The edition of a digest, None if nobody has it any more: go on with the current one then."""
        known = self.known
        if known is not None and known.digest == digest:
            return known
        found = self.hand.get(digest)
        return found if found is not None or self.hand.misses(digest) else self._fetched(digest)

    def of_or_current(self, digest: str) -> Edition:
        """The edition in which somebody began, else what is said now. Raises FlowFaults as `current` does."""
        return self.of(digest) or self.current()

    def keywords(self) -> Keywords:
        """What words of an SMS mean now."""
        now = self.current()
        meanings = self.meanings
        if meanings is None or meanings[0] != now.digest:
            meanings = self.meanings = (now.digest, Keywords.model_validate(now.keywords.data))
        return meanings[1]

    # -- looking ---------------------------------------------------------------------------------------------------

    def _is_due(self) -> bool:
        return monotonic() - self.looked_at > LOOK_AGAIN

    def _look(self) -> Edition:
        self.looked_at = monotonic()
        try:
            with self.database.begin() as session:
                digest = newest_digest(session)
        except DatabaseAway:
            digest = None if self.known else self.shelf.said_last()
        if digest is not None and digest != self.taken_up:
            self._take_up(digest)
        if self.known is None:
            self.known = self.hand.hold(of_folder(self.source, self.drafts))
        return self.known

    def _take_up(self, digest: str) -> None:
        """Says an edition from now on, if it can be had."""
        found = self._fetched(digest)  # not out of the hand: what was said out of the folder has no copy yet
        if found is not None:
            self.known, self.taken_up = found, digest
            with suppress(OSError):  # without copies all goes well as long as the database answers
                self.shelf.say(digest)

    def _fetched(self, digest: str) -> Edition | None:
        """An edition out of its copy, else out of the table; that nobody has it is remembered for a while."""
        found = self._opened(self.shelf.get(digest), digest)
        try:
            found = found or self._stored(digest)
        except DatabaseAway:  # it may have it
            return None
        if found is None:
            self.hand.miss(digest)
            return None
        return self.hand.hold(found)

    def _stored(self, digest: str) -> Edition | None:
        """An edition out of the table, of which a copy is kept. Raises DatabaseAway."""
        with self.database.begin() as session:
            packed = session.scalar(select(Row.content).where(Row.digest == digest))
        found = self._opened(packed, digest)
        if found is not None and packed is not None:
            with suppress(OSError):
                self.shelf.put(digest, packed)
        return found

    def _opened(self, packed: bytes | None, digest: str) -> Edition | None:
        """An edition, None for one that is not there, is damaged, or was written by a later program."""
        if packed is None:
            return None
        try:
            found = edition.opened(zlib.decompress(packed), self.drafts)
        except (zlib.error, ValueError):
            return None
        return found if found.digest == digest else None


# -- the folder of flows -----------------------------------------------------------------------------------------------


def state(folder: Path) -> State:
    """How the files of a folder stand: another state after any edit. A folder that cannot be read has none."""
    found = []
    with suppress(OSError):
        for path in edition.files(folder):
            stat = path.stat()
            found.append((str(path), stat.st_mtime_ns, stat.st_size, stat.st_ino))
    return tuple(found)


def edited_at(folder: Path) -> datetime:
    """When a file of a folder was last written, by the machine's time."""
    return datetime.fromtimestamp(max((ns for _, ns, *_ in state(folder)), default=0) / 1e9, UTC)


def of_folder(folder: Path, drafts: bool) -> Edition:
    """The edition that a folder makes, read once in each state. Raises FlowFaults."""
    seen = state(folder)
    made = _read(folder, drafts, seen)
    if state(folder) != seen:
        raise FlowFaults([Fault("flows", 1, "was edited while it was read: look again")])
    return made


@lru_cache(maxsize=4)
def _read(folder: Path, drafts: bool, seen: State) -> Edition:
    return edition.read(folder, drafts)
