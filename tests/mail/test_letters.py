"""The texts of letters: placeholders, the office's own texts, and what is said of workbooks."""

from __future__ import annotations

import codecs
import datetime
import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lzxl.campaign.config import Config
from lzxl.campaign.folder import Campaign
from lzxl.campaign.mail_settings import MailSettings
from lzxl.campaign.model import Filing
from lzxl.campaign.standing import Standing
from lzxl.demo.paper import Paper
from lzxl.errors import ConfigError
from lzxl.forms.findings import Finding
from lzxl.forms.roster import Unit
from lzxl.mail.letter_items import Item, finding_notes, item_list, item_values
from lzxl.mail.letter_kinds import KIND_TITLES, PLACEHOLDERS, Kind
from lzxl.mail.letter_texts import default_text
from lzxl.mail.letter_values import (
    campaign_values,
    contact_line,
    form_titles,
    lacking_in_letters,
    on_public_mailboxes,
    summary_values,
    unit_values,
)
from lzxl.mail.letters import Letters, load_letters
from lzxl.mail.office import Office
from lzxl.mail.wording import chinese_time, clean_line, clean_text, spoken_days
from lzxl.states import FileState
from tests.campaign.office import filled, no_channel
from tests.mail.post import NOW, address, body, drafts, enclosures, letter_in, mail_campaign, put, table
from tests.places import at
from tests.style import faults_of_style

TODAY = datetime.date(2026, 11, 18)
UNIT = Unit("HB01", "法规与标准科", liaison="李某", email="hb01@example.cn")
ACCEPTED = Item(
    "廉政风险点登记表",
    FileState.ACCEPTED,
    "登记表 终稿.xlsx",
    2,
    {"权责清单": 12, "风险点": 20},
    warnings=1,
    received="2026年11月18日 09:05",
    sha256="ab" * 32,
    notes=("风险点 D7：请核对。",),
)
RETURNED = Item(
    "预警信息采集表",
    FileState.RETURNED,
    "台账.xls",
    1,
    errors=3,
    warnings=1,
    enclosure="预警信息采集表_HB01_第01版_退回.xlsx",
)
RAR = Item("", FileState.SKIPPED, "报送.rar", reason="压缩包是 rar 格式", request="请以 xlsx 或 zip 发送。")


@pytest.fixture
def campaign(tmp_path: Path) -> Campaign:
    """A folder whose settings are known without reading any file."""
    found = Campaign(tmp_path)
    mail = MailSettings(address="lzb@example.gov.cn", sender="云泽县生态环境局廉政办")
    config = Config("云泽县生态环境局", "2026年度", datetime.date(2026, 11, 20), mail=mail)
    found.__dict__["config"] = config
    return found


@pytest.fixture
def own(tmp_path: Path) -> Path:
    folder = tmp_path / "模板" / "信函"
    folder.mkdir(parents=True)
    return folder


def values(kind: Kind, campaign: Campaign, items: tuple[Item, ...] = (ACCEPTED, RETURNED, RAR)) -> dict[str, str]:
    figures = dict.fromkeys(PLACEHOLDERS[kind], "7")
    return {
        **figures,
        **campaign_values(campaign, TODAY),
        **unit_values(UNIT),
        **item_values(items),
        "收到时间": "2026年11月18日 09:05",
        "尚未报送": form_titles(["岗位廉政自查自评表"]),
        "未报清单": "1. HB02 监测科：《台账》未报送",
    }


@pytest.mark.parametrize("kind", KIND_TITLES)
def test_every_default_text_says_what_it_should(kind: Kind, campaign: Campaign) -> None:
    letter = load_letters(campaign).write(kind, values(kind, campaign))
    assert "2026年度" in letter.subject and not re.search(r"[{}\n]", letter.subject + letter.body.replace("\n", ""))
    assert "本邮件由程序自动生成" in letter.body
    assert "联系人：云泽县生态环境局廉政办（lzb@example.gov.cn）" in letter.body
    assert "请" in letter.body and "2026年11月20日" in letter.body
    assert "贵单位" not in letter.body and "、、" not in letter.body
    if kind != "summary":
        assert letter.body.startswith("法规与标准科：\n") and "法规与标准科" in letter.subject
        assert "《廉政风险点登记表》" in letter.body


