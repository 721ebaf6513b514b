"""Informants stay unknown: no reporter's name, telephone or identity number in any text of a form (第八条(二)1).

The ledger's note asks for it; whoever writes it in all the same would put it before every reader of the summary. What
was found is named by kind; it is never repeated.
"""

from __future__ import annotations

import re

from lzxl.checks.report import Report
from lzxl.workbook.submission import Table

_PRIVATE = (
    (
        "举报人姓名",
        re.compile(r"(?:举报|投诉|信访|反映)人(?:姓名)?(?:[:：是为]|\s)\s*[\u4e00-\u9fff]{1,2}[某\u4e00-\u9fff]"),
    ),
    ("身份证号", re.compile(r"(?<!\d)[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])\d{3}[\dXx](?!\d)")),
    ("手机号", re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")),
)
# What each of them has in it, and hardly any other text: a whole column is looked through for it at once.
_INFORMANTS = ("举报人", "投诉人", "信访人", "反映人")
_DIGITS = re.compile(r"\d{11}")


def check_privacy(report: Report) -> None:
    """Findings `private_content` in the text cells of every table."""
    if report.form.cover is None or report.submission.own_layout:
        return  # the roster holds telephones on purpose; a unit's own register is looked at when it is filed
    for table in report.submission.tables:
        for entry in report.form.by_name[table.name].inputs:
            if entry.kind == "text" and entry.name in table.columns:
                _check_column(report, table, entry.name)


def _check_column(report: Report, table: Table, name: str) -> None:
    texts = [text if isinstance(text, str) else "" for text in table.values[name]]
    column = "\n".join(texts)
    if not _DIGITS.search(column) and not any(word in column for word in _INFORMANTS):
        return
    for index, text in enumerate(texts):
        kinds = [kind for kind, pattern in _PRIVATE if pattern.search(text)]
        if kinds:
            report.cell("private_content", table, name, index, value="", kinds=kinds)
