"""Files what has come in: reads it, and stores it in 收件 under its unit, or in 待查 with the reason. Nothing is checked yet."""

from __future__ import annotations

import datetime
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from lzxl.campaign.cache import read_with_cache
from lzxl.campaign.clock import BEIJING
from lzxl.campaign.folder import Campaign
from lzxl.campaign.held_folder import HeldFolder
from lzxl.campaign.ledger import Ledger
from lzxl.campaign.originals import Originals
from lzxl.campaign.places import WORKING
from lzxl.campaign.reasons import why_held
from lzxl.campaign.sources import Arrived
from lzxl.campaign.store import Stored
from lzxl.files import output_to
from lzxl.forms.periods import label_in
from lzxl.progress import stepper
from lzxl.submission import Submission
from lzxl.workbook.reading.jobs import Job


@dataclass(frozen=True)
class Item:
    """One file to enter: stored in 收件, or held for `reason`."""

    digest: str
    source: str
    stored: Stored | None = None
    submission: Submission | None = None
    """What is in it, where it is held: then nothing else is known of it."""
    reason: str = ""
    received: datetime.date = datetime.date.min
    """When it came in, where it is held."""


@dataclass(frozen=True)
class Filed:
    """A content that has come in, perhaps several times."""

    item: Item
    twin: int
    """The number, among the arrivals that brought it, of the one that counts."""


class Filer:
    """Files what comes in on a day."""

    def __init__(
        self,
        campaign: Campaign,
        ledger: Ledger,
        originals: Originals,
        held: HeldFolder,
        received: datetime.date,
        progress: Callable[[int, int], None] | None = None,
    ) -> None:
        """`received`: the day for what does not tell when it came in."""
        self._campaign = campaign
        self._ledger = ledger
        self._originals = originals
        self._held = held
        self._received = received
        self._progress = progress

    def file(self, fresh: Sequence[Sequence[Arrived]]) -> list[Filed]:
        """Read new files and store each, in the order of filing; given back in the order of `fresh`.

        `fresh`: for each content, the arrivals that brought it.
        """
        submissions = self._read([twins[0] for twins in fresh])
        in_turn = sorted(range(len(fresh)), key=lambda number: _filed_key(fresh[number][0], submissions[number]))
        filed = {number: self._filed(fresh[number], submissions[number]) for number in in_turn}
        return [filed[number] for number in range(len(fresh))]

    def _filed(self, twins: Sequence[Arrived], submission: Submission) -> Filed:
        """Store one content. The first arrival that can be filed counts: the same file may have come from an address that
        nobody knows, too."""
        reasons = [one.trouble or why_held(self._campaign, one, submission) for one in twins]
        twin = reasons.index("") if "" in reasons else 0
        one, reason = twins[twin], reasons[twin]
        digest = one.digest
        submission.received = received = self._first_received(one, digest)
        if reason:
            self._held.lay(one.name, one.data, digest)
            return Filed(Item(digest, one.source, None, submission, reason, received), twin)
        code = one.decided or submission.unit_code
        label = self._round(submission, received)
        stored = self._originals.store(one, digest, code, submission.form, label, received)
        # After it is stored: cut short between the two, it lies in both places and not in none.
        self._held.remove(digest)
        return Filed(Item(digest, one.source, stored), twin)

    def _round(self, submission: Submission, received: datetime.date) -> str:
        """The round that a submission is of: by its cover, else by what it was sent out for, else by the day on which
        it came in."""
        config = self._campaign.config
        labels = config.labels_of(submission.form)
        for text in (submission.period, submission.sent_for) if labels else ():
            if label := label_in(text, config.period, labels):
                return label
        return config.round_on(submission.form, received).label

    def _first_received(self, one: Arrived, digest: str) -> datetime.date:
        """What was held before, for the office's own reasons perhaps, came in when it first came."""
        # By UTC, as servers tell it, what comes in before eight in the morning would be of the day before.
        day = one.received.astimezone(BEIJING).date() if one.received is not None else self._received
        earlier = self._ledger.receipt(digest)
        return min(datetime.date.fromisoformat(earlier.received), day) if earlier else day

    def _read(self, arrived: Sequence[Arrived]) -> list[Submission]:
        """Submissions of files that are not stored yet: they are read from a private temporary folder."""
        private = self._campaign.root / ".lzxl"
        with output_to(self._campaign.root), tempfile.TemporaryDirectory(prefix=WORKING, dir=private) as folder:
            jobs = []
            for number, one in enumerate(arrived):
                # Under a number: a stranger's name may be none that this disk takes.
                path = Path(folder) / str(number)
                path.write_bytes(one.data)
                jobs.append(Job(path, one.source, scheme=self._campaign.grading.id))
            return read_with_cache(self._campaign.root, jobs, stepper(self._progress, len(jobs)))


def _filed_key(one: Arrived, submission: Submission) -> tuple[str, str, str]:
    """Two files from one unit in one batch: the one that came in first, or has the earlier filing date, is the earlier."""
    filed = submission.reported_on
    # As texts, times can be compared in one zone only.
    came = one.received.astimezone(datetime.UTC).isoformat() if one.received is not None else ""
    return (came, filed.isoformat() if filed else "", submission.file)
