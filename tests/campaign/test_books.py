"""The office's books: made when a campaign begins, read, checked and amended, and nobody else's to read."""

from __future__ import annotations

import datetime
import json
import os
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from lzxl.campaign.books import BookError, NewRow, SetCells, amend_book, book_path, read_book, write_books
from lzxl.campaign.folder import Campaign
from lzxl.campaign.lock import BusyError, run_lock
from lzxl.campaign.roster import ROSTER_NAME
from lzxl.cli.main import run
from lzxl.forms.load import book_ids, load_form
from tests.reading.locked import agile

BOOK = "work_record"
TALK = NewRow("activities", {"day": datetime.date(2026, 3, 5), "kind": "教育", "scope": "警示教育", "people": 42})
NUMBER = NewRow("documents", {"number": "云环廉办〔2026〕1号", "kind": "警示提醒函", "state": "预留"})


def rows(campaign: Campaign, sheet: str) -> list[dict[str, object]]:
    """The rows of a sheet of the book as they read, without what is blank."""
    read = read_book(Campaign(campaign.root), BOOK)
    assert read is not None
    [table] = [table for table in read.tables if table.name == sheet]
    names = list(table.values)
    return [
        {name: table.get(name, index) for name in names if table.get(name, index) is not None}
        for index in range(len(table.rows))
    ]


def kept(campaign: Campaign) -> list[Path]:
    return sorted((campaign.root / ".lzxl" / "台账留存").glob("*.xlsx"))


def test_a_new_campaign_has_every_book_for_its_owner_alone(campaign: Campaign) -> None:
    assert BOOK in book_ids()
    for form_id in book_ids():
        path = book_path(campaign, form_id)
        assert path.name == f"{load_form(form_id).file}.xlsx"
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert read_book(campaign, form_id) is not None


def test_a_missing_book_is_made_and_one_that_is_there_is_not_touched(campaign: Campaign) -> None:
    path = book_path(campaign, BOOK)
    path.unlink()
    assert read_book(campaign, BOOK) is None
    assert write_books(campaign) == [path]
    path.write_bytes("办公室自己的文件".encode())
    assert write_books(campaign) == []
    assert path.read_bytes() == "办公室自己的文件".encode()


def test_rows_and_cells_are_put_in_and_a_second_time_nothing_changes(campaign: Campaign) -> None:
    assert amend_book(campaign, BOOK, [TALK, NUMBER])
    assert rows(campaign, "activities") == [dict(TALK.values)]
    assert rows(campaign, "documents") == [dict(NUMBER.values)]
    change = SetCells("documents", 6, {"object": "YJ-2026-001", "day": datetime.date(2026, 4, 7)})
    assert amend_book(campaign, BOOK, [change])
    written = book_path(campaign, BOOK).read_bytes()
    assert not amend_book(campaign, BOOK, [change])
    assert book_path(campaign, BOOK).read_bytes() == written
    assert rows(campaign, "documents") == [{**NUMBER.values, **change.values}]


def test_what_somebody_typed_is_not_written_over(campaign: Campaign) -> None:
    amend_book(campaign, BOOK, [NUMBER])
    assert not amend_book(campaign, BOOK, [SetCells("documents", 6, {"state": "作废", "kind": "移送函"})])
    assert rows(campaign, "documents") == [dict(NUMBER.values)]


def test_the_last_twenty_states_before_are_kept_for_their_owner_alone(campaign: Campaign) -> None:
    states = []
    for day in range(1, 24):
        states.append(book_path(campaign, BOOK).read_bytes())
        amend_book(campaign, BOOK, [NewRow("activities", {"scope": f"第{day}次", "kind": "检查"})])
    assert [path.read_bytes() for path in kept(campaign)] == states[-20:]
    assert {stat.S_IMODE(path.stat().st_mode) for path in kept(campaign)} == {0o600}
    assert stat.S_IMODE(kept(campaign)[0].parent.stat().st_mode) == 0o700


def test_all_books_are_checked_without_a_path_and_one_by_its_path(
    campaign: Campaign, capfd: pytest.CaptureFixture[str]
) -> None:
    amend_book(
        campaign, BOOK, [NewRow("documents", {"number": "云环廉办〔2026〕1号", "kind": "通知", "state": "预留"})]
    )
    for arguments in ([], [str(book_path(campaign, BOOK))]):
        assert run(["-C", str(campaign.root), "check", "--format", "json", *arguments]) == 1
        told = json.loads(capfd.readouterr().out)
        [file] = [entry for entry in told["files"] if entry["file"] == "工作记录.xlsx"]
        [finding] = [entry for entry in file["findings"] if entry["severity"] == "error"]
        assert (file["unit"], finding["code"], finding["sheet"], finding["cell"]) == (
            "",
            "word_not_in_vocabulary",
            "文号簿",
            "B6",
        )


@pytest.fixture(params=["~$工作记录.xlsx", ".~工作记录.xlsx", ".~lock.工作记录.xlsx#"])
def owner_file(campaign: Campaign, request: pytest.FixtureRequest) -> Iterator[Path]:
    path = campaign.root / str(request.param)
    path.write_bytes(b"")
    yield path


def test_a_book_that_is_open_in_a_program_is_not_written(campaign: Campaign, owner_file: Path) -> None:
    before = book_path(campaign, BOOK).read_bytes()
    with pytest.raises(BookError, match=r"正在表格软件中打开.*请删去") as raised:
        amend_book(campaign, BOOK, [TALK])
    assert raised.value.exit_code == 2
    assert owner_file.name in str(raised.value)
    assert book_path(campaign, BOOK).read_bytes() == before
    assert kept(campaign) == []
    owner_file.unlink()
    assert amend_book(campaign, BOOK, [TALK])


