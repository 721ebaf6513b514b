"""A careful clerk at the desk: opens a workbook, reads each finding, does what it says, and nothing else.

The clerk knows what the unit meant to write (the clean content) only where a text, a name, a score or a date must be
written afresh; words, numbers of rows and expected values come from the finding.
"""

from __future__ import annotations

import copy
import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lzxl.checks.context import Context
from lzxl.demo.bureau import SampleUnit
from lzxl.forms.findings import Finding
from lzxl.forms.load import load_form
from lzxl.forms.model import Form, Sheet
from lzxl.forms.text import column_index
from lzxl.workbook.layout import label_layout, table_layout
from lzxl.workbook.reading.content import SheetContent, WorkbookContent
from lzxl.workbook.reading.read import read_open
from lzxl.workbook.submission import Submission

# Days of a warning in the order in which they come.
_CHAIN = ("collected_on", "verified_on", "disposed_on", "feedback_on")


@dataclass
class Desk:
    """One filled workbook, as content: what the reader sees of a file."""

    file: str
    form: Form
    content: WorkbookContent
    clean: Mapping[str, Sequence[Mapping[str, Any]]]
    clean_cover: Mapping[str, Any]

    def sheet(self, title: str) -> SheetContent:
        return next(sheet for sheet in self.content.sheets if sheet.name == title)

    def read(self) -> Submission:
        return read_open(copy.deepcopy(self.content), self.file, self.form.id)

    def put(self, title: str, cell: str, value: Any) -> None:
        letters = cell.rstrip("0123456789")
        value = "、".join(value) if isinstance(value, tuple) else value
        self.sheet(title).put(int(cell[len(letters) :]), column_index(letters), value)


def desk(sample: SampleUnit, form_id: str, period: str) -> Desk:
    """A unit's workbook of one form, filled in without a fault, as content: no file is written."""
    form = load_form(form_id)
    cover = {
        "unit_name": sample.unit.name,
        "unit_code": sample.unit.code,
        "period": period,
        **sample.cover(form_id),
    }
    tables = sample.tables(form_id)
    sheets = []
    for sheet in form.sheets:
        made = SheetContent(sheet.title)
        if sheet.layout == "labels":
            labels = label_layout(sheet)
            for entry in sheet.fields:
                made.put(*labels.label(entry.name), entry.title)
                made.put(*labels.value(entry.name), cover.get(entry.name))
        else:
            layout = table_layout(sheet)
            for entry in sheet.fields:
                made.put(layout.header_row, layout.columns[entry.name], entry.title)
            for number, row in enumerate(tables[sheet.name]):
                for name, value in row.items():
                    made.put(layout.first_row + number, layout.columns[name], value)
        sheets.append(made)
    unit = sample.unit
    stamp = {"form": form.id, "version": form.version, "unit": unit.code, "unit_name": unit.name, "period": period}
    content = WorkbookContent("xlsx", sheets, properties={f"lzxl_{key}": value for key, value in stamp.items()})
    return Desk(f"{unit.name}{form.title}.xlsx", form, content, tables, cover)


