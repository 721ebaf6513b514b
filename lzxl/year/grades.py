"""From results to grades and ranks: bands, limits, the quota of the best grade, and what the leading group decided (第八条(三)).

The program never chooses between equals: units that are equal at the edge of the quota are all shown as undecided, until the
leading group's decision stands in 认定.xlsx. What is decided counts beside the score, and says so; a limit of the grade
(等次限制) counts whatever else is said.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import lru_cache
from typing import Final, Literal

from lzxl.forms.appraisal import SCORE_FIELDS, AppraisalScheme, round_half_up
from lzxl.forms.load import book_with, load_form
from lzxl.forms.rules_of_books import Opined
from lzxl.groups import apart, grouped
from lzxl.year.scores import Parts, result_of

UNDECIDED: Final = "待定"
"""Stands for the grade of a unit that the leading group has to decide on."""
INCOMPLETE: Final = "未齐"
"""How a unit stands whose scores are not all there: no grade, no rank."""
SETTLED: Final = "已定"
State = Literal["未齐", "待定", "已定"]

# What the quota does to a unit, as it is noted beside it. The formulas of the office's book are made of the same texts.
OVER_QUOTA: Final = "认定{chosen}个，超过名额{quota}个"
TIED: Final = "{equals}个单位并列，名额只剩{left}个"
QUOTA_FULL: Final = "名额{quota}个已满"

LEADERS = "领导小组"


@lru_cache(maxsize=1)
def part_titles() -> Mapping[str, str]:
    """What the office's book calls the three scores, by `SCORE_FIELDS`."""
    sheet, rule = load_form(book_with("opined")).rules_of(Opined)[0]
    names = (rule.own, rule.inspected, rule.checked)
    return {part: sheet.by_name[name].title for part, name in zip(SCORE_FIELDS, names, strict=True)}


@dataclass(frozen=True)
class Ceiling:
    """A circumstance for which a unit's grade is at most `highest` (等次限制). It counts only with its whole foundation."""

    circumstance: str
    highest: str
    basis: str = ""
    decided_by: str = ""
    decided_on: datetime.date | None = None

    @property
    def is_founded(self) -> bool:
        """Whether it says what it rests on, who decided it and when."""
        return bool(self.basis.strip() and self.decided_by.strip() and self.decided_on is not None)


@dataclass(frozen=True)
class DecidedGrade:
    """A unit's grade as the leading group decided it."""

    grade: str
    day: datetime.date
    reason: str = ""


@dataclass(frozen=True)
class Candidate:
    """What is known of a unit before it is graded."""

    unit: str
    parts: Parts
    kind: str = ""
    """The kind of unit, by which it is ranked if the scheme says so."""
    zero_items: tuple[str, ...] = ()
    """Items for which the appraisers gave no points at all."""
    ceilings: tuple[Ceiling, ...] = ()
    decided: DecidedGrade | None = None


@dataclass(frozen=True)
class Outcome:
    """How a unit stands. `grade` is "" without a result, `UNDECIDED` where the leading group has to decide."""

    unit: str
    parts: Parts
    state: State
    result: Decimal | None = None
    by_score: str = ""
    """The grade that the result alone would earn."""
    grade: str = ""
    why: tuple[str, ...] = ()
    """Why it is not the one by score, and what else is to be known of it."""
    rank: int | None = None
    ceiling: str = ""
    """The best grade that the unit may have, whatever it scored."""
    decided: str = ""
    """The grade that the leading group decided; "" if it decided none."""
    group: str = ""
    """What the units are called that it is ranked among; "" if all are ranked together."""
    quota_note: str = ""
    """What the quota of the best grade does to it; "" if nothing."""


@dataclass(frozen=True)
class Evaluation:
    """The grades of all units, and what is to be decided."""

    outcomes: tuple[Outcome, ...]
    quota: int | None
    """How many may have the best grade; None: no limit."""
    eligible: tuple[str, ...]
    """Units that would have the best grade if there were no quota."""
    to_decide: tuple[str, ...]
    average: Decimal | None
    """The mean of all results, half-up to one decimal; None while there is none."""
    ranked: int
    """How many have a result, and so a rank."""

    @property
    def settled(self) -> frozenset[str]:
        """The units whose grade nothing can change but another score."""
        return frozenset(one.unit for one in self.outcomes if one.state == SETTLED)


@dataclass
class _Standing:
    """A unit while it is being graded."""

    candidate: Candidate
    result: Decimal
    by_score: str
    allowed: str = ""
    """The grade by score within the limits that hold for the unit."""
    grade: str = ""
    why: list[str] = field(default_factory=list)
    quota_note: str = ""


