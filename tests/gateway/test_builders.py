"""What our own phones post is read as what was meant."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.gateway import africastalking, builders
from app.gateway.face import DeliveryReport, Hop, IncomingSms, OptOut, SessionEnd, Status

PHONE = "+27821234567"


@pytest.mark.parametrize("text", ["", "1*2", "1*Mooki St & co + é*#", "*"])
def test_a_dialled_hop_is_read_as_dialled(text):
    hop = Hop("s-1", "*120*4932#", PHONE, "99999", text)

    assert africastalking.hop(builders.hop_form(hop)) == hop


def test_a_sent_sms_is_read_as_sent():
    sms = IncomingSms("m-1", PHONE, "31245", "WATER burst\npipe", None, "99999")

    assert africastalking.sms(builders.sms_form(sms)) == sms


@pytest.mark.parametrize("figures", [(3, 4210), (None, None)])
def test_an_ended_session_is_read_as_it_ended(figures):
    end = SessionEnd("s-1", "*120*4932#", PHONE, "Incomplete", *figures)

    assert africastalking.session_end(builders.end_form(end)) == end


@pytest.mark.parametrize(
    "report",
    [DeliveryReport("m-1", PHONE, status) for status in (Status.SENT, Status.DELIVERED, Status.FAILED, Status.EXPIRED)]
    + [
        DeliveryReport("m-1", PHONE, Status.FAILED, "UserInBlacklist", opted_out=True),
        DeliveryReport("m-1", PHONE, Status.EXPIRED, "AbsentSubscriber"),
        DeliveryReport("m-1", PHONE, Status.OTHER, "Teleported"),
    ],
    ids=lambda report: f"{report.status.value} {report.reason}",
)
def test_a_delivery_report_is_read_as_reported(report):
    assert africastalking.delivery(builders.delivery_form(report)) == report


def test_an_optout_is_read_as_said():
    assert africastalking.optout(builders.optout_form(OptOut(PHONE, "Izwi"))) == OptOut(PHONE, "Izwi")


@given(st.text(alphabet=st.characters(exclude_categories=("Cc", "Cs")), max_size=300))
def test_any_typed_words_come_through_the_door_unchanged(text):
    hop = Hop("s-1", "*120*4932#", PHONE, "99999", text)

    assert africastalking.hop(builders.hop_form(hop)).text == text
