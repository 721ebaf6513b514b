"""Sheets and cover labels that must be there (第七条), and the file's own marks: stamp and version."""

from __future__ import annotations

from lzxl.checks.context import Context
from lzxl.checks.dates import period_days
from lzxl.checks.report import Report
from lzxl.forms.findings import Remedy
from lzxl.forms.load import DEFAULT_SCHEME, grading_schemes, load_grading
from lzxl.forms.model import Sheet
from lzxl.forms.periods import is_of_period, without_label
from lzxl.forms.places import Place
from lzxl.forms.text import compact


def check_presence(report: Report, context: Context) -> None:
    """Findings for missing sheets and labels, an old version, another period, an unknown unit, and a book of the year before."""
    submission = report.submission
    _check_stamp(report, context)
    if submission.own_layout:
        return
    _check_book(report, context)
    _check_sheets(report)
    if report.form.cover is None:
        return
    _check_labels(report, report.form.cover)
    if submission.stamped:
        _check_version(report)
    else:
        report.whole("stamp_missing")
    if not submission.unit_code and (submission.cover is None or "unit_code" not in submission.cover.cells):
        report.whole("unit_unknown")
    if context.period:
        _check_period(report, context)


def _check_book(report: Report, context: Context) -> None:
    """A book of the office is that of the year before: somebody copied it into the folder."""
    sent_for = report.submission.sent_for
    if report.form.file and context.period and _is_other(sent_for, context.period):
        report.whole("book_of_other_period", value=sent_for, expected=context.period)


def _check_sheets(report: Report) -> None:
    """The tables of the form are there. One without a header has been told for that."""
    present = {table.name for table in report.submission.tables}
    told = {fact.place.sheet for fact in report.facts("header_not_found")}
    for sheet in report.form.tables:
        if sheet.name not in present and not sheet.optional and sheet.title not in told:
            report.whole("sheet_missing", title=sheet.title, basis=sheet.clause)


def _check_labels(report: Report, cover: Sheet) -> None:
    """The cover is there, with the labels of all that must be filled in."""
    read = report.submission.cover
    if read is None:
        report.whole("sheet_missing", title=cover.title, basis=cover.clause)
        return
    for entry in cover.fields:
        if entry.required and entry.name not in read.cells:
            report.whole("missing_label", Place(read.title), title=entry.title, basis=entry.clause)


def _check_stamp(report: Report, context: Context) -> None:
    """A cover that says another unit or period than the stamp: somebody else's workbook was filled in."""
    submission = report.submission
    if report.says_otherwise("unit_code"):
        _say_stamped(report, "unit_code", submission.sent_to)
    if report.says_otherwise("period") and not _is_told_as_other_period(report, context):
        assert submission.cover is not None  # it says something
        typed = str(submission.cover.values["period"])
        if not _is_of_round(report, context, typed) and _is_other(submission.sent_for, typed):
            _say_stamped(report, "period", submission.sent_for)


def _is_told_as_other_period(report: Report, context: Context) -> bool:
    """What is of another period than the campaign's is said as that."""
    if report.submission.own_layout or not context.period:
        return False
    return _is_of_other_period(report, context)


def _is_of_round(report: Report, context: Context, typed: str) -> bool:
    """A workbook of this period may be used for another of its rounds: the cover says for which."""
    labels = context.labels_of(report.form.id)
    return bool(labels) and is_of_period(typed, context.period, labels)


def _say_stamped(report: Report, name: str, stamped: str) -> None:
    assert report.submission.cover is not None
    typed = report.submission.cover.values[name]
    report.label("stamp_mismatch", name, value=typed, basis="", stamped=stamped, remedy=Remedy("set", stamped))


def _is_of_other_period(report: Report, context: Context) -> bool:
    """Whether the workbook was sent out for another period, or its cover says one."""
    return _is_sent_for_another(report, context) or _says_another(report, context)


def _is_sent_for_another(report: Report, context: Context) -> bool:
    sent_for = without_label(report.submission.sent_for, context.labels_of(report.form.id))
    return _is_other(sent_for, context.period)


def _says_another(report: Report, context: Context) -> bool:
    said = report.submission.period
    return bool(said) and not is_of_period(said, context.period, context.labels_of(report.form.id))


def _check_period(report: Report, context: Context) -> None:
    """The workbook is this period's. One of another is exchanged, whatever its cover has been made to say: to type the
    period over would make last year's filing into this year's."""
    submission, cover = report.submission, report.submission.cover
    period = context.period_of(report.form.id, submission.round)
    if _is_sent_for_another(report, context):
        told = {"value": submission.sent_for, "expected": period}
        if cover is not None and "period" in cover.cells:
            report.label("form_of_other_period", "period", **told)
        else:
            report.whole("form_of_other_period", **told)
    elif cover is not None and _says_another(report, context):
        report.label(
            "period_mismatch", "period", value=submission.period, expected=period, remedy=Remedy("set", period)
        )


def _is_other(sent_for: str, period: str) -> bool:
    """Whether a workbook was sent out for another period, not for the same one in other words."""
    if not sent_for or compact(sent_for) == compact(period):
        return False
    days = period_days(sent_for)
    return days is None or days != period_days(period)


def _check_version(report: Report) -> None:
    """The version and the grading table that a distributed workbook was made with are those of today."""
    submission, form = report.submission, report.form
    if submission.version not in form.accepts:
        report.whole("version_old", value=submission.version or "未注明", expected=form.version)
    sent = submission.sent_scheme or DEFAULT_SCHEME
    if form.is_graded and sent != form.scheme:
        title = load_grading(sent).title if sent in grading_schemes() else sent
        report.whole("scheme_changed", value=title, expected=load_grading(form.scheme).title)
