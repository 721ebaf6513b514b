"""An IMAP mailbox as a source of mails: a connection, the inbox, where mails are filed, our own letters, and waiting."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence

from lzxl.campaign.mail_settings import MailSettings
from lzxl.mail.folders import MOST_BYTES
from lzxl.mail.imap_connection import TIMEOUT, WAITS, Connection
from lzxl.mail.imap_filing import Filing
from lzxl.mail.imap_inbox import Inbox
from lzxl.mail.imap_sent import SentLetters
from lzxl.mail.imap_waiting import Waiting
from lzxl.mail.model import Fetched, Place


class Mailbox:
    """The office's mailbox. Nothing is connected before it must be; every method may raise MailError.

    `waits`: seconds before each new try after the connection was lost.
    """

    def __init__(
        self,
        settings: MailSettings,
        password: str,
        most_bytes: int = MOST_BYTES,
        timeout: float = TIMEOUT,
        waits: Sequence[float] = WAITS,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._connection = Connection(settings, password, timeout, waits, sleep)
        self.account = f"{settings.user}/{self._connection.host}"
        """What the mailbox is called in a Place."""
        self._inbox = Inbox(self._connection, self.account, settings.inbox, most_bytes)
        self._filing = Filing(self._connection, self._inbox, settings.filed)
        self._sent = SentLetters(self._connection, self._inbox, self._filing)
        self._waiting = Waiting(self._connection, self._inbox, sleep)
        self._is_kept = settings.keep or settings.filed == settings.inbox

    def fetch(self, is_known: Callable[[Place], bool]) -> Iterator[Fetched]:
        """Every mail of the inbox whose place is not known, in the order in which they came (`Inbox.fetch`)."""
        return self._inbox.fetch(is_known)

    def file_away(self, places: Sequence[Place]) -> None:
        """Move mails to the folder for those that are dealt with; nothing where the mailbox is to be kept."""
        if not self._is_kept:
            self._filing.file_away(places)

    def find_sent(self, message_id: str) -> bool:
        """Whether our letter with this Message-ID went out: it, or the copy that goes to the office itself, is in the mailbox."""
        return self._sent.has(message_id)

    def wait(self, seconds: float) -> bool:
        """Wait until something new may lie in the inbox, at most so long; whether it may. It may have come since fetch()."""
        return self._waiting.wait(seconds)

    def close(self) -> None:
        """Log out, if still connected."""
        self._connection.close()
