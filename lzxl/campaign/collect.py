"""Takes submissions in: stores originals first, then checks, enters the ledger, and writes marked returns.

Every step may be repeated: what is in 收件 already is known by its content, and a run that was cut short is completed by
the next one. What could not be filed (待查) is looked at again whenever it comes: the roster may have been mended.
"""

from __future__ import annotations

import datetime
import hashlib
import itertools
import re
import shutil
import tempfile
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from lzxl.campaign.cache import read_with_cache
from lzxl.campaign.clock import BEIJING
from lzxl.campaign.earlier import remember_numbers
from lzxl.campaign.folder import Campaign, safe_name
from lzxl.campaign.held import digest_of
from lzxl.campaign.ledger import Ledger, Receipt
from lzxl.campaign.lock import run_lock
from lzxl.campaign.own import refuse_own
from lzxl.campaign.places import HELD, LETTERS, RECEIVED, RETURNED, SENT, WORKING
from lzxl.campaign.reasons import why_held
from lzxl.campaign.returns import OUTDATED, return_path, return_to
from lzxl.campaign.sources import Arrived, arrivals, in_batches
from lzxl.campaign.standing import Standing, context_of, faults_of, read_stored, take_stock
from lzxl.campaign.store import Stored, store_original, stored_originals
from lzxl.campaign.suspects import at_work, suspects, try_suspects
from lzxl.campaign.verdicts import digits_of, settle
from lzxl.checks.run import Checked, check_submissions, failed
from lzxl.faults import attempt
from lzxl.files import output_to, writing
from lzxl.forms.roster import Unit
from lzxl.progress import stepper
from lzxl.states import FileState
from lzxl.submission import Submission
from lzxl.workbook.reading.jobs import Job
from lzxl.workbook.reading.sandbox import keepsake_reader

# What `lzxl.files.writing` calls a file that is not finished.
_UNFINISHED = re.compile(r"^\..*\.[0-9a-f]{8}\.tmp$", re.DOTALL)
_RETURNED_BEFORE, _KNOWN_BEFORE = "与已经退回的这一版相同，未改动", "内容与已收的相同"


