"""Brings in a register that a unit keeps in its own layout: into a standard workbook, with what is missing marked."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from lzxl.campaign.cache import passwords_of
from lzxl.checks.context import Context
from lzxl.checks.run import Checked, check_submissions
from lzxl.checks.schema import warm_up
from lzxl.forms.load import load_form
from lzxl.forms.private import mask
from lzxl.forms.text import column_letters
from lzxl.forms.values import as_text
from lzxl.submission import Labels, Table
from lzxl.workbook.keepsakes import Keepsakes
from lzxl.workbook.reading.jobs import Job
from lzxl.workbook.reading.sandbox import keepsake_reader, read_all


def adopt(
    path: Path, form_id: str, context: Context, unit_code: str = "", file: str = "", root: Path | None = None
) -> Checked:
    """The register at `path` read as form `form_id`, with every finding.

    `unit_code`: the unit that it belongs to; its name is taken from the roster in `context`, if there is one. `root`: the
    campaign's folder, whose passwords are tried on a register that has one; None outside of a campaign.
    """
    job = Job(path, file or path.name, form_id, own_layout=True, scheme=context.grading.id)
    [submission] = read_all([job], meanwhile=warm_up, passwords=partial(passwords_of, root))
    if submission.refusal is None:
        cover = load_form(form_id).cover
        if cover is not None:
            labels = submission.cover or Labels(cover.name, cover.title)
            unit = context.units.get(unit_code)
            labels.values["unit_code"] = unit_code or labels.values.get("unit_code")
            if unit is not None:
                labels.values.update(unit_name=unit.name, head=unit.head, liaison=unit.liaison)
            if context.period:
                labels.values["period"] = context.period
            submission.cover = labels
        submission.unit_code = unit_code
    [checked] = check_submissions([submission], context)
    return checked


def write_adopted(
    checked: Checked, context: Context, target: Path, original: Path | None = None, root: Path | None = None
) -> None:
    """The standard workbook of an adopted register: what can be placed, marked; what cannot, on a sheet of its own.

    `original`: the register, for its comments and pictures; None leaves them. `root`: as in `adopt`.
    Raises OutputError when the disk does not take it.
    """
    from lzxl.workbook.writing.fill import Stamp
    from lzxl.workbook.writing.mark import write_return

    submission = checked.submission
    form = load_form(submission.form, submission.scheme)
    cover = submission.cover.values if submission.cover is not None else {}
    stamp = Stamp(
        form.id,
        form.version,
        submission.unit_code,
        str(cover.get("unit_name") or ""),
        str(cover.get("period") or ""),
    )
    keepsakes: Keepsakes | None = Keepsakes()
    if original is not None:
        with keepsake_reader() as reader:
            keepsakes = reader.read(original, passwords_of(root) if submission.is_locked else ())
    write_return(submission, checked.findings, context.grading, target, stamp=stamp, keepsakes=keepsakes)


def adoption_json(checked: Checked) -> dict[str, Any]:
    """The report of an adoption, as the JSON contract of `lzxl adopt` has it."""
    submission = checked.submission
    return {
        "version": 1,
        "file": submission.file,
        "form": submission.form,
        "sheets": [_sheet_json(submission.form, table) for table in submission.tables],
        "findings": [finding.as_json() for finding in checked.findings],
    }


def _sheet_json(form_id: str, table: Table) -> dict[str, Any]:
    sheet = load_form(form_id).by_name[table.name]
    names = [entry for entry in sheet.inputs if entry.name in table.columns]
    return {
        "sheet": table.title,
        "header_rows": list(table.header_rows),
        "columns": {entry.title: column_letters(table.columns[entry.name]) for entry in names},
        "unmapped_columns": {
            column_letters(column): mask("".join(text.split())) for column, text in table.unmapped.items()
        },
        "dropped_rows": {str(row): reason for row, reason in sorted(table.dropped.items())},
        "rows": [
            {"row": row, "values": {entry.title: _json_value(table, entry.name, index) for entry in names}}
            for index, row in enumerate(table.rows)
        ],
    }


def _json_value(table: Table, name: str, index: int) -> Any:
    value = table.shown(name, index) if table.is_broken(name, index) else table.get(name, index)
    # TRUE is an int for Python; it is told as the word that stands in the cell.
    if value is None or (isinstance(value, int | float) and not isinstance(value, bool)):
        return value
    return mask("、".join(value) if isinstance(value, tuple) else as_text(value))
