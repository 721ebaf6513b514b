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
    # How many rows a sheet has that could not be read, nobody knows.
    is_blank = not rows and bool(report.tables(main.name))
    if nil is None:
        # A book of the office's is blank until there is something to enter.
        if is_blank and not report.form.file:
            report.whole("table_empty", Place(main.title), title=main.title, basis=main.clause)
    elif cover is not None:
        if report.tables(main.name):
            _check_count(report, nil, main, rows)
        _check_declared(report, cover, nil, main, rows)
        if is_blank and cover.values.get(nil.declared.name) == nil.denied:
            # What a blank one asks for is said at its own cell.
            report.whole("no_rows", Place(main.title), title=main.title, nil=nil.told, basis=main.clause)


def _check_count(report: Report, nil: NilReturn, main: Sheet, rows: int) -> None:
    """The cover states as many rows as there are."""
    assert report.submission.cover is not None
    stated = report.submission.cover.values.get(nil.count.name)
    if isinstance(stated, int) and stated != rows:
        remedy = Remedy("set", rows)
        told = {"title": main.title, "count": rows}
        report.label("cover_count_mismatch", nil.count.name, value=stated, remedy=remedy, **told)


def _check_declared(report: Report, cover: Labels, nil: NilReturn, main: Sheet, rows: int) -> None:
    """Who declares that there is nothing to report has no rows, and says why."""
    if cover.values.get(nil.declared.name) != nil.affirmed:
        return
    if rows:
        reason = f"，并写明“{nil.reason.title}”" if nil.reasoned else ""
        told = {"title": main.title, "count": rows, "denied": nil.denied, "reason": reason}
        report.label("nil_with_rows", nil.declared.name, remedy=Remedy("set", nil.denied), **told)
    elif nil.reasoned and _lacks_reason(cover, nil.reason.name):
        report.label("nil_without_reason", nil.reason.name)


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
    others = [text for table in tables for text in table.unmapped.values()]
    if not any(main.auxiliary_role(text) == "risk_count" for text in others):
        _check_count(report, nil, main, sum(len(table.rows) for table in tables))


def _lacks_reason(cover: Labels, name: str) -> bool:
    """Whether the cell for the reason is blank. One that holds something unreadable is reported for that alone."""
    return name in cover.cells and name not in cover.broken and not cover.values.get(name)
