"""[appraisal] in lzxl.toml: a bureau's own weights, grades and quota, and what is said of settings that cannot be used."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from lzxl.campaign.config import CONFIG_NAME
from lzxl.campaign.folder import Campaign
from lzxl.errors import ConfigError
from lzxl.forms.appraisal import load_appraisal

CAMPAIGN = '[campaign]\nbureau = "云泽县生态环境局"\nperiod = "2026年度"\n\n[appraisal]\n'


def campaign(folder: Path, settings: str) -> Campaign:
    (folder / CONFIG_NAME).write_text(CAMPAIGN + settings, encoding="utf-8")
    return Campaign(folder)


def test_what_is_not_set_stays_as_it_comes(tmp_path: Path) -> None:
    assert campaign(tmp_path, "").appraisal == load_appraisal()
    one = campaign(tmp_path, "quota = 25\n").appraisal
    assert (one.quota, one.weights) == (25, load_appraisal().weights)


def test_a_bureaus_own_numbers_take_the_place_of_the_files(tmp_path: Path) -> None:
    text = """\
weights = { self_score = 30, inspection_score = 30, final_score = 40 }
basis = "云环发〔2026〕9号"
grades = [{ grade = "好", from = 85.5 }, { grade = "一般", from = 60 }, { grade = "差", from = 0 }]
bonus_cap = 2
groups = [["机关科室"], ["事业单位", "派出机构"]]
"""
    scheme = campaign(tmp_path, text).appraisal
    assert scheme.weights["self_score"] == 30
    assert (scheme.basis, scheme.bonus_cap) == ("云环发〔2026〕9号", 2)
    assert (scheme.bands[0].grade, scheme.bands[0].lowest) == ("好", Decimal("85.5"))
    assert scheme.zero_item == "一般"
    assert scheme.groups == (("机关科室",), ("事业单位", "派出机构"))


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (
            "weights = { self_score = 20, inspection_score = 40, final_score = 30 }",
            "合计应为100，现为20、40、30，合计90",
        ),
        (
            'grades = [{ grade = "优秀", from = 90 }, { grade = "良好", from = 90 }, { grade = "合格", from = 0 }]',
            "优秀、良好都从90分起",
        ),
        ('grades = [{ grade = "合格", from = 60 }, { grade = "不合格", from = 10 }]', "0到10分没有等次"),
        ('grades = [{ grade = "合格", from = 60 }, { grade = "合格", from = 0 }]', "等次有重复：合格"),
        ("quota = 130", "百分数"),
        ("quota = true", "不是数"),
        ("bonus_cap = -1", "加分上限"),
        ('zero_item = "特等"', "没有“特等”，可用：优秀、良好、合格、不合格"),
        ("self_above_final = 0", "应大于0"),
        ('groups = ["机关科室"]', "groups"),
        ('groups = [["机关科室"], ["机关科室"]]', "出现两次"),
        ('groups = [["企业"]]', "没有“企业”这类单位，可用：机关科室"),
        ('basis = " "', "依据"),
        ("weight = 3", "不认识的设置 weight，是否应为 weights"),
    ],
)
def test_settings_that_cannot_be_used_are_told_where_and_how(tmp_path: Path, settings: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said) as told:
        _ = campaign(tmp_path, settings).config
    assert str(told.value).startswith(f"{CONFIG_NAME} 的 [appraisal]")
    assert told.value.code


def test_each_of_several_mistakes_has_its_sentence(tmp_path: Path) -> None:
    text = """\
weights = { self_score = 20, inspection_score = 40, final_score = 30 }
grades = [{ grade = "优秀", from = 90 }, { grade = "良好", from = 90 }, { grade = "合格", from = 60 }, { grade = "不合格", from = 10 }]
"""
    with pytest.raises(ConfigError) as told:
        _ = campaign(tmp_path, text).config
    weights, repeated, gap = str(told.value).split("\n")
    assert ("合计90" in weights, "优秀、良好都从90分起" in repeated, "0到10分没有等次" in gap) == (True, True, True)
