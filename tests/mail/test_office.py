"""What the office does with its mail, over folders of mail files: no network is needed for any of it."""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from lzxl.campaign.distribute import distribute
from lzxl.campaign.folder import Campaign
from lzxl.demo.paper import Paper
from lzxl.errors import UsageError
from lzxl.mail.office import Office
from lzxl.mail.rehearsal import rehearsal
from lzxl.states import MailState
from tests.campaign.office import CODES, filled, no_channel, no_unit, set_config, tree, write_roster
from tests.mail.post import (
    NOW,
    OFFICE,
    address,
    body,
    collect,
    drafts,
    enclosures,
    letter_in,
    mail_campaign,
    put,
    table,
)

LEDGER = "预警台账.xlsx"


@pytest.fixture
def campaign(tmp_path: Path) -> Campaign:
    return mail_campaign(tmp_path / "2026年度")


def verdicts(campaign: Campaign) -> list[tuple[str, str, str]]:
    return sorted(
        (row["sender"].partition("@")[0], row["verdict"], row["state"]) for row in table(campaign, "messages")
    )


def outcomes(campaign: Campaign) -> dict[str, tuple[str, str]]:
    return {row["name"]: (row["outcome"], row["reason"]) for row in table(campaign, "parts")}


def test_a_unit_that_files_in_order_gets_a_receipt_that_says_what_came_and_when(campaign: Campaign) -> None:
    run = collect(campaign, letter_in(address("HB01"), (LEDGER, filled("HB01"))))
    assert [part.outcome for parts in run.taken.parts.values() for part in parts] == ["accepted"]
    [(to, letter)] = drafts(campaign).items()
    assert to == address("HB01")
    text = body(letter)
    [receipt] = table(campaign, "receipts")
    for said in (
        "《预警信息采集表》",
        "第1版",
        "已接收",
        "预警信息3条",
        "2026年11月18日 09:00",
        f"校验码（SHA-256末8位）：{receipt['sha256'][-8:]}",
        LEDGER,
    ):
        assert said in text
    assert receipt["sha256"] not in text  # the ledger keeps the whole of it
    assert enclosures(letter) == {}
    assert receipt["received"] == "2026-11-18"
    assert verdicts(campaign) == [("hb01", "accepted", "filed")]


def test_a_faulty_form_comes_back_marked_to_the_registered_address(campaign: Campaign) -> None:
    collect(campaign, letter_in(address("HB02"), (LEDGER, filled("HB02", spoil=no_channel))))
    [(to, letter)] = drafts(campaign).items()
    assert to == address("HB02")
    assert "退回" in str(letter["Subject"])
    [(name, data)] = enclosures(letter).items()
    assert data == (campaign.root / "退回" / "HB02_人事教育科" / name).read_bytes()
    assert "问题清单" in openpyxl.load_workbook(io.BytesIO(data)).sheetnames
    assert "须改正1处" in body(letter)


def test_what_came_is_kept_whole_under_its_hash(campaign: Campaign) -> None:
    raw = letter_in(address("HB01"), (LEDGER, filled("HB01")))
    collect(campaign, raw)
    [message] = table(campaign, "messages")
    assert (campaign.root / ".lzxl" / "mail" / message["sha256"][:2] / f"{message['sha256']}.eml").read_bytes() == raw


def test_nobody_is_told_anything_who_is_not_on_the_roster(campaign: Campaign) -> None:
    run = collect(campaign, letter_in("someone@qq.com", (LEDGER, filled("HB03"))))
    assert drafts(campaign) == {}
    assert verdicts(campaign) == [("someone", "quarantined", "filed")]
    [part] = [part for parts in run.taken.parts.values() for part in parts]
    assert part.outcome == "held"
    assert "发件邮箱不在单位名册里" in part.reason
    assert f"--accept {part.sha256[:8]} --unit HB03" in part.reason


