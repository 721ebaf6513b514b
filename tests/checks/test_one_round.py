"""Whoever does what every finding says is done after one round: no finding hides another, none leads astray."""

from __future__ import annotations

import random
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from lzxl.checks.context import Context
from lzxl.checks.run import Checked, check_submissions
from lzxl.demo.bureau import load_bureau
from lzxl.demo.faults import PLAN
from lzxl.demo.filing import fill_in
from lzxl.forms.load import load_grading, unit_form_ids
from lzxl.forms.model import Field
from lzxl.forms.values import CellError
from lzxl.workbook.layout import label_layout, table_layout
from lzxl.workbook.reading.open import open_content
from lzxl.workbook.writing.save import workbook_bytes
from tests.checks.clerk import Clerk, Desk, desk

pytestmark = pytest.mark.usefixtures("sheets_judged_once")

BUREAU = load_bureau()
UNITS = {sample.unit.code: sample for sample in BUREAU.units}
CONTEXT = Context(load_grading(), BUREAU.period, {code: sample.unit for code, sample in UNITS.items()})


def _check(desks: Sequence[Desk]) -> list[Checked]:
    return check_submissions([one.read() for one in desks], CONTEXT)


def _grave(checked: Sequence[Checked]) -> list[str]:
    return [
        f"{entry.submission.file} {finding.sheet}!{finding.cell} {finding.code} {finding.message}{finding.fix}"
        for entry in checked
        for finding in entry.findings
        if finding.severity != "info"
    ]


def _mend(desks: Sequence[Desk], checked: Sequence[Checked]) -> list[str]:
    """Do what the findings say; what is still found afterwards, with what was said before about that file."""
    for one, entry in zip(desks, checked, strict=True):
        Clerk(one, CONTEXT).mend(entry.submission, entry.findings)
    again = _check(desks)
    left = _grave(again)
    files = {line.split(" ")[0] for line in left}
    return [*left, *("before: " + line for line in _grave(checked) if line.split(" ")[0] in files)] if left else []


@pytest.mark.parametrize("form_id", unit_form_ids())
def test_clean_units_give_no_error_and_no_warning(form_id: str) -> None:
    assert _grave(_check([desk(sample, form_id, BUREAU.period) for sample in BUREAU.units])) == []


@pytest.mark.slow
@pytest.mark.parametrize("form_id", unit_form_ids())
def test_the_faults_of_the_demonstration_are_mended_in_one_round(form_id: str) -> None:
    campaign: Any = SimpleNamespace(grading=CONTEXT.grading, config=SimpleNamespace(period=BUREAU.period))
    desks = []
    for (code, planned), faults in PLAN.items():
        if planned == form_id:
            paper = fill_in(campaign, UNITS[code], form_id)
            for fault in faults:
                fault(paper)
            one = desk(UNITS[code], form_id, BUREAU.period)
            one.content = open_content(workbook_bytes(paper.workbook), "xlsx")
            for sheet in one.content.sheets:
                sheet.stored = None  # from here on the clerk changes it: it is not the file's any more
            desks.append(one)
    checked = _check(desks)
    assert all(_grave([entry]) for entry in checked if entry.submission.form != "self_appraisal")
    assert _mend(desks, checked) == []


# Random faults: any cell of any sheet, spoiled as people spoil cells.

WRONG: dict[str, Sequence[Any]] = {
    "date": ("长期坚持", "2026年11月31日", 3, "无", CellError("#VALUE!"), "2026年底"),
    "count": ("若干", 2.5, -3, 99999, CellError("#REF!")),
    "score": ("满分", 300, -1, CellError("#DIV/0!")),
    "id": ("措施3", "编号", 12, 110101199001011234.0, "HB99-001", CellError("#N/A")),
    "choice": ("大", "不清楚", "高", 1, CellError("#N/A"), "一般的"),
    "level": ("三级", "一级", "1中2低", "很高", 9, CellError("#NAME?")),
    "text": (CellError("#N/A"), 110101199001011234.0),
    "person": (CellError("#N/A"), 110101199001011234.0),
}


def _spoil(one: Desk, chance: random.Random, faults: int) -> None:
    """Blank, misspell, mistype, or copy from another row, in random cells."""
    for _ in range(faults):
        sheet = chance.choice(one.form.sheets)
        if sheet.layout == "labels":
            entry = chance.choice(sheet.fields)
            row, column = label_layout(sheet).value(entry.name)
            other_row = row
        else:
            layout = table_layout(sheet)
            count = len(one.clean[sheet.name])
            if not count:
                continue
            entry = chance.choice([entry for entry in sheet.fields if not entry.derived])
            column = layout.columns[entry.name]
            row, other_row = (layout.first_row + chance.randrange(count) for _ in range(2))
        content = one.sheet(sheet.title)
        content.put(row, column, _spoiled(entry, content.cell(row, column), content.cell(other_row, column), chance))


def _spoiled(entry: Field, value: Any, other: Any, chance: random.Random) -> Any:
    way = chance.choice(("blank", "misspell", "wrong", "copy"))
    if way == "blank" and not entry.computed:
        return None
    if way == "copy":
        return other
    if way == "misspell" and isinstance(value, str) and len(value) > 1:
        at = chance.randrange(len(value))
        return value[:at] + chance.choice(("", "某", " ")) + value[at + 1 :]
    return chance.choice(WRONG.get(entry.kind, (value,)))


@pytest.mark.slow
@pytest.mark.soak_examples(500)
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(st.integers(0, 10**9), st.integers(1, 12))
@example(1, 1)
@example(2, 4)
@example(5, 30)
def test_random_faults_are_mended_in_one_round(seed: int, faults: int) -> None:
    chance = random.Random(seed)
    desks = [desk(sample, form_id, BUREAU.period) for sample in BUREAU.units for form_id in unit_form_ids()]
    for one in desks:
        _spoil(one, chance, faults)
    assert _mend(desks, _check(desks)) == []
