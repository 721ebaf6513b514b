"""New rows of what units filed go into the ledger once; numbers are given once; what was there is remembered."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from lzxl.campaign.books import write_books
from lzxl.campaign.collect import Intake
from lzxl.campaign.folder import Campaign
from lzxl.campaign.memory import Memory, read_memory
from lzxl.campaign.standing import take_stock
from lzxl.campaign.warning_rows import Numbers
from lzxl.campaign.warnings import Stocktaking, take_ledger
from lzxl.year.events import load_machine
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


DIGITS = st.text(st.sampled_from("①②²٣3４0 一"), max_size=5)
"""What is a digit to somebody, and what stands among them."""


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


def test_beyond_the_rows_that_have_formulas_the_program_keeps_every_state_up_to_date(campaign: Campaign) -> None:
    """The ledger is prepared for 100 warnings and 400 events; what a formula there cannot see, it must not speak of."""
    root, count = campaign.root, 104
    write_books(campaign)
    steps = (
        ("受理", 2, "受理"),
        ("核实", 4, "属实；问题程度 轻微；是否涉嫌违纪违法 否"),
        ("处置建议", 5, "建议 警示提醒"),
        ("批准", 6, "同意 警示提醒"),
    )
    numbers = [f"YJ-2026-{serial:03d}" for serial in range(1, count + 1)]
    warnings = [
        {
            "预警编号": number,
            "采集日期": datetime.date(2026, 3, 2),
            "来源": "信访投诉举报",
            "对象类型": "科室",
            "所属单位": "HB01",
            "主要问题": f"登记不全之{number}",
        }
        for number in numbers
    ]
    # The last warning's last events stand below all others; the first one's too, so that its formula does not see them.
    order = [*numbers[1:], numbers[0]]
    events = [
        {"预警编号": number, "事项": event, "日期": datetime.date(2026, 3, day), "办理人": "柳青", "结果": result}
        for number in order
        for event, day, result in steps
    ]
    type_rows(root / BOOK, "台账", warnings)
    places = type_rows(root / BOOK, "办理过程", events)
    taking = taken(campaign)
    assert {course.state for course in taking.all} == {"已批准待送达"}
    shown = column_of(root, "台账", "状态")
    assert [number for number in numbers[:100] if not str(shown[number]).startswith("=")] == [numbers[0]]
    assert {shown[number] for number in (numbers[0], *numbers[100:])} == {"已批准待送达"}
    worksheet = load_workbook(root / BOOK)["办理过程"]
    column = columns_of(worksheet, header_row(worksheet, "期限"))["期限"]
    assert worksheet.cell(places[399], column).data_type == "f"
    assert worksheet.cell(places[403], column).value == datetime.datetime(
        2026, 3, 11
    )  # three working days after the 6th
    delivered = {
        **events[-1],
        "事项": "送达",
        "日期": datetime.date(2026, 3, 9),
        "结果": "谭永年 签收",
        "文号": "云环廉提〔2026〕1号",
    }
    type_rows(root / BOOK, "办理过程", [delivered])
    taken(campaign)
    assert column_of(root, "台账", "状态")[numbers[0]] == "整改反馈中（第1轮）"


def column_of(root: Path, sheet: str, title: str) -> dict[str, object]:
    """Number of a warning → what stands in its row in the column of a title, formulas as formulas."""
    worksheet = load_workbook(root / BOOK)[sheet]
    head = header_row(worksheet, title)
    columns = columns_of(worksheet, head)
    rows = range(head + 1, worksheet.max_row + 1)
    return {
        str(worksheet.cell(row, columns["预警编号"]).value): worksheet.cell(row, columns[title]).value for row in rows
    }


@given(
    st.lists(
        st.builds("YJ-{}-{}".format, st.just(2026) | DIGITS, DIGITS | st.integers(1, 10**6).map("{:03d}".format))
        | DIGITS
    )
)
def test_whatever_stands_for_numbers_by_hand_the_next_is_beyond_those_that_are_some(texts: list[str]) -> None:
    """As ① and ², which are digits to Python and no numbers: one of them ended every run that gives a number."""
    read: Any = SimpleNamespace(
        entries=[SimpleNamespace(matter=SimpleNamespace(id=text)) for text in texts[::2]],
        rows=[SimpleNamespace(warning=text) for text in texts[1::2]],
    )
    given_before = [int(text[8:]) for text in texts if re.fullmatch("YJ-2026-[0-9]{1,9}", text)]
    numbers = Numbers(load_machine(), read, Memory({}, {"2026": 4}, {}))
    assert numbers.next(datetime.date(2026, 5, 1)) == f"YJ-2026-{max([4, *given_before]) + 1:03d}"
