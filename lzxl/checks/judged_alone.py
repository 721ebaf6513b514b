"""What rules of one submission have found, kept for when the same file is checked once more in a run.

How a round stands is found in steps, each with its own files side by side: the latest versions, one that counts beside whatever
else its unit filed, one that was overtaken beside what there was on its day. What is found of a file by itself is the same each time.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from lzxl.checks.context import Context
    from lzxl.checks.report import Report
    from lzxl.submission import Submission
    from lzxl.year.resolved import Resolved


class JudgedAlone:
    """Reports of one campaign, whose roster, period and grading table do not change meanwhile."""

    def __init__(self) -> None:
        self._known: dict[str, _Judged] = {}
        """File → what was found of it by itself; of its latest content only."""

    def get(self, submission: Submission, context: Context) -> Report | None:
        """A report to go on with; None if the file is to be judged, because it was not or because something has changed."""
        known = self._known.get(submission.file)
        if known is None or known.what != _what(submission, context):
            return None
        # Asked for only where it was asked for before: the office's books are read then.
        if known.decided is not None and known.decided is not context.resolved():
            return None
        return known.report.continued(submission)

    def keep(self, submission: Submission, context: Context, report: Report, decided: Resolved | None) -> Report:
        """Keep a report with what was found of a file by itself; the same, to go on with.

        `decided`: what the leading group had decided, if a rule asked (`Asked`).
        """
        if submission.sha256:
            self._known[submission.file] = _Judged(_what(submission, context), decided, report)
        return report.continued(submission)


class Asked:
    """Gives what the leading group decided, and knows whether anybody asked."""

    def __init__(self, resolved: Callable[[], Resolved]) -> None:
        self._resolved = resolved
        self.answer: Resolved | None = None

    def __call__(self) -> Resolved:
        self.answer = self._resolved()
        return self.answer


class _What(NamedTuple):
    """What a judgement is of, and what it rests on."""

    sha256: str
    scheme: str
    round: str
    received: datetime.date | None
    today: datetime.date | None


def _what(submission: Submission, context: Context) -> _What:
    return _What(submission.sha256, submission.scheme, submission.round, submission.received, context.today)


@dataclass(frozen=True)
class _Judged:
    what: _What
    decided: Resolved | None
    report: Report
