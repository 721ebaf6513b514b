"""The [mail] and [calendar] sections of lzxl.toml: the office's mailbox and its servers. Never a password."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from lzxl.campaign.typed import read_day
from lzxl.errors import ConfigError, UsageError
from lzxl.year.workdays import Calendar

_SERVER = re.compile(r"^(?:(tls|starttls)://)?([A-Za-z0-9.-]+)(?::(\d{1,5}))?$")
_ADDRESS = re.compile(r"^[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+$")
# Whoever provides these reads along.
_PUBLIC = re.compile(
    r"@(?:(?:vip\.)?(?:163|126|qq|sina|sohu)|foxmail|yeah|139|189|aliyun|gmail|outlook|hotmail|icloud)\.(?:com|net|cn)$"
)
# Where a connection begins in clear and turns to TLS before anything is said.
_STARTTLS_PORTS = (25, 143, 587)
_MOST_DAYS = 60


def is_public(address: str) -> bool:
    """Whether an address is a mailbox that a provider on the internet keeps for everybody."""
    return _PUBLIC.search(address.strip().lower()) is not None


@dataclass(frozen=True)
class Server:
    """A mail server. The connection is always encrypted: from the start (tls), or before login (starttls)."""

    host: str
    port: int
    security: Literal["tls", "starttls"]


@dataclass(frozen=True)
class MailSettings:
    """How the office's mail goes. Without `imap` and `smtp`, mails come from folders and leave as drafts."""

    address: str = ""
    """The office's own address: letters come from it. "" if none is set."""
    sender: str = ""
    """The name beside the address."""
    contact: str = ""
    """Whom units can ask: a person and a telephone number; "" if none is set."""
    user: str = ""
    """The login name at both servers."""
    imap: Server | None = None
    smtp: Server | None = None
    inbox: str = "INBOX"
    filed: str = "已处理"
    """The folder of the mailbox that mails are moved to when they have been dealt with."""
    keep: bool = False
    """Leave the mailbox as it is."""
    ca_file: str = ""
    """The certificate of a bureau's own authority; "" for the system's."""
    password_file: str = ""
    authserv: str = ""
    """Whose Authentication-Results are believed (RFC 8601); "" for nobody's."""
    daily_answers: int = 3
    """The most letters to one address on one day, reminders and the first sending aside."""
    remind_before: tuple[int, ...] = (5, 1)
    """Working days before the deadline on which those who have not filed are reminded."""
    remind_after: tuple[int, ...] = (1, 3)
    """Working days after it."""
    holidays: frozenset[datetime.date] = frozenset()
    workdays: frozenset[datetime.date] = frozenset()
    """Days that the office's own calendar says otherwise of."""

    @property
    def calendar(self) -> Calendar:
        """The office's own calendar, which deadlines are counted by."""
        return Calendar(self.holidays, self.workdays)


OFFICE = "廉政风险防控工作领导小组办公室"
"""Who signs letters, behind the bureau's name, where no other sender is set."""

MAIL_TEMPLATE = """
[mail]                     # 发给各单位的信要用前三项；后面几项用程序收发邮件的才填
{contact}  # 信里写的联系人和电话，单位有疑问就找他
{address}      # 办公室收表格的邮箱，信里请单位报送到这里
# sender = "本局廉政办"                # 信末的落款；不写的是“局名＋廉政风险防控工作领导小组办公室”
# imap = "imap.example.gov.cn"        # 收信服务器，需要时加端口，如 imap.example.gov.cn:993
# smtp = "smtp.example.gov.cn"        # 发信服务器
# password_file = "~/.lzxl/mail"      # 只写着密码（授权码）的文件，只许本人读写；密码不要写在这里
# remind_before = [5, 1]              # 截止前第几个工作日催报
# remind_after = [1, 3]               # 截止后第几个工作日催报

[calendar]
# holidays = ["2026-12-31"]           # 本局另外放假的日子；法定节假日和调休已经知道，不用写
# workdays = []                       # 本局另外上班的日子
"""

_EXAMPLES = {"contact": "王某，电话0571-12345678", "address": "lzb@example.gov.cn"}


def mail_text(contact: str = "", address: str = "") -> str:
    """The two sections of a new campaign's settings. `contact`, `address`: as TOML writes them, "" for what is not known."""
    given = {"contact": contact, "address": address}
    lines = {
        name: f"{name} = {given[name]}" if given[name] else f'# {name} = "{example}"'
        for name, example in _EXAMPLES.items()
    }
    return MAIL_TEMPLATE.format(**lines)


MAIL_KEYS = frozenset(
    {
        *("address", "sender", "contact", "user", "imap", "smtp", "inbox", "filed", "keep", "ca_file", "password_file"),
        *("authserv", "daily_answers", "remind_before", "remind_after"),
    }
)
# Known only to be refused with a warning of their own.
FORBIDDEN_KEYS = frozenset({"password", "passwd", "secret"})
CALENDAR_KEYS = frozenset({"holidays", "workdays"})


def is_mail_address(text: str) -> bool:
    """Whether it is one plain address, as the office's own must be."""
    return _ADDRESS.match(text) is not None


