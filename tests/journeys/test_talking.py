"""A conversation by SMS: the same flows as by dial, one SMS a turn; nothing is lost, and nothing clashes."""

from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app.clock import tasks
from app.jobs import intake, parting
from app.jobs.talk import Talk as Talking
from app.jobs.work import Work
from app.storage import inbox, residents
from app.storage.tables import Inbox, Message, OptOut, Poll, Question, Report, Response, Talk
from app.wiring import Services
from tests.journeys.test_sms import all_cases, answer, grouped, poll_in, report_and_fix, resident_of, words_of
from tests.phones import Phone, work
from tests.processes import another_process, database_away, later, rows
from tests.staff import move_case

WAYS = "Reply a number, BACK or CANCEL."
KINDS = (
    "What is wrong?\n1. No water\n2. Water leak\n3. Sewage, toilet\n4. No power\n5. Rubbish\n6. Other, danger\n"
    "Reply a number, BACK or CANCEL."
)
WHERE = (
    "Where? First 4 letters of your area (like KHOL) or ward number.\n1. I do not know\n0. Back\n"
    "Reply a number, BACK or CANCEL."
)
NEAR = "Near what?\n1. Cannot say\nOr type street, school, shop\n0. Back\nReply a number, BACK or CANCEL."
AIM = "Vezani Water aims for Thu 5 Mar. We will ask you if it is fixed."
THANKS = f"Thanks. 100 000 2: Water leak, Kholofelo. {AIM} Wrong? Dial, press 2."
LEFT = "Done, we ask no more. SMS what is wrong and where at any time."
NOTHING_OPEN = "Thank you. We do not know what you answer: nothing is open. SMS what is wrong and where, or HELP."
STILL_TALK = "Still open: your report. Reply REPORT to go on."
STILL_POLL = "Still open: a question of the city. Reply POLL to see it."


def say(phone: Phone, *texts: str) -> list[str]:
    """What a phone is answered, SMS by SMS; each answer is measured."""
    return [answer(phone, text) for text in texts]


def after_an_hour(phone: Phone) -> None:
    """The hour of the conversation is over, and the clock comes by."""
    phone.services = later(phone.services, timedelta(minutes=61))
    parting.finish_silent(phone.services)
    work(phone.services)


# -- the flows ---------------------------------------------------------------------------------------------------------


def test_report_alone_asks_what_and_where_and_near_what_and_files_one_report(resident: Phone):
    said = say(resident, "REPORT", "2", "KHOL", "1", "Vilakazi St")

    assert said[0] == KINDS
    assert said[1] == WHERE
    assert said[2].startswith("Which one?\n1. Kholofelo\n")
    assert said[3] == NEAR
    assert said[4] == THANKS
    (case,) = all_cases(resident.services)
    assert (case.category, case.place_key, case.landmark) == ("LEAK", "kholofelo", "Vilakazi St")
    assert words_of(resident.services) == ["Vilakazi St"]
    assert rows(resident.services, Talk) == 0
    assert len(resident.inbox()) == 5


def test_what_is_told_in_a_conversation_counts_as_told_by_sms(resident: Phone):
    say(resident, "REPORT", "2", "KHOL", "1", "1")

    assert rows(resident.services, Report, "channel = 'sms'") == 1
    assert resident_of(resident).place_key == "kholofelo"


def test_a_returning_resident_is_not_asked_again_where_they_live(resident: Phone):
    say(resident, "AREA Kholofelo")
    said = say(resident, "report", "water leak", "Kholofelo", "Vilakazi St")

    assert said[1].startswith("Where is it?\n1. Kholofelo\n2. Another area\n3. I moved\n")
    assert said[3] == THANKS


def test_the_menu_shows_what_a_dial_shows_and_is_answered_in_kind(resident: Phone):
    say(resident, "water leak in Kholofelo")
    said = say(resident, "MENU", "2", "1", "1")

    assert said[0] == (
        "Izwi Kholofelo: tell the city\n1. Report\n2. My reports (1)\n3. Polls\n4. Settings\n"
        "Reply a number, BACK or CANCEL."
    )
    assert said[1].startswith("100 000 2, Water leak, Kholofelo: received, aim Thu 5 Mar\n1. Take it back\n")
    assert said[3] == "100 000 2 is taken back. Nothing of it is sent on."
    assert all_cases(resident.services)[0].reports == 0


