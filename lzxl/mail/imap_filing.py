"""Mails that are dealt with, out of the inbox: each by itself, and nobody else's mail is ever expunged."""

from __future__ import annotations

import imaplib
from collections.abc import Sequence
from itertools import chain
from typing import Any

from lzxl.errors import MailError
from lzxl.mail.imap_commands import Folder, candidates, fingerprint, folders, head, if_granted, personal_prefix
from lzxl.mail.imap_connection import Connection
from lzxl.mail.imap_inbox import Inbox
from lzxl.mail.model import Place

_BATCH = 200
_DELETED, _SEEN = rb"\Deleted", rb"\Seen"
# Where QQ keeps the folders that people make.
_OWN_FOLDERS = "其他文件夹"


class Filing:
    """Where mails go that are dealt with."""

    def __init__(self, connection: Connection, inbox: Inbox, name: str) -> None:
        """`name`: of the folder, as the office calls it."""
        self._connection = connection
        self._inbox = inbox
        self._name = name

    def file_away(self, places: Sequence[Place]) -> None:
        """Move mails to the folder, one by one.

        Only mails of the UIDVALIDITY that the inbox has now are touched; where it has none, only those that were fetched on
        this connection. Without MOVE, a mail is copied, unless it is there already, and then exactly it is expunged; without
        UIDPLUS too it stays, and is marked as read. MailError where there is no such folder and none can be made.
        """
        inbox = self._inbox
        ours = [
            place
            for place in dict.fromkeys(places)
            if place.account == inbox.account and place.folder == inbox.name and place.uid.isdecimal()
        ]
        if ours:
            self._connection.steady("整理邮件", lambda client: self._file(client, ours))

    def names_there(self, client: Any) -> list[str]:
        """The folders of the mailbox that may be meant, the likeliest first."""
        there = folders(client)
        selectable = {folder.name for folder in there if folder.selectable}
        return [name for name in self._names(client, there) if name in selectable]

    def _file(self, client: Any, places: Sequence[Place]) -> None:
        try:
            self._inbox.open(client, readonly=False)
        # A shared mailbox may be given for reading only. For imaplib that is a kind of `abort`, like a lost connection.
        except imaplib.IMAP4.readonly:
            self._inbox.open(client)
            return
        uids = self._uids_there(client, places)
        if not uids:
            return
        offered = set(client.capabilities())
        if b"MOVE" in offered:
            self._move(client, uids)
        elif b"UIDPLUS" in offered:
            self._copy_and_expunge(client, uids)
        else:
            self._mark_as_read(client, uids)

    def _uids_there(self, client: Any, places: Sequence[Place]) -> list[int]:
        """The numbers of the mails that lie in the inbox still: somebody else may have moved one."""
        uids = [int(place.uid) for place in places if self._inbox.is_meant(client, place)]
        batches = (client.fetch(uids[start : start + _BATCH], ["FLAGS"]) for start in range(0, len(uids), _BATCH))
        return list(chain.from_iterable(batches))

    def _move(self, client: Any, uids: Sequence[int]) -> None:
        target = self._folder(client)
        for uid in uids:
            with if_granted():
                # One by one: a set in which one mail is refused is refused as a whole (RFC 3501 6.4.7, RFC 6851).
                client.move([uid], target)

    def _copy_and_expunge(self, client: Any, uids: Sequence[int]) -> None:
        target = self._folder(client)
        copied = self._already_in(client, target, uids)
        for uid in uids:
            with if_granted():
                if uid not in copied:
                    client.copy([uid], target)
                client.add_flags([uid], [_DELETED], silent=True)
                # Not EXPUNGE: that takes every mail away which anybody has marked as deleted in the shared mailbox.
                client.uid_expunge([uid])

    def _mark_as_read(self, client: Any, uids: Sequence[int]) -> None:
        for uid in uids:
            with if_granted():
                client.add_flags([uid], [_SEEN], silent=True)

    def _already_in(self, client: Any, target: str, uids: Sequence[int]) -> set[int]:
        """Those of the inbox's mails that lie in `target` too: copies that were made before a run was cut short."""
        heads = {uid: head(client, uid) for uid in uids}
        self._inbox.leave()
        client.select_folder(target, readonly=True)
        alike = {uid: self._prints_like(client, known) for uid, known in heads.items() if known is not None}
        self._inbox.open(client, readonly=False)
        most_bytes = self._inbox.most_bytes
        return {uid for uid, there in alike.items() if there and fingerprint(client, uid, most_bytes) in there}

    def _prints_like(self, client: Any, known: tuple[int, str]) -> set[Any]:
        """The fingerprints of the mails of the folder that is open which may be the one of that head."""
        return {fingerprint(client, other, self._inbox.most_bytes) for other in candidates(client, *known)}

    def _folder(self, client: Any) -> str:
        """The folder, made where it is missing. It may lie below the server's own prefix."""
        for name in self.names_there(client):
            return name
        for name in self._names(client, folders(client)):
            with if_granted():
                client.create_folder(name)
                # A server may put it elsewhere than it was told.
                for folder in folders(client):
                    if folder.selectable and folder.name in (name, f"{_OWN_FOLDERS}{folder.separator}{self._name}"):
                        return folder.name
        raise MailError(
            f"邮箱里没有文件夹“{self._name}”，收信服务器 {self._connection.host} 也不允许新建。"
            "请在网页邮箱里建好，或在 lzxl.toml 的 filed 写一个已有的文件夹。",
            code="inbox_folder_not_made",
            name=self._name,
            host=self._connection.host,
        )

    def _names(self, client: Any, there: Sequence[Folder]) -> list[str]:
        """What the folder may be called, the likeliest first."""
        separator = next((folder.separator for folder in there if folder.separator), "/")
        names = [personal_prefix(client) + self._name, self._name, f"INBOX{separator}{self._name}"]
        if any(folder.name == _OWN_FOLDERS for folder in there):
            names.insert(0, f"{_OWN_FOLDERS}{separator}{self._name}")
        return list(dict.fromkeys(names))
