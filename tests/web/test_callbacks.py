"""What the gateway may rely on: its answers, and that nothing which was answered 200 is lost."""

import io
import json
from concurrent.futures import ThreadPoolExecutor

import pytest
import structlog
from sqlalchemy import delete

from app.storage import residents
from app.storage.tables import CityPack
from app.web.crowd import Crowd, Crowded
from app.web.doors import Doors
from app.web.factory import create_app
from app.web.figures import Figures
from tests.web.conftest import FORM, LAST, PHONE

WORDS = "geheimnis"
WELCOME = "Izwi. No name, no ID."
UNUSABLE = "END Sorry, we could not read that. Please dial *120*4932# again."
AGAIN = "END Sorry, something went wrong. Please dial again."
BUSY = "END Izwi is busy now. Please dial again in 5 minutes."


def figure(app, name, **labels):
    """A figure of /metrics."""
    told = ",".join(f'{key}="{value}"' for key, value in labels.items())
    line = f"{name}{{{told}}}" if told else name
    for one in app.test_client().get("/metrics").text.splitlines():
        if one.startswith(f"{line} "):
            return float(one.split()[-1])
    return 0.0


def fail(*_args, **_how):
    raise ValueError(f"{PHONE} wrote {WORDS}")


# -- who may come in ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("door", ["ussd", "ussd/end", "sms", "delivery", "optout"])
def test_a_forged_token_is_answered_404_and_counted(app, gateway, kept, door):
    gateway.token = "test-token-B1b2C3d4E5f6G7h8I9j0K1l2M3"

    answer = gateway.post(door, {"from": PHONE, "id": "1", "text": "WATER", "status": "Success"})

    assert (answer.status_code, figure(app, "izwi_refused_tokens_total")) == (404, 1.0)
    assert kept.rows() == []


@pytest.mark.parametrize("token", ["é", "x", "%00", "test-token"])
def test_a_token_of_any_shape_is_refused(gateway, token):
    gateway.token = token

    assert gateway.post("sms", {}).status_code == 404


def test_the_previous_token_counts_while_it_is_named(services, gateway, monkeypatch):
    previous = "previous-token-A1b2C3d4E5f6G7h8I9j0"
    settings = services.settings.model_copy(update={"webhook_tokens": (gateway.token, previous)})
    monkeypatch.setattr(services, "settings", settings)
    assert create_app(services).test_client().post(f"/at/{previous}/ussd/end").status_code == 200


def test_callbacks_are_posted_only(gateway):
    assert gateway.client.get(f"/at/{gateway.token}/ussd").status_code == 405


def test_an_answer_to_the_gateway_sets_no_cookie_and_is_not_kept(gateway):
    answer = gateway.sms("WATER orlando")

    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"


# -- hops --------------------------------------------------------------------------------------------------------------


def test_the_first_hop_welcomes(gateway):
    assert gateway.hop().startswith(f"CON {WELCOME}")


def test_a_form_without_text_is_the_first_hop(gateway):
    form = {"sessionId": "s1", "serviceCode": "*120*4932#", "phoneNumber": PHONE}

    assert gateway.post("ussd", form).text.startswith(f"CON {WELCOME}")


def test_a_report_ends_with_its_reference_and_is_stored_first(gateway, kept):
    said = gateway.report()

    assert said.startswith("END Thanks. 100 000 2: Water leak, Kholofelo.")
    assert [letter.said.reference for letter in kept.letters()] == ["1000002"]


def test_a_repeated_last_hop_says_the_same_and_files_nothing_more(gateway, kept):
    said = {gateway.report(), gateway.hop(LAST), gateway.hop(LAST)}

    assert (len(said), len(kept.rows())) == (1, 1)


def test_another_code_than_ours_ends(gateway):
    assert gateway.hop(code="*999#") == "END This code is not ours. Please dial *120*4932#."


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", FORM),
        (b"sessionId=s1&serviceCode=*120*4932%23", FORM),
        (b"sessionId=s1&sessionId=s2&serviceCode=*120*4932%23&phoneNumber=%2B27821234567", FORM),
        (b"sessionId=s1&serviceCode=*120*4932%23&phoneNumber=CityAlert", FORM),
        (json.dumps({"sessionId": "s1", "phoneNumber": PHONE}).encode(), "application/json"),
        (b"\xff\xfe\x00", "application/octet-stream"),
        (b"&".join(b"f%d=1" % n for n in range(60)), FORM),
    ],
)
def test_an_unusable_hop_ends_politely_with_200(gateway, body, kind):
    answer = gateway.client.post(f"/at/{gateway.token}/ussd", data=body, content_type=kind)

    assert (answer.status_code, answer.text) == (200, UNUSABLE)


def test_a_hop_that_is_far_too_large_ends_politely_with_200(gateway):
    answer = gateway.post("ussd", b"text=" + b"1" * 70_000)

    assert (answer.status_code, answer.text) == (200, UNUSABLE)


@pytest.mark.parametrize("typed", ["1*" * 60, "9" * 10_000, "1*2*999999999999999999999", "²", "**", "#", "-1", "1e9"])
def test_nonsense_is_answered(gateway, typed):
    assert gateway.hop(typed)[:4] in ("CON ", "END ")


