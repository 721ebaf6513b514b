"""What stands beside the contents of cells is read from every container, as plain data, and nothing leads out of the file."""

from __future__ import annotations

import io
import struct
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.drawing.image import Image
from openpyxl.styles import Color, Font, PatternFill

from lzxl.workbook import keepsakes
from lzxl.workbook.keepsakes import Keepsakes, Look
from lzxl.workbook.reading.colours import tinted
from lzxl.workbook.reading.keepsakes import read_keepsakes
from lzxl.workbook.reading.picture_size import picture_size
from lzxl.workbook.reading.sandbox import keepsake_reader
from tests.libreoffice import soffice
from tests.reading.books import record, xlsb_book, xlsb_row, xlsb_sheet
from tests.rewritings.desk import picture
from tests.rewritings.package import Parts, pack, unpack

RED = picture(255, 0, 0)
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
DRAWING = "xl/drawings/drawing1.xml"


def book() -> Workbook:
    """A sheet with a comment, a picture and three looks."""
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.title = "表"
    for row in range(1, 4):
        sheet.append([f"甲{row}", f"乙{row}", f"丙{row}"])
    sheet["C5"] = "丁"  # before it there are no cells
    sheet["B2"].comment = Comment("请再看一下", "王晓燕")
    sheet["A1"].fill = PatternFill("solid", start_color="FFFFFF00")
    sheet["B1"].font = Font(color="FFFF0000", b=True, strike=True)
    sheet["C1"].font = Font(i=True, u="single")
    sheet.add_image(Image(io.BytesIO(RED)), "C3")
    return workbook


def saved(workbook: Workbook) -> bytes:
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., Keepsakes]:
    def read_changed(change: Callable[[Parts], Any] = lambda parts: None, data: bytes = b"") -> Keepsakes:
        parts = unpack(data or saved(book()))
        change(parts)
        path = tmp_path / "表.xlsx"
        path.write_bytes(pack(parts))
        return read_keepsakes(path)

    return read_changed


def told(found: Keepsakes) -> tuple[Any, ...]:
    looks = {(cell, look) for of in found.looks.values() for look, cells in of.items() for cell in cells}
    comments = [(one.row, one.column, one.text, one.author) for one in found.comments]
    return comments, looks, [(one.row, one.column, one.data) for one in found.pictures]


EXPECTED = (
    [(2, 2, "请再看一下", "王晓燕")],
    {
        ((1, 1), Look(fill="FFFF00")),
        ((1, 2), Look(ink="FF0000", bold=True, strike=True)),
        ((1, 3), Look(italic=True, underline=True)),
    },
    [(3, 3, RED)],
)


def test_comments_looks_and_pictures_of_an_xlsx(read: Callable[..., Keepsakes]) -> None:
    found = read()
    assert told(found) == EXPECTED
    assert (found.pictures[0].width, found.pictures[0].height) == picture_size(RED)
    assert not found.left


@pytest.mark.libreoffice
def test_saved_as_xls_and_ods_by_libreoffice(tmp_path: Path) -> None:
    program = soffice()
    if program is None:
        pytest.skip("LibreOffice is not installed")
    path = tmp_path / "表.xlsx"
    path.write_bytes(saved(book()))
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    for kind in ("ods", "xls"):
        command = [program, profile, "--headless", "--convert-to", kind, "--outdir", str(tmp_path), str(path)]
        subprocess.run(command, capture_output=True, check=True, timeout=180)
        found = read_keepsakes(tmp_path / f"表.{kind}")
        comments, looks, pictures = told(found)
        assert [comment[:3] for comment in comments] == [comment[:3] for comment in EXPECTED[0]]
        assert (looks, pictures) == EXPECTED[1:]
        width, height = picture_size(RED)
        assert found.pictures[0].width == pytest.approx(width, rel=0.03)
        assert found.pictures[0].height == pytest.approx(height, rel=0.03)


def wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def test_comments_looks_and_pictures_of_an_xlsb(tmp_path: Path) -> None:
    def font(marks: int, weight: int, underline: int, colour: bytes) -> bytes:
        return record(
            43, struct.pack("<HHHHBBBB", 220, marks, weight, 0, underline, 2, 134, 0) + colour + b"\0" + wide("宋体")
        )

    def look(number: int, fill: int) -> bytes:
        return record(47, struct.pack("<HHHHHBBBBH", 0, 0, number, fill, 0, 0, 0, 0, 0, 0))

    own, red, yellow = b"\0" * 8, bytes((5, 0, 0, 0, 255, 0, 0, 255)), bytes((5, 0, 0, 0, 255, 255, 0, 255))
    fonts = font(0, 400, 0, own) + font(0x08, 700, 0, red) + font(0x02, 400, 1, own)
    fills = record(45, struct.pack("<I", 0) + own * 2) + record(45, struct.pack("<I", 1) + yellow + own)
    looks = record(617, b"\0" * 4) + look(0, 0) + look(0, 1) + look(1, 0) + look(2, 0) + record(618)
    styles = record(278) + fonts + fills + looks + record(279)
    cells = b"".join(
        record(6, struct.pack("<II", column, style) + wide("甲")) for column, style in enumerate((1, 2, 3))
    )
    sheet = xlsb_sheet(xlsb_row(1, cells))
    said = record(632, wide("王晓燕")) + record(635, struct.pack("<IIIII", 0, 1, 1, 1, 1) + b"\0" * 16)
    comments = said + record(637, b"\0" + wide("请再看一下"))
    parts = unpack(xlsb_book([("表", sheet)]))
    name = next(name for name in parts if name.startswith("xl/worksheets/"))
    parts["xl/styles.bin"] = styles
    parts["xl/comments1.bin"] = comments
    own_parts = unpack(saved(book()))
    for part in (DRAWING, "xl/media/image1.png", "xl/drawings/_rels/drawing1.xml.rels"):
        parts[part] = own_parts[part]
    folder, _, file = name.rpartition("/")
    parts[f"{folder}/_rels/{file}.rels"] = (
        f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{RELATIONS}/comments" Target="../comments1.bin"/>'
        f'<Relationship Id="rId2" Type="{RELATIONS}/drawing" Target="../drawings/drawing1.xml"/></Relationships>'
    ).encode()
    relations = parts["xl/_rels/workbook.bin.rels"]
    if b"styles.bin" not in relations:
        added = f'<Relationship Id="rIdS" Type="{RELATIONS}/styles" Target="styles.bin"/></Relationships>'.encode()
        parts["xl/_rels/workbook.bin.rels"] = relations.replace(b"</Relationships>", added)
    path = tmp_path / "表.xlsb"
    path.write_bytes(pack(parts))
    assert told(read_keepsakes(path)) == EXPECTED


def test_a_thread_of_comments_is_one_text_with_who_said_what(read: Callable[..., Keepsakes]) -> None:
    def change(parts: Parts) -> None:
        space = 'xmlns="http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"'
        parts["xl/persons/person.xml"] = (
            f'<personList {space}><person displayName="王晓燕" id="{{1}}"/><person displayName="李国强" id="{{2}}"/></personList>'
        ).encode()
        parts["xl/threadedComments/threadedComment1.xml"] = (
            f'<ThreadedComments {space}><threadedComment ref="B2" personId="{{1}}"><text>对吗</text></threadedComment>'
            f'<threadedComment ref="B2" personId="{{2}}" parentId="x"><text>对的</text></threadedComment></ThreadedComments>'
        ).encode()
        for name, kind, target in (
            ("xl/_rels/workbook.xml.rels", "person", "persons/person.xml"),
            ("xl/worksheets/_rels/sheet1.xml.rels", "threadedComment", "../threadedComments/threadedComment1.xml"),
        ):
            sort = f"http://schemas.microsoft.com/office/2017/10/relationships/{kind}"
            added = f'<Relationship Id="rIdT" Type="{sort}" Target="{target}"/></Relationships>'.encode()
            parts[name] = parts[name].replace(b"</Relationships>", added)

    assert [comment.text for comment in read(change).comments] == ["王晓燕：对吗\n李国强：对的"]


