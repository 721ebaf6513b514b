"""The faults of the sample bureau, as real submissions have them: each is put into one workbook and noted with its cell.

`PLAN` says which unit's which form has which faults. A fault takes the filled workbook, spoils it, and notes the finding
that a check must make of it; harmless oddities (merged cells, a moved column) note nothing, and nothing must be found.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

from lzxl.demo.bureau import FILED_ON
from lzxl.demo.faults_of_layout import (
    deleted_column,
    extra_column,
    extra_sheet,
    hidden_column,
    hidden_row,
    merged_sections,
    messy_headers,
    moved_column,
    old_version,
    renamed_header,
    repeated_header,
    shifted_row,
    stray_cell,
    struck_row,
)
from lzxl.demo.paper import Paper

Fault = Callable[[Paper], None]


def no_likelihood(paper: Paper) -> None:
    paper.expect("missing_likelihood", "risk_points", paper.put("risk_points", "likelihood", 2, None), "发生可能性未填")


def no_severity(paper: Paper) -> None:
    paper.expect("missing_severity", "risk_points", paper.put("risk_points", "severity", 4, None), "后果程度未填")


def no_measure(paper: Paper) -> None:
    paper.expect("missing_measure", "risk_points", paper.put("risk_points", "measure", 5, None), "防控措施未填")


def no_responsible(paper: Paper) -> None:
    """Of a post that the bureau's list of people does not have yet: nobody can be looked up for it."""
    cell = paper.put("risk_points", "responsible", paper.first("risk_points", post="移动执法岗"), "　 ")
    paper.expect("missing_responsible", "risk_points", cell, "直接责任人只有空格，人员名册里也没有这个岗位的人")


def near_miss_likelihood(paper: Paper) -> None:
    cell = paper.put("risk_points", "likelihood", 0, "大")
    paper.expect("word_not_in_vocabulary", "risk_points", cell, "发生可能性写成“大”")


def alias_severity(paper: Paper) -> None:
    cell = paper.put("risk_points", "severity", paper.first("risk_points", severity="较轻微"), "轻微")
    paper.expect("word_alias", "risk_points", cell, "后果程度写成“轻微”（别名，照常统计）")


def foreign_type(paper: Paper) -> None:
    cell = paper.put("risk_points", "risk_type", 3, "业务流程风险")
    paper.expect("type_outside_three", "risk_points", cell, "风险类型不在三类之内")


def typed_level(paper: Paper) -> None:
    index = paper.first("risk_points", likelihood="较大", severity="严重")
    cell = paper.put("risk_points", "level", index, "三级")
    paper.expect("level_mismatch", "risk_points", cell, "手填等级三级，按可能性和后果应为一级")


def typed_level_alias(paper: Paper) -> None:
    index = paper.first("risk_points", likelihood="较大", severity="严重")
    cell = paper.put("risk_points", "level", index, "Ⅰ级")
    paper.expect("word_alias", "risk_points", cell, "手填等级“Ⅰ级”，与计算一致")


def compound_level(paper: Paper) -> None:
    cell = paper.put("risk_points", "level", 6, "1中2低")
    paper.expect("compound_level", "risk_points", cell, "一格里写了几个风险点的等级")


def duplicate_id(paper: Paper) -> None:
    lost = paper.rows["measures"][-1]["risk_id"]
    number = paper.first("risk_points", id=lost)
    cell = paper.put("risk_points", "id", number, paper.rows["risk_points"][0]["id"])
    paper.expect("not_unique", "risk_points", cell, "风险点编号与第一行重复")
    for index, row in enumerate(paper.rows["measures"]):
        if row["risk_id"] == lost:
            place = paper.place("measures", "risk_id", index)
            paper.expect("reference_lost", "measures", place, "编号改重复后，措施引用的编号不存在")


def bad_id(paper: Paper) -> None:
    cell = paper.put("measures", "id", 2, "措施3")
    paper.expect("bad_format", "measures", cell, "措施编号不合格式")


def dangling_measure(paper: Paper) -> None:
    unit = str(paper.rows["measures"][0]["risk_id"]).split("-")[0]
    cell = paper.put("measures", "risk_id", 0, f"{unit}-099")
    paper.expect("reference_unknown", "measures", cell, "关联的风险点编号不存在")


