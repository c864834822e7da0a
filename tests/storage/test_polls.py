"""One number, one voice: the last one by the time of receipt, while the poll was open."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from sqlalchemy import select

from app.civic import msisdn
from app.storage import polls, residents
from app.storage.polls import Ballot
from app.storage.tables import Invitation, Poll, Response
from app.wiring import Services
from tests.processes import rows

NOON = datetime(2026, 3, 3, 10, tzinfo=UTC)
CHOICES = [{"key": str(n), "label": label} for n, label in enumerate(("Yes", "No", "Later"), start=1)]


@pytest.fixture
def poll_id(services: Services) -> int:
    with services.database.begin() as session:
        poll = Poll(question="Move the market?", language="en", choices=CHOICES, opened_at=NOON, by="test")
        session.add(poll)
        session.flush()
        return poll.id


def vote(services: Services, poll_id: int, choice: str, at: datetime, phone: str = "+27821234567") -> bool:
    with services.database.begin() as session:
        resident = residents.find_or_add(session, phone, services.vault, "en", NOON)
        return polls.count(session, resident, Ballot(poll_id, choice, "", at))


def voices(services: Services) -> list[str]:
    with services.database.begin() as session:
        return list(session.scalars(select(Response.choice)))


def test_the_last_answer_by_receipt_counts_in_whatever_order_it_is_worked(services: Services, poll_id: int):
    for turn, order in enumerate(permutations(range(3))):
        for number in order:
            at = NOON + timedelta(minutes=number)
            vote(services, poll_id, CHOICES[number]["key"], at, f"+2782123456{turn}")

    assert voices(services) == ["3"] * 6


def test_one_number_in_all_its_spellings_by_many_at_once_has_one_voice(services: Services, poll_id: int):
    spellings = ["+27821234567", "27821234567", "0821234567", "0027821234567", "+27 82 123 4567"]

    def say(number: int) -> None:
        phone = msisdn.parse(spellings[number % 5], "ZA")
        assert phone is not None
        vote(services, poll_id, CHOICES[number % 3]["key"], NOON + timedelta(seconds=number), phone)

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(say, range(1, 51)))

    assert voices(services) == [CHOICES[50 % 3]["key"]]


def test_the_moment_of_receipt_decides_whether_a_poll_was_open(services: Services, poll_id: int):
    """The same answer however often it is worked: at the opening it counts, at the closing no longer."""
    close = NOON + timedelta(hours=1)
    with services.database.begin() as session:
        session.get_one(Poll, poll_id).closed_at = close
    instant = timedelta(microseconds=1)
    moments = [NOON - instant, NOON, close - instant, close, close + instant]

    counted = [vote(services, poll_id, "1", at, f"+2782123456{n}") for n, at in enumerate(moments * 2)]

    assert counted == [False, True, True, False, False] * 2


def test_what_is_no_choice_of_the_poll_is_not_counted(services: Services, poll_id: int):
    assert not vote(services, poll_id, "4", NOON)
    assert not vote(services, poll_id + 1, "1", NOON)
    assert rows(services, Response) == 0


def test_who_was_invited_counts_among_the_invited_even_if_the_first_word_came_before(services: Services, poll_id: int):
    vote(services, poll_id, "1", NOON)
    with services.database.begin() as session:
        resident = residents.find(session, services.vault.index("+27821234567"))
        assert resident is not None
        session.add(Invitation(poll_id=poll_id, resident_id=resident.id, ward_key="2021/3"))
    vote(services, poll_id, "2", NOON + timedelta(minutes=1))

    with services.database.begin() as session:
        response = session.scalars(select(Response)).one()
    assert (response.choice, response.invited, response.ward_key) == ("2", True, "2021/3")
