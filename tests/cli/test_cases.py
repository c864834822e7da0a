import re

import pytest

from app.civic.references import grouped, make
from tests.cli.conftest import NEIGHBOUR, report
from tests.phones import Phone, work

UNKNOWN = make(100_000)


def test_a_case_is_shown_with_its_history_and_its_reporters_masked(operator, phone):
    reference = report(phone)

    found = operator.ask("case", "show", reference)

    assert found["reference"].replace(" ", "") == reference
    assert (found["category"], found["status"], found["landmark"]) == ("LEAK", "received", "Mooki St")
    assert [event["kind"] for event in found["history"]] == ["received"]
    assert [one["phone"] for one in found["reporters"]] == ["+27 ** *** **67"]
    assert found["says"] == {"fixed": 0, "not_fixed": 0, "unsure": 0, "no_answer": 0}


def test_no_number_of_a_resident_is_printed_not_even_one_that_they_wrote(operator, phone):
    phone.write("WATER burst pipe, call me on 082 555 0199 or +27825550198, Kholwane")
    work(phone.services)
    reference = operator.ask("case", "list")[0]["reference"]

    for printed in (operator.say("case", "show", reference), operator.say("case", "show", reference, "--json")):
        assert "burst pipe" in printed
        assert not re.search(r"82\W?555\W?019|821234567", printed)


@pytest.mark.parametrize("written", ["{}", " {} ", "{}.", "{}#"])
def test_a_reference_may_be_written_as_people_write_it(operator, phone, written):
    reference = report(phone)

    assert operator.ask("case", "show", written.format(reference))["status"] == "received"
    assert operator.ask("case", "show", written.format(grouped(reference)))["status"] == "received"
    assert operator.ask("case", "show", *grouped(reference).split())["status"] == "received"
    assert operator.ask("case", "move", *grouped(reference).split(), "acknowledged")["status"] == "acknowledged"


def test_an_unknown_reference_is_said_to_be_unknown(operator):
    assert operator.refused("case", "show", UNKNOWN) == f"izwi: there is no case {grouped(UNKNOWN)}"


def test_a_mistyped_reference_is_told_from_an_unknown_one(operator):
    wrong = UNKNOWN[:-1] + str((int(UNKNOWN[-1]) + 1) % 10)

    assert "is no reference" in operator.try_to("case", "show", wrong).stderr


def test_a_move_is_told_to_the_reporter_and_written_down(operator, phone):
    reference = report(phone)

    moved = operator.ask("case", "move", reference, "scheduled", "--date", "2030-03-11", "--as", "Thandi")

    assert moved == {
        "reference": reference,
        "from": "received",
        "status": "scheduled",
        "kind": "scheduled",
        "date": "2030-03-11",
        "told": 1,
    }
    event = operator.ask("case", "show", reference)["history"][-1]
    assert (event["kind"], event["by"], event["promised_on"]) == ("scheduled", "Thandi", "2030-03-11")
    deed = operator.ask("audit", "list")[0]
    assert (deed["who"], deed["what"], deed["object"]) == ("Thandi", "case.move", f"case:{reference}")
    assert deed["details"]["date"] == "2030-03-11"


def test_what_the_life_of_a_case_does_not_allow_is_refused_with_what_is_possible(operator, phone):
    reference = report(phone)

    said = operator.refused("case", "move", reference, "scheduled", "--as", "Thandi")

    assert said.startswith("izwi: To make it scheduled, give a date after today.")
    assert "Possible now:" in said
    assert operator.ask("case", "show", reference)["status"] == "received"
    assert operator.ask("audit", "list") == []


def test_fixed_becomes_acknowledged_again_as_a_reopening(operator, phone):
    reference = report(phone)
    operator.say("case", "move", reference, "fixed")

    assert operator.ask("case", "move", reference, "acknowledged")["kind"] == "reopened"
    assert operator.ask("case", "show", reference)["open"] is True


def test_a_case_joins_another_by_the_reference_in_the_note(operator, phone):
    first = report(phone)
    second = report(Phone(phone.services, NEIGHBOUR), "1", "1", "2", "KHOL", "1", "Long Rd")

    operator.say("case", "move", second, "merged", "--note", first)

    found = operator.ask("case", "show", second)
    assert (found["status"], found["merged_into"].replace(" ", "")) == ("merged", first)


def test_statuses_may_be_written_with_a_space_or_a_hyphen(operator, phone):
    reference = report(phone)

    assert operator.ask("case", "move", reference, "in-progress")["status"] == "in_progress"
    assert "none of received" in operator.try_to("case", "move", reference, "done").stderr


def test_cases_are_listed_by_ward_status_and_kind(operator, phone):
    leak = report(phone)
    power = report(Phone(phone.services, NEIGHBOUR), "1", "1", "4", "7", "Clinic")
    operator.say("case", "move", leak, "fixed")

    def references(*options):
        return [one["reference"].replace(" ", "") for one in operator.ask("case", "list", *options)]

    assert set(references()) == {leak, power}
    assert references("--open") == [power]
    assert references("--status", "fixed") == [leak]
    assert references("--category", "power") == [power]
    assert references("--ward", 7) == [power]
    assert references("--ward", 8) == []


def test_a_ward_that_is_not_there_today_is_refused(operator):
    assert operator.refused("case", "list", "--ward", 99) == "izwi: there is no ward 99 today"


def test_a_list_of_cases_reads_well_at_a_terminal(operator, phone):
    assert operator.say("case", "list") == "No case.\n"
    report(phone)
    assert "LEAK" in operator.say("case", "list")


def test_a_case_is_placed_by_staff_and_its_figures_follow(operator, phone):
    phone.write("LEAK in Kholwani")
    work(operator.services)
    reference = operator.ask("case", "list")[0]["reference"]

    placed = operator.ask("case", "place", reference, "--ward", "11")

    assert placed == {"reference": reference, "place": "kholwani", "ward": "2021/11"}
    assert operator.say("counters", "verify").startswith("Every counter is what the rows say.")
