"""The register beside that of the periods before: a sheet of the summary, and a workbook of its own."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

import polars as pl

from lzxl.campaign.compare import Years
from lzxl.files import writing
from lzxl.forms.grading import GradingTable
from lzxl.forms.naming import first_few
from lzxl.summary.book import Printed, put_text, put_title, set_page, set_readable_page, span
from lzxl.summary.rows import RowsWorkbook, RowsWorksheet
from lzxl.summary.statistics import gravest_first
from lzxl.summary.styles import AS_WRITTEN, Styles
from lzxl.summary.tables import UNIT_COLUMNS, Column, printed_width, write_table
from lzxl.summary.trend import TrendLine, added_and_cancelled, trend_heads, trend_lines
from lzxl.year.compared import Comparison, Difference
from lzxl.year.measures import MeasureDifference, Point, measures_as_data
from lzxl.year.registers import Entry, Register, compared_measures, register_sheet, serial_title

COMPARED, OUTLINE, MEASURES = "与上年比较", "比较概况", "措施比较"

KIND, LEVEL_BEFORE, LEVEL, STEP, WARNED, WORDING = (
    "比较结果",
    "上期等级",
    "本期等级",
    "等级升降",
    "本期属实预警",
    "文字比较",
)
MEASURES_CHANGED, COPIED = "措施变动", "一字不差"
NOTES = {
    "id_reused": "编号改用于其他内容",
    "removed_without_reason": "取消未写原因",
    "lowered_despite_warning": "本期有属实预警，等级降低",
}
"""What is to be looked into of a row, as people read it."""


_HEAD_ROW = 2
_MOST_SHOWN = 300
"""Characters of what a field said before and says now."""
_ONE_LINE = 30
_MOST_NAMED = 8
_AFTER = (
    Column("kind", KIND, 11, "centre"),
    Column("point", "", 24),
    Column("level_before", LEVEL_BEFORE, 9, "level"),
    Column("level", LEVEL, 9, "level"),
    Column("step", STEP, 9, "centre"),
    Column("warned", WARNED, 15, "wide"),
    Column("copied", WORDING, 10, "centre"),
    Column("changes", "变动栏目（上期→本期）", 60),
    Column("measure_changes", MEASURES_CHANGED, 40),
    Column("reason", "取消原因", 20),
    Column("notes", "请核实", 20),
)


def _columns() -> tuple[Column, ...]:
    """The columns of the list; those that the register has are called as it calls them."""
    _, sheet = register_sheet()
    return (
        Column("number", serial_title(), 6, "general"),
        *UNIT_COLUMNS,
        Column("id", sheet.by_name[sheet.key].title, 12, "wide"),
        Column("id_before", "上期编号", 12, "wide"),
        *(replace(column, title=column.title or sheet.title) for column in _AFTER),
    )


@dataclass(frozen=True)
class _List:
    """A sheet that lists what there was in either period, row by row. `what`: what its rows are."""

    name: str
    what: str
    said: str
    columns: tuple[Column, ...]
    rows: Sequence[tuple[str | None, ...]]


def _write_list(book: Printed, comparison: Comparison, listed: _List) -> None:
    columns = listed.columns
    # Said, not guessed: of as many rows as columns polars cannot tell which is which.
    frame = pl.DataFrame(listed.rows, schema={column.name: pl.String for column in columns[1:]}, orient="row")
    worksheet = book.worksheets[listed.name]
    title = f"{book.round.bureau}{listed.what}逐项比较（{comparison.after.period}与{comparison.before.period}）"
    put_title(book, listed.name, title, listed.said, len(columns), 34)
    placed = write_table(worksheet, book.styles, frame.with_row_index("number", offset=1), columns, _HEAD_ROW)
    if not listed.rows:
        span(worksheet, _HEAD_ROW + 1, 0, _HEAD_ROW + 1, len(columns) - 1, book.styles.get("empty"))
        put_text(worksheet, _HEAD_ROW + 1, 0, f"两期均没有已接收的{listed.what}。", book.styles.get("empty"))
    worksheet.freeze_panes(_HEAD_ROW + 1, 4)
    last = max(placed.last, _HEAD_ROW + 1)
    repeat = (_HEAD_ROW, _HEAD_ROW)
    set_readable_page(book, listed.name, printed_width(columns), last, repeated=4, repeat=repeat, titled=True)


def write_differences(book: Printed, comparison: Comparison) -> None:
    """Every risk point of either period, those of now in their order, then those that are gone."""
    told = _measures_told(comparison)
    rows = [_row(comparison, row, told) for row in comparison.rows]
    listed = _List(COMPARED, "廉政风险点", said_of(comparison), _columns(), rows)
    _write_list(book, comparison, listed)


def said_of(comparison: Comparison) -> str:
    """A comparison in two sentences."""
    share = f"（占{comparison.share:.1%}）" if comparison.share is not None else ""
    before, after = len(comparison.before.standing), len(comparison.after.standing)
    counts = (
        f"上期{before}个，本期{after}个：延续{len(comparison.matched)}个，新增{len(comparison.added)}个，"
        f"取消{len(comparison.removed)}个；等级提高{len(comparison.raised)}个，降低{len(comparison.lowered)}个；"
        f"与上期一字不差{len(comparison.copied)}个{share}。"
    )
    return (
        counts
        + _awaited(comparison.after)
        + "等级按领导小组认定，未认定的按计算等级。一字不差只供了解，不作为退回理由。"
    )


def _awaited(register: Register) -> str:
    """That units are not compared whose register of the period is not there yet."""
    if not register.awaited:
        return ""
    named = sorted(register.awaited)
    return f"登记表尚未接收的{len(named)}个单位（{first_few(named, _MOST_NAMED)}）不作比较。"


def _row(comparison: Comparison, row: Difference, told: Mapping[Point, list[str]]) -> tuple[str | None, ...]:
    before, after = row.before, row.after
    entry = after or before
    assert entry is not None
    (number, level), (number_before, level_before) = _number_and_level(after), _number_and_level(before)
    units = {**comparison.before.units, **comparison.after.units}
    added, cancelled = added_and_cancelled()
    kind = "延续" if row.is_matched else added if before is None else cancelled
    return (
        row.unit,
        units.get(row.unit, ""),
        number,
        number_before,
        kind,
        entry.headline,
        level_before,
        level,
        _step(row),
        "、".join(row.warnings) or None,
        _wording(row),
        "\n".join(_change(one.title, one.before, one.after) for one in row.changes) or None,
        "\n".join(told.get(row.as_point, ())) or None,
        row.reason or None,
        "；".join(NOTES[note] for note in row.notes) or None,
    )


def _number_and_level(entry: Entry | None) -> tuple[str | None, str | None]:
    """Of a row that is not in a register, neither."""
    return (entry.number, entry.level) if entry is not None else (None, None)


def _measures_told(comparison: Comparison) -> Mapping[Point, list[str]]:
    """Point → what became of its measures, as far as anything did."""
    found: dict[Point, list[str]] = {}
    for one in comparison.measures:
        said = _measure_told(one)
        if said:
            found.setdefault(one.point, []).append(said)
    return found


def _measure_told(one: MeasureDifference) -> str:
    if one.kind == "matched":
        titles = "、".join(change.title for change in one.changes)
        return f"变动：{_shortened(one.content)}（{titles}）" if titles else ""
    reason = f"（{one.reason}）" if one.reason else ""
    return f"{_kind_of(one)}：{_shortened(one.content)}{reason}"


def _kind_of(one: MeasureDifference) -> str:
    added, cancelled = added_and_cancelled()
    return {"added": added, "removed": cancelled}.get(one.kind, "延续")


def _measure_columns() -> tuple[Column, ...]:
    """The columns of the list of measures; those that the register has are called as it calls them."""
    sheet, points = compared_measures(), register_sheet()[1]
    assert sheet is not None and sheet.rules.numbered is not None and sheet.rules.charged is not None
    title = {name: sheet.by_name[name].title for name in (sheet.rules.numbered.text, sheet.rules.charged.progress)}
    serial = next(entry.title for entry in points.fields if entry.kind == "serial")
    content, progress = title.values()
    return (
        Column("number", serial, 6, "general"),
        *UNIT_COLUMNS,
        Column("point", points.by_name[points.key].title, 12, "wide"),
        Column("kind", KIND, 11, "centre"),
        Column("content", content, 50),
        Column("progress_before", f"上期{progress}", 12, "centre"),
        Column("progress", f"本期{progress}", 12, "centre"),
        Column("changes", "变动栏目（上期→本期）", 60),
        Column("reason", "取消原因", 24),
    )


def write_measures(book: Printed, comparison: Comparison) -> None:
    """Every measure of either period, point by point."""
    units = {**comparison.before.units, **comparison.after.units}
    rows = [_measure_row(one, units.get(one.point.unit, "")) for one in comparison.measures]
    sheet = compared_measures()
    assert sheet is not None
    listed = _List(MEASURES, sheet.title, measures_said(comparison), _measure_columns(), rows)
    _write_list(book, comparison, listed)


def _measure_row(one: MeasureDifference, unit: str) -> tuple[str | None, ...]:
    before, after = one.progress
    return (
        one.point.unit,
        unit,
        one.point.after or one.point.before,
        _kind_of(one),
        one.content,
        before or None,
        after or None,
        "\n".join(_change(change.title, change.before, change.after) for change in one.changes) or None,
        one.reason or None,
    )


def measures_said(comparison: Comparison) -> str:
    """What became of the measures, in a sentence."""
    found = measures_as_data(comparison.measures)
    ended = [one for one in comparison.measures if one.kind == "removed" and not one.reason]
    return (
        f"防控措施延续{found['matched']}条（其中有变动{found['changed']}条），新增{found['added']}条，"
        f"取消{found['removed']}条（未写原因{len(ended)}条）。"
    )


def _step(row: Difference) -> str | None:
    if not row.is_matched:
        return None
    return f"提高{row.step}级" if row.step > 0 else f"降低{-row.step}级" if row.step < 0 else "未变"


def _wording(row: Difference) -> str | None:
    if not row.is_matched:
        return None
    return COPIED if row.is_copied else "等级有变" if row.step else "有改动"


def _change(title: str, before: str, after: str) -> str:
    if not before and not after:
        return f"{title}：有变动"
    old, new = _shortened(before) or "（空）", _shortened(after) or "（空）"
    if len(old) + len(new) <= _ONE_LINE:
        return f"{title}：{old}→{new}"
    return f"{title}\n上期：{old}\n本期：{new}"


def _shortened(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= _MOST_SHOWN else plain[:_MOST_SHOWN] + "…"


@dataclass(frozen=True)
class _Heading:
    bureau: str
    period: str
    as_of: str


@dataclass(frozen=True)
class _OwnBook:
    """The workbook of a comparison."""

    round: _Heading
    worksheets: dict[str, RowsWorksheet]
    styles: Styles


def write_comparison(years: Years, bureau: str, day: date, grading: GradingTable, path: Path) -> None:
    """Write the workbook of a comparison, replacing it whole or not at all: outline with trend and units, then every point.

    Raises OutputError.
    """
    packed = io.BytesIO()
    with writing(path) as temporary, pl.Config(engine_affinity="in-memory"):
        workbook = RowsWorkbook(packed, AS_WRITTEN)
        heading = _Heading(bureau, years.latest.after.period, day.isoformat())
        title = f"{bureau}{heading.period}廉政风险点与上年比较"
        created = datetime.combine(day, datetime.min.time())
        workbook.set_properties({"title": title, "author": "lzxl", "created": created})
        sheets = {name: workbook.add_worksheet(name, RowsWorksheet) for name in (OUTLINE, COMPARED, MEASURES)}
        levels = gravest_first(grading.level)
        book = _OwnBook(heading, sheets, Styles(workbook, levels))
        _write_outline(book, years, levels)
        write_differences(book, years.latest)
        write_measures(book, years.latest)
        workbook.close()
        temporary.write_bytes(packed.getvalue())


def _write_outline(book: _OwnBook, years: Years, levels: Sequence[str]) -> None:
    """The periods in a row, then the units of the latest comparison."""
    worksheet = book.worksheets[OUTLINE]
    put_title(book, OUTLINE, f"{book.round.bureau}廉政风险点比较", said_of(years.latest), 9 + len(levels), 34)
    worksheet.set_column(0, 0, 10)
    worksheet.set_column(1, 1, 24)
    worksheet.set_column(2, 8 + len(levels), 9.5)
    _, sheet = register_sheet()
    unit_heads = [column.title for column in UNIT_COLUMNS]
    periods = [(number, *line) for number, line in enumerate(trend_lines(years.trend(), levels), 1)]
    row = _write_block(book, 3, f"一、{len(years.registers)}期趋势", ("", *trend_heads(levels)), periods)
    heads = (*unit_heads, sheet.title, "延续", *added_and_cancelled(), "一字不差", "占比")
    _write_block(book, row + 1, "二、各单位", heads, _unit_lines(years.latest))
    set_page(book, OUTLINE, paper="A4", repeat=None, titled=True)


def _write_block(
    book: _OwnBook, first: int, title: str, heads: Sequence[str], lines: Sequence[Sequence[str | float | None]]
) -> int:
    """A small table under its title; gives the row below it."""
    worksheet, styles = book.worksheets[OUTLINE], book.styles
    worksheet.set_row(first - 1, 24)
    put_text(worksheet, first - 1, 0, title, styles.get("section"))
    for row, line in enumerate((heads, *lines), start=first):
        worksheet.set_row(row, 20)
        for column, value in enumerate(line):
            if isinstance(value, str) or value is None:
                style = "head" if row == first else "text" if column == 1 else "centre"
                put_text(worksheet, row, column, value if value is not None else "—", styles.get(style))
            else:
                worksheet.write_number(
                    row, column, value, styles.get("percent" if column == len(line) - 1 else "number")
                )
    return first + len(lines) + 2


def _unit_lines(comparison: Comparison) -> list[TrendLine]:
    units = {**comparison.before.units, **comparison.after.units}
    return [
        (one.unit, units.get(one.unit, ""), one.points, one.matched, one.added, one.removed, one.copied, one.share)
        for one in comparison.by_unit()
    ]
