"""How the register of risk points differs from that of the period before (第八条(一)1): what came, went, rose, fell, and was copied.

Rows are matched by number, which stays for good, also through a unit's former code (沿革); then by what they say, within their
unit. A number whose content has nothing in common with what it stood for was given to another thing: that is a row gone and a
row come, and is said. Every step is linear: near texts are looked for through an index of what is rare in them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal

from lzxl.forms.model import Sheet
from lzxl.groups import grouped
from lzxl.year.changes import FieldChange, changes_of
from lzxl.year.likeness import grams, likeness
from lzxl.year.measures import MeasureDifference, Point, compare_measures, measures_as_data
from lzxl.year.registers import Entry, Register, shown_fields

MatchedBy = Literal["id", "content"]
Note = Literal["id_reused", "removed_without_reason", "lowered_despite_warning"]

# Two descriptions are one and the same, written anew; they have nothing in common.
_NEAR, _APART = 0.6, 0.25
# What stands in more rows of a unit than this tells none of them.
_COMMON = 16
_CANDIDATES = 5


@dataclass(frozen=True)
class Difference:
    """A risk point of either period, or of both."""

    before: Entry | None
    after: Entry | None
    matched_by: MatchedBy | None
    step: int
    """How many levels it rose since; negative if it fell."""
    changes: tuple[FieldChange, ...]
    warnings: tuple[str, ...]
    """The proved warnings of the later period about it."""
    notes: tuple[Note, ...]

    @property
    def is_matched(self) -> bool:
        return self.before is not None and self.after is not None

    @property
    def is_copied(self) -> bool:
        """Whether its level is the same, and what it says is the same word for word."""
        before, after = self.before, self.after
        return before is not None and after is not None and not self.step and before.texts == after.texts

    @property
    def unit(self) -> str:
        """The unit of now; of a row that is gone, the one of before."""
        entry = self.after or self.before
        assert entry is not None
        return entry.unit

    @property
    def number(self) -> str:
        entry = self.after or self.before
        assert entry is not None
        return entry.number

    @property
    def reason(self) -> str:
        """Why it is gone, as far as the unit says so."""
        return self.before.reason if self.before is not None and self.after is None else ""

    @property
    def as_point(self) -> Point:
        """The point as its measures are looked for."""
        before, after = self.before, self.after
        reason = after.reason if after is not None else self.reason
        return Point(self.unit, before.number if before else "", after.number if after else "", reason)

    def as_data(self) -> dict[str, Any]:
        """For programs."""
        before, after = self.before, self.after
        return {
            "id": after.number if after is not None else None,
            "id_before": before.number if before is not None else None,
            "unit": self.unit,
            "change": "matched" if self.is_matched else "added" if after is not None else "removed",
            "matched_by": self.matched_by,
            "level": after.level if after is not None else None,
            "level_before": before.level if before is not None else None,
            "level_step": self.step,
            "text_identical": self.is_copied,
            "fields": [one.as_data() for one in self.changes],
            "reason": self.reason,
            "proved_warnings": list(self.warnings),
            "notes": list(self.notes),
        }


@dataclass(frozen=True)
class UnitShare:
    """A unit's points: how many are in both periods, and how many of those were copied word for word."""

    unit: str
    points: int
    matched: int
    added: int
    removed: int
    copied: int

    @property
    def share(self) -> float | None:
        return _share(self.copied, self.matched)


@dataclass(frozen=True)
class Comparison:
    """Two periods side by side: the later one's rows in their order, then those that are gone."""

    before: Register
    after: Register
    rows: tuple[Difference, ...]
    measures: tuple[MeasureDifference, ...] = ()
    """Those of each row in turn."""

    @cached_property
    def matched(self) -> tuple[Difference, ...]:
        return tuple(row for row in self.rows if row.is_matched)

    @property
    def added(self) -> tuple[Difference, ...]:
        return tuple(row for row in self.rows if row.before is None)

    @property
    def removed(self) -> tuple[Difference, ...]:
        return tuple(row for row in self.rows if row.after is None)

    @property
    def raised(self) -> tuple[Difference, ...]:
        return tuple(row for row in self.matched if row.step > 0)

    @property
    def lowered(self) -> tuple[Difference, ...]:
        return tuple(row for row in self.matched if row.step < 0)

    @property
    def copied(self) -> tuple[Difference, ...]:
        return tuple(row for row in self.matched if row.is_copied)

    def noted(self, note: Note) -> tuple[Difference, ...]:
        return tuple(row for row in self.rows if note in row.notes)

    @property
    def share(self) -> float | None:
        """How many of those in both periods were copied."""
        return _share(len(self.copied), len(self.matched))

    def by_unit(self) -> tuple[UnitShare, ...]:
        """The units in the later roster's order; those that are gone at the end."""
        counts: dict[str, Counter[str]] = {code: Counter() for code in self.after.units}
        for row in self.rows:
            found = counts.setdefault(row.unit, Counter())
            found[_became(row)] += 1
            found["copied"] += row.is_copied
        kinds = ("matched", "added", "removed", "copied")
        return tuple(
            UnitShare(code, found["matched"] + found["added"], *(found[kind] for kind in kinds))
            for code, found in counts.items()
            if found
        )

    def as_data(self) -> dict[str, Any]:
        """For programs; the keys are a contract."""
        raised, lowered, copied = len(self.raised), len(self.lowered), len(self.copied)
        same = len(self.matched) - raised - lowered
        return {
            "matched": len(self.matched),
            "added": len(self.added),
            "removed": len(self.removed),
            "level_up": raised,
            "level_down": lowered,
            "level_same": same,
            "text_identical": copied,
            "text_changed": same - copied,
            "identical_share_of_matched": self.share,
            "rows": [row.as_data() for row in self.rows],
            "measure_changes": measures_as_data(self.measures),
        }


