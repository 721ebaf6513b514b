"""A workbook of the office's is amended: what is asked for goes in, and all else stays byte for byte."""

from __future__ import annotations

import datetime
import io
import re
import subprocess
import warnings
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Font, PatternFill
from openpyxl.utils.datetime import MAC_EPOCH
from openpyxl.worksheet.table import Table as Design
from openpyxl.worksheet.worksheet import Worksheet

from lzxl.forms.load import load_form, load_grading
from lzxl.forms.values import parse
from lzxl.submission import Submission
from lzxl.workbook.layout import table_layout
from lzxl.workbook.reading.open import open_content
from lzxl.workbook.reading.read import read_open
from lzxl.workbook.writing.amend import amended
from lzxl.workbook.writing.amending.changes import AmendError, Change, NewRow, SetCells
from lzxl.workbook.writing.build import build_workbook
from lzxl.workbook.writing.save import workbook_bytes
from lzxl.workbook.writing.stamp import Stamp, write_stamp
from tests.libreoffice import soffice
from tests.reading.locked import agile

FORM = load_form("work_record")
SHEET = FORM.by_name["activities"]
LAYOUT = table_layout(SHEET)
TITLE, FIRST = SHEET.title, LAYOUT.first_row
DAY = datetime.date(2026, 3, 5)
DATA = Path(__file__).parents[1] / "data"
ROW = {"day": DAY, "kind": "教育", "scope": "中层干部警示教育", "people": 42}


@lru_cache(maxsize=1)
def blank() -> bytes:
    workbook = build_workbook(FORM, load_grading())
    write_stamp(workbook, Stamp(FORM.id, FORM.version, "", "", "2026年度"))
    return workbook_bytes(workbook)


def opened(data: bytes) -> Workbook:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return load_workbook(io.BytesIO(data))


def saved(workbook: Workbook) -> bytes:
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def read(data: bytes) -> Submission:
    return read_open(open_content(data, "xlsx"), "簿册.xlsx")


def rows_of(data: bytes, sheet: str = "activities") -> dict[int, dict[str, Any]]:
    """Row → what it says, field by field, without what is blank."""
    return {
        row: {name: table.get(name, index) for name in table.values if table.get(name, index) is not None}
        for table in read(data).tables
        if table.name == sheet
        for index, row in enumerate(table.rows)
    }


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def sheet_part(data: bytes, title: str = TITLE) -> str:
    """The part of a sheet."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        workbook = archive.read("xl/workbook.xml").decode()
        related = archive.read("xl/_rels/workbook.xml.rels").decode()
    tag = re.search(rf'<(?:\w+:)?sheet [^>]*name="{title}"[^>]*>', workbook)
    assert tag is not None
    key = re.search(r'r:id="(\w+)"', tag.group())
    assert key is not None
    [target] = [one for one in re.findall(r"<Relationship [^>]*>", related) if f'Id="{key.group(1)}"' in one]
    found = re.search(r'Target="/?(?:xl/)?([^"]+)"', target)
    assert found is not None
    return f"xl/{found.group(1)}"


def with_parts(data: bytes, **changes: Callable[[bytes], bytes]) -> bytes:
    """The package with parts rewritten; `changes`: the end of a part's name, without its suffix → how."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        for member in source.infolist():
            content = source.read(member)
            change = changes.get(member.filename.rpartition("/")[2].partition(".")[0])
            target.writestr(member, change(content) if change else content)
    return made.getvalue()


def with_sheet(data: bytes, change: Callable[[bytes], bytes]) -> bytes:
    name = sheet_part(data).rpartition("/")[2].partition(".")[0]
    return with_parts(data, **{name: change})


# The office at its desk


def move_columns(sheet: Worksheet, order: Sequence[int]) -> None:
    """Put the columns of the table, from its hints down, into another order."""
    for row in range(LAYOUT.hint_row, sheet.max_row + 1):
        cells = [(sheet.cell(row, column).value, sheet.cell(row, column)._style) for column in order]  # type: ignore[attr-defined]
        for column, (value, style) in enumerate(cells, 1):
            sheet.cell(row, column).value = value
            sheet.cell(row, column)._style = style  # type: ignore[attr-defined]


