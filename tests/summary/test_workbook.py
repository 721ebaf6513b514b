"""The summary workbook as its readers meet it: sheets, rows, live totals, safe texts, equal bytes."""

from __future__ import annotations

import dataclasses
import math
import re
import shutil
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lzxl.campaign.model import Latest
from lzxl.errors import OutputError
from lzxl.forms.load import load_forms, unit_form_ids
from lzxl.forms.roster import Unit
from lzxl.forms.text import column_letters
from lzxl.states import FileState
from lzxl.summary.book import inches, page_breaks
from lzxl.summary.full import full_tables, sheet_titles
from lzxl.summary.round import Round
from lzxl.summary.tables import Column, fitted
from lzxl.summary.units import chart_labels
from lzxl.summary.workbook import write_summary

from ..libreoffice import Cell, Document, Office
from .rounds import OFFICE, courses_of, filing, made_table, make_round, sample_round, submission

pytestmark = pytest.mark.slow

PAYLOADS = (
    "=1+1",
    "{=1+1}",
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    '=HYPERLINK("http://x.example","点我")',
    "=cmd|' /C calc'!A0",
    "http://x.example",
    "mailto:a@x.example",
    "internal:总览!A1",
    "external:c:\\x.xlsx",
    "ftp://x.example",
    "\t=1+1",
    "'=1+1",
    "＝1+1",
    "00012",
    "1E5",
    "TRUE",
    "#REF!",
    "_x0041_",
    "<f>1+1</f>",
    "<r>粗</r>",
    "<r><t>假</t></r>",
    "<r></r>",
    " 前后有空格 ",
)


FULL_TABLES = [table.title for table in full_tables(load_forms(), unit_form_ids())]
SHEETS = (
    "总览",
    "风险点总表",
    "一级风险清单",
    "单位统计",
    "类别等级",
    "防控措施覆盖",
    "权责清单总表",
    "防控措施总表",
    "岗位自查总表",
    "预警信息",
    "预警台账",
    "考核得分",
    "考核明细",
    "自查述廉",
    "未报送单位",
    "问题汇总",
    "待认定",
)


def written(round: Round, folder: Path) -> Any:
    write_summary(round, folder / "汇总.xlsx")
    return openpyxl.load_workbook(folder / "汇总.xlsx")


def records(worksheet: Any, header_row: int = 1) -> list[dict[str, Any]]:
    rows = list(worksheet.iter_rows(min_row=header_row, values_only=True))
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:] if row[0] is not None]


def test_the_sheets_have_their_names_and_order(tmp_path: Path) -> None:
    assert sheet_titles(full_tables(load_forms(), unit_form_ids())) == SHEETS
    assert tuple(written(sample_round(), tmp_path).sheetnames) == SHEETS


def test_every_row_of_a_full_table_says_where_it_came_from(tmp_path: Path) -> None:
    book = written(sample_round(), tmp_path)
    for name in FULL_TABLES:
        header = [cell.value for cell in book[name][1]]
        assert header[:2] == ["单位编码", "单位"]
        assert header[-3:] == ["来源文件", "来源工作表", "来源行"]
    assert [(row["单位编码"], row["来源文件"], row["来源行"]) for row in records(book["风险点总表"])] == [
        ("HB01", "HB01/廉政风险点登记表.xlsx", 4),
        ("HB01", "HB01/廉政风险点登记表.xlsx", 5),
        ("HB01", "HB01/廉政风险点登记表.xlsx", 6),
        ("HB02", "HB02/廉政风险点登记表.xlsx", 4),
        ("HB02", "HB02/廉政风险点登记表.xlsx", 5),
    ]


def test_levels_stand_with_their_basis_and_open_ones_are_marked(tmp_path: Path) -> None:
    rows = records(written(sample_round(), tmp_path)["风险点总表"])
    assert [row["风险等级"] for row in rows] == ["一级", "三级", "三级", "二级", "二级"]
    assert [row["认定情况"] for row in rows] == [None, None, "待认定", None, None]
    assert rows[2]["定级依据"].startswith("规则未明示")


