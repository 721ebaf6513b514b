"""What a standard workbook says by itself: the one source for writing it, and for telling it from what a unit wrote."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lzxl.forms.model import Field, Form, Sheet
from lzxl.forms.text import spoken_clause

LINE = "＿＿＿＿＿＿＿＿"
SHORT_LINE = "＿＿＿＿＿＿"
UNIT_LINE = (("单位：", "unit_name"), ("期次：", "period"))
"""What stands above a table: label, and the field of the cover that is shown behind it."""
KEEPER = "维护单位：领导小组办公室"
"""The same above a table of the office's own."""
TABLE_SIGNATURES = f"填报人签字：{SHORT_LINE}　单位负责人签字：{SHORT_LINE}"
KEEPER_SIGNATURE = f"维护人签字：{SHORT_LINE}　日期：　　　年　　月　　日"
FINDINGS_HINT = "退回时标注，只作提示；改好后不用删"
NOTE_PREFIX = "说明："
COVER_SIGNATURES = (
    (f"填报人签字：{LINE}", f"联络员签字：{LINE}"),
    (f"单位负责人签字（盖章）：{LINE}", "日期：　　　　年　　　月　　　日"),
)
SIGNATURE_PLACES = ("填报人签字：", "联络员签字：", "单位负责人签字", "维护人签字：", "日期：")
"""How the lines begin that people sign on; what is typed behind them is a signature."""
_BLANK_LINE = re.compile("填报人签字|单位负责人签字|联络员签字|维护人签字|日期|盖章|[年月日（）():：_＿\\s]")


def is_signed(text: str) -> bool:
    """Whether a line that people sign on says more than who is to sign."""
    return text.lstrip().startswith(SIGNATURE_PLACES) and bool(_BLANK_LINE.sub("", text))


def names_keeper(text: str) -> bool:
    """Whether a line says, as those above a table do, whose it is and for what period."""
    return text.lstrip().startswith(tuple(label for label, _ in UNIT_LINE))


def cover_subtitle(form: Form) -> str:
    """The line below the cover's title."""
    return f"廉政风险防控·{form.stage}　实施细则{spoken_clause(form.clause)}"


def help_text(field: Field) -> str:
    """What stands beside a field of the cover; a counted field's is followed by the count."""
    return ("必填。" if field.required else "") + field.help


def table_title(form: Form, sheet: Sheet) -> str:
    """The title above a table."""
    return form.title if sheet.title in form.title else f"{form.title}（{sheet.title}）"


def note_text(sheet: Sheet) -> str:
    """The note above a table, "" if it has none."""
    return f"{NOTE_PREFIX}{sheet.note}" if sheet.note else ""


def hint_text(field: Field) -> str:
    """The small words above a column's header."""
    if field.computed:
        return field.help or "自动得出，请勿手填"
    must = "由程序先填，可改" if field.filled else "必填" if field.required else "选填"
    default = {"choice": "下拉选择", "date": "如2026-11-10", "choices": "用顿号隔开", "list": "用顿号隔开"}
    text = field.help or default.get(field.kind, "")
    return f"{must}\n{text}" if text else must


def texts_of_cover(form: Form) -> Iterator[str]:
    """Every text that a standard workbook's cover has before anybody fills it in, but for labels and counts."""
    assert form.cover is not None
    yield form.title
    yield cover_subtitle(form)
    for field in (*form.cover.fields, *form.cover.office_fields):
        yield help_text(field)
    for line in COVER_SIGNATURES:
        yield from line


def texts_of_table(form: Form, sheet: Sheet) -> Iterator[str]:
    """Every text that stands above a table's header in a standard workbook, but for unit and period."""
    yield table_title(form, sheet)
    yield note_text(sheet)
    yield from (TABLE_SIGNATURES, KEEPER, KEEPER_SIGNATURE, FINDINGS_HINT)
    for field in (*sheet.fields, *sheet.office_fields):
        yield hint_text(field)
