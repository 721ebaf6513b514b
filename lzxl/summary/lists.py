"""The lists that somebody has to act on: 一级风险清单, 未报送单位, 问题汇总, 待认定."""

from __future__ import annotations

import polars as pl

from lzxl.forms.findings import SEVERITY_TITLES
from lzxl.forms.load import load_catalogue
from lzxl.forms.text import spoken_clause
from lzxl.states import ACCEPTABLE, FileState
from lzxl.summary.book import Book, put_formula, put_text, put_title, set_page, set_readable_page, span
from lzxl.summary.formulas import Region, cell, criterion, region
from lzxl.summary.full import FullTable
from lzxl.summary.statistics import gravest_first, is_late
from lzxl.summary.tables import Column, printed_width, write_table
from lzxl.summary.units import BEHIND_MARK, LATE_MARK, filing_word, is_behind

GRAVEST, MISSING, FINDINGS, OPEN = "一级风险清单", "未报送单位", "问题汇总", "待认定"

_HEAD_ROW = 2

_UNIT = (Column("number", "序号", 6, "general"), Column("unit_code", "单位编码", 9, "centre"))
_SOURCE = (
    Column("file", "来源文件", 26, printed=False),
    Column("sheet", "来源工作表", 11, printed=False),
    Column("row", "来源行", 7, "general", printed=False),
)


def _titled(table: FullTable, *columns: tuple[str, float, str]) -> tuple[Column, ...]:
    """Columns of a full table (field, width, style), called as the form calls them."""
    return tuple(Column(name, table.header(name), width, style) for name, width, style in columns)


def _gravest_columns(table: FullTable) -> tuple[Column, ...]:
    return (
        *_UNIT,
        Column("unit_name", "单位", 15),
        *_titled(
            table,
            ("id", 12, "wide"),
            ("post", 13, "text"),
            ("power", 17, "text"),
            ("power_class", 13, "wide"),
            ("risk_type", 13, "wide"),
            ("point", 18, "text"),
            ("description", 36, "text"),
            ("level", 8, "level"),
        ),
        Column("linked", "分层防控措施", 44),
        *_titled(table, ("responsible", 10, "wide"), ("section_head", 10, "wide"), ("leader", 10, "wide")),
        *(column for column in _SOURCE if column.name != "sheet"),
    )


def _open_columns(table: FullTable, level: str) -> tuple[Column, ...]:
    """`level`: what the column of levels is called, which the grading table may leave to be decided."""
    return (
        *_UNIT,
        Column("unit_name", "单位", 18),
        *_titled(
            table,
            ("id", 12, "wide"),
            ("post", 14, "text"),
            ("power", 20, "text"),
            ("point", 22, "text"),
            ("description", 40, "text"),
            ("likelihood", 10, "centre"),
            ("severity", 10, "centre"),
        ),
        Column("level", level, 9, "level"),
        *_titled(table, ("basis", 24, "text")),
        *_SOURCE,
    )


def write_gravest(book: Book) -> Region:
    """The risk points of the gravest level with their measures and the persons who answer for them."""
    level = gravest_first(book.round.grading.level)[0]
    points = book.merged.risk_points
    chosen = points.filter(pl.col("level") == level).join(
        _linked_measures(book.merged.measures), on=["unit_code", "id"], how="left", maintain_order="left"
    )
    share = _percent(chosen.height, points.height)
    note = f"共{chosen.height}个{level}风险点，占全部{points.height}个风险点的{share}；按单位名册顺序排列。"
    columns = _gravest_columns(book.table("risks"))
    return _write_list(book, GRAVEST, f"{book.round.bureau}{book.round.period}{level}风险清单", note, columns, chosen)


def _percent(part: int, whole: int) -> str:
    return f"{part / whole:.1%}" if whole else "0%"


def _linked_measures(measures: pl.DataFrame) -> pl.DataFrame:
    """By unit and risk point: its measures, one a line, in file order: 〔层次〕内容（责任人，时限）."""
    line = pl.concat_str(
        pl.lit("〔"),
        pl.col("layer").fill_null("—"),
        pl.lit("〕"),
        pl.col("content").fill_null(""),
        pl.lit("（"),
        pl.col("owner").fill_null("—"),
        pl.lit("，"),
        pl.col("deadline").dt.strftime("%Y-%m-%d").fill_null("长期"),
        pl.lit("）"),
    )
    return (
        measures.with_columns(line.alias("linked"))
        .group_by("unit_code", "risk_id", maintain_order=True)
        .agg(pl.col("linked").str.join("\n"))
        .rename({"risk_id": "id"})
    )