def test_a_workbook_of_another_unit_waits_for_the_office(campaign: Campaign) -> None:
    collect(campaign, letter_in(address("HB01"), (LEDGER, filled("HB02"))))
    assert drafts(campaign) == {}
    assert "发件邮箱登记在 HB01 名下，表里写的单位是 HB02" in outcomes(campaign)[LEDGER][1]


def test_an_address_may_be_registered_for_two_units(tmp_path: Path) -> None:
    campaign = mail_campaign(tmp_path / "2026年度")
    write_roster(campaign.root, CODES, email=address("HB02"))  # the first unit's, too
    campaign = Campaign(campaign.root)
    collect(campaign, letter_in(address("HB02"), ("一.xlsx", filled("HB01")), ("二.xlsx", filled("HB02"))))
    assert {row["unit"] for row in table(campaign, "receipts")} == {"HB01", "HB02"}
    assert [row["recipient"] for row in table(campaign, "letters")] == [address("HB02")] * 2


def test_the_office_decides_about_a_held_file_and_the_unit_is_answered(campaign: Campaign) -> None:
    run = collect(campaign, letter_in("someone@qq.com", (LEDGER, filled("HB03"))))
    [part] = [part for parts in run.taken.parts.values() for part in parts]
    with Office(campaign, NOW) as office:
        with pytest.raises(UsageError, match="里写的单位编码是 HB03，不是 HB01，未收下"):
            office.accept(part.sha256[:8], "HB01")
        with pytest.raises(UsageError, match="没有编号为“ffff”的文件"):
            office.accept("ffff", "HB03")
        intake = office.accept(part.sha256[:8], "财务审计")
        assert (intake.state, intake.unit and intake.unit.code) == ("accepted", "HB03")
        assert [letter.recipient for letter in office.answer().letters] == [address("HB03")]
    assert list((campaign.root / "待查").iterdir()) == []
    assert table(campaign, "receipts")[0]["received"] == "2026-11-18"
    assert [row["verdict"] for row in table(campaign, "messages")] == ["accepted"]


def test_a_file_that_does_not_say_whose_it_is_goes_back_to_the_unit_that_the_office_names(campaign: Campaign) -> None:
    run = collect(campaign, letter_in(address("HB03"), (LEDGER, filled("HB03", spoil=no_unit))))
    [part] = [part for parts in run.taken.parts.values() for part in parts]
    assert part.outcome == "held"
    with Office(campaign, NOW) as office:
        assert office.accept(part.sha256[:8], "HB03").state == "returned"


def test_what_cannot_be_read_is_said_to_the_unit_with_what_to_do(campaign: Campaign) -> None:
    broken = filled("HB01")[:2000]
    mails = [
        letter_in(address("HB01"), (LEDGER, broken)),
        letter_in(address("HB02"), ("材料.rar", b"Rar!\x1a\x07\x00" + bytes(50))),
        letter_in(address("HB03")),
    ]
    collect(campaign, *mails)
    texts = {to: body(letter) for to, letter in drafts(campaign).items()}
    assert "无法读取" in texts[address("HB01")]
    assert "请以 xlsx 或 zip 格式重新发送。" in texts[address("HB02")]
    assert "没有附件" in texts[address("HB03")]
    assert all("请重新发送" in str(letter["Subject"]) for letter in drafts(campaign).values())


def test_the_workbooks_in_a_zip_are_taken_out_and_what_else_is_in_it_is_left(campaign: Campaign) -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr(LEDGER, filled("HB01"))
        archive.writestr("签字页.pdf", b"%PDF-1.4\n")
    collect(campaign, letter_in(address("HB01"), ("材料.zip", data.getvalue())))
    assert outcomes(campaign) == {LEDGER: ("accepted", ""), "签字页.pdf": ("skipped", "不是表格（PDF 文件）")}
    assert "签字页" not in body(drafts(campaign)[address("HB01")])


