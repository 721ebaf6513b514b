"""The core of the in-sheet functions: an answer for everything, the same over ranges as cell by cell."""

from __future__ import annotations

import ast
import datetime
import subprocess
import sys
from decimal import Decimal
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import lzxl.functions.core as core
from lzxl.forms.appraisal import load_appraisal
from lzxl.forms.load import grading_schemes, load_grading
from lzxl.functions.core import ALL_ROWS, Functions, as_far_as_used, over_ranges
from lzxl.functions.tables import tables_of

GRADING = load_grading()
LZ = Functions(tables_of(GRADING))
INVALID = "用词不在可选范围"


class ErrorObject:
    """As a program hands over an error: compares with itself only, and has no hash."""

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return "error"


STRANGE = [
    "不知道",
    " 较大",
    "较大 ",
    "?",
    "*",
    1,
    -1,
    2.5,
    True,
    False,
    float("nan"),
    datetime.date(2026, 1, 1),
    ErrorObject(),
    [],
    b"x",
]


@pytest.mark.parametrize("scheme", grading_schemes())
def test_every_combination_of_words(scheme: str) -> None:
    grading = load_grading(scheme)
    functions = Functions(tables_of(grading))
    for likelihood, severity in product(grading.likelihood.allowed, grading.severity.allowed):
        grade = grading.grade(likelihood, severity)
        assert grade is not None
        assert functions.level(likelihood, severity) == grade.level
        assert functions.basis(likelihood, severity) == grade.basis


@pytest.mark.parametrize("blank", [None, "", 0, 0.0])
def test_a_blank_gives_a_blank(blank: Any) -> None:
    for other in ("较大", "不知道", None, 3, ErrorObject()):
        assert LZ.level(blank, other) == LZ.level(other, blank) == ""
        assert LZ.basis(blank, other) == LZ.basis(other, blank) == ""
    assert LZ.disposition(blank) == ""


@pytest.mark.parametrize(
    "strange",
    STRANGE,
    ids=lambda one: f"{type(one).__name__} {one}"[:20] if isinstance(one, str | float | int) else type(one).__name__,
)
def test_what_is_no_word_is_said_and_never_raises(strange: Any) -> None:
    for pair in ((strange, "严重"), ("较大", strange), (strange, strange)):
        assert LZ.level(*pair) == INVALID
        assert LZ.basis(*pair) == ""
    assert LZ.disposition(strange) == INVALID


def test_scores() -> None:
    scheme = load_appraisal()
    for scores in ((90, 80, 70), ("90", "80.5", 70.25), (100, 100, 100), (0.05, 0.05, 0.05)):
        totals = dict(zip(scheme.weights, (Decimal(str(score)) for score in scores), strict=True))
        assert LZ.score(*scores) == float(scheme.result(totals))
    assert LZ.score(0, 0, 0) == 0.0
    assert LZ.score(Decimal("90.0000"), Decimal(80), Decimal("70.5")) == LZ.score(90, 80, 70.5)  # amounts of money
    for blank in (None, ""):
        assert LZ.score(blank, 80, 70) == LZ.score(90, blank, 70) == LZ.score(90, 80, blank) == ""
    for wrong in ("九十", True, -1, 1001, float("nan"), float("inf"), "1e999", "NaN", ErrorObject()):
        assert LZ.score(wrong, 80, 70) == LZ.score(90, 80, wrong) == INVALID


def test_dispositions_say_that_they_are_suggestions() -> None:
    for degree, text in tables_of(GRADING)["dispositions"].items():
        assert LZ.disposition(degree) == text
        assert text.startswith("建议")


def test_shapes() -> None:
    def joined(one: Any, other: Any) -> str:
        return f"{one}{other}"

    assert over_ranges(joined, "a", "b") == "ab"
    assert over_ranges(joined, [["a"]], "b") == [["ab"]]
    assert over_ranges(joined, [["a"], ["b"]], [["1"], ["2"]]) == [["a1"], ["b2"]]
    assert over_ranges(joined, ["a", "b"], ["1", "2"]) == [["a1"], ["b2"]]
    assert over_ranges(joined, (("a",), ("b",)), "1") == [["a1"], ["b1"]]
    assert over_ranges(joined, [["a", "b"]], [["1", "2"]]) == [["a1", "b2"]]
    assert over_ranges(joined, [["a", "b"]], [["1"], ["2"]]) == [["a1", "b1"], ["a2", "b2"]]
    assert over_ranges(joined, [["a", "b"], ["c", "d"]], "1") == [["a1", "b1"], ["c1", "d1"]]
    assert over_ranges(joined, [["a"], ["b"], ["c"]], [["1"], ["2"]]) == [["a1"], ["b2"], ["cNone"]]
    assert over_ranges(joined, [["a", "b", "c"]], [["1", "2"]]) == [["a1", "b2", "cNone"]]


