"""A desk as workbooks pass over it before they are filed: people write, colour, sign and stamp where no form foresaw it."""

from __future__ import annotations

import io
import random
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.drawing.image import Image
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from lzxl.forms.model import Form, Sheet
from lzxl.forms.text import address, column_letters
from lzxl.workbook.layout import TableLayout, label_layout, table_layout

COLOURS = ("FFFF00", "92D050", "00B0F0", "FFC7CE", "FCE4D6")
INKS = ("FF0000", "0070C0", "7030A0")
_NOTES = ("经局党组会审议通过", "待补充", "李主任：已阅，同意", "附件另报", "本页共三条")
_BELOW = (
    "注：以上内容经支部会研究。",
    "填表人：王晓燕 审核人：李国强",
    "联系人：王晓燕 内线8801",
    "以下空白",
    "本表由人事科汇总",
)
_FAULTS = ("大", "？？", "2026年13月40日", "甲乙丙", "9999", "无")


@dataclass
class Added:
    """What the desk put into a workbook. Places are (sheet, address)."""

    comments: dict[tuple[str, str], str] = field(default_factory=dict)
    colours: dict[tuple[str, str], str] = field(default_factory=dict)
    inks: dict[tuple[str, str], str] = field(default_factory=dict)
    texts: dict[tuple[str, str], str] = field(default_factory=dict)
    pictures: dict[tuple[str, str], bytes] = field(default_factory=dict)
    sums: dict[tuple[str, str], str] = field(default_factory=dict)


def picture(red: int, green: int, blue: int) -> bytes:
    """A small PNG of one colour."""
    row = b"\0" + bytes((red, green, blue)) * 24
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", 24, 24, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(row * 24)),
        (b"IEND", b""),
    )
    chunks = (
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


class Desk:
    """One pass over a filled workbook of a form, by a seed."""

    def __init__(self, workbook: Workbook, form: Form, seed: int) -> None:
        self.workbook = workbook
        self.form = form
        self.chance = random.Random(seed)
        self.added = Added()

    def work(self) -> Added:
        """Do all of it: faults too, so that the file is returned."""
        for sheet in self.form.tables:
            self._on_table(sheet)
        if self.form.cover is not None:
            self._on_cover(self.form.cover)
        return self.added

    def _on_table(self, sheet: Sheet) -> None:
        worksheet, layout = self.workbook[sheet.title], table_layout(sheet)
        last = _last_row(worksheet, sheet)
        rows = list(range(layout.first_row, last + 1))
        if not rows:
            return
        inputs = [layout.columns[entry.name] for entry in sheet.inputs if not entry.computed]
        for _ in range(self.chance.randint(1, 3)):
            worksheet.cell(self.chance.choice(rows), self.chance.choice(inputs)).value = self.chance.choice(_FAULTS)
        self._comment(worksheet, self.chance.choice(rows), self.chance.randint(1, layout.last_column))
        self._colour(worksheet, self.chance.choice(rows), self.chance.choice(inputs))
        self._ink(worksheet, self.chance.choice(rows), self.chance.choice(inputs))
        self._text(worksheet, self.chance.choice(rows), layout.last_column + self.chance.randint(2, 6), _NOTES)
        if self.chance.random() < 0.5:
            self._picture(worksheet, self.chance.choice(rows), self.chance.randint(1, layout.last_column + 3))
        self._below(worksheet, sheet, layout, last)

    def _below(self, worksheet: Worksheet, sheet: Sheet, layout: TableLayout, last: int) -> None:
        row = last + self.chance.randint(1, 3)
        numeric = [layout.columns[entry.name] for entry in sheet.inputs if entry.kind in ("score", "count")]
        if numeric and self.chance.random() < 0.7:
            self._put(worksheet, row, 1, "合计")
            for column in numeric:
                letters = column_letters(column)
                formula = f"=SUM({letters}{layout.first_row}:{letters}{last})"
                worksheet.cell(row, column).value = formula
                self.added.sums[worksheet.title, address(row, column)] = formula
            row += self.chance.randint(1, 2)
        for _ in range(self.chance.randint(1, 3)):
            self._text(worksheet, row, self.chance.randint(1, 3), _BELOW)
            row += self.chance.randint(1, 3)

    def _on_cover(self, cover: Sheet) -> None:
        worksheet, layout = self.workbook[cover.title], label_layout(cover)
        rows = list(layout.rows.values())
        self._comment(worksheet, self.chance.choice(rows), layout.value_column)
        self._colour(worksheet, self.chance.choice(rows), layout.value_column)
        self._picture(worksheet, self.chance.choice(rows), layout.help_column)
        self._text(worksheet, layout.signature_row + 3, self.chance.randint(2, 6), _NOTES)
        self._put(worksheet, layout.signature_row, layout.label_column, "填报人签字：王晓燕")
        self._put(worksheet, layout.signature_row + 1, layout.help_column, "日期：2026年11月18日")

    def _put(self, worksheet: Worksheet, row: int, column: int, text: str) -> None:
        worksheet.cell(row, column).value = text
        self.added.texts[worksheet.title, address(row, column)] = text

    def _text(self, worksheet: Worksheet, row: int, column: int, texts: tuple[str, ...]) -> None:
        if worksheet.cell(row, column).value is None:
            self._put(worksheet, row, column, self.chance.choice(texts))

    def _comment(self, worksheet: Worksheet, row: int, column: int) -> None:
        text = f"王晓燕：{self.chance.choice(_NOTES)}{self.chance.randint(1, 99)}"
        worksheet.cell(row, column).comment = Comment(text, "王晓燕")
        self.added.comments[worksheet.title, address(row, column)] = text

    def _colour(self, worksheet: Worksheet, row: int, column: int) -> None:
        colour = self.chance.choice(COLOURS)
        worksheet.cell(row, column).fill = PatternFill("solid", start_color=f"FF{colour}")
        self.added.colours[worksheet.title, address(row, column)] = colour

    def _ink(self, worksheet: Worksheet, row: int, column: int) -> None:
        ink = self.chance.choice(INKS)
        worksheet.cell(row, column).font = Font(color=f"FF{ink}", b=True)
        self.added.inks[worksheet.title, address(row, column)] = ink

    def _picture(self, worksheet: Worksheet, row: int, column: int) -> None:
        data = picture(*(self.chance.randrange(256) for _ in range(3)))
        worksheet.add_image(Image(io.BytesIO(data)), address(row, column))
        self.added.pictures[worksheet.title, address(row, column)] = data


def _last_row(worksheet: Worksheet, sheet: Sheet) -> int:
    layout = table_layout(sheet)
    columns = [layout.columns[entry.name] for entry in sheet.inputs if not entry.computed]
    filled = (row for row in range(worksheet.max_row, layout.header_row, -1) if any(_values(worksheet, row, columns)))
    return next(filled, layout.header_row)


def _values(worksheet: Worksheet, row: int, columns: list[int]) -> Iterator[Any]:
    return (worksheet.cell(row, column).value not in (None, "") for column in columns)
