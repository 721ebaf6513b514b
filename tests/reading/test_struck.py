"""What a unit struck through is read as it stands, and the unit is asked whether it counts: a row, a cell, part of a text."""

from __future__ import annotations

import io
import re
import struct
import subprocess
import zipfile
from pathlib import Path
from unittest.mock import patch

import pytest
from openpyxl import load_workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font

from lzxl.checks.run import check_submissions
from lzxl.demo.bureau import load_bureau
from lzxl.forms.load import load_form, load_grading, unit_form_ids
from lzxl.forms.model import Form
from lzxl.workbook.layout import label_layout, table_layout
from lzxl.workbook.reading import xlsx as reading
from lzxl.workbook.reading.biff import read_biff
from lzxl.workbook.reading.content import WorkbookContent
from lzxl.workbook.reading.ods import read_ods
from lzxl.workbook.reading.read import read_open
from lzxl.workbook.reading.xls import read_xls, stream_of
from lzxl.workbook.reading.xlsb import read_xlsb
from lzxl.workbook.reading.xlsx_make import NotUnderstoodError
from lzxl.workbook.writing.build import build_workbook
from lzxl.workbook.writing.fill import fill_workbook
from tests.checks.tables import BARE
from tests.facts import found as found_of
from tests.libreoffice import soffice
from tests.reading import compounds
from tests.reading.books import ods, record, xlsb_book, xlsb_cell, xlsb_row, xlsb_sheet

BUREAU = load_bureau()
SAMPLE = BUREAU.units[4]


def struck_through(form: Form, part: bool = True) -> bytes:
    """A filled workbook: in each table the second row struck through, in the first row a cell, and part of another."""
    workbook = build_workbook(form, load_grading())
    cover = {"unit_name": SAMPLE.unit.name, "unit_code": SAMPLE.unit.code, "period": BUREAU.period}
    fill_workbook(workbook, form, {**cover, **SAMPLE.cover(form.id)}, SAMPLE.tables(form.id))
    for sheet in form.tables:
        layout, target = table_layout(sheet), workbook[sheet.title]
        names = [entry.name for entry in sheet.inputs if not entry.computed]
        for name in names:
            cell = target.cell(layout.first_row + 1, layout.columns[name])
            cell.font = Font(name=cell.font.name, size=cell.font.size, strike=True)
        texts = [entry.name for entry in sheet.inputs if entry.kind == "text" and entry.required]
        whole, some = (target.cell(layout.first_row, layout.columns[name]) for name in (texts[0], texts[-1]))
        whole.font = Font(strike=True)
        if part:
            text = str(some.value)
            some.value = CellRichText(TextBlock(InlineFont(strike=True), text[:2]), text[2:])
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def expected(form: Form, part: bool = True) -> set[tuple[str, str, str]]:
    found = set()
    for sheet in form.tables:
        layout = table_layout(sheet)
        texts = [entry.name for entry in sheet.inputs if entry.kind == "text" and entry.required]
        row = layout.first_row + 1
        found.add(("row_struck", sheet.title, f"{row}:{row}"))
        for name in (texts[0], texts[-1]) if part else texts[:1]:
            found.add(("text_struck", sheet.title, layout.cell(name, layout.first_row)))
    return found


def told(content: WorkbookContent, form: Form) -> set[tuple[str, str, str]]:
    [checked] = check_submissions([read_open(content, "a.xlsx", form.id)], BARE)
    assert not [entry for entry in checked.findings if entry.code.endswith("_struck") and entry.severity != "warning"]
    return {(entry.code, entry.sheet, entry.cell) for entry in checked.findings if entry.code.endswith("_struck")}


@pytest.mark.parametrize("form_id", unit_form_ids())
def test_it_is_asked_about_in_every_form_whichever_way_it_is_read(form_id: str) -> None:
    form = load_form(form_id)
    data = struck_through(form)
    with patch.object(reading, "_read_parsed", side_effect=AssertionError):
        fast = reading.read_xlsx(data, "xlsx")
    with patch.object(reading, "used_rows", side_effect=NotUnderstoodError):
        slow = reading.read_xlsx(data, "xlsx")
    assert told(fast, form) == told(slow, form) == expected(form)
    assert [sheet.struck for sheet in fast.sheets] == [sheet.struck for sheet in slow.sheets]