def write_open(book: Book) -> Region:
    """The risk points that the leading group has to decide on; where it writes its decision is said."""
    chosen = book.merged.risk_points.filter(pl.col("open"))
    grading = book.round.grading
    cells = "、".join(
        f"{grade.likelihood}×{grade.severity}（暂定{grade.level}）" for grade in grading.grades if grade.open
    )
    columns = _open_columns(book.table("risks"), "暂定等级" if cells else "等级")
    note = (
        f"共{chosen.height}个。规则未明示的组合：{cells}。暂定等级所据原则：{grading.principle or '未写明'}。"
        "请领导小组逐项认定，认定结果填在批次文件夹的 认定.xlsx 里；本表只供查阅，每次汇总重新生成。"
        if cells
        else "本期分级表没有待认定的组合，等级都已确定。"
    )
    # What somebody wrote here would be gone with the next summary.
    book.worksheets[OPEN].protect("", {"autofilter": True, "sort": True, "format_columns": True, "format_rows": True})
    return _write_list(book, OPEN, f"{book.round.bureau}{book.round.period}待认定风险等级清单", note, columns, chosen)


def _write_list(
    book: Book, name: str, title: str, note: str, columns: tuple[Column, ...], frame: pl.DataFrame
) -> Region:
    worksheet = book.worksheets[name]
    put_title(book, name, title, note, len(columns), 20)
    numbered = frame.with_row_index("number", offset=1)
    placed = write_table(worksheet, book.styles, numbered, columns, _HEAD_ROW)
    if not frame.height:
        span(worksheet, _HEAD_ROW + 1, 0, _HEAD_ROW + 1, len(columns) - 1, book.styles.get("empty"))
        put_text(worksheet, _HEAD_ROW + 1, 0, "本期没有这类风险点。", book.styles.get("empty"))
    worksheet.freeze_panes(_HEAD_ROW + 1, 4)
    last_row = max(placed.last, _HEAD_ROW + 1)
    widths = printed_width(columns)
    set_readable_page(book, name, widths, last_row, repeated=4, repeat=(_HEAD_ROW, _HEAD_ROW), titled=True)
    return placed


_MISSING_COLUMNS = (
    Column("number", "序号", 6, "general"),
    Column("unit_code", "单位编码", 10, "centre"),
    Column("unit_name", "单位", 24),
    Column("form", "表单", 20, "wide"),
    Column("state", "情况", 16, "wide"),
    Column("versions", "收到版数", 9, "general"),
    Column("received", "收到日期", 12, "centre"),
    Column("errors", "须改正", 8, "general"),
    Column("warnings", "请核对", 8, "general"),
    Column("head", "负责人", 11, "wide"),
    Column("liaison", "联络员", 11, "wide"),
    Column("file", "最新文件", 34),
)


def write_missing(book: Book) -> Region:
    """Units × forms that are missing, returned, unreadable or late, or whose correction failed, with whom to ask."""
    rows = []
    behind = 0
    for filing in book.round.filing_by_slot.values():
        if filing.state in ACCEPTABLE and not is_late(filing) and not is_behind(filing):
            continue
        unit, came = filing.unit, filing.state != FileState.MISSING
        shown = filing.latest if filing.latest is not None and is_behind(filing) else filing
        behind += is_behind(filing)
        rows.append(
            (
                unit.code,
                unit.name,
                filing.title,
                filing_word(filing) + (BEHIND_MARK if is_behind(filing) else ""),
                filing.versions if came else None,
                filing.received,
                shown.errors if came else None,
                shown.warnings if came else None,
                unit.head,
                unit.liaison,
                filing.file,
            )
        )
    numeric = ("versions", "errors", "warnings")
    names = [column.name for column in _MISSING_COLUMNS[1:]]
    frame = pl.DataFrame(
        rows, schema={name: pl.Int64 if name in numeric else pl.String for name in names}, orient="row"
    ).with_row_index("number", offset=1)
    worksheet = book.worksheets[MISSING]
    note = f"共{frame.height}项：未报送、已退回、无法读取的须补报；标“{LATE_MARK.strip('（）')}”的已收到，但晚于期限。"
    if behind:
        note += f"标“{BEHIND_MARK.strip('（）')}”的仍按以前通过的一版统计，须改正、请核对为更正版的个数。"
    put_title(
        book, MISSING, f"{book.round.bureau}{book.round.period}未报送、退回和迟报单位", note, len(_MISSING_COLUMNS)
    )
    placed = write_table(worksheet, book.styles, frame, _MISSING_COLUMNS, _HEAD_ROW)
    if not frame.height:
        span(worksheet, _HEAD_ROW + 1, 0, _HEAD_ROW + 1, len(_MISSING_COLUMNS) - 1, book.styles.get("empty"))
        put_text(worksheet, _HEAD_ROW + 1, 0, "各单位均已按期报送，没有未报送、退回和迟报。", book.styles.get("empty"))
    worksheet.freeze_panes(_HEAD_ROW + 1, 0)
    set_page(book, MISSING, paper="A4", repeat=(_HEAD_ROW, _HEAD_ROW), titled=True)
    return placed


