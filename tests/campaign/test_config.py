"""lzxl.toml: each kind of mistake has one sentence that names the setting and the remedy."""

from __future__ import annotations

import datetime
import sqlite3
from pathlib import Path

import pytest

from lzxl.campaign.config import config_text, load_config
from lzxl.campaign.folder import create_campaign, safe_name
from lzxl.campaign.ledger import Ledger
from lzxl.errors import ConfigError, OutputError, UsageError

DAY = datetime.date(2026, 11, 20)
GOOD = '[campaign]\nbureau = "甲局"\nperiod = "2026年度"\n'


def written(tmp_path: Path, text: str | bytes) -> Path:
    path = tmp_path / "lzxl.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            GOOD + "deadlne = 2026-11-20\n",
            "不认识的设置 deadlne，是否应为 deadline？可用：bureau、deadline、forms、period、previous。",
        ),
        (GOOD + 'color = "red"\n', "不认识的设置 color，可用：bureau、"),
        (GOOD + 'imap = "a.example"\n', "[campaign] 里有不认识的设置 imap，它要写在 [mail] 下面。可用：bureau、"),
        (GOOD + '[mail]\nIMAP = "a.example"\n', "不认识的设置 IMAP，是否应为 imap？可用：address、"),
        (GOOD + '[mail]\nimpa = "a.example"\n', "不认识的设置 impa，是否应为 imap？"),
        (GOOD + '[mail]\nPassword = "p"\n', "lzxl.toml 里不能写密码。"),
        (GOOD + "[Mail]\n", "不认识的小节 [Mail]，是否应为 [mail]？可用：[campaign]、"),
        (GOOD + "[mial]\n", "不认识的小节 [mial]，是否应为 [mail]？"),
        ('smtp = "a.example"\n' + GOOD, "不认识的小节 [smtp]，smtp 要写在 [mail] 下面。"),
        (GOOD + "[邮件]\n", "写法有误（第4行）：小节名要用英文，如 [mail]。"),
        (GOOD + '["邮件"]\n', "不认识的小节 [邮件]：小节名要用英文，如 [mail]。"),
        (
            GOOD + "[mail]\ndaily_answers = 0\n",
            "daily_answers（一天最多答复几封）只能写 1 到 60 的整数，如 daily_answers = 3。",
        ),
        (
            GOOD + '[mail]\ninbox = "归档"\nfiled = "归档"\n',
            "filed（办结邮件的文件夹）和 inbox（收件箱）不能是同一个。",
        ),
        (GOOD + '[mail]\nfiled = "Inbox"\n', "filed（办结邮件的文件夹）和 inbox（收件箱）不能是同一个。"),
        (
            GOOD + "[post]\n",
            "不认识的小节 [post]，可用：[campaign]、[grading]、[mail]、[calendar]、[limits]、[papers]、[appraisal]、[archive]、"
            "[[rounds]]。",
        ),
        ("campaign = 3\n", "不认识的小节 [campaign]"),
        (
            GOOD + 'deadline = "下月底"\n',
            "deadline（截止日期）有误：“下月底”不是日历上的一天，日期要写成2026-11-20或2026年11月20日的样式。",
        ),
        (GOOD + "deadline = 2026-11-20T10:00:00\n", "deadline（截止日期）有误"),
        (GOOD + "deadline = 2026-02-30\n", "deadline（截止日期）有误：“2026-02-30”不是日历上的一天"),
        (GOOD + "deadline = true\n", "deadline（截止日期）有误"),
        (GOOD + f"deadline = {'9' * 5000}\n", "deadline（截止日期）有误"),
        (GOOD + f"previous = {'9' * 5000}\n", "写法有误：请对照使用手册修改。"),
        ('[campaign]\nperiod = "2026年度"\n', '缺少 bureau（本局名称），请写成 bureau = "…"。'),
        ('[campaign]\nbureau = "甲局"\nperiod = " "\n', "缺少 period（填报期次）"),
        ("", "缺少 bureau"),
        (GOOD + 'forms = ["roster"]\n', "forms（要报的表）只能用：risk_register、warning_intake、self_appraisal。"),
        (GOOD + "forms = []\n", "forms（要报的表）只能用"),
        (GOOD + "previous = 2025\n", 'previous（上一期的文件夹）要写成 previous = "../2025年度"'),
        (GOOD + '[grading]\nscheme = "none"\n', "scheme（分级表）没有“none”，可用："),
        (
            GOOD + '[grading]\nopen_cells = "四级"\n',
            "open_cells（未明示情形的等级）没有“四级”，可用：一级、二级、三级。",
        ),
        (GOOD + "[grading]\nopen_cells = [2]\n", "open_cells（未明示情形的等级）没有"),
        (GOOD + '[papers]\nsign = "云环廉〔2026〕"\n', "sign（机关代字）有误"),
        (GOOD + "[papers]\nsign = 7\n", "sign（机关代字）有误"),
        (GOOD.encode("gbk"), "lzxl.toml 不是 UTF-8 编码，请用记事本另存为 UTF-8。"),
    ],
)
def test_each_mistake_has_its_sentence(tmp_path: Path, text: str | bytes, sentence: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load_config(written(tmp_path, text))
    assert sentence in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ("bureau = “甲局”", '用了中文引号 “ ，请在英文输入状态下改成 " 。'),
        ("bureau = 「甲局」", "用了中文引号 「 ，"),
        ('bureau = "甲局”', "用了中文引号 ” ，"),
        ('bureau ＝ "甲局"', "用了中文（全角）符号 ＝ ，请在英文输入状态下改成 = 。"),
        ('forms = ["risk_register"，"self_appraisal"]', "用了中文（全角）符号 ， ，请在英文输入状态下改成 , 。"),
        ('forms = ["risk_register"、"self_appraisal"]', "用了中文（全角）符号 、 ，"),
        ("【grading】", "用了中文（全角）符号 【 ，请在英文输入状态下改成 [ 。"),
        ('bureau = "甲局"　# 本局', "用了全角空格"),
        ('bureau = "甲局，乙局', "引号未成对，少了一个英文引号。"),
        ('bureau = 甲局，乙局"', "文字两头要加英文双引号"),
        ("bureau = 甲局", "文字两头要加英文双引号"),
        ('previous = "D:\\年度"', "引号里的 \\ 请改成 / 。"),
        ('bureau = "甲局"，  # 说明，里面有“引号”', "一项设置的末尾不要加标点。"),
        ('bureau: "甲局"', "缺少等号"),
        ('局名 = "甲局"', "等号前面的设置名要用英文"),
        ("bureau =", "等号后面未写内容。"),
        ('forms = ["risk_register"', "方括号未成对"),
        ('period = "2027年度"', "这一项前面已经写过，请只留一处。"),
        ("bureau = !", "请对照使用手册修改。"),
    ],
)
def test_what_is_no_toml_is_named_with_its_line_and_the_likely_mistake(tmp_path: Path, line: str, hint: str) -> None:
    text = f'[campaign]\nperiod = "2026年度"  # 期次，写“年度”\n{line}\n\n[grading]\nscheme = "rules"\n'
    with pytest.raises(ConfigError) as caught:
        load_config(written(tmp_path, text))
    assert str(caught.value).startswith(f"lzxl.toml 写法有误（第3行）：{hint}")


