"""The workbook port keeps one contract in every program, and the check of an open workbook leaves nothing behind."""

from __future__ import annotations

import datetime
import warnings
from collections.abc import Iterator
from copy import copy
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.packaging.custom import StringProperty
from openpyxl.styles import Color, GradientFill, PatternFill
from openpyxl.workbook.protection import WorkbookProtection

import lzxl
from lzxl.campaign.roster import ROSTER_NAME
from lzxl.demo.bureau import load_bureau
from lzxl.errors import ConfigError, OutputError
from lzxl.forms.findings import SEVERITIES, SEVERITY_TITLES
from lzxl.forms.load import load_form, load_grading
from lzxl.forms.staff import staff_of
from lzxl.forms.values import CellError
from lzxl.functions.action import check_workbook, clear_marks
from lzxl.functions.openpyxl_port import OpenpyxlPort
from lzxl.functions.port import KEEP, NO_FILL, TextSheet, WorkbookPort
from lzxl.functions.uno_port import UnoPort
from lzxl.workbook.layout import FINDINGS_SHEET, OWN_SHEETS, STAMP_SHEET, table_layout
from lzxl.workbook.writing.build import build_workbook
from lzxl.workbook.writing.fill import Stamp, fill_workbook, stamp_workbook
from lzxl.workbook.writing.page import MARGINS
from lzxl.workbook.writing.save import save_workbook
from lzxl.workbook.writing.shown import shown_values
from lzxl.workbook.writing.styles import SEVERITY_FILLS

from ..campaign.office import IN_TIME, filled, open_campaign, send, write_roster
from .programs import Calc, Open, open_file, open_stand_in

pytestmark = pytest.mark.slow

PROGRAMS = ["file", "stand-in", pytest.param("calc", marks=pytest.mark.libreoffice)]
PLACES = [(row, column) for row in range(5, 12) for column in range(1, 14)]
RED, PALE = "#F8B4B4", "#D6E4F0"
HOSTILE = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "'quoted",
    "＝1",
    "0012",
    "1/2",
    "2026-11-10",
    "TRUE",
    "#N/A",
    "https://a.b",
    "甲\n乙",
]


@pytest.fixture(scope="module")
def calc(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Calc]:
    running = Calc(tmp_path_factory.mktemp("calc"))
    yield running
    running.quit()


# What only a program that calculates does, and what only one does that people open files in.
calculating = pytest.mark.parametrize("open_in", PROGRAMS[2:], indirect=True)
interactive = pytest.mark.parametrize("open_in", PROGRAMS[1:], indirect=True)


@pytest.fixture(params=PROGRAMS)
def open_in(request: pytest.FixtureRequest) -> Iterator[Open]:
    """Opens a workbook in one of the programs."""
    if request.param != "calc":
        yield quietly(open_file if request.param == "file" else open_stand_in)
        return
    calc: Calc = request.getfixturevalue("calc")
    yield calc.open
    calc.close()


def quietly(open_it: Open) -> Open:
    """openpyxl warns that it does not keep a live print area, which is right and no fault."""

    def opened(path: Path) -> Any:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="Print area cannot be set")
            return open_it(path)

    return opened


