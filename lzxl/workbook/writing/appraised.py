"""The live formulas of 考核意见: the sums, the result, and the grades of a unit, over the other sheets of the book (第八条(三)).

They are written into the rows by `lzxl appraise` with what the office worked out, and show what follows when a score is typed before
the next run. Only functions of Excel 2007 are used. A formula finds a unit by its code or its name, and an item by its number, as
they stand: of a unit whose rows say it otherwise (“第12项”), the office writes its own number in the place of the formula.

What hangs on all units together (`ranked.py`) is a formula too, unless a row that is no unit's has a result. Values stay: 自查,
which units send; 认定等次, which is decided in another book; 排名组 of the roster; 说明, since nothing of Excel 2007 joins texts of
as many rows as there are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from lzxl.forms.appraisal import FULL, SCORE_FIELDS, AppraisalScheme
from lzxl.forms.load import load_form
from lzxl.forms.model import Sheet
from lzxl.forms.roster import Unit
from lzxl.forms.rules_of_books import Opined
from lzxl.forms.text import address, column_letters
from lzxl.submission import Submission, Table
from lzxl.workbook.layout import quoted, table_layout
from lzxl.workbook.writing.ranked import Ranked, chosen_of, number, place_of, text
from lzxl.year.appraised import Item
from lzxl.year.units import unit_code

# Not "<>" for a text: COUNTIFS counts cells by it in which a formula shows an empty one.
_TEXT, _NUMBER, _ZERO = '"?*"', '">=0"', '"=0"'
"""What a cell is to say: any text, a number, nought. A blank cell says none of it."""


@dataclass(frozen=True)
class Results:
    """The formulas of one book. `kinds`: kind of rule → its sheet and table, of which there is one each."""

    kinds: Mapping[str, tuple[Sheet, Table]]
    scheme: AppraisalScheme
    items: Sequence[Item]
    units: Mapping[str, Unit]

    def of_unit(self, unit: str, row: int) -> dict[str, str]:
        """Field of 考核意见 → its formula without "=", of a unit whose row of it is `row`."""
        _, table = self.kinds["opined"]
        rule = self._rule("opined")
        shown = _shown(rule)
        at = {name: address(row, table.columns[name]) for name in shown if name in table.columns}
        if len(at) < len(shown):
            return {}
        found = {rule.result: self._result(at, rule, unit), rule.by_score: self._by_score(at[rule.result])}
        found |= self._parts(rule, unit)
        if not self._is_plain(unit, "adjusted"):
            del found[rule.result]
        if self._has_results_of_units_only:
            spans = {name: self._span("opined", name) for name in at}
            found.update(Ranked(self.scheme, rule, at, spans).formulas())
        if self.scheme.groups and not self.units[unit].kind:
            found.pop(rule.rank, None)  # no condition finds the blank cells of a column
        return found

    def _parts(self, rule: Opined, unit: str) -> dict[str, str]:
        """The formulas of what other sheets give, of those sheets that formulas read as the office does."""
        found = {}
        if self._is_plain(unit, "inspected"):
            found[rule.inspected] = self._inspected(unit)
        if self._is_plain(unit, "checked"):
            found[rule.checked] = self._checked(unit)
            if self._is_plain(unit, "limited"):
                found[rule.ceiling] = self._ceiling(unit)
        return found

    @cached_property
    def _has_results_of_units_only(self) -> bool:
        """Whether every row that shows a result is the first one of a unit: others would take places and ranks from them."""
        _, table = self.kinds["opined"]
        rule = self._rule("opined")
        first: dict[str, int] = {}
        for index in table.indexes:
            first.setdefault(unit_code(table.get(rule.unit, index), self.units), index)
        first.pop("", None)
        return {index for index, _ in table.filled(rule.result)}.issubset(first.values())

    # The parts

    def _inspected(self, unit: str) -> str:
        """What is left of each item when it has lost what was deducted on it, which is never more than it has."""
        rule, whose = self._rule("inspected"), self._whose("inspected", unit)
        numbers, lost = self._span("inspected", rule.item), self._span("inspected", rule.lost)
        total = sum((item.points for item in self.items), Decimal(0))
        losses = "-".join(
            # An item's number is a number where it was typed as one and a text in
            # a column of texts: "=" tells the two apart.
            # What is added up is an argument of its own: multiplied, one word in
            # the column would be an error of the whole.
            f"MIN({number(item.points)},SUMPRODUCT({whose}*(({numbers}={item.number})+({numbers}={text(item.number)})),{lost}))"
            for item in self.items
        )
        # The office reckons in decimals, a sheet in binary: unrounded, 100 less
        # 0.1 and 0.2 is a number beside the right one.
        return f"ROUND({number(total)}-{losses},6)"

    def _checked(self, unit: str) -> str:
        """The sum of what was given, and of what is proposed where the appraiser took it over; nothing until all are appraised."""
        rule = self._rule("checked")
        given = self._counted("checked", unit, (rule.given, _NUMBER))
        count = f"{given}+{self._accepted(self._counted, unit)}"
        total = f"{self._summed('checked', unit, rule.given)}+{self._accepted(self._proposed, unit)}"
        return f'IF({count}={len(self.items)},ROUND({total},6),"")'

    def _accepted(self, total: Callable[..., str], unit: str, *more: tuple[str, str]) -> str:
        """A total of the items that the appraiser took over as they were proposed: named, and no number given. That nothing at all
        stands there has no condition that all programs understand alike."""
        rule = self._rule("checked")
        named = (*more, (rule.by, _TEXT))
        given = total("checked", unit, *named, (rule.given, _NUMBER))
        return f"{total('checked', unit, *named)}-{given}"

    def _proposed(self, kind: str, unit: str, *says: tuple[str, str]) -> str:
        return self._summed(kind, unit, self._rule(kind).proposed, *says)

    def _result(self, at: Mapping[str, str], rule: Opined, unit: str) -> str:
        """Half-up to one decimal, as decimal arithmetic has it: no number beside a half is left by the inner ROUND."""
        adjusted = self._rule("adjusted")
        parts = dict(zip(SCORE_FIELDS, (at[rule.own], at[rule.inspected], at[rule.checked]), strict=True))
        weighted = "+".join(f"{parts[name]}*{number(weight)}" for name, weight in self.scheme.weights.items())
        added, lost = (self._summed("adjusted", unit, name) for name in (adjusted.added, adjusted.lost))
        total = f"({weighted})/{FULL}+MIN({added},{number(self.scheme.bonus_cap)})-({lost})"
        missing = ",".join(f'{part}=""' for part in parts.values())
        return f'IF(OR({missing}),"",INT(ROUND(MIN({FULL},MAX(0,{total}))*10,6)+0.5)/10)'

    def _by_score(self, result: str) -> str:
        return f'IF({result}="","",{chosen_of(self.scheme, place_of(self.scheme, result))})'

    def _ceiling(self, unit: str) -> str:
        """The worst grade that something limits the unit to; the best where nothing does."""
        # 1 is the best grade: where nothing limits the unit, MAX has it alone to choose from.
        worst = ",".join(["1", *self._limits(unit)])
        return chosen_of(self.scheme, f"MAX({worst})")

    def _limits(self, unit: str) -> Iterator[str]:
        rule, checked = self._rule("limited"), self._rule("checked")
        founded = ((rule.basis, _TEXT), (rule.by, _TEXT), (rule.day, _NUMBER))
        for place, grade in enumerate(self.scheme.grades[1:], start=2):
            count = self._counted("limited", unit, (rule.highest, text(grade)), *founded)
            yield f"IF({count}>0,{place},0)"
        if self.scheme.zero_item:
            given = self._counted("checked", unit, (checked.given, _ZERO))
            taken = self._accepted(self._counted, unit, (checked.proposed, _ZERO))
            yield f"IF({given}+{taken}>0,{self.scheme.grades.index(self.scheme.zero_item) + 1},0)"

    # Where things are

    def _rule(self, kind: str) -> Any:
        return getattr(self.kinds[kind][0].rules, kind)

    def _span(self, kind: str, name: str) -> str:
        """A column, as far as anybody will write."""
        sheet, table = self.kinds[kind]
        first = table.header_rows[-1] + 1
        # Not the whole column: SUMPRODUCT goes through every row that it is given, a million of them in Excel.
        last = max(table_layout(sheet).reach, first + sheet.capacity, *(table.rows or [0]))
        letters = column_letters(table.columns[name])
        return f"{quoted(table.title)}!${letters}${first}:${letters}${last}"

    def _counted(self, kind: str, unit: str, *says: tuple[str, str]) -> str:
        """How many rows of the unit have cells that say so; `says`: field and what it is to say."""
        return f"({'+'.join(f'COUNTIFS({where})' for where in self._conditions(kind, unit, says))})"

    def _summed(self, kind: str, unit: str, name: str, *says: tuple[str, str]) -> str:
        """The sum of a column in these rows."""
        added = self._span(kind, name)
        return f"({'+'.join(f'SUMIFS({added},{where})' for where in self._conditions(kind, unit, says))})"

    def _conditions(self, kind: str, unit: str, says: Sequence[tuple[str, str]]) -> Iterator[str]:
        """The conditions for the rows of a unit: by its code, and by its name."""
        whose = self._span(kind, self._rule(kind).unit)
        more = "".join(f",{self._span(kind, name)},{said}" for name, said in says)
        # Once for a unit whose code is its name: its rows would count twice.
        for name in dict.fromkeys((unit, self.units[unit].name)):
            yield f"{whose},{text(name)}{more}"

    def _whose(self, kind: str, unit: str) -> str:
        """1 in each row of the unit."""
        units = self._span(kind, self._rule(kind).unit)
        names = dict.fromkeys((unit, self.units[unit].name))
        return f"({'+'.join(f'({units}={text(name)})' for name in names)})"

    def _is_plain(self, unit: str, kind: str) -> bool:
        """Whether a formula reads the unit's rows of a sheet as the office does."""
        _, table = self.kinds[kind]
        rule = self._rule(kind)
        rows = [index for index, said in table.filled(rule.unit) if unit_code(said, self.units) == unit]
        written = {str(table.shown(rule.unit, index)) for index in rows}
        if not written <= {unit, self.units[unit].name} or any(_is_odd(table, index) for index in rows):
            return False
        if kind not in ("inspected", "checked"):
            return True
        # An item is inspected as often as need be, and checked once.
        return self._are_items([table.get(rule.item, index) for index in rows], once=kind == "checked")

    def _are_items(self, said: Sequence[Any], *, once: bool) -> bool:
        """Whether all that rows name are numbers of items; `once`: and each of them another."""
        items = {str(item) for item in said}
        return items <= {item.number for item in self.items} and (not once or len(items) == len(said))


