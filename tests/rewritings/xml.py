"""Other ways of writing the XML of the same .xlsx file that nobody sees: other programs' habits, and what XML allows besides."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement
from xml.sax.saxutils import escape

from tests.rewritings.package import CUSTOM, RELATIONS, WORKBOOK, Parts, Rewrite, on_parts

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT = {
    MAIN: "http://purl.oclc.org/ooxml/spreadsheetml/main",
    OFFICE: "http://purl.oclc.org/ooxml/officeDocument/relationships",
}
_PREFIXES = {OFFICE: "r", "http://schemas.openxmlformats.org/markup-compatibility/2006": "mc"}
_XML = "{http://www.w3.org/XML/1998/namespace}"
SPACE = f"{_XML}space"


def tag(name: str) -> str:
    return f"{{{MAIN}}}{name}"


class Writer:
    """Writes an element as text, in one of the ways that XML allows."""

    quote = '"'
    """Around the value of an attribute."""
    before = " "
    """Before an attribute."""
    equals = "="
    closing = ""
    """Before the > of a tag."""
    prefix = ""
    declaration = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    encoding = "utf-8"

    def __init__(self, **ways: Any) -> None:
        vars(self).update(ways)

    def __call__(self, root: Element) -> bytes:
        spaces = {
            name[1:].split("}")[0] for entry in root.iter() for name in (entry.tag, *entry.attrib) if name[0] == "{"
        }
        spaces -= {_XML[1:-1]}
        home = root.tag[1:].split("}")[0]
        self.names = {space: f"n{number}" for number, space in enumerate(sorted(spaces - {home}))}
        self.names |= {space: name for space, name in _PREFIXES.items() if space in spaces}
        self.names |= {home: self.prefix, _XML[1:-1]: "xml"}
        declared = [(f"xmlns:{self.names[space]}" if self.names[space] else "xmlns", space) for space in sorted(spaces)]
        return (self.declaration + self.element(root, declared)).encode(self.encoding, "xmlcharrefreplace")

    def name(self, name: str) -> str:
        if name[0] != "{":
            return name
        space, local = name[1:].split("}")
        return f"{self.names[space]}:{local}" if self.names[space] else local

    def attributes(self, entries: list[tuple[str, str]]) -> list[tuple[str, str]]:
        return entries

    def text(self, text: str) -> str:
        return escape(text).replace("\r", "&#13;")

    def element(self, entry: Element, more: list[tuple[str, str]]) -> str:
        name = self.name(entry.tag)
        attributes = self.attributes([*more, *((self.name(key), value) for key, value in entry.attrib.items())])
        start = name + "".join(
            f"{self.before}{key}{self.equals}{self.quote}{self.value(value)}{self.quote}" for key, value in attributes
        )
        inside = self.text(entry.text or "") + "".join(
            self.element(child, []) + self.text(child.tail or "") for child in entry
        )
        if not inside:
            return f"<{start}{self.closing}/>"
        return f"<{start}{self.closing}>{inside}</{name}{self.closing}>"

    def value(self, value: str) -> str:
        return escape(value, {self.quote: "&#34;" if self.quote == '"' else "&#39;", "\n": "&#10;"})


def is_sheet(part: str) -> bool:
    return part.startswith("xl/worksheets/sheet")


def is_spreadsheet(part: str) -> bool:
    return is_sheet(part) or part in (WORKBOOK, "xl/styles.xml", "xl/sharedStrings.xml")


def is_any(part: str) -> bool:
    return is_spreadsheet(part) or part in (CUSTOM, RELATIONS, "_rels/.rels")


def written(writer: Writer, which: Callable[[str], bool] = is_any) -> Rewrite:
    """The same elements written in another way."""

    def change(parts: Parts) -> None:
        for name, content in parts.items():
            if which(name):
                parts[name] = writer(ElementTree.fromstring(content))

    return on_parts(change)


def on_sheets(change: Callable[[Element], None]) -> Rewrite:
    """Other elements in every sheet."""

    def rewrite(parts: Parts) -> None:
        for name, content in parts.items():
            if is_sheet(name):
                root = ElementTree.fromstring(content)
                change(root)
                parts[name] = Writer()(root)

    return on_parts(rewrite)


def on_text(change: Callable[[str], str], which: Callable[[str], bool] = is_sheet) -> Rewrite:
    def rewrite(parts: Parts) -> None:
        for name, content in parts.items():
            if which(name):
                parts[name] = change(content.decode()).encode()

    return on_parts(rewrite)


def cells(root: Element) -> list[Element]:
    return list(root.iter(tag("c")))


def data(root: Element) -> Element:
    found = root.find(tag("sheetData"))
    assert found is not None
    return found


def each_cell(change: Callable[[Element], None]) -> Rewrite:
    return on_sheets(lambda root: [change(cell) for cell in cells(root)] and None)


def _inline(cell: Element) -> str | None:
    """The text of a cell that holds it itself."""
    found = cell.find(f"{tag('is')}/{tag('t')}")
    return None if found is None else found.text or ""


def _rows_reversed(root: Element) -> None:
    data(root)[:] = reversed(data(root))


def _row_last(root: Element) -> None:
    rows = data(root)
    if len(rows) > 6:
        rows.append(rows[5])
        del rows[5]


def _row_first(root: Element) -> None:
    rows = data(root)
    rows.insert(0, rows[-1])
    del rows[-1]


def _cells_reversed(root: Element) -> None:
    for row in data(root):
        row[:] = reversed(row)


def _without_addresses(root: Element) -> None:
    """Cells and rows count themselves, with empty ones where there is a gap."""
    rows = {int(row.get("r", "0")): row for row in data(root)}
    data(root)[:] = [rows.get(number, Element(tag("row"))) for number in range(1, max(rows, default=0) + 1)]
    for row in data(root):
        row.attrib.pop("r", None)
        by_column = {_column(cell.get("r", "")): cell for cell in row}
        row[:] = [by_column.get(number, Element(tag("c"))) for number in range(1, max(by_column, default=0) + 1)]
        for cell in row:
            cell.attrib.pop("r", None)


def _column(place: str) -> int:
    number = 0
    for letter in place.rstrip("0123456789"):
        number = number * 26 + ord(letter) - 64
    return number


def _some_rows_without_number(root: Element) -> None:
    above = 0
    for row in data(root):
        number = int(row.attrib["r"])
        if number == above + 1 and number % 2:
            del row.attrib["r"]
            for cell in row:
                if _column(cell.attrib["r"]) == 1:
                    del cell.attrib["r"]
                    break
                break
        above = number


def _without_row_numbers_or_addresses_behind_the_first(root: Element) -> None:
    for row in data(root):
        last = 0
        for cell in row:
            column = _column(cell.attrib["r"])
            if column == last + 1 and last:
                del cell.attrib["r"]
            last = column


def _as_stored_text(cell: Element) -> None:
    text = _inline(cell)
    if text is not None:
        cell.set("t", "str")
        cell[:] = [child for child in cell if child.tag != tag("is")]
        SubElement(cell, tag("v")).text = text


def _in_runs(cell: Element) -> None:
    text = _inline(cell)
    if text:
        item = cell.find(tag("is"))
        assert item is not None
        _fill_with_runs(item, text)


def _fill_with_runs(item: Element, text: str) -> None:
    item[:] = []
    middle = len(text) // 2
    for piece in (text[:middle], text[middle:]):
        run = SubElement(item, tag("r"))
        SubElement(SubElement(run, tag("rPr")), tag("b"))
        SubElement(run, tag("t"), {SPACE: "preserve"}).text = piece
    aid = SubElement(item, tag("rPh"), {"sb": "0", "eb": "1"})
    SubElement(aid, tag("t")).text = "ピン"


def shared_strings(fill: Callable[[Element, str], None]) -> Rewrite:
    """Every text in the part of shared strings; `fill` writes it into its item."""

    def change(parts: Parts) -> None:
        strings: dict[str, int] = {}
        for name, content in parts.items():
            if is_sheet(name):
                root = ElementTree.fromstring(content)
                for cell in cells(root):
                    text = _inline(cell)
                    if text is not None:
                        cell.set("t", "s")
                        cell[:] = [child for child in cell if child.tag != tag("is")]
                        SubElement(cell, tag("v")).text = str(strings.setdefault(text, len(strings)))
                parts[name] = Writer()(root)
        root = Element(tag("sst"), {"uniqueCount": str(len(strings))})
        for text in strings:
            fill(SubElement(root, tag("si")), text)
        parts["xl/sharedStrings.xml"] = Writer()(root)
        entry = f'<Relationship Id="rIdShared" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/>'
        parts[RELATIONS] = parts[RELATIONS].replace(b"</Relationships>", f"{entry}</Relationships>".encode())

    return on_parts(change)


def _fill_plainly(item: Element, text: str) -> None:
    SubElement(item, tag("t"), {SPACE: "preserve"}).text = text


def _escaped(text: str, chosen: str = r"[\u4e00-\u9fff]") -> str:
    """Every third character as older programs escape what they think XML cannot hold."""
    count = 0

    def code(match: re.Match[str]) -> str:
        nonlocal count
        count += 1
        return f"_x{ord(match.group()):04X}_" if count % 3 == 0 else match.group()

    return re.sub(chosen, code, text)


def _escape_texts(cell: Element) -> None:
    found = cell.find(f"{tag('is')}/{tag('t')}")
    if found is not None and found.text:
        found.text = _escaped(found.text)


def _number(cell: Element) -> Element | None:
    return cell.find(tag("v")) if cell.get("t", "n") == "n" and cell.find(tag("f")) is None else None


def _on_numbers(change: Callable[[Element, Element], None]) -> Rewrite:
    def one(cell: Element) -> None:
        found = _number(cell)
        if found is not None and found.text:
            change(cell, found)

    return each_cell(one)


def _as_exponent(_: Element, stored: Element) -> None:
    stored.text = f"{float(stored.text or 0):.10E}"


def _with_spaces(_: Element, stored: Element) -> None:
    stored.text = f"\n  {stored.text} "


def _typed(cell: Element, _: Element) -> None:
    cell.set("t", "n")


def _keeping_spaces(_: Element, stored: Element) -> None:
    stored.set(SPACE, "preserve")


def _empty_cells(root: Element) -> None:
    for row in data(root):
        place = row.get("r", "")
        last = max((_column(cell.get("r", "")) for cell in row), default=0)
        for number in range(last + 1, min(last + 4, 26)):
            SubElement(row, tag("c"), {"r": f"{chr(64 + number)}{place}", "s": "0"})
    last_row = max((int(row.get("r", "0")) for row in data(root)), default=0)
    for number in range(last_row + 1, last_row + 4):
        SubElement(data(root), tag("row"), {"r": str(number), "ht": "20", "customHeight": "1"})


def _row_looks(root: Element) -> None:
    for row in data(root):
        row.set("spans", "1:30")
        row.set("ht", "18.75")
        row.set("customHeight", "true")
        row.set("outlineLevel", "0")
        row.set("hidden", "0")


def _dimension(reference: str) -> Rewrite:
    def change(root: Element) -> None:
        for found in root.findall(tag("dimension")):
            root.remove(found)
        if reference:
            root.insert(1, Element(tag("dimension"), {"ref": reference}))

    return on_sheets(change)


def _extended(root: Element) -> None:
    extension = SubElement(
        SubElement(root, tag("extLst")), tag("ext"), {"uri": "{05C60535-1F16-4fd2-B633-F4F36F0B64E0}"}
    )
    SubElement(extension, "{http://schemas.microsoft.com/office/spreadsheetml/2009/9/main}v").text = "7"
    choice = SubElement(root, "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent")
    SubElement(choice, "{http://schemas.openxmlformats.org/markup-compatibility/2006}Choice", {"Requires": "x14"})
    for cell in cells(root)[:3]:
        SubElement(cell, tag("extLst"))


def _merges_reversed(root: Element) -> None:
    for found in root.findall(tag("mergeCells")):
        found[:] = reversed(found)


def _formulas_shared(root: Element) -> None:
    """The formulas of a column as one that is told once."""
    numbers: dict[int, int] = {}
    for cell in cells(root):
        formula = cell.find(tag("f"))
        if formula is None:
            continue
        column = _column(cell.get("r", ""))
        if column in numbers:
            formula.text = None
        else:
            formula.set("ref", f"{cell.get('r')}:{cell.get('r')}")
        formula.set("t", "shared")
        formula.set("si", str(numbers.setdefault(column, len(numbers))))


def _styles_doubled(parts: Parts) -> None:
    """Every cell has the copy of its style."""
    styles = ElementTree.fromstring(parts["xl/styles.xml"])
    formats = styles.find(tag("cellXfs"))
    assert formats is not None
    count = len(formats)
    formats.extend(list(formats))
    parts["xl/styles.xml"] = Writer()(styles)
    for name, content in parts.items():
        if is_sheet(name):
            root = ElementTree.fromstring(content)
            for cell in cells(root):
                cell.set("s", str(int(cell.get("s", "0")) + count))
            parts[name] = Writer()(root)


def _indented(text: str) -> str:
    return re.sub(r"(</?(?:row|c|sheetData|mergeCells|mergeCell|cols|col|is|f|v)\b[^>]*>)(?=<)", "\\1\n    ", text)


def _strict(parts: Parts) -> None:
    for name, content in parts.items():
        if is_any(name):
            usual_main, usual_office = (usual.encode() for usual in STRICT)
            main, office = (strict.encode() for strict in STRICT.values())
            parts[name] = content.replace(usual_main, main).replace(usual_office, office)


class _Characters(Writer):
    def text(self, text: str) -> str:
        return "".join(escape(one) if one.isascii() else f"&#x{ord(one):x};" for one in text).replace("\r", "&#13;")


class _Sections(Writer):
    def text(self, text: str) -> str:
        return f"<![CDATA[{text}]]>" if text.strip() and "\r" not in text else super().text(text)


class _Comments(Writer):
    def text(self, text: str) -> str:
        middle = len(text) // 2
        noise = '<!-- <c r="A1"><v>1</v></c> --><?any thing?>'
        return super().text(text[:middle]) + noise + super().text(text[middle:]) if text.strip() else super().text(text)


class _Reversed(Writer):
    def attributes(self, entries: list[tuple[str, str]]) -> list[tuple[str, str]]:
        return entries[::-1]


def _declared(encoding: str) -> str:
    return f'<?xml version="1.0" encoding="{encoding}"?>'


WAYS: dict[str, Rewrite] = {
    "prefixed elements": written(Writer(prefix="x"), is_any),
    "prefixed sheets": written(Writer(prefix="x"), is_sheet),
    "single quotes": written(Writer(quote="'")),
    "attributes on lines of their own": written(Writer(before="\n\t")),
    "spaces around the equals sign": written(Writer(equals=" = ")),
    "spaces at the end of tags": written(Writer(closing=" ")),
    "line ends in the end of tags": written(Writer(closing="\r\n")),
    "attributes reversed": written(_Reversed()),
    "characters by their numbers": written(_Characters()),
    "ASCII only": written(Writer(encoding="ascii", declaration=_declared("us-ascii"))),
    "CDATA": written(_Sections(), is_sheet),
    "comments and instructions": written(_Comments(), is_sheet),
    "UTF-16": written(Writer(encoding="utf-16", declaration=_declared("UTF-16"))),
    "UTF-16 in sheets": written(Writer(encoding="utf-16", declaration=_declared("UTF-16")), is_sheet),
    "a byte order mark": written(Writer(encoding="utf-8-sig")),
    "GB18030": written(Writer(encoding="gb18030", declaration=_declared("GB18030"))),
    "no declaration": written(Writer(declaration="")),
    "strict namespaces": on_parts(_strict),
    "indented": on_text(_indented),
}
"""Ways of writing the same elements."""

ORDER: dict[str, Rewrite] = {
    "rows reversed": on_sheets(_rows_reversed),
    "a row at the end": on_sheets(_row_last),
    "the last row first": on_sheets(_row_first),
    "cells reversed": on_sheets(_cells_reversed),
    "no addresses": on_sheets(_without_addresses),
    "some rows without number": on_sheets(_some_rows_without_number),
    "addresses of first cells only": on_sheets(_without_row_numbers_or_addresses_behind_the_first),
}
"""Other orders of rows and cells, or other ways to say where they stand."""

TEXTS: dict[str, Rewrite] = {
    "shared strings": shared_strings(_fill_plainly),
    "shared strings in runs": shared_strings(_fill_with_runs),
    "shared strings escaped": shared_strings(lambda item, text: _fill_plainly(item, _escaped(text))),
    "texts in runs": each_cell(_in_runs),
    "texts as results": each_cell(_as_stored_text),
    "texts escaped": each_cell(_escape_texts),
}
"""Other ways of keeping texts."""

ELEMENTS: dict[str, Rewrite] = {
    "numbers with exponents": _on_numbers(_as_exponent),
    "numbers between spaces": _on_numbers(_with_spaces),
    "numbers typed": _on_numbers(_typed),
    "values that keep spaces": _on_numbers(_keeping_spaces),
    "empty cells": on_sheets(_empty_cells),
    "rows with looks": on_sheets(_row_looks),
    "no dimension": _dimension(""),
    "a wrong dimension": _dimension("A1"),
    "a wide dimension": _dimension("A1:XFD1048576"),
    "extensions": on_sheets(_extended),
    "merged cells reversed": on_sheets(_merges_reversed),
    "shared formulas": on_sheets(_formulas_shared),
    "styles twice": on_parts(_styles_doubled),
}
"""Other elements that say the same."""

REWRITINGS: dict[str, Rewrite] = {**TEXTS, **ELEMENTS, **ORDER, **WAYS}
