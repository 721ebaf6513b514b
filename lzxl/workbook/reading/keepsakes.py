"""Reads what a unit put into its file beside the contents of cells. Runs in the sandbox, only where a return is written."""

from __future__ import annotations

from pathlib import Path

from lzxl.workbook.keepsakes import Keepsakes
from lzxl.workbook.reading.encrypted import unlock
from lzxl.workbook.reading.guard import judge


def read_keepsakes(path: Path, passwords: tuple[str, ...] = ()) -> Keepsakes:
    """What stands in the file at `path` beside the contents of its cells; nothing for one that may not be opened.

    Raises OSError and MemoryError, and whatever a reader raises on a broken file: for the sandbox.
    """
    data = path.read_bytes()
    verdict = judge(data)
    if verdict.is_locked:
        unlocked = unlock(data, passwords)
        if unlocked.code:
            return Keepsakes()
        # What was closed with a password is a stranger's as well: it is judged anew, and may be no workbook.
        data = unlocked.data
        verdict = judge(data)
    if verdict.code:
        return Keepsakes()
    if verdict.container in ("xlsx", "xlsm"):
        from lzxl.workbook.reading.keepsakes_xlsx import read_xlsx_keepsakes

        return read_xlsx_keepsakes(data)
    if verdict.container == "xlsb":
        from lzxl.workbook.reading.keepsakes_xlsb import read_xlsb_keepsakes

        return read_xlsb_keepsakes(data)
    if verdict.container == "ods":
        from lzxl.workbook.reading.keepsakes_ods import read_ods_keepsakes

        return read_ods_keepsakes(data)
    from lzxl.workbook.reading.keepsakes_xls import read_xls_keepsakes

    return read_xls_keepsakes(data)
