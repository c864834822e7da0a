"""Digests: two segments that say what matters, and nothing about anybody."""

import datetime as dt
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.civic import references
from app.civic.digests import (
    WEEKLY,
    CategoryCount,
    Digest,
    Edition,
    Figures,
    Notable,
    Period,
    What,
    compose,
    last_week,
    ranked,
)
from app.config import ROOT
from app.engine import speech
from app.engine.gsm import parts

ENGLISH = speech.load(ROOT / "flows" / "languages.yaml")["en"]
CITY = ZoneInfo("Africa/Johannesburg")
WEEK = Period(dt.date(2026, 11, 16), dt.date(2026, 11, 22))
FIRST_OF_MONTH = Period(dt.date(2026, 11, 30), dt.date(2026, 12, 6))
TEXTS = {
    "digest.head": (
        "Izwi ward {ward}, week to {last}. New: {new}. Fixed: {fixed}. Reopened: {reopened}. Late: {overdue}."
    ),
    "digest.quiet": "Izwi ward {ward}, week to {last}: all quiet. Nothing new, late or reopened.",
    "digest.reopened": "{line}. {reference} {category}, {area}: reopened",
    "digest.late": "{line}. {reference} {category}, {area}: days late {count}",
    "digest.new": "{line}. {reference} {category}, {area}: reports {count}",
    "digest.says": "Residents say fixed: {fixed}, not fixed: {not_fixed}, no answer: {no_answer}.",
    "digest.categories": "Most: {categories}.",
    "digest.reply": "Reply with the number of a line for more.",
    "digest.few": "a few",
}


def say(name: str, **values: str) -> str:
    return TEXTS[name].format(**values)


def case(number: int, what: What, count: int = 7, **more: object) -> Notable:
    shown = {"category": "Water leak", "area": "Orlando West"} | more
    return Notable(references.make(number), what=what, count=count, **shown)


REOPENED, LATE, NEW = case(482_913, What.REOPENED), case(482_914, What.LATE, 3), case(482_915, What.NEW, 14)
BUSY = Figures(
    ward=38,
    period=WEEK,
    new=41,
    fixed=30,
    reopened=2,
    overdue=6,
    says_fixed=12,
    says_not_fixed=3,
    no_answer=9,
    by_category=(CategoryCount("Rubbish", 9), CategoryCount("No water", 21), CategoryCount("Leak", 2)),
    notable=(NEW, LATE, REOPENED),
)


def text_of(figures: Figures, edition: Edition = WEEKLY) -> str:
    digest = compose(figures, say, ENGLISH, edition)
    assert digest is not None
    return digest.text


def test_a_busy_week_is_three_numbered_things_between_figures():
    first, second, third = (references.grouped(one.reference) for one in (REOPENED, LATE, NEW))
    assert compose(BUSY, say, ENGLISH, Edition(takes_replies=True)) == Digest(
        "Izwi ward 38, week to Sun 22 Nov. New: 41. Fixed: 30. Reopened: a few. Late: 6.\n"
        f"1. {first} Water leak, Orlando West: reopened\n"
        f"2. {second} Water leak, Orlando West: days late 3\n"
        f"3. {third} Water leak, Orlando West: reports 14\n"
        "Residents say fixed: 12, not fixed: a few, no answer: 9.",
        (REOPENED.reference, LATE.reference, NEW.reference),
    )


def test_the_text_fits_two_segments_and_the_least_important_lines_stay_away():
    text = text_of(BUSY, Edition(takes_replies=True))
    assert parts(text).count == 2
    assert "Most:" not in text
    short = replace(BUSY, notable=(LATE,))
    assert text_of(short, Edition(takes_replies=True)).endswith(
        "Most: No water 21, Rubbish 9.\nReply with the number of a line for more."
    )


def test_replies_are_asked_for_only_where_they_are_taken():
    assert "Reply" not in text_of(replace(BUSY, notable=(LATE,)))
    assert "Reply" not in text_of(replace(BUSY, notable=()), Edition(takes_replies=True))


def test_what_does_not_fit_is_left_out_whole_and_the_rest_is_numbered_on():
    long = replace(REOPENED, area="Old Extension of the Settlement by the River " * 8)
    digest = compose(replace(BUSY, notable=(long, LATE, NEW)), say, ENGLISH)
    assert digest is not None
    assert digest.references == (LATE.reference, NEW.reference)
    assert f"1. {references.grouped(LATE.reference)}" in digest.text
    assert "River" not in digest.text


def test_a_first_line_that_does_not_fit_is_a_fault_of_the_words():
    with pytest.raises(ValueError, match=r"digest\.head alone is longer than 2 segments"):
        compose(BUSY, lambda name, **values: f"{name} {values} " * 60, ENGLISH)


def test_the_worst_of_each_kind_comes_before_the_next_of_any():
    worse, milder = case(500_001, What.LATE, 30), case(500_002, What.LATE, 2)
    again = case(500_003, What.REOPENED, 1)
    assert ranked((milder, NEW, again, worse, REOPENED)) == [REOPENED, worse, NEW, again, milder]


def test_a_week_of_late_cases_lists_three_of_them():
    late = tuple(case(500_000 + days, What.LATE, days) for days in range(1, 9))
    assert [one.count for one in ranked(late)][:3] == [8, 7, 6]
    assert text_of(replace(BUSY, notable=late)).count("days late") == 3


def test_a_case_stands_once_though_it_is_both_reopened_and_late():
    assert ranked((REOPENED, replace(REOPENED, what=What.LATE), LATE)) == [REOPENED, LATE]


