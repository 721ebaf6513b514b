"""Sends letters by SMTP, always encrypted, and says of each what is certain: sent, refused, later, or unknown."""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType

from lzxl.campaign.mail_settings import MailSettings, Server
from lzxl.errors import ConfigError, MailError
from lzxl.mail.compose import is_address, office_recipient
from lzxl.mail.tls import fails_for_good, trusted
from lzxl.states import Delivery

# What smtplib itself says of a computer without a full name. The real name may be Chinese, which it cannot send.
_OWN_NAME = "[127.0.0.1]"
_MOST_FAILURES = 2
_GOODBYE_SECONDS = 5.0
# RFC 5321 4.5.2: a dot alone on a line ends the letter.
_LEADING_DOT = re.compile(rb"^\.", re.MULTILINE)
_CLOSING, _NEEDS_LOGIN = 421, 530
_REFUSALS = {
    521: "对方不收信",
    550: "收件邮箱不存在，或者被对方拒收",
    551: "收件邮箱不在对方服务器上",
    552: "信件太大，或者收件邮箱已满",
    553: "收件邮箱的写法不被接受",
    554: "信件被拒收，可能被当成了垃圾邮件",
}


@dataclass(frozen=True)
class Outcome:
    """What became of a letter."""

    state: Delivery
    code: int = 0
    """What the server answered, 0 if nothing. Its words are not kept: they may hold addresses."""
    reason: str = ""
    """A Chinese sentence, "" when sent."""


class _LostError(Exception):
    """The connection went, or the server fell silent."""


def server_of(settings: MailSettings) -> Server:
    """The server that letters go out by. Raises ConfigError if none is set."""
    if settings.smtp is None:
        raise ConfigError(
            'lzxl.toml 的 [mail] 里没有 smtp（发信服务器），请写成 smtp = "smtp.example.gov.cn"。',
            code="outgoing_missing",
        )
    return settings.smtp


