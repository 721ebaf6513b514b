"""领导小组认定 on the demonstration's bureau: open levels go to the meeting, what it decided counts, what is overtaken does not.

The numbers are those that were worked out by hand: computed 33/67/110 of 210, decided 34/71/105, one still open.
"""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests.scenarios.books import named_in
from tests.scenarios.office_desk import headed, invoke, run
from tests.scenarios.test_compared_years import UNITS

BOOK = "认定.xlsx"
HIGHER = ("HB04-013", "HB01-010", "HB03-015", "HB10-010", "HB13-013")
LEFT_OPEN = "HB05-006"
RESPONSIBLE = {
    "powers": ["responsible"],
    "risk_points": ["responsible", "section_head", "leader"],
    "measures": ["owner"],
}
DAY = "2026-11-28"


def rows_of(worksheet: Worksheet, title: str) -> Iterator[tuple[int, dict[str, Any]]]:
    head, columns = headed(worksheet, title)
    for row in range(head + 1, worksheet.max_row + 1):
        values = {name: worksheet.cell(row, column).value for name, column in columns.items()}
        if values[title] is not None:
            yield row, values


def edit(root: Path, change: Callable[[Worksheet, dict[str, int]], None]) -> None:
    """Type into the book as a clerk does."""
    workbook = load_workbook(root / BOOK)
    worksheet = workbook["认定"]
    change(worksheet, headed(worksheet, "认定结果")[1])
    workbook.save(root / BOOK)


def put(worksheet: Worksheet, columns: dict[str, int], row: int, **values: str) -> None:
    for title, value in values.items():
        worksheet.cell(row, columns[title], value)


def add(worksheet: Worksheet, columns: dict[str, int], **values: str) -> int:
    """A row below the last one, with the meeting's day unless it says another."""
    last = max(row for row, _ in rows_of(worksheet, "编号"))
    put(worksheet, columns, last + 1, **{"对象": "风险点", "认定日期": DAY, "理由": "会议决定", **values})
    return last + 1


def decide(worksheet: Worksheet, columns: dict[str, int]) -> None:
    """Rows 1 to 6 of the meeting: of the 26 open ones 20 agreed, 5 raised, 1 left open; two raised, one lowered beside them."""
    for row, values in rows_of(worksheet, "编号"):
        number = str(values["编号"])
        if number != LEFT_OPEN and values["对象"] == "风险点":
            result = "二级" if number in HIGHER else "三级"
            reason = "裁量、资金环节就高" if number in HIGHER else "同意暂定"
            put(worksheet, columns, row, 认定结果=result, 理由=reason, 会议="领导小组2026年第4次会议")
            put(worksheet, columns, row, 纪要文号="云环廉组纪〔2026〕4号", 认定日期=DAY, 有效期="本期")
    graver = {"认定时可能性": "较大", "认定时后果": "较严重", "计算等级": "二级", "认定结果": "一级"}
    add(worksheet, columns, 编号="HB10-003", **graver, 理由="上年发生同类问题")
    add(worksheet, columns, 编号="HB04-002", **graver, 理由="群众反映集中")
    lighter = {"认定时可能性": "较大", "认定时后果": "严重", "计算等级": "一级", "认定结果": "二级"}
    add(worksheet, columns, 编号="HB01-004", **lighter, 理由="一车一卡已接入监管平台")


LOWERED = {
    "编号": "HB01-003",
    "认定时可能性": "较大",
    "认定时后果": "较严重",
    "计算等级": "二级",
    "认定结果": "三级",
    "理由": "管理已规范",
}


def summary(root: Path) -> list[dict[str, Any]]:
    run(root, "consolidate", "--output", str(root / "汇总.xlsx"))
    worksheet = load_workbook(root / "汇总.xlsx", data_only=True)["风险点总表"]
    return [values for _, values in rows_of(worksheet, "风险点编号")]


def levels(rows: list[dict[str, Any]], title: str) -> tuple[int, ...]:
    counts = Counter(row[title] for row in rows)
    return tuple(counts[level] for level in ("一级", "二级", "三级"))


def findings(root: Path) -> list[tuple[str, str]]:
    data = json.loads(run(root, "check", str(root / BOOK), "--format", "json"))
    return [(one["code"], one["severity"]) for file in data["files"] for one in file["findings"]]


