"""Takes mails in: the mail itself first, whole and under its hash; then what is in it, as any other files that arrive.

Every step is a state in the ledger and may be repeated; a run that was cut short is completed by the next one.
"""

from __future__ import annotations

import datetime
import hashlib
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from lzxl.campaign.clock import BEIJING
from lzxl.campaign.collect import Intake, as_it_stands, take_in
from lzxl.campaign.ledger import Receipt
from lzxl.campaign.places import HELD, WORKING
from lzxl.campaign.sources import Arrived, in_batches
from lzxl.errors import MailError, OutputError
from lzxl.files import output_to, store_durably, writing
from lzxl.mail.entries import Message, Part, Posted
from lzxl.mail.headers import normal_address
from lzxl.mail.model import Fetched, Mail, Place, Source
from lzxl.mail.ole import OLE
from lzxl.mail.opened import Opened, OpenedFile, Opener
from lzxl.mail.origin import instance_of
from lzxl.mail.register import Register
from lzxl.mail.remedies import ASKS, BODY, SEND_AGAIN, SEND_WORKBOOK
from lzxl.states import FileState, LetterState, MailState

if TYPE_CHECKING:
    from lzxl.campaign.folder import Campaign
    from lzxl.campaign.standing import Standing

# Mails whose files are held in memory at a time: so many, or fewer if their files are large.
_BATCH = 200
_BATCH_BYTES = 48 * 1024 * 1024
# What the files of opened mails may take in the working folder; mails beyond that are opened once more when it is their turn.
_MOST_OPENED = 1024 * 1024 * 1024
# No filing of a round is older; a clock that says so is wrong.
_OLDEST = datetime.timedelta(days=730)
_TOO_LARGE = "邮件太大（{size:.0f} MB），未下载"
WHOLE_MAIL = "整封邮件"
_SEND_SMALLER = "来信过大，未收取。请只发送要报送的表格，去掉图片等其他附件后重新发送。"


@dataclass
class Taken:
    """What a run took in."""

    files: list[Intake] = field(default_factory=list)
    """What became of files that came without a mail, in their order."""
    left_behind: list[str] = field(default_factory=list)
    """Where files lay that programs left behind: they are no submissions, and nothing became of them."""
    messages: list[Message] = field(default_factory=list)
    """The mails that this run dealt with, in the order in which they came in."""
    parts: dict[str, list[Part]] = field(default_factory=dict)
    """sha256 of a mail → what was in it."""
    intakes: dict[tuple[str, int], Intake] = field(default_factory=dict)
    """(sha256 of a mail, number of a part) → what this run made of it."""
    trouble: MailError | OutputError | None = None
    """What kept the run from fetching all mails; those that it has were dealt with."""
    known: int = 0
    """How many mails of the sources were known before."""

    bounced: list[Posted] = field(default_factory=list)
    """Letters of ours that a mail of this run says did not arrive."""
    copies: int = 0
    """How many mails were the office's own copies of its letters: they are not among the messages."""

    def stand_as(self, campaign: Campaign, standing: Standing, register: Register) -> None:
        """Say of everything how it stands now that all of it is in."""
        self.files = [as_it_stands(intake, campaign, standing) for intake in self.files]
        self.intakes = {key: as_it_stands(intake, campaign, standing) for key, intake in self.intakes.items()}
        self.messages = [register.message(message.sha256) or message for message in self.messages]
        self.parts = {sha256: register.parts_of(sha256) or parts for sha256, parts in self.parts.items()}


