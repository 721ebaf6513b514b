"""Puts back into a marked return what the unit had in the cells of its file beside the values of fields: each where it was.

Rows that are no data, texts beside and below tables, signatures. What has no place in the return is listed on 未能归位内容
with the place where it was.
"""

from __future__ import annotations

import datetime
from bisect import bisect_left, bisect_right
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from openpyxl.cell.cell import Cell
from openpyxl.styles.cell_style import StyleArray
from openpyxl.worksheet.worksheet import Worksheet

from lzxl.forms.grading import GradingTable
from lzxl.forms.model import Field, Form, Sheet
from lzxl.forms.places import Place
from lzxl.forms.private import MASK, mask
from lzxl.forms.text import column_letters, compact
from lzxl.forms.values import as_text
from lzxl.submission import NOT_CARRIED, ROW_KINDS, LiveSum, Submission, Table, Unplaced
from lzxl.workbook.fixed_texts import SIGNATURE_PLACES, UNIT_LINE
from lzxl.workbook.layout import table_layout
from lzxl.workbook.writing.decided import decided_texts
from lzxl.workbook.writing.formulas import graded_by
from lzxl.workbook.writing.measure import row_height
from lzxl.workbook.writing.openpyxl_parts import set_style
from lzxl.workbook.writing.putting_back import Listed, Origin, Return
from lzxl.workbook.writing.shown import computed_text
from lzxl.workbook.writing.styles import BODY_FONT, LEFT, LINE_LEFT, UNLOCKED
from lzxl.workbook.writing.tables import body_styles
from lzxl.workbook.writing.text import put_text, put_value

# A formula names no more ranges than this: programs before Excel 2007 take 30.
_MOST_RANGES = 30


