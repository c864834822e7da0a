"""Polls: an answer is understood or asked about, never guessed; results show no small group."""

import datetime as dt
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.civic.polls import (
    Ambiguous,
    Answer,
    Choice,
    Count,
    is_bare,
    is_open,
    read_answer,
    read_label,
    results,
    suppressed,
    tally,
    wilson,
)
from tests.keywords import WORDS as KEYWORDS

WORDS = KEYWORDS.answers
YES_NO = (Choice("yes", {"en": "Yes", "af": "Ja"}), Choice("no", {"en": "No", "af": "Nee"}))
WHAT = (
    Choice("a", {"en": "Water pipes", "af": "Waterpype"}),
    Choice("b", {"en": "Street lights", "af": "Straatligte"}),
    Choice("c", {"en": "Water tanks", "af": "Watertenks"}),
)
STATE = (Choice("1", {"en": "Fixed"}), Choice("2", {"en": "Not fixed"}), Choice("3", {"en": "Cannot tell"}))
DAYS = (Choice("two", {"en": "2 days"}), Choice("one", {"en": "1 day"}), Choice("more", {"en": "48 hours and more"}))


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("1", Answer("yes")),
        ("1.", Answer("yes")),
        (" 1 ", Answer("yes")),
        ("1)", Answer("yes")),
        ("#2", Answer("no")),
        ("1️⃣", Answer("yes")),
        ("1 1", Answer("yes")),
        ("yes", Answer("yes")),
        ("YES.", Answer("yes")),
        ("Ja", Answer("yes")),
        ("yebo", Answer("yes")),
        ("Yébo!", Answer("yes")),
        ("ee", Answer("yes")),
        ("e", Answer("yes")),
        ("y", Answer("yes")),
        ("no", Answer("no")),
        ("nee", Answer("no")),
        ("cha", Answer("no")),
        ("tjhe", Answer("no")),
        ("NNYAA", Answer("no")),
        ("1 yes", Answer("yes")),
        ("1yes", Answer("yes")),
        ("yes 1", Answer("yes")),
        ("2 because the taps are dry", Answer("no", "because the taps are dry")),
        ("2, because\nthe taps are dry.", Answer("no", "because\nthe taps are dry.")),
        ("yes: since Monday", Answer("yes", "since Monday")),
        ("1 no water for 3 days", Answer("yes", "no water for 3 days")),
        ("2 no water since Monday", Answer("no", "no water since Monday")),
        ("2 and people are angry", Answer("no", "and people are angry")),
        ("2 days no water here", None),
        ("2 people shot at", None),
        ("1 or 2 weeks", None),
        ("2 Jours sans eau", None),
        ("2 dae geen krag", None),
        ("no - 'not yet'", Answer("no", "'not yet'")),
        ("1 2", Ambiguous(("yes", "no"))),
        ("2 or 1", Ambiguous(("yes", "no"))),
        ("1/2", Ambiguous(("yes", "no"))),
        ("1,2", Ambiguous(("yes", "no"))),
        ("1 of 2", Ambiguous(("yes", "no"))),
        ("1 5", Ambiguous(("yes",))),
        ("1.5", Ambiguous(("yes",))),
        ("yes no", Ambiguous(("yes", "no"))),
        ("yes and no", Ambiguous(("yes", "no"))),
        ("yes 2", Ambiguous(("yes", "no"))),
        ("1 no", Ambiguous(("yes", "no"))),
        ("no 1", Ambiguous(("yes", "no"))),
    ],
)
def test_a_question_of_yes_and_no(typed, expected):
    assert read_answer(typed, YES_NO, WORDS) == expected


