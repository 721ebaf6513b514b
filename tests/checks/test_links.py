"""Powers, risk points and measures of one register belong together (第八条(一), 分类)."""

from __future__ import annotations

import pytest

from lzxl.checks.identifiers import full_numbers
from lzxl.forms.findings import Remedy
from lzxl.forms.load import load_form
from lzxl.submission import Submission
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
    said = finding(made, "power_unknown")
    assert said.remedy == Remedy("choose", ("现金管理",))
    assert said.fix == ("请改为“权责清单”中已有的职权名称（写法最接近“现金管理”）。确有该职权的，先在“权责清单”登记。")


def test_a_power_that_lost_its_name_gets_it_back_and_the_risk_point_stays() -> None:
    made = register(powers=ONE_POWER.replace("现金管理", ""))
    assert found(made) == [("missing_value", "B2")], "the risk point itself is not to be mended, and not counted"
    assert finding(made, "power_lost").severity == "info"
    assert finding(made, "missing_value").remedy == Remedy("set", "现金管理")
    assert "本格不必改" in finding(made, "power_lost").fix


def test_the_class_is_that_of_the_list() -> None:
    made = register(risks=ONE_RISK.replace("二类内部权力", "三类公共类"))
    assert found(made) == [("class_mismatch", "C2")]
    assert finding(made, "class_mismatch").remedy == Remedy("clear")
    assert "属于“二类内部权力”" in finding(made, "class_mismatch").message


def test_a_category_settles_its_class() -> None:
    made = register(powers=ONE_POWER.replace("二类内部权力", "三类公共类"))
    assert found(made) == [("group_mismatch", "C2")]
    assert finding(made, "group_mismatch").remedy == Remedy("clear")
    assert "属于“二类内部权力”" in finding(made, "group_mismatch").message


def test_means_settle_their_layer() -> None:
    made = register(measures=ONE_MEASURE.replace("内部检查", "民意调查"))
    assert found(made) == [("group_mismatch", "C2")]
    assert finding(made, "group_mismatch").remedy == Remedy("clear")


@pytest.mark.parametrize("shown", ["", "三类公共类"])
def test_classes_and_layers_follow_where_a_formula_or_nothing_stands(shown: str) -> None:
    """Blank cells, and formulas that show what was true before something else was chosen."""
    made = register(
        powers=ONE_POWER.replace("二类内部权力", shown),
        risks=ONE_RISK.replace("二类内部权力", shown),
        measures=ONE_MEASURE.replace("科室联防", shown and "社会群防"),
    )
    if shown:
        for table, name in zip(made.tables, ("power_class", "power_class", "layer"), strict=True):
            table.formulas[name] = {0}
    assert found(made) == []
    [checked] = check(made)
    values = {table.name: table.values for table in checked.submission.tables}
    assert values["powers"]["power_class"] == values["risk_points"]["power_class"] == ["二类内部权力"]
    assert values["measures"]["layer"] == ["科室联防"]


def test_a_blank_means_is_chosen_from_those_of_the_layer_only() -> None:
    made = register(measures=ONE_MEASURE.replace("内部检查", ""))
    assert "可选：明确岗位职责" in finding(made, "missing_value").fix
    assert "民意调查" not in finding(made, "missing_value").fix


def test_a_measure_for_a_risk_point_that_does_not_exist() -> None:
    made = register(measures=ONE_MEASURE + "\n| HB01-C002 | HB01-009 | 科室联防 | 内部检查 |")
    assert found(made) == [("reference_unknown", "B3")]


def test_which_risk_point_a_measure_answers_is_asked_and_those_without_one_are_named() -> None:
    made = register(
        risks=ONE_RISK + "\n" + ONE_RISK.replace("001", "002"), measures=ONE_MEASURE.replace("HB01-001", "")
    )
    more = MEASURES + ONE_MEASURE.replace("C001", "C002").replace("HB01-001", "")
    made.tables.append(table("risk_register", "measures", more, made.facts, title="防控措施 (2)"))
    blank = [entry for entry in check(made)[0].findings if entry.code == "missing_value"]
    assert [entry.remedy for entry in blank] == [Remedy("choose", ("HB01-001", "HB01-002"))] * 2
    assert all(entry.fix.endswith("尚无措施的风险点：HB01-001、HB01-002。") for entry in blank)


