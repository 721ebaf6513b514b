"""The sheets of an archive that people sign: 归档文件目录, which lies in it, and 四性检测报告, which is made of a check."""

from __future__ import annotations

import datetime
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from lzxl.archive.items import Item
from lzxl.forms.archive import ArchiveTable, Volume
from lzxl.summary.book import put_text, span
from lzxl.summary.styles import AS_WRITTEN, Styles

CATALOGUE, FILES, REPORT = "归档文件目录", "电子文件清单", "四性检测报告"
TRACE, SOURCES = "数据出处", "源文件"
# What a workbook says of its making: the same whenever it is made.
_DAY = datetime.datetime(2000, 1, 1)

_PORTRAIT_LINE, _LEAST = 15.0, 22.0


@dataclass(frozen=True)
class Column:
    """A column of a page: its head and its width in characters."""

    title: str
    width: float
    style: str = "text"


_STYLES = {"place": "centre", "day": "centre", "pages": "centre", "title": "text"}
_FILES = (
    Column("档号", 30, "wide"),
    Column("电子文件", 74),
    Column("字节数", 12, "number"),
    Column("SHA-256", 70),
)
_TRACE = (
    Column("序", 6, "wide"),
    Column("数", 26),
    Column("值", 9, "wide"),
    Column("工作表", 16),
    Column("单元格", 12),
    Column("算法", 50),
    Column("所据总表", 26),
    Column("原件", 10, "wide"),
)
_SOURCES = (
    Column("总表", 18),
    Column("单位", 9, "wide"),
    Column("表和版次", 26),
    Column("收到日期", 12, "wide"),
    Column("原件", 60),
    Column("SHA-256", 68),
)
_REPORT = (Column("性质", 10, "wide"), Column("检测项目", 24), Column("结果", 12, "wide"), Column("说明", 70))


def catalogue(
    bureau: str,
    period: str,
    volume: Volume,
    table: ArchiveTable,
    items: Sequence[Item],
    files: Mapping[str, tuple[int, str]],
    absent: Mapping[str, str] | None = None,
) -> bytes:
    """归档文件目录 of a volume. `files`: entry → (size, SHA-256); `absent`: number of a 件 of which something is not there → why."""
    packed, workbook = _begun(f"{bureau}{period}归档文件目录")
    styles = Styles(workbook, ())
    title = f"{bureau}{period}廉政风险防控归档文件目录（{volume.title}卷）"
    kept = "；".join(_of_retention(table, items))
    lacking = absent or {}
    told = f"其中{len(lacking)}件未收入或未全收入，原因见备注。" if lacking else ""
    note = (
        f"本卷{len(items)}件，电子文件{len(files)}个。{told}{kept}。{table.basis}。页数为电子文件的，移交纸质件时填写。"
    )
    rows = [_line(table, place, volume, item, lacking.get(item.number, "")) for place, item in enumerate(items, 1)]
    columns = [Column(one.title, one.width, _STYLES.get(one.shows, "wide")) for one in table.columns]
    _page(workbook, styles, CATALOGUE, (title, note), columns, rows, is_wide=True, signed=_SIGNED_CATALOGUE)
    listed = [
        (item.number, entry, files[entry][0], files[entry][1])
        for item in items
        for entry in item.files
        if entry in files
    ]
    note = "字节数和 SHA-256 供逐个核对；整卷核对用 SHA256SUMS.txt，办法见 核对方法.txt。"
    _page(workbook, styles, FILES, (f"{title}：电子文件清单", note), _FILES, listed, is_wide=True)
    workbook.close()
    return packed.getvalue()


def _of_retention(table: ArchiveTable, items: Sequence[Item]) -> list[str]:
    codes = [item.group.retention for item in items]
    return [f"{one.title}{codes.count(one.code)}件" for one in table.retentions if one.code in codes]


def _line(table: ArchiveTable, place: int, volume: Volume, item: Item, lacking: str) -> list[str | int]:
    """A 件 as its columns show it. Pages are counted of paper only: that is left to be written."""
    shown: dict[str, str | int] = {
        "place": place,
        "number": item.number,
        "document": item.document,
        "author": item.author,
        "title": item.title,
        "day": item.day,
        "secrecy": volume.secrecy,
        "pages": "",
        "remark": "；".join(
            [*([f"电子文件{len(item.files)}个"] if item.files else []), *([lacking] if lacking else [])]
        ),
    }
    return [shown[column.shows] for column in table.columns]


