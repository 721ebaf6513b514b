"""Takes submissions in: stores originals first, then enters them in the ledger; how each stands is found when the round is
settled (`lzxl.campaign.verdicts`). So a workbook is checked once a run, beside all others. Checked here is only what is held,
which no round judges.

Every step may be repeated: what is in 收件 already is known by its content, and a run that was cut short is completed by
the next one. What could not be filed (待查) is looked at again whenever it comes: the roster may have been mended.
"""

from __future__ import annotations

import datetime
import re
import shutil
import tempfile
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from lzxl.campaign.filer import Filed, Filer, Item
from lzxl.campaign.folder import Campaign
from lzxl.campaign.held_folder import HeldFolder
from lzxl.campaign.intake import Intake, as_it_stands, why_known
from lzxl.campaign.ledger import Ledger, Receipt
from lzxl.campaign.lock import run_lock
from lzxl.campaign.originals import Originals
from lzxl.campaign.own import refuse_own
from lzxl.campaign.places import HELD, LETTERS, RECEIVED, RETURNED, SENT, WORKING
from lzxl.campaign.sources import Arrived, arrivals, in_batches
from lzxl.campaign.standing import context_of
from lzxl.campaign.store import Stored
from lzxl.campaign.suspects import at_work, suspects, try_suspects
from lzxl.campaign.verdicts import settle
from lzxl.checks.run import Checked, check_submissions
from lzxl.files import output_to
from lzxl.states import FileState
from lzxl.submission import Submission

_WRITTEN_TO = (SENT, RECEIVED, RETURNED, HELD, LETTERS)
# What `lzxl.files.writing` calls a file that is not finished.
_UNFINISHED = re.compile(r"^\..*\.[0-9a-f]{8}\.tmp$", re.DOTALL)


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
    return _Run(campaign, ledger, today, progress).take(arrived)


def sweep(campaign: Campaign) -> None:
    """Remove what a run that was killed left unfinished. For a run that holds the lock: nobody else writes there then."""
    private = campaign.root / ".lzxl"
    with output_to(campaign.root):
        for folder in private.glob(f"{WORKING}*"):
            shutil.rmtree(folder)
        for path in (*(private / "cache").rglob("*.tmp"), *(private / "mail").rglob("*.tmp")):
            path.unlink(missing_ok=True)
        hidden = (path for name in _WRITTEN_TO for path in campaign.folder(name).rglob(".*.tmp"))
        # What people call so is theirs.
        # As a list: a folder from which files go while it is gone through may leave others out.
        for path in [path for path in hidden if _UNFINISHED.match(path.name)]:
            path.unlink()