class MailIntake:
    """One run over a campaign. It needs the campaign's lock (`lzxl.campaign.lock`)."""

    def __init__(
        self,
        campaign: Campaign,
        register: Register,
        now: datetime.datetime,
        received: datetime.date | None = None,
        progress: Callable[[int, int], None] | None = None,
    ) -> None:
        """`now`: by the office's clock. `received`: the day for what does not tell when it came in; today by default."""
        self._campaign = campaign
        self._register = register
        self._now = now
        self._received = received
        self._today = received or now.date()
        self._count = 0
        self._progress = progress
        self._taken = Taken()
        self._opened: dict[str, Opened] = {}
        """By sha256: mails that have been opened, and not entered yet."""
        self._places: dict[str, list[Place]] = {}
        self._again: set[str] = set()
        """Mails that were filed before, and lie where mails come in once more."""
        self._waiting: list[tuple[Message, list[Part]]] = []
        """Mails whose files are stored, and will be judged with the round."""
        self._has_taken_in = False
        self._by_address = units_by_address(campaign)

    def take(self, sources: Iterable[Source], files: Iterable[Arrived] = ()) -> Taken:
        """Take in all mails of `sources`, all that an earlier run has not finished, and `files` that came without one.

        Nothing is judged yet (`conclude`), answered or filed. Where a mailbox cannot be reached to the end, or the disk does
        not take a mail, that is the result's `trouble`.
        """
        taken = self._taken = Taken()

        def is_known(place: Place) -> bool:
            known = self._register.is_placed(place)
            taken.known += known
            return known

        try:
            for source in sources:
                for fetched in source.fetch(is_known):
                    self._keep(fetched)
        except (MailError, OutputError) as error:
            taken.trouble = error
        with self._opener() as opener:
            mails = self._sort(opener)
            for together in in_batches(as_mailed(self._register, self._by_address, one) for one in files):
                if together:
                    self._enter((), together, taken)
            for batch in self._batches(mails, opener):
                self._enter(batch, (), taken)
                for _, opened in batch:
                    opened.clear()
        return taken

    @contextmanager
    def _opener(self) -> Iterator[Opener]:
        """What opens mails, with a working folder that is gone afterwards."""
        config, root = self._campaign.config, self._campaign.root
        with ExitStack() as stack:
            with output_to(root):
                folder = tempfile.TemporaryDirectory(prefix=WORKING, dir=root / ".lzxl", ignore_cleanup_errors=True)
            stack.enter_context(folder)
            instance = instance_of(config.mail.address, config.bureau)
            yield stack.enter_context(Opener(Path(folder.name), config.mail.authserv, instance))

    def file_away(self, source: Source) -> None:
        """Take the mails of a source that are dealt with out of the way there."""
        here = {source.account, ""}
        lying = {message: self._places_of(message.sha256) for message in self._register.messages(MailState.ANSWERED)}
        done = [
            message
            for message, places in lying.items()
            if {message.account, *(place.account for place in places)} <= here
        ]
        away = [place for message in done for place in lying[message] if place.account == source.account]
        if away:
            source.file_away(away)
        with self._register.transaction():
            self._register.set_state(done, MailState.FILED)
            if source.account and not self._campaign.config.mail.keep:
                # Nothing is to lie there any more. A server whose index was restored may give the number to a new mail.
                self._register.forget_places({message.sha256 for message in done} - self._again)

    def _places_of(self, sha256: str) -> list[Place]:
        return list(dict.fromkeys([*self._places.get(sha256, ()), *self._register.places_of(sha256)]))

    def _keep(self, fetched: Fetched) -> None:
        """Store a mail whole, then enter it: either it is in the ledger with its bytes, or it is fetched again."""
        place = fetched.place
        # Of what was too large to be fetched, the header tells, wherever it lies; of an Outlook file, only its place.
        told = fetched.raw or f"{place.account}/{place.folder}/{place.uidvalidity}/{place.uid}".encode()
        sha256 = _digest(told + b"%d" % fetched.too_large if fetched.too_large else fetched.raw)
        self._places.setdefault(sha256, []).append(place)
        known = self._register.message(sha256)
        if known is None:
            store_durably(mail_path(self._campaign, sha256), fetched.raw)
        with self._register.transaction():
            if known is None:
                self._register.put([_new_message(sha256, self._dated(fetched))])
            else:
                self._taken.known += 1
            if (
                known is not None and known.state == MailState.FILED
            ):  # it could not be moved, or the mailbox was restored: it is filed again
                self._again.add(sha256)
                self._register.set_state([known], MailState.ANSWERED)
            self._register.place(place, sha256)

    def _dated(self, fetched: Fetched) -> Fetched:
        """A mail from a file came in on the day that the office says, if it says one; in the order of the files."""
        if self._received is None or fetched.place.account:
            return fetched
        self._count += 1
        day = datetime.datetime.combine(self._received, datetime.time(), BEIJING)
        return replace(fetched, received=day + datetime.timedelta(seconds=self._count))

    def _when(self, message: Message, mail: Mail) -> datetime.datetime:
        """When a mail came in: the first of what says so that can be right.

        A mailbox knows. Of a file, its own header tells, then its server; the day that the office says, or the file, last.
        """
        own = [when for when in (mail.received, *mail.received_else) if when is not None]
        told = [message.when, *own] if message.account else [*own, message.when]
        return next((when for when in told if self._can_be(when)), self._now)

    def _can_be(self, when: datetime.datetime) -> bool:
        """Whether a mail may have come in then: clocks go wrong, to 1970 and to 2038."""
        day, today = when.astimezone(BEIJING).date(), self._now.date()
        return today - _OLDEST <= day <= today

    def _sort(self, opener: Opener) -> list[Message]:
        """Enter of every new mail from whom it is and what is in it. All that wait to be taken in, in the order of coming."""
        lying = 0
        for message in self._register.messages(MailState.STORED):
            opened = self._open(message, opener)
            if opened is None:
                continue
            self._parsed(message, opened)
            if lying + opened.size <= _MOST_OPENED:
                lying += opened.size
                self._opened[message.sha256] = opened
            else:
                opened.clear()
        return self._register.messages(MailState.PARSED)

    def _open(self, message: Message, opener: Opener) -> Opened | None:
        """A mail as it was stored. None if somebody has taken it away: then nothing is known of it, and it comes anew."""
        path = mail_path(self._campaign, message.sha256)
        try:
            path.open("rb").close()
        except OSError:
            with self._register.transaction():
                self._register.forget(message.sha256)
            return None
        return opener.open(path)

    def _batches(self, messages: Sequence[Message], opener: Opener) -> Iterator[list[tuple[Message, Opened]]]:
        """The mails that wait, opened, as many at a time as memory has room for."""
        batch: list[tuple[Message, Opened]] = []
        size = 0
        for message in messages:
            opened = self._opened.pop(message.sha256, None) or self._open(message, opener)
            if opened is None:
                continue
            if batch and (len(batch) >= _BATCH or size + opened.size > _BATCH_BYTES):
                yield batch
                batch, size = [], 0
            batch.append((message, opened))
            size += opened.size
        yield batch

    def _hold(self, message: Message, part: Part) -> None:
        """Lay a mail in 待查 as it came, for the office to open. To be called within a transaction.

        `part`: what of it the office has to see.
        """
        raw = mail_path(self._campaign, message.sha256).read_bytes()
        path = self._campaign.folder(HELD) / f"{message.sha256[:8]}_来信{'.msg' if raw.startswith(OLE) else '.eml'}"
        with writing(path) as temporary:
            temporary.write_bytes(raw)
        day = message.when.date()
        reason = _why_laid_aside(message, part)
        source = f"邮件 {message.sha256[:12]}"
        self._register.add(
            [Receipt(_digest(raw), day.isoformat(), source, "", "", 0, FileState.HELD, "", reason, 0, 0)]
        )

    def _parsed(self, message: Message, opened: Opened) -> None:
        """Enter what a mail says of itself, and each of its parts."""
        mail = opened.mail
        parts = _parts(message, opened)
        message = replace(
            message,
            message_id=mail.message_id[:300],
            sender=mail.sender,
            units=" ".join(sorted(self._by_address.get(mail.sender, ()))),
            received=self._when(message, mail).astimezone(BEIJING).isoformat(timespec="seconds"),
            state=MailState.PARSED,
            reason=message.reason or mail.refused,
            automatic=mail.automatic or mail.refused,
            doubt="邮件服务器认为发件人可能是冒名的" if mail.authentication == "fail" else "",
        )
        with self._register.transaction():
            self._register.put([message])
            self._register.put(parts)
            bounced = self._bounced(mail.bounced)
            self._register.put(bounced)
        self._taken.bounced += bounced

    def _bounced(self, message_ids: Sequence[str]) -> list[Posted]:
        """Our letters that a bounce says did not arrive; whatever it says, one that never went out is not among them."""
        if not message_ids:
            return []
        changed = self._now.isoformat(timespec="seconds")
        arrived = (LetterState.SENT, LetterState.SENDING, LetterState.UNKNOWN, LetterState.HANDLED)
        return [
            replace(letter, state=LetterState.BOUNCED, changed=changed, note="收信的服务器退回了这封信")
            for letter in self._register.letters_of_id(message_ids)
            if letter.state in arrived
        ]

    def _enter(self, mails: Sequence[tuple[Message, Opened]], files: Sequence[Arrived], taken: Taken) -> None:
        """Take in what is in the mails, and `files`, together; a mail has its verdict then, unless it has to wait."""
        arrived: list[Arrived] = list(files)
        where: list[tuple[str, int]] = []
        parts_of: dict[str, list[Part]] = {}
        for message, opened in mails:
            known = self._register.parts_of(message.sha256)
            # What could be opened when it was entered, and cannot be now, is laid aside.
            parts_of[message.sha256] = _parts(message, opened) if opened.trouble else known
            candidates = {part.number for part in parts_of[message.sha256] if not part.outcome}
            for number, one in enumerate(opened.files, 1):
                if number in candidates:
                    arrived.append(_arrived(message, number, one))
                    where.append((message.sha256, number))
        intakes = self._taken_in(arrived)
        taken.files += [intake for intake in intakes[: len(files)] if intake.state != FileState.LEFT_BEHIND]
        taken.left_behind += [
            intake.source for intake in intakes[: len(files)] if intake.state == FileState.LEFT_BEHIND
        ]
        taken.intakes.update(zip(where, intakes[len(files) :], strict=True))
        with self._register.transaction():
            for message, _ in mails:
                parts = [
                    self._entered(part, taken.intakes.get((message.sha256, part.number)))
                    for part in parts_of[message.sha256]
                ]
                if any(self._waits(part) for part in parts):
                    self._waiting.append((message, parts))
                else:
                    self._close(message, parts)

    def _taken_in(self, arrived: Sequence[Arrived]) -> list[Intake]:
        """What becomes of files. Once a run this is asked without any, too: what a run that was ended has left in 收件, and not
        entered or not judged, must not wait until something else comes."""
        if not arrived and self._has_taken_in:
            return []
        self._has_taken_in = True
        return take_in(self._campaign, self._register, arrived, self._today, self._progress)

    def conclude(self) -> None:
        """Enter the verdicts of the mails that waited, now that it is known how the round stands.

        A mail whose file has still not been judged keeps waiting for the next run: nothing of it is lost.
        """
        waiting, self._waiting = self._waiting, []
        with self._register.transaction():
            for message, before in waiting:
                parts = [self._as_judged(part) for part in before]
                if not any(self._waits(part) for part in parts):
                    self._close(message, parts)
        self._taken.messages.sort(key=lambda message: (message.received, message.sha256))

    def _waits(self, part: Part) -> bool:
        """Whether the file of a part is stored, and not judged yet."""
        if part.outcome != FileState.WAITING or not part.sha256:
            return False
        receipt = self._register.receipt(part.sha256)
        return receipt is not None and receipt.state == FileState.WAITING

    def _as_judged(self, part: Part) -> Part:
        """A part that waited, as its file was found."""
        receipt = self._register.receipt(part.sha256) if part.outcome == FileState.WAITING else None
        return part if receipt is None else replace(part, outcome=receipt.state, reason=receipt.reason)

    def _close(self, message: Message, parts: Sequence[Part]) -> None:
        """Enter what became of a mail and of its parts. To be called within a transaction."""
        unseen = _unopened(parts) or _strange(message, parts)
        if unseen is not None:
            self._hold(message, unseen)
        verdict = verdict_of(message, parts)
        entered = replace(message, state=verdict, verdict=verdict)
        self._register.put(parts)
        self._register.put([entered])
        if self._register.is_own(message.message_id):
            self._taken.copies += 1
        else:
            self._taken.messages.append(entered)
            self._taken.parts[message.sha256] = list(parts)

    def _entered(self, part: Part, intake: Intake | None) -> Part:
        """A part with what became of it."""
        if intake is None:
            return part
        if intake.state != FileState.KNOWN:
            return replace(part, outcome=intake.state, reason=intake.reason)
        own = self._register.receipt_from(intake.source)
        if own is not None:  # entered by a run that was cut short before it came here
            return replace(part, outcome=own.state, reason=own.reason)
        return replace(part, outcome=FileState.KNOWN, reason="内容与已收的相同")


