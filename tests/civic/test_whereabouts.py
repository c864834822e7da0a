"""Which words of a message only say where something is."""

import pytest

from app.civic.keywords import phrase_of
from app.civic.whereabouts import goes_on, places_in


@pytest.mark.parametrize(
    ("text", "names", "said"),
    [
        ("Station Road", ("Station Road",), ""),
        ("next to the water tower, Kerkplein", ("Kerkplein",), ""),
        ("near the old sewage works", (), "works"),
        ("in Kerkplein sewage", ("Kerkplein",), "sewage"),
        ("near Mooki, pothole", (), "pothole"),
        ("by Mooki street no water", (), "no water"),
        ("at the robot next to the bridge", (), ""),
        ("house on fire", (), "house on fire"),
        ("naby die watertoring", (), ""),
        ("eduze namanzi", (), ""),
        ("", (), ""),
        ("near", (), ""),
    ],
)
def test_what_a_place_is_called_and_what_it_lies_at_only_say_where(text: str, names: tuple[str, ...], said: str):
    where = places_in(text, names)

    assert " ".join(word for at, word in enumerate(phrase_of(text)) if at not in where) == said


@pytest.mark.parametrize(
    ("text", "more"),
    [
        ("Old Market", False),
        ("I live in Old Market please", False),
        ("Old Market, ward 1", False),
        ("Old Market near the clinic", False),
        ("Old Market someone shot", True),
        ("somewhere else", False),
    ],
)
def test_a_text_goes_on_when_it_says_more_than_the_place(text: str, more: bool):
    assert goes_on(text, ("Old Market",), ("please", "ward")) is more
