"""The draft of the opinion on a unit's appraisal (考核意见): how it stands, what is good, what is wrong, what to mend."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from lzxl.year.grades import UNDECIDED, Outcome

LONGEST = 300
"""Characters that an opinion has at most."""
_MOST_NAMED = 3


@dataclass(frozen=True)
class Loss:
    """What a unit lost on an item, with the fact."""

    item: str
    points: str
    fact: str


def draft(name: str, outcome: Outcome, kept: Sequence[str], losses: Sequence[Loss], until: datetime.date) -> str:
    """The draft for a unit that has a result; "" for one that has none.

    `kept`: what the items ask on which nothing was lost. `until`: the day by which the unit is to mend what is wrong.
    """
    if outcome.result is None:
        return ""
    parts = outcome.parts
    scores = f"自查{_plain(parts.self_score)}分、日常督查{_plain(parts.inspection_score)}分、年终检查{_plain(parts.final_score)}分"
    grade = "等次待领导小组认定" if outcome.grade == UNDECIDED else f"等次为{outcome.grade}"
    head = f"{name}本年度考核结果{_plain(outcome.result)}分（{scores}），名次第{outcome.rank}，{grade}。"
    good = _good(kept)
    end = (
        f"请于{until}前针对以上问题提出整改措施，报领导小组办公室。"
        if losses
        else f"请继续保持，并于{until}前报送巩固措施。"
    )
    room = LONGEST - len(head) - len(good) - len(end)
    return f"{head}{good}{_wrong(losses, room)}{end}"


def _plain(number: object) -> str:
    # Normalised, a decimal 10 is 1E+1, and written so unless it is formatted.
    return f"{number.normalize():f}" if hasattr(number, "normalize") else str(number)


def _good(kept: Sequence[str]) -> str:
    if not kept:
        return ""
    named = "；".join(_short(text, 22) for text in kept[:_MOST_NAMED])
    return f"主要成效：{named}等{len(kept)}项未失分。"


def _wrong(losses: Sequence[Loss], room: int) -> str:
    """As many of the losses as there is room for, each with its fact; of the others how many they are."""
    if not losses:
        return ""
    told = "存在问题："
    for number, loss in enumerate(losses):
        left = len(losses) - number
        line = f"第{loss.item}项失{loss.points}分，{_short(loss.fact, 60)}。"
        if len(told) + len(line) + len(_rest(left - 1, number + 1)) > room:
            return told + _rest(left, number)
        told += line
    return told


def _rest(left: int, told: int) -> str:
    """What is said of the losses that are not told one by one, after so many that are."""
    return f"{'另' if told else ''}有{left}项失分，见考核评定表。" if left else ""


def _short(text: str, most: int) -> str:
    # Facts are written as sentences, a line each: here they stand within one.
    bare = "；".join(text.split("\n")).rstrip("。；")
    return bare if len(bare) <= most else bare[: most - 1] + "…"