def test_what_is_struck_through_counts_until_the_unit_has_answered() -> None:
    form = load_form("risk_register")
    read = read_open(reading.read_xlsx(struck_through(form), "xlsx"), "a.xlsx", form.id)
    assert read.row_counts["风险点"] == len(SAMPLE.tables("risk_register")["risk_points"])
    part = next(entry for entry in found_of(read) if entry.code == "text_struck" and "部分" in entry.message)
    assert part.fix == "请核对：有效的，取消删除线；作废的，删去这些文字。"


@pytest.mark.parametrize("spared", ["remark", "serial", "level"])
def test_a_remark_that_says_why_is_not_struck_through_with_its_row(spared: str) -> None:
    form = load_form("risk_register")
    workbook = load_workbook(io.BytesIO(struck_through(form)), rich_text=True)
    layout = table_layout(form.by_name["risk_points"])
    cell = workbook["风险点"].cell(layout.first_row + 1, layout.columns[spared])
    cell.font = Font()
    if spared == "remark":
        cell.value = "已取消"
    out = io.BytesIO()
    workbook.save(out)
    row = layout.first_row + 1
    assert ("row_struck", "风险点", f"{row}:{row}") in told(reading.read_xlsx(out.getvalue(), "xlsx"), form)


@pytest.mark.libreoffice
def test_other_programs_and_containers_tell_the_same(tmp_path: Path) -> None:
    program = soffice()
    if program is None:
        pytest.skip("LibreOffice is not installed")
    form = load_form("warning_intake")
    source = tmp_path / "a.xlsx"
    source.write_bytes(struck_through(form))
    for kind in ("xls", "ods", "xlsx:Calc MS Excel 2007 XML"):
        command = [
            program,
            f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}",
            "--headless",
            "--convert-to",
            kind,
        ]
        command += ["--outdir", str(tmp_path / "out"), str(source)]
        subprocess.run(command, capture_output=True, check=True, timeout=180)
    made = {kind: (tmp_path / "out" / f"a.{kind}").read_bytes() for kind in ("xls", "ods", "xlsx")}
    assert told(read_xls(made["xls"]), form) == expected(form)
    assert told(read_ods(made["ods"]), form) == expected(form)
    assert told(reading.read_xlsx(made["xlsx"], "xlsx"), form) == expected(form)
    # By the records alone, cells are told and parts of texts are not.
    assert told(read_biff(stream_of(made["xls"])), form) >= expected(form, part=False)


FONTS = record(611, struct.pack("<I", 2)) + b"".join(
    record(43, struct.pack("<HHHHBBBB", 220, flags, 400, 0, 0, 0, 134, 0) + bytes(8) + struct.pack("<I", 0))
    for flags in (0, 8)
)
XLSB_STYLES = (
    record(278)
    + FONTS
    + record(612)
    + record(617, struct.pack("<I", 2))
    + b"".join(record(47, struct.pack("<HHHHHHHH", 0, 0, font, 0, 0, 0, 0, 0)) for font in (0, 1))
    + record(618)
    + record(279)
)


def test_the_records_of_an_xlsb_tell_it() -> None:
    struck = struct.pack("<II", 1, 1) + struct.pack("<I", 1) + "乙".encode("utf-16-le")
    body = xlsb_row(1, xlsb_cell(1, "甲") + record(6, struck)) + xlsb_row(2, record(5, struct.pack("<IId", 0, 1, 3.0)))
    data = xlsb_book([("表", xlsb_sheet(body))], more={"xl/styles.bin": XLSB_STYLES})
    [sheet] = read_xlsb(data).sheets
    assert sheet.struck == {(1, 2): True, (2, 1): True}


