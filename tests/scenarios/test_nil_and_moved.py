"""场景四 whole: a nil return, a warning on the unit's own head, its transfer, his move, and the appraisal of both units.

One year of two units is played through the commands, in the order of its days; what they said on the way is kept and looked at.
"""

from __future__ import annotations

import datetime
import json
import shutil
import zipfile
from collections.abc import Iterator
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from lzxl.campaign import clock
from lzxl.campaign.folder import create_campaign
from lzxl.demo.paper import Paper
from tests.campaign.office import filled, open_campaign, send, set_config
from tests.campaign.test_people_sent import type_people
from tests.scenarios import test_nil_returns as nil
from tests.scenarios.books import findings_of, lzxl, lzxl_json, type_rows
from tests.scenarios.office_desk import headed
from tests.scenarios.test_appraisal import edit
from tests.scenarios.test_transfer import EDUCATION, NOT_FILED, PEOPLE, RESPONSE, register

FORMS = ("risk_register", "self_appraisal")
LEDGER, WARNING = "预警处置台账.xlsx", "YJ-2026-014"
CASE = (WARNING, "高于市场价", "审计局", "云环廉移", "派纪函")
"""What nobody of the unit and nobody outside is to read."""
UNLISTED = "未列入登记表的风险"
MOVED, POINT = "乐正华", "HB12-001"
ON = datetime.date.fromisoformat


def before_the_move() -> list[dict[str, Any]]:
    """人员 as it is in March: he is the head of HB12, and nobody of that name is in HB09."""
    there = [{**row, "离岗日期": None} if row["姓名"] == MOVED else row for row in PEOPLE]
    return [row for row in there if not row.get("到岗日期")]


def supplement() -> bytes:
    """The register that HB12 files after all, with the point that the warning showed to be missing."""
    there = [MOVED, "滕小彤", "凤娇", *EDUCATION[:-1]]
    first = {"description": "宣传品采购指定供应商，不询价、不比选", "likelihood": "较大", "severity": "严重"}
    return register("HB12", there, ON("2026-09-10"), MOVED, **first)


def appraised_by_itself(code: str, head: str) -> bytes:
    """A unit's self-appraisal of November, signed by somebody."""
    return filled(code, "self_appraisal", spoil=partial(Paper.put_label, field_name="head", value=head))


def collect(root: Path, day: str, **files: bytes) -> None:
    lzxl(root, "collect", str(send(root.parent / f"来件{day}", **files)), "--received", day)


def sign_all(sheet: Any) -> None:
    """The appraisers agree to what is proposed."""
    for row, _ in list(sheet.rows()):
        sheet.put(row, 考核人="考核组")


def limit(sheet: Any) -> None:
    sheet.add(单位="HB12", 情形="主要负责人受党内警告处分", 最高等次="合格", 依据="本局考核办法第九条")
    row = max(row for row, _ in sheet.rows())
    sheet.put(row, 认定人="领导小组", 认定日期=ON("2026-12-10"))


def point_of(root: Path, number: str) -> None:
    """The clerk writes down which risk point the warning is of, now that there is one."""
    workbook = load_workbook(root / LEDGER)
    worksheet = workbook["台账"]
    head, columns = headed(worksheet, "关联风险点")
    worksheet.cell(head + 1, columns["关联风险点"]).value = number
    workbook.save(root / LEDGER)


def publish(root: Path) -> str:
    """The edition for everybody."""
    lzxl(root, "publish", "--allow-open")
    return (root / "公示" / "廉政风险点公示表_2026年度_社会版.html").read_text("utf-8")


