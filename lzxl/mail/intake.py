"""Takes mails in: the mail itself first, whole and under its hash; then what is in it, as any other files that arrive.

Every step is a state in the ledger and may be repeated; a run that was cut short is completed by the next one.
"""

from __future__ import annotations

import datetime
import hashlib
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from lzxl.campaign.clock import BEIJING
from lzxl.campaign.collect import take_in
from lzxl.campaign.intake import Intake
from lzxl.campaign.ledger import Receipt
from lzxl.campaign.places import HELD, WORKING
from lzxl.campaign.sources import Arrived, in_batches
from lzxl.errors import MailError, OutputError
from lzxl.files import output_to, writing
from lzxl.mail.contents import as_arrived, parts_in
from lzxl.mail.entries import Message, Part, Posted
from lzxl.mail.mail_store import MailStore, mail_path
from lzxl.mail.mail_verdicts import part_to_see, verdict_of, why_laid_aside
from lzxl.mail.model import Mail, Place, Source
from lzxl.mail.ole import OLE
from lzxl.mail.opened import Opened, Opener
from lzxl.mail.origin import instance_of
from lzxl.mail.register import Register
from lzxl.mail.senders import as_mailed, units_by_address
from lzxl.mail.taken import Taken
from lzxl.states import FileState, LetterState, MailState

if TYPE_CHECKING:
    from lzxl.campaign.folder import Campaign

# Mails whose files are held in memory at a time: so many, or fewer if their files are large.
_BATCH = 200
_BATCH_BYTES = 48 * 1024 * 1024
# What the files of opened mails may take in the working folder; mails beyond that are opened once more when it is their turn.
_MOST_OPENED = 1024 * 1024 * 1024
# No filing of a round is older; a clock that says so is wrong.
_OLDEST = datetime.timedelta(days=730)


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
        self._today = received or now.date()
        self._progress = progress
        self._store = MailStore(campaign, register, received)
        self._taken = Taken()
        self._opened: dict[str, Opened] = {}
        """By sha256: mails that have been opened, and not entered yet."""
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
                    taken.known += self._store.keep(fetched)
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
        self._store.file_away(source)

    def _when(self, message: Message, mail: Mail) -> datetime.datetime:
        """When a mail came in: the first of what says so that can be right.

        A mailbox knows. Of a file, its own header tells, then its server; the day that the office says, or the file, last.
        """
        own = (mail.received, *mail.received_else)
        told = (message.when, *own) if message.account else (*own, message.when)
        return next((when for when in told if when is not None and self._can_be(when)), self._now)

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
        is_there = self._store.is_there(message)
        return opener.open(mail_path(self._campaign, message.sha256)) if is_there else None

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
        # The store calls every mail .eml; people open a file by its ending.
        path = self._campaign.folder(HELD) / f"{message.sha256[:8]}_来信{'.msg' if raw.startswith(OLE) else '.eml'}"
        with writing(path) as temporary:
            temporary.write_bytes(raw)
        day = message.when.date()
        reason = why_laid_aside(message, part)
        source = f"邮件 {message.sha256[:12]}"
        self._register.add(
            [Receipt(_digest(raw), day.isoformat(), source, "", "", 0, FileState.HELD, "", reason, 0, 0)]
        )

    def _parsed(self, message: Message, opened: Opened) -> None:
        """Enter what a mail says of itself, and each of its parts."""
        mail = opened.mail
        parts = parts_in(message, opened)
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
        parts_of = {message.sha256: self._parts_of(message, opened) for message, opened in mails}
        brought: dict[tuple[str, int], Arrived] = {}
        for message, opened in mails:
            brought |= _undecided(message, opened, parts_of[message.sha256])
        intakes = self._taken_in([*files, *brought.values()])
        taken.add_files(intakes[: len(files)])
        taken.intakes.update(zip(brought, intakes[len(files) :], strict=True))
        with self._register.transaction():
            for message, _ in mails:
                self._close_or_wait(message, [self._entered(part, taken) for part in parts_of[message.sha256]])

    def _parts_of(self, message: Message, opened: Opened) -> list[Part]:
        """What is in a mail, as it was entered. What could be opened then, and cannot be now, is laid aside."""
        return parts_in(message, opened) if opened.trouble else self._register.parts_of(message.sha256)

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
                self._close_or_wait(message, [self._as_judged(part) for part in before])
        self._waiting = []
        self._taken.messages.sort(key=lambda message: (message.received, message.sha256))

    def _close_or_wait(self, message: Message, parts: Sequence[Part]) -> None:
        """Enter what became of a mail, if that is known of all its files. To be called within a transaction."""
        if any(self._waits(part) for part in parts):
            self._waiting.append((message, list(parts)))
        else:
            self._close(message, parts)

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
        to_see = part_to_see(message, parts)
        if to_see is not None:
            self._hold(message, to_see)
        verdict = verdict_of(message, parts)
        entered = replace(message, state=verdict, verdict=verdict)
        self._register.put(parts)
        self._register.put([entered])
        # A copy that came back to the office: filed like any mail, and told as none.
        if self._register.is_own(message.message_id):
            self._taken.copies += 1
        else:
            self._taken.messages.append(entered)
            self._taken.parts[message.sha256] = list(parts)

    def _entered(self, part: Part, taken: Taken) -> Part:
        """A part with what became of it."""
        intake = taken.intakes.get((part.message, part.number))
        if intake is None:
            return part
        if intake.state != FileState.KNOWN:
            return replace(part, outcome=intake.state, reason=intake.reason)
        own = self._register.receipt_from(intake.source)
        if own is not None:  # entered by a run that was cut short before it came here
            return replace(part, outcome=own.state, reason=own.reason)
        return replace(part, outcome=FileState.KNOWN, reason="内容与已收的相同")


def _undecided(message: Message, opened: Opened, parts: Sequence[Part]) -> dict[tuple[str, int], Arrived]:
    """(mail, number of the part) → the files of a mail of which nothing was said when it was taken apart."""
    undecided = {part.number for part in parts if not part.outcome}
    numbered = ((number, one) for number, one in enumerate(opened.files, 1) if number in undecided)
    return {(message.sha256, number): as_arrived(message, number, one) for number, one in numbered}


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
