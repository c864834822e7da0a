"""Keywords of an SMS: nobody is opted out by a report, and nobody who says STOP is kept."""

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.civic import references
from app.civic.keywords import Command, Keywords, is_leave, is_near, is_stop, key, phrase_of, read
from app.config import ROOT
from tests.keywords import WORDS

REF = references.make(482_913)
SHOWN = references.grouped(REF)
LANGUAGES = {path.stem for path in (ROOT / "flows" / "locale").glob("*.po")} | {"en"}


@pytest.mark.parametrize("word", ["STOP", "OPT OUT", "END", "CANCEL", "UNSUBSCRIBE", "QUIT", "AFMELD", "YEKA", "EMISA"])
@pytest.mark.parametrize(
    "typed", ["{}", " {} ", "{}.", "{}!!", '"{}"', "\n{}\r\n", "* {} *", "({})", "{} \N{PERSON WITH FOLDED HANDS}"]
)
def test_a_stop_word_that_is_the_whole_message_opts_out(word, typed):
    for cased in (word, word.lower(), word.capitalize()):
        assert read(typed.format(cased), WORDS) == Command("STOP")


@pytest.mark.parametrize("typed", ["opt-out", "Opt  Out", "ＳＴＯＰ", "stóp"])
def test_stop_is_known_however_it_is_written(typed):
    assert is_stop(typed, WORDS)


@pytest.mark.parametrize(
    "typed",
    [
        "stop the water leak",
        "please stop",
        "STOP 12 Mooki st",
        "stop street sign is gone",
        "end of the road is flooded",
        "the quit",
        "cancel my water please",
        "STP",
        "stopp",
        "unsubscribed",
        "stop ²",
        "stop ١",
        "",
        " . ",
    ],
)
def test_anything_but_a_whole_stop_word_is_not_stop(typed):
    assert not is_stop(typed, WORDS)
    assert read(typed, WORDS) is None


@pytest.mark.parametrize("typed", ["cancel", "END", "End.", "kanselleer", "khansela"])
def test_cancel_and_end_leave_an_open_conversation_first(typed):
    assert read(typed, WORDS, in_conversation=True) == Command("LEAVE")
    assert not is_stop(typed, WORDS, in_conversation=True)
    assert read(typed, WORDS) == Command("STOP")


@pytest.mark.parametrize("typed", ["stop", "QUIT", "unsubscribe", "yeka"])
def test_the_other_stop_words_stop_in_a_conversation_too(typed):
    assert read(typed, WORDS, in_conversation=True) == Command("STOP")


@pytest.mark.parametrize("typed", ["cancel", "END", "End!", "kanselleer", "khansela"])
def test_a_word_that_may_only_leave_is_told_from_other_stop_words(typed):
    assert is_leave(typed, WORDS)
    assert not any(is_leave(word, WORDS) for word in ("stop", "quit", "yeka", "cancel my water", ""))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("BACK", "0"),
        ("back.", "0"),
        ("terug", "0"),
        ("Teurg", "0"),
        ("emuva", "0"),
        ("more", "98"),
        ("Meer!", "98"),
        ("tse ding", "98"),
        ("back to the station", ""),
        ("more water", ""),
        ("bakc", ""),
        ("", ""),
    ],
)
def test_back_and_more_are_keys_in_every_language_as_the_whole_message(typed, meant):
    assert key(typed, WORDS) == meant


@given(st.text(max_size=30))
def test_words_around_a_stop_word_never_opt_out(words):
    assert not is_stop(f"leak {words} stop", WORDS)
    assert not is_stop(f"stop {words} leak", WORDS)


