"""lzxl.toml: each kind of mistake has one sentence that names the setting and the remedy."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from lzxl.campaign.config import config_text, load_config
from lzxl.campaign.folder import create_campaign, safe_name
from lzxl.errors import ConfigError, UsageError

DAY = datetime.date(2026, 11, 20)
GOOD = '[campaign]\nbureau = "甲局"\nperiod = "2026年度"\n'


def written(tmp_path: Path, text: str | bytes) -> Path:
    path = tmp_path / "lzxl.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (GOOD + "deadlne = 2026-11-20\n", "不认识的设置 deadlne，可用：bureau、deadline、forms、period、previous。"),
        (GOOD + "[mail]\n", "不认识的小节 [mail]，可用：[campaign]、[grading]。"),
        ("campaign = 3\n", "不认识的小节 [campaign]"),
        (GOOD + 'deadline = "2026-11-20"\n', "deadline（截止日期）要写成 deadline = 2026-11-20，不加引号。"),
        (GOOD + "deadline = 2026-11-20T10:00:00\n", "deadline（截止日期）要写成"),
        (GOOD + "deadline = 2026-02-30\n", "写法有误（第 4 行）"),
        ('[campaign]\nbureau = "甲局\n', "写法有误（第 2 行）"),
        (GOOD + f"deadline = {'9' * 5000}\n", "写法有误"),
        ('[campaign]\nperiod = "2026年度"\n', '缺少 bureau（本局名称），请写成 bureau = "…"。'),
        ('[campaign]\nbureau = "甲局"\nperiod = " "\n', "缺少 period（填报期次）"),
        ("", "缺少 bureau"),
        (GOOD + 'forms = ["roster"]\n', "forms（要报的表）只能用：risk_register、warning_ledger、appraisal。"),
        (GOOD + "forms = []\n", "forms（要报的表）只能用"),
        (GOOD + "previous = 2025\n", 'previous（上一期的文件夹）要写成 previous = "../2025年度"'),
        (GOOD + '[grading]\nscheme = "none"\n', "scheme（分级表）没有“none”，可用："),
        (
            GOOD + '[grading]\nopen_cells = "四级"\n',
            "open_cells（未明示情形的等级）没有“四级”，可用：一级、二级、三级。",
        ),
        (GOOD + "[grading]\nopen_cells = [2]\n", "open_cells（未明示情形的等级）没有"),
        (GOOD.encode("gbk"), "lzxl.toml 不是 UTF-8 编码，请用记事本另存为 UTF-8。"),
    ],
)
def test_each_mistake_has_its_sentence(tmp_path: Path, text: str | bytes, sentence: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load_config(written(tmp_path, text))
    assert sentence in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_byte_order_mark_as_notepad_writes_it_is_no_mistake(tmp_path: Path) -> None:
    assert load_config(written(tmp_path, b"\xef\xbb\xbf" + GOOD.encode())).bureau == "甲局"


def test_what_is_not_set_has_its_default(tmp_path: Path) -> None:
    config = load_config(written(tmp_path, GOOD))
    assert (config.deadline, config.previous, config.open_cells) == (None, "", None)
    assert config.forms == ("risk_register", "warning_ledger", "appraisal")


def test_no_file_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="读不到设置文件"):
        load_config(tmp_path / "lzxl.toml")


@pytest.mark.parametrize("name", ["甲局", '带"引号"的局', "C:\\路径", "两\n行", "控制\x01符\x7f", "\udcff坏字节"])
def test_the_settings_of_a_new_campaign_read_back_whatever_the_name(tmp_path: Path, name: str) -> None:
    config = load_config(written(tmp_path, config_text(name, "2026年度", DAY)))
    assert config.bureau
    assert config.deadline == DAY


def test_a_new_campaign_has_its_folders_settings_and_roster(tmp_path: Path) -> None:
    campaign = create_campaign(tmp_path / "2026年度", "甲局", "2026年度", DAY)
    assert campaign.config.bureau == "甲局"
    assert (campaign.root / "单位名册.xlsx").is_file()
    assert all((campaign.root / name).is_dir() for name in ("发放", "收件", "退回", "待查", "汇总", ".lzxl"))


def test_a_campaign_is_not_made_over_another_one_nor_over_a_file(tmp_path: Path) -> None:
    create_campaign(tmp_path / "c", "甲局", "2026年度", DAY)
    with pytest.raises(UsageError, match="已经有填报批次"):
        create_campaign(tmp_path / "c", "乙局", "2026年度", DAY)
    (tmp_path / "f").write_text("x")
    with pytest.raises(UsageError, match="是一个文件"):
        create_campaign(tmp_path / "f", "甲局", "2026年度", DAY)


@pytest.mark.parametrize(("bureau", "period", "what"), [(" ", "2026", "本局名称"), ("甲局", "", "填报期次")])
def test_a_campaign_needs_names(tmp_path: Path, bureau: str, period: str, what: str) -> None:
    with pytest.raises(UsageError, match=f"{what}不能为空"):
        create_campaign(tmp_path / "c", bureau, period, DAY)
    assert not (tmp_path / "c").exists()


@pytest.mark.parametrize(
    ("text", "name"),
    [("a/b\\c:d", "a_b_c_d"), (" ..", "未命名"), ("x\u202egpj.exe", "x_gpj.exe"), ("é", "é"), ("长" * 100, "长" * 60)],
)
def test_a_name_is_safe_on_every_file_system(text: str, name: str) -> None:
    assert safe_name(text) == name
