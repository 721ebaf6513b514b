"""The small XML parts of an Office file: workbook, relations, document properties. No part with a DTD is read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple
from xml.parsers import expat

from lzxl.workbook.reading.content import RefusedError


class Element(NamedTuple):
    """An element's name without its namespace, its attributes by theirs, and all text inside it."""

    name: str
    attributes: dict[str, str]
    text: list[str]


def elements(xml: bytes, *names: str) -> list[Element]:
    """The elements of those names, in the order of the part. Raises ExpatError or RefusedError for what must not be parsed."""
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

    parse_part(xml, start, end, text)
    return found


def parse_part(
    xml: bytes, start: Callable[[str, dict[str, str]], None], end: Callable[[str], None], text: Callable[[str], None]
) -> None:
    """Lead handlers through a part; names come as "namespace local". Raises ExpatError, or RefusedError for a part with a DTD.

    A DTD could make a small part a huge one, and no program writes one into a workbook.
    """
    # A blank, for it can stand in no name of an element.
    parser = expat.ParserCreate(namespace_separator=" ")
    # Else a text comes in pieces, a call for each line end and entity in it.
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text
    parser.StartDoctypeDeclHandler = _refuse_document_type
    parser.Parse(xml, True)


def _refuse_document_type(*_: Any) -> None:
    raise RefusedError("file_with_document_type")
