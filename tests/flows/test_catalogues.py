"""The drafts of all languages against the English they stand for: whole, safe on any phone, and still drafts."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Final

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from app.civic import keywords
from app.config import ROOT
from app.engine.check import Worst, check
from app.engine.gsm import COST, parts, septets
from app.engine.load import load
from app.engine.render import fill, placeholders
from app.engine.state import Option
from app.engine.words import Texts, Words, sources

FLOWS: Final = ROOT / "flows"
LOCALE: Final = FLOWS / "locale"
LANGUAGES: Final = ("af", "st", "tn", "zu")
READ_BY_SPEAKERS: Final = frozenset[str]()  # a language leaves the drafts here, when native speakers begin to read it
PLURALS: Final = {"af": "(n != 1)", "st": "(n > 1)", "tn": "(n > 1)", "zu": "(n > 1)"}
OWN_NAMES: Final = {"af": "Afrikaans", "st": "Sesotho", "tn": "Setswana", "zu": "isiZulu"}
LONG: Final = 100  # septets from which a screen has little room left
GROWTH: Final = 1.4

# The longest that people see: real names of places, categories and owners are shorter.
PLACE, CATEGORY, OWNER, DAY, REFERENCE = "W" * 25, "C" * 20, "O" * 13, "D" * 11, "482 913 101"
CODE, JOIN, STREET = "*120*4932#", "*120*4932*9*482913101#", "L" * 25
CASE: Final = {"owner": OWNER, "date": DAY, "phone": "080 000 0031", "reference": REFERENCE, "reason": "R" * 25}
VALUES: Final = CASE | {
    **{"area": PLACE, "home_area": PLACE, "home_place": f" {PLACE}", "area_example": "KHOL", "category": CATEGORY},
    **{"case_reference": REFERENCE, "case_category": CATEGORY, "case_area": PLACE, "reports_count": " (99)"},
    **{"polls_count": " (9)", "poll_question": "Q" * 80, "poll_choice": "A" * 25, "short_code": "31245"},
    **{"emergency": "112 Emergency, 080 000 0011 City fire", "integrity": "080 000 0012 Honest line"},
    **{"service_code": CODE, "join_code": JOIN},
}
LISTS: Final = ("languages", "categories", "other_categories", "areas", "my_cases", "case_moves", "polls")


def catalogue(language: str) -> Catalog:
    with (LOCALE / f"{language}.po").open("rb") as file:
        return read_po(file)


def messages(language: str) -> list[Message]:
    return [message for message in catalogue(language) if message.id]


@cache
def texts() -> Texts:
    return Texts.load(Words.load(LOCALE, drafts=True), FLOWS / "texts.yaml")


@cache
def english() -> Mapping[tuple[str, str], str]:
    """The file of every context and English text, in the order of the files."""
    return {key: f"flows/{file}" for file, _, key in sources(load(FLOWS), texts().sources)}


@cache
def commands() -> Mapping[str, str]:
    """The command of every keyword in capital letters, as texts name it."""
    known = keywords.load(FLOWS / "keywords.yaml")
    meant = {" ".join(phrase).upper(): name for phrase, name in known.names.items()}
    return meant | {" ".join(phrase).upper(): "STOP" for phrase in known.stops}


def named(text: str) -> set[str]:
    """The commands that a text tells people to send."""
    return {name for word, name in commands().items() if re.search(rf"\b{re.escape(word)}\b", text)}


def said(context: str, language: str) -> str:
    source = next(source for known, source in english() if known == context)
    return texts().words.say(context, source, language)


def values(language: str) -> Mapping[str, str]:
    """The longest values in a language: those made of other texts are filled with the longest themselves."""

    def longest(start: str) -> str:
        names = [name for name in texts().sources if name.startswith(start) and name != "next_step.not_ours"]
        return max((texts().text(name, language, **CASE) for name in names), key=len)

    free = texts().text("screen.free", language)
    return {**VALUES, "free": free, "next_step": longest("next_step."), "case_status": longest("status.")}


def worst() -> Worst:
    names = texts().words.languages
    lists = {name: [Option(name, "L" * 25)] for name in (*LISTS, "poll_choices")}
    alike = {name: [Option("case:1", texts().text("screen.known", name, landmark=STREET))] for name in names}
    return Worst({name: values(name) for name in names}, {name: lists | {"alike": alike[name]} for name in names})


def every_language() -> pytest.MarkDecorator:
    return pytest.mark.parametrize("language", LANGUAGES)


def test_there_is_a_catalogue_for_each_of_the_languages_and_for_no_other():
    assert sorted(path.stem for path in LOCALE.glob("*.po")) == list(LANGUAGES)


@every_language()
def test_a_catalogue_says_all_that_is_said_in_english_in_its_order_and_nothing_else(language):
    assert [(message.context, message.id) for message in messages(language)] == list(english())
    assert [message.context for message in messages(language) if not message.string] == []


@every_language()
def test_an_entry_names_its_file_alone_so_that_a_moved_line_changes_no_catalogue(language):
    places = {(message.context, message.id): message.locations for message in messages(language)}

    assert places == {key: [(file, None)] for key, file in english().items()}
    assert "Date" not in (LOCALE / f"{language}.po").read_text("utf-8").partition("#:")[0]


@every_language()
def test_no_placeholder_is_lost_or_invented(language):
    wrong = [one.context for one in messages(language) if placeholders(one.string) != placeholders(one.id)]

    assert wrong == []


@every_language()
def test_every_phone_can_show_every_letter(language):
    assert {letter for message in messages(language) for letter in message.string if letter not in COST} == set()


@every_language()
def test_what_no_speaker_has_read_is_a_draft(language):
    sure = [message.context for message in messages(language) if not message.fuzzy]

    assert language in READ_BY_SPEAKERS or sure == []
    assert language in READ_BY_SPEAKERS or language not in Words.load(LOCALE).languages


@every_language()
def test_a_long_text_does_not_grow_much(language):
    sizes = {one.context: (septets(one.id) or 0, septets(one.string) or 0) for one in messages(language)}

    assert {name: size for name, size in sizes.items() if size[0] > LONG and size[1] > GROWTH * size[0]} == {}


def test_every_screen_fits_a_phone_in_every_language():
    faults, looked_at = check(load(FLOWS), texts().words, texts(), worst())

    assert [str(fault) for fault in faults if "septets too long" in fault.what] == []
    assert looked_at % (len(LANGUAGES) + 1) == 0


@every_language()
def test_the_first_text_about_a_report_is_two_segments_at_most(language):
    filled = fill(said("receipt.full", language), lambda name: values(language)[name])

    assert parts(filled).count <= 2


@every_language()
def test_a_word_that_people_are_told_to_send_means_the_same_in_every_language(language):
    differing = {one.context: named(one.string) for one in messages(language) if named(one.string) != named(one.id)}

    assert differing == {}


@every_language()
def test_the_screen_without_polls_names_the_line_of_the_settings_as_the_first_menu_shows_it(language):
    assert f"4. {said('home.home.settings', language)}" in said("polls.nothing", language)


@every_language()
def test_the_question_whether_it_is_fixed_names_the_answers_as_the_screen_does(language):
    answers = [said(f"home.asked.{key}", language).lower() for key in ("fixed", "not_fixed", "unsure")]

    assert "1 {}, 2 {}, 3 {}".format(*answers) in said("case.fixed", language)
    assert answers == [said(f"screen.{key}", language).lower() for key in ("fixed", "not_fixed", "unsure")]


@every_language()
def test_who_changes_the_language_is_told_in_the_new_one_by_its_own_name(language):
    assert OWN_NAMES[language] in said("sms.language_saved", language)
    assert "English" not in said("sms.language_saved", language)


@every_language()
def test_a_catalogue_names_its_language_and_how_it_counts(language):
    head = catalogue(language)

    assert (str(head.locale), head.plural_expr, head.num_plurals) == (language, PLURALS[language], 2)
