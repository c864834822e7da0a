"""One HTTP request as a gateway makes it: no proxy (addresses hold tokens), no redirect, no more than is read."""

import contextlib
import http.client
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Final
from urllib.parse import urlsplit

PATIENCE: Final = 10.0  # seconds that a gateway waits (Africa's Talking, USSD overview)
MOST: Final = 64 * 1024  # bytes of a reply that are read; a screen has 160 letters
PIECE: Final = 8 * 1024


@dataclass(frozen=True, slots=True)
class Request:
    """What is posted; a repeat is the same request once more."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes | None


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; `failure` says why nothing did: `reach`, `tls`, `time` or `http`."""

    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)  # names in small letters
    body: bytes = b""
    seconds: float = 0.0
    too_long: bool = False
    failure: str = ""
    why: str = ""


def send(request: Request) -> Answer:
    """The answer to a request; what goes wrong is told in it, never raised."""
    began = time.monotonic()
    try:
        return _ask(request, began)
    except TimeoutError:
        failure, why = "time", f"no whole answer in {PATIENCE:g} s"
    except ssl.SSLError as error:
        failure, why = "tls", getattr(error, "verify_message", "") or error.reason or "the handshake failed"
    except (ConnectionResetError, BrokenPipeError):
        failure, why = "http", "the line was closed without an answer"
    except (http.client.HTTPException, ValueError) as error:
        failure, why = "http", type(error).__name__
    except OSError as error:
        failure, why = "reach", (error.strerror or type(error).__name__).lower()
    seconds = time.monotonic() - began
    if seconds >= PATIENCE:  # whatever it became when the line was cut
        failure, why = "time", f"no whole answer in {PATIENCE:g} s"
    return Answer(seconds=seconds, failure=failure, why=why)


def _ask(request: Request, began: float) -> Answer:
    parts = urlsplit(request.url)
    connection = _connection(parts.scheme, parts.netloc)
    with contextlib.closing(connection), _cut_off(connection):
        target = parts._replace(scheme="", netloc="").geturl() or "/"
        connection.request(request.method, target, request.body, dict(request.headers))
        response = connection.getresponse()
        body = _body(response, began)
        headers = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, headers, body[:MOST], time.monotonic() - began, len(body) > MOST)


@contextlib.contextmanager
def _cut_off(connection: http.client.HTTPConnection) -> Iterator[None]:
    """Connects, and cuts the line when patience ends: a time-out of a socket begins anew with every byte."""
    connection.connect()
    end = threading.Timer(PATIENCE, partial(_shut, connection.sock))
    end.daemon = True
    end.start()
    try:
        yield
    finally:
        end.cancel()


def _shut(line: socket.socket) -> None:
    with contextlib.suppress(OSError):  # it was over in the same moment
        line.shutdown(socket.SHUT_RDWR)


def _connection(scheme: str, place: str) -> http.client.HTTPConnection:
    if scheme == "https":
        return http.client.HTTPSConnection(place, timeout=PATIENCE, context=ssl.create_default_context())
    return http.client.HTTPConnection(place, timeout=PATIENCE)


def _body(response: http.client.HTTPResponse, began: float) -> bytes:
    """As much of a body as matters. Raises TimeoutError where the line was cut before its end."""
    pieces = bytearray()
    while len(pieces) <= MOST and (piece := response.read1(PIECE)):
        pieces += piece
    if time.monotonic() - began >= PATIENCE:
        raise TimeoutError
    return bytes(pieces)


def place(url: str) -> str:
    """An address as it may be shown: without its path, which may hold a token."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
