"""The small XML parts of an Office file: workbook, relations, document properties. No part with a DTD is read."""

from __future__ import annotations

import posixpath
import zipfile
from typing import Any, NamedTuple
from xml.parsers import expat


class Element(NamedTuple):
    """An element's name without its namespace, its attributes by theirs, and all text inside it."""

    name: str
    attributes: dict[str, str]
    text: list[str]


def elements(xml: bytes, *names: str) -> list[Element]:
    """The elements of those names, in the order of the part. Raises ExpatError or ValueError for what must not be parsed."""
    found: list[Element] = []
    open_texts: list[list[str]] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(" ")[2]
        if local in names:
            found.append(Element(local, {key.rpartition(" ")[2]: value for key, value in attributes.items()}, []))
            open_texts.append(found[-1].text)

    def end(name: str) -> None:
        if name.rpartition(" ")[2] in names:
            open_texts.pop()

    def text(data: str) -> None:
        for texts in open_texts:
            texts.append(data)

    def refuse(*_: Any) -> None:
        raise ValueError("DTD")

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text
    parser.StartDoctypeDeclHandler = refuse
    parser.Parse(xml, True)
    return found


def relations(archive: zipfile.ZipFile, part: str) -> dict[str, tuple[str, str]]:
    """Relation id → (member name, type) of what a part refers to."""
    folder = posixpath.dirname(part)
    found = {}
    for element in elements(archive.read(f"{folder}/_rels/{posixpath.basename(part)}.rels"), "Relationship"):
        target = element.attributes.get("Target", "")
        path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
        found[element.attributes.get("Id", "")] = (path, element.attributes.get("Type", ""))
    return found


def custom_properties(archive: zipfile.ZipFile) -> dict[str, str]:
    """The custom document properties of an Office file."""
    try:
        xml = archive.read("docProps/custom.xml")
    except KeyError:
        return {}
    return {element.attributes.get("name", ""): "".join(element.text) for element in elements(xml, "property")}
