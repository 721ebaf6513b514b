"""A header is found by its words, wherever it stands and however it is written."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lzxl.forms.load import load_form
from lzxl.workbook.reading.content import SheetContent, WorkbookContent
from lzxl.workbook.reading.headers import HeaderFinder
from lzxl.workbook.reading.recognise import assign_sheets, recognise_form
from lzxl.workbook.reading.tables import Extract
from tests.reading.books import content, extract

RISKS = load_form("risk_register").main_sheet
PLAIN = ["序号", "单位/科室", "岗位", "职权", "风险点", "防控措施", "直接责任人"]
ROW = [1, "办公室", "采购员", "办公用品采购", "围标", "轮岗", "王一"]


def columns(found: Extract) -> dict[str, int]:
    [table] = found.tables
    return table.columns


def codes(found: Extract) -> list[tuple[str, str]]:
    return [(entry.code, entry.cell) for entry in found.findings]


EXPECTED = columns(extract(content({1: PLAIN, 2: ROW})))


def test_the_plain_header() -> None:
    names = ["serial", "section", "post", "power", "point", "measure", "responsible"]
    assert list(EXPECTED.items()) == list(zip(names, range(1, 8), strict=True))


@pytest.mark.parametrize(
    "above",
    [
        {1: ["某局廉政风险点登记表"]},
        {1: ["某局2026年度廉政风险点登记表"], 2: ["填报单位：某局（盖章）", None, None, "填报时间：2026年3月1日"]},
        {1: ["附件2"], 3: ["廉政风险点登记表"], 5: ["单位：某局", None, "填表人：王一"]},
        {1: ["说明：风险点、岗位、职权、防控措施都要填写，一项不缺。"]},
        {2: ["风险点", "共", 7]},
    ],
    ids=["title", "stamp line", "annex", "note that names the fields", "a count above"],
)
def test_titles_stamps_and_notes_above_are_no_header(above: dict[int, list[object]]) -> None:
    [table] = extract(content({**above, 8: PLAIN, 9: ROW})).tables
    assert (table.header_rows, table.rows, table.columns) == ((8,), [9], EXPECTED)


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("防控\n措施", "measure"),
        ("防 控 措 施", "measure"),
        ("防控措施　", "measure"),
        ("防控措施：", "measure"),
        ("＊防控措施", "measure"),
        ("防控措施（可分条）", "measure"),
        ("防控要点及防控措施", "measure"),
        ("单位（科室）", "section"),
        ("单位／科室", "section"),
        ("责任\r\n科室", "section"),
        ("顺 序 号", "serial"),
        ("廉政风险点", "point"),
        ("廉政风险点\n表现形式", "description"),
        ("风险等级(高、中、低)", "level"),
        ("责任人（签字）", "responsible"),
    ],
)
def test_a_header_is_known_however_it_is_typed(written: str, name: str) -> None:
    field = RISKS.field_for_header(written)
    assert field is not None
    assert field.name == name


def test_a_renamed_header_is_taken_and_told() -> None:
    header = [*PLAIN[:-1], "直接责任人员"]
    found = extract(content({1: header, 2: ROW}))
    assert columns(found) == EXPECTED
    assert ("header_renamed", "G1") in codes(found)


def test_a_header_of_ones_own_is_kept_and_told() -> None:
    found = extract(content({1: [*PLAIN, "上级督办文号"], 2: [*ROW, "某办〔2026〕3号"]}))
    assert found.tables[0].unmapped == {8: "上级督办文号"}
    assert [(entry.cell, entry.header, entry.value) for entry in found.unplaced] == [
        ("H2", "上级督办文号", "某办〔2026〕3号")
    ]
    assert ("column_unplaced", "H1") in codes(found)


def test_a_column_that_was_deleted_has_no_values() -> None:
    found = extract(content({1: PLAIN[:3] + PLAIN[4:], 2: ROW[:3] + ROW[4:]}))
    assert "power" not in columns(found)
    assert found.tables[0].get("power", 0) is None
    assert found.tables[0].get("measure", 0) == "轮岗"


WITHOUT_SUBJECT = ["措施编号", "关联风险点编号", "防控层次", "防控方式", "责任人", "完成时限"]
"""Headers of 防控措施, without 措施内容, of which the sheet is about."""


def renamed_sheet(titles: list[str]) -> SheetContent:
    """The sheet 防控措施 under another name, its column 措施内容 under another name too."""
    header = ["怎么办的", *titles]
    sheet = content({1: header, 2: [f"{title}的内容" for title in header]})
    sheet.name = "落实情况"
    return sheet


def test_a_renamed_sheet_whose_subject_was_renamed_too_is_known_by_its_other_headers() -> None:
    sheet, form = renamed_sheet(WITHOUT_SUBJECT), load_form("risk_register")
    assigned, left = assign_sheets(WorkbookContent("xlsx", [sheet]), form)
    assert ([(entry.content.name, entry.sheet.name) for entry in assigned], left) == ([("落实情况", "measures")], [])
    found = extract(sheet, name="measures")
    assert list(columns(found)) == ["id", "risk_id", "layer", "means", "owner", "deadline"]
    assert found.tables[0].rows == [2]
    assert ("column_unplaced", "A1") in codes(found)


def test_with_fewer_other_headers_it_may_be_anything() -> None:
    """Five headers that a sheet of another kind may have as well: it is kept and told, not taken for measures."""
    sheet = renamed_sheet(WITHOUT_SUBJECT[:-1])
    assigned, left = assign_sheets(WorkbookContent("xlsx", [sheet]), load_form("risk_register"))
    assert (assigned, left) == ([], [sheet])
    assert extract(sheet, name="measures").tables == []


def test_a_header_in_two_rows() -> None:
    """责任人 spans two columns that have names of their own below it; the others span both rows."""
    top = ["序号", "单位", "岗位", "风险点", "防控措施", "责任人", None]
    below = [None, None, None, None, None, "直接责任人", "责任领导"]
    merges = [(3, column, 4, column) for column in range(1, 6)] + [(3, 6, 3, 7)]
    found = extract(content({3: top, 4: below, 5: [1, "办公室", "采购员", "围标", "轮岗", "王一", "李二"]}, merges))
    [table] = found.tables
    assert (table.header_rows, table.rows) == ((3, 4), [5])
    assert (table.columns["responsible"], table.columns["leader"]) == (6, 7)
    assert table.unmapped == {}


def test_the_first_data_row_is_no_second_header_row() -> None:
    """Words that are also names of fields may be data: 岗位 reads 科长, 职权 reads 防控措施."""
    [table] = extract(content({1: PLAIN, 2: [1, "办公室", "科长", "职权", "围标", "轮岗", "王一"]})).tables
    assert (table.header_rows, table.rows) == ((1,), [2])


def test_the_same_header_twice_is_told_and_the_visible_one_taken() -> None:
    sheet = content({1: [*PLAIN, "防控措施"], 2: [*ROW, "去年的措施"]})
    found = extract(sheet)
    assert columns(found)["measure"] == 6
    assert ("duplicate_header", "H1") in codes(found)
    sheet.hidden_columns = {6}
    found = extract(sheet)
    assert columns(found)["measure"] == 8
    assert ("duplicate_header", "F1") in codes(found)


def test_of_two_columns_the_one_with_the_exact_title_is_taken() -> None:
    found = extract(content({1: ["措施", *PLAIN, "监控措施"], 2: ["甲", *ROW, "乙"]}))
    assert columns(found)["measure"] == 7
    assert ("duplicate_header", "I1") in codes(found)


@pytest.mark.parametrize("first", [1, 4])
def test_a_sheet_without_a_header_has_no_table(first: int) -> None:
    assert extract(content({first: ["领导", "分管科室"], first + 1: ["王一", "办公室"]})).tables == []
    assert extract(SheetContent("空")).tables == []


NOISE = st.lists(
    st.lists(st.sampled_from([None, "", "附件1", "某局", "（盖章）", "2026年", "填表人：王一", 7.0]), max_size=4),
    max_size=6,
)


@settings(max_examples=150, deadline=None)
@given(st.permutations(range(len(PLAIN))), NOISE, st.integers(0, 3), st.integers(0, 4))
def test_any_order_of_columns_anywhere_gives_the_same_values(
    order: list[int], noise: list[list[object]], gap: int, left: int
) -> None:
    """Rows and columns keep the numbers they have in the file."""
    top = len(noise) + gap + 1
    rows = {number: line for number, line in enumerate(noise, 1) if any(line)}
    second = [2, "财务科", "出纳", "现金支付", "坐支", "对账", "李二"]
    for number, line in ((top, PLAIN), (top + 1, ROW), (top + 3, second)):
        rows[number] = [None] * left + [line[index] for index in order]
    [table] = extract(content(rows)).tables
    assert (table.header_rows, table.rows) == ((top,), [top + 1, top + 3])
    for position, index in enumerate(order, left + 1):
        name = list(EXPECTED)[index]
        assert table.columns[name] == position
        assert table.values[name] == [ROW[index], second[index]]


@pytest.mark.parametrize(
    ("sheet", "header", "fields"),
    [
        ("measures", "防控层次方式", ("layer", "means")),
        ("measures", "具体措施编号", ("content", "id")),
        ("powers", "职权编号名称", ("code", "power")),
        ("risk_points", "风险编号岗位", ("id", "post")),
    ],
)
def test_a_header_that_may_be_two_fields_is_neither(sheet: str, header: str, fields: tuple[str, str]) -> None:
    """With either of them there already, it may be the other one alone: then it is taken, and told."""
    entry = load_form("risk_register").by_name[sheet]
    titles = [one.title for one in entry.inputs if one.name not in fields]
    found = extract(content({1: [*titles, header], 2: [f"{title}的内容" for title in (*titles, header)]}), name=sheet)
    [table] = found.tables
    assert not table.columns.keys() & {*fields}
    assert table.unmapped[len(titles) + 1] == header
    for name in fields:
        more = [*titles, entry.by_name[name].title]
        rows = {1: [*more, header], 2: [f"{title}的内容" for title in (*more, header)]}
        [table] = extract(content(rows), name=sheet).tables
        [other] = {*fields} - {name}
        assert table.columns[other] == len(more) + 1


@pytest.mark.parametrize(
    ("row", "is_header"),
    [
        (["岗位", "风险点", "防控措施", "本科室备查", "另行填写"], True),
        (["岗位", "风险点", "防控措施", "本科室备查", "另行填写", 2025, 2026], True),
        ([2025, 2026, "岗位", "风险点", "防控措施", "本科室备查", "另行填写"], False),
        (["岗位", "风险点", "防控措施", "甲", "乙", "丙", "丁", 2025], False),
    ],
    ids=["two of their own", "two years behind the names", "a row that begins with numbers", "too many of their own"],
)
def test_numbers_among_the_names_of_a_header_change_nothing_unless_it_begins_with_them(
    row: list[object], is_header: bool
) -> None:
    assert HeaderFinder(RISKS).is_header(row) == is_header


@pytest.mark.parametrize("name", ["Sheet1", "风险点", "登记"])
def test_a_form_is_recognised_by_its_headers_whatever_the_sheet_is_called(name: str) -> None:
    sheet = content({1: PLAIN, 2: ROW})
    sheet.name = name
    forms = [load_form(form) for form in ("warning_intake", "risk_register", "self_appraisal")]
    found = recognise_form(WorkbookContent("xlsx", [sheet]), forms)
    assert found is not None and found.id == "risk_register"
    assert recognise_form(WorkbookContent("xlsx", [content({1: ["甲", "乙", "丙"]})]), forms) is None
