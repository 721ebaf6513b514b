"""What people do to the layout of a workbook before they send it: each a function that changes a filled one in place.

None of them changes what is reported: the same cover and the same rows must be read.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lzxl.forms.load import load_form
from lzxl.forms.values import CellError
from lzxl.workbook.layout import table_layout
from lzxl.workbook.reading.content import SheetContent, WorkbookContent
from tests.rewritings.filled import main_sheet

Change = Callable[[WorkbookContent, str], None]


@dataclass(frozen=True)
class Rewriting:
    """A change of layout, and the codes of the findings that may come of it."""

    name: str
    apply: Change
    said: frozenset[str] = frozenset()


def insert_row(sheet: SheetContent, at: int, cells: list[Any]) -> None:
    """Put a row in at `at`; what stands there and below moves down."""

    def moved(row: int) -> int:
        return row + 1 if row >= at else row

    sheet.rows = {moved(row): held for row, held in sorted(sheet.rows.items())}
    sheet.rows[at] = cells
    sheet.merges = [(moved(top), left, moved(bottom), right) for top, left, bottom, right in sheet.merges]
    sheet.formulas = {(moved(row), column): stored for (row, column), stored in sheet.formulas.items()}
    sheet.remarks = {(moved(row), column): code for (row, column), code in sheet.remarks.items()}
    sheet.hidden_rows = {moved(row) for row in sheet.hidden_rows}


def _layout(form_id: str) -> Any:
    return table_layout(load_form(form_id).main_sheet)


def _last_row(sheet: SheetContent) -> int:
    return max(row for row, cells in sheet.rows.items() if any(cell not in (None, "") for cell in cells[1:]))


def _append(sheet: SheetContent, cells: list[Any]) -> int:
    row = _last_row(sheet) + 1
    sheet.rows[row] = cells
    return row


def under_the_header(make: Callable[[int], list[Any]]) -> Change:
    """A row right below the header of the main table; `make` is told how many columns there are."""

    def change(content: WorkbookContent, form_id: str) -> None:
        layout = _layout(form_id)
        insert_row(main_sheet(content, form_id), layout.first_row, make(layout.last_column))

    return change


def below_the_rows(cells: list[Any]) -> Change:
    def change(content: WorkbookContent, form_id: str) -> None:
        _append(main_sheet(content, form_id), list(cells))

    return change


def beside_the_header(value: Any) -> Change:
    def change(content: WorkbookContent, form_id: str) -> None:
        layout = _layout(form_id)
        main_sheet(content, form_id).put(layout.header_row, layout.last_column + 3, value)

    return change


def number_over_the_serial(content: WorkbookContent, form_id: str) -> None:
    """Somebody numbered the header row as well."""
    main_sheet(content, form_id).put(_layout(form_id).header_row, 1, 1.0)


def titles_reworded(content: WorkbookContent, form_id: str) -> None:
    """The bureau's template has titles and notes of its own wording."""
    sheet, layout = main_sheet(content, form_id), _layout(form_id)
    sheet.put(layout.title_row, 1, "云泽县生态环境系统统计用表")
    sheet.put(layout.note_row, 1, "本表由各单位按季度填写。")


def cover_called(name: str) -> Change:
    def change(content: WorkbookContent, form_id: str) -> None:
        cover = load_form(form_id).cover
        for sheet in content.sheets:
            if cover is not None and sheet.name == cover.title:
                sheet.name = name

    return change


def totals_row(word: str, total: Callable[[list[float]], float]) -> Change:
    """The row that a spreadsheet adds below a table, with a result under every column of numbers."""

    def change(content: WorkbookContent, form_id: str) -> None:
        sheet, entry, layout = main_sheet(content, form_id), load_form(form_id).main_sheet, _layout(form_id)
        row = _last_row(sheet) + 1
        sheet.rows[row] = [word]
        for field in entry.fields:
            if field.kind not in ("score", "count"):
                continue
            column = layout.columns[field.name]
            numbers = [sheet.cell(above, column) for above in range(layout.first_row, row)]
            held = [float(number) for number in numbers if isinstance(number, int | float)]
            if held:
                sheet.put(row, column, total(held))
                sheet.formulas[row, column] = True

    return change


def formula_zeros(content: WorkbookContent, form_id: str) -> None:
    """Rows kept in reserve that link to another sheet and show 0, FALSE or #N/A."""
    sheet, layout = main_sheet(content, form_id), _layout(form_id)
    first = _last_row(sheet) + 1
    for row in range(first, first + 3):
        sheet.put(row, 1, float(row))
        for column, value in zip(range(2, layout.last_column), (0.0, False, CellError("#N/A"), 0.0), strict=False):
            sheet.put(row, column, value)
            sheet.formulas[row, column] = True