def test_who_writes_menu_before_anything_else_chooses_a_language(resident: Phone):
    said = say(resident, "MENU", "isiZulu")

    assert said[0].startswith("Izwi. No name, no ID.\n1. English\n2. isiZulu\n")
    after_an_hour(resident)
    assert said[1].splitlines()[1][:2] == "1."
    assert resident_of(resident).language == "zu"
    assert all_cases(resident.services) == []


def test_settings_are_changed_in_a_conversation(resident: Phone):
    say(resident, "AREA Kholofelo")
    said = say(resident, "MENU", "Settings", "Polls and checks", "no")

    assert said[-1] == "Saved. Thank you."
    assert not resident_of(resident).invites


def test_who_chose_a_language_a_moment_ago_is_not_asked_for_one(resident: Phone):
    for text in ("LANGUAGE English", "MENU"):
        resident.write(text)
    work(resident.services)

    assert resident.inbox()[-1].startswith("Izwi: tell the city\n1. Report\n")


def test_stop_by_the_menu_holds_like_the_word(resident: Phone):
    say(resident, "AREA Kholofelo")
    said = say(resident, "MENU", "4", "5", "1")
    with resident.services.database.begin() as session:
        out = residents.opted_out(session, [resident.services.vault.index(resident.number)])

    assert said[-1].startswith("Done. Izwi sends you no more texts.")
    assert len(out) == 1


def test_the_repair_that_is_asked_about_comes_first_in_the_menu_too(resident: Phone):
    report_and_fix(resident)
    said = say(resident, "MENU", "1", "1")

    assert said[0].startswith("100 000 2, No water, Kholofelo: the city says it is fixed. Is it?\n1. Fixed\n")
    assert said[1].startswith("Izwi Kholofelo: tell the city\n1. Report\n")
    assert said[2].startswith("What is wrong?\n")
    assert rows(resident.services, Question, "kind = 'verdict' AND answered_at IS NULL") == 0


# -- how people write --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed", ["2", "2.", " 2) ", "2 please", "Water leak", "water leek", "the pipe burst", "lekkasie"]
)
def test_a_kind_is_chosen_by_number_by_label_or_by_its_words(resident: Phone, typed: str):
    assert say(resident, "REPORT", typed)[-1] == WHERE


def test_a_kind_behind_other_is_chosen_by_its_words_at_once(resident: Phone):
    say(resident, "REPORT", "pothole", "KHOL", "1", "1")

    assert all_cases(resident.services)[0].category == "ROADS"


def test_a_kind_of_the_first_menu_is_chosen_from_behind_other(resident: Phone):
    say(resident, "REPORT", "6", "burst pipe", "KHOL", "1", "1")

    assert all_cases(resident.services)[0].category == "LEAK"


@pytest.mark.parametrize("typed", ["Kholofelo", "it is in Kholofelo", "water leak in Kholofelo", "Kholofelo please"])
def test_a_place_is_found_among_other_words(resident: Phone, typed: str):
    said = say(resident, "REPORT", "2", typed)

    assert said[-1].startswith(("Which one?\n1. Kholofelo\n", "Near what?"))


@pytest.mark.parametrize("typed", ["1", "I do not know", "do not know", "I do not know please"])
def test_that_nobody_knows_where_is_said_as_in_any_menu(resident: Phone, typed: str):
    assert say(resident, "REPORT", "2", typed)[-1].startswith("Near what?")


def test_a_ward_number_is_a_place(resident: Phone):
    say(resident, "REPORT", "2", "ward 11", "1")

    assert all_cases(resident.services)[0].ward_key == "2021/11"


def test_what_is_written_beside_a_choice_stands_with_the_report(resident: Phone):
    say(resident, "REPORT", "2 because the pipe burst last night", "KHOL", "1", "1")

    assert words_of(resident.services) == ["because the pipe burst last night"]