def test_what_is_not_public_is_in_no_digest():
    figures = replace(
        BUSY,
        notable=(case(500_009, What.REOPENED, category="Staff conduct", public=False), LATE),
        by_category=(CategoryCount("Illegal connection", 99, public=False), CategoryCount("No water", 21)),
    )
    text = text_of(figures)
    assert "Staff" not in text
    assert "Illegal" not in text
    assert "Most: No water 21." in text


@pytest.mark.parametrize(("count", "read"), [(0, "0"), (1, "a few"), (4, "a few"), (5, "5")])
def test_one_to_four_read_a_few(count, read):
    assert f"New: {read}. Fixed: {read}." in text_of(replace(BUSY, new=count, fixed=count))
    assert f"not fixed: {read}," in text_of(replace(BUSY, says_not_fixed=count))
    assert f"reports {read}" in text_of(replace(BUSY, notable=(replace(NEW, count=count),)))


def test_days_late_are_not_people_and_stay_exact():
    assert "days late 1" in text_of(replace(BUSY, notable=(replace(LATE, count=1),)))


def test_kinds_with_a_few_cases_are_not_named():
    assert "Most" not in text_of(replace(BUSY, notable=(), by_category=(CategoryCount("Leak", 4),)))


def test_where_no_resident_was_asked_nothing_is_said_of_them():
    assert "Residents" not in text_of(replace(BUSY, says_fixed=0, says_not_fixed=0, no_answer=0))
    assert "fixed: 0, not fixed: 0, no answer: 9" in text_of(replace(BUSY, says_fixed=0, says_not_fixed=0))


def test_the_weeks_of_an_election_have_figures_only():
    digest = compose(BUSY, say, ENGLISH, Edition(figures_only=True, takes_replies=True))
    assert digest is not None
    assert digest.references == ()
    assert digest.text == (
        "Izwi ward 38, week to Sun 22 Nov. New: 41. Fixed: 30. Reopened: a few. Late: 6.\n"
        "Residents say fixed: 12, not fixed: a few, no answer: 9.\n"
        "Most: No water 21, Rubbish 9."
    )


def test_a_quiet_week_is_silent():
    assert compose(Figures(38, WEEK), say, ENGLISH) is None
    assert compose(Figures(38, WEEK, no_answer=4), say, ENGLISH) is None


def test_one_text_a_month_says_that_all_is_quiet():
    digest = compose(Figures(38, FIRST_OF_MONTH), say, ENGLISH)
    assert digest == Digest("Izwi ward 38, week to Sun 6 Dec: all quiet. Nothing new, late or reopened.")


def test_every_month_has_exactly_one_week_that_would_say_so():
    monday, said = dt.date(2026, 1, 5), []
    while monday.year < 2030:
        week = Period(monday, monday + dt.timedelta(days=6))
        said += [(week.end.year, week.end.month)] if compose(Figures(38, week), say, ENGLISH) else []
        monday += dt.timedelta(days=7)
    assert said == sorted(set(said))
    assert len(said) == 48


@pytest.mark.parametrize("field", ["new", "fixed", "reopened", "overdue", "says_fixed", "says_not_fixed"])
def test_one_event_is_enough_to_break_the_silence(field):
    assert compose(replace(Figures(38, WEEK), **{field: 1}), say, ENGLISH) is not None


def test_a_letter_that_would_double_the_price_is_folded():
    figures = replace(BUSY, notable=(replace(LATE, area="Tlhabanê’s Šopong"),))
    assert "Tlhabane's Sopong" in text_of(figures)
    assert parts(text_of(figures)).encoding == "GSM-7"


@given(
    st.lists(
        st.builds(
            Notable,
            reference=st.integers(100_000, 99_999_999).map(references.make),
            category=st.text("abc déœ{}€", min_size=1, max_size=40),
            area=st.text("abc déœ{}€ሀ", min_size=1, max_size=60),
            what=st.sampled_from(What),
            count=st.integers(0, 10**6),
        ),
        max_size=6,
    ),
    st.integers(0, 10**6),
)
def test_no_week_is_longer_than_two_segments_and_every_number_has_its_reference(notable, count):
    figures = replace(BUSY, notable=tuple(notable), new=count, says_fixed=count)
    digest = compose(figures, say, ENGLISH, Edition(takes_replies=True))
    assert digest is not None
    assert parts(digest.text).count <= 2
    for line, reference in enumerate(digest.references, 1):
        assert f"{line}. {references.grouped(reference)} " in digest.text


@pytest.mark.parametrize(
    ("now", "monday"),
    [
        ("2026-11-23T00:00+02:00", "2026-11-16"),
        ("2026-11-22T23:59:59+02:00", "2026-11-09"),
        ("2026-11-22T22:00+00:00", "2026-11-16"),
        ("2026-11-22T21:59+00:00", "2026-11-09"),
        ("2026-11-29T12:00+02:00", "2026-11-16"),
        ("2027-01-04T07:00+02:00", "2026-12-28"),
        ("2028-03-06T07:00+02:00", "2028-02-28"),
    ],
)
def test_the_last_full_week_runs_from_monday_to_sunday_of_the_city(now, monday):
    week = last_week(dt.datetime.fromisoformat(now), CITY)
    assert (week.key, week.end - week.start) == (monday, dt.timedelta(days=6))
    assert week.start.weekday() == 0


def test_the_bounds_of_a_week_are_the_citys_midnights():
    assert [one.isoformat() for one in WEEK.bounds(CITY)] == ["2026-11-15T22:00:00+00:00", "2026-11-22T22:00:00+00:00"]


def test_a_week_with_a_clock_change_is_an_hour_longer():
    first, after = Period(dt.date(2026, 10, 19), dt.date(2026, 10, 25)).bounds(ZoneInfo("Europe/Berlin"))
    assert after - first == dt.timedelta(days=7, hours=1)