@pytest.mark.parametrize(
    "nonsense",
    [
        "",
        " ",
        ".",
        "0",
        "3",
        "12",
        "01",
        "-1",
        "+1",
        "1e9",
        "2nd",
        "²",
        "١",
        "१",
        "maybe",
        "99999999999999999999",
        "🚰",
        "noo",
    ],
)
def test_what_is_no_answer_is_none(nonsense):
    assert read_answer(nonsense, YES_NO, WORDS) is None


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("street lights", Answer("b")),
        ("Straatligte, asb", Answer("b")),
        ("straatligte asseblief", Answer("b")),
        ("stret lights", Answer("b")),
        ("street ligths. Now!", Answer("b", "Now!")),
        ("lights", Answer("b")),
        ("tanks", Answer("c")),
        ("water pipes and tanks", None),
        ("water", Ambiguous(("a", "c"))),
        ("water pipes or street lights", Ambiguous(("a", "b"))),
        ("2 water pipes", Ambiguous(("a", "b"))),
        ("2 street lights", Answer("b")),
        ("yes", None),
        ("no", None),
        ("the water", None),
        ("4", None),
    ],
)
def test_a_question_with_labels(typed, expected):
    assert read_answer(typed, WHAT, WORDS) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("fixed", Answer("1")),
        ("fixd", Answer("1")),
        ("Not fixed", Answer("2")),
        ("not fixed\nit leaks again", Answer("2", "it leaks again")),
        ("not fixed it leaks again", None),
        ("cannot tell", Answer("3")),
        ("it is not fixed", None),
        ("3", Answer("3")),
    ],
)
def test_a_longer_label_beats_the_one_within_it(typed, expected):
    assert read_answer(typed, STATE, WORDS) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("1", Answer("two")),
        ("1 day", Ambiguous(("two", "one"))),
        ("48 hours and more", Answer("more")),
        ("3", Answer("more")),
    ],
)
def test_a_number_that_is_also_a_label_is_asked_about(typed, expected):
    assert read_answer(typed, DAYS, WORDS) == expected


def test_words_for_no_are_left_alone_where_several_choices_begin_with_it():
    choices = (
        Choice("x", {"en": "No water"}),
        Choice("y", {"en": "No power"}),
        Choice("z", {"en": "Yes, all is well"}),
    )
    assert read_answer("no", choices, WORDS) is None
    assert read_answer("yebo", choices, WORDS) is None
    assert read_answer("no power", choices, WORDS) == Answer("y")


def test_the_choice_that_says_no_is_meant_before_those_that_only_begin_with_it():
    choices = (
        Choice("fixed", {"en": "Fixed", "yes": "yes"}),
        Choice("not_fixed", {"en": "Not fixed", "af": "Nee, nog nie", "no": "no"}),
        Choice("unsure", {"en": "Cannot tell", "af": "Nee, weet nie"}),
    )
    assert read_answer("nee", choices, WORDS) == Answer("not_fixed")
    assert read_answer("yebo", choices, WORDS) == Answer("fixed")


def test_yes_is_known_where_the_label_only_begins_with_it():
    choices = (Choice("x", {"en": "Yes, every day"}), Choice("z", {"en": "No, never"}))
    assert read_answer("yebo", choices, WORDS) == Answer("x")
    assert read_answer("cha", choices, WORDS) == Answer("z")


@pytest.mark.parametrize(
    "report", ["no water in Orlando West", "No electricity", "yes there is a leak at 12 Mooki st", "no 'water'"]
)
def test_a_report_that_begins_like_an_answer_is_left_to_be_a_report(report):
    assert read_answer(report, YES_NO, WORDS) is None


