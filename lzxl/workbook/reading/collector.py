"""Gathers what a file has beside its cells' contents, as much of it as anyone can have meant, and says what is left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from lzxl.workbook.keepsakes import (
    LONGEST_COMMENT,
    MOST_BYTES_OF_PICTURES,
    MOST_COLOURED,
    MOST_COMMENTS,
    MOST_PICTURE_BYTES,
    MOST_PICTURES,
    PLAIN,
    Keepsakes,
    Look,
    UnitComment,
    UnitPicture,
    UnitText,
    picture_kind,
)
from lzxl.workbook.reading.numbered import numbered
from lzxl.workbook.reading.picture_size import picture_size


class Collector:
    """What has been found so far, and how much more may be."""

    def __init__(self) -> None:
        self.found = Keepsakes()
        self._bytes = 0
        self._coloured = 0
        self._left: Counter[tuple[str, str]] = Counter()

    def comment(self, sheet: str, row: int, column: int, text: str, author: str = "") -> None:
        """Keep a comment; a blank one is none."""
        if not text.strip():
            return
        if len(self.found.comments) >= MOST_COMMENTS:
            self.leave(sheet, "批注")
            return
        self.found.comments.append(UnitComment(sheet, row, column, text.strip()[:LONGEST_COMMENT], author[:60]))

    def picture(
        self, sheet: str, place: tuple[int, int], data: bytes, size: tuple[int, int], off: tuple[int, int]
    ) -> None:
        """Keep a picture. `place`: row and column; `size` and `off` (from the cell's corner): right and down, in EMU."""
        if not picture_kind(data):
            self.leave(sheet, "格式不便带回的图片")
            return
        is_too_much = len(self.found.pictures) >= MOST_PICTURES or self._bytes + len(data) > MOST_BYTES_OF_PICTURES
        if is_too_much or len(data) > MOST_PICTURE_BYTES:
            self.leave(sheet, "过大或过多的图片")
            return
        self._bytes += len(data)
        width, height = size if all(edge > 0 for edge in size) else picture_size(data)
        self.found.pictures.append(UnitPicture(sheet, *place, data, width, height, *off))

    def text(self, sheet: str, row: int, column: int, text: str) -> None:
        """Keep the text of a shape."""
        if len(self.found.texts) >= MOST_COMMENTS:
            self.leave(sheet, "文本框")
        elif text.strip():
            self.found.texts.append(UnitText(sheet, row, column, text.strip()[:LONGEST_COMMENT]))

    def look(self, sheet: str, row: int, column: int, look: Look) -> None:
        """Keep the look of a cell."""
        self._coloured += 1
        if self._coloured <= MOST_COLOURED:
            self.found.looks.setdefault(sheet, {}).setdefault(look, []).append((row, column))
        elif self._coloured == MOST_COLOURED + 1:
            self.leave(sheet, "其余格子的颜色和字形")

    def styled(self, sheet: str, cells: Iterable[tuple[int, int, int]], looks: Sequence[Look]) -> None:
        """Keep the looks of the cells that stand out. `cells`: row, column, and the number of the style in `looks`."""
        for row, column, style in cells:
            look = numbered(looks, style, PLAIN)
            if look != PLAIN:
                self.look(sheet, row, column, look)

    def leave(self, sheet: str, what: str) -> None:
        """Say of something that it does not come back."""
        self._left[sheet, what] += 1

    def close(self) -> Keepsakes:
        """All of it, with what was left."""
        self.found.left = [(sheet, f"{what}{count}个") for (sheet, what), count in self._left.items()]
        return self.found
