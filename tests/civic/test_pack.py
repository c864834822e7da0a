import json
import re
import shutil
from itertools import pairwise
from pathlib import Path

import pytest

from app.civic import pack
from app.civic.city import City, Profile
from app.engine.gsm import septets

DEMO = Path(__file__).parents[2] / "demo"


@pytest.fixture
def folder(tmp_path):
    """A copy of the demo pack to spoil."""
    return Path(shutil.copytree(DEMO, tmp_path / "pack"))


@pytest.fixture(scope="module")
def demo():
    return pack.read(DEMO)


def change(file, old, new):
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def add(file, line):
    with file.open("a", encoding="utf-8") as sheet:
        sheet.write(line + "\n")
    return len(file.read_text(encoding="utf-8").splitlines())


def faults(folder):
    with pytest.raises(pack.PackFaults) as caught:
        pack.read(folder)
    return [str(fault) for fault in caught.value.faults]


def test_the_demo_city_has_no_fault(demo):
    assert [ward.number for ward in demo.wards] == list(range(1, 25))
    assert all(ward.geometry for ward in demo.wards)
    assert 140 <= len(demo.places) <= 170


def test_the_demo_city_has_the_traps_of_real_ones(demo):
    firsts = [place.key.replace("-", "")[:4] for place in demo.places]
    seats = {councillor.ward for councillor in demo.councillors}

    assert max(firsts.count(first) for first in firsts) > 9
    assert sum(len(place.wards) > 1 for place in demo.places) > 15
    assert {f"lakeview-ext-{number}" for number in range(1, 11)} <= {place.key for place in demo.places}
    assert [ward.number for ward in demo.wards if ward.key not in seats] == [19]
    assert [owner.code for owner in demo.owners if not owner.ours and owner.phone] == ["kopano", "estate"]


def test_neighbouring_wards_of_the_demo_city_share_their_border(demo):
    def borders(ward):
        (ring,) = ward.geometry.polygons[0]
        return {frozenset(pair) for pair in pairwise(ring)}

    lines = [border for ward in demo.wards for border in borders(ward)]
    inner = [border for border in lines if lines.count(border) == 2]

    assert len(inner) > len(lines) / 2
    assert all(any(borders(one) & borders(two) for two in demo.wards if two != one) for one in demo.wards)


def test_every_label_fits_a_plain_phone_in_every_language(demo):
    labels = [
        label
        for category in demo.categories
        for language in demo.languages
        for label in (category.label(language.code, "en"), category.menu_label(language.code, "en"))
    ]

    assert max(septets(label) or 999 for label in labels) <= 20


def test_a_city_survives_its_journey_as_json(demo):
    assert City.model_validate_json(demo.model_dump_json()) == demo


def test_a_pack_in_which_nothing_is_right_says_all_of_it(folder):
    change(folder / "city.yaml", "country: ZA", "country: XX")
    change(folder / "city.yaml", 'opens: "09:00", closes: "13:00"', 'opens: "13:00", closes: "09:00"')
    change(folder / "wards.geojson", '"number":2,', '"number":"two",')
    change(folder / "categories.csv", "No power", "No electricity at all")
    at = {
        "places": add(folder / "places.csv", "Nowhere,99,"),
        "standards": add(folder / "standards.csv", "TREES,24,"),
        "owners": add(folder / "owners.csv", "WATER,atlantis,water,,,"),
        "councillors": add(folder / "councillors.csv", "19,Jo Soap,12,en"),
    }

    found = faults(folder)

    for fault in (
        "city.yaml:5: no public holidays are known for the country 'XX'",
        "city.yaml:36: closes before it opens",
        "wards.geojson:3: number must be a whole number, not 'two'",
        "categories.csv:5: label_en 'No electricity at all' is too long: 21 letters, and 20 fit",
        f"places.csv:{at['places']}: there is no ward 99",
        f"standards.csv:{at['standards']}: there is no category TREES",
        f"owners.csv:{at['owners']}: there is no place atlantis",
        f"councillors.csv:{at['councillors']}: '12' is no phone number",
    ):
        assert fault in found