@pytest.mark.parametrize(
    "typed", ["no, water is off", "No. water is off", "no - water is off", "no\nwater is off", "no: water is off"]
)
def test_words_take_a_remark_after_a_sign(typed):
    assert read_answer(typed, YES_NO, WORDS) == Answer("no", "water is off")


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("yes please", Answer("yes")),
        ("Yes, please!", Answer("yes")),
        ("ja asseblief", Answer("yes")),
        ("yebo ngiyabonga", Answer("yes")),
        ("no thank you", Answer("no")),
        ("please yes", Answer("yes")),
        ("ok, yes", Answer("yes")),
        ("1 please", Answer("yes")),
        ("2 thanks, the taps are dry", Answer("no", "thanks, the taps are dry")),
        ("1 and the taps are dry", Answer("yes", "and the taps are dry")),
        ("no, it still leaks \N{CRYING FACE}", Answer("no", "it still leaks \N{CRYING FACE}")),
        ("yes \N{THUMBS UP SIGN}", Answer("yes")),
        ("please", None),
        ("ok thank you", None),
        ("yes please there is a leak", None),
        ("2,000 people have no water", None),
        ("1.500 litres a day are lost", None),
    ],
)
def test_polite_words_around_an_answer_say_nothing(typed, expected):
    assert read_answer(typed, YES_NO, WORDS) == expected


def test_a_polite_word_that_is_a_label_is_an_answer():
    choices = (Choice("a", {"en": "OK"}), Choice("b", {"en": "Send it higher"}))
    assert read_answer("ok", choices, WORDS) == Answer("a")
    assert read_answer("send it higher please", choices, WORDS) == Answer("b")


def test_every_number_and_every_label_means_its_choice():
    for place, choice in enumerate(WHAT, 1):
        assert read_answer(str(place), WHAT, WORDS) == Answer(choice.key)
        assert read_answer(choice.key, WHAT, WORDS) == Answer(choice.key)
        for label in choice.labels.values():
            assert read_answer(label.upper(), WHAT, WORDS) == Answer(choice.key)


@given(st.text(max_size=40))
def test_nothing_typed_breaks_the_reading_or_makes_up_a_choice(typed):
    for choices in (YES_NO, WHAT, STATE, DAYS):
        answer = read_answer(typed, choices, WORDS)
        keys = {choice.key for choice in choices}
        assert not isinstance(answer, Answer) or answer.key in keys
        assert not isinstance(answer, Ambiguous) or set(answer.keys) <= keys


@given(st.integers(1, 3), st.text(max_size=60))
def test_two_numbers_are_never_guessed(first, rest):
    second = first % 3 + 1
    assert isinstance(read_answer(f"{first} {second} {rest}", WHAT, WORDS), Ambiguous)


def test_an_answer_counts_from_the_moment_of_opening_until_just_before_closing():
    opens, closes = dt.datetime(2026, 11, 24, 8, tzinfo=dt.UTC), dt.datetime(2026, 11, 25, 8, tzinfo=dt.UTC)
    tick = dt.timedelta(microseconds=1)
    assert [is_open(opens, closes, at) for at in (opens - tick, opens, closes - tick, closes)] == [
        False,
        True,
        True,
        False,
    ]
    assert is_open(opens, None, closes)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("1", True),
        (" 12. ", True),
        ("123", False),
        ("yes", True),
        ("Yebo!", True),
        ("no thanks", True),
        ("1 or 2", True),
        ("yes and no", True),
        ("thank you", True),
        ("BACK", True),
        ("more", True),
        ("no, still dry", False),
        ("no water", False),
        ("2 burst pipes", False),
        ("hello", False),
        ("", False),
    ],
)
def test_a_bare_answer_says_nothing_but_an_answer(typed: str, expected: bool):
    assert is_bare(typed, KEYWORDS) is expected


@pytest.mark.parametrize(
    ("typed", "parts", "key"),
    [
        ("Water pipes", "", "a"),
        ("watre pipes", "", "a"),
        ("please water tanks", "", "c"),
        ("Straatligte", "", "b"),
        ("lights", "", ""),
        ("lights", "b", "b"),
        ("lights", "a", ""),
        ("water", "ac", ""),
        ("2", "abc", ""),
        ("water pipes are broken", "abc", ""),
        ("", "abc", ""),
    ],
)
def test_a_label_is_read_whole_and_in_part_only_where_that_will_do(typed: str, parts: str, key: str):
    assert read_label(typed, WHAT, WORDS, frozenset(parts)) == key


# -- results


