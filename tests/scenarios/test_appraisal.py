"""年终考核 of seven units through the commands: three parts, a rounding edge, a zero item, a limit of the grade, a tie at the quota.

The numbers are those that were worked out by hand; units file their own scores, the office types its scores into its book.
"""

from __future__ import annotations

import datetime
import json
import shutil
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from lzxl.year.appraised import Item, scoring_sheet, standard_items
from tests.campaign.office import filled, open_campaign, samples, send
from tests.scenarios.books import type_rows
from tests.scenarios.office_desk import headed, invoke, run
from tests.scenarios.test_reworked_warning import WARNING, steps

BOOK, DECISIONS, DAY = "考核评定.xlsx", "认定.xlsx", "2026-12-18"
# Unit → 自查, 日常督查, 年终检查; None: nobody appraised it.
SCORES: dict[str, tuple[str, str, str | None]] = {
    "HB01": ("98.0", "95.5", "94.0"),
    "HB04": ("96.0", "97.0", "98.0"),
    "HB07": ("97.0", "95.0", "95.0"),
    "HB10": ("94.5", "83.0", "78.0"),
    "HB11": ("92.0", "90.0", None),
    "HB12": ("90.25", "90.0", "89.75"),
    "HB13": ("100.0", "88.0", "85.5"),
}
FORM = "self_appraisal"
OFFICE_ONLY = {"score_not_by_unit", "office_field_filled"}
OFFICE_TITLES, OPINION = ("督查分", "核准分"), "工作出色，建议评为优秀"


def items() -> tuple[Item, ...]:
    sheet = scoring_sheet(FORM)
    assert sheet is not None
    return standard_items(sheet)


def spread(total: str, zero: str = "") -> dict[str, Decimal]:
    """Points lost on items, each at most what it has and none wholly but `zero`, so that `total` is left of 100."""
    left = 100 - Decimal(total)
    lost: dict[str, Decimal] = {}
    for item in items():
        off = item.points if item.number == zero else Decimal(0)
        lost[item.number] = off
        left -= off
    for item in items():
        if item.number != zero:
            off = min(left, item.points - Decimal("0.25"))
            lost[item.number] += off
            left -= off
    assert left == 0
    return {number: off for number, off in lost.items() if off}


def own_scores(code: str) -> bytes:
    """A unit's self-appraisal. HB13 has an older form, and fills in the office's scores as well, all of them full."""
    lost = spread(SCORES[code][0])

    def score(paper: Any) -> None:
        for index, item in enumerate(items()):
            paper.put("items", "self_score", index, float(item.points - lost.get(item.number, Decimal(0))))
        if code == "HB13":
            add_office_columns(paper)

    return filled(code, FORM, day=20, spoil=score)


def add_office_columns(paper: Any) -> None:
    """The columns and the label that older forms had for the appraisers, filled in with full scores."""
    sheet = paper.worksheet("items")
    for column, title in enumerate(OFFICE_TITLES, sheet.max_column + 1):
        sheet.cell(paper.row("items", 0) - 1, column, title)
        for index, item in enumerate(items()):
            sheet.cell(paper.row("items", index), column, float(item.points))
    cover = paper.worksheet("cover")
    row = cover.max_row + 2
    cover.cell(row, 2, "考核意见")
    cover.cell(row, 3, OPINION)


class Sheet:
    """A sheet of a book as a clerk has it open."""

    def __init__(self, worksheet: Worksheet, title: str = "单位") -> None:
        self.worksheet, self.title = worksheet, title
        self.head, self.columns = headed(worksheet, title)

    def rows(self) -> Iterator[tuple[int, dict[str, Any]]]:
        for row in range(self.head + 1, self.worksheet.max_row + 1):
            values = {name: self.worksheet.cell(row, column).value for name, column in self.columns.items()}
            if values[self.title] is not None:
                yield row, values

    def put(self, row: int, **values: Any) -> None:
        for name, value in values.items():
            self.worksheet.cell(row, self.columns[name], value)

    def add(self, **values: Any) -> None:
        self.put(max([self.head, *(row for row, _ in self.rows())]) + 1, **values)


def edit(root: Path, book: str, title: str, change: Callable[[Sheet], None], key: str = "单位") -> None:
    workbook = load_workbook(root / book)
    change(Sheet(workbook[title], key))
    workbook.save(root / book)


def inspect(sheet: Sheet) -> None:
    for code, (_, total, _) in SCORES.items():
        for number, off in spread(total).items():
            sheet.add(
                日期=datetime.date(2026, 6, 1),
                单位=code,
                项=f"第{number}项",
                扣分=float(off),
                事实="抽查发现",
                督查人="韩立群",
            )


