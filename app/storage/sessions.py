"""Open USSD sessions in Redis: sealed, found by a keyed digest, written only over what the writer has seen."""

import hmac
import json
import secrets
from collections import OrderedDict
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, fields
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import Any

from redis import Redis, RedisError

from app.storage.screens import COUNTS
from app.storage.vault import Unsealable, Vault

KEPT_SECONDS = 60 * 60
LOST_SECONDS = 5 * 60  # longer than any network keeps a session
OPEN = "ussd:open"
WHOLE = "sessions:whole"  # a mark that is another one once Redis lost what it held
LOST = "sessions:lost"
MOST_HERE = 10_000
MOST_RECENT = 2_000
MOST_FORGOTTEN = 200

# Written only if the transcript that the writer saw is still the one that stands there; otherwise the winner's value.
SWAP = """
local held = redis.call('HGET', KEYS[1], 't')
if held and held ~= ARGV[1] then return {redis.call('HGET', KEYS[1], 'v')} end
redis.call('HSET', KEYS[1], 't', ARGV[2], 'v', ARGV[3])
redis.call('EXPIRE', KEYS[1], ARGV[4])
if ARGV[5] == '' then redis.call('ZREM', KEYS[2], KEYS[1]) else redis.call('ZADD', KEYS[2], ARGV[5], KEYS[1]) end
local also = cjson.decode(ARGV[6])
for _, gone in ipairs(also.drops) do
  redis.call('DEL', gone)
  redis.call('ZREM', KEYS[2], gone)
end
for waiting, due in pairs(also.waits) do redis.call('ZADD', KEYS[2], 'XX', due, waiting) end
for screen, n in pairs(also.counts) do redis.call('HINCRBY', KEYS[4], screen, n) end
if also.is_draft then
  redis.call('SET', KEYS[3], KEYS[1], 'EX', ARGV[4])
elseif redis.call('GET', KEYS[3]) == KEYS[1] then
  redis.call('DEL', KEYS[3])
end
redis.call('SETNX', KEYS[5], also.new_mark)
local mark = redis.call('GET', KEYS[5])
local is_another = also.met ~= '' and also.met ~= mark
if is_another or also.was_away then redis.call('SET', KEYS[6], '1', 'EX', ARGV[7]) end
return {false, mark}
"""


@dataclass(frozen=True)
class Held:
    """What is known of a session: the transcript seen, where the conversation stands, what was last said and when.

    `edition` is the digest of the flows in which it began; `draft` the id of the session under which its report is
    filed, and `offered` the same of a draft that it may take up; `before` are the keys of the sessions that the same
    number left open when this one began.
    """

    transcript: str
    state: dict[str, Any]
    text: str
    ends: bool
    phone: str
    session_id: str
    at: str
    edition: str = ""
    draft: str = ""
    offered: str = ""
    before: tuple[str, ...] = ()


@dataclass(frozen=True)
class Change:
    """What a hop makes of a session and of those around it: all of it is written, or nothing.

    `due`: when the session counts as dropped (seconds since the epoch), None once it has ended. `is_draft`: worth
    going on with if the call breaks off. `drops`: sessions given up with it. `waits`: when those left open are due.
    `counts`: what is added to the figures of screens.
    """

    new: Held
    due: float | None
    is_draft: bool = False
    drops: tuple[str, ...] = ()
    waits: Mapping[str, float] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)


