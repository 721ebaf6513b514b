"""Encrypts workbooks as Office does; `tests/data/locked.xls` is the little ledger encrypted by LibreOffice 7.4 (BIFF8, RC4)."""

from __future__ import annotations

import io
import secrets
import struct
from hashlib import sha1

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from msoffcrypto.method.container.ecma376_encrypted import ECMA376Encrypted
from msoffcrypto.method.ecma376_agile import ECMA376Agile
from msoffcrypto.method.ecma376_standard import ECMA376Standard

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
