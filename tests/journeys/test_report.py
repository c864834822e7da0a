"""A report from the first dial to the resident's own word that it is fixed, with the exact texts."""

from datetime import date

import pytest
from sqlalchemy import text

from app.storage import cases
from app.storage.counters import totals
from app.wiring import Services
from tests.phones import Phone, work
from tests.staff import move_case, status_of

REFERENCE = "1000002"
DAY = date(2026, 3, 3)


def report_a_leak(resident: Phone) -> str:
    return resident.dial("1", "1", "2", "KHOL", "1", "Vilakazi St").text


def test_the_first_dial_takes_seven_hops(resident: Phone):
    screens = [resident.dial().text] + [resident.type(one).text for one in ("1", "1", "2", "KHOL", "1", "Vilakazi St")]

    assert [screen.splitlines()[0] for screen in screens] == [
        "Izwi. No name, no ID.",
        "Izwi: tell the city",
        "What is wrong?",
        "Where? First 4 letters of your area (like KHOL) or ward number.",
        "Which one?",
        "Near what?",
        "Thanks. 100 000 2: Water leak, Kholofelo. Vezani Water aims for Thu 5 Mar. "
        "We will ask you if it is fixed. Wrong? Dial, press 2.",
    ]


def test_a_returning_resident_takes_five_hops_and_is_not_asked_the_place(resident: Phone):
    report_a_leak(resident)
    work(resident.services)

    screens = [resident.dial().text] + [resident.type(one).text for one in ("1", "1", "1", "Mooki St")]

    assert [screen.splitlines()[0] for screen in screens] == [
        "Izwi Kholofelo: tell the city",
        "What is wrong?",
        "Where is it?",
        "Near what?",
        "Thanks. 100 001 5: No water, Kholofelo. Vezani Water aims for Wed 4 Mar. "
        "We will ask you if it is fixed. Wrong? Dial, press 2.",
    ]


def test_an_unknown_caller_has_no_row_before_the_end(resident: Phone):
    resident.dial("1", "1", "2", "KHOL", "1")
    work(resident.services)

    with resident.services.database.begin() as session:
        assert cases.listed(session, cases.Wanted()) == []


def test_the_receipt_says_how_to_follow_join_and_stop(resident: Phone):
    report_a_leak(resident)

    assert resident.inbox() == [
        "Izwi 100 000 2: Water leak, Kholofelo. Vezani Water aims for Thu 5 Mar. We will ask you if it is fixed. "
        "Follow it: dial *120*4932#, 2. Neighbours join: *120*4932*9*1000002#. "
        "Your number stays secret. STOP ends texts."
    ]


# Texts as people read them, a line each, however long.
# ruff: noqa: E501
ENGLISH = """\
Thanks. 100 000 2: Water leak, Kholofelo. Vezani Water aims for Thu 5 Mar. We will ask you if it is fixed. Wrong? Dial, press 2.

100 000 2, Water leak, Kholofelo: the city says it is fixed. Is it?
1. Fixed
2. Not fixed
3. Cannot tell

Izwi Kholofelo: tell the city
1. Report
2. My reports (1)
3. Polls
4. Settings

Izwi 100 000 2: Water leak, Kholofelo. Vezani Water aims for Thu 5 Mar. We will ask you if it is fixed. Follow it: dial *120*4932#, 2. Neighbours join: *120*4932*9*1000002#. Your number stays secret. STOP ends texts.

Izwi 100 000 2 (Water leak, Kholofelo): Vezani Water has seen it and will act.

Izwi 100 000 2 (Water leak, Kholofelo): Vezani Water promises Wed 4 Mar.

Izwi 100 000 2 (Water leak, Kholofelo): the city says it is fixed. Is it? Reply 1 fixed, 2 not fixed, 3 cannot tell. Or dial *120*4932#.

Izwi 100 000 2 (Water leak, Kholofelo): it is open again and Vezani Water knows.

Izwi 100 000 2 (Water leak, Kholofelo): the city says it is fixed. Is it? Reply 1 fixed, 2 not fixed, 3 cannot tell. Or dial *120*4932#.

Thank you. We count it: residents say 100 000 2 is fixed.
"""
AFRIKAANS = """\
Dankie. 100 000 2: Waterlek, Kholofelo. Vezani Water mik vir Do 5 Mrt. Ons sal jou vra of dit reg is. Fout? Skakel, druk 2.

100 000 2, Waterlek, Kholofelo: volgens die stad is dit reggemaak. Is dit?
1. Reggemaak
2. Nie reg nie
3. Weet nie

Izwi Kholofelo: vertel die stad
1. Rapporteer
2. My verslae (1)
3. Peilings
4. Instellings

Izwi 100 000 2: Waterlek, Kholofelo. Vezani Water mik vir Do 5 Mrt. Ons sal jou vra of dit reg is. Volg dit: skakel *120*4932#, 2. Bure sluit aan: *120*4932*9*1000002#. Jou nommer bly geheim. STOP: geen SMS'e meer.

Izwi 100 000 2 (Waterlek, Kholofelo): Vezani Water het dit gesien en sal optree.

Izwi 100 000 2 (Waterlek, Kholofelo): Vezani Water belowe Wo 4 Mrt.

Izwi 100 000 2 (Waterlek, Kholofelo): volgens die stad is dit reggemaak. Is dit? Antwoord 1 reggemaak, 2 nie reg nie, 3 weet nie. Of skakel *120*4932#.

Izwi 100 000 2 (Waterlek, Kholofelo): dit is weer oop en Vezani Water weet dit.

Izwi 100 000 2 (Waterlek, Kholofelo): volgens die stad is dit reggemaak. Is dit? Antwoord 1 reggemaak, 2 nie reg nie, 3 weet nie. Of skakel *120*4932#.

Dankie. Ons tel dit: volgens inwoners is 100 000 2 reggemaak.
"""


