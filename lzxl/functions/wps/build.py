"""Writes the add-in's folder: the assets as they are, the rules on rows as JavaScript, and `tables.js`.

`tables.js` is the one file that differs between bureaus.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from lzxl import __version__
from lzxl.files import writing
from lzxl.forms.model import Form
from lzxl.functions.wps.rules import digit_zeros, for_script, rules_of
from lzxl.functions.wps.translate import translated
from lzxl.workbook.reading import headers, pointers, row_judge, rows

TABLES = "tables.js"
ROWS = "rows.js"

# What the rules on rows take from rooms whose JavaScript is written by hand.
_GIVEN = {
    "compact": "LZXL.text.compact",
    "fold": "LZXL.text.fold",
    "is_blank": "LZXL.text.isBlank",
    "is_placeholder": "LZXL.values.isPlaceholder",
}


def build_addin(folder: Path, tables: Mapping[str, Any], forms: Sequence[Form]) -> None:
    """Write the add-in into `folder`, over an older one that is there.

    `tables`: as `lzxl.functions.tables.tables_of` gives them. `forms`: those whose workbooks it checks, with the words of
    the same grading table. Raises OutputError if a file cannot be written.
    """
    _copy(files(__package__).joinpath("assets"), folder)
    with writing(folder / TABLES) as path:
        path.write_text(tables_js(tables, forms), encoding="utf-8", newline="\n")
    with writing(folder / ROWS) as path:
        path.write_text(rows_js(), encoding="utf-8", newline="\n")


def rows_js() -> str:
    """The content of `rows.js`: how rows are judged, as `lzxl.workbook.reading` has it."""
    parts = [
        translated(rows, row_judge.WORDS, _GIVEN, for_script),
        translated(row_judge, ("RowJudge",), {**_GIVEN, **{name: name for name in row_judge.WORDS}}, for_script),
    ]
    parts.append(translated(headers, ("without_instruction",), _GIVEN, for_script))
    parts.append(translated(pointers, ("follow",), _GIVEN, for_script))
    told = "LZXL.rows = {kindOf: RowJudge_kind_of, isMark: is_mark, follow: follow, withoutInstruction: without_instruction};"
    head = "// Written by lzxl from lzxl/workbook/reading: rows.py, row_judge.py, headers.py and pointers.py."
    return "\n".join([head, "(function () {", '"use strict";', *parts, told, "})();", ""])


def tables_js(tables: Mapping[str, Any], forms: Sequence[Form]) -> str:
    """The content of `tables.js`. ASCII only, so that it reads the same whatever encoding a program supposes."""
    data = {"version": __version__, "tables": tables, "zeros": digit_zeros(), "rules": rules_of(forms)}
    return f"var LZXL_DATA = {json.dumps(data, separators=(',', ':'), sort_keys=True)};\n"


def _copy(source: Traversable, target: Path) -> None:
    for entry in source.iterdir():
        if entry.is_dir():
            _copy(entry, target / entry.name)
        else:
            with writing(target / entry.name) as path:
                path.write_bytes(entry.read_bytes())