def _shown(rule: Opined) -> tuple[str, ...]:
    """The fields that formulas look at or show."""
    scores = (rule.own, rule.inspected, rule.checked, rule.result)
    return (*scores, rule.by_score, rule.ceiling, rule.decided, rule.grade, rule.group, rule.rank, rule.quota_note)


def _is_odd(table: Table, index: int) -> bool:
    """Whether a cell of a row holds something else than it is read as: a day written out, a number with a unit behind it."""
    return any(index in cells for cells in (*table.raw.values(), *table.broken.values()))


def results_of(
    book: Submission, scheme: AppraisalScheme, items: Sequence[Item], units: Mapping[str, Unit]
) -> Results | None:
    """The formulas of a book; None where a sheet or a column that they look at is not there, or there twice."""
    form = load_form(book.form)
    kinds: dict[str, tuple[Sheet, Table]] = {}
    for kind in ("inspected", "checked", "adjusted", "limited", "opined"):
        sheet = next(sheet for sheet in form.sheets if getattr(sheet.rules, kind) is not None)
        table = _whole_table(book, sheet)
        if table is None:
            return None
        kinds[kind] = sheet, table
    return Results(kinds, scheme, items, units)


def _whole_table(book: Submission, sheet: Sheet) -> Table | None:
    """The one table of a sheet, with all of its columns; None if there is none such."""
    tables = book.tables_of(sheet.name)
    is_whole = len(tables) == 1 and all(entry.name in tables[0].columns for entry in sheet.inputs)
    return tables[0] if is_whole else None
