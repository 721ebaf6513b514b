"""What the check inside WPS goes by, as plain data: forms, words, messages, patterns and colours."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

from lzxl.checks import blank, cells
from lzxl.checks.report import example_of
from lzxl.forms import text, values
from lzxl.forms.findings import SEVERITY_TITLES, choice
from lzxl.forms.load import load_catalogue
from lzxl.forms.model import Field, Form, Sheet, Vocabulary
from lzxl.forms.text import fold
from lzxl.workbook.layout import FINDINGS_COLUMN, FINDINGS_SHEET, OWN_SHEETS, STAMP_SHEET
from lzxl.workbook.reading import rows
from lzxl.workbook.writing import findings_sheet
from lzxl.workbook.writing.styles import HEADER_REQUIRED, SEVERITY_FILLS

# What may be said of any cell, table or form; the codes of single fields and vocabularies are added to these.
_CODES = (
    "missing_value",
    "word_not_in_vocabulary",
    "bad_format",
    "text_length",
    "out_of_range",
    "not_unique",
    "level_mismatch",
    "level_impossible",
    "compound_level",
    "error_value",
    "id_digits_lost",
    "number_unreadable",
    "number_not_whole",
    "date_vague",
    "date_without_year",
    "date_unreadable",
    "date_impossible",
    "header_not_found",
    "column_missing",
    "missing_label",
    "sheet_missing",
    "form_untouched",
)
_PATTERNS = {
    "space": text.SPACE,
    "bracketed": text.BRACKETED,
    "control": text.CONTROL,
    "latin": values.LATIN,
    "number": values.NUMBER,
    "date": values.DATE,
    "date_digits": values.DATE_DIGITS,
    "day_of_any_year": values.DAY_OF_ANY_YEAR,
    "date_like": values.DATE_LIKE,
    "compound_level": values.COMPOUND_LEVEL,
    "page": rows.PAGE,
    "page_word": rows.PAGE_WORD,
    "subtotal": rows.SUBTOTAL,
    "total": rows.TOTAL,
    "note": rows.NOTE,
    "signature": rows.SIGNATURE,
    "blank_date": rows.BLANK_DATE,
}


def rules_of(forms: Sequence[Form]) -> dict[str, Any]:
    """The data of the check for workbooks of `forms`, fit for JSON."""
    return {
        "forms": [_form(form) for form in forms],
        "vocabularies": {
            vocabulary.name: _vocabulary(vocabulary) for form in forms for vocabulary in form.vocabularies
        },
        "messages": _messages(forms),
        "choice": {"meant": choice(["{allowed}"], "{meant}"), "any": choice(["{allowed}"])},
        "severities": SEVERITY_TITLES,
        "patterns": {name: _for_script(pattern.pattern) for name, pattern in _PATTERNS.items()},
        "letters": _ranges(code for code in range(0x10000) if chr(code).isalnum() or chr(code) == "★"),
        "said_of_rows": sorted(cells.SAID_OF_ROWS),
        "filled_by_office": sorted(blank.FILLED_BY_OFFICE),
        "sheets": {
            "findings": FINDINGS_SHEET,
            "findings_column": FINDINGS_COLUMN,
            "stamp": STAMP_SHEET,
            "own": sorted(OWN_SHEETS),
        },
        # In an open workbook nothing has moved: the last column is not needed.
        "columns": [[title, width] for title, width, _ in findings_sheet.FINDINGS_COLUMNS[:-1]],
        "colours": {
            "header": bgr(HEADER_REQUIRED.start_color.rgb),
            **{severity: bgr(fill.start_color.rgb) for severity, fill in SEVERITY_FILLS.items()},
        },
    }


def digit_zeros() -> str:
    """The zero of every script's decimal digits, as Python's Decimal reads them; their nine others follow each."""
    return "".join(chr(code) for code in range(0x10000) if unicodedata.decimal(chr(code), None) == 0)


def bgr(argb: Any) -> int:
    """A colour as Excel and WPS keep it: blue, green, red."""
    red, green, blue = (int(str(argb)[start : start + 2], 16) for start in (2, 4, 6))
    return blue << 16 | green << 8 | red


def _form(form: Form) -> dict[str, Any]:
    return {
        "id": form.id,
        "title": form.title,
        "main": form.main,
        "nil": form.cover is not None and "nil_return" in form.cover.by_name,
        "sheets": [_sheet(sheet) for sheet in form.sheets],
    }


def _sheet(sheet: Sheet) -> dict[str, Any]:
    names = set(sheet.sheet_keys)
    if sheet.layout == "labels":
        names |= {fold("封面"), fold("封皮")}
    return {
        "name": sheet.name,
        "title": sheet.title,
        "names": sorted(names),
        "layout": sheet.layout,
        "clause": sheet.clause,
        "key": sheet.key,
        "subject": list(sheet.subject),
        "standard": list(sheet.standard_columns),
        "auxiliary": sorted({fold(title) for titles in sheet.auxiliary.values() for title in titles}),
        "fields": [_field(entry) for entry in sheet.fields],
    }


def _field(entry: Field) -> dict[str, Any]:
    """A field; what is usual is left out."""
    vocabulary = entry.vocabulary.name if entry.vocabulary is not None else ""
    usual = {
        "required": entry.required,
        "unique": entry.unique,
        "computed": entry.computed,
        "derived": entry.derived,
        "counts": entry.counts,
        "vocabulary": vocabulary,
        "codes": dict(entry.codes),
        "checks": {name: dict(arguments) for name, arguments in entry.checks.items()},
        "limit": _limit(entry),
        "format": entry.format or entry.help if "str_matches" in entry.checks else "",
        "example": example_of(entry),
    }
    return {
        "name": entry.name,
        "title": entry.title,
        "kind": entry.kind,
        "clause": entry.clause,
        "headers": sorted(entry.header_keys),
        **{key: value for key, value in usual.items() if value},
    }


def _limit(entry: Field) -> str:
    """How long the text of a field may be, as messages say it; "" if that does not matter."""
    limits = entry.checks.get("str_length")
    return cells.spoken_limit(limits.get("min_value"), limits.get("max_value")) if limits else ""


def _vocabulary(vocabulary: Vocabulary) -> dict[str, Any]:
    return {
        "allowed": list(vocabulary.allowed),
        "aliases": _folded((word.word, (word.word, *word.aliases)) for word in vocabulary.words),
        "near": _folded((word.word, word.near) for word in vocabulary.words),
        "code": vocabulary.codes.get("vocabulary", "word_not_in_vocabulary"),
    }


def _folded(words: Iterable[tuple[str, Iterable[str]]]) -> dict[str, str]:
    """Folded text → word; the first word that a text stands for has it."""
    found: dict[str, str] = {}
    for word, texts in words:
        for written in texts:
            found.setdefault(fold(written) or written.strip(), word)
    return found


def _messages(forms: Sequence[Form]) -> dict[str, dict[str, str]]:
    codes = dict.fromkeys(_CODES)
    for form in forms:
        for sheet in form.sheets:
            for entry in sheet.fields:
                codes.update(
                    dict.fromkeys(entry.codes[kind] for kind in ("missing", "vocabulary") if kind in entry.codes)
                )
        for vocabulary in form.vocabularies:
            codes.update(dict.fromkeys(vocabulary.codes.values()))
    catalogue = load_catalogue().rules
    return {
        code: {
            "severity": catalogue[code].severity,
            "message": catalogue[code].message,
            "fix": catalogue[code].fix,
            "basis": catalogue[code].basis,
        }
        for code in codes
    }


def _for_script(pattern: str) -> str:
    """A pattern of Python's as JavaScript reads it: what counts as white space differs; it only stands in classes here."""
    assert r"\s" not in pattern.replace(r"[\s", "")
    return pattern.replace(r"\s", _ranges(code for code in range(0x10000) if chr(code).isspace()))


def _ranges(codes: Iterable[int]) -> str:
    """Characters as the inside of a JavaScript character class, e.g. 0-9A-Z."""
    spans: list[list[int]] = []
    for code in codes:
        if spans and spans[-1][1] == code - 1:
            spans[-1][1] = code
        else:
            spans.append([code, code])
    return "".join(f"\\u{first:04x}" if first == last else f"\\u{first:04x}-\\u{last:04x}" for first, last in spans)
