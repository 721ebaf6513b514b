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
    """The score sheet with full marks; changes: field → {row: value}."""
    titles = [SHEET.by_name[name].title for name in (*SHEET.standard_columns, "self_score", "evidence")]
    lines = ["| " + " | ".join(titles) + " |", "|-|"]
    for number, standard in enumerate(SHEET.standard_rows):
        row: dict[str, object] = dict(zip(SHEET.standard_columns, standard, strict=True))
        row |= {"self_score": row["points"], "evidence": ""}
        for name, cells in changes.items():
            row[name] = cells.get(number, row[name])
        lines.append("| " + " | ".join(str(value) for value in row.values()) + " |")
    return submission("self_appraisal", {"items": "\n".join(lines)})


def test_full_marks_pass() -> None:
    assert found(items()) == []


def test_an_item_without_a_score_is_told() -> None:
    assert found(items(self_score={2: ""})) == [("missing_score", "F4")]


def test_a_score_that_cannot_be_read_is_not_missing_as_well() -> None:
    assert found(items(self_score={2: "满分"})) == [("number_unreadable", "F4")]


@pytest.mark.parametrize(("over", "codes"), [(0, []), (1, ["score_over_points"])])
def test_a_score_may_reach_its_points_and_not_more(over: int, codes: list[str]) -> None:
    points = SHEET.standard_rows[0][SHEET.standard_columns.index("points")]
    assert [code for code, _ in found(items(self_score={0: points + over}))] == codes


def test_evidence_is_asked_for_where_points_are_lost_and_nowhere_else() -> None:
    points = SHEET.standard_rows[0][SHEET.standard_columns.index("points")]
    said = finding(items(self_score={0: points - 1}), "deduction_without_reason")
    assert (said.cell, said.severity) == ("G2", "warning")
    assert found(items(self_score={0: points - 1}, evidence={0: "漏传达一次，见会议记录"})) == []


def test_a_score_that_is_none_asks_for_no_evidence_besides() -> None:
    """Whoever puts it right may have lost no points at all."""
    assert found(items(self_score={0: -1})) == [("out_of_range", "F2")]


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
