"""A letter goes out once, whatever the server answers, or fails to answer."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from lzxl.campaign.folder import Campaign
from lzxl.errors import MailError
from lzxl.mail.office import Office
from lzxl.mail.outbox import SentBox, Word
from lzxl.mail.smtp import Sender
from lzxl.states import LetterState
from tests.campaign.office import CODES, filled, write_roster
from tests.mail.post import NOW, OFFICE, address, letter_in, mail_campaign, put, table
from tests.mail.smtp_sink import Authority, Behaviour, SmtpSink, make_authority

LATER = NOW + datetime.timedelta(minutes=11)


class Knows(SentBox):
    """A mailbox that says of every letter whether it went out; None is no mailbox."""

    def __init__(self, answer: bool) -> None:
        self.answer = answer
        self.asked: list[str] = []

    def find_sent(self, message_id: str) -> bool:
        self.asked.append(message_id)
        return self.answer


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return make_authority(tmp_path_factory.mktemp("authority"), ("localhost",))


@pytest.fixture
def sink(authority: Authority) -> Iterator[SmtpSink]:
    with SmtpSink(authority) as server:
        yield server


@pytest.fixture
def campaign(tmp_path: Path, sink: SmtpSink) -> Campaign:
    """A campaign with one letter that waits."""
    settings = (
        f'[mail]\naddress = "{OFFICE}"\n'
        f'smtp = "tls://localhost:{sink.server.port}"\nca_file = "{sink.authority.ca_file}"\n'
    )
    made = mail_campaign(tmp_path / "2026年度", settings=settings)
    with Office(made, NOW) as office:
        office.collect([put(tmp_path / "来信", letter_in(address("HB01"), ("台账.xlsx", filled("HB01"))))])
    return made


def send(campaign: Campaign, now: datetime.datetime = NOW, sent_box: SentBox | None = None) -> str:
    """Send what waits; what is said of it."""
    sender = Sender(campaign.config.mail, "", timeout=1, last_timeout=1)
    with Office(campaign, now) as office, sender:
        return "".join(result.trouble for result in office.outbox.send(sender, sent_box))


def state(campaign: Campaign) -> str:
    [row] = table(campaign, "letters")
    return str(row["state"])


def test_a_letter_goes_to_its_unit_and_a_copy_to_the_office(campaign: Campaign, sink: SmtpSink) -> None:
    assert send(campaign) == ""
    [mail] = sink.mails
    assert (mail.sender, mail.recipients) == (OFFICE, (address("HB01"), OFFICE))
    assert state(campaign) == "sent"
    assert [path.name for path in (campaign.root / "文书" / "待发邮件").iterdir()] == []
    assert send(campaign) == ""
    assert len(sink.mails) == 1


@pytest.mark.parametrize(
    ("behaviour", "becomes", "said"),
    [
        ("refuse_recipient", "refused", "收件邮箱不存在"),
        ("refuse_content", "refused", "被拒收"),
        ("defer_recipient", "draft", "451"),
        ("defer_content", "draft", "451"),
        ("drop_data", "draft", ""),
        ("drop_content", "unknown", "不能确定"),
        ("accept_and_drop", "unknown", "不能确定"),
        ("stall_content", "unknown", "不能确定"),
    ],
)
def test_what_the_server_answers_is_what_the_ledger_says(
    campaign: Campaign, sink: SmtpSink, behaviour: Behaviour, becomes: str, said: str
) -> None:
    sink.behave(behaviour, behaviour)
    trouble = send(campaign)
    assert state(campaign) == becomes, trouble
    assert said in trouble or becomes == "unknown"


@pytest.mark.parametrize("behaviour", ["drop_content", "accept_and_drop"])
def test_a_letter_of_which_nobody_knows_is_looked_for_before_it_is_sent_again(
    campaign: Campaign, sink: SmtpSink, behaviour: Behaviour
) -> None:
    sink.behave(behaviour)
    send(campaign)
    went_out = behaviour == "accept_and_drop"
    box = Knows(went_out)
    send(campaign, LATER, box)
    assert box.asked == [table(campaign, "letters")[0]["message_id"]]
    assert state(campaign) == "sent"
    assert len(sink.mails) == 1  # never two


def test_it_is_given_time_to_arrive_in_the_offices_own_mailbox(campaign: Campaign, sink: SmtpSink) -> None:
    sink.behave("drop_content")
    send(campaign)
    assert "10分钟后再运行一次" in send(campaign, NOW + datetime.timedelta(minutes=9), Knows(False))
    assert sink.mails == []
    assert state(campaign) == "unknown"


def test_without_a_mailbox_a_person_has_to_look(campaign: Campaign, sink: SmtpSink) -> None:
    sink.behave("accept_and_drop")
    send(campaign)
    assert "请在邮箱的“已发送”里查看" in send(campaign, LATER)
    assert len(sink.mails) == 1
    for draft in (campaign.root / "文书" / "待发邮件").iterdir():
        draft.unlink()  # looked, and found there
    assert send(campaign, LATER) == ""
    assert len(sink.mails) == 1
    assert state(campaign) == "handled"


def test_the_offices_own_copy_in_a_folder_of_mails_tells_as_well(campaign: Campaign, sink: SmtpSink) -> None:
    sink.behave("accept_and_drop")
    send(campaign)
    with Office(campaign, LATER) as office:
        office.collect([put(campaign.root.parent / "留底", sink.mails[0].raw)])
    assert send(campaign, LATER) == ""
    assert state(campaign) == "sent"
    assert len(sink.mails) == 1


def test_a_bounce_is_noted_with_the_letter_that_did_not_arrive(campaign: Campaign, sink: SmtpSink) -> None:
    send(campaign)
    [letter] = table(campaign, "letters")
    bounce = (
        b"Received: from x by mx; Wed, 18 Nov 2026 12:00:00 +0800\r\nFrom: MAILER-DAEMON@mx.example\r\n"
        b'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n--b\r\n\r\nfailed\r\n'
        b"--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
        b"Final-Recipient: rfc822; a@b.cn\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n"
        b"--b\r\nContent-Type: message/rfc822\r\n\r\n" + sink.mails[0].raw + b"\r\n--b--\r\n"
    )
    with Office(campaign, LATER) as office:
        run = office.collect([put(campaign.root.parent / "退信", bounce)])
        assert run.written.letters == []
        assert [entry.state for entry in office.register.letters(*LetterState)] == ["bounced"]
    assert len(table(campaign, "receipts")) == 1  # nothing in a bounce is a submission
    assert letter["key"] == table(campaign, "letters")[0]["key"]


def test_a_letter_whose_unit_has_another_address_now_is_taken_back_and_may_be_written_again(
    campaign: Campaign, sink: SmtpSink
) -> None:
    write_roster(campaign.root, CODES, email="new@yunze-hbj.example")
    moved = Campaign(campaign.root)
    assert "邮箱已经改了，这封信已作废" in send(moved)
    assert sink.mails == []
    [letter] = table(campaign, "letters")
    assert (letter["state"], letter["note"]) == ("withdrawn", "名册里的邮箱已经改了")
    assert [*(campaign.root / "文书" / "待发邮件").iterdir()] == []
    with Office(moved, NOW) as office:
        [again] = office.answer().letters
    assert again.recipient == "new@yunze-hbj.example"


@pytest.mark.parametrize("is_due", [True, False])
def test_what_a_letter_answered_that_is_taken_back_is_open_again_and_due_if_it_is_said_so(
    campaign: Campaign, is_due: bool
) -> None:
    with Office(campaign, NOW) as office:
        [letter] = office.register.letters(LetterState.DRAFT)
        subjects = office.outbox.answered_by(letter)
        assert subjects
        office.outbox.withdraw(letter, "已有新版", is_due=is_due)
        noted = [[(answer.key, answer.verdict) for answer in office.register.answers_about(one)] for one in subjects]
        assert noted == [[("", Word.DUE)] if is_due else []] * len(subjects)
        assert office.register.letters(LetterState.DRAFT) == []


def test_a_unit_gets_as_many_answers_a_day_as_the_office_allows_and_no_more(campaign: Campaign) -> None:
    with Office(campaign, NOW) as office:
        settings = campaign.config.mail
        for allowed in (1, 2):  # one was written today
            campaign.__dict__["config"] = replace(campaign.config, mail=replace(settings, daily_answers=allowed))
            assert office.outbox.has_room(address("HB01")) == (allowed > 1)
            assert office.outbox.has_room(address("HB02"))


@pytest.mark.parametrize("trouble", ["sender", "password", "login"])
def test_where_nobody_may_send_at_all_the_letter_waits_as_it_was(
    campaign: Campaign, sink: SmtpSink, trouble: str
) -> None:
    """Nothing went out: it is no letter of which that is not known, and the next run sends it once."""
    if trouble == "sender":
        sink.behave("refuse_sender")
    password = {"sender": "", "password": "密码", "login": "wrong"}[trouble]
    sender = Sender(campaign.config.mail, password, timeout=1, last_timeout=1)
    with Office(campaign, NOW) as office, sender, pytest.raises(MailError) as caught:
        office.outbox.send(sender, None)
    [letter] = table(campaign, "letters")
    assert (letter["state"], letter["note"]) == ("draft", str(caught.value))
    assert sink.mails == []
    assert send(campaign) == ""
    assert len(sink.mails) == 1
    assert state(campaign) == "sent"