def test_lists_for_the_leading_group(tmp_path: Path) -> None:
    book = written(sample_round(), tmp_path)
    (gravest,) = records(book["一级风险清单"], 3)
    assert gravest["风险点编号"] == "HB01-001"
    assert gravest["分层防控措施"].split("\n") == [
        "〔科室联防〕按季核对用印（谭永年，2026-06-30）",
        "〔自我预防〕学习保密纪律（祁小满，2026-12-31）",
    ]
    (undecided,) = records(book["待认定"], 3)
    assert (undecided["风险点编号"], undecided["暂定等级"]) == ("HB01-003", "三级")
    assert "认定结果填在批次文件夹的 认定.xlsx 里" in str(book["待认定"]["A2"].value)


def test_who_has_not_filed(tmp_path: Path) -> None:
    rows = records(written(sample_round(), tmp_path)["未报送单位"], 3)
    assert [(row["单位编码"], row["表单"], row["情况"], row["联络员"]) for row in rows] == [
        ("HB01", "自查自评表", "已接收（迟报）", "苏婉清"),
        ("HB03", "廉政风险点登记表", "已退回（迟报）", "路瑶"),
        ("HB03", "预警信息采集表", "无法读取", "路瑶"),
        ("HB03", "自查自评表", "未报送", "路瑶"),
    ]


def test_a_correction_that_failed_is_told_beside_the_version_that_counts(tmp_path: Path) -> None:
    """As `lzxl status` tells it: what counts is the version accepted before, what is to be mended is in the correction."""
    before = sample_round()
    corrected = [
        dataclasses.replace(entry, versions=2, latest=Latest(2, "returned", errors=3, warnings=1))
        if (entry.unit.code, entry.form) == ("HB01", "risk_register")
        else entry
        for entry in before.filings
    ]
    book = written(dataclasses.replace(before, filings=tuple(corrected)), tmp_path)
    told = records(book["未报送单位"], 3)[0]
    assert (told["单位编码"], told["表单"], told["情况"]) == ("HB01", "廉政风险点登记表", "已接收（更正版未通过）")
    assert (told["收到版数"], told["须改正"], told["请核对"]) == (2, 3, 1)
    assert any("另有1份的更正版未通过" in str(cell.value) for row in book["总览"].iter_rows() for cell in row)


def test_the_same_round_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("甲", "乙"):
        write_summary(sample_round(), tmp_path / f"{name}.xlsx")
    assert (tmp_path / "甲.xlsx").read_bytes() == (tmp_path / "乙.xlsx").read_bytes()


def hostile_round() -> Round:
    """Every payload in every text field of a risk register and a warning ledger."""
    size = len(PAYLOADS)
    texts: list[Any] = list(PAYLOADS)
    register, ledger = submission(OFFICE, "risk_register"), submission(OFFICE, "warning_intake")
    fields = ("id", "post", "power", "power_class", "risk_type", "point", "description", "measure", "remark")
    graded: dict[str, list[Any]] = {"likelihood": ["较大"] * size, "severity": ["严重"] * size}
    register.tables.append(made_table("risk_register", "risk_points", {**dict.fromkeys(fields, texts), **graded}, size))
    linked = dict.fromkeys(("id", "risk_id", "layer", "content", "owner"), texts)
    register.tables.append(made_table("risk_register", "measures", linked, size))
    ledger.tables.append(made_table("warning_intake", "warnings", dict.fromkeys(("channel", "problem"), texts), size))
    told = dict.fromkeys(("id", "source", "problem", "target", "unit", "remark"), texts)
    days: dict[str, list[Any]] = {"collected_on": [date(2026, 4, 16)] * size}
    warnings = made_table("warning_ledger", "warnings", {**told, **days}, size)
    return make_round([register, ledger], ledger=courses_of([warnings], "2026-11-30"))


def test_what_a_unit_wrote_never_becomes_a_formula_or_a_link(tmp_path: Path) -> None:
    book = written(hostile_round(), tmp_path)
    for name in ("风险点总表", "防控措施总表", "一级风险清单"):
        for row in book[name].iter_rows():
            assert {cell.data_type for cell in row} <= {"s", "n"}
            assert all(cell.hyperlink is None for cell in row)
    assert [row["风险点"] for row in records(book["风险点总表"])] == list(PAYLOADS)
    with zipfile.ZipFile(tmp_path / "汇总.xlsx") as package:
        for part in package.namelist():
            text = package.read(part).decode("utf-8", "replace")
            assert "<hyperlink" not in text
            assert "externalLink" not in part
            assert not re.search(r"<f[^>]*>[^<]*(HYPERLINK|cmd\||x\.example)", text)


