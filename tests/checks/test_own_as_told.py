"""What is said of a register in a layout of its own is done there, once: the register is then brought in without it."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from lzxl.checks.run import check_submissions
from lzxl.forms.findings import Finding
from lzxl.workbook.reading.content import SheetContent, WorkbookContent
from lzxl.workbook.reading.read import read_open
from tests.checks.test_one_round import CONTEXT

HEADERS = ("序号", "岗位", "风险点个数", "风险点描述", "风险等级", "防控措施", "责任人")
FIRST = 2
WORDS = ("收受服务对象礼品。", "私自透露检查安排。", "虚报接待费用。")


def register(*rows: tuple[Any, ...]) -> SheetContent:
    sheet = SheetContent("廉政风险点登记")
    for number, cells in enumerate((HEADERS, *rows), 1):
        for column, cell in enumerate(cells, 1):
            sheet.put(number, column, cell)
    return sheet


def row(serial: int, text: str = WORDS[0], count: int = 1, level: str | None = "二级") -> tuple[Any, ...]:
    return (
        serial,
        f"岗位{serial}",
        count,
        f"{text}（{serial}）" if "\n" not in text else text,
        level,
        "双人复核。",
        "张三",
    )


def said(sheet: SheetContent) -> list[Finding]:
    content = WorkbookContent("xlsx", [copy.deepcopy(sheet)])
    [checked] = check_submissions([read_open(content, "自有台账.xlsx", "risk_register", own_layout=True)], CONTEXT)
    return [entry for entry in checked.findings if entry.severity != "info"]


def of(code: str, sheet: SheetContent) -> Finding:
    [found] = [entry for entry in said(sheet) if entry.code == code]
    return found


def others(sheet: SheetContent) -> set[tuple[str, str]]:
    return {(entry.code, entry.header) for entry in said(sheet)}


CLEAN = register(row(1), row(2, WORDS[1]), row(3, WORDS[2]))


def test_a_repeated_number_is_counted_on() -> None:
    sheet = register(row(1), row(2, WORDS[1]), row(2, WORDS[2]))
    assert of("serial_repeated", sheet).fix == "请核对是否有重复填写的行，将序号改为连续的。"
    sheet.put(FIRST + 2, 1, 3)
    assert others(sheet) == others(CLEAN)


@pytest.mark.parametrize("count", [2, 3])
def test_a_row_for_several_risks_is_divided(count: int) -> None:
    listed = "\n".join(f"{number}. {text}" for number, text in enumerate(WORDS[:count], 1))
    sheet = register(row(1, listed, count, "二级"))
    assert "将各风险点分行填写，一个风险点一行" in of("count_mismatch", sheet).fix
    divided = register(*(row(number, text) for number, text in enumerate(WORDS[:count], 1)))
    assert others(divided) == others(CLEAN)


def test_a_level_that_is_missing_follows_from_what_it_is_made_of() -> None:
    sheet = register(row(1), row(2, WORDS[1], level=None))
    assert of("missing_level", sheet).fix == "请补填“发生可能性”和“后果程度”，等级自动得出。"
    for column, header, word in ((8, "发生可能性", "较小"), (9, "后果程度", "严重")):
        sheet.put(1, column, header)
        for number in range(2):
            sheet.put(FIRST + number, column, word)
    for number in range(2):
        sheet.put(FIRST + number, 5, "二级")
    assert "missing_level" not in {entry.code for entry in said(sheet)}
    assert others(sheet) <= others(CLEAN)
