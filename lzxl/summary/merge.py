"""All units' tables as one frame per form and sheet, every row with the unit, file, sheet and row it came from.

Columns of every frame: unit_code, unit_name, file, sheet (String), row (Int64), then the sheet's input fields under
their schema names (dates Date; serials, counts and scores Float64; all else String), then what is computed here:

    level, basis (String), open (Boolean)   where a sheet has both words: from the grading table, never typed; of a risk
                                            point that the leading group decided on, what it decided
    computed, decided, decided_at, ruled    there too (String): what follows by the grading table, what was decided, where, and
                                            whether that is graver or less grave
    aspect, risk_level (String)             measures: type and level of the linked risk point of the same unit
    state, round, due, overdue              warnings: as their events have it on the day of the summary, whatever is written
    disposition (String)                    the one that was approved last; null where none was
    is_overdue (Boolean)                    the limit that a warning is under has passed
    is_overdue (Boolean)                    measures: to be done by a day before that of the summary, and not done

Rows are in roster order, and within a unit in file order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from lzxl.forms.grading import GradingTable
from lzxl.forms.load import load_form, unit_form_ids
from lzxl.forms.model import Field, Sheet
from lzxl.forms.rules_of_people import Termed
from lzxl.forms.shown import Evaluation
from lzxl.submission import Submission
from lzxl.summary.round import Round
from lzxl.year.cancelled import without_cancelled
from lzxl.year.course import Course
from lzxl.year.decisions import Rulings, basis_of, meeting_of
from lzxl.year.first_rows import tables_of
from lzxl.year.ledger import Book, Entry, ledger_book, ledger_form

_TextColumn = list[str | None]


@dataclass(frozen=True)
class Merged:
    """The frames of one round, by (form id, sheet name), and which of them each evaluation is made of."""

    tables: Mapping[tuple[str, str], pl.DataFrame]
    evaluated: Mapping[Evaluation, tuple[str, str]]

    @property
    def risk_points(self) -> pl.DataFrame:
        return self.tables[self.evaluated["risks"]]

    @property
    def measures(self) -> pl.DataFrame:
        return self.tables[self.evaluated["prevention"]]

    @property
    def warnings(self) -> pl.DataFrame:
        return self.tables[self.evaluated["alerts"]]

    @property
    def items(self) -> pl.DataFrame:
        return self.tables[self.evaluated["scoring"]]


def merge(round: Round) -> Merged:
    """The merged tables of a round, levels and other derived columns included."""
    order = {unit.code: position for position, unit in enumerate(round.units)}
    standing = map(without_cancelled, round.submissions)
    submissions = sorted(standing, key=lambda submission: order[submission.unit_code])
    names = {unit.code: unit.name for unit in round.units}
    tables: dict[tuple[str, str], pl.DataFrame] = {}
    evaluated: dict[Evaluation, tuple[str, str]] = {}
    for form_id in unit_form_ids():
        of_form = [submission for submission in submissions if submission.form == form_id]
        for sheet in load_form(form_id, round.grading.id).tables:
            frame = _concatenate(of_form, sheet, names)
            if sheet.is_graded:
                frame = _decided(_graded(frame, round.grading), sheet, round.rulings)
            tables[form_id, sheet.name] = frame
            if sheet.shown is not None and sheet.shown.evaluated_as:
                evaluated[sheet.shown.evaluated_as] = (form_id, sheet.name)
    measures = evaluated["prevention"]
    tables[measures] = _linked(tables[measures], tables[evaluated["risks"]])
    _add_ledger(round, names, tables, evaluated)
    prevention = load_form(measures[0], round.grading.id).by_name[measures[1]]
    if prevention.rules.termed is not None:
        tables[measures] = _past_term(tables[measures], prevention, prevention.rules.termed, round.day)
    return Merged(tables, evaluated)


def _concatenate(submissions: list[Submission], sheet: Sheet, names: Mapping[str, str]) -> pl.DataFrame:
    """One frame of all rows of `sheet` of the submissions, those on rows of other sheets too: whole columns are joined, no cell is
    touched."""
    fields = [entry for entry in sheet.inputs if entry.computed not in ("level", "basis")]
    codes: list[str] = []
    units: list[str] = []
    files: list[str] = []
    sheets: list[str] = []
    rows: list[int] = []
    columns: dict[str, list[Any]] = {entry.name: [] for entry in fields}
    for submission in submissions:
        for table in tables_of(submission, sheet):
            height = len(table.rows)
            codes += [submission.unit_code] * height
            units += [names[submission.unit_code]] * height
            files += [submission.file] * height
            sheets += [table.title] * height
            rows += table.rows
            for name, column in columns.items():
                column.extend(table.values.get(name) or [None] * height)
    return pl.DataFrame(
        [
            pl.Series("unit_code", codes, pl.String),
            pl.Series("unit_name", units, pl.String),
            pl.Series("file", files, pl.String),
            pl.Series("sheet", sheets, pl.String),
            pl.Series("row", rows, pl.Int64),
            *(_series(entry, columns[entry.name]) for entry in fields),
        ]
    )


def _series(entry: Field, values: list[Any]) -> pl.Series:
    if entry.kind == "date":
        return pl.Series(entry.name, values, pl.Date)
    if entry.is_numeric:
        # Not strict: a running number may be written 一 or 1.1.2, which is no number.
        return pl.Series(entry.name, values, pl.Float64, strict=False)
    if entry.kind in ("choices", "list"):
        values = ["、".join(value) if isinstance(value, tuple) else value for value in values]
    return pl.Series(entry.name, values, pl.String, strict=False)


def _graded(frame: pl.DataFrame, grading: GradingTable) -> pl.DataFrame:
    """With level, basis and open of each row's likelihood × severity; null where one of both is missing."""
    cells = pl.DataFrame(
        [(grade.likelihood, grade.severity, grade.level, grade.basis, grade.open) for grade in grading.grades],
        schema={
            "likelihood": pl.String,
            "severity": pl.String,
            "level": pl.String,
            "basis": pl.String,
            "open": pl.Boolean,
        },
        orient="row",
    )
    # Polars promises no order of what it joins, unless it is asked to keep
    # one; the same round must give the same bytes.
    return frame.join(cells, on=["likelihood", "severity"], how="left", maintain_order="left").with_columns(
        pl.col("open").fill_null(False)
    )


