"""Comments, pictures, colours and shapes' texts of .xlsx files; nothing that leads out of the file is followed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from xml.parsers import expat

from lzxl.forms.text import column_index
from lzxl.workbook.keepsakes import MOST_PICTURE_BYTES, PLAIN, Keepsakes, Look
from lzxl.workbook.layout import OWN_SHEETS
from lzxl.workbook.reading.collector import Collector
from lzxl.workbook.reading.colours import OFFICE_THEME, PALETTE, PLAIN_FILLS, colour_value, look_of, resolve
from lzxl.workbook.reading.content import RefusedError
from lzxl.workbook.reading.nodes import Node, tree, whole
from lzxl.workbook.reading.numbered import numbered
from lzxl.workbook.reading.package import Package, Related
from lzxl.workbook.reading.parts import parse_part
from lzxl.workbook.reading.xlsx_rich import picture_parts

_ANCHORS = ("twoCellAnchor", "oneCellAnchor", "absoluteAnchor")
_PLACE = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")
_CELL_PICTURE = re.compile(r'DISPIMG\(\s*"([^"]{1,80})"')
_LARGEST_PART = 64 * 1024**2
_OTHER_SHAPES = {"graphicFrame": "图表", "cxnSp": "连接线", "contentPart": "手写墨迹"}
# The order of a theme's colours in a file is not that of their numbers.
_THEME_ORDER = ("lt1", "dk1", "lt2", "dk2", "accent1", "accent2", "accent3", "accent4", "accent5", "accent6")


def read_xlsx_keepsakes(data: bytes) -> Keepsakes:
    """What an .xlsx or .xlsm file has beside its cells' contents. Raises whatever the readers raise: for the sandbox."""
    collector = Collector()
    with Package(data) as package:
        part = package.main_part("xl/workbook.xml", "workbook.xml")
        related = package.relations(part)
        looks = _Looks.of(package, {one.kind: one.part for one in related.values()})
        people = read_people(package, part)
        for element in package.elements(part, "sheet"):
            name, one = element.attributes.get("name", ""), related.get(element.attributes.get("id", ""))
            if one is None or one.part not in package or name in OWN_SHEETS:
                continue
            if one.kind == "worksheet":
                _read_cells(package, one.part, name, looks, collector)
                read_sheet_parts(package, one.part, name, collector, people)
            else:
                collector.leave(name, "单独成页的图表")
    return collector.close()


def read_sheet_parts(package: Package, part: str, name: str, collector: Collector, people: dict[str, str]) -> None:
    """Comments and drawings that belong to a sheet's part."""
    related = [one for one in package.relations(part).values() if one.part in package]
    threads: dict[tuple[int, int], list[str]] = {}
    for one in related:
        if one.kind == "threadedComment":
            _read_threads(_tree(package, one.part), people, threads)
    for place, said in threads.items():
        collector.comment(name, *place, "\n".join(said))
    _read_related(package, related, name, collector, threads)


def _read_related(
    package: Package,
    related: Sequence[Related],
    name: str,
    collector: Collector,
    threads: dict[tuple[int, int], list[str]],
) -> None:
    """Old comments, drawings and embedded files of a sheet. `threads`: told already."""
    for one in related:
        # Those of an .xlsb are records, and read by its own reader.
        if one.kind == "comments" and one.part.endswith(".xml"):
            _read_comments(_tree(package, one.part), name, threads, collector)
        elif one.kind == "drawing":
            _read_drawing(package, one.part, name, collector)
        elif one.kind in ("oleObject", "package"):
            collector.leave(name, "嵌入的文件")


def _tree(package: Package, part: str) -> Node:
    xml = package.xml(part)
    if len(xml) > _LARGEST_PART:
        raise RefusedError("file_too_large")
    try:
        return tree(xml)
    except (expat.ExpatError, RefusedError):
        return Node("")  # a workbook is given back without a part that is broken


def _place(text: str) -> tuple[int, int] | None:
    match = _PLACE.fullmatch(text.strip().partition(":")[0])
    return (int(match.group(2)), column_index(match.group(1).upper())) if match else None


def read_people(package: Package, workbook: str) -> dict[str, str]:
    """Id → name of those who take part in threads."""
    found = {}
    for one in package.relations(workbook).values():
        if one.kind == "person" and one.part in package:
            for person in _tree(package, one.part).every("person"):
                found[person.attributes.get("id", "")] = person.attributes.get("displayName", "")
    return found


def _read_threads(node: Node, people: dict[str, str], threads: dict[tuple[int, int], list[str]]) -> None:
    for said in node.every("threadedComment"):
        place = _place(said.attributes.get("ref", ""))
        text = said.child("text")
        if place is not None and text is not None:
            who = people.get(said.attributes.get("personId", ""), "")
            threads.setdefault(place, []).append(f"{who}：{text.text}" if who else text.text)


