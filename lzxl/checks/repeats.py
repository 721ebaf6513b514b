"""One risk, one number, for good: the same risk under a second number, and a number that was given to something else.

Numbers are compared with those of the unit's version before this one, and with what its workbook held when it was sent out
(第八条(一)1). Texts are compared with the few that begin or end as they do: every step is linear.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from lzxl.checks.report import Report
from lzxl.forms.findings import Phrase, shorten
from lzxl.forms.model import Sheet
from lzxl.forms.naming import first_few
from lzxl.forms.places import Place
from lzxl.forms.posts import post_stem
from lzxl.forms.private import sayable
from lzxl.forms.rules import Distinct, Numbered
from lzxl.forms.text import compact
from lzxl.groups import grouped
from lzxl.submission import Earlier, Table
from lzxl.year.first_rows import first_repeated

# Two texts are nothing alike.
_UNLIKE = 0.4
# Two texts are nearly the same: so many characters more or less at a place, and so many in all. A word for another is more.
_MORE_AT_A_PLACE, _MORE_IN_ALL = 3, 5
_NO_SIGN = re.compile(r"[\W_]+")
_NUMERALS = re.compile("[0-9A-Za-z一二三四五六七八九十甲乙丙丁]")
# Shorter texts are like others by chance.
_LEAST = 8
# So many characters at the beginning or at the end put two texts side by side, with so many others at most.
_SIDE, _MOST_BESIDE = 8, 3
_LONGEST = 400
# A message names no more numbers than this.
_MOST_NAMED = 8


def check_repeats(report: Report) -> None:
    """Findings `risk_repeated` and `first_repeated`."""
    for sheet, distinct in report.form.rules_of(Distinct):
        _check_distinct(report, sheet.name, distinct)
    for sheet, numbered in report.form.rules_of(Numbered):
        _check_first(report, sheet, numbered.text)


def _check_first(report: Report, sheet: Sheet, text: str) -> None:
    """What stands on the row of another sheet as the first one is not said once more on the sheet itself (第八条(一)2)."""
    for rows, index, (home, name, row) in first_repeated(report.submission, sheet):
        told = {"title": sheet.by_name[text].title, "home": home.title, "header_there": report.field(home, name).title}
        report.cell("first_repeated", rows.table, text, index, row=home.rows[row], **told)


def check_numbers_of_before(reports: Sequence[Report]) -> None:
    """Findings `number_reused`, `number_changed`, `row_vanished` and `rows_left_out`: what a unit's numbers stood for in its
    versions before, and what of them is not there any more."""
    adding_up = (report for report in reports if report.submission.round and report.form.adds_up)
    rounds = grouped(adding_up, _whose)
    for report in reports:
        beside = [other for other in rounds.get(_whose(report), ()) if other is not report]
        _check_before(report, beside)


def _whose(report: Report) -> tuple[str, str]:
    return report.own_code, report.form.id


def _check_before(report: Report, rounds: Sequence[Report]) -> None:
    for sheet, rule in report.form.rules_of(Numbered):
        known = report.submission.earlier.get(sheet.name)
        if known:
            _check_numbers(report, sheet.name, rule, known)
            _check_vanished(report, sheet, rule, known, rounds)


def _check_vanished(
    report: Report, sheet: Sheet, rule: Numbered, known: dict[str, Earlier], rounds: Sequence[Report]
) -> None:
    """Rows that the unit filed before are there still, under their number or another: none goes in silence (第八条(二)1).

    `rounds`: what it filed in others that add up with this one: a row that stands there is filed, and is not filed twice.
    """
    tables = report.tables(sheet.name)
    gone = _gone([*(table for other in rounds for table in other.tables(sheet.name)), *tables], rule, known)
    if not gone or not tables:
        return
    place = Place(tables[0].title)
    if not rule.kept:
        report.whole("rows_left_out", place, value=first_few([*gone], _MOST_NAMED, counted="项"), title=sheet.title)
        return
    for number, row in gone.items():
        before = shorten(sayable(row.text), 30)
        said = number if _is_number(number) else row.owner
        report.whole("row_vanished", place, value=said, origin=row.origin, before=before)


def _is_number(number: str) -> bool:
    """Whether a row is known by its number, rather than by what it says (`lzxl.campaign.earlier`)."""
    return "\n" not in number


def _gone(tables: Sequence[Table], rule: Numbered, known: dict[str, Earlier]) -> dict[str, Earlier]:
    """Of what was filed before, by number, that which no row says any more."""
    there = _There(tables, rule)
    return {number: row for number, row in known.items() if row.is_filed and there.is_gone(number, row)}


class _There:
    """What the rows of tables say now: by number, and by whose they are."""

    def __init__(self, tables: Sequence[Table], rule: Numbered) -> None:
        self._is_kept = rule.kept
        self._by_number: dict[str, tuple[str, str]] = {}
        self._of_owner: dict[str, list[str]] = {}
        self._contents: set[tuple[str, str]] = set()
        for table in tables:
            for index in table.indexes:
                owner, text = table.text(rule.owner, index), table.text(rule.text, index)
                self._by_number[table.get(rule.number, index)] = owner, text
                self._contents.add(_content(owner, text))
        for owner, text in self._contents:
            self._of_owner.setdefault(owner, []).append(text)

    def is_gone(self, number: str, row: Earlier) -> bool:
        """Whether no row says what one said before, neither in its words nor under its number."""
        if _content(row.owner, row.text) in self._contents:
            return False
        if not self._is_kept:
            return number not in self._by_number
        # Where rows are kept, a number that went to something else does not hide what it stood for.
        now = self._by_number.get(number)
        has_changed = now is None or _is_something_else(row, *now)
        return has_changed and not self._is_said_otherwise(row)

    def _is_said_otherwise(self, row: Earlier) -> bool:
        """Whether a row of the same day, or of the same owner, says it in other words: looked for among a few only."""
        return any(_is_like(row.text, text) for text in self._of_owner.get(compact(row.owner), ())[:_MOST_BESIDE])


def _content(owner: str, text: str) -> tuple[str, str]:
    return compact(owner), compact(text)


def _check_distinct(report: Report, sheet: str, rule: Distinct) -> None:
    beside = _Beside()
    for table in report.tables(sheet):
        for index in table.indexes:
            owner, text = table.get(rule.owner, index), table.get(rule.text, index)
            if not isinstance(owner, str) or not isinstance(text, str):
                continue
            key = f"{post_stem(owner)}\n{compact(table.get(rule.about, index) or '')}"
            row = _Row(table, index, _NO_SIGN.sub("", compact(text)))
            other = next(beside.like(key, row.text), None)
            if other is not None:
                _say_repeated(report, rule, row, other)
            beside.add(key, row)


def _say_repeated(report: Report, rule: Distinct, row: _Row, other: _Row) -> None:
    report.cell(
        "risk_repeated",
        row.table,
        rule.text,
        row.number,
        row=other.table.rows[other.number],
        other=other.table.get(rule.number, other.number) or Phrase("without_number"),
        alike=Phrase("same" if other.text == row.text else "nearly_same"),
    )


class _Row(NamedTuple):
    table: Table
    number: int
    """Its place in the table."""
    text: str


class _Beside:
    """The rows seen so far, each beside those whose text begins or ends as its own does."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, str], list[_Row]] = {}

    def add(self, key: str, row: _Row) -> None:
        for side in _sides(row.text):
            rows = self._rows.setdefault((key, side), [])
            if len(rows) < _MOST_BESIDE:
                rows.append(row)

    def like(self, key: str, text: str) -> Iterator[_Row]:
        """The rows that say the same, or nearly so."""
        for side in _sides(text):
            for row in self._rows.get((key, side), ()):
                if row.text == text or _is_nearly(row.text, text):
                    yield row


