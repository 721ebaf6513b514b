"""Texts of markup as a reader sees them: what stands in one paragraph or cell is one text, in however many runs it was written.

A word processor breaks a name into pieces wherever somebody went back to it; a reader still reads a name.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

_TAG = re.compile(r"<[^<>]*>")
_LOCAL_NAME = re.compile(r"</?(?:[\w.-]+:)?([\w.-]+)")
# After these another text begins; whatever else there is stands within one. Of Word, of spreadsheets, of web pages.
_OF_WORD = "p tc tr tbl tab br cr sectPr"
_OF_SHEETS = "si is c v f row text comment author definedName oddHeader oddFooter"
_OF_PAGES = (
    "td th li dt dd div table caption title option button label main section header footer style script tspan desc"
)
_HEADINGS = "h1 h2 h3 h4 h5 h6"
_BREAKS = frozenset(f"{_OF_WORD} {_OF_SHEETS} {_OF_PAGES} {_HEADINGS}".split())


@dataclass(frozen=True)
class Piece:
    """A piece of text between two tags: where it stands in the markup, and what is read there."""

    start: int
    end: int
    text: str


def texts(markup: str) -> Iterator[list[Piece]]:
    """The pieces of each text, in their order. Pieces of nothing but blanks say nothing, and part no word."""
    pieces: list[Piece] = []
    last = 0
    for tag in _TAG.finditer(markup):
        pieces += _piece(markup, last, tag.start())
        last = tag.end()
        if pieces and _is_break(tag[0]):
            yield pieces
            pieces = []
    pieces += _piece(markup, last, len(markup))
    if pieces:
        yield pieces


def _piece(markup: str, start: int, end: int) -> list[Piece]:
    written = markup[start:end]
    return [Piece(start, end, html.unescape(written))] if written.strip() else []


def _is_break(tag: str) -> bool:
    name = _LOCAL_NAME.match(tag)
    return name is not None and name[1] in _BREAKS
