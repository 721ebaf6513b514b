"""The inbox: opened, listed, and its mails handed out one by one. Nothing in it is changed, not even that mails are unread."""

from __future__ import annotations

import datetime
import imaplib
from collections.abc import Callable, Generator, Iterator, Sequence
from functools import partial
from typing import Any, TypeVar

from lzxl.errors import MailError
from lzxl.mail.folders import header_of
from lzxl.mail.imap_commands import body, search
from lzxl.mail.imap_connection import Connection
from lzxl.mail.model import Fetched, Place

_BATCH = 200
_SEARCH_STEP = 50_000
"""Mails asked for in one search: the line of an answer must stay under a million bytes."""
_MOST_RENUMBERINGS = 3
_MOST_UNHAD = 3

_Result = TypeVar("_Result")


class _RenumberedError(Exception):
    """The UIDVALIDITY is another than it was."""


class Inbox:
    """The folder in which mails come in."""

    def __init__(self, connection: Connection, account: str, name: str, most_bytes: int) -> None:
        """`account`: as in a Place. `name`: of the folder. `most_bytes`: of a larger mail only the header is fetched."""
        self.account = account
        self.name = name
        self.most_bytes = most_bytes
        self.uidvalidity = ""
        """Of the inbox when it was last opened; "" if the server tells none."""
        self.seen: tuple[str, int] | None = None
        """UIDVALIDITY and next UID when its mails were last listed."""
        self._connection = connection
        self._next = 0
        """The next UID when it was last opened; 0 if the server does not tell."""
        self._open_on: Any = None
        """The connection on which it is the open folder."""
        self._given: set[int] = set()
        """UIDs given on `_given_on`: only there do they mean something without a UIDVALIDITY."""
        self._given_on: Any = None

    def fetch(self, is_known: Callable[[Place], bool]) -> Iterator[Fetched]:
        """Every mail whose place is not known, in the order in which they came.

        A mail that the server does not hand out is passed over; MailError says so when all others have been given.
        """
        host = self._connection.host
        for _ in range(_MOST_RENUMBERINGS):
            try:
                unhad = yield from self._round(is_known)
            except _RenumberedError:
                continue
            break
        else:
            raise MailError(
                f"收信服务器 {host} 一再给邮件重新编号，未收完。请稍后重新运行。", code="inbox_renumbered", host=host
            )
        if unhad:
            raise MailError(
                f"收信服务器 {host} 有{unhad}封邮件无法读取，其余的都已收下。"
                "请稍后重新运行；一再如此，请在网页邮箱里打开收件箱查看。",
                code="inbox_mails_unread",
                unhad=unhad,
                host=host,
            )

    def open(self, client: Any, readonly: bool = True) -> int:
        """Open it, and learn its UIDVALIDITY; how many mails are in it. Raises MailError if there is none, or it may not
        be opened."""
        self.leave()
        try:
            told = client.select_folder(self.name, readonly=readonly)
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error:
            raise MailError(
                f"邮箱里无法打开收件箱“{self.name}”。请检查 lzxl.toml 的 inbox；"
                "163等邮箱还要在网页邮箱的设置里开启 IMAP 服务。",
                code="inbox_not_opened",
                name=self.name,
            ) from None
        except ValueError:
            told = {}  # opened, with a number in the answer that is none
        self._open_on = client
        uidvalidity = told.get(b"UIDVALIDITY")
        # Coremail may say 0, Tencent of some folders nothing: then a UID means nothing tomorrow. Others say more than 32 bits.
        self.uidvalidity = str(uidvalidity) if uidvalidity else ""
        self._next = int(told.get(b"UIDNEXT", 0))
        return int(told.get(b"EXISTS", 0))

    def leave(self) -> None:
        """Another folder is opened: whoever wants this one opens it anew."""
        self._open_on = None

    def look(self, client: Any) -> tuple[str, int]:
        """Open it anew: its UIDVALIDITY and its next UID."""
        self.open(client)
        return self.uidvalidity, self._next or max(search(client, "ALL"), default=0) + 1

    def is_meant(self, client: Any, place: Place) -> bool:
        """Whether the UID of a place means the mail that it meant, in the inbox as it is open now."""
        if place.uidvalidity != self.uidvalidity:
            return False
        return bool(place.uidvalidity) or (client is self._given_on and int(place.uid) in self._given)

    def _round(self, is_known: Callable[[Place], bool]) -> Generator[Fetched, None, int]:
        """One pass through it; how many mails the server did not hand out. Raises _RenumberedError."""
        uidvalidity, uids = self._connection.steady("查找邮件", self._all_uids)
        # Without a UIDVALIDITY yesterday's number may be another mail's today: all are fetched, and told by their hash.
        unknown = [uid for uid in uids if not uidvalidity or not is_known(self._place(uidvalidity, uid))]
        unhad = 0
        for start in range(0, len(unknown), _BATCH):
            batch = unknown[start : start + _BATCH]
            sizes = self._numbered(uidvalidity, "查看邮件大小", partial(self._sizes, uids=batch))
            # A server may answer in any order; the mails are given in that of their coming.
            for uid, (size, received) in sorted(sizes.items()):
                try:
                    raw = self._numbered(uidvalidity, "读取邮件", partial(self._raw, uid=uid, size=size))
                except MailError:
                    unhad += 1
                    # One mail that is not handed out must not hold up those behind it; many are the server's trouble.
                    if unhad > _MOST_UNHAD or not self._connection.is_reachable():
                        raise
                    continue
                if raw is None:
                    continue  # someone took it out of the inbox meanwhile
                self._given.add(uid)
                yield self._fetched(self._place(uidvalidity, uid), raw, size, received)
        return unhad

    def _numbered(self, uidvalidity: str, step: str, work: Callable[[Any], _Result]) -> _Result:
        """What `work` gives while UIDs mean what they meant. Raises _RenumberedError."""
        result = self._connection.steady(step, work)
        if self.uidvalidity != uidvalidity:
            raise _RenumberedError
        return result

    def _place(self, uidvalidity: str, uid: int) -> Place:
        return Place(self.account, self.name, uidvalidity, str(uid))

    def _all_uids(self, client: Any) -> tuple[str, list[int]]:
        """Its UIDVALIDITY and all its UIDs in ascending order."""
        count = self.open(client)
        if count <= _SEARCH_STEP:
            uids = search(client, "ALL")
        else:
            # By numbers within the folder, always ascending; the last may have gone meanwhile, hence the star.
            starts = range(1, count + 1, _SEARCH_STEP)
            ends = [*(start - 1 for start in starts[1:]), "*"]
            steps = zip(starts, ends, strict=True)
            uids = sorted({uid for start, end in steps for uid in search(client, f"{start}:{end}")})
        self.seen = (self.uidvalidity, self._next or max(uids, default=0) + 1)
        return self.uidvalidity, uids

    def _sizes(self, client: Any, uids: Sequence[int]) -> dict[int, tuple[int, datetime.datetime]]:
        """Size and time of arrival of each mail that is there."""
        self._ensure(client)
        sizes = {}
        for uid, items in client.fetch(uids, ["RFC822.SIZE", "INTERNALDATE"]).items():
            size, received = items.get(b"RFC822.SIZE"), items.get(b"INTERNALDATE")
            if isinstance(size, int):
                sizes[uid] = (size, received or datetime.datetime.now(datetime.UTC))
        return sizes

    def _raw(self, client: Any, uid: int, size: int) -> bytes | None:
        """A mail, or its header where it is too large; None where it is not there any more."""
        self._ensure(client)
        if client is not self._given_on:
            self._given, self._given_on = set(), client
        return body(client, uid, "HEADER" if size > self.most_bytes else "")

    def _fetched(self, place: Place, raw: bytes, size: int, received: datetime.datetime) -> Fetched:
        if size > self.most_bytes:
            return Fetched(place, raw, received, too_large=size)
        if len(raw) > self.most_bytes:
            return Fetched(place, header_of(raw), received, too_large=len(raw))  # the server had said less
        return Fetched(place, raw, received)

    def _ensure(self, client: Any) -> None:
        if self._open_on is not client:
            self.open(client)