@pytest.mark.parametrize("kind", KIND_TITLES)
def test_every_text_is_in_the_house_style(kind: Kind, campaign: Campaign) -> None:
    letter = load_letters(campaign).write(kind, values(kind, campaign))
    assert faults_of_style(default_text(kind)) == []
    # A day with its hour is two things: 2026年11月18日 09:05.
    assert faults_of_style(re.sub(r"日 (?=[0-9]{2}:)", "日", f"{letter.subject}\n{letter.body}")) == []


@pytest.mark.parametrize("kind", [kind for kind in KIND_TITLES if kind != "summary"])
def test_a_letter_keeps_what_concerns_persons_off_the_open_internet(kind: Kind) -> None:
    assert on_public_mailboxes() in default_text(kind)


def test_what_a_late_unit_is_asked_for_can_be_done_when_the_letter_comes_in_the_evening() -> None:
    assert "当日（最迟次一工作日）" in default_text("reminder_after")


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (["2026-11-24", "2026-11-18", "2026-11-24"], "2026年11月18日、24日"),
        (["2026-12-03", "2026-11-18", "2026-12-04"], "2026年11月18日、12月3日、4日"),
        (["2026-12-31", "2027-01-04"], "2026年12月31日、2027年1月4日"),
        (["2027-11-18", "2026-11-18"], "2026年11月18日、2027年11月18日"),
        ([], ""),
    ],
)
def test_days_are_listed_without_saying_a_year_twice(days: list[str], said: str) -> None:
    assert spoken_days(map(datetime.date.fromisoformat, days)) == said


def test_a_default_text_uses_no_unit_text_in_its_subject() -> None:
    for kind in KIND_TITLES:
        assert "清单" not in default_text(kind).splitlines()[0]


def test_a_receipt_tells_each_workbook(campaign: Campaign) -> None:
    body = load_letters(campaign).write("receipt", values("receipt", campaign, (ACCEPTED,))).body
    assert (
        "1. 《廉政风险点登记表》　第2版　已接收\n"
        "   文件：登记表 终稿.xlsx\n"
        "   条数：权责清单12条，风险点20条\n"
        "   收到：2026年11月18日 09:05\n"
        "   请核对1处，不影响接收\n"
        "   风险点 D7：请核对。\n"
        "   校验码（SHA-256末8位）：abababab\n"
    ) in body
    assert "尚未收到的表格：《岗位廉政自查自评表》。" in body


def test_a_return_tells_the_places_and_what_to_do(campaign: Campaign) -> None:
    letter = load_letters(campaign).write("returned", values("returned", campaign))
    assert letter.subject == "退回通知：法规与标准科2026年度廉政风险防控材料请修改后重新报送（2份）"
    assert "须改正3处，请核对1处，已在附件中标出，逐条见附件的“问题清单”工作表" in letter.body
    assert "附件：预警信息采集表_HB01_第01版_退回.xlsx" in letter.body
    assert "2. 文件“报送.rar”　未能收取\n   原因：压缩包是 rar 格式\n   办法：请以 xlsx 或 zip 发送。" in letter.body
    assert "\n以下已审核通过，无需重复报送：\n\n3. 《廉政风险点登记表》　第2版　已接收\n" in letter.body


def test_counts_of_items() -> None:
    counts = item_values([ACCEPTED, RETURNED, RAR, Item("台账", FileState.NIL)])
    del counts["表格清单"]
    assert counts == {"份数": "4", "接收份数": "2", "问题份数": "2", "须改正处数": "3", "请核对处数": "2"}
    assert item_list([]) == "（无）" and form_titles([]) == "无"


