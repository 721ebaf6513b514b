"""What cells accept and how they are coloured: drop-downs, input prompts and conditional formats of a standard sheet.

Only the classic elements are used: WPS and old Excel versions lose the extended ones.
"""

from __future__ import annotations

from typing import Any

from openpyxl.formatting.rule import FormulaRule, Rule
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from lzxl.forms.grading import INVALID
from lzxl.forms.model import Field, Sheet
from lzxl.forms.text import address
from lzxl.forms.vocabulary import Vocabulary
from lzxl.workbook.layout import TableLayout, table_layout
from lzxl.workbook.writing.formulas import RULED_ROWS, has_content, list_name
from lzxl.workbook.writing.measure import fit_message
from lzxl.workbook.writing.styles import BORDER, DUPLICATE_FONT, INVALID_FONT, MISSING, level_styles

_BOUNDS = {"score": (0, 1000), "count": (0, 100_000), "serial": (0, 100_000)}


def validation_for(field: Field) -> DataValidation | None:
    """The validation of a field's input cells, without its cells; None where anything may be typed."""
    if field.computed:
        return _prompt_only(field, field.help)
    if field.vocabulary is not None and field.kind in ("choice", "choices"):
        return _of_words(field, field.vocabulary)
    if field.kind == "date":
        return _date(field)
    if field.kind in _BOUNDS:
        return _number(field)
    return _prompt_only(field, field.format)


def _of_words(field: Field, vocabulary: Vocabulary) -> DataValidation | None:
    if field.kind == "choice":
        return _choice(field, vocabulary)
    return _prompt_only(field, f"可填多项，用顿号隔开：{'、'.join(vocabulary.allowed)}")


def _titled(field: Field, prompt: str, **settings: Any) -> DataValidation:
    validation = DataValidation(allow_blank=True, showInputMessage=True, **settings)
    # A longer title makes a file that Excel offers to repair, as a longer prompt does.
    validation.promptTitle = field.title[:32]
    validation.prompt = fit_message(prompt)
    return validation


def _prompt_only(field: Field, prompt: str) -> DataValidation | None:
    return _titled(field, prompt) if prompt else None


def _choice(field: Field, vocabulary: Vocabulary) -> DataValidation:
    lines = [f"{word.word}：{word.definition}" if word.definition else word.word for word in vocabulary.words]
    prompt = "\n".join(lines)
    # Excel offers to repair a file with a longer prompt.
    if len(prompt) > 255 or not any(word.definition for word in vocabulary.words):
        prompt = "请从下拉列表中选择：" + "、".join(vocabulary.allowed)
    validation = _titled(
        # By name: a list that is written out ends at 255 characters, and a comma within a word would part it.
        field,
        prompt,
        type="list",
        formula1=list_name(vocabulary),
        errorStyle="stop",
        showErrorMessage=True,
    )
    validation.errorTitle = "请从下拉列表中选择"
    validation.error = fit_message(f"“{field.title}”只能填：{'、'.join(vocabulary.allowed)}。请重新选择。")
    return validation


def _date(field: Field) -> DataValidation:
    validation = _titled(
        field,
        field.help or "填公历日期，如2026-11-10",
        type="date",
        operator="between",
        # Not as a text: which day that is hangs on the region of the machine.
        formula1="DATE(2000,1,1)",
        formula2="DATE(2099,12,31)",
        errorStyle="stop",
        showErrorMessage=True,
    )
    validation.errorTitle = "日期填写有误"
    validation.error = f"“{field.title}”请填公历日期，如2026-11-10。"
    return validation


def _number(field: Field) -> DataValidation:
    limits = field.checks.get("in_range", {})
    lowest, highest = _BOUNDS[field.kind]
    lowest, highest = limits.get("min_value", lowest), limits.get("max_value", highest)
    # Scores go by halves (0.5 points off for a late report): a whole number would refuse them.
    whole = field.kind != "score"
    asked = f"{'填整数' if whole else '填分数'}，{lowest} 到 {highest}"
    validation = _titled(
        field,
        asked,
        type="whole" if whole else "decimal",
        operator="between",
        formula1=str(lowest),
        formula2=str(highest),
        errorStyle="stop",
        showErrorMessage=True,
    )
    validation.showInputMessage = field.kind != "serial"
    validation.errorTitle = "数字填写有误"
    validation.error = f"“{field.title}”请{asked}。"
    return validation


def add_table_validations(worksheet: Worksheet, sheet: Sheet) -> None:
    """Put a validation on every column that has one, from the first data row to `reach`."""
    layout = table_layout(sheet)
    for field in sheet.fields:
        validation = validation_for(field)
        if validation is not None:
            validation.add(layout.span(field.name))
            worksheet.add_data_validation(validation)


def add_table_formats(worksheet: Worksheet, sheet: Sheet, *, marked: bool = False) -> None:
    """Colour blank required cells, doubled ids and levels, and rule rows with content.

    `marked`: in a marked return the colours of findings stand in the cells themselves, and a conditional format would
    paint over them; there yellow and level colours keep to rows without findings. Every format carries the border
    because LibreOffice shows only the first that applies.
    """
    layout = table_layout(sheet)
    first = layout.first_row
    content = has_content(sheet, first)
    unmarked = f',${address(first, layout.findings_column)}=""' if marked else ""
    for field in sheet.fields:
        cell = address(first, layout.columns[field.name])
        if field.computed == "level" and field.vocabulary is not None:
            _add_level_formats(worksheet, layout, field, field.vocabulary, unmarked)
        if field.unique:
            doubled = f'AND({cell}<>"",COUNTIF({layout.span(field.name, absolute=True)},{cell})>1)'
            rule = _rule([doubled], font=DUPLICATE_FONT, border=BORDER)
            worksheet.conditional_formatting.add(layout.span(field.name), rule)
    required = [entry for entry in sheet.fields if sheet.is_owed(entry) and not entry.computed]
    if required:
        corner = address(first, layout.columns[required[0].name])
        # One rule over several spans counts its relative references from the first cell of the first.
        missing = f'AND({corner}="",{content}{unmarked})'
        spans = " ".join(layout.span(entry.name) for entry in required)
        worksheet.conditional_formatting.add(spans, _rule([missing], fill=MISSING, border=BORDER))
    # Last of all: where several apply, LibreOffice shows the first alone, and mere lines would hide each colour.
    ruled = f"OR(ROW()<{first + RULED_ROWS},{content})"
    last = layout.findings_column if marked else layout.last_column
    body = f"{address(first, 1)}:{address(layout.reach, last)}"
    worksheet.conditional_formatting.add(body, _rule([ruled], border=BORDER))


def _rule(formula: list[str], **look: Any) -> Rule:
    rule: Rule = FormulaRule(formula, **look)  # type: ignore[no-untyped-call]
    return rule


def _add_level_formats(
    worksheet: Worksheet, layout: TableLayout, field: Field, level: Vocabulary, unmarked: str
) -> None:
    cell = address(layout.first_row, layout.columns[field.name])
    span = layout.span(field.name)
    for word, fill, font in level_styles(level):
        rule = _rule([f'AND({cell}="{word}"{unmarked})'], fill=fill, font=font, border=BORDER)
        worksheet.conditional_formatting.add(span, rule)
    wrong = _rule([f'{cell}="{INVALID}"'], font=INVALID_FONT, border=BORDER)
    worksheet.conditional_formatting.add(span, wrong)
