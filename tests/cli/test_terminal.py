"""How the program behaves on terminals and pipes, with other encodings, and when it is interrupted."""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from lzxl.cli.session import Session

from .running import PROGRAM, environment, here, lzxl, on_terminal

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name != "posix", reason="terminals and signals as POSIX has them"),
]


def test_the_campaign_is_the_given_one_else_around_the_current_folder(demo: Path) -> None:
    given = here("-C", demo, "status")
    found = here("status", cwd=demo / "收件" / "HB01_办公室")
    assert given.returncode == found.returncode == 0
    assert given.stdout == found.stdout
    assert given.stdout.splitlines()[-1].startswith("云泽县生态环境局 2026年度")


def test_status_as_json(demo: Path) -> None:
    data = json.loads(here("-C", demo, "status", "--format", "json").stdout)
    assert list(data) == [
        "version",
        "bureau",
        "period",
        "deadline",
        "as_of",
        "summary",
        "filings",
        "units",
        "typed_cells",
        "held",
        "nil_revoked",
        "mail",
    ]
    assert data["summary"]["expected"] == len(data["filings"]) == 14 * 5
    held = {entry["file"].partition("_")[2]: entry["reason"] for entry in data["held"]}
    assert set(held) == {"自然生态与辐射管理科自查自评表.xlsx", "水生态环境科补充材料.xlsx", "情况说明.xlsx"}
    assert "HB88" in held["自然生态与辐射管理科自查自评表.xlsx"]
    assert "电子表格" in held["情况说明.xlsx"]


def test_status_lists_what_is_held_between_the_table_and_the_last_line(own_demo: Path) -> None:
    shown = here("-C", own_demo, "status")
    held = [line for line in shown.stdout.splitlines() if line.startswith("待查/")]
    assert shown.stdout.splitlines()[-4:-1] == held
    assert any(re.search(r"_水生态环境科补充材料.xlsx　文件.*损坏.*请", line) for line in held)
    assert "请人工核对" in shown.stderr
    shutil.rmtree(own_demo / "待查")
    shown = here("-C", own_demo, "status")
    assert "待查" not in shown.stdout + shown.stderr


OUTSIDE = "未找到填报批次，未与单位名册核对；要核对请在批次文件夹里运行，或加 -C 文件夹。\n"


def test_check_says_once_that_there_is_no_roster_to_compare_with(demo: Path, good: Path, tmp_path: Path) -> None:
    assert here("check", good, cwd=tmp_path).stderr == OUTSIDE
    assert here("-q", "check", good, cwd=tmp_path).stderr == ""
    assert here("-C", demo, "check", good, cwd=tmp_path).stderr == ""
    for form in ("json", "sarif", "junit"):
        told = here("check", good, "--format", form, cwd=tmp_path)
        assert "未找到填报批次" not in told.stdout + told.stderr


def test_a_summary_of_nothing_is_said_to_be_one(own_demo: Path, faulty: Path) -> None:
    for name in ("收件", ".lzxl"):
        shutil.rmtree(own_demo / name)
    empty = here("-C", own_demo, "consolidate")
    assert empty.returncode == 0
    assert [line for line in empty.stderr.splitlines() if line.startswith("注意：")] == [
        f"注意：尚未收到任何报送件，汇总表里只有“未报送单位”。收件用 lzxl -C {own_demo} collect。"
    ]
    assert Path(empty.stdout.strip().removeprefix("汇总表已写到：")).is_file()
    here("-C", own_demo, "collect", faulty)
    assert "注意：收到的报送件均未通过" in here("-C", own_demo, "consolidate").stderr


def test_the_next_step_of_a_new_campaign_works_when_it_is_copied(tmp_path: Path) -> None:
    root = tmp_path / "2026 年度"
    said = here("init", root).stderr
    assert "期次是“2026 年度”（取自文件夹名；有误的在 lzxl.toml 里改，或新建时用 --period 写明）" in said
    assert (
        "在 lzxl.toml 里写明发给各单位的信要用的：局名（[campaign] 的 bureau）、联系人和电话（[mail] 的 contact）"
        in said
    )
    assert f"运行 lzxl -C '{root}' distribute" in said
    given = here("init", tmp_path / "另一个", "--period", "2027年度").stderr
    assert "期次是“2027年度”，截止日期是" in given


@pytest.mark.parametrize(
    ("directory", "shown"),
    [("2026年度", "lzxl -C 2026年度 "), ("/d/2026 年度", "lzxl -C '/d/2026 年度' "), (None, "lzxl ")],
)
def test_a_command_that_is_shown_works_when_it_is_copied(directory: str | None, shown: str) -> None:
    session = Session(directory, quiet=False, verbose=False)
    text = "用 {}collect --list-held，或运行 {}reply。见 lzxl.toml；或先用 lzxl init 新建，用 lzxl -C 文件夹 指定。"
    assert session.commands(text.format("lzxl ", "lzxl ")) == text.format(shown, shown)


