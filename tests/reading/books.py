"""Workbooks written by hand, part by part: what no library would write, and what a stored value is, is in our hands."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

from lzxl.forms.findings import Finding
from lzxl.forms.load import load_form
from lzxl.forms.text import address
from lzxl.workbook.reading.content import SheetContent
from lzxl.workbook.reading.headers import HeaderFinder
from lzxl.workbook.reading.tables import Extract, extract_tables
from tests.facts import judged_facts

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


def record(kind: int, payload: bytes = b"") -> bytes:
    """One BIFF12 record: type and length in groups of seven bits, low first ([MS-XLSB] 2.1.4)."""
    head = bytes([kind]) if kind < 0x80 else bytes([kind & 0x7F | 0x80, kind >> 7])
    length, size = len(payload), b""
    while True:
        length, low = length >> 7, length & 0x7F
        size += bytes([low | (0x80 if length else 0)])
        if not length:
            return head + size + payload


def _wide(text: str) -> bytes:
    encoded = text.encode("utf-16-le")
    return struct.pack("<I", len(encoded) // 2) + encoded


_BIFF_ERRORS = {"#NULL!": 0, "#DIV/0!": 7, "#VALUE!": 15, "#REF!": 23, "#NAME?": 29, "#NUM!": 36, "#N/A": 42}
# Number formats of the hand-written .xlsb: cell style → (identifier, code where it is the file's own).
XLSB_FORMATS: tuple[tuple[int, str], ...] = (
    (0, ""),
    (14, ""),
    (20, ""),
    (46, ""),
    (164, '"HB05-"000'),
    (165, '0"年度"'),
    (166, "[h]:mm"),
)


class Styled(float):
    """A number with a cell style of its own: its place in XLSB_FORMATS."""

    style = 0

    def __new__(cls, number: float, style: int) -> Styled:
        made = super().__new__(cls, number)
        made.style = style
        return made


def xlsb_cell(
    column: int, cell: Cell, *, follows: bool = False, way: str = "", strings: list[str] | None = None
) -> bytes:
    """One cell record. `follows`: the cell before is its left neighbour, and the record has no column ([MS-XLSB] BrtShort…).

    `way`: "rich" or "shared" (then `strings` takes the text) for a text, "packed" for a number that fits 30 bits.
    """
    style = cell.style if isinstance(cell, Styled) else int(isinstance(cell, Day))
    head = struct.pack("<I", style) if follows else struct.pack("<II", column - 1, style)
    stored = cell.stored if isinstance(cell, Formula) else cell
    # A formula keeps its result like a plain cell; behind it come flags and an empty token list.
    tail = struct.pack("<HII", 0, 0, 0) if isinstance(cell, Formula) else b""
    if isinstance(stored, str) and stored.startswith("#"):
        return record(11 if tail else 14 if follows else 3, head + bytes([_BIFF_ERRORS[stored]]) + tail)
    if isinstance(stored, str):
        if way == "rich" and not tail and not follows:
            return record(62, head + b"\0" + _wide(stored))
        if way == "shared" and not tail and strings is not None:
            strings.append(stored)
            return record(18 if follows else 7, head + struct.pack("<I", len(strings) - 1))
        return record(8 if tail else 17 if follows else 6, head + _wide(stored) + tail)
    if isinstance(stored, bool):
        return record(10 if tail else 15 if follows else 4, head + bytes([stored]) + tail)
    if way == "packed" and not tail and float(stored or 0).is_integer() and abs(stored or 0) < 1 << 28:
        return record(13 if follows else 2, head + struct.pack("<i", int(stored or 0) << 2 | 2))
    return record(9 if tail else 16 if follows else 5, head + struct.pack("<d", stored or 0.0) + tail)


def xlsb_row(number: int, cells: bytes, *, hidden: bool = False, height: int = 300) -> bytes:
    return record(0, struct.pack("<IIHBBBI", number - 1, 0, height, 0, 0x10 if hidden else 0, 0, 0)) + cells


def xlsb_sheet(
    rows: bytes,
    *,
    hidden_columns: Sequence[int] = (),
    merges: Sequence[tuple[int, int, int, int]] = (),
    width: int = 2048,
) -> bytes:
    """A sheet part: the rows that `xlsb_row` gave, joined."""
    sheet = record(129) + record(148, struct.pack("<IIII", 0, 0, 0, 15))
    if hidden_columns:
        infos = (struct.pack("<IIIIH", column - 1, column - 1, width, 0, bool(width)) for column in hidden_columns)
        sheet += record(390) + b"".join(record(60, info) for info in infos) + record(391)
    sheet += record(145) + rows + record(146)
    if merges:
        sheet += record(177, struct.pack("<I", len(merges)))
        for top, left, bottom, right in merges:
            sheet += record(176, struct.pack("<IIII", top - 1, bottom - 1, left - 1, right - 1))
        sheet += record(178)
    return sheet + record(130)


def xlsb_book(
    sheets: Sequence[tuple[str, bytes]],
    *,
    strings: Sequence[str] = (),
    states: Mapping[str, int] | None = None,
    date1904: bool = False,
    more: Mapping[str, str | bytes] | None = None,
) -> bytes:
    """An .xlsb file: the fewest records that make one ([MS-XLSB] 2.2.1). `sheets`: (name, part) in order."""
    workbook = record(131) + record(153, struct.pack("<III", int(date1904), 0, 0)) + record(143)
    relations, parts = "", {}
    for number, (name, part) in enumerate(sheets, 1):
        state = (states or {}).get(name, 0)
        workbook += record(156, struct.pack("<II", state, number) + _wide(f"rId{number}") + _wide(name))
        relations += f'<Relationship Id="rId{number}" Type="{_REL}/worksheet" Target="worksheets/sheet{number}.bin"/>'
        parts[f"xl/worksheets/sheet{number}.bin"] = part
    own = [(number, code) for number, code in XLSB_FORMATS if code]
    styles = record(278) + record(615, struct.pack("<I", len(own)))
    styles += b"".join(record(44, struct.pack("<H", number) + _wide(code)) for number, code in own) + record(616)
    formats = b"".join(record(47, struct.pack("<HHHHHHHH", 0, number, 0, 0, 0, 0, 0, 0)) for number, _ in XLSB_FORMATS)
    styles += record(617, struct.pack("<I", len(XLSB_FORMATS))) + formats + record(618) + record(279)
    if strings:
        relations += f'<Relationship Id="rIdT" Type="{_REL}/sharedStrings" Target="sharedStrings.bin"/>'
        items = b"".join(record(19, b"\0" + _wide(text)) for text in strings)
        parts["xl/sharedStrings.bin"] = (
            record(159, struct.pack("<II", len(strings), len(strings))) + items + record(160)
        )
    return zipped(
        {
            "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"/>',
            "xl/workbook.bin": workbook + record(144) + record(132),
            "xl/_rels/workbook.bin.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">{relations}'
            f'<Relationship Id="rIdY" Type="{_REL}/styles" Target="styles.bin"/></Relationships>',
            "xl/styles.bin": styles,
            **parts,
            **(more or {}),
        }
    )


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
    """An .xlsb file of one sheet."""
    body = b"".join(
        xlsb_row(
            number,
            b"".join(xlsb_cell(column, cell) for column, cell in enumerate(cells, 1) if cell is not None),
            hidden=number in hidden_rows,
        )
        for number, cells in rows.items()
    )
    sheet = xlsb_sheet(body, hidden_columns=hidden_columns, merges=merges)
    return xlsb_book([(name, sheet)], date1904=date1904, more=more)


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


class Extracted(Extract):
    """What a sheet gave, and what is found of the facts among it."""

    form: str

    @property
    def findings(self) -> list[Finding]:
        return judged_facts(self.facts, self.form)


def extract(sheet: SheetContent, form: str = "risk_register", name: str = "") -> Extracted:
    """The tables of a sheet of `form`, by default of its main sheet."""
    entry = load_form(form).by_name[name or load_form(form).main]
    made = extract_tables(sheet, HeaderFinder(entry))
    extracted = Extracted(made.tables, made.facts, made.unplaced, made.placed, made.dropped)
    extracted.form = form
    return extracted
