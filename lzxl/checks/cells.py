"""Checks each cell by itself: one pandera call for each kind of sheet, over all submissions together.

A call costs the same for one row as for ten thousand, so tables of one kind are put into
one frame; each failure finds its way back to its submission, table, row and cell. A cell that could not be read as a
value has its finding already, and is kept out of every further check of that cell.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import Any

from lzxl.checks.identifiers import numbers_in
from lzxl.checks.links import allowed_words
from lzxl.checks.report import Report, example_of
from lzxl.checks.schema import MISSING, VOCABULARY, failures
from lzxl.forms.findings import Remedy, choice
from lzxl.forms.model import Field, Form, Sheet
from lzxl.forms.values import display, shorten_number
from lzxl.groups import grouped
from lzxl.submission import Labels, Table

ROWS = "表中现有{count}条。"
"""What the message about a blank count says of the sheet that it counts."""
# Fields without which a risk has no level: a missing column is said of every row, as a blank cell would be.
SAID_OF_ROWS = frozenset({"missing_likelihood", "missing_severity", "missing_measure"})


def check_tables(reports: Sequence[Report]) -> None:
    """Add the findings of all table cells to the reports."""
    tables = [(report, table) for report in reports for table in report.submission.tables]
    by_kind = grouped(tables, lambda placed: (placed[0].form.id, placed[0].form.scheme, placed[1].name))
    for (_, _, name), placed in by_kind.items():
        _check_kind(placed[0][0].form, name, placed)


def check_covers(reports: Sequence[Report]) -> None:
    """Add the findings of all covers to the reports. Labels that are missing are a matter of `checks.presence`."""
    by_form: dict[str, list[tuple[Report, Labels]]] = {}
    for report in reports:
        if report.submission.cover is not None:
            by_form.setdefault(report.form.id, []).append((report, report.submission.cover))
    for placed in by_form.values():
        form = placed[0][0].form
        sheet = form.cover
        assert sheet is not None
        columns = {
            entry.name: [_plain(cover.values.get(entry.name), entry) for _, cover in placed] for entry in sheet.inputs
        }
        for name, check, index in failures(form, sheet.name, columns):
            report, cover = placed[index]
            if name in cover.broken or name not in cover.cells:
                continue
            entry = sheet.by_name[name]
            if check == MISSING:
                report.label("missing_value", name, **_missing(report, entry))
            else:
                details = _details(entry, check, cover.values[name])
                advice = report.advice.get(cover.place(name))
                if check == VOCABULARY and advice is not None and advice.remedy.action == "set":
                    details.update(_words(entry, cover.values[name], details["allowed"], (advice.remedy.value,)))
                report.label(_code(entry, check), name, **details)


def _check_kind(form: Form, name: str, placed: list[tuple[Report, Table]]) -> None:
    sheet = form.by_name[name]
    # The rows of all submissions stand below each other: a call of pandera costs the same for one as for all of them.
    starts = list(accumulate((len(table.rows) for _, table in placed), initial=0))
    if not starts[-1]:
        return
    columns = {entry.name: _column(entry, [table for _, table in placed]) for entry in sheet.inputs}
    for field_name, check, position in failures(form, name, columns):
        # Of tables without rows, which begin where the next one does, the last is meant.
        number = bisect_right(starts, position) - 1
        report, table = placed[number]
        index = position - starts[number]
        entry = sheet.by_name[field_name]
        if _is_judged(report, table, entry, index):
            _say(report, table, sheet, entry, index, check)
    for report, table in placed:
        _say_missing_columns(report, table)


def _is_judged(report: Report, table: Table, entry: Field, index: int) -> bool:
    """Whether a cell is there to be judged, and judged as a cell of its own."""
    if entry.name not in table.columns or table.is_broken(entry.name, index) or report.is_rest(table, index):
        return False
    # What our own formula shows is computed again; the cells that it rests on are judged.
    return not entry.computed or index not in table.formulas.get(entry.name, ())


def _say(report: Report, table: Table, sheet: Sheet, entry: Field, index: int, check: str) -> None:
    """What a cell of a table has failed."""
    name = entry.name
    if check == MISSING:
        code = entry.codes.get("missing", "missing_value")
        report.cell(code, table, name, index, **_missing_in_row(report, table, entry, index))
    elif check == "str_matches" and numbers_in(entry, table.shown(name, index)):
        _say_several(report, table, entry, index)
    else:
        details = _details(entry, check, table.get(name, index), _points(sheet, entry, table, index))
        if check == VOCABULARY:
            allowed = allowed_words(report, table, name, index)
            fitting = report.fitting(table, name, index) or allowed
            details.update(_words(entry, table.get(name, index), allowed, fitting))
        report.cell(_code(entry, check), table, name, index, **details)


def _missing_in_row(report: Report, table: Table, entry: Field, index: int) -> dict[str, Any]:
    """`_missing` with the words that fit the row, where those are fewer."""
    details = _missing(report, entry)
    allowed = allowed_words(report, table, entry.name, index)
    if entry.vocabulary is not None and allowed != entry.vocabulary.allowed:
        example = f"可选：{entry.vocabulary.told(allowed)}。"
        details.update(allowed=allowed, example=example, remedy=Remedy("choose", allowed))
    return details


def _say_several(report: Report, table: Table, entry: Field, index: int) -> None:
    """Several numbers where one belongs: which row answers which, only the unit knows, and none of them may be lost."""
    count = len(numbers_in(entry, table.shown(entry.name, index)))
    if not entry.references:
        report.cell("several_numbers", table, entry.name, index, count=count)
        return
    key = report.form.by_name[table.name].key
    own = report.field(table, key).title if key else ""
    report.cell("several_references", table, entry.name, index, count=count, own=own)


def _column(entry: Field, tables: list[Table]) -> list[Any]:
    cells: list[Any] = []
    for table in tables:
        values = table.values.get(entry.name)
        if values is None:
            cells += [None] * len(table.rows)
        elif entry.kind in ("serial", "choices", "list"):
            cells += [_plain(value, entry) for value in values]
        else:
            cells += values
    return cells


def _plain(value: Any, entry: Field) -> Any:
    """A typed value as its frame column holds it."""
    if value is None or entry.kind in ("count", "score", "date"):
        return value
    return display(value)


def _code(entry: Field, check: str) -> str:
    if check == VOCABULARY:
        assert entry.vocabulary is not None
        return entry.codes.get("vocabulary") or entry.vocabulary.codes.get("vocabulary", "word_not_in_vocabulary")
    return {"str_matches": "bad_format", "in_range": "out_of_range"}.get(check, "text_length")


def _points(sheet: Sheet, entry: Field, table: Table, index: int) -> float | None:
    """The points of a score's own row, which are its most; None for any other field, and where they are not told."""
    rule = sheet.rules.scored
    if rule is None or entry.name != rule.own:
        return None
    points = table.get(rule.points, index)
    return points if isinstance(points, int | float) else None


