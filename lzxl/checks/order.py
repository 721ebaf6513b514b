"""The order in which people read findings: by sheet as in the file, by row, by column; what is about the whole first."""

from __future__ import annotations

import re

from lzxl.checks.advice import give_advice
from lzxl.checks.privacy import keep_secrets
from lzxl.checks.report import Report
from lzxl.forms.findings import SEVERITIES, Finding, listed, told_counts
from lzxl.forms.text import column_index

_CELL = re.compile(r"^([A-Z]*)(\d*)")


def in_reading_order(report: Report) -> tuple[Finding, ...]:
    """The findings of a report, each once; of very many only the first, with one that says how many more there are."""
    submission = report.submission
    titles = [submission.cover.title] if submission.cover is not None else []
    for table in submission.tables:
        if table.title not in titles:
            titles.append(table.title)
    position = {title: number for number, title in enumerate(titles)}

    def key(finding: Finding) -> tuple[int, int, int, int, str]:
        match = _CELL.match(finding.cell)
        letters, digits = match.groups() if match else ("", "")
        sheet = position.get(finding.sheet, len(titles)) if finding.sheet else -1
        return (
            sheet,
            int(digits) if digits else 0,
            column_index(letters) if letters else 0,
            SEVERITIES.index(finding.severity),
            finding.code,
        )

    ordered = sorted(dict.fromkeys(keep_secrets(report, give_advice(report))), key=key)
    kept, more = listed(ordered, report.more)
    if not more.total():
        return tuple(kept)
    # About the whole file, so it comes first.
    told = report.catalogue.finding(
        "findings_too_many", value=len(kept) + more.total(), listed=len(kept), more=told_counts(more)
    )
    return (told, *kept)
