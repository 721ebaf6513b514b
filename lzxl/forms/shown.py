"""What the bureau's summary shows of a table that units fill in, or of the office's ledger of warnings, and what the
summary's own evaluations need of it.

A sheet of `schemas/forms/` says it under `summary`. A sheet that is `evaluated_as` something is what the lists, cross tables and
charts of the summary are made of: it has the fields of `NEEDED`, by these names and of these kinds; what they are called, and
which words they take, is the form's own. Each evaluation has one sheet among all forms (`lzxl.forms.sound` holds them to it).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Evaluation = Literal["risks", "prevention", "alerts", "scoring"]

NEEDED: Mapping[Evaluation, Mapping[str, tuple[str, ...]]] = {
    "risks": {
        "id": ("id",),
        "post": ("text",),
        "power": ("text",),
        "power_class": ("choice",),
        "risk_type": ("choice",),
        "point": ("text",),
        "description": ("text",),
        "likelihood": ("choice",),
        "severity": ("choice",),
        "level": ("level",),
        "basis": ("text",),
        "measure": ("text",),
        "responsible": ("person",),
        "section_head": ("person",),
        "leader": ("person",),
    },
    "prevention": {
        "risk_id": ("id",),
        "layer": ("choice",),
        "content": ("text",),
        "owner": ("person",),
        "deadline": ("date",),
    },
    "alerts": {
        "source": ("choice",),
        "state": ("text",),
        "round": ("count",),
        "due": ("date",),
        "overdue": ("count",),
    },
    "scoring": {
        "points": ("score",),
        "self_score": ("score",),
    },
}
"""Evaluation → the fields that its sheet must have, and the kinds that each may be of."""

OWN_SHEETS = (
    "总览",
    "一级风险清单",
    "单位统计",
    "类别等级",
    "防控措施覆盖",
    "预警分析",
    "考核得分",
    "自查率",
    "人员变动",
    "未报送单位",
    "问题汇总",
    "待认定",
)
"""Sheets of the summary that are no table of a form: no form may call its own so."""


@dataclass(frozen=True)
class Tally:
    """A column of 单位统计 that counts the rows of a sheet; `by`: fields whose words are counted there one by one.

    `apart`: field and role of the words whose rows are counted in a column of their own instead (duties among powers).
    """

    title: str
    by: tuple[str, ...] = ()
    apart: tuple[str, str] | None = None


@dataclass(frozen=True)
class Shown:
    """The sheet of the summary that has all units' rows of a sheet."""

    title: str
    columns: tuple[str, ...] = ()
    """The fields that it has; all that units fill in or see worked out, if there are none."""
    tally: Tally | None = None
    evaluated_as: Evaluation | None = None

    def has(self, name: str) -> bool:
        """Whether it has a column of the field `name`."""
        return not self.columns or name in self.columns