def test_an_error_names_its_command_so_that_it_can_be_copied(own_demo: Path) -> None:
    refused = here("-C", own_demo, "collect", "--accept", "00000000", "--unit", "HB03").stderr
    assert f"请用 lzxl -C {own_demo} collect --list-held 查看编号。" in refused


def test_quiet_says_only_results(own_demo: Path) -> None:
    loud, quiet = here("-C", own_demo, "consolidate"), here("-q", "-C", own_demo, "consolidate")
    assert loud.stdout == quiet.stdout
    assert loud.stderr
    assert quiet.stderr == ""


def test_verbose_shows_what_needs_nothing_done(demo: Path) -> None:
    file = demo / "来件/第一批/云泽经济开发区分局廉政风险点登记表.xlsm"
    assert "加 -v 查看" in here("check", file).stdout
    assert "宏" in here("-v", "check", file).stdout


def test_colour_and_progress_only_on_a_terminal_and_colour_only_if_wanted(faulty: Path) -> None:
    assert "\033" not in lzxl("check", faulty).stdout
    assert lzxl("-q", "check", faulty).stderr == ""
    shown = on_terminal("check", faulty)
    assert "\033[31m须改正\033[0m" in shown
    assert "检查" in shown and "━" in shown
    plain = on_terminal("-q", "check", faulty, NO_COLOR="1")
    assert "\033[31m" not in plain
    assert "━" not in plain


@pytest.mark.parametrize("encoding", ["ascii", "gbk"])
def test_a_console_that_cannot_show_a_character_does_not_stop_the_work(faulty: Path, encoding: str) -> None:
    def run(*arguments: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [*PROGRAM, "-q", "check", str(faulty), *arguments],
            env=environment(PYTHONUTF8="0", PYTHONIOENCODING=encoding),
            capture_output=True,
            check=False,
        )

    text = run()
    assert (text.returncode, text.stderr) == (1, b"")
    assert text.stdout
    assert json.loads(run("--format", "json").stdout)["files"][0]["unit"] == "HB06", "for programs it is UTF-8"


def test_a_reader_that_goes_away_is_no_trouble(demo: Path) -> None:
    process = subprocess.Popen(
        [*PROGRAM, "check", str(demo / "来件/第一批")],
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None and process.stderr is not None
    process.stdout.close()
    with process.stderr:
        assert process.stderr.read() == b""
    assert process.wait(60) == 0


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="a pipe of this size is Linux's own")
@pytest.mark.parametrize("form", ["json", "text"])
def test_a_reader_that_goes_away_after_the_first_line_is_no_trouble(demo: Path, form: str) -> None:
    reading, writing = os.pipe()
    fcntl.fcntl(writing, 1031, 4096)  # F_SETPIPE_SZ: less than there is to say
    process = subprocess.Popen(
        [*PROGRAM, "-C", str(demo), "status", "--format", form],
        env=environment(),
        stdout=writing,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    os.close(writing)
    assert os.read(reading, 10)
    os.close(reading)
    _, err = process.communicate(timeout=60)
    assert (process.returncode, err if form == "json" else "") == (0, "")
    assert "Error" not in err and "错误" not in err


def test_help_for_a_reader_that_goes_away_is_no_trouble() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [*PROGRAM, "--help"], env=environment(), stdout=writing, stderr=subprocess.PIPE, check=False, timeout=60
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
def test_standard_output_on_a_full_disk(faulty: Path) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*PROGRAM, "check", str(faulty)],
            env=environment(),
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
            encoding="utf-8",
        )
    assert done.returncode == 3
    assert done.stderr == "错误：磁盘空间不足，无法写入 输出。请腾出空间后重试。\n"


def children_of(pid: int) -> list[int]:
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(fields[1]) == pid and fields[0] != "Z":
            found.append(int(path.parent.name))
    return found


def interrupt(arguments: list[str | Path], ready: Callable[[int], object]) -> tuple[int, str, list[int]]:
    """Run, wait until `ready`, press Ctrl-C; the exit code, standard error, and children that live on."""
    process = subprocess.Popen(
        [*PROGRAM, *map(str, arguments)],
        env=environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    deadline = time.monotonic() + 60
    while not ready(process.pid) and process.poll() is None and time.monotonic() < deadline:
        with suppress(subprocess.TimeoutExpired):
            process.wait(0.002)
    children = children_of(process.pid)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    deadline = time.monotonic() + 5
    while (alive := [pid for pid in children if Path(f"/proc/{pid}").exists()]) and time.monotonic() < deadline:
        os.sched_yield()
    return process.returncode, err, alive


LINE = "已中断。已经完成的部分不受影响，重新运行即可接着办理。"
needs_proc = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="children are looked up in /proc")


