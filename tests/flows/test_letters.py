"""What is written fits every phone: English leaves room to grow, languages fill pages, letters are folded."""

from functools import cache

import pytest

from app.civic.spoken import spoken
from app.config import ROOT
from app.engine import graph
from app.engine.gsm import fold, parts, sent, septets
from app.engine.load import load
from app.engine.render import PLACEHOLDER, SAYS, Face, pages
from app.engine.words import SOURCE_LANGUAGE, Words
from tests.conftest import demo_city

FLOWS = ROOT / "flows"
ROOM_TO_GROW = 120  # other languages say the same with up to 40 % more, and a screen has 160
FIRST = "Izwi. Free. No name, no ID."


@cache
def words(drafts: bool = True) -> Words:
    return Words.load(FLOWS / "locale", drafts)


def fixed(screen):
    """All that a screen shows in English, without what is filled in."""
    labels = [choice.label for choice in screen.choices]
    labels += [screen.ask.hint] if screen.ask and screen.ask.hint else []
    numbered = [f"{number}. {label}" for number, label in enumerate(labels, 1)]
    return PLACEHOLDER.sub("", "\n".join([screen.text or "", *numbered]))


def test_an_english_screen_leaves_other_languages_room_to_grow():
    sizes = {at: septets(fixed(screen)) for at, screen in graph.screens(load(FLOWS))}

    assert {at: size for at, size in sizes.items() if size is None or size > ROOM_TO_GROW} == {}


def test_the_citys_own_languages_come_first_and_then_every_other_that_is_spoken():
    own = [one.code for one in demo_city().languages]
    codes = [one.code for one in spoken(demo_city(), words())]

    assert codes[: len(own)] == own
    assert sorted(codes) == sorted(words().languages)
    assert len(set(codes)) == len(codes)


def test_languages_of_drafts_alone_are_offered_only_when_drafts_are_on():
    assert [one.code for one in spoken(demo_city(), words(drafts=False))] == [SOURCE_LANGUAGE]


def test_a_language_that_the_pack_does_not_name_calls_itself_as_its_speakers_do():
    names = {one.code: one.name for one in spoken(demo_city(), words())}

    assert {code: name for code, name in names.items() if code not in {one.code for one in demo_city().languages}} == {
        code: words().speech(code).name
        for code in words().languages
        if code not in {one.code for one in demo_city().languages}
    }


def test_the_first_screen_pages_all_languages_and_loses_none():
    options = tuple(f"{number}. {fold(one.name)}" for number, one in enumerate(spoken(demo_city(), words()), 1))
    shown = pages(Face(FIRST, options), 160)

    assert all((septets(page) or 161) <= 160 for page in shown)
    assert [line for page in shown for line in page.split("\n") if line not in (FIRST, SAYS["engine.more"])] == list(
        options
    )
    assert all(f"{number}. " in shown[0] for number in range(1, len(demo_city().languages) + 1))


@pytest.mark.parametrize("language", [name for name in words().languages if name != SOURCE_LANGUAGE])
def test_whatever_is_written_can_be_sent_in_plain_letters_and_in_its_own(language):
    for entry in words().catalogues[language].values():
        for text in entry.said:
            assert parts(sent(text, "plain")).encoding == "GSM-7"
            assert (parts(sent(text, "correct")).encoding == "GSM-7") == (septets(text) is not None)
