"""Days as people read them on a small screen: short, in their language, without letters that cost."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date as babel_date

from app.engine import gsm

PATTERN = "EEE d MMM"


def day(moment: datetime, zone: ZoneInfo) -> date:
    """The city's date at a moment."""
    return moment.astimezone(zone).date()


def short(when: date, language: str) -> str:
    """`Thu 26 Nov` in the language; our own pattern, since the locale's may hold no-break spaces and curly quotes."""
    return gsm.fold(babel_date(when, PATTERN, locale=language)).replace(".", "")
