"""Looks through everything that is to leave the office for who must not be named in it: in all bytes, whatever they are packed in.

It fails closed: what cannot be looked into counts as a place that was found.
"""

from __future__ import annotations

import codecs
import hashlib
import html
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from urllib.parse import unquote

from lzxl.campaign.cache import read_with_cache
from lzxl.campaign.folder import Campaign
from lzxl.campaign.markup import texts
from lzxl.campaign.roster import ROSTER_NAME
from lzxl.errors import LzxlError
from lzxl.forms.load import form_ids, load_form
from lzxl.forms.model import Field, Sheet
from lzxl.forms.persons import TITLE, apart
from lzxl.forms.private import INFORMANT, find_private
from lzxl.forms.roster import ROSTER_FORM
from lzxl.forms.text import compact
from lzxl.forms.values import display
from lzxl.submission import Submission
from lzxl.workbook.reading.jobs import Job
from lzxl.zips import STARTS, BrokenZipError, Entry, LargeZipError, UnknownMethodError, inflate, read_directory

PERSON, ADDRESS, TELEPHONE = "人名", "邮箱地址", "电话号码"
UNREADABLE = "无法查看的内容"

# Shorter ones say nothing.
_LEAST = 2
_MOST_NESTED = 4
_HEADER_BYTES = 30
"""Of a member of a zip, before its name; the last four say how long that is, and what comes between it and the packed bytes."""
_BLANKS = re.compile(r"\s+")
_NOT_DIGITS = re.compile(r"\D+")
_LEAST_DIGITS = 7
# A word of two characters in two bytes each; three, in what is packed.
_LEAST_BYTES, _LEAST_PACKED_BYTES = 4, 6
# Signs that stand in no text: whatever has them may be text of another encoding.
_NO_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_UTF_16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# What UTF-8 writes in two bytes: each may be a Chinese character of GB 18030 or Big5 as well (联通 is `ÁªÍ¨` then).
_OF_TWO_BYTES = re.compile(r"[\x80-\u07ff]")
_SENTENCE_END = "。"
_BYTES_A_SIGN = {"utf-16-le": 2, "utf-16-be": 2}
_DOUBLE_BYTE = ("gb18030", "big5")
_ENCODINGS = ("utf-16-le", "utf-16-be", *_DOUBLE_BYTE)


@dataclass(frozen=True)
class Leak:
    """Something of somebody that would leave the office."""

    kind: str
    secret: str
    place: str
    """The file, and the part of it where it is packed."""


@dataclass(frozen=True)
class Secrets:
    """Who must not be named: text → what it is."""

    kinds: Mapping[str, str]

    @cached_property
    def _by_folded(self) -> dict[str, str]:
        """Secret without regard to capital letters, in which addresses are written as one likes → the secret."""
        return {text.casefold(): text for text in self.kinds}

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        longest_first = sorted(self._by_folded, key=lambda text: (-len(text), text))
        return re.compile("|".join(map(re.escape, longest_first)) or r"(?!)")

    @cached_property
    def _bytes_pattern(self) -> re.Pattern[bytes]:
        """The same as other encodings write it, for what is no text of UTF-8."""
        return _any_of(self._written_in(("utf-8", *_ENCODINGS)), _LEAST_BYTES)

    @cached_property
    def _double_byte_pattern(self) -> re.Pattern[bytes]:
        return _any_of(self._written_in(_DOUBLE_BYTE), _LEAST_BYTES)

    @cached_property
    def _packed_pattern(self) -> re.Pattern[bytes]:
        """Only what no packed bytes are by chance."""
        return _any_of(self._written_in(("utf-8",)), _LEAST_PACKED_BYTES)

    def _written_in(self, encodings: Iterable[str]) -> set[bytes]:
        return {text.encode(one, "ignore") for text in self.kinds for one in encodings}

    def in_text(self, text: str) -> Iterator[tuple[str, str]]:
        """(kind, secret) of each that a text names, also with blanks between its characters, as an entity or in an address."""
        plain = html.unescape(text)
        spelt = [plain, _BLANKS.sub("", compact(plain)), *([unquote(plain)] if "%" in plain else [])]
        found = dict.fromkeys(
            self._by_folded[match] for one in spelt for match in self._pattern.findall(one.casefold())
        )
        for secret in found:
            yield self.kinds[secret], secret
        for private in find_private(plain):
            value = plain[private.start : private.end]
            if private.kind != INFORMANT and value not in found:
                yield private.kind, value

    def in_bytes(self, data: bytes) -> Iterator[tuple[str, str]]:
        """The same of the bytes of a file, whatever it is; of markup also what is written in several runs.

        Papers made from one template share most of their parts: each is looked through once.
        """
        digest = hashlib.sha256(data).digest()
        if digest not in self._looked_through:
            self._looked_through[digest] = tuple(self._in_bytes(data))
        yield from self._looked_through[digest]

    @cached_property
    def _looked_through(self) -> dict[bytes, tuple[tuple[str, str], ...]]:
        """SHA-256 of a part → what it names."""
        return {}

    def _in_bytes(self, data: bytes) -> Iterator[tuple[str, str]]:
        text = _decoded(data)
        if text is not None:
            yield from self.in_text(text)
            yield from self.in_text(_SENTENCE_END.join(_in_runs(text)))
        if text is None or _is_doubtful(data, text):
            yield from self._in_other_encodings(data)
        elif _OF_TWO_BYTES.search(text) is not None:
            yield from self._matched(self._double_byte_pattern, data)

    def _in_other_encodings(self, data: bytes) -> Iterator[tuple[str, str]]:
        yield from self._matched(self._bytes_pattern, data)
        for encoding in ("utf-8", *_ENCODINGS):
            # Where a text of two bytes a sign begins, nobody says.
            for start in range(_BYTES_A_SIGN.get(encoding, 1)):
                yield from self.in_text(data[start:].decode(encoding, "replace"))

    def _matched(self, pattern: re.Pattern[bytes], data: bytes) -> Iterator[tuple[str, str]]:
        for match in dict.fromkeys(pattern.findall(data)):
            yield from ((kind, secret) for secret, kind in self.kinds.items() if _written(secret, match))

    def in_packed(self, data: bytes) -> Iterator[tuple[str, str]]:
        for match in dict.fromkeys(self._packed_pattern.findall(data)):
            yield self.kinds[match.decode()], match.decode()


