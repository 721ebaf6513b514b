"""Names give way to labels wherever a file is text; what cannot be masked is found again and never passed."""

from __future__ import annotations

import io
import re
import zipfile
from itertools import pairwise

import pytest
from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from lzxl.archive.masking import Mask, words_of_the_forms
from lzxl.campaign.leaks import ADDRESS, PERSON, Leak, Secrets, leaks_in

NAMES = ("张三", "张三丰", "欧阳修文", "高峰")
SECRETS = Secrets({**dict.fromkeys(NAMES, PERSON), "zs@example.cn": ADDRESS})


def leaks(name: str, data: bytes, secrets: Secrets) -> list[Leak]:
    return list(leaks_in(name, data, secrets))


PIECES = st.lists(st.one_of(st.sampled_from(NAMES), st.text(alphabet="甲乙 ，<&1年度")), max_size=12)


@settings(deadline=None)
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
    assert leaks("表.xlsx", masked, SECRETS) == []
    again = load_workbook(io.BytesIO(masked))
    assert again.active["A1"].value == "责任人：〔人员001〕" and again.active["A2"].value == "=1+1"


@settings(deadline=None)
@given(
    st.lists(st.sampled_from(["张三", "张三丰", "欧阳修文", "高峰", "，", "甲乙", " "]), min_size=1, max_size=6),
    st.data(),
)
def test_a_name_that_word_broke_into_runs_gives_way_and_the_rest_of_the_paragraph_stays(
    words: list[str], draw: st.DataObject
) -> None:
    text = "".join(words)
    cuts = sorted(draw.draw(st.sets(st.integers(1, max(len(text) - 1, 1)), max_size=6)))
    runs = [f"<w:r><w:rPr/><w:t>{text[start:end]}</w:t></w:r>" for start, end in pairwise([0, *cuts, len(text)])]
    masked = Mask(SECRETS).file(f"<w:p>{''.join(runs)}</w:p>".encode())
    assert leaks("函.xml", masked, SECRETS) == []
    left = re.sub(r"<[^<>]*>|\s", "", masked.decode())
    assert left == re.sub(r"\s", "", Mask(SECRETS).text(text))


def test_the_end_of_one_paragraph_and_the_beginning_of_the_next_make_no_name() -> None:
    paper = Document()
    for text in ("山之高", "峰之险"):
        paper.add_paragraph(text)
    paper.add_paragraph("高").add_run("峰")
    data = io.BytesIO()
    paper.save(data)
    mask = Mask(SECRETS)
    assert leaks("函.docx", mask.file(data.getvalue()), SECRETS) == [] and mask.count == 1


def test_bytes_of_no_text_are_kept_and_what_they_name_is_found() -> None:
    data = "张三".encode("utf-16-le") + b"\xff\xfe\x00"
    assert Mask(SECRETS).file(data) == data
    assert [leak.secret for leak in leaks("旧表.xls", data, SECRETS)] == ["张三"]


@pytest.mark.parametrize("depth", [1, 3])
def test_what_is_packed_within_what_is_packed_is_masked_too(depth: int) -> None:
    data = "<p>张三</p>".encode()
    for _ in range(depth):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr("a.xml", data)
        data = packed.getvalue()
    assert leaks("a.zip", data, SECRETS)
    assert leaks("a.zip", Mask(SECRETS).file(data), SECRETS) == []


@given(st.lists(st.booleans(), min_size=1, max_size=4))
def test_what_was_stored_as_it_is_stays_so(stored: list[bool]) -> None:
    """An OpenDocument file is known by its first part, which must not be deflated (ODF 1.3, part 2, 3.3)."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for number, is_stored in enumerate(stored):
            packing = zipfile.ZIP_STORED if is_stored else zipfile.ZIP_DEFLATED
            archive.writestr(f"{number}.xml", f"<p>张三，第{number}件</p>", packing)
    masked = zipfile.ZipFile(io.BytesIO(Mask(SECRETS).file(stream.getvalue())))
    assert [info.compress_type == zipfile.ZIP_STORED for info in masked.infolist()] == stored
    assert all("张三" not in masked.read(info).decode() for info in masked.infolist())


def test_the_same_file_is_masked_to_the_same_bytes() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.xml", "<p>张三</p>")
    assert Mask(SECRETS).file(packed.getvalue()) == Mask(SECRETS).file(packed.getvalue())


def test_a_name_that_is_a_word_of_the_forms_is_told() -> None:
    names = Secrets({"文书": PERSON, "预警信息": PERSON, "欧阳修文": PERSON, "科室@example.cn": ADDRESS})
    assert words_of_the_forms(names) == ["文书", "预警信息"]
