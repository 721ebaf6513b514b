"""Runs every rule over a batch of submissions: the one way from submissions to checked submissions.

A submission that a rule breaks on is refused by itself; the others have the findings that they would have without it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from lzxl.checks.advice import prepare_advice
from lzxl.checks.blank import MAY_BE_NIL, is_untouched
from lzxl.checks.context import Context
from lzxl.checks.follows import with_what_follows
from lzxl.checks.given import numbered
from lzxl.checks.judged_alone import Asked, JudgedAlone
from lzxl.checks.lookups import looked_up
from lzxl.checks.misplaced import as_meant
from lzxl.checks.order import in_reading_order
from lzxl.checks.report import Report
from lzxl.checks.rules import judge
from lzxl.faults import Fault, keep, note, spared
from lzxl.forms.findings import Finding, told_to_unit
from lzxl.forms.load import load_catalogue, load_form
from lzxl.forms.text import whole_text
from lzxl.states import FileState
from lzxl.submission import Submission

_Thing = TypeVar("_Thing")

# The code of the finding about a submission that the program broke on.
FAILED = "submission_failed"


@dataclass(frozen=True)
class Checked:
    """A submission and everything found about it, in reading order."""

    submission: Submission
    findings: tuple[Finding, ...]

    @property
    def status(self) -> FileState:
        """ACCEPTED, RETURNED (at least one error) or REFUSED (could not be read)."""
        if self.submission.refusal is not None:
            return FileState.REFUSED
        return FileState.RETURNED if self.count("error") else FileState.ACCEPTED

    @property
    def why_refused(self) -> str:
        """Why it could not be read; "" if it could."""
        return self.findings[0].message if self.status == FileState.REFUSED else ""

    @property
    def is_failed(self) -> bool:
        """Whether it is the program that broke on it."""
        refusal = self.submission.refusal
        return refusal is not None and refusal.code == FAILED

    @property
    def told(self) -> tuple[Finding, ...]:
        """The findings that the unit hears of."""
        return told_to_unit(self.findings)

    def count(self, severity: str) -> int:
        return sum(finding.severity == severity for finding in self.findings)

    def count_told(self, severity: str) -> int:
        """How many of them the unit hears of."""
        return sum(finding.severity == severity for finding in self.told)


def check_submissions(
    submissions: Sequence[Submission], context: Context, judged: JudgedAlone | None = None
) -> list[Checked]:
    """Every finding about every submission, in the order given. Submissions that could not be read pass through.

    `judged`: what was found of each by itself, kept for when they are checked again in the same campaign.
    """

    def instead(submission: Submission, trouble: BaseException) -> Submission:
        return failed(submission, trouble, context.faults).submission

    read = [_unreadable(submission, context.faults) if submission.trace else submission for submission in submissions]
    check = partial(_check_together, context=context, judged=judged or JudgedAlone())
    return spared(read, check, instead)


def _unreadable(submission: Submission, faults: Path | None) -> Submission:
    """A submission that the reader broke on, with the place where the details are kept."""
    assert submission.refusal is not None
    fault = keep(submission.refusal.value, submission.trace, faults, (submission.sha256,))
    return _bare(submission, fault)


def failed(submission: Submission, trouble: BaseException, faults: Path | None) -> Checked:
    """A submission that the program broke on: refused, with nothing left of its content that might break more.

    `faults`: where the details of the trouble are kept (`lzxl.faults.note`).
    """
    bare = _bare(submission, note(trouble, faults, (submission.sha256, submission.form, submission.container)))
    assert bare.refusal is not None
    return Checked(bare, (bare.refusal,))


def _bare(submission: Submission, fault: Fault) -> Submission:
    """What is known of a submission without its content, refused for `fault`."""
    name = whole_text(submission.file)
    place = fault.place or "（未写成）"
    return Submission(
        name,
        sha256=submission.sha256,
        form=submission.form,
        scheme=submission.scheme,
        unit_code=whole_text(str(submission.unit_code)),
        unit_name=whole_text(str(submission.unit_name)),
        period=whole_text(str(submission.period)),
        round=submission.round,
        refusal=load_catalogue().finding(FAILED, value=name, file=name, kind=fault.kind, place=place),
    )


def report_on(submission: Submission, context: Context) -> Report:
    """The report on a submission as it is meant, with what reading came upon."""
    catalogue = load_catalogue()
    meant, found = as_meant(submission, catalogue)
    # What follows is no evidence of what a row was meant to say.
    report = Report(numbered(with_what_follows(meant)), catalogue)
    for finding in found:
        report.add(finding)
    # Worked out when it is first asked for: a file without faults needs none.
    report.prepare = partial(prepare_advice, context=context.graded_by(submission.scheme))
    return report


def _check_together(submissions: Sequence[Submission], context: Context, judged: JudgedAlone) -> list[Checked]:
    submissions = [looked_up(submission, context) for submission in submissions]
    without_rules = [_without_rules(submission, context) for submission in submissions]
    to_judge = [one for one, without in zip(submissions, without_rules, strict=True) if without is None]
    reports = _judged_alone(to_judge, context, judged)
    judge(reports, context, "between submissions")
    by_rules = (
        Checked(numbered(with_what_follows(submission)), in_reading_order(report))
        for submission, report in zip(to_judge, reports, strict=True)
    )
    return _filled_up(without_rules, by_rules)


def _without_rules(submission: Submission, context: Context) -> Checked | None:
    """What is found of a submission without asking a rule; None where rules have to speak."""
    if submission.refusal is not None:
        return Checked(submission, (submission.refusal,))
    if not is_untouched(submission, has_people=bool(context.people)):
        return None
    form = load_form(submission.form)
    nil = MAY_BE_NIL.format(told=form.nil_return.told) if form.nil_return is not None else ""
    return Checked(submission, (load_catalogue().finding("form_untouched", form=form.title, nil=nil),))


def _judged_alone(submissions: Sequence[Submission], context: Context, judged: JudgedAlone) -> list[Report]:
    """A report of each submission with what the rules of one submission find, whatever it lies beside."""
    known = [
        judged.get(submission, context) or _judged_before(submission, context, judged) for submission in submissions
    ]
    fresh = [submission for submission, report in zip(submissions, known, strict=True) if report is None]
    reports = [report_on(submission, context) for submission in fresh]
    asked = Asked(context.resolved)
    judge(reports, replace(context, resolved=asked), "one submission")
    judged.remember(list(zip(fresh, reports, strict=True)), context, asked.answer)
    kept = (judged.keep(one, context, report, asked.answer) for one, report in zip(fresh, reports, strict=True))
    return _filled_up(known, kept)


def _filled_up(known: Iterable[_Thing | None], made: Iterator[_Thing]) -> list[_Thing]:
    """What is known already, with what was made of the others in its places."""
    return [one or next(made) for one in known]


def _judged_before(submission: Submission, context: Context, judged: JudgedAlone) -> Report | None:
    """The report of a file that an earlier run judged; None if none did, or if something has changed since."""
    before = judged.before(submission, context)
    if before is None:
        return None
    report = report_on(submission, context)
    report.go_on_from(before.found)
    return judged.keep(submission, context, report, context.resolved() if before.decided else None)
