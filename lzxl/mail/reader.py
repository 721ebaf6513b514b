"""Goes through a mail: every part in order, by its bytes, and what stands beside the parts and within texts."""

from __future__ import annotations

from collections.abc import Sequence

from lzxl.mail.cms import is_envelope
from lzxl.mail.files_found import DEEPEST, MOST_BYTES, UNNAMED, File, Files
from lzxl.mail.found import Found
from lzxl.mail.headers import decode_bytes, display_name, first, parameter
from lzxl.mail.kinds import is_container
from lzxl.mail.leaf import LONGEST_BODY, Leaf
from lzxl.mail.links import has_link, speaks_of_link
from lzxl.mail.origin import OWN_HEADER, is_own
from lzxl.mail.packed import Unpacked
from lzxl.mail.parts import IntricateError, Part, parse, parse_body, untold_boundary
from lzxl.mail.remedies import BODY, SEND_AGAIN, SEND_UNWRAPPED, SEND_WHOLE
from lzxl.mail.replies import own_words
from lzxl.mail.transfer import Embedded, begins_file, embedded, several

_REPORTS = (
    "message/delivery-status",
    "message/global-delivery-status",
    "message/disposition-notification",
    "message/feedback-report",
    "message/tracking-status",
)


class Reader:
    """Goes through one mail and sorts what is in it."""

    def __init__(self, found: Found, bytes_left: int = MOST_BYTES) -> None:
        self._found = found
        self._files = Files(found, self, bytes_left)

    def read(self, data: bytes, message: Part, depth: int = 1) -> None:
        """Every part of a mail that was taken apart from `data`, in order; `depth` is 1 for the mail itself."""
        # Within another mail: a unit has sent our letter on, and what it has put beside it is taken.
        if depth > 1 and is_own(message.headers):
            self._found.leave_own()
            return
        self._part(data, message, depth, is_shown=False)

    def read_unpacked(self, unpacked: Unpacked, depth: int) -> None:
        """The files in an Outlook mail."""
        self._files.sort_unpacked(unpacked, depth)

    def read_text(self, content: bytes, text: str, is_html: bool, depth: int) -> bool:
        """What a mail says: the sender's own words, links, files within it. Whether there were any of these."""
        if depth == 1 and not self._found.words:
            self._found.words = own_words(text, is_html)
        found = self.look_inside(content, is_html, depth)
        if b"-----BEGIN PGP MESSAGE" in content:
            self._files.leave_encrypted(BODY, len(content), "PGP")
        else:
            # Until it is found: looking goes through the whole text, and a mail may have many.
            self._found.has_link = self._found.has_link or has_link(text)
            self._found.has_link_words = self._found.has_link_words or speaks_of_link(text)
        return found

    def _part(self, data: bytes, part: Part, depth: int, is_shown: bool) -> None:
        """A part and those in it. `is_shown`: it belongs to what the mail's text shows."""
        if self._found.is_too_many(UNNAMED):
            return
        known = len(self._found.attachments)
        if part.boundaries:
            self._multipart(data, part, depth)
        elif part.parts:
            for inner in part.parts:
                self._nested(data, inner, depth)
        else:
            self._leaf(data[part.start : part.end], part, depth, is_shown)
        if len(self._found.attachments) == known:
            self._look_at_header(data, part, depth)

    def _look_at_header(self, data: bytes, part: Part, depth: int) -> None:
        """A file that begins in a part's header: that has lost the blank line at its end."""
        if begins_file(data[part.begins : part.start]):
            end = part.start if part.parts or part.boundaries else part.end
            self.look_inside(data[part.begins : end], is_html=False, depth=depth)

    def _multipart(self, data: bytes, part: Part, depth: int) -> None:
        for child in part.parts:
            self._part(data, child, depth, is_shown=part.kind == "multipart/related")
        for start, end in part.gaps:
            if part.parts:
                self.look_inside(data[start:end], is_html=False, depth=depth)
            else:
                self._incomplete(data[start:end], depth)

    def _incomplete(self, body: bytes, depth: int) -> None:
        """What should have parts, and has none that can be told apart as it says."""
        text = decode_bytes(body[:LONGEST_BODY])
        if body.strip() and not self.read_text(body, text, is_html=False, depth=depth):
            self._found.leave("整封邮件", len(body), "邮件内容不完整，附件无法取出", SEND_AGAIN, instead=True)

    def _leaf(self, body: bytes, part: Part, depth: int, is_shown: bool) -> None:
        """A part that has none in it. A file is one whatever the part is said to be."""
        leaf = Leaf.of(body, part, is_shown)
        if leaf.kind == "message/partial":
            self._leave_piece(leaf)
        # RFC 2046: the content lies elsewhere, and nothing is ever fetched.
        elif leaf.kind == "message/external-body":
            self._found.has_link = True
        elif is_container(leaf.content) or is_envelope(leaf.content):
            self._files_in(leaf, depth)
        elif leaf.is_text:
            if not self.read_text(leaf.content, leaf.text, leaf.kind == "text/html", depth):
                self._look_at_body(leaf, depth)
        else:
            self._untold_leaf(leaf, depth)

    def _untold_leaf(self, leaf: Leaf, depth: int) -> None:
        """A part that is neither a text nor, by its bytes, a file: it is what it says, if that can be."""
        kind, content = leaf.kind, leaf.content
        if kind.startswith("multipart/") and not leaf.named:
            self._incomplete(content, depth)
        elif kind in _REPORTS:
            self._report(leaf, depth)
        elif kind.startswith("message/"):
            self._encoded_mail_in(leaf, depth)
        elif kind == "text/rfc822-headers":
            self._found.leave(leaf.named or "退回邮件的信头", len(content), "邮件信头")
        else:
            self._files_in(leaf, depth)

    def _report(self, leaf: Leaf, depth: int) -> None:
        """What a server tells of another mail: some put that mail into it."""
        if not self.look_inside(leaf.content, is_html=False, depth=depth):
            self._look_at_body(leaf, depth)

    def _encoded_mail_in(self, leaf: Leaf, depth: int) -> None:
        """What says that it is a mail, and brings nothing as one, is looked at as a text."""
        known = len(self._found.attachments)
        self.encoded_mail(leaf.content, depth)
        if len(self._found.attachments) == known:
            self._look_at_body(leaf, depth)

    def _leave_piece(self, leaf: Leaf) -> None:
        """A mail that was sent in pieces cannot be put together from one."""
        told = first(leaf.headers, "content-type")
        number, total = parameter(told, "number"), parameter(told, "total")
        which = "一部分"
        if number.isdecimal():
            which = f"第 {number} 部分" + (f"，共 {total} 部分" if total.isdecimal() else "")
        self._found.leave("邮件的一部分", len(leaf.body), f"邮件被拆开发送，这是其中的{which}，无法拼起来", SEND_WHOLE)

    def _files_in(self, leaf: Leaf, depth: int) -> None:
        """The file that a part is, or those that lie in it one after another."""
        files = several(leaf.body)
        for one in files:
            name = display_name(one.name) or leaf.named or UNNAMED
            self._files.sort(File(name, one.data, depth, leaf.kind, leaf.is_inline))
        if not files:
            self._files.sort(File(leaf.named or UNNAMED, leaf.content, depth, leaf.kind, leaf.is_inline, leaf.body))

    def _look_at_body(self, leaf: Leaf, depth: int) -> None:
        """Look inside of what came, where its label says that it is to be decoded first."""
        if leaf.body != leaf.content:
            self.look_inside(leaf.body, is_html=False, depth=depth)

    def look_inside(self, data: bytes, is_html: bool, depth: int) -> bool:
        """The files in a text, and parts that nothing told of. Whether there are any."""
        inner = _untold_parts(data) if depth < DEEPEST else None
        found = embedded(data, is_html) if inner is None else []
        if inner is None and not found:
            return False
        if self._is_of_own_letter(data):
            self._found.leave_own()
        elif inner is not None:
            self._part(data, inner, depth + 1, is_shown=False)
        else:
            self._sort_embedded(found, depth)
        return True

    def _sort_embedded(self, found: Sequence[Embedded], depth: int) -> None:
        """The files that were found in a text."""
        for one in found:
            name = display_name(one.name) or UNNAMED
            if one.how:
                self._found.leave(name, 0, f"附件{one.how}，无法取出", SEND_AGAIN)
            else:
                self._files.sort(File(name, one.data, depth))

    def _is_of_own_letter(self, data: bytes) -> bool:
        """Whether a text has a letter of ours in it, as some servers return it."""
        return f"\n{OWN_HEADER}:".encode() in data.lower()

    def _nested(self, data: bytes, mail: Part, depth: int) -> None:
        """A mail inside a mail."""
        if depth >= DEEPEST:
            self._found.leave("转发的邮件", 0, "转发层次过多，未打开", SEND_UNWRAPPED, instead=True)
        else:
            self.read(data, mail, depth + 1)

    def encoded_mail(self, data: bytes, depth: int) -> None:
        """A mail inside a mail that some programs encode against the rules, or that comes as a file."""
        if depth >= DEEPEST:
            self._nested(data, Part([], 0), depth)
            return
        data = data.lstrip(b"\r\n")
        try:
            mail = parse(data)
        except IntricateError:
            self._found.leave("转发的邮件", len(data), "邮件结构过于复杂，未打开", SEND_UNWRAPPED, instead=True)
        else:
            self.read(data, mail, depth + 1)


def _untold_parts(data: bytes) -> Part | None:
    """The parts within a text of which no header tells; None where it has none."""
    boundary = untold_boundary(data)
    inner = parse_body(data, boundary) if boundary else None
    return inner if inner is not None and inner.parts else None
