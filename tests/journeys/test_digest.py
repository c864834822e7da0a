"""The digest: a ward's last full week to its councillor, true, public, in two segments, once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from sqlalchemy import select, text

from app import clock
from app.engine.gsm import parts
from app.jobs import digesting
from app.jobs.digesting import Sent
from app.storage.tables import Case, Digest, Message
from app.wiring import Services
from tests.phones import Phone, work
from tests.processes import another_process, at, rows
from tests.staff import move_case

LAST_WEEK, MONDAY = "2026-03-03T10:00:00+02:00", "2026-03-09T07:05:00+02:00"
MONTH_S_FIRST_WEEK = "2026-03-09T07:05:00+02:00"  # it ends on the 8th: a quiet one of these is silent


@pytest.fixture
def last_week(services: Services) -> Services:
    return at(services, LAST_WEEK)


@pytest.fixture
def monday(services: Services) -> Services:
    return at(services, MONDAY)


def report(services: Services, text_: str, count: int = 1, first: int = 0) -> list[str]:
    """Reports of as many residents; returns the references of the cases."""
    for number in range(first, first + count):
        Phone(services, f"+278212345{number:02}").write(text_)
    work(services)
    with services.database.begin() as session:
        return list(session.scalars(select(Case.reference).order_by(Case.id.desc()).limit(count)))[::-1]


def said(services: Services) -> dict[int, str]:
    """Ward -> the text of its digest."""
    with services.database.begin() as session:
        found = session.scalars(select(Digest).order_by(Digest.id))
        return {int(one.ward_key.partition("/")[2]): one.text for one in found}


def to_councillor(services: Services, ward: int) -> list[str]:
    councillor = services.cities.current().city.councillor_of(f"2021/{ward}")
    assert councillor is not None
    return Phone(services, councillor.phone).inbox()


def test_a_week_is_told_with_its_figures_and_true_references(last_week: Services, monday: Services):
    """Lakeview's councillor reads English: ten new, six fixed of which one came back, three late."""
    leaks = report(last_week, "burst pipe in Lakeview Ext 1", 7)
    late = report(last_week, "no water in Lakeview Ext 2", 3, first=10)
    for reference in leaks[:6]:
        move_case(last_week, reference, "fixed")
    work(last_week)
    Phone(last_week, "+27821234500").write("2")
    work(last_week)
    clock.mark_overdue(at(last_week, "2026-03-04T20:00:00+02:00"))
    digesting.run(monday)

    (digest,) = to_councillor(monday, 5)
    assert digest == (
        "Izwi Ward 5, week to Sun 8 Mar: 10 new, 6 fixed, a few reopened, a few late.\n"
        f"1. {grouped(leaks[0])} Water leak, Lakeview Ext 1: reopened, a few say not fixed.\n"
        f"2. {grouped(late[0])} No water, Lakeview Ext 2: 4 days late.\n"
        "Residents say: 0 fixed, a few not fixed, 5 no answer.\n"
        "Most: Water leak 7."
    )
    assert parts(digest).count <= 2


def grouped(reference: str) -> str:
    return f"{reference[:3]} {reference[3:6]} {reference[6:]}"


def test_what_is_not_public_stands_in_no_digest(last_week: Services, monday: Services):
    report(last_week, "my neighbour makes noise in Lakeview Ext 1", 6)
    report(last_week, "illegal connection in Lakeview Ext 1", 6)
    report(last_week, "burst pipe in Lakeview Ext 1")
    digesting.run(monday)

    assert said(monday)[5].startswith("Izwi Ward 5, week to Sun 8 Mar: a few new, 0 fixed, 0 reopened,")
    for word in ("Neighbour", "Illegal", "noise"):
        assert word not in said(monday)[5]


def test_a_digest_has_at_most_two_segments_however_much_happened(last_week: Services, monday: Services):
    for first, words in enumerate(("burst pipe", "no water", "toilet blocked drain", "no power", "rubbish dumping")):
        report(last_week, f"{words} in Lakeview Ext 1", 6, first=10 * first)
    clock.mark_overdue(at(last_week, "2026-03-08T10:00:00+02:00"))
    digesting.run(monday)

    (digest,) = to_councillor(monday, 5)
    assert parts(digest).count == 2
    assert digest.startswith("Izwi Ward 5, week to Sun 8 Mar: 30 new, 0 fixed, 0 reopened, 30 late.\n1. ")


def test_every_digest_of_every_ward_fits_and_is_in_its_councillor_s_language(last_week: Services, monday: Services):
    for number, place in enumerate(("City Centre", "Kholofelo", "Acacia Park", "Lakeview Ext 1", "Kholwani Zone 1")):
        report(last_week, f"no water in {place}", 6, first=10 * number)
    digesting.run(monday)

    city = monday.cities.current().city
    assert len(said(monday)) >= 4
    for ward, digest in said(monday).items():
        councillor = city.councillor_of(f"2021/{ward}")
        assert councillor is not None
        label = city.kind("WATER").label(councillor.language, "en")
        assert label in digest
        assert parts(digest).count <= 2


def test_a_quiet_week_is_silent(monday: Services):
    assert digesting.run(monday) == Sent(0, 0)
    assert rows(monday, Digest) == 0


def test_the_first_week_that_ends_in_a_month_says_that_all_is_quiet(services: Services):
    """Else nobody knows whether it is quiet or broken."""
    first = at(services, "2026-06-08T07:05:00+02:00")  # the week to Sunday 7 June
    digesting.run(first)

    assert said(first)[5] == "Izwi Ward 5, week to Sun 7 Jun: all is quiet. No new report, nothing late."
    assert len(said(first)) == 23