def units_by_address(campaign: Campaign) -> dict[str, set[str]]:
    """Address on the roster → the codes of the units that it is registered for."""
    found: dict[str, set[str]] = {}
    for unit in campaign.units.values():
        if unit.email:
            found.setdefault(normal_address(unit.email), set()).add(unit.code)
    return found


def as_mailed(register: Register, by_address: Mapping[str, set[str]], one: Arrived) -> Arrived:
    """A held file that comes in again from 待查 is still from whoever mailed it; the roster may know him by now."""
    mails = register.messages_with(one.digest) if one.data else []
    if not mails or one.senders is not None:
        return one
    codes = {code for message in mails for code in by_address.get(message.sender, ())}
    doubts = {message.doubt for message in mails}
    first = mails[0]
    doubt = "" if "" in doubts else doubts.pop()
    return replace(one, senders=frozenset(codes), sender=first.sender, doubt=doubt, received=first.when)


def _unopened(parts: Sequence[Part]) -> Part | None:
    """The whole mail, where it could not be opened; None if it could."""
    return next((part for part in parts if part.outcome == FileState.HELD and not part.sha256), None)


def _why_laid_aside(message: Message, part: Part) -> str:
    """Why a mail lies in 待查 as it came, and what to do."""
    day = f"{message.when.month}月{message.when.day}日"
    if part.outcome == FileState.HELD:
        told = "已请该单位重新发送。" if message.units and not message.automatic else "未回信。"
        return (
            f"{message.sender or '未写明的邮箱'} {day}的来信未打开（{part.reason}），{told}"
            "请不要在办公电脑上直接打开，先与发件人核实；办完后从“待查”里移走。"
        )
    if part.reason == ASKS:
        return (
            f"{message.sender or '未写明的邮箱'} {day}来信：{ASKS}，未回信。"
            "请打开这封信查看，需要的由人答复；办完后从“待查”里移走。"
        )
    return (
        f"发件邮箱 {message.sender or '（未写明）'} 不在单位名册里，{day}来信里的“{part.name or WHOLE_MAIL}”"
        f"未收取（{part.reason}），也未回信。请打开这封信查看，并与单位核实；办完后从“待查”里移走。"
    )