def test_what_is_not_understood_is_asked_again_and_kept(resident: Phone):
    said = say(resident, "REPORT", "hello good people", "2", "KHOL", "1", "1")

    assert said[1] == f"Not understood. Please choose a number.\n{KINDS.removesuffix(WAYS)}".strip()
    assert words_of(resident.services) == ["hello good people"]


def test_two_choices_at_once_are_asked_again(resident: Phone):
    assert say(resident, "REPORT", "1 or 2")[-1].startswith("Not understood. Please choose a number.\nWhat is wrong?")
    assert say(resident, "2")[-1] == WHERE


@pytest.mark.parametrize("typed", ["BACK", "back.", "0", "terug", "Emuva", "morao"])
def test_back_goes_back_in_any_language(resident: Phone, typed: str):
    assert say(resident, "REPORT", "2", typed)[-1] == KINDS


@pytest.mark.parametrize("typed", ["MORE", "98", "meer", "Okunye"])
def test_more_turns_the_page(resident: Phone, typed: str):
    said = say(resident, "REPORT", "2", "KHOL")
    more = say(resident, typed)[-1]

    assert "98. More" in said[-1]
    assert more.startswith("Which one?\n")
    assert more != said[-1]


def test_a_screen_that_fills_one_sms_is_not_cut_for_the_line_of_ways(resident: Phone):
    shown = say(resident, "REPORT", "6")[-1]

    assert shown.endswith("7. Bribe, bad treatment\n0. Back")
    assert len(shown) > 160 - len(WAYS)


# -- danger and bribes: nothing is filed, and nothing else is said -----------------------------------------------------


@pytest.mark.parametrize(
    ("choices", "numbers"),
    [
        (("6", "1"), "In danger? Call now: 112 Emergency, 080 000 0011 City fire."),
        (("6", "7"), "Asked for a bribe or treated badly? Call: 080 000 0012 Honest line. Not run by the city."),
    ],
)
def test_danger_and_bribes_chosen_by_number_give_numbers_and_file_nothing(
    resident: Phone, choices: tuple[str, ...], numbers: str
):
    said = say(resident, "REPORT", *choices)
    after_an_hour(resident)

    assert said[-1] == numbers
    assert (rows(resident.services, Talk), rows(resident.services, Report)) == (0, 0)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Call {integrity}. We saved nothing.", ["080 000 0012 Honest line"]),
        ("We saved nothing.", ["112 Emergency", "080 000 0012 Honest line"]),
    ],
)
def test_whatever_keeps_nothing_gives_numbers_and_never_says_that_an_sms_was_not_kept(
    resident: Phone, text: str, said: list[str]
):
    edition = resident.services.editions.current()
    danger = edition.flows["danger"]
    numbers = danger.screens["numbers"].model_copy(update={"text": text})
    flow = danger.model_copy(update={"screens": {"numbers": numbers}})
    mine = replace(edition, flows={**edition.flows, "danger": flow})
    resident.services.editions.current = resident.services.editions.of = lambda *_: mine  # type: ignore[method-assign]
    told = say(resident, "REPORT", "6", "1")[-1]

    assert all(number in told for number in said)
    assert "saved nothing" not in told


def test_danger_in_words_is_filed_as_urgent_and_gets_the_numbers(resident: Phone):
    said = say(resident, "REPORT", "1", "there are live wires in Kholofelo")
    water, danger = all_cases(resident.services)

    assert said[-1].startswith("In danger? Call now: 112 Emergency, 080 000 0011 City fire. Your message is passed on")
    assert (danger.urgent, danger.place_key, water.category) == (True, "kholofelo", "WATER")


def test_danger_in_the_landmark_makes_the_report_urgent(resident: Phone):
    said = say(resident, "REPORT", "1", "KHOL", "1", "live wires at the clinic")
    (case,) = all_cases(resident.services)

    assert said[-1] == (
        "In danger? Call now: 112 Emergency, 080 000 0011 City fire. "
        f"Your message is passed on as urgent: {grouped(case)}."
    )
    assert (case.urgent, case.landmark) == (True, "live wires at the clinic")


