"""Powers, risk points and measures of one register belong together (第八条(一), 分类)."""

from __future__ import annotations

from lzxl.forms.findings import Remedy
from lzxl.workbook.submission import Submission
from tests.checks.tables import check, finding, found, submission, table

POWERS = "| 职权编码 | 职权名称 | 权力类别 | 职权类型 |\n|-|\n"
RISKS = "| 风险点编号 | 职权 | 权力类别 | 风险类型 |\n|-|\n"
MEASURES = "| 措施编号 | 关联风险点编号 | 防控层次 | 防控方式 |\n|-|\n"
ONE_POWER = "| HB01-Q01 | 现金管理 | 二类内部权力 | 财务管理 |"
ONE_RISK = "| HB01-001 | 现金管理 | 二类内部权力 | 岗位职责风险 |"
ONE_MEASURE = "| HB01-C001 | HB01-001 | 科室联防 | 内部检查 |"


def register(powers: str = ONE_POWER, risks: str = ONE_RISK, measures: str = ONE_MEASURE) -> Submission:
    tables = {"powers": POWERS + powers, "risk_points": RISKS + risks, "measures": MEASURES + measures}
    return submission("risk_register", tables)


def test_a_register_that_holds_together_passes() -> None:
    assert found(register()) == []


def test_a_power_that_is_not_listed() -> None:
    made = register(risks=ONE_RISK.replace("现金管理", "现金的管理"))
    assert found(made) == [("power_unknown", "B2")]
    assert finding(made, "power_unknown").remedy == Remedy("set", "现金管理")


def test_a_power_that_lost_its_name_gets_it_back_and_the_risk_point_stays() -> None:
    made = register(powers=ONE_POWER.replace("现金管理", ""))
    assert found(made) == [("missing_value", "B2"), ("power_lost", "B2")]
    assert finding(made, "missing_value").remedy == Remedy("set", "现金管理")
    assert "本格不必改" in finding(made, "power_lost").fix


def test_the_class_is_that_of_the_list() -> None:
    made = register(risks=ONE_RISK.replace("二类内部权力", "三类公共类"))
    assert found(made) == [("class_mismatch", "C2")]
    assert finding(made, "class_mismatch").remedy == Remedy("set", "二类内部权力")


def test_a_category_settles_its_class() -> None:
    made = register(powers=ONE_POWER.replace("二类内部权力", "三类公共类"))
    assert found(made) == [("group_mismatch", "C2")]
    assert finding(made, "group_mismatch").remedy == Remedy("set", "二类内部权力")


def test_means_belong_to_their_layer() -> None:
    made = register(measures=ONE_MEASURE.replace("内部检查", "民意调查"))
    assert found(made) == [("group_mismatch", "D2")]
    remedy = finding(made, "group_mismatch").remedy
    assert remedy.action == "choose" and "内部检查" in remedy.value and "民意调查" not in remedy.value


def test_a_blank_means_is_chosen_from_those_of_the_layer_only() -> None:
    made = register(measures=ONE_MEASURE.replace("内部检查", ""))
    assert "可选：明确岗位职责" in finding(made, "missing_value").fix
    assert "民意调查" not in finding(made, "missing_value").fix


def test_a_measure_for_a_risk_point_that_does_not_exist() -> None:
    made = register(measures=ONE_MEASURE + "\n| HB01-C002 | HB01-009 | 科室联防 | 内部检查 |")
    assert found(made) == [("reference_unknown", "B3")]


def test_measures_of_two_tables_are_not_sent_to_the_same_risk_point() -> None:
    made = register(
        risks=ONE_RISK + "\n" + ONE_RISK.replace("001", "002"), measures=ONE_MEASURE.replace("HB01-001", "")
    )
    more = MEASURES + ONE_MEASURE.replace("C001", "C002").replace("HB01-001", "")
    made.tables.append(table("risk_register", "measures", more, made.findings, title="防控措施 (2)"))
    blank = [entry.remedy for entry in check(made)[0].findings if entry.code == "missing_value"]
    assert blank == [Remedy("set", "HB01-001"), Remedy("set", "HB01-002")]


def test_a_risk_point_without_measure() -> None:
    assert found(register(risks=ONE_RISK + "\n" + ONE_RISK.replace("001", "002"))) == [("measure_not_linked", "A3")]


def test_a_number_that_measures_refer_to_goes_back_to_the_row_that_lost_it() -> None:
    made = register(risks=ONE_RISK.replace("HB01-001", ""))
    assert found(made) == [("missing_value", "A2"), ("reference_lost", "B2")]
    assert finding(made, "missing_value").remedy == Remedy("set", "HB01-001")
    assert "第2行" in finding(made, "reference_lost").fix


def test_a_moral_risk_outside_the_public_class_is_only_mentioned() -> None:
    made = register(risks=ONE_RISK.replace("岗位职责风险", "思想道德风险"))
    assert found(made) == []
    assert finding(made, "type_class_doubtful").severity == "info"
