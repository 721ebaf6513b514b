"""Informants stay unknown: no reporter's name, telephone or identity number in any text of a form (第八条(二)1).

The ledger's note asks for it; whoever writes it in all the same would put it before every reader of the summary. What
was found is named by kind; it is never repeated.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any

from lzxl.checks.report import Report
from lzxl.forms.findings import Finding
from lzxl.forms.model import Field, Sheet
from lzxl.forms.places import Place
from lzxl.forms.private import INFORMANT, MASK, find_private, has_number, is_label_of_informant, is_suspect
from lzxl.forms.text import compact
from lzxl.forms.values import as_text
from lzxl.submission import Table, Unplaced

# Shorter numbers are no telephone, and numbers are what most cells hold.
_LEAST_NUMBER = 10**9
_NO_HEADER = "表外内容"
# Kind of field → what is left in its cell.
_KEPT = {"person": "姓名", "date": "日期", "id": "编号"}
_MATTER = "事情本身"
# A line of signatures beside a table: names, and no number but a day.
_SIGNED = re.compile(r"(?:填[报表]人|制表人|[审复]核人|负责人|经办人|联络员|领导|签[字名])[^，。；]{0,6}[:：]")


def check_privacy(report: Report) -> None:
    """Findings `private_content` in whatever the unit wrote: cover, tables, headers, and what has no place."""
    if report.form.cover is None:
        _check_names(report)
        return  # the roster holds telephones on purpose, in a column of their own
    _check_cover(report)
    for table in report.submission.tables:
        for entry in report.form.by_name[table.name].inputs:
            if entry.name in table.columns:
                _check_column(report, table, entry)
        _check_headers(report, table)
    _check_unplaced(report, report.submission.unplaced)


def _check_names(report: Report) -> None:
    """Findings about the cells that hold names only."""
    for table in report.submission.tables:
        for entry in report.form.by_name[table.name].inputs:
            if entry.kind == "person" and entry.name in table.columns:
                _check_column(report, table, entry)


def keep_secrets(report: Report, findings: Sequence[Finding]) -> list[Finding]:
    """The findings, none of which says what is private in its cell.

    Read as names or numbers, a text is cut into pieces that do not give themselves away: how such a cell was read is not
    said at all, for it has to be written anew.
    """
    kept = []
    for finding in findings:
        secrets = report.secrets.get(finding.place)
        if secrets is None:
            kept.append(finding)
        elif finding.severity != "info":
            kept.append(_without(finding, secrets))
    return kept


def _without(finding: Finding, secrets: frozenset[str]) -> Finding:
    value, message, fix = finding.value, finding.message, finding.fix
    # The longest first: masked before it, a part of it would leave the rest standing.
    for secret in sorted(secrets, key=len, reverse=True):
        value, message, fix = (text.replace(secret, MASK) for text in (value, message, fix))
    return replace(finding, value=value, message=message, fix=fix)


def _kinds(report: Report, place: Place, text: str, is_name: bool = False) -> list[str]:
    """The kinds of what is private in a cell's text; what it is, is kept for `keep_secrets`."""
    found = find_private(text, is_name)
    if not found:
        return []
    parts = [text[entry.start : entry.end] for entry in found]
    # Compacted too: a finding may tell a text without the blanks that somebody put between the figures.
    report.secrets[place] = frozenset((*parts, *map(compact, parts)))
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
    if cover is None:
        return
    sheet = report.form.by_name[cover.name]
    for name in cover.cells:
        entry = sheet.by_name[name]
        text = _text(cover.raw.get(name, cover.values.get(name)))
        kinds = _kinds(report, cover.place(name), text, entry.kind == "person")
        if kinds:
            report.label("private_content", name, value="", **_request(sheet, entry, kinds))


def _check_column(report: Report, table: Table, entry: Field) -> None:
    name, is_name = entry.name, entry.kind == "person"
    texts = [shown if type(shown) is str else _text(shown) for shown in table.all_shown(name)]
    private = _private_among(texts, is_name)
    if not private:
        return
    sheet = report.form.by_name[table.name]
    for index, text in enumerate(texts):
        if text in private:
            kinds = _kinds(report, table.place(name, index), text, is_name)
            report.cell("private_content", table, name, index, value="", **_request(sheet, entry, kinds))


def _private_among(texts: Sequence[str], is_name: bool) -> set[str]:
    """Those of a column's texts that hold something private; each is looked at once, however often it stands there."""
    different = dict.fromkeys(filter(None, texts))
    # Most columns have nothing private: one look at all of it tells. What is put between is in nothing that is looked for.
    together = "|".join(different)
    if not is_suspect(together) and not (is_name and has_number(together)):
        return set()
    return {text for text in different if find_private(text, is_name)}


def _request(sheet: Sheet, entry: Field, kinds: list[str]) -> dict[str, Any]:
    """What is asked for where something private stands: where a telephone goes, and what is left in the cell."""
    joined = "、".join(kinds)
    place = next((other for other in sheet.fields if other.telephone), None)
    request = f"把{joined}移到“{place.title}”一栏" if place is not None else f"删去{joined}"
    return {"kinds": joined, "request": request, "kept": entry.keeps or _KEPT.get(entry.kind, _MATTER)}


def _removal(kinds: list[str]) -> dict[str, str]:
    joined = "、".join(kinds)
    return {"kinds": joined, "request": f"删去{joined}（退回件中已隐去）", "kept": _MATTER}


def _check_headers(report: Report, table: Table) -> None:
    for column, text in table.unmapped.items():
        place = table.header_place(column)
        kinds = _kinds(report, place, text)
        if kinds:
            report.whole("private_content", place, header=_NO_HEADER, **_removal(kinds))


def _check_unplaced(report: Report, unplaced: Sequence[Unplaced]) -> None:
    for _, cells in groupby(unplaced, key=_row_of):
        _check_free_row(report, cells)


def _row_of(entry: Unplaced) -> tuple[str, int]:
    return entry.sheet, entry.place.begin[0]


def _check_free_row(report: Report, cells: Iterable[Unplaced]) -> None:
    """The free cells of one row: a label may stand in one, and the name in the next."""
    is_announced = False
    for entry in cells:
        text = _text(entry.value)
        is_label = is_label_of_informant(text)
        kinds = _kinds(report, entry.place, text, _SIGNED.search(text) is not None)
        if not kinds and is_announced and text and not is_label:
            kinds = [INFORMANT]
        if kinds:
            report.whole("private_content", entry.place, header=entry.header or _NO_HEADER, **_removal(kinds))
        is_announced = is_label
