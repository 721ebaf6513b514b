"""What is used of python-docx past its face: a version that moved it fails here."""

from __future__ import annotations

import io

import pytest
from docx import Document
from docx.oxml.ns import qn

from lzxl.papers.docx_parts import keep_whole, set_halves


@pytest.mark.parametrize("is_head", [True, False])
def test_a_row_is_kept_whole_and_a_head_is_repeated(is_head: bool) -> None:
    paper = Document()
    table = paper.add_table(rows=2, cols=1)
    keep_whole(table.rows[0], is_head=is_head)
    stream = io.BytesIO()
    paper.save(stream)
    first, second = Document(io.BytesIO(stream.getvalue())).element.body.iter(qn("w:tr"))
    assert [len(list(first.iter(qn(name)))) for name in ("w:cantSplit", "w:tblHeader")] == [1, int(is_head)]
    assert list(second.iter(qn("w:cantSplit"), qn("w:tblHeader"))) == []


def test_a_section_has_two_halves_with_a_line_between() -> None:
    paper = Document()
    set_halves(paper.sections[0], 40)
    stream = io.BytesIO()
    paper.save(stream)
    [columns] = Document(io.BytesIO(stream.getvalue())).element.body.iter(qn("w:cols"))
    assert (columns.get(qn("w:num")), columns.get(qn("w:sep"))) == ("2", "1")
    assert columns.get(qn("w:space")) == "2268"