def load(path: Path) -> Workbook:
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Print area cannot be set")
        return load_workbook(path)


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    """A workbook with one of everything that a port reads."""
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.title = "表 一"
    for row in (["标题", None, None, None], ["甲", "乙", "丙", "丁"], ["较大", 3, datetime.date(2026, 3, 1), True]):
        sheet.append(row)
    sheet.append(["", None, 2.5, datetime.datetime(2026, 3, 1, 12, 30)])
    sheet["B4"].value = "=1+1"
    sheet["B4"].data_type = "s"
    sheet["A5"], sheet["B5"] = 1, "=A5+1"
    sheet["C5"] = "=1/0"
    sheet["A9"] = "末"
    sheet.merge_cells("A1:D1")
    sheet.merge_cells("A6:B7")
    sheet["A6"] = "合并"
    sheet.row_dimensions[4].hidden = True
    sheet.column_dimensions["C"].hidden = True
    sheet["A2"].fill = PatternFill("solid", start_color="FFD6E4F0", end_color="FFD6E4F0")
    sheet["A3"].fill = PatternFill("solid", start_color=Color(theme=4, tint=0.4))
    sheet["B2"].comment = Comment("原有的批注", "单位")
    workbook.create_sheet("藏").sheet_state = "hidden"
    shielded = workbook.create_sheet("护")
    shielded["A1"] = "护"
    shielded.protection.sheet, shielded.protection.sort = True, False
    locked = workbook.create_sheet("锁")
    locked["A1"] = "锁"
    locked.protection.sheet = True
    locked.protection.password = "秘密".encode().hex()
    book: Any = workbook
    book.custom_doc_props.append(StringProperty(name="lzxl_form", value="risk_register"))
    workbook.save(tmp_path / "样 表.xlsx")
    return tmp_path / "样 表.xlsx"


def test_reads_sheets_values_and_what_is_hidden(sample: Path, open_in: Open) -> None:
    port, _ = open_in(sample)
    assert port.name == "样 表.xlsx"
    assert port.path == sample
    assert not port.date1904
    assert port.sheets() == [("表 一", "visible"), ("藏", "hidden"), ("护", "visible"), ("锁", "visible")]
    assert port.properties()["lzxl_form"] == "risk_register"
    content = port.content("表 一")
    assert sorted(content.rows) == [1, 2, 3, 4, *([5] if 5 in content.rows else []), 6, 9]
    assert [content.cell(3, column) for column in (1, 2, 3, 4)] == ["较大", 3.0, datetime.date(2026, 3, 1), True]
    assert content.cell(3, 4) is True
    assert [content.cell(4, column) for column in (2, 3, 4)] == ["=1+1", 2.5, datetime.datetime(2026, 3, 1, 12, 30)]
    assert content.cell(4, 1) is None
    assert set(content.formulas) == {(5, 2), (5, 3)}
    assert sorted(content.merges) == [(1, 1, 1, 4), (6, 1, 7, 2)]
    assert content.hidden_rows == {4}
    assert 3 in content.hidden_columns and not {1, 2, 4} & content.hidden_columns
    assert port.content("藏").rows == {}
    with pytest.raises(KeyError):
        port.content("没有")


@calculating
def test_reads_what_formulas_show(sample: Path, open_in: Open) -> None:
    """openpyxl works nothing out, and the stand-in neither."""
    port, _ = open_in(sample)
    content = port.content("表 一")
    assert content.cell(5, 2) == 2.0
    assert content.cell(5, 3) == CellError("#DIV/0!")
    assert content.formulas == {(5, 2): True, (5, 3): True}


def test_paints_and_restores_fills(sample: Path, open_in: Open, tmp_path: Path) -> None:
    port, save = open_in(sample)
    places = [(2, 1), (3, 1), (2, 2), (20, 6)]
    before = port.fills("表 一", places)
    assert before[0] == PALE and before[2:] == [NO_FILL, NO_FILL]
    port.paint("表 一", dict.fromkeys(places, RED))
    assert port.fills("表 一", places) == [RED] * 4
    port.paint("表 一", dict(zip(places, before, strict=True)))
    assert port.fills("表 一", places) == before
    save(tmp_path / "存.xlsx")
    saved, original = load(tmp_path / "存.xlsx")["表 一"], load(sample)["表 一"]
    fills = {place: copy(saved.cell(*place).fill) for place in places}
    if isinstance(port, UnoPort):  # a program of its own writes the same look in its own way
        assert fills[2, 1].start_color.rgb == "FFD6E4F0"
        assert fills[2, 2].fill_type is None
    else:
        assert fills == {place: copy(original.cell(*place).fill) for place in places}


def test_a_fill_that_only_another_adapter_knows_counts_as_none(sample: Path, open_in: Open) -> None:
    port, _ = open_in(sample)
    port.paint("表 一", {(2, 1): "else:where"})
    assert port.fills("表 一", [(2, 1)]) == [NO_FILL]


