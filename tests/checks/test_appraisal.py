"""第八条(三): scores stay within their points, none is forgotten among others, and the items are the office's."""

from __future__ import annotations

import pytest

from lzxl.checks.appraisal import expected_items
from lzxl.checks.report import Report
from lzxl.forms.findings import Remedy
from lzxl.forms.load import load_catalogue, load_form
from lzxl.submission import Submission
from tests.checks.tables import finding, found, submission

SHEET = load_form("self_appraisal").by_name["items"]
COUNT = len(SHEET.standard_rows)


def items(**changes: dict[int, object]) -> Submission:
    """The score sheet with full marks by everybody; changes: field → {row: value}."""
    scores = ("self_score", "inspection_score", "final_score")
    titles = [SHEET.by_name[name].title for name in (*SHEET.standard_columns, *scores, "deduction")]
    lines = ["| " + " | ".join(titles) + " |", "|-|"]
    for number, standard in enumerate(SHEET.standard_rows):
        row: dict[str, object] = dict(zip(SHEET.standard_columns, standard, strict=True))
        row |= dict.fromkeys(scores, row["points"]) | {"deduction": ""}
        for name, cells in changes.items():
            row[name] = cells.get(number, row[name])
        lines.append("| " + " | ".join(str(value) for value in row.values()) + " |")
    return submission("self_appraisal", {"items": "\n".join(lines)})


def blank(*but: int) -> dict[int, object]:
    """A column of scores left blank, but for some rows."""
    return {number: "" for number in range(COUNT) if number not in but}


def test_full_marks_pass() -> None:
    assert found(items()) == []


@pytest.mark.parametrize(("name", "column"), [("inspection_score", "G"), ("final_score", "H")])
def test_one_score_missing_among_others_was_forgotten(name: str, column: str) -> None:
    assert found(items(**{name: {2: ""}})) == [("missing_score", f"{column}4")]
    but_one = found(items(**{name: blank(0)}))
    assert but_one == [("missing_score", f"{column}{row}") for row in range(3, COUNT + 2)]


def test_scores_that_nobody_has_given_yet_are_not_missing() -> None:
    assert found(items(inspection_score=blank(), final_score=blank())) == []


def test_a_score_that_cannot_be_read_is_not_missing_as_well() -> None:
    assert found(items(inspection_score={2: "满分"})) == [("number_unreadable", "G4")]


@pytest.mark.parametrize(("over", "codes"), [(0, []), (1, ["score_over_points"])])
def test_a_score_may_reach_its_points_and_not_more(over: int, codes: list[str]) -> None:
    points = SHEET.standard_rows[0][SHEET.standard_columns.index("points")]
    assert [code for code, _ in found(items(self_score={0: points + over}))] == codes


def test_points_taken_off_have_a_reason() -> None:
    points = SHEET.standard_rows[0][SHEET.standard_columns.index("points")]
    assert [code for code, _ in found(items(final_score={0: points - 1}))] == ["deduction_without_reason"]
    assert found(items(final_score={0: points - 1}, deduction={0: "未传达"})) == []


def test_an_item_that_was_changed_gets_back_what_was_sent_out() -> None:
    said = finding(items(points={0: 4}), "item_changed")
    assert said.remedy == Remedy("set", SHEET.standard_rows[0][SHEET.standard_columns.index("points")])


def test_an_item_that_moved_is_known_by_its_content() -> None:
    made = items()
    [table] = made.tables
    for values in table.values.values():
        values[0], values[1] = values[1], values[0]
    expected = expected_items(Report(made, load_catalogue()), table)
    content = SHEET.standard_columns.index("content")
    assert [expected[row]["content"] for row in (0, 1)] == [SHEET.standard_rows[row][content] for row in (1, 0)]
