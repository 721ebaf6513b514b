"""The connection to the office's IMAP server: opened when it must be, always encrypted, with certificate and host name checked.

What it says of trouble is what a clerk can do about it.
"""

from __future__ import annotations

import contextlib
import imaplib
import logging
import re
import socket
import ssl
import time
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from lzxl import __version__
from lzxl.campaign.mail_settings import MailSettings, Server
from lzxl.errors import MailError
from lzxl.mail.imap_commands import LOST, REFUSED, if_granted, shut
from lzxl.mail.tls import fails_for_good, trusted

TIMEOUT = 60.0
WAITS = (1.0, 5.0, 25.0)
_ATOM = re.compile(r"[A-Za-z0-9@._+=-]+")
# RFC 5530: it is not the password that is wrong.
_LATER = re.compile(r"\[(?:UNAVAILABLE|INUSE|LIMIT|SERVERBUG)\]", re.IGNORECASE)
# OpenSSL's numbers (X509_V_ERR): not yet valid, expired, another host's name, another address.
_CERTIFICATE_TROUBLES = {
    9: "还未到生效的日子。请检查这台电脑的日期",
    10: "已经过期。请检查这台电脑的日期，或告诉邮件管理员",
    62: "不是发给这个名字的。请在 lzxl.toml 的 imap 写服务器的正式名字",
    64: "不是发给这个地址的。请在 lzxl.toml 的 imap 写服务器的名字",
}
_UNKNOWN_AUTHORITY = (
    "不是这台电脑信任的机构签发的。用本单位自己的证书机构的，请在 lzxl.toml 的 ca_file 写上机构证书的路径"
)

_Result = TypeVar("_Result")


