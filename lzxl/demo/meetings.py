"""The meetings of the sample bureau's leading group: what is open is laid before it, and what it decided is written down (认定)."""

from __future__ import annotations

from collections.abc import Iterator

from lzxl.campaign.books import SetCells, amend_book, read_book
from lzxl.campaign.folder import Campaign
from lzxl.campaign.meeting import prepare_meeting
from lzxl.campaign.standing import take_stock
from lzxl.demo.bureau import SampleMeeting
from lzxl.forms.load import book_with, load_form
from lzxl.submission import Submission


def hold_meeting(campaign: Campaign, meeting: SampleMeeting) -> int:
    """Prepare a meeting, and type what it decided on the levels that were open; how many it decided."""
    prepare_meeting(campaign, take_stock(campaign, as_of=meeting.day))
    form_id = book_with("decided")
    book = read_book(campaign, form_id)
    assert book is not None
    decided = list(_decided(book, meeting))
    amend_book(campaign, form_id, decided)
    return len(decided)


def _decided(book: Submission, meeting: SampleMeeting) -> Iterator[SetCells]:
    sheet = load_form(book.form).ruled_by("decided")[0]
    rule, table = sheet.rules.decided, book.table(sheet.name)
    objects = sheet.by_name[rule.object].vocabulary if rule is not None else None
    assert rule is not None and table is not None and objects is not None
    [point] = objects.in_role("risk_point")
    for index in table.indexes:
        subject = str(table.get(rule.subject, index))
        is_open = table.get(rule.object, index) == point and table.get(rule.result, index) is None
        if is_open and subject.split("-", maxsplit=1)[0] in meeting.units:
            raised = meeting.raised.get(subject)
            values = {
                rule.result: raised or table.get(rule.computed, index),
                rule.reason: meeting.reason if raised else meeting.kept,
                rule.meeting: meeting.name,
                rule.minutes: meeting.minutes,
                rule.day: meeting.day,
            }
            yield SetCells(sheet.name, table.rows[index], values)
