"""What is true of the content of every file, whoever wrote it: whole Unicode, bounded text, bounded sheets."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lzxl.forms.values import CellPicture
from lzxl.workbook.reading.content import RefusedError, SheetContent, WorkbookContent
from lzxl.workbook.reading.open import open_content
from lzxl.workbook.reading.read import read_submission
from lzxl.workbook.reading.settle import LONGEST_TEXT, MOST_CHARACTERS, MOST_SHEETS, settle
from tests.facts import found as found_of
from tests.reading.books import content

CASES = Path(__file__).parents[1] / "cases"
HALVES = st.characters(categories=["Cs"])
TEXT = st.text(st.one_of(st.characters(), HALVES), max_size=20)


def settled(*cells: object, **more: object) -> SheetContent:
    return settle(WorkbookContent("xls", [content({1: ["甲"], 7: cells})], **more)).sheets[0]  # type: ignore[arg-type]


@given(st.lists(TEXT, min_size=1, max_size=6))
def test_text_of_any_reader_becomes_whole_unicode(texts: list[str]) -> None:
    sheet = settled(*texts)
    for column, (before, after) in enumerate(zip(texts, sheet.rows[7], strict=True), 1):
        after.encode()
        joined = before.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        assert after == joined
        is_said = sheet.remarks.get((7, column)) == "half_character"
        assert is_said == (joined.count("�") > before.count("�"))


@given(TEXT)
def test_names_and_properties_become_whole_too(text: str) -> None:
    book = settle(WorkbookContent("xls", [SheetContent(text)], properties={"lzxl_form": text}))
    for name in (book.sheets[0].name, book.properties["lzxl_form"]):
        name.encode()
        assert "\x00" not in name


def test_two_halves_of_one_character_are_joined_and_nothing_is_said() -> None:
    sheet = settled("田\ud842\udfb7明")
    assert (sheet.cell(7, 1), sheet.remarks) == ("田𠮷明", {})


def test_text_longer_than_a_cell_can_hold_is_cut_and_said() -> None:
    sheet = settled("甲" * (LONGEST_TEXT + 1), "乙" * LONGEST_TEXT)
    assert [len(text) for text in sheet.rows[7]] == [LONGEST_TEXT, LONGEST_TEXT]
    assert sheet.remarks == {(7, 1): "text_cut"}


def test_a_file_with_too_much_text_or_too_many_sheets_is_refused() -> None:
    cell = "甲" * LONGEST_TEXT
    rows = {row: [cell] for row in range(1, MOST_CHARACTERS // LONGEST_TEXT + 2)}
    for sheets in ([content(rows)], [SheetContent("表")] * (MOST_SHEETS + 1)):
        with pytest.raises(RefusedError) as refused:
            settle(WorkbookContent("ods", sheets))
        assert refused.value.code == "file_too_large"


@pytest.mark.parametrize("text", ['=DISPIMG("ID_0123",1)', '_xlfn.DISPIMG("ID_0123",1)', ' =DISPIMG("ID_0123",1)'])
def test_what_wps_stores_for_a_picture_is_a_picture_in_every_container(text: str) -> None:
    assert settled("乙", text).cell(7, 2) == CellPicture()


def test_a_text_that_only_speaks_of_it_is_text() -> None:
    assert settled('公式为=DISPIMG("ID_0123",1)').cell(7, 1) == '公式为=DISPIMG("ID_0123",1)'


def test_escaped_halves_of_a_character_are_read_as_the_character() -> None:
    folder = CASES / "reading" / "01-surrogate-stops-all"
    [path] = folder.glob("*.xlsx")
    submission = read_submission(path, path.name)
    # In a column that is the office's now: no field has it, the file does.
    sheets = open_content(path.read_bytes(), "xlsx").sheets
    assert "田𠮷明" in [cell for sheet in sheets for cells in sheet.rows.values() for cell in cells]
    assert "half_character" not in {finding.code for finding in found_of(submission)}


def test_one_long_string_used_many_times_is_cut_while_it_is_read() -> None:
    path = CASES / "hostile" / "sst60.xlsx"
    submission = read_submission(path, path.name)
    said = [finding.code for finding in found_of(submission)].count("text_cut")
    longest = max(
        len(value)
        for table in submission.tables
        for values in table.values.values()
        for value in values
        if isinstance(value, str)
    )
    assert said and longest <= LONGEST_TEXT
