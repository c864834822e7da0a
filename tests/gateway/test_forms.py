"""What the gateway posts becomes our types, whatever state it arrives in."""

import json
import re
import sys
from contextlib import suppress
from pathlib import Path
from subprocess import run

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from app.gateway import africastalking, fields
from app.gateway.face import DeliveryReport, Hop, IncomingSms, OptOut, SessionEnd, Status, Unusable

ROOT = Path(__file__).resolve().parents[2]
HOP = {
    "sessionId": "ATUid_1",
    "serviceCode": "*120*4932#",
    "phoneNumber": "+27821234567",
    "networkCode": "65501",
    "text": "1*2",
}
SMS = {
    "id": "m1",
    "from": "+27821234567",
    "to": "31245",
    "text": "WATER",
    "date": "2026-03-01 10:00:00",
    "networkCode": "65501",
}
REPORT = {"id": "ATXid_1", "phoneNumber": "+27821234567", "status": "Success", "networkCode": "65501"}
PARSERS = [
    africastalking.hop,
    africastalking.session_end,
    africastalking.sms,
    africastalking.delivery,
    africastalking.optout,
]
NAMES = sorted(
    {*HOP, *SMS, *REPORT, "status", "hopsCount", "durationInMillis", "failureReason", "senderId", "linkId", "other"}
)


def test_a_hop_is_read_as_it_was_posted():
    assert africastalking.hop(HOP) == Hop("ATUid_1", "*120*4932#", "+27821234567", "65501", "1*2")


@pytest.mark.parametrize("form", [HOP | {"text": ""}, {name: HOP[name] for name in HOP if name != "text"}])
def test_no_text_is_the_first_hop(form):
    assert africastalking.hop(form).text == ""


@pytest.mark.parametrize(
    ("posted", "phone"),
    [
        ("+27821234567", "+27821234567"),
        (" 27821234567", "+27821234567"),  # a plus that nobody escaped
        ("27821234567", "+27821234567"),
        (" +27821234567\n", "+27821234567"),
        (" 4512345678", "+4512345678"),
        ("0821234567", "0821234567"),
        ("31245", "31245"),
        ("+31245", "+31245"),
        ("CityAlert", "CityAlert"),
        ("٠٨٢١٢٣٤٥٦٧", "٠٨٢١٢٣٤٥٦٧"),
    ],
)
def test_a_lost_plus_is_put_back_and_nothing_else_is_guessed(posted, phone):
    assert africastalking.hop(HOP | {"phoneNumber": posted}).phone == phone


@pytest.mark.parametrize("name", ["sessionId", "serviceCode", "phoneNumber"])
@pytest.mark.parametrize("value", [[], [""], [" "], ["\0"]])
def test_a_hop_without_a_field_we_need_says_which(name, value):
    with pytest.raises(Unusable) as refusal:
        africastalking.hop({key: [text] for key, text in HOP.items()} | {name: value})

    assert refusal.value.faults == {name: "is missing"}


def test_every_fault_of_a_form_is_said_at_once():
    with pytest.raises(Unusable, match="sessionId is missing, serviceCode is missing, phoneNumber is missing"):
        africastalking.hop({})


def test_a_field_given_twice_alike_counts_once():
    assert africastalking.hop(MultiDict([*HOP.items(), ("text", "1*2")])) == africastalking.hop(HOP)


@pytest.mark.parametrize("name", ["text", "phoneNumber", "networkCode"])
def test_a_form_that_contradicts_itself_is_unusable(name):
    with pytest.raises(Unusable, match=f"{name} is given twice"):
        africastalking.hop(MultiDict([*HOP.items(), (name, "9")]))


def test_a_refusal_never_repeats_what_was_posted():
    with pytest.raises(Unusable) as refusal:
        africastalking.hop({"phoneNumber": ["+27821234567", "+27829999999"], "text": "secret"})

    assert str(refusal.value) == "sessionId is missing, serviceCode is missing, phoneNumber is given twice"