class Keeping:
    """The work of putting things back into one return."""

    def __init__(self, back: Return, form: Form, submission: Submission, private: Container[Place] = ()) -> None:
        """`private`: the file's cells that something private was found in."""
        self._back = back
        self._private = private
        self.form = form
        self.submission = submission
        self.numbers: dict[str, dict[str, float]] = {}
        """Sheet → {address of a formula that was put back: the number that it shows}."""
        self._put: dict[Origin, str] = {}
        """(sheet, row, column) of the file → where in the return it was put back."""
        self._as_filed: set[Origin] = set()
        """(sheet, row, column) of the file, of computed cells that keep what was typed over them."""

    def put_cells_back(self) -> None:
        """Rows that were left out, texts that belong to no field, and signatures."""
        for position, table in enumerate(self.submission.tables):
            self._put_rows_back(position, table)
        for entry in self.submission.unplaced:
            self._put_text_back(entry)
        for table in self.submission.tables:
            self._put_headers_back(table)
        for entry in self.submission.signed:
            self._put_signature_back(entry)

    def put_shifted_rows_back(self, shifted: Mapping[tuple[str, int], range]) -> None:
        """The cells that lzxl computes, as they were filed in rows that are to be moved: what they hold moves along.

        `shifted`: (sheet, row) of the file → the columns that are said to be moved.
        """
        if not shifted:
            return
        for table in self.submission.tables:
            moved = {index: shifted.get((table.title, row), ()) for index, row in enumerate(table.rows)}
            for field, column in _our_columns(table, self.form.by_name[table.name]):
                for index, columns in moved.items():
                    if column in columns and _is_typed_over(table, field, index):
                        self._put_as_filed(table, field, index, column)

    def _put_as_filed(self, table: Table, field: Field, index: int, column: int) -> None:
        target = self._back.target(table.title, table.rows[index], column)
        if target is not None:
            put_value(target, table.typed[field.name][index] if field.derived else table.shown(field.name, index))
            self._as_filed.add((table.title, table.rows[index], column))

    def list_typed_levels(self, grading: GradingTable) -> None:
        """What was typed into cells that lzxl computes, where the formula that is there again shows something else."""
        for table in self.submission.tables:
            sheet = self.form.by_name[table.name]
            graded = graded_by(sheet, grading)
            for field in sheet.fields:
                if field.computed in ("level", "basis") and graded is not None:
                    self._list_typed(table, field, graded, grading)

    def _list_typed(self, table: Table, field: Field, graded: tuple[Field, Field], grading: GradingTable) -> None:
        column = table.columns.get(field.name) or table.derived.get(field.name, 0)
        decided = set(decided_texts(self._back.workbook).values())
        for index, typed in _typed_over(table, field):
            place = (table.title, table.rows[index], column)
            if place in self._as_filed:
                continue
            computed = computed_text(field, grading, [table.shown(entry.name, index) for entry in graded])
            # What the office sent out with a decision in it is not what somebody typed.
            if typed != computed and typed not in decided:
                self._back.list(place, typed, "手填的内容；这一栏自动得出，已恢复公式", header=field.title)

    def _put_rows_back(self, position: int, table: Table) -> None:
        if not table.left_out and not table.sums:
            return
        sheet = self.form.by_name[table.name]
        styles = body_styles(self._back.workbook[sheet.title], table_layout(sheet))
        keeps_rows = self._back.placement.keeps_rows(position)
        rest: list[tuple[tuple[int, int], Any]] = []
        for cell, raw in _left_out(table):
            target = self._back.target(table.title, *cell) if keeps_rows else None
            if target is not None:
                self._put_left_out(position, cell, raw, target, styles)
            elif raw is not None:
                rest.append((cell, raw))
        self._list_left_out(table, rest)

    def _list_left_out(self, table: Table, cells: Iterable[tuple[tuple[int, int], Any]]) -> None:
        """List the cells of rows left out that have no place, but for those that are listed as texts beside the fields."""
        known = {entry.place for entry in self.submission.unplaced if entry.sheet == table.title}
        for cell, raw in cells:
            place = Place.cell(table.title, *cell, table.name)
            if place not in known:
                shown = as_text(self._carried(place, raw))
                self._back.listed.append(Listed(place, "", shown, ROW_KINDS[table.dropped[cell[0]]]))

    def _put_left_out(
        self, position: int, place: tuple[int, int], raw: Any, target: Cell, styles: dict[int, StyleArray]
    ) -> None:
        """Put a cell of a row that was left out where it was, in the table's own style if it stands in one of its columns."""
        table = self.submission.tables[position]
        sheet = self.form.by_name[table.name]
        worksheet = self._back.workbook[sheet.title]
        if target.column in styles:
            set_style(target, styles[target.column])
        is_alone = len(table.left_out.get(place[0], ())) == 1
        raw = self._carried(Place.cell(table.title, *place), raw)
        _write(target, raw, is_line=is_alone or target.column not in styles)
        if place in table.sums:
            self._put_sum(worksheet, position, table.sums[place], target)
        width = min(table.spans.get(place, 1), table_layout(sheet).last_column - target.column + 1)
        if width > 1:
            _merge(worksheet, target, width)
        self._put[table.title, *place] = target.coordinate

    def _put_sum(self, worksheet: Worksheet, position: int, added: LiveSum, target: Cell) -> None:
        """The formula that the unit had in a row of totals, over the rows where they are now, with what it shows."""
        table = self.submission.tables[position]
        first, end = bisect_left(table.rows, added.first), bisect_right(table.rows, added.last)
        rows = self._back.placement.rows(position)[first:end]
        if not rows:
            return
        ranges = list(_ranges(rows, table.left_out, shift=rows[0] - table.rows[first]))
        numbers = _numbers(worksheet, rows, target.column)
        if not numbers or not 0 < len(ranges) <= _MOST_RANGES:
            return
        letters = column_letters(target.column)
        spans = ",".join(f"{letters}{first}:{letters}{last}" for first, last in ranges)
        # Python adds up in binary, the office's program shows ten digits of it.
        total = round(sum(numbers), 10)
        function, shown = ("AVERAGE", total / len(numbers)) if added.is_mean else ("SUM", total)
        target.value = f"={function}({spans})"
        self.numbers.setdefault(worksheet.title, {})[target.coordinate] = shown

    def _put_text_back(self, entry: Unplaced) -> None:
        back = self._put_beside(entry) if entry.value != NOT_CARRIED else ""
        shown = as_text(self._carried(entry.place, entry.value))
        self._back.listed.append(Listed(entry.place, mask(entry.header), shown, entry.reason, back))

    def _put_beside(self, entry: Unplaced) -> str:
        """Put a text back where it stood, unless that is done or something else stands there; where it is, "" if nowhere."""
        origin = (entry.sheet, *entry.place.begin)
        target = self._back.target(*origin)
        if target is None:
            return ""
        if origin not in self._put and target.value is None:
            raw = entry.value if entry.raw is None else entry.raw
            _write(target, self._carried(entry.place, raw), is_line=True)
            self._put[origin] = target.coordinate
        return f"{_title(target)}!{self._put[origin]}" if origin in self._put else ""

    def _carried(self, place: Place, raw: Any) -> Any:
        """What a cell that is no field's holds, without what is private in it; all hidden where that cannot be told apart."""
        if raw is None:
            return None
        text = as_text(raw)
        shown = mask(text)
        if shown != text:
            return shown
        return MASK if place in self._private else raw

    def _put_headers_back(self, table: Table) -> None:
        """The headers of columns that are no field's and whose cells were put back, above them."""
        if not table.header_rows:
            return
        for column, header in table.unmapped.items():
            target = self._back.target(table.title, table.header_rows[-1], column)
            if target is not None and target.value is None:
                _write(target, mask(header), is_line=True)

    def _put_signature_back(self, entry: Unplaced) -> None:
        if self._is_told(entry.value):
            return
        target = self._back.target(entry.sheet, *entry.place.begin)
        shown = as_text(self._carried(entry.place, entry.value))
        if target is not None and _may_sign(target, entry.value):
            put_text(target, shown)
        else:
            self._back.listed.append(Listed(entry.place, "", shown, entry.reason))

    def _is_told(self, text: str) -> bool:
        """Whether the return says a line about unit and period by itself."""
        values = self.submission.cover.values if self.submission.cover is not None else {}
        told = {compact(f"{label}{values.get(name) or ''}") for label, name in UNIT_LINE}
        return compact(text) in told


