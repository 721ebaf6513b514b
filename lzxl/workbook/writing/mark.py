"""Writes the marked return (退回件): the unit's values in a fresh standard workbook, every cell to mend marked there.

The unit's own file is never saved again: that would lose what openpyxl does not know and keep what is dangerous.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.formatting.formatting import ConditionalFormattingList
from openpyxl.worksheet.dimensions import ColumnDimension
from openpyxl.worksheet.worksheet import Worksheet

from lzxl.forms.findings import SEVERITIES, Finding, told_to_unit
from lzxl.forms.grading import GradingTable
from lzxl.forms.load import load_form
from lzxl.forms.model import Form, Sheet
from lzxl.forms.staff import Staff
from lzxl.forms.text import address, column_letters
from lzxl.submission import Submission, Table
from lzxl.workbook.fixed_texts import FINDINGS_HINT
from lzxl.workbook.keepsakes import Keepsakes
from lzxl.workbook.layout import FINDINGS_COLUMN, FINDINGS_SHEET, UNPLACED_SHEET, table_layout
from lzxl.workbook.writing.build import build_workbook, save_workbook
from lzxl.workbook.writing.cells import in_front
from lzxl.workbook.writing.colour_words import colour_word
from lzxl.workbook.writing.comments import MOST_COMMENTS, add_comment, comment_text
from lzxl.workbook.writing.decided import add_decisions
from lzxl.workbook.writing.fill import fill_workbook, stamp_workbook
from lzxl.workbook.writing.findings_sheet import add_findings_sheet, add_unplaced_sheet, unplaced_rows
from lzxl.workbook.writing.keeping import Keeping
from lzxl.workbook.writing.keeping_looks import KeepsakeKeeping
from lzxl.workbook.writing.measure import row_height
from lzxl.workbook.writing.people import add_people
from lzxl.workbook.writing.placing import Placement, Spot
from lzxl.workbook.writing.putting_back import Return
from lzxl.workbook.writing.shown import shown_values
from lzxl.workbook.writing.stamp import Stamp
from lzxl.workbook.writing.styles import (
    BODY_FONT,
    BORDER,
    CENTER,
    HEADER_FINDINGS,
    HEADER_FONT,
    HINT_FONT,
    LEFT,
    SEVERITY_FILLS,
    UNLOCKED,
)
from lzxl.workbook.writing.tables import set_print_area, unlock_right_of
from lzxl.workbook.writing.text import put_text
from lzxl.workbook.writing.validations import add_table_formats
from lzxl.year.decisions import Told

_FINDINGS_WIDTH = 50.0
NO_KEEPSAKES = Keepsakes()


def write_return(
    submission: Submission,
    findings: Sequence[Finding],
    grading: GradingTable,
    path: Path,
    *,
    stamp: Stamp | None = None,
    keepsakes: Keepsakes | None = NO_KEEPSAKES,
    staff: Staff | None = None,
    decided: Sequence[Told] = (),
) -> None:
    """Write the marked return of `submission` to `path`.

    `findings`: as reported, with places in the unit's own file; the list keeps their order. Those that are told to the office only
    are not in it. `stamp`: what the office
    knows of the unit; None takes what the file says. `keepsakes`: its comments, pictures and colours; None says that nobody
    could read them. `staff`: the unit's people, whom the return offers and looks up as the workbook that was sent out does.
    `decided`: what is said of decisions on its risk points, beside the computed levels.
    Raises ConfigError if the submission is of no form, OutputError
    if the file cannot be written.
    """
    findings = told_to_unit(findings)
    form = load_form(submission.form, submission.scheme)
    workbook = build_workbook(form, grading)
    # The stamp stays as the office made it: a cover that says otherwise is mended on the cover.
    stamp = stamp or Stamp(
        form.id,
        form.version,
        submission.sent_to or submission.unit_code,
        submission.unit_name,
        submission.sent_for or submission.period,
    )
    stamp_workbook(workbook, form, stamp)
    placement = Placement(form, submission, _places(keepsakes))
    rows, places = _table_rows(form, submission, placement, is_looked_up=bool(staff))
    fill_workbook(workbook, form, _cover_values(form, submission), rows, places)
    looked_up = add_people(workbook, form, staff) if staff else {}
    add_decisions(workbook, form, decided)
    private = {finding.place for finding in findings if finding.code == "private_content"}
    back = Return(workbook, placement)
    keeping = Keeping(back, form, submission, private)
    keeping.put_cells_back()
    keeping.put_shifted_rows_back(_shifted_rows(findings))
    keeping.list_typed_levels(grading)
    looks = KeepsakeKeeping(back)
    looks.put_back(keepsakes)
    # Only now is it known what has no place: findings about it lead to its line on the list.
    placement.list_at(unplaced_rows(back.listed))
    placed = [(finding, placement.find(finding)) for finding in findings]
    for sheet in form.tables:
        _add_findings_column(workbook[sheet.title], form, sheet)
    # Behind the unit's own colours, which would be painted over the marks.
    _mark_cells(workbook, placed, looks.fills)
    _write_row_messages(workbook, form, placed)
    add_findings_sheet(workbook, form, stamp, placed, placement.is_shifted)
    if back.listed:
        add_unplaced_sheet(workbook, form, back.listed)
    workbook.active = workbook.sheetnames.index(FINDINGS_SHEET)
    # The sheet that was active before stays selected otherwise, and Excel types into all selected sheets at once.
    for worksheet in workbook.worksheets:
        worksheet.sheet_view.tabSelected = worksheet is workbook.active
    shown = {
        title: {**texts, **looked_up.get(title, {}), **keeping.numbers.get(title, {})}
        for title, texts in shown_values(workbook, form, grading).items()
    }
    save_workbook(workbook, path, shown)


def _shifted_rows(findings: Sequence[Finding]) -> dict[tuple[str, int], range]:
    """(sheet, row) of the file → the columns to be moved, of each row that is said to be pasted one column off."""
    return {
        (finding.sheet, row): range(area.left, area.right + 1)
        for finding in findings
        if finding.code == "row_shifted"
        for area in finding.place.areas
        for row in range(area.top, area.bottom + 1)
    }


def _cover_values(form: Form, submission: Submission) -> dict[str, Any]:
    """What the unit wrote on the cover; blanks are left out, so that the stamp shows there."""
    if form.cover is None or submission.cover is None:
        return {}
    cover = submission.cover
    # What nobody can see is gone from the return.
    odd = {name: raw for name, raw in cover.raw.items() if cover.remarks.get(name) != "text_normalised"}
    written = {**cover.values, **odd}
    return {name: value for name, value in written.items() if name in form.cover.by_name and value is not None}


def _places(keepsakes: Keepsakes | None) -> Iterator[tuple[str, int, int]]:
    """(sheet, row, column) of all cells that a comment or a colour wants a place for."""
    if keepsakes is None:
        return
    yield from ((comment.sheet, comment.row, comment.column) for comment in keepsakes.comments)
    for sheet, looks in keepsakes.looks.items():
        for cells in looks.values():
            yield from ((sheet, row, column) for row, column in cells)


def _table_rows(
    form: Form, submission: Submission, placement: Placement, *, is_looked_up: bool = False
) -> tuple[dict[str, list[dict[str, Any]]], dict[str, list[int]]]:
    """What the unit wrote in each table: sheet name → rows, and → where they go. A table without rows keeps its standard rows."""
    rows: dict[str, list[dict[str, Any]]] = {}
    places: dict[str, list[int]] = {}
    for position, table in enumerate(submission.tables):
        sheet = form.by_name[table.name]
        for index in table.indexes:
            rows.setdefault(table.name, []).append(_written(table, sheet, index, is_looked_up))
        if table.rows:
            places.setdefault(table.name, []).extend(placement.rows(position))
    return rows, places


def _written(table: Table, sheet: Sheet, index: int, is_looked_up: bool) -> dict[str, Any]:
    """One row as the unit wrote it. What is computed gets its formula back, whatever was typed over it; so does what is looked
    up, where nobody typed it."""
    written = (field for field in sheet.fields if not field.computed and not field.derived)
    return {
        field.name: table.shown(field.name, index)
        for field in written
        if not (is_looked_up and field.name in sheet.looked_up and _is_ours(table, field.name, index))
    }


def _is_ours(table: Table, name: str, index: int) -> bool:
    """Whether a formula, or the roster, said what stands in a cell."""
    return index in table.told.get(name, ()) or index in table.formulas.get(name, ())


def _add_findings_column(worksheet: Worksheet, form: Form, sheet: Sheet) -> None:
    """The column 问题 right of a table; filter, formats and print area reach over it."""
    layout = table_layout(sheet)
    column = layout.findings_column
    letters = column_letters(column)
    dimension = ColumnDimension(worksheet, index=letters, width=_FINDINGS_WIDTH, customWidth=True)
    dimension.font, dimension.alignment, dimension.protection = BODY_FONT, LEFT, UNLOCKED
    worksheet.column_dimensions[letters] = dimension
    unlock_right_of(worksheet, column)
    for row in (layout.title_row, layout.note_row):
        # Openpyxl would write both ranges, and Excel repairs a file in which merged ranges overlap.
        worksheet.unmerge_cells(start_row=row, end_row=row, start_column=1, end_column=layout.last_column)
        worksheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=column)
    hint = worksheet.cell(layout.hint_row, column)
    hint.font, hint.alignment = HINT_FONT, CENTER
    put_text(hint, FINDINGS_HINT)
    header = worksheet.cell(layout.header_row, column)
    header.font, header.fill, header.alignment, header.border = HEADER_FONT, HEADER_FINDINGS, CENTER, BORDER
    put_text(header, FINDINGS_COLUMN)
    worksheet.auto_filter.ref = f"{address(layout.header_row, 1)}:{address(layout.reach, column)}"
    # Those of the blank workbook end before this column and know of no findings; added to, both would hold.
    worksheet.conditional_formatting = ConditionalFormattingList()
    add_table_formats(worksheet, sheet, marked=True)
    set_print_area(worksheet, form, sheet, column)


def _mark_cells(
    workbook: Workbook, placed: Sequence[tuple[Finding, Spot | None]], fills: Mapping[tuple[str, int, int], str]
) -> None:
    """Fill each cell that has findings in the colour of the gravest, and put all of them into one comment.

    `fills`: the colours that cells have from the unit; the comment says which one gave way.
    """
    for place, here in _by_cell(placed).items():
        title, row, column = place
        cell = in_front(workbook[title], row, column)
        cell.fill = SEVERITY_FILLS[min((finding.severity for finding, _ in here), key=SEVERITIES.index)]
        # The sheet is protected: what is to be mended must let itself be
        # typed into, also where the form locks the cell.
        if not _is_header(workbook, title, row):
            cell.protection = UNLOCKED
        told = _told_in_comment(here, fills.get(place, ""))
        if told:
            add_comment(cell, told)


def _told_in_comment(here: Sequence[tuple[Finding, bool]], fill: str) -> str:
    """All that the comment of a cell says. `fill`: the colour that the unit gave it."""
    told = [comment_text(finding) for finding, is_commented in here if is_commented]
    if fill:
        told.append(f"（本格原来标有{colour_word(fill)}，改成了标注的颜色。）")
    return "\n\n".join(dict.fromkeys(told))


def _by_cell(
    placed: Sequence[tuple[Finding, Spot | None]],
) -> dict[tuple[str, int, int], list[tuple[Finding, bool]]]:
    """(sheet, row, column) → its findings, and whether each is told in its comment: one about many cells only at the first."""
    found: dict[tuple[str, int, int], list[tuple[Finding, bool]]] = {}
    for finding, spot in placed:
        if spot is None or spot.sheet == UNPLACED_SHEET:
            continue
        are_few = len(spot.cells) <= MOST_COMMENTS
        for position, (row, column) in enumerate(spot.cells):
            found.setdefault((spot.sheet, row, column), []).append((finding, are_few or position == 0))
    return found


def _is_header(workbook: Workbook, title: str, row: int) -> bool:
    first_body_row = workbook[title].freeze_panes
    return first_body_row is not None and row < workbook[title][first_body_row].row


def _write_row_messages(workbook: Workbook, form: Form, placed: Sequence[tuple[Finding, Spot | None]]) -> None:
    """Write all messages of a row into its 问题 cell, and make the row high enough to show them."""
    tables = {sheet.title: table_layout(sheet) for sheet in form.tables}
    for (title, row), texts in _messages_by_row(placed).items():
        layout = tables.get(title)
        if layout is None or row < layout.first_row:
            continue
        worksheet = workbook[title]
        text = _numbered(list(dict.fromkeys(texts)))
        cell = worksheet.cell(row, layout.findings_column)
        cell.font, cell.alignment, cell.border, cell.protection = BODY_FONT, LEFT, BORDER, UNLOCKED
        put_text(cell, text)
        dimension = worksheet.row_dimensions[row]
        dimension.height = max(float(dimension.height or 0), row_height([(text, _FINDINGS_WIDTH)]))


def _messages_by_row(placed: Sequence[tuple[Finding, Spot | None]]) -> dict[tuple[str, int], list[str]]:
    """(sheet, row) of the return → what its findings say."""
    messages: dict[tuple[str, int], list[str]] = {}
    for finding, spot in placed:
        rows = dict.fromkeys(row for row, _ in spot.cells) if spot is not None else {}
        for row in rows:
            assert spot is not None
            messages.setdefault((spot.sheet, row), []).append(finding.message + finding.fix)
    return messages


def _numbered(texts: Sequence[str]) -> str:
    """Several texts as a numbered list; one as it is."""
    if len(texts) == 1:
        return texts[0]
    return "\n".join(f"{number}．{text}" for number, text in enumerate(texts, 1))