def _details(entry: Field, check: str, value: Any, most: float | None = None) -> dict[str, Any]:
    """What the message of a failed check needs to know. `most`: what a number may be in its row, if that is less."""
    arguments = entry.checks.get(check, {})
    if check == VOCABULARY:
        assert entry.vocabulary is not None
        return _words(entry, value, entry.vocabulary.allowed, entry.vocabulary.allowed)
    if check == "str_matches":
        return {"format": entry.format or entry.help}
    if check == "in_range":
        return {
            "low": shorten_number(arguments["min_value"]),
            "high": shorten_number(arguments["max_value"] if most is None else min(most, arguments["max_value"])),
        }
    return {"length": len(str(value)), "limit": spoken_limit(arguments.get("min_value"), arguments.get("max_value"))}


def spoken_limit(low: int | None, high: int | None) -> str:
    if high is None:
        return f"不少于{low}字"
    return f"{low}至{high}字" if low else f"不超过{high}字"


def _words(entry: Field, value: Any, allowed: tuple[str, ...], fitting: Sequence[str]) -> dict[str, Any]:
    """The words to choose from; the one that the rest of the file leaves, or that is written most like `value`.

    `fitting`: those of `allowed` that fit the rest of the file. Likeness alone settles nothing.
    """
    assert entry.vocabulary is not None
    told = entry.vocabulary.told(allowed)
    # A word that grades or discloses is the unit's own judgement: even the only one that fits is offered and not set.
    settled = fitting[0] if len(fitting) == 1 and not entry.vocabulary.judged else None
    near = entry.vocabulary.suggest(str(value))
    details: dict[str, Any] = {"allowed": allowed, "choice": choice(told, settled, near if near in fitting else None)}
    if not entry.computed:
        details["remedy"] = Remedy("set", settled) if settled else Remedy("choose", allowed)
    return details


def _missing(report: Report, entry: Field) -> dict[str, Any]:
    details: dict[str, Any] = {"example": example_of(entry), "value": ""}
    if entry.vocabulary is not None:
        details["allowed"] = entry.vocabulary.allowed
        details["told"] = entry.vocabulary.told()
        details["remedy"] = Remedy("choose", entry.vocabulary.allowed)
    if entry.counts:
        count = report.row_count(entry.counts)
        details["example"] = ROWS.format(count=count)
        details["remedy"] = Remedy("set", count)
    return details


def _say_missing_columns(report: Report, table: Table) -> None:
    """A required field without a column: of every row for the fields a level needs, else once at the header."""
    sheet = report.form.by_name[table.name]
    absent = [entry for entry in sheet.inputs if entry.required and entry.name not in table.columns]
    titles = []
    for entry in absent:
        code = entry.codes.get("missing", "")
        if code in SAID_OF_ROWS and table.rows:
            details = _missing(report, entry)
            report.whole(code, table.rows_place.about(entry.name), header=entry.title, basis=entry.clause, **details)
        # A register in a layout of its own lacks many columns: one finding names them all.
        elif report.submission.own_layout:
            titles.append(entry.title)
        elif entry.kind != "serial" and not _stands_on_its_own_sheet(report, entry):
            report.whole(
                "column_missing",
                table.header_place(1).about(entry.name),
                header=entry.title,
                title=entry.title,
                basis=entry.clause,
            )
    if titles:
        report.whole("columns_missing", table.header_place(1), titles=titles)


def _stands_on_its_own_sheet(report: Report, entry: Field) -> bool:
    """Whether an older form has a field only on the sheet of further rows, and asked nothing of it here: 防控方式 of a measure.

    What is the row's own as well is owed in any form: its number, and what has a finding of its own for being missing (直接责任人).
    """
    sheet, _, name = entry.first_of.partition(".")
    if not sheet or entry.unique or "missing" in entry.codes:
        return False
    return any(name in table.columns and table.rows for table in report.tables(sheet))
