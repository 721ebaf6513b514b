"""A rewriting of its texts that nobody sees changes no finding and no value of a workbook, whatever the form."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lzxl.checks.run import check_submissions
from lzxl.submission import Submission
from lzxl.workbook.reading.content import WorkbookContent
from lzxl.workbook.reading.guard import judge
from lzxl.workbook.reading.open import open_content
from lzxl.workbook.reading.read import read_open
from tests.checks.tables import BARE
from tests.rewritings.filled import FORMS, filled
from tests.rewritings.text import REWRITINGS

# What may be said of a rewriting: that a text was read without what nobody can see.
SAID = frozenset({"text_normalised"})
SAMPLES = sorted(
    path for path in (Path(__file__).parent.parent / "samples").iterdir() if path.suffix not in (".json", ".md")
)
OF_TEXTS = [
    name
    for name in REWRITINGS
    if "each text" in name or name in ("radicals for ideographs", "line ends of other systems")
]


def findings_and_values(content: WorkbookContent, form_id: str) -> tuple[list[tuple[str, str, str]], Any]:
    submission = read_open(content, "表.xlsx", form_id)
    [checked] = check_submissions([submission], BARE)
    found = [(entry.code, entry.sheet, entry.cell) for entry in checked.findings if entry.code not in SAID]
    return found, values_of(submission)


def values_of(submission: Submission) -> Any:
    cover = submission.cover.values if submission.cover is not None else {}
    tables = [(table.name, table.rows, table.values, table.dropped) for table in submission.tables]
    whose = (submission.unit_code, submission.unit_name, submission.period, submission.version, submission.stamped)
    return whose, cover, tables, submission.unplaced


@pytest.mark.parametrize("form_id", FORMS)
@pytest.mark.parametrize("name", REWRITINGS)
def test_a_rewriting_that_nobody_sees_changes_no_finding_and_no_value(name: str, form_id: str) -> None:
    before = findings_and_values(filled(form_id), form_id)
    content = filled(form_id)
    REWRITINGS[name](content, form_id)
    after = findings_and_values(content, form_id)
    assert after[0] == before[0]
    assert after[1] == before[1]


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_nor_of_a_register_in_a_layout_of_its_own(path: Path) -> None:
    """Its labels stand anywhere around its table, its headers are its own."""
    data = path.read_bytes()
    before = findings_and_values(open_content(data, judge(data).container), "risk_register")
    for name in OF_TEXTS:
        content = open_content(data, judge(data).container)
        REWRITINGS[name](content, "risk_register")
        after = findings_and_values(content, "risk_register")
        assert after[0] == before[0], name
        assert after[1][1:3] == before[1][1:3], name