def test_an_item_says_only_what_there_is_to_say() -> None:
    assert item_list([Item("台账", FileState.MISSING)]) == "1. 《台账》　未报送"
    assert (
        item_list([Item("台账", FileState.NIL, late=True)]) == "1. 《台账》　已接收（零报告）\n   逾期报送，登记为迟报"
    )
    assert item_list([Item("", FileState.SKIPPED)]) == "1. “未命名”　未能收取"
    assert (
        item_list([Item("", FileState.REFUSED, "a.xlsx", reason="已损坏。")])
        == "1. 文件“a.xlsx”　无法读取\n   原因：已损坏。"
    )
    assert "另存为 xlsx" in item_list([Item("台账", FileState.REFUSED)])
    assert "无需重复报送" not in item_list([Item("台账", FileState.NIL), ACCEPTED])
    assert "已在附件中标出" not in item_list([Item("台账", FileState.RETURNED, errors=2)])
    many = item_list([Item("台账", FileState.ACCEPTED, notes=tuple(f"第{number}条" for number in range(50)))])
    assert "第19条\n   ……另有30条" in many


def test_a_file_name_stays_on_its_line_and_fills_nothing_in(campaign: Campaign) -> None:
    nasty = Item("台账", FileState.RETURNED, "a\r\n\r\n办公室通知：\u202e{单位}\u2028=?utf-8?q?x?=\0.xlsx")
    body = load_letters(campaign).write("returned", values("returned", campaign, (nasty,))).body
    assert "   文件：a 办公室通知：{单位} = ?utf-8?q?x?= .xlsx\n" in body


def test_a_units_name_cannot_add_lines(campaign: Campaign) -> None:
    given = {**values("receipt", campaign), "单位": "甲科\n\n附言：请付款\x85乙"}
    letter = load_letters(campaign).write("receipt", given)
    assert "甲科 附言：请付款 乙" in letter.subject and letter.body.startswith("甲科 附言：请付款 乙：\n")


def test_a_value_that_is_lacking_is_a_fault_of_the_program(campaign: Campaign) -> None:
    with pytest.raises(ValueError, match="收到时间"):
        load_letters(campaign).write("receipt", {**campaign_values(campaign, TODAY), **unit_values(UNIT)})


def test_without_deadline_or_address(campaign: Campaign) -> None:
    campaign.__dict__["config"] = Config("甲局", "2026年度")
    said = campaign_values(campaign, TODAY)
    assert said["截止日期"] == "另行通知" and said["报送邮箱"] == "办公室邮箱（即发出本邮件的邮箱）"
    assert said["联系人"] == ""
    assert said["办公室"] == "甲局廉政风险防控工作领导小组办公室"


@pytest.mark.parametrize("kind", KIND_TITLES)
@pytest.mark.parametrize("mail", [MailSettings(), MailSettings(address="lzb@example.gov.cn", contact="王某，电话 123")])
def test_a_letter_says_whom_to_ask_or_nothing_of_it(kind: Kind, mail: MailSettings, campaign: Campaign) -> None:
    campaign.__dict__["config"] = Config("甲局", "2026年度", mail=mail)
    body = load_letters(campaign).write(kind, values(kind, campaign)).body
    assert ("联系人：王某，电话 123（lzb@example.gov.cn）\n" in body) == bool(mail.contact)
    assert ("联系人" in body) == bool(mail.contact)
    assert "\n\n\n" not in body
    assert "发来本邮件的邮箱" not in body
    assert ("送至：lzb@example.gov.cn。" in body) == (bool(mail.address) and kind != "summary")
    assert ("送至：办公室邮箱（即发出本邮件的邮箱）。" in body) == (not mail.address and kind != "summary")