# -- ends --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["CANCEL", "end", "End.", "kanselleer", "khansela"])
def test_cancel_and_end_leave_a_conversation_and_nobody_is_opted_out(resident: Phone, word: str):
    said = say(resident, "REPORT", "2", "KHOL", word, "1")
    after_an_hour(resident)

    assert said[-2:] == [LEFT, NOTHING_OPEN]
    assert rows(resident.services, OptOut) == 0
    assert all_cases(resident.services) == []


def test_cancel_leaves_what_a_receipt_asked_and_the_report_stays(resident: Phone):
    said = say(resident, "no water since Monday", "CANCEL", "Kholofelo")

    assert said[1] == LEFT
    assert rows(resident.services, OptOut) == 0
    assert [case.place_key for case in all_cases(resident.services)] == [None, "kholofelo"]


@pytest.mark.parametrize("before", [(), ("REPORT", "CANCEL"), ("POLL",)])
def test_cancel_with_nothing_of_their_own_open_is_stop(resident: Phone, before: tuple[str, ...]):
    poll_in(resident.services)
    said = say(resident, *before, "CANCEL")

    assert said[-1].startswith("Done. Izwi sends you no more texts.")
    assert rows(resident.services, OptOut) == 1


def test_stop_is_stop_in_a_conversation_too(resident: Phone):
    assert say(resident, "REPORT", "STOP")[-1].startswith("Done. Izwi sends you no more texts.")
    assert rows(resident.services, OptOut) == 1


def test_stop_ends_a_conversation_and_files_what_was_said_enough_of(resident: Phone):
    say(resident, "REPORT", "2", "Kholofelo", "1", "STOP")
    said = say(resident, "1")

    assert said == [NOTHING_OPEN]
    assert rows(resident.services, Talk) == 0
    assert [(case.category, case.place_key) for case in all_cases(resident.services)] == [("LEAK", "kholofelo")]
    assert len([text for text in resident.inbox() if text.startswith("Izwi ")]) == 0


def test_stop_before_enough_was_said_files_nothing(resident: Phone):
    said = say(resident, "REPORT", "something odd", "STOP", "1")
    after_an_hour(resident)

    assert said[-1] == NOTHING_OPEN
    assert all_cases(resident.services) == []


@pytest.mark.parametrize("typed", ["BACK", "0"])
def test_back_on_the_first_screen_shows_it_again(resident: Phone, typed: str):
    assert say(resident, "REPORT", typed, "2")[1:] == [KINDS, WHERE]


def test_while_the_database_is_away_cancel_is_stop(resident: Phone):
    say(resident, "REPORT")
    with database_away(resident.services):
        resident.write("CANCEL")
    work(resident.services)

    assert rows(resident.services, OptOut) == 1


def test_an_hour_later_what_is_known_is_filed_and_one_sms_asks_the_rest(resident: Phone):
    say(resident, "REPORT", "2")
    after_an_hour(resident)
    parting.finish_silent(resident.services)
    asked = resident.inbox()
    said = say(resident, "Kholofelo")

    (case,) = all_cases(resident.services)
    assert asked[2:] == [
        f"Izwi {grouped(case)}: Water leak received. Where is it? Reply with your area or ward number."
    ]
    assert said == [f"Izwi {grouped(case)}: thank you, Water leak, Kholofelo. {AIM}"]
    assert (case.category, case.place_key, case.reports) == ("LEAK", "kholofelo", 1)


def test_a_late_answer_is_told_that_nothing_is_open(resident: Phone):
    say(resident, "REPORT")
    after_an_hour(resident)

    assert say(resident, "1") == [NOTHING_OPEN]


def test_a_conversation_whose_hour_is_over_is_finished_before_the_next_sms_is_read(resident: Phone):
    """The clock has not come by yet."""
    say(resident, "REPORT", "2", "KHOL", "1")
    resident.services = later(resident.services, timedelta(minutes=61))
    said = say(resident, "REPORT")

    assert said == [KINDS]
    assert [case.place_key for case in all_cases(resident.services)] == ["kholofelo"]


