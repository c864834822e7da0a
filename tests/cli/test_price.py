"""What a text costs is said before it is sent."""

import pytest

from app.storage import cities
from tests.conftest import demo_city

VENDA = "Ri khou livhuwa. ḓuvha ḽa ṋamusi ndi ḽavhuḓi."


def test_both_letters_have_their_alphabet_segments_and_price(operator):
    assert operator.ask("price", "--language", "en", "--texts", 100, VENDA + " " * 50) == {
        "letters": "plain",
        "alphabet": {"plain": "GSM-7", "correct": "UCS-2"},
        "segments": {"plain": 1, "correct": 2},
        "texts": 100,
        "price": {"plain": "25.00", "correct": "50.00"},
        "currency": "ZAR",
    }


def test_people_read_a_line_for_each(operator):
    assert operator.say("price", VENDA).splitlines() == [
        "letters  plain",
        "plain    1 segment (GSM-7) x 1 text = ZAR 0.25",
        "correct  1 segment (UCS-2) x 1 text = ZAR 0.25",
    ]


def test_what_the_alphabet_has_costs_the_same_either_way(operator):
    said = operator.ask("price", "É à ü: “n'wana”")

    assert said["alphabet"] == {"plain": "GSM-7", "correct": "GSM-7"}
    assert said["price"] == {"plain": "0.25", "correct": "0.25"}


@pytest.mark.parametrize(("language", "letters"), [("af", "correct"), ("en", "plain"), ("pt", "plain")])
def test_the_citys_own_choice_is_told(operator, language, letters):
    city = demo_city()
    languages = [
        one.model_copy(update={"letters": "correct" if one.code == "af" else "plain"}) for one in city.languages
    ]
    with operator.services.database.begin() as session:
        cities.store(session, city.but(languages=languages, segment_price=None), operator.services.clock.now())
    operator.services.cities.known = None

    said = operator.ask("price", "--language", language, "Môre")
    assert said["letters"] == letters
    assert said["price"] == {"plain": None, "correct": None}


def test_a_language_may_be_called_by_its_name(operator):
    by_name, by_code = (operator.ask("price", "--language", one, "Môre") for one in ("isiZulu", "zu"))

    assert by_name == by_code


def test_a_language_that_nobody_speaks_has_no_price(operator):
    assert "nothing is said in 'xx': en, " in operator.refused("price", "--language", "xx", "hi")


@pytest.mark.parametrize("text", ["", "  "])
def test_an_empty_text_costs_nothing_since_it_is_not_sent(operator, text):
    assert operator.refused("price", text) == "izwi: nothing is sent, and it costs nothing: the text is empty"
