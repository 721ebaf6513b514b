"""Where each unit stands: of all versions that came in, which one counts (latest accepted wins, all are kept)."""

from __future__ import annotations

import datetime
import itertools
import os
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from lzxl.campaign import clock
from lzxl.campaign.cache import read_ahead, read_with_cache
from lzxl.campaign.earlier import remember_numbers
from lzxl.campaign.folder import Campaign
from lzxl.campaign.memory import office_of
from lzxl.campaign.model import Filing, Latest
from lzxl.campaign.places import RECEIVED
from lzxl.campaign.roster import ROSTER_NAME
from lzxl.campaign.store import Stored, stored_originals, stray_folders, unasked_forms
from lzxl.checks.context import Context
from lzxl.checks.run import Checked, check_submissions
from lzxl.faults import FAULTS
from lzxl.forms.roster import ROSTER_FORM
from lzxl.progress import Progress, stepper
from lzxl.states import FileState
from lzxl.submission import Submission
from lzxl.workbook.reading.jobs import Job


@dataclass(frozen=True)
class Judged:
    """A version of a submission with how it was found."""

    stored: Stored
    checked: Checked
    is_latest: bool = True


@dataclass(frozen=True)
class Standing:
    """The state of a round."""

    filings: tuple[Filing, ...]
    """One for each unit and form, in the order of roster and forms."""
    counted: tuple[Submission, ...]
    """The submissions that count, at most one for each unit and form."""
    latest: tuple[Checked, ...]
    """The latest version of each unit and form with its findings."""
    originals: tuple[Stored, ...] = ()
    """The original of each of `latest`, in the same order."""
    strays: tuple[str, ...] = ()
    """Folders in 收件 whose unit is not on the roster: their files count for nobody."""
    unasked: tuple[tuple[str, int], ...] = ()
    """(title, units) of forms that were filed and are not asked for any more: they count nowhere."""
    as_of: datetime.date = field(default_factory=clock.today)
    """The day that it speaks of: what is overdue is overdue then."""
    overtaken: tuple[Judged, ...] = ()
    """Versions that came in with this run and are not the latest any more (`lzxl.campaign.verdicts`)."""

    @cached_property
    def judged(self) -> Mapping[tuple[str, str, int], Judged]:
        """(unit code, form, version) → how it was found, of the latest versions and of those that were overtaken."""
        latest = (Judged(*pair) for pair in zip(self.originals, self.latest, strict=True))
        every = (*latest, *self.overtaken)
        return {(one.stored.unit.code, one.stored.form, one.stored.version): one for one in every}


def context_of(campaign: Campaign) -> Context:
    return Context(
        campaign.grading,
        campaign.config.period,
        campaign.units,
        campaign.people,
        today=clock.today(),
        office=office_of(campaign),
        faults=faults_of(campaign),
    )


def faults_of(campaign: Campaign) -> Path | None:
    """Where the details of unforeseen trouble with a campaign's files are kept; None for a copy that is thrown away."""
    return campaign.root / ".lzxl" / FAULTS if campaign.origin is None else None


def read_stored(campaign: Campaign, originals: Sequence[Stored]) -> list[Submission]:
    """Originals as they read, in the order given, each with the day on which it came in."""
    jobs = [_job(campaign, stored.path) for stored in originals]
    read = read_with_cache(campaign.root, jobs, ahead=campaign.ahead)
    for stored, submission in zip(originals, read, strict=True):
        submission.received = datetime.date.fromisoformat(stored.received)
    return read


def _job(campaign: Campaign, path: Path) -> Job:
    return Job(path, campaign.relative(path), scheme=campaign.grading.id)


def check_stored(campaign: Campaign, originals: Sequence[Stored]) -> list[Checked]:
    """Originals read and checked together, in the order given."""
    read = read_stored(campaign, originals)
    remember_numbers(campaign, originals, read)
    return check_submissions(read, context_of(campaign))


def check_overtaken(campaign: Campaign, originals: Sequence[Stored]) -> list[Judged]:
    """Versions that a newer one has taken the place of, read and checked: each beside the other forms that its unit had
    filed by the day on which it came in, and never beside another version of itself."""
    in_turn = sorted(originals, key=_by_day)
    everything = stored_originals(campaign) if in_turn else []
    found: list[Judged] = []
    for (day, _), group in itertools.groupby(in_turn, key=_by_day):
        together = list(group)
        results = check_stored(campaign, [*together, *_beside(together, everything, day)])
        found += (Judged(*pair, is_latest=False) for pair in zip(together, results, strict=False))
    return found


def _by_day(stored: Stored) -> tuple[str, int]:
    return stored.received, stored.version


def _beside(originals: Collection[Stored], everything: Iterable[Stored], day: str) -> list[Stored]:
    """The latest originals, by that day, of the same units' other forms: some rules compare one form with another."""
    pairs = {(stored.unit.code, stored.form) for stored in originals}
    units = {code for code, _ in pairs}
    latest: dict[tuple[str, str], Stored] = {}
    for stored in everything:  # by version
        pair = (stored.unit.code, stored.form)
        if pair[0] in units and pair not in pairs and stored.received <= day:
            latest[pair] = stored
    return list(latest.values())


