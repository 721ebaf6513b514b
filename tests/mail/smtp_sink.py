"""An SMTP server on the loopback that collects mails, or misbehaves as it is told. With TLS under an authority of its own."""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import ipaddress
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Literal

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from lzxl.campaign.mail_settings import Server

Behaviour = Literal[
    "accept",
    "refuse_sender",  # 553 to MAIL FROM
    "refuse_command",  # 500 to MAIL FROM
    "refuse_size",  # 552 to MAIL FROM
    "refuse_transaction",  # 554 to MAIL FROM
    "defer_sender",  # 451 to MAIL FROM
    "refuse_recipient",  # 550 to RCPT TO
    "defer_recipient",  # 451 to RCPT TO, as greylisting does
    "refuse_copy",  # 550 to the second RCPT TO; accepted for the first
    "close_recipient",  # 421 to RCPT TO, and the connection is closed
    "defer_data",  # 451 to DATA
    "refuse_content",  # 554 after the final dot
    "defer_content",  # 451 after the final dot
    "odd_content",  # 354 after the final dot: no answer at all
    "stall_recipient",  # no answer to RCPT TO
    "slow_recipient",  # an answer to RCPT TO after some seconds
    "stall_data",  # no answer to DATA
    "stall_content",  # no answer after the final dot; not accepted
    "accept_and_stall",  # no answer after the final dot; accepted
    "drop_sender",  # the connection goes at MAIL FROM
    "drop_data",  # … at DATA
    "drop_in_content",  # … while the content comes
    "drop_content",  # … after the final dot; not accepted
    "accept_and_drop",  # … after the final dot; accepted
]


@dataclass(frozen=True)
class Collected:
    """A mail that was accepted."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes


@dataclass(frozen=True)
class Authority:
    """A certificate authority and a server's certificate under it, as PEM files."""

    ca_file: Path
    certificate: Path
    key: Path


