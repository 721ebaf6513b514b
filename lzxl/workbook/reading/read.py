"""Reads one workbook file as a submission: guard, container, form, cover, tables, and all that has no place.

`read_submission` runs in the sandbox; nothing here trusts the file.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

from lzxl.forms.findings import Catalogue, Finding
from lzxl.forms.load import DEFAULT_SCHEME, form_ids, grading_schemes, load_catalogue, load_form, unit_form_ids
from lzxl.forms.model import Form, Sheet
from lzxl.forms.places import Place
from lzxl.forms.text import compact
from lzxl.forms.values import as_text, is_blank
from lzxl.submission import Fact, Labels, Submission, Unplaced
from lzxl.workbook.reading.account import Account, OwnTexts, own_places
from lzxl.workbook.reading.bounds import bound
from lzxl.workbook.reading.columns_beside import unplaced_texts
from lzxl.workbook.reading.content import RefusedError, SheetContent, WorkbookContent
from lzxl.workbook.reading.encrypted import UNSUPPORTED, unlock
from lzxl.workbook.reading.guard import Verdict, judge
from lzxl.workbook.reading.headers import HeaderFinder
from lzxl.workbook.reading.labels import read_cover, read_labels_around
from lzxl.workbook.reading.office_fields import clear_office_fields
from lzxl.workbook.reading.open import open_content
from lzxl.workbook.reading.recognise import Assigned, StampMarks, assign_sheets, is_marked, read_stamp, recognise_form
from lzxl.workbook.reading.serials import repeated_serials
from lzxl.workbook.reading.settle import settle
from lzxl.workbook.reading.tables import extract_tables
from lzxl.workbook.reading.totals import live_sums, wrong_totals

# More cells than this without a place are counted, not listed one by one.
_MOST_UNPLACED = 5000
# A standard workbook has seven lines to sign on.
_MOST_SIGNED = 100


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
        # xlrd and the fast reader say so in words alone: no class of exceptions tells it of both.
        is_encrypted = "encrypt" in str(error).lower() or "password" in str(error).lower()
        submission.refusal = _refusal(
            catalogue,
            Verdict(code="file_encrypted", detail=UNSUPPORTED) if is_encrypted else Verdict(code="file_broken"),
        )
        return submission
    _read_content(submission, content, catalogue, form_id, own_layout, scheme)
    bound(submission)
    return submission


def _refusal(catalogue: Catalogue, verdict: Verdict) -> Finding:
    """The finding for a file that must not, or cannot, be opened. `file_encrypted` is for those that a password may open."""
    code = "file_encryption_unknown" if verdict.code == "file_encrypted" and verdict.detail else verdict.code
    return catalogue.finding(code, value=verdict.detail, detail=verdict.detail)


def read_open(
    content: WorkbookContent, file: str, form_id: str | None = None, scheme: str = "", own_layout: bool = False
) -> Submission:
    """A workbook that is open in a program, as the program tells its `content`: reads as the saved file would."""
    submission = Submission(file, container=content.container)
    try:
        _read_content(submission, settle(content), load_catalogue(), form_id, own_layout, scheme)
        bound(submission)
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
    stamp = _as_called_now(read_stamp(content))
    if not scheme:
        scheme = stamp.scheme if stamp.scheme in grading_schemes() else DEFAULT_SCHEME
    form = _form_of(content, stamp, form_id, scheme)
    blank = not any(sheet.rows for sheet in content.sheets)
    if form is None or blank:
        submission.refusal = catalogue.finding(
            "workbook_empty" if blank else "form_unknown", allowed=[load_form(name).title for name in form_ids()]
        )
        return
    submission.form, submission.scheme, submission.sent_scheme = form.id, scheme, stamp.scheme
    submission.own_layout = own_layout
    # A workbook of ours that was made into another form's, or adopted, keeps its stamp.
    submission.stamped = stamp.form == form.id and not own_layout
    submission.version = stamp.version
    if content.has_macros:
        submission.facts.append(Fact("macros_ignored"))
    submission.facts += _lost_cells(content)
    if content.incomplete:
        submission.facts.append(Fact("marks_unknown", more={"detail": content.incomplete}))
    assigned, left = assign_sheets(content, form, main_only=own_layout)
    reading = _Reading(submission, form, content.date1904, is_marked(content))
    for entry in assigned:
        reading.read_sheet(entry)
    reading.read_labels_around_tables()
    for sheet in left:
        reading.keep_whole(sheet)
    reading.close()
    _note_sheets(submission, [entry.content for entry in assigned] + left)
    _identify(submission, stamp)


class _Reading:
    """The reading of one workbook's sheets into a submission, with an account of every cell."""

    def __init__(self, submission: Submission, form: Form, date1904: bool, marked: bool) -> None:
        self.submission = submission
        self.form = form
        self.date1904 = date1904
        self.marked = marked
        self.is_standard = not submission.own_layout
        self._accounts: list[Account] = []
        self._free: list[tuple[Account, Sheet, list[int], list[int]]] = []
        """Sheets with tables: their account, their rows that no table took, and those that a table left out."""

    def read_sheet(self, entry: Assigned) -> None:
        """Read a sheet as what it is in the form; a second cover is kept apart."""
        if entry.sheet.layout != "labels":
            self._read_table_sheet(entry)
        elif self.submission.cover is None:
            self._read_cover_sheet(entry)
        else:
            self.keep_whole(entry.content)

    def _read_cover_sheet(self, entry: Assigned) -> None:
        self.submission.facts += clear_office_fields(entry.content, entry.sheet).told()
        cover = read_cover(entry.content, entry.sheet, self.date1904)
        self.submission.cover = cover
        self.submission.facts += _cover_remarks(cover, self.date1904)
        self.submission.facts += _hidden_labels(cover, entry)
        self.submission.facts += _struck_labels(cover, entry)
        if entry.renamed and self.is_standard:
            self._note_renamed(entry)
        account = self._open(entry.content)
        own = OwnTexts.of(self.form, entry.sheet, self.is_standard)
        self._note_kept(entry.sheet, account.settle(entry.content.rows, own, cover, "封面上的其他文字"))

    def _read_table_sheet(self, entry: Assigned) -> None:
        content, definition = entry.content, entry.sheet
        account = self._open(content)
        finder = HeaderFinder(definition, self.marked)
        office = clear_office_fields(content, definition, finder)
        extract = extract_tables(content, finder, self.date1904)
        self.submission.facts += extract.facts
        # Once the rows are judged: a sum below the table is no score that the unit gave itself.
        self.submission.facts += office.told(row for table in extract.tables for row in table.dropped)
        if not extract.tables:
            self.submission.facts.append(Fact("header_not_found", Place(content.name, table=definition.name)))
            account.keep(sorted(content.rows), "未找到表头")
            return
        account.placed, account.dropped = extract.placed, extract.dropped
        account.unplaced += extract.unplaced
        self.submission.tables += extract.tables
        for table in extract.tables:
            self.submission.facts += wrong_totals(content, definition, table)
            table.sums = live_sums(content, table)
            if not self.is_standard:
                self.submission.facts += repeated_serials(content, table)
        taken = {row for table in extract.tables for row in (*table.header_rows, *table.rows, *table.dropped)}
        left_out = [row for table in extract.tables for row in table.dropped]
        self._free.append((account, definition, [row for row in sorted(content.rows) if row not in taken], left_out))

    def read_labels_around_tables(self) -> None:
        """A workbook without a cover may name unit and date around its tables; what else stands there is kept."""
        cover = self.form.cover if self.submission.cover is None else None
        for account, definition, free, left_out in self._free:
            labels = None
            if cover is not None:
                labels = read_labels_around(account.content, cover, sorted([*free, *left_out]), self.date1904)
                account.place_labels(labels, cover)
                if self.submission.cover is None or len(labels.values) > len(self.submission.cover.values):
                    self.submission.cover = labels
            own = OwnTexts.of(self.form, definition, self.is_standard)
            self._note_kept(definition, account.settle(free, own, labels, "表格上方的其他文字"))

    def keep_whole(self, sheet: SheetContent) -> None:
        """Keep all of a sheet that is none of the form's."""
        self.submission.facts.append(Fact("sheet_unplaced", Place(sheet.name), value=sheet.name))
        self._open(sheet).keep(sorted(sheet.rows), "工作表不属于本表单")

    def close(self) -> None:
        """Hand over what has no place, as much of it as is listed; the account must add up."""
        for account in self._accounts:
            room = _MOST_UNPLACED - len(self.submission.unplaced)
            self.submission.unplaced += account.unplaced[:room]
            if len(account.unplaced) > room:
                first = account.unplaced[room]
                self.submission.facts.append(Fact("unplaced_too_many", first.place))
                break
        for account in self._accounts:
            self.submission.signed += account.signed[: _MOST_SIGNED - len(self.submission.signed)]
            if account.settled != account.held:
                counts = {"held": account.held, "settled": account.settled}
                self.submission.facts.append(Fact("cells_lost", Place(account.content.name), more=counts))

    def _open(self, content: SheetContent) -> Account:
        account = Account(content)
        self._accounts.append(account)
        return account

    def _note_kept(self, sheet: Sheet, kept: list[Unplaced]) -> None:
        """One line for the texts of a standard sheet that stand outside of its table or its labels; others have a title."""
        if self.submission.stamped:
            places = own_places(sheet)
            kept = [entry for entry in kept if entry.place.coordinates not in places]
        if kept and self.is_standard:
            self.submission.facts.append(unplaced_texts(kept))

    def _note_renamed(self, entry: Assigned) -> None:
        place = Place(entry.content.name, table=entry.sheet.name)
        self.submission.facts.append(Fact("sheet_renamed", place, value=entry.content.name))


