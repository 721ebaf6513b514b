"""How a paper looks: the layout of GB/T 9704, set by the lines of a draft (`lzxl.papers.drafts`).

A4 with the type area of 156 × 225 mm, 28.8 points a line, 仿宋 3号 for the text, 小标宋 2号 for titles, 黑体 for headings, the page
number as “— 1 —”, outside. Fonts are named as offices have them, and `word/fontTable.xml` names those that may stand in.
"""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from docx import Document
from docx.document import Document as Paper
from docx.enum.section import WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_ALIGN_VERTICAL, WD_ROW_HEIGHT_RULE, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK, WD_LINE_SPACING
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor
from docx.table import Table
from docx.text.paragraph import Paragraph

from lzxl.papers.docx_parts import Row, keep_whole, set_halves, set_outline_level

TEXT, TITLE, HEADING, SECOND, NUMBERS = "仿宋_GB2312", "方正小标宋简体", "黑体", "楷体_GB2312", "宋体"
CENTRE, RIGHT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT
LATIN = "Times New Roman"
FALLBACKS = {
    TEXT: ("仿宋", "FangSong", "Noto Serif CJK SC"),
    TITLE: ("小标宋体", "华文中宋", "宋体", "Noto Serif CJK SC"),
    HEADING: ("SimHei", "Noto Sans CJK SC"),
    SECOND: ("楷体", "KaiTi", "Noto Serif CJK SC"),
    NUMBERS: ("SimSun", "Noto Serif CJK SC"),
}
"""Font → those that may stand in for it, best first."""
THREE, TWO, FOUR, SMALL = Pt(16), Pt(22), Pt(14), Pt(12)
"""3号, 2号, 4号, 小4号."""
LINE = Pt(28.8)
_HEAD, _RED = Pt(36), RGBColor(0xE6, 0x00, 0x12)
TITLE_STYLE, HEADING_STYLE = "公文标题", "公文一级标题"
"""Styles by which a title and headings are known, by Word's list of headings as well; how they look is set on each paragraph."""
WIDTH = 156.0
"""Of the text of an ordinary page, in mm."""
_FIXED = (2026, 1, 1, 0, 0, 0)


def blank_paper(title: str) -> Paper:
    """A document with page, footer and styles set, and nothing in it."""
    paper = Document()
    _properties(paper, title)
    relations = paper.part.package.rels
    for name in [name for name, one in relations.items() if one.reltype.endswith("/thumbnail")]:
        del relations[name]  # a picture of another document
    section = paper.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    # GB/T 9704: 37 mm at the head, 28 at the binding; of A4 the type area of 156 × 225 is left.
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.header_distance, section.footer_distance = Mm(15), Mm(25)
    for properties in paper.styles.element.iter(qn("w:rPr")):
        _speak_chinese(properties)
    _fonts_of(paper.styles["Normal"].element.get_or_add_rPr(), TEXT)
    paper.styles["Normal"].font.size = THREE
    for name in (TITLE_STYLE, HEADING_STYLE):
        paper.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH).base_style = paper.styles["Normal"]
    set_outline_level(paper.styles[HEADING_STYLE], 0)
    paper.settings.odd_and_even_pages_header_footer = True
    _page_number(section.footer.paragraphs[0], WD_ALIGN_PARAGRAPH.RIGHT)
    _page_number(section.even_page_footer.paragraphs[0], WD_ALIGN_PARAGRAPH.LEFT)
    return paper


def landscape(paper: Paper) -> None:
    """A new page across, for wide tables."""
    section = paper.add_section(WD_SECTION.NEW_PAGE)
    section.page_width, section.page_height = Mm(297), Mm(210)
    section.left_margin, section.right_margin = Mm(25), Mm(25)
    section.top_margin, section.bottom_margin = Mm(28), Mm(26)


_MARGIN = 20.0
"""Of a page without a number, and twice the room on both sides of a fold."""