class Year:
    """What was said on the way."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.said: dict[str, Any] = {}


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Year]:
    root = open_campaign(tmp_path_factory.mktemp("场景四") / "2026年度", ("HB09", "HB12"), FORMS).root
    played = Year(root)
    type_people(root, before_the_move())
    explained = filled("HB12", "risk_register", 1, nil.explained)
    collect(root, "2026-03-20", HB12=explained, HB09=register("HB09", RESPONSE, ON("2026-03-20"), "闻人杰"))
    played.said["march"] = lzxl_json(root, "status", "--as-of", "2026-03-23")
    played.said["published in march"] = publish(root)
    nil.audit(root)
    played.said["uncovered"] = lzxl_json(root, "ledger", "--date", "2026-08-28")
    lzxl(root, "consolidate", "--as-of", "2026-08-28", "--output", str(root.parent / "八月.xlsx"))
    nil.notify(root, "2026-08-28")
    collect(root, "2026-09-10", HB12补报=supplement())
    point_of(root, POINT)
    type_roster_move(root)
    collect(root, "2026-10-12", HB09=register("HB09", [*RESPONSE, MOVED], ON("2026-10-12"), "闻人杰"))
    played.said["transferred"] = lzxl_json(root, "ledger", "--date", "2026-10-31")
    reply = {
        "预警编号": WARNING,
        "事项": "回告",
        "日期": ON("2026-11-12"),
        "办理人": "派驻组",
        "文号": "派纪函〔2026〕6号",
    }
    type_rows(root / LEDGER, "办理过程", [reply])
    heads = {"HB09": "闻人杰", "HB12": "滕小彤"}
    collect(root, "2026-11-18", **{f"{code}自评": appraised_by_itself(code, head) for code, head in heads.items()})
    lzxl(root, "appraise", "--date", "2026-12-18")
    for title, change in (("年终检查", sign_all), ("等次限制", limit)):
        edit(root, "考核评定.xlsx", title, change)
    played.said["appraised"] = lzxl_json(root, "appraise", "--date", "2026-12-18")
    played.said["published in december"] = publish(root)
    lzxl(root, "export", "--date", "2026-12-18")
    yield played


def type_roster_move(root: Path) -> None:
    """Both rows of the move, and who heads the unit now."""
    path = root / "单位名册.xlsx"
    workbook = load_workbook(path)
    worksheet = workbook["单位名册"]
    head, columns = headed(worksheet, "单位编码")
    for row in range(head + 1, head + 3):
        if worksheet.cell(row, columns["单位编码"]).value == "HB12":
            worksheet.cell(row, columns["负责人"]).value = "滕小彤"
    workbook.save(path)
    type_people(root, PEOPLE)


def told_of_risks(path: Path) -> list[tuple[str, str]]:
    """What stands beside what in the analysis of warnings of a summary."""
    worksheet = load_workbook(path, data_only=True)["预警分析"]
    rows = ([str(cell) for cell in row if cell is not None] for row in worksheet.iter_rows(values_only=True))
    return [(row[0], row[1]) for row in rows if len(row) > 1]


def warning_of(ledger: dict[str, Any]) -> dict[str, Any]:
    [found] = ledger["warnings"]
    assert isinstance(found, dict)
    return found


def codes_of(root: Path, unit: str) -> set[str]:
    checked = lzxl_json(root, "check")
    return {one["code"] for entry in checked["files"] for one in entry["findings"] if entry["unit"] == unit}


def rows_of(path: Path, sheet: str, title: str) -> list[dict[str, Any]]:
    worksheet = load_workbook(path, data_only=True)[sheet]
    head, columns = headed(worksheet, title)
    rows = worksheet.iter_rows(min_row=head + 1, values_only=True)
    return [{name: row[column - 1] for name, column in columns.items()} for row in rows]


def test_every_number_of_the_case(year: Year) -> None:
    found = warning_of(year.said["transferred"])
    warning = (found["id"], found["unit"], found["state"], found["workdays"]["verify"], found["final_disposition"])
    assert warning == (WARNING, "HB12", "已移送", 13, None)
    assert year.said["transferred"]["analysis"]["by_disposition"] == {}
    [revoked] = lzxl_json(year.root, "status")["nil_revoked"]
    told = {name: revoked[name] for name in ("unit", "notice", "due", "filed", "late")}
    assert told == {
        "unit": "HB12", "notice": "2026-08-28", "due": "2026-09-11", "filed": "2026-09-10", "late": False,
    }  # fmt: skip
    lzxl(year.root, "consolidate", "--as-of", "2026-10-01", "--output", str(year.root.parent / "十月.xlsx"))
    moves = rows_of(year.root.parent / "十月.xlsx", "人员变动", "何人")
    due = {(row["何人"], row["何事"]): row["何时前"] for row in moves if row["何人"] == MOVED}
    assert due[MOVED, "个人自查"].date() == ON("2026-10-19")
    [moved] = {(str(row["从何单位"])[:4], str(row["到何单位"])[:4]) for row in moves if row["何人"] == MOVED}
    assert moved == ("HB12", "HB09")
    lzxl(year.root, "consolidate", "--as-of", "2026-12-01", "--output", str(year.root.parent / "十二月.xlsx"))
    rates = rows_of(year.root.parent / "十二月.xlsx", "自查率", "自查率")
    assert {row["单位编码"]: round(row["自查率"], 3) for row in rates if row["单位编码"]} == {
        "HB12": 0.889,
        "HB09": 1.0,
    }
    assert [row["未交人员"] for row in rates if row["单位编码"] == "HB12"] == [NOT_FILED]


def test_the_limit_of_the_grade_is_of_the_unit_where_it_happened(year: Year) -> None:
    grades = {one["unit"]: one for one in year.said["appraised"]["results"]}
    assert grades["HB12"]["grade"] == "合格"
    assert grades["HB12"]["why"] == "等次限制：主要负责人受党内警告处分"
    assert grades["HB12"]["by_score"] != "合格"
    # Of two units none can have the best grade (30 %, rounded down): that is all that holds this one.
    assert (grades["HB09"]["grade"], "等次限制" in grades["HB09"]["why"]) == ("良好", False)


def test_the_appraisers_are_told_of_the_fact_and_nothing_is_taken_off_for_it(year: Year) -> None:
    fact = {"unit": "HB12", "item": 11, "evidence": f"零报告之后有属实预警 {WARNING}"}
    assert fact in year.said["appraised"]["listed"]
    assert [one for one in year.said["appraised"]["proposed"] if (one["unit"], one["item"]) == ("HB12", 11)] == []


def test_his_own_record_goes_with_him(year: Year) -> None:
    """The personnel section finds him in the unit where he is, with where he was; until the answer, it learns nothing."""

    def of_him(root: Path) -> dict[str, Any]:
        [path] = (root / "考核结果移交").rglob("公务员年度考核用_*.xlsx")
        [row] = [row for row in rows_of(path, "公务员年度考核用", "姓名") if row["姓名"] == MOVED]
        return row

    told = of_him(year.root)
    assert told["单位"].startswith("HB09") and told["原单位"].startswith("HB12 宣传教育中心")
    assert (told["属实预警件数"], told["处置"]) == (1, None)
    hint = "移送后已回告（派纪函〔2026〕6号，2026-11-12），受处分的当年不得确定为优秀等次（依据由人事部门核定）"
    assert told["提示"] == hint
    lzxl(year.root, "export", "--date", "2026-11-11")
    before = of_him(year.root)
    assert (before["属实预警件数"], before["提示"]) == (0, None)


def test_the_nil_return_waited_for_the_leading_group(year: Year) -> None:
    states = {(one["unit"], one["form"]): one["state"] for one in year.said["march"]["filings"]}
    assert states["HB12", "risk_register"] == "nil_open"


def test_what_its_head_signed_in_march_stays_signed(year: Year) -> None:
    assert "signer_mismatch" not in codes_of(year.root, "HB12")


def test_what_he_signs_for_it_after_his_move_is_asked_about(year: Year, tmp_path: Path) -> None:
    path = tmp_path / "自评.xlsx"
    path.write_bytes(appraised_by_itself("HB12", MOVED))
    [entry] = lzxl_json(year.root, "check", str(path))["files"]
    assert "signer_mismatch" in {one["code"] for one in entry["findings"]}


def test_the_warning_is_of_no_registered_point_until_the_unit_registers_it(year: Year) -> None:
    assert year.said["uncovered"]["analysis"]["uncovered"] == [WARNING]
    assert (UNLISTED, WARNING) in told_of_risks(year.root.parent / "八月.xlsx")
    told = year.said["transferred"]["analysis"]
    assert (told["uncovered"], told["by_unit"], told["by_level"]) == ([], {"HB12": 1}, {"一级": 1})
    assert findings_of(year.root, LEDGER) == []
    lzxl(year.root, "consolidate", "--as-of", "2026-10-02", "--output", str(year.root.parent / "补登后.xlsx"))
    assert UNLISTED not in dict(told_of_risks(year.root.parent / "补登后.xlsx"))


def test_nothing_more_is_asked_of_anybody_about_it(year: Year) -> None:
    """It has no limit any more: neither while it is with others, nor after their answer."""
    for day in ("2026-10-31", "2026-11-16"):
        kinds = [
            one["kind"] for one in lzxl_json(year.root, "today", "--date", day)["items"] if one["object"] == WARNING
        ]
        assert kinds == []
    found = warning_of(lzxl_json(year.root, "ledger", "--date", "2026-11-16"))
    assert (found["state"], found["due"], found["feedbacks"]) == ("已办结（移送）", None, 0)
    assert found["documents"] == ["云环廉移〔2026〕1号", "派纪函〔2026〕6号"]


def test_the_unit_stands_as_not_registered_until_it_has_filed(year: Year) -> None:
    assert year.said["published in march"].count("未登记") == 1
    assert "未登记" not in year.said["published in december"]
    assert "宣传品采购指定供应商" in year.said["published in december"]
    points = [
        row
        for row in rows_of(year.root.parent / "十二月.xlsx", "风险点总表", "风险点编号")
        if row["单位编码"] == "HB12"
    ]
    assert (len(points), points[0]["计算等级"]) == (13, "一级")


def everything(path: Path) -> str:
    """What a file says, also in what is packed in it."""
    data = path.read_bytes()
    if not zipfile.is_zipfile(BytesIO(data)):
        return data.decode("utf-8", "replace")
    with zipfile.ZipFile(BytesIO(data)) as package:
        return "".join(package.read(name).decode("utf-8", "replace") for name in package.namelist())


def test_nothing_of_the_case_is_sent_or_made_public(
    year: Year, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Workbooks, also those prefilled for the next year, returns, letters and what is published."""
    root = Path(shutil.copytree(year.root, tmp_path / "2026年度"))
    following = create_campaign(
        tmp_path / "2027年度", "云泽县生态环境局", "2027年度", ON("2027-11-20"), previous=root
    ).root
    set_config(following, forms=json.dumps(FORMS))
    for one, day in ((root, "2026-12-20"), (following, "2027-03-01")):
        monkeypatch.setattr(clock, "today", lambda day=day: ON(day))
        lzxl(one, "distribute")
        lzxl(one, "remind")
    looked_at = 0
    for one in (root, following):
        for folder in ("发放", "退回", "文书", "公示"):
            for path in sorted((one / folder).rglob("*")):
                if path.is_file():
                    looked_at += 1
                    text = everything(path)
                    assert [word for word in CASE if word in text] == [], path.name
    assert looked_at > 8
    assert "不比选" in "".join(everything(path) for path in following.rglob("发放/HB12*/*登记表*"))


