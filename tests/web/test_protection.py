"""What holds on every route: who may ask, how much, by which name; and that errors tell people what to do."""

import json
import re

import pytest
from flask import abort

from app.storage.database import DatabaseAway
from app.web.access import Access, access, access_of, is_from_here, metrics_token
from app.web.factory import create_app

PAGES = ("/", "/wards", "/wards/1", "/simulator")
ANYWHERE = (
    *PAGES,
    "/api/v1/wards",
    "/api/v1/summary",
    "/healthz",
    "/readyz",
    "/metrics",
    "/nowhere",
    "/static/izwi.css",
)


def test_every_route_says_whom_it_is_for(app):
    silent = [rule.rule for rule in app.url_map.iter_rules() if access_of(app.view_functions[rule.endpoint]) is None]

    assert silent == []


def test_a_route_that_does_not_say_whom_it_is_for_is_closed(app):
    app.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    app.add_url_rule("/staff", "staff", access(Access.STAFF)(lambda: "secret"))

    assert [app.test_client().get(path).status_code for path in ("/forgotten", "/staff")] == [404, 404]


@pytest.mark.parametrize("path", ANYWHERE)
def test_every_answer_has_the_security_headers(browser, path):
    headers = browser.get(path, buffered=True).headers

    assert headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'self'; script-src 'self'")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "Set-Cookie" not in headers


@pytest.mark.parametrize("path", PAGES)
def test_no_page_has_script_or_style_of_its_own(browser, path):
    html = browser.get(path).text

    assert re.findall(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)|javascript:", html) == []


def test_transport_security_is_asked_for_where_the_address_is_https(services, monkeypatch):
    settings = services.settings.model_copy(update={"public_url": "https://izwi.example.org"})
    monkeypatch.setattr(services, "settings", settings)

    assert "Strict-Transport-Security" in create_app(services).test_client().get("/").headers


@pytest.mark.parametrize(
    "host", ["evil.example.org", "127.0.0.1.evil.org", "", "localhost.evil.org", "[::1", "2130706433"]
)
@pytest.mark.parametrize("path", ["/", "/api/v1/wards", "/metrics"])
def test_a_forged_host_is_refused(browser, host, path):
    assert browser.get(path, headers={"Host": host}).status_code == 400


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:8000", "localhost:9", "[::1]:8000", "LOCALHOST"])
def test_this_machine_may_be_asked_by_its_own_names(browser, host):
    assert browser.get("/", headers={"Host": host}).status_code == 200


def test_the_configured_name_may_be_asked(services, monkeypatch):
    settings = services.settings.model_copy(update={"public_url": "https://izwi.example.org"})
    monkeypatch.setattr(services, "settings", settings)

    assert create_app(services).test_client().get("/", headers={"Host": "izwi.example.org"}).status_code == 200


# -- figures of the operator -------------------------------------------------------------------------------------------


def test_metrics_are_for_this_machine(browser):
    assert browser.get("/metrics").status_code == 200
    assert browser.get("/metrics", environ_base={"REMOTE_ADDR": "192.0.2.7"}).status_code == 404


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP"])
def test_who_comes_through_a_proxy_on_this_machine_is_not_this_machine(browser, header):
    assert browser.get("/metrics", headers={header: "127.0.0.1"}).status_code == 404


def test_a_forwarded_address_is_never_believed(app):
    forged = {"REMOTE_ADDR": "192.0.2.7", "HTTP_X_FORWARDED_FOR": "127.0.0.1"}
    with app.test_request_context("/metrics", environ_overrides=forged):
        assert is_from_here() is False


def test_metrics_open_to_their_token(browser, services):
    elsewhere = {"environ_base": {"REMOTE_ADDR": "192.0.2.7"}}
    right = {"Authorization": f"Bearer {metrics_token(services.settings)}"}

    assert browser.get("/metrics", headers=right, **elsewhere).status_code == 200
    assert browser.get("/metrics", headers={"Authorization": "Bearer x"}, **elsewhere).status_code == 404


# -- errors ------------------------------------------------------------------------------------------------------------


def test_a_page_that_is_not_there_shows_the_way_on(browser):
    answer = browser.get("/nowhere")

    assert (answer.status_code, 'href="/wards"' in answer.text) == (404, True)


@pytest.mark.parametrize("path", ["/api/v1/nowhere", "/api/v1/wards/99/summary"])
def test_a_program_is_told_in_json(browser, path):
    answer = browser.get(path)

    assert (answer.status_code, list(json.loads(answer.text))) == (404, ["error"])


def test_an_error_nobody_expected_shows_nothing_of_the_code(app):
    @access(Access.PUBLIC)
    def breaks():
        raise ValueError("+27821234567 at app/secret.py")

    app.add_url_rule("/breaks", "breaks", breaks)
    answer = app.test_client().get("/breaks")

    assert answer.status_code == 500
    assert not re.search(r"Traceback|ValueError|27821234567|secret\.py", answer.text)


@pytest.mark.parametrize("path", ["/", "/wards", "/wards/1", "/api/v1/summary", "/api/v1/wards/1/summary"])
@pytest.mark.usefixtures("database_away")
def test_with_the_database_away_figures_are_busy_not_broken(browser, path):
    answer = browser.get(path)

    assert (answer.status_code, "cannot be read just now" in answer.text) == (503, True)


def test_what_a_view_says_of_an_error_is_escaped(app):
    app.add_url_rule("/sad", "sad", access(Access.PUBLIC)(lambda: abort(400, "<script>alert(1)</script>")))

    assert "<script>alert" not in app.test_client().get("/sad").text


def test_a_busy_database_is_no_secret(app):
    @access(Access.PUBLIC)
    def asks():
        raise DatabaseAway("postgresql://izwi:password@host")

    app.add_url_rule("/asks", "asks", asks)
    assert "password" not in app.test_client().get("/asks").text


def test_styles_and_scripts_may_be_kept_and_change_their_address(browser):
    href = re.search(r'href="(/static/izwi\.css\?v=[0-9a-f]+)"', browser.get("/").text)

    assert href
    assert "max-age=31536000" in browser.get(href[1], buffered=True).headers["Cache-Control"]
    assert browser.get("/static/../factory.py").status_code == 404
