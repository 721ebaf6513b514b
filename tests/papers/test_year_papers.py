"""认定通知, 考核结果反馈单 and 考核通报 of the sample bureau: made from 认定 and 考核评定, of units and never of persons."""

from __future__ import annotations

import datetime
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from lzxl.campaign.folder import Campaign
from lzxl.demo.bureau import load_bureau
from tests.scenarios.books import lzxl, lzxl_json
from tests.scenarios.office_desk import headed

from .reading import needs_writer, pages_of, printed, text_of

DAY = "2026-11-24"
NAMES = {str(row["person"]) for row in load_bureau().people_rows()}


def decide(root: Path) -> list[tuple[str, str]]:
    """Fill in what the leading group decided on the first open points, and nothing before; gives their numbers with the computed
    levels."""
    (root / "认定.xlsx").unlink()
    lzxl(root, "meeting")
    workbook = load_workbook(root / "认定.xlsx")
    sheet = workbook["认定"]
    head, columns = headed(sheet, "对象")
    found = []
    for row in range(head + 1, sheet.max_row + 1):
        if sheet.cell(row, columns["对象"]).value == "风险点" and len(found) < 3:
            decided: dict[str, Any] = {
                "认定结果": "二级",
                "会议": "领导小组第3次会议",
                "认定日期": datetime.date(2026, 11, 20),
                "理由": "参照同类岗位研究认定",
            }
            for title, value in decided.items():
                sheet.cell(row, columns[title]).value = value
            found.append((str(sheet.cell(row, columns["编号"]).value), str(sheet.cell(row, columns["计算等级"]).value)))
    workbook.save(root / "认定.xlsx")
    return found


@pytest.fixture(scope="module")
def made(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[tuple[str, str]]]:
    """The sample bureau with its papers made, and what was decided."""
    root = Path(shutil.copytree(demo, tmp_path_factory.mktemp("年度文书") / "2026年度"))
    settings = root / "lzxl.toml"
    settings.write_text(settings.read_text("utf-8").replace("# sign =", "sign ="), "utf-8")
    decided = decide(root)
    lzxl(root, "notices", "--make", "--date", DAY)
    return root, decided


def papers(root: Path, title: str) -> dict[str, Path]:
    """Object → paper."""
    return {path.stem.rpartition("_")[2]: path for path in sorted((root / "文书").glob(f"{title}_*.docx"))}


def test_a_unit_is_told_of_what_was_decided_on_its_points_and_of_nothing_else(
    made: tuple[Path, list[tuple[str, str]]],
) -> None:
    root, decided = made
    units = {number.partition("-")[0] for number, _ in decided}
    found = papers(root, "认定通知")
    assert set(found) == units
    for unit, path in found.items():
        text = text_of(path)
        assert "领导小组第3次会议" in text and "2026年11月20日" in text
        for number, computed in decided:
            assert (number in text) == number.startswith(unit)
            if number.startswith(unit):
                assert f"{number}\n{computed}\n二级" in text


def test_each_unit_whose_grade_is_settled_gets_its_result_and_the_others_do_not(
    made: tuple[Path, list[tuple[str, str]]],
) -> None:
    root, _ = made
    results = {one["unit"]: one for one in lzxl_json(root, "appraise", "--date", DAY)["results"]}
    settled = {unit for unit, one in results.items() if one["state"] == "已定"}
    found = papers(root, "考核结果反馈单")
    assert set(found) == settled and settled != set(results)
    text = text_of(found["HB10"])
    for part in ("self", "inspection", "final", "result"):
        assert f"\n{results['HB10'][part]:g}\n" in text, part
    assert f"最终等次为{results['HB10']['grade']}，名次第{results['HB10']['rank']}" in text
    assert "综合行政执法大队：" in text and "单位意见单" in text


def test_the_bulletin_has_every_unit_with_its_rank_and_nobodys_name(made: tuple[Path, list[tuple[str, str]]]) -> None:
    root, _ = made
    [path] = papers(root, "考核通报").values()
    text = text_of(path)
    results = lzxl_json(root, "appraise", "--date", DAY)["results"]
    for one in results:
        name = Campaign(root).units[one["unit"]].name
        result, rank = (f"{one['result']}", str(one["rank"])) if one["result"] is not None else ("", "")
        assert f"\n{name}\n{result}\n{one['grade'] or one['state']}\n{rank}" in text, name
    counted = Counter(one["grade"] for one in results if one["result"] is not None)
    for grade, count in counted.items():
        assert f"{grade}{count}个" in text
    assert len(NAMES) > 80 and [name for name in NAMES if name in text] == []


def test_the_bulletin_waits_until_every_grade_is_decided(made: tuple[Path, list[tuple[str, str]]]) -> None:
    root, _ = made
    kinds = Counter(one["kind"] for one in lzxl_json(root, "notices", "--date", DAY)["notices"])
    assert kinds["考核通报"] == (0 if lzxl_json(root, "appraise", "--date", DAY)["to_decide"] else 1)


@pytest.mark.libreoffice
@needs_writer
def test_they_print_with_nothing_alone_on_a_page(made: tuple[Path, list[tuple[str, str]]], tmp_path: Path) -> None:
    root, _ = made
    chosen = [next(iter(papers(root, title).values())) for title in ("认定通知", "考核结果反馈单", "考核通报")]
    printed(tmp_path, *chosen)
    for paper, count in zip(chosen, (3, 3, 2), strict=True):
        pages = pages_of(tmp_path / f"{paper.stem}.pdf")
        assert len(pages) <= count, paper.name
        for number, page in enumerate(pages, 1):
            assert page.endswith(f"—{number}—") and len(page) > 40, (paper.name, number, page)
