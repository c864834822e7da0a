import csv
import datetime as dt
from collections import Counter
from pathlib import Path

import pytest

from app.civic import pack, packing
from app.civic.pack import PackFaults
from app.civic.packing import About, Columns
from app.civic.places import PlaceIndex
from app.engine.gsm import septets

DEMO = Path(__file__).parents[2] / "demo"
DAY = dt.date(2026, 3, 2)


def about(name="Johannesburg", code="JHB"):
    return About(name, code, "2020", dt.date(2021, 11, 1), DEMO)


@pytest.fixture(scope="module")
def sources(shared_data):
    return shared_data / "wards/jhb_wards_2020.geojson", shared_data / "places/jhb_ward_suburbs.csv"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("packs") / "jhb"


@pytest.fixture(scope="module")
def packed(sources, folder):
    return packing.make(*sources, folder, about())


@pytest.fixture(scope="module")
def index(packed):
    return PlaceIndex(packed.city, DAY)


def test_johannesburg_is_a_pack_of_135_wards(packed):
    assert [ward.key for ward in packed.city.wards] == [f"2020/{number}" for number in range(1, 136)]
    assert all(ward.geometry for ward in packed.city.wards)
    assert packed.city.ward("2020/1").code == "JHB_1"


def test_what_was_written_is_what_was_made(packed, folder):
    assert pack.read(folder) == packed.city


def test_every_line_became_a_place_or_is_left_out_with_a_reason(packed, sources):
    with sources[1].open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    left = {out.line for out in packed.left_out}
    held = Counter(key for place in packed.city.places for key in place.wards)

    assert packed.lines == len(rows) == 1227
    assert len(left) < 80
    assert all(out.why for out in packed.left_out)
    assert {f"2020/{row['ward_no']}" for line, row in enumerate(rows, 2) if line not in left} == set(held)


def test_streets_and_boundaries_are_no_places(packed):
    streets = [out.words for out in packed.left_out if out.why == "a street or a boundary, no area"]

    assert "Landsborough Road" in streets
    assert not [place.name for place in packed.city.places if "Avenue" in place.name or "Street" in place.name]


def test_an_area_in_several_wards_has_all_of_them(packed):
    assert packed.city.place("turffontein").wards == ("2020/55",)
    assert packed.city.place("lenasia-ext-1").wards == ("2020/9", "2020/10")
    assert packed.city.ward_of("lenasia-ext-1", DAY) is None


def test_the_name_of_the_city_is_no_place_in_it(packed):
    assert packed.city.place("johannesburg") is None
    assert "the name of the city itself" in {out.why for out in packed.left_out}


def test_every_name_fits_a_plain_phone(packed):
    assert max(septets(place.name) or 999 for place in packed.city.places) <= 30


def test_the_pack_says_that_the_rest_is_the_templates(folder, packed):
    text = (folder / "city.yaml").read_text(encoding="utf-8")

    assert text.startswith("# Johannesburg: made from a template.")
    assert (packed.city.name, packed.city.code, packed.city.area_example) == ("Johannesburg", "JHB", "ALEX")
    assert packed.city.councillors == ()


def test_rules_for_places_of_the_template_are_not_taken_over(packed):
    assert {rule.place for rule in packed.city.owner_rules} == {"*"}


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("lenasia ext 10", "Lenasia Ext 10"),
        ("lenasia x10", "Lenasia Ext 10"),
        ("lenesia ext 10", "Lenasia Ext 10"),
        ("hillbrow", "Hillbrow"),
        ("melvile", "Melville"),
        ("ORLA", "Orlando East"),
    ],
)
def test_places_of_johannesburg_are_found_as_people_type_them(index, typed, name):
    assert index.find(typed, 12)[0].place.name == name


def test_a_message_from_johannesburg_is_placed(index):
    assert index.in_text("burst pipe at 12 Vilakazi st orlando west").place.key == "orlando-west-ext"


def test_columns_may_have_other_names(tmp_path):
    wards, places = tmp_path / "w.geojson", tmp_path / "p.csv"
    ring = [[24, -30], [24, -31], [25, -31], [24, -30]]
    wards.write_text(
        '{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"WardNo": 1.0, "Naam": "Kus"},'
        f' "geometry": {{"type": "MultiPolygon", "coordinates": [[{ring}], [{ring}]]}}}}]}}',
        encoding="utf-8",
    )
    places.write_text("Suburb;W\nKerkbos;1\nRooidam;1\n", encoding="utf-8")
    columns = Columns(number="WardNo", code="", name="Naam", population="", area="Suburb", area_ward="W", area_kind="")

    city = packing.make(wards, places, tmp_path / "out", about("Kusdorp", "KUS"), columns).city

    assert [(ward.key, ward.name, len(ward.geometry.polygons)) for ward in city.wards] == [("2020/1", "Kus", 2)]
    assert [place.key for place in city.places] == ["kerkbos", "rooidam"]


def test_a_source_that_does_not_fit_is_named_by_file_and_line(tmp_path, sources):
    places = tmp_path / "p.csv"
    places.write_text("place,ward_no\nKerkbos,one\n", encoding="utf-8")

    with pytest.raises(PackFaults) as caught:
        packing.make(sources[0], places, tmp_path / "out", about())

    assert "p.csv:2: ward_no must be a whole number, not 'one'" in str(caught.value)
    assert not (tmp_path / "out").exists()


def test_a_pack_is_never_written_over_another(folder, sources, packed):
    with pytest.raises(FileExistsError, match="is not empty"):
        packing.make(*sources, folder, about())