@pytest.mark.parametrize("name", ["滕小彤", "凤娇", MOVED])
def test_nobody_of_the_unit_handles_it(year: Year, tmp_path: Path, name: str) -> None:
    root = Path(shutil.copytree(year.root, tmp_path / "2026年度"))
    workbook = load_workbook(root / LEDGER)
    worksheet = workbook["办理过程"]
    head, columns = headed(worksheet, "办理人")
    worksheet.cell(head + 1, columns["办理人"]).value = name
    workbook.save(root / LEDGER)
    assert [(code, severity) for code, severity, _ in findings_of(root, LEDGER)] == [("handler_of_own_unit", "error")]


# 变体4b: he is moved before the warning is verified, and nothing is to be handed over to others.


@pytest.fixture
def moved_before(tmp_path: Path) -> Path:
    root = open_campaign(tmp_path / "2026年度", ("HB09", "HB12"), FORMS).root
    type_people(root, PEOPLE)
    type_roster_move(root)
    nil.audit(root)
    workbook = load_workbook(root / LEDGER)
    worksheet = workbook["办理过程"]
    head, columns = headed(worksheet, "事项")
    said = (
        ("受理", "2026-09-10", "受理", None),
        ("核实", "2026-09-21", "属实；问题程度 较轻；是否涉嫌违纪违法 否", None),
        ("处置建议", "2026-09-22", "建议 警示提醒", None),
        ("批准", "2026-09-23", "同意 警示提醒", None),
    )
    for row, (event, day, result, number) in enumerate(said, head + 1):
        values = {"预警编号": WARNING, "事项": event, "日期": ON(day), "办理人": "柳青", "结果": result, "文号": number}
        for title, value in values.items():
            worksheet.cell(row, columns[title]).value = value
    workbook.save(root / LEDGER)
    return root


