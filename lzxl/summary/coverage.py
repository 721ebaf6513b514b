"""类别等级, 防控措施覆盖: risk points by class and type; which aspects are guarded by which layers (第八条(一)2)."""

from __future__ import annotations

from lzxl.forms.text import column_letters
from lzxl.summary.book import Book, put_formula, put_text, put_title, set_page, span
from lzxl.summary.crosstables import Counted, write_cross
from lzxl.summary.formulas import Region, criterion, region
from lzxl.summary.statistics import words_of
from lzxl.summary.styles import GAP_FILL, MUTED
from lzxl.workbook.writing.measure import row_height

_NAME_WIDTH = 24.0

CLASSES, COVERAGE = "类别等级", "防控措施覆盖"


def write_classes(book: Book) -> tuple[Region, Region]:
    """Class × level and type × level with shares; returns the regions of both."""
    worksheet, points, table = book.worksheets[CLASSES], book.rows_of("risks"), book.table("risks")
    power_class, risk_type = table.header("power_class"), table.header("risk_type")
    by_class, by_type = book.statistics.class_by_level, book.statistics.type_by_level
    note = "占比均为占全局风险点总数的比例。风险等级由发生可能性和后果程度按分级表得出，非手填。"
    put_title(book, CLASSES, f"{book.round.bureau}{book.round.period}风险点类别等级统计", note, 9)
    worksheet.set_column(0, 0, 22)
    worksheet.set_column(1, 2 * len(by_class.columns) + 2, 11)
    first = write_cross(
        book,
        CLASSES,
        3,
        f"一、按{power_class}",
        by_class,
        Counted(points, "power_class", "level"),
        corner=power_class,
        shares=True,
        level_columns=True,
    )
    second = write_cross(
        book,
        CLASSES,
        first.last + 4,
        f"二、按{risk_type}",
        by_type,
        Counted(points, "risk_type", "level"),
        corner=risk_type,
        shares=True,
        level_columns=True,
    )
    set_page(book, CLASSES, paper="A4", repeat=None, titled=True)
    return first, second


def write_coverage(book: Book) -> Region:
    """Aspect × layer bureau-wide, then by unit with gaps marked; returns the region of the first."""
    worksheet, measures = book.worksheets[COVERAGE], book.rows_of("prevention")
    aspects, layers = _aspects(book), _layers(book)
    risk_type, layer = book.table("risks").header("risk_type"), book.table("prevention").header("layer")
    width = 2 + len(aspects) * (1 + len(layers))
    note = (
        f"防控措施按所关联风险点的{risk_type}归入三个方面；在本单位登记表中找不到所关联编号的，列为“未关联风险点”。"
        "橙色格：该单位有这一方面的风险点，但没有这一层次的防控措施。"
    )
    put_title(book, COVERAGE, f"{book.round.bureau}{book.round.period}防控措施覆盖情况", note, width)
    worksheet.set_column(0, 0, 11)
    worksheet.set_column(1, 1, _NAME_WIDTH)
    worksheet.set_column(2, width - 1, 10)
    placed = write_cross(
        book,
        COVERAGE,
        3,
        f"一、全局：{risk_type}×{layer}（措施条数）",
        book.statistics.coverage,
        Counted(measures, "aspect", "layer"),
        corner=risk_type,
        slots=[(0, 1), *((column, column) for column in range(2, 4 + len(layers)))],
    )
    _write_by_unit(book, placed.last + 4)
    set_page(book, COVERAGE, repeat=None, titled=True)
    return placed


def _aspects(book: Book) -> tuple[str, ...]:
    return words_of(book.table("risks").sheet, "risk_type")


def _layers(book: Book) -> tuple[str, ...]:
    return words_of(book.table("prevention").sheet, "layer")


