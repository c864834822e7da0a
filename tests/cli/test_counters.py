"""The counters are what the rows say, after everything that can befall a case; and a lie is found and set right."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select, update

from app import clock
from app.storage.tables import Counter
from tests.cli.conftest import NEIGHBOUR, report
from tests.phones import Phone, work
from tests.processes import later

THIRD = "+27711112222"


def live_through(operator, phone):
    """Reports, a neighbour's, one taken back; late, promised, fixed, doubted, reopened, joined, declined, closed."""
    services = phone.services
    neighbour, third = Phone(services, NEIGHBOUR), Phone(services, THIRD)
    first = report(phone)
    report(neighbour, "1", "1", "2", "KHOL", "1", "1")
    undone = report(third, "1", "1", "4", "7", "Clinic")
    third.dial("2", "1", "1", "1")
    third.write("no water at all")
    third.write("rubbish in Kholwane")
    work(services)
    second = report(neighbour, "1", "2", "2", "KHOL", "1", "Long Rd")
    services = operator.services = later(services, timedelta(days=3))
    clock.mark_overdue(services)
    operator.say("case", "move", first, "in_progress")
    operator.say("case", "move", first, "fixed")
    Phone(services, NEIGHBOUR).write("1")
    work(services)
    Phone(services, phone.number).write("2")
    work(services)
    operator.say("case", "move", first, "scheduled", "--date", "2040-01-02")
    operator.say("case", "move", second, "merged", "--note", first)
    for one in operator.ask("case", "list", "--open"):
        if one["category"] in ("WATER", "OTHER"):
            operator.say("case", "move", one["reference"], "declined", "--note", "Private ground.")
    operator.say("case", "move", first, "fixed")
    services = operator.services = later(services, timedelta(days=31))
    clock.close_long_fixed(services)
    operator.say("case", "move", first, "acknowledged", "--note", "It leaks again.")
    return first, undone


def total(services, metric):
    with services.database.begin() as session:
        return session.scalar(select(func.sum(Counter.n)).where(Counter.metric == metric, Counter.ward_key == "*"))


def test_whatever_befalls_cases_the_counters_are_what_the_rows_say(operator, phone):
    _, undone = live_through(operator, phone)

    assert operator.ask("counters", "verify") == []
    assert operator.ask("case", "show", undone)["history"][-1]["kind"] == "undone"
    counted = {metric: total(operator.services, metric) for metric in ("fixed", "reopened", "says_fixed", "no_answer")}
    assert counted == {"fixed": 2, "reopened": 2, "says_fixed": 1, "no_answer": 2}
    assert total(operator.services, "open") == len(operator.ask("case", "list", "--open"))


def test_a_late_case_takes_its_figures_along_when_its_place_turns_out(operator, phone):
    phone.write("no water at all since yesterday")
    phone.inbox()
    assert operator.ask("case", "list")[0]["ward"] is None
    operator.services = later(phone.services, timedelta(hours=30))
    clock.mark_overdue(operator.services)

    Phone(operator.services, phone.number).write("Hospital Hill")
    Phone(operator.services, phone.number).write("12")
    work(operator.services)

    assert operator.ask("case", "list")[0]["overdue"] is True
    assert operator.ask("counters", "verify") == []


@pytest.mark.parametrize("lie", ["more", "gone"])
def test_a_lie_is_found_and_set_right(operator, phone, lie):
    report(phone)
    with operator.services.database.begin() as session:
        wrong = (Counter.metric == "open") & (Counter.ward_key == "*")
        session.execute(update(Counter).where(wrong).values(n=7) if lie == "more" else delete(Counter).where(wrong))

    result = operator.try_to("counters", "verify", "--json")
    assert result.exit_code == 1
    assert "1 counters differ from the rows: scripts/izwi counters verify --repair" in result.stderr
    repaired = operator.ask("counters", "verify", "--repair", "--as", "Thandi")

    held = 7 if lie == "more" else 0
    assert [(one["ward"], one["metric"], one["held"], one["should"]) for one in repaired] == [("*", "open", held, 1)]
    assert operator.say("counters", "verify") == "Every counter is what the rows say.\n"
    assert operator.ask("audit", "list")[0]["what"] == "counters.repair"
    assert operator.ask("audit", "list")[0]["who"] == "Thandi"


def test_a_counter_of_nothing_is_found(operator):
    with operator.services.database.begin() as session:
        today = operator.services.clock.now().date()
        session.add(Counter(ward_key="2021/7", day=today, category="LEAK", metric="new", n=3))

    assert operator.ask("counters", "verify", "--repair")[0]["should"] == 0
    assert operator.ask("counters", "verify") == []


def test_with_nothing_filed_there_is_nothing_to_count(operator):
    assert operator.ask("counters", "verify") == []
