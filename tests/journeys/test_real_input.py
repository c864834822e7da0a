"""What people really wrote in disasters, and a real city with its real wards, through the same doors as everything."""

import csv
import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import pytest
from sqlalchemy import select, text

from app.civic import keywords, packing
from app.civic.city import City, Delimitation, Place
from app.civic.packing import About
from app.civic.redraw import merge
from app.config import ROOT
from app.gateway import fields
from app.jobs import intake, redrawing
from app.storage import cases, cities, proof, residents
from app.storage.tables import Case, Inbox, Report, Resident, Ward
from app.wiring import Services
from tests.phones import Phone, work
from tests.processes import at, rows

NO_TEXT = "#NAME?"  # what a spreadsheet made of a message; nobody wrote it
REDRAWN = dt.date(2026, 11, 4)


def messages(shared_data: Path, column: str) -> list[str]:
    """Real messages to a helpline after earthquakes, storms and floods; Munro 2012, CC BY 4.0."""
    path = shared_data / "reports" / "disaster_messages_validation.csv"
    with path.open(encoding="utf-8", newline="") as file:
        found = [row[column] for row in csv.DictReader(file)]
    return [one for one in found if one.strip() and one != NO_TEXT]


@pytest.mark.parametrize(("column", "count"), [("message_en", 2305), ("original", 973)])
def test_what_people_really_wrote_is_a_report_word_for_word(
    services: Services, shared_data: Path, column: str, count: int
):
    """English, Haitian Creole, Urdu: each from a phone of its own; none refused, none taken for a keyword."""
    written = [fields.cut(words)[0] for words in messages(shared_data, column)]
    for number, words in enumerate(written):
        Phone(services, f"+2782{number:07}").write(words)
    intake.run(services)

    assert len(written) == count
    with services.database.begin() as session:
        assert list(session.scalars(select(Report.words).order_by(Report.id))) == written
        assert set(session.scalars(select(Inbox.state))) == {"done"}
        assert session.execute(text("SELECT count(*) FROM opt_out")).scalar() == 0
        assert proof.differences(session, "Africa/Johannesburg") == []


def test_no_real_message_is_a_stop(services: Services, shared_data: Path):
    for column in ("message_en", "original"):
        for words in messages(shared_data, column):
            assert not keywords.is_stop(words, services.keywords)


def test_real_messages_of_one_phone_are_all_kept(services: Services, shared_data: Path):
    """Somebody who writes fifty texts: what answers a question of ours stands with the report that it answers."""
    written = messages(shared_data, "original")[:50]
    phone = Phone(services, "+27821234567")
    for words in written:
        phone.write(words)
    work(services)

    with services.database.begin() as session:
        kept = "\n".join(session.scalars(select(Report.words).order_by(Report.id)))
    for words in written:
        assert words in kept


# -- a real city -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def johannesburg(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> City:
    """Its 135 wards of 2020 and the areas in them, as the city publishes them."""
    about = About("Johannesburg", "JHB", "2020", dt.date(2021, 11, 1), ROOT / "demo")
    wards, places = shared_data / "wards" / "jhb_wards_2020.geojson", shared_data / "places" / "jhb_ward_suburbs.csv"
    return packing.make(wards, places, tmp_path_factory.mktemp("packs") / "jhb", about).city


@pytest.fixture(scope="module")
def redrawn(johannesburg: City) -> City:
    """The city after its boundaries are drawn anew: every ward has its next number, and some areas lie elsewhere."""
    wards = [
        ward.model_copy(update={"key": f"2026/{ward.number}", "delimitation": "2026"}) for ward in johannesburg.wards
    ]
    later = johannesburg.but(
        delimitations=(Delimitation(code="2026", name="Wards of 2026", valid_from=REDRAWN),),
        wards=tuple(wards),
        places=tuple(moved(place) for place in johannesburg.places),
    )
    return merge(johannesburg, later)


def moved(place: Place) -> Place:
    return place.model_copy(update={"wards": tuple(f"2026/{int(key[5:]) % 135 + 1}" for key in place.wards)})


def load(services: Services, city: City, when: str) -> Services:
    served = at(services, when)
    with served.database.begin() as session:
        cities.store(session, city, served.clock.now())
    return at(services, when)


