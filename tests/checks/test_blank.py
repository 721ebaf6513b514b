"""A form that comes back as it was sent out: one finding says it, not one for each empty cell."""

from __future__ import annotations

from pathlib import Path

import pytest

from lzxl.api import check
from lzxl.forms.load import load_form, load_grading
from lzxl.workbook.writing.build import build_workbook
from lzxl.workbook.writing.fill import Stamp, fill_workbook, stamp_workbook
from lzxl.workbook.writing.save import save_workbook


def sent_back(folder: Path, form_id: str, **cover: object) -> list[str]:
    """The codes found in a workbook that was sent out and came back with only `cover` filled in."""
    form = load_form(form_id)
    workbook = build_workbook(form, load_grading())
    stamp_workbook(workbook, form, Stamp(form.id, form.version, "HB01", "办公室", "2026年度"))
    fill_workbook(workbook, form, {"liaison": "苏婉清", "head": "谭永年", **cover}, {})
    save_workbook(workbook, folder / "表.xlsx")
    [checked] = check([folder / "表.xlsx"]).files
    return [finding.code for finding in checked.findings if finding.severity == "error"]


@pytest.mark.parametrize("form_id", ["risk_register", "warning_intake", "self_appraisal"])
def test_an_untouched_form_has_one_finding(form_id: str, tmp_path: Path) -> None:
    assert sent_back(tmp_path, form_id) == ["form_untouched"]


def test_a_form_with_one_word_in_it_is_checked_in_full(tmp_path: Path) -> None:
    codes = sent_back(tmp_path, "warning_intake", reporter="苏婉清")
    assert "form_untouched" not in codes
    assert codes.count("missing_value") > 1


def test_only_forms_that_know_nil_returns_speak_of_them(tmp_path: Path) -> None:
    for form_id, expected in (("warning_intake", True), ("self_appraisal", False)):
        sent_back(tmp_path, form_id)
        [checked] = check([tmp_path / "表.xlsx"]).files
        assert ("零报告" in checked.findings[0].fix) is expected