def test_control_characters_are_left_out_and_long_texts_cut_with_a_mark(tmp_path: Path) -> None:
    register = submission(OFFICE, "risk_register")
    values = {"id": ["HB01-001"], "point": ["甲\x00\x0b乙\ufffe\x1b丙"], "description": ["长" * 40000]}
    register.tables.append(made_table("risk_register", "risk_points", values, 1))
    (row,) = records(written(make_round([register]), tmp_path)["风险点总表"])
    assert row["风险点"] == "甲乙丙"
    assert len(row["风险内容及表现形式"]) == 32000
    assert row["风险内容及表现形式"].endswith("…（已截断）")


def test_a_cell_of_the_summary_has_no_more_lines_and_units_than_excel_opens(tmp_path: Path) -> None:
    many, rare = "\n".join(f"第{number}行" for number in range(400)), "𠮷" * 20_000
    values = {"id": ["HB01-001"], "point": [many], "description": [rare]}
    risky = submission(OFFICE, "risk_register")
    risky.tables = [made_table("risk_register", "risk_points", values, 1)]
    [row] = records(written(make_round([risky]), tmp_path)["风险点总表"])
    assert row["风险点"].count("\n") == 253
    assert "第399行" in row["风险点"]
    assert len(row["风险内容及表现形式"].encode("utf-16-le")) <= 2 * 32_767
    assert row["风险内容及表现形式"].endswith("𠮷…（已截断）")


def test_dates_and_scores_are_typed(tmp_path: Path) -> None:
    book = written(sample_round(), tmp_path)
    due = records(book["预警台账"])[1]["下一期限"]
    assert (due.year, due.month, due.day) == (2026, 11, 19)
    assert records(book["考核明细"])[0]["自评分"] == 59.5


def test_a_round_without_anything_says_so_and_has_no_empty_chart(tmp_path: Path) -> None:
    book = written(make_round([]), tmp_path)
    said = {cell.value for row in book["总览"].iter_rows() for cell in row}
    assert {"本期未登记风险点。", "本期未登记防控措施。", "本期未登记预警信息。"} <= said
    with zipfile.ZipFile(tmp_path / "汇总.xlsx") as package:
        assert not [name for name in package.namelist() if name.startswith("xl/charts/")]


def test_formulas_use_only_what_every_spreadsheet_knows(tmp_path: Path) -> None:
    known = {"COUNTIFS", "COUNTIF", "SUMIFS", "SUM", "COUNTA", "COUNT", "AVERAGE", "ROUND", "IF", "ISNUMBER"}
    known |= {"LOOKUP", "RANK", "SUMPRODUCT", "MAX", "MIN"}
    for round in (sample_round(), digits_round()):
        for worksheet in written(round, tmp_path):
            for row in worksheet.iter_rows():
                for cell in row:
                    if cell.data_type == "f":
                        assert set(re.findall(r"([A-Z.]+)\(", str(cell.value))) <= known


def digits_round() -> Round:
    """Units whose codes COUNTIFS would read as equal numbers."""
    units = [Unit("011", "甲站"), Unit("11", "乙站"), Unit("1E1", "丙站"), Unit("10", "丁站")]
    filed = [
        submission(
            unit,
            "risk_register",
            risk_points="| 风险点编号 | 权力类别 | 风险类型 | 发生可能性 | 后果程度 |\n"
            + "\n".join(f"| {unit.code}-{n:03d} | 三类公共类 | 思想道德风险 | 较大 | 严重 |" for n in range(count)),
        )
        for count, unit in enumerate(units, start=1)
    ]
    return make_round(filed, units)


def test_codes_that_countifs_would_read_as_numbers_are_compared_as_text(tmp_path: Path) -> None:
    """In Excel, COUNTIFS takes the texts 011 and 11, or 1E1 and 10, for the same; LibreOffice does not."""
    for round, function in ((digits_round(), "SUMPRODUCT"), (sample_round(), "COUNTIFS")):
        assert str(written(round, tmp_path)["单位统计"]["C5"].value).startswith(f"={function}(")