def _hidden_labels(cover: Labels, entry: Assigned) -> list[Fact]:
    """What is hidden of a cover: the column of its labels or of its values, and single rows."""
    content = entry.content
    fields = _fields_of_columns(cover)
    columns = sorted(content.hidden_columns & fields.keys())
    rows = sorted(content.hidden_rows & {row for row, _ in cover.cells.values()})
    places = [
        Place.cell(content.name, cover.cells[fields[column]][0], column, cover.name, fields[column])
        for column in columns
    ]
    return [
        *(Fact("hidden_column", place) for place in places),
        *(Fact("hidden_row", Place.rows(content.name, row, table=cover.name)) for row in rows),
    ]


def _fields_of_columns(cover: Labels) -> dict[int, str]:
    """Column → the first field that has its label or its value there."""
    fields: dict[int, str] = {}
    for name, (_, column) in cover.cells.items():
        fields.setdefault(column, name)
        fields.setdefault(cover.label_cells[name][1], name)
    return fields


def _struck_labels(cover: Labels, entry: Assigned) -> list[Fact]:
    """The values of a cover that the unit struck through."""
    content = entry.content
    return [
        Fact(
            "text_struck",
            cover.place(name),
            value=as_text(content.cell(*cell)),
            more={"is_whole": content.struck[cell]},
        )
        for name, cell in cover.cells.items()
        if cell in content.struck and not is_blank(content.cell(*cell))
    ]


