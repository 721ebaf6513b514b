"""预警分析 of the sample bureau: every figure is worked out once more from the rows of the ledger, by plain counting."""

from __future__ import annotations

import datetime
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from statistics import mean, median
from typing import Any

import chinese_calendar
import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from lzxl.api import consolidate
from lzxl.summary.workbook import write_summary
from tests.scenarios.office_desk import headed

from .rounds import make_round

BOOK, NAME = "预警处置台账.xlsx", "预警分析"
LIMITS = {"警示提醒": 5, "诫勉纠错": 10, "责令整改": 20}
Row = dict[str, Any]


def typed(root: Path, sheet: str, title: str) -> list[Row]:
    worksheet = load_workbook(root / BOOK)[sheet]
    head, columns = headed(worksheet, title)
    rows = [
        {name: worksheet.cell(row, column).value for name, column in columns.items()}
        for row in range(head + 1, worksheet.max_row + 1)
    ]
    return [row for row in rows if row["预警编号"]]


def day(value: Any) -> datetime.date:
    return value.date() if isinstance(value, datetime.datetime) else datetime.date.fromisoformat(str(value))


def workdays(first: datetime.date, last: datetime.date) -> int:
    """Working days after the first day up to the last."""
    span = (first + datetime.timedelta(days=count + 1) for count in range((last - first).days))
    return sum(chinese_calendar.is_workday(one) for one in span)


@pytest.fixture(scope="module")
def summary(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("分析") / "汇总.xlsx"
    consolidate(demo, target)
    return target


@pytest.fixture(scope="module")
def summed(demo: Path, summary: Path) -> tuple[Path, Worksheet]:
    return demo, load_workbook(summary, data_only=True)[NAME]


def below(worksheet: Worksheet, title: str) -> Iterator[list[Any]]:
    """The rows of a section under its headings."""
    rows = list(worksheet.iter_rows(values_only=True, max_col=7))
    first = next(number for number, row in enumerate(rows) if row[0] == title)
    for row in rows[first + 2 :]:
        if not any(row):
            return
        yield list(row)


def courses(root: Path) -> dict[str, list[Row]]:
    """Warning → its events in the order of their days."""
    found: dict[str, list[Row]] = {row["预警编号"]: [] for row in typed(root, "台账", "预警编号")}
    for row in typed(root, "办理过程", "事项"):
        found[row["预警编号"]].append(row)
    return {number: sorted(rows, key=lambda row: day(row["日期"])) for number, rows in found.items()}


def of(rows: list[Row], event: str) -> list[Row]:
    return [row for row in rows if row["事项"] == event]


def test_the_months_and_the_units(summed: tuple[Path, Worksheet]) -> None:
    root, worksheet = summed
    ledger = typed(root, "台账", "预警编号")
    *months, total = below(worksheet, "三、按月和来源")
    assert [row[0] for row in months] == sorted({row[0] for row in months}) and total[0] == "合计"
    by_month = Counter(f"{day(row['采集日期']):%Y-%m}" for row in ledger)
    assert {row[0]: row[5] for row in months if row[5]} == by_month
    assert total[5] == len(ledger) == sum(by_month.values())
    *units, whole = below(worksheet, "四、按单位")
    assert Counter({row[0]: row[1] for row in units}) == Counter(row["所属单位"].split()[1] for row in ledger)
    assert whole[:2] == ["合计", len(ledger)]


def test_the_rates(summed: tuple[Path, Worksheet]) -> None:
    root, worksheet = summed
    told = {row[0]: row[1] for row in below(worksheet, "一、办理质量")}
    rows = list(courses(root).values())
    verified = [of(one, "核实")[-1]["结果"] for one in rows if of(one, "核实")]
    proved = [text for text in verified if text.startswith(("属实", "部分属实"))]
    assert told["属实率"] == round(len(proved) / len(verified), 3)
    inspected = [of(one, "督查")[0]["结果"] for one in rows if of(one, "督查")]
    assert told["一次合格率"] == round(sum(text.startswith("合格") for text in inspected) / len(inspected), 3)
    decided = [
        (of(one, "核实")[-1], of(one, "批准")[0])
        for one in rows
        if of(one, "批准") and "提级" not in str(of(one, "批准")[0])
    ]
    in_time = [workdays(day(first["日期"]), day(last["日期"])) <= LIMITS["警示提醒"] for first, last in decided]
    assert told["及时处置率"] == round(sum(in_time) / len(in_time), 3)


def test_answers_in_time(summed: tuple[Path, Worksheet]) -> None:
    root, worksheet = summed
    told = {row[0]: row[1] for row in below(worksheet, "一、办理质量")}
    answers = []
    for rows in courses(root).values():
        given, limit, begun, until = "", 0, datetime.date.min, None
        for row in rows:
            given = next((word for word in LIMITS if word in str(row["结果"]) and row["事项"] == "批准"), given)
            if row["事项"] == "送达":
                limit, begun, until = LIMITS[given], day(row["日期"]), None
            elif row["事项"] == "督查" and str(row["结果"]).startswith("不合格"):
                limit, begun, until = min(LIMITS[given], 10), day(row["日期"]), None
            elif row["事项"] == "延期批准":
                until = day(re.findall("[0-9]{4}-[0-9]{2}-[0-9]{2}", row["结果"])[0])
            elif row["事项"] == "反馈":
                came = day(row["日期"])
                answers.append(came <= until if until else workdays(begun, came) <= limit)
    assert told["及时反馈率"] == round(sum(answers) / len(answers), 3)


@pytest.mark.parametrize(("title", "first", "last"), [("核实", "受理", "核实"), ("送达", "批准", "送达")])
def test_working_days(summed: tuple[Path, Worksheet], title: str, first: str, last: str) -> None:
    root, worksheet = summed
    told = {row[0]: row[1:3] for row in below(worksheet, "二、办理工作日")}
    days = [
        workdays(day(of(one, first)[0]["日期"]), day(of(one, last)[0]["日期"]))
        for one in courses(root).values()
        if of(one, first) and of(one, last)
    ]
    assert told[title] == [round(mean(days), 1), median(days)]


def test_the_charts_have_something_to_show_and_can_be_read_out(summary: Path) -> None:
    charts = load_workbook(summary)[NAME]._charts
    assert len(charts) == 2
    with zipfile.ZipFile(summary) as package:
        texts = "".join(package.read(one).decode() for one in package.namelist() if "drawings/drawing" in one)
    assert "各月预警件数（按来源）" in texts and "各单位预警件数" in texts


def test_without_a_warning_there_is_no_sheet(tmp_path: Path) -> None:
    write_summary(make_round([]), tmp_path / "汇总.xlsx")
    assert NAME not in load_workbook(tmp_path / "汇总.xlsx").sheetnames
