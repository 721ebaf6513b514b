"""The figures: what is counted where, and that nothing that was filed falls out of a table."""

from __future__ import annotations

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from lzxl.forms.load import load_vocabularies
from lzxl.summary.merge import merge
from lzxl.summary.statistics import (
    REST,
    UNDISPOSED,
    UNLINKED,
    Statistics,
    compute,
    cross,
    gravest_first,
)

from .rounds import OFFICE, UNITS, filing, made_table, make_round, sample_round, submission


def sample() -> Statistics:
    round = sample_round()
    return compute(round, merge(round))


def test_levels_by_unit() -> None:
    counts = sample().level_by_unit
    assert counts.columns == ("一级", "二级", "三级")
    assert counts.counts == ((1, 0, 2), (0, 2, 0), (0, 0, 0))


def test_classes_and_types_by_level() -> None:
    statistics = sample()
    assert statistics.class_by_level.count("二类内部权力", "三级") == 2
    assert statistics.class_by_level.row_total("一类外部权力") == 2
    assert statistics.type_by_level.count("岗位职责风险", "一级") == 1


def test_coverage_counts_by_the_linked_risk_points_type_and_keeps_the_unlinked() -> None:
    coverage = sample().coverage
    assert coverage.count("岗位职责风险", "自我预防") == 1
    assert coverage.count("思想道德风险", "社会群防") == 1
    assert coverage.rows[-1] == UNLINKED
    assert coverage.row_total(UNLINKED) == 1
    assert coverage.total == 5


def test_coverage_by_unit() -> None:
    by_unit = sample().coverage_by_unit["岗位职责风险"]
    assert by_unit.counts == ((1, 1, 0), (0, 0, 0), (0, 0, 0))


def test_the_heat_map_holds_every_risk_point() -> None:
    heat = sample().heat_map
    assert heat.rows == ("严重", "较严重", "较轻微")
    assert heat.columns == ("较大", "较小")
    assert heat.counts == ((1, 1), (1, 1), (0, 1))


def test_warnings_by_channel_disposition_state_unit_and_overdue() -> None:
    statistics = sample()
    assert statistics.channel_by_disposition.row_total("信访投诉举报") == 2
    assert statistics.channel_by_disposition.count("内部预警信息采集", UNDISPOSED) == 1
    assert statistics.channel_by_disposition.count("信访投诉举报", "警示提醒") == 1
    assert statistics.state_by_channel.rows == ("已登记", "核实中", "整改反馈中（第1轮）", "已办结")
    assert statistics.state_by_channel.row_total("核实中") == 1
    assert statistics.rows_by_unit["warning_ledger", "warnings"] == {"HB01": 4}
    assert statistics.rows_by_unit["warning_intake", "warnings"] == {"HB01": 4}
    assert statistics.overdue_by_unit == {"HB01": 1}


def test_filing_due_is_filed_and_returned_and_missing() -> None:
    register, warnings, appraisal = sample().filing
    assert (register.due, register.filed, register.late, register.nil, register.returned, register.missing) == (
        3,
        2,
        1,
        0,
        1,
        0,
    )
    assert (warnings.filed, warnings.nil, warnings.returned) == (2, 1, 1)
    assert (appraisal.filed, appraisal.late, appraisal.missing) == (2, 1, 1)
    for entry in (register, warnings, appraisal):
        assert entry.due == entry.filed + entry.returned + entry.missing


def test_what_never_came_is_missing_and_not_late() -> None:
    round = make_round([], filings=[filing(OFFICE, "risk_register", "missing", late=True)])
    register = compute(round, merge(round)).filing[0]
    assert (register.late, register.missing) == (0, 3)


def test_findings_by_code_graver_first() -> None:
    first, second = sample().findings
    assert (first.code, first.count, first.units, round(first.share, 3)) == ("missing_measure", 2, 1, 0.667)
    assert second.severity == "warning"


def test_the_gravest_level_is_first_whichever_way_a_vocabulary_is_written() -> None:
    assert gravest_first(load_vocabularies()["level"])[0] == "一级"


CELLS = st.tuples(
    st.sampled_from([unit.code for unit in UNITS]),
    st.sampled_from([*load_vocabularies()["likelihood"].allowed, None]),
    st.sampled_from([*load_vocabularies()["severity"].allowed, None]),
    st.sampled_from([*load_vocabularies()["power_class"].allowed, None, "其他"]),
    st.sampled_from([*load_vocabularies()["risk_type"].allowed, None]),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(CELLS, max_size=30))
def test_no_table_loses_a_row(cells: list[tuple[str, str | None, str | None, str | None, str | None]]) -> None:
    filed = []
    for unit in UNITS:
        mine = [cell[1:] for cell in cells if cell[0] == unit.code]
        register = submission(unit, "risk_register")
        names = ("likelihood", "severity", "power_class", "risk_type")
        values = {name: [row[column] for row in mine] for column, name in enumerate(names)}
        register.tables.append(made_table("risk_register", "risk_points", values, len(mine)))
        filed.append(register)
    round = make_round(filed)
    statistics = compute(round, merge(round))
    for counts in (
        statistics.level_by_unit,
        statistics.words_by_unit["risk_register", "risk_points", "power_class"],
        statistics.type_by_unit,
        statistics.class_by_level,
        statistics.type_by_level,
        statistics.heat_map,
    ):
        assert counts.total == len(cells)
        assert sum(counts.row_total(row) for row in counts.rows) == len(cells)
        assert sum(counts.column_total(column) for column in counts.columns) == len(cells)
    for code in statistics.level_by_unit.rows:
        assert statistics.level_by_unit.row_total(code) == sum(cell[0] == code for cell in cells)


def test_a_rest_is_shown_only_if_something_is_in_it() -> None:
    frame = pl.DataFrame({"a": ["甲", None], "b": ["子", "丑"]})
    assert cross(frame, "a", ["甲", "乙"], "b", ["子", "丑"]).rows == ("甲", "乙", REST)
    assert cross(frame.head(1), "a", ["甲", "乙"], "b", ["子", "丑"]).rows == ("甲", "乙")
