"""Collects the findings of one submission, and knows how to place them."""

from __future__ import annotations

from typing import Any

from lzxl.forms.findings import Catalogue, Finding
from lzxl.forms.load import load_form
from lzxl.forms.model import Field, Form
from lzxl.forms.values import display
from lzxl.workbook.submission import Submission, Table


class Report:
    """The findings made about one submission so far."""

    def __init__(self, submission: Submission, catalogue: Catalogue) -> None:
        self.submission = submission
        self.catalogue = catalogue
        self.form: Form = load_form(submission.form)
        self.findings: list[Finding] = list(submission.findings)

    def field(self, table: Table, name: str) -> Field:
        return self.form.by_name[table.name].by_name[name]

    def cell(self, code: str, table: Table, name: str, index: int, **details: Any) -> None:
        """A finding at a field's cell in row `index`; the header and the content are filled in from there."""
        entry = self.field(table, name)
        details.setdefault("value", display(table.shown(name, index)))
        details.setdefault("basis", entry.clause)
        self.findings.append(
            self.catalogue.finding(code, sheet=table.title, cell=table.cell(name, index), header=entry.title, **details)
        )

    def label(self, code: str, name: str, **details: Any) -> None:
        """A finding at a labelled cell of the cover."""
        cover = self.submission.cover
        assert cover is not None
        entry = self.form.by_name[cover.name].by_name[name]
        details.setdefault("value", display(cover.raw.get(name, cover.values.get(name))))
        details.setdefault("basis", entry.clause)
        self.findings.append(
            self.catalogue.finding(code, sheet=cover.title, cell=cover.cell(name), header=entry.title, **details)
        )

    def whole(self, code: str, sheet: str = "", cell: str = "", **details: Any) -> None:
        """A finding about the whole file, a sheet, or a range of it."""
        self.findings.append(self.catalogue.finding(code, sheet=sheet, cell=cell, **details))
