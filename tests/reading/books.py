"""Workbooks written by hand, part by part: what no library would write, and what a stored value is, is in our hands."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

from lzxl.forms.load import load_catalogue, load_form
from lzxl.forms.text import address
from lzxl.workbook.reading.content import SheetContent
from lzxl.workbook.reading.headers import HeaderFinder
from lzxl.workbook.reading.tables import Extract, extract_tables

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"

# Cell styles of `xlsx`: 0 is general, 1 a date.
STYLES = (
    f'<styleSheet xmlns="{_MAIN}"><fonts count="1"><font/></fonts><fills count="1"><fill/></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2">'
    '<xf numFmtId="0" xfId="0"/><xf numFmtId="14" applyNumberFormat="1" xfId="0"/></cellXfs></styleSheet>'
)


def zipped(parts: Mapping[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            # OpenDocument wants its mimetype first and plain.
            archive.writestr(name, content, zipfile.ZIP_STORED if name == "mimetype" else None)
    return out.getvalue()


def xlsx(
    sheets: Mapping[str, str],
    *,
    strings: Sequence[str] = (),
    states: Mapping[str, str] | None = None,
    date1904: bool = False,
    more: Mapping[str, str | bytes] | None = None,
) -> bytes:
    """An .xlsx file. `sheets`: name → the XML inside of (or all of) its <worksheet>; `more`: other parts."""
    entries, relations, overrides, parts = "", "", "", {}
    for number, (name, body) in enumerate(sheets.items(), 1):
        state = f' state="{(states or {})[name]}"' if name in (states or {}) else ""
        entries += f'<sheet name="{escape(name)}" sheetId="{number}"{state} r:id="rId{number}"/>'
        relations += f'<Relationship Id="rId{number}" Type="{_REL}/worksheet" Target="worksheets/sheet{number}.xml"/>'
        overrides += f'<Override PartName="/xl/worksheets/sheet{number}.xml" ContentType="{_content("worksheet")}"/>'
        whole = body if body.startswith("<?xml") else f'<worksheet xmlns="{_MAIN}">{body}</worksheet>'
        parts[f"xl/worksheets/sheet{number}.xml"] = whole
    if strings:
        relations += f'<Relationship Id="rIdS" Type="{_REL}/sharedStrings" Target="sharedStrings.xml"/>'
        overrides += f'<Override PartName="/xl/sharedStrings.xml" ContentType="{_content("sharedStrings")}"/>'
        items = "".join(f'<si><t xml:space="preserve">{escape(text)}</t></si>' for text in strings)
        parts["xl/sharedStrings.xml"] = f'<sst xmlns="{_MAIN}" uniqueCount="{len(strings)}">{items}</sst>'
    properties = '<workbookPr date1904="1"/>' if date1904 else "<workbookPr/>"
    return zipped(
        {
            "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Default Extension="xml" ContentType="application/xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{_content("sheet.main")}"/>'
            f'<Override PartName="/xl/styles.xml" ContentType="{_content("styles")}"/>{overrides}</Types>',
            "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
            f'<Relationship Id="rId1" Type="{_REL}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
            "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_REL}">{properties}'
            f"<sheets>{entries}</sheets></workbook>",
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
            f'<Relationship Id="rIdY" Type="{_REL}/styles" Target="styles.xml"/>{relations}</Relationships>',
            "xl/styles.xml": STYLES,
            **parts,
            **(more or {}),
        }
    )


def _content(kind: str) -> str:
    return f"application/vnd.openxmlformats-officedocument.spreadsheetml.{kind}+xml"


class Formula:
    """A formula cell: what it says, and what the file stores as its result: nothing, a number, a text or an error."""

    def __init__(self, text: str, stored: float | str | None = None) -> None:
        self.text = text
        self.stored = stored


class Day(int):
    """A number shown as a date."""


Cell = str | float | int | bool | Formula | None


def cell_xml(row: int, column: int, cell: Cell) -> str:
    """One cell; text that begins with # is an error."""
    place = f'r="{address(row, column)}"'
    if cell is None:
        return ""
    if isinstance(cell, Formula):
        formula = f"<f>{escape(cell.text)}</f>"
        if cell.stored is None:
            return f"<c {place}>{formula}</c>"
        kind = ' t="e"' if str(cell.stored).startswith("#") else ' t="str"' if isinstance(cell.stored, str) else ""
        return f"<c {place}{kind}>{formula}<v>{escape(str(cell.stored))}</v></c>"
    if isinstance(cell, bool):
        return f'<c {place} t="b"><v>{int(cell)}</v></c>'
    if isinstance(cell, Day):
        return f'<c {place} s="1"><v>{int(cell)}</v></c>'
    if isinstance(cell, str):
        if cell.startswith("#"):
            return f'<c {place} t="e"><v>{cell}</v></c>'
        return f'<c {place} t="inlineStr"><is><t xml:space="preserve">{escape(cell)}</t></is></c>'
    return f"<c {place}><v>{cell!r}</v></c>"