def _became(row: Difference) -> str:
    """Whether a row is in both periods, or came, or went."""
    if row.is_matched:
        return "matched"
    return "added" if row.before is None else "removed"


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 3) if whole else None


def compare_registers(
    before: Register, after: Register, sheet: Sheet, gravity: Mapping[str, int], measures: Sheet | None = None
) -> Comparison:
    """Two periods side by side. `sheet`, `measures`: what the rows and their measures are of; `gravity`: level → how grave it is."""
    old = [_moved(entry, _codes(after)) for entry in before.standing]
    new = list(after.standing)
    pairing = _Pairing(old, new)
    pairing.by_number()
    pairing.by_content()
    pairing.rewritten()
    judge = _Judge(sheet, gravity, after)
    reasons = {entry.number: entry.reason for entry in after.entries if entry.is_cancelled}
    came = {place: source for source, place in pairing.pairs.items()}
    originals = before.standing
    rows = []
    for place, entry in enumerate(new):
        source, is_reused = came.get(place), place in pairing.reused_new
        if source is None:
            rows.append(judge.come(entry, is_reused))
        else:
            rows.append(judge.kept(originals[source], old[source].number, entry, pairing.how[place], is_reused))
    for place, moved in enumerate(old):
        # Early in the year hardly a unit has filed: what it has not spoken of yet is not gone.
        if place not in pairing.pairs and moved.unit not in after.awaited:
            known = replace(originals[place], unit=moved.unit, reason=reasons.get(moved.number, ""))
            rows.append(judge.gone(known, place in pairing.reused_old))
    if measures is None:
        return Comparison(before, after, tuple(rows))
    points = [row.as_point for row in rows]
    return Comparison(before, after, tuple(rows), compare_measures(points, before.measures, after.measures, measures))


def _codes(after: Register) -> Mapping[str, str]:
    """A unit's former code → its code of now, through several renamings; a code that another unit has now is nobody's former one."""
    known = {one.former_code: one.code for one in after.renamed if one.former_code not in after.units}
    found = {}
    for former, code in known.items():
        now, steps = code, 0
        # Two units that exchanged their codes would be followed round and round.
        while now in known and steps < len(known):
            now, steps = known[now], steps + 1
        found[former] = now
    return found


def _moved(entry: Entry, codes: Mapping[str, str]) -> Entry:
    """A row of before as the unit of now has it."""
    code = codes.get(entry.unit)
    if code is None:
        return entry
    return replace(entry, number=entry.number.replace(f"{entry.unit}-", f"{code}-", 1), unit=code)


