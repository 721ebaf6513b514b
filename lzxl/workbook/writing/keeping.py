"""Puts back into a marked return what the unit had in its file beside the values of fields: each thing where it was.

Rows that are no data, texts beside and below tables, signatures, comments, pictures and colours. What has no place in the
return is listed on 未能归位内容 with the place where it was.
"""

from __future__ import annotations

import datetime
from bisect import bisect_left, bisect_right
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.styles.cell_style import StyleArray
from openpyxl.worksheet.worksheet import Worksheet

from lzxl.forms.grading import GradingTable
from lzxl.forms.model import Field, Form, Sheet
from lzxl.forms.places import WHOLE_FILE, Place
from lzxl.forms.private import MASK, find_private, mask
from lzxl.forms.text import column_letters, compact
from lzxl.forms.values import as_text
from lzxl.submission import NOT_CARRIED, ROW_KINDS, LiveSum, Submission, Table, Unplaced
from lzxl.workbook.fixed_texts import SIGNATURE_PLACES, UNIT_LINE
from lzxl.workbook.keepsakes import Keepsakes, Look, UnitComment, UnitPicture
from lzxl.workbook.layout import table_layout
from lzxl.workbook.writing.cells import in_front
from lzxl.workbook.writing.comments import put_comment, units_part
from lzxl.workbook.writing.formulas import graded_by
from lzxl.workbook.writing.measure import row_height
from lzxl.workbook.writing.openpyxl_parts import set_style, style_of
from lzxl.workbook.writing.pictures import put_picture
from lzxl.workbook.writing.placing import Placement
from lzxl.workbook.writing.shown import computed_text
from lzxl.workbook.writing.styles import BODY_FONT, LEFT, LINE_LEFT, SEVERITY_FILLS, UNLOCKED, solid
from lzxl.workbook.writing.tables import body_styles
from lzxl.workbook.writing.text import put_text, put_value

# A formula names no more ranges than this: programs before Excel 2007 take 30.
_MOST_RANGES = 30
_OUR_FILLS = frozenset(fill.start_color.rgb[2:] for fill in SEVERITY_FILLS.values())
"""Left over from a return before: nobody's own."""


@dataclass(frozen=True)
class Listed:
    """One line of 未能归位内容."""

    place: Place
    """Its cell; a sheet, or the whole file, for what has no cell."""
    header: str
    value: Any
    reason: str
    back: str = ""
    """Where it is in the return all the same, "" if nowhere."""
    picture: UnitPicture | None = None


