"""A small bureau with real mail servers, what the units send it, and its whole end state: what must be equal however often
the program was killed, cut off or left without disk.
"""

from __future__ import annotations

import datetime
import email
import email.policy
import hashlib
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from lzxl.campaign.folder import Campaign
from lzxl.mail.office import Office
from lzxl.mail.outbox import as_sent
from tests.campaign.office import filled, no_channel, open_campaign
from tests.mail.dovecot import PASSWORD, Dovecot
from tests.mail.kill_driver import LATER, Job
from tests.mail.letters_to_parse import zipped
from tests.mail.quirks import QuirkProxy, Quirks
from tests.mail.smtp_sink import Authority, Collected, SmtpSink

ROOT = Path(__file__).parents[2]
OFFICE = "lzb@example.gov.cn"
NOW = datetime.datetime(2026, 11, 18, 9, 30, tzinfo=datetime.timezone(datetime.timedelta(hours=8)))
UNITS = ("HB01", "HB02", "HB03", "HB04")
MODES = ("move", "copy", "folder")
"""A server with MOVE; one without, so that mails are copied and expunged; a folder with .eml files."""
SENT_FOLDER, FILED = "Outbox", "已处理"
KILLED = -9
_WHOLE = email.policy.SMTP
_DATE = re.compile(rb"^Date: [^\r\n]*\r\n", re.MULTILINE)
_OWN_ID = re.compile(rb"^Message-ID:\s*(<lzxl\.[^>\s]+>)", re.MULTILINE | re.IGNORECASE)


def unit(code: str) -> str:
    """The address that the roster has for a unit."""
    return f"{code.lower()}@yunze-hbj.example"


def letter(number: int, sender: str, *files: tuple[str, bytes], text: str = "请查收。", **headers: str) -> bytes:
    """A mail to the office, `number` minutes after nine."""
    mail = EmailMessage(policy=_WHOLE)
    mail["Received"] = f"from unit by mx; Wed, 18 Nov 2026 09:{number % 60:02d}:00 +0800"
    told = {"From": sender, "To": OFFICE, "Subject": "报送", "Message-ID": f"<{number}@unit.example>"}
    for name, value in {**told, **{name.replace("_", "-"): value for name, value in headers.items()}}.items():
        mail[name] = value
    mail.set_content(text)
    for name, data in files:
        mail.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    # The boundary is drawn by lot.
    boundary = (mail.get_boundary() or "").encode()
    raw = mail.as_bytes()
    boundary = (mail.get_boundary() or "").encode() or boundary
    return raw.replace(boundary, b"=_b%d" % number) if boundary else raw


def bounce(number: int, message_id: str) -> bytes:
    """A server says that a letter of ours did not arrive."""
    lines = [
        f"Received: from mx by mx; Wed, 18 Nov 2026 09:{number:02d}:00 +0800",
        "From: MAILER-DAEMON@mx.example",
        f"To: {OFFICE}",
        "Subject: Undelivered",
        f"Message-ID: <{number}@mx.example>",
        'Content-Type: multipart/report; report-type=delivery-status; boundary="=_r"',
        "",
        "--=_r",
        "Content-Type: text/plain",
        "",
        "The mail could not be delivered.",
        "--=_r",
        "Content-Type: message/delivery-status",
        "",
        "Reporting-MTA: dns; mx.example",
        "",
        "Final-Recipient: rfc822; a@b.example",
        "Action: failed",
        "Status: 5.1.1",
        "",
        "--=_r",
        "Content-Type: text/rfc822-headers",
        "",
        f"Message-ID: {message_id}",
        "",
        "--=_r--",
        "",
    ]
    return "\r\n".join(lines).encode()


def set_mail(root: Path, **settings: str) -> None:
    """Replace settings of [mail] in lzxl.toml; values as TOML writes them."""
    path = root / "lzxl.toml"
    lines = path.read_text(encoding="utf-8").splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith("[mail]"))
    for name, value in settings.items():
        lines = [line for line in lines if not re.match(rf"(# )?{name} =", line)]
        lines.insert(start + 1, f"{name} = {value}")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