def evaluate(scheme: AppraisalScheme, candidates: Sequence[Candidate]) -> Evaluation:
    """How all units stand, in the order given. The sequence does not matter for any of them."""
    standings: dict[str, _Standing] = {}
    for candidate in candidates:
        result = result_of(scheme, candidate.parts)
        if result is not None:
            standings[candidate.unit] = _limited(scheme, candidate, result)
    _apply_decisions(scheme, standings.values())
    quota = _quota(scheme, len(standings))
    eligible = tuple(unit for unit, one in standings.items() if _wants_best(scheme, one))
    if quota is not None:
        _keep_quota(scheme, list(standings.values()), quota)
    for standing in standings.values():
        standing.grade = standing.grade or standing.allowed
        _hint(scheme, standing)
    ranks = _ranks(scheme, standings.values())
    outcomes = tuple(_outcome(scheme, one, standings.get(one.unit), ranks) for one in candidates)
    return Evaluation(
        outcomes,
        quota,
        eligible,
        tuple(one.unit for one in outcomes if one.state == UNDECIDED),
        _average([one.result for one in standings.values()]),
        len(standings),
    )


def _limited(scheme: AppraisalScheme, candidate: Candidate, result: Decimal) -> _Standing:
    """The unit with the grade by score, and what the limits leave of it. Of several limits the worst counts."""
    standing = _Standing(candidate, result, scheme.grade(result))
    founded, unfounded = _told_apart(scheme, candidate)
    standing.why += [f"等次限制“{ceiling.circumstance}”依据不全，未计入" for ceiling in unfounded]
    limits = [(ceiling.highest, f"等次限制：{ceiling.circumstance}") for ceiling in founded]
    if candidate.zero_items and scheme.zero_item:
        limits.insert(0, (scheme.zero_item, f"有零分项（{'、'.join(candidate.zero_items)}）"))
    standing.allowed = scheme.worst([standing.by_score, _ceiling(scheme, candidate)])
    by_score = scheme.grades.index(standing.by_score)
    standing.why += [reason for highest, reason in limits if scheme.grades.index(highest) > by_score]
    return standing


def _told_apart(scheme: AppraisalScheme, candidate: Candidate) -> tuple[list[Ceiling], list[Ceiling]]:
    """The limits of the unit's grade that count, and those that lack their basis or name no grade of the scheme."""
    return apart(candidate.ceilings, lambda one: one.is_founded and one.highest in scheme.grades)


def _apply_decisions(scheme: AppraisalScheme, standings: Iterable[_Standing]) -> None:
    """What the leading group decided counts, but for a grade above the limits that hold for the unit."""
    for standing in standings:
        decided = standing.candidate.decided
        if decided is None or decided.grade not in scheme.grades:
            continue
        highest = _ceiling(scheme, standing.candidate)
        if scheme.grades.index(decided.grade) < scheme.grades.index(highest):
            standing.why.append(f"{LEADERS}{decided.day}认定为{decided.grade}，超过等次限制，按限制计")
            continue
        standing.grade = decided.grade
        reason = f"，{decided.reason}" if decided.reason else ""
        standing.why.append(f"{LEADERS}{decided.day}认定{reason}")


def _ceiling(scheme: AppraisalScheme, candidate: Candidate) -> str:
    """The best grade that the unit may have, whatever it scored."""
    founded, _ = _told_apart(scheme, candidate)
    zero = [scheme.zero_item] if candidate.zero_items and scheme.zero_item else []
    return scheme.worst([scheme.best, *(one.highest for one in founded), *zero])


def _wants_best(scheme: AppraisalScheme, standing: _Standing) -> bool:
    return (standing.grade or standing.allowed) == scheme.best


