"""How a send can end, against a real server: what may have been sent is never called unsent."""

import json
import socket
import ssl
import threading
from contextlib import closing
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from app.gateway import wire
from app.gateway.africastalking import AfricasTalking
from app.gateway.answers import CODES, Answer, outcomes
from app.gateway.face import Accepted, NotSent, Outgoing, Refused, Unknown
from tests.gateway import loopback
from tests.gateway.loopback import KEY, Loopback, nobody_listens

ANN, BEN, CAS = "+27820000001", "+27820000002", "+254711000111"
QUICK = (0.5, 0.3)


def gateway(url: str, sender: str | None = None, timeout: tuple[float, float] = (3.05, 9.05)) -> AfricasTalking:
    return AfricasTalking("izwi", KEY, sender, url, timeout)


def send(server: Loopback, *numbers: str, timeout: tuple[float, float] = (3.05, 9.05)):
    return gateway(server.url, timeout=timeout).send([Outgoing(number, "Fixed?") for number in numbers])


def test_a_batch_is_one_request_in_the_gateways_words(server):
    gateway(server.url, "Izwi").send([Outgoing(ANN, "Fixed? 1 yes é"), Outgoing(BEN, "Fixed? 1 yes é")])

    (asked,) = server.asked
    assert asked.path == "/version1/messaging"
    assert asked.headers["apikey"] == KEY
    assert asked.headers["accept"] == "application/json"
    assert asked.form == {
        "username": "izwi",
        "to": f"{ANN},{BEN}",
        "message": "Fixed? 1 yes é",
        "bulkSMSMode": "1",
        "from": "Izwi",
    }


def test_without_a_sender_the_gateway_chooses_it(server):
    send(server, ANN)

    assert "from" not in server.asked[0].form


def test_each_number_has_its_own_id_and_cost(server):
    ends = send(server, ANN, BEN)

    assert {end.cost for end in ends.values()} == {"ZAR 0.2000"}
    assert len({end.gateway_id for end in ends.values()}) == 2


def test_answers_are_matched_by_number_not_by_place(server):
    server.reverse = True
    server.codes[BEN] = 406

    ends = send(server, ANN, BEN)

    assert isinstance(ends[ANN], Accepted)
    assert ends[BEN] == Refused(406, "UserInBlacklist", permanent=True, opted_out=True)


@pytest.mark.parametrize("code", [100, 101, 102])
def test_taken_is_accepted(server, code):
    server.codes[ANN] = code

    assert isinstance(send(server, ANN)[ANN], Accepted)


@pytest.mark.parametrize(
    ("code", "end"),
    [
        (401, Refused(401, "RiskHold", pauses=True)),
        (402, Refused(402, "InvalidSenderId", pauses=True)),
        (403, Refused(403, "InvalidPhoneNumber", permanent=True)),
        (404, Refused(404, "UnsupportedNumberType", permanent=True)),
        (405, Refused(405, "InsufficientBalance", pauses=True)),
        (406, Refused(406, "UserInBlacklist", permanent=True, opted_out=True)),
        (407, Refused(407, "CouldNotRoute")),
        (409, Refused(409, "DoNotDisturbRejection")),
        (500, Refused(500, "InternalServerError")),
        (501, Refused(501, "GatewayError")),
        (502, Refused(502, "RejectedByGateway", permanent=True)),
        (408, Unknown("code 408 Strange")),
        (999, Unknown("code 999 Strange")),
    ],
)
@pytest.mark.parametrize("turn", [loopback.USUAL, loopback.WITH_CHARSET, loopback.failing(409), loopback.failing(500)])
def test_each_code_ends_only_its_own_number(server, code, end, turn):
    server.codes[BEN] = code
    server.next(turn)

    ends = send(server, ANN, BEN)

    assert isinstance(ends[ANN], Accepted)
    assert ends[BEN] == end


def test_every_code_of_the_table_is_tried_above():
    assert set(CODES) == {100, 101, 102, 401, 402, 403, 404, 405, 406, 407, 409, 500, 501, 502}


