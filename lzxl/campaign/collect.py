"""Takes submissions in: stores originals first, then enters them in the ledger; how each stands is found when the round is
settled (`lzxl.campaign.verdicts`). So a workbook is checked once a run, beside all others. Checked here is only what is held,
which no round judges.

Every step may be repeated: what is in 收件 already is known by its content, and a run that was cut short is completed by
the next one. What could not be filed (待查) is looked at again whenever it comes: the roster may have been mended.
"""

from __future__ import annotations

import datetime
import hashlib
import re
import shutil
import tempfile
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from lzxl.campaign.cache import read_with_cache
from lzxl.campaign.clock import BEIJING
from lzxl.campaign.folder import Campaign, safe_name
from lzxl.campaign.held import digest_of
from lzxl.campaign.ledger import Ledger, Receipt
from lzxl.campaign.lock import run_lock
from lzxl.campaign.own import refuse_own
from lzxl.campaign.places import HELD, LETTERS, RECEIVED, RETURNED, SENT, WORKING
from lzxl.campaign.reasons import why_held
from lzxl.campaign.returns import return_path
from lzxl.campaign.sources import Arrived, arrivals, in_batches
from lzxl.campaign.standing import Standing, context_of
from lzxl.campaign.store import Stored, store_original, stored_originals
from lzxl.campaign.suspects import at_work, suspects, try_suspects
from lzxl.campaign.verdicts import settle
from lzxl.checks.run import Checked, check_submissions
from lzxl.files import output_to, writing
from lzxl.forms.roster import Unit
from lzxl.progress import stepper
from lzxl.states import FileState
from lzxl.submission import Submission
from lzxl.workbook.reading.jobs import Job

# What `lzxl.files.writing` calls a file that is not finished.
_UNFINISHED = re.compile(r"^\..*\.[0-9a-f]{8}\.tmp$", re.DOTALL)
_RETURNED_BEFORE, _KNOWN_BEFORE = "与已经退回的这一版相同，未改动", "内容与已收的相同"


@dataclass(frozen=True)
class Intake:
    """What became of one file that arrived."""

    source: str
    state: FileState
    """One of `lzxl.states.OF_INTAKE`, or LEFT_BEHIND; WAITING until the round is settled (`as_it_stands`)."""
    unit: Unit | None = None
    form: str = ""
    version: int = 0
    reason: str = ""
    checked: Checked | None = None
    returned: str = ""
    """The marked return, relative to the campaign folder; "" if there is none."""


def collect(
    campaign: Campaign,
    paths: Iterable[Path],
    received: datetime.date,
    progress: Callable[[int, int], None] | None = None,
) -> list[Intake]:
    """Take in every file in `paths` (files, folders, zips) as received on `received`, without what programs left there.

    Raises UsageError for a path that does not exist or is the program's own (`lzxl.campaign.own`), ConfigError for a broken
    roster or configuration, OutputError when the disk does not take it; what was stored by then is found again by the next
    run.
    """
    assert campaign.units  # a broken roster is noticed before anything is touched
    paths = list(paths)
    refuse_own(campaign, paths)
    with run_lock(campaign.root):
        sweep(campaign)
        ledger = Ledger(campaign.ledger_path)
        try:
            ledger.forget_waiting()
            taken: list[Intake] = []
            for batch in in_batches(arrivals(paths)):
                taken += take_in(campaign, ledger, batch, received, progress)
            standing = settle(campaign, ledger)
            told = [intake for intake in taken if intake.state != FileState.LEFT_BEHIND]
            return [as_it_stands(intake, campaign, standing) for intake in told]
        finally:
            ledger.close()


def take_in(
    campaign: Campaign,
    ledger: Ledger,
    arrived: Sequence[Arrived],
    today: datetime.date,
    progress: Callable[[int, int], None] | None = None,
) -> list[Intake]:
    """What becomes of each file, in the order given. For a run that holds the campaign's lock (`run_lock`).

    Whoever calls it then settles the campaign (`lzxl.campaign.verdicts`): only beside all others is it known how each stands.
    """
    return _Run(campaign, ledger, campaign.units, today, progress).take(arrived)