def unlisted_power(paper: Paper) -> None:
    index = paper.first("risk_points", power=paper.rows["powers"][-1]["power"])
    cell = paper.put("risk_points", "power", index, "办理上级交办的其他事项")
    paper.expect("power_unknown", "risk_points", cell, "职权不在权责清单")


def wrong_class(paper: Paper) -> None:
    """A class is typed over its formula, and is not that of the power."""
    listed = paper.rows["powers"][paper.first("powers", power=paper.rows["risk_points"][0]["power"])]
    cell = _typed_over(paper, "risk_points", "power_class", listed["category"])
    paper.expect("class_mismatch", "risk_points", cell, "手填的权力类别与权责清单不一致")


def wrong_layer(paper: Paper) -> None:
    cell = _typed_over(paper, "measures", "layer", paper.rows["measures"][0]["means"])
    paper.expect("group_mismatch", "measures", cell, "手填的防控层次与防控方式不符")


def _typed_over(paper: Paper, sheet: str, name: str, word: Any) -> str:
    """Write a group over the formula of the first row that is not that of `word`; the address of the cell."""
    groups = paper.form.by_name[sheet].by_name[name].vocabulary
    own = {vocabulary.group_of(word) for vocabulary in paper.form.vocabularies if word in vocabulary.allowed}
    assert groups is not None
    return paper.put(sheet, name, 0, next(group for group in groups.allowed if group not in own))


def type_as_power(paper: Paper) -> None:
    index = paper.first("risk_points", risk_type="制度机制风险")
    cell = paper.put("risk_points", "power", index, "制度机制")
    paper.expect("type_in_wrong_column", "risk_points", cell, "把风险类型填到了职权一栏")
    paper.expect("power_unknown", "risk_points", cell, "职权不在权责清单")


def dotted_date(paper: Paper) -> None:
    cell = paper.put("risk_points", "deadline", 0, "2026.12.1")
    paper.expect("date_as_text", "risk_points", cell, "日期写成“2026.12.1”（照常读取）")


def spaced_date(paper: Paper) -> None:
    cell = paper.put("risk_points", "deadline", 1, "2026年 11月 12日")
    paper.expect("date_as_text", "risk_points", cell, "日期里有空格（照常读取）")


def serial_date(paper: Paper) -> None:
    day = (datetime.date(2026, 11, 30) - datetime.date(1899, 12, 30)).days
    cell = paper.put("risk_points", "deadline", 3, day, "General")
    paper.expect("date_as_serial", "risk_points", cell, "日期是一个序列号（照常读取）")


def vague_date(paper: Paper) -> None:
    cell = paper.put("risk_points", "deadline", 2, "长期坚持")
    paper.expect("date_vague", "risk_points", cell, "完成时限未写明是哪一天")


def impossible_date(paper: Paper) -> None:
    cell = paper.put("risk_points", "deadline", 4, "2026年11月31日")
    paper.expect("date_impossible", "risk_points", cell, "日期不存在")


def formula_blank(paper: Paper) -> None:
    # Openpyxl stores no value with it, just as a program that did not calculate.
    cell = paper.put("risk_points", "point", 2, "=VLOOKUP(C8,风险库!A:B,2,0)")
    paper.expect("formula_without_value", "risk_points", cell, "公式未保存结果")


def error_cell(paper: Paper) -> None:
    place = paper.worksheet("risk_points").cell(
        paper.row("risk_points", 3), paper.column("risk_points", "leader"), "#N/A"
    )
    place.data_type = "e"
    paper.expect("error_value", "risk_points", place.coordinate, "单元格显示 #N/A")


def wrong_count(paper: Paper) -> None:
    cell = paper.put_label("row_count", len(paper.rows["risk_points"]) + 2)
    paper.expect("cover_count_mismatch", "cover", cell, "封面的风险点数与表内行数不符")


def other_period(paper: Paper) -> None:
    cell = paper.put_label("period", "2025年度")
    paper.expect("period_mismatch", "cover", cell, "填报期次不是本期")