def test_a_file_that_cannot_be_written_is_said_in_chinese_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "文件").write_bytes(b"")
    with pytest.raises(OutputError, match="不是文件夹"):
        write_summary(sample_round(), tmp_path / "文件" / "汇总.xlsx")
    (tmp_path / "汇总.xlsx").mkdir()
    with pytest.raises(OutputError, match="同名的文件夹"):
        write_summary(sample_round(), tmp_path / "汇总.xlsx")
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["文件", "汇总.xlsx"]


def test_an_old_summary_stays_whole_until_the_new_one_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "汇总.xlsx"
    target.write_bytes(b"old")

    def refuse(self: Path, other: Path) -> None:
        raise PermissionError(13, "open elsewhere")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(OutputError, match="请先关闭再试"):
        write_summary(sample_round(), target)
    assert target.read_bytes() == b"old"
    assert len(list(tmp_path.iterdir())) == 1


def many_units_round() -> Round:
    """More units than the overview's chart can show, and blanks in every column that is counted."""
    units = [Unit(f"U{n:02d}", f"第{n}单位") for n in range(1, 35)]
    likelihoods, severities = ("较大", "较小", None), ("严重", "较严重", "较轻微", None)
    filed = []
    for n, unit in enumerate(units):
        size = n % 7
        register = submission(unit, "risk_register")
        values: dict[str, list[Any]] = {
            "id": [f"{unit.code}-{i:03d}" for i in range(size)],
            "power_class": [("一类外部权力", None, "三类公共类", "别的")[(n + i) % 4] for i in range(size)],
            "risk_type": [("思想道德风险", "岗位职责风险", None)[(n + i) % 3] for i in range(size)],
            "likelihood": [likelihoods[(n + i) % 3] for i in range(size)],
            "severity": [severities[(n + 2 * i) % 4] for i in range(size)],
        }
        register.tables.append(made_table("risk_register", "risk_points", values, size))
        filed.append(register)
    return make_round(filed, units, [filing(unit, "warning_intake", "nil", late=True) for unit in units])


def same(cached: Any, anew: Any) -> bool:
    if isinstance(cached, int | float) and isinstance(anew, int | float):
        return abs(cached - anew) < 1e-9
    return (cached or "") == (anew or "")


def recalculated(book: Document) -> dict[str, list[list[Cell]]]:
    """Every sheet of a summary as LibreOffice has it after working out each formula anew; no cell shows an error."""
    book.recalculate()
    shown = {name: book.sheet(name).everything() for name in SHEETS}
    assert not [name for name, rows in shown.items() if any(None in row for row in rows)]
    return shown


def differing(path: Path, shown: dict[str, list[list[Cell]]]) -> tuple[int, list[tuple[Any, ...]]]:
    """How many formulas a summary has, and those whose value, written with it by Python, is not the one shown."""
    formulas, known = openpyxl.load_workbook(path), openpyxl.load_workbook(path, data_only=True)
    compared, wrong = 0, []
    for name in SHEETS:
        for row in formulas[name].iter_rows():
            for cell in (cell for cell in row if cell.data_type == "f"):
                compared += 1
                values = known[name][cell.coordinate].value, shown[name][cell.row - 1][cell.column - 1]
                if not same(*values):
                    wrong.append((name, cell.coordinate, cell.value, *values))
    return compared, wrong


@pytest.mark.libreoffice
@pytest.mark.parametrize("make", [sample_round, digits_round, many_units_round, hostile_round])
def test_every_live_total_is_what_a_real_spreadsheet_works_out(make: Any, office: Office, tmp_path: Path) -> None:
    write_summary(make(), tmp_path / "汇总.xlsx")
    with office.open(tmp_path / "汇总.xlsx") as book:
        compared, wrong = differing(tmp_path / "汇总.xlsx", recalculated(book))
    assert not wrong
    assert compared > 200


