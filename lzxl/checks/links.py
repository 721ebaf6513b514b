"""What must agree between sheets of one submission: measures ↔ risk points ↔ powers, and words ↔ their groups."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lzxl.checks.identifiers import full_numbers, has_first, is_well_formed, rows_in_doubt, written_numbers
from lzxl.checks.lost import Notes, give_back, severity_where_lost, where_restored
from lzxl.checks.report import Advice, Report
from lzxl.forms.findings import Remedy
from lzxl.forms.model import Field, Sheet
from lzxl.forms.naming import first_few
from lzxl.forms.rules import Grouped, Listed
from lzxl.forms.text import compact
from lzxl.forms.vocabulary import Vocabulary
from lzxl.submission import Table

# From more names or numbers than this nobody chooses: each row would name them all.
_MOST_CHOICES = 100
_MOST_WAITING = 8


def check_links(report: Report) -> None:
    """Words in their groups, rows that name rows of a list, and references between the sheets of a form."""
    _check_groups(report)
    for sheet, rule in report.form.rules_of(Listed):
        _check_listed(report, _List(report, sheet, rule))
    for sheet in report.form.tables:
        _check_references(report, sheet)
    for sheet in report.form.ruled_by("covers"):
        _check_covered(report, sheet)


def _grouped(report: Report, table: Table) -> Iterator[tuple[Grouped, Vocabulary, Vocabulary]]:
    """(rule, the words, their groups) of a table that has both columns."""
    for rule in report.form.by_name[table.name].rules.groups:
        if rule.words in table.columns and rule.group in table.columns:
            words, groups = report.field(table, rule.words).vocabulary, report.field(table, rule.group).vocabulary
            assert words is not None and groups is not None
            yield rule, words, groups


def _of_group(words: Vocabulary, group: str) -> list[str]:
    return [word for word in words.allowed if words.group_of(word) == group]


def plan_groups(report: Report, table: Table) -> None:
    """Nobody writes a class or a layer: what its category or means settles is worked out."""
    for rule, _, _ in _grouped(report, table):
        _plan_group(report, table, rule.group, report.field(table, rule.words))


def _plan_group(report: Report, table: Table, group: str, source: Field) -> None:
    """A column of groups that follow from a field is cleared wherever somebody wrote into it what is wrong."""
    reason = f"{report.form.by_name[table.name].by_name[group].title}由{source.title}自动得出"
    for index in table.indexes if group in table.columns else ():
        report.advice[table.place(group, index)] = Advice(Remedy("clear"), reason, "退回件中已清除。", computed=True)


def allowed_words(report: Report, table: Table, name: str, index: int) -> tuple[str, ...]:
    """The words that a cell may hold: of a grouped field only those of the row's group, where that is known."""
    words = report.field(table, name).vocabulary
    if words is None:
        return ()
    for rule, _, groups in _grouped(report, table):
        group = table.get(rule.group, index)
        if rule.words == name and group in groups.allowed:
            return tuple(_of_group(words, group))
    return words.allowed


def _check_groups(report: Report) -> None:
    """A class follows from its category, a layer from its means (分类, 第八条(一)2): one that somebody typed is compared."""
    for table in report.submission.tables:
        for rule, words, groups in _grouped(report, table):
            for index, word in table.filled(rule.words):
                group = table.get(rule.group, index)
                are_known = word in words.allowed and group in groups.allowed
                if are_known and words.group_of(word) != group:
                    _say_mismatch(report, table, index, rule, words)


def _say_mismatch(report: Report, table: Table, index: int, rule: Grouped, words: Vocabulary) -> None:
    """That a group that was typed is not that of the row's word."""
    word = table.get(rule.words, index)
    expected = words.group_of(word)
    told = {"other": report.field(table, rule.words).title, "word": word, "expected": expected}
    report.cell("group_mismatch", table, rule.group, index, **told)


@dataclass(frozen=True)
class _Listed:
    """A row of a list: its name as written there, and the group that its word or its own column gives it."""

    name: str
    group: str