def other_unit_name(paper: Paper) -> None:
    cell = paper.put_label("unit_name", "执法队")
    paper.expect("unit_name_mismatch", "cover", cell, "单位名称与名册不符")


def other_head(paper: Paper) -> None:
    cell = paper.put_label("head", "代签人")
    paper.expect("signer_mismatch", "cover", cell, "负责人与名册登记的不符")


def no_reporter(paper: Paper) -> None:
    paper.expect("missing_value", "cover", paper.put_label("reporter", None), "封面填报人未填")


def unknown_unit(paper: Paper) -> None:
    cell = paper.put_label("unit_code", "HB88")
    paper.expect("unit_not_on_roster", "cover", cell, "单位编码不在名册")
    paper.expect("stamp_mismatch", "cover", cell, "单位编码与发放时不同")


def key_post_gone(paper: Paper) -> None:
    post = "综合岗"
    rows = paper.rows["risk_points"]
    wanted = str(rows[0]["post"])
    powers = {row["power"] for row in paper.rows["powers"] if row["post"] == wanted}
    cells = [
        paper.put("risk_points", "post", index, post)
        for index, row in enumerate(rows)
        if row["post"] == wanted and row["power"] in powers
    ]
    paper.expect("key_post_uncovered", "risk_points", ",".join(cells), f"重点岗位“{wanted}”没有风险点")


def other_signature(paper: Paper) -> None:
    cell = paper.put("self_checks", "signed", 0, "代签")
    paper.expect("signature_mismatch", "self_checks", cell, "本人签字与姓名不一致")


def later_than_filing(paper: Paper) -> None:
    cell = paper.put("self_checks", "filled_on", 1, datetime.date(2026, 12, 20))
    paper.expect("date_after_filing", "self_checks", cell, "自查日期晚于填报日期")


def collected_later(paper: Paper) -> None:
    cell = paper.put("warnings", "collected_on", -1, FILED_ON + datetime.timedelta(days=10))
    paper.expect("date_after_filing", "warnings", cell, "采集日期晚于填报日期")


def no_source(paper: Paper) -> None:
    paper.expect("missing_value", "warnings", paper.put("warnings", "channel", 0, None), "信息来源未填")


def no_collection_day(paper: Paper) -> None:
    paper.expect("missing_value", "warnings", paper.put("warnings", "collected_on", 1, None), "采集日期未填")


def foreign_channel(paper: Paper) -> None:
    cell = paper.put("warnings", "channel", 0, "群众来电")
    paper.expect("word_not_in_vocabulary", "warnings", cell, "信息来源不在可选词内")


def lost_risk_link(paper: Paper) -> None:
    unit = str(paper.rows["warnings"][0]["id"]).split("-")[0]
    cell = paper.put("warnings", "risk_id", 0, f"{unit}-077")
    paper.expect("risk_id_unknown", "warnings", cell, "关联的风险点不在登记表里")


def nil_with_count(paper: Paper) -> None:
    cell = paper.put_label("row_count", 2)
    paper.expect("cover_count_mismatch", "cover", cell, "零报告的预警信息数不是0")


def score_too_high(paper: Paper) -> None:
    points = paper.rows["items"][2]["points"]
    cell = paper.put("items", "self_score", 2, points + 1)
    paper.expect("score_over_points", "items", cell, "自评分超过分值")


def score_as_text(paper: Paper) -> None:
    index = next(n for n, row in enumerate(paper.rows["items"]) if row["self_score"] == row["points"])
    cell = paper.put("items", "self_score", index, f"{paper.rows['items'][index]['points']}分")
    paper.expect("number_as_text", "items", cell, "得分写成文字（照常读取）")


def score_in_words(paper: Paper) -> None:
    cell = paper.put("items", "self_score", 5, "满分")
    paper.expect("number_unreadable", "items", cell, "得分写成“满分”")


def no_self_score(paper: Paper) -> None:
    paper.expect("missing_score", "items", paper.put("items", "self_score", 8, None), "自评分未填")


