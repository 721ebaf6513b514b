"""Puts pictures into a workbook as the bytes that they are: nobody decodes what a stranger has drawn."""

from __future__ import annotations

from openpyxl.drawing.image import Image
from openpyxl.drawing.spreadsheet_drawing import AnchorMarker, OneCellAnchor
from openpyxl.drawing.xdr import XDRPositiveSize2D
from openpyxl.worksheet.worksheet import Worksheet

from lzxl.workbook.keepsakes import UnitPicture, picture_kind

_EMU_PER_POINT = 12_700
# What a picture without a size of its own gets, and what no picture is larger or smaller than: 2 cm, 40 cm, 1 mm.
_USUAL, _LARGEST, _SMALLEST = 720_000, 14_400_000, 36_000
_FURTHEST = 2_000_000


class RawPicture(Image):
    """A picture as openpyxl's writer takes it; its own `__init__`, and all that writes it, would have Pillow decode it."""

    def __init__(self, data: bytes, anchor: OneCellAnchor) -> None:
        self.data = data
        self.format = picture_kind(data)
        self.anchor = anchor

    def _data(self) -> bytes:
        return self.data


def put_picture(worksheet: Worksheet, place: tuple[int, int], picture: UnitPicture, highest: float = 0.0) -> float:
    """Put a picture over the cells from `place` (row, column) on; how high it is, in points.

    `highest`: at most so many points, or 0 for as high as it was. Nothing is put that is no picture by its first bytes.
    """
    if not picture_kind(picture.data):
        return 0.0
    width, height = _edge(picture.width), _edge(picture.height)
    if highest and height > highest * _EMU_PER_POINT:
        width, height = round(width * highest * _EMU_PER_POINT / height), round(highest * _EMU_PER_POINT)
    row, column = place
    marker = AnchorMarker(col=column - 1, row=row - 1, colOff=_offset(picture.right), rowOff=_offset(picture.down))
    # By its size, not from cell to cell: a row that is made higher for findings would stretch it.
    image = RawPicture(picture.data, OneCellAnchor(_from=marker, ext=XDRPositiveSize2D(width, height)))
    worksheet.add_image(image)
    return height / _EMU_PER_POINT


def _edge(length: int) -> int:
    return min(max(length, _SMALLEST), _LARGEST) if length > 0 else _USUAL


def _offset(length: int) -> int:
    return min(max(length, 0), _FURTHEST)
