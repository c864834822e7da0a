"""Residents and their opt-outs: the last word by order of receipt holds, in whatever order it is worked."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from sqlalchemy import text

from app.storage import residents
from app.storage.tables import OptOut, Resident
from app.wiring import Services
from tests.processes import rows

PHONE = "+27821234567"
NOON = datetime(2026, 3, 3, 10, tzinfo=UTC)
MEANINGS = {"stop": residents.stop, "start": residents.start}


def minute(number: int) -> datetime:
    return NOON + timedelta(minutes=number)


def is_out(services: Services, phone: str = PHONE) -> bool:
    index = services.vault.index(phone)
    with services.database.begin() as session:
        return index in residents.opted_out(session, [index])


def say(services: Services, word: str, at: datetime, phone: str = PHONE) -> None:
    with services.database.begin() as session:
        MEANINGS[word](session, services.vault.index(phone), at, "test")


@pytest.mark.parametrize(
    ("said", "out"),
    [(("stop", "start", "stop"), True), (("start", "stop", "start"), False), (("stop", "stop", "start"), False)],
)
def test_the_last_word_by_receipt_holds_in_whatever_order_it_is_worked(
    services: Services, said: tuple[str, ...], out: bool
):
    for turn, order in enumerate(permutations(range(3))):
        for number in order:
            say(services, said[number], minute(number), f"+2782123456{turn}")

    assert [is_out(services, f"+2782123456{turn}") for turn in range(6)] == [out] * 6


def test_a_stop_and_a_start_in_the_same_moment_stop(services: Services):
    say(services, "start", NOON)
    say(services, "stop", NOON)

    assert is_out(services)


def test_a_duplicate_of_an_old_stop_has_no_effect(services: Services):
    for word, at in (("stop", 1), ("start", 2), ("stop", 1)):
        say(services, word, minute(at))

    assert not is_out(services)


def test_one_number_is_one_resident_however_many_ask_at_once(services: Services):
    def meet(_: int) -> int:
        with services.database.begin() as session:
            return residents.find_or_add(session, PHONE, services.vault, "en", NOON).id

    with ThreadPoolExecutor(8) as threads:
        met = set(threads.map(meet, range(40)))

    assert len(met) == 1
    assert rows(services, Resident) == 1


def test_opt_outs_of_many_numbers_at_once_do_not_block_one_another(services: Services):
    """Each takes locks on several numbers, in whatever order they were named."""
    indexes = [services.vault.index(f"+278212345{n:02}") for n in range(6)]

    def lock(turn: int) -> None:
        with services.database.begin() as session:
            residents.lock_sending(session, indexes[turn:] + indexes[:turn])
            for index in indexes:
                residents.stop(session, index, NOON, "test")

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lock, range(6)))

    assert rows(services, OptOut) == 6


def test_no_number_can_be_read_among_residents_and_opt_outs(services: Services):
    with services.database.begin() as session:
        residents.find_or_add(session, PHONE, services.vault, "en", NOON)
    say(services, "stop", NOON)

    with services.database.begin() as session:
        raw = session.execute(
            text("SELECT r::text || phone_sealed::text || o::text FROM resident r JOIN opt_out o USING (phone_index)")
        ).scalar_one()
        sealed = session.execute(text("SELECT phone_sealed FROM resident")).scalar_one()
    for secret in (PHONE, PHONE[1:], PHONE[3:]):
        assert secret not in raw
        assert secret.encode().hex() not in raw
        assert secret.encode() not in bytes(sealed)
