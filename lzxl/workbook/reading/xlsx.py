"""Reads .xlsx and .xlsm: values by the fast reader, and what it loses taken back from the XML.

python-calamine returns error cells as blanks, and knows neither formulas nor hidden rows. A substring scan of the sheet
parts finds those places at a fraction of a parser's cost. The fast way must prove that it understood a file: its package and
XML are of the make that spreadsheet programs write (`lzxl.workbook.reading.xlsx_make`), and it read as many cells as the XML
holds. All else is read by an XML parser.
"""

from __future__ import annotations

import io
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from python_calamine import CalamineWorkbook

from lzxl.forms.text import column_index
from lzxl.forms.values import CellError, CellPicture
from lzxl.workbook.layout import FINDINGS_SHEET, OWN_SHEETS, PEOPLE_SHEET, STAMP_SHEET
from lzxl.workbook.reading.content import RefusedError, SheetContent, Visibility, WorkbookContent
from lzxl.workbook.reading.number_formats import NumberFormat, value_shown
from lzxl.workbook.reading.package import Package, Related, packed
from lzxl.workbook.reading.parts import Element
from lzxl.workbook.reading.settle import MOST_SHEETS
from lzxl.workbook.reading.xlsx_make import (
    NotUnderstoodError,
    check_sheet,
    check_strings,
    stored_cells,
    used_rows,
    without_ready_rows,
)
from lzxl.workbook.reading.xlsx_rich import picture_numbers
from lzxl.workbook.reading.xlsx_struck import scan_struck
from lzxl.workbook.reading.xlsx_styles import read_struck, read_styles

_UNREAD = OWN_SHEETS - {STAMP_SHEET, FINDINGS_SHEET, PEOPLE_SHEET}
_VISIBILITY: dict[str | None, Visibility] = {"hidden": "hidden", "veryHidden": "very_hidden"}
# More styles than this that add words are looked for by the parser.
_MOST_WORD_STYLES = 12

_ROW_NUMBER = re.compile(rb'\br="(\d+)"')
_CELL_NAME = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')
_FORMULA_CELL = re.compile(rb'<c r="([A-Z]{1,3})(\d{1,7})"([^>]*)><f(?:\s[^>]*)?(?:/>|>[^<]*</f>)\s*(<v>[^<]|<is>)?')
_FORMULA_TAGS = (b"<f>", b"<f ", b"<f/>")
_STORED = re.compile(rb"<v>[^<]|<is>")
_ERROR_TEXT = re.compile(rb"<v>([^<]*)</v>")
# A truth has two spellings in XML Schema: Excel writes 1, LibreOffice true.
_HIDDEN_TAG = re.compile(rb'<(row|col)\b[^>]*?\s(?:hidden="(?:1|true)"|(?:ht|width)="0(?:\.\d*)?")[^>]*>')
_NO_SIZE = (b' ht="0', b' width="0')
_COLUMN_SPAN = re.compile(rb'\b(min|max)="(\d+)"')
_PICTURE_FORMULA = re.compile(rb"<f(?:\s[^>]*)?>[^<]*\b(?:DISPIMG|IMAGE)\(")
# What the fast reader opens beside the sheets, their texts and their styles.
_READ_ALONG = ("[Content_Types].xml", "_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels")
_RICH_VALUE = re.compile(rb'\svm="(\d+)"')