def ward(key: str | None, yes: int, no: int, invited: bool = True) -> list[Count]:
    return [Count(key, "yes", invited, yes), Count(key, "no", invited, no)]


def test_shares_are_in_the_order_of_the_poll_and_name_choices_nobody_took():
    group = tally([Count("2020/1", "no", True, 3), Count("2020/2", "no", True, 1)], ["yes", "no"])
    assert group.responses == 4
    assert [(one.key, one.count, one.share) for one in group.choices] == [("yes", 0, 0.0), ("no", 4, 1.0)]


def test_no_answers_make_no_shares():
    (share,) = tally([], ["yes"]).choices
    assert (share.count, share.share, share.low, share.high) == (0, 0.0, 0.0, 1.0)


@pytest.mark.parametrize(
    ("count", "responses", "low", "high"),
    [
        # Newcombe 1998, table I, method 3
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_the_interval_is_wilsons(count, responses, low, high):
    assert wilson(count, responses) == pytest.approx((low, high), abs=0.00006)


@given(st.integers(1, 10**6).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_holds_the_share_and_stays_within_0_and_1(pair):
    low, high = wilson(*pair)
    share = pair[0] / pair[1]
    assert 0 <= low <= share + 1e-12
    assert share - 1e-12 <= high <= 1


def test_the_open_line_stands_apart_from_the_sample():
    made = results(
        [*ward("2020/1", 6, 4), *ward("2020/1", 50, 0, invited=False), *ward(None, 1, 0, invited=False)], ["yes", "no"]
    )
    assert made.invited.responses == 10
    assert [one.responses for one in made.wards] == [10]
    assert (made.open_line.responses, made.open_line.choices[0].count) == (51, 51)


def test_the_choices_of_a_ward_under_five_are_not_shown():
    made = results([*ward("2020/1", 2, 2), *ward("2020/2", 1, 3), *ward("2020/3", 5, 0)], ["yes", "no"])
    assert [(one.ward, one.choices is None) for one in made.wards] == [
        ("2020/1", True),
        ("2020/2", True),
        ("2020/3", False),
    ]
    assert made.invited.responses == 13


def test_one_hidden_ward_hides_the_next_smallest_too():
    assert suppressed({"a": 4, "b": 30, "c": 9, "d": 50}) == {"a", "c"}


def test_hidden_wards_that_are_few_people_together_hide_another():
    assert suppressed({"a": 1, "b": 2, "c": 9, "d": 50}) == {"a", "b", "c"}


def test_an_empty_ward_protects_nobody():
    assert suppressed({"a": 4, "empty": 0, "c": 9}) == {"a", "c"}


def test_nothing_is_hidden_where_every_ward_is_large_enough():
    assert suppressed({"a": 5, "b": 30, "empty": 0}) == set()


def test_the_unplaced_are_a_group_like_a_ward():
    assert suppressed({None: 3, "a": 30, "b": 9}) == {None, "b"}


@given(st.dictionaries(st.sampled_from("abcdefghij"), st.integers(0, 12)))
def test_what_is_hidden_is_never_one_ward_or_a_few_people_unless_there_is_no_more_to_hide(responses):
    hidden = suppressed(responses)
    assert {ward for ward, count in responses.items() if 0 < count < 5} <= hidden
    together = sum(responses[ward] for ward in hidden)
    everybody = {ward for ward, count in responses.items() if count}
    assert not hidden or (len(hidden) >= 2 and together >= 5) or hidden == everybody


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["yes", "no"]), st.booleans(), st.integers(0, 9))))
def test_every_response_is_counted_once(rows):
    counts = [Count(*row) for row in rows]
    made = results(counts, ["yes", "no"])
    assert made.invited.responses + made.open_line.responses == sum(one.count for one in counts)
    assert sum(one.responses for one in made.wards) == made.invited.responses
    assert math.isclose(sum(share.share for share in made.invited.choices), 1 if made.invited.responses else 0)