def _read_comments(node: Node, sheet: str, threads: dict[tuple[int, int], list[str]], collector: Collector) -> None:
    """The old kind of comments. One that only stands in for a thread is told by the thread."""
    authors = [author.text for author in node.every("author")]
    for comment in node.every("comment"):
        place = _place(comment.attributes.get("ref", ""))
        # Excel keeps an old comment beside each thread, which only says that an older version cannot show the thread.
        if place is None or place in threads:
            continue
        author = numbered(authors, whole(comment.attributes.get("authorId")), "")
        collector.comment(sheet, *place, "".join(_plain_texts(comment)), author)


def _plain_texts(node: Node) -> Iterator[str]:
    """The texts of runs, without reading aids."""
    for child in node.children:
        if child.name == "t":
            yield child.text
        elif child.name != "rPh":
            yield from _plain_texts(child)


def _read_drawing(package: Package, part: str, sheet: str, collector: Collector) -> None:
    for anchor in _tree(package, part).every(*_ANCHORS):
        place, off = _corner(anchor)
        size = _extent(anchor.child("ext"))
        for picture in anchor.every("pic"):
            data = _picture_of(package, part, picture)
            if data is None:
                collector.leave(sheet, "链接在文件之外的图片")
                continue
            # A twoCellAnchor ends at a cell and says no size: then the picture's own shape does.
            own = _extent(picture.child("spPr", "xfrm", "ext"))
            collector.picture(sheet, place, data, size if all(size) else own, off)
        for shape in anchor.every("sp"):
            collector.text(sheet, *place, _text_of(shape))
            collector.leave(sheet, "图形或文本框")
        for name, what in _OTHER_SHAPES.items():
            for _ in anchor.every(name):
                collector.leave(sheet, what)


def _text_of(shape: Node) -> str:
    return "\n".join("".join(_plain_texts(line)) for line in shape.every("p"))


def _corner(anchor: Node) -> tuple[tuple[int, int], tuple[int, int]]:
    """Row and column of an anchor's first cell, and how far right and down in it."""
    start = anchor.child("from")
    # An absoluteAnchor names no cell, only a distance from the sheet's corner.
    if start is None:
        return (1, 1), (0, 0)
    return (start.number("row") + 1, start.number("col") + 1), (start.number("colOff"), start.number("rowOff"))


def _extent(node: Node | None) -> tuple[int, int]:
    if node is None:
        return 0, 0
    return whole(node.attributes.get("cx")), whole(node.attributes.get("cy"))


def _picture_of(package: Package, part: str, picture: Node) -> bytes | None:
    """The bytes of a picture that is in the package; None if it is not."""
    blip = picture.child("blipFill", "blip")
    number = blip.attributes.get("embed", "") if blip is not None else ""
    one = package.relations(part).get(number)
    return package.read(one.part) if one is not None and one.part in package else None


class _Looks:
    """The look of each cell style of a file."""

    def __init__(self, looks: Sequence[Look]) -> None:
        self.looks = looks
        self.is_any = any(not look.is_plain for look in looks)

    @classmethod
    def of(cls, package: Package, parts: dict[str, str]) -> _Looks:
        if parts.get("styles", "") not in package:
            return cls([])
        theme = read_theme(package, parts.get("theme", ""))
        styles = _tree(package, parts["styles"]).child("styleSheet") or Node("")
        own = [resolve(one.attributes, ()) for one in styles.below("colors", "indexedColors")]
        palette = tuple(own) + PALETTE[len(own) :]
        fonts = [_font(node, theme, palette) for node in styles.below("fonts")]
        fills = [_fill(node, theme, palette) for node in styles.below("fills")]
        return cls([_look(node, fonts, fills) for node in styles.below("cellXfs")])

    def look(self, style: int) -> Look | None:
        """The look of a style that stands out; None for one that does not."""
        look = numbered(self.looks, style, PLAIN)
        return None if look.is_plain else look


def read_theme(package: Package, part: str) -> Sequence[str]:
    """The colours of a file's theme by their numbers; those of Office if it has none."""
    scheme = next(_tree(package, part).every("clrScheme"), None) if part in package else None
    if scheme is None:
        return OFFICE_THEME
    return [_theme_colour(scheme.below(name)) for name in _THEME_ORDER]


def _theme_colour(named: Sequence[Node]) -> str:
    """The colour of one entry of a theme, "" for none. One of the system's says what it was when the file was saved."""
    value = named[0].attributes if named else {}
    return colour_value(value.get("lastClr") or value.get("val", ""))


