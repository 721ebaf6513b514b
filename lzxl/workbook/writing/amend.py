"""Puts rows and values into an existing .xlsx workbook and keeps all else byte for byte.

Only the cells that change are written anew, in the XML of their sheet; comments, colours, pictures, columns of the office's
own, other parts and other sheets stay as the office's program saved them. What cannot be changed with certainty is not
changed: AmendError. `amend_file` runs in the sandbox: the file may be anybody's.
"""

from __future__ import annotations

import datetime
import hashlib
import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from xml.sax.saxutils import escape

from lzxl.forms.load import DEFAULT_SCHEME, load_form
from lzxl.forms.model import Field, Form, Sheet
from lzxl.forms.text import address
from lzxl.forms.values import is_blank, parse
from lzxl.submission import Submission, Table
from lzxl.workbook.layout import table_layout
from lzxl.workbook.reading.content import RefusedError, WorkbookContent
from lzxl.workbook.reading.guard import judge
from lzxl.workbook.reading.jobs import Amend, Amended
from lzxl.workbook.reading.number_formats import NumberFormat
from lzxl.workbook.reading.open import open_content
from lzxl.workbook.reading.package import Package
from lzxl.workbook.reading.read import read_open
from lzxl.workbook.reading.xlsx_styles import read_styles
from lzxl.workbook.writing.measure import LEAST_ROW_HEIGHT, row_height
from lzxl.workbook.writing.sheet_xml import OddXmlError, SheetPart, XmlPart, grown, read_range

_PREPARED = frozenset({"blank_numbered", "blank_formulas"})
"""Rows that are there to be written into."""
_EPOCHS = {False: datetime.date(1899, 12, 30), True: datetime.date(1904, 1, 1)}
_FIRST_DAY = datetime.date(1904, 1, 2)
"""An earlier day has another number in one program than in the other: it is written as a text."""
_LARGEST_NUMBER = 10**15
_LIKE_AN_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
_FILTER, _PRINTED = "_xlnm._FilterDatabase", "_xlnm.Print_Area"
_END_OF_RANGE = re.compile(rb"(\$[A-Z]{1,3}\$)([0-9]{1,7})$")


@dataclass(frozen=True)
class NewRow:
    """A row to go below the last one that is used."""

    sheet: str
    """The sheet's name in the form."""
    values: Mapping[str, Any]
    """Field name → value: text, number, day, several words, or None."""


@dataclass(frozen=True)
class SetCells:
    """Values for cells of a row that is there: of fields that the program computes, and of cells that are blank.

    What somebody typed into any other field stays, and nothing is said.
    """

    sheet: str
    row: int
    """As it was read (`Table.rows`)."""
    values: Mapping[str, Any]


Change = NewRow | SetCells


class AmendError(Exception):
    """A workbook that is not changed: what kind of trouble, and where."""

    def __init__(self, code: str, **facts: str) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


def amend_file(job: Amend) -> Amended:
    """What the job's file is to be. Raises OSError if it cannot be read from disk."""
    assert job.form is not None
    data = job.path.read_bytes()
    digest = hashlib.sha256(data).hexdigest()
    try:
        return Amended(digest, amended(data, load_form(job.form, job.scheme or DEFAULT_SCHEME), job.changes))
    except AmendError as error:
        return Amended(digest, code=error.code, facts=error.facts)


def amended(data: bytes, form: Form, changes: Sequence[Change]) -> bytes:
    """The workbook `data` with changes; b"" if it has them already. Raises AmendError."""
    content = _content(data)
    with Package(data) as package:
        try:
            book = _Book(package, form, content)
            for change in changes:
                book.apply(change)
            parts = book.written()
        except (OddXmlError, RefusedError, KeyError, ValueError):
            raise AmendError("odd") from None
    if not parts:
        return b""
    made = _packed(data, parts)
    _prove(book, _content(made))
    return made


def _content(data: bytes) -> WorkbookContent:
    """What the workbook holds. Raises AmendError for what is no plain .xlsx workbook."""
    verdict = judge(data)
    if verdict.is_locked:
        raise AmendError("encrypted")
    if verdict.code:
        raise AmendError("broken")
    if verdict.container == "xlsm":
        raise AmendError("macros")
    if verdict.container != "xlsx":
        raise AmendError("not_xlsx", container=verdict.container)
    if not data.startswith(b"PK"):  # something stands before the package
        raise AmendError("odd")
    try:
        content = open_content(data, verdict.container)
    except MemoryError:
        raise
    except BaseException as error:  # the fast reader panics with a BaseException
        if isinstance(error, KeyboardInterrupt | SystemExit):
            raise
        raise AmendError("broken") from None
    if content.has_macros:
        raise AmendError("macros")
    return content