def test_paints_many_cells(sample: Path, open_in: Open) -> None:
    port, _ = open_in(sample)
    places = [(row, column) for row in range(100, 150) for column in (1, 3)]
    port.paint("表 一", dict.fromkeys(places, RED))
    assert port.fills("表 一", places) == [RED] * len(places)


def test_a_fill_that_cannot_be_put_back_is_not_painted_over(register: Path, tmp_path: Path) -> None:
    workbook = load(register)
    sheet = load_form("risk_register").main_sheet
    layout = table_layout(sheet)
    place = layout.first_row, layout.columns["likelihood"]
    workbook[sheet.title].cell(*place).fill = GradientFill(stop=("FF0000", "00FF00"))
    save_workbook(workbook, tmp_path / "渐变.xlsx")
    port, _ = quietly(open_stand_in)(tmp_path / "渐变.xlsx")
    check_workbook(port)
    assert port.fills(sheet.title, [place]) == [KEEP]
    assert place in port.notes(sheet.title)
    clear_marks(port)
    assert port.fills(sheet.title, [place]) == [KEEP]
    assert place not in port.notes(sheet.title)


def test_adds_and_removes_notes(sample: Path, open_in: Open) -> None:
    port, _ = open_in(sample)
    assert port.notes("表 一") == {(2, 2): "原有的批注"}
    port.put_notes("表 一", {(3, 1): "=1+1\n第二行", (30, 2): "远"})
    assert port.notes("表 一") == {(2, 2): "原有的批注", (3, 1): "=1+1\n第二行", (30, 2): "远"}
    port.remove_notes("表 一", [(3, 1), (30, 2), (1, 1)])
    assert port.notes("表 一") == {(2, 2): "原有的批注"}


def test_a_sheet_of_texts_stays_texts(sample: Path, open_in: Open, tmp_path: Path) -> None:
    port, save = open_in(sample)
    port.put_sheet("问题", TextSheet([["表头"], HOSTILE, ["", "尾"]], (10, 20), header_row=1))
    port.put_sheet("_藏", TextSheet([HOSTILE], hidden=True))
    assert [name for name, _ in port.sheets()] == ["问题", "表 一", "藏", "护", "锁", "_藏"]
    assert dict(port.sheets())["_藏"] in ("hidden", "very_hidden")
    for name, row in (("问题", 2), ("_藏", 1)):
        content = port.content(name)
        assert content.rows[row] == HOSTILE
        assert content.formulas == {}
    save(tmp_path / "存.xlsx")
    saved = load(tmp_path / "存.xlsx")["问题"]
    assert [cell.value for cell in saved[2]] == HOSTILE
    assert {cell.data_type for cell in saved[2]} <= {"s", "inlineStr"}
    port.put_sheet("问题", TextSheet([["新"]]))
    assert {row: cells[0] for row, cells in port.content("问题").rows.items()} == {1: "新"}
    for _ in range(2):
        port.remove_sheet("问题")
        port.remove_sheet("_藏")
    assert [name for name, _ in port.sheets()] == ["表 一", "藏", "护", "锁"]


def test_a_sheet_of_texts_prints_one_page_wide(sample: Path, open_in: Open, tmp_path: Path) -> None:
    """A4 across, the header on every page, page numbers at the foot: as the list of a marked return."""
    port, save = open_in(sample)
    rows = [["总共"], [], ["甲", "乙", "丙"], *[["一", "长" * 60, "二"]] * 100]
    port.put_sheet("问题", TextSheet(rows, (20, 60, 80), header_row=3))
    save(tmp_path / "存.xlsx")
    sheet = load(tmp_path / "存.xlsx")["问题"]
    page = sheet.page_setup
    assert (page.orientation, int(page.paperSize)) == ("landscape", 9)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (int(page.fitToWidth), int(page.fitToHeight)) == (1, 0)
    assert sheet.print_title_rows == "$3:$3"
    assert sheet.print_options.horizontalCentered
    margins = {side: inches for side, inches in MARGINS.items() if side != "header"}  # there is none
    assert {side: getattr(sheet.page_margins, side) for side in margins} == pytest.approx(margins, abs=0.02)
    assert "&P" in sheet.oddFooter.center.text and "&N" in sheet.oddFooter.center.text
    for cell in (sheet["A3"], sheet["B4"], sheet["C103"]):
        assert cell.alignment.wrap_text
        assert cell.border.left.style == cell.border.bottom.style == "thin"
    port.put_sheet("问题", TextSheet(rows[3:]))
    port.remove_sheet("问题")
    if isinstance(port, UnoPort):
        assert not [name for name in port._page_styles().ElementNames if "问题" in name]


