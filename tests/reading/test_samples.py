"""Six registers as units really keep them: each `tests/samples/*.expected.json` is what a right reading gives.

How an expected.json is read is told in `tests/samples/README.md`; the functions below follow it key by key.
"""

from __future__ import annotations

import json
import re
import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from lzxl.campaign.adopt import adopt, adoption_json
from lzxl.checks.context import Context
from lzxl.checks.run import Checked
from lzxl.forms.findings import Finding
from lzxl.forms.load import load_form, load_grading
from lzxl.forms.text import column_index

SAMPLES = Path(__file__).parents[1] / "samples"
NAMES = [path.name.removesuffix(".expected.json") for path in sorted(SAMPLES.glob("*.expected.json"))]

# The samples' labels by the fields of the cover; 单位名称 is what every form calls whoever fills it in.
LABELS = {"填报单位": "unit_name", "被考核单位": "unit_name", "填报日期": "reported_on"}
# An error that no expected problem names, and why it is right all the same.
EXCEPTIONS: set[tuple[str, str, str]] = set()

SAID_OF_WHOLE_ROWS = {"hidden_row", "split_row"}
SAID_OF_A_COLUMN = {"hidden_column"}
MAY_STAND_AT_THE_HEADER = {"missing_likelihood", "missing_severity", "missing_level", "missing_measure"}


@lru_cache(maxsize=len(NAMES))
def sample(name: str) -> tuple[dict[str, Any], Checked, dict[str, Any]]:
    expected = json.loads((SAMPLES / f"{name}.expected.json").read_text("utf-8"))
    checked = adopt(SAMPLES / expected["file"], expected["form"], Context(load_grading()))
    return expected, checked, adoption_json(checked)


every_sample = pytest.mark.parametrize("name", NAMES)


def same(left: Any, right: Any) -> bool:
    """Whether two values are equal as the samples compare them: numbers as numbers, text folded."""
    try:
        return float(left) == float(right)
    except (TypeError, ValueError):
        return folded(left) == folded(right)


def folded(value: Any) -> str:
    text = unicodedata.normalize("NFKC", str(value))
    return re.sub(r"\s+", "", text)


def data_rows(given: dict[str, Any]) -> list[int]:
    return [row["row"] for row in given["rows"]]


def test_there_are_six_samples() -> None:
    assert len(NAMES) == 6


@every_sample
def test_every_table_is_found_with_its_header_and_rows(name: str) -> None:
    expected, _, given = sample(name)
    assert given["form"] == expected["form"]
    assert [table["sheet"] for table in given["sheets"]] == [table["sheet"] for table in expected["sheets"]]
    for wanted, table in zip(expected["sheets"], given["sheets"], strict=True):
        assert table["header_rows"] == wanted["header_rows"]
        assert len(table["rows"]) == wanted["row_count"]
        assert [data_rows(table)[0], data_rows(table)[-1]] == wanted["data_rows"]


@every_sample
def test_every_row_that_is_no_data_is_left_out_for_its_reason(name: str) -> None:
    expected, _, given = sample(name)
    for wanted, table in zip(expected["sheets"], given["sheets"], strict=True):
        assert table["dropped_rows"] == wanted["dropped_rows"]


@every_sample
def test_every_column_is_mapped_or_reported(name: str) -> None:
    expected, _, given = sample(name)
    for wanted, table in zip(expected["sheets"], given["sheets"], strict=True):
        open_columns = wanted.get("open_columns", {})
        taken = {letter: title for title, letter in table["columns"].items() if letter in open_columns}
        closed = {title: letter for title, letter in table["columns"].items() if letter not in open_columns}
        assert closed == wanted["columns"]
        for letter, column in open_columns.items():
            assert taken.get(letter) in column["fields"] or (letter not in taken and None in column["fields"])
            if letter not in taken:
                assert folded(table["unmapped_columns"][letter]) == folded(column["header"])
        must = {title for column in open_columns.values() if None not in column["fields"] for title in column["fields"]}
        assert not must or must & set(taken.values())
        known = {letter: text for letter, text in table["unmapped_columns"].items() if letter not in open_columns}
        assert known == wanted["unmapped_columns"]


@every_sample
def test_every_probe_has_its_normalised_value(name: str) -> None:
    expected, _, given = sample(name)
    for wanted, table in zip(expected["sheets"], given["sheets"], strict=True):
        values = {row["row"]: row["values"] for row in table["rows"]}
        for probe in wanted["probes"]:
            if "column" in probe and table["columns"].get(probe["field"]) != probe["column"]:
                continue
            value = values[probe["row"]][probe["field"]]
            assert same(value, probe["value"]), (probe["cell"], value)


ASKED_SINCE = {
    *("环节", "公开范围", "暂不公开理由", "变动", "变动理由"),
    *("防控方式", "措施类型", "完成时限", "完成情况", "完成日期"),
}  # fmt: skip
"""Columns that the form has got since the samples were described; none of them has anything like it."""


@every_sample
def test_fields_without_a_column_are_those_of_the_sample(name: str) -> None:
    expected, checked, given = sample(name)
    ours = {entry.title for entry in load_form(expected["form"]).main_sheet.inputs}
    for wanted, table in zip(expected["sheets"], given["sheets"], strict=True):
        open_fields = {title for column in wanted.get("open_columns", {}).values() for title in column["fields"]}
        missing = ours - set(table["columns"]) - ASKED_SINCE
        assert missing - open_fields == set(wanted["missing_fields"]) - open_fields
        said = [
            finding.message
            for finding in checked.findings
            if finding.code == "columns_missing" and rows_of(finding.cell) <= set(table["header_rows"])
        ]
        required = {entry.title for entry in load_form(expected["form"]).main_sheet.inputs if entry.required}
        assert all(title in "".join(said) for title in missing & required - {"发生可能性", "后果程度", "风险等级"})


