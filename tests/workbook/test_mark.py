"""The marked return shows a unit its own values, with every finding where it is to be mended."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from lzxl.errors import OutputError
from lzxl.forms.findings import Finding, Severity
from lzxl.forms.grading import GradingTable
from lzxl.forms.model import Form
from lzxl.forms.text import address
from lzxl.submission import Labels, Submission, Table, Unplaced
from lzxl.workbook.layout import FINDINGS_COLUMN, FINDINGS_SHEET, UNPLACED_SHEET, label_layout, table_layout
from lzxl.workbook.writing.fill import Stamp, read_stamp
from lzxl.workbook.writing.mark import write_return
from lzxl.workbook.writing.styles import SEVERITY_FILLS
from tests.places import at as place_at

pytestmark = pytest.mark.slow

OWN = "台账"
COLUMNS = {"id": 2, "point": 3, "likelihood": 5, "severity": 6, "level": 7, "measure": 9}


def table(*rows: tuple[object, ...], first: int = 4, title: str = OWN) -> Table:
    """A table of the unit's own shape: headers in row 3, values in the order of COLUMNS."""
    made = Table("risk_points", title, header_rows=(first - 1,), columns=dict(COLUMNS))
    made.rows = list(range(first, first + len(rows)))
    made.values = {name: [row[index] for row in rows] for index, name in enumerate(COLUMNS)}
    return made


def submission(*tables: Table) -> Submission:
    return Submission(
        "来件.xlsx",
        form="risk_register",
        unit_code="HB01",
        unit_name="办公室",
        period="2026年度",
        cover=Labels("cover", "首页", cells={"row_count": (9, 4)}, values={"row_count": 5, "unit_name": "办公室"}),
        tables=list(tables),
    )


def finding(
    cell: str, message: str = "写错了。", severity: Severity = "error", sheet: str = OWN, header: str = ""
) -> Finding:
    return Finding("some_code", severity, message, "改过来。", "分级", place_at(sheet, cell), header=header)


TWO = table(("HB01-001", "甲", "较大", "严重", None, "措施"), ("HB01-002", "乙", "较小", "严重", None, None))


@pytest.fixture
def returned(
    register: Form, grading: GradingTable, tmp_path: Path, opened: Callable[[Path], Workbook]
) -> Callable[..., Workbook]:
    def write(sent: Submission, *findings: Finding, **options: object) -> Workbook:
        path = tmp_path / "退回.xlsx"
        write_return(sent, findings, grading, path, **options)  # type: ignore[arg-type]
        return opened(path)

    return write


@pytest.fixture
def at(register: Form) -> Callable[[str, int], str]:
    """The address of a field in the n-th data row of the return, n from 0; -1 is the header."""
    layout = table_layout(register.by_name["risk_points"])

    def address_of(name: str, index: int) -> str:
        return layout.cell(name, layout.first_row + index if index >= 0 else layout.header_row)

    return address_of


def risk_points(workbook: Workbook) -> Worksheet:
    return workbook["风险点"]


def colour(workbook: Workbook, cell: str) -> str:
    return str(risk_points(workbook)[cell].fill.start_color.rgb)


def messages(workbook: Workbook, register: Form, index: int) -> str:
    layout = table_layout(register.by_name["risk_points"])
    return str(risk_points(workbook).cell(layout.first_row + index, layout.findings_column).value or "")


def test_a_finding_is_painted_commented_and_listed_at_the_cell_of_its_field(
    returned: Callable[..., Workbook], at: Callable[[str, int], str], register: Form
) -> None:
    workbook = returned(submission(TWO), finding("I5", header="防控措施"))
    cell = at("measure", 1)
    assert colour(workbook, cell) == SEVERITY_FILLS["error"].start_color.rgb
    comment = risk_points(workbook)[cell].comment
    assert comment.author == "lzxl"
    assert "写错了。" in comment.text and "改过来。" in comment.text
    assert messages(workbook, register, 1) == "写错了。改过来。"
    assert messages(workbook, register, 0) == ""
    row = list(next(workbook[FINDINGS_SHEET].iter_rows(min_row=5, values_only=True)))
    assert row == [1, "须改正", "风险点", cell, "防控措施", None, "写错了。", "改过来。", "分级", f"{OWN}!I5"]
    link = workbook[FINDINGS_SHEET].cell(5, 4).hyperlink
    assert (link.location, link.target) == (f"'风险点'!{cell}", None)


def test_several_findings_of_a_cell_share_one_comment_and_the_gravest_colour(
    returned: Callable[..., Workbook], at: Callable[[str, int], str], register: Form
) -> None:
    workbook = returned(submission(TWO), finding("I5", "提示一下。", "info"), finding("I5", "真错了。"))
    cell = risk_points(workbook)[at("measure", 1)]
    assert "提示一下。" in cell.comment.text and "真错了。" in cell.comment.text
    assert cell.fill.start_color.rgb == SEVERITY_FILLS["error"].start_color.rgb
    assert messages(workbook, register, 1) == "1．提示一下。改过来。\n2．真错了。改过来。"