def plain_page(paper: Paper, *, is_across: bool) -> float:
    """Give all pages narrow margins and no number; gives how wide the text is, in mm."""
    section = paper.sections[0]
    width, height = (297, 210) if is_across else (210, 297)
    section.page_width, section.page_height = Mm(width), Mm(height)
    section.left_margin = section.right_margin = Mm(_MARGIN)
    section.top_margin, section.bottom_margin = Mm(18), Mm(14)
    section.footer_distance = Mm(8)
    for footer in (section.footer, section.even_page_footer):
        footer.paragraphs[0].clear()
    return width - 2 * _MARGIN


def halves(paper: Paper, width: float) -> float:
    """Set the text in two halves with a line to fold along; gives how wide each of them is, in mm."""
    between = 2 * _MARGIN
    set_halves(paper.sections[0], between)
    return (width - between) / 2


def _properties(paper: Paper, title: str) -> None:
    core = paper.core_properties
    core.title, core.author, core.comments, core.language = title, "", "", "zh-CN"
    core.created = core.modified = datetime.datetime(*_FIXED)
    core.last_modified_by, core.revision = "", 1


def _speak_chinese(properties: Any) -> None:
    """The language of a style's text: where it says none of its own, that of all."""
    for language in properties.iter(qn("w:lang")):
        for part in ("val", "eastAsia"):
            language.set(qn(f"w:{part}"), "zh-CN")


def _fonts_of(properties: Any, font: str) -> None:
    """Name the fonts of a run or a style: `font` for Chinese, a Latin one for the rest."""
    fonts = properties.get_or_add_rFonts()
    # Fonts of a theme (asciiTheme …) go before those that are named beside them.
    for name in list(fonts.attrib):
        del fonts.attrib[name]
    for part, name in (("ascii", LATIN), ("hAnsi", LATIN), ("cs", LATIN), ("eastAsia", font)):
        fonts.set(qn(f"w:{part}"), name)


def _page_number(paragraph: Paragraph, side: WD_ALIGN_PARAGRAPH) -> None:
    """“— 1 —”, one character in from the outside."""
    paragraph.alignment = side
    format_ = paragraph.paragraph_format
    format_.left_indent = format_.right_indent = FOUR
    for part in ("— ", "PAGE", " —"):
        run = paragraph.add_run("" if part == "PAGE" else part)
        _fonts_of(run.element.get_or_add_rPr(), NUMBERS)
        run.font.size = FOUR
        if part == "PAGE":
            # What a field shows stands in it as a text, until a program works it out.
            for kind, text in (("begin", ""), ("", "PAGE"), ("separate", ""), ("text", "1"), ("end", "")):
                run.element.append(_field_part(kind, text))


def _field_part(kind: str, text: str) -> Any:
    if kind == "text":
        part = OxmlElement("w:t")
        part.text = text
    elif kind:
        part = OxmlElement("w:fldChar")
        part.set(qn("w:fldCharType"), kind)
    else:
        part = OxmlElement("w:instrText")
        part.text = text
    return part


def add_text(
    paper: Any,
    text: str,
    *,
    font: str = TEXT,
    size: Pt = THREE,
    side: WD_ALIGN_PARAGRAPH = WD_ALIGN_PARAGRAPH.JUSTIFY,
    indent: int = 0,
    line: Pt | None = None,
) -> Paragraph:
    """A paragraph of a document or a cell. `indent`: characters of the first line."""
    paragraph: Paragraph = paper.add_paragraph()
    set_text(paragraph, text, font, size)
    paragraph.alignment = side
    format_ = paragraph.paragraph_format
    format_.space_before = format_.space_after = Pt(0)
    format_.line_spacing_rule, format_.line_spacing = WD_LINE_SPACING.EXACTLY, line or LINE
    if indent:
        _indent(paragraph, indent)
    return paragraph