def test_the_same_mail_twice_and_the_same_file_in_two_mails_count_once_and_are_answered_once(
    campaign: Campaign,
) -> None:
    first = letter_in(address("HB01"), (LEDGER, filled("HB01")))
    again = letter_in(address("HB01"), ("再报.xlsx", filled("HB01")), hour=10, number=2)
    collect(campaign, first, first, again)
    collect(campaign, first, more=1)
    assert len(table(campaign, "receipts")) == 1
    assert sorted(row["verdict"] for row in table(campaign, "messages")) == ["accepted", "known"]
    assert len(drafts(campaign)) == 1
    assert {row["state"] for row in table(campaign, "messages")} == {"filed"}


def test_the_same_message_id_with_other_content_is_another_mail(campaign: Campaign) -> None:
    collect(
        campaign,
        letter_in(address("HB01"), (LEDGER, filled("HB01"))),
        letter_in(address("HB01"), (LEDGER, filled("HB01", day=12))),
    )
    assert sorted(row["version"] for row in table(campaign, "receipts")) == [1, 2]


def test_a_file_from_a_private_address_first_and_from_the_registered_one_later_is_filed(campaign: Campaign) -> None:
    collect(
        campaign,
        letter_in("someone@qq.com", (LEDGER, filled("HB01"))),
        letter_in(address("HB01"), (LEDGER, filled("HB01")), hour=10),
    )
    assert verdicts(campaign) == [("hb01", "accepted", "filed"), ("someone", "known", "filed")]
    assert list((campaign.root / "待查").iterdir()) == []


def test_the_later_mail_brings_the_later_version_whatever_the_order_of_the_files(campaign: Campaign) -> None:
    collect(
        campaign,
        letter_in(address("HB01"), ("改后.xlsx", filled("HB01", day=12)), hour=11),
        letter_in(address("HB01"), ("原来.xlsx", filled("HB01", spoil=no_channel)), hour=8),
    )
    versions = {row["version"]: row["state"] for row in table(campaign, "receipts")}
    assert versions == {1: "returned", 2: "accepted"}
    [letter] = drafts(campaign).values()
    assert "回执" in str(letter["Subject"])
    assert "第1版已由本版代替" in body(letter)


def test_a_draft_about_a_version_that_was_followed_by_a_newer_one_is_withdrawn(campaign: Campaign) -> None:
    collect(campaign, letter_in(address("HB01"), (LEDGER, filled("HB01", spoil=no_channel))))
    [returned] = drafts(campaign).values()
    collect(campaign, letter_in(address("HB01"), (LEDGER, filled("HB01", day=12)), hour=11), more=1)
    [receipt] = drafts(campaign).values()
    assert (returned["Subject"] != receipt["Subject"], "回执" in str(receipt["Subject"])) == (True, True)
    assert sorted(row["state"] for row in table(campaign, "letters")) == ["draft", "withdrawn"]


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Precedence": "bulk"},
        {"List_Id": "<all.example>"},
        {"X_Auto_Response_Suppress": "All"},
    ],
)
def test_what_looks_automatic_is_taken_in_and_answered_only_when_the_office_says_so(
    campaign: Campaign, headers: dict[str, str]
) -> None:
    collect(campaign, letter_in(address("HB01"), (LEDGER, filled("HB01")), **headers))
    assert [row["state"] for row in table(campaign, "receipts")] == ["accepted"]
    assert drafts(campaign) == {}
    with Office(campaign, NOW) as office:
        assert office.answer(with_files=True).letters == []
        assert len(office.answer(["HB01"]).letters) == 1


def test_our_own_letters_and_bounces_are_no_submissions(campaign: Campaign) -> None:
    collect(campaign, letter_in(address("HB02"), (LEDGER, filled("HB02", spoil=no_channel))))
    [letter] = (campaign.root / "文书" / "待发邮件").glob("*.eml")
    own = letter.read_bytes()
    bounce = letter_in(
        "MAILER-DAEMON@mx.example",
        number=9,
        text=f"undeliverable\n\nMessage-ID: {table(campaign, 'letters')[0]['message_id']}\n",
    )
    collect(campaign, own, bounce, more=1)
    assert len(table(campaign, "receipts")) == 1
    assert len(drafts(campaign)) == 1
    assert sorted(row["verdict"] for row in table(campaign, "messages")) == ["ignored", "ignored", "returned"]


