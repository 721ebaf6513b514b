"""What reading gave is kept by content: a file that has not changed is not read twice, one that has is."""

from __future__ import annotations

from pathlib import Path

import pytest

from lzxl.campaign import cache
from lzxl.campaign.cache import read_with_cache
from lzxl.campaign.collect import collect
from lzxl.campaign.standing import take_stock
from lzxl.submission import Submission
from lzxl.workbook.reading.jobs import Job

from .office import IN_TIME, filled, open_campaign, send

pytestmark = pytest.mark.usefixtures("reads_anew")


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that were really read, by the name they are shown under."""
    names: list[str] = []
    read_all = cache.read_all

    def counting(jobs: list[Job], *args: object, **more: object) -> list[Submission]:
        names.extend(job.file for job in jobs)
        return read_all(jobs, *args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(cache, "read_all", counting)
    return names


def test_a_file_is_read_once_and_gives_the_same_again(tmp_path: Path, opened: list[str]) -> None:
    folder = send(tmp_path / "来件", a=filled("HB01"), b=filled("HB02"))
    jobs = [Job(folder / "a.xlsx", "a"), Job(folder / "b.xlsx", "b")]
    first = read_with_cache(tmp_path, jobs)
    assert opened == ["a", "b"]
    assert read_with_cache(tmp_path, jobs) == first
    assert opened == ["a", "b"]


def test_the_content_counts_not_the_name(tmp_path: Path, opened: list[str]) -> None:
    folder = send(tmp_path / "来件", a=filled("HB01"), b=filled("HB01"))
    read_with_cache(tmp_path, [Job(folder / "a.xlsx", "a")])
    [again] = read_with_cache(tmp_path, [Job(folder / "b.xlsx", "另一个名字")])
    assert (again.file, opened) == ("另一个名字", ["a"])
    (folder / "b.xlsx").write_bytes(filled("HB02"))
    [changed] = read_with_cache(tmp_path, [Job(folder / "b.xlsx", "b")])
    assert (changed.unit_code, opened) == ("HB02", ["a", "b"])


def test_a_damaged_or_foreign_entry_is_read_again(tmp_path: Path, opened: list[str]) -> None:
    job = Job(send(tmp_path / "来件", a=filled("HB01")) / "a.xlsx", "a")
    [first] = read_with_cache(tmp_path, [job])
    [entry] = (tmp_path / ".lzxl" / "cache").rglob("*.bin")
    for junk in (b"", b"cos\nsystem\n(S'true'\ntR.", entry.read_bytes()[:-20]):
        entry.write_bytes(junk)
        assert read_with_cache(tmp_path, [job]) == [first]
    assert opened == ["a"] * 4


def test_a_refusal_is_not_kept(tmp_path: Path, opened: list[str]) -> None:
    job = Job(send(tmp_path / "来件", a=b"no workbook") / "a.xlsx", "a")
    for _ in range(2):
        [submission] = read_with_cache(tmp_path, [job])
        assert submission.refusal is not None
    assert opened == ["a", "a"]


def test_another_state_of_forms_or_reader_makes_it_void(
    tmp_path: Path, opened: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    job = Job(send(tmp_path / "来件", a=filled("HB01")) / "a.xlsx", "a")
    read_with_cache(tmp_path, [job])
    monkeypatch.setattr(cache, "_state", lambda: "0123456789abcdef")
    read_with_cache(tmp_path, [job])
    assert opened == ["a", "a"]
    assert [folder.name for folder in (tmp_path / ".lzxl" / "cache").iterdir()] == ["0123456789abcdef"]


def test_what_one_campaign_has_read_ahead_is_held_by_nothing_else(tmp_path: Path) -> None:
    campaign = open_campaign(tmp_path / "2026年度")
    collect(campaign, [send(tmp_path / "来件", a=filled("HB01"))], IN_TIME)
    take_stock(campaign)
    shared = [
        name for name, value in vars(cache).items() if not name.startswith("__") and isinstance(value, dict | list)
    ]
    assert shared == []