COUNTED = {
    "风险点数": ("风险点总表", "", ""),
    **{level: ("风险点总表", "风险等级", level) for level in ("一级", "二级", "三级")},
    "其中待认定": ("风险点总表", "认定情况", "待认定"),
    **{word: ("风险点总表", "权力类别", word) for word in ("一类外部权力", "二类内部权力", "三类公共类")},
    **{word: ("风险点总表", "风险类型", word) for word in ("思想道德风险", "制度机制风险", "岗位职责风险")},
    "岗位职责": ("权责清单总表", "职权类型", "岗位职责"),
    "防控措施": ("防控措施总表", "", ""),
    "岗位自查": ("岗位自查总表", "", ""),
    "预警信息": ("预警信息", "", ""),
    "预警逾期": ("预警台账", "是否逾期", "逾期"),
}
"""Column of 单位统计 → the full table whose rows it counts, and which of them."""


def counted(shown: dict[str, list[list[Cell]]], unit: Cell, column: str) -> int:
    """The rows that a full table shows, counted by hand."""
    table, field, word = COUNTED[column]
    head, *rows = shown[table]
    return sum(row[0] == unit and (not field or row[head.index(field)] == word) for row in rows)


@pytest.mark.libreoffice
def test_the_totals_of_the_sample_bureau_are_those_of_the_rows_beside_them(
    demo: Path, office: Office, tmp_path: Path
) -> None:
    """In a running LibreOffice, after a full recalculation: against the statistics and against the rows that it shows."""
    [summary] = (demo / "汇总").glob("*.xlsx")
    path = Path(shutil.copy(summary, tmp_path))
    with office.open(path) as book:
        shown = recalculated(book)
        compared, wrong = differing(path, shown)
        assert not wrong
        assert compared > 500
        head, *units = shown["单位统计"][3:]
        end = next(number for number, row in enumerate(units) if "合计" in row[:2])  # below it: what the chart shows
        units, totals = units[:end], units[end]
        assert len(units) > 10
        for column in COUNTED:
            at = head.index(column)
            for unit in units:
                assert unit[at] == counted(shown, unit[0], column), (unit[0], column)
            assert totals[at] == sum(unit[at] for unit in units), column  # type: ignore[misc]
        # The totals live: a row without its level is counted no more.
        level = column_letters(shown["风险点总表"][0].index("风险等级") + 1)
        was = book.sheet("风险点总表").value(f"{level}2")
        book.sheet("风险点总表").set(f"{level}2", None)
        again = recalculated(book)["单位统计"][4 : 4 + end]
        [unit] = (row for row in again if row[0] == shown["风险点总表"][1][0])
        before = next(row for row in units if row[0] == unit[0])
        assert unit[head.index(str(was))] == before[head.index(str(was))] - 1  # type: ignore[operator]


LEAST_POINTS = 8.0
PAPER_INCHES = {8: 420 / 25.4, 9: 297 / 25.4}


def printed_areas(worksheet: Any) -> list[tuple[int, int, int, int]]:
    """What is printed of a sheet: left, top, right and bottom of each area."""
    areas = worksheet.print_area.split(",")
    return [openpyxl.utils.range_boundaries(area.rpartition("!")[2]) for area in areas]


def printed_points(worksheet: Any) -> float:
    """The size, in points, that the text of a sheet's body has on its paper."""
    if worksheet.page_setup.scale:
        return 10.5 * worksheet.page_setup.scale / 100
    last = printed_areas(worksheet)[0][2] if worksheet.print_area else None
    dimensions = worksheet.column_dimensions
    for dimension in list(dimensions.values()):
        dimension.reindex()
    wide = {
        column: dimension.width
        for dimension in dimensions.values()
        for column in range(dimension.min, min(dimension.max, worksheet.max_column) + 1)
    }
    widths = [wide.get(column, 9) for column in range(1, (last or worksheet.max_column) + 1)]
    inches = sum(int(width * 7 + 0.5) for width in widths) / 96
    room = PAPER_INCHES[worksheet.page_setup.paperSize] - worksheet.page_margins.left - worksheet.page_margins.right
    return 10.5 * min(1.0, room / inches)


def test_every_sheet_prints_large_enough_to_read(tmp_path: Path) -> None:
    book = written(sample_round(), tmp_path)
    points = {name: printed_points(book[name]) for name in SHEETS}
    assert {name: round(size, 1) for name, size in points.items() if size < LEAST_POINTS} == {}


