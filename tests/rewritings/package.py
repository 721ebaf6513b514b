"""Other ways of packing the same .xlsx file that nobody sees: names, references and order of its parts, and the zip itself."""

from __future__ import annotations

import io
import posixpath
import re
import warnings
import zipfile
from collections.abc import Callable
from typing import Any

Rewrite = Callable[[bytes], bytes]
Parts = dict[str, bytes]

WORKBOOK, RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
CUSTOM = "docProps/custom.xml"


def unpack(data: bytes) -> Parts:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def pack(parts: Parts, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method, compresslevel=1) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def on_parts(change: Callable[[Parts], Parts | None]) -> Rewrite:
    """A rewriting of parts: `change` alters them in place, or gives others."""

    def rewrite(data: bytes) -> bytes:
        parts = unpack(data)
        return pack(change(parts) or parts)

    return rewrite


def named(rename: Callable[[str], str]) -> Rewrite:
    return on_parts(lambda parts: {rename(name): content for name, content in parts.items()})


def targets(pattern: bytes, replacement: bytes) -> Rewrite:
    """Another spelling of what the workbook refers to."""

    def change(parts: Parts) -> None:
        parts[RELATIONS] = re.sub(pattern, replacement, parts[RELATIONS])

    return on_parts(change)


def _capital_part(name: str) -> str:
    folder, base = posixpath.split(name)
    return posixpath.join(folder, base[0].upper() + base[1:])


def _workbook_called(name: str) -> Rewrite:
    def change(parts: Parts) -> None:
        parts[f"xl/{name}"] = parts.pop(WORKBOOK)
        parts[f"xl/_rels/{name}.rels"] = parts.pop(RELATIONS)
        for part in ("_rels/.rels", "[Content_Types].xml"):
            parts[part] = parts[part].replace(b"xl/workbook.xml", f"xl/{name}".encode())

    return on_parts(change)


def _at_the_root(parts: Parts) -> Parts:
    def moved(content: bytes, name: str) -> bytes:
        is_reference = name.endswith((".rels", "[Content_Types].xml"))
        return re.sub(rb"""(["'])(/?)xl/""", rb"\1\2", content) if is_reference else content

    return {name.removeprefix("xl/"): moved(content, name) for name, content in parts.items()}


def _sheets_called_otherwise(parts: Parts) -> Parts:
    def renamed(text: str) -> str:
        return re.sub(r"worksheets/sheet(\d+)\.xml", r"blaetter/blatt-\1.xml", text)

    return {
        renamed(name): renamed(content.decode()).encode() if name.endswith((".rels", "].xml")) else content
        for name, content in parts.items()
    }


def _relations_renamed(parts: Parts) -> None:
    for part in (WORKBOOK, RELATIONS):
        parts[part] = re.sub(rb'((?:Id|:id)=")(rId\d+)"', rb'\1R-\2x"', parts[part])


def _relations_reversed(parts: Parts) -> None:
    entries = re.findall(rb"<Relationship [^>]*?/>", parts[RELATIONS])
    for entry, other in zip(entries, reversed(entries), strict=True):
        parts[RELATIONS] = parts[RELATIONS].replace(entry, b"<!>" + other[1:], 1)
    parts[RELATIONS] = parts[RELATIONS].replace(b"<!>", b"<")


def _without_theme(parts: Parts) -> None:
    del parts["xl/theme/theme1.xml"]
    parts[RELATIONS] = re.sub(rb"<Relationship [^>]*?theme1\.xml[^>]*?/>", b"", parts[RELATIONS])


def _with_more_parts(parts: Parts) -> None:
    parts["xl/calcChain.xml"] = b"<calcChain/>"
    parts["xl/printerSettings/printerSettings1.bin"] = bytes(200)
    parts["customXml/item1.xml"] = b"<any/>"
    parts["docProps/thumbnail.jpeg"] = b"\xff\xd8\xff"


def _properties_indented(parts: Parts) -> None:
    parts[CUSTOM] = re.sub(rb"(</?(?:property|\w+:lpwstr|lpwstr)\b[^>]*>)", rb"\n    \1\n    ", parts[CUSTOM])


def _with_folders(data: bytes) -> bytes:
    return pack({"xl/": b"", "xl/worksheets/": b"", **unpack(data)})


class _OneWay(io.RawIOBase):
    """A file that can only be written on, as a network connection: sizes come behind the members."""

    def __init__(self) -> None:
        self.data = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.data += data
        return len(data)


def _streamed(data: bytes) -> bytes:
    out = _OneWay()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:  # type: ignore[call-overload]
        for name, content in unpack(data).items():
            archive.writestr(name, content)
    return bytes(out.data)


def _replaced_later(data: bytes) -> bytes:
    """What a member held before a program put another in its place stays in the file."""
    parts = unpack(data)
    last = next(name for name in reversed(parts) if name.startswith("xl/worksheets/"))
    out = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        warnings.simplefilter("ignore")
        archive.writestr(last, b"<worksheet/>")
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def _with_comment(data: bytes) -> bytes:
    out = io.BytesIO(data)
    with zipfile.ZipFile(out, "a") as archive:
        archive.comment = "另存".encode("gbk")
    return out.getvalue()


REWRITINGS: dict[str, Rewrite] = {
    "names in capitals": named(str.upper),
    "names with a capital": named(_capital_part),
    "names with backslashes": named(lambda name: name.replace("/", "\\")),
    "names with leading slashes": named(lambda name: f"/{name}"),
    "targets from the root": targets(rb'Target="/?(?:xl/)?(\w)', rb'Target="/xl/\1'),
    "targets from the workbook": targets(rb'Target="/xl/', b'Target="'),
    "targets with dots": targets(rb'Target="/?(?:xl/)?(\w)', rb'Target="../xl/./\1'),
    "targets with backslashes": targets(rb"worksheets/", rb"worksheets\\"),
    "targets in capitals": targets(rb"worksheets/sheet", rb"Worksheets/SHEET"),
    "workbook part with a capital": _workbook_called("Workbook.xml"),
    "workbook part called otherwise": _workbook_called("book.xml"),
    "workbook part at the root": on_parts(_at_the_root),
    "sheet parts called otherwise": on_parts(_sheets_called_otherwise),
    "relations renamed": on_parts(_relations_renamed),
    "relations reversed": on_parts(_relations_reversed),
    "no theme": on_parts(_without_theme),
    "more parts": on_parts(_with_more_parts),
    "properties indented": on_parts(_properties_indented),
    "members reversed": on_parts(lambda parts: dict(reversed(parts.items()))),
    "members not packed": lambda data: pack(unpack(data), zipfile.ZIP_STORED),
    "folders as members": _with_folders,
    "sizes behind the members": _streamed,
    "a member replaced later": _replaced_later,
    "a comment on the zip file": _with_comment,
    "something before the zip file": lambda data: b"\x00\xff\x00\xfe" * 4 + data,
}