def _note_sheets(submission: Submission, sheets: list[SheetContent]) -> None:
    """What is to be known of the sheets themselves: hidden ones, and two of one name."""
    seen: set[str] = set()
    for sheet in sheets:
        if sheet.visibility != "visible":
            submission.facts.append(Fact("hidden_sheet", Place(sheet.name)))
        if sheet.name in seen:
            submission.facts.append(Fact("sheet_name_twice", Place(sheet.name), value=sheet.name))
        seen.add(sheet.name)


def _lost_cells(content: WorkbookContent) -> list[Fact]:
    """Each sheet of which the file says that it has more cells with content than were read."""
    return [
        Fact("cells_lost", Place(sheet.name), more={"stored": sheet.stored, "lost": sheet.lost})
        for sheet in content.sheets
        if sheet.lost
    ]


def _cover_remarks(cover: Labels, date1904: bool) -> list[Fact]:
    more = {"date1904": True} if date1904 else {}
    return [
        Fact(kind, cover.place(name), value=cover.raw[name], more=dict(more)) for name, kind in cover.remarks.items()
    ]


def _as_called_now(stamp: StampMarks) -> StampMarks:
    """The stamp of a workbook that was made out to a unit before its form had today's id.

    The office's own books bear no unit in their stamp: one of them may be called now as a unit's form was before.
    """
    if not stamp.unit_code:
        return stamp
    called = next((form_id for form_id in unit_form_ids() if stamp.form in load_form(form_id).formerly), stamp.form)
    return replace(stamp, form=called)


def _form_of(content: WorkbookContent, stamp: StampMarks, form_id: str | None, scheme: str) -> Form | None:
    if form_id is not None:
        return load_form(form_id, scheme)
    if stamp.form in form_ids():
        return load_form(stamp.form, scheme)
    return recognise_form(content, [load_form(name, scheme) for name in form_ids()])


def _identify(submission: Submission, stamp: StampMarks) -> None:
    """Whose submission it is: what the cover says; the stamp where the cover says nothing."""
    submission.sent_to, submission.sent_for = stamp.unit_code, stamp.period
    cover = submission.cover.values if submission.cover is not None else {}
    for name in ("unit_code", "unit_name", "period"):
        setattr(submission, name, str(cover.get(name) or getattr(stamp, name) or ""))
    # The same period in other blanks is written as it was sent out.
    if compact(submission.period) == compact(stamp.period):
        submission.period = stamp.period