def test_a_sentence_of_the_offices_own_that_names_nobody_names_the_office(campaign: Campaign, own: Path) -> None:
    campaign.__dict__["config"] = Config("甲局", "2026年度")
    text = "主题：发放\n\n{表格清单}\n\n有疑问的，请与{联系人}联系。\n\n联系人：{联系人}\n\n{办公室}\n"
    (own / "发放通知.txt").write_text(text, encoding="utf-8")
    body = load_letters(campaign).write("distribute", values("distribute", campaign)).body
    office = "甲局廉政风险防控工作领导小组办公室"
    assert body.endswith(f"有疑问的，请与{office}联系。\n\n{office}\n")


def test_what_letters_lack_is_said_with_its_setting() -> None:
    assert lacking_in_letters(Config("本局", "2026年度")) == (
        "局名（[campaign] 的 bureau）、联系人和电话（[mail] 的 contact）、报送邮箱（[mail] 的 address）"
    )
    assert lacking_in_letters(Config("甲局", "1", mail=MailSettings(address="a@b.cn", contact="王某"))) == ""


def test_the_summary_names_who_is_behind() -> None:
    other = Unit("HB02", "监测科")
    filings = (
        Filing(UNIT, "risk_register", FileState.ACCEPTED, 1, 1),
        Filing(UNIT, "warning_intake", FileState.NIL, 1, 1, late=True),
        Filing(other, "risk_register", FileState.RETURNED, 1, 1, errors=3),
        Filing(other, "warning_intake", FileState.MISSING),
    )
    said = summary_values(Standing(filings, (), ()))
    assert said["未报清单"] == "1. HB02 监测科：《廉政风险点登记表》已退回 须改3处；《预警信息采集表》未报送"
    assert [said[name] for name in ("应报份数", "接收份数", "退回份数", "未报份数", "迟报份数")] == list("42111")
    assert summary_values(Standing(filings[:2], (), ()))["未报清单"] == "无，各单位均已完成报送。"


def test_the_clock_is_the_one_that_was_read() -> None:
    assert chinese_time(datetime.datetime(2026, 3, 1, 9, 5, 59)) == "2026年3月1日 09:05"


def finding(number: int, sheet: str = "风险点", cell: str | None = None) -> Finding:
    place = f"D{number}" if cell is None else cell
    return Finding("x", "warning", f"第{number}处有疑问。", "请核对。", "", at(sheet, place))


def test_what_is_to_be_looked_at_is_told_by_place_up_to_ten() -> None:
    assert finding_notes([]) == ()
    assert finding_notes([finding(7), finding(8, cell="4:5"), finding(9, sheet="", cell="")]) == (
        "（1）风险点 D7：第7处有疑问。请核对。",
        "（2）风险点 第4至5行：第8处有疑问。请核对。",
        "（3）整个文件：第9处有疑问。请核对。",
    )
    assert len(finding_notes([finding(number) for number in range(10)])) == 10
    many = finding_notes([finding(number) for number in range(13)])
    assert len(many) == 11 and many[9].startswith("（10）") and many[10].startswith("……另有3处")


def test_whom_a_unit_can_ask() -> None:
    assert contact_line("廉政办", "lzb@example.cn") == "廉政办（lzb@example.cn）"
    assert contact_line("廉政办", "lzb@example.cn", "王某，电话 0571-12345678") == (
        "王某，电话 0571-12345678（lzb@example.cn）"
    )
    assert contact_line("廉政办", "lzb@example.cn", "王某，lzb@example.cn") == "王某，lzb@example.cn"
    assert contact_line("廉政办", "", "王某") == "王某"
    assert contact_line("廉政办", "") == ""


# which letter answers what came in

LEDGER = "预警台账.xlsx"
A_RAR = ("材料.rar", b"Rar!\x1a\x07\x00" + bytes(50))


def other_head(paper: Paper) -> None:
    """Another head than the roster has: the office accepts that, and asks the unit to look at it."""
    paper.put_label("head", "赵一")


def unknown_risk(paper: Paper) -> None:
    """A warning refers to a risk point that is not in the unit's register."""
    paper.put("warnings", "risk_id", 0, "HB01-999")