def test_protection_without_password_is_lifted_and_put_back(sample: Path, open_in: Open, tmp_path: Path) -> None:
    port, save = open_in(sample)
    port.paint("护", {(1, 1): RED})
    port.put_notes("护", {(1, 1): "注"})
    assert (port.fills("护", [(1, 1)]), port.notes("护")) == ([RED], {(1, 1): "注"})
    port.remove_notes("护", [(1, 1)])
    save(tmp_path / "存.xlsx")
    protection = load(tmp_path / "存.xlsx")["护"].protection
    assert protection.sheet
    assert not protection.sort  # False: allowed
    assert protection.formatCells


@interactive
def test_protection_by_password_is_said(sample: Path, open_in: Open) -> None:
    """In a file, protection holds nobody."""
    port, _ = open_in(sample)
    with pytest.raises(OutputError, match="工作表“锁”有密码保护"):
        port.paint("锁", {(1, 1): RED})
    with pytest.raises(OutputError, match="工作表“锁”有密码保护"):
        port.put_notes("锁", {(1, 1): "注"})
    assert port.fills("锁", [(1, 1)]) == [NO_FILL]


# ---- the check of an open workbook


PERIOD = "2026年度"


def workbook_of(code: str, period: str) -> Workbook:
    """A unit's filled register."""
    [sample] = (sample for sample in load_bureau().units if sample.unit.code == code)
    form = load_form("risk_register")
    workbook = build_workbook(form, load_grading())
    stamp_workbook(workbook, form, Stamp(form.id, form.version, sample.unit.code, sample.unit.name, period))
    fill_workbook(workbook, form, sample.cover(form.id), sample.tables(form.id))
    return workbook


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A unit's filled register, with mistakes."""
    form = load_form("risk_register")
    workbook = workbook_of("HB01", PERIOD)
    layout = table_layout(form.main_sheet)
    sheet: Any = workbook[form.main_sheet.title]
    first = layout.first_row
    sheet.cell(first, layout.columns["likelihood"]).value = None
    sheet.cell(first + 1, layout.columns["severity"]).value = "=HYPERLINK(1)"
    sheet.cell(first + 1, layout.columns["severity"]).data_type = "s"
    sheet.cell(first + 2, layout.columns["likelihood"]).value = "很大"
    sheet.cell(first + 2, layout.columns["likelihood"]).fill = PatternFill("gray125")
    sheet.cell(first + 3, layout.columns["likelihood"]).value = "很大"
    sheet.cell(first + 2, layout.columns["likelihood"]).comment = Comment("单位的批注", "单位")
    sheet.cell(first + 3, layout.columns["id"]).value = sheet.cell(first, layout.columns["id"]).value
    sheet.row_dimensions[first + 4].hidden = True
    path = tmp_path_factory.mktemp("register") / "登记表.xlsx"
    save_workbook(workbook, path, shown_values(workbook, form, load_grading()))
    return path


def reported(path: Path) -> list[tuple[str, str, str, str]]:
    """What `lzxl check` says of a file: severity, sheet, cell, message."""
    [entry] = lzxl.check([path]).files
    assert entry.submission.refusal is None
    return [
        (
            SEVERITY_TITLES[finding.severity],
            finding.sheet,
            finding.place.spoken or ("整表" if finding.sheet else ""),
            finding.message,
        )
        for finding in entry.findings
    ]


