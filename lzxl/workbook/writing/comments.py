"""Comments (批注) on cells that are to be mended: the same in a marked return and in an open workbook.

A cell may have a comment of the unit's own: it stays, ours stands below it under a line of its own, by which a later round
tells the two apart.
"""

from __future__ import annotations

import re

from openpyxl.cell.cell import Cell
from openpyxl.comments import Comment

from lzxl.forms.findings import SEVERITY_TITLES, Finding
from lzxl.workbook.writing.measure import line_count
from lzxl.workbook.writing.text import clean_text

MOST_COMMENTS = 50
"""A finding over more cells than this has its comment on the first cell only."""
_AUTHOR = "lzxl"
OUR_LINE = "——以下为退回时的标注——"
# Programs that save a file again may forget who wrote a comment; spaces and line ends come back in other ways.
_OURS = re.compile(rf"\s*{OUR_LINE}.*\Z", re.DOTALL)
_OUR_START = re.compile(rf"\s*【(?:{'|'.join(SEVERITY_TITLES.values())})】")


def comment_text(finding: Finding) -> str:
    """What is wrong, and how to mend it."""
    fix = f"\n修改办法：{finding.fix}" if finding.fix else ""
    return clean_text(f"【{SEVERITY_TITLES[finding.severity]}】{finding.message}{fix}")


def make_comment(text: str, author: str = _AUTHOR) -> Comment:
    """A comment in a frame that shows all of it."""
    # The frame that openpyxl gives shows a few lines only, and Excel has no bar to scroll a comment with.
    return Comment(text, author, height=min(420, 26 + 20 * line_count(text, 44)), width=340)


def units_part(text: str, author: str) -> str:
    """What of a comment the unit wrote, "" for one that is all ours: from a return before this one."""
    rest = _OURS.sub("", text)
    if rest == text and (author == _AUTHOR or (not author.strip() and _OUR_START.match(text))):
        return ""
    return rest.strip()


def put_comment(cell: Cell, text: str, author: str) -> None:
    """Put a comment of the unit's on a cell, below any that is there."""
    there = cell.comment
    whole = f"{there.text}\n{text}" if there is not None else text
    cell.comment = make_comment(clean_text(whole), clean_text(author).strip() or " ")


def add_comment(cell: Cell, text: str) -> None:
    """Put a comment of ours on a cell, below the unit's if it has one."""
    there = cell.comment
    if there is None:
        cell.comment = make_comment(text)
    else:
        cell.comment = make_comment(clean_text(f"{there.text}\n{OUR_LINE}\n{text}"), there.author)
