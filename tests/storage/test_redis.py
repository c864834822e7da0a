"""Valkey carries wake-ups and open sessions: no number stands in it, no code comes out, and it may be killed."""

import json
import signal
import subprocess
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from redis import Redis
from redis import TimeoutError as Silent

from app.local import valkey
from app.local.program import running
from app.local.services import until
from app.storage import screens
from app.storage.patience import Hasty
from app.storage.sessions import Change, Held, Sessions
from app.storage.wakeups import QUEUES, Wakeups
from app.wiring import Services
from tests.phones import Phone

PHONE = "+27821234567"
AT = "2026-03-03T08:00:00+00:00"
HELD = Held("1*1", {"at": "report.kind"}, "What is wrong?", False, PHONE, "session-1", AT)


@dataclass
class Own:
    """A Valkey of one test alone."""

    client: "Redis"
    process: "subprocess.Popen[bytes]"
    url: str

    def kill(self) -> None:
        """Without a word, as when memory runs out."""
        self.process.kill()
        self.process.wait()


@pytest.fixture
def own(short_folder: Path, tmp_path: Path) -> Iterator[Own]:
    sockets = short_folder / tmp_path.name[-12:]
    sockets.mkdir()
    with running(valkey.program(sockets, sockets, durable=False), sockets / "log") as process:
        url = valkey.url(sockets)
        until(lambda: valkey.answers(url), 30, "Valkey does not answer", check=lambda: None)
        with Redis.from_url(url, socket_timeout=1) as client:
            yield Own(client, process, url)


def test_a_valkey_that_was_silent_is_not_asked_again_for_a_while(own: Own):
    """One wait is enough for a hop; waits in a row would make it late."""
    hasty = Hasty.from_url(own.url, socket_timeout=0.1)
    hasty.set("key", "value")
    own.process.send_signal(signal.SIGSTOP)
    with pytest.raises(Silent):
        hasty.get("key")
    own.process.send_signal(signal.SIGCONT)

    with pytest.raises(Silent, match="a moment ago"):
        hasty.get("key")
    hasty.away_until = 0.0
    assert hasty.get("key") == b"value"
    hasty.close()


def everything(client: "Redis") -> list[bytes]:
    """Every key and every value."""
    found: list[bytes] = []
    for key in client.keys("*"):
        kind = client.type(key)
        values = {
            b"string": lambda key=key: [client.get(key)],
            b"hash": lambda key=key: [part for pair in client.hgetall(key).items() for part in pair],
            b"list": lambda key=key: client.lrange(key, 0, -1),
            b"set": lambda key=key: list(client.smembers(key)),
            b"zset": lambda key=key: client.zrange(key, 0, -1),
            b"stream": lambda key=key: [part for _, fields in client.xrange(key) for part in fields.values()],
        }[kind]()
        found += [key, *values]
    return found


def test_wake_ups_are_json_without_numbers_or_words(services: Services):
    """Whoever can write to Valkey can run no code here: a job is JSON that names one of four functions."""
    Phone(services, PHONE).write("my neighbour steals power")
    for name in QUEUES:
        services.wakeups.wake(name)

    jobs = [services.redis.hgetall(key) for key in services.redis.keys("rq:job:*")]
    assert len(jobs) == 4
    called = [json.loads(zlib.decompress(job[b"data"])) for job in jobs]
    assert sorted(function for function, *_ in called) == sorted(QUEUES.values())
    assert {json.dumps(rest) for _, *rest in called} == {"[null, [], {}]"}


def test_no_number_and_no_word_can_be_read_in_valkey(services: Services):
    Phone(services, PHONE).dial("1", "1", "2", "KHOL", "1", "Vilakazi St")
    Phone(services, PHONE).dial("1", "1", "1", "Mooki")
    Phone(services, PHONE).write("my neighbour steals power")

    raw = b"\n".join(everything(services.redis))
    assert len(raw) > 1000
    for secret in (PHONE, PHONE[1:], PHONE[3:], "Vilakazi", "Mooki", "steals"):
        assert secret.encode() not in raw


