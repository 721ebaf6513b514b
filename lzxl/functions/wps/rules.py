"""What the check inside WPS goes by, as plain data: forms, words, messages, patterns and colours."""

from __future__ import annotations

import dataclasses
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

from lzxl.checks import blank, cells, levels
from lzxl.checks.report import example_of
from lzxl.forms import text, unseen, values
from lzxl.forms.findings import SEVERITY_TITLES, choice
from lzxl.forms.load import load_catalogue
from lzxl.forms.model import Field, Form, Sheet
from lzxl.forms.text import fold
from lzxl.forms.vocabulary import LIKE_A_WORD, Vocabulary
from lzxl.workbook.fixed_texts import hint_text
from lzxl.workbook.layout import FINDINGS_COLUMN, FINDINGS_SHEET, OWN_SHEETS, STAMP_SHEET
from lzxl.workbook.reading import headers
from lzxl.workbook.reading.row_judge import ABOVE_DATA
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
    "placeholder_for_content",
    "number_unreadable",
    "decimal_comma",
    "number_not_whole",
    "date_several",
    "date_with_words",
    "date_in_other_zone",
    "date_vague",
    "date_without_year",
    "date_unreadable",
    "date_impossible",
    "header_not_found",
    "pointer_not_followed",
    "content_elsewhere",
    "column_missing",
    "missing_label",
    "sheet_missing",
    "sheet_renamed",
    "header_renamed",
    "form_untouched",
)
# Letters to Python, and nothing to anybody's eye.
_FILLERS = frozenset((0x115F, 0x1160, 0x3164, 0xFFA0))
_PATTERNS = {"bracketed": text.BRACKETED}


def rules_of(forms: Sequence[Form]) -> dict[str, Any]:
    """The data of the check for workbooks of `forms`, fit for JSON."""
    return {
        "forms": [_form(form) for form in forms],
        "vocabularies": {
            vocabulary.name: _vocabulary(vocabulary) for form in forms for vocabulary in form.vocabularies
        },
        "messages": _messages(forms),
        "choice": {"near": choice("{told}", near="{near}"), "any": choice("{told}")},
        "severities": SEVERITY_TITLES,
        "patterns": {name: for_script(pattern.pattern) for name, pattern in _PATTERNS.items()},
        # Patterns of ECMAScript 5 go by units of 16 bits: what is above them cannot stand in a class.
        "letters": _ranges(
            code for code in range(0x10000) if (chr(code).isalnum() or chr(code) == "★") and code not in _FILLERS
        ),
        "characters": _characters(),
        "limits": {
            "rows_looked_at": headers.ROWS_LOOKED_AT,
            "like_a_word": LIKE_A_WORD,
        },
        "sentences": {
            "rows": cells.ROWS,
            "chosen": levels.CHOSEN,
            "known": levels.KNOWN,
            "nil": blank.MAY_BE_NIL,
        },
        "above_data": sorted(ABOVE_DATA),
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


def _characters() -> dict[str, Any]:
    """What nobody can see, and what looks like something else: alternatives of a pattern, a class, a table."""
    odd_blanks = tuple(span for span in unseen.BLANKS if chr(span[0]) not in text.TYPED_BLANKS)
    return {
        "nothing": _any_of(unseen.BLANKS, unseen.LINE_BREAKS, unseen.UNSEEN),
        "unseen": _any_of(unseen.UNSEEN),
        "blanks": _any_of(unseen.BLANKS),
        "breaks": _any_of(unseen.LINE_BREAKS),
        "odd_blanks": _any_of(odd_blanks),
        "radicals": f"[{_ranges(sorted(unseen.RADICALS))}]",
        "ideographs": {chr(code): ideograph for code, ideograph in unseen.RADICALS.items()},
        "raised": _ranges(code for code in range(0x10000) if unicodedata.category(chr(code)) == "No"),
    }


def _any_of(*families: unseen.Ranges) -> str:
    """One of many characters as JavaScript matches it, which knows those outside the basic plane as two halves."""
    spans = [span for family in families for span in family]
    basic = _ranges(sorted({code for first, last in spans if last < 0x10000 for code in range(first, last + 1)}))
    pairs: dict[int, list[int]] = {}
    for first, last in spans:
        for code in range(max(first, 0x10000), last + 1):
            pairs.setdefault(0xD800 + ((code - 0x10000) >> 10), []).append(0xDC00 + (code & 0x3FF))
    outside = [f"\\u{high:04x}[{_ranges(sorted(lows))}]" for high, lows in sorted(pairs.items())]
    return f"(?:{'|'.join([f'[{basic}]', *outside])})"


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
        "nil": form.nil_return.told if form.nil_return is not None else "",
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
        "points": sheet.rules.scored.points if sheet.rules.scored is not None else "",
        "graded": dataclasses.asdict(sheet.rules.graded) if sheet.rules.graded is not None else None,
        "subject": list(sheet.subject),
        "standard": list(sheet.standard_columns),
        "hints": sorted({fold(hint_text(entry)) for entry in sheet.fields}),
        "auxiliary": sorted({fold(title) for titles in sheet.auxiliary.values() for title in titles}),
        "fields": [_field(entry, is_owed=sheet.is_owed(entry)) for entry in sheet.fields],
        "office": {key: entry.name for entry in sheet.office_fields for key in sorted(entry.header_keys)},
    }


