"""The full tables of a summary: which sheets of which forms have one, with which columns, and where it stands in the book.

What is shown of a sheet stands in `schemas/forms/` (`lzxl.forms.shown`); what is worked out of it is added here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from lzxl.forms.load import book_with, load_form
from lzxl.forms.model import STAGES, Form, Sheet
from lzxl.forms.rules_of_books import Decided
from lzxl.forms.shown import Evaluation, Shown
from lzxl.summary.tables import Column
from lzxl.year.events import load_machine

_FIRST, _LAST = ("一级风险清单", "单位统计", "类别等级", "防控措施覆盖"), ("未报送单位", "问题汇总", "待认定")


@dataclass(frozen=True)
class FullTable:
    """A sheet of the summary with all units' rows of one sheet of a form."""

    form: Form
    sheet: Sheet
    shown: Shown
    extra: tuple[Column, ...]
    """Columns that are added behind the form's own."""

    @property
    def title(self) -> str:
        return self.shown.title

    @property
    def key(self) -> tuple[str, str]:
        """Where its rows are among the merged frames."""
        return self.form.id, self.sheet.name

    def header(self, name: str) -> str:
        """What the form, or the summary, calls a column."""
        added = {column.name: column.title for column in self.extra}
        return added[name] if name in added else self.sheet.by_name[name].title


def full_tables(forms: Mapping[str, Form], asked: Collection[str]) -> tuple[FullTable, ...]:
    """The full tables in the order of forms and sheets: of the forms that were asked for (by id), and of those that are evaluated."""
    in_turn = sorted(forms.values(), key=lambda form: STAGES.index(form.stage) if form.stage in STAGES else -1)
    shown = [(form, sheet, sheet.shown) for form in in_turn for sheet in form.tables if sheet.shown is not None]
    evaluated = {form.id for form, _, one in shown if one.evaluated_as}
    register = next(sheet for _, sheet, one in shown if one.evaluated_as == "risks")
    return tuple(
        FullTable(form, sheet, one, _extra(sheet, one, register))
        for form, sheet, one in shown
        if form.id in asked or form.id in evaluated
    )


def _extra(sheet: Sheet, shown: Shown, register: Sheet) -> tuple[Column, ...]:
    """What is worked out for a sheet's rows (`lzxl.summary.merge`)."""
    extra: tuple[Column, ...] = ()
    if sheet.is_graded:
        basis = register.by_name["basis"].title
        extra += (
            Column("basis", basis, 24, "text", True, printed=False),
            Column("open", "认定情况", 9, "centre", True),
        )
    if shown.evaluated_as == "risks":
        extra += (
            Column("computed", _computed_title(), 9, "level", True),
            Column("decided", "认定等级", 9, "level", True),
            Column("decided_at", "认定会议和纪要文号", 26, "text", True, printed=False),
        )
    if shown.evaluated_as == "prevention":
        aspect, level = (f"关联{register.by_name[name].title}" for name in ("risk_type", "level"))
        extra += (
            Column("aspect", aspect, 14, "wide", True, printed=False),
            Column("risk_level", level, 10, "level", True, printed=False),
        )
    if sheet.rules.termed is not None:
        extra += (Column("is_overdue", "是否逾期", 9, "centre", True),)
    if shown.evaluated_as == "alerts":
        extra += (
            Column("disposition", load_machine().dispositions.title, 12, "text", True),
            Column("is_overdue", "是否逾期", 9, "centre", True),
        )
    return extra


def _computed_title() -> str:
    """What the book of decisions calls the level that follows by the grading table."""
    sheet, rule = load_form(book_with("decided")).rules_of(Decided)[0]
    return sheet.by_name[rule.computed].title


def evaluated_as(tables: Iterable[FullTable], evaluation: Evaluation) -> FullTable:
    """The full table that an evaluation is made of: there is one among all forms."""
    return next(table for table in tables if table.shown.evaluated_as == evaluation)


_PEOPLE = ("自查率", "人员变动")
_ANALYSIS = "预警分析"


def sheet_titles(
    tables: Iterable[FullTable], *, has_people: bool = False, has_warnings: bool = False
) -> tuple[str, ...]:
    """The sheets of a summary in their order: the register in front, the scores before what they come of.

    `has_people`: whether the roster names people, of whom two sheets tell then; `has_warnings`: whether there are warnings
    to be analysed, behind the ledger.
    """
    tables = list(tables)
    register, scores = evaluated_as(tables, "risks"), evaluated_as(tables, "scoring")
    titles = ["总览", register.title, *_FIRST]
    for table in tables:
        if table is not register:
            titles += ["考核得分", table.title] if table is scores else [table.title]
        if has_warnings and table.shown.evaluated_as == "alerts":
            titles.append(_ANALYSIS)
    return (*titles, *(_PEOPLE if has_people else ()), *_LAST)