def test_wake_ups_of_one_moment_are_one(services: Services):
    for _ in range(50):
        services.wakeups.wake("intake")

    assert services.wakeups.queue("intake").count == 1


def test_a_job_that_began_lets_itself_be_woken_again(services: Services):
    services.wakeups.wake("intake")
    services.wakeups.began("intake")
    services.wakeups.wake("intake")

    assert services.wakeups.queue("intake").count == 2


def test_a_wake_up_without_valkey_says_so_and_raises_nothing(own: Own):
    wakeups = Wakeups(own.client)
    before = wakeups.wake("intake")
    own.kill()
    wakeups.began("intake")

    assert (before, wakeups.wake("intake")) == (True, False)


def test_a_session_goes_on_in_this_process_when_valkey_is_killed(own: Own, services: Services):
    sessions = Sessions(own.client, services.vault)
    key = sessions.key("session-1", PHONE)
    own.kill()

    assert sessions.swap(key, None, Change(HELD, None)) is None
    assert sessions.load(key) == HELD


def test_a_session_is_written_only_over_what_its_writer_saw(services: Services):
    sessions, key = services.sessions, services.sessions.key("session-1", PHONE)
    sessions.swap(key, None, Change(HELD, 100.0))

    lost = sessions.swap(key, "1", Change(Held("1*1*2", {}, "Later", False, PHONE, "session-1", AT), 100.0))

    assert lost == HELD
    assert sessions.load(key) == HELD


def test_sessions_that_ran_out_are_found_until_they_are_dealt_with(services: Services):
    sessions, key = services.sessions, services.sessions.key("session-1", PHONE)
    sessions.swap(key, None, Change(HELD, 100.0))

    assert sessions.dropped(99.0, 10) == []
    assert sessions.dropped(101.0, 10) == [(key, HELD)]
    sessions.forget(PHONE, key)
    assert sessions.dropped(101.0, 10) == []


def test_a_session_of_another_key_or_with_damage_is_no_session(services: Services):
    sessions = services.sessions
    one, other = (sessions.key(f"session-{n}", PHONE) for n in (1, 2))
    sessions.swap(one, None, Change(HELD, None))
    services.redis.hset(other, "v", services.redis.hget(one, "v"))

    assert sessions.load(other) is None


def test_a_forgotten_session_leaves_no_trace(services: Services):
    sessions, key = services.sessions, services.sessions.key("session-1", PHONE)
    sessions.swap(key, None, Change(HELD, 100.0))
    sessions.forget(PHONE, key)

    assert services.redis.keys("ussd:*") == []


def test_what_was_counted_of_screens_is_taken_once(services: Services):
    sessions, key = services.sessions, services.sessions.key("session-1", PHONE)
    sessions.swap(key, None, Change(HELD, 100.0, counts={"2026-03-03|report.kind|shown": 1}))
    screens.count(services.redis, {"2026-03-03|report.kind|shown": 2})

    assert screens.take(services.redis) == {"2026-03-03|report.kind|shown": 3}
    assert screens.take(services.redis) == {}


def test_a_session_forgotten_while_valkey_is_away_is_gone_as_soon_as_it_is_back(services: Services):
    sessions, key = services.sessions, services.sessions.key("session-1", PHONE)
    sessions.swap(key, None, Change(HELD, 100.0))
    there, sessions.redis = sessions.redis, Redis.from_url("redis://127.0.0.1:1/0")
    sessions.forget(PHONE, key)
    sessions.redis = there
    sessions.swap(sessions.key("session-2", PHONE), None, Change(HELD, 100.0))

    assert services.redis.exists(key) == 0
    assert [found for found, _ in sessions.dropped(101.0, 10)] != [key]
