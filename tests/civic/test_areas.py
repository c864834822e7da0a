import pytest

from app.civic.areas import AreaList


def names(*lines):
    ward = AreaList(limit=30)
    for line in lines:
        ward.read(line)
    return ward.names


def why(*lines, is_street=False):
    ward = AreaList(limit=30)
    return [ward.read(line, is_street).why for line in lines][-1]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["Lenasia Ext 2, 4, 11A", "11B"], ["Lenasia Ext 2", "Lenasia Ext 4", "Lenasia Ext 11A", "Lenasia Ext 11B"]),
        (["Ennerdale 1", "3", "13 and 14"], ["Ennerdale 1", "Ennerdale 3", "Ennerdale 13", "Ennerdale 14"]),
        (["Riverlea", "Ext.9"], ["Riverlea", "Riverlea Ext 9"]),
        (["Saxonwold EXTs1", "2"], ["Saxonwold Ext 1", "Saxonwold Ext 2"]),
        (["Bramley Vie Xs1", "X4"], ["Bramley Vie Ext 1", "Bramley Vie Ext 4"]),
        (["Regents park & Ext", "13"], ["Regents Park", "Regents Park Ext", "Regents Park Ext 13"]),
        (["Protea Glen Extension: 11 to 13"], ["Protea Glen Ext 11", "Protea Glen Ext 12", "Protea Glen Ext 13"]),
        (["Meadowlands: part of zone", "1", "4 and whole of zone 3"], [f"Meadowlands Zone {n}" for n in (1, 4, 3)]),
        (["Diepkloof zone 6", "part of zone 5"], ["Diepkloof Zone 6", "Diepkloof Zone 5"]),
        (["Lakeside 1", "5 Orange Farm"], ["Lakeside 1", "Lakeside 5", "Orange Farm"]),
        (["Drieziek Part 4"], ["Drieziek Part 4"]),
    ],
)
def test_an_extension_on_its_own_line_hangs_on_the_place_before(lines, expected):
    assert names(*lines) == expected


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["Aspen", "Hills"], ["Aspen Hills"]),
        (["Fairmount", "Ridge EXT 1"], ["Fairmount Ridge Ext 1"]),
        (["Haddon", "The", "Hill"], ["Haddon", "The Hill"]),
        (["La", "Rochelle"], ["La Rochelle"]),
        (["Sunrise", "Park & Lufhereng"], ["Sunrise Park", "Lufhereng"]),
        (["Bramley", "Manor", "X1"], ["Bramley Manor", "Bramley Manor Ext 1"]),
    ],
)
def test_a_broken_line_is_one_name(lines, expected):
    assert names(*lines) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Tladi & Moletsane", ["Tladi", "Moletsane"]),
        (
            "Orange Farm Ext 2,8 & 9, Drieziek 1",
            ["Orange Farm Ext 2", "Orange Farm Ext 8", "Orange Farm Ext 9", "Drieziek 1"],
        ),
        ("City & Suburban", ["City & Suburban"]),
        ("Part of Naledi & Naledi Ext", ["Naledi", "Naledi Ext"]),
        ("Naledi Camp 1 & 2", ["Naledi Camp 1", "Naledi Camp 2"]),
        ("White city jabavu & central", ["White City Jabavu", "White City Jabavu Central"]),
    ],
)
def test_several_names_on_a_line_are_several_places(line, expected):
    assert names(line) == expected


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("Finetown East ( part)", "Finetown East"),
        ("La Rochelle (from 6th Street South)", "La Rochelle"),
        ("Mid – Ennerdale", "Mid - Ennerdale"),
        ("Judith’s Paarl", "Judith's Paarl"),
        ("Heavenly valley informal settlement", "Heavenly Valley Settlement"),
        ("kibler Park", "Kibler Park"),
    ],
)
def test_a_name_is_made_fit_for_a_plain_phone(line, name):
    assert names(line) == [name]


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        (["4th Avenue between Joe Nlanhla"], "a street or a boundary, no area"),
        (["Selborne and John Brand to"], "a street or a boundary, no area"),
        (["NB Ext 3 includes Chiawelo flats"], "a remark, no name"),
        (["Zone 1 & part of zone 2"], "a part of a place that no line before it names"),
        (["12"], "a part of a place that no line before it names"),
        (["part of"], "no name that could be known by itself"),
        (["PM"], "no name that could be known by itself"),
        (["Informal Settlement"], "no name that could be known by itself"),
        (["The"], "the beginning of a broken line, read with the next"),
        (["Pimville", "12th Street", "North"], "the beginning of a broken line, read with the next"),
        (["The Old Works Behind The Railway Yard"], "longer than 30 letters, give it a shorter name"),
    ],
)
def test_a_line_that_is_no_area_says_why(lines, reason):
    assert why(*lines) == reason


def test_what_the_list_calls_a_street_is_one():
    assert why("Nugget- west", is_street=True) == "a street or a boundary, no area"
