"""The office may grade by another table: sheets, checks, returns and the summary all follow it (分级)."""

from __future__ import annotations

import datetime
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

import lzxl
from lzxl import data
from lzxl.campaign.collect import collect
from lzxl.campaign.distribute import distribute
from lzxl.campaign.folder import Campaign
from lzxl.data import data_folder
from lzxl.forms import load
from lzxl.forms.load import DEFAULT_SCHEME, grading_schemes, load_form, load_grading
from lzxl.functions.core import Functions
from lzxl.functions.tables import tables_of
from lzxl.workbook.layout import NOTES_SHEET, WORDS_SHEET
from lzxl.workbook.writing.build import build_workbook
from lzxl.workbook.writing.fill import Stamp, fill_workbook, stamp_workbook
from lzxl.workbook.writing.save import workbook_bytes

from .office import IN_TIME, open_campaign, samples, send

OTHERS = [scheme for scheme in grading_schemes() if scheme != DEFAULT_SCHEME]


def register(scheme: str, code: str = "HB01") -> bytes:
    """A unit's risk register without a fault, its risks spread over all cells of a grading table."""
    form, grading = load_form("risk_register", scheme), load_grading(scheme)
    workbook = build_workbook(form, grading)
    unit = samples()[code].unit
    stamp_workbook(workbook, form, Stamp(form.id, form.version, unit.code, unit.name, "2026年度"))
    tables: dict[str, list[dict[str, Any]]] = {}
    for name, rows in samples()[code].tables("risk_register").items():
        tables[name] = [
            {**row, "likelihood": grade.likelihood, "severity": grade.severity} if "likelihood" in row else row
            for row, grade in zip(rows, grading.grades * len(rows), strict=False)
        ]
    fill_workbook(workbook, form, samples()[code].cover("risk_register"), tables)
    return workbook_bytes(workbook)


def campaign_of(root: Path, scheme: str) -> Campaign:
    open_campaign(root, codes=("HB01",), forms=("risk_register",))
    path = root / "lzxl.toml"
    path.write_text(path.read_text("utf-8").replace('scheme = "rules"', f'scheme = "{scheme}"'), "utf-8")
    return Campaign(root)


def table(workbook: Workbook, title: str) -> list[dict[str, Any]]:
    header, *rows = workbook[title].iter_rows(values_only=True)
    return [dict(zip(header, row, strict=True)) for row in rows]


def test_three_other_tables_are_shipped_and_keep_the_direction_of_the_rules() -> None:
    assert set(OTHERS) == {"matrix_3x3", "matrix_5x5", "product"}
    sizes = {scheme: len(load_grading(scheme).grades) for scheme in OTHERS}
    assert sizes == {"matrix_3x3": 9, "matrix_5x5": 25, "product": 16}
    for scheme in OTHERS:
        grading = load_grading(scheme)
        assert grading.level.allowed == ("一级", "二级", "三级")
        assert (grading.grades[0].level, grading.grades[-1].level) == ("一级", "三级")


def test_the_product_table_multiplies_and_says_so() -> None:
    grades = {(grade.likelihood, grade.severity): grade for grade in load_grading("product").grades}
    assert grades["可能性较大", "较大"].level == "一级"
    assert "6分" in grades["可能性较大", "较大"].basis and "240分" in grades["可能性较大", "较大"].basis
    assert grades["可能性小", "较大"].level == "三级"
    assert grades["可能性小", "较大"].basis.endswith("不足90分为三级")


@pytest.mark.parametrize("scheme", OTHERS)
def test_a_round_is_graded_by_the_table_that_the_office_chose(tmp_path: Path, scheme: str) -> None:
    campaign = campaign_of(tmp_path / "批次", scheme)
    grading = load_grading(scheme)
    distribute(campaign)
    [sent] = (campaign.root / "发放").rglob("*.xlsx")
    words = load_workbook(sent)[WORDS_SHEET]
    assert set(grading.likelihood.allowed) <= {cell.value for row in words.iter_rows() for cell in row}
    [intake] = collect(campaign, [send(tmp_path / "来件", a=register(scheme))], IN_TIME)
    assert intake.state == "accepted", intake.checked
    result = lzxl.consolidate(campaign)
    rows = table(load_workbook(result.path), "风险点总表")
    assert len(rows) == len(samples()["HB01"].tables("risk_register")["risk_points"])
    for row in rows:
        grade = grading.grade(row["发生可能性"], row["后果程度"])
        assert grade is not None
        assert (row["风险等级"], row["定级依据"]) == (grade.level, grade.basis)


