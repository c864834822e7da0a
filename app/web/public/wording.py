"""Figures in plain words, as they are read aloud."""

from datetime import date

from app.civic.city import Ward
from app.civic.maps import Shape

NOBODY = "nobody"
A_FEW = "a few"


def few(count: int, small: int) -> str:
    """How many people said something: under `small` nobody shall be recognised by it."""
    if count <= 0:
        return NOBODY
    return A_FEW if count < small else f"{count:,}"


def counted(count: int, one: str, many: str = "") -> str:
    """`1 report`, `2,000 reports`."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def day(when: date) -> str:
    """`3 March 2026`."""
    return f"{when.day} {when:%B %Y}"


def span(first: date, last: date) -> str:
    """A period as short as it can be said: `1 to 31 March 2026`."""
    if first == last:
        return f"on {day(first)}"
    if (first.year, first.month) == (last.year, last.month):
        return f"from {first.day} to {day(last)}"
    if first.year == last.year:
        return f"from {first.day} {first:%B} to {day(last)}"
    return f"from {day(first)} to {day(last)}"


def sentence(words: str) -> str:
    """Words as they begin a sentence."""
    return words[:1].upper() + words[1:]


def named(ward: Ward | Shape) -> str:
    """`3 Kholofelo`; many cities give their wards no name."""
    plain = f"Ward {ward.number}"
    return plain if ward.name in ("", plain) else f"{ward.number} {ward.name}"


def titled(ward: Ward | Shape) -> str:
    """`Ward 3 Kholofelo`."""
    name = named(ward)
    return name if name.startswith("Ward ") else f"Ward {name}"