def leftovers(root: Path) -> list[str]:
    found = [path for path in root.rglob("*") if path.name.endswith(".tmp") or path.name.startswith("working-")]
    return [path.relative_to(root).as_posix() for path in found]


def bytes_of(root: Path, *names: str) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for name in names
        for path in sorted((root / name).rglob("*"))
        if path.is_file()
    }


@needs_proc
def test_ctrl_c_in_check(demo: Path) -> None:
    code, err, alive = interrupt(["check", demo / "来件/第一批"], children_of)
    assert (code, err.splitlines(), alive) == (130, [LINE], [])


@needs_proc
def test_ctrl_c_in_consolidate_leaves_the_summary_as_it_was(own_demo: Path) -> None:
    shutil.rmtree(own_demo / ".lzxl" / "cache", ignore_errors=True)  # so that it has to read
    before = bytes_of(own_demo, "汇总")
    code, err, alive = interrupt(["-C", own_demo, "consolidate"], children_of)
    assert (code, err.splitlines()[-1:], alive) == (130, [LINE], [])
    assert bytes_of(own_demo, "汇总") == before
    assert leftovers(own_demo) == []


def forget_what_came_in(root: Path) -> None:
    for name in ("收件", "退回", "待查", ".lzxl"):
        shutil.rmtree(root / name)
        (root / name).mkdir()


FILING = ("水生态环境科", "土壤与固体废物科", "情况说明")
"""Whose files are taken in here: accepted and returned ones, an unreadable one, one that is no workbook; a second batch."""


@pytest.fixture(scope="module")
def filed(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with some of what came in in November, in two batches. Read only."""
    folder = tmp_path_factory.mktemp("filed")
    for path in (demo / "来件").glob("第?批/*"):
        if path.name.startswith(FILING):
            (folder / path.parent.name).mkdir(exist_ok=True)
            shutil.copy(path, folder / path.parent.name)
    return folder


def collect_both_batches(root: Path, filed: Path) -> None:
    for batch, day in (("第一批", "2026-11-18"), ("第二批", "2026-11-24")):
        here("-C", root, "collect", filed / batch, "--received", day)


@pytest.fixture(scope="module")
def undisturbed(demo: Path, filed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration's campaign that has got the batches of November, and nothing before."""
    root = Path(shutil.copytree(demo, tmp_path_factory.mktemp("undisturbed") / "demo"))
    forget_what_came_in(root)
    collect_both_batches(root, filed)
    assert len(list((root / "收件").rglob("*.xlsx"))) >= 8
    assert len(list((root / "退回").rglob("*.xlsx"))) >= 3
    assert len(list((root / "待查").iterdir())) >= 2
    return root


@needs_proc
@pytest.mark.parametrize("moment", ["reading", "storing", "returning"])
def test_ctrl_c_in_collect_then_again_ends_as_if_undisturbed(
    undisturbed: Path, filed: Path, own_demo: Path, moment: str
) -> None:
    forget_what_came_in(own_demo)
    ready: dict[str, Callable[[int], object]] = {
        "reading": children_of,
        "storing": lambda _: any((own_demo / "收件").iterdir()),
        "returning": lambda _: any((own_demo / "退回").iterdir()),
    }
    arguments: list[str | Path] = ["-C", own_demo, "collect", filed / "第一批", "--received", "2026-11-18"]
    code, err, alive = interrupt(arguments, ready[moment])
    assert (code, err.splitlines(), alive) == (130, [LINE], [])
    assert leftovers(own_demo) == []
    collect_both_batches(own_demo, filed)
    assert bytes_of(own_demo, "收件", "退回", "待查") == bytes_of(undisturbed, "收件", "退回", "待查")


# What the parent loads while its children read: libraries that try whether something is there, and drop whatever they get.
SWALLOWED = """
import os, signal
from lzxl.cli.main import main
from lzxl.workbook.reading import sandbox
reading = sandbox._read
def read(jobs, progress, workers, meanwhile, keep):
    def import_something():
        try:
            os.kill(os.getpid(), signal.SIGINT)
            for _ in range(1000):
                pass
        except BaseException:
            pass
    return reading(jobs, progress, workers, import_something, keep)
sandbox._read = read
main()
"""


def test_ctrl_c_that_a_library_drops_is_heeded_all_the_same(demo: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SWALLOWED, "-C", str(demo), "check", str(demo / "来件/第一批")],
        env=environment(),
        capture_output=True,
        check=False,
        encoding="utf-8",
        timeout=60,
    )
    assert (done.returncode, done.stdout, done.stderr.splitlines()) == (130, "", [LINE])


@needs_proc
def test_ctrl_c_in_demo_leaves_nothing(tmp_path: Path) -> None:
    root = tmp_path / "演示"
    code, err, alive = interrupt(["-q", "demo", root], lambda _: (root / "来件").exists())
    assert (code, err.splitlines(), alive) == (130, [LINE], [])
    assert list(tmp_path.iterdir()) == []
