"""The names of what is in a campaign folder."""

from __future__ import annotations

SENT, RECEIVED, RETURNED, HELD, SUMMARY, LETTERS = "发放", "收件", "退回", "待查", "汇总", "文书"
PUBLISHED, ARCHIVED = "公示", "归档"
WORKING = "working-"
"""Private folders of a run below .lzxl begin so; what a run that was killed left of them is swept away."""
TEMPLATES = "模板"
"""The bureau's own restyled standard workbooks; made by the office if it wants any."""
