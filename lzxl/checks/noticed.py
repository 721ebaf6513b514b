"""What reading came upon, judged: which finding comes of it, how grave it is, and what the unit is asked to do.

Reading tells facts (`lzxl.submission.Fact`); most of them have a finding of the same name in the catalogue.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from lzxl.forms.days import readings
from lzxl.forms.findings import Catalogue, Finding, Phrase, Remedy, Severity, choice, either
from lzxl.forms.model import Field, Form
from lzxl.forms.places import Place
from lzxl.forms.text import column_letters
from lzxl.forms.values import as_text, display, first_digits, parse
from lzxl.submission import ROW_KINDS, Fact

Details = dict[str, Any]
"""What a finding is filled from, by the names that its texts have; `severity` and `remedy` as `Catalogue.finding` takes them."""

# Kind of fact → the code of what is found, where it has another name.
_CODES = {"column_auxiliary": "column_unplaced", "total_wrong": "total_mismatch"}
_SEVERITIES: dict[str, Severity] = {"column_auxiliary": "info"}
# Judged when all other rules have spoken (`lzxl.checks.totals`).
LATER = frozenset({"total_wrong"})
# Of a row that is left out: what may have been meant for data after all.
_IF_CONTENT = {
    **dict.fromkeys(("blank_numbered", "blank_formulas", "placeholders"), Phrase("of_blank_row")),
    "note": Phrase("of_note"),
}
# A finding about many cells names this many of them.
_MOST_NAMED = 8


def code_of(kind: str) -> str:
    """The code of what is found where reading came upon this kind of fact."""
    return _CODES.get(kind, kind)


def severity_of(kind: str, catalogue: Catalogue) -> Severity:
    """How grave what is found of this kind of fact is."""
    return _SEVERITIES.get(kind) or catalogue.rules[code_of(kind)].severity


def judged(fact: Fact, form: Form, catalogue: Catalogue) -> Finding:
    """The finding that comes of a fact."""
    entry = _field_of(fact.place, form)
    tell = _pointer if "read_as" in fact.more else _TOLD.get(fact.kind)
    details = tell(fact, form, entry) if tell is not None else _plain(fact, entry, catalogue)
    details.setdefault("header", entry.title if entry is not None else fact.header)
    details.setdefault("value", fact.value)
    return catalogue.finding(code_of(fact.kind), fact.place, severity=_SEVERITIES.get(fact.kind), **details)


def _field_of(place: Place, form: Form) -> Field | None:
    return form.by_name[place.table].by_name[place.field] if place.field else None


def _plain(fact: Fact, entry: Field | None, catalogue: Catalogue) -> Details:
    """A fact without anything to add; one about a field's own cell is about how it was read."""
    return _remark(fact, entry, catalogue) if entry is not None else dict(fact.more)


def _remark(fact: Fact, entry: Field, catalogue: Catalogue) -> Details:
    """A cell that could not be read as its field's kind, or was read in a way worth saying: as what, and what may be written."""
    parsed = parse(entry, fact.value, fact.more.get("date1904", False))
    vocabulary = entry.vocabulary
    # What is wrong with a cell is mended by whoever knows it: a text that was cut, a list whose items run together.
    is_settled = parsed.value is not None and catalogue.rules[fact.kind].action == "set"
    return {
        "value": first_digits(fact.value) if fact.kind == "id_digits_lost" else as_text(fact.value),
        "basis": entry.clause,
        "allowed": vocabulary.allowed if vocabulary else (),
        "read_as": display(parsed.value),
        "readings": _readings(fact),
        "choice": choice(vocabulary.told() if vocabulary else "", near=parsed.suggestion),
        "suggestion": display(parsed.suggestion),
        "remedy": Remedy("set", parsed.value) if is_settled else None,
    }


def _readings(fact: Fact) -> Phrase | str:
    """Which days a date with a short year may be: the unit says which; "" for anything else."""
    days = readings(fact.value) if fact.kind == "date_without_year" and isinstance(fact.value, str) else ()
    return Phrase("readings", {"days": either([day.isoformat() for day in days])}) if days else ""


def _pointer(fact: Fact, form: Form, entry: Field | None) -> Details:
    assert entry is not None  # 同上 stands in a field
    return {"value": as_text(fact.value), "basis": entry.clause, "read_as": display(fact.more["read_as"])}


def _no_value(fact: Fact, form: Form, entry: Field | None) -> Details:
    return {"remedy": Remedy("fill")}


def _dropped(fact: Fact, form: Form, entry: Field | None) -> Details:
    kind = fact.more["row_kind"]
    return {"rows": _rows(fact.place), "reason": ROW_KINDS[kind], "otherwise": _IF_CONTENT.get(kind, "")}


