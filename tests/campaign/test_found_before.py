"""What was found of a file by itself is kept for later runs, and never shows: the same is found as if all were judged anew."""

from __future__ import annotations

import datetime
import errno
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings

from lzxl.campaign import found_before
from lzxl.campaign.collect import collect
from lzxl.campaign.folder import Campaign
from lzxl.campaign.found_before import FoundBefore
from lzxl.campaign.intake import Intake
from lzxl.campaign.standing import take_stock
from lzxl.checks import run
from lzxl.checks.context import Context
from lzxl.checks.judged_alone import JudgedAlone
from lzxl.checks.report import Report
from lzxl.checks.run import Checked, check_submissions
from lzxl.submission import Earlier, Submission
from lzxl.workbook.reading.plain import from_bytes, to_bytes
from tests.checks.test_judged_alone import DAYS, DECIDED, FILES, STEPS, TOGETHER, UNDECIDED, context

from .office import IN_TIME, filled, open_campaign, send, set_config, write_roster

Take = Callable[..., list[Intake]]


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files whose own rules really spoke."""
    names: list[str] = []
    judge = run.judge

    def noted(reports: Sequence[Report], context: Context, scope: Any) -> None:
        if scope == "one submission":
            names.extend(report.submission.file for report in reports)
        judge(reports, context, scope)

    monkeypatch.setattr(run, "judge", noted)
    return names


def findings(checked: Sequence[Checked]) -> list[object]:
    return [one.findings for one in checked]


@pytest.mark.usefixtures("sheets_judged_once")
@settings(max_examples=20, deadline=None)
@given(STEPS)
@example([(TOGETHER, DAYS[0], UNDECIDED), (TOGETHER[:1], DAYS[0], UNDECIDED), (TOGETHER[1:], DAYS[0], UNDECIDED)])
@example([(FILES[:1], DAYS[0], UNDECIDED), (FILES[1:2], DAYS[0], UNDECIDED), (FILES[:1], DAYS[1], UNDECIDED)])
@example([(FILES[:1], DAYS[1], decided) for decided in (UNDECIDED, DECIDED, UNDECIDED)])
def test_whatever_an_earlier_run_found_the_same_is_found(
    steps: Sequence[tuple[list[Submission], datetime.date, Any]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for files, day, decided in steps:
            there = context(day, decided)
            anew = check_submissions(files, there)
            in_a_run = check_submissions(files, there, JudgedAlone(FoundBefore(Path(folder), "filed")))
            assert findings(in_a_run) == findings(anew)


@pytest.mark.usefixtures("sheets_judged_once")
def test_rows_without_a_number_are_judged_by_what_was_filed_before(tmp_path: Path) -> None:
    for used in ("HB01-001", "HB01-002"):
        earlier = {"risk_points": {used: Earlier("HB01", "别的内容", "上一版")}}
        files = [replace(FILES[1], earlier=earlier)]
        there = context(DAYS[0], UNDECIDED)
        judged = JudgedAlone(FoundBefore(tmp_path, "filed"))
        assert judged.before(files[0], there) is None
        check_submissions(files, there, judged)
        assert JudgedAlone(FoundBefore(tmp_path, "filed")).before(files[0], there) is not None


def test_where_it_cannot_be_kept_nothing_is_said_and_nothing_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It saves time and nothing else: a full disk is told of what is lost by it."""

    def full(self: Path, data: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device", str(self))

    monkeypatch.setattr(Path, "write_bytes", full)
    there = context(DAYS[0], UNDECIDED)
    check_submissions(FILES[:1], there, JudgedAlone(FoundBefore(tmp_path, "filed")))
    assert JudgedAlone(FoundBefore(tmp_path, "filed")).before(FILES[0], there) is None
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.fixture
def filed(campaign: Campaign, take: Take, judged: list[str]) -> Iterator[Path]:
    """A campaign in which one file was judged in an earlier run."""
    take(a=filled("HB01"))
    judged.clear()
    take_stock(Campaign(campaign.root))
    assert judged == []
    return campaign.root


def found_now(root: Path) -> list[str]:
    """The codes of what a new run finds."""
    return [finding.code for checked in take_stock(Campaign(root)).latest for finding in checked.findings]


def test_another_roster_is_seen(filed: Path, judged: list[str]) -> None:
    before = found_now(filed)
    write_roster(filed, unit_name="另一个单位")
    assert set(found_now(filed)) > set(before)
    assert len(judged) == 2  # the roster, and the file


def test_another_setting_is_seen(filed: Path, judged: list[str]) -> None:
    before = found_now(filed)
    set_config(filed, period='"2027年度"')
    assert set(found_now(filed)) > set(before)
    assert len(judged) == 2


def test_another_program_or_other_forms_judge_anew(
    filed: Path, judged: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = found_now(filed)
    monkeypatch.setattr(found_before, "_program", lambda: "another")
    assert found_now(filed) == before
    assert len(judged) == 2


def test_what_is_damaged_cut_or_foreign_is_not_believed(filed: Path, judged: list[str], tmp_path: Path) -> None:
    before = found_now(filed)
    other = open_campaign(tmp_path / "别的批次", codes=("HB01", "HB02")).root
    collect(Campaign(other), [send(tmp_path / "给别的批次", a=filled("HB01"))], IN_TIME)
    [foreign] = (other / ".lzxl").rglob("submissions.found")
    [entry] = (filed / ".lzxl").rglob("submissions.found")
    roster = entry.with_name("roster.found").read_bytes()
    whole = entry.read_bytes()
    basis, known = from_bytes(whole, found_before._ALSO_ALLOWED)
    bent = {file: replace(one, found=replace(one.found, findings=["没有问题"])) for file, one in known.items()}
    assert bent
    for junk in (
        to_bytes((basis, bent)),
        foreign.read_bytes(),
        b"",
        b"cos\nsystem\n(S'true'\ntR.",
        whole[:-20],
        roster,
    ):
        judged.clear()
        entry.write_bytes(junk)
        assert found_now(filed) == before
        assert len(judged) == 1