def _sides(text: str) -> tuple[str, ...]:
    return (f"^{text[:_SIDE]}", f"{text[-_SIDE:]}$") if len(text) >= _LEAST else ()


def _is_nearly(one: str, other: str) -> bool:
    """Whether two texts differ by how they are said only: a few characters, no number, and no word for another."""
    # One sign may be all that tells two matters apart, where it is a numeral: 审批一科, 审批二科.
    if abs(len(one) - len(other)) > _MORE_IN_ALL or _NUMERALS.findall(one) != _NUMERALS.findall(other):
        return False
    # difflib may take time by the square of the length: farther on, only the same is alike.
    if one[_LONGEST:] != other[_LONGEST:]:
        return False
    changes = _changes(one[:_LONGEST], other[:_LONGEST])
    has_other_word = any(min(change) > 1 or max(change) > _MORE_AT_A_PLACE for change in changes)
    return not has_other_word and sum(map(max, changes)) <= _MORE_IN_ALL


def _changes(one: str, other: str) -> list[tuple[int, int]]:
    """At each place where two texts differ, how many characters the one has there, and the other."""
    # autojunk takes signs that come often for noise, in texts of two hundred and more: in Chinese, much of a sentence.
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    return [(end - start, last - first) for tag, start, end, first, last in matcher.get_opcodes() if tag != "equal"]


def _ratio(one: str, other: str) -> float:
    return SequenceMatcher(None, one[:_LONGEST], other[:_LONGEST], autojunk=False).ratio()


def _check_numbers(report: Report, sheet: str, rule: Numbered, known: dict[str, Earlier]) -> None:
    """A number stands for what it stood for before, and what it stood for has no other."""
    before = _Before(known)
    numbers = {number for _, _, number in report.filled(sheet, rule.number)}
    for table, index, number in report.filled(sheet, rule.number):
        owner, text = table.text(rule.owner, index), table.get(rule.text, index)
        if not isinstance(number, str) or not isinstance(text, str):
            continue
        earlier = known.get(number)
        changed = before.changed_from(number, owner, text)
        if changed is not None:
            if changed not in numbers or earlier is not None:
                origin = known[changed].origin
                report.cell("number_changed", table, rule.number, index, origin=origin, before=changed)
        elif earlier is not None and _is_something_else(earlier, owner, text):
            said = shorten(sayable(earlier.text), 30)
            report.cell("number_reused", table, rule.number, index, origin=earlier.origin, before=said)


class _Before:
    """What a unit's numbers stood for in its version before, and which number a content had."""

    def __init__(self, known: dict[str, Earlier]) -> None:
        self._known = known
        self._number_of: dict[tuple[str, str], str] = {}
        for number, row in known.items():
            self._number_of.setdefault((compact(row.owner), compact(row.text)), number)

    def changed_from(self, number: str, owner: str, text: str) -> str | None:
        """The number that a row's content had before, if it has another one now that stood for something else or nothing."""
        before = self._number_of.get((compact(owner), compact(text)))
        if before is None or before == number:
            return None
        earlier = self._known.get(number)
        return before if earlier is None or not _is_like(earlier.text, text) else None


def _is_something_else(earlier: Earlier, owner: str, text: str) -> bool:
    """Whether a row says nothing of what it said before. A few words may have been written out since, by the same post."""
    is_short = len(compact(earlier.text)) < _LEAST
    return not _is_like(earlier.text, text) and not (is_short and post_stem(earlier.owner) == post_stem(owner))


def _is_like(one: str, other: str) -> bool:
    return compact(one) == compact(other) or _ratio(compact(one), compact(other)) >= _UNLIKE
