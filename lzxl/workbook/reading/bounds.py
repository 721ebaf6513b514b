"""How much one file may hand on to the checks: so many tables and rows, and of its findings no more than anyone reads.

What is read here has to be taken in by the parent process, checked and written back, all of which grows with it.
"""

from __future__ import annotations

from lzxl.forms.findings import Kept
from lzxl.forms.load import load_catalogue
from lzxl.submission import Submission

MOST_TABLES = 200
MOST_ROWS = 10_000
"""In all tables of a file. The largest register that anyone filed had a fifth of it."""


def bound(submission: Submission) -> None:
    """Refuse a submission with more tables or rows than anyone can have meant; keep the first of very many findings."""
    rows = sum(len(table.rows) for table in submission.tables)
    detail = ""
    if len(submission.tables) > MOST_TABLES:
        detail = f"有{len(submission.tables)}张表"
    elif rows > MOST_ROWS:
        detail = f"有{rows}行"
    if detail:
        submission.refusal = load_catalogue().finding("file_too_large", value=detail, detail=detail)
        submission.cover = None
        submission.tables, submission.findings, submission.unplaced = [], [], []
        return
    kept = Kept(submission.findings)
    submission.findings, submission.more = kept.findings, dict(kept.more)
