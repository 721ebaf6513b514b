"""A warning that the last year leaves open goes on in this year's ledger, under its number and with all its events."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from tests.campaign.office import open_campaign, set_config
from tests.scenarios.books import columns_of, findings_of, header_row, lzxl, lzxl_json, type_rows
from tests.scenarios.test_reworked_warning import BOOK, WARNING, on, steps

OPEN, CLOSED = "YJ-2025-031", "YJ-2025-030"


def of(number: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A course of the example a year earlier, under another number and without numbers of papers."""
    return [
        {
            **row,
            "预警编号": number,
            "日期": row["日期"].replace(year=2025),
            "文号": f"{number}号" if row["文号"] else None,
        }
        for row in rows
    ]


@pytest.fixture
def root(tmp_path: Path) -> Iterator[Path]:
    """Two years: of the last one's warnings one is closed, one waits for its disposition."""
    last, now = (open_campaign(tmp_path / name, ("HB10",)).root for name in ("2025年度", "2026年度"))
    set_config(last, period='"2025年度"')
    set_config(now, previous='"../2025年度"')
    lzxl(last, "ledger")
    warnings = [{**WARNING, "预警编号": number, "采集日期": on("2025-03-09")} for number in (CLOSED, OPEN)]
    type_rows(last / BOOK, "台账", [{**one, "备注": f"{one['预警编号']}的备注"} for one in warnings])
    type_rows(last / BOOK, "办理过程", [*of(CLOSED, steps()), *of(OPEN, steps()[:2])])
    before = (last / BOOK).read_bytes()
    yield now
    assert (last / BOOK).read_bytes() == before


def rows_of(root: Path, sheet: str, *titles: str) -> list[tuple[Any, ...]]:
    worksheet = load_workbook(root / BOOK)[sheet]
    head = header_row(worksheet, titles[0])
    columns = columns_of(worksheet, head)
    values = (
        tuple(worksheet.cell(row, columns[title]).value for title in titles)
        for row in range(head + 1, worksheet.max_row + 1)
    )
    return [one for one in values if one[0]]


def test_what_is_open_goes_on_with_its_number_and_its_events(root: Path) -> None:
    [warning] = lzxl_json(root, "ledger", "--date", "2026-02-02")["warnings"]
    assert (warning["id"], warning["unit"], warning["state"], warning["round"]) == (OPEN, "HB10", "已核实", 0)
    assert warning["workdays"]["verify"] == 13
    assert rows_of(root, "台账", "预警编号", "备注") == [(OPEN, f"{OPEN}的备注")]
    told = rows_of(root, "办理过程", "预警编号", "事项", "结果", "办理人")
    assert told == [(OPEN, row["事项"], row["结果"], row["办理人"]) for row in steps()[:2]]
    assert findings_of(root, BOOK) == []


def test_it_is_carried_over_once(root: Path) -> None:
    lzxl(root, "ledger", "--date", "2026-02-02")
    before = (root / BOOK).read_bytes()
    lzxl(root, "ledger", "--date", "2026-02-02")
    assert (root / BOOK).read_bytes() == before


def test_what_is_taken_out_again_does_not_come_back(root: Path) -> None:
    lzxl(root, "ledger", "--date", "2026-02-02")
    workbook = load_workbook(root / BOOK)
    for sheet in ("台账", "办理过程"):
        worksheet = workbook[sheet]
        worksheet.delete_rows(header_row(worksheet, "预警编号") + 1, 2)
    workbook.save(root / BOOK)
    lzxl(root, "ledger", "--date", "2026-02-03")
    assert rows_of(root, "台账", "预警编号") == []
    assert ("book_row_vanished", "error", "") in findings_of(root, BOOK)


def test_numbers_of_this_year_begin_anew_beside_it(root: Path) -> None:
    lzxl(root, "ledger", "--date", "2026-02-02")
    type_rows(root / BOOK, "台账", [{**WARNING, "预警编号": None}])
    lzxl(root, "ledger", "--date", "2026-03-10")
    assert [one[0] for one in rows_of(root, "台账", "预警编号")] == [OPEN, "YJ-2026-001"]


def test_a_ledger_of_the_last_year_that_cannot_be_read_is_said(root: Path) -> None:
    path = root.parent / "2025年度" / BOOK
    before = path.read_bytes()
    path.write_bytes(b"no workbook")
    assert lzxl(root, "ledger", expect=(2,)) == ""
    path.write_bytes(before)
