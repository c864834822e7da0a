"""The conversations that are timed are whole reports, in as few hops as there may be."""

import pytest

from app.civic import dates
from app.civic.places import PlaceIndex
from app.engine import edition
from app.wiring import FLOWS
from scripts.measure.engine import LANGUAGES, NOW, Conversation, readings, turns
from tests.conftest import demo_city


@pytest.fixture(scope="module")
def made():
    return edition.read(FLOWS, drafts=True)


@pytest.mark.parametrize(("call", "hops"), [("first dial", 7), ("returning", 5)])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_hop_of_a_report_is_timed(made, call, hops, language):
    city = demo_city()
    talk = Conversation(made, city, PlaceIndex(city, dates.day(NOW, city.zone)), language, call)

    figures = list(turns(talk, rounds=1))

    assert len(figures) == hops
    assert figures[-1].what == f"{call}, {language}: report.thanks"
    assert all(figure.times_limit > 0 for figure in figures)


def test_every_way_to_read_the_flows_is_timed(made):
    assert [figure.what for figure in readings(made, rounds=1)] == [
        "flows from YAML",
        "edition from files",
        "edition from JSON",
    ]
