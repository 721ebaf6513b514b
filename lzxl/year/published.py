"""What is made public of the register (第八条(一)2): posts and never persons, levels and never how they were judged.

Pure: the rows that count, what is withheld and how the units stand are handed in.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from lzxl.forms.model import Sheet
from lzxl.forms.rules_of_public import Edition, EditionColumn, Published
from lzxl.groups import apart
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
    withheld, inside, sensitive = _kept_back(edition, rule, entries, known)
    kept_back = {*withheld, *inside, *sensitive}
    shown = [entry for entry in entries if entry.number not in kept_back]
    by_unit: dict[str, list[Entry]] = {code: [] for code in units}
    for entry in shown:
        by_unit.setdefault(entry.unit, []).append(entry)
    writer = _Writer(edition, sheet, rule, known)
    rows: list[PublishedRow] = []
    for code, name in units.items():
        rows += writer.of_unit(code, name, by_unit[code], known.unregistered.get(code, ""))
    provisional = tuple(entry.number for entry in shown if entry.number in known.undecided)
    return Publication(edition, tuple(rows), withheld, sensitive, inside, provisional, tuple(known.unregistered))


def _kept_back(
    edition: Edition, rule: Published, entries: Sequence[Entry], known: Circumstances
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """The numbers of the rows that an edition does not show: withheld, for readers inside, and of sensitive posts."""
    withheld, others = apart(entries, lambda entry: entry.number in known.withheld)
    if not edition.to_everybody:
        return _numbers(withheld), (), ()
    inside, open_to_all = apart(others, lambda entry: entry.number in known.inside)
    return _numbers(withheld), _numbers(inside), _numbers(entry for entry in open_to_all if _is_sensitive(rule, entry))


def _numbers(entries: Iterable[Entry]) -> tuple[str, ...]:
    return tuple(entry.number for entry in entries)


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
        """The rows of a unit. `without`: what is said of one that has no register."""
        if without:
            yield self._unregistered(code, name, without)
            return
        everybody, own = apart(entries, self._is_of_everybody)
        for entry in own:
            shown = tuple(self._cell(column, name, entry) for column in self.edition.columns)
            yield PublishedRow(code, shown, entry.level, entry.number in self.known.undecided, entry.number)
        if everybody:
            yield self._together(code, name, everybody)

    def _unregistered(self, code: str, name: str, without: str) -> PublishedRow:
        cells = [NOTHING if column.of else name for column in self.edition.columns]
        return PublishedRow(code, (*cells[:-1], without))

    def _is_of_everybody(self, entry: Entry) -> bool:
        """Whether a row concerns everybody of its unit, and is told once where anybody may read it."""
        said = entry.values[self.rule.type]
        return self.edition.to_everybody and said in self.sheet.words(self.rule.type, "of_everybody")

    def _cell(self, column: EditionColumn, unit: str, entry: Entry) -> str:
        return _lines(self._value(one, entry) for one in column.of) if column.of else unit

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
        return _lines(self._value(name, entry) for entry in entries for name in names)


def _lines(texts: Iterable[str]) -> str:
    """What a cell shows of several texts: each once, a line each."""
    return "\n".join(filter(None, dict.fromkeys(texts))) or NOTHING
