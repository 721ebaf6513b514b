"""The public Python interface: grade, check, consolidate. The commands use this and the campaign room, nothing else."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, overload

from lzxl.errors import EXIT_FINDINGS, EXIT_OK, EXIT_UNREADABLE, LzxlError, UsageError, gravest
from lzxl.faults import attempt, spared
from lzxl.forms.findings import Finding
from lzxl.forms.grading import Grade
from lzxl.forms.load import book_ids, load_form, load_grading
from lzxl.forms.naming import first_few
from lzxl.progress import Progress, stepper
from lzxl.states import FileState

if TYPE_CHECKING:
    from lzxl.campaign.folder import Campaign
    from lzxl.campaign.standing import Standing
    from lzxl.checks.context import Context
    from lzxl.checks.run import Checked
    from lzxl.mail.office import Settled
    from lzxl.submission import Submission
    from lzxl.summary.round import Round

__all__ = ["CheckResult", "Checked", "Finding", "Grade", "SummaryResult", "check", "consolidate", "grade"]

_MOST_NAMED = 5


def grade(likelihood: str, severity: str, scheme: str = "rules", open_cells: str | None = None) -> Grade:
    """The level of a risk and what it rests on (分级).

    `likelihood`, `severity`: words of the vocabularies, or their aliases. Raises UsageError with the allowed words for
    anything else.
    """
    table = load_grading(scheme, open_cells)
    words = []
    for vocabulary, text in ((table.likelihood, likelihood), (table.severity, severity)):
        word = vocabulary.find(text)
        if word is None:
            raise UsageError(
                f"“{text}”不是{vocabulary.title}的可选词。可选：{vocabulary.told()}。", code="word_unknown", text=text
            )
        words.append(word)
    found = table.grade(*words)
    assert found is not None
    return found


_EXIT_CODES = {
    FileState.ACCEPTED: EXIT_OK,
    FileState.RETURNED: EXIT_FINDINGS,
    FileState.REFUSED: EXIT_UNREADABLE,
}


@dataclass(frozen=True)
class CheckResult:
    """The result of a check: every file with its findings."""

    files: tuple[Checked, ...]

    @property
    def exit_code(self) -> int:
        """0 all well, 1 errors found, 3 a file could not be read (the gravest wins)."""
        return gravest(*(_EXIT_CODES[entry.status] for entry in self.files))


def check(
    paths: Sequence[str | Path],
    campaign: Campaign | str | Path | None = None,
    return_dir: str | Path | None = None,
    progress: Progress | None = None,
) -> CheckResult:
    """Check filled standard workbooks: files, or folders of them, together.

    `campaign`: a campaign (or its folder) to compare with, roster and period; without `paths`, the latest versions in
    its 收件, the roster and the office's books are checked.
    `return_dir`: where marked copies of the returned ones go, encrypted as their originals are; a book of the office's is
    nobody's to be returned to. Raises UsageError if a path does not exist or nothing is found, ConfigError for a roster that
    cannot be used or a password file that is not safe, OutputError if a marked copy cannot be written.
    """
    from lzxl.campaign import clock
    from lzxl.campaign.books import check_books, reading_once
    from lzxl.campaign.cache import passwords_of
    from lzxl.campaign.facts import context_with_facts
    from lzxl.campaign.roster_found import check_roster_of
    from lzxl.campaign.standing import context_of, take_stock
    from lzxl.checks.context import Context
    from lzxl.checks.run import check_submissions
    from lzxl.checks.schema import warm_up
    from lzxl.workbook.reading.jobs import Job
    from lzxl.workbook.reading.sandbox import read_all

    campaign = _campaign(campaign)
    if campaign is not None and [Path(path).resolve() for path in paths] == [campaign.root.resolve()]:
        paths = ()  # the campaign's own folder: what it has received, not what it wrote itself
    root = campaign.root if campaign is not None else None
    if paths:
        context = context_of(campaign) if campaign is not None else Context(load_grading(), today=clock.today())
        scheme = campaign.grading.id if campaign is not None else ""
        jobs = [Job(path, label, scheme=scheme) for path, label in _listed(paths)]
        read = read_all(jobs, stepper(progress, len(jobs)), meanwhile=warm_up, passwords=lambda: passwords_of(root))
        if campaign is not None and any(one.form in book_ids() for one in read):
            context = context_with_facts(campaign, take_stock(campaign))
        result = CheckResult(tuple(check_submissions(read, context)))
        originals = [job.path for job in jobs]
    elif campaign is not None:
        with reading_once():
            standing = take_stock(campaign, progress)  # first: it reads the roster along with all else
            context = context_of(campaign)
            books = check_books(campaign, context_with_facts(campaign, standing))
        result = CheckResult((*standing.latest, check_roster_of(campaign), *books))
        originals = [campaign.root / entry.submission.file for entry in result.files]
    else:
        raise UsageError("请写明要检查的文件或文件夹。", code="nothing_named")
    if return_dir is not None:
        from lzxl.workbook.reading.sandbox import keepsake_reader

        with keepsake_reader():
            result = CheckResult(tuple(_write_returns(result.files, originals, context, Path(return_dir), root)))
    return result


@overload
def _campaign(campaign: Campaign | str | Path) -> Campaign: ...
@overload
def _campaign(campaign: None) -> None: ...
def _campaign(campaign: Campaign | str | Path | None) -> Campaign | None:
    from lzxl.campaign.folder import require_campaign

    return require_campaign(Path(campaign), given=True) if isinstance(campaign, str | Path) else campaign


def _listed(paths: Sequence[str | Path]) -> list[tuple[Path, str]]:
    """(path, name shown) of every workbook; a file that was named outright is taken whatever its name."""
    from lzxl.campaign.sources import readable_name, there

    found: dict[Path, str] = {}
    for path in map(there, map(Path, paths)):
        if path.is_file():
            shared = sum(Path(other).name == path.name for other in paths) > 1
            # By where it really lies: a file that is named twice would be found to repeat its own numbers.
            found.setdefault(path.resolve(), readable_name(path if shared else Path(path.name)))
        else:
            for file in _workbooks_in(path):
                found.setdefault(file.resolve(), readable_name(file.relative_to(path.resolve())))
    return list(found.items())


def _workbooks_in(folder: Path) -> list[Path]:
    """The workbooks in a folder. Raises UsageError if there is none."""
    from lzxl.campaign.sources import WORKBOOK_SUFFIXES, list_files, unread_in

    files = list_files(folder, WORKBOOK_SUFFIXES)
    if not files:
        unread = unread_in(folder)
        named = f"，只有 {first_few(unread, _MOST_NAMED)}，压缩包请先解开" if unread else ""
        raise UsageError(
            f"文件夹里没有表格文件：{folder}{named}。", code="no_workbook_in_folder", path=folder, named=named
        )
    return files


def _write_returns(
    checked: Sequence[Checked], originals: Sequence[Path], context: Context, folder: Path, root: Path | None
) -> Iterator[Checked]:
    """The files again, each after its marked return is written; refused, if that cannot be written."""
    from lzxl.campaign.folder import safe_name
    from lzxl.campaign.returns import write_return_as_it_came
    from lzxl.checks.run import failed
    from lzxl.year.points import risk_points

    taken: set[str] = set()
    for entry, original in zip(checked, originals, strict=True):
        if entry.status != FileState.RETURNED or load_form(entry.submission.form).file:
            yield entry
            continue
        stem = safe_name(Path(entry.submission.file).stem)
        name, number = f"{stem}_退回.xlsx", 2
        while name in taken:
            name, number = f"{stem}_退回{number}.xlsx", number + 1
        taken.add(name)

        def write(entry: Checked = entry, target: Path = folder / name, original: Path = original) -> Checked:
            grading = context.graded_by(entry.submission.scheme).grading
            points = risk_points([entry.submission], grading)
            decided = context.resolved().told(points, grading, context.units.keys() - {entry.submission.unit_code})
            write_return_as_it_came(entry, grading, target, original, root, decided=decided)
            return entry

        yield attempt(write, partial(failed, entry.submission, faults=context.faults))


@dataclass(frozen=True)
class SummaryResult:
    """A summary that was written, and the round that it is of."""

    path: Path
    standing: Standing
    """With those files refused that could not be put into the summary."""
    failed: tuple[Checked, ...] = ()
    """These, each with the finding that says so."""
    settled: Settled | None = None
    """What was brought up to date beside it; None where it speaks of another day than today."""
    uncompared: str = ""
    """Why the period before, which lzxl.toml names, is not compared with; "" if it is."""
    waiting: int = 0
    """Warnings that units filed and that are not in the ledger yet, so that the summary counts them as waiting only."""


def consolidate(
    campaign: Campaign | str | Path,
    output: str | Path | None = None,
    progress: Progress | None = None,
    as_of: datetime.date | None = None,
) -> SummaryResult:
    """Write the bureau-wide summary of a campaign (or of its folder): `output`, or a workbook in its 汇总.

    `as_of`: the day that it speaks of: what is overdue then, and nothing that came in later; another one than today stands
    in the name of the workbook in 汇总, so that today's stays. None is today, and then
    returns and letters that wait are brought up to how the round stands (`lzxl.mail.office.settled`). The same
    inputs on the same day give the same bytes. Raises ConfigError for a broken roster or configuration, OutputError if the
    summary cannot be written.
    """
    from lzxl.campaign.books import reading_once

    with reading_once():
        return _consolidated(_campaign(campaign), output, progress, as_of)


def _consolidated(
    campaign: Campaign, output: str | Path | None, progress: Progress | None, as_of: datetime.date | None
) -> SummaryResult:
    from lzxl.campaign import clock
    from lzxl.campaign.nil_returns import nil_returns_of
    from lzxl.campaign.places import SUMMARY
    from lzxl.campaign.standing import faults_of, take_stock
    from lzxl.mail.office import settled

    config = campaign.config
    standing = take_stock(campaign, progress, _import_summary, as_of)
    now = settled(campaign, standing) if as_of is None else None
    if now is not None:
        standing = now.standing
    standing = nil_returns_of(campaign, standing).applied_to(standing)
    from lzxl.checks.run import failed
    from lzxl.summary.workbook import write_summary

    # What is asked for of another day does not take the place of today's.
    day = f"_截至{as_of}" if as_of not in (None, clock.today()) else ""
    target = Path(output) if output else campaign.folder(SUMMARY) / f"廉政风险防控汇总_{config.period}{day}.xlsx"

    waiting = 0

    def write(shares: Sequence[_Share]) -> Standing:
        nonlocal waiting
        made = _with_shares(standing, shares)
        round = compared.beside(_round(campaign, made), made)
        write_summary(round, target)
        waiting = sum(round.waiting.values())
        return made

    compared = _Compared(campaign)
    failures: dict[str, Checked] = {}

    def refuse(share: _Share, trouble: BaseException) -> _Share:
        submission = share.counted or (share.latest.submission if share.latest else None)
        assert submission is not None
        failures[share.file] = failed(submission, trouble, faults_of(campaign))
        return _Share(share.file, None, failures[share.file])

    standing = spared(_shares(standing), write, refuse)
    return SummaryResult(target, standing, tuple(failures.values()), now, compared.trouble, waiting)


class _Compared:
    """The register beside that of the period before. That one is no business of this summary: trouble with it is only said."""

    def __init__(self, campaign: Campaign) -> None:
        self._campaign = campaign
        self.trouble = ""

    def beside(self, round: Round, standing: Standing) -> Round:
        """The round with what the periods before were, as far as they are there."""
        from lzxl.campaign.compare import comparison_with_last
        from lzxl.summary.trend import LEAST_PERIODS

        if not self._campaign.config.previous:
            return round
        try:
            years = comparison_with_last(self._campaign, standing)
        except LzxlError as error:
            self.trouble = str(error)
            return round
        if years is None:
            return round
        trend = years.trend() if len(years.registers) >= LEAST_PERIODS else ()
        return replace(round, comparison=years.latest, trend=trend)


@dataclass(frozen=True)
class _Share:
    """What one file gives to a summary: its rows, if it counts, and its findings, if it is a unit's latest."""

    file: str
    counted: Submission | None
    latest: Checked | None


