"""Saves a workbook so that the same content gives the same bytes, and so that a half-written file is never seen."""

from __future__ import annotations

import datetime
import io
import zipfile
from pathlib import Path

from openpyxl import Workbook
from openpyxl.xml.functions import tostring

from lzxl.files import writing

FIXED_TIME = datetime.datetime(2026, 1, 1)
"""Created and modified time of every workbook that lzxl writes."""

_ZIP_TIME = (1980, 1, 1, 0, 0, 0)
_CORE = "docProps/core.xml"


def workbook_bytes(workbook: Workbook) -> bytes:
    """The workbook as .xlsx bytes: fixed times, fixed order of parts."""
    plain = io.BytesIO()
    workbook.save(plain)
    workbook.properties.created = FIXED_TIME
    workbook.properties.modified = FIXED_TIME
    core: bytes = tostring(workbook.properties.to_tree())
    packed = io.BytesIO()
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            part = zipfile.ZipInfo(entry.filename, _ZIP_TIME)
            part.compress_type = zipfile.ZIP_DEFLATED
            part.external_attr = 0o600 << 16
            part.create_system = 3
            target.writestr(part, core if entry.filename == _CORE else source.read(entry), compresslevel=9)
    return packed.getvalue()


def save_workbook(workbook: Workbook, path: Path) -> None:
    """Save whole or not at all. Raises OutputError with a sentence for the user; then `path` is as it was."""
    data = workbook_bytes(workbook)
    with writing(Path(path)) as temporary:
        temporary.write_bytes(data)
