"""What holds for every request and answer: size, host, headers."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import Flask, abort, request

from app.config import Settings
from app.web.access import host_of, is_loopback

if TYPE_CHECKING:
    from _typeshed import OptExcInfo
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

Headers = list[tuple[str, str]]
BODY_LIMIT = 64 * 1024
POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
FOR_A_YEAR = "max-age=31536000"


def check_host(app: Flask, settings: Settings) -> None:
    """Answers only to the configured name and to this machine's own; a forged Host never gets into a link."""
    public = urlsplit(settings.public_url).hostname

    @app.before_request
    def is_for_us() -> None:
        host = host_of(request.headers.get("Host", ""))
        if host != public and not is_loopback(host):
            abort(400, f"Please ask at {settings.public_url}.")


def limit_body(app: Flask) -> None:
    """Refuses a body over 64 KB (413) before it is read; of one of untold length no more is read."""
    app.config["MAX_CONTENT_LENGTH"] = BODY_LIMIT + 1

    @app.before_request
    def is_small() -> None:
        if request.content_length is not None and request.content_length > BODY_LIMIT:
            abort(413)
        if "chunked" in request.headers.get("Transfer-Encoding", "").lower():
            # Our servers end the input where the last chunk ends; unsaid, it would be read as an empty body.
            request.environ["wsgi.input_terminated"] = True


def whole_body() -> bytes:
    """The body as it came. Answers 413 rather than to take a part for the whole."""
    body = request.get_data()
    if len(body) > BODY_LIMIT:
        abort(413)
    return body


def add_headers(app: Flask, settings: Settings) -> None:
    """Puts the security headers on every answer, errors too, where the answer has no word of its own."""
    is_safe = settings.public_url.startswith("https:")
    headers = list((HEADERS | ({"Strict-Transport-Security": FOR_A_YEAR} if is_safe else {})).items())
    inner = app.wsgi_app

    def headed(environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        def start_headed(status: str, own: Headers, error: "OptExcInfo | None" = None) -> Callable[[bytes], object]:
            said = {name for name, _ in own}
            return start(status, [*own, *(one for one in headers if one[0] not in said)], error)

        return inner(environ, start_headed)

    # Around Flask, not in it: its header objects cost a fifth of a whole hop.
    app.wsgi_app = headed  # type: ignore[method-assign,assignment]
