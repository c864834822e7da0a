"""Numbers as a language writes them, in letters that every phone has."""

import pytest

from app.civic import numbers
from app.config import ROOT
from app.engine import speech
from app.engine.gsm import septets

SPEECHES = speech.load(ROOT / "flows" / "languages.yaml")


@pytest.mark.parametrize(
    ("language", "said"), [("en", "12,345"), ("zu", "12,345"), ("af", "12 345"), ("fr", "12 345"), ("ve", "12 345")]
)
def test_thousands_stand_apart_as_the_language_parts_them(language, said):
    assert numbers.whole(12345, SPEECHES[language]) == said


@pytest.mark.parametrize(("number", "said"), [(0, "0"), (999, "999"), (1000, "1 000"), (1234567, "1 234 567")])
def test_a_small_number_is_not_parted(number, said):
    assert numbers.whole(number, SPEECHES["af"]) == said


@pytest.mark.parametrize("language", SPEECHES)
def test_a_number_never_makes_a_text_dearer(language):
    assert septets(numbers.whole(1234567, SPEECHES[language])) == 9


def test_a_language_of_which_nothing_is_known_has_plain_spaces():
    assert numbers.whole(12345, speech.figures("am")) == "12 345"
