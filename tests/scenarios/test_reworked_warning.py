"""场景一: a warning that is reworked twice, escalated and closed; its refusals and variants, through the commands."""

from __future__ import annotations

import datetime
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from tests.campaign.office import open_campaign
from tests.scenarios.books import columns_of, findings_of, header_row, lzxl, lzxl_json, type_rows

BOOK = "预警处置台账.xlsx"
UNITS = ("HB01", "HB09", "HB10", "HB12")
Row = dict[str, Any]


def on(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


WARNING: Row = {
    "预警编号": "YJ-2026-001",
    "采集日期": on("2026-03-09"),
    "来源": "信访投诉举报",
    "来源明细": "12345政务服务便民热线",
    "对象类型": "科室",
    "对象": "执法二中队",
    "所属单位": "HB10 综合行政执法大队",
    "主要问题": "同类案件处罚幅度悬殊，集体讨论笔录缺失",
    "关联风险点": "HB10-005",
    "知悉范围": "办公室、分管领导",
}
TITLES = ("轮次", "事项", "日期", "办理人", "结果", "文号")
STEPS = (
    (0, "受理", "2026-03-10", "柳青", "受理", None),
    (0, "核实", "2026-03-27", "韩立群、柳青", "属实；问题程度 较重；是否涉嫌违纪违法 否", None),
    (0, "处置建议", "2026-03-30", "办公室", "建议 诫勉纠错（科室：约谈中队负责人＋纠错通知）", None),
    (1, "批准", "2026-04-01", "领导小组", "同意 诫勉纠错", None),
    (1, "送达", "2026-04-02", "柳青", "符海涛 签收", "云环廉办〔2026〕3号"),
    (1, "反馈", "2026-04-16", "HB10", "原因分析、整改措施各一份", None),
    (1, "督查", "2026-04-24", "韩立群", "不合格：抽查5件仍有2件无讨论笔录 → 重新整改", "云环廉办〔2026〕6号"),
    (2, "反馈", "2026-05-14", "HB10", "第二次整改报告", None),
    (2, "督查", "2026-05-20", "韩立群", "不合格：裁量说明未附卷 → 提级", None),
    (3, "批准", "2026-05-22", "领导小组", "提级为 责令整改", None),
    (3, "送达", "2026-05-25", "柳青", "雷震山 签收", "云环廉办〔2026〕9号"),
    (3, "反馈", "2026-06-18", "HB10", "整改报告、制度1件、返工案卷12宗", None),
    (3, "督查", "2026-06-25", "韩立群、邵长林", "合格", None),
    (3, "办结", "2026-06-26", "柳青", "归档", None),
)


def steps(warning: str = "YJ-2026-001") -> list[Row]:
    """The rows of 办理过程."""
    rows = []
    for step in STEPS:
        row = dict(zip(TITLES, step, strict=True))
        rows.append({"预警编号": warning, **row, "日期": on(str(row["日期"]))})
    return rows


@pytest.fixture(scope="module")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return open_campaign(tmp_path_factory.mktemp("场景一") / "2026年度", UNITS).root


@pytest.fixture
def office(blank: Path, tmp_path: Path) -> Callable[..., tuple[Path, list[int]]]:
    """A campaign whose ledger has a warning with its events, and the rows of these."""

    def filled(rows: list[Row], warning: Row = WARNING) -> tuple[Path, list[int]]:
        root = tmp_path / "2026年度"
        shutil.rmtree(root, ignore_errors=True)
        shutil.copytree(blank, root)
        type_rows(root / BOOK, "台账", [warning])
        return root, type_rows(root / BOOK, "办理过程", rows)

    return filled


def test_its_numbers(office: Callable[..., tuple[Path, list[int]]]) -> None:
    root, _ = office(steps())
    data = lzxl_json(root, "ledger", "--date", "2026-06-27")
    assert data["warnings"] == [
        {
            "id": "YJ-2026-001",
            "unit": "HB10",
            "source": "信访投诉举报",
            "target_kind": "科室",
            "state": "已办结",
            "round": 3,
            "rework": 2,
            "escalated": 1,
            "due": None,
            "overdue_workdays": 0,
            "first_disposition": "诫勉纠错",
            "final_disposition": "责令整改",
            "feedbacks": 3,
            "feedbacks_late": 1,
            "late_workdays": [0, 2, 0],
            "workdays": {"verify": 13, "decide": 3, "deliver": 1, "register_to_close": 75},
            "documents": ["云环廉办〔2026〕3号", "云环廉办〔2026〕6号", "云环廉办〔2026〕9号"],
        }
    ]
    told = data["analysis"]
    assert told["count"] == 1
    assert told["by_disposition"] == {"责令整改": 1}
    assert told["papers"] == {"诫勉纠错": 1, "责令整改": 1, "重新整改": 1}
    assert told["by_source"] == {"信访投诉举报": 1}
    assert told["by_month"] == {"2026-03": {"信访投诉举报": 1}}
    assert told["feedback_on_time_rate"] == 0.667
    assert told["uncovered"] == ["YJ-2026-001"]  # no register has come in yet


@pytest.mark.parametrize(
    ("day", "kind", "state", "due", "left", "text"),
    [
        ("2026-03-20", "核实", "核实中", "2026-03-31", 7, "核实"),
        ("2026-03-28", "处置决定", "已核实", "2026-04-03", 5, "处置"),
        ("2026-04-01", "送达", "已批准待送达", "2026-04-07", 3, "送达"),
        ("2026-04-03", "反馈", "整改反馈中（第1轮）", "2026-04-17", 9, "反馈"),
        ("2026-04-20", "督查", "已反馈待督查（第1轮）", "2026-04-30", 8, "督查"),
        ("2026-05-13", "反馈", "重新整改中（第2轮）", "2026-05-12", -1, "逾期1个工作日；催办HB10"),
        ("2026-05-15", "督查", "已反馈待督查（第2轮）", "2026-05-28", 9, "督查"),
        ("2026-05-21", "提级", "拟提级待批准", None, None, "提交领导小组"),
        ("2026-05-26", "反馈", "整改反馈中（第3轮）", "2026-06-23", 19, "反馈"),
        ("2026-06-24", "督查", "已反馈待督查（第3轮）", "2026-07-03", 7, "督查"),
    ],
)
def test_what_is_due_on_a_day(
    office: Callable[..., tuple[Path, list[int]]],
    day: str,
    kind: str,
    state: str,
    due: str | None,
    left: int | None,
    text: str,
) -> None:
    root, _ = office(steps())
    data = lzxl_json(root, "today", "--date", day)
    [item] = [item for item in data["items"] if item["object"] == "YJ-2026-001"]
    told = (item["kind"], item["unit"], item["state"], item["due"], item["workdays_left"])
    assert told == (kind, "HB10", state, due, left)
    assert text in item["text"]
    assert item["who"]


def test_nothing_is_due_when_it_is_closed(office: Callable[..., tuple[Path, list[int]]]) -> None:
    root, _ = office(steps())
    assert [item for item in lzxl_json(root, "today", "--date", "2026-06-27")["items"] if item["kind"] != "未报"] == []


def test_as_it_is_nothing_is_refused(office: Callable[..., tuple[Path, list[int]]]) -> None:
    root, rows = office(steps())
    lzxl(root, "ledger")
    gaps = [("document_number_gap", "info", f"I{rows[6]}"), ("document_number_gap", "info", f"I{rows[10]}")]
    assert findings_of(root, BOOK) == gaps


def _closed_too_early(rows: list[Row]) -> None:
    rows[12]["结果"] = "不合格：仍有一件"


def _not_approved(rows: list[Row]) -> None:
    del rows[9:11]


def _before_delivery(rows: list[Row]) -> None:
    rows[5]["日期"] = on("2026-04-01")


def _own_supervisor(rows: list[Row]) -> None:
    rows[6]["办理人"] = "符海涛"


def _own_handler(rows: list[Row]) -> None:
    rows[0]["办理人"] = "符海涛"


def _twice(rows: list[Row]) -> None:
    rows[6]["文号"] = "云环廉办〔2026〕3号"


@pytest.mark.parametrize(
    ("change", "code", "cell"),
    [
        (_closed_too_early, "closed_without_supervision", ("C", 13)),
        (_not_approved, "escalation_not_approved", ("C", 9)),
        (_before_delivery, "date_order", ("D", 5)),
        (_own_supervisor, "supervisor_of_own_unit", ("E", 6)),
        (_own_handler, "handler_of_own_unit", ("E", 0)),
        (_twice, "document_number_twice", ("I", 6)),
    ],
)
def test_what_is_refused(
    office: Callable[..., tuple[Path, list[int]]],
    change: Callable[[list[Row]], None],
    code: str,
    cell: tuple[str, int],
) -> None:
    rows = steps()
    change(rows)
    root, places = office(rows)
    errors = [found for found in findings_of(root, BOOK) if found[1] == "error"]
    assert errors == [(code, "error", f"{cell[0]}{places[cell[1]]}")]


def test_numbers_that_are_left_out_are_listed(office: Callable[..., tuple[Path, list[int]]]) -> None:
    rows = steps()
    rows[6]["文号"] = None
    root, _ = office(rows)
    [entry] = [entry for entry in lzxl_json(root, "check")["files"] if entry["file"] == BOOK]
    [gap] = [finding for finding in entry["findings"] if finding["code"] == "document_number_gap"]
    assert (gap["severity"], "4–8" in gap["message"]) == ("info", True)


PAPERS = [
    ("云环廉办〔2026〕4号", "其他", "已印发"),
    ("云环廉办[2026]第 5 号", "会议纪要", "作废"),
    ("云环廉办〔2026〕7号", "其他", "预留"),
    ("云环党〔2026〕8号", "其他", "已印发"),
]
"""Another paper's, one that was given up, one that is kept for a paper; and one of another series."""


@pytest.mark.parametrize(("papers", "left"), [(PAPERS, ["8"]), (PAPERS[1:], ["4", "8"]), (PAPERS[:1], ["5", "7、8"])])
def test_a_number_that_stands_in_the_record_of_papers_is_not_left_out(
    office: Callable[..., tuple[Path, list[int]]], papers: list[tuple[str, ...]], left: list[str]
) -> None:
    """Whichever paper has it, and also where it was given up."""
    root, _ = office(steps())
    type_rows(
        root / "工作记录.xlsx", "文号簿", [dict(zip(("文号", "文种", "状态"), row, strict=True)) for row in papers]
    )
    [entry] = [entry for entry in lzxl_json(root, "check")["files"] if entry["file"] == BOOK]
    gaps = [finding["message"] for finding in entry["findings"] if finding["code"] == "document_number_gap"]
    assert [message.rpartition("缺：")[2] for message in gaps] == [f"{missing}。" for missing in left]


def test_a_row_that_vanishes_is_missed(office: Callable[..., tuple[Path, list[int]]]) -> None:
    root, places = office(steps())
    lzxl(root, "ledger")
    workbook = load_workbook(root / BOOK)
    workbook["办理过程"].delete_rows(places[-1])
    workbook.save(root / BOOK)
    assert ("book_row_vanished", "error", "") in findings_of(root, BOOK)


def test_a_warning_of_last_year_is_not_out_of_the_period(office: Callable[..., tuple[Path, list[int]]]) -> None:
    warning = {**WARNING, "预警编号": "YJ-2025-031", "采集日期": on("2025-11-06")}
    root, _ = office(steps("YJ-2025-031")[:2], warning)
    assert findings_of(root, BOOK) == []
    assert lzxl_json(root, "ledger", "--date", "2026-03-28")["warnings"][0]["state"] == "已核实"


def test_a_disposition_that_waits_is_put_before_the_meeting(office: Callable[..., tuple[Path, list[int]]]) -> None:
    root, _ = office(steps()[:9])
    wanted = {"kind": "处置", "object": "YJ-2026-001", "unit": "HB10", "text": "拟提级待批准，已给予诫勉纠错"}
    assert wanted in lzxl_json(root, "meeting")["open"]
    worksheet = load_workbook(root / "认定.xlsx")["认定"]
    head = header_row(worksheet, "认定结果")
    columns = columns_of(worksheet, head)
    [row] = [
        at
        for at in range(head + 1, worksheet.max_row + 1)
        if worksheet.cell(at, columns["编号"]).value == "YJ-2026-001"
    ]
    assert worksheet.cell(row, columns["对象"]).value == "处置"
    assert worksheet.cell(row, columns["认定结果"]).value is None
    decided = {"认定结果": "责令整改", "会议": "领导小组第3次会议", "认定日期": on("2026-05-22")}
    workbook = load_workbook(root / "认定.xlsx")
    for title, value in decided.items():
        workbook["认定"].cell(row, columns[title]).value = value
    workbook.save(root / "认定.xlsx")
    assert [one for one in lzxl_json(root, "meeting")["open"] if one["kind"] == "处置"] == []


# Variants

PERSON = {
    **WARNING,
    "对象类型": "个人",
    "对象": "符海涛",
    "职务": "中队长",
    "干部管理权限": "县局党组",
}
EVIDENCE = "批准机关＝局党组；谈话人＝韩立群；谈话日期＝2026-04-02；书面检查收到日期＝2026-04-16"


def admonished(evidence: str = EVIDENCE) -> list[Row]:
    rows = [{**row, "内容": None} for row in steps()[:7]]
    rows[3]["内容"] = evidence
    rows[6]["结果"] = "合格"
    return rows


def test_a_person_is_followed_for_half_a_year(office: Callable[..., tuple[Path, list[int]]]) -> None:
    root, _ = office(admonished(), PERSON)
    assert [found for found in findings_of(root, BOOK) if found[1] == "error"] == []
    [warning] = lzxl_json(root, "ledger", "--date", "2026-09-30")["warnings"]
    assert (warning["state"], warning["due"]) == ("已办结·跟踪期", "2026-10-02")
    [item] = [item for item in lzxl_json(root, "today", "--date", "2026-10-10")["items"] if item["kind"] == "跟踪期满"]
    assert (item["object"], item["workdays_left"]) == ("YJ-2026-001", -3)


@pytest.mark.parametrize("title", ["批准机关", "谈话人", "谈话日期", "书面检查收到日期"])
def test_an_admonition_that_lacks_something(office: Callable[..., tuple[Path, list[int]]], title: str) -> None:
    root, places = office(admonished(EVIDENCE.replace(f"{title}＝", "另")), PERSON)
    assert ("admonition_without_authority", "error", f"G{places[3]}") in findings_of(root, BOOK)


def test_a_cadre_who_is_managed_above(office: Callable[..., tuple[Path, list[int]]]) -> None:
    root, places = office(admonished(), {**PERSON, "干部管理权限": "市局党组"})
    assert ("not_ours_to_admonish", "error", f"F{places[3]}") in findings_of(root, BOOK)


def test_what_cannot_be_verified_rests(office: Callable[..., tuple[Path, list[int]]]) -> None:
    rows = steps()[:2]
    rows[1]["结果"] = "无法查实"
    root, _ = office(rows)
    data = lzxl_json(root, "ledger", "--date", "2026-04-01")
    assert data["warnings"][0]["state"] == "暂存待查"
    assert data["analysis"]["proved_rate"] == 0.0
    assert data["analysis"]["by_verification"] == {"无法查实": 1}
    restarted = {**rows[0], "事项": "重启", "日期": on("2027-03-26"), "结果": "有新线索"}
    root, _ = office([*rows, restarted])
    assert lzxl_json(root, "ledger", "--date", "2027-03-31")["warnings"][0]["state"] == "核实中"


def test_what_is_transferred_has_a_number_only(office: Callable[..., tuple[Path, list[int]]]) -> None:
    """场景四, as far as the ledger goes."""
    warning = {
        **WARNING,
        "预警编号": "YJ-2026-014",
        "采集日期": on("2026-08-06"),
        "来源": "内部预警信息采集",
        "来源明细": "县审计局移交",
        "对象类型": "个人",
        "对象": "乐正华",
        "职务": "主任",
        "所属单位": "HB12 宣传教育中心",
        "现单位": "HB09",
        "主要问题": "宣传品制作三年由同一家广告公司承接，报价高于市场价约三成",
        "关联风险点": None,
    }
    number = {"预警编号": "YJ-2026-014"}
    rows = [
        {**number, "事项": "受理", "日期": on("2026-08-07"), "办理人": "柳青", "结果": "受理", "文号": None},
        {
            **number,
            "事项": "核实",
            "日期": on("2026-08-26"),
            "办理人": "韩立群",
            "结果": "属实；涉嫌违纪 是",
            "文号": None,
        },
        {
            **number,
            "事项": "移送",
            "日期": on("2026-08-28"),
            "办理人": "柳青",
            "结果": None,
            "文号": "云环廉移〔2026〕1号",
        },
    ]
    root, _ = office(rows, warning)
    assert findings_of(root, BOOK) == []
    data = lzxl_json(root, "ledger", "--date", "2026-09-30")
    [found] = data["warnings"]
    told = (found["id"], found["unit"], found["state"], found["workdays"]["verify"], found["due"])
    assert told == ("YJ-2026-014", "HB12", "已移送", 13, None)
    assert (found["first_disposition"], found["final_disposition"]) == (None, None)
    assert data["analysis"]["by_disposition"] == {}
    assert data["analysis"]["papers"] == {}
    assert data["analysis"]["uncovered"] == ["YJ-2026-014"]
    assert [item for item in lzxl_json(root, "today", "--date", "2026-09-30")["items"] if item["kind"] != "未报"] == []
    due = lzxl_json(root, "today", "--date", "2026-08-07")["items"][0]
    assert (due["due"], due["workdays_left"]) == ("2026-08-28", 15)
    cleared = {
        **number,
        "事项": "回告",
        "日期": on("2026-10-15"),
        "办理人": "派驻组",
        "结果": "不属实，予以澄清",
        "文号": "派纪函〔2026〕2号",
    }
    root, _ = office([*rows, cleared], warning)
    assert lzxl_json(root, "ledger", "--date", "2026-10-31")["warnings"][0]["state"] == "已办结（澄清）"


def test_a_suspected_breach_gets_no_disposition(office: Callable[..., tuple[Path, list[int]]]) -> None:
    rows = steps()[:4]
    rows[1]["结果"] = "属实；是否涉嫌违纪违法 是"
    root, places = office(rows)
    errors = [found for found in findings_of(root, BOOK) if found[1] == "error"]
    assert errors == [("illegal_step", "error", f"C{places[2]}")]
