"""The office's books as a clerk fills them in: rows typed under the titles of columns, in a spreadsheet program."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import redirect_stdout
from functools import lru_cache
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from lzxl.cli.main import run
from lzxl.demo.bureau import SampleUnit


def named_in(units: Iterable[SampleUnit], fields: Mapping[str, Sequence[str]]) -> set[str]:
    """Everybody whom the rows of sample units name; `fields`: sheet → the fields with persons."""
    cells = (
        row.get(field)
        for unit in units
        for sheet, persons in fields.items()
        for row in unit.content[sheet]
        for field in persons
    )
    names = (name for cell in cells for name in str(cell or "").replace("，", "、").split("、"))
    return {name for name in names if len(name) > 1}


def header_row(worksheet: Worksheet, title: str) -> int:
    """The row of the headers: the one that has the title of a column."""
    return next(row for row in range(1, 30) if title in [worksheet.cell(row, column).value for column in range(1, 40)])


def columns_of(worksheet: Worksheet, row: int) -> dict[str, int]:
    return {
        str(worksheet.cell(row, column).value): column
        for column in range(1, worksheet.max_column + 1)
        if worksheet.cell(row, column).value
    }


def type_rows(path: Path, sheet: str, rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """Type rows (title of column → value) under the header, below what is there; gives the rows."""
    data, numbers = _typed(path.read_bytes(), sheet, tuple(tuple(row.items()) for row in rows))
    path.write_bytes(data)
    return list(numbers)


@lru_cache(maxsize=128)
def _typed(data: bytes, sheet: str, rows: tuple[tuple[tuple[str, Any], ...], ...]) -> tuple[bytes, range]:
    """A book with these rows, and where they stand: many a test begins by typing the same into a blank book."""
    workbook = load_workbook(io.BytesIO(data))
    worksheet = workbook[sheet]
    header = header_row(worksheet, rows[0][0][0])
    columns = columns_of(worksheet, header)
    free = header + 1
    while any(worksheet.cell(free, columns[title]).value for title, _ in rows[0]):
        free += 1
    for number, row in enumerate(rows):
        for title, value in row:
            worksheet.cell(free + number, columns[title]).value = value
    written = io.BytesIO()
    workbook.save(written)
    return written.getvalue(), range(free, free + len(rows))


def lzxl(root: Path, *arguments: str, expect: Sequence[int] = (0, 1)) -> str:
    """What a command prints. `expect`: the exit codes that may come."""
    printed = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    with redirect_stdout(printed):
        code = run(["-q", "-C", str(root), *arguments])
    printed.flush()
    text = printed.buffer.getvalue().decode()  # type: ignore[attr-defined]
    assert code in expect, (code, text)
    return text


def lzxl_json(root: Path, *arguments: str) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(lzxl(root, *arguments, "--format", "json"))
    return data


def findings_of(root: Path, file: str) -> list[tuple[str, str, str]]:
    """(code, severity, cell) of everything that `lzxl check` finds in a book, in reading order."""
    checked = lzxl_json(root, "check")
    [entry] = [entry for entry in checked["files"] if entry["file"] == file]
    assert entry["unit"] == ""
    return [(finding["code"], finding["severity"], finding["cell"]) for finding in entry["findings"]]