def sheet_xml(
    rows: Mapping[int, Sequence[Cell]],
    *,
    first_column: int = 1,
    hidden_rows: Sequence[int] = (),
    hidden_columns: Sequence[int] = (),
    merges: Sequence[str] = (),
    dimension: str = "",
) -> str:
    """The inside of a <worksheet>. Row number → its cells from `first_column`."""
    xml = f'<dimension ref="{dimension}"/>' if dimension else ""
    if hidden_columns:
        columns = "".join(f'<col min="{number}" max="{number}" hidden="1"/>' for number in hidden_columns)
        xml += f"<cols>{columns}</cols>"
    xml += "<sheetData>"
    for number, cells in rows.items():
        hidden = ' hidden="1"' if number in hidden_rows else ""
        inside = "".join(cell_xml(number, column, cell) for column, cell in enumerate(cells, first_column))
        xml += f'<row r="{number}"{hidden}>{inside}</row>'
    xml += "</sheetData>"
    if merges:
        xml += f'<mergeCells count="{len(merges)}">'
        xml += "".join(f'<mergeCell ref="{place}"/>' for place in merges) + "</mergeCells>"
    return xml


def _record(kind: int, payload: bytes = b"") -> bytes:
    """One BIFF12 record: type and length in groups of seven bits, low first ([MS-XLSB] 2.1.4)."""
    head = bytes([kind]) if kind < 0x80 else bytes([kind & 0x7F | 0x80, kind >> 7])
    length, size = len(payload), b""
    while True:
        length, low = length >> 7, length & 0x7F
        size += bytes([low | (0x80 if length else 0)])
        if not length:
            return head + size + payload


def _wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


_BIFF_ERRORS = {"#NULL!": 0, "#DIV/0!": 7, "#VALUE!": 15, "#REF!": 23, "#NAME?": 29, "#NUM!": 36, "#N/A": 42}


def _xlsb_cell(column: int, cell: Cell) -> bytes:
    head = struct.pack("<II", column - 1, 1 if isinstance(cell, Day) else 0)
    stored = cell.stored if isinstance(cell, Formula) else cell
    # A formula keeps its result like a plain cell; behind it come flags and an empty token list.
    tail = struct.pack("<HII", 0, 0, 0) if isinstance(cell, Formula) else b""
    if isinstance(stored, str) and stored.startswith("#"):
        return _record(11 if tail else 3, head + bytes([_BIFF_ERRORS[stored]]) + tail)
    if isinstance(stored, str):
        return _record(8 if tail else 6, head + _wide(stored) + tail)
    if isinstance(stored, bool):
        return _record(10 if tail else 4, head + bytes([stored]) + tail)
    return _record(9 if tail else 5, head + struct.pack("<d", stored or 0.0) + tail)


