"""The obfuscation of Excel up to 95: a key and a check of at most fifteen bytes of a password ([MS-OFFCRYPTO] 2.3.7)."""

from __future__ import annotations

_PADDING = bytes.fromhex("bbffffbaffffb98000be0f00bf0f00")
# By the length of the password.
_FIRST = (
    0xE1F0,
    0x1D0F,
    0xCC9C,
    0x84C0,
    0x110C,
    0x0E10,
    0xF1CE,
    0x313E,
    0x1872,
    0xE139,
    0xD40F,
    0x84F9,
    0x280C,
    0xA96A,
    0x4EC3,
)
# One for each of the seven lower bits of each of the fifteen bytes.
_MATRIX = (
    0xAEFC,
    0x4DD9,
    0x9BB2,
    0x2745,
    0x4E8A,
    0x9D14,
    0x2A09,
    0x7B61,
    0xF6C2,
    0xFDA5,
    0xEB6B,
    0xC6F7,
    0x9DCF,
    0x2BBF,
    0x4563,
    0x8AC6,
    0x05AD,
    0x0B5A,
    0x16B4,
    0x2D68,
    0x5AD0,
    0x0375,
    0x06EA,
    0x0DD4,
    0x1BA8,
    0x3750,
    0x6EA0,
    0xDD40,
    0xD849,
    0xA0B3,
    0x5147,
    0xA28E,
    0x553D,
    0xAA7A,
    0x44D5,
    0x6F45,
    0xDE8A,
    0xAD35,
    0x4A4B,
    0x9496,
    0x390D,
    0x721A,
    0xEB23,
    0xC667,
    0x9CEF,
    0x29FF,
    0x53FE,
    0xA7FC,
    0x5FD9,
    0x47D3,
    0x8FA6,
    0x0F6D,
    0x1EDA,
    0x3DB4,
    0x7B68,
    0xF6D0,
    0xB861,
    0x60E3,
    0xC1C6,
    0x93AD,
    0x377B,
    0x6EF6,
    0xDDEC,
    0x45A0,
    0x8B40,
    0x06A1,
    0x0D42,
    0x1A84,
    0x3508,
    0x6A10,
    0xAA51,
    0x4483,
    0x8906,
    0x022D,
    0x045A,
    0x08B4,
    0x1168,
    0x76B4,
    0xED68,
    0xCAF1,
    0x85C3,
    0x1BA7,
    0x374E,
    0x6E9C,
    0x3730,
    0x6E60,
    0xDCC0,
    0xA9A1,
    0x4363,
    0x86C6,
    0x1DAD,
    0x3331,
    0x6662,
    0xCCC4,
    0x89A9,
    0x0373,
    0x06E6,
    0x0DCC,
    0x1021,
    0x2042,
    0x4084,
    0x8108,
    0x1231,
    0x2462,
    0x48C4,
)


def xor_verifier(word: bytes) -> int:
    """What a file keeps to tell whether a password fits."""
    found = 0
    for byte in (*reversed(word), len(word)):
        found = (found >> 14 & 1) ^ (found << 1 & 0x7FFF) ^ byte
    return found ^ 0xCE4B


def xor_key(word: bytes) -> int:
    """The key that a file keeps beside the check."""
    found, element = _FIRST[len(word) - 1], len(_MATRIX) - 1
    for byte in reversed(word):
        for bit in range(6, -1, -1):
            if byte >> bit & 1:
                found ^= _MATRIX[element]
            element -= 1
    return found


def xor_array(word: bytes) -> bytes:
    """The sixteen bytes that all others are mixed with, one after another."""
    halves = xor_key(word).to_bytes(2, "little")
    filled = (word + _PADDING)[:16]
    return bytes(_turned(byte ^ halves[place % 2]) for place, byte in enumerate(filled))


def _turned(byte: int) -> int:
    return byte >> 1 | byte << 7 & 0xFF
