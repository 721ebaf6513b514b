"""A marked return is the unit's file: what people put into it beside the form's own contents comes back, each in its place."""

from __future__ import annotations

import datetime
import io
import unicodedata
import zipfile
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.drawing.image import Image
from openpyxl.styles import PatternFill
from openpyxl.utils import coordinate_to_tuple

from lzxl.campaign.adopt import adopt, write_adopted
from lzxl.checks.context import Context
from lzxl.checks.run import Checked, check_submissions
from lzxl.forms.load import load_form, load_grading
from lzxl.forms.text import fold
from lzxl.forms.values import as_text
from lzxl.workbook.layout import FINDINGS_SHEET, UNPLACED_SHEET, table_layout
from lzxl.workbook.reading.keepsakes import read_keepsakes
from lzxl.workbook.reading.read import read_submission
from lzxl.workbook.writing.comments import OUR_LINE
from lzxl.workbook.writing.mark import write_return
from lzxl.workbook.writing.save import workbook_bytes
from tests.rewritings.desk import Added, Desk, picture
from tests.rewritings.filled import FORMS, filled_workbook
from tests.rewritings.package import pack, unpack

SEEDS = (1, 10)
PERIOD = "2026年度"


@dataclass(frozen=True)
class Returned:
    """A return, and the one of that return, sent in as it is."""

    added: Added
    checked: Checked
    sent: Workbook
    path: Path
    first: Workbook
    second: Workbook


def give_back(path: Path, target: Path) -> Checked:
    """Read, check and return a file, as the office does; all in this process."""
    grading = load_grading()
    [checked] = check_submissions([read_submission(path, path.name)], Context(grading, PERIOD))
    assert checked.submission.refusal is None
    write_return(checked.submission, checked.findings, grading, target, keepsakes=read_keepsakes(path))
    return checked