def test_a_book_that_changed_since_it_was_read_is_not_written(campaign: Campaign) -> None:
    read_book(campaign, BOOK)
    path = book_path(campaign, BOOK)
    workbook = load_workbook(path)
    workbook["工作记录"]["D6"] = "办公室刚刚写的"
    workbook.save(path)
    before = path.read_bytes()
    with pytest.raises(BookError, match="刚才被改动过"):
        amend_book(campaign, BOOK, [TALK])
    assert path.read_bytes() == before


HOLDER = """
from pathlib import Path
import sys
from lzxl.campaign.lock import run_lock
with run_lock(Path(sys.argv[1])):
    print("held", flush=True)
    input()
"""


def test_of_two_commands_one_waits_its_turn(campaign: Campaign) -> None:
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    program = [sys.executable, "-c", HOLDER, str(campaign.root)]
    pipe = subprocess.PIPE
    with subprocess.Popen(program, env=environment, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL) as other:
        assert other.stdout is not None
        assert other.stdin is not None
        other.stdout.readline()
        with pytest.raises(BusyError):
            amend_book(campaign, BOOK, [TALK])
        other.stdin.close()
    with run_lock(campaign.root):  # a command holds the campaign for all its steps
        assert amend_book(campaign, BOOK, [TALK])


def test_a_book_that_comes_to_the_counter_is_no_submission(campaign: Campaign) -> None:
    assert run(["-C", str(campaign.root), "collect", str(book_path(campaign, BOOK))]) == 2


class SharingViolationError(PermissionError):
    """What Windows says where another program has the file."""

    winerror = 32


def test_a_book_that_windows_does_not_give_out_is_not_written(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, replace = book_path(campaign, BOOK), Path.replace

    def held(self: Path, target: Path) -> Path:
        if target == path:
            raise SharingViolationError(13, "in use")
        return replace(self, target)

    before = path.read_bytes()
    monkeypatch.setattr(Path, "replace", held)
    with pytest.raises(BookError, match="正在表格软件中打开") as raised:
        amend_book(campaign, BOOK, [TALK])
    assert raised.value.exit_code == 2
    assert path.read_bytes() == before
    assert list(campaign.root.glob(".*.tmp")) == []


# Bad input


def _edited(change: Callable[[Workbook], object]) -> Callable[[Path], None]:
    def edit(path: Path) -> None:
        workbook = load_workbook(path)
        change(workbook)
        workbook.save(path)

    return edit


def _other_form(path: Path) -> None:
    path.write_bytes((path.parent / ROSTER_NAME).read_bytes())


BAD: dict[str, tuple[Callable[[Path], None], str, str]] = {
    "broken": (lambda path: path.write_bytes(path.read_bytes()[:3000]) and None, "已损坏", "file_broken"),
    "no workbook": (lambda path: path.write_text("记录") and None, "不是电子表格", "file_not_workbook"),
    "a password": (lambda path: path.write_bytes(agile(path.read_bytes(), "2026")) and None, "密码", "file_encrypted"),
    "another form": (_other_form, "内容是《单位名册》", "book_of_other_form"),
    "foreign": (lambda path: Workbook().save(path), "无法读取", "workbook_empty"),
    "a sheet deleted": (_edited(lambda book: book.remove(book["文号簿"])), "找不到“文号簿”表", "sheet_missing"),
    "a header deleted": (_edited(lambda book: book["文号簿"].delete_rows(5)), "找不到“文号簿”表", "header_not_found"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_book_is_told_of_and_left_alone(campaign: Campaign, name: str, capfd: pytest.CaptureFixture[str]) -> None:
    spoil, sentence, code = BAD[name]
    path = book_path(campaign, BOOK)
    amend_book(campaign, BOOK, [TALK, NUMBER])
    spoil(path)
    before = path.read_bytes()
    for attempt in (
        lambda: read_book(Campaign(campaign.root), BOOK),
        lambda: amend_book(Campaign(campaign.root), BOOK, [NUMBER]),
    ):
        with pytest.raises(BookError, match=r"^工作记录\.xlsx.+。$") as raised:
            attempt()
        assert raised.value.exit_code == 2
    with pytest.raises(BookError, match=sentence):
        read_book(Campaign(campaign.root), BOOK)
    assert path.read_bytes() == before
    assert run(["-C", str(campaign.root), "check", "--format", "json"]) in (1, 3)
    files = json.loads(capfd.readouterr().out)["files"]
    assert code in {finding["code"] for file in files for finding in file["findings"] if file["file"] == path.name}


def test_a_half_filled_book_is_told_of_cell_by_cell(campaign: Campaign, capfd: pytest.CaptureFixture[str]) -> None:
    amend_book(campaign, BOOK, [NewRow("activities", {"scope": "抽查档案"})])
    assert run(["-C", str(campaign.root), "check", "--format", "json"]) == 1
    [file] = [one for one in json.loads(capfd.readouterr().out)["files"] if one["file"] == "工作记录.xlsx"]
    assert {(one["code"], one["cell"]) for one in file["findings"] if one["severity"] == "error"} == {
        ("missing_value", "A6"), ("missing_value", "B6"),
    }  # fmt: skip
