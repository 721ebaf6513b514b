"""What the ledger's warnings tell together (第八条(二)2): counts, rates, working days, repeats, points whose level is suspicious."""

from __future__ import annotations

import datetime
import statistics
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lzxl.year.course import Course, Done
from lzxl.year.months import add_months

MONTHS_OF_REPEATS = 12
LEAST_REPEATS = 2
"""So many warnings within so many months are a repeat."""


@dataclass(frozen=True)
class Point:
    """What the registers say of a risk point. A word that is not known is ""."""

    risk_type: str = ""
    power_class: str = ""
    level: str = ""


@dataclass(frozen=True)
class Levels:
    """The levels of risk points, gravest first."""

    words: tuple[str, ...] = ()


def analysis(courses: Sequence[Course], points: Mapping[str, Point], levels: Levels) -> dict[str, Any]:
    """Everything that the warnings tell together, as `lzxl ledger --format json` has it. Rates have three decimals; None: of none."""
    return {
        "count": len(courses),
        "by_month": _by_month(courses),
        "by_source": _counted(courses, lambda course: course.warning.source),
        "by_unit": _counted(courses, lambda course: course.warning.unit),
        "by_class": _counted(courses, lambda course: _point(course, points).power_class),
        "by_risk_type": _counted(courses, lambda course: _point(course, points).risk_type),
        "by_level": _counted(courses, lambda course: _point(course, points).level),
        "by_target_kind": _counted(courses, lambda course: course.warning.target_kind),
        "by_state": _counted(courses, lambda course: course.machine.states[course.standing.state].title),
        "by_disposition": _by_disposition(courses),
        "by_verification": _verified(courses),
        "by_degree": _counted_said(courses, "degree"),
        "papers": _papers(courses),
        **_rates(courses),
        "workdays": {name: _days(courses, of) for name, of in MEASURED.items()},
        "repeat_targets": _repeats(courses, lambda course: (course.warning.unit, course.warning.target)),
        "repeat_points": _repeats(courses, lambda course: (course.warning.risk_id,)),
        "uncovered": [course.warning.id for course in courses if course.warning.risk_id not in points],
        "suspicious_levels": _suspicious(courses, points, levels),
        "causes": _counted_said(courses, "cause"),
        "stages": _counted_said(courses, "stage"),
    }


def _point(course: Course, points: Mapping[str, Point]) -> Point:
    return points.get(course.warning.risk_id, Point())


def _counted(courses: Iterable[Course], key: Callable[[Course], str]) -> dict[str, int]:
    """How many warnings there are of each kind; those of none are left out."""
    return dict(sorted(Counter(filter(None, map(key, courses))).items()))


def _by_month(courses: Iterable[Course]) -> dict[str, dict[str, int]]:
    """Month → source → how many were collected."""
    months: dict[str, Counter[str]] = {}
    for course in courses:
        if course.warning.collected_on is not None:
            month = course.warning.collected_on.strftime("%Y-%m")
            months.setdefault(month, Counter())[course.warning.source] += 1
    return {month: dict(sorted(counts.items())) for month, counts in sorted(months.items())}


def _by_disposition(courses: Iterable[Course]) -> dict[str, int]:
    """By the disposition that counts last; what is suspected and transferred is in none."""
    return _counted(courses, lambda course: course.final_disposition if course.counts_in_dispositions else "")


def _counted_said(courses: Iterable[Course], name: str) -> dict[str, int]:
    found = (getattr(done.said, name) for course in courses for done in course.marked("verified"))
    return dict(sorted(Counter(filter(None, found)).items()))


def _verified(courses: Iterable[Course]) -> dict[str, int]:
    """How many were found to be what: the last time that each was verified."""
    words: Counter[str] = Counter()
    for course in courses:
        for done in course.marked("verified")[-1:]:
            result = course.machine.events[done.row.event].result(done.said.result)
            words.update([result.word] if result is not None else [])
    return dict(sorted(words.items()))


def _papers(courses: Iterable[Course]) -> dict[str, int]:
    """How many papers were sent: each disposition that was delivered, and each order to rework."""
    sent: Counter[str] = Counter()
    for course in courses:
        sent.update(done.disposition for done in course.marked("delivered") if done.disposition)
        sent.update(done.paper for done in course.done if done.paper)
    return dict(sorted(sent.items()))


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 3) if whole else None