@pytest.mark.parametrize(
    ("file", "line", "what"),
    [
        ("places.csv", "Kholwani!,2,", "kholwani stands here a second time"),
        ("places.csv", ",2,", "name is empty"),
        ("places.csv", "Zoo,,", "wards is empty"),
        ("places.csv", "Zoo,2;2,", "ward 2021/2 stands here a second time"),
        ("places.csv", "Zoo,1998/2,", "there is no ward 1998/2"),
        ("places.csv", "Thohoyanሰou,2,", "the name 'Thohoyanሰou' has letters that plain phones cannot show: ሰ"),
        ("places.csv", "The Zoo Behind The Old Railway Works,2,", "is too long: 36 letters, and 30 fit"),
        ("places.csv", "Zoo,2,,x", "has more cells than the header; put a cell with a comma in quotes"),
        ("standards.csv", "WATER,5,", "WATER stands here a second time"),
        ("standards.csv", "SOMETHING,24,3", "give hours or working_days, one of them and more than 0"),
        ("standards.csv", "SOMETHING,soon,", "hours must be a whole number, not 'soon'"),
        ("owners.csv", "*,*,water,,,", "who owns * in * was said before"),
        ("owners.csv", "LEAK,thusong,water,Other Water,,", "water was called otherwise before"),
        ("owners.csv", "LEAK,thusong,rail,The Railways,,no", "rail is not ours, so people need its phone"),
        ("owners.csv", "LEAK,thusong,rail,The Railways,12,no", "'12' is no phone number"),
        ("owners.csv", "LEAK,thusong,rail,,,", "name is empty"),
        ("owners.csv", "TREES,*,water,,,", "there is no category TREES"),
        ("councillors.csv", "19,Jo Soap,0821234567,fr", "there is no language fr"),
        ("councillors.csv", "25,Jo Soap,0821234567,en", "there is no ward 25"),
        ("councillors.csv", "1,Jo Soap,0821234567,en", "2021/1 stands here a second time"),
        ("categories.csv", "TREES,TREE,yes,no,,,T,T,T,T,T,,,,,,,,,,", "there is no category TREE to stand under"),
        ("categories.csv", "TREES,,yes,no,1,,T,T,T,T,T,,,,,,,,,,", "line 1 of its menu is taken"),
        ("categories.csv", "TREES,,yes,no,,,T,T,,T,T,,,,,,,,,,", "label_st is empty"),
        ("categories.csv", "TREES,,yes,no,,,T,T,Tሰs,T,T,,,,,,,,,,", "has letters that plain phones cannot show: ሰ"),
        ("categories.csv", "TREES,,perhaps,no,,,T,T,T,T,T,,,,,,,,,,", "public must be yes or no, not 'perhaps'"),
        (
            "categories.csv",
            "TREES,,yes,no,,joke,T,T,T,T,T,,,,,,,,,,",
            "ending must be danger, bribe or empty, not 'joke'",
        ),
        (
            "categories.csv",
            "trees,,yes,no,,,T,T,T,T,T,,,,,,,,,,",
            "the code 'trees' must be capital letters, digits and _",
        ),
        ("categories.csv", "TREES,,yes,no,,,T,T,T,T,T,,,,,,!!,,,,", "the en keyword '!!' has neither letter nor digit"),
        ("categories.csv", "TREES,,yes,no,,,T,T,T,T,T,,,,,,Leak,,,,", "the en keyword 'Leak' means LEAK already"),
    ],
)
def test_a_wrong_row_is_named_by_file_and_line(folder, file, line, what):
    at = add(folder / file, line)

    (fault,) = faults(folder)

    assert fault.startswith(f"{file}:{at}: ")
    assert fault.endswith(what)


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("name: Vezani\n", "", "city.yaml: name: is missing"),
        ("code: VZN", "code: vezani", "city.yaml:4: must be two to five capital letters"),
        (
            "timezone: Africa/Johannesburg",
            "timezone: Vezani",
            "city.yaml:6: 'Vezani' is no time zone like Africa/Johannesburg",
        ),
        ("default_language: en", "default_language: fr", "city.yaml:7: 'fr' is not among the languages"),
        ("{code: st,", "{code: zu,", "city.yaml:11: zu stands here a second time"),
        (
            'phone: "112"',
            "phone: 112",
            "city.yaml:26: hotlines.emergency.0.phone: must be words; put numbers in quotes",
        ),
        ('phone: "112"', 'phone: "help"', "city.yaml:26: 'help' is no phone number"),
        ("small_count: 5", "smal_count: 5", "city.yaml:22: smal_count: means nothing here"),
        (
            "allowed_countries: [ZA]",
            "allowed_countries: [ZA, Kenya]",
            "city.yaml:19: 'Kenya' is no country code like ZA",
        ),
        ("elections: []", "elections: [{first: 2026-02-01, last: 2026-01-01}]", "city.yaml:39: ends before it begins"),
        ("code: en,", "code: en", "city.yaml:9: is not YAML: expected ',' or '}', but got ':'"),
    ],
)
def test_a_wrong_line_of_city_yaml_is_named(folder, old, new, what):
    change(folder / "city.yaml", old, new)

    assert what in faults(folder)


