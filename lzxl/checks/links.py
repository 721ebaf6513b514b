"""What must agree between sheets of one submission: measures ↔ risk points ↔ powers, and words ↔ their groups."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lzxl.checks.identifiers import full_numbers, is_well_formed, rows_in_doubt, written_numbers
from lzxl.checks.lost import Notes, give_back, severity_where_lost, where_restored
from lzxl.checks.report import Report
from lzxl.checks.warnings import possible_words
from lzxl.forms.findings import Remedy, choice
from lzxl.forms.model import Vocabulary
from lzxl.forms.rules import Grouped
from lzxl.forms.text import compact
from lzxl.submission import Table

# What a cell that refers to another sheet may hold, as a message names it.
LISTED_POWERS = "“权责清单”中已有的职权名称"
LISTED_RISKS = "“风险点”表中已有的编号"
# From more names or numbers than this nobody chooses: each row would name them all.
_MOST_CHOICES = 100
_MOST_WAITING = 8
_CLASS_FOLLOWS = "选定后，“权力类别”按“权责清单”中该职权的类别填写。"


def check_links(report: Report) -> None:
    """Words in their groups, and what must agree between the sheets of a risk register."""
    if report.submission.own_layout:
        return
    _check_groups(report)
    if report.form.id != "risk_register":
        return
    _check_powers(report)
    _check_measures(report)


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
    """Advise a class or layer that its category or means settles; where neither is known, that they must go together."""
    for rule, words, groups in _grouped(report, table):
        for index in range(len(table.rows)):
            word, group = table.get(rule.words, index), table.get(rule.group, index)
            if group in groups.allowed:
                continue
            if word in words.allowed:
                report.advise(table, rule.group, index, Remedy("set", words.group_of(word)))
            else:
                titles = report.field(table, rule.words).title, report.field(table, rule.group).title
                note = f"“{titles[0]}”要与所选的“{titles[1]}”相配。"
                report.advise(table, rule.words, index, Remedy("choose", words.allowed), note=note)


def allowed_words(report: Report, table: Table, name: str, index: int) -> tuple[str, ...]:
    """The words that a cell may hold: of a grouped field only those of the row's group, where that is known."""
    words = report.field(table, name).vocabulary
    if words is None:
        return ()
    if table.name == "warnings":
        return possible_words(report, table, name, index)
    for rule, _, groups in _grouped(report, table):
        group = report.advised(table, rule.group, index) or table.get(rule.group, index)
        if rule.words == name and group in groups.allowed:
            return tuple(_of_group(words, group))
    return words.allowed


def _check_groups(report: Report) -> None:
    """A category belongs to the chosen class, a means to the chosen layer (分类, 第八条(一)2).

    A category settles its class, so the class is what is said to be wrong; a layer leaves several means to choose from.
    """
    for table in report.submission.tables:
        for rule, words, groups in _grouped(report, table):
            for index, word in enumerate(table.values[rule.words]):
                group = table.get(rule.group, index)
                if word not in words.allowed or group not in groups.allowed or words.group_of(word) == group:
                    continue
                if rule.settles:
                    wrong, right, other, allowed = rule.group, rule.words, word, [words.group_of(word)]
                else:
                    wrong, right, other, allowed = rule.words, rule.group, group, _of_group(words, group)
                report.cell(
                    "group_mismatch",
                    table,
                    wrong,
                    index,
                    other=report.field(table, right).title,
                    group=other,
                    choice=f"“{allowed[0]}”" if len(allowed) == 1 else choice(words.told(allowed)),
                    remedy=Remedy("set", allowed[0]) if len(allowed) == 1 else Remedy("choose", tuple(allowed)),
                )


@dataclass(frozen=True)
class _Listed:
    """A power of the list: its name as written there, and the class that its category or its own column gives it."""

    power: str
    power_class: str


def _listed_powers(report: Report) -> dict[str, _Listed]:
    """The powers of the list; a row without a name, or with one used before, has the name that advice gives it."""
    listed: dict[str, _Listed] = {}
    categories = report.form.by_name["powers"].by_name["category"].vocabulary
    classes = report.form.by_name["powers"].by_name["power_class"].vocabulary
    assert categories is not None and classes is not None
    for table, powers in _as_advised(report, "powers", "power"):
        for index, power in enumerate(powers):
            if power is not None:
                category, written = table.get("category", index), table.get("power_class", index)
                group = categories.group_of(category) if isinstance(category, str) else ""
                power_class = group or (written if written in classes.allowed else "")
                listed.setdefault(compact(power), _Listed(power, power_class))
    return listed


