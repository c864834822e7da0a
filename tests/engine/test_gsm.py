"""Letters cost what they cost on the air, and an SMS is cut where networks cut it."""

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine.gsm import BASIC, EXTENSION, Parts, fold, parts, sent, septets

# What each language writes: letters that GSM-7 has, and those it lacks with what stands in for them.
HELD = {"af": "éèöüÉÖÜ", "fr": "àéèùæÆüÇÉ", "pt": "àéüÇÉ"}
LACKED = {
    "en": {},
    "af": dict(zip("áêëíîïóôúûýÁÊËÍÎÏÓÔÚÛÝ", "aeeiiioouuyAEEIIIOOUUY", strict=True)) | {"ŉ": "'n"},
    "nso": dict(zip("šêôŠÊÔ", "seoSEO", strict=True)),
    "st": dict(zip("šêôŠÊÔ", "seoSEO", strict=True)),
    "tn": dict(zip("šêôŠÊÔ", "seoSEO", strict=True)),
    "ve": dict(zip("ḓḽṋṅṱḒḼṊṄṰ", "dlnntDLNNT", strict=True)),
    "fr": dict(zip("âçêëîïôûÿÀÂÈÊËÎÏÔÙÛ", "aceeiiouyAAEEEIIOUU", strict=True)) | {"œ": "oe", "Œ": "OE"},
    "pt": dict(zip("áâãçêíóôõúÁÂÃÊÍÓÔÕÚÀ", "aaaceiooouAAAEIOOOUA", strict=True)),
    **{language: {} for language in ("zu", "xh", "nr", "ss", "ts", "sw", "sn")},
}
APOSTROPHES = "’ʼ"  # all that isiZulu, Xitsonga (n'wana), Kiswahili (ng'ombe) and their kin have beyond the alphabet
GSM = st.text(st.sampled_from(BASIC + EXTENSION))


def vectors(shared_data, name):
    return json.loads((shared_data / "sms" / f"split_sms_{name}_vectors.json").read_text("utf-8"))


def test_the_alphabet_is_the_one_of_the_standard(shared_data):
    alphabet = json.loads((shared_data / "sms" / "gsm7_alphabet.json").read_text("utf-8"))

    assert set(BASIC) == set(alphabet["basic"])
    assert set(EXTENSION) == set(alphabet["extension_two_septets"])


@pytest.mark.parametrize("name", ["gsm", "unicode"])
def test_messages_are_cut_as_others_cut_them(shared_data, name):
    for vector in vectors(shared_data, name):
        cut = [part["content"] for part in vector["parts"]]
        if "".join(cut) != vector["message"]:
            continue  # there the reference blanks every letter it cannot write; we never lose one
        assert list(parts(vector["message"]).texts) == cut, vector["description"]


def test_few_vectors_are_passed_over(shared_data):
    every = [*vectors(shared_data, "gsm"), *vectors(shared_data, "unicode")]
    lossy = [one for one in every if "".join(part["content"] for part in one["parts"]) != one["message"]]

    assert (len(every), len(lossy)) == (21, 2)


@pytest.mark.parametrize(
    ("text", "lengths"),
    [
        ("", [0]),
        ("a" * 160, [160]),
        ("a" * 161, [153, 8]),
        ("a" * 306, [153, 153]),
        ("a" * 307, [153, 153, 1]),
        ("a" * 459, [153, 153, 153]),
        ("a" * 460, [153, 153, 153, 1]),
        ("a" * 158 + "€", [159]),
        ("a" * 159 + "€", [153, 7]),
        ("a" * 152 + "€" + "a" * 20, [152, 21]),
        ("a" * 151 + "€" + "a" * 20, [152, 20]),
        ("€" * 80, [80]),
        ("€" * 81, [76, 5]),
        ("ш" * 70, [70]),
        ("ш" * 71, [67, 4]),
        ("ш" * 134, [67, 67]),
        ("ш" * 135, [67, 67, 1]),
        ("ш" * 68 + "🐳", [69]),
        ("ш" * 69 + "🐳", [67, 3]),
        ("ш" * 66 + "🐳" + "ш" * 5, [66, 6]),
        ("ш" * 65 + "🐳" + "ш" * 5, [66, 5]),
    ],
)
def test_parts_are_full_and_never_cut_a_letter(text, lengths):
    assert [len(part) for part in parts(text).texts] == lengths


def test_parts_say_their_alphabet_and_how_many_are_paid():
    assert parts("Hello {you}") == Parts("GSM-7", ("Hello {you}",))
    assert parts("ሰላም") == Parts("UCS-2", ("ሰላም",))
    assert parts("a" * 307).count == 3


