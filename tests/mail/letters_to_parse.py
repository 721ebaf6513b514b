"""Mails, winmail.dat streams and Outlook files for the tests of reading mails, made byte by byte."""

from __future__ import annotations

import base64
import io
import struct
import zipfile
from collections.abc import Mapping, Sequence

OWN_ID = "<lzxl.0123456789abcdef0123456789abcdef.receipt@lzb.example.gov.cn>"
UNIT = "cwk@unit.example.gov.cn"


def zipped(members: Mapping[str, bytes], gbk_names: bool = False) -> bytes:
    """A zip archive; its names as old Chinese Windows programs write them, if asked."""
    out = io.BytesIO()
    stand_ins = (
        {name: f"{number:Q>{len(name.encode('gbk'))}}" for number, name in enumerate(members)} if gbk_names else {}
    )
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(stand_ins.get(name, name), (2026, 11, 20, 10, 0, 0)), data)
    data = out.getvalue()
    for name, stand_in in stand_ins.items():
        data = data.replace(stand_in.encode(), name.encode("gbk"))
    return data


def workbook(sign: str = "甲") -> bytes:
    """As much of an .xlsx as tells that it is one."""
    return zipped({"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>", "xl/a.xml": sign.encode()})


def header(name: str, value: bytes | str) -> bytes:
    return name.encode() + b": " + (value if isinstance(value, bytes) else value.encode()) + b"\r\n"


def part(data: bytes, *headers: tuple[str, bytes | str], encoded: bool = True) -> bytes:
    """A part of a mail with the given headers."""
    lines = b"".join(header(name, value) for name, value in headers)
    if encoded:
        lines += header("Content-Transfer-Encoding", "base64")
        data = base64.encodebytes(data).replace(b"\n", b"\r\n")
    return lines + b"\r\n" + data


def attached(
    data: bytes, filename: str = "a.xlsx", kind: str = "application/octet-stream", how: str = "attachment"
) -> bytes:
    """A file, as most programs attach it."""
    name = f"=?utf-8?B?{base64.b64encode(filename.encode()).decode()}?="
    disposition = f'{how}; filename="{name}"' if filename else how
    return part(data, ("Content-Type", kind), ("Content-Disposition", disposition))


def text(body: str, charset: str = "utf-8", kind: str = "text/plain") -> bytes:
    return part(body.encode(charset), ("Content-Type", f'{kind}; charset="{charset}"'))


def multipart(*parts: bytes, kind: str = "mixed", boundary: str = "=_b") -> bytes:
    """A multipart body with its Content-Type before it."""
    mark = b"--" + boundary.encode()
    inside = b"".join(mark + b"\r\n" + one + b"\r\n" for one in parts)
    return header("Content-Type", f'multipart/{kind}; boundary="{boundary}"') + b"\r\n" + inside + mark + b"--\r\n"


def mail(
    *parts: bytes, headers: Sequence[tuple[str, bytes | str]] = (), kind: str = "mixed", boundary: str = "=_b"
) -> bytes:
    """A mail of a unit with parts; `headers` come first and take the place of its own."""
    given = {name.lower() for name, _ in headers}
    own = [("From", f"财务科 <{UNIT}>"), ("Subject", "报送"), ("Message-ID", "<1@unit.example.gov.cn>")]
    told = [*headers, *((name, value) for name, value in own if name.lower() not in given)]
    return b"".join(header(name, value) for name, value in told) + multipart(*parts, kind=kind, boundary=boundary)


def forwarded(inner: bytes) -> bytes:
    """A mail as an attachment of another."""
    return part(inner, ("Content-Type", "message/rfc822"), encoded=False)


def report(status: str, *returned: bytes, report_type: str = "delivery-status") -> bytes:
    """The parts of a bounce."""
    parts = (
        text("您的邮件未能送达。"),
        part(status.encode(), ("Content-Type", f"message/{report_type}"), encoded=False),
        *returned,
    )
    return multipart(*parts, kind=f"report; report-type={report_type}", boundary="=_r")


# winmail.dat


def tnef(*attachments: bytes, code_page: int = 936) -> bytes:
    """A TNEF stream."""
    version = attribute(1, 0x9006, struct.pack("<I", 0x10000))
    page = attribute(1, 0x9007, struct.pack("<I", code_page))
    return b"\x78\x9f\x3e\x22\x01\x00" + version + page + b"".join(attachments)


def attribute(level: int, number: int, value: bytes) -> bytes:
    return struct.pack("<BHHI", level, number, 6, len(value)) + value + struct.pack("<H", sum(value) & 0xFFFF)


def tnef_file(title: bytes, data: bytes, *properties: bytes) -> bytes:
    """An attachment of a TNEF stream."""
    begins = attribute(2, 0x9002, b"\x00" * 14)
    file = attribute(2, 0x8010, title + b"\x00") + (attribute(2, 0x800F, data) if data else b"")
    return begins + file + (attribute(2, 0x9005, mapi(*properties)) if properties else b"")


def mapi(*properties: bytes) -> bytes:
    return struct.pack("<I", len(properties)) + b"".join(properties)


def mapi_property(number: int, kind: int, value: bytes) -> bytes:
    padding = b"\x00" * (-len(value) % 4)
    return struct.pack("<HHII", kind, number, 1, len(value)) + value + padding


def poison() -> bytes:
    """53 bytes that say they hold four thousand million recipients."""
    return b"\x78\x9f\x3e\x22\x01\x00" + attribute(1, 0x9004, b"\xff\xff\xff\xff" + b"\x00" * 32)


# Outlook files

Tree = Mapping[str, "bytes | Tree"]


