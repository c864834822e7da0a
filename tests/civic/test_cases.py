"""The life of a case: no move outside the table, and every refusal says what to do next."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.civic import references
from app.civic.cases import (
    OPEN,
    RULES,
    TEXTS,
    By,
    IllegalMove,
    Need,
    Rule,
    Status,
    Verdict,
    deadline,
    diagram,
    move,
    moves,
    reopens,
)

TODAY = dt.date(2026, 11, 24)
TOMORROW = dt.date(2026, 11, 25)
OTHER = references.make(482_913)
CITY = ZoneInfo("Africa/Johannesburg")
YES, NO, UNSURE = Verdict.FIXED, Verdict.NOT_FIXED, Verdict.UNSURE


def enough(rule: Rule) -> dict[str, object]:
    """What a caller must give for a line of the table."""
    given_: dict[str, object] = {"note": "main pipe to be replaced first"} if Need.REASON in rule.needs else {}
    if Need.CASE in rule.needs:
        given_["note"] = OTHER
    return given_ | ({"date": TOMORROW} if Need.DATE in rule.needs else {})


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.source}-{rule.kind}-{'-'.join(sorted(rule.by))}")
def test_every_line_of_the_table_can_be_walked_with_what_it_needs(rule):
    for by in rule.by:
        assert move(rule.source, rule.to, by=by, today=TODAY, **enough(rule)).to is rule.to


def test_nobody_has_two_ways_from_one_status_to_another():
    ways = [(rule.source, rule.to, by) for rule in RULES for by in rule.by]
    assert len(ways) == len(set(ways))


def test_every_status_can_be_reached():
    assert {rule.to for rule in RULES} | {Status.RECEIVED} == set(Status)


def test_every_open_case_can_be_ended_by_staff():
    for status in OPEN:
        assert {Status.FIXED, Status.DECLINED} <= {rule.to for rule in moves(status, By.STAFF)}


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("to", Status)
@pytest.mark.parametrize("by", By)
def test_what_the_table_does_not_have_is_refused_and_the_possible_moves_are_named(status, to, by):
    if any(rule.to is to for rule in moves(status, by)):
        return
    with pytest.raises(IllegalMove) as refused:
        move(status, to, by=by, today=TODAY)
    assert refused.value.possible == tuple(rule.to for rule in moves(status, by))
    assert all(one.value.replace("_", " ") in str(refused.value) for one in refused.value.possible)


def test_a_refusal_says_what_to_do_next():
    with pytest.raises(IllegalMove) as refused:
        move(Status.FIXED, Status.SCHEDULED, by=By.STAFF, today=TODAY, date=TOMORROW)
    assert str(refused.value) == (
        "A case that is fixed cannot become scheduled. Possible now: acknowledged; closed (needs a reason)."
    )


@pytest.mark.parametrize("date", [None, TODAY, TODAY - dt.timedelta(days=1)])
def test_a_promise_needs_a_day_after_today(date):
    with pytest.raises(IllegalMove, match="give a date after today"):
        move(Status.ACKNOWLEDGED, Status.SCHEDULED, by=By.STAFF, today=TODAY, date=date)


def test_a_promise_carries_its_day():
    assert move(Status.RECEIVED, Status.SCHEDULED, by=By.STAFF, today=TODAY, date=TOMORROW).date == TOMORROW


def test_another_day_for_a_promise_needs_its_reason():
    with pytest.raises(IllegalMove, match="give a reason"):
        move(Status.SCHEDULED, Status.SCHEDULED, by=By.STAFF, today=TODAY, date=TOMORROW)


def test_only_a_promise_takes_a_date():
    with pytest.raises(IllegalMove, match="Leave out the date"):
        move(Status.RECEIVED, Status.FIXED, by=By.STAFF, today=TODAY, date=TOMORROW)


@pytest.mark.parametrize("note", ["", "  ", "\n"])
def test_declining_needs_a_reason(note):
    with pytest.raises(IllegalMove, match="give a reason"):
        move(Status.RECEIVED, Status.DECLINED, by=By.STAFF, today=TODAY, note=note)


@pytest.mark.parametrize("note", ["", "the same", "4829130"])
def test_merging_needs_the_reference_of_another_case(note):
    with pytest.raises(IllegalMove, match="reference of the case it joins"):
        move(Status.RECEIVED, Status.MERGED, by=By.STAFF, today=TODAY, note=note)


def test_a_merge_says_which_case_is_joined():
    typed = references.grouped(OTHER)
    assert move(Status.RECEIVED, Status.MERGED, by=By.STAFF, today=TODAY, note=typed).into == OTHER


def test_reporters_are_told_of_what_the_city_does_and_not_of_closing():
    told = {rule.kind: rule.tells for rule in RULES}
    assert told == {
        "acknowledged": "case.acknowledged",
        "scheduled": "case.scheduled",
        "rescheduled": "case.rescheduled",
        "in_progress": "case.in_progress",
        "fixed": "case.fixed",
        "declined": "case.declined",
        "merged": "case.merged",
        "reopened": "case.reopened",
        "closed": None,
        "undone": None,
    }
    assert set(TEXTS) == {name for name in told.values() if name}


def test_a_merged_case_stays_where_it_went():
    assert not any(moves(Status.MERGED, by) for by in By)


@given(st.data())
def test_no_walk_leaves_the_table_or_ends_without_words(data):
    status, refusals = Status.RECEIVED, []
    for _ in range(12):
        by, to = data.draw(st.sampled_from(By)), data.draw(st.sampled_from(Status))
        note, date = data.draw(st.sampled_from(["", "why", OTHER])), data.draw(st.sampled_from([None, TODAY, TOMORROW]))
        try:
            made = move(status, to, by=by, today=TODAY, date=date, note=note)
        except IllegalMove as refused:
            refusals.append(str(refused))
            continue
        assert any((rule.source, rule.to, rule.kind) == (status, to, made.kind) for rule in moves(status, by))
        assert to is not Status.SCHEDULED or date == TOMORROW
        assert to is not Status.DECLINED or note
        status = made.to
    assert all("Possible now" in words or "No move" in words for words in refusals)


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [
        ({}, False),
        ({"first": NO}, True),
        ({"first": NO, "b": YES, "c": YES, "d": YES}, True),
        ({"first": YES}, False),
        ({"first": UNSURE}, False),
        ({"first": YES, "b": NO}, True),
        ({"first": YES, "b": YES, "c": NO}, False),
        ({"b": NO}, True),
        ({"b": NO, "c": UNSURE}, True),
        ({"b": NO, "c": UNSURE, "d": UNSURE}, False),
        ({"b": UNSURE, "c": UNSURE}, False),
    ],
)
def test_not_fixed_by_the_first_reporter_or_by_half_of_those_who_answer_reopens(verdicts, expected):
    assert reopens(verdicts, "first") is expected


def test_the_deadline_is_the_aim_until_a_person_promised_a_day():
    aim = dt.datetime(2026, 11, 24, 9, tzinfo=dt.UTC)
    assert deadline(aim, None, CITY) == aim
    assert deadline(None, None, CITY) is None
    assert deadline(aim, TOMORROW, CITY) == dt.datetime(2026, 11, 25, 22, tzinfo=dt.UTC)


def test_the_diagram_is_drawn_from_the_table():
    lines = diagram().splitlines()
    assert lines[:2] == ["stateDiagram-v2", "    [*] --> received"]
    assert "    scheduled --> scheduled: rescheduled by staff (needs a date after today and a reason)" in lines
    assert "    merged --> [*]" in lines
    assert len(lines) == 2 + len(RULES) + 1


@pytest.mark.parametrize("by", [By.STAFF, By.RESIDENT])
def test_a_fixed_case_is_reopened_and_leads_back_to_acknowledged(by):
    event = move(Status.FIXED, Status.ACKNOWLEDGED, by=by, today=TODAY)

    assert (event.kind, event.to, event.tells) == ("reopened", Status.ACKNOWLEDGED, "case.reopened")


@pytest.mark.parametrize("status", [Status.CLOSED, Status.DECLINED])
def test_only_staff_reopen_what_is_closed_or_declined_and_say_why(status):
    with pytest.raises(IllegalMove):
        move(status, Status.ACKNOWLEDGED, by=By.RESIDENT, today=TODAY, note="it leaks again")
    with pytest.raises(IllegalMove, match="a reason"):
        move(status, Status.ACKNOWLEDGED, by=By.STAFF, today=TODAY)

    assert move(status, Status.ACKNOWLEDGED, by=By.STAFF, today=TODAY, note="it leaks again").kind == "reopened"
