"""Another container changes nothing: a filled workbook saved as .xls, .ods or .xlsb gives the same values and findings."""

from __future__ import annotations

import datetime
import subprocess
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from lzxl.forms.load import load_form
from lzxl.forms.values import CellError
from lzxl.submission import Submission
from lzxl.workbook.layout import table_layout
from lzxl.workbook.reading.content import SheetContent
from lzxl.workbook.reading.open import open_content
from lzxl.workbook.reading.read import read_submission
from tests.facts import found as found_of
from tests.libreoffice import soffice
from tests.reading.books import Cell, Formula, Styled, xlsb_book, xlsb_cell, xlsb_row, xlsb_sheet

pytestmark = pytest.mark.slow

# One workbook of each form that units file, as sent in, and some with planted faults.
UNITS = ("办公室", "水生态环境科", "综合行政执法大队")
# A formula that no program has worked out yet; the other containers store a result with every formula.
_NOT_WORKED_OUT = {"formula_without_value", "formula_value_used"}
_VISIBILITY = {"visible": 0, "hidden": 1, "very_hidden": 2}


def filled(demo: Path) -> list[Path]:
    found = [path for path in sorted((demo / "来件" / "第一批").glob("*登记表.xlsx")) if path.name.startswith(UNITS)]
    found += [path for path in sorted((demo / "来件" / "第一批").glob("*自评表.xlsx")) if path.name.startswith(UNITS)]
    assert len(found) >= 2 * len(UNITS)
    return found


def typed_out(path: Path, folder: Path) -> Path:
    """A workbook in which persons are typed whom formulas looked up."""
    workbook, shown = load_workbook(path), load_workbook(path, data_only=True)
    for sheet in load_form(read_submission(path, "a").form).tables:
        for name in sheet.looked_up:
            for (cell,) in workbook[sheet.title][table_layout(sheet).span(name)]:
                if cell.data_type == "f":
                    cell.value = shown[sheet.title][cell.coordinate].value or None
    workbook.save(folder / path.name)
    return folder / path.name


def told(submission: Submission, without: set[str]) -> dict[str, Any]:
    """All that a reading says: values, what is kept elsewhere, and the findings with their places."""
    tables = [
        (table.name, table.rows, table.columns, table.values, table.broken, table.dropped)
        for table in submission.tables
    ]
    return {
        "refusal": submission.refusal,
        "unit": (submission.form, submission.unit_code, submission.period, submission.version, submission.stamped),
        "cover": submission.cover.values if submission.cover is not None else None,
        "tables": tables,
        "unplaced": sorted((one.sheet, one.cell, one.value) for one in submission.unplaced),
        "findings": Counter(
            (one.code, one.sheet, one.cell, one.value) for one in found_of(submission) if one.code not in without
        ),
    }


def as_xlsb(path: Path) -> bytes:
    """A workbook written anew as .xlsb, record by record, each text and number in another kind of record than the one before."""
    content = open_content(path.read_bytes(), "xlsx")
    strings: list[str] = []
    sheets = [(sheet.name, _sheet(sheet, strings)) for sheet in content.sheets]
    states = {sheet.name: _VISIBILITY[sheet.visibility] for sheet in content.sheets}
    with zipfile.ZipFile(path) as archive:
        properties = archive.read("docProps/custom.xml")
    return xlsb_book(
        sheets, strings=strings, states=states, date1904=content.date1904, more={"docProps/custom.xml": properties}
    )


def _sheet(sheet: SheetContent, strings: list[str]) -> bytes:
    places = {(row, column) for row, cells in sheet.rows.items() for column in range(1, len(cells) + 1)} | set(
        sheet.formulas
    )
    rows: dict[int, bytes] = {}
    for number, (row, column) in enumerate(sorted(places)):
        cell = _cell(sheet, row, column)
        if cell is not None:
            way = ("", "rich", "shared", "packed")[number % 4]
            rows[row] = rows.get(row, b"") + xlsb_cell(column, cell, way=way, strings=strings)
    body = b"".join(xlsb_row(row, cells, hidden=row in sheet.hidden_rows) for row, cells in rows.items())
    return xlsb_sheet(body, hidden_columns=sorted(sheet.hidden_columns), merges=sheet.merges)


