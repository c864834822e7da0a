"""Each rule that a gateway asks of an application is broken by some application, and the finding says which."""

import socket
import threading
import time

import pytest

from app.conformance.manners import Reply
from app.conformance.verdict import RULES, judge
from app.conformance.wire import PATIENCE, Answer, Request, place, send
from tests.conformance.conftest import Talker, serving
from tests.conformance.foreign import counting, forgetful, freeflow, says, uzo, wsgi

DIAL = 'title: A dial\nphones: [thandi]\nsteps:\n  - dial: "*120*4932#"\n'
PLAIN = {"content-type": "text/plain; charset=utf-8"}


def rules(answer: Answer, reply: Reply | None = None, limit: int = 160) -> list[str]:
    return [broken.rule for broken in judge(answer, reply or Reply(), limit)[1]]


def said(body: str | bytes, status: int = 200, seconds: float = 0.1, **headers: str) -> Answer:
    return Answer(status, PLAIN | headers, body if isinstance(body, bytes) else body.encode(), seconds)


@pytest.mark.parametrize(
    ("answer", "broken"),
    [
        (said("CON What is wrong?\n1. Water\n2. Power\n98. More\n0. Back"), []),
        (said("END Thanks."), []),
        (said("CON " + "a" * 160), []),
        (said("CON " + "a" * 161), ["length"]),
        (said("CON " + "€" * 81), ["length"]),
        (said("CON Ke a leboga š"), ["letters"]),
        (said("CON a\tb"), ["letters"]),
        (said(" CON Hello"), ["clean start"]),
        (said("\nEND Hello"), ["clean start"]),
        (said(b"\xef\xbb\xbfCON Hello"), ["clean start"]),
        (said(""), ["kind"]),
        (said("CON"), ["kind", "screen"]),
        (said("CON "), ["screen"]),
        (said("con Hello"), ["kind"]),
        (said("CONHello"), ["kind"]),
        (said("Hello"), ["kind"]),
        (said("CON Hello", 404), ["status"]),
        (said("", 302), ["redirect"]),
        (said("CON Hello", **{"content-type": "text/html"}), ["type"]),
        (said("<!DOCTYPE html><html>", **{"content-type": "text/html"}), ["type", "html"]),
        (said("CON Hello", seconds=PATIENCE + 1), ["time"]),
        (said(b"CON \xff\xfe\x00"), ["text"]),
        (said("CON Pick\n1. Water\n2. \n3. Power"), ["options"]),
        (said("CON Pick\n1. Water\n3. Power"), ["options"]),
        (said("CON Pick\n8. Water\n9. Power\n10. Light\n00. First\n0. Back"), []),
        (Answer(failure="reach", why="connection refused"), ["reach"]),
    ],
)
def test_each_rule_is_found_broken(answer: Answer, broken: list[str]):
    assert rules(answer) == broken


def test_every_rule_says_what_is_asked():
    assert all(text.endswith((".", ").")) for text in RULES.values())


def test_a_smaller_screen_can_be_asked_for():
    assert rules(said("CON " + "a" * 141), limit=140) == ["length"]


def test_a_screen_is_read_on_behind_a_faulty_start():
    screen, _ = judge(said("\n\nCON Hello"), Reply(), 160)

    assert screen is not None
    assert (screen.text, screen.ends) == ("Hello", False)


@pytest.mark.parametrize(
    ("body", "broken"),
    [
        ('{"message": "Hi", "continue": true}', []),
        ('{"message": "Hi", "continue": "maybe"}', ["kind"]),
        ('{"continue": true}', ["kind"]),
        ("[1]", ["kind"]),
        ("CON Hi", ["kind"]),
    ],
)
def test_json_must_hold_the_screen_and_whether_it_goes_on(body: str, broken: list[str]):
    reply = Reply(by="json", name="continue", goes="true", ends="false", type="application/json")

    assert rules(said(body, **{"content-type": "application/json"}), reply) == broken


# -- over real sockets -------------------------------------------------------------------------------------------------


def found(url: str, talk: str = DIAL, manner: str = "africastalking", **how: object) -> list[str]:
    return [found.rule for found in Talker(url, **how).hold(talk, manner).findings]


def test_nobody_at_the_address_is_a_finding():
    assert found("http://127.0.0.1:9/ussd") == ["reach"]


def test_a_host_that_does_not_exist_is_a_finding():
    assert found("http://no-such-host.invalid/ussd") == ["reach"]


def test_tls_where_none_is_spoken_is_a_finding():
    with serving(says("CON Hi")) as url:
        assert found(url.replace("http:", "https:")) == ["tls"]


def test_a_redirect_is_not_followed():
    with serving(says("", 307, Location="http://127.0.0.1:9/")) as url:
        assert found(url) == ["redirect"]


def test_a_file_is_not_read_to_its_end():
    with serving(says("CON " + "a" * 1_000_000)) as url:
        answer = send(Request("POST", url, {}, b""))

    assert answer.too_long
    assert len(answer.body) == 64 * 1024


def test_bytes_that_are_no_text_are_a_finding():
    with serving(says(bytes(range(256)))) as url:
        assert found(url) == ["text"]


def raw(answer: bytes, linger: float = 0.0) -> str:
    """The address of something that says these bytes once and then waits."""
    listener = socket.create_server(("127.0.0.1", 0))

    def say() -> None:
        with listener, listener.accept()[0] as one:
            one.recv(65536)
            one.sendall(answer)
            time.sleep(linger)

    threading.Thread(target=say, daemon=True).start()
    return f"http://127.0.0.1:{listener.getsockname()[1]}/ussd"


@pytest.mark.parametrize(("answer", "rule"), [(b"", "http"), (b"SSH-2.0-OpenSSH\r\n", "http")])
def test_what_is_no_http_is_a_finding(answer: bytes, rule: str):
    assert rule in found(raw(answer))


def test_who_never_answers_is_a_finding(monkeypatch):
    monkeypatch.setattr("app.conformance.wire.PATIENCE", 0.2)

    assert found(raw(b"", linger=1)) == ["time"]


def test_who_trickles_is_a_finding(monkeypatch):
    monkeypatch.setattr("app.conformance.wire.PATIENCE", 0.2)

    assert found(raw(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nCON", linger=1)) == ["time"]


def test_a_token_in_an_address_is_not_shown():
    assert place("https://user:pw@example.org:8443/at/TOKEN/ussd?key=1") == "https://example.org:8443"


def test_an_application_that_counts_hops_is_found_by_a_repeat():
    with serving(wsgi(counting)) as url:
        assert found(url, DIAL + "  - again\n") == ["repeat"]


def test_an_application_that_goes_on_after_its_end_is_found():
    with serving(wsgi(forgetful)) as url:
        assert found(url, DIAL + '  - type: "1"\n  - late: 1\n') == ["over"]


def test_an_application_behind_a_header_is_held():
    with serving(wsgi(freeflow)) as url:
        talk = DIAL + '  - choose: Night\n    expect: {exactly: "You chose 2.", ends: true}\n'
        assert found(url, talk, manner="freeflow") == []


def test_an_application_that_speaks_json_is_held():
    with serving(wsgi(uzo)) as url:
        talk = DIAL + '  - choose: Go\n    expect: {exactly: "Bye 1", ends: true}\n'
        assert found(url, talk, manner="uzo") == []
