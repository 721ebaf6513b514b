"""Finds, for a place in a unit's own file, the same place in its marked return."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, product

from lzxl.forms.findings import Finding
from lzxl.forms.model import Field, Form, Sheet
from lzxl.forms.places import Area
from lzxl.forms.text import address, fold
from lzxl.submission import NOT_CARRIED, Labels, Submission, Table
from lzxl.workbook.layout import UNPLACED_CONTENT_COLUMN, UNPLACED_SHEET, TableLayout, label_layout, table_layout

# What stands further right of a table is listed, not put back: nobody looks there.
_MOST_COLUMNS = 200

Cell = tuple[int, int]

Listing = tuple[str, int, int]
"""(sheet, row, column) of a cell of the file; column 0 for the first one of a row, row 0 as well for the first of a sheet."""


@dataclass(frozen=True)
class Spot:
    """Where a finding is in the return. `cells` are painted; a finding about a whole sheet or file has none."""

    sheet: str
    cells: tuple[Cell, ...] = ()

    @property
    def anchor(self) -> str:
        """The A1 address that the list of findings links to."""
        return address(*self.cells[0]) if self.cells else "A1"


class _Board:
    """Where the rows and columns of one table of the file are in the return.

    A table that stands alone on its sheet keeps its rows where they are: blank ones, totals and notes between them stay
    too, at the same distance from the header. Tables that share a sheet of the form stand one after another, data only.
    """

    def __init__(self, table: Table, layout: TableLayout, start: int | None) -> None:
        """`start`: the first row of a table that is packed; None for one that keeps its rows."""
        self.table = table
        self.layout = layout
        self.keeps_rows = start is None
        self.shift = layout.header_row - max(table.header_rows, default=layout.header_row)
        self.columns = {column: layout.columns[name] for name, column in table.columns.items()}
        self.columns |= {column: layout.columns[name] for name, column in table.derived.items()}
        self.columns |= dict.fromkeys(table.ours, layout.findings_column)
        self.left_out = sorted(table.left_out)
        if start is None:
            self.rows = [row + self.shift for row in table.rows]
        else:
            self.rows = list(range(start, start + len(table.rows)))

    @property
    def fits(self) -> bool:
        """Whether its last row is within what the standard workbook checks and prints."""
        return not self.rows or self.rows[-1] <= self.layout.reach

    @property
    def renames(self) -> bool:
        """Whether some row or column has another name in the return than in the file."""
        return self.rows != self.table.rows or any(old != new for old, new in self.columns.items())

    @property
    def columns_left_out(self) -> set[int]:
        """The columns of the file in which rows that are left out hold something."""
        return {column for cells in self.table.left_out.values() for column in cells}

    def has_field(self, name: str) -> bool:
        """Whether the file's table has a column of a field."""
        return name in self.table.columns or name in self.table.derived

    def touches_header(self, area: Area) -> bool:
        """Whether an area of cells, or of columns, has some of the header."""
        return not area.is_whole_rows and any(area.top <= row <= area.bottom for row in self.table.header_rows)

    def columns_in(self, area: Area) -> list[int]:
        """The columns of the return with those of the file that an area has."""
        return [new for column, new in self.columns.items() if area.left <= column <= area.right]

    def give_room(self, columns: Iterable[int]) -> None:
        """Make room right of the table for columns that are no field's, in their order, as far right as they were."""
        last = self.layout.findings_column
        for column in sorted(set(columns) - self.columns.keys()):
            last = max(last + 1, column)
            if last > _MOST_COLUMNS:
                break
            self.columns[column] = last

    def row(self, row: int) -> int | None:
        """Where a row of the file is in the return; None if it is not there."""
        if row in self.table.header_rows:
            return self.layout.header_row
        return self._kept_row(row) if self.keeps_rows else self._packed_row(row)

    def _packed_row(self, row: int) -> int | None:
        """Of a table that stands behind another one, only the data is there."""
        index = bisect_left(self.table.rows, row)
        is_data = index < len(self.rows) and self.table.rows[index] == row
        return self.rows[index] if is_data else None

    def _kept_row(self, row: int) -> int | None:
        """Below the header everything is there, above it only where the header has not moved."""
        is_below = row > max(self.table.header_rows, default=0)
        moved = row + self.shift
        if is_below:
            return moved if moved <= self.layout.reach else None
        return row if not self.shift and row < self.layout.header_row else None

    def cell(self, row: int, column: int) -> Cell | None:
        """Where a cell of the file is in the return; None if it is not there."""
        moved = self.row(row)
        if moved is None:
            return None
        if moved < self.layout.header_row and not self.shift:
            return moved, column
        return (moved, self.columns[column]) if column in self.columns else None


