"""The whole round on the sample bureau: roster, distribution, filled workbooks, intake, returns, corrections, summary."""

from __future__ import annotations

import datetime
import io
import json
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
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
from lzxl.demo.bureau import FILED_ON, SampleUnit, load_bureau
from lzxl.demo.faults import PLAN
from lzxl.demo.ledger import keep_ledger
from lzxl.demo.office import appraise_units
from lzxl.demo.paper import Paper, Planted
from lzxl.demo.typed import typed_rows
from lzxl.errors import UsageError
from lzxl.files import output_to, writing
from lzxl.forms.findings import Finding
from lzxl.forms.load import load_catalogue, load_form, load_grading, unit_form_ids
from lzxl.forms.staff import Staff, staff_of
from lzxl.workbook.writing.build import build_workbook
from lzxl.workbook.writing.fill import Stamp, fill_workbook, stamp_workbook
from lzxl.workbook.writing.people import add_people
from lzxl.workbook.writing.save import save_workbook, workbook_bytes
from lzxl.workbook.writing.shown import shown_values
from lzxl.year.ledger import ledger_form

DEADLINE = datetime.date(2026, 11, 20)
FIRST_BATCH, SECOND_BATCH = "来件/第一批", "来件/第二批"
MANIFEST = "演示说明.json"
_FIRST_DAY, _SECOND_DAY = datetime.date(2026, 11, 18), datetime.date(2026, 11, 24)

# Filed only with the second batch, after the deadline.
_LATE = {("HB14", "warning_intake"), ("HB14", "self_appraisal")}
# Not filed at all.
_MISSING = {("HB13", "self_appraisal")}
# Sent back from the first batch and not mended yet when the summary is made; all others file again.
_STILL_OUT = {("HB06", "risk_register"), ("HB12", "warning_intake"), ("HB11", "self_appraisal")}


@dataclass(frozen=True)
class DemoResult:
    """What the demonstration did."""

    campaign: Campaign
    first: list[Intake]
    second: list[Intake]
    summary: SummaryResult


def run_demo(root: Path, say: Callable[[str], None] = lambda line: None) -> DemoResult:
    """Play a whole round in the folder `root`, which must be new or empty. `say` is told each step.

    Raises UsageError if the folder holds something, OutputError if the disk does not take it.
    """
    if root.exists() and (not root.is_dir() or any(root.iterdir())):
        raise UsageError(f"{root} 不是空文件夹，请换一个新文件夹名。", code="folder_not_empty", root=root)
    was_there = root.exists()
    try:
        return _play(root, say)
    except BaseException:
        # Interrupted, or the disk is full: nothing half-made stays behind, so that it can be run again.
        for entry in root.iterdir() if root.is_dir() else ():
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
        if root.is_dir() and not was_there:
            root.rmdir()
        raise


def _play(root: Path, say: Callable[[str], None]) -> DemoResult:
    bureau = load_bureau()
    say(f"1. 新建填报批次：{bureau.name} {bureau.period}，{len(bureau.units)}个单位")
    campaign = create_campaign(root, bureau.name, bureau.period, DEADLINE)
    _write_roster(campaign)
    campaign = Campaign(root)
    written = distribute(campaign).written
    say(f"2. 发放：{len(written)}份表，在“发放”里")
    planted = _units_fill_in(campaign)
    for title in _without_content():
        say(f"   注意：《{title}》没有演示用的内容，只发放，没有单位填报，进度里是未报送")
    say(
        f"3. 各单位填报：在“来件”里，其中故意放了{sum(len(faults) for faults in planted.values())}处问题（见 {MANIFEST}）"
    )
    first = collect(campaign, [root / FIRST_BATCH], _FIRST_DAY)
    say(f"4. 第一批收件：{_counts(first)}")
    second = collect(campaign, [root / SECOND_BATCH], _SECOND_DAY)
    say(f"5. 更正和迟报：{_counts(second)}")
    ledger = keep_ledger(campaign, bureau, _SECOND_DAY)
    say(f"6. 预警处置：{len(ledger.all)}件登入{load_form(ledger_form()).file}，{_open(ledger)}件在办")
    appraise_units(campaign, _SECOND_DAY)
    say("7. 考核评定：办公室在“考核评定.xlsx”里记督查、年终检查的分")
    summary = consolidate(campaign, as_of=_SECOND_DAY)
    say(f"8. 汇总：{campaign.relative(summary.path)}")
    return DemoResult(campaign, first, second, summary)


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


def _write_roster(campaign: Campaign) -> None:
    bureau = load_bureau()
    form = load_form("unit_roster")
    workbook = build_workbook(form, load_grading())
    stamp_workbook(workbook, form, Stamp(form.id, form.version, "", "", bureau.period))
    fill_workbook(workbook, form, {}, {"units": bureau.roster_rows(), "people": bureau.people_rows()})
    save_workbook(workbook, campaign.root / ROSTER_NAME, shown_values(workbook, form, load_grading()))
    assert (campaign.root / CONFIG_NAME).is_file()


def fill_in(campaign: Campaign, sample: SampleUnit, form_id: str, staff: Staff | None = None) -> Paper:
    """A unit's workbook of one form, filled in without a fault. `staff`: the unit's people, where its workbook knows them; then
    nobody types the persons that its formulas show."""
    form = load_form(form_id)
    workbook = build_workbook(form, campaign.grading)
    unit = sample.unit
    stamp_workbook(workbook, form, Stamp(form.id, form.version, unit.code, unit.name, campaign.config.period))
    rows = sample.tables(form_id)
    fill_workbook(workbook, form, sample.cover(form_id), rows if staff is None else typed_rows(form, rows, staff))
    return Paper(workbook, form_id, rows, {} if staff is None else add_people(workbook, form, staff))


