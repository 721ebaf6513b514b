"""Submissions written as Markdown inside a test, so that a test reads like the sheet it is about.

The headers are the form's own titles. The header is row 1 of its sheet, so the first row of values is row 2, and the
first column of the test is column A. In a cell: nothing is blank; 12 and 2.5 are numbers, 2026-03-01 is a date, as a
spreadsheet stores them; 'text is text whatever it looks like; #N/A is an error; =一级 is a formula that shows 一级.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from typing import Any

from lzxl.checks.context import Context
from lzxl.checks.run import Checked, check_submissions
from lzxl.forms.findings import Finding
from lzxl.forms.load import load_form, load_grading
from lzxl.forms.values import CellError, parse
from lzxl.submission import Fact, Labels, Submission, Table

PERIOD = "2026年度"
BARE = Context(load_grading())
"""No campaign: nothing to compare with but the rules."""

COVER = {
    "单位名称": "办公室",
    "单位编码": "HB01",
    "填报期次": PERIOD,
    "填报人": "苏婉清",
    "填报日期": "2026-11-16",
    "联络员": "苏婉清",
    "单位负责人": "谭永年",
}


def cell(text: str) -> Any:
    """What a spreadsheet would store for a cell of a Markdown table."""
    text = text.strip().replace("\\n", "\n")
    if text.startswith("'"):
        return text[1:]
    if re.fullmatch(r"-?\d{1,15}", text):
        return int(text)
    if re.fullmatch(r"-?\d+\.\d+", text):
        return float(text)
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        try:
            return datetime.date.fromisoformat(text)
        except ValueError:
            return text
    return CellError(text) if re.fullmatch(r"#[A-Z/0]+[!?A]?", text) else text or None


def table(
    form_id: str, sheet_name: str, markdown: str, facts: list[Fact], title: str = "", header_row: int = 1
) -> Table:
    """The Markdown table read as a sheet of a form; what is worth saying about its cells is added to `facts`.

    `title`: what the sheet is called in the file, where that is not the form's own name for it.
    """
    sheet = load_form(form_id).by_name[sheet_name]
    lines = [line.strip().strip("|").split("|") for line in markdown.strip().splitlines()]
    rows = [line for line in lines[1:] if set("".join(line)) - set("-: ")]
    first = header_row + 1
    made = Table(
        sheet_name, title or sheet.title, header_rows=(header_row,), rows=list(range(first, first + len(rows)))
    )
    for column, header in enumerate(lines[0], 1):
        entry = sheet.field_for_header(header)
        assert entry is not None, header
        name = entry.name
        made.columns[name] = column
        made.values[name] = []
        for index, row in enumerate(rows):
            text = row[column - 1].strip()
            if text.startswith("="):
                made.formulas.setdefault(name, set()).add(index)
                text = text[1:]
            raw = cell(text)
            parsed = parse(entry, raw)
            made.values[name].append(parsed.value)
            if parsed.problem:
                made.broken.setdefault(name, set()).add(index)
            if parsed.problem or parsed.note:
                made.raw.setdefault(name, {})[index] = raw
                code = parsed.problem or parsed.note
                facts.append(Fact(code, made.place(name, index), value=raw))
    return made


def cover(form_id: str, lines: Mapping[str, str], facts: list[Fact]) -> Labels:
    """The cover: a label in column A, its value in column B, in the order given."""
    sheet = load_form(form_id).cover
    assert sheet is not None
    labels = Labels(sheet.name, sheet.title)
    for row, (title, text) in enumerate(lines.items(), 1):
        entry = sheet.field_for_header(title)
        assert entry is not None, title
        raw = cell(text)
        parsed = parse(entry, raw)
        labels.cells[entry.name] = (row, 2)
        labels.values[entry.name] = parsed.value
        if parsed.problem:
            labels.broken.add(entry.name)
        if parsed.problem or parsed.note:
            labels.raw[entry.name] = raw
            code, place = parsed.problem or parsed.note, labels.place(entry.name)
            facts.append(Fact(code, place, value=raw))
    return labels


def submission(
    form_id: str,
    tables: Mapping[str, str],
    labels: Mapping[str, str] | None = None,
    cover_titles: Mapping[str, str] | None = None,
    **more: Any,
) -> Submission:
    """A submission of `form_id`: sheet name → Markdown; a whole cover unless `labels` changes some of its lines.

    `cover_titles`: what lines of the cover are called, where that is not as in `COVER`.
    """
    form = load_form(form_id)
    facts: list[Fact] = []
    made = [table(form_id, name, markdown, facts) for name, markdown in tables.items()]
    lines: dict[str, str] = {}
    if form.cover is not None:
        lines = dict(COVER)
        if "row_count" in form.cover.by_name:
            rows = sum(len(entry.rows) for entry in made if entry.name == form.main)
            lines[form.cover.by_name["row_count"].title] = str(rows)
            lines["零报告"] = "否" if rows else "是"
        lines = {(cover_titles or {}).get(title, title): text for title, text in lines.items()}
        lines.update(labels or {})
    values: dict[str, Any] = {
        "file": "办公室.xlsx",
        "form": form_id,
        "version": form.version,
        "stamped": True,
        "cover": cover(form_id, lines, facts) if form.cover is not None else None,
    }
    values.update(more)
    read = values["cover"].values if values["cover"] is not None else {}
    values.setdefault("unit_code", str(read.get("unit_code") or ""))
    values.setdefault("unit_name", str(read.get("unit_name") or ""))
    values.setdefault("period", str(read.get("period") or ""))
    return Submission(tables=made, facts=facts, **values)


def check(*submissions: Submission, context: Context = BARE) -> list[Checked]:
    return check_submissions(submissions, context)


ABOUT_THE_TEST = frozenset({"column_missing", "sheet_missing"})
"""A test shows only the sheets and columns that it is about."""


def found(made: Submission, context: Context = BARE, severity: str = "error warning") -> list[tuple[str, str]]:
    """(code, cell) of every error and warning of one submission, cover cells as 封面!B1."""
    return [
        (finding.code, f"封面!{finding.cell}" if finding.sheet == "封面" else finding.cell)
        for finding in check(made, context=context)[0].findings
        if finding.severity in severity and finding.code not in ABOUT_THE_TEST and ":" not in finding.cell
    ]


def finding(made: Submission, code: str, context: Context = BARE) -> Finding:
    """The one finding of that code."""
    (only,) = [entry for entry in check(made, context=context)[0].findings if entry.code == code]
    return only
