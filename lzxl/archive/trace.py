"""Where every number comes from: figure → sheet and cell of the summary → formula → the rows it counts → the files that units sent."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from openpyxl import Workbook, load_workbook

from lzxl.campaign.books import book_path
from lzxl.campaign.folder import Campaign
from lzxl.campaign.standing import Standing
from lzxl.forms.load import book_ids, load_form, unit_form_ids
from lzxl.papers.figures import Figure

_TEXT = re.compile(r'"[^"]*"')
# What a bracket follows is a function: LOG10( looks like a cell.
_AREA = re.compile(
    r"(?:(?:'(?P<quoted>(?:[^']|'')+)'|(?P<plain>[^\s'!(),=<>&+*/:^-]+))!)?"
    r"(?P<cells>\$?[A-Z]{1,3}\$?\d+(?::\$?[A-Z]{1,3}\$?\d+)?)(?![\w(])"
)
WRITTEN = "名册、收件登记、簿册"
"""What is told of a figure that comes from no row of a unit: the program worked it out of these."""


@dataclass(frozen=True)
class Source:
    """A file that a sheet of the summary was made of."""

    sheet: str
    unit: str
    form: str
    received: str
    path: str
    sha256: str


class Trace:
    """The way from the figures of a summary back to the files."""

    def __init__(self, campaign: Campaign, standing: Standing, summary: Path) -> None:
        self.campaign, self.standing, self.summary = campaign, standing, summary

    @cached_property
    def _workbook(self) -> Workbook:
        return load_workbook(self.summary)

    @cached_property
    def _forms(self) -> Mapping[str, frozenset[str]]:
        """Sheet of the summary that has rows of units → the forms that they are of."""
        found: dict[str, frozenset[str]] = {}
        for form_id in unit_form_ids():
            for sheet in load_form(form_id).tables:
                if sheet.shown is not None:
                    found[sheet.shown.title] = found.get(sheet.shown.title, frozenset()) | {form_id}
        return found

    def rows_of(self, figure: Figure) -> tuple[str, ...]:
        """The sheets with rows of units that a figure is made of: cell by cell from its own on, through whatever these ask."""
        waiting = list(_areas(f"{figure.cell}", figure.sheet))
        seen: set[tuple[str, str]] = set()
        found: set[str] = set()
        while waiting:
            area = waiting.pop()
            if area in seen or area[0] not in self._workbook.sheetnames:
                continue
            seen.add(area)
            if area[0] in self._forms:
                found.add(area[0])
            else:
                waiting += self._asked_by(*area)
        return tuple(sheet for sheet in self._workbook.sheetnames if sheet in found)

    def _asked_by(self, sheet: str, cells: str) -> Iterator[tuple[str, str]]:
        """The areas that the formulas in an area ask."""
        asked = self._workbook[sheet][cells]
        rows = asked if isinstance(asked, tuple) else ((asked,),)
        for row in rows:
            for cell in row if isinstance(row, tuple) else (row,):
                if cell.data_type == "f":
                    yield from _areas(str(cell.value), sheet)

    @cached_property
    def sources(self) -> tuple[Source, ...]:
        """The files of every sheet with rows, in the order of sheets and roster; then the office's books."""
        return (*self._filed(), *self._books())

    def _filed(self) -> Iterator[Source]:
        for sheet in self._workbook.sheetnames:
            forms = self._forms.get(sheet, frozenset())
            for filing in self.standing.filings:
                path = self.campaign.root / filing.file
                if filing.form in forms and filing.file and path.is_file():
                    title = f"{filing.title}第{filing.version}版"
                    yield Source(sheet, filing.unit.code, title, filing.received, filing.file, _digest(path))

    def _books(self) -> Iterator[Source]:
        for form_id in book_ids():
            path = book_path(self.campaign, form_id)
            if path.is_file():
                title = load_form(form_id).title
                yield Source("办公室簿册", "", title, "", self.campaign.relative(path), _digest(path))


def trace_rows(trace: Trace, figures: Sequence[Figure]) -> list[tuple[str, ...]]:
    """A row for each figure: what, value, sheet, cell, rule, the sheets with its rows, and how many files these are of."""
    rows: list[tuple[str, ...]] = []
    for number, figure in enumerate(figures, 1):
        sheets = trace.rows_of(figure)
        files = {one.path for one in trace.sources if one.sheet in sheets}
        told = f"{len(files)}份" if files else WRITTEN
        rows.append(
            (str(number), figure.what, figure.shown, figure.sheet, figure.cell, figure.rule, "、".join(sheets), told)
        )
    return rows


def _areas(formula: str, sheet: str) -> Iterator[tuple[str, str]]:
    """(sheet, cells) of everything that a formula asks; `sheet`: the one that it stands on."""
    # A text in a formula may read like a cell: "A1".
    for match in _AREA.finditer(_TEXT.sub("", formula)):
        named = (match["quoted"] or "").replace("''", "'") or match["plain"] or sheet
        yield named, match["cells"].replace("$", "")


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