def test_findings_are_listed_in_the_order_given(returned: Callable[..., Workbook]) -> None:
    workbook = returned(submission(TWO), *(finding("C4", text, "info") for text in ("丙", "甲", "乙")))
    listed = [row[6] for row in workbook[FINDINGS_SHEET].iter_rows(min_row=5, values_only=True)]
    assert listed == ["丙", "甲", "乙"]


@pytest.mark.parametrize(
    ("cell", "header", "painted"),
    [
        ("E4:E5", "", [("likelihood", 0), ("likelihood", 1)]),
        ("E4:F4", "", [("likelihood", 0), ("severity", 0)]),
        ("C4,I5", "", [("point", 0), ("measure", 1)]),
        ("E3", "", [("likelihood", -1)]),
        ("E:E", "", [("likelihood", -1)]),
        ("", "后果程度", [("severity", -1)]),
        ("", "责任领导", [("leader", -1)]),
    ],
    ids=["range", "row part", "two cells", "header cell", "whole column", "named column", "column that is missing"],
)
def test_where_findings_go(
    cell: str,
    header: str,
    painted: list[tuple[str, int]],
    returned: Callable[..., Workbook],
    at: Callable[[str, int], str],
) -> None:
    workbook = returned(submission(TWO), finding(cell, header=header))
    red = SEVERITY_FILLS["error"].start_color.rgb
    found = {c.coordinate for row in risk_points(workbook).iter_rows() for c in row if c.fill.start_color.rgb == red}
    assert found == {at(*place) for place in painted}


@pytest.mark.parametrize("cell", ["4:5", "T4:T5"], ids=["whole rows", "a column that is no field's"])
def test_findings_about_rows_stand_in_the_findings_column(
    cell: str, returned: Callable[..., Workbook], register: Form
) -> None:
    workbook = returned(submission(TWO), finding(cell))
    assert [messages(workbook, register, index) for index in range(3)] == ["写错了。改过来。"] * 2 + [""]


def test_findings_about_the_cover_the_file_and_unknown_sheets(
    returned: Callable[..., Workbook], register: Form
) -> None:
    workbook = returned(
        submission(TWO),
        finding("D9", sheet="首页"),
        finding("", sheet=""),
        finding("A1", sheet="别的表"),
        finding("", sheet="岗位自查"),
        finding("I99"),
    )
    assert register.cover is not None
    row, column = label_layout(register.cover).value("row_count")
    cover = workbook["封面"].cell(row, column)
    assert cover.value == 5 and cover.comment is not None
    rows = list(workbook[FINDINGS_SHEET].iter_rows(min_row=5, max_row=9))
    targets = [row[3].hyperlink.location if row[3].hyperlink else None for row in rows]
    # Row 99 of the file is 96 rows below its header, and so is that of the return.
    blank = f"'风险点'!M{table_layout(register.by_name['risk_points']).header_row + 96}"
    assert targets == [f"'封面'!{cover.coordinate}", "'封面'!A1", None, "'岗位自查'!A1", blank]
    assert rows[2][9].value == "别的表!A1"


def test_tables_of_one_name_stand_one_after_another(
    returned: Callable[..., Workbook], at: Callable[[str, int], str]
) -> None:
    again = table(("HB01-003", "丙", "较大", "严重", None, "措施"), first=20)
    other = table(("HB01-004", "丁", "较大", "严重", None, "措施"), title="台账二")
    sent = submission(TWO, again, other)
    workbook = returned(sent, finding("C20", "第三行。"), finding("C4", "第四行。", sheet="台账二"))
    ids = [risk_points(workbook)[at("id", index)].value for index in range(5)]
    assert ids == ["HB01-001", "HB01-002", "HB01-003", "HB01-004", None]
    assert "第三行" in risk_points(workbook)[at("point", 2)].comment.text
    assert "第四行" in risk_points(workbook)[at("point", 3)].comment.text
    assert risk_points(workbook)[at("point", 0)].comment is None


def test_blank_rows_between_stay_blank(returned: Callable[..., Workbook], at: Callable[[str, int], str]) -> None:
    apart = table(*(("HB01-001", "甲", "较大", "严重", None, "措施"),) * 2)
    apart.rows = [4, 9]
    workbook = returned(submission(apart), finding("C9"))
    assert [risk_points(workbook)[at("point", index)].value for index in range(6)] == [
        "甲",
        None,
        None,
        None,
        None,
        "甲",
    ]
    assert "写错了" in risk_points(workbook)[at("point", 5)].comment.text


def test_a_row_far_below_moves_up_and_the_list_says_that_rows_moved(
    returned: Callable[..., Workbook], at: Callable[[str, int], str]
) -> None:
    far = table(*(("HB01-001", "甲", "较大", "严重", None, "措施"),) * 2)
    far.rows = [4, 90_000]
    workbook = returned(submission(far), finding("C90000"))
    assert "写错了" in risk_points(workbook)[at("point", 1)].comment.text
    assert "是原表中的位置" in workbook[FINDINGS_SHEET]["A2"].value


