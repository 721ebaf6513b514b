"""One sheet part of an .xlsx file as bytes, with the places of its rows and cells: what is changed is spliced in, and
every byte beside it stays.

Only parts of the make that spreadsheet programs write are taken: UTF-8, rows and cells in order and each with its address.
All else raises OddXmlError: what cannot be changed with certainty is not changed.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import NamedTuple

from lzxl.forms.text import address, column_index
from lzxl.workbook.writing.xml_part import OddXmlError, XmlPart

LAST_ROW = 1_048_576

_PLACE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_RANGE = re.compile(r"(\$?)([A-Z]{1,3})(\$?)([0-9]{1,7})(?::(\$?)([A-Z]{1,3})(\$?)([0-9]{1,7}))?")
# What Excel keeps of a row beside its cells and lets go of when they change: which columns are filled, how high it was.
_SPANS = re.compile(rb"""\s(?:\w+:)?spans=(?:"[^"]*"|'[^']*')""")
_HEIGHT = re.compile(rb"""\sht=["']([\d.]*)["']""")
_TRUE = ("1", "true")
_USUAL_WIDTH = 8.5


class Range(NamedTuple):
    """A range of cells: first and last row, first and last column."""

    top: int
    left: int
    bottom: int
    right: int


def read_range(text: str) -> Range | None:
    """A reference such as A5, A5:K30 or $A$5:$K$30; None for anything else (whole columns, another sheet's)."""
    found = _RANGE.fullmatch(text)
    if found is None:
        return None
    _, first, _, top, _, last, _, bottom = found.groups()
    left = column_index(first)
    return Range(int(top), left, int(bottom or top), column_index(last) if last else left)


def with_bottom(text: str, bottom: int) -> str:
    """A reference to a range that ends in another row; its dollar signs stay."""
    found = _RANGE.fullmatch(text)
    assert found is not None
    d1, first, d2, top, d3, last, d4, _ = found.groups()
    start = f"{d1}{first}{d2}{top}"
    return f"{start}:{d3 or d1}{last or first}{d4 if last else d2}{bottom}"


@dataclass(slots=True)
class CellPlace:
    """Where a cell is in the part."""

    column: int
    start: int
    end: int = 0
    style: str = ""
    formula: str | None = None
    """The type of its formula ("" for a plain one); None if it has none."""
    has_value: bool = False


@dataclass(slots=True)
class RowPlace:
    """Where a row is in the part."""

    number: int
    start: int
    tag_end: int
    is_closed: bool
    """Whether it is one tag, without cells."""
    has_own_height: bool
    end: int = 0
    """Behind its last cell: where its closing tag begins."""
    cells: dict[int, CellPlace] = field(default_factory=dict)


@dataclass(slots=True)
class Reference:
    """An attribute, or an element's text, that names ranges of cells."""

    element: str
    start: int
    tag_end: int
    text: str
    is_text: bool = False
    """Whether the ranges are the text behind the tag."""


# Elements that name ranges, and the attribute in which they do.
_REFERRING = {
    "dimension": "ref",
    "autoFilter": "ref",
    "dataValidation": "sqref",
    "conditionalFormatting": "sqref",
}


