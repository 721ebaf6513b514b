"""New rows of what units filed go into the ledger once; numbers are given once; what was there is remembered."""

from __future__ import annotations

import datetime
from collections.abc import Callable

import pytest
from openpyxl import load_workbook

from lzxl.campaign.collect import Intake
from lzxl.campaign.folder import Campaign
from lzxl.campaign.memory import read_memory
from lzxl.campaign.standing import take_stock
from lzxl.campaign.warnings import Stocktaking, take_ledger
from tests.scenarios.books import columns_of, header_row, type_rows

from .office import filled

DAY = datetime.date(2026, 11, 18)
BOOK = "预警处置台账.xlsx"


def taken(campaign: Campaign) -> Stocktaking:
    opened = Campaign(campaign.root)
    return take_ledger(opened, take_stock(opened).counted, DAY)


def cells(campaign: Campaign, title: str) -> list[object]:
    """The filled cells of a column of 台账."""
    worksheet = load_workbook(campaign.root / BOOK)["台账"]
    header = header_row(worksheet, title)
    column = columns_of(worksheet, header)[title]
    found = (worksheet.cell(row, column).value for row in range(header + 1, worksheet.max_row + 1))
    return [value for value in found if value and not str(value).startswith("=")]


@pytest.fixture
def filed(campaign: Campaign, take: Callable[..., list[Intake]]) -> Campaign:
    take(**{"甲.xlsx": filled("HB01", "warning_intake")})
    return campaign


def test_rows_are_taken_in_once(filed: Campaign) -> None:
    first = taken(filed)
    assert first.taken
    assert len(first.all) == len(first.taken) == len(cells(filed, "预警编号"))
    assert set(cells(filed, "所属单位")) == {"HB01 办公室"}
    before = (filed.root / BOOK).read_bytes()
    assert taken(filed).taken == ()
    assert (filed.root / BOOK).read_bytes() == before


def test_what_the_office_changed_is_not_taken_in_again(filed: Campaign) -> None:
    taken(filed)
    workbook = load_workbook(filed.root / BOOK)
    worksheet = workbook["台账"]
    header = header_row(worksheet, "主要问题")
    worksheet.cell(header + 1, columns_of(worksheet, header)["主要问题"]).value = "办公室改写过的问题"
    workbook.save(filed.root / BOOK)
    assert taken(filed).taken == ()


def test_what_is_in_the_ledger_is_known_without_a_memory(filed: Campaign) -> None:
    taken(filed)
    (filed.root / ".lzxl" / "台账记忆.json").unlink()
    assert taken(filed).taken == ()


def test_a_number_is_never_given_again(filed: Campaign) -> None:
    numbers = taken(filed).taken
    workbook = load_workbook(filed.root / BOOK)
    worksheet = workbook["台账"]
    header = header_row(worksheet, "预警编号")
    worksheet.delete_rows(header + len(numbers))
    workbook.save(filed.root / BOOK)
    day = datetime.date(2026, 11, 3)
    type_rows(
        filed.root / BOOK,
        "台账",
        [{"主要问题": "补登的一件", "采集日期": day, "所属单位": "HB02", "来源": "定期分析评估"}],
    )
    taken(filed)
    year = numbers[-1].rpartition("-")[0]
    assert numbers[-1] not in cells(filed, "预警编号")
    assert any(str(one) > numbers[-1] and str(one).startswith(year) for one in cells(filed, "预警编号"))


def test_the_memory_holds_no_names(filed: Campaign) -> None:
    taken(filed)
    text = (filed.root / ".lzxl" / "台账记忆.json").read_text("utf-8")
    assert set(read_memory(filed).seen) == set(cells(filed, "预警编号"))
    assert not any(str(name) in text for name in cells(filed, "对象"))
