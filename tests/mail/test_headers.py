"""Attachment names and addresses, in every form that Chinese mail programs write them."""

from __future__ import annotations

import base64
import email
import unicodedata
from email.policy import compat32
from urllib.parse import quote_from_bytes

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lzxl.mail.headers import (
    addresses,
    decode_bytes,
    decode_words,
    display_name,
    header_list,
    header_text,
    main_value,
    parameter,
    part_name,
)

NAME = "朱镕〇-权责清单（财务科）.xlsx"


def word(charset: str, data: bytes, encoding: str = "B") -> str:
    if encoding == "Q":
        return f"=?{charset}?Q?" + "".join(f"={byte:02X}" for byte in data) + "?="
    return f"=?{charset}?B?{base64.b64encode(data).decode()}?="


def split_words(charset: str, data: bytes, size: int) -> str:
    return "\r\n ".join(word(charset, data[at : at + size]) for at in range(0, len(data), size))


def percent(data: bytes) -> str:
    return quote_from_bytes(data, safe="")


GBK = NAME.encode("gbk")
UTF8 = NAME.encode()
D = "Content-Disposition: attachment; "
HALF = len(percent(GBK)) // 2

FORMS: dict[str, str | bytes] = {
    "encoded word, gb18030": f'{D}filename="{word("gb18030", GBK)}"',
    "encoded word, GBK": f'{D}filename="{word("GBK", GBK)}"',
    "encoded word, cp936": f'{D}filename="{word("cp936", GBK)}"',
    "encoded word, quoted-printable": f'{D}filename="{word("utf-8", UTF8, "Q")}"',
    "encoded words, broken in the middle of a character": f'{D}filename="{split_words("gb18030", GBK, 7)}"',
    "encoded words without quotes": f"{D}filename={split_words('utf-8', UTF8, 10)}",
    "encoded word, GBK under the label gb2312": f'{D}filename="{word("gb2312", GBK)}"',
    "encoded word, x-gbk": f'{D}filename="{word("x-gbk", GBK)}"',
    "encoded word, unknown charset": f'{D}filename="{word("x-unknown", UTF8)}"',
    "encoded word in the type only": f'Content-Type: application/octet-stream;\r\n\tname="{word("gb18030", GBK)}"',
    "extended, UTF-8": f"{D}filename*=utf-8''{percent(UTF8)}",
    "extended, GBK": f"{D}filename*=GBK'zh-cn'{percent(GBK)}",
    "extended, GBK under the label gb2312": f"{D}filename*=gb2312''{percent(GBK)}",
    "extended and continued": (
        f"{D}\r\n filename*0*=gbk''{percent(GBK)[:HALF]};\r\n filename*1*={percent(GBK)[HALF:]}"
    ),
    "plain and extended together": f"{D}filename=\"a.xlsx\"; filename*=UTF-8''{percent(UTF8)}",
    "raw UTF-8": f'{D}filename="'.encode() + UTF8 + b'"',
    "raw GBK": f'{D}filename="'.encode() + GBK + b'"',
    "percent signs in a plain name": f'{D}filename="{percent(UTF8)}"',
}


def name_in(header: str | bytes) -> str:
    raw = header if isinstance(header, bytes) else header.encode()
    return part_name(header_list(email.message_from_bytes(raw + b"\r\n\r\nx", policy=compat32)))


def test_there_are_eighteen_forms() -> None:
    assert len(FORMS) == 18


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_a_name_is_read(form: str) -> None:
    assert name_in(FORMS[form]) == NAME


