"""From a sheet's raw cells to tables of typed values: header, columns, data rows, and what is not data and why."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from lzxl.forms.model import Field, Sheet
from lzxl.forms.places import Place
from lzxl.forms.text import fold
from lzxl.forms.values import CellError, Parsed, as_text, first_digits, is_blank, parse
from lzxl.submission import NOT_CARRIED, ROW_KINDS, Fact, RowKind, Table, Unplaced
from lzxl.workbook.fixed_texts import hint_text
from lzxl.workbook.reading.content import SheetContent
from lzxl.workbook.reading.grid import Grid, covered_rows
from lzxl.workbook.reading.headers import Header, HeaderFinder
from lzxl.workbook.reading.pointers import Pointed, follow
from lzxl.workbook.reading.row_judge import ABOVE_DATA, RowJudge, filled_cells
from lzxl.workbook.reading.rows import is_mark, is_numberlike, total_word

# Rows of one table that are left out and given back where they were; what stands in more of them is listed, where it is
# worth that.
_MOST_LEFT_OUT = 2000
# So many of their merged cells are merged again.
_MOST_SPANS = 200


@dataclass(slots=True)
class Extract:
    """What one sheet gave."""

    tables: list[Table]
    facts: list[Fact]
    unplaced: list[Unplaced]
    placed: int = 0
    """How many cells that are not blank went into fields or are the texts of headers."""
    dropped: int = 0
    """How many stand in rows that are left out with a reason, and are not listed as unplaced."""


@dataclass(slots=True)
class _Column:
    """A column of a table while it is read. Cells are named by their index among the table's rows."""

    entry: Field
    number: int
    sources: Sequence[int]
    """Of each cell the row it stands in: of cells merged below each other, the first."""
    pointed: Pointed
    values: list[Any]
    odd: dict[int, Parsed] = field(default_factory=dict)
    """What could not be read as its field's kind, or was read in a way worth saying."""
    formulas: set[int] = field(default_factory=set)
    broken: set[int] = field(default_factory=set)
    raw: dict[int, Any] = field(default_factory=dict)
    """What stood there where that is not the value."""


def extract_tables(content: SheetContent, finder: HeaderFinder, date1904: bool = False) -> Extract:
    """Every table of the sheet's kind in `content`; none if it has no header. Rows above the first header are not touched."""
    extract = Extract([], [], [])
    grid = Grid.of(content)
    header = finder.find(grid)
    while header is not None:
        reader = _TableReader(grid, finder, header, date1904)
        header = reader.read()
        extract.tables.append(reader.table)
        extract.facts += reader.facts
        extract.unplaced += reader.unplaced
        extract.placed += reader.placed
        extract.dropped += reader.dropped
    return extract