def test_an_address_gets_no_more_letters_a_day_than_the_office_allows(campaign: Campaign) -> None:
    assert campaign.config.mail.daily_answers == 3
    for number in range(3):
        request = letter_in(address("HB01"), ("材料.rar", b"Rar!\x1a\x07\x00" + bytes(number)), number=number)
        assert len(collect(campaign, request, more=number).written.letters) == 1
        for draft in (campaign.root / "文书" / "待发邮件").iterdir():
            draft.unlink()  # sent by hand
    run = collect(campaign, letter_in(address("HB01"), (LEDGER, filled("HB01"))), more=3)
    assert run.written.letters == []
    [(code, reason)] = run.written.left
    assert code == "HB01"
    assert "当日给该单位的答复已有3封" in reason


def test_letters_that_had_no_room_are_written_the_next_day(campaign: Campaign) -> None:
    settings = replace(campaign.config.mail, daily_answers=0)
    config = campaign.config
    campaign.__dict__["config"] = replace(config, mail=settings)
    run = collect(campaign, letter_in(address("HB01"), (LEDGER, filled("HB01"))))
    assert run.written.letters == []
    assert [code for code, _ in run.written.left] == ["HB01"]
    assert verdicts(campaign) == [("hb01", "accepted", "accepted")]  # not answered, hence not filed
    campaign.__dict__["config"] = config
    with Office(campaign, NOW + datetime.timedelta(days=1)) as office:
        assert len(office.answer().letters) == 1


def test_a_unit_without_an_address_is_named(campaign: Campaign) -> None:
    unit = campaign.units["HB01"]
    campaign.__dict__["units"] = {**campaign.units, "HB01": replace(unit, email="")}
    folder = campaign.root.parent / "来件"
    folder.mkdir()
    (folder / LEDGER).write_bytes(filled("HB01"))
    with Office(campaign, NOW) as office:
        office.collect([folder])
        written = office.answer(with_files=True)
    assert written.letters == []
    assert written.left == [
        ("HB01", "名册里没有该单位可用的电子邮箱，无法答复。请在单位名册中核对填写，再运行 lzxl reply。")
    ]


def test_files_that_came_without_a_mail_are_answered_when_the_office_asks_for_it(campaign: Campaign) -> None:
    folder = campaign.root.parent / "来件"
    folder.mkdir()
    (folder / LEDGER).write_bytes(filled("HB01", spoil=no_channel))
    with Office(campaign, NOW) as office:
        run = office.collect([folder])
        assert [intake.state for intake in run.taken.files] == ["returned"]
        assert run.written.letters == []
        [letter] = office.answer(with_files=True).letters
        assert (letter.kind, letter.recipient) == ("returned", address("HB01"))
        assert office.answer(with_files=True).letters == []


def test_mails_files_and_archives_may_lie_in_one_folder(campaign: Campaign) -> None:
    folder = put(campaign.root.parent / "来件", letter_in(address("HB01"), (LEDGER, filled("HB01"))))
    (folder / "二科.xlsx").write_bytes(filled("HB02"))
    with Office(campaign, NOW) as office:
        run = office.collect([folder])
    assert [intake.unit and intake.unit.code for intake in run.taken.files] == ["HB02"]
    assert len(run.taken.messages) == 1


def test_the_offices_own_files_stay_as_they_are(campaign: Campaign) -> None:
    folder = put(campaign.root.parent / "来信", letter_in(address("HB01"), (LEDGER, filled("HB01"))))
    before = tree(folder, ".")
    with Office(campaign, NOW) as office:
        office.collect([folder])
    assert tree(folder, ".") == before