def _packed(data: bytes, parts: Mapping[str, bytes]) -> bytes:
    """The package with other bytes for some parts; its members keep their order, names and times."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(packed, "w") as target:
        for member in source.infolist():
            copied = zipfile.ZipInfo(member.filename, member.date_time)
            copied.compress_type = member.compress_type
            copied.external_attr, copied.create_system = member.external_attr, member.create_system
            copied.comment = member.comment
            target.writestr(copied, parts.get(member.filename, source.read(member)))
    return packed.getvalue()


def _text_content(prefix: bytes, text: str) -> bytes:
    """A text in a cell itself."""
    written = escape(_LIKE_AN_ESCAPE.sub("_x005F_", text)).encode()
    return b'<%bis><%bt xml:space="preserve">%b</%bt></%bis>' % (prefix, prefix, written, prefix, prefix)


def _as_held(value: Any) -> Any:
    """A value as a cell holds it: None, a text, a number, a day."""
    if value is None or (isinstance(value, datetime.date | int | float | Decimal) and not isinstance(value, bool)):
        return value
    if isinstance(value, tuple | list):
        value = "、".join(str(entry) for entry in value)
    from lzxl.workbook.writing.text import clean_text  # brings openpyxl, which only the child needs

    return clean_text(str(value)) or None


def _as_read(field: Field, held: Any) -> Any:
    """What reading makes of what a cell holds."""
    return parse(field, float(held) if isinstance(held, int | Decimal) else held).value


class _Book:
    """A workbook that is being changed."""

    def __init__(self, package: Package, form: Form, content: WorkbookContent) -> None:
        self.form = form
        self.content = content
        self.before = read_open(content, "", None, form.scheme)
        if self.before.form != form.id:
            raise AmendError("other_form", title=load_form(self.before.form).title if self.before.form else "")
        self.package = package
        self.main = package.main_part("xl/workbook.xml")
        self.related = package.relations(self.main)
        self.titles = [one.attributes for one in package.elements(self.main, "sheet")]
        kinds = {one.kind: one.part for one in self.related.values()}
        if "revisionHeaders" in kinds:
            raise AmendError("shared")
        # The relation's type ends in digital-signature/origin (ECMA-376 part 2, 13).
        if any(one.kind == "origin" for one in package.relations("").values()):
            raise AmendError("signed")
        self.formats: Sequence[NumberFormat] = read_styles(package.xml(kinds["styles"])) if "styles" in kinds else ()
        self.chain = kinds.get("calcChain", "")
        self.sheets: dict[str, _SheetBook] = {}
        if not package.is_plain:
            raise OddXmlError

    def apply(self, change: Change) -> None:
        """Take a change in. Raises AmendError where it cannot be made."""
        if change.sheet not in self.sheets:
            self.sheets[change.sheet] = self._open(self.form.by_name[change.sheet])
        sheet = self.sheets[change.sheet]
        if isinstance(change, NewRow):
            sheet.add(change.values)
        else:
            sheet.set(change.row, change.values)

    def _open(self, sheet: Sheet) -> _SheetBook:
        tables = [table for table in self.before.tables if table.name == sheet.name]
        if not tables:
            raise AmendError("sheet_missing", sheet=sheet.title)
        titles = {table.title for table in tables}
        entries = [one for one in self.titles if one.get("name") in titles]
        if len(titles) > 1 or len(entries) != 1:
            raise AmendError("sheet_twice", sheet=sheet.title)
        part = self.related[entries[0].get("id", "")].part
        return _SheetBook(self, sheet, tables, part, SheetPart(self.package.read(part)))

    def written(self) -> dict[str, bytes]:
        """The parts that change, under their names in the file; none if nothing does."""
        changed = [sheet for sheet in self.sheets.values() if sheet.set_to]
        if not changed:
            return {}
        parts: dict[str, bytes] = {}
        workbook = XmlPart(self.package.read(self.main))
        for sheet in changed:
            parts.update(sheet.grow(workbook))
            sheet.fit_heights()
            for place, cell in sheet.written.items():
                style, elements, kind = cell
                sheet.xml.set_cell(*place, style, elements, kind)
            parts[sheet.part] = sheet.xml.written()
        if self._has_formulas():
            _calculate_on_load(workbook)
        if workbook.splices:
            parts[self.main] = workbook.written()
        gone = {(str(sheet.id), address(*place)) for sheet in changed for place in sheet.formulas_gone}
        if gone and self.chain and self.chain in self.package:
            parts[self.chain] = _without_links(self.package.read(self.chain), gone)
        return {self.package.spelling(name): data for name, data in parts.items()}

    def _has_formulas(self) -> bool:
        worksheets = (one.part for one in self.related.values() if one.kind == "worksheet")
        return any(_FORMULA.search(self.package.read(part)) for part in worksheets if part in self.package)


@dataclass
class _SheetBook:
    """A sheet that is being changed."""

    book: _Book
    sheet: Sheet
    tables: list[Table]
    part: str
    xml: SheetPart
    set_to: dict[tuple[int, int], tuple[Field, Any]] = field(default_factory=dict)
    """(row, column) → the field, and what its cell is to hold."""
    new_rows: list[int] = field(default_factory=list)
    above: list[int] = field(default_factory=list)
    """Of each new row, the last row that was used above it."""
    formulas_gone: list[tuple[int, int]] = field(default_factory=list)
    written: dict[tuple[int, int], tuple[str, bytes, str]] = field(default_factory=dict)
    """(row, column) → style, elements and type of the cell."""

    known_styles: dict[tuple[int, bool], str] = field(default_factory=dict)
    """(column, whether it shows days) → a style of the column that does so, or does not."""

    def __post_init__(self) -> None:
        self.content = next(one for one in self.book.content.sheets if one.name == self.tables[0].title)
        self.table = self.tables[-1]
        self.of_row = {row: table for table in self.tables for row in table.rows}
        used = [row for table in self.tables for row in (*table.header_rows, *table.rows)]
        used += [row for table in self.tables for row, kind in table.dropped.items() if kind not in _PREPARED]
        self.last_used = max(used)
        self.model = self.table.rows[-1] if self.table.rows else 0
        """The row whose style those take that nobody prepared; 0 if there is none."""
        self.capacity_end = self.table.header_rows[-1] + self.sheet.capacity

    @property
    def title(self) -> str:
        return self.tables[0].title

    @property
    def id(self) -> str:
        """The number that the chain of calculation knows the sheet by."""
        return next(one.get("sheetId", "") for one in self.book.titles if one.get("name") == self.title)

    def add(self, values: Mapping[str, Any]) -> None:
        """Put a row below the last one that is used, into the first whose cells are free."""
        held = {name: _as_held(value) for name, value in values.items()}
        wanted = {self._column(self.table, name): (name, one) for name, one in held.items() if one is not None}
        row = self.last_used + 1
        while not all(self._is_free(row, column, one) for column, (_, one) in wanted.items()):
            row += 1
        for column, (name, one) in sorted(wanted.items()):
            if is_blank(self.content.cell(row, column)):
                self._put(row, column, self.sheet.by_name[name], one)
        self._take_looks(row)
        self.new_rows.append(row)
        self.above.append(self.last_used)
        self.of_row[row] = self.table
        self.last_used = row

    def _take_looks(self, row: int) -> None:
        """Give the blank cells of a row that nobody prepared the style of the row above."""
        if row <= self.capacity_end or row in self.xml.rows or self.model not in self.xml.rows:
            return
        for column, place in self.xml.rows[self.model].cells.items():
            if place.style and (row, column) not in self.written:
                self.written[row, column] = (place.style, b"", "")

    def _is_free(self, row: int, column: int, held: Any) -> bool:
        """Whether a cell is blank, or holds already what it is to hold (a row's number that is there before the row)."""
        there = self.content.cell(row, column)
        if is_blank(there):
            return (row, column) not in self.content.formulas and not self.xml.is_covered(row, column)
        return bool(there == held)

    def set(self, row: int, values: Mapping[str, Any]) -> None:
        """Give cells of a row values, where they may have them."""
        table = self.of_row.get(row)
        if table is None:
            raise AmendError("row_gone", sheet=self.title, row=str(row))
        for name, value in values.items():
            entry, held = self.sheet.by_name[name], _as_held(value)
            if held is None and name not in table.columns:
                continue
            column = self._column(table, name)
            there = self.content.cell(row, column)
            has_formula = (row, column) in self.content.formulas
            if not has_formula and self._holds(entry, there, held):
                continue
            if entry.computed != "program" and (has_formula or not is_blank(there)):
                continue  # somebody's
            self._put(row, column, entry, held)

    def _holds(self, entry: Field, there: Any, held: Any) -> bool:
        """Whether a cell reads already as what it is to hold."""
        if is_blank(there) or held is None:
            return is_blank(there) and held is None
        return bool(parse(entry, there, self.book.content.date1904).value == _as_read(entry, held))

    def _column(self, table: Table, name: str) -> int:
        title = self.sheet.by_name[name].title
        if name not in table.columns:
            raise AmendError("column_missing", sheet=self.title, column=title)
        return table.columns[name]

    def _put(self, row: int, column: int, entry: Field, held: Any) -> None:
        if self.xml.is_covered(row, column):
            raise AmendError("merged", sheet=self.title, cell=address(row, column))
        there = self.xml.cell(row, column)
        if there is not None and there.formula is not None:
            if there.formula:
                raise AmendError("formula", sheet=self.title, cell=address(row, column))
            self.formulas_gone.append((row, column))
        self.written[row, column] = self._cell(row, column, held)
        self.set_to[row, column] = (entry, held)
        self.content.put(row, column, held)

    def _cell(self, row: int, column: int, held: Any) -> tuple[str, bytes, str]:
        """A cell's style, what is in it, and its type."""
        style, prefix = self._style(row, column), self.xml.prefix
        if held is None:
            return style, b"", ""
        if isinstance(held, datetime.date):
            held = held.date() if isinstance(held, datetime.datetime) else held
            dated = self._other_style(style, column, shows_days=True)
            if dated and held >= _FIRST_DAY:
                days = (held - _EPOCHS[self.book.content.date1904]).days
                return dated, b"<%bv>%d</%bv>" % (prefix, days, prefix), ""
            held = held.isoformat()
        if isinstance(held, int | float | Decimal) and -_LARGEST_NUMBER < held < _LARGEST_NUMBER:
            style = self._other_style(style, column, shows_days=False) or "0"
            number = str(held) if isinstance(held, int | Decimal) else f"{held:.15g}"
            return style, b"<%bv>%b</%bv>" % (prefix, number.encode(), prefix), ""
        return style, _text_content(prefix, str(held)), "inlineStr"

    def _style(self, row: int, column: int) -> str:
        """The style of a cell: its own; below the prepared rows that of the cell above; else the column's."""
        own = self.xml.cell(row, column)
        if own is not None:
            return own.style
        above = self.xml.cell(self.model, column)
        of_column = self.xml.style_of_column(column)
        if above is not None and above.style and (row > self.capacity_end or not of_column):
            return above.style
        return of_column

    def _other_style(self, style: str, column: int, *, shows_days: bool) -> str:
        """A style that shows a number as a day, or as a number: the cell's, else that of another cell of the column.

        "" if there is none.
        """
        if self._shows_days(style) == shows_days:
            return style
        key = (column, shows_days)
        if key not in self.known_styles:
            places = [self.xml.cell(row, column) for row in self.table.rows]
            styles = [self.xml.style_of_column(column), *(place.style for place in places if place is not None)]
            self.known_styles[key] = next((one for one in styles if self._shows_days(one) == shows_days), "")
        return self.known_styles[key]

    def _shows_days(self, style: str) -> bool:
        number = int(style) if style.isdecimal() else 0
        return number < len(self.book.formats) and self.book.formats[number].kind == "date"

    def fit_heights(self) -> None:
        """Let the rows that change be as high as their texts need: not every program fits them on opening."""
        for row in {row for row, _ in self.set_to}:
            cells = enumerate(self.content.rows[row], 1)
            texts = [
                (cell, self.xml.width_of_column(column)) for column, cell in cells if isinstance(cell, str) and cell
            ]
            self.xml.heights[row] = max(LEAST_ROW_HEIGHT, row_height(texts))

    def grow(self, workbook: XmlPart) -> dict[str, bytes]:
        """Let what names ranges reach the new rows. The other parts that change by it; the workbook's own are put there."""
        columns = frozenset(self.table.columns.values())
        for reference in self.xml.references:
            text = self._grown(reference.element, reference.text, columns)
            if text != reference.text:
                self.xml.rewrite(reference, text)
                if reference.element == "autoFilter":
                    self._grow_filter_name(workbook, text)
        self._grow_print_area(workbook)
        return self._grow_tables(columns)

    def _grown(self, element: str, text: str, columns: frozenset[int]) -> str:
        if element == "dimension":
            return self._grown_dimension(text)
        for row, above in zip(self.new_rows, self.above, strict=True):
            text = grown(text, row, above, columns)
        return text

    def _grown_dimension(self, text: str) -> str:
        area = read_range(text)
        if area is None or not self.set_to:
            return text
        rows, columns = zip(*self.set_to, strict=True)
        top, left = min(area.top, *rows), min(area.left, *columns)
        bottom, right = max(area.bottom, *rows), max(area.right, *columns)
        same = (top, left, bottom, right) == area
        return text if same else f"{address(top, left)}:{address(bottom, right)}"

    @property
    def _place(self) -> str:
        """The number by which names of this sheet alone know it."""
        return next(str(number) for number, one in enumerate(self.book.titles) if one.get("name") == self.title)

    def _grow_print_area(self, workbook: XmlPart) -> None:
        """What is printed reaches the new rows, if it is one area that reached the rows above them."""
        for start, end in _defined_names(workbook, _PRINTED, self._place):
            found = _END_OF_RANGE.search(workbook.xml, start, end)
            if found is None or b"," in workbook.xml[start:end]:
                continue
            before = bottom = int(found.group(2))
            for row, above in zip(self.new_rows, self.above, strict=True):
                bottom = row if above <= bottom < row else bottom
            if bottom != before:
                workbook.put(found.start(2), found.end(2), str(bottom).encode())
                self._grow_note(before, bottom)

    def _grow_note(self, before: int, bottom: int) -> None:
        """The formula above the table that says which rows are not printed speaks of those below the last one that is."""
        cell = self.xml.cell(table_layout(self.sheet).unit_row, 1)
        if cell is None or cell.formula is None:
            return
        for pattern, last in ((rb"\(\$A\$(%d)\)", before), (rb"\$[A-Z]{1,3}\$(%d):", before + 1)):
            for found in re.compile(pattern % last).finditer(self.xml.xml, cell.start, cell.end):
                self.xml.put(*found.span(1), str(last - before + bottom).encode())

    def _grow_filter_name(self, workbook: XmlPart, text: str) -> None:
        """The hidden name of the sheet's filter ends where the filter does."""
        area = read_range(text)
        assert area is not None
        for start, end in _defined_names(workbook, _FILTER, self._place):
            found = _END_OF_RANGE.search(workbook.xml, start, end)
            if found is not None:
                workbook.put(found.start(2), found.end(2), str(area.bottom).encode())

    def _grow_tables(self, columns: frozenset[int]) -> dict[str, bytes]:
        """The tables (as Excel calls ranges with a design) of the sheet that the new rows go on."""
        parts = {}
        for related in self.book.package.relations(self.part).values():
            if related.kind == "table":
                xml = self.book.package.read(related.part)
                made = _grown_table(xml, list(zip(self.new_rows, self.above, strict=True)), columns)
                if made != xml:
                    parts[related.part] = made
        return parts


def _grown_table(xml: bytes, rows: Sequence[tuple[int, int]], columns: frozenset[int]) -> bytes:
    """The part of a table that reaches the new rows too, unless a row of totals ends it. `rows`: (row, last used above)."""
    part = XmlPart(xml)
    found: list[tuple[int, str]] = []
    has_totals = False

    def start(name: str, attributes: dict[str, str], place: int) -> None:
        nonlocal has_totals
        if name in ("table", "autoFilter") and "ref" in attributes:
            has_totals |= name == "table" and attributes.get("totalsRowCount", "0") != "0"
            found.append((place, attributes["ref"]))

    part.follow(start, lambda name, place: None)
    for place, text in [] if has_totals else found:
        made = text
        for row, above in rows:
            made = grown(made, row, above, columns)
        if made != text:
            part.set_attribute(place, "ref", made)
    return part.written()


def _defined_names(workbook: XmlPart, name: str, sheet: str) -> list[tuple[int, int]]:
    """Where the texts of a name of one sheet are."""
    found: list[tuple[int, int]] = []
    inside: list[int] = []

    def start(element: str, attributes: dict[str, str], place: int) -> None:
        if element == "definedName" and attributes.get("name") == name and attributes.get("localSheetId") == sheet:
            inside.append(place + len(workbook.tag(place)))

    def end(element: str, place: int) -> None:
        if element == "definedName" and inside:
            found.append((inside.pop(), place))

    workbook.follow(start, end)
    return found


_BEFORE_CALCULATION = ("sheets", "functionGroups", "externalReferences", "definedNames")


def _calculate_on_load(workbook: XmlPart) -> None:
    """Ask the program that opens the workbook to calculate all of it: what its formulas show may rest on what was changed."""
    found: list[tuple[int, str]] = []
    behind = 0

    def start(name: str, attributes: dict[str, str], place: int) -> None:
        if name == "calcPr":
            found.append((place, attributes.get("fullCalcOnLoad", "")))

    def end(name: str, place: int) -> None:
        nonlocal behind
        if name in _BEFORE_CALCULATION:
            # Behind its closing tag; what is one tag ends where the parser stands.
            is_closing = workbook.xml[place : place + 2] == b"</" and name.encode() in workbook.tag(place)
            behind = place + len(workbook.tag(place)) if is_closing else place

    workbook.follow(start, end)
    if found:
        place, said = found[0]
        if said not in ("1", "true"):
            workbook.set_attribute(place, "fullCalcOnLoad", "1")
        return
    root = re.search(rb"<(\w+:)?workbook[\s>]", workbook.xml)
    prefix = (root.group(1) or b"") if root is not None else b""
    workbook.put(behind, behind, b'<%bcalcPr fullCalcOnLoad="1"/>' % prefix)


def _without_links(xml: bytes, gone: set[tuple[str, str]]) -> bytes:
    """The chain of calculation without the cells that have no formula any more: (sheet's number, address)."""
    part = XmlPart(xml)
    sheet = ""

    def start(name: str, attributes: dict[str, str], place: int) -> None:
        nonlocal sheet
        if name == "c":
            # A cell without a sheet's number is of the sheet of the one before it.
            sheet = attributes.get("i", sheet)
            links.append((place, sheet, attributes.get("r", ""), "i" in attributes))

    links: list[tuple[int, str, str, bool]] = []
    part.follow(start, lambda name, place: None)
    told = True
    for place, number, name, says in links:
        tag = part.tag(place)
        if (number, name) in gone:
            part.put(place, place + len(tag), b"")
            told = told and not says
        elif not told and not says:
            part.set_attribute(place, "i", number)
            told = True
        else:
            told = True
    return part.written()


# The proof


def _prove(book: _Book, content: WorkbookContent) -> None:
    """The changed workbook reads as the one before with the changes, and as nothing else. Raises AmendError otherwise."""
    after = read_open(content, "", None, book.form.scheme)
    if after.form != book.before.form or after.refusal is not None or len(after.tables) != len(book.before.tables):
        raise AmendError("unproved")
    for one, other in zip(book.before.tables, after.tables, strict=True):
        sheet = book.sheets.get(one.name)
        is_last = sheet is not None and one is sheet.table
        if not _reads_so(book.form.by_name[one.name], one, other, sheet, sheet.new_rows if sheet and is_last else []):
            raise AmendError("unproved", sheet=one.title)
    if _beside(book.before) != _beside(after):
        raise AmendError("unproved")


def _beside(submission: Submission) -> list[tuple[Any, ...]]:
    """What stands outside of the fields."""
    return [(entry.place, entry.header, entry.value) for entry in submission.unplaced]


def _reads_so(sheet: Sheet, before: Table, after: Table, book: _SheetBook | None, new_rows: Sequence[int]) -> bool:
    changes = book.set_to if book is not None else {}
    if after.rows != [*before.rows, *new_rows] or after.columns != before.columns:
        return False
    dropped = {row: kind for row, kind in before.dropped.items() if row not in new_rows}
    if after.dropped != dropped:
        return False
    for name, column in before.columns.items():
        for index, row in enumerate(after.rows):
            if (row, column) in changes:
                entry, held = changes[row, column]
                if after.get(name, index) != _as_read(entry, held):
                    return False
            elif index < len(before.rows) and after.shown(name, index) != before.shown(name, index):
                return False
    return True
