"""Phone numbers: always E.164 inside the program (`+27821234567`), masked on every screen."""

from __future__ import annotations

import re

import phonenumbers

DIALLED = re.compile(r"\+?[0-9(][0-9 ().\-/]*")
NATIONAL_DIGITS = {"ZA": 9}  # the numbering metadata lets 5 to 8 digits pass there, which are no subscribers


def parse(raw: str, region: str) -> str | None:
    """A number as typed or as a gateway posts it (`+` may be lost), as E.164; None if it is no phone number.

    Numbers without a country code are of `region` (ISO 3166). Length decides, not the list of known ranges:
    a new range must not shut its owners out. Short codes are not numbers.
    """
    typed = raw.strip()
    if not DIALLED.fullmatch(typed):
        return None
    for written, home in _readings(re.sub(r"[^0-9+]", "", typed), region):
        number = _read(written, home)
        if number is not None:
            return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return None


def region(e164: str) -> str | None:
    """The country (ISO 3166) of a number in E.164, or None if no country has that code."""
    try:
        number = phonenumbers.parse(e164)
    except phonenumbers.NumberParseException:
        return None
    found = phonenumbers.region_code_for_number(number)
    return found or _known(phonenumbers.region_code_for_country_code(number.country_code or 0))


def mask(e164: str) -> str:
    """What staff see of a number: its country and its last two digits, `+27 ** *** **12`."""
    try:
        code = f"+{phonenumbers.parse(e164).country_code} "
    except phonenumbers.NumberParseException:
        code = ""
    return f"{code}** *** **{e164[-2:]}"


def _readings(digits: str, region: str) -> list[tuple[str, str | None]]:
    """What digits may mean, likeliest first."""
    if digits.startswith("+"):
        return [(digits, None)]
    if digits.startswith("00"):
        return [("+" + digits[2:], None)]
    if digits.startswith("0"):
        return [(digits, region)]
    code = str(phonenumbers.country_code_for_region(region))
    abroad: tuple[str, str | None] = ("+" + digits, None)
    return [abroad, (digits, region)] if digits.startswith(code) else [(digits, region), abroad]


def _read(digits: str, region: str | None) -> phonenumbers.PhoneNumber | None:
    try:
        number = phonenumbers.parse(digits, region)
    except phonenumbers.NumberParseException:
        return None
    length = phonenumbers.is_possible_number_with_reason(number)
    if length != phonenumbers.ValidationResult.IS_POSSIBLE:
        return None
    home = phonenumbers.region_code_for_country_code(number.country_code or 0)
    wanted = NATIONAL_DIGITS.get(home)
    significant = len(phonenumbers.national_significant_number(number))
    return number if wanted in (None, significant) else None


def _known(code: str) -> str | None:
    return None if code == phonenumbers.UNKNOWN_REGION else code
