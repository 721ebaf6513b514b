"""Writes the bureau-wide summary workbook (汇总): sheets by fixed names, live totals, same round same bytes."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import polars as pl
from xlsxwriter.exceptions import FileCreateError

from lzxl.files import writing
from lzxl.forms.load import load_forms
from lzxl.forms.text import column_letters
from lzxl.summary.analysis import write_analysis
from lzxl.summary.book import Book, print_beneath, set_readable_page
from lzxl.summary.coverage import write_classes, write_coverage
from lzxl.summary.crosstables import Counted, write_cross
from lzxl.summary.formulas import Region, Totals
from lzxl.summary.full import FullTable, full_tables, sheet_titles
from lzxl.summary.lists import write_findings, write_gravest, write_missing, write_open
from lzxl.summary.merge import merge
from lzxl.summary.moves import write_moves, write_self_checks
from lzxl.summary.office_scores import write_office_scores
from lzxl.summary.overview import Sources, write_overview
from lzxl.summary.round import Round
from lzxl.summary.rows import RowsWorkbook, RowsWorksheet
from lzxl.summary.statistics import compute, gravest_first
from lzxl.summary.styles import AS_WRITTEN, OVERDUE_FILL, Styles
from lzxl.summary.tables import fitted, form_columns, naming_columns, printed_width, write_table
from lzxl.summary.trend import TREND, write_trend
from lzxl.summary.units import chart_region, write_units
from lzxl.summary.years import COMPARED, write_differences

_TABS = {
    "总览": "#1F3864",
    "一级风险清单": "#C00000",
    "待认定": "#BF9000",
    "未报送单位": "#C00000",
    "问题汇总": "#BF9000",
}

_LEAST_SLOT = 13.0


def write_summary(round: Round, path: Path) -> None:
    """Writes the summary of `round` to `path`, replacing it whole or not at all. Raises OutputError."""
    # Packed in memory: on a full disk an archive half-written to it raises once more when it is thrown away.
    packed = io.BytesIO()
    # A thousand small queries: the streaming engine takes longer to start than each of them to run.
    with writing(path) as temporary, pl.Config(engine_affinity="in-memory"):
        workbook = RowsWorkbook(packed, AS_WRITTEN)
        _fill(workbook, round)
        try:
            workbook.close()
        except FileCreateError as error:
            # XlsxWriter wraps the system's own error.
            raise next((cause for cause in error.args if isinstance(cause, OSError)), OSError(str(error))) from None
        temporary.write_bytes(packed.getvalue())


def _fill(workbook: RowsWorkbook, round: Round) -> None:
    merged, scheme, forms = merge(round), round.scheme, load_forms(round.grading.id)
    tables = full_tables(forms, round.forms)
    titles = sheet_titles(tables, has_people=bool(round.self_checks), has_warnings=round.analysis is not None)
    if round.comparison is not None:
        titles = (*titles, COMPARED)
    if round.trend:
        titles = (*titles, TREND)
    workbook.set_properties(
        {
            "title": f"{round.bureau}{round.period}廉政风险防控汇总",
            "author": "lzxl",
            "created": datetime.fromisoformat(round.as_of),
        }
    )
    book = Book(
        round=round,
        merged=merged,
        statistics=compute(round, merged),
        scheme=scheme,
        forms=forms,
        workbook=workbook,
        styles=Styles(workbook, gravest_first(round.grading.level)),
        totals=Totals(unit.code for unit in round.units),
        tables=tables,
        worksheets={name: workbook.add_worksheet(name, RowsWorksheet) for name in titles},
    )
    for name, colour in _TABS.items():
        book.worksheets[name].set_tab_color(colour)
    for table in sorted(tables, key=lambda table: titles.index(table.title)):
        book.regions[table.title] = _write_full_table(book, table)
    channels = _write_warning_counts(book)
    book.regions["考核得分"] = write_office_scores(book)
    book.regions["单位统计"] = write_units(book)
    write_gravest(book)
    classes, _ = write_classes(book)
    coverage = write_coverage(book)
    if round.analysis is not None:
        write_analysis(book, round.analysis)
    if round.self_checks:
        write_self_checks(book)
        write_moves(book)
    write_missing(book)
    write_findings(book)
    write_open(book)
    if round.comparison is not None:
        write_differences(book, round.comparison)
    if round.trend:
        write_trend(book, round.trend, gravest_first(round.grading.level))
    units = chart_region(book, book.regions["单位统计"])
    write_overview(book, Sources(units, classes, coverage, channels))
    book.worksheets["总览"].activate()


def _write_full_table(book: Book, table: FullTable) -> Region:
    worksheet, frame = book.worksheets[table.title], book.merged.tables[table.key]
    flags = {"open": "待认定", "is_overdue": "逾期"}
    otherwise = {"open": pl.col("ruled")} if "ruled" in frame.columns else {}
    shown = frame.with_columns(
        pl.when(pl.col(flag)).then(pl.lit(word)).otherwise(otherwise.get(flag, pl.lit(None))).alias(flag)
        for flag, word in flags.items()
        if flag in frame.columns
    )
    columns = fitted(shown, form_columns(table.sheet, table.extra))
    placed = write_table(worksheet, book.styles, shown, columns)
    repeated = naming_columns(table.sheet, columns)
    worksheet.freeze_panes(placed.first, repeated)
    worksheet.set_zoom(85)
    set_readable_page(book, table.title, printed_width(columns), placed.last, repeated=repeated)
    return placed


def _slots(widths: Sequence[float]) -> list[tuple[int, int]]:
    """Columns, some taken together, that are wide enough for the words of the counts below a table."""
    slots: list[tuple[int, int]] = []
    first, width = 0, 0.0
    for column, one in enumerate(widths):
        width += one
        if width >= _LEAST_SLOT:
            slots.append((first, column))
            first, width = column + 1, 0.0
    return slots


def _write_warning_counts(book: Book) -> Region:
    """Below the ledger: by channel × disposition and state × channel; marks overdue rows. Returns the first one's region."""
    ledger, table = book.table("alerts"), book.rows_of("alerts")
    name, channel = ledger.title, ledger.header("source")
    columns = fitted(book.merged.warnings, form_columns(ledger.sheet, ledger.extra))
    widths = printed_width(columns)
    slots = _slots(widths)
    worksheet = book.worksheets[name]
    letters = column_letters(table.columns["is_overdue"] + 1)
    worksheet.conditional_format(
        table.first,
        0,
        table.last,
        len(table.columns) - 1,
        {
            "type": "formula",
            "criteria": f'=${letters}{table.first + 1}="逾期"',
            "format": book.styles.highlight(OVERDUE_FILL),
        },
    )
    first = write_cross(
        book,
        name,
        table.last + 3,
        f"{ledger.form.title}：{channel}×{ledger.header('disposition')}",
        book.statistics.channel_by_disposition,
        Counted(table, "source", "disposition"),
        corner=channel,
        slots=slots,
    )
    second = write_cross(
        book,
        name,
        first.last + 4,
        # There are more states than a page has columns.
        f"{ledger.form.title}：{ledger.header('state')}×{channel}",
        book.statistics.state_by_channel,
        Counted(table, "state", "source"),
        corner=ledger.header("state"),
        slots=slots,
    )
    widest = max(len(first.columns), len(second.columns))
    print_beneath(book, name, table.last + 3, second.last + 1, slots[min(widest, len(slots)) - 1][1])
    return first
