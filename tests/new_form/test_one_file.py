"""A new form that units file is one YAML file: 礼品礼金登记表 goes through the whole round without a line of Python."""

from __future__ import annotations

import json
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from .conftest import EXITS, Played

pytestmark = pytest.mark.slow

TITLE = "礼品礼金登记表"


def texts(path: Path) -> set[str]:
    """Every text of a workbook."""
    workbook = load_workbook(path)
    return {
        str(cell.value) for sheet in workbook for row in sheet.iter_rows() for cell in row if cell.value is not None
    }


@pytest.fixture
def found(played: Played) -> dict[str, Any]:
    """What the check says of each unit's file."""
    return {entry["unit"]: entry for entry in json.loads(played.said["check"]["out"])["files"]}


def test_no_command_ends_in_trouble(played: Played) -> None:
    ended = {step: said["code"] for step, said in played.said.items() if "code" in said}
    assert ended == {step: EXITS.get(step.split()[0], 0) for step in ended}
    assert [said["err"] for said in played.said.values() if "程序内部出错" in said.get("err", "")] == []


def test_its_standard_workbook_is_built(played: Played) -> None:
    workbook = load_workbook(played.folder / "空白表" / f"{TITLE}.xlsx")
    assert {"封面", "礼品礼金", "填表说明"} <= set(workbook.sheetnames)


def test_a_new_round_asks_for_it(played: Played) -> None:
    [line] = [line for line in played.said["settings"]["out"].splitlines() if line.startswith("forms =")]
    assert '"gift_register"]' in line and line.endswith(TITLE)


def test_each_unit_gets_it_with_what_the_roster_says(played: Played) -> None:
    sent = sorted(path.name for path in (played.campaign / "发放").rglob("*.xlsx"))
    assert sent == [f"{TITLE}_HB01_办公室.xlsx", f"{TITLE}_HB02_财务科.xlsx", f"{TITLE}_HB03_宣教科.xlsx"]
    assert {"谭永年", "苏婉清", "HB01", "2026年度"} <= texts(played.campaign / "发放" / "HB01_办公室" / sent[0])


def test_what_is_right_is_accepted_and_what_is_wrong_is_found(found: dict[str, Any]) -> None:
    assert (found["HB01"]["status"], found["HB01"]["rows"], found["HB01"]["findings"]) == (
        "accepted",
        {"礼品礼金": 2},
        [],
    )
    assert (found["HB03"]["status"], found["HB03"]["findings"]) == ("accepted", [])
    assert {(finding["code"], finding["header"]) for finding in found["HB02"]["findings"]} == {
        ("missing_value", "送礼单位或个人"),
        ("word_not_in_vocabulary", "处置方式"),
        ("date_order", "处置日期"),
        ("number_unreadable", "价值（元）"),
        ("not_unique", "登记编号"),
    }


def test_the_return_has_the_units_content_and_the_findings(played: Played) -> None:
    [returned] = (played.campaign / "退回").rglob("*.xlsx")
    assert {"茶叶两盒", "上缴了一半", "“送礼单位或个人”未填写。"} <= texts(returned)
    assert load_workbook(returned)["礼品礼金"]["A6"].value == "HB02-L001"


def test_the_status_tells_of_it(played: Played) -> None:
    filings = json.loads(played.said["status"]["out"])["filings"]
    assert {entry["unit"]: entry["state"] for entry in filings} == {
        "HB01": "accepted",
        "HB02": "returned",
        "HB03": "nil",
    }
    assert played.said["progress"]["out"].splitlines()[0].split("\t")[:2] == ["单位", TITLE]


def test_letters_call_it_by_its_title_and_enclose_it(played: Played) -> None:
    letters = [message_from_bytes(path.read_bytes(), policy=default) for path in played.campaign.rglob("*.eml")]
    bodies = [
        "".join(part.get_content() for part in letter.walk() if part.get_content_type() == "text/plain")
        for letter in letters
    ]
    assert len(letters) >= 4 and all(TITLE in body for body in bodies)
    enclosed = [part.get_filename() or "" for letter in letters for part in letter.iter_attachments()]
    assert sum(TITLE in name for name in enclosed) >= 4


@pytest.fixture
def summary(played: Played) -> Any:
    """The bureau's summary with the values that its formulas were written with."""
    [path] = (played.campaign / "汇总").glob("*.xlsx")
    return load_workbook(path, data_only=True)


def test_the_summary_has_all_units_rows_of_it(summary: Any) -> None:
    header, *rows = summary["礼品礼金总表"].iter_rows(values_only=True)
    assert header[:5] == ("单位编码", "单位", "登记编号", "登记日期", "登记人")
    assert header[-3:] == ("来源文件", "来源工作表", "来源行")
    shown = [dict(zip(header, row, strict=True)) for row in rows]
    assert [(row["单位编码"], row["登记编号"], row["价值（元）"], row["处置方式"]) for row in shown] == [
        ("HB01", "HB01-L001", 600, "上交"),
        ("HB01", "HB01-L002", 1000.5, "尚未处置"),
    ]


def test_the_units_statistics_count_it_as_it_says(summary: Any) -> None:
    groups, header, *rows = list(summary["单位统计"].iter_rows(min_row=3, values_only=True))
    first = groups.index("礼品礼金：处置方式")
    assert header[first : first + 5] == ("礼品礼金", "退还", "上交", "折价收购", "尚未处置")
    counted = {row[1]: row[first : first + 5] for row in rows[:4]}
    none, both = (0, 0, 0, 0, 0), (2, 0, 1, 0, 1)
    assert counted == {"办公室": both, "财务科": none, "宣教科": none, "合计": both}
    filed = header.index(TITLE)
    assert {row[1]: row[filed] for row in rows[:3]} == {"办公室": "已接收", "财务科": "已退回", "宣教科": "零报告"}


def test_who_has_not_filed_it_stands_in_the_lists(summary: Any) -> None:
    listed = [row[2:5] for row in summary["未报送单位"].iter_rows(min_row=4, values_only=True)]
    assert ("财务科", TITLE, "已退回") in listed
    assert {row[1] for row in summary["问题汇总"].iter_rows(min_row=12, values_only=True)} >= {TITLE}


def test_the_next_period_starts_from_the_rows_that_have_not_ended(played: Played) -> None:
    [path] = (played.folder / "下一批次" / "发放" / "HB01_办公室").glob("*.xlsx")
    assert "HB01-L002" in texts(path)
    assert "HB01-L001" not in texts(path)


def test_a_units_own_list_becomes_it(played: Played) -> None:
    assert f"《{TITLE}》" in played.said["adopt"]["out"]
    assert {"茶叶两盒", "某环保设备公司", "苏婉清"} <= texts(played.folder / "标准表.xlsx")


def test_whoever_names_no_form_is_told_of_it(played: Played) -> None:
    assert "gift_register（礼品礼金登记表）" in played.said["wrong"]["err"]