def report(title: str, notes: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    """四性检测报告 of a check, to be signed by who checked."""
    packed, workbook = _begun(title)
    styles = Styles(workbook, ())
    _page(workbook, styles, REPORT, (title, "\n".join(notes)), _REPORT, rows, is_wide=False, signed=_SIGNED_REPORT)
    workbook.close()
    return packed.getvalue()


def trace_book(title: str, summary: str, figures: Sequence[Sequence[str]], sources: Sequence[Sequence[str]]) -> bytes:
    """数据出处: each figure with its way back to the files, and the files with their digests."""
    packed, workbook = _begun(title)
    styles = Styles(workbook, ())
    note = (
        f"先在 {summary} 里找到单元格，看公式；公式所据的总表逐行写明来自哪个单位哪份文件第几行；原件按“{SOURCES}”里的路径取出，"
        "用 SHA-256 核对。簿册由办公室记载，程序按其算出。"
    )
    _page(workbook, styles, TRACE, (title, note), _TRACE, figures, is_wide=True)
    _page(workbook, styles, SOURCES, (f"{title}：{SOURCES}", "路径从批次文件夹算起。"), _SOURCES, sources, is_wide=True)
    workbook.close()
    return packed.getvalue()


_SIGNED_CATALOGUE = ("移交人：", "接收人：", "单位负责人（签字、盖章）：", "日期：")
_SIGNED_REPORT = ("检测人：", "审核人：", "日期：")


def _begun(title: str) -> tuple[io.BytesIO, Workbook]:
    packed = io.BytesIO()
    workbook = Workbook(packed, AS_WRITTEN)
    workbook.set_properties({"title": title, "author": "lzxl", "created": _DAY})
    return packed, workbook


def _page(
    workbook: Workbook,
    styles: Styles,
    name: str,
    texts: tuple[str, str],
    columns: Sequence[Column],
    rows: Sequence[Sequence[str | int]],
    *,
    is_wide: bool,
    signed: Sequence[str] = (),
) -> None:
    """A titled table that prints on A4, one page wide, its head on every page, with lines to sign below it."""
    sheet = workbook.add_worksheet(name)
    last = len(columns) - 1
    for place, column in enumerate(columns):
        sheet.set_column(place, place, column.width)
    title, note = texts
    sheet.set_row(0, 36)
    span(sheet, 0, 0, 0, last, styles.get("page_title"))
    put_text(sheet, 0, 0, title, styles.get("page_title"))
    room = sum(column.width for column in columns)
    sheet.set_row(1, 4 + _PORTRAIT_LINE * _lines(note, room))
    span(sheet, 1, 0, 1, last, styles.get("note"))
    put_text(sheet, 1, 0, note, styles.get("note"))
    sheet.set_row(2, 26)
    for place, column in enumerate(columns):
        put_text(sheet, 2, place, column.title, styles.get("head"))
    for row, values in enumerate(rows, 3):
        _write_row(sheet, styles, row, columns, values)
    below = 3 + len(rows)
    _sign(sheet, styles, below + 1, last, signed)
    sheet.freeze_panes(3, 0)
    if is_wide:
        sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.5, right=0.5, top=0.7, bottom=0.7)
    sheet.center_horizontally()
    sheet.repeat_rows(2)
    sheet.print_area(0, 0, below + (2 if signed else 0), last)
    sheet.set_footer("&C&9第 &P 页，共 &N 页")


def _write_row(
    sheet: Worksheet, styles: Styles, row: int, columns: Sequence[Column], values: Sequence[str | int]
) -> None:
    lines = 1
    for place, (column, value) in enumerate(zip(columns, values, strict=True)):
        style = styles.get(column.style)
        if isinstance(value, int):
            sheet.write_number(row, place, value, style)
        else:
            put_text(sheet, row, place, value, style)
            lines = max(lines, _lines(value, column.width))
    sheet.set_row(row, max(_LEAST, 6 + _PORTRAIT_LINE * lines))


def _sign(sheet: Worksheet, styles: Styles, row: int, last: int, words: Sequence[str]) -> None:
    """Room to sign: each word with a blank, side by side below the table."""
    if not words:
        return
    sheet.set_row(row, 34)
    text = "　　　　　　　　　　".join(words)
    span(sheet, row, 0, row, last, styles.get("plain"))
    put_text(sheet, row, 0, text, styles.get("plain"))


def _lines(text: str, width: float) -> int:
    """How many lines a text takes in a column; a Chinese character is two wide."""
    return sum(1 + int(len(line.encode("gb18030", "replace")) * 1.12 / max(width - 1, 1)) for line in text.split("\n"))
