"""Runs the office's cycle (collect, send) in a child that kills itself, as by kill -9, where it is told to.

    python -m tests.mail.kill_driver < jobs     # one job a line, as JSON; one answer a line

Nothing in the program knows of this: the functions that change a state are wrapped here, from outside. Every place before or
after such a change has a name (a point), and is counted. All libraries are loaded once; each job is a fork of its own.
"""

from __future__ import annotations

import datetime
import errno
import gc
import imaplib
import itertools
import json
import os
import signal
import smtplib
import sqlite3
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from lzxl.campaign.ledger import Ledger
from lzxl.mail.office import Office
from lzxl.mail.smtp import Sender

LATER = datetime.timedelta(minutes=11)
"""Between two cycles: longer than a letter is looked for before it is sent again."""
_STATE_COMMANDS = frozenset({"COPY", "STORE", "EXPUNGE", "MOVE", "CREATE"})
# Below these, a file is a state.
_FOLDERS = {"收件": "original", "待查": "held", "退回": "return", "待发邮件": "draft", "已发邮件": "gone"}
_WRITING = ("BEGIN", "INSERT", "UPDATE", "DELETE", "CREATE", "COMMIT")


@dataclass(frozen=True)
class Job:
    """What one child is to do."""

    root: str
    """The campaign."""
    now: str
    """ISO time of the first cycle."""
    source: str = ""
    """A folder with mails; "" for the mailbox."""
    cycles: int = 1
    point: str = ""
    """Where it is killed, "" for nowhere."""
    hit: int = 1
    """At which time that it comes there."""
    seconds: float = 0
    """It is killed after so long; 0 for never."""
    failing: int = 0
    """The write at which the disk is full, counted from 1; 0 for never."""
    is_full_for_good: bool = False
    """The disk stays full from then on."""
    command: list[str] = field(default_factory=list)
    """The command line that is run instead of the cycles."""
    summary: str = ""
    """Where the summary is written at the end, "" for nowhere."""
    counts: str = ""
    """A file that takes the points with how often each was come by, and the number of writes."""
    said: str = ""
    """A file that takes what is printed."""

    def text(self) -> str:
        return json.dumps(asdict(self))