@pytest.mark.parametrize(
    ("header", "name"),
    [
        (f'{D}filename*0="权责"; filename*1="清单.xlsx"', "权责清单.xlsx"),
        (
            f'{D}filename*0="=?GBK?B?"; filename*1="{base64.b64encode("权责.xlsx".encode("gbk")).decode()}?="',
            "权责.xlsx",
        ),
        (f"{D}filename*={percent('权责.xlsx'.encode())}", "权责.xlsx"),
        (f"{D}filename*=\"utf-8''{percent('权责.xlsx'.encode())}\"", "权责.xlsx"),
        (f"{D}filename*=gbk''%C8; filename=\"权.xlsx\"", "权.xlsx"),
        (f'{D}filename="a;b.xlsx"; size=3', "a;b.xlsx"),
        (f'{D}filename="a\\"b.xlsx"', 'a"b.xlsx'),
        (f"{D}filename=完成率100%.xlsx", "完成率100%.xlsx"),
        (f'{D}filename="50%20off.xlsx"', "50%20off.xlsx"),
        (f'{D}filename="a.xlsx', "a.xlsx"),
        (f"{D}FileName=a.xlsx", "a.xlsx"),
        ("Content-Disposition: filename=a.xlsx", "a.xlsx"),
        (D.encode() + b'filename="' + "陳誠.xlsx".encode("gbk") + b'"', "陳誠.xlsx"),
        (D, ""),
        (f'{D}filename=""', ""),
    ],
)
def test_odder_ways_to_write_a_name(header: str | bytes, name: str) -> None:
    assert name_in(header) == name


def test_base64_broken_off_within_its_digits_goes_on_in_the_next_word() -> None:
    digits = base64.b64encode("权责清单".encode("gbk")).decode()
    assert decode_words(f"=?gbk?B?{digits[:6]}?= =?gbk?B?{digits[6:]}?=") == "权责清单"


def test_words_of_different_charsets_are_decoded_apart_and_without_the_space_between() -> None:
    assert decode_words(f"{word('gbk', '权责'.encode('gbk'))} {word('utf-8', '清单'.encode())} 表") == "权责清单 表"
    assert decode_words("a =?utf-8?Q?b=5F_c?= d") == "a b_ c d"


def test_a_subject_with_raw_bytes_is_read() -> None:
    assert header_text("关于报送\r\n 清单".encode("gbk")) == "关于报送 清单"
    assert header_text("关于报送\r\n 清单".encode()) == "关于报送 清单"


@pytest.mark.parametrize(
    "charset", ["hex", "idna", "unicode_escape", "utf-7", "\x00", "undefined", "", "us-ascii", "iso-8859-1"]
)
def test_a_charset_that_is_none_is_guessed(charset: str) -> None:
    assert decode_bytes("权责清单".encode(), charset) == "权责清单"
    assert decode_bytes("权责清单".encode("gbk"), charset) == "权责清单"


@pytest.mark.parametrize("charset", ["gb2312", "GBK", "x-gbk", "cp936", "MS936", "gb18030", "GB_2312-80", "gbk*zh-cn"])
def test_a_charset_that_is_told_is_not_guessed(charset: str) -> None:
    # These bytes are UTF-8 too, of another sign.
    assert decode_bytes("小".encode("gbk"), charset) == "小"
    assert decode_bytes("小".encode("gbk")) != "小"


def test_parameters_and_main_values() -> None:
    assert main_value(b"Multipart/Mixed; boundary=x") == "multipart/mixed"
    assert parameter(b'text/plain; charset="GBK"', "charset") == "GBK"
    assert parameter(b"text/plain", "charset") == ""