def open_points(root: Path) -> list[tuple[str, str]]:
    """(number, unit) of the risk points that `lzxl meeting` lists."""
    opened = json.loads(run(root, "meeting", "--format", "json"))["open"]
    return [(one["object"], one["unit"]) for one in opened if one["kind"] == "风险点"]


@pytest.fixture(scope="module")
def decided(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration's campaign after the meeting. Read it; a test that changes it takes a copy."""
    root = Path(shutil.copytree(demo, tmp_path_factory.mktemp("decided") / "2026年度"))
    (root / BOOK).unlink()  # what the sample bureau's own meetings decided
    for register in (root / "收件").rglob("第01版_20260320_*"):  # the case begins with the registers of November
        register.unlink()
    shutil.rmtree(root / ".lzxl")
    before = json.loads(run(root, "meeting", "--format", "json"))
    assert before["version"] == 1
    # Of the warnings two wait for the leaders; they are left open here.
    assert Counter(one["kind"] for one in before["open"]) == {"风险点": 26, "处置": 2}
    edit(root, decide)
    return root


@pytest.fixture
def own(decided: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(decided, tmp_path / "2026年度"))


def test_what_the_meeting_decided_counts_beside_what_was_computed(decided: Path) -> None:
    rows = summary(decided)
    assert len(rows) == 210
    agreed = [row for row in rows if row["认定等级"] == "三级" and "同意暂定" in row["定级依据"]]
    assert len(agreed) == 20
    assert levels(rows, "计算等级") == (33, 67, 110)
    assert levels(rows, "风险等级") == (34, 71, 105)
    assert [row["风险点编号"] for row in rows if row["认定情况"] == "待认定"] == [LEFT_OPEN]
    changed = {row["风险点编号"]: row["认定情况"] for row in rows if row["认定情况"] in ("提高", "降低")}
    assert changed == {**dict.fromkeys((*HIGHER, "HB10-003", "HB04-002"), "提高"), "HB01-004": "降低"}
    one = next(row for row in rows if row["风险点编号"] == HIGHER[0])
    assert (one["计算等级"], one["认定等级"]) == ("三级", "二级")
    assert one["认定会议和纪要文号"] == "领导小组2026年第4次会议，云环廉组纪〔2026〕4号"
    basis = (
        "领导小组2026-11-28认定，领导小组2026年第4次会议，云环廉组纪〔2026〕4号，比计算等级三级提高，裁量、资金环节就高"
    )
    assert one["定级依据"] == basis
    assert findings(decided) == []


def test_what_waits_can_be_read_in_the_summary_and_is_written_elsewhere(decided: Path) -> None:
    summary(decided)
    worksheet = load_workbook(decided / "汇总.xlsx")["待认定"]
    assert worksheet.protection.sheet
    assert "认定结果填在批次文件夹的 认定.xlsx 里" in str(worksheet["A2"].value)


def test_the_matrix_stays_as_computed_and_the_shares_are_of_what_was_decided(decided: Path) -> None:
    summary(decided)
    workbook = load_workbook(decided / "汇总.xlsx", data_only=True)
    overview = [[cell for cell in row if cell is not None] for row in workbook["总览"].iter_rows(values_only=True)]
    matrix = {row[0]: tuple(row[1:3]) for row in overview if row and row[0] in ("严重", "较严重", "较轻微")}
    assert matrix == {"严重": (33, 24), "较严重": (43, 13), "较轻微": (13, 84)}
    whole = next(row for row in workbook["类别等级"].iter_rows(values_only=True) if row[0] == "合计")
    assert (whole[1], round(whole[2], 3)) == (34, 0.162)


def test_the_meeting_lists_each_matter_once(own: Path) -> None:
    book = (own / BOOK).read_bytes()
    assert open_points(own) == [(LEFT_OPEN, "HB05")]
    assert (own / BOOK).read_bytes() == book


def test_today_lists_what_is_still_to_be_decided(own: Path) -> None:
    data = json.loads(run(own, "today", "--date", DAY, "--format", "json"))
    waiting = [(one["object"], one["unit"], one["who"]) for one in data["items"] if one["kind"] == "待认定"]
    assert waiting == [(LEFT_OPEN, "HB05", "领导小组")]


def test_the_faulty_rows_are_told_and_none_of_them_counts(own: Path) -> None:
    def spoil(worksheet: Worksheet, columns: dict[str, int]) -> None:
        add(worksheet, columns, **LOWERED)
        add(worksheet, columns, 编号="HB04-099", 认定结果="二级")
        add(worksheet, columns, 编号="HB04-002", 认定结果="二级")
        spoilt = {"HB02-009": {"认定结果": "特级"}, "HB03-004": {"认定日期": "2025-11-28"}}
        for row, values in list(rows_of(worksheet, "编号")):
            put(worksheet, columns, row, **spoilt.get(str(values["编号"]), {}))

    edit(own, spoil)
    assert Counter(findings(own)) == {
        ("lowered_despite_warning", "error"): 1,
        ("decision_without_row", "error"): 1,
        ("decisions_conflict", "error"): 2,
        ("level_not_in_vocabulary", "error"): 1,
        ("decision_outside_period", "error"): 1,
    }
    rows = summary(own)
    counted = {row["风险点编号"]: row["风险等级"] for row in rows}
    assert (counted["HB01-003"], counted["HB04-002"]) == ("二级", "二级")
    assert sorted(row["风险点编号"] for row in rows if row["认定情况"] == "待认定") == [
        "HB02-009",
        "HB03-004",
        LEFT_OPEN,
    ]


def test_a_level_is_lowered_against_a_warning_only_with_its_number_and_a_reason(own: Path) -> None:
    edit(own, lambda worksheet, columns: add(worksheet, columns, **LOWERED) and None)
    assert findings(own) == [("lowered_despite_warning", "error")]
    said = json.loads(run(own, "check", str(own / BOOK), "--format", "json"))
    [warning] = re.findall("YJ-[0-9]{4}-[0-9]{3}", said["files"][0]["findings"][0]["message"])
    edit(
        own,
        lambda worksheet, columns: put(
            worksheet,
            columns,
            max(row for row, _ in rows_of(worksheet, "编号")),
            理由=f"{warning}已整改，经督查合格，用车审批已上线",
        ),
    )
    assert findings(own) == []


@pytest.mark.parametrize(
    ("severity", "level", "counted"), [("较严重", "二级", (34, 71, 105)), ("严重", "一级", (35, 70, 105))]
)
def test_a_decision_is_stale_once_the_unit_judges_the_point_otherwise(
    own: Path, severity: str, level: str, counted: tuple[int, ...], tmp_path: Path
) -> None:
    *_, latest = sorted((own / "收件").glob("HB04_*/廉政风险点登记表/第*版_*.xlsx"))
    workbook = load_workbook(latest)
    worksheet = workbook["风险点"]
    _, columns = headed(worksheet, "发生可能性")
    row = next(row for row, values in rows_of(worksheet, "风险点编号") if values["风险点编号"] == "HB04-013")
    put(worksheet, columns, row, 发生可能性="较大", 后果程度=severity)
    folder = tmp_path / "来件三"
    folder.mkdir()
    workbook.save(folder / "法规与行政审批科廉政风险点登记表.xlsx")
    run(own, "collect", str(folder))
    assert findings(own) == [("decision_stale", "warning")]
    data = json.loads(run(own, "check", str(own / BOOK), "--format", "json"))
    [said] = data["files"][0]["findings"]
    assert (
        f"认定时为较小×较严重，现为较大×{severity}，原认定不再适用，按计算等级{level}计，列入待认定" in said["message"]
    )
    rows = summary(own)
    [stale] = [row for row in rows if row["风险点编号"] == "HB04-013"]
    assert (stale["风险等级"], stale["认定等级"]) == (level, None)
    assert "领导小组2026-11-28认定" not in str(stale["定级依据"])
    assert levels(rows, "风险等级") == counted
    assert sorted(row["风险点编号"] for row in rows if row["认定情况"] == "待认定") == ["HB04-013", LEFT_OPEN]
    assert {number for number, _ in open_points(own)} == {"HB04-013", LEFT_OPEN}


def test_one_open_level_keeps_everything_from_the_public_until_it_may_be_shown_as_provisional(own: Path) -> None:
    """And nobody of the 84 whom the registers name is in the edition; the roster knows but 26 of them."""
    refused = invoke(own, "publish")
    said = "".join(refused.output.split())
    assert refused.return_value == 2
    assert f"还有1个风险点待认定（{LEFT_OPEN}）" in said
    run(own, "publish", "--allow-open")
    page = (own / "公示" / "廉政风险点公示表_2026年度_社会版.html").read_text("utf-8")
    assert page.count("（暂定）") == 1
    named = named_in(UNITS, RESPONSIBLE)
    on_the_roster = {name for one in UNITS for name in (one.unit.head, one.unit.liaison)}
    assert (len(named), len(named & on_the_roster)) == (84, 26)
    assert [name for name in named if name in page] == []


def of_the_register(root: Path) -> tuple[str, list[tuple[str, str, str]]]:
    """How the register of HB04 stands, and what is found of the levels in it."""
    data = json.loads(run(root, "check", "--format", "json"))
    [file] = [one for one in data["files"] if "HB04_" in one["file"] and "廉政风险点登记表" in one["file"]]
    levels = [one for one in file["findings"] if one["header"] == "风险等级"]
    return file["status"], [(one["code"], one["severity"], one["message"]) for one in levels]


def test_a_register_that_types_what_the_meeting_decided_is_not_returned_until_the_decision_is_gone(
    own: Path, tmp_path: Path
) -> None:
    *_, latest = sorted((own / "收件").glob("HB04_*/廉政风险点登记表/第*版_*.xlsx"))
    workbook = load_workbook(latest)
    worksheet = workbook["风险点"]
    _, columns = headed(worksheet, "发生可能性")
    row = next(row for row, values in rows_of(worksheet, "风险点编号") if values["风险点编号"] == "HB04-013")
    put(worksheet, columns, row, 风险等级="二级")
    folder = tmp_path / "来件三"
    folder.mkdir()
    workbook.save(folder / "法规与行政审批科廉政风险点登记表.xlsx")
    run(own, "collect", str(folder))
    returned = set((own / "退回").rglob("*.xlsx"))
    status, [(code, severity, message)] = of_the_register(own)
    assert (status, code, severity) == ("accepted", "level_as_decided", "info")
    assert "领导小组2026年第4次会议，云环廉组纪〔2026〕4号" in message and "计算等级为“三级”" in message
    assert levels(summary(own), "风险等级") == (34, 71, 105)

    def withdraw(worksheet: Worksheet, columns: dict[str, int]) -> None:
        [at] = [row for row, values in rows_of(worksheet, "编号") if values["编号"] == "HB04-013"]
        worksheet.cell(at, columns["认定结果"]).value = None

    edit(own, withdraw)
    status, [(code, severity, _)] = of_the_register(own)
    assert (status, code, severity) == ("returned", "level_mismatch", "error")
    run(own, "status")
    [now] = set((own / "退回").rglob("*.xlsx")) - returned
    assert "HB04" in now.as_posix()


def test_one_row_decides_a_whole_cell_and_a_row_of_a_point_beats_it(own: Path) -> None:
    def all_of_a_cell(worksheet: Worksheet, columns: dict[str, int]) -> None:
        row = max(row for row, _ in rows_of(worksheet, "编号")) + 1
        put(worksheet, columns, row, 对象="风险点", 编号="较大×较轻微", 认定结果="一律二级", 理由="从严", 认定日期=DAY)

    edit(own, all_of_a_cell)
    assert findings(own) == []
    rows = summary(own)
    assert {row["认定等级"] for row in rows if row["风险点编号"] == LEFT_OPEN} <= {"二级", None}
    assert levels(rows, "风险等级")[0] == 34


def test_what_was_decided_to_last_holds_in_the_next_period_until_it_is_decided_anew(own: Path, tmp_path: Path) -> None:
    """The register is filed again as it was; the next year's book is still blank."""
    following = Path(shutil.copytree(own, tmp_path / "2027年度"))
    settings = (following / "lzxl.toml").read_text(encoding="utf-8")
    settings = settings.replace('# previous = "../2025年度"', 'previous = "../2026年度"')
    (following / "lzxl.toml").write_text(settings, encoding="utf-8")

    def blank(worksheet: Worksheet, columns: dict[str, int]) -> None:
        for row, values in list(rows_of(worksheet, "编号")):
            for title in values:
                worksheet.cell(row, columns[title]).value = None

    def lasting(worksheet: Worksheet, columns: dict[str, int]) -> None:
        for row, values in list(rows_of(worksheet, "编号")):
            if values["编号"] in HIGHER:
                put(worksheet, columns, row, 有效期="长期")

    edit(following, blank)
    edit(own, lasting)
    rows = summary(following)
    assert sorted(row["风险点编号"] for row in rows if row["认定等级"] == "二级") == sorted(HIGHER)
    assert levels(rows, "风险等级") == (33, 72, 105)
    assert len(open_points(following)) == 26 - len(HIGHER)