def test_none_of_thousands_of_real_messages_is_read_as_stop(shared_data):
    with (shared_data / "reports" / "disaster_messages_validation.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    texts = [row[column] for row in rows for column in ("message_en", "original")]
    assert len(rows) == 2307
    assert [text for text in texts if read(text, WORDS) is not None] == []


@pytest.mark.parametrize("name", WORDS.commands)
@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_every_keyword_is_known_in_every_language(name, language):
    for word in WORDS.commands[name].words[language]:
        assert read(word.upper(), WORDS) == Command(name)
        assert read(f" {word}. ", WORDS) == Command(name)


def test_the_promised_keywords_are_there_and_no_others():
    promised = "REPORT STATUS POLL HELP LANGUAGE AREA MY MENU RIGHTS START"
    assert set(WORDS.commands) == set(promised.split())
    assert all(set(keyword.words) == LANGUAGES for keyword in WORDS.commands.values())
    assert set(WORDS.stop) == LANGUAGES


@pytest.mark.parametrize(
    ("typed", "command"),
    [
        (f"STATUS {SHOWN}", Command("STATUS", REF)),
        (f"status {REF}.", Command("STATUS", REF)),
        (f"Status:{REF}", Command("STATUS", REF)),
        (f"sttaus #{REF}#", Command("STATUS", REF)),
        (f"status of {SHOWN} please", Command("STATUS", REF)),
        (f"isimo {REF}", Command("STATUS", REF)),
        (REF, Command("STATUS", REF)),
        (f" {SHOWN}. ", Command("STATUS", REF)),
        ("status", Command("STATUS")),
        ("my reports", Command("STATUS")),
        ("STATUS 482 913 0", Command("STATUS", "4829130")),
        ("status 12", Command("STATUS", "12")),
        ("POLL", Command("POLL")),
        ("polls", Command("POLL")),
        ("POLL 3", Command("POLL", "3")),
        ("REPORT burst pipe at 12 Vilakazi st", Command("REPORT", "burst pipe at 12 Vilakazi st")),
        ("report: Wasser überall!", Command("REPORT", "Wasser überall")),
        ("bika amanzi ayaphuma", Command("REPORT", "amanzi ayaphuma")),
        ("repotr", Command("REPORT")),
        ("HELP", Command("HELP")),
        ("help stop", Command("HELP", "STOP")),
        ("Hulp peiling?", Command("HELP", "POLL")),
        ("LANGUAGE", Command("LANGUAGE")),
        ("language Zulu", Command("LANGUAGE", "zu")),
        ("lanuage isizuul", Command("LANGUAGE", "zu")),
        ("taal engels", Command("LANGUAGE", "en")),
        ("LANGUAGE klingon", Command("LANGUAGE")),
        ("AREA", Command("AREA")),
        ("area 38", Command("AREA", "38")),
        ("AREA Ward 38.", Command("AREA", "38")),
        ("gebied wyk 7", Command("AREA", "7")),
        ("area Orlando West", Command("AREA", "Orlando West")),
        ("my", Command("MY")),
        ("MY area", Command("AREA")),
        ("my poll", Command("MY", "POLL")),
        ("my rights", Command("RIGHTS")),
        ("amalungelo", Command("RIGHTS")),
        ("start", Command("START")),
        ("START polls", Command("START", "POLL")),
    ],
)
def test_a_keyword_is_read_with_its_argument(typed, command):
    assert read(typed, WORDS) == command


@pytest.mark.parametrize(
    "typed",
    [
        "water burst pipe at 12 Vilakazi st",
        "help there is a fire in my house",
        "help us",
        "my water is brown",
        "my rights are being violated by your staff",
        "start fixing the road",
        "forget it, nobody comes anyway",
        "language of your staff was very rude",
        "area around the clinic is flooded with sewage",
        "status of the road to the clinic is bad",
        "poll station has no lights",
        "resort in flames",
        "a report was made last week",
        "482 913 0",
        "1",
        "1 2",
        "yes",
    ],
)
def test_everything_else_is_a_report_or_an_answer(typed):
    assert read(typed, WORDS) is None


def test_what_follows_area_is_a_place_if_the_city_says_so():
    def is_place(words: str) -> bool:
        return words == "Zone 6 of Meadowlands"

    assert read("area Zone 6 of Meadowlands!", WORDS, is_place=is_place) == Command("AREA", "Zone 6 of Meadowlands")
    assert read("area flooded", WORDS, is_place=is_place) is None
    assert read("area 38", WORDS, is_place=is_place) == Command("AREA", "38")


@pytest.mark.parametrize(
    ("typed", "meant", "near"),
    [
        ("statu", "status", True),
        ("statuss", "status", True),
        ("ststus", "status", True),
        ("sttaus", "status", True),
        ("stts", "status", False),
        ("status", "status", False),
        ("pool", "poll", False),
        ("elp", "help", False),
        ("forgt me", "forget me", True),
        ("forget we", "forget me", False),
        ("forget", "forget me", False),
    ],
)
def test_one_letter_may_be_wrong_in_words_of_five_letters_or_more(typed, meant, near):
    assert is_near(phrase_of(typed), phrase_of(meant)) is near


def test_a_slip_between_two_keywords_is_neither():
    two = WORDS.model_dump()
    two["commands"] = {
        "HERE": {"takes": "nothing", "words": {"en": ["banks"]}},
        "THERE": {"takes": "nothing", "words": {"en": ["banjs"]}},
    }
    assert read("banzs", Keywords.model_validate(two)) is None


def test_a_word_with_two_meanings_is_refused_and_all_are_named():
    twice = WORDS.model_dump()
    twice["commands"]["RIGHTS"]["words"]["zu"] = ["Qala"]
    twice["commands"]["HELP"]["words"]["af"] = ["stop"]
    twice["leave"]["en"] = ["goodbye"]
    with pytest.raises(ValueError, match="means RIGHTS and START") as refused:
        Keywords.model_validate(twice)
    for fault in (
        "'qala' means RIGHTS and START",
        "'stop' means STOP and HELP",
        "'goodbye' leaves but is no STOP word",
    ):
        assert fault in str(refused.value)


@given(st.text(max_size=60))
def test_no_message_breaks_the_reading(text):
    command = read(text, WORDS)
    assert command is None or command.name in {*WORDS.commands, "STOP"}


def test_a_problem_is_not_taken_for_a_keyword_with_a_letter_wrong():
    assert read("Lights", WORDS, is_problem=lambda words: words == "Lights") is None
    assert read("Rihgts", WORDS, is_problem=lambda words: False) == Command("RIGHTS")
