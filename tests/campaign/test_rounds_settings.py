"""[[rounds]] in lzxl.toml: each mistake is one sentence that names the place; without rounds a form is filed once."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from lzxl.campaign.config import Config, config_text, load_config
from lzxl.errors import ConfigError

from ..cli.running import lzxl
from .office import open_campaign

START = '[campaign]\nbureau = "甲局"\nperiod = "2026年度"\ndeadline = 2026-11-20\nforms = ["risk_register", "warning_intake"]\n'
FORM = "warning_intake"


def section(**settings: str) -> str:
    """One round, valid but for `settings`, which are written as TOML has them; "" leaves one out."""
    every = {"form": f'"{FORM}"', "label": '"第一季度"', "opens": "2026-04-01", "deadline": "2026-04-10", **settings}
    return "[[rounds]]\n" + "".join(f"{name} = {value}\n" for name, value in every.items() if value)


SECOND = section(label='"第二季度"', opens="2026-07-01", deadline="2026-07-10")


def loaded(tmp_path: Path, text: str) -> Config:
    path = tmp_path / "lzxl.toml"
    path.write_text(text, encoding="utf-8")
    return load_config(path)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            section(form='"warnings"'),
            "lzxl.toml 的第1个 [[rounds]] 的 form（表单）没有“warnings”，可用：risk_register、warning_intake。",
        ),
        (
            section(form='"warning_ledger"'),
            "《预警处置台账》，它由办公室填写，单位不报送，不能分期；可用：risk_register、",
        ),
        (
            section(form='"self_appraisal"'),
            "《自查自评表》，它不在 [campaign] 的 forms（要报的表）里；可用：risk_register、",
        ),
        (section(form=""), '的第1个 [[rounds]] 缺少 form（表单），请写成 form = "risk_register"。'),
        (section(label=""), '的第1个 [[rounds]] 缺少 label（期次名称），请写成 label = "第一季度"。'),
        (section(label='" "'), "缺少 label（期次名称）"),
        (section(label="1"), "缺少 label（期次名称）"),
        (section(label='"一/季度"'), "label（期次名称）要用在文件名里，不能有 / ，请改掉，如“第一季度”。"),
        (section(label='"一\\u0007季度"'), "label（期次名称）里有看不见的控制字符"),
        (section(label='"……"'), "label（期次名称）要有文字或数字，不超过12个字"),
        (section(label=f'"{"季" * 13}"'), "label（期次名称）要有文字或数字，不超过12个字"),
        (section(label='"."'), "label（期次名称）要有文字或数字"),
        (
            section(deadline=""),
            "的第1个 [[rounds]]（第一季度）缺少 deadline（截止日期），请写成 deadline = 2026-04-10。",
        ),
        (section(deadline='"四月"'), "的 deadline（截止日期）有误：“四月”不是日历上的一天"),
        (section(opens="2026-04-31"), "的 opens（开始日期）有误：“2026-04-31”不是日历上的一天"),
        (section(opens="2026-04-11"), "（第一季度）的截止日期2026-04-10早于开始日期2026-04-11，请核对。"),
        (
            section() + section(label='"第1季度"', opens="2026-07-01", deadline="2026-07-10"),
            "有两期的名称（label）相同：“第一季度”和“第1季度”",
        ),
        (
            section() + section(label='"第二季度"', opens="2026-04-10", deadline="2026-07-10"),
            "《预警信息采集表》的“第一季度”（截止2026-04-10）和“第二季度”（2026-04-10开始，截止2026-07-10）时间重叠",
        ),
        (SECOND + section(opens="2026-06-30", deadline="2026-07-20"), "“第二季度”（截止2026-07-10）和“第一季度”"),
        (section(opens="") + section(label='"第二季度"', opens=""), "时间重叠"),
        (
            section(dealine="2026-04-10"),
            "有不认识的设置 dealine，是否应为 deadline？可用：form、label、opens、deadline。",
        ),
        ("[rounds]\n", "的 rounds（分期）要写成 [[rounds]]，两层方括号，一期一段。"),
        ("[round]\n", "不认识的小节 [round]，是否应为 [[rounds]]？"),
    ],
)
def test_each_mistake_has_its_sentence(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(ConfigError) as caught:
        loaded(tmp_path, START + text)
    assert sentence in str(caught.value)
    assert str(caught.value).startswith("lzxl.toml ")
    assert "\n" not in str(caught.value)


def test_a_mistake_ends_a_command_with_exit_code_2(tmp_path: Path) -> None:
    open_campaign(tmp_path)
    (tmp_path / "lzxl.toml").write_text(START + section(deadline=""), encoding="utf-8")
    result = lzxl("-C", tmp_path, "status")
    assert result.returncode == 2
    assert "缺少 deadline" in result.stderr


def test_rounds_of_a_form_come_in_the_order_of_their_days(tmp_path: Path) -> None:
    config = loaded(tmp_path, START + SECOND + section())
    assert config.labels_of(FORM) == ("第一季度", "第二季度")
    [register] = config.rounds_of("risk_register")
    assert (register.label, register.deadline) == ("", datetime.date(2026, 11, 20))


def test_two_forms_may_have_rounds_of_one_name_and_on_the_same_days(tmp_path: Path) -> None:
    config = loaded(tmp_path, START + section() + section(form='"risk_register"'))
    assert config.labels_of("risk_register") == config.labels_of(FORM) == ("第一季度",)


def test_without_a_first_day_a_round_opens_when_the_one_before_is_over(tmp_path: Path) -> None:
    config = loaded(
        tmp_path, START + section(opens="") + section(label='"第二季度"', opens="", deadline="2026年7月10日")
    )
    first, second = config.rounds_of(FORM)
    assert (first.opens, second.opens) == (None, datetime.date(2026, 4, 11))


@pytest.mark.parametrize(
    ("day", "label"),
    [
        ("2026-01-05", "第一季度"),
        ("2026-04-10", "第一季度"),
        ("2026-06-30", "第一季度"),
        ("2026-07-01", "第二季度"),
        ("2026-12-31", "第二季度"),
    ],
)
def test_what_does_not_say_its_round_is_of_the_one_that_opened_last(tmp_path: Path, day: str, label: str) -> None:
    config = loaded(tmp_path, START + section() + SECOND)
    assert config.round_on(FORM, datetime.date.fromisoformat(day)).label == label


def test_without_rounds_every_form_is_filed_once(tmp_path: Path) -> None:
    config = loaded(tmp_path, START)
    assert config.rounds == ()
    assert [one.label for form in config.forms for one in config.rounds_of(form)] == ["", ""]
    assert config.deadline_of(FORM, "") == datetime.date(2026, 11, 20)


def test_a_new_campaign_has_no_rounds_and_says_how_to_set_some(tmp_path: Path) -> None:
    text = config_text("甲局", "2026年度", datetime.date(2026, 11, 20))
    assert loaded(tmp_path, text).rounds == ()
    lines = text.splitlines()
    start = lines.index(next(line for line in lines if line.startswith("# [[rounds]]")))
    shown = [line.removeprefix("# ") for line in lines[start : start + 5]]
    [one] = loaded(tmp_path, text + "\n".join(shown) + "\n").rounds
    assert (one.form, one.label) == (FORM, "第一季度")
    assert (one.opens, one.deadline) == (datetime.date(2026, 4, 1), datetime.date(2026, 4, 10))