def _any_of(forms: Iterable[bytes], least: int) -> re.Pattern[bytes]:
    # A pattern takes the first alternative that fits: of two names of which one begins the other, the whole must come first.
    longest_first = sorted((one for one in forms if len(one) >= least), key=lambda one: (-len(one), one))
    # The pattern of no name at all would fit everywhere; this one fits nowhere.
    return re.compile(b"|".join(map(re.escape, longest_first)) or rb"(?!)")


def _decoded(data: bytes) -> str | None:
    """A text as its first bytes say that it is encoded, else as UTF-8; None if it is neither."""
    encoding = "utf-16" if data.startswith(_UTF_16_MARKS) else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _is_doubtful(data: bytes, text: str) -> bool:
    """Whether bytes may be meant otherwise than as the text that was made of them: almost all bytes are some text of UTF-16."""
    return data.startswith(_UTF_16_MARKS) or _NO_TEXT.search(text) is not None


def _in_runs(text: str) -> Iterator[str]:
    """What a reader sees as one text and markup writes in several."""
    for pieces in texts(text):
        if len(pieces) > 1:
            yield "".join(piece.text for piece in pieces)


def _written(secret: str, data: bytes) -> bool:
    return any(secret.encode(one, "ignore") == data for one in ("utf-8", *_ENCODINGS))


def leaks_in(name: str, data: bytes, secrets: Secrets) -> Iterator[Leak]:
    """Everything of somebody in a file that is to leave the office: in its name, its bytes, and in all that is packed in it."""
    yield from dict.fromkeys(_leaks_in(name, data, secrets, 0))


def _leaks_in(name: str, data: bytes, secrets: Secrets, depth: int) -> Iterator[Leak]:
    for kind, secret in secrets.in_text(name):
        yield Leak(kind, secret, f"{name}（文件名）")
    if not data.startswith(STARTS):
        for kind, secret in secrets.in_bytes(data):
            yield Leak(kind, secret, name)
        return
    for kind, secret in secrets.in_packed(data):
        yield Leak(kind, secret, name)
    if depth == _MOST_NESTED:
        yield Leak(UNREADABLE, "", name)
        return
    yield from _packed_leaks(name, io.BytesIO(data), secrets, depth)


def _packed_leaks(name: str, stream: io.BytesIO, secrets: Secrets, depth: int) -> Iterator[Leak]:
    try:
        entries = read_directory(stream)
        for kind, secret in secrets.in_bytes(_between(stream.getvalue(), entries)):
            yield Leak(kind, secret, f"{name}（压缩包的目录和注释）")
        for entry in entries:
            if not entry.name.endswith("/"):
                inside = b"".join(inflate(stream, entry))
                yield from _leaks_in(f"{name} 里的 {entry.name}", inside, secrets, depth + 1)
    except (BrokenZipError, LargeZipError, UnknownMethodError):
        # It may only begin as a zip does: what it names is still said, beside that nobody can look into it.
        for kind, secret in secrets.in_bytes(stream.getvalue()):
            yield Leak(kind, secret, name)
        yield Leak(UNREADABLE, "", name)