def _cell(sheet: SheetContent, row: int, column: int) -> Cell:
    value = sheet.cell(row, column)
    if isinstance(value, CellError):
        value = value.text
    elif isinstance(value, datetime.datetime | datetime.date):
        day = value if isinstance(value, datetime.datetime) else datetime.datetime.combine(value, datetime.time())
        value = Styled((day - datetime.datetime(1899, 12, 30)) / datetime.timedelta(days=1), 1)
    return Formula("A1", "" if value is None else value) if (row, column) in sheet.formulas else value


def test_saved_as_xlsb(demo: Path, tmp_path: Path) -> None:
    for path in filled(demo):
        other = tmp_path / f"{path.stem}.xlsb"
        other.write_bytes(as_xlsb(path))
        assert told(read_submission(other, "a"), _NOT_WORKED_OUT) == told(
            read_submission(path, "a"), _NOT_WORKED_OUT
        ), path


def recalculate_always(profile: Path) -> None:
    """Have LibreOffice work out every formula of a file that it opens with this profile."""
    settings = profile / "user" / "registrymodifications.xcu"
    settings.parent.mkdir(parents=True)
    settings.write_text(
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<oor:items xmlns:oor="http://openoffice.org/2001/registry">'
        '<item oor:path="/org.openoffice.Office.Calc/Formula/Load">'
        '<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item></oor:items>',
        "utf-8",
    )


@pytest.mark.libreoffice
def test_saved_as_xls_and_ods_by_libreoffice(demo: Path, tmp_path: Path) -> None:
    """Compared with what it saves as .xlsx itself, the formulas worked out anew in all three: of a text that a formula showed
    when it was read, it saves a 0 in .xls; of one that looks up a person always, so that persons are typed here."""
    program = soffice()
    if program is None:
        pytest.skip("LibreOffice is not installed")
    paths = [typed_out(path, tmp_path) for path in filled(demo)[::2]]
    recalculate_always(tmp_path / "profile")
    for kind in ("xlsx", "xls", "ods"):
        command = [
            program,
            f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}",
            "--headless",
            "--convert-to",
            kind,
        ]
        command += ["--outdir", str(tmp_path / kind), *map(str, paths)]
        subprocess.run(command, capture_output=True, check=True, timeout=180)
    for path in paths:
        base = told(read_submission(tmp_path / "xlsx" / path.name, "a"), set())
        for kind in ("xls", "ods"):
            other = read_submission(tmp_path / kind / f"{path.stem}.{kind}", "a")
            assert told(other, set()) == base, (path.stem, kind)


@pytest.mark.parametrize("name", ["good.ods", "good.xls", "stream_capitals.xls", "pretty.ods", "biff5_cp936.xls"])
def test_the_same_register_in_other_containers(name: str, tmp_path: Path) -> None:
    folder = Path(__file__).parents[1] / "cases" / "containers"
    base = read_submission(folder / "good.xlsx", "a", "risk_register", own_layout=True)
    found = read_submission(folder / name, "a", "risk_register", own_layout=True)
    assert told(found, set()) == told(base, set())


def test_a_text_box_on_a_cell_changes_no_finding() -> None:
    path = Path(__file__).parents[1] / "cases" / "reading" / "16-ods-shape-text-in-cell" / "register.ods"
    submission = read_submission(path, "a")
    assert submission.tables
    said = str([table.values for table in submission.tables]) + str(submission.unplaced) + str(found_of(submission))
    assert not any(text in said for text in ("领导已阅", "请复核", "见附件"))
