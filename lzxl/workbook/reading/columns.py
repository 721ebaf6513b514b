"""The columns of a table that are fields: typed values, and of each cell that is not simply its value what stood there, and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lzxl.forms.model import Field
from lzxl.forms.values import Parsed, as_text, is_blank, parse, shows_nothing
from lzxl.submission import Fact
from lzxl.workbook.reading.grid import covered_rows
from lzxl.workbook.reading.pointers import Pointed, follow
from lzxl.workbook.reading.table_in_hand import TableInHand


def read_columns(hand: TableInHand, date1904: bool) -> None:
    """Fill the table: every mapped column of every data row, merged cells given to all the rows they cover."""
    data = hand.table.rows
    within = hand.grid.merges_from(hand.last_header_row + 1, data[-1]) if data else ()
    merged = covered_rows(within, data)
    for name, number in hand.header.columns.items():
        covered = merged.get(number, {})
        _place_column(hand, number, covered)
        if name in hand.table.columns:
            _ColumnReader(hand, hand.sheet.by_name[name], number, covered, date1904).read()
        else:
            _read_typed(hand, name, number)


def _place_column(hand: TableInHand, number: int, covered: Mapping[int, int]) -> None:
    """Count a column's cells; what a merged range hides below its first row is nobody's value, and kept apart."""
    rows = hand.table.rows
    cells = hand.raws(number, rows)
    if not covered:
        hand.placed += len(cells) - cells.count(None) - cells.count("")  # texts that show nothing were forgotten before
        return
    for row, cell in zip(rows, cells, strict=True):
        if is_blank(cell):
            continue
        # Excel empties such cells when it merges; LibreOffice can keep what they hold, and nobody sees it.
        if row in covered:
            hand.keep(row, number, hand.header_over(number), cell, "被合并单元格盖住的内容")
        else:
            hand.placed += 1


def _read_typed(hand: TableInHand, name: str, number: int) -> None:
    """What stands in a column that is only shown, where no formula made it."""
    rows = hand.table.rows
    formulas = hand.content.formulas
    typed = {
        index: raw
        for index, raw in enumerate(hand.raws(number, rows))
        if not is_blank(raw) and (rows[index], number) not in formulas
    }
    if typed:
        hand.table.typed[name] = typed


@dataclass(slots=True)
class _Column:
    """A column of a table while it is read. Cells are named by their index among the table's rows."""

    pointed: Pointed
    values: list[Any]
    odd: dict[int, Parsed] = field(default_factory=dict)
    """What could not be read as its field's kind, or was read in a way worth saying."""
    formulas: set[int] = field(default_factory=set)
    broken: set[int] = field(default_factory=set)
    raw: dict[int, Any] = field(default_factory=dict)
    """What stood there where that is not the value."""


def _odd_cells(keys: Sequence[Any], parsed: Mapping[Any, Parsed]) -> dict[int, Parsed]:
    """The cells of a column of which something is to be said. Most columns have none: their cells are not gone through again."""
    odd = {key: found for key, found in parsed.items() if found.problem or found.note}
    return {index: odd[key] for index, key in enumerate(keys) if key in odd} if odd else {}


