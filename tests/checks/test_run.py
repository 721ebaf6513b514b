"""The one way from submissions to checked submissions: in the order given, each with a state that its findings make."""

from __future__ import annotations

from lzxl.checks.context import Context
from lzxl.checks.run import check_submissions
from lzxl.demo.bureau import load_bureau
from lzxl.forms.load import load_catalogue, load_grading
from lzxl.submission import Submission
from lzxl.workbook.layout import label_layout
from tests.checks.clerk import desk

BUREAU = load_bureau()
UNIT = BUREAU.units[0]
CONTEXT = Context(load_grading(), BUREAU.period, {UNIT.unit.code: UNIT.unit})


def register(file: str = "登记表.xlsx", **cover: object) -> Submission:
    """A register without a fault but those that `cover` makes."""
    one = desk(UNIT, "risk_register", BUREAU.period)
    one.file = file
    labels = label_layout(one.form.cover)  # type: ignore[arg-type]
    for name, value in cover.items():
        one.content.sheets[0].put(*labels.value(name), value)
    return one.read()


def refused() -> Submission:
    return Submission("坏.xlsx", refusal=load_catalogue().finding("file_unreadable", detail="坏"))


def test_submissions_come_back_in_their_order_and_those_that_nobody_could_read_pass_through() -> None:
    checked = check_submissions([refused(), register("甲.xlsx"), refused(), register("乙.xlsx", head="")], CONTEXT)
    assert [entry.submission.file for entry in checked] == ["坏.xlsx", "甲.xlsx", "坏.xlsx", "乙.xlsx"]
    assert [entry.status for entry in checked] == ["refused", "accepted", "refused", "returned"]
    assert [finding.code for finding in checked[0].findings] == ["file_unreadable"]
    assert not checked[0].is_failed


def test_one_error_returns_a_submission_and_a_warning_does_not() -> None:
    [right] = check_submissions([register()], CONTEXT)
    assert (right.status, right.count("error"), right.count("warning")) == ("accepted", 0, 0)
    [wrong] = check_submissions([register(head=None)], CONTEXT)
    assert (wrong.status, wrong.count("error")) == ("returned", 1)
    [doubtful] = check_submissions([register(head="代签人")], CONTEXT)
    assert (doubtful.status, doubtful.count("error"), doubtful.count("warning")) == ("accepted", 0, 1)
