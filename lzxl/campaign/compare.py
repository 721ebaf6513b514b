"""This period's register of risk points beside those of the periods before, as their folders have them."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from lzxl.campaign import clock
from lzxl.campaign.facts import decisions_of, facts_of, rulings_of
from lzxl.campaign.folder import Campaign, find_campaign
from lzxl.campaign.previous import last_campaign, last_folder, not_there
from lzxl.campaign.standing import Standing, take_stock
from lzxl.campaign.warnings import stocktaking
from lzxl.errors import LzxlError, UsageError
from lzxl.forms.grading import gravities
from lzxl.progress import Progress
from lzxl.year.compared import Comparison, compare_registers
from lzxl.year.registers import (
    Register,
    compared_measures,
    register_entries,
    register_measures,
    register_sheet,
)

MOST_YEARS = 3
"""Periods that are looked at where nobody says which: this one and those before it."""


@dataclass(frozen=True)
class Years:
    """Two periods or more, each beside the one before it, the latest first."""

    registers: tuple[Register, ...]
    """The latest first."""
    comparisons: tuple[Comparison, ...]

    @property
    def latest(self) -> Comparison:
        return self.comparisons[0]

    def as_data(self) -> dict[str, Any]:
        """For programs; the keys are a contract."""
        data = {"version": 1, **self.latest.as_data()}
        if len(self.comparisons) > 1:
            data["trend"] = [point.as_data() for point in self.trend()]
        return data

    def trend(self) -> tuple[TrendPoint, ...]:
        """The periods, the earliest first."""
        pairs = zip(self.registers, (*self.comparisons, None), strict=True)
        return tuple(reversed([TrendPoint(*pair) for pair in pairs]))


@dataclass(frozen=True)
class TrendPoint:
    """A period in the row of periods; `comparison`: with the one before it, None of the earliest."""

    register: Register
    comparison: Comparison | None

    @property
    def levels(self) -> Mapping[str, int]:
        """Level → number of points."""
        counts: dict[str, int] = {}
        for entry in self.register.standing:
            counts[entry.level] = counts.get(entry.level, 0) + 1
        return counts

    def as_data(self) -> dict[str, Any]:
        found = self.comparison.as_data() if self.comparison is not None else {}
        names = ("matched", "added", "removed", "level_up", "level_down", "identical_share_of_matched")
        return {
            "period": self.register.period,
            "points": len(self.register.standing),
            "levels": dict(self.levels),
            **{name: found.get(name) for name in names},
        }


def compare_years(
    campaign: Campaign, folders: Sequence[Path] = (), standing: Standing | None = None, progress: Progress | None = None
) -> Years:
    """This period beside the one before, and that beside the one before it. `folders`: the periods before, the latest first;
    none for what lzxl.toml names as `previous`, and the lzxl.toml there. `standing`: this period's, if it is known.

    Raises UsageError where no folder is named at all, ConfigError for a folder that is none of a campaign.
    """
    earlier = [_campaign_in(folder) for folder in folders] if folders else _before(campaign)
    if not earlier:
        raise UsageError(
            "没有可比较的上一期：请用 --with 指定上一期的文件夹，或在 lzxl.toml 里设 previous。",
            code="nothing_to_compare",
        )
    together = [campaign, *earlier]
    _refuse_twice(together)
    registers = [register_of(campaign, standing, progress), *(register_of(one, None, progress) for one in earlier)]
    return _compared(campaign, registers)


def comparison_with_last(campaign: Campaign, standing: Standing) -> Years | None:
    """The same with the periods before by lzxl.toml; None where it names none, or the last one's folder is not there any more.

    Raises LzxlError if that one cannot be read. One further back that cannot be read ends the row.
    """
    last = last_campaign(campaign)
    if last is None or last.root.resolve() == campaign.home.resolve():
        return None
    _, *further = _before(campaign)
    registers = [register_of(campaign, standing), register_of(last)]
    with contextlib.suppress(LzxlError):
        registers += [register_of(one) for one in further]
    return _compared(campaign, registers)


def _compared(campaign: Campaign, registers: Sequence[Register]) -> Years:
    _, sheet = register_sheet()
    weight = gravities(campaign.grading.level)
    # Of a unit's former code, the latest roster knows too.
    renamed = registers[0].renamed
    comparisons = []
    for before, after in zip(registers[1:], registers, strict=False):
        known = after if after is registers[0] else replace(after, renamed=(*after.renamed, *renamed))
        comparisons.append(compare_registers(before, known, sheet, weight, compared_measures()))
    return Years(tuple(registers), tuple(comparisons))


def register_of(campaign: Campaign, standing: Standing | None = None, progress: Progress | None = None) -> Register:
    """A campaign's register as it counts, with the decided levels and the proved warnings beside it."""
    standing = standing or take_stock(campaign, progress)
    facts = facts_of(campaign, standing.counted)
    rulings = rulings_of(campaign, facts, decisions_of(campaign))
    levels = rulings.levels(facts.registered)
    pairs = [(one.point, one.number) for one in facts.proved]
    return Register(
        campaign.config.period,
        tuple(register_entries(standing.counted, levels)),
        campaign.unit_names,
        campaign.people.renamed,
        _by_point([*pairs, *_proved_in_ledger(campaign)]),
        _awaited(campaign, standing),
        tuple(register_measures(standing.counted)),
    )


def _awaited(campaign: Campaign, standing: Standing) -> frozenset[str]:
    """The units of which no register is accepted yet."""
    form_id, _ = register_sheet()
    return frozenset(campaign.units) - {one.unit_code for one in standing.counted if one.form == form_id}


def _proved_in_ledger(campaign: Campaign) -> list[tuple[str, str]]:
    """(risk point, number) of the office's warnings that were verified as true."""
    return [
        (course.warning.risk_id, course.warning.id)
        for course in stocktaking(campaign, clock.today()).all
        if course.warning.risk_id and course.is_proved
    ]


def _by_point(pairs: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {}
    for point, number in pairs:
        found.setdefault(point, {})[number] = None
    return {point: tuple(numbers) for point, numbers in found.items()}


def _before(campaign: Campaign) -> list[Campaign]:
    """The periods before, the latest first, as each names its own; the one that this campaign names must be there."""
    found: list[Campaign] = []
    seen = {campaign.home.resolve()}
    folder = last_folder(campaign)
    # Settings that were copied may name their own folder, or two each other.
    while folder is not None and folder not in seen and len(found) + 1 < MOST_YEARS:
        seen.add(folder)
        last = find_campaign(folder, upwards=False) if folder.is_dir() else None
        if last is None:
            if found:
                break
            raise not_there(folder)
        found.append(last)
        folder = last_folder(last)
    return found


def _campaign_in(folder: Path) -> Campaign:
    found = find_campaign(folder, upwards=False) if folder.is_dir() else None
    if found is None:
        raise UsageError(
            f"{folder} 里找不到填报批次（lzxl.toml）。请核对 --with。", code="with_no_campaign", folder=folder
        )
    return found


def _refuse_twice(together: Sequence[Campaign]) -> None:
    """Raises UsageError for a folder that would be compared with itself."""
    seen: set[Path] = set()
    for one in together:
        root = (one.origin or one.root).resolve()
        if root in seen:
            raise UsageError(
                f"{root} 不能与自身比较。请核对 --with，或 lzxl.toml 的 previous。",
                code="compared_with_itself",
                folder=root,
            )
        seen.add(root)