class Placement:
    """Where every row, field and cell of a submission went."""

    def __init__(self, form: Form, submission: Submission, others: Iterable[tuple[str, int, int]] = ()) -> None:
        """`others`: (sheet of the file, row, column) of cells beside the submission's own that want a place."""
        self.form = form
        self.cover = submission.cover
        self.tables = submission.tables
        self.is_shifted = False
        """Whether some rows or columns have other names in the return than in the file."""
        self._listed: Mapping[Listing, int] = {}
        self._boards: list[_Board] = []
        self._positions: dict[str, list[int]] = {}
        self._begins: dict[str, list[int]] = {}
        self._set_up(submission)
        self._make_room(submission, others)
        # Two sheets of one name: their tables do not stand below each other.
        self._mixed = {title for title, begins in self._begins.items() if begins != sorted(begins)}

    def _set_up(self, submission: Submission) -> None:
        names = Counter(table.name for table in submission.tables)
        titles = Counter(table.title for table in submission.tables)
        filled: Counter[str] = Counter()
        """Sheet of the form → how many of its rows in the return tables have taken up, one after another."""
        for position, table in enumerate(submission.tables):
            self._positions.setdefault(table.title, []).append(position)
            self._begins.setdefault(table.title, []).append(min(table.header_rows, default=1))
            layout = table_layout(self.form.by_name[table.name])
            is_alone = names[table.name] == titles[table.title] == 1 and not submission.own_layout
            board = _board_in_place(table, layout) if is_alone else None
            if board is None:
                board = _Board(table, layout, layout.first_row + filled[table.name])
                filled[table.name] += len(table.rows)
            self._boards.append(board)
            self.is_shifted |= board.renames

    def _make_room(self, submission: Submission, others: Iterable[tuple[str, int, int]]) -> None:
        """Make room for what stands beside the tables that stand alone: unplaced content, rows left out, `others`."""
        wanted: defaultdict[str, set[int]] = defaultdict(set)
        for title, column in chain(_columns_beside(submission), ((title, column) for title, _, column in others)):
            wanted[title].add(column)
        for title, positions in self._positions.items():
            board = self._boards[positions[-1]]
            if len(positions) == 1 and board.keeps_rows:
                board.give_room(wanted[title] | board.columns_left_out)

    def rows(self, position: int) -> Sequence[int]:
        """The rows of the return that the data rows of a table are in."""
        return self._boards[position].rows

    def keeps_rows(self, position: int) -> bool:
        """Whether a table is given back with all that stands between and below its rows."""
        return self._boards[position].keeps_rows

    def cell(self, title: str, row: int, column: int) -> tuple[str, Cell] | None:
        """(sheet, cell) of the return where a cell of the file is; None if the return has none for it."""
        if self.cover is not None and self.cover.title == title and title not in self._positions:
            return self._cover_cell(self.cover, row, column)
        for position in self._positions.get(title, ()):
            board = self._boards[position]
            place = board.cell(row, column)
            if place is not None:
                return self.form.by_name[board.table.name].title, place
        return None

    def _cover_cell(self, cover: Labels, row: int, column: int) -> tuple[str, Cell] | None:
        sheet = self.form.by_name[cover.name]
        layout = label_layout(sheet)
        for name, place in cover.cells.items():
            if place == (row, column):
                return sheet.title, layout.value(name)
            if cover.label_cells.get(name) == (row, column):
                return sheet.title, layout.label(name)
        # On a cover of ours, whatever else stands on it stays where it is.
        is_ours = cover.cells and all(layout.value(name) == place for name, place in cover.cells.items())
        return (sheet.title, (row, column)) if is_ours else None

    def list_at(self, listed: Mapping[Listing, int]) -> None:
        """Say in which row of 未能归位内容 cells of the file are listed; findings about them lead there."""
        self._listed = listed

    def find(self, finding: Finding) -> Spot | None:
        """The place of a finding; None if it is about something that the return has no sheet for."""
        if not finding.sheet:
            return Spot((self.form.cover or self.form.main_sheet).title)
        areas = finding.place.areas
        found = self._on_cover(finding, areas) or self._in_tables(finding, areas) or self._elsewhere(finding, areas)
        if found is not None:
            return found
        sheet = self._sheet_of(finding.sheet)
        return None if sheet is None else Spot(sheet.title, tuple(self._cell_of_field(sheet, finding)))

    def _on_cover(self, finding: Finding, areas: Sequence[Area]) -> Spot | None:
        """The labelled cells that a finding is about."""
        for labels in self._covers(finding.sheet):
            sheet = self.form.by_name[labels.name]
            cells = self._cover_cells(labels, sheet, areas, finding)
            if cells:
                return _spot(sheet, cells)
        return None

    def _in_tables(self, finding: Finding, areas: Sequence[Area]) -> Spot | None:
        """The cells of tables that a finding is about; those of one sheet of the form, if the file's sheet has several."""
        sheet: Sheet | None = None
        cells: list[Cell] = []
        for position in self._tables_at(finding.sheet, areas):
            board = self._boards[position]
            definition = self.form.by_name[board.table.name]
            found = self._table_cells(board, areas, finding)
            if found and (sheet is None or sheet is definition):
                sheet = definition
                cells += found
        return None if sheet is None else _spot(sheet, cells)

    def _elsewhere(self, finding: Finding, areas: Sequence[Area]) -> Spot | None:
        """The place of a finding about cells that no table and no label has: where they were put back, or are listed."""
        if not areas and finding.sheet not in self._positions and not self._covers(finding.sheet):
            return self._listed_spot(finding.sheet, 0, 0)
        found = (self._listed_area(finding.sheet, area) or self._area_put_back(finding.sheet, area) for area in areas)
        return next((spot for spot in found if spot is not None), None)

    def _listed_area(self, sheet: str, area: Area) -> Spot | None:
        return self._listed_spot(sheet, area.top, 0 if area.is_whole_rows else area.left)

    def _area_put_back(self, sheet: str, area: Area) -> Spot | None:
        """Where a cell is that stands beside the tables; of more than one row nobody can tell."""
        if area.is_whole_rows or area.top != area.bottom:
            return None
        found = self.cell(sheet, area.top, area.left)
        return Spot(found[0], (found[1],)) if found is not None else None

    def _listed_spot(self, sheet: str, row: int, column: int) -> Spot | None:
        line = self._listed.get((sheet, row, column))
        return None if line is None else Spot(UNPLACED_SHEET, ((line, UNPLACED_CONTENT_COLUMN),))

    def _covers(self, title: str) -> list[Labels]:
        return [self.cover] if self.cover is not None and self.cover.title == title else []

    def _tables_at(self, title: str, areas: Sequence[Area]) -> list[int]:
        """The tables of a sheet of the file that an area may touch: each reaches from its header down to the next one's."""
        if title in self._mixed:
            return self._positions[title]
        begins = self._begins.get(title)
        if not begins:
            return []
        touched: set[int] = set()
        for area in areas:
            first = max(0, bisect_right(begins, area.top) - 1)
            touched.update(self._positions[title][first : bisect_right(begins, area.bottom)])
        return sorted(touched)

    def _sheet_of(self, title: str) -> Sheet | None:
        """What a sheet of the file is in the form: by the labels read there, its first table, or else its name."""
        for labels in self._covers(title):
            return self.form.by_name[labels.name]
        positions = self._positions.get(title)
        if positions:
            return self.form.by_name[self.tables[positions[0]].name]
        return next((sheet for sheet in self.form.sheets if fold(title) in sheet.sheet_keys), None)

    @staticmethod
    def _cover_cells(labels: Labels, sheet: Sheet, areas: Sequence[Area], finding: Finding) -> list[Cell]:
        layout = label_layout(sheet)
        named = _field_of(sheet, finding)
        if not areas:
            return [layout.value(named.name)] if named is not None else []
        touched = [name for name, cell in labels.cells.items() if any(area.has(*cell) for area in areas)]
        return [layout.value(name) for name in touched if named is None or named.name == name]

    def _table_cells(self, board: _Board, areas: Sequence[Area], finding: Finding) -> list[Cell]:
        """The cells of the return with what areas of the file have of a table, for a finding about them."""
        header_row = board.layout.header_row
        named = _field_of(self.form.by_name[board.table.name], finding)
        lacking = named is not None and not board.has_field(named.name)
        cells: list[Cell] = []
        for area in areas:
            if board.touches_header(area):
                if named is not None and lacking and not area.is_whole_columns:
                    # The file's column is none; the return has one for the field again.
                    return [(header_row, board.layout.columns[named.name])]
                cells += [(header_row, column) for column in board.columns_in(area)]
                if area.is_whole_columns:
                    continue  # its header stands for it
            cells += product(_rows_in(board, area), self._columns_marked(board, area, named))
        return cells

    @staticmethod
    def _columns_marked(board: _Board, area: Area, named: Field | None) -> list[int]:
        """The columns of the return that are marked in the data rows of an area."""
        layout = board.layout
        if area.is_whole_rows:
            is_lacking = named is not None and named.name not in board.table.columns
            return [layout.columns[named.name] if named is not None and is_lacking else layout.findings_column]
        return board.columns_in(area) or [layout.findings_column]

    @staticmethod
    def _cell_of_field(sheet: Sheet, finding: Finding) -> list[Cell]:
        """The header (or the cover's input cell) of the field that a finding is about."""
        field = _field_of(sheet, finding)
        if field is None:
            return []
        if sheet.layout == "labels":
            return [label_layout(sheet).value(field.name)]
        layout = table_layout(sheet)
        return [(layout.header_row, layout.columns[field.name])]


