"""第八条(一)2: 类别等级 and 防控措施覆盖 as they are stored, for whoever opens them where nothing is calculated."""

from __future__ import annotations

from typing import Any

import openpyxl
import pytest

from lzxl.summary.workbook import write_summary

from .rounds import sample_round


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Any:
    path = tmp_path_factory.mktemp("summary") / "汇总.xlsx"
    write_summary(sample_round(), path)
    return openpyxl.load_workbook(path, data_only=True)


def blocks(worksheet: Any) -> list[list[tuple[Any, ...]]]:
    """The tables of a sheet: each from its header to its row 合计."""
    found: list[list[tuple[Any, ...]]] = []
    rows = list(worksheet.iter_rows(values_only=True))
    for number, row in enumerate(rows):
        if str(row[0] or "").startswith(("一、", "二、")):
            end = next(below for below in range(number, len(rows)) if "合计" in rows[below][:2])
            found.append(rows[number + 1 : end + 1])
    return found


def test_every_share_is_that_of_the_number_beside_it(stored: Any) -> None:
    tables = blocks(stored["类别等级"])
    assert len(tables) == 2
    for header, *rows in tables:
        whole = rows[-1][header.index("合计")]
        assert whole == 5
        for row in rows:
            numbers = [row[column] for column, title in enumerate(header) if title not in (None, "占比") and column]
            shares = [row[column] for column, title in enumerate(header) if title == "占比"]
            assert shares == [number / whole for number in numbers]
            assert row[header.index("合计")] == sum(numbers[:-1])
        assert rows[-1][-1] == 1 or rows[-1][header.index("合计") + 1] == 1


def test_measures_are_counted_by_unit_and_their_totals_stand_below(stored: Any) -> None:
    worksheet = stored["防控措施覆盖"]
    _, (head, parts, *rows) = blocks(worksheet)
    *units, total = rows
    assert head[:2] == ("单位编码", "单位") and total[:2] == (None, "合计")
    assert [row[:2] for row in units] == [("HB01", "办公室"), ("HB02", units[1][1]), ("HB03", units[2][1])]
    aspects = [title for title in head[2:] if title]
    each = parts.count("风险点数")
    assert len(aspects) == each == 3
    for column in range(2, len(parts)):
        assert total[column] == sum(row[column] for row in units), parts[column]
    points = [column for column, title in enumerate(parts) if title == "风险点数"]
    assert sum(total[column] for column in points) == 5
    assert points == [2 + number * (points[1] - points[0]) for number in range(3)]


def test_an_aspects_title_spans_its_risk_points_and_its_layers(stored: Any) -> None:
    worksheet = stored["防控措施覆盖"]
    row = next(row for row in range(1, worksheet.max_row + 1) if worksheet.cell(row, 1).value == "单位编码")
    merged = sorted(
        (area.min_col, area.max_col)
        for area in worksheet.merged_cells.ranges
        if area.min_row == row and area.min_col > 2
    )
    assert [left for left, _ in merged] == [3, 7, 11]
    assert all(right - left == 3 for left, right in merged)
    assert [worksheet.cell(row + 1, left).value for left, _ in merged] == ["风险点数"] * 3


def test_columns_are_wide_enough_for_what_they_hold(stored: Any) -> None:
    for name, least in (("类别等级", 20), ("防控措施覆盖", 10)):
        assert stored[name].column_dimensions["A"].width >= least
