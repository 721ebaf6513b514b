"""综合分析报告 as a page: one file with the text and tables of the Word report, its charts, and each figure linked to its entry."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lzxl.papers.figures import Figure
from lzxl.papers.told import Chart, Line, Sentence, Table, Told
from lzxl.summary.pages import CARDS, HEAD_FONTS, TEXT_FONTS, WHOLE_ROWS, columns, shown, whole_page
from lzxl.summary.styles import INK, MUTED, ink_on

# Sizes within a chart, in units of its width: on a telephone a unit is a little less than a pixel.
_WIDTH, _LETTER, _BAR, _STEP, _LEGEND_LINE = 400, 12, 15, 36, 18
_BAR_ROOM = _WIDTH - 40
"""How wide the greatest row is; behind it stands the row's sum."""
_LEAST_LABELLED = 14
"""A piece of a bar narrower than that has no number in it."""

_STYLE = f"""
body{{font-family:{TEXT_FONTS};color:{INK};margin:1rem auto;max-width:60rem;padding:0 1rem;line-height:1.7;overflow-wrap:anywhere}}
h1,h2,caption,figcaption,thead th{{font-family:{HEAD_FONTS}}}
h1{{font-size:1.6rem;text-align:center;line-height:1.4}}h2{{font-size:1.2rem;margin:1.6rem 0 .4rem}}
p{{margin:.4rem 0;text-indent:2em}}a{{color:#1f4e79}}a:focus,[tabindex]:focus{{outline:3px solid #c00000}}
.skip{{position:absolute;left:-9999px}}.skip:focus{{position:static}}
nav ul{{list-style:none;padding:0;display:flex;flex-wrap:wrap;gap:.2rem 1.2rem}}
.sources{{font-size:.75em;margin-left:.3em}}.signed{{text-align:right}}
table{{border-collapse:collapse;width:100%;font-size:.92rem;margin:1rem 0}}caption{{padding:.3rem 0}}
th,td{{border:1px solid #9aa5b1;padding:.3rem .5rem;vertical-align:top;white-space:pre-line}}
thead th{{background:#d9e2f0}}tbody th{{font-weight:normal;text-align:left}}.numbers td{{text-align:center}}
figure{{margin:1rem auto;max-width:36rem}}figcaption{{text-align:center}}svg{{display:block;width:100%;height:auto}}
tr:target{{background:#fff3c4}}
{CARDS}
@media print{{@page{{size:A4;margin:25mm 22mm;@bottom-center{{content:"— " counter(page) " —"}}}}
body{{margin:0;max-width:none;font-size:11pt}}nav,.skip{{display:none}}a{{color:inherit;text-decoration:none}}
h1,h2,caption,figcaption{{break-after:avoid}}figure{{break-inside:avoid;max-width:120mm}}table{{font-size:9pt}}{WHOLE_ROWS}}}
"""


def report_page(report: Told) -> str:
    """The page; no line of it is markup that anybody wrote into a form."""
    return _Page(report).whole()


class _Page:
    """One page while it is put together; it knows which entry of the appendix each figure has."""

    def __init__(self, report: Told) -> None:
        self.report = report
        self.entries = {figure: number for number, figure in enumerate(report.entries, 1)}
        self._charts = 0

    def whole(self) -> str:
        report = self.report
        parts = [(part.heading, "".join(map(self._line, part.lines))) for part in report.parts]
        numbered = [(f"part-{number}", *part) for number, part in enumerate(parts, 1)]
        links = "".join(
            f'<li><a href="#{name}">{shown(_heading(heading))}</a></li>' for name, heading, _ in numbered if heading
        )
        sections = "".join(_section(*part) for part in numbered)
        body = (
            '<a class="skip" href="#text">跳到正文</a>\n'
            f"<header><h1>{shown(report.title)}</h1></header>\n"
            f'<nav aria-label="目录"><ul>{links}</ul></nav>\n'
            # Where nothing can have the focus, the link that skips the list moves
            # what is seen, and not where the keyboard is.
            f'<main id="text" tabindex="-1">{sections}</main>'
        )
        return whole_page(report.title, _STYLE, body)

    def _line(self, line: Line) -> str:
        if isinstance(line, Sentence):
            return self._sentence(line)
        return self._table(line) if isinstance(line, Table) else self._chart(line)

    def _sentence(self, sentence: Sentence) -> str:
        words = "".join(shown(one) if isinstance(one, str) else self._linked(one) for one in sentence.pieces)
        look = ' class="signed"' if sentence.is_signed else ""
        return f"<p{look}>{words}{self._sources(sentence.sources)}</p>\n"

    def _linked(self, figure: Figure) -> str:
        """A figure of the text, as a link to its entry."""
        if figure not in self.entries:
            return shown(figure.shown)
        told = shown(f"{figure.what}，出处：{figure.sheet} {figure.cell}")
        return f'<a href="#figure-{self.entries[figure]}" title="{told}">{shown(figure.shown)}</a>'

    def _sources(self, figures: Sequence[Figure]) -> str:
        """Links to the tables that a line was read from."""
        links = "、".join(
            f'<a href="#figure-{number}" aria-label="出处{number}：{shown(one.what)}">{number}</a>'
            for one, number in ((one, self.entries.get(one)) for one in dict.fromkeys(figures))
            if number
        )
        return f'<span class="sources">〔出处{links}〕</span>' if links else ""

    def _table(self, table: Table) -> str:
        # Roles are named, for as cards rows and cells are blocks, which some readers of screens take for no table.
        sources = self._sources((table.figure,)) if table.figure is not None else ""
        look = "" if table.shares else ' class="numbers"'
        widths = f"<colgroup>{columns(table.shares)}</colgroup>" if table.shares else ""
        head = "".join(f'<th scope="col" role="columnheader">{shown(title)}</th>' for title in table.titles)
        return (
            f'<table role="table"{look}><caption>{shown(table.caption)}{sources}</caption>{widths}'
            f'<thead role="rowgroup"><tr role="row">{head}</tr></thead>'
            f'<tbody role="rowgroup">\n{_rows(table)}\n</tbody></table>\n'
        )

    def _chart(self, chart: Chart) -> str:
        self._charts += 1
        name = f"chart-{self._charts}"
        drawn, height = _drawn(chart)
        return (
            f'<figure><figcaption id="{name}-caption">{shown(chart.title)}{self._sources((chart.figure,))}</figcaption>'
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img" '
            f'aria-labelledby="{name}-title {name}-told" font-size="{_LETTER}">'
            f'<title id="{name}-title">{shown(chart.title)}</title><desc id="{name}-told">{shown(chart.told)}</desc>'
            f"{drawn}</svg></figure>\n"
        )


