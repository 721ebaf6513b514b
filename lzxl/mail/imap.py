"""An IMAP mailbox as a source of mails.

It speaks only what every server understands and what the server says it offers: servers of the large Chinese providers
drop the connection, or refuse, for less. Connections are always encrypted, and certificate and host name are checked.
"""

from __future__ import annotations

import contextlib
import datetime
import hashlib
import imaplib
import logging
import re
import socket
import ssl
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from lzxl import __version__
from lzxl.campaign.mail_settings import MailSettings, Server
from lzxl.errors import MailError
from lzxl.mail.folders import MOST_BYTES, header_of
from lzxl.mail.model import Fetched, Place
from lzxl.mail.tls import trusted

_TIMEOUT = 60.0
_WAITS = (1.0, 5.0, 25.0)
_LOST = (imaplib.IMAP4.abort, OSError)
_REFUSED = (imaplib.IMAP4.error, ValueError)

_SEARCH_STEP = 50_000
"""Mails asked for in one search: the line of an answer must stay under a million bytes."""
_BATCH = 200
_HEADER_BATCH = 50
_MOST_RENUMBERINGS = 3
_MOST_UNHAD = 3
_RENEW_SECONDS = 540.0
_POLL_SECONDS = 60.0
_NEWEST = 500
"""Letters of the Sent folder that are looked at one by one where the server's search finds nothing."""

_DELETED, _SEEN, _SENT = rb"\Deleted", rb"\Seen", rb"\Sent"
_SENT_NAMES = ("Sent Messages", "已发送", "已发邮件", "已发送邮件", "Sent", "Sent Items", "Sent Mail")
# Where QQ keeps the folders that people make.
_OWN_FOLDERS = "其他文件夹"
_PLAIN_ID = re.compile(r"<[!#-\[\]-~]{1,900}>")
_ATOM = re.compile(r"[A-Za-z0-9@._+=-]+")
# RFC 5530: it is not the password that is wrong.
_LATER = re.compile(r"\[(?:UNAVAILABLE|INUSE|LIMIT|SERVERBUG)\]", re.IGNORECASE)
_CERTIFICATE_TROUBLES = {
    9: "还没到生效的日子。请检查这台电脑的日期",
    10: "已经过期。请检查这台电脑的日期，或告诉邮件管理员",
    62: "不是发给这个名字的。请在 lzxl.toml 的 imap 写服务器的正式名字",
    64: "不是发给这个地址的。请在 lzxl.toml 的 imap 写服务器的名字",
}
_UNKNOWN_AUTHORITY = (
    "不是这台电脑信任的机构签发的。用本单位自己的证书机构的，请在 lzxl.toml 的 ca_file 写上机构证书的路径"
)

_Result = TypeVar("_Result")


class _InboxError(Exception):
    """The inbox does not exist, or may not be opened."""


class _RenumberedError(Exception):
    """The UIDVALIDITY is another than it was."""


