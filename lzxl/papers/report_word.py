"""综合分析报告 and 领导参阅 in Word: their templates filled in, then tables and native charts put in the places of their fields.

What the report says is read from the document that its template became, so that the page and the workbook say what the office's own
template says, in its order.
"""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from dataclasses import dataclass, replace
from html import escape

from docx import Document
from docx.document import Document as Paper
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.shared import Pt
from docx.table import Table as WordTable
from docx.text.paragraph import Paragraph

from lzxl.campaign.folder import Campaign
from lzxl.papers import layout
from lzxl.papers.docx_chart import add_chart
from lzxl.papers.docx_parts import outline_level, put_table_before, remove_paragraph
from lzxl.papers.kinds import PaperKind, paper_kinds
from lzxl.papers.marks import OPEN, Block, Entries, Marked, figures_of
from lzxl.papers.report import Material
from lzxl.papers.templates import TemplateUnfitError, fill_in, plain_text, template_of
from lzxl.papers.told import Chart, Line, Part, Sentence, Table, Told

_SMALL = Pt(10.5)
_ONE_PAGE = 8
"""A table with no more rows is not broken over two pages."""
_TITLES = ("序", "数", "值", "工作表", "单元格", "算法")
_SHARES = (1, 4, 1.6, 2.4, 2.4, 6)


def report_kinds() -> list[PaperKind]:
    """The kinds that are written with the report: itself, then what goes to the leaders with it."""
    return [kind for kind in paper_kinds() if kind.on == "reported"]


def word_papers(campaign: Campaign, material: Material) -> dict[str, bytes]:
    """Title → bytes of the documents. Raises TemplateUnfitError for a template that cannot be used."""
    return {kind.title: _Filled(campaign, kind, material).document() for kind in report_kinds()}


def told_report(campaign: Campaign, material: Material) -> Told:
    """What the report says, as its template has it. Raises TemplateUnfitError for a template that cannot be used."""
    return _Filled(campaign, report_kinds()[0], material).told


@dataclass(frozen=True)
class _Place:
    """A paragraph that a table or chart takes the place of, and the caption above it."""

    paragraph: Paragraph
    block: Table | Chart


