"""A form that says as little as a form may goes through the round as well: two tables, one graded, nothing required."""

from __future__ import annotations

import json
from typing import Any

import pytest
from openpyxl import load_workbook

from .conftest import Played


@pytest.fixture
def summary(played: Played) -> Any:
    [path] = (played.folder / "小表批次" / "汇总").glob("*.xlsx")
    return load_workbook(path, data_only=True)


def test_what_is_right_is_accepted_and_what_is_wrong_is_found(played: Played) -> None:
    found = {entry["unit"]: entry for entry in json.loads(played.said["check little"]["out"])["files"]}
    assert (found["HB01"]["status"], found["HB01"]["findings"]) == ("accepted", [])
    assert [finding["header"] for finding in found["HB02"]["findings"]] == ["出资比例", "后果"]
    assert [finding["code"] for finding in found["HB03"]["findings"]] == ["form_untouched"]


def test_the_summary_shows_the_columns_that_it_names_and_the_level_that_comes_of_them(summary: Any) -> None:
    header, row = summary["经商情况"].iter_rows(values_only=True)
    shown = dict(zip(header, row, strict=True))
    assert header[2:8] == ("申报人", "可能性", "后果", "等级", "认定情况", "定级依据")
    assert (shown["申报人"], shown["等级"], shown["定级依据"][:2]) == ("苏婉清", "一级", "分级")
    assert [row[2] for row in summary["其他情况"].iter_rows(min_row=2, values_only=True)] == ["配偶任职"]


def test_levels_of_two_forms_are_counted_apart(summary: Any) -> None:
    groups, header, first, *_ = list(summary["单位统计"].iter_rows(min_row=3, values_only=True))
    own, register = groups.index("经商：等级"), groups.index("风险等级")
    assert header[own : own + 4] == ("经商", "一级", "二级", "三级")
    assert (first[own : own + 4], first[register : register + 4]) == ((1, 1, 0, 0), (0, 0, 0, 0))
