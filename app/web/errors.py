"""Errors as people and programs can read them: what happened, what to do next, never how we are built."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Flask, Response, jsonify, render_template, request
from werkzeug.exceptions import HTTPException

from app.storage.database import DatabaseAway
from app.web import mishaps
from app.web.figures import Figures
from app.wiring import NoCity


@dataclass(frozen=True)
class Trouble:
    """What a page says of an error."""

    status: int
    title: str
    advice: str


TROUBLES: Mapping[int, Trouble] = {
    400: Trouble(400, "We could not read that", "Please check the address and try again."),
    403: Trouble(403, "That is not open to you", "Please use the pages of this site."),
    404: Trouble(404, "There is nothing here", "The address may be mistyped, or what was here has moved."),
    405: Trouble(405, "That cannot be done here", "Please start again from the first page."),
    413: Trouble(413, "That is too much at once", "Please send less than 64 kilobytes."),
    415: Trouble(415, "We could not read that", "Please send JSON."),
    500: Trouble(500, "Something went wrong", "It is noted. Please try again in a minute."),
    503: Trouble(503, "Izwi is busy", "The figures cannot be read just now. Please try again in a minute."),
}
NO_CITY = Trouble(503, "No city yet", "No city pack is loaded. The operator runs: scripts/izwi city load DIR")


def handle(app: Flask, figures: Figures) -> None:
    """Every error of a view becomes one of these."""

    @app.errorhandler(HTTPException)
    def said(error: HTTPException) -> Response:
        known = TROUBLES.get(error.code or 500, TROUBLES[500])
        is_ours = error.description not in (None, type(error).description)
        response = answer(Trouble(error.code or 500, known.title, str(error.description)) if is_ours else known)
        if error.response is None and error.code == 405:
            response.headers.extend(error.get_headers())
            response.headers["Content-Type"] = response.content_type
        return response

    @app.errorhandler(DatabaseAway)
    def away(error: DatabaseAway) -> Response:
        return answer(TROUBLES[503])

    @app.errorhandler(NoCity)
    def no_city(error: NoCity) -> Response:
        return answer(NO_CITY)

    @app.errorhandler(Exception)
    def unexpected(error: Exception) -> Response:
        mishaps.note("a page failed", error)
        figures.mishaps.labels("page").inc()
        return answer(TROUBLES[500])


def answer(trouble: Trouble) -> Response:
    """The error in the form of what was asked for: JSON, plain text for the gateway, else a page."""
    if request.path.startswith(("/api/", "/simulator/")):
        response = jsonify(error=trouble.advice)
    elif request.path.startswith(("/at/", "/healthz", "/readyz", "/metrics")):
        response = Response(f"{trouble.title}. {trouble.advice}\n", mimetype="text/plain")
    else:
        response = Response(render_template("error.html", trouble=trouble), mimetype="text/html")
    response.status_code = trouble.status
    response.headers["Cache-Control"] = "no-store"
    return response
