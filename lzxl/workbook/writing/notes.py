"""The sheet 填表说明: what the form is for, how it is filled in, what every word means, how levels are found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.styles.cell_style import StyleArray
from openpyxl.worksheet.worksheet import Worksheet

from lzxl.forms.grading import Grade, GradingTable
from lzxl.forms.model import Field, Form, NilReturn, Sheet
from lzxl.forms.text import spoken_clause
from lzxl.forms.vocabulary import Vocabulary, Word
from lzxl.workbook.layout import NOTES_SHEET
from lzxl.workbook.writing.measure import row_height
from lzxl.workbook.writing.openpyxl_parts import merge_in_row
from lzxl.workbook.writing.page import set_page
from lzxl.workbook.writing.styles import (
    BODY_FONT,
    BOLD_FONT,
    BORDER,
    CENTER,
    HEADER_OPTIONAL,
    INDENTED,
    LABEL,
    LEFT,
    OPEN_CELL,
    SECTION_FONT,
    TITLE_FONT,
    level_styles,
)
from lzxl.workbook.writing.text import put_text

_FIRST_WIDTH = 16.0
_PAGE_WIDTH = 94.0
_ONE_PAGE = 950.0
"""Notes of up to this height, in points, are shrunk onto one page."""
_NUMERALS = "一二三四五六七八九十"


class _Page:
    """The notes sheet while it is written, top down."""

    def __init__(self, sheet: Worksheet, columns: int) -> None:
        self.sheet = sheet
        self.columns = columns
        self.row = 0
        self.sections = 0
        self._merged: dict[object, list[StyleArray]] = {}
        self.widths = [_FIRST_WIDTH] + [(_PAGE_WIDTH - _FIRST_WIDTH) / (columns - 1)] * (columns - 1)
        for column, width in enumerate(self.widths, start=1):
            sheet.column_dimensions[chr(64 + column)].width = width

    def room(self, first: int, last: int) -> float:
        return sum(self.widths[first - 1 : last])

    def line(self, text: str, font: Font = BODY_FONT, alignment: Alignment = LEFT) -> None:
        """One line or paragraph over the whole width."""
        self.row += 1
        cell = self.sheet.cell(self.row, 1)
        cell.font, cell.alignment = font, alignment
        put_text(cell, text)
        self._merge(1, self.columns)
        size = float(font.sz or 10.5)
        self.sheet.row_dimensions[self.row].height = row_height([(text, _PAGE_WIDTH + 6)], size) + 2

    def section(self, title: str) -> None:
        self.row += 1
        self.sheet.row_dimensions[self.row].height = 8
        self.line(f"{_NUMERALS[self.sections]}、{title}", SECTION_FONT)
        self.sections += 1

    def cells(self, texts: list[str], *, header: bool = False) -> int:
        """One bordered row; the last text takes the columns that are left. The row written."""
        self.row += 1
        spans = [(column, column) for column in range(1, len(texts))]
        spans.append((len(texts), self.columns))
        for (first, last), text in zip(spans, texts, strict=True):
            is_wide = last == self.columns
            font = BOLD_FONT if header or first == 1 else BODY_FONT
            self._cell(first, last, text, font, INDENTED if is_wide and not header else CENTER)
            if header:
                self.sheet.cell(self.row, first).fill = HEADER_OPTIONAL
        shown = [(text, self.room(*span)) for span, text in zip(spans, texts, strict=True)]
        self.sheet.row_dimensions[self.row].height = row_height(shown) + 3
        return self.row

    def _cell(self, first: int, last: int, text: str, font: Font, alignment: Alignment) -> None:
        """A bordered cell over some columns."""
        for column in range(first, last + 1):
            self.sheet.cell(self.row, column).border = BORDER
        cell = self.sheet.cell(self.row, first)
        cell.font, cell.alignment = font, alignment
        put_text(cell, text)
        if last > first:
            self._merge(first, last)

    def _merge(self, first: int, last: int) -> None:
        merge_in_row(self.sheet, self.row, first, last, self._merged)


def add_notes_sheet(workbook: Workbook, form: Form, grading: GradingTable) -> None:
    """Add 填表说明 as the next sheet."""
    sheet = workbook.create_sheet(NOTES_SHEET)
    graded = form.is_graded
    page = _Page(sheet, 1 + max(3, len(grading.severity.allowed) if graded else 0))
    page.line(f"{form.title}填表说明", TITLE_FONT, CENTER)
    page.section("用途和依据")
    page.line(_purpose(form))
    page.section("填写要求")
    for number, text in enumerate(_instructions(form, graded), start=1):
        page.line(f"{number}．{text}")
    if graded:
        _write_grading(page, grading)
    if form.vocabularies:
        page.section("用词含义")
        page.cells(["词表", "用词", "含义"], header=True)
    for vocabulary in form.vocabularies:
        _write_vocabulary(page, vocabulary)
    sheet.sheet_view.showGridLines = False
    sheet.protection.sheet = True
    # False is what the protection leaves free.
    sheet.protection.formatColumns = sheet.protection.formatRows = False
    height = sum(float(dimension.height or 15) for dimension in sheet.row_dimensions.values())
    set_page(sheet, form, paper="A4", orientation="portrait", one_page=height < _ONE_PAGE)


def _purpose(form: Form) -> str:
    tables = "、".join(f"“{sheet.title}”" for sheet in form.tables)
    if form.file:
        return (
            f"本簿册由领导小组办公室记载，依据实施细则{spoken_clause(form.clause)}，包括{tables}。只留在批次文件夹里，"
            "不发放、不外传。程序只在表末续写、填空格，已写的内容、颜色、批注一概不动；续写前请保存并关闭本文件。"
        )
    if form.cover is None:
        return f"本表由领导小组办公室维护，是发放、收集、退回和催报的依据（实施细则{spoken_clause(form.clause)}）。包括{tables}。"
    return (
        f"本表用于廉政风险防控“{form.stage}”阶段，依据实施细则{spoken_clause(form.clause)}。"
        f"由单位联络员组织填写，单位负责人审核签字后报领导小组办公室。包括{tables}。"
    )


def _instructions(form: Form, graded: bool) -> Iterator[str]:
    if form.cover is not None:
        yield f"先填“{form.cover.title}”，再填各表。单位编码和填报期次由办公室填好，请勿改动。"
    yield from _about_rows(form, graded)
    yield from _about_values(form)
    if graded:
        yield _about_levels(form)
    if form.nil_return is not None:
        yield _about_nil(form.nil_return)
    yield _about_layout(form)
    if form.cover is not None:
        yield "退回的表，按“问题清单”和标色单元格的批注修改后，直接报送修改后的表。"


def _about_rows(form: Form, graded: bool) -> Iterator[str]:
    yield "一行填一项，从表头下一行起逐行填写，中间不空行；行数不够的，继续向下填写，可以插入、删除和排序行。"
    by_program = any(entry.computed for entry in _fields(form.tables))
    computed = "，灰色表头自动得出" if graded or by_program else ""
    yield f"深色表头为必填，浅色表头为选填{computed}。一行已填写而必填格为空的，该格显示黄色。"


def _about_values(form: Form) -> Iterator[str]:
    yield "有下拉箭头的栏目一律从下拉列表中选填；从其他表粘贴时请选“只粘贴数值”，以免覆盖下拉列表。"
    if any(entry.kind == "date" for entry in _fields(form.sheets)):
        yield "日期填公历年月日，如2026-11-10。"
    if any(entry.unique for entry in _fields(form.tables)):
        yield "编号按表头上方的说明编写，不得重复，重复的显示红字。"


def _about_nil(nil: NilReturn) -> str:
    owed = "并写明原因" if nil.reasoned else ""
    return f"本期没有可填内容的，在封面“{nil.declared.title}”选“{nil.affirmed}”{owed}，按时报送。"


def _about_layout(form: Form) -> str:
    """What must stay as it is: an office that keeps its book itself may add columns, a unit may not."""
    remark = next((entry.title for entry in _fields(form.tables) if entry.name == "remark"), "")
    more = f"；需要补充的内容写在“{remark}”栏" if remark else ""
    if form.file:
        return f"请勿改动表头文字、删除列或合并单元格；需要另记的，可以自行加列{more}。"
    return f"请勿改动表头文字、增删列或合并单元格{more}。"


def _fields(sheets: Iterable[Sheet]) -> list[Field]:
    return [entry for sheet in sheets for entry in sheet.fields]


def _about_levels(form: Form) -> str:
    """What is worked out in a form whose rows get a level, and of what."""
    sheet = next(sheet for sheet in form.tables if sheet.is_graded)
    computed = "".join(f"“{entry.title}”" for entry in sheet.fields if entry.computed)
    likelihood, severity = sheet.by_name["likelihood"].title, sheet.by_name["severity"].title
    return f"{computed}由“{likelihood}”和“{severity}”自动得出，请勿手填；显示“用词不在可选范围”的，请重新选择这两栏。"


def _write_grading(page: _Page, grading: GradingTable) -> None:
    page.section("风险等级的确定")
    columns = len(grading.severity.allowed)
    head = [f"{grading.likelihood.title}\n＼{grading.severity.title}", *grading.severity.allowed]
    page.cells(head, header=True)
    colours = {word: fill for word, fill, _ in level_styles(grading.level)}
    for likelihood in grading.likelihood.allowed:
        grades = [grading.grade(likelihood, severity) for severity in grading.severity.allowed]
        _write_grades(page, likelihood, grades, colours)
    unsettled = "、".join(
        f"{grade.likelihood}×{grade.severity}（{grade.level}）" for grade in grading.grades if grade.open
    )
    if unsettled:
        principle = f"{grading.principle}。" if grading.principle else ""
        page.line(f"规则未明示的情形：{unsettled}。{principle}由领导小组认定，认定后以认定为准。")
    assert columns <= page.columns - 1


def _write_grades(
    page: _Page, likelihood: str, grades: Sequence[Grade | None], colours: Mapping[str, PatternFill]
) -> None:
    """The row of a likelihood: each level with its basis, in the level's colour."""
    row = page.cells([likelihood, *(f"{grade.level}\n{grade.basis}" if grade else "" for grade in grades)])
    page.sheet.cell(row, 1).fill = LABEL
    for column, grade in enumerate(grades, start=2):
        cell = page.sheet.cell(row, column)
        cell.alignment = CENTER
        if grade is not None:
            cell.fill = OPEN_CELL if grade.open else colours[grade.level]


