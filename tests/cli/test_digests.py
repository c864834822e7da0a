import pytest

from app.engine.gsm import parts
from tests.cli.conftest import PHONE, report
from tests.phones import Phone, work
from tests.processes import at


def in_a_week(operator, phone):
    """A case of last week in ward 7, looked at on the Monday after."""
    operator.services = at(operator.services, "2026-03-04T10:00:00+02:00")
    report(Phone(operator.services, PHONE), "1", "1", "2", "7", "Clinic")
    operator.services = at(operator.services, "2026-03-09T12:00:00+02:00")


def test_the_digest_of_last_week_is_read_before_it_leaves(operator, phone):
    in_a_week(operator, phone)

    preview = operator.ask("digest", "preview", 7)

    assert list(preview) == ["ward", "period", "text", "segments"]
    assert (preview["ward"], preview["period"]) == (7, {"from": "2026-03-02", "to": "2026-03-08"})
    assert "Ward 7" in preview["text"]
    assert preview["segments"] == parts(preview["text"]).count <= 2


def test_a_quiet_week_has_no_text_and_says_so(operator):
    operator.services = at(operator.services, "2026-03-16T12:00:00+02:00")

    preview = operator.ask("digest", "preview", 7)

    assert (preview["text"], preview["segments"]) == ("", 0)
    assert preview["note"] == "A quiet week: nothing is sent."


def test_each_ward_s_digest_is_sent_once(operator, phone):
    in_a_week(operator, phone)

    assert operator.ask("digest", "send", "--ward", 7) == {"sent": 1, "already": 0}
    assert operator.ask("digest", "send", "--ward", 7) == {"sent": 0, "already": 1}
    work(operator.services)

    councillor = operator.services.cities.current().city.councillor_of("2021/7")
    texts = Phone(operator.services, councillor.phone).inbox()
    assert texts == [operator.ask("digest", "preview", 7)["text"]]


def test_a_ward_without_a_councillor_gets_none(operator, phone):
    in_a_week(operator, phone)
    city = operator.services.cities.current().city
    alone = next(ward.number for ward in city.wards if city.councillor_of(ward.key) is None)

    result = operator.try_to("digest", "send", "--ward", alone)

    assert result.stderr == f"Ward {alone} has no councillor to send it to.\n"
    assert operator.ask("digest", "preview", alone)["note"].endswith("No councillor: it has nobody to go to.")


@pytest.mark.parametrize("command", [("preview", 99), ("send", "--ward", 99)])
def test_a_ward_that_is_not_there_is_refused(operator, command):
    assert operator.refused("digest", *command) == "izwi: there is no ward 99 today"
