"""The order in which people read findings: by sheet as in the file, by row, by column; what is about the whole first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from lzxl.checks.advice import give_advice
from lzxl.checks.privacy import keep_secrets
from lzxl.checks.report import Report
from lzxl.forms.findings import SEVERITIES, Finding, listed, told_counts
from lzxl.forms.places import Place
from lzxl.forms.values import display
from lzxl.submission import Submission

# A message names no more cells than this.
_MOST_NAMED = 8


def in_reading_order(report: Report) -> tuple[Finding, ...]:
    """The findings of a report, each once; of very many only the first, with one that says how many more there are."""
    position = {title: number for number, title in enumerate(_titles(report.submission))}

    def key(finding: Finding) -> tuple[int, int, int, int, str]:
        row, column = finding.place.begin
        sheet = position.get(finding.sheet, len(position)) if finding.sheet else -1
        return sheet, row, column, SEVERITIES.index(finding.severity), finding.code

    said = _without_shifted_rows(keep_secrets(report, give_advice(report)))
    ordered = sorted(dict.fromkeys(said), key=key)
    kept, more = listed(ordered, report.more)
    if not more.total():
        return tuple(kept)
    # About the whole file, so it comes first.
    told = report.catalogue.finding(
        "findings_too_many", value=len(kept) + more.total(), listed=len(kept), more=told_counts(more)
    )
    return (told, *kept)


def _titles(submission: Submission) -> list[str]:
    """The sheets of a file that findings may be about, each once: its cover, then its tables' in their order."""
    cover = [submission.cover.title] if submission.cover is not None else []
    return list(dict.fromkeys([*cover, *(table.title for table in submission.tables)]))


def _without_shifted_rows(findings: Sequence[Finding]) -> list[Finding]:
    """The findings, those of a row that is to be moved said with the move: they speak of where its content will be.

    Done before the move, what they ask for would be written over content that is in the wrong cell.
    """
    moves = {(finding.sheet, row): finding for finding in findings for row in _rows_moved(finding)}
    if not moves:
        return list(findings)
    left: list[Finding] = []
    after: dict[Finding, list[Finding]] = {}
    for finding in findings:
        move = _move_of(finding, moves)
        if move is None:
            left.append(finding)
        elif finding.severity != "info":
            after.setdefault(move, []).append(finding)
    return [replace(finding, fix=finding.fix + _told_after_move(after.get(finding, ()))) for finding in left]


def _rows_moved(finding: Finding) -> Sequence[int]:
    """The rows that a finding asks to move; none if it asks for something else."""
    return _rows(finding.place) if finding.code == "row_shifted" else ()


def _move_of(finding: Finding, moves: Mapping[tuple[str, int], Finding]) -> Finding | None:
    """The move that a finding is told with: all of its rows are moved, and it asks for no move itself."""
    rows = _rows(finding.place)
    if finding.code == "row_shifted" or not rows or any((finding.sheet, row) not in moves for row in rows):
        return None
    return moves[finding.sheet, rows[0]]


def _told_after_move(findings: Sequence[Finding]) -> str:
    """What else is wrong with rows that are moved, each at the cell in which it stands then; "" if nothing is."""
    if not findings:
        return ""
    ordered = sorted(findings, key=lambda finding: finding.place.begin)
    texts = [f"（{number}）{_told_at_cell(finding)}" for number, finding in enumerate(ordered[:_MOST_NAMED], 1)]
    more = len(ordered) - len(texts)
    rest = f"另有{more}处，移动后重新报送时再列出。" if more else ""
    return f"移动后，下列各处还须改正：{''.join(texts)}{rest}"


def _told_at_cell(finding: Finding) -> str:
    place = f"{finding.place.a1}“{finding.header}”" if finding.header else finding.place.a1
    if finding.code == "missing_value" and finding.remedy.action == "set":
        return f"{place}建议填“{display(finding.remedy.value)}”。"
    # The row is in its return as it was filed: nothing of it is cleared there.
    return f"{place}：{finding.message}{finding.fix.replace('（退回件中已清除）', '')}"


def _rows(place: Place) -> Sequence[int]:
    """The rows of an area of cells; none for whole columns, or for several areas."""
    area = place.only
    return range(area.top, area.bottom + 1) if area is not None and not area.is_whole_columns else ()
