"""The formulas of the standard workbooks, in a real spreadsheet program, say what the functions say, cell by cell."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest

from lzxl.forms.grading import GradingTable
from lzxl.forms.load import form_ids, grading_schemes, load_form, load_grading
from lzxl.forms.model import Form, Sheet
from lzxl.forms.vocabulary import Vocabulary
from lzxl.functions.calc import build_addin
from lzxl.functions.core import Functions
from lzxl.functions.tables import tables_of
from lzxl.workbook.layout import table_layout
from lzxl.workbook.writing.build import build_workbook, save_workbook
from lzxl.workbook.writing.formulas import graded_by

from ..libreoffice import Cell, Document, Office, install

pytestmark = pytest.mark.libreoffice

# A typed 0 is not among them: programs hand a blank cell over as 0, so that functions take it for one.
NO_WORDS: tuple[Cell, ...] = (
    *("?", "??", "???", "*", "?*", "~", "~?", "~*", "^.*$", "[较大]", "<>", "=", '=""', "#N/A", "TRUE", "1", "0", "'"),
    *(" ", "\u3000", "\xa0", "不知道", "长" * 300, 1, -1, 2.5, 1e300, 45000),
)


def graded_forms(scheme: str) -> tuple[GradingTable, list[Form]]:
    """A scheme's grading table, and the forms with a sheet whose rows it grades."""
    grading = load_grading(scheme)
    forms = [load_form(form_id, scheme) for form_id in form_ids()]
    return grading, [form for form in forms if any(graded_by(sheet, grading) for sheet in form.tables)]


def spoiled(vocabulary: Vocabulary) -> list[Cell]:
    """What is typed for the words of a vocabulary and is none of them, or stands for a word only to a reader."""
    typed: list[Cell] = [text for word in vocabulary.words for text in (*word.aliases, *word.near)]
    for word in vocabulary.allowed:
        typed += [before + word for before in (" ", "\u3000", "\u200b", "~")]
        typed += [word + after for after in (" ", "\n", "。", "~", word)]
        typed += [word[:-1], f"{word[0]}?", f"{word[0]}*"]
    return [*NO_WORDS, *typed]


def pairs(grading: GradingTable) -> list[tuple[Cell, Cell]]:
    """Every combination of words; every wrong one beside a right one, a blank and itself; blanks."""
    likelihoods, severities = grading.likelihood.allowed, grading.severity.allowed
    wrong = list(dict.fromkeys([*spoiled(grading.likelihood), *spoiled(grading.severity)]))
    return [
        *product((*likelihoods, None), (*severities, None)),
        *((word, severities[0]) for word in wrong),
        *((likelihoods[0], word) for word in wrong),
        *((word, word) for word in wrong),
        *((word, None) for word in NO_WORDS),
        *((None, word) for word in NO_WORDS),
    ]


def answers(book: Document, sheet: Sheet, name: str, rows: int) -> list[Cell]:
    """What the first rows of a column hold."""
    layout = table_layout(sheet)
    last = layout.first_row + rows - 1
    block = book.sheet(sheet.title).read(f"{layout.cell(name, layout.first_row)}:{layout.cell(name, last)}")
    return [cell for (cell,) in block]


def fill_in(book: Document, sheet: Sheet, grading: GradingTable, typed: list[tuple[Cell, Cell]]) -> None:
    """Type a pair into each row, from the first."""
    layout, fields = table_layout(sheet), graded_by(sheet, grading)
    assert fields is not None
    for field, cells in zip(fields, zip(*typed, strict=True), strict=True):
        book.sheet(sheet.title).write(layout.cell(field.name, layout.first_row), [[cell] for cell in cells])


