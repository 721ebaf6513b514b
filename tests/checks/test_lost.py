"""A number that others refer to and no row has any more: the row whose number is blank gets it back, if one is beyond doubt."""

from __future__ import annotations

import pytest

from lzxl.forms.findings import Remedy
from lzxl.submission import Submission
from tests.checks.tables import check, submission


def register(numbers: list[str], referred: list[str]) -> Submission:
    """Risk points with these numbers, and measures that refer to those."""
    risks = "\n".join(f"| {number} | 职权{row} |" for row, number in enumerate(numbers))
    measures = "\n".join(f"| HB01-C{row:03d} | {number} |" for row, number in enumerate(referred, 1))
    return submission(
        "risk_register",
        {
            "risk_points": f"| 风险点编号 | 职权 |\n|-|\n{risks}",
            "measures": f"| 措施编号 | 关联风险点编号 |\n|-|\n{measures}",
        },
        {"风险点数": str(len(numbers))},
    )


def advised(made: Submission) -> list[Remedy]:
    """What each row without a number is told to put there."""
    return [
        entry.remedy
        for entry in check(made)[0].findings
        if entry.code == "missing_value" and entry.header == "风险点编号"
    ]


@pytest.mark.parametrize(
    ("numbers", "lost"),
    [
        (["HB01-001", "", "HB01-003", "HB01-010", "", "HB01-012"], ["HB01-002", "HB01-011"]),
        (["", "HB01-005", "HB01-010", ""], ["HB01-004", "HB01-011"]),
        (["HB01-008", "HB01-001", "", "HB01-099", ""], ["HB01-002", "HB01-100"]),
        (["", "HB01-005", "HB01-001", "", "HB01-010", "HB01-002"], ["HB01-004", "HB01-009"]),
    ],
)
def test_of_several_lost_numbers_a_row_gets_the_one_that_follows_its_neighbours(
    numbers: list[str], lost: list[str]
) -> None:
    made = register(numbers, lost)
    assert advised(made) == [Remedy("set", number) for number in lost]
    assert [entry.code for entry in check(made)[0].findings if entry.header == "关联风险点编号"] == [
        "reference_lost"
    ] * 2


def test_where_the_neighbours_do_not_tell_the_unit_chooses() -> None:
    made = register(["HB01-001", "", "", "HB01-020"], ["HB01-005", "HB01-011"])
    assert advised(made) == [Remedy("choose", ("HB01-005", "HB01-011"))] * 2
    said = [
        entry.fix for entry in check(made)[0].findings if entry.code == "missing_value" and entry.header == "风险点编号"
    ]
    assert all("各用一次，不要重复。" in fix for fix in said)


def test_one_lost_number_for_one_row_is_its_own_wherever_it_stands() -> None:
    assert advised(register(["HB01-001", "HB01-002", ""], ["HB01-077"])) == [Remedy("set", "HB01-077")]