def mail_settings(file: str, mail: Mapping[str, Any], calendar: Mapping[str, Any], bureau: str) -> MailSettings:
    """The settings of the two sections. Raises ConfigError with setting and remedy; `file` is the name of lzxl.toml."""
    read = _Reader(file, mail)
    if FORBIDDEN_KEYS & {name.lower() for name in mail}:
        raise ConfigError(
            f"{file} 里不能写密码。请把密码放进 password_file 所指的文件，并删去这一行。",
            code="password_in_settings",
            file=file,
        )
    address = read.text("address", "办公室邮箱").lower()
    if address and not is_mail_address(address):
        raise ConfigError(
            f'{file} 的 address（办公室邮箱）有误，请写成 address = "lzb@example.gov.cn"。',
            code="address_malformed",
            file=file,
        )
    imap, smtp = read.server("imap", "收信服务器", 993), read.server("smtp", "发信服务器", 465)
    if (imap or smtp) and not address:
        raise ConfigError(
            f'{file} 的 [mail] 里缺少 address（办公室邮箱），请写成 address = "lzb@example.gov.cn"。',
            code="address_missing",
            file=file,
        )
    inbox, filed = read.text("inbox", "收件箱") or "INBOX", read.text("filed", "办结邮件的文件夹") or "已处理"
    keep = read.switch("keep", "不动邮箱里的邮件")
    # INBOX is the same folder however it is written (RFC 3501).
    if inbox.casefold() == filed.casefold() and not keep:
        raise ConfigError(
            f"{file} 的 filed（办结邮件的文件夹）和 inbox（收件箱）不能是同一个。"
            "请给 filed 换一个名称；不想移动邮件的，写 keep = true。",
            code="filed_is_inbox",
            file=file,
        )
    sender = read.text("sender", "发件人名称") or f"{bureau}{OFFICE}"
    return MailSettings(
        address=address,
        sender=" ".join(sender.split()),
        contact=" ".join(read.text("contact", "联系人和电话").split()),
        user=read.text("user", "登录名") or address,
        imap=imap,
        smtp=smtp,
        inbox=inbox,
        filed=filed,
        keep=keep,
        ca_file=read.text("ca_file", "证书文件"),
        password_file=read.text("password_file", "密码文件"),
        authserv=read.text("authserv", "验证发件人的服务器").lower(),
        daily_answers=read.numbers("daily_answers", "一天最多答复几封", (3,), least=1, single=True)[0],
        remind_before=read.numbers("remind_before", "截止前催报的工作日", (5, 1)),
        remind_after=read.numbers("remind_after", "截止后催报的工作日", (1, 3)),
        holidays=_days(file, calendar, "holidays", "放假的日子"),
        workdays=_days(file, calendar, "workdays", "上班的日子"),
    )


class _Reader:
    """Settings of one section, each with its kind."""

    def __init__(self, file: str, settings: Mapping[str, Any]) -> None:
        self._file = file
        self._settings = settings

    def text(self, name: str, title: str) -> str:
        value = self._settings.get(name, "")
        if not isinstance(value, str) or any(ord(sign) < 32 for sign in value):
            raise ConfigError(
                f'{self._file} 的 {name}（{title}）要写成 {name} = "…"，加引号，写在一行里。',
                code="setting_no_text",
                file=self._file,
                name=name,
            )
        return value.strip()

    def switch(self, name: str, title: str) -> bool:
        value = self._settings.get(name, False)
        if not isinstance(value, bool):
            raise ConfigError(
                f"{self._file} 的 {name}（{title}）只能写 true 或 false，不加引号。",
                code="setting_no_switch",
                file=self._file,
                name=name,
            )
        return value

    def server(self, name: str, title: str, port: int) -> Server | None:
        text = self.text(name, title)
        if not text:
            return None
        server = _server(text, port)
        if server is None:
            raise ConfigError(
                f'{self._file} 的 {name}（{title}）有误，请写成 {name} = "服务器:端口"，如 "imap.163.com:993"。',
                code="server_malformed",
                file=self._file,
                name=name,
            )
        return server

    def numbers(
        self, name: str, title: str, default: tuple[int, ...], least: int = 0, single: bool = False
    ) -> tuple[int, ...]:
        value = self._settings.get(name, default[0] if single else list(default))
        values = [value] if single else value
        if not isinstance(values, list) or any(
            # To Python, true is a 1.
            isinstance(entry, bool) or not isinstance(entry, int) or not least <= entry <= _MOST_DAYS
            for entry in values
        ):
            example = default[0] if single else list(default)
            raise ConfigError(
                f"{self._file} 的 {name}（{title}）只能写 {least} 到 {_MOST_DAYS} 的整数，如 {name} = {example}。",
                code="setting_no_number",
                file=self._file,
                name=name,
                least=least,
                example=example,
            )
        return tuple(sorted(set(values)))


def _server(text: str, port: int) -> Server | None:
    """The server that a setting names; None if it is written otherwise. `port`: where it names none."""
    match = _SERVER.match(text)
    number = int(match[3] or port) if match else 0
    if match is None or not 0 < number < 65536:
        return None
    security = match[1] or ("starttls" if number in _STARTTLS_PORTS else "tls")
    return Server(match[2], number, "starttls" if security == "starttls" else "tls")


def _days(file: str, settings: Mapping[str, Any], name: str, title: str) -> frozenset[datetime.date]:
    value = settings.get(name, [])
    if not isinstance(value, list):
        raise ConfigError(
            f'{file} 的 {name}（{title}）要写成 {name} = ["2026-12-31"]，放在方括号里。',
            code="setting_no_list",
            file=file,
            name=name,
        )
    try:
        return frozenset(read_day(str(entry)) for entry in value)
    except UsageError as error:
        raise ConfigError(
            f"{file} 的 {name}（{title}）有误：{error}", code="setting_no_day", file=file, name=name
        ) from None
