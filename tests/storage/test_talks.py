"""Open conversations by SMS at rest: one a number, sealed, found until they are over."""

from datetime import UTC, datetime, timedelta

import pytest

from app.storage import inbox, talks
from app.storage.letters import Letter
from app.storage.tables import Talk
from app.storage.talks import Held
from app.storage.vault import Unsealable
from app.wiring import Services
from tests.processes import rows

PHONE, OTHER = "+27821234567", "+27821234568"
NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)


def held(phone: str = PHONE, at: str = "report.kind", until: datetime = NOON) -> Held:
    return Held(phone, "the-key", "an-edition", {"at": at}, until)


def test_a_conversation_comes_back_as_it_was_kept(services: Services):
    index = services.vault.index(PHONE)
    with services.database.begin() as session:
        talks.keep(session, held(), services.vault)
        assert talks.find(session, index, services.vault) == held()
        talks.forget(session, index)
        assert talks.find(session, index, services.vault) is None


def test_a_number_has_one_conversation_the_last_one(services: Services):
    with services.database.begin() as session:
        for one in (held(), held(at="report.area"), held(OTHER)):
            talks.keep(session, one, services.vault)
        assert talks.find(session, services.vault.index(PHONE), services.vault) == held(at="report.area")
    assert rows(services, Talk) == 2


def test_nothing_of_it_can_be_read_without_the_keys(services: Services):
    with services.database.begin() as session:
        talks.keep(session, held(at="secret"), services.vault)
        session.flush()
        raw = bytes(str(session.connection().exec_driver_sql("SELECT talk::text FROM talk").scalar_one()), "utf-8")

    for secret in (b"secret", b"7821234567", b"secret".hex().encode(), b"7821234567".hex().encode()):
        assert secret not in raw


def test_a_state_opens_for_its_own_number_only(services: Services):
    with services.database.begin() as session:
        for phone in (PHONE, OTHER):
            talks.keep(session, held(phone), services.vault)
        session.flush()
        one, other = (session.get_one(Talk, services.vault.index(phone)) for phone in (PHONE, OTHER))
        one.state_sealed = other.state_sealed
        session.flush()
        with pytest.raises(Unsealable):
            talks.find(session, services.vault.index(PHONE), services.vault)


def test_what_is_over_is_found_the_longest_over_first(services: Services):
    early, late = NOON - timedelta(minutes=1), NOON + timedelta(seconds=1)
    with services.database.begin() as session:
        for phone, until in ((PHONE, NOON), (OTHER, early), ("+27821234569", late)):
            talks.keep(session, held(phone, until=until), services.vault)
        assert [*talks.expired(session, NOON, 10)] == [services.vault.index(phone) for phone in (OTHER, PHONE)]
        assert len(talks.expired(session, NOON, 1)) == 1


def test_a_number_whose_letter_still_waits_is_left_to_it(services: Services):
    with services.database.begin() as session:
        talks.keep(session, held(), services.vault)
        inbox.keep(session, Letter("waiting", "sms", PHONE, {"text": "1"}, NOON), services.vault)
        assert [*talks.expired(session, NOON, 10)] == []