class SheetPart(XmlPart):
    """A sheet part: its rows and cells, and what names ranges of them."""

    def __init__(self, xml: bytes) -> None:
        super().__init__(xml)
        self.rows: dict[int, RowPlace] = {}
        self.merges: list[Range] = []
        self.columns: list[tuple[int, int, str, float]] = []
        """(first, last, style, width) of the columns of which something is said; "" and 0 for what is not."""
        self.heights: dict[int, float] = {}
        """Row → the height that its texts need, in points."""
        self.references: list[Reference] = []
        self.prefix = b""
        self._data_start = self._data_end = -1
        self._data_is_closed = False
        self._row: RowPlace | None = None
        self._cell: CellPlace | None = None
        self._text: Reference | None = None
        self._added: dict[int, dict[int, bytes]] = {}
        self._changed: set[int] = set()
        self.follow(self._start, self._end)
        if self._data_end < 0:
            raise OddXmlError

    def _start(self, name: str, attributes: dict[str, str], place: int) -> None:
        if name == "sheetData":
            self._start_data(place)
        elif name == "row":
            self._start_row(attributes, place)
        elif name == "c":
            self._start_cell(attributes, place)
        elif name in ("f", "v", "is") and self._cell is not None:
            if name == "f":
                self._cell.formula = attributes.get("t", "")
            else:
                self._cell.has_value = True
        elif name == "col":
            # Style 0 is the workbook's default: a column that has it says nothing of its cells.
            style, width = attributes.get("style", "0"), float(attributes.get("width", "0"))
            self.columns.append((int(attributes["min"]), int(attributes["max"]), style if style != "0" else "", width))
        elif name == "mergeCell":
            merged = read_range(attributes.get("ref", ""))
            if merged is None:
                raise OddXmlError
            self.merges.append(merged)
        else:
            self._start_reference(name, attributes, place)

    def _start_reference(self, name: str, attributes: dict[str, str], place: int) -> None:
        if name in _REFERRING and _REFERRING[name] in attributes:
            tag_end = place + len(self.tag(place))
            self.references.append(Reference(name, place, tag_end, attributes[_REFERRING[name]]))
        elif name == "sqref":  # what Excel 2010 added says its ranges as a text
            self._text = Reference(name, place, place + len(self.tag(place)), "", is_text=True)

    def _start_data(self, place: int) -> None:
        tag = self.tag(place)
        self.prefix = tag[1:].partition(b"sheetData")[0]
        self._data_start = place
        self._data_is_closed = tag.endswith(b"/>")
        if self._data_is_closed:
            self._data_end = place + len(tag)

    def _start_row(self, attributes: dict[str, str], place: int) -> None:
        number, tag = attributes.get("r", ""), self.tag(place)
        last = next(reversed(self.rows), 0)
        if not number.isdecimal() or not last < int(number) <= LAST_ROW:
            raise OddXmlError
        end = place + len(tag)
        has_own_height = attributes.get("customHeight") in _TRUE
        self._row = RowPlace(int(number), place, end, tag.endswith(b"/>"), has_own_height, end)
        self.rows[int(number)] = self._row

    def _start_cell(self, attributes: dict[str, str], place: int) -> None:
        found = _PLACE.fullmatch(attributes.get("r", ""))
        row = self._row
        if row is None or found is None or int(found.group(2)) != row.number:
            raise OddXmlError
        column = column_index(found.group(1))
        if column <= next(reversed(row.cells), 0):
            raise OddXmlError
        self._cell = CellPlace(column, place, style=attributes.get("s", ""))
        tag = self.tag(place)
        if tag.endswith(b"/>"):
            self._cell.end = place + len(tag)
        row.cells[column] = self._cell

    def _end(self, name: str, place: int) -> None:
        if name == "c":
            self._end_cell(place)
        elif name == "row":
            self._end_row(place)
        elif name == "sheetData" and not self._data_is_closed:
            self._data_end = place
        elif name == "sqref":
            self._end_text(place)

    def _end_cell(self, place: int) -> None:
        if self._cell is not None and not self._cell.end:
            self._cell.end = place + len(self.tag(place))
        self._cell = None

    def _end_row(self, place: int) -> None:
        if self._row is not None and not self._row.is_closed:
            self._row.end = place
        self._row = None

    def _end_text(self, place: int) -> None:
        if self._text is not None:
            self._text.text = self.xml[self._text.tag_end : place].decode()
            self.references.append(self._text)
        self._text = None

    def style_of_column(self, column: int) -> str:
        """The style that a column's cells have where none of their own is said; "" if none is said."""
        return next((style for first, last, style, _ in self.columns if first <= column <= last), "")

    def width_of_column(self, column: int) -> float:
        """How many characters wide a column is."""
        return next((width for first, last, _, width in self.columns if first <= column <= last), 0) or _USUAL_WIDTH

    def cell(self, row: int, column: int) -> CellPlace | None:
        """Where a cell is; None if the part has none there."""
        place = self.rows.get(row)
        return place.cells.get(column) if place is not None else None

    def is_covered(self, row: int, column: int) -> bool:
        """Whether a merged cell covers the place, other than at its beginning."""
        return any(
            area.top <= row <= area.bottom and area.left <= column <= area.right and (row, column) != area[:2]
            for area in self.merges
        )

    def set_cell(self, row: int, column: int, style: str, content: bytes, kind: str = "") -> None:
        """Write a cell anew: its style, the elements in it, and its type."""
        data = self._cell_element(row, column, style, content, kind)
        there = self.cell(row, column)
        if there is not None:
            self.put(there.start, there.end, data)
            self._change_row(self.rows[row])
        elif row not in self.rows or self.rows[row].is_closed:
            self._added.setdefault(row, {})[column] = data
        else:
            place = self.rows[row]
            before = next((one.start for number, one in place.cells.items() if number > column), place.end)
            # Several cells may go in at one place: in the order of columns, of which
            # no sheet has 20,000, and before all else there.
            self.put(before, before, data, column - 20_000)
            self._change_row(place)

    def _cell_element(self, row: int, column: int, style: str, content: bytes, kind: str) -> bytes:
        name = self.prefix + b"c"
        tag = b'<%b r="%b"' % (name, address(row, column).encode())
        tag += b' s="%b"' % style.encode() if style else b""
        tag += b' t="%b"' % kind.encode() if kind and content else b""
        return tag + (b">%b</%b>" % (content, name) if content else b"/>")

    def _change_row(self, row: RowPlace) -> None:
        """Let go of what is not true any more of a row whose cells change: once."""
        if row.number not in self._changed:
            self._changed.add(row.number)

    def _row_tag(self, row: RowPlace) -> bytes:
        tag = _SPANS.sub(b"", self.xml[row.start : row.tag_end])
        # Somebody set it by hand: it stays, whatever the texts would need.
        if row.has_own_height:
            return tag
        measured = _HEIGHT.search(tag)
        # Higher only: what somebody sees now must not be cut off.
        height = max(float(measured.group(1) or 0) if measured is not None else 0, self.heights.get(row.number, 0))
        cut = -2 if tag.endswith(b"/>") else -1
        bare = _HEIGHT.sub(b"", tag[:cut]).rstrip()
        return bare + (b' ht="%b"' % f"{height:g}".encode() if height else b"") + tag[cut:]

    def written(self) -> bytes:
        """The part with the cells that were set, in rows as high as their texts need."""
        for number in self._changed:
            row = self.rows[number]
            self.put(row.start, row.tag_end, self._row_tag(row))
        self._put_added()
        return super().written()

    def _put_added(self) -> None:
        """Put in the rows that had no cells before: each where it comes in the order of rows."""
        name = self.prefix + b"row"
        fresh: dict[int, bytes] = {}
        for number, cells in self._added.items():
            inner = b"".join(cells[column] for column in sorted(cells))
            there = self.rows.get(number)
            if there is not None:
                tag = self._row_tag(there)[:-2].rstrip() + b">"
                self.put(there.start, there.tag_end, b"%b%b</%b>" % (tag, inner, name))
            else:
                height = f' ht="{self.heights[number]:g}"'.encode() if number in self.heights else b""
                fresh[number] = b'<%b r="%d"%b>%b</%b>' % (name, number, height, inner, name)
        if not fresh:
            return
        if self._data_is_closed:
            opened = self.tag(self._data_start)[:-2].rstrip() + b">"
            rows = b"".join(fresh[number] for number in sorted(fresh))
            data = b"%b%b</%bsheetData>" % (opened, rows, self.prefix)
            self.put(self._data_start, self._data_end, data)
            return
        numbers = sorted(self.rows)
        for number, data in fresh.items():
            position = bisect_right(numbers, number)
            after = self.rows[numbers[position]].start if position < len(numbers) else self._data_end
            # Rows in their order too, and all of them before the changed tag of the row that begins there.
            self.put(after, after, data, number - 2 * LAST_ROW)

    def rewrite(self, reference: Reference, text: str) -> None:
        """Have an element name other ranges."""
        if reference.is_text:
            self.put(reference.tag_end, reference.tag_end + len(reference.text.encode()), text.encode())
        else:
            self.set_attribute(reference.start, _REFERRING[reference.element], text)


def grown(text: str, row: int, above: int, columns: Collection[int]) -> str:
    """Ranges (apart by blanks) of which those that reach over several rows down to `above`, the last row that was used, in
    one of the columns, but not to the new row `row`, reach down to it as well."""

    def reaches(area: Range | None) -> bool:
        if area is None or area.top == area.bottom or not area.top <= above <= area.bottom < row:
            return False
        return any(area.left <= column <= area.right for column in columns)

    parts = text.split()
    return " ".join(with_bottom(part, row) if reaches(read_range(part)) else part for part in parts)