def test_words_that_no_screen_took_are_a_report_in_the_end(resident: Phone):
    say(resident, "REPORT", "please come and look at our street")
    after_an_hour(resident)

    assert words_of(resident.services) == ["please come and look at our street"]
    assert resident.inbox()[-1].endswith("What is wrong, and where? Reply like: WATER Khol.")


def test_words_that_no_screen_took_are_a_report_when_the_conversation_ends_elsewhere(resident: Phone):
    say(resident, "AREA Kholofelo")
    before = len(resident.inbox())
    said = say(resident, "MENU", "something is bad at our corner", "Settings", "Polls and checks", "no")
    after_an_hour(resident)

    assert words_of(resident.services) == ["something is bad at our corner"]
    assert rows(resident.services, Report, "channel = 'sms'") == 1
    assert said[-1].endswith("What is wrong, and where? Reply like: WATER Khol.")
    assert resident.inbox()[before + 4 :] == ["Saved. Thank you.", said[-1]]


def test_the_receipt_of_such_words_is_in_the_language_that_was_just_chosen(resident: Phone):
    say(resident, "AREA Kholofelo")
    say(resident, "MENU", "something is bad at our corner", "4", "1", "Afrikaans")

    assert resident_of(resident).language == "af"
    assert words_of(resident.services) == ["something is bad at our corner"]
    assert not resident.inbox()[-1].endswith("What is wrong, and where? Reply like: WATER Khol.")


def test_what_is_said_beside_a_vote_stands_with_the_vote(resident: Phone):
    say(resident, "AREA Kholofelo")
    poll_in(resident.services)
    say(resident, "MENU", "3", "1 because nobody works on Sunday")

    assert rows(resident.services, Response, "remark = 'because nobody works on Sunday'") == 1
    assert words_of(resident.services) == []


def test_one_conversation_that_fails_does_not_hold_up_the_others(
    resident: Phone, stranger: Phone, monkeypatch: pytest.MonkeyPatch
):
    say(resident, "REPORT", "please come and look at our street")
    say(stranger, "REPORT", "2", "KHOL", "1")
    finishing = parting.finish

    def finish(work: Work, talk: Talking) -> None:
        finishing(work, talk)
        if talk.phone == resident.number:
            raise ValueError("poison")

    monkeypatch.setattr(parting, "finish", finish)
    after_an_hour(stranger)

    assert sorted(words_of(stranger.services)) == ["", "please come and look at our street"]
    assert rows(stranger.services, Talk) == 0


def test_a_conversation_that_fails_does_not_hold_up_the_letters_of_its_number(
    resident: Phone, monkeypatch: pytest.MonkeyPatch
):
    say(resident, "REPORT", "please come and look at our street")
    resident.services = later(resident.services, timedelta(minutes=61))
    monkeypatch.setattr(parting, "cause", {}.__getitem__)

    assert say(resident, "HELP")[-1].startswith("Izwi: tell the city.")
    assert words_of(resident.services) == ["please come and look at our street"]


def test_the_clock_looks_after_conversations():
    assert parting.finish_silent in [task.do for task in tasks()]


def test_a_receipt_that_asks_does_not_name_its_own_question_as_open(resident: Phone):
    say(resident, "AREA Kholofelo")

    assert "Still open" not in say(resident, "MENU", "something is bad here", "4", "4", "no")[-1]


# -- a report in between -----------------------------------------------------------------------------------------------


def test_a_whole_report_closes_the_conversation_and_is_filed(resident: Phone):
    said = say(resident, "REPORT", "WATER burst pipe at Vilakazi st Kholofelo", "1")
    after_an_hour(resident)

    (case,) = all_cases(resident.services)
    assert said[1].startswith(f"Izwi {grouped(case)}: No water, Kholofelo.")
    assert said[2] == NOTHING_OPEN
    assert rows(resident.services, Talk) == 0