class Driver:
    """The process that runs the jobs (`tests.mail.kill_driver`)."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.mail.kill_driver"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "LZXL_MAIL_PASSWORD": PASSWORD},
        )
        self._lock = threading.Lock()

    def run(self, job: Job) -> int:
        """The exit code of a job; KILLED if it was."""
        assert self._process.stdin is not None and self._process.stdout is not None
        with self._lock:
            self._process.stdin.write(job.text() + "\n")
            self._process.stdin.flush()
            return int(self._process.stdout.readline())

    def close(self) -> None:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait(60)


@dataclass(frozen=True)
class EndState:
    """Everything that is left when all is done, without the times at which it was done."""

    tables: dict[str, list[tuple[Any, ...]]]
    files: dict[str, str]
    litter: list[str]
    folders: dict[str, Counter[str]]
    sent: list[tuple[tuple[str, ...], str]]
    summary: dict[str, Any]

    def differences(self, other: EndState, may_collapse: bool = False, besides: Collection[str] = ()) -> list[str]:
        """What is otherwise here than in `other`, the state of a run that was never disturbed. Nothing if they are equal.

        `may_collapse`: of mails that are the same to the byte, one copy does in the folder of those that are dealt with.
        `besides`: tables that are not looked at.
        """
        found = []
        for name, rows in other.tables.items():
            if name in besides:
                continue
            found += [f"{name} lacks {row}" for row in rows if row not in self.tables[name]]
            found += [f"{name} has {row}" for row in self.tables[name] if row not in rows]
            if len(rows) != len(self.tables[name]):
                found.append(f"{name}: {len(self.tables[name])} rows, not {len(rows)}")
        for path in sorted({*self.files, *other.files}):
            if self.files.get(path) != other.files.get(path):
                found.append(f"{path}: {self.files.get(path)}, not {other.files.get(path)}")
        found += [f"left over: {path}" for path in self.litter]
        for name, mails in other.folders.items():
            here = self.folders[name]
            for key in sorted({*here, *mails}):
                fine = 1 <= here[key] <= mails[key] if may_collapse and mails[key] else here[key] == mails[key]
                if not fine:
                    found.append(f"{name}: {here[key]} times {key}, not {mails[key]}")
        if self.sent != other.sent:
            found.append(f"sent {self.sent}, not {other.sent}")
        for cell in sorted({*self.summary, *other.summary}) if self.summary else ():
            if self.summary.get(cell) != other.summary.get(cell):
                found.append(f"summary {cell}: {self.summary.get(cell)!r}, not {other.summary.get(cell)!r}")
        return found


@dataclass
class Trial:
    """One campaign with a mailbox of its own."""

    world: World
    root: Path
    user: str
    mode: str
    mails: tuple[bytes, ...]

    @property
    def source(self) -> str:
        """The folder with mails; "" where they come from the mailbox."""
        return str(self.root.parent / "来信") if self.mode == "folder" else ""

    def job(self, **what: Any) -> Job:
        return replace(Job(str(self.root), NOW.isoformat(), source=self.source), **what)

    def run(self, **what: Any) -> int:
        """Run a job; then wait until the servers have dealt with what they got from it."""
        self.world.at_work = self
        code = self.world.driver.run(self.job(**what))
        self.world.settle()
        return code

    def said(self, **what: Any) -> tuple[int, str]:
        """Exit code and what was printed."""
        path = self.root.parent / "said"
        code = self.run(said=str(path), **what)
        return code, path.read_text(encoding="utf-8")

    def command(self, *arguments: str, **what: Any) -> tuple[int, str]:
        """The program's command line."""
        return self.said(command=["-C", str(self.root), *arguments], **what)

    def collect_and_send(self, **what: Any) -> tuple[int, str]:
        return self.command("collect", *([self.source] if self.source else []), "--send", **what)

    def finish(self, has_summary: bool = True) -> int:
        """Run undisturbed until nothing is left to do: once more for what was cut short, once more for our own copies."""
        later = (NOW + LATER).isoformat()
        return self.run(now=later, cycles=2, summary=str(self.root.parent / "summary.xlsx") if has_summary else "")

    def sent(self) -> list[Collected]:
        return [mail for user, mail in self.world.accepted if user == self.user]

    def end_state(self) -> EndState:
        assert self.world.dovecot is not None
        own = {_sha(raw): raw for raw in self.mails}
        raws = {path.stem: path.read_bytes() for path in (self.root / ".lzxl" / "mail").rglob("*.eml")}
        labels = {sha: sha[:12] if sha in own else _label(raw) for sha, raw in raws.items()}
        files = {f".lzxl/mail/{label}": "" for label in labels.values()}
        for folder in ("收件", "退回", "待查", "文书"):
            for path in sorted((self.root / folder).rglob("*")):
                if path.is_file():
                    data = path.read_bytes()
                    told = _DATE.sub(b"", data) if path.suffix == ".eml" else data
                    files[path.relative_to(self.root).as_posix()] = _sha(told)[:12]
        litter = [
            path.relative_to(self.root).as_posix()
            for path in self.root.rglob("*")
            if path.name.endswith(".tmp") or path.name.startswith("working-")
        ]
        folders = {}
        for name in ("INBOX", FILED, SENT_FOLDER):
            there = self.world.dovecot.mails(self.user, name) if name in self.folders() else []
            folders[name] = Counter(_sha(raw)[:12] if _sha(raw) in own else _label(raw) for raw in there)
        sent = sorted((mail.recipients, _sha(_DATE.sub(b"", mail.raw, count=1))[:12]) for mail in self.sent())
        return EndState(self._tables(labels, set(own)), files, litter, folders, sent, self._summary())

    def folders(self) -> set[str]:
        assert self.world.dovecot is not None
        return self.world.dovecot.folders(self.user)

    def _tables(self, labels: dict[str, str], known: set[str]) -> dict[str, list[tuple[Any, ...]]]:
        rows: dict[str, list[dict[str, Any]]] = {}
        connection = sqlite3.connect(self.root / ".lzxl" / "ledger.sqlite")
        connection.row_factory = sqlite3.Row
        try:
            for name in ("receipts", "messages", "parts", "letters", "answers", "places"):
                rows[name] = [dict(row) for row in connection.execute(f"SELECT * FROM {name}")]
        finally:
            connection.close()
        for row in rows["messages"]:
            # Our own copies come back when they come, with lines of the server's before them.
            times = {} if row["sha256"] in known else {"received": "", "size": 0}
            row.update(times, sha256=labels[row["sha256"]], account=bool(row["account"]))
        for row in rows["parts"]:
            if row["message"] not in known:
                row.update(size=0)
            row.update(message=labels.get(row["message"], row["message"]))
        for row in rows["letters"]:
            path = self.root / row["file"]
            is_same = path.is_file() and _sha(path.read_bytes()) == row["sha256"]
            row.update(changed="", written="", sha256="as built" if is_same else "otherwise")
        for row in rows["places"]:
            row.update(account=bool(row["account"]), uidvalidity="", uid="", sha256=labels[row["sha256"]])
        return {name: sorted((tuple(row.values()) for row in table), key=repr) for name, table in rows.items()}

    def _summary(self) -> dict[str, Any]:
        path = self.root.parent / "summary.xlsx"
        if not path.is_file():
            return {}
        data = path.read_bytes()
        if _sha(data) not in self.world.summaries:
            self.world.summaries[_sha(data)] = cells_of(path)
        return self.world.summaries[_sha(data)]


