"""与2025年度比较 on two real campaign folders: 198 risk points then, 210 now, one unit renamed with another code.

The numbers are those that were worked out by hand: 190 matched, 20 new, 8 gone, 6 up, 4 down, 145 the same word for word.
"""

from __future__ import annotations

import datetime
import json
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner
from docx import Document
from openpyxl import load_workbook

from lzxl.campaign.collect import collect
from lzxl.campaign.folder import Campaign, create_campaign
from lzxl.campaign.roster import ROSTER_NAME
from lzxl.cli.main import cli
from lzxl.demo.bureau import SampleUnit, load_bureau
from lzxl.demo.filing import fill_in
from lzxl.forms.load import load_form, load_grading
from lzxl.workbook.writing.build import build_workbook
from lzxl.workbook.writing.fill import Stamp, fill_workbook, stamp_workbook
from lzxl.workbook.writing.save import save_workbook, workbook_bytes
from tests.scenarios.books import columns_of, header_row, lzxl, lzxl_json, type_rows
from tests.scenarios.test_reworked_warning import WARNING, steps

# HB06 has not been accepted: 210 points of the 226.
UNITS = tuple(one for one in load_bureau().units if one.unit.code != "HB06")
RENAMED, FORMER, FORMER_NAME = "HB05", "DQ01", "大气环境科（原）"
# As the points of a unit stand: the last ones are new this year, in so many units.
NEW_IN = {"HB04": 5, "HB10": 5, "HB11": 4, "HB03": 3, "HB01": 3}
GONE = {"HB02": 3, "HB07": 3, "HB05": 2}
WARNED = "HB08-001"
UP, DOWN = 6, 4
REWRITTEN = 35


def last_year() -> Iterator[SampleUnit]:
    """The units with what they filed in 2025: fewer points, some others, other levels, other words."""
    judged = {"up": UP, "down": DOWN, "text": REWRITTEN}
    for sample in UNITS:
        code = sample.unit.code
        content = json.loads(json.dumps(sample.content, ensure_ascii=False).replace("2026-", "2025-"))
        points, measures = content["risk_points"], content["measures"]
        for point in points[len(points) - NEW_IN.get(code, 0) :]:
            measures[:] = [one for one in measures if one["risk_id"] != point["id"]]
        del points[len(points) - NEW_IN.get(code, 0) :]
        for point in points:
            _as_it_was(point, judged)
        for number in range(GONE.get(code, 0)):
            _gone(code, number, points, measures)
        if code == RENAMED:
            content = json.loads(json.dumps(content, ensure_ascii=False).replace(f"{code}-", f"{FORMER}-"))
            unit = replace(sample.unit, code=FORMER, name=FORMER_NAME)
            yield replace(sample, unit=unit, content=content)
        else:
            yield replace(sample, content=content)
    assert judged == {"up": 0, "down": 0, "text": 0}


def _as_it_was(point: dict[str, Any], judged: dict[str, int]) -> None:
    """Six points were judged lighter, four graver, and 35 said something else."""
    pair = point["likelihood"], point["severity"]
    if point["id"] == WARNED or (judged["down"] > 1 and pair == ("较小", "较轻微")):
        # It was graver, and fell since.
        point["likelihood"], point["severity"] = "较大", "严重"
        judged["down"] -= 1
    elif judged["up"] and pair == ("较大", "严重"):
        point["likelihood"], point["severity"] = "较小", "较轻微"
        judged["up"] -= 1
    elif judged["text"] and pair == ("较大", "较严重"):
        point["measure"] += "每半年自查一次。"
        judged["text"] -= 1


def _gone(code: str, number: int, points: list[dict[str, Any]], measures: list[dict[str, Any]]) -> None:
    texts = (
        "废旧物资处置时故意压低评估价，转让给亲属经营的回收单位",
        "借考察名义接受服务商安排的旅游，归来后以培训费名目列支",
        "档案查阅登记不全，将当事人商业秘密透露给竞争企业并收取酬劳",
    )
    point = {
        **points[0],
        "id": f"{code}-{900 + number}",
        "point": f"已停办事项{number + 1}",
        "description": texts[number],
    }
    points.append(point)
    measures.append(
        {
            **measures[0],
            "id": f"{code}-C{900 + number}",
            "risk_id": point["id"],
            "content": f"{texts[number]}的，一律追责",
        }
    )