def listed(port: WorkbookPort) -> list[tuple[str, str, str, str]]:
    """The rows of 问题清单."""
    content = port.content(FINDINGS_SHEET)
    rows = [content.rows[row] for row in sorted(content.rows) if row > 4]
    return [(row[1], row[2] or "", row[3] or "", row[6]) for row in rows]


def looks(port: WorkbookPort) -> dict[str, Any]:
    """Every sheet with its visibility; fills, notes and values of those that a unit fills in."""
    shown: dict[str, Any] = {}
    for name, visibility in port.sheets():
        shown[name] = visibility
        if name not in OWN_SHEETS - {STAMP_SHEET}:
            content = port.content(name)
            rows = {row: [cell for cell in cells if cell is not None] for row, cells in content.rows.items()}
            shown[name] = (visibility, port.fills(name, PLACES), port.notes(name), rows, content.formulas)
    return shown


def test_finds_in_place_what_check_finds_in_the_saved_file(register: Path, open_in: Open, tmp_path: Path) -> None:
    port, save = open_in(register)
    save(tmp_path / "登记表.xlsx")
    expected = reported(tmp_path / "登记表.xlsx")
    assert len(expected) > 5
    sentence = check_workbook(port)
    assert listed(port) == expected
    counts = [sum(entry[0] == title for entry in expected) for title in SEVERITY_TITLES.values()]
    told = "，".join(
        f"{title}{count}个" for title, count in zip(SEVERITY_TITLES.values(), counts, strict=True) if count
    )
    assert sentence == f"《廉政风险点登记表》{told}。逐条见“问题清单”，要改的单元格已标色。"


def test_what_the_form_itself_looks_up_is_no_formula_of_the_units(tmp_path: Path) -> None:
    """The hidden list of people tells it: in the open workbook as in the saved file."""
    campaign = open_campaign(tmp_path / "批次", ("HB10",), ("risk_register",), people=True)
    staff = staff_of(campaign.units["HB10"], campaign.people, IN_TIME)
    [path] = send(tmp_path / "来件", 登记表=filled("HB10", "risk_register", staff=staff)).iterdir()
    port = OpenpyxlPort(path)
    check_workbook(port)
    found = listed(port)
    assert found == reported(path)
    assert not any("公式" in message for *_, message in found)


def test_marks_look_like_those_of_a_marked_return(register: Path, open_in: Open, tmp_path: Path) -> None:
    port, _ = open_in(register)
    check_workbook(port)
    lzxl.check([register], return_dir=tmp_path)
    returned = load(tmp_path / "登记表_退回.xlsx")
    form = load_form("risk_register")
    layout, title = table_layout(form.main_sheet), form.main_sheet.title
    colours = {f"#{SEVERITY_FILLS[severity].start_color.rgb[2:]}" for severity in SEVERITIES}
    marked = 0
    for row in range(layout.first_row, layout.first_row + 5):
        for name, column in layout.columns.items():
            if name == "serial":
                continue  # shows what is wrong with the whole row, for which a return has a column of its own
            cell = returned[title].cell(row, column)
            [fill] = port.fills(title, [(row, column)])
            colour = f"#{cell.fill.start_color.rgb[2:]}"
            if colour in colours and cell.fill.fill_type == "solid":
                assert fill == colour, (row, name)
                own = "单位的批注" if (row, name) == (layout.first_row + 2, "likelihood") else cell.comment.text
                assert port.notes(title)[row, column].split() == own.split()
                marked += 1
            else:
                assert fill not in colours, (row, name)
    assert marked > 4


def test_checking_twice_is_checking_once_and_clearing_takes_away_all_that_was_added(
    register: Path, open_in: Open
) -> None:
    port, _ = open_in(register)
    before = looks(port)
    said = check_workbook(port)
    once = looks(port)
    assert once != before
    assert check_workbook(port) == said
    assert looks(port) == once
    assert clear_marks(port) == "校验标记已清除。"
    assert looks(port) == before
    assert clear_marks(port) == "本簿没有校验标记，未作任何改动。"
    assert looks(port) == before


