"""What clerks put where they have nothing to write: a stroke, 无, 不适用. It is no content, and means none."""

from __future__ import annotations

import re
from functools import lru_cache

from lzxl.forms.text import compact

STROKE = re.compile(r"^[/\\|\-\u2010-\u2015\u2212\u2215\u2044\u2500\u2501\u2571\u2572_~*.。．·…]+$")
NONE = re.compile(
    r"^(?:无|没有|暂无|并无|均无|无此项|无此项内容|无内容|不适用|不涉及|不需要|空|空白|此栏空白|[Nn][./]?[Aa]\.?|[Nn]il|NIL|[Nn]one|NONE|[Nn]ull|NULL)[。.．！!]?$"
)
LONGEST_NONE, LONGEST_STROKE = 16, 32


@lru_cache(maxsize=4096)
def is_placeholder(text: str) -> bool:
    """Whether `text` stands for nothing: a stroke, or a word that says that there is none."""
    return is_stroke(text) or (len(text) <= LONGEST_NONE and NONE.match(compact(text)) is not None)


def is_stroke(text: str) -> bool:
    """Whether `text` is only a stroke or dots: / — - …, which say nothing anywhere."""
    return len(text) <= LONGEST_STROKE and STROKE.match(compact(text)) is not None