def take_stock(
    campaign: Campaign,
    progress: Progress | None = None,
    meanwhile: Callable[[], None] | None = None,
    as_of: datetime.date | None = None,
) -> Standing:
    """Read and check what is in 收件. The latest versions are checked together; where a latest version is not accepted,
    its predecessors are looked at until one is.

    `meanwhile`: called once while files are read, if any are. `as_of`: the day to speak of; what came in later is left
    out. None is today, with all that there is.
    """
    _read_ahead(campaign, progress, meanwhile)
    versions: dict[tuple[str, str], list[Stored]] = {}
    for stored in stored_originals(campaign):
        if as_of is None or stored.received <= as_of.isoformat():
            versions.setdefault((stored.unit.code, stored.form), []).append(stored)
    latest = {pair: stored[-1] for pair, stored in versions.items()}
    first = {pair: min(one.received for one in stored) for pair, stored in versions.items()}
    # Of two units with the same number, it is the one that filed first whose it is.
    in_turn = sorted(latest, key=lambda pair: first[pair])
    results = dict(zip(in_turn, check_stored(campaign, [latest[pair] for pair in in_turn]), strict=True))
    checked = {pair: results[pair] for pair in latest}
    counted = {pair: (latest[pair], result) for pair, result in checked.items() if result.status == FileState.ACCEPTED}
    counted |= _predecessors(campaign, versions, counted.keys())
    filings = []
    for unit in campaign.units.values():
        for form in campaign.config.forms:
            pair = (unit.code, form)
            if pair not in versions:
                filings.append(Filing(unit, form, FileState.MISSING))
                continue
            stored, result = counted.get(pair) or (latest[pair], checked[pair])
            filing = _filing(campaign, stored, result, len(versions[pair]), first[pair])
            filings.append(replace(filing, latest=latest_of(latest[pair], checked[pair])))
    return Standing(
        tuple(filings),
        tuple(counted[pair][1].submission for pair in versions if pair in counted),
        tuple(checked.values()),
        tuple(latest.values()),
        stray_folders(campaign),
        unasked_forms(campaign),
        as_of or clock.today(),
    )


_Pair = tuple[str, str]


def _predecessors(
    campaign: Campaign, versions: Mapping[_Pair, Sequence[Stored]], counted: Collection[_Pair]
) -> dict[_Pair, tuple[Stored, Checked]]:
    """The latest accepted version of those whose very latest is not, each checked beside what its unit filed else."""
    found: dict[_Pair, tuple[Stored, Checked]] = {}
    pending = {pair: stored[:-1] for pair, stored in versions.items() if pair not in counted and len(stored) > 1}
    while pending:
        tried = {pair: stored[-1] for pair, stored in pending.items()}
        units = {code for code, _ in tried}
        others = [stored[-1] for pair, stored in versions.items() if pair[0] in units and pair not in tried]
        results = check_stored(campaign, [*tried.values(), *others])
        for pair, result in zip(tried, results, strict=False):
            if result.status == FileState.ACCEPTED:
                found[pair] = (tried[pair], result)
        pending = {pair: stored[:-1] for pair, stored in pending.items() if pair not in found and len(stored) > 1}
    return found


def _read_ahead(campaign: Campaign, progress: Progress | None, meanwhile: Callable[[], None] | None) -> None:
    """Read the roster and everything in 收件 in one go, into the cache: what follows then waits for no child again."""
    originals = sorted(Path(folder, name) for folder, _, names in os.walk(campaign.folder(RECEIVED)) for name in names)
    roster = campaign.root / ROSTER_NAME
    if roster.is_file():
        jobs = [Job(roster, ROSTER_NAME, ROSTER_FORM), *(_job(campaign, path) for path in originals)]
        read_ahead(campaign.root, jobs, campaign.ahead, stepper(progress, len(jobs)), meanwhile)


def latest_of(stored: Stored, checked: Checked) -> Latest:
    """How the latest version of a submission stands."""
    return Latest(stored.version, checked.status, checked.count("error"), checked.count("warning"))


def _filing(campaign: Campaign, stored: Stored, result: Checked, versions: int, first: str) -> Filing:
    """`first`: the day on which the first version came in. A unit that filed in time and was asked to mend something is
    not late."""
    deadline = campaign.config.deadline
    is_nil = result.status == FileState.ACCEPTED and result.submission.is_nil_return
    return Filing(
        unit=stored.unit,
        form=stored.form,
        state=FileState.NIL if is_nil else result.status,
        version=stored.version,
        versions=versions,
        late=deadline is not None and first > deadline.isoformat(),
        received=stored.received,
        file=campaign.relative(stored.path),
        errors=result.count("error"),
        warnings=result.count_told("warning"),
        office_only=len(result.findings) - len(result.told),
        rows=result.submission.row_counts,
    )
