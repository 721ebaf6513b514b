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
from lzxl.year.events import load_machine
from lzxl.year.workdays import Calendar, known_years, unknown_years, workday_after

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


@given(
    st.lists(
        st.tuples(
            *[st.sampled_from(["较大", "较小", "严重", "较严重", "A-1", "较大×严重", "", None, 3, "认定为一级"])] * 5
        ),
        max_size=4,
    ),
    st.sampled_from(["A-1", "A-2", "*", "", None, 0]),
    st.sampled_from(["较大", "较小", "", "大"]),
    st.sampled_from(["严重", "较严重", "", "重"]),
)
def test_a_decision_is_told_of_its_point_or_its_whole_cell_in_its_state_and_of_nothing_else(
    decided: list[tuple[Any, ...]], number: Any, likelihood: str, severity: str
) -> None:
    sound = [row for row in decided if all(isinstance(cell, str) for cell in row) and row[0] and row[4]]
    subjects = [number, f"{likelihood}×{severity}"]
    told = [row[4] for subject in subjects for row in sound if row[:3] == (subject, likelihood, severity)]
    computed = LZ.basis(likelihood, severity)
    assert LZ.basis_by(decided)(likelihood, severity, number) == (told[0] if told and computed else computed)
    assert LZ.basis_by()(likelihood, severity, number) == computed


@pytest.mark.parametrize("number", ["A-2", "", None, 0])
def test_a_decision_on_a_whole_cell_is_told_of_every_point_of_which_nothing_else_is(number: Any) -> None:
    whole = ("较小×较严重", "较小", "较严重", "二级", "整格认定为二级")
    alone = ("A-1", "较小", "较严重", "一级", "认定为一级")
    basis = LZ.basis_by([whole, alone])
    assert basis("较小", "较严重", number) == whole[-1]
    assert basis("较小", "较严重", "A-1") == alone[-1]
    assert basis("较大", "较严重", number) == LZ.basis("较大", "较严重")


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


THREE = load_machine().may_be_given()
DEGREES = [word.word for word in load_machine().degrees.words]
TARGETS = [word.word for word in load_machine().targets.words]


def test_a_disposition_names_who_may_give_it_to_such_a_target() -> None:
    machine = load_machine()
    for degree, target in product(machine.degrees.words, TARGETS):
        said = LZ.disposition(degree.word, target)
        mandate = machine.mandate(degree.answered_by[0], target)
        if mandate is None:
            assert "研判是否移送" in str(said) and not [word for word in THREE if word in str(said)]
            continue
        assert str(said).startswith(f"建议{degree.answered_by[0]}")
        assert all(word in str(said) for word in (degree.word, target, *mandate.who, mandate.paper, mandate.note))


def test_a_grave_matter_of_a_person_is_first_judged_for_a_transfer() -> None:
    assert "责令整改" in str(LZ.disposition("严重", "科室"))
    assert LZ.disposition("严重", "个人") == "先由办公室研判是否移送纪检监察机构（问题程度严重，对象为个人）"


@pytest.mark.parametrize("degree", [*DEGREES, None, "不知道", ErrorObject()])
@pytest.mark.parametrize("target", [*TARGETS, None, "不知道"])
def test_no_disposition_is_suggested_past_a_transfer(degree: Any, target: Any) -> None:
    said = str(LZ.disposition(degree, target, "是"))
    assert said.startswith("移送纪检监察机构")
    assert not [word for word in (*THREE, "建议") if word in said]


@pytest.mark.parametrize("blank", [None, "", 0])
def test_without_target_and_suspicion_the_answer_is_as_before(blank: Any) -> None:
    for degree in DEGREES:
        assert LZ.disposition(degree, blank, blank) == LZ.disposition(degree)
        assert LZ.disposition(degree, blank, "否") == LZ.disposition(degree)


@pytest.mark.parametrize("strange", STRANGE, ids=repr)
def test_a_target_or_suspicion_that_is_no_word_suggests_nothing(strange: Any) -> None:
    assert LZ.disposition("较重", strange) == INVALID
    assert LZ.disposition("较重", "科室", strange) == INVALID


OFFICE = Calendar(
    holidays=frozenset({datetime.date(2026, 11, 20), datetime.date(2027, 1, 1)}),
    workdays=frozenset({datetime.date(2026, 11, 21)}),
)
EPOCH = datetime.date(1899, 12, 30)


def serial(day: datetime.date) -> float:
    """A day as a sheet counts it."""
    return float((day - EPOCH).days)


@given(
    st.dates(datetime.date(2004, 1, 1), datetime.date(known_years()[-1] + 1, 2, 1)),
    st.integers(1, 90),
    st.sampled_from([Calendar(), OFFICE]),
)
def test_due_days_are_those_of_the_office(day: datetime.date, count: int, office: Calendar) -> None:
    """A year that is not arranged is said, though the office would go by the week there."""
    functions = Functions(tables_of(GRADING, calendar=office))
    due = workday_after(day, count, office)
    counted = [day + datetime.timedelta(days=number) for number in range(1, (due - day).days + 1)]
    unknown = unknown_years(counted)
    expected = f"{unknown[0]}年放假安排未载入，不能推算" if unknown else serial(due)
    assert functions.due_by()(day, count) == expected
    assert functions.due_by()(serial(day) + 0.75, float(count)) == expected


