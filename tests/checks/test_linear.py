"""Every step of a check is linear in what it is given: twice the rows, twice the work. Work is counted, never timed.

What is counted are the lines of our own code that are run, those in loops and comprehensions each time.
"""

from __future__ import annotations

import datetime
import sys
from collections.abc import Callable
from functools import _lru_cache_wrapper
from types import FrameType
from typing import Any

import pytest

import lzxl
from lzxl.checks.context import Context
from lzxl.checks.nearest import Nearest
from lzxl.checks.run import check_submissions
from lzxl.checks.schema import warm_up
from lzxl.formats.json import render_json
from lzxl.formats.junit import render_junit
from lzxl.formats.sarif import render_sarif
from lzxl.formats.text import render_text
from lzxl.forms.load import form_ids, load_catalogue, load_form, load_grading
from lzxl.forms.model import Field, Sheet
from lzxl.forms.places import Place
from lzxl.forms.values import CellError, parse
from lzxl.submission import Fact, Labels, Submission, Table
from lzxl.workbook.writing.placing import Placement
from tests.checks.tables import COVER

pytestmark = pytest.mark.slow

# Four times as much in all: what two doublings add must be twice as much the second time. A quadratic step gives four.
SIZES = (12, 24, 48)
MOST = 2.3
OURS = lzxl.__file__.removesuffix("__init__.py")

Shape = Callable[[Sheet, Field, int], Any]


def wrong(_: Sheet, entry: Field, number: int) -> Any:
    """Nothing is as it should be."""
    if entry.kind == "serial":
        return number
    return f"{entry.title}乱写{number}"


def blank(sheet: Sheet, entry: Field, number: int) -> Any:
    """A row says what it is about and nothing else."""
    return f"某事{number}" if entry.name in sheet.subject else number if entry.kind == "serial" else None


def errors(sheet: Sheet, entry: Field, number: int) -> Any:
    """Formulas that failed wherever one can be."""
    return f"某事{number}" if entry.name in sheet.subject else CellError("#N/A")


def alike(_: Sheet, entry: Field, number: int) -> Any:
    """Every row has the number and the name of the first."""
    if entry.vocabulary is not None:
        return entry.vocabulary.allowed[0]
    return {"id": "HB01-Q01", "date": datetime.date(2026, 3, 1), "count": 1, "score": 1, "serial": 1}.get(
        entry.kind, "同一件事"
    )


def strange(_: Sheet, entry: Field, number: int) -> Any:
    """Rows that are sound by themselves, and refer to what is not there."""
    if entry.vocabulary is not None:
        return entry.vocabulary.allowed[0]
    plain = {"date": datetime.date(2026, 3, 1), "count": 1, "score": 1, "serial": number}
    if entry.kind == "id" or entry.references:
        stem = "Q" if entry.name == "id" and "Q" in entry.format else ""
        return f"HB01-{stem}{number:0{2 if stem else 3}d}" if entry.name == "id" else f"HB01-{900 - number:03d}"
    return plain.get(entry.kind, f"{entry.name}第{number}件事")


SHAPES = (wrong, blank, errors, alike, strange)


def filled(form_id: str, shape: Shape, rows: int, tables: int = 1) -> Submission:
    """A submission of `rows` rows in each table of the form; `tables`: each of them so many times, below each other."""
    form = load_form(form_id)
    made = Submission(
        "办公室.xlsx", form=form_id, version=form.version, stamped=True, unit_code="HB01", period="2026年度"
    )
    if form.cover is not None:
        made.cover = Labels(form.cover.name, form.cover.title)
        for row, (title, text) in enumerate(COVER.items(), 1):
            entry = form.cover.field_for_header(title)
            if entry is not None:
                made.cover.cells[entry.name] = (row, 2)
                made.cover.values[entry.name] = parse(entry, text).value
    for sheet in form.tables:
        for part in range(tables):
            made.tables.append(_table(made, sheet, shape, 1 + part * (rows + 2), rows))
    return made


