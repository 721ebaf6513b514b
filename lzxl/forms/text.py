"""Text as people type it, folded so that equal words compare equal."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

SPACE = re.compile(r"[\s\u200b\ufeff]+")
BRACKETED = re.compile(r"[(\[【〔<《][^)\]】〕>》]*[)\]】〕>》]")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def whole_text(text: str) -> str:
    """`text` with half characters mended: two halves that belong together joined, a lone one as U+FFFD.

    Nothing that is written anywhere may have a half: no encoding can hold it.
    """
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


@lru_cache(maxsize=65536)
def compact(text: str) -> str:
    """`text` after NFKC and without any white space: how two cell values are compared."""
    unspaced = SPACE.sub("", unicodedata.normalize("NFKC", text))
    # A lone accent is a space and a mark to NFKC; without the space the mark joins the letter before it.
    return unspaced if unspaced.isascii() else unicodedata.normalize("NFKC", unspaced)


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """`text` after NFKC, in lower case, with only letters and digits left: how two headers are compared."""
    normal = unicodedata.normalize("NFKC", text).lower()
    return "".join(character for character in normal if character.isalnum() or character == "★")


@lru_cache(maxsize=4096)
def fold_unbracketed(text: str) -> str:
    """Like `fold`, with what stands in brackets left out: 单位(盖章) → 单位."""
    return fold(BRACKETED.sub("", unicodedata.normalize("NFKC", text)))


def tidy(text: str) -> str:
    """`text` as it is kept: NFC, no control characters, no trailing spaces at line ends, no blank lines around."""
    if text.isprintable() and text == text.strip() and unicodedata.is_normalized("NFC", text):
        return text  # as most are
    cleaned = CONTROL.sub("", unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")))
    return "\n".join(line.rstrip() for line in cleaned.split("\n")).strip()


def column_letters(index: int) -> str:
    """The letters of a column counted from 1: 1 → A, 27 → AA."""
    letters = ""
    while index > 0:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def spoken_place(cell: str) -> str:
    """A place as people say it: 4:29 → 第4至29行, 13:13 → 第13行; a cell or a range of cells stays as it is."""
    first, colon, last = cell.partition(":")
    if not colon or not (first.isdigit() and last.isdigit()):
        return cell
    return f"第{first}行" if first == last else f"第{first}至{last}行"


def column_index(letters: str) -> int:
    """The number, from 1, of a column's letters: A → 1, AA → 27."""
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - 64
    return index


def address(row: int, column: int) -> str:
    """The A1 address of a cell; row and column counted from 1."""
    return f"{column_letters(column)}{row}"