def test_a_rehearsal_shows_all_and_changes_nothing(campaign: Campaign) -> None:
    folder = put(campaign.root.parent / "来信", letter_in(address("HB01"), (LEDGER, filled("HB01", spoil=no_channel))))
    before = tree(campaign.root, "收件", "退回", "待查", "文书")
    with rehearsal(campaign) as copy, Office(copy, NOW) as office:
        run = office.collect([folder], keep=True)
        assert [letter.kind for letter in run.written.letters] == ["returned"]
    assert tree(campaign.root, "收件", "退回", "待查", "文书") == before
    assert not campaign.ledger_path.exists()
    assert [path.name for path in (campaign.root / ".lzxl").iterdir() if path.name.startswith("working-")] == []


def test_a_rebuilt_ledger_answers_nobody_again(campaign: Campaign) -> None:
    import shutil

    collect(campaign, letter_in(address("HB01"), (LEDGER, filled("HB01"))))
    shutil.rmtree(campaign.root / ".lzxl")
    (campaign.root / ".lzxl").mkdir()
    with Office(campaign, NOW) as office:
        office.collect([put(campaign.root.parent / "空", letter_in(address("HB02")))])
        assert {letter.unit for letter in office.answer(with_files=True).letters} == set()
    assert {row["unit"] for row in table(campaign, "letters")} == {"HB02"}


def test_no_subject_and_no_name_is_in_the_ledger(campaign: Campaign) -> None:
    sender = f"张三 <{address('HB01')}>"
    collect(campaign, letter_in(sender, (LEDGER, filled("HB01")), text="关于王五的情况", subject="赵六的表"))
    ledger = b"".join(path.read_bytes() for path in campaign.ledger_path.parent.glob("ledger.sqlite*"))
    assert address("HB01").encode() in ledger
    for private in ("张三", "王五", "赵六"):
        assert private.encode() not in ledger


def test_letters_go_to_the_office_in_the_summary_only(campaign: Campaign) -> None:
    from lzxl.api import consolidate

    collect(campaign, letter_in(address("HB01"), (LEDGER, filled("HB01"))))
    result = consolidate(campaign)
    with Office(campaign, NOW) as office:
        written = office.mail_summary(result.standing, result.path)
        assert [letter.recipient for letter in written.letters] == [OFFICE]
        assert office.mail_summary(result.standing, result.path).letters == []
    assert enclosures(drafts(campaign)[OFFICE]) == {result.path.name: result.path.read_bytes()}


@pytest.mark.parametrize("written", ["HB01@单位.example.cn", "HB01@xn--nqq01h.example.cn"])
@pytest.mark.parametrize("sender", ["hb01@单位.example.cn", "HB01@XN--NQQ01H.example.CN"])
def test_a_domain_in_chinese_is_the_rosters_in_either_spelling(tmp_path: Path, written: str, sender: str) -> None:
    campaign = mail_campaign(tmp_path / "2026年度")
    write_roster(campaign.root, CODES, email=written)
    raw = letter_in("somebody@example.cn", ("预警台账.xlsx", filled("HB01")))
    run = collect(Campaign(campaign.root), raw.replace(b"somebody@example.cn", sender.encode()))
    [intake] = run.taken.intakes.values()
    assert (intake.state, intake.unit and intake.unit.code) == ("accepted", "HB01")
    [(to, _)] = drafts(campaign).items()
    assert to == "HB01@xn--nqq01h.example.cn"


def _take_drafts(campaign: Campaign) -> None:
    """The clerk sends what waits and moves it away."""
    for draft in (campaign.root / "文书" / "待发邮件").iterdir():
        draft.unlink()


