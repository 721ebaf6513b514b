"""Informants stay unknown: no reporter's name, telephone or identity number in any text of a form (第八条(二)1).

The ledger's note asks for it; whoever writes it in all the same would put it before every reader of the summary. What
was found is named by kind; it is never repeated.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any

from lzxl.checks.report import Report
from lzxl.forms.findings import Finding
from lzxl.forms.private import INFORMANT, MASK, find_private, is_label_of_informant, is_suspect
from lzxl.forms.text import address, compact
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


def keep_secrets(report: Report, findings: Sequence[Finding]) -> list[Finding]:
    """The findings, none of which says what is private in its cell.

    Read as names or numbers, a text is cut into pieces that do not give themselves away: how such a cell was read is not
    said at all, for it has to be written anew.
    """
    kept = []
    for finding in findings:
        secrets = report.secrets.get((finding.sheet, finding.cell))
        if secrets is None:
            kept.append(finding)
        elif finding.severity != "info":
            kept.append(_without(finding, secrets))
    return kept


def _without(finding: Finding, secrets: frozenset[str]) -> Finding:
    value, message, fix = finding.value, finding.message, finding.fix
    for secret in sorted(secrets, key=len, reverse=True):
        value, message, fix = (text.replace(secret, MASK) for text in (value, message, fix))
    return replace(finding, value=value, message=message, fix=fix)


def _kinds(report: Report, sheet: str, cell: str, text: str) -> list[str]:
    """The kinds of what is private in a cell's text; what it is, is kept for `keep_secrets`."""
    found = find_private(text)
    if not found:
        return []
    parts = [text[entry.start : entry.end] for entry in found]
    report.secrets[sheet, cell] = frozenset((*parts, *map(compact, parts)))
    return list(dict.fromkeys(entry.kind for entry in found))


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
        kinds = _kinds(report, cover.title, cover.cell(name), _text(cover.raw.get(name, cover.values.get(name))))
        if kinds:
            report.label("private_content", name, value="", kinds=kinds)


def _check_column(report: Report, table: Table, name: str) -> None:
    raw = table.raw.get(name, {})
    texts = [_text(raw.get(index, value)) for index, value in enumerate(table.values[name])]
    if not is_suspect("\n".join(filter(None, texts))):
        return
    for index, text in enumerate(texts):
        kinds = _kinds(report, table.title, table.cell(name, index), text)
        if kinds:
            report.cell("private_content", table, name, index, value="", kinds=kinds)


def _check_headers(report: Report, table: Table) -> None:
    for column, text in table.unmapped.items():
        cell = address(table.header_rows[-1], column)
        kinds = _kinds(report, table.title, cell, text)
        if kinds:
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
        kinds = _kinds(report, sheet, entry.cell, text) or (
            [INFORMANT] if is_announced and not is_label and text else []
        )
        if kinds:
            report.whole("private_content", sheet, entry.cell, header=entry.header or _NO_HEADER, kinds=kinds)
        is_announced = is_label