class _List:
    """A list that the rows of a sheet name rows of, and how both are called."""

    def __init__(self, report: Report, sheet: Sheet, rule: Listed) -> None:
        self.report = report
        self.sheet = sheet
        self.rule = rule
        self.of = report.form.by_name[rule.sheet]
        words, groups = self.of.by_name[rule.listed_words].vocabulary, self.of.by_name[rule.listed_group].vocabulary
        assert words is not None and groups is not None
        self._words, self._groups = words, groups
        own = sheet.by_name[rule.group].vocabulary
        assert own is not None
        self.groups = own

    @property
    def told(self) -> str:
        """What a cell that names a row of the list may hold, as a message says it."""
        return f"“{self.of.title}”中已有的{self.of.by_name[self.rule.listed_name].title}"

    def rows(self) -> dict[str, _Listed]:
        """The rows by compacted name; one without a name, or with one used before, has the name that advice gives it."""
        listed: dict[str, _Listed] = {}
        for table, names in _as_advised(self.report, self.rule.sheet, self.rule.listed_name):
            for index, name in enumerate(names):
                if name is not None:
                    listed.setdefault(compact(name), _Listed(name, self.group_at(table, index)))
        return listed

    def group_at(self, table: Table, index: int) -> str:
        """The group that a row of the list has by its word, else by its own column; "" if neither tells it."""
        word, written = table.get(self.rule.listed_words, index), table.get(self.rule.listed_group, index)
        group = self._words.group_of(word) if isinstance(word, str) else ""
        return group or (written if written in self._groups.allowed else "")


def plan_links(report: Report) -> None:
    """Advise what links sheets: names of listed rows, their groups, and the rows that references answer."""
    for sheet, rule in report.form.rules_of(Listed):
        _plan_list(report, _List(report, sheet, rule))
    for sheet in report.form.ruled_by("covers"):
        _plan_covers(report, sheet)


def _plan_list(report: Report, entry: _List) -> None:
    _plan_names(report, entry)
    listed = entry.rows()
    candidates = _Candidates(report, entry.rule, listed)
    for table in report.tables(entry.sheet.name):
        _plan_listed(report, table, entry, listed, candidates)


def _plan_names(report: Report, entry: _List) -> None:
    """Names that rows use and the list lacks go back to the rows of the list that have none, or one used before."""
    rule, listed = entry.rule, entry.rows()
    lost: dict[str, str] = {}
    for _, _, name in report.filled(entry.sheet.name, rule.name):
        if compact(name) not in listed:
            lost.setdefault(compact(name), name)
    rows = [
        (table, index)
        for table, found in rows_in_doubt(report, rule.sheet, rule.listed_name)
        for index in sorted(found)
    ]
    give_back(report, rule.listed_name, rows, [*lost.values()], lambda: "", Notes())


def _as_advised(report: Report, sheet_name: str, name: str) -> Iterator[tuple[Table, list[Any]]]:
    """For each table, the names or numbers of its rows, as written or as advised where one is blank or wrong."""
    for table, rows in rows_in_doubt(report, sheet_name, name):
        values = list(table.values[name])
        for index in rows:
            values[index] = report.advised(table, name, index) or values[index]
        yield table, values


def _plan_listed(
    report: Report, table: Table, entry: _List, listed: dict[str, _Listed], candidates: _Candidates
) -> None:
    rule = entry.rule
    for index in table.indexes:
        name = table.get(rule.name, index)
        known = listed.get(compact(name)) if isinstance(name, str) else None
        if known is None:
            likely = candidates.of_row(table, index)
            remedy = Remedy("choose", tuple(likely)) if likely else Remedy("fill")
            report.advise(table, rule.name, index, remedy, entry.told)
    _plan_group(report, table, rule.group, entry.sheet.by_name[rule.name])


