"""The spreadsheet programs that the workbook port is tried with: a file, a running LibreOffice, a stand-in for Excel."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from lzxl.functions.openpyxl_port import OpenpyxlPort
from lzxl.functions.port import WorkbookPort
from lzxl.functions.uno_port import UnoPort
from lzxl.functions.xlwings_port import XlwingsPort

from ..libreoffice import office_python, soffice
from . import com_stand_in

Save = Callable[[Path], None]
Open = Callable[[Path], tuple[WorkbookPort, Save]]


def open_file(path: Path) -> tuple[WorkbookPort, Save]:
    port = OpenpyxlPort(path)
    return port, port.save


def open_stand_in(path: Path) -> tuple[WorkbookPort, Save]:
    book = com_stand_in.Book(path)
    return XlwingsPort(book), book.api.save


class Calc:
    """A LibreOffice that is driven from this very process: the port runs as it does in an office's own program."""

    def __init__(self, profile: Path) -> None:
        """Skips the test where there is no LibreOffice, or its module `uno` does not fit this Python."""
        program = soffice()
        if program is None:
            pytest.skip("LibreOffice is not installed")
        uno = _import_uno()
        if uno is None:
            pytest.skip(_why_no_uno())
        from ..uno_helper import start

        self._process, context = start(program, str(profile))
        self._value = uno.createUnoStruct
        self._desktop = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
        self._documents: list[Any] = []

    def open(self, path: Path) -> tuple[WorkbookPort, Save]:
        document = self._desktop.loadComponentFromURL(path.as_uri(), "_blank", 0, (self._named("Hidden", True),))
        self._documents.append(document)

        def save(target: Path) -> None:
            document.storeToURL(target.as_uri(), (self._named("FilterName", "Calc MS Excel 2007 XML"),))

        return UnoPort(document), save

    def close(self) -> None:
        """Close what a test opened."""
        while self._documents:
            self._documents.pop().close(True)

    def quit(self) -> None:
        from ..uno_helper import stop

        stop(self._process)

    def _named(self, name: str, value: object) -> Any:
        made = self._value("com.sun.star.beans.PropertyValue")
        made.Name, made.Value = name, value
        return made


def _import_uno() -> Any:
    """LibreOffice's module, wherever its own Python finds it; None if it does not fit this one."""
    python = office_python()
    if python is None:
        return None
    shown = subprocess.run(
        [python, "-c", "import uno; print(uno.__file__)"], capture_output=True, text=True, check=True
    )
    with _looking_in(str(Path(shown.stdout.strip()).parent)):
        try:
            import uno  # type: ignore[import-not-found]
        except ImportError:
            return None
    return uno


def _why_no_uno() -> str:
    """A module that was built for the system's Python may be for another version than this one."""
    python = office_python()
    if python is not None:
        told = subprocess.run(
            [python, "-c", "import sys; print(*sys.version_info[:2])"], capture_output=True, check=True
        )
        if told.stdout.split() != [b"%d" % part for part in sys.version_info[:2]]:
            return f"LibreOffice's module uno is for another Python than {sys.version_info[0]}.{sys.version_info[1]}"
    return "this Python cannot import LibreOffice's module uno"


@contextmanager
def _looking_in(folder: str) -> Iterator[None]:
    """Imports find a folder last; nothing else of it stays behind."""
    sys.path.append(folder)
    try:
        yield
    finally:
        sys.path.remove(folder)
