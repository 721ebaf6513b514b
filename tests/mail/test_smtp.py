"""Sending by SMTP against a real server that accepts, refuses, stalls and goes away."""

from __future__ import annotations

import datetime
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from lzxl.campaign.mail_settings import MailSettings, Server
from lzxl.errors import ConfigError, MailError
from lzxl.mail.compose import Enclosure, Recipient, compose
from lzxl.mail.letters import Letter
from lzxl.mail.smtp import Outcome, Sender

from .smtp_sink import Authority, Behaviour, Collected, SmtpSink, make_authority

USER, PASSWORD = "lzb@example.gov.cn", "right-code"
TO = "hb01@example.cn"
SHORT = 0.5


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return make_authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def open_sink(authority: Authority) -> Iterator[Callable[..., SmtpSink]]:
    with ExitStack() as stack:
        yield lambda own=authority, **options: stack.enter_context(SmtpSink(own, **options))


@pytest.fixture
def sink(open_sink: Callable[..., SmtpSink]) -> SmtpSink:
    return open_sink(login=(USER, PASSWORD))


def settings(sink: SmtpSink, **changes: object) -> MailSettings:
    plain = MailSettings(
        address=USER, sender="办公室", user=USER, smtp=sink.server, ca_file=str(sink.authority.ca_file)
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def sender(sink: SmtpSink, password: str = PASSWORD, timeout: float = 5, **changes: object) -> Sender:
    return Sender(settings(sink, **changes), password, timeout, timeout)


def letter(text: str = "正文", size: int = 0, to: str = TO) -> bytes:
    return compose(
        MailSettings(address=USER, sender="办公室"),
        Recipient(to, "法规科"),
        Letter("报送回执", text),
        [Enclosure("表.xlsx", b"x" * size)] if size else [],
        kind="receipt",
        key="0" * 32,
        instance="test",
        date=datetime.datetime(2026, 11, 20, tzinfo=datetime.UTC),
        automatic="auto-replied",
    )


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_letters_arrive_unchanged_over_one_connection(open_sink: Callable[..., SmtpSink], security: str) -> None:
    sink = open_sink(security=security, login=(USER, PASSWORD))
    raws = [letter(f"第{number}封", size=number * 200_000) for number in range(3)]
    with sender(sink) as out:
        assert [out.send(raw, TO) for raw in raws] == [Outcome("sent", 250)] * 3
    assert sink.mails == [Collected(USER, (TO,), raw) for raw in raws]
    assert sink.connections == 1


def test_a_server_that_asks_for_no_login(open_sink: Callable[..., SmtpSink]) -> None:
    sink = open_sink()
    with sender(sink, password="") as out:
        assert out.send(letter(), TO).state == "sent"


def test_lines_that_begin_with_a_dot_stay_as_they_are(sink: SmtpSink) -> None:
    raw = b"Subject: x\r\n\r\n.\r\n..two\r\n.\r\nend"
    with sender(sink) as out:
        assert out.send(raw, TO).state == "sent"
    assert sink.mails[0].raw == raw + b"\r\n"


@pytest.mark.parametrize(
    ("behaviour", "state", "code", "accepted"),
    [
        ("refuse_recipient", "refused", 550, 0),
        ("defer_recipient", "later", 451, 0),
        ("close_recipient", "later", 421, 0),
        ("defer_sender", "later", 451, 0),
        ("refuse_size", "refused", 552, 0),
        ("refuse_transaction", "refused", 554, 0),
        ("defer_data", "later", 451, 0),
        ("refuse_content", "refused", 554, 0),
        ("defer_content", "later", 451, 0),
        ("stall_recipient", "later", 0, 0),
        ("stall_data", "later", 0, 0),
        ("drop_sender", "later", 0, 0),
        ("drop_data", "later", 0, 0),
        ("drop_content", "unknown", 0, 0),
        ("accept_and_drop", "unknown", 0, 1),
        ("stall_content", "unknown", 0, 0),
        ("accept_and_stall", "unknown", 0, 1),
        ("odd_content", "unknown", 354, 0),
    ],
)
def test_what_is_said_of_a_letter_is_certain(
    sink: SmtpSink, behaviour: Behaviour, state: str, code: int, accepted: int
) -> None:
    sink.behave(behaviour)
    with sender(sink, timeout=SHORT) as out:
        outcome = out.send(letter(), TO)
        assert (outcome.state, outcome.code) == (state, code)
        assert outcome.reason.endswith("。") and TO not in outcome.reason and "OK" not in outcome.reason
        assert len(sink.mails) == accepted
        # The next letter goes out all the same.
        assert out.send(letter("下一封"), TO).state == "sent"
    assert len(sink.mails) == accepted + 1


def test_a_connection_lost_while_the_content_goes_out_is_no_acceptance(sink: SmtpSink) -> None:
    sink.behave("drop_in_content")
    with sender(sink) as out:
        # So large that it cannot all be under way when the server goes: it is noticed before the final dot.
        assert out.send(letter(size=20_000_000), TO).state == "later"
        assert sink.mails == []


def test_a_kept_connection_that_the_server_closed_is_opened_again(sink: SmtpSink) -> None:
    with sender(sink) as out:
        assert out.send(letter("一"), TO).state == "sent"
        sink.hang_up()
        assert out.send(letter("二"), TO).state == "sent"
    assert (sink.connections, len(sink.mails)) == (2, 2)


def test_a_letter_that_is_larger_than_the_server_takes_is_not_begun(open_sink: Callable[..., SmtpSink]) -> None:
    sink = open_sink(size_limit=100_000, login=(USER, PASSWORD))
    with sender(sink) as out:
        outcome = out.send(letter(size=200_000), TO)
        assert (outcome.state, outcome.code) == ("refused", 0), "the server was not even asked"
        assert "0.3 MB" in outcome.reason and "0.1 MB" in outcome.reason
        assert out.send(letter(), TO).state == "sent"


def test_a_server_that_names_no_limit_is_asked(open_sink: Callable[..., SmtpSink]) -> None:
    with sender(open_sink(size_limit=None, login=(USER, PASSWORD))) as out:
        assert out.send(letter(size=200_000), TO).state == "sent"


def test_time_is_given_for_the_last_answer_and_not_for_those_of_the_next_letter(sink: SmtpSink) -> None:
    """A server may look at a letter for minutes before it says that it has it; a command it answers at once, or it hangs."""
    with Sender(settings(sink), PASSWORD, SHORT, 60) as out:
        assert out.send(letter("一"), TO).state == "sent"
        sink.behave("slow_recipient")
        assert out.send(letter("二"), TO).state == "later"


def test_what_cannot_be_delivered_on_is_for_later(open_sink: Callable[..., SmtpSink]) -> None:
    delivered: list[Collected] = []

    def deliver(mail: Collected) -> None:
        if not delivered:
            delivered.append(mail)
            raise OSError("no room")
        delivered.append(mail)

    sink = open_sink(deliver=deliver)
    with sender(sink, password="") as out:
        assert [out.send(letter(), TO).state for _ in range(2)] == ["later", "sent"]
    assert len(sink.mails) == 1 and len(delivered) == 2


def test_a_copy_comes_back_to_the_office_if_the_server_takes_it(sink: SmtpSink) -> None:
    with sender(sink) as out:
        assert out.send(letter("一"), TO, copy_to=USER).state == "sent"
        sink.behave("refuse_copy")
        assert out.send(letter("二"), TO, copy_to=USER).state == "sent"
        assert out.send(letter("三", to=USER), USER, copy_to=USER).state == "sent"
        sink.behave("refuse_recipient")
        assert out.send(letter("四"), TO, copy_to=USER).state == "refused"
        with pytest.raises(ValueError, match="own address"):
            out.send(letter("五"), TO, copy_to="other@example.cn")
    assert [mail.recipients for mail in sink.mails] == [(TO, USER), (TO,), (USER,)]


# what stands in the way of every letter


def test_a_wrong_password(sink: SmtpSink) -> None:
    with sender(sink, password="wrong") as out, pytest.raises(MailError, match="授权码") as caught:
        out.send(letter(), TO)
    assert "535" in str(caught.value) and "wrong" not in str(caught.value)
    assert caught.value.__cause__ is None and sink.mails == []


def test_a_password_with_chinese_characters(sink: SmtpSink) -> None:
    with sender(sink, password="密码") as out, pytest.raises(MailError, match="汉字"):
        out.open()


def test_a_server_without_login(open_sink: Callable[..., SmtpSink]) -> None:
    with sender(open_sink()) as out, pytest.raises(MailError, match="不接受登录"):
        out.open()


def test_a_server_that_wants_a_login(sink: SmtpSink) -> None:
    with sender(sink, password="") as out, pytest.raises(MailError, match="要求先登录"):
        out.send(letter(), TO)


def test_a_sender_that_is_not_ones_own(sink: SmtpSink) -> None:
    for behaviour, code in (("refuse_sender", 553), ("refuse_command", 500)):
        sink.behave(behaviour)  # type: ignore[arg-type]
        with sender(sink) as out, pytest.raises(MailError, match=rf"不让用 lzb@example\.gov\.cn 发信（{code}）"):
            out.send(letter(), TO)


def test_an_unknown_host(sink: SmtpSink) -> None:
    server = Server("smtp.does-not-exist.invalid", 465, "tls")
    with sender(sink, smtp=server) as out, pytest.raises(MailError, match="找不到发信服务器"):
        out.send(letter(), TO)
    with sender(sink, smtp=Server(f"{'x' * 70}.cn", 465, "tls")) as out, pytest.raises(MailError, match="找不到"):
        out.send(letter(), TO)


@pytest.mark.parametrize("security", ["tls", "starttls"])
@pytest.mark.parametrize("fault", ["stranger", "other name", "expired"])
def test_a_certificate_that_is_not_to_be_trusted(
    open_sink: Callable[..., SmtpSink], tmp_path: Path, security: str, fault: str
) -> None:
    names = ("other.example",) if fault == "other name" else ("localhost",)
    own = make_authority(tmp_path, names, expired=fault == "expired")
    sink = open_sink(own, security=security, login=(USER, PASSWORD))
    ca_file = "" if fault == "stranger" else str(own.ca_file)
    with sender(sink, ca_file=ca_file) as out, pytest.raises(MailError, match="证书不可信"):
        out.send(letter(), TO)
    assert sink.mails == []


def test_a_certificate_file_that_is_none(sink: SmtpSink, tmp_path: Path) -> None:
    (tmp_path / "no.pem").write_text("没有证书", encoding="utf-8")
    for name in ("no.pem", "missing.pem"):
        with sender(sink, ca_file=str(tmp_path / name)) as out, pytest.raises(MailError, match=r"证书文件 .* 不能用"):
            out.open()


def test_nothing_is_said_in_clear(open_sink: Callable[..., SmtpSink]) -> None:
    sink = open_sink(security="none", login=(USER, PASSWORD))
    with sender(sink) as out, pytest.raises(MailError, match="不支持加密"):
        out.send(letter(), TO)
    with sender(sink, smtp=Server("localhost", sink.port, "tls")) as out, pytest.raises(MailError, match="加密连接"):
        out.send(letter(), TO)
    assert sink.mails == []


def test_a_server_that_is_not_there_is_tried_twice_and_then_left_alone() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        plain = MailSettings(address=USER, smtp=Server("localhost", port, "tls"))
        with Sender(plain, "", SHORT, SHORT) as out:
            outcomes = [out.send(letter(), TO) for _ in range(4)]
            silent.settimeout(SHORT)
            tried = 0
            try:
                while True:
                    silent.accept()[0].close()
                    tried += 1
            except TimeoutError:
                pass
    assert {(outcome.state, outcome.code) for outcome in outcomes} == {("later", 0)} and str(port) in outcomes[0].reason
    assert tried == 2
    with Sender(plain, "", SHORT) as out, pytest.raises(MailError, match="无法连接发信服务器"):
        out.open()


@pytest.mark.parametrize(
    "recipient", ["", "a@b.cn, c@d.cn", "a@b.cn\r\nRCPT TO:<c@d.cn>", "<a@b.cn>", "a@b.cn> SIZE=1", "名字@b.cn"]
)
def test_only_one_plain_address_is_ever_named(sink: SmtpSink, recipient: str) -> None:
    with sender(sink) as out, pytest.raises(ValueError, match="address"):
        out.send(letter(), recipient)
    assert sink.connections == 0


def test_settings_that_cannot_send() -> None:
    with pytest.raises(ConfigError, match="smtp"):
        Sender(MailSettings(address=USER), "")
    with pytest.raises(ConfigError, match="address"):
        Sender(MailSettings(smtp=Server("localhost", 465, "tls")), "")
