"""场景四: the head of a unit is moved in mid-year; what follows from the two rows that the clerk types, through the commands."""

from __future__ import annotations

import datetime
import re
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from lzxl.campaign import clock
from lzxl.forms.load import load_form, load_grading
from lzxl.workbook.writing.build import build_workbook
from lzxl.workbook.writing.fill import Stamp, fill_workbook, stamp_workbook
from lzxl.workbook.writing.save import workbook_bytes

from ..campaign.office import open_campaign, samples, send
from ..campaign.test_people_sent import type_people
from .books import lzxl, lzxl_json
from .office_desk import headed

DAY = datetime.date
UNITS = ("HB02", "HB09", "HB12")
IN_MARCH, IN_OCTOBER = DAY(2026, 3, 20), DAY(2026, 10, 12)
EDUCATION = [f"宣教{sign}" for sign in "甲乙丙丁戊己庚"]
RESPONSE = ["闻人杰", "温雅琴", "岳鹏", "黎曼", "应急甲", "应急乙", "应急丙"]
NOT_FILED = EDUCATION[-1]


def as_of(measure: dict[str, Any], day: datetime.date) -> dict[str, Any]:
    """A measure, or a risk point with its first one, as it stands on a day: what is done later is not done yet."""
    done = measure.get("done_on")
    later = ("progress", "done_on") if done is not None and done > day else ()
    return {name: value for name, value in measure.items() if name not in later}


def register(code: str, names: Sequence[str], day: datetime.date, head: str, **first: str) -> bytes:
    """A unit's register with a self-check of each of these names, signed by the head on that day; `first`: what its first
    risk point says instead."""
    form, sample = load_form("risk_register"), samples()[code]
    tables: dict[str, Any] = {name: list(rows) for name, rows in sample.tables("risk_register").items()}
    known = {str(row["person"]): row for row in tables["self_checks"]}
    one = tables["self_checks"][0]
    rows = [{**known.get(name, one), "person": name, "signed": name, "filled_on": day, "serial": number}
            for number, name in enumerate(names, 1)]  # fmt: skip
    tables["self_checks"] = rows
    for name in ("risk_points", "measures"):
        tables[name] = [as_of(row, day) for row in tables[name]]
    tables["risk_points"] = [{**tables["risk_points"][0], **first}, *tables["risk_points"][1:]]
    workbook = build_workbook(form, load_grading())
    stamp_workbook(workbook, form, Stamp(form.id, form.version, code, sample.unit.name, "2026年度"))
    cover = {**sample.cover("risk_register"), "reported_on": day, "head": head}
    fill_workbook(workbook, form, cover, tables)
    return workbook_bytes(workbook)


PEOPLE: list[dict[str, Any]] = [
    {"姓名": "乐正华", "单位编码": "HB12", "岗位": "主任岗", "是否中层以上": "是", "离岗日期": DAY(2026, 9, 14)},
    {"姓名": "乐正华", "单位编码": "HB09", "岗位": "副主任岗", "是否中层以上": "是", "到岗日期": DAY(2026, 9, 15)},
    {"姓名": "滕小彤", "单位编码": "HB12", "岗位": "新闻发布岗", "是否中层以上": "是"},
    {"姓名": "凤娇", "单位编码": "HB12", "岗位": "宣教活动策划岗"},
    *({"姓名": name, "单位编码": "HB12", "岗位": "宣教岗"} for name in EDUCATION),
    {"姓名": "闻人杰", "单位编码": "HB09", "岗位": "主任岗", "是否中层以上": "是"},
    *({"姓名": name, "单位编码": "HB09", "岗位": "值班岗"} for name in RESPONSE[1:]),
]


