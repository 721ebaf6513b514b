"""Templates are the office's to edit: what is wrong in one is said by file and field, and what is filled in is only text."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from docx import Document

from lzxl.data import data_folder
from lzxl.papers.drafts import draft_of, same_parts, templates
from lzxl.papers.kinds import paper_kinds
from lzxl.papers.templates import TemplateUnfitError, fill_in

from .reading import text_of

FILE = "模板/警示提醒函.docx"
VALUES = {"机关": "云泽县生态环境局", "文号": "云环廉提〔2026〕1号"}


def document(*paragraphs: str) -> bytes:
    """A document as the office writes it."""
    written = Document()
    for text in paragraphs:
        written.add_paragraph(text)
    data = io.BytesIO()
    written.save(data)
    return data.getvalue()


def refusal(template: bytes) -> TemplateUnfitError:
    with pytest.raises(TemplateUnfitError) as caught:
        fill_in(FILE, template, VALUES)
    assert FILE in str(caught.value)
    return caught.value


def filled(tmp_path: Path, template: bytes, **values: str) -> str:
    path = tmp_path / "文书.docx"
    path.write_bytes(fill_in(FILE, template, {**VALUES, **values}))
    return text_of(path)


def test_the_standard_templates_say_what_their_drafts_say() -> None:
    made = templates()
    there = {path.name: path.read_bytes() for path in data_folder("papers").iterdir()}
    assert set(made) == set(there)
    assert [name for name, data in made.items() if not same_parts(data, there[name])] == [], (
        "run: python docs/generate.py"
    )


def test_every_draft_is_of_a_kind_or_part_of_one() -> None:
    drafts = {path.stem for path in (data_folder("schemas") / "papers").glob("*.txt")}
    assert drafts == {kind.name for kind in paper_kinds()} | {
        "answer",
        "receipt",
        "desk_card_face",
        "overall",
        "to_decide",
    }
    assert all(draft_of(kind.name) for kind in paper_kinds())


def test_fields_are_filled_in_also_where_word_broke_them_into_pieces(tmp_path: Path) -> None:
    written = Document()
    paragraph = written.add_paragraph()
    for piece in ("{", "{ 文", "号 }", "} 收悉"):
        paragraph.add_run(piece)
    data = io.BytesIO()
    written.save(data)
    assert filled(tmp_path, data.getvalue()) == "云环廉提〔2026〕1号 收悉"


def test_a_field_that_there_is_not_is_named_with_those_that_there_are() -> None:
    told = refusal(document("{{ 文号 }}", "致{{ 姓名 }}"))
    assert told.code == "template_field_unknown"
    assert "{{ 姓名 }}" in str(told) and "{{ 文号 }}" in str(told)


def test_a_column_that_rows_have_not_is_named(tmp_path: Path) -> None:
    template = document("{%p for 行 in 各行 %}", "{{ 行.甲 }}{{ 行.丙 }}", "{%p endfor %}")
    with pytest.raises(TemplateUnfitError, match="丙"):
        fill_in(FILE, template, {**VALUES, "各行": [{"甲": "一"}]})


@pytest.mark.parametrize("text", ["{{ 文号 ", "{% if 文号 %}没有结尾", "{{ 文号 }} {% 乱写 %}", "{{ 文号 | 大写 }}"])
def test_tags_that_do_not_fit_are_told_with_what_stands_near(text: str) -> None:
    told = refusal(document("前言", f"本文{text}"))
    assert told.code == "template_tags_broken"


@pytest.mark.parametrize(
    "text", ["{{ 文号.__class__ }}", "{{ 文号.__class__.__mro__ }}", "{{ ''.__class__.__base__.__subclasses__() }}"]
)
def test_a_template_reaches_nothing_but_its_fields(text: str) -> None:
    assert refusal(document(text)).code in ("template_unsafe", "template_field_unknown")


@pytest.mark.parametrize("text", ["{{ range(10) }}", "{{ lipsum() }}", "{{ cycler }}"])
def test_a_template_has_no_tools(text: str) -> None:
    assert refusal(document(text)).code == "template_field_unknown"


def test_what_is_filled_in_is_text_whatever_it_looks_like(tmp_path: Path) -> None:
    odd = "<w:p>&甲{{ 机关 }}{% if x %}\x07\x0c“引号”'"
    assert filled(tmp_path, document("{{ 事实 }}"), 事实=odd) == "<w:p>&甲{{ 机关 }}{% if x %}“引号”'"


@pytest.mark.parametrize(
    "data",
    [b"", b"not a document", b"\xd0\xcf\x11\xe0" + bytes(600)],
    ids=["nothing", "text", "an old document"],
)
def test_what_is_no_word_document_is_told(data: bytes) -> None:
    assert refusal(data).code == "template_broken"


def test_a_document_cut_short_or_swollen_is_told() -> None:
    whole = document("{{ 文号 }}")
    assert refusal(whole[: len(whole) // 2]).code == "template_broken"
    swollen = io.BytesIO(whole)
    with zipfile.ZipFile(swollen, "a", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("word/media/a.bin", bytes(21_000_000))
    assert refusal(swollen.getvalue()).code == "template_broken"


def test_a_document_whose_text_is_broken_xml_is_told() -> None:
    broken = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(document("{{ 文号 }}"))) as old, zipfile.ZipFile(broken, "w") as new:
        for name in old.namelist():
            new.writestr(name, b"<w:document" if name == "word/document.xml" else old.read(name))
    assert refusal(broken.getvalue()).code == "template_broken"


def test_the_same_paper_has_the_same_bytes() -> None:
    template = document("{{ 文号 }}")
    assert fill_in(FILE, template, VALUES) == fill_in(FILE, template, VALUES)
