"""The Calc add-in, installed in a real LibreOffice: in every cell it says what the core of the functions says."""

from __future__ import annotations

import datetime
import json
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from itertools import cycle, islice, product
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.formula import ArrayFormula

from lzxl.forms.load import load_grading
from lzxl.functions import calc, core
from lzxl.functions.calc import build, build_addin
from lzxl.functions.calc.wizard import descriptions
from lzxl.functions.core import Functions, over_ranges
from lzxl.functions.tables import tables_of

from ..libreoffice import Cell, Office, install, soffice

TABLES = tables_of(load_grading())
FUNCTIONS = Functions(TABLES)
SHEET = "表"
WORDS: tuple[Cell, ...] = (
    *("较大", "较小", "严重", "较严重", "较轻微", "重大", "可能性较大", "??", "较*", "~", " 较大", "较大 ", "1", "0"),
    *(None, 0, 1, -2.5, 1e300),
)
DEGREES: tuple[Cell, ...] = ("轻微", "较重", "严重", "很重", "?", None, 3, 0)
DAYS: tuple[Any, ...] = (
    *(datetime.date(2025, 9, 30), datetime.datetime(2026, 2, 13, 16, 30), datetime.date(2026, 12, 25), 46000, 45999.9),
    *("2025-9-30", "2026年2月13日", "2026-2-30", "昨天", -1, 1e300, 0, None, datetime.date(1999, 1, 1)),
)
COUNTS: tuple[Cell, ...] = (1, 5, 20, "3", 2.5, -1, 0, None, "五", 1e300)
SCORES: tuple[tuple[Cell, Cell, Cell], ...] = (
    *((90, 85, 88), (0, 0, 0), (100, 0, 0), (None, 85, 88), (90, 85, None), (87.25, 87.25, 87.25), (1000, 1000, 1000)),
    *((-1, 90, 90), (1001, 1, 1), ("90", " 85 ", "88"), ("九十", 85, 88), ("", 85, 88), (1e300, 1, 1)),
)
needs_office = pytest.mark.libreoffice


@pytest.fixture(scope="module")
def calc_office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A LibreOffice that has the add-in; no other has."""
    folder = tmp_path_factory.mktemp("calc")
    build_addin(folder / "lzxl.oxt", TABLES)
    install(folder / "lzxl.oxt", folder / "profile")
    running = Office(folder / "profile")
    yield running
    running.quit()


def workbook_of(folder: Path, rows: list[tuple[Any, ...]]) -> Path:
    """A workbook with one sheet of these rows; texts that begin with = are formulas."""
    workbook = Workbook()
    sheet = workbook.active
    sheet.title = SHEET
    for number, row in enumerate(rows, start=1):
        for column, content in enumerate(row, start=1):
            if content is not None:
                sheet.cell(number, column).value = content
    workbook.save(folder / "a.xlsx")
    return folder / "a.xlsx"


def worked_out(office: Office, path: Path, block: str, *, as_shown: bool = False) -> list[list[Any]]:
    """The contents of a block of the workbook's sheet after a recalculation."""
    with office.open(path) as book:
        book.recalculate()
        sheet = book.sheet(SHEET)
        return sheet.texts(block) if as_shown else sheet.read(block)


