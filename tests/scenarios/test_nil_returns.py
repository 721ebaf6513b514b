"""A nil return that a warning on the unit's own head contradicts, and what becomes of nil returns otherwise (第六条).

The days and numbers are those that were worked out by hand: filed on 20 March, verified on 26 August, transferred and revoked on
the 28th, to be made good by 11 September.
"""

from __future__ import annotations

import datetime
import io
import json
import shutil
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook

from lzxl.campaign.collect import collect
from lzxl.campaign.folder import Campaign
from lzxl.demo.paper import Paper
from lzxl.workbook.layout import table_layout
from tests.campaign.office import filled, open_campaign, send
from tests.papers.reading import text_of
from tests.scenarios.books import type_rows
from tests.scenarios.office_desk import headed, invoke, run

FORM, TITLE = "risk_register", "廉政风险点登记表"
REVOKED = "撤销零报告告知书"
CLEARED = "澄清说明"


def on(day: str) -> datetime.date:
    return datetime.date.fromisoformat(day)


def nil(paper: Paper, note: str | None) -> None:
    for sheet in paper.form.tables:
        layout = table_layout(sheet)
        for index in range(len(paper.rows[sheet.name])):
            for column in layout.columns.values():
                cell = paper.worksheet(sheet.name).cell(layout.first_row + index, column)
                if cell.data_type != "f":
                    cell.value = None
    labels = {"row_count": 0, "nil_return": "是", "nil_reason": "本中心没有审批执法权", "coverage_note": note}
    for name, value in {**labels, "reported_on": on("2026-03-20")}.items():
        paper.put_label(name, value)


def explained(paper: Paper) -> None:
    nil(
        paper,
        "新闻发布岗、宣教活动策划岗：两岗均不经手采购和资金，职责由局办公室审核，确无风险点。三类公共类已随全局登记。",
    )


def unexplained(paper: Paper) -> None:
    nil(paper, None)


def dated(paper: Paper, day: str) -> None:
    """The register filled in by a day, its self-checks too."""
    paper.put_label("reported_on", on(day))
    for sheet in paper.form.tables:
        for name in sheet.rules.past:
            for index in range(len(paper.rows[sheet.name])):
                paper.put(sheet.name, name, index, on(day))


def receive(root: Path, base: Path, day: str, **files: bytes) -> None:
    collect(Campaign(root), [send(base / day, **files)], on(day))


@pytest.fixture(scope="module")
def filed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """HB12 says in March that it has no risk point, post by post; HB04 has not filed yet."""
    base = tmp_path_factory.mktemp("nil")
    root = base / "2026年度"
    open_campaign(root, ("HB04", "HB12"), (FORM,))
    receive(root, base / "来件", "2026-03-20", HB12登记表=filled("HB12", FORM, 1, explained))
    return root


@pytest.fixture
def own(filed: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(filed, tmp_path / "2026年度"))


def states(root: Path, *day: str) -> dict[str, str]:
    data = json.loads(run(root, "status", *(("--as-of", *day) if day else ()), "--format", "json"))
    return {one["unit"]: one["state"] for one in data["filings"]}


def due(root: Path, day: str) -> list[dict[str, Any]]:
    data = json.loads(run(root, "today", "--date", day, "--format", "json"))
    return [one for one in data["items"] if one["unit"] == "HB12"]


def decide(root: Path, result: str, day: str) -> None:
    run(root, "meeting")
    workbook = load_workbook(root / "认定.xlsx")
    worksheet = workbook["认定"]
    head, columns = headed(worksheet, "对象")
    rows = range(head + 1, worksheet.max_row + 1)
    [row] = [row for row in rows if worksheet.cell(row, columns["对象"]).value == "零报告"]
    for title, value in {"认定结果": result, "会议": "领导小组第2次会议", "认定日期": on(day)}.items():
        worksheet.cell(row, columns[title]).value = value
    workbook.save(root / "认定.xlsx")


def audit(root: Path) -> None:
    """The county's audit office hands over that the centre's printing goes to one firm; its head is concerned."""
    number = {"预警编号": "YJ-2026-014"}
    warning = {
        **number,
        "采集日期": on("2026-08-06"),
        "来源": "内部预警信息采集",
        "来源明细": "县审计局移交",
        "对象类型": "个人",
        "对象": "乐正华",
        "所属单位": "HB12 宣传教育中心",
        "职务": "主任",
        "主要问题": "宣传品制作三年由同一家广告公司承接，报价高于市场价约三成",
    }
    said = {"受理": "受理", "核实": "属实；涉嫌违纪 是", "移送": None}
    days = {"受理": "2026-08-07", "核实": "2026-08-26", "移送": "2026-08-28"}
    papers = {"移送": "云环廉移〔2026〕1号"}
    rows = [
        {**number, "事项": event, "日期": on(day), "办理人": "柳青", "结果": said[event], "文号": papers.get(event)}
        for event, day in days.items()
    ]
    type_rows(root / "预警处置台账.xlsx", "台账", [warning])
    type_rows(root / "预警处置台账.xlsx", "办理过程", rows)