def test_shapes_that_are_columns_and_shapes_that_look_like_it() -> None:
    class Row(list[Any]):
        pass

    def joined(*cells: Any) -> str:
        return "".join(map(repr, cells))

    assert over_ranges(joined, [Row(["a"]), Row(["b"])], ("1", "2")) == [["'a''1'"], ["'b''2'"]]
    assert over_ranges(joined, ["a", ["b"]], "1") == [["'a''1'"], ["'b''1'"]]
    assert over_ranges(joined, [["a"], "b"]) == [["'a'"], ["'b'"]]
    assert over_ranges(joined, [["a"], ["b", "c"]]) == [["'a'", "'a'"], ["'b'", "'c'"]]
    assert over_ranges(joined, ["甲", "乙"]) == [["'甲'"], ["'乙'"]]


def test_rows_that_say_the_same_are_rows_of_their_own() -> None:
    answers = over_ranges(LZ.level, [["较大"], ["较大"]], "严重")
    assert isinstance(answers, list)
    answers[0][0] = "改"
    assert answers[1] == ["一级"]


def test_each_combination_is_worked_out_once() -> None:
    asked: list[tuple[Any, ...]] = []

    def noted(*cells: Any) -> str:
        asked.append(cells)
        return ""

    over_ranges(noted, [["较大"], ["较大"], [1.0], [1.0], [None], [None]], "严重")
    assert asked == [("较大", "严重"), (1.0, "严重"), (None, "严重")]


def test_whole_columns_count_as_far_as_one_is_used() -> None:
    column = [("较大",), (None,), ("",), ("较小",), *[("",)] * (ALL_ROWS - 4)]
    one, other, cell = as_far_as_used([tuple(column), [None] * ALL_ROWS, "严重"])
    assert (len(one), len(other), cell) == (4, 4, "严重")
    assert [len(column) for column in as_far_as_used([[None] * ALL_ROWS])] == [1]
    assert [len(column) for column in as_far_as_used([[("",)] * ALL_ROWS, [["严重"]] * 7])] == [7, 7]
    short = [["较大"]] * 5
    assert as_far_as_used([short, "严重"]) == [short, "严重"]


def test_equal_cells_of_other_kinds_are_not_one() -> None:
    column = [[1], [True], [1.0], ["1"], [0], [False]]
    assert over_ranges(LZ.level, column, "严重") == [[LZ.level(cell, "严重")] for (cell,) in column]
    assert over_ranges(repr, column) == [[repr(cell)] for (cell,) in column]


def test_a_hundred_thousand_rows() -> None:
    likelihoods = ["较大", "较小", "", "不知道", None]
    severities = ["严重", "较严重", "较轻微"]
    one = [[likelihoods[row % 5]] for row in range(100_000)]
    other = [[severities[row % 3]] for row in range(100_000)]
    answers = over_ranges(LZ.level, one, other)
    assert isinstance(answers, list) and len(answers) == 100_000
    for row in (*range(15), 99_999):
        assert answers[row] == [LZ.level(one[row][0], other[row][0])]


cells = st.one_of(
    st.sampled_from([*GRADING.likelihood.allowed, *GRADING.severity.allowed, "", "不知道"]),
    st.none(),
    st.booleans(),
    st.integers(-2, 1002),
    st.floats(),
    st.text(max_size=3),
    st.builds(ErrorObject),
)


@st.composite
def grids(draw: st.DrawFn) -> Any:
    height, width = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    return draw(st.lists(st.lists(cells, min_size=width, max_size=width), min_size=height, max_size=height))


def at(grid: Any, row: int, column: int) -> Any:
    """The cell that goes with a place: a single row or column with each of them, nothing beyond the end."""
    line = grid[0] if len(grid) == 1 else grid[row] if row < len(grid) else []
    return line[0] if len(line) == 1 else line[column] if column < len(line) else None


@given(st.sampled_from(["level", "basis", "score", "disposition"]), st.data())
def test_ranges_are_cells(name: str, data: st.DataObject) -> None:
    function = getattr(LZ, name)
    count = {"score": 3, "disposition": 1}.get(name, 2)
    arguments = [data.draw(st.one_of(cells, grids())) for _ in range(count)]
    answer = over_ranges(function, *arguments)
    if not any(isinstance(argument, list) for argument in arguments):
        assert repr(answer) == repr(function(*arguments))
        return
    whole = [argument if isinstance(argument, list) else [[argument]] for argument in arguments]
    height, width = max(map(len, whole)), max(len(grid[0]) for grid in whole)
    assert answer == [
        [function(*(at(grid, row, column) for grid in whole)) for column in range(width)] for row in range(height)
    ]


def test_runs_in_the_python_of_an_office() -> None:
    """LibreOffice's own may be 3.8, with nothing installed."""
    source = Path(core.__file__).read_text(encoding="utf-8")
    tree = ast.parse(source, feature_version=(3, 8))
    imported = {
        name.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""])
    }
    assert imported <= {"__future__", "decimal", "itertools", "typing"}
    subprocess.run([sys.executable, "-S", "-I", core.__file__], check=True)


@pytest.mark.parametrize("ragged", [[[]], [["较大"], []], []])
def test_ranges_with_empty_rows_answer_blanks(ragged: list[list[str]]) -> None:
    answers = over_ranges(lambda one, other: f"{one or ''}{other or ''}", ragged, "严重")
    assert isinstance(answers, list)
    assert len(answers) == max(1, len(ragged))