@pytest.fixture(scope="module", params=[(form, seed) for form in FORMS for seed in SEEDS], ids=str)
def returned(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Returned:
    form_id, seed = request.param
    folder = tmp_path_factory.mktemp("desk")
    workbook = filled_workbook(form_id)
    added = Desk(workbook, load_form(form_id), seed).work()
    sent, first, second = folder / "来件.xlsx", folder / "退回.xlsx", folder / "再退.xlsx"
    sent.write_bytes(workbook_bytes(workbook))
    checked = give_back(sent, first)
    give_back(first, second)
    return Returned(added, checked, workbook, first, load_workbook(first), load_workbook(second))


@lru_cache(maxsize=8)
def _last_columns(form_id: str) -> dict[str, int]:
    return {sheet.title: table_layout(sheet).last_column for sheet in load_form(form_id).tables}


def cells(workbook: Workbook, returned: Returned, place: tuple[str, str]) -> list[Any]:
    """The cells of a return where something may be that was at a place of the file: right of a table 问题 moves it aside."""
    sheet, cell = place
    row, column = coordinate_to_tuple(cell)
    worksheet = workbook[sheet]
    last = _last_columns(returned.checked.submission.form).get(sheet)
    if last is None or column <= last:
        return [worksheet[cell]]
    return [worksheet.cell(row, beside) for beside in range(last + 2, column + 9)]


@pytest.fixture(params=["first", "second"])
def workbook(request: pytest.FixtureRequest, returned: Returned) -> Workbook:
    return getattr(returned, request.param)


def test_every_comment_comes_back_on_its_cell_once_and_ours_below_it(returned: Returned, workbook: Workbook) -> None:
    for place, text in returned.added.comments.items():
        [comment] = [
            cell.comment.text for cell in cells(workbook, returned, place) if cell.comment and text in cell.comment.text
        ]
        assert comment.startswith(text)
        assert comment.count(text) == 1 and comment.count(OUR_LINE) <= 1


def test_every_colour_comes_back_or_gives_way_to_ours_which_says_so(returned: Returned) -> None:
    for place, colour in returned.added.colours.items():
        [cell] = cells(returned.first, returned, place)
        is_there = cell.fill.start_color.rgb == f"FF{colour}"
        assert is_there or "本格原来标有" in cell.comment.text, place


def test_every_ink_comes_back(returned: Returned, workbook: Workbook) -> None:
    for place, ink in returned.added.inks.items():
        [cell] = cells(workbook, returned, place)
        assert (cell.font.color.rgb, cell.font.b) == (f"FF{ink}", True), place


def test_every_picture_comes_back_at_its_place_as_the_bytes_it_was(returned: Returned, workbook: Workbook) -> None:
    for (sheet, cell), data in returned.added.pictures.items():
        row, column = coordinate_to_tuple(cell)
        images = [(image.anchor._from, image._data()) for image in workbook[sheet]._images]
        assert [(start.row + 1, start.col + 1) for start, there in images if there == data] == [(row, column)]
    assert sum(len(worksheet._images) for worksheet in workbook.worksheets) == len(returned.added.pictures)


def test_every_text_comes_back_in_its_place(returned: Returned, workbook: Workbook) -> None:
    for place, text in returned.added.texts.items():
        # In the column of a number it is read as one, which has no blanks.
        assert [fold(str(cell.value)) for cell in cells(workbook, returned, place)].count(fold(text)) == 1, (
            place,
            text,
        )


def test_a_total_stays_a_formula_with_what_it_shows(returned: Returned) -> None:
    shown = load_workbook(returned.path, data_only=True)
    for (sheet, cell), formula in returned.added.sums.items():
        assert returned.first[sheet][cell].value == formula
        first, last = formula[5:-1].split(":")
        numbers = [
            value for [value] in shown[sheet][first:last] for value in [value.value] if isinstance(value, int | float)
        ]
        assert shown[sheet][cell].value == pytest.approx(sum(numbers))


def test_every_finding_leads_to_a_cell_that_holds_what_it_speaks_of(returned: Returned) -> None:
    form = load_form(returned.checked.submission.form)
    computed = {
        (sheet.title, table_layout(sheet).columns[entry.name])
        for sheet in form.tables
        for entry in sheet.fields
        if entry.computed
    }
    rows = list(returned.first[FINDINGS_SHEET].iter_rows(min_row=5))
    assert len(rows) == len(returned.checked.findings) > 0
    for row, finding in zip(rows, returned.checked.findings, strict=True):
        link = row[3].hyperlink
        assert link is not None, finding
        sheet, cell = link.location.rsplit("!", 1)
        target = returned.first[sheet.strip("'")][cell]
        if not finding.cell.isalnum() or (sheet.strip("'"), target.column) in computed:
            continue
        # A number that the office gave stands in the return where the unit left it out.
        said = finding.value if finding.code == "number_given" else held(returned.sent[finding.sheet][finding.cell])
        assert held(target) == said, finding


def held(cell: Any) -> str:
    """What a cell holds, however its spaces and its day are written."""
    value = cell.value.date() if isinstance(cell.value, datetime.datetime) else cell.value
    return unicodedata.normalize("NFKC", "".join(as_text("" if value is None else value).split()))


def test_a_return_of_a_return_reads_as_the_file_did(returned: Returned) -> None:
    again = read_submission(returned.path, "退回.xlsx")
    before = returned.checked.submission
    assert again.row_counts == before.row_counts
    assert [table.rows for table in again.tables] == [table.rows for table in before.tables]
    assert [table.dropped for table in again.tables] == [table.dropped for table in before.tables]
    assert {entry.value for entry in again.unplaced} == {entry.value for entry in before.unplaced}


def test_a_return_sent_in_as_it_is_has_the_errors_that_it_had(returned: Returned) -> None:
    def errors(checked: Checked) -> set[tuple[str, str, str]]:
        return {(one.code, one.sheet, one.cell) for one in checked.findings if one.severity == "error"}

    [again] = check_submissions([read_submission(returned.path, "退回.xlsx")], Context(load_grading(), PERIOD))
    assert errors(returned.checked) - errors(again) <= {
        one for one in errors(returned.checked) if one[0] == "formula_without_value"
    }


@pytest.mark.parametrize("wrong", ["#N/A", "#REF!"])
def test_an_error_of_a_formula_is_no_content_of_the_return_either(wrong: str, tmp_path: Path) -> None:
    workbook = filled_workbook("self_appraisal")
    for row in (6, 7):
        workbook["考核评分"].cell(row, 3).value = wrong
        workbook["考核评分"].cell(row, 3).data_type = "e"
    sent, first = tmp_path / "来件.xlsx", tmp_path / "退回.xlsx"
    sent.write_bytes(workbook_bytes(workbook))
    before, again = give_back(sent, first), give_back(first, tmp_path / "再退.xlsx")
    assert [one.cell for one in before.findings if one.code == "error_value"] == ["C6", "C7"]
    assert [one.cell for one in again.findings if one.code == "error_value"] == ["C6", "C7"]


def test_what_the_unit_typed_is_listed_with_where_it_is_now(returned: Returned) -> None:
    listed = list(returned.first[UNPLACED_SHEET].iter_rows(min_row=5, values_only=True))
    assert [row[1:3] for row in listed if not row[6]] == []


# Where something cannot go back to its place


def two_tables(path: Path) -> Path:
    """A register whose risk points stand on two sheets, each with a total, a note, a comment, a colour and a picture."""
    workbook = filled_workbook("risk_register")
    sheet = workbook["风险点"]
    layout = table_layout(load_form("risk_register").by_name["risk_points"])
    last = max(row for row in range(layout.first_row, 60) if sheet.cell(row, layout.columns["point"]).value)
    sheet.cell(last + 1, 1).value, sheet.cell(last + 1, 3).value = "合计", "3个"
    sheet.cell(last + 2, 1).value = "注：经支部会研究。"
    sheet.cell(last + 2, 1).comment = Comment("张三已核", "李四")
    sheet.cell(layout.first_row, layout.columns["likelihood"]).value = "大"
    sheet.add_image(Image(io.BytesIO(picture(1, 2, 3))), f"B{last + 2}")
    other = workbook.copy_worksheet(sheet)
    other.title = "风险点（续）"
    extra = workbook.create_sheet("附表")
    extra["B2"].value, extra["B2"].comment = "补充说明", Comment("见附件", "李四")
    extra.add_image(Image(io.BytesIO(picture(9, 9, 9))), "C3")
    path.write_bytes(workbook_bytes(workbook))
    return path


def test_what_has_no_place_is_listed_with_where_it_was_and_findings_lead_there(tmp_path: Path) -> None:
    sent = two_tables(tmp_path / "来件.xlsx")
    checked = give_back(sent, tmp_path / "退回.xlsx")
    workbook = load_workbook(tmp_path / "退回.xlsx")
    listed = [row[1:5] for row in workbook[UNPLACED_SHEET].iter_rows(min_row=5, values_only=True)]
    told = {(sheet, value) for sheet, _, _, value in listed}
    for sheet in ("风险点", "风险点（续）"):
        assert {(sheet, "合计"), (sheet, "3个"), (sheet, "注：经支部会研究。")} <= told
    assert {("风险点", "张三已核"), ("附表", "补充说明"), ("附表", "见附件"), ("附表", "图片")} <= told
    pictures = [image._data() for worksheet in workbook.worksheets for image in worksheet._images]
    assert pictures.count(picture(1, 2, 3)) == 1 and pictures.count(picture(9, 9, 9)) == 1
    dropped = [finding for finding in checked.findings if finding.code == "row_dropped"]
    assert len(dropped) == 4
    rows = list(workbook[FINDINGS_SHEET].iter_rows(min_row=5))
    for row, finding in zip(rows, checked.findings, strict=True):
        if finding.code in ("row_dropped", "sheet_unplaced"):
            assert row[3].hyperlink.location.startswith(f"'{UNPLACED_SHEET}'!E")
    assert "是原表中的位置" in str(workbook[FINDINGS_SHEET]["A2"].value)


def test_a_finding_names_rows_of_the_return_where_these_are_the_files_own(returned: Returned) -> None:
    assert "是原表中的位置" not in str(returned.first[FINDINGS_SHEET]["A2"].value)


def test_a_register_of_the_units_own_gives_its_comments_and_pictures_too(tmp_path: Path) -> None:
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.append(["序号", "岗位", "风险点", "发生可能性", "后果程度", "防控措施"])
    sheet.append([1, "财务岗", "虚开发票", "较大", "严重", "双人复核"])
    sheet["C2"].comment = Comment("请核对", "王五")
    sheet["D2"].fill = PatternFill("solid", start_color="FFFFFF00")
    sheet.add_image(Image(io.BytesIO(picture(4, 5, 6))), "C2")
    path, target = tmp_path / "旧登记表.xlsx", tmp_path / "标准表.xlsx"
    workbook.save(path)
    context = Context(load_grading(), PERIOD)
    write_adopted(adopt(path, "risk_register", context), context, target, path)
    made = load_workbook(target)["风险点"]
    layout = table_layout(load_form("risk_register").by_name["risk_points"])
    point = made.cell(layout.first_row, layout.columns["point"])
    assert point.value == "虚开发票" and point.comment.text.startswith("请核对")
    assert made.cell(layout.first_row, layout.columns["likelihood"]).fill.start_color.rgb == "FFFFFF00"
    assert [image._data() for image in made._images] == [picture(4, 5, 6)]


def test_columns_of_the_units_own_come_back_with_their_headers_and_private_ones_never(tmp_path: Path) -> None:
    workbook = filled_workbook("risk_register")
    sheet = workbook["风险点"]
    last = table_layout(load_form("risk_register").by_name["risk_points"]).last_column
    for row, texts in {
        5: ("身份证号", "领导批示"),
        6: ("330106199001011234", "同意"),
        60: ("330106199001011236", 3.5),
    }.items():
        sheet.cell(row, last + 1).value, sheet.cell(row, last + 2).value = texts
    sheet["A60"].value = "合计"
    sent, first, second = (tmp_path / f"{name}.xlsx" for name in ("来件", "退回", "再退"))
    sent.write_bytes(workbook_bytes(workbook))
    codes = [{one.code for one in give_back(*pair).findings} for pair in ((sent, first), (first, second))]
    assert "column_unplaced" in codes[0] & codes[1] and "total_mismatch" not in codes[0] | codes[1]
    for path in (first, second):
        returned = load_workbook(path)["风险点"]
        assert [returned.cell(row, last + 2).value for row in (5, 6, 60)] == ["领导批示", "同意", 3.5]
        assert b"33010619900101123" not in b"".join(unpack(path.read_bytes()).values())


def test_no_picture_is_decoded_on_the_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bad = b"\x89PNG\r\n\x1a\n" + b"\xff" * 200
    workbook = filled_workbook("self_appraisal")
    workbook["封面"].add_image(Image(io.BytesIO(picture(1, 2, 3))), "D12")
    parts = unpack(workbook_bytes(workbook))
    parts["xl/media/image1.png"] = bad
    sent = tmp_path / "来件.xlsx"
    sent.write_bytes(pack(parts))

    def refuse(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr("PIL.Image.open", refuse)
    give_back(sent, tmp_path / "退回.xlsx")
    assert bad in unpack((tmp_path / "退回.xlsx").read_bytes()).values()


def test_what_nobody_could_read_is_said(tmp_path: Path) -> None:
    sent = two_tables(tmp_path / "来件.xlsx")
    grading = load_grading()
    [checked] = check_submissions([read_submission(sent, "来件.xlsx")], Context(grading, PERIOD))
    write_return(checked.submission, checked.findings, grading, tmp_path / "退回.xlsx", keepsakes=None)
    listed = list(load_workbook(tmp_path / "退回.xlsx")[UNPLACED_SHEET].iter_rows(min_row=5, values_only=True))
    assert "批注、图片、颜色" in [row[4] for row in listed]


def test_the_same_desk_gives_the_same_bytes(tmp_path: Path) -> None:
    workbook = filled_workbook("self_appraisal")
    Desk(workbook, load_form("self_appraisal"), 3).work()
    sent = tmp_path / "来件.xlsx"
    sent.write_bytes(workbook_bytes(workbook))
    for name in ("a.xlsx", "b.xlsx"):
        give_back(sent, tmp_path / name)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    names = zipfile.ZipFile(io.BytesIO((tmp_path / "a.xlsx").read_bytes())).namelist()
    assert any(name.startswith("xl/media/") for name in names)