def insert_column(sheet: Worksheet, place: int) -> None:
    """A column of the office's own among the others, with a formula in each prepared row."""
    sheet.insert_cols(place)
    sheet.cell(LAYOUT.header_row, place).value = "科内传阅"
    for row in range(FIRST, FIRST + 12):
        sheet.cell(row, place).value = f'=IF(ROW()>{row},"是","")'


texts = st.text(st.sampled_from("风险点防控甲乙丙_x000D_<&>\"'=1 \n\t，。"), min_size=2, max_size=20).filter(
    lambda text: sum("一" <= sign <= "鿿" for sign in text) > 1
)
kinds = st.sampled_from(["教育", "检查", "评议", "民调", "公示"])
days = st.dates(datetime.date(2026, 1, 1), datetime.date(2026, 12, 31))
said = st.fixed_dictionaries(
    {"day": days, "kind": kinds, "scope": texts},
    optional={"people": st.integers(0, 99999), "result": texts, "unit": texts},
)


class File(bytes):
    """A workbook's bytes, told shortly."""

    def __repr__(self) -> str:
        return f"{len(self)} bytes"


@st.composite
def books(draw: st.DrawFn) -> File:
    """A workbook that the office has worked in: rows, columns of its own, moved ones, colours, comments, a chart, 1904."""
    workbook = opened(blank())
    if draw(st.booleans()):
        workbook.epoch = MAC_EPOCH
    sheet = workbook[TITLE]
    for row, values in enumerate(draw(st.lists(said, max_size=5)), FIRST):
        for name, value in values.items():
            # What begins with = would become a formula when its column is moved.
            sheet.cell(row, LAYOUT.columns[name]).value = value.lstrip("=") if isinstance(value, str) else value
    if draw(st.booleans()):
        move_columns(sheet, draw(st.permutations(range(1, LAYOUT.last_column + 1))))
    if draw(st.booleans()):
        insert_column(sheet, draw(st.integers(1, LAYOUT.last_column + 1)))
    for row, column in draw(st.lists(st.tuples(st.integers(1, 12), st.integers(1, 10)), max_size=3)):
        sheet.cell(row, column).fill = PatternFill("solid", fgColor="FFFFC000")
        sheet.cell(row, column).font = Font(strike=True, color="FFC00000")
    if draw(st.booleans()):
        sheet.cell(FIRST, 2).comment = Comment("局长要看", "办公室")
    if draw(st.booleans()):
        chart = BarChart()
        chart.add_data(Reference(sheet, min_col=5, min_row=FIRST, max_row=FIRST + 5))
        workbook.create_sheet("备忘").add_chart(chart, "B2")
        workbook["备忘"]["A1"] = "三月要做的事"
    return File(saved(workbook))


def changes(row_count: int) -> st.SearchStrategy[list[Change]]:
    fresh = st.builds(NewRow, st.just("activities"), said)
    if not row_count:
        return st.lists(fresh, min_size=1, max_size=4)
    there = st.builds(SetCells, st.just("activities"), st.integers(0, row_count - 1), said)
    return st.lists(st.one_of(fresh, there), min_size=1, max_size=5)


def held(name: str, value: Any) -> Any:
    """A value as reading gives it."""
    return parse(SHEET.by_name[name], float(value) if isinstance(value, int) else value).value


def expected(before: Mapping[int, dict[str, Any]], made: Sequence[Change]) -> dict[int, dict[str, Any]]:
    """The rows with the changes, worked out plainly: a filled cell stays, a new row goes below the last."""
    rows = {row: dict(values) for row, values in before.items()}
    for change in made:
        if isinstance(change, NewRow):
            rows[max(rows, default=FIRST - 1) + 1] = {name: held(name, value) for name, value in change.values.items()}
        else:
            for name, value in change.values.items():
                rows[change.row].setdefault(name, held(name, value))
    return rows