def _decided(frame: pl.DataFrame, sheet: Sheet, rulings: Rulings) -> pl.DataFrame:
    """With what the leading group decided beside what was computed: the decided level counts where one holds."""
    number = sheet.rules.numbered.number if sheet.rules.numbered is not None else ""
    numbers = frame[number].to_list() if number else [None] * frame.height
    waiting = {point.number for point in rulings.undecided}
    levels, bases, is_open = (frame[name].to_list() for name in ("level", "basis", "open"))
    decided: list[str | None] = [None] * frame.height
    meetings: list[str | None] = [None] * frame.height
    computed, ruled = list(levels), list(decided)
    for row, written in enumerate(numbers):
        ruling = rulings.holding.get(str(written)) if written else None
        if ruling is not None:
            levels[row] = decided[row] = ruling.level
            bases[row], meetings[row], is_open[row] = basis_of(ruling), meeting_of(ruling), False
            ruled[row] = "提高" if ruling.change > 0 else "降低" if ruling.change else "已认定"
        elif written in waiting:
            is_open[row] = True
    return frame.with_columns(
        pl.Series("level", levels, pl.String),
        pl.Series("basis", bases, pl.String),
        pl.Series("open", is_open, pl.Boolean),
        pl.Series("computed", computed, pl.String),
        pl.Series("decided", decided, pl.String),
        pl.Series("decided_at", meetings, pl.String),
        pl.Series("ruled", ruled, pl.String),
    )


