"""What the gateway posts to us. Once the token is right, a hop is always answered 200 and a letter 200 = stored."""

from flask import Blueprint, Response, request
from werkzeug.exceptions import RequestEntityTooLarge

from app.engine.state import Reply
from app.web.access import Access, access
from app.web.doors import Doors
from app.web.protection import whole_body


def routes(doors: Doors) -> Blueprint:
    """The five addresses that are set in the gateway's dashboard."""
    at = Blueprint("callbacks", __name__, url_prefix="/at/<token>")

    @at.post("/ussd")
    @access(Access.GATEWAY)
    def ussd(token: str) -> Response:
        """One hop of a USSD session; the protocol knows no other status than 200."""
        return screen(doors.hop(whole_body()))

    @at.post("/ussd/end")
    @access(Access.GATEWAY)
    def ussd_end(token: str) -> Response:
        """The gateway's word that a session is over."""
        doors.session_end(whole_body())
        return plain("OK")

    @at.post("/sms")
    @access(Access.GATEWAY)
    def sms(token: str) -> Response:
        """An SMS to us."""
        return stored(doors.take("sms", whole_body()))

    @at.post("/delivery")
    @access(Access.GATEWAY)
    def delivery(token: str) -> Response:
        """What became of a text of ours."""
        return stored(doors.take("delivery", whole_body()))

    @at.post("/optout")
    @access(Access.GATEWAY)
    def optout(token: str) -> Response:
        """A subscriber who told the gateway to stop."""
        return stored(doors.take("optout", whole_body()))

    @at.errorhandler(RequestEntityTooLarge)
    def too_large(error: RequestEntityTooLarge) -> Response:
        """No phone types that much; a hop has to be answered all the same."""
        if request.endpoint == "callbacks.ussd":
            return screen(Reply(doors.polite("dial.unusable"), ends=True))
        return plain("Too large.", 413)

    return at


def screen(reply: Reply) -> Response:
    """A reply as the gateway wants it."""
    return plain(f"{'END' if reply.ends else 'CON'} {reply.text}")


def stored(is_stored: bool) -> Response:
    """200 = stored; 503 = send it again."""
    return plain("OK") if is_stored else plain("Not stored, please send it again.", 503)


def plain(text: str, status: int = 200) -> Response:
    """A short text that nobody keeps."""
    return Response(text, status, {"Cache-Control": "no-store"}, mimetype="text/plain")
