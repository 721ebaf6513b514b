"""Comments, pictures and colours of .xls files ([MS-XLS], [MS-ODRAW]), and of the .et files of WPS, which are the same."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any

from lzxl.workbook.keepsakes import Keepsakes, Look
from lzxl.workbook.layout import OWN_SHEETS
from lzxl.workbook.reading.biff_records import records, sheet_records
from lzxl.workbook.reading.collector import Collector
from lzxl.workbook.reading.colours import look_of
from lzxl.workbook.reading.numbered import numbered
from lzxl.workbook.reading.picture_size import picture_size
from lzxl.workbook.reading.xlrd_parts import NO_CELL, records_start, styles_of_row
from lzxl.workbook.reading.xls import open_book, stream_of

_DRAWING_GROUP, _DRAWING, _CONTINUE, _EOF = 0xEB, 0xEC, 0x3C, 0x0A
_STORE_ENTRY, _SHAPE, _OPTIONS, _ANCHOR, _CHART_FRAME = 0xF007, 0xF004, 0xF00B, 0xF010, 0xF00D
_CONTAINER = 0xF
_PICTURE_PROPERTY = 0x0104
_BITMAPS = {0xF01D: (0x46B, 0x6E3), 0xF02A: (0x46B, 0x6E3), 0xF01E: (0x6E1,)}
"""Kind of a picture's record → instances that have a second identifier before the bytes."""
_ENTRY_HEAD = 36
_DEEPEST = 12
_MOST_RECORDS = 20_000
_EMU_PER_PIXEL, _EMU_PER_TWIP = 9_525, 635
_LEAST_STRETCH, _MOST_STRETCH = 0.6, 1.6
_USUAL_WIDTH, _USUAL_HEIGHT = 64 * _EMU_PER_PIXEL, 270 * _EMU_PER_TWIP


def read_xls_keepsakes(data: bytes) -> Keepsakes:
    """What a BIFF file has beside its cells' contents. Raises whatever the readers raise: for the sandbox."""
    collector = Collector()
    stream = stream_of(data)
    book = open_book(stream)
    looks = [_look(book, style) for style in book.xf_list]
    store = _store(stream)
    for number, sheet in enumerate(book.sheets()):
        if sheet.name in OWN_SHEETS:
            continue
        collector.styled(sheet.name, _styled_cells(sheet), looks)
        for (row, column), note in sorted(sheet.cell_note_map.items()):
            collector.comment(sheet.name, row + 1, column + 1, note.text, note.author or "")
        _read_pictures(stream, records_start(book, number), sheet, store, collector)
    return collector.close()


def _styled_cells(sheet: Any) -> Iterator[tuple[int, int, int]]:
    """(row, column, style) of the cells of a sheet."""
    for row in range(sheet.nrows):
        for column, style in enumerate(styles_of_row(sheet, row), 1):
            if style > NO_CELL:
                yield row + 1, column, style


def _look(book: Any, style: Any) -> Look:
    font, background = book.font_list[style.font_index], style.background
    return look_of(
        _colour(book, background.pattern_colour_index) if background.fill_pattern else "",
        _colour(book, font.colour_index),
        bold=font.weight >= 600,
        italic=bool(font.italic),
        underline=bool(font.underline_type),
        strike=bool(font.struck_out),
    )


def _colour(book: Any, index: int) -> str:
    colour = book.colour_map.get(index)
    return "".join(f"{part:02X}" for part in colour) if colour else ""


def _drawings(pieces: Iterator[Any], kind: int) -> bytes:
    """All records of a kind, with what continues them right behind, as the one stream that they are."""
    found: list[bytes] = []
    is_open = False
    for record in pieces:
        # A record holds 8,224 bytes at most: pictures go on in CONTINUE, or in further records of their kind.
        is_open = record.kind == kind or (is_open and record.kind == _CONTINUE)
        if is_open:
            found.append(record.data)
    return b"".join(found)


def _globals(stream: bytes) -> Iterator[Any]:
    for record in records(stream):
        if record.kind == _EOF:
            return
        yield record


def _parts(data: bytes, depth: int = 0) -> Iterator[tuple[int, int, bytes]]:
    """(kind, instance, content) of drawing records, those inside of others after them."""
    position = count = 0
    while position + 8 <= len(data) and count < _MOST_RECORDS:
        head, kind, size = struct.unpack_from("<HHI", data, position)
        content = data[position + 8 : position + 8 + size]
        yield kind, head >> 4, content
        if head & 0xF == _CONTAINER and depth < _DEEPEST:
            yield from _parts(content, depth + 1)
        position += 8 + size
        count += 1


