"""Where a finding stands is a value: compared, ordered and spoken of without A1 text being taken apart."""

from __future__ import annotations

import pytest

from lzxl.forms.places import END, WHOLE_FILE, Area, Place
from tests.places import at


@pytest.mark.parametrize(
    ("place", "a1", "spoken", "begin"),
    [
        (WHOLE_FILE, "", "", (0, 0)),
        (Place("风险点"), "", "", (0, 0)),
        (Place.cell("风险点", 4, 5), "E4", "E4", (4, 5)),
        (Place.cell("风险点", 1048576, 16384), "XFD1048576", "XFD1048576", (1048576, 16384)),
        (Place.range("风险点", (4, 5), (9, 7)), "E4:G9", "E4:G9", (4, 5)),
        (Place.range("风险点", (4, 5), (4, 5)), "E4", "E4", (4, 5)),
        (Place.cells("风险点", [(4, 5), (7, 5)]), "E4,E7", "E4,E7", (4, 5)),
        (Place.rows("风险点", 4, 29), "4:29", "第4至29行", (4, 0)),
        (Place.rows("风险点", 13), "13:13", "第13行", (13, 0)),
        (Place("风险点", (Area(1, 5, END, 6),)), "E:F", "E:F", (0, 5)),
    ],
)
def test_a_place_as_spreadsheets_and_as_people_write_it(
    place: Place, a1: str, spoken: str, begin: tuple[int, int]
) -> None:
    assert (place.a1, place.spoken, place.begin) == (a1, spoken, begin)
    assert str(place) == a1
    assert at(place.sheet, a1) == place


def test_a_place_is_the_same_whoever_names_it() -> None:
    named, bare = Place.cell("风险点", 4, 5, "risk_points", "post"), Place.cell("风险点", 4, 5)
    assert named == bare and hash(named) == hash(bare)
    assert named != Place.cell("措施", 4, 5)
    assert named != Place.rows("风险点", 4)


def test_what_is_one_cell() -> None:
    assert Place.cell("风险点", 4, 5).coordinates == (4, 5)
    for other in (Place("风险点"), Place.rows("风险点", 4), Place.cells("风险点", [(4, 5), (7, 5)])):
        assert other.coordinates is None


def test_which_cells_an_area_has() -> None:
    assert Area(4, 5, 9, 7).has(9, 7) and not Area(4, 5, 9, 7).has(10, 7)
    rows = at("风险点", "4:30").areas[0]
    assert rows.is_whole_rows and rows.has(30, 16384) and not rows.has(31, 1)
    columns = at("风险点", "E:E").areas[0]
    assert columns.is_whole_columns and columns.has(1048576, 5) and not columns.has(1, 6)
