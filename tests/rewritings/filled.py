"""Filled workbooks of every form, as the sample bureau's units would send them, opened and ready to be rewritten."""

from __future__ import annotations

import copy
from functools import lru_cache

from openpyxl import Workbook

from lzxl.demo.bureau import load_bureau
from lzxl.forms.load import load_form, load_grading, unit_form_ids
from lzxl.workbook.reading.content import SheetContent, WorkbookContent
from lzxl.workbook.reading.guard import judge
from lzxl.workbook.reading.open import open_content
from lzxl.workbook.writing.build import build_workbook
from lzxl.workbook.writing.fill import Stamp, fill_workbook, stamp_workbook
from lzxl.workbook.writing.save import workbook_bytes

FORMS = (*unit_form_ids(), "unit_roster")
"""Every form that the sample bureau has content for: of the office's other books it has none."""
_UNIT = "HB05"


def filled_workbook(form_id: str) -> Workbook:
    """A workbook that passes, open to be changed: unit HB05's, or the bureau's roster; another book of the office is blank."""
    bureau, form = load_bureau(), load_form(form_id)
    workbook = build_workbook(form, load_grading())
    if form.cover is None:
        stamp_workbook(workbook, form, Stamp(form.id, form.version, "", "", bureau.period))
        fill_workbook(workbook, form, {}, {"units": bureau.roster_rows()} if form_id == "unit_roster" else {})
    else:
        sample = next(sample for sample in bureau.units if sample.unit.code == _UNIT)
        stamp_workbook(workbook, form, Stamp(form.id, form.version, _UNIT, sample.unit.name, bureau.period))
        fill_workbook(workbook, form, sample.cover(form_id), sample.tables(form_id))
    return workbook


@lru_cache(maxsize=len(FORMS))
def filled_bytes(form_id: str) -> bytes:
    """`filled_workbook` as a file."""
    return workbook_bytes(filled_workbook(form_id))


@lru_cache(maxsize=len(FORMS))
def _opened(form_id: str) -> WorkbookContent:
    data = filled_bytes(form_id)
    return open_content(data, judge(data).container)


def filled(form_id: str) -> WorkbookContent:
    """The content of a filled workbook, a copy to be changed."""
    return copy.deepcopy(_opened(form_id))


def main_sheet(content: WorkbookContent, form_id: str) -> SheetContent:
    title = load_form(form_id).main_sheet.title
    return next(sheet for sheet in content.sheets if sheet.name == title)