def assert_only_that(before: bytes, after: bytes, made: Sequence[Change]) -> None:
    """What reading gives is what was there with the changes, and every byte beside the cells that change is as it was."""
    assert rows_of(after) == expected(rows_of(before), made)
    old, new = parts(before), parts(after)
    assert list(old) == list(new)
    sheet = sheet_part(before)
    assert {name for name in old if old[name] != new[name]} <= {sheet, "xl/workbook.xml"}
    assert re.sub(rb' ?fullCalcOnLoad="1"', b"", new["xl/workbook.xml"]) == re.sub(
        rb' ?fullCalcOnLoad="1"', b"", old["xl/workbook.xml"]
    )
    cut = re.compile(rb'<dimension ref="[^"]*" ?/>|<sheetData>.*</sheetData>', re.DOTALL)
    assert cut.sub(b"", old[sheet]) == cut.sub(b"", new[sheet])
    changed = rows_of(after).keys()
    kept = [row for row in _rows(old[sheet]) if row not in changed]
    assert [_rows(old[sheet])[row] for row in kept] == [_rows(new[sheet])[row] for row in kept]


def _rows(xml: bytes) -> dict[int, bytes]:
    found = re.finditer(rb'<row r="(\d+)"[^>]*?(?:/>|>.*?</row>)', xml, re.DOTALL)
    return {int(one.group(1)): one.group() for one in found}


def resolved(made: Sequence[Change], rows: Sequence[int]) -> list[Change]:
    """Changes to the n-th row as changes to its row of the file."""
    return [SetCells(one.sheet, rows[one.row], one.values) if isinstance(one, SetCells) else one for one in made]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.data())
def test_what_is_asked_for_goes_in_and_all_else_stays(data: st.DataObject) -> None:
    before = data.draw(books())
    rows = list(rows_of(before))
    made = resolved(data.draw(changes(len(rows))), rows)
    after = amended(before, FORM, made)
    if after:
        assert_only_that(before, after, made)
    else:
        assert expected(rows_of(before), made) == rows_of(before)
    assert amended(after or before, FORM, [one for one in made if isinstance(one, SetCells)]) == b""


# Other programs' workbooks


def test_a_workbook_that_libreoffice_saved_is_amended_and_opens_there_again(tmp_path: Path) -> None:
    if soffice() is None:
        pytest.skip("LibreOffice is not installed")
    workbook = opened(blank())
    sheet = workbook[TITLE]
    for column, value in enumerate(["日期", "类别", "单位", "范围"], 1):
        assert sheet.cell(LAYOUT.header_row, column).value == value
    sheet["A6"], sheet["B6"], sheet["D6"], sheet["E6"] = DAY, "检查", "抽查档案", 3
    sheet["D6"].comment = Comment("已核", "办公室")
    sheet["D6"].fill = PatternFill("solid", fgColor="FFFFC000")
    insert_column(sheet, 3)
    (tmp_path / "甲.xlsx").write_bytes(saved(workbook))
    converted = _by_libreoffice(tmp_path, tmp_path / "甲.xlsx", "xlsx")
    before = converted.read_bytes()
    made = [NewRow("activities", ROW), SetCells("activities", FIRST, {"result": "无问题", "scope": "写不进去"})]
    after = amended(before, FORM, made)
    assert_only_that(before, after, made)
    converted.write_bytes(after)
    again = opened(_by_libreoffice(tmp_path / "再", converted, "xlsx").read_bytes())[TITLE]
    assert (again["E7"].value, again["F7"].value, again["G6"].value) == (ROW["scope"], 42, "无问题")
    assert again["A7"].value == datetime.datetime(2026, 3, 5)
    assert again["E6"].comment.text == "已核"
    assert again["C7"].value == "是" or again["C7"].value.startswith("=")


def _by_libreoffice(folder: Path, path: Path, kind: str) -> Path:
    program = soffice()
    assert program is not None
    out = folder / "out"
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [program, profile, "--headless", "--convert-to", kind, "--outdir", str(out), str(path)]
    subprocess.run(command, capture_output=True, check=True, timeout=120)
    return out / f"{path.stem}.{kind}"


