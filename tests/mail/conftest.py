"""Mail servers for the tests: started by the first test that needs one, ended with the tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Protocol

import pytest

from lzxl.campaign.mail_settings import MailSettings, Server
from lzxl.mail.imap import Mailbox
from lzxl.mail.model import Fetched, Place
from tests.mail.dovecot import PASSWORD, Dovecot, why_missing
from tests.mail.quirks import QuirkProxy, Quirks

FILED = "已处理"


def mail(number: int, more: bytes = b"") -> bytes:
    """A small mail; with the same number, it has the same Message-ID."""
    return b"From: unit%d@example.gov.cn\r\nMessage-ID: <%d@unit>\r\nSubject: %d\r\n\r\nrow %d\r\n%s" % (
        number,
        number,
        number,
        number,
        more,
    )


def nothing_known(_: Place) -> bool:
    return False


def take(mailbox: Mailbox) -> list[Fetched]:
    """Every mail that the mailbox gives when none is known."""
    return list(mailbox.fetch(nothing_known))


class MailSettingsFor(Protocol):
    def __call__(self, server: Dovecot | QuirkProxy, user: str, **changes: Any) -> MailSettings: ...


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    """The server that tests share. Each takes a user of its own (`dovecot.new_user()`)."""
    if reason := why_missing():
        pytest.skip(reason)
    server = Dovecot()
    yield server
    server.close()


@pytest.fixture
def own_dovecot() -> Iterator[Callable[..., Dovecot]]:
    """Makes a server that a test may kill or stop, or that has another namespace."""
    if reason := why_missing():
        pytest.skip(reason)
    servers: list[Dovecot] = []

    def make(**options: Any) -> Dovecot:
        servers.append(Dovecot(**options))
        return servers[-1]

    yield make
    for server in servers:
        server.close()


@pytest.fixture
def quirk_proxy(dovecot: Dovecot) -> Iterator[Callable[..., QuirkProxy]]:
    """Makes a proxy before the shared server that has the given quirks (`tests.mail.quirks.Quirks`)."""
    proxies: list[QuirkProxy] = []

    def make(**quirks: Any) -> QuirkProxy:
        proxies.append(QuirkProxy(dovecot, Quirks(**quirks)))
        return proxies[-1]

    yield make
    for proxy in proxies:
        proxy.close()


@pytest.fixture(scope="session")
def mail_settings_for() -> MailSettingsFor:
    """The settings of an office whose mailbox `user` is at `server`."""

    def settings(server: Dovecot | QuirkProxy, user: str, **changes: Any) -> MailSettings:
        values: dict[str, Any] = {
            "address": f"{user}@example.gov.cn",
            "user": user,
            "imap": Server(server.host, server.port, "tls"),
            "ca_file": str(server.ca_file),
        }
        return MailSettings(**{**values, **changes})

    return settings


class MailboxFor(Protocol):
    def __call__(self, server: Dovecot | QuirkProxy, user: str, **changes: Any) -> Mailbox: ...


@pytest.fixture
def mailbox_for(mail_settings_for: MailSettingsFor) -> Iterator[MailboxFor]:
    """Opens a mailbox; `changes` of its settings, or of how it connects. It tries again at once."""
    mailboxes: list[Mailbox] = []

    def make(server: Dovecot | QuirkProxy, user: str, **changes: Any) -> Mailbox:
        how: dict[str, Any] = {"timeout": 10, "waits": (0, 0, 0)}
        how |= {name: changes.pop(name) for name in ("timeout", "waits", "sleep", "most_bytes") if name in changes}
        password = changes.pop("password", PASSWORD)
        mailboxes.append(Mailbox(mail_settings_for(server, user, **changes), password, **how))
        return mailboxes[-1]

    yield make
    for mailbox in mailboxes:
        mailbox.close()