def test_a_form_of_the_table_before_comes_back_with_the_new_words(tmp_path: Path) -> None:
    campaign = campaign_of(tmp_path / "批次", "product")
    [intake] = collect(campaign, [send(tmp_path / "来件", a=register(DEFAULT_SCHEME))], IN_TIME)
    assert intake.state == "returned"
    assert intake.checked is not None
    [changed] = [finding for finding in intake.checked.findings if finding.code == "scheme_changed"]
    assert "实施细则分级表" in changed.message and "分数乘积法" in changed.message
    wrong = [finding for finding in intake.checked.findings if finding.code == "word_not_in_vocabulary"]
    assert any("重大" in finding.fix for finding in wrong)
    returned = load_workbook(campaign.root / intake.returned)
    assert "完全可能" in {cell.value for row in returned[WORDS_SHEET].iter_rows() for cell in row}


@pytest.mark.parametrize("scheme", OTHERS)
def test_without_a_campaign_a_file_says_its_own_table(tmp_path: Path, scheme: str) -> None:
    folder = send(tmp_path / "来件", a=register(scheme))
    [checked] = lzxl.check([folder / "a.xlsx"]).files
    assert checked.status == "accepted", checked.findings
    assert checked.submission.scheme == scheme


@pytest.fixture
def changed_rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The rules' table with 较大×较严重 graded 一级, changed in its file and nowhere else."""
    shutil.copytree(data_folder("schemas"), tmp_path / "schemas")
    path = tmp_path / "schemas" / "grading" / "rules.yaml"
    text = path.read_text("utf-8")
    line = "{likelihood: 较大, severity: 较严重, level: 二级, basis: 分级：发生可能性较大，后果较严重的，为二级风险}"
    assert line in text
    path.write_text(text.replace(line, "{likelihood: 较大, severity: 较严重, level: 一级, basis: 本局规定}"), "utf-8")
    monkeypatch.setattr(data, "data_folder", lambda name: tmp_path / name if name == "schemas" else data_folder(name))
    caches = [load.load_grading, load.load_form, load.load_vocabularies, load._described]
    for cache in caches:
        cache.cache_clear()
    yield
    for cache in caches:
        cache.cache_clear()


@pytest.mark.usefixtures("changed_rules")
def test_one_changed_file_changes_every_face_of_the_grading(tmp_path: Path) -> None:
    grading = load_grading()
    # The functions in the sheet (Python, Calc and WPS answer from these tables).
    functions = Functions(json.loads(json.dumps(tables_of(grading))))
    assert (functions.level("较大", "较严重"), functions.basis("较大", "较严重")) == ("一级", "本局规定")
    # The formula looks levels up in the hidden matrices; the notes show the same table.
    workbook = build_workbook(load_form("risk_register"), grading)
    texts = {
        name: [str(cell.value) for row in workbook[name].iter_rows() for cell in row] for name in workbook.sheetnames
    }
    assert "本局规定" in texts[WORDS_SHEET]
    assert "本局规定" in "".join(texts[NOTES_SHEET])
    # The check and the summary.
    campaign = campaign_of(tmp_path / "批次", DEFAULT_SCHEME)
    filled = load_workbook(send(tmp_path / "来件", a=register(DEFAULT_SCHEME)) / "a.xlsx")
    sheet = filled["风险点"]
    columns = {str(cell.value): cell.column for cell in sheet[5]}
    row = next(row for row in range(6, 40) if sheet.cell(row, columns["后果程度"]).value == "较严重")
    assert sheet.cell(row, columns["发生可能性"]).value == "较大"
    sheet.cell(row, columns["风险等级"]).value = "二级"
    filled.save(tmp_path / "来件" / "a.xlsx")
    [intake] = collect(campaign, [tmp_path / "来件"], IN_TIME)
    assert intake.checked is not None
    [mismatch] = [finding for finding in intake.checked.findings if finding.code == "level_mismatch"]
    assert "一级" in mismatch.message
    collect(campaign, [send(tmp_path / "再报", a=register(DEFAULT_SCHEME))], IN_TIME + datetime.timedelta(days=1))
    rows = table(load_workbook(lzxl.consolidate(campaign).path), "风险点总表")
    graded = [row for row in rows if (row["发生可能性"], row["后果程度"]) == ("较大", "较严重")]
    assert graded and {(row["风险等级"], row["定级依据"]) for row in graded} == {("一级", "本局规定")}


def test_the_summary_asks_for_no_form_that_the_campaign_did_not_ask_for(tmp_path: Path) -> None:
    campaign = campaign_of(tmp_path / "批次", DEFAULT_SCHEME)
    collect(campaign, [send(tmp_path / "来件", a=register(DEFAULT_SCHEME))], IN_TIME)
    summary = load_workbook(lzxl.consolidate(campaign).path)
    shown = {
        str(cell.value)
        for name in ("总览", "单位统计", "未报送单位")
        for row in summary[name].iter_rows()
        for cell in row
    }
    assert "廉政风险点登记表" in shown
    assert not shown & {"预警信息采集表", "自查自评表"}
