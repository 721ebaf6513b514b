"""How the measures of a register differ from those of the period before (第八条(三): 完善措施): which came, which went and why, what
they say otherwise, and how far they are.

Measures are looked for among those of the risk point that theirs was. By what they say, not by their number: a measure that moves to
the row of its point has none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lzxl.forms.load import load_form
from lzxl.forms.model import Sheet
from lzxl.forms.text import compact
from lzxl.forms.values import display
from lzxl.groups import grouped
from lzxl.submission import Submission
from lzxl.year.changes import FieldChange, changes_of, compared_fields
from lzxl.year.first_rows import tables_of
from lzxl.year.likeness import grams, likeness

_NEAR = 0.4
# A point with more measures than this on either side is looked through word for word only: pairs grow with the square.
_MOST_NEAR = 40


@dataclass(frozen=True)
class Measure:
    """One measure of a risk point. `values`: field → what stands there, of the fields that its row has."""

    point: str
    number: str
    content: str
    values: Mapping[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        return compact(self.content)


@dataclass(frozen=True)
class Point:
    """A risk point of either period, or of both, as its measures are looked for. `reason`: why it changed, or is gone."""

    unit: str
    before: str
    after: str
    reason: str = ""


@dataclass(frozen=True)
class MeasureDifference:
    """A measure of either period, or of both."""

    point: Point
    before: Measure | None
    after: Measure | None
    changes: tuple[FieldChange, ...]
    progress: tuple[str, str]
    """How far it was, and is."""
    reason: str = ""
    """Why it is gone, as far as that is known: the unit says so of its point, or it was done."""

    @property
    def kind(self) -> str:
        return "added" if self.before is None else "removed" if self.after is None else "matched"

    @property
    def content(self) -> str:
        measure = self.after or self.before
        assert measure is not None
        return measure.content

    def as_data(self) -> dict[str, Any]:
        """For programs."""
        return {
            "id": _number(self.after),
            "id_before": _number(self.before),
            "risk_id": self.point.after or None,
            "risk_id_before": self.point.before or None,
            "unit": self.point.unit,
            "change": self.kind,
            "content": self.content,
            "progress": self.progress[1] or None,
            "progress_before": self.progress[0] or None,
            "fields": [one.as_data() for one in self.changes],
            "reason": self.reason,
        }


def _number(measure: Measure | None) -> str | None:
    return measure.number or None if measure is not None else None


def measures_as_data(rows: Sequence[MeasureDifference]) -> dict[str, Any]:
    """For programs; the keys are a contract."""
    kinds = [row.kind for row in rows]
    return {
        **{kind: kinds.count(kind) for kind in ("matched", "added", "removed")},
        "changed": sum(bool(row.changes) for row in rows),
        "rows": [row.as_data() for row in rows],
    }


def measure_sheet(form_id: str, register: Sheet) -> Sheet | None:
    """The sheet of the measures of a register: that whose first row stands on the register's; None if it has none."""
    names = iter(register.first_rows_of)
    name = next(names, "")
    return load_form(form_id).by_name[name] if name else None


def measures_in(submission: Submission, name: str) -> Iterator[Measure]:
    """Every measure of a submission, wherever it stands. `name`: the sheet of measures."""
    sheet = load_form(submission.form, submission.scheme).by_name[name]
    rule = sheet.rules.numbered
    assert rule is not None
    for table in tables_of(submission, sheet):
        for index, content in table.filled(rule.text):
            point = table.get(rule.owner, index)
            if point:
                values = {
                    one.name: display(table.get(one.name, index)) for one in sheet.inputs if one.name in table.columns
                }
                yield Measure(str(point), values.get(rule.number, ""), display(content), values)