def play(root: Path, period: str, day: datetime.date, units: list[SampleUnit], previous: str = "") -> None:
    """A campaign whose units have filed their registers, all accepted."""
    create_campaign(root, "云泽县生态环境局", period, day)
    form, path = load_form("unit_roster"), root / "lzxl.toml"
    settings = (
        path.read_text("utf-8").replace("# previous =", f"previous = {json.dumps(previous)} #") if previous else ""
    )
    lines = (settings or path.read_text("utf-8")).splitlines()
    forms = next(place for place, line in enumerate(lines) if line.startswith("forms ="))
    lines[forms] = 'forms = ["risk_register"]'
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    rows = [
        {"code": one.unit.code, "unit_name": one.unit.name, "unit_kind": one.unit.kind, "head": one.unit.head,
         "liaison": one.unit.liaison, "email": one.unit.email, "phone": one.phone, "powers": one.unit.powers,
         "key_posts": one.unit.key_posts}
        for one in units
    ]  # fmt: skip
    workbook = build_workbook(form, load_grading())
    stamp_workbook(workbook, form, Stamp(form.id, form.version, "", "", period))
    fill_workbook(workbook, form, {}, {"units": rows})
    save_workbook(workbook, root / ROSTER_NAME)
    sent = root.parent / f"来件_{period}"
    sent.mkdir()
    desk = SimpleNamespace(grading=load_grading(), config=SimpleNamespace(period=period))
    for one in units:
        paper = fill_in(desk, one, "risk_register")  # type: ignore[arg-type]
        paper.put_label("reported_on", day)
        (sent / f"{one.unit.code}.xlsx").write_bytes(workbook_bytes(paper.workbook))
    taken = collect(Campaign(root), [sent], day)
    assert {one.state for one in taken} == {"accepted"}, [
        (one.state, [finding.message for finding in one.checked.findings if finding.severity == "error"][:3])
        for one in taken
        if one.checked
    ]


