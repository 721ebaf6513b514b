"""What is made public of the register (第八条(一)2): posts and never persons, levels and never how they were judged.

Pure: the rows that count, what is withheld and how the units stand are handed in.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from lzxl.forms.model import Sheet
from lzxl.forms.rules import Edition, EditionColumn, Published
from lzxl.year.registers import Entry

NOTHING = "—"


@dataclass(frozen=True)
class PublishedRow:
    """A row of an edition. `cells`: by the edition's columns. `level`: "" for a unit that has nothing to show."""

    unit: str
    cells: tuple[str, ...]
    level: str = ""
    is_provisional: bool = False
    number: str = ""
    """The risk point that it is of; "" for one that stands for several, or for none."""


@dataclass(frozen=True)
class Publication:
    """An edition: its rows unit by unit in the roster's order, and what was left out."""

    edition: Edition
    rows: tuple[PublishedRow, ...]
    withheld: tuple[str, ...]
    """Numbers of the points that are not to be made public."""
    sensitive: tuple[str, ...]
    """Numbers of the points of sensitive posts."""
    inside: tuple[str, ...]
    """Numbers of the points that are for the bureau's own people alone."""
    provisional: tuple[str, ...]
    """Numbers of the points shown whose level is still to be decided."""
    unregistered: tuple[str, ...]
    """Codes of the units that have no register to show."""


@dataclass(frozen=True)
class Circumstances:
    """What an edition depends on beside the rows."""

    gravity: Mapping[str, int]
    """Level → how grave it is."""
    withheld: Collection[str] = ()
    """Numbers of points that are not to be made public."""
    inside: Collection[str] = ()
    """Numbers of points that the bureau's own people alone may read of."""
    undecided: Collection[str] = ()
    """Numbers of points that wait for the leading group."""
    unregistered: Mapping[str, str] = field(default_factory=dict)
    """Code of a unit without a register that counts → what is said of it."""
    duty_of: Callable[[str, str], str] = lambda unit, name: ""
    """(unit, person) → the duty by which a person is shown."""


def publication(
    edition: Edition,
    sheet: Sheet,
    entries: Sequence[Entry],
    units: Mapping[str, str],
    known: Circumstances,
) -> Publication:
    """What readers of an edition get to see of the rows that count. `units`: code → name, in the roster's order."""
    rule = sheet.rules.published
    assert rule is not None
    by_unit: dict[str, list[Entry]] = {code: [] for code in units}
    withheld = [entry.number for entry in entries if entry.number in known.withheld]
    others = [entry for entry in entries if edition.to_everybody and entry.number not in known.withheld]
    inside = [entry.number for entry in others if entry.number in known.inside]
    sensitive = [entry.number for entry in others if _is_sensitive(rule, entry) and entry.number not in known.inside]
    left_out = {*withheld, *inside, *sensitive}
    for entry in entries:
        if entry.number not in left_out:
            by_unit.setdefault(entry.unit, []).append(entry)
    writer = _Writer(edition, sheet, rule, known)
    rows = [
        row
        for code, name in units.items()
        for row in writer.of_unit(code, name, by_unit[code], known.unregistered.get(code, ""))
    ]
    shown = [entry.number for entry in entries if entry.number not in left_out]
    provisional = tuple(number for number in shown if number in known.undecided)
    unregistered = tuple(known.unregistered)
    return Publication(
        edition, tuple(rows), tuple(withheld), tuple(sensitive), tuple(inside), provisional, unregistered
    )


def _is_sensitive(rule: Published, entry: Entry) -> bool:
    return any(word in entry.values[rule.post] for word in rule.sensitive)


@dataclass(frozen=True)
class _Writer:
    """Writes the rows of one unit after another."""

    edition: Edition
    sheet: Sheet
    rule: Published
    known: Circumstances

    def of_unit(self, code: str, name: str, entries: Sequence[Entry], without: str) -> Iterator[PublishedRow]:
        if without:
            cells = [NOTHING if column.of else name for column in self.edition.columns]
            yield PublishedRow(code, (*cells[:-1], without))
            return
        vocabulary = self.sheet.by_name[self.rule.type].vocabulary
        shared = vocabulary.in_role("of_everybody") if vocabulary is not None and self.edition.to_everybody else ()
        everybody = [entry for entry in entries if entry.values[self.rule.type] in shared]
        for entry in entries:
            if entry.values[self.rule.type] not in shared:
                shown = tuple(self._cell(column, name, entry) for column in self.edition.columns)
                yield PublishedRow(code, shown, entry.level, entry.number in self.known.undecided, entry.number)
        if everybody:
            yield self._together(code, name, everybody)

    def _cell(self, column: EditionColumn, unit: str, entry: Entry) -> str:
        if not column.of:
            return unit
        return "\n".join(dict.fromkeys(filter(None, (self._value(one, entry) for one in column.of)))) or NOTHING

    def _value(self, name: str, entry: Entry) -> str:
        known = self.sheet.by_name[name]
        if known.computed == "level":
            return entry.level
        value = entry.values.get(name, "")
        if self.edition.to_everybody:
            value = entry.outside.get(name, value)
        return self.known.duty_of(entry.unit, value) if known.kind == "person" else value

    def _together(self, code: str, unit: str, entries: Sequence[Entry]) -> PublishedRow:
        """What concerns everybody of a unit, once: nobody is to be recognised by the post that it was written under."""
        gravest = max(entries, key=lambda entry: self.known.gravity.get(entry.level, -1))
        cells = tuple(self._shared_cell(column, unit, entries, gravest) for column in self.edition.columns)
        return PublishedRow(code, cells, gravest.level, any(one.number in self.known.undecided for one in entries))

    def _shared_cell(self, column: EditionColumn, unit: str, entries: Sequence[Entry], gravest: Entry) -> str:
        if not column.of:
            return unit
        if self.rule.post in column.of:
            return self.rule.everybody
        if any(self.sheet.by_name[name].computed == "level" for name in column.of):
            return gravest.level
        # Of what was written under a post, the headline alone says nothing of who is meant.
        names = [self.rule.headline] if self.rule.headline in column.of else column.of
        texts = dict.fromkeys(self._value(name, entry) for entry in entries for name in names)
        return "\n".join(filter(None, texts)) or NOTHING
