"""Letters of ours in the mailbox: whether one that may have gone out did."""

from __future__ import annotations

from typing import Any

from lzxl.mail.imap_commands import folders, has_message, search, with_message_id
from lzxl.mail.imap_connection import Connection
from lzxl.mail.imap_filing import Filing
from lzxl.mail.imap_inbox import Inbox

_SENT = rb"\Sent"
# For servers that flag none (RFC 6154): QQ says Sent Messages, NetEase 已发送, Exchange Sent Items.
_SENT_NAMES = ("Sent Messages", "已发送", "已发邮件", "已发送邮件", "Sent", "Sent Items", "Sent Mail")
_NEWEST = 500
"""Letters that are looked at one by one where the server's search finds nothing."""


class SentLetters:
    """The folders in which a letter lies that went out: that of sent letters, or where its copy to the office itself is."""

    def __init__(self, connection: Connection, inbox: Inbox, filing: Filing) -> None:
        self._connection = connection
        self._inbox = inbox
        self._filing = filing

    def has(self, message_id: str) -> bool:
        """Whether our letter with this Message-ID is in one of them."""
        return self._connection.steady("查找已发信件", lambda client: self._is_there(client, message_id))

    def _is_there(self, client: Any, message_id: str) -> bool:
        places = [_sent_folder(client), self._inbox.name, *self._filing.names_there(client)]
        self._inbox.leave()
        for place in dict.fromkeys(place for place in places if place):
            client.select_folder(place, readonly=True)
            if _lies_here(client, message_id):
                return True
        return False


def _lies_here(client: Any, message_id: str) -> bool:
    """Whether a letter is in the folder that is selected."""
    if has_message(client, with_message_id(client, message_id), message_id):
        return True
    # Some servers find nothing by header: the newest letters are looked at too.
    return has_message(client, search(client, "ALL")[-_NEWEST:], message_id)


def _sent_folder(client: Any) -> str:
    """The folder that the server says is for sent letters, else one that is named so; "" if there is none."""
    selectable = [folder for folder in folders(client) if folder.selectable]
    flagged = next((folder.name for folder in selectable if _SENT.lower() in folder.flags), "")
    if flagged:
        return flagged
    # Backwards: a dictionary keeps the last of one name, and meant is the one that the server lists first.
    by_name = {folder.name.rsplit(folder.separator or "/", 1)[-1]: folder.name for folder in reversed(selectable)}
    return next((by_name[name] for name in _SENT_NAMES if name in by_name), "")