@pytest.fixture(scope="module")
def bureau(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The roster as after the move; both registers as filed in March, and that of HB09 again in October."""
    base = tmp_path_factory.mktemp("场景四")
    root = open_campaign(base / "2026年度", UNITS, ("risk_register",)).root
    type_roster(root)
    filed = ["乐正华", "滕小彤", "凤娇", *EDUCATION[:-1]]
    source = send(
        base / "三月",
        宣教=register("HB12", filed, IN_MARCH, "乐正华"),
        应急=register("HB09", RESPONSE, IN_MARCH, "闻人杰"),
    )
    lzxl(root, "collect", str(source), "--received", str(IN_MARCH))
    source = send(base / "十月", 应急=register("HB09", [*RESPONSE, "乐正华"], IN_OCTOBER, "闻人杰"))
    lzxl(root, "collect", str(source), "--received", str(IN_OCTOBER))
    return root


def type_roster(root: Path) -> None:
    path = root / "单位名册.xlsx"
    workbook = load_workbook(path)
    worksheet = workbook["单位名册"]
    header, columns = headed(worksheet, "单位编码")
    for row in range(header + 1, header + 4):
        if worksheet.cell(row, columns["单位编码"]).value == "HB12":
            worksheet.cell(row, columns["负责人"]).value = "滕小彤"
    workbook.save(path)
    type_people(root, PEOPLE)


def sheet_rows(path: Path, sheet: str, title: str) -> list[dict[str, Any]]:
    worksheet = load_workbook(path, data_only=True)[sheet]
    header, columns = headed(worksheet, title)
    rows = worksheet.iter_rows(min_row=header + 1, values_only=True)
    return [{name: row[column - 1] for name, column in columns.items()} for row in rows]


def summary(root: Path, day: str) -> Path:
    lzxl(root, "consolidate", "--as-of", day, "--output", str(root.parent / f"汇总{day}.xlsx"))
    return root.parent / f"汇总{day}.xlsx"


def test_the_signature_of_march_stays_right_though_the_head_is_another_now(bureau: Path) -> None:
    checked = lzxl_json(bureau, "check")
    codes = {finding["code"] for entry in checked["files"] for finding in entry["findings"] if entry["unit"] == "HB12"}
    assert "signer_mismatch" not in codes
    assert "owner_left" in codes  # his measures of later days


def test_the_rates_of_the_year(bureau: Path) -> None:
    rows = {row["单位编码"]: row for row in sheet_rows(summary(bureau, "2026-12-01"), "自查率", "自查率")}
    told = {
        code: (row["应交人数"], row["实交人数"], round(row["自查率"], 3), row["未交人员"])
        for code, row in rows.items()
        if code
    }
    assert told == {"HB12": (9, 8, 0.889, NOT_FILED), "HB09": (8, 8, 1.0, None)}
    total = rows[""] if "" in rows else rows[None]
    assert (total["应交人数"], total["实交人数"], round(total["自查率"], 3)) == (17, 16, 0.941)


def test_what_follows_from_the_move_is_listed(bureau: Path) -> None:
    rows = sheet_rows(summary(bureau, "2026-10-01"), "人员变动", "何人")
    own = [row for row in rows if row["何人"] == "乐正华"]
    assert {(row["从何单位"][:4], row["到何单位"][:4]) for row in own} == {("HB12", "HB09")}
    due = {row["何事"]: (row["何时前"].date(), row["办理情况"]) for row in own if row["何时前"]}
    assert due == {"个人自查": (DAY(2026, 10, 19), "待办"), "承诺书": (DAY(2026, 10, 19), "请核对")}
    handed = [row["如何办理"] for row in own if row["何事"] == "移交"]
    mine = [row for row in samples()["HB12"].tables("risk_register")["measures"] if "乐正华" in row["owner"]]
    # What has no day lasts.
    later = {row["id"] for row in mine if row.get("deadline", DAY(2026, 12, 31)) > DAY(2026, 9, 14)}
    assert later and {number for text in handed for number in re.findall("HB12-C[0-9]+", text)} == later
    assert any("由滕小彤签字" in row["如何办理"] for row in own if row["何事"] == "签字")


@pytest.mark.parametrize(
    ("day", "left"), [("2026-09-14", None), ("2026-09-15", 20), ("2026-10-11", 6), ("2026-10-12", None)]
)
def test_today_tells_the_self_check_until_it_is_filed(bureau: Path, day: str, left: int | None) -> None:
    items = [item for item in lzxl_json(bureau, "today", "--date", day)["items"] if item["kind"] == "个人自查"]
    assert [(one["unit"], one["due"], one["workdays_left"]) for one in items] == (
        [("HB09", "2026-10-19", left)] if left is not None else []
    )


def test_today_tells_what_is_to_be_handed_over(bureau: Path) -> None:
    [item] = [one for one in lzxl_json(bureau, "today", "--date", "2026-09-16")["items"] if one["kind"] == "移交"]
    assert (item["object"], item["unit"], item["due"]) == ("乐正华", "HB12", None)
    assert "2026-09-14离岗" in item["text"] and "HB12-C" in item["text"]
    assert "滕小彤" in item["who"]


def test_who_has_not_filed_is_named_to_nobody_but_the_office(bureau: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither in workbooks for other units nor in returns, letters or the ledger of runs."""
    monkeypatch.setattr(clock, "today", lambda: DAY(2026, 12, 1))
    lzxl(bureau, "distribute")
    lzxl(bureau, "remind")
    own = "HB12"
    for path in sorted(bureau.rglob("*")):
        inside = path.relative_to(bureau).as_posix()
        if path.is_file() and not inside.startswith((".lzxl/cache", "收件", "单位名册", "汇总")) and own not in inside:
            data = path.read_bytes()
            content = [data]
            if zipfile.is_zipfile(path):
                with zipfile.ZipFile(path) as package:
                    content = [package.read(name) for name in package.namelist()]
            for encoding in ("utf-8", "utf-16-le", "gbk"):
                assert not any(NOT_FILED.encode(encoding) in part for part in content), inside
