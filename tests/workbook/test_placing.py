"""Where a finding of the unit's file is in its return: by the field that it is about, whatever that is called there."""

from __future__ import annotations

from lzxl.forms.load import load_catalogue, load_form
from lzxl.forms.places import Place
from lzxl.workbook.layout import table_layout
from lzxl.workbook.writing.placing import Placement
from tests.checks.tables import submission

FORM = load_form("risk_register")
SHEET = FORM.by_name["risk_points"]
CATALOGUE = load_catalogue()


FILED = submission("risk_register", {"risk_points": "| 编号 | 岗位 | 职权 |\n|-|\n| HB05-001 | 出纳 | 现金管理 |"})
ROWS = FILED.tables[0].rows_place


def columns(place: Place, header: str = "") -> set[int]:
    """The columns of the return in which a finding is marked."""
    spot = Placement(FORM, FILED).find(CATALOGUE.finding("missing_value", place, header=header, example=""))
    assert spot is not None
    return {column for _, column in spot.cells}


def test_a_field_that_the_file_lacks_is_found_by_its_key_without_its_title() -> None:
    wanted = {table_layout(SHEET).columns["likelihood"]}
    assert columns(ROWS.about("likelihood")) == wanted
    assert columns(ROWS, SHEET.by_name["likelihood"].title) == wanted


def test_a_finding_about_whole_rows_and_no_field_stands_in_the_column_of_findings() -> None:
    assert columns(ROWS) == {table_layout(SHEET).findings_column}