def _indent(paragraph: Paragraph, characters: int) -> None:
    """The first line by whole characters, whatever their size."""
    found = paragraph.paragraph_format.element.get_or_add_pPr().get_or_add_ind()
    # Word goes by hundredths of a character; a program that does not know them goes by twips, 320 to a character of 3号.
    found.set(qn("w:firstLineChars"), str(characters * 100))
    found.set(qn("w:firstLine"), str(characters * 320))


def set_text(paragraph: Paragraph, text: str, font: str, size: Pt, *, is_bold: bool = False) -> None:
    """Write a text into a paragraph in one font."""
    run = paragraph.add_run(text)
    _fonts_of(run.element.get_or_add_rPr(), font)
    run.font.size = size
    if is_bold:
        run.font.bold = True


def add_head(paper: Paper, text: str) -> None:
    """发文机关标志: who sends it, in red."""
    paragraph = add_text(paper, "", side=WD_ALIGN_PARAGRAPH.CENTER, line=Pt(48))
    run = paragraph.add_run(text)
    _fonts_of(run.element.get_or_add_rPr(), TITLE)
    run.font.size, run.font.color.rgb = _HEAD, _RED


def add_number(paper: Paper, text: str) -> None:
    """发文字号, with the red line below it."""
    paragraph = add_text(paper, text, side=WD_ALIGN_PARAGRAPH.CENTER)
    paragraph.paragraph_format.space_before = Pt(10)
    border = f'<w:pBdr {nsdecls("w")}><w:bottom w:val="single" w:sz="18" w:space="4" w:color="E60012"/></w:pBdr>'
    properties = paragraph.paragraph_format.element.get_or_add_pPr()
    properties.insert_element_before(parse_xml(border), "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc")
    add_text(paper, "", line=Pt(14))


def add_title(paper: Paper, text: str) -> None:
    paragraph = add_text(paper, text, font=TITLE, size=TWO, side=WD_ALIGN_PARAGRAPH.CENTER, line=Pt(34))
    paragraph.style = TITLE_STYLE
    paragraph.paragraph_format.space_after = Pt(14)
    paragraph.paragraph_format.keep_with_next = True


def add_gap(paper: Paper) -> None:
    """The blank line before what closes a paper: it takes the last lines of the text with it, so that no page has a seal alone."""
    for last in _last_lines(paper.paragraphs):
        last.paragraph_format.keep_together = last.paragraph_format.keep_with_next = True
    add_text(paper, "").paragraph_format.keep_with_next = True


def _last_lines(paragraphs: Sequence[Paragraph]) -> Iterator[Paragraph]:
    """The last line of a text, and those that are the last where it is left out: they stand before its tag."""
    was_tag = True
    for paragraph in reversed(paragraphs):
        is_tag = paragraph.text.startswith("{%p")
        if not is_tag:
            if not was_tag:
                return
            yield paragraph
        was_tag = is_tag


def add_right(paper: Paper, text: str, characters: int) -> Paragraph:
    """A line that ends so many characters before the right edge: who signs, and the day."""
    paragraph = add_text(paper, text, side=RIGHT)
    paragraph.paragraph_format.right_indent = Pt(16 * characters)
    return paragraph


def add_leaf(paper: Paper, text: str, *, is_column: bool = False) -> None:
    """A title on a new page, or in the other half of a page."""
    paragraph = add_text(paper, "", side=WD_ALIGN_PARAGRAPH.CENTER, line=Pt(34))
    if is_column:
        paragraph.add_run().add_break(WD_BREAK.COLUMN)
    else:
        paragraph.paragraph_format.page_break_before = True
    set_text(paragraph, text, TITLE, TWO)


def add_break(paper: Paper) -> None:
    """A new page: on the paragraph before, so that no blank line begins it."""
    # The last element of a body is no paragraph but the properties of the section.
    last = paper.paragraphs[-1] if paper.element.body[-2].tag == qn("w:p") else add_text(paper, "", line=Pt(1))
    last.add_run().add_break(WD_BREAK.PAGE)


