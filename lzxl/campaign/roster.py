"""Reads 单位名册.xlsx: the roster of units, of who serves in them, and of what they were called before (第六条、第七条)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from lzxl.campaign.cache import ReadAhead, read_with_cache
from lzxl.checks.context import Context
from lzxl.checks.judged_alone import JudgedAlone
from lzxl.checks.run import check_submissions
from lzxl.errors import ConfigError
from lzxl.forms.addresses import with_ascii_domain
from lzxl.forms.load import load_form, load_grading
from lzxl.forms.model import Sheet
from lzxl.forms.people import People, Person, Renamed
from lzxl.forms.roster import ROSTER_FIELDS, ROSTER_FORM, Unit
from lzxl.forms.text import compact
from lzxl.submission import Submission, Table
from lzxl.workbook.reading.jobs import Job

ROSTER_NAME = "单位名册.xlsx"
_MOST_SHOWN = 8


@dataclass(frozen=True)
class Roster:
    """What the office keeps of its units: the units by code, in order, and the people."""

    units: dict[str, Unit]
    people: People = field(default_factory=People)


def load_roster(path: Path, ahead: ReadAhead | None = None, judged: JudgedAlone | None = None) -> Roster:
    """The units and the people. Raises ConfigError naming every cell to mend if the roster has errors.

    `ahead`: where it may have been read already; `judged`: where it may have been judged.
    """
    if not path.is_file():
        raise ConfigError(
            f"找不到单位名册：{path}。请用 lzxl workbooks export 取一份空白名册，填好后放在这里。",
            code="roster_not_found",
            path=path,
        )
    submission = read_roster(path, ahead)
    _refuse_foreign(submission)
    [checked] = check_submissions([submission], Context(load_grading()), judged)
    errors = [finding for finding in checked.findings if finding.severity == "error"]
    if errors:
        lines = [f"  {finding.cell or finding.sheet}　{finding.message}{finding.fix}" for finding in errors]
        more = [f"  ……另有{len(errors) - _MOST_SHOWN}处"] if len(errors) > _MOST_SHOWN else []
        raise ConfigError(
            "\n".join([f"单位名册有{len(errors)}处问题，请先改好：", *lines[:_MOST_SHOWN], *more]), code="roster_faulty"
        )
    units = {unit.code: unit for unit in roster_units(submission)}
    return Roster(units, roster_people(submission, units))


def _refuse_foreign(submission: Submission) -> None:
    """Raises ConfigError for a workbook that can be read and has no list of units: it is not the roster."""
    title = load_form(ROSTER_FORM).main_sheet.title
    if submission.refusal is None and submission.table(load_form(ROSTER_FORM).main) is None:
        raise ConfigError(
            f"{submission.file}里找不到“{title}”表，或这张表的表头已被删去。请放回原来的名册，或把工作表名和表头改回原样；"
            "已经删掉的，从空白名册（lzxl workbooks export）补上。",
            code="roster_faulty",
        )


def read_roster(path: Path, ahead: ReadAhead | None = None) -> Submission:
    """The roster as it reads, whatever is wrong with it."""
    [submission] = read_with_cache(path.parent, [Job(path, path.name, ROSTER_FORM)], ahead=ahead)
    return submission


def roster_units(submission: Submission) -> list[Unit]:
    """The units that a roster names."""
    return [
        Unit(**{field.removeprefix("unit_"): _said(field, table.get(field, index)) for field in ROSTER_FIELDS})
        for table, index in submission.rows_of(load_form(ROSTER_FORM).main)
    ]


def roster_people(submission: Submission, units: dict[str, Unit]) -> People:
    """Who serves where, and the former names; what a leader is in charge of is told by the codes of `units`."""
    codes = {compact(name): code for code, unit in units.items() for name in (code, unit.name)}
    tables = load_form(ROSTER_FORM).tables
    persons = [person for sheet in tables if sheet.rules.serving for person in _persons(submission, sheet, codes)]
    renamed = [entry for sheet in tables if sheet.rules.renamed for entry in _renamed(submission, sheet)]
    return People(tuple(persons), tuple(renamed))


def _persons(submission: Submission, sheet: Sheet, codes: dict[str, str]) -> Iterator[Person]:
    """Who serves where. `codes`: the codes of units by their names and codes, compacted."""
    rule = sheet.rules.serving
    assert rule is not None
    for get in _rows(submission, sheet.name):
        yield Person(
            name=_text(get(rule.person)),
            unit=_text(get(rule.unit)),
            post=_text(get("post")),
            duty=_text(get("duty_title")),
            kind=_text(get("person_kind")),
            is_middle=_is_affirmed(sheet, "is_middle", get),
            is_party=_is_affirmed(sheet, "is_party", get),
            in_charge_of=tuple(codes.get(compact(name), name) for name in get(rule.in_charge_of) or ()),
            authority=_text(get(rule.authority)),
            since=get(rule.since),
            until=get(rule.until),
            duties=_text(get("duties")),
            section=_text(get(rule.section)) if rule.section else "",
        )


def _renamed(submission: Submission, sheet: Sheet) -> Iterator[Renamed]:
    rule = sheet.rules.renamed
    assert rule is not None
    for get in _rows(submission, sheet.name):
        code = _text(get(rule.unit))
        yield Renamed(code, _text(get(rule.former_code)) or code, _text(get(rule.former_name)), get(rule.changed_on))


def _rows(submission: Submission, sheet: str) -> Iterator[Callable[[str], Any]]:
    """For each row of a sheet, what its fields hold."""
    for table, index in submission.rows_of(sheet):
        yield partial(_cell, table, index)


def _cell(table: Table, index: int, name: str) -> Any:
    return table.get(name, index)


def _is_affirmed(sheet: Sheet, name: str, get: Callable[[str], Any]) -> bool:
    """Whether a field says yes."""
    vocabulary = sheet.by_name[name].vocabulary
    assert vocabulary is not None
    return get(name) in vocabulary.in_role("affirmed")


def _text(value: Any) -> str:
    return str(value or "")


def _said(field: str, value: Any) -> Any:
    """A value of the roster as a unit has it: lists as tuples, what is left blank as an empty text."""
    if isinstance(getattr(Unit, field, ""), tuple):
        return tuple(value or ())
    text = _text(value)
    # An address may be typed with a Chinese domain; mails and servers have it in ASCII.
    return with_ascii_domain(text) if field == "email" else text