class Sender:
    """A connection to the office's own server, opened with the first letter and kept for the next.

    `timeout`: seconds for each answer; `last_timeout`: for the answer to a whole letter, which a server may look through first.
    """

    def __init__(
        self, settings: MailSettings, password: str, timeout: float = 30, last_timeout: float | None = None
    ) -> None:
        self._server = server_of(settings)
        self._settings = settings
        self._address = office_recipient(settings).email
        self._password = password
        self._timeout = timeout
        self._last_timeout = max(timeout, 300) if last_timeout is None else last_timeout
        self._smtp: smtplib.SMTP | None = None
        self._failures = 0

    def __enter__(self) -> Sender:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def open(self) -> None:
        """Connect and log in, as the first letter does. Raises MailError if that is not possible."""
        try:
            self._connected()
        except _LostError:
            raise MailError(self._unreachable(), code="outgoing_unreachable") from None

    def close(self) -> None:
        """Say goodbye, without waiting long for an answer."""
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            with suppress(OSError, smtplib.SMTPException):
                if smtp.sock is not None:
                    smtp.sock.settimeout(min(self._timeout, _GOODBYE_SECONDS))
                smtp.quit()
            smtp.close()

    def send(self, raw: bytes, recipient: str, copy_to: str = "") -> Outcome:
        """Hand over one finished letter (`lzxl.mail.compose`) for one address.

        `copy_to`: the office's own address, if a copy is to come back to its mailbox. A server that does not take the copy
        gets the letter without it.

        Raises MailError where no letter can be sent: an unknown host, an untrusted certificate, a wrong password, an
        address that the server does not let us send from. The letter is then certainly not sent.
        """
        if not is_address(recipient):  # a line break in it would begin a command of its own
            raise ValueError("not one plain address")
        if copy_to not in ("", self._address):
            raise ValueError("a copy goes to the office's own address only")
        for last in (False, True):
            fresh = self._smtp is None
            # Every further letter would wait for the same silence, and there may be a hundred.
            if fresh and self._failures >= _MOST_FAILURES:
                return Outcome(Delivery.LATER, 0, self._unreachable())
            try:
                smtp = self._connected()
            except _LostError:
                self._failures += 1
                return Outcome(Delivery.LATER, 0, self._unreachable())
            try:
                return self._envelope(smtp, raw, recipient, copy_to) or self._content(smtp, raw)
            except _LostError:
                self._drop()
                # A kept connection that the server has closed meanwhile: nothing of this letter has been handed over.
                if fresh or last:
                    break
        return Outcome(Delivery.LATER, 0, "发信中途与服务器断开，信件未交出，稍后再发。")

    # connection

    def _connected(self) -> smtplib.SMTP:
        """The open connection, logged in. Raises _LostError if the server cannot be reached now, MailError if never."""
        if self._smtp is not None:
            return self._smtp
        smtp: smtplib.SMTP | None = None
        try:
            smtp = self._connect()
            self._log_in(smtp)
        except BaseException as error:
            if smtp is not None:
                smtp.close()
            raise self._trouble(error) from None
        self._smtp, self._failures = smtp, 0
        return smtp

    def _connect(self) -> smtplib.SMTP:
        context = trusted(self._settings.ca_file)
        host, port = self._server.host, self._server.port
        smtp: smtplib.SMTP
        if self._server.security == "tls":
            smtp = smtplib.SMTP_SSL(host, port, _OWN_NAME, timeout=self._timeout, context=context)
            smtp.ehlo_or_helo_if_needed()
            return smtp
        smtp = smtplib.SMTP(host, port, _OWN_NAME, timeout=self._timeout)
        try:
            smtp.starttls(context=context)
            # RFC 3207: what was offered in clear counts for nothing, for anybody may have said it.
            smtp.ehlo_or_helo_if_needed()
        except BaseException:
            smtp.close()
            raise
        return smtp

    def _log_in(self, smtp: smtplib.SMTP) -> None:
        if not self._password:  # a server of the bureau's own that knows its computers
            return
        if not self._password.isascii():
            raise MailError("邮箱密码（授权码）里有汉字或全角符号，请核对密码文件。", code="password_not_ascii")
        if not smtp.has_extn("auth"):
            raise MailError(
                f"发信服务器 {self._server.host} 不接受登录。不需要密码的，请不要设置密码；否则请核对服务器和端口。",
                code="outgoing_login_unsupported",
                host=self._server.host,
            )
        try:
            smtp.login(self._settings.user, self._password)
        except smtplib.SMTPResponseException as error:
            if 400 <= error.smtp_code < 500:
                raise MailError(
                    f"发信服务器暂时不允许登录（{error.smtp_code}），请稍后再试。",
                    code="outgoing_login_busy",
                    smtp_code=error.smtp_code,
                ) from None
            raise MailError(
                f"登录发信服务器失败（{error.smtp_code}）：用户名或密码有误。网易、QQ 等邮箱要用“授权码”而不是邮箱密码，"
                "请在邮箱网页的设置里开启 SMTP 服务并取得授权码，写进密码文件。",
                code="outgoing_login_refused",
                smtp_code=error.smtp_code,
            ) from None
        # Apart, though it is an SMTPException: the connection was lost, and nothing is said of ways to log in.
        except smtplib.SMTPServerDisconnected:
            raise
        except (smtplib.SMTPException, ValueError):
            raise MailError(
                f"发信服务器 {self._server.host} 没有本程序能用的登录方式，请与邮箱管理员联系。",
                code="outgoing_login_unsupported",
                host=self._server.host,
            ) from None

    def _trouble(self, error: BaseException) -> BaseException:
        """What a failed connection means."""
        host, port = self._server.host, self._server.port
        if isinstance(error, ssl.SSLCertVerificationError):
            return MailError(
                f"发信服务器 {host} 的证书不可信，未登录。请核对服务器名；"
                "本局自建服务器的，把它的根证书存成文件，写进 lzxl.toml 的 ca_file。",
                code="outgoing_certificate_untrusted",
                host=host,
            )
        # UnicodeError: what stands there can be no host's name, a part of it empty or longer than 63 signs.
        if isinstance(error, socket.gaierror | UnicodeError):
            return MailError(
                f"找不到发信服务器 {host}。请核对 lzxl.toml 的 smtp，并检查网络是否连通。",
                code="outgoing_host_unknown",
                host=host,
            )
        if fails_for_good(error):
            return MailError(
                f"与发信服务器 {host}:{port} 无法建立加密连接。请核对端口：465端口写 tls://{host}:465，587端口写 starttls://{host}:587。",
                code="outgoing_not_encrypted",
                host=host,
                port=port,
            )
        if isinstance(error, smtplib.SMTPNotSupportedError):
            return MailError(
                f"发信服务器 {host}:{port} 不支持加密（STARTTLS），未登录。请改用加密端口，一般是465。",
                code="outgoing_not_encrypted",
                host=host,
                port=port,
            )
        if isinstance(error, smtplib.SMTPResponseException) and error.smtp_code >= 500:
            return MailError(
                f"发信服务器 {host} 拒绝连接（{error.smtp_code}）。请与邮箱管理员联系。",
                code="outgoing_refused",
                host=host,
                smtp_code=error.smtp_code,
            )
        if isinstance(error, OSError | smtplib.SMTPException):
            return _LostError()
        return error

    def _unreachable(self) -> str:
        return f"无法连接发信服务器 {self._server.host}:{self._server.port}，稍后再发。请检查网络，核对 lzxl.toml 的 smtp。"

    def _drop(self) -> None:
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            smtp.close()

    # a letter

    def _envelope(self, smtp: smtplib.SMTP, raw: bytes, recipient: str, copy_to: str) -> Outcome | None:
        """Everything before the content. None if the server is ready for it."""
        size = smtp.esmtp_features.get("size", "")
        limit = int(size) if size.isascii() and size.isdigit() else 0  # a bare SIZE names none (RFC 1870)
        if 0 < limit < len(raw):
            return Outcome(
                Delivery.REFUSED,
                0,
                f"信件有 {len(raw) / 1048576:.1f} MB，超过发信服务器的限额 {limit / 1048576:.1f} MB。",
            )
        options = f" SIZE={len(raw)}" if "size" in smtp.esmtp_features else ""
        sender, copy = f"MAIL FROM:<{self._address}>{options}", f"RCPT TO:<{copy_to}>"
        commands = [(sender, 2), (f"RCPT TO:<{recipient}>", 2), (copy, 2), ("DATA", 3)]
        if copy_to.lower() in ("", recipient.lower()):  # a letter to the office itself is its own copy
            commands.remove((copy, 2))
        for command, wanted in commands:
            code = self._said(smtp, command)
            if code == _NEEDS_LOGIN:
                self._drop()
                raise MailError(f"发信服务器要求先登录（{code}）。请设置密码文件。", code="outgoing_login_needed")
            # 552 and 554 may mean this letter, its size or its look; any other refusal holds for all letters.
            if command is sender and code >= 500 and code not in (552, 554):
                self._drop()
                raise MailError(
                    f"发信服务器不让用 {self._address} 发信（{code}）。请核对 lzxl.toml 的 address、user 和密码文件。",
                    code="outgoing_sender_refused",
                    address=self._address,
                )
            if code // 100 != wanted and (command is not copy or code == _CLOSING):
                return self._declined(smtp, code)
        return None

    def _said(self, smtp: smtplib.SMTP, command: str) -> int:
        """The code of the answer to a command. Raises _LostError if there is none."""
        try:
            code = smtp.docmd(command)[0]
        except (OSError, smtplib.SMTPException):
            raise _LostError from None
        if code < 0:  # smtplib's number for a line that is no answer
            raise _LostError
        return code

    def _content(self, smtp: smtplib.SMTP, raw: bytes) -> Outcome:
        """The letter itself, after 354. Until its final dot is handed over, the server cannot have taken it."""
        assert smtp.sock is not None
        # Not smtplib's data(): it sends letter and final dot in one, and where it breaks off, either may have arrived.
        text = _LEADING_DOT.sub(b"..", raw)
        try:
            smtp.send(text if text.endswith(b"\r\n") else text + b"\r\n")
        except (OSError, smtplib.SMTPException):
            raise _LostError from None
        try:
            smtp.sock.settimeout(self._last_timeout)
            smtp.send(b".\r\n")
            code = smtp.getreply()[0]
            if smtp.sock is not None:
                smtp.sock.settimeout(self._timeout)
        except (OSError, smtplib.SMTPException):
            code = -1
        if code // 100 == 2:
            return Outcome(Delivery.SENT, code)
        if 400 <= code < 600:
            return self._declined(smtp, code)
        self._drop()
        return Outcome(
            Delivery.UNKNOWN,
            max(code, 0),
            "信件已经交给服务器，但未等到答复，不知道是否发出。请在“已发送”或对方处核实。",
        )

    def _declined(self, smtp: smtplib.SMTP, code: int) -> Outcome:
        """An answer other than yes. The connection is made ready for the next letter."""
        if code == _CLOSING:
            self._drop()
        else:
            try:
                smtp.rset()
            except (OSError, smtplib.SMTPException):
                self._drop()
        if code >= 500:
            return Outcome(Delivery.REFUSED, code, f"{_REFUSALS.get(code, '服务器拒绝了这封信')}（{code}）。")
        return Outcome(Delivery.LATER, code, f"服务器暂时不收这封信（{code}），稍后再发。")
