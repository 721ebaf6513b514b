"""Takes names out of files that the office made, for readers who are not to know who it was: each name gives way to a label of its own.

What is packed is opened, masked in the texts of its parts, and packed again in the same order with fixed times. That nothing is left
is for `lzxl.campaign.leaks` to say: whatever cannot be masked fails there.
"""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from lzxl.campaign.leaks import PERSON, UNREADABLE, Leak, Secrets, leaks_in
from lzxl.forms.load import load_form
from lzxl.forms.private import INFORMANT, find_private
from lzxl.forms.values import display
from lzxl.submission import Submission
from lzxl.zips import STARTS, BrokenZipError, LargeZipError, UnknownMethodError, inflate, read_directory

_MARKUP = re.compile(r"<[^<>]*>")
_PARTS = (".xml", ".rels")
_FIXED = (2026, 1, 1, 0, 0, 0)
_DEEPEST = 4


@dataclass
class Mask:
    """Masks texts and files by one list of names; counts what it took out."""

    secrets: Secrets
    count: int = field(default=0)
    seen: set[str] = field(default_factory=set)
    """Which of them there were."""

    @cached_property
    def labels(self) -> dict[str, str]:
        """Secret → what stands for it: of a person the same everywhere, so that what concerns one person still belongs together."""
        persons = [text for text, kind in self.secrets.kinds.items() if kind == PERSON]
        numbered = {text: f"〔人员{number:03d}〕" for number, text in enumerate(persons, 1)}
        return {text: numbered.get(text, f"〔{kind}〕") for text, kind in self.secrets.kinds.items()}

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        longest_first = sorted(self.labels, key=lambda text: (-len(text), text))
        # A name is also written with blanks between its characters.
        spaced = (r"[ \u3000]*".join(map(re.escape, text)) for text in longest_first)
        return re.compile("|".join(spaced) or r"(?!)")

    def text(self, text: str) -> str:
        """A text without names, numbers of telephones and the like."""
        without = self._pattern.sub(self._label, text)
        for private in reversed(find_private(without)):
            if private.kind != INFORMANT:
                without = without[: private.start] + f"〔{private.kind}〕" + without[private.end :]
                self.count += 1
        return without

    def _label(self, match: re.Match[str]) -> str:
        secret = re.sub(r"[ \u3000]", "", match[0])
        self.count += 1
        self.seen.add(secret)
        return self.labels[secret]

    def file(self, data: bytes, depth: int = 0) -> bytes:
        """A file without names, as far as it is text, or packed of such."""
        if data.startswith(STARTS) and depth < _DEEPEST:
            return self._packed(data, depth)
        try:
            return self.markup(data.decode("utf-8")).encode()
        except UnicodeDecodeError:
            return data

    def markup(self, text: str) -> str:
        """XML, HTML or plain text: what stands between the tags. The tags themselves are left as they are."""
        pieces, last = [], 0
        for tag in _MARKUP.finditer(text):
            pieces += [self._written(text[last : tag.start()]), tag[0]]
            last = tag.end()
        return "".join([*pieces, self._written(text[last:])])

    def _written(self, text: str) -> str:
        """A piece of text as it is written in markup, changed only where something is to be taken out."""
        plain = html.unescape(text)
        masked = self.text(plain) if plain.strip() else plain
        return text if masked == plain else html.escape(masked, quote=False)

    def _packed(self, data: bytes, depth: int) -> bytes:
        stream, packed = io.BytesIO(data), io.BytesIO()
        try:
            entries = read_directory(stream)
            with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
                for entry in entries:
                    inside = b"".join(inflate(stream, entry))
                    info = zipfile.ZipInfo(entry.name, _FIXED)
                    info.compress_type = zipfile.ZIP_DEFLATED
                    new.writestr(info, self.file(inside, depth + 1))
        except (BrokenZipError, LargeZipError, UnknownMethodError):
            return data
        return packed.getvalue()


def left_in(name: str, data: bytes, secrets: Secrets) -> list[Leak]:
    """What of somebody is still in a file: in its bytes, and in its texts where markup breaks a name into pieces."""
    found = list(leaks_in(name, data, secrets))
    for part, text in _texts(name, data):
        found += [Leak(kind, secret, part) for kind, secret in secrets.in_text(text)]
    return found


def _texts(name: str, data: bytes, depth: int = 0) -> Iterator[tuple[str, str]]:
    """(part, text without its tags) of every part of a packed document."""
    if not data.startswith(STARTS) or depth == _DEEPEST:
        return
    stream = io.BytesIO(data)
    for entry in read_directory(stream):
        inside = b"".join(inflate(stream, entry))
        part = f"{name} 里的 {entry.name}"
        if entry.name.endswith(_PARTS) and "sharedStrings" not in entry.name and "worksheets" not in entry.name:
            # Cells are no neighbours: in a workbook the texts of two cells make no name.
            yield part, _MARKUP.sub("", inside.decode("utf-8", "replace"))
        yield from _texts(part, inside, depth + 1)


def ordinary_places(secrets: Secrets, submissions: Sequence[Submission]) -> dict[str, list[str]]:
    """Name → where a text that names nobody has it: a risk, a measure, a post. There it may be an ordinary word."""
    found: dict[str, list[str]] = {}
    persons = {text for text, kind in secrets.kinds.items() if kind == PERSON}
    for submission in submissions:
        form = load_form(submission.form, submission.scheme)
        for table in submission.tables:
            sheet = form.by_name[table.name]
            for entry in sheet.inputs:
                if entry.kind != "text" or entry.disclosure != "public" or entry.name not in table.values:
                    continue
                for index, row in enumerate(table.rows):
                    text = display(table.get(entry.name, index))
                    for _, secret in secrets.in_text(text) if text else ():
                        if secret in persons:
                            place = f"{submission.unit_code}“{sheet.title}”第{row}行“{entry.title}”"
                            found.setdefault(secret, []).append(place)
    return found


__all__ = ["UNREADABLE", "Mask", "left_in", "ordinary_places"]
