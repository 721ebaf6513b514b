"""The year of the sample bureau: roster, register in March, warnings in rounds, meetings, corrections, appraisal, summary, and
how the next one begins."""

from __future__ import annotations

import datetime
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lzxl.api import SummaryResult, consolidate
from lzxl.campaign.collect import collect
from lzxl.campaign.config import CONFIG_NAME
from lzxl.campaign.distribute import distribute
from lzxl.campaign.folder import Campaign, create_campaign
from lzxl.campaign.intake import Intake
from lzxl.campaign.roster import ROSTER_NAME
from lzxl.campaign.warnings import Stocktaking
from lzxl.demo.bureau import SampleBureau, load_bureau
from lzxl.demo.filing import (
    FIRST_BATCH,
    MANIFEST,
    REGISTER_BATCH,
    REGISTERED_ON,
    SECOND_BATCH,
    units_fill_in,
    units_register,
    units_warn,
)
from lzxl.demo.ledger import keep_ledger
from lzxl.demo.meetings import hold_meeting
from lzxl.demo.office import appraise_units
from lzxl.demo.second_year import SecondYear, next_year, play_second_year
from lzxl.errors import UsageError
from lzxl.files import writing
from lzxl.forms.load import load_form, load_grading, unit_form_ids
from lzxl.workbook.writing.build import build_workbook
from lzxl.workbook.writing.fill import Stamp, fill_workbook, stamp_workbook
from lzxl.workbook.writing.save import save_workbook
from lzxl.workbook.writing.shown import shown_values
from lzxl.year.ledger import ledger_form

DEADLINE = datetime.date(2026, 11, 20)
_FIRST_DAY, _SECOND_DAY = datetime.date(2026, 11, 18), datetime.date(2026, 11, 24)
_APPRAISED_ON = datetime.date(2026, 11, 27)


@dataclass(frozen=True)
class DemoResult:
    """What the demonstration did. `first`, `second`: of the two batches at the end of the year."""

    campaign: Campaign
    first: list[Intake]
    second: list[Intake]
    summary: SummaryResult
    later: SecondYear


def run_demo(root: Path, say: Callable[[str], None] = lambda line: None) -> DemoResult:
    """Play the year in the folder `root`, and begin the next one in a folder beside it; both must be new or empty. `say` is told
    each step.

    Raises UsageError if one of them holds something, OutputError if the disk does not take it.
    """
    folders = (root, next_year(root, load_bureau().next_year.period))
    for folder in folders:
        _check_unused(folder)
    were_there = [folder for folder in folders if folder.exists()]
    try:
        return _play(root, _numbered(say))
    except BaseException:
        # Interrupted, or the disk is full: nothing half-made stays behind, so that it can be run again.
        for folder in filter(Path.is_dir, folders):
            _empty(folder)
            if folder not in were_there:
                folder.rmdir()
        raise


def _check_unused(folder: Path) -> None:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder} 不是空文件夹，请换一个新文件夹名。", code="folder_not_empty", root=folder)


def _empty(folder: Path) -> None:
    for entry in folder.iterdir():
        shutil.rmtree(entry) if entry.is_dir() else entry.unlink()


def _numbered(say: Callable[[str], None]) -> Callable[[str], None]:
    """Says each step with its number."""
    steps = iter(range(1, 100))
    return lambda line: say(f"{next(steps)}. {line}")


def _play(root: Path, say: Callable[[str], None]) -> DemoResult:
    bureau = load_bureau()
    campaign = _open_year(root, bureau, say)
    _first_half(campaign, bureau, say)
    first, second = _year_end(campaign, bureau, say)
    campaign = _move_people(campaign, bureau, say)
    summary = _close_year(campaign, bureau, say)
    return DemoResult(campaign, first, second, summary, play_second_year(summary, campaign, bureau, say))


def _open_year(root: Path, bureau: SampleBureau, say: Callable[[str], None]) -> Campaign:
    """The folder, its rounds, the roster with its people, and a workbook of each form for each unit."""
    campaign = create_campaign(root, bureau.name, bureau.period, DEADLINE)
    _set_up(campaign, bureau)
    _write_roster(campaign, bureau, bureau.people_rows())
    say(f"新建填报批次：{bureau.name} {bureau.period}，{len(bureau.units)}个单位、{len(bureau.people_rows())}人")
    campaign = Campaign(root)
    written = distribute(campaign).written
    unfilled = "、".join(f"《{title}》" for title in _without_content())
    say(f"发放：{len(written)}份表，在“发放”里" + (f"；{unfilled}没有演示用的内容，只发放" if unfilled else ""))
    return campaign


