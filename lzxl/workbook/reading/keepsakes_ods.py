"""Comments, pictures, colours and shapes' texts of .ods files."""

from __future__ import annotations

import contextlib
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from xml.parsers import expat

from lzxl.workbook.keepsakes import Keepsakes, Look
from lzxl.workbook.layout import OWN_SHEETS
from lzxl.workbook.reading.collector import Collector
from lzxl.workbook.reading.colours import PLAIN_FILLS, PLAIN_INKS, colour_value
from lzxl.workbook.reading.content import RefusedError
from lzxl.workbook.reading.nodes import whole
from lzxl.workbook.reading.package import Package
from lzxl.workbook.reading.parts import parse_part

_LENGTH = re.compile(r"(-?\d{1,6}(?:\.\d{1,8})?)(cm|mm|in|pt|pc|px)")
_EMU = {"cm": 360_000, "mm": 36_000, "in": 914_400, "pt": 12_700, "pc": 152_400, "px": 9_525}
# A look of more cells than this in a row is that of the empty rest.
_MOST_REPEATED = 256
_MOST_PARENTS = 20
_SHAPES = frozenset({"custom-shape", "rect", "ellipse", "polygon", "path", "caption", "g", "circle", "polyline"})
_LEFT_BEHIND = {
    **dict.fromkeys(("object", "object-ole", "plugin"), "图表或嵌入的文件"),
    **dict.fromkeys(("line", "connector", "measure"), "连接线"),
}
_DRAWN = frozenset({"frame", "image", *_SHAPES, *_LEFT_BEHIND})


def read_ods_keepsakes(data: bytes) -> Keepsakes:
    """What an .ods file has beside its cells' contents. Raises whatever the readers raise: for the sandbox."""
    if not zipfile.is_zipfile(io.BytesIO(data)):
        document = _Document(None)
        _parse(data, document)
    else:
        with Package(data) as package:
            document = _Document(package)
            # Before the content, whose styles name these as their parents; without them only looks are missing.
            with contextlib.suppress(KeyError, expat.ExpatError, RefusedError):
                _parse(package.xml("styles.xml"), document)
            _parse(package.xml("content.xml"), document)
    return document.collector.close()


def _parse(xml: bytes, document: _Document) -> None:
    parse_part(xml, document.start, document.end, document.text)


@dataclass(slots=True)
class _Note:
    """A comment, or a shape with its text, while it is read."""

    depth: int
    author: list[str] = field(default_factory=list)
    lines: list[list[str]] = field(default_factory=list)


