"""A city may pay for its languages' own letters: what leaves is what was counted."""

import pytest
from sqlalchemy import select

from app.engine.gsm import parts
from app.storage import cities
from app.storage.tables import Message
from app.wiring import Services
from tests.conftest import demo_city
from tests.phones import Phone, work

PHONE = "+27821234567"
SAVED = "Saved: Kholofêlo. You never need to type it again."


def in_a_city(services: Services, letters: str) -> Phone:
    """A phone in a city with an area of an unusual letter, whose English texts are sent in these letters."""
    city = demo_city()
    named = {"kholofelo": "Kholofêlo"}
    places = [one.model_copy(update={"name": named.get(one.key, one.name)}) for one in city.places]
    languages = [one.model_copy(update={"letters": letters}) for one in city.languages]
    with services.database.begin() as session:
        cities.store(session, city.but(places=places, languages=languages), services.clock.now())
    services.cities.known = None
    return Phone(services, PHONE)


def answer(phone: Phone, text: str) -> Message:
    """The text that an SMS is answered with."""
    phone.write(text)
    work(phone.services)
    with phone.services.database.begin() as session:
        newest = session.scalars(select(Message).order_by(Message.id.desc()).limit(1)).one()
        session.expunge(newest)
        return newest


@pytest.mark.parametrize(
    ("letters", "said", "encoding"),
    [("plain", SAVED.replace("ê", "e"), "GSM-7"), ("correct", SAVED, "UCS-2")],
)
def test_a_text_leaves_in_the_letters_that_the_pack_chose_and_so_it_is_counted(services, letters, said, encoding):
    sent = answer(in_a_city(services, letters), "AREA Kholofelo")

    assert (sent.text, parts(sent.text).encoding, sent.segments) == (said, encoding, 1)
    assert sent.state in ("accepted", "delivered")


def test_a_longer_text_is_paid_for_in_segments_of_67(services):
    phone = in_a_city(services, "correct")
    answer(phone, "AREA Kholofelo")

    receipt = answer(phone, "no water in Kholofelo")

    assert "Kholofêlo" in receipt.text
    assert receipt.segments == parts(receipt.text).count == -(-len(receipt.text) // 67)


def test_screens_stay_in_plain_letters(services):
    phone = in_a_city(services, "correct")
    answer(phone, "AREA Kholofelo")

    assert phone.dial().text.startswith("Izwi Kholofelo")
