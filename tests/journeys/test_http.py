"""From the bytes that the gateway posts to the text that a councillor reads; every field it documents is posted."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app import clock
from app.config import read_settings
from app.gateway.face import Accepted, Outcome, Outgoing
from app.jobs import digesting
from app.storage import residents
from app.storage.tables import Case, Inbox, Message, Report, Response
from app.web.factory import create_app
from app.wiring import Services, wire
from tests.conftest import WEBHOOK_TOKEN
from tests.phones import work
from tests.processes import rows, through
from tests.staff import move_case, status_of

FORM = "application/x-www-form-urlencoded"
PHONE, OTHER = "+27821234567", "+27821234568"
DOORS = {
    "ussd_session": "ussd",
    "ussd_event_end_of_session": "ussd/end",
    "sms_incoming": "sms",
    "sms_delivery_report": "delivery",
    "bulk_sms_opt_out": "optout",
}
# What a field holds when a test does not say otherwise; a gateway fills every field that it documents.
USUAL = {
    "sessionId": "ATUid_5d3b4c2bc589f4811820a7184eed4df5",
    "serviceCode": "*120*4932#",
    "phoneNumber": PHONE,
    "networkCode": "65501",
    "date": "2026-03-03 08:00:00",
    "to": "31245",
    "from": PHONE,
    "senderId": "Izwi",
    "retryCount": "0",
    "cost": "0",
    "durationInMillis": "4210",
    "hopsCount": "3",
}
REPORT = ("1", "1", "2", "KHOL", "1", "Mooki St")


@dataclass(frozen=True)
class Wire:
    """The gateway's end of the wire: it posts bytes, remembers them, and can post them again."""

    client: FlaskClient
    callbacks: Mapping[str, Mapping[str, object]]
    posted: list[tuple[str, bytes]]

    def post(self, kind: str, **said: str) -> str:
        """A callback with every field of its kind; what we answer, which is always 200."""
        fields = self.callbacks[kind]["fields"]
        assert isinstance(fields, dict)
        body = urlencode({name: said.get(name, USUAL.get(name, "")) for name in fields}).encode()
        self.posted.append((DOORS[kind], body))
        return self._send(DOORS[kind], body)

    def dial(self, *typed: str, session: str, phone: str = PHONE) -> list[str]:
        """A session, hop by hop; every screen."""
        texts = ("*".join(typed[:n]) for n in range(len(typed) + 1))
        return [self.post("ussd_session", sessionId=session, phoneNumber=phone, text=text) for text in texts]

    def replay(self) -> None:
        """Everything that was ever posted, once more, the newest first."""
        for door, body in reversed(self.posted):
            self._send(door, body)

    def _send(self, door: str, body: bytes) -> str:
        answer = self.client.post(f"/at/{WEBHOOK_TOKEN}/{door}", data=body, content_type=FORM)
        assert (answer.status_code, answer.mimetype) == (200, "text/plain")
        return answer.text


@pytest.fixture
def callbacks(shared_data: Path) -> Mapping[str, Mapping[str, object]]:
    found: Mapping[str, Mapping[str, object]] = json.loads((shared_data / "gateway" / "at_callbacks.json").read_text())
    return found


@pytest.fixture
def gateway(services: Services, callbacks: Mapping[str, Mapping[str, object]]) -> Wire:
    return Wire(create_app(services).test_client(), callbacks, [])


class Quiet:
    """A gateway that takes every text and says nothing more of it."""

    name = "quiet"

    def send(self, batch: Sequence[Outgoing]) -> Mapping[str, Outcome]:
        return {one.to: Accepted(f"ATXid_{one.to.removeprefix('+')}", "ZAR 0.25") for one in batch}


def texts_to(gateway: Wire, phone: str) -> list[tuple[str, str]]:
    """State and words of the texts that a phone got, oldest first."""
    answer = gateway.client.get("/simulator/outbox.json", query_string={"phone": phone})
    return [(one["status"], one["text"]) for one in answer.json]


def message(services: Services) -> Message:
    with services.database.begin() as session:
        return session.scalars(select(Message)).one()


def stopped(services: Services, phone: str = PHONE) -> bool:
    with services.database.begin() as session:
        return bool(residents.opted_out(session, [services.vault.index(phone)]))


# -- every callback as it is documented --------------------------------------------------------------------------------


