"""The office's book of the appraisal and the units' own scores, read as what a result is made of (考核评责)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import takewhile
from typing import Any

from lzxl.forms.load import load_form, unit_form_ids
from lzxl.forms.model import Sheet
from lzxl.forms.roster import Unit
from lzxl.forms.rules_of_books import CheckedItems
from lzxl.forms.text import compact
from lzxl.submission import Submission, Table
from lzxl.year.decisions import Decision
from lzxl.year.grades import Candidate, Ceiling, DecidedGrade
from lzxl.year.scores import NOTHING, Parts, after_deductions, exact, sum_of_items
from lzxl.year.units import unit_code


@dataclass(frozen=True)
class Item:
    """An item of the appraisal: its number, what it asks, and its points."""

    number: str
    content: str
    points: Decimal


@dataclass(frozen=True)
class CheckedItem:
    """What the year-end check says of one item of a unit, and where."""

    table: Table
    index: int
    unit: str
    item: str
    proposed_off: Decimal
    given: Decimal | None
    """The score that counts: given, or taken over from what is proposed; None as long as nobody appraised it."""


@dataclass(frozen=True)
class Appraised:
    """What stands in the book. Unit codes are those of the roster; a row of no unit is left to the checks."""

    deductions: Mapping[str, tuple[tuple[str, Decimal], ...]] = field(default_factory=dict)
    checked: tuple[CheckedItem, ...] = ()
    added: Mapping[str, Decimal] = field(default_factory=dict)
    taken: Mapping[str, Decimal] = field(default_factory=dict)
    ceilings: Mapping[str, tuple[Ceiling, ...]] = field(default_factory=dict)


def scoring_sheet(form_id: str) -> Sheet | None:
    """The sheet of a form whose items units score."""
    return next(iter(load_form(form_id).ruled_by("scored")), None)


def units_scoring_sheet() -> Sheet:
    """The sheet of the items, in whichever form units score them."""
    return next(filter(None, map(scoring_sheet, unit_form_ids())))


def standard_items(sheet: Sheet) -> tuple[Item, ...]:
    """The items that every unit is appraised by, as the form has them."""
    rule = sheet.rules.scored
    assert rule is not None
    columns = sheet.standard_columns
    number, content, points = (columns.index(name) for name in (_serial(sheet), rule.content, rule.points))
    return tuple(Item(str(row[number]), str(row[content]), exact(row[points])) for row in sheet.standard_rows)


def _serial(sheet: Sheet) -> str:
    return next(entry.name for entry in sheet.fields if entry.kind == "serial")


def item_number(text: object, items: Sequence[Item]) -> str:
    """The number of the item that a cell means: 12, 第12项, “12 预警处置及时”, or what the item asks; "" for none."""
    # A number that is typed into a cell comes as 12.0, and 0 is one that somebody typed: only None is nothing.
    said = compact(str(text if text is not None else "")).removesuffix(".0").removeprefix("第")
    digits = "".join(takewhile(str.isdecimal, said))
    # 05 and ５ mean item 5 as well: int reads the digits of every script.
    if digits and any(item.number == str(int(digits)) for item in items):
        return str(int(digits))
    return next((item.number for item in items if said and compact(item.content).startswith(said)), "")


def self_totals(submissions: Iterable[Submission]) -> dict[str, Decimal | None]:
    """Unit → the sum of what it gave itself; None if an item is blank."""
    totals: dict[str, Decimal | None] = {}
    for submission in submissions:
        sheet = scoring_sheet(submission.form)
        if sheet is not None and sheet.rules.scored is not None:
            rule = sheet.rules.scored
            items = submission.filled(sheet.name, rule.points)
            totals[submission.unit_code] = sum_of_items([table.get(rule.own, index) for table, index, _ in items])
    return totals


def appraised(book: Submission | None, items: Sequence[Item], units: Mapping[str, Unit]) -> Appraised:
    """What the book says; nothing without one."""
    if book is None:
        return Appraised()
    form = load_form(book.form)
    deductions: dict[str, list[tuple[str, Decimal]]] = {}
    checked: list[CheckedItem] = []
    added: dict[str, Decimal] = {}
    taken: dict[str, Decimal] = {}
    ceilings: dict[str, list[Ceiling]] = {}
    for table in book.tables:
        rules = form.by_name[table.name].rules
        rule: Any = rules.inspected or rules.checked or rules.adjusted or rules.limited
        for index, unit in _units(table, rule.unit, units) if rule is not None else ():
            if rules.inspected is not None:
                number = item_number(table.get(rule.item, index), items)
                deductions.setdefault(unit, []).append((number, _score(table, rule.lost, index)))
            elif rules.checked is not None:
                checked.append(_checked(table, rules.checked, index, unit, items))
            elif rules.adjusted is not None:
                added[unit] = added.get(unit, NOTHING) + _score(table, rule.added, index)
                taken[unit] = taken.get(unit, NOTHING) + _score(table, rule.lost, index)
            else:
                ceilings.setdefault(unit, []).append(_ceiling(table, rule, index))
    return Appraised(
        {unit: tuple(rows) for unit, rows in deductions.items()},
        tuple(checked),
        added,
        taken,
        {unit: tuple(rows) for unit, rows in ceilings.items()},
    )


def _units(table: Table, name: str, units: Mapping[str, Unit]) -> Iterator[tuple[int, str]]:
    """(row, code) of every row of a table that names a unit."""
    for index in table.indexes:
        code = unit_code(table.get(name, index), units)
        if code:
            yield index, code


def _score(table: Table, name: str, index: int) -> Decimal:
    value = table.get(name, index)
    return NOTHING if value is None else exact(value)


def _text(table: Table, name: str, index: int) -> str:
    return table.text(name, index).strip()


def _checked(table: Table, rule: CheckedItems, index: int, unit: str, items: Sequence[Item]) -> CheckedItem:
    number = item_number(table.get(rule.item, index), items)
    off, given = _score(table, rule.lost, index), table.get(rule.given, index)
    points = next((item.points for item in items if item.number == number), NOTHING)
    score = exact(given) if given is not None else None
    # A score that is there and cannot be read is not one that the appraiser took over as it was proposed.
    if score is None and _text(table, rule.by, index) and not table.is_broken(rule.given, index):
        score = max(NOTHING, points - off)
    return CheckedItem(table, index, unit, number, off, score)


def _ceiling(table: Table, rule: Any, index: int) -> Ceiling:
    return Ceiling(
        _text(table, rule.circumstance, index),
        _text(table, rule.highest, index),
        _text(table, rule.basis, index),
        _text(table, rule.by, index),
        table.get(rule.day, index),
    )


def candidates(
    units: Iterable[Unit],
    items: Sequence[Item],
    own: Mapping[str, Decimal | None],
    book: Appraised,
    decided: Mapping[str, Decision],
) -> list[Candidate]:
    """What is known of each unit before it is graded. Units that did not appraise themselves have no part of that kind."""
    points = {item.number: item.points for item in items}
    by_unit: dict[str, dict[str, Decimal | None]] = {}
    for one in book.checked:
        if one.item:
            by_unit.setdefault(one.unit, {})[one.item] = one.given
    return [
        _candidate(unit, points, own.get(unit.code), book, by_unit.get(unit.code, {}), decided.get(unit.code))
        for unit in units
    ]


def _candidate(
    unit: Unit,
    points: Mapping[str, Decimal],
    own: Decimal | None,
    book: Appraised,
    checked: Mapping[str, Decimal | None],
    decided: Decision | None,
) -> Candidate:
    """`points` and `checked`: item → its points, and what the year-end check gave."""
    is_whole = checked.keys() == points.keys()
    parts = Parts(
        own,
        after_deductions(points, book.deductions.get(unit.code, ())),
        sum_of_items(checked.values()) if is_whole else None,
        book.added.get(unit.code, NOTHING),
        book.taken.get(unit.code, NOTHING),
    )
    zero = tuple(f"第{number}项" for number in points if checked.get(number) == 0)
    grade = DecidedGrade(decided.result, decided.day, decided.reason) if decided and decided.day else None
    return Candidate(unit.code, parts, unit.kind, zero, book.ceilings.get(unit.code, ()), grade)