def answered(
    root: Path, *files: tuple[str, bytes], forms: tuple[str, ...] = ("warning_intake",)
) -> tuple[str, str, str, dict[str, bytes]]:
    """Kind, subject, body and enclosures of the letter that answers a mail with `files`."""
    campaign = mail_campaign(root / "2026年度", ("HB01",), forms)
    with Office(campaign, NOW) as office:
        office.collect([put(root / "来信", letter_in(address("HB01"), *files))])
    [row] = table(campaign, "letters")
    [(to, letter)] = drafts(campaign).items()
    assert to == row["recipient"] == address("HB01")
    return row["kind"], str(letter["Subject"]), body(letter).replace("\r\n", "\n"), enclosures(letter)


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ((), ["“来信”　未能收取", "没有附件", "请填写发给你单位的表格"]),
        ((A_RAR,), ["文件“材料.rar”　未能收取", "办法：请以 xlsx 或 zip 格式重新发送。"]),
        ((("说明.pdf", b"%PDF-1.4\n"),), ["文件“说明.pdf”　未能收取", "请填写发给你单位的表格"]),
        (((LEDGER, filled("HB01")[:2000]),), ["文件“预警台账.xlsx”　无法读取", "另存为 xlsx 后重新报送"]),
    ],
)
def test_where_nothing_could_be_taken_the_unit_is_asked_to_send_again(
    tmp_path: Path, files: tuple[tuple[str, bytes], ...], said: list[str]
) -> None:
    kind, subject, text, files_with_it = answered(tmp_path, *files)
    assert (kind, files_with_it) == ("resend", {})
    assert subject == "请重新发送报送件：办公室2026年度廉政风险防控材料"
    for part in (*said, "2026年11月18日 09:00", "尚未收到的表格：《预警信息采集表》。报送截止日期：2026年11月20日。"):
        assert part in text
    for wrong in ("问题清单", "退回", "无需重复报送"):
        assert wrong not in text


def test_what_is_accepted_need_not_be_sent_again_with_the_rest(tmp_path: Path) -> None:
    kind, _, text, files_with_it = answered(tmp_path, (LEDGER, filled("HB01")), A_RAR)
    assert (kind, files_with_it) == ("resend", {})
    refused, _, accepted = text.partition("以下已审核通过，无需重复报送：")
    assert "1. 文件“材料.rar”" in refused and "2. 《预警信息采集表》　第1版　已接收" in accepted
    assert "尚未收到的表格：无。" in accepted


def test_a_marked_workbook_goes_with_a_return_whatever_else_came(tmp_path: Path) -> None:
    kind, subject, text, files_with_it = answered(tmp_path, A_RAR, (LEDGER, filled("HB01", spoil=no_channel)))
    assert (kind, len(files_with_it)) == ("returned", 1)
    assert "退回通知" in subject and "“问题清单”工作表" in text and "文件“材料.rar”　未能收取" in text


def test_a_receipt_tells_where_to_look_and_how_to_mend_it(tmp_path: Path) -> None:
    kind, _, text, _ = answered(tmp_path, (LEDGER, filled("HB01", spoil=other_head)))
    assert kind == "receipt"
    assert "   请核对1处，不影响接收\n   （1）封面 C10：单位负责人“赵一”与名册登记的“" in text
    assert "人员已变动的，告知办公室更新名册。\n" in text


def test_what_shows_only_beside_the_units_other_form_is_told_too(tmp_path: Path) -> None:
    register = ("登记表.xlsx", filled("HB01", "risk_register"))
    kind, _, text, _ = answered(
        tmp_path,
        (LEDGER, filled("HB01", spoil=unknown_risk)),
        register,
        forms=("risk_register", "warning_intake"),
    )
    assert kind == "receipt" and text.count("请核对1处，不影响接收\n   （1）预警信息 ") == 1
    assert "关联风险点“HB01-999”在本单位的廉政风险点登记表中不存在。请核对编号。" in text