def _strange(message: Message, parts: Sequence[Part]) -> Part | None:
    """What somebody of the office has to see of a mail that nobody is answered: a question that is no filing, or in a
    stranger's mail something that may have been meant as one; None if nothing."""
    if message.automatic:
        return None
    asked = next((part for part in parts if part.outcome == FileState.SKIPPED and part.reason == ASKS), None)
    if asked is not None or message.units:
        return asked
    return next(
        (part for part in parts if part.outcome == FileState.SKIPPED and part.request and part.name != BODY), None
    )


def verdict_of(message: Message, parts: Sequence[Part]) -> MailState:
    """What becomes of a mail by what became of its parts: the gravest counts."""
    outcomes = {part.outcome for part in parts}
    is_strangers = FileState.REFUSED in outcomes and not message.units
    if FileState.HELD in outcomes or is_strangers or _strange(message, parts) is not None:
        return MailState.QUARANTINED
    is_asked = message.units and any(part.request for part in parts)
    if outcomes & {FileState.RETURNED, FileState.REFUSED} or is_asked:
        return MailState.RETURNED
    if FileState.ACCEPTED in outcomes:
        return MailState.ACCEPTED
    return MailState.KNOWN if FileState.KNOWN in outcomes else MailState.IGNORED


def mail_path(campaign: Campaign, sha256: str) -> Path:
    """Where a mail is kept as it came."""
    return campaign.root / ".lzxl" / "mail" / sha256[:2] / f"{sha256}.eml"