class TestPackage:
    def test_the_same_tables_give_the_same_bytes(self, tmp_path: Path) -> None:
        for name in ("a", "b"):
            build_addin(tmp_path / name, json.loads(json.dumps(TABLES)))
        assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()

    def test_it_holds_the_core_and_the_tables_as_they_are(self, tmp_path: Path) -> None:
        build_addin(tmp_path / "a.oxt", TABLES)
        with zipfile.ZipFile(tmp_path / "a.oxt") as package:
            assert package.namelist() == sorted(package.namelist())
            assert {member.date_time for member in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
            assert package.read("pythonpath/lzxl_core.py") == Path(core.__file__).read_bytes()
            assert json.loads(package.read("tables.json")) == TABLES
            listed = package.read("META-INF/manifest.xml").decode()
            assert all(
                name in listed for name in ("types.rdb", "component.py", "spelling.py", "CalcAddIns.xcu", "Jobs.xcu")
            )
            assert f'IMPLEMENTATION = "{build._SPELLING}"' in package.read("spelling.py").decode()

    def test_only_the_functions_are_typed_again(self) -> None:
        """The standard workbooks have names such as lz_likelihood in their formulas."""
        source = Path(calc.__file__).with_name("spelling.py").read_text(encoding="utf-8")
        match = re.search(r'^UNKNOWN = r"(.*)"$', source, re.M)
        assert match is not None
        assert all(re.search(match[1], f"=1+{said.in_excel.lower()}(A1)") for said in descriptions(TABLES))
        for formula in ("=lz_likelihood", "=xlz_level(A1)", "=lz_level", "=lz_levels(A1)", "=LZ_LEVEL(A1)"):
            assert not re.search(match[1], formula)

    def test_the_types_are_those_of_the_idl(self, tmp_path: Path) -> None:
        """Compared as text, since each version of the tool writes its own name into the file."""
        program = Path(soffice() or "/").resolve().parent
        write, read = (program.parent / "sdk" / "bin" / f"unoidl-{verb}" for verb in ("write", "read"))
        if shutil.which(write) is None:
            pytest.skip("LibreOffice's SDK is not installed")
        known = [program / "types.rdb", program / "types" / "offapi.rdb"]
        here = Path(calc.__file__).parent
        subprocess.run([write, *known, here / "idl", tmp_path / "types.rdb"], check=True)
        built, committed = (
            subprocess.run([read, *known, path], check=True, capture_output=True, text=True).stdout
            for path in (tmp_path / "types.rdb", here / "types.rdb")
        )
        assert "XFunctions" in built
        assert built == committed


@needs_office
class TestInTheSheet:
    def test_levels_and_their_basis(self, calc_office: Office, tmp_path: Path) -> None:
        pairs = list(product(WORDS, WORDS))
        rows = [
            (*pair, f"=LZ.LEVEL(A{row},B{row})", f"=LZ.BASIS(A{row},B{row})") for row, pair in enumerate(pairs, start=1)
        ]
        found = worked_out(calc_office, workbook_of(tmp_path, rows), f"C1:D{len(rows)}")
        expected = [[FUNCTIONS.level(*pair), FUNCTIONS.basis(*pair)] for pair in pairs]
        assert list(zip(pairs, found, strict=True)) == list(zip(pairs, expected, strict=True))

    def test_scores_know_a_blank_from_a_zero(self, calc_office: Office, tmp_path: Path) -> None:
        rows = [(*scores, f"=LZ.SCORE(A{row},B{row},C{row})") for row, scores in enumerate(SCORES, start=1)]
        found = worked_out(calc_office, workbook_of(tmp_path, rows), f"D1:D{len(rows)}")
        assert found == [[FUNCTIONS.score(*scores)] for scores in SCORES]

    def test_dispositions(self, calc_office: Office, tmp_path: Path) -> None:
        rows = [(degree, f"=LZ.DISPOSITION(A{row})") for row, degree in enumerate(DEGREES, start=1)]
        found = worked_out(calc_office, workbook_of(tmp_path, rows), f"B1:B{len(rows)}")
        assert found == [[FUNCTIONS.disposition(degree)] for degree in DEGREES]

    def test_dispositions_of_a_target_and_past_a_transfer(self, calc_office: Office, tmp_path: Path) -> None:
        cases = list(product(DEGREES, ("科室", "个人", "甲", None), ("是", "否", "也许", None)))
        rows = [(*case, f"=LZ.DISPOSITION(A{row},B{row},C{row})") for row, case in enumerate(cases, start=1)]
        rows.append(("较重", "科室", None, f"=LZ.DISPOSITION(A{len(rows) + 1},B{len(rows) + 1})"))
        found = worked_out(calc_office, workbook_of(tmp_path, rows), f"D1:D{len(rows)}")
        assert found == [[FUNCTIONS.disposition(*case)] for case in (*cases, ("较重", "科室"))]

    def test_a_basis_names_the_decision_that_the_workbook_carries(self, calc_office: Office, tmp_path: Path) -> None:
        decided = [
            ["A-1", "较大", "较严重", "一级", "领导小组认定为一级"],
            ["较小×严重", "较小", "严重", "一级", "领导小组认定为一级"],
        ]
        cases = [
            ("较大", "较严重", "A-1"),
            ("较小", "严重", "A-3"),
            ("较小", "严重", None),
            ("较大", "较严重", "A-2"),
            ("较大", "较严重", None),
            ("", "较严重", "A-1"),
        ]
        rows: list[tuple[Any, ...]] = [
            (
                *case,
                f"=LZ.BASIS(A{row},B{row},C{row},H1:L2)",
                f"=LZ_BASIS(A{row},B{row},C{row},H1:L2)",
                f"=LZ.BASIS(A{row},B{row})",
            )
            for row, case in enumerate(cases, start=1)
        ]
        rows[0] = (*rows[0], ArrayFormula("G1:G6", "=LZ.BASIS(A1:A6,B1:B6,C1:C6,H1:L2)"), *decided[0])
        rows[1] = (*rows[1], None, *decided[1])
        found = worked_out(calc_office, workbook_of(tmp_path, rows), "D1:G6")
        told = [FUNCTIONS.basis_by(decided)(*case) for case in cases]
        assert found == [
            [answer, answer, FUNCTIONS.basis(*case[:2]), answer] for answer, case in zip(told, cases, strict=True)
        ]
        assert told[0] == told[1] == told[2] == "领导小组认定为一级" != told[3]

    def test_due_days(self, calc_office: Office, tmp_path: Path) -> None:
        """Days typed as dates and as texts, days and counts that are none, years that are unknown."""
        cases = list(product(DAYS, COUNTS))
        rows = [(*case, f"=LZ.DUE(A{row},B{row})") for row, case in enumerate(cases, start=1)]
        found = worked_out(calc_office, workbook_of(tmp_path, rows), f"C1:C{len(rows)}")
        assert found == [[FUNCTIONS.due_by()(*case)] for case in cases]

    def test_due_days_with_the_sheets_own_holidays(self, calc_office: Office, tmp_path: Path) -> None:
        start, off, worked = (datetime.date(2026, 11, day) for day in (19, 20, 21))
        formulas = ("=LZ.DUE(A1,1,B1:B3)", "=LZ.DUE(A1,1,B1:B3,C1)", "=LZ.DUE(A1,1,,C1)", "=LZ.DUE(A1,2,,C1)")
        rows = [
            (start, off, worked, *formulas, ArrayFormula("H1:H3", "=LZ.DUE(A:A,1,B1:B3)")),
            (start, None),
            (None, "2026-11-23"),
        ]
        found = worked_out(calc_office, workbook_of(tmp_path, rows), "D1:H3")
        own = [[off], [None], ["2026-11-23"]]
        expected = [
            FUNCTIONS.due_by(own)(start, 1),
            FUNCTIONS.due_by(own, worked)(start, 1),
            FUNCTIONS.due_by(None, worked)(start, 1),
            FUNCTIONS.due_by(None, worked)(start, 2),
        ]
        assert found[0] == [*expected, expected[0]]
        assert [row[4] for row in found] == [expected[0], expected[0], None]
        assert len(set(expected)) == 4 - 1  # the second and the fourth are the day that is made up

    def test_values_typed_into_the_formula_and_arguments_left_out(self, calc_office: Office, tmp_path: Path) -> None:
        formulas = (
            '=LZ.LEVEL("较大","严重")',
            '=LZ.LEVEL(TRIM(" 较大 "),"严重")',
            "=LZ.LEVEL(1,2)",
            '=LZ.LEVEL("较大")',
        )
        found = worked_out(calc_office, workbook_of(tmp_path, [formulas]), "A1:D1")
        assert found == [["一级", "一级", TABLES["invalid"], ""]]

    def test_an_error_stays_an_error_and_can_be_caught(self, calc_office: Office, tmp_path: Path) -> None:
        """A score may not be worked out from one; either way nobody reads the text of an exception."""
        formulas = ("=1/0", "严重", "=LZ.LEVEL(A1,B1)", '=IFERROR(LZ.LEVEL(A1,B1),"内置")', "=LZ.DISPOSITION(A1)")
        rows = [(*formulas, "=LZ.SCORE(A1,90,90)", "=LZ.SCORE(A1,A1,A1)", "=LZ.LEVEL(A1:A2,B1)")]
        shown = worked_out(calc_office, workbook_of(tmp_path, rows), "C1:H1", as_shown=True)
        assert shown == [["#DIV/0!", "内置", "#DIV/0!", "Err:504", TABLES["invalid"], "Err:504"]]

    def test_the_functions_come_first_where_a_formula_prefers_them(self, calc_office: Office, tmp_path: Path) -> None:
        rows = [("较大", "严重", '=IFERROR(LZ.LEVEL(A1,B1),"内置")', '=IFERROR(LZ.NONE(A1,B1),"内置")')]
        assert worked_out(calc_office, workbook_of(tmp_path, rows), "C1:D1") == [["一级", "内置"]]

    def test_answers_can_be_compared_and_counted(self, calc_office: Office, tmp_path: Path) -> None:
        """Texts that come as `any` look right and are equal to nothing."""
        formulas = ("=LZ.LEVEL(A1,B1)", '=C1="一级"', '=COUNTIF(C1:C1,"一级")', '=IF(LZ.LEVEL(A1,B1)="一级",1,0)')
        counted = '=SUMPRODUCT(--(LZ.LEVEL(A1:A2,B1:B2)="一级"))'
        path = workbook_of(tmp_path, [("较大", "严重", *formulas, counted), ("较大", "严重")])
        assert worked_out(calc_office, path, "C1:G1") == [["一级", 1, 1, 1, 2]]


@needs_office
class TestSpelledAsInExcel:
    """A workbook that was written with LZ_LEVEL, the name that Excel knows."""

    def test_every_function_and_name_is_known(self, calc_office: Office, tmp_path: Path) -> None:
        arguments = {"LEVEL": "A1,B1", "BASIS": "A1,B1", "SCORE": "A2,B2,C2", "DISPOSITION": "A3", "DUE": "A2*500,B2"}
        rows: list[tuple[Any, ...]] = [("较大", "严重"), (90, 80, 70), ("较重",)]
        rows += [(f"=LZ_{name}({cells})", f"=LZ.{name}({cells})") for name, cells in arguments.items()]
        found = worked_out(calc_office, workbook_of(tmp_path, rows), "A4:B8")
        expected = [
            FUNCTIONS.level("较大", "严重"),
            FUNCTIONS.basis("较大", "严重"),
            FUNCTIONS.score(90, 80, 70),
            FUNCTIONS.disposition("较重"),
            FUNCTIONS.due_by()(45000, 80),
        ]
        assert found == [[answer, answer] for answer in expected]

    def test_every_pair_beside_the_other_spelling(self, calc_office: Office, tmp_path: Path) -> None:
        pairs = list(product(WORDS, WORDS))
        rows = [
            (*pair, f'=IFERROR(LZ_LEVEL(A{row},B{row}),"内置")&LZ_BASIS(A{row},B{row})')
            for row, pair in enumerate(pairs, start=1)
        ]
        found = worked_out(calc_office, workbook_of(tmp_path, rows), f"C1:C{len(rows)}")
        assert found == [[f"{FUNCTIONS.level(*pair)}{FUNCTIONS.basis(*pair)}"] for pair in pairs]

    def test_it_is_known_at_once_and_what_only_speaks_of_it_stays(self, calc_office: Office, tmp_path: Path) -> None:
        """Nothing is recalculated here."""
        array = ArrayFormula("D1:D2", "=LZ_LEVEL(A1:A2,B1:B2)")
        texts = ("lz_level(A1,B1)", "'=lz_level")
        path = workbook_of(
            tmp_path, [("较大", "严重", "=LZ_LEVEL(A1,B1)", array, *texts), ("较小", "严重", "=lz_none(A1)")]
        )
        with calc_office.open(path) as book:
            sheet = book.sheet(SHEET)
            assert sheet.texts("C1:F2") == [["一级", "一级", *texts], ["#NAME?", "二级", "", ""]]
            sheet.set("A1", "较小")
            assert sheet.texts("C1:D1") == [["二级", "二级"]]

    def test_typed_into_a_cell(self, calc_office: Office, tmp_path: Path) -> None:
        with calc_office.open(workbook_of(tmp_path, [("较大", "严重")])) as book:
            book.sheet(SHEET).formulas("C1", [["=LZ_LEVEL(A1;B1)", "=lz_basis(A1;B1)"]])
            assert book.sheet(SHEET).read("C1:D1") == [
                [FUNCTIONS.level("较大", "严重"), FUNCTIONS.basis("较大", "严重")]
            ]

    def test_a_protected_sheet_stays_as_it_is(self, calc_office: Office, tmp_path: Path) -> None:
        """There its formula answers that stands behind the function."""
        path = workbook_of(tmp_path, [("较大", "严重", '=IFERROR(LZ_LEVEL(A1,B1),"内置")')])
        workbook = load_workbook(path)
        workbook[SHEET].protection.sheet = True
        workbook.save(path)
        assert worked_out(calc_office, path, "C1:C1") == [["内置"]]


@needs_office
class TestRanges:
    def test_an_array_formula_of_a_file(self, calc_office: Office, tmp_path: Path) -> None:
        pairs: list[tuple[Cell, Cell]] = [
            ("较大", "严重"),
            (None, "严重"),
            ("较小", 3),
            ("重大", "严重"),
            ("较小", "较轻微"),
        ]
        rows: list[tuple[Any, ...]] = [*pairs]
        rows[0] = (
            *rows[0],
            ArrayFormula("C1:C5", "=LZ.LEVEL(A1:A5,B1:B5)"),
            ArrayFormula("D1:D5", "=LZ.BASIS(A1:A5,B1)"),
        )
        found = worked_out(calc_office, workbook_of(tmp_path, rows), "C1:D5")
        first, second = zip(*pairs, strict=True)
        levels = over_ranges(FUNCTIONS.level, first, second)
        bases = over_ranges(FUNCTIONS.basis, first, "严重")
        assert isinstance(levels, list) and isinstance(bases, list)
        assert found == [[*level, *basis] for level, basis in zip(levels, bases, strict=True)]

    def test_scores_of_many_rows(self, calc_office: Office, tmp_path: Path) -> None:
        rows: list[tuple[Any, ...]] = [*SCORES]
        size = len(rows)
        rows[0] = (*rows[0], ArrayFormula(f"D1:D{size}", f"=LZ.SCORE(A1:A{size},B1:B{size},C1:C{size})"))
        found = worked_out(calc_office, workbook_of(tmp_path, rows), f"D1:D{size}")
        assert found == [[FUNCTIONS.score(*scores)] for scores in SCORES]

    def test_whole_columns_count_as_far_as_one_is_used(self, calc_office: Office, tmp_path: Path) -> None:
        """Below, an array formula shows #N/A, as for any answer shorter than itself."""
        formula = ArrayFormula("D1:D5", "=LZ.LEVEL(A:A,B:B)")
        rows = [("较大", "严重", None, formula), (None, "严重"), ("较小", "严重"), (None, "较严重")]
        with calc_office.open(workbook_of(tmp_path, rows)) as book:
            assert book.sheet(SHEET).read("D1:D5") == [["一级"], [""], ["二级"], [""], [None]]

    def test_a_column_of_one_word_is_not_meant_for_every_row(self, calc_office: Office, tmp_path: Path) -> None:
        rows = [("较大", "严重", None, ArrayFormula("D1:D2", "=LZ.LEVEL(A:A,B1:B2)")), (None, "严重")]
        assert worked_out(calc_office, workbook_of(tmp_path, rows), "D1:D2") == [["一级"], [""]]

    def test_bad_cells_of_every_kind_in_one_column(self, calc_office: Office, tmp_path: Path) -> None:
        """Truth values, dates and merged cells; an error among them too, where the program hands one over (scores)."""
        bad = (True, datetime.date(2026, 1, 1), "合并", None, "", "较大", 90, "=REPT(1,0)", "=1/0")
        size = len(bad)
        rows: list[tuple[Any, ...]] = [(cell, "严重") for cell in bad]
        formulas = (
            f"=LZ_LEVEL(A1:A{size - 1},B1:B{size - 1})",
            f"=LZ.BASIS(A1:A{size - 1},B1)",
            f"=LZ.DISPOSITION(A1:A{size - 1})",
            f"=LZ.SCORE(A1:A{size},A7,A7)",
        )
        arrays = [
            ArrayFormula(f"{column}1:{column}{size}", text) for column, text in zip("CDEF", formulas, strict=True)
        ]
        rows[0] = (*rows[0], *arrays)
        path = workbook_of(tmp_path, rows)
        workbook = load_workbook(path)
        workbook[SHEET].merge_cells("A3:A4")
        workbook.save(path)
        found = worked_out(calc_office, path, f"C1:F{size}")
        wrong = TABLES["invalid"]
        level, basis, disposition, score = (list(column) for column in zip(*found, strict=True))
        assert level == [wrong, wrong, wrong, "", "", "一级", wrong, "", None]
        assert basis == ["", "", "", "", "", FUNCTIONS.basis("较大", "严重"), "", "", None]
        assert disposition == [wrong, wrong, wrong, "", "", wrong, wrong, "", None]
        assert score == [72.2, wrong, wrong, "", "", wrong, 90, "", wrong]

    def test_an_error_in_a_range_is_an_error_that_can_be_caught(self, calc_office: Office, tmp_path: Path) -> None:
        """Calc hands no such range over: the whole answer is its error."""
        rows: list[tuple[Any, ...]] = [("较大", "严重"), ("=1/0", "严重")]
        rows[0] = (*rows[0], ArrayFormula("C1:C2", '=IFERROR(LZ_LEVEL(A1:A2,B1:B2),"内置")'), "=LZ.LEVEL(A1,B1)")
        assert worked_out(calc_office, workbook_of(tmp_path, rows), "C1:D1") == [["内置", "一级"]]

    def test_a_hundred_thousand_rows(self, calc_office: Office, tmp_path: Path) -> None:
        size = 100_000
        cells = list(islice(cycle(product(("较大", "较小", "", "中"), ("严重", "较严重", "较轻微", 3.0, ""))), size))
        with calc_office.open(workbook_of(tmp_path, [])) as book:
            sheet = book.sheet(SHEET)
            sheet.write("A1", cells)
            sheet.array(f"C1:C{size}", f"=LZ.LEVEL(A1:A{size};B1:B{size})")
            found = sheet.read(f"C1:C{size}")
        assert found == [[FUNCTIONS.level(*pair)] for pair in cells]


@needs_office
def test_the_function_wizard_speaks_chinese_and_names_the_words(calc_office: Office) -> None:
    for name, arguments in {
        "LZ.LEVEL": ["发生可能性", "后果程度"],
        "LZ.BASIS": ["发生可能性", "后果程度", "风险点编号", "认定情况"],
        "LZ.SCORE": ["自查", "日常督查", "年终检查"],
        "LZ.DISPOSITION": ["问题程度", "预警对象类型", "是否涉嫌违纪违法"],
        "LZ.DUE": ["起算日", "工作日数", "放假日期", "调休上班日期"],
    }.items():
        said = calc_office.function(name)
        assert said is not None, name
        assert list(said[1]) == arguments
    text, arguments_said = calc_office.function("LZ.LEVEL") or ("", {})
    assert "一级、二级、三级" in text and TABLES["invalid"] in text
    assert "较大、较小" in arguments_said["发生可能性"]
