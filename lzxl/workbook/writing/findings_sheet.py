"""The two sheets that stand in front of a marked return: 问题清单 and, where needed, 未能归位内容."""

from __future__ import annotations

from collections.abc import Sequence

from openpyxl import Workbook
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from lzxl.forms.findings import SEVERITY_TITLES, Finding, counted, shorten
from lzxl.forms.model import Form
from lzxl.forms.private import sayable
from lzxl.forms.text import address, column_letters, spoken_clause
from lzxl.workbook.layout import FINDINGS_COLUMN, FINDINGS_SHEET, UNPLACED_CONTENT_COLUMN, UNPLACED_SHEET, quoted
from lzxl.workbook.writing.measure import row_height
from lzxl.workbook.writing.page import set_page
from lzxl.workbook.writing.pictures import put_picture
from lzxl.workbook.writing.placing import Listing, Spot
from lzxl.workbook.writing.putting_back import Listed
from lzxl.workbook.writing.stamp import Stamp
from lzxl.workbook.writing.styles import (
    BODY_FONT,
    BORDER,
    CENTER,
    HEADER_FONT,
    HEADER_REQUIRED,
    LEFT,
    LINE_CENTER,
    LINK_FONT,
    NOTE_FONT,
    SEVERITY_FILLS,
    TITLE_FONT,
)
from lzxl.workbook.writing.text import put_text, put_value

_HEADER_ROW = 4
# (header, width, centred); the last says where a finding was in a file that has been read anew.
FINDINGS_COLUMNS = (
    ("序号", 6, True),
    ("级别", 9, True),
    ("工作表", 13, True),
    ("单元格", 10, True),
    ("栏目", 15, True),
    ("填写内容", 24, False),
    ("问题", 44, False),
    ("修改办法", 40, False),
    ("依据", 17, True),
    ("原表位置", 17, True),
)
_UNPLACED_COLUMNS = (
    ("序号", 6, True),
    ("原工作表", 18, True),
    ("单元格", 10, True),
    ("表头", 20, True),
    ("内容", 60, False),
    ("未归位的原因", 44, False),
    ("在本文件中的位置", 20, True),
)
_TALLEST_PICTURE = 300.0
"""In points; a higher one is shown smaller on the list."""


def add_findings_sheet(
    workbook: Workbook,
    form: Form,
    stamp: Stamp,
    placed: Sequence[tuple[Finding, Spot | None]],
    is_shifted: bool = False,
) -> None:
    """Put 问题清单 in front of the workbook: a finding a row, in the order given, each linked to its cell.

    `is_shifted`: rows or columns have other numbers here than in the file, of which the findings speak.
    """
    told = counted(finding for finding, _ in placed)
    about = "　".join(text for text in (stamp.unit_name or stamp.unit_code, stamp.period, form.title) if text)
    summary = f"{sayable(about)}　共{len(placed)}个问题" + (f"：{told}" if told else "") + "。"
    # What is of another period stays so, whatever is mended in it: it would come back again.
    is_other = any(finding.code == "form_of_other_period" for finding, _ in placed)
    way = "本文件只供对照，改了报回也不能接收；请换用本期发的表填报。" if is_other else "改完后直接把本文件报回。"
    advice = f"点“单元格”跳到要改的地方；{way}本表和各表最右边的“{FINDINGS_COLUMN}”栏只作提示，不用填也不用删。"
    if is_shifted:
        advice += "“问题”“修改办法”两栏里说的第几行、哪一格，是原表中的位置；在本文件中的位置以“单元格”栏为准。"
    sheet = workbook.create_sheet(FINDINGS_SHEET, 0)
    _head(sheet, FINDINGS_SHEET, f"{summary}{advice}", FINDINGS_COLUMNS)
    for number, (finding, spot) in enumerate(placed, start=1):
        _write_finding(sheet, _HEADER_ROW + number, number, finding, spot)
    last = address(_HEADER_ROW + max(len(placed), 1), len(FINDINGS_COLUMNS))
    sheet.auto_filter.ref = f"{address(_HEADER_ROW, 1)}:{last}"
    set_page(sheet, form, paper="A4", orientation="landscape", header_row=_HEADER_ROW)