def _linked(measures: pl.DataFrame, risk_points: pl.DataFrame) -> pl.DataFrame:
    """Measures with the type and level of the risk point they name; ids are compared within the unit only."""
    targets = (
        risk_points.filter(pl.col("id").is_not_null())
        # A number that stands twice would give every measure on it twice.
        .unique(["unit_code", "id"], keep="first", maintain_order=True)
        .select("unit_code", pl.col("id").alias("risk_id"), pl.col("risk_type").alias("aspect"), risk_level="level")
    )
    return measures.join(targets, on=["unit_code", "risk_id"], how="left", maintain_order="left")


def _add_ledger(
    round: Round,
    names: Mapping[str, str],
    tables: dict[tuple[str, str], pl.DataFrame],
    evaluated: dict[Evaluation, tuple[str, str]],
) -> None:
    """The office's ledger of warnings beside what units filed: it, and nothing that a unit says, tells how they stand."""
    form = load_form(ledger_form(), round.grading.id)
    book = ledger_book(form)
    assert book is not None
    key = form.id, book.warnings.name
    order = {unit.code: position for position, unit in enumerate(round.units)}
    # A unit that is not on the roster any more comes behind those that are.
    courses = sorted(round.courses, key=lambda pair: order.get(pair[1].warning.unit, len(order)))
    tables[key] = _ledger_frame(book, courses, names)
    if book.warnings.shown is not None and book.warnings.shown.evaluated_as:
        evaluated[book.warnings.shown.evaluated_as] = key


def _ledger_frame(book: Book, courses: Sequence[tuple[Entry, Course]], names: Mapping[str, str]) -> pl.DataFrame:
    part, units = book.ledger, [course.warning.unit for _, course in courses]
    worked_out: dict[str, list[Any]] = {
        part.state: [course.state for _, course in courses],
        part.round: [course.standing.round for _, course in courses],
        part.due: [course.due for _, course in courses],
        part.overdue: [course.overdue_workdays if course.due else None for _, course in courses],
    }
    fields = [entry for entry in book.warnings.inputs if entry.name not in worked_out]
    typed = {entry.name: [one.table.get(entry.name, one.index) for one, _ in courses] for entry in fields}
    return pl.DataFrame(
        [
            # What stands there in place of a unit's code may be anything, a name too.
            pl.Series("unit_code", [unit if unit in names or unit.isascii() else "—" for unit in units], pl.String),
            pl.Series("unit_name", [names.get(unit) for unit in units], pl.String),
            pl.Series("file", [f"{book.form.file}.xlsx"] * len(courses), pl.String),
            pl.Series("sheet", [one.table.title for one, _ in courses], pl.String),
            pl.Series("row", [one.table.rows[one.index] for one, _ in courses], pl.Int64),
            *(_series(book.warnings.by_name[name], values) for name, values in {**typed, **worked_out}.items()),
            pl.Series("disposition", [course.final_disposition or None for _, course in courses], pl.String),
            pl.Series("is_overdue", [course.overdue_workdays > 0 for _, course in courses], pl.Boolean),
        ]
    )


def _past_term(measures: pl.DataFrame, sheet: Sheet, rule: Termed, day: date) -> pl.DataFrame:
    """With what is overdue: to be done by a day that is past, and not done; what is to be kept up for good never is."""
    terms, progress = sheet.by_name[rule.term].vocabulary, sheet.by_name[rule.progress].vocabulary
    assert terms is not None and progress is not None
    # For polars what is compared with a blank is blank, and so is the reverse of it.
    lasting = pl.col(rule.term).is_in(list(terms.in_role("lasting"))).fill_null(False)
    done = pl.col(rule.progress).is_in(list(progress.in_role("done"))).fill_null(False)
    past = (pl.col(rule.until) < pl.lit(day)).fill_null(False)
    return measures.with_columns((past & ~lasting & ~done).alias("is_overdue"))