class _Document:
    """Follows the elements of styles.xml and content.xml, by their names without namespaces."""

    def __init__(self, package: Package | None) -> None:
        self.package = package
        self.collector = Collector()
        self._looks: dict[str, tuple[Look, str]] = {}
        """Style → its own look and its parent."""
        self._resolved: dict[str, Look] = {}
        self._style = ""
        self._depth = 0
        self._sheet: str | None = None
        self._row = self._column = 1
        self._rows = self._columns = 1
        """How often the row and the cell that are being read are repeated."""
        self._row_style = ""
        self._column_styles: list[tuple[int, str]] = []
        self._cell_depth = 0
        self._note: _Note | None = None
        self._shape: _Note | None = None
        self._frame: dict[str, str] = {}
        self._gather: list[str] | None = None

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        local = name.rpartition(" ")[2]
        plain = {key.rpartition(" ")[2]: value for key, value in attributes.items()}
        if self._note is not None:
            self._in_note(self._note, local)
        elif self._sheet is None:
            self._outside(local, plain)
        elif local == "annotation":
            self._note = _Note(self._depth)
        elif local in _DRAWN:
            self._on_drawing(local, plain)
        elif self._shape is not None:
            self._in_note(self._shape, local)
        elif not self._cell_depth:
            self._in_table(local, plain)

    def end(self, name: str) -> None:
        local = name.rpartition(" ")[2]
        if local in ("p", "creator"):
            self._gather = None
        if not self._end_of_note():
            self._end_of_table(local)
        self._depth -= 1

    def _end_of_note(self) -> bool:
        """Hand over a comment, or the text of a shape, where it ends here; whether one does."""
        if self._note is not None and self._depth == self._note.depth:
            self._read_note(self._note)
            self._note = None
        elif self._shape is not None and self._depth == self._shape.depth:
            self._read_shape(self._shape)
            self._shape = None
        else:
            return False
        return True

    def _end_of_table(self, local: str) -> None:
        """Go on to the next cell, row or sheet. A table inside of a cell is no sheet."""
        if self._cell_depth:
            self._end_in_cell()
        elif local == "table-row" and self._sheet is not None:
            self._row += self._rows
        elif local == "table":
            self._sheet = None
        elif local == "style":
            self._style = ""

    def _end_in_cell(self) -> None:
        if self._cell_depth == self._depth:
            self._cell_depth = 0
            self._column += self._columns

    def text(self, text: str) -> None:
        if self._gather is not None and len(self._gather) < 10_000:
            self._gather.append(text)

    def _outside(self, local: str, attributes: dict[str, str]) -> None:
        """Styles, and the beginning of a sheet."""
        if local == "style":
            self._begin_style(attributes)
        elif local in ("table-cell-properties", "text-properties") and self._style:
            look, parent = self._looks[self._style]
            self._looks[self._style] = _with(look, attributes), parent
        elif local == "table":
            self._sheet = attributes.get("name", "")
            self._row, self._column_styles = 1, []

    def _begin_style(self, attributes: dict[str, str]) -> None:
        self._style = attributes.get("name", "") if attributes.get("family") == "table-cell" else ""
        if self._style:
            self._looks[self._style] = Look(), attributes.get("parent-style-name", "")

    def _in_table(self, local: str, attributes: dict[str, str]) -> None:
        if local == "table-column":
            last = (self._column_styles[-1][0] if self._column_styles else 0) + _repeats(attributes, "columns")
            self._column_styles.append((last, attributes.get("default-cell-style-name", "")))
        elif local == "table-row":
            self._column, self._rows = 1, _repeats(attributes, "rows")
            self._row_style = attributes.get("default-cell-style-name", "")
        elif local in ("table-cell", "covered-table-cell"):
            self._cell_depth, self._columns = self._depth, _repeats(attributes, "columns")
            self._read_look(attributes.get("style-name", ""))

    def _read_look(self, style: str) -> None:
        """Only where the cells are meant one by one: a style may run to the sheet's end."""
        sheet = self._sheet or ""
        if sheet in OWN_SHEETS or max(self._columns, self._rows) > _MOST_REPEATED:
            return
        look = self._look_of(style or self._row_style or self._column_style())
        if not look.is_plain:
            for row, column in self._cells():
                self.collector.look(sheet, row, column, look)

    def _cells(self) -> Iterator[tuple[int, int]]:
        """The cells that the one which is being read stands for."""
        for row in range(self._row, self._row + self._rows):
            for column in range(self._column, self._column + self._columns):
                yield row, column

    def _column_style(self) -> str:
        return next((style for last, style in self._column_styles if self._column <= last), "")

    def _look_of(self, style: str) -> Look:
        if style not in self._resolved:
            look = self._inherited(style)
            fill = "" if look.fill in PLAIN_FILLS else look.fill
            self._resolved[style] = replace(look, fill=fill, ink="" if look.ink in PLAIN_INKS else look.ink)
        return self._resolved[style]

    def _inherited(self, style: str) -> Look:
        """The look of a style with that of its parents. White over its parent's yellow stays white till the end."""
        look, name = Look(), style
        # A file may have styles that are each other's parents.
        for _ in range(_MOST_PARENTS):
            own, name = self._looks.get(name, (Look(), ""))
            look = _over(look, own)
            if not name:
                break
        return look

    def _in_note(self, note: _Note, local: str) -> None:
        if local == "creator":
            self._gather = note.author
        elif local in ("p", "h") and len(note.lines) < 1000:
            self._gather = []
            note.lines.append(self._gather)
        elif local in ("s", "tab", "line-break") and self._gather is not None:
            self._gather.append("\n" if local == "line-break" else " ")

    def _place(self) -> tuple[int, int]:
        """The cell that is being read; the first one for what stands on the sheet by itself."""
        return (self._row, self._column) if self._cell_depth else (1, 1)

    def _read_note(self, note: _Note) -> None:
        if (self._sheet or "") not in OWN_SHEETS and self._cell_depth:
            text = "\n".join("".join(line) for line in note.lines)
            self.collector.comment(self._sheet or "", *self._place(), text, "".join(note.author))

    def _on_drawing(self, local: str, attributes: dict[str, str]) -> None:
        sheet = self._sheet or ""
        if sheet in OWN_SHEETS:
            return
        if local == "frame":
            self._frame = attributes
            self._shape = self._shape or _Note(self._depth)
        elif local == "image":
            self._read_picture(sheet, attributes.get("href", ""))
        elif local in _LEFT_BEHIND:
            self.collector.leave(sheet, _LEFT_BEHIND[local])
        elif self._shape is None:
            self.collector.leave(sheet, "图形或文本框")
            self._shape = _Note(self._depth)

    def _read_shape(self, shape: _Note) -> None:
        self.collector.text(self._sheet or "", *self._place(), "\n".join("".join(line) for line in shape.lines))

    def _read_picture(self, sheet: str, href: str) -> None:
        if "ObjectReplacements" in href:
            return  # what shows a chart to programs that know none
        if self.package is None or not href or href not in self.package:
            self.collector.leave(sheet, "链接在文件之外的图片")
            return
        size = _length(self._frame.get("width")), _length(self._frame.get("height"))
        offset = (_length(self._frame.get("x")), _length(self._frame.get("y")))
        self.collector.picture(sheet, self._place(), self.package.read(href), size, offset)


def _with(look: Look, attributes: dict[str, str]) -> Look:
    """A look with what the properties of a style add."""
    return Look(
        colour_value(attributes.get("background-color", "")) or look.fill,
        colour_value(attributes.get("color", "")) or look.ink,
        look.bold or attributes.get("font-weight", "") in ("bold", "600", "700", "800", "900"),
        look.italic or attributes.get("font-style", "") == "italic",
        look.underline or attributes.get("text-underline-style", "none") != "none",
        look.strike or attributes.get("text-line-through-style", "none") != "none",
    )


def _over(look: Look, parent: Look) -> Look:
    """What of a style's look is its own, else its parent's."""
    return Look(
        look.fill or parent.fill,
        look.ink or parent.ink,
        look.bold or parent.bold,
        look.italic or parent.italic,
        look.underline or parent.underline,
        look.strike or parent.strike,
    )


def _repeats(attributes: dict[str, str], what: str) -> int:
    return max(whole(attributes.get(f"number-{what}-repeated")), 1)


def _length(text: str | None) -> int:
    """A length in EMU, 0 for what is none."""
    match = _LENGTH.fullmatch((text or "").strip())
    return round(float(match.group(1)) * _EMU[match.group(2)]) if match else 0
