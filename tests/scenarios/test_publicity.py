"""公示 on a real campaign: blocked while levels are open, nobody named in any byte, its day in the office's record."""

from __future__ import annotations

import datetime
import io
import shutil
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from openpyxl import load_workbook

from lzxl.cli.main import cli
from tests.scenarios.books import columns_of, header_row, lzxl_json, named_in, type_rows
from tests.scenarios.test_compared_years import UNITS, play

SHOWN = [one for one in UNITS if one.unit.code in ("HB05", "HB09", "HB10")]
FIELDS = {
    "powers": ["responsible"],
    "risk_points": ["responsible", "section_head", "leader"],
    "measures": ["owner"],
    "self_checks": ["name", "signed"],
}
NAMES = named_in(SHOWN, FIELDS) | {name for one in SHOWN for name in (one.unit.head, one.unit.liaison)}


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A campaign whose registers have been accepted. Read it; a test that changes it takes a copy."""
    root = tmp_path_factory.mktemp("公示") / "2026年度"
    play(root, "2026年度", datetime.date(2026, 11, 16), SHOWN)
    return root


@pytest.fixture
def root(ready: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(ready, tmp_path / "2026年度"))


def publish(root: Path, *arguments: str) -> Result:
    return CliRunner().invoke(cli, ["-C", str(root), "publish", *arguments], standalone_mode=False)


def made(root: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((root / "公示").iterdir())}


def everything(data: bytes) -> str:
    """All that a file says, also in what is packed in it."""
    if not zipfile.is_zipfile(io.BytesIO(data)):
        return data.decode("utf-8-sig")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return "".join(archive.read(name).decode("utf-8") for name in archive.namelist())


def test_nothing_is_made_public_while_levels_are_open(root: Path) -> None:
    ended = publish(root)
    said = " ".join(ended.output.split())
    assert ended.return_value == 2
    assert "个风险点待认定（HB05-006" in said and "--allow-open" in said
    assert made(root) == {}


def test_nobody_is_named_in_any_byte_of_either_edition(root: Path) -> None:
    assert len(NAMES) > 20
    for edition in ("社会版", "内部版"):
        ended = publish(root, "--edition", edition, "--allow-open")
        assert ended.return_value in (0, None), ended.output
    files = made(root)
    assert sorted(files) == [
        "公示公告_2026年度_内部版.docx",
        "公示公告_2026年度_内部版.txt",
        "公示公告_2026年度_社会版.docx",
        "公示公告_2026年度_社会版.txt",
        "廉政风险点公示表_2026年度_内部版.html",
        "廉政风险点公示表_2026年度_内部版.xlsx",
        "廉政风险点公示表_2026年度_社会版.html",
        "廉政风险点公示表_2026年度_社会版.xlsx",
    ]
    for name, data in files.items():
        text = everything(data)
        assert [one for one in NAMES if one in text] == [], name
        assert "可能性" not in text and "后果程度" not in text
    society = everything(files["廉政风险点公示表_2026年度_社会版.html"])
    assert "大队长岗" not in society and "全体干部职工" in society and "饭局" not in society
    assert "信访举报办理岗" not in society
    assert "三级（暂定）" in society


def test_the_table_has_every_row_that_may_be_seen(root: Path) -> None:
    publish(root, "--allow-open")
    worksheet = load_workbook(root / "公示" / "廉政风险点公示表_2026年度_社会版.xlsx").active
    assert worksheet is not None
    head = header_row(worksheet, "责任岗位")
    columns = columns_of(worksheet, head)
    assert list(columns) == [
        "序号",
        "单位",
        "权力事项",
        "权力类别",
        "风险点及表现形式",
        "风险等级",
        "防控措施",
        "责任岗位",
    ]
    shown = [worksheet.cell(row, columns["责任岗位"]).value for row in range(head + 1, worksheet.max_row + 1)]
    hidden = {
        point["id"] for one in SHOWN for point in one.content["risk_points"] if point.get("circle") == "暂不公开"
    }  # fmt: skip
    plain = [
        point["post"]
        for one in SHOWN
        for point in one.content["risk_points"]
        if point["id"] not in hidden
        and point["risk_type"] != "思想道德风险"
        and not any(word in point["post"] for word in ("机要", "举报", "出纳"))
    ]
    assert sorted(shown) == sorted([*plain, *["全体干部职工"] * 3])
    assert f"暂不公开{len(hidden)}个风险点" in str(worksheet.cell(2, 1).value)


def test_its_day_and_its_end_stand_in_the_offices_record(root: Path) -> None:
    publish(root, "--allow-open")
    publish(root, "--allow-open")
    worksheet = load_workbook(root / "工作记录.xlsx")["工作记录"]
    head = header_row(worksheet, "范围")
    columns = columns_of(worksheet, head)
    row = {title: worksheet.cell(head + 1, column).value for title, column in columns.items()}
    assert row["类别"] == "公示" and str(row["范围"]).startswith("2026年度廉政风险点公示（社会版，公示至")
    assert [one["kind"] for one in lzxl_json(root, "today")["items"] if one["kind"] == "公示期满"] == ["公示期满"]


def test_a_name_in_a_text_stops_it_and_leaves_nothing_behind(root: Path) -> None:
    text = next(point["measure"] for point in SHOWN[0].content["risk_points"])
    word = text[:2]
    roster = load_workbook(root / "单位名册.xlsx")
    sheet = roster["单位名册"]
    head = header_row(sheet, "联络员")
    sheet.cell(head + 1, columns_of(sheet, head)["联络员"]).value = word
    roster.save(root / "单位名册.xlsx")
    before = (root / "工作记录.xlsx").read_bytes()
    ended = publish(root, "--allow-open")
    assert f"人名“{word}”：廉政风险点公示表_2026年度_社会版.html，公示表第" in ended.output
    assert "“防控措施”（HB05-0" in ended.output
    assert made(root) == {} and (root / "工作记录.xlsx").read_bytes() == before
    again = publish(root, "--allow-open", "--word", word)
    assert f"已按普通用词处理：{word}。" in again.output and len(made(root)) == 4


def test_a_unit_that_has_not_filed_stands_in_the_table(root: Path) -> None:
    late = next(one for one in UNITS if one.unit.code == "HB14")
    row = {"单位编码": "HB14", "单位名称": late.unit.name, "单位性质": late.unit.kind, "负责人": late.unit.head}
    row |= {"联络员": late.unit.liaison, "电子邮箱": late.unit.email, "权力事项": "", "重点岗位": ""}
    type_rows(root / "单位名册.xlsx", "单位名册", [{title: value for title, value in row.items() if value}])
    ended = publish(root, "--allow-open")
    assert "注意：HB14 云泽经济开发区分局无已登记的风险点" in ended.output
    page = everything(made(root)["廉政风险点公示表_2026年度_社会版.html"])
    assert page.count("未登记") == 1 and f">{late.unit.name}<" in page


def test_what_the_leading_group_decided_not_to_show_is_not_shown(root: Path) -> None:
    publish(root, "--allow-open")
    hidden = next(one for one in SHOWN[0].content["risk_points"] if one["description"] in _page(root))
    decision = {"对象": "公开范围", "编号": hidden["id"], "认定结果": "暂不公开", "理由": "涉及正在办理的案件"}
    type_rows(root / "认定.xlsx", "认定", [{**decision, "认定日期": datetime.date(2026, 11, 28)}])
    before = _page(root)
    publish(root, "--allow-open")
    assert hidden["description"] in before and hidden["description"] not in _page(root)


def _page(root: Path) -> str:
    return everything(made(root)["廉政风险点公示表_2026年度_社会版.html"])


def test_a_record_that_is_open_in_a_program_stops_it_before_anything_is_written(root: Path) -> None:
    (root / "~$工作记录.xlsx").write_bytes(b"")
    ended = publish(root, "--allow-open")
    assert ended.return_value == 2 and "工作记录.xlsx正在表格软件中打开" in ended.output
    assert made(root) == {}


def test_the_page_needs_nothing_from_elsewhere(root: Path) -> None:
    publish(root, "--allow-open")
    page = (root / "公示" / "廉政风险点公示表_2026年度_社会版.html").read_text("utf-8")
    assert not any(word in page for word in ("http:", "https:", "<script", "src=", "url(", "data:"))
