"""The forms are data: each loads, says what the rules and the offices' own forms say, and names its own mistakes."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pandera.polars as pa
import pytest
import yaml

from lzxl.data import data_folder
from lzxl.errors import ConfigError
from lzxl.forms.load import form_ids, load_catalogue, load_form, load_forms
from lzxl.forms.model import Form
from tests.yaml_read import read_yaml

FORMS = load_forms()

# What real registers and ledgers ask for, in this order.
MAIN_FIELDS = {
    "risk_register": "序号 风险点编号 单位/科室 岗位 职权 权力类别 风险类型 风险点 风险内容及表现形式 发生可能性 后果程度"
    " 风险等级 防控措施 防控方式 措施类型 完成时限 完成情况 完成日期 直接责任人 科室负责人 责任领导"
    " 环节 公开范围 暂不公开理由 变动 变动理由 备注",
    "warning_intake": "序号 信息编号 采集日期 信息来源 来源明细 涉及岗位或环节 反映主要问题 关联风险点 已采取措施 紧急 备注",
}
STAGES = {"risk_register": "监督防范", "warning_intake": "预警控制", "self_appraisal": "考核评责"}  # 第四条
DISCLOSURES = ("public", "internal", "confidential")


@pytest.mark.parametrize(("form_id", "titles"), MAIN_FIELDS.items())
def test_the_main_sheets_have_the_columns_of_the_field(form_id: str, titles: str) -> None:
    inputs = [entry.title for entry in FORMS[form_id].main_sheet.inputs]
    assert inputs == titles.split()


def test_one_form_for_each_stage_and_the_roster() -> None:
    assert tuple(FORMS) == form_ids()
    for form_id, stage in STAGES.items():
        assert FORMS[form_id].stage == stage
        assert FORMS[form_id].cover is not None
    assert FORMS["unit_roster"].cover is None


@pytest.mark.parametrize("form", FORMS.values(), ids=form_ids())
def test_every_field_is_complete(form: Form) -> None:
    codes = load_catalogue().rules
    for sheet in form.sheets:
        for entry in sheet.fields:
            place = f"{form.id}.{sheet.name}.{entry.name}"
            assert entry.clause, place
            assert entry.disclosure in DISCLOSURES, place
            for name, arguments in entry.checks.items():
                assert callable(getattr(pa.Check, name)), place
                getattr(pa.Check, name)(**arguments)
            assert set(entry.codes.values()) <= codes.keys(), place
            assert not (entry.required and entry.derived), place
            if "str_matches" in entry.checks:
                pattern = entry.checks["str_matches"]["pattern"]
                assert pattern.startswith("^") and pattern.endswith("$"), place
                assert entry.format, place


@pytest.mark.parametrize("form", FORMS.values(), ids=form_ids())
def test_every_reference_names_a_field(form: Form) -> None:
    for sheet in form.sheets:
        for entry in sheet.fields:
            if entry.references:
                *form_id, sheet_name, field_name = entry.references.split(".")
                target = load_form(form_id[0]) if form_id else form
                assert field_name in target.by_name[sheet_name].by_name


@pytest.mark.parametrize("form", FORMS.values(), ids=form_ids())
def test_every_header_and_alias_finds_its_own_field(form: Form) -> None:
    for sheet in form.sheets:
        for entry in sheet.fields:
            for text in (
                entry.title,
                *entry.aliases,
                f" {entry.title[0]}\n{entry.title[1:]}",
                f"{entry.title}（必填）",
            ):
                assert sheet.field_for_header(text) is entry, text


def test_personal_data_is_never_public() -> None:
    for form in FORMS.values():
        for sheet in form.sheets:
            for entry in sheet.fields:
                if entry.kind in ("person", "email") or entry.title in ("预警对象", "反映主要问题", "联系电话"):
                    assert entry.disclosure != "public", f"{form.id}.{sheet.name}.{entry.name}"


def test_the_level_is_never_asked_for() -> None:
    for form in FORMS.values():
        for sheet in form.sheets:
            for entry in sheet.fields:
                if entry.kind == "level":
                    assert entry.computed == "level" and not entry.required


def test_the_appraisal_items_add_up_to_a_hundred() -> None:
    items = FORMS["self_appraisal"].by_name["items"]
    points = items.standard_columns.index("points")
    assert sum(row[points] for row in items.standard_rows) == 100
    assert len({row[items.standard_columns.index("content")] for row in items.standard_rows}) == 20


# Mistakes in a description: each is named with file and place.


@pytest.fixture
def schemas(tmp_path: Path) -> Path:
    shutil.copytree(data_folder("schemas"), tmp_path / "schemas")
    return tmp_path / "schemas"


def _spoil(folder: Path, mistake: Any) -> None:
    path = folder / "forms" / "self_appraisal.yaml"
    data = read_yaml(path.read_text("utf-8"))
    mistake(data, data["sheets"][1], data["sheets"][1]["fields"])
    path.write_text(yaml.safe_dump(data, allow_unicode=True), "utf-8")
    load_form("self_appraisal", folder=folder)


MISTAKES: dict[str, tuple[Any, tuple[str, ...]]] = {
    "vocabulary that does not exist": (
        lambda form, sheet, fields: fields[1].update(kind="choice", vocabulary="没有的词表"),
        ("考核评分", "项目", "没有的词表"),
    ),
    "choice without vocabulary": (lambda form, sheet, fields: fields[1].update(kind="choice"), ("考核评分", "项目")),
    "kind that does not exist": (lambda form, sheet, fields: fields[2].update(kind="文字"), ("考核内容", "文字")),
    "alias of two fields": (lambda form, sheet, fields: fields[2]["aliases"].append("项目"), ("考核内容", "项目")),
    "name twice": (lambda form, sheet, fields: fields[2].update(name="section"), ("考核评分", "重复")),
    "field without clause": (lambda form, sheet, fields: fields[2].pop("clause"), ("考核内容", "clause")),
    "field without name": (lambda form, sheet, fields: fields[2].pop("name"), ("考核内容", "name")),
    "unknown key": (lambda form, sheet, fields: fields[2].update(requierd=True), ("考核内容", "requierd")),
    "sheet without title": (lambda form, sheet, fields: sheet.pop("title"), ("items", "title")),
    "standard row too short": (
        lambda form, sheet, fields: sheet["standard_rows"]["rows"][3].pop(),
        ("考核评分", "4", "列数"),
    ),
    "subject that is no field": (lambda form, sheet, fields: sheet["subject"].append("什么"), ("考核评分", "什么")),
    "main that is no sheet": (lambda form, sheet, fields: form.update(main="什么"), ("什么",)),
    "form without version": (lambda form, sheet, fields: form.pop("version"), ("version",)),
    "count of no sheet": (lambda form, sheet, fields: fields[3].update(counts="什么"), ("分值", "什么")),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_in_a_form_is_named_with_file_and_place(schemas: Path, name: str) -> None:
    mistake, words = MISTAKES[name]
    with pytest.raises(ConfigError) as caught:
        _spoil(schemas, mistake)
    assert "appraisal.yaml" in str(caught.value)
    for word in words:
        assert word in str(caught.value)


def test_a_file_that_is_gone_or_no_yaml_is_named(schemas: Path) -> None:
    path = schemas / "forms" / "self_appraisal.yaml"
    path.write_text("sheets: [", "utf-8")
    with pytest.raises(ConfigError, match=r"self_appraisal\.yaml 写法有误"):
        load_form("self_appraisal", folder=schemas)
    path.unlink()
    with pytest.raises(ConfigError, match=r"找不到表单定义文件 forms/self_appraisal\.yaml"):
        load_form("self_appraisal", folder=schemas)