def _new_message(sha256: str, fetched: Fetched) -> Message:
    return Message(
        sha256=sha256,
        message_id="",
        sender="",
        units="",
        received=fetched.received.astimezone(BEIJING).isoformat(timespec="seconds"),
        account=fetched.place.account,
        folder=fetched.place.folder,
        size=fetched.too_large or len(fetched.raw),
        reason=_TOO_LARGE.format(size=fetched.too_large / 1048576) if fetched.too_large else "",
    )


def _parts(message: Message, opened: Opened) -> list[Part]:
    """What is in a mail, as it is entered before anybody has read its files."""
    if message.reason:  # it was too large to be fetched
        return [Part(message.sha256, 1, "", message.size, "", FileState.SKIPPED, message.reason, _SEND_SMALLER)]
    if opened.trouble:
        return [Part(message.sha256, 1, WHOLE_MAIL, message.size, "", FileState.HELD, opened.trouble, SEND_AGAIN)]
    refused, files = opened.mail.refused, opened.files
    parts = [
        *(_part(message, number, one, refused) for number, one in enumerate(files, 1)),
        *(
            Part(message.sha256, number, entry.name, entry.size, "", FileState.SKIPPED, entry.reason, entry.request)
            for number, entry in enumerate(opened.mail.skipped, len(files) + 1)
        ),
    ]
    return _asked_for_workbook(parts)