def test_a_ward_without_a_councillor_gets_none(last_week: Services, monday: Services):
    """The seat of ward 19 is empty."""
    with last_week.database.begin() as session:
        place = next(one.name for one in last_week.cities.current().city.places if one.wards == ("2021/19",))
        assert session is not None
    report(last_week, f"no water in {place}", 6)
    report(last_week, "no water in Kholofelo", 6, first=10)

    assert digesting.send(monday, 19) == Sent(0, 0)
    assert digesting.run(monday) == Sent(1, 0)
    assert list(said(monday)) == [3]


# -- once --------------------------------------------------------------------------------------------------------------


def test_a_period_is_told_once_however_often_it_is_asked_for(last_week: Services, monday: Services):
    report(last_week, "no water in Kholofelo")
    outcomes = [digesting.run(monday), digesting.run(monday), digesting.send(monday), digesting.send(monday, 3)]
    work(monday)

    assert outcomes == [Sent(1, 0), Sent(0, 1), Sent(0, 1), Sent(0, 1)]
    assert len(to_councillor(monday, 3)) == 1


def test_two_clocks_at_once_make_one_digest_a_ward(last_week: Services, monday: Services):
    for number, place in enumerate(("City Centre", "Kholofelo", "Acacia Park", "Lakeview Ext 1")):
        report(last_week, f"no water in {place}", 2, first=10 * number)
    with another_process(monday) as one, another_process(monday) as two, ThreadPoolExecutor(3) as threads:
        served = (monday, at(one, MONDAY), at(two, MONDAY))
        outcomes = list(threads.map(digesting.run, served))

    assert sum(one.sent for one in outcomes) == rows(monday, Digest) == rows(monday, Message, "purpose = 'digest'")
    assert {one.sent + one.already for one in outcomes} == {rows(monday, Digest)}


def test_a_clock_that_is_set_back_sends_nothing_again(last_week: Services, monday: Services):
    report(last_week, "no water in Kholofelo")
    digesting.run(monday)
    digesting.run(at(monday, "2026-03-09T07:00:00+02:00"))
    digesting.run(at(monday, "2026-03-09T12:00:00+02:00"))

    assert rows(monday, Digest) == 1


@pytest.mark.parametrize(
    ("now", "sent"),
    [
        ("2026-03-09T06:59:59+02:00", 0),
        ("2026-03-09T07:00:00+02:00", 1),
        ("2026-03-09T12:59:59+02:00", 1),
        ("2026-03-09T13:00:00+02:00", 0),  # more than six hours late: nobody wants it any more
        ("2026-03-10T07:00:00+02:00", 0),
        ("2026-03-08T07:00:00+02:00", 0),
    ],
)
def test_digests_leave_on_monday_at_seven_and_at_most_six_hours_late(last_week: Services, now: str, sent: int):
    report(last_week, "no water in Kholofelo")

    assert digesting.run(at(last_week, now)) == Sent(sent, 0)


def test_a_digest_leaves_on_a_public_holiday_too(services: Services):
    """Monday 6 April 2026 is Family Day: a digest is no uninvited text."""
    report(at(services, "2026-03-31T10:00:00+02:00"), "no water in Kholofelo")
    holiday = at(services, "2026-04-06T07:05:00+02:00")
    digesting.run(holiday)

    assert len(to_councillor(holiday, 3)) == 1


def test_the_week_of_a_new_year_is_one_week(services: Services):
    """From Monday 28 December 2026 to Sunday 3 January 2027."""
    for day in ("2026-12-28T01:00:00+02:00", "2026-12-31T23:59:00+02:00", "2027-01-03T23:59:00+02:00"):
        report(at(services, day), "no water in Kholofelo")
    report(at(services, "2026-12-27T23:59:00+02:00"), "no power in Kholofelo")
    report(at(services, "2027-01-04T00:01:00+02:00"), "no power in Kholofelo")
    monday = at(services, "2027-01-04T07:05:00+02:00")
    digesting.run(monday)

    with monday.database.begin() as session:
        figures = digesting.figures(
            digesting.Work.begin(monday, session),
            monday.cities.current().city.wards_in_force(monday.clock.now().date())[2],
            "en",
            digesting.digests.last_week(monday.clock.now(), monday.cities.current().city.zone),
        )
        assert session.execute(text("SELECT period FROM digest")).scalar() == "2026-12-28"
    assert (figures.ward, figures.new) == (3, 3)


def test_what_became_late_after_the_week_is_for_the_next_digest(last_week: Services, monday: Services):
    report(at(last_week, "2026-03-08T06:00:00+02:00"), "no water in Lakeview Ext 1")  # due on Monday at six
    clock.mark_overdue(at(last_week, "2026-03-09T06:30:00+02:00"))
    digesting.run(monday)

    assert "late." in said(monday)[5].splitlines()[0]
    assert "days late" not in said(monday)[5]


def test_a_case_stands_once_under_the_worst_that_is_to_be_said_of_it(last_week: Services, monday: Services):
    """Every one of these is new as well."""
    back, late, new = report(last_week, "no water in Lakeview Ext 1", 3)
    move_case(last_week, back, "fixed")
    work(last_week)
    Phone(last_week, "+27821234500").write("2")
    work(last_week)
    move_case(last_week, new, "scheduled", on=date(2026, 3, 20))
    clock.mark_overdue(at(last_week, "2026-03-08T10:00:00+02:00"))
    with monday.database.begin() as session:
        work_ = digesting.Work.begin(monday, session)
        ward = monday.cities.current().city.ward("2021/5")
        assert ward is not None
        figures = digesting.figures(work_, ward, "en", digesting.digests.last_week(monday.clock.now(), work_.city.zone))

    assert [(one.reference, one.what) for one in figures.notable] == [
        (back, "reopened"),
        (back, "late"),
        (late, "late"),
        (new, "new"),
    ]
