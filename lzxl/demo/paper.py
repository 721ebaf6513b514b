"""A filled workbook in a unit's hands: cells by field name, and a list of what has gone wrong in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from lzxl.forms.load import load_catalogue, load_form
from lzxl.forms.model import Form
from lzxl.forms.text import address
from lzxl.workbook.layout import label_layout, table_layout


@dataclass(frozen=True)
class Planted:
    """A fault that was put into a file on purpose, and the finding that must come of it."""

    code: str
    severity: str
    sheet: str
    cell: str
    what: str


@dataclass
class Paper:
    """One filled workbook. `rows` are the rows it was filled with, by sheet name."""

    workbook: Workbook
    form_id: str
    rows: Mapping[str, Sequence[Mapping[str, Any]]]
    people_shown: Mapping[str, Mapping[str, str | float]] = field(default_factory=dict)
    """Sheet title → address → what a formula that looks up a person shows."""
    planted: list[Planted] = field(default_factory=list)

    @property
    def form(self) -> Form:
        return load_form(self.form_id)

    def worksheet(self, name: str) -> Worksheet:
        sheet: Worksheet = self.workbook[self.form.by_name[name].title]
        return sheet

    def row(self, name: str, index: int) -> int:
        """The spreadsheet row of data row `index` (negative: from the end)."""
        count = len(self.rows[name])
        return table_layout(self.form.by_name[name]).first_row + (index % count)

    def column(self, name: str, field_name: str) -> int:
        return table_layout(self.form.by_name[name]).columns[field_name]

    def header_row(self, name: str) -> int:
        return table_layout(self.form.by_name[name]).header_row

    def place(self, name: str, field_name: str, index: int) -> str:
        return address(self.row(name, index), self.column(name, field_name))

    def put(self, name: str, field_name: str, index: int, value: Any, number_format: str | None = None) -> str:
        """Type `value` into a cell as a unit would, over whatever is there; the cell's address."""
        cell = self.worksheet(name).cell(self.row(name, index), self.column(name, field_name))
        cell.value = value
        if number_format is not None:
            cell.number_format = number_format
        return cell.coordinate

    def put_label(self, field_name: str, value: Any) -> str:
        cover = self.form.cover
        assert cover is not None
        cell = self.workbook[cover.title].cell(*label_layout(cover).value(field_name))
        cell.value = value
        return cell.coordinate

    @property
    def is_spoiled(self) -> bool:
        """Whether the workbook will be sent back."""
        return any(fault.severity == "error" for fault in self.planted)

    def expect(self, code: str, sheet: str, cell: str, what: str, severity: str = "") -> None:
        """Note what a check must find. `sheet` is a sheet's name in the form, "" for the file, or a sheet's title."""
        title = self.form.by_name[sheet].title if sheet in self.form.by_name else sheet
        severity = severity or load_catalogue().rules[code].severity
        self.planted.append(Planted(code, severity, title, cell, what))

    def first(self, name: str, **wanted: Any) -> int:
        """The index of the first row whose fields have the wanted values."""
        for index, row in enumerate(self.rows[name]):
            if all(row.get(key) == value for key, value in wanted.items()):
                return index
        raise LookupError(f"{name}: {wanted}")
