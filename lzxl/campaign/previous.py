"""What the last period's campaign left to this one: warnings whose course has not come to its end."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Any

from lzxl.campaign.books import BookError, NewRow, read_book
from lzxl.campaign.folder import Campaign, find_campaign
from lzxl.campaign.memory import machine_of
from lzxl.errors import ConfigError
from lzxl.forms.model import Sheet
from lzxl.submission import Submission, Table
from lzxl.year.course import Course
from lzxl.year.ledger import Entry, ledger_form, members_of, read_ledger


def last_campaign(campaign: Campaign) -> Campaign | None:
    """The campaign of the last period by the settings; None if they name none, or one that is not there."""
    folder = last_folder(campaign)
    return find_campaign(folder, upwards=False) if folder is not None and folder.is_dir() else None


def last_folder(campaign: Campaign) -> Path | None:
    """Where the campaign of the last period is by the settings; None if they name none."""
    return (campaign.home / campaign.config.previous).resolve() if campaign.config.previous else None


def not_there(folder: Path) -> ConfigError:
    """What is said where the settings name a folder that is no campaign's."""
    return ConfigError(
        f"上一期的文件夹有误：{folder} 里没有 lzxl.toml。请检查 lzxl.toml 的 previous。",
        code="previous_no_campaign",
        folder=folder,
    )


def carried_over(campaign: Campaign, known: Collection[str], on: datetime.date) -> Iterator[NewRow]:
    """Rows of warnings that the last period's ledger leaves open on a day, each with all its events, as they stand there.

    `known`: numbers that this ledger has, or had. Raises BookError if the last period's ledger cannot be read.
    """
    last = last_campaign(campaign)
    submission = _ledger_of(last) if last is not None else None
    if last is None or submission is None:
        return
    machine = machine_of(last)
    read = read_ledger(machine, submission, last.units)
    members = members_of(last.units, last.people)
    courses = read.courses(machine, last.config.mail.calendar, on, members)
    going_on = {number: entry for number, entry in _going_on(courses).items() if number and number not in known}
    yield from (_as_new(read.book.warnings, entry.table, entry.index) for entry in going_on.values())
    yield from (_as_new(read.book.events, *read.places[row.at]) for row in read.rows if row.warning in going_on)


def _going_on(courses: Iterable[tuple[Entry, Course]]) -> dict[str, Entry]:
    """Number → the warning, of those whose course has not come to its end, or in which something has to be done still."""
    found: dict[str, Entry] = {}
    for entry, course in courses:
        if course.kind or not course.ends:
            found.setdefault(entry.matter.id, entry)
    return found


def _ledger_of(last: Campaign) -> Submission | None:
    try:
        return read_book(last, ledger_form())
    except BookError as error:
        raise BookError(f"上一期（{last.config.period}）的{error}", code=error.code, book=last.root.name) from error


def _as_new(sheet: Sheet, table: Table, index: int) -> NewRow:
    return NewRow(sheet.name, _as_typed(sheet, table, index))


def _as_typed(sheet: Sheet, table: Table, index: int) -> dict[str, Any]:
    """What somebody typed into a row: what the program works out is worked out anew."""
    typed = (entry for entry in sheet.inputs if entry.computed != "program" and entry.name in table.columns)
    values = ((entry.name, table.get(entry.name, index), table.shown(entry.name, index)) for entry in typed)
    return {name: value if value is not None else shown for name, value, shown in values if shown is not None}