@every_sample
def test_labels_around_the_table_are_read_with_their_cells(name: str) -> None:
    expected, checked, _ = sample(name)
    cover = checked.submission.cover
    assert cover is not None
    for label, wanted in expected["sheets"][0].get("labels", {}).items():
        field = LABELS[label]
        assert cover.place(field).a1 == wanted["cell"]
        assert str(cover.values[field]) == wanted["value"]


@every_sample
def test_confidential_columns_reach_no_table(name: str) -> None:
    expected, checked, given = sample(name)
    for wanted, table, read in zip(expected["sheets"], given["sheets"], checked.submission.tables, strict=True):
        for letter in wanted.get("confidential_columns", ()):
            column = column_index(letter)
            secrets = {
                str(entry.value)
                for entry in checked.submission.unplaced
                if entry.sheet == table["sheet"] and re.match(rf"{letter}\d", entry.cell)
            }
            assert secrets, "the sample has something to keep"
            assert column not in read.columns.values()
            shown = {str(value) for row in table["rows"] for value in row["values"].values()}
            said = " ".join(finding.message + finding.value for finding in checked.findings)
            assert not secrets & shown
            assert not any(secret in said for secret in secrets)


@every_sample
def test_other_sheets_are_no_tables(name: str) -> None:
    expected, checked, _ = sample(name)
    read = {table.title for table in checked.submission.tables}
    assert not read & set(expected["other_sheets"])
    for title, reason in expected["other_sheets"].items():
        said = [finding for finding in checked.findings if finding.code == "sheet_unplaced" and finding.sheet == title]
        assert bool(said) == (reason != "empty")


@every_sample
def test_every_expected_problem_is_found(name: str) -> None:
    expected, checked, _ = sample(name)
    silent = [
        problem
        for problem in expected["expected_problems"]
        if not problem.get("optional") and not any(tells(finding, problem) for finding in checked.findings)
    ]
    assert silent == []


@every_sample
def test_a_range_is_told_whole(name: str) -> None:
    """One finding for the whole range, or one for each of its cells."""
    expected, checked, _ = sample(name)
    for problem in expected["expected_problems"]:
        if ":" not in problem.get("range", "") or problem["kind"] in SAID_OF_WHOLE_ROWS:
            continue
        told: set[tuple[int, str]] = set()
        for finding in checked.findings:
            if tells(finding, problem):
                told |= covered(finding.cell, expected)
        wanted = covered(problem["range"], expected)
        rows = {row for row, _ in told}
        assert wanted <= told or {row for row, _ in wanted} <= rows


@every_sample
def test_wrong_totals_are_told_with_what_is_right(name: str) -> None:
    expected, checked, _ = sample(name)
    for problem in expected["expected_problems"]:
        if problem["kind"] == "total_mismatch":
            [found] = [finding for finding in checked.findings if tells(finding, problem)]
            assert same(found.value, problem["stated"])
            if found.code == "total_unchecked":  # what it adds up has to be mended first
                assert "请在修改上述各格后核对合计" in found.fix
                continue
            assert found.remedy.value == problem["actual"]
            first, last = problem["adds"].split(":")
            assert f"{first}至{last}" in found.message


@every_sample
def test_no_error_stands_where_nothing_is_wrong(name: str) -> None:
    expected, checked, _ = sample(name)
    unexplained = [
        (finding.code, finding.sheet, finding.cell)
        for finding in checked.findings
        if finding.severity == "error"
        and not any(tells(finding, problem) for problem in expected["expected_problems"])
        and (name, finding.code, finding.cell) not in EXCEPTIONS
    ]
    assert unexplained == []


def tells(finding: Finding, problem: dict[str, Any]) -> bool:
    """Whether a finding says what an expected problem says, at a place where it may stand."""
    codes = ("total_mismatch", "total_unchecked") if problem["kind"] == "total_mismatch" else (problem["kind"],)
    if finding.code not in codes or finding.sheet != problem["sheet"]:
        return False
    if "range" in problem:
        rows = rows_of(problem["range"])
        if problem["kind"] in MAY_STAND_AT_THE_HEADER and not finding.cell:
            return True
        return rows_of(finding.cell) <= rows and letters_of(problem["range"]) in ("", letters_of(finding.cell))
    if problem["kind"] in SAID_OF_A_COLUMN:
        return letters_of(finding.cell) == letters_of(problem["cell"])
    return finding.cell in problem.get("cells", [problem.get("cell")])


def rows_of(place: str) -> set[int]:
    numbers = [int(number) for number in re.findall(r"\d+", place)]
    return set(range(numbers[0], numbers[-1] + 1))


def letters_of(place: str) -> str:
    return "".join(re.findall(r"^[A-Z]+", place))


def covered(place: str, expected: dict[str, Any]) -> set[tuple[int, str]]:
    """(data row, column letters) of each cell of a range; whole rows have the letters ""."""
    data = {row for table in expected["sheets"] for row in range(table["data_rows"][0], table["data_rows"][1] + 1)}
    return {(row, letters_of(place)) for row in rows_of(place) & data}
