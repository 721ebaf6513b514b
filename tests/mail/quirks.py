"""A proxy before Dovecot that behaves as other servers have been seen to behave. It notes every command that it gets."""

from __future__ import annotations

import asyncio
import contextlib
import re
import ssl
import threading
from dataclasses import dataclass, field

from tests.mail.dovecot import Dovecot

_LITERAL = re.compile(rb"\{(\d+)\+?\}\r\n$")
_COMMAND = re.compile(rb"^(\S+) (UID )?(\S+)([^\r\n]*)", re.IGNORECASE)
_UIDVALIDITY = re.compile(rb"\[UIDVALIDITY (\d+)\]")
_UIDNEXT = re.compile(rb"\[UIDNEXT \d+\]")
_FETCH = re.compile(rb"^\* \d+ FETCH ")
# What RFC 3501 has, and every server must know.
_PLAIN = frozenset(
    b"CAPABILITY NOOP LOGOUT LOGIN SELECT EXAMINE CREATE LIST LSUB STATUS APPEND SEARCH FETCH STORE COPY DONE".split()
)
_EXTENSIONS = frozenset(b"ID IDLE MOVE NAMESPACE EXPUNGE".split())
_LINE_LIMIT = 1 << 20


@dataclass
class Quirks:
    """How the server differs from Dovecot. All of it may be changed while it runs."""

    hidden: frozenset[str] = frozenset()
    """Capabilities that are not offered."""
    needs_id: bool = False
    """163: no folder is opened before ID."""
    drops_unknown: bool = False
    """QQ: a command that is not offered ends the connection."""
    refuses_charset: bool = False
    """Aliyun: every SEARCH with a CHARSET."""
    refuses_descending: bool = False
    """Tencent: every set of numbers that descends."""
    plain: bool = False
    """The connection begins in clear, as STARTTLS has it; it cannot turn to TLS."""
    refused: frozenset[str] = frozenset()
    """Commands that are answered with NO."""
    login_says: str = ""
    """What every LOGIN is refused with."""
    read_only: bool = False
    """Folders may be read only."""
    refused_uids: frozenset[int] = frozenset()
    """Mails whose text is not handed out."""
    finds_nothing_by_header: bool = False
    uidvalidity: str | None = None
    """Told instead of Dovecot's; "" for none at all."""
    renumbers: bool = False
    """Another UIDVALIDITY for every connection."""
    tells_uidnext: bool = True
    doubles_fetch: bool = False
    """QQ: every FETCH answer twice, with something unasked-for before."""
    cuts: list[int] = field(default_factory=list)
    """After how many bytes to the client the first connections end, one by one; 0 for never."""
    stalls_after: int = 0
    """After how many bytes to the client nothing more comes."""
    commands: list[str] = field(default_factory=list)
    """What was asked for, without what was said after LOGIN."""
    connections: int = 0
    sent: int = 0
    """Bytes to all clients."""


class QuirkProxy:
    """Takes connections with Dovecot's own certificate, at `port`, until it is closed."""

    def __init__(self, dovecot: Dovecot, quirks: Quirks) -> None:
        self.quirks = quirks
        self.host = dovecot.host
        self.ca_file = dovecot.ca_file
        self.port = 0
        self._dovecot = dovecot
        self._server_side = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._server_side.load_cert_chain(dovecot.root / "server.pem", dovecot.root / "server.key")
        self._client_side = ssl.create_default_context(cafile=str(dovecot.ca_file))
        self._loop = asyncio.new_event_loop()
        self._transports: set[asyncio.WriteTransport] = set()
        self._ready, self._done = threading.Event(), asyncio.Event()
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(self._serve(),), daemon=True)
        self._thread.start()
        assert self._ready.wait(10)

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._done.set)
        self._thread.join(10)
        self._loop.close()

    async def _serve(self) -> None:
        tls = None if self.quirks.plain else self._server_side
        server = await asyncio.start_server(self._take, "127.0.0.1", 0, ssl=tls, limit=_LINE_LIMIT)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._done.wait()
        server.close()
        for transport in self._transports:
            transport.abort()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.quirks.connections += 1
        ends = {writer.transport}
        self._transports |= ends
        try:
            above, below = await asyncio.open_connection(
                self._dovecot.host, self._dovecot.port, ssl=self._client_side, limit=_LINE_LIMIT
            )
            ends.add(below.transport)
            self._transports |= ends
            await _Connection(self.quirks, reader, writer, above, below).run()
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            for transport in ends:
                transport.abort()
            self._transports -= ends