@dataclass
class Sessions:
    """Open sessions. While Redis is away, or has lost them, this process goes on with those that it saw."""

    redis: "Redis"
    vault: Vault
    here: "OrderedDict[str, Change]" = field(default_factory=OrderedDict)  # not written yet
    recent: "OrderedDict[str, Held]" = field(default_factory=OrderedDict)
    forgotten: "OrderedDict[str, str]" = field(default_factory=OrderedDict)  # last words, for the network's repeats
    owed: dict[str, str] = field(default_factory=dict)  # sessions to be forgotten when Redis is back, and their numbers
    lock: Lock = field(default_factory=Lock)
    met: str = ""
    mark_file: Path | None = None  # what this machine met last, so that a process that begins anew knows it
    was_away: bool = False

    def __post_init__(self) -> None:
        if self.mark_file is not None and not self.met:
            with suppress(OSError):
                self.met = self.mark_file.read_text("utf-8").strip()

    def key(self, session_id: str, phone: str) -> str:
        """Where a session lies: no number can be read out of it."""
        return "ussd:" + hmac.digest(self.vault.index(phone), session_id.encode(), sha256).hex()

    def load(self, key: str) -> Held | None:
        """The session under `key`, None if there is none that can be opened."""
        here = self.here.get(key)
        try:
            held = self._open(key, self.redis.hget(key, "v")) or self.recent.get(key)
            if here is None or (held is not None and len(held.transcript) >= len(here.new.transcript)):
                return held
            # Redis was away for some hops, and is back: from now on it knows of them again.
            return self._swap(key, held.transcript if held else None, here) or here.new
        except RedisError:
            return here.new if here is not None else self.recent.get(key)

    def swap(self, key: str, seen: str | None, change: Change) -> Held | None:
        """Writes a change if the transcript is still `seen` (None: no session yet); else returns what another wrote."""
        try:
            lost = self._swap(key, seen, change)
        except RedisError:
            self.was_away = True
            return self._swap_here(key, seen, change)
        self.here.pop(key, None)
        return lost

    def left_open(self, phone: str, now: float) -> tuple[str, Held] | None:
        """The draft that a number left when its call broke off, while its time has not run out."""
        try:
            key = _text(self.redis.get(self._of(phone)) or "")
            due = self.redis.zscore(OPEN, key) if key else None
            held = self.load(key) if due is not None and due > now else None
        except RedisError:
            return None
        return (key, held) if held is not None and not held.ends else None

    def lost_lately(self) -> bool:
        """Whether a session that is not found may have been there: Redis is away, or lost what it held."""
        try:
            mark, lost = self.redis.get(WHOLE), self.redis.exists(LOST)
        except RedisError:
            return True
        return bool(lost) or self.was_away or (self.met != "" and self.met != _text(mark))

    def forget(self, phone: str, key: str, last_words: str = "") -> None:
        """Removes a session of a number and every trace of it; what it said last stays in this process alone.

        What Redis holds of it while it is away goes as soon as it is back.
        """
        with self.lock:
            self.here.pop(key, None)
            self.recent.pop(key, None)
            self.forgotten[key] = last_words
            while len(self.forgotten) > MOST_FORGOTTEN:
                self.forgotten.popitem(last=False)
            self.owed[key] = phone
        with suppress(RedisError):
            self._forget_what_is_owed()

    def _forget_what_is_owed(self) -> None:
        for key, phone in list(self.owed.items()):
            left = _text(self.redis.get(self._of(phone)) or "")
            pipeline = self.redis.pipeline()
            pipeline.delete(key, *([self._of(phone)] if left == key else []))
            pipeline.zrem(OPEN, key)
            pipeline.execute()
            self.owed.pop(key, None)

    def dropped(self, now: float, most: int) -> list[tuple[str, Held]]:
        """Sessions whose time ran out before they ended. Raises RedisError."""
        keys = [_text(key) for key in self.redis.zrangebyscore(OPEN, 0, now, start=0, num=most)]
        held = [(key, self._open(key, self.redis.hget(key, "v"))) for key in keys]
        gone = [key for key, session in held if session is None]
        if gone:
            self.redis.zrem(OPEN, *gone)
        return [(key, session) for key, session in held if session is not None]

    def _of(self, phone: str) -> str:
        return f"ussd:of:{self.vault.index(phone).hex()}"

    def _swap(self, key: str, seen: str | None, change: Change) -> Held | None:
        new = change.new
        sealed = self.vault.seal(json.dumps(new.__dict__), key.encode())
        also = {
            "drops": change.drops,
            "waits": change.waits,
            "counts": change.counts,
            "is_draft": change.is_draft,
            "met": self.met,
            "new_mark": secrets.token_hex(8),
            "was_away": self.was_away,
        }
        keys = (key, OPEN, self._of(new.phone), COUNTS, WHOLE, LOST)
        digest, due = "" if seen is None else self._digest(seen), "" if change.due is None else change.due
        arguments = (digest, self._digest(new.transcript), sealed, KEPT_SECONDS, due, json.dumps(also), LOST_SECONDS)
        lost, *mark = self.redis.eval(SWAP, len(keys), *keys, *arguments)
        if mark:
            self._meet(_text(mark[0]))
        with suppress(RedisError):  # the session itself is written
            self._forget_what_is_owed()
        held = self._open(key, lost) if lost else None
        self._remember(key, held or new)
        return held

    def _meet(self, mark: str) -> None:
        """Notes which Redis answered; that it is another one was told to all in the same script."""
        self.was_away = False
        if mark == self.met:
            return
        self.met = mark
        if self.mark_file is not None:
            with suppress(OSError):
                self.mark_file.write_text(mark, "utf-8")

    def _digest(self, transcript: str) -> str:
        """Inputs are words people typed: what Redis compares is a digest of them that nobody can guess at."""
        return self.vault.digest(transcript)

    def _remember(self, key: str, held: Held) -> None:
        with self.lock:
            self.recent[key] = held
            self.recent.move_to_end(key)
            while len(self.recent) > MOST_RECENT:
                self.recent.popitem(last=False)

    def _swap_here(self, key: str, seen: str | None, change: Change) -> Held | None:
        with self.lock:
            stands = self.here.get(key)
            if stands is not None and stands.new.transcript != seen:
                return stands.new
            self.here[key] = change
            while len(self.here) > MOST_HERE:
                self.here.popitem(last=False)
        return None

    def _open(self, key: str, sealed: object) -> Held | None:
        if not isinstance(sealed, bytes):
            return None
        try:
            plain = json.loads(self.vault.open(sealed, key.encode()))
            known = {one.name for one in fields(Held)}  # an older or newer version of this code may have written it
            kept = {name: value for name, value in plain.items() if name in known}
            return Held(**{**kept, "before": tuple(kept.get("before", ()))})
        except (Unsealable, TypeError):
            return None


def _text(key: object) -> str:
    return key.decode() if isinstance(key, bytes) else str(key)