def test_colours_of_a_theme_are_resolved_with_their_tint(read: Callable[..., Keepsakes]) -> None:
    workbook = book()
    sheet = workbook.worksheets[0]
    sheet["A2"].fill = PatternFill("solid", fgColor=Color(theme=4, tint=0.6))
    sheet["A3"].font = Font(color=Color(indexed=10))
    looks = {cell: look for look, cells in read(data=saved(workbook)).looks["表"].items() for cell in cells}
    assert looks[2, 1].fill == tinted("4F81BD", "0.6") == "B9CDE5"
    assert looks[3, 1].ink == "FF0000"


def test_the_text_of_a_box_comes_back_and_charts_are_said(read: Callable[..., Keepsakes]) -> None:
    workbook = book()
    chart = BarChart()
    chart.add_data(Reference(workbook.worksheets[0], min_col=1, min_row=1, max_row=3))
    workbook.worksheets[0].add_chart(chart, "E5")
    box = (
        b"<twoCellAnchor><from><col>1</col><colOff>0</colOff><row>4</row><rowOff>0</rowOff></from><to><col>2</col><colOff>0"
        b'</colOff><row>5</row><rowOff>0</rowOff></to><sp><txBody><a:p xmlns:a="a"><a:r><a:t>'
        + "请党组审定".encode()
        + b"</a:t></a:r></a:p></txBody></sp><clientData/></twoCellAnchor></"
    )

    def change(parts: Parts) -> None:
        head, tag, tail = parts[DRAWING].rpartition(b"</")
        parts[DRAWING] = head + box + tail if tag else b""

    found = read(change, saved(workbook))
    assert [(one.row, one.column, one.text) for one in found.texts] == [(5, 2, "请党组审定")]
    assert sorted(found.left) == [("表", "图形或文本框1个"), ("表", "图表1个")]


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "格式不便带回的图片"),
        (b"\x01\0\0\0" + b"\0" * 60, "格式不便带回的图片"),
        (RED + b"\0" * keepsakes.MOST_PICTURE_BYTES, "过大或过多的图片"),
    ],
    ids=["svg", "metafile", "too large"],
)
def test_what_is_no_plain_picture_is_left_and_said(data: bytes, what: str, read: Callable[..., Keepsakes]) -> None:
    found = read(lambda parts: parts.update({"xl/media/image1.png": data}))
    assert (found.pictures, found.left) == ([], [("表", f"{what}1个")])


def test_a_picture_outside_of_the_file_is_never_asked_for(read: Callable[..., Keepsakes]) -> None:
    name = "xl/drawings/_rels/drawing1.xml.rels"

    def change(parts: Parts) -> None:
        target = b'TargetMode="External" Target="http://example.invalid/seal.png"'
        parts[name] = parts[name].replace(b'Target="/xl/media/image1.png"', target)

    found = read(change)
    assert (found.pictures, found.left) == ([], [("表", "链接在文件之外的图片1个")])


