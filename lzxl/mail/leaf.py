"""A part of a mail that has none in it, with what it says of itself."""

from __future__ import annotations

from dataclasses import dataclass

from lzxl.mail.headers import Headers, decode_bytes, display_name, first, main_value, parameter, part_name
from lzxl.mail.origin import encoding_of
from lzxl.mail.parts import Part
from lzxl.mail.transfer import decoded

LONGEST_BODY = 1024 * 1024
"""Bytes of a text that are read."""
_TEXTS = frozenset({"", "text", "text/plain", "text/html"})


@dataclass(frozen=True)
class Leaf:
    """A part that has none in it, with what it says of itself."""

    kind: str
    headers: Headers
    body: bytes
    """As it came."""
    content: bytes
    """Decoded."""
    named: str
    """What it calls its file, "" if nothing."""
    is_attached: bool
    is_inline: bool
    """The mail's own text shows it."""

    @classmethod
    def of(cls, body: bytes, part: Part, is_shown: bool) -> Leaf:
        """`is_shown`: it belongs to what the mail's text shows."""
        headers = part.headers
        disposition = main_value(first(headers, "content-disposition"))
        return cls(
            part.kind,
            headers,
            body,
            decoded(body, encoding_of(headers)),
            display_name(part_name(headers)),
            disposition == "attachment",
            # By a Content-ID the HTML of a mail points at its pictures (RFC 2392), attached or not.
            is_shown or disposition == "inline" or bool(first(headers, "content-id")),
        )

    @property
    def is_text(self) -> bool:
        """Whether it says that it is a text of the mail."""
        return self.kind in _TEXTS and not self.named and not self.is_attached

    @property
    def text(self) -> str:
        charset = parameter(first(self.headers, "content-type"), "charset")
        return decode_bytes(self.content[:LONGEST_BODY], charset)