def test_a_receipt_without_anything_to_look_at_speaks_of_nothing_of_the_kind(tmp_path: Path) -> None:
    kind, _, text, _ = answered(tmp_path, (LEDGER, filled("HB01")))
    assert kind == "receipt" and "请核对" not in text and "（1）" not in text


def test_a_reminder_explains_only_what_its_list_says(campaign: Campaign) -> None:
    missing = (Item("廉政风险点登记表", FileState.MISSING, enclosure="廉政风险点登记表_HB01.xlsx"),)
    kinds: tuple[Kind, ...] = ("reminder_before", "reminder_after")
    for kind in kinds:
        text = load_letters(campaign).write(kind, values(kind, campaign, missing)).body
        assert "未报送\n   附件：廉政风险点登记表_HB01.xlsx" in text
        for state in ("已退回", "问题清单", "无法读取"):
            assert state not in text


# the office's own texts

OWN = "主题：{单位}退回（{问题份数}份）\r\n\r\n请改正。\r\n{ 表格清单 }\r\n"


@pytest.mark.parametrize(
    "data",
    [
        OWN.encode(),
        codecs.BOM_UTF8 + OWN.encode(),
        OWN.encode("gbk"),
        OWN.encode("utf-16"),
        OWN.replace("：", ":").replace("{", "｛").replace("}", "｝").encode(),
    ],
)
def test_the_offices_own_text_wins(campaign: Campaign, own: Path, data: bytes) -> None:
    (own / "退回通知.txt").write_bytes(data)
    letters = load_letters(campaign)
    letter = letters.write("returned", values("returned", campaign))
    assert letter.subject == "法规与标准科退回（2份）"
    assert letter.body.startswith("请改正。\n1. 《预警信息采集表》")
    assert "回执" in letters.write("receipt", values("receipt", campaign)).subject


@pytest.mark.parametrize("name", ["催报(截止前).txt", "催报（截止前）.TXT", " 催报截止前 .txt"])
def test_brackets_of_any_width_name_the_same_letter(campaign: Campaign, own: Path, name: str) -> None:
    (own / name).write_text("主题：快到期了\n\n请报送。\n{表格清单}\n", encoding="utf-8")
    assert load_letters(campaign).write("reminder_before", values("reminder_before", campaign)).subject == "快到期了"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("请改正。", ["第1行", "主题：……"]),
        ("", ["第1行", "主题：……"]),
        ("主题：\n\n请改正。", ["第1行"]),
        ("\n主题：x\n\n请改正。", ["第1行"]),
        ("主题：x\n\n  \n", ["没有正文"]),
        ("主题：x\n\n请{改正}。", ["第3行", "“{改正}”", "{单位}", "{表格清单}"]),
        ("主题：x\n\n{单位.__class__}", ["第3行", "没有这一项"]),
        ("主题：x\n\n{}", ["第3行"]),
        ("主题：{表格清单}\n\n正文", ["第1行", "主题里不能用这一项"]),
        ("主题：{尚未报送}\n\n正文", ["第1行", "主题里不能用这一项"]),
        ("主题：x\n\n正文\n{单位\n", ["第4行", "花括号不成对"]),
        ("主题：x\n\n正文 单位}", ["第3行", "花括号不成对"]),
        ("主题：x\n\n{{单位}}", ["第3行", "花括号不成对"]),
    ],
)
def test_a_text_that_cannot_be_used_is_said_with_its_place(
    campaign: Campaign, own: Path, text: str, said: list[str]
) -> None:
    (own / "退回通知.txt").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_letters(campaign)
    for part in ["模板/信函/退回通知.txt", *said]:
        assert part in str(caught.value)


