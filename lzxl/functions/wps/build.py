"""Writes the add-in's folder: the assets as they are, the rules on texts and rows as JavaScript, and `tables.js`.

`tables.js` is the one file that differs between bureaus.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from types import ModuleType
from typing import Any

from lzxl import __version__
from lzxl.files import writing
from lzxl.forms import days, persons, placeholders, values
from lzxl.forms.model import Form
from lzxl.functions.wps.rules import digit_zeros, for_script, rules_of
from lzxl.functions.wps.translate import translated
from lzxl.workbook.reading import header_rules, label_rules, pointers, recognise, row_judge, rows

TABLES = "tables.js"
_DEFINED = re.compile(r"^function (\w+)\(", re.MULTILINE)
WORDS = "words.js"
"""What a cell's text means: names, days, strokes, values; written from `lzxl.forms`."""
ROWS = "rows.js"
"""What a row is; written from `lzxl.workbook.reading`."""
HEADERS = "headers.js"
"""What a header, a label and a form are; written from `lzxl.workbook.reading`."""

# What the rules take from rooms whose JavaScript is written by hand: Unicode, the calendar, the lists of words.
_TEXT = {
    "compact": "LZXL.text.compact",
    "fold": "LZXL.text.fold",
    "fold_unbracketed": "LZXL.text.foldUnbracketed",
    "has_unseen": "LZXL.text.hasUnseen",
    "is_blank": "LZXL.text.isBlank",
    "is_empty": "LZXL.text.isBlank",
    "seen": "LZXL.text.seen",
    "spaced": "LZXL.text.spaced",
    "tidy": "LZXL.text.tidy",
    "with_hyphens": "LZXL.text.withHyphens",
    "_has_raised_digits": "LZXL.text.hasRaisedDigits",
}
_WORD_LISTS = {".find": "LZXL.text.findWord", ".suggest": "LZXL.text.suggestWord"}
_CALENDAR = {
    "moment_of": "LZXL.values.momentOf",
    "moment_as_text": "LZXL.values.momentAsText",
    "day_after": "LZXL.values.dayAfter",
}
_HEADER_RULES = ("reads_as_header", "best_column", "guesses", "without_instruction", "is_long")
_LABEL_RULES = ("may_be_label", "label_places", "fewest_labels", "read_as_cover")
_ROW_WORDS = {**_TEXT, "is_placeholder": "LZXL.words.isPlaceholder"}
# Whole lists in one cell are the office's workbooks' alone; an error of another name is a text here.
_NOT_IN_UNITS_FORMS = {"_list": "null", "_some_words": "null", "_address": "null"}
_VALUE_WORDS = {
    **_TEXT,
    **_WORD_LISTS,
    **_CALENDAR,
    **_NOT_IN_UNITS_FORMS,
    **{name: f"placeholders.{name}" for name in ("is_placeholder", "is_stroke")},
    **{name: f"persons.{name}" for name in ("apart", "in_one_text")},
    **{name: f"days.{name}" for name in ("read_day", "is_doubtful")},
    "accepts_none": "LZXL.values.acceptsNone",
    "_ZEROS": "[0]",
}


def build_addin(folder: Path, tables: Mapping[str, Any], forms: Sequence[Form]) -> None:
    """Write the add-in into `folder`, over an older one that is there.

    `tables`: as `lzxl.functions.tables.tables_of` gives them. `forms`: those whose workbooks it checks, with the words of
    the same grading table. Raises OutputError if a file cannot be written.
    """
    _copy(files(__package__).joinpath("assets"), folder)
    with writing(folder / TABLES) as path:
        path.write_text(tables_js(tables, forms), encoding="utf-8", newline="\n")
    for name, script in generated_scripts().items():
        with writing(folder / name) as path:
            path.write_text(script, encoding="utf-8", newline="\n")


def generated_scripts() -> dict[str, str]:
    """File name → content, of the scripts that are Python's rules."""
    return {WORDS: words_js(), ROWS: rows_js(), HEADERS: headers_js()}


def words_js() -> str:
    """The content of `words.js`: how the text of a cell is read, as `lzxl.forms` has it."""
    rooms = [
        _room(placeholders, ("is_placeholder", "is_stroke"), _TEXT),
        _room(persons, ("apart", "in_one_text"), _TEXT),
        _room(days, ("read_day", "is_doubtful"), _TEXT),
        _room(values, ("parse", "as_text", "shows_nothing", "has_lost_digits"), _VALUE_WORDS),
    ]
    told = {
        "isPlaceholder": "placeholders.is_placeholder",
        "parse": "values.parse",
        "asText": "values.as_text",
        "showsNothing": "values.shows_nothing",
        "hasLostDigits": "values.has_lost_digits",
    }
    return _script("words", "lzxl/forms: placeholders.py, persons.py, days.py and values.py", rooms, told)


def rows_js() -> str:
    """The content of `rows.js`: how rows are judged, as `lzxl.workbook.reading` has it."""
    words = {name: f"rows.{name}" for name in row_judge.WORDS}
    rooms = [
        _room(rows, row_judge.WORDS, _ROW_WORDS),
        _room(row_judge, ("RowJudge",), {**_ROW_WORDS, **words}),
        _room(pointers, ("follow",), _ROW_WORDS),
    ]
    told = {
        "kindOf": "row_judge.RowJudge_kind_of",
        "isMark": "rows.is_mark",
        "follow": "pointers.follow",
    }
    return _script("rows", "lzxl/workbook/reading: rows.py, row_judge.py and pointers.py", rooms, told)


def headers_js() -> str:
    """The content of `headers.js`: how headers, labels and forms are told, as `lzxl.workbook.reading` has it."""
    rooms = [
        _room(header_rules, _HEADER_RULES, {**_TEXT, "parse": "LZXL.words.parse", "sameness": "LZXL.text.sameness"}),
        _room(label_rules, _LABEL_RULES, _TEXT),
        _room(recognise, ("weight_of",), _TEXT),
    ]
    told = {
        "readsAsHeader": "header_rules.reads_as_header",
        "bestColumn": "header_rules.best_column",
        "guesses": "header_rules.guesses",
        "withoutInstruction": "header_rules.without_instruction",
        "isLong": "header_rules.is_long",
        "mayBeLabel": "label_rules.may_be_label",
        "labelPlaces": "label_rules.label_places",
        "fewestLabels": "label_rules.fewest_labels",
        "readAsCover": "label_rules.read_as_cover",
        "weightOf": "recognise.weight_of",
    }
    return _script("headers", "lzxl/workbook/reading: header_rules.py, label_rules.py and recognise.py", rooms, told)


def _room(module: ModuleType, names: Sequence[str], given: Mapping[str, str]) -> str:
    """A module as a variable of its name; what it tells are the functions `names`, those of a class with its name before."""
    script = translated(module, names, given, for_script)
    told = [
        name for name in _DEFINED.findall(script) if name in names or name.startswith(tuple(f"{one}_" for one in names))
    ]
    shown = ", ".join(f"{name}: {name}" for name in told)
    return f"var {module.__name__.rpartition('.')[2]} = (function () {{\n{script}\nreturn {{{shown}}};\n}})();"


def _script(name: str, source: str, rooms: Sequence[str], told: Mapping[str, str]) -> str:
    head = f"// Written by lzxl from {source}."
    shown = f"LZXL.{name} = {{{', '.join(f'{key}: {value}' for key, value in told.items())}}};"
    return "\n".join([head, "(function () {", '"use strict";', *rooms, shown, "})();", ""])


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
