"""考核得分: what every unit scored, with the weighted result, grade and rank, and what they rest on (第八条(三))."""

from __future__ import annotations

from collections.abc import Sequence

from lzxl.forms.appraisal import SCORE_FIELDS
from lzxl.forms.shown import NEEDED_ON_COVER
from lzxl.summary.book import Book, put_formula, put_text, put_title, set_page
from lzxl.summary.formulas import SCORED, Region, cell, region
from lzxl.summary.full import FullTable
from lzxl.summary.statistics import Appraisal
from lzxl.summary.units import average_formula, average_value
from lzxl.workbook.writing.measure import row_height

NAME = "考核得分"
HEAD_ROW, FIRST = 2, 3
_ON_COVER = NEEDED_ON_COVER["scoring"]


def _columns(table: FullTable) -> tuple[tuple[str, str, float], ...]:
    """Name, heading and width of each column."""
    cover = table.form.cover
    assert cover is not None
    opinion, appraisers = (cover.by_name[name].title for name in _ON_COVER)
    return (
        ("unit_code", "单位编码", 9),
        ("unit_name", "单位", 22),
        ("items", "考核项目数", 9),
        ("points", f"{table.header('points')}合计", 9),
        *((name, f"{table.header(name)}合计", 10) for name in SCORE_FIELDS),
        ("missing", "缺分项", 8),
        ("result", "加权得分", 10),
        ("grade", "等次", 10),
        ("rank", "名次", 8),
        ("opinion", opinion, 80),
        ("appraisers", appraisers, 16),
    )


def write_scores(book: Book) -> Region:
    """Writes the sheet and returns the region of its unit rows."""
    worksheet, styles, table = book.worksheets[NAME], book.styles, book.table("scoring")
    columns = _columns(table)
    placed = region(NAME, FIRST, len(book.round.units), [name for name, _, _ in columns])
    parts = "＋".join(f"{table.header(name)}×{weight.normalize():f}%" for name, weight in book.scheme.weights.items())
    note = (
        f"加权得分＝{parts}，四舍五入保留一位小数；三项分数有空缺的显示“未齐”，没有考核评分的显示“无”，均不定等次、不排名次。\n"
        f"依据：{book.scheme.basis}。"
    )
    write_head(book, columns, note)
    bands = write_bands(book, placed)
    covers = _covers(book)
    for position, entry in enumerate(book.statistics.appraisals):
        row = FIRST + position
        _write_row(book, placed, bands, row, entry)
        for name in _ON_COVER:
            text = covers.get((entry.unit_code, name), "")
            put_text(worksheet, row, placed.columns[name], text, styles.get("text"))
        said = {name: covers.get((entry.unit_code, name), "") for name in _ON_COVER}
        said["unit_name"] = book.round.unit_by_code[entry.unit_code].name
        texts = [(said[name], width) for name, _, width in columns if name in said]
        worksheet.set_row(row, max(20, row_height(texts)))
    write_average(book, placed, columns)
    if book.round.units:
        worksheet.autofilter(HEAD_ROW, 0, placed.last, len(columns) - 1)
    worksheet.freeze_panes(FIRST, 2)
    set_page(book, NAME, repeat=(HEAD_ROW, HEAD_ROW), titled=True)
    return placed


def _write_row(book: Book, placed: Region, bands: Region, row: int, entry: Appraisal) -> None:
    worksheet, styles, items = book.worksheets[NAME], book.styles, book.rows_of("scoring")
    unit = book.round.unit_by_code[entry.unit_code]
    code = {"unit_code": f"$A{row + 1}"}
    at = {name: cell(row, column) for name, column in placed.columns.items()}
    put_text(worksheet, row, 0, unit.code, styles.get("centre"))
    put_text(worksheet, row, 1, unit.name, styles.get("text"))
    formulas: dict[str, tuple[str, str, int | float | str]] = {
        "items": (book.totals.count(items, code), "number", entry.items),
        "points": (book.totals.sum(items, "points", code), "points", float(entry.points)),
    }
    for name in SCORE_FIELDS:
        formulas[name] = (book.totals.sum(items, name, code), "points", float(entry.totals[name]))
    there = "-".join(book.totals.count(items, {**code, name: SCORED}) for name in SCORE_FIELDS)
    formulas["missing"] = (f"{len(SCORE_FIELDS)}*{at['items']}-{there}", "number", entry.missing)
    weighted = "+".join(f"{weight.normalize():f}*{at[name]}" for name, weight in book.scheme.weights.items())
    result = f'IF({at["items"]}=0,"无",IF({at["missing"]}>0,"未齐",ROUND(({weighted})/100,1)))'
    shown = entry.state if entry.result is None else float(entry.result)
    formulas["result"] = (result, "score", shown)
    grade = f'IF(ISNUMBER({at["result"]}),LOOKUP({at["result"]},{bands.local("from")},{bands.local("grade")}),"—")'
    formulas["grade"] = (grade, "centre", entry.grade or "—")
    rank = f'IF(ISNUMBER({at["result"]}),RANK({at["result"]},{placed.local("result")}),"—")'
    formulas["rank"] = (rank, "number", entry.rank or "—")
    for name, (formula, style, value) in formulas.items():
        put_formula(worksheet, row, placed.columns[name], formula, styles.get(style), value)


def _covers(book: Book) -> dict[tuple[str, str], str]:
    """(unit code, cover field) → what the appraisal's cover says."""
    form = book.table("scoring").form.id
    return {
        (submission.unit_code, name): str(value)
        for submission in book.round.submissions
        if submission.form == form and submission.cover is not None
        for name, value in submission.cover.values.items()
        if name in _ON_COVER and value is not None
    }


def write_bands(book: Book, placed: Region) -> Region:
    """The grade bands, lowest first as LOOKUP needs them, below the table."""
    worksheet, styles, top = book.worksheets[NAME], book.styles, placed.last + 4
    put_text(worksheet, top - 1, 0, "等次标准", styles.get("section"))
    put_text(worksheet, top, 0, "得分起点", styles.get("head"))
    put_text(worksheet, top, 1, "等次", styles.get("head"))
    lowest_first = book.scheme.bands[::-1]
    for row, band in enumerate(lowest_first, start=top + 1):
        worksheet.write_number(row, 0, float(band.lowest), styles.get("points"))
        put_text(worksheet, row, 1, band.grade, styles.get("centre"))
    return region(NAME, top + 1, len(lowest_first), ("from", "grade"))


def write_head(book: Book, columns: Sequence[tuple[str, str, float]], note: str) -> None:
    """The sheet's title with the note below it, and the heads of its columns (name, title, width)."""
    worksheet, style = book.worksheets[NAME], book.styles.get("head")
    put_title(book, NAME, f"{book.round.bureau}{book.round.period}考核得分", note, len(columns), 34)
    worksheet.set_row(HEAD_ROW, 32)
    for column, (_, title, width) in enumerate(columns):
        put_text(worksheet, HEAD_ROW, column, title, style)
        worksheet.set_column(column, column, width)


def write_average(book: Book, placed: Region, columns: Sequence[tuple[str, str, float]]) -> None:
    worksheet, styles, row = book.worksheets[NAME], book.styles, placed.last + 1
    for column, (name, _, _) in enumerate(columns):
        if name == "unit_name":
            put_text(worksheet, row, column, "平均分", styles.get("total"))
        elif name == "result":
            put_formula(
                worksheet, row, column, average_formula(placed, name), styles.get("total_score"), average_value(book)
            )
        else:
            put_text(worksheet, row, column, "", styles.get("total"))
