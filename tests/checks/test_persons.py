"""第八条(三): the personal form is signed by the person it is about."""

from __future__ import annotations

import pytest

from lzxl.forms.findings import Remedy
from lzxl.forms.private import name_alone
from tests.checks.tables import finding, found, submission

NIL = {"零报告": "是", "零报告原因": "本期没有发现。"}


@pytest.mark.parametrize(
    ("person", "signed", "is_other"),
    [("张三", "张三", False), ("张三", "张　三", False), ("张三", "李四", True), ("张三", "张三丰", True)],
)
def test_the_signature_is_the_persons_own(person: str, signed: str, is_other: bool) -> None:
    made = submission("risk_register", {"self_checks": f"| 姓名 | 本人签字 |\n|-|\n| {person} | {signed} |"}, NIL)
    assert found(made) == ([("signature_mismatch", "B2")] if is_other else [])


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("王小明 13812345678", "王小明"),
        ("张三（13812345678）", "张三"),
        ("李娜2", "李娜2"),
        ("13812345678", ""),
        ("3", ""),
    ],
)
def test_what_is_left_of_a_cell_of_names_is_what_has_a_letter(written: str, name: str) -> None:
    assert name_alone(written) == name


def test_nothing_is_compared_with_a_person_who_is_not_named() -> None:
    made = submission("risk_register", {"self_checks": "| 姓名 | 本人签字 |\n|-|\n|  | 李四 |"}, NIL)
    assert "signature_mismatch" not in [code for code, _ in found(made)]


def test_without_either_column_nothing_is_compared() -> None:
    for title, name in (("姓名", "张三"), ("本人签字", "张三")):
        made = submission("risk_register", {"self_checks": f"| {title} |\n|-|\n| {name} |"}, NIL)
        assert "signature_mismatch" not in [code for code, _ in found(made)]


def test_who_ought_to_have_signed_is_said() -> None:
    made = submission("risk_register", {"self_checks": "| 姓名 | 本人签字 |\n|-|\n| 张三 | 李四 |"}, NIL)
    said = finding(made, "signature_mismatch")
    assert "张三" in said.message + said.fix
    assert said.remedy != Remedy("set", "张三")
