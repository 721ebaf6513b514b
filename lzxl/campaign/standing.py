"""Where each unit stands: of all versions that came in, which one counts (latest accepted wins, all are kept)."""

from __future__ import annotations

import datetime
import itertools
import os
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from pathlib import Path

from lzxl.campaign import clock
from lzxl.campaign.book_files import book_job, books_there
from lzxl.campaign.cache import read_ahead, read_with_cache
from lzxl.campaign.earlier import remember_numbers
from lzxl.campaign.folder import Campaign
from lzxl.campaign.memory import office_of
from lzxl.campaign.model import Filing, Latest, Slot, nil_state
from lzxl.campaign.places import RECEIVED
from lzxl.campaign.roster import ROSTER_NAME
from lzxl.campaign.rounds import Round
from lzxl.campaign.store import Stored, stored_originals, stray_folders, unasked_forms, unasked_rounds
from lzxl.checks.context import Context
from lzxl.checks.run import Checked, check_submissions
from lzxl.faults import FAULTS
from lzxl.forms.load import load_form
from lzxl.forms.roster import ROSTER_FORM
from lzxl.groups import grouped
from lzxl.progress import Progress, stepper
from lzxl.states import FileState
from lzxl.submission import Submission
from lzxl.workbook.reading.jobs import Job
from lzxl.year.resolved import Resolved


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
    """One for each unit, form and round that has opened, in the order of roster, forms and rounds."""
    counted: tuple[Submission, ...]
    """The submissions that count: at most one for each unit and form, and of a form whose rounds add up one for each round."""
    latest: tuple[Checked, ...]
    """The latest version of each unit, form and round with its findings."""
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
    rounds: tuple[Round, ...] = ()
    """The rounds that have begun, in the order of the forms; of a form that is filed once, the one that it has."""
    former: tuple[Submission, ...] = ()
    """Accepted submissions of rounds that a later one has taken the place of, those of a form by its rounds."""

    @cached_property
    def judged(self) -> Mapping[tuple[str, str, str, int], Judged]:
        """(unit code, form, round, version) → how it was found, of the latest versions and of those that were overtaken."""
        latest = (Judged(*pair) for pair in zip(self.originals, self.latest, strict=True))
        every = (*latest, *self.overtaken)
        return {(*one.stored.slot, one.stored.version): one for one in every}


def context_of(campaign: Campaign) -> Context:
    return Context(
        campaign.grading,
        campaign.config.period,
        campaign.units,
        campaign.people,
        rounds={form: campaign.config.labels_of(form) for form in campaign.config.forms},
        today=clock.today(),
        resolved=partial(_resolved, campaign),
        office=office_of(campaign),
        faults=faults_of(campaign),
    )


def _resolved(campaign: Campaign) -> Resolved:
    from lzxl.campaign.facts import resolved_of  # reads the office's books, whose own checks need a context

    return resolved_of(campaign)


def faults_of(campaign: Campaign) -> Path | None:
    """Where the details of unforeseen trouble with a campaign's files are kept; None for a copy that is thrown away."""
    return campaign.root / ".lzxl" / FAULTS if campaign.origin is None else None


def read_stored(campaign: Campaign, originals: Sequence[Stored]) -> list[Submission]:
    """Originals as they read, in the order given, each with its round and the day on which it came in."""
    jobs = [_job(campaign, stored.path) for stored in originals]
    read = read_with_cache(campaign.root, jobs, ahead=campaign.ahead)
    for stored, submission in zip(originals, read, strict=True):
        submission.received = datetime.date.fromisoformat(stored.received)
        submission.round = stored.round
    return read


def _job(campaign: Campaign, path: Path) -> Job:
    return Job(path, campaign.relative(path), scheme=campaign.grading.id)


def check_stored(campaign: Campaign, originals: Sequence[Stored]) -> list[Checked]:
    """Originals read and checked together, in the order given."""
    read = read_stored(campaign, originals)
    remember_numbers(campaign, originals, read)
    return check_submissions(read, context_of(campaign), campaign.judged)


