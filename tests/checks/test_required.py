"""What one cell asks of others: a field that is needed where another is filled in, or says a word of some role."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lzxl.checks.report import Report
from lzxl.checks.required import check_required
from lzxl.checks.rules import FAMILIES
from lzxl.forms.load import load_catalogue, load_form
from lzxl.forms.model import Field, Sheet
from lzxl.forms.rules import RequiredIf
from tests.checks.tables import submission

FORM = load_form("warning_intake")
ROLE, ASKS, ASKS_NOT = "proves", "信访投诉举报", "定期分析评估"
WORD = RequiredIf("channel", ("remark", "taken"), ROLE)
ANYTHING = RequiredIf("source_detail", ("remark",))
ON_COVER = RequiredIf("nil_return", ("nil_reason",))


def asking(sheet: Sheet) -> Sheet:
    """A sheet with the rules above, and with a word that has a role."""
    fields = tuple(with_role(entry) if entry.name == "channel" else entry for entry in sheet.fields)
    rules = (ON_COVER,) if sheet.layout == "labels" else (WORD, ANYTHING)
    return replace(sheet, fields=fields, rules=replace(sheet.rules, required_if=rules))


def with_role(entry: Field) -> Field:
    assert entry.vocabulary is not None
    words = tuple(replace(word, role=ROLE if word.word == ASKS else "") for word in entry.vocabulary.words)
    return replace(entry, vocabulary=replace(entry.vocabulary, words=words))


def found(row: dict[str, str], **labels: str) -> list[tuple[str, str]]:
    """(sheet, cell) of each finding about a row of a ledger whose form has the three rules above."""
    table = f"| {' | '.join(row)} |\n|-|\n| {' | '.join(row.values())} |"
    report = Report(submission("warning_intake", {"warnings": table}, labels), load_catalogue())
    report.form = replace(FORM, sheets=tuple(map(asking, FORM.sheets)))
    report._kept.findings.clear()
    check_required(report)
    assert {entry.code for entry in report.findings} <= {"missing_because"}
    return [(entry.sheet, entry.cell) for entry in report.findings]


def test_a_word_asks_for_every_field_of_its_rule() -> None:
    row = {"信息编号": "HB01-YJ001", "信息来源": ASKS, "备注": "", "已采取措施": ""}
    assert found(row) == [("预警信息", "C2"), ("预警信息", "D2")]
    assert found(row | {"备注": "有"}) == [("预警信息", "D2")]


@pytest.mark.parametrize("written", [ASKS_NOT, "", "别的"])
def test_another_word_or_none_asks_for_nothing(written: str) -> None:
    assert found({"信息编号": "HB01-YJ001", "信息来源": written, "备注": "", "已采取措施": ""}) == []


def test_whatever_is_filled_in_asks_where_the_rule_names_no_word() -> None:
    assert found({"信息编号": "HB01-YJ001", "来源明细": "热线", "备注": ""}) == [("预警信息", "C2")]
    assert found({"信息编号": "HB01-YJ001", "来源明细": "", "备注": ""}) == []


def test_a_field_that_cannot_be_read_is_not_blank() -> None:
    assert found({"信息编号": "HB01-YJ001", "来源明细": "热线", "备注": "#N/A"}) == []


def test_a_field_that_the_file_does_not_have_is_said_once_elsewhere() -> None:
    assert found({"信息编号": "HB01-YJ001", "信息来源": ASKS, "备注": "有"}) == []


def test_the_cover_is_asked_as_well() -> None:
    assert found({"信息编号": "HB01-YJ001"}, 零报告="否", 零报告原因="") == [("封面", FORM_CELL)]
    assert found({"信息编号": "HB01-YJ001"}, 零报告="否", 零报告原因="有") == []
    assert found({"信息编号": "HB01-YJ001"}, 零报告="", 零报告原因="") == []
    assert found({"信息编号": "HB01-YJ001"}, 零报告="否", 零报告原因="#N/A") == []
    assert found({"信息编号": "HB01-YJ001"}, 零报告="否") == [], "the cover has no such cell"


FORM_CELL = "B10"


def test_a_register_in_a_layout_of_its_own_is_asked_for_nothing() -> None:
    [family] = [one for one in FAMILIES if one.name == "check_required"]
    assert not family.own_layouts
