"""Transcripts as networks send them: any bytes, any order, any number of times, to any process: one effect."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st

from app.config import read_settings
from app.engine.gsm import septets
from app.storage.tables import Inbox
from app.web.factory import create_app
from app.wiring import Services, wire
from tests.conftest import WEBHOOK_TOKEN
from tests.phones import work
from tests.processes import rows

FORM = "application/x-www-form-urlencoded"
TYPED = ("1", "1", "2", "KHOL", "1", "Mooki St")
HOPS = tuple("*".join(TYPED[:n]) for n in range(len(TYPED) + 1))
KEYS = (
    "",
    "0",
    "00",
    "98",
    "1",
    "2",
    "3",
    "6",
    "9",
    "KHOL",
    "Mooki",
    "38",
    "#",
    "1#",
    " 2 ",
    "²",
    "٣",
    "-1",
    "1e9",
    "\n",
)


class Gateway:
    """Posts hops as bytes to one process or another, and measures what comes back."""

    def __init__(self, *processes: FlaskClient) -> None:
        self.processes = processes

    def hop(self, text: bytes | str, session: str, process: int = 0, phone: str = "+27821234567") -> str:
        """The reply to one hop: the protocol's form, and no longer than a screen."""
        usual = {"sessionId": session, "serviceCode": "*120*4932#", "phoneNumber": phone, "networkCode": "65501"}
        body = (
            urlencode(usual).encode()
            + b"&text="
            + (text if isinstance(text, bytes) else urlencode({"": text})[1:].encode())
        )
        answer = self.processes[process].post(f"/at/{WEBHOOK_TOKEN}/ussd", data=body, content_type=FORM)
        assert (answer.status_code, answer.content_type) == (200, "text/plain; charset=utf-8")
        assert answer.text.startswith(("CON ", "END "))
        size = septets(answer.text[4:])
        assert size is not None, answer.text
        assert 0 < size <= 160, answer.text
        return answer.text


@pytest.fixture
def other(services: Services) -> Iterator[Services]:
    """A second process with services of its own, the same database and Redis behind it."""
    second = wire(read_settings())
    yield second
    second.database.engine.dispose()
    second.redis.close()


@pytest.fixture
def gateway(services: Services, other: Services) -> Gateway:
    return Gateway(*(create_app(one).test_client() for one in (services, other)))


def test_a_session_may_change_its_process_with_every_hop(services: Services, gateway: Gateway):
    shown = [gateway.hop(text, "s1", process=at % 2) for at, text in enumerate(HOPS)]
    work(services)

    assert shown[-1].startswith("END Thanks. 100 000 2: Water leak, Kholofelo.")
    assert rows(services, Inbox, "source = 'ussd'") == 1


@pytest.mark.parametrize("last", range(1, len(HOPS)))
def test_the_same_hop_at_two_processes_at_once_gets_one_reply(services: Services, gateway: Gateway, last: int):
    for text in HOPS[:last]:
        gateway.hop(text, "s1")
    with ThreadPoolExecutor(6) as pool:
        shown = set(pool.map(lambda at: gateway.hop(HOPS[last], "s1", process=at % 2), range(6)))

    assert len(shown) == 1
    assert rows(services, Inbox, "source = 'ussd'") == (last == len(HOPS) - 1)


def test_a_session_that_begins_twice_at_once_is_one(gateway: Gateway):
    with ThreadPoolExecutor(6) as pool:
        shown = set(pool.map(lambda at: gateway.hop("", "s1", process=at % 2), range(6)))

    assert len(shown) == 1


def test_any_bytes_as_text_get_a_reply_that_fits(services: Services, gateway: Gateway):
    sessions = iter(range(10**9))
    wild = st.one_of(
        st.binary(max_size=200),
        st.lists(st.one_of(st.sampled_from(KEYS), st.text(max_size=30)), max_size=14).map("*".join),
        st.text(max_size=200),
    )

    @settings(max_examples=150, deadline=None)
    @given(st.lists(wild, min_size=1, max_size=4))
    def post(texts: Sequence[bytes | str]) -> None:
        session = f"wild-{next(sessions)}"
        for text in texts:
            gateway.hop(text.replace("\ud800", "") if isinstance(text, str) else text, session)

    post()
    assert services.database.away is False


def test_any_order_and_repetition_of_hops_has_at_most_one_effect(services: Services, gateway: Gateway):
    sessions = iter(range(10**9))
    hop = st.tuples(st.integers(0, len(HOPS) - 1), st.integers(0, 1))

    @settings(max_examples=60, deadline=None)
    @given(st.lists(hop, min_size=1, max_size=16))
    def post(order: Sequence[tuple[int, int]]) -> None:
        session = f"order-{next(sessions)}"
        before = rows(services, Inbox, "source = 'ussd'")
        said = [gateway.hop(HOPS[at], session, process) for at, process in (*order, *order)]
        thanked = {one for one in said if one.startswith("END Thanks")}

        assert len(thanked) <= 1
        assert rows(services, Inbox, "source = 'ussd'") - before == len(thanked)

    post()


@pytest.mark.parametrize(
    ("transcripts", "expected"),
    [
        (("", "1", "1*1", "1*1*2#"), "CON Where?"),
        (("", "1", "1*1", "1*1*"), "CON Not understood. Please choose a number.\nWhat is wrong?"),
        (("", "1", "1*1", "1*1*02"), "CON Not understood. Please choose a number.\nWhat is wrong?"),
        (("", "1", "1*1", "1*1* 2 "), "CON Where?"),
        (("", "1", "1*1", "1*2"), "END Sorry, something went wrong."),
        (("", "1", "10"), "END Sorry, something went wrong."),
        (("", "1", "1*1", "1"), "CON What is wrong?"),
        (("", "1*1*2"), "CON Where?"),
    ],
    ids=[
        "trailing #",
        "empty",
        "leading zero",
        "spaces",
        "conflict",
        "no string prefix",
        "late duplicate",
        "lost hops",
    ],
)
def test_what_networks_do_to_a_transcript(gateway: Gateway, transcripts: Sequence[str], expected: str):
    shown = [gateway.hop(text, "s1") for text in transcripts]

    assert shown[-1].startswith(expected)
