"""The closed lists: the words of the rules, other spellings of them, and what is only near."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml

from lzxl.data import data_folder
from lzxl.errors import ConfigError
from lzxl.forms.load import answers_in, grading_schemes, load_grading, load_vocabularies
from tests.yaml_read import read_yaml

WORDS = {
    "risk_type": ("思想道德风险", "制度机制风险", "岗位职责风险"),  # 第五条
    "power_class": ("一类外部权力", "二类内部权力", "三类公共类"),  # 分类
    "likelihood": ("较大", "较小"),  # 分级
    "severity": ("严重", "较严重", "较轻微"),
    "level": ("一级", "二级", "三级"),
    "layer": ("自我预防", "科室联防", "社会群防"),  # 第八条(一)2
    "channel": ("信访投诉举报", "党风廉政监督员评议反映", "内部预警信息采集", "定期分析评估"),  # 第八条(二)1
    "disposition": ("警示提醒", "诫勉纠错", "责令整改"),  # 第八条(二)2
}
MEANS = {  # 第八条(一)2, layer by layer
    "自我预防": "自我学习 组织教育 相互帮助 自我约束",
    "科室联防": "明确岗位职责 完善工作流程 健全规章制度 重大事项廉政报告 定期述责述廉 行政审批、行政执法和人财物管理制度"
    " 政务公开 内部检查 内部预警信息",
    "社会群防": "廉政监督员监控评议 服务对象和信访举报 民意调查 上级专项检查和巡视督导",
}
CATEGORIES = {  # 分类
    "一类外部权力": {"行政许可", "行政审批登记", "备案", "监管执法", "行政检查", "行政处罚", "行政强制", "行政征收", "行政给付",
                    "行政确认", "行政奖励", "行政裁决", "其他行政权力"},
    "二类内部权力": {"人事管理", "财务管理", "物资管理", "行政事务管理", "岗位职责"},
    "三类公共类": {"思想道德建设", "制度机制建设", "社会公众服务"},
}  # fmt: skip


@pytest.mark.parametrize("name", WORDS)
def test_the_words_are_those_of_the_rules(name: str) -> None:
    assert load_vocabularies()[name].allowed == WORDS[name]


def test_each_means_belongs_to_its_layer_and_each_category_to_its_class() -> None:
    means, category = load_vocabularies()["means"], load_vocabularies()["power_category"]
    for layer, words in MEANS.items():
        assert [word for word in means.allowed if means.group_of(word) == layer] == words.split()
    for power_class, words in CATEGORIES.items():
        assert {word for word in category.allowed if category.group_of(word) == power_class} == words
    assert means.group_of("没有这个词") == ""


@pytest.mark.parametrize("kind", ["许可", "处罚", "强制", "检查", "征收", "确认", "奖励", "给付", "裁决", "其他"])
def test_a_published_list_of_powers_is_taken_as_it_is(kind: str) -> None:
    """The ten kinds of 权责清单 as the State Council has bureaus publish them, short or whole: all are exercised outwards."""
    categories = load_vocabularies()["power_category"]
    whole = "其他行政权力" if kind == "其他" else f"行政{kind}"
    assert categories.find(kind) == categories.find(whole) == whole
    assert categories.group_of(whole) == "一类外部权力"


def test_a_duty_is_a_kind_of_its_own_within_the_bureau() -> None:
    """第八条(一)1 has duties listed beside powers; what is done within the bureau is 二类 (分类). It answers no held power."""
    categories = load_vocabularies()["power_category"]
    [duty] = categories.in_role("duty")
    assert (categories.group_of(duty), categories.find("职责")) == ("二类内部权力", duty)
    assert all(duty not in words for words in answers_in("power_category").values())


def test_the_gravest_level_is_the_first() -> None:
    for name in ("likelihood", "severity", "level"):
        assert load_vocabularies()[name].order == "gravest_first"


@pytest.mark.parametrize("name", load_vocabularies())
def test_a_word_and_its_aliases_find_the_word_whatever_the_spacing(name: str) -> None:
    vocabulary = load_vocabularies()[name]
    for word in vocabulary.words:
        for text in (word.word, *word.aliases):
            wide = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)
            for written in (text, f" {text}　", f"{text[0]} {text[1:]}", f"{text}\n", text.lower(), wide):
                assert vocabulary.find(written) == word.word, written


@pytest.mark.parametrize("name", load_vocabularies())
def test_what_is_only_near_is_never_taken_but_is_suggested(name: str) -> None:
    vocabulary = load_vocabularies()[name]
    for word in vocabulary.words:
        for text in word.near:
            assert vocabulary.find(text) is None
            assert vocabulary.suggest(text) == word.word


@pytest.mark.parametrize(
    ("name", "text", "suggestion"),
    [
        ("risk_type", "业务流程风险", None),  # by its meaning it may be any of the three
        ("channel", "监督员", "党风廉政监督员评议反映"),
        ("layer", "科室", "科室联防"),
        ("layer", "北京", None),
    ],
)
def test_suggestions(name: str, text: str, suggestion: str | None) -> None:
    assert load_vocabularies()[name].find(text) is None
    assert load_vocabularies()[name].suggest(text) == suggestion


# What people write instead of a word that grades or discloses, and what was taken for one of them by likeness.
LIKE_A_DEGREE = (
    "大", "高", "中", "低", "小", "一般", "较高", "很大", "较大的", "可能性大", "重大", "轻", "轻微的", "中等", "比较严重",
    "不严重", "公开", "局网站公开", "网站公开", "社会", "内部", "全部公开", "查否", "查无实据", "诫勉", "诫勉谈话", "整改",
    "纠错", "移送", "移送纪检监察机关", "较大、较小", "严重或较严重", "通过整改",
)  # fmt: skip
JUDGED = ("likelihood", "severity", "level", "publicity", "degree", "disposition")


@pytest.mark.parametrize("name", JUDGED)
def test_a_word_that_grades_or_discloses_has_a_meaning_and_is_never_suggested(name: str) -> None:
    vocabulary = load_vocabularies()[name]
    assert vocabulary.judged
    assert [vocabulary.suggest(text) for text in LIKE_A_DEGREE] == [None] * len(LIKE_A_DEGREE)
    for word in vocabulary.words:
        assert f"“{word.word}”指{word.definition}" in vocabulary.told()
        assert f"“{word.word}”" not in vocabulary.told([other for other in vocabulary.allowed if other != word.word])


@pytest.mark.parametrize("scheme", grading_schemes())
def test_the_words_of_every_grading_table_are_judged(scheme: str) -> None:
    grading = load_grading(scheme)
    assert all(vocabulary.judged for vocabulary in (grading.likelihood, grading.severity, grading.level))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("degree", "一般"),  # the middle of one scale, the end of another
        ("level", "一般风险"),
        ("publicity", "全部公开"),  # to everybody, or all of it
        ("disposition", "诫勉谈话"),  # a measure of its own, with consequences for the man
        ("disposition", "整改"),
        ("yes_no", "无"),  # 零报告：无 may say that there is nothing to report, or that this is none
        ("yes_no", "有"),
    ],
)
def test_what_may_shift_a_degree_or_a_disclosure_is_no_alias(name: str, text: str) -> None:
    assert load_vocabularies()[name].find(text) is None


@pytest.mark.parametrize("word", ["{word: 较大, near: [大], definition: 机率大}", "{word: 较大}"])
def test_a_judged_list_with_near_texts_or_without_meanings_is_refused(word: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="由填报人判断，“较大”要写明含义"):
        _load_words(tmp_path, f"[{word}]", "judged: true")


def test_a_blank_is_no_word() -> None:
    for vocabulary in load_vocabularies().values():
        assert vocabulary.find("") is None
        assert vocabulary.find(" 　\n") is None


def _load(folder: Path, likelihood: str) -> None:
    """Load the vocabularies with another description of likelihood."""
    schemas = shutil.copytree(data_folder("schemas"), folder / "schemas")
    said = read_yaml((schemas / "vocabularies.yaml").read_text("utf-8"))
    said["likelihood"] = read_yaml(likelihood)
    (schemas / "vocabularies.yaml").write_text(yaml.safe_dump(said, allow_unicode=True), "utf-8")
    load_vocabularies(schemas)


def _load_words(folder: Path, words: str, more: str = "order: gravest_first") -> None:
    _load(folder, f"{{title: 发生可能性, clause: 分级, {more}, words: {words}}}")


def test_a_text_that_stands_for_two_words_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="“高”同时对应两个词"):
        _load_words(tmp_path, "[{word: 较大, aliases: [高]}, {word: 较小, aliases: [高]}]")


def test_a_near_text_that_is_also_a_word_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="“较大”"):
        _load_words(tmp_path, "[{word: 较大}, {word: 较小, near: [较大]}]")


def test_an_empty_list_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="“发生可能性”“words”：不能空着"):
        _load_words(tmp_path, "[]")


def test_a_list_without_title_is_refused_with_file_and_place(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"vocabularies\.yaml 第\d+行“likelihood”：缺少 title"):
        _load(tmp_path, "{words: [{word: 较大}]}")


@pytest.mark.parametrize(
    ("name", "written", "word"),
    [
        ("disposition", "谈话提醒", "警示提醒"),
        ("disposition", "批评教育", "警示提醒"),
        ("means", "定期述职述廉", "定期述责述廉"),
        ("means", "自身思想和行为约束", "自我约束"),
        ("means", "审批执法和人财物管理制度", "行政审批、行政执法和人财物管理制度"),
        ("means", "巡察", "上级专项检查和巡视督导"),
        ("channel", "12345热线", "信访投诉举报"),
        ("channel", "县委巡察移交", "内部预警信息采集"),
        ("channel", "审计移交", "内部预警信息采集"),
        ("channel", "民意调查", "定期分析评估"),
        ("report_type", "中层述廉报告", "中层以上干部述责述廉报告"),
        ("power_category", "行政检查", "行政检查"),
    ],
)
def test_what_the_rules_used_to_say_and_what_is_said_today_are_one_word(name: str, written: str, word: str) -> None:
    assert load_vocabularies()[name].find(written) == word


def test_no_definition_calls_a_light_matter_by_the_name_of_a_heavy_one() -> None:
    """组织处理 is 停职, 免职, 降职: it is graver than the middle degree, and never what a slight consequence brings."""
    for scheme in grading_schemes():
        grading = load_grading(scheme)
        assert all("组织处理" not in word.definition for word in grading.severity.words)