def test_the_matter_stays_where_it_happened_and_papers_go_where_he_is(moved_before: Path) -> None:
    found = warning_of(lzxl_json(moved_before, "ledger", "--date", "2026-09-24"))
    assert (found["unit"], found["state"]) == ("HB12", "已批准待送达")
    [row] = [row for row in rows_of(moved_before / LEDGER, "台账", "现单位") if row["预警编号"]]
    assert (row["所属单位"], row["现单位"]) == ("HB12 宣传教育中心", "HB09 环境应急与信访办公室")
    assert findings_of(moved_before, LEDGER) == []
    [item] = [
        one for one in lzxl_json(moved_before, "today", "--date", "2026-09-24")["items"] if one["object"] == WARNING
    ]
    assert (item["kind"], item["unit"]) == ("送达", "HB12")
    assert "对象现在HB09 环境应急与信访办公室，文书送环境应急与信访办公室：闻人杰" in item["text"]


def test_who_answers_is_called_where_he_is(moved_before: Path) -> None:
    delivered = {"预警编号": WARNING, "事项": "送达", "日期": ON("2026-09-25"), "办理人": "柳青", "结果": "闻人杰 签收"}
    type_rows(moved_before / LEDGER, "办理过程", [{**delivered, "文号": "云环廉办〔2026〕12号"}])
    lzxl(moved_before, "ledger", "--date", "2026-09-28")
    [item] = [
        one for one in lzxl_json(moved_before, "today", "--date", "2026-09-28")["items"] if one["object"] == WARNING
    ]
    assert (item["kind"], item["unit"], item["who"].startswith("环境应急与信访办公室：闻人杰")) == (
        "反馈",
        "HB12",
        True,
    )


def test_where_the_office_says_that_he_is_stays(moved_before: Path) -> None:
    workbook = load_workbook(moved_before / LEDGER)
    worksheet = workbook["台账"]
    head, columns = headed(worksheet, "现单位")
    worksheet.cell(head + 1, columns["现单位"]).value = "县融媒体中心"
    workbook.save(moved_before / LEDGER)
    lzxl(moved_before, "ledger", "--date", "2026-09-24")
    assert [row["现单位"] for row in rows_of(moved_before / LEDGER, "台账", "现单位") if row["预警编号"]] == [
        "县融媒体中心"
    ]
