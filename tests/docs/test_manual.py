"""The manual names forms, sheets, folders, commands, options and states as the program does."""

from __future__ import annotations

import ast
import datetime
import re
from functools import cache
from pathlib import Path

import click
import pytest

from lzxl.campaign.folder import create_campaign
from lzxl.campaign.typed import find_form
from lzxl.cli.main import cli
from lzxl.forms.load import load_forms
from lzxl.states import OF_FILINGS, OF_INTAKE, LetterState

ROOT = Path(__file__).resolve().parents[2]
_GENERATED = re.compile(r"<!-- (命令一览由|以下由).*?<!-- (命令一览到此|以上由)", re.S)
MANUAL = _GENERATED.sub("", (ROOT / "docs" / "使用手册.md").read_text(encoding="utf-8"))

OTHERS_WORDS = {
    "/": "what units write",
    "Limits": "a heading of the README",
    "2026年度": "a name of the manual's examples",
    "来件": "a name of the manual's examples",
    "演示": "a name of the manual's examples",
    "演示_2027年度": "a name of the manual's examples",
    "另行报告": "what a unit writes in its form",
    "工作表保护": "what spreadsheet programs call it",
    "较大、较轻微": "two words of the vocabularies",
    "较小、较严重": "two words of the vocabularies",
    "高、中、低": "what units write",
    "收到，谢谢": "what units write",
    "封面写的是甲单位，但这份表是发给乙单位的": "an example of a sentence with the names put in",
    "领导小组决定一律定为二级": "put together with the level; tests/summary holds it",
    "某栏": "stands for any column",
    "所填内容": "stands for any content",
    "…": "stands for anything",
    "……": "stands for anything",
    "错误：……": "stands for any error",
    "是否应为……": "stands for any suggestion",
    "第02次": "a part of the names of files that are made anew",
    "有密码的表": "a heading of the manual",
}


def _table_below(heading: str) -> list[list[str]]:
    """The rows of the first table below a line of the manual, without its head."""
    lines = MANUAL[MANUAL.index(heading) :].splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith("| ---"))
    rows = []
    for line in lines[start + 1 :]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return rows


@cache
def spoken() -> str:
    """Every text that the program can say: its string constants without docstrings, and the files of schemas."""
    texts = [
        file.read_text(encoding="utf-8") for file in (ROOT / "schemas").rglob("*") if file.suffix in (".yaml", ".txt")
    ]
    for file in (ROOT / "lzxl").rglob("*.py"):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        said = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        texts += [
            node.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said
        ]
    return "\n".join(texts)


def test_what_stands_in_quotation_marks_is_what_the_program_says() -> None:
    quoted = set(re.findall("“([^”]+)”", MANUAL)) - set(OTHERS_WORDS)
    headings = set(re.findall(r"^#+ (.+)$", MANUAL, re.M))
    assert len(quoted) > 40
    unknown = [text for text in quoted if text not in spoken() and text not in headings]
    assert [text for text in unknown if not all(part in spoken() for part in text.split("/"))] == []


def test_forms_are_called_by_their_titles_with_the_names_that_commands_take() -> None:
    rows = _table_below("### 有哪些表")
    assert [row[0].strip("《》") for row in rows] == [form.title for form in load_forms().values()]
    for (_, names, _, sheets), form in zip(rows, load_forms().values(), strict=True):
        assert sheets.split("、") == [sheet.title for sheet in form.sheets]
        assert {find_form(name) for name in names.split("、")} == {form.id}
    titles = {form.title for form in load_forms().values()}
    assert set(re.findall("《([^》]+)》", MANUAL)) <= titles


def test_folders_are_those_of_a_campaign(tmp_path: Path) -> None:
    root = create_campaign(tmp_path / "c", "甲局", "2026年度", datetime.date(2026, 11, 20)).root
    named = [name for row in _table_below("## 批次文件夹里有什么") for name in row[0].split("、")]
    made = {path.name for path in root.iterdir()}
    assert set(named) == made | {"模板"}


@pytest.mark.parametrize(
    ("heading", "titles", "more"),
    [
        ("收件时一份文件的结果", {state: state.chinese for state in OF_INTAKE}, {"未收取"}),
        (
            "进度里一个单位一张表的状态",
            {state: state.chinese for state in OF_FILINGS},
            {"迟报", "（共3版，最新一版未通过）"},
        ),
        ("“最近一封信”的状态", {state: state.chinese for state in LetterState}, set()),
    ],
)
def test_states_are_those_that_are_shown(heading: str, titles: dict[str, str], more: set[str]) -> None:
    named = {word for row in _table_below(heading) for word in row[0].split("、")}
    known = {word.split(" ")[0] for word in named - more}
    assert known == set(titles.values())
    assert all(word in spoken() for word in more if "（" not in word)


def test_options_are_options_of_some_command() -> None:
    def options(command: click.Command) -> set[str]:
        own = {name for option in command.params for name in option.opts} | {"--help", "--version"}
        if isinstance(command, click.Group):
            context = click.Context(command)
            for name in command.list_commands(context):
                child = command.get_command(context, name)
                assert child is not None
                own |= options(child)
        return own

    named = set(re.findall(r"(?<![-\w])--[a-z][a-z-]+", re.sub(r"pip install.*|chmod.*", "", MANUAL)))
    assert len(named) > 12
    assert named <= options(cli)
