"""What holds for every request and answer: size, host, headers."""

from urllib.parse import urlsplit

from flask import Flask, Response, abort, request

from app.config import Settings
from app.web.access import host_of, is_loopback

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
    """Refuses a body over 64 KB (413) before it is read; one of untold length when it grows over it."""
    app.config["MAX_CONTENT_LENGTH"] = BODY_LIMIT

    @app.before_request
    def is_small() -> None:
        if request.content_length is not None and request.content_length > BODY_LIMIT:
            abort(413)


def add_headers(app: Flask, settings: Settings) -> None:
    """Puts the security headers on every answer, errors too."""
    is_safe = settings.public_url.startswith("https:")
    headers = HEADERS | ({"Strict-Transport-Security": FOR_A_YEAR} if is_safe else {})

    @app.after_request
    def put(response: Response) -> Response:
        for name, value in headers.items():
            response.headers.setdefault(name, value)
        return response