def _columns_beside(submission: Submission) -> Iterator[tuple[str, int]]:
    """Sheet and column of what belongs to no field and can be put back."""
    for entry in submission.unplaced:
        if entry.value != NOT_CARRIED:
            yield entry.sheet, entry.place.begin[1]


def _field_of(sheet: Sheet, finding: Finding) -> Field | None:
    """The field of a sheet of the form that a finding is about: by its key, else by what its header says in the file."""
    place = finding.place
    if place.field and place.table == sheet.name:
        return sheet.by_name[place.field]
    return sheet.field_for_header(finding.header) if finding.header else None


def _spot(sheet: Sheet, cells: Iterable[Cell]) -> Spot:
    return Spot(sheet.title, tuple(dict.fromkeys(cells)))


def _board_in_place(table: Table, layout: TableLayout) -> _Board | None:
    """The board of a table that keeps its rows; None if it has no header to keep them at, or they reach too far down."""
    board = _Board(table, layout, None)
    return board if table.header_rows and board.fits else None


def _rows_in(board: _Board, area: Area) -> list[int]:
    """The rows of the return with what an area of the file has: data, and what was left out and is given back."""
    rows = board.table.rows
    data = [board.rows[index] for index in range(bisect_left(rows, area.top), bisect_right(rows, area.bottom))]
    if not board.keeps_rows:
        return data
    left = board.left_out
    left = left[bisect_left(left, area.top) : bisect_right(left, area.bottom)]
    moved = [place for row in left if (place := board.row(row)) is not None]
    return sorted({*data, *moved})