def _left_out(table: Table) -> Iterator[tuple[tuple[int, int], Any]]:
    """Place and content of each cell of the rows that were left out."""
    for row, held in table.left_out.items():
        for column, raw in held.items():
            yield (row, column), raw
    # A formula whose value the file does not store is no content, and yet a total.
    for row, column in table.sums:
        if column not in table.left_out.get(row, ()):
            yield (row, column), None


def _numbers(worksheet: Worksheet, rows: Iterable[int], column: int) -> list[float]:
    """The numbers in the rows of a column."""
    values = (worksheet.cell(row, column).value for row in rows)
    return [value for value in values if isinstance(value, int | float) and not isinstance(value, bool)]


def _our_columns(table: Table, sheet: Sheet) -> Iterator[tuple[Field, int]]:
    """The fields that lzxl computes or shows and that the file has a column of, with that."""
    for field in sheet.fields:
        column = table.columns.get(field.name) or table.derived.get(field.name, 0)
        if column and (field.computed or field.derived):
            yield field, column


def _is_typed_over(table: Table, field: Field, index: int) -> bool:
    """Whether a cell of such a field was filed without the formula that was there."""
    if index in table.formulas.get(field.name, ()):
        return False
    return not field.derived or index in table.typed.get(field.name, ())


def _may_sign(cell: Cell, signature: str) -> bool:
    """Whether a line to sign on stands in a cell of the return, or nothing does."""
    own = str(cell.value or "")
    labels = [label for label in SIGNATURE_PLACES if signature.lstrip().startswith(label)]
    return not own or own.startswith(tuple(labels[:1]))


def _typed_over(table: Table, field: Field) -> Iterator[tuple[int, str]]:
    """(index, text) of the rows in which somebody typed over a formula of ours."""
    for index, cell in _without_formula(table, field).items():
        text = "" if cell is None else as_text(cell).strip()
        if text:
            yield index, text


def _without_formula(table: Table, field: Field) -> Mapping[int, Any]:
    """Index of a row → what stands in its cell of such a field, where that is no formula."""
    if field.derived:
        return table.typed.get(field.name, {})
    if field.name not in table.columns:
        return {}
    formulas = table.formulas.get(field.name, ())
    return {index: table.shown(field.name, index) for index in table.indexes if index not in formulas}


def _title(cell: Cell) -> str:
    worksheet = cell.parent
    assert worksheet is not None  # only a cell that was removed has none
    return str(worksheet.title)


def _write(cell: Cell, raw: Any, *, is_line: bool) -> None:
    """Put what a cell of the file held into one of the return, free to be changed; a text alone runs on to the right."""
    is_typed = isinstance(raw, int | float | datetime.date) and not isinstance(raw, bool)
    if cell.data_type == "f":
        put_text(cell, "")
    put_value(cell, raw if raw is None or is_typed or isinstance(raw, str) else as_text(raw))
    cell.protection = UNLOCKED
    if is_line:
        cell.font, cell.alignment = BODY_FONT, LINE_LEFT


def _merge(worksheet: Worksheet, cell: Cell, width: int) -> None:
    """Merge a cell with those right of it, and make its row high enough for its text."""
    last = cell.column + width - 1
    worksheet.merge_cells(start_row=cell.row, end_row=cell.row, start_column=cell.column, end_column=last)
    cell.alignment = LEFT
    room = sum(float(worksheet.column_dimensions[column_letters(one)].width) for one in range(cell.column, last + 1))
    dimension = worksheet.row_dimensions[cell.row]
    dimension.height = max(float(dimension.height or 0), row_height([(str(cell.value or ""), room)]))


def _ranges(rows: Sequence[int], left_out: Container[int], shift: int) -> Iterator[tuple[int, int]]:
    """Rows as ranges from first to last: over blank rows, not over those in `left_out` (rows of the file, `shift` above)."""
    start = rows[0]
    for row, following in pairwise([*rows, 0]):
        if not following or any(other - shift in left_out for other in range(row + 1, following)):
            yield start, row
            start = following
