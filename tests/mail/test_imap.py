"""The office's mailbox, at a real server."""

from __future__ import annotations

import datetime
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lzxl.campaign.mail_settings import Server
from lzxl.errors import EXIT_UNREADABLE, MailError
from lzxl.mail import imap_inbox
from lzxl.mail.model import Place
from tests.mail.conftest import FILED, MailboxFor, mail, nothing_known, take
from tests.mail.dovecot import PASSWORD, Dovecot

# mails in


def test_mails_come_whole_in_their_order_and_stay_unread(dovecot: Dovecot, mailbox_for: MailboxFor) -> None:
    user = dovecot.new_user()
    raws = [mail(1), "From: 财务科 <a@b.cn>\r\n\r\n表见附件\r\n".encode("gbk"), mail(3, b"x" * 100_000 + b"\r\n")]
    dovecot.put(user, *raws)
    mailbox = mailbox_for(dovecot, user)
    given = take(mailbox)
    assert [fetched.raw for fetched in given] == raws
    validity = str(dovecot.uidvalidity(user))
    assert [fetched.place for fetched in given] == [
        Place(f"{user}/localhost", "INBOX", validity, uid) for uid in ("1", "2", "3")
    ]
    for fetched in given:
        assert abs(datetime.datetime.now(datetime.UTC) - fetched.received) < datetime.timedelta(minutes=5)
        assert not fetched.too_large
    assert dovecot.flags(user) == [set(), set(), set()]


def test_an_empty_mailbox(dovecot: Dovecot, mailbox_for: MailboxFor) -> None:
    assert take(mailbox_for(dovecot, dovecot.new_user())) == []


def test_delivered_mails_come_as_the_server_has_them(dovecot: Dovecot, mailbox_for: MailboxFor) -> None:
    user = dovecot.new_user()
    dovecot.deliver(user, mail(1), mail(2))
    assert [fetched.raw for fetched in take(mailbox_for(dovecot, user))] == dovecot.mails(user)


def test_what_is_known_is_not_fetched_again(dovecot: Dovecot, mailbox_for: MailboxFor) -> None:
    user = dovecot.new_user()
    dovecot.put(user, mail(1), mail(2), mail(3))
    known = {take(mailbox_for(dovecot, user))[1].place}
    given = list(mailbox_for(dovecot, user).fetch(known.__contains__))
    assert [fetched.place.uid for fetched in given] == ["1", "3"]


def test_too_large_a_mail_stays_on_the_server(dovecot: Dovecot, mailbox_for: MailboxFor) -> None:
    user = dovecot.new_user()
    large = mail(1, b"x" * 5000)
    dovecot.put(user, large, mail(2))
    first, second = take(mailbox_for(dovecot, user, most_bytes=1000))
    assert (first.raw, first.too_large) == (large[: large.index(b"row")], len(large))
    assert (second.raw, second.too_large) == (mail(2), 0)


def test_a_crowded_mailbox_is_searched_in_ranges(
    dovecot: Dovecot, mailbox_for: MailboxFor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imap_inbox, "_SEARCH_STEP", 2)
    monkeypatch.setattr(imap_inbox, "_BATCH", 2)
    user = dovecot.new_user()
    for count in (1, 1, 1, 2):
        dovecot.put(user, *[mail(number) for number in range(count)])
        given = take(mailbox_for(dovecot, user))
        assert [fetched.place.uid for fetched in given] == [
            str(number) for number in range(1, len(dovecot.mails(user)) + 1)
        ]


def test_other_work_between_two_mails_does_no_harm(dovecot: Dovecot, mailbox_for: MailboxFor) -> None:
    user = dovecot.new_user()
    dovecot.put(user, mail(1), mail(2), mail(3))
    dovecot.put(user, mail(9), folder="Sent")
    mailbox = mailbox_for(dovecot, user)
    raws = []
    for fetched in mailbox.fetch(nothing_known):
        raws.append(fetched.raw)
        assert mailbox.find_sent("<9@unit>")
        mailbox.file_away([fetched.place])
    assert raws == [mail(1), mail(2), mail(3)]
    assert dovecot.mails(user, FILED) == raws


def test_a_chinese_inbox_and_starttls(dovecot: Dovecot, mailbox_for: MailboxFor) -> None:
    user = dovecot.new_user()
    dovecot.put(user, mail(1), folder="报送&材料")
    server = Server("localhost", dovecot.starttls_port, "starttls")
    (fetched,) = take(mailbox_for(dovecot, user, inbox="报送&材料", imap=server))
    assert (fetched.raw, fetched.place.folder) == (mail(1), "报送&材料")