def test_what_charts_are_made_of_is_not_printed(tmp_path: Path) -> None:
    units = written(sample_round(), tmp_path)["单位统计"]
    [(_, _, _, bottom)] = printed_areas(units)
    assert [cell.value for cell in units[bottom]][1] == "合计"


@given(st.lists(st.integers(6, 40).map(float), min_size=4, max_size=40), st.integers(1, 3))
def test_pages_side_by_side_are_few_and_about_equally_full(widths: list[float], repeated: int) -> None:
    room, head = 20.0, inches(widths[:repeated])
    breaks = page_breaks(widths, repeated, room)
    starts, ends = [repeated, *breaks], [*breaks, len(widths)]
    pages = [head + inches(widths[start:end]) for start, end in zip(starts, ends, strict=True)]
    widest = max(inches([width]) for width in widths)
    mean = head + inches(widths[repeated:]) / len(pages)
    assert starts == sorted(set(starts))
    assert max(pages) <= min(room, mean + widest + 0.2)


@given(st.lists(st.integers(6, 40).map(float), min_size=4, max_size=40), st.integers(1, 3), st.sets(st.integers(4, 39)))
def test_columns_of_one_heading_stay_on_one_page(widths: list[float], repeated: int, begun: set[int]) -> None:
    starts = sorted(one for one in begun if one < len(widths))
    assert set(page_breaks(widths, repeated, 20.0, starts)) <= set(starts)


def test_a_year_of_many_rounds_is_as_large_on_paper_and_begins_its_pages_with_a_heading(tmp_path: Path) -> None:
    whole = sample_round()
    rounds = [*whole.begun, *(("warning_intake", f"第{number}期") for number in range(2, 7))]
    units = written(replace(whole, rounds=tuple(rounds)), tmp_path)["单位统计"]
    assert printed_points(units) >= LEAST_POINTS
    breaks = [entry.id for entry in units.col_breaks.brk]
    assert breaks
    assert all(units.cell(3, column + 1).value for column in breaks), "a heading stands over the first column of a page"
    assert units.print_title_cols == "$A:$B"


def test_the_ledger_is_as_wide_as_a_page_and_its_counts_stand_on_one_of_their_own(tmp_path: Path) -> None:
    worksheet = written(sample_round(), tmp_path)["预警台账"]
    assert [entry.id for entry in worksheet.col_breaks.brk] == []
    [(_, _, last, bottom), (_, top, right, end)] = printed_areas(worksheet)
    assert bottom < top < end == worksheet.max_row
    assert str(worksheet.cell(top, 1).value).startswith("预警处置台账：")
    assert right <= last


def test_the_ledger_that_units_and_leaders_see_names_nobody_and_tells_no_case(tmp_path: Path) -> None:
    shown = [cell.value for cell in written(sample_round(), tmp_path)["预警台账"][1]]
    assert not {"对象", "职务", "主要问题", "备注", "线索件号", "知悉范围"} & {*shown}
    assert {"预警编号", "状态", "当前轮次", "下一期限", "逾期工作日"} <= {*shown}


def test_where_a_row_came_from_is_on_the_screen_and_not_on_paper(tmp_path: Path) -> None:
    book = written(sample_round(), tmp_path)
    for name in FULL_TABLES:
        worksheet = book[name]
        areas = printed_areas(worksheet)
        last, bottom = areas[0][2], areas[-1][3]
        header = [cell.value for cell in worksheet[1]]
        assert not {"来源文件", "来源工作表", "来源行", "序号"} & set(header[:last])
        assert bottom >= worksheet.max_row  # no row is left out


LONG = "云泽县生态环境局生态环境保护综合行政执法大队溪禾镇及北部片区联合执法中队第一组"


