"""Telephone numbers for talks: given ones, and made-up ones that are new in every run."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Final

# 555-0100 to 555-0199 of every North American area is kept for fiction (NANPA): nobody is texted by a talk.
FICTION: Final = "+1aba55501xx"
DIGITS: Final = {"x": "0123456789", "a": "23456789", "b": "01"}


def made_up(pattern: str, seed: str) -> str:
    """A number of a pattern: x is any digit; a and b make an area code. The same seed makes the same number."""
    wheel = int.from_bytes(sha256(seed.encode()).digest())
    number = ""
    for letter in pattern:
        digits = DIGITS.get(letter)
        if digits is None:
            number += letter
        else:
            wheel, at = divmod(wheel, len(digits))
            number += digits[at]
    return number


def numbers(phones: Mapping[str, str], pattern: str, seed: str) -> dict[str, str]:
    """The numbers of a talk by nickname, all different; `pattern` is for phones that have none of their own."""
    found: dict[str, str] = {}
    for name, wanted in phones.items():
        tries = (made_up(wanted or pattern, f"{seed}/{name}/{at}") for at in range(1000))
        found[name] = next((number for number in tries if number not in found.values()), wanted)
    return found


def is_made_up(wanted: str) -> bool:
    """Whether a number of a script is made up: none is given, or some of its digits are an x."""
    return not wanted or "x" in wanted
