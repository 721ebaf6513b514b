"""Of very many findings only the first are listed, the graver before the lesser, and how many more there are is said."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lzxl.checks.context import Context
from lzxl.checks.run import check_submissions
from lzxl.forms import findings as module
from lzxl.forms.findings import MOST_FINDINGS, SEVERITIES, Catalogue, Finding, Kept, listed
from lzxl.forms.load import load_form, load_grading
from lzxl.forms.places import Place
from lzxl.submission import Fact
from lzxl.workbook.reading import bounds
from lzxl.workbook.reading.bounds import bound
from tests.checks.test_linear import blank, filled, strange

CONTEXT = Context(load_grading(), "2026年度")


def one(code: str, severity: str, number: int) -> Finding:
    return Finding(code, severity, "", "", "", Place.cell("", number, 1))  # type: ignore[arg-type]


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_FINDINGS", 5)
    monkeypatch.setattr(module, "MOST_KEPT", 8)


@pytest.mark.usefixtures("few")
def test_no_finding_is_lost_from_the_count_and_the_gravest_are_kept() -> None:
    @given(st.lists(st.tuples(st.sampled_from(["some", "split_row"]), st.sampled_from(SEVERITIES)), max_size=60))
    def holds(made: list[tuple[str, str]]) -> None:
        all_ = [one(code, severity, number) for number, (code, severity) in enumerate(made)]
        kept = Kept(all_)
        assert {finding for finding in all_ if finding.code == "split_row"} <= set(kept.findings)
        shown, more = listed(kept.findings, kept.more)
        counts = Counter(finding.severity for finding in all_)
        assert Counter(finding.severity for finding in shown) + more == counts
        assert len(shown) == min(len(all_), 5)
        assert shown == sorted(shown, key=all_.index)
        for graver, lesser in pairwise(SEVERITIES):
            if any(finding.severity == lesser for finding in shown):
                assert more[graver] == 0

    holds()


def test_a_file_with_thousands_of_faults_is_returned_with_the_first_of_them_and_the_number_of_the_rest() -> None:
    made = filled("risk_register", blank, 400)
    [checked] = check_submissions([made], CONTEXT)
    first, *others = checked.findings
    assert first.code == "findings_too_many"
    assert len(others) == MOST_FINDINGS
    assert checked.status == "returned"
    assert f"仅列出{MOST_FINDINGS}个" in first.message
    assert {finding.severity for finding in others} == {"error"}  # there are more errors than are listed


@pytest.mark.usefixtures("few")
def test_hints_that_are_not_listed_do_not_change_the_state() -> None:
    made = filled("unit_roster", strange, 1)
    sheet = load_form(made.form).main
    made.tables.clear()
    places = [
        Place.cell("", number, 1, sheet, load_form(made.form).by_name[sheet].fields[0].name) for number in range(50)
    ]
    made.facts = [Fact("text_normalised", place, value="甲") for place in places]
    [checked] = check_submissions([made], CONTEXT)
    assert checked.status == "returned"  # the sheet that is missing
    assert [finding.code for finding in checked.findings].count("sheet_missing") == 1
    assert checked.findings[0].code == "findings_too_many"
    assert "提示46个" in checked.findings[0].message


def test_a_file_with_more_tables_or_rows_than_anyone_means_is_refused_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bounds, "MOST_TABLES", 4)
    monkeypatch.setattr(bounds, "MOST_ROWS", 20)
    for rows, tables, said in ((1, 1, ""), (21, 1, "有21行"), (1, 5, "有5张表")):
        made = filled("warning_intake", strange, rows, tables)
        bound(made)
        assert (made.refusal.message if made.refusal else "") == (f"文件过大（{said}），未打开。" if said else "")
        assert bool(made.tables) == (not said)


def test_a_finding_that_is_only_counted_is_not_made(monkeypatch: pytest.MonkeyPatch) -> None:
    made: Counter[str] = Counter()
    make = Catalogue.finding

    def counting(self: Catalogue, code: str, *place: Place, **details: Any) -> Finding:
        finding = make(self, code, *place, **details)
        made[finding.severity] += 1
        return finding

    monkeypatch.setattr(module, "MOST_KEPT", 50)
    monkeypatch.setattr(Catalogue, "finding", counting)
    [checked] = check_submissions([filled("risk_register", blank, 400)], CONTEXT)
    [told] = [finding for finding in checked.findings if finding.code == "findings_too_many"]
    assert int(re.search("共([0-9]+)个", told.message).group(1)) > 400  # type: ignore[union-attr]
    assert made["error"] < 100
