"""A real browser before a real server; whoever has no chromium is told how to get it."""

import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright
from werkzeug.serving import make_server

from app.web.factory import create_app
from app.wiring import Services
from tests.phones import work

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@dataclass
class Site:
    """Where the pages are, and the workers behind them."""

    address: str
    services: Services

    def work(self) -> None:
        """Does what workers do, until nothing waits."""
        work(self.services)


@pytest.fixture
def site(services: Services) -> Iterator[Site]:
    """The application on a port of its own, for the time of a test."""
    server = make_server("127.0.0.1", 0, create_app(services), threaded=True)
    server.daemon_threads = False  # closing waits for the last answer, which may still hold a connection
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield Site(f"http://127.0.0.1:{server.server_port}", services)
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """One browser for all tests of a worker."""
    if CHROMIUM is None:
        pytest.skip("no chromium: apt-get install chromium")
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Browser, site: Site) -> Iterator[Page]:
    """A fresh page as wide as a desk; a test fails if the page complains, as it does when the policy blocks a thing."""
    context = chromium.new_context(base_url=site.address, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(said(message)) if is_complaint(message) else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert complaints == []


def is_complaint(message: ConsoleMessage) -> bool:
    """Whether the browser complains; that we refused something (4xx) is no complaint."""
    return message.type in ("error", "warning") and "responded with a status of 4" not in message.text


def said(message: ConsoleMessage) -> str:
    """What the browser wrote, and where."""
    return f"{message.text} {Path(message.location['url']).name}"