@pytest.mark.parametrize("kind", KIND_TITLES)
def test_a_text_must_say_what_it_is_about(campaign: Campaign, own: Path, kind: Kind) -> None:
    file = own / f"{KIND_TITLES[kind]}.txt"
    file.write_text("主题：请报送\n\n请报送。{表格 清单", encoding="utf-8")
    with pytest.raises(ConfigError, match="花括号不成对"):
        load_letters(campaign)
    file.write_text("主题：请报送\n\n请按表格清单报送。\n", encoding="utf-8")
    if kind == "summary":
        load_letters(campaign)
        return
    with pytest.raises(ConfigError, match=r"的正文里没有“\{表格清单\}”") as caught:
        load_letters(campaign)
    assert f"模板/信函/{KIND_TITLES[kind]}.txt" in str(caught.value)
    file.write_text("主题：请报送\n\n｛ 表格清单 ｝\n", encoding="utf-8")
    load_letters(campaign)


def test_a_subject_is_not_offered_what_it_cannot_hold(campaign: Campaign, own: Path) -> None:
    (own / "报送回执.txt").write_text("主题：{什么}\n\n正文", encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_letters(campaign)
    assert "{接收份数}" in str(caught.value) and "{表格清单}" not in str(caught.value)


def test_files_that_would_never_be_used_are_said(campaign: Campaign, own: Path) -> None:
    (own / "催报.txt").write_text("主题：x\n\n正文", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"催报（截止前）\.txt"):
        load_letters(campaign)
    (own / "催报.txt").rename(own / "退回通知.txt")
    (own / "退回通知.txt").write_text(OWN, encoding="utf-8")
    (own / "退回-通知.txt").write_text(OWN, encoding="utf-8")
    with pytest.raises(ConfigError, match="只留一个"):
        load_letters(campaign)
    (own / "退回-通知.txt").unlink()
    (own / "说明.docx").write_bytes(b"")
    load_letters(campaign)


def test_texts_that_cannot_be_read(campaign: Campaign, own: Path) -> None:
    (own / "退回通知.txt").write_bytes(b"\xff\xff\xff\x81")
    with pytest.raises(ConfigError, match="另存为 UTF-8"):
        load_letters(campaign)
    (own / "退回通知.txt").write_bytes("主题：x\n\n".encode() + b"x" * 70000)
    with pytest.raises(ConfigError, match="太长"):
        load_letters(campaign)
    (own / "退回通知.txt").unlink()
    (own / "退回通知.txt").mkdir()
    with pytest.raises(ConfigError, match="读取权限"):
        load_letters(campaign)


# cleaning


def test_names_keep_their_characters() -> None:
    rare = "王\U00020bb7〇\U000323b0\ue000"
    assert clean_line(rare) == rare
    assert clean_line("张\u200b三\u202e\ufeff") == "张三"
    assert clean_line("一　二\t三") == "一 二 三"
    assert clean_line("=\u200b?x") == "= ?x"
    assert clean_line("字" * 400) == "字" * 299 + "…"


@given(st.text(), st.integers(1, 60))
def test_a_clean_line_is_one_readable_line(text: str, limit: int) -> None:
    line = clean_line(text, limit)
    assert len(line) <= limit and "=?" not in line and len(line.splitlines()) <= 1
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u200b\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]", line)
    assert clean_line(line, limit) == line
    line.encode()


@given(st.text())
def test_a_clean_text_keeps_only_its_lines(text: str) -> None:
    cleaned = clean_text(text)
    assert cleaned.endswith("\n") and clean_text(cleaned) == cleaned
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]", cleaned)


LETTERS = load_letters(SimpleNamespace(folder=Path))  # type: ignore[arg-type]


@given(st.sampled_from(list(KIND_TITLES)), st.data())
def test_whatever_fills_a_letter_its_subject_is_one_line(kind: Kind, data: st.DataObject) -> None:
    letters: Letters = LETTERS
    given_values = {name: data.draw(st.text(max_size=40)) for name in PLACEHOLDERS[kind]}
    letter = letters.write(kind, given_values)
    assert letter.subject == clean_line(letter.subject, 200) != ""
    assert letter.body == clean_text(letter.body)
