"""Names of people in one cell: one name however it is spaced, several names kept apart however they were."""

from __future__ import annotations

import re

from lzxl.forms.text import compact, tidy

SEPARATORS = re.compile(r"[、,，;；/／|｜\\＼]+")
LATIN = re.compile(r"[A-Za-z]")
TITLE = re.compile(
    r"^[(（]?(?:副|代|原|前)?[\u4e00-\u9fff]{0,4}(?:长|主任|书记|委员|科员|主管|同志|先生|女士|老师|干事|经理|会计|出纳|专员|助理|负责人|责任人|经办人|承办人|人员|成员|领导|签字|签名)[)）]?$"
)
"""What stands beside a name and is none: 科长, 副主任, （组长）."""
_DOUBLE = (
    "欧阳太史端木上官司马东方独孤南宫万俟闻人夏侯诸葛尉迟公羊赫连澹台皇甫宗政濮阳公冶太叔申屠公孙慕容仲孙钟离长孙宇文司徒鲜于司空闾丘子车亓官司寇巫马公西颛孙壤驷公良"
    "漆雕乐正宰父谷梁拓跋夹谷轩辕令狐段干百里呼延东郭南门羊舌微生梁丘左丘东门西门第五"
)
DOUBLE_SURNAMES = frozenset(_DOUBLE[at : at + 2] for at in range(0, len(_DOUBLE), 2))
# No look behind: the browser in old releases of WPS knows none.
_DOT = re.compile(r"([\u4e00-\u9fff])[\s]*([·•・‧∙.．])[\s]*(?=[\u4e00-\u9fff])")
"""Between the names of one person: 阿卜杜拉·买买提."""


def apart(text: str) -> list[str]:
    """The names in `text`. 张 三 is one name, 韩立群 夏雨薇 are two, and so are names on two lines.

    Blanks part Chinese names only where each side is a name by itself; a name in Latin letters keeps its blanks.
    """
    return [name for part in SEPARATORS.split(text) for name in _in_part(part) if name]


def in_one_text(names: list[str]) -> str:
    """Names as a cell holds them: 韩立群、夏雨薇."""
    return "、".join(names)


def names_of(text: str) -> frozenset[str]:
    """The names in `text` as they are compared: in any order, whatever keeps them apart."""
    return frozenset(compact(_DOT.sub(r"\1·", name)) for name in apart(text))


def _in_part(part: str) -> list[str]:
    lines = tidy(part)
    if LATIN.search(lines):
        return [line.strip() for line in lines.split("\n")]
    return _joined(_DOT.sub(r"\1\2", lines).split())


def _joined(tokens: list[str]) -> list[str]:
    """Names out of pieces between blanks: a piece that is no whole name belongs to one beside it."""
    names: list[str] = []
    for position, token in enumerate(tokens):
        following = tokens[position + 1] if position + 1 < len(tokens) else ""
        if names and (TITLE.match(token) or _continues(names[-1], token, following)):
            names[-1] = names[-1] + token
        else:
            names.append(token)
    return names


def _continues(name: str, token: str, following: str) -> bool:
    """Whether `token` is the rest of `name`: 张 三, 王 小明, 欧阳 修, 欧阳 娜娜, 王小 明."""
    if "·" in name or "·" in token:
        return False
    if len(name) == 1 or name in DOUBLE_SURNAMES:
        return len(token) <= 2
    if len(token) > 1:
        return False
    if len(name) == 3:
        # 欧阳娜 has room for one more, 王小明 has not: the next character begins another name.
        return name[:2] in DOUBLE_SURNAMES
    # A single character after a whole name begins the next one, unless there is none.
    return len(name) == 2 and (not following or len(following) > 2 or TITLE.match(following) is not None)