def add_cut(paper: Paper) -> None:
    """The line along which a receipt is cut off."""
    add_text(paper, "", line=Pt(10))
    signs = "－" * 13
    add_text(paper, f"{signs}（裁切线）{signs}", size=Pt(10), side=WD_ALIGN_PARAGRAPH.CENTER, line=Pt(16))
    add_text(paper, "", line=Pt(10))


def add_table(paper: Paper, shares: Sequence[float], width: float = WIDTH) -> Table:
    """A table without rows, its columns in these proportions. `width`: of all of it, in mm."""
    table: Table = paper.add_table(rows=0, cols=len(shares))
    table.style = "Table Grid"
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    for column, share in zip(table.columns, shares, strict=True):
        column.width = Mm(width * share / sum(shares))
    return table


def add_row(
    table: Table,
    cells: Sequence[str],
    *,
    lines: float = 1.0,
    size: Pt = FOUR,
    is_head: bool = False,
    centred: Sequence[int] = (),
) -> Row:
    """A row that is at least `lines` high; `is_head`: repeated on each page. `centred`: columns."""
    row: Row = table.add_row()  # type: ignore[no-untyped-call]
    row.height, row.height_rule = Pt(lines * 28.8), WD_ROW_HEIGHT_RULE.AT_LEAST
    keep_whole(row, is_head=is_head)
    for place, text in enumerate(cells):
        cell = row.cells[place]
        # LibreOffice goes by the widths of columns, Word by those of cells.
        cell.width = table.columns[place].width
        cell.vertical_alignment = WD_ALIGN_VERTICAL.CENTER
        paragraph = cell.paragraphs[0]
        is_label = is_head or place in centred
        set_text(paragraph, text, HEADING if is_head else TEXT, size)
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER if is_label else WD_ALIGN_PARAGRAPH.LEFT
        format_ = paragraph.paragraph_format
        format_.line_spacing_rule, format_.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(size.pt * 1.5)
        format_.space_before = format_.space_after = Pt(1)
    return row


def keep_together(table: Table) -> None:
    """Break a table over no two pages, as far as it fits on one."""
    for row in table.rows[:-1]:
        for cell in row.cells:
            for paragraph in cell.paragraphs:
                paragraph.paragraph_format.keep_with_next = True


def span(row: Row, first: int) -> None:
    """Make one cell of a row's cells from a place on."""
    row.cells[first].merge(row.cells[-1])


def packed(paper: Paper) -> bytes:
    """The document as bytes, the same on every day and machine, with the fonts that may stand in for others."""
    raw = io.BytesIO()
    paper.save(raw)
    return repacked(raw.getvalue())


def repacked(data: bytes, changed: Mapping[str, bytes] | None = None, *, keep_fonts: bool = False) -> bytes:
    """A document's parts in their order with fixed times, the `changed` ones so, and our table of fonts unless its own is kept."""
    ours = {} if keep_fonts else {"word/fontTable.xml": _font_table().encode()}
    put_instead = {**(changed or {}), **ours}
    found = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(found, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            content = put_instead.get(entry.filename) or old.read(entry)
            # With the time of writing in it, no two runs would make the same bytes of the same paper.
            info = zipfile.ZipInfo(entry.filename, _FIXED)
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            new.writestr(info, content)
    return found.getvalue()


def _font_table() -> str:
    fonts = "".join(
        # 86 is 134 in hexadecimal, the character set of simplified Chinese.
        f'<w:font w:name="{name}"><w:altName w:val="{",".join(others)}"/><w:charset w:val="86"/></w:font>'
        for name, others in FALLBACKS.items()
    )
    latin = f'<w:font w:name="{LATIN}"><w:charset w:val="00"/></w:font>'
    return f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<w:fonts {nsdecls("w")}>{fonts}{latin}</w:fonts>'