def _between(data: bytes, entries: Iterable[Entry]) -> bytes:
    """What a zip says of itself: its headers, its directory, its comments, and whatever else stands between the packed bytes."""
    pieces, last = [], 0
    for entry in sorted(entries, key=lambda entry: entry.offset):
        ends = entry.offset + _HEADER_BYTES
        names = int.from_bytes(data[ends - 4 : ends - 2], "little") + int.from_bytes(data[ends - 2 : ends], "little")
        pieces.append(data[last : ends + names])
        last = max(last, ends + names + entry.packed_bytes)
    return b"".join([*pieces, data[last:]])


def secrets_of(campaign: Campaign, submissions: Iterable[Submission], words: Iterable[str] = ()) -> Secrets:
    """Every name, mail address and telephone of the roster, of its people, and of every person in what was accepted.

    `words`: texts that are names of somebody and were confirmed to be ordinary words.
    """
    [roster] = read_with_cache(
        campaign.root, [Job(campaign.root / ROSTER_NAME, ROSTER_NAME, ROSTER_FORM)], ahead=campaign.ahead
    )
    found: dict[str, str] = {}
    for submission in (roster, *submissions):
        for text, kind in _persons_in(submission):
            found.setdefault(text, kind)
    # Opinions go to the office's own mailbox, whoever of the office is a unit's liaison.
    ordinary = {compact(word) for word in (*words, campaign.config.mail.address)}
    return Secrets({text: kind for text, kind in found.items() if compact(text) not in ordinary})


def _persons_in(submission: Submission) -> Iterator[tuple[str, str]]:
    form = load_form(submission.form, submission.scheme)
    if submission.cover is not None and form.cover is not None:
        for entry in form.cover.fields:
            yield from _secrets_in(entry, display(submission.cover.values.get(entry.name)))
            yield from _secrets_in(entry, display(submission.cover.raw.get(entry.name)))
    for table in submission.tables:
        sheet: Sheet = form.by_name[table.name]
        for entry in sheet.inputs:
            values, raw = table.values.get(entry.name, ()), table.raw.get(entry.name, {})
            for index, value in enumerate(values):
                yield from _secrets_in(entry, display(value))
                yield from _secrets_in(entry, display(raw.get(index)))


def _secrets_in(entry: Field, text: str) -> Iterator[tuple[str, str]]:
    if entry.kind == "person":
        yield from ((name, PERSON) for name in _names_in(text))
    elif entry.kind == "email" and text:
        yield compact(text), ADDRESS
    elif entry.telephone:
        yield from ((number, TELEPHONE) for number in _numbers_in(text))


def _names_in(text: str) -> list[str]:
    """The names of persons in a cell, without what is a title or an office role only."""
    names = map(compact, apart(text))
    return [name for name in names if len(name) >= _LEAST and not TITLE.match(name) and name not in _roles()]


@lru_cache(maxsize=1)
def _roles() -> frozenset[str]:
    """What forms call those who sign and act in them (考核组, 填报人): whoever writes that in a person's place names nobody."""
    forms = [load_form(form_id) for form_id in form_ids()]
    fields = [entry for form in forms for sheet in form.sheets for entry in sheet.fields if entry.kind == "person"]
    return frozenset(compact(name) for entry in fields for name in (entry.title, *entry.aliases))


def _numbers_in(text: str) -> set[str]:
    """A telephone number as it is written and in digits alone; nothing where it is too short to be one."""
    digits = _NOT_DIGITS.sub("", text)
    return {compact(text), digits} if len(digits) >= _LEAST_DIGITS else set()


class LeakError(LzxlError):
    """Something of somebody would have left the office; nothing was written."""


def refuse_leaks(
    files: Mapping[str, bytes], secrets: Secrets, rows_with: Callable[[str], str] = lambda secret: ""
) -> None:
    """Raises LeakError, with every place, if a file names somebody. `rows_with`: in which rows of the table a text stands."""
    leaks = [leak for name, data in files.items() for leak in leaks_in(name, data, secrets)]
    if not leaks:
        return
    told = dict.fromkeys(_told(leak) + rows_with(leak.secret) for leak in leaks)
    raise LeakError(
        "公示材料里有个人信息，未写出任何文件：\n"
        + "\n".join(f"　{one}" for one in told)
        + "\n请单位修改登记表后重新报送；确属普通用词（如“高峰”）而不是人名的，用 --word 逐个确认。",
        code="publication_names_somebody",
        places=[leak.place for leak in leaks],
    )


def _told(leak: Leak) -> str:
    if leak.kind == UNREADABLE:
        return f"{leak.place}：{UNREADABLE}"
    return f"{leak.kind}“{leak.secret}”：{leak.place}"