def notify(root: Path, day: str) -> None:
    paper = {"文号": "云环廉办〔2026〕11号", "文种": REVOKED, "日期": on(day), "单位": "HB12", "状态": "已印发"}
    type_rows(root / "工作记录.xlsx", "文号簿", [paper])


def supplement(root: Path, base: Path, day: str = "2026-09-10") -> None:
    receive(root, base, day, HB12补报=filled("HB12", FORM, 1, lambda paper: dated(paper, day)))


def revoked(root: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(run(root, "status", "--format", "json"))["nil_revoked"]
    return found


def test_a_nil_return_waits_for_the_leading_group_wherever_it_is_shown(own: Path) -> None:
    assert states(own) == {"HB04": "missing", "HB12": "nil_open"}
    assert "零报告（待认可）" in run(own, "status")
    [item] = [one for one in due(own, "2026-03-23") if one["kind"] == "待认定"]
    assert (item["state"], item["who"]) == ("零报告", "领导小组")
    opened = json.loads(run(own, "meeting", "--format", "json"))["open"]
    [one] = [one for one in opened if one["kind"] == "零报告"]
    assert (one["object"], one["unit"]) == ("HB12", "HB12")
    assert "本中心没有审批执法权" in one["text"]
    run(own, "consolidate", "--output", str(own / "汇总.xlsx"))
    workbook = load_workbook(own / "汇总.xlsx", data_only=True)
    texts = [cell.value for sheet in workbook for cells in sheet.iter_rows() for cell in cells]
    assert "零报告（待认可）" in [str(text).removesuffix("（迟报）") for text in texts]


@pytest.mark.parametrize("answer", ["认可", "同意"])
def test_what_the_leading_group_accepts_is_a_nil_return(own: Path, answer: str) -> None:
    decide(own, answer, "2026-04-02")
    assert states(own)["HB12"] == "nil"
    assert states(own, "2026-04-01")["HB12"] == "nil_open"
    assert [one["kind"] for one in due(own, "2026-04-03")] == []
    assert json.loads(run(own, "meeting", "--format", "json"))["open"] == []


def test_what_it_does_not_accept_is_owed_within_ten_working_days(own: Path, tmp_path: Path) -> None:
    decide(own, "不认可", "2026-04-02")
    assert states(own)["HB12"] == "nil_refused"
    [item] = due(own, "2026-04-03")
    assert (item["kind"], item["object"], item["due"]) == ("未报", TITLE, "2026-04-17")
    supplement(own, tmp_path / "补报", "2026-04-16")
    assert states(own)["HB12"] == "accepted"
    assert [one for one in due(own, "2026-04-17") if one["object"] == TITLE] == []


def test_an_answer_that_is_neither_is_told_and_leaves_it_open(own: Path) -> None:
    decide(own, "再议", "2026-04-02")
    assert states(own)["HB12"] == "nil_open"
    [file] = json.loads(run(own, "check", str(own / "认定.xlsx"), "--format", "json"))["files"]
    [found] = file["findings"]
    assert found["code"] == "level_not_in_vocabulary"
    assert "认可、不认可" in found["message"] + found["fix"]
    assert [one["object"] for one in json.loads(run(own, "meeting", "--format", "json"))["open"]] == ["HB12"]


def test_a_warning_that_proves_true_later_revokes_it(own: Path, tmp_path: Path) -> None:
    decide(own, "认可", "2026-04-02")
    audit(own)
    assert states(own, "2026-08-25")["HB12"] == "nil"
    notify(own, "2026-08-28")
    assert states(own)["HB12"] == "nil_revoked"
    assert "零报告（已撤销）" in run(own, "status")
    [item] = due(own, "2026-09-01")
    assert (item["kind"], item["object"], item["due"], item["workdays_left"]) == ("未报", TITLE, "2026-09-11", 8)
    assert "YJ-2026-014" in item["text"] and "文号簿" not in item["text"]
    owed = {"unit": "HB12", "notice": "2026-08-28", "recorded": True, "due": "2026-09-11", "filed": None, "late": False}
    assert revoked(own) == [owed]
    supplement(own, tmp_path / "补报")
    assert states(own)["HB12"] == "accepted"
    assert revoked(own) == [{**owed, "filed": "2026-09-10"}]
    assert [one for one in due(own, "2026-09-14") if one["object"] == TITLE] == []


def test_a_supplement_after_its_day_is_late(own: Path, tmp_path: Path) -> None:
    audit(own)
    notify(own, "2026-08-28")
    supplement(own, tmp_path / "补报", "2026-09-14")
    assert [(one["filed"], one["late"]) for one in revoked(own)] == [("2026-09-14", True)]


def test_as_long_as_no_notice_is_on_record_the_office_is_asked_for_it(own: Path) -> None:
    audit(own)
    [item] = due(own, "2026-09-01")
    assert "请发出并登记" in item["text"] and item["who"].startswith("办公室")
    assert [(one["notice"], one["recorded"]) for one in revoked(own)] == [("2026-08-28", False)]


def test_the_notice_is_made_without_a_word_of_the_warning(own: Path) -> None:
    audit(own)
    sign(own)
    run(own, "notices", "--make", "HB12", "--date", "2026-08-28")
    [paper] = (own / "文书").glob(f"{REVOKED}_云环廉办〔2026〕1号_HB12.docx")
    text = text_of(paper)
    for said in ("宣传教育中心：", "2026年3月20日报送", f"《{TITLE}》", "于2026年9月11日前补报"):
        assert said in text, said
    for kept in ("乐正华", "广告", "审计", "YJ-", "预警", "移送"):
        assert kept not in text, kept


def test_a_notice_that_was_recorded_by_hand_is_not_due_again(own: Path) -> None:
    audit(own)
    notify(own, "2026-08-28")
    found = json.loads(run(own, "notices", "--date", "2026-08-29", "--format", "json"))["notices"]
    told = [(one["state"], one["number"]) for one in found if one["kind"] == REVOKED]
    assert told == [("sent", "云环廉办〔2026〕11号")]


def clear(root: Path) -> None:
    """The audit that was handed over turns out to be wrong."""
    reply = {"预警编号": "YJ-2026-014", "事项": "回告", "日期": on("2026-10-15"), "办理人": "派驻组"}
    reply |= {"结果": "不属实，予以澄清", "文号": "派纪函〔2026〕2号"}
    type_rows(root / "预警处置台账.xlsx", "办理过程", [reply])


def sign(root: Path) -> None:
    """The office's sign, without which no paper gets a number."""
    settings = root / "lzxl.toml"
    settings.write_text(settings.read_text("utf-8").replace("# sign =", "sign ="), "utf-8")


def test_who_is_cleared_afterwards_still_owes_the_register(own: Path) -> None:
    audit(own)
    clear(own)
    assert states(own)["HB12"] == "nil_revoked"


def test_who_is_cleared_gets_it_in_writing_once_it_is_approved(own: Path) -> None:
    """4a: a draft that tells what was found and nothing of the matter, with the sheet on which it is approved."""
    audit(own)
    sign(own)
    assert CLEARED not in {one["kind"] for one in noticed(own, "2026-10-14")}
    clear(own)
    assert [(one["object"], one["state"]) for one in noticed(own, "2026-10-15") if one["kind"] == CLEARED] == [
        ("YJ-2026-014", "due")
    ]
    run(own, "notices", "--make", "YJ-2026-014", "--date", "2026-10-16")
    [paper] = (own / "文书").glob(f"{CLEARED}_云环廉办〔2026〕*号_YJ-2026-014.docx")
    text = text_of(paper)
    told = ("乐正华同志：", "YJ-2026-014", "2026年8月28日移送", "派驻组", "派纪函〔2026〕2号", "不属实", "批准日期")
    assert [said for said in told if said not in text] == []
    assert [kept for kept in ("广告", "审计", "三成", "反映人是") if kept in text] == []


def test_what_was_transferred_is_listed_in_the_archive_by_its_number_alone(own: Path) -> None:
    audit(own)
    sign(own)
    clear(own)
    (own / "文书").mkdir(exist_ok=True)
    (own / "文书" / "移送函_云环廉移〔2026〕1号_YJ-2026-014.docx").write_bytes(b"PK transfer")
    (own / "文书" / "移送函_乐正华.docx").write_bytes(b"PK transfer, called by hand")
    run(own, "archive", "--allow-open")
    titles = {}
    for volume in (own / "归档").glob("*.zip"):
        with ZipFile(volume) as archive:
            catalogue = load_workbook(io.BytesIO(archive.read("归档文件目录.xlsx"))).worksheets[0]
            titles[volume.name] = "\n".join(str(cell) for row in catalogue.values for cell in row)
    [kept] = [text for name, text in titles.items() if "内部限定" in name]
    [other] = [text for name, text in titles.items() if "内部限定" not in name]
    assert "YJ-2026-014移送材料" in kept and "云环廉移〔2026〕1号" in kept
    assert "移送" not in other
    assert "乐正华" not in kept + other


def noticed(root: Path, day: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(run(root, "notices", "--date", day, "--format", "json"))["notices"]
    return found


def test_who_accepts_it_knowing_of_the_warning_is_heeded(own: Path) -> None:
    audit(own)
    assert [one["object"] for one in json.loads(run(own, "meeting", "--format", "json"))["open"]] == []
    row = {"对象": "零报告", "编号": "HB12", "认定结果": "认可", "理由": "已另案处理", "认定日期": on("2026-09-02")}
    type_rows(own / "认定.xlsx", "认定", [row])
    assert states(own)["HB12"] == "nil"


def test_the_appraisers_are_told_that_it_was_overturned(own: Path) -> None:
    audit(own)
    data = json.loads(run(own, "appraise", "--date", "2026-12-18", "--format", "json"))
    fact = {"unit": "HB12", "item": 11, "evidence": "零报告之后有属实预警 YJ-2026-014"}
    assert fact in data["listed"]
    workbook = load_workbook(own / "考核评定.xlsx")
    worksheet = workbook["年终检查"]
    head, columns = headed(worksheet, "单位")
    told = {
        str(worksheet.cell(row, columns["项"]).value): str(worksheet.cell(row, columns["证据"]).value)
        for row in range(head + 1, worksheet.max_row + 1)
        if str(worksheet.cell(row, columns["单位"]).value).startswith("HB12")
    }
    assert fact["evidence"] in told["11"]


def test_what_is_sent_to_the_unit_says_nothing_of_the_warning(own: Path) -> None:
    audit(own)
    notify(own, "2026-08-28")
    run(own, "status")
    run(own, "remind")
    for folder in ("发放", "退回", "文书"):
        for path in (own / folder).rglob("*"):
            if path.is_file():
                content = path.read_bytes()
                assert not any(text.encode() in content for text in ("YJ-2026-014", "广告公司", "审计局"))


def test_how_the_round_stands_is_told_even_where_a_book_cannot_be_read(own: Path) -> None:
    (own / "认定.xlsx").write_bytes(b"no workbook")
    assert states(own)["HB12"] == "nil_open"
    assert "认定.xlsx无法读取" in invoke(own, "status").stderr


def test_a_unit_with_powers_and_key_posts_that_explains_nothing_gets_it_back(own: Path, tmp_path: Path) -> None:
    receive(own, tmp_path / "来件", "2026-03-21", HB04登记表=filled("HB04", FORM, 1, unexplained))
    assert states(own)["HB04"] == "returned"
    files = json.loads(run(own, "check", str(own / "收件"), "--format", "json"))["files"]
    [codes] = [{one["code"] for one in entry["findings"]} for entry in files if entry["unit"] == "HB04"]
    assert "nil_contradicts_roster" in codes
    assert [one for one in json.loads(run(own, "meeting", "--format", "json"))["open"] if one["unit"] == "HB04"] == []


def test_without_an_explanation_post_by_post_the_roster_contradicts_it(tmp_path: Path) -> None:
    root = open_campaign(tmp_path / "2026年度", ("HB12",), (FORM,)).root
    receive(root, tmp_path / "来件", "2026-03-20", HB12登记表=filled("HB12", FORM, 1, unexplained))
    assert states(root) == {"HB12": "returned"}
    files = json.loads(run(root, "check", str(root / "收件"), "--format", "json"))["files"]
    [told] = [one for entry in files for one in entry["findings"] if one["code"] == "nil_contradicts_roster"]
    assert told["severity"] == "error"
    assert "新闻发布岗" in told["message"] and "宣教活动策划岗" in told["message"]


def test_the_archive_holds_the_nil_return_its_notice_and_what_was_filed_after_all(own: Path, tmp_path: Path) -> None:
    audit(own)
    sign(own)
    run(own, "notices", "--make", "HB12", "--date", "2026-08-28")
    supplement(own, tmp_path / "补报")
    run(own, "archive", "--allow-open")
    names = []
    for volume in (own / "归档").glob("*.zip"):
        with ZipFile(volume) as archive:
            names += archive.namelist()
    for held in ("第01版_20260320", REVOKED, "第02版_20260910"):
        assert any(held in name and "HB12" in name for name in names), held