def _store(stream: bytes) -> list[bytes]:
    """The bytes of each picture of the file, b"" for one of a kind that is not carried."""
    entries = _parts(_drawings(_globals(stream), _DRAWING_GROUP))
    return [_picture(content) for kind, _, content in entries if kind == _STORE_ENTRY]


def _picture(entry: bytes) -> bytes:
    # A picture may have a name, which stands between the head and its bytes (cbName in [MS-ODRAW] OfficeArtFBSE).
    name_length = entry[33] if len(entry) > _ENTRY_HEAD else 0
    for kind, instance, content in _parts(entry[_ENTRY_HEAD + name_length :]):
        if kind in _BITMAPS:
            # One or two identifiers of sixteen bytes, and a tag, stand before the bytes ([MS-ODRAW] OfficeArtBlip).
            return content[33:] if instance in _BITMAPS[kind] else content[17:]
    return b""


def _read_pictures(stream: bytes, position: int, sheet: Any, store: list[bytes], collector: Collector) -> None:
    drawing = _drawings(iter(sheet_records(stream, position)), _DRAWING)
    for number, anchor in _shapes_with_pictures(drawing):
        data = numbered(store, number - 1, b"")
        left, right_part, top, down_part, last, _, bottom, _ = anchor
        # An anchor whose end lies before its beginning says nothing of the size.
        size = _in_shape(data, _size(sheet, anchor)) if last >= left and bottom >= top else (0, 0)
        # Anchors count in 1,024ths of a column and 256ths of a row ([MS-XLS] OfficeArtClientAnchorSheet).
        offset = (_width(sheet, left) * right_part // 1024, _height(sheet, top) * down_part // 256)
        collector.picture(sheet.name, (top + 1, left + 1), data, size, offset)


def _shapes_with_pictures(drawing: bytes) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Of each shape that shows a picture of the store: its number there, and the eight numbers of its anchor."""
    for kind, _, content in _parts(drawing):
        if kind != _SHAPE:
            continue
        inside = {one: part for one, _, part in _parts(content)}
        number = _picture_number(inside.get(_OPTIONS, b""))
        anchor = inside.get(_ANCHOR, b"")
        if number and len(anchor) >= 18:
            yield number, struct.unpack_from("<8H", anchor, 2)


def _picture_number(options: bytes) -> int:
    """Which picture of the store a shape shows, from 1; 0 for none."""
    for position in range(0, len(options) - 5, 6):
        number, value = struct.unpack_from("<HI", options, position)
        # The two highest bits are flags; one is set wherever the value is the number of a picture.
        if number & 0x3FFF == _PICTURE_PROPERTY:
            return int(value)
    return 0


def _in_shape(data: bytes, size: tuple[int, int]) -> tuple[int, int]:
    """A size of about a picture's own shape, made so: how wide a column is depends on a font that nobody has here."""
    own_width, own_height = picture_size(data)
    width, height = size
    if not (own_width and own_height and width and height):
        return size
    stretch = width * own_height / (height * own_width)
    return (height * own_width // own_height, height) if _LEAST_STRETCH < stretch < _MOST_STRETCH else size


def _size(sheet: Any, anchor: tuple[int, ...]) -> tuple[int, int]:
    left, right_part, top, down_part, last, last_part, bottom, bottom_part = anchor
    # An anchor may say that it reaches the sheet's end: what is added up is bounded.
    width = sum(_width(sheet, column) for column in range(left, min(last, left + 300)))
    height = sum(_height(sheet, row) for row in range(top, min(bottom, top + 3000)))
    width += _width(sheet, last) * last_part // 1024 - _width(sheet, left) * right_part // 1024
    height += _height(sheet, bottom) * bottom_part // 256 - _height(sheet, top) * down_part // 256
    return max(width, 0), max(height, 0)


def _width(sheet: Any, column: int) -> int:
    info = sheet.colinfo_map.get(column)
    # Seven pixels for each character, and five of margin (ECMA-376 part 1, 18.3.1.13).
    return _USUAL_WIDTH if info is None else (info.width * 7 // 256 + 5) * _EMU_PER_PIXEL


def _height(sheet: Any, row: int) -> int:
    info = sheet.rowinfo_map.get(row)
    return _USUAL_HEIGHT if info is None or not info.height else info.height * _EMU_PER_TWIP
