"""A real HTTP server on 127.0.0.1 that speaks the gateway's side of sending, with every way it can go wrong.

with loopback() as server:
    server.codes["+27821234567"] = 406           # this number is refused, whenever it is asked
    server.next(THROTTLED, slow(30))             # what the next two requests meet
    AfricasTalking("izwi", "key", base_url=server.url)
"""

import json
import socket
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any
from urllib.parse import parse_qs

KEY = "loopback-key"
NAMES = {
    100: "Processed",
    101: "Success",
    102: "Queued",
    401: "RiskHold",
    402: "InvalidSenderId",
    403: "InvalidPhoneNumber",
    404: "UnsupportedNumberType",
    405: "InsufficientBalance",
    406: "UserInBlacklist",
    407: "CouldNotRoute",
    409: "DoNotDisturbRejection",
    500: "InternalServerError",
    501: "GatewayError",
    502: "RejectedByGateway",
}
JSON = "application/json"


@dataclass(frozen=True)
class Turn:
    """How one request is met: an answer (None = the usual one), late, in drops, or not at all."""

    status: int = 201
    body: bytes | None = None
    content_type: str = JSON
    wait_s: float = 0
    drip_s: float = 0  # between one byte and the next
    hang_up: bool = False
    length: int | None = None  # what Content-Length claims, if not the truth
    headers: tuple[tuple[str, str], ...] = ()


USUAL = Turn()
WITH_CHARSET = Turn(content_type="application/json; charset=utf-8")
HTML = Turn(200, b"<!doctype html><title>Welcome</title>", "text/html")
BAD_JSON = Turn(201, b'{"SMSMessageData": {"Recip')
NOT_OURS = Turn(200, b'{"ok": true}')
UNAUTHORISED = Turn(401, b"The supplied authentication is invalid", "text/plain; charset=UTF-8")
FORBIDDEN = Turn(403, b"", "text/plain")
THROTTLED = Turn(429, b"Too many requests", "text/plain")
HANG_UP = Turn(hang_up=True)


def empty_list(message: str, status: int = 201) -> Turn:
    """Nothing sent, and the reason in words."""
    return Turn(status, json.dumps({"SMSMessageData": {"Message": message, "Recipients": []}}).encode())


def broken(status: int, body: bytes = b"") -> Turn:
    """A server's own failure, with or without words."""
    return Turn(status, body, "text/html")


def failing(status: int) -> Turn:
    """A failing status with the usual JSON, a code for each recipient."""
    return Turn(status)


def slow(seconds: float) -> Turn:
    """The usual answer, late."""
    return Turn(wait_s=seconds)


def drip(seconds: float) -> Turn:
    """The usual answer, a byte at a time."""
    return Turn(drip_s=seconds)


@dataclass(frozen=True)
class Asked:
    """A send as it arrived."""

    to: tuple[str, ...]
    text: str
    form: dict[str, str]
    headers: dict[str, str]
    path: str
    client_port: int
    sent: tuple[str, ...]  # the numbers that got the text, whatever the asker came to know of it


@dataclass
class Loopback:
    """The server's memory and its plans; safe to change between requests."""

    url: str
    codes: dict[str, int] = field(default_factory=dict)
    silent_about: set[str] = field(default_factory=set)
    reverse: bool = False
    asked: list[Asked] = field(default_factory=list)
    _turns: deque[Turn] = field(default_factory=deque)
    _ids: Iterator[int] = field(default_factory=lambda: count(1))
    closing: threading.Event = field(default_factory=threading.Event)

    def next(self, *turns: Turn) -> None:
        """What the next requests meet, one each; after them, the usual."""
        self._turns.extend(turns)

    @property
    def texts(self) -> list[str]:
        """The numbers texted so far, one entry a text."""
        return [number for asked in self.asked for number in asked.sent]

    def takes(self, number: str) -> bool:
        """Whether a text to this number leaves."""
        return self.codes.get(number, 101) < 200 and number not in self.silent_about

    def turn(self) -> Turn:
        """The plan for the request that has just come."""
        return self._turns.popleft() if self._turns else USUAL

    def answer(self, to: Sequence[str]) -> bytes:
        """The usual answer: a code for each recipient."""
        listed = [self._recipient(number) for number in to if number not in self.silent_about]
        sent = sum(entry["statusCode"] < 200 for entry in listed)
        message = f"Sent to {sent}/{len(to)} Total Cost: ZAR {sent * 0.2:.4f}"
        recipients = listed[::-1] if self.reverse else listed
        return json.dumps({"SMSMessageData": {"Message": message, "Recipients": recipients}}).encode()

    def _recipient(self, number: str) -> dict[str, Any]:
        code = self.codes.get(number, 101)
        accepted = code < 200
        return {
            "statusCode": code,
            "number": number,
            "status": NAMES.get(code, "Strange"),
            "cost": "ZAR 0.2000" if accepted else "0",
            "messageId": f"ATXid_{next(self._ids):032x}" if accepted else "None",
        }


@contextmanager
def loopback() -> Iterator[Loopback]:
    """A server for as long as the block lasts."""
    server = _Server(("127.0.0.1", 0), _Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server.state
    finally:
        server.state.closing.set()
        server.shutdown()
        thread.join()
        server.server_close()


def nobody_listens() -> str:
    """The base URL of a port that refuses connections."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}/version1"


class _Server(ThreadingHTTPServer):
    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.state = Loopback(f"http://127.0.0.1:{self.server_port}/version1")


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    timeout = 5  # a kept-alive connection does not outlive the test

    def do_POST(self) -> None:
        state = self.server.state
        turn = state.turn()
        asked = self._asked(state, turn)
        state.asked.append(asked)
        state.closing.wait(turn.wait_s)
        if turn.hang_up:
            self.close_connection = True
            return
        self._say(turn, state.answer(asked.to) if turn.body is None else turn.body)

    def log_message(self, *args: object) -> None:
        """Says nothing: numbers stay out of the test log too."""

    def _asked(self, state: Loopback, turn: Turn) -> Asked:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        form = {name: values[0] for name, values in parse_qs(body, keep_blank_values=True).items()}
        to = tuple(form.get("to", "").split(","))
        headers = {name.lower(): value for name, value in self.headers.items()}
        sent = () if turn.body is not None else tuple(number for number in to if state.takes(number))
        return Asked(to, form.get("message", ""), form, headers, self.path, self.client_address[1], sent)

    def _say(self, turn: Turn, body: bytes) -> None:
        self.close_connection |= turn.length is not None
        try:
            self.send_response(turn.status)
            self.send_header("Content-Type", turn.content_type)
            self.send_header("Content-Length", str(len(body) if turn.length is None else turn.length))
            for name, value in turn.headers:
                self.send_header(name, value)
            self.end_headers()
            self._write(turn, body)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True  # the sender gave up first

    def _write(self, turn: Turn, body: bytes) -> None:
        for piece in (body,) if not turn.drip_s else (bytes([byte]) for byte in body):
            self.wfile.write(piece)
            self.wfile.flush()
            self.server.state.closing.wait(turn.drip_s)
