"""Takes names out of files that the office made, for readers who are not to know who it was: each name gives way to a label of its own.

What is packed is opened, masked in the texts of its parts, and packed again in the same order with fixed times. That nothing is left
is for `lzxl.campaign.leaks` to say: whatever cannot be masked fails there.
"""

from __future__ import annotations

import hashlib
import html
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from lzxl.campaign.leaks import PERSON, Secrets
from lzxl.campaign.markup import Piece, texts
from lzxl.campaign.places import ARCHIVED, HELD, LETTERS, PUBLISHED, RECEIVED, RETURNED, SENT, SUMMARY
from lzxl.data import schemas_folder
from lzxl.forms.load import load_form
from lzxl.forms.model import Field
from lzxl.forms.private import INFORMANT, find_private
from lzxl.forms.values import display
from lzxl.submission import Submission
from lzxl.zips import STARTS, BrokenZipError, LargeZipError, UnknownMethodError, inflate, read_directory

_SCHEMA_TEXTS = (".yaml", ".txt")
_BLANKS = re.compile(r"[ \u3000]")
_FIXED = (2026, 1, 1, 0, 0, 0)
_DEEPEST = 4


@dataclass
class Mask:
    """Masks texts and files by one list of names; counts what it took out."""

    secrets: Secrets
    count: int = field(default=0)
    seen: set[str] = field(default_factory=set)
    """Which of them there were."""
    _clean: set[bytes] = field(default_factory=set)
    """SHA-256 of the parts that have none: papers made from one template share most of them."""

    @cached_property
    def labels(self) -> dict[str, str]:
        """Secret → what stands for it: of a person the same everywhere, so that what concerns one person still belongs together."""
        persons = [text for text, kind in self.secrets.kinds.items() if kind == PERSON]
        numbered = {text: f"〔人员{number:03d}〕" for number, text in enumerate(persons, 1)}
        return {text: numbered.get(text, f"〔{kind}〕") for text, kind in self.secrets.kinds.items()}

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        # 王一 is a part of 王一凡: with the shorter one first, 凡 would stay behind the label.
        longest_first = sorted(self.labels, key=lambda text: (-len(text), text))
        # A name is also written with blanks between its characters.
        spaced = (r"[ \u3000]*".join(map(re.escape, text)) for text in longest_first)
        # With no name at all nothing is to be found: an empty pattern is found everywhere.
        return re.compile("|".join(spaced) or r"(?!)")

    def text(self, text: str) -> str:
        """A text without names, numbers of telephones and the like."""
        # From behind: a label is of another length, and moves all that follows.
        for start, end, label in reversed(self._found(text)):
            text = text[:start] + label + text[end:]
        return text

    def _found(self, text: str) -> list[tuple[int, int, str]]:
        """(start, end, label) of all that gives way, in order; counted."""
        named = [(match.start(), match.end(), self._label(match[0])) for match in self._pattern.finditer(text)]
        others = [
            (private.start, private.end, f"〔{private.kind}〕")
            for private in find_private(text)
            if private.kind != INFORMANT and not _overlaps(private.start, private.end, named)
        ]
        self.count += len(named) + len(others)
        return sorted([*named, *others])

    def _label(self, written: str) -> str:
        secret = _BLANKS.sub("", written)
        self.seen.add(secret)
        return self.labels[secret]

    def file(self, data: bytes, depth: int = 0) -> bytes:
        """A file without names, as far as it is text, or packed of such."""
        if data.startswith(STARTS) and depth < _DEEPEST:
            return self._packed(data, depth)
        digest = hashlib.sha256(data).digest()
        if digest in self._clean:
            return data
        before = self.count
        try:
            masked = self.markup(data.decode("utf-8")).encode()
        except UnicodeDecodeError:
            masked = data
        if self.count == before:
            self._clean.add(digest)
        return masked

    def markup(self, text: str) -> str:
        """XML, HTML or plain text: what stands between the tags, also where a name is written in several runs. The tags
        themselves are left as they are."""
        written, last = [], 0
        for pieces in texts(text):
            found = self._found("".join(piece.text for piece in pieces))
            for piece, masked in zip(pieces, _without(pieces, found), strict=True):
                # Where nothing gives way, not even the way in which its program escaped it changes.
                shown = text[piece.start : piece.end] if masked == piece.text else html.escape(masked, quote=False)
                written += [text[last : piece.start], shown]
                last = piece.end
        return "".join([*written, text[last:]])

    def _packed(self, data: bytes, depth: int) -> bytes:
        stream, packed = io.BytesIO(data), io.BytesIO()
        try:
            entries = read_directory(stream)
            with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
                for entry in entries:
                    inside = b"".join(inflate(stream, entry))
                    info = zipfile.ZipInfo(entry.name, _FIXED)
                    # As it was: a program knows an OpenDocument file by its first part, which must not be deflated.
                    info.compress_type = zipfile.ZIP_DEFLATED if entry.method else zipfile.ZIP_STORED
                    new.writestr(info, self.file(inside, depth + 1))
        except (BrokenZipError, LargeZipError, UnknownMethodError):
            return data
        return packed.getvalue()


def _overlaps(start: int, end: int, spans: Sequence[tuple[int, int, str]]) -> bool:
    return any(start < other_end and other_start < end for other_start, other_end, _ in spans)


def _without(pieces: Sequence[Piece], found: Sequence[tuple[int, int, str]]) -> Iterator[str]:
    """The texts of pieces, with each label in the piece where what it stands for begins."""
    begins = 0
    for piece in pieces:
        ends = begins + len(piece.text)
        text = piece.text
        for start, end, label in reversed(found):
            if start < ends and end > begins:
                shown = label if start >= begins else ""
                text = text[: max(start - begins, 0)] + shown + text[min(end, ends) - begins :]
        yield text
        begins = ends


def ordinary_places(secrets: Secrets, submissions: Sequence[Submission]) -> dict[str, list[str]]:
    """Name → where a text that names nobody has it: a risk, a measure, a post. There it may be an ordinary word."""
    found: dict[str, list[str]] = {}
    persons = {text for text, kind in secrets.kinds.items() if kind == PERSON}
    for place, text in _texts_of_nobody(submissions):
        for _, secret in secrets.in_text(text):
            if secret in persons:
                found.setdefault(secret, []).append(place)
    return found


def _is_public_text(entry: Field) -> bool:
    return entry.kind == "text" and entry.disclosure == "public"


def _texts_of_nobody(submissions: Sequence[Submission]) -> Iterator[tuple[str, str]]:
    """(where it stands, text) of every cell that anybody may read and that is not asked for a name."""
    for submission in submissions:
        form = load_form(submission.form, submission.scheme)
        for table in submission.tables:
            sheet = form.by_name[table.name]
            for entry in filter(_is_public_text, sheet.inputs):
                for index, value in table.filled(entry.name):
                    where = f"{submission.unit_code}“{sheet.title}”第{table.rows[index]}行“{entry.title}”"
                    yield where, display(value)


def words_of_the_forms(secrets: Secrets) -> list[str]:
    """Names that are words of forms, papers and folders as well: they are taken out of every heading, too."""
    folder = schemas_folder()
    texts_of_forms = [path.read_text("utf-8") for path in sorted(folder.rglob("*")) if path.suffix in _SCHEMA_TEXTS]
    said = "\n".join([*texts_of_forms, SENT, RECEIVED, RETURNED, HELD, SUMMARY, LETTERS, PUBLISHED, ARCHIVED])
    return [text for text, kind in secrets.kinds.items() if kind == PERSON and text in said]
