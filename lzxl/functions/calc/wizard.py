"""What the function wizard says of each function, in the words of the bureau's own tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lzxl.forms.load import load_forms
from lzxl.forms.shown import Evaluation
from lzxl.workbook.layout import DECIDED
from lzxl.year.events import load_machine
from lzxl.year.grades import part_titles


@dataclass(frozen=True)
class Described:
    """A function in the wizard."""

    name: str
    """Its method in the IDL."""
    text: str
    arguments: tuple[tuple[str, str, str], ...]
    """Name in the IDL, name for people, description; in the order of the IDL."""

    @property
    def shown(self) -> str:
        """As it is shown, the same as in a saved xlsx."""
        return f"LZ.{self.name.upper()}"

    @property
    def in_excel(self) -> str:
        """As it is called in Excel; typed into a cell it does too, and `spelling.py` sees to workbooks that have it."""
        return f"LZ_{self.name.upper()}"


def descriptions(tables: Mapping[str, Any]) -> tuple[Described, ...]:
    """The functions over `tables` (`lzxl.functions.tables.tables_of`)."""
    likelihoods, severities, levels = (_words(grade[part] for grade in tables["grades"]) for part in range(3))
    likelihood, severity, level, basis = _titles("risks", ("likelihood", "severity", "level", "basis"))
    pair = (
        ("likelihood", likelihood, f"{likelihood}：{likelihoods}。可以是一个单元格或一个区域"),
        ("severity", severity, f"{severity}：{severities}。可以是一个单元格或一个区域"),
    )
    weights = dict(zip([*part_titles().values()], tables["weights"], strict=True))
    scores = zip(("selfScore", "inspectionScore", "finalScore"), weights.items(), strict=True)
    wrong = f"有空白时为空，取值有误时为“{tables['invalid']}”"
    return (
        Described("level", f"{level}（{levels}），按{tables['title']}；{wrong}", pair),
        Described(
            "basis",
            f"{level}的{basis}，按{tables['title']}，已认定的写明认定结果；没有等级时为空",
            (*pair, *_of_decisions()),
        ),
        Described(
            "score",
            f"考核加权得分：{'、'.join(f'{name}占{weight}%' for name, weight in weights.items())}，保留一位小数；{wrong}",
            tuple((name, title, f"{title}所在的单元格或区域，占{weight}%") for name, (title, weight) in scores),
        ),
        _disposition(tables, wrong),
        _due(tables),
    )


def _of_decisions() -> tuple[tuple[str, str, str], ...]:
    (number,) = _titles("risks", ("id",))
    return (
        ("number", number, f"{number}。可以不填；填了的，第四项也要填"),
        ("decided", "认定情况", f"办公室发的表里的认定情况，写 {DECIDED}。可以不填"),
    )


def _disposition(tables: Mapping[str, Any], wrong: str) -> Described:
    machine = load_machine()
    degree, target, breach = machine.degrees.title, machine.targets.title, machine.breach_labels[0]
    return Described(
        "disposition",
        f"按{degree}建议的处置方式，供参考，由领导小组决定；涉嫌违纪违法的只移送；{wrong}",
        (
            ("degree", degree, f"{degree}：{_words(tables['dispositions'])}。可以是一个单元格或一个区域"),
            ("targetKind", target, f"{target}：{_words(tables['targets'])}。可以不填；填了的，写明由谁决定"),
            ("breach", breach, f"{breach}：{_words(tables['breach'])}。可以不填"),
        ),
    )


def _due(tables: Mapping[str, Any]) -> Described:
    first, last = tables["calendar"]["years"]
    return Described(
        "due",
        f"某日之后第几个工作日是哪一天，当日不计；得日期的序号，请把单元格设为日期格式。按{first}—{last}年的放假安排和本局日历",
        (
            ("day", "起算日", "起算日：日期。可以是一个单元格或一个区域"),
            ("workdays", "工作日数", "工作日数：正整数。可以是一个单元格或一个区域"),
            (
                "holidays",
                "放假日期",
                "另行放假的日期所在的区域。可以不填；放假安排未载入的年份，要把全年的放假日期列全",
            ),
            ("makeups", "调休上班日期", "调休上班的周末日期所在的区域。可以不填"),
        ),
    )


def _titles(evaluation: Evaluation, fields: Sequence[str]) -> list[str]:
    """What the forms call the fields that the functions take and give."""
    sheets = (form.evaluated_as(evaluation) for form in load_forms().values())
    sheet = next(sheet for sheet in sheets if sheet is not None)
    return [sheet.by_name[name].title for name in fields]


def _words(words: Any) -> str:
    return "、".join(dict.fromkeys(words))