class _Candidates:
    """The rows of a list, as a row that names none of them may have meant them."""

    def __init__(self, report: Report, rule: Listed, listed: dict[str, _Listed]) -> None:
        self._rule = rule
        self._names = [entry.name for entry in listed.values()]
        self._groups = {entry.name: entry.group for entry in listed.values()}
        self._owners = {
            compact(name): table.get(rule.listed_owner, number)
            for table, number, name in report.filled(rule.sheet, rule.listed_name)
        }
        self._ordered: dict[tuple[Any, Any], list[str]] = {}

    def of_row(self, table: Table, index: int) -> list[str]:
        """All of the list, those of the row's group and owner first; none from a list that is too long to choose from."""
        if len(self._names) > _MOST_CHOICES:
            return []
        wanted = (table.get(self._rule.group, index), table.get(self._rule.owner, index))
        if wanted not in self._ordered:
            self._ordered[wanted] = sorted(self._names, key=lambda name: self._distance(name, *wanted))
        return self._ordered[wanted]

    def _distance(self, name: str, group: Any, owner: Any) -> tuple[bool, bool]:
        return self._groups[name] != group, self._owners.get(compact(name)) != owner


def _target(report: Report, entry: Field) -> tuple[Sheet, Field]:
    """The sheet of the form, and its field, that a field refers to."""
    sheet_name, _, name = entry.references.partition(".")
    sheet = report.form.by_name[sheet_name]
    return sheet, sheet.by_name[name]


def _plan_covers(report: Report, sheet: Sheet) -> None:
    """A row without a reference may answer any row that there is: those that nothing answers yet are named."""
    name = sheet.rules.covers
    target, number = _target(report, sheet.by_name[name])
    ids = dict.fromkeys(_numbers_of(report, target.name, number.name))
    if not ids:
        return
    answered = _asked_on_the_row(report, target, number, sheet) | _all_answered(report, sheet, name)
    waiting = [value for value in ids if value not in answered]
    note = _still_waiting(target, waiting)
    any_of_all = Remedy("choose", tuple(ids)) if len(ids) <= _MOST_CHOICES else Remedy("fill")
    for table, index in report.submission.rows_of(sheet.name):
        if table.get(name, index) not in ids:
            report.advise(table, name, index, any_of_all, f"“{target.title}”表中已有的编号", note)


def _still_waiting(target: Sheet, waiting: list[str]) -> str:
    """Which rows nothing answers yet, as advice says it; "" where there is none."""
    if not waiting:
        return ""
    return f"尚无措施的{target.title}：{first_few(waiting, _MOST_WAITING)}。"


def _all_answered(report: Report, sheet: Sheet, name: str) -> set[Any]:
    """All numbers that the rows of a sheet refer to."""
    answered: set[Any] = set()
    for table, index in report.submission.rows_of(sheet.name):
        if name in table.columns:
            answered.update(_answered(report, table, name, index))
    return answered


def _answered(report: Report, table: Table, name: str, index: int) -> tuple[Any, ...]:
    """The numbers that a row refers to, be it several in one cell."""
    return full_numbers(report.field(table, name), table.shown(name, index)) or (table.get(name, index),)


def _numbers_of(report: Report, sheet_name: str, name: str) -> list[str]:
    """The number of every row of a sheet, as written or as advised for a row whose own is wrong."""
    found: list[str] = []
    for table, numbers in _as_advised(report, sheet_name, name):
        for index, number in enumerate(numbers):
            found += full_numbers(report.field(table, name), table.shown(name, index)) or (number,)
    return [number for number in found if number is not None]


def _check_listed(report: Report, entry: _List) -> None:
    """What each row names stands in the list, with the same group."""
    rule = entry.rule
    lists = report.tables(rule.sheet)
    if not lists or not all(rule.listed_name in table.columns for table in lists):
        return
    listed = entry.rows()
    names = [one.name for one in listed.values()]
    restored = where_restored(report, rule.sheet, rule.listed_name)
    severity = severity_where_lost(report, rule.sheet, rule.listed_name) if restored else None
    key = entry.of.by_name[rule.listed_name].title
    for table, index, name in report.filled(entry.sheet.name, rule.name):
        place, known = restored.get(compact(name)), listed.get(compact(name))
        if place is not None:
            told = {"place": place, "target": entry.of.title, "key": key}
            report.cell("power_lost", table, rule.name, index, severity=severity, **told)
        if known is not None:
            _check_group_of(report, table, index, entry, known)
        elif place is None:
            near = report.nearest.find(name, names)
            suggestion = f"{entry.told}（写法最接近“{near}”）" if near else entry.told
            report.cell("power_unknown", table, rule.name, index, suggestion=suggestion, target=entry.of.title)


