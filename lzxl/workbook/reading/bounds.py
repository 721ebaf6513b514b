"""How much one file may hand on to the checks: so many tables and rows, and of its findings no more than anyone reads.

What is read here has to be taken in by the parent process, checked and written back, all of which grows with it.
"""

from __future__ import annotations

from collections import Counter

from lzxl.forms.findings import MOST_KEPT
from lzxl.forms.load import load_catalogue
from lzxl.submission import NEEDED, Fact, Submission

MOST_TABLES = 200
MOST_ROWS = 10_000
"""In all tables of a file. The largest register that anyone filed had a fifth of it."""


def bound(submission: Submission) -> None:
    """Refuse a submission with more tables or rows than anyone can have meant; keep the first of very many facts."""
    rows = sum(len(table.rows) for table in submission.tables)
    detail = ""
    if len(submission.tables) > MOST_TABLES:
        detail = f"有{len(submission.tables)}张表"
    elif rows > MOST_ROWS:
        detail = f"有{rows}行"
    if detail:
        submission.refusal = load_catalogue().finding("file_too_large", value=detail, detail=detail)
        # What was read of it goes no further: its size is what it is refused for.
        submission.cover = None
        submission.tables, submission.facts, submission.unplaced = [], [], []
        return
    submission.facts, submission.more = _first_of_each(submission.facts)


def _first_of_each(facts: list[Fact]) -> tuple[list[Fact], dict[str, int]]:
    """As many facts of each kind as findings of one severity are kept, and how many of each are not among them."""
    seen: Counter[str] = Counter()
    kept = []
    for fact in facts:
        seen[fact.kind] += 1
        if seen[fact.kind] <= MOST_KEPT or fact.kind in NEEDED:
            kept.append(fact)
    return kept, {kind: count - MOST_KEPT for kind, count in seen.items() if count > MOST_KEPT and kind not in NEEDED}