TERMS = "| 措施编号 | 关联风险点编号 | 防控方式 | 类型 | 完成时限 | 完成情况 | 完成日期 |\n|-|\n| HB01-C001 | HB01-001 | 内部检查 |"


@pytest.mark.parametrize(
    ("rest", "missing"),
    [
        (" 限期完成 |  |  |  |", [("missing_because", "E2")]),
        (" 限期完成 | 2026-12-01 | 已完成 |  |", [("missing_because", "G2")]),
        (" 限期完成 | 2026-12-01 | 已完成 | 2026-06-01 |", []),
        (" 长期坚持 |  |  |  |", []),
        ("  |  |  |  |", []),
    ],
)
def test_what_is_to_be_done_by_a_day_has_one_and_what_is_done_the_day_on_which_it_was(
    rest: str, missing: list[tuple[str, str]]
) -> None:
    made = submission(
        "risk_register", {"powers": POWERS + ONE_POWER, "risk_points": RISKS + ONE_RISK, "measures": TERMS + rest}
    )
    assert found(made) == missing


def test_a_risk_point_without_measure() -> None:
    assert found(register(risks=ONE_RISK + "\n" + ONE_RISK.replace("001", "002"))) == [("measure_not_linked", "A3")]


def test_a_number_that_measures_refer_to_goes_back_to_the_row_that_lost_it() -> None:
    made = register(risks=ONE_RISK.replace("HB01-001", ""))
    assert found(made) == [("missing_value", "A2")]
    assert finding(made, "reference_lost").severity == "info"
    assert finding(made, "missing_value").remedy == Remedy("set", "HB01-001")
    assert "第2行" in finding(made, "reference_lost").fix


def test_of_two_lost_numbers_each_goes_back_between_its_neighbours() -> None:
    numbers = ("001", "", "003", "", "005")
    risks = "\n".join(ONE_RISK.replace("HB01-001", number and f"HB01-{number}") for number in numbers)
    # Referred to in another order than that of the rows.
    links = "\n".join(ONE_MEASURE.replace("-001", f"-00{n}").replace("C001", f"C00{n}") for n in (4, 2, 1, 3, 5))
    made = register(risks=risks, measures=links)
    advised = {entry.cell: entry.remedy for entry in check(made)[0].findings if entry.code == "missing_value"}
    assert advised == {"A3": Remedy("set", "HB01-002"), "A5": Remedy("set", "HB01-004")}


def test_lost_numbers_that_nothing_tells_apart_are_left_to_the_unit_each_once() -> None:
    risks = "\n".join(ONE_RISK.replace("HB01-001", number) for number in ("", ""))
    links = "\n".join(ONE_MEASURE.replace("-001", f"-00{n}").replace("C001", f"C00{n}") for n in (2, 1))
    made = register(risks=risks, measures=links)
    blank = [entry for entry in check(made)[0].findings if entry.code == "missing_value"]
    assert [entry.remedy for entry in blank] == [Remedy("choose", ("HB01-002", "HB01-001"))] * 2
    assert blank[0].fix.endswith("本栏须填“HB01-002”或“HB01-001”。各用一次，不要重复。")
    [first, _] = [entry for entry in check(made)[0].findings if entry.code == "reference_lost"]
    assert first.fix == "请将“风险点”表第2、3行中应填该编号的一行的编号改为“HB01-002”，本格不必改。"


def test_of_two_rows_with_one_number_the_unit_says_which_is_wrong() -> None:
    made = register(
        risks="\n".join(ONE_RISK.replace("001", number) for number in ("002", "002")),
        measures=ONE_MEASURE + "\n" + ONE_MEASURE.replace("-001", "-002").replace("C001", "C002"),
    )
    assert finding(made, "not_unique").fix == (
        "请核对哪一行有误，将有误的改为不重复的风险点编号，建议填“HB01-001”。整行重复的，删去本行。"
        "删去行的，封面“风险点数”相应修改，并“防控措施”表中引用其编号的一并修改。"
    )
    assert "“风险点”表第2行、第3行中有误的一行的编号" in finding(made, "reference_lost").fix


TWO_RISKS = ONE_RISK + "\n" + ONE_RISK.replace("001", "002")


