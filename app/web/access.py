"""Who may ask: every view says it, one gate keeps it, and a view that says nothing is closed."""

import hmac
import re
from collections.abc import Callable, Mapping
from enum import StrEnum
from hashlib import sha256
from ipaddress import ip_address
from typing import TypeVar

from flask import Flask, abort, request

from app.config import Settings
from app.web.figures import Figures

View = TypeVar("View", bound=Callable[..., object])
HOST = re.compile(r"(?:\[(?P<address>[0-9A-Fa-f:.]+)\]|(?P<name>[^:\[\]]*))(?::[0-9]*)?")
FORWARDED = (
    "CF-Connecting-IP",
    "Forwarded",
    "True-Client-IP",
    "Via",
    "X-Client-IP",
    "X-Forwarded-For",
    "X-Forwarded-Host",
    "X-Forwarded-Proto",
    "X-Real-IP",
)


class Access(StrEnum):
    """Whom a route is for."""

    PUBLIC = "public"
    GATEWAY = "gateway"
    LOOPBACK = "loopback"
    SIMULATOR = "simulator"
    STAFF = "staff"


def access(kind: Access) -> Callable[[View], View]:
    """Says on a view whom it is for; `access_of` reads it back."""

    def mark(view: View) -> View:
        view.access = kind  # type: ignore[attr-defined]
        return view

    return mark


def access_of(view: object) -> Access | None:
    """Whom a view is for; None if it never said so."""
    found = getattr(view, "access", None)
    return found if isinstance(found, Access) else None


def keep_gate(app: Flask, keepers: Mapping[Access, Callable[[], bool]]) -> None:
    """Asks the keeper of a view's access before the view; whoever may not see it learns nothing of it."""

    @app.before_request
    def gate() -> None:
        view = app.view_functions.get(request.endpoint or "")
        kind = access_of(view)
        if view is not None and (kind is None or kind not in keepers or not keepers[kind]()):
            abort(404)


def keepers(settings: Settings, figures: Figures) -> Mapping[Access, Callable[[], bool]]:
    """One keeper an access: True lets the request through."""
    tokens = tuple(token.encode() for token in settings.webhook_tokens)
    bearer = f"Bearer {metrics_token(settings)}".encode()

    def has_token() -> bool:
        given = str((request.view_args or {}).get("token", "")).encode()
        known = is_one_of(given, tokens)
        if not known:
            figures.refused_tokens.inc()
        return known

    def is_inside() -> bool:
        return is_from_here() or hmac.compare_digest(request.headers.get("Authorization", "").encode(), bearer)

    return {
        Access.PUBLIC: lambda: True,
        Access.GATEWAY: has_token,
        Access.LOOPBACK: is_inside,
        Access.SIMULATOR: lambda: settings.gateway == "simulator",
    }


def metrics_token(settings: Settings) -> str:
    """What a Prometheus on another machine shows as its bearer token."""
    return hmac.new(settings.secret_key.encode(), b"metrics", sha256).hexdigest()


def is_one_of(given: bytes, tokens: tuple[bytes, ...]) -> bool:
    """Whether a token is known; it takes as long for any that is not, and for the first as for the last."""
    return sum(hmac.compare_digest(given, token) for token in tokens) > 0


def is_from_here() -> bool:
    """Whether the request comes from this machine itself, not through a proxy that runs on it."""
    return (
        is_loopback(request.remote_addr or "")
        and is_loopback(host_of(request.headers.get("Host", "")))
        and not any(name in request.headers for name in FORWARDED)
    )


def is_loopback(host: str) -> bool:
    """Whether a name or address is this machine's own."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def host_of(header: str) -> str:
    """The name in a Host header, without port and brackets, in small letters."""
    found = HOST.fullmatch(header)
    return (found["address"] or found["name"]).lower() if found else ""
