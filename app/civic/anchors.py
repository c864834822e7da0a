"""What the program itself names in the files of flows: it may be said in other words, and not go."""

from collections.abc import Mapping
from typing import Final

HOME: Final = "home"
REPORT: Final = "report"
JOIN: Final = "join"
RESUME: Final = "resume"
ENTRIES: Final = (HOME, JOIN, REPORT, RESUME)
"""The flows that the program leads to: by a dial, `*9*REF#`, an SMS, and after a call that broke off."""

COMMANDS: Final = frozenset(("REPORT", "STATUS", "POLL", "HELP", "LANGUAGE", "AREA", "MY", "MENU", "RIGHTS", "START"))
"""The keywords of an SMS that the program can follow, beside STOP and LEAVE, which have places of their own."""

ANSWERS: Final[Mapping[str, frozenset[str]]] = {
    "verdict": frozenset(("fixed", "not_fixed", "unsure")),
    "resume": frozenset(("go_on", "new", "delete")),
    "where": frozenset(("here", "another", "moved", "two")),
    "whose": frozenset(("me", "neighbour")),
    "measure": frozenset(("full", "number", "none")),
    "invites": frozenset(("yes", "no")),
    "for_others": frozenset(("yes", "no")),
}
"""The fixed choices whose keys the program tells apart, by the name under which the answer is kept."""
