"""What Africa's Talking answers to a send: one outcome for each number that was asked."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from http import HTTPStatus
from typing import Any

from app.gateway.face import Accepted, NotSent, Outcome, Refused, Unknown


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer as it came."""

    status: int
    body: bytes


class Treatment(Enum):
    """What a code means for the message."""

    ACCEPTED = auto()
    PASSING = auto()  # later, with backoff
    PERMANENT = auto()  # never to this number
    OPTED_OUT = auto()  # never, and mirrored in our list
    PAUSES = auto()  # nothing more until a person has looked


# The gateway's code for one recipient. Names: its public clients agree; the treatment is ours.
CODES: Mapping[int, tuple[str, Treatment]] = {
    100: ("Processed", Treatment.ACCEPTED),
    101: ("Sent", Treatment.ACCEPTED),
    102: ("Queued", Treatment.ACCEPTED),
    401: ("RiskHold", Treatment.PAUSES),
    402: ("InvalidSenderId", Treatment.PAUSES),
    403: ("InvalidPhoneNumber", Treatment.PERMANENT),
    404: ("UnsupportedNumberType", Treatment.PERMANENT),
    405: ("InsufficientBalance", Treatment.PAUSES),
    406: ("UserInBlacklist", Treatment.OPTED_OUT),
    407: ("CouldNotRoute", Treatment.PASSING),
    409: ("DoNotDisturbRejection", Treatment.PASSING),
    500: ("InternalServerError", Treatment.PASSING),
    501: ("GatewayError", Treatment.PASSING),
    502: ("RejectedByGateway", Treatment.PERMANENT),
}
_BY_NAME = {name.casefold(): code for code, (name, _) in CODES.items()} | {"success": 101}
_MISCONFIGURED = {401, 403, 404, 405, 407}  # the key, the address or the proxy: the same for every message
_SENT_TO = re.compile(r"Sent to ([0-9]{1,6})/", re.IGNORECASE)
_LONG_NUMBER = re.compile(r"[0-9]{7,}")
_NOT_DIGIT = re.compile(r"[^0-9]")


def outcomes(answer: Answer, numbers: Sequence[str]) -> dict[str, Outcome]:
    """What the answer says of each E.164 number, matched by number, never by position."""
    data = _message_data(answer.body)
    if data is None:
        return dict.fromkeys(numbers, _by_status(answer.status))
    listed = _listed(data.get("Recipients"))
    absent = _absent(data, listed, certain=answer.status < 500)
    return {number: listed.get(_digits(number), absent) for number in numbers}


def refused(code: int) -> Refused:
    """The refusal that a code of the table stands for."""
    name, treatment = CODES[code]
    return Refused(
        code,
        name,
        permanent=treatment in (Treatment.PERMANENT, Treatment.OPTED_OUT),
        opted_out=treatment is Treatment.OPTED_OUT,
        pauses=treatment is Treatment.PAUSES,
    )


def _message_data(body: bytes) -> Mapping[str, Any] | None:
    try:
        data = json.loads(body.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError):  # not JSON, or nested to exhaust us
        return None
    data = data.get("SMSMessageData") if isinstance(data, dict) else None
    return data if isinstance(data, dict) else None


def _by_status(status: int) -> Outcome:
    """The outcome of an answer that speaks of no recipient."""
    if 300 <= status < 400 or status in _MISCONFIGURED:
        return Refused(status, _phrase(status), pauses=True)
    if 400 <= status < 500:
        return NotSent(_phrase(status), slower=status == HTTPStatus.TOO_MANY_REQUESTS)
    return Unknown(f"{_phrase(status)}, no answer we can read")


def _listed(recipients: object) -> dict[str, Outcome]:
    """Outcomes by the digits of each number; listed twice, it was accepted if it once was."""
    found: dict[str, Outcome] = {}
    for entry in recipients if isinstance(recipients, list) else []:
        if isinstance(entry, dict) and (digits := _digits(entry.get("number"))):
            outcome = _of_recipient(entry)
            if digits not in found or isinstance(outcome, Accepted):
                found[digits] = outcome
    return found


def _of_recipient(entry: Mapping[str, Any]) -> Outcome:
    code = _code(entry.get("statusCode"), entry.get("status"))
    if code not in CODES:
        return Unknown(f"code {_words(entry.get('statusCode'))} {_words(entry.get('status'))}")
    if CODES[code][1] is not Treatment.ACCEPTED:
        return refused(code)
    gateway_id = _plain(entry.get("messageId"))
    return Accepted(None if gateway_id in ("", "None") else gateway_id, _plain(entry.get("cost")) or "0")


def _absent(data: Mapping[str, Any], listed: Mapping[str, Outcome], certain: bool) -> Outcome:
    """What a number that the list leaves out may conclude: an empty list with a name in it sent nothing."""
    message = _words(data.get("Message"))
    code = _BY_NAME.get(message.casefold(), 0)
    if code and CODES[code][1] is not Treatment.ACCEPTED:
        return refused(code)
    claimed = _SENT_TO.match(message)
    accepted = sum(isinstance(outcome, Accepted) for outcome in listed.values())
    if not certain or code or (claimed and int(claimed[1]) > accepted) or not isinstance(data.get("Recipients"), list):
        return Unknown(f"not in the answer: {message}")
    return NotSent(f"not in the answer: {message}")


def _code(value: object, name: object) -> int:
    """The code as a number, also from a string; without one, the code of the name; else 0."""
    if isinstance(value, int):
        return value
    text = _plain(value)
    if text.isascii() and text.isdigit() and len(text) < 5:
        return int(text)
    return _BY_NAME.get(_plain(name).casefold(), 0) if value is None else 0


def _digits(number: object) -> str:
    return _NOT_DIGIT.sub("", number) if isinstance(number, str) else ""


def _words(value: object) -> str:
    """What the gateway wrote, short and without telephone numbers, so that it may be logged."""
    return _LONG_NUMBER.sub("(number)", _plain(value))[:80]


def _plain(value: object) -> str:
    return str(value).strip()[:200] if isinstance(value, str | int | float) else ""


def _phrase(status: int) -> str:
    try:
        return f"HTTP {status} {HTTPStatus(status).phrase}"
    except ValueError:
        return f"HTTP {status}"
