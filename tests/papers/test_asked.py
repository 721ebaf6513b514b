"""自查表, 承诺书, 桌牌 of each person and 防控图 of each power of the sample bureau: what they say, and how they print."""

from __future__ import annotations

import shutil
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from lzxl.data import data_folder
from lzxl.papers.asked import asked_kinds, by_step, left_free, roster_titles
from lzxl.papers.kinds import PaperKind
from lzxl.papers.room import Line, fitted, spare
from lzxl.papers.templates import fill_in
from lzxl.year.registers import Entry, register_sheet
from tests.scenarios.books import lzxl
from tests.scenarios.office_desk import headed, invoke

from .reading import fonts_of, needs_writer, pages_of, printed, size_of, text_of

DAY = "2026-11-27"
UNIT = "HB10"
SELF_CHECK, PLEDGE, DESK_CARD, FLOW = (kind for kind in asked_kinds())


@pytest.fixture(scope="module")
def made(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The sample bureau with the papers of two units, and what was said."""
    root = Path(shutil.copytree(demo, tmp_path_factory.mktemp("个人材料") / "2026年度"))
    done = invoke(root, "papers", UNIT, "HB08", "--date", DAY)
    assert done.return_value == 0, done.output
    return root, done.output


def paper(root: Path, kind: PaperKind, name: str = UNIT) -> Path:
    return root / "文书" / f"{kind.title}_{name}.docx"


def people(root: Path, unit: str = UNIT) -> list[str]:
    """Who is in a unit, as its roster has it."""
    sheet = load_workbook(root / "单位名册.xlsx")["人员"]
    head, columns = headed(sheet, "姓名")
    rows = range(head + 1, sheet.max_row + 1)
    there = [row for row in rows if sheet.cell(row, columns["单位编码"]).value == unit]
    return [
        str(sheet.cell(row, columns["姓名"]).value) for row in there if not sheet.cell(row, columns["离岗日期"]).value
    ]


def register(root: Path, unit: str = UNIT) -> list[dict[str, Any]]:
    """The risk points of a unit's last register."""
    path = sorted((root / "收件").glob(f"{unit}*/**/*登记表*.xlsx"))[-1]
    sheet = load_workbook(path, data_only=True)["风险点"]
    head, columns = headed(sheet, "风险点编号")
    rows = (
        {title: sheet.cell(row, column).value for title, column in columns.items()}
        for row in range(head + 1, sheet.max_row + 1)
    )
    return [row for row in rows if str(row["风险点编号"]).startswith(unit)]


def test_each_person_has_the_risk_points_of_the_own_post_and_no_other(made: tuple[Path, str]) -> None:
    root, _ = made
    points = register(root)
    pages = text_of(paper(root, SELF_CHECK)).split("个人岗位廉政风险自查表\n")[1:]
    assert len(pages) == len(people(root)) > 3
    for page in pages:
        post = page.split("岗　　位\n")[1].split("\n")[0]
        name = page.split("姓　　名\n")[1].split("\n")[0]
        for row in points:
            is_own = row["岗位"] == post or name in str(row["直接责任人"])
            assert (f"\n{row['风险点']}\n" in page) == is_own, (name, row["风险点编号"])


def test_the_papers_are_their_owners_alone_to_read(made: tuple[Path, str]) -> None:
    root, _ = made
    for kind in asked_kinds():
        assert stat.S_IMODE(paper(root, kind).stat().st_mode) == 0o600


def test_what_is_odd_is_told(made: tuple[Path, str]) -> None:
    _, said = made
    assert "岗位“移动执法岗”名册里没有在岗人员" in said
    assert "安国平已离开本单位（2026-11-23），未制作" in said
    [without] = [line for line in said.splitlines() if "项职权的风险点未写环节" in line]
    assert "HB10-Q05" in without and "HB10-Q01" not in without
    assert "公共类的职权没有办理环节，未画图" in said


def test_whoever_left_has_no_paper(made: tuple[Path, str]) -> None:
    root, _ = made
    assert "安国平" not in text_of(paper(root, SELF_CHECK, "HB08"))


def test_what_stands_on_a_desk_or_a_wall_tells_of_nobodys_mind(made: tuple[Path, str]) -> None:
    root, _ = made
    minds = [row for row in register(root) if row["风险类型"] == "思想道德风险"]
    assert minds
    for kind in (DESK_CARD, FLOW):
        text = text_of(paper(root, kind))
        assert [row["风险点编号"] for row in minds if f"\n{row['风险点']}\n" in text] == []
    assert [name for name in people(root) if name in text_of(paper(root, FLOW))] == []


def test_a_card_shows_both_faces_alike(made: tuple[Path, str]) -> None:
    root, _ = made
    text = text_of(paper(root, DESK_CARD))
    assert all(text.count(f"\n{name}\n") == 2 for name in people(root))


def test_one_file_each_has_the_same_pages(made: tuple[Path, str], tmp_path: Path) -> None:
    root = Path(shutil.copytree(made[0], tmp_path / "2026年度"))
    lzxl(root, "papers", UNIT, "--each", "--kind", "承诺书", "--date", DAY)
    whole = text_of(paper(root, PLEDGE))
    single = [text_of(paper(root, PLEDGE, f"{UNIT}_{name}")) for name in people(root)]
    assert "\n".join(single) == whole


def test_an_unknown_unit_or_kind_is_told(made: tuple[Path, str]) -> None:
    root, _ = made
    assert "名册里没有单位“HB99”" in invoke(root, "papers", "HB99").output
    assert "没有“奖状”这种材料" in invoke(root, "papers", "--kind", "奖状").output


def test_the_offices_own_template_wins_and_a_broken_one_costs_nothing(made: tuple[Path, str], tmp_path: Path) -> None:
    from docx import Document

    root = Path(shutil.copytree(made[0], tmp_path / "2026年度"))
    own = Document()
    own.add_paragraph("{%p for 人 in 各人 %}")
    own.add_paragraph("本局式样：{{ 人.姓名 }}")
    own.add_paragraph("{%p endfor %}")
    (root / "模板").mkdir(exist_ok=True)
    own.save(str(root / "模板" / "廉政承诺书.docx"))
    lzxl(root, "papers", UNIT, "--kind", "承诺书", "--date", DAY)
    assert f"本局式样：{people(root)[0]}" in text_of(paper(root, PLEDGE))
    before = paper(root, PLEDGE).read_bytes()
    own.paragraphs[1].add_run("{{ 人.工资 }}")
    own.save(str(root / "模板" / "廉政承诺书.docx"))
    done = invoke(root, "papers", UNIT, "--kind", "承诺书", "--date", DAY)
    assert done.return_value == 2
    assert "模板/廉政承诺书.docx" in done.output and "工资" in done.output and "{{ 姓名 }}" in done.output
    assert paper(root, PLEDGE).read_bytes() == before


def point(number: str, step: str) -> Entry:
    return Entry(number, UNIT, "一级", "", "", "", (), {"step": step})


def test_steps_stand_in_the_order_of_the_work() -> None:
    points = [point("1", "决定"), point("2", ""), point("3", "受理"), point("4", "现场踏勘"), point("5", "审查")]
    found = by_step(points, lambda one: one.values["step"])
    assert [step for step, _ in found] == ["受理", "现场踏勘", "审查", "决定", "未写环节"]
    assert sum(len(some) for _, some in found) == len(points)


def steps_in(root: Path, steps: Mapping[str, str]) -> None:
    """Write steps into a unit's accepted register: number → step."""
    path = sorted((root / "收件").glob(f"{UNIT}*/**/*登记表*.xlsx"))[-1]
    workbook = load_workbook(path)
    sheet = workbook["风险点"]
    head, columns = headed(sheet, "风险点编号")
    for row in range(head + 1, sheet.max_row + 1):
        number = str(sheet.cell(row, columns["风险点编号"]).value)
        if number in steps:
            sheet.cell(row, columns["环节"]).value = steps[number]
    workbook.save(path)


def test_a_power_is_drawn_by_its_steps(made: tuple[Path, str], tmp_path: Path) -> None:
    root = Path(shutil.copytree(made[0], tmp_path / "2026年度"))
    rows = [row for row in register(root) if row["职权"] == "污染源现场执法检查" and row["风险类型"] != "思想道德风险"]
    steps_in(root, {str(row["风险点编号"]): step for row, step in zip(rows, ("决定", "受理"), strict=False)})
    lzxl(root, "papers", UNIT, "--kind", "防控图", "--date", DAY)
    chart = text_of(paper(root, FLOW)).split("污染源现场执法检查\n")[1].split("廉政风险防控图")[0]
    assert chart.index("受理\n") < chart.index("▼") < chart.index("决定\n")


def test_a_signed_pledge_is_counted_from_the_record(made: tuple[Path, str], tmp_path: Path) -> None:
    root = Path(shutil.copytree(made[0], tmp_path / "2026年度"))
    count = len(people(root))
    assert f"{UNIT} 0/{count}人" in invoke(root, "papers", UNIT, "--kind", "承诺书", "--date", DAY).output
    workbook = load_workbook(root / "工作记录.xlsx")
    sheet = workbook["工作记录"]
    head, columns = headed(sheet, "日期")
    row = next(row for row in range(head + 1, head + 200) if not sheet.cell(row, columns["日期"]).value)
    values = {"日期": "2026-11-02", "类别": "承诺", "单位": UNIT, "范围": "签订廉政承诺书", "人数": count}
    for title, value in values.items():
        sheet.cell(row, columns[title]).value = value
    workbook.save(root / "工作记录.xlsx")
    assert "签订不足" not in invoke(root, "papers", UNIT, "--kind", "承诺书", "--date", DAY).output


# How they print


@pytest.fixture(scope="module")
def on_paper(made: tuple[Path, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("打印")
    printed(folder, *(paper(made[0], kind) for kind in asked_kinds()))
    return folder


@needs_writer
@pytest.mark.parametrize("kind", [SELF_CHECK, PLEDGE, DESK_CARD], ids=lambda kind: kind.name)
def test_each_person_has_one_page(made: tuple[Path, str], on_paper: Path, kind: PaperKind) -> None:
    pdf = on_paper / f"{kind.title}_{UNIT}.pdf"
    pages, names = pages_of(pdf), people(made[0])
    assert [name for page in pages for name in names if name in page] == names and len(pages) == len(names)
    sides = [float(side) for side in size_of(pdf).split(":")[1].split("pts")[0].split("x")]
    assert [round(side) for side in sides] == ([842, 595] if kind is DESK_CARD else [595, 842])
    assert "CJK" in fonts_of(pdf)


@needs_writer
def test_a_chart_begins_on_a_page_of_its_own(made: tuple[Path, str], on_paper: Path) -> None:
    pages = pages_of(on_paper / f"{FLOW.title}_{UNIT}.pdf")
    assert len(pages) == text_of(paper(made[0], FLOW)).count("职权编码\n")
    assert all(page.startswith("廉政风险防控图") for page in pages)


@needs_writer
@pytest.mark.parametrize("kind", [SELF_CHECK, PLEDGE, DESK_CARD], ids=lambda kind: kind.name)
def test_whatever_fits_the_room_fits_the_page(kind: PaperKind, tmp_path: Path) -> None:
    """As many points as there is room for, of every length, and the longest other texts."""
    assert kind.room is not None
    pages = [_page(kind, size, count) for size in (6, 15, 30, 45, 60, 100) for count in (0, 1, 3, 5, 9, 30)]
    values = {"机关": "云泽县生态环境局", "期次": "2026年度", "邮箱": "office@example.cn", "日期": "", "各人": pages}
    values |= {"可能性选项": "□较大　□较小", "后果选项": "□严重　□较严重　□较轻微"}
    template = (data_folder("papers") / kind.file).read_bytes()
    path = tmp_path / "文书.docx"
    path.write_bytes(fill_in(kind.file, template, values))
    printed(tmp_path, path)
    found = pages_of(tmp_path / "文书.pdf")
    assert len(found) == len(pages)


def _page(kind: PaperKind, size: int, count: int) -> dict[str, Any]:
    assert kind.room is not None
    text = ("逐项落实防控措施，" * 20)[: size - 1] + "。"
    lines, left = fitted([Line(f"HB10-{n:03d}", "检查前通风报信走漏消息", text) for n in range(count)], kind.room)
    _, sheet = register_sheet()
    titles = roster_titles()
    named = {"post": "现场执法岗", "type": "岗位职责风险", "level": "一级\n暂定"}
    rows = [
        {
            sheet.by_name["post"].title: named["post"],
            sheet.by_name["risk_type"].title: named["type"],
            sheet.by_name["level"].title: named["level"],
            sheet.by_name["point"].title: line.headline,
            sheet.by_name["measure"].title: line.measure,
        }
        for line in lines
    ]
    rest = f"另有{len(left)}个风险点见登记表：{'、'.join(left)}。" if left else ""
    return {
        titles["person"]: "左向前",
        titles["duty_title"]: "一中队中队长",
        titles["post"]: "现场执法岗、案件承办岗",
        titles["duties"]: "负责一中队现场执法检查、取证和查封停产执行，" * 2,
        "单位": "综合行政执法大队",
        "各点": rows,
        "点数": str(count),
        "等级分布": f"一级{count}个",
        "其余": rest,
        "说明": rest and f"另有{len(left)}个风险点不在此公开。",
        **left_free(spare(lines, len(left), kind.room)),
    }


def test_what_a_table_leaves_free_is_given_to_the_rest_of_the_page() -> None:
    whole = left_free(11)
    assert (len(whole["上余行"]), len(whole["下余行"]), whole["余白"]) == (6, 5, "\n" * 3)
    assert left_free(0) == {"上余行": [], "下余行": [], "余白": "\n"}
