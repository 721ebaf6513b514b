"""What an S/MIME envelope (CMS, RFC 5652; PKCS #7) holds: a signed mail has its content in it as it is, an encrypted one has not.

Only the outermost shell is read, as far as the content; no signature is checked and nothing is decrypted. Signatures prove
nothing here: who has sent a mail is told by the office's own server.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from typing import Literal

from lzxl.mail.headers import from_base64

_MOST_BYTES = 50 * 1024 * 1024
_PKCS7 = bytes.fromhex("2a864886f70d0107")
# The same by the Chinese commercial ciphers (GM/T 0010).
_GM = bytes.fromhex("2a811ccf550601040 2".replace(" ", ""))
_SMIME = bytes.fromhex("2a864886f70d010910")
_SIGNED = (_PKCS7 + b"\x02", _GM + b"\x02")
# RFC 3274 and 5083 number what is compressed, and what is encrypted and vouched for, with S/MIME and not with PKCS #7.
_ENCRYPTED = (_PKCS7 + b"\x03", _PKCS7 + b"\x04", _PKCS7 + b"\x06", _GM + b"\x03", _GM + b"\x04", _SMIME + b"\x01\x17")
_COMPRESSED = (_SMIME + b"\x01\x09",)
_ARMOUR = re.compile(rb"\A\s*-----BEGIN (?:PKCS7|CMS|SIGNED MESSAGE)-----([A-Za-z0-9+/=\s]*)")

_SEQUENCE, _SET, _OBJECT, _OCTETS, _INTEGER, _EXPLICIT, _IMPLICIT = 0x30, 0x31, 0x06, 0x04, 0x02, 0xA0, 0x80
_CONSTRUCTED = 0x20


@dataclass(frozen=True)
class Envelope:
    """An S/MIME envelope; `content` is None where it has none in it that can be read."""

    what: Literal["signed", "encrypted", "compressed", "other"]
    content: bytes | None = None


class _BrokenError(Exception):
    pass


def is_envelope(data: bytes) -> bool:
    """Whether bytes are such an envelope, in plain DER or BER or in armour."""
    if data[:1] == b"0":
        # The tag of a SEQUENCE is the digit 0 of a text, too: one of these identifiers must follow at once.
        return _OBJECT in data[2:12] and any(base in data[:24] for base in (_PKCS7, _GM, _SMIME))
    return _ARMOUR.match(data[:200]) is not None


def open_envelope(data: bytes) -> Envelope:
    """What an envelope holds. Never raises: of a broken one nothing is known."""
    if armour := _ARMOUR.match(data):
        data = from_base64(armour[1])
    try:
        return _Reader(data).envelope()
    except (_BrokenError, zlib.error):
        return Envelope("other")


class _Reader:
    """Goes through tags, lengths and values (X.690), of known or of indefinite length."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def envelope(self) -> Envelope:
        position = self._enter(0, _SEQUENCE)
        identifier, position = self._object(position)
        if identifier in _ENCRYPTED:
            return Envelope("encrypted")
        if identifier not in _SIGNED + _COMPRESSED:
            return Envelope("other")
        position = self._enter(self._enter(position, _EXPLICIT), _SEQUENCE)
        position = self._skip(self._skip(position))  # the version, the algorithms
        what: Literal["signed", "compressed"] = "signed" if identifier in _SIGNED else "compressed"
        content = self._content(self._enter(position, _SEQUENCE))
        if content is None or what == "signed":
            return Envelope(what, content)
        # Bounded, for some kilobytes from a stranger may unfold to gigabytes.
        return Envelope(what, zlib.decompressobj().decompress(content, _MOST_BYTES))

    def _content(self, position: int) -> bytes | None:
        """The content of an EncapsulatedContentInfo; None where the signature stands for itself."""
        _, position = self._object(position)
        if position >= len(self._data) or self._data[position] != _EXPLICIT:
            return None
        return self._octets(self._enter(position, _EXPLICIT))

    def _head(self, position: int) -> tuple[int, int, int]:
        """Tag, where the value begins, and its length; -1 if that is indefinite."""
        if position + 2 > len(self._data):
            raise _BrokenError
        tag, length = self._data[position], self._data[position + 1]
        # A tag of several bytes: no CMS has one.
        if tag & 0x1F == 0x1F:
            raise _BrokenError
        if length == 0x80:
            return tag, position + 2, -1
        if length < 0x80:
            return tag, position + 2, length
        count = length & 0x7F
        if count > 8:
            raise _BrokenError
        start = position + 2 + count
        return tag, start, int.from_bytes(self._data[position + 2 : start], "big")

    def _enter(self, position: int, wanted: int) -> int:
        # A shell's own length is not asked for: in a mail that was cut short, every shell claims more than there is.
        tag, start, _ = self._head(position)
        if tag != wanted:
            raise _BrokenError
        return start

    def _object(self, position: int) -> tuple[bytes, int]:
        tag, start, length = self._head(position)
        if tag != _OBJECT or not 0 < length < 64:
            raise _BrokenError
        return self._data[start : start + length], start + length

    def _skip(self, position: int) -> int:
        """Where the next value begins."""
        _, start, length = self._head(position)
        open_ = int(length < 0)  # values whose length is not told: each ends with two zero bytes
        # Counted instead of called again: a stranger may nest values as deep as a mail is long.
        position = start if open_ else start + length
        while open_:
            if self._data[position : position + 2] == b"\x00\x00":
                position, open_ = position + 2, open_ - 1
                continue
            _, start, length = self._head(position)
            position, open_ = (start, open_ + 1) if length < 0 else (start + length, open_)
        return position

    def _octets(self, position: int) -> bytes:
        """An octet string in one piece, or in pieces, which may be in pieces again. Of one that is cut short what there is."""
        tag, start, length = self._head(position)
        if tag == _OCTETS:
            return self._data[start : start + length]
        if tag not in (_OCTETS | _CONSTRUCTED, _SEQUENCE):
            raise _BrokenError
        if tag == _SEQUENCE:  # not in an octet string, as the oldest standard has it
            return self._data[start : start + length] if length >= 0 else self._data[start:]
        pieces: list[bytes] = []
        end = start + length if length >= 0 else len(self._data)
        position, open_ = start, 1
        while position < end:
            if self._data[position : position + 2] == b"\x00\x00":
                position, open_ = position + 2, open_ - 1
                if not open_:
                    break
                continue
            if position + 2 > len(self._data):
                break
            tag, start, length = self._head(position)
            if tag == _OCTETS:
                pieces.append(self._data[start : start + length])
                position = start + length
            elif tag == _OCTETS | _CONSTRUCTED:
                # Its pieces come next; where its length is known, no mark ends it.
                position, open_ = start, open_ + (length < 0)
            else:
                break
        return b"".join(pieces)
