"""What we need of python-docx past its face, in one place: properties of rows and sections that it has no names for."""

from __future__ import annotations

from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.section import Section
from docx.shared import Mm
from docx.styles.style import ParagraphStyle
from docx.table import Table, _Row
from docx.text.paragraph import Paragraph

Row = _Row
"""A row of a table: the library gives no public name to its class."""


def keep_whole(row: Row, *, is_head: bool) -> None:
    """Never break a row over two pages; `is_head`: repeat it on each page."""
    properties = row._tr.get_or_add_trPr()
    properties.append(parse_xml(f"<w:cantSplit {nsdecls('w')}/>"))
    if is_head:
        properties.append(parse_xml(f"<w:tblHeader {nsdecls('w')}/>"))


def set_halves(section: Section, between: float) -> None:
    """Two columns of text with a line between them; `between`: how far they are apart, in mm."""
    properties = section._sectPr
    for old in properties.findall(qn("w:cols")):
        properties.remove(old)
    columns = f'<w:cols {nsdecls("w")} w:num="2" w:sep="1" w:space="{Mm(between).twips}"/>'
    # The properties of a section have a fixed order (ECMA-376): Word calls a document with another damaged.
    properties.insert_element_before(parse_xml(columns), "w:docGrid", "w:sectPrChange")


def set_outline_level(style: ParagraphStyle, level: int) -> None:
    """Make paragraphs of a style headings of a level, the highest is 0."""
    properties = style.element.get_or_add_pPr()
    properties.append(parse_xml(f'<w:outlineLvl {nsdecls("w")} w:val="{level}"/>'))


def outline_level(paragraph: Paragraph) -> int | None:
    """The level of the heading that a paragraph is, by itself or by its style; None: it is text."""
    style = paragraph.style
    properties = [paragraph._p.pPr]
    while style is not None:
        properties.append(style.element.pPr)
        style = style.base_style
    for one in properties:
        found = one.find(qn("w:outlineLvl")) if one is not None else None
        if found is not None:
            level = int(found.get(qn("w:val"), "9"))
            # The levels of headings are 0 to 8; 9 is said of text that is none.
            return level if level < 9 else None
    return None


def put_table_before(table: Table, paragraph: Paragraph) -> None:
    """Move a table of the same document to where a paragraph begins."""
    paragraph._p.addprevious(table._tbl)


def remove_paragraph(paragraph: Paragraph) -> None:
    """Remove a paragraph from its document."""
    paragraph._p.getparent().remove(paragraph._p)
