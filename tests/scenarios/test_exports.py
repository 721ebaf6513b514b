"""What the appraisal hands to the three other appraisals, through the command: persons, leaders and units, each to its own readers."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from tests.campaign.office import filled, open_campaign, samples, send
from tests.scenarios.books import lzxl, lzxl_json, type_rows
from tests.scenarios.office_desk import headed, invoke
from tests.scenarios.test_appraisal import edit
from tests.scenarios.test_reworked_warning import BOOK, WARNING, on, steps

DAY = "2026-12-18"
FORMS = ("risk_register", "self_appraisal")
PERSONS, LEADERS, UNITS = "公务员年度考核用", "党风廉政建设责任制考核用", "行政管理和执法责任制考核用"
ENFORCEMENT = {"监管执法", "行政检查", "行政处罚", "行政强制"}
PEOPLE: list[dict[str, Any]] = [
    {"姓名": "耿立", "单位编码": "HB04", "岗位": "案件审核岗", "人员类别": "公务员", "党员": "是"},
    {"姓名": "葛明轩", "单位编码": "HB04", "岗位": "科长岗", "是否中层以上": "是"},
    {"姓名": "符海涛", "单位编码": "HB10", "岗位": "中队长岗"},
    {"姓名": "已调离", "单位编码": "HB10", "岗位": "内勤岗", "离岗日期": on("2026-05-31")},
    {"姓名": "去年走", "单位编码": "HB10", "岗位": "内勤岗", "离岗日期": on("2025-05-31")},
    {"姓名": "孟秋华", "单位编码": "HB04", "岗位": "副局长岗", "职务": "副局长", "分管单位": "HB04、HB10"},
]
ADMONISHED = {
    **WARNING,
    "预警编号": "YJ-2026-002",
    "采集日期": on("2026-04-13"),
    "对象类型": "个人",
    "对象": "耿立",
    "所属单位": "HB04",
    "干部管理权限": "县局党组",
    "关联风险点": None,
}
EVIDENCE = "批准机关＝局党组；谈话人＝韩立群；谈话日期＝2026-05-20；书面检查收到日期＝2026-05-22"
COURSE = (
    ("受理", "2026-04-14", "柳青", "受理", None, None),
    ("核实", "2026-05-11", "柳青", "属实；问题程度 较重；是否涉嫌违纪违法 否", None, None),
    ("处置建议", "2026-05-12", "办公室", "建议 诫勉纠错", None, None),
    ("批准", "2026-05-15", "领导小组", "同意 诫勉纠错", EVIDENCE, None),
    ("送达", "2026-05-20", "柳青", "耿立 签收", None, "云环廉诫〔2026〕1号"),
    ("反馈", "2026-05-22", "HB04", "书面检查一份", None, None),
    ("督查", "2026-05-29", "韩立群", "合格", None, None),
)


def course() -> list[dict[str, Any]]:
    titles = ("事项", "日期", "办理人", "结果", "内容", "文号")
    rows = [dict(zip(titles, step, strict=True)) for step in COURSE]
    return [{"预警编号": "YJ-2026-002", **row, "日期": on(str(row["日期"]))} for row in rows]


def scores(sheet: Any) -> None:
    """The appraisers agree to what is proposed for HB10; of HB04 nobody has looked at anything."""
    for row, values in list(sheet.rows()):
        if str(values["单位"]).startswith("HB10"):
            sheet.put(row, 考核人="考核组")


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.mktemp("移交")
    root = open_campaign(base / "2026年度", ("HB04", "HB10"), FORMS).root
    type_rows(root / "单位名册.xlsx", "人员", PEOPLE)
    files = {f"{code}{form}": filled(code, form) for code in ("HB04", "HB10") for form in FORMS}
    lzxl(root, "collect", str(send(base / "来件", **files)), "--received", "2026-11-18")
    type_rows(root / BOOK, "台账", [WARNING, ADMONISHED])
    type_rows(root / BOOK, "办理过程", [{**row, "内容": None} for row in steps()] + course())
    lzxl(root, "appraise", "--date", DAY)
    edit(root, "考核评定.xlsx", "年终检查", scores)
    lzxl(root, "export", "--date", DAY)
    return root


def table(root: Path, title: str, first: str) -> list[dict[str, Any]]:
    [path] = (root / "考核结果移交").rglob(f"{title}_*.xlsx")
    worksheet = load_workbook(path)[title]
    head, columns = headed(worksheet, first)
    rows = worksheet.iter_rows(min_row=head + 1, values_only=True)
    return [{name: row[column - 1] or "" for name, column in columns.items()} for row in rows]


def test_of_persons_the_personnel_section_learns_what_it_decides_on(exported: Path) -> None:
    rows = {row["姓名"]: row for row in table(exported, PERSONS, "姓名")}
    assert list(rows) == ["耿立", "葛明轩", "符海涛", "已调离", "孟秋华"]
    told = rows["耿立"]
    assert (told["单位"], told["岗位"], told["人员类别"]) == ("HB04 法规与行政审批科", "案件审核岗", "公务员")
    assert (told["属实预警件数"], told["处置"], told["诫勉起止"]) == (
        1,
        "诫勉纠错（2026-05-20）",
        "2026-05-20至2026-11-20",
    )
    assert told["提示"] == "受诫勉（2026-05-20至2026-11-20），当年不得确定为优秀等次（依据由人事部门核定）"
    assert rows["已调离"]["原单位"] == "2026-05-31离岗"
    assert [(name, row["提示"]) for name, row in rows.items() if row["提示"]] == [("耿立", told["提示"])]


def test_a_warning_of_a_section_is_on_nobodys_row(exported: Path) -> None:
    rows = table(exported, PERSONS, "姓名")
    assert sum(row["属实预警件数"] or 0 for row in rows) == 1


def test_a_leader_has_the_sum_of_the_units_in_charge(exported: Path) -> None:
    [row] = [row for row in table(exported, LEADERS, "班子成员") if row["班子成员"] == "孟秋华"]
    assert (row["职务"], row["分管单位"]) == ("副局长", "法规与行政审批科、综合行政执法大队")
    points = [len(samples()[code].tables("risk_register")["risk_points"]) for code in ("HB04", "HB10")]
    assert row["风险点"].startswith(f"{sum(points)}个（一级")
    assert (row["预警件数"], row["处置"]) == (2, "诫勉纠错1、责令整改1")
    assert (row["诫勉谈话、约谈次数"], row["逾期次数"]) == (2, 1)
    assert "法规与行政审批科 未齐" in row["考核等次"]


def test_a_unit_has_what_concerns_its_enforcement(exported: Path) -> None:
    rows = {row["单位"][:4]: row for row in table(exported, UNITS, "单位")}
    register = samples()["HB10"].tables("risk_register")
    kinds = {row["power"]: row["category"] for row in register["powers"]}
    points = [row for row in register["risk_points"] if kinds.get(row["power"]) in ENFORCEMENT]
    assert WARNING["关联风险点"] in {row["id"] for row in points}
    found = rows["HB10"]
    assert found["执法类风险点"].startswith(f"{len(points)}个")
    assert (found["执法类预警件数"], found["重新整改次数"]) == (1, 2)
    given = {title.split("项")[0]: found[title] for title in found if title.startswith("第")}
    assert given == {"第4": 6, "第5": 8, "第12": 5, "第13": 2}
    assert {rows["HB04"][title] for title in found if title.startswith("第")} == {"未评"}


def test_each_is_in_a_folder_of_its_own_and_says_for_whom_it_is(exported: Path) -> None:
    files = sorted((exported / "考核结果移交").rglob("*.xlsx"))
    assert len({path.parent for path in files}) == len(files) == 3
    told = lzxl_json(exported, "export", "--date", DAY)["exports"]
    for one in told:
        path = exported / one["file"]
        [worksheet] = load_workbook(path).worksheets
        assert f"阅读范围：{one['readers']}，不得转给他人" in str(worksheet["A2"].value)
        if os.name == "posix":
            assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    [persons] = [one for one in told if one["title"] == PERSONS]
    assert persons["readers"] == "人事教育科" and "只给人事教育科" in persons["file"]
    assert not any(name in str(told) for name in ("耿立", "孟秋华"))


def test_the_same_day_gives_the_same_files(exported: Path) -> None:
    files = sorted((exported / "考核结果移交").rglob("*.xlsx"))
    before = [path.read_bytes() for path in files]
    lzxl(exported, "export", "--date", DAY)
    assert [path.read_bytes() for path in files] == before


def test_what_happens_later_is_not_in_it(exported: Path, tmp_path: Path) -> None:
    root = Path(shutil.copytree(exported, tmp_path / "2026年度"))
    lzxl(root, "export", "--date", "2026-05-19")
    rows = {row["姓名"]: row for row in table(root, PERSONS, "姓名")}
    assert (rows["耿立"]["处置"], rows["耿立"]["诫勉起止"], rows["耿立"]["提示"]) == ("", "", "")
    assert rows["已调离"]["原单位"] == ""


def test_without_people_on_the_roster_their_table_is_left_out_and_that_is_said(tmp_path: Path) -> None:
    root = open_campaign(tmp_path / "2026年度", ("HB04",), FORMS).root
    told = invoke(root, "export", "--date", DAY)
    assert "未写出《公务员年度考核用》" in told.stderr
    assert list((root / "考核结果移交").rglob(f"{PERSONS}*")) == []
