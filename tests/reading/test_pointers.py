"""同上 is read as what it points to; where a row owes its own content it is none, nor is 详见附件."""

from __future__ import annotations

import pytest

from lzxl.workbook.reading.pointers import pointer
from lzxl.workbook.reading.tables import Extract
from tests.reading.books import content, extract

HEADER = ["序号", "单位", "岗位", "风险点", "发生可能性", "后果程度", "防控措施", "科室负责人", "责任领导"]
FULL = [1.0, "办公室", "会计岗", "虚报冒领", "较大", "严重", "双人复核", "王一", "李二"]


def below(**cells: object) -> Extract:
    """A full row, and a second one with these cells in place of the first one's."""
    return extract(
        content({1: HEADER, 2: FULL, 3: [cells.get(name, value) for name, value in zip(HEADER, FULL, strict=True)]})
    )


def said(found: Extract) -> list[tuple[str, str, str]]:
    return [(entry.code, entry.severity, entry.cell) for entry in found.findings]


@pytest.mark.parametrize("text", ["同上", "（同上）", "同 上", "〃", "″", "同前", "同上行", "同上。"])
def test_the_same_as_above(text: str) -> None:
    found = below(单位=text, 岗位=text)
    [table] = found.tables
    assert (table.values["section"], table.values["post"]) == (["办公室"] * 2, ["会计岗"] * 2)
    assert said(found) == [("pointer_followed", "info", "B3"), ("pointer_followed", "info", "C3")]
    assert table.shown("section", 1) == text


def test_the_same_as_to_the_left() -> None:
    [table] = below(责任领导="同左").tables
    assert table.values["leader"] == ["李二", "王一"]


@pytest.mark.parametrize("header", ["发生可能性", "后果程度"])
def test_a_grading_word_is_owed_in_every_row(header: str) -> None:
    found = below(**{header: "同上"})
    assert [(code, severity) for code, severity, _ in said(found)] == [("pointer_not_followed", "error")]


def test_the_first_row_has_nothing_above_it() -> None:
    found = extract(content({1: HEADER, 2: [1.0, "同上", *FULL[2:]]}))
    assert said(found) == [("pointer_not_followed", "error", "B2")]
    assert found.tables[0].is_broken("section", 0)


@pytest.mark.parametrize("text", ["详见附件", "见附件", "见附件1", "附件2", "略", "（略）", "另附", "详见另页"])
def test_content_that_is_somewhere_else_is_none(text: str) -> None:
    found = below(防控措施=text)
    assert said(found) == [("content_elsewhere", "error", "G3")]
    assert found.tables[0].values["measure"] == ["双人复核", None]


@pytest.mark.parametrize(
    "text",
    ["同上级部门联系", "见附件办理情况登记", "附件审核", "略有不足", "上述", "同", "侵占", "", "《某某办法》见附件"],
)
def test_a_text_that_only_begins_like_one_is_a_text(text: str) -> None:
    assert pointer(text) == ""