def test_more_pictures_than_anyone_pastes_are_counted(
    read: Callable[..., Keepsakes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lzxl.workbook.reading.collector.MOST_PICTURES", 2)
    workbook = book()
    for _ in range(3):
        workbook.worksheets[0].add_image(Image(io.BytesIO(RED)), "A1")
    found = read(data=saved(workbook))
    assert (len(found.pictures), found.left) == (2, [("表", "过大或过多的图片2个")])


def test_the_picture_that_wps_keeps_in_a_cell(read: Callable[..., Keepsakes]) -> None:
    def change(parts: Parts) -> None:
        sheet = parts["xl/worksheets/sheet1.xml"]
        cell = b'<c r="A9"><f>_xlfn.DISPIMG("ID_1",1)</f><v>=DISPIMG("ID_1",1)</v></c>'
        parts["xl/worksheets/sheet1.xml"] = sheet.replace(
            b"</sheetData>", b'<row r="9">' + cell + b"</row></sheetData>"
        )
        parts["xl/cellimages.xml"] = (
            f'<cellImages xmlns:r="{RELATIONS}"><cellImage><pic><nvPicPr><cNvPr name="ID_1"/></nvPicPr>'
            '<blipFill><blip r:embed="rId1"/></blipFill></pic></cellImage></cellImages>'
        ).encode()
        parts["xl/_rels/cellimages.xml.rels"] = parts["xl/drawings/_rels/drawing1.xml.rels"]

    assert (9, 1, RED) in told(read(change))[2]


def test_the_picture_that_excel_keeps_in_a_cell(read: Callable[..., Keepsakes]) -> None:
    def change(parts: Parts) -> None:
        sheet = parts["xl/worksheets/sheet1.xml"]
        cell = b'<row r="9"><c r="B9" t="e" vm="1"><v>#VALUE!</v></c></row></sheetData>'
        parts["xl/worksheets/sheet1.xml"] = sheet.replace(b"</sheetData>", cell)
        parts["xl/metadata.xml"] = (
            b'<metadata><futureMetadata name="XLRICHVALUE" count="1"><bk><extLst><ext><rvb i="0"/></ext></extLst></bk>'
            b'</futureMetadata><valueMetadata count="1"><bk><rc t="1" v="0"/></bk></valueMetadata></metadata>'
        )
        parts["xl/richData/rdrichvaluestructure.xml"] = (
            b'<rvStructures><s t="_localImage"><k n="_rvRel:LocalImageIdentifier" t="i"/><k n="CalcOrigin" t="i"/></s></rvStructures>'
        )
        parts["xl/richData/rdrichvalue.xml"] = b'<rvData><rv s="0"><v>0</v><v>5</v></rv></rvData>'
        parts["xl/richData/richValueRel.xml"] = (
            f'<richValueRels xmlns:r="{RELATIONS}"><rel r:id="rId1"/></richValueRels>'.encode()
        )
        parts["xl/richData/_rels/richValueRel.xml.rels"] = parts["xl/drawings/_rels/drawing1.xml.rels"]

    assert (9, 2, RED) in told(read(change))[2]


def test_a_drawing_with_a_document_type_is_not_read(read: Callable[..., Keepsakes]) -> None:
    def change(parts: Parts) -> None:
        parts[DRAWING] = b'<!DOCTYPE a [<!ENTITY b "c">]>' + parts[DRAWING]

    found = read(change)
    assert (found.pictures, len(found.comments)) == ([], 1)


def test_the_sandbox_gives_the_same_and_nothing_for_what_cannot_be_read(tmp_path: Path) -> None:
    good, broken = tmp_path / "好.xlsx", tmp_path / "坏.xlsx"
    good.write_bytes(saved(book()))
    parts = unpack(good.read_bytes())
    parts["xl/worksheets/sheet1.xml"] = parts["xl/worksheets/sheet1.xml"][:-40]
    broken.write_bytes(pack(parts))
    with keepsake_reader() as reader:
        found = [reader.read(path) for path in (broken, tmp_path / "没有.xlsx", good)]
    assert found[:2] == [None, None]
    assert found[2] is not None and told(found[2]) == EXPECTED


def test_sizes_of_pictures_by_their_headers() -> None:
    jpeg = b"\xff\xd8\xff\xe0\0\x04\0\0\xff\xc0\0\x11\x08" + struct.pack(">HH", 20, 10)
    bitmap = b"BM" + b"\0" * 16 + struct.pack("<ii", 10, -20)
    gif = b"GIF89a" + struct.pack("<HH", 10, 20)
    assert [picture_size(data) for data in (jpeg, bitmap, gif)] == [(10 * 9525, 20 * 9525)] * 3
    assert picture_size(b"\xff\xd8\xff") == picture_size(b"BM") == (0, 0)