class _Connection:
    """One client and the Dovecot behind it."""

    def __init__(
        self,
        quirks: Quirks,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        above: asyncio.StreamReader,
        below: asyncio.StreamWriter,
    ) -> None:
        self._quirks = quirks
        self._reader, self._writer = reader, writer
        self._above, self._below = above, below
        self._number = quirks.connections
        self._left = quirks.cuts.pop(0) if quirks.cuts else 0
        self._sent = 0
        self._said_id = False

    async def run(self) -> None:
        tasks = [asyncio.create_task(self._upwards()), asyncio.create_task(self._downwards())]
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    # commands

    async def _upwards(self) -> None:
        while line := await self._reader.readline():
            answer = self._judge(line)
            if answer is None:
                return
            if answer:
                await self._send(answer)
                continue
            self._below.write(line)
            while literal := _LITERAL.search(line):
                await self._below.drain()
                self._below.write(await self._reader.readexactly(int(literal[1])))
                line = await self._reader.readline()
                self._below.write(line)
            await self._below.drain()

    def _judge(self, line: bytes) -> bytes | None:
        """What is answered to a command at once: b"" for nothing, None to end the connection."""
        quirks = self._quirks
        match = _COMMAND.match(line)
        if match is None:
            return b""
        tag, uid, command, rest = match[1], match[2] or b"", match[3].upper(), match[4].strip()
        name = command.decode()
        quirks.commands.append(name if name == "LOGIN" else f"{uid.decode()}{name} {rest.decode('latin-1')}".strip())
        offered = {"EXPUNGE": "UIDPLUS"}.get(name, name)
        if command == b"ID":
            self._said_id = True
        unknown = command not in _PLAIN and (command not in _EXTENSIONS or offered in quirks.hidden)
        if unknown and quirks.drops_unknown:
            return None
        if unknown:
            return tag + b" BAD Unknown command\r\n"
        if quirks.needs_id and name in ("SELECT", "EXAMINE") and not self._said_id:
            return tag + b" NO " + command + b" Unsafe Login. Please contact kefu@188.com for help\r\n"
        if name == "LOGIN" and quirks.login_says:
            return tag + b" NO " + quirks.login_says.encode() + b"\r\n"
        if name in quirks.refused:
            return tag + b" NO not now\r\n"
        if quirks.refuses_charset and name == "SEARCH" and b"CHARSET" in rest.upper():
            return tag + b" BAD [BADCHARSET] CHARSET not supported\r\n"
        if quirks.refuses_descending and uid and name != "SEARCH":
            numbers = [int(number) for number in re.split(rb"[,:]", rest.split()[0])]
            if numbers != sorted(numbers):
                return tag + b" BAD descending\r\n"
        if quirks.finds_nothing_by_header and name == "SEARCH" and b"HEADER" in rest.upper():
            return b"* SEARCH\r\n" + tag + b" OK done\r\n"
        asked = rest.split()[0].split(b",") if name == "FETCH" and b"BODY" in rest else []
        if quirks.refused_uids & {int(number) for number in asked}:
            return tag + b" NO cannot be read\r\n"
        return b""

    # answers

    async def _downwards(self) -> None:
        while line := await self._above.readline():
            parts = [line]
            while literal := _LITERAL.search(parts[-1]):
                parts.append(await self._above.readexactly(int(literal[1])))
                parts.append(await self._above.readline())
            answer = self._altered(b"".join(parts))
            if answer and not await self._send(answer):
                return

    def _altered(self, answer: bytes) -> bytes:
        quirks = self._quirks
        if b"CAPABILITY" in answer[:200]:
            for name in quirks.hidden:
                answer = re.sub(rb" " + name.encode() + rb"(?=[ \]\r])", b"", answer)
        if quirks.read_only:
            answer = answer.replace(b"[READ-WRITE]", b"[READ-ONLY]")
        match = _UIDVALIDITY.search(answer[:200])
        if match and quirks.renumbers:
            return answer.replace(match[0], b"[UIDVALIDITY %d]" % (int(match[1]) + self._number))
        if match and quirks.uidvalidity is not None:
            if not quirks.uidvalidity:
                return b""
            return answer.replace(match[0], b"[UIDVALIDITY %s]" % quirks.uidvalidity.encode())
        if not quirks.tells_uidnext and _UIDNEXT.search(answer[:200]):
            return b""
        if quirks.doubles_fetch and _FETCH.match(answer):
            return b"* 1 FETCH (FLAGS (\\Seen))\r\n" + answer + b"* OK still here\r\n" + answer
        return answer

    async def _send(self, data: bytes) -> bool:
        """Send to the client; False when the connection is to end."""
        if self._quirks.stalls_after and self._sent + len(data) > self._quirks.stalls_after:
            await asyncio.sleep(3600)
        if self._left and self._sent + len(data) > self._left:
            self._writer.write(data[: self._left - self._sent])
            with contextlib.suppress(OSError):
                await self._writer.drain()
            return False
        self._sent += len(data)
        self._quirks.sent += len(data)
        self._writer.write(data)
        await self._writer.drain()
        return True
