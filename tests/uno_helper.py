"""Runs beside LibreOffice, in a Python that has its `uno` module: starts the office, answers one JSON line for each line.

    python3 uno_helper.py SOFFICE PROFILE_FOLDER

The first line out says that the office answers; then each line in is [operation, arguments…] and each line out is
{"value": …} or {"error": …}. The office ends with this process, and this process with its standard input. Not part of
the tests' own Python: nothing here may need more than Python 3.8 and `uno`.
"""

import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
import uuid
from contextlib import suppress
from pathlib import Path

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException
from com.sun.star.table import TableSortField

STARTING = 120
"""Seconds that an office may take to answer at first, on a machine that does other work."""


def start(soffice, profile):
    """The office's process, in a group of its own, and its desktop once it answers."""
    pipe = "lzxl" + uuid.uuid4().hex
    flags = ("--headless", "--invisible", "--norestore", "--nologo", "--nodefault", "--nofirststartwizard")
    process = subprocess.Popen(
        [soffice, "-env:UserInstallation=" + Path(profile).as_uri(), *flags, "--accept=pipe,name=" + pipe + ";urp;"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "HOME": profile, "SAL_USE_VCLPLUGIN": "svp"},
        start_new_session=True,
    )
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    until = time.monotonic() + STARTING
    while True:
        try:
            context = resolver.resolve("uno:pipe,name=" + pipe + ";urp;StarOffice.ComponentContext")
            return process, context
        except NoConnectException:
            if process.poll() not in (None, 0, 81) or time.monotonic() > until:  # 81: it starts itself again
                stop(process)
                raise
            time.sleep(0.05)


def stop(process):
    """End the office and whatever it started."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


class Session:
    """What may be asked of the office. Cells are [sheet, A1 address] or a range; rows are lists of cells."""

    def __init__(self, context):
        self.context = context
        self.desktop = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
        self.documents = []

    def open(self, path):
        """A number for the document at `path`, which is opened without a window."""
        hidden = PropertyValue(Name="Hidden", Value=True)
        document = self.desktop.loadComponentFromURL(Path(path).as_uri(), "_blank", 0, (hidden,))
        if document is None:
            raise ValueError("cannot open " + path)
        self.documents.append(document)
        return len(self.documents) - 1

    def close(self, number):
        self.documents[number].close(True)
        self.documents[number] = None

    def recalculate(self, number):
        """Work out every formula of the document anew."""
        self.documents[number].calculateAll()

    def read(self, number, sheet, address):
        """Values: numbers and texts; "" for an empty cell, None for an error."""
        return self._range(number, sheet, address).getDataArray()

    def everything(self, number, sheet):
        """Values of all cells from the first to the last that is used, as `read` gives them."""
        cells = self.documents[number].Sheets.getByName(sheet)
        cursor = cells.createCursor()
        cursor.gotoEndOfUsedArea(False)
        last = cursor.getRangeAddress()
        return cells.getCellRangeByPosition(0, 0, last.EndColumn, last.EndRow).getDataArray()

    def texts(self, number, sheet, address):
        """What the cells show, errors too."""
        cells = self._range(number, sheet, address)
        size = cells.getRangeAddress()
        columns = range(size.EndColumn - size.StartColumn + 1)
        rows = range(size.EndRow - size.StartRow + 1)
        return [[cells.getCellByPosition(column, row).getString() for column in columns] for row in rows]

    def write(self, number, sheet, address, rows):
        """Put values, as typed: None empties a cell. `address` is the first cell."""
        self._block(number, sheet, address, rows).setDataArray(_tuples(rows))

    def formulas(self, number, sheet, address, rows):
        """Put formulas in their English spelling. `address` is the first cell."""
        self._block(number, sheet, address, rows).setFormulaArray(_tuples(rows))

    def array(self, number, sheet, address, formula):
        """Put one array formula over a range."""
        self._range(number, sheet, address).setArrayFormula(formula)

    def sort(self, number, sheet, address, column, ascending):
        """Sort the rows of a range by one of its columns, as the menu does."""
        cells = self.documents[number].Sheets.getByName(sheet)
        if cells.isProtected():
            cells.unprotect("")
        field = TableSortField()
        field.Field, field.IsAscending = column, ascending
        fields = PropertyValue(Name="SortFields", Value=uno.Any("[]com.sun.star.table.TableSortField", (field,)))
        cells.getCellRangeByName(address).sort((fields, PropertyValue(Name="ContainsHeader", Value=False)))

    def function(self, name):
        """What the function wizard says of a function, or None: its description, [name, description] of its arguments."""
        create = self.context.ServiceManager.createInstanceWithContext
        wizard = create("com.sun.star.sheet.FunctionDescriptions", self.context)
        if not wizard.hasByName(name):
            return None
        said = {entry.Name: entry.Value for entry in wizard.getByName(name)}
        return [said["Description"], [[argument.Name, argument.Description] for argument in said["Arguments"]]]

    def _range(self, number, sheet, address):
        return self.documents[number].Sheets.getByName(sheet).getCellRangeByName(address)

    def _block(self, number, sheet, address, rows):
        first = self._range(number, sheet, address).getRangeAddress()
        last = (first.StartColumn + len(rows[0]) - 1, first.StartRow + len(rows) - 1)
        cells = self.documents[number].Sheets.getByName(sheet)
        return cells.getCellRangeByPosition(first.StartColumn, first.StartRow, *last)


def _tuples(rows):
    """As UNO takes them. An empty text leaves a cell empty; None would be an error."""
    return tuple(tuple("" if cell is None else cell for cell in row) for row in rows)


def listen(process, lines):
    """Hand on what comes in. At its end, end everything at once, even in the middle of a long calculation."""
    for line in sys.stdin:
        lines.put(line)
    stop(process)
    os._exit(0)


def main():
    for ending in (signal.SIGINT, signal.SIGTERM):  # who started this process closes its input when it ends
        signal.signal(ending, signal.SIG_IGN)
    process, context = start(*sys.argv[1:])
    lines = queue.Queue()
    threading.Thread(target=listen, args=(process, lines), daemon=True).start()
    session = Session(context)
    print("{}", flush=True)
    while True:
        operation, *arguments = json.loads(lines.get())
        try:
            answer = {"value": getattr(session, operation)(*arguments)}
        except Exception as error:
            answer = {"error": type(error).__name__ + ": " + str(error)}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
