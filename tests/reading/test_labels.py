"""Who fills in and when is read from around the table, or from a cover of labelled cells."""

from __future__ import annotations

import datetime

import pytest

from lzxl.forms.load import load_form
from lzxl.forms.text import address
from lzxl.submission import Labels
from lzxl.workbook.reading.labels import read_cover, read_labels_around
from tests.reading.books import content

COVER = load_form("risk_register").cover
assert COVER is not None
DAY = datetime.date(2026, 3, 1)


def around(*lines: list[object], date1904: bool = False) -> Labels:
    assert COVER is not None
    rows = dict(enumerate(lines, 1))
    return read_labels_around(content(rows), COVER, sorted(rows), date1904)


def cover(*lines: list[object], merges: list[tuple[int, int, int, int]] | None = None) -> Labels:
    assert COVER is not None
    return read_cover(content(dict(enumerate(lines, 1)), merges or []), COVER, False)


@pytest.mark.parametrize(
    "line",
    [
        "填报单位：某县生态环境局",
        "填报单位: 某县生态环境局 （盖章）",
        "填报单位（盖章）：某县生态环境局",
        "单位：某县生态环境局",
        "填 报 单 位 ： 某县生态环境局",
    ],
)
def test_a_label_and_its_value_in_one_cell(line: str) -> None:
    found = around([None, line])
    assert (found.values["unit_name"], address(*found.cells["unit_name"])) == ("某县生态环境局", "B1")


def test_several_labels_in_one_cell() -> None:
    found = around(["填报单位：某局（盖章）    填报人：王一      填报时间：2026年 3月 1日"])
    assert found.values == {"unit_name": "某局", "reporter": "王一", "reported_on": DAY}
    assert set(found.cells.values()) == {(1, 1)}


def test_a_label_whose_value_is_in_the_next_cell() -> None:
    found = around(["填报单位：", "某局", None, "填报日期：", DAY])
    assert found.values == {"unit_name": "某局", "reported_on": DAY}
    assert (address(*found.cells["unit_name"]), address(*found.cells["reported_on"])) == ("B1", "E1")


def test_a_label_without_a_value_is_no_label() -> None:
    assert around(["填报单位：", None, "填报人：____"[:4]]).values == {}


@pytest.mark.parametrize("cell", ["2026.3.1", "2026年3月1日", "2026-03-01", DAY, "2026年3月1日制"])
def test_a_date_that_stands_alone_is_the_date_of_filing(cell: object) -> None:
    found = around(["某局廉政风险点登记表"], [None, None, cell])
    assert (found.values, address(*found.cells["reported_on"])) == ({"reported_on": DAY}, "C2")


@pytest.mark.parametrize("cell", ["2026年度", "截至2026年3月1日的情况", 2026.0, "三月一日"])
def test_what_is_no_whole_date_is_not(cell: object) -> None:
    assert around([cell]).values == {}


def test_the_first_label_counts() -> None:
    assert around(["填报单位：甲局"], ["填报单位：乙局"]).values["unit_name"] == "甲局"


def test_a_cover_is_read_label_by_label_wherever_its_rows_are() -> None:
    found = cover([], [None, "填报日期", "2026.3.1"], [], ["单位名称", "某局", None], [None, "零报告", "否"])
    assert found.values == {"reported_on": DAY, "unit_name": "某局", "nil_return": "否"}
    assert (address(*found.cells["reported_on"]), address(*found.cells["unit_name"])) == ("C2", "B4")
    assert found.raw == {"reported_on": "2026.3.1"}


def test_the_value_stands_right_of_a_merged_label() -> None:
    found = cover(["单位名称", None, "某局"], merges=[(1, 1, 1, 2)])
    assert (found.values["unit_name"], address(*found.cells["unit_name"])) == ("某局", "C1")


def test_a_blank_value_keeps_its_place() -> None:
    found = cover(["单位名称", None])
    assert (found.values, address(*found.cells["unit_name"])) == ({"unit_name": None}, "B1")


def test_a_value_that_cannot_be_read_is_kept_and_marked() -> None:
    found = cover(["风险点数", "十几个"])
    assert (found.values["row_count"], found.raw["row_count"], found.broken) == (None, "十几个", {"row_count"})


@pytest.mark.parametrize(
    "line",
    [
        "填报人：甲 审核人：乙",
        "填报人：甲审核人：乙",
        "填报人：甲　　审核：乙　　2026年3月1日",
        "填报人:甲, 单位负责人：乙 联系电话：0000",
        "填报人：甲   2026年3月1日",
    ],
)
def test_a_value_ends_where_another_label_begins(line: str) -> None:
    assert around([line]).values["reporter"] == "甲"


def test_the_end_of_another_label_is_no_label() -> None:
    assert around(["考核单位：局办公室"]).values == {}


@pytest.mark.parametrize("word", ["负责人", "联络员", "填报日期", "单位"])
def test_a_value_that_reads_like_a_label_is_a_value(word: str) -> None:
    found = cover(["填报人", word, "必填"], ["联络员", "王一"], ["单位负责人", "李二"], ["填报日期", "2026-03-01"])
    assert found.values == {"reporter": word, "liaison": "王一", "head": "李二", "reported_on": DAY}


def test_a_value_that_reads_like_a_label_beside_an_unknown_label_is_none_either() -> None:
    """The label itself stands in the column of labels."""
    found = cover([None, "复核", "负责人", "请填写"], [None, "填报人", "王一"], [None, "负责人", "李二"])
    assert found.values == {"reporter": "王一", "head": "李二"}


def test_two_pairs_in_a_row() -> None:
    found = cover(["填报人", "王一", "联络员", "李二"], ["单位名称", "某局", "填报日期", "2026-03-01"])
    assert found.values == {"reporter": "王一", "liaison": "李二", "unit_name": "某局", "reported_on": DAY}
