"""The finding about one cell that could not be read as its field's kind, or was read in a way worth saying."""

from __future__ import annotations

from typing import Any

from lzxl.forms.findings import Catalogue, Finding, Remedy, choice
from lzxl.forms.model import Field
from lzxl.forms.places import Place
from lzxl.forms.values import as_text, display, parse


def remark(catalogue: Catalogue, code: str, place: Place, entry: Field, raw: Any, date1904: bool) -> Finding:
    """The finding `code` at a cell that holds `raw`; what it was read as, and what may be written, fill its message."""
    parsed = parse(entry, raw, date1904)
    vocabulary = entry.vocabulary
    # What is wrong with a cell is mended by whoever knows it: a text that was cut, a list whose items run together.
    is_settled = parsed.value is not None and catalogue.rules[code].action == "set"
    return catalogue.finding(
        code,
        place,
        header=entry.title,
        value=masked(raw) if code == "id_digits_lost" else as_text(raw),
        basis=entry.clause,
        allowed=vocabulary.allowed if vocabulary else (),
        read_as=display(parsed.value),
        choice=choice(vocabulary.told() if vocabulary else "", near=parsed.suggestion),
        suggestion=display(parsed.suggestion),
        remedy=Remedy("set", parsed.value) if is_settled else None,
    )


def masked(number: float) -> str:
    """A long number that may be somebody's identity number: its first six digits only."""
    return f"{number:.0f}"[:6] + "…"
