"""The operator at the terminal: commands against real services, and an instance that answers by HTTP."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from threading import Thread

import pytest
from click.testing import CliRunner, Result
from werkzeug.serving import make_server

from app.cli.given import Given
from app.cli.main import izwi as commands
from app.web.factory import create_app
from app.wiring import Services
from tests.phones import Phone

PHONE = "+27821234567"
NEIGHBOUR = "+27837654321"


@dataclass
class Operator:
    """Somebody who types commands."""

    services: Services

    def try_to(self, *command: object, typed: str = "") -> Result:
        """A command, whatever becomes of it; an error that nobody expected is raised here."""
        given = Given(lambda: self.services.settings, lambda: self.services)
        return CliRunner().invoke(commands, list(map(str, command)), obj=given, input=typed, catch_exceptions=False)

    def say(self, *command: object, typed: str = "") -> str:
        """A command that goes well; what it prints."""
        result = self.try_to(*command, typed=typed)
        assert result.exit_code == 0, result.output
        return result.stdout

    def ask(self, *command: object, typed: str = ""):
        """A command that goes well; what it prints as JSON."""
        return json.loads(self.say(*command, "--json", typed=typed))

    def refused(self, *command: object, typed: str = "") -> str:
        """A command that ends with 1; what it says of it."""
        result = self.try_to(*command, typed=typed)
        assert result.exit_code == 1, result.output
        assert "Traceback" not in result.output
        return result.stderr.strip()


@pytest.fixture
def operator(services: Services) -> Operator:
    return Operator(services)


@pytest.fixture
def phone(services: Services) -> Phone:
    return Phone(services, PHONE)


@pytest.fixture
def running(services: Services) -> Iterator[Operator]:
    """An operator whose instance answers by HTTP."""
    server = make_server("127.0.0.1", 0, lambda *_: [], threaded=True)
    settings = services.settings.model_copy(update={"public_url": f"http://127.0.0.1:{server.port}"})
    serving = replace(services, settings=settings)
    server.app = create_app(serving)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Operator(serving)
    server.shutdown()
    thread.join()
    server.server_close()


def report(phone: Phone, *typed: str) -> str:
    """A resident's first report by USSD: a water leak near Mooki St, filed; its reference."""
    typed = typed or ("1", "1", "2", "KHOL", "1", "Mooki St")
    end = phone.dial(*typed)
    assert end.ends, end.text
    phone.inbox()
    return "".join(letter for letter in end.text.partition(":")[0] if letter.isdecimal())
