"""Names give way to labels wherever a file is text; what cannot be masked is found again and never passed."""

from __future__ import annotations

import io
import zipfile

import pytest
from docx import Document
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from lzxl.archive.masking import Mask, left_in
from lzxl.campaign.leaks import ADDRESS, PERSON, Secrets

NAMES = ("张三", "张三丰", "欧阳修文", "高峰")
SECRETS = Secrets({**dict.fromkeys(NAMES, PERSON), "zs@example.cn": ADDRESS})
PIECES = st.lists(st.one_of(st.sampled_from(NAMES), st.text(alphabet="甲乙 ，<&1年度")), max_size=12)


@given(PIECES)
def test_no_name_is_left_in_a_text_and_nothing_else_is_touched(pieces: list[str]) -> None:
    text = "｜".join(pieces)
    masked = Mask(SECRETS).text(text)
    assert list(SECRETS.in_text(masked)) == []
    assert [one for one in text.split("｜") if one not in NAMES] == [
        one for one in masked.split("｜") if not one.startswith("〔")
    ]


def test_a_person_has_one_label_everywhere_and_another_than_others() -> None:
    mask = Mask(SECRETS)
    assert mask.text("张三、张三丰、张三") == "〔人员001〕、〔人员002〕、〔人员001〕"
    assert mask.text("张　三同志") == "〔人员001〕同志"
    assert mask.text("寄 zs@example.cn") == "寄 〔邮箱地址〕" and mask.seen >= {"张三", "张三丰"}


def test_a_number_of_a_telephone_goes_whoever_it_is_of() -> None:
    assert "13812345678" not in Mask(SECRETS).text("联系电话13812345678")


def test_a_workbook_is_masked_in_cells_comments_and_properties_and_still_opens() -> None:
    from openpyxl.comments import Comment

    book = Workbook()
    sheet = book.active
    sheet["A1"], sheet["A2"] = "责任人：张三", "=1+1"
    sheet["A1"].comment = Comment("问高峰", "欧阳修文")
    book.properties.creator = "张三丰"
    data = io.BytesIO()
    book.save(data)
    masked = Mask(SECRETS).file(data.getvalue())
    assert left_in("表.xlsx", masked, SECRETS) == []
    again = load_workbook(io.BytesIO(masked))
    assert again.active["A1"].value == "责任人：〔人员001〕" and again.active["A2"].value == "=1+1"


def test_a_name_that_word_broke_into_pieces_is_found_as_not_masked() -> None:
    paper = Document()
    paragraph = paper.add_paragraph()
    for piece in ("张", "三"):
        paragraph.add_run(piece)
    data = io.BytesIO()
    paper.save(data)
    assert [leak.secret for leak in left_in("函.docx", Mask(SECRETS).file(data.getvalue()), SECRETS)] == ["张三"]


def test_bytes_of_no_text_are_kept_and_what_they_name_is_found() -> None:
    data = "张三".encode("utf-16-le") + b"\xff\xfe\x00"
    assert Mask(SECRETS).file(data) == data
    assert [leak.secret for leak in left_in("旧表.xls", data, SECRETS)] == ["张三"]


@pytest.mark.parametrize("depth", [1, 3])
def test_what_is_packed_within_what_is_packed_is_masked_too(depth: int) -> None:
    data = "<p>张三</p>".encode()
    for _ in range(depth):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr("a.xml", data)
        data = packed.getvalue()
    assert left_in("a.zip", data, SECRETS)
    assert left_in("a.zip", Mask(SECRETS).file(data), SECRETS) == []


def test_the_same_file_is_masked_to_the_same_bytes() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.xml", "<p>张三</p>")
    assert Mask(SECRETS).file(packed.getvalue()) == Mask(SECRETS).file(packed.getvalue())