def _quota(scheme: AppraisalScheme, scored: int) -> int | None:
    """The share of the scored units, rounded down."""
    return None if scheme.quota is None else int(scheme.quota * scored // 100)


def _keep_quota(scheme: AppraisalScheme, standings: list[_Standing], quota: int) -> None:
    """Leave the best grade to as many as may have it: those decided first, then by result; equals at the edge undecided."""
    chosen = [one for one in standings if one.grade == scheme.best]
    waiting = [one for one in standings if not one.grade and one.allowed == scheme.best]
    free = quota - len(chosen)
    if free < 0:
        _leave_undecided(scheme, (*chosen, *waiting), len(chosen), quota)
    elif len(waiting) > free:
        decided_on = max((one.candidate.decided.day for one in chosen if one.candidate.decided), default=None)
        _share_out(scheme, waiting, free, quota, _left_out(scheme, quota, decided_on))


def _leave_undecided(scheme: AppraisalScheme, standings: Iterable[_Standing], chosen: int, quota: int) -> None:
    """More have been decided to be the best than may be: which of them is not for the program to say."""
    for standing in standings:
        standing.grade = UNDECIDED
        standing.why.append(f"认定为{scheme.best}的有{chosen}个，超过名额{quota}个")
        standing.quota_note = OVER_QUOTA.format(chosen=chosen, quota=quota)


def _share_out(scheme: AppraisalScheme, waiting: list[_Standing], free: int, quota: int, left_out: str) -> None:
    """Of more units than places are `free`, the best by result keep the best grade. `left_out`: why the others do not."""
    edge = sorted((one.result for one in waiting), reverse=True)[free]
    above, others = apart(waiting, lambda one: one.result > edge)
    at_edge, below = apart(others, lambda one: one.result == edge)
    if len(above) < free:
        # Whoever equals the first who is left out may neither be taken nor left out by the program.
        _tie(scheme, at_edge, free - len(above), quota)
    else:
        below += at_edge
    for standing in below:
        standing.grade = scheme.below(scheme.best)
        standing.why.append(left_out)
        standing.quota_note = QUOTA_FULL.format(quota=quota)


def _tie(scheme: AppraisalScheme, equals: Sequence[_Standing], left: int, quota: int) -> None:
    """`left`: how many of the equals could still have the best grade."""
    for standing in equals:
        others = sorted(one.candidate.unit for one in equals if one is not standing)
        standing.grade = UNDECIDED
        standing.why.append(f"与 {'、'.join(others)} 并列，{scheme.best}名额只有{quota}个")
        standing.quota_note = TIED.format(equals=len(equals), left=left)


def _left_out(scheme: AppraisalScheme, quota: int, decided_on: datetime.date | None) -> str:
    """Why a unit does not have the best grade that its score would earn."""
    if decided_on is not None:
        return f"名额限制，{LEADERS}{decided_on}认定"
    return f"名额限制（{scheme.best}名额{quota}个，按得分）"


def _hint(scheme: AppraisalScheme, standing: _Standing) -> None:
    parts, gap = standing.candidate.parts, scheme.self_above_final
    if gap is None or parts.self_score is None or parts.final_score is None:
        return
    above = parts.self_score - parts.final_score
    if above >= gap:
        standing.why.append(f"自查高出年终检查{above.normalize():f}分，请核对")


def _ranks(scheme: AppraisalScheme, standings: Iterable[_Standing]) -> dict[str, int]:
    """Unit → rank in its group: equal results share a rank, and the ranks that they take up are left out (1-2-2-4)."""
    ranks: dict[str, int] = {}
    for members in grouped(standings, lambda standing: _group(scheme, standing.candidate.kind)).values():
        results = sorted((one.result for one in members), reverse=True)
        first: dict[Decimal, int] = {}
        for place, result in enumerate(results, start=1):
            first.setdefault(result, place)
        ranks.update({one.candidate.unit: first[one.result] for one in members})
    return ranks


def _group(scheme: AppraisalScheme, kind: str) -> str:
    """The name of the group that units of a kind are ranked in."""
    if not scheme.groups:
        return ""
    return next(("、".join(group) for group in scheme.groups if kind in group), kind)


def _outcome(
    scheme: AppraisalScheme, candidate: Candidate, standing: _Standing | None, ranks: Mapping[str, int]
) -> Outcome:
    known = Outcome(
        candidate.unit,
        candidate.parts,
        INCOMPLETE,
        ceiling=_ceiling(scheme, candidate),
        decided=candidate.decided.grade if candidate.decided is not None else "",
        group=_group(scheme, candidate.kind),
    )
    if standing is None:
        why = f"缺{'、'.join(part_titles()[name] for name in candidate.parts.missing())}"
        return replace(known, why=(why,))
    return replace(
        known,
        state=UNDECIDED if standing.grade == UNDECIDED else SETTLED,
        result=standing.result,
        by_score=standing.by_score,
        grade=standing.grade,
        why=tuple(standing.why),
        rank=ranks[candidate.unit],
        quota_note=standing.quota_note,
    )


def _average(results: Sequence[Decimal]) -> Decimal | None:
    return round_half_up(sum(results, Decimal(0)) / len(results)) if results else None