@pytest.mark.parametrize(
    "written",
    [
        "HB01-001、HB01-002",
        "HB01-001 HB01-002",
        "HB01-001,002",
        "hb01-001；ＨＢ０１－００２",
        "HB01-001至HB01-002",
        "HB01-001-002",
    ],
)
def test_several_numbers_in_one_reference_lose_none(written: str) -> None:
    made = register(risks=TWO_RISKS, measures=ONE_MEASURE.replace("HB01-001", written))
    assert found(made) == [("several_references", "B2")]  # neither of them is without a measure
    said = finding(made, "several_references")
    assert said.remedy == Remedy("review")
    assert said.fix == (
        "请将本行复制为2行，每行填一个编号，复制的行另编“措施编号”。只对应其中一个的，填写该编号，其余编号写入备注，不要删去。"
    )


@pytest.mark.parametrize(
    ("sheet", "field", "written", "numbers"),
    [
        ("measures", "risk_id", "HB01-002至HB01-004", "HB01-002 HB01-003 HB01-004"),
        ("measures", "risk_id", "HB01-002—004", "HB01-002 HB01-003 HB01-004"),
        ("measures", "risk_id", "HB01-002~HB01-004、HB01-009", "HB01-002 HB01-003 HB01-004 HB01-009"),
        ("measures", "risk_id", "HB01-001HB01-003", "HB01-001 HB01-003"),  # a line break was lost
        ("measures", "risk_id", "HB01-001\nHB01-003\n", "HB01-001 HB01-003"),
        ("measures", "risk_id", "HB01-004至HB01-002", "HB01-004 HB01-002"),
        ("measures", "risk_id", "HB01-001至HB02-003", "HB01-001 HB02-003"),  # no range
        ("measures", "id", "HB01-C001至003", "HB01-C001 HB01-C002 HB01-C003"),
        ("measures", "id", "HB01-C001、C003", ""),  # C003 is no number, nor figures alone
        ("measures", "risk_id", "HB01-003,", ""),  # one number
        ("measures", "risk_id", "HB01-0010002", ""),
        ("measures", "risk_id", "、HB01-001、HB01-002", ""),
    ],
)
def test_every_number_of_a_list_or_range_is_known(sheet: str, field: str, written: str, numbers: str) -> None:
    entry = load_form("risk_register").by_name[sheet].by_name[field]
    assert full_numbers(entry, written) == tuple(numbers.split())


def test_several_numbers_of_one_row_ask_for_a_row_each() -> None:
    made = register(risks=ONE_RISK.replace("HB01-001", "HB01-001、HB01-002"))
    assert ("several_numbers", "A2") in found(made)
    assert "一行填一个编号" in finding(made, "several_numbers").fix


@pytest.mark.parametrize("written", ["措施3", "HB01-001号", "HB01-001等", "、", "HB01", "2026-01"])
def test_what_is_no_list_of_numbers_is_ill_formed(written: str) -> None:
    assert ("bad_format", "B2") in found(register(measures=ONE_MEASURE.replace("HB01-001", written)))


@pytest.mark.parametrize("number", ["", "HB01-1", "#N/A", "HB01-002"])
def test_what_need_not_be_mended_is_not_counted_among_what_must_be(number: str) -> None:
    """However a number was lost, and however many cells refer to it, one cell is to be mended."""
    made = register(
        risks="\n".join([ONE_RISK.replace("001", "002"), ONE_RISK.replace("HB01-001", number)]),
        measures="\n".join(ONE_MEASURE.replace("C001", f"C00{count}") for count in range(1, 6))
        + "\n"
        + ONE_MEASURE.replace("C001", "C006").replace("HB01-001", "HB01-002"),
    )
    [checked] = check(made)
    told = [entry for entry in checked.findings if "本格不必改" in entry.fix]
    assert (len(told), {entry.severity for entry in told}) == (5, {"info"})
    assert (checked.status, [cell for _, cell in found(made)]) == ("returned", ["A3"])


def test_a_moral_risk_outside_the_public_class_is_only_mentioned() -> None:
    made = register(risks=ONE_RISK.replace("岗位职责风险", "思想道德风险"))
    assert found(made) == []
    assert finding(made, "type_class_doubtful").severity == "info"


def test_of_a_power_without_a_category_the_category_alone_is_missing() -> None:
    said = check(register(powers="| HB01-Q01 | 现金管理 |  |  |"))[0].findings
    assert [entry.header for entry in said if entry.code == "missing_value"] == ["职权类型"]
