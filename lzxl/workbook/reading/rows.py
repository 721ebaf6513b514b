"""Says of each row below a header what it is: data, or one of the things that people put between and after data."""

from __future__ import annotations

import re
from typing import Any, Literal

from lzxl.forms.text import compact, fold
from lzxl.forms.values import is_blank

RowKind = Literal[
    "data",
    "repeated_header",
    "page_number",
    "subtotal",
    "total",
    "note",
    "blank_numbered",
    "title_of_next_table",
    "signature",
]

ROW_KINDS: dict[str, str] = {
    "repeated_header": "重复的表头",
    "page_number": "页码",
    "subtotal": "小计",
    "total": "合计",
    "note": "说明文字",
    "blank_numbered": "只有序号或编号的预留行",
    "title_of_next_table": "下一张表的标题",
    "signature": "签字落款",
}

PAGE = re.compile(r"^[-—(（]?第?\d+页?[,，]?(?:[/共]\d+页?)?[-—)）]?$|^第\d+页.*共\d+页$|^-\d+-$")
PAGE_WORD = re.compile(r"第\d+页|共\d+页|page\d+", re.IGNORECASE)
SUBTOTAL = re.compile(r"^(?:小计|本页小计|分计)")
TOTAL = re.compile(r"^(?:合计|总计|共计|总分|累计|总合计|合计数)")
NOTE = re.compile(r"^(?:注|备注|说明|填表说明|填报说明|注意事项|附注)[:：]|^(?:注|说明)\d*[、.．:：]")
SIGNATURE = re.compile(
    r"^(?:[^:：]{0,14}(?:填表人|填报人|制表人|制表|填表|审核人|审核|审批人|负责人|领导|组长|联络员|复核人|经办人|签字|签名|盖章|签章)"
    r"[^:：]{0,12}|[^:：]{0,8}(?:日期|时间|电话|联系方式)[^:：]{0,6})[:：]"
)
# A row of signatures has at most this many: label and name for each who signs.
_MOST_SIGNATURES = 10
BLANK_DATE = re.compile(r"^(?:\d{2,4})?年\d{0,2}月\d{0,2}日?$")


def classify_lone(text: str, merged_across: bool, next_is_header: bool) -> RowKind | None:
    """What a row is whose only content is `text`; None if it may be data."""
    squeezed = compact(text)
    if _is_page_number(squeezed):
        return "page_number"
    if next_is_header:
        return "title_of_next_table"
    if NOTE.match(squeezed):
        return "note"
    if SIGNATURE.match(squeezed) or BLANK_DATE.match(squeezed):
        return "signature"
    if merged_across:
        return "note"
    return None


def classify_row(cells: list[Any]) -> RowKind | None:
    """What a row with several filled cells is by its words alone; None if it may be data."""
    return classify_filled([cell for cell in cells if not is_blank(cell)])


def classify_filled(filled: list[Any]) -> RowKind | None:
    """`classify_row` for the cells of a row that are not blank."""
    first = next((compact(cell) for cell in filled if isinstance(cell, str)), "")
    if not first:
        return None
    if len(first) <= 24:
        if SUBTOTAL.match(first):
            return "subtotal"
        if TOTAL.match(first):
            return "total"
    if not all(isinstance(cell, str) for cell in filled):
        return None
    texts = [compact(cell) for cell in filled] if len(filled) <= _MOST_SIGNATURES else []
    if any(SIGNATURE.match(text) for text in texts) and all(
        SIGNATURE.match(text) or BLANK_DATE.match(text) or _is_after_label(text) for text in texts
    ):
        return "signature"
    if len(filled) == 1 and _is_page_number(first):
        return "page_number"
    if len(filled) == 1 and NOTE.match(first):
        return "note"
    return None


def _is_page_number(squeezed: str) -> bool:
    if "页" in squeezed and PAGE.match(squeezed):
        return True
    return len(squeezed) <= 20 and PAGE_WORD.search(squeezed) is not None


def _is_after_label(text: str) -> bool:
    """A short text beside a signature label, such as a name."""
    return len(text) <= 6 and fold(text) == text.lower()