def test_a_session_with_every_field_the_gateway_lists_files_a_report(services: Services, gateway: Wire):
    screens = gateway.dial(*REPORT, session="ATUid_" + "a" * 32)
    work(services)

    assert [screen[:4] for screen in screens] == ["CON "] * 6 + ["END "]
    assert screens[-1].startswith("END Thanks. 100 000 2: Water leak, Kholofelo.")
    assert status_of(services, "1000002") == "received"


def test_the_gateways_own_example_of_an_ended_session_keeps_nothing(services: Services, gateway: Wire):
    example = gateway.callbacks["ussd_event_end_of_session"]["example"]
    assert isinstance(example, dict)

    assert gateway.post("ussd_event_end_of_session", **example) == "OK"
    assert rows(services, Inbox) == 0


def test_the_end_of_a_session_takes_nothing_from_its_report(services: Services, gateway: Wire):
    gateway.dial(*REPORT, session="s1")
    gateway.post("ussd_event_end_of_session", sessionId="s1", status="Success", input="*".join(REPORT))
    work(services)

    assert rows(services, Report) == 1


@pytest.mark.parametrize("link", [{}, {"linkId": "SampleLinkId123"}])
def test_an_sms_with_every_field_the_gateway_lists_is_answered_with_a_number(
    services: Services, gateway: Wire, link: dict[str, str]
):
    gateway.post("sms_incoming", id="ATXid_1", text="LEAK burst pipe Mooki St Kholofelo", **link)
    work(services)

    ((state, said),) = texts_to(gateway, PHONE)
    assert (state, said[:40]) == ("delivered", "Izwi 100 000 2: Water leak, Kholofelo. V")


SETTLED = {  # what a status of the gateway makes of a text that it had accepted
    "Sent": "accepted",
    "Submitted": "accepted",
    "Buffered": "accepted",
    "Processed": "accepted",
    "Queued": "accepted",
    "Incomplete": "accepted",  # the word of a session, which says nothing about a text
    "Success": "delivered",
    "Failed": "failed",
    "Rejected": "failed",
    "UserInBlacklist": "failed",
    "UnsupportedPhoneNumber": "failed",
    "InsufficientBalance": "failed",
    "ProductNotFound": "failed",
    "InvalidRequest": "failed",
    "InternalError": "failed",
    "NotSupported": "failed",
}


@pytest.fixture
def sent(services: Services, gateway: Wire) -> Services:
    """A receipt that the gateway took; nobody has said yet whether it arrived."""
    gateway.dial(*REPORT, session="s1")
    quiet = through(services, Quiet())
    work(quiet)
    assert message(services).state == "accepted"
    return quiet


def deliver(gateway: Wire, served: Services, **said: str) -> None:
    gateway.post("sms_delivery_report", id=f"ATXid_{PHONE.removeprefix('+')}", **said)
    work(served)


def test_every_status_that_the_gateway_lists_is_tried(callbacks: Mapping[str, object]):
    assert set(SETTLED) == set(callbacks["status"])  # type: ignore[call-overload]


@pytest.mark.parametrize("status", SETTLED)
def test_a_delivery_report_settles_a_text(sent: Services, gateway: Wire, status: str):
    deliver(gateway, sent, status=status)

    assert message(sent).state == SETTLED[status]
    assert stopped(sent) is (status == "UserInBlacklist")


def test_every_reason_of_a_failure_is_kept_and_a_blocked_sender_is_an_opt_out(
    sent: Services, gateway: Wire, callbacks: Mapping[str, Sequence[str]]
):
    for reason in callbacks["failure_reason"]:
        with sent.database.begin() as session:
            session.scalars(select(Message)).one().state = "accepted"
        deliver(gateway, sent, status="Rejected", failureReason=reason)

        assert (message(sent).state, message(sent).detail.lower()) == ("failed", reason.lower())
        assert stopped(sent) is (reason == "UserInBlackList")
        with sent.database.begin() as session:
            residents.start(session, sent.vault.index(PHONE), sent.clock.now(), "test")


def test_what_is_delivered_stays_delivered_whatever_is_reported_later(sent: Services, gateway: Wire):
    for status in ("Sent", "Success", "Failed", "Queued"):
        deliver(gateway, sent, status=status)

    assert message(sent).state == "delivered"


