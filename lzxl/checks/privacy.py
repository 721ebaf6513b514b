"""Informants stay unknown: no reporter's name, telephone or identity number in any text of a form (第八条(二)1).

The ledger's note asks for it; whoever writes it in all the same would put it before every reader of the summary. What
was found is named by kind; it is never repeated.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

from lzxl.checks.report import Report
from lzxl.forms.private import INFORMANT, find_private, is_label_of_informant, is_suspect
from lzxl.forms.text import address
from lzxl.forms.values import as_text
from lzxl.workbook.submission import Table, Unplaced

# Shorter numbers are no telephone, and numbers are what most cells hold.
_LEAST_NUMBER = 10**9
_NO_HEADER = "表外内容"


def check_privacy(report: Report) -> None:
    """Findings `private_content` in whatever the unit wrote: cover, tables, headers, and what has no place."""
    if report.form.cover is None:
        return  # the roster holds telephones on purpose
    _check_cover(report)
    for table in report.submission.tables:
        for entry in report.form.by_name[table.name].inputs:
            if entry.name in table.columns:
                _check_column(report, table, entry.name)
        _check_headers(report, table)
    _check_unplaced(report, report.submission.unplaced)


def _kinds(text: str) -> list[str]:
    return list(dict.fromkeys(entry.kind for entry in find_private(text)))


def _text(value: Any) -> str:
    """What a cell shows, as far as it may hold something private."""
    if isinstance(value, str):
        return value
    if isinstance(value, tuple):
        return "、".join(value)
    if isinstance(value, int | float) and abs(value) >= _LEAST_NUMBER:
        return as_text(value)
    return ""


def _check_cover(report: Report) -> None:
    cover = report.submission.cover
    for name in cover.cells if cover is not None else ():
        assert cover is not None
        kinds = _kinds(_text(cover.raw.get(name, cover.values.get(name))))
        if kinds:
            report.label("private_content", name, value="", kinds=kinds)


def _check_column(report: Report, table: Table, name: str) -> None:
    raw = table.raw.get(name, {})
    texts = [_text(raw.get(index, value)) for index, value in enumerate(table.values[name])]
    if not is_suspect("\n".join(filter(None, texts))):
        return
    for index, text in enumerate(texts):
        kinds = _kinds(text)
        if kinds:
            report.cell("private_content", table, name, index, value="", kinds=kinds)


def _check_headers(report: Report, table: Table) -> None:
    for column, text in table.unmapped.items():
        kinds = _kinds(text)
        if kinds:
            cell = address(table.header_rows[-1], column)
            report.whole("private_content", table.title, cell, header=_NO_HEADER, kinds=kinds)


def _check_unplaced(report: Report, unplaced: Sequence[Unplaced]) -> None:
    for (sheet, _), cells in groupby(unplaced, key=_row_of):
        _check_free_row(report, sheet, cells)


def _row_of(entry: Unplaced) -> tuple[str, str]:
    return entry.sheet, entry.cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")


def _check_free_row(report: Report, sheet: str, cells: Iterable[Unplaced]) -> None:
    """The free cells of one row: a label may stand in one, and the name in the next."""
    is_announced = False
    for entry in cells:
        text = _text(entry.value)
        is_label = is_label_of_informant(text)
        kinds = _kinds(text) or ([INFORMANT] if is_announced and not is_label and text else [])
        if kinds:
            report.whole("private_content", sheet, entry.cell, header=entry.header or _NO_HEADER, kinds=kinds)
        is_announced = is_label
