"""What the office of the sample bureau does about warnings: its ledger is begun, and the events of the year are recorded in it.

Read from `demo/office.yaml`, where a warning is called by the number of the row in its unit's content.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from typing import Any

from lzxl.campaign.books import Change, NewRow, SetCells, amend_book, read_book
from lzxl.campaign.folder import Campaign
from lzxl.campaign.standing import take_stock
from lzxl.campaign.warnings import Stocktaking, take_ledger
from lzxl.demo.bureau import SampleBureau, load_content
from lzxl.forms.text import fold
from lzxl.year.events import load_machine
from lzxl.year.ledger import Entry, LedgerRead, ledger_form, read_ledger

Content = Mapping[str, Any]


def keep_ledger(campaign: Campaign, bureau: SampleBureau, as_of: datetime.date) -> Stocktaking:
    """Take what units filed into the ledger, and record what the office did about it by the day and is not recorded yet."""
    filed = take_stock(campaign, as_of=as_of).counted
    take_ledger(campaign, filed, as_of)
    ledger = read_book(campaign, ledger_form())
    assert ledger is not None
    read = read_ledger(load_machine(), ledger, campaign.units)
    amend_book(campaign, ledger_form(), _changes(read, bureau, as_of))
    return take_ledger(campaign, filed, as_of)


def _changes(read: LedgerRead, bureau: SampleBureau, as_of: datetime.date) -> list[Change]:
    """The rest of the rows of 台账, then the events of all warnings as they came."""
    there = {(entry.matter.unit, _text_of(read, entry)): entry for entry in read.entries}
    filed = {
        row["id"]: there.get((unit.unit.code, fold(row["problem"])))
        for unit in bureau.units
        for row in unit.content.get("warnings", ())
    }
    # A unit whose form was sent back has told the office nothing yet.
    known = [(filed.get(one["row"]), _joined(one, filed)) for one in load_content("office.yaml")["warnings"]]
    rest = [change for entry, one in known if entry is not None for change in _rest_of_row(read, entry, one)]
    events = [row for entry, one in known if entry is not None for row in _events(read, entry, one, as_of)]
    return [*rest, *sorted(events, key=lambda row: row.values[read.book.rows.day])]


def _joined(warning: Content, filed: Mapping[str, Entry | None]) -> Content:
    """What the office says of a warning; one that is `joined` to another names the other's number in the ledger."""
    other = filed.get(warning.get("joined", ""))
    return warning if other is None else {**warning, "merged_into": other.matter.id}


def _text_of(read: LedgerRead, entry: Entry) -> str:
    return fold(entry.table.text(read.book.ledger.text, entry.index))


def _rest_of_row(read: LedgerRead, entry: Entry, warning: Content) -> Iterator[Change]:
    sheet = read.book.warnings
    blank = {name: value for name, value in warning.items() if name in sheet.by_name and not _has(entry, name)}
    if blank:
        yield SetCells(sheet.name, entry.table.rows[entry.index], blank)


def _has(entry: Entry, name: str) -> bool:
    return entry.table.get(name, entry.index) is not None


def _events(read: LedgerRead, entry: Entry, warning: Content, as_of: datetime.date) -> Iterator[NewRow]:
    """The events of a warning up to the day that its book does not have yet."""
    part = read.book.rows
    there = [read.places[row.at] for row in read.by_warning.get(entry.matter.id, ())]
    recorded = {(table.get(part.event, index), str(table.get(part.day, index))) for table, index in there}
    for event in warning["events"]:
        if event["day"] > as_of.isoformat() or (event["event"], event["day"]) in recorded:
            continue
        values = {
            part.warning: entry.matter.id,
            part.event: event["event"],
            part.day: datetime.date.fromisoformat(event["day"]),
            part.handlers: event["by"],
            part.result: event.get("result"),
            part.content: event.get("content"),
            part.number: event.get("number"),
        }
        yield NewRow(read.book.events.name, {name: value for name, value in values.items() if value})