def _write_by_unit(book: Book, top: int) -> None:
    """By unit and aspect: risk points, then measures by layer."""
    worksheet, styles, statistics = book.worksheets[COVERAGE], book.styles, book.statistics
    points, measures = book.rows_of("risks"), book.rows_of("prevention")
    aspects, layers = _aspects(book), _layers(book)
    put_text(worksheet, top, 0, "二、各单位", styles.get("section"))
    worksheet.set_row(top, 24)
    head, first = top + 1, top + 3
    for column, title in enumerate(("单位编码", "单位")):
        span(worksheet, head, column, head + 1, column, styles.get("head"))
        put_text(worksheet, head, column, title, styles.get("head"))
    names = ["unit_code", "unit_name", *(f"{aspect}:{part}" for aspect in aspects for part in ("risk_points", *layers))]
    placed = region(COVERAGE, first, len(book.round.units), names)
    for position, unit in enumerate(book.round.units):
        worksheet.set_row(first + position, max(20, row_height([(unit.name, _NAME_WIDTH)])))
        put_text(worksheet, first + position, 0, unit.code, styles.get("centre"))
        put_text(worksheet, first + position, 1, unit.name, styles.get("text"))
    for index, aspect in enumerate(aspects):
        start = 2 + index * (1 + len(layers))
        span(worksheet, head, start, head, start + len(layers), styles.get("group"))
        put_text(worksheet, head, start, aspect, styles.get("group"))
        for offset, title in enumerate((f"{book.table('risks').sheet.title}数", *layers)):
            put_text(worksheet, head + 1, start + offset, title, styles.get("head"))
        for position, unit in enumerate(book.round.units):
            row = first + position
            mine = {"unit_code": f"$A{row + 1}"}
            formula = book.totals.count(points, {**mine, "risk_type": criterion(aspect)})
            number = statistics.type_by_unit.count(unit.code, aspect)
            put_formula(worksheet, row, start, formula, styles.get("label_number"), number)
            for offset, layer in enumerate(layers, start=1):
                wanted = {**mine, "aspect": criterion(aspect), "layer": criterion(layer)}
                number = statistics.coverage_by_unit[aspect].count(unit.code, layer)
                put_formula(
                    worksheet, row, start + offset, book.totals.count(measures, wanted), styles.get("number"), number
                )
        _mark_gaps(book, placed, start, len(layers))
    _write_totals(book, placed)


def _mark_gaps(book: Book, placed: Region, start: int, layers: int) -> None:
    """Orange where there are risk points and no measure, grey where there is nothing to guard."""
    worksheet, styles = book.worksheets[COVERAGE], book.styles
    # Excel reads such a formula from the area's first cell: what has no $ moves along with each further one.
    points = f"${column_letters(start + 1)}{placed.first + 1}"
    here = f"{column_letters(start + 2)}{placed.first + 1}"
    area = (placed.first, start + 1, placed.last, start + layers)
    gap = {"type": "formula", "criteria": f"=AND({points}>0,{here}=0)", "format": styles.highlight(GAP_FILL)}
    none = {"type": "formula", "criteria": f"=AND({points}=0,{here}=0)", "format": styles.highlight("#FFFFFF", MUTED)}
    worksheet.conditional_format(*area, gap)
    worksheet.conditional_format(*area, none)


def _write_totals(book: Book, placed: Region) -> None:
    worksheet, styles, statistics, row = book.worksheets[COVERAGE], book.styles, book.statistics, placed.last + 1
    worksheet.set_row(row, 20)
    put_text(worksheet, row, 0, "", styles.get("total"))
    put_text(worksheet, row, 1, "合计", styles.get("total"))
    for name, column in placed.columns.items():
        aspect, _, part = name.partition(":")
        if not part:
            continue
        if part == "risk_points":
            total = statistics.type_by_unit.column_total(aspect)
        else:
            total = statistics.coverage_by_unit[aspect].column_total(part)
        put_formula(worksheet, row, column, f"SUM({placed.local(name)})", styles.get("total"), total)
