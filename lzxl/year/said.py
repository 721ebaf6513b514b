"""What the 结果 and 内容 of an event say: with which word the result begins, and what the rest of it takes.

People write “不合格：抽查5件仍有2件无讨论笔录 → 重新整改” or “属实；问题程度 较重；是否涉嫌违纪违法 否”: the words at the beginning
decide which result it is, the rest is looked through for what the event takes.
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from lzxl.year.events import Event, Evidence, Machine, folded

NEGATIONS = ("不", "未", "无")
_BLANKS = re.compile(r"[\s:：=＝,，;；、（）()]+")
_DAY = re.compile(r"(20\d{2})\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})")
_VALUE = r"[ \t]*[＝=:：]?[ \t]*[^；;，,。\s＝=:：]"


@dataclass(frozen=True)
class Said:
    """What a row says, by the names of the machine. "" and None: it does not say it."""

    result: str = ""
    breach: bool | None = None
    degree: str = ""
    disposition: str = ""
    day: datetime.date | None = None
    cause: str = ""
    stage: str = ""


def said_in(machine: Machine, event: Event, result: str, content: str = "") -> Said:
    """What the result of an event says; a day may stand in its content as well."""
    text = unicodedata.normalize("NFKC", result or "").strip()
    plain, whole = folded(text), f"{text}；{unicodedata.normalize('NFKC', content or '')}"
    name = _leading(event, plain) or event.default
    read: dict[str, Callable[[], Any]] = {
        "breach": lambda: breach_in(machine, plain),
        "degree": lambda: degree_in(machine, plain),
        "disposition": lambda: disposition_in(machine, plain),
        "day": lambda: day_in(whole),
        "cause": lambda: cause_in(machine, whole),
        "stage": lambda: _behind(machine.stage_labels, whole),
    }
    return Said(name, **{taken: read[taken]() for taken in event.takes_with(event.result(name))})


def _leading(event: Event, text: str) -> str:
    """The result whose word the text begins with, the longest first."""
    words = [(folded(word), result.name) for result in event.results for word in result.texts]
    fitting = [(len(word), name) for word, name in words if text.startswith(word)]
    return max(fitting, default=(0, ""))[1]


def breach_in(machine: Machine, text: str) -> bool | None:
    """Whether a text without blanks says that a breach is suspected; None if it says neither."""
    # The longest first: 是否涉嫌违纪违法 has 涉嫌违纪 in it, which by itself says yes.
    for label in sorted(map(folded, machine.breach_labels), key=len, reverse=True):
        before, found, behind = text.partition(label)
        if found:
            return _answered(machine, label, before, _BLANKS.sub("", behind))
    return None


def _answered(machine: Machine, label: str, before: str, behind: str) -> bool | None:
    """What is said of a breach around its label: a no before it, an answer behind it, or the label by itself."""
    if before.endswith(NEGATIONS):
        return False
    if behind.startswith(machine.answers.in_role("affirmed")):
        return True
    if behind.startswith((*machine.answers.in_role("denied"), *NEGATIONS)):
        return False
    return None if label.startswith("是否") else True


def degree_in(machine: Machine, text: str) -> str:
    """The degree that stands behind its label, or anywhere if no label does; "" if none does."""
    for label in sorted(map(folded, machine.degree_labels), key=len, reverse=True):
        _, found, rest = text.partition(label)
        if found:
            rest = _BLANKS.sub("", rest)
            return _first(rest, machine, at_start=True)
    return _first(text, machine, at_start=False)


def _first(text: str, machine: Machine, *, at_start: bool) -> str:
    words = [(folded(spelled), word.word) for word in machine.degrees.words for spelled in (word.word, *word.aliases)]
    for spelled, word in sorted(words, key=lambda entry: len(entry[0]), reverse=True):
        if text.startswith(spelled) if at_start else spelled in text:
            return word
    return ""


def cause_in(machine: Machine, text: str) -> str:
    """The cause that stands behind its label, one of the causes; "" if none does."""
    said = _behind(machine.cause_labels, text)
    return next((cause for cause in machine.causes if said.startswith(cause)), "")


def _behind(labels: Iterable[str], text: str) -> str:
    """What stands behind one of the labels, up to the next sign; "" if none is there."""
    for label in labels:
        match = re.search(re.escape(label) + r"[ \t]*[:=]?[ \t]*([^；;，,。:=\s]+)", text)
        if match is not None:
            return match[1]
    return ""


def disposition_in(machine: Machine, text: str) -> str:
    """The disposition that a text without blanks names; of several the gravest; "" if it names none."""
    named = [word for word in machine.may_be_given() if any(spelled in text for spelled in spellings(machine, word))]
    return named[-1] if named else ""


def spellings(machine: Machine, disposition: str) -> tuple[str, ...]:
    """All ways of writing a disposition, without blanks."""
    aliases = next(word.aliases for word in machine.dispositions.words if word.word == disposition)
    also = tuple(text for text, role in machine.also_dispositions.items() if role == machine.role_of(disposition))
    return tuple(map(folded, (disposition, *aliases, *also)))


def day_in(text: str) -> datetime.date | None:
    """The first day that a text names."""
    match = _DAY.search(unicodedata.normalize("NFKC", text))
    try:
        return datetime.date(*map(int, match.groups())) if match else None
    except ValueError:  # the 30th of February, say
        return None


def evidence_in(entry: Evidence, texts: Iterable[str]) -> str:
    """What stands behind the title of a thing that had to be written down; "" if no text says it."""
    whole = "；".join(unicodedata.normalize("NFKC", text) for text in texts if text)
    return _behind((entry.title, *entry.aliases), whole)


def rest_of(machine: Machine, event: Event, text: str) -> str:
    """What a result says behind its leading word, without what follows from it (→ …)."""
    plain = unicodedata.normalize("NFKC", text or "").strip()
    words = sorted((word for result in event.results for word in result.texts), key=len, reverse=True)
    leading = next((word for word in words if plain.startswith(word)), "")
    told = re.split(r"→|->", (text or "").strip()[len(leading) :])[0]
    return told.strip(" 　:：,，;；。")


def missing_evidence(evidence: Iterable[Evidence], texts: Iterable[str]) -> list[str]:
    """The titles of what no text says behind its title: 谈话人：韩某."""
    whole = "\n".join(unicodedata.normalize("NFKC", text) for text in texts if text)
    return [entry.title for entry in evidence if not _stands(entry, whole)]


def _stands(entry: Evidence, text: str) -> bool:
    return any(re.search(re.escape(title) + _VALUE, text) for title in (entry.title, *entry.aliases))


def is_above(authority: str, above: Iterable[str], own: Iterable[str] = ()) -> bool:
    """Whether the organ that a cadre is managed by is none of the bureau's own. `own`: names of the bureau, left out of it."""
    text = folded(authority)
    for name in sorted(own, key=len, reverse=True):
        text = text.replace(folded(name), "")
    # A branch bears the name of the organ above it.
    return "分局" not in text and any(word in text for word in above)
