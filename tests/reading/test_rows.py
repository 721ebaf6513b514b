"""What stands between and after the data is left out and said; what is data never is."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lzxl.workbook.reading.tables import Extract
from tests.reading.books import content, extract

HEADER = ["序号", "单位", "岗位", "职权", "风险点", "风险等级", "防控措施", "直接责任人"]


def row(number: object = 1, unit: object = "办公室", point: object = "围标") -> list[object]:
    return [number, unit, "采购员", "采购", point, "高", "轮岗", "王一"]


def after(*lines: list[object], merges: list[tuple[int, int, int, int]] | None = None) -> Extract:
    """A header in row 1, a data row in row 2, then `lines`."""
    rows = {1: HEADER, 2: row()} | {number: line for number, line in enumerate(lines, 3) if line}
    return extract(content(rows, merges or []))


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        (["合计", None, None, None, None, 3], "total"),
        ([None, "总计", None, None, 12], "total"),
        (["合 计", None, None, None, 7], "total"),
        (["小计", None, None, None, 2], "subtotal"),
        (["本页小计", None, 2], "subtotal"),
        (["第 1 页，共 3 页"], "page_number"),
        ([None, None, None, "第2页"], "page_number"),
        (["注：本表一式两份。"], "note"),
        (["备注：高、中、低分别对应一至三级。"], "note"),
        (["填表说明：如实填写"], "note"),
        (["填表人：王一", None, None, "审核人：李二", None, "2026年3月1日"], "signature"),
        (["单位负责人（签字）：", None, None, None, "填报日期："], "signature"),
        (["制表人：王一"], "signature"),
        (["汇总", None, None, None, None, 3], "total"),
        (["Total", None, None, None, None, 3], "total"),
        (["计", None, None, None, None, 3], "total"),
        (["合计：", None, None, None, "28个"], "total"),
        (["共计28个"], "total"),
        (["一、办公室小计", None, None, None, 3], "subtotal"),
        (["填表人", "王一", "审核人", "李二"], "signature"),
        (["填表人：", "王一", "填表日期：", datetime.date(2026, 3, 1)], "signature"),
        (["联系电话：", 13800001111.0], "signature"),
        (["主要领导签字：", None, None, None, "（公章）"], "signature"),
        ([None, None, None, "以下空白"], "end_mark"),
        (["——以下无正文——"], "end_mark"),
        ([3.0, None, None, "以下空白"], "end_mark"),
        ([3, "/", "/", "/", "—"], "placeholders"),
        ([None, "无", None, None, "无"], "placeholders"),
        ([3, None, None, False, False], "blank_formulas"),
        (["以上由各科室自行排查，经支部会研究。"], "note"),
        (["注：", "本表一式两份"], "note"),
        ([5], "blank_numbered"),
        (["６"], "blank_numbered"),
        (HEADER, "repeated_header"),
        (["序 号", "单\n位", "岗 位", "职权", "风险点", "风险\n等级", "防控措施", "直接责任人"], "repeated_header"),
    ],
)
def test_a_row_that_is_no_data_is_left_out_for_its_reason(line: list[object], kind: str) -> None:
    [table] = after(line, row(2)).tables
    assert table.dropped == {3: kind}
    assert table.rows == [2, 4]


@pytest.mark.parametrize(
    "line",
    [
        row("二"),
        ["总分包合同管理", "办公室", "采购员", "采购", "围标", "高", "轮岗", "王一"],
        [None, None, None, "累计积分管理", "记分不实", "高", "复核", "张三"],
        [None, None, None, "汇总", "数据造假", "高", "复核", "张三"],
        [3, "办公室", "采购员", "小计量器具检定", "走过场"],
        [3, "审核", "负责人", "审批", "超时限办结"],
        [3, "无", "无", "采购", "/"],
        row(None),
        row(3, None),
        row(3, "合计科"[2:] + "统计科"),
        [3, "办公室", "采购员", None, "总计数据造假"],
        [3, None, None, None, "虚报合计数"],
        [None, None, None, None, "泄露标底"],
        ["3.1", "办公室"],
        [None, None, None, None, None, "高"],
    ],
)
def test_a_row_that_says_something_is_data(line: list[object]) -> None:
    [table] = after(line).tables
    assert (table.dropped, table.rows) == ({}, [2, 3])


def test_a_row_of_nothing_is_neither_data_nor_told() -> None:
    found = after([None, "", " ", "\u3000"], row(2))
    [table] = found.tables
    assert 4 in table.rows
    assert table.rows == [2, 4]


def test_every_row_that_is_left_out_is_told_once_and_in_runs() -> None:
    found = after([3], [4], ["合计", None, None, None, 2], [5])
    told = [(entry.cell, entry.message) for entry in found.findings if entry.code == "row_dropped"]
    assert [cell for cell, _ in told] == ["3:4", "5:5", "6:6"]
    assert "第3至4行" in told[0][1]


def test_what_is_scribbled_beside_a_reserve_row_is_kept() -> None:
    line: list[object] = [3, *[None] * 9, "问过王科长"]
    found = after(line)
    assert found.tables[0].dropped == {3: "blank_numbered"}
    assert [(entry.cell, entry.value) for entry in found.unplaced] == [("K3", "问过王科长")]


def test_a_note_is_kept_word_for_word() -> None:
    found = after(["注：本表一式两份。"])
    assert [(entry.cell, entry.value) for entry in found.unplaced] == [("A3", "注：本表一式两份。")]


def test_a_text_merged_across_the_table_is_a_note() -> None:
    found = after(["以上内容由各科室自行排查"], merges=[(3, 1, 3, 8)])
    assert found.tables[0].dropped == {3: "note"}


def test_merged_cells_give_their_value_to_every_row_they_cover() -> None:
    rows = {1: HEADER, 2: row(), 3: row(2, None), 4: row(3, None), 5: row(4, None)}
    [table] = extract(content(rows, [(2, 2, 4, 2)])).tables
    assert table.values["section"] == ["办公室", "办公室", "办公室", None]
    assert "section" not in table.raw


def test_cells_merged_across_columns_count_for_the_first() -> None:
    header = ["单位", "风险点", None, "防控措施", "直接责任人"]
    rows = {1: header, 2: ["办公室", "围标", None, "轮岗", "王一"]}
    [table] = extract(content(rows, [(1, 2, 1, 3), (2, 2, 2, 3)])).tables
    assert (table.columns["point"], table.values["point"]) == (2, ["围标"])


def test_a_row_split_by_a_page_break_is_told() -> None:
    found = after(HEADER, [None, None, None, None, "（续）签合同时加价"])
    assert [entry.cell for entry in found.findings if entry.code == "split_row"] == ["4:4"]
    whole = after(HEADER, row(2))
    assert not [entry for entry in whole.findings if entry.code == "split_row"]


def test_a_second_table_below_with_headers_of_its_own() -> None:
    other = ["风险点", "防控措施", "责任领导", "责任单位"]
    found = after(["二、制度机制风险"], other, ["漏登", "复核", "李二", "财务科"], ["合计"])
    first, second = found.tables
    assert (first.rows, first.dropped) == ([2], {3: "title_of_next_table"})
    assert (second.header_rows, second.rows) == ((4,), [5])
    assert second.values["section"] == ["财务科"]
    assert second.dropped == {6: "total"}


def test_hidden_rows_are_data_and_told() -> None:
    sheet = content({1: HEADER, 2: row(), 3: row(2), 4: [3]})
    sheet.hidden_rows = {3, 4}
    found = extract(sheet)
    assert found.tables[0].rows == [2, 3]
    assert [entry.cell for entry in found.findings if entry.code == "hidden_row"] == ["3:3"]


BETWEEN = st.sampled_from(["blank", "header", "subtotal", "page", "reserve", "data", "data", "data"])


@settings(max_examples=150, deadline=None)
@given(st.lists(BETWEEN, max_size=20), st.integers(1, 900))
def test_row_numbers_are_those_of_the_file(kinds: list[str], first: int) -> None:
    lines: dict[str, list[object]] = {
        "header": list(HEADER),
        "subtotal": ["小计", None, None, None, None, 1],
        "page": ["第1页 共9页"],
        "reserve": [9],
        "blank": [],
    }
    rows: dict[int, list[object]] = {first: list(HEADER)}
    for number, kind in enumerate(kinds, first + 1):
        rows[number] = row(number, point=f"风险{number}") if kind == "data" else lines[kind]
    [table] = extract(content({number: line for number, line in rows.items() if line})).tables
    data = [number for number, kind in enumerate(kinds, first + 1) if kind == "data"]
    assert table.rows == data
    assert table.values["point"] == [f"风险{number}" for number in data]
    left_out = [number for number, kind in enumerate(kinds, first + 1) if kind not in ("data", "blank")]
    assert sorted(table.dropped) == left_out


def test_what_the_reader_says_of_a_cell_is_said_at_that_cell() -> None:
    sheet = content({1: HEADER, 2: row(point="串标"), 3: row(2)})
    sheet.remarks[2, 5] = "number_as_shown"
    [said] = [found for found in extract(sheet).findings if found.code == "number_as_shown"]
    assert (said.cell, said.header, said.value) == ("E2", "风险点", "串标")


def test_rows_below_the_closing_words_are_data_and_said() -> None:
    found = after([None, None, None, None, "以下空白"], row(2), [3])
    [table] = found.tables
    assert (table.rows, table.dropped) == ([2, 4], {3: "end_mark", 5: "blank_numbered"})
    assert [entry.cell for entry in found.findings if entry.code == "rows_after_end"] == ["4:4"]


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0], "column_numbers"),
        (["栏次", 1, 2, 3, 4, 5, 6, 7], "column_numbers"),
        (["甲", "乙", "丙", "丁", 1, 2, 3, 4], "column_numbers"),
        (["①", "②", "③", "④", "⑤", "⑥", "⑦", "⑧"], "column_numbers"),
        (["(1)", "(2)", "(3)=(1)+(2)", "(4)"], "column_numbers"),
        (["A", "B", "C", "D", "E", "F", "G", "H"], "column_numbers"),
        ([None, "（全称）", "（按名册）", "（规范名称）", "（一句话）"], "hint"),
        (["例", "办公室", "采购员", "采购", "围标", "高", "轮岗", "王一"], "hint"),
    ],
)
def test_what_explains_the_header_is_no_record(line: list[object], kind: str) -> None:
    [table] = extract(content({1: HEADER, 2: line, 3: row()})).tables
    assert (table.dropped, table.rows) == ({2: kind}, [3])


def test_a_row_of_numbers_further_down_is_no_count_of_columns() -> None:
    assert after([2, 1, 2, 3, 4, 5, 6, 7]).tables[0].rows == [2, 3]


def test_a_row_that_only_formulas_filled_is_no_record_and_a_linked_one_is() -> None:
    linked = {1: HEADER, 2: row(), 3: [2, *[0.0] * 7], 4: row(3, point="串标")}
    sheet = content(linked)
    sheet.formulas = {(line, column): True for line in (3, 4) for column in range(2, 9)}
    [table] = extract(sheet).tables
    assert (table.rows, table.dropped) == ([2, 4], {3: "blank_formulas"})


def test_a_row_of_rubbish_is_a_faulty_record_and_no_row_crossed_out() -> None:
    told = after([None, *"xxxxxxx"], [None, "略", "略", "略", "略", "略", "略"])
    assert told.tables[0].dropped == {}
    assert told.tables[0].rows == [2, 3, 4]


def test_a_row_of_data_parts_a_run_of_rows_that_are_left_out() -> None:
    """第3行 and 第5行 are told for themselves: whoever reads “第3至5行” would look for what was lost of row 4."""
    found = after([3], row(4), [5], [6])
    told = [(entry.cell, entry.message) for entry in found.findings if entry.code == "row_dropped"]
    assert [cell for cell, _ in told] == ["3:3", "5:6"]
    assert found.tables[0].rows == [2, 4]
    assert "第3至" not in told[0][1]


def test_a_blank_row_parts_a_run_as_well() -> None:
    found = after([3], [None], [5])
    assert [entry.cell for entry in found.findings if entry.code == "row_dropped"] == ["3:3", "5:5"]