def compare_measures(
    points: Iterable[Point], before: Iterable[Measure], after: Iterable[Measure], sheet: Sheet
) -> tuple[MeasureDifference, ...]:
    """The measures of two periods side by side, point by point. `sheet`: what the measures are rows of."""
    old, new = (grouped(measures, lambda measure: measure.point) for measures in (before, after))
    judge = _Judge(sheet)
    pairs = ((point, old.get(point.before, ()), new.get(point.after, ())) for point in points)
    return tuple(row for pair in pairs for row in judge.of_point(*pair))


def _paired(old: Sequence[Measure], new: Sequence[Measure]) -> dict[int, int]:
    """Place in `new` → place in `old` of measures that are the same: word for word, then the likest first."""
    pairs = _alike(old, new)
    taken = set(pairs.values())
    left_old = [place for place in range(len(old)) if place not in taken]
    left_new = [place for place in range(len(new)) if place not in pairs]
    if max(len(left_old), len(left_new)) <= _MOST_NEAR:
        pairs |= _nearest(_likely(old, new, left_old, left_new))
    return pairs


def _nearest(likely: Iterable[tuple[float, int, int]]) -> dict[int, int]:
    """Place in `new` → place in `old`, each taken once, the likest first; `likely`: how alike, place in `old`, place in `new`."""
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    for _, source, place in sorted(likely, key=lambda one: (-one[0], *one[1:])):
        if place not in pairs and source not in taken:
            pairs[place] = source
            taken.add(source)
    return pairs


def _alike(old: Sequence[Measure], new: Sequence[Measure]) -> dict[int, int]:
    """The same for those that say the same word for word: the first of them is the first of before."""
    pairs: dict[int, int] = {}
    # Reversed, as the last is taken first.
    waiting = grouped(reversed(range(len(old))), lambda place: old[place].text)
    for place, measure in enumerate(new):
        if waiting.get(measure.text):
            pairs[place] = waiting[measure.text].pop()
    return pairs


def _likely(
    old: Sequence[Measure], new: Sequence[Measure], left_old: Sequence[int], left_new: Sequence[int]
) -> Iterator[tuple[float, int, int]]:
    """(likeness, place before, place now) of measures that say nearly the same."""
    for source in left_old:
        for place in left_new:
            alike = likeness(grams(old[source].text), grams(new[place].text))
            if alike >= _NEAR:
                yield alike, source, place


class _Judge:
    """Says of the measures of a point what became of them."""

    def __init__(self, sheet: Sheet) -> None:
        rule, charged = sheet.rules.numbered, sheet.rules.charged
        assert rule is not None
        self.fields = compared_fields(sheet, {rule.number, rule.owner})
        self.progress = charged.progress if charged is not None else ""
        ended = sheet.carried.ended if sheet.carried is not None else {}
        self.ended = {word for words in ended.values() for word in words}

    def of_point(self, point: Point, old: Sequence[Measure], new: Sequence[Measure]) -> Iterator[MeasureDifference]:
        pairs = _paired(old, new)
        for place, measure in enumerate(new):
            source = old[pairs[place]] if place in pairs else None
            changes = tuple(self._changes(source, measure)) if source is not None else ()
            yield MeasureDifference(point, source, measure, changes, (self._how_far(source), self._how_far(measure)))
        kept = set(pairs.values())
        yield from (self._gone(point, measure) for place, measure in enumerate(old) if place not in kept)

    def _gone(self, point: Point, measure: Measure) -> MeasureDifference:
        far = self._how_far(measure)
        reason = point.reason or (f"上期{far}" if far in self.ended else "")
        return MeasureDifference(point, measure, None, (), (far, ""), reason)

    def _changes(self, before: Measure, after: Measure) -> Iterator[FieldChange]:
        # A measure on the row of its point has fewer fields than one on a row of its own.
        both = [entry for entry in self.fields if entry.name in before.values and entry.name in after.values]
        return changes_of(both, before.values, after.values)

    def _how_far(self, measure: Measure | None) -> str:
        return measure.values.get(self.progress, "") if measure is not None else ""
