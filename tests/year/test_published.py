"""What an edition shows of the register: posts, levels, measures; never how a risk was judged, never a person."""

from __future__ import annotations

from typing import Any

from lzxl.campaign.publish import editions
from lzxl.year.published import Circumstances, Publication, publication
from lzxl.year.registers import Entry, register_sheet

SHEET = register_sheet()[1]
SOCIETY, INNER = editions()
UNITS = {"HB10": "综合行政执法大队", "HB11": "环境监测站"}
GRAVITY = {"三级": 0, "二级": 1, "一级": 2}


def entry(
    number: str, post: str = "现场执法岗", kind: str = "岗位职责风险", level: str = "二级", **values: str
) -> Entry:
    shown = {
        "section": "大队", "post": post, "power": "现场检查", "power_class": "一类外部权力", "risk_type": kind,
        "point": f"风险{number[-2:]}", "description": f"表现{number[-2:]}", "likelihood": "较大", "severity": "较严重",
        "measure": f"措施{number[-2:]}", "responsible": "雷震山", "section_head": "雷震山", "leader": "阮志诚", **values,
    }  # fmt: skip
    return Entry(number, number.partition("-")[0], level, post, "", "", (), shown)


def made(*entries: Entry, edition: Any = SOCIETY, **known: Any) -> Publication:
    units = {
        code: name
        for code, name in UNITS.items()
        if any(one.unit == code for one in entries) or code in known.get("unregistered", {})
    }
    return publication(edition, SHEET, entries, units, Circumstances(GRAVITY, **known))


def test_the_columns_of_the_editions() -> None:
    society = ["单位", "权力事项", "权力类别", "风险点及表现形式", "风险等级", "防控措施", "责任岗位"]
    assert [column.title for column in SOCIETY.columns] == society
    assert [column.title for column in INNER.columns if column.title not in society] == [
        "风险类型", "科室负责人（职务）", "责任领导（职务）",
    ]  # fmt: skip


def test_a_row_says_what_and_whose_post_and_neither_who_nor_how_it_was_judged() -> None:
    [row] = made(entry("HB10-001")).rows
    assert row.cells == (
        "综合行政执法大队",
        "现场检查",
        "一类外部权力",
        "风险01\n表现01",
        "二级",
        "措施01",
        "现场执法岗",
    )
    for edition in (SOCIETY, INNER):
        text = str(made(entry("HB10-001"), edition=edition).rows)
        assert not any(hidden in text for hidden in ("雷震山", "阮志诚", "较大", "较严重"))


def test_the_inner_edition_names_persons_by_their_duty() -> None:
    [row] = made(
        entry("HB10-001"), edition=INNER, duty_of=lambda unit, name: {"雷震山": "大队长", "阮志诚": "副局长"}[name]
    ).rows
    assert row.cells[-2:] == ("大队长", "副局长")


def test_moral_risks_are_everybodys_of_the_unit_once_and_only_by_their_headline() -> None:
    moral = "思想道德风险"
    found = made(
        entry("HB10-001"),
        entry("HB10-019", "大队长岗", moral, "三级", description="参加企业饭局、催收债务"),
        entry("HB10-020", "大队长岗", moral, "一级"),
    )
    assert len(found.rows) == 2
    assert found.rows[1].cells == (
        "综合行政执法大队",
        "现场检查",
        "一类外部权力",
        "风险19\n风险20",
        "一级",
        "措施19\n措施20",
        "全体干部职工",
    )
    assert "大队长岗" not in str(found.rows) and "饭局" not in str(found.rows)
    assert len(made(entry("HB10-019", "大队长岗", moral), edition=INNER).rows) == 1


def test_what_is_withheld_and_what_is_sensitive_is_left_out_and_counted() -> None:
    points = entry("HB10-001"), entry("HB10-002"), entry("HB10-003", "机要保密岗"), entry("HB10-004", "出纳岗")
    found = made(*points, withheld={"HB10-002"})
    assert [row.number for row in found.rows] == ["HB10-001"]
    assert (found.withheld, found.sensitive) == (("HB10-002",), ("HB10-003", "HB10-004"))
    assert [row.number for row in made(*points, edition=INNER, withheld={"HB10-002"}).rows] == [
        "HB10-001",
        "HB10-003",
        "HB10-004",
    ]


def test_what_is_for_the_bureaus_own_people_is_in_their_edition_only() -> None:
    points = entry("HB10-001"), entry("HB10-002", "出纳岗"), entry("HB10-003")
    kept = {"inside": {"HB10-002", "HB10-003"}, "withheld": {"HB10-003"}}
    society, inner = made(*points, **kept), made(*points, edition=INNER, **kept)
    assert (society.inside, society.sensitive, society.withheld) == (("HB10-002",), (), ("HB10-003",))
    assert [row.number for row in society.rows] == ["HB10-001"]
    assert inner.inside == () and [row.number for row in inner.rows] == ["HB10-001", "HB10-002"]


def test_a_level_that_is_still_open_is_provisional_at_its_row() -> None:
    found = made(entry("HB10-001"), entry("HB10-002"), undecided={"HB10-002"})
    assert [row.is_provisional for row in found.rows] == [False, True]
    assert found.provisional == ("HB10-002",)
    assert made(entry("HB10-002"), undecided={"HB10-002"}, withheld={"HB10-002"}).provisional == ()


def test_a_unit_without_a_register_stands_in_the_table_and_says_so() -> None:
    found = made(entry("HB10-001"), unregistered={"HB11": "未登记"})
    assert found.rows[1].cells == ("环境监测站", "—", "—", "—", "—", "—", "未登记")