def test_marks_are_cleared_after_save_and_reopen(register: Path, open_in: Open, tmp_path: Path) -> None:
    port, save = open_in(register)
    check_workbook(port)
    expected = listed(port)
    save(tmp_path / "存.xlsx")
    # What the office gets is the unit's content, with no mark taken for content.
    assert reported(tmp_path / "存.xlsx") == expected
    again, _ = open_in(tmp_path / "存.xlsx")
    clear_marks(again)
    fresh, _ = open_in(register)
    before, after = looks(fresh), looks(again)
    assert list(after) == list(before)
    for name in set(before) - OWN_SHEETS:
        assert after[name][1:3] == before[name][1:3]


@calculating
def test_rows_may_move_between_check_and_clearing(register: Path, open_in: Open) -> None:
    """openpyxl does not move notes with their rows."""
    port: Any = open_in(register)[0]
    check_workbook(port)
    title, layout = (sheet := load_form("risk_register").main_sheet).title, table_layout(sheet)
    port._document.Sheets.getByName(title).Rows.insertByIndex(layout.first_row, 2)
    clear_marks(port)
    places = [(row, column) for row in range(1, 30) for column in range(1, 20)]
    colours = {f"#{SEVERITY_FILLS[severity].start_color.rgb[2:]}" for severity in SEVERITIES}
    left = [place for place, fill in zip(places, port.fills(title, places), strict=True) if fill in colours]
    assert left == []
    assert set(port.notes(title).values()) == {"单位的批注"}


def test_a_mended_cell_loses_its_mark(register: Path, tmp_path: Path) -> None:
    port = OpenpyxlPort(register)
    check_workbook(port)
    port.save(tmp_path / "登记表.xlsx")
    workbook = load(tmp_path / "登记表.xlsx")
    form = load_form("risk_register")
    sheet, layout = workbook[form.main_sheet.title], table_layout(form.main_sheet)
    place = layout.first_row, layout.columns["likelihood"]
    sheet.cell(*place).value = "较大"
    save_workbook(workbook, tmp_path / "登记表.xlsx")
    port = OpenpyxlPort(tmp_path / "登记表.xlsx")
    assert place in port.notes(form.main_sheet.title)
    check_workbook(port)
    assert place not in port.notes(form.main_sheet.title)
    assert f"{form.main_sheet.title}" in {entry[1] for entry in listed(port)}


def test_a_foreign_workbook_is_left_alone(sample: Path, open_in: Open, tmp_path: Path) -> None:
    workbook = load(sample)
    book: Any = workbook
    del book.custom_doc_props["lzxl_form"]
    workbook.save(tmp_path / "其他.xlsx")
    port, _ = open_in(tmp_path / "其他.xlsx")
    before = looks(port)
    sentence = check_workbook(port)
    assert sentence.endswith("未作任何改动。")
    assert "廉政风险点登记表" in sentence
    assert looks(port) == before


@interactive
def test_a_locked_sheet_is_said_and_the_rest_is_marked(register: Path, open_in: Open, tmp_path: Path) -> None:
    workbook = load(register)
    title = load_form("risk_register").main_sheet.title
    workbook[title].protection.password = "0000"
    save_workbook(workbook, tmp_path / "锁.xlsx")
    port, _ = open_in(tmp_path / "锁.xlsx")
    before = looks(port)
    assert f"“{title}”有密码保护，未标色" in check_workbook(port)
    assert listed(port)
    clear_marks(port)
    assert looks(port) == before


@interactive
def test_a_locked_workbook_is_left_alone(register: Path, open_in: Open, tmp_path: Path) -> None:
    workbook = load(register)
    workbook.security = WorkbookProtection(lockStructure=True, workbookPassword="0000")
    save_workbook(workbook, tmp_path / "锁.xlsx")
    port, _ = open_in(tmp_path / "锁.xlsx")
    if isinstance(port, UnoPort):  # which does not take the protection over from the file
        port._document.protect("0000")
    before = looks(port)
    with pytest.raises(OutputError, match="工作簿结构有密码保护"):
        check_workbook(port)
    assert looks(port) == before