def _shares(standing: Standing) -> list[_Share]:
    counted = {entry.file: entry for entry in standing.counted}
    latest = {entry.submission.file: entry for entry in standing.latest}
    return [_Share(file, counted.get(file), latest.get(file)) for file in dict.fromkeys([*latest, *counted])]


def _with_shares(standing: Standing, shares: Sequence[_Share]) -> Standing:
    """A standing to which only these files contribute; those that may not count any more are refused."""
    counted = {share.file: share.counted for share in shares if share.counted is not None}
    lost = {entry.file for entry in standing.counted} - counted.keys()
    return replace(
        standing,
        filings=tuple(
            replace(filing, state=FileState.REFUSED, errors=1, warnings=0) if filing.file in lost else filing
            for filing in standing.filings
        ),
        counted=tuple(entry for entry in standing.counted if entry.file in counted),
        latest=tuple(share.latest for share in shares if share.latest is not None),
    )


def _round(campaign: Campaign, standing: Standing) -> Round:
    """The round that a summary is made of."""
    from lzxl.campaign import clock
    from lzxl.campaign.appraise import evaluation_now
    from lzxl.campaign.burden import typed_cells
    from lzxl.campaign.facts import decisions_of, facts_of, rulings_of
    from lzxl.campaign.moves import follows_of, records_of
    from lzxl.campaign.warnings import analysis_of, stocktaking, waiting_rows
    from lzxl.summary.round import Round
    from lzxl.year.moves import self_checks

    config, records = campaign.config, records_of(campaign, standing)
    facts, taking = facts_of(campaign, standing.counted, standing.as_of), stocktaking(campaign, standing.as_of)
    # A day that is asked for knows what was decided by then. Of today, every row counts that is there: also one of a meeting
    # that is written down before its day.
    until = standing.as_of if standing.as_of != clock.today() else None
    return Round(
        bureau=config.bureau,
        period=config.period,
        as_of=standing.as_of.isoformat(),
        units=tuple(campaign.units.values()),
        # The unit stands beside every row; of the file, its own name is enough.
        filings=tuple(replace(filing, file=_own_name(filing.file)) for filing in standing.filings),
        submissions=tuple(replace(entry, file=_own_name(entry.file)) for entry in standing.counted),
        findings=tuple(
            (_own_name(entry.submission.file), entry.submission.unit_code, entry.submission.form, finding)
            for entry in standing.latest
            for finding in entry.findings
            if finding.severity != "info"
        ),
        grading=campaign.grading,
        forms=config.forms,
        rounds=tuple((due.form, due.label) for due in standing.rounds),
        rulings=rulings_of(campaign, facts, decisions_of(campaign), until),
        scheme=campaign.appraisal,
        evaluation=evaluation_now(campaign, standing),
        typed=typed_cells(campaign, standing),
        self_checks=self_checks(records),
        follows=follows_of(campaign, records),
        courses=taking.courses,
        analysis=analysis_of(campaign, taking, standing.counted) if taking.courses else None,
        waiting=waiting_rows(campaign, standing.counted),
    )


def _own_name(file: str) -> str:
    """What an original is called in 收件 below its unit and form: its name, with the round where there are several."""
    return "/".join(PurePosixPath(file).parts[3:])


def _import_summary() -> None:
    """A tenth of a second's work, done while the workbooks are read."""
    import lzxl.summary.workbook  # noqa: F401


def __getattr__(name: str) -> object:
    if name == "Checked":  # loaded on first use: it brings the frame library with it
        from lzxl.checks.run import Checked

        return Checked
    raise AttributeError(name)