def wrong_total(paper: Paper) -> None:
    sheet = paper.worksheet("items")
    row = paper.row("items", -1) + 1
    sheet.cell(row, paper.column("items", "section"), "合计")
    total = sum(item["self_score"] for item in paper.rows["items"])
    cell = sheet.cell(row, paper.column("items", "self_score"), total + 5)
    paper.expect("total_mismatch", "items", cell.coordinate, "自加的合计与各项之和不符")
    paper.expect("row_dropped", "items", f"{row}:{row}", "自加的合计行（不计入）")


def changed_points(paper: Paper) -> None:
    row = paper.rows["items"][4]
    cell = paper.put("items", "points", 4, row["points"] + 1)
    paper.expect("item_changed", "items", cell, "分值被改动")
    first = paper.place("items", "points", 0)
    paper.expect("points_not_hundred", "items", first, "分值合计不是100")


def no_reason(paper: Paper) -> None:
    index = next(n for n, row in enumerate(paper.rows["items"]) if row["self_score"] < row["points"])
    cell = paper.put("items", "evidence", index, None)
    paper.expect("deduction_without_reason", "items", cell, "扣分未写佐证")


def swapped_words(paper: Paper) -> None:
    row = paper.rows["risk_points"][5]
    cell = paper.put("risk_points", "likelihood", 5, row["severity"])
    paper.put("risk_points", "severity", 5, row["likelihood"])
    paper.expect("cells_swapped", "risk_points", cell, "发生可能性和后果程度两格填反")


def repeated_risk(paper: Paper) -> None:
    cell = paper.put("risk_points", "description", 1, paper.rows["risk_points"][0]["description"])
    paper.expect("risk_repeated", "risk_points", cell, "同一岗位的同一风险登记了两次")


def informant(paper: Paper) -> None:
    problem = paper.rows["warnings"][-1]["problem"]
    cell = paper.put("warnings", "problem", -1, f"举报人赵大山反映：{problem}")
    paper.expect("private_content", "warnings", cell, "写出了举报人的姓名")


def ticked(paper: Paper) -> None:
    cell = paper.put("warnings", "urgent", 0, "√")
    paper.expect("word_alias", "warnings", cell, "是否紧急打了钩（照常统计）")


# (unit, form) → faults of that workbook
PLAN: dict[tuple[str, str], tuple[Fault, ...]] = {
    ("HB01", "risk_register"): (no_likelihood, near_miss_likelihood, dotted_date),
    ("HB02", "risk_register"): (typed_level, alias_severity, hidden_row, struck_row, stray_cell),
    ("HB03", "risk_register"): (duplicate_id, no_severity, swapped_words, merged_sections),
    ("HB04", "risk_register"): (wrong_class, foreign_type, moved_column, extra_column),
    ("HB05", "risk_register"): (no_measure, dangling_measure, vague_date, serial_date, messy_headers),
    ("HB06", "risk_register"): (unlisted_power, bad_id, impossible_date),
    ("HB07", "risk_register"): (key_post_gone, wrong_count, formula_blank),
    ("HB08", "risk_register"): (renamed_header, repeated_header, hidden_column),
    ("HB09", "risk_register"): (deleted_column, wrong_layer, typed_level_alias, repeated_risk),
    ("HB10", "risk_register"): (other_unit_name, compound_level, error_cell, no_responsible),
    ("HB11", "risk_register"): (type_as_power, other_signature, later_than_filing, spaced_date),
    ("HB12", "risk_register"): (other_period, shifted_row),
    ("HB13", "risk_register"): (old_version, extra_sheet),
    ("HB07", "warning_intake"): (no_source, ticked),
    ("HB04", "warning_intake"): (collected_later, other_head, informant),
    ("HB06", "warning_intake"): (foreign_channel,),
    ("HB10", "warning_intake"): (no_collection_day, lost_risk_link),
    ("HB12", "warning_intake"): (nil_with_count,),
    ("HB01", "self_appraisal"): (no_reason,),
    ("HB03", "self_appraisal"): (score_too_high, no_self_score),
    ("HB05", "self_appraisal"): (score_as_text,),
    ("HB07", "self_appraisal"): (wrong_total,),
    ("HB08", "self_appraisal"): (unknown_unit,),
    ("HB09", "self_appraisal"): (changed_points, no_reporter),
    ("HB11", "self_appraisal"): (score_in_words,),
}