def test_a_marked_return_keeps_a_list(register: Path, open_in: Open, tmp_path: Path) -> None:
    """Its column 问题 is known as ours by that sheet."""
    lzxl.check([register], return_dir=tmp_path)
    port, _ = open_in(tmp_path / "登记表_退回.xlsx")
    check_workbook(port)
    assert "“问题”" not in " ".join(entry[3] for entry in listed(port))
    clear_marks(port)
    assert FINDINGS_SHEET in [name for name, _ in port.sheets()]
    assert STAMP_SHEET in [name for name, _ in port.sheets()]


def test_a_workbook_in_a_campaign_is_checked_against_it(tmp_path: Path) -> None:
    """Roster, period and grading table are those of the campaign, as `lzxl check` has them there."""
    campaign = open_campaign(tmp_path / "2026年度")
    config = campaign.root / "lzxl.toml"
    workbook = workbook_of("HB02", "2025年度")
    inside, outside = campaign.root / "来件" / "登记表.xlsx", tmp_path / "登记表.xlsx"
    inside.parent.mkdir()
    for path in (inside, outside):
        save_workbook(workbook, path)
    port = OpenpyxlPort(inside)
    check_workbook(port)
    [entry] = lzxl.check([inside], campaign).files
    assert [row[3] for row in listed(port)] == [finding.message for finding in entry.findings]
    assert "2026年度" in " ".join(row[3] for row in listed(port))
    alone = OpenpyxlPort(outside)
    check_workbook(alone)
    assert listed(alone) == reported(outside)
    assert "2026年度" not in " ".join(row[3] for row in listed(alone))
    # The campaign's grading table goes before the one that the workbook was made for.
    config.write_text(config.read_text(encoding="utf-8").replace('"rules"', '"matrix_5x5"'), encoding="utf-8")
    port = OpenpyxlPort(inside)
    check_workbook(port)
    assert "后果程度" in {str(row[4]) for row in port.content(FINDINGS_SHEET).rows.values() if len(row) > 4}


def test_a_roster_with_errors_can_be_checked(tmp_path: Path) -> None:
    campaign = open_campaign(tmp_path / "2026年度")
    write_roster(campaign.root, unit_name="")
    port = OpenpyxlPort(campaign.root / ROSTER_NAME)
    assert "须改正" in check_workbook(port)
    assert listed(port)
    save_workbook(workbook_of("HB02", "2026年度"), campaign.root / "登记表.xlsx")
    port = OpenpyxlPort(campaign.root / "登记表.xlsx")
    with pytest.raises(ConfigError, match="单位名册"):
        check_workbook(port)
    assert FINDINGS_SHEET not in [name for name, _ in port.sheets()]


def test_macros_are_kept_where_there_are_any(sample: Path, tmp_path: Path) -> None:
    import zipfile

    with zipfile.ZipFile(sample) as source, zipfile.ZipFile(tmp_path / "宏.xlsm", "w") as target:
        for name in source.namelist():
            target.writestr(name, source.read(name))
        target.writestr("xl/vbaProject.bin", b"macros")
    port = OpenpyxlPort(tmp_path / "宏.xlsm")
    port.put_sheet("问题", TextSheet([["甲"]]))
    port.save()
    with zipfile.ZipFile(tmp_path / "宏.xlsm") as archive:
        assert archive.read("xl/vbaProject.bin") == b"macros"
        assert b"macroEnabled" in archive.read("[Content_Types].xml")
    OpenpyxlPort(sample).save(tmp_path / "无宏.xlsx")
    with zipfile.ZipFile(tmp_path / "无宏.xlsx") as archive:
        assert b"macroEnabled" not in archive.read("[Content_Types].xml")