@pytest.fixture(scope="module")
def years(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with both campaigns. Read it; a test that changes it takes a copy."""
    root = tmp_path_factory.mktemp("years")
    play(root / "2025年度", "2025年度", datetime.date(2025, 11, 16), list(last_year()))
    play(root / "2026年度", "2026年度", datetime.date(2026, 11, 16), list(UNITS), "../2025年度")
    renamed = {"单位编码": RENAMED, "原编码": FORMER, "原名称": FORMER_NAME, "变更日期": datetime.date(2026, 3, 1)}
    type_rows(root / "2026年度" / ROSTER_NAME, "沿革", [renamed])
    return root


@pytest.fixture(scope="module")
def found(years: Path) -> dict[str, Any]:
    return lzxl_json(years / "2026年度", "compare")


def test_every_number_of_the_comparison(found: dict[str, Any]) -> None:
    rows, measures = found.pop("rows"), found.pop("measure_changes")
    assert found == {
        "version": 1,
        "matched": 190,
        "added": 20,
        "removed": 8,
        "level_up": 6,
        "level_down": 4,
        "level_same": 180,
        "text_identical": 145,
        "text_changed": 35,
        "identical_share_of_matched": 0.763,
    }
    found |= {"rows": rows, "measure_changes": measures}
    assert len(rows) == 190 + 20 + 8
    assert all(row["notes"] == ["removed_without_reason"] for row in rows if row["change"] == "removed")


def test_the_renamed_unit_keeps_its_points(found: dict[str, Any]) -> None:
    own = [row for row in found["rows"] if row["unit"] == RENAMED]
    assert [row["change"] for row in own] == ["matched"] * 16 + ["removed"] * 2
    assert {row["matched_by"] for row in own[:16]} == {"id"}
    assert own[0]["id"] == "HB05-001" and own[0]["id_before"] == "DQ01-001"


def test_a_person_reads_the_same_numbers_and_what_to_look_into(years: Path) -> None:
    said = lzxl(years / "2026年度", "compare")
    assert (
        "上期198个，本期210个：延续190个，新增20个，取消8个；等级提高6个，降低4个；与上期一字不差145个（占76.3%）。"
        in said
    )
    assert (
        "请核实——取消未写原因：HB02-900、HB02-901、HB02-902、DQ01-900、DQ01-901、HB07-900、HB07-901、HB07-902。" in said
    )
    assert "HB05 大气环境科\t16\t16\t0\t2\t13" in said


def test_the_workbook_of_its_own_and_the_summary_show_every_point(years: Path, found: dict[str, Any]) -> None:
    root = years / "2026年度"
    lzxl(root, "consolidate", "--output", str(years / "汇总.xlsx"))
    own = load_workbook(root / "汇总" / "廉政风险点比较_2026年度.xlsx")
    assert own.sheetnames == ["比较概况", "与上年比较", "措施比较"]
    for workbook in (own, load_workbook(years / "汇总.xlsx")):
        worksheet = workbook["与上年比较"]
        head = header_row(worksheet, "比较结果")
        columns = columns_of(worksheet, head)
        shown = [
            {title: worksheet.cell(row, column).value for title, column in columns.items()}
            for row in range(head + 1, head + 1 + len(found["rows"]))
        ]
        assert [one["风险点编号"] or one["上期编号"] for one in shown] == [
            row["id"] or row["id_before"] for row in found["rows"]
        ]
        kinds = {"matched": "延续", "added": "新增", "removed": "取消"}
        assert [one["比较结果"] for one in shown] == [kinds[row["change"]] for row in found["rows"]]
        assert sum(one["文字比较"] == "一字不差" for one in shown) == 145


def listed(path: Path, sheet: str, title: str) -> list[dict[str, Any]]:
    """The rows of a list, by the titles of its columns."""
    worksheet = load_workbook(path)[sheet]
    head = header_row(worksheet, title)
    columns = columns_of(worksheet, head)
    rows = range(head + 1, worksheet.max_row + 1)
    found = [{title: worksheet.cell(row, column).value for title, column in columns.items()} for row in rows]
    return [row for row in found if row[title]]


def test_every_measure_of_either_year_is_compared_once(years: Path, found: dict[str, Any]) -> None:
    measures = found["measure_changes"]
    totals = []
    for period in ("2025年度", "2026年度"):
        lzxl(years / period, "consolidate", "--output", str(years / f"汇总_{period}.xlsx"))
        totals.append(len(listed(years / f"汇总_{period}.xlsx", "防控措施总表", "措施内容")))
    assert [measures["matched"] + measures["removed"], measures["matched"] + measures["added"]] == totals
    gone = [row for row in measures["rows"] if row["risk_id"] is None]
    assert {row["risk_id_before"] for row in gone} == {
        row["id_before"] for row in found["rows"] if row["change"] == "removed"
    }
    assert all(row["change"] == "removed" for row in gone)
    # Who is responsible is told to have changed, never who it was.
    named = [change for row in measures["rows"] for change in row["fields"] if change["field"] == "责任人"]
    assert all(change["before"] == change["after"] == "" for change in named)
    shown = listed(years / "2026年度" / "汇总" / "廉政风险点比较_2026年度.xlsx", "措施比较", "措施内容")
    assert [row["措施内容"] for row in shown] == [row["content"] for row in measures["rows"]]
    assert "上期完成情况" in shown[0] and "本期完成情况" in shown[0]


def test_the_report_tells_which_levels_moved_and_what_was_copied(years: Path, found: dict[str, Any]) -> None:
    root = years / "2026年度"
    lzxl(root, "report", "--format", "docx")
    [report] = (root / "文书").glob("综合分析报告_*.docx")
    texts = [paragraph.text for paragraph in Document(str(report)).paragraphs]
    begin = next(place for place, text in enumerate(texts) if text.startswith("五、与上年比较"))
    section = "\n".join(texts[begin : next(place for place, text in enumerate(texts) if text.startswith("六、"))])
    moved = [row for row in found["rows"] if row["level_step"]]
    assert len(moved) == 10
    for row in moved:
        assert f"{row['id']}（{row['level_before']}→{row['level']}，本期无属实预警）" in section
    assert "等级提高6个：" in section and "等级降低4个：" in section
    same = Counter(row["unit"] for row in found["rows"] if row["text_identical"])
    stayed = Counter(row["unit"] for row in found["rows"] if row["change"] == "matched")
    assert f"大气环境科{same[RENAMED]}/{stayed[RENAMED]}个" in section
    assert "历年" not in section  # two periods are no trend
    measures = found["measure_changes"]
    said = {"新增": measures["added"], "取消": measures["removed"], "变动": measures["changed"]}
    assert all((f"{word}{count}条" in section) == bool(count) for word, count in said.items())


def test_a_level_that_fell_against_a_proved_warning_is_named(years: Path, tmp_path: Path) -> None:
    shutil.copytree(years, tmp_path, dirs_exist_ok=True)
    book = tmp_path / "2026年度" / "预警处置台账.xlsx"
    warning = {**WARNING, "所属单位": "HB08 自然生态与辐射管理科", "关联风险点": WARNED}
    type_rows(book, "台账", [warning])
    type_rows(book, "办理过程", steps()[:2])
    data = lzxl_json(tmp_path / "2026年度", "compare")
    [row] = [one for one in data["rows"] if one["proved_warnings"]]
    assert (row["id"], row["level_step"], row["proved_warnings"]) == (WARNED, -1, ["YJ-2026-001"])
    assert row["notes"] == ["lowered_despite_warning"]


def test_a_number_that_is_used_again_for_another_point_is_named(years: Path, tmp_path: Path) -> None:
    shutil.copytree(years, tmp_path, dirs_exist_ok=True)
    root = tmp_path / "2026年度"
    [stored] = (root / "收件").glob("HB08_*/廉政风险点登记表/*.xlsx")
    workbook = load_workbook(stored)
    worksheet = workbook["风险点"]
    head = header_row(worksheet, "风险点编号")
    columns = columns_of(worksheet, head)
    numbers = {worksheet.cell(row, columns["风险点编号"]).value: row for row in range(head + 1, worksheet.max_row + 1)}
    row = numbers[WARNED]
    last = max(at for number, at in numbers.items() if number)
    other = {title: worksheet.cell(last, columns[title]).value for title in ("岗位", "职权", "权力类别")}
    other |= {
        "风险点": "公务接待",
        "风险内容及表现形式": "超标准安排接待并分拆发票入账",
        "防控措施": "审批单与发票逐一核对",
    }
    for title, text in other.items():
        worksheet.cell(row, columns[title]).value = text
    sent = tmp_path / "来件"
    sent.mkdir()
    workbook.save(sent / "HB08.xlsx")
    [taken] = collect(Campaign(root), [sent], datetime.date(2026, 11, 17))
    assert taken.state == "accepted"
    data = lzxl_json(root, "compare")
    reused = [(row["id"] or row["id_before"], row["change"]) for row in data["rows"] if "id_reused" in row["notes"]]
    assert reused == [(WARNED, "added"), (WARNED, "removed")]


def test_the_decided_level_counts(years: Path, tmp_path: Path) -> None:
    shutil.copytree(years, tmp_path, dirs_exist_ok=True)
    before = {row["id"]: row for row in lzxl_json(tmp_path / "2026年度", "compare")["rows"] if row["id"]}
    point = next(row for row in before.values() if row["text_identical"] and row["level"] == "一级")
    decision = {"对象": "风险点", "编号": point["id"], "认定时可能性": "较大", "认定时后果": "严重", "计算等级": "一级"}
    decision |= {"认定结果": "二级", "理由": "已接入监管平台", "认定日期": datetime.date(2026, 11, 28)}
    type_rows(tmp_path / "2026年度" / "认定.xlsx", "认定", [decision])
    data = lzxl_json(tmp_path / "2026年度", "compare")
    assert (data["level_up"], data["level_down"]) == (6, 5)
    assert next(row["level"] for row in data["rows"] if row["id"] == point["id"]) == "二级"


def with_2024(years: Path, folder: Path) -> Path:
    """The same two periods with one more before them, which had what 2025 had."""
    shutil.copytree(years, folder, dirs_exist_ok=True)
    shutil.copytree(folder / "2025年度", folder / "2024年度")
    settings = folder / "2025年度" / "lzxl.toml"
    text = settings.read_text("utf-8").replace("[campaign]\n", '[campaign]\nprevious = "../2024年度"\n')
    settings.write_text(text, encoding="utf-8")
    return folder / "2026年度"


def test_three_years_are_a_trend(years: Path, tmp_path: Path) -> None:
    this = with_2024(years, tmp_path)
    data = lzxl_json(this, "compare")
    assert [(one["period"], one["points"], one["added"], one["removed"]) for one in data["trend"]] == [
        ("2025年度", 198, None, None),
        ("2025年度", 198, 0, 0),
        ("2026年度", 210, 20, 8),
    ]
    assert sum(data["trend"][2]["levels"].values()) == 210
    assert "2025年度198个，2025年度198个，2026年度210个" in lzxl(this, "compare")
    named = lzxl_json(this, "compare", "--with", str(tmp_path / "2024年度"))
    assert named["matched"] == 190 and "trend" not in named


def test_three_years_stand_in_the_report_with_a_table_and_a_chart(years: Path, tmp_path: Path) -> None:
    this = with_2024(years, tmp_path)
    lzxl(this, "report")
    paper = Document(str(this / "文书" / "综合分析报告_2026年度.docx"))
    texts = [paragraph.text for paragraph in paper.paragraphs]
    assert "近3期的风险点：2025年度198个，2025年度198个，2026年度210个。各期等级和增减见表6。" in texts
    assert texts.index("表6　历年风险点和等级（个）") < texts.index("图5　历年风险点等级") < texts.index("六、存在问题")
    [table] = [table for table in paper.tables if table.rows[0].cells[0].text == "期次"]
    rows = [[cell.text for cell in row.cells] for row in table.rows]
    levels = lzxl_json(this, "compare")["trend"]
    for row, told in zip(rows[1:], levels, strict=True):
        assert row[:2] == [told["period"], str(told["points"])]
        assert row[2:5] == [str(told["levels"].get(level, 0)) for level in rows[0][2:5]]
    assert [row[5:] for row in rows] == [
        ["新增", "取消", "等级提高", "等级降低", "一字不差"],
        ["—"] * 5,
        ["0", "0", "0", "0", "198"],
        ["20", "8", "6", "4", "145"],
    ]
    assert rows[0][1:5] == ["风险点", "一级", "二级", "三级"]


def test_a_year_further_back_that_cannot_be_read_ends_the_row(years: Path, tmp_path: Path) -> None:
    this = with_2024(years, tmp_path)
    (tmp_path / "2024年度" / "预警处置台账.xlsx").write_bytes(b"")
    lzxl(this, "consolidate")
    [summary] = (this / "汇总").glob("廉政风险防控汇总*.xlsx")
    sheets = load_workbook(summary, read_only=True).sheetnames
    assert "与上年比较" in sheets and "历年趋势" not in sheets


def test_what_there_is_to_compare_with_is_asked_for_in_plain_words(years: Path, tmp_path: Path) -> None:
    this, last = years / "2026年度", years / "2025年度"
    for arguments, code in (
        (["-C", str(last), "compare"], "没有可比较的上一期"),
        (["-C", str(this), "compare", "--with", str(tmp_path)], "里找不到填报批次（lzxl.toml）。请核对 --with。"),
        (["-C", str(this), "compare", "--with", str(this)], "不能与自身比较"),
    ):
        ended = CliRunner().invoke(cli, arguments, standalone_mode=False)
        assert ended.return_value == 2 and code in ended.output


def test_trouble_with_last_year_does_not_stop_this_years_summary(years: Path, tmp_path: Path) -> None:
    shutil.copytree(years, tmp_path, dirs_exist_ok=True)
    (tmp_path / "2025年度" / "预警处置台账.xlsx").write_bytes(b"")
    ended = CliRunner().invoke(cli, ["-C", str(tmp_path / "2026年度"), "consolidate"], standalone_mode=False)
    assert ended.return_value == 0, ended.output
    assert "注意：汇总表里没有与上一期的比较。上一期（../2025年度）：" in ended.output
    [summary] = (tmp_path / "2026年度" / "汇总").glob("廉政风险防控汇总*.xlsx")
    assert "与上年比较" not in load_workbook(summary).sheetnames