# Addresses


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("cwk@unit.cn", ["cwk@unit.cn"]),
        ("财务科 <CWK@Unit.CN>", ["cwk@unit.cn"]),
        ('"cwk@unit.cn" <other@elsewhere.cn>', ["other@elsewhere.cn"]),
        ("other@elsewhere.cn (cwk@unit.cn)", ["other@elsewhere.cn"]),
        (f"{word('utf-8', b'<cwk@unit.cn>')} <other@elsewhere.cn>", ["other@elsewhere.cn"]),
        ("cwk@unit.cn <cwk@unit.cn>", ["cwk@unit.cn"]),
        ("cwk@unit.cn <other@elsewhere.cn>", ["cwk@unit.cn", "other@elsewhere.cn"]),
        ("a@unit.cn, b@unit.cn", ["a@unit.cn", "b@unit.cn"]),
        ("a@unit.cn@elsewhere.cn", []),
        ("<@relay.cn:a@unit.cn>", []),
        ("undisclosed-recipients:;", []),
        ('"half a quote <a@unit.cn>', []),
        ('"\\"<cwk@unit.cn>" "" <other@elsewhere.cn> ""', ["other@elsewhere.cn"]),
        ("a@" + "b" * 300, []),
        ("", []),
    ],
)
def test_addresses_are_read_as_mail_programs_read_them(value: str, found: list[str]) -> None:
    assert list(addresses(value.encode())) == found
    assert list(addresses(value.encode("gb18030"))) == found


# Names as they are shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("C:\\报送\\清单.xlsx", "清单.xlsx"),
        ("../../etc/清单.xlsx", "清单.xlsx"),
        ("清单\u202excod.xlsx", "清单xcod.xlsx"),
        ("清\x00单\r\n表\x7f.xlsx", "清单 表.xlsx"),
        ("e\u0301.xlsx", "\u00e9.xlsx"),
        ("..", ""),
        ("\ud800清单.xlsx", "清单.xlsx"),
        ("表" * 200 + ".xlsx", "表" * 115 + ".xlsx"),
        ("表" * 200, "表" * 120),
        ("𠮷野家.xlsx", "𠮷野家.xlsx"),
    ],
)
def test_a_shown_name_has_nothing_that_misleads(text: str, shown: str) -> None:
    assert display_name(text) == shown


# Whatever comes

shown_names = st.text(st.characters(codec="gb18030", exclude_categories=("C", "Z")), min_size=1, max_size=40).map(
    lambda text: unicodedata.normalize("NFC", text)
)


@given(shown_names, st.sampled_from(["gb18030", "utf-8"]), st.integers(1, 30))
def test_any_name_comes_back_from_encoded_words_however_they_are_broken(name: str, charset: str, size: int) -> None:
    data = name.encode(charset)
    for quote in ('"', ""):
        header = f"{D}filename={quote}{split_words(charset, data, size)}{quote}"
        assert name_in(header) == name


@given(shown_names, st.sampled_from(["gb18030", "utf-8"]))
def test_any_name_comes_back_from_an_extended_parameter(name: str, charset: str) -> None:
    assert name_in(f"{D}filename*={charset}''{percent(name.encode(charset))}") == name


@given(st.binary(max_size=300))
def test_no_header_stops_the_reading(value: bytes) -> None:
    for text in (header_text(value), parameter(value, "filename"), main_value(value), *addresses(value)):
        text.encode("utf-8")
    display_name(part_name([("content-disposition", b"attachment; filename=" + value)])).encode("utf-8")


@given(
    st.lists(
        st.sampled_from(
            [
                "=?",
                "?=",
                "?B?",
                "?q?",
                "gbk",
                "utf-8",
                "'",
                '"',
                "*0*=",
                "*",
                ";",
                "filename",
                "=",
                "%C8",
                "\\",
                "(",
                "@",
                "<",
                "权",
                "a",
            ]
        )
    )
)
def test_nor_does_one_made_of_its_own_signs(pieces: list[str]) -> None:
    for value in ("".join(pieces).encode(), "".join(pieces).encode("gbk")):
        header_text(value)
        addresses(value)
        part_name([("content-disposition", value), ("content-type", value)])


@given(st.text())
def test_a_shown_name_is_short_and_stays_as_it_is(text: str) -> None:
    name = display_name(text)
    assert len(name) <= 120
    assert not set(name) & set("/\\\r\n\x00\u202e")
    assert unicodedata.is_normalized("NFC", name)
    assert display_name(name) == name
