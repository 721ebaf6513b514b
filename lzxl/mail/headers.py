"""Header texts, attachment names and addresses, in every way that Chinese mail programs write them.

Works on the raw bytes of headers. Nothing here raises, whatever the bytes.
"""

from __future__ import annotations

import binascii
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from email.message import Message
from typing import Any
from urllib.parse import quote_from_bytes, unquote_to_bytes

from lzxl.forms.addresses import LONGEST_ADDRESS, with_ascii_domain

Headers = Sequence[tuple[str, bytes]]
"""(name in lower case, value as it came) of each header, the topmost first."""

# Longer header values are cut: nobody reads them, and looking through them takes time.
_LONGEST_VALUE = 20_000
_LONGEST_NAME = 120
_LONGEST_SUFFIX = 10

_GB2312 = ("gb2312", "gb-2312-80", "gb2312-80", "csgb2312", "csgb231280", "euc-cn", "x-euc-cn", "euccn")
_GBK = ("gbk", "x-gbk", "csgbk", "cp936", "x-cp936", "ms936", "windows-936", "936")
_GB18030 = (*_GB2312, *_GBK, "gb18030", "gb-18030", "gb18030-2000", "gb18030-2005")
# Only these are handed to Python: some of its other codecs are no charsets, or take very long. The rest is guessed.
_CODECS = {
    **dict.fromkeys(_GB18030, "gb18030"),
    **dict.fromkeys(("utf-8", "utf8", "unicode-1-1-utf-8", "utf-8-sig", "cp65001", "65001"), "utf-8"),
    **dict.fromkeys(("utf-16", "utf16", "ucs-2", "iso-10646-ucs-2", "unicode"), "utf-16"),
    **dict.fromkeys(("utf-16le", "utf-16-le"), "utf-16-le"),
    **dict.fromkeys(("utf-16be", "utf-16-be"), "utf-16-be"),
    **dict.fromkeys(("big5", "big5-hkscs", "big5hkscs", "cp950", "950", "x-big5", "big-5"), "big5hkscs"),
    **dict.fromkeys(("hz", "hz-gb-2312"), "hz"),
    **dict.fromkeys(("shift-jis", "sjis", "x-sjis", "cp932", "ms932"), "cp932"),
    **dict.fromkeys(("euc-kr", "ks-c-5601-1987", "cp949", "korean"), "cp949"),
    **{name: name for name in ("euc-jp", "iso-2022-jp", "koi8-r")},
    **{f"windows-{page}": f"cp{page}" for page in (1250, 1251, 1253, 1254, 1255, 1256, 1257, 1258)},
    **{f"iso-8859-{part}": f"iso-8859-{part}" for part in (2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14, 15, 16)},
}
_WORD = re.compile(r"=\?([^\s?=]{1,60})\?([bBqQ])\?([^?]*)\?=")
# A quoted string; one that is never closed goes to the end.
_QUOTED = re.compile(r'"((?:\\.|[^"\\])*+)(?:"|\\?\Z)', re.DOTALL)
# Possessive (*+): nothing is tried twice, or a stranger's header of backslashes takes time by its square.
_PIECE = re.compile(r'(?:"(?:\\.|[^"\\])*+(?:"|\\?\Z)|[^;"])+', re.DOTALL)
_NO_DIGITS = bytes(set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="))
_EXTENDED = re.compile(r"^([^*]+)\*(?:(\d{1,4})(\*)?)?$")
_HIGH_PERCENT = re.compile(r"%[89A-Fa-f][0-9A-Fa-f]")
# Stands for a quoted local part while an address list is taken apart.
_QUOTED_LOCAL = "\ue000"
_BETWEEN_ADDRESSES = re.compile(r'[\x00-\x20\x7f<>,;:"()\[\]\\]+')


def header_list(message: Message[Any, Any]) -> Headers:
    """The headers of a message that was parsed under the compat32 policy."""
    # compat32 has raw bytes as lone surrogates: so they become again what came.
    return [
        (name.strip().lower(), str(value).encode("utf-8", "surrogateescape")) for name, value in message.raw_items()
    ]


def values(headers: Headers, name: str) -> Iterator[bytes]:
    """The values of every header of that name, the topmost first."""
    return (value[:_LONGEST_VALUE] for other, value in headers if other == name)


def first(headers: Headers, name: str) -> bytes:
    """The value of the topmost header of that name, b"" if there is none."""
    return next(values(headers, name), b"")


def decode_bytes(data: bytes, charset: str = "") -> str:
    """`data` as text. A charset that says gb2312 means what Chinese programs mean by it; without a known one, UTF-8 or GB 18030.

    Latin-1 and ASCII labels count as unknown: programs that know no better put them on anything.
    """
    codec = _codec(charset)
    # UTF-8 before GB 18030: hardly anything else decodes as UTF-8, and nearly anything does as GB 18030.
    for attempt in dict.fromkeys((codec, "utf-8", "gb18030")):
        try:
            if attempt:
                return data.decode(attempt)
        except UnicodeError:
            continue
    return data.decode(codec or "gb18030", "replace")


def header_text(value: bytes) -> str:
    """A header's text for people: unfolded, with encoded words decoded."""
    return " ".join(decode_words(unfolded(value)).split())


def decode_words(text: str) -> str:
    """`text` with its encoded words (RFC 2047) decoded, also within quotes.

    Neighbours of one charset are joined before they are decoded: many programs break them in the middle of a character.
    """
    done: list[str] = []
    run: list[tuple[str, str]] = []
    charset = ""
    end = 0
    for match in _WORD.finditer(text):
        gap = text[end : match.start()]
        # RFC 2231 lets a language stand behind it: utf-8*zh.
        label = match[1].partition("*")[0].lower()
        if run and (gap.strip() or label != charset):
            done.append(decode_bytes(_joined(run), charset))
            run = []
            # RFC 2047: blanks between two encoded words are the fold's and not the text's.
            gap = gap if gap.strip() else ""
        elif run:
            gap = ""
        done.append(gap)
        charset = label
        run.append((match[2].lower(), match[3]))
        end = match.end()
    if run:
        done.append(decode_bytes(_joined(run), charset))
    return "".join(done) + text[end:]


def main_value(value: bytes) -> str:
    """What stands before the parameters, in lower case: multipart/mixed, attachment."""
    return unfolded(value).partition(";")[0].strip().lower()


def parameter(value: bytes, name: str) -> str:
    """A header's parameter, decoded; "" if it has none of that name."""
    return _best(_readings(value, name))


def part_name(headers: Headers) -> str:
    """The name that a part gives its file, as it was meant; "" if none. Not fit to be shown: see `display_name`."""
    disposition, kind = first(headers, "content-disposition"), first(headers, "content-type")
    return _best([*_readings(disposition, "filename"), *_readings(disposition, "name"), *_readings(kind, "name")])


def addresses(value: bytes) -> tuple[str, ...]:
    """The different addresses in a header such as From, each as `normal_address` writes it, in order.

    What a sender calls himself is no address: quoted names and comments are left out, encoded words undecoded. Only where
    there is no address else, one is looked for in what a program has encoded or typed in full width with all the rest. None
    at all where a lone @ makes it doubtful what the address is.
    """
    text = unfolded(value)
    for reading in (text, decode_words(text), unicodedata.normalize("NFKC", decode_words(text)).replace("。", ".")):
        if "@" not in _without_names(reading):
            continue
        return _addresses(reading)
    return ()


def normal_address(text: str) -> str:
    """An address as it is compared: lower case, half width, no quotes that mean nothing, the domain in ASCII (IDNA).

    Mail programs, servers and clerks write one and the same address in several ways.
    """
    # Typed with a Chinese input method, ＠ is full width, and the dot is 。, which NFKC leaves as it is.
    folded = unicodedata.normalize("NFKC", text.strip()).replace("。", ".")
    local, at, domain = folded.rpartition("@")
    if not at:
        return folded.lower()
    return with_ascii_domain(f"{_local_part(local.strip())}@{domain.strip().rstrip('.')}").lower()


def _local_part(local: str) -> str:
    if len(local) > 1 and local.startswith('"') and local.endswith('"'):
        return re.sub(r"\\(.)", r"\1", local[1:-1])
    return local


def _addresses(text: str) -> tuple[str, ...]:
    seen = without_comments(text)
    locals_: list[str] = []

    def keep_local(match: re.Match[str]) -> str:
        # A quoted string is the address's own part where an @ follows it at once; else it is somebody's name.
        if seen[match.end() : match.end() + 1] != "@":
            return '""'
        locals_.append(match[0])
        return f" {_QUOTED_LOCAL}{len(locals_) - 1}"

    # Taken out first: a stranger who writes the sign himself would name a local part that is none.
    plain = _QUOTED.sub(keep_local, seen.replace(_QUOTED_LOCAL, ""))
    found = [token for token in _BETWEEN_ADDRESSES.split(plain) if "@" in token]
    if not all(map(_is_one_address, found)):
        return ()
    return tuple(dict.fromkeys(normal_address(_with_local(address, locals_)) for address in found))


def _is_one_address(token: str) -> bool:
    return token.count("@") == 1 and all(token.partition("@")) and len(token) <= LONGEST_ADDRESS


def _with_local(address: str, locals_: Sequence[str]) -> str:
    local, _, domain = address.partition("@")
    number = local.removeprefix(_QUOTED_LOCAL)
    return f"{locals_[int(number)]}@{domain}" if number != local else address


def _without_names(text: str) -> str:
    return without_comments(_QUOTED.sub(lambda match: '""', text))


def display_name(text: str) -> str:
    """A file name fit to be shown: NFC, no path, no control or direction signs, at most 120 characters with its ending."""
    in_one_line = text.translate(_BREAKS)
    seen = "".join(sign for sign in in_one_line if _is_shown(sign))
    name = " ".join(unicodedata.normalize("NFC", re.split(r"[\\/]", seen)[-1]).split())
    return _shortened(name) if name.strip(". ") else ""


# They are controls as well, and would be dropped with those; but words are parted by them.
_BREAKS = str.maketrans("\t\r\n", "   ")


def _shortened(name: str) -> str:
    """A name of a file in at most so many characters, with its ending."""
    if len(name) <= _LONGEST_NAME:
        return name
    stem, dot, suffix = name.rpartition(".")
    if not dot or len(suffix) > _LONGEST_SUFFIX:
        return name[:_LONGEST_NAME].rstrip()
    return stem[: _LONGEST_NAME - len(suffix) - 1].rstrip() + dot + suffix


def without_comments(text: str) -> str:
    """A structured header's text without its comments; what is quoted stays as it is."""
    kept: list[str] = []
    depth = 0
    quoted = escaped = False
    for sign in text:
        if escaped:
            escaped = False
        elif sign == "\\":
            escaped = True
        elif sign == '"' and not depth:
            quoted = not quoted
        elif sign == "(" and not quoted:
            depth += 1
        elif sign == ")" and not quoted and depth:
            depth -= 1
            continue
        if not depth:
            kept.append(sign)
    return "".join(kept)


def without_quoted(text: str) -> str:
    """`text` with "" for everything in quotes."""
    return _QUOTED.sub('""', text)


def unfolded(value: bytes) -> str:
    """A header's value in one line, raw bytes decoded, encoded words as they are."""
    text = decode_bytes(value[:_LONGEST_VALUE])
    # RFC 5322: unfolding takes the line break alone, the blank behind it is the text's.
    return re.sub(r"[\r\n]", " ", re.sub(r"\r?\n(?=[ \t])", "", text)).replace("\x00", "").strip()


def _codec(charset: str) -> str:
    """Python's name of a charset, "" if it is none that can be relied on."""
    return _CODECS.get(charset.strip(" \t\r\n\"'").partition("*")[0].lower().replace("_", "-"), "")


def _joined(run: Iterable[tuple[str, str]]) -> bytes:
    """The bytes of neighbouring words. Base64 that breaks off within its four digits goes on in the next word."""
    data = b""
    digits = ""
    for encoding, payload in run:
        is_whole = len(digits) % 4 == 0 or digits.endswith("=")
        if encoding == "q" or is_whole:
            data += from_base64(digits.encode())
            digits = ""
        if encoding == "q":
            data += binascii.a2b_qp(payload.encode("utf-8", "replace"), header=True)
        else:
            digits += re.sub(r"[^A-Za-z0-9+/=]", "", payload)
    return data + from_base64(digits.encode())


def from_base64(data: bytes) -> bytes:
    """What base64 says, as far as it can be read: strange signs do not matter, nor an end that is missing, doubled, or in the
    middle, where a program has encoded one piece after the other."""
    digits = data.translate(None, _NO_DIGITS)
    return b"".join(_from_digits(piece) for piece in re.split(rb"=+", digits))


def _from_digits(digits: bytes) -> bytes:
    # One digit over is six bits and no byte; Python would refuse all the rest for it.
    whole = digits if len(digits) % 4 != 1 else digits[:-1]
    return binascii.a2b_base64(whole + b"=" * (-len(whole) % 4))


def _readings(value: bytes, name: str) -> list[str]:
    """What a parameter may mean, the most exact first: extended (RFC 2231), then plain."""
    plain: list[str] = []
    extended: list[str] = []
    pieces: dict[int, tuple[bool, str]] = {}
    for piece in _PIECE.findall(unfolded(value)):
        key, equals, written = piece.partition("=")
        key, written = key.strip().lower(), _unquoted(written.strip())
        match = _EXTENDED.match(key)
        if not equals:
            continue
        if key == name:
            plain.append(_plain(written))
        elif match is not None and match[1].strip() == name:
            if match[2] is None:
                extended.append(_extended([(True, written)]))
            else:
                pieces.setdefault(int(match[2]), (match[3] is not None, written))
    if pieces:
        # By number: RFC 2231 lets the pieces stand in any order.
        extended.append(_extended([pieces[number] for number in sorted(pieces)]))
    return extended + plain


def _best(readings: Sequence[str]) -> str:
    """The first that is whole; else the first."""
    given = [reading for reading in readings if reading.strip()]
    return next((reading for reading in given if "\ufffd" not in reading), given[0] if given else "")


def _unquoted(written: str) -> str:
    if not written.startswith('"'):
        return written
    return re.sub(r'\\(["\\])', r"\1", "".join(_QUOTED.findall(written)))


def _plain(written: str) -> str:
    text = decode_words(written)
    # A percent sign may be the name's own (完成100%.xlsx): only bytes above ASCII tell that it was encoded.
    if text != written or not text.isascii() or not _HIGH_PERCENT.search(text):
        return text
    data = unquote_to_bytes(text)
    for codec in ("utf-8", "gb18030"):
        try:
            return data.decode(codec)
        except UnicodeDecodeError:
            continue
    return text


def _extended(pieces: Sequence[tuple[bool, str]]) -> str:
    """The text of an extended parameter from its pieces: whether each is percent-encoded, and what it says."""
    if not any(encoded for encoded, _ in pieces):
        return _plain("".join(written for _, written in pieces))
    charset, pieces = _charset_of(pieces)
    escaped = ""
    for encoded, said in pieces:
        raw = said.encode(_codec(charset) or "utf-8", "replace")
        # Joined before the percent signs are read: some programs break a name within one.
        # RFC 2231: in a piece without a star, a percent sign is the name's own.
        escaped += raw.decode("latin-1") if encoded else quote_from_bytes(raw)
    return decode_bytes(unquote_to_bytes(escaped.encode("latin-1")), charset)


def _charset_of(pieces: Sequence[tuple[bool, str]]) -> tuple[str, Sequence[tuple[bool, str]]]:
    """(charset, pieces without it): the first piece names it and the language, each with ' behind it."""
    encoded, written = pieces[0]
    if not encoded or written.count("'") < 2:
        return "", pieces
    charset, _, said = written.split("'", 2)
    return charset, [(True, said), *pieces[1:]]


def _is_shown(sign: str) -> bool:
    # Cf has the signs that turn the direction of writing: behind one of them, slx.exe is shown as exe.xls.
    return unicodedata.category(sign) not in {"Cc", "Cf", "Cs", "Zl", "Zp"} and ord(sign) & 0xFFFE != 0xFFFE
