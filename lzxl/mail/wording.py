"""How letters say days and times, and texts that others wrote: readable, and with nothing in them for machines."""

from __future__ import annotations

import datetime
import unicodedata
from collections.abc import Iterable

MOST_VALUE = 300
"""Characters of what a letter says in one line."""


def chinese_day(day: datetime.date) -> str:
    """2026年11月20日."""
    return f"{day.year}年{day.month}月{day.day}日"


def spoken_days(days: Iterable[datetime.date]) -> str:
    """Days as a letter lists them, each once and in their order: 2026年11月18日、24日；a year or a month is not said twice."""
    said: list[str] = []
    before: datetime.date | None = None
    for day in sorted(set(days)):
        if before is None or day.year != before.year:
            said.append(chinese_day(day))
        elif day.month != before.month:
            said.append(f"{day.month}月{day.day}日")
        else:
            said.append(f"{day.day}日")
        before = day
    return "、".join(said)


def chinese_time(moment: datetime.datetime) -> str:
    """2026年11月20日 09:05, by the clock that `moment` was read from."""
    return f"{chinese_day(moment)} {moment:%H:%M}"


def _readable(text: str) -> str:
    """`text` without what is for machines: controls become spaces; direction and zero-width signs and halves of pairs go.

    Letters that this Python does not know yet stay: rare characters of names are among them.
    """
    if text.isprintable():  # nearly all texts, and found out faster than sign by sign
        return unicodedata.normalize("NFC", text)
    kept = []
    for sign in text:
        category = unicodedata.category(sign)
        if category in ("Cc", "Zl", "Zp"):
            kept.append(" ")
        elif category not in ("Cf", "Cs") and ord(sign) & 0xFFFE != 0xFFFE:
            kept.append(sign)
    return unicodedata.normalize("NFC", "".join(kept))


def clean_line(text: str, limit: int = MOST_VALUE) -> str:
    """`text` on one line, readable, and with nothing in it that a mail program would decode (RFC 2047)."""
    line = " ".join(_readable(text).split()).replace("=?", "= ?")
    return line if len(line) <= limit else f"{line[: limit - 1]}…"


def clean_text(text: str) -> str:
    """`text` readable, line by line, without spaces at the ends of lines; it ends with a line end."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(_readable(line).rstrip() for line in lines).strip() + "\n"
