"""A part of an .xlsx file as bytes, with the places of its elements: changes are spliced in, and every byte beside them stays."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple
from xml.parsers import expat

# A > may stand in an attribute: the first one need not end the tag.
_TAG = re.compile(rb"""<[^"'>]*(?:"[^"]*"[^"'>]*|'[^']*'[^"'>]*)*>""")
_UTF_8 = re.compile(
    rb"""^(?:\xef\xbb\xbf)?(?:<\?xml[^>]*?(?:encoding\s*=\s*["']utf-?8["'][^>]*)?\?>)?\s*<""", re.IGNORECASE
)
_OTHER_ENCODING = re.compile(rb"""^(?:\xef\xbb\xbf)?<\?xml[^>]*?encoding\s*=\s*["'](?!utf-?8["'])""", re.IGNORECASE)


class OddXmlError(Exception):
    """A part is not of the make that spreadsheet programs write."""


class XmlElement(NamedTuple):
    """An element of a part: its local name, its attributes, and where it begins."""

    name: str
    attributes: dict[str, str]
    start: int


@dataclass(slots=True)
class Splice:
    """Bytes that take the place of those from `start` to `end`; `order`: of several at one place, which is first."""

    start: int
    end: int
    order: int
    data: bytes


class XmlPart:
    """A part of XML with the places of some of its elements."""

    def __init__(self, xml: bytes) -> None:
        """Raises OddXmlError for a part that is not UTF-8, or not well-formed."""
        self.xml = xml
        # What is put in is UTF-8, at places counted in bytes: in a part of another encoding it would be rubbish.
        if _OTHER_ENCODING.match(xml) or not _UTF_8.match(xml):
            raise OddXmlError
        self.splices: list[Splice] = []

    def tag(self, start: int) -> bytes:
        """The tag that begins at `start`."""
        found = _TAG.match(self.xml, start)
        if found is None:
            raise OddXmlError
        return found.group()

    def follow(self, start: Callable[[str, dict[str, str], int], None], end: Callable[[str, int], None]) -> None:
        """Lead handlers through the elements: local name, attributes, place. Raises OddXmlError."""
        # Some programs put a prefix before every name (x:row); no name has a
        # blank in it, so that what is behind it is the name.
        parser = expat.ParserCreate(namespace_separator=" ")

        def started(name: str, attributes: dict[str, str]) -> None:
            place = parser.CurrentByteIndex
            # What comes out of an entity has no place of its own in the bytes.
            if self.xml[place : place + 1] != b"<":
                raise OddXmlError
            local = {key.rpartition(" ")[2]: value for key, value in attributes.items()}
            start(name.rpartition(" ")[2], local, place)

        def refuse(*_: object) -> None:
            raise OddXmlError

        parser.StartElementHandler = started
        parser.EndElementHandler = lambda name: end(name.rpartition(" ")[2], parser.CurrentByteIndex)
        # A DTD may define entities that unfold to gigabytes; no spreadsheet program writes one.
        parser.StartDoctypeDeclHandler = refuse
        try:
            parser.Parse(self.xml, True)
        except expat.ExpatError:
            raise OddXmlError from None

    def elements(self, *names: str) -> list[XmlElement]:
        """The elements of some local names, in the order of the part. Raises OddXmlError."""
        found: list[XmlElement] = []

        def start(name: str, attributes: dict[str, str], place: int) -> None:
            if name in names:
                found.append(XmlElement(name, attributes, place))

        self.follow(start, lambda name, place: None)
        return found

    def texts(self, name: str, having: Mapping[str, str]) -> list[tuple[int, int]]:
        """Where the texts of the elements of a local name are that have these attributes. Raises OddXmlError."""
        found: list[tuple[int, int]] = []
        begun: list[int] = []

        def start(element: str, attributes: dict[str, str], place: int) -> None:
            if element == name and having.items() <= attributes.items():
                begun.append(place + len(self.tag(place)))

        def end(element: str, place: int) -> None:
            if element == name and begun:
                found.append((begun.pop(), place))

        self.follow(start, end)
        return found

    def put(self, start: int, end: int, data: bytes, order: int = 0) -> None:
        """Have bytes take the place of others when the part is written."""
        self.splices.append(Splice(start, end, order, data))

    def written(self) -> bytes:
        """The part with all that was put into it."""
        pieces, at = [], 0
        for splice in sorted(self.splices, key=lambda one: (one.start, one.order)):
            # Two changes of the same bytes contradict each other: neither is made.
            if splice.start < at:
                raise OddXmlError
            pieces += [self.xml[at : splice.start], splice.data]
            at = splice.end
        return b"".join([*pieces, self.xml[at:]])

    def set_attribute(self, start: int, name: str, value: str) -> None:
        """Give the element that begins at `start` an attribute, in place of the one it may have."""
        tag = self.tag(start)
        written = f'{name}="{value}"'.encode()
        # Behind a blank only: the name of one attribute may be the end of another's, as ref is of sqref.
        changed, count = re.subn(rb"""(?<=\s)%b\s*=\s*(?:"[^"]*"|'[^']*')""" % name.encode(), written, tag, count=1)
        if not count:
            cut = -2 if tag.endswith(b"/>") else -1
            changed = tag[:cut].rstrip() + b" " + written + tag[cut:]
        self.put(start, start + len(tag), changed)
