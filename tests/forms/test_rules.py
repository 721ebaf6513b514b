"""What a rule needs to know of a form stands in `schemas/`: another rule, word or title there is one edit, and no Python."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from lzxl.checks.context import Context
from lzxl.data import data_folder
from lzxl.errors import ConfigError
from lzxl.forms.known_sound import texts_of
from lzxl.forms.load import answers_in, load_form, load_forms, load_grading
from lzxl.forms.roster import Unit
from lzxl.forms.sound import judge_said
from lzxl.forms.sound_told import told
from lzxl.functions.wps.rules import rules_of
from lzxl.submission import Submission
from tests.checks.tables import finding, found, submission
from tests.forms.edited import Edit, edited, with_edits
from tests.yaml_read import read_yaml

REGISTER, INTAKE, WORDS = "forms/risk_register.yaml", "forms/warning_intake.yaml", "vocabularies.yaml"
APPRAISAL = "forms/appraisal.yaml"
PUBLIC = ("思想道德建设", "制度机制建设", "社会公众服务")
NIL = "      nil: {count: row_count, declared: nil_return, reason: nil_reason}\n"
SELF_CHECKED = "| 姓名 | 本人签字 | 填表日期 |\n|-|\n| 张三 | 张三 | 2026-03-01 |"


def told_of(*edits: Edit) -> str:
    """What whoever loads a form is told of the mistakes that edits make."""
    texts = texts_of(data_folder("schemas"))
    said = {file: _parsed(text) for file, text in texts.items() if file not in {edit[0] for edit in edits}}
    for file in {edit[0] for edit in edits}:
        texts[file] = with_edits(texts[file].decode(), *(edit for edit in edits if edit[0] == file)).encode()
        said[file] = _parsed(texts[file])
    return "\n".join(told(mistake, texts[mistake.file]) for mistake in judge_said(said))


@lru_cache(maxsize=64)
def _parsed(text: bytes) -> Any:
    return read_yaml(text)


def test_a_date_that_must_follow_another_is_one_line(tmp_path: Path) -> None:
    row = "| 单位 | 反馈日期 | 审定日期 |\n|-|\n| HB01 | 2026-12-20 | 2026-12-10 |"
    made = submission("appraisal", {"approvals": row})
    order = "      date_order: [[told_on, answered_on, approved_on]]\n"
    with edited(tmp_path, (APPRAISAL, order, "")):
        assert "date_order" not in [code for code, _ in found(made)]
    said = finding(made, "date_order")
    assert said.cell == "C2"
    assert "“反馈日期”（2026-12-20）" in said.message


def test_a_field_that_another_asks_for_is_one_line_whether_in_a_table_or_on_the_cover(tmp_path: Path) -> None:
    made = submission("risk_register", {"self_checks": SELF_CHECKED}, {"零报告": "否", "未覆盖说明": ""})
    assert "missing_because" not in [code for code, _ in found(made)]
    edits = (
        (REGISTER, "      never_empty: true\n", "      required_if: [{when: filled_on, fields: [signed, person]}]\n"),
        (
            REGISTER,
            NIL,
            f"{NIL}      required_if: [{{when: nil_return, says: denied, fields: [coverage_note]}}]\n",
        ),
    )
    with edited(tmp_path, *edits):
        assert [place for code, place in found(made) if code == "missing_because"] == ["封面!B10"]
        assert finding(made, "missing_because").message == "零报告为“否”，“未覆盖说明”未填写。"
        unsigned = submission(
            "risk_register",
            {"self_checks": SELF_CHECKED.replace("张三 | 2026", " | 2026")},
            {"零报告": "否", "未覆盖说明": "没有重点岗位"},
        )
        said = finding(unsigned, "missing_because")
        assert (said.cell, said.message) == ("B2", "已填填表日期，“本人签字”未填写。")


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        ((REGISTER, "signed: {person: person, signature: signed}", "signed: {person: person}"), "缺少 signature"),
        (
            (REGISTER, "signed: {person: person, signature: signed}", "signed: {person: person, signature: sign}"),
            "写的字段“sign”不存在",
        ),
        (
            (REGISTER, "signed: {person: person, signature: signed}", "signed: {person: person, signature: duties}"),
            "写的字段“duties”的 kind 是 text，应是：person",
        ),
        ((REGISTER, "{words: means, group: layer}", "{words: means, group: publicity}"), "应写 groups: publicity"),
        ((REGISTER, "{words: means, group: layer}", "{words: means}"), "缺少 group"),
        (
            (
                REGISTER,
                "      never_empty: true\n",
                "      required_if: [{when: likelihood, says: sure, fields: [signed]}]\n",
            ),
            "写的角色（role）“sure”不存在",
        ),
        ((WORDS, "{word: 否, role: denied,", "{word: 否, role: noo,"), "写的角色（role）“noo”不存在"),
        ((INTAKE, "      in_period: [collected_on]\n", "      in_period: []\n"), "不能空着"),
        (
            (REGISTER, NIL, f"{NIL}      past: [reported_on]\n"),
            "past 只用于表格",
        ),
    ],
)
def test_a_part_that_nobody_plays_is_told_on_loading(edit: tuple[str, str, str], told: str) -> None:
    assert told in told_of(edit)


# Words

ROW = {
    "信息编号": "HB01-YJ001", "采集日期": "2026-03-01", "信息来源": "信访投诉举报", "涉及岗位或环节": "用印审批",
    "反映主要问题": "介绍信存根缺号", "已采取措施": "已封存存根", "紧急": "是",
}  # fmt: skip
PERIOD_RULE = "      in_period: [collected_on]\n"
ASKED = "      required_if: [{when: urgent, says: affirmed, fields: [taken]}]\n"
RENAMED = (WORDS, "{word: 是, role", "{word: 确是, role")


def intake(**changes: str) -> Submission:
    row = ROW | changes
    return submission("warning_intake", {"warnings": f"| {' | '.join(row)} |\n|-|\n| {' | '.join(row.values())} |"})


def test_a_renamed_word_keeps_its_rules_and_findings_name_it(tmp_path: Path) -> None:
    assert found(intake()) == []
    with edited(tmp_path, RENAMED, (INTAKE, PERIOD_RULE, f"{PERIOD_RULE}{ASKED}")):
        assert found(intake(紧急="确是")) == []
        asked = finding(intake(紧急="确是", 已采取措施=""), "missing_because")
        assert asked.message == "紧急为“确是”，“已采取措施”未填写。"
        assert load_form("warning_intake").by_name["warnings"].by_name["urgent"].help.startswith("须当天办理的填“确是”")
        assert "确是" in finding(intake(紧急="是"), "word_not_in_vocabulary").fix


def test_a_new_channel_is_one_line(tmp_path: Path) -> None:
    made = intake(信息来源="离任审计")
    assert ("word_not_in_vocabulary", "C2") in found(made)
    line = "    - {word: 信访投诉举报,"
    with edited(tmp_path, (WORDS, line, f"    - {{word: 离任审计}}\n{line}")):
        assert found(made) == []


def test_a_new_risk_type_is_one_line(tmp_path: Path) -> None:
    row = "| 风险点编号 | 风险类型 |\n|-|\n| HB01-001 | 外部环境风险 |"
    made = submission("risk_register", {"risk_points": row})
    assert ("type_outside_three", "B2") in found(made)
    line = "    - {word: 岗位职责风险,"
    with edited(tmp_path, (WORDS, line, f"    - {{word: 外部环境风险, definition: 因外部环境变化而产生}}\n{line}")):
        assert "type_outside_three" not in [code for code, _ in found(made)]
        other = finding(submission("risk_register", {"risk_points": row.replace("外部", "别的")}), "type_outside_three")
        assert "“外部环境风险”指因外部环境变化而产生" in other.fix


def test_which_powers_cover_one_stand_once(tmp_path: Path) -> None:
    with edited(tmp_path, (WORDS, "answered_by: [财务管理]", "answered_by: [财务管理, 物资管理]")):
        assert answers_in("power_category")["财务管理权"] == ("财务管理", "物资管理")


@pytest.mark.parametrize(
    ("edits", "told"),
    [
        (((WORDS, "answered_by: [警示提醒]", "answered_by: [警示]"),), "写的词“警示”不存在"),
        (((INTAKE, "填“{urgent=affirmed}”", "填“{urgent=sure}”"),), "写的角色（role）“sure”不存在"),
        (((INTAKE, "填“{urgent=affirmed}”", "填“{urgen=affirmed}”"),), "写的字段“urgen”不存在"),
        (((REGISTER, "        note: coverage_note\n", ""),), "缺少 note"),
        (((REGISTER, "        note: coverage_note\n", "        note: cover_note\n"),), "写的字段“cover_note”不存在"),
        (((REGISTER, "        sheet: powers\n", "        sheet: power\n"),), "写的工作表“power”不存在"),
        (((REGISTER, "        listed_owner: post\n", "        listed_owner: duty\n"),), "写的字段“duty”不存在"),
        (((REGISTER, "      covers: risk_id\n", "      covers: id\n"),), "没有引用本表单另一工作表的编号"),
        (((WORDS, "      role: of_everybody\n", ""),), "没有角色为 of_everybody 的词"),
    ],
)
def test_a_role_that_a_rule_needs_and_no_word_has_is_told_on_loading(
    edits: tuple[tuple[str, str, str], ...], told: str
) -> None:
    assert told in told_of(*edits)


def test_whoever_loads_a_form_is_told_of_the_role(tmp_path: Path) -> None:
    edit = (WORDS, "      role: of_everybody\n", "")
    with pytest.raises(ConfigError, match=r"没有角色为 of_everybody 的词"), edited(tmp_path, edit):
        load_form("risk_register")


# What links sheets

LINKED = {
    "powers": "| 职权编码 | 职权名称 | 权力类别 | 职权类型 | 责任岗位 |\n|-|\n"
    "| HB01-Q01 | 公章管理 | 二类内部权力 | 行政事务管理 | 文秘岗 |",
    "risk_points": "| 风险点编号 | 岗位 | 职权 | 权力类别 | 风险类型 |\n|-|\n"
    "| HB01-001 | 文秘岗 | 公章管理 | 二类内部权力 | 思想道德风险 |",
    "measures": "| 措施编号 | 关联风险点编号 |\n|-|\n| HB01-C001 | HB01-009 |",
}


def test_retitled_sheets_and_columns_are_called_so_in_findings(tmp_path: Path) -> None:
    linked = submission("risk_register", LINKED)
    made = submission("risk_register", LINKED | {"risk_points": LINKED["risk_points"].replace("公章管理", "印章管理")})
    edits = (
        (REGISTER, "    title: 权责清单\n", "    title: 职权总表\n"),
        (REGISTER, "{name: power, title: 职权名称,", "{name: power, title: 职权叫法,"),
        (REGISTER, "{name: power, title: 职权,", "{name: power, title: 所涉职权,"),
        (REGISTER, "  - name: measures\n    title: 防控措施\n", "  - name: measures\n    title: 防范办法\n"),
        (REGISTER, "{name: risk_id, title: 关联风险点编号,", "{name: risk_id, title: 所属风险点,"),
        (REGISTER, "title: 未覆盖说明, kind", "title: 未列说明, kind"),
        (WORDS, "    - word: 三类公共类\n", "    - word: 三类公共权力\n"),
    )
    edits += tuple(
        (WORDS, f"{{word: {word}, group: 三类公共类,", f"{{word: {word}, group: 三类公共权力,") for word in PUBLIC
    )
    units = {"HB01": Unit("HB01", "办公室", key_posts=("会计岗",), powers=("财务管理权",))}
    with edited(tmp_path, *edits):
        unknown = finding(made, "power_unknown")
        assert unknown.message == "所涉职权“印章管理”在“职权总表”中不存在。"
        assert "请改为“职权总表”中已有的职权叫法" in unknown.fix
        unlinked = finding(made, "measure_not_linked")
        assert unlinked.message == "风险点“HB01-001”在“防范办法”表中没有对应的措施。"
        assert unlinked.fix == "请在“防范办法”表至少登记一条措施，“所属风险点”填“HB01-001”。"
        uncovered = finding(made, "key_post_uncovered", Context(load_grading(), units=units))
        assert "在封面“未列说明”写明该岗位和原因。" in uncovered.fix
        doubtful = finding(linked, "type_class_doubtful")
        assert doubtful.message == "“思想道德风险”一般属于三类公共权力，本行填的是“二类内部权力”。"


def test_rows_that_another_sheet_must_cover_and_what_they_refer_to_are_declared(tmp_path: Path) -> None:
    made = submission("risk_register", LINKED)
    assert {"measure_not_linked", "reference_unknown"} <= {code for code, _ in found(made)}
    with edited(tmp_path, (REGISTER, "      covers: risk_id\n", "")):
        assert "measure_not_linked" not in [code for code, _ in found(made)]
        assert "reference_unknown" in [code for code, _ in found(made)]


def test_a_retitled_column_is_called_so_where_a_level_is_told(tmp_path: Path) -> None:
    row = "| 风险点编号 | 可能程度 | 后果程度 | 风险等级 |\n|-|\n| HB01-001 | 较大 | 严重 | 三级 |"
    with edited(
        tmp_path,
        (
            REGISTER,
            "title: 发生可能性, kind: choice, vocabulary: likelihood, required: true, width: 11, aliases: [可能性, 风险",
            "title: 可能程度, kind: choice, vocabulary: likelihood, required: true, width: 11, aliases: [可能性, 风险",
        ),
    ):
        mismatch = finding(submission("risk_register", {"risk_points": row}), "level_mismatch")
        assert "可能程度“较大”、后果程度“严重”" in mismatch.message


# The cover

COVER = "cover.yaml"


def test_one_edit_of_the_cover_is_an_edit_of_every_form(tmp_path: Path) -> None:
    edit = (COVER, "{name: head, title: 单位负责人,", "{name: head, title: 主要负责同志,")
    with edited(tmp_path, edit):
        covers = [form.cover for form in load_forms().values() if form.cover is not None]
        assert [cover.by_name["head"].title for cover in covers] == ["主要负责同志"] * 3
        made = submission(
            "self_appraisal", {}, labels={"主要负责同志": ""}, cover_titles={"单位负责人": "主要负责同志"}
        )
        assert finding(made, "missing_value").header == "主要负责同志"


def test_a_nil_return_is_known_whatever_it_and_its_words_are_called(tmp_path: Path) -> None:
    edits = (
        (WORDS, "{word: 是, role", "{word: 属于, role"),
        (WORDS, "{word: 否, role", "{word: 不属于, role"),
        (INTAKE, "{name: nil_return, title: 零报告,", "{name: nil_return, title: 无事项报告,"),
        (INTAKE, "{name: nil_reason, title: 零报告原因,", "{name: nil_reason, title: 无事项原因,"),
    )
    titles = {"零报告": "无事项报告"}
    row = "| 预警编号 | 采集日期 |\n|-|\n| HB01-YJ001 | 2026-03-01 |"
    with edited(tmp_path, *edits):
        declared = submission("warning_intake", {"warnings": row}, {"无事项报告": "属于"}, cover_titles=titles)
        assert declared.is_nil_return
        said = finding(declared, "nil_with_rows")
        assert said.fix.startswith("请将“无事项报告”改为“不属于”；确是零报告的，删去这些行。")
        empty = submission(
            "warning_intake", {"warnings": "| 预警编号 |\n|-|"}, {"无事项报告": "不属于"}, cover_titles=titles
        )
        assert "在封面“无事项报告”填“属于”。" in finding(empty, "no_rows").fix
        told = rules_of([load_form("warning_intake")])["forms"][0]
        assert told["nil"] == "在封面“无事项报告”填“属于”"
        help_text = load_form("warning_intake").cover.by_name["nil_return"].help  # type: ignore[union-attr]
        assert help_text == "本期没有预警信息的填“属于”，其余填“不属于”"


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        ((COVER, "{name: unit_code,", "{name: units_code,"), "缺少 unit_code"),
        (
            (COVER, "checks: {str_length: {max_value: 30}}", "checks: {str_length: {max_value: 3, min_value: 5}}"),
            "cover.yaml 第8行“填报期次”",
        ),
        ((INTAKE, ", reason: nil_reason,", ","), "缺少 reason"),
        (
            (INTAKE, "{name: nil_reason, title: 零报告原因,", "{name: nil_reason, title: 联络员,"),
            "“联络员”也是“联络员”的名称",
        ),
        (("forms/self_appraisal.yaml", "        evidence: evidence\n", ""), "缺少 evidence"),
        (
            ("forms/self_appraisal.yaml", "        content: content\n", "        content: evidence\n"),
            "缺少“evidence”，评分",
        ),
        ((REGISTER, "codes: {wrong_column: type_in_wrong_column}, ", ""), "codes 里没有 wrong_column"),
        ((REGISTER, "      strays:\n        - {field: power, words_of: risk_type}\n", ""), "strays 里没有它"),
        (
            (REGISTER, "severity: severity, level: level, listing", "severity: severities, level: level, listing"),
            "写的字段“severities”不存在",
        ),
    ],
)
def test_a_part_of_the_cover_or_of_a_score_that_is_lacking_is_told_on_loading(edit: Edit, told: str) -> None:
    assert told in told_of(edit)