def test_elements_with_a_prefix_are_written_with_it() -> None:
    def prefixed(xml: bytes) -> bytes:
        named = re.sub(rb"<(/?)(?=[a-z])(?!\?)", rb"<\1x:", xml)
        return named.replace(b"xmlns=", b"xmlns:x=", 1)

    before = with_sheet(blank(), prefixed)
    after = amended(before, FORM, [NewRow("activities", ROW)])
    assert rows_of(after) == {FIRST: ROW}
    assert b'<x:row r="6" ht="22"><x:c r="A6"' in parts(after)[sheet_part(after)]


def test_rows_of_a_sheet_without_any_are_put_in() -> None:
    before = with_sheet(blank(), lambda xml: re.sub(rb'<row r="(?:[6-9]|\d\d+)".*?</row>', b"", xml, flags=re.DOTALL))
    assert rows_of(amended(before, FORM, [NewRow("activities", ROW)])) == {FIRST: ROW}


# What reaches the rows reaches the new ones


def short_book(last: int) -> Workbook:
    """A book whose filter, drop-down, colours and design end with its last row."""
    workbook = opened(blank())
    sheet = workbook[TITLE]
    for row in range(FIRST, last + 1):
        sheet.cell(row, 4).value = f"第{row}行"
        sheet.cell(row, 2).value = "检查"
    for validation in sheet.data_validations.dataValidation:
        validation.sqref = type(validation.sqref)(str(validation.sqref).replace("2005", str(last)))
    red = FormulaRule(["$B6=1"], fill=PatternFill("solid", bgColor="FFFF0000"))
    sheet.conditional_formatting.add(f"D{FIRST}:D{last}", red)
    sheet.conditional_formatting.add(f"D{last}", red)
    sheet.conditional_formatting.add(f"N{FIRST}:N{last}", red)
    sheet.auto_filter.ref = f"A5:H{last}"
    return workbook


def test_filter_drop_downs_and_formats_grow_with_new_rows_below_them() -> None:
    before = saved(short_book(8))
    after = amended(before, FORM, [NewRow("activities", ROW), NewRow("activities", ROW)])
    sheet = opened(after)[TITLE]
    assert sheet.auto_filter.ref == "A5:H10"
    assert {str(one.sqref) for one in sheet.data_validations.dataValidation} == {"A6:A10", "B6:B10", "D6:D10", "E6:E10"}
    ranges = {str(one.sqref) for one in sheet.conditional_formatting}
    assert {"D6:D10", "D8", "N6:N8"} <= ranges
    xml = parts(after)
    assert b'<dimension ref="A1:H10"' in xml[sheet_part(after)]
    assert "'工作记录'!$A$5:$H$10" in xml["xl/workbook.xml"].decode()


def printed(data: bytes) -> tuple[str, str]:
    """The print area of the sheet, and what says above the table that rows lie outside of it."""
    sheet = opened(data)[TITLE]
    return str(sheet.print_area), str(sheet["A2"].value)


def test_what_is_printed_grows_with_new_rows_below_it() -> None:
    before = blank()
    area, said = printed(before)
    end = int(area.rpartition("$")[2])
    rows = [NewRow("activities", ROW)] * (end - FIRST + 4)
    after = amended(before, FORM, rows)
    assert printed(after)[0] == area.replace(f"${end}", f"${end + 3}")
    assert printed(after)[1] == said.replace(f"${end}", f"${end + 3}").replace(f"${end + 1}:", f"${end + 4}:")
    assert printed(amended(before, FORM, rows[:3])) == (area, said)
    again = amended(after, FORM, rows[:1])
    assert printed(again)[0] == area.replace(f"${end}", f"${end + 4}")


@pytest.mark.parametrize("area", ["A1:H12", "A1:D90,F1:H90"])
def test_an_area_that_somebody_chose_stays(area: str) -> None:
    workbook = short_book(20)
    workbook[TITLE].print_area = area
    before = saved(workbook)
    after = amended(before, FORM, [NewRow("activities", ROW)])
    assert printed(after) == printed(before)


