"""How large a picture is, by its header alone: nothing of it is decoded."""

from __future__ import annotations

import struct

EMU_PER_PIXEL = 9525
# As many segments stand before a JPEG's size at most.
_MOST_SEGMENTS = 200
# Tables, though their numbers lie among those of the frames, which have a size (ITU-T T.81, table B.1).
_NO_SIZE_IN = frozenset({0xC4, 0xC8, 0xCC})


def picture_size(data: bytes) -> tuple[int, int]:
    """(width, height) in EMU at 96 dots to the inch; (0, 0) where the header does not say."""
    try:
        width, height = _pixels(data)
    except (struct.error, IndexError):
        return 0, 0
    # A bitmap whose rows go from top to bottom has a negative height.
    return abs(width) * EMU_PER_PIXEL, abs(height) * EMU_PER_PIXEL


def _pixels(data: bytes) -> tuple[int, int]:
    if data.startswith(b"\x89PNG"):
        return struct.unpack_from(">II", data, 16)
    if data.startswith(b"GIF8"):
        return struct.unpack_from("<HH", data, 6)
    if data.startswith(b"BM"):
        return struct.unpack_from("<ii", data, 18)
    return _jpeg(data)


def _jpeg(data: bytes) -> tuple[int, int]:
    position = 2
    for _ in range(_MOST_SEGMENTS):
        mark, kind, length = struct.unpack_from(">BBH", data, position)
        if mark != 0xFF:
            break
        if 0xC0 <= kind <= 0xCF and kind not in _NO_SIZE_IN:
            # Behind the precision (one byte), and the height first (ITU-T T.81, B.2.2).
            height, width = struct.unpack_from(">HH", data, position + 5)
            return width, height
        position += 2 + length
    return 0, 0
