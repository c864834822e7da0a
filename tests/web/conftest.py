"""The application with real services behind it, and what gateways and people send to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.storage import inbox
from app.storage.letters import Letter
from app.storage.tables import Inbox
from app.web.factory import create_app
from app.wiring import Services
from tests.conftest import WEBHOOK_TOKEN

PHONE = "+27821234567"
LAST = "1*1*2*KHOL*1*Mooki St"


@pytest.fixture
def app(services: Services) -> Flask:
    return create_app(services)


@pytest.fixture
def browser(app: Flask) -> FlaskClient:
    """Somebody who asks for pages."""
    return app.test_client()


@dataclass
class GatewayPosts:
    """The gateway at work: posts its forms to our addresses."""

    client: FlaskClient
    token: str = WEBHOOK_TOKEN

    def post(self, door: str, form: Mapping[str, str] | bytes) -> TestResponse:
        """A form, or a raw body that should be one."""
        how = {"data": form} if isinstance(form, Mapping) else {"data": form, "content_type": FORM}
        return self.client.post(f"/at/{self.token}/{door}", **how)

    def hop(self, text: str = "", session: str = "s1", phone: str = PHONE, code: str = "*120*4932#") -> str:
        """One hop; what the phone shows."""
        form = {"sessionId": session, "serviceCode": code, "phoneNumber": phone, "networkCode": "65501", "text": text}
        answer = self.post("ussd", form)
        assert answer.status_code == 200
        assert answer.content_type == "text/plain; charset=utf-8"
        return answer.text

    def report(self, session: str = "s1", phone: str = PHONE) -> str:
        """A whole report, hop by hop; what the phone shows at its end."""
        typed = LAST.split("*")
        return [self.hop("*".join(typed[:n]), session, phone) for n in range(len(typed) + 1)][-1]

    def sms(self, text: str, sms_id: str = "sms-1", phone: str = PHONE) -> TestResponse:
        """One SMS from a resident."""
        form = {"id": sms_id, "from": phone, "to": "31245", "text": text, "date": "2026-03-03 08:00:00"}
        return self.post("sms", form)


FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def gateway(app: Flask) -> GatewayPosts:
    return GatewayPosts(app.test_client())


@dataclass
class Kept:
    """What is kept of all that came in: rows, their letters, files of the spool."""

    services: Services

    def rows(self) -> list[Inbox]:
        """The rows of the inbox, oldest first."""
        with self.services.database.begin() as session:
            return list(session.scalars(select(Inbox).order_by(Inbox.id)))

    def letters(self) -> list[Letter]:
        """The letters in the inbox, opened."""
        return [inbox.opened(row, self.services.vault) for row in self.rows()]

    def spooled(self) -> list[Letter]:
        """The letters on disk."""
        return [letter for _, letter in self.services.spool.letters(100)]


@pytest.fixture
def kept(services: Services) -> Kept:
    return Kept(services)


@pytest.fixture
def database_away(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    """The breaker stands open for as long as the test lasts."""
    services.cities.current()
    monkeypatch.setattr(services.database, "away_until", float("inf"))


@pytest.fixture
def spool_full(services: Services, tmp_path: Path) -> None:
    """No letter can be written to disk."""
    object.__setattr__(services.spool, "most", 0)
