"""Workbooks are sent out with the unit's own people: lists to choose from, persons looked up by post, rows for what is due (第七条)."""

from __future__ import annotations

import datetime
import zipfile
from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from lzxl.api import check
from lzxl.campaign import clock
from lzxl.campaign.collect import collect
from lzxl.campaign.distribute import distribute
from lzxl.campaign.folder import Campaign
from lzxl.campaign.roster import ROSTER_NAME
from lzxl.demo.paper import Paper

from .office import IN_TIME, filled, open_campaign, samples, send, set_config
from .test_distribute import read, rows

DAY = datetime.date
TODAY = DAY(2026, 10, 8)
FORMS = ("risk_register", "self_appraisal")

PEOPLE: Sequence[Mapping[str, Any]] = (
    {
        "姓名": "谭永年",
        "单位编码": "HB01",
        "岗位": "主任岗",
        "职务": "主任",
        "是否中层以上": "是",
        "党员": "是",
        "到岗日期": DAY(2026, 9, 15),
    },
    {
        "姓名": "乐正华",
        "单位编码": "HB01",
        "岗位": "主任岗",
        "职务": "主任",
        "是否中层以上": "是",
        "离岗日期": DAY(2026, 9, 14),
    },
    {"姓名": "苏婉清", "单位编码": "HB01", "岗位": "印章管理岗", "职务": "科员", "岗位职责": "保管和使用印章"},
    {"姓名": "贺知微", "单位编码": "HB01", "岗位": "印章管理岗", "职务": "科员", "党员": "是"},
    {"姓名": "未到岗", "单位编码": "HB01", "岗位": "印章管理岗", "到岗日期": DAY(2026, 12, 1)},
    {"姓名": "欧阳外人", "单位编码": "HB02", "岗位": "审批岗", "职务": "科长", "是否中层以上": "是"},
    {"姓名": "孟秋华", "单位编码": "HB03", "岗位": "副局长岗", "分管单位": "HB01"},
    {"姓名": "司徒他管", "单位编码": "HB03", "岗位": "副局长岗", "分管单位": "HB02"},
)


