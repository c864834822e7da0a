"""Landmarks learnt from the cases that staff take on: once a case, of public ones, never a story or a number."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from time import sleep

import pytest
from sqlalchemy import select, text

from app.civic.cases import By, Status
from app.jobs.moves import Step, move
from app.jobs.work import Work
from app.storage import cases, landmarks
from app.storage.tables import Case, Landmark
from app.wiring import Services
from tests.phones import Phone, work
from tests.processes import another_process, rows
from tests.staff import move_case

NOON = datetime(2026, 3, 3, 10, tzinfo=UTC)


def case(services: Services, reference: str, landmark: str, ward: str | None = "2021/3", public: bool = True) -> str:
    """A case that came in."""
    with services.database.begin() as session:
        session.add(
            Case(
                reference=reference,
                category="LEAK",
                public=public,
                urgent=False,
                place_key="kholofelo",
                ward_key=ward,
                landmark=landmark,
                owner="vezani",
                status="received",
                open=True,
                overdue=False,
                reports=0,
                round=0,
                received_at=NOON,
            )
        )
    return reference


def take_on(services: Services, *references: str) -> None:
    for reference in references:
        move_case(services, reference, "acknowledged")


def known(services: Services) -> list[tuple[str, str | None, int]]:
    with services.database.begin() as session:
        return [(one.words, one.ward, one.cases) for one in landmarks.known(session)]


def somebody_waits(services: Services) -> bool:
    """Whether a transaction waits for another's row."""
    with services.database.begin() as session:
        return bool(session.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")))


def test_a_landmark_is_counted_once_a_case_however_it_is_written(services: Services):
    first, second = case(services, "1000002", "Mooki St"), case(services, "1000015", "12 mooki street")
    take_on(services, first, second)
    move_case(services, first, "in_progress")
    move_case(services, first, "fixed")

    assert known(services) == [("mooki street", "2021/3", 2)]


def test_nothing_is_learnt_before_staff_take_a_case_on(services: Services):
    case(services, "1000002", "Mooki St")
    declined = case(services, "1000015", "Kholo Mall")
    move_case(services, declined, "declined", note="no fault")

    assert rows(services, Landmark) == 0


@pytest.mark.parametrize("words", ["", "they beat him every night", "phone 0821234567 Mooki St", "Gogo Dlamini"])
def test_no_story_number_or_name_is_learnt(services: Services, words: str):
    take_on(services, case(services, "1000002", words))

    assert rows(services, Landmark) == 0


def test_nothing_is_learnt_from_a_private_case(services: Services):
    take_on(services, case(services, "1000002", "Mooki St", public=False))

    assert rows(services, Landmark) == 0


def test_a_street_through_two_wards_settles_neither(services: Services):
    take_on(services, case(services, "1000002", "Mooki St", "2021/3"), case(services, "1000015", "Mooki St", "2021/4"))
    take_on(services, case(services, "1000028", "Mooki St", None))

    assert known(services) == [("mooki street", None, 3)]


def test_a_report_that_was_taken_back_says_nothing_of_a_ward(services: Services):
    back = case(services, "1000002", "Mooki St", "2021/4")
    move_case(services, back, "closed", by=By.RESIDENT)
    take_on(services, case(services, "1000015", "Mooki St", "2021/3"))

    assert known(services) == [("mooki street", "2021/3", 1)]


def test_a_case_that_was_declined_and_taken_on_after_all_is_learnt_once(services: Services):
    late = case(services, "1000002", "Mooki St")
    move_case(services, late, "declined", note="no fault")
    move_case(services, late, "acknowledged", note="there is one")
    move_case(services, late, "fixed")
    move_case(services, late, "acknowledged")

    assert known(services) == [("mooki street", "2021/3", 1)]


def test_two_cases_in_two_wards_that_are_taken_on_at_once_settle_neither(services: Services):
    first, second = case(services, "1000002", "Mooki St", "2021/3"), case(services, "1000015", "Mooki St", "2021/4")
    with another_process(services) as other, ThreadPoolExecutor(1) as pool:
        with services.database.begin() as session:
            work = Work.begin(services, session)
            moved = cases.by_reference(session, first, lock=True)
            assert moved is not None
            move(work, moved, Step(Status.ACKNOWLEDGED, By.STAFF, "nomsa"))
            at_once = pool.submit(take_on, other, second)
            while not at_once.done() and not somebody_waits(services):
                sleep(0.01)
        at_once.result()

    assert known(services) == [("mooki street", None, 2)]


def test_a_ward_that_turns_out_later_is_learnt(services: Services):
    take_on(services, case(services, "1000002", "Mooki St", None), case(services, "1000015", "Mooki St", "2021/3"))

    assert known(services) == [("mooki street", "2021/3", 2)]


def test_who_types_a_landmark_that_was_learnt_is_offered_its_area(services: Services):
    Phone(services, "+27821234567").dial("1", "1", "2", "KHOL", "1", "Mooki St")
    work(services)
    with services.database.begin() as session:
        reference = session.scalars(select(Case.reference)).one()
    take_on(services, reference)
    services.cities.known = None  # a process that starts

    screen = Phone(services, "+27827654321").dial("1", "1", "2", "mooki street").text

    assert screen.splitlines()[:2] == ["Which one?", "1. Kholofelo"]


def test_a_process_hears_of_new_landmarks_within_a_minute_and_reads_no_name_anew(services: Services):
    before = services.cities.current()
    take_on(services, case(services, "1000002", "Mooki St"))
    services.cities.looked_at = services.cities.learnt_at = 0.0  # a minute passes

    after = services.cities.current()

    assert [match.place.key for match in after.places.find("Mooki St", 9)] == ["kholofelo"]
    assert after.city is before.city