class _ColumnReader:
    """Reads one column of a field that units fill in."""

    def __init__(self, hand: TableInHand, entry: Field, number: int, merged: Mapping[int, int], date1904: bool) -> None:
        self.hand = hand
        self.entry = entry
        self.number = number
        self.merged = merged
        self.date1904 = date1904
        self.is_live = bool(entry.computed) or (hand.content.looks_up and entry.name in hand.sheet.looked_up)
        """Whether a formula of ours may stand there: what it shows is worked out again anyway."""
        self.rows = hand.table.rows
        self.sources: Sequence[int] = [merged.get(row, row) for row in self.rows] if merged else self.rows
        """Of each cell the row it stands in: of cells merged below each other, the first."""

    def read(self) -> None:
        """Read the column into the table, and tell what is to be told of its cells."""
        column = self._parse()
        if not self.is_live:
            self._note_results_missing(column)
        self._note_odd_cells(column)
        self._report_remarks(column.pointed.raws)
        vocabulary = self.entry.vocabulary
        if self.merged and vocabulary is not None and vocabulary.judged and not self.entry.computed:
            self._report_merged(column.pointed.raws)
        self._report_pointers(column)
        self._put(column)

    def _parse(self) -> _Column:
        formulas = self._formulas()
        pointed = self._followed(formulas)
        # 1, 1.0 and TRUE are one key of a dictionary, and three contents of a cell.
        keys = [raw if type(raw) is str else (type(raw), raw) for raw in pointed.raws]
        # Most columns say a few things over and over: each is parsed once.
        distinct = dict(zip(keys, pointed.raws, strict=True))
        parsed = {key: parse(self.entry, raw, self.date1904) for key, raw in distinct.items()}
        values = [parsed[key].value for key in keys]
        return _Column(pointed, values, _odd_cells(keys, parsed), formulas)

    def _followed(self, formulas: Iterable[int]) -> Pointed:
        """The cells of the column, with what 同上 and its like point to; what a formula makes of nothing is nothing."""
        hand, number = self.hand, self.number
        # 同左 means a column of the table: right of one without a header it points to nothing.
        left = hand.raws(number - 1, self.sources) if number - 1 in hand.header.texts else None
        raws = hand.raws(number, self.sources)
        for index in formulas:
            # =A1 shows 0 where A1 is blank: in a field of words nobody wrote that.
            if shows_nothing(self.entry, raws[index]):
                raws[index] = None
        return follow(hand.sheet, self.entry, raws, left)

    def _formulas(self) -> set[int]:
        """The cells that a formula fills."""
        hand, number = self.hand, self.number
        if number not in hand.grid.formula_columns:
            return set()
        formulas = hand.content.formulas
        return {index for index, source in enumerate(self.sources) if (source, number) in formulas}

    def _stands_here(self, index: int) -> bool:
        """Whether a cell stands in its own row: what a merged cell says is told once, at its first row."""
        return self.sources[index] == self.rows[index]

    def _note_results_missing(self, column: _Column) -> None:
        """Formulas of the unit's own that the file has no value of: what they show is not known."""
        stored = self.hand.content.formulas
        for index in sorted(column.formulas):
            if stored[self.sources[index], self.number] or column.pointed.raws[index] not in (None, ""):
                continue
            column.broken.add(index)
            if self._stands_here(index):
                self.hand.note("formula_without_value", self.hand.cell(self.rows[index], self.number))

    def _note_odd_cells(self, column: _Column) -> None:
        """Cells that could not be read as their field's kind, or were read in a way worth saying."""
        raws = column.pointed.raws
        for index, found in column.odd.items():
            if found.note != "text_normalised":  # what nobody can see is gone from the return
                column.raw[index] = raws[index]
            if found.problem:
                column.broken.add(index)
            if self._is_told(column, index):
                self._note_remark(found.problem or found.note, self.rows[index], raws[index])

    def _is_told(self, column: _Column, index: int) -> bool:
        """Whether an odd cell is told: what our own formula shows is computed again anyway, a pointer is told by itself."""
        is_ours = bool(self.entry.computed) and index in column.formulas
        return self._stands_here(index) and not is_ours and index not in column.pointed.typed

    def _note_remark(self, kind: str, row: int, raw: Any) -> None:
        more = {"date1904": True} if self.date1904 else {}
        self.hand.facts.append(Fact(kind, self.hand.cell(row, self.number), value=raw, more=more))

    def _report_remarks(self, raws: list[Any]) -> None:
        """What the container's reader had to say of cells of this column."""
        remarks = self.hand.content.remarks
        if not remarks:
            return
        for row, raw in zip(self.rows, raws, strict=True):
            code = remarks.get((row, self.number))
            if code is not None:
                self._note_remark(code, row, raw)

    def _report_merged(self, raws: list[Any]) -> None:
        """Of each merged cell that several rows have a word from: it decides what only the unit can say of each row."""
        words: dict[int, Any] = {}
        last: dict[int, int] = {}
        for row, raw in zip(self.rows, raws, strict=True):
            first = self.merged.get(row)
            if first is not None and not is_blank(raw):
                words[first] = raw
                last[first] = row
        for first, word in words.items():
            self.hand.note("merged_word", self.hand.range(self.number, first, last[first]), value=as_text(word))

    def _report_pointers(self, column: _Column) -> None:
        """Say of each 同上 what it was read as, and of each that stands where content is owed that it is none."""
        pointed = column.pointed
        for index, code in sorted({**pointed.notes, **pointed.problems}.items()):
            if self._stands_here(index):
                place = self.hand.table.place(self.entry.name, index)
                self.hand.note(code, place, value=pointed.typed[index], read_as=column.values[index])

    def _put(self, column: _Column) -> None:
        """Put the column into the table, and say from which formulas values were taken."""
        table, name = self.hand.table, self.entry.name
        raw, broken = {**column.raw, **column.pointed.typed}, column.broken.union(column.pointed.problems)
        table.values[name] = column.values
        if raw:
            table.raw[name] = raw
        if broken:
            table.broken[name] = broken
        if column.formulas:
            table.formulas[name] = column.formulas
        # What our own formulas show is worked out anew, so that nothing rests on what the file stores of them.
        used = [] if self.is_live else sorted(column.formulas - broken)
        if used:
            place = self.hand.range(self.number, self.rows[used[0]], self.rows[used[-1]])
            self.hand.note("formula_value_used", place, count=len(used))
