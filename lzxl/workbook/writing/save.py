"""Saves a workbook so that the same content gives the same bytes, and so that a half-written file is never seen."""

from __future__ import annotations

import datetime
import io
import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from xml.sax.saxutils import escape

from openpyxl import Workbook
from openpyxl.writer.excel import ExcelWriter
from openpyxl.xml.functions import tostring

from lzxl.files import writing
from lzxl.workbook.writing.shown import Shown

FIXED_TIME = datetime.datetime(2026, 1, 1)
"""Created and modified time of every workbook that lzxl writes."""

# A zip file knows no earlier time.
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)
_CORE = "docProps/core.xml"
_FILTER = "_xlnm._FilterDatabase"
# As openpyxl writes them.
_FORMULA = re.compile(rb'<c r="([A-Z]+[0-9]+)"([^>]*)><f>([^<]*)</f><v ?/?>(?:</v>)?</c>')
_TARGET = re.compile(rb'(<Relationship [^>]*?Target=")/([^"]*)"')
_BLANK_NUMBER = re.compile(rb'(<c r="[A-Z]+[0-9]+"(?: s="[0-9]+")?) t="n" ?/>')
_TYPE = re.compile(rb' t="[^"]*"')


def workbook_bytes(workbook: Workbook, shown: Shown | None = None) -> bytes:
    """The workbook as .xlsx bytes: fixed times, fixed order of parts. `shown`: what its formulas show (`shown_values`)."""
    for worksheet in workbook.worksheets:
        # A filter brings its own; one from a file that was opened would be a second.
        worksheet.defined_names.pop(_FILTER, None)
    plain = io.BytesIO()
    with zipfile.ZipFile(plain, "w") as stored:  # it is compressed below, once
        ExcelWriter(workbook, stored).save()
    workbook.properties.created = FIXED_TIME
    workbook.properties.modified = FIXED_TIME
    # openpyxl has put the moment of saving into this part: it is made once more.
    core: bytes = tostring(workbook.properties.to_tree())
    packed = io.BytesIO()
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in _parts(workbook, source, core, shown or {}):
            part = zipfile.ZipInfo(name, _ZIP_TIME)
            part.compress_type = zipfile.ZIP_DEFLATED
            # Else the bytes would say on which system they were made: the same workbook must be the same file everywhere.
            part.external_attr = 0o600 << 16
            part.create_system = 3
            target.writestr(part, content, compresslevel=9)
    return packed.getvalue()


def save_workbook(workbook: Workbook, path: Path, shown: Shown | None = None) -> None:
    """Save whole or not at all. Raises OutputError with a sentence for the user; then `path` is as it was."""
    data = workbook_bytes(workbook, shown)
    with writing(Path(path)) as temporary:
        temporary.write_bytes(data)


def _parts(workbook: Workbook, source: zipfile.ZipFile, core: bytes, shown: Shown) -> Iterator[tuple[str, bytes]]:
    """Every part under its name, in order: what openpyxl wrote, with what it cannot write."""
    sheets = {f"xl/worksheets/sheet{number}.xml": sheet.title for number, sheet in enumerate(workbook.worksheets, 1)}
    for entry in source.infolist():
        content = core if entry.filename == _CORE else source.read(entry)
        if entry.filename in sheets:
            # A blank cell that is said to be a number is 0 to some engines.
            content = _with_values(_BLANK_NUMBER.sub(rb"\1 />", content), shown.get(sheets[entry.filename], {}))
        elif entry.filename.endswith(".rels"):
            content = _with_relative_targets(content, entry.filename)
        yield entry.filename, content


def _with_values(sheet: bytes, values: Mapping[str, str | float]) -> bytes:
    """A sheet part whose formulas store what they show; openpyxl writes the one or the other."""

    def with_value(found: re.Match[bytes]) -> bytes:
        cell, attributes, formula = found.groups()
        value = values.get(cell.decode())
        if value is None:
            return found.group()
        attributes = _TYPE.sub(b"", attributes)
        # 15 digits, as spreadsheets show them: with all 17 of a double, 0.1 + 0.2 would not be 0.3.
        if not isinstance(value, str):
            return b'<c r="%b"%b><f>%b</f><v>%b</v></c>' % (cell, attributes, formula, f"{value:.15g}".encode())
        # A text that a formula shows is of type str (ECMA-376): under s it
        # would be a place in the list of shared texts.
        return b'<c r="%b"%b t="str"><f>%b</f><v>%b</v></c>' % (cell, attributes, formula, escape(value).encode())

    return _FORMULA.sub(with_value, sheet)


def _with_relative_targets(relations: bytes, name: str) -> bytes:
    """A part of relations whose targets are relative to the part that has them: not every reader takes absolute ones."""
    folder = posixpath.dirname(posixpath.dirname(name))

    def relative(found: re.Match[bytes]) -> bytes:
        path = posixpath.relpath(found.group(2).decode(), folder or ".")
        return found.group(1) + path.encode() + b'"'

    return _TARGET.sub(relative, relations)