def _write_vocabulary(page: _Page, vocabulary: Vocabulary) -> None:
    start = page.row + 1
    for words, meaning in _words_told(vocabulary):
        page.cells([vocabulary.title, words, *meaning])
    for row in range(start, page.row + 1):
        page.sheet.cell(row, 1).fill = LABEL
    if page.row > start:
        page.sheet.merge_cells(start_row=start, end_row=page.row, start_column=1, end_column=1)


def _words_told(vocabulary: Vocabulary) -> Iterator[tuple[str, list[str]]]:
    """The lines about a vocabulary: a word with its meaning each, else a group with its words, else all words in one."""
    if any(word.definition for word in vocabulary.words):
        yield from ((word.word, [_meaning(word)]) for word in vocabulary.words)
    elif any(word.group for word in vocabulary.words):
        yield from ((group or "其他", ["、".join(words)]) for group, words in _by_group(vocabulary).items())
    else:
        yield "、".join(vocabulary.allowed), []


def _meaning(word: Word) -> str:
    of_group = f"（属{word.group}）" if word.group else ""
    return f"{word.definition or '按字面理解'}{of_group}"


def _by_group(vocabulary: Vocabulary) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for word in vocabulary.words:
        groups.setdefault(word.group, []).append(word.word)
    return groups