class Clerk:
    """Mends one workbook by its findings."""

    def __init__(self, workbook: Desk, context: Context) -> None:
        self.desk = workbook
        self.context = context

    def mend(self, submission: Submission, findings: Sequence[Finding]) -> None:
        """Do what each finding says: first all with one answer, then choices, then what must be written afresh."""
        steps = ("restore_header", "clear", "set", "choose", "fill", "add_row", "review")
        done: set[tuple[str, str]] = set()
        for finding in sorted(findings, key=lambda entry: steps.index(entry.remedy.action)):
            place = (finding.sheet, finding.cell)
            if finding.severity == "info" or (place in done and finding.cell):
                continue
            if finding.remedy.action in ("restore_header", "clear", "set", "choose", "fill"):
                done.add(place)
            self._do(submission, finding)

    def _do(self, submission: Submission, finding: Finding) -> None:
        remedy = finding.remedy
        if remedy.action == "clear":
            self.desk.put(finding.sheet, finding.cell, None)
        elif remedy.action in ("set", "restore_header"):
            assert remedy.value is not None, finding
            self.desk.put(finding.sheet, finding.cell, remedy.value)
        elif remedy.action == "choose":
            assert remedy.value, finding
            self.desk.put(finding.sheet, finding.cell, remedy.value[0])
        elif remedy.action == "fill":
            self.desk.put(finding.sheet, finding.cell, self._written_afresh(submission, finding))
        elif finding.code == "no_rows":
            self._label("nil_return", "是")
            self._label("nil_reason", "本期没有。")
        elif finding.code in ("key_post_uncovered", "power_uncovered"):
            self._label("coverage_note", f"{self._labelled('coverage_note') or ''}{finding.value}：确无风险点。")
        elif finding.code == "measure_not_linked":
            self._add_measure(finding)
        elif finding.code == "column_private":
            for row in self.desk.sheet(finding.sheet).rows:
                self.desk.put(finding.sheet, f"{finding.cell.rstrip('0123456789')}{row}", None)
        elif finding.code in ("version_old", "sheet_unplaced", "hidden_row", "hidden_column", "column_missing"):
            self._repair_sheet(finding)

    def _label_place(self, name: str) -> tuple[str, tuple[int, int]]:
        assert self.desk.form.cover is not None
        return self.desk.form.cover.title, label_layout(self.desk.form.cover).value(name)

    def _label(self, name: str, value: Any) -> None:
        title, place = self._label_place(name)
        self.desk.sheet(title).put(*place, value)

    def _labelled(self, name: str) -> Any:
        title, place = self._label_place(name)
        value = self.desk.sheet(title).cell(*place)
        return value if isinstance(value, str) else None

    def _sheet(self, title: str) -> Sheet:
        return next(sheet for sheet in self.desk.form.sheets if sheet.title == title)

    def _written_afresh(self, submission: Submission, finding: Finding) -> Any:
        """The content that the unit meant, of the field's kind and in keeping with its row."""
        sheet = self._sheet(finding.sheet)
        entry = next((entry for entry in sheet.fields if entry.title == finding.header), None)
        if entry is None:  # a column of the unit's own
            return "110101199001011234"
        letters = finding.cell.rstrip("0123456789")
        row, column = int(finding.cell[len(letters) :]), column_index(letters)
        if sheet.layout == "labels":
            if entry.name == "reported_on":
                return self._filing_day()
            return self.desk.clean_cover.get(entry.name) or "本期没有。"
        layout = table_layout(sheet)
        rows = self.desk.clean[sheet.name]
        clean = rows[row - layout.first_row].get(entry.name) if row - layout.first_row < len(rows) else None
        if finding.code == "not_unique":
            used = {self.desk.sheet(sheet.title).cell(number, column) for number in self.desk.sheet(sheet.title).rows}
            return next(row[entry.name] for row in rows if row.get(entry.name) not in used)
        if entry.kind == "date":
            return self._day(sheet, entry.name, row, column, clean)
        if entry.kind == "score":
            points = self.desk.sheet(sheet.title).cell(row, layout.columns["points"])
            reason = self.desk.sheet(sheet.title).cell(row, layout.columns["deduction"])
            return clean if reason and clean is not None else points
        return clean if clean is not None else "按实填写"

    def _filing_day(self) -> datetime.date:
        """The day of filing is the day on which all that the sheets tell has happened."""
        days = [
            value
            for sheet in self.desk.form.tables
            for name in (*_CHAIN, "filled_on", "submitted_on")
            if name in sheet.by_name
            for row in range(table_layout(sheet).first_row, 400)
            if isinstance(
                value := self.desk.sheet(sheet.title).cell(row, table_layout(sheet).columns[name]), datetime.date
            )
        ]
        return max([self.desk.clean_cover["reported_on"], *days])

    def _day(self, sheet: Sheet, name: str, row: int, column: int, clean: Any) -> datetime.date:
        """A day that fits between the days before and after it in the same row, in the period, before filing."""
        filed = self.desk.clean_cover["reported_on"]
        content = self.desk.sheet(sheet.title)
        columns = table_layout(sheet).columns

        def days(names: Sequence[str]) -> list[datetime.date]:
            cells = [content.cell(row, columns[other]) for other in names if other in columns]
            return [day for day in cells if isinstance(day, datetime.date)]

        if name == "feedback_due":
            return max([*days(_CHAIN), *(() if days(("feedback_on",)) else (filed,))])
        if name not in _CHAIN:
            return clean if isinstance(clean, datetime.date) else filed
        at = _CHAIN.index(name)
        earliest = max(days(_CHAIN[:at]), default=datetime.date(filed.year, 1, 1))
        later = (*_CHAIN[at + 1 :], "feedback_due")
        latest = min([filed, *days(later)])
        for day in (content.cell(row, column), clean):
            if isinstance(day, datetime.date) and earliest <= day <= latest:
                return day
        return earliest if at else min(max(earliest, latest), filed)

    def _add_measure(self, finding: Finding) -> None:
        """Write one measure for the risk point below the last one, unless some measure answers it by now."""
        sheet = self.desk.form.by_name["measures"]
        layout, content = table_layout(sheet), self.desk.sheet(sheet.title)
        rows = [row for row in content.rows if row >= layout.first_row]
        if any(content.cell(row, layout.columns["risk_id"]) == finding.value for row in rows):
            return
        row = max(rows) + 1
        unit = finding.value.split("-")[0]
        measure = {**self.desk.clean["measures"][0], "id": f"{unit}-C{900 + row}", "risk_id": finding.value}
        for name, value in measure.items():
            content.put(row, layout.columns[name], value)

    def _repair_sheet(self, finding: Finding) -> None:
        if finding.code == "version_old":
            self.desk.content.properties["lzxl_version"] = self.desk.form.version
        elif finding.code == "sheet_unplaced":
            self.desk.content.sheets = [sheet for sheet in self.desk.content.sheets if sheet.name != finding.sheet]
        elif finding.code in ("hidden_row", "hidden_column"):
            self.desk.sheet(finding.sheet).hidden_rows.clear()
            self.desk.sheet(finding.sheet).hidden_columns.clear()
        else:  # a column was deleted: put it back at the right, filled in
            sheet = self._sheet(finding.sheet)
            entry = next(entry for entry in sheet.fields if entry.title == finding.header)
            header = int(finding.cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
            content = self.desk.sheet(sheet.title)
            column = max(len(cells) for cells in content.rows.values()) + 1
            content.put(header, column, entry.title)
            for number, row in enumerate(self.desk.clean[sheet.name], 1):
                content.put(header + number, column, row.get(entry.name))
