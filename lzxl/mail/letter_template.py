"""A letter's text with placeholders: taken apart, proved, and filled in."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lzxl.errors import ConfigError
from lzxl.mail.letter_kinds import BODY_ONLY, CONTACT, KIND_TITLES, LISTS, PLACEHOLDERS, SUBJECT_MATTER, Kind
from lzxl.mail.wording import MOST_VALUE, clean_line, clean_text

# In full width as well: so a Chinese input method types braces and colons.
_PLACEHOLDER = re.compile(r"[{｛]([^{}｛｝\n]*)[}｝]")
_BRACE = re.compile(r"[{}｛｝]")
_SUBJECT = re.compile(r"主题[ \t]*[：:](.*)")
_MOST_SUBJECT = 200


@dataclass(frozen=True)
class Template:
    """A text with placeholders: fixed text and names by turns, beginning with text."""

    subject: tuple[str, ...]
    body: tuple[str, ...]

    @classmethod
    def of(cls, kind: Kind, place: str, text: str) -> Template:
        """The template that a text is. Raises ConfigError naming `place`, line and remedy where it cannot be used."""
        # Not splitlines(), which parts at form feeds and U+2028 too: lines would have other numbers than in an editor.
        lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        subject = _SUBJECT.fullmatch(lines[0].strip())
        if subject is None or not subject[1].strip():
            raise ConfigError(f"信函文本 {place} 的第1行要写主题，写成“主题：……”。", code="letter_without_subject")
        if not "".join(lines[1:]).strip():
            raise ConfigError(
                f"信函文本 {place} 只有主题，没有正文。请在主题下空一行写正文。", code="letter_without_text"
            )
        for number, line in enumerate(lines, 1):
            _prove(kind, place, number, line)
        template = cls(_pieces(subject[1]), _pieces("\n".join(lines[1:])))
        if SUBJECT_MATTER in PLACEHOLDERS[kind] and not template.names(SUBJECT_MATTER):
            raise ConfigError(
                f"信函文本 {place} 的正文里没有“{{{SUBJECT_MATTER}}}”，单位收到后不知道说的是哪几份表。"
                f"请在正文里另起一行写上“{{{SUBJECT_MATTER}}}”。",
                code="letter_without_matter",
            )
        return template

    def names(self, placeholder: str) -> bool:
        """Whether the body has this filled in."""
        return placeholder in self.body[1::2]

    def filled(self, values: Mapping[str, str]) -> tuple[str, str]:
        """Subject and body of a letter."""
        body = self.body
        if not values[CONTACT]:  # nobody to name: no line for it, and in a sentence the office
            body, values = _without_line(body, CONTACT), {**values, CONTACT: values["办公室"]}
        return clean_line(_filled(self.subject, values), _MOST_SUBJECT), clean_text(_filled(body, values))


def _prove(kind: Kind, place: str, number: int, line: str) -> None:
    """Raise ConfigError for a line of a text that names what its kind has not, or has a brace that is none's pair."""
    allowed = PLACEHOLDERS[kind]
    usable = [name for name in allowed if number > 1 or name not in BODY_ONLY]
    listed = "、".join(f"{{{name}}}" for name in usable)
    for written in _PLACEHOLDER.findall(line):
        name = written.strip()
        if name not in usable:
            why = "主题里不能用这一项" if name in allowed else f"{KIND_TITLES[kind]}里没有这一项"
            raise ConfigError(
                f"信函文本 {place} 第{number}行的“{{{written[:20]}}}”有误，{why}。可用：{listed}。",
                code="letter_field_unknown",
                number=number,
                listed=listed,
            )
    if _BRACE.search(_PLACEHOLDER.sub("", line)):
        raise ConfigError(
            f"信函文本 {place} 第{number}行的花括号不成对。花括号只用来写要填入的内容，可用：{listed}。",
            code="letter_braces_unpaired",
            number=number,
            listed=listed,
        )


def _pieces(text: str) -> tuple[str, ...]:
    pieces = _PLACEHOLDER.split(text)
    pieces[1::2] = [name.strip() for name in pieces[1::2]]
    return tuple(pieces)


def _filled(pieces: Sequence[str], values: Mapping[str, str]) -> str:
    """Once over: what a value says is never taken for a placeholder, and only a list may run over lines."""
    filled = list(pieces)
    filled[1::2] = [_said(name, values[name]) for name in pieces[1::2]]
    return "".join(filled)


def _said(name: str, value: str) -> str:
    return value if name in LISTS else clean_line(value, MOST_VALUE)


def _without_line(pieces: Sequence[str], name: str) -> tuple[str, ...]:
    """A text without the lines that are nothing but a label and that placeholder, each with the blank line behind it."""
    written = list(pieces)
    written[1::2] = [f"{{{each}}}" for each in pieces[1::2]]
    line = rf"(?m)^[^{{}}\n]{{0,12}}[：:][ \t]*\{{{name}\}}[ \t]*。?\n?\n?"
    return _pieces(re.sub(line, "", "".join(written)))