def test_a_row_within_their_reach_leaves_them_as_they_are() -> None:
    before = saved(short_book(40))
    before = amended(before, FORM, [SetCells("activities", 6, {"result": "好"})])
    sheet = opened(before)[TITLE]
    assert sheet.auto_filter.ref == "A5:H40"


@pytest.mark.parametrize("totals", [False, True])
def test_a_range_with_a_design_grows_unless_totals_end_it(totals: bool) -> None:
    workbook = opened(blank())
    sheet = workbook[TITLE]
    sheet.auto_filter.ref = None
    for column, cell in enumerate(sheet[5][:8], 1):
        cell.value = cell.value or f"列{column}"
    sheet["B6"], sheet["D6"] = "检查", "抽查"
    design = Design(displayName="工作", ref="A5:H6")
    sheet.add_table(design)
    before = saved(workbook)
    if totals:
        before = with_parts(
            before, table1=lambda xml: xml.replace(b'ref="A5:H6"', b'ref="A5:H6" totalsRowCount="1"', 1)
        )
    after = parts(amended(before, FORM, [NewRow("activities", ROW)]))
    assert (b'ref="A5:H7"' in after["xl/tables/table1.xml"]) == (not totals)


def test_ranges_that_excel_2010_added_grow_too() -> None:
    extension = (
        b'<extLst><ext xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main" uri="{CCE6A557}">'
        b'<x14:dataValidations xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main" count="1"><x14:dataValidation>'
        b"<xm:sqref>C6:C8 K1</xm:sqref></x14:dataValidation></x14:dataValidations></ext></extLst></worksheet>"
    )
    before = with_sheet(saved(short_book(8)), lambda xml: xml.replace(b"</worksheet>", extension))
    after = amended(before, FORM, [NewRow("activities", ROW)])
    assert b"<xm:sqref>C6:C9 K1</xm:sqref>" in parts(after)[sheet_part(after)]


# Looks


def test_prepared_cells_keep_their_looks_and_rows_below_them_take_those_of_the_row_above() -> None:
    workbook = opened(blank())
    sheet = workbook[TITLE]
    last = FIRST + SHEET.capacity - 1
    for row in (FIRST, FIRST + 1, last):
        sheet.cell(row, 2).value, sheet.cell(row, 4).value = "检查", "抽查"
    for row in range(FIRST, last + 1):
        sheet.cell(row, 4).font = Font(color="FF00B050")
        sheet.cell(row, 10).value = f"局自用{row}"
        sheet.cell(row, 10).fill = PatternFill("solid", fgColor="FFFFFF00")
        sheet.row_dimensions[row].height = 40
    before = saved(workbook)
    after = opened(amended(before, FORM, [NewRow("activities", ROW), NewRow("activities", ROW)]))[TITLE]
    for row in (last + 1, last + 2):
        assert after.cell(row, 4).value == ROW["scope"]
        assert after.cell(row, 4).font.color.rgb == "FF00B050"
        assert after.cell(row, 10).fill.fgColor.rgb == "FFFFFF00"
        assert after.cell(row, 10).value is None


def test_rows_are_as_high_as_their_texts_need_unless_somebody_set_a_height() -> None:
    def with_row(row: bytes) -> bytes:
        return with_sheet(blank(), lambda xml: xml.replace(b"</sheetData>", row + b"</sheetData>"))

    long = NewRow("activities", {**ROW, "result": "很长的结果，" * 20})
    tags = {
        b'<row r="6" ht="50" customHeight="1"/>': b'<row r="6" ht="50" customHeight="1">',
        b'<row r="6" spans="1:3" ht="15"/>': b'<row r="6" ht="127">',
        b'<row r="6" ht="300"><c r="Z6"/></row>': b'<row r="6" ht="300">',
        b"": b'<row r="6" ht="127">',
    }
    for row, tag in tags.items():
        after = amended(with_row(row), FORM, [long])
        assert tag in parts(after)[sheet_part(after)], row


