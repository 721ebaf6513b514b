"""Dates in order: what happened first comes first, and nothing that has happened lies after the day of filing."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence
from itertools import chain

from lzxl.checks.context import Context
from lzxl.checks.report import Report
from lzxl.submission import Table


def period_days(period: str) -> tuple[datetime.date, datetime.date] | None:
    """First and last day of a period such as 2026年度, 2026年上半年, 2026年第三季度, 2026年5月; None if it names no year."""
    match = re.search(r"(\d{4})", period)
    if match is None:
        return None
    year = int(match.group(1))
    first, last = _months_of(period)
    following = datetime.date(year + last // 12, last % 12 + 1, 1)
    return datetime.date(year, first, 1), following - datetime.timedelta(days=1)


def _months_of(period: str) -> tuple[int, int]:
    """The first and the last month of a period; of one that names no part of the year, all of it."""
    if "上半年" in period:
        return 1, 6
    if "下半年" in period:
        return 7, 12
    quarter = re.search(r"第?([一二三四1-4])季度", period)
    if quarter:
        number = "一二三四1234".index(quarter.group(1)) % 4
        return 3 * number + 1, 3 * number + 3
    month = re.search(r"年(\d{1,2})月", period)
    number = int(month.group(1)) if month else 0
    return (number, number) if 1 <= number <= 12 else (1, 12)


def last_known_day(report: Report, context: Context) -> datetime.date | None:
    """The day of filing where the cover gives one that can be true, else the day on which the file came in, else today."""
    # By the day of its coming, where that is known: checked again in spring, a file stays what it was.
    present = report.submission.received or context.today
    filed = _day_of_filing(report, period_days(context.period or report.submission.period))
    # A day of filing that has not come yet is a slip, by which nothing else must be judged.
    if filed is None or (present is not None and filed > present):
        return present
    return filed


def _day_of_filing(report: Report, days: tuple[datetime.date, datetime.date] | None) -> datetime.date | None:
    """The day of filing; None where there is none, or one before the period began."""
    stated = report.submission.reported_on
    return None if stated is None or (days is not None and stated < days[0]) else stated


def check_dates(report: Report, context: Context) -> None:
    """Findings `date_order`, `date_after_later`, `date_after_filing`, `date_in_future` and `date_outside_period`."""
    period = context.period or report.submission.period
    days = period_days(period)
    _check_day_of_filing(report, context, days, period)
    filed = last_known_day(report, context)
    for table in report.submission.tables:
        rules = report.form.by_name[table.name].rules
        _check_orders(report, table, rules.date_order)
        if filed is not None:
            for name in rules.past:
                _check_past(report, table, name, filed)
        if days is not None:
            for name in rules.in_period:
                _check_inside(report, table, name, days, period)


def _check_day_of_filing(
    report: Report, context: Context, days: tuple[datetime.date, datetime.date] | None, period: str
) -> None:
    filed = _day_of_filing(report, days)
    if filed is not None:
        _check_future(report, context, filed)
    elif days is not None and report.submission.reported_on is not None:
        # A form cannot be filed before its period: that day is wrong, and nothing can be compared with it.
        report.label("date_outside_period", "reported_on", period=period, **_span(days))


def _check_orders(report: Report, table: Table, orders: Sequence[Sequence[str]]) -> None:
    """The days of each row in the orders in which they come."""
    before = _earlier_days(orders)
    if before:
        for index in table.indexes:
            _check_order(report, table, before, index)


def _check_future(report: Report, context: Context, filed: datetime.date) -> None:
    """The day of filing is not after the day on which the file came in, or on which it is checked."""
    present = report.submission.received or context.today
    if present is not None and filed > present:
        known = "收到本表的日期" if report.submission.received else "检查当日"
        report.label("date_in_future", "reported_on", known=known, day=present.isoformat(), value=filed.isoformat())


def _earlier_days(orders: Sequence[Sequence[str]]) -> dict[str, list[str]]:
    """Field → the fields whose days it must not come before, in their order."""
    earlier: dict[str, list[str]] = {}
    for names in orders:
        for position, name in enumerate(names):
            before = earlier.setdefault(name, [])
            before += [other for other in names[:position] if other not in before]
    return earlier


def _check_order(report: Report, table: Table, before: dict[str, list[str]], index: int) -> None:
    """One finding for a day, however many others it comes before; for one that several come before, at that one alone."""
    days = {name: day for name in before if isinstance(day := table.get(name, index), datetime.date)}
    wrong = _wrong_days(before, days)
    blamed = set(chain.from_iterable(wrong.values()))
    if len(wrong) > 1 and len(blamed) == 1:
        _say_order(report, table, index, "date_after_later", "later", blamed.pop(), list(wrong), days)
        return
    for later, names in wrong.items():
        _say_order(report, table, index, "date_order", "earlier", later, names, days)


def _say_order(
    report: Report,
    table: Table,
    index: int,
    code: str,
    side: str,
    name: str,
    others: Sequence[str],
    days: Mapping[str, datetime.date],
) -> None:
    """That a day stands on the wrong side of others. `side`: what the message calls these, `earlier` or `later`."""
    stated = _stated(report, table, {other: days[other] for other in others})
    told = {side: [*stated.values()], "others": [*stated], "value": days[name].isoformat()}
    report.cell(code, table, name, index, **told)


def _wrong_days(before: dict[str, list[str]], days: dict[str, datetime.date]) -> dict[str, list[str]]:
    """Field → the fields whose days its own comes before, though they come first; only where there are any."""
    wrong = {}
    for later, day in days.items():
        after = [name for name in before[later] if name in days and day < days[name]]
        if after:
            wrong[later] = after
    return wrong


def _stated(report: Report, table: Table, days: dict[str, datetime.date]) -> dict[str, str]:
    """Title of a field, in quotes → the title with its day, as a message says them."""
    titles = {name: f"“{report.field(table, name).title}”" for name in days}
    return {titles[name]: f"{titles[name]}（{day.isoformat()}）" for name, day in days.items()}


def _check_past(report: Report, table: Table, name: str, filed: datetime.date) -> None:
    for index, day in table.filled(name):
        if day > filed:
            report.cell("date_after_filing", table, name, index, filed=filed.isoformat(), value=day.isoformat())


def _check_inside(
    report: Report, table: Table, name: str, days: tuple[datetime.date, datetime.date], period: str
) -> None:
    for index, day in table.filled(name):
        if not days[0] <= day <= days[1]:
            report.cell("date_outside_period", table, name, index, period=period, value=day.isoformat(), **_span(days))


def _span(days: tuple[datetime.date, datetime.date]) -> dict[str, str]:
    return {"first": days[0].isoformat(), "last": days[1].isoformat()}