class _Run:
    """One run of taking in."""

    def __init__(
        self,
        campaign: Campaign,
        ledger: Ledger,
        received: datetime.date,
        progress: Callable[[int, int], None] | None,
    ) -> None:
        self._campaign = campaign
        self._ledger = ledger
        self._originals = Originals(campaign)
        self._held = HeldFolder(campaign)
        self._filer = Filer(campaign, ledger, self._originals, self._held, received, progress)

    def take(self, arrived: Sequence[Arrived]) -> list[Intake]:
        """What became of each file, in the order given."""
        self._try_suspects(arrived)
        results: dict[int, Intake] = {}
        fresh: dict[str, list[int]] = {}
        for index, one in enumerate(arrived):
            digest = one.digest
            known = self._known(one, digest)
            if known is not None:
                results[index] = known
            else:
                fresh.setdefault(digest, []).append(index)
        lost = self._lost(besides=fresh.keys())
        filed = self._filer.file([[arrived[index] for index in indexes] for indexes in fresh.values()])
        entered = self._enter([*(one.item for one in filed), *lost])
        # The lost ones are entered behind those that came: nobody has asked what became of them.
        for one_filed, indexes, intake in zip(filed, fresh.values(), entered, strict=False):
            sources = [arrived[index].source for index in indexes]
            results.update(zip(indexes, _of_twins(one_filed, intake, sources), strict=True))
        return [results[index] for index in range(len(arrived))]

    def _known(self, one: Arrived, digest: str) -> Intake | None:
        """What became of a file that needs no filing; None if it does."""
        if one.is_left_behind:
            return Intake(one.source, FileState.LEFT_BEHIND)
        if one.trouble and not one.data:
            return Intake(one.source, FileState.REFUSED, reason=one.trouble)
        stored = self._originals.get(digest)
        # Not by the ledger alone: what the office has deleted from 收件 may come again.
        receipt = self._receipt_of(digest) if stored is not None else None
        if stored is None or receipt is None:
            return None
        reason = why_known(receipt.state)
        return Intake(one.source, FileState.KNOWN, stored.unit, stored.form, stored.version, reason, round=stored.round)

    def _receipt_of(self, digest: str) -> Receipt | None:
        """The receipt of an original, if it is entered. One that could not be dealt with is tried again."""
        receipt = self._ledger.receipt(digest)
        if receipt is None or not receipt.version or receipt.state == FileState.REFUSED:
            return None
        return receipt

    def _lost(self, besides: Collection[str]) -> list[Item]:
        """Originals that are in 收件 and not in the ledger: it was deleted, or a run was cut short.

        `besides`: the sha256 of those that have come in again, and are known by what they are called now.
        """
        lost = []
        for digest, stored in self._originals:
            if digest not in besides and self._receipt_of(digest) is None:
                lost.append(Item(digest, "", stored))
        return lost

    def _try_suspects(self, arrived: Sequence[Arrived]) -> None:
        """What a run that was ended had at work is tried alone first; what ends that too lies in 待查 from now on."""
        known = suspects(self._campaign.root)
        if not known:
            return
        private = self._campaign.root / ".lzxl"
        with output_to(self._campaign.root), tempfile.TemporaryDirectory(prefix=WORKING, dir=private) as folder:
            files = {digest: stored.path for digest, stored in self._originals if digest in known}
            names = {digest: path.name for digest, path in files.items()}
            for digest, one in _with_content(arrived, known - files.keys()).items():
                names[digest], files[digest] = one.name, Path(folder) / digest
                files[digest].write_bytes(one.data)
            for digest in try_suspects(self._campaign.root, files):
                self._held.lay(names[digest], files[digest].read_bytes(), digest)

    def _enter(self, items: Sequence[Item]) -> list[Intake]:
        """Enter files in the ledger in one step. Those in 收件 wait until the round is judged; those in 待查 are checked now."""
        held = {item.digest: item.submission for item in items if item.submission is not None}
        judged = self._checked(held, {item.digest: item.source for item in items if item.digest in held})
        taken = [_waiting(item, item.stored) if item.stored else _held(item, judged[item.digest]) for item in items]
        with self._ledger.transaction():
            self._ledger.add(self._receipt(item, intake) for item, intake in zip(items, taken, strict=True))
        return taken

    def _checked(self, held: Mapping[str, Submission], names: Mapping[str, str]) -> dict[str, Checked]:
        """The result of each held file. They are checked apart: what may be a stranger's says nothing of what a unit filed.

        By sha256: `held`, what is in them; `names`, what people call them.
        """
        with at_work(self._campaign.root, names):
            results = check_submissions(list(held.values()), context_of(self._campaign)) if held else ()
        return dict(zip(held, results, strict=True))

    def _receipt(self, item: Item, intake: Intake) -> Receipt:
        checked = intake.checked
        return Receipt(
            sha256=item.digest,
            # As its own name says: of a lost ledger that is built again, all would have come today.
            received=item.stored.received if item.stored else item.received.isoformat(),
            source=item.source,
            unit=item.stored.unit.code if item.stored else "",
            form=intake.form,
            version=intake.version,
            state=intake.state,
            path=self._campaign.relative(item.stored.path) if item.stored else "",
            reason=intake.reason,
            errors=checked.count("error") if checked is not None else 0,
            warnings=checked.count_told("warning") if checked is not None else 0,
            round=item.stored.kept if item.stored else "",
        )


def _with_content(arrived: Iterable[Arrived], digests: Collection[str]) -> dict[str, Arrived]:
    """sha256 → the first file with that content, as far as there is one."""
    found: dict[str, Arrived] = {}
    for one in arrived:
        digest = one.digest
        if digest in digests:
            found.setdefault(digest, one)
    return found


def _of_twins(filed: Filed, intake: Intake, sources: Sequence[str]) -> list[Intake]:
    """What became of each arrival of one content. `intake`: of the one that counts."""
    results = []
    for number, source in enumerate(sources):
        if number == filed.twin:
            results.append(intake)
        elif filed.item.stored is None:  # whoever sent it, it cannot be filed
            results.append(replace(intake, source=source))
        else:
            results.append(Intake(source, FileState.KNOWN, reason=f"内容与本次的 {filed.item.source} 相同"))
    return results


def _waiting(item: Item, stored: Stored) -> Intake:
    """What has become of a file in 收件, as long as the round is not judged."""
    return Intake(item.source, FileState.WAITING, stored.unit, stored.form, stored.version, round=stored.round)


def _held(item: Item, checked: Checked) -> Intake:
    """What has become of a file in 待查."""
    state = FileState.REFUSED if checked.status == FileState.REFUSED else FileState.HELD
    reason = checked.findings[0].message if checked.is_failed else item.reason
    return Intake(item.source, state, form=checked.submission.form, reason=reason, checked=checked)
