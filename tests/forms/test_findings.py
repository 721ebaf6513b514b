"""The catalogue of findings: complete, used, and readable by somebody who has never programmed."""

from __future__ import annotations

import ast
import re
import string
from pathlib import Path
from typing import get_args, get_type_hints

import pytest

import lzxl
from lzxl.checks.noticed import code_of
from lzxl.forms.findings import SEVERITIES, Catalogue, Phrase, Remedy, Rule, shorten
from lzxl.forms.load import load_catalogue, load_forms, load_vocabularies
from lzxl.year.events import load_machine
from tests.places import at

RULES = load_catalogue().rules
ACTIONS = get_args(get_type_hints(Remedy)["action"])
CLAUSES = re.compile(r"^(?:第[四五六七]条|第八条\((?:一|二|三)\)[12]?|分类|分级)$")  # the clause ids of the rules
ALWAYS = {"sheet", "cell", "header", "value"}
# Calls whose first text is a code, and results of parsing whose second text is one.
NOTING = {"Fact", "_note"}  # what reading comes upon; most facts have a finding of their name
SAYING = {"finding", "cell", "label", "whole", "_say", "_say_cell", "Fault"}


def _said_in_code() -> tuple[set[str], set[str]]:
    """(codes in calls that make findings, all texts in the package)."""
    said: set[str] = set()
    texts: set[str] = set()
    for path in Path(lzxl.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                texts.add(node.value)
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                if name in NOTING:
                    said.add(code_of(str(node.args[0].value)))
                if name in SAYING and re.fullmatch(r"[a-z]+(_[a-z0-9]+)*", str(node.args[0].value)):
                    said.add(str(node.args[0].value))
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Parsed" and len(node.args) > 1:
                said.add(str(getattr(node.args[1], "value", "")) or "word_alias")
    return said, texts


def _said_in_schemas() -> set[str]:
    codes = {code for vocabulary in load_vocabularies().values() for code in vocabulary.codes.values()}
    for form in load_forms().values():
        for sheet in form.sheets:
            for entry in (*sheet.fields, *sheet.office_fields):
                codes.update(entry.codes.values())
    machine = load_machine()
    parts = (*machine.states.values(), *machine.events.values())
    said = {part.otherwise for part in parts} | {event.own_unit for event in machine.events.values()}
    return codes | said - {""}


def test_every_code_that_is_said_is_in_the_catalogue() -> None:
    names = {"score", "points"}  # fields handed to table.cell(…)
    unknown = {code for code in _said_in_code()[0] | _said_in_schemas() if code not in RULES}
    fields = {entry.name for form in load_forms().values() for sheet in form.sheets for entry in sheet.fields}
    assert unknown - fields - names == set()


def test_every_code_of_the_catalogue_is_said_somewhere() -> None:
    # The checks of a bureau's own template say their codes without the prefix that they share.
    texts = _said_in_code()[1]
    said = texts | {f"template_{text}" for text in texts} | _said_in_schemas()
    assert set(RULES) - said == set()


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_a_rule_is_complete(rule: Rule) -> None:
    assert rule.severity in SEVERITIES
    assert rule.action in ACTIONS
    assert CLAUSES.match(rule.basis), rule.basis
    assert rule.title


def test_the_cases_of_phrases_are_those_that_the_code_tells() -> None:
    cases = {case for rule in RULES.values() for case in rule.phrases}
    told = _cases_told()
    assert told - cases == set()
    assert cases - told - _said_in_code()[1] == set()


def _cases_told() -> set[str]:
    """The cases that calls of Phrase name, be it one of two."""
    told: set[str] = set()
    for path in Path(lzxl.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Phrase":
                case = node.args[0]
                branches = [case.body, case.orelse] if isinstance(case, ast.IfExp) else [case]
                told.update(str(branch.value) for branch in branches if isinstance(branch, ast.Constant))
    return told


def test_a_phrase_is_filled_and_stands_in_the_text_where_its_case_is_told() -> None:
    rule = Rule("code", "", "error", "第{row}行{otherwise}。", "", "", "review", phrases={"more": "，另有{cells}"})
    catalogue = Catalogue({"code": rule})
    said = catalogue.finding("code", row=3, otherwise=Phrase("more", {"cells": ["A1", "B2"]}))
    assert said.message == "第3行，另有A1、B2。"
    assert catalogue.finding("code", row=3, otherwise="").message == "第3行。"
    with pytest.raises(KeyError):
        catalogue.finding("code", row=3, otherwise=Phrase("less"))


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_a_text_is_a_chinese_sentence(rule: Rule) -> None:
    for text in (rule.message, rule.fix):
        filled = re.sub(r"\{\w+\}", "", text)
        assert re.search(r"[\u4e00-\u9fff]", filled)
        assert text.endswith(("。", "{example}")), text
        assert not re.search(r"[\"'?!,;:]", filled), text
        assert not re.sub(r"xlsx|Word|\b0\b|\d{4}-\d\d-\d\d|[0-9]", "", filled).isascii()
        words = set(re.findall(r"[A-Za-z_]+", filled))
        assert words <= {"xlsx", "lzxl", "workbooks", "export", "LZXL_WORKBOOK_PASSWORD_FILE"}, text
        assert text.count("“") == text.count("”")


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_a_fix_says_what_to_do(rule: Rule) -> None:
    if rule.severity == "info":
        assert "不必" in rule.fix or "请" in rule.fix or "逐项" in rule.fix
    else:
        assert "请" in rule.fix


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_a_finding_is_filled_from_its_details(rule: Rule) -> None:
    names = {name for text in (rule.message, rule.fix) for _, name, _, _ in string.Formatter().parse(text) if name}
    details = {name: f"〈{name}〉" for name in names - ALWAYS}
    made = load_catalogue().finding(rule.code, at("风险点", "E4"), header="职权", value="甲", **details)
    text = made.message + made.fix
    assert "{" not in text
    for name in details:
        assert f"〈{name}〉" in text
    assert made.severity == rule.severity and made.basis == rule.basis
    if rule.action == "clear":
        assert "清除" in rule.fix
    if rule.action == "choose":
        assert re.search(r"\{(?:allowed|told|choice|suggestion)\}", rule.fix)


def test_lists_are_joined_and_long_values_cut() -> None:
    rule = Rule("x", "题", "error", "“{value}”有误。", "请选：{allowed}。", "分级", "choose")
    made = Catalogue({"x": rule}).finding("x", value="很长" * 60, allowed=("较大", "较小"))
    assert made.fix == "请选：较大、较小。"
    assert len(made.value) == 60 and made.value.endswith("…")
    assert [shorten(value) for value in (None, 3.0, 2.5, "一\n二")] == ["", "3", "2.5", "一 二"]


def test_a_code_that_is_not_in_the_catalogue_is_an_error_of_the_program() -> None:
    with pytest.raises(KeyError):
        load_catalogue().finding("no_such_code")
