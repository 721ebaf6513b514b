"""A rule of one submission finds the same of it whatever else is checked with it, and asks neither clock nor disk."""

from __future__ import annotations

import ast
import copy
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lzxl.checks.order import in_reading_order
from lzxl.checks.rules import FAMILIES, judge
from lzxl.checks.run import report_on
from lzxl.forms.findings import Finding
from lzxl.submission import Submission
from tests.checks.tables import BARE, submission

CHECKS = Path(__file__).resolve().parents[2] / "lzxl" / "checks"
# Names that tell the time, or reach a disk or the world.
OUTSIDE = {
    "today",
    "now",
    "time",
    "open",
    "read_text",
    "read_bytes",
    "exists",
    "is_file",
    "environ",
    "getenv",
    "random",
}
# What files are kept for, or where trouble is written down: no rule.
NO_RULES = {"run.py"}


def register(unit: str, number: str, level: str) -> Submission:
    risks = f"| 编号 | 岗位 | 职权 | 发生可能性 | 后果程度 | 风险等级 |\n|-|\n| {number} | 出纳 | 现金管理 | 较大 | 一般 | {level} |"
    return submission("risk_register", {"risk_points": risks}, {"单位编码": unit})


def ledger(unit: str, risk: str) -> Submission:
    rows = f"| 编号 | 收集日期 | 风险点编号 |\n|-|\n| {unit}-YJ001 | 2026-03-01 | {risk} |"
    return submission("warning_intake", {"warnings": rows}, {"单位编码": unit})


DIFFERENT = (
    register("HB01", "HB01-001", "一级"),
    register("HB02", "HB01-001", "五级"),
    register("HB01", "HB01-001", "二级"),
    ledger("HB01", "HB01-009"),
    ledger("HB02", "HB01-001"),
    ledger("HB01", "没有"),
)


def found(wanted: Submission, others: list[Submission]) -> tuple[Finding, ...]:
    """What the rules of one submission find of it, checked with others."""
    reports = [
        report_on(copy.deepcopy(entry), BARE)
        for entry in (*others[: len(others) // 2], wanted, *others[len(others) // 2 :])
    ]
    judge(reports, BARE, "one submission")
    return in_reading_order(reports[len(others) // 2])


@settings(max_examples=30, deadline=None)
@given(st.sampled_from(DIFFERENT), st.lists(st.sampled_from(DIFFERENT), max_size=4))
def test_rules_of_one_submission_do_not_see_the_others(wanted: Submission, others: list[Submission]) -> None:
    assert found(wanted, others) == found(wanted, [])


def test_these_submissions_have_something_to_say_of_each_other() -> None:
    """Else the property would hold of nothing."""
    reports = [report_on(copy.deepcopy(entry), BARE) for entry in DIFFERENT]
    judge(reports, BARE, "between submissions")
    codes = {finding.code for report in reports for finding in report.findings}
    assert codes >= {"unit_filed_twice", "risk_id_unknown"}
    alone = {finding.code for entry in DIFFERENT for finding in found(entry, [])}
    assert len(alone) > 5 and not alone & {"unit_filed_twice", "risk_id_unknown", "duplicate_id_across_files"}


def test_those_of_one_submission_speak_first() -> None:
    scopes = [family.scope for family in FAMILIES]
    assert scopes == sorted(scopes, key=("one submission", "between submissions").index)
    assert set(scopes) == {"one submission", "between submissions"}


def asked(tree: ast.Module) -> set[str]:
    """What a module calls that tells the time, or reaches a disk or the world."""
    calls = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return {getattr(call, "attr", getattr(call, "id", "")) for call in calls} & OUTSIDE


@pytest.mark.parametrize("path", sorted(CHECKS.glob("*.py")), ids=lambda path: path.name)
def test_no_rule_asks_the_clock_or_the_disk(path: Path) -> None:
    """The day is a setting (`Context.today`), or came with the submission (`Submission.received`)."""
    assert asked(ast.parse(path.read_text(encoding="utf-8"))) == set()


def test_asking_would_be_noticed() -> None:
    assert asked(ast.parse("datetime.date.today(); Path('x').read_text()")) == {"today", "read_text"}
