"""References of cases: digits only, so that any phone can type them, the last one a check digit."""

from __future__ import annotations

import re

FIRST, LAST = 100_000, 99_999_999
"""The numbers that make references of 7 to 9 digits without a leading zero, which people would drop."""

# The quasigroup of order 10 of H. Michael Damm's thesis (2004): it finds every single wrong digit and every two
# neighbours swapped, the two slips people make.
TO_JOIN = "9"
"""What is typed first in a code that joins a case."""

DAMM = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)


def make(number: int) -> str:
    """The reference of a case number; raises ValueError outside FIRST..LAST."""
    if not FIRST <= number <= LAST:
        raise ValueError(f"no reference for {number}: it must be {FIRST} to {LAST}")
    digits = str(number)
    return f"{digits}{check(digits)}"


def read(typed: str) -> str | None:
    """The reference somebody typed, with or without spaces, dots or dashes; None if it is none or mistyped."""
    digits = re.sub(r"[ .\-\u00a0]", "", typed.strip().removesuffix("#"))
    return digits if re.fullmatch(r"[1-9][0-9]{6,8}", digits) and check(digits) == 0 else None


def grouped(reference: str) -> str:
    """A reference in groups of three, as it is shown and read aloud: `482 913 1`."""
    return " ".join(reference[at : at + 3] for at in range(0, len(reference), 3))


def join_code(service_code: str, reference: str) -> str:
    """What neighbours dial to join a case: `*120*4932*9*4829131#`."""
    return f"{service_code.rstrip('#')}*{TO_JOIN}*{reference}#"


def check(digits: str) -> int:
    """The Damm check digit of digits; 0 for digits that end in theirs."""
    row = 0
    for digit in digits:
        row = DAMM[row][int(digit)]
    return row
