"""The office at its desk: runs commands on a campaign, and finds its way in a book by the headers, as a clerk does."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner, Result
from openpyxl.worksheet.worksheet import Worksheet

from lzxl.cli.main import cli


def invoke(root: Path, *words: str) -> Result:
    """A command with its exit code as `return_value`."""
    return CliRunner().invoke(cli, ["-C", str(root), *words], standalone_mode=False)


def run(root: Path, *words: str) -> str:
    """What a command says; it must not end in trouble."""
    result = invoke(root, *words)
    assert result.exception is None and result.return_value in (0, 1), result.output
    return result.stdout


def headed(worksheet: Worksheet, title: str) -> tuple[int, dict[str, int]]:
    """The row of the headers, found by one of them, and the column of each."""
    for cells in worksheet.iter_rows(max_row=12):
        titles = {str(cell.value): cell.column for cell in cells if cell.value is not None}
        if title in titles:
            return cells[0].row, titles
    raise AssertionError(f"no header {title}")