def test_unreadable_values_are_given_back_as_they_were_written(
    returned: Callable[..., Workbook], at: Callable[[str, int], str]
) -> None:
    odd = table(("HB01-001", None, None, "严重", None, None))
    odd.raw = {"likelihood": {0: "重大"}, "point": {0: '=HYPERLINK("http://example.invalid")'}, "measure": {0: 3.5}}
    workbook = returned(submission(odd))
    cells = [risk_points(workbook)[at(name, 0)] for name in ("likelihood", "point", "measure")]
    assert [(c.value, c.data_type) for c in cells] == [
        ("重大", "s"),
        ('=HYPERLINK("http://example.invalid")', "s"),
        (3.5, "n"),
    ]


def test_a_level_gets_its_formula_back_and_what_was_typed_otherwise_is_listed(
    returned: Callable[..., Workbook], at: Callable[[str, int], str]
) -> None:
    levels = table(*(("HB01-001", "甲", "较大", "严重", level, None) for level in ("一级", "二级", "二级", None)))
    levels.formulas = {"level": {1}}
    levels.raw = {"level": {3: " "}}
    workbook = returned(submission(levels))
    kinds = [risk_points(workbook)[at("level", index)].data_type for index in range(4)]
    assert kinds == ["f"] * 4
    listed = [row[1:5] for row in workbook[UNPLACED_SHEET].iter_rows(min_row=5, values_only=True)]
    assert listed == [(OWN, "G6", "风险等级", "二级")]


def test_the_findings_column_is_known_filtered_and_printed(returned: Callable[..., Workbook], register: Form) -> None:
    workbook = returned(submission(TWO), finding("C4"))
    for sheet in register.tables:
        layout, worksheet = table_layout(sheet), workbook[sheet.title]
        header = worksheet.cell(layout.header_row, layout.findings_column)
        assert header.value == FINDINGS_COLUMN
        assert f":{header.column_letter}" in worksheet.auto_filter.ref
        assert f":${header.column_letter}$" in worksheet.print_area


def test_what_belongs_to_no_field_is_given_back_on_its_own_sheet(
    returned: Callable[..., Workbook], register: Form
) -> None:
    sent = submission(TWO)
    assert UNPLACED_SHEET not in returned(sent).sheetnames
    sent.unplaced = [Unplaced(place_at("台账", "V7"), "领导批示", "=1+1", "没有这一栏")]
    workbook = returned(sent)
    assert workbook.sheetnames[:2] == [FINDINGS_SHEET, UNPLACED_SHEET]
    cells = next(workbook[UNPLACED_SHEET].iter_rows(min_row=5))
    behind_findings = address(9, table_layout(register.main_sheet).last_column + 2)
    told = [1, "台账", "V7", "领导批示", "=1+1", "没有这一栏", f"风险点!{behind_findings}"]
    assert [cell.value for cell in cells] == told
    assert cells[4].data_type == "s"


def test_the_stamp_of_the_office_wins_over_what_the_file_says_of_itself(returned: Callable[..., Workbook]) -> None:
    assert read_stamp(returned(submission(TWO))).unit_code == "HB01"
    stamp = Stamp("risk_register", "2026.1", "HB07", "土壤科", "2026年度", "rules")
    assert read_stamp(returned(submission(TWO), stamp=stamp)) == stamp


def test_cells_to_mend_can_be_changed_even_where_the_stamp_locks_them(
    returned: Callable[..., Workbook], register: Form
) -> None:
    sent = submission(TWO)
    assert sent.cover is not None and register.cover is not None
    sent.cover.cells["unit_code"] = (2, 4)
    sent.cover.values["unit_code"] = "HB99"
    cell = returned(sent, finding("D2", sheet="首页"))["封面"].cell(*label_layout(register.cover).value("unit_code"))
    assert cell.value == "HB99"
    assert not cell.protection.locked


def test_the_same_return_has_the_same_bytes(grading: GradingTable, tmp_path: Path) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        write_return(submission(TWO), [finding("C4")], grading, tmp_path / name)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_a_return_that_cannot_be_written_says_so(grading: GradingTable, tmp_path: Path) -> None:
    (tmp_path / "文件").write_bytes(b"")
    with pytest.raises(OutputError):
        write_return(submission(TWO), [], grading, tmp_path / "文件" / "a.xlsx")


def test_dates_stay_dates(returned: Callable[..., Workbook], register: Form) -> None:
    sent = submission()
    day = datetime.date(2026, 12, 31)
    sent.tables = [Table("measures", "措施", (1,), {"content": 1, "deadline": 2}, rows=[2])]
    sent.tables[0].values = {"content": ["公开"], "deadline": [day]}
    sheet = register.by_name["measures"]
    layout = table_layout(sheet)
    cell = returned(sent)[sheet.title][layout.cell("deadline", layout.first_row)]
    assert cell.value == datetime.datetime(2026, 12, 31)
