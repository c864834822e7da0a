"""Posting forms to the running instance, as the gateway does; never through a proxy: the addresses hold a token."""

from collections.abc import Mapping
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode, urlsplit
from urllib.request import ProxyHandler, build_opener

from app.cli.trouble import Trouble

PATIENCE = 10.0


def post(url: str, form: Mapping[str, str]) -> str:
    """The answer to a form. Raises Trouble if nothing answers, or not with 200."""
    return ask(url, urlencode(form).encode())


def ask(url: str, body: bytes | None = None, patience: float = PATIENCE) -> str:
    """The text at an address of ours, by POST if there is a body. Raises Trouble."""
    try:
        with build_opener(ProxyHandler({})).open(url, body, patience) as answer:
            text: bytes = answer.read()
            return text.decode("utf-8", "replace")
    except HTTPError as error:
        with error:
            raise Trouble(_refused(error.code, place(url))) from None
    except (URLError, OSError, ValueError):
        raise Trouble(f"nothing answers at {place(url)}: scripts/run starts the instance") from None


def place(url: str) -> str:
    """An address as it may be shown, without the token."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _refused(code: int, where: str) -> str:
    if code == 404:
        return f"{where} does not know our token: is WEBHOOK_TOKENS that of the running instance?"
    if code == 503:
        return f"{where} could not store this: scripts/izwi doctor says why"
    return f"{where} answers {code}: see its log"