def _check_group_of(report: Report, table: Table, index: int, entry: _List, known: _Listed) -> None:
    """The group of a row is that of the row of the list that it names, and its risk is one of that group's."""
    rule, groups = entry.rule, entry.groups
    group, risk = table.get(rule.group, index), table.get(rule.risk, index)
    if group not in groups.allowed:
        return
    if known.group and group != known.group:
        told = {"key": report.field(table, rule.name).title, "target": entry.of.title, "power": known.name}
        report.cell("class_mismatch", table, rule.group, index, expected=known.group, **told)
        return
    of_everybody = groups.in_role("of_everybody")
    risks = report.field(table, rule.risk).vocabulary
    assert risks is not None
    if group not in of_everybody and risk in risks.in_role("of_everybody"):
        expected = "、".join(of_everybody)
        report.cell("type_class_doubtful", table, rule.risk, index, power_class=group, expected=expected)


def _to_link(report: Report, table: Table, name: str, value: Any, index: int) -> tuple[str, ...]:
    """The numbers of a row that others may refer to: none that is not well-formed."""
    entry = report.field(table, name)
    if is_well_formed(entry, value):
        return (value,)
    return full_numbers(entry, table.shown(name, index))


def _check_references(report: Report, sheet: Sheet) -> None:
    """Each reference is to a row of another sheet that exists."""
    for entry in sheet.inputs:
        if entry.references.count(".") != 1:
            continue
        tables = [table for table in report.tables(sheet.name) if entry.name in table.columns]
        if tables:
            _check_reference(report, tables, entry)


def _check_reference(report: Report, tables: list[Table], entry: Field) -> None:
    target, number = _target(report, entry)
    known = written_numbers(report.tables(target.name), number)
    list(_as_advised(report, target.name, number.name))  # which row a lost number goes back to is told with the advice
    restored = where_restored(report, target.name, number.name)
    severity = severity_where_lost(report, target.name, number.name) if restored else None
    # Where the column of numbers is gone, that is what is wrong, and no reference is.
    is_whole = all(number.name in table.columns for table in report.tables(target.name))
    for table, index, value in _references_to_none(tables, entry, known):
        if value in restored:
            told = {"target": target.title, "place": restored[value]}
            report.cell("reference_lost", table, entry.name, index, severity=severity, **told)
        elif is_whole:
            report.cell("reference_unknown", table, entry.name, index, target=target.title)


def _references_to_none(tables: list[Table], entry: Field, known: set[Any]) -> Iterator[tuple[Table, int, Any]]:
    """(table, row, number) of the references that are written as numbers are, and are none of those that are known."""
    for table in tables:
        for index, value in table.filled(entry.name):
            if value not in known and is_well_formed(entry, value):
                yield table, index, value


def _asked_on_the_row(report: Report, target: Sheet, number: Field, sheet: Sheet) -> set[str]:
    """The numbers of rows that have a place for the first row of `sheet` themselves, and ask for it."""
    return {value for table, _, value in report.filled(target.name, number.name) if has_first(report, table, sheet)}


def _check_covered(report: Report, sheet: Sheet) -> None:
    """Each row of the sheet that is referred to has a row of this one."""
    entry = sheet.by_name[sheet.rules.covers]
    target, number = _target(report, entry)
    if not report.tables(sheet.name):
        return
    linked = _asked_on_the_row(report, target, number, sheet)
    for table, index, _ in report.filled(sheet.name, entry.name):
        linked.update(_answered(report, table, entry.name, index))
    told = {"target": target.title, "answer": sheet.title, "reference": entry.title}
    for table, numbers in _as_advised(report, target.name, number.name):
        for index, written in enumerate(numbers):
            for value in _to_link(report, table, number.name, written, index):
                if value not in linked:
                    report.cell("measure_not_linked", table, number.name, index, value=value, **told)
                    # Once for all rows with that number: that they share it is said of them as it is.
                    linked.add(value)
