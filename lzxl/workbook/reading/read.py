"""Reads one workbook file as a submission: guard, container, form, cover, tables, and all that has no place.

`read_submission` runs in the sandbox; nothing here trusts the file.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from lzxl.forms.findings import Catalogue, Finding, Remedy
from lzxl.forms.load import DEFAULT_SCHEME, FORM_IDS, grading_schemes, load_catalogue, load_form
from lzxl.forms.model import Form, Sheet
from lzxl.forms.text import address, compact
from lzxl.forms.values import as_text, is_blank
from lzxl.workbook.layout import FINDINGS_SHEET
from lzxl.workbook.reading.content import RefusedError, SheetContent, WorkbookContent
from lzxl.workbook.reading.encrypted import UNSUPPORTED, unlock
from lzxl.workbook.reading.guard import Verdict, judge
from lzxl.workbook.reading.headers import HeaderFinder
from lzxl.workbook.reading.labels import read_cover, read_labels_around
from lzxl.workbook.reading.open import open_content
from lzxl.workbook.reading.recognise import StampMarks, assign_sheets, read_stamp, recognise_form
from lzxl.workbook.reading.remarks import remark
from lzxl.workbook.reading.settle import settle
from lzxl.workbook.reading.tables import extract_tables
from lzxl.workbook.reading.totals import check_totals
from lzxl.workbook.submission import Labels, Submission, Table, Unplaced

# More cells than this without a place are counted, not listed one by one.
_MOST_UNPLACED = 5000


def read_submission(
    path: Path,
    file: str,
    form_id: str | None = None,
    own_layout: bool = False,
    scheme: str = "",
    passwords: tuple[str, ...] = (),
) -> Submission:
    """The file at `path`, shown to people as `file`, read as a form.

    `form_id`: the form that it must be; None lets its stamp or its content tell. `own_layout`: it is a unit's own
    register, to be adopted: only the form's main table is looked for. `scheme`: the grading table whose words it must
    use; "" lets its stamp tell. `passwords`: what may open it if it is encrypted. A file that cannot be read comes back
    with `refusal` set. Raises OSError if the file cannot be read from disk; other exceptions come from hostile content.
    """
    data = path.read_bytes()
    submission = Submission(file, sha256=hashlib.sha256(data).hexdigest())
    catalogue = load_catalogue()
    verdict = judge(data)
    if verdict.is_locked:
        unlocked = unlock(data, passwords)
        data, submission.is_locked = unlocked.data, unlocked.number is not None
        verdict = judge(data) if not unlocked.code else Verdict(code=unlocked.code, detail=unlocked.detail)
    if verdict.code:
        submission.refusal = _refusal(catalogue, verdict)
        return submission
    submission.container = verdict.container
    try:
        content = open_content(data, verdict.container)
    except MemoryError:
        raise
    except RefusedError as refused:
        submission.refusal = _refusal(catalogue, Verdict(code=refused.code, detail=refused.detail))
        return submission
    except BaseException as error:  # the fast reader panics with a BaseException
        if isinstance(error, KeyboardInterrupt | SystemExit):
            raise
        is_encrypted = "encrypt" in str(error).lower() or "password" in str(error).lower()
        submission.refusal = _refusal(
            catalogue,
            Verdict(code="file_encrypted", detail=UNSUPPORTED) if is_encrypted else Verdict(code="file_broken"),
        )
        return submission
    _read_content(submission, content, catalogue, form_id, own_layout, scheme)
    return submission


def _refusal(catalogue: Catalogue, verdict: Verdict) -> Finding:
    """The finding for a file that must not, or cannot, be opened. `file_encrypted` is for those that a password may open."""
    code = "file_encryption_unknown" if verdict.code == "file_encrypted" and verdict.detail else verdict.code
    return catalogue.finding(code, value=verdict.detail, detail=verdict.detail)


def read_open(content: WorkbookContent, file: str, form_id: str | None = None, scheme: str = "") -> Submission:
    """A workbook that is open in a program, as the program tells its `content`: reads as the saved file would."""
    submission = Submission(file, container=content.container)
    try:
        _read_content(submission, settle(content), load_catalogue(), form_id, False, scheme)
    except RefusedError as refused:
        submission.refusal = _refusal(load_catalogue(), Verdict(code=refused.code, detail=refused.detail))
    return submission


def _read_content(
    submission: Submission,
    content: WorkbookContent,
    catalogue: Catalogue,
    form_id: str | None,
    own_layout: bool,
    scheme: str,
) -> None:
    for sheet in content.sheets:
        sheet.forget_blanks()
    stamp = read_stamp(content)
    if not scheme:
        scheme = stamp.scheme if stamp.scheme in grading_schemes() else DEFAULT_SCHEME
    form = _form_of(content, stamp, form_id, scheme)
    if form is None:
        blank = not any(sheet.rows for sheet in content.sheets)
        submission.refusal = catalogue.finding(
            "workbook_empty" if blank else "form_unknown", allowed=[load_form(name).title for name in FORM_IDS]
        )
        return
    submission.form, submission.scheme, submission.sent_scheme = form.id, scheme, stamp.scheme
    submission.own_layout = own_layout
    submission.stamped = stamp.form == form.id and not own_layout
    submission.version = stamp.version
    if content.has_macros:
        submission.findings.append(catalogue.finding("macros_ignored"))
    if content.incomplete:
        submission.findings.append(catalogue.finding("marks_unknown", detail=content.incomplete))
    assigned, left = assign_sheets(content, form, main_only=own_layout)
    marked = any(compact(sheet.name) == FINDINGS_SHEET for sheet in content.sheets)
    for sheet, definition in assigned:
        if definition.layout == "labels":
            if submission.cover is None:
                submission.cover = read_cover(sheet, definition, content.date1904)
                submission.findings += _cover_remarks(submission.cover, definition, catalogue, content.date1904)
            else:
                left.append(sheet)
            continue
        _read_table_sheet(submission, sheet, definition, catalogue, content.date1904, marked)
    if submission.cover is None and form.cover is not None:
        _read_labels(submission, form.cover, [sheet for sheet, _ in assigned], content.date1904)
    for sheet in left:
        _keep_unplaced(submission, sheet, catalogue)
    for sheet, _ in assigned:
        if sheet.visibility != "visible":
            submission.findings.append(catalogue.finding("hidden_sheet", sheet=sheet.name))
    _identify(submission, stamp)


def _cover_remarks(cover: Labels, sheet: Sheet, catalogue: Catalogue, date1904: bool) -> list[Finding]:
    return [
        remark(catalogue, code, cover.title, cover.cell(name), sheet.by_name[name], cover.raw[name], date1904)
        for name, code in cover.remarks.items()
    ]


def _form_of(content: WorkbookContent, stamp: StampMarks, form_id: str | None, scheme: str) -> Form | None:
    if form_id is not None:
        return load_form(form_id, scheme)
    if stamp.form in FORM_IDS:
        return load_form(stamp.form, scheme)
    return recognise_form(content, [load_form(name, scheme) for name in FORM_IDS])


def _read_table_sheet(
    submission: Submission,
    content: SheetContent,
    definition: Sheet,
    catalogue: Catalogue,
    date1904: bool,
    marked: bool,
) -> None:
    finder = HeaderFinder(definition, marked)
    extract = extract_tables(content, finder, catalogue, date1904)
    submission.findings += extract.findings
    submission.unplaced += extract.unplaced
    if not extract.tables:
        submission.findings.append(
            catalogue.finding(
                "header_not_found",
                sheet=content.name,
                allowed=[entry.title for entry in definition.inputs if entry.required],
            )
        )
        _keep_cells(submission, content, sorted(content.rows), "没有找到表头")
        return
    submission.tables += extract.tables
    for table in extract.tables:
        submission.findings += check_totals(content, definition, table, catalogue)


def _read_labels(submission: Submission, cover: Sheet, sheets: list[SheetContent], date1904: bool) -> None:
    """A workbook without a cover may name unit and date around its tables."""
    for sheet in sheets:
        tables = [table for table in submission.tables if table.title == sheet.name]
        inside = {row for table in tables for row in (*table.header_rows, *table.rows)}
        free = [row for row in sorted(sheet.rows) if row not in inside]
        labels = read_labels_around(sheet, cover, free, date1904)
        if submission.cover is None or len(labels.values) > len(submission.cover.values):
            submission.cover = labels


def _keep_unplaced(submission: Submission, sheet: SheetContent, catalogue: Catalogue) -> None:
    submission.findings.append(catalogue.finding("sheet_unplaced", sheet=sheet.name, value=sheet.name))
    _keep_cells(submission, sheet, sorted(sheet.rows), "工作表不属于本表单")


def _keep_cells(submission: Submission, sheet: SheetContent, rows: list[int], reason: str) -> None:
    for row in rows:
        for column, cell in enumerate(sheet.rows[row], 1):
            if is_blank(cell):
                continue
            if len(submission.unplaced) >= _MOST_UNPLACED:
                submission.findings.append(
                    load_catalogue().finding("unplaced_too_many", sheet=sheet.name, cell=address(row, column))
                )
                return
            submission.unplaced.append(Unplaced(sheet.name, address(row, column), "", as_text(cell), reason))


def _identify(submission: Submission, stamp: StampMarks) -> None:
    """Whose submission it is: what the cover says; the stamp where the cover says nothing."""
    submission.sent_to, submission.sent_for = stamp.unit_code, stamp.period
    cover = submission.cover.values if submission.cover is not None else {}
    submission.unit_code = str(cover.get("unit_code") or stamp.unit_code or "")
    submission.unit_name = str(cover.get("unit_name") or stamp.unit_name or "")
    submission.period = str(cover.get("period") or stamp.period or "")
    if compact(submission.period) == compact(stamp.period):
        submission.period = stamp.period
    if submission.cover is not None:
        _compare_stamp(submission, stamp)


def _compare_stamp(submission: Submission, stamp: StampMarks) -> None:
    """A cover that says another unit or period than the stamp: somebody else's workbook was filled in."""
    assert submission.cover is not None
    for name, stamped in (("unit_code", stamp.unit_code), ("period", stamp.period)):
        typed = submission.cover.values.get(name)
        if stamped and typed and compact(typed) != compact(stamped):
            submission.findings.append(
                load_catalogue().finding(
                    "stamp_mismatch",
                    sheet=submission.cover.title,
                    cell=submission.cover.cell(name),
                    header=load_form(submission.form).by_name[submission.cover.name].by_name[name].title,
                    value=typed,
                    stamped=stamped,
                    remedy=Remedy("set", stamped),
                )
            )


def main_tables(submission: Submission) -> list[Table]:
    """The tables of the form's main sheet, in the order of the file."""
    main = load_form(submission.form).main
    return [table for table in submission.tables if table.name == main]