def make_authority(
    folder: Path, names: tuple[str, ...] = ("localhost", "127.0.0.1"), expired: bool = False
) -> Authority:
    """A fresh authority with one server certificate for `names`, in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    now = datetime.datetime.now(datetime.UTC)
    start, end = now - datetime.timedelta(days=2), now + datetime.timedelta(days=-1 if expired else 30)
    ca_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    ca_name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "lzxl test authority")])
    own_name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, names[0])])

    def usage(signs: bool) -> x509.KeyUsage:
        return x509.KeyUsage(not signs, False, False, False, False, signs, signs, False, False)

    authority_id = x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key())
    ca = (
        x509.CertificateBuilder(ca_name, ca_name, ca_key.public_key(), 1, start, now + datetime.timedelta(days=30))
        .add_extension(x509.BasicConstraints(True, None), critical=True)
        .add_extension(usage(True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(ca_key.public_key()), critical=False)
        .sign(ca_key, hashes.SHA256())
    )
    own = (
        x509.CertificateBuilder(ca_name, own_name, key.public_key(), 2, start, end)
        .add_extension(x509.BasicConstraints(False, None), critical=True)
        .add_extension(usage(False), critical=True)
        .add_extension(x509.SubjectAlternativeName([_general_name(name) for name in names]), critical=False)
        .add_extension(x509.ExtendedKeyUsage([x509.ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(authority_id, critical=False)
        .sign(ca_key, hashes.SHA256())
    )
    made = Authority(folder / "ca.pem", folder / "server.pem", folder / "server.key")
    made.ca_file.write_bytes(ca.public_bytes(serialization.Encoding.PEM))
    made.certificate.write_bytes(own.public_bytes(serialization.Encoding.PEM))
    made.key.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return made


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


class SmtpSink:
    """A context manager: the server runs in a thread of its own while the block does.

    `deliver`: called with every mail that is accepted, before the answer is given; what it raises is a 451.
    `behave` sets what the next mails meet, one behaviour each; then all are accepted again.
    """

    def __init__(
        self,
        authority: Authority,
        security: Literal["tls", "starttls", "none"] = "tls",
        login: tuple[str, str] | None = None,
        size_limit: int | None = 33554432,
        deliver: Callable[[Collected], None] | None = None,
    ) -> None:
        self.authority = authority
        self.security = security
        self.login = login
        self.size_limit = size_limit
        self.deliver = deliver
        self.mails: list[Collected] = []
        self.connections = 0
        self.port = 0
        self._planned: list[Behaviour] = []
        self._protocols: list[_Protocol] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="smtp-sink", daemon=True)
        self._listening: asyncio.Server | None = None

    @property
    def server(self) -> Server:
        """As settings name it."""
        return Server("localhost", self.port, "tls" if self.security == "tls" else "starttls")

    def behave(self, *behaviours: Behaviour) -> None:
        self._planned[:] = behaviours

    @property
    def next_behaviour(self) -> Behaviour:
        return self._planned[0] if self._planned else "accept"

    def done(self) -> None:
        """A mail has met what was planned for it."""
        if self._planned:
            del self._planned[0]

    def __enter__(self) -> SmtpSink:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._start(), self._loop).result(10)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def hang_up(self) -> None:
        """Close every open connection, as a server does with idle ones."""

        def close() -> None:
            for protocol in self._protocols:
                if protocol.transport is not None:
                    protocol.transport.abort()

        done = threading.Event()
        self._loop.call_soon_threadsafe(lambda: (close(), done.set()))
        done.wait(5)

    async def _start(self) -> None:
        self._listening = await self._loop.create_server(
            self._protocol, "127.0.0.1", 0, ssl=self._context() if self.security == "tls" else None
        )
        self.port = self._listening.sockets[0].getsockname()[1]

    async def _stop(self) -> None:
        assert self._listening is not None
        self._listening.close()
        for protocol in self._protocols:
            if protocol.transport is not None:
                protocol.transport.abort()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._listening.wait_closed(), 2)

    def _context(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.authority.certificate, self.authority.key)
        return context

    def _protocol(self) -> _Protocol:
        self.connections += 1
        options: dict[str, Any] = {}
        if self.security == "starttls":
            options = {"tls_context": self._context(), "require_starttls": True}
        if self.login:
            # A connection that is encrypted from the start is none to aiosmtpd.
            secured = self.security == "starttls"
            options |= {"authenticator": self._check, "auth_require_tls": secured}
        protocol = _Protocol(self, data_size_limit=self.size_limit, loop=self._loop, **options)
        # Set here: given above, it warns of a login in clear, which this is not.
        protocol._auth_required = self.login is not None
        self._protocols.append(protocol)
        return protocol

    def _check(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        assert self.login is not None
        user, password = self.login
        right = isinstance(data, LoginPassword) and (data.login, data.password) == (user.encode(), password.encode())
        return AuthResult(success=right, handled=right)


class _Protocol(SMTP):
    """One connection."""

    def __init__(self, sink: SmtpSink, **options: Any) -> None:
        super().__init__(_Handler(sink), hostname="sink.example", ident="sink", **options)
        self._sink = sink

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        behaviour = self._sink.next_behaviour
        if behaviour == "stall_data":
            self._sink.done()
            await asyncio.sleep(3600)
        elif behaviour == "drop_data":
            self._sink.done()
            _cut(self)
        elif behaviour == "defer_data":
            self._sink.done()
            await self.push("451 try again")
        elif behaviour == "drop_in_content":
            self._sink.done()
            await self.push("354 go ahead")
            _cut(self)
        else:
            await super().smtp_DATA(arg)


class _Handler:
    """What a connection answers."""

    def __init__(self, sink: SmtpSink) -> None:
        self._sink = sink

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        behaviour = self._sink.next_behaviour
        if behaviour == "drop_sender":
            self._sink.done()
            _cut(server)
        answers = {
            "refuse_sender": "553 not yours",
            "refuse_command": "500 what",
            "refuse_size": "552 too large",
            "refuse_transaction": "554 no",
            "defer_sender": "451 try again",
        }
        if behaviour in answers:
            self._sink.done()
            return answers[behaviour]
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        behaviour = self._sink.next_behaviour
        if behaviour == "stall_recipient":
            self._sink.done()
            await asyncio.sleep(3600)
        if behaviour == "slow_recipient":
            await asyncio.sleep(5)
        answers = {
            "refuse_recipient": f"550 <{address}> unknown",
            "defer_recipient": "451 greylisted",
            "close_recipient": "421 closing",
        }
        if behaviour == "refuse_copy" and envelope.rcpt_tos:
            return "550 no copies"
        if behaviour in answers:
            self._sink.done()
            if behaviour == "close_recipient":
                await server.push(answers[behaviour])
                _cut(server, abort=False)
            return answers[behaviour]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        sink, behaviour = self._sink, self._sink.next_behaviour
        sink.done()
        if behaviour in ("accept", "refuse_copy", "accept_and_stall", "accept_and_drop"):
            content = envelope.content
            assert isinstance(content, bytes)
            mail = Collected(envelope.mail_from or "", tuple(envelope.rcpt_tos), content)
            if sink.deliver is not None:
                try:
                    await asyncio.get_running_loop().run_in_executor(None, sink.deliver, mail)
                except Exception:
                    return "451 not delivered"
            sink.mails.append(mail)
        if behaviour in ("stall_content", "accept_and_stall"):
            await asyncio.sleep(3600)
        if behaviour in ("drop_content", "accept_and_drop"):
            _cut(server)
        answers = {"refuse_content": "554 spam", "defer_content": "451 try again", "odd_content": "354 what"}
        return answers.get(behaviour, "250 OK")


def _cut(server: SMTP, abort: bool = True) -> None:
    """Close a connection and do no more on it."""
    if server.transport is not None:
        server.transport.abort() if abort else server.transport.close()
    raise asyncio.CancelledError