@dataclass
class World:
    """Servers, a campaign to copy, the mails, and the driver. A context manager."""

    base: Path
    dovecot: Dovecot
    mails: tuple[bytes, ...] = ()
    accepted: list[tuple[str, Collected]] = field(default_factory=list)
    """What the SMTP server took, for the user whose program sent it."""
    summaries: dict[str, dict[str, Any]] = field(default_factory=dict)
    """The cells of a summary, by the hash of its bytes."""
    at_work: Trial | None = None
    _busy: int = 0
    _number: int = 0

    def __enter__(self) -> World:
        with ExitStack() as stack:
            self.driver = Driver()
            stack.callback(self.driver.close)
            self.proxy = QuirkProxy(self.dovecot, Quirks(hidden=frozenset({"MOVE"})))
            stack.callback(self.proxy.close)
            keys = Authority(self.dovecot.ca_file, self.dovecot.root / "server.pem", self.dovecot.root / "server.key")
            self.sink = stack.enter_context(SmtpSink(keys, deliver=self._deliver))
            self.template = self.base / "template"
            self.mails = self._prepare(self.template)
            self._baselines: dict[tuple[str, tuple[bytes, ...]], EndState] = {}
            self._points: dict[tuple[str, tuple[bytes, ...]], dict[str, int]] = {}
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *exception: object) -> None:
        self._stack.close()

    # the servers

    def _deliver(self, mail: Collected) -> None:
        """What a mail server does with a letter: both to the unit and, as a copy, to the office, or neither."""
        trial = self.at_work
        assert trial is not None
        self._busy += 1
        try:
            if trial.mode == "folder":  # a server that keeps what it sends
                self.dovecot.put(trial.user, mail.raw, folder=SENT_FOLDER)
            elif OFFICE in mail.recipients:
                self.dovecot.deliver(trial.user, mail.raw)
            self.accepted.append((trial.user, mail))
        finally:
            self._busy -= 1

    def settle(self) -> None:
        """Wait until the servers have noticed that a child is gone, and done what it had asked for."""
        for _ in range(400):
            open_ = [one for one in self.sink._protocols if one.transport and not one.transport.is_closing()]
            if not self._busy and not open_ and not self.proxy._transports:
                break
            time.sleep(0.005)
        self.sink._protocols.clear()

    # campaigns

    def _prepare(self, root: Path) -> tuple[bytes, ...]:
        """Make the campaign that trials copy, with letters that went out the day before; what the units send it."""
        open_campaign(root, UNITS)
        set_mail(root, address=f'"{OFFICE}"')
        with Office(Campaign(root), NOW - datetime.timedelta(days=1)) as office:
            reminders = [office.outbox._gone(one).letter for one in office.remind(at_once=True).written.letters]
        mails = units_send(bounced=reminders[2].message_id, own=as_sent((root / reminders[0].file).read_bytes()))
        # How the workbooks read: so that a trial need not start another process to read them.
        warm = self.base / "warm"
        shutil.copytree(root, warm)
        source = self.base / "warm-mails"
        source.mkdir()
        for number, raw in enumerate(mails):
            (source / f"{number:02d}.eml").write_bytes(raw)
        job = Job(str(warm), NOW.isoformat(), command=["-C", str(warm), "collect", str(source)])
        assert self.driver.run(job) in (0, 1, 3)
        shutil.copytree(warm / ".lzxl" / "cache", root / ".lzxl" / "cache", dirs_exist_ok=True)
        return mails

    def trial(
        self,
        mode: str,
        mails: Sequence[bytes] | None = None,
        server: Dovecot | QuirkProxy | None = None,
        cold: bool = False,
    ) -> Trial:
        """A fresh campaign, and a mailbox or a folder with mails.

        `cold`: nothing is known of how the workbooks read.
        """
        self._number += 1
        folder = self.base / f"trial{self._number}"
        shutil.copytree(self.template, folder / "campaign")
        if cold:
            shutil.rmtree(folder / "campaign" / ".lzxl" / "cache")
        user = self.dovecot.new_user()
        given = tuple(self.mails if mails is None else mails)
        trial = Trial(self, folder / "campaign", user, mode, given)
        server = server or (self.proxy if mode == "copy" else self.dovecot)
        assert self.sink.server.security == "tls"
        set_mail(
            trial.root,
            user=f'"{user}"',
            imap=f'"tls://{server.host}:{server.port}"',
            smtp=f'"tls://localhost:{self.sink.port}"',
            ca_file=f'"{self.dovecot.ca_file}"',
        )
        self.sink.login = (user, PASSWORD)
        self.at_work = trial
        with self.dovecot.client(user, "") as client:
            client.create_folder(SENT_FOLDER)
            if mode != "folder":
                for number, raw in enumerate(given):
                    client.append("INBOX", raw, (), NOW - datetime.timedelta(minutes=90 - number))
        if mode == "folder":
            source = Path(trial.source)
            source.mkdir()
            for number, raw in enumerate(given):
                (source / f"{number:02d}.eml").write_bytes(raw)
                os.utime(source / f"{number:02d}.eml", (NOW.timestamp() + number, NOW.timestamp() + number))
        return trial

    def drop(self, trial: Trial) -> None:
        """Forget a trial: there are many."""
        shutil.rmtree(trial.root.parent)
        shutil.rmtree(self.dovecot.root / "home" / trial.user, ignore_errors=True)

    def undisturbed(self, mode: str, mails: tuple[bytes, ...] | None = None) -> EndState:
        """The end state of a run that nothing disturbed."""
        key = (mode, mails or self.mails)
        if key not in self._baselines:
            trial = self.trial(mode, mails)
            counts = trial.root.parent / "counts.json"
            assert trial.run(counts=str(counts)) == 0
            self._points[key] = json.loads(counts.read_text(encoding="utf-8"))["points"]
            assert trial.finish() == 0
            self._baselines[key] = trial.end_state()
        return self._baselines[key]

    def points(self, mode: str) -> dict[str, int]:
        """Every point that a first cycle comes by, with how often."""
        self.undisturbed(mode)
        return self._points[mode, self.mails]

    def duration(self, mode: str) -> float:
        """How many seconds a first cycle takes."""
        trial = self.trial(mode)
        began = time.monotonic()
        trial.run()
        seconds = time.monotonic() - began
        self.drop(trial)
        return seconds

    def killed(
        self, mode: str, what: dict[str, Any], cold: bool = False, has_summary: bool = True
    ) -> tuple[bool, list[str]]:
        """Kill a run, let it be repeated until done; whether it died, and what is otherwise than had it lived.

        `has_summary`: the summary is made and compared too. It is made of 收件 alone, which is compared anyway.
        """
        wanted = self.undisturbed(mode)
        trial = self.trial(mode, cold=cold)
        code = trial.run(**what)
        again = trial.finish(has_summary)
        found = trial.end_state().differences(wanted, may_collapse=mode == "copy")
        if has_summary and not again and not (trial.root.parent / "summary.xlsx").is_file():
            found.append("no summary")
        if again:
            found.append(f"the next run ended with {again}")
        if code not in (0, KILLED):
            found.append(f"ended with {code}")
        if not found:
            self.drop(trial)
        return code == KILLED, found


