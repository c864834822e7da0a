"""The HTTP side of sending: it says how far a request came, since what may have been sent is never sent again."""

import ssl
from collections.abc import Mapping
from http.cookiejar import DefaultCookiePolicy
from time import monotonic

import requests
from requests import exceptions as failed
from urllib3.exceptions import HTTPError, NewConnectionError

from app.gateway.answers import Answer
from app.gateway.face import NotSent, Refused, Unknown

ANSWER_LIMIT = 1 << 20  # bytes; a hundred recipients take about 15,000
IDLE_LIMIT = 10.0  # seconds; a connection that rested longer may be dead without a word, and what is sent on it unknown


class Wire:
    """Takes the place of the SDK's own request, which drops the status code and opens a connection each time."""

    def __init__(self) -> None:
        self._session = requests.Session()
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self._used_at = monotonic()

    def __call__(
        self,
        url: str,
        method: str,
        headers: Mapping[str, str],
        data: Mapping[str, str | int],
        params: Mapping[str, str] | None,
        callback: None = None,
        timeout: tuple[float, float] = (3.05, 9.05),
    ) -> Answer | NotSent | Refused | Unknown:
        """The answer, or what is certain without one; timeout is (connect, read) in seconds, no retries."""
        self._drop_idle()
        try:
            with self._session.request(
                method, url, params, data, headers, timeout=timeout, stream=True, allow_redirects=False
            ) as response:
                return _answer(response, monotonic() + timeout[1])
        except (failed.RequestException, HTTPError) as error:
            return _without_answer(error)
        finally:
            self._used_at = monotonic()

    def _drop_idle(self) -> None:
        if monotonic() - self._used_at > IDLE_LIMIT:
            self._session.close()  # the session lives on and opens another connection


def _answer(response: requests.Response, ends: float) -> Answer | Unknown:
    """The whole answer; a server that drips or never stops is given up, which a read timeout would not do."""
    body = b""
    while piece := response.raw.read1(1 << 16, decode_content=True):
        body += piece
        if len(body) > ANSWER_LIMIT or monotonic() > ends:
            return Unknown("the answer did not end")
    return Answer(response.status_code, body)


def _without_answer(error: Exception) -> NotSent | Refused | Unknown:
    kind = type(error).__name__
    if isinstance(error, failed.InvalidURL | failed.InvalidSchema | failed.MissingSchema):  # of ours, or of a proxy
        return Refused(0, kind, pauses=True)
    if _never_left(error):
        return NotSent(kind)
    return Unknown(kind)


def _never_left(error: Exception) -> bool:
    """Whether the failure came before the first byte of the request: no address, no connection, no trusted peer."""
    if isinstance(error, failed.ConnectTimeout | failed.ProxyError):
        return True
    cause = getattr(error.args[0] if error.args else None, "reason", None)
    inner = cause.args[0] if cause and cause.args else None
    return isinstance(cause, NewConnectionError) or isinstance(inner, ssl.SSLCertVerificationError)