@dataclass
class _Book:
    """An .xlsx file taken apart, before its cells are read."""

    data: bytes
    package: Package
    content: WorkbookContent
    shared: dict[str, str] = field(default_factory=dict)
    """"sharedStrings", "styles" → part."""
    sheets: list[tuple[SheetContent, bytes]] = field(default_factory=list)
    """Each sheet that is read, and its XML."""
    parts: list[str] = field(default_factory=list)
    """The part of each of them."""

    @cached_property
    def strings(self) -> bytes:
        """The part of shared strings, empty if there is none."""
        return self.package.xml(self.shared["sharedStrings"]) if "sharedStrings" in self.shared else b""

    @cached_property
    def styles(self) -> bytes:
        """The part of styles, empty if there is none."""
        return self.package.xml(self.shared["styles"]) if "styles" in self.shared else b""

    @cached_property
    def formats(self) -> Sequence[NumberFormat]:
        """The number format of each cell style."""
        return read_styles(self.styles) if self.styles else ()

    @cached_property
    def struck(self) -> frozenset[int]:
        """The cell styles that strike texts through."""
        return read_struck(self.styles) if self.styles else frozenset()

    def as_checked(self, used: Iterable[bytes]) -> bytes:
        """The file with no more in it than the fast reader needs, its sheets as far as they are used."""
        sheets = zip(self.parts, (xml for _, xml in self.sheets), used, strict=True)
        shortened = {self.package.spelling(part): without_ready_rows(xml, used) for part, xml, used in sheets}
        kept = {name: self.package.read(name) for name in _READ_ALONG if name in self.package}
        texts = {self.package.spelling(self.shared[kind]): xml for kind, xml in self._texts() if kind in self.shared}
        return packed({**kept, **texts, **shortened})

    def _texts(self) -> tuple[tuple[str, bytes], ...]:
        return ("sharedStrings", self.strings), ("styles", self.styles)


def read_xlsx(data: bytes, container: str) -> WorkbookContent:
    """The content of an .xlsx or .xlsm file.

    Raises RefusedError, or whatever the readers raise: call it in the sandbox only.
    """
    with Package(data) as package:
        book = _Book(data, package, WorkbookContent(container, []))
        _read_apart(book)
        try:
            _read_fast(book)
        except (MemoryError, KeyboardInterrupt, SystemExit, RefusedError):
            raise
        except BaseException:  # not understood; or the fast reader gave up, or panicked, which is no Exception
            _read_parsed(book)
        book.content.sheets = [sheet for sheet, _ in book.sheets]
    return book.content


def _read_apart(book: _Book) -> None:
    package, content = book.package, book.content
    part = package.main_part("xl/workbook.xml", "workbook.xml")
    elements = package.elements(part, "workbook", "workbookPr", "sheet")
    if not any(element.name == "workbook" for element in elements):
        raise RefusedError("file_not_workbook", "Office 文档")
    related = package.relations(part)
    book.shared = {one.kind: one.part for one in related.values() if one.part in package}
    content.date1904 = any(element.attributes.get("date1904") in ("1", "true") for element in elements)
    content.properties = package.properties()
    content.has_macros = "vbaProject" in book.shared or "xl/vbaProject.bin" in package
    for entry, sheet_part in _parts_of_sheets(elements, related, _unread_in(content)):
        # Passed over, its rows would be missing without a word.
        if sheet_part not in package:
            raise RefusedError("file_broken")
        sheet = SheetContent(entry.get("name", ""), _VISIBILITY.get(entry.get("state"), "visible"))
        book.sheets.append((sheet, package.xml(sheet_part)))
        book.parts.append(sheet_part)


def _unread_in(content: WorkbookContent) -> Collection[str]:
    """The sheets that are not read: notes and word lists that lzxl itself put in are larger than most submissions."""
    return _UNREAD | {STAMP_SHEET} if "lzxl_form" in content.properties else _UNREAD


def _parts_of_sheets(
    elements: Sequence[Element], related: Mapping[str, Related], unread: Collection[str]
) -> Iterator[tuple[Mapping[str, str], str]]:
    """The entries of the workbook's sheets that are read, each with its part. A part that two of them name is read once."""
    entries = [element.attributes for element in elements if element.name == "sheet"]
    if len(entries) > MOST_SHEETS:
        raise RefusedError("file_too_large", f"有{len(entries)}张工作表")
    taken: set[str] = set()
    for entry in entries:
        one = related.get(entry.get("id", ""))
        if one is None:
            raise RefusedError("file_broken")
        # A chart may stand on a sheet of its own.
        is_read = one.kind == "worksheet" and entry.get("name", "") not in unread
        # A small file may name one large part two hundred times.
        if is_read and one.part not in taken:
            taken.add(one.part)
            yield entry, one.part