class _Filled:
    """A template that was filled in with marks, and what it says."""

    def __init__(self, campaign: Campaign, kind: PaperKind, material: Material) -> None:
        self.marks, self._values = material.marks, material.values
        self.file, template = template_of(campaign, kind)
        filled = fill_in(self.file, template, material.values)
        self.paper: Paper = Document(io.BytesIO(filled))
        self._entries = self._entries_of(filled)
        self._places: list[_Place] = []
        self._above: Sentence | None = None
        self.told = self._read(kind)
        self._refuse_misplaced(filled)

    def document(self) -> bytes:
        """The document with its tables and charts, and what people read in the places of marks."""
        for place in self._places:
            if isinstance(place.block, Table):
                put_table_before(_table(self.paper, place.block), place.paragraph)
                remove_paragraph(place.paragraph)
            else:
                _chart(place.paragraph, place.block)
        self.paper.core_properties.title = self.told.title
        made = io.BytesIO()
        self.paper.save(made)
        data = made.getvalue()
        shown = {name: self.marks.shown(part, _written).encode() for name, part in _marked_parts(data).items()}
        # A template of the office's own may name other fonts than ours.
        return layout.repacked(data, shown, keep_fonts=True)

    def _entries_of(self, filled: bytes) -> Table:
        """附录: each figure that the document has, with its place and rule, in the order in which it is met, numbered from 1."""
        met = self.marks.found_in(_marked_parts(filled).get("word/document.xml", ""))
        figures = tuple(dict.fromkeys(figures_of(met)))
        rows = tuple(
            (str(number), one.what, one.shown, one.sheet, one.cell, one.rule) for number, one in enumerate(figures, 1)
        )
        return Table("", _TITLES, rows, shares=_SHARES, entries=figures)

    def _read(self, kind: PaperKind) -> Told:
        """What the document says, part by part."""
        title, heading = "", ""
        parts: list[Part] = []
        lines: list[Line] = []
        for one in self.paper.iter_inner_content():
            if isinstance(one, WordTable):
                lines.append(replace(self._own_table(one), caption=self._caption(lines, heading)))
            elif not title and _is_title(one):
                # A title is broken by hand, between words: the breaks are Word's alone.
                title = self.marks.shown(one.text.replace("\n", ""))
            elif outline_level(one) is not None:
                parts.append(Part(heading, tuple(lines)))
                heading, lines = self.marks.shown(one.text.strip()), []
            else:
                self._add(one, lines, heading)
        parts.append(Part(heading, tuple(lines)))
        return Told(title or kind.title, tuple(filter(None, parts)))

    def _add(self, paragraph: Paragraph, lines: list[Line], heading: str) -> None:
        """Add what a paragraph says to the lines of a part."""
        block = self.marks.block_in(paragraph.text)
        if block is not None:
            placed = self._titled(block, self._caption(lines, heading))
            self._places.append(_Place(paragraph, placed))
            lines.append(placed)
            return
        text = paragraph.text.strip()
        if not text:
            return
        sentence = self.marks.sentence(text, is_signed=paragraph.alignment == WD_ALIGN_PARAGRAPH.RIGHT)
        self._above = sentence if paragraph.alignment == WD_ALIGN_PARAGRAPH.CENTER else None
        lines.append(sentence)

    def _caption(self, lines: list[Line], heading: str) -> str:
        """The title of what stands next: the centred line right above it, else the heading if nothing is between."""
        if not lines:
            return heading
        above = lines[-1]
        if not isinstance(above, Sentence) or above is not self._above:
            return ""
        lines.pop()
        return above.text

    def _titled(self, block: Block, caption: str) -> Table | Chart:
        if isinstance(block, Entries):
            return replace(self._entries, caption=caption)
        return replace(block, title=caption) if isinstance(block, Chart) else replace(block, caption=caption)

    def _own_table(self, table: WordTable) -> Table:
        """A table that the template itself has."""
        first, *rows = ([self.marks.shown(cell.text) for cell in row.cells] for row in table.rows)
        # Where cells are merged, a row of Word's has fewer of them than the head, or more.
        filled = ((*row, *[""] * len(first))[: len(first)] for row in rows)
        return Table("", tuple(first), tuple(filled), shares=(1,) * len(first))

    def _refuse_misplaced(self, filled: bytes) -> None:
        """Raises TemplateUnfitError for a table or chart that stands where it can take no paragraph's place."""
        placed = Counter(one.paragraph.text.strip() for one in self._places)
        met = Counter(mark for part in _marked_parts(filled).values() for mark in self.marks.blocks_in(part))
        by_mark = {_mark_of(value): name for name, value in self._values.items()}
        for mark in met - placed:
            name = by_mark[mark]
            raise TemplateUnfitError(
                f"文书模板 {self.file} 里的“{{{{ {name} }}}}”是表或图，要在正文里单独占一段，前后不写其他文字，也不放在表格、"
                "页眉、文本框里，未制作。请修改，或删去这份模板改用标准模板。",
                code="template_block_misplaced",
                file=self.file,
                field=name,
            )


def _mark_of(value: object) -> str:
    return value.__html__() if isinstance(value, Marked) else ""


def _is_title(paragraph: Paragraph) -> bool:
    return paragraph.style is not None and paragraph.style.name in (layout.TITLE_STYLE, "Title")


def _written(text: str) -> str:
    """A text as it stands in a part of a document."""
    return escape(plain_text(text))


def _marked_parts(data: bytes) -> dict[str, str]:
    """The parts of a document in which there are marks."""
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        parts = {name: packed.read(name) for name in packed.namelist() if name.endswith(".xml")}
    return {name: part.decode() for name, part in parts.items() if OPEN.encode() in part}


def _chart(paragraph: Paragraph, told: Chart) -> None:
    """A native chart in the place of its field; it is read out in the words that the page has for it."""
    for run in paragraph.runs:
        run.text = ""
    # In a line of fixed height, Word shows no more of a picture than that line.
    paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
    add_chart(paragraph, told, layout.WIDTH)


def _table(paper: Paper, told: Table) -> WordTable:
    table = layout.add_table(paper, told.shares or (2.6, *[1.0] * (len(told.titles) - 1)))
    layout.add_row(table, told.titles, lines=0.8, size=_SMALL, is_head=True)
    numbers = () if told.shares else tuple(range(1, len(told.titles)))
    for row in told.rows:
        layout.add_row(table, list(map(plain_text, row)), lines=0.7, size=_SMALL, centred=numbers)
    if len(told.rows) <= _ONE_PAGE:
        layout.keep_together(table)
    return table
