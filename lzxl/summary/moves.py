"""自查率 and 人员变动: who has filed the self-check that is due, by unit, and what follows from each move (第七条、第八条(三)).

Both name people: they are the office's alone, in no workbook and no letter that units get.
"""

from __future__ import annotations

import polars as pl

from lzxl.forms.load import load_form
from lzxl.forms.roster import ROSTER_FORM
from lzxl.summary.book import Book, put_formula, put_text, put_title, set_page, span
from lzxl.summary.formulas import Region, cell
from lzxl.summary.tables import Column, write_table
from lzxl.year.moves import Follow
from lzxl.year.units import told_unit

SELF_CHECKS, MOVES = "自查率", "人员变动"

_HEAD_ROW = 2
_UNITS = load_form(ROSTER_FORM).main_sheet
_NUMBER = Column("number", next(entry.title for entry in _UNITS.fields if entry.kind == "serial"), 6, "general")
_RATE_COLUMNS = (
    _NUMBER,
    Column("unit_code", _UNITS.by_name["code"].title, 10, "centre"),
    Column("unit_name", "单位", 24),
    Column("expected", "应交人数", 10, "general"),
    Column("handed_in", "实交人数", 10, "general"),
    Column("rate", "自查率", 10, "percent"),
    Column("absent", "未交人员", 40),
    Column("waiting", "新到岗未到期", 34),
)
_MOVE_COLUMNS = (
    _NUMBER,
    Column("person", "何人", 10, "wide"),
    Column("former", "从何单位", 22),
    Column("left", "离岗", 12, "date"),
    Column("unit", "到何单位", 22),
    Column("came", "到岗", 12, "date"),
    Column("kind", "何事", 12, "wide"),
    Column("text", "如何办理", 48),
    Column("until", "何时前", 12, "date"),
    Column("state", "办理情况", 14, "wide"),
    Column("who", "找谁", 20),
)
_KINDS = {"handover": "移交", "self_check": "个人自查", "pledge": "承诺书", "signature": "签字", "roster": "名册"}


def write_self_checks(book: Book) -> Region:
    """By unit: how many of its people are due, how many have filed, the rate, and who has not."""
    worksheet, styles, checks = book.worksheets[SELF_CHECKS], book.styles, book.round.self_checks
    units = book.round.unit_by_code
    rows = [
        (
            one.unit,
            units[one.unit].name,
            len(one.due),
            one.filed,
            one.rate,
            "、".join(one.missing),
            "、".join(f"{name}（{day}前）" for name, day in one.waiting),
        )
        for one in checks
    ]
    numeric = {"expected": pl.Int64, "handed_in": pl.Int64, "rate": pl.Float64}
    names = [column.name for column in _RATE_COLUMNS[1:]]
    frame = pl.DataFrame(
        rows, schema={name: numeric.get(name, pl.String) for name in names}, orient="row"
    ).with_row_index("number", offset=1)
    note = "自查率＝已有个人自查的人数÷名册登记的当天在岗人数；新到岗的，到期前未交的不计入应交。含个人姓名，只供办公室使用。"
    put_title(book, SELF_CHECKS, f"{book.round.bureau}{book.round.period}岗位自查率", note, len(_RATE_COLUMNS))
    placed = write_table(worksheet, styles, frame, _RATE_COLUMNS, _HEAD_ROW)
    for row, one in enumerate(checks, placed.first):
        _put_rate(book, row, one.rate, "percent")
    last = placed.last + 1
    for index, column in enumerate(_RATE_COLUMNS):
        put_text(worksheet, last, index, "合计" if column.name == "unit_name" else "", styles.get("total"))
    due, filed = sum(len(one.due) for one in checks), sum(one.filed for one in checks)
    for name, total in (("expected", due), ("handed_in", filed)):
        put_formula(worksheet, last, placed.columns[name], f"SUM({placed.local(name)})", styles.get("total"), total)
    _put_rate(book, last, filed / due if due else None, "total_percent")
    worksheet.freeze_panes(_HEAD_ROW + 1, 3)
    set_page(book, SELF_CHECKS, paper="A4", repeat=(_HEAD_ROW, _HEAD_ROW), titled=True)
    return placed


def _put_rate(book: Book, row: int, rate: float | None, style: str) -> None:
    """The rate of a row, from its two numbers."""
    names = [column.name for column in _RATE_COLUMNS]
    due, filed = (cell(row, names.index(name)) for name in ("expected", "handed_in"))
    formula = f'IF({due}=0,"—",{filed}/{due})'
    worksheet = book.worksheets[SELF_CHECKS]
    put_formula(worksheet, row, names.index("rate"), formula, book.styles.get(style), "—" if rate is None else rate)


def write_moves(book: Book) -> Region:
    """Each thing that follows from a move: what, by when, whether it is done, whom to ask."""
    worksheet, units = book.worksheets[MOVES], book.round.unit_by_code
    rows = []
    for follow in book.round.follows:
        left, now = follow.person, follow.now
        is_new = now is left
        unit = units.get(follow.unit)
        rows.append(
            (
                left.name,
                "" if is_new else told_unit(left.unit, book.round.unit_by_code),
                None if is_new else left.until,
                told_unit(now.unit, book.round.unit_by_code) if now is not None else "",
                now.since if now is not None else None,
                _KINDS[follow.kind],
                follow.text,
                follow.due,
                _state(book, follow),
                "、".join(dict.fromkeys(filter(None, (unit.head, unit.liaison)))) if unit is not None else "",
            )
        )
    dates = ("left", "came", "until")
    names = [column.name for column in _MOVE_COLUMNS[1:]]
    frame = pl.DataFrame(
        rows, schema={name: pl.Date if name in dates else pl.String for name in names}, orient="row"
    ).with_row_index("number", offset=1)
    note = (
        "名册里填了离岗、到岗日期的，随之要办的事逐条列在这里；改好、补交并接收后自动消去。含个人姓名，只供办公室使用。"
    )
    put_title(book, MOVES, f"{book.round.bureau}{book.round.period}人员变动要办的事", note, len(_MOVE_COLUMNS))
    placed = write_table(worksheet, book.styles, frame, _MOVE_COLUMNS, _HEAD_ROW)
    if not frame.height:
        span(worksheet, _HEAD_ROW + 1, 0, _HEAD_ROW + 1, len(_MOVE_COLUMNS) - 1, book.styles.get("empty"))
        put_text(worksheet, _HEAD_ROW + 1, 0, "本期没有人员变动。", book.styles.get("empty"))
    worksheet.freeze_panes(_HEAD_ROW + 1, 2)
    set_page(book, MOVES, paper="A4", repeat=(_HEAD_ROW, _HEAD_ROW), titled=True)
    return placed


def _state(book: Book, follow: Follow) -> str:
    """How it stands on the day of the summary."""
    if follow.is_done is None:
        return "请核对"
    if follow.is_done:
        return "已办"
    return "逾期" if follow.due is not None and follow.due < book.round.day else "待办"