def test_two_delimitations_must_not_hold_on_one_day(folder):
    add(folder / "city.yaml", '  - {code: "2026", name: New, valid_from: 2026-11-01}')

    assert "city.yaml:42: 2026 and 2021 hold on the same days" in faults(folder)


@pytest.mark.parametrize(
    ("geometry", "what"),
    [
        (None, "has no outline: its geometry must be a Polygon or MultiPolygon"),
        ({"type": "Point", "coordinates": [24, -30]}, "has no outline: its geometry must be a Polygon or MultiPolygon"),
        ({"type": "Polygon", "coordinates": []}, "a polygon is empty"),
        ({"type": "Polygon", "coordinates": [[[1, 1], [2, 2]]]}, "four points at least and end where it began"),
        ({"type": "Polygon", "coordinates": [[[1, 1], [2, 2], [3, 3], [1, 1]]]}, "a ring encloses nothing"),
        ({"type": "Polygon", "coordinates": [[[1, 99], [2, 2], [3, 1], [1, 99]]]}, "longitude and latitude in degrees"),
        ({"type": "Polygon", "coordinates": "here"}, "has an outline that cannot be drawn"),
        ({"type": "MultiPolygon", "coordinates": None}, "has no outline"),
    ],
)
def test_a_ward_needs_an_outline_that_can_be_drawn(folder, geometry, what):
    file = folder / "wards.geojson"
    wards = json.loads(file.read_text(encoding="utf-8"))
    wards["features"][4]["geometry"] = geometry
    file.write_text(json.dumps(wards, indent=1), encoding="utf-8")
    line = file.read_text(encoding="utf-8")[: file.read_text(encoding="utf-8").index('"number": 5')].count("\n") - 2

    (fault,) = faults(folder)

    assert fault.startswith(f"wards.geojson:{line}: ")
    assert what in fault


def test_a_number_stands_once_in_a_delimitation(folder):
    change(folder / "wards.geojson", '"number":7,', '"number":6,')

    assert "wards.geojson:8: 2021/6 stands here a second time" in faults(folder)


@pytest.mark.parametrize(
    ("file", "text", "what"),
    [
        (
            "wards.geojson",
            '{"type": "FeatureCollection",\n "features": [',
            "wards.geojson:2: is not JSON: Expecting value",
        ),
        ("wards.geojson", "[]", "wards.geojson:1: is no GeoJSON FeatureCollection"),
        ("city.yaml", "- 1", "city.yaml:1: must say `name: value`, one a line"),
        ("places.csv", "place,ward\n", "places.csv:1: there is no column wards"),
        ("categories.csv", "code\n", "categories.csv:1: there is no column label_zu"),
        (
            "owners.csv",
            "category,place,owner,name\n*,thusong,me,Me\n",
            "owners.csv: there is no rule *,* that says who owns all the rest",
        ),
    ],
)
def test_a_file_that_is_no_such_file_is_named(folder, file, text, what):
    (folder / file).write_text(text, encoding="utf-8")

    assert what in faults(folder)


@pytest.mark.parametrize(
    "file", ["city.yaml", "wards.geojson", "places.csv", "categories.csv", "standards.csv", "owners.csv"]
)
def test_a_missing_file_is_named(folder, file):
    (folder / file).unlink()

    assert f"{file}: cannot be read: No such file or directory" in faults(folder)


def test_a_city_may_have_no_councillors_yet(folder):
    (folder / "councillors.csv").unlink()

    assert pack.read(folder).councillors == ()


def test_a_sheet_that_is_not_utf_8_is_named_with_the_line(folder):
    (folder / "places.csv").write_bytes("name,wards\nZoo,2\nSão,3\n".encode("latin-1"))

    assert "places.csv:3: is not UTF-8; save the sheet as CSV UTF-8" in faults(folder)


def test_a_sheet_saved_with_semicolons_is_read(folder):
    file = folder / "standards.csv"
    file.write_text(file.read_text(encoding="utf-8").replace(",", ";"), encoding="utf-8-sig")

    assert pack.read(folder).standard_of("WATER").hours == 24


def test_every_line_of_a_pack_is_explained():
    page = (DEMO.parent / "docs" / "pack.md").read_text(encoding="utf-8")
    sheets = [file.read_text(encoding="utf-8").partition("\n")[0] for file in DEMO.glob("*.csv")]
    in_english = re.compile(r"(?!(label|menu_label|keywords)_(?!en)).+")
    columns = {name for header in sheets for name in header.split(",") if in_english.fullmatch(name)}

    assert [name for name in {*Profile.model_fields, *columns} if f"`{name}`" not in page] == []