_FINDING_COLUMNS = (
    Column("unit", "单位", 22),
    Column("form", "表单", 18, "wide"),
    Column("file", "文件", 24),
    Column("sheet", "工作表", 12, "wide"),
    Column("cell", "单元格", 10, "centre"),
    Column("severity", "级别", 9, "centre"),
    Column("title", "问题类别", 22),
    Column("message", "问题", 46),
    Column("fix", "修改办法", 42),
    Column("basis", "依据", 18, "wide"),
)


def write_findings(book: Book) -> Region:
    """Findings by code with counts and shares, then all of them."""
    worksheet, styles, counts = book.worksheets[FINDINGS], book.styles, book.statistics.findings
    titles = finding_titles()
    note = "各单位最新一版报送件中发现的全部问题，含已退回的。“须改正”的改好才能接收，“请核对”“提示”不影响接收。"
    put_title(book, FINDINGS, f"{book.round.bureau}{book.round.period}问题汇总", note, len(_FINDING_COLUMNS))
    first = 4
    list_top = first + max(len(counts), 1) + 4
    placed = write_table(worksheet, styles, _finding_frame(book, titles), _FINDING_COLUMNS, list_top)
    put_text(worksheet, list_top - 1, 0, "二、问题清单", styles.get("section"))
    put_text(worksheet, first - 2, 0, "一、按问题类别", styles.get("section"))
    for column, title in enumerate(("问题类别", "级别", "数量", "占比", "单位数")):
        put_text(worksheet, first - 1, column, title, styles.get("head"))
    summed = region(FINDINGS, first, len(counts), ("title", "severity", "count", "share", "units"))
    total = cell(summed.last + 1, 2)
    worksheet.set_row(list_top - 1, 24)
    for row in range(first - 2, summed.last + 2):
        worksheet.set_row(row, 24 if row == first - 2 else 20)
    for row, entry in enumerate(counts, start=first):
        title = titles.get(entry.code, entry.code)
        put_text(worksheet, row, 0, title, styles.get("text"))
        put_text(worksheet, row, 1, SEVERITY_TITLES[entry.severity], styles.get("centre"))
        wanted = {"title": criterion(title), "severity": criterion(SEVERITY_TITLES[entry.severity])}
        put_formula(worksheet, row, 2, book.totals.count(placed, wanted), styles.get("number"), entry.count)
        put_formula(worksheet, row, 3, f"IF({total}=0,0,{cell(row, 2)}/{total})", styles.get("percent"), entry.share)
        worksheet.write_number(row, 4, entry.units, styles.get("number"))
    for column in range(5):
        put_text(worksheet, summed.last + 1, column, "合计" if column == 0 else "", styles.get("total"))
    found = len(book.round.findings)
    put_formula(worksheet, summed.last + 1, 2, f"SUM({summed.local('count')})", styles.get("total"), found)
    if not found:
        span(worksheet, list_top + 1, 0, list_top + 1, len(_FINDING_COLUMNS) - 1, styles.get("empty"))
        put_text(worksheet, list_top + 1, 0, "未发现问题。", styles.get("empty"))
    set_page(book, FINDINGS, repeat=None, titled=True)
    return placed


def finding_titles() -> dict[str, str]:
    """Code → title of every rule of the catalogue."""
    return {code: rule.title for code, rule in load_catalogue().rules.items()}


def _finding_frame(book: Book, titles: dict[str, str]) -> pl.DataFrame:
    units, forms = book.round.unit_by_code, book.forms
    rows = [
        (
            units[code].name if code in units else code or "（未识别）",
            forms[form].title if form in forms else form or "（未识别）",
            file,
            finding.sheet,
            finding.cell,
            SEVERITY_TITLES[finding.severity],
            titles.get(finding.code, finding.code),
            finding.message,
            finding.fix,
            spoken_clause(finding.basis),
        )
        for file, code, form, finding in book.round.findings
    ]
    return pl.DataFrame(rows, schema={column.name: pl.String for column in _FINDING_COLUMNS}, orient="row")
