"""The roster's people: nobody serves in two units on one day, a leader is in charge of units that there are, and nobody
answers for a unit's rows who has left it (第七条、第八条(一)2)."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from lzxl.checks.context import Context
from lzxl.checks.report import Report
from lzxl.forms.model import Sheet
from lzxl.forms.people import People
from lzxl.forms.persons import names_of
from lzxl.forms.rules_of_people import Charged, Serving
from lzxl.forms.terms import is_done
from lzxl.forms.text import compact
from lzxl.submission import Table
from lzxl.year.first_rows import RowsOf, rows_of


@dataclass(frozen=True)
class _Service:
    """A row: from which day until which, and where."""

    table: Table
    index: int
    unit: str
    post: str
    since: datetime.date
    until: datetime.date


def check_people(report: Report) -> None:
    """Findings `person_in_two_units`, `person_twice` and `unit_in_charge_unknown`."""
    for sheet, rule in report.form.rules_of(Serving):
        _check_services(report, sheet.name, rule)
        _check_charges(report, sheet.name, rule)


def check_handed_over(report: Report, context: Context) -> None:
    """Findings `owner_left`: whoever answers for a row past the day on which he left the unit has to hand it over."""
    if not context.people or context.today is None or report.own_code not in context.units:
        return
    gone = _gone(context.people, report.own_code, context.today)
    for sheet, rule in report.form.rules_of(Charged) if gone else ():
        for rows in rows_of(report.submission, sheet):
            _check_owners(report, sheet, rule, rows, gone)


def _check_owners(report: Report, sheet: Sheet, rule: Charged, rows: RowsOf, gone: Mapping[str, datetime.date]) -> None:
    """Of each row that is not done, who answers for it is still there, or was to have done it by the last day."""
    for index, persons in rows.table.filled(rule.persons):
        if not _is_open(sheet, rule, rows.table, index):
            continue
        until = rows.table.get(rule.until, index)
        home, own, row = rows.at(rule.persons, index)
        limit = f"{sheet.by_name[rule.until].title}{until}" if until is not None else "未定时限"
        for name in sorted(names_of(str(persons)) & gone.keys()):
            if until is None or gone[name] < until:
                report.cell("owner_left", home, own, row, value=name, left=gone[name].isoformat(), limit=limit)


def _is_open(sheet: Sheet, rule: Charged, table: Table, index: int) -> bool:
    """Whether a row is still to be done, by a day that can be read or by none."""
    is_open = not is_done(sheet, rule.progress, table.get(rule.progress, index))
    return is_open and not table.is_broken(rule.until, index)


def _gone(people: People, unit: str, today: datetime.date) -> dict[str, datetime.date]:
    """Name, as names are compared → the last day in the unit, of those who are not there any more."""
    there = {name for person in people.of_unit(unit, today) for name in names_of(person.name)}
    left: dict[str, datetime.date] = {}
    for person in people.of_unit(unit):
        if person.until is not None and person.until < today:
            # Who took another post in the unit has left the old one, and not the unit.
            for name in names_of(person.name) - there:
                left[name] = max(left.get(name, person.until), person.until)
    return left


def _check_services(report: Report, sheet: str, rule: Serving) -> None:
    """Of one name, each place begins after the place in another unit, or the same post, has ended. Two people may have one name:
    that is asked."""
    by_name: dict[str, list[_Service]] = {}
    for name, service in _services(report, sheet, rule):
        by_name.setdefault(name, []).append(service)
    for services in by_name.values():
        _check_one_name(report, rule, sorted(services, key=lambda one: (one.since, one.until)))


def _check_one_name(report: Report, rule: Serving, services: Sequence[_Service]) -> None:
    """`services`: in the order in which they began. Each is compared with what has lasted longest so far."""
    latest = services[0]
    latest_in_post: dict[tuple[str, str], _Service] = {}
    for service in services:
        before = latest_in_post.get((service.unit, service.post))
        if service.unit != latest.unit and service.since <= latest.until:
            _say_in_two_units(report, rule, service, latest)
        elif service.post and before is not None and service.since <= before.until:
            row = before.table.rows[before.index]
            report.cell("person_twice", service.table, rule.person, service.index, row=row)
        latest_in_post[service.unit, service.post] = max(before or service, service, key=lambda one: one.until)
        latest = max(latest, service, key=lambda one: one.until)


def _say_in_two_units(report: Report, rule: Serving, service: _Service, latest: _Service) -> None:
    came, left = (report.field(service.table, name).title for name in (rule.since, rule.until))
    told = {"row": latest.table.rows[latest.index], "other": latest.unit, "came": came, "left": left}
    report.cell("person_in_two_units", service.table, rule.unit, service.index, **told)


def _services(report: Report, sheet: str, rule: Serving) -> Iterator[tuple[str, _Service]]:
    """(name, place) of every row that says who served where."""
    for table, index, name in report.filled(sheet, rule.person):
        unit = table.get(rule.unit, index)
        if name and unit:
            since = table.get(rule.since, index) or datetime.date.min
            until = table.get(rule.until, index) or datetime.date.max
            post = compact(table.text(rule.post, index))
            yield compact(str(name)), _Service(table, index, str(unit), post, since, until)


def _check_charges(report: Report, sheet: str, rule: Serving) -> None:
    """Each unit that somebody is in charge of is a unit of the roster, by its code or its name."""
    home, _, code = report.form.by_name[sheet].by_name[rule.unit].references.partition(".")
    names = [entry.name for entry in report.form.by_name[home].fields if entry.name == code or entry.unique]
    known = {compact(str(value)) for name in names for _, _, value in report.filled(home, name)}
    for table, index, units in report.filled(sheet, rule.in_charge_of):
        unknown = [unit for unit in units if compact(str(unit)) not in known]
        if unknown:
            report.cell("unit_in_charge_unknown", table, rule.in_charge_of, index, value="、".join(unknown))