def in_one_ward(city: City, count: int) -> Sequence[Place]:
    """Areas that lie in one ward alone, spread over the city."""
    alone = [place for place in city.places if len(place.wards) == 1]
    return alone[:: len(alone) // count][:count]


def test_johannesburg_is_loaded_with_all_its_wards(services: Services, johannesburg: City):
    served = load(services, johannesburg, "2026-03-03T10:00:00+02:00")

    known = served.cities.current().city
    assert known == johannesburg
    assert len(known.wards_in_force(dt.date(2026, 3, 3))) == 135
    assert rows(services, Ward, "delimitation = '2020'") == 135


def test_reports_by_sms_are_filed_in_the_real_wards_of_real_places(services: Services, johannesburg: City):
    served = load(services, johannesburg, "2026-03-03T10:00:00+02:00")
    places = in_one_ward(johannesburg, 40)
    for number, place in enumerate(places):
        Phone(served, f"+278212345{number:02}").write(f"AREA {place.name}")
        Phone(served, f"+278212346{number:02}").write(f"no water in {place.name}")
    work(served)

    with served.database.begin() as session:
        filed = session.execute(select(Case.place_key, Case.ward_key).order_by(Case.id)).all()
        homes = session.execute(select(Resident.place_key, Resident.ward_key).order_by(Resident.id)).all()
    wanted = {(place.key, place.wards[0]) for place in places}
    assert len({ward for _, ward in wanted}) > 25
    assert len(set(homes) & wanted) >= 38
    assert len(set(filed) & wanted) >= 36  # some names are words of other areas too: those are asked back
    assert all(ward is None or (place, ward) in wanted for place, ward in filed if place)


def test_a_report_by_dial_is_filed_in_a_real_ward(services: Services, johannesburg: City):
    served = load(services, johannesburg, "2026-03-03T10:00:00+02:00")
    soweto = Phone(served, "+27821234567")

    screen = soweto.dial("1", "1", "2", "ORLA").text
    line = next(line for line in screen.splitlines() if "Orlando East" in line)
    soweto.type(line.split(".")[0])
    said = soweto.type("Vilakazi St").text
    work(served)

    assert "Water leak, Orlando East" in said
    with served.database.begin() as session:
        (case,) = cases.listed(session, cases.Wanted())
    assert case.place_key == "orlando-east"
    assert case.ward_key in {*johannesburg.wards_of("orlando-east", dt.date(2026, 3, 3)), None}


def test_after_the_wards_are_redrawn_residents_keep_their_place_old_reports_their_ward_and_new_ones_the_new(
    services: Services, johannesburg: City, redrawn: City
):
    before = load(services, johannesburg, "2026-11-02T10:00:00+02:00")
    place = in_one_ward(johannesburg, 5)[2]
    old, new = place.wards[0], moved(place).wards[0]
    phone = Phone(before, "+27821234567")
    phone.write(f"AREA {place.name}")
    phone.write(f"no water in {place.name}")
    work(before)
    phone.services = load(services, redrawn, "2026-11-05T10:00:00+02:00")
    home = phone.dial().text
    phone.dial("1", "2", "1", "1")
    work(phone.services)

    with phone.services.database.begin() as session:
        filed = [(case.place_key, case.ward_key) for case in session.scalars(select(Case).order_by(Case.id))]
        resident = residents.find(session, services.vault.index(phone.number))
        assert resident is not None
        assert resident.place_key == place.key
    assert home.startswith(f"Izwi {place.name}: tell the city")
    assert filed == [(place.key, old), (place.key, new)]
    assert old != new
    assert rows(services, Ward, "delimitation = '2020'") == rows(services, Ward, "delimitation = '2026'") == 135


def test_loaded_before_the_day_the_new_wards_hold_from_that_day_on(
    services: Services, johannesburg: City, redrawn: City
):
    area = redrawn.place(in_one_ward(johannesburg, 5)[2].key)
    assert area is not None
    for number, when in enumerate(("2026-11-03T23:59:00+02:00", "2026-11-04T00:01:00+02:00")):
        served = load(services, redrawn, when)
        Phone(served, f"+2782123456{number}").write(f"no water in {area.name}")
        work(served)

    with services.database.begin() as session:
        filed = list(session.scalars(select(Case.ward_key).order_by(Case.id)))
    assert filed == list(area.wards)
    assert [key.partition("/")[0] for key in filed] == ["2020", "2026"]


def test_a_poll_after_the_redraw_asks_those_who_live_in_the_new_ward(
    services: Services, johannesburg: City, redrawn: City
):
    """Their place is what people keep: the ward follows from it, and a ward known only by its number is lost."""
    before = load(services, johannesburg, "2026-11-02T10:00:00+02:00")
    place = in_one_ward(johannesburg, 5)[2]
    Phone(before, "+27821234567").write(f"AREA {place.name}")
    Phone(before, "+27821234568").write("AREA ward 31")
    work(before)
    after = load(services, redrawn, "2026-11-05T10:00:00+02:00")
    moves = [redrawing.run(after), redrawing.run(after)]

    with services.database.begin() as session:
        wards = list(session.scalars(select(Resident.ward_key).order_by(Resident.id)))
    assert wards == [moved(place).wards[0], None]
    assert moves == [2, 0]
