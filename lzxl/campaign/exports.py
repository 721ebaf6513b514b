"""Writes the tables for the three other appraisals, each into a folder of its own with its own readers named."""

from __future__ import annotations

import datetime
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from lzxl.campaign.appraise import evaluation_of
from lzxl.campaign.books import read_book
from lzxl.campaign.facts import decisions_of, facts_of, rulings_of
from lzxl.campaign.folder import Campaign, safe_name
from lzxl.campaign.moves import records_of
from lzxl.campaign.record import reports_filed
from lzxl.campaign.standing import Standing
from lzxl.campaign.warnings import stocktaking
from lzxl.checks.dates import period_days
from lzxl.files import PRIVATE, output_to, store_durably
from lzxl.forms.grading import gravity
from lzxl.forms.load import book_with, load_form, load_vocabularies
from lzxl.forms.roster import ROSTER_FORM
from lzxl.year.exports.known import Known, Registered, categories
from lzxl.year.exports.rows import rows_of
from lzxl.year.exports.tables import Cell, Export, load_exports
from lzxl.year.moves import self_checks


@dataclass(frozen=True)
class Exported:
    """A table with its rows, as of a day."""

    export: Export
    rows: list[tuple[Cell, ...]]
    bureau: str
    period: str
    day: datetime.date


Writer = Callable[[Exported], bytes]
"""Makes the workbook of a table."""


def exports_of(campaign: Campaign, standing: Standing, day: datetime.date) -> list[Exported]:
    """The tables as of a day. Raises BookError if a book of the office cannot be read."""
    known, all_of = _known(campaign, standing, day), load_exports()
    config = campaign.config
    return [Exported(one, rows_of(one, known), config.bureau, config.period, day) for one in all_of.exports]


def write_exports(campaign: Campaign, tables: list[Exported], write: Writer) -> list[tuple[Exported, Path]]:
    """Write those that have rows, for their owner's eyes only; gives each with its file. Raises OutputError."""
    written = []
    for one in tables:
        if one.rows:
            path = export_path(campaign, one.export)
            _make_private(path.parent)
            store_durably(path, write(one), PRIVATE)
            written.append((one, path))
    return written


def export_path(campaign: Campaign, export: Export) -> Path:
    """Where a table is: in the folder of its own."""
    name = f"{export.title}_{safe_name(campaign.config.period)}.xlsx"
    return campaign.folder(load_exports().folder) / export.folder / name


def people_title() -> str:
    """What the roster calls its sheet of people."""
    return load_form(ROSTER_FORM).ruled_by("serving")[0].title


def _make_private(folder: Path) -> None:
    with output_to(folder):
        folder.mkdir(parents=True, exist_ok=True)
        if os.name == "posix":
            folder.chmod(0o700)


def _known(campaign: Campaign, standing: Standing, day: datetime.date) -> Known:
    evaluation, said = evaluation_of(campaign, standing, read_book(campaign, book_with("checked")))
    period = period_days(campaign.config.period) or (day.replace(month=1, day=1), day)
    vocabulary = campaign.grading.level
    held = load_vocabularies()["held_power"]
    return Known(
        units=campaign.units,
        people=campaign.people,
        first_day=period[0],
        day=day,
        courses=stocktaking(campaign, day).all,
        points=_points(campaign, standing, day),
        levels=sorted(vocabulary.allowed, key=lambda level: -gravity(vocabulary, level)),
        powers={word.word: word.answered_by for word in held.words},
        self_checks={one.unit: one for one in self_checks(records_of(campaign, standing))},
        reports=reports_filed(campaign, standing.counted),
        outcomes={one.unit: one for one in evaluation.outcomes},
        scores={(one.unit, one.item): one.given for one in said.checked if one.given is not None},
    )


def _points(campaign: Campaign, standing: Standing, day: datetime.date) -> list[Registered]:
    """Every risk point with the level that counts."""
    facts = facts_of(campaign, standing.counted, day)
    rulings = rulings_of(campaign, facts, decisions_of(campaign), day)
    kinds = dict(categories(standing.counted))
    return [
        Registered(point.number, point.unit, rulings.level_of(point), kinds.get(point.number, ""))
        for point in facts.registered
    ]