def saved(campaign: Campaign, paper: Paper) -> bytes:
    """A unit's workbook as its spreadsheet program saves it: with what the formulas show."""
    shown = shown_values(paper.workbook, paper.form, campaign.grading)
    people = paper.people_shown
    return workbook_bytes(paper.workbook, {title: {**texts, **people.get(title, {})} for title, texts in shown.items()})


def _filled(campaign: Campaign, sample: SampleUnit, form_id: str) -> Paper:
    return fill_in(campaign, sample, form_id, staff_of(sample.unit, campaign.people, FILED_ON))


def _units_fill_in(campaign: Campaign) -> dict[str, list[Planted]]:
    """Write what the units send: two batches of files, and the manifest of every fault in the first."""
    planted: dict[str, list[Planted]] = {}
    for sample in load_bureau().units:
        for form_id in unit_form_ids():
            pair = (sample.unit.code, form_id)
            if pair in _MISSING or not sample.files(form_id):
                continue
            paper = _filled(campaign, sample, form_id)
            name = f"{sample.unit.name}{paper.form.title}.xlsx"
            if pair in _LATE:
                _save(campaign, f"{SECOND_BATCH}/{name}", saved(campaign, paper))
                continue
            for fault in PLAN.get(pair, ()):
                fault(paper)
            _save(campaign, f"{FIRST_BATCH}/{name}", saved(campaign, paper))
            if paper.planted:
                planted[name] = paper.planted
            if paper.is_spoiled and pair not in _STILL_OUT:
                mended = _filled(campaign, sample, form_id)
                mended.put_label("reported_on", FILED_ON + datetime.timedelta(days=7))
                _save(campaign, f"{SECOND_BATCH}/{name}", saved(campaign, mended))
    planted.update(_odd_files(campaign))
    _save(campaign, MANIFEST, _manifest(planted).encode())
    return planted


def _odd_files(campaign: Campaign) -> dict[str, list[Planted]]:
    """Files that are wrong as a whole: filed twice, with macros, cut short, or no workbook at all."""
    samples = {sample.unit.code: sample for sample in load_bureau().units}
    planted: dict[str, list[Planted]] = {}

    twice = samples["HB03"]
    paper = _filled(campaign, twice, "warning_intake")
    paper.put_label("reported_on", FILED_ON + datetime.timedelta(days=1))
    name = f"{twice.unit.name}{paper.form.title}（新）.xlsx"
    _save(campaign, f"{FIRST_BATCH}/{name}", saved(campaign, paper))
    for file in (name, f"{twice.unit.name}{paper.form.title}.xlsx"):
        planted[file] = [_whole("unit_filed_twice", "同一单位同一张表报了两份")]

    macros = samples["HB14"]
    name = f"{macros.unit.name}{load_form('risk_register').title}.xlsx"
    data = (campaign.root / FIRST_BATCH / name).read_bytes()
    (campaign.root / FIRST_BATCH / name).unlink()
    name = name.replace(".xlsx", ".xlsm")
    _save(campaign, f"{FIRST_BATCH}/{name}", _with_macros(data))
    planted[name] = [_whole("macros_ignored", "文件含有宏（不运行，照常读取）")]

    name = "水生态环境科补充材料.xlsx"
    _save(campaign, f"{FIRST_BATCH}/{name}", data[: len(data) * 3 // 5])
    planted[name] = [_whole("file_broken", "文件未传完")]

    name = "情况说明.xlsx"
    _save(campaign, f"{FIRST_BATCH}/{name}", _word_file())
    planted[name] = [_whole("file_not_workbook", "Word 文档改了扩展名")]
    return planted


def _whole(code: str, what: str) -> Planted:
    return Planted(code, load_catalogue().rules[code].severity, "", "", what)


def _with_macros(data: bytes) -> bytes:
    stream = io.BytesIO(data)
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr(zipfile.ZipInfo("xl/vbaProject.bin", (2026, 1, 1, 0, 0, 0)), b"\xd0\xcf\x11\xe0 no real macro")
    return stream.getvalue()


def _word_file() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name in ("[Content_Types].xml", "word/document.xml"):
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), "<xml/>")
    return stream.getvalue()


def _save(campaign: Campaign, relative: str, data: bytes) -> None:
    target = campaign.root / relative
    with output_to(target):
        target.parent.mkdir(parents=True, exist_ok=True)
    with writing(target) as path:
        path.write_bytes(data)


def _manifest(planted: dict[str, list[Planted]]) -> str:
    data = {
        "说明": "第一批来件里故意放置的问题：文件、问题代码、级别、工作表、单元格、情况。",
        "batch": FIRST_BATCH,
        "faults": [{"file": file, **asdict(fault)} for file, faults in sorted(planted.items()) for fault in faults],
    }
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def difference(manifest: dict[str, Any], found: dict[str, tuple[Finding, ...]]) -> tuple[list[str], list[str]]:
    """(planted faults that were not found at their cell, errors and warnings found that were not planted)."""
    expected = {(fault["file"], fault["code"], fault["sheet"], fault["cell"]) for fault in manifest["faults"]}
    actual = {
        (file, finding.code, finding.sheet, finding.cell): finding
        for file, findings in found.items()
        for finding in findings
    }
    missed = [" ".join(key) for key in sorted(expected - actual.keys())]
    surplus = [" ".join(key) for key in sorted(actual.keys() - expected) if actual[key].severity != "info"]
    return missed, surplus
