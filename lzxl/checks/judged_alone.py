"""What rules of one submission have found, kept for when the same file is checked once more in a run, or in a later one.

How a round stands is found in steps, each with its own files side by side: the latest versions, one that counts beside whatever
else its unit filed, one that was overtaken beside what there was on its day. What is found of a file by itself is the same each time.
"""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from lzxl.checks.report import Found, Report

if TYPE_CHECKING:
    from lzxl.checks.context import Context
    from lzxl.submission import Submission
    from lzxl.year.resolved import Resolved


class Store(Protocol):
    """Keeps what was found of files for a later run; it gives it only where all that the check rests on is the same."""

    def get(self, file: str, context: Context) -> Before | None: ...
    def put(self, found: Mapping[str, Before], context: Context) -> None: ...


class JudgedAlone:
    """Reports of one campaign, whose roster, period and grading table do not change meanwhile.

    `store`: keeps them for other runs, in which these may be others.
    """

    def __init__(self, store: Store | None = None) -> None:
        self._store = store
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

    def before(self, submission: Submission, context: Context) -> Before | None:
        """What an earlier run found of the file; None if it did not, or if something has changed since."""
        if self._store is None or not submission.sha256:
            return None
        known = self._store.get(submission.file, context)
        if known is None or known.what != _what(submission, context):
            return None
        return known if known.decided in ("", _digest(context.resolved())) else None

    def remember(self, kept: Sequence[tuple[Submission, Report]], context: Context, decided: Resolved | None) -> None:
        """Keep for later runs what was found of files by themselves. `decided` as of `keep`."""
        if self._store is None:
            return
        digest = _digest(decided) if decided is not None else ""
        found = {one.file: Before(_what(one, context), digest, report.found()) for one, report in kept if one.sha256}
        if found:
            self._store.put(found, context)

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


@dataclass(frozen=True)
class What:
    """What a judgement is of, and what it rests on."""

    sha256: str
    form: str
    scheme: str
    round: str
    received: datetime.date | None
    today: datetime.date | None
    earlier: str
    """What its numbers stood for before, as a digest: rows without a number are given one that nothing uses."""


def _what(submission: Submission, context: Context) -> What:
    earlier = _digest(submission.earlier) if submission.earlier else ""
    one = submission
    return What(one.sha256, one.form, one.scheme, one.round, one.received, context.today, earlier)


@dataclass(frozen=True)
class Before:
    """What an earlier run found of a file by itself."""

    what: What
    decided: str
    """What the leading group had decided, as a digest, if a rule asked; else ""."""
    found: Found

    @property
    def is_whole(self) -> bool:
        """Whether it is what it says: it may come from a file."""
        is_ours = isinstance(self.what, What) and isinstance(self.decided, str) and isinstance(self.found, Found)
        return is_ours and self.found.is_whole


def _digest(value: object) -> str:
    """Tells apart whatever is written in another way: two that are the same may differ, which costs time, never the reverse."""
    return hashlib.sha256(repr(value).encode(errors="replace")).hexdigest()


@dataclass(frozen=True)
class _Judged:
    what: What
    decided: Resolved | None
    report: Report