@pytest.mark.parametrize(
    "day",
    [
        "2026-11-20",
        "2026.11.20",
        "2026/11/20",
        "2026年11月20日",
        "２０２６年１１月２０日",
        "2026-11-20  # 截止",
        "20261120",
    ],
)
def test_a_deadline_is_taken_in_any_notation_with_quotes_or_without(tmp_path: Path, day: str) -> None:
    assert load_config(written(tmp_path, GOOD + f"deadline = {day}\r\n")).deadline == DAY
    if "#" not in day:
        assert load_config(written(tmp_path, GOOD + f'deadline = "{day}"\n')).deadline == DAY


def test_a_byte_order_mark_as_notepad_writes_it_is_no_mistake(tmp_path: Path) -> None:
    assert load_config(written(tmp_path, b"\xef\xbb\xbf" + GOOD.encode())).bureau == "甲局"


def test_what_is_not_set_has_its_default(tmp_path: Path) -> None:
    config = load_config(written(tmp_path, GOOD))
    assert (config.deadline, config.previous, config.open_cells) == (None, "", None)
    assert config.forms == ("risk_register", "warning_intake", "self_appraisal")


def test_no_file_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="无法读取设置文件"):
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


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        *[("period", f"2026{sign}上半年", "要用在文件名里") for sign in "/:*?<>|"],
        ("period", "2026\\\\上半年", "要用在文件名里"),
        ("period", "2026\\u0000年", "看不见的控制字符"),
        ("bureau", "环境\\u0007局", "看不见的控制字符"),
        ("previous", "../2025\\u0000", "看不见的控制字符"),
        ("period", "长" * 61, "太长"),
    ],
)
def test_what_no_file_name_takes_is_said_of_the_setting(tmp_path: Path, name: str, value: str, said: str) -> None:
    texts = {"bureau": "本局", "period": "2026年度", "previous": "", name: value}
    path = tmp_path / "lzxl.toml"
    lines = [f'{key} = "{text}"' for key, text in texts.items()]
    path.write_text("\n".join(["[campaign]", *lines]) + "\n", encoding="utf-8")
    with pytest.raises(ConfigError) as raised:
        load_config(path)
    assert said in str(raised.value)
    assert name in str(raised.value)


@pytest.mark.parametrize(
    ("text", "said"), [('[campaign]\nbureau = "a\x00"\n', "第2行"), (f"x = {'[' * 20_000}", "套得太多")]
)
def test_text_that_no_person_types_is_answered_with_a_sentence(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "lzxl.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=said):
        load_config(path)


def test_a_full_disk_is_not_called_a_damaged_ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        error = sqlite3.OperationalError("database or disk is full")
        error.sqlite_errorcode = sqlite3.SQLITE_FULL
        raise error

    monkeypatch.setattr("lzxl.campaign.ledger.sqlite3.connect", full)
    with pytest.raises(OutputError) as raised:
        Ledger(tmp_path / "ledger.sqlite")
    assert "可删去" not in str(raised.value)
    assert "磁盘空间" in str(raised.value)


@pytest.mark.parametrize(("period", "said"), [("2026/上半年", "不能有 /"), ("长" * 61, "太长")])
def test_a_new_campaign_is_not_begun_with_a_period_that_no_file_name_takes(
    tmp_path: Path, period: str, said: str
) -> None:
    with pytest.raises(UsageError, match=said):
        create_campaign(tmp_path / "新的", "甲局", period, DAY)
    assert not (tmp_path / "新的").exists()