def as_it_stands(intake: Intake, campaign: Campaign, standing: Standing) -> Intake:
    """What became of a file, by how the round stands now that all of them are in."""
    if intake.unit is None or not intake.version:
        return intake
    found = standing.judged.get((intake.unit.code, intake.form, intake.version))
    if found is None:
        return intake
    stored, checked = found.stored, found.checked
    is_returned = checked.status == FileState.RETURNED
    if intake.state == FileState.KNOWN:
        return replace(intake, reason=_RETURNED_BEFORE if is_returned else _KNOWN_BEFORE)
    target = return_path(campaign, stored.unit, stored.form, stored.version, is_outdated=not found.is_latest)
    return replace(
        intake,
        state=checked.status,
        reason=checked.findings[0].message if checked.status == FileState.REFUSED else "",
        checked=checked,
        returned=campaign.relative(target) if is_returned and target.is_file() else "",
    )


def sweep(campaign: Campaign) -> None:
    """Remove what a run that was killed left unfinished. For a run that holds the lock: nobody else writes there then."""
    with output_to(campaign.root):
        for folder in (campaign.root / ".lzxl").glob(f"{WORKING}*"):
            shutil.rmtree(folder)
        for name in ("cache", "mail"):
            for path in (campaign.root / ".lzxl" / name).rglob("*.tmp"):
                path.unlink(missing_ok=True)
        for name in (SENT, RECEIVED, RETURNED, HELD, LETTERS):
            for path in campaign.folder(name).rglob(".*.tmp"):
                if _UNFINISHED.match(path.name):
                    path.unlink()


@dataclass(frozen=True)
class _Item:
    """One file to enter: stored in 收件, or held for `reason`."""

    digest: str
    source: str
    stored: Stored | None = None
    submission: Submission | None = None
    """What is in it, where it is held: then nothing else is known of it."""
    reason: str = ""
    received: datetime.date = datetime.date.min
    """When it came in, where it is held."""


