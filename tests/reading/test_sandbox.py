"""A file that kills or stalls its reader costs one refusal; every other file of the batch is read."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path

import pytest

from lzxl.submission import Fact, Submission
from lzxl.workbook.reading import sandbox
from lzxl.workbook.reading.jobs import Job
from lzxl.workbook.reading.plain import from_bytes, to_bytes
from lzxl.workbook.reading.sandbox import read_all
from tests.reading.books import ods, sheet_xml, xlsx

pytestmark = pytest.mark.usefixtures("starts_children")

ROWS = {1: ["单位", "岗位", "风险点", "防控措施"], 2: ["办公室", "采购员", "围标", "轮岗"]}
GOOD = xlsx({"风险点": sheet_xml(ROWS)})
# Two kilobytes that make the fast reader ask for 96 gigabytes: the process aborts, there is no exception.
SHARED = '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" count="1" uniqueCount="4000000000"/>'
ABORTS = xlsx({"风险点": sheet_xml(ROWS)}, strings=["x"], more={"xl/sharedStrings.xml": SHARED})


def repeated_rows() -> bytes:
    """An .ods of one kilobyte that unfolds to twenty million values."""
    cell = '<table:table-cell office:value-type="float" office:value="1" table:number-columns-repeated="20"/>'
    row = f'<table:table-row table:number-rows-repeated="1048576">{cell}</table:table-row>'
    return ods(f'<table:table table:name="风险点">{row}</table:table>')


def jobs(folder: Path, *contents: bytes) -> list[Job]:
    made = []
    for number, data in enumerate(contents, 1):
        path = folder / f"{number}.xlsx"
        path.write_bytes(data)
        made.append(Job(path, path.name))
    return made


def detail(submission: Submission) -> str:
    assert submission.refusal is not None
    assert submission.refusal.code == "file_unreadable"
    return submission.refusal.message


def read_well(submission: Submission) -> bool:
    return submission.refusal is None and submission.row_counts == {"风险点": 1}


def test_a_file_that_aborts_its_reader_costs_one_refusal(tmp_path: Path) -> None:
    answers = read_all(jobs(tmp_path, GOOD, ABORTS, GOOD), workers=1)
    assert [read_well(answer) for answer in answers] == [True, False, True]
    assert "占用内存" in detail(answers[1])
    assert answers[1].file == "2.xlsx"


@pytest.mark.slow
def test_a_file_that_fills_its_readers_memory_costs_one_refusal(tmp_path: Path) -> None:
    answers = read_all(jobs(tmp_path, repeated_rows(), GOOD), workers=1)
    assert [read_well(answer) for answer in answers] == [False, True]
    assert "占用内存" in detail(answers[0])


def test_one_cell_in_the_far_corner_is_read(tmp_path: Path) -> None:
    """It aborts the fast reader, so it never gets there."""
    rows = sheet_xml(ROWS).replace("</sheetData>", '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>')
    [answer] = read_all(jobs(tmp_path, xlsx({"风险点": rows})))
    assert answer.refusal is None
    assert [entry.cell for entry in answer.unplaced] == ["XFD1048576"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs a named pipe")
def test_a_reader_that_hangs_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A named pipe that nobody writes to: the read never ends and costs no processor time."""
    monkeypatch.setattr(sandbox, "WALL_SECONDS", 1.5)
    pipe = tmp_path / "pipe.xlsx"
    os.mkfifo(pipe)
    batch = [*jobs(tmp_path, GOOD), Job(pipe, "pipe.xlsx"), *jobs(tmp_path, GOOD)]
    answers = read_all(batch, workers=1)
    assert [read_well(answer) for answer in answers] == [True, False, True]
    assert "时间过长" in detail(answers[1])


def test_files_that_are_not_there(tmp_path: Path) -> None:
    [good] = jobs(tmp_path, GOOD)
    batch = [
        Job(tmp_path / "none.xlsx", "none.xlsx"),
        Job(tmp_path, "folder"),
        Job(good.path / "x", "below a file"),
        good,
    ]
    answers = read_all(batch, workers=1)
    assert [read_well(answer) for answer in answers] == [False, False, False, True]
    assert all("文件不存在或磁盘无法读取" in detail(answer) for answer in answers[:3])
    assert not any(str(tmp_path) in detail(answer) for answer in answers[:3])


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    [job] = jobs(tmp_path, GOOD)
    job.path.chmod(0)
    assert "没有读取权限" in detail(read_all([job])[0])