class _Pairing:
    """Finds which row of before is which of now: places in both lists."""

    def __init__(self, old: Sequence[Entry], new: Sequence[Entry]) -> None:
        self.old, self.new = old, new
        self.pairs: dict[int, int] = {}
        self.how: dict[int, MatchedBy] = {}
        """Place in `new` → how it was matched."""
        self.held: list[tuple[int, int]] = []
        """Rows with one number whose texts have nothing in common."""
        self.reused_old: set[int] = set()
        self.reused_new: set[int] = set()

    def by_number(self) -> None:
        places = {entry.number: place for place, entry in enumerate(self.new)}
        for place, entry in enumerate(self.old):
            found = places.get(entry.number)
            if found is None:
                continue
            if _are_alike(entry, self.new[found]):
                # Of units that were merged, several may have had the number.
                del places[entry.number]
                self._pair(place, found, "id")
            else:
                self.held.append((place, found))

    def by_content(self) -> None:
        """Rows of one unit that say the same under another number: word for word, then nearly so."""
        # Reversed, as the last is taken first: of rows that say the same, the first of before is the first of now.
        waiting = grouped(reversed(self._left(self.new, self.how)), lambda place: self._key(self.new[place]))
        for place in self._left(self.old, self.pairs):
            same = waiting.get(self._key(self.old[place]))
            if same:
                self._pair(place, same.pop(), "content")
        self._by_likeness()

    def _by_likeness(self) -> None:
        left = self._left(self.old, self.pairs), self._left(self.new, self.how)
        for _, place, found in sorted(_near(self.old, self.new, *left), key=lambda one: (-one[0], *one[1:])):
            if place not in self.pairs and found not in self.how:
                self._pair(place, found, "content")

    def rewritten(self) -> None:
        """Rows of one number that were written all anew are the same where they are about the same; else the number was reused."""
        for place, found in self.held:
            is_free = place not in self.pairs and found not in self.how
            old, new = self.old[place], self.new[found]
            if is_free and old.about == new.about and old.owner == new.owner:
                self._pair(place, found, "id")
            elif self.how.get(found) != "id":
                self.reused_old.add(place)
                self.reused_new.add(found)

    def _pair(self, place: int, found: int, how: MatchedBy) -> None:
        self.pairs[place], self.how[found] = found, how

    @staticmethod
    def _left(entries: Sequence[Entry], taken: Mapping[int, object]) -> list[int]:
        return [place for place in range(len(entries)) if place not in taken]

    @staticmethod
    def _key(entry: Entry) -> tuple[str, str]:
        return entry.unit, entry.text


def _are_alike(old: Entry, new: Entry) -> bool:
    """Whether two rows of one number say something in common."""
    if old.text == new.text or any(text and text in new.texts for text in old.texts if text != old.about):
        return True
    return likeness(grams(old.text), grams(new.text)) >= _APART


def _near(
    old: Sequence[Entry], new: Sequence[Entry], old_places: Iterable[int], new_places: Iterable[int]
) -> Iterator[tuple[float, int, int]]:
    """(likeness, place before, place now) of rows of one unit that say nearly the same."""
    index: dict[tuple[str, str], list[int]] = defaultdict(list)
    known = {place: grams(new[place].text) for place in new_places}
    for place, own in known.items():
        for gram in own:
            index[new[place].unit, gram].append(place)
    for place in old_places:
        own, unit = grams(old[place].text), old[place].unit
        hits: Counter[int] = Counter()
        for gram in own:
            rows = index.get((unit, gram), ())
            if len(rows) <= _COMMON:
                hits.update(rows)
        # By place where several hit alike: a set of texts has another order in each run, and most_common() keeps the order met.
        nearest = sorted(hits, key=lambda place: (-hits[place], place))[:_CANDIDATES]
        for found in sorted(nearest):
            alike = likeness(own, known[found])
            if alike >= _NEAR:
                yield alike, place, found


class _Judge:
    """Says of a pair, or of a row alone, what became of it."""

    def __init__(self, sheet: Sheet, gravity: Mapping[str, int], after: Register) -> None:
        self.fields = shown_fields(sheet)
        self.key = sheet.by_name[sheet.key].title if sheet.key else ""
        self.gravity, self.after = gravity, after

    def kept(self, before: Entry, moved_number: str, after: Entry, how: MatchedBy, is_reused: bool) -> Difference:
        """`moved_number`: the number of before, with the code that its unit has now."""
        warnings = self.after.warned.get(after.number, ())
        step = self._step(before, after)
        notes: list[Note] = ["id_reused"] if is_reused else []
        if step < 0 and warnings:
            notes.append("lowered_despite_warning")
        changes = tuple(self._changes(before, moved_number, after))
        return Difference(before, after, how, step, changes, warnings, tuple(notes))

    def come(self, after: Entry, is_reused: bool) -> Difference:
        notes: tuple[Note, ...] = ("id_reused",) if is_reused else ()
        return Difference(None, after, None, 0, (), self.after.warned.get(after.number, ()), notes)

    def gone(self, before: Entry, is_reused: bool) -> Difference:
        notes: list[Note] = ["id_reused"] if is_reused else []
        if not before.reason:
            notes.append("removed_without_reason")
        return Difference(before, None, None, 0, (), (), tuple(notes))

    def _step(self, before: Entry, after: Entry) -> int:
        if before.level not in self.gravity or after.level not in self.gravity:
            return 0
        return self.gravity[after.level] - self.gravity[before.level]

    def _changes(self, before: Entry, moved_number: str, after: Entry) -> Iterator[FieldChange]:
        if moved_number != after.number:
            yield FieldChange(self.key, before.number, after.number)
        yield from changes_of(self.fields, before.values, after.values)