def _read_parsed(book: _Book) -> None:
    """Read every sheet with the XML parser, from the beginning."""
    from lzxl.workbook.reading.xlsx_parsed import SharedStrings, SheetParser, parse  # seldom needed

    strings = SharedStrings()
    if "sharedStrings" in book.shared:
        parse(book.strings, strings)
    reader = SheetParser(strings, book.formats, book.struck, book.content.date1904, picture_numbers(book.package))
    for position, (sheet, xml) in enumerate(book.sheets):
        # Nothing may stay of what the fast way had read before it gave up.
        fresh = SheetContent(sheet.name, sheet.visibility)
        reader.read_into(xml, fresh)
        book.sheets[position] = fresh, xml


def _read_fast(book: _Book) -> None:
    """Read every sheet with the fast reader, and take from the XML what it loses.

    Raises NotUnderstoodError, or whatever the fast reader raises, where that is not possible.
    """
    _check_package(book)
    check_strings(book.strings, [xml for _, xml in book.sheets])
    formats = book.formats
    day_styles = frozenset(style for style, entry in enumerate(formats) if entry.kind != "number")
    used = [used_rows(xml) for _, xml in book.sheets]
    for (_, xml), (_, used_xml) in zip(book.sheets, used, strict=True):
        check_sheet(xml, used_xml or xml, day_styles)
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(book.as_checked(used_xml for _, used_xml in used)))
    for (sheet, xml), (last_row, used_xml) in zip(book.sheets, used, strict=True):
        sheet.read_calamine(workbook.get_sheet_by_name(sheet.name), last_row)
        _scan_hidden(xml, used_xml, sheet)
        _scan_errors(xml, sheet)
        _scan_formulas(used_xml, sheet)
        _scan_numbers(used_xml, sheet, formats, book.content.date1904)
        _scan_pictures(used_xml, sheet, book.package)
        scan_struck(used_xml, sheet, book.struck, book.strings)
        sheet.stored = stored_cells(used_xml)
        # A count of its own: where the fast reader drops a cell, or makes one up, the parser reads the file instead.
        if sheet.placed != sheet.stored:
            raise NotUnderstoodError


def _check_package(book: _Book) -> None:
    """The fast reader looks for parts by their usual names, and for sheets by theirs."""
    package = book.package
    usual = {"workbook": "xl/workbook.xml", "sharedStrings": "xl/sharedStrings.xml", "styles": "xl/styles.xml"}
    # What the workbook does not speak of must not be there either: the fast reader would take it.
    spoken_of = {"workbook", *book.shared}
    found = {kind: package.spelling(book.shared.get(kind, name)) for kind, name in usual.items()}
    expected = {kind: name if kind in spoken_of else "" for kind, name in usual.items()}
    # The fast reader gives sheets by name: of two with the same name, it would give one twice.
    names = [sheet.name for sheet, _ in book.sheets]
    if not package.is_plain or found != expected or len(set(names)) < len(names):
        raise NotUnderstoodError


def _cell_spans(xml: bytes, mark: bytes) -> Iterator[tuple[bytes, bytes]]:
    """(start tag, content) of each cell that has `mark` in it."""
    position = xml.find(mark)
    while position >= 0:
        start = xml.rfind(b"<c ", 0, position + 1)
        end = xml.find(b"</c>", position)
        if start < 0 or end < 0:
            raise NotUnderstoodError
        tag_end = xml.find(b">", start)
        if xml[tag_end - 1 : tag_end] == b"/":  # an empty cell: what follows is the next one's
            end = tag_end
        yield xml[start:tag_end], xml[tag_end:end]
        position = xml.find(mark, end)


def _place(tag: bytes) -> tuple[int, int]:
    match = _CELL_NAME.search(tag)
    if match is None:
        raise NotUnderstoodError
    return int(match.group(2)), column_index(match.group(1).decode())


def _scan_hidden(xml: bytes, used: bytes, sheet: SheetContent) -> None:
    # Most sheets hide nothing: one search tells that, where matching would go through every tag.
    if b" hidden=" not in xml and not any(mark in used for mark in _NO_SIZE):
        return
    for found in _HIDDEN_TAG.finditer(xml):
        if found.group(1) == b"row":
            sheet.hidden_rows.add(_row_number(found.group()))
        else:
            span = {name: int(number) for name, number in _COLUMN_SPAN.findall(found.group())}
            sheet.hide_columns(span[b"min"], span[b"max"])


