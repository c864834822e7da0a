"""Days as people read them on a small screen: short, in their language, without letters that cost."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from app.engine import gsm
from app.engine.render import fill
from app.engine.speech import Speech


def day(moment: datetime, zone: ZoneInfo) -> date:
    """The city's date at a moment."""
    return moment.astimezone(zone).date()


def short(when: date, speech: Speech) -> str:
    """`Thu 26 Nov` as the language writes it.

    From our own `languages.yaml`: CLDR lacks some of our languages, and in others has letters that cost.
    """
    parts = {
        "weekday": speech.weekdays[when.weekday()],
        "day": str(when.day),
        "month": speech.months[when.month - 1],
    }
    return gsm.fold(fill(speech.date, parts.__getitem__))
