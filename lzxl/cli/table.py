"""A table on the screen; Chinese characters take two columns, and a pipe gets whole lines."""

from __future__ import annotations

import re
import sys
from collections.abc import Collection, Sequence
from itertools import chain

from lzxl.forms.text import visible

_BREAK = re.compile(r"[\t\n\r]+")
# A column that would take more than this is folded, whatever is in it.
_MOST_WHOLE = 30
_NARROW_SCREEN = 80


def print_table(
    headers: Sequence[str],
    rows: Sequence[Sequence[str]],
    whole: Collection[str] = (),
    beneath: Sequence[str] = (),
) -> None:
    """Print `rows` under `headers`: fitted to a terminal, or tab-separated where the output goes to a program.

    `whole`: headers of columns that are not folded. `beneath`: a name for each row; on a terminal, what the last column
    says is then printed beneath the table, after that name and on one line, so that it can be copied.
    """
    if not sys.stdout.isatty():
        for row in (headers, *rows):
            sys.stdout.write("\t".join(map(_on_one_line, row)) + "\n")
    elif beneath:
        _print_fitted(headers[:-1], [row[:-1] for row in rows], whole)
        for name, row in zip(beneath, rows, strict=False):
            if row[-1]:
                sys.stdout.write(f"{_on_one_line(name)}：{_on_one_line(row[-1])}\n")
    else:
        _print_fitted(headers, rows, whole)


def _print_fitted(headers: Sequence[str], rows: Sequence[Sequence[str]], whole: Collection[str]) -> None:
    """Print a table as wide as the terminal is."""
    from rich.box import SIMPLE_HEAD
    from rich.cells import cell_len
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console()
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for index, header in enumerate(headers):
        lines = chain.from_iterable(row[index].split("\n") for row in (headers, *rows))
        width = max(map(cell_len, lines))
        is_whole = header in whole and width <= _MOST_WHOLE and console.width >= _NARROW_SCREEN
        table.add_column(Text(header), overflow="fold", no_wrap=is_whole)
    for row in rows:
        # As Text: of a plain string, rich would take [what stands in brackets] for markup, and not show it.
        table.add_row(*(Text(visible(cell)) for cell in row))
    console.print(table)


def _on_one_line(text: str) -> str:
    return visible(_BREAK.sub(" ", text))