def _after_end(fact: Fact, form: Form, entry: Field | None) -> Details:
    return {**fact.more, "rows": _rows(fact.place)}


def _duplicate(fact: Fact, form: Form, entry: Field | None) -> Details:
    """Columns of one header; where these are different words (`texts`), each with its own."""
    texts, used = fact.more.get("texts", {}), fact.more["used"]
    shown = [f"{place.a1}“{texts[place]}”" if texts else place.a1 for place in fact.more["cells"]]
    told_used = f"{used.a1}“{texts[used]}”" if texts else used.a1 if used is not None else Phrase("none")
    return {"header": fact.header, "cells": shown, "used": told_used}


def _renamed(fact: Fact, form: Form, entry: Field | None) -> Details:
    assert entry is not None  # it was guessed to be one
    return {"title": entry.title, "remedy": Remedy("restore_header", entry.title)}


def _sheet_renamed(fact: Fact, form: Form, entry: Field | None) -> Details:
    return {"title": form.by_name[fact.place.table].title}


def _no_header(fact: Fact, form: Form, entry: Field | None) -> Details:
    sheet = form.by_name[fact.place.table]
    return {"allowed": [field.title for field in sheet.inputs if field.required]}


def _is_on_cover(fact: Fact, form: Form) -> bool:
    return form.cover is not None and fact.place.table == form.cover.name


def _hidden_row(fact: Fact, form: Form, entry: Field | None) -> Details:
    otherwise = Phrase("on_cover" if _is_on_cover(fact, form) else "in_table")
    return {"row": fact.place.begin[0], "otherwise": otherwise}


def _hidden_column(fact: Fact, form: Form, entry: Field | None) -> Details:
    """A hidden column is asked to be shown; one that must be filled in may not be taken away instead."""
    details: Details = {
        "letters": column_letters(fact.place.begin[1]),
        "need": Phrase("read") if entry is not None else "",
    }
    if _is_on_cover(fact, form):
        return {**details, "otherwise": Phrase("on_cover")}
    is_owed = entry is not None and entry.required
    return {**details, "header": fact.header, "otherwise": Phrase("in_required" if is_owed else "in_table")}


def _struck_row(fact: Fact, form: Form, entry: Field | None) -> Details:
    return {"row": fact.place.begin[0]}


def _struck_text(fact: Fact, form: Form, entry: Field | None) -> Details:
    return {"how": Phrase("whole" if fact.more["is_whole"] else "in_part")}


def _merged_word(fact: Fact, form: Form, entry: Field | None) -> Details:
    assert entry is not None  # only words of a field's list grade or disclose
    return {"rows": _rows(fact.place), "basis": entry.clause}


def _with_count(fact: Fact, form: Form, entry: Field | None) -> Details:
    return dict(fact.more)


def _unplaced_texts(fact: Fact, form: Form, entry: Field | None) -> Details:
    cells = fact.more["cells"]
    more = Phrase("more", {"count": len(cells)}) if len(cells) > _MOST_NAMED else ""
    return {"cells": cells[:_MOST_NAMED], "more": more}


def _serial(fact: Fact, form: Form, entry: Field | None) -> Details:
    return {"cells": fact.more["cells"][:_MOST_NAMED]}


def _column(fact: Fact, form: Form, entry: Field | None) -> Details:
    return {"value": fact.header, "letters": column_letters(fact.place.begin[1])}


def _lost(fact: Fact, form: Form, entry: Field | None) -> Details:
    return {"detail": Phrase("stored" if "stored" in fact.more else "counted", fact.more)}


def _rows(place: Place) -> str:
    area = place.areas[0]
    return str(area.top) if area.top == area.bottom else f"{area.top}至{area.bottom}"


_TOLD: dict[str, Callable[[Fact, Form, Field | None], Details]] = {
    "cells_lost": _lost,
    "column_auxiliary": _column,
    "column_private": _column,
    "column_unplaced": _column,
    "duplicate_header": _duplicate,
    "formula_value_used": _with_count,
    "formula_without_value": _no_value,
    "header_not_found": _no_header,
    "header_renamed": _renamed,
    "hidden_column": _hidden_column,
    "hidden_row": _hidden_row,
    "merged_word": _merged_word,
    "row_dropped": _dropped,
    "row_struck": _struck_row,
    "rows_after_end": _after_end,
    "serial_repeated": _serial,
    "sheet_renamed": _sheet_renamed,
    "text_struck": _struck_text,
    "text_unplaced": _unplaced_texts,
}


def findings_of(facts: list[Fact], form: Form, catalogue: Catalogue) -> Iterator[Finding]:
    """What is found of facts, in their order, without those that are judged when all other rules have spoken."""
    return (judged(fact, form, catalogue) for fact in facts if fact.kind not in LATER)
