"""The office's books are read along with what units filed, by the same child, and are kept nowhere."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from lzxl.api import check, consolidate
from lzxl.campaign.books import NewRow, amend_book, book_path, read_book
from lzxl.campaign.folder import Campaign
from lzxl.campaign.intake import Intake
from lzxl.campaign.standing import take_stock
from lzxl.forms.load import book_ids
from lzxl.workbook.reading import sandbox
from lzxl.workbook.reading.jobs import BookJob, Job
from lzxl.workbook.reading.sandbox import read_all
from tests.reading.locked import agile

from .office import filled

pytestmark = pytest.mark.usefixtures("reads_anew")
Take = Callable[..., list[Intake]]


@pytest.fixture
def children(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The files that each child read, child by child."""
    read: dict[int, list[str]] = {}
    answer = sandbox._Child.answer

    def noted(child: sandbox._Child, job: Job) -> object:
        names = read.setdefault(child.process.pid, [])
        if not names:
            found.append(names)
        names.append(job.file)
        return answer(child, job)

    found: list[list[str]] = []
    monkeypatch.setattr(sandbox._Child, "answer", noted)
    return found


def _forget(campaign: Campaign) -> Campaign:
    """The campaign as a new run finds it that has read nothing."""
    for entry in (campaign.root / ".lzxl" / "cache").rglob("*.bin"):
        entry.unlink()
    return Campaign(campaign.root)


@pytest.mark.parametrize("command", [partial(check, ()), consolidate])
def test_one_child_reads_all_that_a_run_asks_for_and_each_book_once(
    campaign: Campaign, take: Take, children: list[list[str]], command: Callable[..., object]
) -> None:
    take(a=filled("HB01"))
    again = _forget(campaign)
    children.clear()
    command(campaign=again)
    [names] = children
    books = [book_path(campaign, form_id).name for form_id in book_ids()]
    assert sorted(name for name in names if name in books) == sorted(books)
    assert len(names) == len(set(names)) == len(books) + 2


def test_a_book_that_was_written_after_it_was_read_ahead_is_read_anew(campaign: Campaign) -> None:
    take_stock(campaign)
    row = NewRow("documents", {"number": "云环廉办〔2026〕1号", "kind": "警示提醒函", "state": "预留"})
    amend_book(Campaign(campaign.root), "work_record", [row])
    read = read_book(campaign, "work_record")
    assert read is not None
    [table] = [table for table in read.tables if table.name == "documents"]
    assert [table.get("number", index) for index in table.indexes] == ["云环廉办〔2026〕1号"]


def test_no_book_stands_in_the_cache(campaign: Campaign, take: Take) -> None:
    take(a=filled("HB01"))
    take_stock(_forget(campaign))
    kept = [entry.name for entry in (campaign.root / ".lzxl" / "cache").rglob("*.bin")]
    digests = [hashlib.sha256(book_path(campaign, form_id).read_bytes()).hexdigest() for form_id in book_ids()]
    assert len(kept) == 2
    assert not any(name.startswith(digest) for name in kept for digest in digests)


def test_no_password_is_tried_on_a_book(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(agile(filled("HB01"), "geheim"))
    jobs = [BookJob(path, "book"), Job(path, "filed")]
    book, filed = read_all(jobs, passwords=lambda: ("geheim",))
    assert book.refusal is not None
    assert book.refusal.code == "file_encrypted"
    assert filed.refusal is None
