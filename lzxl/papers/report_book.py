"""综合分析报告 as a workbook: the text, its tables as numbers, native charts, and the cell that each number was read from."""

from __future__ import annotations

import datetime
import io
import itertools
from collections.abc import Iterator, Sequence

from xlsxwriter import Workbook
from xlsxwriter.chart import Chart as BarChart
from xlsxwriter.worksheet import Worksheet

from lzxl.papers.told import Chart, Sentence, Table, Told
from lzxl.summary.book import put_text, span
from lzxl.summary.styles import AS_WRITTEN, BODY_FONT, Styles, ink_on

TEXT, CELLS = "综合分析报告", "各表出处"
"""The first sheet and the last."""
_DAY = datetime.datetime(2026, 1, 1)

_LINE, _TEXT_WIDTH, _SHARE = 16.0, 70.0, 9.0
_LONGEST, _NOT_IN_NAMES = 31, str.maketrans("", "", "[]:*?/\\'")
"""Of the name of a sheet."""
_TITLES = ("表", "行", "列", "值", "工作表", "单元格")
_SHARES = (4.0, 3.0, 2.0, 1.4, 2.0, 1.4)


def report_book(report: Told) -> bytes:
    """The workbook, the same whenever it is made of the same summary."""
    return _Book(report).whole()


