"""The words around a landmark: for streets, for what is built, and for where something lies to it.

One table for all who read landmarks; a word that is missing here is unknown to each of them.
"""

from typing import Final

SHORT: Final = {"st": "street", "str": "street", "rd": "road", "ave": "avenue", "dr": "drive", "cnr": "corner"}
"""How people shorten them."""

CORNERS: Final = frozenset({"corner", "cnr", "hoek"})
NAMED: Final = frozenset(
    {word for pair in SHORT.items() for word in pair}
    | {"crescent", "lane", "straat", "weg", "laan", "umgwaqo", "seterata", "mmila"}
).difference(CORNERS)
"""What after the name of a place makes a street of it: people give streets the names of places."""

STREETS: Final = NAMED | {"close", "way"}
"""All words for a street. Close and way make none of a place: `Lakeview close to the clinic`."""

LEADING: Final = frozenset(
    {"near", "next", "to", "at", "by", "the", "opposite", "opp", "behind", "in", "on"}
    | {"die", "naby", "langs", "oorkant"}
)
"""Words before a landmark that are no part of what it is called."""

COMMON: Final = LEADING | CORNERS | STREETS | {"a", "of", "and", "van"}
"""Words that stand in many landmarks and tell none apart."""

BUILT: Final = (
    CORNERS
    | STREETS
    | {"bridge", "school", "primary", "secondary", "high", "creche", "church", "clinic", "hospital", "hall", "library"}
    | {"station", "park", "shop", "shops", "spaza", "store", "mall", "market", "garage", "rank", "stadium", "robot"}
    | {"skool", "kerk", "kliniek", "winkel", "saal", "brug"}
    | {"isikole", "isonto", "umtholampilo", "isitolo", "ibhuloho", "igalaji"}
    | {"sekolo", "kereke", "tleliniki", "lebenkele", "borokgo", "borogo"}
)
"""Words of what is built: a landmark that begins or ends with one is a place, whoever typed it."""