def cut_off(world: World, step: int, times: int, proxy: QuirkProxy) -> list[tuple[bool, list[str]]]:
    """Cut the connection after every `step` bytes, `times` times over; of each run, whether it was cut, and what is
    otherwise at the end than had it not been.

    What has arrived by then is checked without the rest: so no unit sends two versions here, and no mail lies there twice.
    """
    others = [letter(number, unit("HB03"), text="表已寄出。") for number in (9, 10)]
    mails = (*world.mails[:2], *others, *world.mails[4:])
    whole = world.trial("move", mails, proxy)
    proxy.quirks.sent = 0
    assert whole.run() == 0
    total = proxy.quirks.sent
    world.drop(whole)
    results = []
    for size in range(step, total, step):
        trial = world.trial("move", mails, proxy)
        proxy.quirks.cuts[:] = [size] * times
        code, said = trial.collect_and_send()
        was_cut = len(proxy.quirks.cuts) < times
        proxy.quirks.cuts.clear()
        again = trial.finish(has_summary=False)
        found = trial.end_state().differences(world.undisturbed("move", mails))
        if code not in (0, 1, 3) or again or "程序内部" in said:
            found.append(f"cut after {size}: ended with {code} and {again}: {said}")
        results.append((was_cut, found))
        world.drop(trial)
    return results


