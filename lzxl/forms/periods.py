"""What a cover says of its period: the campaign's own, alone or with the label of one of its rounds (2026年度（第一季度）)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

from lzxl.forms.text import compact, fold

_YEAR = re.compile(r"(?:19|20)\d\d")
_NUMERAL = re.compile("[一二三四五六七八九]?十[一二三四五六七八九]?|[一二三四五六七八九]")
_DIGITS = "〇一二三四五六七八九"


def stated_period(period: str, label: str) -> str:
    """What is printed on a workbook of a round. `label`: "" where the form has no rounds."""
    return f"{period}（{label}）" if label else period


def label_key(label: str) -> str:
    """A label as labels are compared: 第 1 季度, 第一季度 and 一季度 are the same."""
    return _NUMERAL.sub(_as_digits, fold(label)).replace("第", "")


def _as_digits(match: re.Match[str]) -> str:
    tens, ten, ones = match.group().rpartition("十")
    if not ten:
        return str(_DIGITS.index(ones))
    return str(10 * (_DIGITS.index(tens) if tens else 1) + (_DIGITS.index(ones) if ones else 0))


def label_in(text: str, period: str, labels: Sequence[str]) -> str:
    """The one of `labels` that a period as people type it names beside `period`; "" if it names none, or another year.

    Without the campaign's period or a year, a text is a label only if it says nothing else.
    """
    said, own = label_key(text), label_key(period)
    known = {label_key(label): label for label in labels}
    # Every text begins with an empty period.
    if own and said.startswith(own):
        return _only_label(said.removeprefix(own), known)
    years = _years(text)
    if not years:
        return known.get(said, "")
    return _only_label(said, known) if years <= _years(period) else ""


def _years(text: str) -> set[str]:
    return set(_YEAR.findall(unicodedata.normalize("NFKC", text)))


def _only_label(rest: str, known: Mapping[str, str]) -> str:
    """The label that a text names; "" if it names none or several. `known`: as labels are compared → the label."""
    named = [key for key in known if _holds(rest, key)]
    # 第一期补报 names no 第一期 beside it; of two that stand beside each other, nobody knows which is meant.
    own_names = [key for key in named if not any(key in other for other in named if other != key)]
    return known[own_names[0]] if len(own_names) == 1 else ""


def is_of_period(text: str, period: str, labels: Sequence[str]) -> bool:
    """Whether a cover says this period, or a round of it."""
    return compact(text) == compact(period) or bool(label_in(text, period, labels))


def without_label(stamped: str, labels: Sequence[str]) -> str:
    """The period that a workbook was stamped for, without the round."""
    for label in labels:
        if stamped.endswith(f"（{label}）"):
            return stamped.removesuffix(f"（{label}）")
    return stamped


def _holds(text: str, key: str) -> bool:
    """Whether `key` stands in `text`, and its number, if it begins or ends with one, as a whole: 1月 is not in 11月."""
    before, behind = (r"(?<!\d)" if key[:1].isdigit() else ""), (r"(?!\d)" if key[-1:].isdigit() else "")
    return bool(key) and re.search(before + re.escape(key) + behind, text) is not None