def test_the_order_of_the_jobs_is_kept_and_progress_is_told_once_a_file(tmp_path: Path) -> None:
    batch = jobs(tmp_path, ABORTS, *[GOOD, b"", b"%PDF-"] * 7)
    calls: Counter[str] = Counter()
    lock = threading.Lock()

    def progress() -> None:
        with lock:
            calls["done"] += 1

    answers = read_all(batch, progress, workers=3)
    assert [answer.file for answer in answers] == [job.file for job in batch]
    codes = [answer.refusal.code if answer.refusal else "" for answer in answers]
    assert codes == ["file_unreadable", *["", "file_empty", "file_not_workbook"] * 7]
    assert calls["done"] == 22


def test_no_jobs_need_no_child() -> None:
    assert read_all([]) == []


def test_nothing_is_printed(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Not even what a dying process says: it may quote a cell."""
    read_all(jobs(tmp_path, GOOD, ABORTS, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1Workbook", GOOD))
    assert capfd.readouterr() == ("", "")


class Foreign:
    """A class that a hostile child would like to see built."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.system, ("true",)


@pytest.mark.parametrize("value", [Foreign(), Path("x"), Counter("a"), Job(Path("x"), "x")])
def test_only_what_a_submission_is_made_of_is_taken_from_a_child(value: object) -> None:
    with pytest.raises(pickle.UnpicklingError):
        from_bytes(pickle.dumps(value))


def test_a_submission_comes_back_from_a_child_as_it_was(tmp_path: Path) -> None:
    [answer] = read_all(jobs(tmp_path, xlsx({"风险点": sheet_xml({**ROWS, 3: ["#N/A", True, 45000.5, "x"]})})))
    assert from_bytes(to_bytes(answer)) == answer
    assert answer.facts and all(isinstance(fact, Fact) for fact in answer.facts)


@pytest.mark.parametrize("sent", [b"", b"\x00\x00", b"\x00\x00\x00\x09garbage", b"\x00\x00\x00\x05(ld.."])
def test_a_child_that_sends_rubbish_costs_one_refusal(
    sent: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = tmp_path / "child.py"
    script.write_text(f"import sys\nsys.stdout.buffer.write({sent!r})\n")
    popen = subprocess.Popen

    def child(*_: object, **how: object) -> subprocess.Popen[bytes]:
        return popen([sys.executable, str(script)], **how)  # type: ignore[call-overload, no-any-return]

    monkeypatch.setattr(sandbox.subprocess, "Popen", child)
    assert detail(read_all(jobs(tmp_path, GOOD))[0])


def run(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)


def test_a_child_has_two_gigabytes() -> None:
    told = run("from lzxl import children; children.limit_memory(2 * 1024**3); bytearray(3 * 1024**3)")
    assert told.returncode == 1
    assert "MemoryError" in told.stderr


def test_a_child_has_its_share_of_processor_time_for_each_file() -> None:
    code = "from lzxl import children; children.limit_processor(0)\nwhile True: pass"
    assert run(code).returncode == -signal.SIGXCPU


def test_a_child_is_light() -> None:
    """Each costs a tenth of a second or more, and no file needs them; nor what judges descriptions, for the parent gives them."""
    heavy = [
        "polars",
        "pandera",
        "openpyxl",
        "pandas",
        "numpy",
        "click",
        "rich",
        "xlsxwriter",
        "lzxl.forms.sound",
        "yaml",
    ]
    code = "import sys, lzxl.workbook.reading.worker\n"
    code += "from lzxl.workbook.reading import ods, xls, xlsb, xlsx\n"
    told = run(code + f"print([name for name in {heavy} if name in sys.modules])")
    assert told.stdout.strip() == "[]", told.stderr


def test_an_answer_that_is_too_long_is_not_taken_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a child says of a file has to lie in the parent's memory whole."""
    monkeypatch.setattr(sandbox, "MOST_ANSWER_BYTES", 200)
    given = jobs(tmp_path, GOOD, GOOD)
    assert [detail(submission) for submission in read_all(given)] == ["读取文件时中止：内容过多。"] * 2
    monkeypatch.undo()
    assert read_all(given[:1])[0].refusal is None