def number_of_writes(world: World) -> int:
    """How often a run with the mails of `disk_full_at` writes something."""
    trial = world.trial("move", world.mails[:2])
    counts = trial.root.parent / "counts.json"
    trial.collect_and_send(counts=str(counts))
    return int(json.loads(counts.read_text(encoding="utf-8"))["writes"])


def disk_full_at(world: World, number: int, for_good: bool) -> list[str]:
    """Let the disk be full at a write, and `for_good` at all that follow; what is not as it should be."""
    mails = world.mails[:2]
    trial = world.trial("move", mails)
    code, said = trial.collect_and_send(failing=number, is_full_for_good=for_good)
    found = []
    lines = [line for line in said.splitlines() if line.startswith("错误：")]
    if code != 3 or len(lines) != 1 or not re.search("磁盘空间|收件台账", lines[0]) or "Traceback" in said:
        found.append(f"ended with {code}: {said}")
    found += [f"left over: {path}" for path in trial.root.rglob("*.tmp")]
    if trial.finish(has_summary=False):
        found.append("the next run does not complete")
    found += trial.end_state().differences(world.undisturbed("move", mails))
    if not found:
        world.drop(trial)
    return found


def units_send(bounced: str, own: bytes) -> tuple[bytes, ...]:
    """The mails of a morning: every sort that the office meets."""
    good, other = filled("HB01"), filled("HB01", day=12)
    first = letter(1, unit("HB01"), ("预警台账.xlsx", good))
    return (
        first,
        letter(2, unit("HB02"), ("预警台账.xlsx", filled("HB02", spoil=no_channel))),  # is returned
        first,  # the same mail twice
        letter(3, unit("HB01"), ("改.xlsx", other), Message_ID="<1@unit.example>"),  # another, with its Message-ID
        letter(4, "somebody@qq.example", ("台账.xlsx", filled("HB04"))),  # is held
        letter(5, unit("HB03"), ("报送.zip", zipped({"台账.xlsx": filled("HB03"), "说明.txt": b"none"}))),
        letter(6, unit("HB02"), text="表格见昨天的传真。"),  # nothing in it
        bounce(7, bounced),
        own,
        letter(8, unit("HB02"), text="我在休假。", Auto_Submitted="auto-replied"),
    )


def cells_of(path: Path) -> dict[str, Any]:
    """Every cell of a workbook that is not empty, by sheet and place."""
    book = load_workbook(path)
    return {
        f"{sheet.title}!{cell.coordinate}": cell.value
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    }


def kills(points: dict[str, int]) -> Iterator[dict[str, Any]]:
    """Every point, at its first, second, third and last time."""
    for point, times in sorted(points.items()):
        for hit in sorted({1, 2, 3, times}):
            if hit <= times:
                yield {"point": point, "hit": hit}


def counted(say: Callable[[str], None], title: str, results: Sequence[tuple[bool, list[str]]], began: float) -> int:
    """Print the figures of a series of kills; how many did not end as they should."""
    wrong = [found for _, found in results if found]
    say(
        f"{title}: {len(results)} runs, {sum(died for died, _ in results)} killed,"
        f" {len(wrong)} ended otherwise, {time.monotonic() - began:.0f} s"
    )
    return len(wrong)


def _sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _label(raw: bytes) -> str:
    """What a mail is called that the servers have put lines before."""
    match = _OWN_ID.search(raw)
    return f"own {match[1].decode()}" if match else _sha(raw)[:12]