def test_a_unit_is_told_that_the_office_changed_what_it_checks_by_and_told_so_once(campaign: Campaign) -> None:
    collect(campaign, letter_in(address("HB01"), (LEDGER, filled("HB01"))))
    _take_drafts(campaign)
    write_roster(campaign.root, unit_name="综合办公室")
    changed = Campaign(campaign.root)
    with Office(changed, NOW) as office:
        office.answer()
    [returned] = drafts(changed).values()
    assert "退回通知" in str(returned["Subject"])
    assert "现有须改正之处，不是你单位重复出错。以前就本版发的报送回执作废" in body(returned)
    _take_drafts(changed)
    with Office(changed, NOW) as office:
        assert office.answer(with_files=True).letters == []
    write_roster(campaign.root)
    mended = Campaign(campaign.root)
    with Office(mended, NOW) as office:
        office.settle()
    assert sorted(path.parent.name for path in campaign.root.glob("退回/*/*/*.xlsx")) == ["已作废"]
    with Office(mended, NOW) as office:
        assert [letter.kind for letter in office.answer().letters] == ["receipt"]
    [receipt] = drafts(mended).values()
    assert "现已接收，不必再改。以前就本版发的退回通知作废" in body(receipt)


def test_a_draft_that_the_clerk_left_lying_is_withdrawn_when_the_deadline_changes(campaign: Campaign) -> None:
    collect(campaign, letter_in(address("HB01"), (LEDGER, filled("HB01"))))
    set_config(campaign.root, deadline="2026-11-10")
    later = Campaign(campaign.root)
    with Office(later, NOW) as office:
        office.settle()
        assert [(letter.kind, letter.note) for letter in office.withdrawn] == [("receipt", "检查结果或设置已经变了")]
        assert drafts(later) == {}
        assert [letter.kind for letter in office.answer().letters] == ["receipt"]
    assert "登记为迟报" in body(drafts(later)[address("HB01")])


def _borrowed(paper: Paper) -> None:
    """HB02 writes its own name on the workbook that was sent to HB01."""
    paper.put_label("unit_code", "HB02")
    paper.put_label("unit_name", "人事教育科")


def _without_code(paper: Paper) -> None:
    """Only the name says whose it is."""
    no_unit(paper)
    paper.put_label("unit_name", "办公室")


@pytest.mark.parametrize("spoil", [_borrowed, _without_code, no_unit])
def test_no_file_that_says_it_is_another_units_is_accepted_whoever_says_so(
    campaign: Campaign, spoil: Callable[[Paper], None]
) -> None:
    """By its cover, by its name alone, by the stamp that it was sent out with, or by the numbers of its rows."""
    collect(campaign, letter_in("someone@qq.com", (LEDGER, filled("HB01", spoil=spoil))))
    with Office(campaign, NOW) as office:
        [message] = office.register.messages(*MailState)
        [part] = office.register.parts_of(message.sha256)
        with pytest.raises(UsageError) as caught:
            office.accept(part.sha256[:8], "HB02")
    assert all(words in str(caught.value) for words in ("未收下", "HB01", "请让 HB02 用发给它的表重新报送"))
    assert tree(campaign.root, "收件") == {}


def test_who_filed_on_last_years_form_gets_this_years_with_the_return_and_the_reminder(campaign: Campaign) -> None:
    last_year = filled("HB01")
    set_config(campaign.root, period='"2027年度"', deadline="2027-11-20")
    now = Campaign(campaign.root)
    collect(now, letter_in(address("HB01"), (LEDGER, last_year)))
    [without] = drafts(now).values()
    assert [name.endswith("_退回.xlsx") for name in enclosures(without)] == [True], "there is none yet to be enclosed"
    distribute(now)
    [sent] = now.root.glob("发放/HB01_*/*.xlsx")
    with Office(Campaign(now.root), NOW) as office:
        office.answer()
    [returned] = drafts(now).values()
    assert enclosures(returned)[sent.name] == sent.read_bytes()
    assert f"另附本期的表“{sent.name}”，请换用它填报" in body(returned)
    # Once the return has gone out, the reminder of another day asks for this year's form as well.
    for path in (now.root / "文书" / "待发邮件").glob("*.eml"):
        path.unlink()
    with Office(Campaign(now.root), NOW + datetime.timedelta(days=1)) as office:
        office.remind(at_once=True)
    reminder = drafts(now)[address("HB01")]
    assert "催报" in str(reminder["Subject"])
    assert enclosures(reminder) == enclosures(returned)
    assert f"另附本期的表“{sent.name}”，请换用它填报" in body(reminder)