def test_a_login_name_that_must_be_quoted(dovecot: Dovecot, mailbox_for: MailboxFor) -> None:
    user = dovecot.new_user()
    dovecot.put(user, mail(1))
    with pytest.raises(MailError, match="登录名或密码"):
        take(mailbox_for(dovecot, f'{user} "x" \\'))


# what can go wrong before anything is read


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"password": "wrong"}, "授权码"),
        ({"password": "密码"}, "授权码"),
        ({"imap": Server("no-such-host.invalid", 993, "tls")}, "找不到收信服务器 no-such-host.invalid"),
        ({"imap": Server("localhost", 1, "tls")}, "无法连接收信服务器 localhost:1"),
        ({"ca_file": ""}, "ca_file"),
        ({"ca_file": "/no/such/file.pem"}, "ca_file"),
        ({"inbox": "没有的"}, "无法打开收件箱“没有的”"),
    ],
)
def test_trouble_is_said_in_one_sentence_that_tells_the_remedy(
    dovecot: Dovecot, mailbox_for: MailboxFor, changes: dict[str, Any], said: str
) -> None:
    user = dovecot.new_user()
    with pytest.raises(MailError) as caught:
        take(mailbox_for(dovecot, user, **changes))
    assert said in str(caught.value)
    assert user not in str(caught.value)
    assert PASSWORD not in str(caught.value)
    assert caught.value.exit_code == EXIT_UNREADABLE


def test_a_certificate_for_another_name_is_refused(dovecot: Dovecot, mailbox_for: MailboxFor) -> None:
    server = Server("127.0.0.1", dovecot.port, "tls")
    with pytest.raises(MailError, match="密码未发出：证书不是发给这个地址的"):
        take(mailbox_for(dovecot, dovecot.new_user(), imap=server))


def test_starttls_checks_the_certificate_too(dovecot: Dovecot, mailbox_for: MailboxFor) -> None:
    server = Server("localhost", dovecot.starttls_port, "starttls")
    with pytest.raises(MailError, match="密码未发出：证书不是这台电脑信任的"):
        take(mailbox_for(dovecot, dovecot.new_user(), imap=server, ca_file=""))


def test_tls_at_a_port_that_has_none(dovecot: Dovecot, mailbox_for: MailboxFor) -> None:
    server = Server("localhost", dovecot.starttls_port, "tls")
    with pytest.raises(MailError, match="无法建立加密连接"):
        take(mailbox_for(dovecot, dovecot.new_user(), imap=server))


def test_nothing_of_the_wire_is_logged(
    dovecot: Dovecot, mailbox_for: MailboxFor, caplog: pytest.LogCaptureFixture
) -> None:
    user = dovecot.new_user()
    dovecot.put(user, mail(1))
    with caplog.at_level("DEBUG"):
        mailbox = mailbox_for(dovecot, user)
        mailbox.file_away([fetched.place for fetched in mailbox.fetch(nothing_known)])
    assert not [record for record in caplog.records if user in record.getMessage()]
    assert PASSWORD not in repr(mailbox)


# servers that fail


def test_a_server_killed_in_the_middle_of_a_mail(own_dovecot: Callable[..., Dovecot], mailbox_for: MailboxFor) -> None:
    server = own_dovecot()
    user = server.new_user()
    raws = [mail(number, b"x" * 76 + b"\r\n" + b"y" * 2_000_000) for number in range(3)]
    server.put(user, *raws)
    slept = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        server.kill()
        server.start()

    mailbox = mailbox_for(server, user, sleep=sleep, waits=(1, 5, 25))
    given = []
    for fetched in mailbox.fetch(nothing_known):
        if not given:
            killer = threading.Thread(target=server.kill)
            killer.start()
        given.append(fetched)
    killer.join()
    assert [fetched.raw for fetched in given] == raws
    assert slept == [1]


def test_a_server_that_stays_away(own_dovecot: Callable[..., Dovecot], mailbox_for: MailboxFor) -> None:
    server = own_dovecot()
    user = server.new_user()
    server.put(user, mail(1), mail(2))
    slept: list[float] = []
    mails = mailbox_for(server, user, sleep=slept.append, waits=(1, 5, 25)).fetch(nothing_known)
    assert next(mails).raw == mail(1)
    server.kill()
    with pytest.raises(MailError, match=r"无法连接收信服务器.*已试4次"):
        next(mails)
    assert slept == [1, 5, 25]