def plan_links(report: Report) -> None:
    """Advise what links sheets: names of powers, classes, and the risk points that measures answer."""
    if report.form.id != "risk_register":
        return
    _plan_names(report)
    listed = _listed_powers(report)
    candidates = _Candidates(report, listed)
    for table in report.tables("risk_points"):
        _plan_powers(report, table, listed, candidates)
    _plan_measures(report)


def _plan_names(report: Report) -> None:
    """Names that risk points use and the list lacks go back to the rows of the list that have none, or one used before."""
    listed = _listed_powers(report)
    lost: dict[str, str] = {}
    for risks in report.tables("risk_points"):
        for power in risks.values.get("power", ()):
            if power is not None and compact(power) not in listed:
                lost.setdefault(compact(power), power)
    rows = [(table, index) for table, found in rows_in_doubt(report, "powers", "power") for index in sorted(found)]
    give_back(report, "power", rows, [*lost.values()], lambda: "", Notes())


def _as_advised(report: Report, sheet_name: str, name: str) -> Iterator[tuple[Table, list[Any]]]:
    """For each table, the names or numbers of its rows, as written or as advised where one is blank or wrong."""
    for table, rows in rows_in_doubt(report, sheet_name, name):
        values = list(table.values[name])
        for index in rows:
            values[index] = report.advised(table, name, index) or values[index]
        yield table, values


def _plan_powers(report: Report, table: Table, listed: dict[str, _Listed], candidates: _Candidates) -> None:
    for index in range(len(table.rows)):
        power = table.get("power", index)
        known = listed.get(compact(power)) if isinstance(power, str) else None
        if known is None:
            likely = candidates.of_row(table, index)
            remedy = Remedy("choose", tuple(likely)) if likely else Remedy("fill")
            report.advise(table, "power", index, remedy, LISTED_POWERS, note=_CLASS_FOLLOWS)
        elif known.power_class:
            report.advise(table, "power_class", index, Remedy("set", known.power_class))


class _Candidates:
    """The powers of the list, as a row of risk points may have meant them."""

    def __init__(self, report: Report, listed: dict[str, _Listed]) -> None:
        self._names = [entry.power for entry in listed.values()]
        self._classes = {entry.power: entry.power_class for entry in listed.values()}
        self._posts = {
            compact(power): powers.get("post", number)
            for powers in report.tables("powers")
            for number, power in enumerate(powers.values.get("power", ()))
            if power is not None
        }
        self._ordered: dict[tuple[Any, Any], list[str]] = {}

    def of_row(self, table: Table, index: int) -> list[str]:
        """All of the list, those of the row's class and post first; none from a list that is too long to choose from."""
        if len(self._names) > _MOST_CHOICES:
            return []
        wanted = (table.get("power_class", index), table.get("post", index))
        if wanted not in self._ordered:
            self._ordered[wanted] = sorted(self._names, key=lambda name: self._distance(name, *wanted))
        return self._ordered[wanted]

    def _distance(self, name: str, power_class: Any, post: Any) -> tuple[bool, bool]:
        return self._classes[name] != power_class, self._posts.get(compact(name)) != post


def _plan_measures(report: Report) -> None:
    """A measure without a risk point may answer any that there is: those that no measure answers yet are named."""
    ids = dict.fromkeys(_risk_ids(report))
    tables = [table for table in report.tables("measures") if "risk_id" in table.columns]
    answered = {
        number for table in tables for index in range(len(table.rows)) for number in _answered(report, table, index)
    }
    waiting = [number for number in ids if number not in answered]
    named = "、".join(waiting[:_MOST_WAITING]) + ("等" if len(waiting) > _MOST_WAITING else "")
    note = f"还没有措施的风险点：{named}。" if waiting else ""
    any_of_all = Remedy("choose", tuple(ids)) if len(ids) <= _MOST_CHOICES else Remedy("fill")
    for table in tables if ids else ():
        for index, value in enumerate(table.values["risk_id"]):
            if value not in ids:
                report.advise(table, "risk_id", index, any_of_all, LISTED_RISKS, note)