def _table(made: Submission, sheet: Sheet, shape: Shape, header: int, rows: int) -> Table:
    table = Table(
        sheet.name, sheet.title, header_rows=(header,), rows=[header + number for number in range(1, rows + 1)]
    )
    for column, entry in enumerate(sheet.inputs, 1):
        table.columns[entry.name] = column
        values = table.values[entry.name] = []
        for index, row in enumerate(table.rows):
            raw = shape(sheet, entry, row)
            parsed = parse(entry, raw)
            values.append(parsed.value)
            if parsed.problem:
                table.broken.setdefault(entry.name, set()).add(index)
                table.raw.setdefault(entry.name, {})[index] = raw
                place = Place.cell(table.title, row, column, table.name, entry.name)
                made.facts.append(Fact(parsed.problem, place, value=raw))
    return table


def steps(work: Callable[[], object]) -> int:
    """How many lines of our own code `work` runs."""
    count = 0

    def local(_: FrameType, event: str, __: object) -> Any:
        nonlocal count
        count += event == "line"
        return local

    def entered(frame: FrameType, _: str, __: object) -> Any:
        return local if frame.f_code.co_filename.startswith(OURS) else None

    before = sys.gettrace()
    sys.settrace(entered)
    try:
        work()
    finally:
        sys.settrace(before)
    return count


def growth(work_for: Callable[[int], Callable[[], object]]) -> float:
    """How many times as much work the second doubling adds as the first, each from the beginning."""
    first, second, third = (steps(_anew(work_for(size))) for size in SIZES)
    return (third - second) / (second - first)


def _anew(work: Callable[[], object]) -> Callable[[], object]:
    """The same work with nothing known of the texts of a smaller size: what is remembered would count for the first alone."""
    for name, module in [*sys.modules.items()]:
        if name.partition(".")[0] == "lzxl":
            for value in vars(module).values():
                # What is kept without limit is what forms say, not what stands in cells.
                if isinstance(value, _lru_cache_wrapper) and value.cache_parameters()["maxsize"] is not None:
                    value.cache_clear()
    return work


@pytest.fixture(scope="module", autouse=True)
def _ready() -> None:
    warm_up()
    check_submissions([filled(form, alike, 1) for form in form_ids()], Context(load_grading()))


CONTEXT = Context(load_grading(), "2026年度")
CATALOGUE = load_catalogue()


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__name__)
@pytest.mark.parametrize("form", form_ids())
def test_twice_the_rows_are_twice_the_work_to_check_place_and_show(form: str, shape: Shape) -> None:
    def work_for(rows: int) -> Callable[[], object]:
        made = filled(form, shape, rows)

        def work() -> None:
            checked = check_submissions([made], CONTEXT)
            placement = Placement(load_form(form), made)
            for finding in checked[0].findings:
                placement.find(finding)
            for render in (render_text, render_json, render_sarif, render_junit):
                render(checked)

        return work

    assert growth(work_for) <= MOST


@pytest.mark.parametrize("form", ["risk_register", "warning_intake"])
def test_twice_the_tables_are_twice_the_work(form: str) -> None:
    def work_for(tables: int) -> Callable[[], object]:
        made = filled(form, strange, 2, tables)

        def work() -> None:
            checked = check_submissions([made], CONTEXT)
            placement = Placement(load_form(form), made)
            for finding in checked[0].findings:
                placement.find(finding)

        return work

    assert growth(work_for) <= MOST


def test_twice_the_submissions_are_twice_the_work() -> None:
    def work_for(count: int) -> Callable[[], object]:
        made = [filled("warning_intake", strange, 2) for _ in range(count)]
        return lambda: check_submissions(made, CONTEXT)

    assert growth(work_for) <= MOST


def test_names_are_compared_so_often_and_no_oftener() -> None:
    nearest = Nearest()
    names = [f"某项职权{number}" for number in range(1000)]
    assert nearest.find("某项职权甲", names) is not None
    found = [nearest.find(f"某项职权{number}甲", names) for number in range(100)]
    assert found[0] is not None
    assert found[-1] is None


def test_a_text_that_is_too_long_to_be_a_word_is_compared_with_none() -> None:
    vocabulary = load_form("warning_intake").by_name["warnings"].by_name["channel"].vocabulary
    assert vocabulary is not None
    long = vocabulary.allowed[0] * 5000
    assert steps(lambda: vocabulary.suggest(long)) < 10
    assert vocabulary.suggest(long) is None
    assert vocabulary.suggest(vocabulary.allowed[0] + "等") == vocabulary.allowed[0]
