"""What comes out of the printer, by a real LibreOffice: what is filled in, ruled paper where nothing is, no empty page."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from lzxl.demo.bureau import load_bureau
from lzxl.forms.load import book_ids, form_ids, load_form, load_grading, unit_form_ids
from lzxl.forms.model import Form
from lzxl.workbook.fixed_texts import KEEPER_SIGNATURE, cover_subtitle
from lzxl.workbook.layout import FINDINGS_COLUMN, table_layout
from lzxl.workbook.writing.build import build_workbook, save_workbook
from lzxl.workbook.writing.fill import Stamp, fill_workbook, stamp_workbook
from lzxl.workbook.writing.formulas import RULED_ROWS
from lzxl.workbook.writing.measure import text_width
from lzxl.workbook.writing.shown import shown_values
from tests.rewritings.filled import filled_bytes

MANY = 90
"""Rows that fill more than one page of every form."""
_FOOTER = re.compile(r"第\d+页|共\d+页|[0-9.]+版")
_RULE_SHARE = 0.5
_DARK = 190

pytestmark = [
    pytest.mark.slow,
    pytest.mark.libreoffice,
    pytest.mark.skipif(
        not (shutil.which("soffice") and shutil.which("pdftotext")), reason="LibreOffice or poppler is not installed"
    ),
]

by_form = pytest.mark.parametrize("form_id", form_ids())
by_unit_form = pytest.mark.parametrize("form_id", unit_form_ids())


@pytest.fixture(scope="module")
def printed(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with everything printed: blank, filled, filled with many rows, and returned, of every form; one office does all."""
    folder = tmp_path_factory.mktemp("printed")
    for form_id in form_ids():
        form = load_form(form_id)
        _write(folder / f"blank_{form_id}.xlsx", form, 0)
        _write(folder / f"many_{form_id}.xlsx", form, MANY)
        (folder / f"filled_{form_id}.xlsx").write_bytes(filled_bytes(form_id))
    for form in map(load_form, unit_form_ids()):
        largest = max((demo / "退回").rglob(f"{form.title}*_退回.xlsx"), key=lambda path: path.stat().st_size)
        shutil.copy(largest, folder / f"returned_{form.id}.xlsx")
    profile = f"-env:UserInstallation=file://{folder}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder)]
    subprocess.run([*command, *map(str, sorted(folder.glob("*.xlsx")))], check=True, capture_output=True, timeout=300)
    return folder


def _write(path: Path, form: Form, rows: int) -> None:
    workbook = build_workbook(form, load_grading())
    stamp_workbook(workbook, form, Stamp(form.id, form.version, "HB05", "大气环境科", load_bureau().period))
    tables = {sheet.name: [{sheet.subject[0]: key(number)} for number in range(1, rows + 1)] for sheet in form.tables}
    if rows:
        fill_workbook(workbook, form, {}, tables)
    save_workbook(workbook, path, shown_values(workbook, form, load_grading()))


def key(number: int) -> str:
    return f"某{number:03}"


def pages(pdf: Path) -> list[str]:
    """The text of each page, without blanks: where a printed line has them is the font's matter."""
    told = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], check=True, capture_output=True, encoding="utf-8")
    return ["".join(page.split()) for page in told.stdout.split("\f")[:-1]]


def nothing_but_heads(page: str, form: Form) -> bool:
    """Whether a page shows no more than the repeated header of a table and what stands at the foot."""
    rest = _FOOTER.sub("", page).replace(form.title, "")
    for title in sorted((field.title for sheet in form.tables for field in sheet.fields), key=len, reverse=True):
        rest = rest.replace(title, "")
    return rest.replace(FINDINGS_COLUMN, "") == ""


def ruled_lines(pdf: Path, page: int, folder: Path) -> int:
    """Lines that go over most of a page's width."""
    picture = folder / f"{pdf.stem}_{page}"
    command = ["pdftoppm", "-r", "60", "-f", str(page), "-l", str(page), "-gray", "-singlefile"]
    subprocess.run([*command, str(pdf), str(picture)], check=True, capture_output=True)
    with Image.open(picture.with_suffix(".pgm")) as image:
        width, height = image.size
        grey = image.tobytes()
    dark = [sum(grey[row * width + x] < _DARK for x in range(width)) > _RULE_SHARE * width for row in range(height)]
    return sum(now and not before for before, now in zip([False, *dark], dark, strict=False))


def of_tables(texts: list[str], form: Form) -> Iterator[tuple[int, str]]:
    """The pages behind 填表说明 and the cover, with their numbers."""
    start = 1
    if form.cover is not None:
        [cover] = [number for number, text in enumerate(texts, 1) if "".join(cover_subtitle(form).split()) in text]
        start = cover + 1
    else:
        start = next(number for number, text in enumerate(texts, 1) if "维护单位" in text)
    yield from ((number, text) for number, text in enumerate(texts, 1) if number >= start)


@by_form
def test_a_blank_form_is_one_ruled_page_for_each_table(form_id: str, printed: Path, tmp_path: Path) -> None:
    form, pdf = load_form(form_id), printed / f"blank_{form_id}.pdf"
    texts = pages(pdf)
    tables = list(of_tables(texts, form))
    assert len(tables) == len(form.tables)
    for (number, text), sheet in zip(tables, form.tables, strict=True):
        assert sheet.fields[1].title in text
        assert ruled_lines(pdf, number, tmp_path) >= min(RULED_ROWS, len(sheet.standard_rows) or RULED_ROWS)


@by_form
@pytest.mark.parametrize("state", ["blank", "filled", "many"])
def test_no_page_is_empty(form_id: str, state: str, printed: Path) -> None:
    form = load_form(form_id)
    texts = pages(printed / f"{state}_{form_id}.pdf")
    assert [number for number, text in enumerate(texts, 1) if nothing_but_heads(text, form)] == []


@by_form
def test_all_that_is_filled_is_printed_once_for_each_table(form_id: str, printed: Path) -> None:
    form = load_form(form_id)
    texts = pages(printed / f"many_{form_id}.pdf")
    counted = [text for _, text in of_tables(texts, form)]
    assert len(counted) > len(form.tables)
    for number in range(1, MANY + 1):
        assert sum(text.count(key(number)) for text in counted) == len(form.tables), key(number)
    assert all(re.search(r"某\d{3}", text) for text in counted)


@by_unit_form
def test_a_return_has_no_empty_page_and_begins_with_its_findings(form_id: str, printed: Path) -> None:
    form = load_form(form_id)
    texts = pages(printed / f"returned_{form_id}.pdf")
    assert "问题清单" in texts[0]
    assert [number for number, text in enumerate(texts, 1) if nothing_but_heads(text, form)] == []


@pytest.mark.parametrize("form_id", [*book_ids(), "unit_roster"])
def test_whoever_signs_a_book_has_the_room_that_the_line_takes(form_id: str) -> None:
    form = load_form(form_id)
    workbook = build_workbook(form, load_grading())
    for sheet in form.tables:
        layout, worksheet = table_layout(sheet), workbook[sheet.title]
        [place] = [cell for cell in worksheet[layout.unit_row] if cell.value == KEEPER_SIGNATURE]
        merged = [one for one in worksheet.merged_cells.ranges if place.coordinate in one]
        last = merged[0].max_col if merged else place.column
        width = sum(field.width for field in sheet.fields[place.column - 1 : last])
        assert width >= text_width(KEEPER_SIGNATURE), sheet.title
