"""Encrypts workbooks as Office does; `tests/data/locked.xls` is the little ledger encrypted by LibreOffice 7.4 (BIFF8, RC4)."""

from __future__ import annotations

import hashlib
import io
import secrets
import struct
from base64 import b64encode
from collections.abc import Callable, Iterator
from hashlib import md5, sha1

from cryptography.hazmat.decrepit.ciphers.algorithms import ARC4
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from msoffcrypto.method import rc4 as rc4_method
from msoffcrypto.method import rc4_cryptoapi
from msoffcrypto.method.container.ecma376_encrypted import ECMA376Encrypted
from msoffcrypto.method.ecma376_agile import ECMA376Agile
from msoffcrypto.method.ecma376_standard import ECMA376Standard
from msoffcrypto.method.xor_obfuscation import DocumentXOR

from tests.reading.compounds import compound

XLS_PASSWORD = "风险2026"


def agile(workbook: bytes, password: str, spins: int = 1_000) -> bytes:
    """As Office 2010 and later do, with fewer rounds than its 100,000: tests have no time."""
    return bytes(ECMA376Agile.encrypt(password, io.BytesIO(workbook), spin_count=spins))


def standard(workbook: bytes, password: str) -> bytes:
    """As Office 2007 does ([MS-OFFCRYPTO] 2.3.4.5): AES-128, SHA-1."""
    salt, verifier = secrets.token_bytes(16), secrets.token_bytes(16)
    key = ECMA376Standard.makekey_from_password(password, 0x660E, 0x8004, 0x18, 128, 16, salt)

    def closed(data: bytes) -> bytes:
        encryptor = Cipher(algorithms.AES(bytes(key)), modes.ECB()).encryptor()
        return encryptor.update(data + bytes(-len(data) % 16)) + encryptor.finalize()

    provider = "Microsoft Enhanced RSA and AES Cryptographic Provider\0".encode("utf-16-le")
    header = struct.pack("<8I", 0x24, 0, 0x660E, 0x8004, 128, 0x18, 0, 0) + provider
    info = struct.pack("<HHII", 4, 2, 0x24, len(header)) + header
    info += struct.pack("<I", 16) + salt + closed(verifier) + struct.pack("<I", 20) + closed(sha1(verifier).digest())
    out = io.BytesIO()
    ECMA376Encrypted(struct.pack("<Q", len(workbook)) + closed(workbook), info).write_to(out)
    return out.getvalue()


