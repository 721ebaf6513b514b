"""What names ranges of cells (a filter, drop-downs, the printed area, a table with a design) is to reach the new rows too."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from lzxl.forms.text import address
from lzxl.workbook.layout import table_layout
from lzxl.workbook.reading.package import Package
from lzxl.workbook.writing.amending.sheet import AmendedSheet
from lzxl.workbook.writing.sheet_xml import grown, read_range
from lzxl.workbook.writing.xml_part import XmlElement, XmlPart

# Excel keeps a filter's range twice: in the sheet's part, and in a hidden name of the workbook.
_FILTER, _PRINTED = "_xlnm._FilterDatabase", "_xlnm.Print_Area"
_END_OF_RANGE = re.compile(rb"(\$[A-Z]{1,3}\$)([0-9]{1,7})$")


@dataclass(frozen=True)
class _Growth:
    """The new rows of a sheet, each with the last row that was used above it, and the columns of their table."""

    rows: Collection[tuple[int, int]]
    columns: Collection[int]

    def reaching(self, text: str) -> str:
        """Ranges, of which those that reach the rows above new ones reach the new ones too."""
        for row, above in self.rows:
            text = grown(text, row, above, self.columns)
        return text

    def bottom(self, last: int) -> int:
        """The last row of one area."""
        for row, above in self.rows:
            last = row if above <= last < row else last
        return last


@dataclass(frozen=True)
class Names:
    """The names that the workbook gives ranges of one sheet alone."""

    workbook: XmlPart
    sheet: str
    """By this number they know the sheet."""

    def texts(self, name: str) -> list[tuple[int, int]]:
        """Where the texts of a name are."""
        return self.workbook.texts("definedName", {"name": name, "localSheetId": self.sheet})

    def set_end(self, found: re.Match[bytes], row: int) -> None:
        """Let a range end in another row."""
        self.workbook.put(*found.span(2), str(row).encode())

    def end_of(self, start: int, end: int) -> re.Match[bytes] | None:
        """Where a text says in which row its range ends."""
        return _END_OF_RANGE.search(self.workbook.xml, start, end)


def grow(sheet: AmendedSheet, names: Names, package: Package, part: str) -> dict[str, bytes]:
    """Let what names ranges reach a sheet's new rows, in its part and in the workbook's. The other parts that change by it."""
    growth = _Growth(sheet.new_rows, frozenset(sheet.table.columns.values()))
    for reference in sheet.xml.references:
        is_dimension = reference.element == "dimension"
        text = _dimension(reference.text, sheet.set_to) if is_dimension else growth.reaching(reference.text)
        if text == reference.text:
            continue
        sheet.xml.rewrite(reference, text)
        if reference.element == "autoFilter":
            _grow_filter_name(names, text)
    _grow_print_area(sheet, names, growth)
    return _grown_tables(package, part, growth)


def _dimension(text: str, cells: Mapping[tuple[int, int], object]) -> str:
    """The range of all that is used, with more cells."""
    area = read_range(text)
    # Some readers see nothing beyond it; WPS writes A1 for a whole sheet at times.
    if area is None or not cells:
        return text
    rows, columns = zip(*cells, strict=True)
    top, left = min(area.top, *rows), min(area.left, *columns)
    bottom, right = max(area.bottom, *rows), max(area.right, *columns)
    # A range that stays keeps its spelling: A1 is not made A1:A1.
    is_same = (top, left, bottom, right) == area
    return text if is_same else f"{address(top, left)}:{address(bottom, right)}"


def _grow_filter_name(names: Names, text: str) -> None:
    """The hidden name of the sheet's filter ends where the filter does."""
    area = read_range(text)
    assert area is not None
    for place in names.texts(_FILTER):
        found = names.end_of(*place)
        if found is not None:
            names.set_end(found, area.bottom)


def _grow_print_area(sheet: AmendedSheet, names: Names, growth: _Growth) -> None:
    """What is printed reaches the new rows, if it is one area that reached the rows above them."""
    for start, end in names.texts(_PRINTED):
        found = names.end_of(start, end)
        is_one_area = b"," not in names.workbook.xml[start:end]
        if found is None or not is_one_area:
            continue
        before = int(found.group(2))
        bottom = growth.bottom(before)
        if bottom != before:
            names.set_end(found, bottom)
            _grow_note(sheet, before, bottom)


def _grow_note(sheet: AmendedSheet, before: int, bottom: int) -> None:
    """The formula above the table that says which rows are not printed speaks of those below the last one that is."""
    cell = sheet.xml.cell(table_layout(sheet.sheet).unit_row, 1)
    if cell is None or cell.formula is None:
        return
    for pattern, last in ((rb"\(\$A\$(%d)\)", before), (rb"\$[A-Z]{1,3}\$(%d):", before + 1)):
        for found in re.compile(pattern % last).finditer(sheet.xml.xml, cell.start, cell.end):
            sheet.xml.put(*found.span(1), str(last - before + bottom).encode())


def _grown_tables(package: Package, sheet_part: str, growth: _Growth) -> dict[str, bytes]:
    """The tables (as Excel calls ranges with a design) of the sheet that the new rows go on."""
    parts = (related.part for related in package.relations(sheet_part).values() if related.kind == "table")
    texts = {part: package.read(part) for part in parts}
    made = {part: _grown_table(xml, growth) for part, xml in texts.items()}
    return {part: xml for part, xml in made.items() if xml != texts[part]}


def _grown_table(xml: bytes, growth: _Growth) -> bytes:
    """The part of a table that reaches the new rows too, unless a row of totals ends it."""
    part = XmlPart(xml)
    ranges = [one for one in part.elements("table", "autoFilter") if "ref" in one.attributes]
    if any(_has_totals(one) for one in ranges):
        return xml
    for one in ranges:
        text = one.attributes["ref"]
        made = growth.reaching(text)
        if made != text:
            part.set_attribute(one.start, "ref", made)
    return part.written()


def _has_totals(element: XmlElement) -> bool:
    return element.name == "table" and element.attributes.get("totalsRowCount", "0") != "0"
