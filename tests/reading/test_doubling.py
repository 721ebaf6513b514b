"""Reading a sheet takes a step for each cell and merged range: twice as much of anything takes about twice the steps.

Steps are counted in lines of Python that are run, loops within a line included: no other process can slow that down.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest

from lzxl.workbook.reading.content import SheetContent, WorkbookContent
from lzxl.workbook.reading.read import read_open

HEADER = ["序号", "单位", "岗位", "职权", "风险点", "风险等级", "防控措施", "直接责任人"]
OTHER = ["风险点", "防控措施", "责任领导", "责任单位"]
TraceFunction = Callable[[FrameType, str, Any], Any]
Merges = list[tuple[int, int, int, int]]
Made = tuple[dict[int, list[object]], Merges]


def row(number: int) -> list[object]:
    return [float(number), "办公室", "采购员", "采购", f"围标{number}", "高", "轮岗", "王一"]


def table(count: int, make: Callable[[int], list[object]]) -> dict[int, list[object]]:
    return {1: list(HEADER)} | {number: make(number) for number in range(2, count + 2)}


def merged_units(count: int) -> Made:
    return table(count, row), [(number, 2, number + 1, 2) for number in range(2, count, 2)]


def ranges_that_overlap(count: int) -> Made:
    return table(count, row), [(2, 2, count, 2 + number % 5) for number in range(count)]


def header_on_every_page(count: int) -> Made:
    return table(count, lambda number: list(HEADER) if number % 2 else row(number)), []


def many_tables(count: int) -> Made:
    parts = [list(HEADER), row(1), list(OTHER), ["漏登", "复核", "李二", "财务科"]]
    merges = [(number, 1, number, 2) for number in range(2, count)]
    return table(count, lambda number: parts[number % 4]), merges


def subtotals(count: int) -> Made:
    return table(count, lambda number: ["小计", None, None, None, 3.0] if number % 2 else row(number)), []


def notes(count: int) -> Made:
    return table(count, lambda _: ["以上由各科室排查"]), [(number, 1, number, 8) for number in range(2, count + 2)]


def pointers(count: int) -> Made:
    return table(count, lambda number: [float(number), *["同上"] * 7]), []


def wide_header_over_narrow_rows(count: int) -> Made:
    rows = table(count, lambda number: row(number)[:5] if number % 3 else ["合计", None, None, None, 3.0])
    rows[1] = [*HEADER, *["备查"] * count]
    return rows, []


def columns_of_one_field(count: int) -> Made:
    header = ["风险点", "责任人", "直接责任人", "防控措施"]
    lines = [list(reversed(header)), ["甲乙", "王一", "李二", "丙丁"]]
    return {1: list(header)} | {number: lines[number % 2] for number in range(2, count + 2)}, []


def steps(made: Made) -> int:
    """How many lines are run to read a sheet."""
    rows, merges = made
    content = WorkbookContent("xlsx", [SheetContent("表", rows=rows, merges=merges)])
    lines = 0

    def count(frame: FrameType, event: str, argument: object) -> TraceFunction:
        nonlocal lines
        lines += event == "line"
        return count

    before = sys.gettrace()
    sys.settrace(count)
    try:
        read_open(content, "表.xlsx", "risk_register", own_layout=True)
    finally:
        sys.settrace(before)
    return lines


@pytest.mark.parametrize(
    "make",
    [
        merged_units,
        ranges_that_overlap,
        header_on_every_page,
        many_tables,
        subtotals,
        notes,
        pointers,
        wide_header_over_narrow_rows,
        columns_of_one_field,
    ],
)
def test_twice_as_much_takes_twice_the_steps(make: Callable[[int], Made]) -> None:
    steps(make(50))  # what is looked up once
    assert steps(make(400)) < 2.6 * steps(make(200))