def test_a_number_left_out_of_the_answer_was_not_sent(server):
    server.silent_about.add(BEN)

    ends = send(server, ANN, BEN)

    assert isinstance(ends[ANN], Accepted)
    assert ends[BEN] == NotSent("not in the answer: Sent to 1/2 Total Cost: ZAR 0.2000")


def test_a_number_left_out_that_the_gateway_claims_to_have_sent_is_unknown(server):
    server.next(loopback.empty_list("Sent to 1/1 Total Cost: ZAR 0.2000"))

    assert isinstance(send(server, ANN)[ANN], Unknown)


@pytest.mark.parametrize(
    ("message", "end"),
    [
        ("InvalidSenderId", Refused(402, "InvalidSenderId", pauses=True)),
        ("insufficientbalance", Refused(405, "InsufficientBalance", pauses=True)),
        ("Something else", NotSent("not in the answer: Something else")),
        ("Success", Unknown("not in the answer: Success")),
    ],
)
def test_an_empty_list_sent_nothing_and_its_message_says_why(server, message, end):
    server.next(loopback.empty_list(message))

    assert send(server, ANN, BEN) == {ANN: end, BEN: end}


@pytest.mark.parametrize(
    ("turn", "end"),
    [
        (loopback.UNAUTHORISED, Refused(401, "HTTP 401 Unauthorized", pauses=True)),
        (loopback.FORBIDDEN, Refused(403, "HTTP 403 Forbidden", pauses=True)),
        (loopback.broken(404), Refused(404, "HTTP 404 Not Found", pauses=True)),
        (loopback.broken(307), Refused(307, "HTTP 307 Temporary Redirect", pauses=True)),
        (loopback.THROTTLED, NotSent("HTTP 429 Too Many Requests", slower=True)),
        (loopback.broken(400, b"Must have required parameters: [message]"), NotSent("HTTP 400 Bad Request")),
        (loopback.broken(500), Unknown("HTTP 500 Internal Server Error, no answer we can read")),
        (loopback.broken(503, b"<html>"), Unknown("HTTP 503 Service Unavailable, no answer we can read")),
        (loopback.HTML, Unknown("HTTP 200 OK, no answer we can read")),
        (loopback.BAD_JSON, Unknown("HTTP 201 Created, no answer we can read")),
        (loopback.NOT_OURS, Unknown("HTTP 200 OK, no answer we can read")),
        (loopback.broken(599), Unknown("HTTP 599, no answer we can read")),
    ],
)
def test_an_answer_for_the_whole_batch_ends_every_number(server, turn, end):
    server.next(turn)

    assert send(server, ANN, BEN) == {ANN: end, BEN: end}


def test_a_redirect_does_not_carry_the_key_elsewhere(server):
    server.next(loopback.Turn(307, b"", headers=(("Location", server.url + "/elsewhere"),)))
    send(server, ANN)

    assert len(server.asked) == 1


def test_no_answer_in_time_is_unknown(server):
    server.next(loopback.slow(20))

    assert send(server, ANN, timeout=QUICK) == {ANN: Unknown("ReadTimeout")}


def test_an_answer_in_drops_is_given_up(server):
    server.next(loopback.drip(0.02))

    assert send(server, ANN, timeout=QUICK) == {ANN: Unknown("the answer did not end")}


def test_an_endless_answer_is_given_up(server):
    server.next(loopback.Turn(200, b" " * (2 << 20)))

    assert send(server, ANN) == {ANN: Unknown("the answer did not end")}


def test_a_slow_answer_in_time_is_an_answer(server):
    server.next(loopback.slow(0.1))

    assert isinstance(send(server, ANN)[ANN], Accepted)


def test_a_connection_cut_after_the_request_is_unknown(server):
    server.next(loopback.HANG_UP)

    assert send(server, ANN) == {ANN: Unknown("ConnectionError")}