def _font(node: Node, theme: Sequence[str], palette: Sequence[str]) -> Look:
    colour = node.child("color")
    ink = resolve(colour.attributes, theme, palette) if colour is not None else ""

    def has(name: str) -> bool:
        mark = node.child(name)
        # <b/> is bold and <b val="0"/> is not (ECMA-376 part 1, 18.8.2).
        return mark is not None and mark.attributes.get("val", "1") not in ("0", "false", "none")

    return look_of("", ink, bold=has("b"), italic=has("i"), underline=has("u"), strike=has("strike"))


def _fill(node: Node, theme: Sequence[str], palette: Sequence[str]) -> str:
    """The colour of a fill, "" for none; a pattern or a run of colours is as good as its first colour."""
    named = _first_colour(node)
    colour = resolve(named.attributes, theme, palette) if named is not None else ""
    return "" if colour in PLAIN_FILLS else colour


def _first_colour(fill: Node) -> Node | None:
    pattern = fill.child("patternFill")
    if pattern is None:
        return next(fill.every("color"), None)
    if pattern.attributes.get("patternType", "none") == "none":
        return None
    # In a solid fill the foreground is what the cell looks like; its background is not seen.
    return pattern.child("fgColor") or pattern.child("bgColor")


def _look(node: Node, fonts: Sequence[Look], fills: Sequence[str]) -> Look:
    font, fill = whole(node.attributes.get("fontId")), whole(node.attributes.get("fillId"))
    return replace(numbered(fonts, font, PLAIN), fill=numbered(fills, fill, ""))


def _read_cells(package: Package, part: str, name: str, looks: _Looks, collector: Collector) -> None:
    """Which cells of a sheet stand out, and which hold a picture."""
    xml = package.xml(part)
    # Most sheets have none of them: their cells are not gone through a second time.
    cell_pictures = _cell_pictures(package) if b"DISPIMG" in xml else {}
    rich_pictures = picture_parts(package) if b"vm=" in xml else {}
    if not looks.is_any and not cell_pictures and not rich_pictures:
        return
    cells = _Cells(name, looks, _Pictures(package, rich_pictures, cell_pictures), collector)
    parse_part(xml, cells.start, cells.end, cells.text)


class _Pictures:
    """The pictures that cells hold: as a rich value (Excel), or named by a formula (WPS)."""

    def __init__(self, package: Package, parts: Mapping[str, str], named: Mapping[str, bytes]) -> None:
        """`parts`: number of a rich value → part of the package that has its picture."""
        self._package, self._parts, self.named = package, parts, named

    def of_value(self, number: str) -> bytes | None:
        part = self._parts.get(number, "")
        return self._package.read(part) if part in self._package else None


class _Cells:
    """Walks through the cells of a sheet: hands `collector` how they look and the pictures they hold."""

    _MOST_PIECES = 100  # of a formula that may name a picture

    def __init__(self, name: str, looks: _Looks, pictures: _Pictures, collector: Collector) -> None:
        self._name, self._looks, self._pictures, self._collector = name, looks, pictures, collector
        self._row = self._column = 0
        self._formula: list[str] | None = None

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        local = tag.rpartition(" ")[2]
        if local == "row":
            self._row, self._column = whole(attributes.get("r")) or self._row + 1, 0
        elif local == "c":
            self._cell(attributes)
        elif local == "f" and self._pictures.named:
            self._formula = []

    def _cell(self, attributes: dict[str, str]) -> None:
        # Cells need not say where they stand: then they stand one after the other.
        self._row, self._column = _place(attributes.get("r", "")) or (self._row, self._column + 1)
        look = self._looks.look(whole(attributes.get("s")))
        if look is not None:
            self._collector.look(self._name, self._row, self._column, look)
        self._picture(self._pictures.of_value(attributes.get("vm", "")))

    def text(self, data: str) -> None:
        if self._formula is not None and len(self._formula) < self._MOST_PIECES:
            self._formula.append(data)

    def end(self, tag: str) -> None:
        if self._formula is None or tag.rpartition(" ")[2] != "f":
            return
        found = _CELL_PICTURE.search("".join(self._formula)[:1000])
        self._formula = None
        if found is not None:
            self._picture(self._pictures.named.get(found.group(1)))

    def _picture(self, data: bytes | None) -> None:
        if data is not None:
            self._collector.picture(self._name, (self._row, self._column), data, (0, 0), (0, 0))


def _cell_pictures(package: Package) -> dict[str, bytes]:
    """Name → bytes of the pictures that WPS keeps for cells; a formula names them."""
    part = "xl/cellimages.xml"
    if part not in package:
        return {}
    found = {}
    for picture in _tree(package, part).every("pic"):
        named = picture.child("nvPicPr", "cNvPr")
        data = _picture_of(package, part, picture)
        if named is not None and data is not None and len(data) <= MOST_PICTURE_BYTES:
            found[named.attributes.get("name", "")] = data
    return found