class Connection:
    """What work is done on. Nothing is connected before it must be; every method may raise MailError.

    `waits`: seconds before each new try after the connection was lost.
    """

    def __init__(
        self,
        settings: MailSettings,
        password: str,
        timeout: float = TIMEOUT,
        waits: Sequence[float] = WAITS,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        assert settings.imap is not None, "a mailbox has a server"
        self._settings = settings
        self._server: Server = settings.imap
        self._password = password
        self._timeout = timeout
        self._waits = tuple(waits)
        self._sleep = sleep
        self._client: Any = None
        self._was_connected = False

    @property
    def host(self) -> str:
        """The server's name."""
        return self._server.host

    def close(self) -> None:
        """Log out, if still connected."""
        client, self._client = self._client, None
        if client is not None:
            with contextlib.suppress(imaplib.IMAP4.error, OSError, ValueError):
                # All is done: a server that does not say goodbye is not to keep the office waiting for a minute.
                client.socket().settimeout(min(self._timeout, 5))
                client.logout()
            shut(client)

    def steady(self, step: str, work: Callable[[Any], _Result]) -> _Result:
        """What `work` gives on a connection; where that is lost, on a new one. Work may be done twice."""
        for wait in (*self._waits, None):
            reached = False
            try:
                client = self._connected()
                reached = True
                return work(client)
            except LOST:
                self.drop()
                if wait is None:
                    raise self._unreachable(reached) from None
                self._sleep(wait)
            except REFUSED:
                raise MailError(
                    f"收信服务器 {self._server.host} 不肯{step}。请稍后重新运行；一再如此，请告诉邮件管理员。",
                    code="inbox_step_refused",
                    host=self._server.host,
                    step=step,
                ) from None
        raise AssertionError("the last try returns or raises")

    def _unreachable(self, reached: bool) -> MailError:
        times = f"已试{len(self._waits) + 1}次"
        if reached:
            return MailError(
                f"与收信服务器 {self._server.host} 的连接一再中断（{times}）。请稍后重新运行。",
                code="inbox_connection_lost",
                host=self._server.host,
            )
        return MailError(
            f"无法连接收信服务器 {self._server.host}:{self._server.port}（{times}）。"
            "请检查网络和 lzxl.toml 的 imap，稍后重新运行。",
            code="inbox_unreachable",
            host=self._server.host,
            port=self._server.port,
        )

    def is_reachable(self) -> bool:
        """Whether there is a connection, or one can be made."""
        try:
            self._connected()
        except (*LOST, MailError):
            self.drop()
            return False
        return True

    def drop(self) -> None:
        """Let the next work begin on a new connection."""
        client, self._client = self._client, None
        if client is not None:
            shut(client)

    def _connected(self) -> Any:
        if self._client is None:
            client = self._dialled()
            try:
                self._log_in(client)
            except BaseException:
                shut(client)
                raise
            self._client = client
            self._was_connected = True
        return self._client

    def _dialled(self) -> Any:
        """An encrypted connection before login."""
        from imapclient import IMAPClient  # type: ignore[import-untyped]

        # What goes over the wire is nobody's business in a log.
        logging.getLogger("imapclient").setLevel(logging.WARNING)
        host, port, context = self._server.host, self._server.port, trusted(self._settings.ca_file)
        client = None
        try:
            if self._server.security == "tls":
                return IMAPClient(host, port, ssl=True, ssl_context=context, timeout=self._timeout)
            client = IMAPClient(host, port, ssl=False, timeout=self._timeout)
            # Whoever sits in between can take it out of what the server offers: no password without it.
            if not client.has_capability("STARTTLS"):
                raise MailError(
                    f"收信服务器 {host} 在端口 {port} 上不能加密，未登录，密码未发出。"
                    f'请改用加密的端口，如 imap = "tls://{host}:993"。',
                    code="inbox_not_encrypted",
                    host=host,
                    port=port,
                )
            client.starttls(context)
            return client
        except BaseException as error:
            if client is not None:
                shut(client)
            raise self._dialling_trouble(error) from None

    def _dialling_trouble(self, error: BaseException) -> BaseException:
        """What to raise for trouble in connecting: what no new try mends is said at once."""
        host = self._server.host
        if isinstance(error, ssl.SSLCertVerificationError):
            why = _CERTIFICATE_TROUBLES.get(error.verify_code, _UNKNOWN_AUTHORITY)
            return MailError(
                f"收信服务器 {host} 的证书不可信，未登录，密码未发出：证书{why}。",
                code="inbox_certificate_untrusted",
                host=host,
            )
        if fails_for_good(error):
            return MailError(
                f"与收信服务器 {host}:{self._server.port} 无法建立加密连接。"
                "请检查 lzxl.toml 的 imap：一般写 tls://服务器:993，或 starttls://服务器:143。",
                code="inbox_not_encrypted",
                host=host,
                port=self._server.port,
            )
        # A name that was found before is right: then it is the network that has gone.
        if isinstance(error, socket.gaierror | UnicodeError) and not self._was_connected:
            return MailError(
                f"找不到收信服务器 {host}。请检查网络和 lzxl.toml 的 imap。", code="inbox_host_unknown", host=host
            )
        # For imaplib, BYE is no greeting (RFC 3501 7.1.5). A busy server says it: tried again, as if it were lost.
        if isinstance(error, imaplib.IMAP4.error):
            return imaplib.IMAP4.abort("no greeting")
        return error

    def _log_in(self, client: Any) -> None:
        # Otherwise IMAPClient gives times of arrival by this computer's clock, and without their zone.
        client.normalise_times = False
        # Commands are sent in pieces: without this each piece waits until the one before is acknowledged.
        client.socket().setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        user = self._settings.user
        # imaplib quotes the password and not the name: a blank in it would begin another argument.
        if not _ATOM.fullmatch(user):
            user = '"' + user.replace("\\", "\\\\").replace('"', '\\"') + '"'
        try:
            client.login(user, self._password)
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error as error:
            # IMAPClient makes a failed login of a connection that is lost in the middle of one.
            if isinstance(error.__context__, imaplib.IMAP4.abort):
                raise error.__context__ from None
            raise self._login_trouble(str(error)) from None
        # imaplib writes ASCII alone: what was typed with a Chinese input method cannot even be sent.
        except UnicodeError:
            raise self._login_trouble("") from None
        # Asked anew: a server offers more, or less, after login.
        offered = client.capabilities()
        if b"ID" in offered:
            # Without it, servers of NetEase refuse to open any folder.
            with if_granted():
                client.id_({"name": "lzxl", "version": __version__, "vendor": "lzxl"})

    def _login_trouble(self, said: str) -> MailError:
        host = self._server.host
        if _LATER.search(said):
            return MailError(
                f"收信服务器 {host} 现在不接受登录（忙，或登录过于频繁）。请稍后重新运行。",
                code="inbox_login_busy",
                host=host,
            )
        return MailError(
            f"收信服务器 {host} 不接受登录名或密码。请检查 lzxl.toml 的 user（或 address）和密码："
            "163、QQ 等邮箱要用授权码，不是网页登录密码，并要先在网页邮箱的设置里开启 IMAP 服务。",
            code="inbox_login_refused",
            host=host,
        )