def test_a_server_that_falls_silent(own_dovecot: Callable[..., Dovecot], mailbox_for: MailboxFor) -> None:
    server = own_dovecot()
    user = server.new_user()
    server.put(user, mail(1), mail(2))
    mailbox = mailbox_for(server, user, timeout=0.4, waits=(0,))
    mails = mailbox.fetch(nothing_known)
    next(mails)
    with server.stopped(), pytest.raises(MailError, match="已试2次"):
        next(mails)
    assert len(take(mailbox)) == 2


def test_a_server_that_numbers_its_mails_anew(dovecot: Dovecot, mailbox_for: MailboxFor) -> None:
    user = dovecot.new_user()
    dovecot.put(user, mail(1), mail(2))
    before = take(mailbox_for(dovecot, user))
    mailbox_for(dovecot, user).file_away([before[0].place])
    dovecot.lose_index(user)
    dovecot.put(user, mail(3))
    known = {fetched.place for fetched in before}
    after = list(mailbox_for(dovecot, user).fetch(known.__contains__))
    assert [(fetched.place.uid, fetched.raw) for fetched in after] == [("1", mail(2)), ("2", mail(3))]
    # UID 1 was another mail then: the old place must not take the new one away.
    mailbox_for(dovecot, user).file_away([fetched.place for fetched in before])
    assert dovecot.mails(user) == [mail(2), mail(3)]


# mails out of the way


def test_mails_that_are_dealt_with_are_moved(dovecot: Dovecot, mailbox_for: MailboxFor) -> None:
    user = dovecot.new_user()
    dovecot.put(user, mail(1), mail(2), mail(3))
    mailbox = mailbox_for(dovecot, user)
    places = [fetched.place for fetched in take(mailbox)]
    mailbox.file_away([places[0], places[2]])
    mailbox.file_away([places[0], places[2]])
    mailbox_for(dovecot, user).file_away(places[:1])
    assert dovecot.mails(user) == [mail(2)]
    assert dovecot.mails(user, FILED) == [mail(1), mail(3)]


def test_a_mailbox_that_is_to_be_kept_is_not_touched(dovecot: Dovecot, mailbox_for: MailboxFor) -> None:
    user = dovecot.new_user()
    dovecot.put(user, mail(1))
    dovecot.put(user, folder="Sent")
    mailbox = mailbox_for(dovecot, user, keep=True)
    mailbox.file_away([fetched.place for fetched in take(mailbox)])
    assert dovecot.folders(user) == {"INBOX", "Sent"}
    assert (dovecot.mails(user), dovecot.flags(user)) == ([mail(1)], [set()])


def test_an_inbox_that_is_also_the_folder_for_filing(dovecot: Dovecot, mailbox_for: MailboxFor) -> None:
    user = dovecot.new_user()
    dovecot.put(user, mail(1))
    mailbox = mailbox_for(dovecot, user, filed="INBOX")
    (fetched,) = take(mailbox)
    mailbox.file_away([fetched.place])
    assert take(mailbox) == [fetched]


def test_places_of_other_mailboxes_are_left_alone(dovecot: Dovecot, mailbox_for: MailboxFor) -> None:
    user = dovecot.new_user()
    dovecot.put(user, mail(1))
    mailbox = mailbox_for(dovecot, user)
    (place,) = [fetched.place for fetched in take(mailbox)]
    mailbox.file_away(
        [
            Place("another/localhost", place.folder, place.uidvalidity, place.uid),
            Place(place.account, "Sent", place.uidvalidity, place.uid),
            Place(place.account, place.folder, str(int(place.uidvalidity) - 1), place.uid),
            Place(place.account, place.folder, "", "7"),
            Place("", "来件", "file", "a.eml#0"),
        ]
    )
    assert dovecot.mails(user) == [mail(1)]


@pytest.mark.parametrize("prefix", ["INBOX.", "Mail."])
def test_a_namespace_with_a_prefix(own_dovecot: Callable[..., Dovecot], mailbox_for: MailboxFor, prefix: str) -> None:
    server = own_dovecot(prefix=prefix, separator=".")
    user = server.new_user()
    server.put(user, mail(1))
    mailbox = mailbox_for(server, user)
    mailbox.file_away([fetched.place for fetched in take(mailbox)])
    assert server.mails(user, f"{prefix}{FILED}") == [mail(1)]


# letters of ours


