import re
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from app.civic import outlines, pack
from app.civic.city import Geometry, Ward
from app.civic.maps import Look, Scale, scale, svg, ward_map


@pytest.fixture(scope="module")
def demo():
    return pack.read(Path(__file__).parents[2] / "demo")


@pytest.fixture(scope="module")
def johannesburg(shared_data):
    """The real wards, as `wards.geojson` with our own property names would give them."""
    wards = []
    for feature in outlines.features(shared_data / "wards/jhb_wards_2020.geojson", []):
        number = feature.row.number("ward_no")
        geometry = outlines.outline(feature)
        wards.append(
            Ward(key=f"2020/{number}", delimitation="2020", number=number, code="", name="", geometry=geometry)
        )
    return wards


def square(number, west, south, size=1.0):
    ring = ((west, south), (west + size, south), (west + size, south + size), (west, south + size), (west, south))
    geometry = Geometry(polygons=((ring,),))
    return Ward(key=f"2021/{number}", delimitation="2021", number=number, code="", name="Sq & <", geometry=geometry)


def rings(shape):
    paths = re.findall(r"M([^Z]+)Z", shape.path)
    return [[tuple(map(float, point.split())) for point in path.split("L")] for path in paths]


def edges(shape):
    return {
        frozenset((one, other)) for ring in rings(shape) for one, other in zip(ring, [*ring[1:], ring[0]], strict=True)
    }


def neighbours(drawing):
    """The pairs of wards that share a line."""
    drawn = {shape.number: edges(shape) for shape in drawing.shapes}
    return {frozenset((one, other)) for one in drawn for other in drawn if one < other and drawn[one] & drawn[other]}


def covered(drawing):
    """The area of all rings of a map, holes taken off."""
    return sum(outlines.area((*ring, ring[0])) for shape in drawing.shapes for ring in rings(shape))


def test_north_is_up_and_degrees_are_as_wide_as_on_the_ground():
    drawing = ward_map([square(1, 24, -60.5), square(2, 25, -60.5)], width=100)

    assert (0.0, 100.0) in rings(drawing.shapes[0])[0]  # the south-west corner: left, below
    assert drawing.height == pytest.approx(
        100, abs=0.5
    )  # at 60 degrees two degrees of longitude are as long as one north


def test_a_map_of_the_demo_city_has_all_its_wards(demo):
    drawing = ward_map(demo.wards)

    assert [shape.number for shape in drawing.shapes] == list(range(1, 25))
    assert all(
        0 <= x <= drawing.width and 0 <= y <= drawing.height for shape in drawing.shapes for x, y in [shape.inside]
    )


@pytest.mark.parametrize("tolerance", [0.6, 3.0])
def test_simplified_neighbours_stay_joined(johannesburg, tolerance):
    exact, simple = ward_map(johannesburg, tolerance=0.0), ward_map(johannesburg, tolerance=tolerance)

    assert neighbours(simple) == neighbours(exact)
    assert covered(simple) == pytest.approx(covered(exact), rel=0.01)


def test_a_simplified_map_is_small_enough_for_a_page(johannesburg):
    drawing = ward_map(johannesburg)

    assert len(drawing.shapes) == 135
    assert len(svg(drawing, {}, "Wards")) < 70_000


def test_the_number_of_a_ward_stands_within_it(johannesburg):
    drawing = ward_map(johannesburg, tolerance=0.0)

    for shape in drawing.shapes:
        x, y = shape.inside
        crossings = sum(
            (y1 > y) != (y2 > y) and x < x1 + (y - y1) / (y2 - y1) * (x2 - x1)
            for ring in rings(shape)
            for (x1, y1), (x2, y2) in zip(ring, [*ring[1:], ring[0]], strict=True)
        )
        assert crossings % 2 == 1, shape.number


def test_an_island_keeps_its_shape():
    drawing = ward_map([square(1, 24, 0)], width=100)

    assert len(rings(drawing.shapes[0])[0]) == 4


def test_a_ward_without_an_outline_is_left_out(demo):
    bare = demo.wards[0].model_copy(update={"geometry": None})

    assert len(ward_map([bare, *demo.wards[1:]]).shapes) == 23
    assert ward_map([bare]).shapes == ()


def test_a_ward_is_coloured_by_class_and_leads_to_its_page():
    looks = {"2021/1": Look("step-3", "Ward 1: 12 open", "/wards/1")}
    page = ET.fromstring(svg(ward_map([square(1, 24, 0), square(2, 25, 0)]), looks, 'Open "cases"'))

    link, plain = list(page)
    assert page.get("aria-label") == 'Open "cases"'
    assert (link.tag, link.get("href"), link[0].get("class")) == ("a", "/wards/1", "ward step-3")
    assert link[0][0].text == "Ward 1: 12 open"
    assert (plain.get("class"), plain[0].text) == ("ward", "2 Sq & <")


def test_a_map_has_no_style_of_its_own(demo):
    drawn = svg(ward_map(demo.wards), {}, "Wards")

    assert "style" not in drawn
    assert "fill" not in drawn


def test_a_scale_puts_about_as_many_wards_on_each_step():
    steps = scale(range(1, 101))

    assert Counter(map(steps.step, range(1, 101))) == {1: 20, 2: 20, 3: 20, 4: 20, 5: 20}


def test_equal_values_share_a_step_and_nothing_is_step_0():
    steps = scale([0, 0, 3, 3, 3, 3, 3, 9])

    assert [steps.step(value) for value in (0, 3, 9, 12)] == [0, 1, 2, 2]


def test_a_scale_of_nothing_has_no_steps():
    assert scale([0, 0]) == Scale(())
    assert scale([]).step(0) == 0
