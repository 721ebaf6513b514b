"""The check of a workbook that is open in a program: findings as colours and notes in place, and as a list.

It gives the findings that `lzxl check` gives for the saved file: if that lies in a campaign's folder, with its roster and
period. What it adds it takes away again, also after the workbook was saved, reopened, and its rows moved: what cells looked
like is kept on the hidden sheet that holds the stamp.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, count, islice, product
from pathlib import Path

from lzxl.checks.context import Context
from lzxl.errors import OutputError
from lzxl.forms.findings import SEVERITIES, SEVERITY_TITLES, Finding, counted
from lzxl.forms.grading import GradingTable
from lzxl.forms.load import load_form, load_grading
from lzxl.forms.places import Area
from lzxl.forms.text import spoken_clause
from lzxl.functions.port import KEEP, Place, TextSheet, WorkbookPort
from lzxl.groups import apart
from lzxl.workbook.layout import FINDINGS_SHEET, OWN_SHEETS, STAMP_SHEET
from lzxl.workbook.reading.content import SheetContent, WorkbookContent
from lzxl.workbook.reading.read import read_open

# Right of the stamp: nothing that reads the stamp looks there.
_MEMORY_COLUMN = 5
_MEMORY_HEAD = "lzxl_marks"
_OWN, _TAKEN_OVER = "own", "taken_over"
_OURS = "added"

_HEADER_ROW = 4
_MOST_CELLS = 500
"""A finding over more cells than this has only the first of them painted."""


@dataclass(frozen=True)
class _Mark:
    """One marked cell: its fill before and since ("" if it was not painted), its note, and whether that is ours."""

    sheet: str
    place: Place
    before: str
    colour: str
    note: str
    ours: bool


@dataclass(frozen=True)
class _Memory:
    """What was added to the workbook. `list_was`: whether 问题清单 is ours, or was there as part of a marked return."""

    list_was: str = ""
    marks: Sequence[_Mark] = ()


@dataclass
class _Told:
    """What a cell is to show: the gravest severity of its findings, and their texts."""

    severity: int = len(SEVERITIES)
    texts: list[str] = field(default_factory=list)


def check_workbook(port: WorkbookPort, grading: GradingTable | None = None) -> str:
    """Check the open workbook and mark what is wrong; a sentence that says what was found.

    `grading`: the office's table; None takes that of the campaign in whose folder the workbook lies, with its roster and
    period, and outside of one the table that the workbook was made for. Marks of an earlier check go first. A workbook
    that is none of our forms is left as it is. Raises OutputError if it is protected by a password as a whole,
    ConfigError if the campaign's settings or roster have errors.
    """
    from lzxl.checks.run import check_submissions  # brings the frame library

    stamp_rows, memory = _recall(port)
    content = _read(port, memory)
    known = Context(grading) if grading else _context_around(port.path)
    submission = read_open(content, port.name, scheme=known.grading.id if known else "")
    if submission.refusal is not None:
        return f"{submission.refusal.message}{submission.refusal.fix}未作任何改动。"
    _remove(port, stamp_rows, memory)
    [checked] = check_submissions([submission], known or Context(load_grading(submission.scheme)))
    title = f"《{load_form(submission.form).title}》"
    if not checked.told:
        return f"{title}未发现问题。"
    refused = _mark(port, {sheet.name: sheet for sheet in content.sheets}, checked.told)
    return f"{title}{counted(checked.told)}。逐条见“{FINDINGS_SHEET}”，要改的单元格已标色{_told_unmarked(refused)}。"


def _told_unmarked(sheets: Sequence[str]) -> str:
    return f"；{'、'.join(f'“{name}”' for name in sheets)}有密码保护，未标色" if sheets else ""


def clear_marks(port: WorkbookPort) -> str:
    """Take away what `check_workbook` added; a sentence that says so. Raises OutputError as that does."""
    stamp_rows, memory = _recall(port)
    if not memory.list_was:
        return "本簿没有校验标记，未作任何改动。"
    _remove(port, stamp_rows, memory)
    return "校验标记已清除。"


def _context_around(path: Path | None) -> Context | None:
    """What the campaign knows in whose folder a file lies; None outside of one."""
    from lzxl.campaign.folder import find_campaign
    from lzxl.campaign.roster import ROSTER_NAME
    from lzxl.campaign.standing import context_of

    campaign = find_campaign(path.resolve().parent) if path is not None else None
    if campaign is None or path is None:
        return None
    if path.resolve() == (campaign.root / ROSTER_NAME).resolve():
        # The roster is not compared with itself: it may be open just because of its errors.
        return Context(campaign.grading, campaign.config.period)
    return context_of(campaign)


def _read(port: WorkbookPort, memory: _Memory) -> WorkbookContent:
    """The workbook as the reader of the saved file would have it, without a list of our own."""
    properties = port.properties()
    sheets = []
    for name, visibility in port.sheets():
        if name == FINDINGS_SHEET and memory.list_was == _OWN:
            continue
        if name == STAMP_SHEET or name not in OWN_SHEETS:
            sheets.append(port.content(name))
        else:
            # That it is there is all that counts: with our list of people, what looks people up is ours as well.
            sheets.append(SheetContent(name, visibility))
    return WorkbookContent("xlsx", sheets, port.date1904, properties)


def _mark(port: WorkbookPort, contents: Mapping[str, SheetContent], findings: Sequence[Finding]) -> list[str]:
    """Write the list and the marks; the sheets that did not let themselves be painted."""
    taken_over = any(name == FINDINGS_SHEET for name, _ in port.sheets())
    port.put_sheet(FINDINGS_SHEET, _list(port.name, findings))
    told = _cells_to_mark(contents, findings)
    fills = _severity_colours()
    marks: dict[str, list[_Mark]] = {}
    for sheet, cells in told.items():
        noted = port.notes(sheet)
        before = port.fills(sheet, list(cells))
        marks[sheet] = [
            _Mark(
                sheet,
                place,
                fill,
                fills[told_here.severity] if fill != KEEP else "",
                # A note of the unit's own stays; what we have to say stands in the list.
                noted.get(place) or "\n\n".join(dict.fromkeys(told_here.texts)),
                place not in noted,
            )
            for (place, told_here), fill in zip(cells.items(), before, strict=True)
        ]
    stamp_rows, _ = _recall(port)
    # Remembered before anything is painted: a check that is cut short can be cleared too.
    memory = _Memory(_TAKEN_OVER if taken_over else _OWN, [mark for here in marks.values() for mark in here])
    _remember(port, stamp_rows, memory)
    refused = []
    for sheet, here in marks.items():
        try:
            port.paint(sheet, {mark.place: mark.colour for mark in here if mark.colour})
            port.put_notes(sheet, {mark.place: mark.note for mark in here if mark.ours and mark.note})
        except OutputError:
            refused.append(sheet)
    return refused


def _severity_colours() -> list[str]:
    from lzxl.workbook.writing.styles import SEVERITY_FILLS

    return [f"#{SEVERITY_FILLS[severity].start_color.rgb[2:]}" for severity in SEVERITIES]


def _cells_to_mark(contents: Mapping[str, SheetContent], findings: Sequence[Finding]) -> dict[str, dict[Place, _Told]]:
    """Sheet → cell → what it is to show."""
    from lzxl.workbook.writing.comments import MOST_COMMENTS, comment_text

    told: dict[str, dict[Place, _Told]] = {}
    for finding in findings:
        if not finding.place.areas or finding.sheet not in contents:
            continue
        places = list(_places(contents[finding.sheet], finding.place.areas))
        for number, place in enumerate(places):
            here = told.setdefault(finding.sheet, {}).setdefault(place, _Told())
            here.severity = min(here.severity, SEVERITIES.index(finding.severity))
            if number == 0 or len(places) <= MOST_COMMENTS:
                here.texts.append(comment_text(finding))
    return told


def _places(content: SheetContent, areas: Sequence[Area]) -> Iterable[Place]:
    """The cells of some areas; of whole rows and columns, the first that is filled."""
    last_row, widest = max(content.rows, default=1), max(map(len, content.rows.values()), default=1)
    corners: dict[Place, Place] = {}
    for top, left, bottom, right in content.merges:
        merged = product(range(top, min(bottom, last_row) + 1), range(left, min(right, widest) + 1))
        corners |= dict.fromkeys(merged, (top, left))
    found: dict[Place, None] = {}
    for place in chain.from_iterable(_cells_of(content, area, last_row, widest) for area in areas):
        found[corners.get(place, place)] = None
        if len(found) >= _MOST_CELLS:
            return list(found)[:1]
    return found


def _cells_of(content: SheetContent, area: Area, last_row: int, widest: int) -> Iterable[Place]:
    """Every cell of an area; of one that is a whole row or column, the first that is filled."""
    if not area.is_whole_rows and area.bottom <= last_row:
        return product(range(area.top, area.bottom + 1), range(area.left, area.right + 1))
    every = product(range(area.top, last_row + 1), range(area.left, min(area.right, widest) + 1))
    return islice((place for place in every if content.cell(*place) is not None), 1)


def _list(file: str, findings: Sequence[Finding]) -> TextSheet:
    from lzxl.workbook.writing.findings_sheet import FINDINGS_COLUMNS

    columns = FINDINGS_COLUMNS[:-1]  # nothing has moved in an open workbook
    rows = [
        [f"{file}　共{len(findings)}个问题：{counted(findings)}。"],
        ["改好后再校验一次；“清除标记”去掉本表和标色。本表只作提示，不用填。"],
        [],
        [header for header, _, _ in columns],
    ]
    for number, finding in enumerate(findings, 1):
        place = finding.place.spoken or "整表" if finding.sheet else ""
        severity = SEVERITY_TITLES[finding.severity]
        texts = (finding.header, finding.value, finding.message, finding.fix, spoken_clause(finding.basis))
        rows.append([str(number), severity, finding.sheet, place, *texts])
    return TextSheet(rows, [width for _, width, _ in columns], header_row=_HEADER_ROW)


def _recall(port: WorkbookPort) -> tuple[list[list[str]], _Memory]:
    """The rows of the stamp sheet that are the stamp's, and what is remembered beside them."""
    if all(name != STAMP_SHEET for name, _ in port.sheets()):
        return [], _Memory()
    content = port.content(STAMP_SHEET)
    rows = [[_text(cell) for cell in content.rows.get(row, ())] for row in range(1, max(content.rows, default=0) + 1)]
    stamp = [row[: _MEMORY_COLUMN - 1] for row in rows]
    while stamp and not any(stamp[-1]):
        stamp.pop()
    return stamp, _memory_in([(row[_MEMORY_COLUMN - 1 :] + [""] * 7)[:7] for row in rows])


