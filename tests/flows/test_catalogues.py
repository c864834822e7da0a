"""The drafts of all languages against the English they stand for: whole, safe on any phone, and still drafts."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Final

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from app.config import ROOT
from app.engine.check import Worst, check
from app.engine.gsm import COST, fold, parts, septets
from app.engine.load import load
from app.engine.render import fill, placeholders
from app.engine.state import Option
from app.engine.words import Source, Texts, Words, sources
from tests.keywords import WORDS

FLOWS: Final = ROOT / "flows"
LOCALE: Final = FLOWS / "locale"
LANGUAGES: Final = tuple(sorted(path.stem for path in LOCALE.glob("*.po")))
READ_BY_SPEAKERS: Final = frozenset[str]()  # a language leaves the drafts here, when native speakers begin to read it
ONE_ALONE: Final = frozenset(("af", "pt", "sn", "sw"))  # in the others 0 is counted as 1 is
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


def ids(message: Message) -> tuple[str, ...]:
    """The English of an entry: one text, or one and many."""
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def strings(message: Message) -> tuple[str, ...]:
    """All that an entry says."""
    return (message.string,) if isinstance(message.string, str) else tuple(message.string)


def size(forms: tuple[str, ...]) -> int:
    """Septets of the longest."""
    return max(septets(fold(form)) or 0 for form in forms)


def messages(language: str) -> list[Message]:
    return [message for message in catalogue(language) if message.id]


@cache
def texts() -> Texts:
    return Texts.load(Words.load(LOCALE, drafts=True), FLOWS / "texts.yaml")


@cache
def english() -> Mapping[tuple[str, Source], str]:
    """The file of every context and English text, in the order of the files."""
    return {key: f"flows/{file}" for file, _, key in sources(load(FLOWS), texts().sources)}


@cache
def commands() -> Mapping[str, str]:
    """The command of every keyword in capital letters, as texts name it."""
    meant = {" ".join(phrase).upper(): name for phrase, name in WORDS.names.items()}
    return meant | {" ".join(phrase).upper(): "STOP" for phrase in WORDS.stops}


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
    assert {"en", *LANGUAGES} == set(texts().words.speeches)


@every_language()
def test_a_catalogue_says_all_that_is_said_in_english_in_its_order_and_nothing_else(language):
    assert [(message.context, message.id) for message in messages(language)] == list(english())
    assert [message.context for message in messages(language) if not all(strings(message))] == []


@every_language()
def test_an_entry_names_its_file_alone_so_that_a_moved_line_changes_no_catalogue(language):
    places = {(message.context, message.id): message.locations for message in messages(language)}

    assert places == {key: [(file, None)] for key, file in english().items()}
    assert "Date" not in (LOCALE / f"{language}.po").read_text("utf-8").partition("#:")[0]


@every_language()
def test_no_placeholder_is_lost_or_invented(language):
    said = [
        (one.context, placeholders(ids(one)[0]), set(map(placeholders, strings(one)))) for one in messages(language)
    ]
    wrong = [context for context, wanted, held in said if held != {wanted}]

    assert wrong == []


@every_language()
def test_every_phone_can_show_every_letter(language):
    said = "".join(fold(one) for message in messages(language) for one in strings(message))

    assert set(said) - set(COST) == set()


@every_language()
def test_signs_that_only_cost_stand_in_no_catalogue(language):
    said = "".join(one for message in messages(language) for one in strings(message))

    assert set(said) & set("“”‘’–—…\u00a0\u202f\u200b") == set()


@every_language()
def test_what_no_speaker_has_read_is_a_draft(language):
    sure = [message.context for message in messages(language) if not message.fuzzy]

    assert language in READ_BY_SPEAKERS or sure == []
    assert language in READ_BY_SPEAKERS or language not in Words.load(LOCALE).languages


@every_language()
def test_a_long_text_does_not_grow_much(language):
    sizes = {one.context: (size(ids(one)), size(strings(one))) for one in messages(language)}

    assert {name: pair for name, pair in sizes.items() if pair[0] > LONG and pair[1] > GROWTH * pair[0]} == {}


def test_every_screen_fits_a_phone_in_every_language():
    faults, looked_at = check(load(FLOWS), texts().words, texts(), worst())

    assert [str(fault) for fault in faults if "septets too long" in fault.what] == []
    assert looked_at % (len(LANGUAGES) + 1) == 0


@every_language()
def test_the_first_text_about_a_report_is_two_segments_at_most(language):
    filled = fill(said("receipt.full", language), lambda name: values(language)[name])

    assert parts(fold(filled)).count <= 2


@every_language()
def test_a_word_that_people_are_told_to_send_means_the_same_in_every_language(language):
    said = [(one.context, named(ids(one)[-1]), [named(form) for form in strings(one)]) for one in messages(language)]
    differing = {context: forms for context, wanted, forms in said if any(form != wanted for form in forms)}

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
    assert texts().words.speech(language).name.casefold() in said("sms.language_saved", language).casefold()
    assert "English" not in said("sms.language_saved", language)


@every_language()
def test_a_catalogue_names_its_language_and_how_it_counts(language):
    head = catalogue(language)

    rule = "(n != 1)" if language in ONE_ALONE else "(n > 1)"
    assert (str(head.locale), head.plural_expr, head.num_plurals) == (language, rule, 2)