def test_bytes_that_are_no_utf8_are_answered(gateway):
    body = b"sessionId=s1&serviceCode=*120*4932%23&phoneNumber=%2B27821234567&text=1*%E9%00\xe9"

    assert gateway.post("ussd", body).text[:4] in ("CON ", "END ")


def test_an_error_nobody_expected_ends_politely_and_logs_no_number_and_no_word(app, gateway, monkeypatch):
    monkeypatch.setattr("app.web.doors.converse", fail)

    with structlog.testing.capture_logs() as log:
        said = gateway.hop(WORDS)

    assert (said, figure(app, "izwi_hops_total", answer="mishap")) == (AGAIN, 1.0)
    assert [line["error"] for line in log] == ["ValueError"]
    assert PHONE not in str(log)
    assert WORDS not in str(log)


def test_even_without_a_city_a_phone_gets_a_polite_end(services, gateway):
    with services.database.begin() as session:
        session.execute(delete(CityPack))

    assert gateway.hop() == AGAIN


def test_a_hop_is_answered_while_the_database_is_away(gateway, kept, services, monkeypatch):
    gateway.hop(session="earlier")
    monkeypatch.setattr(services.database, "away_until", float("inf"))

    assert gateway.hop().startswith(f"CON {WELCOME}")


def test_a_crowd_lets_no_newcomer_in_but_lets_sessions_end():
    crowd = Crowd(most=2, most_new=1)

    with crowd.place(is_new=True):
        with pytest.raises(Crowded), crowd.place(is_new=True):
            pass
        with crowd.place(is_new=False), pytest.raises(Crowded), crowd.place(is_new=False):
            pass
    assert crowd.inside == 0


def test_a_hop_for_which_there_is_no_room_says_so(services):
    doors = Doors(services, Figures(), Crowd(most=0, most_new=0))
    reply = doors.hop(b"sessionId=s1&serviceCode=*120*4932%23&phoneNumber=%2B27821234567&text=")

    assert f"END {reply.text}" == BUSY


@pytest.mark.parametrize("status", ["Success", "Incomplete", "Failed", "=cmd|' /C calc'!A0"])
def test_the_end_of_a_session_is_counted_and_nothing_else(app, gateway, kept, status):
    form = {"sessionId": "s1", "serviceCode": "*120*4932#", "phoneNumber": PHONE, "status": status, "hopsCount": "3"}
    label = status.lower() if status.isalpha() else "other"

    assert gateway.post("ussd/end", form).status_code == 200
    assert (figure(app, "izwi_session_ends_total", status=label), kept.rows()) == (1.0, [])


def test_an_unusable_end_of_a_session_is_answered_200(gateway):
    assert gateway.post("ussd/end", b"").status_code == 200


# -- SMS ---------------------------------------------------------------------------------------------------------------


def test_an_sms_is_stored_whole_before_it_is_answered(gateway, kept):
    answer = gateway.sms("WATER burst pipe 😀 Mooki St")

    letter = kept.letters()[0]
    assert answer.status_code == 200
    assert (letter.source, letter.phone) == ("sms", PHONE)
    assert letter.body == {
        "id": "sms-1",
        "text": "WATER burst pipe 😀 Mooki St",
        "to": "31245",
        "cut": False,
        "stops": False,
    }


def test_the_same_sms_a_hundred_times_at_once_is_one_row(gateway, kept):
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda _: gateway.client.application.test_client().post(**repeat(gateway)), range(100)))

    assert ({answer.status_code for answer in answers}, len(kept.rows())) == ({200}, 1)


def repeat(gateway):
    form = {"id": "sms-7", "from": PHONE, "to": "31245", "text": "LEAK Kholwani"}
    return {"path": f"/at/{gateway.token}/sms", "data": form}


def test_of_two_texts_with_one_id_the_first_is_kept(gateway, kept):
    gateway.sms("first")
    gateway.sms("second")

    assert [letter.body["text"] for letter in kept.letters()] == ["first"]


def test_an_sms_without_an_id_is_kept_once(gateway, kept):
    answers = [gateway.sms("LEAK Kholwani", sms_id="") for _ in range(2)]

    assert ([answer.status_code for answer in answers], len(kept.rows())) == ([200, 200], 1)


def test_a_long_text_is_cut_and_marked(gateway, kept):
    gateway.sms("x" * 10_000)

    body = kept.letters()[0].body
    assert (len(body["text"]), body["cut"]) == (1600, True)


@pytest.mark.parametrize("text", ["'; DROP TABLE inbox;--", "{{7*7}} %s ${x}", "a\x00b", "\u202eevil", "two\r\nlines"])
def test_hostile_text_is_only_text(gateway, kept, text):
    assert gateway.sms(text).status_code == 200
    assert kept.letters()[0].body["text"] == text.replace("\x00", "").replace("\r\n", "\n")


@pytest.mark.parametrize("word", ["STOP", "stop.", "Unsubscribe", "END", "QUIT", "CANCEL"])
def test_a_stop_holds_from_the_moment_it_is_answered(services, gateway, word):
    assert gateway.sms(word).status_code == 200
    with services.database.begin() as session:
        assert residents.opted_out(session, [services.vault.index(PHONE)])


