"""Checks that a restyled copy of a standard workbook (logo, fonts, widths, hidden columns) still fits its schema."""

from __future__ import annotations

import warnings
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import ParseError

from openpyxl import Workbook, load_workbook
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.worksheet import Worksheet

from lzxl.errors import UnreadableError
from lzxl.forms.findings import Finding
from lzxl.forms.load import load_catalogue, load_grading
from lzxl.forms.model import Field, Form, Sheet
from lzxl.forms.places import WHOLE_FILE, Place
from lzxl.forms.text import fold
from lzxl.workbook.layout import label_layout, sheet_titles, table_layout
from lzxl.workbook.writing.formulas import BASIS_MATRIX, LEVEL_MATRIX, list_name
from lzxl.workbook.writing.stamp import read_stamp
from lzxl.workbook.writing.words import named_area

_SEARCHED_ROWS = 30
"""Rows in which a header that is not in its place is looked for."""


def check_template(path: Path, form: Form) -> list[Finding]:
    """What no longer fits in the workbook at `path`; none means that it can be sent out like the standard one.

    Raises UnreadableError if the file cannot be opened as .xlsx. For the office's own files only: units' submissions
    are read behind the guard.
    """
    workbook = _open(Path(path))
    return list(_check(workbook, form))


def _open(path: Path) -> Workbook:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of the live print area, which is meant
            return load_workbook(path)
    except FileNotFoundError:
        raise UnreadableError(f"找不到文件“{path}”。", code="file_not_found", path=path) from None
    except (OSError, InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, TypeError, ParseError) as error:
        raise UnreadableError(
            f"“{path}”不是能打开的 .xlsx 工作簿，请在 Excel 或 WPS 中另存为 .xlsx 后重试。",
            code="workbook_unreadable",
            path=path,
        ) from error


def _finding(code: str, place: Place = WHOLE_FILE, **details: object) -> Finding:
    return load_catalogue().finding(code, place, **details)  # type: ignore[arg-type]


def _check(workbook: Workbook, form: Form) -> Iterator[Finding]:
    yield from _check_stamp(workbook, form)
    for title in sheet_titles(form):
        if title not in workbook.sheetnames:
            yield _finding("template_sheet_missing", Place(title), title=title)
    yield from _check_words(workbook, form)
    for sheet in form.sheets:
        if sheet.title not in workbook.sheetnames:
            continue
        worksheet = workbook[sheet.title]
        if sheet.layout == "labels":
            yield from _check_labels(worksheet, sheet)
        else:
            yield from _check_table(worksheet, sheet)


def _check_stamp(workbook: Workbook, form: Form) -> Iterator[Finding]:
    stamp = read_stamp(workbook)
    if stamp.form != form.id:
        yield _finding("template_stamp_missing", value=stamp.form, form=form.title)
    elif stamp.version != form.version:
        yield _finding("template_version_differs", value=stamp.version, version=form.version, form=form.title)
    elif form.is_graded and stamp.scheme != form.scheme:
        yield _finding("template_scheme_differs", value=stamp.scheme, scheme=load_grading(form.scheme).title)


def _check_words(workbook: Workbook, form: Form) -> Iterator[Finding]:
    """Every vocabulary must stand behind its name, word for word."""
    for vocabulary in form.vocabularies:
        name = list_name(vocabulary)
        words = _named_words(workbook, name)
        if words is None:
            yield _finding("template_words_missing", name=name, vocabulary=vocabulary.title)
        elif tuple(words) != vocabulary.allowed:
            yield _finding(
                "template_words_differ",
                value="、".join(words),
                name=name,
                vocabulary=vocabulary.title,
                allowed=vocabulary.allowed,
            )
    grading = load_grading(form.scheme)
    shape = (len(grading.likelihood.allowed), len(grading.severity.allowed))
    for name in (LEVEL_MATRIX, BASIS_MATRIX) if form.is_graded else ():
        area = named_area(workbook, name)
        if area is None or (area[1][3] - area[1][1] + 1, area[1][2] - area[1][0] + 1) != shape:
            yield _finding("template_words_missing", name=name, vocabulary=grading.level.title)


def _named_words(workbook: Workbook, name: str) -> list[str] | None:
    area = named_area(workbook, name)
    if area is None:
        return None
    sheet, (left, top, right, bottom) = area
    cells = sheet.iter_rows(min_row=top, max_row=bottom, min_col=left, max_col=right, values_only=True)
    return [str(value) if value is not None else "" for row in cells for value in row]


