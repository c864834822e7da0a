"""A handset in the browser: it posts the gateway's own forms through our own doors, with no network in between."""

from flask import Blueprint, Response, jsonify, render_template, request

from app.web.access import Access, access
from app.web.doors import Doors
from app.web.simulator.asked import Dial, Typed, Written, phone_of, read
from app.web.simulator.handset import Handset
from app.wiring import Services

NUMBERS = ("+27600000201", "+27600000202")


def routes(services: Services, doors: Doors) -> Blueprint:
    """The handset and what it needs; all of it is 404 unless GATEWAY=simulator."""
    simulator = Blueprint("simulator", __name__, url_prefix="/simulator")
    handset = Handset(services, doors)

    @simulator.get("")
    @access(Access.SIMULATOR)
    def page() -> Response:
        """One handset, or two, with the numbers of the query."""
        return unkept(Response(handset_page(services, request.args.getlist("phone")), mimetype="text/html"))

    @simulator.get("/outbox.json")
    @access(Access.SIMULATOR)
    def outbox() -> Response:
        """The texts to a number, oldest first."""
        return unkept(jsonify(handset.outbox(phone_of(services, request.args.get("phone", "")))))

    @simulator.post("/dial")
    @access(Access.SIMULATOR)
    def dial() -> Response:
        """Begins a session."""
        asked = read(Dial)
        return unkept(jsonify(handset.dial(phone_of(services, asked.phone), asked.code)))

    @simulator.post("/reply")
    @access(Access.SIMULATOR)
    def reply() -> Response:
        """One more hop of a session."""
        asked = read(Typed)
        return unkept(jsonify(handset.reply(phone_of(services, asked.phone), asked)))

    @simulator.post("/sms")
    @access(Access.SIMULATOR)
    def sms() -> Response:
        """Sends us an SMS; 503 if it could not be stored."""
        asked = read(Written)
        is_stored = handset.write(phone_of(services, asked.phone), asked.text)
        response = unkept(jsonify(stored=is_stored))
        response.status_code = 200 if is_stored else 503
        return response

    return simulator


def handset_page(services: Services, phones: list[str]) -> str:
    """The page; what is no number stays as typed, so that its owner can mend it."""
    numbers = (phones[:2] + list(NUMBERS))[:2]
    city = services.cities.current().city
    return render_template(
        "handset.html", city=city, settings=services.settings, numbers=numbers, shown=min(max(len(phones), 1), 2)
    )


def unkept(response: Response) -> Response:
    """An answer for the moment."""
    response.headers["Cache-Control"] = "no-store"
    return response
