"""Ed25519 keys (RFC 8032) in PEM files: the office signs with its own, whoever checks has the public one."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from lzxl.errors import UsageError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

_MOST_BYTES = 64 * 1024
_BARRED = stat.S_IRWXG | stat.S_IRWXO
_MADE = "可以这样生成：openssl genpkey -algorithm ed25519 -out 归档私钥.pem"


def private_key(path: Path) -> Ed25519PrivateKey:
    """The office's key. Raises UsageError for a file that is none, is locked, or that others may read."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    data = _read(path)
    # Windows has no such bits: Python makes them up there.
    if os.name == "posix" and path.stat().st_mode & _BARRED:
        raise UsageError(
            f"私钥文件 {path} 他人也能读写。请改成只许本人读写（chmod 600），再重新运行。", code="key_open", path=path
        )
    try:
        key = load_pem_private_key(data, None)
    except TypeError:
        # What cryptography raises where a key wants a password and none is given.
        raise UsageError(
            f"私钥文件 {path} 设有密码，请用不设密码的私钥文件，另行保管好。", code="key_locked", path=path
        ) from None
    except Exception:  # whatever a library makes of a file that is no key
        raise UsageError(f"{path} 不是私钥文件（PEM 格式）。{_MADE}", code="key_unreadable", path=path) from None
    if not isinstance(key, Ed25519PrivateKey):
        raise UsageError(f"{path} 里的私钥不是 Ed25519 的，不能用来签名。{_MADE}", code="key_unfit", path=path)
    return key


def public_pem(key: Ed25519PrivateKey) -> bytes:
    """The public key that goes with a private one, as a PEM file."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def given_public_key(path: Path) -> str:
    """The public key that whoever checks has, as the text of its PEM file. Raises UsageError for a file that is none."""
    data = _read(path)
    if b"PRIVATE KEY" in data:
        raise UsageError(f"{path} 是私钥。核对只要公钥，私钥请收好，不要给人。", code="key_private", path=path)
    if read_public(data) is None:
        raise UsageError(f"{path} 不是 Ed25519 公钥文件（PEM 格式）。", code="key_unfit", path=path)
    return data.decode()


def read_public(data: bytes) -> bytes | None:
    """The 32 bytes of a public key; None if the PEM is none of Ed25519."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    try:
        key = load_pem_public_key(data)
        # RFC 7468 lets other text stand around the block, and the whole is handed on: it has to be UTF-8.
        data.decode()
    except Exception:  # a stranger's bytes: whatever the library says of them
        return None
    return key.public_bytes_raw() if isinstance(key, Ed25519PublicKey) else None


def is_signed(key: bytes, signature: bytes, signed: bytes) -> bool:
    """Whether a signature is that of a key under some bytes."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, signed)
    except (InvalidSignature, ValueError):
        return False
    return True


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            # A key has some hundred bytes: whatever else was named by mistake is not read whole.
            return stream.read(_MOST_BYTES)
    except OSError:
        raise UsageError(f"密钥文件 {path} 无法读取，请核对路径和权限。", code="key_not_found", path=path) from None