def see_it_through(resident: Phone, language: str) -> list[str]:
    """Acknowledged, scheduled, fixed, not fixed, reopened, fixed, and fixed in the resident's word; all they read."""
    said = [resident.dial(language, "1", "2", "KHOL", "1", "Vilakazi St").text]
    work(resident.services)
    for to, on in (("acknowledged", None), ("scheduled", date(2026, 3, 4)), ("fixed", None)):
        move_case(resident.services, REFERENCE, to, on=on)
        work(resident.services)
    said += [resident.dial().text, resident.type("2").text]
    work(resident.services)
    assert status_of(resident.services, REFERENCE) == "acknowledged"
    move_case(resident.services, REFERENCE, "fixed")
    work(resident.services)
    resident.write("1")
    return said + resident.inbox()


@pytest.mark.parametrize(("language", "texts"), [("1", ENGLISH), ("5", AFRIKAANS)], ids=["English", "Afrikaans"])
def test_a_report_goes_from_received_to_fixed_with_every_text(resident: Phone, language: str, texts: str):
    assert "\n\n".join(see_it_through(resident, language)) + "\n" == texts


def test_the_city_s_figures_follow_every_step(resident: Phone):
    report_a_leak(resident)
    work(resident.services)
    move_case(resident.services, REFERENCE, "fixed")
    resident.dial("2")
    work(resident.services)
    move_case(resident.services, REFERENCE, "fixed")
    work(resident.services)

    with resident.services.database.begin() as session:
        figures = {name: n for (_, name), n in totals(session, "*", DAY, DAY).items() if n}

    assert figures == {"reports": 1, "new": 1, "fixed": 2, "reopened": 1, "says_not_fixed": 1, "no_answer": 1}


def test_a_neighbour_joins_by_one_key(resident: Phone):
    report_a_leak(resident)
    work(resident.services)
    neighbour = Phone(resident.services, "+27821234568")

    near = neighbour.dial("1", "1", "2", "KHOL", "1").text
    thanks = neighbour.type("1").text

    assert near.splitlines()[1] == "1. Vilakazi St (known, add me)"
    assert thanks == (
        "Thanks. 100 000 2: Water leak, Kholofelo. You are added to it. "
        "We will ask you if it is fixed. Wrong? Dial, press 2."
    )


def test_a_neighbour_joins_by_the_number(resident: Phone):
    report_a_leak(resident)
    work(resident.services)
    neighbour = Phone(resident.services, "+27821234568")

    shown = neighbour.dial_directly("9", REFERENCE).text
    neighbour.type("1")  # yes
    neighbour.type("1")  # English
    work(resident.services)

    assert shown.splitlines()[0] == "100 000 2: Water leak, Kholofelo. Is it your problem too?"
    with resident.services.database.begin() as session:
        case = cases.by_reference(session, REFERENCE)
        assert case is not None
        assert case.reports == 2


def test_a_report_can_be_taken_back_for_ten_minutes(resident: Phone):
    report_a_leak(resident)
    work(resident.services)

    undone = resident.dial("2", "1", "1", "1").text
    work(resident.services)

    assert undone == "100 000 2 is taken back. Nothing of it is sent on."
    assert status_of(resident.services, REFERENCE) == "closed"
    with resident.services.database.begin() as session:
        assert not any(totals(session, "*", DAY, DAY).values())


def test_a_ward_number_is_enough(resident: Phone):
    thanks = resident.dial("1", "1", "1", "12", "Mooki St").text
    work(resident.services)

    assert thanks.startswith("Thanks. 100 000 2: No water, Ward 12. Vezani Water aims")
    with resident.services.database.begin() as session:
        assert [case.ward_key for case in cases.listed(session, cases.Wanted())] == ["2021/12"]


def test_nobody_is_asked_twice_in_one_dial_whether_it_is_fixed(resident: Phone):
    report_a_leak(resident)
    work(resident.services)
    move_case(resident.services, REFERENCE, "fixed")

    home = resident.dial("3").text
    again = [resident.type(one).text for one in ("2", "1")]

    assert home.startswith("Izwi Kholofelo: tell the city")
    assert not any("Is it?" in screen for screen in again)


@pytest.mark.parametrize(("line", "words"), [("1", "In danger? Call now: 112 Emergency"), ("7", "Asked for a bribe")])
def test_danger_and_bribe_save_nothing_at_all(resident: Phone, line: str, words: str):
    told = resident.dial("1", "1", "6", line)
    work(resident.services)

    assert told.ends
    assert told.text.startswith(words)
    assert nothing_is_kept(resident.services)


def nothing_is_kept(services: Services) -> bool:
    """Neither a row nor a session."""
    with services.database.begin() as session:
        rows = session.execute(text("SELECT count(*) FROM inbox")).scalar()
    return rows == 0 and services.redis.keys("ussd:*") == []