def _rates(courses: Sequence[Course]) -> dict[str, float | None]:
    """How many proved true, were disposed of in time, were answered in time, passed at once: each a share of those that could."""
    approved = [(course, done) for course, done in _marked(courses, "approved") if done.met_due is not None]
    return {
        "proved_rate": _share_of(map(_is_last_true, _with(courses, "verified"))),
        "disposed_on_time_rate": _share_of(course.delay(done) == 0 for course, done in approved),
        "feedback_on_time_rate": _share_of(course.delay(done) == 0 for course, done in _marked(courses, "answered")),
        "passed_at_once_rate": _share_of(map(_has_passed, _with(courses, "inspected"))),
    }


def _marked(courses: Iterable[Course], mark: str) -> Iterator[tuple[Course, Done]]:
    """Each event of a kind, with its course."""
    return ((course, done) for course in courses for done in course.marked(mark))


def _with(courses: Iterable[Course], mark: str) -> Iterator[Course]:
    """The courses that have come to an event of a kind."""
    return (course for course in courses if course.marked(mark))


def _share_of(hits: Iterable[bool]) -> float | None:
    """How many of those that could did; None: none could."""
    could = list(hits)
    return _share(sum(could), len(could))


def _is_last_true(course: Course) -> bool:
    """Whether the last verification of a warning found something to it."""
    return course.is_true(course.marked("verified")[-1])


def _has_passed(course: Course) -> bool:
    """Whether a warning passed its first inspection."""
    return course.machine.states[course.marked("inspected")[0].state].ends


MEASURED: Mapping[str, Callable[[Course], int | None]] = {
    "verify": lambda course: course.between("received", "verified"),
    "decide": lambda course: course.between("verified", "approved"),
    "deliver": lambda course: course.between("approved", "delivered"),
    "register_to_close": lambda course: course.register_to_close,
}
"""The working days that are measured of every warning."""


def _days(courses: Iterable[Course], of: Callable[[Course], int | None]) -> dict[str, float | None]:
    days = [number for number in map(of, courses) if number is not None]
    if not days:
        return {"mean": None, "median": None}
    return {"mean": round(statistics.fmean(days), 1), "median": float(statistics.median(days))}


def _repeats(courses: Iterable[Course], key: Callable[[Course], tuple[str, ...]]) -> list[list[str]]:
    """The warnings of what was warned of at least twice within twelve months, a list for each."""
    groups: dict[tuple[str, ...], list[tuple[datetime.date, str]]] = {}
    for course in courses:
        about, day = key(course), course.warning.collected_on
        # Where a row does not say whom it is about, nobody knows whether it is the same one again.
        if about[-1] and day is not None:
            groups.setdefault(about, []).append((day, course.warning.id))
    dated = map(sorted, groups.values())
    return sorted([number for _, number in group] for group in dated if _is_repeated([day for day, _ in group]))


def _is_repeated(days: Sequence[datetime.date]) -> bool:
    """Whether so many of the days, in their order, lie within so many months."""
    # Each day beside the one that makes a repeat with it; behind the last ones no such day comes.
    pairs = zip(days, days[LEAST_REPEATS - 1 :], strict=False)
    return any(later <= add_months(earlier, MONTHS_OF_REPEATS) for earlier, later in pairs)


def _suspicious(courses: Iterable[Course], points: Mapping[str, Point], levels: Levels) -> list[dict[str, Any]]:
    """Points of the gravest level without a warning, and of the mildest with several: suggested to be looked at, no more."""
    if len(levels.words) < 2:  # none is graver than another
        return []
    counts = Counter(course.warning.risk_id for course in courses)
    gravest, mildest = levels.words[0], levels.words[-1]

    def is_suspicious(number: str, level: str) -> bool:
        is_quiet, is_loud = not counts[number], counts[number] >= LEAST_REPEATS
        return is_quiet if level == gravest else is_loud and level == mildest

    return [
        {"id": number, "level": point.level, "count": counts[number]}
        for number, point in sorted(points.items())
        if is_suspicious(number, point.level)
    ]
