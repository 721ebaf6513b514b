"""Chinese in the headers of our letters: words of RFC 2047."""

from __future__ import annotations

import base64

_LINE = 76
_WORD = 75


def encoded_words(text: str, used: int) -> str:
    """`text` as RFC 2047 words, one a line: whole characters, at most 75 octets a word and 76 a line. "" for ""."""
    words: list[str] = []
    chunk = b""
    # RFC 2047 lets no character be broken between two words: one of three bytes goes into the next as a whole.
    for character in text:
        data = character.encode("utf-8", "replace")
        # Every line but the first begins with the one blank of the fold.
        room = min(_WORD, _LINE - (used if not words else 1)) - len("=?utf-8?B??=")
        # Base64 makes four digits of three bytes.
        if chunk and len(chunk) + len(data) > room // 4 * 3:
            words.append(_word(chunk))
            chunk = b""
        chunk += data
    return "\r\n ".join([*words, _word(chunk)] if chunk else words)


def _word(data: bytes) -> str:
    return f"=?utf-8?B?{base64.b64encode(data).decode()}?="
