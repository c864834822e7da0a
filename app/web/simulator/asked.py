"""What the handset's script asks: JSON from our own pages alone, checked before it becomes a form."""

from typing import TypeVar
from urllib.parse import urlsplit

from flask import abort, request
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app.civic import msisdn
from app.gateway import fields
from app.web.protection import whole_body
from app.wiring import Services


class Asked(BaseModel):
    """What all requests of the handset share."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    phone: str = Field(max_length=40)


class Dial(Asked):
    """A code, dialled."""

    code: str = Field(max_length=200)


class Typed(Asked):
    """What was typed into an open session; `text` is the transcript before it."""

    session: str = Field(max_length=100)
    code: str = Field(max_length=200)
    text: str = Field(max_length=20_000)
    typed: str = Field(max_length=2_000)


class Written(Asked):
    """A text, written."""

    text: str = Field(max_length=20_000)


Kind = TypeVar("Kind", bound=Asked)


def read(kind: type[Kind]) -> Kind:
    """The body as one of the above. Answers 403 to another site's page, 415 to what is not JSON, 400 to the rest."""
    if not is_from_our_page():
        abort(403, "Only our own pages may use the handset.")
    if request.mimetype != "application/json":
        abort(415)
    try:
        return kind.model_validate_json(whole_body())
    except ValidationError as error:
        wrong = ", ".join(".".join(map(str, one["loc"])) or "body" for one in error.errors(include_input=False))
        abort(400, f"We could not read: {wrong}.")


def is_from_our_page() -> bool:
    """Whether the browser, if it is one, says that a page of this very site asks."""
    origin, site = request.headers.get("Origin"), request.headers.get("Sec-Fetch-Site", "same-origin")
    is_own = origin is None or urlsplit(origin).netloc == request.headers.get("Host")
    return is_own and site in ("same-origin", "none")


def phone_of(services: Services, said: str) -> str:
    """A number as E.164. Answers 400 if it is none."""
    phone = msisdn.parse(fields.phone(said), services.cities.current().city.country)
    if phone is None:
        abort(400, "phone must be a telephone number like +27600000201.")
    return phone
