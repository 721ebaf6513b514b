"""Takes submissions in: stores originals first, then checks, enters the ledger, and writes marked returns.

Every step may be repeated: what is in 收件 already is known by its content, and a run that was cut short is completed by
the next one.
"""

from __future__ import annotations

import datetime
import hashlib
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from lzxl.campaign.folder import HELD, RETURNED, Campaign, safe_name
from lzxl.campaign.ledger import Ledger, Receipt
from lzxl.campaign.lock import run_lock
from lzxl.campaign.sources import Arrived, arrivals
from lzxl.campaign.standing import context_of
from lzxl.campaign.store import Stored, store_original, stored_originals
from lzxl.checks.run import Checked, check_submissions
from lzxl.files import output_to, writing
from lzxl.forms.load import load_form
from lzxl.forms.roster import Unit
from lzxl.workbook.reading.jobs import Job
from lzxl.workbook.reading.sandbox import read_all
from lzxl.workbook.submission import Submission

KNOWN, HELD_STATE = "known", "held"

STATE_TITLES = {
    "accepted": "已接收",
    "returned": "已退回",
    "refused": "无法读取",
    HELD_STATE: "待查",
    KNOWN: "已收过",
}


@dataclass(frozen=True)
class Intake:
    """What became of one file that arrived."""

    source: str
    state: str
    """accepted, returned, refused, held, or known (the same content was taken in before)."""
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
    """Take in every file in `paths` (files, folders, zips) as received on `received`.

    Raises UsageError for a path that does not exist, ConfigError for a broken roster or configuration, OutputError when
    the disk does not take it; what was stored by then is found again by the next run.
    """
    units = campaign.units
    with run_lock(campaign.root):
        ledger = Ledger(campaign.ledger_path)
        try:
            _rebuild(campaign, ledger)
            arrived = list(arrivals(paths))
            return _Intake(campaign, ledger, units, received, progress).run(arrived)
        finally:
            ledger.close()


def _rebuild(campaign: Campaign, ledger: Ledger) -> None:
    """Enter originals that are in 收件 and not in the ledger: it was deleted, or a run was cut short."""
    known = {receipt.sha256 for receipt in ledger.receipts()}
    lost = []
    for stored in stored_originals(campaign):
        digest = hashlib.sha256(stored.path.read_bytes()).hexdigest()
        if digest not in known:
            lost.append((stored, digest))
    if not lost:
        return
    jobs = [Job(stored.path, campaign.relative(stored.path)) for stored, _ in lost]
    checked = check_submissions(read_all(jobs), context_of(campaign))
    with ledger.transaction():
        ledger.add(
            Receipt(
                sha256=digest,
                received=stored.received,
                source="",
                unit=stored.unit.code,
                form=stored.form,
                version=stored.version,
                state=result.status,
                path=campaign.relative(stored.path),
                reason="",
                errors=result.count("error"),
                warnings=result.count("warning"),
            )
            for (stored, digest), result in zip(lost, checked, strict=True)
        )