def test_a_letter_that_is_nowhere_in_the_mailbox(dovecot: Dovecot, mailbox_for: MailboxFor) -> None:
    user = dovecot.new_user()
    assert mailbox_for(dovecot, user).find_sent("<1@unit>") is False
    assert dovecot.folders(user) == {"INBOX"}


@pytest.mark.parametrize("folder", ["INBOX", FILED])
def test_the_offices_own_copy_of_a_letter_tells_that_it_went_out(
    dovecot: Dovecot, mailbox_for: MailboxFor, folder: str
) -> None:
    user = dovecot.new_user()
    dovecot.put(user, mail(1), folder=folder)
    mailbox = mailbox_for(dovecot, user)
    assert mailbox.find_sent("<1@unit>") is True
    assert mailbox.find_sent("<2@unit>") is False


@pytest.mark.parametrize("folder", ["Sent Messages", "已发送", "Sent", "其他文件夹/Sent Items", "Outbox"])
def test_letters_are_found_in_the_sent_folder(dovecot: Dovecot, mailbox_for: MailboxFor, folder: str) -> None:
    user = dovecot.new_user()
    dovecot.put(user, mail(11), mail(2), folder=folder)
    mailbox = mailbox_for(dovecot, user)
    assert mailbox.find_sent("<11@unit>") is True
    assert mailbox.find_sent("<1@unit>") is False
    assert mailbox.find_sent("1@unit") is False


def test_what_the_server_says_of_a_folder_goes_before_its_name(dovecot: Dovecot, mailbox_for: MailboxFor) -> None:
    user = dovecot.new_user()
    dovecot.put(user, mail(1), folder="Sent")
    dovecot.put(user, mail(2), folder="Outbox")
    assert mailbox_for(dovecot, user).find_sent("<2@unit>") is True
    assert mailbox_for(dovecot, user).find_sent("<1@unit>") is False


def test_a_letter_with_a_folded_message_id(dovecot: Dovecot, mailbox_for: MailboxFor) -> None:
    user = dovecot.new_user()
    dovecot.put(user, b"From: a@b.cn\r\nMessage-ID:\r\n <long@unit>\r\n\r\nMessage-ID: <no@unit>\r\n", folder="Sent")
    mailbox = mailbox_for(dovecot, user)
    assert mailbox.find_sent("<long@unit>") is True
    assert mailbox.find_sent("<no@unit>") is False


# waiting


def test_a_new_mail_ends_the_wait(dovecot: Dovecot, mailbox_for: MailboxFor) -> None:
    user = dovecot.new_user()
    dovecot.put(user, mail(1))
    mailbox = mailbox_for(dovecot, user)
    take(mailbox)
    assert mailbox.wait(0.2) is False
    postman = threading.Timer(0.3, dovecot.deliver, (user, mail(2)))
    postman.start()
    assert mailbox.wait(20) is True
    postman.join()
    assert len(take(mailbox)) == 2


def test_a_mail_that_came_before_the_wait_ends_it_at_once(dovecot: Dovecot, mailbox_for: MailboxFor) -> None:
    user = dovecot.new_user()
    dovecot.put(user, mail(1))
    mailbox = mailbox_for(dovecot, user)
    places = [fetched.place for fetched in take(mailbox)]
    dovecot.put(user, mail(2))
    mailbox.file_away(places)
    assert mailbox.wait(20) is True
    assert mailbox.wait(20) is True
    take(mailbox)
    assert mailbox.wait(0.1) is False


def test_filing_is_no_news(dovecot: Dovecot, mailbox_for: MailboxFor) -> None:
    user = dovecot.new_user()
    dovecot.put(user, mail(1))
    mailbox = mailbox_for(dovecot, user)
    mailbox.file_away([fetched.place for fetched in take(mailbox)])
    assert mailbox.wait(0.1) is False


def test_the_server_dies_while_we_wait(own_dovecot: Callable[..., Dovecot], mailbox_for: MailboxFor) -> None:
    server = own_dovecot()
    user = server.new_user()

    def sleep(_: float) -> None:
        server.start()
        server.deliver(user, mail(1))

    mailbox = mailbox_for(server, user, sleep=sleep)
    take(mailbox)
    killer = threading.Timer(0.2, server.kill)
    killer.start()
    assert mailbox.wait(20) is True
    killer.join()


def test_closing_twice_and_without_a_connection(dovecot: Dovecot, mailbox_for: MailboxFor, tmp_path: Path) -> None:
    mailbox = mailbox_for(dovecot, dovecot.new_user())
    mailbox.close()
    take(mailbox)
    mailbox.close()
    mailbox.close()
    assert take(mailbox) == []