@dataclass(frozen=True)
class Intake:
    """What became of one file that arrived."""

    source: str
    state: FileState
    """One of `lzxl.states.OF_INTAKE`, or FileState.LEFT_BEHIND."""
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
            taken: list[Intake] = []
            for batch in in_batches(arrivals(paths)):
                taken += take_in(campaign, ledger, batch, received, progress)
            standing = settle(campaign, ledger, take_stock(campaign))
            return [
                as_it_stands(intake, campaign, standing) for intake in taken if intake.state != FileState.LEFT_BEHIND
            ]
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
    for stored, checked in zip(standing.originals, standing.latest, strict=True):
        if (stored.unit.code, stored.form, stored.version) != (intake.unit.code, intake.form, intake.version):
            continue
        is_returned = checked.status == FileState.RETURNED
        if intake.state == FileState.KNOWN:
            return replace(intake, reason=_RETURNED_BEFORE if is_returned else _KNOWN_BEFORE)
        target = return_path(campaign, stored.unit, stored.form, stored.version)
        return replace(
            intake,
            state=checked.status,
            reason=checked.findings[0].message if checked.status == FileState.REFUSED else "",
            checked=checked,
            returned=campaign.relative(target) if is_returned else "",
        )
    return intake


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
    """One file to check and enter: stored in 收件, or held for `reason`."""

    digest: str
    source: str
    submission: Submission
    stored: Stored | None = None
    reason: str = ""
    received: datetime.date = datetime.date.min
    """When it came in, where it is not stored."""


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
        lost = [
            (digest, stored)
            for digest, stored in self.originals.items()
            if digest not in fresh and not self._is_entered(digest)
        ]
        self._rebuild([one for one in lost if one[1].received != self.received.isoformat()])
        same_day = self._read_lost([one for one in lost if one[1].received == self.received.isoformat()])
        filed = self._file([[arrived[index] for index in indexes] for indexes in fresh.values()])
        items = [item for _, item in filed]
        entered = self._enter([*items, *same_day], "")
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

    def _rebuild(self, lost: Sequence[tuple[str, Stored]]) -> None:
        """Enter originals that are in 收件 and not in the ledger (it was deleted, or a run was cut short), day by day."""
        by_day = sorted(lost, key=lambda one: one[1].received)
        for day, group in itertools.groupby(by_day, key=lambda one: one[1].received):
            self._enter(self._read_lost(list(group)), day)

    def _read_lost(self, lost: Sequence[tuple[str, Stored]]) -> list[_Item]:
        submissions = read_stored(self.campaign, [stored for _, stored in lost])
        return [
            _Item(digest, "", submission, stored)
            for (digest, stored), submission in zip(lost, submissions, strict=True)
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
            item = _Item(digest, one.source, submission, stored, reason, self._first_received(one, digest))
            items[number] = (twin, item)
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

    def _enter(self, items: Sequence[_Item], until: str) -> list[Intake]:
        """Check files together, write the marked returns, and enter all in the ledger in one step.

        `until`: the day of a rebuilt batch, which is checked beside what was there by then; "" for today's.
        """
        if not items:
            return []
        with at_work(self.campaign.root, {item.digest: item.source for item in items}):
            checked = self._checked(items, until)
            with keepsake_reader():
                taken = [self._intake(item, result) for item, result in zip(items, checked, strict=True)]
        with self.ledger.transaction():
            self.ledger.add(self._receipt(item, intake) for item, intake in zip(items, taken, strict=True))
        return taken

    def _intake(self, item: _Item, checked: Checked) -> Intake:
        """What became of an item, its marked return written."""
        stored, returned = item.stored, ""
        if stored is not None and checked.status == FileState.RETURNED and not self._is_overtaken(stored, checked):
            checked, returned = self._returned(item, checked)
        state = checked.status if stored is not None or checked.status == FileState.REFUSED else FileState.HELD
        return Intake(
            item.source,
            state,
            stored.unit if stored else None,
            checked.submission.form,
            stored.version if stored else 0,
            checked.findings[0].message if checked.is_failed else item.reason,
            checked,
            returned,
        )

    def _is_overtaken(self, stored: Stored, checked: Checked) -> bool:
        """Whether a return would be work for nobody: a newer version came with it, and nobody would mend it from a list anyway."""
        latest = self.versions[stored.unit.code, stored.form]
        return stored.version < latest and any(entry.code == "findings_too_many" for entry in checked.findings)

    def _checked(self, items: Sequence[_Item], until: str) -> list[Checked]:
        """The result of each item. Held ones are checked apart: what may be a stranger's says nothing of what a unit filed."""
        others = read_stored(self.campaign, self._companions(items, until))
        stored = [item.stored for item in items if item.stored is not None]
        filed = [item.submission for item in items if item.stored is not None]
        remember_numbers(self.campaign, stored, filed)
        held = [item.submission for item in items if item.stored is None]
        context = context_of(self.campaign)
        of_filed = iter(check_submissions([*filed, *others], context) if filed else ())
        of_held = iter(check_submissions(held, context) if held else ())
        return [next(of_held if item.stored is None else of_filed) for item in items]

    def _companions(self, items: Sequence[_Item], until: str) -> list[Stored]:
        """The latest originals of the same units' other forms: some rules compare one form with another."""
        pairs = {(item.stored.unit.code, item.stored.form) for item in items if item.stored}
        codes = {code for code, _ in pairs}
        latest: dict[tuple[str, str], Stored] = {}
        for stored in self.originals.values():
            pair = (stored.unit.code, stored.form)
            if pair[0] not in codes or pair in pairs or (until and stored.received > until):
                continue
            if pair not in latest or latest[pair].version < stored.version:
                latest[pair] = stored
        return [latest[pair] for pair in sorted(latest)]

    def _receipt(self, item: _Item, intake: Intake) -> Receipt:
        assert intake.checked is not None
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
            errors=intake.checked.count("error"),
            warnings=intake.checked.count("warning"),
            findings=digits_of(intake.checked) if item.stored else "",
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

    def _returned(self, item: _Item, result: Checked) -> tuple[Checked, str]:
        """The result of an item with its marked return; refused, without one, if the return cannot be written."""
        return attempt(
            lambda: (result, self._write_return(item, result)),
            lambda trouble: (failed(result.submission, trouble, faults_of(self.campaign)), ""),
        )

    def _write_return(self, item: _Item, result: Checked) -> str:
        assert item.stored is not None
        unit, form, version = item.stored.unit, item.stored.form, item.stored.version
        target = return_path(self.campaign, unit, form, version)
        if version < self.versions[unit.code, form]:
            target = target.parent / OUTDATED / target.name
        # A rebuilt entry does not know what the file was called when it came: the return that was written does.
        if item.source or not target.is_file():
            return_to(self.campaign, item.stored, result, target)
        return self.campaign.relative(target)


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _filed_key(one: Arrived, submission: Submission) -> tuple[str, str, str]:
    """Two files from one unit in one batch: the one that came in first, or has the earlier filing date, is the earlier."""
    filed = submission.cover.values.get("reported_on") if submission.cover is not None else None
    came = one.received.astimezone(datetime.UTC).isoformat() if one.received is not None else ""
    return (came, filed.isoformat() if filed else "", submission.file)
