"""A real door for talks: our web application behind a real HTTP server, and workers that work while a talk waits."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from threading import Thread

import pytest
from werkzeug.serving import WSGIRequestHandler, make_server

from app.conformance import manners, reading, wire
from app.conformance.line import Deployment
from app.conformance.numbers import FICTION, numbers
from app.conformance.played import Played
from app.conformance.player import play
from app.web.factory import create_app
from app.wiring import Services
from tests.conftest import WEBHOOK_TOKEN
from tests.phones import work


class Silent(WSGIRequestHandler):
    """A server that keeps no log."""

    def log(self, *_: object) -> None:
        """Says nothing."""


@contextmanager
def serving(application) -> Iterator[str]:
    """The address of a WSGI application behind a real HTTP server."""
    server = make_server("127.0.0.1", 0, application, threaded=True, request_handler=Silent)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def our_door(services: Services, **settings: object) -> Iterator[str]:
    """Where our own application takes hops, with some settings of its own."""
    with serving(lambda *request: app(*request)) as url:
        update = {"public_url": url, **settings}
        app = create_app(replace(services, settings=services.settings.model_copy(update=update)))
        yield f"{url}/at/{WEBHOOK_TOKEN}/ussd"


class Talker:
    """Somebody who holds talks with an address; while a talk waits, the workers work."""

    def __init__(self, url: str, services: Services | None = None, **how: object) -> None:
        self.url, self.services, self.how = url, services, how

    def hold(self, said: str, manner: str = "africastalking", language: str = "", run: str = "r1") -> Played:
        """A talk, from YAML."""
        script = reading.read_text("talk.yaml", said)
        return self.play(script, manner, language, run)

    def play(self, script, manner: str = "africastalking", language: str = "", run: str = "r1") -> Played:
        """A talk that was read."""
        how: Mapping[str, object] = {"manner": manners.find(manner), "send": wire.send, "wait": self.wait} | self.how
        return play(script, language, numbers(script.phones, FICTION, run), run, Deployment(self.url, **how))

    def wait(self, seconds: float) -> None:
        """What a deployment's workers do meanwhile."""
        if self.services is not None:
            work(self.services)


@pytest.fixture
def talker(services: Services) -> Iterator[Talker]:
    with our_door(services) as url:
        yield Talker(url, services)


@pytest.fixture
def step_only_talker(services: Services) -> Iterator[Talker]:
    with our_door(services, ussd_text="last") as url:
        yield Talker(url, services)
