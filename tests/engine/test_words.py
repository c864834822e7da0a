"""Words in every language: what is reviewed is said, what is missing is said in English."""

from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from app.engine.render import SAYS
from app.engine.source import Fault, FlowFaults
from app.engine.words import Counted, Texts, Words, sources, template
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


DAYS = Counted("{count} day", "{count} days")
POLISH = "nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2);"
HEADER = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n'
COUNTED = 'msgctxt "a.b"\nmsgid "{count} day"\nmsgid_plural "{count} days"\n'


def counting(folder: Path, rule: str, *forms: str) -> Texts:
    """The text a.b in isiZulu, in a catalogue that counts by a rule."""
    said = "".join(f'msgstr[{place}] "{form}"\n' for place, form in enumerate(forms))
    (folder / "zu.po").write_text(f'{HEADER}"Plural-Forms: {rule}\\n"\n\n{COUNTED}{said}', "utf-8")
    return Texts(Words.load(folder), {"a.b": DAYS})


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


@pytest.mark.parametrize(
    ("written", "line"),
    [
        ('msgstr "Izwi', 3),
        ('msgstr ""\n"Izwi\n"kuqala"', 4),
        ('msgstr Izwi"', 3),
        ('msgstr "Izwi" lami', 3),
        ('msgstr "Izwi "lami""', 3),
        ('msgstr "Izwi\\"', 3),
    ],
)
def test_words_without_both_their_quotes_are_a_fault_with_its_line(tmp_path, written, line):
    (tmp_path / "zu.po").write_text(f'msgctxt "a.b"\nmsgid "Izwi"\n{written}\n', encoding="utf-8")

    with pytest.raises(FlowFaults, match=rf"^locale/zu\.po:{line}: no catalogue: a line is a # note"):
        Words.load(tmp_path)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_notes_quotes_within_and_ends_of_lines_of_any_machine_are_no_fault(tmp_path, end):
    lines = [
        "# x",
        "",
        '#~ msgid "old"',
        '#~ msgstr "oud"',
        'msgctxt "a.b"',
        'msgid ""',
        '"Izwi"',
        'msgstr "\\"Izwi\\" \\\\"  ',
    ]
    (tmp_path / "zu.po").write_bytes(b"\xef\xbb\xbf" + end.join(lines).encode())

    assert Words.load(tmp_path).say("a.b", "Izwi", "zu") == '"Izwi" \\'


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


def test_a_text_that_counts_has_one_and_other(tmp_path):
    (tmp_path / "texts.yaml").write_text('a.b:\n  one: "{count} day"\n  other: "{count} days"\n', "utf-8")

    assert Texts.load(Words(), tmp_path / "texts.yaml").sources == {"a.b": DAYS}


@pytest.mark.parametrize(
    "text", ["a: [1]", "a: {b: c}", "- a", "a: true", "a: 'x", "a: b\na: c", "a: {one: b}", "a: {one: b, other: [c]}"]
)
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


# -- plurals ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("count", "said"),
    [("0", "0 days"), ("1", "1 day"), ("2", "2 days"), ("1,001", "1,001 days"), ("a few", "a few days"), ("", " days")],
)
def test_english_has_one_and_many_and_what_is_no_number_is_many(count, said):
    assert Texts(Words(), {"a.b": DAYS}).text("a.b", "en", count=count) == said


@pytest.mark.parametrize(
    ("rule", "count", "said"),
    [
        ("nplurals=2; plural=(n > 1);", "0", "usuku 0"),
        ("nplurals=2; plural=(n > 1);", "1", "usuku 1"),
        ("nplurals=2; plural=(n > 1);", "12 345", "izinsuku 12 345"),
        ("nplurals=2; plural=(n > 1);", "ezimbalwa", "izinsuku ezimbalwa"),
        ("nplurals=2; plural=(n != 1);", "0", "izinsuku 0"),
    ],
)
def test_a_language_counts_by_the_rule_of_its_own_catalogue(tmp_path, rule, count, said):
    assert counting(tmp_path, rule, "usuku {count}", "izinsuku {count}").text("a.b", "zu", count=count) == said


@pytest.mark.parametrize(("count", "form"), [("1", "a 1"), ("3", "b 3"), ("12", "c 12"), ("22", "b 22"), ("x", "c x")])
def test_a_language_may_have_three_forms(tmp_path, count, form):
    assert counting(tmp_path, POLISH, "a {count}", "b {count}", "c {count}").text("a.b", "zu", count=count) == form


def test_a_language_may_have_one_form(tmp_path):
    assert counting(tmp_path, "nplurals=1; plural=0;", "ọjọ́ {count}").text("a.b", "zu", count="1") == "ọjọ́ 1"


@pytest.mark.parametrize("forms", [("usuku", "izinsuku {count}"), ("usuku {count}",), ("usuku {count}", "")])
def test_a_translation_that_lacks_a_form_or_its_placeholder_is_never_said(tmp_path, forms):
    texts = counting(tmp_path, "nplurals=2; plural=(n > 1);", *forms)

    assert (texts.text("a.b", "zu", count="1"), texts.text("a.b", "zu", count="7")) == ("1 day", "7 days")


@pytest.mark.parametrize(
    "rule",
    [
        "nplurals=2; plural=n > 1 ?;",
        "nplurals=2; plural=(__import__('os'));",
        "nplurals=2; plural=(n > 1 ? 2 : 0);",
        "nplurals=1; plural=(n != 1);",
        "nplurals=2; plural=(n / 0);",
    ],
)
def test_a_catalogue_that_counts_in_no_way_that_can_be_followed_is_a_fault_with_its_line(tmp_path, rule):
    with pytest.raises(FlowFaults, match=r"locale/zu\.po:4: Plural-Forms"):
        counting(tmp_path, rule, "usuku {count}")


def test_plural_forms_without_a_header_are_a_fault_with_their_line(tmp_path):
    (tmp_path / "zu.po").write_text(f'{HEADER}\n{COUNTED}msgstr[0] "usuku"\nmsgstr[1] "izinsuku"\n', "utf-8")

    with pytest.raises(FlowFaults, match=r"locale/zu\.po:6: plural forms, but no header"):
        Words.load(tmp_path)


def test_the_template_has_both_forms_of_a_text_that_counts():
    assert b'msgid "{count} day"\nmsgid_plural "{count} days"\nmsgstr[0] ""\nmsgstr[1] ""\n' in template(
        CITY, {"a.b": DAYS}
    )


# -- what languages say of themselves ----------------------------------------------------------------------------------


def test_languages_come_in_the_order_of_their_list_and_those_it_does_not_name_last(tmp_path):
    (tmp_path / "locale").mkdir()
    (tmp_path / "locale" / "af.po").write_text(DRAFT, "utf-8")
    (tmp_path / "locale" / "zu.po").write_text(DRAFT, "utf-8")
    names = ", ".join("abcdefghijkl")
    own = f"  weekdays: [{names[:19]}]\n  months: [{names}]\n"
    (tmp_path / "languages.yaml").write_text(f"zu:\n  name: isiZulu\n{own}", "utf-8")
    words = Words.load(tmp_path / "locale", drafts=True)

    assert words.languages == ("en", "zu", "af")
    assert (words.speech("zu").name, words.speech("af").name) == ("isiZulu", "af")
