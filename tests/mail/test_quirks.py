"""The office's mailbox at servers that are not as the standard has them: what 163, QQ, Aliyun and Tencent have been seen to do."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import imapclient
import pytest

from lzxl.campaign.mail_settings import Server
from lzxl.errors import MailError
from lzxl.mail.model import Place
from tests.mail.conftest import FILED, MailboxFor, mail, nothing_known, take
from tests.mail.dovecot import Dovecot
from tests.mail.quirks import QuirkProxy

Proxy = Callable[..., QuirkProxy]

NO_MOVE = frozenset({"MOVE"})
NETEASE: dict[str, Any] = {"needs_id": True, "hidden": frozenset({"MOVE", "IDLE", "NAMESPACE"})}
QQ: dict[str, Any] = {
    "drops_unknown": True,
    "hidden": frozenset({"MOVE", "NAMESPACE", "LITERAL+", "ENABLE", "ESEARCH", "CONDSTORE", "SPECIAL-USE"}),
    "doubles_fetch": True,
    "refuses_descending": True,
    "finds_nothing_by_header": True,
}
BARE: dict[str, Any] = {
    "drops_unknown": True,
    "hidden": frozenset({"MOVE", "UIDPLUS", "IDLE", "ID", "NAMESPACE", "LITERAL+"}),
    "refuses_charset": True,
    "refuses_descending": True,
    "tells_uidnext": False,
}


@pytest.mark.parametrize("quirks", [NETEASE, QQ, BARE, {"refuses_charset": True}], ids=["163", "QQ", "bare", "Aliyun"])
def test_a_whole_round(dovecot: Dovecot, quirk_proxy: Proxy, mailbox_for: MailboxFor, quirks: dict[str, Any]) -> None:
    user = dovecot.new_user()
    dovecot.put(user, mail(1), mail(2), mail(3))
    dovecot.put(user, mail(8), folder="Sent Messages")
    proxy = quirk_proxy(**quirks)
    mailbox = mailbox_for(proxy, user)
    given = take(mailbox)
    assert [(fetched.place.uid, fetched.raw) for fetched in given] == [(str(n), mail(n)) for n in (1, 2, 3)]
    assert [mailbox.find_sent(f"<{n}@unit>") for n in (7, 8)] == [False, True]
    assert mailbox.wait(0.1) is False
    mailbox.file_away([given[0].place, given[2].place])
    mailbox.close()
    if quirks is BARE:
        assert dovecot.mails(user) == [mail(1), mail(2), mail(3)]
        assert dovecot.flags(user) == [{rb"\Seen"}, set(), {rb"\Seen"}]
    else:
        assert dovecot.mails(user) == [mail(2)]
        assert dovecot.mails(user, FILED) == [mail(1), mail(3)]
    assert proxy.quirks.connections == 1
    said = "\n".join(proxy.quirks.commands)
    assert not re.search(r"CHARSET|ENVELOPE|BODYSTRUCTURE|^EXPUNGE|BODY\[", said, re.MULTILINE)


def test_the_proxy_is_as_strict_as_163(dovecot: Dovecot, quirk_proxy: Proxy, mailbox_for: MailboxFor) -> None:
    proxy = quirk_proxy(**{**NETEASE, "hidden": frozenset({"ID"})})
    with pytest.raises(MailError, match=r"无法打开收件箱“INBOX”.*开启 IMAP 服务"):
        take(mailbox_for(proxy, dovecot.new_user()))


def test_id_comes_after_login_and_before_any_folder(
    dovecot: Dovecot, quirk_proxy: Proxy, mailbox_for: MailboxFor
) -> None:
    proxy = quirk_proxy()
    take(mailbox_for(proxy, dovecot.new_user()))
    names = [command.split()[0] for command in proxy.quirks.commands]
    assert [name for name in names if name in ("LOGIN", "ID", "EXAMINE")] == ["LOGIN", "ID", "EXAMINE"]


# mails out of the way


def test_the_deleted_mails_of_others_survive(dovecot: Dovecot, quirk_proxy: Proxy, mailbox_for: MailboxFor) -> None:
    user = dovecot.new_user()
    dovecot.put(user, mail(1), mail(2), mail(3))
    with dovecot.client(user) as other:
        other.add_flags([2], [imapclient.DELETED])
    mailbox = mailbox_for(quirk_proxy(hidden=NO_MOVE), user)
    mailbox.file_away([take(mailbox)[0].place])
    assert dovecot.mails(user) == [mail(2), mail(3)]
    assert dovecot.flags(user) == [{rb"\Deleted"}, set()]
    assert dovecot.mails(user, FILED) == [mail(1)]


@pytest.mark.parametrize("raw", [mail(1), b"From: a@b.cn\r\n\r\nno Message-ID\r\n", mail(1, b"x" * 3000)])
def test_a_copy_that_was_made_before_is_not_made_again(
    dovecot: Dovecot, quirk_proxy: Proxy, mailbox_for: MailboxFor, raw: bytes
) -> None:
    user = dovecot.new_user()
    other = raw.replace(b"o", b"0")  # of the same size, and with the same Message-ID
    dovecot.put(user, raw, other)
    dovecot.put(user, raw, folder=FILED)
    mailbox = mailbox_for(quirk_proxy(hidden=NO_MOVE), user, most_bytes=2000)
    mailbox.file_away([fetched.place for fetched in take(mailbox)])
    assert dovecot.mails(user) == []
    large = len(raw) > 2000  # told by header and size alone
    assert dovecot.mails(user, FILED) == ([raw, other] if not large or header(raw) != header(other) else [raw])


def header(raw: bytes) -> bytes:
    return raw.split(b"\r\n\r\n")[0]


def test_filing_that_is_cut_short_is_completed(dovecot: Dovecot, quirk_proxy: Proxy, mailbox_for: MailboxFor) -> None:
    raws = [mail(1), mail(2)]
    proxy = quirk_proxy(hidden=NO_MOVE)

    def file(cuts: list[int]) -> None:
        user = dovecot.new_user()
        dovecot.put(user, *raws)
        mailbox = mailbox_for(dovecot, user)
        places = [fetched.place for fetched in take(mailbox)]
        proxy.quirks.cuts, proxy.quirks.sent = cuts, 0
        mailbox_for(proxy, user).file_away(places)
        assert (dovecot.mails(user), dovecot.mails(user, FILED)) == ([], raws), cuts

    file([])
    for after in range(1, proxy.quirks.sent, proxy.quirks.sent // 12):
        file([after])


def test_where_people_s_own_folders_lie_below_one(
    dovecot: Dovecot, quirk_proxy: Proxy, mailbox_for: MailboxFor
) -> None:
    user = dovecot.new_user()
    dovecot.put(user, mail(1))
    dovecot.put(user, folder="其他文件夹/党办")
    mailbox = mailbox_for(quirk_proxy(**QQ), user)
    mailbox.file_away([take(mailbox)[0].place])
    assert dovecot.mails(user, f"其他文件夹/{FILED}") == [mail(1)]


def test_a_folder_that_cannot_be_made(dovecot: Dovecot, quirk_proxy: Proxy, mailbox_for: MailboxFor) -> None:
    user = dovecot.new_user()
    dovecot.put(user, mail(1))
    mailbox = mailbox_for(quirk_proxy(refused=frozenset({"CREATE"})), user)
    with pytest.raises(MailError, match=f"没有文件夹“{FILED}”"):
        mailbox.file_away([take(mailbox)[0].place])
    assert dovecot.mails(user) == [mail(1)]


@pytest.mark.parametrize("refused", ["COPY", "STORE", "EXPUNGE"])
def test_what_is_refused_stays(dovecot: Dovecot, quirk_proxy: Proxy, mailbox_for: MailboxFor, refused: str) -> None:
    user = dovecot.new_user()
    dovecot.put(user, mail(1))
    mailbox = mailbox_for(quirk_proxy(hidden=NO_MOVE, refused=frozenset({refused})), user)
    mailbox.file_away([take(mailbox)[0].place])
    assert dovecot.mails(user) == [mail(1)]


def test_a_folder_that_may_only_be_read(dovecot: Dovecot, quirk_proxy: Proxy, mailbox_for: MailboxFor) -> None:
    user = dovecot.new_user()
    dovecot.put(user, mail(1))
    mailbox = mailbox_for(quirk_proxy(read_only=True), user)
    mailbox.file_away([take(mailbox)[0].place])
    assert [fetched.raw for fetched in take(mailbox)] == dovecot.mails(user) == [mail(1)]


# UIDVALIDITY


@pytest.mark.parametrize("uidvalidity", ["", "0"])
def test_no_uidvalidity(dovecot: Dovecot, quirk_proxy: Proxy, mailbox_for: MailboxFor, uidvalidity: str) -> None:
    user = dovecot.new_user()
    dovecot.put(user, mail(1), mail(2))
    proxy = quirk_proxy(uidvalidity=uidvalidity)

    def never(place: Place) -> bool:
        raise AssertionError(place)

    mailbox = mailbox_for(proxy, user)
    given = list(mailbox.fetch(never))
    assert [(fetched.place.uidvalidity, fetched.raw) for fetched in given] == [("", mail(1)), ("", mail(2))]
    # In another session a UID may mean another mail.
    mailbox_for(proxy, user).file_away([fetched.place for fetched in given])
    assert len(dovecot.mails(user)) == 2
    mailbox.file_away([given[0].place])
    assert dovecot.mails(user) == [mail(2)]


@pytest.mark.parametrize("uidvalidity", ["18446744073709551616", "nonsense"])
def test_strange_uidvalidity(dovecot: Dovecot, quirk_proxy: Proxy, mailbox_for: MailboxFor, uidvalidity: str) -> None:
    user = dovecot.new_user()
    dovecot.put(user, mail(1))
    (fetched,) = take(mailbox_for(quirk_proxy(uidvalidity=uidvalidity), user))
    assert fetched.place.uidvalidity == (uidvalidity if uidvalidity.isdigit() else "")


def test_another_uidvalidity_in_the_middle(dovecot: Dovecot, quirk_proxy: Proxy, mailbox_for: MailboxFor) -> None:
    user = dovecot.new_user()
    raws = [mail(number, b"x" * 4000) for number in range(3)]
    dovecot.put(user, *raws)
    given = take(mailbox_for(quirk_proxy(renumbers=True, cuts=[9000]), user))
    first, second = sorted({fetched.place.uidvalidity for fetched in given})
    assert [fetched.raw for fetched in given if fetched.place.uidvalidity == first] == raws[:1]
    assert [fetched.raw for fetched in given if fetched.place.uidvalidity == second] == raws


def test_another_uidvalidity_every_time(dovecot: Dovecot, quirk_proxy: Proxy, mailbox_for: MailboxFor) -> None:
    user = dovecot.new_user()
    dovecot.put(user, *[mail(number, b"x" * 4000) for number in range(3)])
    with pytest.raises(MailError, match="重新编号"):
        take(mailbox_for(quirk_proxy(renumbers=True, cuts=[9000] * 20), user))


# connections that break


def test_a_connection_cut_anywhere(dovecot: Dovecot, quirk_proxy: Proxy, mailbox_for: MailboxFor) -> None:
    user = dovecot.new_user()
    raws = [mail(number, b"x" * 600) for number in range(5)]
    dovecot.put(user, *raws)
    proxy = quirk_proxy()
    take(mailbox_for(proxy, user))
    for after in range(1, proxy.quirks.sent, proxy.quirks.sent // 12):
        proxy.quirks.cuts = [after, after]
        given = take(mailbox_for(proxy, user))
        assert [fetched.raw for fetched in given] == raws, after
        assert len({fetched.place for fetched in given}) == len(raws), after


def test_a_connection_that_breaks_at_one_mail(dovecot: Dovecot, quirk_proxy: Proxy, mailbox_for: MailboxFor) -> None:
    user = dovecot.new_user()
    dovecot.put(user, mail(1), mail(2, b"x" * 60_000), mail(3))
    mails = mailbox_for(quirk_proxy(cuts=[30_000] * 4), user).fetch(nothing_known)
    assert [next(mails).raw, next(mails).raw] == [mail(1), mail(3)]
    with pytest.raises(MailError, match=r"有1封邮件无法读取，其余的都已收下"):
        next(mails)


def test_a_connection_that_always_breaks(dovecot: Dovecot, quirk_proxy: Proxy, mailbox_for: MailboxFor) -> None:
    user = dovecot.new_user()
    dovecot.put(user, mail(1, b"x" * 60_000))
    with pytest.raises(MailError, match="无法读取"):
        take(mailbox_for(quirk_proxy(cuts=[30_000] * 20), user))


def test_a_server_that_falls_silent_in_a_mail(dovecot: Dovecot, quirk_proxy: Proxy, mailbox_for: MailboxFor) -> None:
    user = dovecot.new_user()
    dovecot.put(user, mail(1), mail(2, b"x" * 60_000))
    proxy = quirk_proxy(stalls_after=30_000)
    mails = mailbox_for(proxy, user, timeout=0.5, waits=(0,)).fetch(nothing_known)
    assert next(mails).raw == mail(1)
    with pytest.raises(MailError):
        next(mails)


def test_a_mail_that_is_not_handed_out(dovecot: Dovecot, quirk_proxy: Proxy, mailbox_for: MailboxFor) -> None:
    user = dovecot.new_user()
    dovecot.put(user, mail(1), mail(2), mail(3))
    mails = mailbox_for(quirk_proxy(refused_uids=frozenset({2})), user).fetch(nothing_known)
    assert [next(mails).raw, next(mails).raw] == [mail(1), mail(3)]
    with pytest.raises(MailError, match="有1封邮件"):
        next(mails)


@pytest.mark.parametrize(("refused", "step"), [("SEARCH", "查找邮件"), ("FETCH", "查看邮件大小")])
def test_a_command_that_is_refused(
    dovecot: Dovecot, quirk_proxy: Proxy, mailbox_for: MailboxFor, refused: str, step: str
) -> None:
    user = dovecot.new_user()
    dovecot.put(user, mail(1))
    with pytest.raises(MailError, match=f"不肯{step}"):
        take(mailbox_for(quirk_proxy(refused=frozenset({refused})), user))


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("[UNAVAILABLE] office@example.gov.cn", "现在不接受登录"),
        ("Login fail. Password is incorrect, login frequency limited, or system is busy.", "要用授权码"),
        ("[AUTHENTICATIONFAILED] office@example.gov.cn", "要用授权码"),
    ],
)
def test_a_login_that_is_refused(
    dovecot: Dovecot, quirk_proxy: Proxy, mailbox_for: MailboxFor, answer: str, said: str
) -> None:
    with pytest.raises(MailError, match=said) as caught:
        take(mailbox_for(quirk_proxy(login_says=answer), dovecot.new_user()))
    assert "office@" not in str(caught.value)


def test_no_starttls(dovecot: Dovecot, quirk_proxy: Proxy, mailbox_for: MailboxFor) -> None:
    proxy = quirk_proxy(plain=True, hidden=frozenset({"STARTTLS"}))
    with pytest.raises(MailError, match="不能加密，未登录，密码未发出"):
        take(mailbox_for(proxy, dovecot.new_user(), imap=Server(proxy.host, proxy.port, "starttls")))
    assert not [command for command in proxy.quirks.commands if command.startswith(("LOGIN", "STARTTLS"))]


# waiting


@pytest.mark.parametrize(
    "quirks",
    [{"hidden": frozenset({"IDLE"})}, {"refused": frozenset({"IDLE"})}, BARE],
    ids=["hidden", "refused", "bare"],
)
def test_waiting_without_idle(
    dovecot: Dovecot, quirk_proxy: Proxy, mailbox_for: MailboxFor, quirks: dict[str, Any]
) -> None:
    user = dovecot.new_user()
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == 3:
            dovecot.put(user, mail(1))

    mailbox = mailbox_for(quirk_proxy(**quirks), user, sleep=sleep)
    take(mailbox)
    assert mailbox.wait(600) is True
    assert len(slept) >= 3
    assert max(slept) <= 60