def type_people(root: Path, people: Sequence[Mapping[str, Any]] = PEOPLE, **units: Any) -> None:
    """Type 人员 into the roster as a clerk does. `units`: title of a column → what HB01 has there."""
    path = root / ROSTER_NAME
    workbook = load_workbook(path)
    for sheet, typed in (("人员", people), ("单位名册", [{"单位编码": "HB01", **units}] if units else [])):
        worksheet = workbook[sheet]
        header = next(row for row in range(1, 12) if "单位编码" in [cell.value for cell in worksheet[row]])
        columns = {cell.value: cell.column for cell in worksheet[header] if cell.value}
        for number, row in enumerate(typed, header + 1):
            for title, value in row.items():
                worksheet.cell(number, columns[title]).value = value
    workbook.save(path)


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A campaign whose workbooks were sent out with people, on a day after one of them had moved."""
    root = tmp_path_factory.mktemp("people") / "c"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "today", lambda: TODAY)
        open_campaign(root, ("HB01", "HB02", "HB03"), FORMS)
        type_people(root, 负责人="谭永年", 联络员="苏婉清", 分管领导=None)
        distribute(Campaign(root))
    return root


def workbook_of(root: Path, form: str, code: str = "HB01") -> Path:
    return next(root.glob(f"发放/{code}*/{form}*"))


def formulas(path: Path, sheet: str, title: str) -> tuple[list[Any], list[Any]]:
    """What stands in the column of a title: as it is written, and as it is shown without calculating."""
    found = []
    for data_only in (False, True):
        worksheet = load_workbook(path, data_only=data_only)[sheet]
        column = next(cell.column for cell in worksheet[5] if cell.value == title)
        found.append([worksheet.cell(row, column).value for row in range(6, 10)])
    return found[0], found[1]


def test_the_cover_begins_with_who_heads_the_unit_on_the_day(sent: Path) -> None:
    cover = read(workbook_of(sent, "廉政风险点登记表")).cover
    assert cover is not None
    assert (cover.values["head"], cover.values["liaison"]) == ("谭永年", "苏婉清")


def test_a_head_who_has_left_is_nobodys_signature(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "today", lambda: TODAY)
    open_campaign(tmp_path / "c", ("HB01", "HB02", "HB03"), FORMS)
    type_people(tmp_path / "c", 负责人="乐正华", 联络员="乐正华")
    distribute(Campaign(tmp_path / "c"))
    cover = read(workbook_of(tmp_path / "c", "廉政风险点登记表")).cover
    assert cover is not None
    assert (cover.values["head"], cover.values["liaison"]) == ("谭永年", None)  # who leads it is one of its heads then


def test_each_of_the_units_people_of_the_day_has_a_row_for_the_self_check(sent: Path) -> None:
    made = rows(read(workbook_of(sent, "廉政风险点登记表")), "self_checks")
    told = [(row["person"], row["section"], row["post"], row["duty_title"], row["duties"]) for row in made]
    assert told == [
        ("谭永年", "办公室", "主任岗", "主任", None),
        ("苏婉清", "办公室", "印章管理岗", "科员", "保管和使用印章"),
        ("贺知微", "办公室", "印章管理岗", "科员", None),
    ]


def test_each_report_that_is_due_has_a_row(sent: Path) -> None:
    made = rows(read(workbook_of(sent, "自查自评表")), "reports")
    assert [(row["report_type"], row["person"], row["duty_title"]) for row in made] == [
        ("单位分析报告", "谭永年", "主任"),
        ("中层以上干部述责述廉报告", "谭永年", "主任"),
        ("党员自查报告", "谭永年", "主任"),
        ("党员自查报告", "贺知微", "科员"),
    ]


def test_who_answers_for_a_row_is_looked_up_by_its_post(sent: Path) -> None:
    path = workbook_of(sent, "廉政风险点登记表")
    written, shown = formulas(path, "风险点", "直接责任人")
    assert all(str(cell).startswith("=IF(D") for cell in written)
    assert not any(shown)
    assert all(str(cell).startswith("=") for cell in formulas(path, "防控措施", "责任人")[0])


def test_lists_offer_the_units_own_people_posts_and_leaders(sent: Path) -> None:
    workbook = load_workbook(workbook_of(sent, "廉政风险点登记表"))
    hidden = workbook["本单位人员"]
    assert hidden.sheet_state == "hidden"
    columns = [[cell.value for cell in column[1:] if cell.value] for column in hidden.iter_cols()]
    names, posts, holders, leaders, head, *_ = columns
    assert names == ["谭永年", "苏婉清", "贺知微"]
    assert posts[:2] == ["主任岗", "印章管理岗"]
    assert holders[:2] == ["谭永年", "苏婉清、贺知微"]
    assert (leaders, head) == (["孟秋华"], ["谭永年"])
    lists = {str(one.sqref): one for one in workbook["风险点"].data_validations.dataValidation if one.type == "list"}
    offered = {one.formula1 for one in lists.values()}
    assert {"lz_people", "lz_posts", "lz_leaders"} <= offered
    assert not any(
        one.showErrorMessage for one in lists.values() if one.formula1 in ("lz_people", "lz_posts", "lz_leaders")
    )


@pytest.mark.parametrize("form", ["廉政风险点登记表", "自查自评表"])
def test_a_units_workbook_names_nobody_but_its_own(sent: Path, form: str) -> None:
    with zipfile.ZipFile(BytesIO(workbook_of(sent, form).read_bytes())) as package:
        content = b"".join(package.read(name) for name in package.namelist())
    for name in ("欧阳外人", "司徒他管", "未到岗", "乐正华"):
        for encoding in ("utf-8", "utf-16-le", "gbk"):
            assert name.encode(encoding) not in content
        assert "".join(f"&#{ord(letter)};" for letter in name).encode() not in content
    assert "苏婉清".encode() in content


def test_without_people_on_the_roster_everything_is_as_it_was(tmp_path: Path) -> None:
    campaign = open_campaign(tmp_path / "c", ("HB01", "HB02"), FORMS)
    distribute(campaign)
    path = workbook_of(campaign.root, "廉政风险点登记表")
    assert "本单位人员" not in load_workbook(path).sheetnames
    assert not any(formulas(path, "风险点", "直接责任人")[0])
    assert rows(read(path), "self_checks") == []


def test_an_untouched_workbook_is_known_for_one(sent: Path) -> None:
    from lzxl.campaign.standing import context_of
    from lzxl.checks.run import check_submissions

    made = [read(workbook_of(sent, form)) for form in ("廉政风险点登记表", "自查自评表")]
    for checked in check_submissions(made, context_of(Campaign(sent))):
        assert [finding.code for finding in checked.findings] == ["form_untouched"]


def test_a_second_year_starts_without_persons_who_have_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    last = open_campaign(tmp_path / "2026年度", ("HB01", "HB02", "HB03"), FORMS)
    filed = samples()["HB01"].tables("risk_register")["risk_points"]
    gone, stays, other = (
        filed[0]["responsible"],
        filed[0]["leader"],
        next(row["responsible"] for row in filed if row["responsible"] != filed[0]["responsible"]),
    )
    collect(last, [send(tmp_path / "来件", 登记表=filled("HB01", "risk_register"))], IN_TIME)
    open_campaign(tmp_path / "2027年度", ("HB01", "HB02", "HB03"), FORMS)
    set_config(tmp_path / "2027年度", period='"2027年度"', deadline="2027-11-20", previous='"../2026年度"')
    type_people(
        tmp_path / "2027年度",
        [
            {"姓名": gone, "单位编码": "HB01", "岗位": "旧岗", "离岗日期": DAY(2027, 1, 5)},
            {"姓名": other, "单位编码": "HB01", "岗位": "别的岗"},
            {"姓名": "新来人", "单位编码": "HB01", "岗位": filed[0]["post"], "到岗日期": DAY(2027, 1, 6)},
            {"姓名": stays, "单位编码": "HB03", "岗位": "副局长岗", "分管单位": "HB01"},
        ],
        分管领导=stays,
    )
    monkeypatch.setattr(clock, "today", lambda: DAY(2027, 3, 1))
    distribute(Campaign(tmp_path / "2027年度"))
    written, shown = formulas(workbook_of(tmp_path / "2027年度", "廉政风险点登记表"), "风险点", "直接责任人")
    assert str(written[0]).startswith("=") and shown[0] == "新来人"
    sent = read(workbook_of(tmp_path / "2027年度", "廉政风险点登记表"))
    told = {row["id"]: row["responsible"] for row in rows(sent, "risk_points")}
    assert [told[row["id"]] for row in filed if row["responsible"] == other] == [
        other for row in filed if row["responsible"] == other
    ]
    assert gone not in told.values()


def test_a_return_offers_and_looks_up_the_people_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a unit typed stays typed; what it left blank is a live look-up again, in which it sees who stands there."""
    monkeypatch.setattr(clock, "today", lambda: TODAY)
    filed = samples()["HB01"].tables("risk_register")["risk_points"]
    root = open_campaign(tmp_path / "c", ("HB01", "HB02", "HB03"), ("risk_register",)).root
    type_people(root, 负责人="谭永年", 联络员="苏婉清")
    assert filed[0]["post"] == "印章管理岗"
    collect(
        Campaign(root), [send(tmp_path / "来件", 登记表=filled("HB01", "risk_register", spoil=_no_person))], IN_TIME
    )
    path = next(root.glob("退回/HB01*/*.xlsx"))
    written, shown = formulas(path, "风险点", "直接责任人")
    assert str(written[0]).startswith("=") and shown[0] == "苏婉清、贺知微"
    typed = [row["responsible"] for row in filed[1:4]]
    assert written[1:] == shown[1:] == typed
    with zipfile.ZipFile(path) as package:
        content = b"".join(package.read(name) for name in package.namelist())
    assert "欧阳外人".encode() not in content and "贺知微".encode() in content
    assert {finding.code for checked in check([path]).files for finding in checked.findings} >= {"missing_likelihood"}


def _no_person(paper: Paper) -> None:
    paper.put("risk_points", "responsible", 0, None)
    paper.put("risk_points", "likelihood", 1, None)
