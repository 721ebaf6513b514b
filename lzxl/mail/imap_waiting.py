"""Waiting for new mails, by IDLE where the server can, else by looking now and then."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Any

from lzxl.mail.imap_commands import LOST, REFUSED
from lzxl.mail.imap_connection import Connection
from lzxl.mail.imap_inbox import Inbox

# Well below the half hour after which a server may log an idle client out (RFC 2177).
_RENEW_SECONDS = 540.0
_POLL_SECONDS = 60.0


class Waiting:
    """Who waits at the inbox."""

    def __init__(self, connection: Connection, inbox: Inbox, sleep: Callable[[float], None] = time.sleep) -> None:
        self._connection = connection
        self._inbox = inbox
        self._sleep = sleep
        self._idles = True

    def wait(self, seconds: float) -> bool:
        """Wait until something new may lie in the inbox, at most so long; whether it may. It may have come since it was
        listed."""
        end = time.monotonic() + seconds
        while True:
            began = time.monotonic()
            if self._connection.steady("等候新邮件", partial(self._wait_once, end=end)):
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
        # First: IDLE tells what comes while it lasts, and nothing of what came between the listing and it.
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
        except LOST:
            raise
        except REFUSED:
            # It offers what it cannot do, or spoke in between: no more of it.
            self._idles = False
            self._connection.drop()
            return False
        except BaseException:
            self._connection.drop()
            raise
        return self._has_news(client)

    def _has_news(self, client: Any) -> bool:
        now = self._inbox.look(client)
        if self._inbox.seen is None:
            self._inbox.seen = now
        # By the next number, not by how many there are: one that comes while another is moved away leaves as many.
        return now[0] != self._inbox.seen[0] or now[1] > self._inbox.seen[1]