def test_a_sentence_with_stop_in_it_stops_nothing(gateway, kept):
    gateway.sms("stop the leak in Mooki St")

    assert kept.letters()[0].body["stops"] is False


@pytest.mark.parametrize(
    ("door", "body"),
    [
        ("sms", b"from=CityAlert&to=31245&text=hello&id=1"),
        ("sms", b"from=31245&to=31245&text=hello&id=1"),
        ("sms", b"to=31245&text=hello&id=1"),
        ("sms", b'{"from": "+27821234567", "text": "hello"}'),
        ("delivery", b"status=Success"),
        ("optout", b"senderId=Izwi"),
        ("optout", b"senderId=Izwi&phoneNumber=nobody"),
        ("sms", b"from=%FF&\xe9"),
    ],
)
def test_what_cannot_be_read_is_set_aside_whole_and_answered_200(gateway, kept, door, body):
    answer = gateway.post(door, body)

    row, letter = kept.rows()[0], kept.letters()[0]
    assert (answer.status_code, row.state, row.source) == (200, "unusable", door)
    assert letter.body["raw"] == body.decode("utf-8", "backslashreplace")


def test_the_same_unusable_body_is_set_aside_once(gateway, kept):
    for _ in range(3):
        gateway.post("sms", b"text=hello")

    assert len(kept.rows()) == 1


@pytest.mark.usefixtures("database_away")
def test_with_the_database_away_an_sms_goes_to_the_spool(gateway, kept):
    assert gateway.sms("LEAK Kholwani").status_code == 200
    assert [letter.body["text"] for letter in kept.spooled()] == ["LEAK Kholwani"]


@pytest.mark.usefixtures("database_away")
def test_with_the_database_away_an_unusable_body_goes_to_the_spool(gateway, kept):
    assert gateway.post("sms", b"text=hello").status_code == 200
    assert [(one.source, dict(one.body)) for one in kept.spooled()] == [
        ("unusable", {"raw": "text=hello", "door": "sms"})
    ]


@pytest.mark.usefixtures("database_away", "spool_full")
@pytest.mark.parametrize("body", [b"id=1&from=%2B27821234567&text=LEAK", b"text=hello"])
def test_where_nothing_can_be_stored_the_gateway_is_asked_to_send_again(gateway, body):
    assert gateway.post("sms", body).status_code == 503


def test_a_letter_that_trips_the_code_is_set_aside_rather_than_lost(services, gateway, kept, monkeypatch):
    monkeypatch.setattr("app.storage.inbox.keep", fail)

    assert gateway.sms("LEAK Kholwani").status_code == 200
    assert [row.state for row in kept.rows()] == ["unusable"]


@pytest.mark.parametrize("door", ["sms", "delivery", "optout", "ussd/end"])
def test_more_than_64_kilobytes_are_refused(gateway, door):
    assert gateway.post(door, b"text=" + b"x" * 70_000).status_code == 413


@pytest.mark.parametrize(("size", "status"), [(100, 200), (64 * 1024, 200), (64 * 1024 + 1, 413), (200_000, 413)])
def test_a_body_of_untold_length_is_stored_whole_or_refused(gateway, kept, size, status):
    raw = b"text=".ljust(size, b"x")
    answer = gateway.client.post(
        f"/at/{gateway.token}/sms",
        input_stream=io.BytesIO(raw),
        headers={"Transfer-Encoding": "chunked"},
        content_type=FORM,
    )

    assert answer.status_code == status
    assert [letter.body["raw"] for letter in kept.letters()] == ([raw.decode()] if status == 200 else [])


# -- delivery reports and opt-outs -------------------------------------------------------------------------------------


def test_a_delivery_report_is_kept_once_for_each_status(gateway, kept):
    for status in ("Sent", "Success", "Success"):
        gateway.post("delivery", {"id": "ATXid_1", "status": status, "phoneNumber": PHONE})

    assert [letter.body["status"] for letter in kept.letters()] == ["sent", "delivered"]


def test_a_report_of_a_blocked_sender_asks_to_be_mirrored(gateway, kept):
    form = {"id": "ATXid_1", "status": "Failed", "failureReason": "UserInBlackList", "phoneNumber": PHONE}
    gateway.post("delivery", form)

    letter = kept.letters()[0]
    assert (letter.phone, letter.body) == (
        PHONE,
        {"id": "ATXid_1", "status": "failed", "reason": "UserInBlacklist", "stops": True},
    )


def test_a_delivery_report_without_a_number_is_kept(gateway, kept):
    gateway.post("delivery", {"id": "ATXid_1", "status": "Success"})

    assert [letter.phone for letter in kept.letters()] == [""]


def test_an_opt_out_at_the_gateway_holds_here_at_once(services, gateway):
    assert gateway.post("optout", {"senderId": "Izwi", "phoneNumber": PHONE}).status_code == 200
    with services.database.begin() as session:
        assert residents.opted_out(session, [services.vault.index(PHONE)])
