"""What an untrusted form says, made safe: one value a field, no controls, no broken letters, no endless text."""

import re
from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import parse_qs

from app.gateway.face import Unusable

Form = Mapping[str, Sequence[str]]  # a plain value counts as one; werkzeug's MultiDict is read by its getlist

TEXT_LIMIT = 1600  # ten SMS; what is longer is not a message from a phone
FIELD_LIMIT = 200  # an id or number that is longer is refused, never cut: cut ids collide
FORM_LIMIT = 50  # fields in a form; the longest documented one has 13

_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f]")  # tab and newline are dealt with apart
_SURROGATES = re.compile("[\ud800-\udfff]")
_INTERNATIONAL = re.compile(r"[ +]\s*([1-9][0-9]{6,14})\s*|\s*([1-9][0-9]{10,14})\s*")
_FIGURE = re.compile(r"[0-9]{1,9}")


def form(body: bytes) -> dict[str, list[str]]:
    """A form body as fields, broken UTF-8 replaced; werkzeug drops the whole form for one bad byte. Raises Unusable."""
    try:
        return parse_qs(
            body.decode("utf-8", "replace"), keep_blank_values=True, errors="replace", max_num_fields=FORM_LIMIT
        )
    except ValueError:
        raise Unusable({"form": "has too many fields"}) from None


def read(form: Form, needed: Sequence[str], wanted: Sequence[str], long: str = "") -> dict[str, str]:
    """The one value of each field, "" for a wanted one that is absent; `long` is the field that may be long.

    Raises Unusable with every fault at once: needed but missing, given twice with different values, too long.
    """
    values = {name: _values(form, name) for name in (*needed, *wanted)}
    faults = {name: fault for name, given in values.items() if (fault := _fault(given, name in needed, name == long))}
    if faults:
        raise Unusable(faults)
    return {name: given[0] if given else "" for name, given in values.items()}


def clean(value: str) -> str:
    """A value without controls (a tab is a space, a newline stays) and without lone surrogates."""
    if value.isprintable():
        return value
    value = value.replace("\r\n", "\n").replace("\t", " ")
    return _SURROGATES.sub("\ufffd", _CONTROLS.sub("", value))


def phone(value: str) -> str:
    """The number with its plus, which an unescaped form turns into a space; anything else as it came, stripped."""
    match = _INTERNATIONAL.fullmatch(value)
    return f"+{match[1] or match[2]}" if match else value.strip()


def cut(text: str) -> tuple[str, bool]:
    """The text as far as we read it, and whether it went on."""
    return text[:TEXT_LIMIT], len(text) > TEXT_LIMIT


def figure(value: str) -> int | None:
    """A count that the gateway wrote, None if it is not one."""
    return int(value) if _FIGURE.fullmatch(value) else None


def _values(form: Form, name: str) -> tuple[str, ...]:
    getlist = getattr(form, "getlist", None)
    found: Iterable[str] = getlist(name) if getlist else form.get(name, ())
    if isinstance(found, str):
        found = (found,)
    return tuple(dict.fromkeys(map(clean, found)))


def _fault(given: tuple[str, ...], needed: bool, long: bool) -> str | None:
    if len(given) > 1:
        return "is given twice"
    if needed and not (given and given[0].strip()):
        return "is missing"
    if given and not long and len(given[0]) > FIELD_LIMIT:
        return "is too long"
    return None
