"""A total whose addends have to be mended first is only asked to be looked at again."""

from __future__ import annotations

from lzxl.forms.places import Place
from lzxl.submission import Fact, StatedTotal, Submission
from tests.checks.tables import check, submission

HEADER = "| 序号 | 考核项目 | 自评分 |\n|-|\n"


def scores(*written: str) -> Submission:
    """A score sheet with a total of 99 under its scores, which the reader found wrong."""
    rows = "\n".join(f"| {number} | 项目{number} | {score} |" for number, score in enumerate(written, 1))
    made = submission("self_appraisal", {"items": HEADER + rows})
    [table] = made.tables
    row, column = table.rows[-1] + 1, table.columns["self_score"]
    table.totals[row, column] = StatedTotal(99.0, column, table.rows[0], table.rows[-1])
    place = Place.cell(table.title, row, column, table.name)
    known = {"actual": 6.0, "how": "sum", "column": column, "first": table.rows[0], "last": table.rows[-1]}
    made.facts.append(Fact("total_wrong", place, "自评分", 99.0, known))
    return made


def said(made: Submission) -> list[tuple[str, str]]:
    told = ("total_mismatch", "total_unchecked")
    return [(entry.code, entry.cell) for entry in check(made)[0].findings if entry.code in told]


def test_a_total_of_right_numbers_is_told_what_it_ought_to_be() -> None:
    assert said(scores("3", "3")) == [("total_mismatch", "C4")]


def test_a_total_with_a_wrong_number_among_its_addends_is_only_asked_about() -> None:
    for written in (("满分", "3"), ("3", "满分")):
        assert said(scores(*written)) == [("total_unchecked", "C4")]


def test_what_is_wrong_outside_its_addends_says_nothing_of_a_total() -> None:
    made = scores("3", "3", "满分")
    [table] = made.tables
    (place, total), *_ = table.totals.items()
    table.totals[place] = StatedTotal(total.stated, total.column, table.rows[0], table.rows[1])
    assert said(made) == [("total_mismatch", "C5")]


def test_the_wrong_cells_are_named_and_the_rest_is_counted() -> None:
    made = scores(*["满分"] * 9)
    [entry] = [entry for entry in check(made)[0].findings if entry.code == "total_unchecked"]
    assert "C2" in entry.message + entry.fix and "等9格" in entry.message + entry.fix
    [entry] = [entry for entry in check(scores(*["满分"] * 8))[0].findings if entry.code == "total_unchecked"]
    assert "等8格" not in entry.message + entry.fix
