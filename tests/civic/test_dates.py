"""Days as people read them: short, in their language, in letters that every phone has."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from app.civic import dates
from app.config import ROOT
from app.engine import speech
from app.engine.gsm import septets
from app.engine.source import Fault, FlowFaults

SPEECHES = speech.load(ROOT / "flows" / "languages.yaml")
WRITTEN_OFFICIALLY = ("en", "af", "zu", "xh", "nso", "st", "tn", "ts", "ss", "ve", "nr")
FROM_ELSEWHERE = ("fr", "pt", "sw", "sn")
THURSDAY = dt.date(2026, 11, 26)
ENGLISH = """
en:
  name: English
  weekdays: [Mon, Tue, Wed, Thu, Fri, Sat, Sun]
  months: [Jan, Feb, Mar, Apr, May, Jun, Jul, Aug, Sep, Oct, Nov, Dec]
"""


def test_every_language_that_the_city_may_need_is_known():
    assert set(SPEECHES) == {*WRITTEN_OFFICIALLY, *FROM_ELSEWHERE}


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Thu 26 Nov"),
        ("af", "Do 26 Nov"),
        ("zu", "Sin 26 Nov"),
        ("st", "Ne 26 Pun"),
        ("ve", "Na 26 Lar"),  # Ṋa and Ḽar: what plain phones lack is folded
        ("ts", "Ne 26 Huk"),
        ("fr", "jeu 26 nov"),
        ("pt", "qui 26 nov"),
        ("sw", "Alh 26 Nov"),
    ],
)
def test_a_day_is_said_in_the_language(language, said):
    assert dates.short(THURSDAY, SPEECHES[language]) == said


@pytest.mark.parametrize("language", SPEECHES)
def test_every_day_of_a_year_can_be_told_from_the_next_and_fits(language):
    days = [dt.date(2028, 1, 1) + dt.timedelta(days=number) for number in range(366)]
    said = [dates.short(day, SPEECHES[language]) for day in days]

    assert len(set(said)) == len(days)
    assert max(septets(one) or 99 for one in said) <= 14


def test_a_language_of_which_nothing_is_known_has_days_in_figures():
    assert dates.short(THURSDAY, speech.figures("am")) == "26/11"


def test_the_day_is_the_citys():
    midnight = dt.datetime(2026, 11, 25, 22, 0, tzinfo=dt.UTC)

    assert dates.day(midnight, ZoneInfo("Africa/Johannesburg")) == THURSDAY


def test_a_day_is_weekday_day_and_month_unless_the_language_has_another_order():
    assert dates.short(THURSDAY, speech.read("l.yaml", ENGLISH)["en"]) == "Thu 26 Nov"
    turned = speech.read("l.yaml", f'{ENGLISH}  date: "{{month}} {{day}}, {{weekday}}"\n')["en"]
    assert dates.short(THURSDAY, turned) == "Nov 26, Thu"


@pytest.mark.parametrize(
    ("old", "new", "line", "what"),
    [
        ("Sun]", "Sun, Moon]", 4, "en: weekdays"),
        (", Sun]", "]", 4, "en: weekdays"),
        (", Dec]", "]", 5, "en: months"),
        ("Jun, Jul", "Jun, Jun", 5, "en: months: two look the same on a phone"),
        ("Feb", "ሰላም", 5, "'ሰላም' is nothing that every phone can show"),
        ("  name: English\n", "", 2, "en: name"),
        ("name: English", "name: English\n  date: '{day}'", 4, "{weekday}, {day} and {month}"),
        ("name: English", "name: English\n  thousands: '\u00a0'", 4, "en: thousands"),
        ("name: English", "nmae: English", 3, "en: nmae"),
        ("en:\n", "af: Afrikaans\nen:\n", 2, "af"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(old, new, line, what):
    assert old in ENGLISH

    with pytest.raises(FlowFaults) as caught:
        speech.read("languages.yaml", ENGLISH.replace(old, new))

    faults = [fault for fault in caught.value.faults if what in fault.what]
    assert [(fault.file, fault.line) for fault in faults[:1]] == [("languages.yaml", line)], caught.value.faults


def test_what_is_no_list_of_languages_is_a_fault():
    with pytest.raises(FlowFaults) as caught:
        speech.read("languages.yaml", "- en")
    assert all(isinstance(fault, Fault) for fault in caught.value.faults)


def test_no_file_is_no_language(tmp_path):
    assert speech.load(tmp_path / "languages.yaml") == {}
