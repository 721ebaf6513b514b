"""What LibreOffice runs when a workbook has been opened: functions written as in Excel, LZ_LEVEL, become known.

LibreOffice 7.4 reads an .xlsx by the name that it itself gives a function, LZ.LEVEL; LZ_LEVEL stays a name that nobody
knows. Typed into a cell, the same formula is understood: it is the function's compatibility name (`build.py`). So what
was not understood is typed again. Runs in LibreOffice's own Python, which may be as old as 3.8.
"""

from __future__ import annotations

import re
from typing import Any

import unohelper  # type: ignore[import-not-found]
from com.sun.star.task import XJob  # type: ignore[import-not-found]

IMPLEMENTATION = "cn.lzxl.functions.Spelling"
SPREADSHEET = "com.sun.star.sheet.SpreadsheetDocument"
UNKNOWN = r"\blz_(level|basis|score|disposition|due)\("
"""How a formula shows our functions where they were not understood: in small letters."""


class Spelling(unohelper.Base, XJob):  # type: ignore[misc]
    """The job of the event that a document was loaded."""

    def __init__(self, context: Any) -> None:
        pass

    def execute(self, arguments: Any) -> None:
        """Type again what was not understood; what is no workbook, or is protected, stays as it is."""
        document = _opened(arguments)
        if document is None or not document.supportsService(SPREADSHEET):
            return
        # Whoever only looks must not be asked whether to save, nor undo what the job did.
        changed, undo = document.isModified(), document.getUndoManager()
        undo.lock()
        try:
            for sheet in document.Sheets:
                if not sheet.isProtected():
                    _type_again(sheet)
        finally:
            undo.unlock()
        if document.isModified() and not changed:
            document.setModified(False)


def _opened(arguments: Any) -> Any:
    """The document that was opened; None if nothing tells."""
    given = {argument.Name: argument.Value for argument in arguments}
    told = {entry.Name: entry.Value for entry in given.get("Environment", ())}
    return told.get("Model")


def _type_again(sheet: Any) -> None:
    search = sheet.createSearchDescriptor()
    search.SearchString = UNKNOWN
    search.SearchCaseSensitive = search.SearchRegularExpression = True
    for block in sheet.findAll(search) or ():
        formulas = block.getFormulaArray()
        if all(formula.startswith("=") for row in formulas for formula in row):
            block.setFormulaArray(formulas)
        else:
            _type_each(sheet, block, formulas)


def _type_each(sheet: Any, block: Any, formulas: Any) -> None:
    for row, line in enumerate(formulas):
        for column, formula in enumerate(line):
            _type_cell(sheet, block.getCellByPosition(column, row), formula)


def _type_cell(sheet: Any, cell: Any, formula: str) -> None:
    """One cell, or the whole of the array formula that it belongs to. A text that only speaks of a function is left alone."""
    if formula.startswith("="):
        cell.setFormula(formula)
    elif formula.startswith("{=") and re.search(UNKNOWN, cell.getFormula()):
        array = sheet.createCursorByRange(cell)
        array.collapseToCurrentArray()
        array.setArrayFormula(formula[1:-1])  # what getArrayFormula gives has commas, which it does not take back


g_ImplementationHelper = unohelper.ImplementationHelper()  # noqa: N816 - the loader looks for this name
g_ImplementationHelper.addImplementation(Spelling, IMPLEMENTATION, (IMPLEMENTATION,))