@pytest.mark.parametrize("scheme", grading_schemes())
def test_every_cell_says_what_the_functions_say(scheme: str, office: Office, tmp_path: Path) -> None:
    grading, forms = graded_forms(scheme)
    functions, everything = Functions(tables_of(grading)), pairs(grading)
    compared = 0
    for form in forms:
        save_workbook(build_workbook(form, grading), tmp_path / f"{form.id}.xlsx")
        with office.open(tmp_path / f"{form.id}.xlsx") as book:
            for sheet in (sheet for sheet in form.tables if graded_by(sheet, grading)):
                for start in range(0, len(everything), sheet.capacity):
                    typed = everything[start : start + sheet.capacity]
                    fill_in(book, sheet, grading, typed)
                    book.recalculate()
                    for field in (field for field in sheet.fields if field.computed in ("level", "basis")):
                        function = {"level": functions.level, "basis": functions.basis}[field.computed]
                        found = answers(book, sheet, field.name, len(typed))
                        differ = [
                            (sheet.title, field.title, *pair, answer, function(*pair))
                            for pair, answer in zip(typed, found, strict=True)
                            if answer != function(*pair)
                        ]
                        assert not differ
                        compared += len(typed)
    assert compared >= 3 * len(everything)


def test_a_level_follows_what_is_typed(office: Office, tmp_path: Path) -> None:
    """Nothing but typing: no recalculation is asked for."""
    grading, (form, *_) = graded_forms("rules")
    save_workbook(build_workbook(form, grading), tmp_path / "a.xlsx")
    sheet = form.by_name["risk_points"]
    with office.open(tmp_path / "a.xlsx") as book:
        for pair, level in ((("较大", "严重"), "一级"), (("较小", "严重"), "二级"), ((None, "严重"), "")):
            fill_in(book, sheet, grading, [pair])
            assert answers(book, sheet, "level", 2) == [level, ""]


@pytest.fixture(scope="module")
def office_with_functions(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A LibreOffice that has the add-in."""
    folder = tmp_path_factory.mktemp("functions")
    build_addin(folder / "lzxl.oxt", tables_of(load_grading()))
    install(folder / "lzxl.oxt", folder / "profile")
    running = Office(folder / "profile")
    yield running
    running.quit()


def preferring(rows: list[tuple[Cell, Cell]], path: Path) -> Path:
    """A workbook as an office sends it out: the function where there is one, else the formula of the standard workbooks.

    Column C prefers the function, D has nothing else, E has nothing but the formula.
    """
    workbook = build_workbook(load_form("risk_register"), load_grading())
    sheet = workbook.create_sheet("表")
    for row, pair in enumerate(rows, start=1):
        built_in = (
            f'IF(OR(A{row}="",B{row}=""),"",IF(OR(SUMPRODUCT(--(lz_words_likelihood=A{row}))=0,'
            f'SUMPRODUCT(--(lz_words_severity=B{row}))=0),"用词不在可选范围",'
            f"INDEX(lz_grade_level,MATCH(A{row},lz_words_likelihood,0),MATCH(B{row},lz_words_severity,0))))"
        )
        function = f"LZ_LEVEL(A{row},B{row})"
        sheet.append([*pair, f"=IFERROR({function},{built_in})", f"=IFERROR({function},1)", f"={built_in}"])
    save_workbook(workbook, path)
    return path


def test_a_formula_that_prefers_the_functions_says_the_same_without_them(
    office: Office, office_with_functions: Office, tmp_path: Path
) -> None:
    grading = load_grading()
    functions = Functions(tables_of(grading))
    words: tuple[Cell, ...] = ("不知道", "大", "1", " 较大", 3, -1)
    rows: list[tuple[Cell, Cell]] = list(
        product((*grading.likelihood.allowed, None, *words), (*grading.severity.allowed, None, *words))
    )
    path = preferring(rows, tmp_path / "a.xlsx")
    levels = [functions.level(*pair) for pair in rows]
    answered: dict[str, list[list[Cell]]] = {}
    for name, running in (("without", office), ("with", office_with_functions)):
        with running.open(path) as book:
            book.recalculate()
            answered[name] = book.sheet("表").read(f"C1:E{len(rows)}")
    assert answered["without"] == [[level, 1, level] for level in levels]
    assert answered["with"] == [[level, level, level] for level in levels]
