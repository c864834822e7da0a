"""Open USSD sessions in Redis: sealed, found by a keyed digest, written only over what the writer has seen."""

import hmac
import json
from collections import OrderedDict
from dataclasses import dataclass, field
from hashlib import sha256
from threading import Lock
from typing import Any

from redis import Redis, RedisError

from app.storage.vault import Unsealable, Vault

KEPT_SECONDS = 60 * 60
OPEN = "ussd:open"
MOST_HERE = 10_000

# Written only if the transcript that the writer saw is still the one that stands there; otherwise the winner's value.
SWAP = """
local held = redis.call('HGET', KEYS[1], 't')
if held and held ~= ARGV[1] then return redis.call('HGET', KEYS[1], 'v') end
redis.call('HSET', KEYS[1], 't', ARGV[2], 'v', ARGV[3])
redis.call('EXPIRE', KEYS[1], ARGV[4])
if ARGV[5] == '' then redis.call('ZREM', KEYS[2], KEYS[1]) else redis.call('ZADD', KEYS[2], ARGV[5], KEYS[1]) end
return false
"""


@dataclass(frozen=True)
class Held:
    """What is known of a session: the transcript seen, where the conversation stands, what was last said and when.

    `before`: keys of the sessions that the same number left open when this one began.
    """

    transcript: str
    state: dict[str, Any]
    text: str
    ends: bool
    phone: str
    session_id: str
    at: str
    before: tuple[str, ...] = ()


@dataclass
class Sessions:
    """Open sessions. While Redis is away they are held by this process, as long as it lives."""

    redis: "Redis"
    vault: Vault
    here: "OrderedDict[str, tuple[Held, float | None]]" = field(default_factory=OrderedDict)
    lock: Lock = field(default_factory=Lock)

    def key(self, session_id: str, phone: str) -> str:
        """Where a session lies: no number can be read out of it."""
        return "ussd:" + hmac.digest(self.vault.index(phone), session_id.encode(), sha256).hex()

    def load(self, key: str) -> Held | None:
        """The session under `key`, None if there is none that can be opened."""
        here, due = self.here.get(key, (None, None))
        try:
            held = self._open(key, self.redis.hget(key, "v"))
            if here is None or (held is not None and len(held.transcript) >= len(here.transcript)):
                return held
            # Redis was away for some hops, and is back: from now on it knows of them again.
            return self._swap(key, held.transcript if held else None, here, due) or here
        except RedisError:
            return here

    def swap(self, key: str, seen: str | None, new: Held, due: float | None) -> Held | None:
        """Writes `new` if the transcript is still `seen` (None: no session yet); else returns what another wrote.

        `due`: when the session counts as dropped (seconds since the epoch), None once it has ended.
        """
        try:
            lost = self._swap(key, seen, new, due)
        except RedisError:
            return self._swap_here(key, seen, new, due)
        self.here.pop(key, None)
        return lost

    def follow(self, phone: str, key: str, wait_until: float) -> tuple[str, ...]:
        """Notes that a number began this session; returns the keys of all that it left open, which now wait for it.

        `wait_until`: when those count as dropped after all (seconds since the epoch).
        """
        try:
            last = self.redis.set(self._of(phone), key, ex=KEPT_SECONDS, get=True)
            held = self.load(_text(last)) if last else None
            left = (*held.before, *(() if held.ends else (_text(last),))) if held is not None else ()
            if left:
                self.redis.zadd(OPEN, dict.fromkeys(left, wait_until), xx=True)
        except RedisError:
            return ()
        return left

    def unfollow(self, phone: str) -> None:
        """Forgets that a number has dialled."""
        try:
            self.redis.delete(self._of(phone))
        except RedisError:
            return

    def forget(self, *keys: str) -> None:
        """Removes sessions and every trace of them; repeats of their last hops are worked out again."""
        if not keys:
            return
        for key in keys:
            self.here.pop(key, None)
        try:
            pipeline = self.redis.pipeline()
            pipeline.delete(*keys)
            pipeline.zrem(OPEN, *keys)
            pipeline.execute()
        except RedisError:
            return

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

    def _swap(self, key: str, seen: str | None, new: Held, due: float | None) -> Held | None:
        sealed = self.vault.seal(json.dumps(new.__dict__), key.encode())
        digest = "" if seen is None else _digest(seen)
        until: str | float = "" if due is None else due
        arguments = (digest, _digest(new.transcript), sealed, KEPT_SECONDS, until)
        lost = self.redis.eval(SWAP, 2, key, OPEN, *arguments)
        return self._open(key, lost) if lost else None

    def _swap_here(self, key: str, seen: str | None, new: Held, due: float | None) -> Held | None:
        with self.lock:
            held, _ = self.here.get(key, (None, None))
            if held is not None and held.transcript != seen:
                return held
            self.here[key] = new, due
            while len(self.here) > MOST_HERE:
                self.here.popitem(last=False)
        return None

    def _open(self, key: str, sealed: object) -> Held | None:
        if not isinstance(sealed, bytes):
            return None
        try:
            plain = json.loads(self.vault.open(sealed, key.encode()))
            return Held(**{**plain, "before": tuple(plain.get("before", ()))})
        except (Unsealable, TypeError):
            return None


def _digest(transcript: str) -> str:
    """Inputs are words people typed; what Redis compares is a digest of them."""
    return sha256(transcript.encode()).hexdigest()


def _text(key: object) -> str:
    return key.decode() if isinstance(key, bytes) else str(key)
