"""分级: every cell of likelihood × severity has a level and a basis, and a table of any size keeps its direction."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lzxl.errors import ConfigError
from lzxl.forms.grading import Grade, GradingTable, build_table
from lzxl.forms.load import grading_schemes, load_grading
from lzxl.forms.vocabulary import Vocabulary, Word

# What the rules say, cell by cell; "" where they are silent.
CELLS = [
    ("较大", "严重", "一级", "发生可能性较大，后果严重"),
    ("较大", "较严重", "二级", "发生可能性较大，后果较严重"),
    ("较大", "较轻微", "三级", ""),
    ("较小", "严重", "二级", "后果严重但发生可能性较低"),
    ("较小", "较严重", "三级", ""),
    ("较小", "较轻微", "三级", "发生可能性较小、后果较轻微"),
]


@pytest.mark.parametrize(("likelihood", "severity", "level", "words_of_rule"), CELLS)
def test_each_cell_has_the_level_and_the_basis_of_the_rules(
    likelihood: str, severity: str, level: str, words_of_rule: str
) -> None:
    grade = load_grading().grade(likelihood, severity)
    assert grade is not None
    assert grade.level == level
    if words_of_rule:
        assert words_of_rule in grade.basis
        assert not grade.open
    else:
        assert grade.basis.startswith("规则未明示")
        assert "待领导小组认定" in grade.basis
        assert grade.open


def test_the_table_has_these_six_cells_and_says_its_principle() -> None:
    table = load_grading()
    assert [(grade.likelihood, grade.severity) for grade in table.grades] == [cell[:2] for cell in CELLS]
    assert "就近原则" in table.principle


def test_one_switch_grades_both_open_cells_higher_and_no_other() -> None:
    plain, higher = load_grading(), load_grading(open_cells="二级")
    for before, after in zip(plain.grades, higher.grades, strict=True):
        assert after.level == ("二级" if before.open else before.level)
        assert after.basis == before.basis or before.open


@pytest.mark.parametrize("level", ["二级", "三级"])
def test_what_the_leading_group_has_decided_is_not_called_provisional(level: str) -> None:
    decided = load_grading(open_cells=level)
    assert not any(grade.open for grade in decided.grades)
    assert decided.grade("较小", "较严重").basis == f"规则未明示，领导小组决定一律定为{level}"  # type: ignore[union-attr]
    said = decided.principle + "".join(grade.basis for grade in decided.grades)
    assert not [word for word in ("暂", "就近原则", "待领导小组认定") if word in said]


@pytest.mark.parametrize(
    ("level", "words"), [("四级", "一级、二级、三级"), ("", "一级、二级、三级"), ("一级", "前后矛盾")]
)
def test_a_switch_that_is_no_level_or_breaks_the_order_is_refused(level: str, words: str) -> None:
    if level == "一级":  # 较大×较轻微 would then be graver than 较大×较严重
        with pytest.raises(ConfigError, match=words):
            load_grading(open_cells=level)
        return
    with pytest.raises(ConfigError, match=words):
        load_grading(open_cells=level)


def test_words_outside_the_vocabularies_have_no_grade() -> None:
    assert load_grading().grade("大", "严重") is None
    assert load_grading().grade("较大", "") is None


def test_the_choices_that_give_a_level() -> None:
    table = load_grading()
    assert [(grade.likelihood, grade.severity) for grade in table.pairs_for("二级")] == [
        ("较大", "较严重"),
        ("较小", "严重"),
    ]
    assert table.pairs_for("四级") == ()


def test_a_scheme_that_does_not_exist_is_refused_with_those_that_do() -> None:
    assert "rules" in grading_schemes()
    with pytest.raises(ConfigError, match="rules"):
        load_grading("no_such_scheme")


# Tables of any size, and all the ways to break one.


def _vocabulary(name: str, size: int, order: str) -> Vocabulary:
    return Vocabulary(name, name, "分级", tuple(Word(f"{name}{number}") for number in range(size)), order)  # type: ignore[arg-type]


@st.composite
def tables(draw: st.DrawFn) -> tuple[dict, dict[str, Vocabulary]]:
    """A total, monotone table of any size and direction: a level is a cut of the sum of two gravities."""
    orders = st.sampled_from(["gravest_first", "gravest_last"])
    vocabularies = {
        name: _vocabulary(name, draw(st.integers(1, 6)), draw(orders)) for name in ("可能性", "后果", "等级")
    }
    sizes = {name: len(vocabulary.words) for name, vocabulary in vocabularies.items()}
    steps = sizes["可能性"] + sizes["后果"] - 1
    cuts = sorted(draw(st.lists(st.integers(0, sizes["等级"] - 1), min_size=steps, max_size=steps)))

    def word(name: str, gravity: int) -> str:
        first = vocabularies[name].order == "gravest_first"
        return vocabularies[name].allowed[sizes[name] - 1 - gravity if first else gravity]

    cells = [
        {
            "likelihood": word("可能性", one),
            "severity": word("后果", two),
            "level": word("等级", cuts[one + two]),
            "basis": "某条",
        }
        for one in range(sizes["可能性"])
        for two in range(sizes["后果"])
    ]
    data = {"id": "任意", "title": "任意", "likelihood": "可能性", "severity": "后果", "level": "等级", "cells": cells}
    return data, vocabularies


@given(tables())
def test_any_total_and_monotone_table_is_accepted(made: tuple[dict, dict[str, Vocabulary]]) -> None:
    data, vocabularies = made
    table = build_table(data, vocabularies)
    assert len(table.grades) == len(vocabularies["可能性"].words) * len(vocabularies["后果"].words)
    for cell in data["cells"]:
        grade = table.grade(cell["likelihood"], cell["severity"])
        assert grade is not None and grade.level == cell["level"]


def by_score(*bands: tuple[str, int]) -> GradingTable:
    """A table that multiplies scores: 大 3, 小 1; 重 2, 轻 1. `bands`: a level and the lowest product that has it."""
    words = {"可能性": ("大", "小"), "后果": ("重", "轻"), "等级": ("一级", "二级", "三级")}
    vocabularies = {
        name: Vocabulary(name, name, "分级", tuple(Word(word) for word in listed), "gravest_first")
        for name, listed in words.items()
    }
    scores = {"likelihood": {"大": 3, "小": 1}, "severity": {"重": 2, "轻": 1}}
    told = [{"level": level, "from": lowest} for level, lowest in bands]
    names = {"likelihood": "可能性", "severity": "后果", "level": "等级"}
    return build_table({"id": "乘积", "title": "乘积", **names, "scores": scores, "bands": told}, vocabularies)


def test_a_product_of_scores_has_the_level_of_its_band_and_says_how_it_came_to_it() -> None:
    table = by_score(("一级", 6), ("二级", 2), ("三级", 0))
    assert [table.grade(*pair) for pair in (("大", "重"), ("大", "轻"), ("小", "重"), ("小", "轻"))] == [
        Grade("大", "重", "一级", "大（3分）×重（2分）＝6分，6分以上为一级"),
        Grade("大", "轻", "二级", "大（3分）×轻（1分）＝3分，2分以上为二级"),
        Grade("小", "重", "二级", "小（1分）×重（2分）＝2分，2分以上为二级"),
        Grade("小", "轻", "三级", "小（1分）×轻（1分）＝1分，不足2分为三级"),
    ]


@pytest.mark.parametrize(
    "bands",
    [
        (("一级", 6), ("二级", 2), ("三级", 1)),
        (("一级", 2), ("二级", 6), ("三级", 0)),
        (("一级", 6), ("二级", 6), ("三级", 0)),
        (("三级", 0), ("一级", 6)),
    ],
    ids=["a gap below", "not falling", "one twice", "the last is not from 0"],
)
def test_bands_that_leave_a_gap_or_do_not_fall_are_refused(bands: tuple[tuple[str, int], ...]) -> None:
    with pytest.raises(ConfigError, match="从高到低排列、不重复，最后一段从0起"):
        by_score(*bands)


@given(tables(), st.data())
def test_a_broken_table_is_refused(made: tuple[dict, dict[str, Vocabulary]], data: st.DataObject) -> None:
    description, vocabularies = made
    cells = description["cells"]
    index = data.draw(st.integers(0, len(cells) - 1))
    broken = data.draw(st.sampled_from(["missing", "twice", "no basis", "no level", "foreign word", "foreign list"]))
    if broken == "missing":
        del cells[index]
    elif broken == "twice":
        cells.append(dict(cells[index]))
    elif broken == "no basis":
        cells[index]["basis"] = ""
    elif broken == "no level":
        cells[index]["level"] = "等级以外"
    elif broken == "foreign word":
        cells[index]["severity"] = "很糟"
    else:
        description["level"] = "没有这个词表"
    with pytest.raises(ConfigError):
        build_table(description, vocabularies)


@given(tables(), st.data())
def test_a_graver_cell_with_a_lower_level_is_refused(
    made: tuple[dict, dict[str, Vocabulary]], data: st.DataObject
) -> None:
    description, vocabularies = made
    levels = vocabularies["等级"]
    if len(levels.words) < 2 or len(description["cells"]) < 2:
        return
    lowest, gravest = levels.allowed[0], levels.allowed[-1]
    if levels.order == "gravest_first":
        lowest, gravest = gravest, lowest
    # The cells run from the least to the gravest: the last must not grade lower than the first.
    description["cells"][0]["level"] = gravest
    description["cells"][-1]["level"] = lowest
    with pytest.raises(ConfigError, match="前后矛盾"):
        build_table(description, vocabularies)


def test_a_list_without_direction_cannot_be_graded_by() -> None:
    vocabularies = {
        name: _vocabulary(name, 1, "" if name == "等级" else "gravest_last") for name in ("可能性", "后果", "等级")
    }
    cells = [{"likelihood": "可能性0", "severity": "后果0", "level": "等级0", "basis": "某条"}]
    data = {"id": "x", "title": "x", "likelihood": "可能性", "severity": "后果", "level": "等级", "cells": cells}
    with pytest.raises(ConfigError, match="轻重方向"):
        build_table(data, vocabularies)


def test_grading_is_light_enough_for_a_sheet_function() -> None:
    code = (
        "import sys, lzxl.forms.grading, lzxl.forms.load\n"
        "lzxl.forms.load.load_grading()\n"
        "print([name for name in ('pandas', 'polars', 'pandera', 'pydantic', 'xlwings', 'openpyxl') if name in sys.modules])"
    )
    output = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert output.strip() == "[]"
