"""What the checks of a unit's file learn of the leading group's decisions: the books are read once, and anew when one changed."""

from __future__ import annotations

import datetime
from unittest.mock import patch

from lzxl.campaign import facts
from lzxl.campaign.books import NewRow, amend_book, book_path
from lzxl.campaign.facts import resolved_of
from lzxl.campaign.folder import Campaign
from lzxl.campaign.standing import context_of

BOOK = "decisions"
RAISED = NewRow(
    "decisions",
    {
        "decided_object": "风险点",
        "decided_subject": "HB01-001",
        "likelihood_then": "较小",
        "severity_then": "较严重",
        "decided_result": "二级",
        "decided_on": datetime.date(2026, 11, 28),
    },
)


def results(campaign: Campaign) -> list[str]:
    """The levels that were decided, as the checks of the campaign learn of them."""
    return [decision.result for decision in context_of(campaign).resolved().decisions]


def test_the_books_are_read_once_and_anew_when_the_decisions_change(campaign: Campaign) -> None:
    assert results(campaign) == []
    amend_book(campaign, BOOK, [RAISED])
    with patch.object(facts, "read_book", wraps=facts.read_book) as read:
        assert results(campaign) == results(campaign) == ["二级"]
        assert read.call_count == 1
    [row] = [decision.row for decision in resolved_of(campaign).decisions]
    assert row == 0
    amend_book(campaign, BOOK, [NewRow("decisions", {**RAISED.values, "decided_subject": "HB01-002"})])
    assert results(campaign) == ["二级", "二级"]


def test_of_a_book_that_cannot_be_read_nothing_is_known_and_units_files_are_checked_all_the_same(
    campaign: Campaign,
) -> None:
    amend_book(campaign, BOOK, [RAISED])
    assert results(campaign) == ["二级"]
    book_path(campaign, BOOK).write_bytes(b"PK: no workbook")
    assert results(campaign) == []
