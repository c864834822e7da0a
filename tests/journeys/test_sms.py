"""The way of an SMS: a keyword, an answer to what was asked last, or a report; and what an answer may give away."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.civic.cases import Status
from app.jobs.commands import MISSES_A_DAY
from app.storage import cases, proof, residents
from app.storage.cases import Wanted
from app.storage.tables import Case, Poll, Report, Resident, Response
from app.wiring import Services
from tests.phones import Phone, work
from tests.processes import at, later, rows
from tests.staff import move_case, status_of

HELP = (
    "Izwi: tell the city. SMS what is wrong and where, like: WATER Khol. Or dial *120*4932#. "
    "STATUS and your number: how it stands. STOP ends texts."
)
UNKNOWN_NUMBER = "We do not know this number. Please check it: 7 to 9 digits. HELP shows how this works."
DIAL = "Please dial *120*4932# to see this: you chose that texts say little."
DANGER = "In danger? Call now: 112 Emergency, 080 000 0011 City fire. Your message is passed on as urgent: "


def answer(phone: Phone, text: str) -> str:
    """The last text that a phone has after it wrote."""
    phone.write(text)
    return phone.inbox()[-1]


def only_case(services: Services) -> Case:
    with services.database.begin() as session:
        (case,) = cases.listed(session, Wanted())
        return case


def all_cases(services: Services) -> list[Case]:
    with services.database.begin() as session:
        return list(session.scalars(select(Case).order_by(Case.id)))


def words_of(services: Services) -> list[str]:
    with services.database.begin() as session:
        return list(session.scalars(select(Report.words).order_by(Report.id)))


def resident_of(phone: Phone) -> Resident:
    with phone.services.database.begin() as session:
        found = residents.find(session, phone.services.vault.index(phone.number))
        assert found is not None
        return found


def choose(phone: Phone, measure: str) -> None:
    """Sets how much a text may say, by dial."""
    if "No name" in phone.dial().text:
        phone.type("1")
    for typed in ("4", "3", {"full": "1", "number": "2", "none": "3"}[measure]):
        phone.type(typed)
    work(phone.services)


def grouped(case: Case) -> str:
    return f"{case.reference[:3]} {case.reference[3:6]} {case.reference[6:]}"


def poll_in(services: Services) -> int:
    """A poll of the whole city, opened a minute ago."""
    with services.database.begin() as session:
        choices = [{"key": "1", "label": "Yes"}, {"key": "2", "label": "No"}]
        now = services.clock.now() - timedelta(minutes=1)
        poll = Poll(question="Move the market to Sunday?", language="en", choices=choices, opened_at=now, by="test")
        session.add(poll)
        session.flush()
        return poll.id


# -- reports -----------------------------------------------------------------------------------------------------------


def test_a_report_with_its_place_is_filed_at_once_and_answered_whole(resident: Phone):
    said = answer(resident, "WATER burst pipe at 12 Vilakazi st, Kholofelo")

    case = only_case(resident.services)
    assert (case.category, case.place_key, case.ward_key) == ("WATER", "kholofelo", "2021/3")
    assert words_of(resident.services) == ["WATER burst pipe at 12 Vilakazi st, Kholofelo"]
    assert said == (
        f"Izwi {grouped(case)}: No water, Kholofelo. Vezani Water aims for Wed 4 Mar. We will ask you if it is fixed. "
        f"Follow it: dial *120*4932#, 2. Neighbours join: *120*4932*9*{case.reference}#. "
        "Your number stays secret. STOP ends texts."
    )


@pytest.mark.parametrize(
    ("text", "category", "language"),
    [
        ("amanzi awekho e-Kholofelo", "WATER", "en"),
        ("geen krag in Kholofelo", "POWER", "en"),
        ("metsi a dutla Kholofelo", "LEAK", "en"),
        ("slaggat Kholofelo", "ROADS", "en"),
        ("watre Kholofelo", "WATER", "en"),
    ],
)
def test_people_report_in_any_language_with_a_letter_wrong(resident: Phone, text: str, category: str, language: str):
    resident.write(text)
    work(resident.services)

    case = only_case(resident.services)
    assert (case.category, case.place_key) == (category, "kholofelo")


def test_what_says_neither_what_nor_where_is_filed_and_both_are_asked(resident: Phone):
    said = answer(resident, "hello please help us")

    case = only_case(resident.services)
    assert (case.category, case.place_key, case.ward_key) == ("OTHER", None, None)
    assert said == f"Izwi {grouped(case)}: received. What is wrong, and where? Reply like: WATER Khol."


def test_a_place_that_is_asked_back_comes_with_the_next_sms(resident: Phone):
    asked = answer(resident, "no water since Monday")
    told = answer(resident, "Kholofelo")

    case = only_case(resident.services)
    assert asked == f"Izwi {grouped(case)}: No water received. Where is it? Reply with your area or ward number."
    assert told == (
        f"Izwi {grouped(case)}: thank you, No water, Kholofelo. "
        "Vezani Water aims for Wed 4 Mar. We will ask you if it is fixed."
    )
    assert (case.place_key, case.ward_key) == ("kholofelo", "2021/3")


@pytest.mark.parametrize("ward", ["11", "ward 11", "Ward 11.", "iwadi 11"])
def test_a_ward_number_is_a_place(resident: Phone, ward: str):
    resident.write("no water since Monday")
    work(resident.services)
    resident.write(ward)
    work(resident.services)

    assert only_case(resident.services).ward_key == "2021/11"


def test_a_kind_that_is_asked_back_comes_with_the_next_sms(resident: Phone):
    asked = answer(resident, "it is bad here in Kholofelo")
    told = answer(resident, "rubbish everywhere")

    case = only_case(resident.services)
    assert asked == (
        f"Izwi {grouped(case)}: received for Kholofelo. "
        "What is wrong? Reply: No water, Water leak, Sewage, toilet, No power, Rubbish."
    )
    assert told.startswith(f"Izwi {grouped(case)}: thank you, Rubbish, Kholofelo. City Cleaning aims for")
    assert case.category == "RUBBISH"


def test_what_is_answered_to_a_receipt_stands_with_what_was_said_first(resident: Phone):
    resident.write("please help my granny")
    work(resident.services)
    resident.write("no water in Kholofelo since Monday, she is ill")
    work(resident.services)

    assert words_of(resident.services) == ["please help my granny\nno water in Kholofelo since Monday, she is ill"]


def test_place_and_kind_may_come_one_after_the_other(resident: Phone):
    resident.write("please help")
    work(resident.services)
    asked = answer(resident, "Kholofelo")
    told = answer(resident, "burst pipe")

    case = only_case(resident.services)
    assert asked.startswith(f"Izwi {grouped(case)}: received for Kholofelo. What is wrong?")
    assert told.startswith(f"Izwi {grouped(case)}: thank you, Water leak, Kholofelo.")


def test_a_new_report_while_something_is_asked_is_a_report_of_its_own(resident: Phone):
    resident.write("no water since Monday")
    work(resident.services)
    resident.write("pothole in Acacia Park")
    work(resident.services)
    resident.write("Kholofelo")
    work(resident.services)

    assert [(case.category, case.place_key) for case in all_cases(resident.services)] == [
        ("WATER", "kholofelo"),
        ("ROADS", "acacia-park"),
    ]


def test_a_report_from_elsewhere_is_not_taken_for_the_kind_that_is_missing(resident: Phone):
    resident.write("it is bad here in Kholofelo")
    work(resident.services)
    resident.write("pothole in Acacia Park")
    work(resident.services)

    assert [(case.category, case.place_key) for case in all_cases(resident.services)] == [
        ("OTHER", "kholofelo"),
        ("ROADS", "acacia-park"),
    ]


@pytest.mark.parametrize(
    ("text", "ward"),
    [
        ("Station Road", "2021/1"),
        ("corner of Mooki Road and Church, Kerkplein", "2021/1"),
        ("next to the robot in Kerkplein", "2021/1"),
        ("at the bridge, ward 4", "2021/4"),
        ("It is in Kerkplein near the sewage works", "2021/1"),
        ("next to the water tower, Kerkplein", "2021/1"),
        ("naby die robot, Kerkplein", "2021/1"),
        ("near the traffic lights in Kerkplein, still no water", "2021/1"),
    ],
)
def test_a_place_that_is_called_like_a_problem_answers_where_it_is(resident: Phone, text: str, ward: str):
    answer(resident, "no water")
    said = answer(resident, text)

    case = only_case(resident.services)
    assert said.startswith(f"Izwi {grouped(case)}: thank you, No water, ")
    assert (case.category, case.ward_key) == ("WATER", ward)


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("pothole at Kerkplein", "ROADS"),
        ("burst pipe at Mooki st, Kerkplein", "LEAK"),
        ("at Kerkplein sewage everywhere", "SEWAGE"),
        ("street lights off in Kerkplein", "LIGHTS"),
        ("blocked toilet at the bridge, ward 4", "SEWAGE"),
    ],
)
def test_another_problem_is_no_answer_to_where_it_is(resident: Phone, text: str, category: str):
    answer(resident, "no water")
    answer(resident, text)

    assert [case.category for case in all_cases(resident.services)] == ["WATER", category]


def test_a_kind_is_asked_for_once_more_at_most(resident: Phone):
    """What is no answer then is a report of its own, as everything is."""
    resident.write("please help")
    work(resident.services)
    asked = answer(resident, "Kholofelo")
    answer(resident, "it is very bad")

    first, second = all_cases(resident.services)
    assert asked.startswith(f"Izwi {grouped(first)}: received for Kholofelo. What is wrong?")
    assert resident.inbox()[-1].startswith(f"Izwi {grouped(second)}: received. What is wrong, and where?")


def test_what_was_asked_two_days_ago_is_asked_no_more(resident: Phone):
    resident.write("no water since Monday")
    work(resident.services)
    resident.services = later(resident.services, timedelta(days=3))
    resident.write("Kholofelo")
    work(resident.services)

    assert len(all_cases(resident.services)) == 2


def test_a_dial_without_a_place_is_asked_for_it_by_sms(resident: Phone):
    resident.dial("1", "1", "2", "1", "3")
    asked = resident.inbox()[-1]
    told = answer(resident, "Kholofelo")

    case = only_case(resident.services)
    assert asked == f"Izwi {grouped(case)}: Water leak received. Where is it? Reply with your area or ward number."
    assert told.startswith(f"Izwi {grouped(case)}: thank you, Water leak, Kholofelo.")
    assert case.ward_key == "2021/3"


@pytest.mark.parametrize("measure", ["number", "none"])
def test_report_alone_asks_all_at_once_those_whose_texts_say_little(resident: Phone, measure: str):
    choose(resident, measure)
    asked = answer(resident, "REPORT")
    menu = answer(resident, "MENU")

    assert asked == "What is wrong, and where? Reply like: WATER Khol. Or dial *120*4932#."
    assert menu == DIAL
    assert all_cases(resident.services) == []


def test_report_with_words_files(resident: Phone):
    resident.write("REPORT burst pipe in Kholofelo")
    work(resident.services)

    assert only_case(resident.services).category == "LEAK"


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("fire at Kholofelo", "DANGER"),
        ("WATER burst pipe and live wires Kholofelo", "WATER"),
        ("ingozi e-Kholofelo", "DANGER"),
    ],
)
def test_danger_gets_the_numbers_at_once_and_is_urgent_whatever_else_it_says(resident: Phone, text: str, category: str):
    said = answer(resident, text)

    case = only_case(resident.services)
    assert said == f"{DANGER}{grouped(case)}."
    assert (case.category, case.urgent) == (category, True)


def test_danger_at_an_unknown_place_asks_for_it(resident: Phone):
    said = answer(resident, "somebody is drowning")
    answer(resident, "Kholofelo")

    case = only_case(resident.services)
    assert said == f"{DANGER}{grouped(case)}. Where is it? Reply with your area or ward number."
    assert (case.urgent, case.place_key) == (True, "kholofelo")


def test_danger_that_shows_in_an_answer_is_a_report_of_its_own(resident: Phone):
    resident.write("no power since Monday")
    work(resident.services)
    said = answer(resident, "Kholofelo, and there are live wires")

    power, danger = all_cases(resident.services)
    assert said == f"{DANGER}{grouped(danger)}."
    assert (danger.place_key, danger.urgent) == ("kholofelo", True)
    assert (power.place_key, power.urgent) == (None, False)


def test_a_bribe_gets_the_numbers_of_those_whom_the_city_does_not_run(resident: Phone):
    said = answer(resident, "the officer wanted a bribe in Kholofelo")

    case = only_case(resident.services)
    assert said == (
        f"Izwi {grouped(case)} received. "
        "For a bribe or bad treatment call 080 000 0012 Honest line: not run by the city."
    )
    assert not case.public


# -- status ------------------------------------------------------------------------------------------------------------


def test_a_reporter_learns_how_their_case_stands(resident: Phone):
    resident.write("no water in Kholofelo")
    work(resident.services)
    case = only_case(resident.services)

    expected = f"Izwi {grouped(case)} (No water, Kholofelo): received, aim Wed 4 Mar."
    assert answer(resident, "STATUS") == expected
    assert answer(resident, f"status {case.reference}") == expected
    assert answer(resident, grouped(case)) == expected


def test_a_stranger_learns_category_area_status_and_aim_and_no_word_more(resident: Phone, stranger: Phone):
    resident.dial("1", "1", "2", "KHOL", "1", "Vilakazi St")
    work(resident.services)
    case = only_case(resident.services)
    received = answer(stranger, f"STATUS {case.reference}")
    move_case(resident.services, case.reference, "declined", "the owner, Mr Dlamini of 12 Vilakazi St, must pay")
    declined = answer(stranger, f"STATUS {case.reference}")
    own = answer(resident, "STATUS")

    assert received == f"Izwi {grouped(case)} (Water leak, Kholofelo): received, aim Thu 5 Mar."
    assert declined == f"Izwi {grouped(case)} (Water leak, Kholofelo): declined."
    assert own.endswith("declined: the owner, Mr Dlamini of 12 Vilakazi St, must pay.")


def test_a_private_case_is_unknown_to_strangers(resident: Phone, stranger: Phone):
    resident.write("my neighbour makes noise in Kholofelo")
    work(resident.services)
    case = only_case(resident.services)

    assert not case.public
    assert answer(stranger, f"STATUS {case.reference}") == UNKNOWN_NUMBER
    assert answer(resident, f"STATUS {case.reference}").startswith(f"Izwi {grouped(case)} (Neighbour trouble")


def test_a_merged_case_names_the_one_that_goes_on(resident: Phone, stranger: Phone):
    for phone in (resident, stranger):
        phone.write("no water in Kholofelo")
        work(resident.services)
    one, two = all_cases(resident.services)
    move_case(resident.services, two.reference, "merged", one.reference)

    assert answer(stranger, "STATUS") == f"Izwi {grouped(two)} (No water, Kholofelo): part of {grouped(one)}."


def test_ten_misses_a_day_and_no_more(stranger: Phone):
    told = [answer(stranger, f"STATUS 10000{number:02}") for number in range(MISSES_A_DAY + 2)]
    stranger.services = later(stranger.services, timedelta(days=1, minutes=5))
    tomorrow = answer(stranger, "STATUS 1000099")

    assert told[:10] == [UNKNOWN_NUMBER] * 10
    assert set(told[10:]) == {"Too many unknown numbers today. Please dial *120*4932#, 2, to see your reports."}
    assert tomorrow == UNKNOWN_NUMBER


def test_status_without_any_report_says_how_to_make_one(stranger: Phone):
    assert answer(stranger, "STATUS") == (
        "We have no report from this number. SMS what is wrong and where, or dial *120*4932#."
    )


# -- is it fixed? a poll? ----------------------------------------------------------------------------------------------


def report_and_fix(phone: Phone, text: str = "no water in Kholofelo") -> str:
    phone.write(text)
    work(phone.services)
    reference = all_cases(phone.services)[-1].reference
    move_case(phone.services, reference, "fixed")
    work(phone.services)
    return reference


@pytest.mark.parametrize(
    ("text", "status", "verdict"),
    [
        ("1", "fixed", "fixed"),
        ("1.", "fixed", "fixed"),
        ("Yes, thank you", "fixed", "fixed"),
        ("yebo", "fixed", "fixed"),
        ("2", "acknowledged", "not_fixed"),
        ("nee", "acknowledged", "not_fixed"),
        ("No, still dry", "acknowledged", "not_fixed"),
        ("3", "fixed", "unsure"),
    ],
)
def test_a_bare_answer_is_the_word_on_the_repair(resident: Phone, text: str, status: str, verdict: str):
    reference = report_and_fix(resident)
    resident.write(text)
    work(resident.services)

    assert status_of(resident.services, reference) == status
    assert rows(resident.services, Report) == 1
    with resident.services.database.begin() as session:
        said = session.connection().exec_driver_sql("SELECT verdict FROM verdict").scalars().all()
    assert said == [verdict]


@pytest.mark.parametrize("text", ["1 or 2", "yes no", "fixed or not fixed"])
def test_a_word_on_the_repair_that_may_mean_two_things_is_asked_again(resident: Phone, text: str):
    reference = report_and_fix(resident)

    assert answer(resident, text) == ("Still open: is 100 000 2 fixed? Reply 1 fixed, 2 not fixed, 3 cannot tell.")
    assert status_of(resident.services, reference) == "fixed"
    assert rows(resident.services, Report) == 1


def test_what_is_written_beside_the_word_on_the_repair_stands_with_the_report(resident: Phone):
    report_and_fix(resident)
    resident.write("no, it still leaks at the gate")
    work(resident.services)

    assert words_of(resident.services) == ["no water in Kholofelo\nit still leaks at the gate"]


@pytest.mark.parametrize("text", ["not fixed", "Not fixed, still dry", "no, still dry", "nie reg nie"])
def test_a_word_on_the_repair_is_corrected_within_the_day(resident: Phone, text: str):
    reference = report_and_fix(resident)
    say = resident.services.texts.text
    answer(resident, "fixed")
    answer(resident, text if text != "nie reg nie" else say("screen.not_fixed", "af"))

    assert status_of(resident.services, reference) == "acknowledged"
    assert rows(resident.services, Report) == 1
    with resident.services.database.begin() as session:
        assert proof.differences(session, "Africa/Johannesburg") == []


def test_a_word_on_the_repair_that_is_said_again_changes_nothing(resident: Phone):
    report_and_fix(resident)
    first, again = answer(resident, "fixed"), answer(resident, "fixed")

    assert again == first
    assert rows(resident.services, Report) == 1


def test_a_word_on_the_repair_of_the_day_before_is_a_report(resident: Phone):
    report_and_fix(resident)
    answer(resident, "fixed")
    resident.services = later(resident.services, timedelta(days=1, minutes=5))
    answer(resident, "not fixed")

    assert rows(resident.services, Report) == 2


@pytest.mark.parametrize("text", ["thank you", "Dankie!", "ok", "back", "MORE", "yes please"])
def test_thanks_and_the_like_with_nothing_open_are_no_report(resident: Phone, text: str):
    assert answer(resident, text) == (
        "Thank you. We do not know what you answer: nothing is open. SMS what is wrong and where, or HELP."
    )
    assert all_cases(resident.services) == []


def test_the_newest_question_is_answered_first(resident: Phone):
    """A poll is asked after the question about the repair: the first "1" is for the poll, the next for the repair."""
    reference = report_and_fix(resident)
    poll_in(resident.services)
    resident.write("POLL")
    work(resident.services)

    assert answer(resident, "1") == (
        "Thank you, your voice counts: Yes. Still open: is 100 000 2 fixed? Reply 1 fixed, 2 not fixed, 3 cannot tell."
    )
    assert answer(resident, "1") == "Thank you. We count it: residents say 100 000 2 is fixed."
    assert answer(resident, "2") == "Thank you, your voice counts: No."
    assert status_of(resident.services, reference) == "fixed"


def test_the_repair_comes_first_when_it_was_asked_last(resident: Phone):
    poll_in(resident.services)
    resident.write("POLL")
    work(resident.services)
    report_and_fix(resident)

    assert answer(resident, "1").startswith("Thank you. We count it: residents say")
    assert answer(resident, "1").startswith("Thank you, your voice counts: Yes.")


def test_nobody_is_told_that_a_word_counts_which_nobody_waited_for(resident: Phone, stranger: Phone):
    """A neighbour has said "not fixed" already: the case is open again, and the repair is not asked about any more."""
    resident.dial("1", "1", "2", "KHOL", "1", "Vilakazi St")
    work(resident.services)
    stranger.dial("1", "1", "2", "KHOL", "1", "1")
    work(resident.services)
    move_case(resident.services, only_case(resident.services).reference, "fixed")
    work(resident.services)
    resident.write("2")
    work(resident.services)

    assert answer(stranger, "1") == (
        "Thank you. We do not know what you answer: nothing is open. SMS what is wrong and where, or HELP."
    )


@pytest.mark.parametrize("text", ["1", "2.", " 12 ", "0"])
def test_a_bare_number_with_nothing_open_is_no_report(resident: Phone, text: str):
    assert answer(resident, text) == (
        "Thank you. We do not know what you answer: nothing is open. SMS what is wrong and where, or HELP."
    )
    assert all_cases(resident.services) == []


def test_words_that_begin_like_an_answer_and_name_problem_and_place_are_a_report(resident: Phone):
    report_and_fix(resident)
    resident.write("2 burst pipes in Acacia Park")
    work(resident.services)

    assert [case.category for case in all_cases(resident.services)] == ["WATER", "LEAK"]


def test_the_reporters_of_a_merged_case_are_asked_too_by_sms_and_by_dial(resident: Phone, stranger: Phone):
    for phone in (resident, stranger):
        phone.write("no water in Kholofelo")
        work(resident.services)
    one, two = all_cases(resident.services)
    move_case(resident.services, two.reference, "merged", one.reference)
    move_case(resident.services, one.reference, "fixed")
    work(resident.services)
    by_dial = stranger.dial().text

    assert by_dial.startswith(f"{grouped(one)}, No water, Kholofelo: the city says it is fixed. Is it?")
    assert answer(stranger, "1") == f"Thank you. We count it: residents say {grouped(one)} is fixed."


# -- the other keywords ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["HELP", "help", "Info", "help stop", "usizo", "thuso", "hulp"])
def test_help_says_how_this_works(resident: Phone, word: str):
    assert answer(resident, word) == HELP


@pytest.mark.parametrize(
    ("text", "language"),
    [("LANGUAGE zulu", "zu"), ("taal afrikaans", "af"), ("ulimi isiZulu", "zu"), ("puo sesotho", "st")],
)
def test_language_changes_what_izwi_speaks(resident: Phone, text: str, language: str):
    said = answer(resident, text)

    assert resident_of(resident).language == language
    assert said == resident.services.texts.text("sms.language_saved", language)


@pytest.mark.parametrize("text", ["LANGUAGE", "LANGUAGE klingon"])
def test_language_without_one_we_speak_lists_them(resident: Phone, text: str):
    assert answer(resident, text).startswith(
        "Which language? Reply LANGUAGE and one of: English, isiZulu, Sesotho, Setswana, Afrikaans"
    )


def test_area_is_remembered_by_its_name(resident: Phone):
    assert answer(resident, "AREA Kholofelo") == "Saved: Kholofelo. You never need to type it again."
    assert (resident_of(resident).place_key, resident_of(resident).ward_key) == ("kholofelo", "2021/3")


def test_a_ward_alone_takes_the_place_of_an_area_that_lies_elsewhere(resident: Phone):
    """Else the next report would be filed where they lived before."""
    answer(resident, "AREA Kholofelo")
    assert answer(resident, "AREA 12") == "Saved: Ward 12. You never need to type it again."
    assert (resident_of(resident).place_key, resident_of(resident).ward_key) == (None, "2021/12")


def test_a_ward_alone_settles_in_which_ward_of_a_big_area_somebody_lives(resident: Phone):
    answer(resident, "AREA Kholwani")
    before = resident_of(resident).ward_key
    answer(resident, "AREA ward 11")

    assert before is None
    assert (resident_of(resident).place_key, resident_of(resident).ward_key) == ("kholwani", "2021/11")


def test_area_in_doubt_asks_and_quotes_nobody(resident: Phone):
    assert answer(resident, "AREA Kholo").startswith(
        "Which one? Reply AREA and the whole name: Kholofelo, Kholofelo Ext"
    )
    assert answer(resident, "AREA") == "Where do you live? Reply AREA and the name, like: AREA KHOL."
    resident.write("AREA 99")
    assert resident.inbox()[-1] == (
        "We do not know this area. Reply AREA and the name of your area or your ward number, or dial *120*4932#."
    )


@pytest.mark.parametrize(
    ("text", "category", "place"),
    [
        ("area Kholofelo no water", "WATER", "kholofelo"),
        ("Area Acacia Park pothole", "ROADS", "acacia-park"),
        ("My area Kholofelo has no power", "POWER", "kholofelo"),
        ("Indawo Acacia Park akunamanzi", "WATER", "acacia-park"),
        ("Area Old Market bribe", "BRIBE", "old-market"),
        ("Area Kholofelo fire", "DANGER", "kholofelo"),
        ("Area Old Market someone shot", "OTHER", "old-market"),
    ],
)
def test_a_problem_in_an_area_is_a_report_and_no_new_home(resident: Phone, text: str, category: str, place: str):
    answer(resident, "AREA Newgate")
    said = answer(resident, text)

    case = only_case(resident.services)
    assert not said.startswith("Saved")
    assert (case.category, case.place_key) == (category, place)
    assert resident_of(resident).place_key == "newgate"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("AREA Station Road", "station-road"),
        ("my area is Molenvliet", "molenvliet"),
        ("AREA I live in Kholofelo please", "kholofelo"),
        ("AREA Kholofelo, ward 3", "kholofelo"),
        ("AREA Molenvleit", "molenvliet"),
        ("AREA Molenvliet near the clinic", "molenvliet"),
    ],
)
def test_an_area_may_be_called_like_a_problem_and_stand_among_other_words(resident: Phone, text: str, place: str):
    assert answer(resident, text).startswith("Saved: ")
    assert resident_of(resident).place_key == place


def test_my_says_what_is_held(resident: Phone):
    resident.write("no water in Kholofelo")

    assert answer(resident, "MY") == (
        "We hold for this number: language English, area Kholofelo, 1 report. Texts: all. STOP ends texts."
    )


def test_rights_are_told(resident: Phone):
    assert answer(resident, "RIGHTS").startswith("Your rights: nobody asks your name or ID.")


def test_a_poll_is_asked_for_by_its_number_and_the_newest_if_that_is_not_open(resident: Phone):
    first, second = poll_in(resident.services), poll_in(resident.services)
    with resident.services.database.begin() as session:
        session.get_one(Poll, first).question = "Move it to Saturday?"

    assert "Move it to Saturday?" in answer(resident, f"POLL {first}")
    answer(resident, "1")
    assert rows(resident.services, Response, f"poll_id = {first}") == 1
    assert "Move the market to Sunday?" in answer(resident, f"polls {second}.")
    assert "Move the market to Sunday?" in answer(resident, "POLL 999")


def test_a_poll_can_be_asked_for(resident: Phone):
    none = answer(resident, "POLL")
    poll_in(resident.services)

    assert none == "No poll is open for you now. Thank you for asking."
    assert answer(resident, "POLL") == (
        "Vezani asks: Move the market to Sunday? 1 Yes, 2 No. "
        "Reply with the number, or dial *120*4932#, 3. STOP ends texts."
    )


# -- to the measure that people chose ----------------------------------------------------------------------------------

TELLING = ("Kholofelo", "No water", "Yes", "Vezani Water", "language")
ASKED = ("STATUS", "MY", "AREA Kholofelo")


@pytest.mark.parametrize("measure", ["number", "none"])
@pytest.mark.parametrize("text", ASKED)
def test_who_wants_texts_to_say_little_sees_the_answer_by_dial(resident: Phone, measure: str, text: str):
    resident.write("no water in Kholofelo")
    work(resident.services)
    choose(resident, measure)

    assert answer(resident, text) == DIAL


def test_who_wants_only_the_number_gets_only_the_number(resident: Phone):
    choose(resident, "number")
    poll_in(resident.services)
    for text in ("no water in Kholofelo", "please help", "POLL", "1"):
        resident.write(text)
        work(resident.services)
    first, second = all_cases(resident.services)
    for status in ("acknowledged", "declined"):
        move_case(resident.services, second.reference, status, "a reason with Kholofelo in it")
    move_case(resident.services, first.reference, "fixed")
    work(resident.services)
    resident.write("1")

    assert resident.inbox() == [
        f"Izwi {grouped(first)} received. Dial *120*4932#, 2, to follow it. STOP ends texts.",
        f"Izwi {grouped(second)} received. Dial *120*4932#, 2, to follow it. STOP ends texts.",
        "Vezani asks: Move the market to Sunday? 1 Yes, 2 No. "
        "Reply with the number, or dial *120*4932#, 3. STOP ends texts.",
        "Thank you, your voice counts.",
        f"Izwi {grouped(second)}: news. Dial *120*4932#, 2.",
        f"Izwi {grouped(second)}: news. Dial *120*4932#, 2.",
        f"Izwi {grouped(first)}: is it done? Reply 1 yes, 2 no, 3 cannot tell.",
        f"Thank you. We count it: residents say {grouped(first)} is fixed.",
    ]


def test_who_wants_no_texts_gets_none_of_what_they_do(resident: Phone):
    choose(resident, "none")
    poll_in(resident.services)
    resident.write("no water in Kholofelo, live wires")
    resident.dial("1", "1", "2", "KHOL", "1", "Vilakazi St")
    work(resident.services)
    for case in all_cases(resident.services):
        move_case(resident.services, case.reference, "fixed")
    work(resident.services)
    for text in ("1", "2"):
        resident.write(text)
        work(resident.services)

    said = [text for text in resident.inbox() if "nothing is open" not in text]
    assert said == ["In danger? Call now: 112 Emergency, 080 000 0011 City fire."]
    assert [case.urgent for case in all_cases(resident.services)] == [True, False]


def test_who_wants_no_texts_and_says_start_gets_texts_that_say_little(resident: Phone):
    choose(resident, "none")
    started = answer(resident, "START")
    answer(resident, "no water in Kholofelo")

    assert started == "Welcome back. Izwi answers your reports by text again. STOP ends it."
    assert resident.inbox()[-1].startswith("Izwi 100 0")
    assert "Kholofelo" not in resident.inbox()[-1]


def test_no_text_quotes_what_somebody_wrote(resident: Phone):
    """Others may read the phone."""
    resident.write("Thandi Ngwenya hit me at Kholofelo, no water")
    work(resident.services)
    for text in ("AREA Thandistan", "STATUS 7777777", "LANGUAGE thandish", "Thandi Ngwenya lives in Acacia Park"):
        resident.write(text)
        work(resident.services)
    for case in all_cases(resident.services):
        for status in ("acknowledged", "in_progress", "fixed"):
            move_case(resident.services, case.reference, status)
    work(resident.services)

    assert len(resident.inbox()) > 6
    for text in resident.inbox():
        assert "handi" not in text
        assert "Ngwenya" not in text
        assert "7777" not in text


# -- the language, the hour --------------------------------------------------------------------------------------------


def test_news_of_a_case_waits_for_the_morning_and_a_receipt_does_not(resident: Phone):
    night = at(resident.services, "2026-03-03T22:00:00+02:00")
    resident.services = night
    resident.write("no water in Kholofelo")
    work(night)
    move_case(night, only_case(night).reference, "acknowledged")
    at_night = resident.inbox()
    resident.services = at(resident.services, "2026-03-04T08:00:00+02:00")

    assert len(at_night) == 1
    assert resident.inbox()[1:] == [
        f"Izwi {grouped(only_case(night))} (No water, Kholofelo): Vezani Water has seen it and will act."
    ]


def test_everything_is_said_in_the_language_of_the_resident(resident: Phone):
    answer(resident, "LANGUAGE zulu")
    texts = resident.services.texts
    resident.write("amanzi awekho e-Kholofelo")
    work(resident.services)
    case = only_case(resident.services)
    receipt = resident.inbox()[-1]
    move_case(resident.services, case.reference, "acknowledged")
    work(resident.services)

    assert "Amanzi awekho, Kholofelo" in receipt
    assert resident.inbox()[-1] == texts.text(
        "case.acknowledged",
        "zu",
        reference=grouped(case),
        category="Amanzi awekho",
        area="Kholofelo",
        owner="Vezani Water",
    )


def test_a_status_can_be_said_wherever_a_case_stands(services: Services):
    assert {f"status.{status.value}" for status in Status} <= set(services.texts.sources)


def test_who_wants_no_texts_gets_the_numbers_in_danger_all_the_same(services: Services):
    resident = Phone(services, "+27821234567")
    resident.dial("1", "4", "3", "3")
    resident.write("Fire at the school in Kholwani")

    assert resident.inbox() == ["In danger? Call now: 112 Emergency, 080 000 0011 City fire."]
