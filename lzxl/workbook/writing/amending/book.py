"""A workbook that is being changed: its sheets as they are asked for, and the parts of the file that change."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lzxl.forms.load import load_form
from lzxl.forms.model import Form, Sheet
from lzxl.forms.text import address
from lzxl.submission import Table
from lzxl.workbook.reading.content import WorkbookContent
from lzxl.workbook.reading.number_formats import NumberFormat
from lzxl.workbook.reading.package import Package
from lzxl.workbook.reading.read import read_open
from lzxl.workbook.reading.xlsx_styles import read_styles
from lzxl.workbook.writing.amending.calculation import calculate_on_load, without_links
from lzxl.workbook.writing.amending.changes import AmendError, Change, NewRow
from lzxl.workbook.writing.amending.ranges import Names, grow
from lzxl.workbook.writing.amending.sheet import AmendedSheet
from lzxl.workbook.writing.sheet_xml import SheetPart
from lzxl.workbook.writing.xml_part import OddXmlError, XmlPart

_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")


class AmendedBook:
    """A workbook that is being changed."""

    def __init__(self, package: Package, form: Form, content: WorkbookContent) -> None:
        """Raises AmendError, or OddXmlError, for one that cannot be changed."""
        self.form = form
        self.before = read_open(content, "", None, form.scheme)
        """What was read of it."""
        if self.before.form != form.id:
            raise AmendError("other_form", title=load_form(self.before.form).title if self.before.form else "")
        self.sheets: dict[str, AmendedSheet] = {}
        """The sheet's name in the form → the sheet, if a change is asked for."""
        self._content = content
        self._package = package
        self._main = package.main_part("xl/workbook.xml")
        self._related = package.relations(self._main)
        self._entries = [one.attributes for one in package.elements(self._main, "sheet")]
        parts = {one.kind: one.part for one in self._related.values()}
        self._refuse_bound(parts)
        self._formats: Sequence[NumberFormat] = read_styles(package.xml(parts["styles"])) if "styles" in parts else ()
        self._chain = parts.get("calcChain", "")
        # Parts are changed by their names: of two that are spelled alike, another program may read the other one.
        if not package.is_plain:
            raise OddXmlError

    def _refuse_bound(self, kinds: dict[str, str]) -> None:
        """Raise AmendError if other bytes of the file speak of those that would change."""
        # The log of a shared workbook tells of each cell what it was before: it would know nothing of these changes.
        if "revisionHeaders" in kinds:
            raise AmendError("shared")
        # The relation's type ends in digital-signature/origin (ECMA-376 part 2, 13).
        if any(one.kind == "origin" for one in self._package.relations("").values()):
            raise AmendError("signed")

    def apply(self, change: Change) -> None:
        """Take a change in. Raises AmendError where it cannot be made."""
        if change.sheet not in self.sheets:
            self.sheets[change.sheet] = self._open(self.form.by_name[change.sheet])
        sheet = self.sheets[change.sheet]
        if isinstance(change, NewRow):
            sheet.add(change.values)
        else:
            sheet.set(change.row, change.values)

    def _open(self, sheet: Sheet) -> AmendedSheet:
        tables = self.before.tables_of(sheet.name)
        title = self._title_of(sheet, tables)
        content = next(one for one in self._content.sheets if one.name == title)
        xml = SheetPart(self._package.read(self._part(title)))
        return AmendedSheet(sheet, tables, content, xml, self._formats, self._content.date1904)

    def _title_of(self, sheet: Sheet, tables: Sequence[Table]) -> str:
        """What the one sheet is called on which tables stand. Raises AmendError where it is not one."""
        if not tables:
            raise AmendError("sheet_missing", sheet=sheet.title)
        title, *others = {table.title for table in tables}
        if others or len(self._places(title)) != 1:
            raise AmendError("sheet_twice", sheet=sheet.title)
        return title

    def _places(self, title: str) -> list[int]:
        """Where sheets of a name stand in the workbook's list: names of one sheet alone know it by that number."""
        return [place for place, entry in enumerate(self._entries) if entry.get("name") == title]

    def _entry(self, title: str) -> dict[str, str]:
        return self._entries[self._places(title)[0]]

    def _part(self, title: str) -> str:
        return self._related[self._entry(title).get("id", "")].part

    def written(self) -> dict[str, bytes]:
        """The parts that change, under their names in the file; none if nothing does."""
        changed = [sheet for sheet in self.sheets.values() if sheet.set_to]
        if not changed:
            return {}
        parts: dict[str, bytes] = {}
        workbook = XmlPart(self._package.read(self._main))
        for sheet in changed:
            names = Names(workbook, str(self._places(sheet.title)[0]))
            parts |= grow(sheet, names, self._package, self._part(sheet.title))
            parts[self._part(sheet.title)] = sheet.write()
        if self._has_formulas(changed):
            calculate_on_load(workbook)
        if workbook.splices:
            parts[self._main] = workbook.written()
        parts |= self._shorter_chain(changed)
        # Names of parts are alike whatever the case of their letters (ECMA-376 part 2); those of a zip file are not.
        return {self._package.spelling(name): data for name, data in parts.items()}

    def _has_formulas(self, changed: Sequence[AmendedSheet]) -> bool:
        """Whether there is anything to calculate, in the file as it was or in what is put into it."""
        if any(sheet.has_live for sheet in changed):
            return True
        worksheets = (one.part for one in self._related.values() if one.kind == "worksheet")
        return any(_FORMULA.search(self._package.read(part)) for part in worksheets if part in self._package)

    def _shorter_chain(self, changed: Sequence[AmendedSheet]) -> dict[str, bytes]:
        """The chain of calculation, if cells of it have no formula any more."""
        # Excel takes a file for damaged whose chain names a cell without a formula.
        gone = {
            (self._entry(sheet.title).get("sheetId", ""), address(*place))
            for sheet in changed
            for place in sheet.formulas_gone
        }
        if not gone or not self._chain or self._chain not in self._package:
            return {}
        return {self._chain: without_links(self._package.read(self._chain), gone)}