def ole(tree: Tree, root_id: bytes = b"\x00" * 16) -> bytes:
    """An OLE compound file (version 3) with the given storages and streams."""
    entries: list[list[object]] = [["Root Entry", 5, b"", -1, -1]]

    def add(inner: Tree, parent: int) -> None:
        before = -1
        for name, content in inner.items():
            number = len(entries)
            entries.append([name, 2 if isinstance(content, bytes) else 1, content, -1, -1])
            entries[parent if before < 0 else before][4 if before < 0 else 3] = number
            before = number
            if not isinstance(content, bytes):
                add(content, number)

    add(tree, 0)
    sectors: list[bytes] = []
    table: list[int] = []

    def put(data: bytes) -> int:
        """Append `data` as a chain of sectors."""
        pieces = [data[at : at + 512].ljust(512, b"\x00") for at in range(0, len(data), 512)]
        start = len(sectors)
        sectors.extend(pieces)
        table.extend([*range(start + 1, start + len(pieces)), 0xFFFFFFFE][: len(pieces)])
        return start if pieces else 0xFFFFFFFE

    mini, mini_table, places = b"", [], {}
    for number, (_, what, content, _, _) in enumerate(entries):
        if what == 2 and isinstance(content, bytes):
            if len(content) >= 4096:
                places[number] = put(content)
            elif content:
                count = -(-len(content) // 64)
                places[number] = len(mini_table)
                mini_table += [*range(len(mini_table) + 1, len(mini_table) + count), 0xFFFFFFFE]
                mini += content.ljust(count * 64, b"\x00")
    places[0] = put(mini)
    mini_start = put(struct.pack(f"<{len(mini_table)}I", *mini_table).ljust(-(-len(mini_table) // 128) * 512, b"\xff"))
    directory = b""
    for number, (name, what, content, right, child) in enumerate(entries):
        size = len(mini) if number == 0 else len(content) if isinstance(content, bytes) else 0
        wide = str(name).encode("utf-16-le") + b"\x00\x00"
        links = struct.pack("<III", 0xFFFFFFFF, right & 0xFFFFFFFF, child & 0xFFFFFFFF)  # type: ignore[operator]
        directory += wide.ljust(64, b"\x00") + struct.pack("<HBB", len(wide), what, 1) + links
        directory += (root_id if number == 0 else b"\x00" * 16) + b"\x00" * 20
        directory += struct.pack("<IQ", places.get(number, 0xFFFFFFFE), size)
    directory_start = put(directory.ljust(-(-len(directory) // 512) * 512, b"\x00"))
    # The table has its own sectors in it; where they are is told in the header, and beyond 109 of them in sectors of that.
    count = len(sectors)
    tables = lists = 0
    while tables * 128 < count + tables + lists or lists * 127 < tables - 109:
        tables, lists = -(-(count + tables + lists) // 128), -(-max(0, tables - 109) // 127)
    table += [0xFFFFFFFD] * tables + [0xFFFFFFFC] * lists
    fat = struct.pack(f"<{len(table)}I", *table).ljust(tables * 512, b"\xff")
    table_at = [count + index for index in range(tables)]
    listed = b""
    for index in range(lists):
        after = count + tables + index + 1 if index + 1 < lists else 0xFFFFFFFE
        piece = table_at[109 + 127 * index :][:127]
        listed += struct.pack(f"<{len(piece)}I", *piece).ljust(508, b"\xff") + struct.pack("<I", after)
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 16
    head += struct.pack("<HHHHH6xIII", 62, 3, 0xFFFE, 9, 6, 0, tables, directory_start)
    head += struct.pack("<IIII", 0, 4096, mini_start, -(-len(mini_table) // 128))
    head += struct.pack("<II", count + tables if lists else 0xFFFFFFFE, lists)
    head += struct.pack(f"<{min(tables, 109)}I", *table_at[:109])
    return head.ljust(512, b"\xff") + b"".join(sectors) + fat + listed


def stream(number: int, value: str | bytes, ansi: bool = False) -> dict[str, bytes]:
    """A property of an Outlook file."""
    if isinstance(value, bytes):
        return {f"__substg1.0_{number:04X}0102": value}
    if ansi:
        return {f"__substg1.0_{number:04X}001E": value.encode("gbk")}
    return {f"__substg1.0_{number:04X}001F": value.encode("utf-16-le")}


def outlook_tree(*attachments: Tree, **texts: str) -> Tree:
    """The inside of an Outlook mail: texts by name, then its attachments."""
    numbers = {"headers": 0x7D, "message_class": 0x1A, "message_id": 0x1035, "sender": 0x5D01, "body": 0x1000}
    tree: dict[str, bytes | Tree] = {"__properties_version1.0": b"\x00" * 32}
    for name, value in texts.items():
        tree |= stream(numbers[name], value)
    for number, attachment in enumerate(attachments):
        tree[f"__attach_version1.0_#{number:08X}"] = attachment
    return tree


def outlook_file(name: str, data: bytes, ansi: bool = False) -> Tree:
    """An attachment of an Outlook mail."""
    return {"__properties_version1.0": b"\x00" * 8, **stream(0x3707, name, ansi), **stream(0x3701, data)}


def outlook_mail(inner: Tree) -> Tree:
    """An Outlook mail attached to another."""
    return {"__properties_version1.0": b"\x00" * 8, "__substg1.0_3701000D": inner}


def outlook(*attachments: Tree, **texts: str) -> bytes:
    """A .msg file."""
    return ole(outlook_tree(*attachments, **texts), bytes.fromhex("0b0d020000000000c000000000000046"))
