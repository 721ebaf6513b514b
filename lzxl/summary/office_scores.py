"""考核得分 by the office's book of the appraisal: three scores, result, grade by score and in the end, rank, and why (第八条(三))."""

from __future__ import annotations

from decimal import Decimal

from lzxl.forms.appraisal import SCORE_FIELDS
from lzxl.forms.load import book_with, load_form
from lzxl.forms.rules_of_books import Opined
from lzxl.summary.book import Book, put_formula, put_text, set_page
from lzxl.summary.formulas import Region, cell, region
from lzxl.summary.scores import FIRST, HEAD_ROW, NAME, write_average, write_bands, write_head
from lzxl.summary.tables import UNIT_COLUMNS
from lzxl.workbook.writing.measure import row_height
from lzxl.year.grades import Outcome


def _columns() -> tuple[tuple[str, str, float], ...]:
    """Name, heading and width of each column, called as the book calls them."""
    sheet, rule = load_form(book_with("opined")).rules_of(Opined)[0]
    named = {
        **dict(zip(SCORE_FIELDS, (rule.own, rule.inspected, rule.checked), strict=True)),
        "result": rule.result,
        "by_score": rule.by_score,
        "grade": rule.grade,
        "rank": rule.rank,
        "why": rule.why,
    }
    widths = {"why": 60.0}
    columns = [(name, sheet.by_name[entry].title, widths.get(name, 10.0)) for name, entry in named.items()]
    columns.insert(len(SCORE_FIELDS), ("adjusted", "加减分合计", 10.0))
    return (("unit_code", UNIT_COLUMNS[0].title, 9.0), ("unit_name", "单位", 22.0), *columns)


def write_office_scores(book: Book) -> Region:
    """Writes the sheet and returns the region of its unit rows."""
    evaluation = book.round.outcomes
    worksheet, columns = book.worksheets[NAME], _columns()
    placed = region(NAME, FIRST, len(evaluation.outcomes), [name for name, _, _ in columns])
    titles = {name: title for name, title, _ in columns}
    parts = "＋".join(f"{titles[name]}×{weight.normalize():f}%" for name, weight in book.scheme.weights.items())
    quota = f"{book.scheme.best}名额{evaluation.quota}个。" if evaluation.quota is not None else ""
    note = (
        f"{titles['result']}＝{parts}＋加减分，四舍五入保留一位小数，0至100分；缺一项分的显示“未齐”，不定等次、不排名次。{quota}\n"
        f"依据：{book.scheme.basis}。"
    )
    write_head(book, columns, note)
    bands = write_bands(book, placed)
    for row, outcome in enumerate(evaluation.outcomes, start=FIRST):
        _write_row(book, placed, bands, row, outcome)
        said = [("；".join(outcome.why), 60.0), (book.round.unit_by_code[outcome.unit].name, 22.0)]
        worksheet.set_row(row, max(20, row_height(said)))
    write_average(book, placed, columns)
    if evaluation.outcomes:
        worksheet.autofilter(HEAD_ROW, 0, placed.last, len(columns) - 1)
    worksheet.freeze_panes(FIRST, 2)
    set_page(book, NAME, repeat=(HEAD_ROW, HEAD_ROW), titled=True)
    return placed


def _write_row(book: Book, placed: Region, bands: Region, row: int, outcome: Outcome) -> None:
    worksheet, styles, parts = book.worksheets[NAME], book.styles, outcome.parts
    at = {name: cell(row, column) for name, column in placed.columns.items()}
    texts = {
        "unit_code": (outcome.unit, "centre"),
        "unit_name": (book.round.unit_by_code[outcome.unit].name, "text"),
        "grade": (outcome.grade or "—", "centre"),
        "why": ("；".join(outcome.why), "text"),
    }
    for name, (text, style) in texts.items():
        put_text(worksheet, row, placed.columns[name], text, styles.get(style))
    adjusted = min(parts.bonus, book.scheme.bonus_cap) - parts.penalty
    for name in (*SCORE_FIELDS, "adjusted"):
        score: Decimal | None = adjusted if name == "adjusted" else getattr(parts, name)
        if score is None:
            put_text(worksheet, row, placed.columns[name], "", styles.get("text"))
        else:
            worksheet.write_number(row, placed.columns[name], float(score), styles.get("points"))
    weighted = "+".join(f"{weight.normalize():f}*{at[name]}" for name, weight in book.scheme.weights.items())
    given = ",".join(at[name] for name in SCORE_FIELDS)
    # 89.95 is a little less as a binary number: what is lost there is rounded off before the half is rounded up.
    exact = f"ROUND(({weighted})/100+{at['adjusted']},8)"
    result = f'IF(COUNT({given})<{len(SCORE_FIELDS)},"未齐",MAX(0,MIN(100,ROUND({exact},1))))'
    shown = outcome.state if outcome.result is None else float(outcome.result)
    put_formula(worksheet, row, placed.columns["result"], result, styles.get("score"), shown)
    by_score = f'IF(ISNUMBER({at["result"]}),LOOKUP({at["result"]},{bands.local("from")},{bands.local("grade")}),"—")'
    put_formula(worksheet, row, placed.columns["by_score"], by_score, styles.get("centre"), outcome.by_score or "—")
    if outcome.rank is None:
        put_text(worksheet, row, placed.columns["rank"], "—", styles.get("centre"))
    else:
        worksheet.write_number(row, placed.columns["rank"], outcome.rank, styles.get("number"))