class _Run:
    """One run of taking in."""

    def __init__(
        self,
        campaign: Campaign,
        ledger: Ledger,
        units: dict[str, Unit],
        received: datetime.date,
        progress: Callable[[int, int], None] | None,
    ) -> None:
        self.campaign = campaign
        self.ledger = ledger
        self.units = units
        self.received = received
        self.progress = progress
        self.originals: dict[str, Stored] = {}
        self.versions: dict[tuple[str, str], int] = {}
        for stored in stored_originals(campaign):
            with suppress(OSError):  # one that cannot be read from disk is not known again; `status` says so of it
                self.originals[_digest(stored.path.read_bytes())] = stored
            pair = (stored.unit.code, stored.form)
            self.versions[pair] = max(self.versions.get(pair, 0), stored.version)

    def take(self, arrived: Sequence[Arrived]) -> list[Intake]:
        """What became of each file, in the order given."""
        self._try_suspects(arrived)
        results: dict[int, Intake] = {}
        fresh: dict[str, list[int]] = {}
        for index, one in enumerate(arrived):
            digest = _digest(one.data)
            if one.is_left_behind:
                results[index] = Intake(one.source, FileState.LEFT_BEHIND)
            elif one.trouble and not one.data:
                results[index] = Intake(one.source, FileState.REFUSED, reason=one.trouble)
            elif self._is_entered(digest):
                stored = self.originals[digest]
                receipt = self.ledger.receipt(digest)
                is_returned = receipt is not None and receipt.state == FileState.RETURNED
                reason = _RETURNED_BEFORE if is_returned else _KNOWN_BEFORE
                results[index] = Intake(one.source, FileState.KNOWN, stored.unit, stored.form, stored.version, reason)
            else:
                fresh.setdefault(digest, []).append(index)
        lost = self._lost(besides=fresh.keys())
        filed = self._file([[arrived[index] for index in indexes] for indexes in fresh.values()])
        entered = self._enter([*(item for _, item in filed), *lost])
        for (twin, item), indexes, intake in zip(filed, fresh.values(), entered, strict=False):
            for number, index in enumerate(indexes):
                source = arrived[index].source
                if number == twin:
                    results[index] = intake
                elif item.stored is None:  # whoever sent it, it cannot be filed
                    results[index] = replace(intake, source=source)
                else:
                    results[index] = Intake(source, FileState.KNOWN, reason=f"内容与本次的 {item.source} 相同")
        return [results[index] for index in range(len(arrived))]

    def _try_suspects(self, arrived: Sequence[Arrived]) -> None:
        """What a run that was ended had at work is tried alone first; what ends that too lies in 待查 from now on."""
        known = suspects(self.campaign.root)
        if not known:
            return
        private = self.campaign.root / ".lzxl"
        with output_to(self.campaign.root), tempfile.TemporaryDirectory(prefix=WORKING, dir=private) as folder:
            names = {digest: stored.path.name for digest, stored in self.originals.items() if digest in known}
            files = {digest: self.originals[digest].path for digest in names}
            for one in arrived:
                digest = _digest(one.data)
                if digest in known and digest not in files:
                    names[digest], files[digest] = one.name, Path(folder) / digest
                    files[digest].write_bytes(one.data)
            for digest in try_suspects(self.campaign.root, files):
                self._write_held(Arrived(names[digest], "", files[digest].read_bytes()), digest)

    def _is_entered(self, digest: str) -> bool:
        """Whether an original in 收件 is in the ledger too. One that could not be dealt with is tried again."""
        receipt = self.ledger.receipt(digest)
        return (
            digest in self.originals
            and receipt is not None
            and receipt.version > 0
            and receipt.state != FileState.REFUSED
        )

    def _lost(self, besides: Collection[str]) -> list[_Item]:
        """Originals that are in 收件 and not in the ledger: it was deleted, or a run was cut short.

        `besides`: the sha256 of those that have come in again, and are known by what they are called now.
        """
        return [
            _Item(digest, "", stored)
            for digest, stored in self.originals.items()
            if digest not in besides and not self._is_entered(digest)
        ]

    def _file(self, fresh: Sequence[Sequence[Arrived]]) -> list[tuple[int, _Item]]:
        """Read new files and store each in 收件 or 待查, in the order of filing.

        `fresh`: for each content, the arrivals that brought it. Given back with the number of the one that counts: the
        first that can be filed, for the same file may have come from an address that nobody knows, too.
        """
        submissions = self._read([twins[0] for twins in fresh])
        items: dict[int, tuple[int, _Item]] = {}
        for number in sorted(range(len(fresh)), key=lambda number: _filed_key(fresh[number][0], submissions[number])):
            submission = submissions[number]
            reasons = [one.trouble or why_held(self.campaign, one, submission) for one in fresh[number]]
            twin = reasons.index("") if "" in reasons else 0
            one, reason = fresh[number][twin], reasons[twin]
            digest = _digest(one.data)
            if reason:
                self._write_held(one, digest)
            submission.received = self._first_received(one, digest)
            stored = None if reason else self._store(one, digest, submission)
            received = self._first_received(one, digest)
            held = None if stored is not None else submission
            items[number] = (twin, _Item(digest, one.source, stored, held, reason, received))
        return [items[number] for number in range(len(fresh))]

    def _store(self, one: Arrived, digest: str, submission: Submission) -> Stored:
        if digest in self.originals:  # by a run that was cut short
            return self.originals[digest]
        pair = (one.decided or submission.unit_code, submission.form)
        self.versions[pair] = self.versions.get(pair, 0) + 1
        day = self._first_received(one, digest)
        name = one.name.removeprefix(f"{digest[:8]}_")  # as it was called before it was held
        stored = store_original(self.campaign, self.units[pair[0]], pair[1], self.versions[pair], day, name, one.data)
        self.originals[digest] = stored
        for held in self._held_copies(digest):
            with output_to(held):
                held.unlink()
            self._held[digest[:8]].remove(held)
        return stored

    def _first_received(self, one: Arrived, digest: str) -> datetime.date:
        """What was held before, for the office's own reasons perhaps, came in when it first came."""
        day = one.received.astimezone(BEIJING).date() if one.received is not None else self.received
        earlier = self.ledger.receipt(digest)
        return min(datetime.date.fromisoformat(earlier.received), day) if earlier else day

    def _enter(self, items: Sequence[_Item]) -> list[Intake]:
        """Enter files in the ledger in one step. Those in 收件 wait until the round is judged; those in 待查 are checked now."""
        held = {item.digest: item.submission for item in items if item.submission is not None}
        judged = self._checked(held, {item.digest: item.source for item in items if item.digest in held})
        taken = [_waiting(item, item.stored) if item.stored else _held(item, judged[item.digest]) for item in items]
        with self.ledger.transaction():
            self.ledger.add(self._receipt(item, intake) for item, intake in zip(items, taken, strict=True))
        return taken

    def _checked(self, held: Mapping[str, Submission], names: Mapping[str, str]) -> dict[str, Checked]:
        """The result of each held file. They are checked apart: what may be a stranger's says nothing of what a unit filed.

        By sha256: `held`, what is in them; `names`, what people call them.
        """
        with at_work(self.campaign.root, names):
            results = check_submissions(list(held.values()), context_of(self.campaign)) if held else ()
        return dict(zip(held, results, strict=True))

    def _receipt(self, item: _Item, intake: Intake) -> Receipt:
        checked = intake.checked
        return Receipt(
            sha256=item.digest,
            received=item.stored.received if item.stored else item.received.isoformat(),
            source=item.source,
            unit=item.stored.unit.code if item.stored else "",
            form=intake.form,
            version=intake.version,
            state=intake.state,
            path=self.campaign.relative(item.stored.path) if item.stored else "",
            reason=intake.reason,
            errors=checked.count("error") if checked is not None else 0,
            warnings=checked.count("warning") if checked is not None else 0,
        )

    def _read(self, arrived: Sequence[Arrived]) -> list[Submission]:
        """Submissions of files that are not stored yet: they are read from a private temporary folder."""
        private = self.campaign.root / ".lzxl"
        with output_to(self.campaign.root), tempfile.TemporaryDirectory(prefix=WORKING, dir=private) as folder:
            jobs = []
            for number, one in enumerate(arrived):
                path = Path(folder) / str(number)
                path.write_bytes(one.data)
                jobs.append(Job(path, one.source, scheme=self.campaign.grading.id))
            return read_with_cache(self.campaign.root, jobs, stepper(self.progress, len(jobs)))

    def _held_copies(self, digest: str) -> list[Path]:
        """The files in 待查 with this content, whatever they were called when they came."""
        files = self._held.get(digest[:8], ())
        return [file for file in files if file.is_file() and digest_of(file) == digest]

    @cached_property
    def _held(self) -> dict[str, list[Path]]:
        """The files in 待查 by the beginning of their names, which says what is in them. Listed once, however many come."""
        listed: dict[str, list[Path]] = {}
        for file in sorted(self.campaign.folder(HELD).glob(f"{'?' * 8}_*")):
            listed.setdefault(file.name[:8], []).append(file)
        return listed

    def _write_held(self, one: Arrived, digest: str) -> None:
        if self._held_copies(digest):  # it was 待查 itself that came in again
            return
        path = Path(one.name)
        name = f"{digest[:8]}_{safe_name(path.stem)}{path.suffix.lower()[:6]}"
        target = self.campaign.folder(HELD) / name
        with writing(target) as temporary:
            temporary.write_bytes(one.data)
        self._held.setdefault(digest[:8], []).append(target)


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _waiting(item: _Item, stored: Stored) -> Intake:
    """What has become of a file in 收件, as long as the round is not judged."""
    return Intake(item.source, FileState.WAITING, stored.unit, stored.form, stored.version)


def _held(item: _Item, checked: Checked) -> Intake:
    """What has become of a file in 待查."""
    state = FileState.REFUSED if checked.status == FileState.REFUSED else FileState.HELD
    reason = checked.findings[0].message if checked.is_failed else item.reason
    return Intake(item.source, state, form=checked.submission.form, reason=reason, checked=checked)


def _filed_key(one: Arrived, submission: Submission) -> tuple[str, str, str]:
    """Two files from one unit in one batch: the one that came in first, or has the earlier filing date, is the earlier."""
    filed = submission.cover.values.get("reported_on") if submission.cover is not None else None
    came = one.received.astimezone(datetime.UTC).isoformat() if one.received is not None else ""
    return (came, filed.isoformat() if filed else "", submission.file)