@pytest.mark.parametrize(("text", "cost"), [("", 0), ("Izwi", 4), ("{€}", 6), ("ç", None), ("`", None), ("\t", None)])
def test_letters_of_the_extension_cost_two(text, cost):
    assert septets(text) == cost


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("Mošupi o tšwa Polokwane ka ngôna", "Mosupi o tswa Polokwane ka ngona"),  # Sepedi
        ("ḓuvha ḽa ṋamusi, ṅwana, ṱhoho", "duvha la namusi, nwana, thoho"),  # Tshivenda
        ("Môre, sê vir ŉ voël: hallo, reën", "More, se vir 'n voel: hallo, reen"),  # Afrikaans
        ("ng’ombe", "ng'ombe"),  # Kiswahili
        ("cœur, façade, où, déjà, Noël", "coeur, facade, où, déjà, Noel"),  # French keeps what GSM-7 has
        ("não é à toa, coração", "nao é à toa, coracao"),  # Portuguese
        ("ẹ̀kọ́ ṣe", "eko se"),  # Yoruba, with marks that have no letter of their own
        ("ɓauna, ɗan, ƙasa, ƴan", "bauna, dan, kasa, yan"),  # Hausa
        ("“It’s” – 5 °C… ₦20\u00a0000", '"It\'s" - 5 degC... N20 000'),
        ("m² ½ ﬁn № １", "m2 1/2 fin No 1"),
        ("Äpfel, ñandú, €5, [x]", "Äpfel, ñandu, €5, [x]"),
    ],
)
def test_what_gsm_lacks_is_put_as_its_nearest(written, sent):
    assert fold(written) == sent
    assert septets(sent) is not None


@pytest.mark.parametrize("text", ["ሰላም ለዓለም", "привет", "🐳", "٣"])
def test_what_has_no_near_letter_is_left(text):
    assert fold(text) == text


def test_a_letter_and_its_mark_become_one_before_anything_is_lost():
    assert fold(unicodedata.normalize("NFD", "é ü š")) == "é ü s"


@given(st.text())
def test_folding_twice_changes_nothing(text):
    assert fold(fold(text)) == fold(text)


@given(GSM)
def test_a_text_in_gsm_is_not_touched(text):
    assert fold(text) == text


@given(st.one_of(GSM, st.text()))
def test_parts_joined_are_the_message(text):
    cut = parts(text)

    assert "".join(cut.texts) == text
    assert cut.count == 1 or all(cut.texts)


# -- every language's letters ----------------------------------------------------------------------------------------


def written(text):
    """A text in both ways in which Unicode can hold it."""
    return {unicodedata.normalize("NFC", text), unicodedata.normalize("NFD", text)}


def test_there_are_letters_of_all_fifteen_languages():
    assert len(LACKED) == 15


@pytest.mark.parametrize("language", LACKED)
def test_a_letter_is_sent_as_its_nearest_or_as_it_is(language):
    for letter, plain in LACKED[language].items():
        assert {sent(one, "plain") for one in written(letter)} == {plain}
        assert {sent(one, "correct") for one in written(letter)} == {letter}


@pytest.mark.parametrize("language", HELD)
def test_letters_that_the_alphabet_has_cost_nothing_more(language):
    for text in written(HELD[language]):
        assert (sent(text, "plain"), sent(text, "correct")) == (HELD[language], HELD[language])


@pytest.mark.parametrize("sign", [*APOSTROPHES, "“", "–", "\u00a0", "\u200b"])
def test_a_sign_that_only_looks_finer_makes_no_text_dearer(sign):
    for letters in ("plain", "correct"):
        assert parts(sent(f"n{sign}wana ya Mzansi", letters)).encoding == "GSM-7"


@pytest.mark.parametrize("language", LACKED)
@pytest.mark.parametrize(("length", "count"), [(159, 1), (160, 1), (161, 2), (305, 2), (306, 2), (307, 3)])
def test_folded_letters_are_cut_at_the_seams_of_septets(language, length, count):
    for letter, plain in (LACKED[language] | dict.fromkeys(APOSTROPHES, "'")).items():
        text = letter * (length // len(plain)) + "a" * (length % len(plain))
        for one in written(text):
            cut = parts(sent(one, "plain"))
            assert (cut.encoding, cut.count) == ("GSM-7", count)
            assert [len(part) for part in cut.texts[:-1]] == [153] * (count - 1)


@pytest.mark.parametrize("language", LACKED)
@pytest.mark.parametrize(("length", "count"), [(69, 1), (70, 1), (71, 2), (133, 2), (134, 2), (135, 3)])
def test_correct_letters_are_cut_at_the_seams_of_unicode(language, length, count):
    for letter in LACKED[language]:
        for text in (letter * length, "a" * (length - 1) + letter, letter + "a" * (length - 1)):
            for one in written(text):
                cut = parts(sent(one, "correct"))
                assert (cut.encoding, cut.count) == ("UCS-2", count)
                assert [len(part) for part in cut.texts[:-1]] == [67] * (count - 1)


@pytest.mark.parametrize("language", LACKED)
def test_no_seam_runs_through_an_escape_or_a_surrogate_beside_a_letter(language):
    for letter in LACKED[language]:
        for before in range(63, 68):
            for text in written(letter * before + "🐳" * 4 + letter * 65):
                pieces = parts(sent(text, "correct")).texts
                assert all(len(piece.encode("utf-16-be")) <= 2 * 67 for piece in pieces)
        for before in range(149, 154):
            pieces = parts(sent(letter * before + "€" * 80, "plain")).texts
            assert all((septets(piece) or 154) <= 153 for piece in pieces)


@given(st.text(st.sampled_from("".join("".join(letters) for letters in LACKED.values()) + BASIC + APOSTROPHES)))
def test_what_is_correct_folds_to_what_is_plain(text):
    assert fold(sent(text, "correct")) == sent(text, "plain")
    assert sent(sent(text, "correct"), "correct") == sent(text, "correct")
