"""Collects the findings of one submission, and knows how to place them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from lzxl.checks.nearest import Nearest
from lzxl.checks.noticed import LATER, code_of, judged, severity_of
from lzxl.forms.findings import Catalogue, Finding, Kept, Remedy
from lzxl.forms.load import load_form
from lzxl.forms.model import Field, Form
from lzxl.forms.places import WHOLE_FILE, Place
from lzxl.forms.text import compact
from lzxl.forms.values import display
from lzxl.groups import grouped
from lzxl.submission import Fact, Submission, Table


@dataclass(frozen=True)
class Advice:
    """What would mend whatever is wrong with a cell, as the rest of the file tells it, and why."""

    remedy: Remedy
    reason: str = ""
    """Why, or what it is that belongs there."""
    note: str = ""
    """What else to do once that is done: a sentence of its own."""
    computed: bool = False
    """Whether nobody is to write into the cell, which shows what follows from others."""


@dataclass(frozen=True)
class Found:
    """What rules have made of a submission so far, as plain data: with the submission it gives the report again."""

    findings: list[Finding]
    more: dict[str, int]
    wrong_places: list[Place]
    wrong_levels: list[Place]
    advice: dict[Place, Advice] | None
    """None where it was not asked for yet."""
    restored: dict[tuple[str, str, str], str]
    secrets: dict[Place, frozenset[str]]
    compared: int
    """How many pairs of names were compared."""

    @property
    def is_whole(self) -> bool:
        """Whether it is what it says: it may come from a file."""
        places = (*self.wrong_places, *self.wrong_levels, *(self.advice or ()), *self.secrets)
        return all(isinstance(one, Finding) for one in self.findings) and all(isinstance(one, Place) for one in places)


class Report:
    """The findings made about one submission so far."""

    def __init__(self, submission: Submission, catalogue: Catalogue) -> None:
        self.submission = submission
        self.catalogue = catalogue
        self.form: Form = load_form(submission.form, submission.scheme)
        self._kept = Kept()
        self.wrong_places: dict[Place, None] = {}
        """Where an error was found so far, in that order: what a rule may know of what the others found."""
        self.wrong_levels: set[Place] = set()
        """Cells with a level that is not what likelihood and severity give."""
        self._note_facts()
        self.prepare: Callable[[Report], None] | None = None
        """Works out the advice when it is first asked for: most submissions have nothing wrong, and need none."""
        self._advice: dict[Place, Advice] = {}
        self.restored: dict[tuple[str, str, str], str] = {}
        """(Sheet, field, number or name) that another sheet refers to and no row has → the row that it goes back to."""
        self.secrets: dict[Place, frozenset[str]] = {}
        """Cell → what is private in it: no finding about that cell may say it."""

    def continued(self, submission: Submission) -> Report:
        """The same report to go on with: what is added to that one is not in this one. `submission`: the same file, read again."""
        other = copy(self)
        # All that a rule may change; what else there is, was worked out from the submission and stays as it is.
        other.submission = replace(self.submission, earlier=submission.earlier)
        other._kept = self._kept.copy()
        other.wrong_places, other.wrong_levels = dict(self.wrong_places), set(self.wrong_levels)
        other._advice, other.restored, other.secrets = dict(self._advice), dict(self.restored), dict(self.secrets)
        other.nearest = copy(self.nearest)
        return other

    def found(self) -> Found:
        """All that rules have made of the submission so far."""
        return Found(
            list(self.findings),
            dict(self.more),
            list(self.wrong_places),
            list(self.wrong_levels),
            dict(self._advice) if self.prepare is None else None,
            dict(self.restored),
            dict(self.secrets),
            self.nearest.compared,
        )

    def go_on_from(self, found: Found) -> None:
        """Go on where another report of the same submission, judged in the same surroundings, was when it said `found`."""
        self._kept = Kept(found.findings)
        self._kept.more = Counter(found.more)
        self.wrong_places, self.wrong_levels = dict.fromkeys(found.wrong_places), set(found.wrong_levels)
        if found.advice is not None:
            self.prepare, self._advice = None, dict(found.advice)
        self.restored, self.secrets = dict(found.restored), dict(found.secrets)
        self.nearest = Nearest(found.compared)

    def _note_facts(self) -> None:
        """Judge what reading came upon. What it counted only is counted on."""
        submission = self.submission
        for fact in submission.facts:
            severity = severity_of(fact.kind, self.catalogue) if fact.kind not in LATER else None
            if severity is not None and not self._kept.is_full(code_of(fact.kind), severity):
                self.add(judged(fact, self.form, self.catalogue))
        for kind, count in submission.more.items():
            self._kept.count(severity_of(kind, self.catalogue), count)

    def add(self, finding: Finding) -> None:
        """Keep a finding."""
        self._kept.add(finding)
        if finding.severity == "error":
            self.wrong_places[finding.place] = None

    def facts(self, kind: str) -> list[Fact]:
        """What reading came upon of a kind."""
        return [fact for fact in self.submission.facts if fact.kind == kind]

    @property
    def findings(self) -> list[Finding]:
        """What has been found so far, at most a few thousand: `more` counts the others."""
        return self._kept.findings

    @property
    def more(self) -> Mapping[str, int]:
        """Severity → how many findings more there are than `findings` holds."""
        return self._kept.more

    @property
    def advice(self) -> dict[Place, Advice]:
        """Cell → what belongs there; only for cells where the rest of the file tells it."""
        if self.prepare is not None:
            prepare, self.prepare = self.prepare, None
            prepare(self)
        return self._advice

    def tables(self, name: str) -> list[Table]:
        """All tables of one sheet of the form: a file may have several sheets of a kind, or several tables on one."""
        return self._by_name.get(name, [])

    def filled(self, sheet: str, name: str) -> Iterator[tuple[Table, int, Any]]:
        """(table, row, value) of each row of a sheet's tables that has a value in a field."""
        for table in self.tables(sheet):
            for index, value in table.filled(name):
                yield table, index, value

    @cached_property
    def _by_name(self) -> dict[str, list[Table]]:
        return grouped(self.submission.tables, lambda table: table.name)

    def field(self, table: Table, name: str) -> Field:
        return self.form.by_name[table.name].by_name[name]

    def advise(self, table: Table, name: str, index: int, remedy: Remedy, reason: str = "", note: str = "") -> None:
        """Keep what belongs in a field's cell in row `index`, should anything be wrong with it."""
        if name in table.columns:
            self.advice[table.place(name, index)] = Advice(remedy, reason, note)

    def advised(self, table: Table, name: str, index: int) -> Any:
        """The one value that belongs in a cell; None if nothing tells it."""
        advice = self.advice.get(table.place(name, index))
        return advice.remedy.value if advice is not None and advice.remedy.action == "set" else None

    def fitting(self, table: Table, name: str, index: int) -> tuple[Any, ...] | None:
        """The values of which one belongs in a cell, as the rest of the file tells it; None if nothing tells it."""
        advice = self.advice.get(table.place(name, index))
        if advice is None or advice.remedy.action not in ("set", "choose"):
            return None
        return advice.remedy.value if advice.remedy.action == "choose" else (advice.remedy.value,)

    @cached_property
    def own_code(self) -> str:
        """The unit's code: the one of the stamp where the cover says another."""
        return self.submission.sent_to if self.says_otherwise("unit_code") else self.submission.unit_code

    def says_otherwise(self, name: str) -> bool:
        """Whether the cover says another unit (`unit_code`) or `period` than the stamp."""
        submission = self.submission
        stamped = submission.sent_to if name == "unit_code" else submission.sent_for
        typed = submission.cover.values.get(name) if submission.cover is not None else None
        return bool(stamped and typed and compact(typed) != compact(stamped))

    @cached_property
    def split_rows(self) -> frozenset[Place]:
        """The rows that were found to be the rest of another row: what they lack stands in that one."""
        return frozenset(fact.place for fact in self.submission.facts if fact.kind == "split_row")

    def is_rest(self, table: Table, index: int) -> bool:
        """Whether a row is the rest of the one above a page break, and has no number of its own."""
        return table.row_place(index) in self.split_rows

    def row_count(self, name: str) -> int:
        """How many rows a sheet's tables have; the rest of a row that a page break cut in two is none of its own."""
        titles = {table.title for table in self.tables(name)}
        rests = sum(place.sheet in titles for place in self.split_rows)
        return sum(len(table.rows) for table in self.tables(name)) - rests

    def row_of(self, place: Place) -> tuple[Table, int] | None:
        """The table, and the row in it, that a cell of the file belongs to; None if it is in none."""
        cell = place.coordinates
        return self._places.get((place.sheet, cell[0])) if cell is not None else None

    @cached_property
    def _places(self) -> dict[tuple[str, int], tuple[Table, int]]:
        return {
            (table.title, row): (table, index)
            for table in self.submission.tables
            for index, row in enumerate(table.rows)
        }

    @cached_property
    def nearest(self) -> Nearest:
        """Looks up which of several names was probably meant."""
        return Nearest()

    def cell(self, code: str, table: Table, name: str, index: int, **details: Any) -> None:
        """A finding at a field's cell in row `index`; the header and the content are filled in from there."""
        severity = details.get("severity") or self.catalogue.rules[code].severity
        if self._kept.is_full(code, severity):
            return
        entry = self.field(table, name)
        details.setdefault("value", display(table.shown(name, index)))
        details.setdefault("basis", entry.clause)
        self.add(self.catalogue.finding(code, table.place(name, index), header=entry.title, **details))

    def label(self, code: str, name: str, **details: Any) -> None:
        """A finding at a labelled cell of the cover."""
        cover = self.submission.cover
        assert cover is not None
        entry = self.form.by_name[cover.name].by_name[name]
        details.setdefault("value", display(cover.raw.get(name, cover.values.get(name))))
        details.setdefault("basis", entry.clause)
        self.add(self.catalogue.finding(code, cover.place(name), header=entry.title, **details))

    def whole(self, code: str, place: Place = WHOLE_FILE, /, **details: Any) -> None:
        """A finding about the whole file, a sheet, or a range of it."""
        self.add(self.catalogue.finding(code, place, **details))


def example_of(entry: Field) -> str:
    """What a message adds to say how a field is filled in: the words to choose from, the format, or an example."""
    if entry.vocabulary is not None:
        return f"可选：{entry.vocabulary.told()}。"
    if entry.format:
        return f"格式：{entry.format}。"
    return "按“2026-11-10”的样式填写。" if entry.kind == "date" else ""
