"""What is the office's on a form that units file: in no workbook of ours, known where a file has it, taken from nobody."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest

from lzxl.checks.run import Checked, check_submissions
from lzxl.formats.json import render_json
from lzxl.forms.findings import told_to_unit
from lzxl.forms.load import load_form, load_grading
from lzxl.mail.reply import Told
from lzxl.states import FileState
from lzxl.workbook.reading.read import read_submission
from lzxl.workbook.writing.build import build_workbook, save_workbook
from lzxl.workbook.writing.fill import Stamp, fill_workbook, stamp_workbook
from lzxl.workbook.writing.mark import write_return
from tests.checks.tables import BARE, COVER, PERIOD
from tests.forms.edited import edited

FORM, ITEMS = "self_appraisal", "items"
TO_OFFICE = (
    (f"forms/{FORM}.yaml", "title: 备注, kind: text, width: 14,", "title: 备注, owner: office, kind: text,"),
    (
        f"forms/{FORM}.yaml",
        "      - {name: opinion,",
        "      - {name: verdict, title: 局领导批示, kind: text, owner: office, clause: 第八条(三), disclosure: internal}\n"
        "      - {name: opinion,",
    ),
)
WRITTEN, APPROVED = "材料在三号柜", "同意评为优秀"


def older_file(path: Path, remarks: dict[int, str]) -> Path:
    """A workbook from before the column was the office's, filled in; `remarks`: row → what stands in it."""
    form, grading = load_form(FORM), load_grading()
    sheet = form.by_name[ITEMS]
    rows = [
        dict(zip(sheet.standard_columns, row, strict=True)) | {"self_score": row[3], "remark": remarks.get(number)}
        for number, row in enumerate(sheet.standard_rows)
    ]
    workbook = build_workbook(form, grading)
    stamp_workbook(workbook, form, Stamp(form.id, form.version, "HB01", "办公室", PERIOD))
    cover = {form.cover.field_for_header(title).name: value for title, value in COVER.items()}  # type: ignore[union-attr]
    fill_workbook(workbook, form, cover, {ITEMS: rows})
    place = workbook["封面"].max_row + 2
    workbook["封面"].cell(place, 2).value = "局领导批示："
    workbook["封面"].cell(place, 3).value = APPROVED
    save_workbook(workbook, path, {})
    return path


@pytest.fixture
def older(tmp_path: Path) -> Path:
    return older_file(tmp_path / "自评.xlsx", {2: WRITTEN, 5: WRITTEN})


@pytest.fixture
def by_office(tmp_path: Path, older: Path) -> Iterator[None]:
    """`schemas/` with a column of the table and a label of the cover that are the office's; the older file is written before."""
    with edited(tmp_path, *TO_OFFICE):
        yield


def checked(path: Path) -> Checked:
    [one] = check_submissions([read_submission(path, path.name)], BARE)
    return one


@pytest.mark.usefixtures("by_office")
def test_no_workbook_of_ours_has_it() -> None:
    form = load_form(FORM)
    workbook = build_workbook(form, load_grading())
    texts = {str(cell.value) for name in ("封面", "考核评分") for row in workbook[name].iter_rows() for cell in row}
    assert "自评分" in texts
    assert not texts & {"备注", "局领导批示"}


@pytest.mark.usefixtures("by_office")
def test_a_file_that_has_it_reads_as_if_it_had_not(older: Path) -> None:
    read = read_submission(older, older.name)
    table = read.table(ITEMS)
    assert table is not None
    assert "remark" not in {*table.columns, *table.values}
    assert not table.unmapped
    assert [entry.value for entry in read.unplaced] == []
    assert read.cover is not None
    assert "verdict" not in read.cover.values


@pytest.mark.usefixtures("by_office")
def test_only_the_office_hears_of_what_the_unit_wrote_there(older: Path, tmp_path: Path) -> None:
    found = checked(older)
    told = [finding for finding in found.findings if finding.code == "office_field_filled"]
    assert [(finding.sheet, finding.severity) for finding in told] == [("封面", "warning"), ("考核评分", "warning")]
    assert "备注" in told[1].message
    assert "2处" in told[1].message
    assert "office_field_filled" in render_json([found])
    assert not {finding.code for finding in found.told} & {"office_field_filled", "column_unplaced", "text_unplaced"}
    target = tmp_path / "退回.xlsx"
    write_return(found.submission, found.findings, load_grading(), target)
    assert texts_in(target) == {"自评分"}
    assert told_to_unit(told) == ()


def texts_in(path: Path) -> set[str]:
    """Those of some texts that stand anywhere in a workbook's bytes."""
    with ZipFile(path) as archive:
        content = b"".join(archive.read(name) for name in archive.namelist()).decode("utf-8", "replace")
    return {text for text in (WRITTEN, "局领导批示", APPROVED, "自评分") if text in content}


@pytest.mark.usefixtures("by_office")
def test_no_letter_to_the_unit_says_or_counts_it(older: Path) -> None:
    found = checked(older)
    accepted: Any = SimpleNamespace(state=FileState.ACCEPTED)
    nothing: Any = None
    told = Told(nothing, found, accepted, (), nothing, None, "")
    assert "office_field_filled" not in {finding.code for finding in told.doubts}
    assert len(told.doubts) == found.count_told("warning") == found.count("warning") - 2


@pytest.mark.usefixtures("by_office")
def test_it_never_returns_a_file(older: Path) -> None:
    codes = [finding.code for finding in checked(older).findings if finding.severity == "error"]
    without(older, WRITTEN, "备注", "局领导批示：", APPROVED)
    assert [finding.code for finding in checked(older).findings if finding.severity == "error"] == codes


@pytest.mark.usefixtures("by_office")
def test_a_blank_column_is_nothing_to_tell(older: Path) -> None:
    without(older, WRITTEN)
    assert [entry.sheet for entry in checked(older).findings if entry.code == "office_field_filled"] == ["封面"]


@pytest.mark.usefixtures("by_office")
def test_sums_below_the_table_are_nobodys_entries(older: Path) -> None:
    """A unit that adds the column up has written nothing more into it, and no wrong sum of it is told to the unit."""
    workbook = openpyxl.load_workbook(older)
    sheet = workbook["考核评分"]
    header = next(cell for row in sheet.iter_rows() for cell in row if cell.value == "备注")
    last = header.row + len(load_form(FORM).by_name[ITEMS].standard_rows) + 1
    sheet.cell(last, 3).value = "合计"
    sheet.cell(last, 4).value = 100
    sheet.cell(last, header.column).value = 37
    workbook.save(older)
    found = checked(older)
    [told] = [entry for entry in found.findings if entry.code == "office_field_filled" and entry.sheet == "考核评分"]
    assert "2处" in told.message
    assert "total_mismatch" not in {entry.code for entry in found.findings}


def without(path: Path, *texts: str) -> None:
    """Empty the cells of a workbook that hold one of these texts."""
    workbook = openpyxl.load_workbook(path)
    for sheet in workbook.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value in texts:
                    cell.value = None
    workbook.save(path)
