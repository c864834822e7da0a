"""*120*4932*9*NUMBER#: the way into a neighbour's case, and out of it to a report of one's own."""

import pytest

from app.conversation.drafts import finish_dropped
from app.storage import cases
from app.storage.tables import Inbox, Report
from app.wiring import Services
from tests.phones import Phone, work
from tests.processes import rows

THEIRS = "1000002"


@pytest.fixture
def neighbour(services: Services) -> Phone:
    """Somebody whose neighbour's leak is filed."""
    Phone(services, "+27821234567").dial("1", "1", "2", "KHOL", "1", "Vilakazi St")
    work(services)
    return Phone(services, "+27821234568")


def reports_on(services: Services, reference: str) -> int:
    with services.database.begin() as session:
        case = cases.by_reference(session, reference)
        assert case is not None
        return case.reports


def test_who_does_not_join_after_all_reports_something_else_under_a_number_of_its_own(neighbour: Phone):
    neighbour.dial_directly("9", THEIRS)
    typed = ("2", "1", "1", "ACAC", "1", "Clinic", "1")  # start page, report, no water ... English
    said = [neighbour.type(one).text for one in typed][-1]
    work(neighbour.services)

    assert said.startswith("Thanks. 100 001 5: No water, Acacia Park.")
    assert rows(neighbour.services, Inbox, "state <> 'done'") == 0
    assert (reports_on(neighbour.services, THEIRS), reports_on(neighbour.services, "1000015")) == (1, 1)


def test_who_does_not_join_and_does_not_know_the_area_is_not_placed_at_the_neighbours(neighbour: Phone):
    neighbour.dial_directly("9", THEIRS)
    said = [neighbour.type(one).text for one in ("2", "1", "1", "1", "Clinic", "1")][-1]

    assert said.startswith("Thanks. 100 001 5: No water, area not known.")


def test_a_report_that_is_dropped_after_a_look_at_a_neighbours_case_does_not_join_it(neighbour: Phone):
    services = neighbour.services
    neighbour.dial_directly("9", THEIRS)
    for one in ("2", "1", "1"):
        neighbour.type(one)
    for key, held in services.sessions.dropped(services.clock.now().timestamp() + 700, 10):
        finish_dropped(services, key, held)
    work(services)

    assert reports_on(services, THEIRS) == 1
    assert rows(services, Report) == 2


def test_who_joins_is_told_what_they_joined(neighbour: Phone):
    neighbour.dial_directly("9", THEIRS)
    asked, said = (neighbour.type("1").text for _ in range(2))
    work(neighbour.services)

    assert asked.startswith("Almost done. Which language do you read best?")
    assert said == "Thanks. You are added to 100 000 2: Water leak, Kholofelo. We will ask you if it is fixed."
    assert reports_on(neighbour.services, THEIRS) == 2