def check_overtaken(campaign: Campaign, originals: Sequence[Stored]) -> list[Judged]:
    """Versions that a newer one has taken the place of, read and checked: each beside the other forms that its unit had
    filed by the day on which it came in, and never beside another version of itself."""
    in_turn = sorted(originals, key=_by_day)
    everything = stored_originals(campaign) if in_turn else []
    found: list[Judged] = []
    for (day, _), group in itertools.groupby(in_turn, key=_by_day):
        together = list(group)
        results = check_stored(campaign, [*together, *_beside(together, everything, day)])
        # Those beside them come last, and were checked to be compared with only.
        found += (Judged(*pair, is_latest=False) for pair in zip(together, results, strict=False))
    return found


def _by_day(stored: Stored) -> tuple[str, int]:
    return stored.received, stored.version


def _beside(originals: Collection[Stored], everything: Iterable[Stored], day: str) -> list[Stored]:
    """The latest originals, by that day, of the same units' other forms, and of other rounds that add up: some rules compare
    one with another."""
    slots = {stored.slot for stored in originals}
    units = {code for code, _, _ in slots}
    latest: dict[Slot, Stored] = {}
    for stored in everything:  # by round and version
        if stored.unit.code in units and stored.received <= day and _is_beside(stored.slot, slots):
            latest[stored.slot] = stored
    former = _overtaken_rounds(latest)
    return [stored for slot, stored in latest.items() if slot not in former]


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
    came_in = (one for one in stored_originals(campaign) if as_of is None or one.received <= as_of.isoformat())
    versions = grouped(came_in, lambda stored: stored.slot)
    latest = {slot: stored[-1] for slot, stored in versions.items()}
    first = {slot: min(one.received for one in stored) for slot, stored in versions.items()}
    checked = _checked(campaign, latest, first)
    counted = {slot: (latest[slot], result) for slot, result in checked.items() if result.status == FileState.ACCEPTED}
    counted |= _predecessors(campaign, versions, counted.keys())
    filings = []
    as_of = as_of or clock.today()
    rounds = _begun(campaign, versions, as_of)
    for unit, due in itertools.product(campaign.units.values(), rounds):
        slot = (unit.code, due.form, due.label)
        if slot in versions:
            stored, result = counted.get(slot) or (latest[slot], checked[slot])
            filing = _filing(campaign, stored, result, len(versions[slot]), first[slot])
            filings.append(replace(filing, latest=latest_of(latest[slot], checked[slot])))
        else:
            filings.append(Filing(unit, due.form, FileState.MISSING, round=due.label, deadline=due.deadline))
    standing = [slot for slot in versions if slot in counted]
    former = _overtaken_rounds(standing)
    return Standing(
        tuple(filings),
        tuple(counted[slot][1].submission for slot in standing if slot not in former),
        tuple(checked.values()),
        tuple(latest.values()),
        stray_folders(campaign),
        (*unasked_forms(campaign), *unasked_rounds(campaign)),
        as_of,
        rounds=rounds,
        former=tuple(counted[slot][1].submission for slot in standing if slot in former),
    )


def _begun(campaign: Campaign, filed: Iterable[Slot], as_of: datetime.date) -> tuple[Round, ...]:
    """The rounds that are open or past on a day, and those of which something came in before they were to open."""
    early = {slot[1:] for slot in filed}
    every = (due for form in campaign.config.forms for due in campaign.config.rounds_of(form))
    return tuple(due for due in every if due.has_opened(as_of) or (due.form, due.label) in early)


def _overtaken_rounds(slots: Iterable[Slot]) -> set[Slot]:
    """Those that a later round has taken the place of: their form's rounds do not add up. `slots`: by rounds."""
    last: dict[tuple[str, str], Slot] = {}
    overtaken = set()
    for slot in slots:
        pair = slot[:2]
        if pair in last and not load_form(slot[1]).adds_up:
            overtaken.add(last[pair])
        last[pair] = slot
    return overtaken