class Keeping:
    """The work of putting things back into one return."""

    def __init__(
        self,
        workbook: Workbook,
        form: Form,
        submission: Submission,
        placement: Placement,
        private: Container[Place] = (),
    ) -> None:
        """`private`: the file's cells that something private was found in."""
        self._private = private
        self.workbook = workbook
        self.form = form
        self.submission = submission
        self.placement = placement
        self.listed: list[Listed] = []
        self.numbers: dict[str, dict[str, float]] = {}
        """Sheet → {address of a formula that was put back: the number that it shows}."""
        self.fills: dict[tuple[str, int, int], str] = {}
        """(sheet, row, column) of cells in the return → the colour that the unit gave them."""
        self._put: dict[tuple[str, int, int], str] = {}
        """(sheet, row, column) of the file → where in the return it was put back."""
        self._as_filed: set[tuple[str, int, int]] = set()
        """(sheet, row, column) of the file, of computed cells that keep what was typed over them."""
        self._styles: dict[tuple[StyleArray, Look], StyleArray] = {}

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
            for field, column in _our_columns(table, self.form.by_name[table.name]):
                for index, row in enumerate(table.rows):
                    is_moved = column in shifted.get((table.title, row), ())
                    if is_moved and _is_typed_over(table, field, index):
                        self._put_as_filed(table, field, index, column)

    def _put_as_filed(self, table: Table, field: Field, index: int, column: int) -> None:
        target = self._target(table.title, table.rows[index], column)
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
        for index, typed in _typed_over(table, field):
            place = (table.title, table.rows[index], column)
            if place in self._as_filed:
                continue
            if typed != computed_text(field, grading, [table.shown(entry.name, index) for entry in graded]):
                self._list(place, typed, "手填的内容；这一栏自动得出，已恢复公式", header=field.title)

    def put_keepsakes_back(self, keepsakes: Keepsakes | None) -> None:
        """Colours, comments, pictures; None if nobody could tell what the file has of them."""
        if keepsakes is None:
            reason = "未能从原来的文件里读出，未带回；原来的文件仍在收件里"
            self.listed.append(Listed(WHOLE_FILE, "", "批注、图片、颜色", reason))
            return
        for sheet, looks in keepsakes.looks.items():
            for look, cells in looks.items():
                self._put_look_back(sheet, look, cells)
        for comment in keepsakes.comments:
            self._put_comment_back(comment)
        for picture in keepsakes.pictures:
            self._put_picture_back(picture)
        for shape in keepsakes.texts:
            self._list((shape.sheet, shape.row, shape.column), mask(shape.text), f"{shape.kind}，图形本身未带回")
        for sheet, what in keepsakes.left:
            self.listed.append(Listed(Place(sheet), "", what, "未带回；原来的文件仍在收件里"))

    # Rows and texts

    def _put_rows_back(self, position: int, table: Table) -> None:
        if not table.left_out and not table.sums:
            return
        sheet = self.form.by_name[table.name]
        styles = body_styles(self.workbook[sheet.title], table_layout(sheet))
        known = {entry.place for entry in self.submission.unplaced if entry.sheet == table.title}
        cells = [((row, column), raw) for row, held in table.left_out.items() for column, raw in held.items()]
        # A formula whose value the file does not store is no content, and yet a total.
        cells += [(place, None) for place in table.sums if place[1] not in table.left_out.get(place[0], ())]
        keeps_rows = self.placement.keeps_rows(position)
        for cell, raw in cells:
            place = Place.cell(table.title, *cell, table.name)
            target = self._target(table.title, *cell) if keeps_rows else None
            if target is not None:
                self._put_left_out(position, sheet, cell, raw, target, styles)
            elif raw is not None and place not in known:
                shown = as_text(self._carried(place, raw))
                self.listed.append(Listed(place, "", shown, ROW_KINDS[table.dropped[cell[0]]]))

    def _put_left_out(
        self,
        position: int,
        sheet: Sheet,
        place: tuple[int, int],
        raw: Any,
        target: Cell,
        styles: dict[int, StyleArray],
    ) -> None:
        table, worksheet, layout = self.submission.tables[position], self.workbook[sheet.title], table_layout(sheet)
        if target.column in styles:
            set_style(target, styles[target.column])
        raw = self._carried(Place.cell(table.title, *place), raw)
        _write(target, raw, is_line=target.column not in styles or len(table.left_out.get(place[0], ())) == 1)
        if place in table.sums:
            self._put_sum(worksheet, position, table.sums[place], target)
        width = min(table.spans.get(place, 1), layout.last_column - target.column + 1)
        if width > 1:
            _merge(worksheet, target, width)
        self._put[table.title, *place] = target.coordinate

    def _put_sum(self, worksheet: Worksheet, position: int, added: LiveSum, target: Cell) -> None:
        """The formula that the unit had in a row of totals, over the rows where they are now, with what it shows."""
        table = self.submission.tables[position]
        first, end = bisect_left(table.rows, added.first), bisect_right(table.rows, added.last)
        rows = self.placement.rows(position)[first:end]
        if not rows:
            return
        shift = rows[0] - table.rows[first]
        ranges = list(_ranges(rows, table.left_out, shift))
        values = [worksheet.cell(row, target.column).value for row in rows]
        numbers = [value for value in values if isinstance(value, int | float) and not isinstance(value, bool)]
        if not ranges or len(ranges) > _MOST_RANGES or not numbers:
            return
        letters = column_letters(target.column)
        spans = ",".join(f"{letters}{first}:{letters}{last}" for first, last in ranges)
        total = round(sum(numbers), 10)
        function, shown = ("AVERAGE", total / len(numbers)) if added.is_mean else ("SUM", total)
        target.value = f"={function}({spans})"
        self.numbers.setdefault(worksheet.title, {})[target.coordinate] = shown

    def _put_text_back(self, entry: Unplaced) -> None:
        back = self._put_beside(entry) if entry.value != NOT_CARRIED else ""
        shown = as_text(self._carried(entry.place, entry.value))
        self.listed.append(Listed(entry.place, mask(entry.header), shown, entry.reason, back))

    def _put_beside(self, entry: Unplaced) -> str:
        """Put a text back where it stood, unless that is done or something else stands there; where it is, "" if nowhere."""
        place = (entry.sheet, *entry.place.begin)
        target = self._target(*place)
        if target is None:
            return ""
        if place not in self._put and target.value is None:
            raw = entry.value if entry.raw is None else entry.raw
            _write(target, self._carried(entry.place, raw), is_line=True)
            self._put[place] = target.coordinate
        return f"{_title(target)}!{self._put[place]}" if place in self._put else ""

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
        for column, header in table.unmapped.items():
            target = self._target(table.title, table.header_rows[-1], column) if table.header_rows else None
            if target is not None and target.value is None:
                _write(target, mask(header), is_line=True)

    def _put_signature_back(self, entry: Unplaced) -> None:
        if self._is_told(entry.value):
            return
        target = self._target(entry.sheet, *entry.place.begin)
        shown = as_text(self._carried(entry.place, entry.value))
        if target is not None and _may_sign(target, entry.value):
            put_text(target, shown)
        else:
            self.listed.append(Listed(entry.place, "", shown, entry.reason))

    def _is_told(self, text: str) -> bool:
        """Whether the return says a line about unit and period by itself."""
        values = self.submission.cover.values if self.submission.cover is not None else {}
        told = {compact(f"{label}{values.get(name) or ''}") for label, name in UNIT_LINE}
        return compact(text) in told

    def _target(self, sheet: str, row: int, column: int) -> Cell | None:
        """The cell of the return where a cell of the file is; the first one of those it is merged with."""
        found = self.placement.cell(sheet, row, column)
        if found is None:
            return None
        title, place = found
        return in_front(self.workbook[title], *place)

    def _list(
        self, place: tuple[str, int, int], value: Any, reason: str, picture: UnitPicture | None = None, header: str = ""
    ) -> None:
        sheet, row, column = place
        cell = Place.cell(sheet, row, column) if row and column else Place(sheet)
        self.listed.append(Listed(cell, header, value, reason, picture=picture))

    # Comments, looks and pictures

    def _put_comment_back(self, comment: UnitComment) -> None:
        text = units_part(comment.text, comment.author)
        if not text:
            return
        place = comment.sheet, comment.row, comment.column
        kinds = "、".join(dict.fromkeys(entry.kind for entry in find_private(text)))
        if kinds:
            text = mask(text)
            self._list(place, text, f"批注中含有{kinds}，已隐去；批注中也不得填写这些信息")
        target = self._target(comment.sheet, comment.row, comment.column)
        if target is not None:
            put_comment(target, text, comment.author)
        elif not kinds:
            self._list(place, text, "批注，原来的格子不在本文件里")

    def _put_look_back(self, sheet: str, look: Look, cells: Iterable[tuple[int, int]]) -> None:
        if look.fill in _OUR_FILLS:
            look = Look("", look.ink, look.bold, look.italic, look.underline, look.strike)
        if look.is_plain:
            return
        for row, column in cells:
            found = self.placement.cell(sheet, row, column)
            if found is None:
                continue
            title, place = found
            cell = self.workbook[title].cell(*place)
            if isinstance(cell, MergedCell):
                continue
            self._paint(cell, look)
            if look.fill:
                self.fills[title, *place] = look.fill

    def _paint(self, cell: Cell, look: Look) -> None:
        """Give a cell a look, beside what it has; many cells share few."""
        own = style_of(cell)
        key = own, look
        style = self._styles.get(key)
        if style is None:
            if look.fill:
                cell.fill = solid(f"FF{look.fill}")
            font: Any = copy(cell.font)
            font.b, font.i = look.bold or font.b, look.italic or font.i
            font.strike = look.strike or font.strike
            font.u = "single" if look.underline else font.u
            if look.ink:
                font.color = f"FF{look.ink}"
            cell.font = font
            style = self._styles[key] = style_of(cell)
        set_style(cell, style)

    def _put_picture_back(self, picture: UnitPicture) -> None:
        found = self._near(picture.sheet, picture.row, picture.column)
        if found is None:
            self._list((picture.sheet, picture.row, picture.column), "图片", "图片，原来的工作表不在本文件里", picture)
        else:
            title, place = found
            put_picture(self.workbook[title], place, picture)

    def _near(self, sheet: str, row: int, column: int) -> tuple[str, tuple[int, int]] | None:
        """Where a picture goes: to the place of its cell, or of the nearest cell above or left of it that has one."""
        for nearest in range(column, 0, -1):
            found = self.placement.cell(sheet, row, nearest)
            if found is not None:
                title, (new_row, new_column) = found
                return title, (new_row, new_column + column - nearest)
        return None


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
    if field.derived:
        cells = table.typed.get(field.name, {})
    elif field.name in table.columns:
        formulas = table.formulas.get(field.name, ())
        cells = {index: table.shown(field.name, index) for index in range(len(table.rows)) if index not in formulas}
    else:
        return
    for index, cell in cells.items():
        text = "" if cell is None else as_text(cell).strip()
        if text:
            yield index, text


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
