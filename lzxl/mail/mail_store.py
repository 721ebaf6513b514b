"""The mails as they came: each kept whole under its hash, with where it lies, until it is filed away there."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from lzxl.campaign.clock import BEIJING
from lzxl.campaign.folder import Campaign
from lzxl.files import store_durably
from lzxl.mail.contents import new_message
from lzxl.mail.entries import Message
from lzxl.mail.model import Fetched, Place, Source
from lzxl.mail.register import Register
from lzxl.states import MailState


def mail_path(campaign: Campaign, sha256: str) -> Path:
    """Where a mail is kept as it came."""
    return campaign.root / ".lzxl" / "mail" / sha256[:2] / f"{sha256}.eml"


class MailStore:
    """The mails of one campaign, and where those of this run lie."""

    def __init__(self, campaign: Campaign, register: Register, received: datetime.date | None = None) -> None:
        """`received`: the day on which mails from files came in, if the office says one."""
        self._campaign = campaign
        self._register = register
        self._received = received
        self._count = 0
        self._places: dict[str, list[Place]] = {}
        self._again: set[str] = set()
        """Mails that were filed before, and lie where mails come in once more."""

    def keep(self, fetched: Fetched) -> bool:
        """Store a mail whole, then enter it: either it is in the ledger with its bytes, or it is fetched again.

        Whether it was known before.
        """
        sha256 = _sha256_of(fetched)
        self._places.setdefault(sha256, []).append(fetched.place)
        known = self._register.message(sha256)
        if known is None:
            store_durably(mail_path(self._campaign, sha256), fetched.raw)
        with self._register.transaction():
            if known is None:
                self._register.put([new_message(sha256, self._dated(fetched))])
            elif (
                known.state == MailState.FILED
            ):  # it could not be moved, or the mailbox was restored: it is filed again
                self._again.add(sha256)
                self._register.set_state([known], MailState.ANSWERED)
            self._register.place(fetched.place, sha256)
        return known is not None

    def _dated(self, fetched: Fetched) -> Fetched:
        """A mail from a file came in on the day that the office says, if it says one; in the order of the files."""
        if self._received is None or fetched.place.account:
            return fetched
        self._count += 1
        day = datetime.datetime.combine(self._received, datetime.time(), BEIJING)
        return replace(fetched, received=day + datetime.timedelta(seconds=self._count))

    def is_there(self, message: Message) -> bool:
        """Whether a mail can still be read. Of one that somebody has taken away nothing is known any more: it comes anew."""
        try:
            # Opened, and not only looked for: one that may not be read is as good as gone.
            mail_path(self._campaign, message.sha256).open("rb").close()
        except OSError:
            with self._register.transaction():
                self._register.forget(message.sha256)
            return False
        return True

    def file_away(self, source: Source) -> None:
        """Take the mails of a source that are dealt with out of the way there."""
        done = self._dealt_with(source)
        away = self._places_at(source, done)
        if away:
            source.file_away(away)
        with self._register.transaction():
            # After they are out of the way there: cut short before that, the next run moves them.
            self._register.set_state(done, MailState.FILED)
            if source.account and not self._campaign.config.mail.keep:
                # Nothing is to lie there any more. A server whose index was restored may give the number to a new mail.
                self._register.forget_places({message.sha256 for message in done} - self._again)

    def _dealt_with(self, source: Source) -> list[Message]:
        answered = self._register.messages(MailState.ANSWERED)
        # One that lies in another mailbox, too, waits for a run over that.
        return [message for message in answered if self._accounts_of(message) <= {source.account, ""}]

    def _places_at(self, source: Source, messages: Iterable[Message]) -> list[Place]:
        """Where mails lie at a source."""
        places = (place for message in messages for place in self._places_of(message.sha256))
        return [place for place in places if place.account == source.account]

    def _accounts_of(self, message: Message) -> set[str]:
        """The mailboxes in which a mail lies."""
        return {message.account, *(place.account for place in self._places_of(message.sha256))}

    def _places_of(self, sha256: str) -> list[Place]:
        return list(dict.fromkeys([*self._places.get(sha256, ()), *self._register.places_of(sha256)]))


def _sha256_of(fetched: Fetched) -> str:
    """What a mail is known by. Of what was too large to be fetched, the header tells, wherever it lies; of an Outlook file,
    which has none at its head, only its place."""
    if not fetched.too_large:
        return hashlib.sha256(fetched.raw).hexdigest()
    place = fetched.place
    told = fetched.raw or f"{place.account}/{place.folder}/{place.uidvalidity}/{place.uid}".encode()
    return hashlib.sha256(told + b"%d" % fetched.too_large).hexdigest()