class _Intake:
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
        self.known = {receipt.sha256: receipt for receipt in ledger.receipts()}
        self.versions: dict[tuple[str, str], int] = {}
        for stored in stored_originals(campaign):
            pair = (stored.unit.code, stored.form)
            self.versions[pair] = max(self.versions.get(pair, 0), stored.version)

    def run(self, arrived: Sequence[Arrived]) -> list[Intake]:
        results: dict[int, Intake] = {}
        fresh: list[tuple[int, Arrived, str]] = []
        seen: dict[str, str] = {}
        for index, one in enumerate(arrived):
            digest = hashlib.sha256(one.data).hexdigest()
            if one.trouble:
                results[index] = Intake(one.source, "refused", reason=one.trouble)
            elif digest in self.known:
                receipt = self.known[digest]
                results[index] = Intake(
                    one.source, KNOWN, self.units.get(receipt.unit), receipt.form, receipt.version, "内容与已收的相同"
                )
            elif digest in seen:
                results[index] = Intake(one.source, KNOWN, reason=f"内容与本次的 {seen[digest]} 相同")
            else:
                seen[digest] = one.source
                fresh.append((index, one, digest))
        for index, intake in self._take(fresh):
            results[index] = intake
        return [results[index] for index in range(len(arrived))]

    def _take(self, fresh: Sequence[tuple[int, Arrived, str]]) -> list[tuple[int, Intake]]:
        """Read, store, check and enter the new files."""
        submissions = self._read([one for _, one, _ in fresh])
        order = sorted(range(len(fresh)), key=lambda number: _filed_key(submissions[number]))
        stored: dict[int, Stored] = {}
        held: dict[int, str] = {}
        for number in order:
            _, one, digest = fresh[number]
            submission = submissions[number]
            reason = self._why_held(submission)
            if reason:
                held[number] = reason
                self._hold(one, digest)
                continue
            unit = self.units[submission.unit_code]
            pair = (unit.code, submission.form)
            self.versions[pair] = self.versions.get(pair, 0) + 1
            stored[number] = store_original(
                self.campaign, unit, submission.form, self.versions[pair], self.received, one.name, one.data
            )
        checked = check_submissions(submissions, context_of(self.campaign))
        taken: list[tuple[int, Intake]] = []
        receipts = []
        for number, (index, one, digest) in enumerate(fresh):
            result = checked[number]
            place = stored.get(number)
            state = result.status if place is not None or result.status == "refused" else HELD_STATE
            intake = Intake(
                one.source,
                state,
                place.unit if place else None,
                result.submission.form,
                place.version if place else 0,
                held.get(number, ""),
                result,
                self._write_return(place, result) if place is not None and state == "returned" else "",
            )
            taken.append((index, intake))
            receipts.append(
                Receipt(
                    sha256=digest,
                    received=self.received.isoformat(),
                    source=one.source,
                    unit=place.unit.code if place else "",
                    form=result.submission.form,
                    version=intake.version,
                    state=state,
                    path=self.campaign.relative(place.path) if place else "",
                    reason=intake.reason,
                    errors=result.count("error"),
                    warnings=result.count("warning"),
                )
            )
        with self.ledger.transaction():
            self.ledger.add(receipts)
        return taken

    def _read(self, arrived: Sequence[Arrived]) -> list[Submission]:
        """Submissions of files that are not stored yet: they are read from a private temporary folder."""
        done = 0

        def step() -> None:
            nonlocal done
            done += 1
            if self.progress is not None:
                self.progress(done, len(arrived))

        with output_to(self.campaign.root), tempfile.TemporaryDirectory(dir=self.campaign.root / ".lzxl") as folder:
            jobs = []
            for number, one in enumerate(arrived):
                path = Path(folder) / str(number)
                path.write_bytes(one.data)
                jobs.append(Job(path, one.source))
            return read_all(jobs, step)

    def _why_held(self, submission: Submission) -> str:
        """Why a file cannot be filed under a unit; "" if it can."""
        if submission.refusal is not None:
            return submission.refusal.message
        if submission.form not in self.campaign.config.forms:
            title = load_form(submission.form).title
            return f"《{title}》不在本期要报的表之内。"
        if not submission.unit_code:
            return "文件里没有单位编码，不知道是哪个单位报的。"
        if submission.unit_code not in self.units:
            return f"单位编码“{submission.unit_code}”不在单位名册中。"
        return ""

    def _hold(self, one: Arrived, digest: str) -> None:
        path = Path(one.name)
        target = self.campaign.folder(HELD) / f"{digest[:8]}_{safe_name(path.stem)}{path.suffix.lower()[:6]}"
        with writing(target) as temporary:
            temporary.write_bytes(one.data)

    def _write_return(self, place: Stored, result: Checked) -> str:
        from lzxl.workbook.mark import write_return

        title = load_form(place.form).title
        folder = self.campaign.unit_folder(RETURNED, place.unit)
        target = folder / f"{title}_{place.unit.code}_第{place.version:02d}版_退回.xlsx"
        write_return(result.submission, result.findings, self.campaign.grading, target)
        return self.campaign.relative(target)


def _filed_key(submission: Submission) -> tuple[str, str]:
    """Two files from one unit in one batch: the earlier filing date is the earlier version."""
    filed = submission.cover.values.get("reported_on") if submission.cover is not None else None
    return (filed.isoformat() if filed else "", submission.file)
