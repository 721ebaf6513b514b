"""How Office makes a key of a password and opens what was closed with it ([MS-OFFCRYPTO] 2.3), in every way that it used.

Each way tells whether a password fits before anything is opened, so that a wrong password and a way that is not known here
are two things. For the sandbox: rounds of hashing take processor time.
"""

from __future__ import annotations

import hashlib
import struct
from base64 import b64decode
from collections.abc import Callable, Iterator, Mapping
from typing import Protocol

from lzxl.workbook.reading.parts import elements
from lzxl.workbook.reading.xor import xor_array, xor_key, xor_verifier

# Each is a round of hashing for every try. Office writes 100,000.
MOST_SPINS = 1_000_000
# Fixed by [MS-OFFCRYPTO] 2.3.4.7: no file of this kind says it.
STANDARD_SPINS = 50_000
# Each piece has an initial vector ([MS-OFFCRYPTO] 2.3.4.15), or a key ([MS-XLS] 2.2.10), of its own.
_SEGMENT = 4096
_RC4_BLOCK = 1024
# The same constants in every file ([MS-OFFCRYPTO] 2.3.4.13): one password opens three things by different keys.
_VERIFIER_INPUT = bytes.fromhex("fea7d2763b4b9e79")
_VERIFIER_HASH = bytes.fromhex("d7aa0f6d3061344e")
_PACKAGE_KEY = bytes.fromhex("146e0be7abacd0d6")
_HASHES = {
    **dict.fromkeys(("SHA1", "SHA-1"), "sha1"),
    **{f"SHA{mark}{size}": f"sha{size}" for size in (256, 384, 512) for mark in ("", "-")},
    "MD5": "md5",
}
_AES_IDS = {0x660E: 128, 0x660F: 192, 0x6610: 256}
_RC4, _SHA1 = 0x6801, 0x8004

# Records of a BIFF stream that are never closed ([MS-XLS] 2.2.10): BOF, FilePass, UsrExcl, FileLock, InterfaceHdr, RRDInfo, RRDHead.
_OPEN_RECORDS = {0x0809, 0x002F, 0x0194, 0x0195, 0x00E1, 0x0196, 0x0138}
_FILE_PASS, _BOUND_SHEET = 0x002F, 0x0085


class UnknownCipherError(Exception):
    """A way to close a file that is not known here; its text says which, for the clerk."""


class Lock(Protocol):
    """A closed file."""

    def open(self, password: str) -> bytes | None:
        """What is inside; None if the password does not fit."""


def _hasher(name: str) -> Callable[[bytes], bytes]:
    if name.upper() not in _HASHES:
        raise UnknownCipherError("加密方式不支持")
    make = getattr(hashlib, _HASHES[name.upper()])
    return lambda data: bytes(make(data).digest())


def _fitted(data: bytes, size: int) -> bytes:
    """Cut, or filled up as Office does, to `size` bytes."""
    return data[:size].ljust(size, b"\x36")