def xlsb(
    name: str,
    rows: Mapping[int, Sequence[Cell]],
    *,
    hidden_rows: Sequence[int] = (),
    hidden_columns: Sequence[int] = (),
    merges: Sequence[tuple[int, int, int, int]] = (),
    date1904: bool = False,
    more: Mapping[str, str | bytes] | None = None,
) -> bytes:
    """An .xlsb file of one sheet: the fewest records that make one ([MS-XLSB] 2.2.1)."""
    sheet = _record(129) + _record(148, struct.pack("<IIII", min(rows) - 1, max(rows) - 1, 0, 15))
    if hidden_columns:
        infos = (struct.pack("<IIIIH", column - 1, column - 1, 2048, 0, 1) for column in hidden_columns)
        sheet += _record(390) + b"".join(_record(60, info) for info in infos) + _record(391)
    sheet += _record(145)
    for number, cells in rows.items():
        flags = 0x10 if number in hidden_rows else 0
        sheet += _record(0, struct.pack("<IIHBBBI", number - 1, 0, 300, 0, flags, 0, 0))
        sheet += b"".join(_xlsb_cell(column, cell) for column, cell in enumerate(cells, 1) if cell is not None)
    sheet += _record(146)
    if merges:
        sheet += _record(177, struct.pack("<I", len(merges)))
        for top, left, bottom, right in merges:
            sheet += _record(176, struct.pack("<IIII", top - 1, bottom - 1, left - 1, right - 1))
        sheet += _record(178)
    sheet += _record(130)
    workbook = _record(131) + _record(153, struct.pack("<III", int(date1904), 0, 0)) + _record(143)
    workbook += _record(156, struct.pack("<II", 0, 1) + _wide("rId1") + _wide(name)) + _record(144) + _record(132)
    # Two cell formats: general, and number format 14, a date.
    formats = b"".join(_record(47, struct.pack("<HHHHHHHH", 0, number, 0, 0, 0, 0, 0, 0)) for number in (0, 14))
    styles = _record(278) + _record(617, struct.pack("<I", 2)) + formats + _record(618) + _record(279)
    return zipped(
        {
            "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"/>',
            "xl/workbook.bin": workbook,
            "xl/_rels/workbook.bin.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
            f'<Relationship Id="rId1" Type="{_REL}/worksheet" Target="worksheets/sheet1.bin"/>'
            f'<Relationship Id="rId2" Type="{_REL}/styles" Target="styles.bin"/></Relationships>',
            "xl/worksheets/sheet1.bin": sheet,
            "xl/styles.bin": styles,
            **(more or {}),
        }
    )


def ods(tables: str, *, styles: str = "", settings: str = "") -> bytes:
    """An .ods file: the <table:table> elements of its content.xml."""
    urn = "urn:oasis:names:tc:opendocument:xmlns"
    spaces = " ".join(f'xmlns:{name}="{urn}:{name}:1.0"' for name in ("office", "table", "text", "style"))
    spaces += ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
    return zipped(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "META-INF/manifest.xml": "<manifest/>",
            "content.xml": f"<office:document-content {spaces}><office:automatic-styles>{styles}"
            f"</office:automatic-styles><office:body><office:spreadsheet>{settings}{tables}"
            "</office:spreadsheet></office:body></office:document-content>",
        }
    )


def content(rows: Mapping[int, Sequence[object]], merges: Sequence[tuple[int, int, int, int]] = ()) -> SheetContent:
    """A sheet as the container readers hand it on."""
    return SheetContent("表", rows={number: list(cells) for number, cells in rows.items()}, merges=list(merges))


def extract(sheet: SheetContent, form: str = "risk_register", name: str = "") -> Extract:
    """The tables of a sheet of `form`, by default of its main sheet."""
    entry = load_form(form).by_name[name or load_form(form).main]
    return extract_tables(sheet, HeaderFinder(entry), load_catalogue())