def _rows(table: Table) -> str:
    """The rows of a table; those of the table of all figures are where the links of these lead."""
    anchor = ' id="figure-{}"' if table.entries else ""
    numbered = enumerate(table.rows, 1)
    return "\n".join(
        f'<tr role="row"{anchor.format(number)}>{_cells(table.titles, row)}</tr>' for number, row in numbered
    )


def _section(name: str, heading: str, body: str) -> str:
    if not heading:
        return f"<section>{body}</section>\n"
    return f'<section aria-labelledby="{name}"><h2 id="{name}">{shown(_heading(heading))}</h2>\n{body}</section>\n'


def _heading(caption: str) -> str:
    """A heading of an annex: its caption without the file that is named behind it."""
    return caption.split("（", maxsplit=1)[0]


def _cells(titles: Sequence[str], row: Sequence[str]) -> str:
    first, *others = (f' data-title="{shown(title)}">{shown(text)}' for title, text in zip(titles, row, strict=True))
    return f'<th scope="row" role="rowheader"{first}</th>' + "".join(f'<td role="cell"{one}</td>' for one in others)


# Charts


def _drawn(chart: Chart) -> tuple[str, int]:
    """The marks of a chart and how high they are together: its legend, then of each row the label and below it the bar."""
    legend, top = _legend(chart)
    greatest = max((sum(counts) for _, counts in chart.rows), default=0)
    scale = _BAR_ROOM / max(greatest, 1)
    bars = [_bar(chart, top + place * _STEP, row, scale) for place, row in enumerate(chart.rows)]
    return legend + "".join(bars), top + len(chart.rows) * _STEP


def _legend(chart: Chart) -> tuple[str, int]:
    """A square and a name for each series, on as many lines as they need; and where the first row begins."""
    marks, left, line = [], 0, 0
    for name, colour in chart.series.items():
        width = _LETTER * (len(name) + 3)
        if left and left + width > _WIDTH:
            left, line = 0, line + 1
        top = line * _LEGEND_LINE
        marks.append(_square(left, top + 3, _LETTER, _LETTER, colour) + _text(left + 16, top + 13, name, INK))
        left += width
    return "".join(marks), (line + 1) * _LEGEND_LINE + 4


def _bar(chart: Chart, top: int, row: tuple[str, tuple[int, ...]], scale: float) -> str:
    label, counts = row
    base, marks = top + _LETTER + 4, [_text(0, top + _LETTER, label, INK)]
    left = 0.0
    for colour, count in _coloured(chart, counts):
        width = count * scale
        marks.append(_square(left, base, width, _BAR, colour))
        if width >= max(_LEAST_LABELLED, _LETTER * len(str(count)) * 0.7):
            marks.append(_text(left + width / 2, base + _LETTER, str(count), ink_on(colour), "middle"))
        left += width
    return "".join([*marks, _text(left + 4, base + _LETTER, f"{sum(counts)}{chart.unit}", MUTED)])


def _coloured(chart: Chart, counts: Sequence[int]) -> Iterator[tuple[str, int]]:
    return ((colour, count) for colour, count in zip(chart.series.values(), counts, strict=True) if count)


def _square(left: float, top: float, width: float, height: float, colour: str) -> str:
    return (
        f'<rect x="{left:.1f}" y="{top}" width="{width:.1f}" height="{height}" '
        f'fill="{colour}" stroke="{MUTED}" stroke-width="0.5"/>'
    )


def _text(left: float, base: float, text: str, colour: str, anchor: str = "start") -> str:
    return f'<text x="{left:.1f}" y="{base}" fill="{colour}" text-anchor="{anchor}">{shown(text)}</text>'
