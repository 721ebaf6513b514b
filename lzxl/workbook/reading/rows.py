"""Says of each row below a header what it is: data, or one of the things that people put between and after data.

A row is told by its structure: which words stand alone, how many cells hold text, where numbers are. A word at the
beginning of a text says nothing: 总计划编制 is a power, no total.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import Any

from lzxl.forms.placeholders import is_placeholder
from lzxl.forms.text import compact, fold
from lzxl.forms.values import CellError, ShownNumber, is_blank
from lzxl.submission import RowKind

# Longer texts are never tried as a label, a total or a mark.
_LONGEST_MARK = 40

PAGE = re.compile(r"^[-—(（]?第?\d+页?[,，]?(?:[/共]\d+页?)?[-—)）]?$|^第\d+页.*共\d+页$|^-\d+-$")
PAGE_WORD = re.compile(r"第\d+页|共\d+页|page\d+", re.IGNORECASE)
_COUNTED = r"(?:个|条|项|人|次|件|份|处|分|元|行)"
_NUMBER_WITH_UNIT = rf"[约共计为]*-?\d+(?:\.\d+)?%?{_COUNTED}?"
_OVER = r"(?:本页|本表|本科室?|本单位|全部|全表|各项|以上|上述|全局|全年|本年度?|本期|年度|单位|项目|部门|科室|分值|得分|总)?"
_SUM_WORD = (
    r"小计|分计|合计|总计|共计|总分|累计|汇总|总和|总数|总得分|grandtotal|subtotal|total|sum|"
    r"平均值|平均|均值|average|mean|avg"
)
TOTAL = re.compile(
    rf"^{_OVER}(?P<word>{_SUM_WORD}|计)(?:数量?|分[值数]?|值|得分|[金总]额|[个人条项]数)?"
    rf"(?:[(\[【][^)\]】]{{0,12}}[)\]】])?[:：]?(?:{_NUMBER_WITH_UNIT}(?:[(][^)]{{0,20}}[)])?)?[。.]?$"
)
_ENDS_AS_TOTAL = re.compile(r"^.{1,16}(?P<word>小计|合计|总计|汇总|subtotal|total)[:：]?$")
_SUBTOTALS = frozenset({"小计", "分计", "subtotal"})
MEANS = frozenset({"平均值", "平均", "均值", "average", "mean", "avg"})
# A number as a total row has it: 12, 12.5, 4分, 28个, 6个(其中一级1个).
NUMBERLIKE = re.compile(rf"^{_NUMBER_WITH_UNIT}(?:[(][^)]{{0,20}}[)])?$")
STATED_COUNT = re.compile(rf"^[共计]*(\d+){_COUNTED}?(?:[(][^)]{{0,20}}[)])?$")

NOTE = re.compile(
    r"^(?:注|备注|说明|填表说明|填报说明|注意事项|附注)[:：]|^(?:注|说明)\d*[、.．:：]|^(?:注|备注|说明)[:：]?$"
)
_SIGNER = (
    r"填表人|填报人|制表人|制表|填表|审核人|审核|审批人|审批|批准人|负责人|领导|组长|书记|局长|科长|主任|联络员|复核人|复核|"
    r"经办人|经办|校对|签字|签名|盖章|签章|公章"
)
SIGNATURE = re.compile(
    rf"^(?:[^:：]{{0,14}}(?:{_SIGNER})[^:：]{{0,12}}|[^:：]{{0,8}}(?:日期|时间|电话|联系方式)[^:：]{{0,6}})[:：]"
)
_BARE_SIGNATURE = re.compile(
    r"^[(（]?(?:单位|部门|科室|分管|主管|主要|填报|本人|责任)?"
    rf"(?:{_SIGNER}|日期|填表日期|填报日期|填表时间|联系电话)(?:签字|签名|盖章|签章)?(?:[(（](?:签字|签名|盖章|签章|章)[)）])?[)）]?$"
)
# A row of signatures has at most this many cells: label and name for each who signs.
_MOST_SIGNATURES = 20
_LONGEST_NAME = 6
# Smaller numbers beside a label are scores and amounts.
_LEAST_TELEPHONE = 1e6
# What is printed below a table to be filled in by hand, and often is not: 2026年  月  日.
BLANK_DATE = re.compile(r"^(?:\d{2,4})?年\d{0,2}月\d{0,2}日?$")
_FULL_DATE = re.compile(r"^\d{4}[-./年]\d{1,2}[-./月]\d{1,2}日?$")

END = re.compile(
    r"^(?:本页|本表|此处|此行|自此|表格)?(?:以下|下面|此下|下)(?:各行|各栏|均|全部|全)?为?"
    r"(?:空白|空格|空行|无正文|无内容|没有内容|无记录|无数据|无)$|^(?:本页)?(?:此处|余下|其余|以下)空白$"
)

_SERIAL_MARK = re.compile(
    r"^(?:第?[\d.．\-]+[、.．)号]?|[(]\d+[)]|第?[一二三四五六七八九十百]+[、.号]?|[(][一二三四五六七八九十百]+[)]|[a-z][.)]?)$",
    re.IGNORECASE,
)
_ROW_OF_NUMBERS = frozenset({"栏次", "栏号", "列次", "列号", "序号", "行次", "栏目", "编号", "甲", "-", "—", "/"})
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_COLUMN_MARK = re.compile(
    r"^[(\[【]?(\d{1,3}|[a-z]|[甲乙丙丁戊己庚辛壬癸]|[一二三四五六七八九十]+)[)\]】]?(?:[=＝].*)?栏?$"
)
_CHINESE_DIGITS = "一二三四五六七八九十"

_HINT = re.compile(
    r"^[(\[【〔].*[)\]】〕]$|^(?:请|填写|填报|填入|必填|选填|可填|可不填|不填|勿填|如[:：\d]|例如|例[:：]|示例|样例|写明|写清|注明|"
    r"按[^,，。]{1,20}填|从下拉|下拉|单选|多选|自动(?:生成|得出|计算)|格式[:：]|限\d+字|不超过|参照|参考)"
)
_EXAMPLE = frozenset({"例", "例如", "示例", "样例", "举例", "例子", "范例", "填写示例", "示范"})


def _clean(text: str) -> str:
    return compact(text).strip("-—–―_*·.。") if len(text) <= _LONGEST_MARK else text


@lru_cache(maxsize=4096)
def total_word(text: str) -> str:
    """The word of a text that says total and nothing else (合计, Total:, 小计(一), 共计28个), "" if it says more."""
    if len(text) > _LONGEST_MARK:
        return ""
    match = TOTAL.match(_clean(text).lower())
    return match.group("word") if match else ""


@lru_cache(maxsize=4096)
def is_end_mark(text: str) -> bool:
    """Whether a text says that the table ends here: 以下空白, ——以下无正文——."""
    return len(text) <= _LONGEST_MARK and END.match(fold(text)) is not None


@lru_cache(maxsize=4096)
def is_mark(text: str) -> bool:
    """Whether a text is a mark between records rather than the subject of one."""
    return len(text) <= _LONGEST_MARK and bool(
        total_word(text) or is_end_mark(text) or is_placeholder(text) or SIGNATURE.match(compact(text))
    )


def is_numberlike(cell: Any) -> bool:
    """Whether a cell holds a number, however it is written: 12, ３, 4分, 28个, or the error of a formula."""
    if isinstance(cell, str):
        return len(cell) <= _LONGEST_MARK and NUMBERLIKE.match(compact(cell)) is not None
    return isinstance(cell, int | float | ShownNumber | CellError)


def is_serial_mark(cell: Any) -> bool:
    """Whether a cell under 序号 is a number of some kind; what else stands there is a text."""
    if isinstance(cell, str):
        return len(cell) <= _LONGEST_MARK and _SERIAL_MARK.match(compact(cell)) is not None
    return True


def classify_lone(text: str, merged_across: bool, next_is_header: bool) -> RowKind | None:
    """What a row is whose only content is `text`; None if it may be data."""
    squeezed = compact(text)
    if _is_page_number(squeezed):
        return "page_number"
    if next_is_header:
        return "title_of_next_table"
    if is_end_mark(text):
        return "end_mark"
    if NOTE.match(squeezed):
        return "note"
    if SIGNATURE.match(squeezed) or BLANK_DATE.match(squeezed) or _FULL_DATE.match(squeezed):
        return "signature"
    # 合计 may be merged across its row, too, where nobody filled in the numbers.
    if merged_across and not total_word(text):
        return "note"
    return None


def classify_row(cells: list[Any]) -> RowKind | None:
    """What a row with several filled cells is by its words alone; None if it may be data."""
    return classify_filled([cell for cell in cells if not is_blank(cell)])


def classify_filled(filled: list[Any]) -> RowKind | None:
    """`classify_row` for the cells of a row that are not blank."""
    texts = [cell for cell in filled if isinstance(cell, str)]
    if not texts:
        return None
    total = _total(filled, texts)
    if total is not None:
        return total
    if _is_signature(filled):
        return "signature"
    first = compact(texts[0])
    if _is_beginning_of_note(filled, first):
        return "note"
    if len(filled) == 1 and _is_page_number(first):
        return "page_number"
    return "end_mark" if _is_end(filled, texts) else None


def _is_beginning_of_note(filled: list[Any], first: str) -> bool:
    """Whether few cells begin with 注：. A row with more beside such a text is data that has a note in its first column."""
    return len(filled) <= 3 and isinstance(filled[0], str) and NOTE.match(first) is not None


def _is_end(filled: list[Any], texts: list[str]) -> bool:
    """Whether 以下空白 is all that a row says, beside numbers of rows and of nothing else."""
    marked = [text for text in texts if not is_serial_mark(text)]
    if len(marked) != 1 or not is_end_mark(marked[0]):
        return False
    return all(is_numberlike(cell) for cell in filled if cell not in marked)


def _total(filled: list[Any], texts: list[str]) -> RowKind | None:
    """A total: its word alone in the first text, numbers where a total has them, hardly any other text."""
    words = [text for text in texts if not is_numberlike(text)]
    first = words[0] if words else texts[0]
    place = filled.index(first)
    others = [*filled[:place], *filled[place + 1 :]]
    numbers = sum(map(is_numberlike, others))
    word = _word_that_totals(first, numbers, len(others) - numbers)
    if not word:
        return None
    # 本页合计 adds its page alone: as a total it would be compared with all rows above.
    return "subtotal" if word in _SUBTOTALS or "本页" in first else "total"


def _word_that_totals(first: str, numbers: int, told: int) -> str:
    """The word that makes a row with such a first text a total; "" if it is none.

    `numbers`: how many of its other cells hold a number; `told`: how many say something else.
    """
    word = total_word(first)
    if word == "计" and not numbers:
        return ""  # 计 alone is a heading, or a name
    if word:
        return word if told <= max(1, numbers) else ""
    ending = _ENDS_AS_TOTAL.match(compact(first).lower()) if len(first) <= _LONGEST_MARK else None
    # 大气科合计 with a number is a total; 编制年度合计 among texts is what a power is called.
    return ending.group("word") if ending and numbers and not told else ""


def _is_signature(filled: list[Any]) -> bool:
    """Labels of signatures, with names, dates and telephones beside them, and nothing else."""
    if len(filled) > _MOST_SIGNATURES or not all(_may_be_of_signature(cell) for cell in filled):
        return False
    texts = [compact(cell) for cell in filled if isinstance(cell, str)]
    if any(SIGNATURE.match(text) for text in texts):
        return True
    # Without colons only what alternates like a line of signatures is one: 填表人 | 王一 | 审核人 | 李二.
    bare = sum(_is_bare_signature(text) for text in texts)
    return isinstance(filled[0], str) and _is_bare_signature(texts[0]) and bare * 2 >= len(filled)


def _may_be_of_signature(cell: Any) -> bool:
    """Whether a cell may stand in a line of signatures: a label, a name, a day, a telephone number."""
    if not isinstance(cell, str):
        return isinstance(cell, datetime.date) or (isinstance(cell, float) and cell >= _LEAST_TELEPHONE)
    text = compact(cell)
    if SIGNATURE.match(text) or BLANK_DATE.match(text) or _FULL_DATE.match(text):
        return True
    return _is_bare_signature(text) or _is_after_label(text)


def _is_bare_signature(text: str) -> bool:
    """Whether a text is a label of a signature without a colon."""
    return len(text) <= _LONGEST_MARK and _BARE_SIGNATURE.match(text) is not None


def _is_page_number(squeezed: str) -> bool:
    if "页" in squeezed and PAGE.match(squeezed):
        return True
    return len(squeezed) <= 20 and PAGE_WORD.search(squeezed) is not None


def _is_after_label(text: str) -> bool:
    """A short text beside a signature label, such as a name, or the line to write one on."""
    if not text.strip("_—-/"):
        return True
    return len(text) <= _LONGEST_NAME and fold(text) == text.lower()


def is_row_of_placeholders(filled: Sequence[Any]) -> bool:
    """Whether all that a row holds is strokes and 无: a row crossed out, no record."""
    return bool(filled) and all(isinstance(cell, str) and is_placeholder(cell) for cell in filled)


def is_row_of_column_numbers(filled: Sequence[tuple[int, Any]]) -> bool:
    """Whether a row right below a header numbers its columns: 栏次 1 2 3, (1) (2) (3), 甲 乙 1 2, A B C.

    `filled`: (column, cell) of what is not blank. The numbers rise by one from column to column; stems may stand first.
    """
    marks = [_column_mark(cell) for _, cell in filled]
    has_caption = bool(marks) and marks[0] is None and _is_caption(filled[0][1])
    if has_caption:
        marks = marks[1:]
    numbered = [mark for mark in marks if mark is not None]
    if len(numbered) < 3 or len(numbered) != len(marks):
        return False
    # Words have stems, what is counted has numbers: 甲 乙 丙 1 2 3.
    stems = [number for kind, number in numbered if kind == "stem"]
    counted = numbered[len(stems) :]
    if not _rise_from(1, stems) or not _are_of_one_kind(counted):
        return False
    numbers = [number for _, number in counted]
    # Behind a caption, which is the first column's, the count may begin with 2.
    return _rise_from(1, numbers) or (has_caption and not stems and _rise_from(2, numbers))


def _rise_from(first: int, numbers: list[int]) -> bool:
    """Whether numbers rise by one from the first."""
    return numbers == list(range(first, first + len(numbers)))


def _are_of_one_kind(marks: list[tuple[str, int]]) -> bool:
    """Whether marks are all numbers, or all letters, or all numerals; stems stand only before them."""
    return all(kind == marks[0][0] and kind != "stem" for kind, _ in marks)


def _is_caption(cell: Any) -> bool:
    return isinstance(cell, str) and compact(cell) in _ROW_OF_NUMBERS


def _column_mark(cell: Any) -> tuple[str, int] | None:
    """(kind, position) of a mark that numbers a column; None for anything else."""
    if isinstance(cell, str):
        return _mark_of_text(compact(cell).lower()) if len(cell) <= _LONGEST_MARK else None
    # TRUE is 1 to Python, and would number the first column.
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        return None
    return ("number", int(cell)) if float(cell).is_integer() and 0 < cell < 1000 else None


def _mark_of_text(text: str) -> tuple[str, int] | None:
    """The same for a text, squeezed and in small letters."""
    match = _COLUMN_MARK.match(text)
    if match is None:
        return None
    mark = match.group(1)
    if mark.isdigit():
        return "number", int(mark)
    if mark in _STEMS:
        return "stem", _STEMS.index(mark) + 1
    if "a" <= mark <= "z":
        return "letter", ord(mark) - ord("a") + 1
    return ("numeral", _CHINESE_DIGITS.index(mark) + 1) if mark in _CHINESE_DIGITS else None


def is_row_of_hints(filled: Sequence[Any], known: Collection[str]) -> bool:
    """Whether a row right below a header explains its columns, or shows an example. `known`: our own hints, folded."""
    if not filled:
        return False
    first = filled[0]
    if not all(isinstance(cell, str) for cell in filled):
        return isinstance(first, str) and compact(first) in _EXAMPLE
    if compact(first).strip("()（）：:") in _EXAMPLE:
        return True
    told = sum(_is_hint(cell, known) for cell in filled)
    return told >= 2 and told * 3 >= 2 * len(filled)


def _is_hint(text: str, known: Collection[str]) -> bool:
    return _HINT.match(compact(text)) is not None or fold(text) in known
