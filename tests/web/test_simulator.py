"""The handset's own door: only in a simulation, only for our own pages, and through the gateway's forms."""

import pytest

from app.web.factory import create_app
from app.web.simulator.handset import split_code
from tests.phones import work
from tests.web.conftest import LAST, PHONE


@pytest.fixture
def handset(browser):
    """What the page's script does."""

    def post(path, **said):
        return browser.post(f"/simulator/{path}", json=said)

    return post


def converse(handset, *typed, code="*120*4932#"):
    screen = handset("dial", phone=PHONE, code=code).json
    for one in typed:
        keep = {name: screen[name] for name in ("session", "code", "text")}
        screen = handset("reply", phone=PHONE, typed=one, **keep).json
    return screen


@pytest.mark.parametrize("path", ["", "/outbox.json", "/dial", "/reply", "/sms"])
def test_with_a_real_gateway_there_is_no_simulator(services, monkeypatch, path):
    real = services.settings.model_copy(update={"gateway": "africastalking"})
    monkeypatch.setattr(services, "settings", real)
    client = create_app(services).test_client()
    ask = client.get if path in ("", "/outbox.json") else client.post

    assert ask(f"/simulator{path}").status_code == 404
    assert "andset" not in client.get("/").text


def test_a_conversation_runs_to_its_end_and_a_text_comes_back(services, handset, browser):
    end = converse(handset, *LAST.split("*"))
    work(services)

    assert (end["ends"], end["screen"][:19]) == (True, "Thanks. 100 000 2: ")
    assert 0 < end["septets"] <= 160
    outbox = browser.get("/simulator/outbox.json", query_string={"phone": PHONE}).json
    assert [set(one) for one in outbox] == [{"id", "to", "text", "segments", "status", "purpose", "at"}]
    assert (outbox[0]["to"], outbox[0]["status"], outbox[0]["purpose"]) == (PHONE, "delivered", "receipt")


def test_an_sms_goes_through_the_gateways_door(services, handset, kept, browser):
    assert handset("sms", phone=PHONE, text="HELP").json == {"stored": True}
    assert [letter.body["text"] for letter in kept.letters()] == ["HELP"]
    work(services)
    assert len(browser.get("/simulator/outbox.json", query_string={"phone": PHONE}).json) == 1


@pytest.mark.usefixtures("database_away", "spool_full")
def test_an_sms_that_could_not_be_stored_is_not_said_to_be_sent(handset):
    assert handset("sms", phone=PHONE, text="HELP").status_code == 503


def test_texts_come_oldest_first(services, handset, browser):
    for word in ("HELP", "RIGHTS"):
        handset("sms", phone=PHONE, text=word)
        work(services)

    texts = browser.get("/simulator/outbox.json", query_string={"phone": PHONE}).json
    assert [one["id"] for one in texts] == sorted(one["id"] for one in texts)
    assert len(texts) == 2


def test_a_phone_sees_only_its_own_texts(services, handset, browser):
    handset("sms", phone=PHONE, text="HELP")
    work(services)

    assert browser.get("/simulator/outbox.json?phone=%2B27821234568").json == []


@pytest.mark.parametrize("phone", ["+27821234567", "%2B27821234567", "0821234567", "27821234567"])
def test_a_number_may_be_written_in_any_usual_way(services, handset, browser, phone):
    handset("sms", phone=PHONE, text="HELP")
    work(services)

    assert len(browser.get(f"/simulator/outbox.json?phone={phone}").json) == 1


@pytest.mark.parametrize("query", ["", "?phone=", "?phone=31245", "?phone=CityAlert"])
def test_what_is_no_number_is_told_in_a_sentence(browser, query):
    answer = browser.get(f"/simulator/outbox.json{query}")

    assert (answer.status_code, "telephone number" in answer.json["error"]) == (400, True)


def test_a_long_code_goes_straight_in(handset):
    screen = converse(handset, code="*120*4932*9*1000002#")

    assert screen["text"] == "9*1000002"


@pytest.mark.parametrize(
    ("dialled", "code", "text"),
    [
        ("*120*4932#", "*120*4932#", ""),
        ("*120*4932*9*4829131#", "*120*4932#", "9*4829131"),
        ("*120*49321#", "*120*49321#", ""),
        ("*999#", "*999#", ""),
        ("hello", "hello", ""),
    ],
)
def test_what_follows_our_code_is_typed_at_once(dialled, code, text):
    assert split_code(dialled, "*120*4932#") == (code, text)


def test_an_empty_reply_shows_the_screen_again(handset):
    assert converse(handset, "1", "")["screen"].endswith(converse(handset, "1")["screen"].partition("\n")[2])


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example.org"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_another_sites_page_may_not_use_the_handset(browser, kept, headers):
    answer = browser.post("/simulator/sms", json={"phone": PHONE, "text": "HELP"}, headers=headers)

    assert (answer.status_code, kept.rows()) == (403, [])


def test_our_own_page_may(browser):
    headers = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}

    assert browser.post("/simulator/sms", json={"phone": PHONE, "text": "HELP"}, headers=headers).status_code == 200


def test_a_plain_form_from_anywhere_is_refused(browser):
    assert browser.post("/simulator/sms", data={"phone": PHONE, "text": "HELP"}).status_code == 415


@pytest.mark.parametrize("body", ["", "{", "[]", '{"phone": 1, "text": "x"}', '{"phone": "x", "text": "y", "z": 1}'])
def test_what_is_no_such_request_is_told(browser, body):
    answer = browser.post("/simulator/sms", data=body, content_type="application/json")

    assert (answer.status_code, "We could not read" in answer.json["error"]) == (400, True)


@pytest.mark.parametrize(("query", "hidden"), [("", 1), ("?phone=%2B27821234567", 1), ("?phone=1&phone=2", 0)])
def test_one_phone_is_shown_or_two(browser, query, hidden):
    html = browser.get(f"/simulator{query}").text

    assert html.count("data-handset") == 2
    assert html.count('data-zone="Africa/Johannesburg" hidden') == hidden


def test_a_number_in_the_address_is_escaped(browser):
    html = browser.get("/simulator", query_string={"phone": '"><script>alert(1)</script>'}).text

    assert "<script>alert" not in html