# What formulas show


def test_formulas_are_calculated_on_loading_where_there_are_any() -> None:
    plain = with_parts(blank(), workbook=lambda xml: re.sub(rb"<calcPr[^>]*>", b'<calcPr calcId="191029"/>', xml))
    after = parts(amended(plain, FORM, [NewRow("activities", ROW)]))["xl/workbook.xml"]
    assert b'<calcPr calcId="191029" fullCalcOnLoad="1"/>' in after
    none = with_parts(blank(), workbook=lambda xml: re.sub(rb"<calcPr[^>]*>", b"", xml))
    after = parts(amended(none, FORM, [NewRow("activities", ROW)]))["xl/workbook.xml"]
    assert b'</definedNames><calcPr fullCalcOnLoad="1"/>' in after


WITH_STATE = replace(
    FORM,
    sheets=tuple(
        replace(
            sheet,
            fields=tuple(replace(one, computed="program") if one.name == "result" else one for one in sheet.fields),
        )
        for sheet in FORM.sheets
    ),
)
"""The form with a column that the program works out."""


def test_what_the_program_works_out_is_written_over_whatever_was_typed() -> None:
    before = amended(blank(), FORM, [NewRow("activities", {**ROW, "result": "手填的", "remark": "留着"})])
    change = SetCells("activities", FIRST, {"result": "算出的", "remark": "不要"})
    after = amended(before, WITH_STATE, [change])
    assert rows_of(after) == {FIRST: {**ROW, "result": "算出的", "remark": "留着"}}
    emptied = amended(after, WITH_STATE, [SetCells("activities", FIRST, {"result": None})])
    assert rows_of(emptied) == {FIRST: {**ROW, "remark": "留着"}}


def with_formula(kind: bytes = b"") -> bytes:
    """A book with a formula where the program writes, known to the chain of calculation."""
    cell = b'<c r="F6" t="str"><f%b>"x"&amp;1</f><v>x1</v></c>' % kind
    before = amended(blank(), FORM, [NewRow("activities", ROW)])
    before = with_sheet(
        before, lambda xml: re.sub(rb'(<row r="6"[^>]*>.*?)</row>', rb"\1" + cell + b"</row>", xml, count=1)
    )
    relation = (
        b'<Relationship Id="rId99" Type="http://x/relationships/calcChain" Target="calcChain.xml"/></Relationships>'
    )
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(before)) as source, zipfile.ZipFile(made, "w") as target:
        for member in source.infolist():
            content = source.read(member)
            if member.filename == "xl/_rels/workbook.xml.rels":
                content = content.replace(b"</Relationships>", relation)
            target.writestr(member, content)
        target.writestr("xl/calcChain.xml", b'<calcChain><c r="F6" i="2"/><c r="A2"/><c r="A2" i="4"/></calcChain>')
    return made.getvalue()


def test_a_formula_that_goes_leaves_the_chain_of_calculation() -> None:
    after = amended(with_formula(), WITH_STATE, [SetCells("activities", FIRST, {"result": "算出的"})])
    assert rows_of(after) == {FIRST: {**ROW, "result": "算出的"}}
    assert parts(after)["xl/calcChain.xml"] == b'<calcChain><c r="A2" i="2"/><c r="A2" i="4"/></calcChain>'


def test_a_formula_of_somebodys_own_stays() -> None:
    assert amended(with_formula(), FORM, [SetCells("activities", FIRST, {"result": "程序写的"})]) == b""


# What is not changed


def edit(change: Callable[[Workbook], object]) -> bytes:
    workbook = opened(amended(blank(), FORM, [NewRow("activities", ROW)]))
    change(workbook)
    return saved(workbook)


def _relation(data: bytes, kind: str) -> bytes:
    relation = f'<Relationship Id="rId98" Type="http://x/relationships/{kind}" Target="/xl/x.xml"/></Relationships>'
    return with_parts(data, workbook=lambda xml: xml.replace(b"</Relationships>", relation.encode()))


