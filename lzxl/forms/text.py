"""Text as people type it, folded so that equal words compare equal."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from lzxl.forms.unseen import BLANKS, LINE_BREAKS, RADICALS, UNSEEN, character_class

BRACKETED = re.compile(r"[(\[【〔<《][^)\]】〕>》]*[)\]】〕>》]")
# All that shows nothing, blank or unseen.
_NOTHING = re.compile(f"[{character_class(BLANKS, LINE_BREAKS, UNSEEN)}]+")
_SOMETHING = re.compile(f"[^{character_class(BLANKS, LINE_BREAKS, UNSEEN)}]")
_UNSEEN = re.compile(f"[{character_class(UNSEEN)}]+")
_ODD_BREAK = re.compile("\r\n|[\x0b\x0c\r\x85\u2028\u2029]")
# What is odd although Python calls it printable: it has no need to look at each character for the rest.
_ODD_PRINTABLE = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u2e80-\u2fd5\u3164\ufe00-\ufe0f\uffa0\ufffc\U0001d159\U000e0000-\U000e0fff]"
)
_RADICAL = re.compile("[\u2e80-\u2fd5]")
# Blanks that people type: a space, the Chinese space, a tab. The others come from web pages and other programs.
TYPED_BLANKS = " \t\u3000"
_ODD_BLANK = re.compile(f"[{character_class(tuple(span for span in BLANKS if chr(span[0]) not in TYPED_BLANKS))}]")
_BLANK_RUN = re.compile(f"[{character_class(BLANKS)}]+")
_BREAK_RUN = re.compile(f"[{character_class(BLANKS)}]*\n[{character_class(BLANKS, LINE_BREAKS)}]*")
_DASH = re.compile("[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]")
# Joiners and selectors that change what is drawn: within an emoji of several, and in scripts whose letters join.
_DRAWN = re.compile(
    "(?<=[\u2600-\u27bf\U0001f000-\U0001faff\ufe0f])\u200d(?=[\u2600-\u27bf\U0001f000-\U0001faff])"
    "|(?<=[\u2600-\u27bf\U0001f000-\U0001faff])\ufe0f(?=\u200d)"
    "|(?<=[\u0620-\u074f\u0900-\u0dff\u1820-\u18aa])[\u200c\u200d\u180b-\u180e](?=[\u0620-\u074f\u0900-\u0dff\u1820-\u18aa])"
)
# Lone halves of a character, which no file can hold, and what a screen obeys instead of showing it.
HARMFUL = re.compile(f"[{character_class(UNSEEN, ((0x0B, 0x0D), (0x85, 0x85), (0x2028, 0x2029), (0xD800, 0xDFFF)))}]")


def is_empty(text: str) -> bool:
    """Whether `text` shows nothing: blanks and characters that nobody can see, if any."""
    if text and ("!" <= text[0] <= "~" or "\u4e00" <= text[0] <= "\u9fff"):
        return False  # as most begin
    return _SOMETHING.search(text) is None


def is_plain(text: str) -> bool:
    """Whether `text` is one line that holds no blank but spaces, nothing unseen and no radical, as most texts are."""
    return text.isprintable() and (text.isascii() or _ODD_PRINTABLE.search(text) is None)


def has_unseen(text: str) -> bool:
    """Whether `text` holds what nobody can see or would take for something else: it is kept without (`tidy`)."""
    if is_plain(text):
        return False
    return bool(_UNSEEN.search(text) or _RADICAL.search(text) or _ODD_BLANK.search(text))


def seen(text: str) -> str:
    """`text` without what nobody can see, radicals as ideographs, every line break a \\n; blanks stay where they are."""
    if is_plain(text):
        return text
    return _with_ideographs(_ODD_BREAK.sub("\n", _UNSEEN.sub("", text)))


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
    """`text` after NFKC, without any blank or unseen character: how two cell values are compared."""
    if is_plain(text):
        bare = text.replace(" ", "")
        if bare.isascii():
            return bare
    else:
        bare = _with_ideographs(_NOTHING.sub("", text))
    unspaced = _NOTHING.sub("", unicodedata.normalize("NFKC", bare))
    # A lone accent is a space and a mark to NFKC; without the space the mark joins the letter before it.
    return unspaced if unspaced.isascii() else unicodedata.normalize("NFKC", unspaced)


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """`text` after NFKC, in lower case, with only letters and digits left: how two headers are compared."""
    if not is_plain(text):
        # Before NFKC, which makes 戶 of the radical that everybody here reads as 户.
        text = _with_ideographs(_UNSEEN.sub("", text))
    normal = unicodedata.normalize("NFKC", text).lower()
    # ★ is a word to people: ★★★ is how some write the gravest level.
    # To Unicode, a Hangul filler is a letter; normalisation makes one filler of them.
    return "".join(character for character in normal if character.isalnum() or character == "★").replace("\u1160", "")


@lru_cache(maxsize=4096)
def fold_unbracketed(text: str) -> str:
    """Like `fold`, with what stands in brackets left out: 单位(盖章) → 单位."""
    return fold(BRACKETED.sub("", unicodedata.normalize("NFKC", text)))


@lru_cache(maxsize=16384)
def spaced(text: str) -> str:
    """`text` after NFKC as numbers and days are read: unseen characters gone, each run of blanks one space, of line
    breaks one \\n, none at its ends; every dash a hyphen.
    """
    normal = unicodedata.normalize("NFKC", _BLANK_RUN.sub(" ", seen(text)))
    return _DASH.sub("-", _BLANK_RUN.sub(" ", _BREAK_RUN.sub("\n", normal))).strip(" \n")


def with_hyphens(text: str) -> str:
    """`text` with every dash a hyphen: HB05–001 → HB05-001."""
    return text if text.isascii() else _DASH.sub("-", text)


def tidy(text: str) -> str:
    """`text` as it is kept: NFC, nothing that nobody can see, no blanks at line ends, no blank lines around."""
    if is_plain(text) and text == text.strip() and unicodedata.is_normalized("NFC", text):
        return text  # as most are
    return "\n".join(line.rstrip() for line in untrimmed(text).split("\n")).strip()


def untrimmed(text: str) -> str:
    """`text` as `tidy` has it, with the blanks at the ends of its lines."""
    if not is_plain(text):
        text = _ODD_BLANK.sub(" ", _with_ideographs(_ODD_BREAK.sub("\n", _without_unseen(text))))
    return unicodedata.normalize("NFC", text)


def _with_ideographs(text: str) -> str:
    return text.translate(RADICALS) if _RADICAL.search(text) else text


def _without_unseen(text: str) -> str:
    """`text` without what nobody can see, but for joiners that change what is drawn."""
    drawn = {match.start() for match in _DRAWN.finditer(text)}
    if not drawn:
        return _UNSEEN.sub("", text)
    return "".join(character for index, character in enumerate(text) if index in drawn or not _UNSEEN.match(character))


def visible(text: str) -> str:
    """`text` as it may go to a screen or into a text file: what a terminal would obey, or nobody would see, is shown as
    ‹U+202E›. Line ends and tabs stay.
    """
    if is_plain(text):
        return text  # as most are
    return HARMFUL.sub(_named, text)


def visible_line(text: str) -> str:
    """`text` on one line, as `visible` has it: for names of files, people and sheets."""
    return visible(text).replace("\n", "‹U+000A›").replace("\t", "‹U+0009›")


def _named(match: re.Match[str]) -> str:
    return f"‹U+{ord(match.group()):04X}›"


def column_letters(index: int) -> str:
    """The letters of a column counted from 1: 1 → A, 27 → AA."""
    letters = ""
    while index > 0:
        # Letters have no nought: behind Z comes AA.
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


_WIDE_BRACKETS = str.maketrans("()", "（）")


def spoken_clause(clause: str) -> str:
    """A clause as official writing cites it: 第八条(一)1 → 第八条（一）1. The narrow brackets are of its name in schemas and JSON."""
    return clause.translate(_WIDE_BRACKETS)


def column_index(letters: str) -> int:
    """The number, from 1, of a column's letters: A → 1, AA → 27."""
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - 64
    return index


def address(row: int, column: int) -> str:
    """The A1 address of a cell; row and column counted from 1."""
    return f"{column_letters(column)}{row}"