@pytest.mark.parametrize(
    ("text", "runs", "found"),
    [
        ("甲乙丙", [(0, 5)], True),
        ("甲乙丙", [(1, 5), (2, 0)], False),
        ("甲乙丙", [(2, 5)], False),
        ("甲乙丙", [(0, 0), (1, 2)], None),
        ("甲乙 ", [(0, 5), (2, 0)], True),
        ("甲乙 ", [(2, 5)], None),
        ("甲乙丙", [(1, 99)], None),
    ],
)
def test_the_fonts_within_a_text_of_an_xls_tell_it(text: str, runs: list[tuple[int, int]], found: bool | None) -> None:
    """`runs`: from which character on which font; 5 strikes through."""
    strings = struct.pack("<II", 1, 1) + struct.pack("<HBH", len(text), 1 | 8, len(runs)) + text.encode("utf-16-le")
    strings += b"".join(struct.pack("<HH", *run) for run in runs)
    cell = compounds.record(0x00FD, compounds.place(1, 1) + struct.pack("<I", 0))
    data = compounds.biff8([("表", cell)], strings=compounds.record(0x00FC, strings), struck=True)
    [sheet] = read_xls(data).sheets
    assert sheet.cell(1, 1) == text
    assert sheet.struck.get((1, 1)) == found


@pytest.mark.parametrize(
    ("style", "paragraph", "found"),
    [
        ("ce1", "甲", True),
        ("ce2", "甲", True),
        ("", '<text:span text:style-name="T1">甲</text:span>乙', False),
        ("", '<text:span text:style-name="T1">甲</text:span>', True),
        ("ce1", '甲<text:span text:style-name="T2">乙</text:span>', False),
        ("T2", "甲", None),
        ("", "甲", None),
        ("ce1", "", None),
    ],
)
def test_the_styles_of_an_ods_tell_it(style: str, paragraph: str, found: bool | None) -> None:
    cell = f'<table:table-cell table:style-name="{style}"><text:p>{paragraph}</text:p></table:table-cell>'
    line = "style:text-properties style:text-line-through"
    styles = (
        f'<style:style style:name="ce1" style:family="table-cell"><{line}-style="solid"/></style:style>'
        '<style:style style:name="ce2" style:family="table-cell" style:parent-style-name="ce1"/>'
        f'<style:style style:name="T1" style:family="text"><{line}-type="single"/></style:style>'
        f'<style:style style:name="T2" style:family="text"><{line}-style="none"/></style:style>'
    )
    data = ods(f'<table:table table:name="表"><table:table-row>{cell}</table:table-row></table:table>', styles=styles)
    assert read_ods(data).sheets[0].struck.get((1, 1)) == found


def test_a_font_that_says_it_strikes_nothing_through_strikes_nothing() -> None:
    form = load_form("self_appraisal")
    workbook = load_workbook(io.BytesIO(struck_through(form, part=False)))
    out = io.BytesIO()
    workbook.save(out)
    with zipfile.ZipFile(io.BytesIO(out.getvalue())) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert b"<strike" in parts["xl/styles.xml"]
    parts["xl/styles.xml"] = re.sub(rb"<strike[^>]*/>", b'<strike val="0"/>', parts["xl/styles.xml"])
    again = io.BytesIO()
    with zipfile.ZipFile(again, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    assert told(reading.read_xlsx(again.getvalue(), "xlsx"), form) == set()


def test_a_value_on_a_cover_may_be_struck_through_too() -> None:
    form = load_form("warning_intake")
    workbook = load_workbook(io.BytesIO(struck_through(form, part=False)))
    assert form.cover is not None
    row, column = label_layout(form.cover).value("head")
    workbook[form.cover.title].cell(row, column).font = Font(strike=True)
    out = io.BytesIO()
    workbook.save(out)
    assert ("text_struck", form.cover.title, f"{chr(64 + column)}{row}") in told(
        reading.read_xlsx(out.getvalue(), "xlsx"), form
    )