def _field(entry: Field, *, is_owed: bool = True) -> dict[str, Any]:
    """A field; what is usual is left out."""
    vocabulary = entry.vocabulary.name if entry.vocabulary is not None else ""
    usual = {
        "required": entry.required,
        "given": entry.required and not is_owed,
        "unique": entry.unique,
        "computed": entry.computed,
        "derived": entry.derived,
        "counts": entry.counts,
        "first_of": entry.first_of,
        "vocabulary": vocabulary,
        "codes": dict(entry.codes),
        "disclosure": entry.disclosure,
        "checks": {name: dict(arguments) for name, arguments in entry.checks.items()},
        "accepts_none": entry.kind == "text" and values.accepts_none(entry),
        "limit": _limit(entry),
        "format": entry.format or entry.help if "str_matches" in entry.checks else "",
        "example": example_of(entry),
    }
    return {
        "name": entry.name,
        "title": entry.title,
        "kind": entry.kind,
        "clause": entry.clause,
        "header_keys": sorted(entry.header_keys),
        "names_in_order": list(entry.names_in_order),
        **{key: value for key, value in usual.items() if value},
    }


def _limit(entry: Field) -> str:
    """How long the text of a field may be, as messages say it; "" if that does not matter."""
    limits = entry.checks.get("str_length")
    return cells.spoken_limit(limits.get("min_value"), limits.get("max_value")) if limits else ""


def _vocabulary(vocabulary: Vocabulary) -> dict[str, Any]:
    return {
        "allowed": list(vocabulary.allowed),
        "told": vocabulary.told(),
        "judged": vocabulary.judged,
        "aliases": _folded((word.word, (word.word, *word.aliases)) for word in vocabulary.words),
        "near": _folded((word.word, word.near) for word in vocabulary.words),
        "code": vocabulary.codes.get("vocabulary", "word_not_in_vocabulary"),
    }


def _folded(words: Iterable[tuple[str, Iterable[str]]]) -> dict[str, str]:
    """Folded text → word; the first word that a text stands for has it."""
    found: dict[str, str] = {}
    for word, texts in words:
        for written in texts:
            found.setdefault(fold(written) or text.compact(written), word)
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
            "fix": catalogue[code].fix.replace("{readings}", ""),
            "basis": catalogue[code].basis,
        }
        for code in codes
    }


def for_script(pattern: str) -> str:
    """A pattern of Python's as JavaScript reads it: what counts as white space differs; it only stands in classes here."""
    assert r"\s" not in pattern.replace(r"[\s", "")
    return pattern.replace("(?P<word>", "(").replace(
        r"\s", _ranges(code for code in range(0x10000) if chr(code).isspace())
    )


def _ranges(codes: Iterable[int]) -> str:
    """Characters as the inside of a JavaScript character class, e.g. 0-9A-Z."""
    spans: list[list[int]] = []
    for code in codes:
        if spans and spans[-1][1] == code - 1:
            spans[-1][1] = code
        else:
            spans.append([code, code])
    return "".join(f"\\u{first:04x}" if first == last else f"\\u{first:04x}-\\u{last:04x}" for first, last in spans)