def agile_by(workbook: bytes, password: str, algorithm: str, bits: int, package_bits: int = 0, **changed: str) -> bytes:
    """Agile encryption by another hash and with keys of another length: Office 2010 wrote SHA1 and 128 bits.

    `changed`: attributes of the description that say something else.
    """
    package_bits = package_bits or bits
    salt, package_salt, package_key = (
        secrets.token_bytes(16),
        secrets.token_bytes(16),
        secrets.token_bytes(package_bits // 8),
    )
    verifier = secrets.token_bytes(16)

    def digest(data: bytes) -> bytes:
        return hashlib.new(algorithm.lower(), data).digest()

    spun = digest(salt + password.encode("utf-16-le"))
    for number in range(1000):
        spun = digest(struct.pack("<I", number) + spun)

    def closed(block: str, data: bytes) -> str:
        key = digest(spun + bytes.fromhex(block))[: bits // 8].ljust(bits // 8, b"\x36")
        return b64encode(_cbc(key, salt, data)).decode()

    segments = [workbook[begin : begin + 4096] for begin in range(0, len(workbook), 4096)]
    package = struct.pack("<Q", len(workbook)) + b"".join(
        _cbc(package_key, digest(package_salt + struct.pack("<I", number))[:16], segment)
        for number, segment in enumerate(segments)
    )
    common = {"saltSize": "16", "blockSize": "16", "hashSize": str(len(digest(b""))), "cipherAlgorithm": "AES"}
    common |= {"cipherChaining": "ChainingModeCBC", "hashAlgorithm": algorithm}
    data = {**common, "keyBits": str(package_bits), "saltValue": b64encode(package_salt).decode()}
    key = {
        **common,
        "keyBits": str(bits),
        "spinCount": "1000",
        "saltValue": b64encode(salt).decode(),
        "encryptedVerifierHashInput": closed("fea7d2763b4b9e79", verifier),
        "encryptedVerifierHashValue": closed("d7aa0f6d3061344e", digest(verifier)),
        "encryptedKeyValue": closed("146e0be7abacd0d6", package_key),
    }
    return compound(
        {
            "EncryptionInfo": struct.pack("<HHI", 4, 4, 64) + _description({**data, **changed}, {**key, **changed}),
            "EncryptedPackage": package,
        }
    )


def _description(data: dict[str, str], key: dict[str, str]) -> bytes:
    def told(attributes: dict[str, str]) -> str:
        return "".join(f' {name}="{value}"' for name, value in attributes.items())

    uri = "http://schemas.microsoft.com/office/2006"
    return (
        f'<encryption xmlns="{uri}/encryption" xmlns:p="{uri}/keyEncryptor/password"><keyData{told(data)}/>'
        f'<keyEncryptors><keyEncryptor uri="{uri}/keyEncryptor/password"><p:encryptedKey{told(key)}/></keyEncryptor>'
        "</keyEncryptors></encryption>"
    ).encode()


def _cbc(key: bytes, initial: bytes, data: bytes) -> bytes:
    encryptor = Cipher(algorithms.AES(key), modes.CBC(initial)).encryptor()
    return encryptor.update(data + bytes(-len(data) % 16)) + encryptor.finalize()


def xor(stream: bytes, password: str, *, short: bool = False) -> bytes:
    """A BIFF stream, obfuscated ([MS-OFFCRYPTO] 2.3.7.2), by the library's own functions. `short`: FilePass as before Excel 97."""
    key = struct.pack("<HH", DocumentXOR.create_xor_key_method1(password), _xor_verifier(password))
    array = DocumentXOR.create_xor_array_method1(password)
    return _closed(stream, key if short else bytes(2) + key, lambda plain: _mixed(plain, array))


def _xor_verifier(password: str) -> int:
    return next(value for value in range(0x10000) if DocumentXOR.verifypw(password, value))


def _mixed(stream: bytes, array: list[int]) -> bytes:
    out = bytearray(stream)
    for begin, size in _bodies(stream):
        for place in range(begin, begin + size):
            byte = out[place]
            out[place] = (byte >> 3 | byte << 5 & 0xFF) ^ array[(place + size) % 16]
    return bytes(out)


def rc4(stream: bytes, password: str) -> bytes:
    """A BIFF stream, closed as Excel 97 does."""
    salt, verifier = secrets.token_bytes(16), secrets.token_bytes(16)
    key = _rc4_key(password, salt, 0)
    closed = _arc4(key, verifier + md5(verifier).digest())
    header = struct.pack("<HHH", 1, 1, 1) + salt + closed
    return _closed(stream, header, lambda plain: _in_blocks(plain, lambda block: _rc4_key(password, salt, block)))


def crypto_api(stream: bytes, password: str, bits: int = 128, cipher: int = 0x6801) -> bytes:
    """A BIFF stream, closed as Excel 2002 and later do with .xls files."""
    salt, verifier = secrets.token_bytes(16), secrets.token_bytes(16)
    closed = _arc4(_api_key(password, salt, bits, 0), verifier + sha1(verifier).digest())
    provider = "Microsoft Enhanced Cryptographic Provider v1.0\0".encode("utf-16-le")
    described = struct.pack("<8I", 4, 0, cipher, 0x8004, bits, 1, 0, 0) + provider
    header = struct.pack("<HHHII", 1, 2, 2, 4, len(described)) + described + struct.pack("<I", 16) + salt
    header += closed[:16] + struct.pack("<I", 20) + closed[16:]
    return _closed(stream, header, lambda plain: _in_blocks(plain, lambda block: _api_key(password, salt, bits, block)))


def _closed(stream: bytes, file_pass: bytes, close: Callable[[bytes], bytes]) -> bytes:
    """`stream` with FilePass behind its beginning, and closed but for what never is."""
    (size,) = struct.unpack_from("<H", stream, 2)
    added = struct.pack("<HH", 0x002F, len(file_pass)) + file_pass
    plain = bytearray(stream[: 4 + size] + added + stream[4 + size :])
    for begin, length in _bodies(bytes(plain)):
        if plain[begin - 4 : begin - 2] == b"\x85\x00":  # where a sheet begins has moved
            struct.pack_into("<I", plain, begin, struct.unpack_from("<I", plain, begin)[0] + len(added))
        assert length <= 8224
    out = bytearray(close(bytes(plain)))
    for begin, length in _bodies(bytes(plain)):
        kind = plain[begin - 4] | plain[begin - 3] << 8
        out[begin - 4 : begin] = plain[begin - 4 : begin]
        open_bytes = length if kind in (0x0809, 0x002F, 0x00E1) else 4 if kind == 0x0085 else 0
        out[begin : begin + open_bytes] = plain[begin : begin + open_bytes]
    return bytes(out)


def _bodies(stream: bytes) -> Iterator[tuple[int, int]]:
    position = 0
    while position + 4 <= len(stream):
        (size,) = struct.unpack_from("<H", stream, position + 2)
        yield position + 4, size
        position += 4 + size


def _arc4(key: bytes, data: bytes) -> bytes:
    return bytes(Cipher(ARC4(key), mode=None).encryptor().update(data))


def _in_blocks(data: bytes, key: Callable[[int], bytes]) -> bytes:
    return b"".join(_arc4(key(place // 1024), data[place : place + 1024]) for place in range(0, len(data), 1024))


def _rc4_key(password: str, salt: bytes, block: int) -> bytes:
    return bytes(rc4_method._makekey(password, salt, block))


def _api_key(password: str, salt: bytes, bits: int, block: int) -> bytes:
    return bytes(rc4_cryptoapi._makekey(password, salt, bits, block))