class _TableReader:
    """Reads one table from its header down to the next header or the sheet's end."""

    def __init__(
        self,
        grid: Grid,
        finder: HeaderFinder,
        header: Header,
        date1904: bool,
    ) -> None:
        self.grid = grid
        self.content = grid.content
        self.finder = finder
        self.sheet: Sheet = finder.sheet
        self.header = header
        self.date1904 = date1904
        self.facts: list[Fact] = []
        self.unplaced: list[Unplaced] = []
        self.placed = self.dropped = 0
        self.table = Table(
            self.sheet.name,
            self.content.name,
            header_rows=header.rows,
            columns={name: column for name, column in header.columns.items() if not self.sheet.by_name[name].derived},
            unmapped=header.unmapped,
            derived={name: column for name, column in header.columns.items() if self.sheet.by_name[name].derived},
            ours=tuple(sorted(header.ours)),
        )
        self.mapped = {column: self.sheet.by_name[name] for name, column in header.columns.items()}
        self.last_column = max(header.texts, default=0)
        self.serial_column = header.columns.get("serial", 0)
        self.subject_columns = [header.columns[name] for name in self.sheet.subject if name in header.columns]
        self.private = {
            column for column, text in self.table.unmapped.items() if "identity" in self.sheet.auxiliary_role(text)
        }
        self.judge = RowJudge(
            self.mapped,
            header.texts,
            header.ours,
            self.sheet.subject,
            self.sheet.key,
            frozenset(fold(hint_text(entry)) for entry in self.sheet.fields),
            self._is_formula,
            self._spans,
            self._header_follows,
        )

    def read(self) -> Header | None:
        """Read all rows; the next table's header if there is one below."""
        following: Header | None = None
        data: list[int] = []
        previous = self.header.rows[-1]
        for position in range(self.grid.position_below(previous), len(self.grid.numbers)):
            row = self.grid.numbers[position]
            cells = self.content.rows[row]
            if self._is_plainly_data(cells):
                data.append(row)
            elif self.finder.is_header(cells):
                found = self.finder.read(self.grid, row)
                if not self._is_repeated(found):
                    if self.table.dropped.get(previous) == "note":
                        self.table.dropped[previous] = "title_of_next_table"
                    following = found
                    break
                self._drop(row, "repeated_header")
            else:
                kind = self.judge.kind_of(row, filled_cells(cells), self._is_below_header(previous))
                if kind == "data":
                    data.append(row)
                elif kind is not None:
                    self._drop(row, kind)
                else:
                    self._forget(cells)
                    continue
            previous = row
        self._place_header(data)
        self._report_dropped(data)
        self._report_header(data)
        self._take(data)
        self._take_unmapped(data)
        self._report_split_rows()
        self._report_struck(data)
        return following

    def _is_below_header(self, previous: int) -> bool:
        """Whether nothing but a header and what explains it stands above, up to row `previous`."""
        return previous == self.header.rows[-1] or self.table.dropped.get(previous) in ABOVE_DATA

    def _is_plainly_data(self, cells: list[Any]) -> bool:
        """Whether a row has a number for its serial and text for its subject, as most rows have: nothing else has both."""
        serial = self.serial_column
        if not 0 < serial <= len(cells) or type(cells[serial - 1]) is not float:
            return False
        for column in self.subject_columns:
            subject = cells[column - 1] if column <= len(cells) else None
            if type(subject) is str and not is_blank(subject) and not is_mark(subject):
                return True
        return False

    def _is_repeated(self, found: Header) -> bool:
        """Whether a header is this table's own, printed again on another page."""
        same = set(found.columns.items()) & set(self.header.columns.items())
        return len(same) * 2 > len(found.columns)

    def _is_formula(self, row: int, column: int) -> bool:
        return (row, column) in self.content.formulas

    def _spans(self, row: int, column: int) -> bool:
        """Whether a cell is merged across at least three columns, or across the whole table."""
        width = self.grid.widths.get((row, column), 1)
        return width >= 3 or width >= self.last_column > 1

    def _header_follows(self, row: int) -> bool:
        """Whether the next row with content is the header of another table."""
        for below in (row + 1, row + 2):
            cells = self.content.rows.get(below)
            if cells is not None:
                return self.finder.is_header(cells) and not self._is_repeated(self.finder.read(self.grid, below))
        return False

    def _drop(self, row: int, kind: RowKind) -> None:
        """Leave a row out; what it says in words, and that no number tells again, is kept as unplaced."""
        self.table.dropped[row] = kind
        self._leave_out(row, kind)
        for column, cell in enumerate(self.content.rows[row], 1):
            if is_blank(cell):
                continue
            if column in self.header.ours:
                self.placed += 1
            elif self._is_worth_keeping(kind, column, cell):
                self._keep(row, column, "", cell, ROW_KINDS[kind])
            else:
                self.dropped += 1
        if kind in ("subtotal", "total"):
            self._report_totals_without_value(row)

    def _forget(self, cells: list[Any]) -> None:
        """Count a row of which nothing is anybody's."""
        self.placed += sum(not is_blank(cell) for cell in cells)

    def _leave_out(self, row: int, kind: RowKind) -> None:
        """Remember what stands in a row that is left out, as it is given back; not what a formula makes of nothing."""
        if len(self.table.left_out) >= _MOST_LEFT_OUT:
            return
        kept = {}
        for column, cell in enumerate(self.content.rows[row], 1):
            is_result = kind == "blank_formulas" and (row, column) in self.content.formulas
            if is_blank(cell) or column in self.header.ours or column in self.private or is_result:
                continue
            kept[column] = cell
            width = self.grid.widths.get((row, column), 1)
            if width > 1 and len(self.table.spans) < _MOST_SPANS:
                self.table.spans[row, column] = width
        if kept:
            self.table.left_out[row] = kept

    def _is_worth_keeping(self, kind: RowKind, column: int, cell: Any) -> bool:
        if kind in ("note", "title_of_next_table", "hint", "signature"):
            return True
        if kind in ("total", "subtotal"):
            return isinstance(cell, str) and not is_numberlike(cell) and not total_word(cell)
        # A reserve row may have something scribbled beside the table.
        return (
            kind in ("blank_numbered", "blank_formulas", "placeholders", "end_mark") and column not in self.header.texts
        )

    def _keep(self, row: int, column: int, header: str, cell: Any, reason: str) -> None:
        self.unplaced.append(Unplaced(self._cell(row, column), header, as_text(cell), reason))

    def _place_header(self, data: list[int]) -> None:
        """Count the header's texts; a text in its rows that heads no column of content is kept as any other."""
        used = self._used_columns(data) if self.table.unmapped else set()
        for row in self.header.rows:
            for column, cell in enumerate(self.content.rows.get(row, ()), 1):
                if is_blank(cell):
                    continue
                if column in self.table.unmapped and column not in used:
                    self._keep(row, column, "", cell, "表头行内的其他文字")
                else:
                    self.placed += 1

    def _used_columns(self, data: list[int]) -> set[int]:
        """The columns in which a data row holds something."""
        return {column for row in data for column, cell in enumerate(self.content.rows[row], 1) if not is_blank(cell)}

    def _report_totals_without_value(self, row: int) -> None:
        for column in sorted(self.grid.unstored.get(row, ())):
            entry = self.mapped.get(column)
            if entry is not None and entry.computed:
                continue  # our own formula, which has nothing to show in such a row
            if column in self.header.texts and is_blank(self.content.cell(row, column)):
                header = _flat(self.header.texts[column])
                self._note("formula_without_value", Place.cell(self.content.name, row, column, self.sheet.name), header)

    def _note(self, kind: str, place: Place, header: str = "", value: Any = "", **more: Any) -> None:
        self.facts.append(Fact(kind, place, header, value, more))

    def _cell(self, row: int, column: int) -> Place:
        entry = self.mapped.get(column)
        return Place.cell(self.content.name, row, column, self.sheet.name, entry.name if entry is not None else "")

    def _range(self, column: int, first: int, last: int) -> Place:
        entry = self.mapped[column]
        return Place.range(self.content.name, (first, column), (last, column), self.sheet.name, entry.name)

    def _rows(self, first: int, last: int = 0) -> Place:
        return Place.rows(self.content.name, first, last, self.sheet.name)

    def _report_dropped(self, data: list[int]) -> None:
        """One line for each run of rows left out for the same reason: never a row dropped in silence."""
        runs: list[tuple[int, int, str]] = []
        for row, kind in sorted(self.table.dropped.items()):
            if runs and runs[-1][2] == kind and runs[-1][1] == row - 1:
                runs[-1] = (runs[-1][0], row, kind)
            else:
                runs.append((row, row, kind))
        for first, last, kind in runs:
            self._note("row_dropped", self._rows(first, last), row_kind=kind)
        ends = [row for row, kind in self.table.dropped.items() if kind == "end_mark"]
        after = data[bisect_right(data, ends[0]) :] if ends else []
        if after:
            self._note("rows_after_end", self._rows(after[0], after[-1]), row=ends[0], count=len(after))

    def _report_header(self, data: list[int]) -> None:
        top = self.header.rows[-1]
        for text, columns in self.header.duplicates.items():
            cells = [self._cell(top, column) for column in columns]
            used = next((self._cell(top, column) for column in columns if column in self.mapped), None)
            spare = next((cell for cell in cells if cell != used), cells[0])
            self._note("duplicate_header", spare, _flat(text), cells=cells, used=used)
        for name, columns in self.header.similar.items():
            self._report_similar(name, columns)
        for column in self.header.guessed.values():
            self._note("header_renamed", self._cell(top, column), value=_flat(self.header.texts[column]))
        hidden = sorted(column for column in self.content.hidden_columns if column <= self.grid.widest)
        filled = self._used_columns(data) if hidden else set()
        for column in hidden:
            if column in self.header.texts or column in filled:
                self._report_hidden(column)
        for row in data:
            if row in self.content.hidden_rows:
                self._note("hidden_row", self._rows(row))

    def _report_hidden(self, column: int) -> None:
        place = self._cell(self.header.rows[-1], column)
        self._note("hidden_column", place, _flat(self.header.texts.get(column, "")))

    def _report_similar(self, name: str, columns: list[int]) -> None:
        """Say which of several columns, whose headers are different words, was taken for a field."""
        top, used = self.header.rows[-1], self.header.columns[name]
        texts = {self._cell(top, column): _flat(self.header.texts[column]) for column in columns}
        spare = self._cell(top, next(column for column in columns if column != used))
        title = self.sheet.by_name[name].title
        self._note("duplicate_header", spare, title, cells=list(texts), used=self._cell(top, used), texts=texts)

    def _report_split_rows(self) -> None:
        """A row right below a repeated header, without serial and unit, is the rest of the row above the page break."""
        table = self.table
        markers = [name for name in ("serial", "section") if name in table.columns]
        for index, row in enumerate(table.rows):
            if table.dropped.get(row - 1) != "repeated_header" or not markers:
                continue
            if all(table.get(name, index) is None and not table.is_broken(name, index) for name in markers):
                self._note("split_row", self._rows(row))

    def _report_struck(self, data: list[int]) -> None:
        """Rows and texts that the unit struck through: whether they count, only the unit knows."""
        by_row: dict[int, dict[int, bool]] = {}
        for (row, column), is_whole in self.content.struck.items():
            if column in self.mapped:
                by_row.setdefault(row, {})[column] = is_whole
        for row in data if by_row else ():
            struck = by_row.get(row)
            if not struck:
                continue
            if all(struck.get(column) for column in self._told_columns(row)):
                self._note("row_struck", self._rows(row))
            else:
                self._report_struck_cells(row, struck)

    def _told_columns(self, row: int) -> list[int]:
        """The columns in which a row says what it is about: not its number, a computed cell, or why it was struck out."""
        return [
            column
            for column, cell in enumerate(self.content.rows[row], 1)
            if not is_blank(cell)
            and (entry := self.mapped.get(column)) is not None
            and entry.kind != "serial"
            and not entry.computed
            and entry.name != "remark"
        ]

    def _report_struck_cells(self, row: int, struck: dict[int, bool]) -> None:
        for column, is_whole in sorted(struck.items()):
            entry, raw = self.mapped[column], self.content.cell(row, column)
            if entry.kind != "serial" and not entry.computed and not is_blank(raw):
                self._note("text_struck", self._cell(row, column), value=as_text(raw), is_whole=is_whole)

    def _take(self, data: list[int]) -> None:
        """Fill the table: every mapped column of every data row, merged cells given to all the rows they cover."""
        self.table.rows = data
        within = self.grid.merges_from(self.header.rows[-1] + 1, data[-1]) if data else ()
        merged = covered_rows(within, data)
        for name, column in self.header.columns.items():
            covered = merged.get(column, {})
            self._place_column(column, covered)
            if name in self.table.columns:
                self._take_column(self.sheet.by_name[name], column, covered)
            else:
                self._take_typed(name, column)

    def _place_column(self, column: int, covered: dict[int, int]) -> None:
        """Count a column's cells; what a merged range hides below its first row is nobody's value, and kept apart."""
        rows = self.content.rows
        for row in self.table.rows:
            cells = rows[row]
            cell = cells[column - 1] if column <= len(cells) else None
            if is_blank(cell):
                continue
            if row in covered:
                header = _flat(self.header.texts.get(column, ""))
                self._keep(row, column, header, cell, "被合并单元格盖住的内容")
            else:
                self.placed += 1

    def _take_typed(self, name: str, column: int) -> None:
        """What stands in a column that is only shown, where no formula made it."""
        raws = self._raws(column, self.table.rows)
        places = zip(self.table.rows, raws, strict=True)
        typed = {
            index: raw
            for index, (row, raw) in enumerate(places)
            if not is_blank(raw) and (row, column) not in self.content.formulas
        }
        if typed:
            self.table.typed[name] = typed

    def _take_column(self, entry: Field, number: int, merged: dict[int, int]) -> None:
        """One column: its typed values, and of each cell that is not simply its value what stood there, and why."""
        column = self._read_column(entry, number, merged)
        self._note_formulas(column)
        self._note_odd_cells(column)
        self._report_remarks(number, column.pointed.raws)
        if merged and entry.vocabulary is not None and entry.vocabulary.judged and not entry.computed:
            self._report_merged(entry, number, merged, column.pointed.raws)
        self._report_pointers(column)
        self._put_column(column)

    def _read_column(self, entry: Field, number: int, merged: dict[int, int]) -> _Column:
        rows = self.table.rows
        sources = [merged.get(row, row) for row in rows] if merged else rows
        pointed = follow(self.sheet, entry, self._raws(number, sources), self._raws_left_of(number, sources))
        # 1, 1.0 and TRUE are one key of a dictionary, and three contents of a cell.
        keys = [raw if type(raw) is str else (type(raw), raw) for raw in pointed.raws]
        parsed = {
            key: parse(entry, raw, self.date1904) for key, raw in dict(zip(keys, pointed.raws, strict=True)).items()
        }
        odd = {key for key, found in parsed.items() if found.problem or found.note}
        column = _Column(entry, number, sources, pointed, [parsed[key].value for key in keys])
        if odd:
            column.odd = {index: parsed[key] for index, key in enumerate(keys) if key in odd}
        if number in self.grid.formula_columns:
            stored = self.content.formulas
            column.formulas = {index for index, source in enumerate(sources) if (source, number) in stored}
        return column

    def _note_formulas(self, column: _Column) -> None:
        """Formulas of the unit's own that the file has no value of: what they show is not known."""
        if column.entry.computed:
            return
        for index in sorted(column.formulas):
            row, source = self.table.rows[index], column.sources[index]
            if column.pointed.raws[index] in (None, "") and not self.content.formulas[source, column.number]:
                column.broken.add(index)
                if source == row:
                    self._note("formula_without_value", self._cell(row, column.number))

    def _note_odd_cells(self, column: _Column) -> None:
        """Cells that could not be read as their field's kind, or were read in a way worth saying."""
        raws = column.pointed.raws
        for index, found in column.odd.items():
            if found.note != "text_normalised":  # what nobody can see is gone from the return
                column.raw[index] = raws[index]
            if found.problem:
                column.broken.add(index)
            # What our own formula shows is computed again anyway; what stands above has been said there.
            is_ours = bool(column.entry.computed) and index in column.formulas
            row = self.table.rows[index]
            if column.sources[index] == row and index not in column.pointed.typed and not is_ours:
                self._note_remark(found.problem or found.note, row, column.number, raws[index])

    def _put_column(self, column: _Column) -> None:
        table, name = self.table, column.entry.name
        raw, broken = {**column.raw, **column.pointed.typed}, column.broken.union(column.pointed.problems)
        table.values[name] = column.values
        if raw:
            table.raw[name] = raw
        if broken:
            table.broken[name] = broken
        if column.formulas:
            table.formulas[name] = column.formulas
        used = sorted(column.formulas - broken) if not column.entry.computed else []
        if used:
            self._report_formulas(column.entry, column.number, [table.rows[index] for index in used])

    def _raws(self, column: int, sources: Sequence[int]) -> list[Any]:
        rows = self.content.rows
        return [cells[column - 1] if column <= len(cells) else None for cells in (rows.get(row, ()) for row in sources)]

    def _raws_left_of(self, column: int, sources: Sequence[int]) -> list[Any] | None:
        """The cells of the column left of `column`, if it has a header."""
        return self._raws(column - 1, sources) if column - 1 in self.header.texts else None

    def _report_pointers(self, column: _Column) -> None:
        """Say of each 同上 what it was read as, and of each that stands where content is owed that it is none."""
        pointed = column.pointed
        for index, code in sorted({**pointed.notes, **pointed.problems}.items()):
            if column.sources[index] == self.table.rows[index]:
                place = self.table.place(column.entry.name, index)
                self._note(code, place, value=pointed.typed[index], read_as=column.values[index])

    def _note_remark(self, kind: str, row: int, column: int, raw: Any) -> None:
        """A cell that could not be read as its field's kind, or was read in a way worth saying."""
        more = {"date1904": True} if self.date1904 else {}
        self.facts.append(Fact(kind, self._cell(row, column), value=raw, more=more))

    def _report_remarks(self, column: int, raws: list[Any]) -> None:
        """What the container's reader had to say of cells of this column."""
        if not self.content.remarks:
            return
        for row, raw in zip(self.table.rows, raws, strict=True):
            code = self.content.remarks.get((row, column))
            if code is not None:
                self._note_remark(code, row, column, raw)

    def _report_merged(self, entry: Field, column: int, merged: dict[int, int], raws: list[Any]) -> None:
        """Of each merged cell that several rows have a word from: it decides what only the unit can say of each row."""
        ranges: dict[int, list[int]] = {}
        words: dict[int, Any] = {}
        for row, raw in zip(self.table.rows, raws, strict=True):
            if row in merged and not is_blank(raw):
                ranges.setdefault(merged[row], [merged[row]]).append(row)
                words[merged[row]] = raw
        for first, rows in ranges.items():
            self._note("merged_word", self._range(column, first, rows[-1]), value=as_text(words[first]))

    def _report_formulas(self, entry: Field, column: int, rows: list[int]) -> None:
        self._note("formula_value_used", self._range(column, rows[0], rows[-1]), count=len(rows))

    def _take_unmapped(self, data: list[int]) -> None:
        """Keep the content of columns that are no field, and say what is unreadable in them."""
        filled: set[int] = set()
        beside: list[Unplaced] = []
        for row in data:
            for column, raw in enumerate(self.content.rows[row], 1):
                if column in self.mapped:
                    continue
                if column in self.header.ours:
                    self.placed += not is_blank(raw)
                    continue
                if is_blank(raw):
                    self._report_no_value(row, column)
                    continue
                filled.add(column)
                self._keep_unmapped(row, column, raw, column in self.private)
                if column not in self.header.texts:
                    beside.append(self.unplaced[-1])
        if beside:
            self.facts.append(unplaced_texts(beside))
        for column, text in self.table.unmapped.items():
            if column in filled:
                kind = "column_private" if column in self.private else "column_unplaced"
                is_ours = self.sheet.auxiliary_role(text) and kind == "column_unplaced"
                place = self._cell(self.header.rows[-1], column)
                self._note("column_auxiliary" if is_ours else kind, place, _flat(text))

    def _report_no_value(self, row: int, column: int) -> None:
        header = _flat(self.header.texts.get(column, ""))
        if header and self.content.formulas.get((row, column)) is False:
            self._note("formula_without_value", Place.cell(self.content.name, row, column, self.sheet.name), header)

    def _keep_unmapped(self, row: int, column: int, raw: Any, is_private: bool) -> None:
        header = _flat(self.header.texts.get(column, ""))
        if isinstance(raw, CellError):
            self._note("error_value", self._cell(row, column), header, raw.text)
        elif isinstance(raw, float) and abs(raw) >= 1e15:
            self._note("id_digits_lost", self._cell(row, column), header, first_digits(raw))
        # Identity numbers and telephones are no business of this form: they are not carried any further.
        place = self._cell(row, column)
        if is_private:
            self.unplaced.append(Unplaced(place, header, NOT_CARRIED, "没有对应的栏目"))
        else:
            self.unplaced.append(Unplaced(place, header, as_text(raw), "没有对应的栏目", raw))


def unplaced_texts(kept: Sequence[Unplaced]) -> Fact:
    """That texts stand where no field is: at the first of them."""
    return Fact("text_unplaced", kept[0].place, value=kept[0].value, more={"cells": [entry.place for entry in kept]})


def _flat(text: str) -> str:
    """A header on one line."""
    return "".join(text.split())