def _memory_in(kept: Sequence[Sequence[str]]) -> _Memory:
    """What the cells right of the stamp remember: what the list was, then a row for each mark."""
    if not kept or kept[0][0] != _MEMORY_HEAD:
        return _Memory()
    marks = [
        _Mark(sheet, (int(row), int(column)), before, colour, note, ours == _OURS)
        for sheet, row, column, before, colour, ours, note in kept[1:]
        if sheet and row.isdigit() and column.isdigit()
    ]
    return _Memory(kept[0][1], marks)


def _text(cell: object) -> str:
    """A cell of the stamp sheet, all of which are written as texts; a program may have made a number of one."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell)


def _remember(port: WorkbookPort, stamp: Sequence[Sequence[str]], memory: _Memory) -> None:
    """Write the stamp sheet anew: the stamp, and what is to be remembered; no sheet for neither."""
    kept: list[list[str]] = []
    if memory.list_was:
        kept = [[_MEMORY_HEAD, memory.list_was]]
        for mark in memory.marks:
            kept.append(
                [mark.sheet, *map(str, mark.place), mark.before, mark.colour, _OURS if mark.ours else "", mark.note]
            )
    if not kept and not stamp:
        port.remove_sheet(STAMP_SHEET)
        return
    rows = []
    for number in range(max(len(stamp), len(kept))):
        left = list(stamp[number]) if number < len(stamp) else []
        rows.append(
            left + [""] * (_MEMORY_COLUMN - 1 - len(left)) + kept[number] if number < len(kept) else left,
        )
    port.put_sheet(STAMP_SHEET, TextSheet(rows, hidden=True))


def _remove(port: WorkbookPort, stamp: Sequence[Sequence[str]], memory: _Memory) -> None:
    """Put every marked cell back as it was, then forget."""
    if not memory.list_was:
        return
    there = {name for name, _ in port.sheets()}
    by_sheet: dict[str, list[_Mark]] = {}
    for mark in memory.marks:
        by_sheet.setdefault(mark.sheet, []).append(mark)
    for sheet, marks in by_sheet.items():
        if sheet in there:
            try:
                _restore(port, sheet, marks)
            except OutputError:
                continue  # protected by a password: nothing was painted there
    if memory.list_was == _OWN:
        port.remove_sheet(FINDINGS_SHEET)
    elif FINDINGS_SHEET in there:
        # A marked return needs its list, whatever is in it: its column 问题 would be taken for the unit's own.
        port.put_sheet(FINDINGS_SHEET, TextSheet([["校验标记已清除；请重新校验。"]], (60,)))
    _remember(port, stamp, _Memory())


def _restore(port: WorkbookPort, sheet: str, marks: Sequence[_Mark]) -> None:
    """Put the cells of one sheet back. Rows may have moved since: a mark is found again by its note."""
    noted = _found_by_note(port.notes(sheet), marks)
    found = noted | _left_in_place(marks, noted)
    places = list(found.values())
    shown = dict(zip(places, port.fills(sheet, places), strict=True))
    restored: dict[Place, str] = {}
    for mark, place in found.items():
        if shown[place] == mark.colour:
            ours = (place, *_coloured_below(port, sheet, place, mark, shown))
            restored |= dict.fromkeys(ours, mark.before)
    port.remove_notes(sheet, [place for mark, place in noted.items() if mark.ours])
    port.paint(sheet, restored)


def _found_by_note(notes: Mapping[Place, str], marks: Sequence[_Mark]) -> dict[_Mark, Place]:
    """Where the marks with a note are now: in their place, else where the same note is, rather in the same column."""
    noted = dict.fromkeys(mark for mark in marks if mark.note)
    in_place, away = apart(noted, lambda mark: _same(notes.get(mark.place, ""), mark.note))
    found = {mark: mark.place for mark in in_place}
    moved = dict(sorted(notes.items()))
    for mark in in_place:
        moved.pop(mark.place, None)
    for mark in away:
        place = _nearest_alike(moved, mark)
        if place is not None:
            found[mark] = place
            del moved[place]
    return found


def _left_in_place(marks: Sequence[_Mark], noted: Mapping[_Mark, Place]) -> dict[_Mark, Place]:
    """Of marks without a note there is only the place, and the colour that must still be ours."""
    taken = set(noted.values())
    return {mark: mark.place for mark in marks if mark not in noted and mark.place not in taken}


def _nearest_alike(notes: Mapping[Place, str], mark: _Mark) -> Place | None:
    """Where a note says the same as a mark's, the first in its column if there is one."""
    alike = [place for place, text in notes.items() if _same(text, mark.note)]
    return min(alike, key=lambda place: (place[1] != mark.place[1], place), default=None)


def _coloured_below(
    port: WorkbookPort, sheet: str, place: Place, mark: _Mark, known: Collection[Place]
) -> Iterator[Place]:
    """The cells right below a marked one that took its colour on: rows were inserted there. `known`: cells with a mark."""
    if mark.before == mark.colour:  # then it looks as it did, and so does what is below
        return
    row, column = place
    for below in count(row + 1):
        if (below, column) in known or port.fills(sheet, [(below, column)]) != [mark.colour]:
            return
        yield below, column


def _same(one: str, other: str) -> bool:
    """Whether two notes say the same: programs change line ends and drop what is at the end."""
    return one.split() == other.split()
