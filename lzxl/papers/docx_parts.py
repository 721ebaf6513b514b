"""What we need of python-docx past its face, in one place: properties of rows and sections that it has no names for."""

from __future__ import annotations

from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.section import Section
from docx.shared import Mm
from docx.table import _Row

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
    properties.insert_element_before(parse_xml(columns), "w:docGrid", "w:sectPrChange")
