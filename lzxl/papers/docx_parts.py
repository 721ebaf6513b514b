"""What we need of python-docx past its face, in one place: properties of a table's row that it has no names for."""

from __future__ import annotations

from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.table import _Row as Row


def keep_whole(row: Row, *, is_head: bool) -> None:
    """Never break a row over two pages; `is_head`: repeat it on each page."""
    properties = row._tr.get_or_add_trPr()
    properties.append(parse_xml(f"<w:cantSplit {nsdecls('w')}/>"))
    if is_head:
        properties.append(parse_xml(f"<w:tblHeader {nsdecls('w')}/>"))
