"""Workbooks with faults of every kind and layouts of every kind, for the add-in and for Python alike."""

from __future__ import annotations

import datetime
import random
from collections.abc import Sequence
from typing import Any

from openpyxl.utils.datetime import to_excel

from lzxl.forms.load import load_form
from lzxl.forms.model import Field, Form, Sheet
from lzxl.forms.text import address
from lzxl.forms.values import CellError
from lzxl.workbook.layout import label_layout, table_layout
from lzxl.workbook.reading.content import SheetContent, WorkbookContent
from tests.rewritings.filled import filled, main_sheet
from tests.rewritings.layout import REWRITINGS

ERRORS = {"#N/A": -2146826246, "#REF!": -2146826265, "#DIV/0!": -2146826281, "#VALUE!": -2146826273}

_ANY: tuple[Any, ...] = (None, "", " ", "/", "无", "——", CellError("#N/A"), "某" * 400, 12.0, True, "　 ", "A")
_ODD: dict[str, tuple[Any, ...]] = {
    "choice": ("高", "较 大", "严重的", "比较大", "中", "公开", "是的", "行政许可类", "其它", 3.0),
    "level": ("1中2低", "Ⅰ级", "高", "三级", "一级风险", "一 级", "四级"),
    "date": (
        "3月1日",
        "2026-02-30",
        "尽快",
        "2026/3/1",
        46022.0,
        12.0,
        "2026年底",
        "26-11-8",
        "2026-6-1至6-5",
        20260301.0,
    ),
    "id": ("风险3", "hb05 — 001", "HB05-9999", 1234567890123456789.0, "HB05-001"),
    "score": ("9分", "0,5", "-1", 300.0, "两分", "3²"),
    "count": ("3个", 2.5, "若干", -1.0, "1,200"),
    "person": ("王一、李二", "王一 李二", "张三科长", "Li Si", "张　三"),
    "text": ("短", "两字 ", "无。", "详见附件", "同上"),
    "serial": ("一", 7.0, "1.1", "末"),
}


def generated(form_id: str, seed: int) -> tuple[WorkbookContent, str]:
    """A workbook of a form with some odd cells and up to two odd layouts; and what was done to it, to be shown if it fails."""
    chance = random.Random(f"{form_id} {seed}")
    content, form, done = filled(form_id), load_form(form_id), []
    by_title = {sheet.name: sheet for sheet in content.sheets}
    if chance.random() < 0.3:
        done.append(_reword_header(content, form_id, chance))
    if chance.random() < 0.3:
        done.append(_add_office_columns(content, form_id, chance))
    for _ in range(chance.randrange(9)):
        sheet = chance.choice([entry for entry in form.sheets if entry.title in by_title])
        done.append(_spoil(by_title[sheet.title], sheet, chance))
    done.append(_zero(by_title, form, random.Random(f"{form_id} {seed} 0")))
    for change in chance.sample(REWRITINGS, chance.randrange(3)):
        change.apply(content, form_id)
        done.append(change.name)
    return content, "；".join(done)


def _reword_header(content: WorkbookContent, form_id: str, chance: random.Random) -> str:
    """One header of the main table in somebody's own words: a character more, one less, or another word altogether."""
    sheet, entry = main_sheet(content, form_id), load_form(form_id).main_sheet
    layout = table_layout(entry)
    field = chance.choice([field for field in entry.fields if len(field.title) >= 4])
    title = chance.choice((f"{field.title[:2]}的{field.title[2:]}", field.title[1:], f"{field.title}情况", "其他说明"))
    sheet.put(layout.header_row, layout.columns[field.name], title)
    return f"{field.title} is called {title}"


def _add_office_columns(content: WorkbookContent, form_id: str, chance: random.Random) -> str:
    """Columns of the office's, as older forms have them, to the right of the others; some cells may stand in rows of their own."""
    sheet, entry = main_sheet(content, form_id), load_form(form_id).main_sheet
    layout = table_layout(entry)
    fields = chance.sample(entry.office_fields, chance.randrange(len(entry.office_fields) + 1))
    last = max(len(cells) for cells in sheet.rows.values())
    for column, field in enumerate(fields, last + 1):
        sheet.put(layout.header_row, column, chance.choice((field.title, *field.aliases, f"{field.title}（办公室填）")))
        for row in (layout.first_row, layout.first_row + chance.randrange(9)):
            sheet.put(row, column, chance.choice(("已办结", "王一", 3.0, "2026-3-1")))
    return f"office columns {[field.title for field in fields]}"


def _spoil(content: SheetContent, sheet: Sheet, chance: random.Random) -> str:
    entry: Field = chance.choice(sheet.fields)
    value = chance.choice((*_ODD.get(entry.kind, ()), *_ANY))
    if sheet.layout == "labels":
        row, column = label_layout(sheet).value(entry.name)
    else:
        layout = table_layout(sheet)
        if entry.name not in layout.columns:
            return "nothing"
        column = layout.columns[entry.name]
        row = layout.header_row if chance.random() < 0.05 else layout.first_row + chance.randrange(6)
    content.put(row, column, value)
    content.formulas.pop((row, column), None)
    return f"{sheet.title}!{address(row, column)}={value!r}"


def _zero(by_title: dict[str, SheetContent], form: Form, chance: random.Random) -> str:
    """A field in which a formula shows the 0 that it makes of a blank cell; or nothing."""
    sheet = chance.choice(form.tables)
    entry = chance.choice([field for field in sheet.inputs if not field.computed and field.name != sheet.key])
    if sheet.title not in by_title or chance.random() < 0.5:
        return "nothing"
    layout, content = table_layout(sheet), by_title[sheet.title]
    row, column = layout.first_row + chance.randrange(4), layout.columns[entry.name]
    content.put(row, column, 0.0)
    content.formulas[row, column] = True
    return f"{sheet.title}!{address(row, column)} shows 0"


def as_the_stub_has_it(content: WorkbookContent) -> dict[str, Any]:
    """The workbook as WPS would show it."""
    return {"date1904": content.date1904, "sheets": [_sheet(sheet) for sheet in content.sheets]}


def _sheet(sheet: SheetContent) -> dict[str, Any]:
    cells: dict[str, dict[str, Any]] = {}
    for row, values in sheet.rows.items():
        for column, value in enumerate(values, 1):
            if value is not None and value != "":
                cells[address(row, column)] = _cell(value)
    for row, column in sheet.formulas:
        cell = cells.setdefault(address(row, column), {"v": "", "nf": "General"})
        cell["f"] = "=1"
    merges: Sequence[tuple[int, int, int, int]] = sheet.merges
    return {
        "name": sheet.name,
        "cells": cells,
        "merges": [list(area) for area in merges],
        "hidden": sorted(sheet.hidden_columns),
    }


def _cell(value: Any) -> dict[str, Any]:
    if isinstance(value, CellError):
        return {"v": ERRORS[value.text], "nf": "General"}
    if isinstance(value, datetime.date):
        return {"v": to_excel(value), "nf": "yyyy-mm-dd"}
    return {"v": value, "nf": "General"}
