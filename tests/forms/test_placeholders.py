"""A stroke, 无, 不适用: blank where nothing is owed, a finding where content is owed, an answer where 无 is one."""

from __future__ import annotations

import pytest

from lzxl.forms.load import load_forms
from lzxl.forms.model import Field
from lzxl.forms.placeholders import is_placeholder, is_stroke
from lzxl.forms.values import BLANK, parse

FIELDS = [
    pytest.param(entry, id=f"{form.id}-{sheet.name}-{entry.name}")
    for form in load_forms().values()
    for sheet in form.sheets
    for entry in sheet.inputs
]
STROKES = ("/", "／", "\\", "＼", "—", "——", "-", "–", "―", "--", "//", "\u2571", " / ", "/\u200b", "…", "***")
WORDS = ("无", "无。", " 无 ", "没有", "暂无", "不适用", "N/A", "n/a", "Ｎ/Ａ", "空", "\u65e0\ufe00")


@pytest.mark.parametrize("entry", FIELDS)
def test_a_stroke_is_blank_where_nothing_is_owed_and_no_content_where_it_is(entry: Field) -> None:
    for text in STROKES:
        assert is_stroke(text)
        parsed = parse(entry, text)
        if not entry.required:
            assert parsed == BLANK, text
        elif entry.kind in ("text", "person", "list"):
            assert parsed.problem == "placeholder_for_content", text


@pytest.mark.parametrize("entry", FIELDS)
def test_a_word_for_nothing_is_no_content_unless_the_field_takes_it(entry: Field) -> None:
    takes_it = "“无”" in entry.help or (entry.vocabulary is not None and entry.vocabulary.find("无") is not None)
    for text in WORDS:
        assert is_placeholder(text)
        parsed = parse(entry, text)
        if takes_it and entry.kind == "text":
            assert parsed.value
        elif not entry.required and entry.kind != "text":
            assert parsed == BLANK, text
        elif entry.required and entry.kind in ("text", "person") and not takes_it:
            assert parsed.problem == "placeholder_for_content", text


@pytest.mark.parametrize(
    "text", ["无违纪违法案件", "没有发现问题", "A/B", "3/5", "-1", "空气质量科", "", " ", "不适用于本岗位的制度", "略"]
)
def test_content_is_no_placeholder(text: str) -> None:
    assert not is_placeholder(text)