def test_another_whole_report_does_not_lose_the_one_that_was_begun(resident: Phone):
    say(resident, "REPORT", "2", "KHOL", "1", "pothole in Acacia Park")

    assert [(case.category, case.place_key) for case in all_cases(resident.services)] == [
        ("LEAK", "kholofelo"),
        ("ROADS", "acacia-park"),
    ]


# -- several things open -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["Station Road", "next to the robot in Kerkplein", "at the bridge, ward 1"])
@pytest.mark.parametrize("before", [("REPORT", "1"), ("REPORT", "1", "Newgate")])
def test_a_place_that_is_called_like_a_problem_answers_where_it_is(resident: Phone, before: tuple[str, ...], text: str):
    say(resident, *before, text, "1")

    assert [case.category for case in all_cases(resident.services)] in ([], ["WATER"])
    after_an_hour(resident)
    (case,) = all_cases(resident.services)
    assert (case.category, case.ward_key) == ("WATER", "2021/1")


def test_report_again_goes_on_with_the_open_conversation(resident: Phone):
    assert say(resident, "REPORT", "2", "REPORT", "menu")[1:] == [WHERE] * 3


def test_a_poll_that_is_asked_for_in_a_conversation_is_answered_first(resident: Phone):
    poll_in(resident.services)
    said = say(resident, "REPORT", "2", "POLL", "1", "KHOL")

    assert said[2].endswith(f"STOP ends texts. {STILL_TALK}")
    assert said[3] == f"Thank you, your voice counts: Yes. {STILL_TALK}"
    assert said[4].startswith("Which one?\n1. Kholofelo\n")


def test_the_next_number_after_the_poll_goes_to_the_conversation(resident: Phone):
    poll_in(resident.services)
    said = say(resident, "REPORT", "POLL", "1", "2", "REPORT")

    assert said[-2:] == [WHERE, WHERE]


def test_a_conversation_that_is_over_names_the_poll_that_waits(resident: Phone):
    poll_in(resident.services)
    said = say(resident, "POLL", "REPORT", "2", "KHOL", "1", "1", "2")

    assert said[-2] == f"{THANKS} {STILL_POLL}"
    assert said[-1] == "Thank you, your voice counts: No."


def test_a_repair_that_is_asked_in_the_middle_is_answered_first(resident: Phone):
    say(resident, "REPORT", "2", "no water in Acacia Park")
    reference = all_cases(resident.services)[-1].reference
    say(resident, "REPORT", "2")
    move_case(resident.services, reference, "fixed")
    work(resident.services)
    said = say(resident, "3", "Acacia Park")

    assert said[0].endswith(STILL_TALK)
    assert said[1].startswith("Near what?\n")


def test_a_number_that_fits_no_line_is_not_given_to_an_older_question(resident: Phone):
    """It would be taken for a ward."""
    say(resident, "no water since Monday", "REPORT")

    assert say(resident, "9")[-1].startswith("Not understood. Please choose a number.")
    assert all_cases(resident.services)[0].ward_key is None


def test_a_keyword_is_a_keyword_in_a_conversation_and_the_conversation_stays(resident: Phone):
    said = say(resident, "REPORT", "2", "RIGHTS", "KHOL")

    assert said[2].startswith("Your rights: nobody asks your name or ID.")
    assert said[3].startswith("Which one?\n1. Kholofelo\n")


def test_the_very_words_of_a_line_are_no_keyword(resident: Phone):
    say(resident, "AREA Kholofelo")

    assert say(resident, "MENU", "4", "Language")[-1].startswith("Language\n1. English\n")


def test_a_vote_on_a_poll_that_closed_meanwhile_is_told_so(resident: Phone):
    say(resident, "AREA Kholofelo")
    poll_id = poll_in(resident.services)
    say(resident, "MENU", "3")
    with resident.services.database.begin() as session:
        session.get_one(Poll, poll_id).closed_at = resident.services.clock.now()

    assert say(resident, "1")[-1] == "This poll is closed. Thank you all the same."
    assert resident.inbox().count("This poll is closed. Thank you all the same.") == 1
    assert rows(resident.services, Response) == 0