def _answered(report: Report, table: Table, index: int) -> tuple[Any, ...]:
    """The risk points that a row of measures names, be it several in one cell."""
    return full_numbers(report.field(table, "risk_id"), table.shown("risk_id", index)) or (table.get("risk_id", index),)


def _risk_ids(report: Report) -> list[str]:
    """The number of every risk point, as written or as advised for a row whose own is wrong."""
    found: list[str] = []
    for table, numbers in _as_advised(report, "risk_points", "id"):
        for index, number in enumerate(numbers):
            found += full_numbers(report.field(table, "id"), table.shown("id", index)) or (number,)
    return [number for number in found if number is not None]


def _check_powers(report: Report) -> None:
    """Each risk point's power stands in the list of powers, with the same class."""
    lists = report.tables("powers")
    if not lists or not all("power" in table.columns for table in lists):
        return
    listed = _listed_powers(report)
    names = [entry.power for entry in listed.values()]
    restored = where_restored(report, "powers", "power")
    severity = severity_where_lost(report, "powers", "power") if restored else None
    classes = report.form.by_name["risk_points"].by_name["power_class"].vocabulary
    assert classes is not None
    for table in report.tables("risk_points"):
        for index, power in enumerate(table.values.get("power", ())):
            if power is None:
                continue
            known = listed.get(compact(power))
            if compact(power) in restored:
                report.cell("power_lost", table, "power", index, place=restored[compact(power)], severity=severity)
                if known is None:
                    continue
            if known is None:
                near = report.nearest.find(power, names)
                suggestion = f"{LISTED_POWERS}（写法最接近“{near}”）" if near else LISTED_POWERS
                report.cell("power_unknown", table, "power", index, suggestion=suggestion)
                continue
            power_class = table.get("power_class", index)
            if power_class in classes.allowed and known.power_class and power_class != known.power_class:
                report.cell(
                    "class_mismatch",
                    table,
                    "power_class",
                    index,
                    power=known.power,
                    expected=known.power_class,
                    remedy=Remedy("set", known.power_class),
                )
            elif power_class in classes.allowed[:2] and table.get("risk_type", index) == "思想道德风险":
                report.cell("type_class_doubtful", table, "risk_type", index, power_class=power_class)


def _to_link(report: Report, table: Table, value: Any, index: int) -> tuple[str, ...]:
    """The numbers of a row's risk points that measures may refer to: none that is not well-formed."""
    entry = report.field(table, "id")
    if is_well_formed(entry, value):
        return (value,)
    return full_numbers(entry, table.shown("id", index))


def _check_measures(report: Report) -> None:
    """Each measure names a risk point that exists; each risk point has a measure."""
    known = written_numbers(report.tables("risk_points"), report.form.by_name["risk_points"].by_name["id"])
    points = list(_as_advised(report, "risk_points", "id"))
    restored = where_restored(report, "risk_points", "id")
    severity = severity_where_lost(report, "risk_points", "id") if restored else None
    linked: set[str] = set()
    measure_tables = report.tables("measures")
    # Where the column of numbers is gone, that is what is wrong, and no reference is.
    is_whole = all("id" in table.columns for table in report.tables("risk_points"))
    for table in measure_tables:
        if "risk_id" not in table.columns:
            continue
        entry = report.field(table, "risk_id")
        for index, value in enumerate(table.values["risk_id"]):
            if value is None:
                continue
            linked.update(_answered(report, table, index))
            if value not in known and is_well_formed(entry, value):
                if value in restored:
                    report.cell(
                        "reference_lost",
                        table,
                        "risk_id",
                        index,
                        target="风险点",
                        place=restored[value],
                        severity=severity,
                    )
                elif is_whole:
                    report.cell("reference_unknown", table, "risk_id", index, target="风险点")
    if not measure_tables:
        return
    for table, numbers in points:
        for index, value in enumerate(numbers):
            for number in _to_link(report, table, value, index):
                if number not in linked:
                    report.cell("measure_not_linked", table, "id", index, value=number)
                    linked.add(number)