@pytest.mark.parametrize(
    ("posted", "read"),
    [
        ("a\0b", "ab"),
        ("a\x1b[31mb\x7f", "a[31mb"),
        ("a\r\nb", "a\nb"),
        ("a\rb", "ab"),
        ("a\tb", "a b"),
        (" two  spaces ", " two  spaces "),
        ("a\ud83db", "a\ufffdb"),
        ("👩‍👩‍👧 ẹ ḓ ‮", "👩‍👩‍👧 ẹ ḓ ‮"),
    ],
)
def test_controls_and_broken_letters_never_come_in(posted, read):
    assert africastalking.sms(SMS | {"text": posted}).text == read


@pytest.mark.parametrize(("length", "cut"), [(1600, False), (1601, True), (10_000, True)])
def test_endless_text_is_cut_and_said_to_be(length, cut):
    message = africastalking.sms(SMS | {"text": "ẹ" * length})

    assert (len(message.text), message.cut) == (1600, cut)
    assert africastalking.hop(HOP | {"text": "1" * length}).cut == cut


def test_an_id_is_refused_rather_than_cut():
    with pytest.raises(Unusable, match="sessionId is too long"):
        africastalking.hop(HOP | {"sessionId": "x" * 201})


def test_an_sms_is_read_as_it_was_posted():
    assert africastalking.sms(SMS) == IncomingSms(
        "m1", "+27821234567", "31245", "WATER", "2026-03-01 10:00:00", "65501"
    )


@pytest.mark.parametrize("name", ["from", "to", "date", "text"])
def test_an_sms_without_an_id_is_known_by_sender_recipient_date_and_text(name):
    bare = SMS | {"id": ""}

    assert africastalking.sms(bare).id == africastalking.sms(bare | {"networkCode": "65502"}).id
    assert africastalking.sms(bare).id != africastalking.sms(bare | {name: SMS[name] + "1"}).id


def test_made_ids_of_long_texts_differ_after_the_cut():
    ids = {africastalking.sms(SMS | {"id": "", "text": "x" * 1600 + ending}).id for ending in "ab"}

    assert len(ids) == 2


def test_made_ids_do_not_run_fields_together():
    first = africastalking.sms(SMS | {"id": "", "to": "3124", "date": "5 March"})
    second = africastalking.sms(SMS | {"id": "", "to": "31245", "date": " March"})

    assert first.id != second.id


def test_the_end_of_a_session_keeps_its_figures():
    form = HOP | {"status": "Incomplete", "hopsCount": "3", "durationInMillis": "4210", "input": "1*secret"}

    assert africastalking.session_end(form) == SessionEnd(
        "ATUid_1", "*120*4932#", "+27821234567", "Incomplete", 3, 4210
    )


@pytest.mark.parametrize("figure", ["", "-1", "1e3", "²", "٣", "9" * 30, "many"])
def test_a_figure_that_is_none_is_not_known(figure):
    assert africastalking.session_end(HOP | {"hopsCount": figure}).hops is None


@pytest.mark.parametrize(
    ("status", "reason", "report"),
    [
        ("Success", "", (Status.DELIVERED, None, False)),
        ("success", "", (Status.DELIVERED, None, False)),
        ("Sent", "", (Status.SENT, None, False)),
        ("Buffered", "", (Status.SENT, "Buffered", False)),
        ("Failed", "DeliveryFailure", (Status.FAILED, "DeliveryFailure", False)),
        ("Rejected", "UserInBlackList", (Status.FAILED, "UserInBlacklist", True)),
        ("Rejected", "UserInBlacklist", (Status.FAILED, "UserInBlacklist", True)),
        ("UserInBlacklist", "", (Status.FAILED, "UserInBlacklist", True)),
        ("Failed", "NotNetworkSubcriber", (Status.FAILED, "NotNetworkSubscriber", False)),
        ("Failed", "NotNetworkSubscriber", (Status.FAILED, "NotNetworkSubscriber", False)),
        ("AbsentSubscriber", "", (Status.EXPIRED, "AbsentSubscriber", False)),
        ("Expired", "", (Status.EXPIRED, None, False)),
        ("Teleported", "", (Status.OTHER, "Teleported", False)),
    ],
)
def test_a_delivery_report_is_read_in_either_spelling(status, reason, report):
    read = africastalking.delivery(REPORT | {"status": status, "failureReason": reason})

    assert (read.status, read.reason, read.opted_out) == report