def test_an_answer_cut_short_is_unknown(server):
    server.next(loopback.Turn(length=200))

    assert isinstance(send(server, ANN)[ANN], Unknown)


def test_an_answer_against_the_rules_of_http_is_unknown(server):
    server.next(loopback.Turn(headers=(("Content-Length", "500"),)))

    assert send(server, ANN) == {ANN: Unknown("InvalidHeader")}


def test_a_refused_connection_is_certainly_not_sent():
    assert gateway(nobody_listens()).send([Outgoing(ANN, "Fixed?")]) == {ANN: NotSent("ConnectionError")}


def test_a_host_without_an_address_is_certainly_not_sent(monkeypatch):
    def no_address(*args):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", no_address)
    ends = gateway("http://gateway.invalid/version1").send([Outgoing(ANN, "Fixed?")])

    assert ends == {ANN: NotSent("ConnectionError")}


def test_a_dead_proxy_is_certainly_not_sent(server, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", nobody_listens().removesuffix("/version1"))
    monkeypatch.delenv("NO_PROXY")

    assert send(server, ANN) == {ANN: NotSent("ProxyError")}
    assert server.asked == []


def test_a_certificate_nobody_vouches_for_is_certainly_not_sent(untrusted):
    assert gateway(untrusted).send([Outgoing(ANN, "Fixed?")]) == {ANN: NotSent("SSLError")}


def test_a_connection_serves_more_than_one_batch(server):
    africas = gateway(server.url)
    for _ in range(3):
        africas.send([Outgoing(ANN, "Fixed?")])

    assert len({asked.client_port for asked in server.asked}) == 1


def test_a_connection_the_gateway_closed_is_opened_again(server):
    africas = gateway(server.url)
    server.next(loopback.Turn(headers=(("Connection", "close"),)))
    ends = [africas.send([Outgoing(ANN, "Fixed?")])[ANN] for _ in range(2)]

    assert [type(end) for end in ends] == [Accepted, Accepted]


def test_a_connection_that_rested_is_not_trusted(server, monkeypatch):
    monkeypatch.setattr(wire, "IDLE_LIMIT", -1)
    africas = gateway(server.url)
    ends = [africas.send([Outgoing(ANN, "Fixed?")])[ANN] for _ in range(2)]

    assert [type(end) for end in ends] == [Accepted, Accepted]
    assert len({asked.client_port for asked in server.asked}) == 2


def test_a_number_asked_twice_is_texted_once(server):
    assert list(send(server, ANN, ANN)) == [ANN]
    assert server.texts == [ANN]


@pytest.mark.parametrize("number", ["0820000001", "31245", "CityAlert", "+1", f"{ANN}\n", f"{ANN},{BEN}", ""])
def test_what_is_no_number_never_leaves(server, number):
    ends = send(server, number, BEN)

    assert ends[number] == Refused(403, "InvalidPhoneNumber", permanent=True)
    assert isinstance(ends[BEN], Accepted)
    assert server.texts == [BEN]


def test_nothing_is_asked_when_no_number_is_left(server):
    send(server, "31245")

    assert server.asked == []


@pytest.mark.parametrize(
    "batch",
    [
        [],
        [Outgoing(ANN, "One"), Outgoing(BEN, "Two")],
        [Outgoing(f"+2782{index:07}", "One") for index in range(101)],
    ],
    ids=["empty", "two texts", "too big"],
)
def test_a_bad_batch_is_refused_before_the_call(server, batch):
    with pytest.raises(ValueError, match="a batch has"):
        gateway(server.url).send(batch)

    assert server.asked == []


@pytest.mark.parametrize(("key", "url"), [("", None), ("k\n", None), ("ключ", None), ("k", "api.example.org/version1")])
def test_settings_that_make_no_request_are_refused_at_once(key, url):
    with pytest.raises(ValueError, match=r"API key|base URL"):
        AfricasTalking("izwi", key, base_url=url)


@pytest.mark.parametrize(
    ("username", "host"), [("sandbox", "api.sandbox.africastalking.com"), ("izwi", "api.africastalking.com")]
)
def test_without_a_base_url_the_username_chooses_the_host(username, host):
    assert AfricasTalking(username, "key")._sms._baseUrl == f"https://{host}/version1"


def test_what_the_gateway_says_is_kept_without_numbers():
    body = json.dumps({"SMSMessageData": {"Message": f"Not sent: {ANN}", "Recipients": []}}).encode()

    assert outcomes(Answer(201, body), [ANN]) == {ANN: NotSent("not in the answer: Not sent: +(number)")}


@pytest.mark.parametrize(
    "entry",
    [
        {"number": "27820000001", "statusCode": 101},
        {"number": "+27 82 000 0001", "statusCode": "101"},
        {"number": ANN, "status": "Success"},
        {"number": ANN, "statusCode": None, "status": "Queued", "messageId": None, "cost": None},
    ],
)
def test_an_acceptance_is_known_in_any_dress(entry):
    body = json.dumps({"SMSMessageData": {"Message": "Sent to 1/1", "Recipients": [entry]}}).encode()

    assert outcomes(Answer(201, body), [ANN]) == {ANN: Accepted(None, "0")}


@pytest.mark.parametrize(
    "recipients",
    [None, {}, "none", [None], [[]], [{"number": 5}], [{"number": ANN, "statusCode": [[1]]}], [{"statusCode": 101}]],
)
def test_a_list_that_makes_no_sense_never_raises(recipients):
    body = json.dumps({"SMSMessageData": {"Message": "Sent to 1/1", "Recipients": recipients}}).encode()

    assert isinstance(outcomes(Answer(201, body), [ANN])[ANN], Unknown)


@pytest.mark.parametrize("body", [b"", b"null", b"[]", b'""', b"[" * 100_000, b"9" * 5000, b"\xff\xfe", b'{"a":' * 900])
def test_an_answer_of_nonsense_is_unknown(body):
    assert isinstance(outcomes(Answer(201, body), [ANN])[ANN], Unknown)


def test_a_number_listed_twice_was_accepted_if_it_once_was():
    entries = [{"number": ANN, "statusCode": code, "messageId": "m"} for code in (500, 101, 502)]
    body = json.dumps({"SMSMessageData": {"Message": "", "Recipients": entries}}).encode()

    assert outcomes(Answer(201, body), [ANN]) == {ANN: Accepted("m", "0")}


def test_real_answers_are_understood(shared_data):
    answers = json.loads((shared_data / "gateway" / "at_sms_responses.json").read_text())
    ends = {}
    for name, answer in answers.items():
        body = answer["body"] if isinstance(answer["body"], str) else json.dumps(answer["body"])
        ends[name] = outcomes(Answer(answer["status"], body.encode()), [CAS])[CAS]

    assert ends == {
        "bulk/default-sender": Accepted("ATXid_bcc7830d645ab7207ecc747d02f28411", "KES 0.8000"),
        "bulk/without-enqueue": Accepted("ATXid_09b5a410fd2f388a06f152f56ce95801", "KES 0.8000"),
        "bulk/invalid-key": Refused(401, "HTTP 401 Unauthorized", pauses=True),
        "premium/send": Accepted("ATXid_9f17a67650617458db781fc2e3d3688f", "0"),
    }


@pytest.fixture
def untrusted(tmp_path):
    """A TLS server with a certificate that it signed itself."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*_certificate(tmp_path))
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        thread = threading.Thread(target=_shake_hands, args=(listener, context), daemon=True)
        thread.start()
        yield f"https://127.0.0.1:{listener.getsockname()[1]}/version1"
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()


def _shake_hands(listener, context):
    try:
        connection, _ = listener.accept()
        with connection, context.wrap_socket(connection, server_side=True):
            pass
    except OSError:
        return  # the client hung up, as it should


def _certificate(folder):
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, now - timedelta(days=1), now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    paths = folder / "cert.pem", folder / "key.pem"
    paths[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    paths[1].write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return paths