def _row_number(tag: bytes) -> int:
    match = _ROW_NUMBER.search(tag)
    if match is None:
        raise NotUnderstoodError
    return int(match.group(1))


def _scan_errors(xml: bytes, sheet: SheetContent) -> None:
    for tag, body in _cell_spans(xml, b' t="e"'):
        if b' t="e"' in tag:
            text = _ERROR_TEXT.search(body)
            sheet.put(*_place(tag), CellError(text.group(1).decode() if text else "#ERROR"))


def _scan_formulas(xml: bytes, sheet: SheetContent) -> None:
    """Find the formulas: by one pattern for how programs write them, and cell by cell if that does not find all."""
    columns: dict[bytes, int] = {}
    found = 0
    for letters, digits, attributes, stored in _FORMULA_CELL.findall(xml):
        found += 1
        column = columns.get(letters)
        if column is None:
            column = columns[letters] = column_index(letters.decode())
        # A formula that shows an empty text stores nothing either, and is known by its type alone.
        sheet.formulas[int(digits), column] = stored != b"" or b't="str"' in attributes
    # Nearly always nothing else begins so; where something does, the tags themselves are counted.
    if found != xml.count(b"<f") and found != sum(xml.count(mark) for mark in _FORMULA_TAGS):
        _scan_formulas_one_by_one(xml, sheet)


def _scan_formulas_one_by_one(xml: bytes, sheet: SheetContent) -> None:
    for mark in _FORMULA_TAGS:
        for tag, body in _cell_spans(xml, mark):
            sheet.formulas[_place(tag)] = b' t="str"' in tag or _STORED.search(body) is not None


def _scan_numbers(xml: bytes, sheet: SheetContent, formats: Sequence[NumberFormat], date1904: bool) -> None:
    """Find the numbers whose format adds words to them."""
    styles = [style for style, entry in enumerate(formats) if entry.sections]
    if len(styles) > _MOST_WORD_STYLES:
        raise NotUnderstoodError
    for style in styles:
        for place in _places_with(xml, b' s="%d"' % style):
            number = sheet.cell(*place)
            if type(number) is float:
                sheet.put(*place, value_shown(number, formats[style], date1904))


def _places_with(xml: bytes, mark: bytes) -> Iterator[tuple[int, int]]:
    """The cells whose tag has a mark in it; it may stand in what a cell holds, too."""
    for tag, _ in _cell_spans(xml, mark):
        if mark in tag:
            yield _place(tag)


def _scan_pictures(xml: bytes, sheet: SheetContent, package: Package) -> None:
    """Find the pictures that stand in cells, by their formula or as a rich value."""
    # DISPIMG is how WPS keeps a picture in a cell, IMAGE how Excel takes one from an address.
    if b"IMG(" in xml or b"IMAGE(" in xml:
        for found in _PICTURE_FORMULA.finditer(xml):
            _put_picture(sheet, _place(xml[xml.rfind(b"<c ", 0, found.start()) : found.start()]))
    if b' vm="' in xml:
        _scan_rich_pictures(xml, sheet, picture_numbers(package))


def _scan_rich_pictures(xml: bytes, sheet: SheetContent, is_picture: Mapping[str, bool]) -> None:
    for tag, body in _cell_spans(xml, b' vm="'):
        number = _RICH_VALUE.search(tag)
        # Where the file does not tell: what Excel stores for programs that know no pictures in cells.
        shows_error = b' t="e"' in tag and b"<v>#VALUE!</v>" in body
        if number is not None and is_picture.get(number.group(1).decode(), shows_error):
            _put_picture(sheet, _place(tag))


def _put_picture(sheet: SheetContent, place: tuple[int, int]) -> None:
    # The clerk put in a picture: that a program keeps it as a formula is nothing to tell.
    sheet.formulas.pop(place, None)
    sheet.put(*place, CellPicture())