def _checked(campaign: Campaign, latest: Mapping[Slot, Stored], first: Mapping[Slot, str]) -> dict[Slot, Checked]:
    """How the latest versions are found, checked together; each of a round that a later one takes the place of, by itself.

    `first`: the days on which their first versions came in: of two units with the same number, it is the one that filed first
    whose it is.
    """
    former = _overtaken_rounds(latest)
    in_turn = sorted((slot for slot in latest if slot not in former), key=lambda slot: first[slot])
    results = dict(zip(in_turn, check_stored(campaign, [latest[slot] for slot in in_turn]), strict=True))
    for found in check_overtaken(campaign, [latest[slot] for slot in latest if slot in former]):
        results[found.stored.slot] = found.checked
    return {slot: results[slot] for slot in latest}


def _predecessors(
    campaign: Campaign, versions: Mapping[Slot, Sequence[Stored]], counted: Collection[Slot]
) -> dict[Slot, tuple[Stored, Checked]]:
    """The latest accepted version of those whose very latest is not, each checked beside what its unit filed else."""
    found: dict[Slot, tuple[Stored, Checked]] = {}
    pending = _without_last(versions, counted)
    while pending:
        tried = {slot: stored[-1] for slot, stored in pending.items()}
        others = [stored[-1] for slot, stored in versions.items() if _is_beside(slot, tried)]
        results = check_stored(campaign, [*tried.values(), *others])
        found |= _accepted(tried, results)
        pending = _without_last(pending, found)
    return found


def _accepted(tried: Mapping[Slot, Stored], results: Sequence[Checked]) -> dict[Slot, tuple[Stored, Checked]]:
    """Those that are accepted. `results`: of each of `tried`, and of what was beside them."""
    checked = zip(tried.items(), results, strict=False)
    return {slot: (stored, result) for (slot, stored), result in checked if result.status == FileState.ACCEPTED}


def _without_last(versions: Mapping[Slot, Sequence[Stored]], settled: Collection[Slot]) -> dict[Slot, Sequence[Stored]]:
    """The versions before the last, of those slots that are not settled and have any."""
    return {slot: stored[:-1] for slot, stored in versions.items() if slot not in settled and len(stored) > 1}


def _is_beside(slot: Slot, tried: Collection[Slot]) -> bool:
    """Whether what a unit filed else is looked at beside what is tried of it: another form, or another round that adds up."""
    same = [one for one in tried if one[0] == slot[0]]
    return bool(same) and slot not in tried and (load_form(slot[1]).adds_up or all(one[1] != slot[1] for one in same))


def _read_ahead(campaign: Campaign, progress: Progress | None, meanwhile: Callable[[], None] | None) -> None:
    """Read the roster, the office's books and everything in 收件 in one go: what follows then waits for no child again."""
    originals = sorted(Path(folder, name) for folder, _, names in os.walk(campaign.folder(RECEIVED)) for name in names)
    roster = campaign.root / ROSTER_NAME
    if roster.is_file():
        books = (book_job(campaign, form_id) for form_id in books_there(campaign))
        jobs = [Job(roster, ROSTER_NAME, ROSTER_FORM), *books, *(_job(campaign, path) for path in originals)]
        read_ahead(campaign.root, jobs, campaign.ahead, stepper(progress, len(jobs)), meanwhile)


def latest_of(stored: Stored, checked: Checked) -> Latest:
    """How the latest version of a submission stands."""
    return Latest(stored.version, checked.status, checked.count("error"), checked.count("warning"))


def _filing(campaign: Campaign, stored: Stored, result: Checked, versions: int, first: str) -> Filing:
    """`first`: the day on which the first version came in. A unit that filed in time and was asked to mend something is
    not late."""
    deadline = campaign.config.deadline_of(stored.form, stored.round)
    is_nil = result.status == FileState.ACCEPTED and result.submission.is_nil_return
    return Filing(
        unit=stored.unit,
        form=stored.form,
        state=nil_state(stored.form) if is_nil else result.status,
        version=stored.version,
        versions=versions,
        late=deadline is not None and first > deadline.isoformat(),
        received=stored.received,
        file=campaign.relative(stored.path),
        errors=result.count("error"),
        warnings=result.count_told("warning"),
        office_only=len(result.findings) - len(result.told),
        rows=result.submission.row_counts,
        round=stored.round,
        deadline=deadline,
    )
