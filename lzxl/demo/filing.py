"""What the units of the sample bureau send in over the year: their filled workbooks, in the batches in which they come."""

from __future__ import annotations

import datetime
import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from lzxl.campaign.folder import Campaign
from lzxl.demo.bureau import FILED_ON, SampleBureau, SampleRound, SampleUnit
from lzxl.demo.faults import PLAN
from lzxl.demo.paper import Paper, Planted
from lzxl.demo.typed import typed_rows
from lzxl.files import output_to, writing
from lzxl.forms.findings import Finding
from lzxl.forms.load import load_catalogue, load_form, unit_form_ids
from lzxl.forms.periods import stated_period
from lzxl.forms.staff import Staff, staff_of
from lzxl.workbook.writing.build import build_workbook
from lzxl.workbook.writing.fill import Stamp, fill_workbook, stamp_workbook
from lzxl.workbook.writing.people import add_people
from lzxl.workbook.writing.save import workbook_bytes
from lzxl.workbook.writing.shown import shown_values

REGISTER_BATCH, FIRST_BATCH, SECOND_BATCH = "来件/三月", "来件/第一批", "来件/第二批"
MANIFEST = "演示说明.json"
REGISTERED_ON = datetime.date(2026, 3, 20)
_REGISTER, _WARNINGS = "risk_register", "warning_intake"

# Filed only with the second batch, after the deadline.
_LATE = {("HB14", "warning_intake"), ("HB14", "self_appraisal")}
# Not filed at all.
_MISSING = {("HB13", "self_appraisal")}
# Sent back from the first batch and not mended yet when the summary is made; all others file again.
_STILL_OUT = {("HB06", "risk_register"), ("HB12", "warning_intake"), ("HB11", "self_appraisal")}


def fill_in(campaign: Campaign, sample: SampleUnit, form_id: str, staff: Staff | None = None, label: str = "") -> Paper:
    """A unit's workbook of one form, filled in without a fault. `staff`: the unit's people, where its workbook knows them; then
    nobody types the persons that its formulas show. `label`: of the round that it is for."""
    form = load_form(form_id)
    workbook = build_workbook(form, campaign.grading)
    unit, period = sample.unit, stated_period(campaign.config.period, label)
    stamp_workbook(workbook, form, Stamp(form.id, form.version, unit.code, unit.name, period))
    rows = sample.tables(form_id)
    fill_workbook(workbook, form, sample.cover(form_id), rows if staff is None else typed_rows(form, rows, staff))
    return Paper(workbook, form_id, rows, {} if staff is None else add_people(workbook, form, staff))


def saved(campaign: Campaign, paper: Paper) -> bytes:
    """A unit's workbook as its spreadsheet program saves it: with what the formulas show."""
    shown = shown_values(paper.workbook, paper.form, campaign.grading)
    people = paper.people_shown
    return workbook_bytes(paper.workbook, {title: {**texts, **people.get(title, {})} for title, texts in shown.items()})


def _filled(campaign: Campaign, sample: SampleUnit, form_id: str, label: str = "") -> Paper:
    return fill_in(campaign, sample, form_id, staff_of(sample.unit, campaign.people, FILED_ON), label)


def units_register(campaign: Campaign, bureau: SampleBureau) -> None:
    """Write the registers that units file in March."""
    for sample in bureau.units:
        then = sample.by(REGISTERED_ON)
        if then.files(_REGISTER):
            _save_dated(campaign, REGISTER_BATCH, _filled(campaign, then, _REGISTER), sample, REGISTERED_ON)


def units_warn(campaign: Campaign, bureau: SampleBureau, due: SampleRound) -> str:
    """Write the warnings that units file in a round; the batch, a folder of the campaign."""
    batch = f"来件/{due.label}"
    for sample in bureau.units:
        paper = _filled(campaign, sample.warned(due), _WARNINGS, due.label)
        _save_dated(campaign, batch, paper, sample, due.filed_on, f"（{due.label}）")
    return batch


def _save_dated(
    campaign: Campaign, batch: str, paper: Paper, sample: SampleUnit, day: datetime.date, suffix: str = ""
) -> None:
    paper.put_label("reported_on", day)
    _save(campaign, f"{batch}/{sample.unit.name}{paper.form.title}{suffix}.xlsx", saved(campaign, paper))


def units_fill_in(campaign: Campaign, bureau: SampleBureau) -> dict[str, list[Planted]]:
    """Write what units send at the end of the year: two batches of files, and the manifest of every fault in the first."""
    planted: dict[str, list[Planted]] = {}
    for sample, form_id in _year_end(bureau):
        pair, label = (sample.unit.code, form_id), _label(bureau, form_id)
        paper = _filled(campaign, sample, form_id, label)
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
            mended = _filled(campaign, sample, form_id, label)
            mended.put_label("reported_on", FILED_ON + datetime.timedelta(days=7))
            _save(campaign, f"{SECOND_BATCH}/{name}", saved(campaign, mended))
    planted.update(_odd_files(campaign, bureau))
    _save(campaign, MANIFEST, _manifest(planted).encode())
    return planted


def _label(bureau: SampleBureau, form_id: str) -> str:
    return bureau.rounds[-1].label if form_id == _WARNINGS else ""


def _year_end(bureau: SampleBureau) -> Iterator[tuple[SampleUnit, str]]:
    """Every unit with each form that it files at the end of the year; of warnings those of the last round."""
    for sample in bureau.units:
        for form_id in unit_form_ids():
            if (sample.unit.code, form_id) not in _MISSING and sample.files(form_id):
                yield sample.warned(bureau.rounds[-1]) if form_id == _WARNINGS else sample, form_id


def _odd_files(campaign: Campaign, bureau: SampleBureau) -> dict[str, list[Planted]]:
    """Files that are wrong as a whole: filed twice, with macros, cut short, or no workbook at all."""
    samples = {sample.unit.code: sample for sample in bureau.units}
    planted: dict[str, list[Planted]] = {}

    twice, last = samples["HB03"], bureau.rounds[-1]
    paper = _filled(campaign, twice.warned(last), _WARNINGS, last.label)
    paper.put_label("reported_on", FILED_ON + datetime.timedelta(days=1))
    name = f"{twice.unit.name}{paper.form.title}（新）.xlsx"
    _save(campaign, f"{FIRST_BATCH}/{name}", saved(campaign, paper))
    for file in (name, f"{twice.unit.name}{paper.form.title}.xlsx"):
        planted[file] = [_whole("unit_filed_twice", "同一单位同一张表报了两份")]

    macros = samples["HB14"]
    name = f"{macros.unit.name}{load_form(_REGISTER).title}.xlsx"
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