def _head(sheet: Worksheet, title: str, note: str, columns: Sequence[tuple[str, int, bool]]) -> None:
    for row, text, font, alignment, height in (
        (1, title, TITLE_FONT, LINE_CENTER, 34.0),
        (2, note, NOTE_FONT, LEFT, row_height([(note, sum(width for _, width, _ in columns))]) + 4),
    ):
        cell = sheet.cell(row, 1)
        cell.font, cell.alignment = font, alignment
        put_text(cell, text)
        sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=len(columns))
        sheet.row_dimensions[row].height = height
    sheet.row_dimensions[3].height = 6
    for column, (header, width, _) in enumerate(columns, start=1):
        sheet.column_dimensions[column_letters(column)].width = width
        cell = sheet.cell(_HEADER_ROW, column)
        cell.font, cell.fill, cell.alignment, cell.border = HEADER_FONT, HEADER_REQUIRED, CENTER, BORDER
        put_text(cell, header)
    sheet.row_dimensions[_HEADER_ROW].height = 28
    sheet.freeze_panes = address(_HEADER_ROW + 1, 1)
    sheet.sheet_view.showGridLines = False


def _write_row(sheet: Worksheet, row: int, values: Sequence[object], columns: Sequence[tuple[str, int, bool]]) -> None:
    shown = []
    for column, (value, (_, width, centred)) in enumerate(zip(values, columns, strict=True), start=1):
        cell = sheet.cell(row, column)
        cell.font, cell.border, cell.alignment = BODY_FONT, BORDER, CENTER if centred else LEFT
        put_value(cell, value)
        shown.append((str(cell.value or ""), float(width)))
    sheet.row_dimensions[row].height = max(22.0, row_height(shown))


def _write_finding(sheet: Worksheet, row: int, number: int, finding: Finding, spot: Spot | None) -> None:
    spoken = finding.place.spoken
    origin = f"{finding.sheet}{'!' if spoken == finding.cell else '　'}{spoken}" if spoken else finding.sheet
    texts = (
        number,
        SEVERITY_TITLES[finding.severity],
        spot.sheet if spot else finding.sheet,
        _shown_cell(spot),
        finding.header,
        finding.value,
        finding.message,
        finding.fix,
        spoken_clause(finding.basis),
        origin,
    )
    _write_row(sheet, row, texts, FINDINGS_COLUMNS)
    sheet.cell(row, 2).fill = SEVERITY_FILLS[finding.severity]
    if spot is not None:
        link = sheet.cell(row, 4)
        # A place within the file is a location; given as a plain text, openpyxl makes it a target outside of the file.
        link.hyperlink = Hyperlink(ref=link.coordinate, location=f"{quoted(spot.sheet)}!{spot.anchor}")
        link.font = LINK_FONT


def _shown_cell(spot: Spot | None) -> str:
    if spot is None:
        return ""
    if not spot.cells:
        return "整表"
    first, last = address(*spot.cells[0]), address(*spot.cells[-1])
    return first if first == last else f"{first} 等"


def unplaced_rows(listed: Sequence[Listed]) -> dict[Listing, int]:
    """Cell of the file → the row of 未能归位内容, for what is in the return nowhere else."""
    rows: dict[Listing, int] = {}
    for line, entry in enumerate(listed, start=_HEADER_ROW + 1):
        if entry.back:
            continue
        row, column = entry.place.begin
        for cell in ((row, column), (row, 0), (0, 0)):
            rows.setdefault((entry.place.sheet, *cell), line)
    return rows


def add_unplaced_sheet(workbook: Workbook, form: Form, listed: Sequence[Listed]) -> None:
    """Put 未能归位内容 behind 问题清单: everything in the file that belongs to no field, so that nothing is lost."""
    sheet = workbook.create_sheet(UNPLACED_SHEET, 1)
    note = (
        "下列内容未读入。最后一栏写有位置的，仍在本文件的那一格；未写的，只列在这里。"
        "需要报送的，请填到相应栏目或“备注”栏；不需要的不用处理。"
    )
    _head(sheet, UNPLACED_SHEET, note, _UNPLACED_COLUMNS)
    for number, entry in enumerate(listed, start=1):
        row = _HEADER_ROW + number
        value = shorten(entry.value, 2000)
        texts = (number, entry.place.sheet, entry.place.a1, entry.header, value, entry.reason, entry.back)
        _write_row(sheet, row, texts, _UNPLACED_COLUMNS)
        if entry.picture is not None:
            height = put_picture(sheet, (row, UNPLACED_CONTENT_COLUMN), entry.picture, _TALLEST_PICTURE)
            sheet.row_dimensions[row].height = max(float(sheet.row_dimensions[row].height or 0), height + 4)
    set_page(sheet, form, paper="A4", orientation="landscape", header_row=_HEADER_ROW)
