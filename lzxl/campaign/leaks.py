"""Looks through everything that is to leave the office for who must not be named in it: in all bytes, whatever they are packed in.

It fails closed: what cannot be looked into counts as a place that was found.
"""

from __future__ import annotations

import html
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from lzxl.campaign.cache import read_with_cache
from lzxl.campaign.folder import Campaign
from lzxl.campaign.roster import ROSTER_NAME
from lzxl.errors import LzxlError
from lzxl.forms.load import load_form
from lzxl.forms.model import Field, Sheet
from lzxl.forms.persons import TITLE, apart
from lzxl.forms.private import INFORMANT, find_private
from lzxl.forms.roster import ROSTER_FORM
from lzxl.forms.text import compact
from lzxl.forms.values import display
from lzxl.submission import Submission
from lzxl.workbook.reading.jobs import Job
from lzxl.zips import STARTS, BrokenZipError, LargeZipError, UnknownMethodError, inflate, read_directory

PERSON, ADDRESS, TELEPHONE = "人名", "邮箱地址", "电话号码"
UNREADABLE = "无法查看的内容"

# Shorter ones say nothing.
_LEAST = 2
_MOST_NESTED = 4
_BLANKS = re.compile(r"\s+")
_NOT_DIGITS = re.compile(r"\D+")
_LEAST_DIGITS = 7
_ENCODINGS = ("utf-16-le", "utf-16-be", "gb18030", "big5")


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
    def _pattern(self) -> re.Pattern[str]:
        longest_first = sorted(self.kinds, key=lambda text: (-len(text), text))
        return re.compile("|".join(map(re.escape, longest_first)) or r"(?!)")

    @cached_property
    def _bytes_pattern(self) -> re.Pattern[bytes]:
        """The same as other encodings write it, for what is no text of UTF-8."""
        forms = {text.encode(one, "ignore") for text in self.kinds for one in ("utf-8", *_ENCODINGS)}
        return re.compile(
            b"|".join(re.escape(one) for one in sorted(forms, key=len, reverse=True) if len(one) > 3) or rb"(?!)"
        )

    @cached_property
    def _packed_pattern(self) -> re.Pattern[bytes]:
        """Only what no packed bytes are by chance."""
        forms = {text.encode() for text in self.kinds}
        return re.compile(
            b"|".join(re.escape(one) for one in sorted(forms, key=len, reverse=True) if len(one) > 5) or rb"(?!)"
        )

    def in_text(self, text: str) -> Iterator[tuple[str, str]]:
        """(kind, secret) of each that a text names, also with blanks between its characters, or as an entity."""
        plain = html.unescape(text)
        found: dict[str, None] = {}
        for one in (plain, _BLANKS.sub("", compact(plain))):
            found |= dict.fromkeys(self._pattern.findall(one))
        for secret in found:
            yield self.kinds[secret], secret
        for private in find_private(plain):
            value = plain[private.start : private.end]
            if private.kind != INFORMANT and value not in found:
                yield private.kind, value

    def in_bytes(self, data: bytes) -> Iterator[tuple[str, str]]:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            for match in dict.fromkeys(self._bytes_pattern.findall(data)):
                yield from ((kind, secret) for secret, kind in self.kinds.items() if _written(secret, match))
            return
        yield from self.in_text(text)

    def in_packed(self, data: bytes) -> Iterator[tuple[str, str]]:
        for match in dict.fromkeys(self._packed_pattern.findall(data)):
            yield self.kinds[match.decode()], match.decode()


def _written(secret: str, data: bytes) -> bool:
    return any(secret.encode(one, "ignore") == data for one in ("utf-8", *_ENCODINGS))


def leaks_in(name: str, data: bytes, secrets: Secrets, depth: int = 0) -> Iterator[Leak]:
    """Everything of somebody in a file that is to leave the office: in its name, its bytes, and in all that is packed in it."""
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
    stream = io.BytesIO(data)
    try:
        for entry in read_directory(stream):
            if not entry.name.endswith("/"):
                inside = b"".join(inflate(stream, entry))
                yield from leaks_in(f"{name} 里的 {entry.name}", inside, secrets, depth + 1)
    except (BrokenZipError, LargeZipError, UnknownMethodError):
        yield Leak(UNREADABLE, "", name)


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
    """The names of persons in a cell, without what is a title only."""
    names = map(compact, apart(text))
    return [name for name in names if len(name) >= _LEAST and not TITLE.match(name)]


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