def test_after_an_opt_out_at_the_gateway_no_news_leaves(services: Services, gateway: Wire):
    gateway.dial(*REPORT, session="s1")
    work(services)
    gateway.post("bulk_sms_opt_out")
    move_case(services, "1000002", "acknowledged")
    work(services)

    assert [text[:19] for _, text in texts_to(gateway, PHONE)] == ["Izwi 100 000 2: Wat"]


# -- what came once and comes again ------------------------------------------------------------------------------------


def effects(services: Services) -> dict[str, int]:
    """How many rows there are of all that a letter can cause."""
    return {table.__tablename__: rows(services, table) for table in (Case, Report, Message, Response)}


def test_bodies_that_are_captured_and_posted_again_have_no_second_effect(services: Services, gateway: Wire):
    gateway.dial(*REPORT, session="s1")
    gateway.dial("2", session="s2")
    gateway.post("sms_incoming", id="ATXid_1", **{"from": OTHER}, text="WATER no water Kholwani Central")
    gateway.post("sms_delivery_report", id="ATXid_9", status="Success")
    gateway.post("ussd_event_end_of_session", sessionId="s1", status="Success")
    work(services)
    before = effects(services)

    for _ in range(3):
        gateway.replay()
        work(services)

    assert before == effects(services)
    assert before["report"] == 2


def test_a_number_of_another_country_reports_by_dial_and_is_texted_nothing(services: Services, gateway: Wire):
    abroad = "+254720123123"
    said = gateway.dial(*REPORT, session="s1", phone=abroad)[-1]
    gateway.post("sms_incoming", id="ATXid_1", text="WATER no water Kholofelo", **{"from": abroad})
    work(services)

    assert said.startswith("END Thanks. 100 000 2: Water leak, Kholofelo.")
    assert rows(services, Report) == 2
    assert texts_to(gateway, abroad) == []


@pytest.mark.parametrize("sender", ["CityAlert", "31245", "+27", "+" + "9" * 30, ""])
def test_what_is_no_persons_number_is_kept_for_people_and_never_answered(
    services: Services, gateway: Wire, sender: str
):
    gateway.post("sms_incoming", id="ATXid_1", text="WATER no water Kholofelo", **{"from": sender})
    work(services)

    assert (rows(services, Inbox, "state = 'unusable'"), rows(services, Message)) == (1, 0)


# -- the whole way -----------------------------------------------------------------------------------------------------

COUNCILLOR = "+27600000105"  # of ward 5, who reads English
DIGEST = (
    "Izwi Ward 5, week to Sun 8 Mar: a few new, a few fixed, a few reopened, a few late.\n"
    "1. 100 000 2 Water leak, Lakefield: reopened, a few say not fixed.\n"
    "2. 100 001 5 Rubbish, Lakeside Gardens: 2 days late.\n"
    "Residents say: 0 fixed, a few not fixed, a few no answer."
)


@contextmanager
def started_at(moment: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Services]:
    """The same instance, started anew at another time."""
    monkeypatch.setenv("IZWI_NOW", moment)
    served = wire(read_settings())
    try:
        yield served
    finally:
        served.database.engine.dispose()
        served.redis.close()


def test_what_residents_dial_and_write_becomes_their_councillors_digest(
    services: Services, gateway: Wire, monkeypatch: pytest.MonkeyPatch
):
    gateway.dial("1", "1", "2", "lakefield", "Clinic", session="s1")
    gateway.post("sms_incoming", id="ATXid_1", text="RUBBISH not taken, Lakeside Gardens")
    work(services)
    joined = gateway.dial("1", "1", "2", "lakefield", "1", session="s2", phone=OTHER)
    for to, on in (("acknowledged", None), ("scheduled", date(2026, 3, 4)), ("fixed", None)):
        move_case(services, "1000002", to, on=on)
        work(services)
    asked = gateway.dial("2", session="s3")
    work(services)
    with started_at("2026-03-07T08:00:00+02:00", monkeypatch) as saturday:
        clock.mark_overdue(saturday)
    with started_at("2026-03-09T07:01:00+02:00", monkeypatch) as monday:
        made = [digesting.run(monday) for _ in range(2)]
        work(monday)

    assert joined[-1].startswith("END Thanks. 100 000 2: Water leak, Lakefield. You are added to it.")
    assert asked[0].startswith("CON 100 000 2, Water leak, Lakefield: the city says it is fixed. Is it?")
    assert [(one.sent, one.already) for one in made] == [(1, 0), (0, 1)]
    assert texts_to(gateway, COUNCILLOR) == [("delivered", DIGEST)]
