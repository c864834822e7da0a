from pathlib import Path

import pytest

from app.civic import pack
from app.civic.categories import classify, endings


@pytest.fixture(scope="module")
def demo():
    return pack.read(Path(__file__).parents[2] / "demo")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("no water since monday", "WATER"),
        ("There is a burst pipe in my street", "LEAK"),
        ("Amanzi awekho eKholwani", "WATER"),
        ("Ha ho na motlakase", "POWER"),
        ("ga go motlakase", "POWER"),
        ("ligte af in Acacia", "POWER"),
        ("toilet overflowing", "SEWAGE"),
        ("big POTHOLE, two potholes", "ROADS"),
        ("street light broken", "LIGHTS"),
        ("izinyoka again", "ILLEGAL"),
    ],
)
def test_a_message_is_of_the_category_whose_words_it_uses(demo, text, code):
    assert classify(text, demo, "en") == code


def test_a_message_that_begins_with_a_keyword_is_of_its_category(demo):
    assert classify("WATER burst pipe at 12 Vilakazi st orlando west", demo, "en") == "WATER"


def test_the_longer_keyword_says_more(demo):
    assert classify("water leak at the school", demo, "en") == "LEAK"
    assert classify("hi, the traffic light is off", demo, "en") == "ROADS"


def test_the_residents_language_decides_between_two_meanings(demo):
    lek = demo.category("LEAK").model_copy(update={"keywords": {"af": ("pad",)}})
    road = demo.category("ROADS").model_copy(update={"keywords": {"en": ("pad",)}})
    city = demo.but(categories=(lek, road))

    assert [classify("my pad", city, language) for language in ("en", "af")] == ["ROADS", "LEAK"]


@pytest.mark.parametrize(
    ("text", "code"), [("no watr here", "WATER"), ("rubish", "RUBBISH"), ("sewgae in street", "SEWAGE")]
)
def test_one_letter_may_be_wrong_in_longer_words(demo, text, code):
    assert classify(text, demo, "en") == code


@pytest.mark.parametrize(
    "text", ["see you later", "been there", "leek soup", "", "???", "please help us", "waterloo", "4829131"]
)
def test_other_words_are_no_category(demo, text):
    assert classify(text, demo, "en") is None


def test_a_dangerous_problem_keeps_its_category_and_is_known_as_danger(demo):
    text = "dangerous pothole at the school"

    assert classify(text, demo, "en") == "ROADS"
    assert endings(text, demo, "en") == {"danger"}


def test_danger_alone_is_its_own_category(demo):
    assert classify("umlilo!", demo, "en") == "DANGER"


def test_a_bribe_is_known_as_one(demo):
    assert endings("the plumber wants a bribe", demo, "en") == {"bribe"}


def test_no_danger_is_no_ending(demo):
    assert endings("no water", demo, "en") == frozenset()