def long_headers(content: WorkbookContent, form_id: str) -> None:
    """Every header of the main table with its instruction behind it, as other bureaus print them."""
    sheet, layout = main_sheet(content, form_id), _layout(form_id)
    cells = sheet.rows[layout.header_row]
    instruction = "（请对照权责清单逐项填写，每条写明责任岗位、完成时限和公开方式，没有的写“无”，不得漏填）"
    sheet.rows[layout.header_row] = [f"{cell}{instruction}" if cell else cell for cell in cells]


def tables_renamed(content: WorkbookContent, form_id: str) -> None:
    titles = {sheet.title for sheet in load_form(form_id).tables}
    for number, sheet in enumerate(content.sheets):
        if sheet.name in titles:
            sheet.name = f"表{number}"


def stray_note(row: int, beside: int) -> Change:
    """A note `beside` columns right of the table, or far below it."""

    def change(content: WorkbookContent, form_id: str) -> None:
        main_sheet(content, form_id).put(row, _layout(form_id).last_column + beside, "请王科长再看一遍")

    return change


_DROPPED = frozenset({"row_dropped"})
_UNPLACED = frozenset({"text_unplaced", "row_dropped"})
_RENAMED = frozenset({"sheet_renamed"})

REWRITINGS: tuple[Rewriting, ...] = (
    *(
        Rewriting(f"cover called {name}", cover_called(name), _RENAMED)
        for name in (
            "封面 (2)",
            "封面的副本",
            "Copy of 封面",
            "封面 - 表格 1",
            "1.封面",
            "封面（必填）",
            "Sheet1",
            "基本情况",
        )
    ),
    *(
        Rewriting(f"row of {word}", totals_row(word, sum), _DROPPED)
        for word in ("汇总", "Total", "合计", "总 计", "合计：", "计", "Grand Total")
    ),
    *(
        Rewriting(f"row of {word}", totals_row(word, lambda held: round(sum(held) / len(held), 2)), _DROPPED)
        for word in ("平均值", "均值", "Average")
    ),
    *(
        Rewriting(f"closing words {words}", below_the_rows([None, None, words]), _DROPPED)
        for words in ("以下空白", "——以下空白——", "（以下无正文）", "本页以下空白", "以下无内容")
    ),
    Rewriting("closing words under the serial", below_the_rows(["以下空白"]), _DROPPED),
    *(
        Rewriting(f"{value!r} beside the header", beside_the_header(value))
        for value in (2026.0, True, datetime.date(2026, 1, 1), CellError("#REF!"), "备查")
    ),
    Rewriting("columns numbered", under_the_header(lambda last: [float(n) for n in range(1, last + 1)]), _DROPPED),
    Rewriting(
        "columns numbered as text", under_the_header(lambda last: [f"({n})" for n in range(1, last + 1)]), _DROPPED
    ),
    Rewriting(
        "columns numbered behind a caption",
        under_the_header(lambda last: ["栏次", *(float(n) for n in range(1, last))]),
        _DROPPED,
    ),
    Rewriting("columns lettered", under_the_header(lambda last: [chr(65 + n) for n in range(min(last, 26))]), _DROPPED),
    Rewriting("columns with stems", under_the_header(lambda _: ["甲", "乙", "丙", 1.0, 2.0, 3.0, 4.0]), _DROPPED),
    Rewriting(
        "hints", under_the_header(lambda last: [None, *["（一句话）", "（写清环节）"] * ((last - 1) // 2)]), _DROPPED
    ),
    Rewriting(
        "instructions", under_the_header(lambda _: [None, "请按名册填写", "必填", "下拉选择", "如2026"]), _DROPPED
    ),
    Rewriting("an example", under_the_header(lambda last: ["例", *["采购办公用品时收受回扣"] * (last - 1)]), _DROPPED),
    Rewriting("row crossed out", below_the_rows([None, "/", "/", "/", "—", "/"]), _DROPPED),
    Rewriting("row of 无", below_the_rows([None, "无", "无", None, "无"]), _DROPPED),
    Rewriting("formula zeros", formula_zeros, _DROPPED),
    Rewriting("signatures", below_the_rows(["填表人：王一", None, "审核人：李二", None, "2026年3月1日"]), _DROPPED),
    Rewriting(
        "signatures and a day", below_the_rows(["填表人：", "王一", "填表日期：", datetime.date(2026, 3, 1)]), _DROPPED
    ),
    Rewriting("signatures without colons", below_the_rows(["填表人", "王一", "审核人", "李二"]), _DROPPED),
    Rewriting("note without a word for it", below_the_rows(["以上内容经支部会研究。"]), _DROPPED),
    Rewriting("long headers", long_headers),
    Rewriting("titles of the bureau's own", titles_reworded),
    Rewriting("note far right above", stray_note(2, 5), _UNPLACED),
    Rewriting("note in the header's row", stray_note(5, 4), _UNPLACED),
    Rewriting("note far right below", stray_note(900, 3), _UNPLACED),
)
