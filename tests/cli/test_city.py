import json
import shutil

import pytest

from app.civic import pack
from app.config import ROOT
from app.storage import cities

DEMO = ROOT / "demo"


@pytest.fixture
def own(tmp_path):
    """A pack of one's own, like the demo's."""
    return shutil.copytree(DEMO, tmp_path / "own")


def edit(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def newest(services):
    with services.database.begin() as session:
        return cities.load(session, cities.newest(session) or 0)


def packs(services):
    with services.database.begin() as session:
        return cities.newest(session)


def test_a_sound_pack_is_told_in_figures(operator):
    assert operator.ask("city", "check", DEMO) == {
        "name": "Vezani",
        "delimitations": 1,
        "wards": 24,
        "places": 159,
        "categories": 13,
        "owners": 8,
        "councillors": 23,
        "languages": 5,
    }


def test_every_fault_is_named_with_file_and_line(operator, own):
    edit(own / "places.csv", "Old Market,1,", "Old Market,99,")
    edit(own / "standards.csv", "LEAK,48,", "LEAK,48,3")

    said = operator.refused("city", "check", own).splitlines()

    assert said[0] == "izwi: 2 faults"
    assert said[1:] == [
        "places.csv:3: there is no ward 99",
        "standards.csv:3: give hours or working_days, one of them and more than 0",
    ]


def test_a_pack_with_faults_changes_nothing(operator, own):
    edit(own / "places.csv", "Old Market,1,", "Old Market,99,")
    before = packs(operator.services)

    operator.refused("city", "load", own)

    assert packs(operator.services) == before


def test_a_pack_becomes_the_city_and_may_be_loaded_again(operator, own):
    edit(own / "city.yaml", "name: Vezani", "name: Vezani by the sea")
    for _ in range(2):
        assert operator.ask("city", "load", own)["name"] == "Vezani by the sea"

    assert newest(operator.services) == pack.read(own)
    assert [deed["what"] for deed in operator.ask("audit", "list")] == ["city.load"]
    assert packs(operator.services) == 2


def test_older_boundaries_are_kept(operator, own):
    edit(own / "city.yaml", 'code: "2021", name: Wards of the 2021 election, valid_from: 2021-11-01', NEXT)
    for name in ("wards.geojson",):
        path = own / name
        path.write_text(path.read_text(encoding="utf-8").replace('"2021"', '"2026"'), encoding="utf-8")

    counts = operator.ask("city", "load", own)

    assert (counts["delimitations"], counts["wards"]) == (2, 48)
    assert newest(operator.services).ward("2021/7") is not None


NEXT = 'code: "2026", name: Wards of the 2026 election, valid_from: 2026-11-04'


def test_the_first_city_is_loaded_only_where_there_is_none(operator, own):
    edit(own / "city.yaml", "name: Vezani", "name: Elsewhere")

    result = operator.try_to("city", "load", "--first", own)

    assert (result.exit_code, result.stderr) == (0, "There is a city already: nothing was loaded.\n")
    assert newest(operator.services).name == "Vezani"


def test_a_pack_is_made_from_boundaries_and_a_list_of_areas(operator, tmp_path):
    wards, places = tmp_path / "wards.geojson", tmp_path / "areas.csv"
    ring = [[24, -30], [24, -31], [25, -31], [24, -30]]
    feature = {"type": "Feature", "properties": {"No": 1}, "geometry": {"type": "Polygon", "coordinates": [ring]}}
    wards.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    places.write_text("Suburb,W\nKerkbos,1\nRooidam,1\nMain Road,1\n")
    columns = ("--number-column", "No", "--area-column", "Suburb", "--area-ward-column", "W")
    sources = ("--wards", wards, "--places", places, "--out", tmp_path / "kus-dorp")

    made = operator.ask("city", "pack", *sources, *columns, "--valid-from", "2021-11-01")

    assert (made["name"], made["wards"], made["places"], made["lines"]) == ("Kus Dorp", 1, 2, 3)
    assert [one["words"] for one in made["left_out"]] == ["Main Road"]
    assert pack.read(tmp_path / "kus-dorp").wards[0].key == "2021/1"
    assert "is not empty" in operator.refused("city", "pack", *sources, *columns)