def check(sheet: Sheet) -> None:
    """The appraisers give HB04 and others their scores; of HB11 nobody has looked at anything yet."""
    lost = {
        code: spread(total, "10" if code == "HB12" else "")
        for code, (_, _, total) in SCORES.items()
        if total is not None
    }
    points = {item.number: item.points for item in items()}
    for row, values in list(sheet.rows()):
        code, number = str(values["单位"]).split()[0], str(values["项"])
        if code in lost:
            given = points[number] - lost[code].get(number, Decimal(0))
            sheet.put(row, 得分=float(given), 理由="年终检查" if given < points[number] else None, 考核人="考核组")


def limit(sheet: Sheet) -> None:
    sheet.add(
        单位="HB04 法规与行政审批科", 情形="干部受诫勉", 最高等次="良好", 依据="本局考核办法第九条", 认定人="局党组"
    )
    row = max(row for row, _ in sheet.rows())
    sheet.put(row, 认定日期=datetime.date(2026, 5, 20))


@pytest.fixture(scope="module")
def appraised(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A campaign whose year-end check is done. Read it; a test that changes it takes a copy."""
    base = tmp_path_factory.mktemp("appraised")
    campaign = open_campaign(base / "2026年度", SCORES, (FORM,))
    folder = send(base / "来件", **{f"{code}自查自评表": own_scores(code) for code in SCORES})
    run(campaign.root, "collect", str(folder))
    run(campaign.root, "appraise")
    for title, change in (("日常督查记录", inspect), ("年终检查", check), ("等次限制", limit)):
        edit(campaign.root, BOOK, title, change)
    return campaign.root


@pytest.fixture
def own(appraised: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(appraised, tmp_path / "2026年度"))


def outcome(root: Path) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    data = json.loads(run(root, "appraise", "--date", DAY, "--format", "json"))
    return data, {one["unit"]: one for one in data["results"]}


def test_the_units_stand_as_it_was_worked_out_by_hand(own: Path) -> None:
    data, units = outcome(own)
    assert (data["version"], data["quota_excellent"], data["ranked"], data["average_of_scored"]) == (1, 1, 6, 91.8)
    assert sorted(data["to_decide"]) == sorted(data["eligible_excellent"]) == ["HB01", "HB07"]
    assert {code: (one["result"], one["by_score"], one["grade"], one["rank"]) for code, one in units.items()} == {
        "HB04": (97.2, "优秀", "良好", 1),
        "HB01": (95.4, "优秀", "待定", 2),
        "HB07": (95.4, "优秀", "待定", 2),
        "HB12": (90.0, "优秀", "良好", 4),
        "HB13": (89.4, "良好", "良好", 5),
        "HB10": (83.3, "良好", "良好", 6),
        "HB11": (None, "", "", None),
    }
    for code, (own_total, inspection, final) in SCORES.items():
        parts = (units[code]["self"], units[code]["inspection"], units[code]["final"])
        assert parts == (float(own_total), float(inspection), None if final is None else float(final))
    assert units["HB04"]["why"] == "等次限制：干部受诫勉"
    assert units["HB01"]["why"] == "与 HB07 并列，优秀名额只有1个"
    assert units["HB12"]["why"] == "有零分项（第10项）"
    assert units["HB13"]["why"] == "自查高出年终检查14.5分，请核对"
    assert (units["HB11"]["state"], units["HB11"]["why"]) == ("未齐", "缺年终检查")


def test_what_a_unit_scores_for_the_office_is_told_to_the_office_only(own: Path, tmp_path: Path) -> None:
    files = json.loads(run(own, "check", str(own / "收件"), "--format", "json"))["files"]
    told = {entry["unit"]: {one["code"] for one in entry["findings"]} & OFFICE_ONLY for entry in files}
    assert {unit: codes for unit, codes in told.items() if codes} == {"HB13": OFFICE_ONLY}
    [asked] = [one for entry in files for one in entry["findings"] if one["code"] == "score_not_by_unit"]
    assert asked["severity"] == "warning"
    filings = json.loads(run(own, "status", "--format", "json"))["filings"]
    assert {one["unit"]: (one["state"], one["office_only"]) for one in filings if one["office_only"]} == {
        "HB13": ("accepted", 2)
    }
    assert "另有2处只告知办公室" in run(own, "status")

    def spoil(paper: Any) -> None:
        add_office_columns(paper)
        paper.put("items", "self_score", 0, None)

    folder = send(tmp_path / "更正", HB13自查自评表=filled("HB13", FORM, day=20, spoil=spoil))
    run(own, "collect", str(folder))
    [returned] = (own / "退回").rglob("*HB13*.xlsx")
    with ZipFile(returned) as archive:
        content = b"".join(archive.read(name) for name in archive.namelist()).decode("utf-8", "replace")
    assert "自评分" in content
    assert [text for text in (*OFFICE_TITLES, "考核意见", OPINION, "由考核组评定") if text in content] == []


def test_what_came_of_it_stands_in_the_book_with_a_draft_and_what_was_typed_stays(own: Path) -> None:
    outcome(own)

    def own_words(sheet: Sheet) -> None:
        [row] = [row for row, values in sheet.rows() if values["单位"] == "HB10"]
        sheet.put(row, 考核意见="办公室自己写的意见")

    edit(own, BOOK, "考核意见", own_words)
    outcome(own)
    shown = load_workbook(own / BOOK, data_only=True)["考核意见"]
    rows = {values["单位"]: values for _, values in Sheet(shown).rows()}
    assert (rows["HB04"]["结果"], rows["HB04"]["最终等次"], rows["HB04"]["名次"]) == (97.2, "良好", 1)
    assert rows["HB10"]["考核意见"] == "办公室自己写的意见"
    drafted = rows["HB12"]["考核意见"]
    assert drafted.startswith("宣传教育中心本年度考核结果90分")
    assert all(part in drafted for part in ("主要成效", "存在问题", "年终检查", "请于2027-01-17前"))
    assert max(len(str(row["考核意见"] or "")) for row in rows.values()) <= 300
    assert rows["HB11"]["考核意见"] is None


def test_appraising_again_changes_nothing(own: Path) -> None:
    outcome(own)
    before = (own / BOOK).read_bytes()
    outcome(own)
    assert (own / BOOK).read_bytes() == before


def test_the_leading_group_chooses_between_equals_and_the_other_is_told_why(own: Path) -> None:
    outcome(own)
    opened = json.loads(run(own, "meeting", "--format", "json"))["open"]
    assert {one["object"] for one in opened if one["kind"] == "等次"} == {"HB01", "HB07"}

    def choose(sheet: Sheet) -> None:
        for row, values in list(sheet.rows()):
            if values["编号"] == "HB07":
                sheet.put(row, 认定结果="优秀", 理由="重点任务完成较好", 认定日期=datetime.date(2026, 12, 18))

    edit(own, DECISIONS, "认定", choose, "编号")
    data, units = outcome(own)
    assert data["to_decide"] == []
    assert (units["HB07"]["grade"], units["HB01"]["grade"]) == ("优秀", "良好")
    assert units["HB01"]["why"] == "名额限制，领导小组2026-12-18认定"


@pytest.mark.parametrize(
    ("lacks", "grade"), [("", "不合格"), ("依据", "良好"), ("认定人", "良好"), ("认定日期", "良好")]
)
def test_false_reporting_counts_only_with_its_foundation(own: Path, lacks: str, grade: str) -> None:
    def false_report(sheet: Sheet) -> None:
        founded = {"认定人": "领导小组", "依据": "云环廉组纪〔2026〕5号", "认定日期": datetime.date(2026, 12, 18)}
        told = {title: value for title, value in founded.items() if title != lacks}
        sheet.add(单位="HB13", 情形="弄虚作假", 最高等次="不合格", **told)

    edit(own, BOOK, "等次限制", false_report)
    _, units = outcome(own)
    assert units["HB13"]["grade"] == grade
    found = json.loads(run(own, "check", str(own / BOOK), "--format", "json"))["files"][0]["findings"]
    codes = [one["code"] for one in found]
    assert codes == (["grade_limit_without_basis"] if lacks else [])


def test_who_signs_without_a_score_takes_over_what_is_proposed(own: Path) -> None:
    def sign(sheet: Sheet) -> None:
        for row, values in list(sheet.rows()):
            if str(values["单位"]).startswith("HB11"):
                sheet.put(row, 考核人="考核组")

    edit(own, BOOK, "年终检查", sign)
    _, units = outcome(own)
    assert (units["HB11"]["final"], units["HB11"]["state"]) == (100.0, "已定")


def test_settings_that_cannot_be_used_give_no_result_and_a_sentence_each(own: Path) -> None:
    settings = (
        "\n[appraisal]\nweights = { self_score = 20, inspection_score = 40, final_score = 30 }\n"
        'grades = [{ grade = "优秀", from = 90 }, { grade = "良好", from = 90 }, { grade = "合格", from = 60 }, '
        '{ grade = "不合格", from = 10 }]\n'
    )
    with (own / "lzxl.toml").open("a", encoding="utf-8") as stream:
        stream.write(settings)
    result = invoke(own, "appraise", "--format", "json")
    assert result.return_value == 2
    assert result.stdout == ""
    for said in ("合计90", "优秀、良好都从90分起", "0到10分没有等次"):
        assert said in result.stderr


def test_the_summary_shows_how_the_units_stand_by_the_offices_book(own: Path) -> None:
    run(own, "consolidate", "--output", str(own / "汇总.xlsx"))
    sheet = Sheet(load_workbook(own / "汇总.xlsx", data_only=True)["考核得分"], "单位编码")
    rows = {values["单位编码"]: values for _, values in sheet.rows() if values["单位编码"] in SCORES}
    titles = ("自查", "日常督查", "年终检查", "结果", "按分数等次", "最终等次", "名次")
    assert tuple(rows["HB12"][title] for title in titles) == (90.25, 90, 89.75, 90, "优秀", "良好", 4)
    assert (rows["HB01"]["最终等次"], rows["HB01"]["说明"]) == ("待定", "与 HB07 并列，优秀名额只有1个")
    assert (rows["HB11"]["结果"], rows["HB11"]["最终等次"], rows["HB11"]["名次"]) == ("未齐", "—", "—")
    assert (rows["HB13"]["自查"], rows["HB13"]["年终检查"], rows["HB13"]["名次"]) == (100, 85.5, 5)


def test_what_the_ledger_and_the_roster_prove_is_proposed_with_its_evidence(own: Path) -> None:
    type_rows(own / "预警处置台账.xlsx", "台账", [WARNING])
    type_rows(own / "预警处置台账.xlsx", "办理过程", steps())
    names = sorted(
        {str(row["person"]) for row in samples()["HB13"].tables(FORM)["reports"] if "党员" in row["report_type"]}
    )
    people = [{"姓名": name, "单位编码": "HB13", "岗位": "检验岗", "党员": "是"} for name in (*names, "方未交")]
    type_rows(own / "单位名册.xlsx", "人员", people)
    data, _ = outcome(own)
    proposed = [(one["unit"], one["item"], one["deduction"], one["evidence"]) for one in data["proposed"]]
    assert [one for one in proposed if one[1] in (12, 13, 16)] == [
        ("HB10", 12, 1.0, "YJ-2026-001 第2轮反馈应于2026-05-12，实为2026-05-14，逾期2个工作日"),
        ("HB10", 13, 2.0, "YJ-2026-001 重新整改2次"),
        ("HB13", 16, 0.5, f"应交{len(people)}人（名册），实交{len(names)}人，缺1人"),
    ]


def test_an_item_never_loses_more_than_it_has(own: Path) -> None:
    """Six reworks of a unit on an item of four points."""
    warnings = [f"YJ-2026-{number:03d}" for number in (1, 2, 3)]
    type_rows(own / "预警处置台账.xlsx", "台账", [{**WARNING, "预警编号": number} for number in warnings])
    for number in warnings:
        type_rows(own / "预警处置台账.xlsx", "办理过程", steps(number))
    data, _ = outcome(own)
    lost = [one["deduction"] for one in data["proposed"] if (one["unit"], one["item"]) == ("HB10", 13)]
    assert lost == [2.0, 2.0, 2.0]
    rows = Sheet(load_workbook(own / BOOK, data_only=True)["年终检查"]).rows()
    [row] = [values for _, values in rows if str(values["单位"])[:4] == "HB10" and str(values["项"]) == "13"]
    assert (row["分值"], row["应扣"], row["建议得分"]) == (4, 4, 0)
    assert [line.split()[0] for line in str(row["证据"]).splitlines()] == warnings


def test_full_points_against_the_record_are_asked_about(own: Path) -> None:
    type_rows(own / "预警处置台账.xlsx", "台账", [WARNING])
    type_rows(own / "预警处置台账.xlsx", "办理过程", steps())
    outcome(own)

    def full(sheet: Sheet) -> None:
        for row, values in list(sheet.rows()):
            if str(values["单位"]).startswith("HB10") and str(values["项"]) == "12":
                sheet.put(row, 得分=6, 理由=None, 考核人="考核组")

    edit(own, BOOK, "年终检查", full)
    [file] = json.loads(run(own, "check", str(own / BOOK), "--format", "json"))["files"]
    [asked] = [one for one in file["findings"] if "逾期2个工作日" in one["message"]]
    assert (asked["code"], asked["severity"]) == ("score_above_record", "warning")
    assert "6分" in asked["message"]


def test_before_its_day_a_late_answer_takes_nothing_off(own: Path) -> None:
    type_rows(own / "预警处置台账.xlsx", "台账", [WARNING])
    type_rows(own / "预警处置台账.xlsx", "办理过程", steps())
    data = json.loads(run(own, "appraise", "--date", "2026-05-11", "--format", "json"))
    assert [one["item"] for one in data["proposed"] if one["unit"] == "HB10" and one["item"] in (12, 13)] == [13]
