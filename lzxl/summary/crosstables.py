"""Cross tables on a sheet: counts of a full table by two of its columns, as live formulas with totals and shares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lzxl.summary.book import Book, put_formula, put_text, span
from lzxl.summary.formulas import Region, cell, criterion, rows_in
from lzxl.summary.statistics import REST, UNDISPOSED, UNLINKED, Cross

# Longer words take two lines of a header.
_LONGEST_ON_ONE_LINE = 8
_RESTS = frozenset({REST, UNDISPOSED, UNLINKED})


@dataclass(frozen=True)
class Counted:
    """What a cross table counts: the table, and the columns whose words are its rows and columns."""

    table: Region
    row: str
    column: str


def write_cross(
    book: Book,
    name: str,
    top: int,
    title: str,
    counts: Cross,
    counted: Counted,
    *,
    corner: str,
    shares: bool = False,
    level_columns: bool = False,
    slots: Sequence[tuple[int, int]] = (),
) -> Region:
    """Writes a cross table from row `top` on: section title, header, rows, 合计.

    `slots`: first and last sheet column of the label and of each further column, where the sheet's own columns are
    too narrow for them; without, each takes one. Returns the region of the data rows; its columns are "label", each
    word, "total", and word + "占比" with `shares`.
    """
    worksheet, styles = book.worksheets[name], book.styles
    names = ["label"]
    for word in (*counts.columns, "total"):
        names += [word, f"{word}占比"] if shares else [word]
    slots = slots or [(column, column) for column in range(len(names))]
    columns = {label: first for label, (first, _) in zip(names, slots, strict=False)}
    placed = Region(name, top + 2, top + 1 + len(counts.rows), columns)
    head_height = 34 if max(map(len, counts.columns), default=0) > _LONGEST_ON_ONE_LINE else 22
    for row in range(top + 1, placed.last + 2):
        worksheet.set_row(row, head_height if row == top + 1 else 20)
        style = styles.get("head" if row == top + 1 else "total" if row > placed.last else "number")
        for first, last in slots[: len(names)]:
            span(
                worksheet,
                row,
                first,
                row,
                last,
                styles.get("label") if first == 0 and style is styles.get("number") else style,
            )
    put_text(worksheet, top, 0, title, styles.get("section"))
    worksheet.set_row(top, 24)
    for column, label in zip(columns.values(), names, strict=True):
        text = (
            corner if label == "label" else "占比" if label.endswith("占比") else "合计" if label == "total" else label
        )
        style = styles.level(label, "head") if level_columns and label in styles.colours else styles.get("head")
        put_text(worksheet, top + 1, column, text, style)
    for position, word in enumerate(counts.rows):
        row = placed.first + position
        put_text(worksheet, row, 0, word, styles.get("label"))
        for column_word in counts.columns:
            formula = _count(book, placed, counts, counted, row, word, column_word)
            value = counts.count(word, column_word)
            put_formula(worksheet, row, placed.columns[column_word], formula, styles.get("number"), value)
        # Not SUM over the row: where shares are shown, they stand between the counts.
        listed = "+".join(cell(row, placed.columns[column_word]) for column_word in counts.columns)
        put_formula(worksheet, row, placed.columns["total"], listed, styles.get("number"), counts.row_total(word))
    totals = {column_word: counts.column_total(column_word) for column_word in counts.columns}
    _write_totals(book, name, placed, {**totals, "total": counts.total})
    if shares:
        _write_shares(book, name, placed, counts)
    return placed


def _count(
    book: Book, placed: Region, counts: Cross, counted: Counted, row: int, row_word: str, column_word: str
) -> str:
    """The formula of one cell; a rest is what the listed words leave over."""
    table, column = counted.table, placed.columns[column_word]
    row_rests, column_rests = row_word in _RESTS, column_word in _RESTS
    if not row_rests and not column_rests:
        return book.totals.count(table, {counted.row: criterion(row_word), counted.column: criterion(column_word)})
    listed = "".join(
        f"-{cell(row, placed.columns[word])}" for word in counts.columns if column_rests and word != column_word
    )
    above = f"-SUM({cell(placed.first, column)}:{cell(row - 1, column)})" if row_rests else ""
    if not row_rests:
        return book.totals.count(table, {counted.row: criterion(row_word)}) + listed
    if not column_rests:
        return book.totals.count(table, {counted.column: criterion(column_word)}) + above
    total = placed.columns["total"]
    others = f"-SUM({cell(placed.first, total)}:{cell(row - 1, total)})" if row > placed.first else ""
    return rows_in(table) + others + listed


def _write_totals(book: Book, name: str, placed: Region, totals: Mapping[str, int]) -> None:
    worksheet, row = book.worksheets[name], placed.last + 1
    put_text(worksheet, row, 0, "合计", book.styles.get("total"))
    for word, total in totals.items():
        formula = f"SUM({placed.local(word)})"
        put_formula(worksheet, row, placed.columns[word], formula, book.styles.get("total"), total)


def _write_shares(book: Book, name: str, placed: Region, counts: Cross) -> None:
    """Beside each count its share of all rows."""
    worksheet, last = book.worksheets[name], placed.last + 1
    whole = cell(last, placed.columns["total"])
    for row in range(placed.first, last + 1):
        word = counts.rows[row - placed.first] if row < last else ""
        for column_word in (*counts.columns, "total"):
            column = placed.columns[column_word]
            if column_word == "total":
                number = counts.row_total(word) if word else counts.total
            else:
                number = counts.count(word, column_word) if word else counts.column_total(column_word)
            value = number / counts.total if counts.total else 0
            style = book.styles.get("percent" if word else "total_percent")
            put_formula(
                worksheet,
                row,
                placed.columns[f"{column_word}占比"],
                f"IF({whole}=0,0,{cell(row, column)}/{whole})",
                style,
                value,
            )
