"""A ward as people name it, by the number that it bears today."""

from app.civic import dates
from app.civic.city import Ward
from app.cli.trouble import Trouble
from app.wiring import Services


def ward_numbered(services: Services, number: int) -> Ward:
    """The ward in force that bears a number. Raises Trouble or NoCity."""
    city = services.cities.current().city
    ward = city.ward_numbered(number, dates.day(services.clock.now(), city.zone))
    if ward is None:
        raise Trouble(f"there is no ward {number} today")
    return ward


def ward_key(services: Services, number: int) -> str:
    """Its key. Raises Trouble or NoCity."""
    return ward_numbered(services, number).key
