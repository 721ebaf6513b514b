"""How a paper closes: GB/T 9704 lets no page hold a signature and a day alone, however long the text above is."""

from __future__ import annotations

from pathlib import Path

import pytest

from lzxl.papers import layout

from .reading import needs_writer, pages_of, printed

LINES_OF_A_PAGE = 22
OFFICE, DAY = "廉政风险防控办公室", "2026年11月27日"


@needs_writer
@pytest.mark.slow
def test_who_signs_never_stands_alone_on_a_page(tmp_path: Path) -> None:
    papers = []
    for lines in range(LINES_OF_A_PAGE - 4, LINES_OF_A_PAGE + 2):
        paper = layout.blank_paper("报告")
        for number in range(lines):
            layout.add_text(paper, f"第{number}行。", indent=2)
        layout.add_gap(paper)
        layout.add_right(paper, OFFICE, 4).paragraph_format.keep_with_next = True
        layout.add_right(paper, DAY, 4)
        papers.append(tmp_path / f"{lines}.docx")
        papers[-1].write_bytes(layout.packed(paper))
    printed(tmp_path, *papers)
    counts = []
    for path in papers:
        pages = pages_of(path.with_suffix(".pdf"))
        [signed] = [page for page in pages if OFFICE in page]
        assert "行。" in signed and DAY in signed, path.name
        counts.append(len(pages))
    assert {1, 2} == set(counts)  # the lengths are those at which it would part
