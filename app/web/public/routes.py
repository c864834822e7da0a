"""Pages and figures for everybody: what was reported, promised, fixed, and what residents say of it."""

from flask import Blueprint

from app.web.public import api, pages
from app.wiring import Services


def routes(services: Services) -> Blueprint:
    """All that is public."""
    public = Blueprint("public", __name__)
    pages.add(public, services)
    api.add(public, services)
    return public