def test_an_optout_needs_only_the_number():
    assert africastalking.optout({"phoneNumber": " 27821234567"}) == OptOut("+27821234567", "")


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b"text=caf%E9", "caf\ufffd"),
        (b"text=caf\xe9", "caf\ufffd"),
        (b"text=caf\xc3\xa9", "café"),
        (b"text=%ED%A0%80", "\ufffd\ufffd\ufffd"),
        (b"text=a%2Bb+c", "a+b c"),
        (b"text", ""),
    ],
)
def test_a_body_with_broken_letters_is_still_a_form(body, text):
    form = fields.form(b"sessionId=s&serviceCode=%2A1%23&phoneNumber=+27821234567&" + body)

    assert africastalking.hop(form) == Hop("s", "*1#", "+27821234567", "", text)


def test_a_body_of_countless_fields_is_unusable():
    with pytest.raises(Unusable):
        fields.form(b"a=1&" * 5000)


def test_numbers_and_words_stay_out_of_what_is_logged():
    seen = [
        africastalking.hop(HOP),
        africastalking.sms(SMS),
        africastalking.delivery(REPORT),
        africastalking.optout(REPORT),
        africastalking.session_end(HOP),
    ]

    assert [value for value in map(repr, seen) if re.search(r"2782|WATER|1\*2", value)] == []


@given(st.dictionaries(st.sampled_from(NAMES), st.lists(st.text(alphabet=st.characters(), max_size=30), max_size=3)))
def test_any_form_is_read_or_unusable(form):
    for parse in PARSERS:
        with suppress(Unusable):
            parse(form)


@given(st.binary(max_size=300))
def test_any_body_is_a_form_or_unusable(body):
    with suppress(Unusable):
        africastalking.hop(fields.form(body))


@given(st.text(alphabet=st.characters(), max_size=2000))
def test_whatever_is_read_can_be_stored(text):
    read = africastalking.sms(SMS | {"text": text}).text

    assert "\0" not in read.encode().decode()


def test_reading_forms_wakes_neither_the_sdk_nor_requests():
    program = "import sys, app.gateway.africastalking as _; print({'africastalking', 'requests'} & set(sys.modules))"
    bare = run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)

    assert bare.stdout == "set()\n"


class TestRealForms:
    """The gateway's own field names, as an independent client checks them."""

    @pytest.fixture
    def callbacks(self, shared_data: Path) -> dict[str, dict]:
        return json.loads((shared_data / "gateway" / "at_callbacks.json").read_text())

    def test_the_example_of_an_ended_session_is_read(self, callbacks):
        read = africastalking.session_end(callbacks["ussd_event_end_of_session"]["example"])

        assert (read.phone, read.status, read.hops, read.duration_ms) == ("+254720123123", "Incomplete", 3, 4210)

    @pytest.mark.parametrize(
        ("kind", "parse", "made"),
        [
            ("ussd_session", africastalking.hop, Hop),
            ("ussd_event_end_of_session", africastalking.session_end, SessionEnd),
            ("sms_incoming", africastalking.sms, IncomingSms),
            ("sms_delivery_report", africastalking.delivery, DeliveryReport),
            ("bulk_sms_opt_out", africastalking.optout, OptOut),
        ],
    )
    def test_a_form_of_each_kind_has_what_we_need(self, callbacks, kind, parse, made):
        form = {name: f"{name} value" for name in callbacks[kind]["fields"]}

        assert type(parse(form)) is made

    def test_every_status_of_a_message_is_known(self, callbacks):
        words = set(callbacks["status"]) - {"Incomplete"}  # a session's word

        assert [word for word in words if word.casefold() not in africastalking.DELIVERY] == []
