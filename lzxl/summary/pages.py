"""Pages that need nothing else: one file, no script, no picture and no font from anywhere, and the browser is told to fetch none."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from lzxl.summary.styles import safe_text

TEXT_FONTS = '"仿宋","FangSong","Noto Serif CJK SC",serif'
HEAD_FONTS = '"黑体","SimHei","Noto Sans CJK SC",sans-serif'

# On a narrow screen every row is a card: no table is wider than the screen, and each cell has its title before it.
CARDS = """
@media screen and (max-width:760px){colgroup{display:none}table,caption,tbody{display:block}
thead{position:absolute;left:-9999px}tr,td,tbody th{display:block}tr{border:1px solid #9aa5b1;margin:0 0 .8rem}
td,tbody th{border:0;border-bottom:1px solid #e5e7eb;text-align:left!important}
[data-title]::before{content:attr(data-title)"：";font-weight:bold}}
"""

# Heads of tables are repeated on every page, and no row is cut by the end of one.
WHOLE_ROWS = "thead{display:table-header-group}tr{break-inside:avoid}"

_NOTHING_FETCHED = "default-src 'none';style-src 'unsafe-inline'"


def shown(text: str) -> str:
    """Any text as a page, or an attribute in double quotes, can hold it."""
    return escape(safe_text(text))


def columns(widths: Iterable[float]) -> str:
    """How wide the columns of a table are, to one another."""
    listed = list(widths)
    return "".join(f'<col style="width:{width / sum(listed):.1%}">' for width in listed)


def whole_page(title: str, style: str, body: str) -> str:
    """`body` is markup, `title` text."""
    return (
        # By the language a reader of screens takes its voice, and a browser the
        # Chinese shapes of signs that Japan has too.
        '<!DOCTYPE html>\n<html lang="zh-CN"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_NOTHING_FETCHED}">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{shown(title)}</title><style>{style}</style></head>\n<body>{body}</body></html>\n"
    )
