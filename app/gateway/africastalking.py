"""Africa's Talking: their forms become our types, and our texts go out by their bulk SMS.

Field names: their pages "Handle USSD sessions", "USSD notifications" and "SMS notifications".
"""

from collections.abc import Mapping, Sequence
from functools import cached_property
from hashlib import sha256
from importlib import import_module
from re import compile as pattern
from typing import Protocol

from app.gateway import fields
from app.gateway.answers import Answer, outcomes, refused
from app.gateway.face import DeliveryReport, Hop, IncomingSms, OptOut, Outcome, Outgoing, SessionEnd, Status, one_text
from app.gateway.fields import Form

DELIVERY: Mapping[str, Status] = {
    "sent": Status.SENT,
    "submitted": Status.SENT,
    "buffered": Status.SENT,
    "processed": Status.SENT,
    "queued": Status.SENT,
    "success": Status.DELIVERED,
    "failed": Status.FAILED,
    "rejected": Status.FAILED,
    "userinblacklist": Status.FAILED,
    "unsupportedphonenumber": Status.FAILED,
    "insufficientbalance": Status.FAILED,
    "productnotfound": Status.FAILED,
    "invalidrequest": Status.FAILED,
    "internalerror": Status.FAILED,
    "notsupported": Status.FAILED,
    "expired": Status.EXPIRED,
    "absentsubscriber": Status.EXPIRED,
}
PLAIN = {Status.SENT: "Sent", Status.DELIVERED: "Success", Status.FAILED: "Failed", Status.EXPIRED: "Expired"}
REASONS: Mapping[str, str] = {  # their reasons in two spellings -> one
    "notnetworksubcriber": "NotNetworkSubscriber",
    "notnetworksubscriber": "NotNetworkSubscriber",
    "userinblacklist": "UserInBlacklist",
}
OPTED_OUT = "UserInBlacklist"

_E164 = pattern(r"\+[1-9][0-9]{6,14}")  # the SDK's own check lets a newline through, and a comma makes two numbers
_HEADER_SAFE = pattern(r"[\x21-\x7e]+")


def hop(form: Form) -> Hop:
    """One USSD request; a form without text is the first hop. Raises Unusable."""
    said = fields.read(form, ("sessionId", "serviceCode", "phoneNumber"), ("networkCode", "text"), long="text")
    text, cut = fields.cut(said["text"])
    return Hop(
        session_id=said["sessionId"].strip(),
        service_code=said["serviceCode"].strip(),
        phone=fields.phone(said["phoneNumber"]),
        network=said["networkCode"].strip(),
        text=text,
        cut=cut,
    )


def session_end(form: Form) -> SessionEnd:
    """The end of a session; what the caller typed, which the form repeats, is not read. Raises Unusable."""
    said = fields.read(form, ("sessionId", "serviceCode", "phoneNumber"), ("status", "hopsCount", "durationInMillis"))
    return SessionEnd(
        session_id=said["sessionId"].strip(),
        service_code=said["serviceCode"].strip(),
        phone=fields.phone(said["phoneNumber"]),
        status=said["status"].strip(),
        hops=fields.figure(said["hopsCount"].strip()),
        duration_ms=fields.figure(said["durationInMillis"].strip()),
    )


def sms(form: Form) -> IncomingSms:
    """An SMS to us; one without an id gets one made from sender, recipient, date and text. Raises Unusable."""
    said = fields.read(form, ("from",), ("to", "text", "date", "id", "networkCode"), long="text")
    text, cut = fields.cut(said["text"])
    return IncomingSms(
        id=said["id"].strip() or _made_id(said["from"], said["to"], said["date"], said["text"]),
        sender=fields.phone(said["from"]),
        to=said["to"].strip(),
        text=text,
        sent_at=said["date"].strip() or None,
        network=said["networkCode"].strip(),
        cut=cut,
    )


def delivery(form: Form) -> DeliveryReport:
    """What became of a message; a status nobody has documented is OTHER, with the word as reason. Raises Unusable."""
    said = fields.read(form, ("id", "status"), ("phoneNumber", "failureReason"))
    word = said["status"].strip()
    status = DELIVERY.get(word.casefold(), Status.OTHER)
    reason = said["failureReason"].strip() or ("" if word.casefold() == PLAIN.get(status, "").casefold() else word)
    reason = REASONS.get(reason.casefold(), reason)
    return DeliveryReport(
        id=said["id"].strip(),
        phone=fields.phone(said["phoneNumber"]),
        status=status,
        reason=reason or None,
        opted_out=reason == OPTED_OUT,
    )


def optout(form: Form) -> OptOut:
    """A subscriber's stop, said to the gateway. Raises Unusable."""
    said = fields.read(form, ("phoneNumber",), ("senderId",))
    return OptOut(fields.phone(said["phoneNumber"]), said["senderId"].strip())


def _made_id(*parts: str) -> str:
    # Values have no controls left, so the unit separator cannot be forged.
    return "sha256:" + sha256("\x1f".join(parts).encode()).hexdigest()


class _SmsService(Protocol):
    """As much of africastalking.SMS.SMSService, which carries no types, as we use."""

    def send(
        self, message: str, recipients: list[str], sender_id: str | None, *, timeout: tuple[float, float]
    ) -> Answer | Outcome:
        """Writes the request and gives it to the wire; returns what the wire returns."""


class AfricasTalking:
    """Sends by Africa's Talking; built once. ValueError: settings that no request could be made from."""

    name = "africastalking"

    def __init__(
        self,
        username: str,
        api_key: str,
        sender: str | None = None,
        base_url: str | None = None,
        timeout: tuple[float, float] = (3.05, 9.05),
    ) -> None:
        if not _HEADER_SAFE.fullmatch(api_key):
            raise ValueError("the API key is empty or has characters that a header cannot carry")
        if base_url and not base_url.startswith(("https://", "http://")):
            raise ValueError("the base URL begins with https://")
        self._username, self._api_key, self._base_url = username, api_key, base_url
        self._sender = sender or None
        self._timeout = timeout

    def send(self, batch: Sequence[Outgoing]) -> Mapping[str, Outcome]:
        """Sends one text to 1..100 numbers in one request; a number asked twice is texted once."""
        text = one_text(batch)
        ends: dict[str, Outcome] = {outgoing.to: refused(403) for outgoing in batch}
        numbers = [number for number in ends if _E164.fullmatch(number)]
        if numbers:
            ends.update(self._ask(text, numbers))
        return ends

    def _ask(self, text: str, numbers: list[str]) -> Mapping[str, Outcome]:
        answer = self._sms.send(text, numbers, self._sender, timeout=self._timeout)
        return outcomes(answer, numbers) if isinstance(answer, Answer) else dict.fromkeys(numbers, answer)

    @cached_property
    def _sms(self) -> _SmsService:
        """Their SMS service with our wire in place of its own, which hides the HTTP status (docs/decisions)."""
        # Imported at the first send: it costs a fifth of a second, and a web process, which has a gateway, never sends.
        service = import_module("africastalking.SMS").SMSService(self._username, self._api_key)
        service._make_request = import_module("app.gateway.wire").Wire()
        if self._base_url:
            service._baseUrl = self._base_url.rstrip("/")
        return service  # type: ignore[no-any-return]  # their package has no types