class Mailbox:
    """The office's mailbox. Nothing is connected before it must be; every method may raise MailError.

    `waits`: seconds before each new try after the connection was lost.
    """

    def __init__(
        self,
        settings: MailSettings,
        password: str,
        most_bytes: int = MOST_BYTES,
        timeout: float = _TIMEOUT,
        waits: Sequence[float] = _WAITS,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        assert settings.imap is not None, "a mailbox has a server"
        self._settings = settings
        self._server: Server = settings.imap
        self._password = password
        self._most_bytes = most_bytes
        self._timeout = timeout
        self._waits = tuple(waits)
        self._sleep = sleep
        self._client: Any = None
        self._was_connected = False
        self._uidvalidity = ""
        self._given: set[int] = set()
        """UIDs given on this very connection: only here do they mean something without a UIDVALIDITY."""
        self._selected = ""
        self._next = 0
        """The next UID of the inbox when it was last opened; 0 if the server does not tell."""
        self._seen: tuple[str, int] | None = None
        """UIDVALIDITY and next UID of the inbox when its mails were last listed."""
        self._idles = True

    @property
    def account(self) -> str:
        """What the mailbox is called in a Place."""
        return f"{self._settings.user}/{self._server.host}"

    # mails in

    def fetch(self, is_known: Callable[[Place], bool]) -> Iterator[Fetched]:
        """Every mail of the inbox whose place is not known, in the order in which they came.

        Nothing in the mailbox is changed by this, not even that mails are unread. A mail that the server does not hand out
        is passed over; MailError says so when all others have been given.
        """
        for _ in range(_MOST_RENUMBERINGS):
            try:
                unhad = yield from self._round(is_known)
            except _RenumberedError:
                continue
            break
        else:
            raise MailError(f"收信服务器 {self._server.host} 一再给邮件重新编号，没有收完。请过一会儿重新运行。")
        if unhad:
            raise MailError(
                f"有 {unhad} 封邮件收信服务器 {self._server.host} 读不出来，其余的都已收下。"
                "请过一会儿重新运行；一再如此，请在网页邮箱里打开收件箱查看。"
            )

    def _round(self, is_known: Callable[[Place], bool]) -> Generator[Fetched, None, int]:
        """One pass through the inbox; how many mails the server did not hand out. Raises _RenumberedError."""
        uidvalidity, uids = self._steady("查找邮件", self._all_uids)
        unknown = [uid for uid in uids if not uidvalidity or not is_known(self._place(uidvalidity, uid))]
        unhad = 0
        for start in range(0, len(unknown), _BATCH):
            batch = unknown[start : start + _BATCH]
            sizes = self._numbered(uidvalidity, "查看邮件大小", partial(self._sizes, uids=batch))
            for uid, (size, received) in sorted(sizes.items()):
                try:
                    raw = self._numbered(uidvalidity, "读取邮件", partial(self._raw, uid=uid, size=size))
                except MailError:
                    unhad += 1
                    if unhad > _MOST_UNHAD or not self._is_reachable():
                        raise
                    continue
                if raw is None:
                    continue  # someone took it out of the inbox meanwhile
                self._given.add(uid)
                yield self._fetched(self._place(uidvalidity, uid), raw, size, received)
        return unhad

    def _numbered(self, uidvalidity: str, step: str, work: Callable[[Any], _Result]) -> _Result:
        """What `work` gives while UIDs mean what they meant. Raises _RenumberedError."""
        result = self._steady(step, work)
        if self._uidvalidity != uidvalidity:
            raise _RenumberedError
        return result

    def _place(self, uidvalidity: str, uid: int) -> Place:
        return Place(self.account, self._settings.inbox, uidvalidity, str(uid))

    def _all_uids(self, client: Any) -> tuple[str, list[int]]:
        """The inbox's UIDVALIDITY and all its UIDs in ascending order."""
        count = self._open_inbox(client)
        if count <= _SEARCH_STEP:
            uids = _search(client, "ALL")
        else:
            # By numbers within the folder, always ascending; the last may have gone meanwhile, hence the star.
            starts = range(1, count + 1, _SEARCH_STEP)
            ends = [*(start - 1 for start in starts[1:]), "*"]
            uids = sorted(
                {uid for start, end in zip(starts, ends, strict=True) for uid in _search(client, f"{start}:{end}")}
            )
        self._seen = (self._uidvalidity, self._next or max(uids, default=0) + 1)
        return self._uidvalidity, uids

    def _sizes(self, client: Any, uids: Sequence[int]) -> dict[int, tuple[int, datetime.datetime]]:
        """Size and time of arrival of each mail that is there."""
        self._ensure_inbox(client)
        sizes = {}
        for uid, items in client.fetch(uids, ["RFC822.SIZE", "INTERNALDATE"]).items():
            size, received = items.get(b"RFC822.SIZE"), items.get(b"INTERNALDATE")
            if isinstance(size, int):
                sizes[uid] = (size, received or datetime.datetime.now(datetime.UTC))
        return sizes

    def _raw(self, client: Any, uid: int, size: int) -> bytes | None:
        """A mail, or its header where it is too large; None where it is not there any more."""
        self._ensure_inbox(client)
        return _body(client, uid, "HEADER" if size > self._most_bytes else "")

    def _fetched(self, place: Place, raw: bytes, size: int, received: datetime.datetime) -> Fetched:
        if size > self._most_bytes:
            return Fetched(place, raw, received, too_large=size)
        if len(raw) > self._most_bytes:
            return Fetched(place, header_of(raw), received, too_large=len(raw))  # the server had said less
        return Fetched(place, raw, received)

    # mails out of the way

    def file_away(self, places: Sequence[Place]) -> None:
        """Move mails to the folder for those that are dealt with, one by one; nothing where the mailbox is to be kept.

        Only mails of the UIDVALIDITY that the inbox has now are touched; where it has none, only those that were fetched on
        this connection. Without MOVE, a mail is copied, unless it is there already, and then exactly it is expunged; without
        UIDPLUS too it stays, and is marked as read. MailError where there is no such folder and none can be made.
        """
        if self._settings.keep or self._settings.filed == self._settings.inbox:
            return
        ours = [
            place
            for place in dict.fromkeys(places)
            if place.account == self.account and place.folder == self._settings.inbox and place.uid.isdecimal()
        ]
        if ours:
            self._steady("整理邮件", lambda client: self._file(client, ours))

    def _file(self, client: Any, places: Sequence[Place]) -> None:
        try:
            self._open_inbox(client, readonly=False)
        except imaplib.IMAP4.readonly:
            self._open_inbox(client)
            return
        uids = [
            int(place.uid)
            for place in places
            if place.uidvalidity == self._uidvalidity and (place.uidvalidity or int(place.uid) in self._given)
        ]
        there = [client.fetch(uids[start : start + _BATCH], ["FLAGS"]) for start in range(0, len(uids), _BATCH)]
        uids = [uid for batch in there for uid in batch]
        if not uids:
            return
        offered = set(client.capabilities())
        if b"MOVE" in offered:
            target = self._filed_folder(client)
            for uid in uids:
                with _if_granted():
                    client.move([uid], target)
        elif b"UIDPLUS" in offered:
            target = self._filed_folder(client)
            copied = self._already_in(client, target, uids)
            for uid in uids:
                with _if_granted():
                    if uid not in copied:
                        client.copy([uid], target)
                    client.add_flags([uid], [_DELETED], silent=True)
                    client.uid_expunge([uid])
        else:
            for uid in uids:
                with _if_granted():
                    client.add_flags([uid], [_SEEN], silent=True)

    def _already_in(self, client: Any, target: str, uids: Sequence[int]) -> set[int]:
        """Those of the inbox's mails that lie in `target` too: copies that were made before a run was cut short."""
        heads = {uid: _head(client, uid) for uid in uids}
        self._selected = ""
        client.select_folder(target, readonly=True)
        similar = {
            uid: {_print(client, other, self._most_bytes) for other in _candidates(client, *head)}
            for uid, head in heads.items()
            if head is not None
        }
        self._open_inbox(client, readonly=False)
        return {uid for uid, prints in similar.items() if prints and _print(client, uid, self._most_bytes) in prints}

    def _filed_folder(self, client: Any) -> str:
        """The folder for mails that are dealt with, made where it is missing. It may lie below the server's own prefix."""
        name = self._settings.filed
        names, there = self._filed_names(client, _folders(client))
        for candidate in names:
            if candidate in there:
                return candidate
        for candidate in names:
            with _if_granted():
                client.create_folder(candidate)
                # A server may put it elsewhere than it was told.
                for folder in _folders(client):
                    if folder.selectable and folder.name in (candidate, f"{_OWN_FOLDERS}{folder.separator}{name}"):
                        return folder.name
        raise MailError(
            f"邮箱里没有文件夹“{name}”，收信服务器 {self._server.host} 也不让新建。"
            "请在网页邮箱里建好，或在 lzxl.toml 的 filed 写一个已有的文件夹。"
        )

    def _filed_names(self, client: Any, folders: Sequence[_Folder]) -> tuple[list[str], set[str]]:
        """What that folder may be called, the likeliest first; and the folders that there are."""
        name = self._settings.filed
        separator = next((folder.separator for folder in folders if folder.separator), "/")
        names = [_personal_prefix(client) + name, name, f"INBOX{separator}{name}"]
        if any(folder.name == _OWN_FOLDERS for folder in folders):
            names.insert(0, f"{_OWN_FOLDERS}{separator}{name}")
        return list(dict.fromkeys(names)), {folder.name for folder in folders if folder.selectable}

    # letters of ours

    def find_sent(self, message_id: str) -> bool:
        """Whether our letter with this Message-ID went out: it, or the copy that goes to the office itself, is in the mailbox."""
        return self._steady("查找已发信件", lambda client: self._is_sent(client, message_id))

    def _is_sent(self, client: Any, message_id: str) -> bool:
        names, there = self._filed_names(client, _folders(client))
        places = [self._sent_folder(client), self._settings.inbox, *(name for name in names if name in there)]
        self._selected = ""
        for place in dict.fromkeys(place for place in places if place):
            client.select_folder(place, readonly=True)
            found: list[int] = []
            if _PLAIN_ID.fullmatch(message_id):
                with _if_granted():
                    found = _search(client, f'HEADER Message-ID "{message_id}"')
            # Some servers find nothing by header: the newest letters are looked at too.
            if _has_message(client, found, message_id):
                return True
            if _has_message(client, _search(client, "ALL")[-_NEWEST:], message_id):
                return True
        return False

    def _sent_folder(self, client: Any) -> str:
        """The folder that the server says is for sent letters, else one that is named so; "" if there is none."""
        folders = [folder for folder in _folders(client) if folder.selectable]
        for folder in folders:
            if _SENT.lower() in folder.flags:
                return folder.name
        for name in _SENT_NAMES:
            for folder in folders:
                if folder.name.rsplit(folder.separator or "/", 1)[-1] == name:
                    return folder.name
        return ""

    # waiting

    def wait(self, seconds: float) -> bool:
        """Wait until something new may lie in the inbox, at most so long; whether it may. It may have come since fetch()."""
        end = time.monotonic() + seconds
        while True:
            began = time.monotonic()
            if self._steady("等候新邮件", partial(self._wait_once, end=end)):
                return True
            now = time.monotonic()
            if now >= end:
                return False
            if now - began < 1:
                # A server that talks all the time is not to be asked all the time.
                self._sleep(min(1, end - now))

    def _wait_once(self, client: Any, end: float) -> bool:
        """Wait until the server says something, or a while has passed; whether there is news, before or after."""
        seconds = end - time.monotonic()
        if self._has_news(client):
            return True
        if seconds <= 0:
            return False
        if not (self._idles and b"IDLE" in client.capabilities()):
            self._sleep(min(seconds, _POLL_SECONDS))
            return self._has_news(client)
        try:
            client.idle()
            client.idle_check(timeout=min(seconds, _RENEW_SECONDS))
            client.idle_done()
        except _LOST:
            raise
        except _REFUSED:
            # It offers what it cannot do, or spoke in between: no more of it.
            self._idles = False
            self._drop()
            return False
        except BaseException:
            self._drop()
            raise
        return self._has_news(client)

    def _has_news(self, client: Any) -> bool:
        self._open_inbox(client)
        now = (self._uidvalidity, self._next or max(_search(client, "ALL"), default=0) + 1)
        if self._seen is None:
            self._seen = now
        return now[0] != self._seen[0] or now[1] > self._seen[1]

    # the connection

    def close(self) -> None:
        """Log out, if still connected."""
        client, self._client = self._client, None
        if client is not None:
            with contextlib.suppress(imaplib.IMAP4.error, OSError, ValueError):
                client.socket().settimeout(min(self._timeout, 5))
                client.logout()
            _shut(client)

    def _steady(self, step: str, work: Callable[[Any], _Result]) -> _Result:
        """What `work` gives on a connection; where that is lost, on a new one. Work may be done twice."""
        for wait in (*self._waits, None):
            reached = False
            try:
                client = self._connected()
                reached = True
                return work(client)
            except _LOST:
                self._drop()
                if wait is None:
                    raise self._unreachable(reached) from None
                self._sleep(wait)
            except _InboxError:
                raise MailError(
                    f"邮箱里打不开收件箱“{self._settings.inbox}”。请检查 lzxl.toml 的 inbox；"
                    "163 等邮箱还要在网页邮箱的设置里开启 IMAP 服务。"
                ) from None
            except _REFUSED:
                raise MailError(
                    f"收信服务器 {self._server.host} 不肯{step}。请过一会儿重新运行；一再如此，请告诉邮件管理员。"
                ) from None
        raise AssertionError("the last try returns or raises")

    def _unreachable(self, reached: bool) -> MailError:
        times = f"已试 {len(self._waits) + 1} 次"
        if reached:
            return MailError(f"与收信服务器 {self._server.host} 的连接一再中断（{times}）。请过一会儿重新运行。")
        return MailError(
            f"连不上收信服务器 {self._server.host}:{self._server.port}（{times}）。"
            "请检查网络和 lzxl.toml 的 imap，过一会儿重新运行。"
        )

    def _is_reachable(self) -> bool:
        try:
            self._connected()
        except (*_LOST, MailError):
            self._drop()
            return False
        return True

    def _drop(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            _shut(client)

    def _connected(self) -> Any:
        if self._client is None:
            client = self._dialled()
            try:
                self._log_in(client)
            except BaseException:
                _shut(client)
                raise
            self._client = client
            self._was_connected = True
            self._given = set()
            self._selected = ""
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
            if not client.has_capability("STARTTLS"):
                raise MailError(
                    f"收信服务器 {host} 在端口 {port} 上不能加密，没有登录，密码没有发出。"
                    f'请改用加密的端口，如 imap = "tls://{host}:993"。'
                )
            client.starttls(context)
            return client
        except BaseException as error:
            if client is not None:
                _shut(client)
            raise self._dialling_trouble(error) from None

    def _dialling_trouble(self, error: BaseException) -> BaseException:
        """What to raise for trouble in connecting: what no new try mends is said at once."""
        host = self._server.host
        if isinstance(error, ssl.SSLCertVerificationError):
            why = _CERTIFICATE_TROUBLES.get(error.verify_code, _UNKNOWN_AUTHORITY)
            return MailError(f"收信服务器 {host} 的证书不可信，没有登录，密码没有发出：证书{why}。")
        if isinstance(error, ssl.SSLError) and not isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError):
            return MailError(
                f"与收信服务器 {host}:{self._server.port} 建立不了加密连接。"
                "请检查 lzxl.toml 的 imap：一般写 tls://服务器:993，或 starttls://服务器:143。"
            )
        if isinstance(error, socket.gaierror | UnicodeError) and not self._was_connected:
            return MailError(f"找不到收信服务器 {host}。请检查网络和 lzxl.toml 的 imap。")
        if isinstance(error, imaplib.IMAP4.error):
            return imaplib.IMAP4.abort("no greeting")
        return error

    def _log_in(self, client: Any) -> None:
        client.normalise_times = False
        # Commands are sent in pieces: without this each piece waits until the one before is acknowledged.
        client.socket().setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        user = self._settings.user
        if not _ATOM.fullmatch(user):
            user = '"' + user.replace("\\", "\\\\").replace('"', '\\"') + '"'
        try:
            client.login(user, self._password)
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error as error:
            if isinstance(error.__context__, imaplib.IMAP4.abort):
                raise error.__context__ from None
            raise self._login_trouble(str(error)) from None
        except UnicodeError:
            raise self._login_trouble("") from None
        # Asked anew: a server offers more, or less, after login.
        offered = client.capabilities()
        if b"ID" in offered:
            # Without it, servers of NetEase refuse to open any folder.
            with _if_granted():
                client.id_({"name": "lzxl", "version": __version__, "vendor": "lzxl"})

    def _login_trouble(self, said: str) -> MailError:
        host = self._server.host
        if _LATER.search(said):
            return MailError(f"收信服务器 {host} 现在不接受登录（忙，或登录过于频繁）。请过一会儿重新运行。")
        return MailError(
            f"收信服务器 {host} 不接受登录名或密码。请检查 lzxl.toml 的 user（或 address）和密码："
            "163、QQ 等邮箱要用授权码，不是网页登录密码，并要先在网页邮箱的设置里开启 IMAP 服务。"
        )

    def _open_inbox(self, client: Any, readonly: bool = True) -> int:
        """Open the inbox, and learn its UIDVALIDITY; how many mails are in it. Raises _InboxError."""
        self._selected = ""
        try:
            told = client.select_folder(self._settings.inbox, readonly=readonly)
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error:
            raise _InboxError from None
        except ValueError:
            told = {}  # opened, with a number in the answer that is none
        self._selected = self._settings.inbox
        uidvalidity = told.get(b"UIDVALIDITY")
        self._uidvalidity = str(uidvalidity) if uidvalidity else ""
        self._next = int(told.get(b"UIDNEXT", 0))
        return int(told.get(b"EXISTS", 0))

    def _ensure_inbox(self, client: Any) -> None:
        if self._selected != self._settings.inbox:
            self._open_inbox(client)


@dataclass(frozen=True)
class _Folder:
    name: str
    separator: str
    flags: frozenset[bytes]

    @property
    def selectable(self) -> bool:
        return not self.flags & {rb"\noselect", rb"\nonexistent"}


@contextlib.contextmanager
def _if_granted() -> Iterator[None]:
    """What the server refuses is left undone; a lost connection is not passed over."""
    try:
        yield
    except _LOST:
        raise
    except _REFUSED:
        return


def _shut(client: Any) -> None:
    with contextlib.suppress(imaplib.IMAP4.error, OSError, ValueError):
        client.shutdown()


def _search(client: Any, criteria: str) -> list[int]:
    """UIDs in ascending order. Criteria are plain ASCII, so that no CHARSET is sent, which some servers refuse."""
    return sorted({int(uid) for uid in client.search(criteria)})


def _body(client: Any, uid: int, part: str = "") -> bytes | None:
    """A mail, or a part of it; None where there is no such mail. Does not mark it as read."""
    items = client.fetch([uid], [f"BODY.PEEK[{part}]"]).get(uid)
    if items is None:
        return None
    body = items.get(f"BODY[{part}]".encode())
    if not isinstance(body, bytes):
        raise imaplib.IMAP4.error("a mail without its body")
    return body


def _head(client: Any, uid: int) -> tuple[int, str] | None:
    """Size and Message-ID of a mail of the open folder; None where there is no such mail."""
    items = client.fetch([uid], ["RFC822.SIZE", "BODY.PEEK[HEADER]"]).get(uid, {})
    size, header = items.get(b"RFC822.SIZE"), items.get(b"BODY[HEADER]")
    return (size, _message_id(header)) if isinstance(size, int) and isinstance(header, bytes) else None


def _candidates(client: Any, size: int, message_id: str) -> list[int]:
    """Mails of the open folder that may be the one with this size and Message-ID."""
    found: list[int] = []
    if _PLAIN_ID.fullmatch(message_id):
        with _if_granted():
            found = _search(client, f'HEADER Message-ID "{message_id}"')
    return found or _search(client, f"LARGER {max(size - 1, 0)} SMALLER {size + 1}")


def _print(client: Any, uid: int, most_bytes: int) -> tuple[int, str] | None:
    """What a mail of the open folder is told by: its size, and the hash of it or, where it is too large, of its header."""
    head = _head(client, uid)
    raw = _body(client, uid, "HEADER" if head[0] > most_bytes else "") if head else None
    return (head[0], hashlib.sha256(raw).hexdigest()) if head and raw is not None else None


def _message_id(raw: bytes) -> str:
    """The Message-ID in the header of a mail; "" if there is none."""
    match = re.search(rb"^Message-ID:\s*(<[^<>\s]+>)", header_of(raw), re.IGNORECASE | re.MULTILINE)
    return match[1].decode("ascii", "replace") if match else ""


def _has_message(client: Any, uids: Sequence[int], message_id: str) -> bool:
    """Whether one of these mails of the open folder has the Message-ID. The newest are looked at first."""
    for end in range(len(uids), 0, -_HEADER_BATCH):
        for items in client.fetch(uids[max(end - _HEADER_BATCH, 0) : end], ["BODY.PEEK[HEADER]"]).values():
            header = items.get(b"BODY[HEADER]")
            if isinstance(header, bytes) and _message_id(header) == message_id:
                return True
    return False


def _folders(client: Any) -> list[_Folder]:
    """All folders of the mailbox; without those whose names are no modified UTF-7."""
    from imapclient.imap_utf7 import decode  # type: ignore[import-untyped]

    folders = []
    client.folder_encode = False
    try:
        listed = client.list_folders()
    finally:
        client.folder_encode = True
    for flags, separator, name in listed:
        with contextlib.suppress(ValueError):
            folders.append(
                _Folder(
                    decode(name) if isinstance(name, bytes) else str(name),
                    separator.decode("ascii", "replace") if isinstance(separator, bytes) else "",
                    frozenset(flag.lower() for flag in flags if isinstance(flag, bytes)),
                )
            )
    return folders


def _personal_prefix(client: Any) -> str:
    """What the names of the office's own folders begin with, where the server says so."""
    if b"NAMESPACE" in client.capabilities():
        with _if_granted():
            personal = client.namespace().personal
            return str(personal[0][0]) if personal else ""
    return ""
