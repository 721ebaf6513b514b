"""Comments (批注) on cells that are to be mended: the same in a marked return and in an open workbook."""

from __future__ import annotations

from openpyxl.comments import Comment

from lzxl.forms.findings import SEVERITY_TITLES, Finding
from lzxl.workbook.writing.measure import line_count
from lzxl.workbook.writing.text import clean_text

MOST_COMMENTS = 50
"""A finding over more cells than this has its comment on the first cell only."""
_AUTHOR = "lzxl"


def comment_text(finding: Finding) -> str:
    """What is wrong, and how to mend it."""
    fix = f"\n怎么改：{finding.fix}" if finding.fix else ""
    return clean_text(f"【{SEVERITY_TITLES[finding.severity]}】{finding.message}{fix}")


def make_comment(text: str) -> Comment:
    """A comment in a frame that shows all of it."""
    return Comment(text, _AUTHOR, height=min(420, 26 + 20 * line_count(text, 44)), width=340)
