"""Finds, for a place in a unit's own file, the same place in its marked return."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lzxl.forms.findings import Finding
from lzxl.forms.model import Form, Sheet
from lzxl.forms.text import address, column_index, fold
from lzxl.workbook.layout import label_layout, table_layout
from lzxl.workbook.submission import Labels, Submission, Table

_AREA = re.compile(r"\$?([A-Z]{0,3})\$?(\d*)(?::\$?([A-Z]{0,3})\$?(\d*))?")
_BETWEEN_AREAS = re.compile(r"[,，、;；\s]+")
_END = 1 << 24


@dataclass(frozen=True)
class Place:
    """Where a finding is in the return. `cells` are painted; a finding about a whole sheet or file has none."""

    sheet: str
    cells: tuple[tuple[int, int], ...] = ()

    @property
    def anchor(self) -> str:
        """The A1 address that the list of findings links to."""
        return address(*self.cells[0]) if self.cells else "A1"


@dataclass(frozen=True)
class Area:
    """A range of the unit's file, both ends included; whole rows and whole columns run to the end."""

    top: int
    left: int
    bottom: int
    right: int
    whole_rows: bool = False

    def has(self, row: int, column: int) -> bool:
        return self.top <= row <= self.bottom and self.left <= column <= self.right


def parse_areas(text: str) -> Iterator[Area]:
    """The areas of an address such as E4, E4:E9, 4:30, E:E or "E4,E7"; nothing for what is no address."""
    for part in _BETWEEN_AREAS.split(text.strip()):
        match = _AREA.fullmatch(part)
        if match is None or not part:
            continue
        left, top, right, bottom = match.groups()
        if right is None and bottom is None:
            right, bottom = left, top
        yield Area(
            top=int(top) if top else 1,
            left=column_index(left) if left else 1,
            bottom=int(bottom) if bottom else _END,
            right=column_index(right) if right else _END,
            whole_rows=not left and not right,
        )


class Placement:
    """Where every row and field of a submission went. Tables of one name stand one after another, in file order."""

    def __init__(self, form: Form, submission: Submission) -> None:
        self.form = form
        self.cover = submission.cover
        self.tables = submission.tables
        self._starts: list[int] = []
        self._positions: dict[str, list[int]] = {}
        self._begins: dict[str, list[int]] = {}
        filled: dict[str, int] = {}
        for position, table in enumerate(submission.tables):
            self._positions.setdefault(table.title, []).append(position)
            self._begins.setdefault(table.title, []).append(min(table.header_rows, default=1))
            first = table_layout(form.by_name[table.name]).first_row
            self._starts.append(first + filled.get(table.name, 0))
            filled[table.name] = filled.get(table.name, 0) + len(table.rows)

        # Two sheets of one name: their tables do not stand below each other.
        self._mixed = {title for title, begins in self._begins.items() if begins != sorted(begins)}

    def find(self, finding: Finding) -> Place | None:
        """The place of a finding; None if it is about something that the return has no sheet for."""
        if not finding.sheet:
            return Place((self.form.cover or self.form.main_sheet).title)
        cells: list[tuple[int, int]] = []
        sheet: Sheet | None = None
        areas = list(parse_areas(finding.cell))
        for labels in self._covers(finding.sheet):
            sheet = self.form.by_name[labels.name]
            cells += self._cover_cells(labels, sheet, areas, finding.header)
        if cells and sheet is not None:
            return Place(sheet.title, tuple(cells))
        for position in self._tables_at(finding.sheet, areas):
            table = self.tables[position]
            found = self._table_cells(position, table, areas, finding.header)
            if found and not cells:
                sheet = self.form.by_name[table.name]
            if found and sheet is not None and sheet.name == table.name:
                cells += found
        sheet = sheet or self._sheet_of(finding.sheet)
        if sheet is None:
            return None
        if not cells:
            cells = self._named_cell(sheet, finding.header)
        return Place(sheet.title, tuple(dict.fromkeys(cells)))

    def _covers(self, title: str) -> list[Labels]:
        return [self.cover] if self.cover is not None and self.cover.title == title else []

    def _tables_at(self, title: str, areas: Sequence[Area]) -> list[int]:
        """The tables of a sheet of the file that an area may touch: each reaches from its header down to the next one's."""
        begins = self._begins.get(title, [])
        if title in self._mixed:
            return self._positions[title]
        touched: dict[int, None] = {}
        for area in areas:
            first = max(0, bisect_right(begins, area.top) - 1)
            touched.update(
                dict.fromkeys(self._positions[title][first : bisect_right(begins, area.bottom)] if begins else ())
            )
        return sorted(touched)

    def _sheet_of(self, title: str) -> Sheet | None:
        """What a sheet of the file is in the form: by its first table, else by its name."""
        positions = self._positions.get(title)
        if positions:
            return self.form.by_name[self.tables[positions[0]].name]
        return next((sheet for sheet in self.form.sheets if fold(title) in sheet.sheet_keys), None)

    @staticmethod
    def _cover_cells(labels: Labels, sheet: Sheet, areas: list[Area], header: str) -> list[tuple[int, int]]:
        layout = label_layout(sheet)
        named = sheet.field_for_header(header) if header else None
        if not areas:
            return [layout.value(named.name)] if named is not None else []
        return [
            layout.value(name)
            for name, cell in labels.cells.items()
            if any(area.has(*cell) for area in areas) and (named is None or named.name == name)
        ]

    def _table_cells(self, position: int, table: Table, areas: list[Area], header: str) -> list[tuple[int, int]]:
        layout = table_layout(self.form.by_name[table.name])
        named = self.form.by_name[table.name].field_for_header(header) if header else None
        start = self._starts[position]
        cells: list[tuple[int, int]] = []
        for area in areas:
            fields = [name for name, column in table.columns.items() if area.left <= column <= area.right]
            if any(area.top <= row <= area.bottom for row in table.header_rows) and not area.whole_rows:
                cells += [(layout.header_row, layout.columns[name]) for name in fields]
                if area.bottom == _END:
                    continue  # a whole column: its header stands for it
            for index in range(bisect_left(table.rows, area.top), bisect_right(table.rows, area.bottom)):
                if area.whole_rows and named is not None and named.name not in table.columns:
                    cells.append((start + index, layout.columns[named.name]))  # a column that the file lacks
                elif area.whole_rows or not fields:
                    cells.append((start + index, layout.findings_column))
                else:
                    cells += [(start + index, layout.columns[name]) for name in fields]
        return cells

    @staticmethod
    def _named_cell(sheet: Sheet, header: str) -> list[tuple[int, int]]:
        """The header (or the cover's input cell) of the field that `header` names."""
        field = sheet.field_for_header(header) if header else None
        if field is None:
            return []
        if sheet.layout == "labels":
            return [label_layout(sheet).value(field.name)]
        layout = table_layout(sheet)
        return [(layout.header_row, layout.columns[field.name])]