def _aes(key: bytes, data: bytes, initial: bytes | None) -> bytes:
    """Opened with AES: in a chain that begins with `initial`, or block by block."""
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    mode = modes.CBC(initial) if initial is not None else modes.ECB()  # noqa: S305 - as the files have it
    decryptor = Cipher(algorithms.AES(key), mode).decryptor()
    # The library takes whole blocks only; what is behind them in a file that was cut off opens nothing.
    return decryptor.update(data[: len(data) // 16 * 16]) + decryptor.finalize()


def _described(description: bytes) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """How the package is closed, and how the password opens its key. Raises UnknownCipherError."""
    found = elements(description.rstrip(b"\0"), "keyData", "encryptedKey")
    data = next((entry.attributes for entry in found if entry.name == "keyData"), None)
    # Keys that a certificate opens stand there as well, and have no count of rounds.
    key = next((entry.attributes for entry in found if "spinCount" in entry.attributes), None)
    if data is None or key is None:
        raise UnknownCipherError("不是用密码加密的")
    if not (_is_aes_chained(data) and _is_aes_chained(key)):
        raise UnknownCipherError("加密方式不支持")
    return data, key


def _is_aes_chained(part: Mapping[str, str]) -> bool:
    return part.get("cipherAlgorithm", "AES") == "AES" and part.get("cipherChaining") == "ChainingModeCBC"


class AgileLock:
    """Office 2010 and later: the ways are named in XML, and may be any of several."""

    def __init__(self, description: bytes, package: bytes) -> None:
        """`description`: the XML of the stream EncryptionInfo. Raises UnknownCipherError."""
        data, key = _described(description)
        self._spins = int(key["spinCount"])
        if not 0 <= self._spins <= MOST_SPINS:
            raise UnknownCipherError("加密参数过大")
        self._package = package
        self._hash, self._package_hash = _hasher(key["hashAlgorithm"]), _hasher(data["hashAlgorithm"])
        self._key_size, self._package_key_size = int(key["keyBits"]) // 8, int(data["keyBits"]) // 8
        if not {self._key_size, self._package_key_size} <= {16, 24, 32}:
            raise UnknownCipherError("加密方式不支持")
        self._salt, self._package_salt = b64decode(key["saltValue"]), b64decode(data["saltValue"])
        self._input, self._verifier = _stored(key, "VerifierHashInput"), _stored(key, "VerifierHashValue")
        self._package_key = _stored(key, "KeyValue")

    def open(self, password: str) -> bytes | None:
        digest = self._hash(self._salt + password.encode("utf-16-le"))
        for number in range(self._spins):
            digest = self._hash(struct.pack("<I", number) + digest)

        def opened(block: bytes, closed: bytes) -> bytes:
            key = _fitted(self._hash(digest + block), self._key_size)
            return _aes(key, closed, _fitted(self._salt, 16))

        wanted = self._hash(opened(_VERIFIER_INPUT, self._input)[: len(self._salt)])
        # The stored hash is filled up to whole blocks: 20 bytes of SHA-1 are kept as 32.
        if opened(_VERIFIER_HASH, self._verifier)[: len(wanted)] != wanted:
            return None
        return self._open_package(opened(_PACKAGE_KEY, self._package_key)[: self._package_key_size])

    def _open_package(self, key: bytes) -> bytes:
        (size,) = struct.unpack_from("<Q", self._package)
        pieces = []
        for number, begin in enumerate(range(8, len(self._package), _SEGMENT)):
            initial = _fitted(self._package_hash(self._package_salt + struct.pack("<I", number)), 16)
            pieces.append(_aes(key, self._package[begin : begin + _SEGMENT], initial))
        # The last block is filled up: what stands behind the package's length is no part of the archive.
        return b"".join(pieces)[:size]


def _stored(attributes: Mapping[str, str], name: str) -> bytes:
    return b64decode(attributes[f"encrypted{name}"])


class StandardLock:
    """Office 2007: AES, block by block, with a key by SHA-1."""

    def __init__(self, info: bytes, package: bytes) -> None:
        """`info`: the stream EncryptionInfo behind its version. Raises UnknownCipherError."""
        header_size = struct.unpack_from("<I", info, 4)[0]
        _, _, cipher, hashing, bits = struct.unpack_from("<5I", info, 8)
        verifier = info[8 + header_size :]
        self._key_size = (bits or _AES_IDS.get(cipher, 128)) // 8
        if cipher not in (0, *_AES_IDS) or hashing not in (0, _SHA1) or self._key_size not in (16, 24, 32):
            raise UnknownCipherError("加密方式不支持")
        self._salt, self._input, self._hash = verifier[4:20], verifier[20:36], verifier[40:72]
        self._package = package

    def open(self, password: str) -> bytes | None:
        digest = _sha1(self._salt + password.encode("utf-16-le"))
        for number in range(STANDARD_SPINS):
            digest = _sha1(struct.pack("<I", number) + digest)
        digest = _sha1(digest + bytes(4))
        key = b"".join(
            _sha1(bytes(a ^ b for a, b in zip(digest.ljust(64, b"\0"), bytes([fill]) * 64, strict=True)))
            # As CryptDeriveKey does ([MS-OFFCRYPTO] 2.3.4.7): one hash has 20 bytes, a key of 256 bits takes 32.
            for fill in (0x36, 0x5C)
        )[: self._key_size]
        # AES knows whole blocks only: 20 bytes of SHA-1 are stored as 32.
        if _aes(key, self._hash, None)[:20] != _sha1(_aes(key, self._input, None)):
            return None
        (size,) = struct.unpack_from("<Q", self._package)
        return _aes(key, self._package[8:], None)[:size]


def _sha1(data: bytes) -> bytes:
    return hashlib.sha1(data, usedforsecurity=False).digest()


def _md5(data: bytes) -> bytes:
    return hashlib.md5(data, usedforsecurity=False).digest()


def biff_lock(stream: bytes) -> Lock:
    """How a BIFF stream is closed. Raises UnknownCipherError, also if it is not."""
    for kind, begin, size in _records(stream):
        if kind == _FILE_PASS:
            return _biff_lock(stream, stream[begin : begin + size])
    raise UnknownCipherError("加密方式不支持")


def _biff_lock(stream: bytes, file_pass: bytes) -> Lock:
    if len(file_pass) == 4:  # before Excel 97 nothing else was known
        return _XorLock(stream, *struct.unpack("<HH", file_pass))
    match struct.unpack_from("<HHH", file_pass):
        case 0, key, verifier:
            return _XorLock(stream, key, verifier)
        case 1, 1, 1:
            return _Rc4Lock(stream, file_pass[6:])
        case 1, 2 | 3 | 4, 2:
            return _CryptoApiLock(stream, file_pass[6:])
    raise UnknownCipherError("加密方式不支持")


def _records(stream: bytes) -> Iterator[tuple[int, int, int]]:
    """(kind, where its data begins, their length) of each record."""
    position = 0
    while position + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, position)
        yield kind, position + 4, min(size, len(stream) - position - 4)
        position += 4 + size


def _with_open_records(stream: bytes, opened: bytearray) -> bytes:
    """`opened`, with all that is never closed put back as it stands in `stream`, and no word of a password."""
    for kind, begin, size in _records(stream):
        opened[begin - 4 : begin] = stream[begin - 4 : begin]
        if kind == _FILE_PASS:
            # A record of a kind that no reader knows, in its place: all others stay where they are.
            opened[begin - 4 : begin - 2] = b"\xff\xff"
            opened[begin : begin + size] = bytes(size)
        elif kind in _OPEN_RECORDS:
            opened[begin : begin + size] = stream[begin : begin + size]
        # Of this record only the place of its sheet is never closed; the sheet's name is.
        elif kind == _BOUND_SHEET:
            opened[begin : begin + 4] = stream[begin : begin + 4]
    return bytes(opened)


class _XorLock:
    """Excel up to 95, and later for files that old programs can open: fifteen bytes of the password, added to all others."""

    def __init__(self, stream: bytes, key: int, verifier: int) -> None:
        self._stream, self._key, self._verifier = stream, key, verifier

    def open(self, password: str) -> bytes | None:
        for word in _as_bytes(password):
            if xor_verifier(word) == self._verifier and xor_key(word) == self._key:
                return self._open(xor_array(word))
        return None

    def _open(self, array: bytes) -> bytes:
        opened = bytearray(self._stream)
        # Every byte is turned by three bits, after it was mixed with one of sixteen.
        turned = [bytes((value ^ mask) << 3 & 0xFF | (value ^ mask) >> 5 for value in range(256)) for mask in array]
        for _, begin, size in _records(self._stream):
            for place in range(16):
                # Sixteen slices of a record instead of a step for each byte, of which a file has millions.
                step = slice(begin + place, begin + size, 16)
                # Where in the array a record begins depends on its place and its length, not on the record before it.
                opened[step] = opened[step].translate(turned[(begin + size + place) % 16])
        return _with_open_records(self._stream, opened)


def _as_bytes(password: str) -> list[bytes]:
    """A password in one byte or two for each character, as different programs take it; at most fifteen of them."""
    units = password.encode("utf-16-le", "surrogatepass")
    # Office takes of each character the low byte, and the high one where that is 0 ([MS-OFFCRYPTO] 2.3.7).
    narrow = bytes(low or high for low, high in zip(units[::2], units[1::2], strict=True))
    found = [narrow[:15]]
    for encoding in ("gbk", "cp1252"):
        word = password.encode(encoding, "replace")[:15]
        if word not in found:
            found.append(word)
    return [word for word in found if word]


class _Rc4Lock:
    """Excel 97: RC4 of 40 bits, with MD5."""

    def __init__(self, stream: bytes, header: bytes) -> None:
        self._stream = stream
        self._salt, self._input, self._hash = header[:16], header[16:32], header[32:48]

    def open(self, password: str) -> bytes | None:
        # Cut to 40 bits twice, before the salt and behind it ([MS-OFFCRYPTO] 2.3.6.2).
        first = _md5(password.encode("utf-16-le"))[:5]
        base = _md5((first + self._salt) * 16)[:5]

        def key(block: int) -> bytes:
            return _md5(base + struct.pack("<I", block))

        opened = _rc4(key(0), self._input + self._hash)
        return _open_rc4(self._stream, key) if _md5(opened[:16]) == opened[16:] else None


class _CryptoApiLock:
    """Excel 2002 and later for .xls: RC4 of 40 to 128 bits, with SHA-1."""

    def __init__(self, stream: bytes, header: bytes) -> None:
        """`header`: behind the version. Raises UnknownCipherError."""
        self._stream = stream
        header_size = struct.unpack_from("<I", header, 4)[0]
        _, _, cipher, hashing, bits = struct.unpack_from("<5I", header, 8)
        if cipher not in (0, _RC4) or hashing not in (0, _SHA1) or bits % 8 or bits > 128:
            raise UnknownCipherError("加密方式不支持")
        self._bits = bits or 40
        verifier = header[8 + header_size :]
        self._salt, self._input, self._hash = verifier[4:20], verifier[20:36], verifier[40:60]

    def open(self, password: str) -> bytes | None:
        base = _sha1(self._salt + password.encode("utf-16-le"))

        def key(block: int) -> bytes:
            found = _sha1(base + struct.pack("<I", block))[: self._bits // 8]
            # A key of 40 bits is one of 128 that ends in zeros, and no other length is ([MS-OFFCRYPTO] 2.3.5.2).
            return found.ljust(16, b"\0") if self._bits == 40 else found

        opened = _rc4(key(0), self._input + self._hash)
        return _open_rc4(self._stream, key) if _sha1(opened[:16]) == opened[16:] else None


def _rc4(key: bytes, data: bytes) -> bytes:
    from cryptography.hazmat.decrepit.ciphers.algorithms import ARC4
    from cryptography.hazmat.primitives.ciphers import Cipher

    return Cipher(ARC4(key), mode=None).decryptor().update(data)


def _open_rc4(stream: bytes, key: Callable[[int], bytes]) -> bytes:
    """The stream, opened in blocks with a key of their own; headers of records count as closed, though they are not."""
    pieces = (
        _rc4(key(number), stream[begin : begin + _RC4_BLOCK])
        for number, begin in enumerate(range(0, len(stream), _RC4_BLOCK))
    )
    return _with_open_records(stream, bytearray(b"".join(pieces)))
