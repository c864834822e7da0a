"""What every page shows around its own matter: whose city, which doors are open, what is not yet reviewed."""

from dataclasses import dataclass

from flask import Flask

from app.web import mishaps
from app.wiring import NoCity, Services


@dataclass(frozen=True)
class Site:
    """The frame of a page; without a city the frame stands all the same, since an error page needs it."""

    service: str
    city: str
    language: str
    simulates: bool
    drafts: bool


def add(app: Flask, services: Services) -> None:
    """Gives every template its `site`."""

    @app.context_processor
    def frame() -> dict[str, Site]:
        return {"site": site(services)}


def site(services: Services) -> Site:
    """The frame now."""
    settings = services.settings
    simulates = settings.gateway == "simulator"
    try:
        city = services.cities.current().city
    except NoCity:
        return Site("Izwi", "", "en", simulates, settings.drafts)
    except Exception as error:  # noqa: BLE001 - whatever is wrong with the city, the page that says so must stand
        mishaps.note("a page has no city", error)
        return Site("Izwi", "", "en", simulates, settings.drafts)
    return Site(city.service_name, city.name, "en", simulates, settings.drafts and city.drafts)
