"""The options on a screen, as people read them: a number and a label on a line."""

import re
from collections.abc import Iterator
from typing import Final

OPTION: Final = re.compile(r"\s*(\d{1,2})(?:\s*[.):\]\-]\s*|\s+)(\S.*)")
MARKED: Final = re.compile(r"\s*(\d{1,2})\s*[.)]\s*(.*)")  # surely an option: its number has a sign behind it
MORE: Final = "98"
KEPT: Final = frozenset(("0", "00", "98", "99"))  # back, first page, more: numbers of their own


class NotOne(Exception):
    """No option has this label, or several have it alike."""


def options(text: str) -> list[tuple[str, str]]:
    """Number and label of each option on a screen, from the top."""
    found = [match for line in text.splitlines() if (match := OPTION.fullmatch(line.rstrip()))]
    return [(match[1], match[2]) for match in found]


def number_of(label: str, text: str) -> str | None:
    """The number of the option with this label, or with one that begins with it (`Polls` for `Polls: 2`).

    None if there is none. Raises NotOne where several begin with it.
    """
    wanted = label.strip().casefold()
    labels = [(number, said.strip().casefold()) for number, said in options(text)]
    exact = [number for number, said in labels if said == wanted]
    near = [number for number, said in labels if said.startswith(wanted) and not said[len(wanted) :][:1].isalnum()]
    found = exact or near
    if len(found) > 1:
        raise NotOne(f"{len(found)} options begin with {label!r}: write one whole")
    return found[0] if found else None


def has_more(text: str) -> bool:
    """Whether there is another page."""
    return any(number == MORE for number, _ in options(text))


def split_options(text: str) -> Iterator[str]:
    """What is cut or out of order among the options of a screen."""
    marked = [match for line in text.splitlines() if (match := MARKED.fullmatch(line.rstrip()))]
    yield from (f"option {match[1]} has no label" for match in marked if not match[2])
    numbers = [int(match[1]) for match in marked if match[1] not in KEPT]
    if len(numbers) > 1 and numbers != list(range(numbers[0], numbers[0] + len(numbers))):
        yield f"they are numbered {', '.join(map(str, numbers))}"
