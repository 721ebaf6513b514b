"""Reads 单位名册.xlsx: the roster of units, of who serves in them, and of what they were called before (第六条、第七条)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from lzxl.campaign.cache import ReadAhead, read_with_cache
from lzxl.checks.context import Context
from lzxl.checks.run import check_submissions
from lzxl.errors import ConfigError
from lzxl.forms.addresses import with_ascii_domain
from lzxl.forms.load import load_form, load_grading
from lzxl.forms.people import FORMER_SHEET, PEOPLE_SHEET, People, Person, Renamed
from lzxl.forms.roster import ROSTER_FIELDS, ROSTER_FORM, UNITS_SHEET, Unit
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


def load_roster(path: Path, ahead: ReadAhead | None = None) -> Roster:
    """The units and the people. Raises ConfigError naming every cell to mend if the roster has errors.

    `ahead`: where it may have been read already.
    """
    if not path.is_file():
        raise ConfigError(
            f"找不到单位名册：{path}。请用 lzxl workbooks export 取一份空白名册，填好后放在这里。",
            code="roster_not_found",
            path=path,
        )
    [submission] = read_with_cache(path.parent, [Job(path, path.name, ROSTER_FORM)], ahead=ahead)
    [checked] = check_submissions([submission], Context(load_grading()))
    errors = [finding for finding in checked.findings if finding.severity == "error"]
    if errors:
        lines = [f"  {finding.cell or finding.sheet}　{finding.message}{finding.fix}" for finding in errors]
        more = [f"  ……另有{len(errors) - _MOST_SHOWN}处"] if len(errors) > _MOST_SHOWN else []
        raise ConfigError(
            "\n".join([f"单位名册有{len(errors)}处问题，请先改好：", *lines[:_MOST_SHOWN], *more]), code="roster_faulty"
        )
    units = {unit.code: unit for unit in roster_units(submission)}
    return Roster(units, roster_people(submission, units))


def roster_units(submission: Submission) -> list[Unit]:
    """The units that a roster names."""
    return [
        Unit(**{field.removeprefix("unit_"): _said(field, table.get(field, index)) for field in ROSTER_FIELDS})
        for table in submission.tables
        if table.name == UNITS_SHEET
        for index in range(len(table.rows))
    ]


def roster_people(submission: Submission, units: dict[str, Unit]) -> People:
    """Who serves where, and the former names; what a leader is in charge of is told by the codes of `units`."""
    codes = {compact(name): code for code, unit in units.items() for name in (code, unit.name)}
    affirmed = _affirmed()
    persons = tuple(
        Person(
            name=_text(get("person")),
            unit=_text(get("unit")),
            post=_text(get("post")),
            duty=_text(get("duty_title")),
            kind=_text(get("person_kind")),
            is_middle=get("is_middle") in affirmed,
            is_party=get("is_party") in affirmed,
            in_charge_of=tuple(codes.get(compact(name), name) for name in get("in_charge_of") or ()),
            authority=_text(get("authority")),
            since=get("since"),
            until=get("until"),
            duties=_text(get("duties")),
        )
        for get in _rows(submission, PEOPLE_SHEET)
    )
    renamed = tuple(
        Renamed(
            _text(get("code")),
            _text(get("former_code")) or _text(get("code")),
            _text(get("former_name")),
            get("changed_on"),
        )
        for get in _rows(submission, FORMER_SHEET)
    )
    return People(persons, renamed)


def _rows(submission: Submission, sheet: str) -> Iterator[Callable[[str], Any]]:
    """For each row of a sheet, what its fields hold."""
    for table in submission.tables:
        if table.name == sheet:
            for index in range(len(table.rows)):
                yield partial(_cell, table, index)


def _cell(table: Table, index: int, name: str) -> Any:
    return table.get(name, index)


def _affirmed() -> tuple[str, ...]:
    """The words that mean yes."""
    vocabulary = load_form(ROSTER_FORM).by_name[PEOPLE_SHEET].by_name["is_middle"].vocabulary
    assert vocabulary is not None
    return vocabulary.in_role("affirmed")


def _text(value: Any) -> str:
    return str(value or "")


def _said(field: str, value: Any) -> Any:
    """A value of the roster as a unit has it: lists as tuples, what is left blank as an empty text."""
    if isinstance(getattr(Unit, field, ""), tuple):
        return tuple(value or ())
    text = _text(value)
    return with_ascii_domain(text) if field == "email" else text
