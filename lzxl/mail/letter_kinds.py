"""The kinds of letters that the office writes, what each is called, and what its text may have filled in."""

from __future__ import annotations

from typing import Literal

Kind = Literal["distribute", "receipt", "returned", "resend", "reminder_before", "reminder_after", "summary"]

KIND_TITLES: dict[Kind, str] = {
    "distribute": "发放通知",
    "receipt": "报送回执",
    "returned": "退回通知",
    "resend": "请重新发送",
    "reminder_before": "催报（截止前）",
    "reminder_after": "催报（逾期）",
    "summary": "汇总报送",
}
# Below the campaign's 模板: the office's own texts, each under its kind's title.
LETTERS_FOLDER = "信函"

_OFFICE = ("局名", "期次", "截止日期", "办公室", "联系人", "报送邮箱", "日期")
_UNIT = (*_OFFICE, "单位", "单位编码", "联络员", "份数", "表格清单")
_ANSWER = (*_UNIT, "接收份数", "问题份数", "须改正处数", "请核对处数", "收到时间", "尚未报送")
PLACEHOLDERS: dict[Kind, tuple[str, ...]] = {
    "distribute": _UNIT,
    "receipt": _ANSWER,
    "returned": _ANSWER,
    "resend": _ANSWER,
    "reminder_before": (*_UNIT, "工作日数"),
    "reminder_after": (*_UNIT, "工作日数"),
    "summary": (*_OFFICE, "应报份数", "接收份数", "退回份数", "未报份数", "迟报份数", "未报清单"),
}
# Without it, a letter to a unit does not say what it is about.
SUBJECT_MATTER = "表格清单"
# They run over lines, and may hold what a unit called its files: never in a subject.
LISTS = frozenset({SUBJECT_MATTER, "未报清单"})
BODY_ONLY = LISTS | {"尚未报送"}
CONTACT = "联系人"
"""Whom a unit can ask: the one value that may be empty."""
