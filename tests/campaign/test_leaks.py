"""Nothing of anybody leaves the office: looked for in every byte, however it is written and packed."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from itertools import pairwise
from xml.sax.saxutils import escape

import pytest
import xlsxwriter
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lzxl.campaign import leaks
from lzxl.campaign.leaks import PERSON, LeakError, Secrets, _names_in, leaks_in, refuse_leaks

WHO = Secrets({"柳青岚": "人名", "高峰": "人名", "liu@yunze.gov.example": "邮箱地址", "05785551234": "电话号码"})


def found(data: bytes, name: str = "公示表.html") -> set[str]:
    return {leak.secret for leak in leaks_in(name, data, WHO)}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030"])
def test_a_name_is_found_in_every_encoding(encoding: str) -> None:
    assert found("责任岗位：柳青岚（科长）".encode(encoding)) == {"柳青岚"}


@pytest.mark.parametrize("text", ["柳 青 岚", "柳　青　岚", "&#26611;青岚", "柳\u200b青岚"])
def test_a_name_is_found_however_it_is_spelt(text: str) -> None:
    assert found(f"<td>{text}</td>".encode()) == {"柳青岚"}


def test_addresses_and_telephones_are_found_and_numbers_of_nobody_known_too() -> None:
    assert found(b"liu@yunze.gov.example 05785551234") == {"liu@yunze.gov.example", "05785551234"}
    assert found("联系电话13812345678".encode()) == {"13812345678"}


def test_a_file_of_nobody_passes() -> None:
    assert found("责任岗位：印章管理岗，一级，2026年度第12项".encode()) == set()


def _workbook(**places: str) -> bytes:
    packed = io.BytesIO()
    workbook = xlsxwriter.Workbook(packed, {"in_memory": True})
    sheet = workbook.add_worksheet("公示表")
    sheet.write_string(0, 0, places.get("cell", "印章管理岗"))
    sheet.write_formula(1, 0, '="a"', None, places.get("cached", "a"))
    workbook.set_properties({"author": places.get("author", "lzxl")})
    if "comment" in places:
        sheet.write_comment(0, 0, places["comment"])
    workbook.close()
    return packed.getvalue()


@pytest.mark.parametrize("place", ["cell", "cached", "author", "comment"])
def test_every_corner_of_a_workbook_is_looked_into(place: str) -> None:
    [leak] = leaks_in("公示表.xlsx", _workbook(**{place: "柳青岚"}), WHO)
    assert leak.secret == "柳青岚" and leak.place.startswith("公示表.xlsx 里的 ")
    assert list(leaks_in("公示表.xlsx", _workbook(), WHO)) == []


def test_a_workbook_in_a_zip_is_looked_into_and_so_is_the_name_of_a_file() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("内.xlsx", _workbook(cell="柳青岚"))
    assert found(packed.getvalue(), "公示.zip") == {"柳青岚"}
    assert found(b"", "柳青岚.html") == {"柳青岚"}


def test_what_cannot_be_looked_into_does_not_leave() -> None:
    broken = bytearray(_workbook())
    broken[60:90] = bytes(30)
    assert [leak.kind for leak in leaks_in("公示表.xlsx", bytes(broken), WHO)] != []


def test_a_refusal_names_every_place_and_how_an_ordinary_word_is_confirmed() -> None:
    files = {"公示表.html": "早高峰期间限行".encode(), "公告.txt": "柳青岚".encode()}
    with pytest.raises(LeakError) as caught:
        refuse_leaks(files, WHO)
    assert "人名“高峰”：公示表.html" in str(caught.value) and "人名“柳青岚”：公告.txt" in str(caught.value)
    assert "--word" in str(caught.value)
    assert caught.value.facts["places"] == ["公示表.html", "公告.txt"]
    refuse_leaks({"公示表.html": "早高峰期间限行".encode()}, Secrets({"柳青岚": "人名"}))


IDENTITY = "11010519491231002X"
"""An identity number of nobody, with the right last sign: it is on no list, and is found by what it looks like."""
VALUES = [*WHO.kinds, IDENTITY]
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def packed(parts: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return stream.getvalue()


def in_pieces(text: str, cuts: set[int]) -> list[str]:
    """A text in as many pieces as there are places in it where it is cut."""
    places = [0, *sorted(cut for cut in cuts if 0 < cut < len(text)), len(text)]
    return [text[start:end] for start, end in pairwise(places)]


def _rich_text(pieces: list[str], tag: str) -> str:
    return "".join(f"<{tag}r><{tag}rPr/><{tag}t>{escape(piece)}</{tag}t></{tag}r>" for piece in pieces)


def _unused_string(pieces: list[str]) -> bytes:
    shared = f'<sst xmlns="{MAIN}"><si><t>岗位</t></si><si>{_rich_text(pieces, "")}</si></sst>'
    return packed({"xl/sharedStrings.xml": shared.encode(), "xl/worksheets/sheet1.xml": b"<c t='s'><v>0</v></c>"})


def _comment(pieces: list[str]) -> bytes:
    text = f'<comments xmlns="{MAIN}"><comment ref="A1"><text>{_rich_text(pieces, "")}</text></comment></comments>'
    return packed({"xl/comments1.xml": text.encode()})


def _of_word(part: str) -> Callable[[list[str]], bytes]:
    def made(pieces: list[str]) -> bytes:
        text = f'<w:hdr xmlns:w="{WORD}"><w:p>{_rich_text(pieces, "w:")}</w:p></w:hdr>'
        return packed({part: text.encode()})

    return made


IN_RUNS: dict[str, Callable[[list[str]], bytes]] = {
    "a shared string that no cell uses": _unused_string,
    "a comment": _comment,
    "a paragraph of Word": _of_word("word/document.xml"),
    "a header of Word": _of_word("word/header1.xml"),
    "a web page": lambda pieces: "<p>{}</p>".format("".join(f"<b>{escape(one)}</b>" for one in pieces)).encode(),
    "a workbook within a zip": lambda pieces: packed({"附件.xlsx": _unused_string(pieces)}),
    "a part in UTF-16": lambda pieces: packed({"xl/comments1.xml": _rich_text(pieces, "").encode("utf-16")}),
}


@pytest.mark.parametrize("place", IN_RUNS)
@settings(deadline=None)
@given(st.sampled_from(VALUES), st.sets(st.integers(1, 20), max_size=4), st.sampled_from(["", "责任人：", "请与"]))
def test_a_value_in_several_runs_is_found_wherever_it_is(place: str, value: str, cuts: set[int], before: str) -> None:
    data = IN_RUNS[place]([before, *in_pieces(value, cuts), "。"])
    leaks = list(leaks_in("公示.bin", data, WHO))
    assert value in {leak.secret for leak in leaks}
    assert all(leak.place.startswith("公示.bin") for leak in leaks)
    with pytest.raises(LeakError, match="公示"):
        refuse_leaks({"公示.bin": data}, WHO)


@settings(deadline=None)
@given(
    st.sampled_from(VALUES),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030"]),
    st.sampled_from(["bare", "zip", "zip in zip"]),
    st.binary(max_size=8),
)
@example("柳青岚", "utf-16", "bare", b"PK\x07\x08")  # it begins as a zip does, and is none
@example("高峰", "utf-8", "bare", b"\xfe\xff")  # it says that it is UTF-16, and is not
@example("柳青岚", "gb18030", "zip", b"\xff\xfe")
def test_a_value_is_found_in_every_encoding_and_however_deep_it_is_packed(
    value: str, encoding: str, wrapped: str, before: bytes
) -> None:
    data = before[: len(before) // 2 * 2] + f"责任人：{value}（科长）".encode(encoding)
    if wrapped != "bare":
        data = packed({"公告.txt": data})
    if wrapped == "zip in zip":
        data = packed({"全部.zip": data})
    assert value in found(data, "公示.zip")


READ_EITHER_WAY = [bytes([lead, trail]).decode("gb18030") for lead in range(0xC2, 0xD8) for trail in range(0xA1, 0xC0)]
"""Characters whose bytes in GB 18030 are letters of UTF-8 as well."""


@given(st.text(READ_EITHER_WAY, min_size=2, max_size=4), st.sampled_from(["", "name: ", "id,"]))
def test_a_name_in_gb18030_is_found_also_where_its_bytes_are_some_text_of_utf_8(name: str, before: str) -> None:
    data = before.encode() + name.encode("gb18030")
    assert data.decode("utf-8")
    secrets = Secrets({name: PERSON})
    assert [leak.secret for leak in leaks_in("公示.txt", data, secrets)] == [name]


@settings(deadline=None)
@given(st.sampled_from(VALUES), st.sampled_from(["creator", "lastModifiedBy", "description", "category"]))
def test_a_value_in_the_properties_of_a_document_is_found(value: str, name: str) -> None:
    core = f"<cp:coreProperties><dc:{name}>{escape(value)}</dc:{name}></cp:coreProperties>"
    assert value in found(packed({"docProps/core.xml": core.encode()}))


@settings(deadline=None)
@given(st.sampled_from(VALUES), st.sampled_from(["{}", "<c><f>A1</f><v>{}</v></c>", '<a title="{}"/>', "<!--{}-->"]))
def test_a_value_is_found_in_cached_values_attributes_and_what_is_commented_out(value: str, around: str) -> None:
    assert value in found(packed({"xl/worksheets/sheet1.xml": around.format(escape(value)).encode()}))


def test_an_address_is_found_in_capitals_and_in_a_link() -> None:
    assert found(b"LIU@Yunze.gov.example") == {"liu@yunze.gov.example"}
    assert found(b'<a href="mailto:liu%40yunze.gov.example">') == {"liu@yunze.gov.example"}


@pytest.mark.parametrize("comment", ["柳青岚", "高峰"])
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16-le"])
def test_a_value_in_what_a_zip_says_of_itself_is_found(comment: str, encoding: str) -> None:
    stream = io.BytesIO(packed({"公告.txt": "公告".encode()}))
    with zipfile.ZipFile(stream, "a") as archive:
        archive.comment = comment.encode(encoding)
    assert comment in found(stream.getvalue(), "公示.zip")


@settings(deadline=None)
@given(st.text(alphabet="岗位风险点一二三级审批监督措施，。", max_size=40), st.sets(st.integers(1, 40), max_size=5))
@pytest.mark.parametrize("place", IN_RUNS)
def test_what_names_nobody_passes(place: str, text: str, cuts: set[int]) -> None:
    assert list(leaks_in("公示.bin", IN_RUNS[place](in_pieces(text, cuts)), WHO)) == []


def test_a_part_that_many_files_share_is_looked_through_once(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[str] = []
    look = leaks.find_private
    monkeypatch.setattr(leaks, "find_private", lambda text: looked.append(text) or look(text))
    who, shared = Secrets(WHO.kinds), "同一个模板里的样式，柳青岚".encode()
    found = [[leak.place for leak in leaks_in(name, shared, who)] for name in ("函一.xml", "函二.xml")]
    assert found == [["函一.xml"], ["函二.xml"]]
    assert sum("同一个模板" in text for text in looked) == 1


def test_an_office_role_in_a_persons_place_names_nobody() -> None:
    assert _names_in("考核组") == _names_in("考核组、填报人") == []
    assert _names_in("考核组韩立群") != [] and _names_in("韩立群、考核组") == ["韩立群"]
