"""Words in every language: what is reviewed is said, what is missing is said in English."""

from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from app.engine.render import SAYS
from app.engine.source import Fault, FlowFaults
from app.engine.words import Texts, Words, sources, template
from tests.engine.phone import CITY

ZU = """
msgid ""
msgstr ""
"Language: zu\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=2; plural=(n > 1);\\n"

msgctxt "report.kind"
msgid "What is wrong?"
msgstr "Yini inkinga?"

msgctxt "other.kind"
msgid "What is wrong?"
msgstr "Kwenzenjani?"

#, fuzzy
msgctxt "report.landmark"
msgid "Near what?"
msgstr "Eduze kwani?"

msgctxt "report.thanks"
msgid "Thanks. {reference}."
msgstr "Siyabonga."

msgctxt "report.area"
msgid "Which area?"
msgstr ""
"""
DRAFT = '#, fuzzy\nmsgctxt "report.kind"\nmsgid "What is wrong?"\nmsgstr "Bothata ke eng?"\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "zu.po").write_text(ZU, "utf-8")
    (tmp_path / "st.po").write_text(DRAFT, "utf-8")
    return tmp_path


def test_a_text_is_said_in_the_language_of_its_place(folder):
    words = Words.load(folder)

    assert words.say("report.kind", "What is wrong?", "zu") == "Yini inkinga?"
    assert words.say("other.kind", "What is wrong?", "zu") == "Kwenzenjani?"


@pytest.mark.parametrize(
    ("context", "source", "language"),
    [
        ("report.kind", "What is wrong?", "en"),
        ("report.kind", "What is wrong?", "xx"),
        ("report.kind", "What was wrong?", "zu"),
        ("report.area", "Which area?", "zu"),
        ("report.landmark", "Near what?", "zu"),
    ],
)
def test_what_has_no_reviewed_words_is_said_in_english(folder, context, source, language):
    assert Words.load(folder).say(context, source, language) == source


def test_a_translation_that_lost_a_placeholder_is_never_said(folder):
    assert Words.load(folder, drafts=True).say("report.thanks", "Thanks. {reference}.", "zu") == "Thanks. {reference}."


def test_drafts_are_said_only_when_they_are_on(folder):
    assert Words.load(folder, drafts=True).say("report.landmark", "Near what?", "zu") == "Eduze kwani?"


def test_a_language_of_drafts_alone_is_offered_only_when_drafts_are_on(folder):
    assert Words.load(folder).languages == ("en", "zu")
    assert Words.load(folder, drafts=True).languages == ("en", "st", "zu")


def test_no_folder_is_english_alone(tmp_path):
    assert Words.load(tmp_path / "nothing").languages == ("en",)


@pytest.mark.parametrize("text", [b"hello", b'msgid "x', b"\xff\xfe", b'msgid "a"\n'])
def test_a_file_that_is_no_catalogue_is_a_fault(tmp_path, text):
    (tmp_path / "zu.po").write_bytes(text)

    with pytest.raises(FlowFaults, match=r"locale/zu\.po:1: no catalogue"):
        Words.load(tmp_path)


def test_texts_are_filled_and_said_in_the_language():
    texts = Texts(Words({"zu": {}}), {"receipt.full": "Izwi {reference}: {area}."})

    assert texts.text("receipt.full", "zu", reference="482", area="{reference}") == "Izwi 482: {reference}."


def test_a_text_without_one_of_its_values_is_an_error():
    texts = Texts(Words(), {"receipt.full": "Izwi {reference}."})

    with pytest.raises(KeyError):
        texts.text("receipt.full", "en")
    with pytest.raises(KeyError):
        texts.text("receipt.none", "en")


def test_texts_are_read_from_a_file_of_names_and_texts(tmp_path):
    (tmp_path / "texts.yaml").write_text('# words\na.b: "One: {x}"\na.c: yes\n', "utf-8")

    assert Texts.load(Words(), tmp_path / "texts.yaml").sources == {"a.b": "One: {x}", "a.c": "yes"}


@pytest.mark.parametrize("text", ["a: [1]", "a: {b: c}", "- a", "a: true", "a: 'x", "a: b\na: c"])
def test_texts_that_are_anything_else_are_a_fault(tmp_path, text):
    (tmp_path / "texts.yaml").write_text(text)

    with pytest.raises(FlowFaults) as caught:
        Texts.load(Words(), tmp_path / "texts.yaml")
    assert all(isinstance(fault, Fault) and fault.file == "texts.yaml" for fault in caught.value.faults)


def test_everything_said_has_one_place_in_the_catalogues():
    found = [key for _, _, key in sources(CITY, {"a.b": "Text"})]

    assert ("report.kind", "What is wrong?") in found
    assert ("report.where.here", "{home_area}") in found
    assert ("report.area.hint", "Or a ward number") in found
    assert ("a.b", "Text") in found
    assert {(name, text) for name, text in SAYS.items()} <= set(found)
    assert len(found) == len(set(found))


def test_the_template_is_a_catalogue_and_always_the_same(tmp_path):
    made = template(CITY, {"a.b": 'Say "hi" \\ {x}'})
    (tmp_path / "izwi.pot").write_bytes(made)
    with (tmp_path / "izwi.pot").open("rb") as file:
        catalogue = read_po(file, abort_invalid=True)

    assert catalogue.get('Say "hi" \\ {x}', context="a.b").context == "a.b"
    assert catalogue.get("Which area?", context="report.area").locations == [("flows/report.yaml", 15)]
    assert made == template(CITY, {"a.b": 'Say "hi" \\ {x}'})