def test_due_days_across_a_holiday_and_its_make_up_day() -> None:
    due = LZ.due_by()
    for day in (datetime.datetime(2025, 9, 30, 17, 0), "2025-9-30", "2025/09/30", "2025.9.30", "2025年9月30日", 45930):
        assert due(day, 1) == serial(datetime.date(2025, 10, 9))
        assert due(day, "2") == due(day, Decimal(2)) == serial(datetime.date(2025, 10, 10))
        assert due(day, 3) == serial(datetime.date(2025, 10, 11))  # a Saturday, worked


def test_days_that_the_sheet_says_otherwise_of() -> None:
    holidays = [[datetime.date(2026, 11, 20)], [None], ["2026-11-23"], [""]]
    friday, worked = datetime.date(2026, 11, 19), serial(datetime.date(2026, 11, 21))
    assert LZ.due_by(holidays)(friday, 1) == serial(datetime.date(2026, 11, 24))
    assert LZ.due_by(holidays, worked)(friday, 1) == worked
    assert LZ.due_by(holidays, [["2026-11-20"]])(friday, 1) == serial(datetime.date(2026, 11, 20))
    assert LZ.due_by(None, "2026-11-21")(friday, 2) == worked


def test_a_year_is_known_once_the_sheet_gives_its_holidays() -> None:
    year = known_years()[-1] + 1
    eve, new_year = datetime.date(year - 1, 12, 31), datetime.date(year, 1, 1)
    assert LZ.due_by()(eve, 1) == f"{year}年放假安排未载入，不能推算"
    assert LZ.due_by(None, [[new_year]])(eve, 1) == f"{year}年放假安排未载入，不能推算"
    expected = workday_after(eve, 1, Calendar(holidays=frozenset({new_year})))
    assert LZ.due_by([[new_year]])(eve, 1) == serial(expected)
    assert LZ.due_by([[new_year]])(eve, 400) == f"{year + 1}年放假安排未载入，不能推算"
    assert LZ.due_by()(datetime.date(1999, 1, 1), 1) == "1999年放假安排未载入，不能推算"


@pytest.mark.parametrize("blank", [None, "", 0, 0.0])
def test_no_day_or_no_count_gives_a_blank(blank: Any) -> None:
    assert LZ.due_by()(blank, 5) == LZ.due_by()(46000, blank) == LZ.due_by()(blank, "x") == ""


NO_DAYS = [
    "不知道",
    "2026-2-30",
    "2026-13-1",
    "46000天",
    "3月1日",
    -1,
    0.5,
    1e300,
    True,
    False,
    ErrorObject(),
    [],
    b"x",
]
NO_COUNTS = ["五", "2.5", "-1", "0", 2.5, -1, True, False, datetime.date(2026, 1, 1), ErrorObject(), [], b"x"]


@pytest.mark.parametrize("strange", [*NO_DAYS, float("nan"), float("inf"), Decimal("NaN")], ids=repr)
def test_what_is_no_day_is_said(strange: Any) -> None:
    assert LZ.due_by()(strange, 5) == "起算日不是日期"
    assert LZ.due_by([["2026-1-1", strange]])(46000, 5) == "放假、调休日期里有不是日期的内容"
    assert LZ.due_by(None, [[strange]])(46000, 5) == "放假、调休日期里有不是日期的内容"


@pytest.mark.parametrize("strange", [*NO_COUNTS, float("nan"), float("inf"), Decimal("sNaN"), Decimal("2.5")], ids=repr)
def test_what_is_no_count_is_said(strange: Any) -> None:
    assert LZ.due_by()(46000, strange) == "工作日数应为正整数"


def test_due_days_over_ranges() -> None:
    day = serial(datetime.date(2026, 11, 19))
    assert over_ranges(LZ.due_by(), [[day], [None], ["x"]], 5.0) == [[day + 7], [""], ["起算日不是日期"]]


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


@given(st.sampled_from(["level", "basis", "score", "disposition", "due"]), st.data())
def test_ranges_are_cells(name: str, data: st.DataObject) -> None:
    function = LZ.due_by() if name == "due" else getattr(LZ, name)
    count = {"score": 3, "disposition": 3}.get(name, 2)
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
    assert imported <= {"__future__", "datetime", "decimal", "itertools", "re", "typing"}
    subprocess.run([sys.executable, "-S", "-I", core.__file__], check=True)


@pytest.mark.parametrize("ragged", [[[]], [["较大"], []], []])
def test_ranges_with_empty_rows_answer_blanks(ragged: list[list[str]]) -> None:
    answers = over_ranges(lambda one, other: f"{one or ''}{other or ''}", ragged, "严重")
    assert isinstance(answers, list)
    assert len(answers) == max(1, len(ragged))
