"""The one place that opens an Office package: its parts by name, however names and references are spelled.

Part names are compared without case (ECMA-376 part 2, 6.2.2); programs write backslashes, leading slashes and percent signs
all the same, and other programs open what they write.
"""

from __future__ import annotations

import codecs
import io
import posixpath
import re
import zipfile
from collections.abc import Mapping
from functools import lru_cache
from types import TracebackType
from typing import NamedTuple, Self
from urllib.parse import unquote
from xml.parsers import expat

from lzxl.workbook.reading.content import RefusedError
from lzxl.workbook.reading.parts import Element, elements

_DECLARED = re.compile(rb'^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["\']([A-Za-z][\w.-]{0,40})["\'][^>]{0,200}\?>')
# What the XML parser reads by itself.
_NATIVE = {"utf-8", "utf-16", "utf-16-le", "utf-16-be", "ascii", "iso8859-1"}


class Related(NamedTuple):
    """What one part refers to: a part's name, folded, and the last word of the relation's type."""

    part: str
    kind: str


@lru_cache(maxsize=4096)
def fold_part_name(name: str) -> str:
    """The name that all spellings of a part's name share."""
    path = unquote(name).replace("\\", "/").lstrip("/")
    return posixpath.normpath(path).lower()


class Package:
    """An Office file in the form of a zip: parts are asked for by their usual names."""

    def __init__(self, data: bytes) -> None:
        """Raises BadZipFile for what is no zip file, RefusedError for one that is packed as no Office file is."""
        self._archive = zipfile.ZipFile(io.BytesIO(data))
        self._members: dict[str, zipfile.ZipInfo] = {}
        self._relations: dict[str, dict[str, Related]] = {}
        self.is_plain = True
        """Whether every name so far was spelled as its part is called, so that any reader finds it."""
        for member in self._archive.infolist():
            # Folders are no parts, though some packers write members for them.
            if member.filename.endswith(("/", "\\")):
                continue
            folded = fold_part_name(member.filename)
            # Of two members of one name the last counts: programs that add to a zip file replace a member so.
            self.is_plain &= member.filename.lower() == folded and folded not in self._members
            self._members[folded] = member

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._archive.close()

    def __contains__(self, part: str) -> bool:
        return fold_part_name(part) in self._members

    def spelling(self, part: str) -> str:
        """How the name of a part is spelled in the file; "" if there is no such part."""
        member = self._members.get(fold_part_name(part))
        return member.filename if member is not None else ""

    def read(self, part: str) -> bytes:
        """The bytes of a part. Raises KeyError if there is none, RefusedError for a packing that no Office file has."""
        member = self._members[fold_part_name(part)]
        # An Office file is deflated or stored (ECMA-376 part 2); bzip2 unfolds a few bytes to gigabytes.
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise RefusedError("file_broken")
        return self._archive.read(member)

    def xml(self, part: str) -> bytes:
        """The XML of a part, in an encoding that the XML parser knows."""
        return _in_known_encoding(self.read(part))

    def elements(self, part: str, *names: str) -> list[Element]:
        """The elements of those names in a part, in its order."""
        return elements(self.xml(part), *names)

    def relations(self, part: str) -> dict[str, Related]:
        """Relation id → what a part refers to inside of the package; empty if it refers to nothing."""
        if part not in self._relations:
            self._relations[part] = self._read_relations(part)
        return self._relations[part]

    def _read_relations(self, part: str) -> dict[str, Related]:
        folder, name = posixpath.split(part)
        source = posixpath.join(folder, "_rels", f"{name}.rels")
        if source not in self:
            return {}
        found = {}
        for element in self.elements(source, "Relationship"):
            target = element.attributes.get("Target", "").strip()
            # To follow one that leads out of the file would tell its author who opens it, and when.
            if element.attributes.get("TargetMode", "").lower() != "external":
                # The last word is the same in both name spaces, the usual one and that of strict files.
                kind = element.attributes.get("Type", "").rstrip("/").rpartition("/")[2]
                found[element.attributes.get("Id", "")] = Related(self._resolve(folder, target), kind)
        return found

    def _resolve(self, folder: str, target: str) -> str:
        """The part that a reference means: relative to the part that refers, or from the package's root."""
        path = unquote(target).replace("\\", "/")
        joined = path if path.startswith("/") else posixpath.join(folder, path)
        folded = fold_part_name(joined)
        if folded not in self._members and fold_part_name(path) in self._members:
            folded = fold_part_name(path)  # from the root, without the slash that says so
        member = self._members.get(folded)
        self.is_plain &= member is None or (
            member.filename == posixpath.normpath(joined.lstrip("/")) and path == target
        )
        return folded

    def main_part(self, *usual: str) -> str:
        """The part that the package is about: the one that its relations name, else one with a usual name.

        Raises RefusedError if there is none.
        """
        for related in self.relations("").values():
            if related.kind == "officeDocument" and related.part in self._members:
                return related.part
        for name in usual:
            found = [part for part in self._members if part == name or part.endswith(f"/{posixpath.basename(name)}")]
            if found:
                return name if name in found else found[0]
        raise RefusedError("file_broken")

    def properties(self) -> dict[str, str]:
        """The custom document properties. Some programs indent the part, and so the text of each property."""
        part = next((one.part for one in self.relations("").values() if one.kind == "custom-properties"), "")
        name = part if part in self._members else "docProps/custom.xml"
        try:
            found = self.elements(name, "property")
        except (KeyError, expat.ExpatError):
            return {}  # a workbook is read without them, if they are broken or not there
        return {one.attributes.get("name", "").strip(): "".join(one.text).strip() for one in found}


def _in_known_encoding(xml: bytes) -> bytes:
    declared = _DECLARED.match(xml)
    if declared is None:
        return xml
    try:
        name = codecs.lookup(declared.group(1).decode()).name
    except LookupError:
        raise RefusedError("file_broken") from None
    # Without its declaration, which still names the encoding that it was in.
    return xml if name in _NATIVE else xml[declared.end() :].decode(name).encode()


def packed(parts: Mapping[str, bytes]) -> bytes:
    """Parts as a package that is not packed tighter: for a reader in this very process."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        for name, data in parts.items():
            # By the mere name, zipfile asks the clock for each member, and refuses one before 1980.
            archive.writestr(zipfile.ZipInfo(name), data)
    return stream.getvalue()
