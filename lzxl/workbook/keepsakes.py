"""What a unit put into its file beside the contents of cells: comments, pictures, colours, texts of shapes.

Read only when a return is written (`lzxl.workbook.reading.keepsakes`), and put back into it (`lzxl.workbook.writing.keeping`).
Everything here crosses a process border, so it is plain data. Rows and columns are counted from 1.
"""

from __future__ import annotations

from dataclasses import dataclass, field

MOST_PICTURES = 50
MOST_PICTURE_BYTES = 5 * 1024**2
MOST_BYTES_OF_PICTURES = 16 * 1024**2
"""All pictures of a file together: the answer of a child must hold them."""
MOST_COMMENTS = 2000
LONGEST_COMMENT = 8000
MOST_COLOURED = 100_000

PICTURE_KINDS: dict[str, bytes] = {
    "png": b"\x89PNG\r\n\x1a\n",
    "jpeg": b"\xff\xd8\xff",
    "gif": b"GIF8",
    "bmp": b"BM",
}
"""Kind → how its bytes begin. No other is carried: metafiles and SVG are programs of a kind."""


def picture_kind(data: bytes) -> str:
    """The kind of a picture by its first bytes, "" for one that is not carried."""
    return next((kind for kind, start in PICTURE_KINDS.items() if data.startswith(start)), "")


@dataclass(frozen=True, slots=True)
class UnitComment:
    """A comment on a cell; a thread of them is one text."""

    sheet: str
    row: int
    column: int
    text: str
    author: str = ""


@dataclass(frozen=True, slots=True)
class UnitPicture:
    """A picture over the cells, as its bytes: nobody has looked into them."""

    sheet: str
    row: int
    column: int
    data: bytes = field(repr=False)
    width: int = 0
    """In EMU (914,400 to an inch), as is all below; 0 if the file does not say."""
    height: int = 0
    right: int = 0
    """How far from the cell's left edge."""
    down: int = 0


@dataclass(frozen=True, slots=True)
class Look:
    """What makes cells stand out: colours as RRGGBB, "" for none, and the marks of their font."""

    fill: str = ""
    ink: str = ""
    bold: bool = False
    italic: bool = False
    underline: bool = False
    strike: bool = False

    @property
    def is_plain(self) -> bool:
        return self == PLAIN


PLAIN = Look()


@dataclass(frozen=True, slots=True)
class UnitText:
    """A text that stands in no cell, such as a shape's; `row` is 0 where nobody can tell where it is."""

    sheet: str
    row: int
    column: int
    text: str
    kind: str = "文本框里的文字"


@dataclass(slots=True)
class Keepsakes:
    """All of one file."""

    comments: list[UnitComment] = field(default_factory=list)
    pictures: list[UnitPicture] = field(default_factory=list)
    looks: dict[str, dict[Look, list[tuple[int, int]]]] = field(default_factory=dict)
    """Sheet → {look: (row, column) of the cells that have it}."""
    texts: list[UnitText] = field(default_factory=list)
    left: list[tuple[str, str]] = field(default_factory=list)
    """(sheet, what) of all that is there and does not come back: 图表1个."""
