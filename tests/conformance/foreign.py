"""USSD applications of others, as they are found: good and bad ones, over real HTTP."""

import json
from collections.abc import Callable

from werkzeug.wrappers import Request, Response

Application = Callable[[Request], Response]


def wsgi(application: Application) -> Callable[..., object]:
    """An application as WSGI."""

    def answer(environ, start_response):
        return application(Request(environ))(environ, start_response)

    return answer


def says(body: str | bytes, status: int = 200, **headers: str) -> Callable[..., object]:
    """An application that says the same to everything."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return wsgi(lambda _: Response(body, status, {"Content-Type": "text/plain", **named}))


def counting(request: Request) -> Response:
    """It counts hops of a session instead of reading what was typed, so a repeat confuses it."""
    HOPS[request.form["sessionId"]] = HOPS.get(request.form["sessionId"], 0) + 1
    return Response(f"CON Screen {HOPS[request.form['sessionId']]}\n1. On", content_type="text/plain")


HOPS: dict[str, int] = {}


def forgetful(request: Request) -> Response:
    """It reads each hop alone, so it does not know that a session has ended."""
    return Response("END Bye" if request.form.get("text") else "CON One\n1. On", content_type="text/plain")


def freeflow(request: Request) -> Response:
    """It remembers by the session, and says by a header whether it goes on."""
    typed = request.args["INPUT"]
    text, goes = ("Tariffs\n1. Day\n2. Night", "FC") if typed.startswith("*") else (f"You chose {typed}.", "FB")
    return Response(text, headers={"FreeFlow": goes}, content_type="text/plain")


def uzo(request: Request) -> Response:
    """JSON both ways."""
    said = json.loads(request.get_data())
    if said["ussdServiceOp"] == "29":
        return Response("{}", content_type="application/json")
    first = said["ussdServiceOp"] == "1" and said["ussdString"] == said["code"]
    answer = {"message": "Hello\n1. Go" if first else f"Bye {said['ussdString']}", "ussdServiceOp": 2 if first else 17}
    return Response(json.dumps(answer), content_type="application/json")
