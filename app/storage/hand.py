"""What a process holds in memory of editions: the last few, and which ones nobody had when it last asked."""

from collections import OrderedDict
from dataclasses import dataclass, field
from threading import Lock
from time import monotonic
from typing import Final

from app.engine.edition import Edition

HELD: Final = 8
MISSED_FOR: Final = 30.0
"""Seconds until an edition that nobody had is asked for again."""


@dataclass(repr=False)
class Hand:
    """Editions by their digests, for all threads of a process; nothing here waits for anything."""

    held: "OrderedDict[str, Edition]" = field(default_factory=OrderedDict)
    missed: dict[str, float] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    def get(self, digest: str) -> Edition | None:
        """An edition that is held."""
        with self.lock:
            return self.held.get(digest)

    def hold(self, found: Edition) -> Edition:
        """Holds an edition, and lets the one go that came first; the one that is held already where there is one."""
        with self.lock:
            self.missed.pop(found.digest, None)
            held = self.held.setdefault(found.digest, found)
            while len(self.held) > HELD:
                self.held.popitem(last=False)
            return held

    def miss(self, digest: str) -> None:
        """Remembers that nobody had an edition."""
        with self.lock:
            self.missed = {one: at for one, at in self.missed.items() if _is_fresh(at)} | {digest: monotonic()}

    def misses(self, digest: str) -> bool:
        """Whether nobody had an edition a moment ago."""
        with self.lock:
            return digest in self.missed and _is_fresh(self.missed[digest])


def _is_fresh(at: float) -> bool:
    return monotonic() - at < MISSED_FOR