def _first_half(campaign: Campaign, bureau: SampleBureau, say: Callable[[str], None]) -> None:
    """The register in March, warnings round by round, what the leading group decides between them."""
    units_register(campaign, bureau)
    taken = collect(campaign, [campaign.root / REGISTER_BATCH], REGISTERED_ON)
    say(f"三月，各单位登记风险点：{_counts(taken)}")
    meetings = iter(bureau.meetings)
    for due in bureau.rounds[:-1]:
        batch = units_warn(campaign, bureau, due)
        taken = collect(campaign, [campaign.root / batch], due.filed_on)
        ledger = keep_ledger(campaign, bureau, due.filed_on)
        say(f"{due.label}预警信息：{_counts(taken)}；台账{len(ledger.all)}件，在办{_open(ledger)}件")
        meeting = next(meetings)
        decided = hold_meeting(campaign, meeting)
        say(f"{meeting.name}：认定{decided}项，记在“认定.xlsx”里")


def _year_end(
    campaign: Campaign, bureau: SampleBureau, say: Callable[[str], None]
) -> tuple[list[Intake], list[Intake]]:
    """The register brought up to date, the last round of warnings, the self-appraisal: with mistakes, and corrected."""
    planted = units_fill_in(campaign, bureau)
    faults = sum(len(of_file) for of_file in planted.values())
    say(f"十一月，各单位更新登记表、报第三期预警和自评：其中故意放了{faults}处问题（见 {MANIFEST}）")
    first = collect(campaign, [campaign.root / FIRST_BATCH], _FIRST_DAY)
    say(f"第一批收件：{_counts(first)}")
    second = collect(campaign, [campaign.root / SECOND_BATCH], _SECOND_DAY)
    say(f"更正和迟报：{_counts(second)}")
    return first, second


def _move_people(campaign: Campaign, bureau: SampleBureau, say: Callable[[str], None]) -> Campaign:
    """Type the transfers of the year into the roster: what follows from them is listed from then on."""
    if not bureau.transfers:
        return campaign
    _write_roster(campaign, bureau, bureau.people_rows(moved=True))
    moves = "、".join(f"{move.person}由{move.left}调{move.unit}" for move in bureau.transfers)
    say(f"人员调动：{moves}，要移交的列在汇总的“人员变动”里")
    return Campaign(campaign.root)


def _close_year(campaign: Campaign, bureau: SampleBureau, say: Callable[[str], None]) -> SummaryResult:
    ledger = keep_ledger(campaign, bureau, _APPRAISED_ON)
    say(f"预警处置：{len(ledger.all)}件登入{load_form(ledger_form()).file}，{_open(ledger)}件在办")
    appraise_units(campaign, _APPRAISED_ON)
    say("年终考核评定：办公室在“考核评定.xlsx”里记督查、年终检查的分")
    summary = consolidate(campaign, as_of=_APPRAISED_ON)
    say(f"汇总：{campaign.relative(summary.path)}")
    return summary


def _without_content() -> list[str]:
    """The titles of forms that units are asked for, and that the sample bureau has nothing to fill in with."""
    units = load_bureau().units
    return [load_form(form_id).title for form_id in unit_form_ids() if not any(unit.files(form_id) for unit in units)]


def _counts(taken: list[Intake]) -> str:
    from lzxl.states import OF_INTAKE

    states = [intake.state for intake in taken]
    return "，".join(f"{state.chinese}{states.count(state)}" for state in OF_INTAKE if states.count(state))


def _open(ledger: Stocktaking) -> int:
    return sum(not course.ends for course in ledger.all)


def _set_up(campaign: Campaign, bureau: SampleBureau) -> None:
    """Type the bureau's settings into lzxl.toml: the sign of its documents, and the rounds of its warnings."""
    path = campaign.root / CONFIG_NAME
    text, example = path.read_text(encoding="utf-8"), '# sign = "云环廉{类}"'
    assert example in text
    sections = [
        f'\n[[rounds]]\nform = "warning_intake"\nlabel = "{due.label}"\nopens = {due.opens}\ndeadline = {due.deadline}\n'
        for due in bureau.rounds
    ]
    with writing(path) as whole:
        whole.write_text(text.replace(example, f'sign = "{bureau.sign}"') + "".join(sections), encoding="utf-8")


def _write_roster(campaign: Campaign, bureau: SampleBureau, people: list[dict[str, Any]]) -> None:
    form = load_form("unit_roster")
    workbook = build_workbook(form, load_grading())
    stamp_workbook(workbook, form, Stamp(form.id, form.version, "", "", bureau.period))
    fill_workbook(workbook, form, {}, {"units": bureau.roster_rows(), "people": people})
    save_workbook(workbook, campaign.root / ROSTER_NAME, shown_values(workbook, form, load_grading()))