def with_member(name: str) -> bytes:
    made = io.BytesIO(blank())
    with zipfile.ZipFile(made, "a") as archive:
        archive.writestr(name, b"")
    return made.getvalue()


def _twice(workbook: Workbook) -> None:
    workbook.copy_worksheet(workbook[TITLE]).title = "工作台账"


def _without_header(workbook: Workbook) -> None:
    workbook[TITLE].delete_rows(LAYOUT.header_row)


def _without_column(workbook: Workbook) -> None:
    workbook[TITLE]["D5"] = None


def _merged(workbook: Workbook) -> None:
    sheet = workbook[TITLE]
    sheet["D7"], sheet["B7"] = "抽查", "检查"
    sheet.merge_cells("G6:G7")


REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "no workbook": (lambda: b"no workbook", "broken"),
    "cut short": (lambda: blank()[:2000], "broken"),
    "a password": (lambda: agile(blank(), "2026"), "encrypted"),
    "an xls": ((DATA / "little.xls").read_bytes, "not_xlsx"),
    "an ods": ((DATA / "little.ods").read_bytes, "not_xlsx"),
    "macros": (lambda: with_member("xl/vbaProject.bin"), "macros"),
    "a shared workbook": (lambda: _relation(blank(), "revisionHeaders"), "shared"),
    "another form": (lambda: workbook_bytes(build_workbook(load_form("unit_roster"), load_grading())), "other_form"),
    "a foreign workbook": (lambda: saved(Workbook()), "other_form"),
    "a sheet deleted": (lambda: edit(lambda workbook: workbook.remove(workbook[TITLE])), "sheet_missing"),
    "a header deleted": (lambda: edit(_without_header), "sheet_missing"),
    "a column deleted": (lambda: edit(_without_column), "column_missing"),
    "a sheet twice": (lambda: edit(_twice), "sheet_twice"),
    "a merged cell": (lambda: edit(_merged), "merged"),
    "rows without numbers": (lambda: with_sheet(blank(), lambda xml: re.sub(rb' r="\d+"', b"", xml)), "odd"),
    "another encoding": (lambda: with_sheet(blank(), _in_utf_16), "odd"),
    "a formula over several cells": (lambda: with_formula(b' t="array" ref="F6:F9"'), "formula"),
}


def _in_utf_16(xml: bytes) -> bytes:
    return re.sub(r"<\?xml[^>]*>", "", xml.decode()).encode("utf-16")


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_changed_with_certainty_is_not(name: str) -> None:
    make, code = REFUSED[name]
    cells = {"a formula over several cells": {"result": "算出的"}, "a merged cell": {"evidence": "签到表"}}
    there = [SetCells("activities", FIRST + (name == "a merged cell"), cells[name])] if name in cells else []
    with pytest.raises(AmendError) as raised:
        amended(make(), WITH_STATE, [*there, NewRow("activities", {**ROW, "result": "很好"})])
    assert raised.value.code == code


def test_a_signed_workbook_is_not_changed() -> None:
    target = b'Target="_xmlsignatures/origin.sigs"/></Relationships>'
    signature = b'<Relationship Id="rId97" Type="http://x/digital-signature/origin" ' + target
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(blank())) as source, zipfile.ZipFile(made, "w") as archive:
        for member in source.infolist():
            content = source.read(member)
            if member.filename == "_rels/.rels":
                content = content.replace(b"</Relationships>", signature)
            archive.writestr(member, content)
    with pytest.raises(AmendError) as raised:
        amended(made.getvalue(), FORM, [NewRow("activities", ROW)])
    assert raised.value.code == "signed"


def test_new_rows_go_below_totals_and_signatures_that_stand_under_the_rows() -> None:
    def total(workbook: Workbook) -> None:
        sheet = workbook[TITLE]
        sheet["A7"], sheet["E7"] = "合计", "=SUM(E6:E6)"

    before = edit(total)
    after = amended(before, FORM, [NewRow("activities", ROW)])
    assert list(rows_of(after)) == [6, 8]
    assert opened(after)[TITLE]["A7"].value == "合计"
