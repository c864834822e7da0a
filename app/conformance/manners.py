"""The manners of gateways, as data: what a hop looks like, how a reply says that it goes on, what a gateway repeats."""

import difflib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, Self
from urllib.parse import urlencode, urlsplit, urlunsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from app.conformance.script import NAME, fill
from app.conformance.wire import Request
from app.engine.source import Fault, FlowFaults, parse

FOLDER: Final = Path(__file__).parent / "manners"
HOP: Final = frozenset(("session", "code", "phone", "digits", "text", "kind", "run"))
END: Final = HOP | {"status", "hops", "millis", "input", "last", "date"}
FORM: Final = "application/x-www-form-urlencoded"


class Part(BaseModel):
    """A part of a gateway's manners."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Reply(Part):
    """How a reply says that the session goes on: by a prefix of its text, by a header, or by a JSON field."""

    by: Literal["prefix", "header", "json"] = "prefix"
    name: str = ""  # the header or the field
    text: str = "message"  # the JSON field of the screen
    goes: str = "CON "
    ends: str = "END "
    type: str = "text/plain"

    @model_validator(mode="after")
    def _named(self) -> Self:
        if self.by != "prefix" and not self.name:
            raise ValueError(f"name: which {self.by} says it?")
        return self


class Kinds(Part):
    """The word for a first hop, for a later one, and for the end."""

    first: str = ""
    next: str = ""
    end: str = ""


class Ended(Part):
    """The event at the end of a session: how often, and how, and what comes after it."""

    suffix: str = ""  # behind the address of hops
    fields: Mapping[str, str]
    every: int = Field(1, ge=1)  # 2: every second session only; such events get lost
    times: int = Field(1, ge=1, le=5)
    tail: bool = False  # the last hop comes once more after it


class Manner(Part):
    """How one gateway behaves."""

    name: str
    title: str
    source: str
    method: Literal["POST", "GET"] = "POST"
    body: Literal["form", "json", "query"] = "form"
    headers: Mapping[str, str] = Field(default_factory=dict)
    fields: Mapping[str, str]
    text: Literal["whole", "last"] = "whole"
    first: Literal["typed", "dialled"] = "typed"  # what `text` is at the first hop
    kinds: Kinds = Kinds()
    reply: Reply = Reply()
    repeat_every: int = Field(0, ge=0)  # each so-many-th hop comes twice
    late_every: int = Field(0, ge=0)  # after each so-many-th hop the one before it comes again
    double: Literal["none", "hop", "sessions"] = "none"  # a dial: its first hop twice, or two sessions at once
    end: Ended | None = None

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if self.text == "last" and (self.repeat_every or self.late_every):
            raise ValueError("text: last tells no repeat from a new input, so nothing is repeated by plan")
        if (self.method == "GET") != (self.body == "query"):
            raise ValueError("body: GET goes with query, POST with form or json")
        for known, fields in ((HOP, self.fields), (END, self.end.fields if self.end else {})):
            unknown = {name for said in fields.values() for name in NAME.findall(said)} - known
            if unknown:
                raise ValueError(f"{{{min(unknown)}}} is unknown; there are {', '.join(sorted(known))}")
        return self


@dataclass(frozen=True, slots=True)
class Hop:
    """One hop of a session: all that was typed before it and for it."""

    session: str
    code: str
    dialled: str
    phone: str
    run: str
    inputs: tuple[str, ...]
    first: bool

    def words(self, manner: Manner) -> dict[str, str]:
        """What the fields of a request may hold."""
        kind = manner.kinds.first if self.first else manner.kinds.next
        return {
            "session": self.session,
            "code": self.code,
            "phone": self.phone,
            "digits": self.phone.lstrip("+"),
            "run": self.run,
            "text": self._text(manner),
            "kind": kind,
        }

    def _text(self, manner: Manner) -> str:
        if self.first and manner.first == "dialled":
            return self.dialled
        if self.first or manner.text == "whole":
            return "*".join(self.inputs)
        return self.inputs[-1] if self.inputs else ""


def request(url: str, manner: Manner, hop: Hop) -> Request:
    """A hop as this gateway posts it."""
    return _made(url, manner, manner.fields, hop.words(manner))


def end_request(url: str, manner: Manner, ended: Ended, hop: Hop, more: Mapping[str, str]) -> Request:
    """The event at the end of a session; `more` are status, hops, millis, input, last, date."""
    words = {**hop.words(manner), "kind": manner.kinds.end, **more}
    parts = urlsplit(url)
    return _made(urlunsplit(parts._replace(path=parts.path.rstrip("/") + ended.suffix)), manner, ended.fields, words)


def _made(url: str, manner: Manner, fields: Mapping[str, str], words: Mapping[str, str]) -> Request:
    said = {name: fill(value, words) for name, value in fields.items()}
    if manner.body == "query":
        return Request("GET", f"{url}{'&' if urlsplit(url).query else '?'}{urlencode(said)}", manner.headers, None)
    kind, body = ("application/json", json.dumps(said)) if manner.body == "json" else (FORM, urlencode(said))
    return Request("POST", url, {"Content-Type": kind, **manner.headers}, body.encode())


def names() -> list[str]:
    """The manners that come with this."""
    return sorted(path.stem for path in FOLDER.glob("*.yaml"))


def find(said: str) -> Manner:
    """The manners of a name or of a file. Raises FlowFaults with all that is wrong."""
    path = FOLDER / f"{said}.yaml" if said in names() else Path(said)
    if not path.is_file():
        near = difflib.get_close_matches(said, names(), 1)
        meant = f"did you mean {near[0]}?" if near else f"there are {', '.join(names())}, or give a file"
        raise FlowFaults([Fault(said, 1, f"no such manners: {meant}")])
    return read(str(path), path.read_text("utf-8", "replace"))


def read(file: str, text: str) -> Manner:
    """The manners in a text. Raises FlowFaults with all that is wrong."""
    source = parse(file, text)
    faults = list(source.faults)
    if not faults:
        try:
            data = source.data if isinstance(source.data, dict) else {}
            return Manner.model_validate({"name": Path(file).stem, **data})
        except ValidationError as wrong:
            for error in wrong.errors():
                keys = [str(key) for key in error["loc"]]
                said = f"{': '.join(keys)}: {error['msg']}" if keys else error["msg"].removeprefix("Value error, ")
                faults.append(Fault(file, source.line(*keys), said))
    raise FlowFaults(sorted(faults))
