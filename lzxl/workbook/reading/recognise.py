"""Recognises which form a workbook is, and which of its sheets is which of the form's: by stamp, then by content."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lzxl.forms.model import Form, Sheet
from lzxl.forms.text import compact, fold, tidy
from lzxl.workbook.layout import OWN_SHEETS, STAMP_SHEET
from lzxl.workbook.reading.content import SheetContent, WorkbookContent
from lzxl.workbook.reading.headers import HeaderFinder

# A sheet that no name gives away is taken for a table of a form only if this many of its headers are known.
_FEWEST_HEADERS = 3


@dataclass(frozen=True, slots=True)
class StampMarks:
    """What the stamp of a distributed workbook says; fields are "" where there is none."""

    form: str = ""
    version: str = ""
    unit_code: str = ""
    unit_name: str = ""
    period: str = ""
    scheme: str = ""


def read_stamp(content: WorkbookContent) -> StampMarks:
    """The stamp, from the document properties, else from the stamp sheet (programs drop the one or the other)."""
    marks = {name: value for name, value in content.properties.items() if name.startswith("lzxl_")}
    if "lzxl_form" not in marks:
        for sheet in content.sheets:
            if compact(sheet.name) == STAMP_SHEET:
                marks = {
                    compact(str(cells[0])): str(cells[1])
                    for cells in sheet.rows.values()
                    if len(cells) >= 2 and cells[0] and cells[1] is not None
                }
    marks = {name: tidy(value) for name, value in marks.items()}
    return StampMarks(
        marks.get("lzxl_form", ""),
        marks.get("lzxl_version", ""),
        marks.get("lzxl_unit", ""),
        marks.get("lzxl_unit_name", ""),
        marks.get("lzxl_period", ""),
        marks.get("lzxl_scheme", ""),
    )


def readable_sheets(content: WorkbookContent) -> list[SheetContent]:
    """The sheets that hold content and are not lzxl's own."""
    return [sheet for sheet in content.sheets if sheet.rows and compact(sheet.name) not in OWN_SHEETS]


def recognise_form(content: WorkbookContent, forms: Iterable[Form]) -> Form | None:
    """The form that the sheets look most like; None if they look like none."""
    best: Form | None = None
    best_score = 0
    for form in forms:
        score = 0
        for sheet in readable_sheets(content):
            named = next((entry for entry in form.tables if fold(sheet.name) in entry.sheet_keys), None)
            candidates = (named,) if named is not None else form.tables
            score += max((_header_score(sheet, entry) for entry in candidates), default=0)
        if score > best_score:
            best, best_score = form, score
    return best


def _header_score(content: SheetContent, sheet: Sheet) -> int:
    header = HeaderFinder(sheet).find(content)
    if header is None:
        return 0
    return len(header.columns) if len(header.columns) >= _FEWEST_HEADERS else 0


def assign_sheets(
    content: WorkbookContent, form: Form, main_only: bool = False
) -> tuple[list[tuple[SheetContent, Sheet]], list[SheetContent]]:
    """(sheet, what it is in the form) for every sheet that can be told, and the sheets that cannot.

    `main_only`: the workbook is a unit's own layout; only the form's main table is looked for in it.
    """
    assigned: list[tuple[SheetContent, Sheet]] = []
    left: list[SheetContent] = []
    for sheet in readable_sheets(content):
        named = next((entry for entry in form.sheets if fold(sheet.name) in _names(entry)), None)
        if named is not None and not main_only:
            assigned.append((sheet, named))
            continue
        candidates = (form.main_sheet,) if main_only else form.tables
        scored = [(_header_score(sheet, entry), entry) for entry in candidates]
        score, entry = max(scored, key=lambda pair: (pair[0], pair[1].name == form.main))
        if score:
            assigned.append((sheet, entry))
        else:
            left.append(sheet)
    return assigned, left


def _names(sheet: Sheet) -> frozenset[str]:
    return sheet.sheet_keys if sheet.layout == "table" else sheet.sheet_keys | {fold("封面"), fold("封皮")}
