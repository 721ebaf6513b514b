"""What a clerk reads: one request a sentence, the value first, nothing said twice, nothing that contradicts itself."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from lzxl.api import check as check_files
from lzxl.checks.advice import give_advice
from lzxl.checks.report import Report
from lzxl.forms.findings import Remedy, choice, either
from lzxl.forms.load import load_catalogue
from lzxl.submission import Fact, Submission
from tests.checks.tables import finding, submission
from tests.places import at
from tests.style import faults_of_style

RULES = load_catalogue().rules.values()
NIL = {"零报告": "是", "零报告原因": "本期没有发现。"}
# Words of the program's own, which no form has.
INTERNAL = re.compile(r"字段|布局|枚举|词汇表|空值|None|True|False|[{}\[\]]")


def faults_of_wording(text: str) -> list[str]:
    """What is clumsy about a fix, as the sentences themselves tell it."""
    sentences = [sentence for sentence in text.split("。") if sentence]
    wrong = [f"two requests: {sentence}" for sentence in sentences if re.sub("“[^”]*”", "", sentence).count("请") > 1]
    wrong += [f"twice: {sentence}" for sentence in set(sentences) if sentences.count(sentence) > 1]
    wrong += [f"twice: {word}" for word in ("建议填", "可选：", "格式：") if text.count(word) > 1]
    wrong += [f"marks: {marks}" for marks in re.findall("[。，；：]{2,}", text)]
    wrong += [f"a suggestion on its own: {text}" for _ in re.findall("(?:^|。)建议填", text)]
    if not text.endswith("。"):
        wrong.append(f"no end: {text}")
    return wrong


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_the_catalogue_speaks_to_a_clerk(rule: Any) -> None:
    assert faults_of_wording(rule.fix.removesuffix("{example}")) == []
    assert rule.message.endswith("。")
    plain = re.sub(r"\{\w+\}", "", rule.message + rule.fix)
    assert INTERNAL.findall(plain) == []
    # A path or a name of the program's own stands apart as a Latin word does.
    spoken = re.sub(r" \{(file|place|name)\} ?", "", f"{rule.title}。{rule.message}{rule.fix}")
    assert faults_of_style(spoken) == []


def test_every_finding_of_the_demonstration_reads_well(demo: Path) -> None:
    checked = check_files([demo / "来件"], demo).files
    findings = [entry for file in checked for entry in file.findings]
    assert len(findings) > 60
    assert {entry.code: faults_of_wording(entry.fix) for entry in findings if faults_of_wording(entry.fix)} == {}
    assert [entry.message for entry in findings if INTERNAL.search(entry.message + entry.fix)] == []


POWERS = "| 职权编码 | 职权名称 | 权力类别 |\n|-|\n"
MEASURES = "| 措施编号 | 关联风险点编号 |\n|-|\n"
RISKS = "| 风险点编号 | 职权 |\n|-|\n| HB01-001 | 现金管理 |\n| HB01-002 | 现金管理 |"


def powers(row: str) -> Submission:
    return submission("risk_register", {"powers": POWERS + row}, NIL)


def test_a_suggested_value_stands_in_the_first_sentence() -> None:
    made = powers("| 一号 | 现金管理 | 二类内部权力 |")
    assert finding(made, "bad_format").fix == ("请按格式填写（单位编码-Q加两位序号，如 HB01-Q01），建议填“HB01-Q01”。")
    made = powers("| #N/A | 现金管理 | 二类内部权力 |")
    assert finding(made, "error_value").fix == (
        "请直接填写“职权编码”，不用公式，建议填“HB01-Q01”。格式：单位编码-Q加两位序号，如 HB01-Q01。"
    )


def test_a_wrong_word_is_replaced_by_one_of_all_and_likeness_is_only_said() -> None:
    made = powers("| HB01-Q01 | 现金管理 | 内部 |")
    assert finding(made, "word_not_in_vocabulary").fix == (
        "请改为下列之一：一类外部权力、二类内部权力、三类公共类（写法最接近“二类内部权力”）。"
    )
    made = powers("| HB01-Q01 | 现金管理 | 甲 |")
    assert finding(made, "word_not_in_vocabulary").fix == ("请改为下列之一：一类外部权力、二类内部权力、三类公共类。")


def test_a_wrong_word_on_the_cover_is_replaced_by_what_the_sheets_tell() -> None:
    made = submission("risk_register", {"risk_points": RISKS}, {"零报告": "或许"})
    said = finding(made, "word_not_in_vocabulary")
    assert (said.fix, said.remedy) == ("请改为“否”。可选：是、否。", Remedy("set", "否"))


def test_a_blank_reference_says_where_the_numbers_are() -> None:
    rows = "| HB01-C001 | HB01-001 |\n| HB01-C002 | HB01-002 |\n| HB01-C003 |  |"
    made = submission("risk_register", {"risk_points": RISKS, "measures": MEASURES + rows})
    assert finding(made, "missing_value").fix.endswith("本栏须填“风险点”表中已有的编号。")


def test_a_measure_whose_risk_point_is_gone_may_go_with_it() -> None:
    rows = "| HB01-C001 | HB01-001 |\n| HB01-C002 | HB01-002 |\n| HB01-C003 | HB01-009 |"
    made = submission("risk_register", {"risk_points": RISKS, "measures": MEASURES + rows})
    said = finding(made, "reference_unknown")
    assert said.fix == (
        "请改为“风险点”表中已有的编号。确有该风险点的，先在“风险点”表登记；该风险点已取消的，删去本行。"
        "增加行的，封面“风险点数”相应修改。"
    )


def test_a_day_that_comes_before_several_others_is_said_once() -> None:
    rows = "| 单位 | 反馈日期 | 陈述日期 | 审定日期 |\n|-|\n| HB01 | 2026-12-01 | 2026-12-05 | 2026-11-01 |"
    said = finding(submission("appraisal", {"approvals": rows}), "date_order")
    assert said.message == "“审定日期”（2026-11-01）早于“反馈日期”（2026-12-01）、“陈述日期”（2026-12-05）。"
    assert said.fix == "请核对上述日期：“审定日期”应不早于“反馈日期”、“陈述日期”。"


def test_a_text_of_the_wrong_length_is_told_the_limits() -> None:
    made = powers(f"| HB01-Q01 | {'钱' * 101} | 二类内部权力 |")
    assert finding(made, "text_length").message == "“职权名称”现有101字，不符合字数要求（2至100字）。"
    rows = f"| 职权编码 | 职权名称 | 责任岗位 |\n|-|\n| HB01-Q01 | 现金管理 | {'岗' * 61} |"
    made = submission("risk_register", {"powers": rows}, NIL)
    assert finding(made, "text_length").message == "“责任岗位”现有61字，不符合字数要求（不超过60字）。"


def test_a_number_in_a_column_that_must_go_is_not_to_be_typed_again() -> None:
    catalogue = load_catalogue()
    made = powers("| HB01-Q01 | 现金管理 | 二类内部权力 |")
    header = "身份证号"
    made.facts += [
        Fact("column_private", at("权责清单", "S5"), header, header),
        Fact("id_digits_lost", at("权责清单", "S9"), header, "999999…"),
        Fact("id_digits_lost", at("权责清单", "T9"), header, "999999…"),
    ]
    _, lost, other = (entry for entry in give_advice(Report(made, catalogue)) if entry.header == "身份证号")
    assert (lost.fix, lost.remedy) == ("请随该列一并删去。", Remedy("clear"))
    assert other.fix.startswith("请重新填写“身份证号”")


def test_words_are_joined_as_people_join_them() -> None:
    assert [either(words) for words in ([], ["甲"], ["甲", "乙"], ["甲", "乙", "丙"])] == [
        "", "“甲”", "“甲”或“乙”", "“甲”、“乙”或“丙”",
    ]  # fmt: skip
    assert [choice("甲、乙"), choice("甲、乙", "乙"), choice("甲、乙", near="乙")] == [
        "下列之一：甲、乙", "“乙”。可选：甲、乙", "下列之一：甲、乙（写法最接近“乙”）",
    ]  # fmt: skip
