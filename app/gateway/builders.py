"""The forms that Africa's Talking posts, made here, so that our own phones and tests come in by the same door.

Each is the inverse of the parser of its kind in `africastalking`.
"""

from app.gateway.africastalking import PLAIN
from app.gateway.face import DeliveryReport, Hop, IncomingSms, OptOut, SessionEnd

NO_NETWORK = "99999"  # the network code of the gateway's own sandbox


def hop_form(hop: Hop) -> dict[str, str]:
    """One USSD request."""
    return {
        "sessionId": hop.session_id,
        "serviceCode": hop.service_code,
        "phoneNumber": hop.phone,
        "networkCode": hop.network,
        "text": hop.text,
    }


def end_form(end: SessionEnd) -> dict[str, str]:
    """The end of a session."""
    return {
        "sessionId": end.session_id,
        "serviceCode": end.service_code,
        "phoneNumber": end.phone,
        "networkCode": NO_NETWORK,
        "status": end.status,
        "hopsCount": _figure(end.hops),
        "durationInMillis": _figure(end.duration_ms),
        "cost": "0",
    }


def sms_form(sms: IncomingSms) -> dict[str, str]:
    """An SMS to us."""
    return {
        "id": sms.id,
        "from": sms.sender,
        "to": sms.to,
        "text": sms.text,
        "date": sms.sent_at or "",
        "networkCode": sms.network,
    }


def delivery_form(report: DeliveryReport) -> dict[str, str]:
    """What became of a message."""
    form = {
        "id": report.id,
        "phoneNumber": report.phone,
        "status": PLAIN.get(report.status) or report.reason or report.status.value,
        "networkCode": NO_NETWORK,
    }
    return form | ({"failureReason": report.reason} if report.reason else {})


def optout_form(optout: OptOut) -> dict[str, str]:
    """A subscriber's stop, said to the gateway."""
    return {"senderId": optout.sender_id, "phoneNumber": optout.phone}


def _figure(figure: int | None) -> str:
    return "" if figure is None else str(figure)
