"""Nothing of anybody leaves the office: looked for in every byte, however it is written and packed."""

from __future__ import annotations

import io
import zipfile

import pytest
import xlsxwriter

from lzxl.campaign.leaks import LeakError, Secrets, leaks_in, refuse_leaks

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
