"""Names of posts: the same post however people end its name (财务岗, 财务岗位; 科长, 科长岗; 出纳, 出纳员)."""

from __future__ import annotations

import re

from lzxl.forms.text import compact

# At least two characters are left: 科员 is no 科.
_ENDING = re.compile(r"(?<=..)(?:工作岗位|岗位|职位|职务|岗|人员|员|人)$")


def post_stem(post: str) -> str:
    """A post's name without what people end it with or not, as it is compared: two posts with one stem are one post."""
    stem = compact(post)
    shorter = _ENDING.sub("", stem)
    while shorter != stem:
        stem, shorter = shorter, _ENDING.sub("", shorter)
    return stem
