"""What makes a row a header, and which field a column is where that is not plain: decisions over plain values.

The check inside WPS decides by this same code, written anew as JavaScript (`lzxl.functions.wps.translate`), which knows
only plain steps.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from difflib import SequenceMatcher
from typing import Any, NamedTuple

from lzxl.forms.model import Field
from lzxl.forms.text import fold, fold_unbracketed
from lzxl.forms.values import is_blank, parse

# A header cell is short, but for an instruction in brackets; a longer text is never looked up as one.
_LONGEST_HEADER = 40
_LONGEST_WITH_INSTRUCTION = 400
_UP_TO_BRACKET = re.compile(r"[^(（\[【〔]*")
_FIRST_LINE = re.compile(r"[^\n]*")
# A table that says on which page things are is a list of contents.
_PAGES = frozenset(map(fold, ("页码", "页次", "页号", "页数", "所在页", "所在页码", "起始页", "起止页码", "起止页次")))
# A header without the table's own subject (it was renamed) must have this many others.
_ENOUGH_WITHOUT_SUBJECT = 6
# Two headers that share this much are one, renamed: 风险发生的可能性 and 风险发生可能性.
_SAME_WORDS = 0.8
_SHORTEST_SIMILAR = 4


def reads_as_header(cells: Sequence[Any], names: Collection[str], subject: Collection[str]) -> bool:
    """Whether a row is a header: mostly names of fields. A number or a date among them changes nothing.

    `names`: the different fields that its cells name. `subject`: those that say what a row of the table is about.
    """
    mix = _mix_of(cells)
    if mix.texts < 2 or mix.others > mix.texts or not _are_enough(names, subject):
        return False
    named, filled = len(names), len([cell for cell in cells if not is_blank(cell)])
    if not _are_mostly_names(named, filled) or _is_rather_data(mix, named, filled):
        return False
    return not any(_says_pages(cell) for cell in cells)


def may_be_header(cells: Sequence[Any]) -> bool:
    """Whether it is worth asking what a row names: every row above a table is, so this goes by types alone."""
    mix = _mix_of(cells)
    return mix.texts >= 2 and mix.others <= mix.texts


class _Mix(NamedTuple):
    """Of what a row is made: how many texts, how many other cells, and whether a text comes first."""

    texts: int
    others: int
    begins_with_text: bool


def _mix_of(cells: Sequence[Any]) -> _Mix:
    texts = 0
    others = 0
    begins_with_text = True
    for cell in cells:
        if isinstance(cell, str):
            texts += 1 if cell else 0
        elif cell is not None:
            begins_with_text = begins_with_text and texts > 0
            others += 1
    return _Mix(texts, others, begins_with_text)


def _are_enough(names: Collection[str], subject: Collection[str]) -> bool:
    """Whether these fields make a header: two with the table's subject among them, or many without it."""
    if len(names) < 2:
        return False
    return any(name in subject for name in names) or len(names) >= _ENOUGH_WITHOUT_SUBJECT


def _are_mostly_names(named: int, filled: int) -> bool:
    """Whether so many names make a header of so many filled cells: two must be most of it, three or more a third."""
    return 3 * named >= (filled if named >= 3 else 2 * filled)


def _is_rather_data(mix: _Mix, named: int, filled: int) -> bool:
    """Whether numbers and days weigh more than the `named` fields: they count against it, the more so in front."""
    if not mix.others:
        return False
    return 2 * named < (filled - mix.others if mix.begins_with_text else filled + mix.others)


def _says_pages(cell: Any) -> bool:
    """Whether a cell says that a table is a list of contents."""
    return isinstance(cell, str) and len(cell) <= _LONGEST_HEADER and fold(cell) in _PAGES


class Candidate(NamedTuple):
    """A column whose header names a field that others name as well."""

    column: int
    text: str
    is_hidden: bool
    raws: Sequence[Any]
    """What stands below the header, as far as it is looked at."""


def best_column(entry: Field, candidates: Sequence[Candidate]) -> int:
    """Which of several columns with a field's header is the field.

    A visible one that has content, whose title is exact or comes first among the aliases, that reads best.
    """
    ranks = [_rank(entry, candidate) for candidate in candidates]
    return candidates[ranks.index(max(ranks))].column


def _rank(entry: Field, candidate: Candidate) -> tuple[bool, bool, bool, int, int, int]:
    readable = len([raw for raw in candidate.raws if _reads(entry, raw)])
    place = _place_among_names(entry, candidate.text)
    # The order is the law: a hidden copy never wins, however well it reads, for the clerk filled in what is seen.
    return (not candidate.is_hidden, place == 0, readable > 0, -place, readable, -candidate.column)


def _reads(entry: Field, raw: Any) -> bool:
    if is_blank(raw):
        return False
    parsed = parse(entry, raw)
    return parsed.value is not None and not parsed.problem


def _place_among_names(entry: Field, text: str) -> int:
    """0 for a field's title, then its aliases in their order."""
    for folded in (fold(text), fold_unbracketed(text)):
        if folded in entry.names_in_order:
            return entry.names_in_order.index(folded)
    return len(entry.names_in_order)


def guesses(unmapped: Sequence[tuple[int, str]], free: Sequence[Field]) -> dict[str, int]:
    """Field name → column, of each header whose words are only similar, if it can be just one field that has no column yet.

    `unmapped`: (column, header) of what is known to be no field. `free`: the fields without a column.
    """
    found: dict[str, int] = {}
    for column, text in unmapped:
        near = _similar_fields(fold(text), free)
        if len(near) == 1 and near[0] not in found:
            found[near[0]] = column
    return found


def _similar_fields(folded: str, free: Sequence[Field]) -> list[str]:
    """The fields that a header, folded, is nearly one of; short ones are near to too much."""
    if len(folded) < _SHORTEST_SIMILAR:
        return []
    return [entry.name for entry in free if any(_are_similar(folded, key) for key in entry.header_keys)]


def _are_similar(folded: str, key: str) -> bool:
    return len(key) >= _SHORTEST_SIMILAR and sameness(folded, key) >= _SAME_WORDS


def sameness(one: str, other: str) -> float:
    """How much of two texts is the same, from 0 to 1."""
    return SequenceMatcher(None, one, other).ratio()


def is_long(text: str) -> bool:
    """Whether a text is too long to be looked up as a header as it is."""
    return len(text) > _LONGEST_HEADER


def without_instruction(text: str) -> str:
    """A long header without what stands in brackets behind its words: 防控措施（针对本风险点，…… → 防控措施."""
    if len(text) > _LONGEST_WITH_INSTRUCTION:
        return ""
    words = _head(_UP_TO_BRACKET.match(text)).strip()
    if not words or words == text.strip():
        words = _head(_FIRST_LINE.match(text.strip()))
    return words if len(words) <= _LONGEST_HEADER else ""


def _head(found: re.Match[str] | None) -> str:
    return found.group(0) if found is not None else ""