def test_a_long_name_of_a_unit_is_shown_whole_wherever_it_stands(tmp_path: Path) -> None:
    plain = sample_round()
    units = tuple(dataclasses.replace(unit, name=f"{unit.name}·{LONG}") for unit in plain.units)
    named = {unit.code: unit for unit in units}
    filings = tuple(dataclasses.replace(filing, unit=named[filing.unit.code]) for filing in plain.filings)
    for one in plain.submissions:
        one.unit_name = named[one.unit_code].name
    book = written(dataclasses.replace(plain, units=units, filings=filings), tmp_path)
    places = set()
    for worksheet in book:
        for dimension in list(worksheet.column_dimensions.values()):
            dimension.reindex()
        for cells in worksheet.iter_rows():
            for cell in cells:
                if isinstance(cell.value, str) and LONG in cell.value and cell.alignment.horizontal != "general":
                    places.add(worksheet.title)
                    room = worksheet.column_dimensions[cell.column_letter].width
                    lines = math.ceil(2 * len(cell.value) / room)
                    assert cell.alignment.wrap_text, (worksheet.title, cell.coordinate)
                    assert worksheet.row_dimensions[cell.row].height >= 13 * lines, (worksheet.title, cell.coordinate)
    assert places >= {"风险点总表", "单位统计", "防控措施覆盖", "考核得分", "未报送单位", "待认定"}


def test_a_chart_calls_long_names_short_and_each_unit_otherwise(tmp_path: Path) -> None:
    names = ("办公室", LONG, LONG.replace("溪禾", "青石"), "云泽县生态环境局环境应急中心")
    units = [Unit(f"HB0{number}", name) for number, name in enumerate(names, 1)]
    labels = chart_labels(units, "云泽县生态环境局")
    assert labels == ["办公室", "HB02 生态环境保护…中队第一组", "HB03 生态环境保护…中队第一组", "环境应急中心"]
    points = "| 风险点编号 | 发生可能性 | 后果程度 |\n|-|-|-|\n| HB03-001 | 较大 | 严重 |"
    book = written(make_round([submission(units[2], "risk_register", risk_points=points)], units), tmp_path)
    [chart] = [part for part in drawn(tmp_path / "汇总.xlsx") if "HB03 生态环境保护…中队第一组" in part]
    assert LONG not in chart
    assert LONG in [cell.value for cell in book["单位统计"]["B"]]


def test_a_unit_whose_register_does_not_count_is_not_charted_as_one_without_risks(tmp_path: Path) -> None:
    before = sample_round()
    written(before, tmp_path)
    [chart] = [part for part in drawn(tmp_path / "汇总.xlsx") if "单位统计" in part]
    for unit in before.units:
        state = before.filing_by_slot[unit.code, "risk_register", ""].state
        expected = unit.name if state == "accepted" else f"{unit.name}（{FileState(state).chinese}）"
        assert f"<c:v>{expected}</c:v>" in chart
    assert {filing.state for filing in before.filings if filing.form == "risk_register"} > {"accepted"}


def drawn(path: Path) -> list[str]:
    """The XML of the charts."""
    with zipfile.ZipFile(path) as package:
        return [package.read(name).decode() for name in package.namelist() if name.startswith("xl/charts/chart")]


def test_a_column_is_widened_for_a_bracket_and_not_for_a_paragraph() -> None:
    columns = (Column("section", "项目", 14), Column("content", "内容", 14))
    frame = pl.DataFrame({"section": ["一、组织领导（10分）", "二、短"], "content": ["长" * 40, "短"]})
    assert [column.width for column in fitted(frame, columns)] == [22, 14]


def test_a_summary_of_decided_levels_says_nothing_is_provisional(tmp_path: Path) -> None:
    points = "| 风险点编号 | 发生可能性 | 后果程度 |\n|-|-|-|\n| HB01-001 | 较小 | 较严重 |"
    risky = submission(OFFICE, "risk_register", risk_points=points)
    book = written(make_round([risky], open_cells="二级"), tmp_path)
    texts = [str(cell.value) for sheet in book for cells in sheet.iter_rows() for cell in cells if cell.value]
    assert [text for text in texts if "就近原则" in text or "暂定" in text] == []
    assert any("领导小组决定一律定为二级" in text for text in texts)


def test_each_chart_says_in_words_what_it_shows_and_where_its_figures_are(tmp_path: Path) -> None:
    written(sample_round(), tmp_path)
    with zipfile.ZipFile(tmp_path / "汇总.xlsx") as archive:
        drawings = "".join(archive.read(name).decode() for name in archive.namelist() if "/drawings/drawing" in name)
    said = re.findall('<xdr:cNvPr [^>]*descr="([^"]*)"', drawings)
    assert len(said) == drawings.count("<c:chart ") == len(set(said))
    assert all("图“" in text and "数值见工作表“" in text for text in said)