def test_words_beside_a_vote_that_came_too_late_are_a_report(resident: Phone):
    say(resident, "AREA Kholofelo")
    poll_id = poll_in(resident.services)
    say(resident, "MENU", "3")
    with resident.services.database.begin() as session:
        session.get_one(Poll, poll_id).closed_at = resident.services.clock.now()
    say(resident, "1 because our street is dark")

    assert "This poll is closed. Thank you all the same." in resident.inbox()
    assert words_of(resident.services) == ["because our street is dark"]


def test_signs_alone_are_shown_what_was_asked_last(resident: Phone):
    poll_in(resident.services)

    assert say(resident, "\N{THUMBS UP SIGN}", "2", "\N{THUMBS UP SIGN}") == [KINDS, WHERE, WHERE]
    assert say(resident, "POLL", "??")[-1] == STILL_POLL


def test_two_letters_of_one_moment_are_two_turns(resident: Phone):
    for text in ("REPORT", "2", "KHOL", "1", "Vilakazi St"):
        resident.write(text)
    work(resident.services)

    assert resident.inbox()[-1] == THANKS
    assert rows(resident.services, Report) == 1


def test_a_conversation_goes_on_in_another_process(resident: Phone):
    say(resident, "REPORT", "2")
    with another_process(resident.services) as served:
        other = Phone(served, resident.number)
        assert say(other, "KHOL", "1", "Vilakazi St")[-1] == THANKS


def test_a_conversation_that_cannot_be_read_any_more_is_begun_anew(resident: Phone):
    say(resident, "REPORT", "2")
    with resident.services.database.begin() as session:
        session.scalars(select(Talk)).one().state_sealed = b"broken"

    assert say(resident, "1") == [NOTHING_OPEN]
    assert say(resident, "REPORT") == [KINDS]


# -- anything, in any order --------------------------------------------------------------------------------------------

WORDS = (
    *("REPORT", "MENU", "POLL", "STATUS", "HELP", "MY", "START", "STOP", "CANCEL", "END", "BACK", "MORE", "LANGUAGE"),
    *("0", "1", "2", "3", "4", "5", "6", "7", "11", "98", "00", "yes", "no", "yebo", "1 or 2", "yes please", "", "?"),
    *("KHOL", "Kholofelo", "water leak", "pothole in Acacia Park", "burst pipe", "fire", "2 because it is dry"),
    *("1000002", "AREA Kholofelo", "LANGUAGE zulu", "Vilakazi St", "\N{THUMBS UP SIGN}"),
)
numbers = count(1)


def test_whatever_is_written_in_whatever_order_is_done_and_answered_in_two_segments(services: Services):
    @settings(max_examples=40, phases=(Phase.explicit, Phase.generate))
    @given(st.lists(st.sampled_from(WORDS) | st.text(max_size=40), min_size=1, max_size=9), st.booleans())
    def whatever_is_written(texts: list[str], is_slow: bool) -> None:
        phone = Phone(services, f"+2782{next(numbers):07}")
        for text in texts:
            phone.write(text)
            if not is_slow:
                intake.run(services)
        intake.run(services)
        assert undone(phone) == []

    poll_in(services)
    whatever_is_written()


def undone(phone: Phone) -> list[str]:
    """What went wrong with the SMS of a phone: a letter that failed, one without an answer, an answer too long."""
    with phone.services.database.begin() as session:
        index = phone.services.vault.index(phone.number)
        letters = session.scalars(select(Inbox).where(Inbox.phone_index == index)).all()
        sent = session.scalars(select(Message).where(Message.phone_index == index)).all()
        answered = {message.intent.partition(":")[2] for message in sent}
        stops = {one.key for one in letters if inbox.opened(one, phone.services.vault).stops}
        failed = [one.error or one.state for one in letters if one.state != "done" or one.attempts]
        lost = ["no answer" for one in letters if one.key not in answered | stops]
        return [*failed, *lost, *(message.text for message in sent if message.segments > 2)]
