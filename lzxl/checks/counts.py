"""Cover counts ↔ rows, and nil returns: a unit with nothing to report says so, and says why (第六条)."""

from __future__ import annotations

from lzxl.checks.report import Report
from lzxl.forms.findings import Remedy
from lzxl.forms.model import NilReturn, Sheet
from lzxl.forms.places import Place
from lzxl.submission import Labels


def check_counts(report: Report) -> None:
    """Findings `cover_count_mismatch`, `nil_with_rows`, `nil_without_reason`, `no_rows`, `sheet_empty` and `table_empty`."""
    cover = report.submission.cover
    if report.submission.own_layout:
        _check_stated_count(report)
        return
    _check_other_sheets(report)
    main = report.form.main_sheet
    rows = report.row_count(main.name)
    nil = report.form.nil_return
    if nil is None:
        # A book of the office's is blank until there is something to enter.
        if not rows and not report.form.file and any(table.name == main.name for table in report.submission.tables):
            report.whole("table_empty", Place(main.title), title=main.title, basis=main.clause)
        return
    if cover is None:
        return
    stated = cover.values.get(nil.count.name)
    # How many rows a sheet has that could not be read, nobody knows.
    if isinstance(stated, int) and stated != rows and report.tables(main.name):
        _say_other_count(report, nil, main, stated, rows)
    declared = cover.values.get(nil.declared.name)
    if declared == nil.affirmed:
        if rows:
            told = {"title": main.title, "count": rows, "denied": nil.denied, "reason": nil.reason.title}
            report.label("nil_with_rows", nil.declared.name, remedy=Remedy("set", nil.denied), **told)
        elif _lacks_reason(cover, nil.reason.name):
            report.label("nil_without_reason", nil.reason.name)
    elif declared == nil.denied and not rows and any(table.name == main.name for table in report.submission.tables):
        # What a blank one asks for is said at its own cell.
        report.whole("no_rows", Place(main.title), title=main.title, nil=nil.told, basis=main.clause)


def _check_other_sheets(report: Report) -> None:
    """A sheet that each person fills in, left blank beside others that are filled in (第八条(三))."""
    if report.submission.is_nil_return:
        return
    for sheet in report.form.tables:
        tables = report.tables(sheet.name) if sheet.rules.never_empty else []
        if tables and not any(table.rows for table in tables):
            report.whole("sheet_empty", Place(tables[0].title), title=sheet.title, basis=sheet.clause)


def _check_stated_count(report: Report) -> None:
    """A register in a layout of its own may say how many rows it has; where a row stands for several, nobody can tell."""
    cover, main = report.submission.cover, report.form.main_sheet
    tables = report.tables(main.name)
    nil = report.form.nil_return
    if cover is None or nil is None or nil.count.name not in cover.cells or not tables:
        return
    if any(main.auxiliary_role(text) == "risk_count" for table in tables for text in table.unmapped.values()):
        return
    stated, rows = cover.values.get(nil.count.name), sum(len(table.rows) for table in tables)
    if isinstance(stated, int) and stated != rows:
        _say_other_count(report, nil, main, stated, rows)


def _say_other_count(report: Report, nil: NilReturn, main: Sheet, stated: int, rows: int) -> None:
    """That the cover states another number of rows than there are."""
    remedy = Remedy("set", rows)
    report.label("cover_count_mismatch", nil.count.name, value=stated, title=main.title, count=rows, remedy=remedy)


def _lacks_reason(cover: Labels, name: str) -> bool:
    """Whether the cell for the reason is blank. One that holds something unreadable is reported for that alone."""
    return name in cover.cells and name not in cover.broken and not cover.values.get(name)
