"""Each cell by itself: required, in its list, in its format, in its range; every fault said, each at its cell."""

from __future__ import annotations

from typing import Any

import pandera.polars as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lzxl.checks.schema import frame_schema
from lzxl.forms.findings import Remedy
from lzxl.forms.load import load_forms
from tests.checks.tables import BARE, check, finding, found, submission

RISK = "| 风险点编号 | 岗位 | 风险类型 | 风险点 | 发生可能性 | 后果程度 | 防控措施 | 直接责任人 |\n"
GOOD = "| HB01-001 | 出纳岗 | 岗位职责风险 | 现金保管不严 | 较大 | 严重 | 每月盘点 | 张三 |"


def risks(*rows: str) -> Any:
    return submission("risk_register", {"risk_points": RISK + "|-|\n" + "\n".join(rows)})


def test_a_right_row_passes() -> None:
    assert found(risks(GOOD)) == []


@pytest.mark.parametrize(
    ("old", "new", "code", "cell"),
    [
        ("出纳岗", "", "missing_value", "B2"),
        ("较大", "　", "missing_likelihood", "E2"),
        ("| 严重", "| ", "missing_severity", "F2"),
        ("每月盘点", "", "missing_measure", "G2"),
        ("张三", "", "missing_responsible", "H2"),
        ("岗位职责风险", "外部环境风险", "type_outside_three", "C2"),
        ("较大", "大", "word_not_in_vocabulary", "E2"),
        ("HB01-001", "一号", "bad_format", "A2"),
        ("现金保管不严", "钱", "text_length", "D2"),
        ("张三", "#N/A", "error_value", "H2"),
    ],
)
def test_a_fault_is_said_at_its_cell(old: str, new: str, code: str, cell: str) -> None:
    assert found(risks(GOOD.replace(old, new, 1))) == [(code, cell)]


@pytest.mark.parametrize(("own_layout", "code"), [(False, "column_missing"), (True, "columns_missing")])
def test_a_column_that_is_not_there_is_said_at_the_beginning_of_the_header(own_layout: bool, code: str) -> None:
    rows = "| 风险点编号 | 岗位 |\n|-|\n| HB01-001 | 出纳岗 |"
    made = check(submission("risk_register", {"risk_points": rows}, own_layout=own_layout))[0].findings
    cells = {entry.cell for entry in made if entry.code == code and entry.sheet == "风险点"}
    assert cells == {"A1"}


def test_a_row_with_five_faults_gives_five_findings() -> None:
    row = "| 一号 |  | 没有这类 | 现金保管不严 | 大 |  | 每月盘点 | 张三 |"
    assert found(risks(GOOD, row)) == [
        ("bad_format", "A3"),
        ("missing_value", "B3"),
        ("type_outside_three", "C3"),
        ("word_not_in_vocabulary", "E3"),
        ("missing_severity", "F3"),
    ]


def test_a_wrong_degree_gets_all_words_with_their_meanings() -> None:
    made = finding(risks(GOOD.replace("较大", "大")), "word_not_in_vocabulary")
    assert made.remedy == Remedy("choose", ("较大", "较小"))
    assert made.fix == (
        "请改为下列之一：“较大”指权力集中、自由裁量空间大或曾发生过类似问题，发生的机率较大；"
        "“较小”指有制约、有公开、有记录，发生的机率较小（较低）。"
    )
    assert made.basis == "分级"


def test_a_score_out_of_range() -> None:
    rows = "| 项目 | 考核内容 | 分值 | 自评分 |\n|-|\n| 甲 | 乙 | 101 | -1 |\n| 甲 | 丙 | 100 | 0 |"
    made = submission("self_appraisal", {"items": rows})
    assert [entry for entry in found(made) if entry[0] == "out_of_range"] == [
        ("out_of_range", "C2"),
        ("out_of_range", "D2"),
    ]


def test_the_most_of_a_score_is_the_points_of_its_row() -> None:
    rows = "| 项目 | 考核内容 | 分值 | 自评分 |\n|-|\n| 甲 | 乙 | 8 | -1 |\n| 甲 | 丙 | 92 | 120 |"
    [checked] = check(submission("self_appraisal", {"items": rows}))
    of_scores = [entry for entry in checked.findings if entry.cell in ("D2", "D3")]
    assert [(entry.code, entry.fix) for entry in of_scores] == [
        ("out_of_range", "请核对后填写0至8之间的数。"),
        ("out_of_range", "请核对后填写0至92之间的数。"),
    ]


@pytest.mark.parametrize(
    ("title", "text", "code"),
    [
        ("填报人", "", "missing_value"),
        ("填报日期", "年底", "date_vague"),
        ("填报日期", "2026-02-30", "date_impossible"),
        ("风险点数", "若干", "number_unreadable"),
        ("零报告", "或许", "word_not_in_vocabulary"),
        ("单位编码", "办", "bad_format"),
        ("联络员", "#REF!", "error_value"),
    ],
)
def test_a_fault_of_the_cover_is_said_at_its_cell_once(title: str, text: str, code: str) -> None:
    made = submission("risk_register", {"risk_points": RISK + "|-|\n" + GOOD}, {title: text})
    assert [entry for entry, cell in found(made) if cell.startswith("封面")] == [code]


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.sampled_from([GOOD, GOOD.replace("较大", ""), GOOD.replace("HB01-001", "#N/A"), GOOD.replace("张三", "")]),
        min_size=1,
        max_size=4,
    )
)
def test_a_file_is_judged_the_same_alone_and_among_others(rows: list[str]) -> None:
    """Only the rules of `together` may look at other files: here all files are of different units."""
    made = []
    for number, row in enumerate(rows):
        code = f"HB{number + 10}"
        labels = {"单位编码": code}
        text = RISK + "|-|\n" + row.replace("HB01", code)
        made.append(submission("risk_register", {"risk_points": text}, labels))
    together = [entry.findings for entry in check(*made)]
    assert together == [check(one)[0].findings for one in made]


def test_one_call_for_each_kind_of_sheet_however_many_files(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[int] = []
    plain = pa.DataFrameSchema.validate

    def counted(self: Any, frame: Any, *args: Any, **more: Any) -> Any:
        calls.append(len(frame))
        return plain(self, frame, *args, **more)

    monkeypatch.setattr(pa.DataFrameSchema, "validate", counted)
    check(*(risks(GOOD, GOOD) for _ in range(7)), context=BARE)
    assert sorted(calls) == [7, 14]  # the covers, and the rows of all risk points


def test_nothing_is_ever_coerced() -> None:
    for form in load_forms().values():
        for sheet in form.sheets:
            schema = frame_schema(form.id, form.scheme, sheet.name)
            assert not schema.coerce
            assert not any(column.coerce for column in schema.columns.values())