def _check_labels(worksheet: Worksheet, sheet: Sheet) -> Iterator[Finding]:
    layout = label_layout(sheet)
    for field in sheet.fields:
        row, column = layout.label(field.name)
        yield from _check_text(worksheet, field, row, column, "标签")
        if field.kind == "choice" and field.vocabulary is not None:
            row, column = layout.value(field.name)
            yield from _check_choice(worksheet, field, column, (row, row))


def _check_table(worksheet: Worksheet, sheet: Sheet) -> Iterator[Finding]:
    layout = table_layout(sheet)
    for field in sheet.fields:
        column = layout.columns[field.name]
        moved = list(_check_text(worksheet, field, layout.header_row, column, "表头"))
        yield from moved
        if moved:
            continue  # what is below belongs to another header
        if field.kind == "choice" and field.vocabulary is not None and not field.computed:
            yield from _check_choice(worksheet, field, column, (layout.first_row, layout.last_formula_row))
        if field.computed in ("level", "group"):
            yield from _check_formula(worksheet, field, column, layout.first_row, layout.last_formula_row)
    # A return has its column 问题 right of the last one: what a bureau added there would be written over.
    for cell in worksheet[layout.header_row][layout.last_column :]:
        if cell.value is not None and str(cell.value).strip():
            yield _finding(
                "template_column_added",
                Place.cell(worksheet.title, cell.row, cell.column, sheet.name),
                header=str(cell.value),
                value=cell.value,
            )


def _check_text(worksheet: Worksheet, field: Field, row: int, column: int, what: str) -> Iterator[Finding]:
    """The header or label must stand in its cell; spaces and line breaks do not matter."""
    expected = Place.cell(worksheet.title, row, column, field=field.name)
    found = worksheet.cell(row, column).value
    if isinstance(found, str) and fold(found) == fold(field.title):
        return
    told = {"header": field.title, "what": what, "expected": expected}
    for cells in worksheet.iter_rows(max_row=_SEARCHED_ROWS):
        for cell in cells:
            if isinstance(cell.value, str) and fold(cell.value) == fold(field.title):
                moved = Place.cell(worksheet.title, cell.row, cell.column, field=field.name)
                yield _finding("template_header_moved", moved, value=cell.value, **told)
                return
    yield _finding("template_header_missing", expected, value=found, **told)


def _check_choice(worksheet: Worksheet, field: Field, column: int, rows: tuple[int, int]) -> Iterator[Finding]:
    """A drop-down with the vocabulary's name must cover every input cell, from the first to the last of `rows`."""
    first, last = rows
    assert field.vocabulary is not None  # a choice has one
    name = list_name(field.vocabulary)
    covered: set[int] = set()
    for validation in worksheet.data_validations.dataValidation:
        if validation.type != "list" or (validation.formula1 or "").lstrip("=") != name:
            continue
        for area in validation.sqref.ranges:
            if area.min_col <= column <= area.max_col:
                covered.update(range(max(first, area.min_row), min(last, area.max_row) + 1))
    missing = sorted(set(range(first, last + 1)) - covered)
    told = {"header": field.title, "name": name}
    if len(missing) == last - first + 1:
        yield _finding("template_choice_missing", Place.cell(worksheet.title, first, column), **told)
    elif missing:
        yield _finding(
            "template_choice_short",
            Place.range(worksheet.title, (missing[0], column), (missing[-1], column)),
            first=first,
            last=last,
            **told,
        )


def _check_formula(worksheet: Worksheet, field: Field, column: int, first: int, last: int) -> Iterator[Finding]:
    """Every cell of a level or a group up to the capacity must hold the formula: that of a level looks it up in the hidden matrix."""
    looked_up = LEVEL_MATRIX if field.computed == "level" else "INDEX("
    missing = []
    for row in range(first, last + 1):
        value = worksheet.cell(row, column).value
        if not (isinstance(value, str) and value.startswith("=") and looked_up in value):
            missing.append(row)
    if missing:
        yield _finding(
            "template_formula_missing",
            Place.range(worksheet.title, (missing[0], column), (missing[-1], column)),
            header=field.title,
            value=worksheet.cell(missing[0], column).value,
            count=len(missing),
        )