def _part(message: Message, number: int, one: OpenedFile, refused: str) -> Part:
    """A file of a mail as it is entered before anybody has read it."""
    part = Part(message.sha256, number, one.name, one.size, one.sha256)
    if refused:
        return replace(part, outcome=FileState.SKIPPED, reason=refused)
    if one.foreign:  # beside workbooks in an archive
        return replace(part, outcome=FileState.SKIPPED, reason=f"不是表格（{one.foreign}）", request=SEND_WORKBOOK)
    return part


def _arrived(message: Message, number: int, one: OpenedFile) -> Arrived:
    """A file of a mail as it is taken in."""
    return Arrived(
        name=one.name,
        source=f"邮件 {message.sha256[:12]} 附件{number} {one.name}",
        data=one.path.read_bytes() if one.path is not None else b"",
        trouble=one.trouble,
        received=message.when,
        senders=frozenset(message.units.split()),
        sender=message.sender,
        doubt=message.doubt,
    )


def _asked_for_workbook(parts: Sequence[Part]) -> list[Part]:
    """Nobody is asked for a workbook who has sent one."""
    if all(part.outcome == FileState.SKIPPED for part in parts):
        return list(parts)
    return [replace(part, request="") if part.request == SEND_WORKBOOK else part for part in parts]


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