class _Watch:
    """Counts points and writes, and strikes."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self.counts: Counter[str] = Counter()
        self.writes = 0

    def hit(self, point: str) -> None:
        self.counts[point] += 1
        if point == self._job.point and self.counts[point] == self._job.hit:
            os.kill(os.getpid(), signal.SIGKILL)

    def is_full(self) -> bool:
        """Whether the disk does not take the write that comes now."""
        self.writes += 1
        failing = self._job.failing
        return bool(failing) and (self.writes == failing or (self._job.is_full_for_good and self.writes > failing))

    def let_write(self, path: object = None) -> None:
        if self.is_full():
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), None if path is None else str(path))


def _kind(path: Path) -> str:
    """What a file is to the campaign, by the folder it is in; "" for what is no state (a cache, a temporary folder)."""
    if ".lzxl" in path.parts:
        return "mail" if path.parts[path.parts.index(".lzxl") + 1] == "mail" else ""
    return next((name for folder, name in _FOLDERS.items() if folder in path.parts), "")


def _is_cache(path: Path) -> bool:
    """Whether a file only saves time: where it cannot be written, the run goes on without a word (tests/campaign/test_cache)."""
    return any(pair == (".lzxl", "cache") for pair in itertools.pairwise(path.parts))


def _wrap_files(watch: _Watch) -> None:
    replace, write_bytes, mkdir, fsync = Path.replace, Path.write_bytes, Path.mkdir, os.fsync

    def watched_replace(self: Path, target: Path) -> Path:
        if _is_cache(Path(target)):
            return replace(self, target)
        watch.let_write(target)
        kind = _kind(Path(target))
        if not kind:
            return replace(self, target)
        watch.hit(f"put {kind}: before")
        moved = replace(self, target)
        watch.hit(f"put {kind}: after")
        return moved

    def watched_write(self: Path, data: bytes) -> int:
        if _is_cache(self):
            return write_bytes(self, data)
        kind = _kind(self)
        full, stop = watch.is_full(), f"write {kind}: half"
        if full or kind:
            write_bytes(self, data[: len(data) // 2])
            watch.hit(stop)
        if full:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self))
        return write_bytes(self, data)

    def watched_mkdir(self: Path, mode: int = 0o777, parents: bool = False, exist_ok: bool = False) -> None:
        if not self.is_dir() and not _is_cache(self):
            watch.let_write(self)
        mkdir(self, mode, parents, exist_ok)

    def watched_fsync(handle: int) -> None:
        watch.let_write()
        fsync(handle)

    Path.replace = watched_replace  # type: ignore[method-assign,assignment]
    Path.write_bytes = watched_write  # type: ignore[method-assign,assignment]
    Path.mkdir = watched_mkdir  # type: ignore[method-assign]
    os.fsync = watched_fsync  # type: ignore[assignment]


def _wrap_ledger(watch: _Watch) -> None:
    transaction = Ledger.transaction

    @contextmanager
    def watched(self: Ledger) -> Iterator[None]:
        # Named after the function that holds the `with`.
        name = sys._getframe(2).f_code.co_qualname.lstrip("_")
        with transaction(self):
            yield
            watch.hit(f"commit {name}: before")
        watch.hit(f"commit {name}: after")

    Ledger.transaction = watched  # type: ignore[method-assign]

    class Connection(sqlite3.Connection):
        def execute(self, statement: str, values: Any = (), /) -> sqlite3.Cursor:
            self._look(statement)
            return super().execute(statement, values)

        def executemany(self, statement: str, values: Any, /) -> sqlite3.Cursor:
            self._look(statement)
            return super().executemany(statement, values)

        def _look(self, statement: str) -> None:
            if statement.upper().startswith(_WRITING) and watch.is_full():
                raise sqlite3.OperationalError("database or disk is full")

    connect = sqlite3.connect

    def watched_connect(path: Any, **options: Any) -> sqlite3.Connection:
        return connect(path, factory=Connection, **options)

    sqlite3.connect = watched_connect  # type: ignore[assignment]


def _wrap_imap(watch: _Watch) -> None:
    command: Callable[..., bytes] = imaplib.IMAP4._command  # type: ignore[attr-defined]
    complete: Callable[..., Any] = imaplib.IMAP4._command_complete  # type: ignore[attr-defined]

    def name_of(name: str, arguments: tuple[Any, ...]) -> str:
        return str(arguments[0] if name == "UID" else name).upper()

    def watched_command(self: imaplib.IMAP4, name: str, *arguments: Any) -> bytes:
        self.watched_name = name_of(name, arguments)  # type: ignore[attr-defined]
        if self.watched_name in _STATE_COMMANDS:
            watch.hit(f"{self.watched_name}: before")
        return command(self, name, *arguments)

    def watched_complete(self: imaplib.IMAP4, name: str, tag: bytes) -> Any:
        said = self.watched_name
        if said not in _STATE_COMMANDS:
            return complete(self, name, tag)
        watch.hit(f"{said}: sent")
        answer = complete(self, name, tag)
        watch.hit(f"{said}: after")
        return answer

    imaplib.IMAP4._command = watched_command  # type: ignore[attr-defined]
    imaplib.IMAP4._command_complete = watched_complete  # type: ignore[attr-defined]


def _wrap_smtp(watch: _Watch) -> None:
    send, send_letter = smtplib.SMTP.send, Sender.send

    def watched_send(self: smtplib.SMTP, data: Any) -> None:
        if isinstance(data, str) or len(data) < 200:
            name = {"MAI": "MAIL", "RCP": "RCPT", "DAT": "DATA", ".\r\n": "dot"}.get(
                (data if isinstance(data, str) else data.decode("ascii", "replace"))[:3].upper()
            )
            if name is None:
                send(self, data)
                return
            watch.hit(f"{name}: before")
            send(self, data)
            watch.hit(f"{name}: sent")
            return
        watch.hit("content: before")
        send(self, data[: len(data) // 2])
        watch.hit("content: half")
        send(self, data[len(data) // 2 :])
        watch.hit("content: after")

    def watched_letter(self: Sender, *arguments: Any, **named: Any) -> Any:
        outcome = send_letter(self, *arguments, **named)
        watch.hit(f"answered {outcome.state}: after")
        return outcome

    smtplib.SMTP.send = watched_send  # type: ignore[method-assign,assignment]
    Sender.send = watched_letter  # type: ignore[method-assign]


def _work(job: Job) -> int:
    """What the child does; its exit code."""
    watch = _Watch(job)
    now = datetime.datetime.fromisoformat(job.now)
    try:
        for wrap in (_wrap_files, _wrap_ledger, _wrap_imap, _wrap_smtp):
            wrap(watch)
        _do_not_wait()
        if job.command:
            return _run_command(job, now)
        from lzxl.campaign.folder import Campaign

        for number in range(job.cycles):
            with Office(Campaign(Path(job.root)), now + number * LATER) as office:
                office.collect([Path(job.source)] if job.source else None)
                office.send()
        if job.summary:
            from lzxl.api import consolidate

            consolidate(Campaign(Path(job.root)), job.summary)
        return 0
    finally:
        if job.counts:
            counts = {"points": watch.counts, "writes": watch.writes}
            Path(job.counts).write_text(json.dumps(counts, ensure_ascii=False), encoding="utf-8")


def _do_not_wait() -> None:
    """A lost connection is tried again at once: how long to wait is no part of what is shown here."""
    from lzxl.mail.imap import Mailbox

    begin = Mailbox.__init__

    def at_once(self: Mailbox, *arguments: Any, **named: Any) -> None:
        begin(self, *arguments, **{"waits": (0, 0, 0), **named})

    Mailbox.__init__ = at_once  # type: ignore[method-assign]


def _run_command(job: Job, now: datetime.datetime) -> int:
    """The program's own command line, at the time that the job says."""
    from lzxl.cli.main import run

    begin = Office.__init__

    def at_that_time(self: Office, campaign: Any, _: Any = None, **more: Any) -> None:
        begin(self, campaign, now, **more)

    Office.__init__ = at_that_time  # type: ignore[method-assign,assignment]
    return run(job.command)


def _child(job: Job) -> int:
    """The exit code of a fork that works on a job; negative for a signal."""
    pid = os.fork()
    if pid:
        if job.seconds:
            time.sleep(job.seconds)
            os.kill(pid, signal.SIGKILL)
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    code = 99
    try:
        said = os.open(job.said or os.devnull, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        for handle in (1, 2):
            os.dup2(said, handle)
        code = _work(job)
    except BaseException:
        import traceback

        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _load() -> None:
    """Load what every child needs. Nothing is computed with frames here: their threads do not survive a fork."""
    import imapclient  # type: ignore[import-untyped]  # noqa: F401
    import openpyxl  # noqa: F401

    import lzxl.api
    import lzxl.cli.collect
    import lzxl.mail.imap
    import lzxl.mail.message
    import lzxl.summary
    import lzxl.workbook.writing.mark  # noqa: F401
    from lzxl.checks.schema import frame_schema
    from lzxl.forms.load import load_forms

    for form in load_forms().values():
        for sheet in form.sheets:
            frame_schema(form.id, form.scheme, sheet.name)
    gc.freeze()


def main() -> None:
    _load()
    for line in sys.stdin:
        print(_child(Job(**json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
