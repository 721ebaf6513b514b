"""The account of a sheet's cells: every one that is not blank is placed, listed as unplaced, or left out with its row.

Tables account for their rows themselves (`tables.Extract`). What no table took is settled here, cell by cell: a value or
a label of the cover, a text that the standard workbook has by itself, and all else is unplaced. `check` then compares with
a count of its own: should they differ, a reader has lost something, and the file must not pass for read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from lzxl.forms.model import Form, Sheet
from lzxl.forms.places import Place
from lzxl.forms.text import compact
from lzxl.forms.values import as_text, is_blank
from lzxl.submission import Labels, Unplaced
from lzxl.workbook.fixed_texts import (
    KEEPER,
    NOTE_PREFIX,
    SIGNATURE_PLACES,
    UNIT_LINE,
    is_signed,
    names_keeper,
    texts_of_cover,
    texts_of_table,
)
from lzxl.workbook.layout import label_layout, table_layout
from lzxl.workbook.reading.content import SheetContent
from lzxl.workbook.reading.labels import unexplained

# How texts begin that a version of a standard workbook may word otherwise, or that it computes.
_BEGINNINGS = (NOTE_PREFIX, KEEPER, *(label for label, _ in UNIT_LINE), "必填", "选填")


@dataclass(slots=True)
class Account:
    """What became of the cells of one sheet, in numbers; `unplaced` are those that are kept apart."""

    content: SheetContent
    placed: int = 0
    dropped: int = 0
    unplaced: list[Unplaced] = field(default_factory=list)
    signed: list[Unplaced] = field(default_factory=list)
    """Of those placed, the lines of the standard workbook that somebody wrote on."""

    @property
    def settled(self) -> int:
        return self.placed + self.dropped + len(self.unplaced)

    @property
    def held(self) -> int:
        """How many cells of the sheet are not blank, counted by themselves; texts that show nothing are forgotten by now."""
        return sum(len(cells) - cells.count(None) - cells.count("") for cells in self.content.rows.values())

    def keep(self, rows: Iterable[int], reason: str) -> None:
        """List every cell of these rows as unplaced."""
        for row, column, text in _cells(self.content, rows):
            self.unplaced.append(Unplaced(Place.cell(self.content.name, row, column), "", text, reason))

    def settle(self, rows: Iterable[int], own: OwnTexts, labels: Labels | None, reason: str) -> list[Unplaced]:
        """Settle the cells of rows that no table took; those that are kept apart, which are in `unplaced` too."""
        taken = places_of(labels)
        kept = []
        for row, column, text in _cells(self.content, rows):
            place = Place.cell(self.content.name, row, column)
            if (row, column) not in taken and not own.has(text):
                kept.append(Unplaced(place, "", text, reason))
                continue
            self.placed += 1
            if own.is_signed(text):
                self.signed.append(Unplaced(place, "", text, "签字落款"))
            # A formula there is the workbook's own, which shows what the cover says; a typed text is the unit's.
            elif own.is_keeper(text) and (row, column) not in self.content.formulas:
                self.signed.append(Unplaced(place, "", text, "改动过的单位、期次"))
        self.unplaced += kept
        return kept

    def place_labels(self, labels: Labels, cover: Sheet) -> None:
        """Cells of rows left out, whose labels were read, are placed and not kept apart; what else they say still is."""
        taken = places_of(labels)
        kept = []
        for entry in self.unplaced:
            if entry.place.coordinates in taken and not _says_more(entry, cover):
                self.placed += 1
            else:
                kept.append(entry)
        self.unplaced = kept


def _says_more(entry: Unplaced, cover: Sheet) -> bool:
    """Whether a cell with labels of the cover says something besides."""
    return isinstance(entry.value, str) and unexplained(entry.value, cover)


def places_of(labels: Labels | None) -> set[tuple[int, int]]:
    """Where the labels and values of a cover stand."""
    return {*labels.cells.values(), *labels.label_cells.values()} if labels is not None else set()


def _cells(content: SheetContent, rows: Iterable[int]) -> Iterator[tuple[int, int, str]]:
    for row in rows:
        for column, cell in enumerate(content.rows[row], 1):
            if not is_blank(cell):
                yield row, column, as_text(cell)


def own_places(sheet: Sheet) -> frozenset[tuple[int, int]]:
    """Where a standard sheet has texts of its own, which a bureau may have reworded in its template."""
    if sheet.layout == "labels":
        cover = label_layout(sheet)
        places = {(cover.title_row, cover.label_column), (cover.subtitle_row, cover.label_column)}
        places |= {cover.help(entry.name) for entry in sheet.fields}
    else:
        table = table_layout(sheet)
        columns = range(1, table.findings_column + 1)
        places = {(table.title_row, 1), (table.note_row, 1)}
        places |= {(row, column) for row in (table.unit_row, table.hint_row) for column in columns}
    return frozenset(places)


_known_texts: dict[tuple[str, str, bool], tuple[Sheet, OwnTexts]] = {}


class OwnTexts:
    """The texts that a sheet of a standard workbook has by itself, however a program re-saved their spaces."""

    def __init__(self, texts: Iterable[str], is_standard: bool) -> None:
        """`is_standard`: the workbook was distributed; older versions of its texts, and signatures on them, are ours too."""
        self.texts = {_words(text) for text in texts if text}
        self.beginnings = tuple(map(_words, (*_BEGINNINGS, *SIGNATURE_PLACES))) if is_standard else ()

    @classmethod
    def of(cls, form: Form, sheet: Sheet, is_standard: bool) -> OwnTexts:
        """Those of a sheet of `form`; worked out once for the forms that are loaded."""
        key = (form.id, sheet.name, is_standard)
        of, own = _known_texts.get(key, (None, None))
        # The same form is loaded anew for another grading table: then its texts are others under the same id.
        if own is None or of is not sheet:
            own = cls(texts_of_cover(form) if sheet.layout == "labels" else texts_of_table(form, sheet), is_standard)
            _known_texts[key] = sheet, own
        return own

    def has(self, text: str) -> bool:
        """Whether a cell's text is the standard workbook's own."""
        words = _words(text)
        return not words or words in self.texts or words.startswith(self.beginnings)

    def is_keeper(self, text: str) -> bool:
        """Whether a text stands where the standard workbook says itself whose it is."""
        return bool(self.beginnings) and names_keeper(text)

    def is_signed(self, text: str) -> bool:
        """Whether a text is one of the lines to sign on, and something is written on it."""
        return bool(self.beginnings) and is_signed(text) and _words(text) not in self.texts


def _words(text: str) -> str:
    # Lines to sign on are strokes, ＿ or _: a signature takes the room of some of them.
    return compact(text).replace("_", "")
