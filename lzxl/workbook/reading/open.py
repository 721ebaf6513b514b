"""Opens a workbook's bytes with the reader that its container needs. Runs in the sandbox (`lzxl.workbook.reading.sandbox`)."""

from __future__ import annotations

from lzxl.workbook.reading.content import WorkbookContent
from lzxl.workbook.reading.settle import settle


def open_content(data: bytes, container: str) -> WorkbookContent:
    """The content of a file that the guard has let through as `container`, its texts settled.

    Raises whatever a reader raises on a broken file, and may use up memory or time: the sandbox bounds both.
    """
    return settle(_read(data, container))


def _read(data: bytes, container: str) -> WorkbookContent:
    if container in ("xlsx", "xlsm"):
        # Each reader brings a library of its own, and most children read .xlsx files alone.
        from lzxl.workbook.reading.xlsx import read_xlsx

        return read_xlsx(data, container)
    if container == "xlsb":
        from lzxl.workbook.reading.xlsb import read_xlsb

        return read_xlsb(data)
    if container == "ods":
        from lzxl.workbook.reading.ods import read_ods

        return read_ods(data)
    from lzxl.workbook.reading.xls import read_xls

    return read_xls(data)