class _Book:
    """One workbook while it is made."""

    def __init__(self, report: Told) -> None:
        self.report = report
        self.packed = io.BytesIO()
        self.workbook = Workbook(self.packed, AS_WRITTEN)
        self.workbook.set_properties({"title": report.title, "author": "", "created": _DAY})
        self.styles = Styles(self.workbook, ())

    def whole(self) -> bytes:
        self._text()
        named = [(self._name(line.caption), line) for line in self.report.tables if not line.entries]
        for name, table in named:
            self._table(name, table)
        for chart in self.report.charts:
            self._chart(chart)
        for table in self.report.tables:
            if table.entries:
                self._table(self._name(table.caption), table)
        self._table(CELLS, Table("各表每个数的出处", _TITLES, tuple(_places(named)), shares=_SHARES))
        self.workbook.close()
        return self.packed.getvalue()

    def _name(self, caption: str) -> str:
        """What the sheet of a caption is called: its number, and what it is of, as far as there is room; no two are called the same."""
        plain = caption.replace("　", " ").partition("（")[0].translate(_NOT_IN_NAMES)
        stem = plain[: _LONGEST - 4].strip() or "表"
        taken = {TEXT, CELLS, *(sheet.get_name() for sheet in self.workbook.worksheets())}
        names = itertools.chain([stem], (f"{stem} {number}" for number in itertools.count(2)))
        return next(name for name in names if name not in taken)

    def _text(self) -> None:
        """What the report says, a paragraph a row."""
        sheet = self.workbook.add_worksheet(TEXT)
        sheet.set_column(0, 0, _TEXT_WIDTH)
        put_text(sheet, 0, 0, self.report.title, self.styles.get("title"))
        sheet.set_row(0, 34)
        rows = list(_said(self.report))
        for row, (text, look) in enumerate(rows, 1):
            put_text(sheet, row, 0, text, self.styles.get(look))
            if look == "text":
                sheet.set_row(row, 6 + _LINE * (1 + len(text) * 2 // int(_TEXT_WIDTH - 4)))
        sheet.print_area(0, 0, len(rows), 0)
        _on_a4(sheet, is_wide=False)

    def _table(self, name: str, table: Table) -> None:
        """A table with its caption, numbers as numbers."""
        sheet = self.workbook.add_worksheet(name)
        last = len(table.titles) - 1
        for place, width in enumerate(_widths(table)):
            sheet.set_column(place, place, width)
        span(sheet, 0, 0, 0, last, self.styles.get("section"))
        put_text(sheet, 0, 0, table.caption, self.styles.get("section"))
        for place, title in enumerate(table.titles):
            put_text(sheet, 1, place, title, self.styles.get("head"))
        widths = _widths(table)
        for row, values in enumerate(table.rows, 2):
            for place, value in enumerate(values):
                self._cell(sheet, row, place, value)
            sheet.set_row(row, 6 + _LINE * max(map(_lines, values, widths)))
        sheet.freeze_panes(2, 1)
        sheet.repeat_rows(1)
        _on_a4(sheet, is_wide=True)

    def _cell(self, sheet: Worksheet, row: int, place: int, value: str) -> None:
        number = _number(value)
        if number is None:
            put_text(sheet, row, place, value, self.styles.get("text" if place == 0 else "wide"))
        else:
            sheet.write_number(row, place, number, self.styles.get("points"))

    def _chart(self, told: Chart) -> None:
        """A chart beside the numbers that it shows."""
        name = self._name(told.title)
        sheet = self.workbook.add_worksheet(name)
        sheet.set_column(0, 0, 24)
        self._numbers(sheet, told)
        sheet.insert_chart(1, len(told.series) + 2, self._bars(told, name), {"description": told.told})
        _on_a4(sheet, is_wide=True)

    def _numbers(self, sheet: Worksheet, told: Chart) -> None:
        put_text(sheet, 0, 0, told.title, self.styles.get("section"))
        for place, series in enumerate(("", *told.series)):
            put_text(sheet, 1, place, series, self.styles.get("head"))
        for row, (label, counts) in enumerate(told.rows, 2):
            put_text(sheet, row, 0, label, self.styles.get("text"))
            for place, count in enumerate(counts, 1):
                sheet.write_number(row, place, count, self.styles.get("points"))

    def _bars(self, told: Chart, name: str) -> BarChart:
        """Stacked bars over the numbers on their sheet."""
        chart = self.workbook.add_chart({"type": "bar", "subtype": "stacked"})
        last = 1 + len(told.rows)
        for place, colour in enumerate(told.series.values(), 1):
            chart.add_series(
                {
                    "name": [name, 1, place],
                    "categories": [name, 2, 0, last, 0],
                    "values": [name, 2, place, last, place],
                    "fill": {"color": colour},
                    "border": {"color": "#404040", "width": 0.5},
                    "gap": 45,
                    "data_labels": {"value": True, "num_format": "0;;", "font": {"color": ink_on(colour), "size": 9}},
                }
            )
        chart.set_title({"name": told.title, "name_font": {"name": BODY_FONT, "size": 12, "bold": False}})
        chart.set_y_axis({"reverse": True, "interval_unit": 1, "num_font": {"name": BODY_FONT, "size": 9}})
        chart.set_x_axis({"visible": False, "major_gridlines": {"visible": False}})
        chart.set_legend({"position": "bottom"} if len(told.series) > 1 else {"none": True})
        chart.set_size({"width": 620, "height": 130 + 26 * len(told.rows)})
        return chart


def _said(report: Told) -> Iterator[tuple[str, str]]:
    """(text, its style) of what stands outside tables; a heading that has only a table is the caption of that."""
    for part in report.parts:
        texts = [line.text for line in part.lines if isinstance(line, Sentence)]
        if texts:
            yield part.heading, "section"
        yield from ((text, "text") for text in texts)


def _places(named: Sequence[tuple[str, Table]]) -> Iterator[tuple[str, ...]]:
    """(table, row, column, value, sheet, cell) of each number of a table that was taken over."""
    for name, table in named:
        if table.figure is not None:
            for row, cells in zip(table.rows, table.cells, strict=True):
                for title, value, cell in zip(table.titles[1:], row[1:], cells[1:], strict=True):
                    if value:
                        yield name, row[0], title, value, table.figure.sheet, cell


def _widths(table: Table) -> list[float]:
    """In characters: by their shares, else the first wide and the others for numbers."""
    if table.shares:
        return [max(6.0, _SHARE * share) for share in table.shares]
    return [24.0, *[11.0] * (len(table.titles) - 1)]


def _lines(text: str, width: float) -> int:
    """How many lines a text takes in a column; a Chinese character is two wide."""
    # In GB 18030, what is twice as wide has two bytes.
    return sum(1 + int(len(line.encode("gb18030", "replace")) / max(width - 2, 1)) for line in text.split("\n"))


def _number(value: str) -> float | None:
    """A text that is a number, as one."""
    try:
        return float(value)
    except ValueError:
        return None


def _on_a4(sheet: Worksheet, *, is_wide: bool) -> None:
    """One page wide, with page numbers."""
    if is_wide:
        sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.6, right=0.6, top=0.7, bottom=0.7)
    sheet.center_horizontally()
    sheet.set_footer("&C&9第 &P 页，共 &N 页")
