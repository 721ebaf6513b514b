"""A row without a number is given the next one that nothing uses, and that is said (第八条(一)1)."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lzxl.checks.given import numbered
from lzxl.submission import Earlier, Submission
from tests.checks.tables import check, found, submission

HEAD = "| 风险点编号 | 岗位 | 风险内容及表现形式 |\n|-|\n"


def register(*rows: tuple[str, str], earlier: dict[str, Earlier] | None = None, measures: str = "") -> Submission:
    """Risk points: number and what it says."""
    written = "\n".join(f"| {number} | 财务岗 | {text} |" for number, text in rows)
    tables = {"risk_points": HEAD + written}
    if measures:
        tables["measures"] = f"| 措施编号 | 关联风险点编号 |\n|-|\n{measures}"
    return submission("risk_register", tables, earlier={"risk_points": earlier or {}})


def numbers(made: Submission) -> list[str | None]:
    table = numbered(made).table("risk_points")
    assert table is not None
    return table.values["id"]


def test_the_next_number_is_given_and_said_and_nothing_is_asked_for() -> None:
    made = register(("HB01-001", "私用公章"), ("", "套取现金"), ("HB01-007", "虚报票据"), ("", "泄露标底"))
    assert numbers(made) == ["HB01-001", "HB01-008", "HB01-007", "HB01-009"]
    assert [
        cell
        for code, cell in found(made, severity="error warning info")
        if code in ("missing_value", "number_given") and cell[0] == "A"
    ] == [
        "A3",
        "A5",
    ]
    [checked] = check(made)
    said = next(entry for entry in checked.findings if entry.code == "number_given")
    assert (said.severity, said.cell, said.value) == ("info", "A3", "HB01-008")
    assert said.message == "本行未填风险点编号，已编为“HB01-008”。"
    table = checked.submission.table("risk_points")
    assert table is not None and table.values["id"] == numbers(made), "whoever counts it has the number too"


def test_a_row_that_is_blank_again_keeps_the_number_that_it_was_given() -> None:
    before = {"HB01-008": Earlier("财务岗", "套取现金", "第1版"), "HB01-009": Earlier("财务岗", "泄露标底", "第1版")}
    made = register(("", "新的风险"), ("", "泄露 标底"), ("", "套取现金"), earlier=before)
    assert numbers(made) == ["HB01-010", "HB01-009", "HB01-008"]


def test_a_number_in_reserve_is_taken() -> None:
    made = register(("HB01-001", "私用公章"), ("", "套取现金"))
    table = made.table("risk_points")
    assert table is not None
    table.left_out[9] = {table.columns["id"]: "HB01-020"}
    assert numbers(made) == ["HB01-001", "HB01-021"]


def test_a_number_in_reserve_is_never_given_away() -> None:
    """A row put in between others gets none of those that stand in blank rows, near as they are: the unit files the same workbook again
    with a new row where such a number stands, and the row put in, still blank, would lose its own to it or be asked about."""
    first = register(("HB01-001", "私用公章"), ("", "套取现金"))
    second = register(("HB01-001", "私用公章"), ("", "套取现金"), ("HB01-002", "虚报票据"))
    for made, in_reserve in ((first, ("HB01-002", "HB01-003")), (second, ("HB01-003",))):
        table = made.table("risk_points")
        assert table is not None
        table.left_out |= {9 + row: {table.columns["id"]: number} for row, number in enumerate(in_reserve)}
    _, given_first = numbers(first)
    second.earlier = {"risk_points": {str(given_first): Earlier("财务岗", "套取现金", "第1版")}}
    assert numbers(second) == ["HB01-001", given_first, "HB01-002"]


def test_where_another_sheet_refers_to_a_number_that_no_row_has_the_unit_is_asked() -> None:
    made = register(("", "私用公章"), measures="| HB01-C001 | HB01-005 |")
    assert numbers(made) == [None]
    assert ("missing_value", "A2") in found(made)


def test_a_unit_that_nobody_knows_gets_no_number() -> None:
    made = register(("", "私用公章"))
    made.unit_code = ""
    assert numbered(made) is made


ROWS = st.lists(
    st.tuples(st.sampled_from(["", "", *(f"HB01-{n:03d}" for n in range(1, 6))]), st.sampled_from("甲乙丙丁戊己"))
)
BEFORE = st.dictionaries(
    st.sampled_from([f"HB01-{n:03d}" for n in range(1, 9)]),
    st.sampled_from("甲乙丙丁戊己").map(lambda sign: Earlier("财务岗", f"风险{sign}", "第1版")),
)


@given(ROWS, BEFORE)
def test_no_number_stands_for_two_rows_or_for_something_else_than_before(
    rows: list[tuple[str, str]], before: dict[str, Earlier]
) -> None:
    made = register(*((number, f"风险{sign}") for number, sign in rows), earlier=before)
    table = made.table("risk_points")
    assert table is not None
    typed = [number for number, _ in rows if number]
    after = numbers(made)
    given_ = [number for number, (own, _) in zip(after, rows, strict=True) if not own]
    assert [number for number, (own, _) in zip(after, rows, strict=True) if own] == typed
    assert None not in after and len(set(given_)) == len(given_) and not set(given_) & set(typed)
    for number, (own, sign) in zip(after, rows, strict=True):
        if not own and number in before:
            assert before[number].text == f"风险{sign}"
    assert numbers(made) == after, "and once more the same"
