"""A column, a table or a form that is called otherwise in `schemas/` is called so everywhere, without a line of Python."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from tests.yaml_read import read_yaml

from .conftest import EXITS, ROOT, Played
from .test_one_file import texts

TITLE, OLD_TITLE = "收受礼品情况表", "礼品礼金登记表"
# What the summary calls its own columns: the unit of a row is no field of a form.
OWN = {"单位", "单位编码", "序号"}


def other_names() -> set[str]:
    """What is called as some field was, and is not: lists and their words, and the columns of 单位统计, which a form names."""
    lists = said("vocabularies.yaml").values()
    words = [text for entry in lists for text in (entry["title"], *(word["word"] for word in entry["words"]))]
    sheets = [sheet for path in sorted((ROOT / "schemas" / "forms").glob("*.yaml")) for sheet in said(path)["sheets"]]
    tallies = [sheet["summary"]["tally"]["title"] for sheet in sheets if "tally" in sheet.get("summary", {})]
    return {*words, *tallies, *OWN}


def said(path: str | Path) -> Any:
    return read_yaml((ROOT / "schemas" / path).read_text("utf-8"))


def old_titles() -> set[str]:
    """What fields and tables of the forms that units file, and of the office's ledger, were called before."""
    forms = [said(path) for path in (ROOT / "schemas" / "forms").glob("*.yaml")]
    renamed = [form for form in forms if form["filed_by"] == "each_unit" or form["id"] == "warning_ledger"]
    sheets = [sheet for form in renamed for sheet in form["sheets"]]
    titles = {entry["title"] for sheet in sheets for entry in sheet["fields"]}
    return titles | {sheet["title"] for sheet in sheets if sheet["layout"] == "table"}


@pytest.fixture(scope="module")
def summary(renamed: Played) -> Any:
    """The summary of the demonstration, which fills in all other forms."""
    [path] = (renamed.folder / "演示" / "汇总").glob("*.xlsx")
    return load_workbook(path)


def headings(worksheet: Any) -> Iterator[str]:
    """The texts of cells that are written as headings: white on a colour, or bold."""
    for row in worksheet.iter_rows():
        for cell in row:
            if isinstance(cell.value, str) and (cell.font.b or cell.fill.fill_type == "solid"):
                yield cell.value


def test_no_command_ends_in_trouble(renamed: Played) -> None:
    ended = {step: said["code"] for step, said in renamed.said.items() if "code" in said}
    assert ended == {step: EXITS.get(step.split()[0], 0) for step in ended}


@pytest.mark.parametrize(
    ("sheet", "titles"),
    [
        ("风险点总表", ("新风险点编号", "新岗位", "新定级依据")),
        ("一级风险清单", ("新岗位", "新职权", "新风险等级", "新直接责任人")),
        ("待认定", ("新风险点", "新发生可能性", "新定级依据")),
        ("类别等级", ("新权力类别", "新风险类型")),
        ("防控措施覆盖", ("新风险类型",)),
        ("防控措施总表", ("新防控层次", "关联新风险等级")),
        ("预警台账", ("新来源", "新状态")),
        ("考核明细", ("新自评分", "新佐证材料")),
        ("单位统计", ("新权力类别", "新风险类型", "新风险等级")),
    ],
)
def test_the_summary_calls_a_column_as_its_form_does(summary: Any, sheet: str, titles: tuple[str, ...]) -> None:
    found = set(headings(summary[sheet]))
    assert set(titles) <= found
    assert (found & old_titles()) - other_names() == set()


def test_headings_that_name_two_columns_name_them_as_the_form_does(summary: Any) -> None:
    shown = {str(cell.value) for row in summary["预警台账"].iter_rows(max_col=1) for cell in row}
    assert {"预警处置台账：新来源×处置方式", "预警处置台账：新状态×新来源"} <= shown
    assert "风险矩阵（新发生可能性×新后果程度，个）" in texts_of(summary["总览"])


def texts_of(worksheet: Any) -> set[str]:
    return {cell.value for row in worksheet.iter_rows() for cell in row if isinstance(cell.value, str)}


def test_findings_and_returns_name_the_column_as_it_is_called_now(renamed: Played) -> None:
    files = json.loads(renamed.said["check"]["out"])["files"]
    headers = {finding["header"] for entry in files for finding in entry["findings"]}
    assert headers == {"新送礼单位或个人", "新处置方式", "新处置日期", "新价值（元）", "新登记编号"}
    [returned] = (renamed.campaign / "退回").rglob("*.xlsx")
    shown = texts(returned)
    assert "“新送礼单位或个人”未填写。" in shown
    assert shown & {"送礼单位或个人", "处置日期", "登记编号", "礼品礼金"} == set()


def test_the_notes_of_a_workbook_name_its_columns(renamed: Played) -> None:
    [register] = (renamed.folder / "空白表").glob("廉政风险点登记表.xlsx")
    notes = "".join(map(str, texts_of(load_workbook(register)["填表说明"])))
    assert "“新风险等级”“新定级依据”由“新发生可能性”和“新后果程度”自动得出" in notes
    assert "写在“新备注”栏" in notes


def test_a_form_is_called_by_its_new_name_in_files_letters_and_status(renamed: Played) -> None:
    assert (renamed.folder / "空白表" / f"{TITLE}.xlsx").is_file()
    letters = [message_from_bytes(path.read_bytes(), policy=default) for path in renamed.campaign.rglob("*.eml")]
    for letter in letters:
        [body] = [part.get_content() for part in letter.walk() if part.get_content_type() == "text/plain"]
        assert TITLE in body and OLD_TITLE not in body
    assert renamed.said["progress"]["out"].splitlines()[0].split("\t")[1] == TITLE
    assert f"《{TITLE}》" in renamed.said["adopt"]["out"]  # --form is its new short name
    names = [path.name for folder in ("发放", "收件", "退回") for path in (renamed.campaign / folder).rglob("*")]
    assert any(TITLE in name for name in names) and not any(OLD_TITLE in name for name in names)


def test_the_demonstration_says_that_it_has_no_content_for_it(renamed: Played) -> None:
    assert f"《{TITLE}》没有演示用的内容" in renamed.said["demo"]["err"]


def test_no_old_name_is_said_anywhere(renamed: Played) -> None:
    said = "".join(str(one.get("out", "")) + str(one.get("err", "")) for one in renamed.said.values())
    assert not re.search(f"{OLD_TITLE}|礼品登记(?!表)", said)
